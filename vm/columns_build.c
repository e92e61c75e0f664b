/* columns_build.c — from the words of a block to the graph, or the reason why not. */
#include <string.h>

#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/columns_inside.h"

enum { COST_FIXED = 0, COST_STEADY = 1, COST_INPUT = 4, COST_ROW = 9, COST_MAX = 250 };
enum { SLOT_TICKS_MAX = 4096 };

enum { BUCKETS = 4096 };

typedef struct Builder {
    Columns *c;
    const Vm *vm;          /* whose params */
    const uint64_t *words; /* of the block */
    uint32_t count, most, most_rows;
    uint8_t market;
    ColumnsWhy why;
    uint16_t *num_of, *cond_of; /* by shared register: the node it has */
    uint16_t *heads, *next;     /* further instances alone: nodes by bucket */
    uint32_t in_rule;           /* the word at which the rule that sets ends; 0: none */
    bool is_further, has_more;  /* has_more: further instances come */
    bool is_between;
    uint64_t tick_clock;
    uint16_t *own_num_of, *own_cond_of; /* by its registers */
} Builder;

/* ---- nodes ------------------------------------------------------------------------------------- */

static const Node no_node = {.a = NO_NODE, .b = NO_NODE, .c = NO_NODE};

static void inherit(const Columns *c, Node *n, uint16_t from)
{
    const Node *f;

    if (from == NO_NODE) return;
    f = &c->nodes[from];
    n->is_volatile |= f->is_volatile;
    n->is_wild |= f->is_wild;
    n->is_late |= f->is_late;
    n->is_ticked |= f->is_ticked;
    if (n->cost + f->cost < COST_MAX) n->cost = (uint8_t)(n->cost + f->cost);
}

static uint32_t bucket_of(const Node *n)
{
    uint32_t h = n->kind * 31U + n->op;

    h = (h * 0x9E3779B1U ^ n->a) * 0x85EBCA77U ^ n->b;
    h = (h * 0xC2B2AE3DU ^ n->c) * 0x27D4EB2FU ^ n->row;
    return (h ^ h >> 15) % BUCKETS;
}

/* What is equal in these is the same value, but for numbers that are written (add_fixed_num). */
static bool is_same(const Node *m, const Node *n)
{
    return m->kind == n->kind && m->op == n->op && m->is_cond == n->is_cond && m->a == n->a &&
           m->b == n->b && m->c == n->c && m->row == n->row && m->held == n->held;
}

static bool find_node(const Builder *b, const Node *n, uint16_t *ret)
{
    uint16_t at = b->heads[bucket_of(n)];

    while (at != NO_NODE && !is_same(&b->c->nodes[at], n))
        at = b->next[at];
    *ret = at;
    return at != NO_NODE && (n->kind != NODE_FIXED || n->is_cond);
}

/* The node comes next. */
static void note_node(Builder *b, const Node *n)
{
    uint16_t *head;

    if (!b->heads) return;
    head = &b->heads[bucket_of(n)];
    b->next[b->c->node_count] = *head;
    *head = (uint16_t)b->c->node_count;
}

static uint16_t add(Builder *b, Node n)
{
    Columns *c = b->c;
    uint16_t found;
    bool is_short = n.kind == NODE_LOGIC && (n.op == OP_AND || n.op == OP_OR);

    if (b->is_further && find_node(b, &n, &found)) return found;
    if (c->node_count == b->most) {
        b->why = COLUMNS_SIZE;
        return 0;
    }
    note_node(b, &n);
    inherit(c, &n, n.a);
    inherit(c, &n, n.b);
    inherit(c, &n, n.c);
    if (is_short) { /* what is asked first may do */
        uint8_t a = c->nodes[n.a].cost, other = c->nodes[n.b].cost;

        n.cost = a < other ? a : other;
    }
    c->nodes[c->node_count] = n;
    return (uint16_t)c->node_count++;
}

static uint16_t add_fixed_num(Builder *b, double x)
{
    Node n = no_node;
    uint16_t at;

    n.kind = NODE_FIXED;
    n.cost = COST_FIXED;
    n.row = (uint32_t)(num_bits(x) ^ num_bits(x) >> 32); /* finds it again */
    if (b->is_further)
        for (at = b->heads[bucket_of(&n)]; at != NO_NODE; at = b->next[at])
            if (is_same(&b->c->nodes[at], &n) && num_bits(b->c->room[at][0]) == num_bits(x))
                return at;
    at = add(b, n);
    if (b->why) return 0;
    for (int i = 0; i < WORD; i++)
        b->c->room[at][i] = x;
    return at;
}

static uint16_t operand(Builder *b, uint16_t opnd)
{
    const Vm *vm = b->vm;
    uint16_t file = opnd & OPND_FILE, index = opnd & OPND_INDEX;

    if (opnd == OPND_NONE) return NO_NODE;
    if (file == OPND_WALLET || file == OPND_WALLETQ) {
        uint16_t node = (file == OPND_WALLET ? b->own_num_of : b->own_cond_of)[index];

        if (node == NO_NODE) b->why = COLUMNS_EVENT;
        return node == NO_NODE ? 0 : node;
    }
    if (file == OPND_SHARED) return b->num_of[index];
    if (file == OPND_SHAREDQ && b->c->nodes[b->cond_of[index]].kind == NODE_ARM)
        b->why = COLUMNS_SETS; /* for its mask alone */
    if (file == OPND_SHAREDQ) return b->cond_of[index];
    return add_fixed_num(b, vm->nums[vm->bases[opnd >> 12] + index]);
}

