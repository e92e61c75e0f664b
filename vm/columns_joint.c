/* columns_joint.c — time operators that ticks and the boundaries between them share.
 *
 * Boundaries may read what ticks advance (`vwap` in a rule about `every 1s`), and advance what ticks do (`for 5s` of a
 * sampled value beside a live one).  Their columns are then tied to the ticks': a row advances when it is asked for, in
 * either, and joint ones step through ticks and boundaries in order of time.
 * Promise: of the two that share a row, each sees what the other left. */
#include "vm/columns_inside.h"

bool joint_is_known(void)
{
    return true;
}

/* The row of these columns that lives there; NO_NODE. */
static uint16_t row_of(const Columns *c, const StateLink *link)
{
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].link == link && !c->rows[i].is_plain) return (uint16_t)i;
    return NO_NODE;
}

static bool tie_row(Columns *c, Row *r)
{
    Row *other;

    r->other = row_of(c, r->link);
    if (r->other == NO_NODE) return false;
    other = &c->rows[r->other];
    other->is_joint = true;
    other->other = (uint16_t)(r - c->source.between->rows);
    return c->nodes[other->node].is_cond == c->source.between->nodes[r->node].is_cond;
}

/* Where the row's value before the present word of ticks is kept; NULL: the boundary's own block does not load it. */
static const Held *kept_of(const Columns *c, uint16_t row)
{
    for (uint32_t i = 0; i < c->held_row_count; i++)
        if (c->held_rows[i] == row) return &c->kept[i];
    return NULL;
}

/* From here on the node knows the row of the ticks. */
static bool tie_node(const Columns *c, Node *n)
{
    uint16_t row = row_of(c, &c->vm->links[n->row]);

    if (row == NO_NODE) return false;
    n->row = row;
    n->held = kept_of(c, row);
    return true;
}

bool joint_tie(Columns *c)
{
    Columns *between = c->source.between;

    if (!between || !between->is_tied) return true;
    for (uint32_t i = 0; i < between->row_count; i++)
        if (between->rows[i].is_joint && !tie_row(c, &between->rows[i])) return false;
    for (uint32_t i = 0; i < between->node_count; i++)
        if (between->nodes[i].kind == NODE_TICKED && !tie_node(c, &between->nodes[i])) return false;
    between->ticks = c;
    c->is_tied = true;
    return true;
}

/* ---- what ticks leave ------------------------------------------------------------------------------ */

/* What the row held before the present word of ticks. */
static Held before(const Node *n)
{
    return n->held ? *(const Held *)n->held : (Held){.cond = 0};
}

const double *ticked_num(Columns *between, const Node *n, double *room)
{
    Columns *c = between->ticks;
    const double *x = columns_num(c, c->rows[n->row].node);
    uint64_t bits = c->between;

    for (uint32_t k = 0; bits; bits &= bits - 1, k++) {
        uint32_t tick = (uint32_t)__builtin_ctzll(bits);

        room[k] = tick ? x[tick - 1] : before(n).num;
    }
    return room;
}

Mask ticked_mask(Columns *between, const Node *n)
{
    Columns *c = between->ticks;
    Mask x = columns_mask(c, c->rows[n->row].node), m = {0, 0};
    uint64_t bits = c->between;

    for (uint32_t k = 0; bits; bits &= bits - 1, k++) {
        uint32_t tick = (uint32_t)__builtin_ctzll(bits);
        uint64_t cond = tick ? columns_cond_at(x, tick - 1) : before(n).cond;

        m.is_true |= (cond & 1) << k;
        m.is_false |= (cond >> 1) << k;
    }
    return m;
}

/* ---- in turn ----------------------------------------------------------------------------------------- */

typedef struct Turn { /* one of the two */
    Columns *c;
    Row *r;
    const double *x, *y;
    Mask cond, out;
} Turn;

static Turn turn_of(Columns *c, Row *r)
{
    Turn t = {.c = c, .r = r};

    if (c->nodes[r->x].is_cond)
        t.cond = columns_mask(c, r->x);
    else
        t.x = columns_num(c, r->x);
    if (r->y != NO_NODE) t.y = columns_num(c, r->y);
    return t;
}

static void step(Turn *t, uint32_t i)
{
    const Held *out = t->r->memory;
    StepInput in = {.x = t->x ? t->x[i] : 0,
                    .y = t->y ? t->y[i] : 0,
                    .cond = columns_cond_at(t->cond, i),
                    .now_us = t->c->now_us[i]};

    row_step(t->r, t->r->memory, &in);
    if (t->c->nodes[t->r->node].is_cond) {
        t->out.is_true |= (uint64_t)(out->cond & 1) << i;
        t->out.is_false |= (uint64_t)(out->cond >> 1) << i;
    } else {
        t->r->whole[i] = out->num;
    }
}

static void finish(Turn *t)
{
    uint16_t node = t->r->node;

    t->c->masks[node] = t->c->sheets[node][0] = t->out;
    t->c->nums[node] = t->r->whole;
    t->c->stamps[node] = t->r->advanced = t->c->epoch;
}

void joint_advance(Columns *any, Row *r)
{
    Columns *c = any->ticks ? any->ticks : any, *between = c->source.between;
    Turn ticks = turn_of(c, any == c ? r : &c->rows[r->other]), boundaries = {0};

    if (c->between) boundaries = turn_of(between, &between->rows[ticks.r->other]);
    for (uint32_t i = 0, k = 0; i < c->count; i++) {
        if (c->between >> i & 1) step(&boundaries, k++);
        step(&ticks, i);
    }
    if (c->between) finish(&boundaries);
    finish(&ticks);
}
