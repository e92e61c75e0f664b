/* schedule.c — values to instruction lists, one event at a time.
 *
 * A value's demand says how early it is needed: before all rules, in one rule's condition, in its
 * requires or in its body.  Demand flows from users to arguments in one sweep against the order of
 * values; what two rules need is computed before both.  Shared values go to part U, except those that
 * only one rule's body reads: they sink into it, behind its gate. */
#include "compiler/ir/schedule.h"

#include "compiler/ir/field.h"

enum {
    AT_NONE = 0,
    AT_START = 1,
    AT_RULES = 2
}; /* demand: none, before all rules, 2 + 4 * rule + level */
enum { LEVEL_COND = 0, LEVEL_REQUIRE = 1, LEVEL_BODY = 2, LEVEL_BITS = 4 };

typedef struct Sched {
    Ir *ir;
    IrEvent *ev;
    uint16_t *shared, *wallet, *local; /* demand by value: in U, in V, and in L or S */
    uint32_t count;                    /* values */
    bool is_late;                      /* L and S: time operators have advanced already */
    VEC(IrInst) list;
} Sched;

static uint16_t demand(size_t rule, uint32_t level)
{
    return (uint16_t)(AT_RULES + rule * LEVEL_BITS + level);
}

/* The earlier of two needs; two rules meet before both. */
static uint16_t earlier(uint16_t a, uint16_t b)
{
    if (a == AT_NONE || b == AT_NONE) return a | b;
    if ((a - AT_RULES) / LEVEL_BITS != (b - AT_RULES) / LEVEL_BITS || a == AT_START ||
        b == AT_START)
        return AT_START;
    return a < b ? a : b;
}

static void need(uint16_t *where, uint32_t v, uint16_t when)
{
    if (v != IR_NONE) where[v] = earlier(where[v], when);
}

static bool has_part_u(const Sched *s)
{
    return s->ev->event != EV_PROBE;
}

static bool advances(const Sched *s, uint32_t row)
{
    return (s->ir->states.items[row].clocks & s->ev->clocks) != 0;
}

/* ---- which rules and exits an event runs --------------------------------------------------------- */

static bool on_matches(const Rule *r, const IrEvent *ev)
{
    if (r->event != ev->event) return false;
    switch (r->event) {
    case EV_LEADER:
        return r->index * 3 + r->verb == ev->index;
    case EV_START:
    case EV_FILL:
    case EV_REJECT:
    case EV_BOUNDARY:
        return true;
    default:
        return r->index < 0 || r->index == ev->index;
    }
}

/* Going stale concerns the rules that mention the market, or listen to the feed. */
static bool runs(const Ir *ir, const IrRule *r, const IrEvent *ev)
{
    if (r->is_dead) return false;
    if (r->source->kind == RULE_ON) return on_matches(r->source, ev);
    if (ev->event == EV_STALE && ev->index < ir->program->markets_count)
        return (r->markets >> ev->index & 1) != 0;
    return (r->clocks & ev->clocks) != 0;
}

static bool is_exit(const IrLimit *l)
{
    return l->source->kind <= LIM_EXIT_WHEN;
}

/* Exits whose value is not fixed are worked out at ticks and where an `exit when` looks. */
static bool runs_exits(const Sched *s)
{
    if (s->ev->event == EV_TICK) return true;
    for (size_t i = 0; i < s->ir->limits.count; i++)
        if (s->ir->limits.items[i].clocks & s->ev->clocks) return true;
    return false;
}

static bool needs_value(const Ir *ir, const IrLimit *l)
{
    return l->value != IR_NONE && !ir_is_fixed(ir, l->value);
}

/* GATE only where part U knows a shared condition of a wallet rule. */
static bool has_gate(const IrRule *r)
{
    return r->gate != IR_NONE && !r->is_shared;
}

/* ARM has no test of clocks: a MASK before it does that, where one block is run for several. */
static bool needs_opening(const Sched *s, const IrRule *r)
{
    bool is_partial = s->ev->event == EV_BOUNDARY && (s->ev->clocks & ~r->clocks) != 0;

    if (has_gate(r)) return false;
    return r->cond == IR_NONE || (is_partial && r->source->kind == RULE_WHEN);
}

/* ---- demand ------------------------------------------------------------------------------------- */

