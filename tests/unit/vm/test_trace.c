/* test_trace.c — what conditions were made of, read back after an event; listings of images. */
#include "vm/trace.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/rig.h"
#include "vm/base/num.h"
#include "vm/disasm.h"

#define Q QUIET
enum { T = COND_TRUE, F = COND_FALSE, U = COND_UNKNOWN };
enum { ROWS = 5 };

/* bid < 3c and cash in 1 .. 3, as two nodes below their `and`; then a row over constants alone, and one that
 * stands behind a shut gate. */
static void put_conds(Asm *a)
{
    uint16_t s0 = OPND_SHARED, sq0 = OPND_SHAREDQ, w0 = OPND_WALLET, wq = OPND_WALLETQ;

    a->conds[0] = (CondRow){.op = CO_AND,
                            .child_count = 2,
                            .section = SEC_CODE_V,
                            .left = OPND_NONE,
                            .right = OPND_NONE,
                            .right2 = OPND_NONE,
                            .value = wq | 1,
                            .word = 3};
    a->conds[1] = (CondRow){.op = CO_LT,
                            .depth = 1,
                            .section = SEC_CODE_U,
                            .left = s0,
                            .right = OPND_CONST | 3,
                            .right2 = OPND_NONE,
                            .value = sq0,
                            .word = 1};
    a->conds[2] = (CondRow){.op = CO_BETWEEN,
                            .depth = 1,
                            .section = SEC_CODE_V,
                            .left = w0,
                            .right = OPND_CONST | 6,
                            .right2 = OPND_CONST | 8,
                            .value = wq,
                            .word = 1};
    a->conds[3] = (CondRow){.op = CO_GE,
                            .left = OPND_PARAM | 0,
                            .right = OPND_CONST | 7,
                            .right2 = OPND_NONE,
                            .value = OPND_NONE};
    a->conds[4] = (CondRow){.op = CO_OTHER,
                            .section = SEC_CODE_V,
                            .left = sq0,
                            .right = OPND_NONE,
                            .right2 = OPND_NONE,
                            .value = wq | 2,
                            .word = 5};
    a->image.conds_count = ROWS;
}

static void test_conditions(void)
{
    static const struct {
        const char *name;
        double bid, cash;
        uint8_t conds[ROWS];
        double margins[3]; /* of rows 1 to 3 */
        bool ran_last;
    } cases[] = {
        {"both hold", 0.02, 2, {T, T, T, U, T}, {0.01, -1, -1}, true},
        {"price too high", 0.05, 2.75, {F, F, T, U, U}, {-0.02, 0.25, -1}, false},
        {"cash unknown", 0.02, Q, {U, T, U, U, U}, {0.01, Q, -1}, false},
    };
    static Asm a;
    Arena *arena = test_arena(1 << 22);
    Trace *t;
    Rig r;

    asm_init(&a);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LT sq0 s0 c3; END");
    asm_block(&a, PART_V, EV_TICK, 0,
              "LDW w0 3; INK wq0 w0 c6 | c8; AND wq1 sq0 wq0; MASK wq1 0 1; OTHB wq2 wq1 wq1; END");
    put_conds(&a);
    if (!rig_init(&r, &a, NULL, arena)) return;
    t = trace_new(r.image, arena);
    vm_set_trace(r.vm, t);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_case(cases[i].name);
        trace_clear(t);
        rig_input(&r, IN_BID, cases[i].bid);
        rig_input(&r, IN_CASH, cases[i].cash);
        rig_event(&r, EV_TICK, 1);
        for (uint32_t row = 0; row < ROWS; row++)
            CHECK_INT(trace_cond(t, r.vm, row).cond, cases[i].conds[row]);
        for (uint32_t row = 1; row <= 3; row++) {
            double want = rig_value(cases[i].margins[row - 1]),
                   got = trace_cond(t, r.vm, row).margin;

            CHECK(num_is_known(got) == num_is_known(want) && !(num_abs(got - want) > 1e-12));
        }
        CHECK_BITS(trace_cond(t, r.vm, 1).left, cases[i].bid);
        CHECK_BITS(trace_cond(t, r.vm, 1).right, 0.03);
        CHECK_BITS(trace_cond(t, r.vm, 2).right2, 3.0);
        CHECK_BITS(trace_cond(t, r.vm, 3).left, 3.0);
        CHECK_INT(trace_cond(t, r.vm, 4).has_run, cases[i].ran_last);
    }
    trace_clear(t);
    CHECK(!trace_cond(t, r.vm, 0).has_run);
    vm_set_trace(r.vm, NULL);
    rig_event(&r, EV_TICK, 1);
    CHECK(!trace_cond(t, r.vm, 0).has_run);
}

static void test_listing(void)
{
    static const char want[] = "\nU[tick 0]\n"
                               "                    ; when bid < 3c\n"
                               "    0  LDI     s0, i0 (bid of m0)\n"
                               "    1  INK     s.b0, s0, c2 (0.02), c5 (0.5)\n"
                               "    3  SMA     s1, row 2 (SMA), p0 (days)\n"
                               "    4  END    \n"
                               "\nV[tick 0]\n"
                               "    0  GATE    s.b0, rule 0, +2\n"
                               "    1  ORDER.1 c6 (1), -, #0, c7 (2)\n"
                               "    3  END    \n";
    static Asm a;
    Arena *arena = test_arena(1 << 22);
    const Image *img;
    Buf out;

    asm_init(&a);
    asm_state(&a, SK_SMA, SPACE_SHARED, asm_const(&a, 5), 5, 1);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; INK sq0 s0 c2 | c5; SMA s1 2 p0; END");
    asm_block(&a, PART_V, EV_TICK, 0, "GATE sq0 0 2; ORDER.1 c6 - 0 | c7; END");
    a.words[1][0] = word_make(OP_GATE, 0, OPND_SHAREDQ, 0, 2);
    a.image.source = SPAN("when bid < 3c\nbuy\n");
    a.image.lines_count = 1;
    a.lines[0] = (LineRow){.section = SEC_CODE_U, .begin = 0, .end = 17};
    img = asm_load(&a, arena, NULL);
    if (!img) return;
    buf_init(&out, arena, 1 << 16);
    disasm_image(img, &out);
    CHECK(strstr(buf_cstr(&out), "; title\n") == buf_cstr(&out));
    CHECK(strstr(buf_cstr(&out),
                 "row 2  SMA    shared at 16, 80 bytes, window c10 (5), clocks 1") != NULL);
    CHECK(strstr(buf_cstr(&out), "p0  days = 3 in 1 .. 9") != NULL);
    CHECK_STR(strstr(buf_cstr(&out), "\nU["), want);
}

int main(void)
{
    TEST_RUN(test_conditions);
    TEST_RUN(test_listing);
    return test_end();
}
