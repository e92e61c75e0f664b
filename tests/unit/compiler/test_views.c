/* test_views.c — forms and graphs: what they become as text, and what is said about bad ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "compiler/views/document.h"
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

/* ---- messages 12 and 13 ----------------------------------------------------------------------- */

static const struct {
    const char *name, *file, *text, *message;
} messages[] = {
    {"12", "trend_node.json",
     "{ \"mode\": \"node\",\n\"name\": \"x\",\n  \"nodes\": [\n"
     "    { \"id\": \"n1\", \"type\": \"input\",      \"data\": { \"field\": \"abs_move_pct\" } "
     "},\n"
     "    { \"id\": \"n2\", \"type\": \"input\",      \"data\": { \"field\": \"pct_into_slot\" } "
     "},\n"
     "    { \"id\": \"n3\", \"type\": \"indicator\",  \"data\": { \"fn\": \"EMA\", \"period\": 20, "
     "\"field\": \"mid_up\" } },\n"
     "    " CMP("c") "," ACT "], \"edges\": [" EDGE("n1", "c") "," EDGE("c", "a") "] }\n",
     "warning[ODX603]: node n3 is not connected to any action\n"
     " --> trend_node.json:6:13\n"
     "  |\n"
     "6 |     { \"id\": \"n3\", \"type\": \"indicator\",  \"data\": { \"fn\": \"EMA\", \"period\": "
     "20, "
     "\"field\": \"mid_up\" } },\n"
     "  |             ^^^^ EMA(20, mid_up) is computed and never used\n"
     "  |\n"
     "  = at /nodes/2; it reaches no action through any edge\n"
     "  = in text form this is an unused `let`: ODX501\n"
     "help: connect it (to a comparator, say), or delete it   (suggested fix: delete)\n"},
    {"13", "loop.json",
     "{ \"mode\": \"node\", \"nodes\": [" LOGIC("n4", "AND") "," LOGIC("n6", "AND") ",\n" LOGIC(
         "n8", "AND") "],\n  \"edges\": [\n"
                      "    { \"source\": \"n4\", \"target\": \"n6\" },\n"
                      "    { \"source\": \"n6\", \"target\": \"n8\" },\n"
                      "    { \"source\": \"n8\", \"target\": \"n4\" }\n] }\n",
     "error[ODX604]: these nodes wait for each other: n4 -> n6 -> n8 -> n4\n"
     " --> loop.json:6:17\n"
     "  |\n"
     "4 |     { \"source\": \"n4\", \"target\": \"n6\" },\n"
     "  |                 ----\n"
     "5 |     { \"source\": \"n6\", \"target\": \"n8\" },\n"
     "  |                 ----\n"
     "6 |     { \"source\": \"n8\", \"target\": \"n4\" }\n"
     "  |                 ^^^^ this edge closes the loop\n"
     "  |\n"
     "  = at /edges/2; a value may depend on its own past, never on its own present\n"
     "help: remove one of the three edges, or put a `prev` node on one of them\n"},
};

static void test_messages(void)
{
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        Arena *a = test_arena((size_t)64 << 20);
        CompileOptions options = {.until = STAGE_PROVE};
        Compilation c =
            compile(span_str(messages[i].file), span_str(messages[i].text), &options, a);
        Buf b;

        test_case(messages[i].name);
        buf_init(&b, a, 1 << 20);
        render_text(&b, c.diags, false);
        if (span_find(buf_span(&b), span_str(messages[i].message)) == SPAN_NONE_AT)
            CHECK_STR(buf_cstr(&b), messages[i].message);
        else
            CHECK(true);
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
                                        "graph_shared",  "graph_prev",     "form_minutes"};
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
        CHECK_INT(compile_format(SPAN("x.json"), json, a).len, 0);
        from_json = compile(SPAN("x.json"), json, &options, a);
        from_text = compile(SPAN("x.odx"), want, &options, a);
        CHECK(from_json.image.len > 0);
        CHECK(span_is(from_json.image, from_text.image));
    }
}

/* R3: form, text, form, text. */
static void test_forms_again(void)
{
    static const char *const names[] = {"form_original", "form_full", "form_minutes"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Arena *a = test_arena((size_t)128 << 20);
        Span want = read_file(a, names[i], ".odx");
        CompileOptions options = {.until = STAGE_PARSE};
        Compilation c = compile(SPAN("x.odx"), want, &options, a);
        Buf b;

        test_case(names[i]);
        buf_init(&b, a, 1 << 20);
        CHECK(form_write(&b, c.tree, a) == NULL);
        CHECK(span_is(compile_to_text(SPAN("x.json"), buf_span(&b), a), want));
    }
}

int main(void)
{
    TEST_RUN(test_forms_again);
    TEST_RUN(test_findings);
    TEST_RUN(test_pointers);
    TEST_RUN(test_messages);
    TEST_RUN(test_documents);
    return test_end();
}
