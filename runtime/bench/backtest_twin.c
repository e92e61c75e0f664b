/* backtest_twin.c — see backtest.h. */
#include "runtime/bench/backtest.h"

#include "runtime/bench/twin.h"

static uint32_t decode(const HotBlock *blocks, uint32_t count, HotColumns *to)
{
    const int64_t slot_us = (int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US;
    uint32_t n = 0;

    for (uint32_t b = 0; b < count; b++) {
        const HotBlock *h = &blocks[b];

        for (uint32_t i = 0; i < h->rows; i++) {
            to->ts_us[n + i] = h->base_us + h->times[i] * h->unit_us;
            to->bid_micros[n + i] = h->bids[i] * CENT;
            to->ask_micros[n + i] = h->asks[i] * CENT;
            to->spot[n + i] = (double)(h->spot_base + h->spots[i]) / h->spot_divisor;
        }
        n += h->rows;
    }
    for (uint32_t i = 0; i < n; i++)
        to->slot_us[i] =
            i % ANCHOR_SLOT_TICKS ? to->slot_us[i - 1] : to->ts_us[i] - to->ts_us[i] % slot_us;
    return n;
}

/* 7 % of p (1 - p) a share, to the nearest hundred-thousandth of a dollar and nothing below it. */
static int64_t fee_of(int64_t price, int64_t size)
{
    __int128 exact = (__int128)size * price * (ONE - price) * 7; /* of 10^-20 dollars */
    __int128 step = (__int128)10 * 100 * ONE * ONE;
    int64_t steps = exact < step ? 0 : (int64_t)((2 * exact + step) / (2 * step));

    return steps * 10;
}

typedef struct Book { /* of a slot's running trade */
    int64_t size, gain;
} Book;

/* One fill: what it is to the account beside its price. */
static int64_t take(BacktestTotals *t, Book *b, const AnchorTrade *f)
{
    bool is_buy = f->side == ANCHOR_BUY, is_order = f->side != ANCHOR_PAYOUT;
    int64_t fee = is_order ? fee_of(f->price_micros, f->size_micros) : 0;
    int64_t gain = f->size_micros / ONE * (is_buy ? -f->price_micros : f->price_micros) - fee;

    t->orders += is_order;
    t->fees_micros += fee;
    t->pnl_micros += gain;
    b->size += is_buy ? f->size_micros : -f->size_micros;
    b->gain += gain;
    if (b->size == 0) {
        t->trades++;
        t->wins += b->gain > 0;
        b->gain = 0;
    }
    return gain;
}

BacktestTotals backtest_twin(const HotBlock *blocks, uint32_t count, HotColumns *room, bool across,
                             AnchorResult *result, int64_t *pnl)
{
    AnchorTicks t = {.ts_us = room->ts_us,
                     .slot_us = room->slot_us,
                     .bid_micros = room->bid_micros,
                     .ask_micros = room->ask_micros,
                     .spot = room->spot};
    BacktestTotals totals = {0};
    Book books[2] = {{0}}; /* a slot is paid out while the next one runs */

    t.count = decode(blocks, count, room);
    if (across)
        anchor_twin_across_raw(&t, result);
    else
        anchor_twin_raw(&t, result);
    for (uint32_t i = 0; i < result->count; i++) {
        const AnchorTrade *f = &result->trades[i];
        uint32_t slot = f->tick / ANCHOR_SLOT_TICKS - (f->side == ANCHOR_PAYOUT);

        pnl[slot] += take(&totals, &books[slot % 2], f);
    }
    return totals;
}
