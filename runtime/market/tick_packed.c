/* tick_packed.c — see tick_packed.h; and how columns are read, whether they are packed or not. */
#include "runtime/market/tick_packed.h"

#include <string.h>

#include "runtime/market/tape_bits.h"
#include "runtime/market/tape_inside.h"
#include "vm/base/bug.h"
#include "vm/base/little.h"
#include "vm/base/num.h"

typedef struct HotBlock { /* of a tape */
    TapeHot hot;
    const uint8_t *bytes; /* of the whole block */
    uint32_t first;       /* its first tick */
} HotBlock;

typedef struct TickPacked {
    HotBlock *blocks; /* and one behind the last */
    uint32_t *at;     /* by ticks / FACT_TICKS: the block that the first of them lies in */
} TickPacked;

/* The columns of a hot part; times are asked for as TICK_WORDS. */
enum {
    WORD_BID = TICK_WORD(bid[0].price_micros[0]),
    WORD_ASK = TICK_WORD(ask[0].price_micros[0]),
    WORD_SPOT = TICK_WORD(spot)
};
enum { PRICE_SCALE = 9 }; /* narrow prices are whole numbers at hand up to it */

static const HotBlock *block_of(const TickPacked *p, uint32_t i)
{
    const HotBlock *b = &p->blocks[p->at[i / FACT_TICKS]];

    while (i >= b[1].first)
        b++;
    return b;
}

static void expect_block(const HotBlock *b)
{
    const uint8_t *at = b->bytes + b->hot.time_at;
    const uint8_t *to =
        b->bytes + b->hot.spot_at + (size_t)b->hot.spot_width * (b[1].first - b->first);

    for (; at < to; at += TAPE_ALIGN)
        prefetch_near(at);
}

void tick_columns_expect(const TickColumns *c, uint32_t *asked, uint32_t from, uint32_t to)
{
    const HotBlock *b;

    if (!c->packed) return;
    if (*asked < from) *asked = from;
    if (*asked >= to || *asked >= c->count) return;
    b = block_of(c->packed, *asked);
    expect_block(b);
    *asked = b[1].first;
}

/* Rows of one block. */
static void unpack_rows(const HotBlock *b, uint32_t word, uint32_t row, uint32_t count, int64_t *to)
{
    TapeHotRows rows = {0};

    if (word == WORD_BID)
        rows.bid_micros = to;
    else if (word == WORD_ASK)
        rows.ask_micros = to;
    else if (word == WORD_SPOT)
        rows.spot = (double *)(void *)to;
    else
        rows.ts_us = to;
    tape_hot_rows(&b->hot, b->bytes, row, count, rows);
}

/* 64 ticks from `first` on, or those that are there and zeros. */
static void unpack(const TickColumns *c, uint32_t word, uint32_t first, int64_t *room)
{
    const HotBlock *b = block_of(c->packed, first);
    uint32_t left = c->count - first < FACT_TICKS ? c->count - first : FACT_TICKS;

    if (left < FACT_TICKS) memset(room, 0, FACT_TICKS * sizeof *room);
    for (uint32_t n; left; first += n, room += n, left -= n, b++) {
        n = b[1].first - first < left ? b[1].first - first : left;
        unpack_rows(b, word, first - b->first, n, room);
    }
}

static int64_t time_of(const HotBlock *b, uint32_t row)
{
    const uint8_t *at = b->bytes + b->hot.time_at + (size_t)row * b->hot.time_width;

    if (b->hot.time_width == 8) return little_i64(at);
    return (int64_t)((uint64_t)b->hot.base_us + (uint64_t)little_u32(at) * b->hot.unit_us);
}

