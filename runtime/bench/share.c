/* share.c — which part of the ticks of the examples the column driver takes.
 *
 * Made-up ticks of every market of an example, 15-minute slots where it has slots, through the scalar engine
 * and the column driver; both must send the same effects.  What columns neither left out nor handed in was
 * run tick by tick. */
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/sema/program.h"
#include "runtime/backtest/replay.h"
#include "runtime/bench/anchor.h"
#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/hash.h"
#include "vm/base/math.h"
#include "vm/base/num.h"

enum { LONG_TICKS = 90000, RUNS = 3 };
enum { TICKS = 18000, PLAIN_BAR = 5, MISSED_BAR = 3, MARKETS = 16 };

typedef struct Told { /* effects so far */
    uint64_t hash, count;
} Told;

static void take(void *ctx, const Effect *f)
{
    Told *t = ctx;
    const uint64_t v[] = {(uint64_t)f->ts_us,
                          (uint64_t)f->size_micros,
                          (uint64_t)f->price_micros,
                          (uint64_t)f->amount_micros,
                          f->order,
                          (uint64_t)f->token,
                          (uint64_t)f->kind | (uint64_t)f->reason << 8 | (uint64_t)f->rule << 24,
                          (uint64_t)f->because | (uint64_t)f->action << 8 |
                              (uint64_t)f->is_unknown << 24};

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        t->hash = hash_mix(t->hash, v[i]);
    t->count++;
}

static void put_book(TickData *t, int outcome, int64_t bid, int64_t ask)
{
    for (int i = 0; i < 3; i++) {
        t->bid[outcome].price_micros[i] = bid - 10000 * i;
        t->ask[outcome].price_micros[i] = ask + 10000 * i;
        t->bid[outcome].size_micros[i] = t->ask[outcome].size_micros[i] = (100 + 50 * i) * FX_ONE;
    }
}

/* A market's rows: the anchor's ticks, coins at the spot price. */
static MarketRows rows_of(const SourceRow *s, const AnchorTicks *t, Arena *arena)
{
    TickRow *rows = arena_array(arena, TickRow, t->count);
    bool has_slots = s->kind == MARKET_SLOT, has_coins = s->kind >= MARKET_SPOT;

    if (arena_is_full(arena)) return (MarketRows){0};
    for (uint32_t i = 0; i < t->count; i++) {
        int64_t spot = (int64_t)(t->spot[i] * 100) * 10000;

        tick_clear(&rows[i].data);
        rows[i].ts_us = t->ts_us[i];
        if (has_slots) {
            rows[i].slot_start_us = t->slot_us[i];
            rows[i].slot_us = (int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US;
        }
        rows[i].data.spot = t->spot[i];
        put_book(&rows[i].data, 0, has_coins ? spot - FX_ONE : t->bid_micros[i],
                 has_coins ? spot + FX_ONE : t->ask_micros[i]);
        if (!has_coins)
            put_book(&rows[i].data, 1, FX_ONE - t->ask_micros[i], FX_ONE - t->bid_micros[i]);
    }
    return (MarketRows){.rows = rows, .count = t->count};
}

static bool has_market(const Image *image)
{
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == 0) return true;
    return false;
}

typedef struct Share {
    double plain; /* of all ticks, in percent */
    ColumnsWhy why;
    bool is_same;
} Share;

static Replay *replay_of(const Image *image, const AnchorTicks *t, Told *told, Arena *arena)
{
    EngineConfig config = engine_config_default(image);
    MarketRows rows[MARKETS];
    uint32_t count = 0;
    Engine *e = engine_new(&config, arena);

    for (uint32_t i = 0; i < image->sources_count && count < MARKETS; i++)
        if (image->sources[i].source == 0) rows[count++] = rows_of(&image->sources[i], t, arena);
    return e ? replay_new(e, rows, count, (EffectSink){take, told}, arena) : NULL;
}

static bool run(const Image *image, const AnchorTicks *t, Arena *arena, Share *ret)
{
    Told scalar = {0}, driven = {0};
    Replay *a = replay_of(image, t, &scalar, arena), *b = replay_of(image, t, &driven, arena);
    uint64_t taken;
    uint32_t market;

    if (!a || !b) return false;
    while (replay_step(a))
        ;
    if (!replay_columns(b, cpu_kernels(), arena, &market, &ret->why) && !ret->why) return false;
    replay_choose(b, false);
    while (replay_run(b, INT64_MAX, UINT64_MAX))
        ;
    taken = replay_taken(b);
    ret->plain = replay_ticks(b) ? 100.0 - 100.0 * (double)taken / (double)replay_ticks(b) : 0;
    ret->is_same = scalar.hash == driven.hash && scalar.count == driven.count;
    return true;
}

static void put(Bench *b, const char *name, const char *says, const char *against, double ours,
                double base, double bar, const char *unit)
{
    BenchRow row = {.name = name,
                    .unit = unit,
                    .says = says,
                    .against = against,
                    .n = TICKS,
                    .ours = ours,
                    .baseline = base,
                    .bar = bar};

    b->row(b->ctx, &row);
}

