/* test_feature.c — ticks to field values: grid, derivation, crossing, staleness, slot opening. */
#include "runtime/market/feature.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { U = -1 }; /* unknown, in cents and in tables of micros */

typedef struct Bench {
    Arena *arena;
    FeaturePlan plan;
    FeatureState state;
    double values[FIELD_IDS][OUTCOMES];
    TickData tick;
} Bench;

static const uint8_t fields[] = {
    FIELD_BID,      FIELD_ASK,  FIELD_MID,       FIELD_SPREAD,     FIELD_BID_SIZE,
    FIELD_ASK_SIZE, FIELD_BID2, FIELD_ASK_SIZE3, FIELD_SIZE_RATIO, FIELD_MOVE,
    FIELD_ABS_MOVE, FIELD_SPOT, FIELD_SPOT_OPEN, FIELD_VOLUME,
};

static void bench_init(Bench *b)
{
    b->arena = test_arena(1 << 20);
    b->plan = feature_plan_new(64, b->arena);
    for (size_t i = 0; i < sizeof fields; i++)
        for (uint8_t o = 0; o < OUTCOMES; o++)
            CHECK(feature_plan_add(&b->plan, fields[i], o, &b->values[fields[i]][o]));
    feature_state_init(&b->state);
    tick_clear(&b->tick);
}

static int64_t cents(int c)
{
    return c == U ? MICROS_UNKNOWN : c * INT64_C(10000);
}

static void book(TickData *t, int outcome, int bid, int ask)
{
    t->bid[outcome].price_micros[0] = cents(bid);
    t->ask[outcome].price_micros[0] = cents(ask);
}

static const struct {
    const char *name;
    int bid, ask;
    double mid, spread; /* -1: unknown */
} books[] = {
    {"plain", 48, 50, 0.49, 0.02}, {"odd middle", 48, 49, 0.485, 0.01},
    {"locked", 50, 50, 0.5, 0},    {"no bid", U, 50, U, U},
    {"no ask", 48, U, U, U},       {"empty", U, U, U, U},
    {"crossed", 51, 50, U, U},
};

static void derives(void)
{
    for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
        Bench b;

        bench_init(&b);
        test_case(books[i].name);
        book(&b.tick, 0, books[i].bid, books[i].ask);
        feature_take(&b.plan, &b.state, &b.tick);
        CHECK_BITS(b.values[FIELD_MID][0], books[i].mid < 0 ? UNKNOWN : books[i].mid);
        CHECK_BITS(b.values[FIELD_SPREAD][0], books[i].spread < 0 ? UNKNOWN : books[i].spread);
    }
}

static void crossed_takes_both_books_and_nothing_else(void)
{
    Bench b;

    bench_init(&b);
    book(&b.tick, 0, 40, 60);
    book(&b.tick, 1, 61, 60);
    b.tick.mid[0] = 0.5;
    b.tick.bid[0].size_micros[0] = 5000000;
    b.tick.spot = 97000.5;
    b.tick.volume_micros = 7000000;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_BID][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_MID][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_BID_SIZE][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_ASK][1], UNKNOWN);
    CHECK_BITS(b.values[FIELD_SPOT][0], 97000.5);
    CHECK_BITS(b.values[FIELD_VOLUME][0], 7.0);
    CHECK_INT(b.state.bid[0], MICROS_UNKNOWN);
}

static void levels_sizes_and_given_values(void)
{
    Bench b;

    bench_init(&b);
    book(&b.tick, 0, 48, 50);
    b.tick.bid[0].size_micros[0] = 30000000;
    b.tick.ask[0].size_micros[0] = 120000000;
    b.tick.bid[0].price_micros[1] = 470000;
    b.tick.ask[0].size_micros[2] = 1230000;
    b.tick.mid[1] = 0.1234567;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_SIZE_RATIO][0], 0.25);
    CHECK_BITS(b.values[FIELD_BID2][0], 0.47);
    CHECK_BITS(b.values[FIELD_ASK_SIZE3][0], 1.23);
    CHECK_BITS(b.values[FIELD_MID][1], 0.123457);
    b.tick.ask[0].size_micros[0] = 0;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_SIZE_RATIO][0], UNKNOWN);
}

