/* text_private.h — shared by the two files that write text: values, and lines. */
#pragma once

#include "compiler/views/text_write.h"

typedef struct TextWriter {
    Buf *out;
    Arena *scratch;
    size_t line_at; /* where the current line starts in `out` */
    size_t indent;
    size_t tail;  /* columns that must stay free behind the value being written */
    bool is_flat; /* everything on one line, however long */
} TextWriter;

/* Loosest first: what a place accepts without brackets. */
typedef enum TextLevel {
    BIND_ANY,   /* if, buy, sell */
    BIND_PLAIN, /* the same without sides */
    BIND_OR,
    BIND_AND,
    BIND_NOT,
    BIND_FOR,
    BIND_RELATION,
    BIND_OTHERWISE,
    BIND_SUM,
    BIND_PRODUCT,
    BIND_UNARY,
    BIND_POSTFIX,
    BIND_PRIMARY,
} TextLevel;

size_t text_column(const TextWriter *w);
void text_newline(TextWriter *w, size_t column);
void text_str(TextWriter *w, const char *text);
void text_span(TextWriter *w, Span text);
/* A text in quotes. */
void text_quoted(TextWriter *w, Span text);
/* In brackets when it binds looser than `level`. */
void text_value(TextWriter *w, const Node *n, TextLevel level);
/* A value with something behind it on its last line. */
void text_value_before(TextWriter *w, const Node *n, TextLevel level, size_t tail);
/* A sum, or a side without brackets: in lists, as a default, as a fact. */
void text_choice(TextWriter *w, const Node *n);
/* A size ends at its first `of`, so one inside it takes brackets. */
void text_size(TextWriter *w, const Node *n);
/* Columns of what `put` writes when it is flat. */
size_t text_flat_width(const TextWriter *w, void (*put)(TextWriter *, const void *),
                       const void *arg);

/* ---- lines (text_write.c) --------------------------------------------------------------------- */

static inline const Node *text_kid(const Node *n, uint32_t i)
{
    return n->kids[i];
}

/* A word and a name; a word and a value. */
void text_named(TextWriter *w, const char *head, Span name);
void text_after(TextWriter *w, const char *head, const Node *n, TextLevel level);
/* The parts of a statement that may stand in columns. */
uint32_t text_cell_count(const Node *n);
void text_cell(TextWriter *w, const Node *n, uint32_t cell);
/* Never NULL. */
const Comments *text_comments_of(const Node *n);
/* On lines of their own, the cursor at the start of a line before and after. */
void text_comments(TextWriter *w, const Comment *c);
void text_trailing(TextWriter *w, const Comment *c);

/* ---- tests (text_test.c) ---------------------------------------------------------------------- */

/* What stands between the braces of a test, but for its last comments. */
void text_rows(TextWriter *w, const Node *test);
