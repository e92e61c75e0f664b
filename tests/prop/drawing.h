/* drawing.h — a graph document as an editor changes it, and when two of them are the same drawing.
 *
 * In goes a document, out come others that say the same in another shape (changes), or something else that
 * can be taken back (edits).  Two drawings are the same when nodes and edges are, in whatever order;
 * positions may be added to nodes that have none. */
#pragma once

#include "tests/prop/json_value.h"
#include "vm/base/rng.h"

/* Changes that anchors and kept keys carry come first. */
typedef enum DrawingChange {
    CHANGE_ID,
    CHANGE_POSITION,
    CHANGE_FOREIGN,
    CHANGE_SHARE,
    CHANGE_NEST,
    CHANGE_TRIGGER,
    CHANGES_PLAIN,
    CHANGE_CONST = CHANGES_PLAIN,
    CHANGE_UNNAME,
    CHANGE_FIELD,
    CHANGE_NOTE,
    CHANGE_ORDER,
    CHANGES
} DrawingChange;

typedef enum DrawingEdit {
    EDIT_NUMBER,
    EDIT_MOVE,
    EDIT_RENAME,
    EDIT_ADD,
    EDIT_REMOVE,
    EDIT_OPERATOR,
    EDITS
} DrawingEdit;

extern const char *const drawing_change_names[CHANGES], *const drawing_edit_names[EDITS];

typedef struct DrawingUndo {
    DrawingEdit edit;
    Span id, key;      /* of the node; of the member */
    Span other;        /* the id before; the chain that lost a condition */
    JsonValue *before; /* a value, or the nodes and edges that went */
    JsonValue *edges;
    uint32_t places[2]; /* of the nodes that went */
} DrawingUndo;

typedef struct Drawing {
    Arena *arena;
    JsonValue *root, *nodes, *edges;
    DrawingUndo undo;
} Drawing;

void drawing_read(Drawing *d, Span json, Arena *arena);
Span drawing_text(const Drawing *d);
/* False when there is nothing it could be done to. */
bool drawing_change(Drawing *d, DrawingChange which, Rng *rng);
bool drawing_edit(Drawing *d, DrawingEdit which, Rng *rng);
/* Takes the edit back in a drawing that has it. */
void drawing_undo(Drawing *d);
/* A form as somebody might fill it in (forms.c). */
Span drawing_form(Rng *rng, Arena *arena);
bool drawing_is_same(Span a, Span b, Arena *arena, const char **ret_why);
/* Is every node of the first in the second, at its place and with what was kept? */
bool drawing_is_part(Span part, Span whole, Arena *arena, const char **ret_why);
