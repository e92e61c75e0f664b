/* test_cells.c — cells that are read eight bytes at once say what reading them the long way says. */
#include "runtime/history/cells.h"

#include <string.h>

#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/rng.h"

enum { MANY = 400000, LONGEST = 18 };

/* Mostly digits, with what may stand between, before and instead of them. */
static size_t make_cell(Rng *rng, char text[LONGEST])
{
    static const char odd[] = "..-+e ,/:\0\x7f\xb0\xff";
    size_t len = 1 + (size_t)rng_below(rng, LONGEST - 1), at = (size_t)rng_below(rng, len + 1);

    for (size_t i = 0; i < len; i++)
        text[i] = (char)('0' + rng_below(rng, 10));
    if (at < len && rng_chance(rng, 0.7)) text[at] = '.';
    if (rng_chance(rng, 0.2)) text[rng_below(rng, len)] = odd[rng_below(rng, sizeof odd - 1)];
    return len;
}

/* What stands behind a cell in its line must not matter, nor whether it may be read. */
static void test_words(void)
{
    const CellColumn *price = cell_column(SPAN("bid_up")), *spot = cell_column(SPAN("mid_up"));
    uint32_t read = 0;
    Rng rng;

    rng_init(&rng, 5);
    for (uint32_t i = 0; i < MANY; i++) {
        char line[2 * LONGEST];
        size_t len = make_cell(&rng, line);
        Span cell = span_of(line, len);
        CellRow row, other;
        int64_t want;
        double number;
        bool is_fine;

        for (size_t k = len; k < sizeof line; k++)
            line[k] = (char)rng_below(&rng, 256);
        cell_row_clear(&row);
        cell_row_clear(&other);
        is_fine = fx_parse(cell, FX_PLACES, FX_HALF_EVEN, &want);
        read += is_fine;
        CHECK_INT(cell_put_within(&row, price, cell, line + sizeof line), is_fine);
        if (is_fine) CHECK_INT(row.row.data.bid[0].price_micros[0], want);
        CHECK_INT(cell_put(&other, price, cell), is_fine);
        if (is_fine) CHECK_INT(other.row.data.bid[0].price_micros[0], want);
        is_fine = num_parse(cell, &number);
        CHECK_INT(cell_put_within(&row, spot, cell, line + sizeof line), is_fine);
        if (is_fine) CHECK_BITS(row.row.data.mid[0], number);
    }
    CHECK(read > MANY / 2 && read < MANY);
}

int main(void)
{
    TEST_RUN(test_words);
    return test_end();
}
