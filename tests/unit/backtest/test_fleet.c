/* test_fleet.c — several strategies, wallets and markets at once: shares of one level by hand, cash of one wallet,
 * books that balance after every event in every wallet, and assignments that are what they are alone. */
#include "runtime/backtest/fleet.h"

#include <string.h>

#include "runtime/backtest/judge.h"
#include "runtime/backtest/result_text.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/backtest/made_run.h"
#include "vm/base/rng.h"

#define SEC INT64_C(1000000)
#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
#define HELD "risk { hold to resolution max trades 1 per slot }\n"

enum { PAIRS_MAX = 12, MARKETS_MAX = 3 };

/* ---- making -------------------------------------------------------------------------------------- */

typedef struct Made {
    Arena *arena;
    FleetStrategy strategies[PAIRS_MAX];
    FleetWallet wallets[PAIRS_MAX];
    FleetPair pairs[PAIRS_MAX];
    MarketRows rows[MARKETS_MAX];
    FleetConfig config;
} Made;

static const uint8_t same_markets[] = {0, 1, 2};

static void begin(Made *m, size_t memory)
{
    *m = (Made){.arena = test_arena(memory)};
    m->config.how = backtest_config_default();
    m->config.how.rows = m->rows;
    m->config.how.market_count = 1;
    m->config.strategies = m->strategies;
    m->config.wallets = m->wallets;
    m->config.pairs = m->pairs;
}

static uint32_t add_strategy(Made *m, const char *text)
{
    m->strategies[m->config.strategy_count] =
        (FleetStrategy){span_str("s"), made_image(text, m->arena), NULL, same_markets, NULL};
    return m->config.strategy_count++;
}

static uint32_t add_wallet(Made *m, int64_t dollars)
{
    m->wallets[m->config.wallet_count] = (FleetWallet){SPAN("w"), dollars * SEC};
    return m->config.wallet_count++;
}

static void add_pair(Made *m, uint32_t strategy, uint32_t wallet)
{
    m->pairs[m->config.pair_count++] = (FleetPair){strategy, wallet};
}

static Result *run(Made *m)
{
    Err err = ERR_NONE;
    Fleet *f = fleet_new(&m->config, m->arena, &err);

    test_check(f != NULL, __FILE__, __LINE__, "%s", err.text);
    while (f && fleet_step(f))
        ;
    return f ? fleet_end(f, &err) : NULL;
}

/* ---- by hand ------------------------------------------------------------------------------------- */

typedef struct Row {
    double after_s;
    int64_t bid, bid_size, ask, ask_size; /* cents, shares */
} Row;

static MarketRows rows_by_hand(const Row *rows, size_t count, SlotLabel *label, Arena *arena)
{
    int64_t start = INT64_C(1760000100) / 300 * 300 * SEC; /* October 2025: no fees, no delay */
    TickRow *ticks = arena_array(arena, TickRow, count);

    *label = (SlotLabel){start, 300 * SEC, 0, 0};
    for (size_t i = 0; i < count; i++) {
        TickRow *t = &ticks[i];

        *t = (TickRow){.ts_us = start + (int64_t)(rows[i].after_s * 1e6),
                       .slot_start_us = start,
                       .slot_us = 300 * SEC};
        tick_clear(&t->data);
        t->data.bid[0].price_micros[0] = rows[i].bid * 10000;
        t->data.ask[0].price_micros[0] = rows[i].ask * 10000;
        t->data.bid[0].size_micros[0] = rows[i].bid_size * SEC;
        t->data.ask[0].size_micros[0] = rows[i].ask_size * SEC;
        tick_mirror(&t->data);
    }
    return (MarketRows){ticks, count, label, 1};
}

#define TAKE(n) HEAD "when up.mid > 55c { buy " #n " shares of up at 60c now or never }\n" HELD
#define REST(n, p) \
    HEAD "when up.mid > 55c { buy " #n " shares of up at " #p " good for 100s }\n" HELD
#define DOWN(n) HEAD "when up.mid > 55c { buy " #n " shares of down at 42c now or never }\n" HELD

#define FROM(account)                                                           \
    HEAD "account " #account "\nwhen up.mid > 55c { buy 80 shares of " #account \
         ".up at 60c now or never }\n" HELD

typedef struct HandCase {
    const char *label;
    const char *programs[3];
    bool has_shared_book, is_one_wallet;
    int64_t cash;      /* dollars a wallet */
    int64_t filled[3]; /* shares */
    FillModel model;
    const Row *rows;
} HandCase;

enum { HAND_ROWS = 5 };

