/* lower.c — expressions to values.
 *
 * Expressions come in the order of their ids, so that arguments are there when a user is met; only the
 * recursion of PREV points forward, and is closed at the end. */
#include "compiler/ir/lower.h"

#include "compiler/ir/field.h"
#include "vm/base/num.h"

typedef struct Lower {
    Ir *ir;
    const Program *program;
    bool *is_steady; /* by expression: changes at instants of its own clocks only */
    uint16_t *slots; /* by expression: bits of the slot markets in whose slots it lives */
} Lower;

/* ---- plain operations ------------------------------------------------------------------------- */

/* One row an operation that is one machine operation: on numbers, on conditions, on the money grid. */
typedef struct Spelling {
    uint8_t op, cond_op, grid_op;
    bool is_cond, is_swapped, is_negated;
} Spelling;

static const Spelling *spelling_of(uint8_t op)
{
    static const Spelling rows[EX_COUNT] = {
        [EX_ADD] = {OP_ADD, 0, 0, false, false, false},
        [EX_SUB] = {OP_SUB, 0, 0, false, false, false},
        [EX_MUL] = {OP_MUL, 0, 0, false, false, false},
        [EX_DIV] = {OP_DIV, 0, 0, false, false, false},
        [EX_NEG] = {OP_NEG, 0, 0, false, false, false},
        [EX_ABS] = {OP_ABS, 0, 0, false, false, false},
        [EX_ROUND] = {OP_ROUND, 0, 0, false, false, false},
        [EX_FLOOR] = {OP_FLOOR, 0, 0, false, false, false},
        [EX_CEIL] = {OP_CEIL, 0, 0, false, false, false},
        [EX_SQRT] = {OP_SQRT, 0, 0, false, false, false},
        [EX_LN] = {OP_LN, 0, 0, false, false, false},
        [EX_EXP] = {OP_EXP, 0, 0, false, false, false},
        [EX_SIGN] = {OP_SIGN, 0, 0, false, false, false},
        [EX_IF] = {OP_SEL, OP_SELB, 0, false, false, false},
        [EX_OTHERWISE] = {OP_OTH, OP_OTHB, 0, false, false, false},
        [EX_KNOWN] = {OP_KNOWN, OP_KNOWNB, 0, true, false, false},
        [EX_LT] = {OP_LT, 0, OP_LTQ, true, false, false},
        [EX_LE] = {OP_LE, 0, OP_LEQ, true, false, false},
        [EX_GT] = {OP_LT, 0, OP_LTQ, true, true, false},
        [EX_GE] = {OP_LE, 0, OP_LEQ, true, true, false},
        [EX_EQ] = {OP_EQ, OP_EQB, OP_EQQ, true, false, false},
        [EX_NE] = {OP_EQ, OP_EQB, OP_EQQ, true, false, true},
        [EX_EQB] = {OP_EQB, OP_EQB, 0, true, false, false},
        [EX_NEB] = {OP_EQB, OP_EQB, 0, true, false, true},
        [EX_BETWEEN] = {OP_INK, 0, OP_INKQ, true, false, false},
        [EX_AND] = {OP_AND, OP_AND, 0, true, false, false},
        [EX_OR] = {OP_OR, OP_OR, 0, true, false, false},
        [EX_NOT] = {OP_NOT, OP_NOT, 0, true, false, false},
        [EX_PRICE_TO_BUY] = {OP_PBUY, 0, 0, false, false, false},
        [EX_PRICE_TO_SELL] = {OP_PSELL, 0, 0, false, false, false},
        [EX_DEPTH_TO_BUY] = {OP_DBUY, 0, 0, false, false, false},
        [EX_DEPTH_TO_SELL] = {OP_DSELL, 0, 0, false, false, false},
        [EX_TAKER_FEE] = {OP_FEE, 0, 0, false, false, false},
    };
    return rows[op].op ? &rows[op] : NULL;
}

static uint32_t arg(const Lower *l, const Expr *e, uint32_t i)
{
    return l->ir->of_expr[e->args[i]->id];
}

