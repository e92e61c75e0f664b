/* sweep.c — the sweep driver's rows: many variants of one strategy on the anchor's ticks.
 *
 * Equal means for each variant: buys, stops, targets, refusals, what the cash has changed by, and, where
 * it is proved, every trade.  Variants whose periods differ have no twin; a sample of them is held against
 * the column driver, effect by effect.  Both sides make everything anew in each run, from prepared ticks. */
#include "runtime/bench/sweep.h"

#include <string.h>

#include "runtime/bench/anchor_engine.h"
#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "runtime/engine/drive_sweep.h"
#include "vm/base/fixed.h"
#include "vm/base/hash.h"

enum { TICKS = 2000000, CURVE_TICKS = 500000, RUNS = 5, SAMPLES = 4, AXES_MAX = 5 };
#define START_CASH (INT64_C(1000000) * FX_ONE)

typedef struct Sweep {
    Bench *b;
    const Image *image;
    AnchorTicks t;
    TickColumns columns;
    SweepStep *steps;
    uint32_t step_count;
    SweepAxis axes[AXES_MAX];
    uint32_t axis_count, variants;
    SweepTwinGrid grid;
    SweepTwinResult *twin, *ours;
    AnchorTrade *orders; /* by variant: sent, not filled yet */
} Sweep;

/* ---- the tape -------------------------------------------------------------------------------------- */

