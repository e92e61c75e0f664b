/* actions.c — what a rule does: orders, closes, quotes, sets, requires, groups.
 *
 * `repeat` is written out here, each round with its own counter.  Promise: only complete actions reach
 * the Program; a size says its unit or is asked for it. */
#include "compiler/sema/checker.h"

#include "vm/base/buf.h"
#include "vm/base/num.h"

typedef struct Body {
    Rule *rule;
    int32_t group;
    Expr *guard; /* the present round is there; NULL: always */
    VEC(Action) actions;
    VEC(Require) requires;
    VEC(Group) groups;
} Body;

/* ---- numbers in words ------------------------------------------------------------------------- */

static void put_below_hundred(Buf *b, int n)
{
    static const char *const small[] = {"zero",    "one",     "two",       "three",    "four",
                                        "five",    "six",     "seven",     "eight",    "nine",
                                        "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
    static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                       "fifty", "sixty", "seventy", "eighty", "ninety"};

    if (n < 20) {
        buf_str(b, small[n]);
        return;
    }
    buf_str(b, tens[n / 10]);
    if (n % 10) buf_fmt(b, "-%s", small[n % 10]);
}

Span number_words(Arena *arena, double v)
{
    Buf b;

    buf_init(&b, arena, 64);
    if (v != num_rint(v) || v < 0 || v >= 1000 || (v > 100 && (int)v % 100 != 0))
        buf_num(&b, v);
    else if (v < 100)
        put_below_hundred(&b, (int)v);
    else {
        put_below_hundred(&b, (int)v / 100);
        buf_str(&b, " hundred");
    }
    return buf_span(&b);
}

/* ---- sizes ------------------------------------------------------------------------------------ */

static bool is_instrument(const Checker *c, int32_t token)
{
    uint8_t m = token >= 0 ? c->tokens.items[token].market : MARKET_NONE;

    return m < c->markets.count && c->markets.items[m].kind >= MARKET_SPOT;
}

/* "buy 50 of up": dollars or shares are different trades, so nobody decides for the trader. */
static bool ask_for_unit(Checker *c, const Expr *e, bool is_coins)
{
    Diag *d = diag_add(c->diags, ODX103, e->place, T_SIZE_NO_UNIT);
    Span words;
    double v;

    diag_label(d, T_WHAT_OF, arg_source(e->place));
    if (!literal_value(e, &v) || v <= 0 || v > 1e9) return false;
    words = number_words(c->arena, v);
    if (is_coins) {
        diag_fix(d, FIX_CHOICE, T_DOLLARS_OR_COINS, arg_source(e->place), arg_text(words));
    } else {
        diag_fact(d, T_SIZE_EXAMPLE, arg_source(e->place), arg_usd(num_rint(v * 52) / 100),
                  arg_shares(num_floor(v / 0.52)));
        diag_fix(d, FIX_CHOICE, T_DOLLARS_OR_SHARES, arg_source(e->place), arg_text(words));
    }
    diag_fix_note(d, T_DIFFERENT_TRADES);
    return false;
}

static bool wrong_size(Checker *c, const Expr *e, TextId title)
{
    diag_add(c->diags, ODX103, e->place, title, arg_source(e->place));
    return false;
}

static bool plain_size(Checker *c, const Expr *e, bool is_sell, bool is_coins, Action *a)
{
    double v;

    if (e->type.percent && is_sell) {
        a->size_unit = SIZE_PART;
        return true;
    }
    if (e->type.percent) return wrong_size(c, e, T_PERCENT_OF_WHAT);
    if (e->type.bare && literal_value(e, &v)) return ask_for_unit(c, e, is_coins);
    return wrong_size(c, e, is_coins ? T_SIZE_IS_NUMBER_COINS : T_SIZE_IS_NUMBER);
}

static bool size_unit(Checker *c, Expr *e, int32_t token, bool is_sell, Action *a)
{
    bool is_coins = is_instrument(c, token);

    if (!want_number(c, e)) return false;
    if (type_is_unit(e->type, UNIT_USD))
        a->size_unit = SIZE_USD;
    else if (type_is_unit(e->type, UNIT_SHARES) && !is_coins)
        a->size_unit = SIZE_SHARES;
    else if (type_is_unit(e->type, UNIT_COINS) && is_coins)
        a->size_unit = SIZE_COINS;
    else if (type_is_plain(e->type))
        return plain_size(c, e, is_sell, is_coins, a);
    else
        return wrong_size(c, e, is_coins ? T_NOT_A_SIZE_COINS : T_NOT_A_SIZE);
    return true;
}

