/* columns_memory.c — words of a block that have memory: time operators, and states that all wallets share.
 *
 * Time operators become rows, as far as it is known when they advance; rules that set states, and their
 * first values, become edges. */
#include "vm/arith.h"
#include "vm/columns_build.h"

/* ---- what is held ------------------------------------------------------------------------------- */

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
    return build_add(b, n);
}

uint16_t build_held(Builder *b, uint32_t row)
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
        return build_add(b, n);
    }
    n.is_wild = is_wild(b->c->vm, s);

    n.kind = NODE_HELD;
    n.is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
    n.is_volatile = true;
    n.held = b->c->vm->state + s->offset;
    return build_add(b, n);
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

uint16_t build_row(Builder *b, uint32_t at)
{
    Columns *c = b->c;
    uint64_t w = b->words[at];
    const StateLink *s = &b->vm->links[word_b(w)];
    Row *r = &c->rows[c->row_count];
    const Row *found;
    Node n = no_node;

    if (!(s->clocks & c->clock)) return build_held(b, word_b(w));
    if (c->row_count == b->most_rows) b->why = COLUMNS_SIZE;
    if (b->why) return 0;
    *r = (Row){.op = word_op(w), .link = s, .memory = b->vm->state + s->offset, .y = NO_NODE};
    r->offset = s->offset;
    r->at = at;
    r->flags = r->op == OP_PREV || r->op == OP_PREVB ? word_flags(w) : 0;
    r->x = r->flags == WF_READ ? NO_NODE : build_operand(b, word_c(w));
    if (word_count(w) == 2) r->y = build_operand(b, word_a(b->words[at + 1]));
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
    r->node = build_add(b, n);
    return r->flags == WF_WRITE ? NO_NODE : r->node;
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
    n.b = build_operand(b, word_b(w));
    n.held = shared_memory(b, b->vm->image->rules[rule].arm);
    if (!n.held) b->why = COLUMNS_SETS;
    return b->why ? 0 : build_add(b, n);
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
    EdgeSet set = {shared_memory(b, word_b(w)), build_operand(b, word_a(w))};

    if (!set.state || at >= b->in_rule) b->why = COLUMNS_SETS;
    if (b->why) return;
    c->sets[c->set_count++] = set;
    c->edges[c->edge_count - 1].set_count++;
}

static void add_init(Builder *b, uint64_t w, uint32_t at)
{
    Columns *c = b->c;
    Edge e = {.node = build_operand(b, word_a(w)), .init = shared_memory(b, word_b(w)), .at = at};

    if (!e.init || b->in_rule) b->why = COLUMNS_SETS;
    for (uint32_t i = 0; i < c->node_count;
         i++) /* what was read before it, is not what is read behind it */
        if (c->nodes[i].kind == NODE_HELD && c->nodes[i].held == (const void *)e.init)
            b->why = COLUMNS_SETS;
    if (!b->why) c->edges[c->edge_count++] = e;
}

uint16_t build_effect(Builder *b, uint32_t at)
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
