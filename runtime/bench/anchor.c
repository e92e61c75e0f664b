/* anchor.c — the anchor's rows: proof first, then times.
 *
 * Engine, machine, column driver and twins run interleaved in one process; Lua and V8 run the same rules on
 * the same ticks from a file.  Equal means: the same trades (tick, side, price, size), refusals and cash, and the same bits of all
 * three indicators at every tick. */
#include "runtime/bench/anchor.h"

#include <string.h>

#include "runtime/bench/anchor_engine.h"
#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { TICKS = 2000000, RUNS = 7, TRADES_MAX = 1 << 17, LUA_RUNS = 3 };
#define START_CASH (INT64_C(1000000) * FX_ONE)

typedef enum Way {
    WAY_TWIN,
    WAY_TWIN_RAW,
    WAY_ENGINE,
    WAY_ENGINE_RAW,
    WAY_VM,
    WAY_COLUMNS,
    WAY_COLUMNS_RAW,
    WAY_TWIN_ACROSS, /* from here on averages go across slots */
    WAY_COLUMNS_ACROSS,
    WAYS
} Way;

typedef struct Anchor {
    Bench *b;
    const Image *image, *image_across;
    AnchorTicks t;
    TickColumns columns, columns_raw;
    AnchorResult twin, across; /* what all others must come to */
    double ns[WAYS];           /* a tick, median */
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

static bool run_columns(Anchor *a, const Image *image, const TickColumns *ticks, AnchorResult *r,
                        AnchorBits *bits)
{
    double share;

    return anchor_columns(image, &a->t, ticks, cpu_kernels(), a->b->arena, r, bits, &share);
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
    if (is_fine && way == WAY_TWIN_ACROSS) anchor_twin_across(&a->t, &r);
    if (is_fine && way == WAY_TWIN_RAW) anchor_twin_raw(&a->t, &r);
    if (way == WAY_ENGINE) is_fine = anchor_engine(a->image, &a->t, ANCHOR_FIELDS, arena, &r, NULL);
    if (way == WAY_ENGINE_RAW)
        is_fine = anchor_engine(a->image, &a->t, ANCHOR_RAW, arena, &r, NULL);
    if (way == WAY_VM) is_fine = anchor_vm(a->image, &a->t, arena, &orders);
    if (way == WAY_COLUMNS) is_fine = run_columns(a, a->image, &a->columns, &r, NULL);
    if (way == WAY_COLUMNS_RAW) is_fine = run_columns(a, a->image, &a->columns_raw, &r, NULL);
    if (way == WAY_COLUMNS_ACROSS) is_fine = run_columns(a, a->image_across, &a->columns, &r, NULL);
    *ret_ns = (double)(clock_work_ns() - start) / a->t.count;
    if (way == WAY_VM)
        is_fine = is_fine && orders == entries_wanted(&a->twin);
    else
        is_fine = is_fine && is_equal(&r, way < WAY_TWIN_ACROSS ? &a->twin : &a->across);
    arena_release(arena, mark);
    return is_fine;
}

/* The same of the column driver. */
static bool prove_columns(Anchor *a, const Image *image, const AnchorResult *want,
                          const AnchorBits *twin)
{
    Arena *arena = a->b->arena;
    ArenaMark mark = arena_mark(arena);
    AnchorBits *ours = arena_array(arena, AnchorBits, a->t.count);
    AnchorResult r = result_new(arena);
    bool is_fine = !arena_is_full(arena) && run_columns(a, image, &a->columns, &r, ours);

    is_fine = is_fine && is_equal(&r, want) && memcmp(twin, ours, a->t.count * sizeof *twin) == 0;
    arena_release(arena, mark);
    if (!is_fine) return bench_fail(a->b, "the column driver differs from the twin");
    return true;
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
    if (!prove_columns(a, a->image, &a->twin, twin)) return false;
    a->across = result_new(arena);
    if (arena_is_full(arena)) return bench_fail(a->b, "not enough memory");
    anchor_twin_across_bits(&a->t, &a->across, twin);
    return prove_columns(a, a->image_across, &a->across, twin);
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
    const char *name, *program, *flag, *script, *ours, *says, *missing;
    Way way;
} Peer;

static bool run_peer(Anchor *a, const Peer *p, const BenchFolder *f, const char *trades)
{
    const char *out = bench_path(a->b, f, "trades");
    const char *argv[] = {
        p->program, p->flag, bench_path(a->b, f, p->script), bench_path(a->b, f, "ticks"),
        "2000000",  NULL};
    BenchRow row = {.name = p->name,
                    .unit = "ns",
                    .says = p->ours,
                    .against = p->says,
                    .n = a->t.count,
                    .ours = a->ns[p->way],
                    .bar = 1,
                    .is_ratio = true};

    static_assert(TICKS == 2000000, "what the peers are told");
    if (!bench_is_there(p->program)) {
        a->b->skip(a->b->ctx, p->name, p->missing);
        return true;
    }
    if (!bench_spawn(argv, out)) return bench_fail(a->b, "a peer ended with an error");
    if (!read_lua(a, out, trades, &row.baseline))
        return bench_fail(a->b, "a peer's trades differ from the twin's");
    a->b->row(a->b->ctx, &row);
    return true;
}

static bool run_peers(Anchor *a)
{
    static const char engine[] = "anchor.odx in the engine, a tick";
    static const char columns[] = "anchor.odx in the column driver, a tick";
    static const char no_luajit[] = "luajit is not installed";
    static const Peer peers[] = {
        {"anchor-luajit", "luajit", "-joff", "anchor.lua", engine,
         "the same rules in LuaJIT's interpreter", no_luajit, WAY_ENGINE},
        {"anchor-lua", "lua5.4", "-W", "anchor.lua", engine, "the same rules in Lua 5.4",
         "lua5.4 is not installed", WAY_ENGINE},
        {"anchor-columns-luajit", "luajit", "-jon", "anchor.lua", columns,
         "the same rules in LuaJIT, compiled", no_luajit, WAY_COLUMNS},
        {"anchor-columns-v8", "node", "--no-warnings", "anchor.js", columns, "the same rules in V8",
         "node is not installed", WAY_COLUMNS},
    };
    static const char *const names[] = {"anchor.lua", "anchor.js", "ticks", "trades"};
    const char *trades = trades_text(a);
    BenchFolder folder;
    bool is_fine;

    if (!bench_folder(&folder)) return bench_fail(a->b, "no folder for files could be made");
    is_fine = bench_write(a->b, bench_path(a->b, &folder, "anchor.lua"), a->b->anchor_lua) &&
              bench_write(a->b, bench_path(a->b, &folder, "anchor.js"), a->b->anchor_js) &&
              write_ticks(a, bench_path(a->b, &folder, "ticks"));
    if (!is_fine) (void)bench_fail(a->b, "the files for the peers could not be written");
    for (size_t i = 0; is_fine && i < sizeof peers / sizeof *peers; i++)
        is_fine = run_peer(a, &peers[i], &folder, trades);
    bench_folder_end(a->b, &folder, names, sizeof names / sizeof *names);
    return is_fine;
}

bool bench_anchor(Bench *b)
{
    Anchor a = {.b = b,
                .image = bench_image(b, SPAN("anchor.odx"), b->anchor_odx),
                .image_across = bench_image(b, SPAN("anchor.odx"), bench_across(b)),
                .t = anchor_ticks(b->arena, TICKS)};

    if (!a.image || !a.image_across) return bench_fail(b, "anchor.odx does not compile");
    if (!a.t.count) return bench_fail(b, "not enough memory");
    a.columns = anchor_columns_of(&a.t, ANCHOR_FIELDS, b->arena);
    a.columns_raw = anchor_columns_of(&a.t, ANCHOR_RAW, b->arena);
    if (!a.columns.count || !a.columns_raw.count) return bench_fail(b, "not enough memory");
    if (!prove(&a) || !measure(&a)) return false;
    put(&a, "anchor", "anchor.odx in the engine, a tick", "its twin in C", WAY_ENGINE, WAY_TWIN,
        2.8);
    put(&a, "anchor-raw", "the same, fields worked out from book and spot price",
        "its twin in C, which does that too", WAY_ENGINE_RAW, WAY_TWIN_RAW, 2.8);
    put(&a, "anchor-vm", "anchor.odx in the bare machine, a tick", "its twin in C", WAY_VM,
        WAY_TWIN, 2.8);
    put(&a, "anchor-columns", "anchor.odx in the column driver, a tick", "its twin in C",
        WAY_COLUMNS, WAY_TWIN, 0.35);
    put(&a, "anchor-columns-raw", "the same, fields worked out from book and spot price",
        "its twin in C, which does that too", WAY_COLUMNS_RAW, WAY_TWIN_RAW, 0.35);
    put(&a, "anchor-columns-across", "anchor.odx with averages across slots, in the column driver",
        "a twin in C of that", WAY_COLUMNS_ACROSS, WAY_TWIN_ACROSS, 1.1);
    return run_peers(&a);
}
