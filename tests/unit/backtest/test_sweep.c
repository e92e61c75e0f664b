/* test_sweep.c — which values are tried: axes, each cell once, refinements that find a hill's top. */
#include "runtime/backtest/sweep.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"

#define MEMORY ((size_t)16 << 20)
enum { AXES = 3 };

/* ---- axes ---------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    SweepRange range;
    SweepWay way;
    uint32_t count;
    double first, second, last;
} axes[] = {
    {"cents by cents", {0.4, 0.6, 0.01, false}, SWEEP_BY_GRID, 21, 0.4, 0.41, 0.6},
    {"tenths that do not add up", {0, 1, 0.1, false}, SWEEP_BY_GRID, 11, 0, 0.1, 1},
    {"a step that does not meet the end", {1, 10, 4, true}, SWEEP_BY_GRID, 3, 1, 5, 9},
    {"basis points", {0.0005, 0.002, 0.0005, false}, SWEEP_BY_GRID, 4, 0.0005, 0.001, 0.002},
    {"no step, a grid", {0, 4, 0, false}, SWEEP_BY_GRID, 9, 0, 0.5, 4},
    {"no step, by chance", {0, 4, 0, false}, SWEEP_BY_CHANCE, 1025, 0, 0.00390625, 4},
    {"no step, refining", {0, 4, 0, false}, SWEEP_BY_REFINING, 65, 0, 0.0625, 4},
    {"whole without a step", {2, 12, 0, true}, SWEEP_BY_GRID, 6, 2, 4, 12},
    {"whole and short", {2, 4, 0, true}, SWEEP_BY_GRID, 3, 2, 3, 4},
    {"one value", {3, 3, 0, false}, SWEEP_BY_GRID, 1, 3, 3, 3},
    {"below nothing", {-0.2, 0.2, 0.1, false}, SWEEP_BY_GRID, 5, -0.2, -0.1, 0.2},
};

static void test_axes(void)
{
    Arena *arena = test_arena(MEMORY);

    for (size_t i = 0; i < sizeof axes / sizeof axes[0]; i++) {
        SweepAxis a = {0};

        test_case(axes[i].name);
        if (!CHECK(sweep_axis(5, &axes[i].range, axes[i].way, arena, &a))) continue;
        CHECK_INT(a.param, 5);
        if (!CHECK(a.count == axes[i].count)) continue;
        CHECK_BITS(a.values[0], axes[i].first);
        CHECK_BITS(a.values[a.count > 1], axes[i].second);
        CHECK_BITS(a.values[a.count - 1], axes[i].last);
    }
}

static void test_axes_that_are_none(void)
{
    Arena *arena = test_arena(MEMORY);
    SweepAxis a;

    CHECK(!sweep_axis(0, &(SweepRange){0, 1, 1e-6, false}, SWEEP_BY_GRID, arena, &a));
    CHECK(!sweep_axis(0, &(SweepRange){2, 1, 0.1, false}, SWEEP_BY_GRID, arena, &a));
    CHECK(!sweep_axis(0, &(SweepRange){0, UNKNOWN, 0.1, false}, SWEEP_BY_GRID, arena, &a));
}

/* ---- searches ------------------------------------------------------------------------------------ */

static SweepSearch search_of(uint32_t a, uint32_t b, uint32_t c, SweepWay way, Arena *arena)
{
    uint32_t counts[AXES] = {a, b, c};
    SweepAxis *made = arena_array(arena, SweepAxis, AXES);

    for (uint32_t i = 0; i < AXES; i++)
        CHECK(sweep_axis((uint16_t)(2 * i), &(SweepRange){0, counts[i] - 1, 1, true}, way, arena,
                         &made[i]));
    return (SweepSearch){made, AXES, way, 1, 0};
}

