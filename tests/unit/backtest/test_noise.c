/* test_noise.c — how often a backtest is believed that must not be, and how often an edge is found: whole
 * backtests, compiled, matched and judged.
 *
 * Strategies that roll dice on fair books (acceptance 8 of the backtest issue), then books in which each share
 * is worth two cents more than it costs, by how far the result of one trade lies from that.
 *
 * `test_backtest_noise --count N` takes so many strategies, and as many books a design, of all designs and with
 * all rounds of the bootstrap, instead of a few. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/backtest/backtest.h"
#include "runtime/backtest/judge.h"
#include "runtime/backtest/normal.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/backtest/made_run.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

#define SEC INT64_C(1000000)
#define MEMORY ((size_t)512 << 20)
#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
/* Slots in July 2026, when fees are 7 % of p (1 - p), and in October 2025, when there are none. */
#define WITH_FEES (INT64_C(1783000000) / 300 * 300 * SEC)
#define WITHOUT_FEES (INT64_C(1760000000) / 300 * 300 * SEC)

static const double SURE = 0.95, NOISE_MOST = 0.08, POWER_LEAST = 0.8;
enum { NOISE_SLOTS = 150, EDGE_TRADES = 500, SHARES = 10 };

static uint64_t count = 12;
static bool is_full;

/* Tried once. */
static JudgeConfig judging(void)
{
    JudgeConfig how = judge_config_default();

    if (!is_full) how.rounds = 200;
    return how;
}

/* A strategy from its text to its verdict. */
static Result *judged(const char *text, const MarketRows *rows, Arena *arena)
{
    BacktestConfig config = backtest_config_default();
    JudgeConfig how = judging();
    Err err = ERR_NONE;
    Backtest *b;
    Result *r;

    config.image = made_image(text, arena);
    config.rows = rows;
    config.market_count = 1;
    if (!config.image) return NULL;
    b = backtest_new(&config, arena, &err);
    if (!CHECK(b)) return NULL;
    while (backtest_step(b)) {
    }
    r = backtest_end(b, &err);
    return CHECK(r && judge(r, &how, arena)) ? r : NULL;
}

/* "Significant at 5 %": by the probability alone, and by the whole verdict, which asks for more. */
typedef struct Calls {
    uint64_t runs, probable, worthy;
} Calls;

static void call(Calls *c, const Result *r)
{
    c->runs++;
    c->probable += r->judgement.probabilistic >= SURE;
    c->worthy += r->judgement.verdict == VERDICT_WORTHY;
}

static double share(uint64_t n, uint64_t of)
{
    return (double)n / (double)of;
}

/* ---- noise --------------------------------------------------------------------------------------- */

static const char *const exits[] = {
    "hold to resolution",
    "stop loss %d%% take profit %d%% hold to resolution",
    "stop loss %d%% trailing stop %d%%",
    "stop loss %d%% take profit %d%% exit when slot.left < 20s",
};
enum { EXITS = sizeof exits / sizeof exits[0] };

/* Dice of the coin's last cents decide when and on which side, within prices and moments that are drawn. */
static void write_dice(uint64_t seed, char *ret, size_t size)
{
    char exit[128];
    double key, odds, up;
    int low, high, from, left, trades, stop, gain;
    const char *how;
    Rng rng;

    rng_init_stream(&rng, seed, 1);
    key = 0.3 + 3 * rng_unit(&rng);
    odds = 0.01 + 0.04 * rng_unit(&rng);
    up = odds * rng_unit(&rng); /* of those, how many buy up */
    low = (int)rng_range(&rng, 5, 40);
    high = (int)rng_range(&rng, 60, 95);
    from = (int)rng_range(&rng, 0, 120);
    left = (int)rng_range(&rng, 20, 120);
    trades = (int)rng_range(&rng, 1, 3);
    stop = (int)rng_range(&rng, 10, 50);
    gain = (int)rng_range(&rng, 10, 80);
    how = exits[rng_below(&rng, EXITS)];
    snprintf(exit, sizeof exit, how, stop, gain);
    snprintf(ret, size,
             HEAD "let turns = spot / $1 * %.4f\nlet dice = turns - floor(turns)\n"
                  "let open = up.mid > %dc and up.mid < %dc and slot.elapsed > %ds "
                  "and slot.left > %ds\n"
                  "when open and dice < %.4f { buy $10 of up at market within 3c }\n"
                  "when open and dice > %.4f { buy $10 of down at market within 3c }\n"
                  "risk { max trades %d per slot %s }\n",
             key, low, high, from, left, up, 1 - odds + up, trades, exit);
}

