/* sweeps.c — one program, one stream of events, several values of its params: the sweep driver against
 * an engine of its own for each variant.
 *
 * Generated programs and markets, or a file of one's own.  Effects in their order and what they come to must
 * be equal for each variant; where engines are wanted, their snapshots must be equal bytes as well.  The
 * grid is run whole or in two ranges, at every level of kernels; now and then more slots wait for their
 * result than a wallet has room for.  Prints how many variants shared their ticks, how many of those were
 * left to an engine and why the others did not, so that it cannot hold of nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/core/cpu.h"
#include "runtime/core/memory.h"
#include "runtime/engine/drive_sweep.h"
#include "tests/diff/effect_hash.h"
#include "tests/diff/plain.h"
#include "tests/diff/seeds.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { AXES = 3, VALUES = 4, VARIANTS = 64, SLOTS = 90, SLOT_TICKS = 5 };
#define SLOT_US (INT64_C(900) * 1000000)

typedef struct Outcome { /* of a variant */
    uint64_t hash, effects;
    SweepTally tally;
    Span snapshot;
    bool is_done;
} Outcome;

typedef struct Trial {
    Arena *arena;
    const Image *image;
    const GenEvents *events;
    TickColumns ticks;
    SweepStep *steps;
    uint32_t step_count;
    SweepAxis axes[AXES];
    uint32_t axis_count, variants;
    KernelLevel level;
    Outcome want[VARIANTS], got[VARIANTS];
    uint32_t next;             /* variant whose turn it is to be done */
    bool in_order, is_crowded; /* with slots, and cash for all of them */
    bool is_loose; /* exits of coins are bound by nothing: they go out without a price */
} Trial;

typedef struct Totals {
    uint64_t programs, pairs, shared, left, effects, trades;
    uint64_t why[SWEEP_WHY_COUNT];
} Totals;

/* ---- outcomes --------------------------------------------------------------------------------------- */

static void note(Outcome *o, const Effect *f)
{
    o->hash = effect_hash(o->hash, f);
    o->effects++;
}

static void take_scalar(void *ctx, const Effect *f)
{
    Outcome *o = ctx;

    note(o, f);
    sweep_tally(&o->tally, f);
}

static void take_swept(void *ctx, uint32_t variant, const Effect *f)
{
    Trial *t = ctx;

    note(&t->got[variant], f);
}

static Span snapshot_of(const Engine *e, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, (size_t)4 << 20);
    return engine_snapshot(e, &b) ? buf_span(&b) : (Span){0};
}

static void take_done(void *ctx, uint32_t variant, const SweepTally *tally, const Engine *e)
{
    Trial *t = ctx;
    Outcome *o = &t->got[variant];

    t->in_order &= variant == t->next++;
    o->tally = *tally;
    o->is_done = true;
    if (e) { /* what the driver takes is gone when this returns */
        static char room[1 << 20];
        Arena own;
        Span s;

        arena_init(&own, memory_source(), (size_t)16 << 20);
        s = snapshot_of(e, &own);
        if (s.len <= sizeof room && o->snapshot.len == 0) {
            char *copy = malloc(s.len + 1);

            if (copy) memcpy(copy, s.ptr, s.len);
            o->snapshot = span_of(copy, copy ? s.len : 0);
        }
        arena_fini(&own);
    }
}

/* ---- the tape ---------------------------------------------------------------------------------------- */

static bool is_tick(const Event *ev)
{
    return ev->kind == EV_TICK && ev->market == 0;
}

static bool make_tape(Trial *t)
{
    const GenEvents *g = t->events;
    TickRow *rows = arena_array(t->arena, TickRow, g->count + 1);
    uint32_t count = 0;

    t->steps = arena_array(t->arena, SweepStep, g->count + 1);
    if (arena_is_full(t->arena)) return false;
    for (size_t i = 0; i < g->count; i++) {
        SweepStep *last = t->step_count ? &t->steps[t->step_count - 1] : NULL;

        if (!is_tick(&g->events[i])) {
            t->steps[t->step_count++] = (SweepStep){&g->events[i], 0, 0};
            continue;
        }
        rows[count].ts_us = g->events[i].ts_us;
        rows[count++].data = *g->events[i].tick;
        if (last && !last->event)
            last->to = count;
        else
            t->steps[t->step_count++] = (SweepStep){NULL, count - 1, count};
    }
    if (!count) return false;
    t->ticks = tick_columns_from_rows(rows, count, t->arena);
    return t->ticks.count == count;
}

/* ---- the grid ---------------------------------------------------------------------------------------- */

static double value_in(const ParamRow *p, Rng *rng)
{
    double low = p->low > -1e6 ? p->low : -1e6, high = p->high < 1e6 ? p->high : 1e6;
    double x = low + (high - low) * rng_unit(rng);

    if (p->step > 0) x = low + p->step * num_rint((x - low) / p->step);
    if (p->flags & 2) x = num_rint(x);
    if (x < p->low) x = p->low;
    return x > p->high ? p->high : x;
}

