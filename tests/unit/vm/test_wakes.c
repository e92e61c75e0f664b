/* test_wakes.c — what of a block's words says that it must be run at every event, and what a gate says of its rule.
 *
 * Words are made up: rules whose condition is the wallet's own, as many as are kept and one more; conditions of
 * exits, shared and not; gates with a condition beside them; quotes, as many as are kept and one more. */
#include "vm/wakes.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/rig.h"
#include "vm/base/bug.h"

/* Rules without actions behind those that asm_init makes. */
enum { MORE_RULES = 8 };
#define ARMED(rule) "ARM wq1 wq0 " rule "; MASK wq1 " rule " 0; "
#define OWN "ARM wq1 wq0 0; MASK wq1 0 1; ALERT 5; "
#define SEVEN_MORE ARMED("4") ARMED("5") ARMED("6") ARMED("7") ARMED("8") ARMED("9") ARMED("10")
#define EXIT "EXITB sq0 2; "
#define FOUR_EXITS EXIT EXIT EXIT EXIT
#define COND "LDW w0 3; LE wq0 c6 w0; "

static const struct {
    const char *name, *text;
    WakesWhy why;
    uint32_t count, own_count, exit_count;
    bool is_own, has_own_exits;
} cases[] = {
    {"gated", "GATE sq0 0 3; ARM wq0 sq0 0; MASK wq0 0 1; ALERT 5; END", WAKES_FINE, 1, 0, 0, false,
     false},
    {"its own", COND OWN "END", WAKES_CONDITION, 0, 1, 0, true, false},
    {"as many as are kept", COND OWN SEVEN_MORE "END", WAKES_CONDITION, 0, 8, 0, true, false},
    {"one more", COND OWN SEVEN_MORE ARMED("11") "END", WAKES_CONDITION, 0, 8, 0, false, false},
    {"a mask that no arm stands before", COND "MASK wq0 0 1; ALERT 5; END", WAKES_CONDITION, 0, 0,
     0, false, false},
    {"such a mask behind one of its own", COND OWN "MASK wq0 4 0; END", WAKES_CONDITION, 0, 1, 0,
     false, false},
    {"such a mask before one of its own", COND "MASK wq0 0 1; ALERT 5; " ARMED("4") "END",
     WAKES_CONDITION, 0, 1, 0, false, false},
    {"an arm and a mask that lie apart", COND "ARM wq1 wq0 0; LDW w1 3; MASK wq1 0 1; ALERT 5; END",
     WAKES_CONDITION, 0, 0, 0, false, false},
    {"a mask of another condition", COND "ARM wq1 wq0 0; MASK wq0 0 1; ALERT 5; END",
     WAKES_CONDITION, 0, 0, 0, false, false},
    {"memory beside its own", COND OWN "LDS w0 2; INIT w0 2; END", WAKES_MEMORY, 0, 1, 0, false,
     false},
    {"exits that all share", FOUR_EXITS "END", WAKES_FINE, 0, 0, 4, false, false},
    {"one exit more", FOUR_EXITS EXIT "END", WAKES_FINE, 0, 0, 4, false, true},
    {"an exit of its own", COND EXIT "EXITB wq0 2; END", WAKES_FINE, 0, 0, 1, false, true},
};

static void add_rules(Asm *a)
{
    for (uint32_t i = 0; i < MORE_RULES; i++) {
        RuleRow *rule = &a->rules[RL_COUNT + i];

        *rule = a->rules[RL_WHEN];
        rule->arm = asm_state(a, SK_ARM, SPACE_WALLET, OPND_NONE, 0, 0);
        rule->first_action = rule->action_count = 0;
    }
    a->image.rules_count = a->image.ready_count = RL_COUNT + MORE_RULES;
}

/* The `while` may alert as well. */
static void add_alert(Asm *a)
{
    a->actions[AC_ON] = a->actions[AC_ALERT];
    a->actions[AC_ON].rule = RL_WHILE;
    a->rules[RL_WHILE].action_count = 2;
    a->rules[RL_ON].action_count = 0;
}

