/* tests.c — test blocks as tables: facts, happenings and expectations, row by row.
 *
 * Facts and happenings are numbers known now; expectations are expressions that become probes, in file
 * order.  Promise: a row's time never runs backwards without being reported. */
#include "compiler/sema/checker.h"

#include "vm/base/num.h"

typedef struct Rows {
    VEC(Happening) happenings;
    VEC(Expect) expects;
} Rows;

static const struct {
    const char *name;
    uint32_t id;
} REASONS[] = {
#define REASON(id, name, sentence) {#name, id},
#include "vm/reasons.def"
#undef REASON
};

static bool fixed_value(Checker *c, Expr *e, double *ret)
{
    if (expr_is_bad(e)) return false;
    if (constant(c, e, PARAM_VALUE, ret)) return true;
    diag_add(c->diags, ODX105, e->place, T_FACT_IS_FIXED);
    return false;
}

/* ---- facts ------------------------------------------------------------------------------------ */

static bool fact_target(Checker *c, const Node *path, Fact *f, Expr **ret)
{
    Ref r = resolve_path(c, path);
    const Expr *e;

    if (r.kind == REF_BAD) return false;
    e = r.kind == REF_VALUE ? r.value : NULL;
    if (e && e->op == EX_INPUT)
        f->kind = FACT_INPUT;
    else if (e && e->op == EX_PARAM)
        f->kind = FACT_PARAM;
    else if (e && e->op == EX_STATE)
        f->kind = FACT_STATE;
    else {
        diag_label(diag_add(c->diags, ODX110, path->place, T_NOT_A_FACT, arg_source(path->place)),
                   T_NOT_GIVEN);
        return false;
    }
    f->index = e->index;
    *ret = r.value;
    return true;
}

static bool check_fact(Checker *c, const Node *n, Fact *f)
{
    Expr *target = NULL, *value;
    Type t;

    f->place = n->place;
    f->value = UNKNOWN;
    if (!node_kid(n, KID_FACT_PATH) || !fact_target(c, n->kids[KID_FACT_PATH], f, &target))
        return false;
    f->unknown = (n->flags & NF_UNKNOWN) != 0;
    if (f->unknown) return true;
    value = check_expr(c, node_kid(n, KID_FACT_VALUE));
    if (expr_is_bad(value)) return false;
    return meet(c, target, value, MEET_COMPARE, n->place, &t) && fixed_value(c, value, &f->value);
}

static void check_given(Checker *c, const Node *given, Test *t)
{
    VEC(Fact) facts = {0};

    for (uint32_t i = 0; given && i < given->kid_count; i++) {
        Fact f = {0};

        if (node_is(given->kids[i], NODE_FACT) && check_fact(c, given->kids[i], &f))
            (void)vec_push(c->arena, &facts, f);
    }
    t->given = facts.items;
    t->given_count = (uint32_t)facts.count;
}

/* ---- happenings ------------------------------------------------------------------------------- */

static bool happening_token(Checker *c, const Node *path, int32_t *ret)
{
    Expr *e;

    if (!path || !resolve_traded(c, path, ret, &e)) return false;
    if (*ret >= 0) return true;
    diag_add(c->diags, ODX112, path->place, T_NOT_TRADABLE, arg_source(path->place));
    return false;
}

static bool happening_amount(Checker *c, const Node *size, const Node *price, Happening *h)
{
    Action a = {.token = h->token};
    Expr *e;

    if (!size || !check_size(c, size, h->token, false, &a)) return false;
    h->size_unit = a.size_unit;
    if (!fixed_value(c, a.size, &h->size)) return false;
    h->price = UNKNOWN;
    if (!price) return true;
    e = check_number(c, price);
    return fixed_value(c, e, &h->price);
}

static bool happen_fill(Checker *c, const Node *n, Happening *h)
{
    h->kind = HAP_FILL;
    h->is_sell = n->op == AST_SIDE_SELL;
    return happening_token(c, node_kid(n, KID_FILL_TOKEN), &h->token) &&
           happening_amount(c, node_kid(n, KID_FILL_SIZE), node_kid(n, KID_FILL_PRICE), h);
}

