/* tick_columns.c — see tick_columns.h. */
#include "runtime/market/tick_columns.h"

#include <string.h>

#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* ---- words -------------------------------------------------------------------------------------- */

static bool is_number(uint32_t word)
{
    return (word >= TICK_WORD(mid) && word < TICK_WORD(volume_micros)) || word == TICK_WORD(mark) ||
           word == TICK_WORD(funding);
}

static bool is_ordinary(double x)
{
    double size = num_abs(x);

    return size == 0 ? num_bits(x) == 0 : size >= 0x1p-700 && size <= 0x1p26;
}

static uint8_t number_facts(const double *x, uint32_t count, NumRange *range)
{
    bool is_fine = true, is_none = true, is_grid = true;

    *range = (NumRange){x[0], x[0]};
    for (uint32_t i = 0; i < count; i++) {
        if (x[i] < range->low) range->low = x[i];
        if (x[i] > range->high) range->high = x[i];
        is_fine &= is_ordinary(x[i]);
        is_none &= !num_is_known(x[i]);
        is_grid &= num_bits(money_grid(x[i])) == num_bits(x[i]);
    }
    return (uint8_t)((is_fine ? FACT_FINE : 0) | (is_fine && is_grid ? FACT_GRID : 0) |
                     (is_none ? FACT_NONE : 0));
}

/* Whole micros are ordinary up to 2^26 units; the least are a millionth. */
static uint8_t micros_facts(const int64_t *x, uint32_t count, PriceRange *range)
{
    const uint64_t most = (INT64_C(1) << 26) * FX_ONE;
    uint64_t odd = 0, known = 0;

    *range = (PriceRange){INT64_MAX, INT64_MIN};
    for (uint32_t i = 0; i < count; i++) {
        if (x[i] != MICROS_UNKNOWN && x[i] < range->low) range->low = x[i];
        if (x[i] > range->high) range->high = x[i];
        odd |= (uint64_t)x[i] + most > 2 * most;
        known |= (uint64_t)(x[i] != MICROS_UNKNOWN);
    }
    return (uint8_t)((odd ? 0 : FACT_FINE) | (known ? 0 : FACT_NONE));
}

/* ---- facts -------------------------------------------------------------------------------------- */

static uint32_t block_ticks(const TickColumns *c, uint32_t block)
{
    uint32_t left = c->count - block * FACT_TICKS;

    return left < FACT_TICKS ? left : FACT_TICKS;
}

static bool prepare_word(TickColumns *c, uint32_t word, uint32_t blocks, Arena *arena)
{
    uint8_t *facts = c->facts[word] = arena_array(arena, uint8_t, blocks);

    if (is_number(word))
        c->numbers[word] = arena_array(arena, NumRange, blocks);
    else
        c->prices[word] = arena_array(arena, PriceRange, blocks);
    if (arena_is_full(arena)) return false;
    c->all_facts[word] = FACT_FINE | FACT_GRID | FACT_NONE;
    for (uint32_t b = 0; b < blocks; b++) {
        uint32_t first = b * FACT_TICKS, count = block_ticks(c, b);

        if (is_number(word))
            facts[b] =
                number_facts((const double *)c->words[word] + first, count, &c->numbers[word][b]);
        else
            facts[b] =
                micros_facts((const int64_t *)c->words[word] + first, count, &c->prices[word][b]);
        c->all_facts[word] &= facts[b];
    }
    return true;
}

static void prepare_times(TickColumns *c, uint32_t blocks)
{
    c->is_ordered = true;
    for (uint32_t b = 0; b < blocks; b++) {
        uint32_t first = b * FACT_TICKS, end = first + block_ticks(c, b);

        c->gaps[b] = 0;
        for (uint32_t i = first ? first : 1; i < end; i++) {
            int64_t gap = c->ts_us[i] - c->ts_us[i - 1];

            if (gap > c->gaps[b]) c->gaps[b] = gap;
            c->is_ordered &= gap >= 0;
        }
    }
}

