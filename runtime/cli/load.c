/* load.c — files and their compilation, as every verb needs them (see cli.h). */
#include <string.h>
#include <unistd.h>

#include "compiler/diag/render.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/lock.h"
#include "runtime/cli/project.h"
#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "vm/base/fmt.h"
#include "vm/base/vec.h"

enum { MAX_FILES = 10000, MAX_FILE_BYTES = 4 << 20 };

bool cli_file(Cli *cli, const char *path, CliFile *ret_file)
{
    Err err = ERR_NONE;

    (void)vec_push(cli->arena, &cli->reads, path);
    ret_file->name = strcmp(path, "-") == 0 ? SPAN("standard input") : span_str(path);
    if (file_read(cli->arena, path, MAX_FILE_BYTES, &ret_file->text, &err) == ST_OK) return true;
    cli_fail_err(cli, &err);
    return false;
}

typedef VEC(CliFile) Files;

/* In a folder, a .json is somebody else's unless it is a form or a graph. */
static bool add_file(Cli *cli, const char *path, bool is_asked_for, Files *files)
{
    CliFile f;

    if (!cli_file(cli, path, &f)) return false;
    if (is_asked_for || !span_ends(f.name, SPAN(".json")) ||
        compile_is_document(f.text, cli->scratch))
        vec_push(cli->arena, files, f);
    return true;
}

static bool add_folder(Cli *cli, const char *path, Files *files)
{
    static const char *const endings[] = {".odx", ".json"};
    size_t before = files->count;
    Err err = ERR_NONE;

    for (size_t e = 0; e < ARRAY_LEN(endings); e++) {
        FolderFiles found;

        if (folder_find(cli->arena, path, endings[e], MAX_FILES, &found, &err) != ST_OK) {
            cli_fail_err(cli, &err);
            return false;
        }
        for (size_t k = 0; k < found.count; k++)
            if (!add_file(cli, found.paths[k], false, files)) return false;
    }
    if (files->count == before) cli_fail(cli, EXIT_CLEAN, "%s: no strategies in this folder", path);
    return true;
}

bool cli_files(Cli *cli, CliFiles *ret_files)
{
    Files files = {0};

    for (size_t i = 0; i < cli->args.plain_count; i++) {
        const char *path = cli->args.plain[i];

        if (!(file_is_folder(path) ? add_folder(cli, path, &files)
                                   : add_file(cli, path, true, &files)))
            return false;
    }
    *ret_files = (CliFiles){files.items, files.count};
    return true;
}

typedef struct Loader {
    Cli *cli;
    Project project;
    LockList *lock;
    Arena *arena;
} Loader;

/* A module stands beside the file that uses it. */
static ModuleText load_module(void *ctx, Span path, Span from)
{
    Loader *l = ctx;
    ModuleText m = {0};
    Buf name = cli_buf(l->cli);

    while (from.len && from.ptr[from.len - 1] != '/')
        from.len--;
    buf_fmt(&name, "%S%S", path.len && path.ptr[0] == '/' ? (Span){NULL, 0} : from, path);
    m.name = arena_span(l->cli->arena, buf_span(&name));
    m.is_found = m.name.ptr && file_exists(m.name.ptr) &&
                 file_read(l->cli->arena, m.name.ptr, MAX_FILE_BYTES, &m.text, NULL) == ST_OK;
    if (m.is_found) (void)vec_push(l->cli->arena, &l->cli->reads, m.name.ptr);
    if (m.is_found && l->lock) lock_add(l->lock, path, m.text, l->arena);
    return m;
}

static Span locked(void *ctx, Span path)
{
    return project_locked(&((Loader *)ctx)->project, path);
}

/* --deny CODE makes a code that is off heard again. */
static void apply_deny(const Cli *cli, DiagLevels *levels)
{
    for (size_t i = 0; i < cli->args.counts[OPT_DENY]; i++) {
        DiagCode code = diag_code_find(span_str(cli->args.values[OPT_DENY][i]));

        if (code != ODX_NONE && levels->level[code] == LEVEL_OFF)
            diag_levels_set(levels, code, LEVEL_WARNING);
    }
}

/* --allow CODE over the project's levels. */
static bool apply_allow(Cli *cli, DiagLevels *levels)
{
    for (size_t i = 0; i < cli->args.counts[OPT_ALLOW]; i++) {
        const char *word = cli->args.values[OPT_ALLOW][i];
        DiagCode code = diag_code_find(span_str(word));

        if (code == ODX_NONE) {
            cli_fail(cli, EXIT_USE, "`--allow %s`: there is no such code", word);
            return false;
        }
        if (!diag_levels_set(levels, code, LEVEL_OFF)) {
            cli_fail(cli, EXIT_USE, "`--allow %s`: an error cannot be allowed", word);
            return false;
        }
    }
    return true;
}

bool cli_compile(Cli *cli, const CliFile *file, const CliCompile *how, Arena *arena,
                 Compilation *ret_c)
{
    Loader *l = arena_new(arena, Loader);
    CompileOptions options = {.load = load_module,
                              .ctx = l,
                              .until = how->until,
                              .has_tests = how->has_tests,
                              .is_plain = how->is_plain,
                              .is_stripped = how->is_stripped,
                              .has_format_note = how->has_format_note};
    DiagLevels levels;
    Err err = ERR_NONE;

    *ret_c = (Compilation){0};
    l->cli = cli;
    l->arena = arena;
    l->lock = how->lock;
    if (project_find(&l->project, file->name.ptr, arena, &err) != ST_OK) {
        cli_fail_err(cli, &err);
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(l->project.read); i++)
        if (l->project.read[i])
            (void)vec_push(cli->arena, &cli->reads,
                           arena_span(cli->arena, span_str(l->project.read[i])).ptr);
    if (l->project.has_lock && !how->ignores_lock) options.locked = locked;
    if (how->ret_settings)
        *how->ret_settings = (CliSettings){l->project.denies_warnings, l->project.denies_notes};
    diag_levels_default(&levels);
    project_levels(&l->project, file->name, &levels);
    apply_deny(cli, &levels);
    if (!apply_allow(cli, &levels)) return false;
    options.levels = &levels;
    *ret_c = compile(file->name, file->text, &options, arena);
    return true;
}

bool cli_compile_sound(Cli *cli, const CliFile *file, const CliCompile *how, Compilation *ret_c)
{
    if (!cli_compile(cli, file, how, cli->arena, ret_c)) return false;
    if (ret_c->is_broken) {
        cli_fail(cli, EXIT_FAULT, "our mistake: %S: %S", file->name, ret_c->broken_why);
        return false;
    }
    if (!diags_counts(ret_c->diags).errors) return true;

    Buf text = cli_buf(cli);

    render_text(&text, ret_c->diags, cli->has_colour);
    out_put(&cli->err, buf_span(&text));
    return false;
}

bool cli_compile_readable(Cli *cli, const CliFile *file, const CliCompile *how, Compilation *ret_c)
{
    CliFile text;
    Buf name = cli_buf(cli);

    if (!cli_compile_sound(cli, file, how, ret_c)) return false;
    if (!sources_get(ret_c->sources, 0)->is_json) return true;
    buf_fmt(&name, "%S.odx", file->name);
    text.name = arena_span(cli->arena, buf_span(&name));
    text.text = compile_to_text(file->name, file->text, cli->arena);
    return cli_compile_sound(cli, &text, how, ret_c);
}