/* What was paid beyond the middle of the books, and in fees, is given back to the slot it was paid in: what is
 * left has no mean at all, which is the hardest noise to tell from skill. */
static void give_back(Result *r)
{
    int64_t sum = 0;

    for (size_t i = 0; i < r->orders.count; i++) {
        const ResultOrder *o = &r->orders.items[i];
        int64_t back = o->fees_micros;

        if (o->slip_mid_micros != MICROS_UNKNOWN) back += o->slip_mid_micros;
        r->slots.items[o->slot].pnl_micros += back;
        sum += back;
    }
    r->totals.pnl_micros += sum;
    r->totals.realised_micros += sum;
}

typedef struct Noise {
    Calls paid, given; /* with costs, and with costs given back */
    uint64_t trades, few;
    double cost;         /* dollars, of all */
    double mean, square; /* what is left without costs: sums over strategies, and of squares */
} Noise;

static void roll(uint64_t seed, int64_t start_us, Noise *n, Arena *arena)
{
    SynthOptions books = {seed, start_us, 300 * SEC, 100000, true};
    MarketRows rows = made_rows(&books, NOISE_SLOTS, arena);
    JudgeConfig how = judging();
    char text[1024];
    int64_t before;
    double pnl;
    Result *r;

    write_dice(seed, text, sizeof text);
    r = judged(text, &rows, arena);
    if (!r) return;
    call(&n->paid, r);
    n->trades += r->totals.trades;
    n->few += r->totals.trades < 30;
    before = r->totals.pnl_micros;
    give_back(r);
    n->cost += fx_to_double(r->totals.pnl_micros - before);
    pnl = fx_to_double(r->totals.pnl_micros);
    n->mean += pnl;
    n->square += pnl * pnl;
    if (CHECK(judge(r, &how, arena))) call(&n->given, r);
}

/* Is a share of at most `most` plausible?  Three deviations. */
static bool is_within(uint64_t n, uint64_t of, double most)
{
    return share(n, of) <= most + 3 * num_sqrt(most * (1 - most) / (double)of);
}

static void check_noise(const char *name, int64_t start_us)
{
    Noise n = {0};

    for (uint64_t seed = 1; seed <= count; seed++) {
        Arena arena;

        arena_init(&arena, test_source(), MEMORY);
        roll(seed, start_us, &n, &arena);
        arena_fini(&arena);
    }
    if (!CHECK(n.paid.runs == count && n.given.runs == count)) return;
    printf(
        "%llu strategies of dice, %s: %.0f trades each (%llu under 30), %.1f %% probable, %.1f %% "
        "worthy\n"
        "    costs of %.1fc a trade given back, %.1f +- %.1fc a trade are left: %.1f %% "
        "probable, %.1f %% worthy\n",
        (unsigned long long)count, name, share(n.trades, count), (unsigned long long)n.few,
        100 * share(n.paid.probable, count), 100 * share(n.paid.worthy, count),
        100 * n.cost / (double)n.trades, 100 * n.mean / (double)n.trades,
        100 * num_sqrt(n.square) / (double)n.trades, 100 * share(n.given.probable, count),
        100 * share(n.given.worthy, count));
    CHECK(n.few * 20 <= count);
    CHECK(share(n.paid.probable, count) <= NOISE_MOST);
    CHECK(share(n.paid.worthy, count) <= NOISE_MOST);
    CHECK(is_within(n.given.probable, count, 1 - SURE));
    /* nothing but costs is lost or won */
    CHECK(n.mean * n.mean <= 9 * n.square);
}

static void test_noise(void)
{
    check_noise("with fees", WITH_FEES);
    check_noise("without fees", WITHOUT_FEES);
}

/* ---- edges --------------------------------------------------------------------------------------- */

/* A share bought at a price: held to its result, or sold again within the slot so many cents from there. */
typedef struct Design {
    int price, jump; /* cents; 0: held */
    bool is_quick;   /* among the few */
} Design;

static const Design designs[] = {
    {50, 0, true},  {70, 0, false},  {80, 0, false},  {90, 0, false},  {93, 0, false},
    {94, 0, false}, {95, 0, false},  {97, 0, true},   {50, 5, false},  {50, 10, true},
    {50, 14, true}, {50, 17, false}, {50, 20, false}, {50, 30, false},
};
enum { DESIGNS = sizeof designs / sizeof designs[0] };