/* The ask is 60c for 100 from second 10 on, and stands. */
static const Row standing[HAND_ROWS] = {{1, 48, 50, 50, 50},
                                        {10, 58, 100, 60, 100},
                                        {11, 58, 100, 60, 100},
                                        {12, 58, 100, 60, 100},
                                        {20, 58, 100, 60, 100}};
/* It is refilled by 30 at second 11. */
static const Row refilled[HAND_ROWS] = {{1, 48, 50, 50, 50},
                                        {10, 58, 100, 60, 100},
                                        {11, 58, 100, 60, 130},
                                        {12, 58, 100, 60, 130},
                                        {20, 58, 100, 60, 130}};
/* 100 stand at the bid; they shrink to 40, then the ask comes down onto it with 70. */
static const Row coming[HAND_ROWS] = {{1, 48, 50, 50, 50},
                                      {10, 58, 100, 60, 100},
                                      {11, 58, 40, 60, 100},
                                      {12, 57, 40, 58, 70},
                                      {20, 57, 40, 58, 70}};

static const HandCase hand_cases[] = {
    /* One level of 100, both want 80. */
    {"own books: both fill",
     {TAKE(80), TAKE(80)},
     false,
     false,
     1000,
     {80, 80},
     MODEL_QUEUE,
     standing},
    {"one book: 80 and 20",
     {TAKE(80), TAKE(80)},
     true,
     false,
     1000,
     {80, 20},
     MODEL_QUEUE,
     standing},
    {"one book: three of them",
     {TAKE(70), TAKE(20), TAKE(20)},
     true,
     false,
     1000,
     {70, 20, 10},
     MODEL_QUEUE,
     standing},
    {"one book: what is refilled later is not theirs",
     {TAKE(80), TAKE(80)},
     true,
     false,
     1000,
     {80, 20},
     MODEL_QUEUE,
     refilled},
    /* Down at 42c is a bid of up at 58c: the other side of the one book, with 100 as well. */
    {"one book: down is its mirror",
     {TAKE(80), DOWN(80), DOWN(80)},
     true,
     false,
     1000,
     {80, 80, 20},
     MODEL_QUEUE,
     standing},
    /* 80 shares at 60c are $48: $60 pay for one order. */
    {"one wallet: the second finds no cash",
     {TAKE(80), TAKE(80)},
     false,
     true,
     60,
     {80, 0},
     MODEL_QUEUE,
     standing},
    {"one wallet: accounts of one name are one",
     {FROM(main), FROM(main)},
     false,
     true,
     60,
     {80, 0},
     MODEL_QUEUE,
     standing},
    {"one wallet: accounts of two names are two",
     {FROM(main), FROM(side)},
     false,
     true,
     60,
     {80, 80},
     MODEL_QUEUE,
     standing},
    {"two wallets: each has its own",
     {TAKE(80), TAKE(80)},
     false,
     false,
     60,
     {80, 80},
     MODEL_QUEUE,
     standing},
    {"one wallet with enough",
     {TAKE(80), TAKE(80)},
     false,
     true,
     1000,
     {80, 80},
     MODEL_QUEUE,
     standing},
    {"one wallet, one book",
     {TAKE(80), TAKE(80)},
     true,
     true,
     1000,
     {80, 20},
     MODEL_QUEUE,
     standing},
    /* Orders of 50 rest at 58c behind 100. 60 leave: the queue is 40. The ask comes with 70: who stood there
     * has been served, 50 for the first, 20 for the second. */
    {"one book: the second stands behind the first",
     {REST(50, 58c), REST(50, 58c)},
     true,
     false,
     1000,
     {50, 20},
     MODEL_QUEUE,
     coming},
    {"own books: both stand where the other is not",
     {REST(50, 58c), REST(50, 58c)},
     false,
     false,
     1000,
     {50, 50},
     MODEL_QUEUE,
     coming},
    /* touch: the 60 that leave count as sold to them, then 70 more */
    {"one book, touch: 50 and 10, then the rest",
     {REST(50, 58c), REST(50, 58c)},
     true,
     false,
     1000,
     {50, 50},
     MODEL_TOUCH,
     coming},
    {"one book, touch: 60 leave, then 40, then 70 are offered",
     {REST(60, 58c), REST(60, 58c), REST(60, 58c)},
     true,
     false,
     1000,
     {60, 60, 50},
     MODEL_TOUCH,
     coming},
    {"one book, pessimistic: 58c is not beyond",
     {REST(50, 58c), REST(50, 58c)},
     true,
     false,
     1000,
     {0, 0},
     MODEL_PESSIMISTIC,
     coming},
    /* Taking and resting meet the same 70 at 58c when they come: the better price is served first. */
    {"one book: the higher bid is served first",
     {REST(50, 58c), REST(60, 59c)},
     true,
     false,
     1000,
     {10, 60},
     MODEL_QUEUE,
     coming},
};

