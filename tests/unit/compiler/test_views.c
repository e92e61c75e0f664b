/* test_views.c — forms and graphs: what they become as text, and what is said about bad ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "compiler/views/json_tree.h"
#include "compiler/views/migrate.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/front.h"
#include "vm/base/buf.h"
#include "vm/base/bug.h"

#define FORM_HEAD "{\"odx\":1,\"mode\":\"form\",\"name\":\"x\",\"combine\":\"AND\","
#define MARKET "\"market\":{\"venue\":\"polymarket\",\"selector\":\"btc-updown-15m\"},"
#define RULE "{\"indicator\":\"spread_up\",\"operator\":\"<\",\"value\":0.05}"
#define CONDS "\"conditions\":[{\"type\":\"AND\",\"rules\":[" RULE "]}],"
#define BUY                                                                                       \
    "\"action\":{\"signal\":\"buy\",\"outcome\":\"UP\",\"size_mode\":\"fixed\",\"size_usdc\":50," \
    "\"order_type\":\"market\"}"
#define FORM(conds, rest) FORM_HEAD MARKET conds rest "}"
#define ONE(rule) FORM("\"conditions\":[{\"type\":\"AND\",\"rules\":[" rule "]}],", BUY)
#define GRAPH(nodes, edges) "{\"mode\":\"node\",\"nodes\":[" nodes "],\"edges\":[" edges "]}"
#define IN "{\"id\":\"i\",\"type\":\"input\",\"data\":{\"field\":\"mid_up\"}}"
#define CMP(id) \
    "{\"id\":\"" id "\",\"type\":\"comparator\",\"data\":{\"operator\":\">\",\"value\":0.4}}"
#define LOGIC(id, op) "{\"id\":\"" id "\",\"type\":\"logic\",\"data\":{\"operator\":\"" op "\"}}"
#define ACT                                                                                     \
    "{\"id\":\"a\",\"type\":\"action\",\"data\":{\"signal\":\"buy\",\"outcome\":\"UP\",\"size_" \
    "usdc\":50}}"
#define EDGE(s, t) "{\"source\":\"" s "\",\"target\":\"" t "\"}"

static Compilation check(const char *text)
{
    static const CompileOptions options = {.until = STAGE_PROVE};

    return compile(SPAN("x.json"), span_str(text), &options, test_arena((size_t)64 << 20));
}

/* ---- findings --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    DiagCode code;
    const char *pointer; /* of the finding; "" the whole document */
    const char *text;
} findings[] = {
    {"not JSON", ODX001, "", "{\"mode\":\"form\",}"},
    {"a comment", ODX001, "", "{/*x*/}"},
    {"a key twice", ODX001, "", "{\"mode\":\"form\",\"mode\":\"form\"}"},
    {"nothing", ODX001, "", ""},
    {"beyond 2^53", ODX001, "/odx", "{\"odx\":9007199254740993,\"mode\":\"form\"}"},
    {"an array", ODX101, "", "[]"},
    {"no mode", ODX602, "", "{\"odx\":1}"},
    {"unknown mode", ODX601, "/mode", "{\"mode\":\"frm\"}"},
    {"version", ODX003, "/odx", "{\"odx\":2,\"mode\":\"form\"," CONDS BUY "}"},
    {"misspelt limit", ODX601, "/risk/stoplos_pct",
     FORM(CONDS, BUY ",\"risk\":{\"stoplos_pct\":30}")},
    {"unknown column", ODX601, "/conditions/0/rules/0/indicator",
     ONE("{\"indicator\":\"spred_up\",\"operator\":\"<\",\"value\":1}")},
    {"unknown operator", ODX601, "/conditions/0/rules/0/operator",
     ONE("{\"indicator\":\"spread_up\",\"operator\":\"=\",\"value\":1}")},
    {"no operator", ODX602, "/conditions/0/rules/0",
     ONE("{\"indicator\":\"spread_up\",\"value\":1}")},
    {"no value", ODX602, "/conditions/0/rules/0",
     ONE("{\"indicator\":\"spread_up\",\"operator\":\"<\"}")},
    {"no period", ODX602, "/conditions/0/rules/0",
     ONE("{\"indicator\":\"EMA\",\"field\":\"mid_up\",\"operator\":\"<\",\"value\":0.4}")},
    {"empty group", ODX602, "/conditions/0/rules", ONE("")},
    {"value of the wrong shape", ODX101, "/conditions/0/rules/0/value",
     ONE("{\"indicator\":\"spread_up\",\"operator\":\"<\",\"value\":[1]}")},
    {"between wants two", ODX101, "/conditions/0/rules/0/value",
     ONE("{\"indicator\":\"spread_up\",\"operator\":\"between\",\"value\":[0.1]}")},
    {"between turned round", ODX302, "/conditions/0/rules/0",
     ONE("{\"indicator\":\"spread_up\",\"operator\":\"between\",\"value\":[0.4,0.1]}")},
    {"day", ODX607, "/conditions/0/rules/0/value",
     ONE("{\"indicator\":\"day_of_week\",\"operator\":\"==\",\"value\":5}")},
    {"no condition", ODX608, "/action", FORM("\"conditions\":[],", BUY)},
    {"two groups", ODX609, "/conditions",
     "{\"mode\":\"form\",\"conditions\":[{\"type\":\"AND\",\"rules\":[" RULE
     "]},{\"type\":\"AND\",\"rules\":[" RULE "]}]," BUY "}"},
    {"stop above all", ODX109, "/risk/stoploss_pct",
     FORM(CONDS, BUY ",\"risk\":{\"stoploss_pct\":130}")},
    {"limit without price", ODX602, "/action",
     FORM(CONDS, "\"action\":{\"signal\":\"buy\",\"outcome\":\"UP\",\"size_usdc\":5,\"order_type\":"
                 "\"limit\"}")},
    {"stray", ODX603, "/nodes/0", GRAPH(IN, "")},
    {"unknown type", ODX601, "/nodes/0/type", GRAPH("{\"id\":\"q\",\"type\":\"inputs\"}", "")},
    {"dangling", ODX605, "/edges/0", GRAPH(IN, EDGE("i", "zz"))},
    {"same id", ODX611, "/nodes/1", GRAPH(IN "," IN, "")},
    {"no input", ODX608, "/nodes/0", GRAPH(ACT, "")},
    {"too many inputs", ODX606, "/nodes/2",
     GRAPH(IN "," CMP("c") "," ACT, EDGE("i", "c") "," EDGE("c", "a") "," EDGE("c", "a"))},
    {"unknown handle", ODX606, "/nodes/1",
     GRAPH(IN "," CMP("c") "," ACT,
           "{\"source\":\"i\",\"target\":\"c\",\"targetHandle\":\"q\"}," EDGE("c", "a"))},
    {"AND of one", ODX304, "/nodes/2",
     GRAPH(IN "," CMP("c") "," LOGIC("l", "AND") "," ACT,
           EDGE("i", "c") "," EDGE("c", "l") "," EDGE("l", "a"))},
    {"itself", ODX604, "/edges/0", GRAPH(LOGIC("l", "AND"), EDGE("l", "l"))},
};

