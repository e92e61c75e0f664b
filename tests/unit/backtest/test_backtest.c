/* test_backtest.c — backtests: figures worked out by hand, books that balance after every event, and results
 * that depend neither on how rows are cut nor on what comes later. */
#include "runtime/backtest/backtest.h"

#include <string.h>

#include "runtime/backtest/judge.h"
#include "runtime/backtest/result_text.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/backtest/made_run.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define SEC INT64_C(1000000)
#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"

static const char *const programs[] = {
    /* takes, stops, takes again */
    HEAD "when up.mid > 60c and slot.left > 20s { buy $20 of up at market within 3c }\n"
         "when down.mid > 70c { buy $15 of down at market within 3c }\n"
         "risk { stop loss 15% take profit 10% max trades 6 per slot }\n",
    /* rests */
    HEAD "let calm = slot.left > 60s\n"
         "while calm { quote up { bid up.bid - 1c size 20 shares ask up.ask + 1c size up.position "
         "refresh 1c } }\n"
         "risk { max position $100 hold to resolution }\n",
    /* sets */
    HEAD "when up.mid > 55c { split $20 of m }\n"
         "when down.mid > 55c and up.position > 0 shares { sell all of up at market within 5c }\n"
         "when min(up.position, down.position) >= 40 shares { merge 20 shares of m }\n"
         "risk { max trades 20 per slot hold to resolution }\n",
    /* asks for what the book will not give */
    HEAD "when up.mid > 50c { buy $400 of up at market within 1c good for 5s }\n"
         "risk { max position $900 trailing stop 10% max trades 3 per slot }\n",
};
enum { PROGRAMS = sizeof programs / sizeof programs[0], SLOTS = 8 };

typedef struct Tape {
    const TickRow *rows;
    size_t count;
    SlotLabel labels[SLOTS];
} Tape;

static Tape make_tape(uint64_t seed, Arena *arena)
{
    SynthOptions how = {seed, 1780000000 / 300 * 300 * SEC, 300 * SEC, 100000, false};
    MarketRows made = made_rows(&how, SLOTS, arena);
    Tape t = {made.rows, made.count, {{0}}};

    memcpy(t.labels, made.labels, sizeof t.labels);
    return t;
}

static MarketRows rows_of(const Tape *t, size_t count)
{
    return (MarketRows){t->rows, count, t->labels, SLOTS};
}

static Backtest *begin(const Image *image, const MarketRows *rows, FillModel model, Arena *arena)
{
    BacktestConfig config = backtest_config_default();
    Err err = ERR_NONE;
    Backtest *b;

    config.image = image;
    config.rows = rows;
    config.market_count = 1;
    config.model = model;
    b = backtest_new(&config, arena, &err);
    test_check(b != NULL, __FILE__, __LINE__, "%s", err.text);
    return b;
}

/* Everything a backtest says, as text. */
static Span say(Backtest *b, Arena *arena)
{
    JudgeConfig judging = judge_config_default();
    Result *r = backtest_end(b, NULL);
    Buf text;

    judging.rounds = 20;
    buf_init(&text, arena, 1 << 26);
    if (!CHECK(r) || !CHECK(judge(r, &judging, arena))) return SPAN("");
    result_json(&text, r);
    return buf_span(&text);
}

/* ---- by hand ------------------------------------------------------------------------------------- */

static TickRow tick(int64_t start_us, double after_s, int64_t bid, int64_t ask)
{
    TickRow r = {.ts_us = start_us + (int64_t)(after_s * 1e6),
                 .slot_start_us = start_us,
                 .slot_us = 300 * SEC};

    tick_clear(&r.data);
    r.data.bid[0].price_micros[0] = bid;
    r.data.ask[0].price_micros[0] = ask;
    r.data.bid[0].size_micros[0] = r.data.ask[0].size_micros[0] = 30 * SEC;
    tick_mirror(&r.data);
    return r;
}

/* One slot in June 2026: fees 7 %, a taker delay of 250 ms.  $18 of up are sent at 60c, filled at 61c half a
 * second later, and up wins. */
