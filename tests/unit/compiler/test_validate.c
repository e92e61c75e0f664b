/* test_validate.c — a valid Ir, broken in one place at a time: the rule that notices says so. */
#include "compiler/ir/validate.h"

#include "compiler/emit/emit.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/builder.h"
#include "vm/ops.h"

/* A rule with a gate, a wallet's part, a require and an order; an average; a shared set beside it. */
static Ir *valid(Arena *arena)
{
    Builder *b = builder_new(arena);
    EmitOptions options = {0};
    uint8_t m = builder_market(b, MARKET_SLOT);
    uint32_t up = builder_token(b, m, 0);
    Expr *mid = builder_input(b, FIELD_MID, m, (uint16_t)up);
    Expr *held = builder_input(b, FIELD_POSITION, m, (uint16_t)up);
    Expr *mean = builder_expr(b, EX_SMA, mid, builder_num(b, 5), NULL);
    Expr *low = builder_expr(b, EX_LT, mid, mean, NULL);
    Expr *flat = builder_expr(b, EX_LT, held, builder_num(b, 1), NULL);
    uint32_t state = builder_state(b, false, builder_num(b, 2));
    Rule *r = builder_rule(b, RULE_WHEN, builder_expr(b, EX_AND, low, flat, NULL));

    builder_require(b, r, builder_expr(b, EX_LT, held, mid, NULL), "WHY");
    builder_buy(r, up, builder_expr(b, EX_ADD, held, mid, NULL), NULL);
    r = builder_rule(b, RULE_WHEN, low);
    builder_action(r, ACT_SET)->state = state;
    r->actions[0].value = mid;
    return emit_ir(&b->p, &options, arena);
}

static IrBlock *tick(Ir *ir, Part part)
{
    for (size_t i = 0; i < ir->events.count; i++)
        if (ir->events.items[i].event == EV_TICK) return &ir->events.items[i].part[part];
    return NULL;
}

static IrInst *find(Ir *ir, Part part, uint8_t op)
{
    IrBlock *b = tick(ir, part);

    for (uint32_t i = 0; i < b->count; i++)
        if (b->insts[i].op == op) return &b->insts[i];
    return NULL;
}

static IrValue *value_of(Ir *ir, uint8_t op)
{
    for (uint32_t i = 0; i < ir->values.count; i++)
        if (ir->values.items[i].op == op) return &ir->values.items[i];
    return NULL;
}

static void break_argument(Ir *ir)
{
    value_of(ir, OP_SMA)->args[0] = (uint32_t)ir->values.count;
}

static void break_order(Ir *ir)
{
    value_of(ir, OP_LT)->args[0] = (uint32_t)ir->values.count - 1;
    ir->values.items[ir->values.count - 1].op = OP_LDI;
    ir->values.items[ir->values.count - 1].arg_count = 0;
    ir->values.items[ir->values.count - 1].row = 0;
    ir->values.items[ir->values.count - 1].is_cond = false;
}

static void break_count(Ir *ir)
{
    value_of(ir, OP_SMA)->arg_count = 0;
}

static void break_kind(Ir *ir)
{
    value_of(ir, OP_LDI)->is_cond = true;
}

static void break_sharing(Ir *ir)
{
    value_of(ir, OP_ADD)->is_wallet = false;
}

static void break_row(Ir *ir)
{
    value_of(ir, OP_SMA)->row = 99;
}

static void break_memory_kind(Ir *ir)
{
    ir->states.items[value_of(ir, OP_SMA)->row].kind = SK_EMA;
}

static void break_space(Ir *ir)
{
    ir->states.items[value_of(ir, OP_SMA)->row].is_wallet = true;
}

static void break_window(Ir *ir)
{
    ir->states.items[value_of(ir, OP_SMA)->row].window = IR_NONE;
}

static void break_clock(Ir *ir)
{
    ir->states.items[value_of(ir, OP_SMA)->row].clocks = 0;
}

static void break_input(Ir *ir)
{
    value_of(ir, OP_LDI)->row = 99;
}

static void break_root(Ir *ir)
{
    ir->rules.items[0].gate = (uint32_t)ir->values.count;
}

static void break_set(Ir *ir)
{
    ir->states.items[0].is_wallet = true;
}

