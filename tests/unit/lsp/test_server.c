/* test_server.c — the language server as a machine for messages: envelopes, documents, positions, limits, and
 * edits at random against a document that was opened with the final text. */
#include "compiler/lsp/server.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/lsp/client.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/rng.h"

#define URI "file:///t.odx"

static Arena *arena;
static TestBudget budget;

static void start(Client *c, bool is_utf8)
{
    if (!arena) arena = test_arena((size_t)512 << 20);
    arena_reset(arena);
    budget = (TestBudget){.left = (size_t)2 << 30};
    CHECK(client_open(c, arena, test_source_budget(&budget), is_utf8, true));
}

/* Nothing that was taken is still held. */
static void stop(Client *c)
{
    client_close(c);
    CHECK_INT(budget.taken, 0);
}

static bool has(Span text, const char *part)
{
    return span_find(text, span_str(part)) != SPAN_NONE_AT;
}

/* ---- envelopes -------------------------------------------------------------------------------- */

static const struct {
    const char *name, *message, *want; /* want "": no answer */
} envelopes[] = {
    {"not JSON", "{", "\"id\":null,\"error\":{\"code\":-32700"},
    {"nothing", "", "-32700"},
    {"a number", "7", "-32600"},
    {"a batch", "[]", "-32600"},
    {"no method", "{\"jsonrpc\":\"2.0\",\"id\":3}", ""},
    {"method is no text", "{\"id\":3,\"method\":4}", "-32600"},
    {"unknown request", "{\"id\":\"x\\\"y\",\"method\":\"nope\"}",
     "\"id\":\"x\\\"y\",\"error\":{\"code\":-32601"},
    {"unknown note", "{\"method\":\"nope\"}", ""},
    {"twice initialized", "{\"id\":1,\"method\":\"initialize\"}", "-32600"},
    {"no parameters", "{\"id\":1,\"method\":\"textDocument/hover\"}", "not open"},
    {"parameters are a list", "{\"id\":1,\"method\":\"textDocument/hover\",\"params\":[1]}",
     "not open"},
    {"a document is a number",
     "{\"id\":1,\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":5}}", "not open"},
    {"change of what is not open",
     "{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"a\"}}}", ""},
    {"open without uri", "{\"method\":\"textDocument/didOpen\",\"params\":{}}", ""},
    {"a request as a note", "{\"method\":\"textDocument/hover\",\"params\":{}}", ""},
    {"a note as a request", "{\"id\":4,\"method\":\"textDocument/didOpen\"}", "-32601"},
    {"symbols of nothing", "{\"id\":4,\"method\":\"workspace/symbol\",\"params\":{}}",
     "\"result\":[]"},
    {"calls of nothing",
     "{\"id\":4,\"method\":\"callHierarchy/incomingCalls\",\"params\":{\"item\":{\"uri\":\"q\"}}}",
     "\"result\":[]"},
    {"an answer to nobody", "{\"id\":4,\"result\":null}", ""},
    {"two keys", "{\"id\":4,\"id\":5,\"method\":\"x\"}", "-32700"},
};

static void test_envelopes(void)
{
    Client c;

    start(&c, true);
    for (size_t i = 0; i < ARRAY_LEN(envelopes); i++) {
        Span got = client_send(&c, span_str(envelopes[i].message));

        test_case(envelopes[i].name);
        test_check(envelopes[i].want[0] ? has(got, envelopes[i].want) : got.len == 0, __FILE__,
                   __LINE__, "got %.*s", (int)got.len, got.ptr);
    }
    stop(&c);
}

static void test_life(void)
{
    Client c;
    int status;

    start(&c, true);
    CHECK(has(client_send(&c, SPAN("{\"id\":1,\"method\":\"shutdown\"}")), "\"result\":null"));
    CHECK(has(client_send(&c, SPAN("{\"id\":1,\"method\":\"workspace/symbol\"}")), "-32600"));
    CHECK(!lsp_is_over(c.lsp, &status));
    (void)client_send(&c, SPAN("{\"method\":\"exit\"}"));
    CHECK(lsp_is_over(c.lsp, &status) && status == 0);
    CHECK_INT(client_send(&c, SPAN("{\"id\":1,\"method\":\"shutdown\"}")).len, 0);
    stop(&c);
    start(&c, true);
    (void)client_send(&c, SPAN("{\"method\":\"exit\"}"));
    CHECK(lsp_is_over(c.lsp, &status) && status == 1);
    stop(&c);
}