static void test_by_hand(void)
{
    Arena *arena = test_arena((size_t)64 << 20);
    int64_t start = INT64_C(1781000100) / 300 * 300 * SEC;
    TickRow rows[] = {tick(start, 1, 480000, 500000), tick(start, 10, 590000, 600000),
                      tick(start, 10.4, 590000, 610000), tick(start, 20, 700000, 720000),
                      tick(start, 30, 400000, 420000)};
    SlotLabel label = {start, 300 * SEC, 0, UNKNOWN};
    MarketRows in = {rows, 5, &label, 1};
    const Image *image = made_image(HEAD "when up.mid > 55c { buy $18 of up at market within 2c }\n"
                                         "risk { hold to resolution max trades 1 per slot }\n",
                                    arena);
    BacktestConfig config = backtest_config_default();
    const ResultOrder *o;
    const ResultTrade *t;
    Backtest *b;
    Result *r;

    if (!image) return;
    config.image = image;
    config.rows = &in;
    config.market_count = 1;
    config.jitter_us = 0;
    b = backtest_new(&config, arena, NULL);
    while (backtest_step(b))
        ;
    r = backtest_end(b, NULL);
    if (!CHECK(r && r->orders.count == 1 && r->trades.count == 1 && r->slots.count == 1)) return;
    o = &r->orders.items[0];
    t = &r->trades.items[0];
    /* 18 / 0.62 rounded down to 0.01 shares; decided at 10 s, looked at 500 ms later */
    CHECK_INT(o->size_micros, 29030000);
    CHECK_INT(o->price_micros, 620000);
    CHECK_INT(o->decided_us, start + 10 * SEC);
    CHECK_INT(o->arrived_us, start + 10 * SEC + 500000);
    CHECK_INT(o->decision.ask_micros, 600000);
    CHECK_INT(o->decision.bid_micros, 590000);
    CHECK_INT(o->arrival.ask_micros, 610000);
    CHECK_INT(o->filled_micros, 29030000);
    CHECK_INT(o->value_micros, 17708300);
    CHECK_INT(o->state, ORDER_FILLED);
    /* 29.03 * 0.07 * 0.61 * 0.39, to 0.00001 */
    CHECK_INT(o->fees_micros, 483440);
    CHECK_INT(o->slip_mid_micros, 435450);   /* 29.03 * (0.61 - 0.595) */
    CHECK_INT(o->slip_touch_micros, 290300); /* 29.03 * (0.61 - 0.60) */
    CHECK_INT(t->in_value_micros, 17708300);
    CHECK_INT(t->out_value_micros, 29030000);
    CHECK_INT(t->pnl_micros, 29030000 - 17708300 - 483440);
    CHECK_INT(t->exit, RESULT_EXIT_RESOLVED);
    CHECK_INT(t->closed_us, start + 420 * SEC);
    CHECK_INT(r->slots.items[0].pnl_micros, t->pnl_micros);
    CHECK_INT(r->slots.items[0].equity_micros, 1000000000 + t->pnl_micros);
    CHECK_INT(r->totals.pnl_micros, t->pnl_micros);
    CHECK_INT(r->totals.trades, 1);
    CHECK_INT(r->totals.wins, 1);
    CHECK_BITS(r->totals.win_rate, 1);
    CHECK(r->totals.is_balanced);
    CHECK_INT(r->totals.exposure_max_micros, 17708300);
    /* 17.7083 from 10.5 s to 420 s of 420 s: 17265592.5 */
    CHECK_INT(r->totals.exposure_mean_micros, 17265592);
    /* peak: cash and 29.03 at 71c, less price and fee; bottom: at 41c */
    CHECK_INT(r->totals.drawdown_micros, 8709000);
    CHECK_INT(r->totals.peak_us, start + 20 * SEC);
    CHECK_INT(r->totals.bottom_us, start + 30 * SEC);
    CHECK_INT(r->prices[6].trades, 1);
    CHECK_INT(r->prices[6].won, 1);
    CHECK_BITS(r->prices[6].break_even, (17708300.0 + 483440.0) / 29030000.0);
    CHECK_INT(r->tenths[0].trades, 1);
}

/* Half of it is sold again, at the instant of the last tick; the other half is still held, so nothing has ended the
 * trade, and the curve ends with what the wallet is worth then. */
