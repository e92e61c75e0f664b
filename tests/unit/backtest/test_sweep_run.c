/* test_sweep_run.c — cells of sweeps: the sweep driver's against an engine's, a backtest's against its own, and
 * sweeps of strategies without skill.
 *
 * `test_backtest_sweep_run COUNT` sweeps over so many tapes of noise instead of a few. */
#include "runtime/backtest/sweep_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/backtest/judge.h"
#include "runtime/core/cpu.h"
#include "runtime/market/tick_packed.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/backtest/made_run.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define SEC INT64_C(1000000)
#define MEMORY ((size_t)512 << 20)
#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
#define BOTH                                                                                   \
    HEAD "param lead = 60c in 52c .. 64c step 4c\nparam stake = $60 in $20 .. $100 step $40\n" \
         "param loss = 15% in 10% .. 20% step 10%\n"                                           \
         "when up.ask > lead { buy stake of up at market within 3c }\n"                        \
         "when down.ask > 58c { buy $35 of down at market within 3c }\n"                       \
         "risk { stop loss loss take profit 10% max trades 9 per slot }\n"
enum { WALK_TAPES = 3 };
enum { SLOTS_MOST = 96, MARKETS = 2, CELLS_MOST = 64 };

typedef struct Strategy {
    const char *name, *text;
    uint32_t markets, cells;
    bool is_shared;
} Strategy;

static const Strategy programs[] = {
    {"plain edges and stops",
     HEAD "param lead = 60c in 55c .. 70c step 5c\nparam stake = $20 in $10 .. $30 step $10\n"
          "when up.ask > lead { buy stake of up at market within 3c }\n"
          "when down.ask > 70c { buy $15 of down at market within 3c }\n"
          "risk { stop loss 15% take profit 10% max trades 6 per slot }\n",
     1, 12, true},
    {"held to the end",
     HEAD "param n = 5 in 3 .. 9 step 2\nparam lead = 60c in 55c .. 65c step 5c\n"
          "when ema(up.mid, n) > lead { buy $20 of up at market within 5c }\n"
          "risk { max trades 1 per slot hold to resolution }\n",
     1, 12, true},
    {"an exit that follows the price",
     HEAD "param lead = 60c in 55c .. 65c step 5c\nparam trail = 10% in 5% .. 15% step 5%\n"
          "when up.mid > lead { buy $40 of up at market within 2c }\n"
          "risk { trailing stop trail max trades 3 per slot }\n",
     1, 9, false},
    {"two markets",
     "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
     "market n = polymarket \"eth-updown-15m\"\n"
     "param lead = 60c in 55c .. 65c step 5c\n"
     "when m.up.mid > lead { buy $20 of m.up at market within 3c }\n"
     "when n.down.mid > lead { buy $15 of n.down at market within 3c }\n"
     "risk { max position $100 hold to resolution }\n",
     2, 3, false},
};
enum { PROGRAMS = sizeof programs / sizeof programs[0] };

/* ---- jobs ---------------------------------------------------------------------------------------- */

typedef struct Tape {
    MarketRows rows[MARKETS];
} Tape;

/* A market of 5 minutes, one of 15 beside it. */
static Tape make_tape_at(int64_t start_s, uint64_t seed, uint32_t slots, bool is_fair, Arena *arena)
{
    int64_t start_us = start_s / 900 * 900 * SEC;
    SynthOptions five = {seed, start_us, 300 * SEC, 100000, is_fair};
    SynthOptions quarter = {seed + 1000, start_us, 900 * SEC, 4000, is_fair};

    return (Tape){{made_rows(&five, slots, arena), made_rows(&quarter, slots / 3 + 1, arena)}};
}

static Tape make_tape(uint64_t seed, uint32_t slots, bool is_fair, Arena *arena)
{
    return make_tape_at(INT64_C(1783000000), seed, slots, is_fair, arena);
}

/* The params' own ranges. */
static bool make_axes(SweepJob *job, Arena *arena)
{
    const Image *image = job->config.image;
    SweepAxis *axes = arena_array(arena, SweepAxis, image->params_count + 1);

    job->search = (SweepSearch){.axes = axes, .axis_count = image->params_count};
    for (uint32_t i = 0; i < image->params_count; i++) {
        const ParamRow *p = &image->params[i];
        SweepRange range = {p->low, p->high, p->step, (p->flags & 2) != 0};

        if (!CHECK(sweep_axis((uint16_t)i, &range, SWEEP_BY_GRID, arena, &axes[i]))) return false;
    }
    return true;
}

