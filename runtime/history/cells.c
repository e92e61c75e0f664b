/* cells.c — see cells.h. */
#include "runtime/history/cells.h"

#include "vm/base/bug.h"
#include "vm/base/date.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

#define SIDE_AT(side, outcome) (offsetof(CellRow, row.data.side) + (outcome) * sizeof(BookSide))
#define LEVEL_AT(what, level) (offsetof(BookSide, what) + (level) * sizeof(int64_t))
#define MICROS_AT(place, outcome, level)                                                          \
    (int16_t)((place) == CELL_BID         ? SIDE_AT(bid, outcome) + LEVEL_AT(price_micros, level) \
              : (place) == CELL_ASK       ? SIDE_AT(ask, outcome) + LEVEL_AT(price_micros, level) \
              : (place) == CELL_BID_SIZE  ? SIDE_AT(bid, outcome) + LEVEL_AT(size_micros, level)  \
              : (place) == CELL_ASK_SIZE  ? SIDE_AT(ask, outcome) + LEVEL_AT(size_micros, level)  \
              : (place) == CELL_VOLUME    ? offsetof(CellRow, volume_micros)                      \
              : (place) == CELL_LIQUIDITY ? offsetof(CellRow, liquidity_micros)                   \
                                          : (size_t)-1)

static const CellColumn columns[] = {
#define COLUMN(name, place, outcome, level) \
    {SPAN_INIT(name), CELL_##place, outcome, level, MICROS_AT(CELL_##place, outcome, level)},
#include "runtime/history/columns.def"
#undef COLUMN
};

const CellColumn *cell_column(Span name)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (span_is(columns[i].name, name)) return &columns[i];
    return NULL;
}

bool cell_is_time(const CellColumn *c)
{
    return c && (c->place == CELL_TIME_MS || c->place == CELL_TIME_ISO ||
                 c->place == CELL_TIME_US || c->place == CELL_BAR_MS);
}

bool cell_is_number(const CellColumn *c)
{
    return c && c->place != CELL_TIME_ISO && c->place != CELL_SYMBOL && c->place != CELL_TOKEN;
}

/* ---- decimals -------------------------------------------------------------------------------------- */

typedef struct Short { /* digits * 10^-places */
    int64_t digits;
    int places;
} Short;

#define SHORT_MOST INT64_C(9000000000000) /* times a million is still a number of 64 bits */