static void set_register(Builder *b, uint16_t reg, uint16_t node)
{
    uint16_t file = reg & OPND_FILE;

    if (file == OPND_WALLET || file == OPND_WALLETQ)
        (file == OPND_WALLET ? b->own_num_of : b->own_cond_of)[reg & OPND_INDEX] = node;
    else if (file == OPND_SHAREDQ)
        b->cond_of[reg & OPND_INDEX] = node;
    else
        b->num_of[reg & OPND_INDEX] = node;
}

/* ---- loads -------------------------------------------------------------------------------------- */

static uint16_t add_input(Builder *b, uint32_t row)
{
    Node n = no_node;

    n.row = row;
    n.kind = NODE_INPUT;
    n.is_late = b->c->source.motions[row] != INPUT_TICK;
    /* Another market's slot may open within the word. */
    n.is_volatile = n.is_late && b->c->vm->image->inputs[row].market != b->market;
    n.cost = b->c->source.motions[row] >= INPUT_RISES ? COST_STEADY : COST_INPUT;
    if (b->c->source.motions[row] == INPUT_HELD) {
        n.kind = NODE_HELD;
        n.is_volatile = true;
        n.is_wild = b->c->vm->image->inputs[row].space != IN_SHARED;
        n.held = &b->c->vm->inputs[row];
    }
    return add(b, n);
}

/* Do events move it that may come while a tick is shown: fills, and what orders come to? */
static bool is_wild(const Vm *vm, const StateLink *s)
{
    for (uint32_t i = 0; i < vm->image->clocks_count; i++) {
        uint8_t kind = vm->image->clocks[i].kind;

        if (!(s->clocks >> i & 1)) continue;
        if (kind == CLOCK_FILL || kind == CLOCK_ACCOUNT || kind == CLOCK_REJECT) return true;
    }
    return !s->clocks; /* a state */
}

/* A row that boundaries advance; NULL. */
static const Row *between_row(const Builder *b, const StateLink *s)
{
    const Columns *between = b->c->source.between;

    for (uint32_t i = 0; between && i < between->row_count; i++)
        if (between->rows[i].link == s) return &between->rows[i];
    return NULL;
}

/* What the ticks between the boundaries advance, and nothing else does. */
static uint16_t add_ticked(Builder *b, uint32_t row)
{
    const StateLink *s = &b->c->vm->links[row];
    Node n = no_node;

    if (s->clocks != b->tick_clock || !joint_is_known()) b->why = COLUMNS_MIXED;
    if (b->why) return 0;
    n.kind = NODE_TICKED;
    n.is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
    n.is_late = n.is_ticked = true;
    n.row = row;
    n.cost = COST_ROW;
    b->c->is_tied = true;
    return add(b, n);
}

static uint16_t add_held(Builder *b, uint32_t row)
{
    const StateLink *s = &b->c->vm->links[row];
    const Row *sampled = between_row(b, s);
    Node n = no_node;

    if (b->is_between && s->clocks) return add_ticked(b, row);
    if (sampled) {
        n.kind = NODE_BETWEEN;
        n.is_cond = b->c->source.between->nodes[sampled->node].is_cond;
        n.is_late = true;
        n.row = sampled->node;
        n.cost = COST_ROW;
        return add(b, n);
    }
    n.is_wild = is_wild(b->c->vm, s);

    n.kind = NODE_HELD;
    n.is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
    n.is_volatile = true;
    n.held = b->c->vm->state + s->offset;
    return add(b, n);
}

static uint16_t add_fixed_cond(Builder *b, uint8_t cond)
{
    Node n = no_node;
    uint16_t at;

    n.kind = NODE_FIXED;
    n.is_cond = true;
    n.row = cond;
    at = add(b, n);
    if (b->why) return 0;
    b->c->masks[at] =
        (Mask){cond == COND_TRUE ? UINT64_MAX : 0, cond == COND_FALSE ? UINT64_MAX : 0};
    return at;
}

/* ---- operations --------------------------------------------------------------------------------- */

/* Comparisons on the money grid are many where instances are: then each number goes to the grid once. */
static void go_to_grid(Builder *b, Node *n)
{
    uint16_t *sides[] = {&n->a, &n->b};

    if (!b->is_further || n->kind != NODE_COMPARE) return;
    if (n->op != OP_LTQ && n->op != OP_LEQ && n->op != OP_EQQ) return;
    n->op = n->op == OP_LTQ ? OP_LT : n->op == OP_LEQ ? OP_LE : OP_EQ;
    for (int i = 0; i < 2; i++) {
        Node m = no_node;

        m.kind = NODE_MICROS;
        m.a = *sides[i];
        *sides[i] = add(b, m);
    }
}

static uint16_t add_op(Builder *b, NodeKind kind, uint8_t op, uint64_t w, bool is_cond)
{
    Node n = no_node;

    n.kind = (uint8_t)kind;
    n.op = op;
    n.is_cond = is_cond;
    n.cost = 1;
    n.a = operand(b, word_b(w));
    if (op_operand(op_info(word_op(w)), 2) != OPERAND_ZERO) n.b = operand(b, word_c(w));
    go_to_grid(b, &n);
    return add(b, n);
}

