/* columns_wallet.c — conditions and quotes of the wallet's own rules, as far as they move at events alone.
 *
 * Promise: all conditions of such rules (Wakes.own) are told, or none; all quotes (Wakes.quotes), or none. */
#include "vm/base/num.h"
#include "vm/columns_build.h"

/* A value of the wallet that moves at events alone. */
static uint16_t add_own_load(Builder *b, uint64_t w)
{
    const ColumnSource *s = &b->c->source;
    Node n = no_node;

    n.kind = NODE_HELD;
    n.is_volatile = n.is_wild = true;
    n.held = s->own ? s->own(s->ctx, word_b(w)) : NULL;
    if (!n.held) b->why = COLUMNS_EVENT;
    return b->why ? 0 : build_add(b, n);
}

static uint16_t add_own_word(Builder *b, const uint64_t *w)
{
    uint8_t op = word_op(*w);
    OpGroup group = (OpGroup)op_info(op)->group;

    if (op == OP_LDW) return add_own_load(b, *w);
    if (op == OP_LDS && b->vm->links[word_b(*w)].space != SPACE_SHARED) b->why = COLUMNS_EVENT;
    if (group == GROUP_TIME || group == GROUP_BOOK) b->why = COLUMNS_EVENT;
    return b->why ? 0 : build_word(b, (uint32_t)(w - b->words));
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
    build_set_register(b, word_a(*w), node);
}

static void add_own(Builder *b, const uint64_t *arm)
{
    uint16_t node = build_operand(b, word_b(*arm));

    if (!b->why) b->c->own[b->c->own_count++] = node;
    b->why = COLUMNS_FINE;
}

static void add_quote(Builder *b, const uint64_t *w)
{
    uint16_t *to = b->c->quotes[b->c->quote_count];
    uint16_t from[QUOTE_NODES] = {word_a(w[0]), word_b(w[0]), word_a(w[1]), word_b(w[1]),
                                  word_c(w[1])};

    for (int i = 0; i < QUOTE_NODES && !b->why; i++)
        to[i] = from[i] == OPND_NONE ? build_number(b, UNKNOWN) : build_operand(b, from[i]);
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
bool build_wallet(Builder *b, Arena *arena)
{
    Columns *c = b->c;
    const ImageMeta *m = c->vm->image->meta;
    const BlockRow *block = image_block(c->vm->image, PART_V, (EventKind)c->event, c->index);

    if (b->why || b->has_more || !block || !(c->wakes.is_own || c->wakes.quote_count)) return true;
    b->own_num_of = build_nothing(m->wallet_regs, arena);
    b->own_cond_of = build_nothing(m->wallet_qregs, arena);
    if (arena_is_full(arena)) return false;
    add_wallet_words(b, block);
    if (c->own_count != c->wakes.own_count) c->own_count = 0;
    if (c->quote_count != c->wakes.quote_count) c->quote_count = 0;
    return true;
}
