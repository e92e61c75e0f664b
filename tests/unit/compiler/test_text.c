/* test_text.c — the one style: what comes out, that it stays, and that nothing is lost on the way. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/views/text_write.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/front.h"
#include "vm/base/bug.h"

/* ---- values ----------------------------------------------------------------------------------- */

static const struct {
    const char *in, *out; /* NULL: unchanged */
} values[] = {
    {"a+b*c", "a + b * c"},
    {"((a))", "a"},
    {"(a * b) + c", "a * b + c"},
    {"a - (b - c)", NULL},
    {"(a - b) - c", "a - b - c"},
    {"a * (b / c)", NULL},
    {"(a or b) or (c)", "a or b or c"},
    {"(a and b) or c", "a and b or c"},
    {"a and (b or c)", NULL},
    {"not (a and b)", NULL},
    {"not (a < b)", "not a < b"},
    {"(not a) and b", "not a and b"},
    {"(a < b) is c", NULL},
    {"(a for 1s) for 2s", NULL},
    {"(a and b) for 2s", NULL},
    {"-(a + b)", NULL},
    {"-(-a)", "--a"},
    {"(a + b) every 1s", NULL},
    {"a every (2 * n)", NULL},
    {"(a every 1s) every 2s", "a every 1s every 2s"},
    {"(-a) every 1s", NULL},
    {"(a otherwise b) otherwise c", NULL},
    {"a otherwise (b otherwise c)", "a otherwise b otherwise c"},
    {"a + (b otherwise c)", NULL},
    {"(if a then b else c) + d", NULL},
    {"if a then (if b then c else d) else e", "if a then if b then c else d else e"},
    {"(buy) is fill.side", NULL},
    {"fill.side is (buy)", "fill.side is buy"},
    {"(buy) + 1", NULL},
    {"x in [ 1,2 , (buy) ]", "x in [1, 2, buy]"},
    {"(100 shares) * 2", "100 shares * 2"},
    {"sum( i in 1..3 :(i) )", "sum(i in 1 .. 3: i)"},
    {"f((a, b)", NULL}, /* unreadable: left alone by the test below */
    {"1_000.50", NULL},
    {"100%", NULL},
    {"60s", NULL},
    {"a between (b) and (c + d)", "a between b and c + d"},
    {"(a between b and c) and d", "a between b and c and d"},
    {"5% of equity of x", "5% of equity of x"},
    {"5% of (equity of x)", NULL},
};

static void test_values(void)
{
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const char *want = values[i].out ? values[i].out : values[i].in;
        const Node *n, *again;
        Front f = front_value(values[i].in, &n);
        Buf b;

        test_case(values[i].in);
        if (diags_has_errors(f.diags)) {
            CHECK(span_find(span_str(values[i].in), SPAN("((a,")) != SPAN_NONE_AT);
            continue;
        }
        buf_init(&b, f.arena, 4096);
        text_write_value(&b, n, f.arena);
        CHECK_STR(buf_cstr(&b), want);
        n = f.tree;
        f = front_again(f.arena, front_format(&f));
        again = f.tree;
        CHECK(node_is_equal(n, again));
    }
}

/* ---- sizes ------------------------------------------------------------------------------------ */

static const struct {
    const char *in, *out;
} sizes[] = {
    {"(2% of equity)", "(2% of equity)"},
    {"($50)", "$50"},
    {"(1% of (a + b))", "(1% of (a + b))"},
    {"(a + 1% of b) * 2", "(a + 1% of b) * 2"},
    {"(1% of a) * 2", "(1% of a * 2)"}, /* the same value: products lean left */
    {"(if a then 1 else 2)", "(if a then 1 else 2)"},
    {"(a otherwise b)", "(a otherwise b)"},
    {"-x", "-x"},
    {"a + (2 * b)", "a + 2 * b"},
};

static void test_sizes(void)
{
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char in[200], want[200];
        Front f;

        test_case(sizes[i].in);
        snprintf(in, sizeof in, "odx 1 strategy \"t\" when a { buy %s of up at 1c }", sizes[i].in);
        snprintf(want, sizeof want,
                 "odx 1\n\nstrategy \"t\"\n\nwhen a {\n  buy %s of up at 1c\n}\n", sizes[i].out);
        f = front_open("t.odx", in);
        CHECK(!diags_has_errors(f.diags));
        CHECK_STR(arena_span(f.arena, front_format(&f)).ptr, want);
    }
}

/* ---- whole files ------------------------------------------------------------------------------ */

