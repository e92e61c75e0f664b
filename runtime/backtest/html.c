/* html.c — see html.h. */
#include "runtime/backtest/html.h"

#include "runtime/matcher/matcher.h"
#include "vm/base/date.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/utf8.h"

#define MINUS "\xe2\x88\x92"
#define UNKNOWN_MARK "\xe2\x80\x93"
#define REPLACEMENT "\xef\xbf\xbd"

enum { DIGITS_MAX = 400, CENT_MICROS = 10000 };
#define SECOND_US INT64_C(1000000)

Figure figure_text(Span s)
{
    return (Figure){.kind = FIGURE_TEXT, .text = s};
}

Figure figure_whole(FigureKind kind, int64_t value)
{
    return (Figure){.kind = kind, .whole = value};
}

Figure figure_real(FigureKind kind, double value)
{
    return (Figure){.kind = kind, .real = value};
}

static bool is_real(FigureKind kind)
{
    return kind == FIGURE_DOLLARS || kind == FIGURE_CHANGE || kind == FIGURE_PERCENT ||
           kind == FIGURE_RATIO || kind == FIGURE_SCORE;
}

bool figure_is_known(const Figure *f)
{
    if (f->kind == FIGURE_TEXT || f->kind == FIGURE_NONE || f->kind == FIGURE_COUNT ||
        f->kind == FIGURE_ID)
        return true;
    return is_real(f->kind) ? num_is_finite(f->real) : f->whole != MICROS_UNKNOWN;
}

/* ---- text ---------------------------------------------------------------------------------------- */

static const char *entity(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\t':
        return NULL;
    case '\r':
        return "";
    default: /* controls, and what turns the direction of writing around */
        return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
                       (code >= 0x2066 && code <= 0x2069)
                   ? REPLACEMENT
                   : NULL;
    }
}

void html_text(Buf *out, Span s)
{
    while (s.len) {
        size_t len;
        bool ok;
        uint32_t code = utf8_decode(s, &len, &ok);
        const char *instead = ok ? entity(code) : REPLACEMENT;

        if (instead)
            buf_str(out, instead);
        else
            buf_put(out, s.ptr, len);
        s = span_from(s, len);
    }
}

/* ---- figures ------------------------------------------------------------------------------------- */

/* Digits with a point somewhere: commas before each third of the whole part. */
static void put_grouped(Buf *out, Span digits)
{
    size_t whole = span_find_char(digits, '.');

    if (whole == SPAN_NONE_AT) whole = digits.len;
    for (size_t i = 0; i < digits.len; i++) {
        if (i && i < whole && (whole - i) % 3 == 0) buf_char(out, ',');
        buf_char(out, digits.ptr[i]);
    }
}

static bool is_zero(Span digits)
{
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] != '0' && digits.ptr[i] != '.') return false;
    return true;
}

static void put_signed(Buf *out, bool is_below, bool has_plus, const char *unit, Span digits)
{
    if (!is_zero(digits)) buf_str(out, is_below ? MINUS : has_plus ? "+" : "");
    buf_str(out, unit);
    put_grouped(out, digits);
}

static void put_real(Buf *out, double x, int places, bool has_plus, const char *unit)
{
    char mem[DIGITS_MAX];
    Buf digits;

    buf_init_fixed(&digits, mem, sizeof mem);
    num_fixed(&digits, num_abs(x), places);
    put_signed(out, x < 0, has_plus, unit, buf_span(&digits));
}

void html_number(Buf *out, double x, int places)
{
    put_real(out, x, places, false, "");
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -(x + (x == INT64_MIN)) : x;
}

/* To the cent; what would be nothing then, as it is. */
static void put_money(Buf *out, int64_t micros, bool has_plus)
{
    int64_t size = magnitude(micros), cents = 0;
    char mem[NUM_TEXT_MAX];
    Buf digits;

    buf_init_fixed(&digits, mem, sizeof mem);
    (void)fx_muldiv(size, 1, CENT_MICROS, FX_HALF_EVEN, &cents);
    if (size && !cents)
        fx_put_short(&digits, size, FX_PLACES);
    else
        fx_put(&digits, cents, 2);
    put_signed(out, micros < 0, has_plus, "$", buf_span(&digits));
}

