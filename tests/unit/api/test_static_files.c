/* test_static_files.c — a folder in memory: names, kinds, tags, what lasts, what is packed. */
#include "runtime/api/static_files.h"

#include "runtime/api/api.h"
#include "runtime/history/gzip.h"
#include "tests/harness/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"

#define LETTERS \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const StaticLimits limits = {8, 1000, 2000};

static const struct {
    const char *path, *type;
    bool is_lasting, is_packed;
} cases[] = {
    {"/index.html", "text/html; charset=utf-8", false, true},
    {"/assets/index-Dy3kQb0a.js", "text/javascript; charset=utf-8", true, true},
    {"/assets/index-a_b-c9Zz.css", "text/css; charset=utf-8", true, true},
    {"/assets/odx-backtest.wasm", "application/wasm", false, true},    /* a word, no hash */
    {"/assets/sample-20260105.json", "application/json", false, true}, /* a date, no hash */
    {"/assets/-Dy3kQb0a.js", "text/javascript; charset=utf-8", true, true},
    {"/assets/Dy3kQb0a.js", "text/javascript; charset=utf-8", false, true},
    {"/assets/index-Dy3kQb0.js", "text/javascript; charset=utf-8", false, true},
    {"/assets/index-Dy3k~b0a.js", "text/javascript; charset=utf-8", false, true},
    {"/index-Dy3kQb0a.js", "text/javascript; charset=utf-8", false, true},
    {"/assets/index-Dy3kQb0a", "application/octet-stream", false, false},
    {"/assets/a.woff2", "font/woff2", false, false},
    {"/a.js.gz", "application/octet-stream", false, false},
    {"/html", "application/octet-stream", false, false},
};

static void test_kinds(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        const StaticFile *f;
        StaticFiles files;
        Span text;

        test_case(cases[i].path);
        static_files_init(&files, arena);
        CHECK_INT(static_files_add(&files, span_str(cases[i].path), SPAN(LETTERS), arena, NULL),
                  ST_OK);
        f = static_files_find(&files, span_str(cases[i].path));
        if (!CHECK(f)) continue;
        CHECK_STR(f->type, cases[i].type);
        CHECK_INT(f->is_lasting, cases[i].is_lasting);
        CHECK_INT(f->packed.len > 0, cases[i].is_packed);
        CHECK(!f->packed.len ||
              (gzip_unpack(SPAN("f"), f->packed, 1000, arena, &text, NULL) == ST_OK &&
               span_is(text, SPAN(LETTERS))));
    }
}

static Status load(const char *folder, StaticFiles *files, Err *err)
{
    return static_files_load(files, folder, &limits, test_arena((size_t)16 << 20), err);
}

static void test_folder(void)
{
    const char *folder = scratch_folder("dist");
    StaticFiles files;
    Err err = ERR_NONE;

    CHECK_INT(load(folder, &files, &err), ST_NOT_FOUND); /* no index.html */
    scratch_file("dist/index.html", "hello");
    scratch_folder("dist/sub");
    scratch_file("dist/sub/a.odx", "odx 1");
    scratch_file("dist/.secret", "hidden");
    CHECK_INT(load(folder, &files, &err), ST_OK);
    CHECK_INT(map_count(&files.by_path), 2);
    CHECK_INT(files.bytes, 10);
    CHECK(static_files_find(&files, SPAN("/")) == static_files_find(&files, SPAN("/index.html")));
    CHECK(static_files_find(&files, SPAN("/sub/a.odx")));
    CHECK(!static_files_find(&files, SPAN("/.secret")) && !static_files_find(&files, SPAN("/sub")));
    CHECK(!static_files_find(&files, SPAN("/sub/../index.html")));
    CHECK_INT(load("nothing", &files, &err), ST_NOT_FOUND);
}

static void test_limits(void)
{
    static const char *const names[] = {"l/a", "l/b", "l/c", "l/d", "l/e", "l/f", "l/g", "l/h"};
    const char *folder = scratch_folder("l");
    char text[1002];
    StaticFiles files;
    Err err = ERR_NONE;

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    scratch_file("l/index.html", text);
    CHECK_INT(load(folder, &files, &err), ST_LIMIT); /* a file of 1001 bytes */
    text[1000] = 0;
    scratch_file("l/index.html", text);
    scratch_file("l/more", text);
    CHECK_INT(load(folder, &files, &err), ST_OK);
    scratch_file("l/too_much", "a");
    CHECK_INT(load(folder, &files, &err), ST_LIMIT); /* 2001 in all */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        scratch_file(names[i], "");
    CHECK_INT(load(folder, &files, &err), ST_LIMIT); /* more than eight files */
}

/* Memory that ends at any part of what is needed: a refusal, and nothing is lost. */
static void test_memory(void)
{
    bool has_passed = false;

    for (size_t most = 1 << 10; !has_passed && most < (size_t)8 << 20; most += most / 8) {
        Arena arena;
        StaticFiles files;
        Err err = ERR_NONE;
        Status st;

        arena_init(&arena, test_source(), most);
        static_files_init(&files, &arena);
        st = static_files_add(&files, SPAN("/a.js"), SPAN(LETTERS), &arena, &err);
        has_passed = st == ST_OK;
        CHECK(has_passed || st == ST_NO_MEMORY);
        arena_fini(&arena);
    }
    CHECK(has_passed);
}

static const char *header_of(const HttpReply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, name) == 0) return reply->headers[i].value;
    return "";
}

/* Room for every header that any answer has. */
static void test_answers(void)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", ""};
    Arena *arena = test_arena((size_t)16 << 20);
    Api api = {.asks_for_name = true};

    static_files_init(&api.files, arena);
    CHECK_INT(static_files_add(&api.files, SPAN("/index.html"), SPAN(LETTERS), arena, NULL), ST_OK);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        HttpRequest request = {.method = span_str(methods[i]), .path = SPAN("/")};
        HttpReply reply = {0};

        test_case(methods[i]);
        request.accept_encoding = SPAN("gzip");
        api_answer(&api, &request, &reply);
        CHECK_INT(reply.status, i < 2 ? 200 : 405);
        CHECK_STR(header_of(&reply, "Content-Encoding"), i < 2 ? "gzip" : "");
        CHECK_STR(header_of(&reply, "Allow"), i < 2 ? "" : "GET, HEAD");
        CHECK_STR(header_of(&reply, "X-Content-Type-Options"), "nosniff");
        request.host = SPAN("evil.example");
        reply = (HttpReply){0};
        api_answer(&api, &request, &reply);
        CHECK_INT(reply.status, 421);
    }
}

int main(void)
{
    TEST_RUN(test_kinds);
    TEST_RUN(test_folder);
    TEST_RUN(test_limits);
    TEST_RUN(test_memory);
    TEST_RUN(test_answers);
    return test_end();
}
