/* peaks.h — the highest, or lowest, price since any earlier tick, without keeping the prices.
 *
 * Only prices that were never passed since are kept, so that a question is a search.  Private to the
 * room. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/market/tick.h"

enum { PEAKS_MAX = 1024 };

typedef struct Peak {
    uint64_t tick;
    int64_t price_micros;
} Peak;

typedef struct Peaks {
    Peak items[PEAKS_MAX];
    uint32_t count;
    bool is_low;
} Peaks;

static inline bool peaks_is_full(const Peaks *p)
{
    return p->count == PEAKS_MAX;
}

/* The price of tick `tick`, later than all before; MICROS_UNKNOWN is none.  There must be room. */
static inline void peaks_add(Peaks *p, uint64_t tick, int64_t price_micros)
{
    if (price_micros == MICROS_UNKNOWN) return;
    while (p->count && (p->is_low ? p->items[p->count - 1].price_micros >= price_micros
                                  : p->items[p->count - 1].price_micros <= price_micros))
        p->count--;
    p->items[p->count++] = (Peak){tick, price_micros};
}

/* The best price of the ticks after `tick`, or MICROS_UNKNOWN. */
static inline int64_t peaks_since(const Peaks *p, uint64_t tick)
{
    uint32_t low = 0, high = p->count;

    while (low < high) {
        uint32_t mid = (low + high) / 2;

        if (p->items[mid].tick <= tick)
            low = mid + 1;
        else
            high = mid;
    }
    return low < p->count ? p->items[low].price_micros : MICROS_UNKNOWN;
}
