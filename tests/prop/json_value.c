/* json_value.c — see json_value.h. */
#include "tests/prop/json_value.h"

static JsonValue *add(Arena *arena, JsonValue *parent, Span key, const JsonEvent *e)
{
    JsonValue *v = arena_new(arena, JsonValue);

    *v = (JsonValue){.kind = e->kind, .key = key, .number = e->number};
    v->text = e->kind == JSON_STRING ? json_decode(e, arena) : e->text;
    if (parent) value_append(parent, v);
    return v;
}

JsonValue *value_read(Arena *arena, Span json)
{
    JsonValue *root = NULL, *open = NULL;
    Span key = {0};
    JsonReader r;
    JsonEvent e;

    json_init(&r, json, JSON_LIMITS, arena);
    for (;;) {
        JsonKind kind = json_next(&r, &e);
        JsonValue *v;

        if (kind == JSON_END) return root;
        if (kind == JSON_ERROR) return NULL;
        if (kind == JSON_KEY) {
            key = json_decode(&e, arena);
            continue;
        }
        if (kind == JSON_OBJECT_END || kind == JSON_ARRAY_END) {
            open = open->parent;
            continue;
        }
        v = add(arena, open, key, &e);
        key = (Span){0};
        if (!root) root = v;
        if (kind == JSON_OBJECT || kind == JSON_ARRAY) open = v;
    }
}

JsonValue *value_find(const JsonValue *object, Span key)
{
    if (!object) return NULL;
    JSON_EACH(object, v)
    if (span_is(v->key, key)) return v;
    return NULL;
}

JsonValue *value_member(const JsonValue *object, const char *key)
{
    return value_find(object, span_str(key));
}

Span value_text(const JsonValue *object, const char *key)
{
    const JsonValue *v = value_member(object, key);

    return v && v->kind == JSON_STRING ? v->text : (Span){"", 0};
}

void value_append(JsonValue *parent, JsonValue *v)
{
    v->parent = parent;
    v->next = NULL;
    parent->count++;
    if (parent->last)
        parent->last->next = v;
    else
        parent->first = v;
    parent->last = v;
}

void value_insert(JsonValue *parent, JsonValue *v, uint32_t index)
{
    JsonValue *before = parent->first;

    if (index >= parent->count) {
        value_append(parent, v);
        return;
    }
    v->parent = parent;
    parent->count++;
    if (!index) {
        v->next = parent->first;
        parent->first = v;
        return;
    }
    while (--index)
        before = before->next;
    v->next = before->next;
    before->next = v;
}

uint32_t value_index(const JsonValue *v)
{
    uint32_t index = 0;

    for (const JsonValue *m = v->parent->first; m != v; m = m->next)
        index++;
    return index;
}

void value_take_out(JsonValue *v)
{
    JsonValue *parent = v->parent, *before = NULL;

    for (JsonValue *m = parent->first; m != v; m = m->next)
        before = m;
    if (before)
        before->next = v->next;
    else
        parent->first = v->next;
    if (parent->last == v) parent->last = before;
    parent->count--;
}

void value_set(JsonValue *object, Span key, const JsonValue *v, Arena *arena)
{
    JsonValue *old = value_find(object, key), *made = arena_new(arena, JsonValue);

    *made = *v;
    made->key = key;
    if (!old) {
        value_append(object, made);
        return;
    }
    made->parent = object;
    made->next = old->next;
    *old = *made;
}

bool value_is_same(const JsonValue *a, const JsonValue *b)
{
    if (a->kind != b->kind) return false;
    if (a->kind == JSON_NUMBER) return a->number == b->number;
    if (a->kind == JSON_STRING) return span_is(a->text, b->text);
    if (a->count != b->count) return false;
    if (a->kind == JSON_ARRAY) {
        const JsonValue *x = a->first, *y = b->first;

        for (; x && y; x = x->next, y = y->next)
            if (!value_is_same(x, y)) return false;
        return true;
    }
    JSON_EACH(a, x)
    {
        const JsonValue *y = value_find(b, x->key);

        if (!y || !value_is_same(x, y)) return false;
    }
    return true;
}

static void put(JsonWriter *w, const JsonValue *v)
{
    bool is_object = v->kind == JSON_OBJECT;

    if (v->kind == JSON_STRING) json_write_string(w, v->text);
    if (v->kind > JSON_STRING) json_write_raw(w, v->text);
    if (!is_object && v->kind != JSON_ARRAY) return;
    if (is_object)
        json_write_object(w);
    else
        json_write_array(w);
    JSON_EACH(v, m)
    {
        if (is_object) json_write_key(w, m->key);
        put(w, m);
    }
    if (is_object)
        json_write_object_end(w);
    else
        json_write_array_end(w);
}

void value_write(Buf *out, const JsonValue *v)
{
    JsonWriter w;

    json_write_init(&w, out, true);
    put(&w, v);
}
