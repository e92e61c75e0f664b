/* project.c — see project.h. */
#include "runtime/cli/project.h"

#include <string.h>

#include "runtime/core/file.h"
#include "vm/base/buf.h"
#include "vm/base/fmt.h"
#include "vm/base/vec.h"

enum { PROJECT_MAX_BYTES = 1 << 20, PROJECT_MAX_DEPTH = 64 };

typedef struct Reader {
    Project *p;
    Arena *arena;
    Span name, section_path;
    bool in_levels;
    size_t line;
    Buf mistakes;
    VEC(ProjectRule) rules;
} Reader;

static void mistake(Reader *r, const char *fmt, Span what)
{
    buf_fmt(&r->mistakes, "%s%S:%zu: ", r->mistakes.len ? "\n" : "", r->name, r->line);
    buf_fmt(&r->mistakes, fmt, what);
}

static Span unquote(Span s)
{
    s = span_trim(s);
    if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"') return span_sub(s, 1, s.len - 2);
    return (Span){NULL, 0};
}

/* [levels] or [levels."path"] */
static void read_section(Reader *r, Span line)
{
    Span inner = span_trim(span_sub(line, 1, line.len - 2));

    r->in_levels = span_starts(inner, SPAN("levels"));
    r->section_path = (Span){"", 0};
    if (!r->in_levels) {
        mistake(r, "there is no table `%S`; the one table is [levels]", inner);
        return;
    }
    inner = span_from(inner, 6);
    if (!inner.len) return;
    r->section_path = inner.ptr[0] == '.' ? unquote(span_from(inner, 1)) : (Span){NULL, 0};
    if (!r->section_path.ptr) mistake(r, "write [levels] or [levels.\"path/\"], not `%S`", line);
}

static bool read_level(Span value, DiagLevel *ret_level)
{
    static const char *const names[] = {"off", "note", "warning", "error"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!span_eq_str(value, names[i])) continue;
        *ret_level = (DiagLevel)i;
        return true;
    }
    return false;
}

static void read_code(Reader *r, Span key, Span value)
{
    DiagCode code = diag_code_find(key);
    DiagLevel level;

    if (code == ODX_NONE) {
        mistake(r, "there is no code `%S`", key);
        return;
    }
    if (!read_level(unquote(value), &level)) {
        mistake(r, "a level is \"off\", \"note\", \"warning\" or \"error\", not %S", value);
        return;
    }
    if (diag_info(code)->level == LEVEL_ERROR && level != LEVEL_ERROR) {
        mistake(r, "%S is an error and stays one", key);
        return;
    }
    vec_push(r->arena, &r->rules, (ProjectRule){r->section_path, code, level});
}

/* deny = ["warnings"] */
static void read_deny(Reader *r, Span value)
{
    Span list = value, item;

    if (value.len < 2 || value.ptr[0] != '[' || value.ptr[value.len - 1] != ']') {
        mistake(r, "write deny = [\"warnings\"], not `%S`", value);
        return;
    }
    list = span_sub(value, 1, value.len - 2);
    while (span_cut(&list, ',', &item)) {
        Span word = unquote(item);

        if (span_eq_str(word, "warnings"))
            r->p->denies_warnings = true;
        else if (span_eq_str(word, "notes"))
            r->p->denies_warnings = r->p->denies_notes = true;
        else if (span_trim(item).len)
            mistake(r, "deny takes \"warnings\" and \"notes\", not %S", span_trim(item));
    }
}

static void read_line(Reader *r, Span line)
{
    size_t hash = span_find_char(line, '#'), eq;
    Span key, value;

    if (hash != SPAN_NONE_AT && span_find_char(line, '"') > hash) line = span_sub(line, 0, hash);
    line = span_trim(line);
    if (!line.len) return;
    if (line.ptr[0] == '[' && line.ptr[line.len - 1] == ']') {
        read_section(r, line);
        return;
    }
    eq = span_find_char(line, '=');
    if (eq == SPAN_NONE_AT) {
        mistake(r, "expected KEY = VALUE, found `%S`", line);
        return;
    }
    key = span_trim(span_sub(line, 0, eq));
    value = span_trim(span_from(line, eq + 1));
    if (r->in_levels)
        read_code(r, key, value);
    else if (span_eq_str(key, "deny"))
        read_deny(r, value);
    else
        mistake(r, "there is no key `%S`; known: deny, and codes under [levels]", key);
}

Status project_parse(Project *p, Span name, Span text, Arena *arena, Err *err)
{
    Reader r = {.p = p, .arena = arena, .name = name, .section_path = {"", 0}};
    Span line;

    buf_init(&r.mistakes, arena, ERR_TEXT_MAX);
    while (span_cut(&text, '\n', &line)) {
        r.line++;
        read_line(&r, line);
    }
    p->rules = r.rules.items;
    p->rule_count = r.rules.count;
    if (!r.mistakes.len) return ST_OK;
    return err_set(err, ST_BAD_INPUT, "%S", buf_span(&r.mistakes));
}

