/* test_json.c — the reader: what it takes, what it refuses with which reason where, its limits. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/json.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

/* Events as letters: { } [ ] K S N T F 0, then $ at the end or ! for a mistake. */
static const char *letters(Span text, JsonReader *r, Arena *a, char *out, size_t size)
{
    static const char of_kind[] = "$!{}[]KSNTF0";
    JsonEvent e;
    size_t n = 0;

    json_init(r, text, JSON_LIMITS, a);
    do {
        json_next(r, &e);
        if (n + 1 < size) out[n++] = of_kind[e.kind];
    } while (e.kind != JSON_END && e.kind != JSON_ERROR);
    out[n] = '\0';
    return out;
}

static const struct {
    const char *text, *want;
} accepted[] = {
    {"0", "N$"},
    {" \t\r\n0 \n", "N$"},
    {"-0", "N$"},
    {"-0.0e-0", "N$"},
    {"1.25E+3", "N$"},
    {"true", "T$"},
    {"false", "F$"},
    {"null", "0$"},
    {"\"\"", "S$"},
    {"\"a\"", "S$"},
    {"[]", "[]$"},
    {"{}", "{}$"},
    {"[[],{},[{}]]", "[[]{}[{}]]$"},
    {"[1,2,3]", "[NNN]$"},
    {"{\"a\":1}", "{KN}$"},
    {" { \"a\" : [ 1 , { } ] , \"b\" : null } ", "{K[N{}]K0}$"},
    {"{\"\":0}", "{KN}$"},
    {"{\"a\":{\"a\":{\"a\":1}}}", "{K{K{KN}}}$"},
    {"[{\"a\":1},{\"a\":2}]", "[{KN}{KN}]$"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "S$"},
    {"\"\\u0000\"", "S$"},
    {"\"\\ud83d\\ude00\"", "S$"},
    {"\"\\uD834\\uDd1e\"", "S$"},
    {"\"\\uffff\\uFFFE\"", "S$"},
    {"\"\x7f\"", "S$"},
    {"\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80\"", "S$"},
    {"\"// no comment /* */\"", "S$"},
    {"1e308", "N$"},
    {"1e-999", "N$"},
    {"123456789012345678901234567890", "N$"},
    {"0.1234567890123456789012345678901234567890", "N$"},
    {"{\"a\":1,\"A\":2,\"aa\":3,\"\\u0062\":4}", "{KNKNKNKN}$"},
};

static void accept(void)
{
    Arena *a = test_arena(1 << 20);
    char got[100];
    JsonReader r;

    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        test_case(accepted[i].text);
        CHECK_STR(letters(span_str(accepted[i].text), &r, a, got, sizeof got), accepted[i].want);
        CHECK_INT(json_status(&r, NULL), ST_OK);
        arena_reset(a);
    }
}

