/* tick_columns.c — see tick_columns.h. */
#include "runtime/market/tick_columns.h"

#include <string.h>

#include "vm/base/num.h"

/* ---- words -------------------------------------------------------------------------------------- */

static bool is_number(uint32_t word)
{
    return (word >= TICK_WORD(mid) && word < TICK_WORD(volume_micros)) || word == TICK_WORD(mark) ||
           word == TICK_WORD(funding);
}

/* ---- facts -------------------------------------------------------------------------------------- */

static uint32_t block_ticks(const TickColumns *c, uint32_t block)
{
    uint32_t left = c->count - block * FACT_TICKS;

    return left < FACT_TICKS ? left : FACT_TICKS;
}

static bool begin_word(TickColumns *c, uint32_t word, uint32_t blocks, Arena *arena)
{
    c->facts[word] = arena_array(arena, uint8_t, blocks);
    c->all_facts[word] = FACT_FINE | FACT_GRID | FACT_NONE;
    if (is_number(word))
        c->numbers[word] = arena_array(arena, NumRange, blocks);
    else
        c->prices[word] = arena_array(arena, PriceRange, blocks);
    c->used[c->used_count++] = (uint16_t)word;
    return !arena_is_full(arena);
}

bool tick_columns_begin(TickColumns *c, Arena *arena)
{
    uint32_t blocks = (c->count + FACT_TICKS - 1) / FACT_TICKS + 1;

    c->used_count = 0;
    c->is_ordered = true;
    c->has_crossed = false;
    c->crossed = arena_array(arena, uint8_t, blocks);
    c->gaps = arena_array(arena, int64_t, blocks);
    for (uint32_t w = 0; w < TICK_WORDS; w++)
        if ((c->words[w] || tick_columns_pack(c, w)) && !begin_word(c, w, blocks, arena))
            return false;
    return !arena_is_full(arena);
}

static uint8_t number_facts(TickColumns *c, const Kernels *k, uint32_t word, uint32_t block)
{
    int64_t room[FACT_TICKS];
    const double *x = tick_columns_word(c, word, block * FACT_TICKS, room);
    NumberShape s;

    k->number_shape(x, block_ticks(c, block), &s);
    c->numbers[word][block] = (NumRange){s.low, s.high};
    return (uint8_t)((s.is_fine ? FACT_FINE : 0) | (s.is_fine && s.is_grid ? FACT_GRID : 0) |
                     (s.is_none ? FACT_NONE : 0));
}

static uint8_t price_facts(TickColumns *c, const Kernels *k, uint32_t word, uint32_t block)
{
    int64_t room[FACT_TICKS];
    const int64_t *x = tick_columns_word(c, word, block * FACT_TICKS, room);
    PriceShape s;

    k->price_shape(x, block_ticks(c, block), &s);
    c->prices[word][block] = (PriceRange){s.low, s.high};
    return (uint8_t)((s.is_fine ? FACT_FINE : 0) | (s.high == INT64_MIN ? FACT_NONE : 0));
}

/* The first tick has no forerunner. */
static void gather_times(TickColumns *c, const Kernels *k, uint32_t block)
{
    uint32_t first = block * FACT_TICKS, count = block_ticks(c, block);
    int64_t room[FACT_TICKS], least = 0, most = 0;
    const int64_t *ts = tick_columns_times(c, first, room);

    if (count > 1) k->gaps(ts + 1, count - 1, &least, &most);
    if (first) {
        int64_t gap = ts[0] - tick_columns_ts(c, first - 1);

        if (gap < least) least = gap;
        if (gap > most) most = gap;
    }
    c->gaps[block] = most;
    c->is_ordered &= least >= 0;
}

static bool is_crossed(const TickColumns *c, const Kernels *k, uint32_t block, uint32_t outcome)
{
    uint32_t side = outcome * (sizeof(BookSide) / sizeof(int64_t)), first = block * FACT_TICKS;
    uint32_t bids = TICK_WORD(bid[0].price_micros[0]) + side;
    uint32_t asks = TICK_WORD(ask[0].price_micros[0]) + side;
    int64_t rooms[2][FACT_TICKS];

    if (!tick_columns_have(c, bids) || !tick_columns_have(c, asks)) return false;
    if (c->prices[bids][block].high <= c->prices[asks][block].low) return false;
    return k->crosses(tick_columns_word(c, bids, first, rooms[0]),
                      tick_columns_word(c, asks, first, rooms[1]), block_ticks(c, block));
}

void tick_columns_gather(TickColumns *c, const Kernels *k, uint32_t from, uint32_t to)
{
    for (uint32_t b = from / FACT_TICKS; b * FACT_TICKS < to; b++) {
        for (uint32_t u = 0; u < c->used_count; u++) {
            uint32_t w = c->used[u];

            c->facts[w][b] = is_number(w) ? number_facts(c, k, w, b) : price_facts(c, k, w, b);
            c->all_facts[w] &= c->facts[w][b];
        }
        gather_times(c, k, b);
        c->crossed[b] = is_crossed(c, k, b, 0) || is_crossed(c, k, b, 1);
        c->has_crossed |= c->crossed[b];
    }
}

bool tick_columns_prepare(TickColumns *c, const Kernels *k, Arena *arena)
{
    if (!tick_columns_begin(c, arena)) return false;
    tick_columns_gather(c, k, 0, c->count);
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
    return tick_columns_prepare(&c, kernels_of(KERNELS_BASE), arena) ? c : (TickColumns){0};
}

/* ---- reading ------------------------------------------------------------------------------------ */

uint8_t tick_columns_facts(const TickColumns *c, uint32_t word, uint32_t first, uint32_t count)
{
    uint8_t facts = FACT_FINE | FACT_GRID | FACT_NONE;

    if (!tick_columns_have(c, word)) return FACT_NONE;
    if (c->all_facts[word] == (c->prices[word] ? FACT_FINE : FACT_FINE | FACT_GRID))
        return c->all_facts[word]; /* no block knows more */
    for (uint32_t b = first / FACT_TICKS; b <= (first + count - 1) / FACT_TICKS; b++)
        facts &= c->facts[word][b];
    return facts;
}

uint8_t tick_columns_all_facts(const TickColumns *c, uint32_t word)
{
    return tick_columns_have(c, word) ? c->all_facts[word] : (uint8_t)FACT_NONE;
}

bool tick_columns_are_crossed(const TickColumns *c, uint32_t first, uint32_t count)
{
    if (!c->has_crossed) return false;
    for (uint32_t b = first / FACT_TICKS; b <= (first + count - 1) / FACT_TICKS; b++)
        if (c->crossed[b]) return true;
    return false;
}

void tick_columns_row(const TickColumns *c, uint32_t i, TickData *tick)
{
    for (uint32_t u = 0; u < c->used_count; u++) {
        int64_t bits = tick_columns_bits(c, c->used[u], i);

        memcpy((char *)tick + c->used[u] * sizeof bits, &bits, sizeof bits);
    }
}
