/* quiet.c — leaving events out changes nothing: a scalar engine against one that skips and is told.
 *
 * Three engines take the same generated events.  The first is the measure.  The second, which nobody
 * answers, works out shared parts.  The third leaves out every tick that engine_quiet and the gates
 * allow, and gets the shared part of the others handed in.  Effects and snapshots must be equal bytes.
 * Prints how many ticks were left out and handed in, so that it cannot hold of nothing. */
#include <stdio.h>
#include <string.h>

#include "runtime/core/memory.h"
#include "runtime/engine/instant.h"
#include "runtime/engine/quiet.h"
#include "runtime/market/feature.h"
#include "tests/diff/pair.h"
#include "tests/generate/market.h"
#include "tests/harness/test.h"
#include "vm/base/hash.h"
#include "vm/machine.h"

enum { MARKETS = 8, NOTES = MAX_RULES, EVENTS = 300 };

typedef struct Hash {
    uint64_t hash, count;
} Hash;

typedef struct Stretch { /* ticks left out so far */
    uint64_t events;
    int64_t now_us;
    Quiet quiet;
    bool has_market[MARKETS];
    SkipMarket markets[MARKETS];
    FeatureState features[MARKETS];
    int64_t stale_at[MARKETS];
    GateNote notes[NOTES];
    bool is_armed[NOTES];
} Stretch;

typedef struct Trial {
    Arena *arena;
    const Image *image;
    Engine *plain, *shared, *spared;
    Instant *plain_gateway, *spared_gateway;
    Wakes wakes[MARKETS];
    uint64_t ticks; /* clocks */
    Hash plain_hash, spared_hash;
    Stretch s;
    uint64_t skipped, known, scalar;
} Trial;

static void take(void *ctx, const Effect *f)
{
    Hash *h = ctx;
    uint64_t v[] = {h->hash,
                    f->kind,
                    f->because,
                    f->reason,
                    (uint64_t)f->rule,
                    (uint64_t)f->token,
                    (uint64_t)f->size_micros,
                    (uint64_t)f->price_micros,
                    (uint64_t)f->amount_micros,
                    f->order,
                    (uint64_t)f->ts_us};

    h->hash = hash_span(span_of((const char *)v, sizeof v));
    h->count++;
}

static void ignore(void *ctx, const Effect *f)
{
    (void)ctx;
    (void)f;
}

/* ---- the shared part, handed over ------------------------------------------------------------------- */

static void copy_registers(Trial *t)
{
    const ImageMeta *m = t->image->meta;
    Vm *from = engine_vm(t->shared), *to = engine_vm(t->spared);

    memcpy(to->nums, from->nums, m->shared_regs * sizeof *to->nums);
    memcpy(to->conds, from->conds, m->shared_qregs);
}

static void copy_memory(Trial *t)
{
    Vm *from = engine_vm(t->shared), *to = engine_vm(t->spared);

    for (uint32_t i = 0; i < t->image->state_count; i++) {
        const StateLink *s = &to->links[i];

        if (s->space != SPACE_SHARED || s->kind <= SK_ARM || !(s->clocks & t->ticks)) continue;
        memcpy(to->state + s->offset, from->state + s->offset, s->size);
    }
}

/* Does the shared part of ticks change states of its own? Then it is not handed in here. */
static bool has_shared_sets(const Image *image)
{
    const CodeSection *u = &image->shared;

    for (uint32_t i = 0; i < u->block_count; i++) {
        const BlockRow *b = &u->blocks[i];

        for (uint32_t at = b->first; at < b->first + b->count; at += word_count(u->words[at])) {
            uint8_t op = word_op(u->words[at]);

            if (op == OP_SET || op == OP_SETB || op == OP_INIT || op == OP_INITB || op == OP_ARM)
                return true;
        }
    }
    return false;
}

/* Memory that moves at ticks and at answers as well is not that of the engine that gets none. */
static bool find_clocks(Trial *t)
{
    uint64_t own = 0;

    for (uint32_t i = 0; i < t->image->clocks_count; i++) {
        uint8_t kind = t->image->clocks[i].kind;

        if (kind == CLOCK_TICK) t->ticks |= UINT64_C(1) << i;
        if (kind == CLOCK_FILL || kind == CLOCK_ACCOUNT || kind == CLOCK_REJECT)
            own |= UINT64_C(1) << i;
    }
    for (uint32_t i = 0; i < t->image->state_count; i++)
        if (t->image->state[i].clocks & t->ticks && t->image->state[i].clocks & own) return false;
    return true;
}

/* ---- a stretch --------------------------------------------------------------------------------------- */

static void begin(Trial *t)
{
    Stretch *s = &t->s;

    *s = (Stretch){.events = 0};
    engine_quiet(t->spared, &s->quiet);
    for (uint8_t m = 0; m < MARKETS && m < t->image->sources_count; m++) {
        if (t->image->sources[m].source) continue;
        s->features[m] = *engine_feature(t->spared, m);
        s->stale_at[m] = engine_stale_at(t->spared, m);
    }
    for (uint16_t r = 0; r < t->image->rules_count; r++)
        s->is_armed[r] = vm_is_armed(engine_vm(t->spared), engine_wallet(t->spared), r);
}

