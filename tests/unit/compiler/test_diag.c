/* test_diag.c — findings are collected, withheld, allowed and put in order; values read well. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/front.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

/* ---- tables ----------------------------------------------------------------------------------- */

static void test_codes(void)
{
    for (DiagCode c = ODX_NONE + 1; c < DIAG_CODE_COUNT; c++) {
        const DiagInfo *info = diag_info(c);
        const DiagAbout *about = diag_about(c);

        test_case(info->code);
        CHECK_INT(diag_code_find(span_str(info->code)), c);
        CHECK(about->title[0] && about->name[0] >= 'A' && about->name[0] <= 'Z');
        CHECK(strlen(info->code) == 6);
        if (c > 1) CHECK(strcmp(diag_info(c - 1)->code, info->code) < 0);
    }
    CHECK_INT(diag_code_find(SPAN("ODX999")), ODX_NONE);
    CHECK_INT(diag_code_find(SPAN("")), ODX_NONE);
}

/* Titles never use compiler words (7.1). */
static void test_texts_speak_plainly(void)
{
    static const char *const banned[] = {"token",  "operand",    "expression", "syntax",
                                         "parser", "identifier", "keyword"};

    for (TextId id = T_NONE + 1; id < TEXT_COUNT; id++)
        for (size_t i = 0; i < ARRAY_LEN(banned); i++) {
            Span text = span_str(diag_text(id)), word = span_str(banned[i]);
            size_t at = span_find(text, word);
            /* the kinds of values, and one fact that the language words itself */
            bool is_kind = id == T_TYPE_WORDS || id == T_OWN_HISTORY;

            test_check(at == SPAN_NONE_AT || is_kind, __FILE__, __LINE__, "%s", text.ptr);
        }
}

static const struct {
    DiagArgKind kind;
    double v;
    const char *text;
} readings[] = {
    {ARG_PRICE, 0.575, "57.5c"},
    {ARG_PRICE, 0.6, "60c"},
    {ARG_PRICE, 1.044, "$1.044"},
    {ARG_PRICE, 1.04, "$1.04"},
    {ARG_PRICE, 1, "$1"},
    {ARG_PRICE, 0, "0c"},
    {ARG_PRICE, -0.3, "-30c"},
    {ARG_PRICE, 0.0025, "0.25c"},
    {ARG_PRICE, 1.1, "$1.10"},
    {ARG_USD, 50, "$50"},
    {ARG_USD, 1234.5, "$1234.50"},
    {ARG_USD, 97000, "$97,000"},
    {ARG_USD, -5, "-$5"},
    {ARG_USD, 1000000, "$1,000,000"},
    {ARG_USD, 26, "$26"},
    {ARG_PERCENT, 0.8, "80%"},
    {ARG_PERCENT, 0.015, "1.5%"},
    {ARG_PERCENT, 3, "300%"},
    {ARG_CHANGE, 0.015, "+1.5%"},
    {ARG_CHANGE, -0.01, "-1%"},
    {ARG_CHANGE, 0, "0%"},
    {ARG_DURATION, 900, "15m"},
    {ARG_DURATION, 90, "1m 30s"},
    {ARG_DURATION, 0, "0s"},
    {ARG_DURATION, 0.5, "500ms"},
    {ARG_DURATION, 86400, "1d"},
    {ARG_DURATION, 3661, "1h 1m 1s"},
    {ARG_DURATION, -60, "-1m"},
    {ARG_DURATION, 0.000001, "0.001ms"},
    {ARG_SHARES, 96, "96 shares"},
    {ARG_SHARES, 1, "1 share"},
    {ARG_SHARES, 0.5, "0.5 shares"},
    {ARG_COINS, 2, "2 coins"},
    {ARG_NUMBER, 0.25, "0.25"},
    {ARG_NUMBER, 10000, "10,000"},
    {ARG_NUMBER, 0.00001, "0.00001"},
    {ARG_NUMBER, 1234.5, "1234.5"},
    {ARG_NUMBER, 12345.5, "12,345.5"},
};