static void test_cancel(void)
{
    Client c;
    Span got;

    start(&c, true);
    client_text(&c, URI, SPAN("odx 1\n"));
    CHECK(
        lsp_take(c.lsp, SPAN("{\"id\":7,\"method\":\"textDocument/"
                             "diagnostic\",\"params\":{\"textDocument\":{\"uri\":\"" URI "\"}}}")));
    CHECK(lsp_take(c.lsp, SPAN("{\"id\":\"7\",\"method\":\"workspace/symbol\",\"params\":{}}")));
    got = client_send(&c, SPAN("{\"method\":\"$/cancelRequest\",\"params\":{\"id\":7}}"));
    CHECK(has(got, "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32800"));
    CHECK(has(got, "\"id\":\"7\",\"result\":[")); /* the text 7 is another id */
    stop(&c);
}

/* ---- documents and positions ------------------------------------------------------------------ */

static const struct {
    const char *name, *text;
    uint32_t range[4];
    const char *insert, *want;
} edits[] = {
    {"in a line", "abc\ndef\n", {1, 1, 1, 2}, "X", "abc\ndXf\n"},
    {"across lines", "abc\ndef\n", {0, 2, 1, 1}, "", "abef\n"},
    {"at the end", "abc", {0, 3, 0, 3}, "d", "abcd"},
    {"beyond the line", "abc\ndef", {0, 9, 0, 99}, "X", "abcX\ndef"},
    {"beyond the text", "abc\ndef", {7, 1, 9, 9}, "X", "abc\ndefX"},
    {"backwards", "abc\ndef", {1, 1, 0, 1}, "X", "aXef"},
    {"CR LF", "a\r\nb\r\n", {1, 0, 1, 1}, "X", "a\r\nX\r\n"},
    {"before CR LF", "a\r\nb", {0, 1, 0, 9}, "X", "aX\r\nb"},
    {"CR alone", "a\rb\rc", {2, 0, 2, 1}, "X", "a\rb\rX"},
    {"empty", "", {0, 0, 5, 5}, "new", "new"},
    {"behind two bytes", "\xc3\xbcx", {0, 1, 0, 2}, "Y", "\xc3\xbcY"},
    {"behind a pair", "\xf0\x9f\x99\x82x", {0, 2, 0, 3}, "Y", "\xf0\x9f\x99\x82Y"},
    {"inside a pair", "\xf0\x9f\x99\x82x", {0, 1, 0, 1}, "Y", "Y\xf0\x9f\x99\x82x"},
};

static void test_edits(void)
{
    Client c;

    start(&c, false);
    for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
        Span got;

        test_case(edits[i].name);
        client_text(&c, URI, span_str(edits[i].text));
        client_edit(&c, URI, edits[i].range, span_str(edits[i].insert));
        got = document_text(document_find(c.lsp, SPAN(URI)));
        test_check(span_eq_str(got, edits[i].want), __FILE__, __LINE__, "got %.*s", (int)got.len,
                   got.ptr);
    }
    stop(&c);
}

static void test_positions_agree(void)
{
    static const char text[] = "a\xc3\xbc\n\xf0\x9f\x99\x82 b\r\nc\rd";

    for (int is_utf8 = 0; is_utf8 < 2; is_utf8++) {
        Client c;
        Document *d;

        start(&c, is_utf8);
        client_text(&c, URI, span_str(text));
        d = document_find(c.lsp, SPAN(URI));
        CHECK(document_ask(c.lsp, d) != NULL);
        for (uint32_t at = 0; at <= d->len; at++) {
            LspPosition p = offset_to_position(c.lsp, d, at);
            uint32_t back = position_to_offset(c.lsp, d, p);

            CHECK(back <= at); /* equal unless `at` cuts a character or a line end */
            if ((text[at] & 0xc0) != 0x80 && !(at > 0 && text[at] == '\n' && text[at - 1] == '\r'))
                CHECK_INT(back, at);
        }
        stop(&c);
    }
}