static Status read_lock(Project *p, const char *path, Arena *arena, Err *err)
{
    VEC(LockEntry) entries = {0};
    Span text, line;
    Status st = file_is_regular(path, err);

    if (st == ST_OK) st = file_read(arena, path, PROJECT_MAX_BYTES, &text, err);
    if (st != ST_OK) return st;
    while (span_cut(&text, '\n', &line)) {
        size_t space = span_find_char(line, ' ');

        line = span_trim(line);
        if (!line.len || line.ptr[0] == '#') continue;
        if (space != 64) return err_set(err, ST_BAD_INPUT, "%s: a line is HASH PATH", path);
        vec_push(arena, &entries,
                 (LockEntry){span_trim(span_from(line, space)), span_sub(line, 0, space)});
    }
    p->has_lock = true;
    p->read[1] = path;
    p->lock = entries.items;
    p->lock_count = entries.count;
    return ST_OK;
}

/* The folder of a path, with its slash; "" for the current one. */
static Span folder_of(Span path)
{
    while (path.len && path.ptr[path.len - 1] != '/')
        path.len--;
    return path;
}

static const char *join(Arena *arena, Span folder, const char *name)
{
    Buf b;

    buf_init(&b, arena, 8192);
    buf_fmt(&b, "%S%s", folder, name);
    return arena_span(arena, buf_span(&b)).ptr;
}

static Status read_project(Project *p, Span folder, const char *toml, Arena *arena, Err *err)
{
    const char *lock = join(arena, folder, "odx.lock");
    Span text;
    Status st = file_is_regular(toml, err);

    if (st == ST_OK) st = file_read(arena, toml, PROJECT_MAX_BYTES, &text, err);
    if (st != ST_OK) return st;
    p->folder = folder;
    p->read[0] = toml;
    st = project_parse(p, span_str(toml), text, arena, err);
    if (st != ST_OK || !file_has_name(lock)) return st;
    return read_lock(p, lock, arena, err);
}

Span project_beside(const char *path)
{
    return folder_of(span_str(path));
}

Status project_find(Project *p, const char *file, Arena *arena, Err *err)
{
    Span folder = folder_of(span_str(file));
    const char *lock = join(arena, folder, "odx.lock");

    *p = (Project){0};
    for (int up = 0; up < PROJECT_MAX_DEPTH; up++) {
        const char *toml = join(arena, folder, "odx.toml");

        if (file_has_name(toml)) return read_project(p, folder, toml, arena, err);
        if (span_is(folder, SPAN("/"))) break;
        if (folder.len && folder.ptr[0] == '/') {
            folder = folder_of(span_sub(folder, 0, folder.len - 1));
        } else if (folder.len && !span_ends(folder, SPAN("../"))) {
            folder = folder_of(span_sub(folder, 0, folder.len - 1));
        } else {
            folder = span_str(join(arena, folder, "../"));
            if (!file_is_folder(folder.ptr) || up > 16) break;
        }
    }
    return file_has_name(lock) ? read_lock(p, lock, arena, err) : ST_OK;
}

Span project_plain_path(Arena *arena, Span path)
{
    VEC(Span) steps = {0};
    bool is_absolute = span_starts(path, SPAN("/"));
    Span step;
    Buf b;

    while (span_cut(&path, '/', &step)) {
        bool is_up = span_eq_str(step, "..");

        if (!step.len || span_eq_str(step, ".")) continue;
        if (is_up && steps.count && !span_eq_str(vec_last(&steps), ".."))
            (void)vec_pop(&steps);
        else if (!is_up || !is_absolute)
            vec_push(arena, &steps, step);
    }
    buf_init(&b, arena, 8192);
    for (size_t i = 0; i < steps.count; i++)
        buf_fmt(&b, "%s%S", i || is_absolute ? "/" : "", steps.items[i]);
    return arena_span(arena, buf_span(&b));
}

void project_levels(const Project *p, Span file, DiagLevels *levels)
{
    Span below = span_starts(file, p->folder) ? span_from(file, p->folder.len) : file;

    for (size_t i = 0; i < p->rule_count; i++)
        if (span_starts(below, p->rules[i].path))
            diag_levels_set(levels, p->rules[i].code, p->rules[i].level);
}

Span project_locked(const Project *p, Span path)
{
    for (size_t i = 0; i < p->lock_count; i++)
        if (span_is(p->lock[i].path, path)) return p->lock[i].hash;
    return (Span){NULL, 0};
}