static Event *add_event(Sweep *s, uint32_t tick, EventKind kind, uint32_t slot)
{
    Event *ev = arena_new(s->b->arena, Event);

    *ev = (Event){.ts_us = s->t.ts_us[tick], .kind = (uint8_t)kind};
    if (kind == EV_RESOLVE) {
        ev->resolve.slot_start_us = s->t.slot_us[slot];
        ev->resolve.spot_close = s->t.spot[slot + ANCHOR_SLOT_TICKS - 1];
        ev->resolve.winner = (int8_t)(ev->resolve.spot_close < s->t.spot[slot]);
    } else {
        ev->slot.slot_start_us = s->t.slot_us[slot];
        ev->slot.slot_us = (int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US;
    }
    s->steps[s->step_count++] = (SweepStep){.event = ev};
    return ev;
}

static void add_ticks(Sweep *s, uint32_t from, uint32_t to)
{
    if (from < to) s->steps[s->step_count++] = (SweepStep){NULL, from, to};
}

static bool make_tape(Sweep *s)
{
    uint32_t count = s->t.count, slots = count / ANCHOR_SLOT_TICKS + 1;

    s->steps = arena_array(s->b->arena, SweepStep, 5 * (size_t)slots);
    if (arena_is_full(s->b->arena)) return false;
    for (uint32_t first = 0; first < count; first += ANCHOR_SLOT_TICKS) {
        uint32_t end = count - first < ANCHOR_SLOT_TICKS ? count : first + ANCHOR_SLOT_TICKS;
        uint32_t known = first + ANCHOR_RESOLVE_TICK < end ? first + ANCHOR_RESOLVE_TICK : end;

        if (first) (void)add_event(s, first, EV_SLOT_CLOSE, first - ANCHOR_SLOT_TICKS);
        (void)add_event(s, first, EV_SLOT_OPEN, first);
        add_ticks(s, first, known);
        if (first && known < end) (void)add_event(s, known, EV_RESOLVE, first - ANCHOR_SLOT_TICKS);
        add_ticks(s, known, end);
    }
    return !arena_is_full(s->b->arena);
}

/* ---- ours ------------------------------------------------------------------------------------------ */

static uint32_t side_of(const Effect *f)
{
    if (f->because == BECAUSE_STOP_LOSS) return ANCHOR_STOP;
    return f->because == BECAUSE_TAKE_PROFIT ? ANCHOR_TARGET : ANCHOR_BUY;
}

/* Trades as the twin notes them: the side of the order, the price out of what the cash changed by. */
static void take_effect(void *ctx, uint32_t variant, const Effect *f)
{
    Sweep *s = ctx;
    AnchorTrade *order = &s->orders[variant];
    SweepTwinResult *r = &s->ours[variant];

    if (f->kind == EFFECT_ORDER)
        *order =
            (AnchorTrade){(uint32_t)(f->ts_us / ANCHOR_SECOND_US), side_of(f), 0, f->size_micros};
    if (f->kind != EFFECT_LEDGER || f->index != LEDGER_CASH || !order->size_micros) return;
    order->price_micros = (f->amount_micros < 0 ? -f->amount_micros : f->amount_micros) /
                          (order->size_micros / FX_ONE);
    r->trades = sweep_trade(r->trades, order->tick, order->side, order->price_micros);
    order->size_micros = 0;
}

static void take_done(void *ctx, uint32_t variant, const SweepTally *t, const Engine *engine)
{
    Sweep *s = ctx;
    SweepTwinResult *r = &s->ours[variant];

    (void)engine;
    r->buys = t->orders[BECAUSE_RULE];
    r->stops = t->orders[BECAUSE_STOP_LOSS];
    r->targets = t->orders[BECAUSE_TAKE_PROFIT];
    r->skips = t->skips;
    r->gain_micros = t->ledger[LEDGER_CASH];
}

static SweepSetup setup_of(const Sweep *s)
{
    SweepSetup setup = {.config = engine_config_default(s->image),
                        .ticks = &s->columns,
                        .kernels = kernels_of(cpu_kernels()),
                        .steps = s->steps,
                        .step_count = s->step_count,
                        .axes = s->axes,
                        .axis_count = s->axis_count};

    setup.config.cash_micros = START_CASH;
    return setup;
}

/* Variants first .. first + count; all of them must share their ticks unless engines are wanted. */
static bool run_ours(Sweep *s, uint32_t first, uint32_t count, bool trades, bool engines)
{
    ArenaMark mark = arena_mark(s->b->arena);
    SweepSetup setup = setup_of(s);
    SweepSink sink = {s, trades ? take_effect : NULL, take_done};
    DriveSweep *d;
    bool is_fine;

    memset(s->ours + first, 0, count * sizeof *s->ours);
    memset(s->orders + first, 0, count * sizeof *s->orders);
    setup.first = first;
    setup.count = count;
    setup.wants_engines = engines;
    d = drive_sweep_new(&setup, s->b->arena);
    is_fine =
        d && drive_sweep_run(d, &sink) && drive_sweep_report(d).alone == (engines ? count : 0);
    arena_release(s->b->arena, mark);
    return is_fine;
}

static bool run_twin(Sweep *s, bool trades)
{
    ArenaMark mark = arena_mark(s->b->arena);
    bool is_fine;

    memset(s->twin, 0, s->variants * sizeof *s->twin);
    is_fine = sweep_twin(&s->t, &s->grid, START_CASH, trades, s->twin, s->b->arena);
    arena_release(s->b->arena, mark);
    return is_fine;
}

/* ---- grids ----------------------------------------------------------------------------------------- */

static void add_axis(Sweep *s, const char *name, const double *values, uint32_t count)
{
    for (uint32_t i = 0; i < s->image->params_count; i++)
        if (span_eq_str(image_string(s->image, s->image->params[i].name), name))
            s->axes[s->axis_count++] = (SweepAxis){(uint16_t)i, values, count};
    s->variants = sweep_count(s->axes, s->axis_count);
}

static double *series(Sweep *s, double first, double step, uint32_t count)
{
    double *values = arena_array(s->b->arena, double, count);

    for (uint32_t i = 0; !arena_is_full(s->b->arena) && i < count; i++)
        values[i] = first + step * i;
    return values;
}

/* So many values of each; 8 x 4 x 8 x 2 x 2 are the 1,024 of the bar. */
static void thresholds(Sweep *s, uint32_t moves, uint32_t spreads, uint32_t heats, uint32_t stops,
                       uint32_t targets)
{
    s->grid = (SweepTwinGrid){series(s, 0.02, 0.005, moves),
                              series(s, 0.03, 0.01, spreads),
                              series(s, 50, 5, heats),
                              series(s, 0.2, 0.1, stops),
                              series(s, 0.5, 0.3, targets),
                              moves,
                              spreads,
                              heats,
                              stops,
                              targets};
    add_axis(s, "move", s->grid.moves, moves);
    add_axis(s, "spread", s->grid.spreads, spreads);
    add_axis(s, "heat", s->grid.heats, heats);
    add_axis(s, "stop", s->grid.stops, stops);
    add_axis(s, "target", s->grid.targets, targets);
}

static bool start(Bench *b, Sweep *s, uint32_t ticks)
{
    *s = (Sweep){.b = b, .image = bench_image(b, SPAN("sweep.odx"), b->sweep_odx)};
    if (!s->image) return bench_fail(b, "sweep.odx does not compile");
    s->t = anchor_ticks(b->arena, ticks);
    if (!s->t.count) return bench_fail(b, "not enough memory");
    s->columns = anchor_columns_of(&s->t, ANCHOR_FIELDS, b->arena);
    return (s->columns.count && make_tape(s)) || bench_fail(b, "not enough memory");
}

static bool take_results(Sweep *s)
{
    s->twin = arena_array(s->b->arena, SweepTwinResult, s->variants);
    s->ours = arena_array(s->b->arena, SweepTwinResult, s->variants);
    s->orders = arena_array(s->b->arena, AnchorTrade, s->variants);
    return !arena_is_full(s->b->arena) || bench_fail(s->b, "not enough memory");
}

/* ---- proof ------------------------------------------------------------------------------------------ */

static bool are_equal(const Sweep *s)
{
    return memcmp(s->twin, s->ours, s->variants * sizeof *s->twin) == 0;
}

static bool has_everything(const Sweep *s)
{
    SweepTwinResult sum = {0};

    for (uint32_t v = 0; v < s->variants; v++) {
        sum.buys += s->twin[v].buys;
        sum.stops += s->twin[v].stops;
        sum.targets += s->twin[v].targets;
        sum.skips += s->twin[v].skips;
    }
    return sum.buys && sum.stops && sum.targets && sum.skips;
}

static bool prove_twin(Sweep *s)
{
    if (!run_twin(s, true) || !run_ours(s, 0, s->variants, true, false))
        return bench_fail(s->b, "the variants do not share their ticks");
    if (!are_equal(s)) return bench_fail(s->b, "some variant's trades differ from the twin's");
    return has_everything(s) || bench_fail(s->b, "nothing happened");
}

/* Some variants against the column driver. */
static bool prove_samples(Sweep *s)
{
    if (!run_ours(s, 0, s->variants, true, false))
        return bench_fail(s->b, "the variants do not share their ticks");
    memcpy(s->twin, s->ours, s->variants * sizeof *s->twin);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        uint32_t v = (uint32_t)((uint64_t)s->variants * (2 * i + 1) / (2 * SAMPLES));

        if (!run_ours(s, v, 1, true, true)) return bench_fail(s->b, "a variant could not be run");
        if (memcmp(&s->twin[v], &s->ours[v], sizeof *s->twin) != 0)
            return bench_fail(s->b, "some variant's trades differ from the column driver's");
    }
    return true;
}

