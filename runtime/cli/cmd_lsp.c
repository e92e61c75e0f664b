/* cmd_lsp.c — odx lsp: the language server on standard input and output.
 *
 * Frames around compiler/lsp; reads modules, odx.toml and odx.lock, runs test blocks.  Promise: standard
 * output carries messages only; the process ends when the client says so or goes away. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "compiler/lsp/lsp.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/frames.h"
#include "runtime/cli/project.h"
#include "runtime/core/file.h"
#include "runtime/core/memory.h"
#include "runtime/proof/testrun.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

enum { MODULE_MAX_BYTES = 4 << 20 };

typedef struct Server {
    Cli *cli;
    Lsp *lsp;
    Frames frames;
    bool is_closed;  /* the client is gone */
    ArenaMark clean; /* of cli->scratch: what a call of the brain needs goes above */
} Server;

static void send(void *ctx, Span message)
{
    Server *s = ctx;
    char mem[64];
    Buf head;

    buf_init_fixed(&head, mem, sizeof mem);
    buf_fmt(&head, "Content-Length: %zu\r\n\r\n", message.len);
    out_put(&s->cli->out, buf_span(&head));
    out_put(&s->cli->out, message);
    if (out_flush(&s->cli->out, NULL) != ST_OK) s->is_closed = true;
}

/* ---- what the brain asks for ------------------------------------------------------------------ */

/* A module stands beside the file that uses it. */
static ModuleText read_module(Arena *arena, Span path, Span from)
{
    ModuleText m = {0};
    Buf name;

    while (from.len && from.ptr[from.len - 1] != '/')
        from.len--;
    buf_init(&name, arena, 1 << 16);
    buf_fmt(&name, "%S%S", path.len && path.ptr[0] == '/' ? (Span){NULL, 0} : from, path);
    m.name = arena_span(arena, buf_span(&name));
    m.is_found = m.name.ptr && file_exists(m.name.ptr) &&
                 file_read(arena, m.name.ptr, MODULE_MAX_BYTES, &m.text, NULL) == ST_OK;
    return m;
}

static Arena *clean_scratch(Server *s)
{
    arena_release(s->cli->scratch, s->clean);
    return s->cli->scratch;
}

static ModuleText load(void *ctx, Span path, Span from)
{
    return read_module(clean_scratch(ctx), path, from);
}

static bool find_project(Server *s, Span name, Project *p)
{
    Arena *arena = clean_scratch(s);
    Span path = arena_span(arena, name);
    Err err = ERR_NONE;

    return path.ptr && project_find(p, path.ptr, arena, &err) == ST_OK;
}

static Span locked(void *ctx, Span path, Span from)
{
    Project p;

    return find_project(ctx, from, &p) ? project_locked(&p, path) : (Span){NULL, 0};
}

static void levels(void *ctx, Span name, DiagLevels *ret)
{
    Project p;

    if (find_project(ctx, name, &p)) project_levels(&p, name, ret);
}

/* ---- test blocks ------------------------------------------------------------------------------ */

typedef struct Run { /* of one request */
    Arena *arena;
    JsonWriter w;
    Compilation c;
    Span only; /* title of the one test that is wanted; empty: all */
} Run;

static ModuleText load_for_run(void *ctx, Span path, Span from)
{
    return read_module(ctx, path, from);
}

/* "only" of the parameters. */
static Span wanted_test(Arena *arena, Span params)
{
    JsonReader r;
    JsonEvent e;

    json_init(&r, params, JSON_LIMITS, arena);
    while (json_next(&r, &e) != JSON_END && e.kind != JSON_ERROR)
        if (e.kind == JSON_KEY && r.depth == 1 && json_is(&e, SPAN("only")) &&
            json_next(&r, &e) == JSON_STRING)
            return json_decode(&e, arena);
    return (Span){NULL, 0};
}

static void put_number(Run *r, const char *key, uint32_t v)
{
    json_write_key(&r->w, span_str(key));
    json_write_uint(&r->w, v);
}

static void put_texts(Run *r, const TestResult *t)
{
    json_write_key(&r->w, SPAN("messages"));
    json_write_array(&r->w);
    for (size_t i = 0; i < diags_count(t->diags); i++)
        json_write_string(&r->w, diags_get(t->diags, i)->title);
    json_write_array_end(&r->w);
}