static uint32_t unary(Lower *l, uint8_t op, uint32_t a, bool is_cond, Place place)
{
    return ir_add(
        l->ir,
        (IrValue){.op = op, .arg_count = 1, .args = {a}, .is_cond = is_cond, .place = place});
}

static uint32_t binary(Lower *l, uint8_t op, uint32_t a, uint32_t b, bool is_cond, Place place)
{
    return ir_add(
        l->ir,
        (IrValue){.op = op, .arg_count = 2, .args = {a, b}, .is_cond = is_cond, .place = place});
}

static uint8_t book_flags(const Expr *e)
{
    if (e->op == EX_TAKER_FEE) return e->flags & EXF_SELL ? WF_SELL : 0;
    return e->flags & EXF_USD ? WF_USD : 0;
}

static uint32_t lower_plain(Lower *l, const Expr *e, const Spelling *s)
{
    IrValue v = {.flags = book_flags(e), .arg_count = (uint8_t)e->arg_count, .place = e->place};
    bool on_conds;
    uint32_t made;

    for (uint32_t i = 0; i < e->arg_count; i++)
        v.args[s->is_swapped ? e->arg_count - 1 - i : i] = arg(l, e, i);
    on_conds = s->cond_op && ir_value(l->ir, v.args[e->arg_count - 1])->is_cond;
    v.op = e->flags & EXF_GRID && s->grid_op ? s->grid_op : on_conds ? s->cond_op : s->op;
    v.is_cond = s->is_cond || on_conds;
    made = ir_add(l->ir, v);
    return s->is_negated ? unary(l, OP_NOT, made, true, e->place) : made;
}

/* Left to right: min(min(a, b), c). */
static uint32_t lower_fold(Lower *l, const Expr *e, uint8_t op)
{
    uint32_t v = arg(l, e, 0);

    for (uint32_t i = 1; i < e->arg_count; i++)
        v = binary(l, op, v, arg(l, e, i), false, e->place);
    return v;
}

static uint32_t clamp(Lower *l, uint32_t x, uint32_t lo, uint32_t hi, Place place)
{
    return binary(l, OP_MAX, lo, binary(l, OP_MIN, x, hi, false, place), false, place);
}

/* 10 * clamp((x - lo) / (hi - lo), 0, 1). */
static uint32_t lower_scale(Lower *l, const Expr *e)
{
    uint32_t lo = arg(l, e, 1);
    uint32_t above = binary(l, OP_SUB, arg(l, e, 0), lo, false, e->place);
    uint32_t span = binary(l, OP_SUB, arg(l, e, 2), lo, false, e->place);
    uint32_t part = binary(l, OP_DIV, above, span, false, e->place);
    uint32_t unit = clamp(l, part, ir_const(l->ir, 0), ir_const(l->ir, 1), e->place);

    return binary(l, OP_MUL, ir_const(l->ir, 10), unit, false, e->place);
}

/* One of several: unknown if any operand is, also when another one matches.  Only options that are
 * not fixed can be unknown; for those the knowledge of all is asked first. */
static uint32_t lower_in(Lower *l, const Expr *e)
{
    uint8_t op = e->flags & EXF_GRID ? OP_EQQ : OP_EQ;
    uint32_t any = IR_NONE, known = IR_NONE;

    for (uint32_t i = 1; i < e->arg_count; i++) {
        uint32_t option = arg(l, e, i);
        uint32_t is = binary(l, op, arg(l, e, 0), option, true, e->place);
        any = any == IR_NONE ? is : binary(l, OP_OR, any, is, true, e->place);
        if (ir_is_fixed(l->ir, option)) continue;
        option = unary(l, OP_KNOWN, option, true, e->place);
        known = known == IR_NONE ? option : binary(l, OP_AND, known, option, true, e->place);
    }
    if (known == IR_NONE) return any;
    return ir_add(l->ir, (IrValue){.op = OP_SELB,
                                   .arg_count = 3,
                                   .args = {known, any, ir_cond(l->ir, COND_UNKNOWN, e->place)},
                                   .is_cond = true,
                                   .place = e->place});
}