static double fee(double price)
{
    return 0.07 * price * (1 - price);
}

/* What becomes of a share. */
typedef struct Law {
    double prices[4], chances[4]; /* it ends at */
    int ends;
    double mean, deviation; /* of what it earns, after fees */
} Law;

static void measure_law(const Design *d, Law *l)
{
    double in = d->price / 100.0, two = 0;

    l->mean = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < l->ends; i++) {
            double out = l->prices[i] - fee(l->prices[i]) - in - fee(in);

            if (!pass) l->mean += l->chances[i] * out;
            if (pass) two += l->chances[i] * (out - l->mean) * (out - l->mean);
        }
    l->deviation = num_sqrt(two);
}

/* It ends `jump` above or below `price + shift`: both as likely, each between the cents beside it. */
static void lay_jump(const Design *d, double shift, Law *l)
{
    l->ends = 4;
    for (int i = 0; i < 2; i++) {
        double at = d->price + shift + (i ? d->jump : -d->jump), low = num_floor(at);

        l->prices[2 * i] = low / 100;
        l->prices[2 * i + 1] = (low + 1) / 100;
        l->chances[2 * i] = (1 - (at - low)) / 2;
        l->chances[2 * i + 1] = (at - low) / 2;
    }
    measure_law(d, l);
}

/* Worth `edge` more than it costs, fees taken off. */
static Law law_of(const Design *d, double edge)
{
    double in = d->price / 100.0, won = in + fee(in) + edge, low = -10, high = 20;
    Law l = {{1, 0}, {won, 1 - won}, 2, 0, 0};

    measure_law(d, &l);
    for (int i = 0; d->jump && i < 50; i++) {
        double shift = (low + high) / 2;

        lay_jump(d, shift, &l);
        if (l.mean < edge)
            low = shift;
        else
            high = shift;
    }
    return l;
}

static double draw_end(const Law *l, Rng *rng)
{
    double u = rng_unit(rng);
    int i = 0;

    while (i + 1 < l->ends && u >= l->chances[i])
        u -= l->chances[i++];
    return l->prices[i];
}

enum { EDGE_TICKS = 8 };

static TickRow quote(int64_t start_us, int64_t after_s, double bid)
{
    TickRow r = {
        .ts_us = start_us + after_s * SEC, .slot_start_us = start_us, .slot_us = 300 * SEC};
    int64_t price = (int64_t)num_rint(bid * 100) * 10000;

    tick_clear(&r.data);
    r.data.bid[0].price_micros[0] = price;
    r.data.ask[0].price_micros[0] = price + 10000;
    r.data.bid[0].size_micros[0] = r.data.ask[0].size_micros[0] = 100 * SEC;
    tick_mirror(&r.data);
    return r;
}

/* Offered at the design's price until a minute has gone; from two minutes on the bid is where the law says. */
static MarketRows make_edge(const Design *d, const Law *l, uint64_t seed, Arena *arena)
{
    static const int64_t moments[EDGE_TICKS] = {1, 20, 40, 60, 120, 180, 200, 250};
    TickRow *rows = arena_array(arena, TickRow, EDGE_TRADES * EDGE_TICKS);
    SlotLabel *labels = arena_array(arena, SlotLabel, EDGE_TRADES);
    double bid = (d->price - 1) / 100.0;
    size_t n = 0;
    Rng rng;

    rng_init_stream(&rng, seed, (uint64_t)(d->price * 100 + d->jump));
    for (int i = 0; i < EDGE_TRADES; i++) {
        int64_t start_us = WITH_FEES + i * 300 * SEC;
        double end = draw_end(l, &rng);

        for (int k = 0; k < EDGE_TICKS; k++)
            rows[n++] = quote(start_us, moments[k], d->jump && moments[k] >= 120 ? end : bid);
        labels[i] = (SlotLabel){start_us, 300 * SEC, (int8_t)(end < 0.5), UNKNOWN};
    }
    return (MarketRows){rows, n, labels, EDGE_TRADES};
}

#define PATIENT "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\" stale after 90s\n"
static const char *const edges[2] = {
    PATIENT "when slot.elapsed > 10s { buy 10 shares of up at market within 1c }\n"
            "risk { max trades 1 per slot hold to resolution }\n",
    PATIENT "when slot.elapsed > 10s { buy 10 shares of up at market within 1c }\n"
            "risk { max trades 1 per slot exit when slot.left < 150s }\n",
};

