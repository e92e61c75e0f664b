/* drive_left_out.c — ticks and boundaries left out, until they are handed over to the engine.
 *
 * Leaving out costs no more than notes: when each gate was last seen shut or open, samples of
 * equity, counts.  Before the next event that is shown they go over as one Skip (quiet.h).
 * Promise: the engine then stands as if it had been shown each of them. */
#include "runtime/engine/drive_columns_inside.h"
#include "runtime/engine/state.h"
#include "vm/base/num.h"

void drive_begin_left_out(DriveColumns *d, uint32_t tick)
{
    d->left.from = tick;
    d->left.ticks = d->left.boundaries = d->left.sample_count = 0;
    d->left.boundary_us = INT64_MIN;
    for (uint32_t i = 0; i < d->note_count; i++)
        d->notes[i].gate.false_event = d->notes[i].gate.true_event = 0;
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edges[i].last = 0;
    for (uint32_t i = 0; i < d->own_count; i++)
        d->own[i].last = 0;
}

static bool is_crossed(const DriveColumns *d, uint32_t tick)
{
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        const int64_t *bid = drive_prices(d, o, false), *ask = drive_prices(d, o, true);

        if (bid && ask && ask[tick] != MICROS_UNKNOWN && bid[tick] > ask[tick]) return true;
    }
    return false;
}

/* Do facts say that all sides of books are known at the tick, and none are crossed? */
static bool has_whole_books(const DriveColumns *d, uint32_t tick)
{
    const TickColumns *t = d->ticks;

    for (uint32_t o = 0; o < OUTCOMES; o++)
        for (int is_ask = 0; is_ask < 2; is_ask++) {
            uint32_t word = drive_price_word(o, is_ask);

            if (!t->words[word] || t->all_facts[word] & FACT_FINE) continue;
            if (!(t->facts[word][tick / FACT_TICKS] & FACT_FINE)) return false;
        }
    return !tick_columns_are_crossed(t, tick, 1);
}

/* Does the tick say everything about the market that its forerunners may have said, once they have told this? */
static bool tells_behind(const DriveColumns *d, const FeatureState *s, uint32_t tick)
{
    if (d->ticks->words[TICK_WORD(spot)] && !num_is_known(s->spot_open)) return false;
    if (has_whole_books(d, tick)) return true;
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        const int64_t *bid = drive_prices(d, o, false), *ask = drive_prices(d, o, true);

        if ((bid && bid[tick] == MICROS_UNKNOWN) || (ask && ask[tick] == MICROS_UNKNOWN))
            return false;
        if (bid && ask && bid[tick] > ask[tick]) return false;
    }
    return true;
}

bool drive_is_telling(const DriveColumns *d, uint32_t tick)
{
    return tells_behind(d, engine_feature(d->engine, d->market), tick);
}