/* One value: most are a narrow price. */
static int64_t cell(const TickColumns *c, uint32_t word, uint32_t i)
{
    const HotBlock *b = block_of(c->packed, i);
    uint32_t row = i - b->first;
    int64_t bits;

    if (word == TICK_WORDS) return time_of(b, row);
    if (word != WORD_SPOT && b->hot.price_width == 2 && b->hot.price_scale <= PRICE_SCALE) {
        uint32_t at = word == WORD_BID ? b->hot.bid_at : b->hot.ask_at;
        int16_t price = (int16_t)little_u16(b->bytes + at + 2 * (size_t)row);

        return price == INT16_MIN ? MICROS_UNKNOWN : price * tape_powers[b->hot.price_scale];
    }
    unpack_rows(b, word, row, 1, &bits);
    return bits;
}

/* ---- reading ------------------------------------------------------------------------------------ */

bool tick_columns_pack(const TickColumns *c, uint32_t word)
{
    return c->packed && (word == WORD_BID || word == WORD_ASK || word == WORD_SPOT);
}

int64_t tick_columns_ts(const TickColumns *c, uint32_t i)
{
    return c->packed ? cell(c, TICK_WORDS, i) : c->ts_us[i];
}

int64_t tick_columns_bits(const TickColumns *c, uint32_t word, uint32_t i)
{
    int64_t bits;

    if (c->packed) return cell(c, word, i);
    memcpy(&bits, (const char *)c->words[word] + (size_t)i * sizeof bits, sizeof bits);
    return bits;
}

/* A column that lies there. */
static const void *lying(const TickColumns *c, const void *column, uint32_t first, void *room)
{
    const char *from = (const char *)column + (size_t)first * sizeof(int64_t);

    if (c->count - first >= FACT_TICKS) return from;
    memset(room, 0, FACT_TICKS * sizeof(int64_t));
    memcpy(room, from, (c->count - first) * sizeof(int64_t));
    return room;
}

const int64_t *tick_columns_times(const TickColumns *c, uint32_t first, int64_t room[FACT_TICKS])
{
    if (!c->packed) return lying(c, c->ts_us, first, room);
    unpack(c, TICK_WORDS, first, room);
    return room;
}

const void *tick_columns_word(const TickColumns *c, uint32_t word, uint32_t first, void *room)
{
    if (!c->packed) return lying(c, c->words[word], first, room);
    unpack(c, word, first, room);
    return room;
}

/* ---- making ------------------------------------------------------------------------------------- */

static bool take_blocks(const TapeHead *heads, const Span *blocks, uint32_t count, TickPacked *p,
                        uint32_t *ret_ticks, Arena *arena)
{
    uint64_t ticks = 0;

    p->blocks = arena_array(arena, HotBlock, count + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i <= count; i++) {
        if (ticks > UINT32_MAX - FACT_TICKS) return false;
        p->blocks[i].first = (uint32_t)ticks;
        if (i == count) break;
        p->blocks[i].hot = heads[i].hot;
        p->blocks[i].bytes = (const uint8_t *)blocks[i].ptr;
        ticks += heads[i].rows;
    }
    *ret_ticks = (uint32_t)ticks;
    return true;
}

static bool take_places(TickPacked *p, uint32_t ticks, Arena *arena)
{
    uint32_t at = 0;

    p->at = arena_array(arena, uint32_t, ticks / FACT_TICKS + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < ticks; i += FACT_TICKS) {
        while (i >= p->blocks[at + 1].first)
            at++;
        p->at[i / FACT_TICKS] = at;
    }
    return true;
}

/* ---- facts about narrow cells ------------------------------------------------------------------- */

/* Numbers below it on at most so many decimals are what the grid makes of them. */
#define PLAIN_SPOT 33554432.0
enum { GRID_DECIMALS = 6 };
#define SPOT_BASE (INT64_C(1) << 50)

static bool are_narrow(const TapeHot *h)
{
    return h->time_width == 4 && h->price_width == 2 && h->spot_width == 4 &&
           h->price_scale <= PRICE_SCALE && h->spot_scale <= GRID_DECIMALS &&
           h->spot_base > -SPOT_BASE && h->spot_base < SPOT_BASE;
}