/* The coin of a size is the coin of what is traded. */
static bool coin_fits(Checker *c, const Expr *e, int32_t token)
{
    uint8_t m = token >= 0 ? c->tokens.items[token].market : MARKET_NONE;
    uint8_t coin = m < c->markets.count ? c->markets.items[m].coin : 0;

    if (!is_instrument(c, token) || !e->type.coin || !coin || coin == e->type.coin) return true;
    diag_add(c->diags, ODX107, e->place, T_TWO_COINS, arg_text(venue_coin_name(c, coin)),
             arg_text(venue_coin_name(c, e->type.coin)));
    return false;
}

bool check_size(Checker *c, const Node *size, int32_t token, bool is_sell, Action *a)
{
    Expr *e = check_expr(c, size);

    a->size = e;
    return size_unit(c, e, token, is_sell, a) && coin_fits(c, e, token);
}

/* ---- prices ----------------------------------------------------------------------------------- */

static bool want_price(Checker *c, Expr *e, int32_t token)
{
    double v;

    if (is_instrument(c, token))
        return want_unit(c, e, UNIT_PERCOIN, T_SAY_A_PRICE_HERE) && coin_fits(c, e, token);
    if (e->type.bare && type_is_plain(e->type)) adopt(e, type_unit(UNIT_PRICE));
    if (!want_unit(c, e, UNIT_PRICE, T_SAY_A_PRICE_HERE)) return false;
    if (!literal_value(e, &v) || (v >= 0 && v <= 1)) return true;
    diag_label(diag_add(c->diags, ODX109, e->place, T_PRICE_IMPOSSIBLE, arg_source(e->place)),
               T_WOULD_BE, arg_usd(v));
    return false;
}

static bool check_within(Checker *c, const Node *n, int32_t token, Action *a)
{
    Expr *e;

    if (!n) return true;
    e = check_number(c, n);
    a->within = e;
    if (expr_is_bad(e)) return false;
    a->within_ratio = e->type.percent || (type_is_plain(e->type) && !e->type.bare);
    return a->within_ratio || want_price(c, e, token);
}

static void no_bound(Checker *c, const Node *n, int32_t token)
{
    bool is_coins = is_instrument(c, token);
    Diag *d;

    if (c->where.in_test) return;
    d = diag_add(c->diags, ODX403, n->place, T_NO_BOUND);
    diag_label(d, T_DEFAULT_BOUND);
    diag_fix(d, FIX_SUGGESTED, T_BOUND_IT);
    diag_edit(d, place_at(n->place.file, n->place.end, n->place.end),
              is_coins ? SPAN(" within 0.1%") : SPAN(" within 2c"));
}

static bool check_price(Checker *c, const Node *n, Action *a)
{
    if (node_is(n, NODE_PRICE_MARKET)) {
        a->at_market = true;
        if (!node_kid(n, 0)) no_bound(c, n, a->token);
        return check_within(c, node_kid(n, 0), a->token, a);
    }
    a->price = check_number(c, n);
    return !expr_is_bad(a->price) && want_price(c, a->price, a->token);
}

static bool check_modifier(Checker *c, const Node *n, Action *a)
{
    switch ((ModifierOp)n->op) {
    case AST_MODIFIER_POST_ONLY:
        a->modifiers |= MOD_POST_ONLY;
        return true;
    case AST_MODIFIER_ALL_OR_NOTHING:
        a->modifiers |= MOD_ALL_OR_NOTHING;
        return true;
    case AST_MODIFIER_NOW_OR_NEVER:
        a->modifiers |= MOD_NOW_OR_NEVER;
        return true;
    case AST_MODIFIER_GOOD_FOR:
        a->modifiers |= MOD_GOOD_FOR;
        a->good_for = check_expr(c, node_kid(n, 0));
        return want_duration(c, a->good_for, T_SAY_GOOD_FOR);
    }
    return false;
}

/* ---- orders ----------------------------------------------------------------------------------- */

static bool check_amount(Checker *c, const Node *n, Action *a)
{
    bool is_sell = n->op == AST_SIDE_SELL;

    if (!(n->flags & NF_ALL)) return check_size(c, n->kids[KID_ORDER_SIZE], a->token, is_sell, a);
    a->size_unit = SIZE_ALL;
    if (is_sell) return true;
    diag_add(c->diags, ODX103, n->place, T_BUY_ALL);
    return false;
}