static const struct {
    Span text;
    JsonReason reason;
    size_t place;
} refused[] = {
    {SPAN_INIT(""), JSON_EARLY_END, 0},
    {SPAN_INIT("  "), JSON_EARLY_END, 2},
    {SPAN_INIT("["), JSON_EARLY_END, 1},
    {SPAN_INIT("[1"), JSON_EARLY_END, 2},
    {SPAN_INIT("[1,"), JSON_EARLY_END, 3},
    {SPAN_INIT("{"), JSON_EARLY_END, 1},
    {SPAN_INIT("{\"a\""), JSON_EARLY_END, 4},
    {SPAN_INIT("{\"a\":"), JSON_EARLY_END, 5},
    {SPAN_INIT("{\"a\":1"), JSON_EARLY_END, 6},
    {SPAN_INIT("1 2"), JSON_TRAILING, 2},
    {SPAN_INIT("{}{}"), JSON_TRAILING, 2},
    {SPAN_INIT("[],"), JSON_TRAILING, 2},
    {SPAN_INIT("1]"), JSON_TRAILING, 1},
    {SPAN_INIT("]"), JSON_WANT_VALUE, 0},
    {SPAN_INIT("}"), JSON_WANT_VALUE, 0},
    {SPAN_INIT(","), JSON_WANT_VALUE, 0},
    {SPAN_INIT(":"), JSON_WANT_VALUE, 0},
    {SPAN_INIT("[1,]"), JSON_EXTRA_COMMA, 3},
    {SPAN_INIT("[,1]"), JSON_WANT_VALUE, 1},
    {SPAN_INIT("[1,,2]"), JSON_WANT_VALUE, 3},
    {SPAN_INIT("[1 2]"), JSON_WANT_COMMA, 3},
    {SPAN_INIT("[1:2]"), JSON_WANT_COMMA, 2},
    {SPAN_INIT("[\"a\":1]"), JSON_WANT_COMMA, 4},
    {SPAN_INIT("[1}"), JSON_WRONG_CLOSE, 2},
    {SPAN_INIT("[}"), JSON_WRONG_CLOSE, 1},
    {SPAN_INIT("{]"), JSON_WRONG_CLOSE, 1},
    {SPAN_INIT("{\"a\":1]"), JSON_WRONG_CLOSE, 6},
    {SPAN_INIT("{\"a\":1,}"), JSON_EXTRA_COMMA, 7},
    {SPAN_INIT("{,}"), JSON_WANT_KEY, 1},
    {SPAN_INIT("{1:2}"), JSON_WANT_KEY, 1},
    {SPAN_INIT("{null:2}"), JSON_WANT_KEY, 1},
    {SPAN_INIT("{a:2}"), JSON_BAD_WORD, 1},
    {SPAN_INIT("{'a':2}"), JSON_UNEXPECTED, 1},
    {SPAN_INIT("{\"a\" 2}"), JSON_WANT_COLON, 5},
    {SPAN_INIT("{\"a\"}"), JSON_WANT_COLON, 4},
    {SPAN_INIT("{\"a\",1}"), JSON_WANT_COLON, 4},
    {SPAN_INIT("{\"a\"::1}"), JSON_WANT_VALUE, 5},
    {SPAN_INIT("{\"a\":}"), JSON_WANT_VALUE, 5},
    {SPAN_INIT("{\"a\":,\"b\":1}"), JSON_WANT_VALUE, 5},
    {SPAN_INIT("{\"a\":1 \"b\":2}"), JSON_WANT_COMMA, 7},
    {SPAN_INIT("{\"a\":1,2}"), JSON_WANT_KEY, 7},
    {SPAN_INIT("{\"a\":1,\"a\":2}"), JSON_DUPLICATE_KEY, 7},
    {SPAN_INIT("{\"ab\":1,\"c\":2,\"a\\u0062\":3}"), JSON_DUPLICATE_KEY, 14},
    {SPAN_INIT("[{\"\":1,\"\":1}]"), JSON_DUPLICATE_KEY, 7},
    {SPAN_INIT("{\"x\":{\"a\":1,\"b\":2,\"a\":3},\"x\":0}"), JSON_DUPLICATE_KEY, 18},
    {SPAN_INIT("01"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("-"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("-a"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("+1"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT(".5"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("1."), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("[1.]"), JSON_BAD_NUMBER, 1},
    {SPAN_INIT("1e"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("1e+"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("1.5.2"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("-01"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("0x10"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("1_000"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("1-2"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("1e309"), JSON_NUMBER_RANGE, 0},
    {SPAN_INIT("[-1e400]"), JSON_NUMBER_RANGE, 1},
    {SPAN_INIT("NaN"), JSON_BAD_WORD, 0},
    {SPAN_INIT("Infinity"), JSON_BAD_WORD, 0},
    {SPAN_INIT("-Infinity"), JSON_BAD_NUMBER, 0},
    {SPAN_INIT("True"), JSON_BAD_WORD, 0},
    {SPAN_INIT("tru"), JSON_BAD_WORD, 0},
    {SPAN_INIT("truex"), JSON_BAD_WORD, 0},
    {SPAN_INIT("nulls"), JSON_BAD_WORD, 0},
    {SPAN_INIT("[1 // x\n]"), JSON_COMMENT, 3},
    {SPAN_INIT("/* x */1"), JSON_COMMENT, 0},
    {SPAN_INIT("# x\n1"), JSON_COMMENT, 0},
    {SPAN_INIT("\""), JSON_BAD_STRING_END, 0},
    {SPAN_INIT("[\"abc"), JSON_BAD_STRING_END, 1},
    {SPAN_INIT("\"abc\\"), JSON_BAD_STRING_END, 4},
    {SPAN_INIT("\"a\nb\""), JSON_CONTROL, 2},
    {SPAN_INIT("\"a\0b\""), JSON_CONTROL, 2},
    {SPAN_INIT("\"\x1f\""), JSON_CONTROL, 1},
    {SPAN_INIT("\"\\x41\""), JSON_BAD_ESCAPE, 1},
    {SPAN_INIT("\"\\'\""), JSON_BAD_ESCAPE, 1},
    {SPAN_INIT("\"ab\\u12g4\""), JSON_BAD_ESCAPE, 3},
    {SPAN_INIT("\"\\u12\""), JSON_BAD_ESCAPE, 1},
    {SPAN_INIT("\"\\U0041\""), JSON_BAD_ESCAPE, 1},
    {SPAN_INIT("\"\\ud800\""), JSON_LONE_SURROGATE, 1},
    {SPAN_INIT("\"\\udc00\""), JSON_LONE_SURROGATE, 1},
    {SPAN_INIT("\"x\\ud800\\u0041\""), JSON_LONE_SURROGATE, 2},
    {SPAN_INIT("\"\\ud800\\ud800\""), JSON_LONE_SURROGATE, 1},
    {SPAN_INIT("\"\\ude00\\ud83d\""), JSON_LONE_SURROGATE, 1},
    {SPAN_INIT("\"\xff\""), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\"a\x80\""), JSON_BAD_UTF8, 2},
    {SPAN_INIT("\"\xc0\xaf\""), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\"\xe0\x80\x80\""), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\"\xed\xa0\x80\""), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\"\xf4\x90\x80\x80\""), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\"\xe2\x82\""), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\"\xe2\x82"), JSON_BAD_UTF8, 1},
    {SPAN_INIT("\xff"), JSON_BAD_UTF8, 0},
    {SPAN_INIT("\xef\xbb\xbf"
               "1"),
     JSON_UNEXPECTED, 0},
    {SPAN_INIT("\xc2\xa0"
               "1"),
     JSON_UNEXPECTED, 0},
    {SPAN_INIT("1\0"), JSON_UNEXPECTED, 1},
    {SPAN_INIT("\0"), JSON_UNEXPECTED, 0},
    {SPAN_INIT("[1\0]"), JSON_UNEXPECTED, 2},
    {SPAN_INIT("\f1"), JSON_UNEXPECTED, 0},
    {SPAN_INIT("[1;2]"), JSON_UNEXPECTED, 2},
    {SPAN_INIT("(1)"), JSON_UNEXPECTED, 0},
};

static void refuse(void)
{
    Arena *a = test_arena(1 << 20);
    bool seen[JSON_REASON_COUNT] = {false};
    char got[100];
    JsonReader r;

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        JsonEvent e;

        letters(refused[i].text, &r, a, got, sizeof got);
        test_check(r.reason == refused[i].reason && r.place == refused[i].place, __FILE__, __LINE__,
                   "row %zu, %.*s: %s at byte %zu", i, (int)refused[i].text.len,
                   refused[i].text.ptr, json_reason_text(r.reason).ptr, r.place);
        CHECK_INT(json_status(&r, NULL), ST_BAD_INPUT);
        CHECK(json_next(&r, &e) == JSON_ERROR && e.start == refused[i].place); /* and stays so */
        seen[r.reason] = true;
        arena_reset(a);
    }
    seen[JSON_NONE] = seen[JSON_TOO_DEEP] = seen[JSON_TOO_LARGE] = seen[JSON_NO_MEMORY] = true;
    for (int i = 0; i < JSON_REASON_COUNT; i++)
        test_check(seen[i], __FILE__, __LINE__, "no row for: %s",
                   json_reason_text((JsonReason)i).ptr);
}

static void messages(void)
{
    Arena *a = test_arena(1 << 16);
    char got[20];
    JsonReader r;
    Err err;

    letters(SPAN("[1,]"), &r, a, got, sizeof got);
    CHECK_INT(json_status(&r, &err), ST_BAD_INPUT);
    CHECK_STR(err.text, "byte 3: a comma with nothing behind it");
}

/* ---- numbers ---- */

static const struct {
    const char *text;
    double want;
    bool is_integer, is_inexact;
} numbers[] = {
    {"0", 0, true, false},
    {"-0", 0, true, false},
    {"42", 42, true, false},
    {"-17", -17, true, false},
    {"123456789012345", 123456789012345, true, false},
    {"999999999999999", 999999999999999, true, false},
    {"9007199254740991", 9007199254740991, true, false},
    {"9007199254740992", 9007199254740992, true, false},
    {"-9007199254740992", -9007199254740992, true, false},
    {"9007199254740993", 9007199254740992, true, true},
    {"-9007199254740993", -9007199254740992, true, true},
    {"9007199254740994", 9007199254740994, true, true},
    {"18446744073709551616", 18446744073709551616.0, true, true},
    {"1.0", 1, false, false},
    {"1e2", 100, false, false},
    {"0.1", 0.1, false, false},
    {"-2.5E-3", -0.0025, false, false},
    {"12345678901234567890e0", 12345678901234567890.0, false, false},
    {"1e-400", 0, false, false},
};

static void number_values(void)
{
    Arena *a = test_arena(1 << 20);

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        JsonReader r;
        JsonEvent e;

        test_case(numbers[i].text);
        json_init(&r, span_str(numbers[i].text), JSON_LIMITS, a);
        CHECK(json_next(&r, &e) == JSON_NUMBER);
        CHECK_BITS(e.number, numbers[i].want);
        CHECK_INT(e.is_integer, numbers[i].is_integer);
        CHECK_INT(e.is_inexact, numbers[i].is_inexact);
        CHECK(span_eq_str(e.text, numbers[i].text));
    }
}

/* ---- strings and places ---- */

static void strings(void)
{
    static const struct {
        const char *raw;
        Span want;
    } cases[] = {
        {"\"plain\"", SPAN_INIT("plain")},
        {"\"\"", SPAN_INIT("")},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", SPAN_INIT("\"\\/\b\f\n\r\t")},
        {"\"a\\u0041\\u00e9\\u20AC\"", SPAN_INIT("aA\xc3\xa9\xe2\x82\xac")},
        {"\"\\ud83d\\ude00!\"", SPAN_INIT("\xf0\x9f\x98\x80!")},
        {"\"\\uDBFF\\uDFFF\"", SPAN_INIT("\xf4\x8f\xbf\xbf")},
        {"\"x\\u0000y\"", SPAN_INIT("x\0y")},
    };
    Arena *a = test_arena(1 << 20);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        JsonReader r;
        JsonEvent e;

        test_case(cases[i].raw);
        json_init(&r, span_str(cases[i].raw), JSON_LIMITS, a);
        CHECK(json_next(&r, &e) == JSON_STRING);
        CHECK(span_is(json_decode(&e, a), cases[i].want));
        CHECK(json_is(&e, cases[i].want));
        CHECK(!json_is(&e, SPAN("other")));
        CHECK(!json_is(&e, span_sub(cases[i].want, 0, cases[i].want.len - 1)) ||
              !cases[i].want.len);
        CHECK_INT(e.has_escape, strchr(cases[i].raw, '\\') != NULL);
        CHECK_INT(e.text.len, strlen(cases[i].raw) - 2);
    }
}

static void places(void)
{
    static const struct {
        JsonKind kind;
        size_t start, end;
    } want[] = {{JSON_OBJECT, 1, 2},       {JSON_KEY, 3, 7},    {JSON_ARRAY, 9, 10},
                {JSON_NUMBER, 10, 13},     {JSON_TRUE, 15, 19}, {JSON_ARRAY_END, 19, 20},
                {JSON_OBJECT_END, 21, 22}, {JSON_END, 23, 23},  {JSON_END, 23, 23}};
    Arena *a = test_arena(1 << 16);
    JsonReader r;
    JsonEvent e;

    json_init(&r, SPAN(" { \"ab\": [1.5, true] } "), JSON_LIMITS, a);
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        CHECK_INT(json_next(&r, &e), want[i].kind);
        CHECK_INT(e.start, want[i].start);
        CHECK_INT(e.end, want[i].end);
    }
}

