/* text_write.h — the tree as text, in the one style there is.
 *
 * What the formatter prints and what forms and graphs become.  Layout follows from the tree alone:
 * columns are aligned in runs of like lines, brackets that change nothing are gone, comments stand
 * where they belong, numbers keep their spelling.  Promise: the text parses to an equal tree with
 * every comment on the same node, and writing that tree gives the same text. */
#pragma once

#include "compiler/tree/ast.h"
#include "vm/base/buf.h"

#define TEXT_WIDTH 100 /* columns a line may have, unless it holds one long text */

/* A FILE without unreadable parts. `scratch` is given back. */
void text_write(Buf *out, const Node *file, Arena *scratch);
/* One item, limit or action with its comments, as it would stand at the left edge. */
void text_write_item(Buf *out, const Node *item, Arena *scratch);
/* One value on one line, as it would stand in a file. */
void text_write_value(Buf *out, const Node *value, Arena *scratch);
/* An EVENT: "every 1s". */
void text_write_event(Buf *out, const Node *event, Arena *scratch);
