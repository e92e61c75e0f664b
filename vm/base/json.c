/* json.c — the reader; see json.h.  The scanner knows the words, this file the sentence. */
#include "vm/base/json.h"

#include "vm/base/bug.h"
#include "vm/base/json_scan.h"
#include "vm/base/num.h"
#include "vm/base/sort.h"
#include "vm/base/utf8.h"

/* What may come next; each also says what is missing when something else comes. */
typedef enum Want {
    WANT_ROOT,
    WANT_FIRST_ITEM, /* or a closing bracket */
    WANT_ITEM,
    WANT_FIRST_KEY, /* or a closing brace */
    WANT_KEY,
    WANT_COLON,
    WANT_MEMBER, /* the value of a key */
    WANT_COMMA,  /* or a closing one */
    WANT_END,
} Want;

static const JsonReason missing[] = {
    [WANT_ROOT] = JSON_WANT_VALUE,   [WANT_FIRST_ITEM] = JSON_WANT_VALUE,
    [WANT_ITEM] = JSON_WANT_VALUE,   [WANT_FIRST_KEY] = JSON_WANT_KEY,
    [WANT_KEY] = JSON_WANT_KEY,      [WANT_COLON] = JSON_WANT_COLON,
    [WANT_MEMBER] = JSON_WANT_VALUE, [WANT_COMMA] = JSON_WANT_COMMA,
    [WANT_END] = JSON_TRAILING,
};

static const Span reason_texts[] = {
#define JSON_REASON(name, sentence) SPAN_INIT(sentence),
#include "vm/base/json.def"
#undef JSON_REASON
};

Span json_reason_text(JsonReason reason)
{
    BUG_IF((size_t)reason >= ARRAY_LEN(reason_texts));
    return reason_texts[reason];
}

Status json_status(const JsonReader *r, Err *err)
{
    bool is_limit =
        r->reason == JSON_TOO_DEEP || r->reason == JSON_TOO_LARGE || r->reason == JSON_NO_MEMORY;

    if (!r->reason) return ST_OK;
    return err_set(err, is_limit ? ST_LIMIT : ST_BAD_INPUT, "byte %zu: %S", r->place,
                   json_reason_text(r->reason));
}

void json_init_terminated(JsonReader *r, Span text, JsonLimits limits, Arena *arena)
{
    *r = (JsonReader){.text = text, .at = text.ptr, .limits = limits, .arena = arena};
    if (r->limits.depth > JSON_DEPTH_MAX) r->limits.depth = JSON_DEPTH_MAX;
    r->want = WANT_ROOT;
    if (text.len > limits.size) {
        r->reason = JSON_TOO_LARGE;
        r->place = limits.size;
    }
}

void json_init(JsonReader *r, Span text, JsonLimits limits, Arena *arena)
{
    Span copy = text.len <= limits.size ? arena_span(arena, text) : text;

    json_init_terminated(r, copy, limits, arena);
    if (copy.len != text.len) r->reason = JSON_NO_MEMORY;
}

static bool fail_at(JsonReader *r, JsonReason reason, const char *place)
{
    r->reason = reason;
    r->place = (size_t)(place - r->text.ptr);
    return false;
}

static bool is_in_object(const JsonReader *r)
{
    return r->depth && r->objects >> (r->depth - 1) & 1;
}

/* ---- keys said twice ---- */

/* Length first: most keys differ there. */
static int cmp_keys(const void *a, const void *b, void *ctx)
{
    const JsonKey *l = a, *r = b;

    (void)ctx;
    if (l->text.len != r->text.len) return l->text.len < r->text.len ? -1 : 1;
    return span_cmp(l->text, r->text);
}

#define FEW_KEYS 12
#define NO_TWIN SIZE_MAX

static size_t twin_of_few(const JsonKey *keys, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (span_is(keys[i].text, keys[j].text)) return keys[i].at;
    return NO_TWIN;
}

/* The first place where a key of these, in sorted order, is said again. */
static size_t twin_of_sorted(const JsonKey *keys, size_t count)
{
    size_t at = NO_TWIN;

    for (size_t i = 1; i < count; i++)
        if (keys[i].at < at && span_is(keys[i - 1].text, keys[i].text)) at = keys[i].at;
    return at;
}

/* Looks at the keys of the object that closes at `place`. */
static bool check_keys(JsonReader *r, const char *place)
{
    size_t base = r->key_base[r->depth - 1], count = r->keys.count - base, twin;
    JsonKey *keys = count ? &r->keys.items[base] : NULL;

    if (count > FEW_KEYS && !sort_stable(keys, count, sizeof *keys, cmp_keys, NULL, r->arena))
        return fail_at(r, JSON_NO_MEMORY, place);
    twin = count > FEW_KEYS ? twin_of_sorted(keys, count) : twin_of_few(keys, count);
    return twin == NO_TWIN || fail_at(r, JSON_DUPLICATE_KEY, r->text.ptr + twin);
}

