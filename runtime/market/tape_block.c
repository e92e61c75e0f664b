/* tape_block.c — reads blocks: heads, checks, columns, rows.  See tape_block.h. */
#include "runtime/market/tape_block.h"

#include "runtime/market/tape_bits.h"
#include "runtime/market/tape_inside.h"
#include "vm/base/bug.h"
#include "vm/base/hash.h"
#include "vm/base/little.h"
#include "vm/base/num.h"

const int64_t tape_powers[SCALE_MAX + 1] = {1,
                                            10,
                                            100,
                                            1000,
                                            10000,
                                            100000,
                                            1000000,
                                            10000000,
                                            100000000,
                                            1000000000,
                                            10000000000,
                                            100000000000,
                                            1000000000000,
                                            10000000000000,
                                            100000000000000,
                                            1000000000000000,
                                            10000000000000000,
                                            100000000000000000,
                                            1000000000000000000};
const double tape_divisors[DECIMALS_MAX + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

static const TapeColumnInfo infos[TAPE_COLUMNS] = {
#define TAPE_COLUMN(id, member, kind, guess, of, name) \
    [id] = {offsetof(TickRow, member) / sizeof(int64_t), TAPE_##kind, TAPE_##guess, of, name},
#include "runtime/market/tape_columns.def"
#undef TAPE_COLUMN
};

const TapeColumnInfo *tape_column_info(uint32_t id)
{
    BUG_IF(id >= TAPE_COLUMNS);
    return &infos[id];
}

/* ---- heads ----------------------------------------------------------------------------------------- */

static uint32_t column_bytes(uint32_t rows, uint32_t width)
{
    return (uint32_t)tape_align((rows + TAPE_LANES - 1) / TAPE_LANES * TAPE_LANES * width);
}

uint32_t tape_hot_places(TapeHot *hot, uint32_t rows, uint32_t hot_at)
{
    hot->time_at = hot_at;
    hot->bid_at = hot->time_at + column_bytes(rows, hot->time_width);
    hot->ask_at = hot->bid_at + column_bytes(rows, hot->price_width);
    hot->spot_at = hot->ask_at + column_bytes(rows, hot->price_width);
    return hot->spot_at + column_bytes(rows, hot->spot_width) - hot_at;
}

static bool read_hot(const uint8_t *p, TapeHead *h)
{
    const uint8_t *widths = p + AT_WIDTHS;

    h->hot = (TapeHot){.base_us = little_i64(p + AT_HOT_BASE),
                       .spot_base = little_i64(p + AT_SPOT_BASE),
                       .unit_us = little_u32(p + AT_UNIT),
                       .time_width = widths[0],
                       .price_width = widths[1],
                       .price_scale = widths[2],
                       .spot_width = widths[3],
                       .spot_scale = widths[4]};
    if (h->hot.time_width != 4 && h->hot.time_width != 8) return false;
    if (h->hot.price_width != 2 && h->hot.price_width != 4 && h->hot.price_width != 8) return false;
    if (h->hot.spot_width != 4 && h->hot.spot_width != 8) return false;
    if (h->hot.price_scale > SCALE_MAX || h->hot.spot_scale > DECIMALS_MAX) return false;
    return tape_hot_places(&h->hot, h->rows, h->hot_at) == h->hot_bytes;
}

/* Bytes of a column in the cold part, as its entry has them. */
static size_t column_size(const TapeColumn *c, uint32_t rows)
{
    uint32_t how = c->how & HOW_MASK;
    size_t gaps = c->how & HOW_GAPS ? TAPE_ROWS / 8 : 0;

    if (how == HOW_SAME) return gaps;
    return (how == HOW_SUMS ? 16u : 8u) + gaps + tape_bits_size(rows, c->width) +
           (c->how & HOW_SHORT ? 3u : 5u) * c->exceptions;
}

static bool read_column(const uint8_t *p, const TapeHead *h, TapeColumn *c)
{
    *c = (TapeColumn){.id = p[COLUMN_ID],
                      .how = p[COLUMN_HOW],
                      .scale = p[COLUMN_SCALE],
                      .width = p[COLUMN_WIDTH],
                      .exceptions = p[COLUMN_EXCEPTIONS],
                      .at = little_u16(p + COLUMN_AT) * 8u,
                      .min = little_i64(p + COLUMN_MIN),
                      .max = little_i64(p + COLUMN_MAX)};
    if (c->id >= TAPE_COLUMNS || c->how > HOW_ALL || c->width > 64) return false;
    if (c->scale > (infos[c->id].kind == TAPE_NUMBER ? DECIMALS_MAX : SCALE_MAX)) return false;
    if (c->exceptions && c->width > 32) return false;
    if ((c->how & HOW_MASK) == HOW_GUESS && infos[c->id].guess == TAPE_NONE) return false;
    return c->at + column_size(c, h->rows) <= h->cold_bytes;
}

static bool read_columns(const uint8_t *p, TapeHead *h)
{
    for (uint32_t i = 0; i < h->column_count; i++) {
        if (!read_column(p + AT_HEAD_END + i * TAPE_COLUMN_BYTES, h, &h->columns[i])) return false;
        if (i && h->columns[i].id <= h->columns[i - 1].id) return false;
    }
    return true;
}

static bool read_counts(const uint8_t *p, TapeHead *h)
{
    *h = (TapeHead){.bytes = little_u32(p + AT_BYTES),
                    .rows = little_u16(p + AT_ROWS),
                    .column_count = p[AT_COLUMNS],
                    .number = little_u32(p + AT_NUMBER),
                    .first_row = little_u64(p + AT_FIRST_ROW),
                    .min_ts_us = little_i64(p + AT_MIN_TS),
                    .max_ts_us = little_i64(p + AT_MAX_TS),
                    .min_slot_us = little_i64(p + AT_MIN_SLOT),
                    .max_slot_us = little_i64(p + AT_MAX_SLOT),
                    .is_mirrored = p[AT_FLAGS] & FLAG_MIRRORED,
                    .hot_bytes = little_u32(p + AT_HOT_BYTES),
                    .hot_sum = little_u32(p + AT_HOT_SUM),
                    .cold_sum = little_u32(p + AT_COLD_SUM)};
    h->head_bytes = (uint32_t)tape_align(AT_HEAD_END + h->column_count * TAPE_COLUMN_BYTES);
    h->hot_at = h->head_bytes;
    return h->rows <= TAPE_ROWS && h->column_count <= TAPE_COLUMNS && h->bytes % TAPE_ALIGN == 0 &&
           h->bytes <= TAPE_BLOCK_MAX && h->hot_bytes <= h->bytes;
}

bool tape_head_read(Span bytes, TapeHead *ret_head)
{
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    TapeHead h;

    if (bytes.len < AT_HEAD_END || little_u32(p) != TAPE_MAGIC || !read_counts(p, &h)) return false;
    if (h.head_bytes > bytes.len) return false;
    if (crc32c(0, p + AT_BYTES, h.head_bytes - AT_BYTES) != little_u32(p + AT_SUM)) return false;
    h.cold_at = h.hot_at + h.hot_bytes;
    if (h.rows == 0) { /* the end of a file */
        if (h.bytes != AT_HEAD_END || h.column_count || h.hot_bytes) return false;
    } else {
        if (h.cold_at > h.bytes) return false;
        h.cold_bytes = h.bytes - h.cold_at;
        if (!read_hot(p, &h) || !read_columns(p, &h)) return false;
    }
    *ret_head = h;
    return true;
}

TapePart tape_block_check(const TapeHead *h, Span block)
{
    bool is_hot_fine, is_cold_fine;

    if (block.len < h->bytes) return TAPE_BAD_BOTH;
    is_hot_fine = crc32c(0, block.ptr + h->hot_at, h->hot_bytes) == h->hot_sum;
    is_cold_fine = crc32c(0, block.ptr + h->cold_at, h->cold_bytes) == h->cold_sum;
    if (is_hot_fine && is_cold_fine) return TAPE_FINE;
    return is_hot_fine ? TAPE_BAD_COLD : is_cold_fine ? TAPE_BAD_HOT : TAPE_BAD_BOTH;
}

bool tape_end_sum(const uint8_t *mark, uint8_t ret_day_sum[TAPE_SUM_SIZE])
{
    static const uint8_t none[TAPE_SUM_SIZE];

    memcpy(ret_day_sum, mark + AT_DAY_SUM, TAPE_SUM_SIZE);
    return memcmp(ret_day_sum, none, TAPE_SUM_SIZE) != 0;
}

/* ---- columns --------------------------------------------------------------------------------------- */

typedef struct Numbers { /* scratch of one column */
    uint32_t low[TAPE_ROWS], high[TAPE_ROWS];
} Numbers;

/* What an exception has above the packed bits. */
static uint64_t exception_high(const TapeColumn *c, const uint8_t *at, uint32_t i)
{
    uint32_t high =
        c->how & HOW_SHORT ? little_u16(at + 2 * (size_t)i) : little_u32(at + 4 * (size_t)i);

    return (uint64_t)high << c->width;
}

/* Rows stand behind the high parts; false when a row is not one.  *ret_wide: n->high is used. */
static bool add_exceptions(const TapeColumn *c, const uint8_t *at, uint32_t rows, Numbers *n,
                           bool *ret_wide)
{
    const uint8_t *where = at + (c->how & HOW_SHORT ? 2 : 4) * (size_t)c->exceptions;
    uint64_t all = 0;

    for (uint32_t i = 0; i < c->exceptions; i++) {
        uint64_t high = exception_high(c, at, i);

        if (where[i] >= rows) return false;
        n->low[where[i]] |= (uint32_t)high;
        all |= high;
    }
    *ret_wide = all >> 32;
    if (!*ret_wide) return true;
    memset(n->high, 0, sizeof n->high);
    for (uint32_t i = 0; i < c->exceptions; i++)
        n->high[where[i]] |= (uint32_t)(exception_high(c, at, i) >> 32);
    return true;
}

static bool unpack_column(const TapeHead *h, const TapeColumn *c, const uint8_t *cold,
                          TapeValues *v)
{
    const TapeColumnInfo *info = &infos[c->id];
    const uint8_t *at = cold + c->at;
    uint32_t how = c->how & HOW_MASK;
    int64_t *cells = v->cells[c->id], base, first = 0;
    uint64_t step = (uint64_t)(info->kind == TAPE_NUMBER ? 1 : tape_powers[c->scale]);
    const uint32_t *high;
    bool is_wide = c->width > 32;
    Numbers n;

    if (how == HOW_SAME) {
        tape_bits_fill(c->min, cells);
        return true;
    }
    base = little_i64(at);
    at += 8;
    if (how == HOW_SUMS) {
        first = little_i64(at);
        at += 8;
    }
    if (c->how & HOW_GAPS) at += TAPE_ROWS / 8;
    tape_bits_unpack(at, h->rows, c->width, n.low, n.high);
    at += tape_bits_size(h->rows, c->width);
    if (c->exceptions && !add_exceptions(c, at, h->rows, &n, &is_wide)) return false;
    high = is_wide ? n.high : NULL;
    if (how == HOW_SUMS)
        tape_bits_sums(n.low, high, first, base, step, cells);
    else
        tape_bits_plain(n.low, high, base, step, cells);
    if (how == HOW_GUESS) {
        if (!(v->known >> info->of & 1)) return false;
        tape_bits_add(v->cells[info->of], info->guess == TAPE_MIRROR, cells);
    }
    if (info->kind == TAPE_NUMBER && !(c->how & HOW_BITS))
        tape_bits_decimals(tape_divisors[c->scale], cells);
    return true;
}

static void forget_gaps(const TapeColumn *c, const uint8_t *cold, int64_t *cells)
{
    uint32_t how = c->how & HOW_MASK;
    bool is_number = infos[c->id].kind == TAPE_NUMBER;

    tape_bits_gaps(cold + c->at +
                       (how == HOW_SAME   ? 0
                        : how == HOW_SUMS ? 16
                                          : 8),
                   is_number ? (int64_t)UNKNOWN_BITS : (int64_t)MICROS_UNKNOWN, cells);
}

/* What `wanted` needs besides: guesses of guesses, and of a mirrored book the first outcome. */
static uint64_t with_guesses(const TapeHead *h, uint64_t wanted)
{
    for (uint32_t i = h->is_mirrored ? TAPE_COLUMNS : 0; i-- > 0;)
        if (i >= TAPE_BOOK2 && i < TAPE_BOOK_END && wanted >> i & 1)
            wanted |= UINT64_C(1) << infos[i].of;
    for (uint32_t i = h->column_count; i-- > 0;) {
        const TapeColumn *c = &h->columns[i];

        if (wanted >> c->id & 1 && (c->how & HOW_MASK) == HOW_GUESS)
            wanted |= UINT64_C(1) << infos[c->id].of;
    }
    return wanted;
}

/* The book of the second outcome out of the first's, gaps and all. */
static void mirror_columns(uint64_t wanted, TapeValues *v)
{
    for (uint32_t id = TAPE_BOOK2; id < TAPE_BOOK_END; id++) {
        const TapeColumnInfo *info = &infos[id];

        if (!(wanted >> id & 1) || !(v->known >> info->of & 1)) continue;
        tape_bits_turn(v->cells[info->of], info->guess == TAPE_MIRROR, v->cells[id]);
        v->known |= UINT64_C(1) << id;
    }
}

bool tape_block_columns(const TapeHead *h, Span block, uint64_t wanted, TapeValues *ret)
{
    const uint8_t *cold = (const uint8_t *)block.ptr + h->cold_at;

    ret->rows = h->rows;
    ret->known = 0;
    if (block.len < h->bytes) return false;
    wanted = with_guesses(h, wanted);
    for (uint32_t i = 0; i < h->column_count; i++) {
        const TapeColumn *c = &h->columns[i];

        if (!(wanted >> c->id & 1)) continue;
        if (!unpack_column(h, c, cold, ret)) return false;
        ret->known |= UINT64_C(1) << c->id;
    }
    for (uint32_t i = 0; i < h->column_count; i++) /* guesses were made of cells without gaps */
        if (wanted >> h->columns[i].id & 1 && h->columns[i].how & HOW_GAPS)
            forget_gaps(&h->columns[i], cold, ret->cells[h->columns[i].id]);
    if (h->is_mirrored) mirror_columns(wanted, ret);
    return true;
}

bool tape_block_rows(const TapeHead *h, Span block, TapeValues *scratch, TickRow *ret_rows)
{
    if (!tape_block_columns(h, block, UINT64_MAX, scratch)) return false;
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        char *to = (char *)ret_rows + infos[id].word * sizeof(int64_t);
        int64_t nothing =
            infos[id].kind == TAPE_NUMBER ? (int64_t)UNKNOWN_BITS : (int64_t)MICROS_UNKNOWN;
        bool is_known = scratch->known >> id & 1;

        for (uint32_t i = 0; i < h->rows; i++)
            memcpy(to + i * sizeof(TickRow), is_known ? &scratch->cells[id][i] : &nothing,
                   sizeof nothing);
    }
    return true;
}

/* ---- the hot part ---------------------------------------------------------------------------------- */

/* Doubles are at hand for numbers below them. */
#define SPOT_BASE_MAX (INT64_C(1) << 50)
#define PRICE_STEP_MAX INT64_C(1000000000)

/* A loop for each width of cells, for most of reading a tape is here. */
static void hot_times(const TapeHot *hot, const uint8_t *at, uint32_t rows, int64_t *to)
{
    if (hot->time_width == 8) {
        for (uint32_t i = 0; i < rows; i++)
            to[i] = little_i64(at + 8 * (size_t)i);
        return;
    }
    tape_bits_times(at, rows, hot->base_us, hot->unit_us, to);
}

static void hot_prices(const TapeHot *hot, const uint8_t *at, uint32_t rows, int64_t *to)
{
    int64_t step = tape_powers[hot->price_scale];

    if (hot->price_width == 2 && step <= PRICE_STEP_MAX) {
        tape_bits_prices(at, rows, step, to);
    } else if (hot->price_width == 2) {
        for (uint32_t i = 0; i < rows; i++) {
            int16_t narrow = (int16_t)little_u16(at + 2 * (size_t)i);

            to[i] =
                narrow == INT16_MIN ? MICROS_UNKNOWN : (int64_t)((uint64_t)narrow * (uint64_t)step);
        }
    } else if (hot->price_width == 4) {
        for (uint32_t i = 0; i < rows; i++) {
            int32_t middle = (int32_t)little_u32(at + 4 * (size_t)i);

            to[i] =
                middle == INT32_MIN ? MICROS_UNKNOWN : (int64_t)((uint64_t)middle * (uint64_t)step);
        }
    } else {
        for (uint32_t i = 0; i < rows; i++)
            to[i] = little_i64(at + 8 * (size_t)i);
    }
}

static void hot_spots(const TapeHot *hot, const uint8_t *at, uint32_t rows, double *to)
{
    double divisor;

    if (hot->spot_width == 8) {
        for (uint32_t i = 0; i < rows; i++)
            to[i] = num_from_bits(little_u64(at + 8 * (size_t)i));
        return;
    }
    divisor = tape_divisors[hot->spot_scale];
    if (hot->spot_base > -SPOT_BASE_MAX && hot->spot_base < SPOT_BASE_MAX) {
        tape_bits_spots(at, rows, hot->spot_base, divisor, to);
        return;
    }
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t cell = little_u32(at + 4 * (size_t)i);
        double spot = (double)(int64_t)((uint64_t)hot->spot_base + cell) / divisor;

        to[i] = cell == UINT32_MAX ? UNKNOWN : spot;
    }
}

void tape_hot_rows(const TapeHot *hot, const uint8_t *block, uint32_t first, uint32_t count,
                   TapeHotRows to)
{
    const uint8_t *prices = block + (size_t)first * hot->price_width;

    if (to.ts_us)
        hot_times(hot, block + hot->time_at + (size_t)first * hot->time_width, count, to.ts_us);
    if (to.bid_micros) hot_prices(hot, prices + hot->bid_at, count, to.bid_micros);
    if (to.ask_micros) hot_prices(hot, prices + hot->ask_at, count, to.ask_micros);
    if (to.spot)
        hot_spots(hot, block + hot->spot_at + (size_t)first * hot->spot_width, count, to.spot);
}

void tape_block_hot(const TapeHead *h, Span block, TapeHotRows to)
{
    tape_hot_rows(&h->hot, (const uint8_t *)block.ptr, 0, h->rows, to);
}
