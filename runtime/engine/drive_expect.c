/* drive_expect.c — what a column driver will read before long is asked for.
 *
 * A slot is read at few places, which no processor sees coming: where it begins and ends, its facts, and the ticks at
 * which a gate opens.  Of slots that are told these are known while the one before runs.
 * Promise: nothing but time depends on it. */
#include "runtime/engine/drive_columns_inside.h"
#include "vm/base/bug.h"

enum { RISES = 16, LINE = 64 }; /* RISES: of a slot */

static void expect(const void *items, size_t size, uint32_t first, uint32_t end)
{
    const char *from = (const char *)items + first * size, *to = (const char *)items + end * size;

    for (const char *at = from; at < to; at += LINE)
        prefetch_near(at);
    prefetch_near(to - 1);
}

void drive_expect_row(const DriveColumns *d, uint32_t tick)
{
    const TickColumns *t = d->ticks;

    if (!CAN_PREFETCH || tick >= t->count) return;
    prefetch_near(&t->ts_us[tick]);
    for (uint32_t u = 0; u < t->used_count; u++)
        prefetch_near((const int64_t *)t->words[t->used[u]] + tick);
}

/* Ticks first .. end. */
static void expect_facts(const DriveColumns *d, uint32_t first, uint32_t end)
{
    const TickColumns *t = d->ticks;
    uint32_t block = first / FACT_TICKS, to = (end - 1) / FACT_TICKS + 1;

    expect(t->gaps, sizeof *t->gaps, block, to);
    if (t->has_crossed) prefetch_near(&t->crossed[block]);
    for (uint32_t u = 0; u < t->used_count; u++) {
        uint32_t word = t->used[u];

        if (!(t->all_facts[word] & FACT_FINE)) prefetch_near(&t->facts[word][block]);
        if (t->prices[word]) expect(t->prices[word], sizeof *t->prices[word], block, to);
    }
}

void drive_expect_slot(const DriveColumns *d)
{
    const SlotsAhead *a = &d->ahead;
    const ColumnSlot *next = &a->slots[a->at + 1];
    uint32_t ticks[RISES], count = 0;

    if (!CAN_PREFETCH || a->at + 1 >= a->count || next->begin == next->end) return;
    drive_expect_row(d, next->end - 1);
    drive_expect_row(d, next->end);
    expect_facts(d, next->begin, next->end);
    if (a->is_known) count = columns_ahead_rises(d->columns, a->at + 1, ticks, RISES);
    for (uint32_t i = 0; i < count; i++)
        drive_expect_row(d, ticks[i]);
}
