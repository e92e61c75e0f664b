/* drive_columns.c — see drive_columns.h. */
#include "runtime/engine/drive_columns.h"

#include "runtime/engine/drive_between.h"
#include "runtime/engine/drive_fields.h"
#include "runtime/engine/quiet.h"
#include "runtime/engine/state.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

enum { AHEAD_LEAST = 2, AHEAD_LUCK = 2 * COLUMN_SLOTS }; /* slots; so many that fail are too many */

typedef struct Firing { /* what is known of one rule, by wake */
    DenialPlan plan;
    uint64_t matters; /* ticks of the word, as looked at last */
    /* refused for this reason at asks from low to high, until something is shown */
    int64_t low, high;
    Denial why;
} Firing;

/* A rule that runs at every tick by the block: it sets states, or its condition is the wallet's own. */
typedef struct RuleRun {
    Mask cond;     /* of the word */
    bool fires;    /* armed */
    uint64_t last; /* of the ticks left out: the last one at which it was known; 0: none */
    bool was_true;
} RuleRun;

struct DriveColumns {
    Engine *engine;
    Instant *gateway;
    Vm *vm;
    const TickColumns *ticks;
    const Kernels *kernels;
    uint8_t market;
    DriveFields fields;
    Columns *columns;
    DriveBetween *between; /* NULL: boundaries go by themselves */
    uint32_t *note_of;     /* by wake of boundaries: the note of its rule */
    Wakes wakes;
    Mask *gates;      /* by wake, of the word */
    bool *is_armed;   /* by note */
    GateNote *notes;  /* by wake, behind them of rules of boundaries alone; of ticks left out */
    GateNote *passed; /* the same, as handed over */
    uint32_t note_count;
    Firing *firings; /* by wake */
    RuleRun *edges;  /* rules of the shared block that set states */
    uint32_t edge_count;
    RuleRun own[WAKE_OWN]; /* rules whose condition is the wallet's own */
    uint32_t own_count;
    bool is_own;        /* these are all that speaks for running the block at every tick */
    uint64_t edge_bits; /* ticks of the word at which one of them acts, as looked at last */
    /* slots ahead */
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t slot_count, slot;
    bool wants_ahead, has_ahead; /* conditions of these slots: are to be worked out, have been */
    int ahead_luck;              /* runs out with forecasts that do not hold */
    uint32_t stretch_end;        /* ticks up to here lie in one slot and one day */
    uint32_t begun, end;         /* of the run */
    bool is_stepped;             /* some time operators want to be shown every tick */
    bool is_bounded;             /* words end with the run, and before what happens by itself */
    /* the present word */
    uint32_t first, count;
    bool has_gates, has_bands;
    uint64_t bands;   /* ticks at which a price lies outside of its band */
    uint64_t exits;   /* ... at which an `exit when` holds */
    bool knows_exits; /* all of these are conditions that all wallets share */
    uint32_t held;    /* rows hold what they do after the tick before this one */
    /* ticks left out and not yet passed */
    uint32_t from, pending;
    uint32_t pending_between; /* boundaries among them */
    int64_t boundary_us;      /* the last event left out is one; INT64_MIN: it is a tick */
    uint32_t counted;         /* boundaries of the word before ticks up to this one are through */
    uint64_t between_bits;    /* those that matter, as looked at last */
    bool
        tells; /* prices of the word are all known and none are crossed: equity follows one of them */
    SkipSample samples[2]; /* at refused orders: with the highest equity, the last */
    uint32_t sample_count;
    Quiet quiet;
    bool has_quiet;
    uint32_t
        calm_to;  /* ticks of the stretch before which nothing happens by itself; as of `quiet` */
    TickData row; /* of the tick that is shown */
    EffectSink sink;
    DriveCounts counts;
    DriveWatch watch;
    void *watch_ctx;
};

/* ---- making one ----------------------------------------------------------------------------------- */

/* Rules have one note each, whoever looks at their gates. */
static void find_notes(DriveColumns *d)
{
    const Wakes *more = d->between ? &d->between->wakes : NULL;

    for (uint32_t i = 0; i < d->wakes.count; i++)
        d->notes[i].rule = d->wakes.rows[i].rule;
    d->note_count = d->wakes.count;
    for (uint32_t i = 0; more && i < more->count; i++) {
        uint32_t k = 0;

        while (k < d->note_count && d->notes[k].rule != more->rows[i].rule)
            k++;
        d->note_of[i] = k;
        if (k == d->note_count) d->notes[d->note_count++].rule = more->rows[i].rule;
    }
}

static bool take_rooms(DriveColumns *d, Arena *arena)
{
    uint32_t more = d->between ? d->between->wakes.count : 0, count = d->wakes.count + more + 1;

    d->gates = arena_array(arena, Mask, count);
    d->is_armed = arena_array(arena, bool, count);
    d->notes = arena_array(arena, GateNote, count);
    d->passed = arena_array(arena, GateNote, count);
    d->firings = arena_array(arena, Firing, count);
    d->note_of = arena_array(arena, uint32_t, more + 1);
    d->edge_count = columns_edges(d->columns);
    d->edges = arena_array(arena, RuleRun, d->edge_count + 1);
    tick_clear(&d->row);
    if (arena_is_full(arena)) return false;
    find_notes(d);
    for (uint32_t i = 0; i < d->wakes.count; i++)
        if (d->wakes.rows[i].is_order)
            d->firings[i].plan = engine_denial_plan(d->engine, d->market, &d->wakes.rows[i].order);
    return true;
}

/* Gates may be worked out before their slots come. */
static bool plan_ahead(DriveColumns *d, Arena *arena)
{
    uint16_t *gates = arena_array(arena, uint16_t, d->wakes.count + 1);

    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        gates[i] = d->wakes.rows[i].gate;
    d->ahead_luck = AHEAD_LUCK;
    return columns_plan_ahead(d->columns, gates, d->wakes.why ? 0 : d->wakes.count, arena);
}

