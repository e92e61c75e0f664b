/* tape_bits.c — see tape_bits.h.  Every loop runs over all 256 cells or whole groups of eight, so that it
 * becomes vectors. */
#include "runtime/market/tape_bits.h"

#include <string.h>

#include "vm/base/fixed.h"
#include "vm/base/little.h"
#include "vm/base/num.h"

/* Loops over a block are compiled twice, and the loader takes what the processor has: 256 bits at a time take two
 * thirds of the time.  Not the KernelLevel of vm/kernels.h: it would have to be handed through every reader of a
 * block (tapes, datasets, the embedding) to eight loops of integers whose bits are the same at each level.
 * Sanitizers and the loader do not get along there, and clang 14 has only begun with it. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/* 2^52 + 2^51: a whole number added to its bits is added to its value. */
static const double magic = 6755399441055744.0;

typedef uint32_t Lanes __attribute__((vector_size(4 * TAPE_LANES)));

static uint32_t groups_of(uint32_t count)
{
    return (count + TAPE_LANES - 1) / TAPE_LANES;
}

static size_t plane_size(uint32_t count, uint32_t width)
{
    return (size_t)((groups_of(count) * width + 31) / 32) * sizeof(Lanes);
}

size_t tape_bits_size(uint32_t count, uint32_t width)
{
    if (width <= 32) return plane_size(count, width);
    return plane_size(count, 32) + plane_size(count, width - 32);
}

/* Not by value: how such vectors are returned depends on the instruction set. */
static void load(const uint8_t *at, uint32_t word, Lanes *ret)
{
    memcpy(ret, at + word * sizeof *ret, sizeof *ret);
}

static void store(uint8_t *at, uint32_t word, const Lanes *v)
{
    memcpy(at + word * sizeof *v, v, sizeof *v);
}

static void pack_plane(const uint32_t *numbers, uint32_t groups, uint32_t width, uint8_t *out)
{
    uint32_t mask = width == 32 ? UINT32_MAX : (1u << width) - 1;

    for (uint32_t g = 0; g < groups; g++) {
        uint32_t word = g * width / 32, shift = g * width % 32;
        Lanes v, old;

        memcpy(&v, numbers + g * TAPE_LANES, sizeof v);
        v &= mask;
        load(out, word, &old);
        old |= v << shift;
        store(out, word, &old);
        if (shift + width <= 32) continue;
        load(out, word + 1, &old);
        old |= v >> (32 - shift);
        store(out, word + 1, &old);
    }
}

void tape_bits_pack(const uint64_t numbers[TAPE_ROWS], uint32_t count, uint32_t width, uint8_t *ret)
{
    uint32_t plane[TAPE_ROWS] = {0};

    memset(ret, 0, tape_bits_size(count, width));
    if (!width) return;
    for (uint32_t i = 0; i < count; i++)
        plane[i] = (uint32_t)numbers[i];
    pack_plane(plane, groups_of(count), width < 32 ? width : 32, ret);
    if (width <= 32) return;
    for (uint32_t i = 0; i < count; i++)
        plane[i] = (uint32_t)(numbers[i] >> 32);
    pack_plane(plane, groups_of(count), width - 32, ret + plane_size(count, 32));
}

static inline __attribute__((always_inline)) void unpack_lanes(const uint8_t *in, uint32_t groups,
                                                               uint32_t width, uint32_t *out)
{
    uint32_t mask = width == 32 ? UINT32_MAX : (1u << width) - 1, shift = 0;
    Lanes now, v;

    memcpy(&now, in, sizeof now);
    for (uint32_t g = 0; g < groups; g++) {
        v = now >> shift;
        shift += width;
        if (shift >= 32) {
            shift -= 32;
            in += sizeof(Lanes);
            if (shift || g + 1 < groups) memcpy(&now, in, sizeof now);
            if (shift) v |= now << (width - shift);
        }
        v &= mask;
        memcpy(out + g * TAPE_LANES, &v, sizeof v);
    }
}

static inline __attribute__((always_inline)) void unpack_plane(const uint8_t *in, uint32_t groups,
                                                               uint32_t width, uint32_t *out)
{
    if (!width || groups < TAPE_ROWS / TAPE_LANES) memset(out, 0, TAPE_ROWS * sizeof *out);
    if (!width) return;
    unpack_lanes(in, groups, width, out);
}

