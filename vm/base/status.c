/* status.c — see status.h. */
#include "vm/base/status.h"

#include "vm/base/bug.h"

typedef struct StatusRow {
    Span name, sentence;
    int exit_code, http;
} StatusRow;

static const StatusRow rows[] = {
#define STATUS(name, exit_code, http, sentence) \
    {SPAN_INIT(#name), SPAN_INIT(sentence), exit_code, http},
#include "vm/base/status.def"
#undef STATUS
};

static const StatusRow *row_of(Status st)
{
    BUG_IF((size_t)st >= ARRAY_LEN(rows));
    return &rows[st];
}

Span status_name(Status st)
{
    return row_of(st)->name;
}

Span status_sentence(Status st)
{
    return row_of(st)->sentence;
}

int status_exit_code(Status st)
{
    return row_of(st)->exit_code;
}

int status_http(Status st)
{
    return row_of(st)->http;
}
