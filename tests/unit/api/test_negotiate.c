/* test_negotiate.c — what a browser wants and has, from its headers. */
#include "runtime/api/negotiate.h"

#include "tests/harness/test.h"

static const struct {
    const char *header;
    bool yes;
} encodings[] = {
    {"", false},
    {"gzip", true},
    {"GZip", true},
    {"x-gzip", true},
    {"gzipp", false},
    {"gzi", false},
    {"br", false},
    {"br, gzip", true},
    {"br,gzip", true},
    {" gzip ", true},
    {"gzip;q=1", true},
    {"gzip;q=0.001", true},
    {"gzip;q=0", false},
    {"gzip; q=0.000", false},
    {"gzip;Q=0.", false},
    {"gzip;q=0.0x", true},
    {"gzip;q=", true},
    {"gzip;q", true},
    {"gzip;level=0", true},
    {"*", true},
    {"*;q=0", false},
    {"identity", false},
    {"*;q=0, gzip", true},
    {"*, gzip;q=0", false},
    {"gzip;q=0, *", false},
    {",,,;;;", false},
    {";gzip", false},
    {"gzip;a;q=0", false},
    {"deflate,\tgzip", true},
};

static const struct {
    const char *header, *tag;
    bool yes;
} tags[] = {
    {"", "\"a\"", false},        {"\"a\"", "\"a\"", true},        {"a", "\"a\"", false},
    {"*", "\"a\"", true},        {" * ", "\"a\"", true},          {"**", "\"a\"", false},
    {"W/\"a\"", "\"a\"", true},  {"\"b\", \"a\"", "\"a\"", true}, {"\"b\",W/\"a\"", "\"a\"", true},
    {"w/\"a\"", "\"a\"", false}, {"\"A\"", "\"a\"", false},       {"\"a", "\"a\"", false},
    {"\"a\"x", "\"a\"", false},  {"\"a\" \"b\"", "\"a\"", false}, {",,\"a\",,", "\"a\"", true},
};

static void test_encodings(void)
{
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        test_case(encodings[i].header);
        CHECK_INT(negotiate_takes_gzip(span_str(encodings[i].header)), encodings[i].yes);
    }
    CHECK(!negotiate_takes_gzip((Span){NULL, 0}));
}

static void test_tags(void)
{
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        test_case(tags[i].header);
        CHECK_INT(negotiate_has_tag(span_str(tags[i].header), span_str(tags[i].tag)), tags[i].yes);
    }
    CHECK(!negotiate_has_tag((Span){NULL, 0}, SPAN("\"a\"")));
}

int main(void)
{
    TEST_RUN(test_encodings);
    TEST_RUN(test_tags);
    return test_end();
}
