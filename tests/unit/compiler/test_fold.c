/* test_fold.c — each rewrite of fold.def on a program of one show: what is left to compute. */
#include <string.h>

#include "compiler/emit/emit.h"
#include "compiler/ir/dump.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/builder.h"

typedef struct Given { /* what cases are made of */
    Builder *b;
    Expr *x, *y, *p; /* a field, another, a param */
    Expr *q, *r;     /* unknown conditions: x < y, y < x */
    Expr *yes, *no;
} Given;

static Expr *num(Given *g, double v)
{
    return builder_num(g->b, v);
}

static Expr *op1(Given *g, ExprOp op, Expr *a)
{
    return builder_expr(g->b, op, a, NULL, NULL);
}

static Expr *op2(Given *g, ExprOp op, Expr *a, Expr *b)
{
    return builder_expr(g->b, op, a, b, NULL);
}

#define CASE(name, expr)               \
    static Expr *case_##name(Given *g) \
    {                                  \
        return expr;                   \
    }
CASE(add_zero, op2(g, EX_ADD, g->x, num(g, 0)))
CASE(zero_add, op2(g, EX_ADD, num(g, 0), g->x))
CASE(sub_zero, op2(g, EX_SUB, g->x, num(g, 0)))
CASE(zero_sub, op2(g, EX_SUB, num(g, 0), g->x))
CASE(mul_one, op2(g, EX_MUL, g->x, num(g, 1)))
CASE(one_mul, op2(g, EX_MUL, num(g, 1), g->x))
CASE(mul_zero, op2(g, EX_MUL, g->x, num(g, 0)))
CASE(div_one, op2(g, EX_DIV, g->x, num(g, 1)))
CASE(div_four, op2(g, EX_DIV, g->x, num(g, 4)))
CASE(div_three, op2(g, EX_DIV, g->x, num(g, 3)))
CASE(neg_neg, op1(g, EX_NEG, op1(g, EX_NEG, g->x)))
CASE(abs_neg, op1(g, EX_ABS, op1(g, EX_NEG, g->x)))
CASE(abs_abs, op1(g, EX_ABS, op1(g, EX_ABS, g->x)))
CASE(min_same, op2(g, EX_MIN, g->x, g->x))
CASE(max_same, op2(g, EX_MAX, g->x, g->x))
CASE(param_otherwise, op2(g, EX_OTHERWISE, g->p, g->x))
CASE(known_param, op1(g, EX_KNOWN, g->p))
CASE(known_field, op1(g, EX_KNOWN, g->x))
CASE(true_and, op2(g, EX_AND, g->yes, g->q))
CASE(and_true, op2(g, EX_AND, g->q, g->yes))
CASE(false_and, op2(g, EX_AND, g->no, g->q))
CASE(and_false, op2(g, EX_AND, g->q, g->no))
CASE(and_same, op2(g, EX_AND, g->q, g->q))
CASE(false_or, op2(g, EX_OR, g->no, g->q))
CASE(or_false, op2(g, EX_OR, g->q, g->no))
CASE(true_or, op2(g, EX_OR, g->yes, g->q))
CASE(or_true, op2(g, EX_OR, g->q, g->yes))
CASE(or_same, op2(g, EX_OR, g->q, g->q))
CASE(not_not, op1(g, EX_NOT, op1(g, EX_NOT, g->q)))
CASE(is_true, op2(g, EX_EQB, g->q, g->yes))
CASE(true_is, op2(g, EX_EQB, g->yes, g->q))
CASE(true_otherwise, op2(g, EX_OTHERWISE, g->yes, g->q))
CASE(false_otherwise, op2(g, EX_OTHERWISE, g->no, g->q))
CASE(known_known, op1(g, EX_KNOWN, op1(g, EX_KNOWN, g->x)))
CASE(if_true, builder_expr(g->b, EX_IF, g->yes, g->x, g->y))
CASE(if_false, builder_expr(g->b, EX_IF, g->no, g->x, g->y))
CASE(if_true_cond, builder_expr(g->b, EX_IF, g->yes, g->q, g->r))
CASE(if_false_cond, builder_expr(g->b, EX_IF, g->no, g->q, g->r))
CASE(constants, op2(g, EX_MUL, op2(g, EX_ADD, num(g, 0.1), num(g, 0.2)), num(g, 10)))
CASE(division_by_zero, op2(g, EX_DIV, num(g, 1), num(g, 0)))
CASE(constant_compare, op2(g, EX_LT, num(g, 1), num(g, 2)))
CASE(grid_compare,
     builder_grid(op2(g, EX_EQ, op2(g, EX_ADD, num(g, 0.1), num(g, 0.2)), num(g, 0.3))))
