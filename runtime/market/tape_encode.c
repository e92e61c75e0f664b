/* tape_encode.c — writes blocks.  See tape_block.h; how columns are stored is in tape_inside.h.
 *
 * Each column tries what it may be (plain, sums, against its guess) and takes what is smallest; the first
 * of equals, so that equal rows give equal bytes. */
#include "runtime/market/tape_bits.h"
#include "runtime/market/tape_block.h"
#include "runtime/market/tape_inside.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

/* As in tape_bits.c: loops over a block are compiled twice. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

typedef struct Column {       /* one column of the block that is being written */
    int64_t cells[TAPE_ROWS]; /* gaps filled with their neighbour; a NUMBER as scaled or as bits */
    int64_t min, max;         /* as they go into the head */
    uint8_t known[TAPE_ROWS / 8];
    uint32_t known_count;
    uint8_t scale;
    bool is_bits, is_same;
} Column;

typedef struct Packing { /* a way to store a column */
    uint64_t numbers[TAPE_ROWS];
    size_t bytes;
    int64_t base, first;
    uint8_t how, scale, width;
    uint32_t exceptions;
    bool is_short; /* their high parts */
} Packing;

typedef struct Writer {
    const TickRow *rows;
    uint32_t count;
    uint8_t *block;
    size_t head_at, cold_at, cold_used;
    uint32_t column_count;
    Column columns[TAPE_BOOK2 -
                   TAPE_BOOK]; /* of the first outcome's book: others are guessed by them */
    Packing best, other;
} Writer;

/* ---- a column's cells ------------------------------------------------------------------------------ */

static bool is_unknown(uint8_t kind, int64_t cell)
{
    if (kind == TAPE_NUMBER) return !num_is_known(num_from_bits((uint64_t)cell));
    return cell == MICROS_UNKNOWN;
}

/* Up to eight cells; an unknown one becomes the one before.  Which of them are known. */
static inline uint32_t gather_some(const Writer *w, const TapeColumnInfo *info, uint32_t from,
                                   int64_t *last, int64_t *ret_cells)
{
    uint32_t known = 0;

    for (uint32_t k = 0; k < 8 && from + k < w->count; k++) {
        int64_t cell = tape_word(&w->rows[from + k], info->word);
        bool is_known = !is_unknown(info->kind, cell);

        *last = is_known ? cell : *last;
        ret_cells[k] = *last;
        known |= (uint32_t)is_known << k;
    }
    return known;
}

/* Which of eight are known. */
static inline uint32_t gather_known(const TickRow *rows, uint32_t word, bool is_number,
                                    int64_t *ret_cells)
{
    uint32_t known = 0;

    for (uint32_t k = 0; k < 8; k++) {
        int64_t cell = tape_word(&rows[k], word);
        bool is_known =
            is_number ? num_is_known(num_from_bits((uint64_t)cell)) : cell != MICROS_UNKNOWN;

        ret_cells[k] = cell;
        known |= (uint32_t)is_known << k;
    }
    return known;
}

/* Nearly always all of them are known, or none. */
static inline uint32_t gather_eight(const Writer *w, const TapeColumnInfo *info, uint32_t from,
                                    int64_t *last, int64_t *ret_cells)
{
    uint32_t known = 1;

    if (from + 8 <= w->count)
        known = info->kind == TAPE_NUMBER
                    ? gather_known(w->rows + from, info->word, true, ret_cells)
                    : gather_known(w->rows + from, info->word, false, ret_cells);
    if (known == 255) *last = ret_cells[7];
    for (uint32_t k = 0; !known && k < 8; k++)
        ret_cells[k] = *last;
    return known && known != 255 ? gather_some(w, info, from, last, ret_cells) : known;
}

WIDE static void gather(const Writer *w, const TapeColumnInfo *info, Column *c)
{
    int64_t last = 0;
    uint32_t first = 0;

    memset(c->known, 0, sizeof c->known);
    c->known_count = 0;
    c->scale = 0;
    c->is_bits = false;
    c->is_same = true;
    for (uint32_t i = 0; i < w->count; i += 8) {
        uint32_t known = gather_eight(w, info, i, &last, c->cells + i);

        if (known && !c->known_count) first = i + (uint32_t)__builtin_ctz(known);
        c->known[i / 8] = (uint8_t)known;
        c->known_count += (uint32_t)__builtin_popcount(known);
    }
    for (uint32_t i = 0; i < first; i++)
        c->cells[i] = c->cells[first];
    for (uint32_t i = 1; i < w->count; i++)
        c->is_same &= c->cells[i] == c->cells[0];
}

