/* test_exec.c — every pure operation with known and unknown operands; rules, arming, effects, states, slots. */
#include <stdio.h>
#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/rig.h"
#include "vm/base/num.h"
#include "vm/machine.h"

#define Q QUIET
enum { T = COND_TRUE, F = COND_FALSE, U = COND_UNKNOWN };

/* ---- one operation each: s0 and s1 are the inputs, sq0 is s0 < s1; the result is in s9 or sq9 ---- */

static const struct {
    const char *word;
    double a, b, want; /* of sq9: COND_* */
} ops[] = {
    {"ABS s9 c2", 0, 0, 0.02},
    {"ABS s9 p1", 0, 0, 0.5},
    {"ADD s9 s0 s1", 2, 3, 5},
    {"ADD s9 s0 s1", Q, 3, Q},
    {"ADD s9 s0 s1", 1e308, 1e308, Q},
    {"SUB s9 s0 s1", 2, 3, -1},
    {"SUB s9 s0 s1", 2, Q, Q},
    {"MUL s9 s0 s1", 2, 3, 6},
    {"MUL s9 s0 s1", 1e200, 1e200, Q},
    {"MUL s9 s0 s1", -1, 0, 0},
    {"DIV s9 s0 s1", 3, 2, 1.5},
    {"DIV s9 s0 s1", 3, 0, Q},
    {"DIV s9 s0 s1", 0, 0, Q},
    {"DIV s9 s0 s1", 0, -3, 0},
    {"NEG s9 s0", 2, 0, -2},
    {"NEG s9 s0", 0, 0, 0},
    {"NEG s9 s0", Q, 0, Q},
    {"ABS s9 s0", -2, 0, 2},
    {"ABS s9 s0", Q, 0, Q},
    {"MIN s9 s0 s1", 2, 3, 2},
    {"MIN s9 s0 s1", 2, Q, Q},
    {"MAX s9 s0 s1", 2, 3, 3},
    {"MAX s9 s0 s1", Q, 3, Q},
    {"FLOOR s9 s0", -1.5, 0, -2},
    {"FLOOR s9 s0", Q, 0, Q},
    {"CEIL s9 s0", 1.2, 0, 2},
    {"CEIL s9 s0", -0.5, 0, 0},
    {"ROUND s9 s0", 2.5, 0, 2},
    {"ROUND s9 s0", Q, 0, Q},
    {"SQRT s9 s0", 9, 0, 3},
    {"SQRT s9 s0", -1, 0, Q},
    {"SQRT s9 s0", Q, 0, Q},
    {"LN s9 s0", 1, 0, 0},
    {"LN s9 s0", 0, 0, Q},
    {"LN s9 s0", Q, 0, Q},
    {"EXP s9 s0", 0, 0, 1},
    {"EXP s9 s0", 1000, 0, Q},
    {"EXP s9 s0", Q, 0, Q},
    {"OTH s9 s0 s1", 2, 3, 2},
    {"OTH s9 s0 s1", Q, 3, 3},
    {"OTH s9 s0 s1", Q, Q, Q},
    {"SIGN s9 s0", -3, 0, -1},
    {"SIGN s9 s0", 0, 0, 0},
    {"SIGN s9 s0", Q, 0, Q},
    {"SEL s9 sq0 s0 | s1", 2, 3, 2},
    {"SEL s9 sq0 s0 | s1", 3, 2, 2},
    {"SEL s9 sq0 s0 | s1", Q, 2, Q},
    {"LT sq9 s0 s1", 2, 3, T},
    {"LT sq9 s0 s1", 3, 3, F},
    {"LT sq9 s0 s1", Q, 3, U},
    {"LE sq9 s0 s1", 3, 3, T},
    {"LE sq9 s0 s1", 4, 3, F},
    {"LE sq9 s0 s1", 3, Q, U},
    {"LTQ sq9 s0 s1", 3, 3.0000001, F},
    {"LTQ sq9 s0 s1", 3, 3.000001, T},
    {"LTQ sq9 s0 s1", Q, 3, U},
    {"LEQ sq9 s0 s1", 3.0000001, 3, T},
    {"LEQ sq9 s0 s1", 3.000001, 3, F},
    {"LEQ sq9 s0 s1", 3, Q, U},
    {"EQ sq9 s0 s1", 3, 3, T},
    {"EQ sq9 s0 s1", 3, 4, F},
    {"EQ sq9 s0 s1", Q, Q, U},
    {"EQQ sq9 s0 s1", 3, 3.0000001, T},
    {"EQQ sq9 s0 s1", 3, 3.1, F},
    {"EQQ sq9 s0 s1", 3, Q, U},
    {"INK sq9 s0 c6 | c8", 2, 0, T},
    {"INK sq9 s0 c6 | c8", 4, 0, F},
    {"INK sq9 s0 c6 | c8", Q, 0, U},
    {"INK sq9 s0 s1 | c6", 9, Q, U},
    {"INKQ sq9 s0 c6 | c8", 0.9999999, 0, T},
    {"INKQ sq9 s0 c6 | c8", 0.9, 0, F},
    {"INKQ sq9 s0 c6 | c8", Q, 0, U},
    {"KNOWN sq9 s0", 1, 0, T},
    {"KNOWN sq9 s0", Q, 0, F},
    {"LDB sq9 1", 0, 0, T},
    {"LDB sq9 0", 0, 0, U},
    {"OTHB sq9 sq0 sq0", 1, 2, T},
    {"OTHB sq9 sq0 sq0", Q, 2, U},
    {"NOT sq9 sq0", 1, 2, F},
    {"NOT sq9 sq0", 2, 1, T},
    {"NOT sq9 sq0", Q, 1, U},
    {"KNOWNB sq9 sq0", 2, 1, T},
    {"KNOWNB sq9 sq0", Q, 1, F},
};

