/* pool.c — see pool.h. */
#include "runtime/engine/pool.h"

#include "runtime/engine/link.h"
#include "vm/arith.h"
#include "vm/base/sort.h"
#include "vm/step.h"

const char *live_sentence(LiveWhy why)
{
    static const char *const sentences[LIVE_WHY_COUNT] = {
#define LIVE(name, sentence) [LIVE_##name] = sentence,
#include "runtime/engine/live.def"
#undef LIVE
    };

    return (uint32_t)why < LIVE_WHY_COUNT ? sentences[why] : "?";
}

void pool_want(Pool *p, const PoolNode *n)
{
    PoolNode *own = p->nodes[n->id];

    if (own->is_eager) return;
    own->is_eager = true;
    p->is_listed = false;
    if (n->x) pool_want(p, n->x);
    if (n->y) pool_want(p, n->y);
    if (n->z) pool_want(p, n->z);
}

/* ---- a tick -------------------------------------------------------------------------------------- */

/* By distance from the inputs, then by operation: what one run works on does not depend on itself. */
static int compare_nodes(const void *a, const void *b, void *ctx)
{
    const PoolNode *x = *(PoolNode *const *)a, *y = *(PoolNode *const *)b;

    (void)ctx;
    if (x->level != y->level) return x->level < y->level ? -1 : 1;
    if (x->op != y->op) return x->op < y->op ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static uint32_t level_behind(const PoolNode *operand, uint32_t level)
{
    return operand && operand->level >= level ? operand->level + 1 : level;
}

static void gather_nodes(Pool *p)
{
    p->eager_count = p->homed_count = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        PoolNode *n = p->nodes[i];

        n->level = level_behind(n->x, level_behind(n->y, level_behind(n->z, 0)));
        if (n->is_eager && n->op != POOL_INPUT && n->op != POOL_CONST)
            p->eager[p->eager_count++] = n;
        if (n->home) p->homed[p->homed_count++] = n;
    }
}

static void find_runs(Pool *p)
{
    p->run_count = 0;
    for (uint32_t i = 0; i < p->eager_count; i++) {
        const PoolNode *n = p->eager[i], *before = i ? p->eager[i - 1] : NULL;

        if (!before || n->op != before->op || n->level != before->level)
            p->runs[p->run_count++] = (PoolRun){n->op, i, 0};
        p->runs[p->run_count - 1].count++;
    }
}

bool pool_build(Pool *p)
{
    if (p->is_listed) return true;
    p->eager = arena_array(p->arena, PoolNode *, p->count + 1U);
    p->homed = arena_array(p->arena, PoolNode *, p->count + 1U);
    p->runs = arena_array(p->arena, PoolRun, p->count + 1U);
    if (arena_is_full(p->arena)) return false;
    gather_nodes(p);
    if (!sort_stable(p->eager, p->eager_count, sizeof *p->eager, compare_nodes, NULL, p->arena))
        return false;
    find_runs(p);
    p->is_listed = true;
    return true;
}

static void take_output(PoolNode *n)
{
    const Held *out = n->mem;

    if (n->is_cond)
        n->cond = (uint8_t)out->cond;
    else
        n->num = out->num;
}

/* Operations that remember: one step of their own memory. */
static void step(const Pool *p, PoolNode *n)
{
    StepInput in = {.op = (uint8_t)n->op, .flags = n->flags, .now_us = p->now_us};

    if (n->x) {
        in.x = n->x->num;
        in.cond = n->x->cond;
    }
    if (n->y) in.y = n->y->num;
    step_memory(n->link, n->mem, &in);
    if (step_has_output(n->link, n->flags)) take_output(n);
}

#define X n->x->num
#define Y n->y->num
#define Z n->z->num
#define QX n->x->cond
#define QY n->y->cond
#define QZ n->z->cond
#define NUMS(V)           \
    V(ADD, ar_add(X, Y))  \
    V(SUB, ar_sub(X, Y))  \
    V(MUL, ar_mul(X, Y))  \
    V(DIV, ar_div(X, Y))  \
    V(NEG, ar_neg(X))     \
    V(ABS, ar_abs(X))     \
    V(MIN, ar_min(X, Y))  \
    V(MAX, ar_max(X, Y))  \
    V(FLOOR, ar_floor(X)) \
    V(CEIL, ar_ceil(X))   \
    V(ROUND, ar_round(X)) \
    V(SQRT, ar_sqrt(X))   \
    V(LN, ar_ln(X))       \
    V(EXP, ar_exp(X))     \
    V(SIGN, ar_sign(X))   \
    V(OTH, ar_oth(X, Y))  \
    V(SEL, ar_sel(QX, Y, Z))