static bool keep_key(JsonReader *r, const JsonEvent *e)
{
    JsonKey key = {json_decode(e, r->arena), e->start};
    bool is_decoded = (key.text.len == 0) == (e->text.len == 0); /* empty for want of memory */

    return (is_decoded && vec_push(r->arena, &r->keys, key)) ||
           fail_at(r, JSON_NO_MEMORY, r->text.ptr + e->start);
}

/* ---- tokens to events ---- */

static bool wants_value(const JsonReader *r)
{
    return r->want <= WANT_ITEM || r->want == WANT_MEMBER;
}

static void end_value(JsonReader *r)
{
    r->want = r->depth ? WANT_COMMA : WANT_END;
}

static bool open_level(JsonReader *r, JsonEvent *e, bool is_object)
{
    if (r->depth >= r->limits.depth) return fail_at(r, JSON_TOO_DEEP, r->text.ptr + e->start);
    r->objects &= ~(UINT64_C(1) << r->depth);
    r->objects |= (uint64_t)is_object << r->depth;
    r->key_base[r->depth++] = r->keys.count;
    r->want = is_object ? WANT_FIRST_KEY : WANT_FIRST_ITEM;
    e->kind = is_object ? JSON_OBJECT : JSON_ARRAY;
    return true;
}

static bool close_level(JsonReader *r, JsonEvent *e, bool is_object)
{
    const char *place = r->text.ptr + e->start;

    if (r->depth && is_in_object(r) != is_object) return fail_at(r, JSON_WRONG_CLOSE, place);
    if (r->want == WANT_ITEM || r->want == WANT_KEY) return fail_at(r, JSON_EXTRA_COMMA, place);
    if (r->want != WANT_COMMA && r->want != (is_object ? WANT_FIRST_KEY : WANT_FIRST_ITEM))
        return fail_at(r, missing[r->want], place);
    if (is_object && !check_keys(r, place)) return false;
    r->depth--;
    r->keys.count = r->key_base[r->depth];
    end_value(r);
    e->kind = is_object ? JSON_OBJECT_END : JSON_ARRAY_END;
    return true;
}

static bool take_string(JsonReader *r, JsonEvent *e, bool has_escape)
{
    e->text = span_of(e->text.ptr + 1, e->text.len - 2);
    e->has_escape = has_escape;
    if (r->want == WANT_KEY || r->want == WANT_FIRST_KEY) {
        e->kind = JSON_KEY;
        r->want = WANT_COLON;
        return keep_key(r, e);
    }
    e->kind = JSON_STRING;
    end_value(r);
    return true;
}

/* Integers of up to 15 digits need no rounding. */
static bool read_small(Span text, double *ret)
{
    bool is_negative = text.ptr[0] == '-';
    int64_t value = 0;

    if (text.len > 15) return false;
    for (size_t i = is_negative; i < text.len; i++)
        value = value * 10 + (text.ptr[i] - '0');
    *ret = value && is_negative ? -(double)value : (double)value;
    return true;
}

static bool is_word_char(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
           c == '_' || c == '+' || c == '-';
}

static bool take_number(JsonReader *r, JsonEvent *e, bool is_integer)
{
    const double exact_max = 0x1p53;
    double size;

    if (is_word_char(*r->at)) return fail_at(r, JSON_BAD_NUMBER, r->text.ptr + e->start);
    e->kind = JSON_NUMBER;
    e->is_integer = is_integer;
    end_value(r);
    if (is_integer && read_small(e->text, &e->number)) return true;
    if (!num_parse(e->text, &e->number))
        return fail_at(r, JSON_NUMBER_RANGE, r->text.ptr + e->start);
    size = num_abs(e->number);
    e->is_inexact = is_integer && (size > exact_max ||
                                   (size == exact_max && e->text.ptr[e->text.len - 1] != '2'));
    return true;
}

static bool take_word(JsonReader *r, JsonEvent *e, JsonKind kind)
{
    if (is_word_char(*r->at)) return fail_at(r, JSON_BAD_WORD, r->text.ptr + e->start);
    e->kind = kind;
    end_value(r);
    return true;
}

static bool take_end(JsonReader *r, JsonEvent *e)
{
    const char *place = r->text.ptr + e->start;

    if (e->start < r->text.len) return fail_at(r, JSON_UNEXPECTED, place); /* a NUL byte */
    if (r->want != WANT_END) return fail_at(r, JSON_EARLY_END, place);
    e->kind = JSON_END;
    return true;
}

static bool take_bad(JsonReader *r, JsonEvent *e)
{
    const char *place;
    JsonReason reason = json_scan_reason(r->text.ptr + e->start, r->text.ptr + r->text.len, &place);

    return fail_at(r, reason, place);
}