static void set_facts(TickColumns *c, uint32_t word, uint32_t block, uint8_t facts)
{
    c->facts[word][block] = facts;
    c->all_facts[word] &= facts;
}

/* The first tick has no forerunner. */
static void set_gap(TickColumns *c, const HotBlock *h, uint32_t row, uint32_t block)
{
    uint32_t first = block * FACT_TICKS;
    uint32_t most = tape_bits_steps32(h->bytes + h->hot.time_at + 4 * (size_t)row);
    int64_t gap = (int64_t)((uint64_t)most * h->hot.unit_us);
    int64_t before = first ? tick_columns_ts(c, first) - tick_columns_ts(c, first - 1) : 0;

    c->gaps[block] = before > gap ? before : gap;
    c->is_ordered &= most != UINT32_MAX && before >= 0;
}

/* 64 ticks of one block, of which all is known and of ordinary size; else false. */
static bool gather_narrow(TickColumns *c, uint32_t block)
{
    const HotBlock *h = block_of(c->packed, block * FACT_TICKS);
    uint32_t row = block * FACT_TICKS - h->first;
    const uint8_t *bids = h->bytes + h->hot.bid_at + 2 * (size_t)row;
    const uint8_t *asks = h->bytes + h->hot.ask_at + 2 * (size_t)row;
    int64_t step = tape_powers[h->hot.price_scale];
    double divisor = tape_divisors[h->hot.spot_scale], low, high;
    TapeRange16 b, a;
    TapeRange32 s;

    if (h[1].first - h->first < row + FACT_TICKS || !are_narrow(&h->hot)) return false;
    b = tape_bits_range16(bids);
    a = tape_bits_range16(asks);
    s = tape_bits_range32(h->bytes + h->hot.spot_at + 4 * (size_t)row);
    low = (double)(h->hot.spot_base + s.low) / divisor;
    high = (double)(h->hot.spot_base + s.high) / divisor;
    if (b.low == INT16_MIN || a.low == INT16_MIN || s.high == UINT32_MAX) return false;
    if (low <= -PLAIN_SPOT || high >= PLAIN_SPOT) return false;
    c->prices[WORD_BID][block] = (PriceRange){b.low * step, b.high * step};
    c->prices[WORD_ASK][block] = (PriceRange){a.low * step, a.high * step};
    c->numbers[WORD_SPOT][block] = (NumRange){low, high};
    set_facts(c, WORD_BID, block, FACT_FINE);
    set_facts(c, WORD_ASK, block, FACT_FINE);
    set_facts(c, WORD_SPOT, block, FACT_FINE | FACT_GRID);
    c->crossed[block] = b.high > a.low && tape_bits_above16(bids, asks);
    set_gap(c, h, row, block);
    return true;
}

/* Blocks that are asked for before one is looked at. */
enum { BLOCKS_AHEAD = 4 };

static void gather(TickColumns *c, const Kernels *k, const HotBlock *end)
{
    const HotBlock *told = c->packed->blocks;

    for (uint32_t b = 0; b * FACT_TICKS < c->count; b++) {
        uint32_t first = b * FACT_TICKS, to = first + FACT_TICKS;

        for (; told < end && told->first < to; told++)
            if (end - told > BLOCKS_AHEAD) expect_block(told + BLOCKS_AHEAD);
        if (!gather_narrow(c, b)) tick_columns_gather(c, k, first, to < c->count ? to : c->count);
    }
}

bool tick_columns_from_tape(const TapeHead *heads, const Span *blocks, uint32_t count,
                            const Kernels *k, Arena *arena, TickColumns *ret)
{
    TickPacked *p = arena_new(arena, TickPacked);
    TickColumns c = {.packed = p};

    if (arena_is_full(arena) || !take_blocks(heads, blocks, count, p, &c.count, arena) ||
        !take_places(p, c.count, arena) || !tick_columns_begin(&c, arena))
        return false;
    gather(&c, k, p->blocks + count);
    *ret = c;
    return true;
}