static void check_round(const char *name, const char *text)
{
    Front f = front_open(name, text), again;
    Span once, twice;

    test_case(name);
    if (!CHECK(!diags_has_errors(f.diags))) return;
    once = front_format(&f);
    again = front_again(f.arena, once);
    twice = front_format(&again);
    CHECK(!diags_has_errors(again.diags));
    CHECK(node_is_equal(f.tree, again.tree));
    CHECK(front_has_equal_comments(f.tree, again.tree));
    CHECK_STR(arena_span(f.arena, twice).ptr, arena_span(f.arena, once).ptr);
}

static const char *const examples[] = {
    "daily_saver", "equilibrage",     "fade",         "full_set",    "funding_carry", "grid",
    "late_mover",  "lead_and_lag",    "mirror_hedge", "rebound",     "scanner",       "shadow",
    "trend",       "two_sided_maker", "two_venues",   "shared/skew",
};

static void test_examples(void)
{
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        char path[100];
        char *text;

        snprintf(path, sizeof path, "examples/%s.odx", examples[i]);
        text = front_read(path);
        test_case(path);
        if (CHECK(text != NULL)) check_round(path, text);
        free(text);
    }
}

/* Each `#` of a text is a comment (none stands in quotes here). */
static size_t count_hashes(const char *text)
{
    size_t n = 0;

    for (const char *p = text; *p; p++)
        if (*p == '#') {
            n++;
            while (*p && *p != '\n')
                p++;
            if (!*p) break;
        }
    return n;
}

/* A comment between any two words of these files survives and stays where it went. */
static void test_comments_survive(void)
{
    static const char *const files[] = {"equilibrage", "late_mover", "shadow", "two_sided_maker"};
    static char text[1 << 16];

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[100];
        char *source;
        size_t len, tried = 0;

        snprintf(path, sizeof path, "examples/%s.odx", files[i]);
        source = front_read(path);
        test_case(path);
        if (!CHECK(source != NULL)) continue;
        len = strlen(source);
        for (size_t at = 0; at < len; at++) {
            Front f, again;

            if (source[at] != ' ' && source[at] != '\n') continue;
            memcpy(text, source, at);
            strcpy(text + at, at % 3 ? " # odd one\n" : "\n## own line\n");
            strcat(text, source + at);
            f = front_open(path, text);
            if (diags_has_errors(f.diags)) continue; /* it fell into a text or a comment */
            if (!CHECK(front_count_comments(f.tree) == count_hashes(text))) break;
            tried++;
            again = front_again(f.arena, front_format(&f));
            if (!CHECK(node_is_equal(f.tree, again.tree))) break;
            if (!CHECK(front_has_equal_comments(f.tree, again.tree))) break;
        }
        CHECK(tried > 100);
        free(source);
    }
}

/* Long values break at their loosest operators and still say the same. */
static void test_long_lines(void)
{
    static const char *const long_values[] = {
        "alpha_alpha_alpha and beta_beta_beta_beta or gamma_gamma_gamma and delta_delta_delta or "
        "epsilon > 3",
        "max(alpha_alpha_alpha + beta_beta_beta_beta, gamma_gamma_gamma, delta_delta_delta, "
        "epsilon, zeta, eta)",
        "alpha_alpha_alpha + beta_beta_beta_beta * gamma_gamma_gamma - delta_delta_delta_delta / "
        "epsilon_epsilon + z",
        "if alpha_alpha_alpha > beta_beta_beta_beta then gamma_gamma_gamma_gamma else "
        "delta_delta_delta_delta_delta",
        "(alpha_alpha_alpha_alpha_alpha otherwise beta_beta_beta_beta otherwise gamma_gamma) + "
        "delta_delta_delta_delta",
        "not (alpha_alpha_alpha_alpha and beta_beta_beta_beta_beta and gamma_gamma_gamma_gamma and "
        "delta_delta) for 5s",
        "alpha in [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000, 7_000_000, "
        "8_000_000, 9]",
        "sum(i in 1 .. 9: alpha_alpha_alpha_alpha * i + beta_beta_beta_beta_beta * i - "
        "gamma_gamma_gamma_gamma_g * i)",
    };

    for (size_t i = 0; i < ARRAY_LEN(long_values); i++) {
        static char text[4000];
        Front f;
        Span out, line;

        snprintf(text, sizeof text,
                 "odx 1 strategy \"t\" let value = %s when %s { require %s else NO } risk { exit "
                 "when %s }",
                 long_values[i], long_values[i], long_values[i], long_values[i]);
        check_round(long_values[i], text);
        f = front_open("t.odx", text);
        out = front_format(&f);
        while (span_cut(&out, '\n', &line))
            test_check(line.len <= TEXT_WIDTH, __FILE__, __LINE__, "too long: %.*s", (int)line.len,
                       line.ptr);
    }
}

int main(void)
{
    TEST_RUN(test_values);
    TEST_RUN(test_sizes);
    TEST_RUN(test_examples);
    TEST_RUN(test_comments_survive);
    TEST_RUN(test_long_lines);
    return test_end();
}