static void test_by_hand(void)
{
    for (size_t i = 0; i < sizeof hand_cases / sizeof hand_cases[0]; i++) {
        const HandCase *c = &hand_cases[i];
        SlotLabel label;
        Result *r;
        Made m;
        int64_t filled = 0;

        test_case(c->label);
        begin(&m, (size_t)256 << 20);
        m.rows[0] = rows_by_hand(c->rows, HAND_ROWS, &label, m.arena);
        m.config.how.model = c->model;
        m.config.how.jitter_us = 0;
        m.config.has_shared_book = c->has_shared_book;
        for (int p = 0; p < 3 && c->programs[p]; p++) {
            if (!p || !c->is_one_wallet) (void)add_wallet(&m, c->cash);
            add_pair(&m, add_strategy(&m, c->programs[p]), m.config.wallet_count - 1);
        }
        r = run(&m);
        if (!CHECK(r)) continue;
        for (uint32_t p = 0; p < r->assignment_count; p++) {
            const Result *one = r->assignments[p].result;
            int64_t size = 0;

            for (size_t k = 0; k < one->orders.count; k++)
                size += one->orders.items[k].filled_micros;
            CHECK_INT(size / SEC, c->filled[p]);
            CHECK(one->totals.is_balanced);
            filled += size;
        }
        for (size_t k = 0; k < r->orders.count; k++)
            filled -= r->orders.items[k].filled_micros;
        CHECK_INT(filled, 0);
        CHECK(r->totals.is_balanced);
    }
}

/* ---- properties ---------------------------------------------------------------------------------- */

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
    /* asks for what the book will not give; its stake is what the wallet has */
    HEAD "when up.mid > 50c { buy (cash * 0.4) of up at market within 1c good for 5s }\n"
         "risk { max position $900 trailing stop 10% max trades 3 per slot max drawdown 60% }\n",
    /* never does anything */
    HEAD "show mid = up.mid\n",
};
enum {
    PROGRAMS = sizeof programs / sizeof programs[0],
    SLOTS = 5,
    TRADERS = PROGRAMS - 1,
    QUOTING = 1
};

static const char other_text[] =
    "odx 1\nstrategy \"o\"\nmarket m = polymarket \"btc-updown-5m\"\nmarket n = polymarket "
    "\"eth-updown-5m\"\nwhen n.up.mid > 60c { buy $30 of m.up at market within 4c }\n"
    "when m.down.mid > 60c { buy $30 of n.down at market within 4c }\n"
    "risk { max trades 9 per day hold to resolution }\n";

static MarketRows make_tape(uint64_t seed, int64_t after_us, Arena *arena)
{
    SynthOptions how = {seed, 1780000000 / 300 * 300 * SEC + after_us, 300 * SEC, 100000, false};

    return made_rows(&how, SLOTS, arena);
}

/* A judged result as text. */
static Span say(Result *r, Arena *arena)
{
    JudgeConfig judging = judge_config_default();
    Buf text;

    judging.rounds = 20;
    buf_init(&text, arena, 1 << 26);
    if (!CHECK(r) || !CHECK(judge(r, &judging, arena))) return SPAN("");
    result_json(&text, r);
    return buf_span(&text);
}

static Span say_alone(const Made *m, uint32_t strategy, int64_t dollars, Arena *arena)
{
    BacktestConfig config = m->config.how;
    Backtest *b;

    config.image = m->strategies[strategy].image;
    config.cash_micros = dollars * SEC;
    config.market_count = strategy == TRADERS + 1 ? 2 : 1;
    b = backtest_new(&config, arena, NULL);
    while (b && backtest_step(b))
        ;
    return CHECK(b) ? say(backtest_end(b, NULL), arena) : SPAN("");
}

/* All programs, the idle one and the one of two markets. */
static void begin_tapes(Made *m, uint64_t seed)
{
    begin(m, (size_t)2 << 30);
    m->rows[0] = make_tape(seed, 0, m->arena);
    m->rows[1] = make_tape(seed + 1, 600 * SEC, m->arena);
    m->config.how.market_count = 2;
    for (int p = 0; p < PROGRAMS; p++)
        (void)add_strategy(m, programs[p]);
    (void)add_strategy(m, other_text);
}

/* M8, M9: with liquidity and cash of its own an assignment is what it is alone, whoever else is there, in any
 * order. */
