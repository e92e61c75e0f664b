/* columns_warm_none.c — in place of columns_warm.c where size counts more than speed: nothing that lives on runs
 * abreast, all of it goes in order.  Same bits, by the promise of columns_warm.c. */
#include "vm/columns_inside.h"

bool warm_plan(Columns *c, Arena *arena)
{
    (void)arena;
    c->warm = NULL;
    return true;
}

uint64_t columns_led(const Columns *c)
{
    (void)c;
    return 0;
}

uint64_t columns_led_sums(const Columns *c)
{
    (void)c;
    return 0;
}

/* The others are asked only where there is a plan. */

void warm_slots(Columns *c, const ColumnSlot *slots, uint32_t count)
{
    (void)c, (void)slots, (void)count;
}

void warm_sheet(Columns *c)
{
    (void)c;
}

void warm_fill(Columns *c, const Row *r, uint32_t word)
{
    (void)c, (void)r, (void)word;
}

void warm_ahead(Columns *c, uint32_t slot)
{
    (void)c, (void)slot;
}

bool warm_is_ahead(const Columns *c)
{
    (void)c;
    return false;
}

bool warm_is_hopeless(const Columns *c)
{
    (void)c;
    return true;
}

const double *warm_num(Columns *c, const Row *r)
{
    (void)c, (void)r;
    return NULL;
}
