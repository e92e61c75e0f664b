/* wallets.c — see wallets.h. */
#include "runtime/engine/wallets.h"

#include <string.h>

#include "vm/base/bug.h"

enum { BLOCK_WORDS = WALLET_BLOCK / 64, NO_LOW = INT16_MIN, NO_HIGH = INT16_MAX, LANES = 32 };

static bool init_band(WalletBand *b, uint32_t blocks, Arena *arena)
{
    size_t count = (size_t)blocks * WALLET_BLOCK;

    b->low = arena_array(arena, int16_t, count + LANES);
    b->high = arena_array(arena, int16_t, count + LANES);
    b->block_low = arena_array(arena, int16_t, blocks);
    b->block_high = arena_array(arena, int16_t, blocks);
    b->is_stale = arena_array(arena, uint8_t, blocks);
    if (arena_is_full(arena)) return false;
    for (size_t i = 0; i < count + LANES; i++) {
        b->low[i] = NO_LOW;
        b->high[i] = NO_HIGH;
    }
    for (uint32_t i = 0; i < blocks; i++) {
        b->block_low[i] = NO_LOW;
        b->block_high[i] = NO_HIGH;
    }
    return true;
}

bool wallets_init(Wallets *w, uint32_t count, int64_t step_micros, Arena *arena)
{
    uint32_t blocks = (count + WALLET_BLOCK - 1) / WALLET_BLOCK;

    *w = (Wallets){.count = count,
                   .blocks = blocks,
                   .words = blocks * BLOCK_WORDS,
                   .step_micros = step_micros};
    w->always = arena_array(arena, uint64_t, w->words + 1U);
    w->listening = arena_array(arena, uint64_t, w->words + 1U);
    w->hits = arena_array(arena, uint64_t, w->words + 1U);
    w->always_in = arena_array(arena, uint16_t, blocks + 1U);
    w->listening_in = arena_array(arena, uint16_t, blocks + 1U);
    w->is_hit = arena_array(arena, uint8_t, blocks + 1U);
    for (uint32_t o = 0; o < OUTCOMES; o++)
        if (!init_band(&w->bands[o], blocks, arena)) return false;
    return !arena_is_full(arena);
}

/* ---- bands --------------------------------------------------------------------------------------- */

/* Dividing by a number known here is cheap, and prices of shares need no other. */
static inline int64_t steps_of(int64_t micros, int64_t step)
{
    return step == WALLET_SHARE_STEP ? micros / WALLET_SHARE_STEP : micros / step;
}

static int64_t step_down(int64_t micros, int64_t step)
{
    int64_t steps = steps_of(micros, step);

    return steps - (steps * step > micros);
}

static int64_t step_up(int64_t micros, int64_t step)
{
    int64_t steps = steps_of(micros, step);

    return steps + (steps * step < micros);
}

/* Within what prices of ticks are made of: beyond it all look the same, and hit. */
static int16_t clamped(int64_t steps)
{
    if (steps <= NO_LOW) return NO_LOW + 1;
    return steps >= NO_HIGH ? NO_HIGH - 1 : (int16_t)steps;
}

static void set_low(WalletBand *b, uint32_t at, int16_t low)
{
    uint32_t block = at / WALLET_BLOCK;

    if (low >= b->block_low[block])
        b->block_low[block] = low;
    else if (b->low[at] == b->block_low[block])
        b->is_stale[block] = 1;
    b->low[at] = low;
}

static void set_high(WalletBand *b, uint32_t at, int16_t high)
{
    uint32_t block = at / WALLET_BLOCK;

    if (high <= b->block_high[block])
        b->block_high[block] = high;
    else if (b->high[at] == b->block_high[block])
        b->is_stale[block] = 1;
    b->high[at] = high;
}

void wallets_band(Wallets *w, uint32_t at, uint8_t outcome, int64_t low, int64_t high)
{
    WalletBand *b = &w->bands[outcome];
    bool had = b->low[at] != NO_LOW || b->high[at] != NO_HIGH;

    if (!had && low == WALLET_NO_LOW && high == WALLET_NO_HIGH) return;
    b->count += (uint32_t)(low != WALLET_NO_LOW || high != WALLET_NO_HIGH) - (uint32_t)had;
    set_low(b, at, low == WALLET_NO_LOW ? NO_LOW : clamped(step_down(low, w->step_micros)));
    set_high(b, at, high == WALLET_NO_HIGH ? NO_HIGH : clamped(step_up(high, w->step_micros)));
}

static void refresh_block(WalletBand *b, uint32_t block)
{
    const int16_t *low = b->low + (size_t)block * WALLET_BLOCK;
    const int16_t *high = b->high + (size_t)block * WALLET_BLOCK;
    int16_t most = NO_LOW, least = NO_HIGH;

    for (uint32_t i = 0; i < WALLET_BLOCK; i++) {
        most = low[i] > most ? low[i] : most;
        least = high[i] < least ? high[i] : least;
    }
    b->block_low[block] = most;
    b->block_high[block] = least;
    b->is_stale[block] = 0;
}