static void need_by_rule(Sched *s, size_t number)
{
    const IrRule *r = &s->ir->rules.items[number];
    uint16_t *where = r->is_shared ? s->shared : s->wallet;
    uint16_t cond = r->is_shared ? AT_START : demand(number, LEVEL_COND);

    if (has_gate(r)) need(s->shared, r->gate, AT_START);
    if (r->source->kind == RULE_WHEN)
        need(where, r->cond, cond);
    else
        need(where, r->is_shared ? r->cond : r->rest, cond);
    if (needs_opening(s, r)) need(where, r->open, AT_START);
    for (uint32_t i = 0; i < r->require_count; i++)
        need(where, r->requires[i].cond, demand(number, LEVEL_REQUIRE));
    for (uint32_t i = 0; i < r->group_count; i++)
        need(where, r->groups[i].within, demand(number, LEVEL_BODY));
    for (uint32_t i = 0; i < r->action_count; i++) {
        need(where, r->actions[i].token, demand(number, LEVEL_BODY));
        for (uint32_t k = 0; k < IR_ACTION_ARGS; k++)
            need(where, r->actions[i].args[k], demand(number, LEVEL_BODY));
    }
}

static bool takes_init(const Sched *s, const IrState *st)
{
    if (st->kind > SK_BOOL || st->init == IR_NONE || !has_part_u(s)) return false;
    return !ir_is_fixed(s->ir, st->init) && ir_value(s->ir, st->init)->op != OP_LDB;
}

static void need_by_memory(Sched *s)
{
    for (uint32_t v = 0; v < s->count; v++) {
        const IrValue *value = ir_value(s->ir, v);
        if (ir_is_time(value->op) && advances(s, value->row))
            need(value->is_wallet ? s->wallet : s->shared, v, AT_START);
    }
    for (size_t i = 0; i < s->ir->writes.count; i++) {
        IrWrite w = s->ir->writes.items[i];
        if (advances(s, w.row))
            need(s->ir->states.items[w.row].is_wallet ? s->wallet : s->shared, w.value, AT_START);
    }
    for (size_t i = 0; i < s->ir->states.count; i++) {
        const IrState *st = &s->ir->states.items[i];
        if (takes_init(s, st)) need(st->is_wallet ? s->wallet : s->shared, st->init, AT_START);
    }
}

static void need_by_roots(Sched *s)
{
    const Ir *ir = s->ir;

    for (size_t i = 0; i < ir->rules.count; i++)
        if (runs(ir, &ir->rules.items[i], s->ev)) need_by_rule(s, i);
    for (size_t i = 0; runs_exits(s) && i < ir->limits.count; i++)
        if (is_exit(&ir->limits.items[i]) && needs_value(ir, &ir->limits.items[i]))
            need(s->wallet, ir->limits.items[i].value, AT_START);
    for (size_t i = 0; s->ev->event == EV_PROBE && i < ir->shows.count; i++)
        if (ir->shows.items[i].kind != 0) need(s->wallet, ir->shows.items[i].value, AT_START);
}

/* Shared, but worked out by the wallet part: a constant condition, or what one body alone reads. */
static bool sinks(const Sched *s, uint32_t v)
{
    if (!has_part_u(s)) return true;
    if (s->shared[v] != AT_NONE) return false;
    if (ir_value(s->ir, v)->op == OP_LDB) return true;
    return !s->ir->is_plain && s->wallet[v] >= AT_RULES &&
           (s->wallet[v] - AT_RULES) % LEVEL_BITS != LEVEL_COND;
}

static void spread(const Sched *s, uint32_t v, uint16_t *where)
{
    const IrValue *value = ir_value(s->ir, v);

    if (where[v] == AT_NONE || (ir_is_time(value->op) && !advances(s, value->row))) return;
    for (uint32_t i = 0; i < value->arg_count; i++)
        need(where, value->args[i], where[v]);
}

static void spread_demand(Sched *s)
{
    for (uint32_t v = s->count; v-- > 0;) {
        const IrValue *value = ir_value(s->ir, v);
        if (ir_is_fixed(s->ir, v)) {
            s->shared[v] = s->wallet[v] = AT_NONE;
            continue;
        }
        if (!value->is_wallet && s->wallet[v] != AT_NONE && !sinks(s, v)) {
            s->shared[v] = AT_START;
            s->wallet[v] = AT_NONE;
        }
        spread(s, v, s->shared);
        spread(s, v, s->wallet);
    }
}

