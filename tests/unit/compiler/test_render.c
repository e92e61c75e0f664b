/* test_render.c — the messages of part 7 byte for byte, and the machine forms of 7.2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/diag/render.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/front.h"
#include "vm/base/bug.h"
#include "vm/base/json.h"

typedef struct At {
    uint32_t line, column, len;
    const char *text;
} At;

typedef struct Help {
    FixClass fix;
    const char *text, *note;
    At edits[2];
} Help;

static const struct {
    const char *name, *file, *source;
    DiagCode code;
    const char *title;
    At primary, marks[2];
    const char *facts[2];
    Help helps[3];
    const char *want;
} messages[] = {
#include "tests/unit/compiler/messages.inc"
};

static Place place_of(const Front *f, At at)
{
    const Source *s = sources_get(f->sources, 0);
    uint32_t begin = source_line_start(s, at.line) + at.column - 1;

    return place_at(0, begin, begin + at.len);
}

static Diag *report(Front *f, size_t i)
{
    Diag *d = diag_add(f->diags, messages[i].code, place_of(f, messages[i].primary), T_PLAIN,
                       arg_str(messages[i].title));

    diag_label(d, T_PLAIN, arg_str(messages[i].primary.text));
    for (size_t k = 0; k < 2 && messages[i].marks[k].line; k++)
        diag_mark(d, place_of(f, messages[i].marks[k]), T_PLAIN,
                  arg_str(messages[i].marks[k].text));
    for (size_t k = 0; k < 2 && messages[i].facts[k]; k++)
        diag_fact(d, T_PLAIN, arg_str(messages[i].facts[k]));
    for (size_t k = 0; k < 3 && messages[i].helps[k].text; k++) {
        const Help *h = &messages[i].helps[k];

        diag_fix(d, h->fix, T_PLAIN, arg_str(h->text));
        if (h->note) diag_fix_note(d, T_PLAIN, arg_str(h->note));
        for (size_t e = 0; e < 2 && h->edits[e].line; e++)
            diag_edit(d, place_of(f, h->edits[e]), span_str(h->edits[e].text));
    }
    return d;
}

static Front open_message(size_t i)
{
    Front f = front_open(messages[i].file, messages[i].source);
    size_t len = strlen(messages[i].file);

    /* the sources are pieces of files: only the finding at hand is looked at */
    f.diags = diags_new(f.arena, f.sources, NULL);
    f.sources->files[0].is_json = strcmp(messages[i].file + len - 5, ".json") == 0;
    return f;
}

static void test_messages(void)
{
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        Front f = open_message(i);
        Buf b;

        test_case(messages[i].name);
        report(&f, i);
        diags_finish(f.diags);
        buf_init(&b, f.arena, 1 << 20);
        render_text(&b, f.diags, false);
        CHECK_STR(buf_cstr(&b), messages[i].want);
    }
}

/* Taking the escapes out of the coloured text gives the plain one. */
static void test_colour(void)
{
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        Front f = open_message(i);
        Buf color, plain;

        test_case(messages[i].name);
        report(&f, i);
        diags_finish(f.diags);
        buf_init(&color, f.arena, 1 << 20);
        buf_init(&plain, f.arena, 1 << 20);
        render_text(&color, f.diags, true);
        for (size_t k = 0; k < color.len; k++) {
            if (color.ptr[k] != '\x1b') {
                buf_char(&plain, color.ptr[k]);
                continue;
            }
            while (color.ptr[k] != 'm')
                k++;
        }
        CHECK(color.len > plain.len);
        CHECK_STR(buf_cstr(&plain), messages[i].want);
    }
}

/* The third message comes from the parser itself. */
static void test_two_ofs(void)
{
    Front f = front_open("late_mover.odx",
                         "odx 1\nstrategy \"t\"\nmarket btc = polymarket \"s\"\nwhen a {\n"
                         "  buy 5% of equity of up at market within 2c\n}\n");
    Buf b;

    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_text(&b, f.diags, false);
    CHECK_STR(buf_cstr(&b), messages[2].want);
}

/* ---- layout in odd cases ---------------------------------------------------------------------- */

