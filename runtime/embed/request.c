/* request.c — see request.h. */
#include "runtime/embed/request.h"

#include "vm/base/bug.h"
#include "vm/base/json.h"

struct RequestReader {
    Request *request;
    JsonReader json;
    Arena *arena;
    RequestMore more; /* NULL: a document alone */
    void *ctx;
};
typedef RequestReader Reading;

static bool fail(Reading *r, const char *fmt, Span word)
{
    Buf b;

    buf_init(&b, r->arena, 1 << 12);
    buf_fmt(&b, fmt, span_sub(word, 0, 80));
    r->request->error = buf_span(&b);
    return false;
}

static bool fail_json(Reading *r)
{
    Buf b;

    buf_init(&b, r->arena, 1 << 12);
    buf_fmt(&b, "the request is not JSON: byte %zu: %S", r->json.place,
            json_reason_text(r->json.reason));
    r->request->error = buf_span(&b);
    return false;
}

static bool next(Reading *r, JsonEvent *e)
{
    return json_next(&r->json, e) != JSON_ERROR || fail_json(r);
}

static bool read_text(Reading *r, Span key, Span *ret)
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_STRING) return fail(r, "`%S` is a string", key);
    *ret = json_decode(&e, r->arena);
    return true;
}

static bool read_bool(Reading *r, Span key, bool *ret)
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_TRUE && e.kind != JSON_FALSE) return fail(r, "`%S` is true or false", key);
    *ret = e.kind == JSON_TRUE;
    return true;
}

static bool read_offset(Reading *r, Span key, uint32_t *ret)
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_NUMBER || !(e.number >= 0 && e.number <= UINT32_MAX))
        return fail(r, "`%S` is a whole number from 0 on", key);
    *ret = (uint32_t)e.number;
    return true;
}

static bool read_words(Reading *r, Span key, Span *words, uint32_t *ret_count)
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_ARRAY) return fail(r, "`%S` is an array of strings", key);
    for (*ret_count = 0;; (*ret_count)++) {
        if (!next(r, &e)) return false;
        if (e.kind == JSON_ARRAY_END) return true;
        if (e.kind != JSON_STRING) return fail(r, "`%S` is an array of strings", key);
        if (*ret_count == REQUEST_MAX_WORDS) return fail(r, "`%S` has too many items", key);
        words[*ret_count] = json_decode(&e, r->arena);
    }
}

/* {"name": "text", ...}; `take` gets each pair. */
static bool read_pairs(Reading *r, Span key, bool (*take)(Reading *r, Span name, Span value))
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_OBJECT) return fail(r, "`%S` is an object of strings", key);
    for (;;) {
        Span name, value;

        if (!next(r, &e)) return false;
        if (e.kind == JSON_OBJECT_END) return true;
        name = json_decode(&e, r->arena);
        if (!read_text(r, name, &value) || !take(r, name, value)) return false;
    }
}

static bool take_module(Reading *r, Span name, Span text)
{
    Request *q = r->request;

    if (q->modules_count == REQUEST_MAX_MODULES) return fail(r, "too many modules at `%S`", name);
    q->modules[q->modules_count++] = (RequestPair){name, text};
    return true;
}

static bool take_param(Reading *r, Span name, Span value)
{
    Request *q = r->request;

    if (q->params_count == REQUEST_MAX_WORDS) return fail(r, "too many params at `%S`", name);
    q->params[q->params_count++] = (RequestPair){name, value};
    return true;
}

static bool take_level(Reading *r, Span name, Span word)
{
    DiagCode code = diag_code_find(name);

    if (code == ODX_NONE) return fail(r, "there is no code `%S`", name);
    for (int level = LEVEL_OFF; level <= LEVEL_ERROR; level++) {
        if (!span_eq_str(word, diag_level_name((DiagLevel)level))) continue;
        if (diag_levels_set(&r->request->levels, code, (DiagLevel)level)) return true;
        return fail(r, "`%S` stays an error", name);
    }
    return fail(r, "`%S` is not a level: off, note, warning, error", word);
}

typedef struct Key {
    Span name;
    bool (*read)(Reading *r, Span key);
} Key;

static bool key_name(Reading *r, Span key)
{
    return read_text(r, key, &r->request->name);
}

static bool key_text(Reading *r, Span key)
{
    return read_text(r, key, &r->request->text);
}

static bool key_to(Reading *r, Span key)
{
    return read_text(r, key, &r->request->to);
}

static bool key_modules(Reading *r, Span key)
{
    return read_pairs(r, key, take_module);
}

static bool key_levels(Reading *r, Span key)
{
    return read_pairs(r, key, take_level);
}

static bool key_plain(Reading *r, Span key)
{
    return read_bool(r, key, &r->request->is_plain);
}

static bool key_stripped(Reading *r, Span key)
{
    return read_bool(r, key, &r->request->is_stripped);
}

