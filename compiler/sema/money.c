/* money.c — exits, caps and sizes that are missing or odd, seen without intervals.
 *
 * Runs only on strategies that were understood as a whole.  Promise: each gap is one finding, at the
 * line where the money goes in, with the words that close it. */
#include "compiler/sema/checker.h"

#include "vm/base/buf.h"
#include "vm/base/num.h"

typedef struct Entry {
    const Action *first;
    int32_t token; /* -1: whatever an event names */
} Entry;

static uint8_t token_kind(const Checker *c, int32_t token)
{
    uint8_t m = token >= 0 ? c->tokens.items[token].market : MARKET_NONE;

    return m < c->markets.count ? c->markets.items[m].kind : MARKET_BINARY;
}

static bool is_entry(const Checker *c, const Action *a)
{
    if (a->kind == ACT_BUY) return true;
    if (a->kind == ACT_SELL) return token_kind(c, a->token) == MARKET_PERP;
    return a->kind == ACT_QUOTE && (a->bid || token_kind(c, a->token) == MARKET_PERP);
}

static bool has_limit(const Checker *c, uint32_t kinds)
{
    for (size_t i = 0; i < c->limits.count; i++)
        if (kinds >> c->limits.items[i].kind & 1) return true;
    return false;
}

/* ---- where words can be inserted -------------------------------------------------------------- */

static const Node *risk_node(const Node *file)
{
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++)
        if (node_is(file->kids[i], NODE_RISK)) return file->kids[i];
    return NULL;
}

/* A line in the risk block, which is made when there is none. */
static void insert_limit(Checker *c, Diag *d, const Node *file, const char *line)
{
    const Node *risk = risk_node(file);
    Buf b;

    buf_init(&b, c->arena, 256);
    if (risk) {
        buf_fmt(&b, "  %s\n", line);
        diag_edit(d, place_at(0, risk->place.end - 1, risk->place.end - 1), buf_span(&b));
    } else {
        buf_fmt(&b, "\n\nrisk {\n  %s\n}", line);
        diag_edit(d, place_at(0, file->place.end, file->place.end), buf_span(&b));
    }
}

/* ---- ODX401: buys and never exits ------------------------------------------------------------- */

static bool exits_token(const Checker *c, const Action *a, int32_t token)
{
    bool is_same = a->token == token || token < 0 || a->token < 0;
    uint8_t market = token >= 0 ? c->tokens.items[token].market : MARKET_NONE;

    if (a->kind == ACT_SELL || a->kind == ACT_CLOSE) return is_same;
    if (a->kind == ACT_QUOTE) return a->ask && is_same;
    return a->kind == ACT_MERGE && (a->market < 0 || token < 0 || a->market == market);
}

static bool has_exit(const Checker *c, int32_t token)
{
    for (size_t i = 0; i < c->rules.count; i++)
        for (uint32_t k = 0; k < c->rules.items[i].action_count; k++)
            if (exits_token(c, &c->rules.items[i].actions[k], token)) return true;
    return false;
}

static void no_exit(Checker *c, const Node *file, const Entry *e)
{
    bool is_share = token_kind(c, e->token) <= MARKET_BINARY;
    const char *hold = is_share ? "hold to resolution" : "hold forever";
    Diag *d = diag_add(c->diags, ODX401, e->first->place, T_NO_EXIT,
                       e->token >= 0 ? arg_text(c->tokens.items[e->token].spelled)
                                     : arg_str(diag_text(T_SAY_WHAT_IS_BOUGHT_HERE)));

    diag_label(d, T_NOTHING_SELLS);
    diag_help(d, T_ADD_AN_EXIT);
    diag_fix(d, FIX_SUGGESTED, T_OR_HOLD, arg_str(hold));
    insert_limit(c, d, file, hold);
}

static bool seen_before(const Entry *all, size_t count, int32_t token)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].token == token) return true;
    return false;
}