bool sweep_prove(Bench *b, uint32_t ticks)
{
    ArenaMark mark = arena_mark(b->arena);
    Sweep s;
    bool is_fine = start(b, &s, ticks);

    if (is_fine) thresholds(&s, 4, 2, 4, 2, 2);
    is_fine = is_fine && take_results(&s) && prove_twin(&s) && prove_samples(&s);
    arena_release(b->arena, mark);
    return is_fine;
}

/* ---- times ------------------------------------------------------------------------------------------ */

/* Nanoseconds a tick and variant: ours, the twin's, or one variant by columns. */
static bool run(Sweep *s, int way, double *ret_ns)
{
    int64_t start_ns = clock_work_ns();
    uint32_t count = way == 2 ? 1 : s->variants;
    bool is_fine = way == 1 ? run_twin(s, false) : run_ours(s, 0, count, false, way == 2);

    *ret_ns = (double)(clock_work_ns() - start_ns) / s->t.count / count;
    return is_fine;
}

static bool measure(Sweep *s, int baseline, BenchRow *row)
{
    double ns[2][RUNS];

    for (uint32_t i = 0; i < RUNS; i++) {
        if (!run(s, 0, &ns[0][i]) || !run(s, baseline, &ns[1][i]))
            return bench_fail(s->b, "a run could not be made");
        if (baseline == 1) {
            for (uint32_t v = 0; v < s->variants; v++)
                s->ours[v].trades = s->twin[v].trades = 0;
            if (!are_equal(s)) return bench_fail(s->b, "a run differs from the twin's");
        }
    }
    row->unit = "ns";
    row->n = s->t.count;
    row->ours = bench_median(ns[0], RUNS);
    row->baseline = bench_median(ns[1], RUNS);
    s->b->row(s->b->ctx, row);
    return true;
}