/* ---- leaves ----------------------------------------------------------------------------------- */

static uint32_t lower_input(Lower *l, const Expr *e)
{
    uint8_t field = l->program->inputs[e->index].field;
    bool is_event = field_space(field) == IN_EVENT;
    static const uint8_t ops[] = {[IN_SHARED] = OP_LDI, [IN_WALLET] = OP_LDW, [IN_EVENT] = OP_LDE};

    if (is_event && l->ir->zero == IR_NONE) l->ir->zero = ir_const(l->ir, 0);
    return ir_add(l->ir, (IrValue){.op = ops[field_space(field)],
                                   .row = e->index,
                                   .is_wallet = field_is_wallet(field),
                                   .place = e->place});
}

static uint32_t lower_state(Lower *l, const Expr *e)
{
    const IrState *s = &vec_at(&l->ir->states, e->index);

    return ir_add(l->ir, (IrValue){.op = OP_LDS,
                                   .row = e->index,
                                   .is_cond = s->kind == SK_BOOL,
                                   .is_wallet = s->is_wallet,
                                   .place = e->place});
}

static uint32_t lower_leaf(Lower *l, const Expr *e)
{
    switch (e->op) {
    case EX_CONST:
        return ir_const(l->ir, e->num);
    case EX_CONSTB:
        return ir_cond(l->ir, e->num != 0 ? COND_TRUE : COND_FALSE, e->place);
    case EX_PARAM:
        return ir_add(l->ir, (IrValue){.op = IR_PARAM, .row = e->index, .place = e->place});
    case EX_INPUT:
        return lower_input(l, e);
    case EX_STATE:
        return lower_state(l, e);
    default: /* EX_TOKEN */
        return ir_const(l->ir, e->index);
    }
}

static uint32_t lower_token_field(Lower *l, const Expr *e)
{
    return ir_add(l->ir, (IrValue){.op = OP_LDT,
                                   .arg_count = 1,
                                   .args = {arg(l, e, 0)},
                                   .row = e->index,
                                   .is_wallet = field_is_wallet(e->index),
                                   .place = e->place});
}

/* ---- time ------------------------------------------------------------------------------------- */

static ClockSet account_clock(Ir *ir)
{
    ClockSet set = ir_clocks_of(ir, CLOCK_ACCOUNT, -1);

    if (set) return set;
    if (ir->clocks.count >= MAX_CLOCKS) return ir_all_ticks(ir);
    vec_push(ir->arena, &ir->clocks, (IrClock){CLOCK_ACCOUNT, 0, IR_NONE});
    return ir_clocks_of(ir, CLOCK_ACCOUNT, -1);
}

static ClockSet memory_clocks(Lower *l, const Expr *e)
{
    if (e->clocks) return e->clocks;
    return e->wallet ? account_clock(l->ir) : ir_all_ticks(l->ir);
}

/* How long memory lives: until the slot opens again, until midnight (a vwap that does not live in a slot), or on. */
static void set_life(const Lower *l, IrState *s, const Expr *e)
{
    bool is_across = (e->flags & EXF_ACROSS) != 0;
    uint16_t slots = l->slots[e->id];

    s->life = STATE_RUN;
    s->market = MARKET_NONE;
    if (e->slot_lived && !is_across) {
        s->life = STATE_SLOT;
        s->market = slots ? (uint8_t)__builtin_ctz(slots) : e->slot_market;
        s->slots = slots & (uint16_t) ~(1U << s->market);
    } else if (s->kind == SK_VWAP) {
        s->life = STATE_DAY;
    }
}

/* A window is read once, when the instance is made: it must be a constant or a param by itself. */
static uint32_t add_memory(Lower *l, const Expr *e, StateKind kind, uint32_t window)
{
    IrState s = {.kind = (uint8_t)kind, .window = window, .init = IR_NONE};

    s.clocks = memory_clocks(l, e);
    s.flags = kind == SK_SMA && e->flags & EXF_EXACT ? SF_EXACT : 0;
    set_life(l, &s, e);
    vec_push(l->ir->arena, &l->ir->states, s);
    return (uint32_t)l->ir->states.count - 1;
}

