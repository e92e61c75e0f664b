/* test_utf8.c — UTF-8 to the letter of the standard. */
#include "tests/harness/test.h"
#include "vm/base/utf8.h"

static const struct {
    Span text;
    bool is_valid;
    size_t valid_len, utf16_len, width;
} texts[] = {
    {SPAN_INIT(""), true, 0, 0, 0},
    {{NULL, 0}, true, 0, 0, 0},
    {SPAN_INIT("abc"), true, 3, 3, 3},
    {SPAN_INIT("a\0b"), true, 3, 3, 2},
    {SPAN_INIT("\xc3\xa9"), true, 2, 1, 1},
    {SPAN_INIT("e\xcc\x81"), true, 3, 2, 1},                /* combining accent */
    {SPAN_INIT("\xe4\xb8\xad\xe6\x96\x87"), true, 6, 2, 4}, /* two wide characters */
    {SPAN_INIT("\xf0\x9f\x98\x80"), true, 4, 2, 2},         /* emoji */
    {SPAN_INIT("\xef\xbb\xbfx"), true, 4, 2, 1},            /* byte-order mark */
    {SPAN_INIT("\xe2\x82\xac"
               "5"),
     true, 4, 2, 2},
    {SPAN_INIT("\x7f\x1b\n"), true, 3, 3, 0},
    {SPAN_INIT("\xf4\x8f\xbf\xbf"), true, 4, 2, 1},
    {SPAN_INIT("a\x80"), false, 1, 2, 2},            /* tail alone */
    {SPAN_INIT("\xc0\x80"), false, 0, 2, 2},         /* overlong NUL */
    {SPAN_INIT("\xc1\xbf"), false, 0, 2, 2},         /* overlong */
    {SPAN_INIT("\xe0\x9f\xbf"), false, 0, 3, 3},     /* overlong */
    {SPAN_INIT("\xf0\x8f\xbf\xbf"), false, 0, 4, 4}, /* overlong */
    {SPAN_INIT("\xed\xa0\x80"), false, 0, 3, 3},     /* surrogate */
    {SPAN_INIT("\xed\x9f\xbf"), true, 3, 1, 1},      /* the last before them */
    {SPAN_INIT("\xf4\x90\x80\x80"), false, 0, 4, 4}, /* above U+10FFFF */
    {SPAN_INIT("\xf5\x80\x80\x80"), false, 0, 4, 4},
    {SPAN_INIT("ok\xe4\xb8"), false, 2, 4, 4}, /* cut */
    {SPAN_INIT("\xff\xfe"), false, 0, 2, 2},
};

static void measure(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Span s = texts[i].text;
        bool ok = utf8_is_valid(s) == texts[i].is_valid &&
                  utf8_valid_len(s) == texts[i].valid_len &&
                  utf8_utf16_len(s) == texts[i].utf16_len && utf8_width(s) == texts[i].width;

        test_check(ok, __FILE__, __LINE__, "row %zu: %zu valid, %zu units, %zu columns", i,
                   utf8_valid_len(s), utf8_utf16_len(s), utf8_width(s));
    }
}

/* Every code point there and back. */
static void round_trip(void)
{
    int bad = 0;

    for (uint32_t code = 0; code < 0x110000; code++) {
        char bytes[UTF8_MAX];
        size_t len = utf8_encode(code, bytes), used = 0;
        bool is_surrogate = code >= 0xd800 && code < 0xe000, is_ok = false;
        uint32_t back = utf8_decode((Span){bytes, len}, &used, &is_ok);

        bad += !is_ok || used != len || back != (is_surrogate ? UTF8_REPLACEMENT : code);
        if (len > 1 && !is_surrogate) {
            utf8_decode((Span){bytes, len - 1}, &used, &is_ok); /* cut */
            bad += is_ok || used != 1;
        }
    }
    CHECK_INT(bad, 0);
    CHECK_INT(utf8_encode(0x110000, (char[UTF8_MAX]){0}), 3);
}

/* A sequence is well-formed exactly when it is what utf8_encode writes for what it decodes to. */
static void all_short_sequences(void)
{
    int bad = 0;

    for (uint32_t v = 0; v < 0x1000000; v += 1 + (v & 0xff) % 3) {
        char bytes[3] = {(char)(v >> 16), (char)(v >> 8), (char)v}, again[UTF8_MAX];
        size_t used;
        bool is_ok;
        uint32_t code = utf8_decode((Span){bytes, 3}, &used, &is_ok);

        if (is_ok) bad += utf8_encode(code, again) != used || memcmp(bytes, again, used) != 0;
        if (!is_ok) bad += used != 1 || code != UTF8_REPLACEMENT;
    }
    CHECK_INT(bad, 0);
}

static void truncate(void)
{
    Span s = SPAN("a\xc3\xa9\xf0\x9f\x98\x80z");
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 3, 7, 8, 8};

    for (size_t max = 0; max < 10; max++)
        CHECK_INT(utf8_truncate(s, max).len, want[max]);
    CHECK_INT(utf8_truncate(SPAN("\x80\x80\x80\x80\x80\x80\x80\x80"), 6).len, 6);
    CHECK_INT(utf8_truncate(SPAN("\x80\x80"), 1).len, 1);
    CHECK_INT(utf8_truncate((Span){NULL, 0}, 4).len, 0);
}

int main(void)
{
    TEST_RUN(measure);
    TEST_RUN(round_trip);
    TEST_RUN(all_short_sequences);
    TEST_RUN(truncate);
    return test_end();
}