/* ---- instructions ------------------------------------------------------------------------------- */

static IrInst *put(Sched *s, IrInst inst)
{
    if (!vec_push(s->ir->arena, &s->list, inst)) return NULL;
    return &vec_last(&s->list);
}

static IrInst new_inst(uint8_t op, uint32_t x, Place place)
{
    IrInst inst = {.op = op, .value = IR_NONE, .x = x, .end = IR_NONE, .place = place};

    for (uint32_t i = 0; i < IR_ACTION_ARGS; i++)
        inst.args[i] = IR_NONE;
    return inst;
}

static void put_one(Sched *s, uint8_t op, uint8_t flags, uint32_t arg, uint32_t x, Place place)
{
    IrInst inst = new_inst(op, x, place);

    inst.flags = flags;
    inst.args[0] = arg;
    put(s, inst);
}

static bool is_held(const Sched *s, const IrValue *v)
{
    return ir_is_time(v->op) && (s->is_late || !advances(s, v->row));
}

/* Fields of an event exist in its own blocks only. */
static bool is_absent(const Sched *s, const IrValue *v)
{
    const Input *in = v->op == OP_LDE ? &s->ir->inputs.items[v->row] : NULL;

    if (!in) return false;
    switch (field_rows[in->field].owner) {
    case OWNER_FILL:
        return s->ev->event != EV_FILL;
    case OWNER_TRADE:
        return s->ev->event != EV_LEADER || s->ev->index / 3 != in->index;
    default: /* OWNER_RESOLVE */
        return s->ev->event != EV_RESOLVE ||
               (in->market != MARKET_NONE && in->market != s->ev->index);
    }
}

/* Elsewhere they are unknown, which no constant is: 0 / 0. */
static void put_unknown(Sched *s, uint32_t v)
{
    IrInst inst = new_inst(OP_DIV, 0, ir_value(s->ir, v)->place);

    inst.value = v;
    inst.args[0] = inst.args[1] = s->ir->zero;
    put(s, inst);
}

static void put_value(Sched *s, uint32_t v)
{
    const IrValue *value = ir_value(s->ir, v);
    IrInst inst = new_inst(is_held(s, value) ? OP_LDS : value->op, value->row, value->place);

    if (is_absent(s, value)) {
        put_unknown(s, v);
        return;
    }
    inst.value = v;
    if (inst.op == value->op) {
        inst.flags = value->flags;
        inst.is_required = ir_is_time(value->op);
        for (uint32_t i = 0; i < value->arg_count; i++)
            inst.args[i] = value->args[i];
    }
    put(s, inst);
}

static void put_init(Sched *s, uint32_t row)
{
    const IrState *st = &s->ir->states.items[row];

    put_one(s, st->kind == SK_BOOL ? OP_INITB : OP_INIT, 0, st->init, row,
            ir_value(s->ir, st->init)->place);
}

/* The states whose first value is `v` take it at once, so that readers behind see it. */
static void put_inits(Sched *s, uint32_t v, bool is_wallet)
{
    for (uint32_t i = 0; i < s->ir->program->states_count; i++) {
        const IrState *st = &s->ir->states.items[i];
        if (st->init == v && st->is_wallet == is_wallet && takes_init(s, st)) put_init(s, i);
    }
}

static void put_values(Sched *s, const uint16_t *where, uint16_t when, bool is_wallet)
{
    for (uint32_t v = 0; v < s->count; v++) {
        if (where[v] != when) continue;
        put_value(s, v);
        if (when == AT_START && !s->is_late) put_inits(s, v, is_wallet);
    }
}

static void put_writes(Sched *s, bool is_wallet)
{
    for (size_t i = 0; i < s->ir->writes.count; i++) {
        IrWrite w = s->ir->writes.items[i];
        const IrState *st = &s->ir->states.items[w.row];
        if (st->is_wallet != is_wallet || !advances(s, w.row)) continue;
        put_one(s, st->kind == SK_PREVB ? OP_PREVB : OP_PREV, WF_WRITE, w.value, w.row,
                ir_value(s->ir, w.value)->place);
    }
}

/* ---- rules -------------------------------------------------------------------------------------- */

static void put_jump(Sched *s, uint8_t op, uint8_t flags, uint32_t cond, size_t number, Place place)
{
    IrInst inst = new_inst(op, (uint32_t)number, place);

    inst.flags = flags;
    inst.args[0] = cond;
    inst.end = 0; /* set when the region is closed */
    put(s, inst);
}

