/* lower_rules.c — rules, limits, shows, promises and probes to roots.
 *
 * A rule that only sets shared states lives in the shared part.  A rule that does more, or has requires
 * to report in the order of rules, gets a copy there for those `set`s: they happen once, not once a wallet. */
#include "compiler/ir/field.h"
#include "compiler/ir/lower.h"

static uint32_t value_of(const Ir *ir, const Expr *e)
{
    return e ? ir->of_expr[e->id] : IR_NONE;
}

/* ---- actions ---------------------------------------------------------------------------------- */

static IrAction new_action(const Action *a, uint8_t op, uint32_t row)
{
    IrAction made = {.op = op, .row = row, .token = IR_NONE, .group = a->group, .place = a->place};

    for (uint32_t i = 0; i < IR_ACTION_ARGS; i++)
        made.args[i] = IR_NONE;
    if (a->group >= 0) made.flags = WF_GROUP;
    return made;
}

static void set_order(const Ir *ir, const Action *a, IrAction *made)
{
    made->args[0] = value_of(ir, a->size);
    made->args[1] = value_of(ir, a->at_market ? a->within : a->price);
    made->args[2] = value_of(ir, a->good_for);
    if (a->good_for) made->flags |= WF_EXT;
}

static void set_quote(const Ir *ir, const Action *a, IrAction *made)
{
    made->args[0] = value_of(ir, a->bid);
    made->args[1] = value_of(ir, a->bid_size);
    made->args[2] = value_of(ir, a->ask);
    made->args[3] = value_of(ir, a->ask_size);
    made->args[4] = value_of(ir, a->refresh);
}

static void set_token(const Ir *ir, const Action *a, IrAction *made)
{
    bool is_market = a->kind == ACT_SPLIT || a->kind == ACT_MERGE;

    if ((is_market ? a->market : a->token) >= 0 || !a->token_expr) return;
    made->token = value_of(ir, a->token_expr);
    made->flags |= WF_DYN;
}

static IrAction lower_set(const Ir *ir, const Action *a)
{
    bool is_cond = vec_at(&ir->states, a->state).kind == SK_BOOL;
    IrAction made = new_action(a, is_cond ? OP_SETB : OP_SET, a->state);

    made.args[0] = value_of(ir, a->value);
    return made;
}

static IrAction lower_action(const Ir *ir, const Action *a, uint32_t row)
{
    static const uint8_t ops[] = {
        [ACT_BUY] = OP_ORDER,     [ACT_SELL] = OP_ORDER,  [ACT_CLOSE] = OP_CLOSE,
        [ACT_CANCEL] = OP_CANCEL, [ACT_SPLIT] = OP_SETS,  [ACT_MERGE] = OP_SETS,
        [ACT_SET] = OP_SET,       [ACT_ALERT] = OP_ALERT, [ACT_QUOTE] = OP_QUOTE,
    };
    IrAction made;

    if (a->kind == ACT_SET) return lower_set(ir, a);
    made = new_action(a, ops[a->kind], row);
    switch (ops[a->kind]) {
    case OP_ORDER:
        set_order(ir, a, &made);
        break;
    case OP_CLOSE:
        made.args[0] = value_of(ir, a->at_market || !a->price ? a->within : a->price);
        break;
    case OP_SETS:
        made.args[0] = value_of(ir, a->size);
        break;
    case OP_QUOTE:
        set_quote(ir, a, &made);
        break;
    default:
        break;
    }
    set_token(ir, a, &made);
    return made;
}

/* ---- rules ------------------------------------------------------------------------------------ */

static bool is_wallet(const Ir *ir, uint32_t v)
{
    return v != IR_NONE && ir_value(ir, v)->is_wallet;
}

/* `fill of t`: the match with the token is the first part of the condition. */
static uint32_t add_token_match(Ir *ir, const Rule *source, uint32_t cond)
{
    Place place = source->place;
    uint32_t row = (uint32_t)ir->inputs.count, token, is;

    vec_push(ir->arena, &ir->inputs, (Input){.field = FIELD_FILL_TOKEN, .market = MARKET_NONE});
    token = ir_add(ir, (IrValue){.op = OP_LDE, .row = row, .is_wallet = true, .place = place});
    is = ir_add(ir, (IrValue){.op = OP_EQ,
                              .arg_count = 2,
                              .args = {token, ir_const(ir, source->index)},
                              .is_cond = true,
                              .place = place});
    if (cond == IR_NONE) return is;
    return ir_add(
        ir, (IrValue){
                .op = OP_AND, .arg_count = 2, .args = {is, cond}, .is_cond = true, .place = place});
}

/* `on` rules stand in the blocks of their event; only a boundary has to look which periods are due. */
static ClockSet rule_clocks(const Ir *ir, const Rule *source)
{
    if (source->kind != RULE_ON) return source->clocks ? source->clocks : ir_all_ticks(ir);
    if (source->event != EV_BOUNDARY) return 0;
    return source->clocks ? source->clocks : UINT64_C(1) << source->index;
}