static void make_grid(Trial *t, uint64_t seed)
{
    Rng rng;

    rng_init(&rng, seed);
    t->variants = 1;
    for (uint32_t i = 0; i < t->image->params_count && t->axis_count < AXES; i++) {
        const ParamRow *p = &t->image->params[i];
        double *values = arena_array(t->arena, double, VALUES);
        uint32_t count = 2 + (uint32_t)(rng_below(&rng, VALUES - 1));

        if (p->low == p->high || t->variants * count > VARIANTS) continue;
        for (uint32_t v = 0; v < count; v++)
            values[v] = v ? value_in(p, &rng) : p->value;
        t->axes[t->axis_count++] = (SweepAxis){(uint16_t)i, values, count};
        t->variants *= count;
    }
}

/* ---- both sides -------------------------------------------------------------------------------------- */

static SweepSetup setup_of(const Trial *t)
{
    SweepSetup s = {.config = engine_config_default(t->image),
                    .ticks = &t->ticks,
                    .kernels = kernels_of(t->level),
                    .steps = t->steps,
                    .step_count = t->step_count,
                    .axes = t->axes,
                    .axis_count = t->axis_count};

    s.config.start_us = t->events->start_us;
    if (t->is_crowded) s.config.cash_micros *= 1000;
    if (t->is_loose) s.config.exit_bound_ratio = 1e300;
    s.config.heartbeat = t->is_crowded || t->level != KERNELS_BASE; /* then nothing falls silent */
    return s;
}

static bool run_scalar(Trial *t, uint32_t variant)
{
    SweepSetup s = setup_of(t);
    double *params = arena_array(t->arena, double, t->image->params_count + 1U);
    Outcome *o = &t->want[variant];
    Instant *gateway = instant_new(t->image, t->arena);
    Engine *e;

    sweep_params(&s, variant, params);
    s.config.params = params;
    e = engine_new(&s.config, t->arena);
    if (!e || !gateway) return false;
    for (size_t i = 0; i < t->events->count; i++)
        instant_apply(gateway, e, &t->events->events[i], (EffectSink){take_scalar, o});
    o->snapshot = snapshot_of(e, t->arena);
    return true;
}

/* Variants first .. first + count. */
static bool run_sweep(Trial *t, uint32_t first, uint32_t count, bool wants_engines, Totals *sum)
{
    SweepSetup s = setup_of(t);
    SweepSink sink = {t, take_swept, take_done};
    DriveSweep *d;
    SweepReport r;

    s.first = first;
    s.count = count;
    s.wants_engines = wants_engines;
    d = drive_sweep_new(&s, t->arena);
    t->next = first;
    t->in_order = true;
    if (!d || !drive_sweep_run(d, &sink) || !t->in_order) return false;
    r = drive_sweep_report(d);
    if (wants_engines) return r.alone == count;
    sum->shared += count - r.alone;
    sum->left += r.why ? 0 : r.alone;
    sum->why[r.why] += count;
    return true;
}

static bool is_equal(const Trial *t, uint32_t variant)
{
    const Outcome *a = &t->want[variant], *b = &t->got[variant];

    if (!b->is_done || a->hash != b->hash || a->effects != b->effects) return false;
    if (memcmp(&a->tally, &b->tally, sizeof a->tally) != 0) return false;
    return !b->snapshot.len || span_is(a->snapshot, b->snapshot);
}

static bool compare(Trial *t, Totals *sum)
{
    for (uint32_t v = 0; v < t->variants; v++) {
        if (!is_equal(t, v)) {
            printf("variant %u of %u parts: %llu effects, %llu wanted\n", v, t->variants,
                   (unsigned long long)t->got[v].effects, (unsigned long long)t->want[v].effects);
            return false;
        }
        sum->pairs++;
        sum->effects += t->got[v].effects;
        for (int i = 0; i < BECAUSE_COUNT; i++)
            sum->trades += t->got[v].tally.orders[i];
    }
    return true;
}

static void forget(Trial *t)
{
    for (uint32_t v = 0; v < t->variants; v++) {
        free((void *)(uintptr_t)t->got[v].snapshot.ptr);
        t->got[v] = (Outcome){0};
    }
}

static bool run_trial(Trial *t, uint64_t seed, Totals *sum)
{
    uint32_t half = seed % 3 == 0 ? t->variants / 2 : 0;
    bool is_fine;

    for (uint32_t v = 0; v < t->variants; v++)
        if (!run_scalar(t, v)) return true; /* a value out of its range */
    is_fine = (!half || run_sweep(t, 0, half, false, sum)) &&
              run_sweep(t, half, t->variants - half, false, sum) && compare(t, sum);
    forget(t);
    if (!is_fine || seed % 8) return is_fine;
    is_fine = run_sweep(t, 0, t->variants, true, sum) && compare(t, sum);
    forget(t);
    return is_fine;
}