static const char *take_digits(const char *p, const char *end, int64_t *digits)
{
    for (; p < end && (uint8_t)(*p - '0') <= 9; p++)
        *digits = *digits * 10 + (*p - '0');
    return p;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The value of eight digits, the first in the lowest byte, each 0 to 9. */
static int64_t eight_digits(uint64_t d)
{
    d = d * 10 + (d >> 8); /* pairs, in every other byte */
    d = (d & UINT64_C(0x000000ff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
        (d >> 16 & UINT64_C(0x000000ff000000ff)) * (1 + (UINT64_C(10000) << 32));
    return (int64_t)(d >> 32);
}

/* Digits and at most one point in up to eight bytes of which eight may be read, without a branch on what they are:
 * how long numbers are and where their points stand cannot be foretold.  False: something else is in it. */
static bool read_word(const char *at, size_t len, Short *ret)
{
    uint64_t w, not_point, point, before, bytes = ~UINT64_C(0) >> (64 - 8 * len);
    size_t left; /* bits in front of the point */

    memcpy(&w, at, sizeof w);
    w = (w ^ EACH('0')) & bytes;
    not_point = (w ^ EACH('0' ^ '.')) | ~bytes;
    point = (not_point - EACH(1)) & ~not_point & EACH(0x80);
    left = point ? (size_t)__builtin_ctzll(point) - 7 : 8 * len;
    before = (UINT64_C(1) << (left & 63)) - 1;
    if (left == 64) before = ~UINT64_C(0);
    ret->places = point ? (int)(len - left / 8) - 1 : 0;
    w = point ? (w & before) << 8 | (w & ~before & ~(UINT64_C(0xff) << left)) : w;
    w = len < 8 ? w << (64 - 8 * len) : w;
    ret->digits = eight_digits(w);
    return !((w | (w + EACH(0x76))) & EACH(0x80)) && left && (!point || ret->places);
}

/* Most cells: a sign, at most 15 digits, a point.  Bytes up to `limit` may be read.  False: look at it the long
 * way. */
static bool read_short(Span cell, const char *limit, Short *ret)
{
    const char *p = cell.ptr, *end = p + cell.len, *from;
    int64_t digits = 0;
    bool is_negative;

    if (cell.len - 1 < 8 && limit - cell.ptr >= 8 && read_word(cell.ptr, cell.len, ret))
        return true;
    if (!cell.len || cell.len > 16) return false;
    is_negative = *p == '-';
    from = p += is_negative;
    p = take_digits(p, end, &digits);
    if (p == from || p - from > 15) return false;
    ret->places = 0;
    if (p < end) {
        from = p + 1;
        if (*p != '.') return false;
        p = take_digits(from, end, &digits);
        if (p < end || p == from) return false;
        ret->places = (int)(p - from);
    }
    ret->digits = is_negative ? -digits : digits;
    return true;
}

static bool put_micros(Span cell, const char *limit, int64_t *ret)
{
    static const int64_t steps[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    Short s;

    if (!read_short(cell, limit, &s) || s.places > FX_PLACES || s.digits > SHORT_MOST ||
        s.digits < -SHORT_MOST)
        return fx_parse(cell, FX_PLACES, FX_HALF_EVEN, ret);
    *ret = s.digits * steps[s.places];
    return true;
}

/* A quotient of two doubles that are exact is the nearest double; -0 goes the long way. */
static bool put_number(Span cell, const char *limit, int scale, double *ret)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    Short s;

    if (!read_short(cell, limit, &s) || !s.digits || s.places - scale > 18)
        return num_parse_scaled(cell, scale, ret);
    *ret = (double)s.digits / powers[s.places - scale];
    return true;
}

/* ---- times ----------------------------------------------------------------------------------------- */

static int64_t digits_us(Span s, size_t at, size_t n)
{
    int64_t v = 0;

    for (size_t i = at; i < at + n; i++) {
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9') return -1;
        v = v * 10 + (s.ptr[i] - '0');
    }
    return v;
}

static bool parse_iso(Span s, int64_t *ret_us)
{
    Date d = {digits_us(s, 0, 4), digits_us(s, 5, 2), digits_us(s, 8, 2)};
    int64_t h = 0, mi = 0, sec_us = 0;

    if (s.len && (s.ptr[s.len - 1] == 'Z' || s.ptr[s.len - 1] == 'z')) s.len--;
    if (d.year < 0 || !date_is_real(d) || s.ptr[4] != '-' || s.ptr[7] != '-') return false;
    if (s.len > 10) {
        h = digits_us(s, 11, 2);
        mi = digits_us(s, 14, 2);
        if (h < 0 || h > 23 || mi < 0 || mi > 59) return false;
        if (s.len > 16 && (s.ptr[16] != ':' || !fx_parse(span_from(s, 17), 6, FX_DOWN, &sec_us)))
            return false;
    }
    *ret_us = ((date_days(d) * 24 + h) * 60 + mi) * 60 * FX_ONE + sec_us;
    return true;
}

bool time_parse(Span text, int64_t *ret_us)
{
    text = span_trim(text);
    if (text.len >= 10 && text.ptr[4] == '-') return parse_iso(text, ret_us);
    return text.len && fx_parse(text, 6, FX_DOWN, ret_us);
}

static bool put_time(Span cell, CellPlace place, int64_t *ret_us)
{
    static const int64_t steps[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    int places = place == CELL_TIME_US ? 0 : place == CELL_SLOT_S ? 6 : 3;
    Short s;

    if (place == CELL_TIME_ISO) return time_parse(cell, ret_us);
    if (read_short(cell, cell.ptr + cell.len, &s) && s.places <= places &&
        !__builtin_mul_overflow(s.digits, steps[places - s.places], ret_us))
        return true;
    return fx_parse(cell, places, FX_DOWN, ret_us);
}

/* ---- rows ------------------------------------------------------------------------------------------ */

void cell_row_clear(CellRow *r)
{
    tick_clear(&r->row.data);
    r->row.ts_us = r->row.slot_start_us = MICROS_UNKNOWN;
    r->row.slot_us = 0;
    r->spot = r->spot_other = r->price_start = r->spot_close = UNKNOWN;
    r->volume_micros = r->liquidity_micros = MICROS_UNKNOWN;
    r->winner = r->token = -1;
    r->symbol = (Span){"", 0};
}

/* Which outcome a word means: up or yes 0, down or no 1; -1 neither. */
static int8_t outcome_of(Span word)
{
    static const char *const up[] = {"up", "UP", "Up", "yes", "YES", "Yes"};
    static const char *const down[] = {"down", "DOWN", "Down", "no", "NO", "No"};

    for (size_t i = 0; i < ARRAY_LEN(up); i++) {
        if (span_eq_str(word, up[i])) return 0;
        if (span_eq_str(word, down[i])) return 1;
    }
    return -1;
}

/* Cells that are whole micros; NULL: not this one. */
static int64_t *micros_of(CellRow *r, const CellColumn *c)
{
    return c->micros_at < 0 ? NULL : (int64_t *)(void *)((char *)r + c->micros_at);
}

/* Cells that are numbers; percentages are stored a hundred times as large. */
static double *number_of(CellRow *r, const CellColumn *c, int *ret_scale)
{
    TickData *d = &r->row.data;

    *ret_scale =
        c->place == CELL_MOVE || c->place == CELL_ABS_MOVE || c->place == CELL_FUNDING ? -2 : 0;
    switch (c->place) {
    case CELL_MID:
        return &d->mid[c->outcome];
    case CELL_SPREAD:
        return &d->spread[c->outcome];
    case CELL_SIZE_RATIO:
        return &d->size_ratio[c->outcome];
    case CELL_SPOT:
        return c->level ? &r->spot_other : &r->spot;
    case CELL_MOVE:
        return &d->move;
    case CELL_ABS_MOVE:
        return &d->abs_move;
    case CELL_MARK:
        return &d->mark;
    case CELL_FUNDING:
        return &d->funding;
    case CELL_SPOT_OPEN:
        return &r->price_start;
    case CELL_SPOT_CLOSE:
        return &r->spot_close;
    default:
        return NULL;
    }
}

static bool put_time_cell(CellRow *r, const CellColumn *c, Span cell)
{
    if (c->place == CELL_SLOT_S) return put_time(cell, CELL_SLOT_S, &r->row.slot_start_us);
    if (c->place == CELL_SLOT_LENGTH_S) return put_time(cell, CELL_SLOT_S, &r->row.slot_us);
    if (!put_time(cell, c->place, &r->row.ts_us)) return false;
    if (c->place == CELL_BAR_MS && r->row.ts_us < INT64_MAX / 2) r->row.ts_us += 60 * FX_ONE;
    return true;
}

bool cell_put(CellRow *r, const CellColumn *c, Span cell)
{
    return cell_put_within(r, c, cell, cell.ptr + cell.len);
}

bool cell_put_within(CellRow *r, const CellColumn *c, Span cell, const char *limit)
{
    int64_t *micros = micros_of(r, c);
    double *number;
    int scale;

    if (micros) return put_micros(cell, limit, micros);
    switch (c->place) {
    case CELL_IGNORED:
        return true;
    case CELL_TIME_MS:
    case CELL_TIME_ISO:
    case CELL_TIME_US:
    case CELL_BAR_MS:
    case CELL_SLOT_S:
    case CELL_SLOT_LENGTH_S:
        return put_time_cell(r, c, cell);
    case CELL_WINNER:
        return (r->winner = outcome_of(cell)) >= 0;
    case CELL_TOKEN:
        return (r->token = outcome_of(cell)) >= 0;
    case CELL_SYMBOL:
        r->symbol = cell;
        return true;
    default:
        number = number_of(r, c, &scale);
        return number && put_number(cell, limit, scale, number);
    }
}

/* ---- numbers instead of text ----------------------------------------------------------------------- */

/* Whole units of a cell whose decimal has no more places than the unit; others go the long way. */
static bool is_whole(double cell, double unit, int64_t *ret)
{
    double x = cell * unit, whole = num_rint(x);

    if (num_abs(x) > 4e15 || (num_abs(x - whole) > 1e-3 && num_abs(x) > 0.25)) return false;
    *ret = (int64_t)whole;
    return true;
}

bool cell_put_number(CellRow *r, const CellColumn *c, double cell)
{
    bool is_of_book = c->place >= CELL_BID && c->place <= CELL_ASK_SIZE;
    char text[NUM_TEXT_MAX];

    if (is_of_book && is_whole(cell, 1e6, micros_of(r, c))) return true;
    if (c->place == CELL_WINNER) {
        if (cell == 0 || cell == 1) r->winner = (int8_t)cell;
        return cell == 0 || cell == 1;
    }
    return cell_put(r, c, (Span){text, num_shortest(cell, text)});
}

/* ---- whole rows ------------------------------------------------------------------------------------ */

static void turn_side(const BookSide *from, BookSide *to)
{
    for (int i = 0; i < BOOK_LEVELS; i++) {
        int64_t price = from->price_micros[i];

        to->size_micros[i] = from->size_micros[i];
        if (price == MICROS_UNKNOWN || __builtin_sub_overflow(FX_ONE, price, &to->price_micros[i]))
            to->price_micros[i] = MICROS_UNKNOWN;
    }
}

void cell_row_end(CellRow *r)
{
    TickData *d = &r->row.data;

    if (r->token < 0) return;
    if (r->token == 1) {
        d->bid[1] = d->bid[0];
        d->ask[1] = d->ask[0];
    }
    /* What is bid for one outcome is offered for the other. */
    turn_side(&d->bid[r->token], &d->ask[1 - r->token]);
    turn_side(&d->ask[r->token], &d->bid[1 - r->token]);
}

bool cell_row_is_sane(const CellRow *r)
{
    const int64_t latest_us = INT64_C(7258118400) * FX_ONE, longest_us = 366 * 86400 * FX_ONE;
    const TickRow *row = &r->row;
    bool is_start_sane = row->slot_start_us == MICROS_UNKNOWN ||
                         (row->slot_start_us >= 0 && row->slot_start_us <= latest_us);

    return row->ts_us >= 0 && row->ts_us <= latest_us && is_start_sane && row->slot_us >= 0 &&
           row->slot_us <= longest_us;
}

bool cell_row_is_outside(const CellRow *r)
{
    const TickRow *row = &r->row;

    return row->slot_us &&
           (row->ts_us < row->slot_start_us || row->ts_us >= row->slot_start_us + row->slot_us);
}

void cell_hold(CellHeld *held, CellRow *r)
{
    if (num_is_known(r->spot)) held->spot = r->spot;
    if (num_is_known(r->spot_other)) held->spot_other = r->spot_other;
    if (r->volume_micros != MICROS_UNKNOWN) held->volume_micros = r->volume_micros;
    if (r->liquidity_micros != MICROS_UNKNOWN) held->liquidity_micros = r->liquidity_micros;
    r->row.data.spot = num_is_known(held->spot) ? held->spot : held->spot_other;
    r->row.data.volume_micros = held->volume_micros;
    r->row.data.liquidity_micros = held->liquidity_micros;
}