static uint16_t add_choice(Builder *b, uint64_t w, uint64_t second)
{
    bool is_cond = word_op(w) == OP_SELB;
    Node n = no_node;

    n.kind = is_cond ? NODE_CHOICE : NODE_SELECT;
    n.is_cond = is_cond;
    n.cost = 1;
    n.a = operand(b, word_b(w));
    n.b = operand(b, word_c(w));
    n.c = operand(b, word_a(second));
    return add(b, n);
}

static uint16_t add_compare(Builder *b, uint8_t op, uint16_t x, uint16_t y)
{
    Node n = no_node;

    n.kind = NODE_COMPARE;
    n.op = op;
    n.is_cond = true;
    n.cost = 1;
    n.a = x;
    n.b = y;
    go_to_grid(b, &n);
    return add(b, n);
}

static uint16_t add_within(Builder *b, uint64_t w, uint64_t second)
{
    uint8_t op = word_op(w) == OP_INK ? OP_LE : OP_LEQ;
    uint16_t x = operand(b, word_b(w)), low = operand(b, word_c(w));
    uint16_t high = operand(b, word_a(second));
    Node n = no_node;

    n.kind = NODE_WITHIN;
    n.is_cond = true;
    n.a = add_compare(b, op, low, x);
    n.b = add_compare(b, op, x, high);
    return add(b, n);
}

/* ---- time operators ----------------------------------------------------------------------------- */

static RowWay way_of(uint8_t op, const StateLink *s)
{
    if (op == OP_EMA || op == OP_RMA || op == OP_RSI) return ROW_AVERAGES;
    return op == OP_SMA && s->is_exact ? ROW_SUMS : ROW_STEPS;
}

/* May slots run abreast for it? */
static bool is_lane(const Columns *c, const Row *r, uint8_t market)
{
    const StateLink *s = r->link;

    return r->way != ROW_STEPS && s->life == STATE_SLOT && s->market == market && !s->slots &&
           s->clocks == c->clock && !c->nodes[r->x].is_late && !c->nodes[r->x].is_volatile &&
           c->slot_ticks > 0;
}

/* The row that gives what this one would; NULL.  Rows of one instance all have memory of their own. */
static const Row *find_row(const Builder *b, const Row *r)
{
    const Columns *c = b->c;

    for (uint32_t i = 0; b->is_further && i < c->row_count; i++) {
        const Row *o = &c->rows[i];

        if (o->op == r->op && o->x == r->x && o->y == r->y && o->link->n == r->link->n &&
            o->link->life == r->link->life && o->link->market == r->link->market &&
            o->link->slots == r->link->slots && o->link->is_exact == r->link->is_exact &&
            o->link->span_us == r->link->span_us)
            return o;
    }
    return NULL;
}

static bool is_moved(const Columns *c, const Row *r)
{
    return c->nodes[r->x].is_volatile || (r->y != NO_NODE && c->nodes[r->y].is_volatile);
}

static bool is_moved_wildly(const Columns *c, const Row *r)
{
    return c->nodes[r->x].is_wild || (r->y != NO_NODE && c->nodes[r->y].is_wild);
}

/* Does it restart with slots of other markets?  They open between ticks. */
static bool restarts_between(const StateLink *s, uint8_t market)
{
    uint32_t own = market < 16 ? 1U << market : 0;

    return s->life == STATE_SLOT && (s->market != market || (s->slots & ~own) != 0);
}

/* Ticks advance it as well, and nothing else. */
static bool is_joint(const Builder *b, const Row *r, bool moves)
{
    return joint_is_known() && !moves && !r->flags &&
           r->link->clocks == (b->c->clock | b->tick_clock);
}

/* How a row can go, or why it cannot. */
static void look_at_row(Builder *b, Row *r)
{
    Columns *c = b->c;
    const StateLink *s = r->link;
    bool is_mixed = s->clocks != c->clock, moves = r->x != NO_NODE && is_moved(c, r);

    if (b->is_between) {
        r->is_joint = is_mixed && (s->clocks & b->tick_clock) && is_joint(b, r, moves);
        c->is_tied |= r->is_joint;
        is_mixed = false; /* these clocks are one */
        if ((s->clocks & ~c->clock && !r->is_joint) || moves || r->flags) b->why = COLUMNS_MIXED;
    }
    if (b->has_more && is_mixed) b->why = COLUMNS_MIXED;
    if (b->has_more && r->flags) b->why = COLUMNS_FEEDBACK;
    if (b->has_more && moves) b->why = COLUMNS_BETWEEN;
    r->is_plain = r->flags || (is_mixed && is_wild(b->vm, s)) || (moves && is_moved_wildly(c, r));
    c->has_plain |= r->is_plain;
    c->is_bounded |= !r->is_plain && (is_mixed || moves || restarts_between(s, b->market));
    r->way = (uint8_t)way_of(r->op, s);
    r->is_lane = !r->is_plain && is_lane(c, r, b->market);
    c->lane_rows += r->is_lane;
}