static const struct {
    const char *name, *source;
    At primary, mark;
    const char *want;
} odd[] = {
    {"the end of the file",
     "a",
     {1, 2, 0, "here"},
     {0},
     "error[ODX001]: t\n --> o:1:2\n  |\n1 | a\n  |  ^ here\n  |\n"},
    {"an empty file",
     "",
     {1, 1, 0, ""},
     {0},
     "error[ODX001]: t\n --> o:1:1\n  |\n1 |\n  | ^\n  |\n"},
    {"several lines",
     "ab\ncd\n",
     {1, 2, 4, "from here"},
     {0},
     "error[ODX001]: t\n --> o:1:2\n  |\n1 | ab\n  |  ^ from here\n  |\n"},
    {"wide characters",
     "# \xe4\xbd\xa0\xe5\xa5\xbd x",
     {1, 10, 1, "x"},
     {1, 3, 6, "two"},
     "error[ODX001]: t\n --> o:1:10\n  |\n1 | # \xe4\xbd\xa0\xe5\xa5\xbd x\n  |   ---- ^ x\n"
     "  |   |\n  |   two\n  |\n"},
    {"tabs and bells",
     "\ta\x07",
     {1, 2, 1, "a"},
     {0},
     "error[ODX001]: t\n --> o:1:2\n  |\n1 |  a\xef\xbf\xbd\n  |  ^ a\n  |\n"},
    {"a mark inside a mark",
     "abcdef",
     {1, 3, 2, "in"},
     {1, 1, 6, "out"},
     "error[ODX001]: t\n --> o:1:3\n  |\n1 | abcdef\n  | --^^-- in\n  | |\n  | out\n  |\n"},
    {"two marks at one place",
     "abc",
     {1, 1, 3, "one"},
     {1, 1, 3, "two"},
     "error[ODX001]: t\n --> o:1:1\n  |\n1 | abc\n  | ^^^ two\n  | |\n  | one\n  |\n"},
    {"lines of two digits",
     "\n\n\n\n\n\n\n\n\nx\n\ny",
     {10, 1, 1, "x"},
     {12, 1, 1, "y"},
     "error[ODX001]: t\n  --> o:10:1\n   |\n10 | x\n   | ^ x\n...\n12 | y\n   | - y\n   |\n"},
    {"windows lines",
     "ab\r\ncd\r\n",
     {2, 1, 2, "cd"},
     {0},
     "error[ODX001]: t\n --> o:2:1\n  |\n2 | cd\n  | ^^ cd\n  |\n"},
};

static void test_odd_layouts(void)
{
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        Front f = front_open("o", odd[i].source);
        Diag *d;
        Buf b;

        test_case(odd[i].name);
        f.diags = diags_new(f.arena, f.sources, NULL);
        d = diag_add(f.diags, ODX001, place_of(&f, odd[i].primary), T_PLAIN, arg_str("t"));
        diag_label(d, T_PLAIN, arg_str(odd[i].primary.text));
        if (odd[i].mark.line)
            diag_mark(d, place_of(&f, odd[i].mark), T_PLAIN, arg_str(odd[i].mark.text));
        buf_init(&b, f.arena, 1 << 16);
        render_finding(&b, d, false);
        CHECK_STR(buf_cstr(&b), odd[i].want);
    }
}

/* A fix that adds whole lines shows only these. */
static void test_added_lines(void)
{
    Front f = front_open("o", "a\nb\n");
    Diag *d;
    Buf b;

    f.diags = diags_new(f.arena, f.sources, NULL);
    d = diag_add(f.diags, ODX415, place_at(0, 0, 1), T_PLAIN, arg_str("t"));
    diag_fix(d, FIX_SUGGESTED, T_PLAIN, arg_str("add it"));
    diag_edit(d, place_at(0, 2, 2), SPAN("risk {\n  max open 1\n}\n"));
    buf_init(&b, f.arena, 1 << 16);
    render_finding(&b, d, false);
    CHECK_STR(buf_cstr(&b), "warning[ODX415]: t\n --> o:1:1\n  |\n1 | a\n  | ^\n  |\n"
                            "help: add it   (suggested fix)\n  | + risk {\n  | +   max open 1\n"
                            "  | + }\n");
}

/* ---- JSON lines ------------------------------------------------------------------------------- */