static void test_uris(void)
{
    static const char *const names[] = {"/a/b.odx", "/a b/\xc3\xbc%.odx", "std/bars.odx"};

    if (!arena) arena = test_arena((size_t)512 << 20);
    arena_reset(arena);
    CHECK(span_eq_str(uri_to_name(arena, SPAN("file:///a%20b/%C3%BC.odx")), "/a b/\xc3\xbc.odx"));
    CHECK(span_eq_str(uri_to_name(arena, SPAN("file://host/a")), "/a"));
    CHECK(span_eq_str(uri_to_name(arena, SPAN("file:///a%2")), "/a%2"));
    CHECK(span_eq_str(uri_to_name(arena, SPAN("untitled:One")), "untitled:One"));
    for (size_t i = 0; i < 2; i++)
        CHECK(span_eq_str(uri_to_name(arena, name_to_uri(arena, span_str(names[i]))), names[i]));
    CHECK(span_eq_str(name_to_uri(arena, span_str(names[2])), "odx:std/bars.odx"));
}

/* ---- limits ----------------------------------------------------------------------------------- */

static void test_large_document(void)
{
    size_t len = LSP_DOCUMENT_MAX + 5;
    uint32_t range[4] = {0, 0, 0, 1};
    char *text;
    Client c;

    start(&c, true);
    text = arena_alloc(arena, len);
    memset(text, ' ', len);
    client_text(&c, URI, span_of(text, len));
    CHECK(has(client_ask(&c, "textDocument/diagnostic", URI), "ODX702"));
    client_edit(&c, URI, range, SPAN("x"));
    CHECK(document_text(document_find(c.lsp, SPAN(URI))).ptr[0] ==
          ' '); /* it waits for a whole text */
    client_edit(&c, URI, NULL, SPAN("odx 1\n"));
    CHECK(!has(client_ask(&c, "textDocument/diagnostic", URI), "ODX702"));
    stop(&c);
}

static void test_many_documents(void)
{
    Client c;

    start(&c, true);
    for (int i = 0; i < LSP_DOCUMENTS_MAX + 20; i++) {
        char uri[64];
        Buf b;

        buf_init_fixed(&b, uri, sizeof uri);
        buf_fmt(&b, "file:///%d.odx", i);
        client_text(&c, buf_cstr(&b), SPAN("odx 1\nstrategy \"a\"\nlet x = 1\n"));
        if (i % 40 == 0)
            CHECK(has(client_ask(&c, "textDocument/documentSymbol", buf_cstr(&b)), "\"x\""));
    }
    CHECK_INT(c.lsp->document_count, LSP_DOCUMENTS_MAX);
    CHECK(has(
        client_send(
            &c, SPAN("{\"id\":1,\"method\":\"workspace/symbol\",\"params\":{\"query\":\"x\"}}")),
        "file:///255.odx"));
    stop(&c);
}

static void test_queue(void)
{
    Client c;
    int taken = 0;

    start(&c, true);
    while (taken < 1000 && lsp_take(c.lsp, SPAN("{\"id\":1,\"method\":\"nope\"}")))
        taken++;
    CHECK_INT(taken, LSP_QUEUE_MAX);
    CHECK(lsp_step(c.lsp));
    CHECK(lsp_take(c.lsp, SPAN("{}")));
    CHECK(lsp_take(c.lsp, span_of(NULL, LSP_MESSAGE_MAX + 1)) == false); /* full again */
    CHECK(lsp_step(c.lsp));
    CHECK(lsp_take(c.lsp, span_of(NULL, LSP_MESSAGE_MAX + 1)));
    CHECK(has(buf_span(&c.got), "too large"));
    stop(&c);
}