static uint16_t add_row(Builder *b, uint32_t at)
{
    Columns *c = b->c;
    uint64_t w = b->words[at];
    const StateLink *s = &b->vm->links[word_b(w)];
    Row *r = &c->rows[c->row_count];
    const Row *found;
    Node n = no_node;

    if (!(s->clocks & c->clock)) return add_held(b, word_b(w));
    if (c->row_count == b->most_rows) b->why = COLUMNS_SIZE;
    if (b->why) return 0;
    *r = (Row){.op = word_op(w), .link = s, .memory = b->vm->state + s->offset, .y = NO_NODE};
    r->offset = s->offset;
    r->at = at;
    r->flags = r->op == OP_PREV || r->op == OP_PREVB ? word_flags(w) : 0;
    r->x = r->flags == WF_READ ? NO_NODE : operand(b, word_c(w));
    if (word_count(w) == 2) r->y = operand(b, word_a(b->words[at + 1]));
    found = find_row(b, r);
    if (found) return found->node;
    if (b->is_further) {
        r->offset = c->lane_bytes;
        c->lane_bytes += (s->size + 15U) & ~15U;
    }
    look_at_row(b, r);
    if (b->why) return 0;
    n.kind = NODE_ROW;
    n.is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
    n.is_late = true;
    n.is_volatile = n.is_wild = r->is_plain;
    n.is_ticked = r->is_joint || (r->x != NO_NODE && c->nodes[r->x].is_ticked) ||
                  (r->y != NO_NODE && c->nodes[r->y].is_ticked);
    n.row = c->row_count++;
    n.cost = COST_ROW;
    r->node = add(b, n);
    return r->flags == WF_WRITE ? NO_NODE : r->node;
}

/* ---- books -------------------------------------------------------------------------------------- */

static uint16_t add_book(Builder *b, uint64_t w)
{
    uint16_t token = operand(b, word_b(w));
    Node n = no_node;
    TokenBook book;

    if (b->has_more || b->c->nodes[token].kind != NODE_FIXED) b->why = COLUMNS_BOOK;
    if (b->why) return 0;
    n.kind = NODE_BOOK;
    n.op = word_op(w);
    n.flags = (uint8_t)word_flags(w);
    n.row = (uint32_t)b->c->room[token][0];
    n.cost = COST_ROW;
    if (n.op != OP_FEE) n.a = operand(b, word_c(w));
    n.is_volatile = !b->c->source.book(b->c->source.ctx, (int32_t)n.row, n.op, 0, &book);
    return add(b, n);
}

/* ---- states that all wallets share --------------------------------------------------------------- */

static void *shared_memory(const Builder *b, uint32_t row)
{
    const StateLink *s = &b->vm->links[row];

    return s->space == SPACE_SHARED ? b->c->vm->state + s->offset : NULL;
}

static uint16_t add_arm(Builder *b, uint64_t w)
{
    uint16_t rule = word_c(w);
    Node n = no_node;

    n.kind = NODE_ARM;
    n.is_cond = true;
    n.row = rule;
    n.b = operand(b, word_b(w));
    n.held = shared_memory(b, b->vm->image->rules[rule].arm);
    if (!n.held) b->why = COLUMNS_SETS;
    return b->why ? 0 : add(b, n);
}

/* The word behind a mask at which its rule ends. */
static void add_mask(Builder *b, uint32_t at)
{
    Columns *c = b->c;
    uint64_t w = b->words[at];
    uint16_t node = b->cond_of[word_a(w) & OPND_INDEX], rule = word_b(w);
    const Node *n = &c->nodes[node];
    Edge e = {.rule = rule, .node = node, .first_set = c->set_count, .at = at};

    if (b->in_rule || b->vm->image->rules[rule].kind == RULE_WHILE) b->why = COLUMNS_SETS;
    if (n->kind == NODE_ARM) {
        if (n->row != rule) b->why = COLUMNS_SETS;
        e.node = n->b;
        e.arm = (MemArm *)(uintptr_t)n->held;
    }
    b->in_rule = at + 1 + word_c(w);
    c->edges[c->edge_count++] = e;
}

static void add_set(Builder *b, uint64_t w, uint32_t at)
{
    Columns *c = b->c;
    EdgeSet set = {shared_memory(b, word_b(w)), operand(b, word_a(w))};

    if (!set.state || at >= b->in_rule) b->why = COLUMNS_SETS;
    if (b->why) return;
    c->sets[c->set_count++] = set;
    c->edges[c->edge_count - 1].set_count++;
}

static void add_init(Builder *b, uint64_t w, uint32_t at)
{
    Columns *c = b->c;
    Edge e = {.node = operand(b, word_a(w)), .init = shared_memory(b, word_b(w)), .at = at};

    if (!e.init || b->in_rule) b->why = COLUMNS_SETS;
    for (uint32_t i = 0; i < c->node_count;
         i++) /* what was read before it, is not what is read behind it */
        if (c->nodes[i].kind == NODE_HELD && c->nodes[i].held == (const void *)e.init)
            b->why = COLUMNS_SETS;
    if (!b->why) c->edges[c->edge_count++] = e;
}

static uint16_t add_effect(Builder *b, uint32_t at)
{
    uint64_t w = b->words[at];

    if (b->has_more) b->why = COLUMNS_SETS;
    if (b->why) return 0;
    switch (word_op(w)) {
    case OP_ARM:
        return add_arm(b, w);
    case OP_MASK:
        add_mask(b, at);
        return NO_NODE;
    case OP_SET:
    case OP_SETB:
        add_set(b, w, at);
        return NO_NODE;
    case OP_INIT:
    case OP_INITB:
        add_init(b, w, at);
        return NO_NODE;
    default:
        b->why = COLUMNS_SETS;
        return 0;
    }
}

