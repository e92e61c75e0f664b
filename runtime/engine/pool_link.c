/* pool_link.c — takes the tick part of an image apart into values of the pool. */
#include "runtime/engine/pool.h"

#include "vm/base/num.h"
#include "vm/ops.h"

enum { NODES_MAX = 1 << 24, PLAN_MAX = 256 };

bool pool_init(Pool *p, const MarketRun *market, Arena *arena)
{
    *p = (Pool){.arena = arena,
                .plan = feature_plan_new(PLAN_MAX, arena),
                .node_room = room_new(arena, 0, NODES_MAX),
                .market = *market,
                .feature = market->feature};
    map_init(&p->known, arena);
    return !arena_is_full(arena);
}

/* ---- making values ------------------------------------------------------------------------------ */

typedef struct Key { /* what a value is */
    uint64_t op, x, y, z, a, b, c, d;
} Key;

static PoolNode *add_node(Pool *p, uint16_t op)
{
    PoolNode **nodes = room_for(&p->node_room, p->nodes, p->count + 1, sizeof *nodes);
    PoolNode *n = arena_new(p->arena, PoolNode);

    if (!nodes || arena_is_full(p->arena)) return NULL;
    p->nodes = nodes;
    p->is_listed = false;
    *n = (PoolNode){.op = op, .id = p->count, .num = UNKNOWN};
    p->nodes[p->count++] = n;
    return n;
}

/* The value with this key; a new one, without operands, when there is none. */
static PoolNode *node_of(Pool *p, const Key *key, bool *ret_is_new)
{
    Span span = span_of((const char *)key, sizeof *key);
    PoolNode *n = map_get_ptr(&p->known, span);

    *ret_is_new = !n;
    if (n) return n;
    n = add_node(p, (uint16_t)key->op);
    span = arena_span(p->arena, span);
    return n && map_put_ptr(&p->known, span, n) ? n : NULL;
}

static PoolNode *constant(Pool *p, double num)
{
    bool is_new;
    PoolNode *n = node_of(p, &(Key){.op = POOL_CONST, .a = num_bits(num)}, &is_new);

    if (n && is_new) n->num = num;
    return n;
}

static PoolNode *constant_cond(Pool *p, uint8_t cond)
{
    bool is_new;
    PoolNode *n = node_of(p, &(Key){.op = POOL_CONST, .a = cond, .b = 1}, &is_new);

    if (!n) return NULL;
    n->cond = cond;
    n->is_cond = true;
    return n;
}

/* ---- taking a block apart ------------------------------------------------------------------------ */

typedef struct Taker {
    Pool *p;
    const Vm *vm;
    const uint64_t *words;
    uint32_t count;
    uint64_t tick_clock;
    PoolAge age;
    const PoolNode **nums, **conds; /* by shared register */
    const PoolNode **rows;          /* by state row: its value after this tick */
    LiveWhy why;
} Taker;

static const PoolNode *operand(Taker *t, uint16_t o)
{
    uint32_t index = o & OPND_INDEX;

    switch (o & OPND_FILE) {
    case OPND_SHARED:
        return t->nums[index];
    case OPND_SHAREDQ:
        return t->conds[index];
    default:
        return constant(t->p, t->vm->nums[t->vm->bases[o >> 12] + index]);
    }
}

static bool put(Taker *t, uint16_t reg, const PoolNode *n)
{
    if (!n) return false;
    if ((reg & OPND_FILE) == OPND_SHAREDQ)
        t->conds[reg & OPND_INDEX] = n;
    else
        t->nums[reg & OPND_INDEX] = n;
    return true;
}

static void live_at(const Taker *t, PoolNode *n, uint32_t row)
{
    n->home = t->vm;
    n->home_row = row;
    n->home_strategy = t->age.strategy;
}

static bool is_time_field(uint8_t field)
{
    return field >= FIELD_SLOT_PROGRESS && field <= FIELD_DAY;
}

static bool is_of_token(uint8_t field)
{
    return field < FIELD_POSITION || (field >= FIELD_X_BID && field <= FIELD_FUNDING_IN);
}

