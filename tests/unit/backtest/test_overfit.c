/* test_overfit.c — the best of many cells: noise, an edge, and cases with a known end. */
#include "runtime/backtest/overfit.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { CELLS = 10, SLOTS = 160, TABLES = 100 };

/* Bets of a dollar at 50 cents; `edge` is what the first cell wins more often than the others. */
static void play(double *x, uint64_t seed, double edge)
{
    Rng rng;

    rng_init(&rng, seed);
    for (size_t i = 0; i < (size_t)SLOTS * CELLS; i++)
        x[i] = rng_chance(&rng, 0.5 + (i % CELLS == 0 ? edge : 0)) ? 1 : -1;
}

static double mean_probability(uint64_t tables, double edge, Arena *arena, double *x)
{
    double sum = 0;

    for (uint64_t seed = 0; seed < tables; seed++) {
        ArenaMark mark = arena_mark(arena);
        Overfit o;

        play(x, seed, edge);
        CHECK(overfit_measure(&(Returns){x, SLOTS, CELLS}, arena, &o));
        CHECK_INT(o.splits, 12870);
        arena_release(arena, mark);
        sum += o.probability;
    }
    return sum / (double)tables;
}

/* Without skill the winner of one half is anybody in the other. */
static void test_noise_and_edge(void)
{
    Arena *arena = test_arena(4 << 20);
    double *x = arena_array(arena, double, SLOTS *CELLS);
    double noise = mean_probability(TABLES, 0, arena, x),
           edge = mean_probability(TABLES / 5, 0.25, arena, x);

    CHECK(noise > 0.4 && noise < 0.6);
    CHECK(edge < 0.05);
}

/* One cell is better in every slot: it is chosen always, and always rightly. */
static void test_a_sure_thing(void)
{
    Arena *arena = test_arena(4 << 20);
    double *x = arena_array(arena, double, SLOTS * 2);
    Overfit o;

    for (size_t i = 0; i < SLOTS; i++) {
        x[2 * i] = i % 2 ? 3 : 1;
        x[2 * i + 1] = i % 2 ? 1 : -3;
    }
    CHECK(overfit_measure(&(Returns){x, SLOTS, 2}, arena, &o));
    CHECK_BITS(o.probability, 0);
    CHECK_BITS(o.loss, 0);
    CHECK(o.kept > 0.99 && o.kept < 1.01);
}

/* Each cell earns in its own half only: the winner always loses. */
static void test_a_trap(void)
{
    Arena *arena = test_arena(4 << 20);
    double *x = arena_array(arena, double, SLOTS *OVERFIT_STRETCHES);
    Overfit o;

    for (size_t slot = 0; slot < SLOTS; slot++)
        for (size_t c = 0; c < OVERFIT_STRETCHES; c++)
            x[slot * OVERFIT_STRETCHES + c] =
                slot / (SLOTS / OVERFIT_STRETCHES) == c ? 30 : -1 - (double)(slot % 3);
    CHECK(overfit_measure(&(Returns){x, SLOTS, OVERFIT_STRETCHES}, arena, &o));
    CHECK(o.probability > 0.99);
    CHECK_BITS(o.loss, 1);
}

static void test_too_little(void)
{
    static const double x[64];
    Arena *arena = test_arena(1 << 20), *small = test_arena(512);
    Overfit o;

    CHECK(!overfit_measure(&(Returns){x, 31, 2}, arena, &o));
    CHECK(!overfit_measure(&(Returns){x, 64, 1}, arena, &o));
    CHECK(!overfit_measure(&(Returns){x, 32, 2}, small, &o));
    CHECK(overfit_measure(&(Returns){x, 32, 2}, arena, &o));
    CHECK_BITS(o.probability, 0.5); /* nobody ever traded */
}

static void test_walks(void)
{
    Walk w[8];

    CHECK_INT(walk_forward(100, 4, 3, w), 4);
    CHECK(w[0].train_from == 0 && w[0].train_to == 17 && w[0].test_from == 20 &&
          w[0].test_to == 40);
    CHECK(w[3].train_to == 77 && w[3].test_from == 80 && w[3].test_to == 100);
    CHECK_INT(walk_forward(100, 4, 25, w), 3);
    CHECK_INT(walk_forward(3, 8, 0, w), 2);
    CHECK_INT(walk_forward(0, 4, 0, w), 0);
}

int main(void)
{
    TEST_RUN(test_noise_and_edge);
    TEST_RUN(test_a_sure_thing);
    TEST_RUN(test_a_trap);
    TEST_RUN(test_too_little);
    TEST_RUN(test_walks);
    return test_end();
}