/* ---- words -------------------------------------------------------------------------------------- */

static uint16_t add_load(Builder *b, uint64_t w)
{
    switch (word_op(w)) {
    case OP_LDI:
        return add_input(b, word_b(w));
    case OP_LDS:
        return add_held(b, word_b(w));
    case OP_LDB:
        return add_fixed_cond(b, (uint8_t)word_b(w));
    default:
        b->why = word_op(w) == OP_LDT ? COLUMNS_BOOK : COLUMNS_EVENT;
        return 0;
    }
}

static uint16_t add_word(Builder *b, uint32_t at)
{
    uint64_t w = b->words[at];
    uint8_t op = word_op(w);

    switch ((OpGroup)op_info(op)->group) {
    case GROUP_LOAD:
        return add_load(b, w);
    case GROUP_ARITH:
        return add_op(b, NODE_NUM, op, w, false);
    case GROUP_CHOOSE:
        return add_choice(b, w, b->words[at + 1]);
    case GROUP_COMPARE:
        if (op == OP_INK || op == OP_INKQ) return add_within(b, w, b->words[at + 1]);
        return add_op(b, NODE_COMPARE, op, w, true);
    case GROUP_LOGIC:
        return add_op(b, NODE_LOGIC, op, w, true);
    case GROUP_TIME:
        return add_row(b, at);
    case GROUP_BOOK:
        return add_book(b, w);
    default:
        return add_effect(b, at);
    }
}

static void add_words(Builder *b)
{
    for (uint32_t at = 0; !b->why && word_op(b->words[at]) != OP_END;
         at += word_count(b->words[at])) {
        uint16_t node;

        if (word_op(b->words[at]) == OP_NOP) continue;
        if (at >= b->in_rule) b->in_rule = 0;
        if (b->in_rule && op_info(word_op(b->words[at]))->group == GROUP_TIME)
            b->why = COLUMNS_SETS;
        node = add_word(b, at);
        if (!b->why && node != NO_NODE) set_register(b, word_a(b->words[at]), node);
    }
}

static uint16_t *nothing(uint32_t count, Arena *arena);

/* ---- conditions and quotes of the wallet's own ---------------------------------------------------- */

/* A value of the wallet that moves at events alone. */
static uint16_t add_own_load(Builder *b, uint64_t w)
{
    const ColumnSource *s = &b->c->source;
    Node n = no_node;

    n.kind = NODE_HELD;
    n.is_volatile = n.is_wild = true;
    n.held = s->own ? s->own(s->ctx, word_b(w)) : NULL;
    if (!n.held) b->why = COLUMNS_EVENT;
    return b->why ? 0 : add(b, n);
}

static uint16_t add_own_word(Builder *b, const uint64_t *w)
{
    uint8_t op = word_op(*w);
    OpGroup group = (OpGroup)op_info(op)->group;

    if (op == OP_LDW) return add_own_load(b, *w);
    if (op == OP_LDS && b->vm->links[word_b(*w)].space != SPACE_SHARED) b->why = COLUMNS_EVENT;
    if (group == GROUP_TIME || group == GROUP_BOOK) b->why = COLUMNS_EVENT;
    return b->why ? 0 : add_word(b, (uint32_t)(w - b->words));
}

/* A word of the wallet's part whose value may not be known. */
static void try_word(Builder *b, const uint64_t *w)
{
    OperandKind to = op_operand(op_info(word_op(*w)), 0);
    uint16_t node = NO_NODE;

    if (to != OPERAND_DN && to != OPERAND_DQ && to != OPERAND_DR) return;
    if (op_is_pure(word_op(*w))) node = add_own_word(b, w);
    if (b->why) node = NO_NODE;
    b->why = COLUMNS_FINE;
    set_register(b, word_a(*w), node);
}

static void add_own(Builder *b, const uint64_t *arm)
{
    uint16_t node = operand(b, word_b(*arm));

    if (!b->why) b->c->own[b->c->own_count++] = node;
    b->why = COLUMNS_FINE;
}

static void add_quote(Builder *b, const uint64_t *w)
{
    uint16_t *to = b->c->quotes[b->c->quote_count];
    uint16_t from[QUOTE_NODES] = {word_a(w[0]), word_b(w[0]), word_a(w[1]), word_b(w[1]),
                                  word_c(w[1])};

    for (int i = 0; i < QUOTE_NODES && !b->why; i++)
        to[i] = from[i] == OPND_NONE ? add_fixed_num(b, UNKNOWN) : operand(b, from[i]);
    b->c->quote_count += !b->why;
    b->why = COLUMNS_FINE;
}

/* The words outside of regions, and those of the `while` rules that quote. */
static void add_wallet_words(Builder *b, const BlockRow *block)
{
    const Wakes *wakes = &b->c->wakes;
    const uint64_t *w = b->vm->image->wallet.words + block->first, *end = w + block->count;
    uint32_t wake = 0;

    b->words = b->vm->image->wallet.words;
    while (w < end && word_op(*w) != OP_END) {
        const uint64_t *next = w + word_count(*w);
        uint8_t op = word_op(*w);

        if (op == OP_MASK || (op == OP_GATE && !wakes->rows[wake++].is_quotes))
            next += word_c(*w);
        else if (op == OP_ARM && wakes->is_own)
            add_own(b, w);
        else if (op == OP_QUOTE)
            add_quote(b, w);
        else if (op != OP_GATE && op != OP_ARM)
            try_word(b, w);
        w = next;
    }
}

