/* test_buf.c — bounded buffers and the formatter. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/base/num.h"

static Buf fresh(size_t max)
{
    Buf b;

    buf_init(&b, test_arena(1 << 20), max);
    return b;
}

static void grows(void)
{
    Buf b = fresh(100000);
    size_t total = 0;

    CHECK_STR(buf_cstr(&b), "");
    for (size_t i = 0; i < 400; i++) {
        buf_fill(&b, (char)('a' + i % 26), i);
        total += i;
    }
    CHECK_INT(buf_span(&b).len, total);
    CHECK_INT(buf_cstr(&b)[total - 1], 'a' + 399 % 26);
    buf_truncate(&b, 3);
    CHECK_STR(buf_cstr(&b), "bcc");
    buf_clear(&b);
    CHECK_STR(buf_cstr(&b), "");
    CHECK(!buf_is_full(&b));
}

/* A write that does not fit is dropped whole, and every later one too. */
static void hard_maximum(void)
{
    for (size_t max = 0; max < 200; max++) {
        Buf b = fresh(max);

        for (size_t n = 0; n + 7 <= max; n += 7)
            buf_str(&b, "1234567");
        CHECK(!buf_is_full(&b));
        buf_str(&b, "1234567");
        CHECK(buf_is_full(&b));
        CHECK_INT(b.len, max - max % 7);
        buf_str(&b, "");
        buf_char(&b, 'x');
        CHECK(buf_is_full(&b) && b.len == max - max % 7);
        CHECK_INT(strlen(buf_cstr(&b)), b.len);
        buf_clear(&b);
        if (max) buf_char(&b, 'x');
        CHECK_INT(b.len, max > 0);
    }
}

static void fixed_memory(void)
{
    char mem[9] = "~~~~~~~~";
    Buf b;

    buf_init_fixed(&b, mem, 8);
    buf_str(&b, "1234567");
    CHECK(!buf_is_full(&b));
    buf_char(&b, '8');
    CHECK(buf_is_full(&b));
    CHECK_STR(buf_cstr(&b), "1234567");
    CHECK_INT(mem[8], 0);
    buf_init_fixed(&b, mem, 1);
    CHECK_STR(buf_cstr(&b), "");
}

static void refused_by_arena(void)
{
    Buf b;

    buf_init(&b, test_arena(300), 10000);
    for (int i = 0; i < 100; i++)
        buf_str(&b, "0123456789");
    CHECK(buf_is_full(&b));
    CHECK(b.len >= 60 && b.len < 300);
    CHECK_INT(strlen(buf_cstr(&b)), b.len);
}

static void integers(void)
{
    Buf b = fresh(1000);

    buf_int(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_int(&b, 0);
    buf_char(&b, ' ');
    buf_uint(&b, UINT64_MAX);
    buf_char(&b, ' ');
    buf_hex(&b, 0, 1);
    buf_char(&b, ' ');
    buf_hex(&b, UINT64_MAX, 4);
    buf_char(&b, ' ');
    buf_hex(&b, 0xab, 4);
    CHECK_STR(buf_cstr(&b), "-9223372036854775808 9223372036854775807 0 18446744073709551615 0 "
                            "ffffffffffffffff 00ab");
}

#define FORMATTED(want, ...)            \
    do {                                \
        Buf b_ = fresh(2000);           \
        buf_fmt(&b_, __VA_ARGS__);      \
        CHECK_STR(buf_cstr(&b_), want); \
    } while (0)

static void directives(void)
{
    FORMATTED("plain", "plain");
    FORMATTED("", "");
    FORMATTED("a b c", "%s %s%s %S", "a", "b", (char *)NULL, SPAN("c"));
    FORMATTED("100%", "%d%%", 100);
    FORMATTED("-1 4294967295 ff", "%d %u %x", -1, 4294967295u, 255u);
    FORMATTED("-5 5 7 8", "%ld %lld %lu %zu", (int64_t)-5, (int64_t)5, (uint64_t)7, (size_t)8);
    FORMATTED("deadbeef00", "%lx", UINT64_C(0xdeadbeef00));
    FORMATTED("[    x][x    ][   ab]", "[%5s][%-5s][%*s]", "x", "x", 5, "ab");
    FORMATTED("[00042][-0042][   42][42   ]", "[%05d][%05d][%5d][%-5d]", 42, -42, 42, 42);
    FORMATTED("[0042][0x00ff]", "[%04u][0x%04x]", 42u, 255u);
    FORMATTED("abc|ab", "%.3s|%.*S", "abcdef", 2, SPAN("abcdef"));
    FORMATTED("0.1 1e300 ? 0.667 -2.50", "%f %f %f %.3f %.2f", 0.1, 1e300, UNKNOWN, 2.0 / 3, -2.5);
    FORMATTED("[    0.5][0000000.50]", "[%7f][%010.2f]", 0.5, 0.5);
    FORMATTED("x%q %", "%c%q %", 'x');
    FORMATTED("%y 1", "%y %d", 1);
}

static void widest(void)
{
    Buf b = fresh(5000);

    buf_fmt(&b, "%.1000f", -1e308);
    CHECK_INT(b.len, 1 + 309 + 1 + 1000);
    buf_clear(&b);
    buf_fmt(&b, "%99999d", 1);
    CHECK_INT(b.len, 1000);
}

static void visible_text(void)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"plain text, h\xc3\xa9", "plain text, h\xc3\xa9"},
        {"a\tb", "a b"},
        {"\x1b[31m\x7f", "\xef\xbf\xbd[31m\xef\xbf\xbd"},
        {"a\nb\rc", "a\xef\xbf\xbd"
                    "b\xef\xbf\xbd"
                    "c"},
        {"\xc2\x9b[31m", "\xef\xbf\xbd[31m"}, /* U+009B begins a command as well */
        {"\x9b[31m", "\xef\xbf\xbd[31m"},     /* no text */
        {"\xc2\xa0", "\xc2\xa0"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Buf b = fresh(100);

        test_case(cases[i].want);
        buf_visible(&b, span_str(cases[i].text));
        CHECK_STR(buf_cstr(&b), cases[i].want);
    }
}

int main(void)
{
    TEST_RUN(grows);
    TEST_RUN(hard_maximum);
    TEST_RUN(fixed_memory);
    TEST_RUN(refused_by_arena);
    TEST_RUN(integers);
    TEST_RUN(directives);
    TEST_RUN(widest);
    TEST_RUN(visible_text);
    return test_end();
}