static bool make_job(SweepJob *job, const char *text, const Tape *tape, uint32_t markets,
                     bool is_instant, Arena *arena)
{
    Err err = ERR_NONE;

    *job = (SweepJob){
        .config = backtest_config_default(), .level = cpu_kernels(), .is_instant = is_instant};
    job->config.image = made_image(text, arena);
    job->config.rows = tape->rows;
    job->config.market_count = markets;
    return job->config.image && make_axes(job, arena) && CHECK(sweep_prepare(job, arena, &err));
}

typedef struct Cells {
    SweepTotals totals[CELLS_MOST];
    double *periods;
} Cells;

static bool run(const SweepJob *job, const uint64_t *spots, uint32_t count, Cells *ret,
                Arena *arena)
{
    Err err = ERR_NONE;

    ret->periods = arena_array(arena, double, count * job->ends.count);
    return CHECK(sweep_step(job, spots, count, ret->totals, ret->periods, arena, &err));
}

static void check_equal(const SweepJob *job, const Cells *a, uint32_t i, const Cells *b, uint32_t k)
{
    size_t n = job->ends.count;

    CHECK(!memcmp(&a->totals[i], &b->totals[k], sizeof a->totals[i]));
    CHECK(!memcmp(a->periods + i * n, b->periods + k * n, n * sizeof *a->periods));
}

/* ---- filled at once ------------------------------------------------------------------------------ */

static void count_order(void *ctx, const Effect *f)
{
    *(uint64_t *)ctx += f->kind == EFFECT_ORDER;
}

/* The engine itself, tick by tick. */
static int64_t engine_profit(const SweepJob *job, uint64_t spot, uint64_t *ret_orders, Arena *arena)
{
    double params[8];
    EngineConfig config = engine_config_default(job->config.image);
    Replay *r;
    Engine *e;

    sweep_set(&job->search, spot, params);
    config.params = params;
    config.cash_micros = job->config.cash_micros;
    config.start_us = job->config.rows[0].rows[0].ts_us;
    *ret_orders = 0;
    e = engine_new(&config, arena);
    r = replay_new(e, job->config.rows, job->config.market_count,
                   (EffectSink){count_order, ret_orders}, arena);
    while (replay_step(r)) {
    }
    return engine_equity(e) - config.cash_micros;
}

static void check_cell(const SweepJob *job, const Cells *c, uint32_t cell, Arena *arena)
{
    ArenaMark mark = arena_mark(arena);
    const SweepTotals *t = &c->totals[cell];
    int64_t profit, sum = 0;
    uint64_t orders;

    profit = engine_profit(job, cell, &orders, arena);
    for (size_t i = 0; i < job->ends.count; i++)
        sum += (int64_t)num_rint(c->periods[cell * job->ends.count + i] * 1e6);
    CHECK_INT(t->pnl_micros, profit); /* every slot was resolved: nothing is held in the end */
    CHECK_INT(sum, profit);
    CHECK_INT(t->orders, orders);
    CHECK(t->trades > 0 && t->wins <= t->trades);
    arena_release(arena, mark);
}

static void test_instant_is_the_engines(void)
{
    Arena *arena = test_arena(MEMORY);
    Tape tape = make_tape(11, 9, false, arena);

    for (int i = 0; i < PROGRAMS; i++) {
        const Strategy *p = &programs[i];
        uint64_t spots[CELLS_MOST];
        Cells range, one;
        SweepJob job;

        test_case(p->name);
        if (!make_job(&job, p->text, &tape, p->markets, true, arena)) continue;
        CHECK_INT(sweep_cells(&job.search), p->cells);
        CHECK_INT(job.route, p->is_shared ? SWEEP_ROUTE_SHARED : SWEEP_ROUTE_ALONE);
        if (p->markets > 1) CHECK_INT(job.why, SWEEP_SOURCES);
        for (uint32_t c = 0; c < p->cells; c++)
            spots[c] = c;
        if (!run(&job, spots, p->cells, &range, arena)) continue;
        for (uint32_t c = 0; c < p->cells; c++) {
            check_cell(&job, &range, c, arena);
            if (run(&job, spots + c, 1, &one, arena)) check_equal(&job, &range, c, &one, 0);
        }
    }
}