static void put_test(Run *r, const Test *test, const TestResult *t)
{
    json_write_object(&r->w);
    json_write_key(&r->w, SPAN("test"));
    json_write_string(&r->w, test->name);
    json_write_key(&r->w, SPAN("passed"));
    json_write_bool(&r->w, t->has_passed);
    put_number(r, "orders", t->orders);
    put_number(r, "skips", t->skips);
    put_texts(r, t);
    json_write_object_end(&r->w);
}

static void put_coverage(Run *r, const TestCoverage *cov)
{
    json_write_key(&r->w, SPAN("fired"));
    json_write_array(&r->w);
    for (uint32_t i = 0; i < cov->rule_count; i++)
        json_write_uint(&r->w, cov->fired[i]);
    json_write_array_end(&r->w);
}

static void play_tests(Run *r, const TestBed *bed)
{
    const Program *p = r->c.program;
    TestCoverage cov = test_coverage_new(p, r->arena);

    json_write_object(&r->w);
    json_write_key(&r->w, SPAN("tests"));
    json_write_array(&r->w);
    for (uint32_t i = 0; i < p->tests_count; i++) {
        ArenaMark mark = arena_mark(r->arena);
        TestResult t;

        if (r->only.len && !span_is(r->only, p->tests[i].name)) continue;
        t = testrun_play(bed, &p->tests[i], NULL, &cov, r->arena);
        put_test(r, &p->tests[i], &t);
        arena_release(r->arena, mark);
    }
    json_write_array_end(&r->w);
    put_coverage(r, &cov);
    json_write_object_end(&r->w);
}

/* odx/test: which blocks pass, and how often each rule fired. */
static bool run(void *ctx, Span method, Span name, Span text, Span params, Buf *out)
{
    Run r = {0};
    Arena arena;
    CompileOptions options = {
        .load = load_for_run, .ctx = &arena, .until = STAGE_EMIT, .has_tests = true};
    TestBed bed;
    bool is_done = false;

    (void)ctx;
    (void)method;
    if (!arena_init(&arena, memory_source(), (size_t)512 << 20)) return false;
    r.arena = &arena;
    r.only = wanted_test(&arena, params);
    r.c = compile(name, arena_span(&arena, text), &options, &arena);
    json_write_init(&r.w, out, false);
    if (r.c.image.len && testbed_open(&bed, &r.c, &arena)) {
        play_tests(&r, &bed);
        is_done = json_write_is_whole(&r.w) && !arena_is_full(&arena);
    }
    arena_fini(&arena);
    return is_done;
}

/* ---- the loop --------------------------------------------------------------------------------- */

static void take_messages(Server *s)
{
    Span message;

    while (!s->is_closed && frames_next(&s->frames, &message) != FRAME_WAITS)
        while (!lsp_take(s->lsp, message) && lsp_step(s->lsp))
            ;
}

/* Reads what there is; waits for more when there is nothing else to do. */
static void read_some(Server *s, bool may_wait)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    size_t size;
    char *room = frames_room(&s->frames, &size);
    ssize_t got;

    if (!may_wait && poll(&in, 1, 0) <= 0) return;
    got = read(STDIN_FILENO, room, size);
    if (got > 0)
        frames_fed(&s->frames, (size_t)got);
    else if (got == 0 || errno != EINTR)
        s->is_closed = true;
    take_messages(s);
}

static int serve(Server *s)
{
    bool has_worked = false;
    int status = EXIT_CLEAN;

    while (!s->is_closed) {
        read_some(s, !has_worked);
        has_worked = lsp_step(s->lsp);
        if (lsp_is_over(s->lsp, &status)) return status;
    }
    return EXIT_FINDINGS; /* gone without a word */
}

int cmd_lsp(Cli *cli)
{
    Server s = {.cli = cli, .clean = arena_mark(cli->scratch)};
    LspHost host = {.ctx = &s,
                    .send = send,
                    .memory = memory_source(),
                    .load = load,
                    .locked = locked,
                    .levels = levels,
                    .run = run};
    int status;

    if (!frames_init(&s.frames, LSP_MESSAGE_MAX, cli->arena))
        return cli_fail(cli, EXIT_USE, "out of memory");
    s.lsp = lsp_new(&host);
    if (!s.lsp) return cli_fail(cli, EXIT_USE, "out of memory");
    status = serve(&s);
    lsp_free(s.lsp);
    return status;
}