/* Where all that keeps the block of the wallet running are its own edges, their conditions; what quotes ask for.  All
 * of the ones, and of the others, or nothing. */
static bool add_wallet(Builder *b, Arena *arena)
{
    Columns *c = b->c;
    const ImageMeta *m = c->vm->image->meta;
    const BlockRow *block = image_block(c->vm->image, PART_V, (EventKind)c->event, c->index);

    if (b->why || b->has_more || !block || !(c->wakes.is_own || c->wakes.quote_count)) return true;
    b->own_num_of = nothing(m->wallet_regs, arena);
    b->own_cond_of = nothing(m->wallet_qregs, arena);
    if (arena_is_full(arena)) return false;
    add_wallet_words(b, block);
    if (c->own_count != c->wakes.own_count) c->own_count = 0;
    if (c->quote_count != c->wakes.quote_count) c->quote_count = 0;
    return true;
}

/* ---- what others read ---------------------------------------------------------------------------- */

static void note(uint16_t *list, uint32_t *count, uint16_t value)
{
    for (uint32_t i = 0; i < *count; i++)
        if (list[i] == value) return;
    list[(*count)++] = value;
}

static void note_operand(Columns *c, uint16_t opnd)
{
    uint16_t index = opnd & OPND_INDEX;

    if ((opnd & OPND_FILE) == OPND_SHARED && c->num_of[index] != NO_NODE)
        note(c->out_nums, &c->out_num_count, index);
    if ((opnd & OPND_FILE) == OPND_SHAREDQ && c->cond_of[index] != NO_NODE)
        note(c->out_conds, &c->out_cond_count, index);
}

static void note_word(Columns *c, const uint64_t *w)
{
    const OpInfo *info = op_info(word_op(*w));

    for (int i = 0; i < 3; i++) {
        OperandKind kind = op_operand(info, i);

        if (kind == OPERAND_N || kind == OPERAND_Q || kind == OPERAND_NO)
            note_operand(c, word_operand(*w, i));
    }
    for (int i = 0; word_count(*w) == 2 && i < 3; i++)
        if (i == 0 || word_op(*w) == OP_QUOTE) note_operand(c, word_operand(w[1], i));
}

static void note_wallet_parts(Columns *c)
{
    static const Part parts[] = {PART_V, PART_L, PART_S};

    for (int i = 0; i < 3; i++) {
        const BlockRow *b = image_block(c->vm->image, parts[i], c->event, c->index);

        for (uint32_t at = 0; b && at < b->count;) {
            const uint64_t *w = &c->vm->image->wallet.words[b->first + at];

            note_word(c, w);
            at += word_count(*w);
        }
    }
}

/* Rows whose held output some block loads. */
static void note_held(Columns *c, const CodeSection *code)
{
    for (uint32_t i = 0; i < code->block_count; i++)
        for (uint32_t k = 0; k < code->blocks[i].count;) {
            uint64_t w = code->words[code->blocks[i].first + k];

            for (uint32_t r = 0; word_op(w) == OP_LDS && r < c->row_count; r++)
                if (c->rows[r].link == &c->vm->links[word_b(w)] && !c->rows[r].is_plain)
                    note(c->held_rows, &c->held_row_count, (uint16_t)r);
            k += word_count(w);
        }
}

/* ---- rooms --------------------------------------------------------------------------------------- */

static uint16_t *nothing(uint32_t count, Arena *arena)
{
    uint16_t *list = arena_array(arena, uint16_t, count + 1);

    if (!arena_is_full(arena)) memset(list, 0xFF, (count + 1) * sizeof *list);
    return list;
}

