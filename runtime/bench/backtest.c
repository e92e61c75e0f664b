/* backtest.c — backtest-anchor and backtest-anchor-across: from a tape in memory to what the account comes to.
 *
 * Ours: facts about hot parts of blocks, which are unpacked where they are read, the column driver, the matcher with
 * its latency and the fees of May 2026, equity after every tick, totals.  The twin has the same blocks, and no equity.  Equal means:
 * profit of every slot to the micro, fees, orders, trades and how many of them won. */
#include "runtime/bench/backtest.h"

#include <string.h>

#include "runtime/backtest/sweep_run.h"
#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "runtime/market/tick_packed.h"
#include "vm/base/fixed.h"

/* Whole slots; the last one stays without trades, so that nothing is held in the end. */
enum { SLOTS = 2222, TICKS = SLOTS * ANCHOR_SLOT_TICKS, RUNS = 7, TRADES_MAX = 1 << 17 };
enum { STEPS_A_SLOT = 5 };
#define START_CASH (INT64_C(1000000) * FX_ONE)
#define START_US (INT64_C(1778544000) * ANCHOR_SECOND_US) /* 12 May 2026: fees, no delay */
#define SLOT_US ((int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US)

typedef struct Tape {
    TapeHead *heads;
    Span *blocks;
    HotBlock *hot;
    uint32_t count;
} Tape;

typedef struct Anchored {
    Bench *b;
    const Image *image;
    bool across;
    Tape tape;
    HotColumns room; /* of the twin */
    int64_t *pnl;    /* of the twin, by slot */
    double *periods; /* ours */
    BacktestTotals twin;
    SweepTotals ours;
} Anchored;

/* ---- the tape -------------------------------------------------------------------------------------- */

static void set_row(TickRow *row, const AnchorTicks *t, uint32_t i)
{
    *row = (TickRow){.ts_us = START_US + t->ts_us[i],
                     .slot_start_us = START_US + t->slot_us[i],
                     .slot_us = SLOT_US};
    tick_clear(&row->data);
    row->data.bid[0].price_micros[0] = t->bid_micros[i];
    row->data.ask[0].price_micros[0] = t->ask_micros[i];
    row->data.spot = num_rint(t->spot[i] * 100) / 100;
}

static bool add_block(Tape *t, const TickRow *rows, uint32_t count, uint64_t first, uint8_t *room,
                      Arena *arena)
{
    static const double divisors[] = {1, 10, 100, 1000};
    size_t size = tape_block_write(rows, count, t->count, first, room);
    char *bytes = arena_alloc(arena, size + TAPE_ALIGN);
    TapeHead *h = &t->heads[t->count];
    HotBlock *hot = &t->hot[t->count];

    if (!bytes) return false;
    bytes += (TAPE_ALIGN - (uintptr_t)bytes % TAPE_ALIGN) % TAPE_ALIGN;
    memcpy(bytes, room, size);
    t->blocks[t->count++] = span_of(bytes, size);
    if (!tape_head_read(span_of(bytes, size), h)) return false;
    if (h->hot.time_width != 4 || h->hot.price_width != 2 || h->hot.price_scale != 4 ||
        h->hot.spot_width != 4 || h->hot.spot_scale > 3)
        return false;
    *hot = (HotBlock){(const void *)(bytes + h->hot.time_at),
                      (const void *)(bytes + h->hot.spot_at),
                      (const void *)(bytes + h->hot.bid_at),
                      (const void *)(bytes + h->hot.ask_at),
                      h->hot.base_us,
                      h->hot.unit_us,
                      h->hot.spot_base,
                      divisors[h->hot.spot_scale],
                      h->rows};
    return true;
}

