/* builder.c — Programs by hand. */
#include "tests/unit/compiler/builder.h"

#include "compiler/ir/field.h"

#define ROOM(b, name, Type) ((b)->p.name = arena_array((b)->arena, Type, BUILDER_ROOM))

Builder *builder_new(Arena *arena)
{
    Builder *b = arena_new(arena, Builder);

    b->arena = arena;
    b->p.language = 1;
    ROOM(b, markets, Market);
    ROOM(b, tokens, Token);
    ROOM(b, inputs, Input);
    ROOM(b, params, Param);
    ROOM(b, states, State);
    ROOM(b, clocks, Clock);
    ROOM(b, rules, Rule);
    ROOM(b, limits, Limit);
    ROOM(b, shows, Show);
    ROOM(b, promises, Promise);
    ROOM(b, reasons, Span);
    b->p.exprs = arena_array(arena, Expr *, BUILDER_EXPRS);
    return b;
}

uint8_t builder_market(Builder *b, MarketKind kind)
{
    uint32_t m = b->p.markets_count++;

    b->p.markets[m] = (Market){.name = SPAN("m"),
                               .kind = (uint8_t)kind,
                               .slot_us = kind == MARKET_SLOT ? INT64_C(900000000) : 0,
                               .stale_us = 10000000,
                               .read = true};
    b->p.clocks[b->p.clocks_count++] = (Clock){.kind = CLOCK_TICK, .index = (uint16_t)m};
    return (uint8_t)m;
}

uint32_t builder_token(Builder *b, uint8_t market, uint8_t outcome)
{
    b->p.tokens[b->p.tokens_count] = (Token){.market = market, .outcome = outcome};
    return b->p.tokens_count++;
}

static Expr *new_expr(Builder *b, ExprOp op)
{
    Expr *e = arena_new(b->arena, Expr);

    e->op = (uint8_t)op;
    e->id = b->p.exprs_count;
    e->type.shape = SHAPE_NUM;
    b->p.exprs[b->p.exprs_count++] = e;
    return e;
}

uint32_t builder_every(Builder *b, double seconds)
{
    Clock c = {.kind = CLOCK_EVERY, .period = builder_num(b, seconds)};

    b->p.clocks[b->p.clocks_count] = c;
    return b->p.clocks_count++;
}

uint32_t builder_state(Builder *b, bool is_wallet, Expr *init)
{
    State s = {
        .name = SPAN("s"), .type = init->type, .wallet = is_wallet, .used = true, .init = init};

    b->p.states[b->p.states_count] = s;
    return b->p.states_count++;
}

static bool is_cond_op(ExprOp op, const Expr *x)
{
    switch (op) {
    case EX_IF:
    case EX_OTHERWISE:
    case EX_PREV:
    case EX_SAMPLE:
        return x->type.shape == SHAPE_BOOL;
    case EX_KNOWN:
    case EX_XUP:
    case EX_XDOWN:
    case EX_HELD:
        return true;
    default:
        return op >= EX_LT && op <= EX_NOT;
    }
}

static void join(Expr *e, const Expr *x)
{
    e->wallet |= x->wallet;
    e->clocks |= x->clocks;
    e->markets |= x->markets;
    if (!x->slot_lived) return;
    e->slot_lived = true;
    e->slot_market = x->slot_market;
}

Expr *builder_expr(Builder *b, ExprOp op, Expr *x, Expr *y, Expr *z)
{
    Expr *args[] = {x, y, z};
    Expr *e = new_expr(b, op);

    e->args = arena_array(b->arena, Expr *, 3);
    for (uint32_t i = 0; i < 3 && args[i]; i++) {
        e->args[e->arg_count++] = args[i];
        join(e, args[i]);
    }
    if (is_cond_op(op, op == EX_IF ? y : x)) e->type.shape = SHAPE_BOOL;
    return e;
}

Expr *builder_num(Builder *b, double num)
{
    Expr *e = new_expr(b, EX_CONST);

    e->num = num;
    return e;
}

Expr *builder_bool(Builder *b, bool cond)
{
    Expr *e = new_expr(b, EX_CONSTB);

    e->num = cond;
    e->type.shape = SHAPE_BOOL;
    return e;
}

Expr *builder_param(Builder *b, double value, double low, double high)
{
    Expr *e = new_expr(b, EX_PARAM);

    e->index = b->p.params_count;
    b->p.params[b->p.params_count++] = (Param){.name = SPAN("p"),
                                               .value = value,
                                               .low = low,
                                               .high = high,
                                               .has_range = true,
                                               .whole = value == (double)(int)value,
                                               .used = true};
    return e;
}

Expr *builder_input(Builder *b, FieldId field, uint8_t market, uint16_t index)
{
    Expr *e = new_expr(b, EX_INPUT);

    e->index = b->p.inputs_count;
    b->p.inputs[b->p.inputs_count++] = (Input){(uint8_t)field, market, index};
    e->wallet = field_is_wallet(field);
    if (market == MARKET_NONE || e->wallet) return e;
    e->clocks = UINT64_C(1) << market; /* markets are made first */
    e->markets = UINT64_C(1) << market;
    e->slot_lived =
        b->p.markets[market].kind == MARKET_SLOT && (field_rows[field].life == LIFE_SLOT);
    e->slot_market = market;
    return e;
}

Expr *builder_read(Builder *b, uint32_t state)
{
    Expr *e = new_expr(b, EX_STATE);

    e->index = state;
    e->type = b->p.states[state].type;
    e->wallet = b->p.states[state].wallet;
    return e;
}

Expr *builder_sample(Builder *b, Expr *x, uint32_t clock)
{
    Expr *e = builder_expr(b, EX_SAMPLE, x, builder_num(b, 1), NULL);

    e->clocks = UINT64_C(1) << clock;
    return e;
}

Expr *builder_grid(Expr *x)
{
    x->flags |= EXF_GRID;
    return x;
}

Rule *builder_rule(Builder *b, RuleKind kind, Expr *cond)
{
    Rule *r = &b->p.rules[b->p.rules_count++];

    r->kind = (uint8_t)kind;
    r->cond = cond;
    if (cond) r->clocks = cond->clocks;
    if (cond) r->markets = cond->markets;
    r->actions = arena_array(b->arena, Action, BUILDER_ROOM);
    r->requires = arena_array(b->arena, Require, BUILDER_ROOM);
    return r;
}

Action *builder_action(Rule *r, ActionKind kind)
{
    Action *a = &r->actions[r->action_count++];

    a->kind = (uint8_t)kind;
    a->group = -1;
    return a;
}

Action *builder_buy(Rule *r, uint32_t token, Expr *usd, Expr *within)
{
    Action *a = builder_action(r, ACT_BUY);

    a->token = (int32_t)token;
    a->size_unit = SIZE_USD;
    a->size = usd;
    a->at_market = true;
    a->within = within;
    return a;
}

void builder_require(Builder *b, Rule *r, Expr *cond, const char *reason)
{
    b->p.reasons[b->p.reasons_count] = span_str(reason);
    r->requires[r->require_count++] = (Require){.cond = cond, .reason = b->p.reasons_count++};
}

Limit *builder_limit(Builder *b, LimitKind kind, Expr *value)
{
    Limit *l = &b->p.limits[b->p.limits_count++];

    l->kind = (uint8_t)kind;
    l->value = value;
    return l;
}

void builder_show(Builder *b, const char *name, Expr *value)
{
    b->p.shows[b->p.shows_count++] = (Show){.name = span_str(name), .value = value};
}
