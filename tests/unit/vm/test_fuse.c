/* test_fuse.c — the linked form against the plain walk: random programs on random ticks, equal to the bit. */
#include <stdio.h>
#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/random_program.h"
#include "tests/unit/vm/rig.h"
#include "vm/base/num.h"
#include "vm/fuse.h"

enum { PROGRAMS = 600, TICKS = 40 };

static bool is_linked(const Rig *r)
{
    return r->vm->blocks[PART_U][EV_TICK].fused[0] != NULL;
}

/* Memory, stamps, wallet registers (which copy what the wallet part read) and intents. */
static bool is_equal(const Rig *a, const Rig *b)
{
    const ImageMeta *m = a->image->meta;
    const double *an = a->vm->nums + m->shared_regs, *bn = b->vm->nums + m->shared_regs;

    return memcmp(a->vm->state, b->vm->state, m->shared_state) == 0 &&
           memcmp(a->wallet->state, b->wallet->state, m->wallet_state) == 0 &&
           memcmp(a->vm->last_false, b->vm->last_false, RL_COUNT * sizeof(uint64_t)) == 0 &&
           memcmp(an, bn, m->wallet_regs * sizeof(double)) == 0 &&
           memcmp(a->vm->conds + m->shared_qregs, b->vm->conds + m->shared_qregs,
                  m->wallet_qregs) == 0 &&
           a->out.intent_count == b->out.intent_count &&
           memcmp(a->out.intents, b->out.intents, a->out.intent_count * sizeof(Intent)) == 0;
}

static double random_value(Rng *rng)
{
    static const double odd[] = {QUIET, 0, 1, 0.03, -2, 1e300, 0.0300000001};

    if (rng_chance(rng, 0.2)) return odd[rng_below(rng, sizeof odd / sizeof *odd)];
    return (double)rng_range(rng, 0, 100) / 100;
}

static void put_inputs(Rig *r, const double *values)
{
    for (uint32_t i = 0; i < IN_COUNT; i++)
        if (r->image->inputs[i].space != IN_EVENT) rig_input(r, i, values[i]);
}

/* False when the two forms part. */
static bool run_both(Rig *linked, Rig *plain, Rng *rng)
{
    plain->vm->is_plain = true;
    for (int tick = 0; tick < TICKS; tick++) {
        double values[IN_COUNT];
        uint64_t clocks = rng_chance(rng, 0.9) ? 1 << CK_TICK : 1 << CK_TICK | 1 << CK_FEED;

        for (int i = 0; i < IN_COUNT; i++)
            values[i] = random_value(rng);
        put_inputs(linked, values);
        put_inputs(plain, values);
        linked->ev.now_us = plain->ev.now_us = tick * INT64_C(1000000);
        rig_event(linked, EV_TICK, clocks);
        rig_event(plain, EV_TICK, clocks);
        if (!is_equal(linked, plain)) return false;
    }
    return true;
}

/* True when the program of this seed was linked and ran alike. */
static bool try_seed(uint64_t seed)
{
    static Asm a;
    char name[32];
    Arena *arena = test_arena(1 << 21);
    Rng rng;
    Rig linked, plain;

    snprintf(name, sizeof name, "seed %u", (uint32_t)seed);
    test_case(name);
    rng_init(&rng, seed);
    random_program(&a, &rng, 5 + (uint32_t)rng_below(&rng, 40));
    if (!rig_init(&linked, &a, NULL, arena) || !rig_init(&plain, &a, NULL, arena)) return false;
    return CHECK(is_linked(&linked)) && CHECK(run_both(&linked, &plain, &rng));
}

static void test_random_programs(void)
{
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++)
        if (!try_seed(seed)) return;
}

/* Found by random programs: the two forms once parted here.  Row 2 is prev, row 3 a sample. */
static const struct {
    const char *name, *shared;
} parted[] = {
    {"prev writes the register it reads", "LDI s0 0; PREV s0 2 s0; END"},
    {"a value copied for a word stays where it is",
     "SMPL s0 3 c5; LDT s1 s0 9; LT sq0 s0 c6; CEIL s0 c16; LDI s2 0; LT sq1 s2 c3; AND sq0 sq0 "
     "sq1; END"},
    {"an unknown bound", "LDI s0 0; INK sq0 s0 c3 | p2; LT sq1 s0 c6; AND sq0 sq0 sq1; END"},
};