/* What a recorded tape of one market holds. */
static bool is_recorded(const Event *ev)
{
    return !ev->market && (ev->kind == EV_TICK || ev->kind == EV_SLOT_OPEN ||
                           ev->kind == EV_SLOT_CLOSE || ev->kind == EV_RESOLVE);
}

/* Leaves out everything else. */
static void thin_out(GenEvents *g)
{
    size_t kept = 0;

    for (size_t i = 0; i < g->count; i++)
        if (is_recorded(&g->events[i])) g->events[kept++] = g->events[i];
    g->count = kept;
}

static Event slot_event(EventKind kind, int64_t ts_us, int64_t slot_start_us)
{
    Event ev = {.kind = (uint8_t)kind, .ts_us = ts_us};

    if (kind == EV_RESOLVE) {
        ev.resolve.slot_start_us = slot_start_us;
        ev.resolve.winner = (int8_t)(slot_start_us / 1000 % 2);
        ev.resolve.spot_close = UNKNOWN;
    } else {
        ev.slot.slot_start_us = slot_start_us;
        ev.slot.slot_us = SLOT_US;
    }
    return ev;
}

/* Slots of a few ticks, none of which is resolved before the last: more than a wallet has room for. */
static void crowd_slots(GenEvents *g, Arena *arena)
{
    Event *to = arena_array(arena, Event, g->count + 3 * SLOTS);
    int64_t starts[SLOTS], end_us = g->events[g->count - 1].ts_us;
    size_t count = 0, ticks = 0, open = 0;

    if (arena_is_full(arena)) return;
    for (size_t i = 0; i < g->count; i++) {
        const Event *ev = &g->events[i];

        if (!is_tick(ev)) continue;
        if (ticks++ % SLOT_TICKS == 0 && open < SLOTS && (!open || ev->ts_us > starts[open - 1])) {
            if (open) to[count++] = slot_event(EV_SLOT_CLOSE, ev->ts_us, starts[open - 1]);
            to[count++] = slot_event(EV_SLOT_OPEN, ev->ts_us, ev->ts_us);
            starts[open++] = ev->ts_us;
        }
        to[count++] = *ev;
    }
    for (size_t i = 0; i + 1 < open; i++)
        to[count++] = slot_event(EV_RESOLVE, end_us, starts[i]);
    g->events = to;
    g->count = count;
}

static SeedVerdict run(void *ctx, SeedTrial *seed)
{
    Totals *sum = ctx;
    Trial *t = arena_new(seed->arena, Trial);
    uint64_t pairs = sum->pairs;

    t->arena = seed->arena;
    t->image = seed->image;
    t->level = (KernelLevel)(seed->seed % ((uint32_t)cpu_kernels() + 1));
    if (seed->seed % 4) thin_out(&seed->events);
    t->is_crowded = seed->seed % 8 == 5;
    t->is_loose = seed->seed % 8 == 2;
    if (t->is_crowded) crowd_slots(&seed->events, seed->arena);
    t->events = &seed->events;
    make_grid(t, seed->seed);
    if (!make_tape(t)) return SEED_NOTHING;
    sum->programs++;
    if (!run_trial(t, seed->seed, sum)) return SEED_PARTS;
    return sum->pairs > pairs ? SEED_EQUAL : SEED_NOTHING;
}

/* ---- the program -------------------------------------------------------------------------------------- */

static Span text_of(uint64_t seed, Arena *arena)
{
    Buf b;

    if (seed % 4) return plain_program(seed, arena);
    buf_init(&b, arena, 1 << 20);
    generate_print(generate_program(seed, arena).root, &b, NULL);
    return buf_span(&b);
}

static void print(const Totals *sum, uint64_t refused)
{
    printf("%llu programs (%llu do not compile), %llu variants equal, %llu shared their ticks, "
           "%llu of those left to an "
           "engine; %llu effects, %llu orders\n",
           (unsigned long long)sum->programs, (unsigned long long)refused,
           (unsigned long long)sum->pairs, (unsigned long long)sum->shared,
           (unsigned long long)sum->left, (unsigned long long)sum->effects,
           (unsigned long long)sum->trades);
    for (int i = 1; i < SWEEP_WHY_COUNT; i++)
        if (sum->why[i])
            printf("  not: %llu: %s\n", (unsigned long long)sum->why[i],
                   sweep_sentence((SweepWhy)i));
}

int main(int argc, char **argv)
{
    Totals sum = {0};
    SeedTest test = {.ctx = &sum, .text = text_of, .run = run};
    SeedOptions o;

    if (!seeds_options(&o, argc, argv) || !seeds_run(&test, &o)) return 1;
    print(&sum, test.refused);
    return o.file || o.ticks || (sum.shared && sum.left && sum.trades) ? 0 : 1;
}