static uint32_t add_time(Lower *l, uint8_t op, uint32_t row, const uint32_t *args, uint8_t count,
                         const Expr *e)
{
    IrState *s = &vec_at(&l->ir->states, row);
    IrValue v = {.op = op, .row = row, .arg_count = count, .place = e->place};
    uint32_t made;

    for (uint8_t i = 0; i < count; i++)
        v.args[i] = args[i];
    v.is_cond =
        s->kind == SK_PREVB || s->kind == SK_XUP || s->kind == SK_HELD || s->kind == SK_SMPLB;
    if (count == 0) v.is_wallet = e->wallet; /* the first half of a recursive PREV */
    made = ir_add(l->ir, v);
    s->is_wallet = ir_value(l->ir, made)->is_wallet;
    return made;
}

static bool is_cond_type(const Expr *e)
{
    return e->type.shape == SHAPE_BOOL;
}

/* x, n instants ago.  When x is computed later it reads x's own past: read early, write late. */
static uint32_t lower_prev(Lower *l, const Expr *e)
{
    const Expr *x = e->args[0];
    uint8_t op = is_cond_type(x) ? OP_PREVB : OP_PREV;
    uint32_t row = add_memory(l, e, is_cond_type(x) ? SK_PREVB : SK_PREV, arg(l, e, 1));
    uint32_t v, source;

    if (x->id < e->id) {
        source = arg(l, e, 0);
        return add_time(l, op, row, &source, 1, e);
    }
    v = add_time(l, op, row, NULL, 0, e);
    ir_value(l->ir, v)->flags = WF_READ;
    vec_push(l->ir->arena, &l->ir->writes, (IrWrite){row, x->id}); /* an expression until the end */
    return v;
}

/* x - prev(x, n).  Where x also moves between the instants the difference is held as of the last one. */
static uint32_t lower_change(Lower *l, const Expr *e)
{
    uint32_t x = arg(l, e, 0);
    uint32_t row = add_memory(l, e, SK_PREV, arg(l, e, 1));
    uint32_t before = add_time(l, OP_PREV, row, &x, 1, e);
    uint32_t change = binary(l, OP_SUB, x, before, false, e->place);

    if (l->is_steady[e->args[0]->id] && !(e->flags & EXF_ACROSS)) return change;
    return add_time(l, OP_SMPL, add_memory(l, e, SK_SMPL, IR_NONE), &change, 1, e);
}

static uint32_t lower_cross(Lower *l, const Expr *e)
{
    bool is_up = e->op == EX_XUP;
    uint32_t args[2] = {arg(l, e, is_up ? 0 : 1), arg(l, e, is_up ? 1 : 0)};
    uint8_t op = e->flags & EXF_GRID ? OP_XUPQ : OP_XUP;

    return add_time(l, op, add_memory(l, e, SK_XUP, IR_NONE), args, 2, e);
}

static uint32_t lower_vwap(Lower *l, const Expr *e)
{
    uint32_t args[2] = {arg(l, e, 0), arg(l, e, 1)};
    uint32_t row = e->op == EX_VWAP ? add_memory(l, e, SK_VWAP, IR_NONE)
                                    : add_memory(l, e, SK_VWAPN, arg(l, e, 2));

    return add_time(l, OP_VWAP, row, args, 2, e);
}

static uint32_t lower_sample(Lower *l, const Expr *e)
{
    uint32_t x = arg(l, e, 0);
    bool is_cond = ir_value(l->ir, x)->is_cond;
    uint32_t row = add_memory(l, e, is_cond ? SK_SMPLB : SK_SMPL, IR_NONE);

    return add_time(l, is_cond ? OP_SMPLB : OP_SMPL, row, &x, 1, e);
}