bool check_order(Checker *c, const Node *n, bool is_expected, Action *a)
{
    const Node *price = node_kid(n, KID_ORDER_PRICE);
    bool is_fine;

    if (!node_kid(n, KID_ORDER_TOKEN)) return false;
    a->kind = n->op == AST_SIDE_SELL ? ACT_SELL : ACT_BUY;
    is_fine = resolve_traded(c, n->kids[KID_ORDER_TOKEN], &a->token, &a->token_expr);
    if (!(n->flags & NF_ALL) && !node_kid(n, KID_ORDER_SIZE)) return false;
    is_fine &= check_amount(c, n, a);
    if (price)
        is_fine &= check_price(c, price, a);
    else if (!is_expected)
        return false;
    for (uint32_t i = KID_ORDER_MODIFIERS; i < n->kid_count; i++)
        is_fine &= check_modifier(c, n->kids[i], a);
    return is_fine;
}

bool check_close(Checker *c, const Node *n, Action *a)
{
    a->kind = ACT_CLOSE;
    a->at_market = true;
    if (!node_kid(n, KID_CLOSE_TOKEN)) return false;
    return resolve_traded(c, n->kids[KID_CLOSE_TOKEN], &a->token, &a->token_expr) &&
           check_within(c, node_kid(n, KID_CLOSE_WITHIN), a->token, a);
}

static bool check_cancel(Checker *c, const Node *n, Action *a)
{
    a->kind = ACT_CANCEL;
    a->cancel_all = (n->flags & NF_ALL) != 0;
    if (a->cancel_all) return true;
    return node_kid(n, 0) && resolve_traded(c, n->kids[0], &a->token, &a->token_expr);
}

static bool check_sets(Checker *c, const Node *n, Action *a)
{
    bool is_fine;

    a->kind = n->op == AST_SETS_SPLIT ? ACT_SPLIT : ACT_MERGE;
    if (!node_kid(n, KID_SETS_MARKET)) return false;
    is_fine = resolve_market(c, n->kids[KID_SETS_MARKET], &a->market, &a->token_expr);
    if (is_fine && a->market >= 0 && c->markets.items[a->market].kind >= MARKET_SPOT) {
        diag_add(c->diags, ODX112, n->kids[KID_SETS_MARKET]->place, T_NO_PAIRS,
                 arg_source(n->kids[KID_SETS_MARKET]->place));
        is_fine = false;
    }
    if (is_fine && a->market >= 0) c->markets.items[a->market].read = true;
    return check_size(c, n->kids[KID_SETS_SIZE], -1, false, a) && is_fine;
}

static bool check_set(Checker *c, const Node *n, Action *a)
{
    Name *name = scope_find(c->scope, n->name);
    Expr was = {.op = EX_STATE};
    Near near = near_start(n->name);
    Diag *d;
    Type t;

    a->kind = ACT_SET;
    a->value = check_expr(c, node_kid(n, 0));
    if (name && name->kind == NAME_STATE) {
        (void)let_value(c, name);
        name->is_used |= false;
        a->state = name->index;
        c->states.items[name->index].is_set = true;
        was.type = c->states.items[name->index].type;
        was.place = name->place;
        return meet(c, &was, a->value, MEET_CHOICE, n->place, &t);
    }
    d = diag_add(c->diags, ODX110, n->name_at, T_NOT_A_STATE, arg_text(n->name));
    for (const Name *s = c->globals->first; s; s = s->next)
        if (s->kind == NAME_STATE) near_try(&near, s->name);
    near_help(c, d, &near, n->name_at);
    return false;
}

static bool check_alert(Checker *c, const Node *n, Action *a)
{
    (void)c;
    a->kind = ACT_ALERT;
    if (node_kid(n, 0)) a->text = n->kids[0]->text;
    return true;
}

/* ---- quotes ----------------------------------------------------------------------------------- */

static bool quote_size(Checker *c, Expr *e, int32_t token)
{
    bool is_coins = is_instrument(c, token);

    if (!want_number(c, e)) return false;
    if (type_is_unit(e->type, is_coins ? UNIT_COINS : UNIT_SHARES)) return coin_fits(c, e, token);
    if (e->type.bare && type_is_plain(e->type)) return ask_for_unit(c, e, is_coins);
    return wrong_size(c, e, is_coins ? T_NOT_A_QUOTE_SIZE_COINS : T_NOT_A_QUOTE_SIZE);
}