static void end(Trial *t)
{
    Stretch *s = &t->s;
    SkipMarket markets[MARKETS];
    GateNote notes[NOTES];
    Skip skip = {.events = s->events, .now_us = s->now_us, .markets = markets, .notes = notes};

    if (!s->events) return;
    for (uint8_t m = 0; m < MARKETS; m++) {
        if (!s->has_market[m]) continue;
        instant_skip(t->spared_gateway, m, s->markets[m].last);
        markets[skip.market_count++] = s->markets[m];
    }
    for (uint16_t r = 0; r < t->image->rules_count; r++)
        if (s->notes[r].false_event || s->notes[r].true_event) {
            notes[skip.note_count] = s->notes[r];
            notes[skip.note_count++].rule = r;
        }
    engine_skip(t->spared, &skip);
    t->skipped += s->events;
    s->events = 0;
}

static int64_t touch_of(const FeatureState *f, uint8_t outcome, bool is_ask)
{
    return is_ask ? f->ask[outcome] : f->bid[outcome];
}

static bool are_bands_quiet(const Stretch *s, uint8_t market, const FeatureState *after)
{
    for (uint32_t i = 0; i < s->quiet.band_count; i++) {
        const QuietBand *b = &s->quiet.bands[i];
        int64_t touch = touch_of(after, b->outcome, b->is_ask);

        if (b->market != market || touch == MICROS_UNKNOWN) continue;
        if (touch <= b->low || touch >= b->high) return false;
    }
    return true;
}

static bool are_gates_quiet(const Trial *t, const Wakes *w)
{
    const uint8_t *conds = engine_vm(t->spared)->conds;

    if (w->why) return false;
    for (uint32_t i = 0; i < w->count; i++) {
        const Wake *row = &w->rows[i];
        uint8_t gate = conds[row->gate];
        bool is_shut = row->is_strict ? gate != COND_TRUE : gate == COND_FALSE;

        if (is_shut && row->is_while && t->s.quiet.has_quotes) return false;
        if (!is_shut && !row->is_edge) return false;
        if (!is_shut && gate == COND_TRUE && t->s.is_armed[row->rule]) return false;
    }
    return true;
}

static void note_gates(Trial *t, const Wakes *w)
{
    Stretch *s = &t->s;

    for (uint32_t i = 0; i < w->count; i++) {
        uint16_t rule = w->rows[i].rule;
        uint8_t gate = engine_vm(t->spared)->conds[w->rows[i].gate];

        if (gate == COND_FALSE) s->notes[rule].false_event = s->events;
        if (gate == COND_FALSE) s->is_armed[rule] = true;
        if (gate == COND_TRUE && w->rows[i].is_edge) s->notes[rule].true_event = s->events;
    }
}

static void better(int64_t *best, int64_t price, bool is_ask)
{
    if (price == MICROS_UNKNOWN) return;
    if (*best == MICROS_UNKNOWN || (is_ask ? price < *best : price > *best)) *best = price;
}

static void leave_out(Trial *t, const Event *ev, const FeatureState *after)
{
    Stretch *s = &t->s;
    SkipMarket *m = &s->markets[ev->market];

    if (!s->has_market[ev->market])
        *m = (SkipMarket){.market = ev->market,
                          .feature = &s->features[ev->market],
                          .bid_high = {MICROS_UNKNOWN, MICROS_UNKNOWN},
                          .ask_low = {MICROS_UNKNOWN, MICROS_UNKNOWN}};
    s->has_market[ev->market] = true;
    s->features[ev->market] = *after;
    m->ts_us = s->now_us = ev->ts_us;
    m->last = ev->tick;
    for (int o = 0; o < OUTCOMES; o++) {
        better(&m->bid_high[o], after->bid[o], false);
        better(&m->ask_low[o], after->ask[o], true);
    }
    s->events++;
    note_gates(t, &t->wakes[ev->market]);
    s->stale_at[ev->market] = engine_stale_after(t->spared, ev->market)
                                  ? ev->ts_us + engine_stale_after(t->spared, ev->market)
                                  : INT64_MAX;
}

/* Nothing comes before this tick by itself. */
static bool is_calm_until(const Trial *t, int64_t ts_us)
{
    for (uint32_t m = 0; m < MARKETS; m++)
        if (t->s.stale_at[m] && ts_us > t->s.stale_at[m]) return false;
    return ts_us <= t->s.quiet.until_us && ts_us <= t->s.quiet.boundary_us;
}

