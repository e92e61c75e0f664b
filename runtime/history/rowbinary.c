/* rowbinary.c — see rowbinary.h. */
#include "runtime/history/rowbinary.h"

#include "vm/base/buf.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

typedef enum Kind {
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    INT8,
    INT16,
    INT32,
    INT64,
    FLOAT32,
    FLOAT64,
    STRING
} Kind;

/* Times are whole numbers: seconds, or 10^-places of them. */
static const struct {
    Span name;
    Kind kind;
} kinds[] = {
    {SPAN_INIT("UInt8"), UINT8},     {SPAN_INIT("UInt16"), UINT16},
    {SPAN_INIT("UInt32"), UINT32},   {SPAN_INIT("UInt64"), UINT64},
    {SPAN_INIT("Int8"), INT8},       {SPAN_INIT("Int16"), INT16},
    {SPAN_INIT("Int32"), INT32},     {SPAN_INIT("Int64"), INT64},
    {SPAN_INIT("Float32"), FLOAT32}, {SPAN_INIT("Float64"), FLOAT64},
    {SPAN_INIT("String"), STRING},   {SPAN_INIT("Bool"), UINT8},
    {SPAN_INIT("DateTime"), UINT32}, {SPAN_INIT("DateTime64"), INT64},
};

enum { ROW_TEXT = 1 << 16, NAME_MAX_BYTES = 4096, VALUE_MAX_BYTES = 4096 };
static const uint8_t widths[] = {1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 0};

static Status cut_off(RowBinary *b, Err *err)
{
    return err_set(err, ST_BAD_DATA, "%s: RowBinary that is cut off or is something else",
                   b->source->name);
}

static bool read_count(Recording *s, uint64_t *ret)
{
    uint64_t v = 0;
    Span byte;

    for (int shift = 0; shift < 63; shift += 7) {
        if (!recording_bytes(s, 1, &byte)) return false;
        v |= (uint64_t)((unsigned char)byte.ptr[0] & 0x7f) << shift;
        if (!((unsigned char)byte.ptr[0] & 0x80)) {
            *ret = v;
            return true;
        }
    }
    return false;
}

static bool read_string(Recording *s, size_t max, Span *ret)
{
    uint64_t len;

    return read_count(s, &len) && len <= max && recording_bytes(s, (size_t)len, ret);
}

/* "Nullable(DateTime64(3, 'UTC'))": wrappers fall away, what is in brackets behind the name is its scale. */
static bool read_type(RowBinary *b, uint32_t i, Span type)
{
    static const Span wraps[] = {SPAN_INIT("Nullable("), SPAN_INIT("LowCardinality(")};
    bool again = true;

    b->types[i].is_nullable = false;
    while (again) {
        again = false;
        for (size_t w = 0; w < ARRAY_LEN(wraps); w++)
            if (span_starts(type, wraps[w])) {
                b->types[i].is_nullable |= w == 0;
                type = span_sub(type, wraps[w].len, type.len - wraps[w].len - 1);
                again = true;
            }
    }
    b->types[i].places = 0;
    if (span_starts(type, SPAN("DateTime64(")) && type.len > 11 && type.ptr[11] >= '0' &&
        type.ptr[11] <= '9')
        b->types[i].places = (uint8_t)(type.ptr[11] - '0');
    type = span_sub(type, 0, span_find_char(type, '('));
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        if (span_is(kinds[k].name, type)) {
            b->types[i].kind = (uint8_t)kinds[k].kind;
            return true;
        }
    return false;
}

Status rowbinary_open(RowBinary *b, Recording *s, Arena *arena, Err *err)
{
    uint64_t count;
    Span text;

    *b = (RowBinary){.source = s, .text = arena_alloc(arena, ROW_TEXT)};
    if (!read_count(s, &count) || count == 0) return cut_off(b, err);
    if (count > ROWBINARY_COLUMNS)
        return err_set(err, ST_LIMIT, "%s: more than %d columns", s->name, ROWBINARY_COLUMNS);
    b->count = (uint32_t)count;
    for (uint32_t i = 0; i < b->count; i++) {
        if (!read_string(s, NAME_MAX_BYTES, &text)) return cut_off(b, err);
        b->names[i] = arena_span(arena, text);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        if (!read_string(s, NAME_MAX_BYTES, &text)) return cut_off(b, err);
        if (!read_type(b, i, text))
            return err_set(err, ST_UNSUPPORTED, "%s: column %S is of type %S, which is not read",
                           s->name, b->names[i], text);
    }
    return ST_OK;
}

static void put_value(Buf *out, uint8_t kind, uint8_t places, const char *at)
{
    uint64_t raw = 0;
    float narrow;
    double wide;

    memcpy(&raw, at, widths[kind]);
    if (kind == FLOAT32) {
        memcpy(&narrow, at, sizeof narrow);
        if (num_is_finite((double)narrow)) buf_num(out, (double)narrow);
    } else if (kind == FLOAT64) {
        memcpy(&wide, at, sizeof wide);
        if (num_is_finite(wide)) buf_num(out, wide);
    } else if (kind <= UINT64) {
        buf_uint(out, raw);
    } else {
        int shift = 64 - 8 * widths[kind];

        fx_put_short(out, (int64_t)(raw << shift) >> shift, places);
    }
}

/* One cell behind the others; false when the source ends. */
static bool read_cell(RowBinary *b, uint32_t i, Buf *out, Span *ret)
{
    size_t from = out->len;
    Span bytes;

    *ret = (Span){"", 0};
    if (b->types[i].is_nullable) {
        if (!recording_bytes(b->source, 1, &bytes)) return false;
        if (bytes.ptr[0]) return true;
    }
    if (b->types[i].kind == STRING) {
        if (!read_string(b->source, VALUE_MAX_BYTES, &bytes)) return false;
        buf_span_put(out, bytes);
    } else {
        if (!recording_bytes(b->source, widths[b->types[i].kind], &bytes)) return false;
        put_value(out, b->types[i].kind, b->types[i].places, bytes.ptr);
    }
    *ret = span_of(out->ptr + from, out->len - from);
    return !buf_is_full(out);
}

bool rowbinary_row(RowBinary *b, Span ret_cells[ROWBINARY_COLUMNS])
{
    Span first;
    Buf out;

    if (!recording_bytes(b->source, 1, &first)) return false;
    b->source->from--; /* a row begins */
    buf_init_fixed(&out, b->text, ROW_TEXT);
    for (uint32_t i = 0; i < b->count; i++)
        if (!read_cell(b, i, &out, &ret_cells[i])) {
            if (b->source->failure.status == ST_OK) cut_off(b, &b->source->failure);
            return false;
        }
    return true;
}