static void test_alone(void)
{
    static const uint32_t orders[][TRADERS + 2] = {{0, 1, 2, 3, 4, 5}, {5, 3, 1, 0, 2, 4}};

    for (int o = 0; o < 2; o++) {
        Made m;
        Result *r;

        begin_tapes(&m, 31);
        for (int p = 0; p < TRADERS + 2; p++)
            add_pair(&m, orders[o][p], add_wallet(&m, 100 * (p + 3)));
        r = run(&m);
        if (!CHECK(r)) continue;
        CHECK(r->totals.is_balanced && r->totals.trades > 20);
        for (int p = 0; p < TRADERS + 2; p++)
            CHECK(span_is(say(r->assignments[p].result, m.arena),
                          say_alone(&m, orders[o][p], 100 * (p + 3), m.arena)));
    }
}

typedef struct Setting {
    const char *label;
    bool has_shared_book, is_one_wallet;
    FillModel model;
} Setting;

static const Setting settings[] = {
    {"own books, own wallets", false, false, MODEL_QUEUE},
    {"own books, one wallet", false, true, MODEL_TOUCH},
    {"one book, own wallets", true, false, MODEL_TOUCH},
    {"one book, one wallet", true, true, MODEL_QUEUE},
    {"one book, one wallet, pessimistic", true, true, MODEL_PESSIMISTIC},
};
enum { SETTINGS = sizeof settings / sizeof settings[0], TWICE = 2 };

/* Each program twice, and the one of two markets; one wallet for each kind, or for each. */
static void assign(Made *m, const Setting *s)
{
    m->config.has_shared_book = s->has_shared_book;
    m->config.how.model = s->model;
    for (uint32_t p = 0; p < TRADERS * TWICE + 1; p++) {
        uint32_t wallet = p && s->is_one_wallet && (p + 1) % 4 < 2 ? m->config.wallet_count - 1
                                                                   : add_wallet(m, 120);

        add_pair(m, p == TRADERS * TWICE ? TRADERS + 1 : p % TRADERS, wallet);
    }
}

/* Assets equal liabilities in every engine, and no wallet spends what it has not.  (A quote that is replaced may still
 * fill while its cancel travels, so one that quotes can.) */
static bool is_sound(const Made *m, const Fleet *f)
{
    int64_t cash[PAIRS_MAX] = {0};
    bool has_quotes[PAIRS_MAX] = {false}, ok = true;

    for (uint32_t p = 0; p < m->config.pair_count; p++) {
        const Engine *e = fleet_engine(f, p);

        ok &= engine_ledger_sum(e) == engine_balance_sum(e);
        cash[m->pairs[p].wallet] += engine_cash(e, 0);
        has_quotes[m->pairs[p].wallet] |= m->pairs[p].strategy == QUOTING;
    }
    for (uint32_t w = 0; w < m->config.wallet_count; w++)
        ok &= has_quotes[w] || cash[w] >= 0;
    return ok;
}

static void check_wallets(const Made *m, const Result *r)
{
    int64_t pnl = 0, slots_pnl = 0;
    uint64_t trades = 0;

    CHECK(r->totals.is_balanced);
    CHECK_INT(r->totals.faults, 0);
    for (uint32_t w = 0; w < r->wallet_count; w++) {
        const ResultTotals *t = &r->wallets[w].totals;

        CHECK(t->is_balanced);
        CHECK_INT(t->start_cash_micros, 120 * SEC);
        CHECK_INT(t->end_equity_micros - t->start_cash_micros, t->pnl_micros);
        pnl += t->pnl_micros;
        trades += t->trades;
    }
    for (size_t i = 0; i < r->slots.count; i++)
        slots_pnl += r->slots.items[i].pnl_micros;
    for (size_t i = 0; i < r->trades.count; i++) {
        const ResultTrade *t = &r->trades.items[i];

        CHECK(r->orders.items[t->entry_order].assignment == t->assignment);
        CHECK(t->slot == RESULT_NONE || r->slots.items[t->slot].market == t->market);
    }
    CHECK_INT(r->totals.pnl_micros, pnl);
    CHECK_INT(r->totals.trades, trades);
    CHECK_INT(slots_pnl, r->totals.realised_micros);
    CHECK_INT(r->assignment_count, m->config.pair_count);
    CHECK_INT(r->slots.count, SLOTS * 2);
}

