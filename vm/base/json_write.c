/* json_write.c — the writer; see json.h. */
#include "vm/base/json.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/utf8.h"

void json_write_init(JsonWriter *w, Buf *buf, bool is_pretty)
{
    *w = (JsonWriter){.buf = buf, .is_pretty = is_pretty};
}

static uint64_t level_bit(const JsonWriter *w)
{
    return UINT64_C(1) << (w->depth - 1);
}

static bool is_in_object(const JsonWriter *w)
{
    return w->depth && (w->objects & level_bit(w));
}

static void new_line(JsonWriter *w)
{
    if (!w->is_pretty) return;
    buf_char(w->buf, '\n');
    buf_fill(w->buf, ' ', 2 * (size_t)w->depth);
}

/* The comma and the line in front of an item or a key. */
static void begin_item(JsonWriter *w)
{
    if (w->filled & level_bit(w)) buf_char(w->buf, ',');
    w->filled |= level_bit(w);
    new_line(w);
}

static void begin_value(JsonWriter *w)
{
    BUG_IF(is_in_object(w) != w->has_key);
    BUG_IF(!w->depth && w->has_root);
    if (w->depth && !w->has_key) begin_item(w);
    w->has_key = false;
    w->has_root = true;
}

static void open_level(JsonWriter *w, bool is_object)
{
    begin_value(w);
    BUG_IF(w->depth == JSON_DEPTH_MAX);
    w->depth++;
    w->objects = is_object ? w->objects | level_bit(w) : w->objects & ~level_bit(w);
    w->filled &= ~level_bit(w);
    buf_char(w->buf, is_object ? '{' : '[');
}

static void close_level(JsonWriter *w, bool is_object)
{
    bool is_filled;

    BUG_IF(!w->depth || is_in_object(w) != is_object || w->has_key);
    is_filled = w->filled & level_bit(w);
    w->depth--;
    if (is_filled) new_line(w);
    buf_char(w->buf, is_object ? '}' : ']');
}

void json_write_object(JsonWriter *w)
{
    open_level(w, true);
}

void json_write_object_end(JsonWriter *w)
{
    close_level(w, true);
}

void json_write_array(JsonWriter *w)
{
    open_level(w, false);
}

void json_write_array_end(JsonWriter *w)
{
    close_level(w, false);
}

static void put_control(Buf *b, unsigned char c)
{
    static const char letters[] = "\bb\ff\nn\rr\tt";

    for (size_t i = 0; i < sizeof letters - 1; i += 2) {
        if ((unsigned char)letters[i] != c) continue;
        buf_char(b, '\\');
        buf_char(b, letters[i + 1]);
        return;
    }
    buf_str(b, "\\u");
    buf_hex(b, c, 4);
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

/* The start of `s` that can be written as it is. */
static size_t plain_len(Span s)
{
    size_t i = 0;

    while (i < s.len && (unsigned char)s.ptr[i] < 0x80 && !needs_escape((unsigned char)s.ptr[i]))
        i++;
    return i;
}

void json_escape(Buf *b, Span text)
{
    while (text.len) {
        size_t len = plain_len(text);
        bool is_ok;

        buf_put(b, text.ptr, len);
        text = span_from(text, len);
        if (!text.len) return;
        utf8_decode(text, &len, &is_ok);
        if (!is_ok) {
            buf_str(b, "\xef\xbf\xbd");
        } else if (len > 1) {
            buf_put(b, text.ptr, len);
        } else if (text.ptr[0] == '"' || text.ptr[0] == '\\') {
            buf_char(b, '\\');
            buf_char(b, text.ptr[0]);
        } else {
            put_control(b, (unsigned char)text.ptr[0]);
        }
        text = span_from(text, len);
    }
}

static void put_quoted(Buf *b, Span text)
{
    buf_char(b, '"');
    json_escape(b, text);
    buf_char(b, '"');
}

void json_write_key(JsonWriter *w, Span key)
{
    BUG_IF(!is_in_object(w) || w->has_key);
    begin_item(w);
    put_quoted(w->buf, key);
    buf_str(w->buf, w->is_pretty ? ": " : ":");
    w->has_key = true;
}

void json_write_string(JsonWriter *w, Span text)
{
    begin_value(w);
    put_quoted(w->buf, text);
}

void json_write_number(JsonWriter *w, double x)
{
    begin_value(w);
    if (num_is_finite(x))
        buf_num(w->buf, x);
    else
        buf_str(w->buf, "null");
}

void json_write_int(JsonWriter *w, int64_t v)
{
    begin_value(w);
    buf_int(w->buf, v);
}

void json_write_uint(JsonWriter *w, uint64_t v)
{
    begin_value(w);
    buf_uint(w->buf, v);
}

void json_write_fixed(JsonWriter *w, int64_t value, int places)
{
    begin_value(w);
    fx_put_short(w->buf, value, places);
}

void json_write_bool(JsonWriter *w, bool v)
{
    begin_value(w);
    buf_str(w->buf, v ? "true" : "false");
}

void json_write_null(JsonWriter *w)
{
    begin_value(w);
    buf_str(w->buf, "null");
}

void json_write_raw(JsonWriter *w, Span json)
{
    begin_value(w);
    buf_span_put(w->buf, json);
}

void json_write_event(JsonWriter *w, const JsonEvent *e, Arena *arena)
{
    switch (e->kind) {
    case JSON_OBJECT:
        json_write_object(w);
        break;
    case JSON_OBJECT_END:
        json_write_object_end(w);
        break;
    case JSON_ARRAY:
        json_write_array(w);
        break;
    case JSON_ARRAY_END:
        json_write_array_end(w);
        break;
    case JSON_KEY:
        json_write_key(w, json_decode(e, arena));
        break;
    case JSON_STRING:
        json_write_string(w, json_decode(e, arena));
        break;
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        json_write_raw(w, e->text);
        break;
    case JSON_END:
    case JSON_ERROR:
        BUG_IF(true);
    }
}

void json_key_object(JsonWriter *w, const char *key)
{
    json_write_key(w, span_str(key));
    json_write_object(w);
}

void json_key_array(JsonWriter *w, const char *key)
{
    json_write_key(w, span_str(key));
    json_write_array(w);
}

void json_key_text(JsonWriter *w, const char *key, Span text)
{
    json_write_key(w, span_str(key));
    json_write_string(w, text);
}

void json_key_number(JsonWriter *w, const char *key, double x)
{
    json_write_key(w, span_str(key));
    json_write_number(w, x);
}

void json_key_int(JsonWriter *w, const char *key, int64_t v)
{
    json_write_key(w, span_str(key));
    json_write_int(w, v);
}

void json_key_uint(JsonWriter *w, const char *key, uint64_t v)
{
    json_write_key(w, span_str(key));
    json_write_uint(w, v);
}

void json_key_bool(JsonWriter *w, const char *key, bool v)
{
    json_write_key(w, span_str(key));
    json_write_bool(w, v);
}

void json_key_sha256(JsonWriter *w, const char *key, const uint8_t sum[SHA256_SIZE])
{
    char hex[2 * SHA256_SIZE + 1];

    sha256_hex(sum, hex);
    json_key_text(w, key, span_of(hex, 2 * SHA256_SIZE));
}

bool json_write_is_whole(const JsonWriter *w)
{
    return w->has_root && !w->depth && !buf_is_full(w->buf);
}