static bool make_tape(Anchored *w)
{
    Arena *arena = w->b->arena;
    AnchorTicks t = anchor_ticks(arena, TICKS);
    uint32_t blocks = TICKS / TAPE_ROWS + 1;
    TickRow *rows = arena_array(arena, TickRow, TAPE_ROWS);
    uint8_t *room = arena_alloc(arena, TAPE_BLOCK_MAX);

    w->tape = (Tape){arena_array(arena, TapeHead, blocks), arena_array(arena, Span, blocks),
                     arena_array(arena, HotBlock, blocks), 0};
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < TICKS; i += TAPE_ROWS) {
        uint32_t count = TICKS - i < TAPE_ROWS ? TICKS - i : TAPE_ROWS;

        for (uint32_t k = 0; k < count; k++)
            set_row(&rows[k], &t, i + k);
        if (!add_block(&w->tape, rows, count, i, room, arena)) return false;
    }
    return true;
}

static bool take_room(HotColumns *c, Arena *arena)
{
    *c = (HotColumns){
        arena_array(arena, int64_t, TICKS), arena_array(arena, int64_t, TICKS),
        arena_array(arena, int64_t, TICKS), arena_array(arena, int64_t, TICKS),
        arena_array(arena, double, TICKS),
    };
    return !arena_is_full(arena);
}

/* ---- ours ------------------------------------------------------------------------------------------ */

typedef struct Steps {
    SweepStep *items;
    Event *events;
    uint32_t count, event_count;
} Steps;

static Event *add_event(Steps *s, int64_t ts_us, EventKind kind)
{
    Event *ev = &s->events[s->event_count++];

    *ev = (Event){.ts_us = ts_us, .kind = (uint8_t)kind};
    s->items[s->count++] = (SweepStep){.event = ev};
    return ev;
}

static void add_ticks(Steps *s, uint32_t from, uint32_t to)
{
    if (from < to) s->items[s->count++] = (SweepStep){NULL, from, to};
}

static double spot_at(const TickColumns *c, uint32_t i)
{
    return num_from_bits((uint64_t)tick_columns_bits(c, TICK_WORD(spot), i));
}

static void add_slot(Steps *s, const TickColumns *c, uint32_t first)
{
    uint32_t count = c->count;
    uint32_t end = first + ANCHOR_SLOT_TICKS < count ? first + ANCHOR_SLOT_TICKS : count;
    uint32_t known = first + ANCHOR_RESOLVE_TICK < end ? first + ANCHOR_RESOLVE_TICK : end;
    uint32_t before = first - ANCHOR_SLOT_TICKS;
    Event *ev;

    if (first) {
        ev = add_event(s, tick_columns_ts(c, first), EV_SLOT_CLOSE);
        ev->slot.slot_start_us = tick_columns_ts(c, before);
        ev->slot.slot_us = SLOT_US;
    }
    ev = add_event(s, tick_columns_ts(c, first), EV_SLOT_OPEN);
    ev->slot.slot_start_us = ev->ts_us;
    ev->slot.slot_us = SLOT_US;
    add_ticks(s, first, known);
    if (first && known < end) {
        ev = add_event(s, tick_columns_ts(c, known), EV_RESOLVE);
        ev->resolve.slot_start_us = tick_columns_ts(c, before);
        ev->resolve.spot_close = spot_at(c, first - 1);
        ev->resolve.winner = (int8_t)(ev->resolve.spot_close < spot_at(c, before));
    }
    add_ticks(s, known, end);
}

static bool make_steps(const TickColumns *c, Steps *s, Arena *arena)
{
    *s = (Steps){.items = arena_array(arena, SweepStep, STEPS_A_SLOT * (SLOTS + 1)),
                 .events = arena_array(arena, Event, STEPS_A_SLOT * (SLOTS + 1))};
    if (arena_is_full(arena)) return false;
    for (uint32_t first = 0; first < c->count; first += ANCHOR_SLOT_TICKS)
        add_slot(s, c, first);
    return true;
}