static void test_ops(void)
{
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        static Asm a;
        char text[256];
        Rig r;
        bool is_cond = ops[i].word[0] && strchr(ops[i].word, ' ')[2] == 'q';

        test_case(ops[i].word);
        asm_init(&a);
        snprintf(text, sizeof text, "LDI s0 0; LDI s1 1; LT sq0 s0 s1; %s; END", ops[i].word);
        asm_block(&a, PART_U, EV_TICK, 0, text);
        asm_block(&a, PART_V, EV_TICK, 0, is_cond ? "OTHB wq9 sq9 sq9; END" : "OTH w9 s9 s9; END");
        if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) continue;
        rig_input(&r, IN_BID, ops[i].a);
        rig_input(&r, IN_ASK, ops[i].b);
        for (int plain = 0; plain < 2; plain++) { /* linked, then word by word */
            r.vm->is_plain = plain;
            rig_event(&r, EV_TICK, 1);
            if (is_cond)
                CHECK_INT(r.vm->conds[32 + 9], ops[i].want);
            else
                CHECK_BITS(r.vm->nums[32 + 9], rig_value(ops[i].want));
        }
    }
}

/* Kleene tables: both operands through all three values. */
static void test_logic(void)
{
    static const struct {
        const char *word;
        uint8_t want[9]; /* UU UT UF TU TT TF FU FT FF */
    } tables[] = {
        {"AND", {U, U, F, U, T, F, F, F, F}},
        {"OR", {U, T, U, T, T, T, U, T, F}},
        {"OTHB", {U, T, F, T, T, T, F, F, F}},
        {"EQB", {U, U, U, U, T, F, U, F, T}},
    };

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (int k = 0; k < 9; k++) {
            static Asm a;
            char text[128];
            Rig r;

            test_case(tables[i].word);
            asm_init(&a);
            snprintf(text, sizeof text,
                     "LDB sq0 %d; LDB sq1 %d; %s sq2 sq0 sq1; SELB sq3 sq0 sq1 | sq0; END", k / 3,
                     k % 3, tables[i].word);
            asm_block(&a, PART_U, EV_TICK, 0, text);
            if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) continue;
            r.vm->is_plain = true;
            rig_event(&r, EV_TICK, 1);
            CHECK_INT(r.vm->conds[2], tables[i].want[k]);
            CHECK_INT(r.vm->conds[3], k / 3 == T ? k % 3 : k / 3);
        }
    }
}

/* ---- arming ------------------------------------------------------------------------------------- */

/* Bids against 1: what the condition is at each tick, and whether the rule fires. `o` opens a slot before. */
static const struct {
    const char *name, *conds, *fires;
} armings[] = {
    {"once per occurrence", "TTFTT", "1..1."},
    {"already true at first", "T", "1"},
    {"unknown changes nothing", "T?T?FT", "1....1"},
    {"unknown first", "??TT", "..1."},
    {"a slot open arms", "TToTT", "1.1."},
    {"an open before a false does no harm", "ToFTT", "1.1."},
};