/* What a slot earns it earns without the others as well: nothing of this strategy outlives it. */
static void test_instant_by_slot(void)
{
    Arena *arena = test_arena(MEMORY);
    Tape tape = make_tape(12, 6, false, arena);
    uint64_t spot = 4;
    Cells all, alone;
    SweepJob job, part;
    size_t from = 0;

    if (!make_job(&job, programs[0].text, &tape, 1, true, arena)) return;
    if (!run(&job, &spot, 1, &all, arena)) return;
    CHECK_INT(job.ends.count, 6);
    for (size_t slot = 0; slot < 6; slot++) {
        Tape one = tape;
        size_t to = from;

        while (to < tape.rows[0].count &&
               tape.rows[0].rows[to].slot_start_us == tape.rows[0].rows[from].slot_start_us)
            to++;
        one.rows[0].rows += from;
        one.rows[0].count = to - from;
        if (!make_job(&part, programs[0].text, &one, 1, true, arena)) return;
        CHECK_INT(part.ends.count, 1);
        if (run(&part, &spot, 1, &alone, arena)) CHECK_BITS(all.periods[slot], alone.periods[0]);
        from = to;
    }
}

/* ---- through the matcher ------------------------------------------------------------------------- */

/* What comes after the last end, a result that is late, is of the last. */
static void check_periods(const double *whole, size_t count, const double *got, size_t ends)
{
    double late = 0;

    if (!CHECK(count >= ends)) return;
    for (size_t i = ends - 1; i < count; i++)
        late += whole[i];
    CHECK(!memcmp(whole, got, (ends - 1) * sizeof *whole));
    CHECK_BITS(got[ends - 1], late);
}

static void check_backtest(const SweepJob *job, const Cells *c, uint64_t spot, uint32_t at,
                           Arena *arena)
{
    double params[8], *periods;
    BacktestConfig config = job->config;
    Err err = ERR_NONE;
    size_t count = 0;
    Backtest *b;
    Result *r;

    sweep_set(&job->search, spot, params);
    config.params = params;
    b = backtest_new(&config, arena, &err);
    while (backtest_step(b)) {
    }
    r = backtest_end(b, &err);
    periods = judge_periods(r, arena, &count);
    check_periods(periods, count, c->periods + at * job->ends.count, job->ends.count);
    CHECK_INT(c->totals[at].pnl_micros, r->totals.pnl_micros);
    CHECK_INT(c->totals[at].fees_micros, r->totals.fees_micros);
    CHECK_INT(c->totals[at].drawdown_micros, r->totals.drawdown_micros);
    CHECK_INT(c->totals[at].trades, r->totals.trades);
    CHECK(r->totals.fees_micros > 0);
}

/* In whatever order and company. */
static void test_matcher_is_a_backtest(void)
{
    static const uint64_t spots[] = {2, 0, 1};
    Arena *arena = test_arena(MEMORY);
    Tape tape = make_tape(13, 6, false, arena);

    for (int i = 0; i < PROGRAMS; i++) {
        Cells c;
        SweepJob job;

        test_case(programs[i].name);
        if (!make_job(&job, programs[i].text, &tape, programs[i].markets, false, arena)) continue;
        CHECK_INT(job.route, programs[i].is_shared ? SWEEP_ROUTE_MATCHED : SWEEP_ROUTE_MATCHER);
        if (!run(&job, spots, 3, &c, arena)) continue;
        for (uint32_t k = 0; k < 3; k++)
            check_backtest(&job, &c, spots[k], k, arena);
    }
}

static MarketRows without_first(MarketRows rows, size_t count)
{
    rows.rows += count;
    rows.count -= count;
    return rows;
}

/* A market without slots makes periods hours, even one that never ticks, from the opening of a slot on whose first
 * ticks are hours late. */