static void review_exits(Checker *c, const Node *file)
{
    enum {
        EXITS = 1 << LIM_STOP_LOSS | 1 << LIM_TAKE_PROFIT | 1 << LIM_TRAILING_STOP |
                1 << LIM_TIME_STOP | 1 << LIM_EXIT_WHEN | 1 << LIM_HOLD_RESOLUTION |
                1 << LIM_HOLD_FOREVER
    };
    Entry all[MAX_TOKENS + 1];
    size_t count = 0;

    if (has_limit(c, EXITS)) return;
    for (size_t i = 0; i < c->rules.count; i++) {
        for (uint32_t k = 0; k < c->rules.items[i].action_count; k++) {
            const Action *a = &c->rules.items[i].actions[k];

            if (!is_entry(c, a) || seen_before(all, count, a->token)) continue;
            all[count++] = (Entry){a, a->token};
            if (!has_exit(c, a->token)) no_exit(c, file, &all[count - 1]);
        }
    }
}

/* ---- caps ------------------------------------------------------------------------------------- */

static const Action *first_entry(const Checker *c)
{
    for (size_t i = 0; i < c->rules.count; i++)
        for (uint32_t k = 0; k < c->rules.items[i].action_count; k++)
            if (is_entry(c, &c->rules.items[i].actions[k])) return &c->rules.items[i].actions[k];
    return NULL;
}

static void review_caps(Checker *c, const Node *file, const Action *entry)
{
    enum {
        BUY_CAPS =
            1 << LIM_MAX_TRADES | 1 << LIM_MAX_POSITION | 1 << LIM_MAX_EXPOSURE | 1 << LIM_MAX_OPEN
    };
    enum {
        LOSS_CAPS =
            1 << LIM_MAX_LOSS | 1 << LIM_MAX_DRAWDOWN | 1 << LIM_STOP_LOSS | 1 << LIM_TRAILING_STOP
    };
    const Node *risk = risk_node(file);
    Diag *d;

    if (!has_limit(c, BUY_CAPS)) {
        d = diag_add(c->diags, ODX404, risk ? risk->place : entry->place, T_NO_BUY_CAP);
        diag_fix(d, FIX_SUGGESTED, T_ADD_A_CAP);
        insert_limit(c, d, file, "max position $200");
    }
    if (risk && !has_limit(c, LOSS_CAPS)) {
        d = diag_add(c->diags, ODX405, risk->place, T_NO_LOSS_CAP);
        diag_fix(d, FIX_SUGGESTED, T_ADD_A_LOSS_CAP);
        insert_limit(c, d, file, "max loss 3% of equity per day");
    }
    if (!risk) {
        d = diag_add(c->diags, ODX415, entry->place, T_NO_RISK);
        diag_fix(d, FIX_SUGGESTED, T_ADD_RISK);
        insert_limit(c, d, file, "stop loss 30%\n  max position $200");
    }
}

static void review_alerts(Checker *c)
{
    const Action *alert = NULL;

    for (size_t i = 0; i < c->rules.count; i++) {
        for (uint32_t k = 0; k < c->rules.items[i].action_count; k++) {
            const Action *a = &c->rules.items[i].actions[k];

            if (a->kind == ACT_ALERT)
                alert = alert ? alert : a;
            else if (a->kind != ACT_SET)
                return;
        }
    }
    if (alert) diag_add(c->diags, ODX416, c->program->title_place, T_ONLY_ALERTS);
}

/* ---- ODX410: off the grid --------------------------------------------------------------------- */

static void off_grid(Checker *c, const Expr *price, int32_t token, bool is_buy)
{
    double cents, rounded;
    DiagArg text;
    Diag *d;

    if (!price || price->op != EX_CONST || !price->spelled.len) return;
    if (token < 0 || token_kind(c, token) >= MARKET_SPOT) return;
    cents = num_rint(price->num * 1e6) / 1e4;
    rounded = is_buy ? num_floor(cents) : num_ceil(cents);
    if (rounded == cents || rounded < 1 || rounded > 99) return;
    text = arg_price(rounded / 100);
    d = diag_add(c->diags, ODX410, price->place, T_OFF_GRID, arg_source(price->place));
    diag_label(d, T_ROUNDED_TO, text);
    diag_fix(d, FIX_SAFE, T_WRITE_ROUNDED);
    diag_edit(d, price->place, diag_arg_text(c->arena, diags_sources(c->diags), &text));
}

/* ---- ODX412: legs of equal dollars ------------------------------------------------------------ */

static bool is_same_value(const Checker *c, const Expr *a, const Expr *b)
{
    if (!walk_step(c)) return false;
    if (a == b) return true;
    if (!a || !b || a->op != b->op || a->arg_count != b->arg_count) return false;
    if (a->op == EX_CONST) return a->num == b->num;
    if (a->index != b->index) return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (a->args[i]->id >= a->id || !is_same_value(c, a->args[i], b->args[i])) return false;
    return true;
}