static void skipping(void)
{
    Arena *a = test_arena(1 << 16);
    JsonReader r;
    JsonEvent e;

    json_init(&r, SPAN("{\"a\":[1,{\"x\":[]}],\"b\":2,\"c\":{\"d\":[[]]},\"e\":[3]}"), JSON_LIMITS,
              a);
    CHECK(json_next(&r, &e) == JSON_OBJECT);
    CHECK(json_next(&r, &e) == JSON_KEY && json_skip(&r, &e));
    CHECK(json_next(&r, &e) == JSON_KEY && json_is(&e, SPAN("b")) && json_skip(&r, &e));
    CHECK(json_next(&r, &e) == JSON_KEY && json_next(&r, &e) == JSON_OBJECT && json_skip(&r, &e));
    CHECK(json_next(&r, &e) == JSON_KEY && json_is(&e, SPAN("e")));
    CHECK(json_next(&r, &e) == JSON_ARRAY && json_next(&r, &e) == JSON_NUMBER && json_skip(&r, &e));
    CHECK(json_next(&r, &e) == JSON_ARRAY_END && json_next(&r, &e) == JSON_OBJECT_END);
    CHECK(json_next(&r, &e) == JSON_END);
    json_init(&r, SPAN("[[1,2"), JSON_LIMITS, a);
    CHECK(json_next(&r, &e) == JSON_ARRAY && !json_skip(&r, &e));
}