static Columns *make_columns(DriveColumns *d, const DriveSetup *setup, Arena *arena,
                             ColumnsWhy *ret_why)
{
    ColumnSource source = drive_fields_source(&d->fields);

    if (d->between) source.between = d->between->columns;
    return columns_new(d->vm, d->market, d->kernels, &source, setup->slot_ticks, setup->more, arena,
                       ret_why);
}

/* With boundaries in columns, where that goes together. */
static bool take_columns(DriveColumns *d, const DriveSetup *setup, Arena *arena,
                         ColumnsWhy *ret_why)
{
    ArenaMark mark = arena_mark(arena);

    if (!setup->more) d->between = drive_between_new(d->engine, &d->fields, arena);
    d->columns = make_columns(d, setup, arena, ret_why);
    if (!d->between) return d->columns != NULL;
    if (d->columns && !columns_edges(d->columns) && !columns_are_stepped(d->columns)) return true;
    arena_release(arena, mark);
    d->between = NULL;
    d->columns = make_columns(d, setup, arena, ret_why);
    return d->columns != NULL;
}

/* Exits look at ticks of the market alone, as far as this driver is asked. */
static bool knows_instants(const DriveColumns *d)
{
    const Image *image = d->engine->image;
    uint32_t exits = 0;

    for (uint32_t i = 0; i < image->limits_count; i++)
        exits += image->limits[i].kind == LIM_EXIT_WHEN;
    return exits == d->wakes.exit_count && !(d->between && d->between->wakes.has_exits);
}

DriveColumns *drive_columns_new(const DriveSetup *setup, Arena *arena, ColumnsWhy *ret_why)
{
    DriveColumns *d = arena_new(arena, DriveColumns);

    *ret_why = COLUMNS_FINE;
    if (arena_is_full(arena) || !setup->ticks->is_ordered) return NULL;
    d->engine = setup->engine;
    d->gateway = setup->gateway;
    d->vm = engine_vm(setup->engine);
    d->ticks = setup->ticks;
    d->kernels = setup->kernels;
    d->market = setup->market;
    d->fields = (DriveFields){
        .engine = d->engine, .ticks = d->ticks, .kernels = d->kernels, .market = d->market};
    if (!drive_fields_init(&d->fields, arena)) return NULL;
    if (!take_columns(d, setup, arena, ret_why)) return NULL;
    d->is_stepped = columns_are_stepped(d->columns);
    d->is_bounded = columns_are_bounded(d->columns);
    d->wakes = vm_wakes(d->vm, EV_TICK, d->market, arena);
    d->own_count = columns_own_count(d->columns);
    d->is_own = d->wakes.is_own && d->own_count == d->wakes.own_count;
    d->knows_exits = d->wakes.exit_count && !d->wakes.has_own_exits && knows_instants(d);
    return take_rooms(d, arena) && plan_ahead(d, arena) ? d : NULL;
}

void drive_columns_slots(DriveColumns *d, const ColumnSlot *slots, uint32_t count, bool has_more)
{
    BUG_IF(!count || count > COLUMN_SLOTS);
    for (uint32_t i = 0; i < count; i++)
        d->slots[i] = slots[i];
    d->slot_count = count;
    d->slot = 0;
    d->wants_ahead = columns_look_ahead(d->columns) && count >= AHEAD_LEAST && d->ahead_luck > 0;
    d->has_ahead = false;
    if (columns_have_lanes(d->columns)) columns_abreast(d->columns, slots, count, has_more);
}

void drive_columns_watch(DriveColumns *d, DriveWatch watch, void *ctx)
{
    d->watch = watch;
    d->watch_ctx = ctx;
}

Columns *drive_columns_shared(DriveColumns *d)
{
    return d->columns;
}

bool drive_columns_has_between(const DriveColumns *d)
{
    return d->between != NULL;
}

DriveCounts drive_columns_counts(const DriveColumns *d)
{
    DriveCounts counts = d->counts;

    counts.led = columns_led(d->columns);
    return counts;
}

/* ---- ticks left out ------------------------------------------------------------------------------- */

static void begin_pending(DriveColumns *d, uint32_t tick)
{
    d->from = tick;
    d->pending = d->pending_between = d->sample_count = 0;
    d->boundary_us = INT64_MIN;
    for (uint32_t i = 0; i < d->note_count; i++)
        d->notes[i].false_event = d->notes[i].true_event = 0;
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edges[i].last = 0;
    for (uint32_t i = 0; i < d->own_count; i++)
        d->own[i].last = 0;
}

static uint32_t price_word(uint32_t outcome, bool is_ask)
{
    if (is_ask) return outcome ? TICK_WORD(ask[1]) : TICK_WORD(ask[0]);
    return outcome ? TICK_WORD(bid[1]) : TICK_WORD(bid[0]);
}

static const int64_t *prices(const DriveColumns *d, uint32_t outcome, bool is_ask)
{
    return d->ticks->words[price_word(outcome, is_ask)];
}

static bool is_crossed(const DriveColumns *d, uint32_t tick)
{
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        const int64_t *bid = prices(d, o, false), *ask = prices(d, o, true);

        if (bid && ask && ask[tick] != MICROS_UNKNOWN && bid[tick] > ask[tick]) return true;
    }
    return false;
}

/* Does the tick say everything about the market that its forerunners may have said, once they have told this? */
static bool tells_behind(const DriveColumns *d, const FeatureState *s, uint32_t tick)
{
    if (d->ticks->words[TICK_WORD(spot)] && !num_is_known(s->spot_open)) return false;
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        const int64_t *bid = prices(d, o, false), *ask = prices(d, o, true);

        if ((bid && bid[tick] == MICROS_UNKNOWN) || (ask && ask[tick] == MICROS_UNKNOWN))
            return false;
        if (bid && ask && bid[tick] > ask[tick]) return false;
    }
    return true;
}