WIDE static void find_range(Column *c, uint32_t count)
{
    int64_t low = c->cells[0], high = low;

    for (uint32_t i = 1; i < count; i++) {
        low = c->cells[i] < low ? c->cells[i] : low;
        high = c->cells[i] > high ? c->cells[i] : high;
    }
    c->min = low;
    c->max = high;
}

WIDE static void find_range_of_numbers(Column *c, uint32_t count)
{
    double low = num_from_bits((uint64_t)c->cells[0]), high = low;

    for (uint32_t i = 1; i < count; i++) {
        double x = num_from_bits((uint64_t)c->cells[i]);

        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    c->min = (int64_t)num_bits(low);
    c->max = (int64_t)num_bits(high);
}

/* By 10^scale = 2^scale * 5^scale, of its multiples alone: the second is a multiplication modulo 2^64. */
static uint64_t inverse_of_fives(uint32_t scale)
{
    uint64_t inverse = 1;

    for (; scale; scale--)
        inverse *= UINT64_C(0xcccccccccccccccd); /* times 5 it is 1 */
    return inverse;
}

static inline int64_t divide_whole(int64_t multiple, uint32_t scale, uint64_t inverse)
{
    return (int64_t)((uint64_t)(multiple >> scale) * inverse);
}

/* Are all cells multiples of 10^scale?  Of others the quotient modulo 2^64 lies beyond those of all multiples; that
 * takes a third of the time of a remainder. */
WIDE static bool divides(const int64_t *cells, uint32_t count, uint32_t scale)
{
    uint64_t inverse = inverse_of_fives(scale), low = (UINT64_C(1) << scale) - 1, limit = INT64_MAX;
    uint64_t odd = 0;

    for (uint32_t i = 0; i < scale; i++)
        limit /= 10;
    if (count && ((uint64_t)cells[0] & low)) return false;
    for (uint32_t i = 0; i < count; i++) {
        odd |= (uint64_t)cells[i] & low;
        odd |= (uint64_t)divide_whole(cells[i], scale, inverse) + limit > 2 * limit;
    }
    return !odd;
}

/* The largest of a few powers of ten that all cells are multiples of. */
static uint8_t common_scale(const int64_t *cells, uint32_t count)
{
    static const uint8_t tries[] = {8, 6, 4, 3, 2};

    for (size_t i = 0; i < sizeof tries; i++)
        if (divides(cells, count, tries[i])) return tries[i];
    return 0;
}

/* All cells as whole numbers of 10^-places, when every one of them comes back equal from that. */
static bool as_decimals(const int64_t *cells, uint32_t count, uint32_t places, int64_t *ret)
{
    double power = tape_divisors[places];

    for (uint32_t i = 0; i < count; i++) {
        double whole = num_rint(num_from_bits((uint64_t)cells[i]) * power);

        if (!(num_abs(whole) < 2251799813685248.0)) return false; /* 2^51 */
        ret[i] = (int64_t)whole;
        if (whole == 0) { /* -0 is not 0, which compilers forget on the way through an integer */
            if (cells[i]) return false;
            continue;
        }
        if (num_bits((double)ret[i] / power) != (uint64_t)cells[i]) return false;
    }
    return true;
}

static void scale_number(Column *c, uint32_t count)
{
    int64_t scaled[TAPE_ROWS];

    for (uint32_t places = 0; places <= DECIMALS_MAX; places++) {
        if (!as_decimals(c->cells, count, places, scaled)) continue;
        memcpy(c->cells, scaled, count * sizeof *scaled);
        c->scale = (uint8_t)places;
        return;
    }
    c->is_bits = true;
}

/* ---- ways to store it ------------------------------------------------------------------------------ */

/* How many numbers have each length in bits.  Four counts side by side: neighbours are of one length, and a count
 * that was written just now takes a while to be read again. */
static void count_lengths(const uint64_t *numbers, uint32_t count, uint32_t ret_with[65])
{
    uint16_t with[4][65] = {{0}};

    for (uint32_t i = 0; i < count; i++)
        with[i % 4][numbers[i] ? 64 - (uint32_t)__builtin_clzll(numbers[i]) : 0]++;
    for (uint32_t bits = 0; bits < 65; bits++)
        ret_with[bits] = (uint32_t)with[0][bits] + with[1][bits] + with[2][bits] + with[3][bits];
}

/* The width that takes the fewest bytes, wider numbers being exceptions. */
static void choose_width(Packing *p, uint32_t count)
{
    uint32_t with[65], beyond = 0, longest = 0;
    size_t best = SIZE_MAX;

    count_lengths(p->numbers, count, with);
    for (uint32_t bits = 0; bits <= 64; bits++)
        if (with[bits]) longest = bits;
    for (uint32_t width = longest;; width--) {
        bool is_short = longest <= width + 16;
        size_t bytes = tape_bits_size(count, width) + (is_short ? 3 : 5) * (size_t)beyond;

        if (beyond > 255 || (beyond && (width > 32 || longest > width + 32))) break;
        if (bytes < best) {
            best = bytes;
            p->width = (uint8_t)width;
            p->exceptions = beyond;
            p->is_short = beyond && is_short;
        }
        beyond += with[width];
        if (!width) break;
        if (longest > 32 && width > 33) { /* exceptions want 32 bits or fewer */
            for (uint32_t skip = width - 1; skip > 32; skip--)
                beyond += with[skip];
            width = 33;
        }
    }
    p->bytes = best + (p->how == HOW_SUMS ? 16 : 8);
}

WIDE static void try_plain(Packing *p, const Column *c, uint32_t count)
{
    uint32_t scale = c->is_bits ? 0 : p->scale;
    uint64_t inverse = inverse_of_fives(scale);
    int64_t least = INT64_MAX;

    p->how = HOW_PLAIN;
    for (uint32_t i = 0; i < count; i++) {
        int64_t v = divide_whole(c->cells[i], scale, inverse);

        p->numbers[i] = (uint64_t)v;
        if (v < least) least = v;
    }
    p->base = least;
    for (uint32_t i = 0; i < count; i++)
        p->numbers[i] -= (uint64_t)least;
    choose_width(p, count);
}

WIDE static void try_sums(Packing *p, const Packing *plain, const Column *c, uint32_t count)
{
    int64_t least = INT64_MAX;

    p->how = HOW_SUMS;
    p->first = c->cells[0];
    p->numbers[0] = 0;
    for (uint32_t i = 1; i < count; i++) {
        p->numbers[i] = plain->numbers[i] - plain->numbers[i - 1];
        if ((int64_t)p->numbers[i] < least) least = (int64_t)p->numbers[i];
    }
    p->base = count > 1 ? least : 0;
    for (uint32_t i = 1; i < count; i++)
        p->numbers[i] -= (uint64_t)p->base;
    choose_width(p, count);
}

WIDE static void try_guess(Packing *p, const TapeColumnInfo *info, const Column *guess,
                           const Column *c, uint32_t count)
{
    uint8_t scale = guess->scale < c->scale ? guess->scale : c->scale;
    bool is_mirror = info->guess == TAPE_MIRROR;
    int64_t least = INT64_MAX;
    uint64_t inverse;

    if (is_mirror && scale > FX_PLACES) scale = FX_PLACES;
    inverse = inverse_of_fives(scale);
    p->how = HOW_GUESS;
    p->scale = scale;
    for (uint32_t i = 0; i < count; i++) {
        int64_t g = guess->cells[i], off;

        if ((is_mirror && __builtin_sub_overflow(FX_ONE, g, &g)) ||
            __builtin_sub_overflow(c->cells[i], g, &off)) {
            p->bytes = SIZE_MAX; /* such numbers are no multiples any more */
            return;
        }
        off = divide_whole(off, scale, inverse);
        p->numbers[i] = (uint64_t)off;
        if (off < least) least = off;
    }
    p->base = least;
    for (uint32_t i = 0; i < count; i++)
        p->numbers[i] -= (uint64_t)least;
    choose_width(p, count);
}

/* ---- into the block -------------------------------------------------------------------------------- */

static void put_bytes(Writer *w, const void *bytes, size_t len)
{
    memcpy(w->block + w->cold_at + w->cold_used, bytes, len);
    w->cold_used += len;
}

static void put_packing(Writer *w, const Column *c, const Packing *p)
{
    uint8_t rows[255];
    uint32_t n = 0;

    if (p->how != HOW_SAME) put_bytes(w, &p->base, 8);
    if (p->how == HOW_SUMS) put_bytes(w, &p->first, 8);
    if (c->known_count < w->count) put_bytes(w, c->known, sizeof c->known);
    if (p->how == HOW_SAME) return;
    tape_bits_pack(p->numbers, w->count, p->width, w->block + w->cold_at + w->cold_used);
    w->cold_used += tape_bits_size(w->count, p->width);
    for (uint32_t i = 0; n < p->exceptions && i < w->count; i++) {
        uint32_t high = (uint32_t)(p->numbers[i] >> p->width);

        if (!(p->numbers[i] >> p->width)) continue;
        rows[n++] = (uint8_t)i;
        put_bytes(w, &high, p->is_short ? 2 : 4);
    }
    BUG_IF(n != p->exceptions);
    put_bytes(w, rows, n);
    while (w->cold_used % 8)
        w->block[w->cold_at + w->cold_used++] = 0;
}

static void put_entry(Writer *w, uint32_t id, const Column *c, const Packing *p)
{
    uint8_t *at = w->block + AT_HEAD_END + w->column_count++ * TAPE_COLUMN_BYTES;
    uint16_t place = (uint16_t)(w->cold_used / 8);

    memset(at, 0, TAPE_COLUMN_BYTES);
    at[COLUMN_ID] = (uint8_t)id;
    at[COLUMN_HOW] = (uint8_t)(p->how | (c->known_count < w->count ? HOW_GAPS : 0) |
                               (c->is_bits && p->how != HOW_SAME ? HOW_BITS : 0) |
                               (p->is_short ? HOW_SHORT : 0));
    at[COLUMN_SCALE] = p->how == HOW_SAME ? 0 : p->scale;
    at[COLUMN_WIDTH] = p->width;
    at[COLUMN_EXCEPTIONS] = (uint8_t)p->exceptions;
    tape_put(at, COLUMN_AT, &place, sizeof place);
    tape_put(at, COLUMN_MIN, &c->min, sizeof c->min);
    tape_put(at, COLUMN_MAX, &c->max, sizeof c->max);
}

static void choose_packing(Writer *w, const TapeColumnInfo *info, const Column *c)
{
    const Column *guess = info->guess == TAPE_NONE ? NULL : &w->columns[info->of - TAPE_BOOK];
    Packing *plain = &w->best, *other = &w->other;

    plain->scale = other->scale = c->scale;
    if (info->kind == TAPE_NUMBER) {
        plain->scale = 0; /* cells are whole already */
        try_plain(plain, c, w->count);
        plain->scale = c->scale;
        return;
    }
    try_plain(plain, c, w->count);
    try_sums(other, plain, c, w->count);
    if (other->bytes < plain->bytes) *plain = *other;
    if (!guess || !guess->known_count) return;
    try_guess(other, info, guess, c, w->count);
    if (other->bytes < plain->bytes) *plain = *other;
}

static void write_column(Writer *w, uint32_t id)
{
    const TapeColumnInfo *info = tape_column_info(id);
    bool is_guess = id >= TAPE_BOOK && id < TAPE_BOOK2;
    Column own, *c = is_guess ? &w->columns[id - TAPE_BOOK] : &own;

    gather(w, info, c);
    if (!c->known_count) return;
    (info->kind == TAPE_NUMBER ? find_range_of_numbers : find_range)(c, w->count);
    if (info->kind != TAPE_NUMBER) c->scale = common_scale(c->cells, w->count);
    w->best.how = HOW_SAME;
    w->best.scale = 0;
    w->best.width = 0;
    w->best.exceptions = 0;
    w->best.is_short = false;
    if (!c->is_same) {
        if (info->kind == TAPE_NUMBER) scale_number(c, w->count);
        choose_packing(w, info, c);
    }
    put_entry(w, id, c, &w->best);
    put_packing(w, c, &w->best);
}

/* What a cell of the second outcome's book is not of its mirror in the first's. */
static inline uint64_t off_mirror(const TickRow *row, uint32_t word, uint32_t guess, uint32_t of)
{
    int64_t from = tape_word(row, of);

    if (guess == TAPE_MIRROR && from != MICROS_UNKNOWN)
        from = (int64_t)((uint64_t)FX_ONE - (uint64_t)from);
    return (uint64_t)from ^ (uint64_t)tape_word(row, word);
}

enum { /* where in a row a column stands */
#define TAPE_COLUMN(id, member, kind, guess, of, name) \
    WORD_##id = offsetof(TickRow, member) / sizeof(int64_t),
#include "runtime/market/tape_columns.def"
#undef TAPE_COLUMN
};

static bool row_is_mirrored(const TickRow *row)
{
    uint64_t off = 0;

#define TAPE_COLUMN(id, member, kind, guess, of, name) \
    if ((id) >= TAPE_BOOK2 && (id) < TAPE_BOOK_END)    \
        off |= off_mirror(row, WORD_##id, TAPE_##guess, WORD_##of);
#include "runtime/market/tape_columns.def"
#undef TAPE_COLUMN
    return !off;
}

static bool rows_are_mirrored(const Writer *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (!row_is_mirrored(&w->rows[i])) return false;
    return true;
}

/* ---- the hot part ---------------------------------------------------------------------------------- */

/* All times behind `base` are whole numbers of 10^places, of 32 bits: what is no multiple of a power of five has a
 * quotient modulo 2^64 that is far beyond. */
static bool times_fit(const Writer *w, int64_t base, uint32_t places)
{
    uint64_t inverse = inverse_of_fives(places), low = (UINT64_C(1) << places) - 1;
    bool fits = true;

    for (uint32_t i = 0; fits && i < w->count; i++) {
        uint64_t off = (uint64_t)w->rows[i].ts_us - (uint64_t)base;

        fits = !(off & low) && (off >> places) * inverse <= UINT32_MAX;
    }
    return fits;
}

static void plan_time(const Writer *w, TapeHot *hot)
{
    static const uint32_t places[] = {6, 3, 0};
    int64_t base = INT64_MAX;

    for (uint32_t i = 0; i < w->count; i++)
        if (w->rows[i].ts_us < base) base = w->rows[i].ts_us;
    hot->base_us = base;
    hot->time_width = 8;
    hot->unit_us = 1;
    for (size_t u = 0; u < ARRAY_LEN(places); u++) {
        if (!times_fit(w, base, places[u])) continue;
        hot->time_width = 4;
        hot->unit_us = (uint32_t)tape_powers[places[u]];
        return;
    }
}

static void plan_prices(const Writer *w, TapeHot *hot)
{
    const Column *sides = w->columns; /* ids 3 and 4 */
    int64_t step, largest = 0;

    hot->price_scale = SCALE_MAX;
    for (int s = 0; s < 2; s++) {
        if (!sides[s].known_count) continue;
        if (sides[s].scale < hot->price_scale) hot->price_scale = sides[s].scale;
        if (sides[s].max > largest) largest = sides[s].max;
        if (-(sides[s].min + 1) > largest) largest = -(sides[s].min + 1);
    }
    if (hot->price_scale == SCALE_MAX) hot->price_scale = 0;
    step = tape_powers[hot->price_scale];
    hot->price_width = largest / step < INT16_MAX ? 2 : largest / step < INT32_MAX ? 4 : 8;
    if (hot->price_width == 8) hot->price_scale = 0;
}

/* `scaled` gets the spot as whole numbers of the scale that is chosen. */
static void plan_spot(const Writer *w, TapeHot *hot, Column *c)
{
    int64_t least = INT64_MAX, most = INT64_MIN;

    gather(w, tape_column_info(TAPE_SPOT), c);
    hot->spot_width = 4;
    if (!c->known_count) return;
    scale_number(c, w->count);
    for (uint32_t i = 0; i < w->count; i++) {
        if (c->cells[i] < least) least = c->cells[i];
        if (c->cells[i] > most) most = c->cells[i];
    }
    if (c->is_bits || (uint64_t)most - (uint64_t)least >= UINT32_MAX) {
        hot->spot_width = 8;
        return;
    }
    hot->spot_scale = c->scale;
    hot->spot_base = least;
}

/* The low bytes of whole numbers. */
WIDE static void put_cells(uint8_t *at, const int64_t *cells, uint32_t count, uint32_t width)
{
    if (width == 8) memcpy(at, cells, count * sizeof *cells);
    for (uint32_t i = 0; width == 4 && i < count; i++) {
        uint32_t low = (uint32_t)cells[i];

        memcpy(at + i * sizeof low, &low, sizeof low);
    }
    for (uint32_t i = 0; width == 2 && i < count; i++) {
        uint16_t low = (uint16_t)cells[i];

        memcpy(at + i * sizeof low, &low, sizeof low);
    }
}

static void put_hot_times(const Writer *w, const TapeHot *hot)
{
    uint32_t places = hot->unit_us == 1000000 ? 6 : hot->unit_us == 1000 ? 3 : 0;
    uint64_t inverse = inverse_of_fives(places);
    int64_t cells[TAPE_ROWS];

    for (uint32_t i = 0; i < w->count; i++) {
        uint64_t off = (uint64_t)w->rows[i].ts_us - (uint64_t)hot->base_us;

        cells[i] =
            hot->time_width == 8 ? w->rows[i].ts_us : divide_whole((int64_t)off, places, inverse);
    }
    put_cells(w->block + hot->time_at, cells, w->count, hot->time_width);
}

static void put_hot_prices(const Writer *w, const TapeHot *hot, uint32_t id, uint32_t at)
{
    int64_t none = hot->price_width == 2   ? INT16_MIN
                   : hot->price_width == 4 ? INT32_MIN
                                           : INT64_MIN;
    uint64_t inverse = inverse_of_fives(hot->price_scale);
    uint32_t word = tape_column_info(id)->word;
    int64_t cells[TAPE_ROWS];

    for (uint32_t i = 0; i < w->count; i++) {
        int64_t micros = tape_word(&w->rows[i], word);

        cells[i] =
            micros == MICROS_UNKNOWN ? none : divide_whole(micros, hot->price_scale, inverse);
    }
    put_cells(w->block + at, cells, w->count, hot->price_width);
}

static void put_hot_spots(const Writer *w, const TapeHot *hot, const Column *spot)
{
    int64_t cells[TAPE_ROWS];

    for (uint32_t i = 0; i < w->count; i++) {
        double given = w->rows[i].data.spot;
        bool is_known = spot->known[i / 8] >> (i % 8) & 1;

        if (hot->spot_width == 8)
            cells[i] = (int64_t)(num_is_known(given) ? num_bits(given) : UNKNOWN_BITS);
        else
            cells[i] = is_known ? spot->cells[i] - hot->spot_base : UINT32_MAX;
    }
    put_cells(w->block + hot->spot_at, cells, w->count, hot->spot_width);
}

static uint32_t write_hot(Writer *w, uint32_t hot_at, TapeHot *hot)
{
    uint32_t bytes;
    Column spot;

    *hot = (TapeHot){0};
    plan_time(w, hot);
    plan_prices(w, hot);
    plan_spot(w, hot, &spot);
    bytes = tape_hot_places(hot, w->count, hot_at);
    memset(w->block + hot_at, 0, bytes);
    put_hot_times(w, hot);
    put_hot_prices(w, hot, TAPE_BOOK, hot->bid_at);
    put_hot_prices(w, hot, TAPE_BOOK + 1, hot->ask_at);
    put_hot_spots(w, hot, &spot);
    return bytes;
}

/* ---- the head -------------------------------------------------------------------------------------- */

static void put_times(Writer *w)
{
    int64_t t[4] = {INT64_MAX, INT64_MIN, MICROS_UNKNOWN, MICROS_UNKNOWN};

    for (uint32_t i = 0; i < w->count; i++) {
        int64_t ts = w->rows[i].ts_us, slot = w->rows[i].slot_start_us;

        if (ts < t[0]) t[0] = ts;
        if (ts > t[1]) t[1] = ts;
        if (slot == MICROS_UNKNOWN) continue;
        if (t[2] == MICROS_UNKNOWN || slot < t[2]) t[2] = slot;
        if (slot > t[3]) t[3] = slot;
    }
    tape_put(w->block, AT_MIN_TS, t, sizeof t);
}

static void put_hot_entry(uint8_t *head, const TapeHot *hot)
{
    const uint8_t widths[] = {hot->time_width, hot->price_width, hot->price_scale, hot->spot_width,
                              hot->spot_scale};

    tape_put(head, AT_HOT_BASE, &hot->base_us, 8);
    tape_put(head, AT_SPOT_BASE, &hot->spot_base, 8);
    tape_put(head, AT_UNIT, &hot->unit_us, 4);
    tape_put(head, AT_WIDTHS, widths, sizeof widths);
}

static void put_head(uint8_t *head, uint32_t head_bytes, uint32_t bytes, uint32_t rows,
                     uint32_t columns, uint32_t flags, uint32_t number, uint64_t first_row)
{
    uint16_t count = (uint16_t)rows;
    uint32_t magic = TAPE_MAGIC, sum;

    tape_put(head, AT_MAGIC, &magic, 4);
    tape_put(head, AT_BYTES, &bytes, 4);
    tape_put(head, AT_ROWS, &count, 2);
    head[AT_COLUMNS] = (uint8_t)columns;
    head[AT_FLAGS] = (uint8_t)flags;
    tape_put(head, AT_NUMBER, &number, 4);
    tape_put(head, AT_FIRST_ROW, &first_row, 8);
    sum = crc32c(0, head + AT_BYTES, head_bytes - AT_BYTES);
    tape_put(head, AT_SUM, &sum, 4);
}

/* The cold part is written before the size of the head is known; it is moved behind the hot part then. */
size_t tape_block_write(const TickRow *rows, uint32_t count, uint32_t number, uint64_t first_row,
                        uint8_t *ret_block)
{
    Writer w = {.rows = rows, .count = count, .block = ret_block};
    uint32_t head_bytes, hot_bytes, sums[2];
    size_t cold_at, cold_bytes;
    bool is_mirrored;
    TapeHot hot;

    BUG_IF(count == 0 || count > TAPE_ROWS);
    memset(ret_block, 0, TAPE_HEAD_MIN + TAPE_COLUMNS * TAPE_COLUMN_BYTES + TAPE_ALIGN);
    w.cold_at =
        tape_align(TAPE_HEAD_MIN + TAPE_COLUMNS * TAPE_COLUMN_BYTES) + TAPE_ROWS * 32 + TAPE_ALIGN;
    is_mirrored = rows_are_mirrored(&w);
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++)
        if (!is_mirrored || id < TAPE_BOOK2 || id >= TAPE_BOOK_END) write_column(&w, id);
    head_bytes = (uint32_t)tape_align(TAPE_HEAD_MIN + w.column_count * TAPE_COLUMN_BYTES);
    memset(ret_block + TAPE_HEAD_MIN + w.column_count * TAPE_COLUMN_BYTES, 0,
           head_bytes - TAPE_HEAD_MIN - w.column_count * TAPE_COLUMN_BYTES);
    hot_bytes = write_hot(&w, head_bytes, &hot);
    cold_at = head_bytes + hot_bytes;
    memmove(ret_block + cold_at, ret_block + w.cold_at, w.cold_used);
    cold_bytes = tape_align(w.cold_used);
    memset(ret_block + cold_at + w.cold_used, 0, cold_bytes - w.cold_used);
    put_times(&w);
    put_hot_entry(ret_block, &hot);
    tape_put(ret_block, AT_HOT_BYTES, &hot_bytes, 4);
    sums[0] = crc32c(0, ret_block + head_bytes, hot_bytes);
    sums[1] = crc32c(0, ret_block + cold_at, cold_bytes);
    tape_put(ret_block, AT_HOT_SUM, sums, sizeof sums);
    put_head(ret_block, head_bytes, (uint32_t)(cold_at + cold_bytes), count, w.column_count,
             is_mirrored ? FLAG_MIRRORED : 0, number, first_row);
    return cold_at + cold_bytes;
}

size_t tape_end_write(uint32_t blocks, uint64_t rows, const uint8_t day_sum[TAPE_SUM_SIZE],
                      uint8_t *ret_bytes)
{
    memset(ret_bytes, 0, TAPE_HEAD_MIN);
    tape_put(ret_bytes, AT_DAY_SUM, day_sum, TAPE_SUM_SIZE);
    put_head(ret_bytes, TAPE_HEAD_MIN, TAPE_HEAD_MIN, 0, 0, 0, blocks, rows);
    return TAPE_HEAD_MIN;
}
