/* pow10.c — see pow10.h; the rows are proved in tests/unit/base/test_num.c. */
#include "vm/base/pow10.h"

#include "vm/base/bug.h"

static const Pow10 rows[] = {
#define POW10(high, low) {high, low},
#include "vm/base/pow10.def"
#undef POW10
};
_Static_assert(ARRAY_LEN(rows) == POW10_MAX - POW10_MIN + 1, "one row a power");

Pow10 pow10_of(int k)
{
    BUG_IF(k < POW10_MIN || k > POW10_MAX);
    return rows[k - POW10_MIN];
}