static const char sample[] =
    "odx 1\n\nstrategy \"T\"\n\nmarket btc = polymarket \"btc-updown-15m\"\n\n"
    "## Doc\nlet quick = ema(up.mid every 1s, 15)\ndef gap(t: token) = t.ask - t.bid\n\n"
    "when quick > 55c and gap(up) < 5c {\n  require cash > $5 else POOR\n  buy $50 of up at market "
    "within 2c\n}\n\n"
    "risk {\n  stop loss 30%\n}\n\ntest \"a\" {\n  given up.bid = 59c, up.ask = 61c\n  after 20s "
    "expect nothing\n}\n";

/* Whatever is refused when, nothing breaks and all is given back. */
static void test_little_memory(void)
{
    static const char *const asks[] = {
        "textDocument/diagnostic",          "textDocument/documentSymbol",
        "textDocument/semanticTokens/full", "textDocument/formatting",
        "textDocument/inlayHint",           "odx/form"};

    if (!arena) arena = test_arena((size_t)512 << 20);
    for (size_t left = 1 << 12; left < (size_t)8 << 20; left = left * 5 / 4) {
        Client c;

        arena_reset(arena);
        budget = (TestBudget){.left = left};
        if (!client_open(&c, arena, test_source_budget(&budget), true, true)) continue;
        client_text(&c, URI, span_str(sample));
        for (size_t i = 0; i < ARRAY_LEN(asks); i++)
            (void)client_ask(&c, asks[i], URI);
        stop(&c);
    }
}

/* ---- edits at random -------------------------------------------------------------------------- */

static const char *const pieces[] = {
    "\n",     "up.ask",       " { ", " } ",   "5c",      "let a = ", "\xc3\xbc", "\xf0\x9f\x99\x82",
    "\r\n",   "\"",           "# ",  "when ", "",        "(",        "quick",    ")",
    "risk {", "test \"b\" {", "50%", "\r",    "every 1s"};
static const char *const questions[] = {
    "textDocument/diagnostic",   "textDocument/documentSymbol", "textDocument/semanticTokens/full",
    "textDocument/foldingRange", "textDocument/inlayHint",      "textDocument/codeLens"};

static uint32_t small(Rng *rng, uint32_t n)
{
    return (uint32_t)rng_below(rng, n);
}

static bool answers_as_fresh(Client *c, Client *fresh)
{
    bool is_same = true;

    client_text(fresh, URI, document_text(document_find(c->lsp, SPAN(URI))));
    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        Span a = client_ask(c, questions[i], URI), b = client_ask(fresh, questions[i], URI);

        is_same &= test_check(span_is(a, b), __FILE__, __LINE__, "%s: %.*s\n instead of %.*s",
                              questions[i], (int)a.len, a.ptr, (int)b.len, b.ptr);
    }
    return is_same;
}

static void test_random_edits(void)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        Client c, fresh;
        TestBudget second = {.left = (size_t)1 << 30};
        Rng rng;

        rng_init(&rng, seed);
        start(&c, seed & 1);
        CHECK(client_open(&fresh, arena, test_source_budget(&second), seed & 1, true));
        client_text(&c, URI, span_str(sample));
        for (int i = 0; i < 60; i++) {
            uint32_t range[4] = {small(&rng, 28), small(&rng, 40), 0, small(&rng, 40)};

            range[2] = range[0] + small(&rng, 2);
            client_edit(&c, URI, range, span_str(pieces[small(&rng, ARRAY_LEN(pieces))]));
            if (i % 7 == 0) (void)client_ask(&c, questions[small(&rng, ARRAY_LEN(questions))], URI);
            if (i % 20 == 19 && !answers_as_fresh(&c, &fresh)) break;
        }
        client_close(&fresh);
        CHECK_INT(second.taken, 0);
        stop(&c);
    }
}

int main(void)
{
    TEST_RUN(test_envelopes);
    TEST_RUN(test_life);
    TEST_RUN(test_cancel);
    TEST_RUN(test_edits);
    TEST_RUN(test_positions_agree);
    TEST_RUN(test_uris);
    TEST_RUN(test_large_document);
    TEST_RUN(test_many_documents);
    TEST_RUN(test_queue);
    TEST_RUN(test_little_memory);
    TEST_RUN(test_random_edits);
    return test_end();
}