static void put_opening(Sched *s, const IrRule *r, size_t number)
{
    bool is_edge = r->source->kind == RULE_WHEN;

    if (has_gate(r))
        put_jump(s, OP_GATE, is_edge ? 0 : WF_STRICT, r->gate, number, r->source->cond_place);
    else if (needs_opening(s, r))
        put_jump(s, OP_MASK, 0, r->open, number, r->source->place);
}

static void put_condition(Sched *s, const IrRule *r, size_t number)
{
    Place place = r->source->cond_place;
    uint32_t level = r->is_shared ? r->cond : r->rest;

    if (!r->is_shared) put_values(s, s->wallet, demand(number, LEVEL_COND), true);
    if (r->source->kind == RULE_WHEN) {
        IrInst arm = new_inst(OP_ARM, (uint32_t)number, place);
        arm.value = r->fired;
        arm.args[0] = r->cond;
        put(s, arm);
        put_jump(s, OP_MASK, 0, r->fired, number, place);
    } else if (level != IR_NONE) {
        put_jump(s, OP_MASK, 0, level, number, place);
    }
}

static void put_requires(Sched *s, const IrRule *r, size_t number)
{
    const uint16_t *where = r->is_shared ? s->shared : s->wallet;

    put_values(s, where, demand(number, LEVEL_REQUIRE), !r->is_shared);
    for (uint32_t i = 0; i < r->require_count; i++) {
        const IrRequire *q = &r->requires[i];
        bool is_last = i + 1 == r->require_count;
        if (r->is_quiet)
            put_jump(s, OP_MASK, 0, q->cond, number, q->place);
        else if (is_last)
            put_jump(s, OP_REQ, WF_LAST, q->cond, q->reason, q->place);
        else
            put_one(s, OP_REQ, 0, q->cond, q->reason, q->place);
    }
}

static void put_action(Sched *s, const IrAction *a)
{
    IrInst inst = new_inst(a->op, a->row, a->place);

    if (a->token != IR_NONE) put_one(s, OP_TOK, 0, a->token, 0, a->place);
    inst.flags = a->flags;
    for (uint32_t i = 0; i < IR_ACTION_ARGS; i++)
        inst.args[i] = a->args[i];
    put(s, inst);
}

static void put_actions(Sched *s, const IrRule *r)
{
    for (uint32_t i = 0; i < r->action_count; i++) {
        const IrAction *a = &r->actions[i];
        const IrGroup *g = a->group >= 0 ? &r->groups[a->group] : NULL;
        bool is_first = g && (i == 0 || r->actions[i - 1].group != a->group);
        bool is_last = g && (i + 1 == r->action_count || r->actions[i + 1].group != a->group);
        if (is_first) put_one(s, OP_LEGS, 0, g->within, g->number, g->place);
        put_action(s, a);
        if (is_last) put_one(s, OP_LEGE, 0, IR_NONE, g->number, g->place);
    }
}

static void put_rule(Sched *s, size_t number)
{
    const IrRule *r = &s->ir->rules.items[number];
    const uint16_t *where = r->is_shared ? s->shared : s->wallet;
    size_t first = s->list.count;

    put_opening(s, r, number);
    put_condition(s, r, number);
    put_requires(s, r, number);
    put_values(s, where, demand(number, LEVEL_BODY), !r->is_shared);
    put_actions(s, r);
    for (size_t i = first; i < s->list.count; i++)
        if (s->list.items[i].end == 0) s->list.items[i].end = (uint32_t)s->list.count;
}

/* ---- blocks ------------------------------------------------------------------------------------- */

/* Takes the list as a block, closed with END. */
static void take_block(Sched *s, Part part)
{
    IrBlock *b = &s->ev->part[part];

    *b = (IrBlock){.part = (uint8_t)part, .event = s->ev->event, .index = s->ev->index};
    if (s->list.count == 0) return;
    put_one(s, OP_END, 0, IR_NONE, 0, (Place){0});
    b->insts = arena_array(s->ir->arena, IrInst, s->list.count);
    if (!b->insts || arena_is_full(s->ir->arena)) return;
    memcpy(b->insts, s->list.items, s->list.count * sizeof(IrInst));
    b->count = (uint32_t)s->list.count;
    vec_clear(&s->list);
}