/* A field of market 0's tick, or of its time, or a value that only other events move. */
static bool take_input(Taker *t, uint64_t w)
{
    const InputRow *row = &t->vm->image->inputs[word_b(w)];
    bool by_token = is_of_token(row->field) && row->index < t->vm->image->tokens_count;
    const TokenRow *token = by_token ? &t->vm->image->tokens[row->index] : NULL;
    uint8_t market = token ? token->market : row->market, outcome = token ? token->outcome : 0;
    Key key = {.op = POOL_INPUT, .a = row->field, .b = outcome};
    bool is_new;
    PoolNode *n;

    if (is_time_field(row->field)) key.op = POOL_TIME;
    if (market != 0 && key.op == POOL_INPUT)
        key = (Key){.op = POOL_GIVEN, .a = t->age.strategy, .b = word_b(w), .c = t->age.birth};
    n = node_of(t->p, &key, &is_new);
    if (!n) return false;
    n->field = row->field;
    if (is_new && n->op == POOL_GIVEN) live_at(t, n, word_b(w));
    if (is_new && n->op == POOL_INPUT &&
        !feature_plan_add(&t->p->plan, row->field, outcome < OUTCOMES ? outcome : 0, &n->num))
        return false;
    return put(t, word_a(w), n);
}

/* Rows of one image with one set of params only, or (moved by ticks alone) of all that have the like. */
static Key key_of_row(const Taker *t, const StateLink *s, uint64_t w)
{
    bool is_common = s->clocks == t->tick_clock && !(s->life == STATE_SLOT && s->slots) &&
                     !(word_op(w) == OP_PREV && word_flags(w)) &&
                     !(word_op(w) == OP_PREVB && word_flags(w));
    uint64_t birth = s->life == STATE_SLOT ? 0 : t->age.birth;

    return (Key){.op = word_op(w) | (uint64_t)word_flags(w) << 8 | (uint64_t)s->kind << 16 |
                       (uint64_t)s->life << 24 | (uint64_t)s->is_exact << 32 |
                       (uint64_t)s->market << 40,
                 .a = s->n,
                 .b = (uint64_t)s->span_us,
                 .c = birth ^ (uint64_t)t->age.stale_us << 20,
                 .d = is_common ? 0 : (t->age.strategy + 1) << 20 | word_b(w)};
}

static bool take_memory(Taker *t, PoolNode *n, const StateLink *s, uint32_t row)
{
    StateLink *link = arena_new(t->p->arena, StateLink);

    n->mem_size = memory_size((StateKind)s->kind, s->n);
    n->mem = arena_alloc(t->p->arena, n->mem_size);
    if (arena_is_full(t->p->arena)) return false;
    *link = *s;
    n->link = link;
    memcpy(n->mem, t->vm->state + s->offset, n->mem_size);
    live_at(t, n, row);
    return true;
}

static bool has_output(uint64_t w)
{
    return !((word_op(w) == OP_PREV || word_op(w) == OP_PREVB) && word_flags(w) == WF_WRITE);
}

/* The output of a row that this tick does not move, or has moved. */
static bool take_held(Taker *t, uint16_t reg, uint32_t row)
{
    const StateLink *s = &t->vm->links[row];
    Key key = {.op = POOL_HELD, .a = t->age.strategy, .b = row, .c = t->age.birth};
    bool is_new;
    PoolNode *n;

    if (t->rows[row]) return put(t, reg, t->rows[row]);
    n = node_of(t->p, &key, &is_new);
    if (!n) return false;
    n->is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
    if (is_new) live_at(t, n, row);
    return put(t, reg, n);
}

/* The second half of a PREV whose first half has been read: same memory. */
static bool take_late(Taker *t, uint64_t w, const StateLink *s)
{
    const PoolNode *first = t->rows[word_b(w)], *x = operand(t, word_c(w));
    Key key = key_of_row(t, s, w);
    bool is_new;
    PoolNode *n;

    if (!first || !x) return false;
    key.x = x->id;
    n = node_of(t->p, &key, &is_new);
    if (!n) return false;
    n->flags = word_flags(w);
    n->x = x;
    n->y = first; /* read before it is written */
    n->link = first->link;
    n->mem = first->mem;
    pool_want(t->p, n);
    return true;
}

static bool take_time(Taker *t, uint32_t at)
{
    uint64_t w = t->words[at];
    uint32_t row = word_b(w);
    const StateLink *s = &t->vm->links[row];
    bool has_x = word_c(w) != OPND_NONE, is_new;
    Key key = key_of_row(t, s, w);
    const PoolNode *x, *y;
    PoolNode *n;

    if (!(s->clocks & t->tick_clock)) return !has_output(w) || take_held(t, word_a(w), row);
    if (!has_output(w)) return take_late(t, w, s);
    x = has_x ? operand(t, word_c(w)) : NULL;
    y = word_count(w) == 2 ? operand(t, word_a(t->words[at + 1])) : NULL;
    if ((has_x && !x) || (word_count(w) == 2 && !y)) return false;
    key.x = x ? x->id + 1 : 0;
    key.y = y ? y->id + 1 : 0;
    n = node_of(t->p, &key, &is_new);
    if (!n || (is_new && !take_memory(t, n, s, row))) return false;
    n->flags = word_flags(w);
    n->x = x;
    n->y = y;
    n->is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
    t->rows[row] = n;
    pool_want(t->p, n);
    return put(t, word_a(w), n);
}