/* What the engine's facts about the market are after the ticks that were left out. */
static FeatureState feature_after(DriveColumns *d)
{
    static const FeaturePlan nothing = {0};
    const TickColumns *t = d->ticks;
    FeatureState s = *engine_feature(d->engine, d->market);
    uint32_t last = d->left.from + d->left.ticks - 1;

    for (uint32_t i = d->left.from; i <= last; i++) {
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
    uint32_t word = drive_price_word(b->outcome, b->is_ask);
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
    const int64_t *p = drive_prices(d, b->outcome, b->is_ask);
    int64_t *best = b->is_ask ? &m->ask_low[b->outcome] : &m->bid_high[b->outcome];
    uint32_t from = d->left.from, to = from + d->left.ticks;
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

    for (uint32_t i = 0; i < d->note_count; i++) {
        const GateNote *gate = &d->notes[i].gate;

        if (gate->false_event || gate->true_event) d->passed[count++] = *gate;
    }
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
    *after = feature_after(d); /* the last one is the present row */
    market->feature = after;
    market->last = &d->row;
    instant_skip(d->gateway, d->market, &d->row);
}

static void lay_out_samples(const DriveColumns *d, SkipSample *samples)
{
    for (uint32_t i = 0; i < d->left.sample_count; i++) {
        const LeftSample *s = &d->left.samples[i];

        samples[i].ts_us = s->ts_us;
        for (uint32_t o = 0; o < OUTCOMES; o++) {
            samples[i].bid[o] = drive_price_at(d, o, false, s->tick);
            samples[i].ask[o] = drive_price_at(d, o, true, s->tick);
        }
    }
}

static bool has_quotes(const DriveColumns *d)
{
    for (uint32_t i = 0; i < d->note_count; i++)
        if (d->notes[i].is_quoting) return true;
    return false;
}

static void count_left_out(DriveColumns *d)
{
    d->counts.left_out += d->left.ticks;
    if (instant_has_orders(d->gateway)) d->counts.resting += d->left.ticks;
    if (has_quotes(d)) d->counts.quoting += d->left.ticks;
    d->counts.between += d->left.boundaries;
}

/* Hands over what was left out.  `is_overtaken`: a tick that drive_is_telling comes at once. */
void drive_pass(DriveColumns *d, bool is_overtaken)
{
    uint32_t next = d->left.from + d->left.ticks;
    FeatureState after;
    SkipMarket market = {.market = d->market};
    SkipSample samples[2];
    Skip skip = {.events = (uint64_t)d->left.ticks + d->left.boundaries,
                 .now_us = d->left.boundary_us,
                 .is_boundary = d->left.boundary_us != INT64_MIN,
                 .markets = &market,
                 .market_count = d->left.ticks > 0,
                 .samples = samples,
                 .sample_count = d->left.sample_count,
                 .notes = d->passed,
                 .is_overtaken = is_overtaken};

    if (!skip.events) return;
    lay_out_samples(d, samples);
    if (d->left.ticks) pass_ticks(d, next - 1, is_overtaken, &market, &after);
    if (!skip.is_boundary) skip.now_us = market.ts_us;
    pass_edges(d);
    skip.note_count = gather_notes(d);
    engine_skip(d->engine, &skip);
    count_left_out(d);
    drive_begin_left_out(d, next);
}

/* Which event left out, counted from 1, the tick at a place of the word is, if boundaries lie before those ticks. */
static uint64_t number_of(const DriveColumns *d, uint64_t between, uint32_t bit)
{
    return (uint64_t)d->word.first + bit + 1 - d->left.from + d->left.boundaries +
           (uint64_t)__builtin_popcountll(between & UINT64_MAX >> (WORD - 1 - bit));
}

/* What a gate was at events left out; `later`: boundaries come right before the ticks they are named by. */
static void note_gate(DriveColumns *d, uint32_t note, Mask gate, uint64_t bits, bool is_edge,
                      uint64_t between, uint32_t later)
{
    RuleNote *n = &d->notes[note];
    uint64_t shut = gate.is_false & bits, open = gate.is_true & bits, at;

    if (shut) {
        at = number_of(d, between, top_bit(shut)) - later;
        if (at > n->gate.false_event) n->gate.false_event = at;
        n->is_armed = true;
    }
    if (open && is_edge) {
        at = number_of(d, between, top_bit(open)) - later;
        if (at > n->gate.true_event) n->gate.true_event = at;
    }
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

static void leave_out_own(DriveColumns *d, uint64_t bits, uint64_t between)
{
    for (uint32_t i = 0; i < d->own_count; i++) {
        RuleRun *o = &d->own[i];
        uint64_t known = (o->cond.is_true | o->cond.is_false) & bits;

        if (!known) continue;
        o->last = number_of(d, between, top_bit(known));
        o->was_true = o->cond.is_true >> top_bit(known) & 1;
        o->fires = !o->was_true;
    }
}

static bool is_better(const DriveColumns *d, uint32_t tick, uint32_t than)
{
    const QuietBand *b = &d->quiet.bands[0];
    int64_t price, best;

    if (!d->quiet.held_count) return false;
    price = drive_price_at(d, b->outcome, b->is_ask, tick);
    best = drive_price_at(d, b->outcome, b->is_ask, than);
    return b->is_ask ? price < best : price > best;
}

/* A sample of equity at an instant, at the prices of a tick. */
void drive_note_sample(DriveColumns *d, uint32_t tick, int64_t ts_us)
{
    bool is_best = !d->left.sample_count || is_better(d, tick, d->left.samples[0].tick);

    d->left.sample_count = is_best ? 1 : 2;
    d->left.samples[!is_best] = (LeftSample){tick, ts_us};
}

/* Equity is sampled at boundaries of the word: so many from number `first` on. */
static void sample_between(DriveColumns *d, uint32_t first, uint32_t count)
{
    const DriveBetween *b = d->between;

    if (!b->samples || !d->quiet.held_count) return; /* it stays as it is */
    for (uint32_t k = first; k < first + count; k++)
        drive_note_sample(d, b->tick[k], b->now_us[k]);
}

/* Boundaries before ticks up to `to` are left out; the next one left out is no boundary. */
void drive_leave_out_boundaries(DriveColumns *d, uint32_t to)
{
    uint64_t bits = drive_boundaries_left(d, to);
    uint32_t count, until;

    for (uint32_t i = 0; bits && i < d->between->wakes.count; i++)
        note_gate(d, d->note_of[i], d->between->gates[i], bits, d->between->wakes.rows[i].is_edge,
                  bits, 1);
    d->word.counted = d->word.counted < to ? to : d->word.counted;
    if (!bits) return;
    count = (uint32_t)__builtin_popcountll(bits);
    until = drive_between_until(d->between, to - 1 - d->word.first);
    sample_between(d, until - count, count);
    d->left.boundaries += count;
    d->left.boundary_us = d->between->now_us[until - 1];
}

/* Ticks from .. to of the word are left out. */
void drive_leave_out(DriveColumns *d, uint32_t from, uint32_t to)
{
    uint64_t bits, between = drive_boundaries_left(d, to);

    if (from == to) return;
    bits = UINT64_MAX >> (WORD - (to - from)) << (from - d->word.first);
    for (uint32_t i = 0; i < d->wakes.count; i++)
        note_gate(d, i, d->gates[i], bits, d->wakes.rows[i].is_edge, between, 0);
    leave_out_edges(d, bits, (uint64_t)d->word.first + 1 - d->left.from);
    leave_out_own(d, bits, between);
    drive_leave_out_boundaries(d, to);
    d->left.boundary_us = INT64_MIN;
    d->left.ticks = to - d->left.from;
}

void drive_leave_out_shut(DriveColumns *d, uint32_t to)
{
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        d->notes[i].gate.false_event = to - d->left.from;
        d->notes[i].is_armed = true;
    }
    d->left.ticks = to - d->left.from;
}
