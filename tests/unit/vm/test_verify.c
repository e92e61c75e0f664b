/* test_verify.c — each rule of the verifier has images it refuses and images next to them that it takes.
 *
 * The last test switches the rules off, one after the other: a refused image must then fare otherwise, so a
 * rule that were lost would be noticed here. */
#include "vm/verify.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/asm.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

/* State rows of these tests: 2 SMA shared, 3 PREV shared, 4 NUM wallet, 5 BOOL shared, 6 EMA wallet, 7 HELD shared. */
static void put_rows(Asm *a)
{
    asm_state(a, SK_SMA, SPACE_SHARED, asm_const(a, 5), 5, 1);
    asm_state(a, SK_PREV, SPACE_SHARED, asm_const(a, 1), 1, 1);
    asm_state(a, SK_NUM, SPACE_WALLET, OPND_NONE, 0, 0);
    asm_state(a, SK_BOOL, SPACE_SHARED, OPND_NONE, 0, 0);
    asm_state(a, SK_EMA, SPACE_WALLET, asm_const(a, 5), 5, 1);
    asm_state(a, SK_HELD, SPACE_SHARED, asm_const(a, 5), 0, 1);
    a->state[2].flags = SF_EXACT;
}

#define OPEN "LDB wq0 1; "
static const struct {
    VerifyRule rule;
    Part part;
    EventKind event;
    const char *bad, *good;
    const char *shared; /* block U of the same event */
} code[] = {
    {VERIFY_OPCODE, PART_U, EV_TICK, "5; END", "NOP; END", NULL},
    {VERIFY_OPCODE, PART_U, EV_TICK, "F0; END", "NOP; END", NULL},
    {VERIFY_PART, PART_U, EV_TICK, "LDB sq0 1; ALERT 5; END", "LDB sq0 1; END", NULL},
    {VERIFY_PART, PART_L, EV_TICK, "ABS w0 c0; EMA w1 6 w0; END", "ABS w0 c0; END", NULL},
    {VERIFY_PART, PART_S, EV_TICK, "LIMIT c0 4; END", "SHOW c0 0; END", NULL},
    {VERIFY_PART, PART_V, EV_TICK, "SHOW c0 0; END", "EXIT c0 1; END", NULL},
    {VERIFY_FLAGS, PART_U, EV_TICK, "ABS.1 s0 c0; END", "ABS s0 c0; END", NULL},
    {VERIFY_FLAGS, PART_U, EV_TICK, "ABS s0 c0; PREV.3 s1 3 s0; END",
     "ABS s0 c0; PREV s1 3 s0; END", NULL},
    {VERIFY_EVENT_FIELD, PART_U, EV_TICK, "LDE s0 4; END", "LDI s0 0; END", NULL},
    {VERIFY_EVENT_FIELD, PART_V, EV_LEADER, "LDE w0 7; END", "LDE w0 4; END", NULL},
    {VERIFY_QUOTE_WHILE, PART_V, EV_TICK, NULL, OPEN "MASK wq0 1 2; QUOTE c1 c2 10 | - - -; END",
     NULL},
    {VERIFY_PROBE_EVENT, PART_V, EV_TICK, OPEN "PROM wq0 2; END", OPEN "END", NULL},
    {VERIFY_PROBE_EVENT, PART_V, EV_PROBE, OPEN "MASK wq0 0 1; ALERT 5; END",
     OPEN "PROM wq0 2; END", NULL},
    {VERIFY_PROBE_EVENT, PART_V, EV_PROBE, "EMA w0 6 c0; END", "LDS w0 6; PROBE w0 3; END", NULL},
    {VERIFY_OPERAND, PART_U, EV_TICK, "ABS s32 c0; END", "ABS s31 c0; END", NULL},
    {VERIFY_OPERAND, PART_U, EV_TICK, "ABS s0 c17; END", "ABS s0 c16; END", NULL},
    {VERIFY_OPERAND, PART_U, EV_TICK, "ABS s0 p2; END", "ABS s0 p1; END", NULL},
    {VERIFY_OPERAND, PART_U, EV_TICK, "ABS c0 c1; END", "ABS s0 c1; END", NULL},
    {VERIFY_OPERAND, PART_U, EV_TICK, "ABS s0 -; END", "ABS s0 c1; END", NULL},
    {VERIFY_OPERAND, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER c0 28672 0; END",
     OPEN "MASK wq0 0 1; ORDER c0 - 0; END", NULL},
    {VERIFY_RESERVED, PART_U, EV_TICK, NULL, "NOP; END", NULL},
    {VERIFY_RESERVED, PART_U, EV_TICK, "PREV.1 s1 3 c0; PREV.2 - 3 c0; END",
     "PREV.1 s1 3 -; PREV.2 - 3 c0; END", NULL},
    {VERIFY_RESERVED, PART_U, EV_TICK, "LT sq0 c0 c1; INK sq0 c0 c1 | c2 1; END",
     "INK sq0 c0 c1 | c2; END", NULL},
    {VERIFY_RESERVED, PART_V, EV_TICK,
     OPEN "MASK wq0 0 3; REQ wq0 64 2; REQ.1 wq0 64 1; ALERT 5; END",
     OPEN "MASK wq0 0 3; REQ wq0 64 0; REQ.1 wq0 64 1; ALERT 5; END", NULL},
    {VERIFY_OTHER_PART, PART_U, EV_TICK, "ABS w0 c0; END", "ABS s0 c0; END", NULL},
    {VERIFY_OTHER_PART, PART_V, EV_TICK, "ABS s0 c0; END", "ABS w0 c0; END", NULL},
    {VERIFY_OTHER_PART, PART_U, EV_TICK, "ABS s0 w0; END", "ABS s0 c0; END", NULL},
    {VERIFY_IMMEDIATE, PART_U, EV_TICK, "LDB sq0 3; END", "LDB sq0 2; END", NULL},
    {VERIFY_IMMEDIATE, PART_U, EV_TICK, "LDT s0 c0 16; END", "LDT s0 c0 15; END", NULL},
    {VERIFY_IMMEDIATE, PART_U, EV_TICK, "LDT s0 c0 20; END", "LDT s0 c0 1; END", NULL},
    {VERIFY_IMMEDIATE, PART_U, EV_TICK, "LDT s0 c0 0; END", "LDT s0 c0 2; END", NULL},
    {VERIFY_IMMEDIATE, PART_V, EV_TICK, "LDT w0 c0 16; END", "LDT w0 c0 20; END", NULL},
    {VERIFY_OWN_OP, PART_U, EV_TICK, "XUPQ sq0 2 c0 | c1; END", "SMA s0 2 c0; END", NULL},
    {VERIFY_ROW, PART_V, EV_TICK, OPEN "MASK wq0 0 1; REQ.1 wq0 63 0; END",
     OPEN "MASK wq0 0 1; REQ.1 wq0 64 0; END", NULL},
    {VERIFY_ROW, PART_V, EV_TICK, OPEN "MASK wq0 0 2; LEGS c0 2; LEGE 2; END",
     OPEN "MASK wq0 0 2; LEGS c0 1; LEGE 1; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, "LEGS c0 0; LEGE 0; END",
     OPEN "MASK wq0 0 2; LEGS c0 0; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 3; LEGS c0 0; REQ.1 wq0 64 1; LEGE 0; END",
     OPEN "MASK wq0 0 3; REQ.1 wq0 64 2; LEGS c0 0; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 4; LEGS c0 0; LEGS c0 0; LEGE 0; LEGE 0; END",
     OPEN "MASK wq0 0 4; LEGS c0 0; LEGE 0; LEGS c0 1; LEGE 1; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 3; LEGS c0 1; ORDER.2 c0 - 7; LEGE 1; END",
     OPEN "MASK wq0 0 3; LEGS c0 0; ORDER.2 c0 - 7; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER c0 - 7; END",
     OPEN "MASK wq0 0 1; ORDER c0 - 0; END", NULL},
    {VERIFY_TOKEN, PART_V, EV_TICK, OPEN "MASK wq0 0 3; TOK c0; TOK c0; ORDER.4 c0 - 6; END",
     OPEN "MASK wq0 0 4; TOK c0; ORDER.4 c0 - 6; TOK c0; ORDER.4 c0 - 6; END", NULL},
    {VERIFY_TOKEN, PART_V, EV_TICK, OPEN "MASK wq0 0 2; TOK c0; ORDER.4 c0 - 0; END",
     OPEN "MASK wq0 0 1; ORDER c0 - 0; END", NULL},
    {VERIFY_ROW_KIND, PART_V, EV_TICK, OPEN "MASK wq0 0 1; SETS c0 0; END",
     OPEN "MASK wq0 0 1; SETS c0 4; END", NULL},
    {VERIFY_ROW_KIND, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER c0 - 2; END",
     OPEN "MASK wq0 0 1; CLOSE - 2; END", NULL},
    {VERIFY_ROW_KIND, PART_L, EV_TICK, "LDB wq0 1; LIMITB wq0 4; END",
     "LDB wq0 1; LIMITB wq0 3; END", NULL},
    {VERIFY_ROW_KIND, PART_V, EV_TICK, OPEN "EXITB wq0 1; END", OPEN "EXITB wq0 2; END", NULL},
    {VERIFY_ROW_KIND, PART_L, EV_TICK, "LIMIT c0 0; END", "LIMIT c0 4; END", NULL},
    {VERIFY_PROBE_EVENT, PART_V, EV_PROBE, "SET c0 4; END", "LDS w0 4; END", NULL},
    {VERIFY_PROBE_EVENT, PART_V, EV_PROBE, "GATE sq0 0 0; END", "NOP; END", "LDB sq0 1; END"},
    {VERIFY_IMMEDIATE, PART_V, EV_TICK, "LDT w0 c0 25; END", "LDT w0 c0 24; END", NULL},
    {VERIFY_UNWRITTEN, PART_U, EV_TICK, "ABS s0 s1; END", "ABS s1 c0; ABS s0 s1; END", NULL},
    {VERIFY_UNWRITTEN, PART_U, EV_TICK, "ADD s1 s1 c0; END", "ABS s1 c0; ADD s1 s1 c0; END", NULL},
    {VERIFY_UNWRITTEN, PART_V, EV_TICK, "ABS w0 s1; END", "ABS w0 s0; END", "ABS s0 c0; END"},
    {VERIFY_UNWRITTEN, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ABS w0 c0; ABS w1 w0; END",
     OPEN "ABS w0 c1; MASK wq0 0 1; ABS w0 c0; ABS w1 w0; END", NULL},
    {VERIFY_UNWRITTEN, PART_V, EV_TICK, "ABS w0 s0; END", "ABS w0 s1; END",
     "LDB sq0 1; ABS s1 c0; MASK sq0 3 2; ABS s0 c0; ABS s1 c1; END"},
    {VERIFY_KIND, PART_U, EV_TICK, "LT s0 c0 c1; END", "LT sq0 c0 c1; END", NULL},
    {VERIFY_KIND, PART_U, EV_TICK, "LT sq0 c0 c1; ADD s0 sq0 c1; END",
     "LT sq0 c0 c1; ADD s0 c0 c1; END", NULL},
    {VERIFY_KIND, PART_U, EV_TICK, "NOT sq0 c0; END", "LDB sq0 1; NOT sq0 sq0; END", NULL},
    {VERIFY_KIND, PART_U, EV_TICK, "LDS s0 5; END", "LDS sq0 5; END", NULL},
    {VERIFY_ROW, PART_U, EV_TICK, "LDI s0 8; END", "LDI s0 6; END", NULL},
    {VERIFY_ROW, PART_U, EV_TICK, "LDS s0 8; END", "LDS s0 2; END", NULL},
    {VERIFY_ROW, PART_V, EV_TICK, OPEN "MASK wq0 4 0; END", OPEN "MASK wq0 3 0; END", NULL},
    {VERIFY_ROW, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ALERT 12; END",
     OPEN "MASK wq0 0 1; ALERT 5; END", NULL},
    {VERIFY_ROW, PART_V, EV_TICK, OPEN "MASK wq0 0 1; REQ.1 wq0 66 0; END",
     OPEN "MASK wq0 0 1; REQ.1 wq0 65 0; END", NULL},
    {VERIFY_ROW, PART_V, EV_TICK, "EXIT c0 5; END", "EXIT c0 1; END", NULL},
    {VERIFY_ROW, PART_S, EV_TICK, "SHOW c0 5; END", "SHOW c0 0; END", NULL},
    {VERIFY_ROW_KIND, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ALERT 0; END",
     OPEN "MASK wq0 0 1; ALERT 5; END", NULL},
    {VERIFY_ROW_KIND, PART_V, EV_TICK, OPEN "ARM wq1 wq0 1; END", OPEN "ARM wq1 wq0 0; END", NULL},
    {VERIFY_ROW_KIND, PART_V, EV_TICK, "EXIT c0 2; END", "EXIT c0 1; END", NULL},
    {VERIFY_ROW_KIND, PART_L, EV_TICK, "LIMIT c0 3; END", "LIMIT c0 4; END", NULL},
    {VERIFY_ROW_KIND, PART_S, EV_TICK, "SHOW c0 1; END", "SHOW c0 0; END", NULL},
    {VERIFY_ROW_SPACE, PART_U, EV_TICK, "LDS s0 4; END", "LDS sq0 5; END", NULL},
    {VERIFY_ROW_SPACE, PART_U, EV_TICK, "LDI s0 3; END", "LDI s0 0; END", NULL},
    {VERIFY_ROW_SPACE, PART_V, EV_TICK, "SMA w0 2 c0; END", "EMA w0 6 c0; END", NULL},
    {VERIFY_ROW_SPACE, PART_V, EV_TICK, OPEN "SETB wq0 5; END", OPEN "SET c0 4; END", NULL},
    {VERIFY_ROW_SPACE, PART_V, EV_TICK, OPEN "ARM wq1 wq0 3; END", OPEN "ARM wq1 wq0 0; END", NULL},
    {VERIFY_GATE_SHARED, PART_V, EV_TICK, OPEN "GATE wq0 0 0; END", OPEN "GATE sq0 0 0; END",
     "LDB sq0 1; END"},
    {VERIFY_JUMP, PART_V, EV_TICK, OPEN "MASK wq0 0 2; ALERT 5; END",
     OPEN "MASK wq0 0 1; ALERT 5; END", NULL},
    {VERIFY_JUMP, PART_V, EV_TICK, OPEN "GATE sq0 0 2; MASK wq0 0 0; ALERT 5; END",
     OPEN "GATE sq0 0 2; MASK wq0 0 1; ALERT 5; END", "LDB sq0 1; END"},
    {VERIFY_JUMP, PART_V, EV_TICK, OPEN "MASK wq0 0 2; REQ.1 wq0 64 0; ALERT 5; END",
     OPEN "MASK wq0 0 2; REQ.1 wq0 64 1; ALERT 5; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, OPEN "MASK wq0 0 2; MASK wq0 1 1; NOP; END",
     OPEN "MASK wq0 0 2; MASK wq0 0 1; NOP; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, OPEN "MASK wq0 0 0; MASK wq0 0 0; END",
     OPEN "MASK wq0 0 0; MASK wq0 1 0; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, "ALERT 5; END", OPEN "MASK wq0 0 1; ALERT 5; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, OPEN "MASK wq0 1 1; ALERT 5; END",
     OPEN "MASK wq0 0 1; ALERT 5; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, OPEN "REQ.1 wq0 64 0; END",
     OPEN "MASK wq0 0 1; REQ.1 wq0 64 0; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, OPEN "MASK wq0 1 1; ARM wq1 wq0 0; END",
     OPEN "MASK wq0 0 1; ARM wq1 wq0 0; END", NULL},
    {VERIFY_REGION, PART_V, EV_TICK, "TOK c0; END",
     OPEN "MASK wq0 0 2; TOK c0; ORDER.4 c0 - 6; END", NULL},
    {VERIFY_SPLIT, PART_V, EV_TICK, OPEN "MASK wq0 0 1; SEL w0 wq0 c0 | c1; END",
     OPEN "MASK wq0 0 2; SEL w0 wq0 c0 | c1; END", NULL},
    {VERIFY_SPLIT, PART_U, EV_TICK, "INK sq0 c0 c1; ABS s0 c0; END", "INK sq0 c0 c1 | c2; END",
     NULL},
    {VERIFY_END, PART_U, EV_TICK, "INK sq0 c0 c1", "INK sq0 c0 c1 | c2; END", NULL},
    {VERIFY_END, PART_U, EV_TICK, "INK sq0 c0 c1 | c2", "INK sq0 c0 c1 | c2; END", NULL},
    {VERIFY_END, PART_U, EV_TICK, "NOP", "NOP; END", NULL},
    {VERIFY_END, PART_U, EV_TICK, "END; END", "END", NULL},
    {VERIFY_END, PART_U, EV_TICK, "", "END", NULL},
    {VERIFY_REQUIRES, PART_V, EV_TICK, OPEN "MASK wq0 0 1; REQ wq0 64 0; END",
     OPEN "MASK wq0 0 1; REQ.1 wq0 64 0; END", NULL},
    {VERIFY_REQUIRES, PART_V, EV_TICK,
     OPEN "MASK wq0 0 3; REQ wq0 64 0; ALERT 5; REQ.1 wq0 64 0; END",
     OPEN "MASK wq0 0 3; REQ wq0 64 0; REQ.1 wq0 64 1; ALERT 5; END", NULL},
    {VERIFY_TWICE, PART_U, EV_TICK, "SMA s0 2 c0; SMA s1 2 c0; END", "SMA s0 2 c0; LDS s1 2; END",
     NULL},
    {VERIFY_TWICE, PART_U, EV_TICK, "PREV.2 - 3 c0; PREV.1 s0 3 -; END",
     "PREV.1 s0 3 -; PREV.2 - 3 c0; END", NULL},
    {VERIFY_TWICE, PART_U, EV_TICK, "PREV.1 s0 3 -; PREV s0 3 c0; END", "PREV s0 3 c0; END", NULL},
    {VERIFY_TWICE, PART_V, EV_TICK, "INIT c0 4; INIT c1 4; END",
     "INIT c0 4; SET c1 4; SET c0 4; END", NULL},
    {VERIFY_TWICE, PART_V, EV_TICK, OPEN "ARM wq1 wq0 0; ARM wq1 wq0 0; END",
     OPEN "ARM wq1 wq0 0; END", NULL},
    {VERIFY_GATED, PART_V, EV_TICK, OPEN "MASK wq0 0 1; EMA w0 6 c0; END",
     OPEN "EMA w0 6 c0; MASK wq0 0 0; END", NULL},
    {VERIFY_GATED, PART_V, EV_TICK, OPEN "MASK wq0 0 1; INIT c0 4; END",
     OPEN "INIT c0 4; MASK wq0 0 0; END", NULL},
    {VERIFY_OWN_OP, PART_U, EV_TICK, "EMA s0 2 c0; END", "SMA s0 2 c0; END", NULL},
    {VERIFY_OWN_OP, PART_V, EV_TICK, OPEN "SETB wq0 4; END", "SET c0 4; END", NULL},
    {VERIFY_OWN_OP, PART_V, EV_TICK, "SET c0 6; END", "SET c0 4; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 2; LEGS c0 0; ORDER.2 c0 - 7; END",
     OPEN "MASK wq0 0 3; LEGS c0 0; ORDER.2 c0 - 7; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 2; LEGS c0 0; LEGE 1; END",
     OPEN "MASK wq0 0 2; LEGS c0 0; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 1; LEGE 0; END", OPEN "MASK wq0 0 0; END",
     NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 3; LEGS c0 0; ALERT 5; LEGE 0; END",
     OPEN "MASK wq0 0 3; LEGS c0 0; NOP; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 3; LEGS c0 0; ORDER c0 - 7; LEGE 0; END",
     OPEN "MASK wq0 0 3; LEGS c0 0; ORDER.2 c0 - 8; LEGE 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER.2 c0 - 7; END",
     OPEN "MASK wq0 0 1; ORDER c0 - 0; END", NULL},
    {VERIFY_LEGS, PART_V, EV_TICK, OPEN "MASK wq0 0 3; LEGS c0 0; MASK wq0 0 1; LEGE 0; END",
     OPEN "MASK wq0 0 3; MASK wq0 0 2; LEGS c0 0; LEGE 0; END", NULL},
    {VERIFY_TOKEN, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER.4 c0 - 6; END",
     OPEN "MASK wq0 0 2; TOK c0; ORDER.4 c0 - 6; END", NULL},
    {VERIFY_TOKEN, PART_V, EV_TICK, OPEN "MASK wq0 0 2; TOK c0; ORDER c0 - 0; END",
     OPEN "MASK wq0 0 1; ORDER c0 - 0; END", NULL},
    {VERIFY_TOKEN, PART_V, EV_TICK, OPEN "MASK wq0 0 1; TOK c0; END", OPEN "MASK wq0 0 0; END",
     NULL},
    {VERIFY_TOKEN, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER c0 - 6; END",
     OPEN "MASK wq0 0 1; CANCEL 3; END", NULL},
    {VERIFY_UNIT, PART_V, EV_TICK, OPEN "MASK wq0 0 1; ORDER - - 0; END",
     OPEN "MASK wq0 0 1; ORDER - - 9; END", NULL},
};