static bool run_ours(Anchored *w, Arena *arena)
{
    SweepJob job = {.config = backtest_config_default(), .level = cpu_kernels()};
    uint64_t spot = 0;
    Err err = ERR_NONE;
    Steps s;

    if (!tick_columns_from_tape(w->tape.heads, w->tape.blocks, w->tape.count, kernels_of(job.level),
                                arena, &job.ticks))
        return false;
    if (!make_steps(&job.ticks, &s, arena)) return false;
    job.steps = s.items;
    job.step_count = s.count;
    job.config.image = w->image;
    job.config.market_count = 1;
    job.config.cash_micros = START_CASH;
    job.config.model = MODEL_TOUCH; /* the hot part says nothing of sizes */
    if (!sweep_prepare(&job, arena, &err) || job.route != SWEEP_ROUTE_MATCHED) return false;
    if (job.ends.count != SLOTS) return false;
    return sweep_step(&job, &spot, 1, &w->ours, w->periods, arena, &err);
}

/* ---- both ------------------------------------------------------------------------------------------ */

static bool run_twin(Anchored *w, Arena *arena)
{
    AnchorResult r = {.trades = arena_array(arena, AnchorTrade, TRADES_MAX),
                      .cap = TRADES_MAX,
                      .cash_micros = START_CASH};

    memset(w->pnl, 0, SLOTS * sizeof *w->pnl);
    w->twin = backtest_twin(w->tape.hot, w->tape.count, &w->room, w->across, &r, w->pnl);
    return r.count < r.cap;
}

/* What is held in the end was bought in the last slot, and is worth what it is quoted at. */
static bool is_equal(const Anchored *w)
{
    const BacktestTotals *t = &w->twin;
    const SweepTotals *o = &w->ours;

    if (t->orders != o->orders || t->trades != o->trades || t->wins != o->wins) return false;
    if (t->fees_micros != o->fees_micros || !t->trades || !t->fees_micros) return false;
    for (uint32_t i = 0; i + 1 < SLOTS; i++)
        if (w->periods[i] != fx_to_double(w->pnl[i])) return false;
    return true;
}

static bool run(Anchored *w, bool ours, double *ret_ns)
{
    ArenaMark mark = arena_mark(w->b->arena);
    int64_t start = clock_work_ns();
    bool ok = ours ? run_ours(w, w->b->arena) : run_twin(w, w->b->arena);

    *ret_ns = (double)(clock_work_ns() - start) / TICKS;
    arena_release(w->b->arena, mark);
    return ok;
}

static bool measure(Anchored *w, const char *name, double bar)
{
    double ns[2][RUNS];
    BenchRow row = {.name = name,
                    .unit = "ns",
                    .says = "from a tape through columns, matcher and account, a tick",
                    .against = "the same by hand, from the same tape",
                    .n = TICKS,
                    .bar = bar,
                    .is_ratio = true};

    for (uint32_t i = 0; i < RUNS; i++) {
        if (!run(w, false, &ns[1][i]) || !run(w, true, &ns[0][i]))
            return bench_fail(w->b, "a run could not be made");
        if (!is_equal(w)) return bench_fail(w->b, "the backtest's slots differ from the twin's");
    }
    row.ours = bench_median(ns[0], RUNS);
    row.baseline = bench_median(ns[1], RUNS);
    w->b->row(w->b->ctx, &row);
    return true;
}

bool bench_backtest(Bench *b)
{
    Anchored w = {.b = b};

    w.pnl = arena_array(b->arena, int64_t, SLOTS);
    w.periods = arena_array(b->arena, double, SLOTS);
    if (arena_is_full(b->arena) || !make_tape(&w) || !take_room(&w.room, b->arena))
        return bench_fail(b, "no tape");
    w.image = bench_image(b, SPAN("anchor.odx"), b->anchor_odx);
    if (!w.image) return bench_fail(b, "the anchor does not compile");
    if (!measure(&w, "backtest-anchor", 0.5)) return false;
    w.image = bench_image(b, SPAN("across.odx"), bench_across(b));
    w.across = true;
    return w.image ? measure(&w, "backtest-anchor-across", 1.3)
                   : bench_fail(b, "the anchor across slots does not compile");
}