static void test_parted(void)
{
    for (size_t i = 0; i < sizeof parted / sizeof *parted; i++) {
        static Asm a;
        Arena *arena = test_arena(1 << 21);
        Rig linked, plain;
        Rng rng;

        test_case(parted[i].name);
        rng_init(&rng, i);
        asm_init(&a);
        a.derived[0] = (DerivedRow){.op = OP_SQRT, .a = OPND_CONST | 0};
        a.image.derived_count = 1;
        asm_state(&a, SK_PREV, SPACE_SHARED, asm_const(&a, 2), 2, 1);
        asm_state(&a, SK_SMPL, SPACE_SHARED, OPND_NONE, 0, 1);
        asm_block(&a, PART_U, EV_TICK, 0, parted[i].shared);
        asm_block(&a, PART_V, EV_TICK, 0, i == 0 ? "OTH w0 s0 s0; END" : "OTHB wq0 sq0 sq0; END");
        if (!rig_init(&linked, &a, NULL, arena) || !rig_init(&plain, &a, NULL, arena)) continue;
        CHECK(is_linked(&linked) && run_both(&linked, &plain, &rng));
    }
}

/* ---- what linking is for ------------------------------------------------------------------------- */

static const struct {
    const char *name, *shared;
    uint32_t kinds[8]; /* what is left, before END */
} forms[] = {
    {"loads are gone", "LDI s0 0; LDI s1 1; LT sq0 s0 s1; END", {OP_LT}},
    {"a chain takes its comparisons along",
     "LDI s0 0; LT sq0 s0 c3; LE sq1 c5 s0; AND sq0 sq0 sq1; INK sq1 s0 c3 | c5; AND sq0 sq0 sq1; "
     "END",
     {FUSED_AND_LT_XK, FUSED_AND_LE_KX, FUSED_AND_INK_K, FUSED_STORE}},
    {"on the grid",
     "LDI s0 0; LDI s1 1; LTQ sq0 s0 c3; LEQ sq1 s0 s1; AND sq0 sq0 sq1; END",
     {FUSED_AND_LTQ_XK, FUSED_AND_LEQ, FUSED_STORE}},
    {"a condition read twice stays",
     "LDI s0 0; LT sq1 s0 c3; NOT sq2 sq1; LE sq3 c3 s0; AND sq0 sq1 sq3; OR sq0 sq0 sq2; END",
     {OP_LT, OP_NOT, FUSED_AND_COND, FUSED_AND_LE_KX, FUSED_STORE, OP_OR}},
    {"what stays elsewhere outlives its register",
     "LDI s0 0; LDI s1 1; LT sq0 s0 s1; LDI s1 2; LT sq1 s1 c3; AND sq0 sq0 sq1; END",
     {FUSED_AND_LT, FUSED_AND_LT_XK, FUSED_STORE}},
    {"a register written in between keeps its comparison in place",
     "LDI s0 0; ADD s1 s0 c3; LT sq1 s1 c3; ADD s1 s0 c5; LT sq2 s1 c3; AND sq0 sq1 sq2; END",
     {OP_ADD, OP_LT, OP_ADD, FUSED_AND_COND, FUSED_AND_LT_XK, FUSED_STORE}},
};

static void test_forms(void)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        static Asm a;
        static const FusedOp none[1];
        Rig r;
        const FusedOp *op = none;
        uint32_t n = 0;

        test_case(forms[i].name);
        asm_init(&a);
        asm_block(&a, PART_U, EV_TICK, 0, forms[i].shared);
        asm_block(&a, PART_V, EV_TICK, 0, "GATE sq0 0 0; END");
        if (!rig_init(&r, &a, NULL, test_arena(1 << 21)) || !CHECK(is_linked(&r))) continue;
        for (op = r.vm->blocks[PART_U][EV_TICK].fused[0]->ops; n < 8 && forms[i].kinds[n];
             op++, n++)
            CHECK(op->code == exec_fused_code(forms[i].kinds[n]));
        CHECK(op->code == exec_fused_code(OP_END));
    }
}

int main(void)
{
    TEST_RUN(test_random_programs);
    TEST_RUN(test_parted);
    TEST_RUN(test_forms);
    return test_end();
}