static bool has_finding(const Diags *ds, DiagCode code, const char *pointer)
{
    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);

        if (d->code == code && d->graph && span_eq_str(d->graph->pointer, pointer)) return true;
    }
    return false;
}

static void test_findings(void)
{
    for (size_t i = 0; i < ARRAY_LEN(findings); i++) {
        Compilation c = check(findings[i].text);
        Buf b;

        test_case(findings[i].name);
        buf_init(&b, test_arena(1 << 22), 1 << 20);
        if (has_finding(c.diags, findings[i].code, findings[i].pointer)) {
            CHECK(true);
            continue;
        }
        render_json_lines(&b, c.diags);
        CHECK_STR(buf_cstr(&b), diag_info(findings[i].code)->code);
    }
}

/* Every finding of a document has a pointer, and none writes text into it. */
static void test_pointers(void)
{
    for (size_t i = 0; i < ARRAY_LEN(findings); i++) {
        Compilation c = check(findings[i].text);

        test_case(findings[i].name);
        for (size_t k = 0; c.sources->count && k < diags_count(c.diags); k++) {
            const Diag *d = diags_get(c.diags, k);

            CHECK(d->graph != NULL || findings[i].pointer[0] == 0);
        }
    }
}

/* ---- documents as text ------------------------------------------------------------------------ */