/* ---- times ----------------------------------------------------------------------------------------- */

/* A run of all its ticks, nanoseconds a tick; columns are made before. */
static bool time_run(const Image *image, const AnchorTicks *t, bool by_columns, Arena *arena,
                     Told *ret, double *ret_ns)
{
    ArenaMark mark = arena_mark(arena);
    Replay *r;
    ColumnsWhy why;
    uint32_t market;
    int64_t start;

    *ret = (Told){0};
    r = replay_of(image, t, ret, arena);
    if (!r) return false;
    if (by_columns && !replay_columns(r, cpu_kernels(), arena, &market, &why) && !why) return false;
    start = clock_work_ns();
    while (by_columns ? replay_run(r, INT64_MAX, UINT64_MAX) : replay_step(r))
        ;
    *ret_ns = (double)(clock_work_ns() - start) / (double)replay_ticks(r);
    arena_release(arena, mark);
    return true;
}

/* Both ways in turn; false when they differ. */
static bool time_both(Bench *b, const Image *image, const AnchorTicks *t, double ret_ns[2])
{
    double ns[2][RUNS];
    Told told[2];

    for (uint32_t i = 0; i < RUNS; i++) {
        if (!time_run(image, t, false, b->arena, &told[0], &ns[0][i]) ||
            !time_run(image, t, true, b->arena, &told[1], &ns[1][i]))
            return bench_fail(b, "not enough memory");
        if (told[0].hash != told[1].hash || told[0].count != told[1].count)
            return bench_fail(b, "the chosen driver differs from the engine");
    }
    ret_ns[0] = bench_median(ns[0], RUNS);
    ret_ns[1] = bench_median(ns[1], RUNS);
    return true;
}

static bool has_only_slots(const Image *image)
{
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == 0 && image->sources[i].kind != MARKET_SLOT) return false;
    return has_market(image);
}

static bool time_example(Bench *b, const char *name, Span text, const AnchorTicks *t, double *sum)
{
    ArenaMark mark = arena_mark(b->arena);
    const Image *image = bench_image(b, SPAN("example.odx"), text);
    double ns[2] = {0, 0};

    if (image && has_only_slots(image)) {
        if (!time_both(b, image, t, ns)) return false;
        put(b, name, "by the driver that is chosen, a tick", "by the scalar engine", ns[1], ns[0],
            0, "ns");
        *sum += m_ln(ns[1]);
    } else {
        *sum = UNKNOWN; /* not one of them */
    }
    arena_release(b->arena, mark);
    return true;
}

bool bench_examples(Bench *b)
{
    AnchorTicks t = anchor_ticks(b->arena, LONG_TICKS);
    BenchRow row = {.name = "examples-columns",
                    .unit = "ns",
                    .says = "a tick of the examples on slots, geometric mean",
                    .against = "the anchor, in the same way",
                    .n = LONG_TICKS,
                    .bar = 1.5,
                    .is_ratio = true};
    double sum = 0, anchor = 0;
    uint32_t count = 0;

    if (!t.count) return bench_fail(b, "not enough memory");
    if (!time_example(b, "anchor", b->anchor_odx, &t, &anchor)) return false;
    for (uint32_t i = 0; i < b->example_count; i++) {
        double one = 0;

        if (!time_example(b, b->examples[i].name, b->examples[i].text, &t, &one)) return false;
        if (!num_is_known(one)) continue;
        sum += one;
        count++;
    }
    row.ours = count ? m_exp(sum / count) : 0;
    row.baseline = m_exp(anchor);
    b->row(b->ctx, &row);
    return true;
}

/* ---- shares ---------------------------------------------------------------------------------------- */

bool bench_share(Bench *b)
{
    AnchorTicks t = anchor_ticks(b->arena, TICKS);
    uint32_t count = 0, missed = 0;

    for (uint32_t i = 0; i < b->example_count && t.count; i++) {
        ArenaMark mark = arena_mark(b->arena);
        const Image *image = bench_image(b, SPAN("example.odx"), b->examples[i].text);
        Share share = {0};

        if (!image || !has_market(image)) {
            b->skip(b->ctx, b->examples[i].name,
                    image ? "it has no market of its own" : "it uses another file");
        } else {
            if (!run(image, &t, b->arena, &share)) return bench_fail(b, "not enough memory");
            if (!share.is_same) return bench_fail(b, "the column driver differs from the engine");
            put(b, b->examples[i].name,
                share.why ? columns_sentence(share.why) : "ticks not taken by columns",
                "all its ticks", share.plain, 100, PLAIN_BAR, "%");
            count++;
            missed += share.plain > PLAIN_BAR;
        }
        arena_release(b->arena, mark);
    }
    put(b, "columns-share", "examples with less than 95 % of their ticks taken by columns",
        "all examples", missed, count, MISSED_BAR, "");
    return true;
}