static void add_arming(Ir *ir, IrRule *r)
{
    IrState s = {.kind = SK_ARM, .market = MARKET_NONE, .window = IR_NONE, .init = IR_NONE};

    s.is_wallet = !r->is_shared;
    r->arm = (uint32_t)ir->states.count;
    vec_push(ir->arena, &ir->states, s);
}

static void copy_requires(Ir *ir, IrRule *r, const Rule *source)
{
    r->require_count = source->require_count;
    r->requires = arena_array(ir->arena, IrRequire, source->require_count);
    for (uint32_t i = 0; r->requires && i < source->require_count; i++)
    r->requires[i] = (IrRequire){.cond = value_of(ir, source->requires[i].cond),
                                 .reason = REASON_OWN + source->requires[i].reason,
                                 .place = source->requires[i].place};
}

static void copy_groups(Ir *ir, IrRule *r, const Rule *source)
{
    r->group_count = source->group_count;
    r->groups = arena_array(ir->arena, IrGroup, source->group_count);
    for (uint32_t i = 0; r->groups && i < source->group_count; i++)
        r->groups[i] = (IrGroup){.within = value_of(ir, source->groups[i].within),
                                 .number = ir->group_count + i,
                                 .place = source->groups[i].place};
}

static bool is_shared_set(const Ir *ir, const Action *a)
{
    return a->kind == ACT_SET && !vec_at(&ir->states, a->state).is_wallet;
}

static uint64_t mentioned(const Expr *e)
{
    return e ? e->markets : 0;
}

/* A `while` rule also looks again when a market that only its quotes mention goes stale. */
static uint64_t quoted_markets(const Ir *ir, const Rule *source)
{
    uint64_t markets = 0;

    for (uint32_t i = 0; source->kind == RULE_WHILE && i < source->action_count; i++) {
        const Action *a = &source->actions[i];
        markets |=
            mentioned(a->bid) | mentioned(a->bid_size) | mentioned(a->ask) | mentioned(a->ask_size);
        if (a->token < 0 || ir->program->tokens[a->token].market >= MAX_MARKETS) continue;
        markets |= UINT64_C(1) << ir->program->tokens[a->token].market;
    }
    return markets;
}

/* Everything of a rule but its actions. */
static IrRule new_rule(Ir *ir, const Rule *source)
{
    IrRule r = {
        .source = source, .gate = IR_NONE, .rest = IR_NONE, .fired = IR_NONE, .arm = IR_NONE};

    r.cond = value_of(ir, source->cond);
    r.clocks = rule_clocks(ir, source);
    r.markets = source->markets | quoted_markets(ir, source);
    r.open = ir_cond(ir, COND_TRUE, source->place);
    r.actions = arena_array(ir->arena, IrAction, source->action_count);
    copy_requires(ir, &r, source);
    return r;
}

static void push_rule(Ir *ir, IrRule *r)
{
    if (r->source->kind == RULE_WHEN) add_arming(ir, r);
    vec_push(ir->arena, &ir->rules, *r);
}

static void lower_rule(Ir *ir, const Rule *source)
{
    IrRule r = new_rule(ir, source);
    bool is_shared =
        source->action_count > 0 && source->require_count == 0 && !is_wallet(ir, r.cond);

    for (uint32_t i = 0; i < source->action_count; i++)
        is_shared &= is_shared_set(ir, &source->actions[i]);
    r.is_shared = is_shared;
    for (uint32_t i = 0; r.actions && i < source->action_count; i++) {
        uint32_t row = ir->action_count++;
        if (is_shared || !is_shared_set(ir, &source->actions[i]))
            r.actions[r.action_count++] = lower_action(ir, &source->actions[i], row);
    }
    copy_groups(ir, &r, source);
    ir->group_count += source->group_count;
    if (source->event == EV_FILL && source->kind == RULE_ON && source->index >= 0)
        r.cond = add_token_match(ir, source, r.cond);
    push_rule(ir, &r);
}

/* The shared `set`s of a rule that stays with the wallets. */
static void lower_copy(Ir *ir, const Rule *source)
{
    IrRule r = new_rule(ir, source);

    r.is_shared = r.is_quiet = true;
    for (uint32_t i = 0; r.actions && i < source->action_count; i++)
        if (is_shared_set(ir, &source->actions[i]))
            r.actions[r.action_count++] = lower_set(ir, &source->actions[i]);
    if (r.action_count) push_rule(ir, &r);
}

static void lower_rules(Ir *ir, const Program *p)
{
    for (uint32_t i = 0; i < p->rules_count && !arena_is_full(ir->arena); i++)
        lower_rule(ir, &p->rules[i]);
    for (uint32_t i = 0; i < p->rules_count && !arena_is_full(ir->arena); i++)
        if (!ir->rules.items[i].is_shared) lower_copy(ir, &p->rules[i]);
}

/* ---- the rest --------------------------------------------------------------------------------- */