static Span read_file(Arena *a, const char *name, const char *end)
{
    char path[256];
    char *text;
    Span kept;

    snprintf(path, sizeof path, "tests/golden/views/%s%s", name, end);
    text = front_read(path);
    CHECK(text != NULL);
    kept = arena_span(a, span_str(text));
    free(text);
    return kept;
}

/* The text of each document is the golden one, is its own format, and compiles to the same image. */
static void test_documents(void)
{
    static const char *const names[] = {"form_original", "graph_original", "form_full",
                                        "graph_shared",  "graph_prev",     "form_minutes",
                                        "form_rich",     "form_placed"};
    CompileOptions options = {.until = STAGE_EMIT, .is_stripped = true};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Arena *a = test_arena((size_t)128 << 20);
        Span json = read_file(a, names[i], ".json"), want = read_file(a, names[i], ".odx"), got;
        Compilation from_json, from_text;

        test_case(names[i]);
        got = compile_to_text(SPAN("x.json"), json, a);
        if (!span_is(got, want)) {
            Buf b;

            buf_init(&b, a, 1 << 20);
            buf_span_put(&b, got);
            CHECK_STR(buf_cstr(&b), want.ptr);
        }
        CHECK(span_is(compile_format(SPAN("x.odx"), want, a), want));
        got = compile_format(SPAN("x.json"), json, a);
        CHECK(got.len > 0 && span_is(compile_format(SPAN("x.json"), got, a), got));
        from_json = compile(SPAN("x.json"), json, &options, a);
        from_text = compile(SPAN("x.odx"), want, &options, a);
        CHECK(from_json.image.len > 0);
        CHECK(span_is(from_json.image, from_text.image));
    }
}

/* ---- forms again ------------------------------------------------------------------------------ */

static bool is_same(const JsonValue *a, const JsonValue *b)
{
    if (a->kind == JSON_NUMBER && a->number == 5 && span_eq_str(b->text, "sat"))
        return true; /* the guess of ODX607 is written down */
    if (a->kind != b->kind || a->count != b->count) return false;
    if (a->kind == JSON_NUMBER) return a->number == b->number;
    if (a->kind == JSON_STRING && !span_is(a->text, b->text)) return false;
    for (const JsonValue *x = a->first, *y = b->first; x; x = x->next, y = y->next) {
        if (a->kind == JSON_OBJECT)
            for (y = b->first; y && !span_is(x->key, y->key);)
                y = y->next;
        if (!y || !is_same(x, y)) return false;
    }
    return true;
}

/* R3: form, text, form: equal up to the order of keys and the spelling of numbers. */
static void test_forms_again(void)
{
    static const char *const names[] = {"form_original", "form_full", "form_minutes",
                                        "form_rich",     "form_hold", "form_placed"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Arena *a = test_arena((size_t)128 << 20);
        Span json = read_file(a, names[i], ".json"), want = read_file(a, names[i], ".odx");
        Conversion form = compile_convert(SPAN("x.odx"), want, NOTATION_FORM, a);
        JsonTree was = json_tree_read(a, 0, json), is = json_tree_read(a, 0, form.text);

        test_case(names[i]);
        CHECK(was.root && is.root && is_same(was.root, is.root));
        CHECK(span_is(compile_to_text(SPAN("x.json"), form.text, a), want));
        CHECK(
            span_is(compile_convert(SPAN("x.json"), form.text, NOTATION_FORM, a).text, form.text));
    }
}

#define BARE(more) "{\"odx\":1,\"mode\":\"form\"," CONDS BUY more "}"
#define EMPTY_LAYOUT ",\"x-odx-layout\":[]"