static bool quote_side(Checker *c, const Node *n, Action *a)
{
    Expr *price = check_number(c, node_kid(n, KID_QUOTE_SIDE_PRICE));
    Expr *size = check_number(c, node_kid(n, KID_QUOTE_SIDE_SIZE));
    bool is_fine = !expr_is_bad(price) && want_price(c, price, a->token);

    is_fine &= quote_size(c, size, a->token);
    if (n->op == AST_QUOTE_BID) {
        a->bid = price;
        a->bid_size = size;
    } else {
        a->ask = price;
        a->ask_size = size;
    }
    return is_fine;
}

static bool check_quote(Checker *c, const Node *n, Action *a)
{
    bool is_fine = node_kid(n, KID_QUOTE_TOKEN) &&
                   resolve_traded(c, n->kids[KID_QUOTE_TOKEN], &a->token, &a->token_expr);

    a->kind = ACT_QUOTE;
    a->quote = c->program->quote_count++;
    for (uint32_t i = KID_QUOTE_SIDES; i < n->kid_count; i++) {
        const Node *side = n->kids[i];

        if (side->kind == NODE_QUOTE_SIDE) {
            is_fine &= quote_side(c, side, a);
        } else if (side->kind == NODE_REFRESH) {
            a->refresh = check_number(c, node_kid(side, 0));
            is_fine &= !expr_is_bad(a->refresh) && want_price(c, a->refresh, a->token);
        }
    }
    return is_fine;
}

/* ---- placement -------------------------------------------------------------------------------- */

static bool is_order(const Node *n)
{
    return n->kind == NODE_ORDER || n->kind == NODE_CLOSE || n->kind == NODE_CANCEL ||
           n->kind == NODE_SETS || n->kind == NODE_TOGETHER;
}

static bool placement_is_fine(Checker *c, const Node *n, const Body *b)
{
    bool is_while = b->rule->kind == RULE_WHILE;

    if (b->group >= 0 && n->kind != NODE_ORDER && n->kind != NODE_CLOSE) {
        diag_add(c->diags, ODX001, n->place, T_ONLY_LEGS,
                 arg_str(node_kind_says((NodeKind)n->kind)));
        return false;
    }
    if (n->kind == NODE_QUOTE && !is_while) {
        diag_label(diag_add(c->diags, ODX210, n->place, T_QUOTE_IN_WHILE), T_STANDS_WHILE);
        return false;
    }
    if (is_while && (is_order(n) || n->kind == NODE_SET || n->kind == NODE_ALERT)) {
        diag_help(diag_add(c->diags, ODX210, n->place, T_ORDER_IN_WHILE,
                           arg_str(node_kind_says((NodeKind)n->kind))),
                  T_USE_WHEN);
        return false;
    }
    return true;
}

/* ---- blocks ----------------------------------------------------------------------------------- */

static void check_actions(Checker *c, const Node *block, Body *b);

static void check_together(Checker *c, const Node *n, Body *b)
{
    Group g = {.unwind = n->op == AST_TOGETHER_UNWIND, .place = n->place};

    g.within = check_expr(c, node_kid(n, KID_TOGETHER_WITHIN));
    (void)want_duration(c, g.within, T_SAY_TOGETHER_WITHIN);
    b->group = (int32_t)b->groups.count;
    (void)vec_push(c->arena, &b->groups, g);
    if (node_kid(n, KID_TOGETHER_BLOCK)) check_actions(c, n->kids[KID_TOGETHER_BLOCK], b);
    b->group = -1;
}

static Expr *both(Checker *c, Expr *a, Expr *b)
{
    if (!a || !b) return a ? a : b;
    return MAKE(c, EX_AND, type_of(SHAPE_BOOL), b->place, a, b);
}

static void check_repeat(Checker *c, const Node *n, Body *b)
{
    Type bare = {.shape = SHAPE_NUM, .bare = true};
    Scope *outer = c->scope;
    Expr *guard = b->guard;
    Rounds r;

    if (!check_rounds(c, node_kid(n, KID_REPEAT_RANGE), &r)) return;
    for (int64_t i = r.low; i <= r.high && !c->is_over; i++) {
        c->scope = scope_new(c, outer);
        (void)bind_value(c, c->scope, n->name, n->name_at,
                         make_num(c, (double)i, bare, n->name_at));
        b->guard = both(c, guard, round_guard(c, &r, i, n->place));
        if (node_kid(n, KID_REPEAT_BLOCK)) check_actions(c, n->kids[KID_REPEAT_BLOCK], b);
    }
    b->guard = guard;
    c->scope = outer;
}

/* ---- rounds that a param can switch off ------------------------------------------------------- */