static bool set_up(Rig *r, const char *text, Arena *arena)
{
    static Asm a;
    uint32_t row;

    asm_init(&a);
    row = asm_state(&a, SK_NUM, SPACE_WALLET, OPND_NONE, 0, 0);
    a.state[row].life = STATE_SLOT;
    a.state[row].market = 0;
    add_rules(&a);
    add_alert(&a);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LE sq0 c6 s0; END");
    asm_block(&a, PART_V, EV_TICK, 0, text);
    return rig_init(r, &a, NULL, arena);
}

static void blocks_say_what_they_want(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Arena *arena = test_arena(1 << 21);
        Rig r;
        Wakes w;

        test_case(cases[i].name);
        if (!set_up(&r, cases[i].text, arena)) continue;
        w = vm_wakes(r.vm, EV_TICK, 0, arena);
        CHECK_INT(w.why, cases[i].why);
        CHECK_INT(w.count, cases[i].count);
        CHECK_INT(w.is_own, cases[i].is_own);
        CHECK_INT(w.own_count, cases[i].own_count);
        CHECK_INT(w.exit_count, cases[i].exit_count);
        CHECK_INT(w.has_exits, cases[i].exit_count > 0);
        CHECK_INT(w.has_own_exits, cases[i].has_own_exits);
    }
}

/* One gate and its region: sq0 is the gate, wq0 a condition of the wallet's own. */
#define THEN(reg) "ARM wq2 " reg " 0; MASK wq2 0 1; ALERT 5; END"
#define QUOTE "QUOTE c2 c9 10 | c3 c9 -; "
static const struct {
    const char *name, *text;
    bool is_strict, is_edge, needs_gate, is_order, is_quotes;
    uint32_t quote_count;
} gates[] = {
    {"an edge", "GATE sq0 0 3; " THEN("sq0"), false, true, true, false, false, 0},
    {"... that orders", "GATE sq0 0 3; ARM wq2 sq0 0; MASK wq2 0 1; ORDER c6 - 0; END", false, true,
     true, true, false, 0},
    {"... of a token that is chosen",
     "GATE sq0 0 4; ARM wq2 sq0 0; MASK wq2 0 2; TOK c1; ORDER.4 c6 - 6; END", false, true, true,
     false, false, 0},
    {"the gate and its own", "GATE sq0 0 6; " COND "AND wq1 sq0 wq0; " THEN("wq1"), false, false,
     true, false, false, 0},
    {"its own and the gate", "GATE sq0 0 6; " COND "AND wq1 wq0 sq0; " THEN("wq1"), false, false,
     true, false, false, 0},
    {"... and more", "GATE sq0 0 7; " COND "AND wq1 wq0 sq0; AND wq1 wq0 wq1; " THEN("wq1"), false,
     false, true, false, false, 0},
    {"the gate or its own", "GATE sq0 0 6; " COND "OR wq1 sq0 wq0; " THEN("wq1"), false, false,
     false, false, false, 0},
    {"... and more, and the gate in one of both",
     "GATE sq0 0 7; " COND "OR wq1 wq0 sq0; AND wq1 wq0 wq1; " THEN("wq1"), false, false, false,
     false, false, 0},
    {"its own alone", "GATE sq0 0 5; " COND THEN("wq0"), false, false, false, false, false, 0},
    {"the register is written again",
     "GATE sq0 0 7; " COND "AND wq1 sq0 wq0; LE wq1 c7 w0; " THEN("wq1"), false, false, false,
     false, false, 0},
    {"... and was before", "GATE sq0 0 7; " COND "LE wq1 c7 w0; AND wq1 sq0 wq1; " THEN("wq1"),
     false, false, true, false, false, 0},
    {"a word between ARM and MASK",
     "GATE sq0 0 7; " COND "AND wq1 sq0 wq0; ARM wq2 wq1 0; LDW w1 3; MASK wq2 0 1; ALERT 5; END",
     false, false, false, false, false, 0},
    {"a mask of another register",
     "GATE sq0 0 6; " COND "AND wq1 sq0 wq0; ARM wq2 wq1 0; MASK wq1 0 1; ALERT 5; END", false,
     false, false, false, false, 0},
    {"a strict gate", "GATE.1 sq0 0 3; " THEN("sq0"), true, false, true, false, false, 0},
    {"a quote", "GATE.1 sq0 1 2; " QUOTE "END", true, false, false, false, true, 1},
    {"... with a value", "GATE.1 sq0 1 3; LDW w0 3; QUOTE w0 c9 10 | - c9 -; END", true, false,
     false, false, true, 1},
    {"as many quotes as are kept", "GATE.1 sq0 1 8; " QUOTE QUOTE QUOTE QUOTE "END", true, false,
     false, false, true, 4},
    {"one quote more", "GATE.1 sq0 1 10; " QUOTE QUOTE QUOTE QUOTE QUOTE "END", true, false, false,
     false, false, 0},
    {"a quote and another action", "GATE.1 sq0 1 3; " QUOTE "ALERT 11; END", true, false, false,
     false, false, 0},
    {"a quote under a condition of its own", "GATE.1 sq0 1 5; " COND "MASK wq0 1 2; " QUOTE "END",
     true, false, false, false, false, 0},
};