/* A layout in which there is nothing is there in every notation. */
static const struct {
    const char *name, *form, *text_has;
} empty_layouts[] = {
    {"nothing else",
     BARE(EMPTY_LAYOUT ",\"name\":\"x\",\"combine\":\"AND\",\"market\":{\"venue\":\"polymarket\","
                       "\"selector\":\"btc-updown-15m\"}"),
     "\nlayout {\n}\n"},
    {"and what the text cannot say", BARE(EMPTY_LAYOUT), "\\\"said\\\":[\\\"/x-odx-layout\\\"]"},
    {"and a key of somebody's", BARE(EMPTY_LAYOUT ",\"ui\":1"), "\\\"/ui\\\":1"},
    {"no layout", BARE(",\"ui\":1"), "\\\"/ui\\\":1"},
};

static void test_empty_layouts(void)
{
    for (size_t i = 0; i < ARRAY_LEN(empty_layouts); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        Span json = span_str(empty_layouts[i].form), text, form, graph;
        JsonTree was = json_tree_read(a, 0, json), is;

        test_case(empty_layouts[i].name);
        text = compile_convert(SPAN("x.json"), json, NOTATION_TEXT, a).text;
        CHECK(span_find(text, span_str(empty_layouts[i].text_has)) != SPAN_NONE_AT);
        form = compile_convert(SPAN("x.odx"), text, NOTATION_FORM, a).text;
        is = json_tree_read(a, 0, form);
        CHECK(was.root && is.root && is_same(was.root, is.root));
        CHECK(span_is(compile_convert(SPAN("x.json"), form, NOTATION_TEXT, a).text, text));
        graph = compile_convert(SPAN("x.json"), form, NOTATION_GRAPH, a).text;
        CHECK(graph.len > 0);
        CHECK(span_is(compile_convert(SPAN("x.json"), graph, NOTATION_FORM, a).text, form));
    }
}

/* An edited text keeps what still has a place; the rest is told, not kept for something else. */
static void test_edited(void)
{
    static const char text[] =
        "odx 1\n\nstrategy \"x\"\n\nmarket m = polymarket \"btc-updown-15m\"\n\n"
        "when up.ask < 40c and up.bid > 10c {\n  buy $50 of up at market\n}\n\nlayout {\n"
        "  extra \"{\\\"groups\\\":\\\"&(&(.),&(.,.))\\\",\\\"kept\\\":{\\\"/ui\\\":1,"
        "\\\"/conditions/1/ui\\\":2}}\"\n}\n";
    Arena *a = test_arena((size_t)64 << 20);
    Conversion c = compile_convert(SPAN("x.odx"), span_str(text), NOTATION_FORM, a);

    CHECK(c.text.len > 0);
    CHECK(span_find(c.text, SPAN("\"ui\": 1")) != SPAN_NONE_AT);
    CHECK(span_find(c.text, SPAN("\"ui\": 2")) == SPAN_NONE_AT);
    CHECK_INT(diags_count(c.lost), 1);
    CHECK_INT(diags_get(c.lost, 0)->code, ODX612);
}

/* What a comment of the text allows is allowed in the other notations as well: there the finding may stand in
 * another object than the comment. */
static void test_allows(void)
{
#define HEAD "odx 1\nstrategy \"x\"\nmarket m = polymarket \"btc-updown-15m\"\n"
#define RISK "risk { stop loss 30% max trades 1 per slot }\n"
    static const struct {
        const char *text;
        Notation to;
    } cases[] = {
        {HEAD "when up.ask < 40c and up.spread < 5c {\n"
              "  # odx: allow ODX403 because the book is deep\n  buy $50 of up at market\n}\n" RISK,
         NOTATION_FORM},
        {HEAD
         "when up.mid > 65c and up.spread < 5c { buy $5 of up at market within 2c }\n"
         "# odx: allow ODX308 because both sides cannot lead\n"
         "when down.mid > 65c and down.spread < 5c { buy $5 of down at market within 2c }\n" RISK,
         NOTATION_GRAPH},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        Span json = compile_convert(SPAN("x.odx"), span_str(cases[i].text), cases[i].to, a).text;
        CompileOptions options = {.until = STAGE_PROVE};
        Compilation c = compile(SPAN("x.json"), json, &options, a);

        CHECK(json.len > 0);
        CHECK_INT(diags_counts(c.diags).warnings, 0);
        CHECK_INT(diags_counts(c.diags).allowed, 1);
    }
#undef RISK
#undef HEAD
}

