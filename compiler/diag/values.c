/* values.c — numbers as people read them: 57.5c, $1.04, +1.5%, 1m 30s, 96 shares.
 *
 * Used for filling in the texts of diag.def.  Promise: no rounding beyond what is shown, no trailing
 * zeros, the same text everywhere. */
#include "compiler/diag/diag.h"
#include "vm/base/buf.h"
#include "vm/base/num.h"

/* At most `places` decimals, without trailing zeros, thousands grouped from 10,000 on. */
static void put_trimmed(Buf *b, double v, int places)
{
    char mem[400];
    Buf digits;
    size_t whole, len;

    if (!num_is_known(v)) {
        buf_char(b, '?');
        return;
    }
    if (v < 0) buf_char(b, '-');
    buf_init_fixed(&digits, mem, sizeof mem);
    buf_num_fixed(&digits, num_abs(v), places);
    len = digits.len;
    if (places > 0) {
        while (len && mem[len - 1] == '0')
            len--;
        if (len && mem[len - 1] == '.') len--;
    }
    whole = span_find_char(span_of(mem, len), '.');
    if (whole == SPAN_NONE_AT) whole = len;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && i < whole && whole > 4 && (whole - i) % 3 == 0) buf_char(b, ',');
        buf_char(b, mem[i]);
    }
}

static void put_number(Buf *b, double v)
{
    if (num_is_known(v) && v != 0 && num_abs(v) < 1e-4)
        buf_num(b, v);
    else
        put_trimmed(b, v, 6);
}

/* Two decimals when there are cents at all: $1.10, $50. */
static void put_usd(Buf *b, double v)
{
    double cents = num_abs(v) * 100;

    if (v < 0) buf_char(b, '-');
    buf_char(b, '$');
    v = num_abs(v);
    if (num_abs(cents - num_rint(cents)) > 1e-6)
        put_trimmed(b, v, 6);
    else if (v != num_trunc(v) && v < 10000)
        buf_num_fixed(b, v, 2);
    else
        put_trimmed(b, v, 2);
}

static void put_price(Buf *b, double v)
{
    if (num_is_known(v) && num_abs(v) < 1 - 1e-9) {
        put_trimmed(b, v * 100, 4);
        buf_char(b, 'c');
        return;
    }
    put_usd(b, v);
}

static void put_duration(Buf *b, double seconds)
{
    static const struct {
        const char *unit;
        double us;
    } units[] = {{"d", 86400e6}, {"h", 3600e6}, {"m", 60e6}, {"s", 1e6}};
    double left = num_rint(num_abs(seconds) * 1e6);
    bool has_any = false;

    if (!num_is_known(seconds)) {
        buf_char(b, '?');
        return;
    }
    if (seconds < 0 && left > 0) buf_char(b, '-');
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double n = num_floor(left / units[i].us);

        if (n < 1) continue;
        if (has_any) buf_char(b, ' ');
        put_trimmed(b, n, 0);
        buf_str(b, units[i].unit);
        left -= n * units[i].us;
        has_any = true;
    }
    if (left > 0) {
        if (has_any) buf_char(b, ' ');
        put_trimmed(b, left / 1000, 3);
        buf_str(b, "ms");
    } else if (!has_any) {
        buf_str(b, "0s");
    }
}

static void put_count(Buf *b, double v, const char *one, const char *many)
{
    put_trimmed(b, v, 6);
    buf_char(b, ' ');
    buf_str(b, v == 1 ? one : many);
}

static void put_whole(Buf *b, int64_t v)
{
    if (v > -10000 && v < 10000)
        buf_int(b, v);
    else
        put_trimmed(b, (double)v, 0);
}

Span diag_arg_text(Arena *arena, const Sources *sources, const DiagArg *arg)
{
    Buf b;

    buf_init(&b, arena, SOURCE_MAX_BYTES);
    switch (arg->kind) {
    case ARG_END:
        break;
    case ARG_TEXT:
        return arg->text;
    case ARG_SOURCE:
        return source_text(sources, arg->place);
    case ARG_INT:
        put_whole(&b, arg->whole);
        break;
    case ARG_NUMBER:
        put_number(&b, arg->num);
        break;
    case ARG_USD:
        put_usd(&b, arg->num);
        break;
    case ARG_PRICE:
        put_price(&b, arg->num);
        break;
    case ARG_CHANGE:
        if (arg->num > 0) buf_char(&b, '+');
        __attribute__((fallthrough));
    case ARG_PERCENT:
        put_trimmed(&b, arg->num * 100, 4);
        buf_char(&b, '%');
        break;
    case ARG_DURATION:
        put_duration(&b, arg->num);
        break;
    case ARG_SHARES:
        put_count(&b, arg->num, "share", "shares");
        break;
    case ARG_COINS:
        put_count(&b, arg->num, "coin", "coins");
        break;
    }
    return buf_span(&b);
}