static void spot_and_move(void)
{
    Bench b;

    bench_init(&b);
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_SPOT_OPEN][0], UNKNOWN);
    b.tick.spot = 80000;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_MOVE][0], 0.0);
    b.tick.spot = 79000;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_SPOT_OPEN][0], 80000.0);
    CHECK_BITS(b.values[FIELD_MOVE][0], 79000.0 / 80000.0 - 1);
    CHECK_BITS(b.values[FIELD_ABS_MOVE][0], 1 - 79000.0 / 80000.0);
    b.tick.move = 0.03;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_ABS_MOVE][0], 0.03);
    b.tick.move = UNKNOWN;
    b.tick.spot = UNKNOWN;
    b.tick.abs_move = 0.035;
    feature_take(&b.plan, &b.state, &b.tick);
    CHECK_BITS(b.values[FIELD_MOVE][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_ABS_MOVE][0], 0.035);
}

static void stale_keeps_marks_and_slot_open_forgets(void)
{
    Bench b;

    bench_init(&b);
    book(&b.tick, 0, 48, 50);
    b.tick.spot = 80000;
    feature_take(&b.plan, &b.state, &b.tick);
    feature_stale(&b.plan, &b.state);
    CHECK_BITS(b.values[FIELD_BID][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_SPOT][0], UNKNOWN);
    CHECK_INT(b.state.bid[0], MICROS_UNKNOWN);
    CHECK_INT(b.state.mark_bid[0], 480000);
    CHECK_BITS(b.state.spot_open, 80000.0);
    feature_take(&b.plan, &b.state, &b.tick);
    feature_slot_open(&b.plan, &b.state);
    CHECK_BITS(b.values[FIELD_BID][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_MOVE][0], UNKNOWN);
    CHECK_BITS(b.values[FIELD_SPOT][0], 80000.0); /* lives on */
    CHECK_INT(b.state.mark_bid[0], MICROS_UNKNOWN);
    CHECK_BITS(b.state.spot_open, UNKNOWN);
}

/* The definitions are said in doubles, over any two prices of a book. */
static void middle_and_spread_are_those_of_the_definition(void)
{
    Bench b;
    Rng rng;

    bench_init(&b);
    rng_init(&rng, 24);
    for (int i = 0; i < 20000; i++) {
        int64_t bid = rng_range(&rng, 0, i & 1 ? 1000000 : INT64_C(200000000000));
        int64_t ask = bid + rng_range(&rng, 0, 90000);
        double x = (double)bid / 1e6, y = (double)ask / 1e6;

        b.tick.bid[0].price_micros[0] = bid;
        b.tick.ask[0].price_micros[0] = ask;
        feature_take(&b.plan, &b.state, &b.tick);
        CHECK_BITS(b.values[FIELD_MID][0], num_rint((x + y) / 2 * 1e6) / 1e6);
        CHECK_BITS(b.values[FIELD_SPREAD][0], num_rint((y - x) * 1e6) / 1e6);
    }
}

static void mirror(void)
{
    TickData t;

    tick_clear(&t);
    book(&t, 0, 48, U);
    t.bid[0].size_micros[0] = 9;
    tick_mirror(&t);
    CHECK_INT(t.ask[1].price_micros[0], 520000);
    CHECK_INT(t.ask[1].size_micros[0], 9);
    CHECK_INT(t.bid[1].price_micros[0], MICROS_UNKNOWN);
}

static void refuses_what_no_tick_offers(void)
{
    Bench b;
    double to;

    bench_init(&b);
    CHECK(!feature_plan_add(&b.plan, FIELD_EQUITY, 0, &to));
    CHECK(!feature_plan_add(&b.plan, FIELD_SLOT_LEFT, 0, &to));
    CHECK(field_is_slot_lived(FIELD_BID) && !field_is_slot_lived(FIELD_SPOT));
    CHECK(field_is_slot_lived(FIELD_SLOT_LEFT) && !field_is_slot_lived(FIELD_X_BID));
}

int main(void)
{
    TEST_RUN(derives);
    TEST_RUN(crossed_takes_both_books_and_nothing_else);
    TEST_RUN(levels_sizes_and_given_values);
    TEST_RUN(spot_and_move);
    TEST_RUN(stale_keeps_marks_and_slot_open_forgets);
    TEST_RUN(middle_and_spread_are_those_of_the_definition);
    TEST_RUN(mirror);
    TEST_RUN(refuses_what_no_tick_offers);
    return test_end();
}