static void gates_say_what_they_do(void)
{
    for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
        Arena *arena = test_arena(1 << 21);
        Rig r;
        Wakes w;

        test_case(gates[i].name);
        if (!set_up(&r, gates[i].text, arena)) continue;
        w = vm_wakes(r.vm, EV_TICK, 0, arena);
        if (!CHECK(w.count == 1)) continue;
        CHECK_INT(w.rows[0].is_strict, gates[i].is_strict);
        CHECK_INT(w.rows[0].is_edge, gates[i].is_edge);
        CHECK_INT(w.rows[0].needs_gate, gates[i].needs_gate);
        CHECK_INT(w.rows[0].is_order, gates[i].is_order);
        CHECK_INT(w.rows[0].is_quotes, gates[i].is_quotes);
        CHECK_INT(w.quote_count, gates[i].quote_count);
        for (uint32_t q = 0; q < w.quote_count; q++) {
            CHECK_INT(w.quotes[q].wake, 0);
            CHECK_INT(w.quotes[q].action, AC_QUOTE);
            CHECK_INT(w.quotes[q].token, 0);
        }
    }
}

/* A rule is fresh until it fires, and again once it has forgotten that it did: where its own condition is false and the
 * gate is not. */
static void a_rule_is_fresh_until_it_fires(void)
{
    static const struct {
        const char *name;
        double bid, cash; /* the gate and its own condition are that they are 1 at least */
        bool is_fresh, is_armed;
    } steps[] = {
        {"its gate is shut", 0, 2, true, true},
        {"it is unknown", QUIET, 2, true, true},
        {"it fires", 2, 2, false, false},
        {"once", 2, 2, false, false},
        {"its gate is shut again", 0, 2, false, true},
        {"all is unknown", QUIET, 2, false, true},
        {"it forgets", QUIET, 0, true, true},
    };
    Rig r;

    if (!set_up(&r, "GATE sq0 0 6; " COND "AND wq1 sq0 wq0; " THEN("wq1"), test_arena(1 << 21)))
        return;
    CHECK(vm_is_fresh(r.vm, r.wallet, RL_WHEN));
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        test_case(steps[i].name);
        rig_input(&r, IN_CASH, steps[i].cash);
        (void)rig_tick(&r, steps[i].bid, ROW_ARM);
        CHECK_INT(vm_is_fresh(r.vm, r.wallet, RL_WHEN), steps[i].is_fresh);
        CHECK_INT(vm_is_armed(r.vm, r.wallet, RL_WHEN), steps[i].is_armed);
    }
    CHECK(!vm_is_fresh(r.vm, r.wallet, RL_WHILE)); /* it has nothing to forget */
}

int main(void)
{
    TEST_RUN(blocks_say_what_they_want);
    TEST_RUN(gates_say_what_they_do);
    TEST_RUN(a_rule_is_fresh_until_it_fires);
    return test_end();
}
