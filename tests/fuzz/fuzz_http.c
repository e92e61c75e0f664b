/* fuzz_http.c — lines of bytes as the parts of a request.
 *
 * Promises: a reply always has a status of the table and the headers that protect the page; content
 * goes out only for a name of the table, to GET and HEAD, under a name of ours; "not modified" only to
 * who has the tag; packed bytes only to who takes them. */
#include <string.h>

#include "runtime/api/api.h"
#include "runtime/api/negotiate.h"
#include "runtime/core/memory.h"
#include "vm/base/bug.h"

#define TEXT \
    "a page with words, words, words, words, words, words, words, words, words, words, words"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"desk.example"};
static const Span paths[] = {SPAN_INIT("/index.html"), SPAN_INIT("/assets/a-Dy3kQb0a.js"),
                             SPAN_INIT("/empty.css"), SPAN_INIT("/a.png")};

static void fill(Api *api, Arena *arena)
{
    *api = (Api){.asks_for_name = true, .names = names, .name_count = 1};
    static_files_init(&api->files, arena);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        Span bytes = i == 2 ? SPAN("") : SPAN(TEXT);

        BUG_IF(static_files_add(&api->files, paths[i], bytes, arena, NULL) != ST_OK);
    }
}

static const char *header_of(const HttpReply *reply, const char *name)
{
    const char *found = NULL;

    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, name) != 0) continue;
        BUG_IF(found); /* each once */
        found = reply->headers[i].value;
    }
    return found;
}

static bool is_named(Span path)
{
    if (span_is(path, SPAN("/"))) return true;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        if (span_is(path, paths[i])) return true;
    return false;
}

static void check_content(const HttpRequest *r, const HttpReply *reply)
{
    const char *tag = header_of(reply, "ETag"), *packed = header_of(reply, "Content-Encoding");
    bool is_read = span_is(r->method, SPAN("GET")) || span_is(r->method, SPAN("HEAD"));

    BUG_IF(!is_read || r->is_ambiguous);
    if (span_is(r->path, SPAN("/healthz"))) return;
    BUG_IF(!is_named(r->path) || !tag);
    BUG_IF(reply->status == 304 && !negotiate_has_tag(r->if_none_match, span_str(tag)));
    BUG_IF(reply->status == 200 && negotiate_has_tag(r->if_none_match, span_str(tag)));
    BUG_IF(packed && !negotiate_takes_gzip(r->accept_encoding));
    BUG_IF(reply->status == 304 && reply->body.len);
}

static void check_reply(const HttpRequest *r, const HttpReply *reply)
{
    static const unsigned problems[] = {400, 404, 405, 421};
    bool is_problem = false;

    for (size_t i = 0; i < ARRAY_LEN(problems); i++)
        is_problem |= reply->status == problems[i];
    BUG_IF(!header_of(reply, "Content-Security-Policy") || !header_of(reply, "Cache-Control"));
    BUG_IF((reply->status == 405) != (header_of(reply, "Allow") != NULL));
    BUG_IF(is_problem && !reply->body.len);
    if (is_problem) return;
    BUG_IF(reply->status != 200 && reply->status != 304);
    check_content(r, reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena arena; /* the table is the same for all inputs */
    static Api api;
    HttpRequest request = {0};
    HttpReply reply = {0};
    Span rest = span_of((const char *)data, size),
         *fields[] = {&request.method, &request.path, &request.host, &request.accept_encoding,
                      &request.if_none_match};

    if (!map_count(&api.files.by_path)) {
        arena_init(&arena, memory_source(), (size_t)1 << 26);
        fill(&api, &arena);
    }
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        span_cut(&rest, '\n', fields[i]);
    request.is_ambiguous = rest.len % 7 == 1;
    api_answer(&api, &request, &reply);
    check_reply(&request, &reply);
    return 0;
}
