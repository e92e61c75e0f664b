/* fuzz_json.c — any bytes as JSON: the reader ends, and what it read survives being written.
 *
 * The first two bytes choose the memory limit and the pretty form, so that running out of memory is an
 * input like any other.  Promise checked: a text that was read and written again reads the same, and its
 * second writing is equal byte for byte. */
#include <string.h>

#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/json.h"

#define TEXT_MAX ((size_t)1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads `text` to its end and writes it again; false when it is no JSON or memory ran out. */
static bool rewrite(Span text, bool is_pretty, Arena *arena, Buf *out)
{
    size_t steps = 0;
    JsonReader r;
    JsonWriter w;
    JsonEvent e;
    Err err;

    buf_init(out, arena, TEXT_MAX * 8);
    json_write_init(&w, out, is_pretty);
    json_init(&r, text, (JsonLimits){TEXT_MAX * 8, JSON_DEPTH_MAX}, arena);
    while (json_next(&r, &e) != JSON_END) {
        if (e.kind == JSON_ERROR) {
            BUG_IF(r.place > text.len && !arena_is_full(arena));
            BUG_IF(json_status(&r, &err) == ST_OK || !err.text[0]);
            return false;
        }
        BUG_IF(e.start > e.end || e.end > text.len || ++steps > 2 * text.len + 2);
        if (e.kind == JSON_NUMBER)
            json_write_number(&w, e.number);
        else
            json_write_event(&w, &e, arena);
    }
    BUG_IF(json_next(&r, &e) != JSON_END);
    return !arena_is_full(arena) && json_write_is_whole(&w);
}

/* Goes over the values of the outermost object or array without looking inside. */
static void skip_values(Span text, JsonLimits limits, Arena *arena)
{
    size_t steps = 0;
    JsonReader r;
    JsonEvent e;

    json_init_terminated(&r, text, limits, arena);
    if (json_next(&r, &e) != JSON_OBJECT && e.kind != JSON_ARRAY) return;
    while (json_next(&r, &e) != JSON_END && e.kind != JSON_ERROR) {
        bool is_long = e.kind == JSON_KEY && json_is(&e, SPAN("a"));

        BUG_IF(r.depth > limits.depth || ++steps > text.len);
        if (!is_long && !json_skip(&r, &e)) break;
    }
}

/* A text with a NUL behind it, as json_init_terminated wants. */
static void skip_copy(Span text, uint8_t choice, Arena *arena)
{
    Span copy = arena_span(arena, text);
    JsonLimits limits = {choice & 2 ? TEXT_MAX : 100, choice & 4 ? JSON_DEPTH_MAX : 3};

    if (copy.ptr && !arena_is_full(arena)) skip_values(copy, limits, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buf first, second;
    Arena arena;
    Span text;

    if (size < 2 || size > TEXT_MAX) return 0;
    arena = pool_arena(data[0] < 128 ? (size_t)data[0] << 10 : (size_t)8 << 20);
    text = span_of((const char *)data + 2, size - 2);
    skip_copy(text, data[1], &arena);
    arena_reset(&arena);
    if (rewrite(text, data[1] & 1, &arena, &first)) {
        bool again = rewrite(buf_span(&first), data[1] & 1, &arena, &second);

        BUG_IF(!again && !arena_is_full(&arena));
        BUG_IF(again && !span_is(buf_span(&first), buf_span(&second)));
    }
    arena_fini(&arena);
    return 0;
}
