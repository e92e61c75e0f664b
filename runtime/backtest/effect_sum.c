/* effect_sum.c — see effect_sum.h. */
#include "runtime/backtest/effect_sum.h"

enum { RECORD = 80 };

static uint8_t *put(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *at++ = (uint8_t)(value >> 8 * i);
    return at;
}

static uint8_t flags_of(const Effect *f)
{
    return (uint8_t)(f->is_unknown | f->is_sell << 1 | f->is_market << 2 | f->is_close << 3 |
                     f->has_good_for << 4);
}

void effect_sum(Sha256 *h, const Effect *f)
{
    uint8_t record[RECORD] = {0}, *at = record;

    if (f->kind == EFFECT_SHOW) return;
    at = put(at, f->kind, 1);
    at = put(at, f->because, 1);
    at = put(at, flags_of(f), 1);
    at = put(at, f->size_unit, 1);
    at = put(at, f->modifiers, 2);
    at = put(at, f->index, 2);
    at = put(at, f->rule, 2);
    at = put(at, f->action, 2);
    at = put(at, f->group, 2);
    at = put(at, f->reason, 2);
    at = put(at, (uint64_t)f->token, 8);
    at = put(at, (uint64_t)f->ts_us, 8);
    at = put(at, f->order, 8);
    at = put(at, (uint64_t)f->size_micros, 8);
    at = put(at, (uint64_t)f->written_micros, 8);
    at = put(at, (uint64_t)f->price_micros, 8);
    at = put(at, (uint64_t)f->good_for_us, 8);
    (void)put(at, (uint64_t)f->amount_micros, 8);
    sha256_update(h, record, sizeof record);
}