/* ---- versions --------------------------------------------------------------------------------- */

#define VERSIONED(odx) "{" odx "\"mode\":\"form\"," CONDS BUY "}"

static const struct {
    const char *name, *text;
    int version;
} versions[] = {
    {"the original", VERSIONED(""), 0},
    {"the present", VERSIONED("\"odx\":1,"), 1},
    {"spelled otherwise", VERSIONED("\"odx\":1.0,"), 1},
    {"the next", VERSIONED("\"odx\":2,"), 2},
    {"a far one", VERSIONED("\"odx\":1000,"), 1000},
    {"between two", VERSIONED("\"odx\":1.5,"), -1},
    {"nothing is 0", VERSIONED("\"odx\":0,"), -1},
    {"below", VERSIONED("\"odx\":-1,"), -1},
    {"a text", VERSIONED("\"odx\":\"1\","), -1},
    {"null", VERSIONED("\"odx\":null,"), -1},
    {"beyond all", VERSIONED("\"odx\":1e300,"), -1},
};

/* Older ones are read as the present one, newer ones are left alone with one finding. */
static void test_versions(void)
{
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        Span text = span_str(versions[i].text);
        Conversion c = compile_convert(SPAN("x.json"), text, NOTATION_TEXT, a);
        bool is_ours = versions[i].version == 0 || versions[i].version == 1;

        test_case(versions[i].name);
        CHECK_INT(doc_version(json_tree_read(a, 0, text).root), versions[i].version);
        CHECK_INT(c.text.len > 0, is_ours);
        CHECK_INT(compile_format(SPAN("x.json"), text, a).len > 0, versions[i].version <= 1);
        CHECK_INT(diags_counts(c.diags).errors, !is_ours);
        if (!is_ours) CHECK_INT(diags_get(c.diags, 0)->code, ODX003);
        if (!is_ours) CHECK_INT(diags_count(c.diags), 1);
    }
}

/* Text, form and back: an original stays one. */
static void test_original_stays(void)
{
    Arena *a = test_arena((size_t)64 << 20);
    Span text = compile_convert(SPAN("x.json"), SPAN(VERSIONED("")), NOTATION_TEXT, a).text;
    Span form = compile_convert(SPAN("x.odx"), text, NOTATION_FORM, a).text;

    CHECK(form.len > 0);
    CHECK_INT(doc_version(json_tree_read(a, 0, form).root), 0);
}

#define TEXT_HEAD "odx 1\nstrategy \"x\"\n"
#define TEXT_MARKET "market m = polymarket \"btc-updown-15m\"\n"
#define WHEN(cond, action) TEXT_HEAD TEXT_MARKET "when " cond " { " action " }\n"
#define BUY_UP "buy $50 of up at market"
#define COND "up.ask < 40c"

