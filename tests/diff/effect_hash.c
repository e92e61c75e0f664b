/* effect_hash.c — see effect_hash.h. */
#include "tests/diff/effect_hash.h"

#include "vm/base/hash.h"
#include "vm/base/num.h"

uint64_t effect_hash(uint64_t so_far, const Effect *f)
{
    const uint64_t fields[] = {
        so_far,
        f->kind,
        f->because,
        f->is_unknown,
        f->is_sell,
        f->is_market,
        f->is_close,
        f->has_good_for,
        f->size_unit,
        f->modifiers,
        f->rule,
        f->action,
        f->group,
        f->reason,
        (uint64_t)f->token,
        (uint64_t)f->ts_us,
        f->order,
        (uint64_t)f->size_micros,
        (uint64_t)f->written_micros,
        (uint64_t)f->price_micros,
        (uint64_t)f->good_for_us,
        num_bits(f->value),
        (uint64_t)f->amount_micros,
        f->index,
    };

    return hash_span(span_of((const char *)fields, sizeof fields));
}
