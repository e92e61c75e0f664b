/* changes.h — edits of a text: collected without overlap, applied at once, shown line by line.
 *
 * In: a text and the edits of fixes.  Out: the new text.  Promise: an edit that touches another one's
 * bytes is refused, so that two fixes never mix. */
#pragma once

#include "compiler/diag/diag.h"
#include "vm/base/buf.h"

typedef struct Change {
    uint32_t begin, end;
    Span insert;
} Change;

typedef struct Changes {
    Arena *arena;
    Span text;
    Change *items; /* sorted by place */
    size_t count, cap;
} Changes;

void changes_init(Changes *c, Arena *arena, Span text);
/* Whether all edits of a fix are free of overlap with what is there, and in the main file. */
bool changes_can_add(const Changes *c, const DiagEdit *edits);
void changes_add(Changes *c, const DiagEdit *edits);
Span changes_apply(const Changes *c);

/* Removed and added lines between two texts, with their numbers. */
void changes_show(Span name, Span before, Span after, Buf *out);