static Result *run_checked(Made *m, Rng *crashes)
{
    Fleet *f = fleet_new(&m->config, m->arena, NULL);
    bool ok = f != NULL;

    while (f && fleet_step(f)) {
        ok &= is_sound(m, f);
        if (crashes && rng_chance(crashes, 0.01))
            ok &= fleet_restart(f, (uint32_t)rng_below(crashes, m->config.pair_count), m->arena);
    }
    CHECK(ok);
    return f ? fleet_end(f, NULL) : NULL;
}

/* Acceptance 1 and 2: books balance after every event, and engines that are restored from snapshots at random
 * events go on as if nothing had been. */
static void test_restarts(void)
{
    for (int i = 0; i < SETTINGS; i++) {
        Span first = SPAN("");
        Rng rng;

        test_case(settings[i].label);
        rng_init(&rng, 5 + (uint64_t)i);
        for (int again = 0; again < 2; again++) {
            Made m;
            Result *r;
            Span text;

            begin_tapes(&m, 40);
            assign(&m, &settings[i]);
            r = run_checked(&m, again ? &rng : NULL);
            if (!CHECK(r)) continue;
            check_wallets(&m, r);
            CHECK(r->totals.trades > 20);
            text = say(r, m.arena);
            if (!again)
                first = text;
            else
                CHECK(span_is(text, first));
        }
    }
}

/* ---- laws of a shared book ------------------------------------------------------------------------- */

/* What an assignment did, whatever its number. */
static void check_same(const Result *a, uint32_t i, const Result *b, uint32_t k)
{
    CHECK(!memcmp(a->assignments[i].result->result_sha256, b->assignments[k].result->result_sha256,
                  SHA256_SIZE));
}

/* M9: strangers that send nothing, or trade elsewhere, change nothing. */
static void test_strangers(void)
{
    Made few, many;
    Result *a, *b;

    begin_tapes(&few, 50);
    begin_tapes(&many, 50);
    few.config.has_shared_book = many.config.has_shared_book = true;
    for (uint32_t p = 0; p < TRADERS; p++) {
        add_pair(&few, p, add_wallet(&few, 500));
        add_pair(&many, p, add_wallet(&many, 500));
    }
    for (int i = 0; i < 3; i++)
        add_pair(&many, TRADERS, add_wallet(&many, 500));
    a = run(&few);
    b = run(&many);
    if (!CHECK(a && b)) return;
    for (uint32_t p = 0; p < TRADERS; p++)
        check_same(a, p, b, p);
}

/* M8: who of equals stands where changes nothing but the names; and all of them together never get more than one of
 * each alone. */
static void test_equals(void)
{
    for (uint32_t program = 0; program < TRADERS; program++) {
        int64_t bought[2] = {0};
        Result *r[2];

        test_case(programs[program]);
        for (int shared = 0; shared < 2; shared++) {
            Made m;

            begin_tapes(&m, 60);
            m.config.has_shared_book = shared;
            m.config.how.jitter_us = 0;
            for (int i = 0; i < 6; i++)
                add_pair(&m, program, add_wallet(&m, 400));
            r[shared] = run(&m);
            if (!CHECK(r[shared])) return;
            for (size_t i = 0; i < r[shared]->orders.count; i++)
                if (!r[shared]->orders.items[i].is_set)
                    bought[shared] += r[shared]->orders.items[i].filled_micros;
            CHECK(r[shared]->totals.is_balanced);
        }
        for (uint32_t p = 1; p < 6; p++)
            check_same(r[0], 0, r[0], p); /* own books: equals are equal */
        CHECK(bought[1] > 0);
        CHECK(bought[1] <= bought[0]);
    }
}

/* ---- refusals ------------------------------------------------------------------------------------ */

static void test_refusals(void)
{
    Err err = ERR_NONE;
    Made m;

    begin(&m, (size_t)64 << 20);
    m.rows[0] = make_tape(1, 0, m.arena);
    CHECK(!fleet_new(&m.config, m.arena, &err));
    CHECK_STR(err.text, "a backtest takes up to 64 strategies on 64 markets in 10000 wallets");
    err = ERR_NONE;
    add_pair(&m,
             add_strategy(
                 &m, "odx 1\nstrategy \"k\"\nmarket m = kalshi \"KXBTC\"\nshow mid = yes.mid\n"),
             add_wallet(&m, 1));
    CHECK(!fleet_new(&m.config, m.arena, &err));
    CHECK_STR(err.text,
              "Kalshi rounds fees over all fills of an order, which the matcher does not");
}

int main(void)
{
    TEST_RUN(test_by_hand);
    TEST_RUN(test_alone);
    TEST_RUN(test_restarts);
    TEST_RUN(test_strangers);
    TEST_RUN(test_equals);
    TEST_RUN(test_refusals);
    return test_end();
}
