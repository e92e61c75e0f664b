/* columns_words.c — from the words of a block to nodes, or the reason why not.
 *
 * Loads, operations and books make one node each; what has memory does so in columns_memory.c. */
#include "vm/arith.h"
#include "vm/base/num.h"
#include "vm/columns_build.h"

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
    return build_add(b, n);
}

static uint16_t add_fixed_cond(Builder *b, uint8_t cond)
{
    Node n = no_node;
    uint16_t at;

    n.kind = NODE_FIXED;
    n.is_cond = true;
    n.row = cond;
    at = build_add(b, n);
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
        *sides[i] = build_add(b, m);
    }
}

static uint16_t add_op(Builder *b, NodeKind kind, uint8_t op, uint64_t w, bool is_cond)
{
    Node n = no_node;

    n.kind = (uint8_t)kind;
    n.op = op;
    n.is_cond = is_cond;
    n.cost = 1;
    n.a = build_operand(b, word_b(w));
    if (op_operand(op_info(word_op(w)), 2) != OPERAND_ZERO) n.b = build_operand(b, word_c(w));
    go_to_grid(b, &n);
    return build_add(b, n);
}

static uint16_t add_choice(Builder *b, uint64_t w, uint64_t second)
{
    bool is_cond = word_op(w) == OP_SELB;
    Node n = no_node;

    n.kind = is_cond ? NODE_CHOICE : NODE_SELECT;
    n.is_cond = is_cond;
    n.cost = 1;
    n.a = build_operand(b, word_b(w));
    n.b = build_operand(b, word_c(w));
    n.c = build_operand(b, word_a(second));
    return build_add(b, n);
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
    return build_add(b, n);
}

static uint16_t add_within(Builder *b, uint64_t w, uint64_t second)
{
    uint8_t op = word_op(w) == OP_INK ? OP_LE : OP_LEQ;
    uint16_t x = build_operand(b, word_b(w)), low = build_operand(b, word_c(w));
    uint16_t high = build_operand(b, word_a(second));
    Node n = no_node;

    n.kind = NODE_WITHIN;
    n.is_cond = true;
    n.a = add_compare(b, op, low, x);
    n.b = add_compare(b, op, x, high);
    return build_add(b, n);
}

/* ---- books -------------------------------------------------------------------------------------- */

static uint16_t add_book(Builder *b, uint64_t w)
{
    uint16_t token = build_operand(b, word_b(w));
    Node n = no_node;
    TokenBook book;

    if (b->has_more || b->c->nodes[token].kind != NODE_FIXED) b->why = COLUMNS_BOOK;
    if (b->why) return 0;
    n.kind = NODE_BOOK;
    n.op = word_op(w);
    n.flags = (uint8_t)word_flags(w);
    n.row = (uint32_t)b->c->room[token][0];
    n.cost = COST_ROW;
    if (n.op != OP_FEE) n.a = build_operand(b, word_c(w));
    n.is_volatile = !b->c->source.book(b->c->source.ctx, (int32_t)n.row, n.op, 0, &book);
    return build_add(b, n);
}

/* ---- words -------------------------------------------------------------------------------------- */

static uint16_t add_load(Builder *b, uint64_t w)
{
    switch (word_op(w)) {
    case OP_LDI:
        return add_input(b, word_b(w));
    case OP_LDS:
        return build_held(b, word_b(w));
    case OP_LDB:
        return add_fixed_cond(b, (uint8_t)word_b(w));
    default:
        b->why = word_op(w) == OP_LDT ? COLUMNS_BOOK : COLUMNS_EVENT;
        return 0;
    }
}

uint16_t build_word(Builder *b, uint32_t at)
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
        return build_row(b, at);
    case GROUP_BOOK:
        return add_book(b, w);
    default:
        return build_effect(b, at);
    }
}

void build_words(Builder *b)
{
    for (uint32_t at = 0; !b->why && word_op(b->words[at]) != OP_END;
         at += word_count(b->words[at])) {
        uint16_t node;

        if (word_op(b->words[at]) == OP_NOP) continue;
        if (at >= b->in_rule) b->in_rule = 0;
        if (b->in_rule && op_info(word_op(b->words[at]))->group == GROUP_TIME)
            b->why = COLUMNS_SETS;
        node = build_word(b, at);
        if (!b->why && node != NO_NODE) build_set_register(b, word_a(b->words[at]), node);
    }
}