/* ---- images against rules ------------------------------------------------------------------------ */

static void make(Asm *a, Part part, EventKind event, const char *text, const char *shared)
{
    asm_init(a);
    put_rows(a);
    if (shared) asm_block(a, PART_U, event, 0, shared);
    asm_block(a, part, event, 0, text);
}

/* Wrong bits that the assembler's text cannot say. */
static void make_odd(Asm *a, VerifyRule rule)
{
    if (rule == VERIFY_QUOTE_WHILE) {
        make(a, PART_V, EV_TICK, OPEN "MASK wq0 1 2; QUOTE c1 c2 10 | - - -; END", NULL);
        a->rules[RL_WHILE].kind = RULE_ON;
    } else {
        make(a, PART_U, EV_TICK, "NOP; END", NULL);
        a->words[0][0] |= UINT64_C(1) << 48;
    }
}

/* How image_load fares with one rule off: the sentence of the refusal, or "" for an accepted image. */
static const char *verdict(Span bytes, VerifyRule off)
{
    static Refusal why;
    Arena arena;
    const Image *img;

    if (!arena_init(&arena, test_source(), 1 << 22)) return "no memory";
    img = image_load_without(bytes, &arena, off, &why);
    arena_fini(&arena);
    if (!img && off == VERIFY_NONE) CHECK(why.code >= 901 && why.code <= 909);
    return img ? "" : refusal_sentence(&why);
}