/* ---- limits ---- */

static void depth(void)
{
    Arena *a = test_arena(1 << 20);

    for (int limit = 1; limit <= 70; limit++) {
        for (int open = 1; open <= 70; open++) {
            int allowed = limit < JSON_DEPTH_MAX ? limit : JSON_DEPTH_MAX;
            char text[141];
            JsonReader r;
            JsonEvent e;

            memset(text, '[', (size_t)open);
            memset(text + open, ']', (size_t)open);
            json_init(&r, (Span){text, 2 * (size_t)open}, (JsonLimits){1000, limit}, a);
            while (json_next(&r, &e) > JSON_ERROR)
                ;
            CHECK_INT(r.reason, open > allowed ? JSON_TOO_DEEP : JSON_NONE);
            if (open > allowed) CHECK_INT(r.place, allowed);
            arena_reset(a);
        }
    }
}

static void size(void)
{
    Arena *a = test_arena(1 << 20);
    JsonReader r;
    JsonEvent e;

    json_init(&r, SPAN("[1,2]"), (JsonLimits){5, 4}, a);
    CHECK(json_next(&r, &e) == JSON_ARRAY);
    json_init(&r, SPAN("[1,2]"), (JsonLimits){4, 4}, a);
    CHECK(json_next(&r, &e) == JSON_ERROR && r.reason == JSON_TOO_LARGE && r.place == 4);
    CHECK_INT(json_status(&r, NULL), ST_LIMIT);
    json_init_terminated(&r, SPAN("[1,2]"), (JsonLimits){5, 4}, a);
    CHECK(json_next(&r, &e) == JSON_ARRAY);
    json_init(&r, (Span){NULL, 0}, JSON_LIMITS, a);
    CHECK(json_next(&r, &e) == JSON_ERROR && r.reason == JSON_EARLY_END);
}

