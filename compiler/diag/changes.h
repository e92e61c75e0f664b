/* changes.h — edits of a text: collected without overlap, applied at once, found between two texts, shown.
 *
 * In: a text and edits, of fixes or of an editor's making.  Out: the new text.  Promise: the edits of a fix
 * that touch another one's bytes are refused, so that two fixes never mix. */
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

Changes changes_new(Arena *arena, Span text);
/* One edit; the caller knows that it overlaps none. */
void changes_put(Changes *c, uint32_t begin, uint32_t end, Span insert);
/* Whether all edits of a fix are free of overlap with what is there, and in the main file. */
bool changes_can_add(const Changes *c, const DiagEdit *edits);
void changes_add(Changes *c, const DiagEdit *edits);
Span changes_apply(const Changes *c);

/* The lines in which two texts differ, as edits of the first. */
Changes changes_between(Arena *arena, Span before, Span after);
/* Removed and added lines between two texts, with their numbers. */
void changes_show(Arena *arena, Span name, Span before, Span after, Buf *out);