static bool caught[VERIFY_RULES];

/* Refused for `rule`, and faring otherwise without it. */
static void expect_refused(Span bytes, VerifyRule rule)
{
    if (!CHECK(bytes.len > 0)) return;
    CHECK_STR(verdict(bytes, VERIFY_NONE), verify_sentence(rule));
    if (strcmp(verdict(bytes, rule), verify_sentence(rule)) != 0) caught[rule] = true;
}

static void test_code(void)
{
    for (size_t i = 0; i < sizeof code / sizeof *code; i++) {
        static Asm a;
        Arena *arena = test_arena(1 << 20);

        test_case(code[i].bad ? code[i].bad : code[i].good);
        make(&a, code[i].part, code[i].event, code[i].good, code[i].shared);
        CHECK_STR(verdict(asm_bytes(&a, arena), VERIFY_NONE), "");
        if (code[i].bad)
            make(&a, code[i].part, code[i].event, code[i].bad, code[i].shared);
        else
            make_odd(&a, code[i].rule);
        expect_refused(asm_bytes(&a, arena), code[i].rule);
    }
}

static const char small[] = "LDI s0 0; SMA s1 2 s0; END";

/* Spoils the tables in way `which`; gives its rule, VERIFY_NONE behind the last. */
static VerifyRule spoil(Asm *a, uint32_t which, const char **ret_text)
{
    uint32_t n = 0;
#define SPOIL(rule, ...)          \
    if (which == n++) {           \
        *ret_text = #__VA_ARGS__; \
        __VA_ARGS__;              \
        return VERIFY_##rule;     \
    }
#include "tests/unit/vm/spoils.def"
#undef SPOIL
    return VERIFY_NONE;
}