static bool is_telling(const DriveColumns *d, uint32_t tick)
{
    return tells_behind(d, engine_feature(d->engine, d->market), tick);
}

/* What the engine's facts about the market are after the ticks that were left out. */
static FeatureState feature_after(DriveColumns *d)
{
    static const FeaturePlan nothing = {0};
    const TickColumns *t = d->ticks;
    FeatureState s = *engine_feature(d->engine, d->market);
    uint32_t last = d->from + d->pending - 1;

    for (uint32_t i = d->from; i <= last; i++) {
        if (tells_behind(d, &s, last)) i = last;
        tick_columns_row(t, i, &d->row);
        feature_take(&nothing, &s, &d->row);
    }
    return s;
}

static void better(int64_t *best, int64_t price, bool is_ask)
{
    if (price == MICROS_UNKNOWN) return;
    if (*best == MICROS_UNKNOWN || (is_ask ? price < *best : price > *best)) *best = price;
}

/* The best price of some ticks of one block of facts, if the block has a better one. */
static void better_of(const DriveColumns *d, const QuietBand *b, uint32_t from, uint32_t to,
                      int64_t *best)
{
    uint32_t word = price_word(b->outcome, b->is_ask);
    const int64_t *p = d->ticks->words[word];
    const PriceRange *all = &d->ticks->prices[word][from / FACT_TICKS];
    int64_t low = all->low, high = all->high;

    if (*best != MICROS_UNKNOWN && (b->is_ask ? low >= *best : high <= *best)) return;
    if (to - from < FACT_TICKS) d->kernels->range(p + from, to - from, &low, &high);
    if (high != INT64_MIN) better(best, b->is_ask ? low : high, b->is_ask);
}

/* The best price of a band's side in the ticks left out. */
static void follow(const DriveColumns *d, const QuietBand *b, SkipMarket *m)
{
    const int64_t *p = prices(d, b->outcome, b->is_ask);
    int64_t *best = b->is_ask ? &m->ask_low[b->outcome] : &m->bid_high[b->outcome];
    uint32_t from = d->from, to = from + d->pending;
    bool is_crossing = tick_columns_are_crossed(d->ticks, from, to - from);

    for (uint32_t at = from, end; p && at < to; at = end) {
        end = at - at % FACT_TICKS + FACT_TICKS < to ? at - at % FACT_TICKS + FACT_TICKS : to;
        if (!is_crossing) better_of(d, b, at, end, best);
        for (uint32_t i = at; is_crossing && i < end; i++)
            if (!is_crossed(d, i)) better(best, p[i], b->is_ask);
    }
}

static uint32_t gather_notes(DriveColumns *d)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < d->note_count; i++)
        if (d->notes[i].false_event || d->notes[i].true_event) d->passed[count++] = d->notes[i];
    return count;
}

/* Memory that all wallets share is ours, and that of the wallet's own edges. */
static void pass_edges(DriveColumns *d)
{
    for (uint32_t i = 0; i < d->edge_count; i++)
        if (d->edges[i].last)
            columns_edge_note(d->columns, i, d->engine->event_count + d->edges[i].last,
                              d->edges[i].was_true);
    for (uint32_t i = 0; i < d->own_count; i++)
        if (d->own[i].last)
            vm_note_own(d->vm, engine_wallet(d->engine), d->wakes.own[i],
                        d->engine->event_count + d->own[i].last, d->own[i].was_true);
}

/* What ticks that were left out say of the market. */
static void pass_ticks(DriveColumns *d, uint32_t last, bool is_overtaken, SkipMarket *market,
                       FeatureState *after)
{
    for (int o = 0; o < OUTCOMES; o++)
        market->bid_high[o] = market->ask_low[o] = MICROS_UNKNOWN;
    for (uint32_t i = 0; i < d->quiet.band_count; i++)
        if (d->quiet.bands[i].market == d->market) follow(d, &d->quiet.bands[i], market);
    market->ts_us = d->ticks->ts_us[last];
    if (is_overtaken) return;
    *after = feature_after(d);
    tick_columns_row(d->ticks, last, &d->row);
    market->feature = after;
    market->last = &d->row;
    instant_skip(d->gateway, d->market, &d->row);
}

/* Hands over the ticks that were left out.  `is_overtaken`: a tick that is_telling comes at once. */
static void pass(DriveColumns *d, bool is_overtaken)
{
    uint32_t next = d->from + d->pending;
    FeatureState after;
    SkipMarket market = {.market = d->market};
    Skip skip = {.events = (uint64_t)d->pending + d->pending_between,
                 .now_us = d->boundary_us,
                 .is_boundary = d->boundary_us != INT64_MIN,
                 .markets = &market,
                 .market_count = d->pending > 0,
                 .samples = d->samples,
                 .sample_count = d->sample_count,
                 .notes = d->passed,
                 .is_overtaken = is_overtaken};

    if (!skip.events) return;
    if (d->pending) pass_ticks(d, next - 1, is_overtaken, &market, &after);
    if (!skip.is_boundary) skip.now_us = market.ts_us;
    pass_edges(d);
    skip.note_count = gather_notes(d);
    engine_skip(d->engine, &skip);
    d->counts.left_out += d->pending;
    d->counts.between += d->pending_between;
    begin_pending(d, next);
}

static void leave_out_edges(DriveColumns *d, uint64_t bits, uint64_t number)
{
    for (uint32_t i = 0; i < d->edge_count; i++) {
        RuleRun *e = &d->edges[i];
        uint64_t known = (e->cond.is_true | e->cond.is_false) & bits;
        uint32_t top = known ? 63u - (uint32_t)__builtin_clzll(known) : 0;

        if (!known || !columns_edge_is_armed(d->columns, i)) continue;
        e->last = number + top;
        e->was_true = e->cond.is_true >> top & 1;
        e->fires = !e->was_true;
    }
}