static void test_hours(void)
{
    static const char text[] =
        "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-4h\"\n"
        "market p = okx \"BTC-USDT-SWAP\"\nparam lead = 60c in 55c .. 65c step 5c\n"
        "when m.up.mid > lead { buy $20 of m.up at market within 3c }\n"
        "risk { max position $100 stop loss 10% }\n";
    static const uint64_t spots[] = {0, 1, 2};
    Arena *arena = test_arena(MEMORY);
    SynthOptions how = {14, INT64_C(1783000000) / 14400 * 14400 * SEC, 14400 * SEC, 100000, false};
    MarketRows late = made_rows(&how, 3, arena);
    Tape tape = {{without_first(late, late.count / 6)}};
    Cells c;
    SweepJob job;

    if (!make_job(&job, text, &tape, 2, false, arena)) return;
    CHECK(job.is_hourly);
    CHECK(tape.rows[0].rows[0].ts_us > how.start_us + 3600 * SEC);
    if (!run(&job, spots, 3, &c, arena)) return;
    for (uint32_t k = 0; k < 3; k++)
        check_backtest(&job, &c, spots[k], k, arena);
}

/* Wallets with orders on their way: each cell that shares its ticks against the backtest of that cell. */
static const struct {
    const char *name, *text;
    int64_t start_s, latency_us, jitter_us, cash_micros;
    FillModel model;
} walks[] = {
    {"both sides, stops and targets", BOTH, 1783000000, 250000, 50000, 1000, MODEL_QUEUE},
    {"answers between many ticks", BOTH, 1783000000, 7300000, 2500000, 1000, MODEL_TOUCH},
    {"at once", BOTH, 1783000000, 0, 0, 1000, MODEL_PESSIMISTIC},
    {"on the tick", BOTH, 1783000000, 1000000, 0, 1000, MODEL_QUEUE},
    {"little cash", BOTH, 1783000000, 1250000, 900000, 60, MODEL_QUEUE},
    {"no fees, no delay", BOTH, 1770000000, 250000, 50000, 1000, MODEL_QUEUE},
    {"rules change meanwhile", BOTH, 1780270200, 850000, 250000, 1000, MODEL_QUEUE},
    {"across slots", BOTH, 1783000000, 40000000, 30000000, 300, MODEL_QUEUE},
    {"sales and closes",
     HEAD
     "param lead = 52c in 50c .. 62c step 4c\nparam part = 40% in 30% .. 100% step 35%\n"
     "when up.ask > lead { buy 400 shares of up at market within 4c }\n"
     "when up.bid < 45c { sell part of up at market within 5c }\n"
     "when up.bid > 70c { close up }\n"
     "when down.ask < 40c { buy 30 shares of down at 42c all or nothing }\n"
     "when down.bid < 30c { close down within 9c }\n"
     "risk { stop loss 20% cooldown 20s after loss max exposure $700 max trades 40 per day }\n",
     1783000000, 1300000, 800000, 1000, MODEL_QUEUE},
    {"large orders, held to the end",
     HEAD "param lot = 100 shares in 100 shares .. 900 shares step 200 shares\n"
          "when up.mid > 55c { buy lot of up at market within 3c }\n"
          "when up.mid < 45c { buy lot of down at market within 3c }\n"
          "risk { max position $900 max trades 7 per slot hold to resolution }\n",
     1783000000, 600000, 700000, 5000, MODEL_QUEUE},
};

static void check_walk(const SweepJob *job, uint64_t *ret_trades, Arena *arena)
{
    uint32_t cells = (uint32_t)sweep_cells(&job->search);
    SweepJob whole = *job;
    uint64_t spots[CELLS_MOST];
    Cells walked, alone;

    whole.route = SWEEP_ROUTE_MATCHER;
    for (uint32_t c = 0; c < cells; c++)
        spots[c] = c;
    CHECK_INT(job->route, SWEEP_ROUTE_MATCHED);
    if (!run(job, spots, cells, &walked, arena) || !run(&whole, spots, cells, &alone, arena))
        return;
    for (uint32_t c = 0; c < cells; c++) {
        check_equal(job, &walked, c, &alone, c);
        *ret_trades += walked.totals[c].trades;
    }
}