static void test_half_sold(void)
{
    Arena *arena = test_arena((size_t)64 << 20);
    int64_t start = INT64_C(1781000100) / 300 * 300 * SEC;
    TickRow rows[] = {tick(start, 1, 480000, 500000), tick(start, 10, 590000, 600000),
                      tick(start, 11, 590000, 600000), tick(start, 20, 700000, 720000),
                      tick(start, 21, 700000, 720000)};
    MarketRows in = {rows, 5, NULL, 0};
    const Image *image =
        made_image(HEAD "when up.mid > 55c { buy $18 of up at market within 2c }\n"
                        "when up.mid > 65c { sell 15 shares of up at market within 5c }\n"
                        "risk { hold to resolution max trades 1 per slot }\n",
                   arena);
    Backtest *b = image ? begin(image, &in, MODEL_TOUCH, arena) : NULL;
    const ResultTrade *t;
    Result *r;

    while (b && backtest_step(b))
        ;
    r = b ? backtest_end(b, NULL) : NULL;
    if (!CHECK(r && r->orders.count == 2 && r->trades.count == 1)) return;
    t = &r->trades.items[0];
    CHECK(t->out_size_micros > 0 && t->out_size_micros < t->in_size_micros);
    CHECK_INT(t->exit_order, 1);
    CHECK_INT(t->exit, RESULT_EXIT_OPEN);
    CHECK_INT(t->closed_us, MICROS_UNKNOWN);
    CHECK_INT(vec_last(&r->curve).equity_micros, r->totals.end_equity_micros);
}

/* ---- properties ---------------------------------------------------------------------------------- */

static void test_books_balance(void)
{
    for (int p = 0; p < PROGRAMS; p++)
        for (int model = 0; model < MODELS; model++) {
            Arena *arena = test_arena((size_t)256 << 20);
            Tape tape = make_tape(7, arena);
            MarketRows rows = rows_of(&tape, tape.count);
            const Image *image = made_image(programs[p], arena);
            Backtest *b = image ? begin(image, &rows, (FillModel)model, arena) : NULL;
            int64_t pnl = 0;
            bool equal = true;
            Result *r;

            test_case(programs[p]);
            while (b && backtest_step(b))
                equal &=
                    engine_ledger_sum(backtest_engine(b)) == engine_balance_sum(backtest_engine(b));
            CHECK(equal);
            r = b ? backtest_end(b, NULL) : NULL;
            if (!CHECK(r)) continue;
            for (size_t i = 0; i < r->slots.count; i++)
                pnl += r->slots.items[i].pnl_micros;
            CHECK(r->totals.is_balanced);
            CHECK_INT(r->totals.faults, 0);
            CHECK_INT(pnl, r->totals.realised_micros);
            CHECK_INT(r->totals.open_trades, 0);
            CHECK_INT(r->totals.realised_micros, r->totals.pnl_micros);
            CHECK_INT(r->totals.orders, r->totals.filled + r->totals.partial + r->totals.unfilled);
            if (model == MODEL_TOUCH) CHECK(r->totals.trades > 0 && r->totals.fills > 0);
        }
}

/* Quotes for nearly all the cash there is, moved with the market: the old one may fill while its cancel travels, and
 * the new one must not be paid with what that takes; nor may shares be sold twice. */
static void test_quotes_within_means(void)
{
    static const char text[] =
        HEAD "while slot.left > 60s { quote up { bid up.bid size 36 shares ask up.ask size "
             "up.position } }\n"
             "risk { hold to resolution }\n";
    uint64_t fills = 0, cancelled = 0, skipped = 0;

    for (uint64_t seed = 1; seed <= 6; seed++) {
        Arena *arena = test_arena((size_t)256 << 20);
        Tape tape = make_tape(seed, arena);
        MarketRows rows = rows_of(&tape, tape.count);
        BacktestConfig config = backtest_config_default();
        int64_t least_cash = INT64_MAX, least_shares = INT64_MAX;
        Backtest *b;
        Result *r;

        config.image = made_image(text, arena);
        config.rows = &rows;
        config.market_count = 1;
        config.model = MODEL_TOUCH;
        config.cash_micros = 20 * SEC;
        b = config.image ? backtest_new(&config, arena, NULL) : NULL;
        while (b && backtest_step(b)) {
            int64_t cash = engine_cash(backtest_engine(b), 0);
            int64_t shares = engine_position(backtest_engine(b), 0).size_micros;

            if (cash < least_cash) least_cash = cash;
            if (shares < least_shares) least_shares = shares;
        }
        r = b ? backtest_end(b, NULL) : NULL;
        if (!CHECK(r)) continue;
        CHECK(least_cash >= 0);
        CHECK(least_shares >= 0);
        fills += r->totals.fills;
        skipped += r->totals.skipped;
        cancelled += r->totals.orders - r->totals.filled;
    }
    CHECK(fills > 20 && cancelled > 100 && skipped > 20);
}