/* One bit a wallet for 64 of them. */
static uint64_t hits_of(const int16_t *low, const int16_t *high, int16_t down, int16_t up)
{
    uint64_t bits = 0;

    for (uint32_t g = 0; g < 64; g += 8) {
        uint64_t part = 0;

        for (uint32_t i = 0; i < 8; i++)
            part |= (uint64_t)((down <= low[g + i]) | (up >= high[g + i])) << i;
        bits |= part << g;
    }
    return bits;
}

static bool any_hit(const int16_t *low, const int16_t *high, int16_t down, int16_t up)
{
    int16_t any = 0;

    for (uint32_t i = 0; i < 64; i++)
        any |= (int16_t)((down <= low[i]) | (up >= high[i]));
    return any != 0;
}

static void price_block(Wallets *w, const WalletBand *b, uint32_t block, int16_t down, int16_t up)
{
    w->is_hit[block] = 1;
    for (uint32_t i = block * BLOCK_WORDS; i < (block + 1) * BLOCK_WORDS; i++) {
        const int16_t *low = b->low + (size_t)i * 64, *high = b->high + (size_t)i * 64;

        if (any_hit(low, high, down, up)) w->hits[i] |= hits_of(low, high, down, up);
    }
}

void wallets_price(Wallets *w, uint8_t outcome, int64_t price_micros)
{
    WalletBand *b = &w->bands[outcome];
    int16_t down, up;

    if (price_micros == MICROS_UNKNOWN || !b->count) return;
    down = clamped(step_down(price_micros, w->step_micros));
    up = clamped(step_up(price_micros, w->step_micros));
    for (uint32_t i = 0; i < w->blocks; i++) {
        if (LIKELY(down > b->block_low[i] && up < b->block_high[i])) continue;
        if (b->is_stale[i]) refresh_block(b, i);
        if (down > b->block_low[i] && up < b->block_high[i]) continue;
        price_block(w, b, i, down, up);
    }
}

/* ---- bits ---------------------------------------------------------------------------------------- */

static void put_bit(uint64_t *bits, uint16_t *in_block, uint32_t at, bool is_on)
{
    uint64_t bit = UINT64_C(1) << (at & 63);

    if (((bits[at >> 6] & bit) != 0) == is_on) return;
    bits[at >> 6] ^= bit;
    in_block[at / WALLET_BLOCK] = (uint16_t)(in_block[at / WALLET_BLOCK] + (is_on ? 1 : -1));
}

void wallets_always(Wallets *w, uint32_t at, bool is_on)
{
    bool was_on = w->always[at >> 6] >> (at & 63) & 1;

    put_bit(w->always, w->always_in, at, is_on);
    w->always_count += (uint32_t)is_on - (uint32_t)was_on;
}

void wallets_listen(Wallets *w, uint32_t at, bool is_on)
{
    put_bit(w->listening, w->listening_in, at, is_on);
}

/* Bits first .. end - 1 of word `i`. */
static uint64_t part_of_word(uint32_t i, uint32_t first, uint32_t end)
{
    uint64_t bits = UINT64_MAX;

    if (first > i * 64) bits &= UINT64_MAX << (first - i * 64);
    if (end < (i + 1) * 64) bits &= UINT64_MAX >> ((i + 1) * 64 - end);
    return bits;
}

void wallets_open(Wallets *w, uint32_t first, uint32_t end)
{
    for (uint32_t i = first / 64; first < end && i <= (end - 1) / 64; i++) {
        if (i % BLOCK_WORDS == 0 && !w->listening_in[i / BLOCK_WORDS]) {
            i += BLOCK_WORDS - 1;
            continue;
        }
        w->hits[i] |= w->listening[i] & part_of_word(i, first, end);
        w->is_hit[i / BLOCK_WORDS] = 1;
    }
}

void wallets_add_always(Wallets *w)
{
    for (uint32_t b = 0; w->always_count && b < w->blocks; b++) {
        if (!w->always_in[b]) continue;
        w->is_hit[b] = 1;
        for (uint32_t i = 0; i < BLOCK_WORDS; i++)
            w->hits[b * BLOCK_WORDS + i] |= w->always[b * BLOCK_WORDS + i];
    }
}

void wallets_hit(Wallets *w, uint32_t at)
{
    w->hits[at >> 6] |= UINT64_C(1) << (at & 63);
    w->is_hit[at / WALLET_BLOCK] = 1;
}

uint32_t wallets_next(Wallets *w, uint32_t at)
{
    for (uint32_t b = at / WALLET_BLOCK; b < w->blocks; b++) {
        uint64_t *hits = w->hits + b * BLOCK_WORDS;

        if (!w->is_hit[b]) continue;
        for (uint32_t i = 0; i < BLOCK_WORDS; i++)
            if (hits[i]) {
                uint32_t bit = (uint32_t)__builtin_ctzll(hits[i]);

                hits[i] &= hits[i] - 1;
                return b * WALLET_BLOCK + i * 64 + bit;
            }
        w->is_hit[b] = 0;
    }
    return w->count;
}
