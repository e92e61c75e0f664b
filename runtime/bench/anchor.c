/* anchor.c — the anchor's rows: proof first, then times.
 *
 * Engine, machine and twin run interleaved in one process; Lua runs the same rules on the same ticks from a
 * file.  Equal means: the same trades (tick, side, price, size), refusals and cash, and the same bits of all
 * three indicators at every tick. */
#include "runtime/bench/anchor.h"

#include <string.h>

#include "runtime/bench/anchor_engine.h"
#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/file.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { TICKS = 2000000, RUNS = 7, TRADES_MAX = 1 << 17, LUA_RUNS = 3 };
#define START_CASH (INT64_C(1000000) * FX_ONE)

typedef enum Way { WAY_TWIN, WAY_TWIN_RAW, WAY_ENGINE, WAY_ENGINE_RAW, WAY_VM, WAYS } Way;

typedef struct Anchor {
    Bench *b;
    const Image *image;
    AnchorTicks t;
    AnchorResult twin; /* what all others must come to */
    double ns[WAYS];   /* a tick, median */
} Anchor;

static AnchorResult result_new(Arena *arena)
{
    return (AnchorResult){.trades = arena_array(arena, AnchorTrade, TRADES_MAX),
                          .cap = TRADES_MAX,
                          .cash_micros = START_CASH};
}

/* ---- equality -------------------------------------------------------------------------------------- */

static bool is_equal(const AnchorResult *a, const AnchorResult *b)
{
    if (a->count != b->count || a->count > a->cap || a->skips != b->skips) return false;
    if (a->cash_micros != b->cash_micros) return false;
    return memcmp(a->trades, b->trades, a->count * sizeof *a->trades) == 0;
}

static uint64_t entries_wanted(const AnchorResult *r)
{
    uint64_t count = r->skips;

    for (uint32_t i = 0; i < r->count; i++)
        count += r->trades[i].side == ANCHOR_BUY;
    return count;
}

/* One run in one way, checked against the twin's; nanoseconds a tick. */
static bool run(Anchor *a, Way way, double *ret_ns)
{
    Arena *arena = a->b->arena;
    ArenaMark mark = arena_mark(arena);
    AnchorResult r = result_new(arena);
    uint64_t orders = 0;
    bool is_fine = !arena_is_full(arena);
    int64_t start = clock_work_ns();

    if (is_fine && way == WAY_TWIN) anchor_twin(&a->t, &r);
    if (is_fine && way == WAY_TWIN_RAW) anchor_twin_raw(&a->t, &r);
    if (way == WAY_ENGINE) is_fine = anchor_engine(a->image, &a->t, ANCHOR_FIELDS, arena, &r, NULL);
    if (way == WAY_ENGINE_RAW)
        is_fine = anchor_engine(a->image, &a->t, ANCHOR_RAW, arena, &r, NULL);
    if (way == WAY_VM) is_fine = anchor_vm(a->image, &a->t, arena, &orders);
    *ret_ns = (double)(clock_work_ns() - start) / a->t.count;
    if (way == WAY_VM)
        is_fine = is_fine && orders == entries_wanted(&a->twin);
    else
        is_fine = is_fine && is_equal(&r, &a->twin);
    arena_release(arena, mark);
    return is_fine;
}

/* Bits of all indicators at all ticks, and the trades. */
static bool prove(Anchor *a)
{
    Arena *arena = a->b->arena;
    AnchorBits *twin = arena_array(arena, AnchorBits, a->t.count);
    AnchorBits *ours = arena_array(arena, AnchorBits, a->t.count);
    AnchorResult r = result_new(arena);

    a->twin = result_new(arena);
    if (arena_is_full(arena)) return bench_fail(a->b, "not enough memory");
    anchor_twin_bits(&a->t, &a->twin, twin);
    if (!anchor_engine(a->image, &a->t, ANCHOR_FIELDS, arena, &r, ours))
        return bench_fail(a->b, "the engine could not be made");
    if (memcmp(twin, ours, a->t.count * sizeof *twin) != 0)
        return bench_fail(a->b, "the engine's indicators differ from the twin's");
    if (!is_equal(&r, &a->twin))
        return bench_fail(a->b, "the engine's trades differ from the twin's");
    return true;
}

/* ---- times ------------------------------------------------------------------------------------------ */

static bool measure(Anchor *a)
{
    double ns[WAYS][RUNS];

    for (uint32_t i = 0; i < RUNS; i++)
        for (uint32_t way = 0; way < WAYS; way++)
            if (!run(a, (Way)way, &ns[way][i]))
                return bench_fail(a->b, "a run differs from the twin's");
    for (uint32_t way = 0; way < WAYS; way++)
        a->ns[way] = bench_median(ns[way], RUNS);
    return true;
}

static void put(Anchor *a, const char *name, const char *says, const char *against, Way ours,
                Way base, double bar)
{
    BenchRow row = {.name = name,
                    .unit = "ns",
                    .says = says,
                    .against = against,
                    .n = a->t.count,
                    .ours = a->ns[ours],
                    .baseline = a->ns[base],
                    .bar = bar,
                    .is_ratio = true};

    a->b->row(a->b->ctx, &row);
}

