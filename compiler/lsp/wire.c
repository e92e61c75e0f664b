/* wire.c — values of the protocol, read and written. */
#include "compiler/lsp/server.h"

#include "vm/base/num.h"

/* ---- reading ---------------------------------------------------------------------------------- */

Span wire_text(const JsonValue *object, const char *key)
{
    const JsonValue *v = json_member(object, key);

    return v && v->kind == JSON_STRING ? v->text : (Span){NULL, 0};
}

int64_t wire_int(const JsonValue *object, const char *key, int64_t otherwise)
{
    const JsonValue *v = json_member(object, key);

    if (!v || v->kind != JSON_NUMBER || !(num_abs(v->number) < 9e15)) return otherwise;
    return (int64_t)v->number;
}

bool wire_bool(const JsonValue *object, const char *key)
{
    const JsonValue *v = json_member(object, key);

    return v && v->kind == JSON_TRUE;
}

const JsonValue *wire_path(const JsonValue *object, const char *dotted)
{
    Span rest = span_str(dotted), part;
    char key[64];

    while (object && span_cut(&rest, '.', &part)) {
        if (part.len >= sizeof key) return NULL;
        memcpy(key, part.ptr, part.len);
        key[part.len] = 0;
        object = json_member(object, key);
    }
    return object;
}

static uint32_t clipped(int64_t v)
{
    return v < 0 ? 0 : v > INT32_MAX ? INT32_MAX : (uint32_t)v;
}

LspPosition wire_position(const JsonValue *v)
{
    return (LspPosition){clipped(wire_int(v, "line", 0)), clipped(wire_int(v, "character", 0))};
}

void wire_range_offsets(const Call *c, const JsonValue *range, uint32_t *ret_begin,
                        uint32_t *ret_end)
{
    uint32_t a = position_to_offset(c->lsp, c->doc, wire_position(json_member(range, "start")));
    uint32_t b = position_to_offset(c->lsp, c->doc, wire_position(json_member(range, "end")));

    *ret_begin = a < b ? a : b;
    *ret_end = a < b ? b : a;
}

Span wire_raw(const Call *c, const JsonValue *v)
{
    return v ? span_sub(c->message, v->place.begin, v->place.end - v->place.begin)
             : (Span){NULL, 0};
}

/* ---- writing ---------------------------------------------------------------------------------- */

void put_key(Call *c, const char *key)
{
    json_write_key(c->w, span_str(key));
}

void put_string(Call *c, const char *key, Span text)
{
    put_key(c, key);
    json_write_string(c->w, text);
}

void put_int(Call *c, const char *key, int64_t v)
{
    put_key(c, key);
    json_write_int(c->w, v);
}

void put_bool(Call *c, const char *key, bool v)
{
    put_key(c, key);
    json_write_bool(c->w, v);
}

void open_object(Call *c)
{
    json_write_object(c->w);
}

void close_object(Call *c)
{
    json_write_object_end(c->w);
}

void open_array(Call *c)
{
    json_write_array(c->w);
}

void close_array(Call *c)
{
    json_write_array_end(c->w);
}

static void put_position(Call *c, const char *key, LspPosition p)
{
    put_key(c, key);
    open_object(c);
    put_int(c, "line", p.line);
    put_int(c, "character", p.character);
    close_object(c);
}

void put_positions(Call *c, const char *key, LspPosition begin, LspPosition end)
{
    if (key) put_key(c, key);
    open_object(c);
    put_position(c, "start", begin);
    put_position(c, "end", end);
    close_object(c);
}

void put_range(Call *c, const char *key, uint32_t begin, uint32_t end)
{
    put_positions(c, key, offset_to_position(c->lsp, c->doc, begin),
                  offset_to_position(c->lsp, c->doc, end));
}

void put_edits(Call *c, const Changes *edits)
{
    open_array(c);
    for (size_t i = 0; i < edits->count; i++) {
        open_object(c);
        put_range(c, "range", edits->items[i].begin, edits->items[i].end);
        put_string(c, "newText", edits->items[i].insert);
        close_object(c);
    }
    close_array(c);
}

void put_location(Call *c, Place at)
{
    Member m = member_of_file(c, at.file);

    open_object(c);
    put_string(c, "uri", m.uri);
    put_range_of(c, &m, "range", at.begin, at.end);
    close_object(c);
}
