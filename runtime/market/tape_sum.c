/* tape_sum.c — see tape_sum.h.
 *
 * A row is written as what was not to be expected after the one before: a bit for each column, and the
 * differences.  That is a seventh of its bytes, so that hashing them costs little beside reading a row in. */
#include "runtime/market/tape_sum.h"

#include <string.h>

#include "runtime/market/tape_block.h"
#include "vm/base/date.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { MASK_BYTES = 6, ROW_MAX = MASK_BYTES + TAPE_COLUMNS * 10, PIECE = 4096 };
_Static_assert(TAPE_COLUMNS <= 8 * MASK_BYTES, "a bit a column");

int64_t tape_day(int64_t ts_us)
{
    return ts_us / DAY_US - (ts_us % DAY_US < 0);
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static int64_t cell_at(const TickRow *row, size_t offset)
{
    int64_t cell;

    memcpy(&cell, (const char *)row + offset, sizeof cell);
    return cell;
}

static int64_t mirrored(int64_t cell)
{
    return cell == MICROS_UNKNOWN ? cell : (int64_t)((uint64_t)FX_ONE - (uint64_t)cell);
}

/* What a cell is expected to be: of the second outcome's book what the first's says in this row, else what
 * it was. */
static int64_t expected(const TickRow *row, const TickRow *last, uint32_t id, uint32_t guess,
                        size_t offset, size_t of)
{
    if (id < TAPE_BOOK2 || id >= TAPE_BOOK_END) return cell_at(last, offset);
    return guess == TAPE_MIRROR ? mirrored(cell_at(row, of)) : cell_at(row, of);
}

/* Seven bits a byte, the lowest first; small ones of either sign are short. */
static uint8_t *put_difference(uint8_t *at, uint64_t difference)
{
    uint64_t v = difference << 1 ^ (uint64_t)((int64_t)difference >> 63);

    for (; v > 127; v >>= 7)
        *at++ = (uint8_t)(v | 128);
    *at++ = (uint8_t)v;
    return at;
}

enum { /* where in a row a column stands */
#define TAPE_COLUMN(id, member, kind, guess, of, name) OFFSET_##id = offsetof(TickRow, member),
#include "runtime/market/tape_columns.def"
#undef TAPE_COLUMN
};

static uint8_t *put_row(uint8_t *at, const TickRow *row, const TickRow *last)
{
    uint64_t differences[TAPE_COLUMNS], mask = 0;

#define TAPE_COLUMN(id, member, kind, guess, of, name)                                             \
    differences[id] =                                                                              \
        (uint64_t)cell_at(row, OFFSET_##id) -                                                      \
        (uint64_t)expected(row, last, id, TAPE_##guess, (size_t)OFFSET_##id, (size_t)OFFSET_##of); \
    mask |= (uint64_t)(differences[id] != 0) << id;
#include "runtime/market/tape_columns.def"
#undef TAPE_COLUMN
    memcpy(at, &mask, MASK_BYTES);
    at += MASK_BYTES;
    for (; mask; mask &= mask - 1)
        at = put_difference(at, differences[__builtin_ctzll(mask)]);
    return at;
}

/* Of one day. */
static void take_rows(TapeSum *s, const TickRow *rows, size_t count)
{
    const TickRow *last = &s->last;
    uint8_t piece[PIECE], *at = piece;

    for (size_t i = 0; i < count; i++) {
        if (at > piece + PIECE - ROW_MAX) {
            sha256_update(&s->day, piece, (size_t)(at - piece));
            at = piece;
        }
        at = put_row(at, &rows[i], last);
        last = &rows[i];
    }
    sha256_update(&s->day, piece, (size_t)(at - piece));
    s->last = *last;
    s->day_rows += count;
}

/* ---- days ------------------------------------------------------------------------------------------ */

static void put_number(Sha256 *h, int64_t value)
{
    uint8_t bytes[8];

    memcpy(bytes, &value, sizeof bytes);
    sha256_update(h, bytes, sizeof bytes);
}

static void put_day(TapeSum *s, int64_t day, uint64_t rows, const uint8_t sum[SHA256_SIZE])
{
    put_number(&s->whole, day);
    put_number(&s->whole, (int64_t)rows);
    sha256_update(&s->whole, sum, SHA256_SIZE);
    s->days++;
}

static void end_day(TapeSum *s)
{
    uint8_t sum[SHA256_SIZE];

    if (!s->day_rows) return;
    sha256_final(&s->day, sum);
    put_day(s, s->day_number, s->day_rows, sum);
    s->day_rows = 0;
}

void tape_sum_rows(TapeSum *s, const TickRow *rows, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        int64_t day = tape_day(rows[i].ts_us);

        for (end = i + 1; end < count && tape_day(rows[end].ts_us) == day; end++)
            ;
        if (day != s->day_number) end_day(s);
        if (!s->day_rows) {
            sha256_init(&s->day);
            s->day.has_instructions = s->has_sha;
            memset(&s->last, 0, sizeof s->last);
            s->day_number = day;
        }
        take_rows(s, rows + i, end - i);
    }
}

void tape_sum_day(TapeSum *s, int64_t day, uint64_t rows, const uint8_t sum[SHA256_SIZE])
{
    end_day(s);
    put_day(s, day, rows, sum);
}

bool tape_sum_only_day(const TapeSum *s, uint8_t ret_sum[SHA256_SIZE])
{
    Sha256 day = s->day;

    if (s->days || !s->day_rows) return false;
    sha256_final(&day, ret_sum);
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------------- */

void tape_sum_init(TapeSum *s, Span stream)
{
    *s = (TapeSum){.day_number = INT64_MIN};
    sha256_init(&s->whole);
    sha256_update(&s->whole, "oddex tape 1\n", 13);
    sha256_update(&s->whole, stream.ptr, stream.len);
    sha256_update(&s->whole, "\n", 1);
}

void tape_sum_final(TapeSum *s, const SlotLabel *labels, size_t count, uint8_t ret_sum[SHA256_SIZE])
{
    end_day(s);
    sha256_update(&s->whole, "slots\n", 6);
    for (size_t i = 0; i < count; i++) {
        put_number(&s->whole, labels[i].slot_start_us);
        put_number(&s->whole, labels[i].slot_us);
        put_number(&s->whole, labels[i].winner);
        put_number(&s->whole, (int64_t)num_bits(labels[i].spot_close));
    }
    sha256_final(&s->whole, ret_sum);
}
