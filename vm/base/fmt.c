/* fmt.c — see fmt.h. */
#include "vm/base/fmt.h"

#include <stdbool.h>

#include "vm/base/num.h"

#define WIDTH_MAX 1000

typedef struct Directive {
    bool is_left, has_zeros, has_precision;
    int width, precision;
    int longs; /* 0 int, 1 and 2 int64_t, 3 size_t */
    char letter;
} Directive;

static const char *read_count(const char *p, va_list *args, int *ret)
{
    int n = 0;

    if (*p == '*') {
        n = va_arg(*args, int);
        p++;
    }
    for (; *p >= '0' && *p <= '9'; p++)
        if (n < WIDTH_MAX) n = n * 10 + (*p - '0');
    *ret = n < 0 ? 0 : n > WIDTH_MAX ? WIDTH_MAX : n;
    return p;
}

/* Reads what stands behind a '%'; returns the place behind the directive. */
static const char *read_directive(const char *p, va_list *args, Directive *d)
{
    *d = (Directive){0};
    for (; *p == '-' || *p == '0'; p++) {
        d->is_left |= *p == '-';
        d->has_zeros |= *p == '0';
    }
    p = read_count(p, args, &d->width);
    if (*p == '.') {
        d->has_precision = true;
        p = read_count(p + 1, args, &d->precision);
    }
    for (; *p == 'l' && d->longs < 2; p++)
        d->longs++;
    if (*p == 'z') {
        d->longs = 3;
        p++;
    }
    d->letter = *p;
    return *p ? p + 1 : p;
}

static void put_padded(Buf *b, const Directive *d, Span text)
{
    size_t width = (size_t)d->width, pad = width > text.len ? width - text.len : 0;
    bool is_negative = text.len && text.ptr[0] == '-';

    if (pad && d->has_zeros && !d->is_left) {
        buf_put(b, text.ptr, is_negative);
        buf_fill(b, '0', pad);
        text = span_from(text, is_negative);
    } else if (pad && !d->is_left) {
        buf_fill(b, ' ', pad);
    }
    buf_span_put(b, text);
    if (pad && d->is_left) buf_fill(b, ' ', pad);
}

static void put_text(Buf *b, Directive *d, Span text)
{
    if (d->has_precision) text = span_sub(text, 0, (size_t)d->precision);
    d->has_zeros = false;
    put_padded(b, d, text);
}

static uint64_t take_unsigned(const Directive *d, va_list *args)
{
    if (d->longs == 0) return va_arg(*args, uint32_t);
    if (d->longs == 3) return va_arg(*args, size_t);
    return va_arg(*args, uint64_t);
}

static int64_t take_signed(const Directive *d, va_list *args)
{
    if (d->longs == 0) return va_arg(*args, int);
    if (d->longs == 3) return (int64_t)va_arg(*args, size_t);
    return va_arg(*args, int64_t);
}

/* The widest is %.Nf: 309 digits, a point and the decimals. */
static void put_number(Buf *b, const Directive *d, va_list *args)
{
    char mem[320 + WIDTH_MAX];
    Buf text;

    buf_init_fixed(&text, mem, sizeof mem);
    switch (d->letter) {
    case 'd':
        buf_int(&text, take_signed(d, args));
        break;
    case 'u':
        buf_uint(&text, take_unsigned(d, args));
        break;
    case 'x':
        buf_hex(&text, take_unsigned(d, args), 1);
        break;
    default:
        if (d->has_precision)
            buf_num_fixed(&text, va_arg(*args, double), d->precision);
        else
            buf_num(&text, va_arg(*args, double));
    }
    put_padded(b, d, buf_span(&text));
}

/* False for a letter that is no directive. */
static bool put_directive(Buf *b, Directive *d, va_list *args)
{
    char c;

    switch (d->letter) {
    case 's':
        put_text(b, d, span_str(va_arg(*args, const char *)));
        return true;
    case 'S':
        put_text(b, d, va_arg(*args, Span));
        return true;
    case 'c':
        c = (char)va_arg(*args, int);
        put_text(b, d, (Span){&c, 1});
        return true;
    case 'd':
    case 'u':
    case 'x':
    case 'f':
        put_number(b, d, args);
        return true;
    case '%':
        buf_char(b, '%');
        return true;
    default:
        return false;
    }
}

void fmt_put(Buf *b, const char *fmt, va_list args)
{
    va_list rest; /* an array parameter cannot be passed on by address */
    Directive d;

    va_copy(rest, args);
    while (*fmt) {
        const char *start = fmt;

        while (*fmt && *fmt != '%')
            fmt++;
        buf_put(b, start, (size_t)(fmt - start));
        if (!*fmt) break;
        start = fmt;
        fmt = read_directive(fmt + 1, &rest, &d);
        if (!put_directive(b, &d, &rest)) buf_put(b, start, (size_t)(fmt - start));
    }
    va_end(rest);
}