/* Objects of many keys, one of them twice; and the same with too little memory. */
static void many_keys(void)
{
    for (int count = 2; count < 3000; count = count * 2 + 1) {
        for (int twin = -1; twin < count; twin += count / 3 + 1) {
            Arena *a = test_arena(1 << 22);
            JsonReader r;
            JsonEvent e;
            size_t place = 0;
            Buf b;

            buf_init(&b, a, 1 << 20);
            for (int i = 0; i < count; i++)
                buf_fmt(&b, "%s\"k%d\":[{\"k%d\":0}]", i ? "," : "{", i * 7919 % count + i * count,
                        i);
            place = b.len + 1;
            if (twin >= 0) buf_fmt(&b, ",\"\\u006b%d\":0", twin * 7919 % count + twin * count);
            buf_str(&b, "}");
            json_init(&r, buf_span(&b), JSON_LIMITS, a);
            while (json_next(&r, &e) > JSON_ERROR)
                ;
            CHECK_INT(r.reason, twin >= 0 ? JSON_DUPLICATE_KEY : JSON_NONE);
            if (twin >= 0) CHECK_INT(r.place, place);
        }
    }
}

static void too_little_memory(void)
{
    int refused_count = 0;
    Buf text;

    buf_init(&text, test_arena(1 << 20), 100000);
    for (int i = 0; i < 3000; i++)
        buf_fmt(&text, "%s\"\\u0061%d\":%d", i ? "," : "{", i, i);
    buf_str(&text, "}");
    for (size_t limit = 0; limit < 1000000; limit += 19973) {
        Arena *a = test_arena(limit);
        JsonReader r;
        JsonEvent e;

        json_init(&r, buf_span(&text), JSON_LIMITS, a);
        while (json_next(&r, &e) > JSON_ERROR)
            ;
        CHECK(r.reason == JSON_NONE || r.reason == JSON_NO_MEMORY);
        CHECK_INT(arena_is_full(a), r.reason == JSON_NO_MEMORY);
        refused_count += r.reason == JSON_NO_MEMORY;
        arena_reset(a);
    }
    CHECK(refused_count > 5 && refused_count < 45);
}