/* Is the row moved by a later word of the block? */
static bool moves_later(const Taker *t, uint32_t row, uint32_t at)
{
    for (; at < t->count; at += word_count(t->words[at]))
        if (op_info(word_op(t->words[at]))->group == GROUP_TIME && word_b(t->words[at]) == row)
            return (t->vm->links[row].clocks & t->tick_clock) != 0;
    return false;
}

static bool take_load(Taker *t, uint32_t at)
{
    uint64_t w = t->words[at];

    switch (word_op(w)) {
    case OP_LDI:
        return take_input(t, w);
    case OP_LDB:
        return put(t, word_a(w), constant_cond(t->p, (uint8_t)word_b(w)));
    case OP_LDS:
        return take_held(t, word_a(w), word_b(w));
    default:
        return false;
    }
}

static bool take_value(Taker *t, uint32_t at)
{
    uint64_t w = t->words[at];
    const OpInfo *info = op_info(word_op(w));
    Key key = {.op = word_op(w)};
    const PoolNode *x = operand(t, word_b(w)), *y = NULL, *z = NULL;
    bool has_y = op_operand(info, 2) != OPERAND_ZERO, has_z = word_count(w) == 2, is_new;
    PoolNode *n;

    if (has_y) y = operand(t, word_c(w));
    if (has_z) z = operand(t, word_a(t->words[at + 1]));
    if (!x || (has_y && !y) || (has_z && !z)) return false;
    key.x = x->id;
    key.y = y ? y->id + 1 : 0;
    key.z = z ? z->id + 1 : 0;
    n = node_of(t->p, &key, &is_new);
    if (!n) return false;
    n->x = x;
    n->y = y;
    n->z = z;
    n->is_cond = op_operand(info, 0) == OPERAND_DQ;
    return put(t, word_a(w), n);
}

static bool take_word(Taker *t, uint32_t at)
{
    switch ((OpGroup)op_info(word_op(t->words[at]))->group) {
    case GROUP_CONTROL:
        return true;
    case GROUP_LOAD:
        return take_load(t, at);
    case GROUP_ARITH:
    case GROUP_CHOOSE:
    case GROUP_COMPARE:
    case GROUP_LOGIC:
        return take_value(t, at);
    case GROUP_TIME:
        return take_time(t, at);
    default:
        return false;
    }
}

/* ---- what can be taken apart --------------------------------------------------------------------- */

static LiveWhy check_load(const Taker *t, uint32_t at)
{
    const InputRow *row;

    switch (word_op(t->words[at])) {
    case OP_LDI:
        row = &t->vm->image->inputs[word_b(t->words[at])];
        if (!is_time_field(row->field) || row->field >= FIELD_HOUR) return LIVE_FINE;
        return row->market == 0 ? LIVE_FINE : LIVE_STREAM;
    case OP_LDB:
        return LIVE_FINE;
    case OP_LDS:
        return moves_later(t, word_b(t->words[at]), at) ? LIVE_PAST : LIVE_FINE;
    default: /* books by number, event records */
        return LIVE_BOOKS;
    }
}

/* The second half of a PREV stands behind its first. */
static LiveWhy check_time(const Taker *t, uint32_t at)
{
    uint64_t w = t->words[at];

    if (has_output(w) || !(t->vm->links[word_b(w)].clocks & t->tick_clock)) return LIVE_FINE;
    for (uint32_t i = 0; i < at; i += word_count(t->words[i]))
        if (word_op(t->words[i]) == word_op(w) && word_b(t->words[i]) == word_b(w))
            return LIVE_FINE;
    return LIVE_PAST;
}

static LiveWhy check_word(const Taker *t, uint32_t at)
{
    switch ((OpGroup)op_info(word_op(t->words[at]))->group) {
    case GROUP_CONTROL: /* NOP, END: gates stand in wallet parts only */
    case GROUP_ARITH:
    case GROUP_CHOOSE:
    case GROUP_COMPARE:
    case GROUP_LOGIC:
        return LIVE_FINE;
    case GROUP_LOAD:
        return check_load(t, at);
    case GROUP_TIME:
        return check_time(t, at);
    case GROUP_BOOK:
        return LIVE_BOOKS;
    default:
        return LIVE_SETS;
    }
}

