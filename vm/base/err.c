/* err.c — see err.h. */
#include "vm/base/err.h"

#include "vm/base/fmt.h"
#include "vm/base/utf8.h"

#define LINE_MAX_ 4608 /* a path, and a sentence */
#define HEAD 64

/* Copies `text` into err->text; "..." stands for what does not fit between its beginning and its end. */
static void set_text(Err *err, Span text)
{
    Buf b;

    buf_init_fixed(&b, err->text, sizeof err->text);
    if (text.len > b.max) {
        Span head = utf8_truncate(text, HEAD);

        buf_span_put(&b, head);
        buf_str(&b, "...");
        text = span_from(text, text.len - (b.max - b.len));
        while (text.len && ((uint8_t)text.ptr[0] & 0xc0) == 0x80)
            text = span_from(text, 1);
    }
    buf_span_put(&b, text);
    for (size_t i = 0; i < b.len; i++)
        if (!err->text[i]) err->text[i] = '?'; /* of a file's bytes */
    buf_cstr(&b);
}

Status err_set(Err *err, Status st, const char *fmt, ...)
{
    va_list args;
    char mem[LINE_MAX_];
    Buf line;

    if (!err) return st;
    buf_init_fixed(&line, mem, sizeof mem);
    va_start(args, fmt);
    fmt_put(&line, fmt, args);
    va_end(args);
    err->status = st;
    set_text(err, buf_span(&line));
    return st;
}

void err_note(Err *err, const char *fmt, ...)
{
    va_list args;
    char mem[LINE_MAX_];
    Buf line;

    if (!err) return;
    buf_init_fixed(&line, mem, sizeof mem);
    va_start(args, fmt);
    fmt_put(&line, fmt, args);
    va_end(args);
    buf_str(&line, ": ");
    buf_str(&line, err->text);
    set_text(err, buf_span(&line));
}