static void test_matched_is_a_backtest(void)
{
    for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
        uint64_t trades = 0;

        test_case(walks[i].name);
        for (uint64_t seed = 1; seed <= WALK_TAPES; seed++) {
            Arena *arena = test_arena(MEMORY);
            Tape tape = make_tape_at(walks[i].start_s, seed * 31 + i, 12, false, arena);
            SweepJob job;

            if (!make_job(&job, walks[i].text, &tape, 1, false, arena)) return;
            job.config.latency_us = walks[i].latency_us;
            job.config.jitter_us = walks[i].jitter_us;
            job.config.cash_micros = walks[i].cash_micros * FX_ONE;
            job.config.model = walks[i].model;
            check_walk(&job, &trades, arena);
        }
        CHECK(trades > 0);
    }
}

/* ---- a tape as it lies --------------------------------------------------------------------------- */

/* Up alone: its bids are what holdings are worth. */
#define UP                                                                                        \
    HEAD "param lead = 55c in 50c .. 60c step 5c\nparam n = 9 in 5 .. 13 step 4\n"                \
         "when ema(up.mid, n) > lead and up.spread < 6c and slot.progress > 10% and abs_move > 0" \
         " { buy 40 shares of up at market within 3c }\n"                                         \
         "risk { stop loss 15% take profit 10% max trades 9 per slot }\n"

/* What a hot part says of rows, no more. */
static void keep_hot(const MarketRows *from, TickRow *to)
{
    for (size_t i = 0; i < from->count; i++) {
        const TickData *t = &from->rows[i].data;

        to[i] = from->rows[i];
        tick_clear(&to[i].data);
        to[i].data.bid[0].price_micros[0] = t->bid[0].price_micros[0];
        to[i].data.ask[0].price_micros[0] = t->ask[0].price_micros[0];
        to[i].data.spot = t->spot;
    }
}

/* In blocks of as many rows as come. */
static bool pack(const MarketRows *rows, const Kernels *k, TickColumns *ret, Arena *arena)
{
    TapeHead *heads = arena_array(arena, TapeHead, rows->count);
    Span *blocks = arena_array(arena, Span, rows->count);
    uint32_t count = 0, n;
    Rng rng;

    rng_init(&rng, 3);
    for (uint32_t i = 0; i < rows->count; i += n) {
        uint8_t *bytes = arena_array(arena, uint8_t, TAPE_BLOCK_MAX);

        n = rng_below(&rng, 2) ? TAPE_ROWS : 1 + (uint32_t)rng_below(&rng, TAPE_ROWS);
        if (n > rows->count - i) n = (uint32_t)rows->count - i;
        blocks[count] =
            span_of((const char *)bytes, tape_block_write(rows->rows + i, n, count, i, bytes));
        if (!CHECK(tape_head_read(blocks[count], &heads[count]))) return false;
        count++;
    }
    return CHECK(tick_columns_from_tape(heads, blocks, count, k, arena, ret));
}

static void check_packed(const char *text, uint64_t seed, uint64_t *ret_trades)
{
    Arena *arena = test_arena(MEMORY);
    Tape tape = make_tape_at(1783000000, seed, 12, false, arena);
    TickRow *hot = arena_array(arena, TickRow, tape.rows[0].count);
    SweepJob wide, packed;
    uint64_t spots[CELLS_MOST];
    Cells of[2];
    Err err = ERR_NONE;

    keep_hot(&tape.rows[0], hot);
    tape.rows[0].rows = hot;
    if (!make_job(&wide, text, &tape, 1, false, arena)) return;
    wide.config.model = MODEL_TOUCH;
    packed = wide;
    packed.config.rows = NULL;
    if (!pack(&tape.rows[0], kernels_of(wide.level), &packed.ticks, arena)) return;
    if (!CHECK(sweep_prepare(&packed, arena, &err))) return;
    CHECK_INT(wide.route, SWEEP_ROUTE_MATCHED);
    CHECK_INT(packed.route, SWEEP_ROUTE_MATCHED);
    for (uint32_t c = 0; c < sweep_cells(&wide.search); c++)
        spots[c] = c;
    if (!run(&wide, spots, (uint32_t)sweep_cells(&wide.search), &of[0], arena)) return;
    if (!run(&packed, spots, (uint32_t)sweep_cells(&wide.search), &of[1], arena)) return;
    for (uint32_t c = 0; c < sweep_cells(&wide.search); c++) {
        check_equal(&wide, &of[0], c, &of[1], c);
        *ret_trades += of[0].totals[c].trades;
    }
}