static void test_tables(void)
{
    for (uint32_t i = 0;; i++) {
        static Asm a;
        VerifyRule rule;
        const char *text;

        make(&a, PART_U, EV_TICK, small, NULL);
        rule = spoil(&a, i, &text);
        if (rule == VERIFY_NONE) return;
        test_case(text);
        expect_refused(asm_bytes(&a, test_arena(1 << 20)), rule);
    }
}

static void test_block_order(void)
{
    static Asm a;

    make(&a, PART_V, EV_TICK, "END", NULL);
    asm_block(&a, PART_V, EV_SLOT_OPEN, 0, "END");
    expect_refused(asm_bytes(&a, test_arena(1 << 20)), VERIFY_BLOCK_KEY);
    make(&a, PART_V, EV_SLOT_OPEN, "END", NULL);
    asm_block(&a, PART_V, EV_TICK, 0, "END");
    asm_block(&a, PART_L, EV_TICK, 0, "END");
    CHECK_STR(verdict(asm_bytes(&a, test_arena(1 << 20)), VERIFY_NONE), "");
    asm_block(&a, PART_L, EV_TICK, 0, "END");
    expect_refused(asm_bytes(&a, test_arena(1 << 20)), VERIFY_BLOCK_KEY);
}

/* ---- more rows than the format allows ------------------------------------------------------------ */

