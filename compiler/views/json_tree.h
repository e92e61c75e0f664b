/* json_tree.h — a JSON text as a tree with places (private to the room).
 *
 * What the readers of forms and graphs walk.  Promise: no tree is deeper than JSON_DEPTH_MAX; a text
 * that is not JSON gives its reason and place instead of a tree. */
#pragma once

#include "compiler/source/source.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/json.h"
#include "vm/base/vec.h"

typedef struct JsonValue {
    struct JsonValue *next, *parent;
    struct JsonValue *first, *last; /* members and items, in order of the text */
    JsonKind kind;
    uint32_t index, count; /* position in the parent; number of members */
    Place place, key_place;
    Span key;  /* decoded; empty in arrays */
    Span text; /* string: decoded; number: as written */
    double number;
    bool is_inexact;
    bool is_removed, has_removed; /* while a document is changed: it, one of its members */
} JsonValue;

typedef struct JsonTree {
    JsonValue *root; /* NULL: not JSON */
    JsonReason reason;
    Place place; /* of the mistake */
} JsonTree;

JsonTree json_tree_read(Arena *arena, uint16_t file, Span text);
/* The same for texts of up to `size` bytes. */
JsonTree json_tree_read_up_to(Arena *arena, uint16_t file, Span text, size_t size);
/* The member of that key, or NULL. */
const JsonValue *json_member(const JsonValue *object, const char *key);
/* "/nodes/2/data". */
Span json_pointer(Arena *arena, const JsonValue *v);
/* One step of a pointer, without its slash. */
void json_pointer_step(Buf *b, Span key);
/* The key that a step of a pointer spells. */
Span json_pointer_key(Arena *arena, Span step);
/* All values in order of the text. */
typedef VEC(const JsonValue *) JsonPlaces;
JsonPlaces json_places(const JsonValue *root, Arena *arena);
/* The innermost value, keys included, that the place lies in; NULL of none. */
const JsonValue *json_at(const JsonPlaces *list, Place at);

/* The document in the one style of documents (json_layout.c). */
void json_layout(Buf *out, const JsonValue *root);

#define JSON_EACH(v, item) for (const JsonValue *item = (v)->first; item; item = item->next)