/* Shares of a market without slots last from slot to slot of its ticks, until the first result ends it. */
static void test_event_over_slots(void)
{
    static const char text[] =
        "odx 1\nstrategy \"Event\"\nmarket fed = polymarket \"fed-decision-january\"\n"
        "when fed.yes.mid > 55c { buy 20 shares of fed.yes at market within 3c }\n"
        "when fed.yes.mid < 45c { buy 20 shares of fed.no at market within 3c }\n"
        "risk { max trades 40 per day hold to resolution }\n";

    for (uint64_t seed = 1; seed <= 5; seed++) {
        Arena *arena = test_arena((size_t)256 << 20);
        Tape tape = make_tape(seed, arena);
        MarketRows rows = rows_of(&tape, tape.count);
        const Image *image = made_image(text, arena);
        Backtest *b = image ? begin(image, &rows, MODEL_TOUCH, arena) : NULL;
        Result *r;

        while (b && backtest_step(b)) {
        }
        r = b ? backtest_end(b, NULL) : NULL;
        if (!CHECK(r)) continue;
        CHECK(r->totals.is_balanced);
        CHECK(r->totals.trades > 0);
        CHECK_INT(r->totals.faults, 0);
    }
}

/* The same rows handed over in random pieces. */
static Span run_in_pieces(const Image *image, const Tape *tape, Rng *rng, Arena *arena)
{
    size_t first = 1 + (size_t)rng_below(rng, 50), have = first;
    MarketRows rows = rows_of(tape, have);
    Backtest *b = begin(image, &rows, MODEL_QUEUE, arena);

    while (b && have < tape->count) {
        int64_t known_us = tape->rows[have - 1].ts_us;
        size_t more = 1 + (size_t)rng_below(rng, 400), from;

        while (backtest_next_us(b) <= known_us && backtest_left(b, 0) > 1)
            (void)backtest_step(b);
        from = have - backtest_left(b, 0);
        have = have + more < tape->count ? have + more : tape->count;
        rows = rows_of(tape, have);
        rows.rows += from;
        rows.count -= from;
        backtest_feed(b, 0, rows);
    }
    while (b && backtest_step(b))
        ;
    return b ? say(b, arena) : SPAN("");
}

static void test_pieces(void)
{
    for (int p = 0; p < PROGRAMS; p++) {
        Arena *arena = test_arena((size_t)512 << 20);
        Tape tape = make_tape(11, arena);
        const Image *image = made_image(programs[p], arena);
        Rng rng;
        Span whole;

        if (!image) continue;
        rng_init(&rng, 5);
        test_case(programs[p]);
        {
            MarketRows rows = rows_of(&tape, tape.count);
            Backtest *b = begin(image, &rows, MODEL_QUEUE, arena);

            while (b && backtest_step(b))
                ;
            whole = b ? say(b, arena) : SPAN("");
        }
        for (int i = 0; i < 5; i++)
            CHECK(span_is(run_in_pieces(image, &tape, &rng, arena), whole));
    }
}

/* Runs `steps` events of a tape that ends after the rows these events need, or does not. */
static Span run_until(const Image *image, const Tape *tape, size_t rows, uint64_t steps,
                      Arena *arena)
{
    MarketRows in = rows_of(tape, rows);
    Backtest *b = begin(image, &in, MODEL_QUEUE, arena);

    for (uint64_t i = 0; b && i < steps; i++)
        CHECK(backtest_step(b));
    return b ? say(b, arena) : SPAN("");
}

/* Slots that were not resolved by then end the other way. */
static Tape other_future(const Tape *tape, int64_t ts_us)
{
    Tape t = *tape;

    for (int i = 0; i < SLOTS; i++)
        if (t.labels[i].slot_start_us + t.labels[i].slot_us + 120 * SEC > ts_us)
            t.labels[i].winner = (int8_t)(1 - t.labels[i].winner);
    return t;
}

