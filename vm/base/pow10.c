/* pow10.c — see pow10.h.  Each 27th power stands in pow10.def, to 192 bits; those between are products
 * with powers of five that are exact, so that the first 128 bits come out as if they stood there too.
 * All of them are proved in tests/unit/base/test_num.c. */
#include "vm/base/pow10.h"

#include "vm/base/bug.h"
#include "vm/base/wide.h"

enum {
    STEP = 27,
    FIRST = -351
}; /* 10^0 is a row: no power that is exact comes from one that is not */

static const struct {
    uint64_t high, mid, low;
} rows[] = {
#define POW10(high, mid, low) {high, mid, low},
#include "vm/base/pow10.def"
#undef POW10
};
_Static_assert(FIRST <= POW10_MIN && ARRAY_LEN(rows) == (POW10_MAX - FIRST) / STEP + 1,
               "all of them");

static const uint64_t fives[STEP] = {
    1u,
    5u,
    25u,
    125u,
    625u,
    3125u,
    15625u,
    78125u,
    390625u,
    1953125u,
    9765625u,
    48828125u,
    244140625u,
    1220703125u,
    6103515625u,
    30517578125u,
    152587890625u,
    762939453125u,
    3814697265625u,
    19073486328125u,
    95367431640625u,
    476837158203125u,
    2384185791015625u,
    11920928955078125u,
    59604644775390625u,
    298023223876953125u,
    1490116119384765625u,
};

/* word * factor + carry: returns the low half. */
static uint64_t mul_add(uint64_t word, uint64_t factor, uint64_t carry, uint64_t *ret_high)
{
    uint64_t high, low = wide_mul(word, factor, &high);

    *ret_high = high + __builtin_add_overflow(low, carry, &low);
    return low;
}

Pow10 pow10_of(int k)
{
    uint32_t at = (uint32_t)(k - FIRST), row = at / STEP, step = at % STEP;
    uint64_t five = fives[step], words[3], carry;
    int shift;

    BUG_IF(k < POW10_MIN || k > POW10_MAX);
    if (!step) return (Pow10){rows[row].high, rows[row].mid};
    wide_mul(rows[row].low, five, &carry);
    words[0] = mul_add(rows[row].mid, five, carry, &carry);
    words[1] = mul_add(rows[row].high, five, carry, &words[2]);
    shift = __builtin_clzll(words[2]); /* from 3 on: five is below 2^61 and not below 5 */
    return (Pow10){words[2] << shift | words[1] >> (64 - shift),
                   words[1] << shift | words[0] >> (64 - shift)};
}