static uint32_t at_most(uint64_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* For so many instances beside the first. */
static bool take_rooms(Builder *b, uint32_t further, uint32_t limit, Arena *arena)
{
    Columns *c = b->c;
    const ImageMeta *m = c->vm->image->meta;
    const BlockRow *own = image_block(c->vm->image, PART_V, EV_TICK, b->market);
    uint32_t words = b->count + (own && !further ? own->count : 0), most, rows;
    uint64_t all = (uint64_t)words * (further + 1U);

    b->most = most = at_most(all * 4 + 1, limit);
    b->most_rows = rows = further ? at_most(all, MAX_VARIED_ROWS) : words;

    c->nodes = arena_array(arena, Node, most);
    c->stamps = arena_array(arena, uint32_t, most);
    c->room = arena_alloc_array(arena, most, sizeof *c->room);
    c->nums = arena_array(arena, const double *, most);
    c->masks = arena_array(arena, Mask, most);
    c->sheet_stamps = arena_array(arena, uint32_t, most);
    c->is_fine = arena_array(arena, bool, most);
    c->steady = arena_array(arena, Steady, most);
    c->num_of = nothing(m->shared_regs, arena);
    c->cond_of = nothing(m->shared_qregs, arena);
    c->out_nums = nothing(m->shared_regs, arena);
    c->out_conds = nothing(m->shared_qregs, arena);
    c->rows = arena_array(arena, Row, rows + 1);
    c->edges = arena_array(arena, Edge, words + 1);
    c->sets = arena_array(arena, EdgeSet, words + 1);
    c->held_rows = nothing(words, arena);
    c->kept = arena_array(arena, Held, words + 1);
    b->num_of = c->num_of;
    b->cond_of = c->cond_of;
    if (further) {
        b->heads = nothing(BUCKETS, arena);
        b->next = nothing(most, arena);
    }
    return !arena_is_full(arena);
}

/* Sums of a slot's first values do not depend on the window. */
static bool find_sums(const Columns *c, Row *r)
{
    for (const Row *o = c->rows; o < r; o++) {
        if (!o->is_lane || o->way != ROW_SUMS || o->x != r->x) continue;
        r->sums = o->sums;
        r->sums_len = o->sums_len;
        return true;
    }
    return false;
}

double *columns_lines(size_t count, Arena *arena)
{
    double *room = arena_array(arena, double, count + LANES - 1);
    size_t beyond = (uintptr_t)room / sizeof *room % LANES;

    if (arena_is_full(arena)) return NULL;
    return room + (LANES - beyond) % LANES;
}

static bool take_row_rooms(Columns *c, Row *r, Arena *arena)
{
    size_t values = (size_t)COLUMN_SLOTS * c->lane_stride;

    r->out[0] = columns_lines(values, arena);
    if (r->op == OP_RSI) r->out[1] = columns_lines(values, arena);
    if (r->way == ROW_SUMS && !find_sums(c, r)) {
        r->sums = arena_array(arena, int64_t, values);
        r->sums_len = arena_array(arena, uint32_t, COLUMN_SLOTS);
    }
    return !arena_is_full(arena);
}

static bool take_bank_rooms(Columns *c, Arena *arena)
{
    for (uint32_t b = 0; b < c->bank_total; b++)
        for (int g = 0; g < LANE_GROUPS; g++)
            for (uint32_t p = 0; p < BANK_EMA + BANK_RMA; p++) {
                bool is_used =
                    p < BANK_EMA ? p < c->banks[b].ema_count : p - BANK_EMA < c->banks[b].rma_count;

                if (is_used) c->banks[b].groups[g].rooms[p] = columns_lines(WORD * LANES, arena);
            }
    return !arena_is_full(arena);
}

static bool take_lane_rooms(Columns *c, Arena *arena)
{
    if (!c->lane_rows) return true;
    c->lanes = arena_array(arena, Lane, COLUMN_SLOTS);
    c->lane_stride = c->slot_ticks + WORD + LANES; /* no power of two */
    c->lane_x = arena_alloc_array(arena, COLUMN_SLOTS, sizeof *c->lane_x);
    c->zeros = arena_array(arena, double, WORD);
    c->scratch = arena_array(arena, double, WORD);
    c->packed_sums = columns_lines(WORD * LANES, arena);
    for (int i = 0; i < 3; i++)
        for (int g = 0; g < LANE_GROUPS; g++)
            c->packed[g][i] = columns_lines((WORD + 1) * LANES, arena);
    if (arena_is_full(arena)) return false;
    for (int i = 0; i < COLUMN_SLOTS; i++)
        c->lanes[i].memory = arena_alloc(arena, c->lane_bytes);
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_lane && !take_row_rooms(c, &c->rows[i], arena)) return false;
    return lanes_plan(c, arena) && take_bank_rooms(c, arena);
}

/* What nobody looks at between ticks, and no other instance shares, goes by sheets. */
static bool take_sheet_rooms(Columns *c, bool is_alone, Arena *arena)
{
    bool has_sheets = is_alone && !c->held_row_count && !c->edge_count && !c->is_bounded;

    c->sheet_most = has_sheets && !c->has_plain ? COLUMN_SHEET : WORD;
    c->sheets = arena_alloc_array(arena, c->node_count, sizeof *c->sheets);
    for (uint32_t i = 0; i < c->row_count; i++) {
        Row *r = &c->rows[i];
        uint32_t parts = r->op == OP_RSI ? 2 : r->way == ROW_SUMS;

        r->whole = arena_array(arena, double, c->sheet_most + WORD);
        for (uint32_t p = 0; p < parts; p++)
            r->parts[p] = arena_array(arena, double, c->sheet_most + WORD);
    }
    return !arena_is_full(arena);
}

static uint64_t tick_clock(const Image *img, uint8_t market)
{
    uint64_t clock = 0;

    for (uint32_t i = 0; i < img->clocks_count; i++)
        if (img->clocks[i].kind == CLOCK_TICK && img->clocks[i].index == market)
            clock |= UINT64_C(1) << i;
    return clock;
}

static uint64_t boundary_clocks(const Image *img)
{
    uint64_t clocks = 0;

    for (uint32_t i = 0; i < img->clocks_count; i++)
        if (img->clocks[i].kind == CLOCK_EVERY) clocks |= UINT64_C(1) << i;
    return clocks;
}

/* What may move between ticks. */
static bool find_watched(Columns *c, Arena *arena)
{
    c->watched = arena_array(arena, uint16_t, c->node_count + 1);
    c->watched_bits = arena_array(arena, uint64_t, c->node_count + 1);
    for (uint32_t i = 0; i < c->node_count && !arena_is_full(arena); i++) {
        const Node *n = &c->nodes[i];

        if (n->kind == NODE_HELD)
            c->watched[c->watched_count++] = (uint16_t)i;
        else if (n->kind == NODE_INPUT || n->kind == NODE_BOOK || n->kind == NODE_ROW)
            c->is_restless |= n->is_volatile;
    }
    return !arena_is_full(arena);
}