static bool happen_slot(Checker *c, const Node *n, Happening *h)
{
    Expr *e;

    h->kind = n->op == AST_EVENT_SLOT_CLOSE ? HAP_SLOT_CLOSE : HAP_SLOT_OPEN;
    if (node_kid(n, 0)) return resolve_market(c, n->kids[0], &h->market, &e) && h->market >= 0;
    h->market = only_slot_market(c, n->place, T_SAY_THIS);
    return h->market >= 0;
}

static bool happen_resolve(Checker *c, const Node *n, Happening *h)
{
    h->kind = HAP_RESOLVE;
    if (!happening_token(c, node_kid(n, 0), &h->token)) return false;
    h->market = c->tokens.items[h->token].market;
    return true;
}

static bool happen_leader(Checker *c, const Node *n, Happening *h)
{
    const Node *path = node_kid(n, KID_TRADE_LEADER);
    Name *name = node_is(path, NODE_PATH) && path->kid_count
                     ? scope_find(c->globals, path->kids[0]->name)
                     : NULL;

    if (!name || name->kind != NAME_LEADER) {
        if (path) diag_add(c->diags, ODX110, path->place, T_NOT_A_LEADER, arg_source(path->place));
        return false;
    }
    name->is_used = true;
    h->kind = HAP_LEADER;
    h->leader = (int32_t)name->index;
    h->is_sell = n->op == AST_LEADER_SELL;
    h->verb = n->op == AST_LEADER_SPLIT   ? LEADER_SPLIT
              : n->op == AST_LEADER_MERGE ? LEADER_MERGE
                                          : LEADER_TRADE;
    if (node_kid(n, KID_TRADE_TOKEN) && !happening_token(c, n->kids[KID_TRADE_TOKEN], &h->token))
        return false;
    return happening_amount(c, node_kid(n, KID_TRADE_SIZE), node_kid(n, KID_TRADE_PRICE), h);
}

static bool check_happening(Checker *c, const Node *n, Happening *h)
{
    *h = (Happening){.token = -1, .leader = -1, .market = -1, .place = n->place};
    switch ((NodeKind)n->kind) {
    case NODE_FACT:
        h->kind = HAP_FACT;
        return check_fact(c, n, &h->fact);
    case NODE_HAPPEN_FILL:
        return happen_fill(c, n, h);
    case NODE_HAPPEN_SLOT:
        return happen_slot(c, n, h);
    case NODE_HAPPEN_RESOLVE:
        return happen_resolve(c, n, h);
    case NODE_HAPPEN_LEADER:
        return happen_leader(c, n, h);
    case NODE_HAPPEN_REJECT:
        h->kind = HAP_REJECT;
        return happening_token(c, node_kid(n, 0), &h->token);
    default:
        return false;
    }
}

/* ---- expectations ----------------------------------------------------------------------------- */

static bool expect_skip(Checker *c, const Node *n, Expect *e)
{
    Near near = near_start(n->name);
    Diag *d;

    e->kind = EXPECT_SKIP;
    for (size_t i = 0; i < c->reasons.count; i++) {
        e->reason = REASON_OWN + (uint32_t)i;
        if (span_is(c->reasons.items[i], n->name)) return true;
        near_try(&near, c->reasons.items[i]);
    }
    for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++) {
        e->reason = REASONS[i].id;
        if (span_eq_str(n->name, REASONS[i].name)) return true;
        near_try(&near, span_str(REASONS[i].name));
    }
    d = diag_add(c->diags, ODX110, n->name_at, T_NO_SUCH_REASON, arg_text(n->name));
    near_help(c, d, &near, n->name_at);
    return false;
}

static Span because_text(Checker *c, const Node *because)
{
    if (!node_is(because, NODE_BECAUSE)) return (Span){NULL, 0};
    return source_text(diags_sources(c->diags), place_join(because->name_at, because->name2_at));
}

