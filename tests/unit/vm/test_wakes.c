/* test_wakes.c — what of a block's words says that it must be run at every event.
 *
 * Words are made up: rules whose condition is the wallet's own, as many as are kept and one more; conditions of
 * exits, shared and not. */
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

static void blocks_say_what_they_want(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        static Asm a;
        Arena *arena = test_arena(1 << 21);
        uint32_t row;
        Rig r;
        Wakes w;

        test_case(cases[i].name);
        asm_init(&a);
        row = asm_state(&a, SK_NUM, SPACE_WALLET, OPND_NONE, 0, 0);
        a.state[row].life = STATE_SLOT;
        a.state[row].market = 0;
        add_rules(&a);
        asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LE sq0 c6 s0; END");
        asm_block(&a, PART_V, EV_TICK, 0, cases[i].text);
        if (!rig_init(&r, &a, NULL, arena)) continue;
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

int main(void)
{
    TEST_RUN(blocks_say_what_they_want);
    return test_end();
}