static void spare_tick(Trial *t, const Event *ev)
{
    FeaturePlan nothing = {0};
    FeatureState after = t->s.features[ev->market];
    EffectSink sink = {take, &t->spared_hash};
    bool may_know;

    feature_take(&nothing, &after, ev->tick);
    may_know =
        !t->s.quiet.why && is_calm_until(t, ev->ts_us) && !instant_has_orders(t->spared_gateway);
    if (may_know) copy_registers(t);
    if (may_know && are_bands_quiet(&t->s, ev->market, &after) &&
        are_gates_quiet(t, &t->wakes[ev->market])) {
        leave_out(t, ev, &after);
        copy_memory(t);
        return;
    }
    end(t);
    if (may_know) {
        copy_registers(t);
        copy_memory(t);
        instant_apply_known(t->spared_gateway, t->spared, ev, sink);
        t->known++;
    } else {
        instant_apply(t->spared_gateway, t->spared, ev, sink);
        t->scalar++;
    }
    begin(t);
}

static bool are_equal(Trial *t)
{
    ArenaMark mark = arena_mark(t->arena);
    Buf a, b;
    bool is_equal;

    buf_init(&a, t->arena, (size_t)8 << 20);
    buf_init(&b, t->arena, (size_t)8 << 20);
    is_equal = engine_snapshot(t->plain, &a) && engine_snapshot(t->spared, &b) &&
               span_is(buf_span(&a), buf_span(&b)) && t->plain_hash.hash == t->spared_hash.hash;
    arena_release(t->arena, mark);
    return is_equal;
}

static bool play(Trial *t, const GenEvents *events)
{
    int64_t now_us = INT64_MIN;

    begin(t);
    for (size_t i = 0; i < events->count; i++) {
        Event ev = events->events[i];
        bool is_tick = ev.kind == EV_TICK && ev.market < MARKETS;

        if (ev.ts_us < now_us) ev.ts_us = now_us;
        now_us = ev.ts_us;
        instant_apply(t->plain_gateway, t->plain, &ev, (EffectSink){take, &t->plain_hash});
        engine_apply(t->shared, &ev, (EffectSink){ignore, NULL});
        if (is_tick) {
            spare_tick(t, &ev);
        } else {
            end(t);
            instant_apply(t->spared_gateway, t->spared, &ev, (EffectSink){take, &t->spared_hash});
            begin(t);
        }
        if (i % 7 != 3 && i + 1 != events->count) continue;
        end(t);
        if (!are_equal(t)) return false;
        begin(t);
    }
    return true;
}

static bool make(Trial *t, const GenEvents *events)
{
    EngineConfig config = engine_config_default(t->image);

    config.start_us = events->start_us;
    t->plain = engine_new(&config, t->arena);
    t->shared = engine_new(&config, t->arena);
    t->spared = engine_new(&config, t->arena);
    t->plain_gateway = instant_new(t->image, t->arena);
    t->spared_gateway = instant_new(t->image, t->arena);
    for (uint16_t m = 0; m < MARKETS && t->spared; m++)
        t->wakes[m] = vm_wakes(engine_vm(t->spared), EV_TICK, m, t->arena);
    return t->plain && t->shared && t->spared && t->plain_gateway && t->spared_gateway;
}

/* False when the engines part. */
static bool run(uint64_t seed, Arena *arena, uint64_t counts[4])
{
    GenProgram g = generate_program(seed, arena);
    Trial t = {.arena = arena};
    Pair pair = {0};
    GenEvents events;
    Buf text;

    buf_init(&text, arena, 1 << 20);
    generate_print(g.root, &text, NULL);
    if (!pair_compile(&pair, buf_span(&text), false, arena)) return true;
    if (!pair.c.program->markets_count || has_shared_sets(pair.image)) return true;
    t.image = pair.image;
    if (!find_clocks(&t)) return true;
    events = generate_events(pair.c.program, seed, EVENTS, arena);
    if (!make(&t, &events)) return true;
    if (!play(&t, &events)) {
        printf("seed %llu: the engines part\n%.*s\n", (unsigned long long)seed, (int)text.len,
               text.ptr);
        return false;
    }
    counts[0]++;
    counts[1] += t.skipped;
    counts[2] += t.known;
    counts[3] += t.scalar;
    return true;
}

int main(int argc, char **argv)
{
    uint64_t first = 1, count = 1000, only = 0, counts[4] = {0};

    test_arguments(argc, argv, (TestNumber[]){{"--count", &count}, {"--only", &only}}, 2);
    if (only) first = only;
    if (only) count = 1;
    for (uint64_t seed = first; seed < first + count; seed++) {
        Arena arena;
        bool is_fine;

        arena_init(&arena, memory_source(), (size_t)512 << 20);
        is_fine = run(seed, &arena, counts);
        arena_fini(&arena);
        if (!is_fine) return 1;
    }
    printf("%llu programs, ticks: %llu left out, %llu handed in, %llu plain\n",
           (unsigned long long)counts[0], (unsigned long long)counts[1],
           (unsigned long long)counts[2], (unsigned long long)counts[3]);
    return counts[1] > counts[0] && counts[2] > counts[0] ? 0 : 1;
}