static void test_grid_each_once(void)
{
    SweepSearch s = search_of(3, 4, 5, SWEEP_BY_GRID, test_arena(MEMORY));
    double params[5] = {9, 9, 9, 9, 9};

    CHECK_INT(sweep_cells(&s), 60);
    for (uint64_t i = 0; i < 60; i++) {
        uint64_t spot = sweep_spot(&s, i);

        sweep_set(&s, spot, params);
        CHECK_INT(params[0] * 20 + params[2] * 5 + params[4], i);
        for (uint32_t a = 0; a < AXES; a++)
            CHECK_INT(sweep_place(&s, spot, a), params[2 * a]);
        CHECK(params[1] == 9 && params[3] == 9);
    }
}

/* The numbers of the sweep driver and ours are the same. */
static void test_grid_is_the_drivers(void)
{
    Arena *arena = test_arena(MEMORY);
    SweepSearch s = search_of(2, 3, 2, SWEEP_BY_GRID, arena);

    CHECK_INT(sweep_count(s.axes, s.axis_count), sweep_grid(s.axes, s.axis_count));
}

static void test_chance_repeats_nothing(void)
{
    Arena *arena = test_arena(MEMORY);

    for (uint32_t size = 1; size <= 40; size += 3)
        for (uint64_t seed = 0; seed < 20; seed++) {
            SweepSearch s = search_of(size, 7, 3, SWEEP_BY_CHANCE, arena);
            uint64_t grid = sweep_grid(s.axes, AXES);
            uint8_t *seen = arena_array(arena, uint8_t, grid);

            s.seed = seed;
            s.cells = UINT32_MAX;
            CHECK_INT(sweep_cells(&s), grid);
            for (uint64_t i = 0; i < grid; i++) {
                uint64_t spot = sweep_spot(&s, i);

                if (!CHECK(spot < grid && !seen[spot])) return;
                seen[spot] = 1;
            }
        }
}

/* A tenth of a grid touches all of it, and another seed another tenth. */
static void test_chance_is_spread(void)
{
    SweepSearch s = search_of(100, 10, 10, SWEEP_BY_CHANCE, test_arena(MEMORY));
    uint32_t tenths[10] = {0}, same = 0;

    s.cells = 1000;
    CHECK_INT(sweep_cells(&s), 1000);
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t spot = sweep_spot(&s, i);

        tenths[spot / 1000]++;
        s.seed = 2;
        same += sweep_spot(&s, i) == spot;
        s.seed = 1;
    }
    for (int i = 0; i < 10; i++)
        CHECK(tenths[i] > 60 && tenths[i] < 140);
    CHECK(same < 10);
}

/* Grids beyond counting are counted as that. */
static void test_too_large_to_count(void)
{
    Arena *arena = test_arena(MEMORY);
    SweepAxis all[SWEEP_AXES];

    for (int i = 0; i < SWEEP_AXES; i++)
        CHECK(sweep_axis(0, &(SweepRange){0, 15, 1, true}, SWEEP_BY_GRID, arena, &all[i]));
    CHECK(sweep_grid(all, SWEEP_AXES) == UINT64_MAX);
    CHECK_INT(sweep_grid(all, 15), INT64_C(1) << 60);
    CHECK_INT(sweep_grid(all, 0), 1);
}

/* ---- refining ------------------------------------------------------------------------------------ */

static double hill(const SweepSearch *s, uint64_t spot)
{
    static const double top[AXES] = {37, 5, 90};
    double figure = 0;

    for (uint32_t a = 0; a < AXES; a++) {
        double d = sweep_place(s, spot, a) - top[a];

        figure -= d * d;
    }
    return figure;
}

typedef struct Climb {
    SweepFound found[4096];
    size_t count, rounds;
    uint64_t best;
} Climb;

static void find(const SweepSearch *s, Climb *c, uint64_t spot)
{
    double figure = hill(s, spot);

    for (size_t i = 0; i < c->count; i++)
        if (!CHECK(c->found[i].spot != spot)) return;
    if (!CHECK(c->count < 4096)) return;
    if (!c->count || figure > hill(s, c->best)) c->best = spot;
    /* Some cells have no figure. */
    c->found[c->count++] = (SweepFound){spot, spot % 97 ? figure : UNKNOWN};
}