static void put_rules(Sched *s, bool is_shared)
{
    for (size_t i = 0; i < s->ir->rules.count; i++) {
        const IrRule *r = &s->ir->rules.items[i];
        if (r->is_shared == is_shared && runs(s->ir, r, s->ev)) put_rule(s, i);
    }
}

static void make_shared(Sched *s)
{
    put_values(s, s->shared, AT_START, false);
    put_writes(s, false);
    put_rules(s, true);
    take_block(s, PART_U);
}

static bool is_cond(const Sched *s, uint32_t v)
{
    return ir_value(s->ir, v)->is_cond;
}

static void put_exits(Sched *s)
{
    for (size_t i = 0; i < s->ir->limits.count; i++) {
        const IrLimit *l = &s->ir->limits.items[i];
        if (!is_exit(l) || !needs_value(s->ir, l)) continue;
        put_one(s, is_cond(s, l->value) ? OP_EXITB : OP_EXIT, 0, l->value, (uint32_t)i,
                l->source->place);
    }
}

/* Promises and probes speak of the program after an event; nothing advances for them. */
static void put_probes(Sched *s)
{
    static const uint8_t ops[3][2] = {{OP_SHOW, OP_SHOWB}, {0, OP_PROM}, {OP_PROBE, OP_PROBEB}};

    for (size_t i = 0; i < s->ir->shows.count; i++) {
        const IrShow *sh = &s->ir->shows.items[i];
        bool is_mine = (sh->kind == 0) != (s->ev->event == EV_PROBE);
        if (is_mine)
            put_one(s, ops[sh->kind][is_cond(s, sh->value)], 0, sh->value, (uint32_t)i, sh->place);
    }
}

/* A state per wallet whose first value part U works out takes it before anything reads it. */
static void put_shared_inits(Sched *s)
{
    for (uint32_t v = 0; v < s->count; v++)
        if (s->shared[v] == AT_START && s->wallet[v] == AT_NONE) put_inits(s, v, true);
}

static void make_wallet(Sched *s)
{
    put_shared_inits(s);
    put_values(s, s->wallet, AT_START, true);
    put_writes(s, true);
    if (runs_exits(s)) put_exits(s);
    put_rules(s, false);
    if (s->ev->event == EV_PROBE) put_probes(s);
    take_block(s, PART_V);
}

/* L and S work on what is held; of part U they read what it has worked out anyway. */
static void make_values(Sched *s)
{
    for (uint32_t v = s->count; v-- > 0;) {
        const IrValue *value = ir_value(s->ir, v);
        if (ir_is_fixed(s->ir, v) || s->shared[v] == AT_START) s->local[v] = AT_NONE;
        if (s->local[v] == AT_NONE || ir_is_time(value->op)) continue;
        for (uint32_t i = 0; i < value->arg_count; i++)
            need(s->local, value->args[i], AT_START);
    }
    s->is_late = true;
    put_values(s, s->local, AT_START, false);
    s->is_late = false;
}

static bool has_entries(const IrBlock *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        if (b->insts[i].op == OP_ORDER || b->insts[i].op == OP_QUOTE || b->insts[i].op == OP_SETS)
            return true;
    return false;
}

static void make_limits(Sched *s)
{
    const Ir *ir = s->ir;

    if (!has_entries(&s->ev->part[PART_V])) return;
    memset(s->local, 0, s->count * sizeof *s->local);
    for (size_t i = 0; i < ir->limits.count; i++)
        if (!is_exit(&ir->limits.items[i]) && needs_value(ir, &ir->limits.items[i]))
            need(s->local, ir->limits.items[i].value, AT_START);
    make_values(s);
    for (size_t i = 0; i < ir->limits.count; i++) {
        const IrLimit *l = &ir->limits.items[i];
        if (is_exit(l) || !needs_value(ir, l)) continue;
        put_one(s, is_cond(s, l->value) ? OP_LIMITB : OP_LIMIT, 0, l->value, (uint32_t)i,
                l->source->place);
    }
    take_block(s, PART_L);
}

static void make_shows(Sched *s)
{
    if (s->ev->event != EV_TICK) return;
    memset(s->local, 0, s->count * sizeof *s->local);
    for (size_t i = 0; i < s->ir->shows.count; i++)
        if (s->ir->shows.items[i].kind == 0) need(s->local, s->ir->shows.items[i].value, AT_START);
    make_values(s);
    put_probes(s);
    take_block(s, PART_S);
}