static void test_readings(void)
{
    Arena *a = test_arena((size_t)1 << 20);

    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        DiagArg arg = arg_num(readings[i].kind, readings[i].v);

        test_case(readings[i].text);
        CHECK_STR(arena_span(a, diag_arg_text(a, NULL, &arg)).ptr, readings[i].text);
        arg.num = UNKNOWN;
        CHECK(span_find_char(diag_arg_text(a, NULL, &arg), '?') != SPAN_NONE_AT);
    }
}

/* ---- collecting ------------------------------------------------------------------------------- */

static Front open_lines(void)
{
    return front_open("t.odx", "odx 1\nstrategy \"t\"\nlet a = 1\nlet b = 2\nlet c = 3\n");
}

static Place at(uint32_t begin, uint32_t end)
{
    return place_at(0, begin, end);
}

static void test_order_and_repeats(void)
{
    Front f = open_lines();

    diag_add(f.diags, ODX501, at(40, 41), T_PLAIN, arg_str("last"));
    diag_add(f.diags, ODX104, at(20, 21), T_PLAIN, arg_str("second"));
    diag_add(f.diags, ODX101, at(20, 21), T_PLAIN, arg_str("first"));
    diag_add(f.diags, ODX104, at(20, 21), T_PLAIN, arg_str("second"));
    diag_add(f.diags, ODX505, at(1, 2), T_PLAIN, arg_str("off by default"));
    CHECK(diags_has_errors(f.diags));
    diags_finish(f.diags);
    if (!CHECK(diags_count(f.diags) == 3)) return;
    CHECK_INT(diags_get(f.diags, 0)->code, ODX101);
    CHECK_INT(diags_get(f.diags, 1)->code, ODX104);
    CHECK_INT(diags_get(f.diags, 2)->code, ODX501);
    CHECK_INT(diags_counts(f.diags).errors, 2);
    CHECK_INT(diags_counts(f.diags).warnings, 1);
    CHECK(diags_get(f.diags, 3) == NULL);
}

static void test_withheld(void)
{
    Front f = open_lines();
    Diag *d;

    diags_spoil(f.diags, at(10, 20));
    d = diag_add(f.diags, ODX101, at(12, 14), T_PLAIN, arg_str("inside"));
    diag_label(d, T_PLAIN, arg_str("chained all the same"));
    diag_mark(d, at(1, 2), T_NONE);
    diag_fix(d, FIX_SAFE, T_DELETE_IT);
    diag_edit(d, at(1, 2), SPAN(""));
    diag_add(f.diags, ODX101, at(9, 14), T_PLAIN, arg_str("reaches out"));
    diag_withhold(diag_add(f.diags, ODX102, at(30, 31), T_PLAIN, arg_str("taken back")));
    diags_finish(f.diags);
    if (CHECK(diags_count(f.diags) == 1)) CHECK_INT(diags_get(f.diags, 0)->place.begin, 9);
}

static void test_levels(void)
{
    DiagLevels levels;
    Front f = open_lines();
    Diags *ds;

    diag_levels_default(&levels);
    CHECK(!diag_levels_set(&levels, ODX104, LEVEL_WARNING)); /* errors stay errors */
    CHECK(diag_levels_set(&levels, ODX501, LEVEL_OFF));
    CHECK(diag_levels_set(&levels, ODX505, LEVEL_ERROR));
    ds = diags_new(f.arena, f.sources, &levels);
    diag_add(ds, ODX501, at(1, 2), T_PLAIN, arg_str("off"));
    diag_add(ds, ODX505, at(1, 2), T_PLAIN, arg_str("an error now"));
    diags_finish(ds);
    CHECK_INT(diags_count(ds), 1);
    CHECK_INT(diags_counts(ds).errors, 1);
}

static void test_too_many(void)
{
    Front f = open_lines();

    for (uint32_t i = 0; i < DIAG_MAX_FINDINGS + 50; i++)
        diag_add(f.diags, ODX501, at(i, i + 1), T_PLAIN, arg_int(i));
    diags_finish(f.diags);
    CHECK_INT(diags_count(f.diags), DIAG_MAX_FINDINGS);
    CHECK_INT(diags_counts(f.diags).dropped, 50);
}

