/* drive_between_none.c — in place of drive_between.c where size counts more than speed: boundaries go by themselves.
 * Same effects, by the promise of drive_between.h. */
#include "runtime/engine/drive_between.h"

DriveBetween *drive_between_new(Engine *e, DriveFields *fields, Arena *arena)
{
    (void)e;
    (void)fields;
    (void)arena;
    return NULL;
}

/* The others are asked only where there is one. */

void drive_between_begin(DriveBetween *b, const Engine *e)
{
    (void)b;
    (void)e;
}

uint32_t drive_between_due(const DriveBetween *b, int64_t ts_us)
{
    (void)b;
    (void)ts_us;
    return 0;
}

uint32_t drive_between_take(DriveBetween *b, uint32_t first, uint32_t end)
{
    (void)b;
    (void)first;
    return end;
}

bool drive_between_tells(const DriveBetween *b, uint32_t first, uint32_t end)
{
    (void)b;
    (void)first;
    (void)end;
    return false;
}

void drive_between_word(DriveBetween *b)
{
    (void)b;
}

void drive_between_hold(DriveBetween *b, uint32_t count)
{
    (void)b;
    (void)count;
}

void drive_between_gates(DriveBetween *b)
{
    (void)b;
}