/* Ticks before which boundaries of the word are still to come, of those before `to`. */
static uint64_t between_left(const DriveColumns *d, uint32_t to)
{
    uint64_t bits = d->between ? d->between->bits : 0;

    if (!bits || d->counted >= to) return 0;
    bits &= UINT64_MAX << (d->counted - d->first);
    return bits & UINT64_MAX >> (WORD - (to - d->first));
}

/* Which event left out, counted from 1, the tick at a place of the word is, if boundaries lie before those ticks. */
static uint64_t number_of(const DriveColumns *d, uint64_t between, uint32_t bit)
{
    return (uint64_t)d->first + bit + 1 - d->from + d->pending_between +
           (uint64_t)__builtin_popcountll(between & UINT64_MAX >> (WORD - 1 - bit));
}

static uint32_t top_of(uint64_t bits)
{
    return WORD - 1 - (uint32_t)__builtin_clzll(bits);
}

/* What a gate was at events left out; `later`: boundaries come right before the ticks they are named by. */
static void note_gate(DriveColumns *d, uint32_t note, Mask gate, uint64_t bits, bool is_edge,
                      uint64_t between, uint32_t later)
{
    GateNote *n = &d->notes[note];
    uint64_t shut = gate.is_false & bits, open = gate.is_true & bits, at;

    if (shut) {
        at = number_of(d, between, top_of(shut)) - later;
        if (at > n->false_event) n->false_event = at;
        d->is_armed[note] = true;
    }
    if (open && is_edge) {
        at = number_of(d, between, top_of(open)) - later;
        if (at > n->true_event) n->true_event = at;
    }
}

static int64_t price_at(const DriveColumns *d, uint32_t outcome, bool is_ask, uint32_t tick)
{
    const int64_t *p = prices(d, outcome, is_ask);

    return p ? p[tick] : MICROS_UNKNOWN;
}

/* Can equity of ticks left out be compared by a price? */
static bool is_comparable(const DriveColumns *d)
{
    const Quiet *q = &d->quiet;

    if (!q->held_count) return true;
    return q->held_count == 1 && q->band_count == 1 && q->bands[0].market == d->market;
}

static bool is_better(const DriveColumns *d, const SkipSample *a, const SkipSample *b)
{
    const QuietBand *band = &d->quiet.bands[0];

    if (!d->quiet.held_count) return false;
    return band->is_ask ? a->ask[band->outcome] < b->ask[band->outcome]
                        : a->bid[band->outcome] > b->bid[band->outcome];
}

/* A sample of equity at an instant, at the prices of a tick. */
static void note_sample(DriveColumns *d, uint32_t tick, int64_t ts_us)
{
    SkipSample s = {.ts_us = ts_us};

    for (uint32_t o = 0; o < OUTCOMES; o++) {
        s.bid[o] = price_at(d, o, false, tick);
        s.ask[o] = price_at(d, o, true, tick);
    }
    if (!d->sample_count || is_better(d, &s, &d->samples[0])) {
        d->samples[0] = s;
        d->sample_count = 1;
    } else {
        d->samples[1] = s;
        d->sample_count = 2;
    }
}

/* Equity is sampled at boundaries of the word: so many from number `first` on. */
static void sample_between(DriveColumns *d, uint32_t first, uint32_t count)
{
    const DriveBetween *b = d->between;

    if (!b->samples || !d->quiet.held_count) return; /* it stays as it is */
    for (uint32_t k = first; k < first + count; k++)
        note_sample(d, b->tick[k], b->now_us[k]);
}

/* Boundaries before ticks up to `to` are left out; the next one left out is no boundary. */
static void leave_out_between(DriveColumns *d, uint32_t to)
{
    uint64_t bits = between_left(d, to);
    uint32_t count, until;

    for (uint32_t i = 0; bits && i < d->between->wakes.count; i++)
        note_gate(d, d->note_of[i], d->between->gates[i], bits, d->between->wakes.rows[i].is_edge,
                  bits, 1);
    d->counted = d->counted < to ? to : d->counted;
    if (!bits) return;
    count = (uint32_t)__builtin_popcountll(bits);
    until = drive_between_until(d->between, to - 1 - d->first);
    sample_between(d, until - count, count);
    d->pending_between += count;
    d->boundary_us = d->between->now_us[until - 1];
}

static void leave_out_own(DriveColumns *d, uint64_t bits, uint64_t between)
{
    for (uint32_t i = 0; i < d->own_count; i++) {
        RuleRun *o = &d->own[i];
        uint64_t known = (o->cond.is_true | o->cond.is_false) & bits;

        if (!known) continue;
        o->last = number_of(d, between, top_of(known));
        o->was_true = o->cond.is_true >> top_of(known) & 1;
        o->fires = !o->was_true;
    }
}

/* Ticks from .. to of the word are left out. */
static void leave_out(DriveColumns *d, uint32_t from, uint32_t to)
{
    uint64_t bits, between = between_left(d, to);

    if (from == to) return;
    bits = UINT64_MAX >> (WORD - (to - from)) << (from - d->first);
    for (uint32_t i = 0; i < d->wakes.count; i++)
        note_gate(d, i, d->gates[i], bits, d->wakes.rows[i].is_edge, between, 0);
    leave_out_edges(d, bits, (uint64_t)d->first + 1 - d->from);
    leave_out_own(d, bits, between);
    leave_out_between(d, to);
    d->boundary_us = INT64_MIN;
    d->pending = to - d->from;
}

/* ---- instants that matter ------------------------------------------------------------------------- */

static void look_at_engine(DriveColumns *d)
{
    if (d->has_quiet) return;
    engine_quiet(d->engine, &d->quiet);
    d->has_quiet = true;
    d->has_bands = false;
    d->calm_to = 0;
    for (uint32_t i = 0; i < d->note_count; i++)
        d->is_armed[i] = vm_is_armed(d->vm, engine_wallet(d->engine), d->notes[i].rule);
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        d->firings[i].low = INT64_MAX;
        d->firings[i].high = INT64_MIN;
    }
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edges[i].fires = columns_edge_fires(d->columns, i);
    for (uint32_t i = 0; i < d->own_count; i++)
        d->own[i].fires = vm_is_armed(d->vm, engine_wallet(d->engine), d->wakes.own[i]);
}