static bool is_pair(const Checker *c, const Action *a, const Action *b)
{
    const Token *x, *y;

    if (a->group < 0 || a->group != b->group || a->kind != ACT_BUY || b->kind != ACT_BUY)
        return false;
    if (a->size_unit != SIZE_USD || b->size_unit != SIZE_USD || a->token < 0 || b->token < 0)
        return false;
    walk_start(c);
    x = &c->tokens.items[a->token];
    y = &c->tokens.items[b->token];
    return x->market == y->market && x->outcome != y->outcome && is_same_value(c, a->size, b->size);
}

static void equal_dollars(Checker *c, const Rule *r)
{
    for (uint32_t i = 0; i < r->action_count; i++) {
        for (uint32_t k = i + 1; k < r->action_count; k++) {
            Diag *d;

            if (!is_pair(c, &r->actions[i], &r->actions[k])) continue;
            d = diag_add(c->diags, ODX412, r->actions[k].size->place, T_EQUAL_DOLLARS);
            diag_label(d, T_BUYS_MORE_OF_CHEAPER);
            diag_mark(d, r->actions[i].size->place, T_SAME_DOLLARS);
            diag_help(d, T_SIZE_IN_SHARES);
            return;
        }
    }
}

/* ---- ODX413: offers more than it can hold ----------------------------------------------------- */

static bool is_held_bound(const Checker *c, const Expr *e, int32_t token)
{
    double v;

    if (!walk_step(c)) return true;
    if (constant(c, e, PARAM_HIGH, &v)) return v <= 0;
    e = expr_strip(e);
    switch (e->op) {
    case EX_INPUT: {
        const Input *in = &c->inputs.items[e->index];

        return (in->field == FIELD_POSITION || in->field == FIELD_X_POSITION) && in->index == token;
    }
    case EX_MIN: {
        for (uint32_t i = 0; i < e->arg_count; i++)
            if (is_held_bound(c, e->args[i], token)) return true;
        return false;
    }
    case EX_CLAMP:
        return is_held_bound(c, e->args[2], token);
    case EX_IF:
        return is_held_bound(c, e->args[1], token) && is_held_bound(c, e->args[2], token);
    case EX_MUL:
    case EX_DIV: {
        bool is_part =
            constant(c, e->args[1], PARAM_HIGH, &v) && (e->op == EX_MUL ? v <= 1 : v >= 1);

        return is_part && is_held_bound(c, e->args[0], token);
    }
    default:
        return false;
    }
}

static void offers_too_much(Checker *c, const Action *a)
{
    Span size, name;
    Diag *d;
    Buf b;

    if (!a->ask_size || a->token < 0 || token_kind(c, a->token) == MARKET_PERP) return;
    walk_start(c);
    if (is_held_bound(c, a->ask_size, a->token)) return;
    size = source_text(diags_sources(c->diags), a->ask_size->place);
    name = c->tokens.items[a->token].spelled;
    d = diag_add(c->diags, ODX413, a->ask_size->place, T_OFFERS_TOO_MUCH, arg_text(name));
    diag_label(d, T_MAY_NOT_BE_HELD);
    buf_init(&b, c->arena, 4096);
    buf_fmt(&b, "min(%S, %S.position)", size, name);
    diag_fix(d, FIX_SUGGESTED, T_OFFER_WHAT_IS_HELD);
    diag_edit(d, a->ask_size->place, buf_span(&b));
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void review_action(Checker *c, const Action *a)
{
    off_grid(c, a->price, a->token, a->kind == ACT_BUY);
    off_grid(c, a->bid, a->token, true);
    off_grid(c, a->ask, a->token, false);
    offers_too_much(c, a);
}

void review_money(Checker *c, const Node *file)
{
    const Action *entry = first_entry(c);

    for (size_t i = 0; i < c->rules.count; i++) {
        equal_dollars(c, &c->rules.items[i]);
        for (uint32_t k = 0; k < c->rules.items[i].action_count; k++)
            review_action(c, &c->rules.items[i].actions[k]);
    }
    if (!entry) {
        review_alerts(c);
        return;
    }
    review_exits(c, file);
    review_caps(c, file, entry);
}