/* Operators with one input and a window: EX, operation, memory. */
static uint32_t lower_window(Lower *l, const Expr *e)
{
    static const uint8_t rows[][3] = {
        {EX_EMA, OP_EMA, SK_EMA},       {EX_SMA, OP_SMA, SK_SMA},       {EX_RMA, OP_RMA, SK_RMA},
        {EX_RSI, OP_RSI, SK_RSI},       {EX_STDEV, OP_STDEV, SK_STDEV}, {EX_ZSCORE, OP_ZSC, SK_ZSC},
        {EX_HIGHEST, OP_HIGH, SK_HIGH}, {EX_LOWEST, OP_LOW, SK_LOW},    {EX_HELD, OP_HELD, SK_HELD},
        {EX_SINCE, OP_SINCE, SK_SINCE},
    };
    uint32_t x = arg(l, e, 0), i = 0;

    while (rows[i][0] != e->op)
        BUG_IF(++i == ARRAY_LEN(rows));
    return add_time(
        l, rows[i][1],
        add_memory(l, e, (StateKind)rows[i][2], e->arg_count > 1 ? arg(l, e, 1) : IR_NONE), &x, 1,
        e);
}

/* ---- all expressions -------------------------------------------------------------------------- */

static uint32_t lower_time(Lower *l, const Expr *e)
{
    switch (e->op) {
    case EX_PREV:
        return lower_prev(l, e);
    case EX_CHANGE:
        return lower_change(l, e);
    case EX_XUP:
    case EX_XDOWN:
        return lower_cross(l, e);
    case EX_VWAP:
    case EX_VWAPN:
        return lower_vwap(l, e);
    case EX_SAMPLE:
        return lower_sample(l, e);
    default:
        return lower_window(l, e);
    }
}

typedef enum ExprKind { KIND_LEAF, KIND_PURE, KIND_TIME, KIND_BOOK } ExprKind;

static ExprKind kind_of(uint8_t op)
{
    static const uint8_t kinds[EX_COUNT] = {
#define EXPR(name, args, kind, meaning) [EX_##name] = KIND_##kind,
#include "compiler/sema/exprs.def"
#undef EXPR
    };
    return (ExprKind)kinds[op];
}

static uint32_t lower_expr(Lower *l, const Expr *e)
{
    const Spelling *s = spelling_of(e->op);

    if (s) return lower_plain(l, e, s);
    if (kind_of(e->op) == KIND_TIME) return lower_time(l, e);
    switch (e->op) {
    case EX_LET:
        return arg(l, e, 0);
    case EX_TOKEN_FIELD:
        return lower_token_field(l, e);
    case EX_MIN:
        return lower_fold(l, e, OP_MIN);
    case EX_MAX:
        return lower_fold(l, e, OP_MAX);
    case EX_CLAMP:
        return clamp(l, arg(l, e, 0), arg(l, e, 1), arg(l, e, 2), e->place);
    case EX_SCALE:
        return lower_scale(l, e);
    case EX_IN:
        return lower_in(l, e);
    default:
        return lower_leaf(l, e);
    }
}

/* Fields of the venue change at ticks only; time, wallets, states and feeds also move in between, and so
 * does a vwap that begins anew at midnight. */