static void look_at_gates(DriveColumns *d)
{
    if (d->has_gates) return;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        d->gates[i] = columns_cond(d->columns, d->wakes.rows[i].gate);
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edges[i].cond = columns_edge(d->columns, i);
    for (uint32_t i = 0; i < d->own_count; i++)
        d->own[i].cond = columns_own(d->columns, i);
    if (d->between) drive_between_gates(d->between);
    d->exits = 0;
    for (uint32_t i = 0; d->quiet.why && i < d->wakes.exit_count; i++)
        d->exits |= columns_cond(d->columns, d->wakes.exits[i]).is_true;
    d->has_gates = true;
}

static bool is_flat(const DriveColumns *d, int32_t token)
{
    const TokenRun *t = token_of(d->engine, token);

    return t && !t->held.size_micros;
}

/* The events among `bits` that matter to one rule; of an edge only the first one.  `arms`: at these, too, it is
 * armed. */
static uint64_t gate_matters(const DriveColumns *d, const Wake *w, uint32_t note, Mask gate,
                             uint64_t arms, uint64_t bits)
{
    uint64_t is_true = gate.is_true & bits, is_false = gate.is_false & bits;
    uint64_t shut = w->is_strict ? bits & ~is_true : is_false;

    if (w->is_while && d->quiet.has_quotes && shut) return bits;
    if (!w->is_edge) return bits & ~shut;
    if (w->is_close && is_flat(d, w->token)) return 0;
    if (d->is_armed[note]) return is_true;
    arms |= is_false;
    if (!arms) return 0;
    return is_true & ~((arms & -arms) - 1); /* behind the one that arms it */
}

/* Where boundaries before these ticks find a rule's gate shut. */
static uint64_t between_arms(const DriveColumns *d, uint32_t note, uint64_t left)
{
    const DriveBetween *b = d->between;

    for (uint32_t i = 0; left && i < b->wakes.count; i++)
        if (d->note_of[i] == note) return b->gates[i].is_false & left;
    return 0;
}

/* Boundaries that matter, among those before the ticks of `bits`.  A tick that arms a rule at which the boundary
 * before it finds it open makes that boundary be run in vain. */
static uint64_t between_matters(const DriveColumns *d, uint64_t bits, uint64_t left)
{
    const DriveBetween *b = d->between;
    uint64_t some = 0;

    for (uint32_t i = 0; left && i < b->wakes.count; i++) {
        uint32_t note = d->note_of[i];
        uint64_t arms = note < d->wakes.count ? d->gates[note].is_false & bits : 0;

        some |= gate_matters(d, &b->wakes.rows[i], note, b->gates[i], arms, left);
    }
    return some;
}

/* Do all prices of the band's side in a block of facts lie within it? */
static bool is_within(const DriveColumns *d, const QuietBand *b, uint32_t block)
{
    const PriceRange *r = &d->ticks->prices[price_word(b->outcome, b->is_ask)][block];

    return r->low > b->low && r->high < b->high;
}

/* Which of 64 ticks from `first` on lie outside of it. */
static uint64_t outside(const DriveColumns *d, const QuietBand *b, uint32_t first)
{
    const int64_t *p = prices(d, b->outcome, b->is_ask);
    int64_t room[WORD];

    if (first + WORD <= d->ticks->count) return d->kernels->outside(p + first, b->low, b->high);
    for (uint32_t i = 0; i < WORD; i++)
        room[i] = first + i < d->ticks->count ? p[first + i] : MICROS_UNKNOWN;
    return d->kernels->outside(room, b->low, b->high);
}

static uint64_t band_matters(const DriveColumns *d, const QuietBand *b)
{
    uint32_t last = (d->first + d->count - 1) / FACT_TICKS;

    if (b->market != d->market || !prices(d, b->outcome, b->is_ask)) return 0;
    if (is_within(d, b, d->first / FACT_TICKS) && is_within(d, b, last)) return 0;
    return outside(d, b, d->first); /* crossed ones are shown in vain */
}

static void look_at_bands(DriveColumns *d)
{
    if (d->has_bands) return;
    d->bands = 0;
    for (uint32_t i = 0; i < d->quiet.band_count; i++)
        d->bands |= band_matters(d, &d->quiet.bands[i]);
    d->has_bands = true;
}

/* The ticks among `bits` at which a rule of the shared block sets states. */
static uint64_t edge_matters(const DriveColumns *d, uint32_t at, uint64_t bits)
{
    const RuleRun *e = &d->edges[at];
    uint64_t is_true = e->cond.is_true & bits, is_false = e->cond.is_false & bits;

    if (e->fires) return is_true;
    if (!is_false || !columns_edge_is_armed(d->columns, at)) return 0;
    return is_true & ~((is_false & -is_false) - 1);
}

/* ... at which a rule of the wallet's own fires. */
static uint64_t own_matters(const RuleRun *o, uint64_t bits)
{
    uint64_t is_true = o->cond.is_true & bits, is_false = o->cond.is_false & bits;

    if (o->fires) return is_true;
    return is_false ? is_true & ~((is_false & -is_false) - 1) : 0;
}

/* Must every tick be shown? */
static bool is_watched(const DriveColumns *d)
{
    bool is_loud = d->quiet.why && !(d->quiet.why == QUIET_EXIT_WHEN && d->knows_exits);

    return is_loud || (d->wakes.why && !d->is_own) || d->is_stepped ||
           instant_has_orders(d->gateway);
}