#define TABLE(name, Type, max_)                                                         \
    {                                                                                   \
#name, offsetof(Image, name), offsetof(Image, name##_count), sizeof(Type), max_ \
    }
static const struct {
    const char *name;
    size_t rows, count, row_size;
    uint32_t max;
} tables[] = {
    TABLE(consts, double, MAX_CONSTS),       TABLE(inputs, InputRow, MAX_INPUTS),
    TABLE(params, ParamRow, MAX_PARAMS),     TABLE(state, StateRow, MAX_STATE_ROWS),
    TABLE(rules, RuleRow, MAX_RULES),        TABLE(actions, ActionRow, MAX_ACTIONS),
    TABLE(limits, LimitRow, MAX_LIMITS),     TABLE(shows, ShowRow, MAX_SHOWS),
    TABLE(tokens, TokenRow, MAX_TOKENS),     TABLE(clocks, ClockRow, MAX_CLOCKS),
    TABLE(derived, DerivedRow, MAX_DERIVED),
};

static void test_counts(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        static Asm a;
        Arena *arena = test_arena(1 << 22);
        uint32_t count = tables[i].max + 1;
        const void *rows = arena_alloc_array(arena, count, tables[i].row_size);

        test_case(tables[i].name);
        make(&a, PART_U, EV_TICK, "END", NULL);
        memcpy((char *)&a.image + tables[i].rows, &rows, sizeof rows);
        memcpy((char *)&a.image + tables[i].count, &count, sizeof count);
        CHECK_STR(verdict(asm_bytes(&a, arena), VERIFY_NONE), verify_sentence(VERIFY_COUNTS));
    }
}