/* ---- any bytes ---- */

/* Mutated texts: the reader ends, within the text, and says the same about a copy. */
static void any_bytes(void)
{
    static const char seed[] = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\ud83d\\ude00\xc3\xa9\"],"
                               "\"b\":{\"c\":false,\"d\":\"\"},\"e\":[[],{}]}";
    static const char bits[] = "{}[]:,\"\\u0129-+.eEtfn /\n\x80\xc3\xff";
    Arena *a = test_arena(1 << 20);
    Rng rng;

    rng_init(&rng, 12);
    for (int i = 0; i < 30000; i++) {
        char text[sizeof seed], first[200], second[200];
        size_t len = sizeof seed - 1;
        JsonReader r, again;

        memcpy(text, seed, sizeof seed);
        for (uint64_t k = rng_below(&rng, 4); k-- > 0;)
            text[rng_below(&rng, len)] = bits[rng_below(&rng, sizeof bits)];
        if (rng_chance(&rng, 0.3)) len = (size_t)rng_below(&rng, len);
        letters((Span){text, len}, &r, a, first, sizeof first);
        CHECK(r.place <= len);
        letters((Span){text, len}, &again, a, second, sizeof second);
        CHECK_STR(second, first);
        CHECK(r.reason == again.reason && r.place == again.place);
        arena_reset(a);
    }
}

int main(void)
{
    TEST_RUN(accept);
    TEST_RUN(refuse);
    TEST_RUN(messages);
    TEST_RUN(number_values);
    TEST_RUN(strings);
    TEST_RUN(places);
    TEST_RUN(skipping);
    TEST_RUN(depth);
    TEST_RUN(size);
    TEST_RUN(many_keys);
    TEST_RUN(too_little_memory);
    TEST_RUN(any_bytes);
    return test_end();
}
