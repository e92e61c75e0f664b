/* test_rng.c — the generator against the published algorithm, and its ranges. */
#include "tests/harness/test.h"
#include "vm/base/rng.h"

static void published(void)
{
    static const uint64_t want[] = {11520, 0, 1509978240, 1215971899390074240, 1216172134540287360};
    Rng r = {{1, 2, 3, 4}};

    for (size_t i = 0; i < 5; i++)
        CHECK_INT(rng_u64(&r), want[i]);
}

static void seeds(void)
{
    static const struct {
        uint64_t seed, first, second, third;
    } rows[] = {
        {0, 0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0},
        {1, 0xb3f2af6d0fc710c5, 0x853b559647364cea, 0x92f89756082a4514},
        {UINT64_MAX, 0x8f5520d52a7ead08, 0xc476a018caa1802d, 0x81de31c0d260469e},
    };
    Rng a, b;

    for (size_t i = 0; i < 3; i++) {
        rng_init(&a, rows[i].seed);
        CHECK(rng_u64(&a) == rows[i].first && rng_u64(&a) == rows[i].second &&
              rng_u64(&a) == rows[i].third);
    }
    rng_init_stream(&a, 7, 1);
    rng_init_stream(&b, 7, 2);
    CHECK(rng_u64(&a) != rng_u64(&b));
    rng_init_stream(&b, 7, 1);
    rng_u64(&b);
    CHECK(rng_u64(&a) == rng_u64(&b));
}

static void ranges(void)
{
    static const int64_t bounds[][2] = {{0, 0},
                                        {-5, 5},
                                        {INT64_MIN, INT64_MAX},
                                        {INT64_MIN, -1},
                                        {INT64_MAX - 1, INT64_MAX},
                                        {-1, INT64_MAX}};
    Rng r;

    rng_init(&r, 2);
    CHECK_INT(rng_below(&r, 0), 0);
    CHECK_INT(rng_below(&r, 1), 0);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        for (int k = 0; k < 1000; k++) {
            int64_t v = rng_range(&r, bounds[i][0], bounds[i][1]);

            CHECK(v >= bounds[i][0] && v <= bounds[i][1]);
        }
    for (int k = 0; k < 10000; k++) {
        double u = rng_unit(&r);

        CHECK(u >= 0 && u < 1);
    }
    CHECK(!rng_chance(&r, 0) && rng_chance(&r, 1));
}

/* 120,000 throws of a die, and of a bound where a plain remainder would be far off. */
static void fair(void)
{
    int faces[6] = {0}, low = 0, hits = 0;
    Rng r;

    rng_init(&r, 3);
    for (int i = 0; i < 120000; i++) {
        faces[rng_below(&r, 6)]++;
        low += rng_below(&r, UINT64_C(3) << 62) < UINT64_C(3) << 61;
        hits += rng_chance(&r, 0.25);
    }
    for (int i = 0; i < 6; i++)
        CHECK(faces[i] > 19500 && faces[i] < 20500);
    CHECK(low > 59000 && low < 61000);
    CHECK(hits > 29300 && hits < 30700);
}

int main(void)
{
    TEST_RUN(published);
    TEST_RUN(seeds);
    TEST_RUN(ranges);
    TEST_RUN(fair);
    return test_end();
}