/* Acceptance 7 of the issue: what comes later changes nothing of what was. */
static void test_cut(void)
{
    for (int p = 0; p < PROGRAMS; p++) {
        Arena *arena = test_arena((size_t)1024 << 20);
        Tape tape = make_tape(13, arena);
        const Image *image = made_image(programs[p], arena);
        MarketRows rows = rows_of(&tape, tape.count);
        Backtest *b;
        uint64_t steps = 0;
        size_t slots = 0;
        Rng rng;

        if (!image) continue;
        test_case(programs[p]);
        rng_init(&rng, 17 + (uint64_t)p);
        b = begin(image, &rows, MODEL_QUEUE, arena);
        while (b && backtest_step(b)) {
            size_t opened = backtest_so_far(b)->slots.count - slots;
            /* A slot is opened by its first row, which comes next. */
            size_t used = tape.count - backtest_left(b, 0) + opened;
            Arena *other;
            Tape later;

            steps++;
            slots += opened;
            if (!opened && !rng_chance(&rng, 0.01)) continue;
            other = test_arena((size_t)256 << 20);
            later = other_future(&tape, backtest_so_far(b)->totals.end_us);
            CHECK(span_is(run_until(image, &later, used, steps, other),
                          run_until(image, &tape, tape.count, steps, other)));
        }
        CHECK(steps > tape.count);
    }
}

/* ---- without slots ------------------------------------------------------------------------------- */

/* A swap, long and short and turned over: margin instead of cost, hours instead of slots. */
static void test_swap(void)
{
    static const char *const text =
        "odx 1\nstrategy \"s\"\nmarket p = okx \"BTC-USDT-SWAP\"\n"
        "when p.mid > highest(prev(p.mid), 60) { buy 0.02 coins of p at market within 0.1% }\n"
        "when p.mid < lowest(prev(p.mid), 60) { sell 0.03 coins of p at market within 0.1% }\n"
        "risk { max trades 500 per day max leverage 5 hold forever }\n";
    enum { TICKS = 12000 };
    Arena *arena = test_arena((size_t)256 << 20);
    TickRow *ticks = arena_array(arena, TickRow, TICKS);
    const Image *image = made_image(text, arena);
    MarketRows rows = {ticks, TICKS, NULL, 0};
    int64_t price = INT64_C(100000) * SEC;
    uint32_t shorts = 0;
    double *x, sum = 0;
    size_t hours;
    Backtest *b;
    Result *r;
    Rng rng;

    rng_init(&rng, 3);
    for (int i = 0; i < TICKS; i++) {
        price += rng_range(&rng, -200, 200) * 100000;
        ticks[i].ts_us = (1780000000 + i) * SEC;
        tick_clear(&ticks[i].data);
        ticks[i].data.bid[0].price_micros[0] = price - 100000;
        ticks[i].data.ask[0].price_micros[0] = price;
        ticks[i].data.bid[0].size_micros[0] = ticks[i].data.ask[0].size_micros[0] = SEC;
    }
    b = image ? begin(image, &rows, MODEL_QUEUE, arena) : NULL;
    if (!b) return;
    while (backtest_step(b))
        CHECK(engine_ledger_sum(backtest_engine(b)) == engine_balance_sum(backtest_engine(b)));
    r = backtest_end(b, NULL);
    if (!CHECK(r)) return;
    CHECK(r->totals.is_balanced);
    CHECK(r->totals.trades > 20);
    for (size_t i = 0; i < r->trades.count; i++)
        shorts += r->trades.items[i].is_short;
    CHECK(shorts > 5 && shorts + 5 < r->trades.count);
    x = judge_periods(r, arena, &hours);
    CHECK_INT(hours, 4); /* from 26:40 into the first to 46:40 into the last */
    for (size_t i = 0; x && i < hours; i++)
        sum += x[i];
    CHECK(num_abs(sum - (double)r->totals.pnl_micros / 1e6) < 1e-6);
}

/* ---- refusals ------------------------------------------------------------------------------------ */

static void test_refusals(void)
{
    Arena *arena = test_arena((size_t)64 << 20);
    Tape tape = make_tape(1, arena);
    MarketRows rows = rows_of(&tape, tape.count);
    BacktestConfig config = backtest_config_default();
    Err err = ERR_NONE;

    config.rows = &rows;
    config.market_count = 1;
    config.image = made_image(
        "odx 1\nstrategy \"k\"\nmarket m = kalshi \"KXBTC\"\nshow mid = yes.mid\n", arena);
    if (!config.image) return;
    CHECK(!backtest_new(&config, arena, &err));
    CHECK_STR(err.text,
              "Kalshi rounds fees over all fills of an order, which the matcher does not");
}

int main(void)
{
    TEST_RUN(test_by_hand);
    TEST_RUN(test_half_sold);
    TEST_RUN(test_books_balance);
    TEST_RUN(test_quotes_within_means);
    TEST_RUN(test_event_over_slots);
    TEST_RUN(test_pieces);
    TEST_RUN(test_cut);
    TEST_RUN(test_swap);
    TEST_RUN(test_refusals);
    return test_end();
}