static void test_json_line(void)
{
    Front f =
        front_open("late_mover.odx",
                   "odx 1\nstrategy \"Late mover\"\nmarket btc = polymarket \"btc-updown-15m\"\n"
                   "let tight = up.spread < 5c        \n"
                   "when abs_move > 3 and tight {\n");
    Buf b;

    f.diags = diags_new(f.arena, f.sources, NULL);
    report(&f, 0);
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_json_lines(&b, f.diags);
    CHECK_STR(
        buf_cstr(&b),
        "{\"code\":\"ODX104\",\"level\":\"error\",\"title\":\"a percentage is compared with a bare "
        "number\",\"file\":\"late_mover.odx\",\"span\":{\"start\":[5,17],\"end\":[5,18],"
        "\"bytes\":[120,121]},\"label\":\"bare 3 would mean 300%\",\"related\":[{\"span\":{"
        "\"start\":[5,6],\"end\":[5,14],\"bytes\":[109,117]},\"label\":\"a percentage\"}],"
        "\"facts\":[\"`abs_move` is the move since the slot opened; in stored ticks 3.0 already "
        "means 3%\"],\"fixes\":[{\"title\":\"write the unit\",\"class\":\"safe\",\"edits\":[{"
        "\"bytes\":[121,121],\"insert\":\"%\"}]}],\"graph\":null,\"explain\":\"odx explain "
        "ODX104\"}\n");
}

static void test_json_graph(void)
{
    Front f = open_message(11);
    Diag *d = report(&f, 11);
    Buf b;

    diag_graph(d, SPAN("/nodes/2"));
    diag_graph_node(d, SPAN("n3"));
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_json_lines(&b, f.diags);
    CHECK(span_find(buf_span(&b), SPAN("\"graph\":{\"pointer\":\"/nodes/2\",\"nodes\":[\"n3\"],"
                                       "\"edges\":[]}")) != SPAN_NONE_AT);
}

/* ---- SARIF ------------------------------------------------------------------------------------ */

static bool is_json(Arena *arena, Span text)
{
    JsonReader r;
    JsonEvent e;

    json_init(&r, text, (JsonLimits){(size_t)64 << 20, JSON_DEPTH_MAX}, arena);
    while (json_next(&r, &e) != JSON_END)
        if (e.kind == JSON_ERROR) return false;
    return true;
}

static Span sarif(Front *f)
{
    const Diags *list[] = {f->diags};
    Buf b;

    diags_finish(f->diags);
    buf_init(&b, f->arena, (size_t)64 << 20);
    render_sarif(&b, (RenderSet){list, 1}, SPAN("1.2.3"), f->arena);
    CHECK(is_json(f->arena, buf_span(&b)));
    return buf_span(&b);
}

static bool has(Span text, const char *part)
{
    return span_find(text, span_str(part)) != SPAN_NONE_AT;
}

static void test_sarif(void)
{
    Front f = open_message(0);
    Span log;

    report(&f, 0);
    f.sources->files[0].name = SPAN("a b/late%mover.odx");
    log = sarif(&f);
    CHECK(has(log, "{\"version\":\"2.1.0\",\"$schema\":"));
    CHECK(has(log,
              "\"driver\":{\"name\":\"odx\",\"version\":\"1.2.3\",\"semanticVersion\":\"1.2.3\""));
    CHECK(has(log,
              "{\"id\":\"ODX104\",\"name\":\"PercentVsNumber\",\"shortDescription\":{\"text\":"));
    CHECK(has(log, "\"fullDescription\":{\"text\":"));
    CHECK(has(log, "\"markdown\":"));
    CHECK(has(log, "\"defaultConfiguration\":{\"level\":\"error\"}"));
    CHECK(has(log, "\"properties\":{\"tags\":[\"units\"]}"));
    CHECK(has(log,
              "\"ruleId\":\"ODX104\",\"ruleIndex\":0,\"level\":\"error\",\"message\":{\"text\":"));
    CHECK(has(log, "\"uri\":\"a%20b/late%25mover.odx\""));
    CHECK(
        has(log, "\"region\":{\"startLine\":5,\"startColumn\":17,\"endLine\":5,\"endColumn\":18}"));
    CHECK(has(log, "\"relatedLocations\":[{\"id\":1,"));
    CHECK(has(log, "\"deletedRegion\":{\"startLine\":5,\"startColumn\":18,\"endLine\":5,"
                   "\"endColumn\":18},\"insertedContent\":{\"text\":\"%\"}"));
    CHECK(has(log, "\"partialFingerprints\":{\"primaryLocationLineHash\":\""));
    CHECK(has(log, "\"odxStable/v1\":\""));
    CHECK(!has(log, "suppressions"));
}

/* The value behind a key, up to the closing quote. */
static Span value_of(Span log, const char *key)
{
    size_t at = span_find(log, span_str(key));
    Span rest = span_from(log, at == SPAN_NONE_AT ? log.len : at + strlen(key));

    return span_sub(rest, 0, span_find_char(rest, '"'));
}