static void climb(const SweepSearch *s, Climb *c, Arena *arena)
{
    uint64_t cells = sweep_cells(s), *spots = NULL;
    size_t n = (size_t)cells;

    *c = (Climb){0};
    for (uint64_t i = 0; i < cells; i++)
        find(s, c, sweep_spot(s, i));
    while (n) {
        n = sweep_round(s, (uint32_t)++c->rounds, c->found, c->count, arena, &spots);
        for (size_t i = 0; i < n; i++) {
            CHECK(i == 0 || spots[i] > spots[i - 1]);
            find(s, c, spots[i]);
        }
    }
}

static void test_refining_climbs(void)
{
    static Climb a, b;
    Arena *arena = test_arena(MEMORY);
    SweepSearch s = search_of(65, 17, 129, SWEEP_BY_REFINING, arena);

    s.cells = 200;
    CHECK(sweep_cells(&s) <= 200 && sweep_cells(&s) > 50);
    climb(&s, &a, arena);
    CHECK_INT(sweep_place(&s, a.best, 0), 37);
    CHECK_INT(sweep_place(&s, a.best, 1), 5);
    CHECK_INT(sweep_place(&s, a.best, 2), 90);
    CHECK(a.count < 1500); /* of 142,545 */
    climb(&s, &b, arena);
    CHECK_INT(a.count, b.count);
    for (size_t i = 0; i < a.count && i < b.count; i++)
        CHECK_INT(a.found[i].spot, b.found[i].spot);
}

/* The order in which cells were found changes nothing. */
static void test_refining_forgets_order(void)
{
    Arena *arena = test_arena(MEMORY);
    SweepSearch s = search_of(65, 17, 129, SWEEP_BY_REFINING, arena);
    SweepFound here[64], there[64];
    uint64_t *a, *b;
    size_t n;

    s.cells = 64;
    for (uint64_t i = 0; i < 64; i++) {
        uint64_t spot = sweep_spot(&s, i % sweep_cells(&s));

        here[i] = there[63 - i] = (SweepFound){spot, hill(&s, spot)};
    }
    n = sweep_round(&s, 1, here, 64, arena, &a);
    CHECK(n > 0);
    CHECK_INT(sweep_round(&s, 1, there, 64, arena, &b), n);
    for (size_t i = 0; i < n; i++)
        CHECK_INT(a[i], b[i]);
}

/* More axes than boxes are made for: neighbours along each of them. */
static void test_refining_many_axes(void)
{
    Arena *arena = test_arena(MEMORY);
    SweepAxis all[6];
    SweepSearch s = {all, 6, SWEEP_BY_REFINING, 1, 30};
    SweepFound one = {.figure = 1};
    uint64_t *spots;

    for (int i = 0; i < 6; i++)
        CHECK(sweep_axis((uint16_t)i, &(SweepRange){0, 8, 1, true}, SWEEP_BY_REFINING, arena,
                         &all[i]));
    CHECK(sweep_cells(&s) <= 30);
    CHECK_INT(sweep_round(&s, 1, &one, 1, arena, &spots), 6); /* the corner has one side an axis */
}

int main(void)
{
    TEST_RUN(test_axes);
    TEST_RUN(test_axes_that_are_none);
    TEST_RUN(test_grid_each_once);
    TEST_RUN(test_grid_is_the_drivers);
    TEST_RUN(test_chance_repeats_nothing);
    TEST_RUN(test_chance_is_spread);
    TEST_RUN(test_too_large_to_count);
    TEST_RUN(test_refining_climbs);
    TEST_RUN(test_refining_forgets_order);
    TEST_RUN(test_refining_many_axes);
    return test_end();
}
