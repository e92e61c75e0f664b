/* columns_joint_none.c — stands in for columns_joint.c where every byte counts: boundaries share nothing with ticks.
 *
 * Where they would, they are run by the engine, and the words of ticks end before them.
 * Promise: no columns are tied. */
#include "vm/columns_inside.h"

bool joint_is_known(void)
{
    return false;
}

bool joint_tie(Columns *c)
{
    (void)c;
    return true;
}

void joint_advance(Columns *c, Row *r)
{
    (void)c;
    (void)r;
}

const double *ticked_num(Columns *between, const Node *n, double *room)
{
    (void)between;
    (void)n;
    return room;
}

Mask ticked_mask(Columns *between, const Node *n)
{
    (void)between;
    (void)n;
    return (Mask){0, 0};
}