static bool check_expect(Checker *c, const Node *n, Expect *e)
{
    const Node *what = node_kid(n, KID_EXPECT_WHAT);

    *e = (Expect){.place = n->place, .because = because_text(c, node_kid(n, KID_EXPECT_BECAUSE))};
    e->order = (Action){.place = n->place, .token = -1, .market = -1, .group = -1};
    switch ((ExpectOp)n->op) {
    case AST_EXPECT_NOTHING:
        e->kind = EXPECT_NOTHING;
        return true;
    case AST_EXPECT_SKIP:
        return expect_skip(c, n, e);
    case AST_EXPECT_CLOSE:
        e->kind = EXPECT_CLOSE;
        e->order.kind = ACT_CLOSE;
        return what && resolve_traded(c, what, &e->order.token, &e->order.token_expr);
    case AST_EXPECT_ORDER:
        e->kind = EXPECT_ORDER;
        e->has_price = node_is(what, NODE_ORDER) && node_kid(what, KID_ORDER_PRICE) != NULL;
        return node_is(what, NODE_ORDER) && check_order(c, what, true, &e->order);
    case AST_EXPECT_COND:
        e->kind = EXPECT_TRUE;
        e->cond = check_yes_no(c, what);
        return !expr_is_bad(e->cond);
    }
    return false;
}

static void add_probe(Checker *c, Expr *e)
{
    if (e) (void)vec_push(c->arena, &c->probes, e);
}

static void add_probes(Checker *c, const Expect *e)
{
    add_probe(c, e->order.size);
    add_probe(c, e->order.price);
    add_probe(c, e->order.within);
    add_probe(c, e->order.good_for);
    add_probe(c, e->cond);
}

/* ---- rows ------------------------------------------------------------------------------------- */

static void check_steps(Checker *c, const Node *row, Rows *rows)
{
    for (uint32_t i = KID_ROW_STEPS; i < row->kid_count; i++) {
        const Node *step = row->kids[i];
        Happening h;
        Expect e;

        if (step->kind == NODE_EXPECT) {
            if (!check_expect(c, step, &e)) continue;
            add_probes(c, &e);
            (void)vec_push(c->arena, &rows->expects, e);
        } else if (check_happening(c, step, &h)) {
            (void)vec_push(c->arena, &rows->happenings, h);
        }
    }
}

static TestRow check_row(Checker *c, const Node *row, int64_t before_us, Place before)
{
    const Node *time = node_kid(row, KID_ROW_TIME);
    Rows rows = {0};
    TestRow r = {.place = row->place, .at_us = before_us};

    if (node_is(time, NODE_NUMBER) && time->num >= 0 && time->num < 1e12)
        r.at_us = (int64_t)num_rint(time->num * 1e6);
    if (r.at_us < before_us) {
        Diag *d = diag_add(c->diags, ODX803, time->place, T_TIME_BACKWARDS);

        diag_label(d, T_EARLIER);
        diag_mark(d, before, T_ROW_BEFORE);
    }
    check_steps(c, row, &rows);
    r.happenings = rows.happenings.items;
    r.happening_count = (uint32_t)rows.happenings.count;
    r.expects = rows.expects.items;
    r.expect_count = (uint32_t)rows.expects.count;
    return r;
}

static bool has_fill(const TestRow *r)
{
    for (uint32_t i = 0; i < r->happening_count; i++)
        if (r->happenings[i].kind == HAP_FILL) return true;
    return false;
}

void check_test(Checker *c, const Node *test)
{
    const Node *title = node_kid(test, KID_TEST_TITLE);
    Test t = {.place = test->place};
    VEC(TestRow) rows = {0};
    Place before = test->place;
    int64_t at_us = 0;

    if (title) t.name = title->text;
    c->where = (Where){.event = -1, .index = -1, .in_test = true};
    check_given(c, node_kid(test, KID_TEST_GIVEN), &t);
    for (uint32_t i = KID_TEST_ROWS; i < test->kid_count; i++) {
        const Node *n = test->kids[i];
        TestRow r;

        if (n->kind != NODE_ROW) continue;
        r = check_row(c, n, at_us, before);
        at_us = r.at_us;
        if (node_kid(n, KID_ROW_TIME)) before = n->kids[KID_ROW_TIME]->place;
        t.has_fills |= has_fill(&r);
        (void)vec_push(c->arena, &rows, r);
    }
    c->where = (Where){.event = -1, .index = -1};
    t.rows = rows.items;
    t.row_count = (uint32_t)rows.count;
    (void)vec_push(c->arena, &c->tests, t);
}
