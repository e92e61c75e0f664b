/* cmd_fix.c — applies fixes: safe ones at once, suggested ones one by one on a terminal.
 *
 * Modules of the project are fixed before the files that use them, each by itself, because what is safe for
 * one user of a module need not be for the next.  Promise: what is pinned or locked, lies outside the project
 * or is built in is not touched. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compiler/diag/changes.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/project.h"
#include "runtime/core/file.h"
#include "runtime/core/term.h"
#include "vm/base/fmt.h"
#include "vm/base/vec.h"

enum { MAX_ROUNDS = 10 }; /* a fix may make room for the next one */

typedef struct Fixing {
    Cli *cli;
    VEC(Span) seen; /* paths without `..` */
    int worst;
} Fixing;

/* Asks on the terminal; anything but y is no. */
static bool ask(Cli *cli, const Diag *d, const DiagHelp *h)
{
    char answer[16] = "";
    Buf line = cli_buf(cli);

    buf_fmt(&line, "%s: %S\n  %S  [y/N] ", diag_info(d->code)->code, d->title, h->text);
    out_put(&cli->err, buf_span(&line));
    out_flush(&cli->err, NULL);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool is_wanted(Cli *cli, const Diag *d, const DiagHelp *h)
{
    if (!h->edits || d->allowed.len) return false;
    if (h->fix == FIX_SAFE) return true;
    return h->fix == FIX_SUGGESTED && args_has(&cli->args, OPT_SUGGESTED) && ask(cli, d, h);
}

/* The wanted fixes of one round; those that overlap an earlier one wait for the next. */
static bool fix_round(Cli *cli, CliFile *file)
{
    CliCompile how = {.until = STAGE_PROVE};
    Changes changes;
    Compilation c;

    if (!cli_compile(cli, file, &how, cli->arena, &c)) return false;
    changes = changes_new(cli->arena, file->text);
    for (size_t i = 0; i < diags_count(c.diags); i++) {
        const Diag *d = diags_get(c.diags, i);

        for (const DiagHelp *h = d->helps; h && d->place.file == 0; h = h->next) {
            if (!changes_can_add(&changes, h->edits) || !is_wanted(cli, d, h)) continue;
            changes_add(&changes, h->edits);
            break;
        }
    }
    if (!changes.count) return false;
    file->text = changes_apply(&changes);
    return true;
}

static int fix_file(Cli *cli, const CliFile *original)
{
    CliFile file = *original;
    Buf out = cli_buf(cli);
    Err err = ERR_NONE;

    for (int round = 0; round < MAX_ROUNDS && fix_round(cli, &file); round++)
        if (args_has(&cli->args, OPT_SUGGESTED)) break; /* asked once, not again and again */
    if (span_is(file.text, original->text)) return EXIT_CLEAN;
    if (args_has(&cli->args, OPT_FIX_DIFF)) {
        changes_show(cli->arena, original->name, original->text, file.text, &out);
        cli_put(cli, buf_span(&out));
        return EXIT_CLEAN;
    }
    if (strcmp(original->name.ptr, "standard input") == 0) {
        cli_put_bytes(cli, file.text);
        return EXIT_CLEAN;
    }
    if (file_replace(original->name.ptr, file.text, &err) != ST_OK) return cli_fail_err(cli, &err);
    return EXIT_CLEAN;
}

/* ---- modules ---------------------------------------------------------------------------------- */

static bool is_below(Span path, Span folder)
{
    if (!folder.len) return !span_starts(path, SPAN("/")) && !span_starts(path, SPAN("../"));
    return span_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/';
}

static bool pins(const Node *file, Span path)
{
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++) {
        const Node *n = file->kids[i];

        if (n->kind == NODE_USE && span_is(n->kids[KID_USE_PATH]->text, path) &&
            n->kids[KID_USE_PIN])
            return true;
    }
    return false;
}

static bool is_pinned(const Compilation *c, Span path)
{
    bool is = pins(c->tree, path);

    for (const CompiledModule *m = c->modules; m; m = m->next)
        is = is || pins(m->tree, path);
    return is;
}

static bool may_edit(const Fixing *f, const Compilation *c, const CompiledModule *m,
                     const Project *p, Span main)
{
    Arena *arena = f->cli->arena;
    Span folder = p->folder.ptr ? p->folder : project_beside(main.ptr);
    Span path = project_plain_path(arena, sources_get(c->sources, m->tree->place.file)->name);

    if (m->is_std || is_pinned(c, m->path) || project_locked(p, m->path).len) return false;
    return is_below(path, project_plain_path(arena, folder));
}

static bool is_new(Fixing *f, Span path)
{
    path = project_plain_path(f->cli->arena, path);
    for (size_t i = 0; i < f->seen.count; i++)
        if (span_is(f->seen.items[i], path)) return false;
    vec_push(f->cli->arena, &f->seen, path);
    return true;
}

static void fix_one(Fixing *f, const CliFile *file)
{
    int code = fix_file(f->cli, file);

    if (code > f->worst) f->worst = code;
}

static void fix_modules(Fixing *f, const CliFile *file)
{
    CliCompile how = {.until = STAGE_CHECK};
    Err err = ERR_NONE;
    Compilation c;
    Project p;

    if (project_find(&p, file->name.ptr, f->cli->arena, &err) != ST_OK) return; /* said later */
    if (!cli_compile(f->cli, file, &how, f->cli->arena, &c)) return;
    for (const CompiledModule *m = c.modules; m; m = m->next) {
        const Source *s = sources_get(c.sources, m->tree->place.file);
        CliFile module = {project_plain_path(f->cli->arena, s->name), s->text};

        if (may_edit(f, &c, m, &p, file->name) && is_new(f, s->name)) fix_one(f, &module);
    }
}

int cmd_fix(Cli *cli)
{
    Fixing f = {.cli = cli};
    CliFiles files;

    if (args_has(&cli->args, OPT_SUGGESTED) && !term_is_terminal(STDIN_FILENO))
        return cli_fail(cli, EXIT_USE, "--suggested asks before each fix and needs a terminal");
    if (!cli_files(cli, &files)) return EXIT_USE;
    for (size_t i = 0; i < files.count; i++) {
        fix_modules(&f, &files.items[i]);
        if (is_new(&f, files.items[i].name)) fix_one(&f, &files.items[i]);
    }
    return f.worst;
}