static void put_short(Buf *out, int64_t value, int places)
{
    char mem[NUM_TEXT_MAX];
    Buf digits;

    buf_init_fixed(&digits, mem, sizeof mem);
    fx_put_short(&digits, magnitude(value), places);
    put_signed(out, value < 0, false, "", buf_span(&digits));
}

/* A tenth of a cent is the finest a share is quoted in; averages of fills are finer. */
static void put_cents(Buf *out, int64_t micros)
{
    int64_t tenths = 0;

    (void)fx_muldiv(micros, 1, CENT_MICROS / 10, FX_HALF_EVEN, &tenths);
    put_short(out, tenths, 1);
    buf_str(out, "\xc2\xa2");
}

static void put_count(Buf *out, int64_t count)
{
    put_short(out, count, 0);
}

static void put_instant(Buf *out, int64_t ts_us)
{
    int64_t second = ts_us / SECOND_US - (ts_us % SECOND_US < 0);

    date_put(out, ts_us, DATE_MINUTE);
    buf_fmt(out, ":%02lld", (long long)((second % 60 + 60) % 60));
}

static void put_duration(Buf *out, int64_t us)
{
    static const struct {
        int64_t below_us, unit_us;
        const char *name;
        int places;
    } rows[] = {
        {SECOND_US, 1000, " ms", 0},
        {120 * SECOND_US, SECOND_US, " s", 1},
        {7200 * SECOND_US, 60 * SECOND_US, " min", 1},
        {48 * 3600 * SECOND_US, 3600 * SECOND_US, " h", 1},
        {INT64_MAX, 86400 * SECOND_US, " days", 1},
    };
    size_t i = 0;

    while (i + 1 < sizeof rows / sizeof rows[0] && magnitude(us) >= rows[i].below_us)
        i++;
    put_real(out, (double)us / (double)rows[i].unit_us, rows[i].places, false, "");
    buf_str(out, rows[i].name);
}

static void put_known(Buf *out, const Figure *f)
{
    switch (f->kind) {
    case FIGURE_NONE:
        return;
    case FIGURE_TEXT:
        html_text(out, f->text);
        return;
    case FIGURE_MONEY:
    case FIGURE_GAIN:
        put_money(out, f->whole, f->kind == FIGURE_GAIN);
        return;
    case FIGURE_DOLLARS:
    case FIGURE_CHANGE:
        put_real(out, f->real, num_abs(f->real) < 0.1 ? 4 : 2, f->kind == FIGURE_CHANGE, "$");
        return;
    case FIGURE_CENTS:
        put_cents(out, f->whole);
        return;
    case FIGURE_PRICE:
    case FIGURE_SIZE:
        put_short(out, f->whole, FX_PLACES);
        return;
    case FIGURE_COUNT:
        put_count(out, f->whole);
        return;
    case FIGURE_ID:
        buf_uint(out, (uint64_t)f->whole);
        return;
    case FIGURE_PERCENT:
        put_real(out, f->real * 100, 1, false, "");
        buf_str(out, "\xc2\xa0%");
        return;
    case FIGURE_RATIO:
        put_real(out, f->real, 2, false, "");
        return;
    case FIGURE_SCORE:
        put_real(out, f->real, 4, false, "");
        return;
    case FIGURE_INSTANT:
        put_instant(out, f->whole);
        return;
    case FIGURE_SPAN:
        put_duration(out, f->whole);
    }
}

void html_figure(Buf *out, const Figure *f)
{
    if (figure_is_known(f))
        put_known(out, f);
    else
        buf_str(out, UNKNOWN_MARK);
}

void html_say(Buf *out, const char *sentence, const Figure *figures)
{
    for (; *sentence; sentence++) {
        if (sentence[0] != '{' || sentence[1] != '}' || figures->kind == FIGURE_NONE) {
            buf_char(out, *sentence);
            continue;
        }
        html_figure(out, figures++);
        sentence++;
    }
}

void html_sort_key(Buf *out, const Figure *f)
{
    if (f->kind == FIGURE_TEXT || f->kind == FIGURE_NONE || !figure_is_known(f)) return;
    buf_str(out, " data-v=\"");
    if (is_real(f->kind))
        buf_num(out, f->real);
    else
        buf_int(out, f->whole);
    buf_char(out, '"');
}
