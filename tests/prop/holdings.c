/* holdings.c — nothing is sold that is not there, whatever fills while its cancel travels.
 *
 *     holdings [--count N] [--first SEED] [--only SEED]
 *
 * A seed is a strategy made of rules that buy, rest sales, and cancel and sell, close, merge or quote in one
 * event, on made-up slots, through the matcher with latencies up to seconds.  After every event: no holding
 * below zero, the ledger sums to the balances, nothing impossible was reported; at the end: of no slot was more
 * sold than bought. */
#include <stdio.h>

#include "runtime/backtest/backtest.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/backtest/made_run.h"

#define SEC INT64_C(1000000)

enum { SLOTS = 3, MANY = 100, TEXT_MAX = 1 << 14 };

typedef struct Sums {
    uint64_t passed, orders, fills, failed;
} Sums;

/* ---- strategies ---------------------------------------------------------------------------------- */

static void put_condition(Rng *rng, Buf *out)
{
    static const char *const fields[] = {"up.bid", "up.ask", "down.bid", "down.ask"};

    buf_str(out, fields[rng_below(rng, 4)]);
    buf_str(out, rng_below(rng, 2) ? " > " : " < ");
    buf_int(out, 10 + (int64_t)rng_below(rng, 80));
    buf_char(out, 'c');
}

static void put_size(Rng *rng, Buf *out)
{
    buf_int(out, 5 + (int64_t)rng_below(rng, 40));
    buf_str(out, " shares of ");
}

/* A way out of a token. */
static void put_exit(Rng *rng, const char *token, Buf *out)
{
    switch (rng_below(rng, 6)) {
    case 0:
        buf_str(out, "close ");
        break;
    case 1:
        buf_str(out, "sell all of ");
        break;
    case 2:
        buf_str(out, "sell 50% of ");
        break;
    case 3:
        buf_str(out, "merge 5 shares of m ");
        return;
    default:
        buf_str(out, "sell ");
        put_size(rng, out);
        break;
    }
    buf_str(out, token);
}

static void put_price(Rng *rng, const char *token, Buf *out)
{
    static const char *const how[] = {" at market", ".bid + 1c", ".ask", ".ask + 2c good for 9s"};
    uint64_t at = rng_below(rng, 4);

    buf_str(out, at ? " at " : "");
    if (at) buf_str(out, token);
    buf_str(out, how[at]);
}

static void put_body(Rng *rng, const char *token, Buf *out)
{
    uint64_t kind = rng_below(rng, 8), mark;

    if (kind == 0) {
        buf_str(out, "buy ");
        put_size(rng, out);
        buf_str(out, token);
        buf_str(out, " at market within 3c ");
        return;
    }
    if (kind == 1) {
        buf_str(out, "split 20 shares of m ");
        return;
    }
    if (kind > 3) {
        buf_str(out, "cancel ");
        buf_str(out, rng_below(rng, 2) ? "all " : token);
        buf_char(out, ' ');
    }
    mark = out->len;
    put_exit(rng, token, out);
    if (out->ptr[mark] == 's') put_price(rng, token, out);
    buf_char(out, ' ');
}

static void put_rule(Rng *rng, Buf *out)
{
    const char *token = rng_below(rng, 3) ? "up" : "down";

    switch (rng_below(rng, 8)) {
    case 0:
        buf_str(out, "while slot.left > 30s { quote up { bid up.bid size 12 shares ask up.ask size "
                     "up.position } }\n");
        return;
    case 1:
        buf_str(out, "on every 3s if ");
        break;
    case 2:
        buf_str(out, "on fill if ");
        break;
    default:
        buf_str(out, rng_below(rng, 2) ? "on tick if " : "when ");
        break;
    }
    put_condition(rng, out);
    buf_str(out, " { ");
    put_body(rng, token, out);
    if (!rng_below(rng, 3)) put_body(rng, rng_below(rng, 2) ? "up" : "down", out);
    buf_str(out, "}\n");
}