/* How often such books are believed; what a share earned in them on average. */
static Calls try_edge(const Design *d, const Law *l, double *ret_mean)
{
    Calls calls = {0};

    *ret_mean = 0;
    for (uint64_t seed = 1; seed <= count; seed++) {
        Arena arena;
        MarketRows rows;
        Result *r;

        arena_init(&arena, test_source(), MEMORY);
        rows = make_edge(d, l, seed, &arena);
        r = judged(edges[d->jump > 0], &rows, &arena);
        if (r && CHECK(r->totals.trades == EDGE_TRADES)) {
            call(&calls, r);
            *ret_mean +=
                fx_to_double(r->totals.pnl_micros) / (SHARES * EDGE_TRADES) / (double)count;
        }
        arena_fini(&arena);
    }
    return calls;
}

/* How probable `k` losses of so many trades are, and that many or fewer. */
typedef struct Losses {
    double odds, term, sum;
    int trades, k;
} Losses;

static Losses no_losses(double loss, int trades)
{
    Losses l = {loss / (1 - loss), 1, 0, trades, 0};

    for (int i = 0; i < trades; i++)
        l.term *= 1 - loss;
    l.sum = l.term;
    return l;
}

static void one_more(Losses *l)
{
    l->term *= (l->trades - l->k) / (l->k + 1.0) * l->odds;
    l->sum += l->term;
    l->k++;
}

/* The most that any test can find which is wrong in 5 % of books without the edge.  Of shares held, only how many
 * were lost matters (Neyman and Pearson): the test is a limit on that number.  Of shares sold again, about a
 * normal mean. */
static double best_power(const Design *d, const Law *with, const Law *without)
{
    Losses fair = no_losses(without->chances[1], EDGE_TRADES);
    Losses good = no_losses(with->chances[1], EDGE_TRADES);

    if (d->jump)
        return normal_share(with->mean * num_sqrt(EDGE_TRADES) / with->deviation - normal_z(SURE));
    while (fair.sum <= 1 - SURE) {
        one_more(&fair);
        one_more(&good);
    }
    /* With so many losses it says yes as often as makes it 5 % in all. */
    return good.sum - good.term * (fair.sum - (1 - SURE)) / fair.term;
}

static double trades_needed(double edge, double deviation)
{
    double z = (normal_z(SURE) + normal_z(POWER_LEAST)) * deviation / edge;

    return num_ceil(z * z);
}

static void check_design(const Design *d)
{
    const double edge = 0.02;
    Law with = law_of(d, edge), without = law_of(d, 0);
    double mean, none, expected = best_power(d, &with, &without), noise;
    Calls found = try_edge(d, &with, &mean), called = try_edge(d, &without, &none);

    if (!CHECK(found.runs == count && called.runs == count)) return;
    printf("| %dc, %s", d->price, d->jump ? "sold at " : "held");
    if (d->jump) printf("+-%dc", d->jump);
    printf(" | %.1fc | %.2f | %.0f | %.0f %% | %.1f %% | %.1f %% | %.1f %% |\n",
           100 * with.deviation, edge * num_sqrt(EDGE_TRADES) / with.deviation,
           trades_needed(edge, with.deviation), 100 * expected, 100 * share(found.probable, count),
           100 * share(found.worthy, count), 100 * share(called.worthy, count));
    noise = num_sqrt((double)count * EDGE_TRADES);
    CHECK(num_abs(mean - edge) <= 4 * with.deviation / noise);
    CHECK(num_abs(none) <= 4 * without.deviation / noise);
    if (expected >= POWER_LEAST) CHECK(share(found.worthy, count) >= POWER_LEAST);
    CHECK(is_within(called.worthy, count, 1 - SURE));
}

static void test_edges(void)
{
    printf("%llu books each: 2c a share after fees, %d trades\n", (unsigned long long)count,
           EDGE_TRADES);
    printf("| share | deviation | z | trades for 80 %% if normal | most any test can find | "
           "probable | worthy | worthy "
           "without an edge |\n");
    for (int i = 0; i < DESIGNS; i++) {
        char name[32];

        if (!is_full && !designs[i].is_quick) continue;
        snprintf(name, sizeof name, "%dc, %dc", designs[i].price, designs[i].jump);
        test_case(name);
        check_design(&designs[i]);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i++)
        if (!strcmp(argv[i], "--count")) {
            count = strtoull(argv[i + 1], NULL, 10);
            is_full = true;
        }
    TEST_RUN(test_noise);
    TEST_RUN(test_edges);
    return test_end();
}