/* What a form cannot say, one reason each. */
static const struct {
    const char *name, *at; /* the place is of this text */
    TextId why;
    const char *text;
} refused[] = {
    {"module", "module", T_FORM_MODULE, "odx 1\nmodule \"x\"\nlet a = 1\n"},
    {"no market", "strategy", T_FORM_NO_MARKET, TEXT_HEAD},
    {"second rule", "when up.bid", T_FORM_SECOND,
     WHEN(COND, BUY_UP) "when up.bid > 60c { sell all of up at market }"},
    {"param", "param", T_FORM_ITEM, TEXT_HEAD TEXT_MARKET "param a = $50\n"},
    {"test", "test", T_FORM_ITEM, WHEN(COND, BUY_UP) "test \"t\" { after 1s expect nothing }"},
    {"order of parts", "market", T_FORM_ORDER, TEXT_HEAD "risk { stop loss 30% }\n" TEXT_MARKET},
    {"while", "while", T_FORM_RULE,
     TEXT_HEAD TEXT_MARKET "while true { quote up { bid 40c size 10 shares } }"},
    {"held", "up.ask", T_FORM_CONDITION, WHEN("up.ask < 40c for 3s", BUY_UP)},
    {"sum", "up.ask", T_FORM_FIELD, WHEN("up.ask + 1c < 40c", BUY_UP)},
    {"sum on the right", "up.bid + 1c", T_FORM_VALUE, WHEN("up.ask < up.bid + 1c", BUY_UP)},
    {"two actions", "buy $5 of", T_FORM_ACTIONS, WHEN(COND, BUY_UP " buy $5 of down at market")},
    {"close", "close", T_FORM_NOT_ORDER, WHEN(COND, "close up")},
    {"token", "m.up at", T_FORM_TOKEN, WHEN(COND, "buy $50 of m.up at market")},
    {"size", "max(", T_FORM_SIZE, WHEN(COND, "buy max($5, $6) of up at market")},
    {"within", "2c", T_FORM_WITHIN, WHEN(COND, BUY_UP " within 2c")},
    {"modifier", "post", T_FORM_MODIFIER, WHEN(COND, "buy $50 of up at 40c post only")},
    {"stale", "20s", T_FORM_STALE,
     TEXT_HEAD "market m = polymarket \"btc-updown-15m\" stale after 20s\nwhen " COND " { " BUY_UP
               " }"},
    {"limit", "max loss", T_FORM_LIMIT, WHEN(COND, BUY_UP) "risk { max loss $20 per day }"},
    {"amount", "$10 + $5", T_FORM_AMOUNT, WHEN(COND, BUY_UP) "risk { max position $10 + $5 }"},
    {"limit twice", "stop loss 40%", T_FORM_SECOND,
     WHEN(COND, BUY_UP) "risk { stop loss 30% stop loss 40% }"},
    {"comment in the layout", "layout", T_FORM_COMMENT,
     WHEN(COND, BUY_UP) "layout {\n  # mine\n}\n"},
    {"depth", "not", T_FORM_DEPTH,
     WHEN("not (up.ask < 1c or not (up.ask < 2c or not (up.ask < 3c or not (up.ask < 4c or not "
          "(up.ask < 5c or not (up.ask < 6c or not (up.ask < 7c or not (up.ask < 8c or not "
          "(up.ask < 9c or up.bid > 50c)))))))))",
          BUY_UP)},
};

static void test_refused(void)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        Conversion c = compile_convert(SPAN("x.odx"), span_str(refused[i].text), NOTATION_FORM, a);
        Span why = span_str(diag_text(refused[i].why));
        bool found = false;

        test_case(refused[i].name);
        CHECK_INT(c.text.len, 0);
        for (size_t k = 0; k < diags_count(c.lost); k++) {
            const Diag *d = diags_get(c.lost, k);
            size_t same = span_find_char(why, '{');

            if (d->code != ODX610 || !span_starts(d->title, span_sub(why, 0, same))) continue;
            found = found ||
                    span_starts(source_text(c.sources, d->place), span_str(refused[i].at)) ||
                    span_starts(span_str(refused[i].at), source_text(c.sources, d->place));
        }
        CHECK(found);
    }
}

/* ---- graphs ----------------------------------------------------------------------------------- */

#define HEAD "odx 1\nstrategy \"x\"\nmarket m = polymarket \"btc-updown-15m\"\n"

