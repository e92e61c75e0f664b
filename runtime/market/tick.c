/* tick.c — see tick.h. */
#include "runtime/market/tick.h"

#include "vm/base/fixed.h"
#include "vm/base/num.h"

static void side_clear(BookSide *s)
{
    for (int i = 0; i < BOOK_LEVELS; i++)
        s->price_micros[i] = s->size_micros[i] = MICROS_UNKNOWN;
}

void tick_clear(TickData *t)
{
    for (int i = 0; i < OUTCOMES; i++) {
        side_clear(&t->bid[i]);
        side_clear(&t->ask[i]);
        t->mid[i] = t->spread[i] = t->size_ratio[i] = UNKNOWN;
    }
    t->spot = t->move = t->abs_move = t->mark = t->funding = UNKNOWN;
    t->volume_micros = t->liquidity_micros = MICROS_UNKNOWN;
    t->funding_in_us = t->closes_in_us = MICROS_UNKNOWN;
}

static void side_mirror(const BookSide *from, BookSide *to)
{
    for (int i = 0; i < BOOK_LEVELS; i++) {
        int64_t price = from->price_micros[i];

        to->price_micros[i] = price == MICROS_UNKNOWN ? price : FX_ONE - price;
        to->size_micros[i] = from->size_micros[i];
    }
}

void tick_mirror(TickData *t)
{
    side_mirror(&t->bid[0], &t->ask[1]);
    side_mirror(&t->ask[0], &t->bid[1]);
}