static void cross(TickColumns *c, uint32_t blocks, uint32_t outcome)
{
    const int64_t *bid = c->words[TICK_WORD(bid[0].price_micros[0]) +
                                  outcome * (sizeof(BookSide) / sizeof(int64_t))];
    const int64_t *ask = c->words[TICK_WORD(ask[0].price_micros[0]) +
                                  outcome * (sizeof(BookSide) / sizeof(int64_t))];

    for (uint32_t b = 0; bid && ask && b < blocks; b++) {
        uint32_t first = b * FACT_TICKS, count = block_ticks(c, b);
        bool crossed = false;

        for (uint32_t i = first; i < first + count; i++)
            crossed |= (ask[i] != MICROS_UNKNOWN) & (bid[i] > ask[i]);
        c->crossed[b] |= crossed;
    }
}

static void prepare_crossed(TickColumns *c, uint32_t blocks)
{
    for (uint32_t o = 0; o < OUTCOMES; o++)
        cross(c, blocks, o);
}

bool tick_columns_prepare(TickColumns *c, Arena *arena)
{
    uint32_t blocks = (c->count + FACT_TICKS - 1) / FACT_TICKS + 1;

    c->used_count = 0;
    c->crossed = arena_array(arena, uint8_t, blocks);
    c->gaps = arena_array(arena, int64_t, blocks);
    if (arena_is_full(arena)) return false;
    blocks--;
    for (uint32_t w = 0; w < TICK_WORDS; w++) {
        if (!c->words[w]) continue;
        c->used[c->used_count++] = (uint16_t)w;
        if (!prepare_word(c, w, blocks, arena)) return false;
    }
    prepare_times(c, blocks);
    prepare_crossed(c, blocks);
    return true;
}

/* ---- from rows ---------------------------------------------------------------------------------- */

static int64_t word_of(const TickRow *row, uint32_t word)
{
    int64_t bits;

    memcpy(&bits, (const char *)&row->data + word * sizeof bits, sizeof bits);
    return bits;
}

static bool is_absent(const TickRow *rows, size_t count, uint32_t word)
{
    for (size_t i = 0; i < count; i++) {
        int64_t bits = word_of(&rows[i], word);

        if (is_number(word) ? num_is_known(num_from_bits((uint64_t)bits)) : bits != MICROS_UNKNOWN)
            return false;
    }
    return true;
}

TickColumns tick_columns_from_rows(const TickRow *rows, size_t count, Arena *arena)
{
    TickColumns c = {.count = (uint32_t)count};
    int64_t *ts = arena_array(arena, int64_t, count);

    if (arena_is_full(arena) || count > UINT32_MAX) return (TickColumns){0};
    for (size_t i = 0; i < count; i++)
        ts[i] = rows[i].ts_us;
    c.ts_us = ts;
    for (uint32_t w = 0; w < TICK_WORDS; w++) {
        int64_t *column;

        if (is_absent(rows, count, w)) continue;
        column = arena_array(arena, int64_t, count);
        if (arena_is_full(arena)) return (TickColumns){0};
        for (size_t i = 0; i < count; i++)
            column[i] = word_of(&rows[i], w);
        c.words[w] = column;
    }
    return tick_columns_prepare(&c, arena) ? c : (TickColumns){0};
}

/* ---- reading ------------------------------------------------------------------------------------ */

uint8_t tick_columns_facts(const TickColumns *c, uint32_t word, uint32_t first, uint32_t count)
{
    uint8_t facts = FACT_FINE | FACT_GRID | FACT_NONE;

    if (!c->words[word]) return FACT_NONE;
    for (uint32_t b = first / FACT_TICKS; b <= (first + count - 1) / FACT_TICKS; b++)
        facts &= c->facts[word][b];
    return facts;
}

uint8_t tick_columns_all_facts(const TickColumns *c, uint32_t word)
{
    return c->words[word] ? c->all_facts[word] : (uint8_t)FACT_NONE;
}

bool tick_columns_are_crossed(const TickColumns *c, uint32_t first, uint32_t count)
{
    for (uint32_t b = first / FACT_TICKS; b <= (first + count - 1) / FACT_TICKS; b++)
        if (c->crossed[b]) return true;
    return false;
}

void tick_columns_row(const TickColumns *c, uint32_t i, TickData *tick)
{
    for (uint32_t u = 0; u < c->used_count; u++)
        memcpy((char *)tick + c->used[u] * sizeof(int64_t),
               (const char *)c->words[c->used[u]] + (size_t)i * sizeof(int64_t), sizeof(int64_t));
}