static void test_source_counts(void)
{
    static const uint32_t most[] = {MAX_MARKETS, MAX_LEADERS, MAX_ACCOUNTS, MAX_FEEDS};

    for (uint8_t kind = 0; kind < 4; kind++) {
        static Asm a;
        Arena *arena = test_arena(1 << 20);
        SourceRow *rows = arena_array(arena, SourceRow, most[kind] + 1);

        make(&a, PART_U, EV_TICK, "END", NULL);
        for (uint32_t i = 0; i <= most[kind]; i++)
            rows[i].source = kind;
        a.image.sources = rows;
        a.image.sources_count = most[kind] + 1;
        CHECK_STR(verdict(asm_bytes(&a, arena), VERIFY_NONE), verify_sentence(VERIFY_COUNTS));
    }
}

/* A deviation over 50,000 values costs half of that at each step; over 30,000 it is within the budget. */
static void test_cost(void)
{
    static Asm a;
    uint32_t row;

    make(&a, PART_U, EV_TICK, "NOP; END", NULL);
    a.consts[16] = 50000;
    row = asm_state(&a, SK_STDEV, SPACE_SHARED, OPND_CONST | 16, 50000, 1);
    a.image.shared.block_count = a.image.shared.word_count = 0;
    CHECK_INT(row, 8);
    asm_block(&a, PART_U, EV_TICK, 0, "STDEV s0 8 c0; END");
    expect_refused(asm_bytes(&a, test_arena(1 << 21)), VERIFY_COST);
    a.consts[16] = 30000;
    a.state[row].max_window = 30000;
    a.state[row].size = memory_size(SK_STDEV, 30000);
    CHECK_STR(verdict(asm_bytes(&a, test_arena(1 << 21)), VERIFY_NONE), "");
}

