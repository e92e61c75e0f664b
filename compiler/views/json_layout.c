/* json_layout.c — a JSON document in one style: what fits on a line stands on one, in order of the text.
 *
 * Two spaces a level, `{ "a": 1 }` and `[1, 2]` on lines of at most 100 columns, numbers as written.
 * Promise: the layout of a layout is the same bytes; keys, values and their order stay as they are. */
#include "compiler/views/json_tree.h"

enum { WIDTH = 100 };

static bool is_open(const JsonValue *v)
{
    return v->kind == JSON_OBJECT || v->kind == JSON_ARRAY;
}

static void put_key(Buf *out, const JsonValue *v)
{
    if (!v->parent || v->parent->kind != JSON_OBJECT) return;
    buf_char(out, '"');
    json_escape(out, v->key);
    buf_str(out, "\": ");
}

static void put_leaf(Buf *out, const JsonValue *v)
{
    if (v->kind != JSON_STRING) {
        buf_span_put(out, v->text);
        return;
    }
    buf_char(out, '"');
    json_escape(out, v->text);
    buf_char(out, '"');
}

/* On one line; stops early, and says so, when that goes beyond the column. */
static bool put_flat(Buf *out, const JsonValue *v, size_t end)
{
    bool is_object = v->kind == JSON_OBJECT, fits = true;

    put_key(out, v);
    if (!is_open(v)) {
        put_leaf(out, v);
        return out->len <= end;
    }
    if (!v->first) {
        buf_str(out, is_object ? "{}" : "[]");
        return out->len <= end;
    }
    buf_str(out, is_object ? "{ " : "[");
    for (const JsonValue *m = v->first; m && fits; m = m->next) {
        fits = put_flat(out, m, end);
        if (m->next) buf_str(out, ", ");
    }
    buf_str(out, is_object ? " }" : "]");
    return fits && out->len <= end;
}

static void put(Buf *out, const JsonValue *v, size_t indent)
{
    size_t start = out->len, room = WIDTH > indent + 1 ? WIDTH - indent - 1 : 0; /* a comma */

    if (v->parent && put_flat(out, v, start + room)) return;
    if (!is_open(v) || !v->first) {
        buf_truncate(out, start);
        (void)put_flat(out, v, SIZE_MAX);
        return;
    }
    buf_truncate(out, start);
    put_key(out, v);
    buf_str(out, v->kind == JSON_OBJECT ? "{\n" : "[\n");
    for (const JsonValue *m = v->first; m; m = m->next) {
        buf_fill(out, ' ', indent + 2);
        put(out, m, indent + 2);
        buf_str(out, m->next ? ",\n" : "\n");
    }
    buf_fill(out, ' ', indent);
    buf_char(out, v->kind == JSON_OBJECT ? '}' : ']');
}

void json_layout(Buf *out, const JsonValue *root)
{
    put(out, root, 0);
    buf_char(out, '\n');
}