/* Edits above a finding leave its fingerprints alone. */
static void test_fingerprints(void)
{
    static const char *const sources[] = {"let a = 1\nlet b = 2\n",
                                          "# new\n\n\nlet a = 1\nlet  b = 2\n"};
    static const uint32_t lines[] = {2, 5};
    char seen[2][2][64];

    for (size_t i = 0; i < 2; i++) {
        Front f = front_open("o", sources[i]);
        Span log;

        f.diags = diags_new(f.arena, f.sources, NULL);
        diag_add(f.diags, ODX501, place_of(&f, (At){lines[i], 1, 3, ""}), T_PLAIN, arg_str("t"));
        log = sarif(&f);
        snprintf(seen[i][0], 64, "%.*s", 40, value_of(log, "LineHash\":\"").ptr);
        snprintf(seen[i][1], 64, "%.*s", 16, value_of(log, "odxStable/v1\":\"").ptr);
        CHECK_INT(value_of(log, "LineHash\":\"").len, 18); /* 16 digits, :1 */
    }
    CHECK_STR(seen[0][1], seen[1][1]);
    seen[0][0][18] = seen[1][0][18] = 0;
    CHECK_STR(seen[0][0], seen[1][0]);
}

static void test_sarif_limits(void)
{
    Front f = front_open("o", "odx 1\n");
    Span log;
    size_t results = 0, at;

    f.diags = diags_new(f.arena, f.sources, NULL);
    for (uint32_t i = 0; i < RENDER_SARIF_MAX + 7; i++)
        diag_add(f.diags, ODX501, place_at(0, 0, 1), T_PLAIN, arg_int(i));
    diag_add(f.diags, ODX101, place_at(0, 3, 4), T_PLAIN, arg_str("the worst"));
    log = sarif(&f);
    CHECK(has(log, "only the worst 5000 of 5008 findings are listed"));
    at = span_find(log, SPAN("\"results\":["));
    log = span_from(log, at);
    CHECK(has(span_sub(log, 0, 120), "ODX101"));
    for (size_t i; (i = span_find(log, SPAN("\"ruleId\""))) != SPAN_NONE_AT;
         log = span_from(log, i + 1))
        results++;
    CHECK_INT(results, RENDER_SARIF_MAX);
}

static void test_sarif_suppressed(void)
{
    Front f =
        front_open("o", "odx 1\nstrategy \"t\"\nlet a = 1 # odx: allow ODX501 because I say so\n");
    Buf b;
    Span log;

    diag_add(f.diags, ODX501, place_of(&f, (At){3, 1, 3, ""}), T_PLAIN, arg_str("t"));
    log = sarif(&f);
    CHECK(has(log, "\"suppressions\":[{\"kind\":\"inSource\",\"justification\":\"I say so\"}]"));
    buf_init(&b, f.arena, 1 << 16);
    render_text(&b, f.diags, false);
    render_json_lines(&b, f.diags);
    CHECK_INT(b.len, 0);
}

/* ---- long lines -------------------------------------------------------------------------------- */

/* Of a line of 5,000 characters a screen line is shown, around the finding; marks beyond it are not. */
static void test_long_line(void)
{
    static char text[5001];
    Front f;
    Diag *d;
    Buf b;

    for (size_t i = 0; i < 2500; i++)
        memcpy(text + 2 * i, i == 1500 ? "xy" : "\xc3\xa9", 2);
    f = front_open("a.json", text);
    f.diags = diags_new(f.arena, f.sources, NULL);
    d = diag_add(f.diags, ODX104, place_at(0, 3000, 3002), T_PLAIN, arg_str("here"));
    diag_label(d, T_PLAIN, arg_str("label"));
    diag_mark(d, place_at(0, 10, 12), T_PLAIN, arg_str("far"));
    diag_mark(d, place_at(0, 3010, 3012), T_PLAIN, arg_str("near"));
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_text(&b, f.diags, false);
    CHECK(b.len < 700);
    CHECK(span_find(buf_span(&b), SPAN("xy")) != SPAN_NONE_AT);
    CHECK(span_find(buf_span(&b), SPAN(" | ...\xc3\xa9")) != SPAN_NONE_AT);
    CHECK(span_find(buf_span(&b), SPAN("\xc3\xa9...\n")) != SPAN_NONE_AT);
    CHECK(span_find(buf_span(&b), SPAN("^^    - near")) != SPAN_NONE_AT);
    CHECK(span_find(buf_span(&b), SPAN("far")) == SPAN_NONE_AT);
}