static void break_write(Ir *ir)
{
    find(ir, PART_U, OP_LDI)->value = IR_NONE;
}

static void break_part(Ir *ir)
{
    find(ir, PART_U, OP_LDI)->op = OP_LDW;
}

static void break_twice(Ir *ir)
{
    IrInst *sma = find(ir, PART_U, OP_SMA);

    sma[1] = *sma;
}

static void break_jump(Ir *ir)
{
    find(ir, PART_V, OP_GATE)->end = tick(ir, PART_V)->count;
}

static void break_region(Ir *ir)
{
    find(ir, PART_V, OP_MASK)->end--;
}

static void break_end(Ir *ir)
{
    tick(ir, PART_U)->count--;
}

static const struct {
    const char *name;
    void (*harm)(Ir *ir);
} cases[] = {
    {"an argument that does not exist", break_argument},
    {"an argument behind its user", break_order},
    {"too few arguments", break_count},
    {"a condition as a number", break_kind},
    {"a shared value of a wallet's", break_sharing},
    {"a memory that does not exist", break_row},
    {"a memory of another operation", break_memory_kind},
    {"a memory in the other space", break_space},
    {"no window", break_window},
    {"no clock", break_clock},
    {"an input that does not exist", break_input},
    {"a root that does not exist", break_root},
    {"a shared rule sets a wallet's state", break_set},
    {"read but never written", break_write},
    {"an operation in the wrong part", break_part},
    {"advanced twice", break_twice},
    {"a jump out of the block", break_jump},
    {"a jump inside a region to elsewhere", break_region},
    {"no END", break_end},
};

static void test_notices(void)
{
    CHECK(ir_validate(valid(test_arena(1 << 24))) == NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Ir *ir = valid(test_arena(1 << 24));

        test_case(cases[i].name);
        cases[i].harm(ir);
        CHECK(ir_validate(ir) != NULL);
    }
}

/* ---- bounds -------------------------------------------------------------------------------------- */

static EmitResult emit_windows(ExprOp op, uint32_t count, double steps, bool of_wallet)
{
    Arena *arena = test_arena(1 << 26);
    Builder *b = builder_new(arena);
    EmitOptions options = {0};
    uint8_t m = builder_market(b, MARKET_BINARY);
    uint32_t yes = builder_token(b, m, 0);
    Expr *x = builder_input(b, of_wallet ? FIELD_POSITION : FIELD_MID, m, (uint16_t)yes), *sum = x;

    for (uint32_t i = 0; i < count; i++) {
        Expr *mean = builder_expr(b, op, x, builder_num(b, steps + i), NULL);
        mean->clocks = 1;
        sum = builder_expr(b, EX_ADD, sum, mean, NULL);
    }
    builder_show(b, "sum", sum);
    return emit_program(&b->p, &options, arena);
}

static void test_bounds(void)
{
    static const struct {
        const char *name;
        ExprOp op;
        uint32_t count;
        double steps;
        bool of_wallet;
        const char *what; /* NULL: fine */
    } sizes[] = {
        {"the longest window", EX_SMA, 1, 100000, false, NULL},
        {"too many steps", EX_SMA, 1, 100001, false, "steps of one window"},
        {"all of it looked at", EX_STDEV, 1, 100000, false, "words per event"},
        {"state of a wallet", EX_SMA, 1, 500, true, NULL},
        {"too much state of a wallet", EX_SMA, 1, 600, true, "state per wallet"},
        {"too much shared state", EX_SMA, 6, 99990, false, "shared state"},
        {"words of code", EX_SMA, 1000, 2, false, NULL},
        {"cost", EX_STDEV, 200, 300, false, "words per event"},
    };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        EmitResult r =
            emit_windows(sizes[i].op, sizes[i].count, sizes[i].steps, sizes[i].of_wallet);

        test_case(sizes[i].name);
        CHECK_INT(r.status, sizes[i].what ? EMIT_TOO_BIG : EMIT_OK);
        if (sizes[i].what) CHECK_STR(r.what ? r.what : "", sizes[i].what);
    }
}

int main(void)
{
    TEST_RUN(test_notices);
    TEST_RUN(test_bounds);
    return test_end();
}