CASE(float_compare, op2(g, EX_EQ, op2(g, EX_ADD, num(g, 0.1), num(g, 0.2)), num(g, 0.3)))
CASE(twice, op2(g, EX_ADD, op2(g, EX_MUL, g->x, g->y), op2(g, EX_MUL, g->y, g->x)))
CASE(params_only, op2(g, EX_MUL, op2(g, EX_SUB, num(g, 1), g->p), g->x))

static const struct {
    const char *name;
    Expr *(*make)(Given *g);
    const char *want; /* the words before END, inputs left out */
} cases[] = {
    {"x + 0", case_add_zero, "SHOW x"},
    {"0 + x", case_zero_add, "SHOW x"},
    {"x - 0", case_sub_zero, "SHOW x"},
    {"0 - x stays", case_zero_sub, "SUB SHOW"},
    {"x * 1", case_mul_one, "SHOW x"},
    {"1 * x", case_one_mul, "SHOW x"},
    {"x * 0 stays: x may be unknown", case_mul_zero, "MUL SHOW"},
    {"x / 1", case_div_one, "SHOW x"},
    {"x / 4 is x * 0.25", case_div_four, "MUL SHOW"},
    {"x / 3 stays", case_div_three, "DIV SHOW"},
    {"--x", case_neg_neg, "SHOW x"},
    {"abs(-x)", case_abs_neg, "ABS SHOW"},
    {"abs(abs(x))", case_abs_abs, "ABS SHOW"},
    {"min(x, x)", case_min_same, "SHOW x"},
    {"max(x, x)", case_max_same, "SHOW x"},
    {"p otherwise x", case_param_otherwise, "SHOW p"},
    {"known(p)", case_known_param, "LDB SHOWB"},
    {"known(x) stays", case_known_field, "KNOWN SHOWB"},
    {"true and q", case_true_and, "LT SHOWB"},
    {"q and true", case_and_true, "LT SHOWB"},
    {"false and q", case_false_and, "LDB SHOWB"},
    {"q and false", case_and_false, "LDB SHOWB"},
    {"q and q", case_and_same, "LT SHOWB"},
    {"false or q", case_false_or, "LT SHOWB"},
    {"q or false", case_or_false, "LT SHOWB"},
    {"true or q", case_true_or, "LDB SHOWB"},
    {"q or true", case_or_true, "LDB SHOWB"},
    {"q or q", case_or_same, "LT SHOWB"},
    {"not not q", case_not_not, "LT SHOWB"},
    {"q is true", case_is_true, "LT SHOWB"},
    {"true is q", case_true_is, "LT SHOWB"},
    {"true otherwise q", case_true_otherwise, "LDB SHOWB"},
    {"false otherwise q", case_false_otherwise, "LDB SHOWB"},
    {"known(known(x))", case_known_known, "LDB SHOWB"},
    {"if true", case_if_true, "SHOW x"},
    {"if false", case_if_false, "SHOW y"},
    {"if true, conditions", case_if_true_cond, "LT SHOWB"},
    {"if false, conditions", case_if_false_cond, "LT SHOWB"},
    {"constants", case_constants, "SHOW 3.0000000000000004"},
    {"1 / 0 is unknown, which is no constant", case_division_by_zero, "SHOW"},
    {"1 < 2", case_constant_compare, "LDB SHOWB"},
    {"0.1 + 0.2 is 0.3 on the grid", case_grid_compare, "true"},
    {"0.1 + 0.2 is 0.3 as floats", case_float_compare, "false"},
    {"one product for two", case_twice, "MUL ADD SHOW"},
    {"arithmetic on params leaves the block", case_params_only, "MUL SHOW"},
};

