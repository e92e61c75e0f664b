/* test_anchor.c — the anchor's twin in C against the engine and the machine, on a few slots.
 *
 * What `odx bench anchor` proves on 2,000,000 ticks before it times anything: the same trades, refusals
 * and cash, and the same bits of all indicators at every tick. */
#include "runtime/bench/anchor_engine.h"

#include <string.h>

#include "compiler/compiler.h"
#include "runtime/bench/bench.h"
#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { TICKS = 142000, TRADES = 4096 }; /* the last slot is cut short */
#define CASH INT64_C(100000000000)

static AnchorResult result_new(Arena *arena)
{
    return (AnchorResult){arena_array(arena, AnchorTrade, TRADES), 0, TRADES, 0, CASH};
}

static const Image *load(Arena *arena, bool is_across)
{
    Bench bench = {.arena = arena};
    CompileOptions how = {.until = STAGE_EMIT};
    Compilation c;
    Refusal why;
    Span text = {0};
    Err err = {0};

    CHECK(file_read(arena, "runtime/bench/anchor.odx", 1 << 16, &text, &err) == ST_OK);
    bench.anchor_odx = text;
    if (is_across) text = bench_across(&bench);
    c = compile(SPAN("anchor.odx"), text, &how, arena);
    return c.image.len ? image_load(c.image, arena, &why) : NULL;
}

static void check_equal(const AnchorResult *got, const AnchorResult *want)
{
    CHECK_INT(got->count, want->count);
    CHECK_INT(got->skips, want->skips);
    CHECK_INT(got->cash_micros, want->cash_micros);
    CHECK(memcmp(got->trades, want->trades, want->count * sizeof *want->trades) == 0);
}

static void columns_agree(Arena *arena, const Image *image, const AnchorTicks *t,
                          const AnchorBits *want, const AnchorResult *twin)
{
    static const AnchorForm forms[] = {ANCHOR_FIELDS, ANCHOR_RAW};
    AnchorBits *got = arena_array(arena, AnchorBits, TICKS);

    for (int level = 0; level <= (int)cpu_kernels(); level++)
        for (int i = 0; i < 4; i++) { /* with a proof of bits, and without */
            TickColumns columns = anchor_columns_of(t, forms[i / 2], arena);
            AnchorResult r = result_new(arena);
            double share = 0;

            CHECK(anchor_columns(image, t, &columns, (KernelLevel)level, arena, &r,
                                 i % 2 ? got : NULL, &share));
            check_equal(&r, twin);
            CHECK(share > 0.98);
            CHECK(i % 2 == 0 || memcmp(got, want, TICKS * sizeof *want) == 0);
        }
}

static void twins_agree(void)
{
    Arena *arena = test_arena((size_t)256 << 20);
    const Image *image = load(arena, false);
    AnchorTicks t = anchor_ticks(arena, TICKS);
    AnchorBits *want = arena_array(arena, AnchorBits, TICKS);
    AnchorBits *got = arena_array(arena, AnchorBits, TICKS);
    AnchorResult twin = result_new(arena), r = result_new(arena);
    uint64_t orders = 0, entries, by_side[ANCHOR_PAYOUT + 1] = {0};

    CHECK(image && t.count == TICKS);
    if (!image) return;
    anchor_twin_bits(&t, &twin, want);
    CHECK(anchor_engine(image, &t, ANCHOR_FIELDS, arena, &r, got));
    CHECK(memcmp(got, want, TICKS * sizeof *want) == 0);
    check_equal(&r, &twin);
    r = result_new(arena);
    CHECK(anchor_engine(image, &t, ANCHOR_RAW, arena, &r, NULL));
    check_equal(&r, &twin);
    r = result_new(arena);
    anchor_twin_raw(&t, &r);
    check_equal(&r, &twin);
    columns_agree(arena, image, &t, want, &twin);
    for (uint32_t i = 0; i < twin.count; i++)
        by_side[twin.trades[i].side]++;
    for (uint32_t i = 0; i <= ANCHOR_PAYOUT; i++)
        CHECK(by_side[i] > 0);
    entries = by_side[ANCHOR_BUY] + twin.skips;
    CHECK(anchor_vm(image, &t, arena, &orders));
    CHECK_INT(orders, entries);
}

/* Averages that live on: no lanes, one recurrence with a sum beside it. */
static void twins_agree_across(void)
{
    Arena *arena = test_arena((size_t)256 << 20);
    const Image *image = load(arena, true);
    AnchorTicks t = anchor_ticks(arena, TICKS);
    AnchorBits *want = arena_array(arena, AnchorBits, TICKS);
    AnchorResult twin = result_new(arena);

    CHECK(image && t.count == TICKS);
    if (!image) return;
    anchor_twin_across_bits(&t, &twin, want);
    columns_agree(arena, image, &t, want, &twin);
}

int main(void)
{
    TEST_RUN(twins_agree);
    TEST_RUN(twins_agree_across);
    return test_end();
}