static bool key_begin(Reading *r, Span key)
{
    Request *q = r->request;

    if (!read_offset(r, key, &q->begin)) return false;
    if (q->end < q->begin) q->end = q->begin;
    return true;
}

static bool key_end(Reading *r, Span key)
{
    return read_offset(r, key, &r->request->end);
}

static bool key_units(Reading *r, Span key)
{
    Span word;

    if (!read_text(r, key, &word)) return false;
    r->request->has_bytes = span_is(word, SPAN("bytes"));
    return r->request->has_bytes || span_is(word, SPAN("utf16")) ||
           fail(r, "`units` are bytes or utf16, not `%S`", word);
}

static bool key_shows(Reading *r, Span key)
{
    return read_bool(r, key, &r->request->has_shows);
}

static bool key_trace(Reading *r, Span key)
{
    return read_bool(r, key, &r->request->has_trace);
}

static bool key_params(Reading *r, Span key)
{
    return read_pairs(r, key, take_param);
}

static bool key_columns(Reading *r, Span key)
{
    return read_words(r, key, r->request->columns, &r->request->columns_count);
}

static bool key_cash(Reading *r, Span key)
{
    return read_text(r, key, &r->request->cash);
}

static const Key keys[] = {
    {SPAN_INIT("name"), key_name},       {SPAN_INIT("text"), key_text},
    {SPAN_INIT("modules"), key_modules}, {SPAN_INIT("levels"), key_levels},
    {SPAN_INIT("to"), key_to},           {SPAN_INIT("begin"), key_begin},
    {SPAN_INIT("end"), key_end},         {SPAN_INIT("units"), key_units},
    {SPAN_INIT("plain"), key_plain},     {SPAN_INIT("stripped"), key_stripped},
    {SPAN_INIT("params"), key_params},   {SPAN_INIT("columns"), key_columns},
    {SPAN_INIT("shows"), key_shows},     {SPAN_INIT("trace"), key_trace},
    {SPAN_INIT("cash"), key_cash},
};

bool request_unknown(Reading *r, Span key)
{
    return fail(r, "the request has an unknown key `%S`", key);
}

static bool read_key(Reading *r, Span name)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (span_is(keys[i].name, name)) return keys[i].read(r, name);
    return r->more ? r->more(r->ctx, r, name) : request_unknown(r, name);
}

static bool read_object(Reading *r)
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_OBJECT) return fail(r, "the request is not an object%S", (Span){"", 0});
    for (;;) {
        if (!next(r, &e)) return false;
        if (e.kind == JSON_OBJECT_END) return next(r, &e);
        if (!read_key(r, json_decode(&e, r->arena))) return false;
    }
}

bool request_read(Request *q, Span json, Arena *arena)
{
    return request_read_more(q, json, arena, NULL, NULL);
}

bool request_read_more(Request *q, Span json, Arena *arena, RequestMore more, void *ctx)
{
    Reading r = {.request = q, .arena = arena, .more = more, .ctx = ctx};

    *q = (Request){.name = SPAN("strategy.odx"), .text = {"", 0}, .arena = arena};
    diag_levels_default(&q->levels);
    json_init(&r.json, json, (JsonLimits){REQUEST_MAX_BYTES, 8}, arena);
    return read_object(&r);
}

ModuleText request_load(void *ctx, Span path, Span from)
{
    Request *q = ctx;
    Buf name;

    while (from.len && from.ptr[from.len - 1] != '/')
        from.len--;
    buf_init(&name, q->arena, 1 << 12);
    buf_fmt(&name, "%S%S", path.len && path.ptr[0] == '/' ? (Span){NULL, 0} : from, path);
    for (uint32_t i = 0; i < q->modules_count; i++)
        if (span_is(q->modules[i].name, buf_span(&name)))
            return (ModuleText){true, q->modules[i].name, q->modules[i].text};
    return (ModuleText){.is_found = false};
}

CompileOptions request_options(Request *r, CompileStage until)
{
    return (CompileOptions){.load = request_load,
                            .ctx = r,
                            .levels = &r->levels,
                            .until = until,
                            .is_plain = r->is_plain,
                            .is_stripped = r->is_stripped};
}

/* ---- for other requests ---------------------------------------------------------------------------- */

bool request_fail(Reading *r, const char *fmt, Span word)
{
    return fail(r, fmt, word);
}

bool request_event(Reading *r, JsonEvent *ret)
{
    return next(r, ret);
}

bool request_text(Reading *r, Span key, Span *ret)
{
    return read_text(r, key, ret);
}

bool request_whole(Reading *r, Span key, int64_t *ret)
{
    JsonEvent e;

    if (!next(r, &e)) return false;
    if (e.kind != JSON_NUMBER || !e.is_integer || e.is_inexact || !(e.number >= 0))
        return fail(r, "`%S` is a whole number from 0 on", key);
    *ret = (int64_t)e.number;
    return true;
}