static void test_packed_is_unpacked(void)
{
    static const char *const texts[] = {UP, BOTH};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        uint64_t trades = 0;

        for (uint64_t seed = 1; seed <= WALK_TAPES; seed++)
            check_packed(texts[i], seed * 31 + i, &trades);
        CHECK(trades > 0);
    }
}

static void test_nothing_to_run_on(void)
{
    Arena *arena = test_arena(MEMORY);
    Tape none = {0};
    SweepJob job = {.config = backtest_config_default()};
    Err err = ERR_NONE;

    job.config.image = made_image(programs[0].text, arena);
    job.config.rows = none.rows;
    job.config.market_count = 1;
    CHECK(!sweep_prepare(&job, arena, &err));
    CHECK_INT(err.status, ST_BAD_INPUT);
}

/* ---- noise --------------------------------------------------------------------------------------- */

static uint64_t tapes = 24;

/* Each key rolls other dice: when to enter, and on which side. */
static const char noise[] =
    HEAD "param key = 1 in 1 .. 10 step 1\n"
         "let turns = spot / $1 * (key * 0.37)\nlet dice = turns - floor(turns)\n"
         "when dice < 3% and up.mid > 25c and up.mid < 75c { buy $10 of up at market within 5c }\n"
         "when dice > 97% and up.mid > 25c and up.mid < 75c "
         "{ buy $10 of down at market within 5c }\n"
         "risk { max trades 1 per slot hold to resolution }\n";

static bool judge_noise(uint64_t seed, SweepJudgement *ret, Arena *arena)
{
    enum { CELLS = 10 };
    Tape tape = make_tape(seed, SLOTS_MOST, true, arena);
    uint64_t spots[CELLS];
    Cells cells;
    SweepJob job;
    double *x;

    if (!make_job(&job, noise, &tape, 1, false, arena)) return false;
    for (uint32_t c = 0; c < CELLS; c++)
        spots[c] = c;
    if (!run(&job, spots, CELLS, &cells, arena)) return false;
    x = arena_array(arena, double, CELLS *job.ends.count);
    for (size_t c = 0; c < CELLS; c++)
        for (size_t i = 0; i < job.ends.count; i++)
            x[i * CELLS + c] = cells.periods[c * job.ends.count + i];
    return sweep_judge(&(SweepTable){.returns = {x, job.ends.count, CELLS},
                                     .totals = cells.totals,
                                     .variance = UNKNOWN,
                                     .seed = 1,
                                     .rounds = 200},
                       arena, ret);
}

/* Strategies without skill on fair books, with fees: the choice among them carries over as a coin would. */
static void test_noise_is_a_coin(void)
{
    double sum = 0, by_luck = 0;
    uint32_t worthy = 0, real = 0;

    for (uint64_t seed = 1; seed <= tapes; seed++) {
        Arena arena;
        SweepJudgement j;

        arena_init(&arena, test_source(), MEMORY);
        if (CHECK(judge_noise(seed, &j, &arena))) {
            sum += j.overfit.probability / (double)tapes;
            by_luck += j.by_luck / (double)tapes;
            real += j.reality <= 0.05;
            worthy += j.verdict == SWEEP_VERDICT_WORTHY;
        }
        arena_fini(&arena);
    }
    printf("%llu sweeps of noise: overfitting %.3f, as good by luck %.2f of 10, %u called real, "
           "%u worthy\n",
           (unsigned long long)tapes, sum, by_luck, real, worthy);
    CHECK(sum > 0.4 && sum < 0.6);
    CHECK(worthy * 20 <= tapes);
}

int main(int argc, char **argv)
{
    if (argc > 1) tapes = strtoull(argv[1], NULL, 10);
    TEST_RUN(test_instant_is_the_engines);
    TEST_RUN(test_instant_by_slot);
    TEST_RUN(test_matcher_is_a_backtest);
    TEST_RUN(test_hours);
    TEST_RUN(test_matched_is_a_backtest);
    TEST_RUN(test_packed_is_unpacked);
    TEST_RUN(test_nothing_to_run_on);
    TEST_RUN(test_noise_is_a_coin);
    return test_end();
}