static const struct {
    const char *name, *text;
    DiagCode code; /* ODX_NONE: nothing is told */
    const char *has, *has_not;
} drawings[] = {
    {"a definition is code", HEAD "def f(x) = x\nshow s = f(up.mid)\n", ODX610,
     "\"type\": \"code\"", NULL},
    {"rules are not", HEAD "while up.mid > 5c { quote up { bid up.mid - 1c size 9 shares } }\n",
     ODX_NONE, "\"sides\": [{ \"side\": \"bid\", \"size\": \"9 shares\" }]", "code"},
    {"an anchor that is gone", HEAD "show s = up.mid\nlayout { old at 1, 2 }\n", ODX612, NULL,
     "old"},
    {"an anchor that is there", HEAD "show s = up.mid\nlayout { show.s id \"k\" at 1, -2.5 }\n",
     ODX_NONE, "\"id\": \"k\"", "show.s\""},
    {"one id twice is one node",
     HEAD "when up.bid > 5c and up.bid < 9c { cancel all }\n"
          "layout { when1.cond.1.left id \"b\" when1.cond.2.left id \"b\" }\n",
     ODX_NONE, "\"source\": \"b\", \"target\": \"when1.cond.2\"", "when1.cond.2.left"},
    {"but not of two values",
     HEAD "when up.bid > 5c and up.ask < 9c { cancel all }\n"
          "layout { when1.cond.1.left id \"b\" when1.cond.2.left id \"b\" }\n",
     ODX_NONE, "\"id\": \"when1.cond.2.left\"", NULL},
    {"kept keys may not say what trades",
     HEAD "show s = up.mid\n"
          "layout { extra \"{\\\"kept\\\":{\\\"/nodes/show.s/type\\\":\\\"risk\\\"}}\" }\n",
     ODX612, "\"type\": \"show\"", "risk"},
    {"nor may other spellings",
     HEAD "show s = up.mid\nlayout { extra \"{\\\"kept\\\":{\\\"/nodes\\\":{\\\"set\\\":{"
          "\\\"/nodes/show.s.1/data/field\\\":\\\"bid_up\\\"},\\\"drop\\\":[]}}}\" }\n",
     ODX_NONE, "mid_up", "bid_up"},
    {"nor may they be nonsense",
     HEAD "show s = up.mid\nlayout { extra \"{\\\"kept\\\":{\\\"/nodes\\\":{\\\"set\\\":[],"
          "\\\"drop\\\":7}},\\\"absent\\\":{},\\\"said\\\":1}\" }\n",
     ODX_NONE, "mid_up", NULL},
};

static void test_drawings(void)
{
    for (size_t i = 0; i < ARRAY_LEN(drawings); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        Conversion c =
            compile_convert(SPAN("x.odx"), span_str(drawings[i].text), NOTATION_GRAPH, a);
        bool is_told = drawings[i].code == ODX_NONE && !diags_count(c.lost);

        test_case(drawings[i].name);
        CHECK(c.text.len > 0);
        for (size_t k = 0; k < diags_count(c.lost); k++)
            is_told = is_told || diags_get(c.lost, k)->code == drawings[i].code;
        CHECK(is_told);
        if (drawings[i].has) CHECK(span_find(c.text, span_str(drawings[i].has)) != SPAN_NONE_AT);
        if (drawings[i].has_not)
            CHECK(span_find(c.text, span_str(drawings[i].has_not)) == SPAN_NONE_AT);
    }
}

/* Texts that come back from their graph as they were (R1). */
static const struct {
    const char *name, *text;
} again[] = {
    {"an indicator of a feed",
     "feed news in 0 .. 10 stale after 18s\n\nshow fast = sma(news, 2)\nshow now  = news\n"},
    {"a feed with the name of a column",
     "feed spot in 0 .. 10\n\nwhen spot > 5 and rsi(spot, 3) > 2 {\n  cancel all\n}\n"},
    {"a counter with the name of a feed",
     "feed spot in 0 .. 10\n\nshow s = sum(spot in 1 .. 3: sma(spot, 2) + spot)\n"},
    {"a place for a name in a chain",
     "let a = up.mid > 5c\n\nwhen up.bid > 5c and a and up.ask > 6c {\n  cancel all\n}\n\n"
     "layout {\n  when1.cond.2 at 10, -5\n}\n"},
    {"ids for two places of one name",
     "let a = up.mid\n\nwhen a > 5c and up.ask < a {\n  cancel all\n}\n\n"
     "layout {\n  when1.cond.1.left id \"k\"\n  when1.cond.2.right id \"k\"\n}\n"},
    {"a name alone in a chain", "let a = up.mid > 5c\n\nwhen a {\n  cancel all\n}\n\n"
                                "layout {\n  when1.cond.and id \"k\" at 10, -5\n}\n"},
    {"a layout in which there is nothing", "show s = up.mid\n\nlayout {\n}\n"},
    {"nothing but a comment above it", "show s = up.mid\n\n# a\nlayout {\n}\n"},
};