static Expr *size_if(Checker *c, Expr *guard, Expr *size)
{
    if (!size || expr_is_bad(size)) return size;
    return MAKE(c, EX_IF, size->type, size->place, guard, size,
                make_num(c, 0, size->type, size->place));
}

static Expr *value_if(Checker *c, Expr *guard, const Action *a)
{
    Expr *was = make_expr(c, EX_STATE, a->value->type, a->place, NULL, 0);

    was->index = a->state;
    return MAKE(c, EX_IF, a->value->type, a->place, guard, a->value, was);
}

/* A size of zero is no order, a quote of zero is not quoted. */
static bool guard_action(Checker *c, Expr *guard, Action *a)
{
    if (!guard) return true;
    if (a->kind == ACT_SET) a->value = value_if(c, guard, a);
    a->size = size_if(c, guard, a->size);
    a->bid_size = size_if(c, guard, a->bid_size);
    a->ask_size = size_if(c, guard, a->ask_size);
    if (a->size || a->bid_size || a->ask_size || a->kind == ACT_SET) return true;
    diag_add(c->diags, ODX105, a->place, T_ROUNDS_BY_PARAM);
    return false;
}

uint32_t reason_index(Checker *c, Span reason, Place place)
{
    for (size_t i = 0; i < c->reasons.count; i++)
        if (span_is(c->reasons.items[i], reason)) return (uint32_t)i;
    if (c->reasons.count >= MAX_REASONS) {
        over_budget(c, place, T_SAY_REASONS, MAX_REASONS);
        return 0;
    }
    (void)vec_push(c->arena, &c->reasons, reason);
    return (uint32_t)c->reasons.count - 1;
}

static void check_require(Checker *c, const Node *n, Body *b)
{
    Require r = {.cond = check_yes_no(c, node_kid(n, 0)), .place = n->place};

    if (expr_is_bad(r.cond)) return;
    if (b->guard) {
        Expr *off = MAKE(c, EX_NOT, type_of(SHAPE_BOOL), n->place, b->guard);

        r.cond = MAKE(c, EX_OR, type_of(SHAPE_BOOL), n->place, off, r.cond);
    }
    r.reason = reason_index(c, n->name, n->place);
    (void)vec_push(c->arena, &b->requires, r);
}

static bool check_simple(Checker *c, const Node *n, Action *a)
{
    switch ((NodeKind)n->kind) {
    case NODE_ORDER:
        return check_order(c, n, false, a);
    case NODE_CLOSE:
        return check_close(c, n, a);
    case NODE_CANCEL:
        return check_cancel(c, n, a);
    case NODE_SETS:
        return check_sets(c, n, a);
    case NODE_SET:
        return check_set(c, n, a);
    case NODE_ALERT:
        return check_alert(c, n, a);
    case NODE_QUOTE:
        return check_quote(c, n, a);
    default:
        return false;
    }
}

static void check_action(Checker *c, const Node *n, Body *b)
{
    Action a = {.place = n->place, .token = -1, .market = -1, .group = b->group};

    if (n->kind == NODE_BAD || !placement_is_fine(c, n, b)) return;
    if (n->kind == NODE_LET) {
        (void)check_let(c, n, true);
    } else if (n->kind == NODE_REQUIRE) {
        check_require(c, n, b);
    } else if (n->kind == NODE_TOGETHER) {
        check_together(c, n, b);
    } else if (n->kind == NODE_REPEAT) {
        check_repeat(c, n, b);
    } else if (check_simple(c, n, &a) && guard_action(c, b->guard, &a)) {
        if (c->action_count++ < MAX_ACTIONS)
            (void)vec_push(c->arena, &b->actions, a);
        else
            over_budget(c, n->place, T_SAY_ACTIONS, MAX_ACTIONS);
    }
}

static void check_actions(Checker *c, const Node *block, Body *b)
{
    Scope *outer = c->scope;

    c->scope = scope_new(c, outer);
    for (uint32_t i = 0; i < block->kid_count; i++)
        check_action(c, block->kids[i], b);
    c->scope = outer;
}

void check_block(Checker *c, const Node *block, Rule *rule)
{
    Body b = {.rule = rule, .group = -1};

    check_actions(c, block, &b);
    rule->actions = b.actions.items;
    rule->action_count = (uint32_t)b.actions.count;
    rule->requires = b.requires.items;
    rule->require_count = (uint32_t)b.requires.count;
    rule->groups = b.groups.items;
    rule->group_count = (uint32_t)b.groups.count;
}