/* With a gate over a shared condition, without one, and with the rule in the shared part. */
static const struct {
    const char *name, *shared, *wallet;
} arm_forms[] = {
    {"gate", "LDI s0 0; LE sq0 c6 s0; END",
     "GATE sq0 0 3; ARM wq0 sq0 0; MASK wq0 0 1; ALERT 5; END"},
    {"no gate", "LDI s0 0; LE sq0 c6 s0; END",
     "OTHB wq1 sq0 sq0; ARM wq0 wq1 0; MASK wq0 0 1; ALERT 5; END"},
    {"shared", "LDI s0 0; LE sq0 c6 s0; ARM sq1 sq0 3; END", "MASK sq1 0 1; ALERT 5; END"},
};

static void run_arming(size_t form, size_t i)
{
    static Asm a;
    Rig r;
    size_t tick = 0;

    asm_init(&a);
    asm_block(&a, PART_U, EV_TICK, 0, arm_forms[form].shared);
    asm_block(&a, PART_V, EV_TICK, 0, arm_forms[form].wallet);
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    for (const char *c = armings[i].conds; *c; c++) {
        if (*c == 'o') {
            vm_slot_open(r.vm, r.wallet, 0, r.ev.count + 1);
            continue;
        }
        rig_tick(&r, *c == 'T' ? 1 : *c == 'F' ? 0 : Q, ROW_ARM);
        CHECK_INT(r.out.intent_count, armings[i].fires[tick++] == '1');
    }
}

static void test_arming(void)
{
    for (size_t form = 0; form < 3; form++)
        for (size_t i = 0; i < sizeof armings / sizeof *armings; i++) {
            char name[96];

            snprintf(name, sizeof name, "%s, %s", arm_forms[form].name, armings[i].name);
            test_case(name);
            run_arming(form, i);
        }
}

/* ---- effects ------------------------------------------------------------------------------------ */

static Rig run_wallet(const char *text, double cash)
{
    static Asm a;
    Rig r;

    asm_init(&a);
    asm_block(&a, PART_V, EV_TICK, 0, text);
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return r;
    rig_input(&r, IN_CASH, cash);
    rig_event(&r, EV_TICK, 1);
    return r;
}

static void test_order(void)
{
    Rig r = run_wallet("LDB wq0 1; LDW w0 3; MASK wq0 0 6; ORDER w0 c5 0; ORDER.1 c11 - 1 | c12;"
                       "ORDER - - 9; CLOSE w0 2; CANCEL 3; END",
                       Q);
    const Intent *it = r.out.intents;

    CHECK_INT(r.out.intent_count, 5);
    CHECK_INT(it[0].kind, INTENT_ORDER);
    CHECK_BITS(it[0].size, UNKNOWN);
    CHECK_BITS(it[0].price, 0.5);
    CHECK(!it[0].is_unknown);
    CHECK_INT(it[0].token, 0);
    CHECK_INT(it[0].rule, RL_WHEN);
    CHECK_INT(it[1].action, AC_SELL);
    CHECK_BITS(it[1].size, 10.0);
    CHECK_BITS(it[1].good_for, 14.0);
    CHECK_BITS(it[1].price, UNKNOWN); /* no bound: absent, not unknown */
    CHECK(!it[1].is_unknown);
    CHECK_INT(it[2].token, 1);
    CHECK_INT(it[3].kind, INTENT_CLOSE);
    CHECK(it[3].is_unknown); /* a bound that is unknown */
    CHECK_INT(it[4].kind, INTENT_CANCEL);
    CHECK_INT(it[4].token, -1);
}

static void test_dynamic_token_and_legs(void)
{
    Rig r =
        run_wallet("LDB wq0 1; MASK wq0 0 7; TOK c11; ORDER.4 c6 - 6; LEGS c12 0; ORDER.2 c6 - 7;"
                   "ORDER.2 c6 - 8; LEGE 0; SETS c6 4; END",
                   1);
    const Intent *it = r.out.intents;

    CHECK_INT(r.out.intent_count, 6);
    CHECK_INT(it[0].token, 10);
    CHECK_INT(it[1].kind, INTENT_LEGS);
    CHECK_BITS(it[1].price, 14.0);
    CHECK_INT(it[2].group, 0);
    CHECK_INT(it[4].kind, INTENT_LEGE);
    CHECK_INT(it[5].kind, INTENT_SETS);
    CHECK_INT(it[5].group, 0xFFFF);
}