/* Nothing is put into the pool by a block that cannot be. */
static LiveWhy check_block(const Taker *t)
{
    for (uint32_t at = 0; at < t->count; at += word_count(t->words[at])) {
        LiveWhy why = check_word(t, at);

        if (why) return why;
    }
    return LIVE_FINE;
}

/* ---- what wallet parts read ---------------------------------------------------------------------- */

static void note_read(bool *nums, bool *conds, uint16_t o)
{
    if ((o & OPND_FILE) == OPND_SHARED) nums[o & OPND_INDEX] = true;
    if ((o & OPND_FILE) == OPND_SHAREDQ) conds[o & OPND_INDEX] = true;
}

static void note_word(bool *nums, bool *conds, const uint64_t *w)
{
    const OpInfo *info = op_info(word_op(*w));

    for (int i = 0; i < 3; i++) {
        OperandKind kind = op_operand(info, i);

        if (kind == OPERAND_N || kind == OPERAND_Q || kind == OPERAND_NO)
            note_read(nums, conds, word_operand(*w, i));
    }
    for (int i = 0; word_count(*w) == 2 && i < 3; i++)
        if (i == 0 || word_op(*w) == OP_QUOTE) note_read(nums, conds, word_operand(w[1], i));
}

static void note_parts(const Image *image, bool *nums, bool *conds)
{
    static const Part parts[] = {PART_V, PART_L, PART_S};

    for (int i = 0; i < 3; i++) {
        const BlockRow *b = image_block(image, parts[i], EV_TICK, 0);
        const uint64_t *w = b ? image->wallet.words + b->first : NULL, *end = b ? w + b->count : w;

        for (; w < end; w += word_count(*w))
            note_word(nums, conds, w);
    }
}

static PoolOut *list_outs(Taker *t, const bool *wanted, const PoolNode *const *regs, uint32_t count,
                          uint32_t *ret_count)
{
    PoolOut *outs = arena_array(t->p->arena, PoolOut, count + 1U);

    for (uint32_t i = 0; i < count && !arena_is_full(t->p->arena); i++)
        if ((!wanted || wanted[i]) && regs[i])
            outs[(*ret_count)++] = (PoolOut){(uint16_t)i, regs[i]};
    return outs;
}

static LiveWhy list_all(Taker *t, PoolLink *ret)
{
    const ImageMeta *m = t->vm->image->meta;
    bool *nums = arena_array(t->p->arena, bool, m->shared_regs + 1U);
    bool *conds = arena_array(t->p->arena, bool, m->shared_qregs + 1U);

    if (arena_is_full(t->p->arena)) return LIVE_MEMORY;
    note_parts(t->vm->image, nums, conds);
    ret->nums = list_outs(t, nums, t->nums, m->shared_regs, &ret->num_count);
    ret->conds = list_outs(t, conds, t->conds, m->shared_qregs, &ret->cond_count);
    ret->rows = list_outs(t, NULL, t->rows, t->vm->image->state_count, &ret->row_count);
    return arena_is_full(t->p->arena) ? LIVE_MEMORY : LIVE_FINE;
}

LiveWhy pool_link(Pool *p, const Vm *vm, uint64_t tick_clock, PoolAge age, PoolLink *ret)
{
    const BlockRow *b = image_block(vm->image, PART_U, EV_TICK, 0);
    const ImageMeta *m = vm->image->meta;
    Taker t = {.p = p, .vm = vm, .tick_clock = tick_clock, .age = age};

    *ret = (PoolLink){0};
    t.nums = arena_array(p->arena, const PoolNode *, m->shared_regs + 1U);
    t.conds = arena_array(p->arena, const PoolNode *, m->shared_qregs + 1U);
    t.rows = arena_array(p->arena, const PoolNode *, vm->image->state_count + 1U);
    if (arena_is_full(p->arena)) return LIVE_MEMORY;
    if (b) {
        t.words = vm->image->shared.words + b->first;
        t.count = b->count;
    }
    t.why = check_block(&t);
    for (uint32_t at = 0; !t.why && at < t.count; at += word_count(t.words[at]))
        if (!take_word(&t, at)) t.why = LIVE_MEMORY;
    return t.why ? t.why : list_all(&t, ret);
}