static void schedule_event(Sched *s)
{
    memset(s->shared, 0, s->count * sizeof *s->shared);
    memset(s->wallet, 0, s->count * sizeof *s->wallet);
    need_by_memory(s);
    need_by_roots(s);
    spread_demand(s);
    make_shared(s);
    make_wallet(s);
    make_limits(s);
    make_shows(s);
}

/* ---- all events --------------------------------------------------------------------------------- */

static ClockSet event_clocks(const Ir *ir, EventKind kind, uint16_t index)
{
    switch (kind) {
    case EV_START:
        return ir_clocks_of(ir, CLOCK_START, -1);
    case EV_SLOT_OPEN:
    case EV_SLOT_CLOSE:
        return ir_clocks_of(ir, CLOCK_SLOT, index);
    case EV_RESOLVE:
        return ir_clocks_of(ir, CLOCK_RESOLVE, index);
    case EV_FILL:
        return ir_clocks_of(ir, CLOCK_FILL, -1) | ir_clocks_of(ir, CLOCK_ACCOUNT, -1);
    case EV_REJECT:
        return ir_clocks_of(ir, CLOCK_REJECT, -1);
    case EV_LEADER:
        return ir_clocks_of(ir, CLOCK_LEADER, index / 3);
    case EV_STALE: /* of a market, or behind them of a feed */
        if (index >= ir->program->markets_count)
            return ir_clocks_of(ir, CLOCK_FEED, index - (int32_t)ir->program->markets_count);
        return ir_clocks_of(ir, CLOCK_TICK, index);
    case EV_TICK:
        return ir_clocks_of(ir, CLOCK_TICK, index);
    case EV_FEED:
        return ir_clocks_of(ir, CLOCK_FEED, index);
    case EV_BOUNDARY:
        return ir_clocks_of(ir, CLOCK_EVERY, -1) | ir_clocks_of(ir, CLOCK_ACCOUNT, -1);
    default:
        return 0;
    }
}

/* How many blocks a kind of event can have. */
static uint32_t index_count(const Program *p, EventKind kind)
{
    switch (kind) {
    case EV_SLOT_OPEN:
    case EV_SLOT_CLOSE:
    case EV_RESOLVE:
    case EV_TICK:
        return p->markets_count;
    case EV_STALE:
        return p->markets_count + p->feeds_count;
    case EV_LEADER:
        return p->leaders_count * 3;
    case EV_FEED:
        return p->feeds_count;
    case EV_START:
    case EV_FILL:
    case EV_FILL_STATE:
    case EV_ORDER_STATE:
    case EV_REJECT:
    case EV_BOUNDARY:
    case EV_PROBE:
        return 1;
    default:
        return 0;
    }
}

/* Only slot markets roll over; boundaries need a period. */
static bool can_happen(const Program *p, const IrEvent *ev)
{
    bool is_slot = ev->event == EV_SLOT_OPEN || ev->event == EV_SLOT_CLOSE;

    if (is_slot) return p->markets[ev->index].kind == MARKET_SLOT;
    return ev->event != EV_BOUNDARY || ev->clocks != 0;
}

static bool is_empty(const IrEvent *ev)
{
    return ev->part[PART_U].count + ev->part[PART_V].count + ev->part[PART_L].count +
               ev->part[PART_S].count ==
           0;
}

bool ir_schedule(Ir *ir)
{
    Sched s = {.ir = ir, .count = (uint32_t)ir->values.count};

    s.shared = arena_array(ir->arena, uint16_t, s.count + 1U);
    s.wallet = arena_array(ir->arena, uint16_t, s.count + 1U);
    s.local = arena_array(ir->arena, uint16_t, s.count + 1U);
    if (arena_is_full(ir->arena)) return false;
    for (EventKind kind = EV_START; kind < EV_KINDS; kind++) {
        for (uint32_t i = 0; i < index_count(ir->program, kind); i++) {
            IrEvent ev = {.event = (uint8_t)kind, .index = (uint16_t)i};
            ev.clocks = event_clocks(ir, kind, (uint16_t)i);
            if (!can_happen(ir->program, &ev)) continue;
            s.ev = &ev;
            schedule_event(&s);
            if (!is_empty(&ev)) vec_push(ir->arena, &ir->events, ev);
            if (arena_is_full(ir->arena)) return false;
        }
    }
    return true;
}