WIDE void tape_bits_unpack(const uint8_t *packed, uint32_t count, uint32_t width,
                           uint32_t ret_low[TAPE_ROWS], uint32_t ret_high[TAPE_ROWS])
{
    unpack_plane(packed, groups_of(count), width < 32 ? width : 32, ret_low);
    if (width > 32)
        unpack_plane(packed + plane_size(count, 32), groups_of(count), width - 32, ret_high);
}

WIDE void tape_bits_plain(const uint32_t *low, const uint32_t *high, int64_t base, uint64_t step,
                          int64_t cells[TAPE_ROWS])
{
    uint64_t from = (uint64_t)base * step;
    uint32_t small = (uint32_t)step;

    if (!high && small == step) {
        /* Two numbers of 32 bits out of memory are multiplied in one instruction; a number of 64 bits takes
         * three, and compilers take a step that they hold in a register for one. */
        uint32_t steps[TAPE_ROWS];

        for (uint32_t i = 0; i < TAPE_ROWS; i++)
            steps[i] = small;
        for (uint32_t i = 0; i < TAPE_ROWS; i++)
            cells[i] = (int64_t)(from + (uint64_t)low[i] * steps[i]);
        return;
    }
    for (uint32_t i = 0; i < TAPE_ROWS; i++)
        cells[i] = (int64_t)(from + (low[i] | (high ? (uint64_t)high[i] << 32 : 0)) * step);
}

WIDE void tape_bits_sums(const uint32_t *low, const uint32_t *high, int64_t first, int64_t base,
                         uint64_t step, int64_t cells[TAPE_ROWS])
{
    uint64_t sum = (uint64_t)first;

    cells[0] = first;
    for (uint32_t i = 1; i < TAPE_ROWS; i++) {
        uint64_t by = low[i] | (high ? (uint64_t)high[i] << 32 : 0);

        sum += (by + (uint64_t)base) * step;
        cells[i] = (int64_t)sum;
    }
}

WIDE void tape_bits_add(const int64_t guess[TAPE_ROWS], int mirror, int64_t cells[TAPE_ROWS])
{
    if (mirror)
        for (uint32_t i = 0; i < TAPE_ROWS; i++)
            cells[i] = (int64_t)((uint64_t)cells[i] + (uint64_t)FX_ONE - (uint64_t)guess[i]);
    else
        for (uint32_t i = 0; i < TAPE_ROWS; i++)
            cells[i] = (int64_t)((uint64_t)cells[i] + (uint64_t)guess[i]);
}

WIDE void tape_bits_decimals(double divisor, int64_t cells[TAPE_ROWS])
{
    int64_t magic_bits;

    memcpy(&magic_bits, &magic, sizeof magic_bits);
    for (uint32_t i = 0; i < TAPE_ROWS; i++) {
        int64_t bits = (int64_t)((uint64_t)cells[i] + (uint64_t)magic_bits);
        double x;

        memcpy(&x, &bits, sizeof x);
        x = (x - magic) / divisor;
        memcpy(&cells[i], &x, sizeof x);
    }
}

WIDE void tape_bits_turn(const int64_t from[TAPE_ROWS], int mirror, int64_t cells[TAPE_ROWS])
{
    if (!mirror) {
        memcpy(cells, from, TAPE_ROWS * sizeof *cells);
        return;
    }
    for (uint32_t i = 0; i < TAPE_ROWS; i++) {
        uint64_t turned = (uint64_t)FX_ONE - (uint64_t)from[i];

        cells[i] = from[i] == MICROS_UNKNOWN ? MICROS_UNKNOWN : (int64_t)turned;
    }
}

WIDE void tape_bits_fill(int64_t cell, int64_t cells[TAPE_ROWS])
{
    for (uint32_t i = 0; i < TAPE_ROWS; i++)
        cells[i] = cell;
}