static uint64_t matters(DriveColumns *d, uint64_t bits)
{
    uint64_t some, left = between_left(d, d->first + top_of(bits) + 1);

    d->between_bits = left;
    if (is_watched(d)) return bits;
    look_at_gates(d);
    look_at_bands(d);
    some = (d->bands | d->exits) & bits;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        some |= d->firings[i].matters =
            gate_matters(d, &d->wakes.rows[i], i, d->gates[i], between_arms(d, i, left), bits);
    d->edge_bits = 0;
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edge_bits |= edge_matters(d, i, bits);
    for (uint32_t i = 0; i < d->own_count; i++)
        d->edge_bits |= own_matters(&d->own[i], bits);
    d->between_bits = between_matters(d, bits, left);
    return some | d->edge_bits | d->between_bits;
}

/* ---- orders that are refused ------------------------------------------------------------------------ */

/* The only rule that fires at the tick, where nothing else happens; NULL. */
static Firing *lone_firing(const DriveColumns *d, uint32_t tick, uint32_t *ret_at)
{
    uint64_t bit = UINT64_C(1) << (tick - d->first);
    Firing *found = NULL;

    if (is_watched(d) || (d->bands | d->exits | d->edge_bits) & bit) return NULL;
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        if (!(d->firings[i].matters & bit)) continue;
        if (found || !d->firings[i].plan.is_possible) return NULL;
        found = &d->firings[i];
        *ret_at = i;
    }
    return found;
}

static Denial denial_of(DriveColumns *d, Firing *f, uint32_t tick)
{
    int64_t bid = price_at(d, f->plan.outcome, false, tick);
    int64_t ask = price_at(d, f->plan.outcome, true, tick);
    Denial why;

    if (ask >= f->low && ask <= f->high) return f->why;
    why = engine_denial(d->engine, &f->plan, d->ticks->ts_us[tick], bid, ask);
    if (!f->plan.has_range || ask == MICROS_UNKNOWN) return why;
    if (f->low > f->high || why.reason != f->why.reason || why.is_unknown != f->why.is_unknown) {
        f->low = f->high = ask;
        f->why = why;
    }
    if (ask < f->low) f->low = ask;
    if (ask > f->high) f->high = ask;
    return why;
}

/* A tick that is left out but for the order it has refused; false: it must be shown. */
static bool deny(DriveColumns *d, uint32_t tick)
{
    uint32_t at = 0;
    Firing *f = lone_firing(d, tick, &at);
    Denial why;

    if (!f || !is_comparable(d) || !is_telling(d, tick)) return false;
    why = denial_of(d, f, tick);
    if (why.reason == NONE_16) return false;
    engine_deny(d->engine, &f->plan, why, d->ticks->ts_us[tick], d->sink);
    if (why.is_sampled) note_sample(d, tick, d->ticks->ts_us[tick]);
    leave_out(d, tick, tick + 1);
    d->is_armed[at] = false;
    d->counts.denied++;
    return true;
}

/* ---- instants by themselves and those that are shown ----------------------------------------------- */

/* Is what is held valued at boundaries? */
static bool is_sampled(const DriveColumns *d)
{
    return d->between && d->between->samples && d->quiet.held_count;
}

/* The last instant before which nothing happens by itself; the market's own staleness apart. */
static int64_t calm_until(const DriveColumns *d)
{
    const Engine *e = d->engine;
    int64_t until = d->quiet.until_us;
    bool goes_along = d->between && (!is_sampled(d) || (d->tells && is_comparable(d)));

    if (!goes_along && d->quiet.boundary_us < until) until = d->quiet.boundary_us;
    for (uint32_t m = 0; m < e->static_markets; m++)
        if (m != d->market && e->markets[m].stale_at_us < until) until = e->markets[m].stale_at_us;
    return until;
}

/* The end of those ticks from .. to, of the stretch, that lie before. */
static uint32_t calm_end(DriveColumns *d, uint32_t from, uint32_t to)
{
    const int64_t *ts = d->ticks->ts_us;
    int64_t until;

    if (to <= d->calm_to) return to;
    until = calm_until(d);
    if (ts[d->stretch_end - 1] <= until && !is_sampled(d)) d->calm_to = d->stretch_end;
    if (ts[to - 1] <= until) return to;
    while (from < to && ts[from] <= until)
        from++;
    return from;
}

static void moved(DriveColumns *d)
{
    columns_moved(d->columns);
    if (d->between) columns_moved(d->between->columns);
    d->has_quiet = d->has_gates = false;
}

/* Other events find what rows hold after the last tick before `tick`; once, for a silence makes it unknown
 * again. */
static void hold(DriveColumns *d, uint32_t tick)
{
    if (tick > d->held && tick > d->first && tick <= d->first + d->count) {
        columns_hold(d->columns, tick - 1 - d->first);
        if (d->between)
            drive_between_hold(d->between, drive_between_until(d->between, tick - 1 - d->first));
    }
    d->held = tick;
}

/* The shared part of the boundary before the tick that is next. */
static void put_boundary(void *ctx)
{
    DriveColumns *d = ctx;
    uint32_t until = drive_between_until(d->between, d->counted - d->first);

    drive_between_hold(d->between, until);
    columns_put(d->between->columns, until - 1);
}

/* What comes before a tick by itself. */
static void advance(DriveColumns *d, uint32_t tick)
{
    bool is_in_word = d->between && tick >= d->first && tick < d->first + d->count;

    pass(d, false);
    hold(d, tick);
    if (is_in_word && between_left(d, tick + 1)) {
        d->counted = tick;
        engine_know_boundaries(d->engine, (KnownShared){put_boundary, d});
    }
    instant_advance(d->gateway, d->engine, d->ticks->ts_us[tick], d->sink);
    engine_know_boundaries(d->engine, (KnownShared){NULL, NULL});
    if (is_in_word) d->counted = tick + 1;
    if (d->between && !is_in_word) drive_between_begin(d->between, d->engine);
    moved(d);
    look_at_engine(d);
}

