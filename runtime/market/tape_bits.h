/* tape_bits.h — whole numbers packed to a width in bits, eight lanes abreast, and back.
 *
 * Number i lies in lane i % 8; a lane is a stream of bits in words of 32, and the words of the eight lanes
 * stand beside each other, so that eight numbers take one step.  More than 32 bits are two planes, low
 * words first.  Little-endian.  Promise: pure loops, equal on every target. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/market/tape_block.h"

enum { TAPE_LANES = 8 };

/* Bytes of `count` numbers of `width` bits (0..64), a multiple of 32. */
size_t tape_bits_size(uint32_t count, uint32_t width);
/* Packs the low `width` bits of the first `count` numbers; those behind count as 0. */
void tape_bits_pack(const uint64_t numbers[TAPE_ROWS], uint32_t count, uint32_t width,
                    uint8_t *ret);
/* Unpacks into *ret_low and, when `width` is above 32, *ret_high. */
void tape_bits_unpack(const uint8_t *packed, uint32_t count, uint32_t width,
                      uint32_t ret_low[TAPE_ROWS], uint32_t ret_high[TAPE_ROWS]);

/* cells[i] = (base + low[i] + high[i] * 2^32) * step, wrapping; `high` may be NULL. */
void tape_bits_plain(const uint32_t *low, const uint32_t *high, int64_t base, uint64_t step,
                     int64_t cells[TAPE_ROWS]);
/* The same for sums: cells[i] = first + (i * base + low[1] + .. + low[i]) * step. */
void tape_bits_sums(const uint32_t *low, const uint32_t *high, int64_t first, int64_t base,
                    uint64_t step, int64_t cells[TAPE_ROWS]);
/* cells[i] += guess[i], or 10^6 - guess[i]. */
void tape_bits_add(const int64_t guess[TAPE_ROWS], int mirror, int64_t cells[TAPE_ROWS]);
/* Cells that are whole numbers below 2^51 become the bits of cell / divisor. */
void tape_bits_decimals(double divisor, int64_t cells[TAPE_ROWS]);
/* cells[i] = from[i], or 10^6 - from[i] when it is known. */
void tape_bits_turn(const int64_t from[TAPE_ROWS], int mirror, int64_t cells[TAPE_ROWS]);
void tape_bits_fill(int64_t cell, int64_t cells[TAPE_ROWS]);
/* Cells whose bit is not set become `nothing`. */
void tape_bits_gaps(const uint8_t known[TAPE_ROWS / 8], int64_t nothing, int64_t cells[TAPE_ROWS]);

/* Narrow cells of a hot part, `rows` of them. */
/* to[i] = base + cell i (32 bits) * unit, wrapping. */
void tape_bits_times(const uint8_t *cells, uint32_t rows, int64_t base, uint32_t unit, int64_t *to);
/* to[i] = cell i (16 bits) * step, at most 10^9; the least cell is unknown. */
void tape_bits_prices(const uint8_t *cells, uint32_t rows, int64_t step, int64_t *to);
/* to[i] = (base + cell i (32 bits)) / divisor, base below 2^50 in size; the largest cell is unknown. */
void tape_bits_spots(const uint8_t *cells, uint32_t rows, int64_t base, double divisor, double *to);

/* What 64 narrow cells say in a row. */
typedef struct TapeRange16 {
    int16_t low, high;
} TapeRange16;
typedef struct TapeRange32 {
    uint32_t low, high;
} TapeRange32;
TapeRange16 tape_bits_range16(const uint8_t *cells);
TapeRange32 tape_bits_range32(const uint8_t *cells);
/* The longest step from one to the next; UINT32_MAX when one steps back. */
uint32_t tape_bits_steps32(const uint8_t *cells);
/* Is a cell above the other one somewhere? */
bool tape_bits_above16(const uint8_t *cells, const uint8_t *others);