static void lower_limits(Ir *ir, const Program *p)
{
    ClockSet exit_whens = 0;

    for (uint32_t i = 0; i < p->limits_count; i++)
        if (p->limits[i].kind == LIM_EXIT_WHEN && p->limits[i].value)
            exit_whens |= p->limits[i].value->clocks & ~ir_all_ticks(ir);
    for (uint32_t i = 0; i < p->limits_count; i++) {
        const Limit *source = &p->limits[i];
        IrLimit made = {.source = source, .value = value_of(ir, source->value)};
        if (source->kind == LIM_EXIT_WHEN && source->value)
            made.clocks = source->value->clocks & ~ir_all_ticks(ir);
        if (source->kind == LIM_TIME_STOP) made.clocks = exit_whens;
        vec_push(ir->arena, &ir->limits, made);
    }
}

static void lower_shows(Ir *ir, const Program *p)
{
    for (uint32_t i = 0; i < p->shows_count; i++)
        vec_push(ir->arena, &ir->shows,
                 (IrShow){0, p->shows[i].name, value_of(ir, p->shows[i].value), p->shows[i].place});
    for (uint32_t i = 0; i < p->promises_count; i++)
        vec_push(ir->arena, &ir->shows,
                 (IrShow){.kind = 1,
                          .value = value_of(ir, p->promises[i].value),
                          .place = p->promises[i].place});
    for (uint32_t i = 0; ir->has_tests && i < p->probes_count; i++)
        vec_push(
            ir->arena, &ir->shows,
            (IrShow){.kind = 2, .value = value_of(ir, p->probes[i]), .place = p->probes[i]->place});
}

/* ---- clocks ------------------------------------------------------------------------------------- */

typedef struct Reach {
    const Ir *ir;
    bool *is_reached; /* by value */
    bool *is_read;    /* by state row: its time operator is reached */
} Reach;

static void reach_root(void *ctx, uint32_t *root)
{
    const Reach *r = ctx;

    if (*root != IR_NONE) r->is_reached[*root] = true;
}

/* True when a recursive PREV that is read brought something new. */
static bool reach_writes(const Reach *r)
{
    bool has_more = false;

    for (uint32_t v = 0; v < r->ir->values.count; v++) {
        const IrValue *value = ir_value(r->ir, v);
        if (ir_is_time(value->op) && r->is_reached[v]) r->is_read[value->row] = true;
    }
    for (size_t i = 0; i < r->ir->writes.count; i++) {
        IrWrite w = r->ir->writes.items[i];
        if (!r->is_read[w.row] || r->is_reached[w.value]) continue;
        r->is_reached[w.value] = has_more = true;
    }
    return has_more;
}

static void reach_arguments(const Reach *r)
{
    for (uint32_t v = (uint32_t)r->ir->values.count; v-- > 0;) {
        const IrValue *value = ir_value(r->ir, v);
        for (uint32_t i = 0; r->is_reached[v] && i < value->arg_count; i++)
            r->is_reached[value->args[i]] = true;
    }
}

/* What the program listens to, before anything is optimised away: what a strategy is asked, and when,
 * does not depend on that. */
static void find_used_clocks(Ir *ir)
{
    Reach r = {ir, arena_array(ir->arena, bool, ir->values.count + 1),
               arena_array(ir->arena, bool, ir->states.count + 1)};

    if (!r.is_reached || !r.is_read || arena_is_full(ir->arena)) return;
    ir_each_root(ir, reach_root, &r);
    do {
        reach_arguments(&r);
    } while (reach_writes(&r));
    for (uint32_t v = 0; v < ir->values.count; v++) {
        const IrValue *value = ir_value(ir, v);
        if (r.is_reached[v] && ir_is_time(value->op))
            ir->used_clocks |= ir->states.items[value->row].clocks;
    }
    for (size_t i = 0; i < ir->rules.count; i++)
        ir->used_clocks |= ir->rules.items[i].clocks;
    for (size_t i = 0; i < ir->limits.count; i++)
        ir->used_clocks |= ir->limits.items[i].clocks;
}

/* Periods, staleness bounds and grouping windows: read once, when an instance is made. */
static void lower_fixed(Ir *ir, const Program *p)
{
    for (uint32_t i = 0; i < p->clocks_count; i++)
        ir->clocks.items[i].period = value_of(ir, p->clocks[i].period);
    for (uint32_t i = 0; i < p->markets_count; i++)
        vec_push(ir->arena, &ir->fixed, value_of(ir, p->markets[i].stale));
    for (uint32_t i = 0; i < p->feeds_count; i++)
        vec_push(ir->arena, &ir->fixed, value_of(ir, p->feeds[i].stale));
    for (uint32_t i = 0; i < p->leaders_count; i++)
        vec_push(ir->arena, &ir->fixed, value_of(ir, p->leaders[i].grouped));
}

void lower_roots(Ir *ir)
{
    lower_fixed(ir, ir->program);
    lower_rules(ir, ir->program);
    lower_limits(ir, ir->program);
    lower_shows(ir, ir->program);
    find_used_clocks(ir);
}