static Given given(Arena *arena)
{
    Given g = {.b = builder_new(arena)};
    uint8_t m = builder_market(g.b, MARKET_BINARY);
    uint16_t t = (uint16_t)builder_token(g.b, m, 0);

    g.x = builder_input(g.b, FIELD_BID, m, t);
    g.y = builder_input(g.b, FIELD_ASK, m, t);
    g.p = builder_param(g.b, 3, 1, 5);
    g.q = op2(&g, EX_LT, g.x, g.y);
    g.r = op2(&g, EX_LT, g.y, g.x);
    g.yes = builder_bool(g.b, true);
    g.no = builder_bool(g.b, false);
    return g;
}

static bool is_input(const Ir *ir, uint32_t v, FieldId field)
{
    const IrValue *value = ir_value(ir, v);

    return value->op == OP_LDI && ir->inputs.items[value->row].field == field;
}

/* "MUL ADD SHOW": the operations behind the loads; a bare "SHOW" also says what it shows. */
static void describe(const Ir *ir, const IrBlock *b, Buf *out)
{
    const IrInst *show = NULL;

    for (uint32_t i = 0; i < b->count; i++) {
        if (b->insts[i].op == OP_LDI || b->insts[i].op == OP_END) continue;
        if (out->len) buf_char(out, ' ');
        buf_str(out, op_name(b->insts[i].op));
        show = &b->insts[i];
    }
    if (!show || strcmp(buf_cstr(out), "SHOW") != 0) return;
    if (ir_value(ir, show->args[0])->op == IR_PARAM) buf_str(out, " p");
    if (is_input(ir, show->args[0], FIELD_BID)) buf_str(out, " x");
    if (is_input(ir, show->args[0], FIELD_ASK)) buf_str(out, " y");
    if (ir_value(ir, show->args[0])->op == IR_CONST) {
        buf_char(out, ' ');
        buf_num(out, ir_value(ir, show->args[0])->num);
    }
}

static const IrBlock *shows_block(const Ir *ir)
{
    for (size_t i = 0; i < ir->events.count; i++)
        if (ir->events.items[i].event == EV_TICK) return &ir->events.items[i].part[PART_S];
    return NULL;
}

static void check_case(size_t i)
{
    Arena *arena = test_arena(1 << 24);
    Given g = given(arena);
    EmitOptions options = {0};
    const IrBlock *b;
    Ir *ir;
    Buf out;

    builder_show(g.b, "v", cases[i].make(&g));
    ir = emit_ir(&g.b->p, &options, arena);
    b = ir ? shows_block(ir) : NULL;
    CHECK(b != NULL);
    if (!b) return;
    buf_init(&out, arena, 4096);
    if (strcmp(cases[i].want, "true") == 0 || strcmp(cases[i].want, "false") == 0) {
        CHECK_INT(b->insts[0].op, OP_LDB);
        CHECK_INT(b->insts[0].x, cases[i].want[0] == 't' ? COND_TRUE : COND_FALSE);
        return;
    }
    describe(ir, b, &out);
    CHECK_STR(buf_cstr(&out), cases[i].want);
}

static void test_rewrites(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_case(cases[i].name);
        check_case(i);
    }
}

int main(void)
{
    TEST_RUN(test_rewrites);
    return test_end();
}
