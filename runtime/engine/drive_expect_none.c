/* drive_expect_none.c — in place of drive_expect.c where memory cannot be asked for ahead. */
#include "runtime/engine/drive_columns_inside.h"

void drive_expect_row(const DriveColumns *d, uint32_t tick)
{
    (void)d;
    (void)tick;
}

void drive_expect_slot(const DriveColumns *d)
{
    (void)d;
}