/* ---- files --------------------------------------------------------------------------------------- */

static const struct {
    VerifyRule rule;
    const char *name;
    uint32_t at, value; /* a 32-bit word of the file */
} files[] = {
    {VERIFY_MAGIC, "magic", 0, 0x4258444E},
    {VERIFY_VERSION, "major", 4, 2},
    {VERIFY_VERSION, "minor", 4, 1 | 1 << 16},
    {VERIFY_VERSION, "language", 8, 2},
    {VERIFY_HEADER, "flags", 12, 8},
    {VERIFY_HEADER, "reserved", 84, 1},
    {VERIFY_TABLE, "sections", 80, 1000},
    {VERIFY_HASHES, "semantic hash", 20, 1},
    {VERIFY_HASHES, "layout hash", 52, 1},
    {VERIFY_SECTION_KIND, "kind", 88, 19},
    {VERIFY_SECTION_KIND, "section flags", 88, 1 | 1 << 16},
    {VERIFY_SECTION_ORDER, "kinds descend", 104, 1},
    {VERIFY_SECTION_PLACE, "unaligned", 92, 257},
    {VERIFY_SECTION_PLACE, "behind the end", 92, 1 << 20},
    {VERIFY_SECTION_PLACE, "longer than the file", 96, 1 << 20},
    {VERIFY_SECTION_PLACE, "over the table", 92, 0},
    {VERIFY_CHECKSUM, "checksum", 100, 1},
};

static Span good_file(Arena *arena)
{
    static Asm a;

    make(&a, PART_U, EV_TICK, small, NULL);
    a.image.source = SPAN("buy");
    return asm_bytes(&a, arena);
}

static void test_files(void)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        Span bytes = good_file(test_arena(1 << 20));

        test_case(files[i].name);
        memcpy((char *)(uintptr_t)bytes.ptr + files[i].at, &files[i].value, 4);
        expect_refused(bytes, files[i].rule);
    }
}

static char *at_file(Span bytes, uint32_t at)
{
    return (char *)(uintptr_t)bytes.ptr + at;
}

static uint32_t word_of(Span bytes, uint32_t at)
{
    uint32_t v;

    memcpy(&v, bytes.ptr + at, 4);
    return v;
}

/* The table entry of a section kind. */
static uint32_t entry_of(Span bytes, uint32_t kind)
{
    uint32_t at = 88;

    while ((word_of(bytes, at) & 0xFFFF) != kind)
        at += 16;
    return at;
}

/* Sets the length of a section and its checksum to fit. */
static void set_length(Span bytes, uint32_t entry, uint32_t len)
{
    uint32_t crc = crc32c(0, bytes.ptr + word_of(bytes, entry + 4), len);

    memcpy(at_file(bytes, entry + 8), &len, 4);
    memcpy(at_file(bytes, entry + 12), &crc, 4);
}