static void show(DriveColumns *d, uint32_t tick)
{
    Event ev = {.ts_us = d->ticks->ts_us[tick], .kind = EV_TICK, .market = d->market};

    leave_out_between(d, tick + 1);
    pass(d, is_telling(d, tick));
    if (d->between)
        drive_between_hold(d->between, drive_between_until(d->between, tick - d->first));
    columns_act(d->columns, tick - d->first, d->engine->event_count + 1);
    columns_put(d->columns, tick - d->first);
    d->held = tick + 1;
    tick_columns_row(d->ticks, tick, &d->row);
    ev.tick = &d->row;
    instant_apply_known(d->gateway, d->engine, &ev, d->sink);
    d->counts.handed_in++;
    moved(d);
    begin_pending(d, tick + 1);
}

/* Ticks of the present word up to `to`. */
static void run_word(DriveColumns *d, uint32_t at, uint32_t to)
{
    while (at < to) {
        uint32_t calm;
        uint64_t bits, some;

        look_at_engine(d);
        if (calm_end(d, at, at + 1) == at || instant_has_orders(d->gateway)) advance(d, at);
        calm = calm_end(d, at, to);
        if (calm == at) {
            show(d, at++);
            continue;
        }
        bits = UINT64_MAX >> (WORD - (calm - at)) << (at - d->first);
        some = matters(d, bits);
        calm = some ? d->first + (uint32_t)__builtin_ctzll(some) : calm;
        leave_out(d, at, calm);
        at = calm;
        if (!some) continue;
        if (d->between_bits >> (at - d->first) & 1) { /* the tick itself is looked at again */
            advance(d, at);
            continue;
        }
        leave_out_between(d, at + 1);
        if (!deny(d, at)) show(d, at);
        at++;
    }
}

/* ---- words ---------------------------------------------------------------------------------------- */

/* The first of those ticks, but for the first one, before which the market goes stale; or `to`. */
static uint32_t gap_end(const DriveColumns *d, uint32_t from, uint32_t to)
{
    const TickColumns *t = d->ticks;
    int64_t stale = engine_stale_after(d->engine, d->market);
    bool has_gap = false;

    for (uint32_t b = from / FACT_TICKS; stale && b <= (to - 1) / FACT_TICKS; b++)
        has_gap |= t->gaps[b] > stale;
    for (uint32_t i = from + 1; has_gap && i < to; i++)
        if (t->ts_us[i] - t->ts_us[i - 1] > stale) return i;
    return to;
}

/* With boundaries that go along: before what else happens by itself. */
static uint32_t between_end(DriveColumns *d, uint32_t first, uint32_t end)
{
    uint32_t at = first + 1;

    while (at < end && d->ticks->ts_us[at] <= d->quiet.until_us)
        at++;
    return drive_between_take(d->between, first, gap_end(d, first, at));
}

/* Where a word from `first` on must end: with the slot and the day, before a gap. */
static uint32_t word_end(DriveColumns *d, uint32_t first)
{
    uint32_t limit = columns_sheet_end(d->columns, first), end;

    if (limit == first) limit = d->stretch_end;
    if (d->is_bounded && d->end < limit) limit = d->end;
    end = limit - first < WORD ? limit : first + WORD;
    if (d->between) return between_end(d, first, end);
    if (d->is_bounded) end = calm_end(d, first, end);
    return gap_end(d, first, end > first ? end : first + 1);
}

/* The slot that tick `first` lies in, if it was told. */
static uint32_t limit_of(DriveColumns *d, uint32_t first, uint32_t to)
{
    while (d->slot < d->slot_count && first >= d->slots[d->slot].end)
        d->slot++;
    if (d->slot == d->slot_count || first < d->slots[d->slot].begin) return to;
    return d->slots[d->slot].end;
}

/* Does something come before the first tick of a word that changes memory: a day, a silence? */
static bool is_due(const DriveColumns *d, uint32_t tick)
{
    int64_t ts, stale = engine_stale_after(d->engine, d->market);

    if (d->is_bounded && d->ticks->ts_us[tick] > calm_until(d)) return true;
    if (d->between && drive_between_due(d->between, d->ticks->ts_us[tick]) > (tick > d->begun))
        return true;
    if (tick > d->begun && tick < d->stretch_end && d->ticks->gaps[tick / FACT_TICKS] <= stale)
        return false;
    ts = d->ticks->ts_us[tick];
    if (ts >= engine_day_end(d->engine)) return true;
    if (!d->pending) return ts > engine_stale_at(d->engine, d->market);
    return stale && ts - d->ticks->ts_us[tick - 1] > stale;
}

/* What will be read once the present ticks are through is on its way then. */
static void expect_row(const DriveColumns *d, uint32_t tick)
{
    const TickColumns *t = d->ticks;

    if (tick >= t->count) return;
    __builtin_prefetch(&t->ts_us[tick]);
    for (uint32_t u = 0; u < t->used_count; u++)
        __builtin_prefetch((const char *)t->words[t->used[u]] + (size_t)tick * sizeof(int64_t));
}

/* Is the slot that the tick lies in told, and its stretch begun? */
static bool has_slot(const DriveColumns *d, uint32_t tick)
{
    return d->slot < d->slot_count && tick > d->slots[d->slot].begin && tick < d->stretch_end;
}

/* Ticks from `at` on that lie in one slot and one day. */
static void begin_stretch(DriveColumns *d, uint32_t at, uint32_t to)
{
    const int64_t *ts = d->ticks->ts_us, day = engine_day_end(d->engine);
    uint32_t end = limit_of(d, at, to);

    while (end > at + 1 && ts[end - 1] >= day)
        end--;
    d->stretch_end = end;
    columns_stretch(d->columns, at, end);
}