static bool is_steady(const Lower *l, const Expr *e)
{
    FieldOwner owner;

    if (e->op == EX_VWAP) return e->slot_lived && !(e->flags & EXF_ACROSS);
    if (kind_of(e->op) == KIND_TIME) return true;
    if (e->op == EX_STATE || e->op == EX_TOKEN_FIELD) return false;
    if (e->op == EX_INPUT) {
        owner = (FieldOwner)field_rows[l->program->inputs[e->index].field].owner;
        return owner == OWNER_TOKEN || owner == OWNER_MARKET || owner == OWNER_INSTR;
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (!l->is_steady[e->args[i]->id]) return false;
    return true;
}

static uint16_t slot_bit(const Lower *l, uint32_t market)
{
    bool is_slot = market < MAX_MARKETS && market < l->program->markets_count &&
                   l->program->markets[market].kind == MARKET_SLOT;

    return is_slot ? (uint16_t)(1U << market) : 0;
}

/* Memory over fields of several slots restarts with each of them. */
static uint16_t slots_of(const Lower *l, const Expr *e)
{
    const Input *in = e->op == EX_INPUT ? &l->program->inputs[e->index] : NULL;
    uint16_t slots = 0;

    if (e->flags & EXF_ACROSS || !e->slot_lived) return 0;
    if (in) return field_rows[in->field].life == LIFE_SLOT ? slot_bit(l, in->market) : 0;
    if (e->op == EX_STATE) return slot_bit(l, l->program->states[e->index].market);
    for (uint32_t i = 0; i < e->arg_count; i++)
        slots |= l->slots[e->args[i]->id];
    if (kind_of(e->op) == KIND_BOOK) slots |= slot_bit(l, e->slot_market); /* the token's own */
    return slots ? slots : slot_bit(l, e->slot_market);
}

static void lower_exprs(Lower *l)
{
    Ir *ir = l->ir;

    for (uint32_t i = 0; i < l->program->exprs_count; i++) {
        const Expr *e = l->program->exprs[i];
        if (!vec_reserve(ir->arena, &ir->states, 2)) return; /* so that add_memory cannot fail */
        l->is_steady[i] = is_steady(l, e);
        l->slots[i] = slots_of(l, e);
        ir->of_expr[i] = lower_expr(l, e);
    }
    for (size_t i = 0; i < ir->writes.count; i++)
        ir->writes.items[i].value = ir->of_expr[ir->writes.items[i].value];
}

/* ---- tables ----------------------------------------------------------------------------------- */

static void copy_clocks(Ir *ir, const Program *p)
{
    for (uint32_t i = 0; i < p->clocks_count; i++)
        vec_push(ir->arena, &ir->clocks, (IrClock){p->clocks[i].kind, p->clocks[i].index, IR_NONE});
    for (uint16_t m = 0; m < p->markets_count; m++)
        if (!ir_clocks_of(ir, CLOCK_TICK, m) && ir->clocks.count < MAX_CLOCKS)
            vec_push(ir->arena, &ir->clocks, (IrClock){CLOCK_TICK, m, IR_NONE});
}

static void add_states(Ir *ir, const Program *p)
{
    for (uint32_t i = 0; i < p->states_count; i++) {
        const State *s = &p->states[i];
        vec_push(ir->arena, &ir->states,
                 (IrState){.kind = s->type.shape == SHAPE_BOOL ? SK_BOOL : SK_NUM,
                           .life = s->life,
                           .market = s->life == STATE_SLOT ? s->market : MARKET_NONE,
                           .is_wallet = s->wallet,
                           .window = IR_NONE,
                           .init = IR_NONE});
    }
}

static void set_inits(Ir *ir, const Program *p)
{
    for (uint32_t i = 0; i < p->states_count; i++)
        if (p->states[i].init) ir->states.items[i].init = ir->of_expr[p->states[i].init->id];
}

Ir *ir_lower(const Program *p, LowerOptions options, Arena *arena)
{
    Ir *ir = arena_new(arena, Ir);
    Lower l = {.ir = ir,
               .program = p,
               .is_steady = arena_array(arena, bool, p->exprs_count + 1U),
               .slots = arena_array(arena, uint16_t, p->exprs_count + 1U)};

    if (!ir || arena_is_full(arena)) return NULL;
    *ir = (Ir){.arena = arena,
               .program = p,
               .has_tests = options.has_tests,
               .is_plain = options.is_plain,
               .zero = IR_NONE,
               .of_expr = arena_array(arena, uint32_t, p->exprs_count + 1U)};
    ir_const(ir, 0); /* value 0 is always there, whatever happens to memory later */
    if (arena_is_full(arena)) return NULL;
    copy_clocks(ir, p);
    for (uint32_t i = 0; i < p->inputs_count; i++)
        vec_push(arena, &ir->inputs, p->inputs[i]);
    add_states(ir, p);
    if (arena_is_full(arena)) return NULL;
    lower_exprs(&l);
    if (arena_is_full(arena)) return NULL;
    set_inits(ir, p);
    lower_roots(ir);
    return arena_is_full(arena) ? NULL : ir;
}
