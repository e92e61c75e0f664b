/* json_value.h — a JSON text as a tree that tests may change.
 *
 * Only valid JSON goes in; out comes one line a value.  Members keep their order. */
#pragma once

#include "vm/base/json.h"

typedef struct JsonValue {
    struct JsonValue *next, *parent, *first, *last;
    JsonKind kind;
    uint32_t count;
    Span key, text; /* decoded; of a number as written */
    double number;
} JsonValue;

#define JSON_EACH(v, item) for (JsonValue *item = (v)->first; item; item = item->next)

/* NULL when it is not JSON. */
JsonValue *value_read(Arena *arena, Span json);
/* The member, or NULL; of NULL too. */
JsonValue *value_member(const JsonValue *object, const char *key);
JsonValue *value_find(const JsonValue *object, Span key);
/* The text of a member, empty when it has none. */
Span value_text(const JsonValue *object, const char *key);
void value_append(JsonValue *parent, JsonValue *v);
/* In front of the one that is there now; behind the last when there is none. */
void value_insert(JsonValue *parent, JsonValue *v, uint32_t index);
uint32_t value_index(const JsonValue *v);
void value_take_out(JsonValue *v);
/* Puts `v` at that key, over what is there. */
void value_set(JsonValue *object, Span key, const JsonValue *v, Arena *arena);
/* Order of members does not count. */
bool value_is_same(const JsonValue *a, const JsonValue *b);
void value_write(Buf *out, const JsonValue *v);