static void test_section_sizes(void)
{
    static const uint32_t kinds[] = {SEC_INPUTS, SEC_META, SEC_CODE_U};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Span bytes = good_file(test_arena(1 << 20));
        uint32_t entry = entry_of(bytes, kinds[i]);

        set_length(bytes, entry, word_of(bytes, entry + 8) - 1);
        expect_refused(bytes, VERIFY_SECTION_SIZE);
    }
}

static void test_strings(void)
{
    Span bytes = good_file(test_arena(1 << 20));
    uint32_t entry = entry_of(bytes, SEC_STRINGS), at = word_of(bytes, entry + 4), bad = 77;

    memcpy(at_file(bytes, at + 12), &bad, 4);
    set_length(bytes, entry, word_of(bytes, entry + 8));
    expect_refused(bytes, VERIFY_STRINGS);
}

static void test_gaps(void)
{
    Arena *arena = test_arena(1 << 20);
    Span bytes = good_file(arena);
    uint32_t entry = entry_of(bytes, SEC_SOURCE);

    *at_file(bytes, word_of(bytes, entry + 4) + word_of(bytes, entry + 8)) = 1;
    expect_refused(bytes, VERIFY_SECTION_GAP);
    bytes = good_file(arena);
    bytes.len += 1; /* the NUL behind the span's bytes */
    expect_refused(bytes, VERIFY_SECTION_GAP);
}

static void test_missing(void)
{
    Span bytes = good_file(test_arena(1 << 20));
    uint32_t one = 1;

    memcpy(at_file(bytes, 80), &one, 4);
    bytes.len = word_of(bytes, 92) + word_of(bytes, 96);
    memmove(at_file(bytes, 104), bytes.ptr + word_of(bytes, 92), word_of(bytes, 96));
    one = 104;
    memcpy(at_file(bytes, 92), &one, 4);
    bytes.len = 104 + word_of(bytes, 96);
    expect_refused(bytes, VERIFY_SECTION_MISSING);
    caught[VERIFY_SECTION_MISSING] =
        true; /* without it there is nothing to look at: refused in any case */
}

/* Every cut of a good file is refused. */
static void test_cuts(void)
{
    Span bytes = good_file(test_arena(1 << 20));

    for (size_t len = 0; len < bytes.len; len++)
        if (!CHECK(verdict(span_of(bytes.ptr, len), VERIFY_NONE)[0] != 0)) return;
    CHECK_STR(verdict(bytes, VERIFY_NONE), "");
}

/* Runs last: whatever rule were lost, some image above would notice. */
static void test_every_rule_is_caught(void)
{
    for (int rule = VERIFY_NONE + 1; rule < VERIFY_RULES; rule++) {
        test_case(verify_sentence((VerifyRule)rule));
        CHECK(caught[rule]);
        CHECK(verify_code_of((VerifyRule)rule) >= 901 && verify_code_of((VerifyRule)rule) <= 909);
    }
}

/* ---- the certificate ----------------------------------------------------------------------------- */

static void test_certificate(void)
{
    static Asm a;
    static char text[1024];
    Refusal why;
    Refuser refuser = {&why, VERIFY_NONE};
    Certificate cert;
    Buf out;

    make(&a, PART_V, EV_TICK, OPEN "MASK wq0 0 2; ORDER c6 - 0; ALERT 5; END", small);
    a.tokens[0].name = 4;
    CHECK(verify_image(&a.image, test_arena(1 << 20), &refuser, &cert));
    CHECK_INT(cert.words, 8);
    CHECK_INT(cert.cost, 1 + 5 + 1 + 1 + 20 + 5);
    buf_init_fixed(&out, text, sizeof text);
    certificate_put(&a.image, &cert, &out);
    CHECK_STR(buf_cstr(&out), "words per event  8\ncost per event   33 of 20000\n"
                              "state            168 bytes shared, 72 per wallet\n"
                              "can ask for      buy alert\ncan trade        market\n");
}

int main(void)
{
    TEST_RUN(test_code);
    TEST_RUN(test_tables);
    TEST_RUN(test_block_order);
    TEST_RUN(test_counts);
    TEST_RUN(test_source_counts);
    TEST_RUN(test_cost);
    TEST_RUN(test_files);
    TEST_RUN(test_section_sizes);
    TEST_RUN(test_strings);
    TEST_RUN(test_gaps);
    TEST_RUN(test_missing);
    TEST_RUN(test_cuts);
    TEST_RUN(test_every_rule_is_caught);
    TEST_RUN(test_certificate);
    return test_end();
}
