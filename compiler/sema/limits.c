/* limits.c — the `risk` blocks, the promises and the shows, as rows.
 *
 * What each limit measures stands in one table; rates that trigger exits must be fixed before the run
 * (2.4.2).  Promise: a limit that could not be read is reported and left out. */
#include "compiler/sema/checker.h"

typedef enum Amount {
    AMOUNT_NONE,
    AMOUNT_RATE,
    AMOUNT_TIME,
    AMOUNT_USD,
    AMOUNT_COUNT,
    AMOUNT_YES_NO
} Amount;

typedef struct LimitRow {
    uint8_t kind, amount;
    bool is_fixed;
    TextId what;
    uint32_t pers; /* bit set of AST_PER_* that may follow */
} LimitRow;

enum {
    PER_PERIODS = 1 << AST_PER_NONE | 1 << AST_PER_SLOT | 1 << AST_PER_HOUR | 1 << AST_PER_DAY |
                  1 << AST_PER_WEEK,
    PER_PLACES = 1 << AST_PER_NONE | 1 << AST_PER_MARKET | 1 << AST_PER_LEADER,
    PER_ANY = PER_PERIODS | PER_PLACES,
    PER_NOTHING = 1 << AST_PER_NONE,
    PER_AFTERS = 1 << AST_PER_NONE | 1 << AST_AFTER_LOSS | 1 << AST_AFTER_EXIT,
};

static const LimitRow ROWS[AST_LIMIT_OP_COUNT] = {
    [AST_LIMIT_STOP_LOSS] = {LIM_STOP_LOSS, AMOUNT_RATE, true, T_SAY_A_STOP_LOSS, PER_NOTHING},
    [AST_LIMIT_TAKE_PROFIT] = {LIM_TAKE_PROFIT, AMOUNT_RATE, true, T_SAY_A_TAKE_PROFIT,
                               PER_NOTHING},
    [AST_LIMIT_TRAILING_STOP] = {LIM_TRAILING_STOP, AMOUNT_RATE, true, T_SAY_A_TRAILING_STOP,
                                 PER_NOTHING},
    [AST_LIMIT_TIME_STOP] = {LIM_TIME_STOP, AMOUNT_TIME, false, T_SAY_A_TIME_STOP, PER_NOTHING},
    [AST_LIMIT_MAX_POSITION] = {LIM_MAX_POSITION, AMOUNT_USD, false, T_SAY_MAX_POSITION,
                                PER_PLACES},
    [AST_LIMIT_MAX_EXPOSURE] = {LIM_MAX_EXPOSURE, AMOUNT_USD, false, T_SAY_MAX_EXPOSURE,
                                PER_PLACES},
    [AST_LIMIT_MAX_TRADES] = {LIM_MAX_TRADES, AMOUNT_COUNT, false, T_SAY_MAX_TRADES, PER_ANY},
    [AST_LIMIT_MAX_LOSS] = {LIM_MAX_LOSS, AMOUNT_USD, false, T_SAY_MAX_LOSS, PER_ANY},
    [AST_LIMIT_MAX_DRAWDOWN] = {LIM_MAX_DRAWDOWN, AMOUNT_RATE, false, T_SAY_MAX_DRAWDOWN,
                                PER_NOTHING},
    [AST_LIMIT_MAX_OPEN] = {LIM_MAX_OPEN, AMOUNT_COUNT, false, T_SAY_MAX_OPEN, PER_PLACES},
    [AST_LIMIT_MAX_LEVERAGE] = {LIM_MAX_LEVERAGE, AMOUNT_COUNT, false, T_SAY_MAX_LEVERAGE,
                                PER_NOTHING},
    [AST_LIMIT_NO_ENTRY_WHEN] = {LIM_NO_ENTRY, AMOUNT_YES_NO, false, T_NONE, PER_NOTHING},
    [AST_LIMIT_EXIT_WHEN] = {LIM_EXIT_WHEN, AMOUNT_YES_NO, false, T_NONE, PER_NOTHING},
    [AST_LIMIT_COOLDOWN] = {LIM_COOLDOWN, AMOUNT_TIME, false, T_SAY_A_COOLDOWN, PER_AFTERS},
    [AST_LIMIT_HOLD_TO_RESOLUTION] = {LIM_HOLD_RESOLUTION, AMOUNT_NONE, false, T_NONE, PER_NOTHING},
    [AST_LIMIT_HOLD_FOREVER] = {LIM_HOLD_FOREVER, AMOUNT_NONE, false, T_NONE, PER_NOTHING},
};

static bool amount_fits(Checker *c, const LimitRow *row, Expr *e)
{
    switch ((Amount)row->amount) {
    case AMOUNT_NONE:
        return true;
    case AMOUNT_RATE:
        return want_percent(c, e, row->what);
    case AMOUNT_TIME:
        return want_duration(c, e, row->what);
    case AMOUNT_USD:
        return want_unit(c, e, UNIT_USD, row->what);
    case AMOUNT_COUNT:
        return want_plain(c, e, row->what);
    case AMOUNT_YES_NO:
        return want_yes_no(c, e);
    }
    return false;
}

static bool check_per(Checker *c, const Node *n, const LimitRow *row, Limit *l)
{
    static const uint8_t pers[AST_PER_OP_COUNT] = {
        [AST_PER_SLOT] = PER_SLOT, [AST_PER_HOUR] = PER_HOUR,     [AST_PER_DAY] = PER_DAY,
        [AST_PER_WEEK] = PER_WEEK, [AST_PER_MARKET] = PER_MARKET, [AST_PER_LEADER] = PER_LEADER};

    if (n->op2 >= AST_PER_OP_COUNT) return false;
    if (!(row->pers >> n->op2 & 1)) {
        diag_add(c->diags, ODX001, n->place, T_NO_SUCH_PER, arg_str(per_op_words((PerOp)n->op2)),
                 arg_str(limit_op_words((LimitOp)n->op)));
        return false;
    }
    l->per = pers[n->op2];
    l->after = n->op2 == AST_AFTER_LOSS ? AFTER_LOSS : AFTER_EXIT;
    return n->op2 != AST_PER_SLOT || only_slot_market(c, n->place, T_SAY_PER_SLOT) >= 0;
}

static void check_limit(Checker *c, const Node *n)
{
    const LimitRow *row = n->op < AST_LIMIT_OP_COUNT ? &ROWS[n->op] : NULL;
    Limit l = {.place = n->place};
    Expr *e = NULL;

    if (!row || n->kind != NODE_LIMIT) return;
    l.kind = row->kind;
    if (row->amount != AMOUNT_NONE) {
        e = check_expr(c, node_kid(n, 0));
        if (!amount_fits(c, row, e)) return;
        if (row->is_fixed && !want_fixed(c, e, row->what)) return;
    }
    if (!check_per(c, n, row, &l)) return;
    l.value = e;
    (void)vec_push(c->arena, &c->limits, l);
}

void check_risk(Checker *c, const Node *risk)
{
    for (uint32_t i = 0; i < risk->kid_count; i++)
        check_limit(c, risk->kids[i]);
}

void check_show(Checker *c, const Node *show)
{
    Expr *e = check_expr(c, node_kid(show, 0));

    if (expr_is_bad(e)) return;
    (void)vec_push(c->arena, &c->shows, (Show){show->name, e, show->place});
}

void check_promise(Checker *c, const Node *always)
{
    Expr *e = check_yes_no(c, node_kid(always, 0));

    if (expr_is_bad(e)) return;
    (void)vec_push(c->arena, &c->promises, (Promise){e, always->place});
}
