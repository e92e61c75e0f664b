/* err.c — see err.h. */
#include "vm/base/err.h"

#include "vm/base/fmt.h"
#include "vm/base/utf8.h"

#define LINE_MAX_ 1024

/* Copies `text` into err->text; what does not fit is replaced by "...". */
static void set_text(Err *err, Span text)
{
    if (text.len >= sizeof err->text) {
        Span head = utf8_truncate(text, sizeof err->text - 4);

        memmove(err->text, head.ptr, head.len);
        memcpy(err->text + head.len, "...", 4);
        return;
    }
    if (text.len) memmove(err->text, text.ptr, text.len);
    err->text[text.len] = '\0';
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