#define CONDS(V)                 \
    V(SELB, ar_selb(QX, QY, QZ)) \
    V(LT, ar_lt(X, Y))           \
    V(LE, ar_le(X, Y))           \
    V(LTQ, ar_ltq(X, Y))         \
    V(LEQ, ar_leq(X, Y))         \
    V(EQ, ar_eq(X, Y))           \
    V(EQQ, ar_eqq(X, Y))         \
    V(INK, ar_ink(X, Y, Z))      \
    V(INKQ, ar_inkq(X, Y, Z))    \
    V(KNOWN, ar_known(X))        \
    V(AND, ar_and(QX, QY))       \
    V(OR, ar_or(QX, QY))         \
    V(NOT, ar_not(QX))           \
    V(OTHB, ar_othb(QX, QY))     \
    V(KNOWNB, ar_knownb(QX))     \
    V(EQB, ar_eqb(QX, QY))

/* Values of one operation, none of which depends on another of them. */
static void run_nodes(const Pool *p, uint16_t op, PoolNode *const *at, uint32_t count)
{
    PoolNode *const *end = at + count;
    PoolNode *n;

    switch (op) {
#define V(name, value)           \
    case OP_##name:              \
        for (; at < end; at++) { \
            n = *at;             \
            n->num = value;      \
        }                        \
        return;
        NUMS(V)
#undef V
#define V(name, value)           \
    case OP_##name:              \
        for (; at < end; at++) { \
            n = *at;             \
            n->cond = value;     \
        }                        \
        return;
        CONDS(V)
#undef V
    case OP_EMA:
        for (; at < end; at++) {
            MemMean *m = (*at)->mem;

            ema_step((*at)->link, m, (*at)->x->num);
            (*at)->num = m->out;
        }
        return;
    case OP_RSI:
        for (; at < end; at++) {
            MemRsi *m = (*at)->mem;

            rsi_step((*at)->link, m, (*at)->x->num);
            (*at)->num = m->out;
        }
        return;
    case POOL_TIME:
        for (; at < end; at++)
            (*at)->num = link_time_value(p->now_us, &p->market, (*at)->field);
        return;
    default: /* inputs, constants and what stands need nothing */
        for (; at < end; at++)
            if ((*at)->link) step(p, *at);
        return;
    }
}

void pool_tick(Pool *p, const TickData *tick, int64_t now_us)
{
    p->tick++;
    p->now_us = now_us;
    feature_take(&p->plan, &p->feature, tick);
    p->market.closes_at_us = tick->closes_in_us;
    if (tick->closes_in_us != MICROS_UNKNOWN)
        p->market.closes_at_us = sat_add(now_us, tick->closes_in_us);
    for (uint32_t i = 0; i < p->run_count; i++)
        run_nodes(p, p->runs[i].op, p->eager + p->runs[i].first, p->runs[i].count);
}

void pool_value(Pool *p, const PoolNode *n)
{
    PoolNode *own = p->nodes[n->id];

    if (n->is_eager || n->stamp == p->tick) return;
    if (n->x) pool_value(p, n->x);
    if (n->y) pool_value(p, n->y);
    if (n->z) pool_value(p, n->z);
    own->stamp = p->tick;
    run_nodes(p, own->op, &own, 1);
}

/* ---- to and from instances ----------------------------------------------------------------------- */

void pool_hand(Pool *p, const PoolLink *link, Vm *vm)
{
    for (uint32_t i = 0; i < link->num_count; i++) {
        pool_value(p, link->nums[i].node);
        vm->nums[link->nums[i].index] = link->nums[i].node->num;
    }
    for (uint32_t i = 0; i < link->cond_count; i++) {
        pool_value(p, link->conds[i].node);
        vm->conds[link->conds[i].index] = link->conds[i].node->cond;
    }
    pool_outputs(link, vm);
}

void pool_outputs(const PoolLink *link, Vm *vm)
{
    for (uint32_t i = 0; i < link->row_count; i++)
        memcpy(vm->state + vm->links[link->rows[i].index].offset, link->rows[i].node->mem,
               sizeof(Held));
}

void pool_restore(const PoolLink *link, Vm *vm)
{
    for (uint32_t i = 0; i < link->row_count; i++)
        memcpy(vm->state + vm->links[link->rows[i].index].offset, link->rows[i].node->mem,
               link->rows[i].node->mem_size);
}

static void take_home(PoolNode *n)
{
    if (n->mem) {
        memcpy(n->mem, n->home->state + n->home->links[n->home_row].offset, n->mem_size);
        take_output(n);
    } else if (n->op == POOL_GIVEN) {
        n->num = n->home->inputs[n->home_row];
    } else if (n->is_cond) {
        n->cond = (uint8_t)vm_state_num(n->home, NULL, n->home_row);
    } else {
        n->num = vm_state_num(n->home, NULL, n->home_row);
    }
}

void pool_adopt(Pool *p, const bool *moved)
{
    for (uint32_t i = 0; i < p->homed_count; i++)
        if (!moved || moved[p->homed[i]->home_strategy]) take_home(p->homed[i]);
}
