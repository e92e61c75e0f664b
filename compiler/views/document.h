/* document.h — forms and graphs: a JSON document becomes the tree that its text would give.
 *
 * The mode of the document (`form`, `node`) chooses the reader.  Promise: always a FILE node, whatever
 * the bytes; places point into the JSON; findings carry JSON pointers; nothing is dropped silently. */
#pragma once

#include "compiler/source/parse.h"
#include "vm/base/buf.h"

/* Is a file of this name or this beginning a JSON document? */
bool document_is_json(Span name, Span text);
/* Is that JSON a form or a graph?  One that cannot be read is, when it says its mode. */
bool document_is_strategy(Span text, Arena *scratch);
/* A document in the one style, whatever it says; empty when it is not JSON or no form or graph. */
Span document_format(Span text, Arena *arena);
/* The tree of that file, as parse_file gives it for a text.  What only another notation needs, its layout,
 * is made when that is asked for: it costs more than all the rest. */
Node *document_read(Parse *p, uint16_t file, bool has_layout);
/* Gives findings of later passes their JSON pointers; behind diags_finish. */
void document_point(Arena *arena, const Sources *sources, Diags *diags);
/* The tree as a form. False after ODX610 for each part that no form can say; `out` is of no use then. */
bool form_write(Buf *out, Node *file, Diags *diags, Arena *scratch);
