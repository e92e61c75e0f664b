/* columns_nodes.c — nodes of the graph, and which of them registers are.
 *
 * In: a node whose arguments are there already; out: its number.  Further instances get the number of an
 * equal one.  Promise: arguments lie in front of what is made of them. */
#include "vm/base/num.h"
#include "vm/columns_build.h"

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

uint16_t build_add(Builder *b, Node n)
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

uint16_t build_number(Builder *b, double x)
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
    at = build_add(b, n);
    if (b->why) return 0;
    for (int i = 0; i < WORD; i++)
        b->c->room[at][i] = x;
    return at;
}

uint16_t build_operand(Builder *b, uint16_t opnd)
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
    return build_number(b, vm->nums[vm->bases[opnd >> 12] + index]);
}

void build_set_register(Builder *b, uint16_t reg, uint16_t node)
{
    uint16_t file = reg & OPND_FILE;

    if (file == OPND_WALLET || file == OPND_WALLETQ)
        (file == OPND_WALLET ? b->own_num_of : b->own_cond_of)[reg & OPND_INDEX] = node;
    else if (file == OPND_SHAREDQ)
        b->cond_of[reg & OPND_INDEX] = node;
    else
        b->num_of[reg & OPND_INDEX] = node;
}
