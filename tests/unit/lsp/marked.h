/* marked.h — a text with `|` where the cursor is, asked as the language server would. */
#pragma once

#include "compiler/lsp/ask.h"

typedef struct Marked {
    Ask *ask;
    Arena *arena;
    Span text;       /* without the marks */
    uint32_t at, to; /* of the first mark, and of the second or the first again */
} Marked;

/* The arena is reset, so one at a time. `#HEAD#` at the start stands for a file with one slot market. */
Marked marked_open(const char *text);
/* The text behind edits. */
Span marked_apply(const Marked *m, const Changes *edits);