/* ---- Lua -------------------------------------------------------------------------------------------- */

static bool write_ticks(Anchor *a, const char *path)
{
    size_t column = a->t.count * sizeof(double);
    const void *columns[] = {a->t.bid_micros, a->t.ask_micros, a->t.mid,
                             a->t.spread,     a->t.move,       a->t.spot};
    char *bytes = arena_alloc(a->b->arena, sizeof columns / sizeof *columns * column);

    if (arena_is_full(a->b->arena)) return false;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        memcpy(bytes + i * column, columns[i], column);
    return bench_write(a->b, path, span_of(bytes, sizeof columns / sizeof *columns * column));
}

static const char *trades_text(Anchor *a)
{
    Buf b;

    buf_init(&b, a->b->arena, (size_t)16 << 20);
    for (uint32_t i = 0; i < a->twin.count; i++) {
        const AnchorTrade *t = &a->twin.trades[i];

        buf_fmt(&b, "%u %u %lld %lld\n", t->tick, t->side, (long long)t->price_micros,
                (long long)t->size_micros);
    }
    return buf_cstr(&b);
}

/* The first line is nanoseconds a tick, the rest the trades. */
static bool read_lua(Anchor *a, const char *path, const char *trades, double *ret_ns)
{
    Span text;
    Err err = {0};
    const char *end;

    if (file_read(a->b->arena, path, (size_t)64 << 20, &text, &err) != ST_OK) return false;
    end = memchr(text.ptr, '\n', text.len);
    if (!end || !num_parse(span_of(text.ptr, (size_t)(end - text.ptr)), ret_ns)) return false;
    return strcmp(end + 1, trades) == 0;
}

typedef struct Peer {
    const char *name, *program, *flag, *says, *missing;
} Peer;

static bool run_peer(Anchor *a, const Peer *p, const BenchFolder *f, const char *trades)
{
    const char *out = bench_path(a->b, f, "trades");
    const char *argv[] = {
        p->program, p->flag, bench_path(a->b, f, "anchor.lua"), bench_path(a->b, f, "ticks"),
        "2000000",  NULL};
    BenchRow row = {.name = p->name,
                    .unit = "ns",
                    .says = "anchor.odx in the engine, a tick",
                    .against = p->says,
                    .n = a->t.count,
                    .ours = a->ns[WAY_ENGINE],
                    .bar = 1,
                    .is_ratio = true};

    static_assert(TICKS == 2000000, "what Lua is told");
    if (!bench_is_there(p->program)) {
        a->b->skip(a->b->ctx, p->name, p->missing);
        return true;
    }
    if (!bench_spawn(argv, out)) return bench_fail(a->b, "Lua ended with an error");
    if (!read_lua(a, out, trades, &row.baseline))
        return bench_fail(a->b, "Lua's trades differ from the twin's");
    a->b->row(a->b->ctx, &row);
    return true;
}

static bool run_peers(Anchor *a)
{
    static const Peer peers[] = {
        {"anchor-luajit", "luajit", "-joff", "the same rules in LuaJIT's interpreter",
         "luajit is not installed"},
        {"anchor-lua", "lua5.4", "-W", "the same rules in Lua 5.4", "lua5.4 is not installed"},
    };
    static const char *const names[] = {"anchor.lua", "ticks", "trades"};
    const char *trades = trades_text(a);
    BenchFolder folder;
    bool is_fine;

    if (!bench_folder(&folder)) return bench_fail(a->b, "no folder for files could be made");
    is_fine = bench_write(a->b, bench_path(a->b, &folder, "anchor.lua"), a->b->anchor_lua) &&
              write_ticks(a, bench_path(a->b, &folder, "ticks"));
    if (!is_fine) (void)bench_fail(a->b, "the files for Lua could not be written");
    for (size_t i = 0; is_fine && i < sizeof peers / sizeof *peers; i++)
        is_fine = run_peer(a, &peers[i], &folder, trades);
    bench_folder_end(a->b, &folder, names, sizeof names / sizeof *names);
    return is_fine;
}

bool bench_anchor(Bench *b)
{
    Anchor a = {.b = b,
                .image = bench_image(b, SPAN("anchor.odx"), b->anchor_odx),
                .t = anchor_ticks(b->arena, TICKS)};

    if (!a.image) return bench_fail(b, "anchor.odx does not compile");
    if (!a.t.count) return bench_fail(b, "not enough memory");
    if (!prove(&a) || !measure(&a)) return false;
    put(&a, "anchor", "anchor.odx in the engine, a tick", "its twin in C", WAY_ENGINE, WAY_TWIN,
        2.8);
    put(&a, "anchor-raw", "the same, fields worked out from book and spot price",
        "its twin in C, which does that too", WAY_ENGINE_RAW, WAY_TWIN_RAW, 2.8);
    put(&a, "anchor-vm", "anchor.odx in the bare machine, a tick", "its twin in C", WAY_VM,
        WAY_TWIN, 2.8);
    return run_peers(&a);
}