static bool take_value(JsonReader *r, JsonToken t, JsonEvent *e)
{
    bool is_key = t == JSON_T_STRING || t == JSON_T_STRING_ESCAPED;

    is_key = is_key && (r->want == WANT_KEY || r->want == WANT_FIRST_KEY);
    if (!is_key && !wants_value(r)) return fail_at(r, missing[r->want], r->text.ptr + e->start);
    switch (t) {
    case JSON_T_OBJECT:
        return open_level(r, e, true);
    case JSON_T_ARRAY:
        return open_level(r, e, false);
    case JSON_T_STRING:
        return take_string(r, e, false);
    case JSON_T_STRING_ESCAPED:
        return take_string(r, e, true);
    case JSON_T_INTEGER:
        return take_number(r, e, true);
    case JSON_T_NUMBER:
        return take_number(r, e, false);
    case JSON_T_TRUE:
        return take_word(r, e, JSON_TRUE);
    case JSON_T_FALSE:
        return take_word(r, e, JSON_FALSE);
    case JSON_T_NULL:
        return take_word(r, e, JSON_NULL);
    default:
        return fail_at(r, missing[r->want], r->text.ptr + e->start); /* `,` or `:` */
    }
}

static bool take_token(JsonReader *r, JsonToken t, JsonEvent *e)
{
    switch (t) {
    case JSON_T_END:
        return take_end(r, e);
    case JSON_T_BAD:
        return take_bad(r, e);
    case JSON_T_OBJECT_END:
        return close_level(r, e, true);
    case JSON_T_ARRAY_END:
        return close_level(r, e, false);
    default:
        return take_value(r, t, e);
    }
}

/* Goes past a comma or a colon in its place. */
static bool pass_mark(JsonReader *r, char c)
{
    if (c == ',' && r->want == WANT_COMMA)
        r->want = is_in_object(r) ? WANT_KEY : WANT_ITEM;
    else if (c == ':' && r->want == WANT_COLON)
        r->want = WANT_MEMBER;
    else
        return false;
    return true;
}

/* The next token that is an event. Most marks follow at once, and need no scanner. */
static JsonToken next_token(JsonReader *r)
{
    JsonToken t;

    if (pass_mark(r, *r->at)) r->at++;
    do
        t = json_scan(&r->at, &r->token);
    while (pass_mark(r, *r->token));
    return t;
}

JsonKind json_next(JsonReader *r, JsonEvent *ret)
{
    JsonToken t;

    *ret = (JsonEvent){.kind = JSON_ERROR, .start = r->place, .end = r->place};
    if (r->reason) return JSON_ERROR;
    t = next_token(r);
    ret->start = (size_t)(r->token - r->text.ptr);
    ret->end = (size_t)(r->at - r->text.ptr);
    ret->text = span_of(r->token, (size_t)(r->at - r->token));
    if (!take_token(r, t, ret))
        *ret = (JsonEvent){.kind = JSON_ERROR, .start = r->place, .end = r->place};
    return ret->kind;
}

bool json_skip(JsonReader *r, const JsonEvent *e)
{
    JsonEvent inner = *e;
    int level;

    if (inner.kind == JSON_KEY) json_next(r, &inner);
    if (inner.kind != JSON_OBJECT && inner.kind != JSON_ARRAY) return inner.kind != JSON_ERROR;
    for (level = r->depth - 1; r->depth > level;)
        if (json_next(r, &inner) == JSON_ERROR) return false;
    return true;
}

/* ---- escapes ---- */

static uint32_t read_hex4(const char *p)
{
    uint32_t v = 0;

    for (int i = 0; i < 4; i++) {
        char c = p[i];

        v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return v;
}

static char plain_of_escape(char c)
{
    static const char pairs[] = "b\bf\fn\nr\rt\t";

    for (size_t i = 0; i < sizeof pairs - 1; i += 2)
        if (pairs[i] == c) return pairs[i + 1];
    return c; /* quote, slash, backslash */
}

/* Takes the next character or escape off a scanned string; returns its bytes. */
static size_t decode_next(Span *rest, char out[UTF8_MAX])
{
    const char *p = rest->ptr;
    uint32_t code;
    size_t used = 2;

    if (p[0] != '\\' || p[1] != 'u') {
        used = p[0] == '\\' ? 2 : 1;
        out[0] = used == 2 ? plain_of_escape(p[1]) : p[0];
        *rest = span_from(*rest, used);
        return 1;
    }
    code = read_hex4(p + 2);
    used = 6;
    if (code >= 0xd800 && code < 0xdc00) { /* the scanner has seen the other half */
        code = 0x10000 + ((code - 0xd800) << 10) + (read_hex4(p + 8) - 0xdc00);
        used = 12;
    }
    *rest = span_from(*rest, used);
    return utf8_encode(code, out);
}

Span json_decode(const JsonEvent *e, Arena *arena)
{
    Span rest = e->text;
    char *text, *at;

    if (!e->has_escape) return e->text;
    at = text = arena_alloc(arena, e->text.len + UTF8_MAX);
    if (!text || arena_is_full(arena)) return (Span){"", 0};
    while (rest.len)
        at += decode_next(&rest, at);
    return span_of(text, (size_t)(at - text));
}

bool json_is(const JsonEvent *e, Span text)
{
    Span rest = e->text;

    if (!e->has_escape) return span_is(rest, text);
    while (rest.len) {
        char bytes[UTF8_MAX];
        Span next = {bytes, decode_next(&rest, bytes)};

        if (!span_starts(text, next)) return false;
        text = span_from(text, next.len);
    }
    return text.len == 0;
}
