/* api.c — see api.h. */
#include "runtime/api/api.h"

#include "runtime/engine/engine.h"
#include "vm/base/bug.h"

typedef enum ProblemId {
#define PROBLEM(id, ...) PROBLEM_##id,
#include "runtime/api/problems.def"
} ProblemId;

#define PAGE(title, text)                                                                     \
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"                       \
    "<meta name=\"viewport\" content=\"width=device-width\"><title>" title " - Oddex</title>" \
    "<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;"           \
    "max-width:36rem;margin:4rem auto;padding:0 1rem}</style></head>"                         \
    "<body><main><h1>" title "</h1><p>" text "</p></main></body></html>\n"

static const struct {
    unsigned status;
    Span page;
} problems[] = {
#define PROBLEM(id, status, title, text) {status, SPAN_INIT(PAGE(title, text))},
#include "runtime/api/problems.def"
};

static const HttpHeader always[] = {
#define HEADER(name, value) {name, value},
#include "runtime/api/headers.def"
};

static void answer_problem(HttpReply *reply, ProblemId id)
{
    reply->status = problems[id].status;
    reply->body = problems[id].page;
    http_reply_header(reply, "Content-Type", "text/html; charset=utf-8");
    http_reply_header(reply, "Cache-Control", "no-store");
}

/* ---- routes ----------------------------------------------------------------------------------- */

static void answer_health(HttpReply *reply)
{
    reply->status = 200;
    reply->body = SPAN("{\"status\":\"ok\",\"version\":\"" ENGINE_VERSION "\"}\n");
    http_reply_header(reply, "Content-Type", "application/json");
    http_reply_header(reply, "Cache-Control", "no-store");
}

static const struct {
    Span method, path;
    void (*answer)(HttpReply *reply);
} routes[] = {
#define ROUTE(method, path, answer) {SPAN_INIT(method), SPAN_INIT(path), answer},
#include "runtime/api/routes.def"
};

/* ---- names ------------------------------------------------------------------------------------ */

/* "name:8080" and "[::1]:8080" without the port. */
static Span without_port(Span host)
{
    size_t at = host.len;

    while (at > 0 && host.ptr[at - 1] >= '0' && host.ptr[at - 1] <= '9')
        at--;
    if (at > 0 && host.ptr[at - 1] == ':') host.len = at - 1;
    return host;
}

/* A browser that a foreign name leads here (a name server can say anything) names that name. */
static bool is_our_name(const Api *api, Span host)
{
    static const char *const local[] = {"127.0.0.1", "localhost", "[::1]"};
    Span name = without_port(host);

    if (!api->asks_for_name || !host.len) return true; /* HTTP/1.0 has no names */
    for (size_t i = 0; i < ARRAY_LEN(local); i++)
        if (span_eq_str(name, local[i])) return true;
    for (size_t i = 0; i < api->name_count; i++)
        if (span_eq_str(name, api->names[i])) return true;
    return false;
}

/* ---- every request ---------------------------------------------------------------------------- */

static void answer_method(HttpReply *reply)
{
    answer_problem(reply, PROBLEM_METHOD);
    http_reply_header(reply, "Allow", "GET, HEAD");
}

static void answer_path(const Api *api, const HttpRequest *request, HttpReply *reply)
{
    bool is_head = span_is(request->method, SPAN("HEAD"));
    Span method = is_head ? SPAN("GET") : request->method;
    const StaticFile *file = static_files_find(&api->files, request->path);

    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!span_is(routes[i].path, request->path)) continue;
        if (!span_is(routes[i].method, method))
            answer_method(reply);
        else
            routes[i].answer(reply);
        return;
    }
    if (!file)
        answer_problem(reply, PROBLEM_NOT_HERE);
    else if (!span_is(method, SPAN("GET")))
        answer_method(reply);
    else
        static_file_answer(file, request, reply);
}

void api_answer(const void *ctx, const HttpRequest *request, HttpReply *reply)
{
    const Api *api = ctx;

    for (size_t i = 0; i < ARRAY_LEN(always); i++)
        http_reply_header(reply, always[i].name, always[i].value);
    if (request->is_ambiguous)
        answer_problem(reply, PROBLEM_AMBIGUOUS);
    else if (!is_our_name(api, request->host))
        answer_problem(reply, PROBLEM_OTHER_NAME);
    else
        answer_path(api, request, reply);
}
