/* tally.c — see collect.h: exposure over time, the deepest fall of equity. */
#include "runtime/backtest/collect.h"
#include "vm/base/num.h"

void tally_begin(Tally *t, int64_t equity_micros)
{
    t->equity_micros = t->peak_micros = t->low_micros = equity_micros;
}

void tally_until(Tally *t, int64_t ts_us)
{
    int64_t past_us = ts_us - t->exposed_us;

    t->exposure_area += (double)t->exposure_micros * (double)past_us;
    if (t->open) t->held_us += past_us;
    t->exposed_us = ts_us;
}

void tally_follow(Tally *t, int64_t equity_micros, int64_t ts_us)
{
    ResultTotals *r = t->totals;
    int64_t fall;

    t->equity_micros = equity_micros;
    if (t->equity_micros > t->peak_micros) {
        t->peak_micros = t->low_micros = t->equity_micros;
        t->peak_us = ts_us;
    }
    if (t->equity_micros >= t->low_micros) return;
    t->low_micros = t->equity_micros;
    fall = t->peak_micros - t->equity_micros;
    if (t->peak_micros > 0 && (double)fall / (double)t->peak_micros > r->drawdown)
        r->drawdown = (double)fall / (double)t->peak_micros;
    if (fall <= r->drawdown_micros) return;
    r->drawdown_micros = fall;
    r->peak_us = t->peak_us;
    r->bottom_us = ts_us;
}

void tally_end(Tally *t)
{
    ResultTotals *r = t->totals;
    int64_t time_us = r->end_us - r->start_us;

    if (time_us > 0)
        r->exposure_mean_micros = (int64_t)num_rint(t->exposure_area / (double)time_us);
    r->held = time_us > 0 ? num_canon((double)t->held_us / (double)time_us) : UNKNOWN;
}
