/* columns_between.c — what boundaries leave, as the ticks behind them find it.
 *
 * Boundaries have columns of their own, whose words hold those that lie between the ticks of a word of ticks.  In
 * go their numbers and conditions, one a boundary, out come the same, one a tick. */
#include <string.h>

#include "vm/columns_inside.h"

/* What the row held before the word of boundaries. */
static Held before(const Columns *between, uint32_t node)
{
    for (uint32_t i = 0; i < between->held_row_count; i++)
        if (between->rows[between->held_rows[i]].node == node) return between->kept[i];
    return (Held){.cond = 0}; /* no block loads it */
}

void columns_between(Columns *c, uint64_t bits)
{
    Columns *between = c->source.between;

    c->between = bits;
    for (uint32_t i = 0; !bits && i < between->held_row_count; i++)
        between->kept[i] = *(const Held *)between->rows[between->held_rows[i]].memory;
}

const double *between_num(Columns *c, const Node *n, double *room)
{
    Columns *between = c->source.between;
    const double *x = c->between ? columns_num(between, (uint16_t)n->row) : NULL;
    double now = before(between, n->row).num;

    if (x && !(~c->between & c->valid)) return x;
    for (uint32_t i = 0; i < WORD; i++) {
        if (c->between & c->valid & UINT64_C(1) << i) now = *x++;
        room[i] = now;
    }
    return room;
}

Mask between_mask(Columns *c, const Node *n)
{
    Columns *between = c->source.between;
    Mask m = c->between ? columns_mask(between, (uint16_t)n->row) : (Mask){0, 0}, ret = {0, 0};
    uint64_t now = before(between, n->row).cond;

    if (c->between && !(~c->between & c->valid)) return m;
    for (uint32_t i = 0, at = 0; i < c->count; i++) {
        if (c->between >> i & 1) now = columns_cond_at(m, at++);
        ret.is_true |= (now & 1) << i;
        ret.is_false |= (now >> 1) << i;
    }
    return ret;
}
