/* test_snapshot.c — a stop and a start change nothing; damaged or foreign snapshots change nothing either. */
#include "vm/snapshot.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/random_program.h"
#include "tests/unit/vm/rig.h"
#include "vm/machine.h"

static void run_ticks(Rig *r, uint64_t seed, int count)
{
    Rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < count; i++) {
        rig_input(r, IN_ASK, (double)rng_range(&rng, 0, 100) / 100);
        rig_input(r, IN_VOLUME, (double)rng_range(&rng, 0, 1000));
        rig_tick(r, rng_chance(&rng, 0.1) ? QUIET : (double)rng_range(&rng, 0, 100) / 100, ROW_ARM);
    }
}

static Span take(const Rig *r, Arena *arena)
{
    Buf out;

    buf_init(&out, arena, 1 << 22);
    CHECK(vm_snapshot(r->vm, r->wallet, &out));
    return buf_span(&out);
}

static bool start(Rig *r, uint64_t seed, const double *params, Arena *arena)
{
    static Asm a;
    Rng rng;

    rng_init(&rng, seed);
    random_program(&a, &rng, 30);
    return rig_init(r, &a, params, arena);
}

/* M18: the run after a restore is the run that never stopped. */
static void test_resume(void)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        Arena *arena = test_arena(1 << 24);
        Rig whole, parts;
        Span middle;

        if (!start(&whole, seed, NULL, arena) || !start(&parts, seed, NULL, arena)) return;
        run_ticks(&whole, seed, 17);
        middle = take(&whole, arena);
        CHECK(vm_restore(parts.vm, parts.wallet, middle));
        CHECK(span_is(take(&parts, arena), middle));
        parts.ev = whole.ev;
        run_ticks(&whole, seed + 100, 17);
        run_ticks(&parts, seed + 100, 17);
        if (!CHECK(span_is(take(&whole, arena), take(&parts, arena)))) return;
    }
}

static void test_damage(void)
{
    Arena *arena = test_arena(1 << 24);
    Rig r, other;
    Span good, before;
    char *bytes;

    if (!start(&r, 3, NULL, arena) || !start(&other, 3, NULL, arena)) return;
    run_ticks(&r, 1, 9);
    run_ticks(&other, 2, 5);
    good = take(&r, arena);
    before = take(&other, arena);
    bytes = (char *)(uintptr_t)good.ptr;
    for (size_t i = 0; i < good.len; i += 3) {
        bytes[i] ^= 0x40;
        if (!CHECK(!vm_restore(other.vm, other.wallet, good))) return;
        bytes[i] ^= 0x40;
    }
    for (size_t len = 0; len < good.len; len += 7)
        if (!CHECK(!vm_restore(other.vm, other.wallet, span_of(good.ptr, len)))) return;
    CHECK(span_is(take(&other, arena), before));
    CHECK(vm_restore(other.vm, other.wallet, good));
}

/* Good checksum, places outside of the ring: as dangerous as bytecode, refused as such. */
static void test_insane_memory(void)
{
    static const struct {
        StateKind kind;
        const char *word;
        size_t at;
        uint8_t value;
    } cases[] = {
        {SK_SMA, "SMA s1 2 s0", offsetof(MemWindow, at), 9},
        {SK_SMA, "SMA s1 2 s0", offsetof(MemWindow, count), 9},
        {SK_PREV, "PREV s1 2 s0", offsetof(MemPrev, at), 9},
        {SK_PREVB, "PREVB sq1 2 sq0", sizeof(MemPrev), 3},
        {SK_HIGH, "HIGH s1 2 s0", offsetof(MemPeak, first), 9},
        {SK_HIGH, "HIGH s1 2 s0", offsetof(MemPeak, used), 9},
        {SK_EMA, "EMA s1 2 s0", offsetof(MemMean, count), 9},
        {SK_RSI, "RSI s1 2 s0", offsetof(MemRsi, count), 9},
        {SK_VWAPN, "VWAP s1 2 s0 | s0", offsetof(MemVwap, at), 9},
        {SK_VWAP, "VWAP s1 2 s0 | s0", offsetof(MemVwap, has_volume), 2},
        {SK_XUP, "XUP sq1 2 s0 | c0", offsetof(MemCross, last), 3},
        {SK_XUP, "XUP sq1 2 s0 | c0", offsetof(MemCross, out), 3},
        {SK_SINCE, "SINCE s1 2 sq0", offsetof(MemSince, has_since), 2},
        {SK_SINCE, "LDB sq1 2; SINCE s1 2 sq1", 0, 1}, /* another NaN than unknown */
        {SK_NUM, "INIT s0 2", offsetof(MemState, is_set), 2},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static Asm a;
        Arena *arena = test_arena(1 << 22);
        bool has_window = memory_kind(cases[i].kind)->window == WINDOW_STEPS;
        char text[128];
        Rig r;
        Span good;

        test_case(cases[i].word);
        asm_init(&a);
        asm_state(&a, cases[i].kind, SPACE_SHARED, has_window ? asm_const(&a, 4) : OPND_NONE,
                  has_window ? 4 : 0, 1);
        snprintf(text, sizeof text, "LDI s0 0; LE sq0 c6 s0; %s; END", cases[i].word);
        asm_block(&a, PART_U, EV_TICK, 0, text);
        if (!rig_init(&r, &a, NULL, arena)) continue;
        run_ticks(&r, 1, 9);
        good = take(&r, arena);
        CHECK(vm_restore(r.vm, r.wallet, good));
        r.vm->state[r.vm->links[ROW_FIRST].offset + cases[i].at] = (char)cases[i].value;
        CHECK(!vm_restore(r.vm, r.wallet, take(&r, arena)));
    }
}

static void test_other_instance(void)
{
    const double params[] = {5, 0.5};
    Arena *arena = test_arena(1 << 24);
    Rig r, other;
    Span bytes;

    if (!start(&r, 3, NULL, arena)) return;
    bytes = take(&r, arena);
    CHECK(start(&other, 3, params, arena) && !vm_restore(other.vm, other.wallet, bytes));
    CHECK(start(&other, 4, NULL, arena) && !vm_restore(other.vm, other.wallet, bytes));
}

int main(void)
{
    TEST_RUN(test_resume);
    TEST_RUN(test_damage);
    TEST_RUN(test_insane_memory);
    TEST_RUN(test_other_instance);
    return test_end();
}