WIDE void tape_bits_gaps(const uint8_t known[TAPE_ROWS / 8], int64_t nothing,
                         int64_t cells[TAPE_ROWS])
{
    static const int64_t bits[8] = {1, 2, 4, 8, 16, 32, 64, 128};

    for (uint32_t i = 0; i < TAPE_ROWS / 8; i++) {
        int64_t byte = known[i];

        if (byte == 255) continue; /* gaps come in stretches */
        for (uint32_t k = 0; k < 8; k++)
            cells[8 * i + k] = (byte & bits[k]) ? cells[8 * i + k] : nothing;
    }
}

/* ---- the hot part ---------------------------------------------------------------------------------- */

/* In memory, as in tape_bits_plain. */
WIDE void tape_bits_times(const uint8_t *cells, uint32_t rows, int64_t base, uint32_t unit,
                          int64_t *to)
{
    uint32_t units[2 * TAPE_LANES], whole = rows - rows % (2 * TAPE_LANES);

    for (uint32_t k = 0; k < 2 * TAPE_LANES; k++)
        units[k] = unit;
    for (uint32_t i = 0; i < whole; i += 2 * TAPE_LANES)
        for (uint32_t k = 0; k < 2 * TAPE_LANES; k++)
            to[i + k] = (int64_t)((uint64_t)base +
                                  (uint64_t)little_u32(cells + 4 * (size_t)(i + k)) * units[k]);
    for (uint32_t i = whole; i < rows; i++)
        to[i] = (int64_t)((uint64_t)base + (uint64_t)little_u32(cells + 4 * (size_t)i) * unit);
}

WIDE void tape_bits_prices(const uint8_t *cells, uint32_t rows, int64_t step, int64_t *to)
{
    double by = (double)step;
    int64_t magic_bits, bits;

    memcpy(&magic_bits, &magic, sizeof magic_bits);
    for (uint32_t i = 0; i < rows; i++) {
        int16_t cell = (int16_t)little_u16(cells + 2 * (size_t)i);
        double micros = cell * by + magic;

        memcpy(&bits, &micros, sizeof bits);
        to[i] = cell == INT16_MIN ? MICROS_UNKNOWN : bits - magic_bits;
    }
}

WIDE void tape_bits_spots(const uint8_t *cells, uint32_t rows, int64_t base, double divisor,
                          double *to)
{
    int64_t magic_bits;

    memcpy(&magic_bits, &magic, sizeof magic_bits);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t cell = little_u32(cells + 4 * (size_t)i);
        int64_t bits = base + cell + magic_bits;
        double spot;

        memcpy(&spot, &bits, sizeof spot);
        spot = (spot - magic) / divisor;
        to[i] = cell == UINT32_MAX ? UNKNOWN : spot;
    }
}

/* ---- what narrow cells say ------------------------------------------------------------------------- */

enum { RUN = 64 };

WIDE TapeRange16 tape_bits_range16(const uint8_t *cells)
{
    int16_t low = INT16_MAX, high = INT16_MIN;

    for (uint32_t i = 0; i < RUN; i++) {
        int16_t cell = (int16_t)little_u16(cells + 2 * (size_t)i);

        low = cell < low ? cell : low;
        high = cell > high ? cell : high;
    }
    return (TapeRange16){low, high};
}

WIDE TapeRange32 tape_bits_range32(const uint8_t *cells)
{
    uint32_t low = UINT32_MAX, high = 0;

    for (uint32_t i = 0; i < RUN; i++) {
        uint32_t cell = little_u32(cells + 4 * (size_t)i);

        low = cell < low ? cell : low;
        high = cell > high ? cell : high;
    }
    return (TapeRange32){low, high};
}

WIDE uint32_t tape_bits_steps32(const uint8_t *cells)
{
    uint32_t most = 0, backwards = 0;

    for (uint32_t i = 1; i < RUN; i++) {
        uint32_t before = little_u32(cells + 4 * (size_t)(i - 1));
        uint32_t cell = little_u32(cells + 4 * (size_t)i), step = cell - before;

        most = step > most ? step : most;
        backwards |= cell < before;
    }
    return backwards ? UINT32_MAX : most;
}

WIDE bool tape_bits_above16(const uint8_t *cells, const uint8_t *others)
{
    uint16_t above = 0;

    for (uint32_t i = 0; i < RUN; i++)
        above |= (int16_t)little_u16(cells + 2 * (size_t)i) >
                 (int16_t)little_u16(others + 2 * (size_t)i);
    return above;
}
