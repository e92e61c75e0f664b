/* drive_quotes_none.c — in place of drive_quotes.c where size counts more than speed: every event at which a `while`
 * that quotes is open is shown to the engine.  Same effects, by the promise of drive_quotes.c. */
#include "runtime/engine/drive_columns_inside.h"

void drive_quotes_begin(DriveColumns *d)
{
    (void)d;
}

uint64_t drive_quotes_matter(DriveColumns *d, bool is_between, uint32_t wake, uint64_t open)
{
    (void)d;
    (void)is_between;
    (void)wake;
    return open;
}
