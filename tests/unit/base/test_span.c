/* test_span.c — spans, status rows and err trails. */
#include "tests/harness/test.h"
#include "vm/base/err.h"
#include "vm/base/span.h"
#include "vm/base/status.h"

static void compare(void)
{
    static const struct {
        Span a, b;
        int want;
    } cases[] = {
        {SPAN_INIT(""), SPAN_INIT(""), 0},      {{NULL, 0}, SPAN_INIT(""), 0},
        {SPAN_INIT("a"), SPAN_INIT("b"), -1},   {SPAN_INIT("ab"), SPAN_INIT("a"), 1},
        {SPAN_INIT("a"), SPAN_INIT("ab"), -1},  {SPAN_INIT("\xff"), SPAN_INIT("a"), 1},
        {SPAN_INIT("a\0b"), SPAN_INIT("a"), 1}, {SPAN_INIT("abc"), SPAN_INIT("abc"), 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int got = span_cmp(cases[i].a, cases[i].b);

        CHECK_INT((got > 0) - (got < 0), cases[i].want);
        CHECK_INT(span_is(cases[i].a, cases[i].b), cases[i].want == 0);
    }
}

static void parts(void)
{
    Span s = SPAN("hello"), rest = SPAN("a,,b"), part;

    CHECK(span_is(span_sub(s, 1, 3), SPAN("ell")));
    CHECK(span_is(span_sub(s, 3, 99), SPAN("lo")));
    CHECK_INT(span_sub(s, 9, 1).len, 0);
    CHECK_INT(span_from((Span){NULL, 0}, 3).len, 0);
    CHECK(span_starts(s, SPAN("he")) && !span_starts(s, SPAN("hello!")));
    CHECK(span_ends(s, SPAN("lo")) && !span_ends(SPAN("o"), SPAN("lo")));
    CHECK_INT(span_find(s, SPAN("l")), 2);
    CHECK_INT(span_find(s, SPAN("lo")), 3);
    CHECK_INT(span_find(s, SPAN("")), 0);
    CHECK(span_find(s, SPAN("lol")) == SPAN_NONE_AT);
    CHECK(span_find_char((Span){NULL, 0}, 'x') == SPAN_NONE_AT);
    CHECK(span_is(span_trim(SPAN(" \t a b\r\n")), SPAN("a b")));
    CHECK_INT(span_trim(SPAN("  ")).len, 0);
    CHECK(span_cut(&rest, ',', &part) && span_is(part, SPAN("a")));
    CHECK(span_cut(&rest, ',', &part) && part.len == 0);
    CHECK(span_cut(&rest, ',', &part) && span_is(part, SPAN("b")));
    CHECK(!span_cut(&rest, ',', &part));
}

static void status_rows(void)
{
    CHECK(span_eq_str(status_name(ST_OK), "OK"));
    CHECK_INT(status_exit_code(ST_OK), 0);
    CHECK_INT(status_http(ST_BAD_INPUT), 422);
    for (int st = 0; st < ST_COUNT; st++) {
        CHECK(status_sentence((Status)st).len > 0);
        CHECK(status_exit_code((Status)st) >= 0 && status_exit_code((Status)st) <= 3);
        CHECK((st == ST_OK) == (status_exit_code((Status)st) == 0));
        CHECK((st == ST_OK) == (status_http((Status)st) < 400));
    }
}

static void err_trail(void)
{
    Err err = ERR_NONE;

    CHECK_INT(err_set(NULL, ST_IO, "nothing"), ST_IO);
    err_note(NULL, "nothing");
    CHECK_INT(err_set(&err, ST_BAD_DATA, "price %ld outside 0..1", (int64_t)-7), ST_BAD_DATA);
    CHECK_INT(err.status, ST_BAD_DATA);
    CHECK_STR(err.text, "price -7 outside 0..1");
    err_note(&err, "fill %S", SPAN("f1"));
    err_note(&err, "tape %s", "x.odxt");
    CHECK_STR(err.text, "tape x.odxt: fill f1: price -7 outside 0..1");
}

/* Every length around the limit: cut with dots, never inside a character. */
static void err_cut(void)
{
    char text[700];
    Err err;

    for (size_t n = 1; n < 340; n++) {
        size_t len;

        for (size_t i = 0; i < n; i++)
            memcpy(text + 2 * i, "\xc3\xa9", 2);
        err_set(&err, ST_IO, "%S", (Span){text, 2 * n});
        len = strlen(err.text);
        CHECK(len < ERR_TEXT_MAX);
        if (2 * n < ERR_TEXT_MAX) {
            CHECK_INT(len, 2 * n);
            continue;
        }
        CHECK(span_ends(span_str(err.text), SPAN("...")));
        CHECK_INT(len % 2, 1);
    }
    for (int i = 0; i < 50; i++)
        err_note(&err, "a longer context number %d", i);
    CHECK(span_starts(span_str(err.text), SPAN("a longer context number 49: a longer")));
    CHECK(strlen(err.text) < ERR_TEXT_MAX);
}

int main(void)
{
    TEST_RUN(compare);
    TEST_RUN(parts);
    TEST_RUN(status_rows);
    TEST_RUN(err_trail);
    TEST_RUN(err_cut);
    return test_end();
}