static void test_requires(void)
{
    static const struct {
        const char *name;
        double cash;
        uint32_t count;
        uint16_t reasons[2];
        bool unknown;
    } cases[] = {
        {"all hold", 3, 1, {0, 0}, false},
        {"one fails", 1.5, 1, {65, 0}, false},
        {"both fail", 0.5, 2, {64, 65}, false},
        {"unknown fails too", Q, 2, {64, 65}, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Rig r = run_wallet("LDW w0 3; LE wq0 c6 w0; LE wq1 c7 w0; LDB wq2 1; MASK wq2 0 3;"
                           "REQ wq0 64 0; REQ.1 wq1 65 1; ALERT 5; END",
                           cases[i].cash);

        test_case(cases[i].name);
        CHECK_INT(r.out.intent_count, cases[i].count);
        if (r.out.intent_count != cases[i].count) continue;
        for (uint32_t k = 0; cases[i].reasons[0] && k < cases[i].count; k++) {
            CHECK_INT(r.out.intents[k].kind, INTENT_SKIP);
            CHECK_INT(r.out.intents[k].reason, cases[i].reasons[k]);
            CHECK_INT(r.out.intents[k].is_unknown, cases[i].unknown);
        }
        if (!cases[i].reasons[0]) CHECK_INT(r.out.intents[0].kind, INTENT_ALERT);
    }
}

/* A closed or unknown `while` withdraws; a boundary that is not the rule's leaves it alone. */
static void test_while(void)
{
    static Asm a;
    Rig r;
    const char *text = "LDW w0 3; LE wq0 c6 w0; MASK wq0 1 2; QUOTE w0 c6 10 | - c6 -; END";

    asm_init(&a);
    asm_block(&a, PART_V, EV_TICK, 0, text);
    asm_block(&a, PART_V, EV_BOUNDARY, 0, text);
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    rig_input(&r, IN_CASH, 3);
    rig_event(&r, EV_TICK, 1);
    CHECK_INT(r.out.intents[0].kind, INTENT_QUOTE);
    CHECK_BITS(r.out.intents[0].bid, 3.0);
    CHECK_BITS(r.out.intents[0].ask, UNKNOWN);
    CHECK_BITS(r.out.intents[0].ask_size, 1.0);
    rig_input(&r, IN_CASH, Q);
    rig_event(&r, EV_TICK, 1);
    CHECK_INT(r.out.intent_count, 1);
    CHECK_INT(r.out.intents[0].kind, INTENT_WITHDRAW);
    CHECK_INT(r.out.intents[0].rule, RL_WHILE);
    rig_event(&r, EV_BOUNDARY, 1 << CK_EVERY2);
    CHECK_INT(r.out.intent_count, 0);
    rig_event(&r, EV_BOUNDARY, 1 << CK_EVERY);
    CHECK_INT(r.out.intent_count, 1);
}

/* ---- states ------------------------------------------------------------------------------------- */

static void test_state_life(void)
{
    static Asm a;
    uint32_t row, flag;
    Rig r;

    asm_init(&a);
    row = asm_state(&a, SK_NUM, SPACE_WALLET, OPND_NONE, 0, 0);
    a.state[row].life = STATE_SLOT;
    a.state[row].market = 0;
    flag = asm_state(&a, SK_BOOL, SPACE_SHARED, OPND_NONE, 0, 0);
    a.state[flag].init = asm_const(&a, 1);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LDS sq0 3; LE sq1 s0 c8; SETB sq1 3; END");
    asm_block(&a, PART_V, EV_TICK, 0,
              "LDS w0 2; INIT s0 2; LDS w1 2; ADD w2 w1 c6; LDB wq0 1; MASK wq0 2 2; SET c16 2; "
              "SET w2 2; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    CHECK_INT(vm_state_num(r.vm, r.wallet, flag), T);
    CHECK_BITS(rig_tick(&r, Q, row),
               UNKNOWN); /* the initial value is not known yet: unknown + 1 is stored */
    CHECK_INT(vm_state_num(r.vm, r.wallet, flag), U);
    vm_slot_open(r.vm, r.wallet, 0, r.ev.count + 1);
    CHECK_BITS(rig_tick(&r, 5, row), 6.0); /* begins with 5 in this event, the later set wins */
    CHECK_INT(vm_state_num(r.vm, r.wallet, flag), F);
    CHECK_BITS(rig_tick(&r, 9, row), 7.0);
    vm_slot_open(r.vm, r.wallet, 1, r.ev.count + 1);
    CHECK_BITS(rig_tick(&r, 9, row), 8.0);
    vm_slot_open(r.vm, r.wallet, 0, r.ev.count + 1);
    CHECK_BITS(vm_state_num(r.vm, r.wallet, row), UNKNOWN);
    CHECK_BITS(rig_tick(&r, 9, row), 10.0);
}

static void test_day_open(void)
{
    static Asm a;
    uint32_t row;
    Rig r;

    asm_init(&a);
    row = asm_state(&a, SK_SINCE, SPACE_SHARED, OPND_NONE, 0, 1);
    a.state[row].life = STATE_DAY;
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LE sq0 c6 s0; SINCE s1 2 sq0; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    rig_tick(&r, 1, row);
    CHECK_BITS(rig_tick(&r, 0, row), 1.0);
    vm_slot_open(r.vm, r.wallet, 0, r.ev.count + 1);
    CHECK_BITS(rig_tick(&r, 0, row), 2.0);
    vm_day_open(r.vm, r.wallet);
    CHECK_BITS(rig_tick(&r, 0, row), UNKNOWN);
}

/* Limits, exits, shows, promises and probes go to the values beside the intents. */
static void test_values(void)
{
    static Asm a;
    Rig r;

    asm_init(&a);
    asm_block(&a, PART_V, EV_TICK, 0, "LDB wq0 1; EXIT c6 1; EXITB wq0 2; END");
    asm_block(&a, PART_V, EV_PROBE, 0, "LDB wq0 2; PROM wq0 2; PROBE c7 3; PROBEB wq0 4; END");
    asm_block(&a, PART_L, EV_TICK, 0, "LDB wq0 0; LIMIT c15 4; LIMITB wq0 3; END");
    asm_block(&a, PART_S, EV_TICK, 0, "LDB wq0 1; SHOW c8 0; SHOWB wq0 1; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    rig_event(&r, EV_TICK, 1);
    vm_wallet(r.vm, r.wallet, PART_L, &r.ev, &r.out);
    vm_wallet(r.vm, r.wallet, PART_S, &r.ev, &r.out);
    CHECK(r.out.limits[1].is_set && r.out.limits[1].num == 1);
    CHECK(r.out.limits[2].is_set && r.out.limits[2].cond == T);
    CHECK(r.out.limits[3].is_set && r.out.limits[3].cond == U);
    CHECK(r.out.limits[4].is_set && r.out.limits[4].num == 100);
    CHECK(!r.out.limits[0].is_set);
    CHECK(r.out.shows[0].num == 3 && r.out.shows[1].cond == T && !r.out.shows[2].is_set);
    rig_event(&r, EV_PROBE, 0);
    CHECK(r.out.shows[2].cond == F && r.out.shows[3].num == 2 && r.out.shows[4].cond == F);
    CHECK(!r.out.shows[0].is_set && !r.out.limits[1].is_set);
    CHECK(vm_has_block(r.vm, PART_S, EV_TICK, 0) && !vm_has_block(r.vm, PART_S, EV_TICK, 1));
    CHECK(!vm_has_block(r.vm, PART_U, EV_TICK, 0));
}

static void test_event_fields(void)
{
    static Asm a;
    double fields[IN_COUNT] = {[IN_TRADE_PRICE] = 0.25};
    Rig r;

    asm_init(&a);
    asm_block(&a, PART_U, EV_LEADER, 0, "LDE s0 4; ABS s1 p0; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    rig_event(&r, EV_LEADER, 1 << CK_LEADER);
    CHECK_BITS(r.vm->nums[0], UNKNOWN);
    r.ev.fields = fields;
    rig_event(&r, EV_LEADER, 1 << CK_LEADER);
    CHECK_BITS(r.vm->nums[0], 0.25);
    CHECK_BITS(vm_param(r.vm, 0), 3.0);
    CHECK(vm_image(r.vm) == r.image);
}

/* Memory that ends is said by NULL, never by a crash. */
static void test_little_memory(void)
{
    static Asm a;
    const Image *img;
    uint32_t made = 0;

    asm_init(&a);
    asm_state(&a, SK_SMA, SPACE_SHARED, asm_const(&a, 1000), 1000, 1);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; SMA s1 2 s0; END");
    img = asm_load(&a, test_arena(1 << 21), NULL);
    for (size_t budget = 0; img && budget < 400000; budget += 20011) {
        TestBudget spend = {.left = budget};
        Arena arena;
        Vm *vm = NULL;

        if (arena_init(&arena, test_source_budget(&spend), 1 << 20)) vm = vm_new(img, NULL, &arena);
        if (vm && vm_wallet_new(vm, &arena)) made++;
        arena_fini(&arena);
    }
    CHECK(made > 0);
}

int main(void)
{
    TEST_RUN(test_ops);
    TEST_RUN(test_logic);
    TEST_RUN(test_arming);
    TEST_RUN(test_order);
    TEST_RUN(test_dynamic_token_and_legs);
    TEST_RUN(test_requires);
    TEST_RUN(test_while);
    TEST_RUN(test_state_life);
    TEST_RUN(test_day_open);
    TEST_RUN(test_values);
    TEST_RUN(test_event_fields);
    TEST_RUN(test_little_memory);
    return test_end();
}