static const char *text_of(Rng *rng, Arena *arena)
{
    uint64_t rules = 3 + rng_below(rng, 6);
    Buf out;

    buf_init(&out, arena, TEXT_MAX);
    buf_str(&out, "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
                  "on every 10s { buy 30 shares of up at market within 3c }\n");
    for (uint64_t i = 0; i < rules; i++)
        put_rule(rng, &out);
    buf_str(&out, rng_below(rng, 2) ? "risk { stop loss 20% take profit 15% max exposure $300 }\n"
                                    : "risk { hold to resolution max exposure $300 }\n");
    return buf_cstr(&out);
}

/* ---- runs ---------------------------------------------------------------------------------------- */

static const char *look(const Engine *e)
{
    for (int32_t token = 0; engine_token_view(e, token).market >= 0; token++)
        if (engine_position(e, token).size_micros < 0) return "a holding is below zero";
    if (engine_ledger_sum(e) != engine_balance_sum(e)) return "the ledger does not sum";
    return engine_faults(e) ? "something impossible was reported" : NULL;
}

/* Of no slot more was sold, late fills included, than was bought. */
static const char *look_back(const Result *r)
{
    int64_t left[SLOTS][2] = {{0}};

    for (size_t i = 0; i < r->orders.count; i++) {
        const ResultOrder *o = &r->orders.items[i];
        int64_t size = o->is_set && o->state == ORDER_FILLED ? o->size_micros : o->filled_micros;

        if (o->slot >= SLOTS) continue;
        left[o->slot][o->outcome] += o->is_sell ? -size : size;
        if (o->is_set) left[o->slot][!o->outcome] += o->is_sell ? -size : size;
    }
    for (int slot = 0; slot < SLOTS; slot++)
        if (left[slot][0] < 0 || left[slot][1] < 0)
            return "more was sold in a slot than was bought";
    return r->totals.is_balanced ? NULL : "the result does not balance";
}

static const char *run(uint64_t seed, Sums *sums, const char **ret_text, Arena *arena)
{
    Rng rng;
    SynthOptions how = {seed, 1780000000 / 300 * 300 * SEC, 300 * SEC, 100000, false};
    MarketRows rows = made_rows(&how, SLOTS, arena);
    BacktestConfig config = backtest_config_default();
    const char *why = NULL;
    Backtest *b;
    Result *r;

    rng_init(&rng, seed);
    *ret_text = text_of(&rng, arena);
    config.image = made_image(*ret_text, arena);
    config.rows = &rows;
    config.market_count = 1;
    config.model = (FillModel)rng_below(&rng, MODELS);
    config.latency_us = (int64_t)rng_below(&rng, 4 * SEC);
    config.jitter_us = (int64_t)rng_below(&rng, SEC);
    config.seed = seed;
    b = config.image ? backtest_new(&config, arena, NULL) : NULL;
    if (!b) return "it does not run";
    while (!why && backtest_step(b))
        why = look(backtest_engine(b));
    r = why ? NULL : backtest_end(b, NULL);
    if (!r) return why ? why : "memory has ended";
    sums->orders += r->totals.orders;
    sums->fills += r->totals.fills;
    why = look_back(r);
    sums->passed += !why;
    return why;
}

int main(int argc, char **argv)
{
    uint64_t count = 1000, first = 1, only = UINT64_MAX;
    Arena *arena = test_arena((size_t)512 << 20);
    Sums sums = {0};

    test_arguments(argc, argv,
                   (TestNumber[]){{"--count", &count}, {"--first", &first}, {"--only", &only}}, 3);
    if (only != UINT64_MAX) {
        first = only;
        count = 1;
    }
    for (uint64_t seed = first; seed < first + count && sums.failed < 3; seed++) {
        const char *text, *why = run(seed, &sums, &text, arena);

        if (why) printf("seed %llu: %s\n%s", (unsigned long long)seed, why, text);
        sums.failed += why != NULL;
        arena_reset(arena);
    }
    printf("%llu orders, %llu fills\n", (unsigned long long)sums.orders,
           (unsigned long long)sums.fills);
    printf("%llu passed, %llu failed\n", (unsigned long long)sums.passed,
           (unsigned long long)sums.failed);
    return sums.failed || !sums.passed ||
           (count >= MANY && sums.fills < 50 * count); /* together they do trade */
}
