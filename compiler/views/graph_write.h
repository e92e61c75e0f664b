/* graph_write.h — the tree as a graph document (LANGUAGE 4.3 and 4.4).
 *
 * In: a FILE without unreadable parts.  Out: JSON that graph_read takes back to the same text, with a
 * position for every node, ids of the layout, and what the layout keeps of a document restored. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/tree/ast.h"
#include "vm/base/buf.h"

/* False after ODX702 when a document has no room for it. ODX610 says what stands in `code` nodes, ODX612
 * which anchors of the layout name nothing. */
bool graph_write(Buf *out, const Node *file, Diags *diags, Arena *scratch);