static void test_texts_again(void)
{
    for (size_t i = 0; i < ARRAY_LEN(again); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        Span graph;
        Buf b, got;

        test_case(again[i].name);
        buf_init(&b, a, 1 << 16);
        buf_init(&got, a, 1 << 16);
        buf_fmt(&b, "odx 1\n\nstrategy \"x\"\n\nmarket m = polymarket \"btc-updown-15m\"\n\n%s",
                again[i].text);
        CHECK(span_is(compile_format(SPAN("x.odx"), buf_span(&b), a), buf_span(&b)));
        graph = compile_convert(SPAN("x.odx"), buf_span(&b), NOTATION_GRAPH, a).text;
        buf_span_put(&got, compile_convert(SPAN("x.json"), graph, NOTATION_TEXT, a).text);
        CHECK_STR(buf_cstr(&got), buf_cstr(&b));
    }
}

/* A draft is not converted; what a text inside it says is told at its place. */
static const struct {
    const char *name;
    DiagCode code;
    const char *nodes, *edges;
} drafts[] = {
    {"an event that is none", ODX001,
     "{\"id\":\"t\",\"type\":\"trigger\",\"data\":{\"on\":\"on\",\"event\":\"tick { } when\"}}",
     ""},
    {"two items in one code", ODX001,
     "{\"id\":\"k\",\"type\":\"code\",\"data\":{\"text\":\"def a() = 1 def b() = 2\"}}", ""},
    {"a rule as code", ODX001,
     "{\"id\":\"k\",\"type\":\"code\",\"data\":{\"text\":\"when 1 < 2 { cancel all }\"}}", ""},
    {"a legs inside itself", ODX604,
     "{\"id\":\"l\",\"type\":\"legs\",\"data\":{\"within\":\"1s\",\"or\":\"keep\"}}",
     EDGE("l", "l")},
    {"an action in two rules", ODX606,
     "{\"id\":\"t\",\"type\":\"trigger\",\"data\":{\"on\":\"on\",\"event\":\"tick\"}},"
     "{\"id\":\"u\",\"type\":\"trigger\",\"data\":{\"on\":\"on\",\"event\":\"start\"}}," ACT,
     EDGE("t", "a") "," EDGE("u", "a")},
    {"a quote without a rule", ODX608,
     "{\"id\":\"q\",\"type\":\"quote\",\"data\":{\"token\":\"UP\",\"sides\":[]}}", ""},
    {"a place that is none", ODX101,
     "{\"id\":\"i\",\"type\":\"input\",\"position\":{\"x\":1e99,\"y\":0},"
     "\"data\":{\"field\":\"mid_up\"}}",
     ""},
    {"a name that is none", ODX001,
     "{\"id\":\"p\",\"type\":\"param\",\"data\":{\"name\":\"A b\",\"value\":1}}", ""},
    {"a node without data", ODX606,
     "{\"id\":\"p\",\"type\":\"risk\"},{\"id\":\"s\",\"type\":\"show\"}", ""},
};

static void test_drafts(void)
{
    for (size_t i = 0; i < ARRAY_LEN(drafts); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        bool is_told = false;
        Conversion c;
        Buf b;

        test_case(drafts[i].name);
        buf_init(&b, a, 1 << 16);
        buf_fmt(&b, "{\"mode\":\"node\",\"nodes\":[%s],\"edges\":[%s]}", drafts[i].nodes,
                drafts[i].edges);
        c = compile_convert(SPAN("x.json"), buf_span(&b), NOTATION_TEXT, a);
        for (size_t k = 0; k < diags_count(c.diags); k++)
            is_told = is_told || diags_get(c.diags, k)->code == drafts[i].code;
        CHECK(is_told);
        if (drafts[i].code != ODX608) CHECK_INT(c.text.len, 0);
    }
}

int main(void)
{
    TEST_RUN(test_drawings);
    TEST_RUN(test_drafts);
    TEST_RUN(test_texts_again);
    TEST_RUN(test_forms_again);
    TEST_RUN(test_empty_layouts);
    TEST_RUN(test_allows);
    TEST_RUN(test_versions);
    TEST_RUN(test_original_stays);
    TEST_RUN(test_edited);
    TEST_RUN(test_refused);
    TEST_RUN(test_findings);
    TEST_RUN(test_pointers);
    TEST_RUN(test_documents);
    return test_end();
}
