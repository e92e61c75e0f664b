/* tick_packed_none.c — columns are never packed, where no tape is swept as it lies.  See tick_columns.h. */
#include <string.h>

#include "runtime/market/tick_columns.h"

bool tick_columns_pack(const TickColumns *c, uint32_t word)
{
    (void)c;
    (void)word;
    return false;
}

int64_t tick_columns_ts(const TickColumns *c, uint32_t i)
{
    return c->ts_us[i];
}

int64_t tick_columns_bits(const TickColumns *c, uint32_t word, uint32_t i)
{
    return ((const int64_t *)c->words[word])[i];
}

static const void *lying(const TickColumns *c, const void *column, uint32_t first, void *room)
{
    const int64_t *from = (const int64_t *)column + first;

    if (c->count - first >= FACT_TICKS) return from;
    memset(room, 0, FACT_TICKS * sizeof(int64_t));
    memcpy(room, from, (c->count - first) * sizeof(int64_t));
    return room;
}

const int64_t *tick_columns_times(const TickColumns *c, uint32_t first, int64_t room[FACT_TICKS])
{
    return lying(c, c->ts_us, first, room);
}

const void *tick_columns_word(const TickColumns *c, uint32_t word, uint32_t first, void *room)
{
    return lying(c, c->words[word], first, room);
}

void tick_columns_expect(const TickColumns *c, uint32_t *asked, uint32_t from, uint32_t to)
{
    (void)c;
    (void)asked;
    (void)from;
    (void)to;
}