bool bench_sweep(Bench *b)
{
    BenchRow row = {.name = "sweep-1024",
                    .says = "1,024 variants in the sweep driver, a tick and variant",
                    .against = "the same by hand, bitmaps shared",
                    .bar = 1.3,
                    .is_ratio = true};
    Sweep s;

    if (!start(b, &s, TICKS)) return false;
    thresholds(&s, 8, 4, 8, 2, 2);
    return take_results(&s) && prove_samples(&s) && prove_twin(&s) && measure(&s, 1, &row);
}

bool bench_sweep_periods(Bench *b)
{
    BenchRow row = {.name = "sweep-periods",
                    .says =
                        "32 x 32 periods of two averages in the sweep driver, a tick and variant",
                    .against = "one variant in the column driver, a tick",
                    .bar = 0.3};
    Sweep s;

    if (!start(b, &s, TICKS)) return false;
    add_axis(&s, "quick", series(&s, 4, 1, 32), 32);
    add_axis(&s, "calm", series(&s, 20, 2, 32), 32);
    return take_results(&s) && prove_samples(&s) && measure(&s, 2, &row);
}

/* ---- curves ------------------------------------------------------------------------------------------ */

static bool run_point(Bench *b, const char *name, const uint32_t counts[5])
{
    ArenaMark mark = arena_mark(b->arena);
    BenchRow row = {.name = name,
                    .says = "so many variants in the sweep driver, a tick and variant",
                    .against = "the same by hand, bitmaps shared"};
    Sweep s;
    bool is_fine = start(b, &s, CURVE_TICKS);

    if (is_fine) thresholds(&s, counts[0], counts[1], counts[2], counts[3], counts[4]);
    is_fine = is_fine && take_results(&s) && prove_twin(&s) && measure(&s, 1, &row);
    arena_release(b->arena, mark);
    return is_fine;
}

bool bench_sweep_curves(Bench *b)
{
    static const struct {
        const char *name;
        uint32_t counts[5];
    } points[] = {
        {"variants-1", {1, 1, 1, 1, 1}},    {"variants-8", {2, 1, 2, 2, 1}},
        {"variants-64", {4, 2, 4, 2, 1}},   {"variants-256", {8, 4, 8, 1, 1}},
        {"variants-1024", {8, 4, 8, 2, 2}}, {"variants-4096", {8, 4, 8, 4, 4}},
    };
    bool is_fine = true;

    for (size_t i = 0; is_fine && i < sizeof points / sizeof *points; i++)
        is_fine = run_point(b, points[i].name, points[i].counts);
    return is_fine;
}
