/* json_tree.c — see json_tree.h. */
#include "compiler/views/json_tree.h"

typedef struct Builder {
    Arena *arena;
    uint16_t file;
    JsonValue *open, *root;
    Span key;
    Place key_place;
} Builder;

static JsonValue *add(Builder *b, const JsonEvent *e)
{
    JsonValue *v = arena_new(b->arena, JsonValue);

    *v = (JsonValue){.parent = b->open,
                     .kind = e->kind,
                     .place = place_at(b->file, (uint32_t)e->start, (uint32_t)e->end),
                     .key = b->key,
                     .key_place = b->key_place,
                     .number = e->number,
                     .is_inexact = e->is_inexact};
    v->text = e->kind == JSON_STRING ? json_decode(e, b->arena) : e->text;
    b->key = (Span){0};
    if (!b->open) {
        b->root = v;
        return v;
    }
    v->index = b->open->count++;
    if (b->open->last)
        b->open->last->next = v;
    else
        b->open->first = v;
    b->open->last = v;
    return v;
}

static void take(Builder *b, const JsonEvent *e)
{
    switch (e->kind) {
    case JSON_KEY:
        b->key = json_decode(e, b->arena);
        b->key_place = place_at(b->file, (uint32_t)e->start, (uint32_t)e->end);
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        b->open = add(b, e);
        break;
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
        b->open->place.end = (uint32_t)e->end;
        b->open = b->open->parent;
        break;
    default:
        (void)add(b, e);
        break;
    }
}

JsonTree json_tree_read_up_to(Arena *arena, uint16_t file, Span text, size_t size)
{
    Builder b = {.arena = arena, .file = file};
    JsonReader r;
    JsonEvent e;

    json_init(&r, text, (JsonLimits){size, JSON_DEPTH_MAX}, arena);
    for (;;) {
        JsonKind kind = json_next(&r, &e);

        if (arena_is_full(arena))
            return (JsonTree){.reason = JSON_NO_MEMORY, .place = place_at(file, 0, 0)};
        if (kind == JSON_END) return (JsonTree){.root = b.root};
        if (kind == JSON_ERROR) {
            uint32_t at = r.place < text.len ? (uint32_t)r.place : (uint32_t)text.len;
            uint32_t end = at < text.len ? at + 1 : at;

            return (JsonTree){.reason = r.reason, .place = place_at(file, at, end)};
        }
        take(&b, &e);
    }
}

JsonTree json_tree_read(Arena *arena, uint16_t file, Span text)
{
    return json_tree_read_up_to(arena, file, text, JSON_SIZE_MAX);
}

const JsonValue *json_member(const JsonValue *object, const char *key)
{
    if (!object || object->kind != JSON_OBJECT) return NULL;
    JSON_EACH(object, v)
    if (span_eq_str(v->key, key)) return v;
    return NULL;
}

void json_pointer_step(Buf *b, Span key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '~')
            buf_str(b, "~0");
        else if (key.ptr[i] == '/')
            buf_str(b, "~1");
        else
            buf_char(b, key.ptr[i]);
    }
}

Span json_pointer(Arena *arena, const JsonValue *v)
{
    const JsonValue *steps[JSON_DEPTH_MAX + 1];
    size_t count = 0;
    Buf b;

    for (; v && v->parent && count <= JSON_DEPTH_MAX; v = v->parent)
        steps[count++] = v;
    buf_init(&b, arena, JSON_SIZE_MAX);
    while (count--) {
        buf_char(&b, '/');
        if (steps[count]->parent->kind == JSON_ARRAY)
            buf_uint(&b, steps[count]->index);
        else
            json_pointer_step(&b, steps[count]->key);
    }
    return buf_span(&b);
}

Span json_pointer_key(Arena *arena, Span step)
{
    Buf b;

    buf_init(&b, arena, step.len + 1);
    for (size_t i = 0; i < step.len; i++) {
        bool is_escape = step.ptr[i] == '~' && i + 1 < step.len;

        if (is_escape) i++;
        buf_char(&b, !is_escape ? step.ptr[i] : step.ptr[i] == '1' ? '/' : '~');
    }
    return buf_span(&b);
}

static void list_values(JsonPlaces *list, const JsonValue *v, Arena *arena)
{
    if (!vec_push(arena, list, v)) return;
    JSON_EACH(v, item) list_values(list, item, arena);
}

static uint32_t begin_of(const JsonValue *v)
{
    return v->key.len ? v->key_place.begin : v->place.begin;
}

JsonPlaces json_places(const JsonValue *root, Arena *arena)
{
    JsonPlaces list = {0};

    list_values(&list, root, arena);
    return list;
}

const JsonValue *json_at(const JsonPlaces *list, Place at)
{
    size_t low = 0, high = list->count;
    const JsonValue *found;

    if (!high) return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (begin_of(list->items[middle]) <= at.begin)
            low = middle;
        else
            high = middle;
    }
    for (found = list->items[low]; found->parent && at.end > found->place.end;)
        found = found->parent;
    return found;
}
