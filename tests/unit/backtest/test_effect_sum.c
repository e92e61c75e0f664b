/* test_effect_sum.c — what result_sha256 is made of is frozen: a committed hash of committed effects. */
#include "runtime/backtest/effect_sum.h"

#include <string.h>

#include "tests/harness/test.h"

static Effect sample(void)
{
    Effect f = effect_new(EFFECT_ORDER, INT64_C(1776081600000000));

    f.because = BECAUSE_STOP_LOSS;
    f.is_sell = f.is_close = true;
    f.token = 1;
    f.order = 7;
    f.size_micros = 31250000;
    f.price_micros = 640000;
    return f;
}

static void hash(const Effect *effects, size_t count, char ret_hex[2 * SHA256_SIZE + 1])
{
    uint8_t sum[SHA256_SIZE];
    Sha256 h;

    sha256_init(&h);
    for (size_t i = 0; i < count; i++)
        effect_sum(&h, &effects[i]);
    sha256_final(&h, sum);
    sha256_hex(sum, ret_hex);
}

static void test_frozen(void)
{
    Effect f = sample();
    char hex[2 * SHA256_SIZE + 1];

    hash(&f, 1, hex);
    CHECK_STR(hex, "55928caa5cb022696bc148aa4f3c649dc8c67c24c53185a41154baf0811e5d38");
}

/* Each field counts; shows do not. */
static void test_fields(void)
{
    Effect was = sample(), changed[] = {was, was, was, was, was, was, was, was};
    Effect shown[] = {was, effect_new(EFFECT_SHOW, was.ts_us)};
    char before[2 * SHA256_SIZE + 1], after[2 * SHA256_SIZE + 1];

    changed[0].kind = EFFECT_SETS;
    changed[1].is_sell = false;
    changed[2].reason = 3;
    changed[3].token = -1;
    changed[4].ts_us++;
    changed[5].size_micros++;
    changed[6].amount_micros--;
    changed[7].index++;
    hash(&was, 1, before);
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        hash(&changed[i], 1, after);
        CHECK(strcmp(before, after) != 0);
    }
    hash(shown, 2, after);
    CHECK_STR(after, before);
}

int main(void)
{
    TEST_RUN(test_frozen);
    TEST_RUN(test_fields);
    return test_end();
}