/* Fields of ticks from `first` on; false: the slot's first spot price is still to come. */
static bool begin_fields(DriveColumns *d, uint32_t first)
{
    FeatureState before = *engine_feature(d->engine, d->market);

    drive_fields_word(&d->fields, d->from, &before);
    if (d->pending) before.spot_open = drive_fields_spot_open(&d->fields, first - 1);
    drive_fields_word(&d->fields, first, &before);
    before.spot_open = drive_fields_spot_open(&d->fields, first);
    drive_fields_word(&d->fields, first, &before);
    return num_is_known(before.spot_open) || !d->ticks->words[TICK_WORD(spot)];
}

/* Conditions of the slots that were told, now that the first one has opened. */
static void look_ahead(DriveColumns *d)
{
    d->wants_ahead = false;
    d->has_ahead = drive_fields_forecast(&d->fields, d->slots, d->slot_count);
    if (d->has_ahead) columns_ahead(d->columns, d->slots, d->slot_count);
}

/* The sheet has begun: are its conditions there already? */
static void take_ahead(DriveColumns *d, uint32_t first, uint32_t end)
{
    const ColumnSlot *s = &d->slots[d->slot];

    if (!d->has_ahead || d->slot == d->slot_count || first != s->begin) return;
    d->ahead_luck--;
    if (end != s->end || !drive_fields_is_forecast(&d->fields, d->slot)) return;
    if (!columns_ahead_take(d->columns, d->slot)) return;
    d->counts.ahead += end - first;
    d->ahead_luck = AHEAD_LUCK;
}

static void begin_sheet(DriveColumns *d, uint32_t first)
{
    uint32_t most = columns_sheet_most(d->columns), left = d->stretch_end - first, end;

    if (most == WORD) return;
    if (d->wants_ahead) look_ahead(d);
    if (!begin_fields(d, first)) most = WORD;
    end = gap_end(d, first, first + (left < most ? left : most));
    columns_sheet(d->columns, first, end - first, d->ticks->ts_us + first);
    take_ahead(d, first, end);
}

static void begin_word(DriveColumns *d, uint32_t first)
{
    hold(d, first);
    begin_fields(d, first);
    d->first = first;
    d->count = word_end(d, first) - first;
    d->has_gates = d->has_bands = false;
    d->counted = first;
    if (d->between) {
        d->tells = drive_between_tells(d->between, d->first > d->begun ? d->first - 1 : d->first,
                                       d->first + d->count);
        drive_between_word(d->between);
        columns_between(d->columns, d->between->bits);
    }
    columns_word(d->columns, first, d->count, d->ticks->ts_us + first);
    if (d->watch) d->watch(d->watch_ctx, d->columns, first, d->count);
}

/* ---- ticks without a word --------------------------------------------------------------------------- */

/* The end of those ticks at which every gate is shut. */
static uint32_t shut_until(DriveColumns *d, uint32_t at)
{
    uint32_t end = columns_sheet_end(d->columns, at); /* memory has advanced no further */

    if (d->watch || d->wakes.why) return at;
    for (uint32_t i = 0; i < d->wakes.count && end > at; i++)
        end = columns_false_until(d->columns, d->wakes.rows[i].gate, at, end);
    return end;
}

/* The first of those ticks at which a price lies outside of its band. */
static uint32_t first_outside(const DriveColumns *d, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < d->quiet.band_count; i++) {
        const QuietBand *b = &d->quiet.bands[i];

        if (b->market != d->market || !prices(d, b->outcome, b->is_ask)) continue;
        for (uint32_t block = from / FACT_TICKS; block * FACT_TICKS < to; block++) {
            uint32_t first = block * FACT_TICKS;
            uint64_t bits = is_within(d, b, block) ? 0 : outside(d, b, first);

            if (first < from) bits &= UINT64_MAX << (from - first);
            if (bits && first + (uint32_t)__builtin_ctzll(bits) < to)
                to = first + (uint32_t)__builtin_ctzll(bits);
        }
    }
    return to;
}

static void leave_out_shut(DriveColumns *d, uint32_t to)
{
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        d->notes[i].false_event = to - d->from;
        d->is_armed[i] = true;
    }
    d->pending = to - d->from;
}

/* Leaves out ticks from `at` on, to the end of the sheet at most, if all gates are shut to there; gives the
 * first that is left. */
static uint32_t pass_shut(DriveColumns *d, uint32_t at, uint32_t to)
{
    uint32_t end = shut_until(d, at);

    if (end == at) return at;
    look_at_engine(d);
    if (d->quiet.why || d->quiet.has_quotes || instant_has_orders(d->gateway)) return at;
    if (end > to) end = to;
    end = first_outside(d, at, end);
    if (end > at) end = calm_end(d, at, end);
    if (end == at) return at;
    end = gap_end(d, at, end);
    leave_out_shut(d, end);
    columns_pass(d->columns, at, end - at);
    return end;
}

void drive_columns_run(DriveColumns *d, uint32_t from, uint32_t to, EffectSink sink)
{
    uint32_t at = from;

    d->sink = sink;
    expect_row(d, to - 1);
    expect_row(d, to);
    d->begun = from;
    d->end = to;
    begin_pending(d, from);
    moved(d);
    columns_rerun(d->columns);
    if (d->between) drive_between_begin(d->between, d->engine);
    if (!has_slot(d, from)) d->stretch_end = from;
    while (at < to) {
        uint32_t end = d->first + d->count;

        if (at >= end || at < d->first) {
            if (d->is_bounded) look_at_engine(d);
            if (is_due(d, at)) advance(d, at);
            if (at >= d->stretch_end) begin_stretch(d, at, to);
            if (columns_sheet_end(d->columns, at) == at) begin_sheet(d, at);
            end = pass_shut(d, at, to);
            if (end > at) {
                at = end;
                continue;
            }
            begin_word(d, at);
            end = d->first + d->count;
        }
        if (end > to) end = to;
        run_word(d, at, end);
        at = end;
    }
    pass(d, false);
    hold(d, at);
}
