/* columns_edges.c — states that all wallets share: rules of the shared block that set them, and their
 * first values.
 *
 * Time operators that read such states step here as well.  Conditions come from columns; at a tick that
 * is shown the words' effect is done here, in their order.  A tick may be left out when no rule would
 * fire and every state has its first value. */
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/columns_inside.h"

uint32_t columns_edges(const Columns *c)
{
    return c->edge_count;
}

uint16_t columns_edge_rule(const Columns *c, uint32_t edge)
{
    return c->edges[edge].init ? 0xFFFF : c->edges[edge].rule;
}

bool columns_edge_is_stepped(const Columns *c, uint32_t edge)
{
    return c->has_plain && c->nodes[c->edges[edge].node].is_wild;
}

bool columns_edge_fires(const Columns *c, uint32_t edge)
{
    const Edge *e = &c->edges[edge];

    if (e->init) return !e->init->is_set;
    return !e->arm || e->arm->fired <= c->vm->last_false[e->rule];
}

bool columns_edge_is_armed(const Columns *c, uint32_t edge)
{
    return c->edges[edge].arm != NULL;
}

Mask columns_edge(Columns *c, uint32_t edge)
{
    const Edge *e = &c->edges[edge];

    if (!e->init) return columns_mask(c, e->node);
    if (c->nodes[e->node].is_cond) {
        Mask m = columns_mask(c, e->node);

        return (Mask){m.is_true | m.is_false, 0};
    }
    return c->k->compare[OP_KNOWN](columns_num(c, e->node), NULL);
}

void columns_edge_note(Columns *c, uint32_t edge, uint64_t event, bool was_true)
{
    MemArm *arm = c->edges[edge].arm;

    if (arm) arm->fired = was_true ? arm_stamp(event) : 0;
}

static Held value_at(Columns *c, uint16_t node, uint32_t i)
{
    if (c->nodes[node].is_cond) return (Held){.cond = columns_cond_at(columns_mask(c, node), i)};
    return (Held){.num = columns_num(c, node)[i]};
}

static void init(Columns *c, const Edge *e, uint32_t i)
{
    Held value;

    if (e->init->is_set || !(columns_edge(c, (uint32_t)(e - c->edges)).is_true >> i & 1)) return;
    value = value_at(c, e->node, i);
    e->init->out = value;
    e->init->is_set = 1;
    held_moved(c);
}

static bool fire(Columns *c, const Edge *e, uint32_t i, uint64_t event)
{
    uint8_t cond = columns_cond_at(columns_mask(c, e->node), i);
    bool fires = cond == COND_TRUE;

    if (!e->arm || cond == COND_UNKNOWN) return fires;
    fires = fires && e->arm->fired <= c->vm->last_false[e->rule];
    e->arm->fired = cond == COND_TRUE ? arm_stamp(event) : 0;
    return fires;
}

/* First values and rows that step where a tick is shown, in the order of their words. */
static void step(Columns *c, uint32_t i)
{
    uint32_t row = 0;

    for (uint32_t k = 0; k <= c->edge_count; k++) {
        uint32_t end = k < c->edge_count ? c->edges[k].at : UINT32_MAX;

        for (; c->has_plain && row < c->row_count && c->rows[row].at < end; row++)
            if (c->rows[row].is_plain) row_step_plain(c, &c->rows[row], i);
        if (k < c->edge_count && c->edges[k].init) init(c, &c->edges[k], i);
    }
}

void columns_act(Columns *c, uint32_t i, uint64_t event)
{
    step(c, i);
    for (uint32_t k = 0; k < c->edge_count; k++) {
        const Edge *e = &c->edges[k];

        if (e->init || !fire(c, e, i, event)) continue;
        for (uint32_t s = e->first_set; s < e->first_set + e->set_count; s++) {
            c->sets[s].state->next = value_at(c, c->sets[s].node, i);
            c->sets[s].state->has_next = 1;
        }
    }
}