/* Nothing but tails of characters: the finding is shown all the same. */
static void test_long_nonsense(void)
{
    static char text[3001];
    Front f;
    Buf b;

    memset(text, 0x80, 3000);
    f = front_open("a.json", text);
    f.diags = diags_new(f.arena, f.sources, NULL);
    diag_add(f.diags, ODX104, place_at(0, 2000, 2001), T_PLAIN, arg_str("here"));
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_text(&b, f.diags, false);
    CHECK(span_find(buf_span(&b), SPAN("^\n")) != SPAN_NONE_AT);
}

/* A finding behind the end of its line is shown at its end. */
static void test_behind_line(void)
{
    Front f = front_open("a.json", "\r");
    Buf b;

    f.diags = diags_new(f.arena, f.sources, NULL);
    diag_add(f.diags, ODX104, place_at(0, 1, 1), T_PLAIN, arg_str("here"));
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_text(&b, f.diags, false);
    CHECK_STR(buf_cstr(&b), "error[ODX104]: here\n --> a.json:1:2\n  |\n1 |\n  | ^\n  |\n");
}

/* ---- workflow commands ------------------------------------------------------------------------ */

static void test_github(void)
{
    Front f = front_open("a,b:c%.odx", "odx 1\n\xc3\xa9 x\n");
    const Diags *list[] = {f.diags = diags_new(f.arena, f.sources, NULL)};
    Diag *d = diag_add(f.diags, ODX104, place_at(0, 9, 10), T_PLAIN, arg_str("50% | a\nb"));
    Buf b;

    diag_fix(d, FIX_SAFE, T_PLAIN, arg_str("write 3%"));
    diag_add(f.diags, ODX501, place_at(0, 0, 8), T_PLAIN, arg_str("long"));
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_github(&b, (RenderSet){list, 1}, 4);
    CHECK_STR(buf_cstr(&b),
              "::notice title=odx::1 error, 1 warning in 4 files\n"
              "::error file=a%2Cb%3Ac%25.odx,line=2,col=3,endColumn=4,title=ODX104::50%25 | a%0Ab; "
              "write 3%25\n"
              "::warning file=a%2Cb%3Ac%25.odx,line=1,col=1,endLine=2,title=ODX501::long\n");
    buf_clear(&b);
    render_github_summary(&b, (RenderSet){list, 1}, 1);
    CHECK_STR(buf_cstr(&b), "1 error, 1 warning in 1 file\n\n| level | code | place | finding |\n"
                            "|---|---|---|---|\n| warning | ODX501 | a,b:c%.odx:1:1 | long |\n"
                            "| error | ODX104 | a,b:c%.odx:2:4 | 50% \\| a b |\n");
}

static void test_github_limits(void)
{
    Front f = front_open("o", "odx 1\n");
    const Diags *list[] = {f.diags = diags_new(f.arena, f.sources, NULL)};
    size_t lines = 0;
    Buf b;

    for (int i = 0; i < 40; i++) {
        diag_add(f.diags, ODX101, place_at(0, 0, 1), T_PLAIN, arg_int(i));
        diag_add(f.diags, ODX501, place_at(0, 0, 1), T_PLAIN, arg_int(i));
        diag_add(f.diags, ODX204, place_at(0, 0, 1), T_PLAIN, arg_int(i));
    }
    diags_finish(f.diags);
    buf_init(&b, f.arena, 1 << 16);
    render_github(&b, (RenderSet){list, 1}, 1);
    for (size_t i = 0; i < b.len; i++)
        lines += b.ptr[i] == '\n';
    CHECK_INT(lines, 1 + RENDER_GITHUB_MAX + RENDER_GITHUB_MAX);
    CHECK(has(buf_span(&b), "::notice title=odx::40 errors, 40 warnings, 40 notes in 1 file\n"));
}

int main(void)
{
    TEST_RUN(test_messages);
    TEST_RUN(test_colour);
    TEST_RUN(test_two_ofs);
    TEST_RUN(test_odd_layouts);
    TEST_RUN(test_added_lines);
    TEST_RUN(test_json_line);
    TEST_RUN(test_json_graph);
    TEST_RUN(test_sarif);
    TEST_RUN(test_fingerprints);
    TEST_RUN(test_sarif_limits);
    TEST_RUN(test_sarif_suppressed);
    TEST_RUN(test_long_line);
    TEST_RUN(test_long_nonsense);
    TEST_RUN(test_behind_line);
    TEST_RUN(test_github);
    TEST_RUN(test_github_limits);
    return test_end();
}