/* ---- allow ------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *line; /* stands on line 4; the finding on line 4 or 5 */
    DiagCode code;
    uint32_t on_line;
    bool is_allowed;
    uint32_t useless; /* ODX508 */
} allows[] = {
    {"behind", "let b = 2 # odx: allow ODX501 because x", ODX501, 4, true, 0},
    {"above", "# odx: allow ODX501 because x", ODX501, 5, true, 0},
    {"behind covers the line below", "let b = 2 # odx: allow ODX501 because x", ODX501, 5, true, 0},
    {"not the line after that", "let b = 2 # odx: allow ODX501 because x", ODX501, 6, false, 1},
    {"another code", "# odx: allow ODX502 because x", ODX501, 5, false, 1},
    {"no reason", "# odx: allow ODX501", ODX501, 5, false, 1},
    {"no reason behind because", "# odx: allow ODX501 because", ODX501, 5, false, 1},
    {"an error", "# odx: allow ODX104 because x", ODX104, 5, false, 1},
    {"no code", "# odx: allow because x", ODX501, 5, false, 1},
    {"no such code", "# odx: allow ODX999 because x", ODX501, 5, false, 1},
    {"not an allow", "# odx: please", ODX501, 5, false, 1},
    {"a comment about odx", "# odx is nice", ODX501, 5, false, 0},
    {"over doc comments", "# odx: allow ODX501 because x\n## doc\n", ODX501, 7, true, 0},
    {"tight", "#odx:allow   ODX501   because   x  ", ODX501, 5, true, 0},
};

static void test_allows(void)
{
    for (size_t i = 0; i < ARRAY_LEN(allows); i++) {
        char text[400] = "odx 1\nstrategy \"t\"\nlet a = 1\n";
        uint32_t begin, useless = 0, allowed = 0;
        Front f;

        test_case(allows[i].name);
        strcat(strcat(text, allows[i].line), "\nlet c = 3\nlet d = 4\n");
        f = front_open("t.odx", text);
        begin = source_line_start(sources_get(f.sources, 0), allows[i].on_line);
        diag_add(f.diags, allows[i].code, at(begin, begin + 1), T_PLAIN, arg_str("x"));
        diags_finish(f.diags);
        for (size_t k = 0; k < diags_count(f.diags); k++) {
            useless += diags_get(f.diags, k)->code == ODX508;
            allowed += diags_get(f.diags, k)->allowed.len > 0;
        }
        CHECK_INT(useless, allows[i].useless);
        CHECK_INT(allowed, allows[i].is_allowed);
        CHECK_INT(diags_counts(f.diags).allowed, allows[i].is_allowed);
    }
}

static void test_no_memory(void)
{
    Arena a;
    Sources *ss;
    Diags *ds;

    CHECK(arena_init(&a, test_source(), 65536));
    ss = arena_new(&a, Sources);
    sources_init(ss, &a);
    ds = diags_new(&a, ss, NULL);
    for (int i = 0; i < 5000; i++) {
        Diag *d = diag_add(ds, ODX101, at(1, 2), T_PLAIN, arg_int(i));

        diag_mark(d, at(1, 2), T_PLAIN, arg_int(i));
        diag_fix(d, FIX_SAFE, T_PLAIN, arg_int(i));
        diag_edit(d, at(1, 2), SPAN("x"));
        diag_graph_node(d, SPAN("n"));
    }
    CHECK(arena_is_full(&a));
    arena_fini(&a);
}

int main(void)
{
    TEST_RUN(test_codes);
    TEST_RUN(test_texts_speak_plainly);
    TEST_RUN(test_readings);
    TEST_RUN(test_order_and_repeats);
    TEST_RUN(test_withheld);
    TEST_RUN(test_levels);
    TEST_RUN(test_too_many);
    TEST_RUN(test_allows);
    TEST_RUN(test_no_memory);
    return test_end();
}
