/* test_json_write.c — the writer: shapes, escapes, and that the reader takes all it writes. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/json.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

static void write_sample(JsonWriter *w)
{
    json_write_object(w);
    json_write_key(w, SPAN("name"));
    json_write_string(w, SPAN("a\"b"));
    json_write_key(w, SPAN("list"));
    json_write_array(w);
    json_write_number(w, 0.1);
    json_write_number(w, UNKNOWN);
    json_write_int(w, INT64_MIN);
    json_write_uint(w, UINT64_MAX);
    json_write_fixed(w, -1500000, 6);
    json_write_bool(w, true);
    json_write_bool(w, false);
    json_write_null(w);
    json_write_raw(w, SPAN("[1]"));
    json_write_array_end(w);
    json_write_key(w, SPAN("none"));
    json_write_object(w);
    json_write_object_end(w);
    json_write_key(w, SPAN("empty"));
    json_write_array(w);
    json_write_array_end(w);
    json_write_object_end(w);
}

static void shapes(void)
{
    JsonWriter w;
    Buf b;

    buf_init(&b, test_arena(1 << 20), 10000);
    json_write_init(&w, &b, false);
    CHECK(!json_write_is_whole(&w));
    write_sample(&w);
    CHECK(json_write_is_whole(&w));
    CHECK_STR(buf_cstr(&b),
              "{\"name\":\"a\\\"b\",\"list\":[0.1,null,-9223372036854775808,18446744073709551615,"
              "-1.5,true,false,null,[1]],\"none\":{},\"empty\":[]}");
    buf_clear(&b);
    json_write_init(&w, &b, true);
    write_sample(&w);
    CHECK_STR(buf_cstr(&b), "{\n  \"name\": \"a\\\"b\",\n  \"list\": [\n    0.1,\n    null,\n"
                            "    -9223372036854775808,\n    18446744073709551615,\n    -1.5,\n"
                            "    true,\n    false,\n    null,\n    [1]\n  ],\n  \"none\": {},\n"
                            "  \"empty\": []\n}");
}

static void keys(void)
{
    uint8_t sum[SHA256_SIZE] = {0xab, 1};
    JsonWriter w;
    Buf b;

    buf_init(&b, test_arena(1 << 20), 10000);
    json_write_init(&w, &b, false);
    json_write_object(&w);
    json_key_text(&w, "a\n", SPAN("\""));
    json_key_number(&w, "b", -0.5);
    json_key_int(&w, "c", -7);
    json_key_uint(&w, "d", UINT64_MAX);
    json_key_bool(&w, "e", true);
    json_key_sha256(&w, "f", sum);
    json_key_array(&w, "g");
    json_write_array_end(&w);
    json_key_object(&w, "h");
    json_write_object_end(&w);
    json_write_object_end(&w);
    CHECK(json_write_is_whole(&w));
    CHECK_STR(
        buf_cstr(&b),
        "{\"a\\n\":\"\\\"\",\"b\":-0.5,\"c\":-7,\"d\":18446744073709551615,\"e\":true,\"f\":"
        "\"ab01000000000000000000000000000000000000000000000000000000000000\",\"g\":[],\"h\":{}}");
}

static void escapes(void)
{
    static const struct {
        Span text;
        const char *want;
    } cases[] = {
        {SPAN_INIT(""), ""},
        {SPAN_INIT("plain / text"), "plain / text"},
        {SPAN_INIT("\"\\\b\f\n\r\t"), "\\\"\\\\\\b\\f\\n\\r\\t"},
        {SPAN_INIT("\x01\x1f\x7f"), "\\u0001\\u001f\\u007f"},
        {SPAN_INIT("a\0b"), "a\\u0000b"},
        {SPAN_INIT("\xc3\xa9\xf0\x9f\x98\x80"), "\xc3\xa9\xf0\x9f\x98\x80"},
        {SPAN_INIT("x\xffy\xc3"), "x\xef\xbf\xbdy\xef\xbf\xbd"},
        {SPAN_INIT("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Buf b;

        buf_init(&b, test_arena(1 << 16), 1000);
        json_escape(&b, cases[i].text);
        CHECK_STR(buf_cstr(&b), cases[i].want);
    }
}

static void full_buffer(void)
{
    const size_t whole = 121;

    for (size_t max = 0; max < 200; max++) {
        JsonWriter w;
        Buf b;

        buf_init(&b, test_arena(1 << 16), max);
        json_write_init(&w, &b, false);
        write_sample(&w);
        CHECK_INT(json_write_is_whole(&w), max >= whole);
        CHECK(b.len <= max);
    }
}

/* ---- what is written is read back ---- */

static void write_any_value(JsonWriter *w, Rng *r, int depth);

static void write_any_text(JsonWriter *w, Rng *r)
{
    char text[40];
    size_t len = (size_t)rng_below(r, sizeof text);

    for (size_t i = 0; i < len; i++)
        text[i] = (char)rng_below(r, rng_chance(r, 0.5) ? 128 : 256);
    json_write_string(w, (Span){text, len});
}

static void write_any_members(JsonWriter *w, Rng *r, int depth)
{
    static const Span names[] = {SPAN_INIT("a"), SPAN_INIT(""), SPAN_INIT("\n"),
                                 SPAN_INIT("\xc3\xa9"), SPAN_INIT("a\"b")};
    uint64_t count = rng_below(r, 6);

    json_write_object(w);
    for (uint64_t i = 0; i < count; i++) {
        json_write_key(w, names[i % 5]);
        write_any_value(w, r, depth + 1);
    }
    json_write_object_end(w);
}

static void write_any_value(JsonWriter *w, Rng *r, int depth)
{
    switch (rng_below(r, depth < 6 ? 8 : 5)) {
    case 0:
        json_write_number(w, num_canon(num_from_bits(rng_u64(r))));
        break;
    case 1:
        json_write_int(w, (int64_t)rng_u64(r) >> rng_below(r, 64));
        break;
    case 2:
        json_write_fixed(w, (int64_t)rng_u64(r), (int)rng_below(r, 19));
        break;
    case 3:
        write_any_text(w, r);
        break;
    case 4:
        json_write_null(w);
        break;
    case 5:
        write_any_members(w, r, depth);
        break;
    default:
        json_write_array(w);
        for (uint64_t i = rng_below(r, 5); i-- > 0;)
            write_any_value(w, r, depth + 1);
        json_write_array_end(w);
    }
}

/* Reads a text and writes its events again. */
static void copy(Span text, JsonWriter *w, Arena *a)
{
    JsonReader r;
    JsonEvent e;

    json_init(&r, text, JSON_LIMITS, a);
    while (json_next(&r, &e) > JSON_ERROR)
        json_write_event(w, &e, a);
    CHECK(r.reason == JSON_NONE);
}

static void round_trip(void)
{
    Arena *a = test_arena(1 << 24);
    Rng r;

    rng_init(&r, 77);
    for (int i = 0; i < 3000; i++) {
        JsonWriter first, second;
        Buf text, again;

        buf_init(&text, a, 1 << 20);
        buf_init(&again, a, 1 << 20);
        json_write_init(&first, &text, i % 2);
        json_write_init(&second, &again, i % 2);
        write_any_value(&first, &r, 0);
        CHECK(json_write_is_whole(&first));
        copy(buf_span(&text), &second, a);
        CHECK_STR(buf_cstr(&again), buf_cstr(&text));
        arena_reset(a);
    }
}

int main(void)
{
    TEST_RUN(shapes);
    TEST_RUN(keys);
    TEST_RUN(escapes);
    TEST_RUN(full_buffer);
    TEST_RUN(round_trip);
    return test_end();
}
