/* test_wallets.c — columns of wallets against plain prices: no hit is missed, none on the grid is for nothing. */
#include "runtime/engine/wallets.h"

#include "runtime/engine/peaks.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/rng.h"

enum { COUNT = 1300, ROUNDS = 4000 };

typedef struct Plain { /* the same wallets, without columns */
    int64_t low[COUNT], high[COUNT];
    bool is_always[COUNT], listens[COUNT];
} Plain;

static int64_t any_price(Rng *r, int64_t step)
{
    int64_t price = (int64_t)rng_below(r, 1001) * 1000;

    return step == 1 ? price + (int64_t)rng_below(r, 1000) : price;
}

static void change(Wallets *w, Plain *p, Rng *r, int64_t step)
{
    uint32_t at = (uint32_t)rng_below(r, COUNT);

    p->low[at] = rng_below(r, 3) ? any_price(r, step) / 8 : WALLET_NO_LOW;
    p->high[at] = rng_below(r, 3) ? 900000 + any_price(r, step) / 8 : WALLET_NO_HIGH;
    p->is_always[at] = rng_below(r, 50) == 0;
    p->listens[at] = rng_below(r, 2);
    wallets_band(w, at, 1, p->low[at], p->high[at]);
    wallets_always(w, at, p->is_always[at]);
    wallets_listen(w, at, p->listens[at]);
}

static bool must_hit(const Plain *p, uint32_t at, int64_t price, uint32_t first, uint32_t end)
{
    bool by_price = price != MICROS_UNKNOWN && (price <= p->low[at] || price >= p->high[at]);

    return by_price || p->is_always[at] || (p->listens[at] && at >= first && at < end);
}

/* Prices on the grid hit exactly; between two steps of it nothing is missed. */
static void check_hits(Wallets *w, const Plain *p, Rng *r, int64_t step)
{
    int64_t price = rng_below(r, 20) ? any_price(r, step) : MICROS_UNKNOWN;
    uint32_t first = (uint32_t)rng_below(r, COUNT), end = first + (uint32_t)rng_below(r, 99);
    uint32_t next;

    if (end > COUNT) end = COUNT;
    wallets_price(w, 1, price);
    wallets_add_always(w);
    wallets_open(w, first, end);
    next = wallets_next(w, 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        bool is_hit = next == i, wants = must_hit(p, i, price, first, end);

        if (wants || step == 1000) CHECK_INT(is_hit, wants);
        if (is_hit) next = wallets_next(w, i);
    }
    CHECK_INT(next, COUNT);
}

static void hits_are_those_of_prices(void)
{
    static const int64_t steps[] = {1000, 1};

    for (size_t k = 0; k < 2; k++) {
        Arena *arena = test_arena((size_t)64 << 20);
        Plain *p = arena_new(arena, Plain);
        Wallets w;
        Rng r;

        rng_init(&r, 5 + k);
        CHECK(wallets_init(&w, COUNT, WALLET_SHARE_STEP, arena));
        for (uint32_t i = 0; i < COUNT; i++) {
            p->low[i] = WALLET_NO_LOW;
            p->high[i] = WALLET_NO_HIGH;
        }
        for (uint32_t i = 0; i < ROUNDS; i++) {
            change(&w, p, &r, steps[k]);
            if (i % 16 == 0) check_hits(&w, p, &r, steps[k]);
        }
    }
}

/* Beyond 16 bits of steps all prices look the same, and hit. */
static void far_prices_hit(void)
{
    static const struct {
        int64_t low, high, price;
        bool hits;
    } cases[] = {
        {INT64_C(90000000000), WALLET_NO_HIGH, INT64_C(80000000000), true},
        {WALLET_NO_LOW, INT64_C(90000000000), INT64_C(80000000000), true},
        {WALLET_NO_LOW, WALLET_NO_HIGH, INT64_C(80000000000), false},
        {-5000, WALLET_NO_HIGH, 0, false},
        {0, WALLET_NO_HIGH, 0, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Wallets w;

        CHECK(wallets_init(&w, 1, WALLET_SHARE_STEP, test_arena(1 << 20)));
        wallets_band(&w, 0, 0, cases[i].low, cases[i].high);
        wallets_price(&w, 0, cases[i].price);
        CHECK_INT(wallets_next(&w, 0) == 0, cases[i].hits);
    }
}

static void peaks_remember(void)
{
    static Peaks high, low;
    int64_t prices[200];
    Rng r;

    rng_init(&r, 3);
    low.is_low = true;
    for (uint64_t t = 0; t < 200; t++) {
        prices[t] = (int64_t)rng_below(&r, 1000);
        peaks_add(&high, t + 1, prices[t]);
        peaks_add(&low, t + 1, prices[t]);
        for (uint64_t since = 0; since <= t; since++) {
            int64_t most = prices[since], least = prices[since];

            for (uint64_t k = since; k <= t; k++) {
                if (prices[k] > most) most = prices[k];
                if (prices[k] < least) least = prices[k];
            }
            CHECK_INT(peaks_since(&high, since), most);
            CHECK_INT(peaks_since(&low, since), least);
        }
    }
    CHECK_INT(peaks_since(&high, 200), MICROS_UNKNOWN);
}

int main(void)
{
    TEST_RUN(hits_are_those_of_prices);
    TEST_RUN(far_prices_hit);
    TEST_RUN(peaks_remember);
    return test_end();
}