/* The same words for each further instance. */
static bool add_further(Builder *b, const ColumnVariants *more, Arena *arena)
{
    const ImageMeta *m = b->c->vm->image->meta;

    b->is_further = true;
    b->num_of = nothing(m->shared_regs, arena);
    b->cond_of = nothing(m->shared_qregs, arena);
    if (arena_is_full(arena)) return false;
    for (uint32_t v = 0; v < more->count && !b->why; v++) {
        b->vm = more->vms[v];
        add_words(b);
        for (uint32_t i = 0; i < more->cond_count; i++)
            more->nodes[v * more->cond_count + i] = b->cond_of[more->conds[i]];
    }
    return true;
}

/* With room for at most so many nodes. */
static Columns *build(Vm *vm, EventKind event, uint8_t market, const Kernels *kernels,
                      const ColumnSource *source, uint32_t slot_ticks, const ColumnVariants *more,
                      uint32_t limit, Arena *arena, ColumnsWhy *ret_why)
{
    static const uint64_t nothing_to_do = OP_END;
    uint16_t index = event == EV_TICK ? market : 0;
    const BlockRow *block = image_block(vm->image, PART_U, event, index);
    Columns *c = arena_new(arena, Columns);
    Builder b = {.c = c,
                 .vm = vm,
                 .words = &nothing_to_do,
                 .count = 1,
                 .market = market,
                 .has_more = more != NULL,
                 .is_between = event == EV_BOUNDARY};

    *ret_why = COLUMNS_FINE;
    if (arena_is_full(arena)) return NULL;
    if (block) {
        b.words = vm->image->shared.words + block->first;
        b.count = block->count;
    }
    c->vm = vm;
    c->k = kernels;
    c->source = *source;
    c->event = (uint16_t)event;
    c->index = index;
    b.tick_clock = tick_clock(vm->image, market);
    c->clock = event == EV_TICK ? b.tick_clock : boundary_clocks(vm->image);
    c->is_bounded = source->between || event != EV_TICK;
    if (source->between && source->between->is_tied) slot_ticks = 0; /* rows go in order */
    c->slot_ticks = slot_ticks <= SLOT_TICKS_MAX ? (slot_ticks + WORD - 1) / WORD * WORD : 0;
    c->lane_bytes = (vm->image->meta->shared_state + 15U) & ~15U;
    if (!take_rooms(&b, more ? more->count : 0, limit, arena)) return NULL;
    c->wakes = vm_wakes(vm, event, index, arena);
    add_words(&b);
    if (!add_wallet(&b, arena)) return NULL;
    c->first_rows = c->row_count;
    if (more && !b.why && !add_further(&b, more, arena)) return NULL;
    *ret_why = b.why;
    if (b.why || !take_lane_rooms(c, arena)) return NULL;
    note_wallet_parts(c);
    note_held(c, &vm->image->shared);
    note_held(c, &vm->image->wallet);
    if (!find_watched(c, arena)) return NULL;
    if (!joint_tie(c)) *ret_why = COLUMNS_MIXED;
    if (!take_sheet_rooms(c, more == NULL, arena) || !warm_plan(c, arena)) return NULL;
    for (uint32_t i = 0; i < c->out_cond_count; i++)
        if (c->nodes[c->cond_of[c->out_conds[i]]].kind == NODE_ARM) *ret_why = COLUMNS_SETS;
    return *ret_why ? NULL : c;
}

/* Many instances have many nodes if they have little in common, which most have: half a kilobyte of room for each
 * node that might be there takes longer to come by than a second try. */
Columns *columns_new(Vm *vm, uint8_t market, const Kernels *kernels, const ColumnSource *source,
                     uint32_t slot_ticks, const ColumnVariants *more, Arena *arena,
                     ColumnsWhy *ret_why)
{
    ArenaMark mark = arena_mark(arena);
    Columns *c = build(vm, EV_TICK, market, kernels, source, slot_ticks, more, MAX_COLUMN_NODES,
                       arena, ret_why);

    if (c || !more || *ret_why != COLUMNS_SIZE) return c;
    arena_release(arena, mark);
    return build(vm, EV_TICK, market, kernels, source, slot_ticks, more, MAX_VARIED_NODES, arena,
                 ret_why);
}

Columns *columns_new_between(Vm *vm, uint8_t market, const Kernels *kernels,
                             const ColumnSource *source, Arena *arena, ColumnsWhy *ret_why)
{
    return build(vm, EV_BOUNDARY, market, kernels, source, 0, NULL, MAX_COLUMN_NODES, arena,
                 ret_why);
}

void columns_abreast(Columns *c, const ColumnSlot *slots, uint32_t count, bool has_more)
{
    BUG_IF(!columns_have_lanes(c) || count > COLUMN_SLOTS);
    if (c->warm) warm_slots(c, slots, count);
    if (!c->lane_rows) return;
    c->lane = 0;
    c->lane_count = count;
    for (uint32_t i = 0; i < count; i++) {
        BUG_IF(slots[i].end <= slots[i].begin || slots[i].end - slots[i].begin > c->slot_ticks);
        c->lanes[i].slot = slots[i];
        c->lanes[i].is_needed = c->held_row_count || (i + 1 == count && !has_more);
    }
    lanes_begin(c);
    c->epoch++;
}
