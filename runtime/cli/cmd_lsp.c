/* cmd_lsp.c — odx lsp: the language server on standard input and output.
 *
 * Frames around compiler/lsp; reads modules, odx.toml and odx.lock; lsp_run.h has the engine.  Promise: standard
 * output carries messages only; the process ends when the client says so or goes away. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "compiler/lsp/lsp.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/frames.h"
#include "runtime/cli/lsp_run.h"
#include "runtime/cli/project.h"
#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/core/memory.h"
#include "vm/base/fmt.h"
#include "vm/base/vec.h"

enum { MODULE_MAX_BYTES = 4 << 20 };

typedef VEC(Span) Names;

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
    m.name = project_plain_path(arena, buf_span(&name));
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

/* ---- the files of a project ------------------------------------------------------------------- */

enum { FILES_MAX = 20000 };

static void add_files(const char *folder, const char *ending, Names *names, Arena *arena)
{
    FolderFiles found;

    if (folder_find(arena, folder, ending, FILES_MAX, &found, NULL) != ST_OK) return;
    for (size_t i = 0; i < found.count; i++)
        if (span_find(span_str(found.paths[i]), SPAN("/node_modules/")) == SPAN_NONE_AT)
            vec_push(arena, names, project_plain_path(arena, span_str(found.paths[i])));
}

static bool is_below(Span name, Span folder)
{
    return folder.len && span_starts(name, folder) &&
           (span_ends(folder, SPAN("/")) || (name.len > folder.len && name.ptr[folder.len] == '/'));
}

/* The folder of odx.toml, else the one that the editor has open; NULL: neither holds the file. */
static const char *project_folder(Server *s, Span name, Span root)
{
    Arena *arena = s->cli->scratch;
    Project p;
    Span folder;

    if (!find_project(s, name, &p)) return NULL;
    folder = p.folder.len ? p.folder : root;
    return is_below(name, folder) ? arena_span(arena, folder).ptr : NULL;
}

static const Span *files(void *ctx, Span name, Span root, size_t *ret_count)
{
    Server *s = ctx;
    const char *folder = project_folder(s, name, root);
    Names names = {0};

    if (folder) {
        add_files(folder, ".odx", &names, s->cli->scratch);
        add_files(folder, ".json", &names, s->cli->scratch);
    }
    *ret_count = names.count;
    return names.items;
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
                    .files = files,
                    .run = lsp_run};
    int status;

    if (!frames_init(&s.frames, LSP_MESSAGE_MAX, cli->arena))
        return cli_fail(cli, EXIT_USE, "out of memory");
    s.lsp = lsp_new(&host);
    if (!s.lsp) return cli_fail(cli, EXIT_USE, "out of memory");
    status = serve(&s);
    lsp_free(s.lsp);
    return status;
}
