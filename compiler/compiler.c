/* compiler.c — the order of the stages, and where modules come from.
 *
 * Parses the main file and, when sema asks, the modules it uses; the library's own are built in.
 * Promise: findings are finished whatever stage was the last. */
#include "compiler/compiler.h"

#include "compiler/emit/emit.h"
#include "compiler/prove/prove.h"
#include "compiler/sema/sema.h"
#include "compiler/source/parse.h"
#include "compiler/views/document.h"
#include "compiler/views/graph_write.h"
#include "compiler/views/text_write.h"
#include "vm/base/json.h"

typedef struct StdModule {
    Span path, name, text;
} StdModule;

#include "compiler/std_modules.h"

typedef struct Loaded {
    struct Loaded *next;
    Span name;
    const Node *tree;
} Loaded;

typedef struct Compiler {
    Arena *arena;
    Sources *sources;
    Diags *diags;
    Parse parse;
    const CompileOptions *options;
    Loaded *loaded;
    CompiledModule *modules; /* by path and user */
    bool has_layout;         /* of a document: another notation is wanted */
} Compiler;

static const StdModule *find_std(Span path)
{
    for (size_t i = 0; i < sizeof STD_MODULES / sizeof STD_MODULES[0]; i++)
        if (span_is(path, STD_MODULES[i].path) || span_is(path, STD_MODULES[i].name))
            return &STD_MODULES[i];
    return NULL;
}

/* The same file is parsed once, under whatever path it was asked for. */
static const Node *parse_module(Compiler *c, Span name, Span text)
{
    Source *s;
    Loaded *l;

    for (l = c->loaded; l; l = l->next)
        if (span_is(l->name, name)) return l->tree;
    s = sources_add(c->sources, name, text);
    l = arena_new(c->arena, Loaded);
    if (!s || arena_is_full(c->arena)) return NULL;
    *l = (Loaded){.next = c->loaded, .name = name, .tree = parse_file(&c->parse, s->file)};
    c->loaded = l;
    return l->tree;
}

static const Node *remember(Compiler *c, Span path, uint16_t from, const Node *tree, bool is_std)
{
    CompiledModule *m = tree ? arena_new(c->arena, CompiledModule) : NULL;

    if (!m || arena_is_full(c->arena)) return tree; /* the emergency page is no list */
    *m = (CompiledModule){
        .next = c->modules, .path = path, .from = from, .tree = tree, .is_std = is_std};
    c->modules = m;
    return tree;
}

static SemaModule load_module(void *ctx, Span path, uint16_t from_file)
{
    Compiler *c = ctx;
    const StdModule *std = find_std(path);
    const Source *from = sources_get(c->sources, from_file);
    ModuleText t;

    if (std)
        return (SemaModule){
            remember(c, path, from_file, parse_module(c, std->name, std->text), true), std->text,
            true};
    if (!c->options->load) return (SemaModule){NULL, {NULL, 0}, false};
    t = c->options->load(c->options->ctx, path, from ? from->name : (Span){NULL, 0});
    if (!t.is_found) return (SemaModule){NULL, {NULL, 0}, false};
    return (SemaModule){remember(c, path, from_file, parse_module(c, t.name, t.text), false),
                        t.text, false};
}

static Span locked_hash(void *ctx, Span path)
{
    Compiler *c = ctx;

    return c->options->locked && !find_std(path) ? c->options->locked(c->options->ctx, path)
                                                 : (Span){NULL, 0};
}

/* The tree that is handed out when memory ended before there was one.  For reading only. */
static Node *no_tree(void)
{
    static const Node *const kids[1]; /* the header is missing, there are no items */
    static const Node tree = {
        .kind = NODE_FILE, .depth = 1, .kid_count = 1, .kids = (Node **)(uintptr_t)kids};

    return (Node *)(uintptr_t)&tree;
}

static void start(Compiler *c, Span name, Span text, Compilation *out)
{
    Sources *ss;
    Source *main;

    out->tree = no_tree();
    out->diags = c->diags = diags_none();
    out->sources = c->sources = (Sources *)(uintptr_t)diags_sources(c->diags);
    ss = arena_new(c->arena, Sources);
    if (arena_is_full(c->arena)) return;
    out->sources = c->sources = ss;
    sources_init(c->sources, c->arena);
    out->diags = c->diags = diags_new(c->arena, c->sources, c->options->levels);
    main = sources_add(c->sources, name, span_sub(text, 0, UINT32_MAX / 2));
    parse_init(&c->parse, c->arena, c->sources, c->diags);
    if (arena_is_full(c->arena)) return;
    main->is_json = document_is_json(name, text);
    out->tree =
        main->is_json ? document_read(&c->parse, 0, c->has_layout) : parse_file(&c->parse, 0);
    if (arena_is_full(c->arena)) out->tree = no_tree();
}

/* Bounds that only the finished code knows, and our own mistakes. */
static void report_emission(const EmitResult *r, Diags *diags, Compilation *out)
{
    switch (r->status) {
    case EMIT_OK:
    case EMIT_NO_MEMORY: /* whoever owns the arena says so: there is no room for a finding either */
        break;
    case EMIT_TOO_BIG:
        diag_add(diags, ODX702, out->program->title_place, T_IMAGE_TOO_BIG, arg_str(r->what));
        break;
    case EMIT_NOT_FIXED:
        diag_add(diags, ODX105, r->place, T_WORKED_OUT);
        break;
    case EMIT_BROKEN:
        out->is_broken = true;
        out->broken_why = span_str(r->what);
        break;
    }
}

static void emit(const Compiler *c, Span text, Compilation *out)
{
    EmitOptions options = {.has_tests = c->options->has_tests,
                           .is_plain = c->options->is_plain,
                           .is_stripped = c->options->is_stripped,
                           .source = text};
    EmitResult r = emit_program(out->program, &options, c->arena);

    out->image = r.image;
    out->cost = r.cost;
    report_emission(&r, c->diags, out);
}

/* The one style, or nothing when the text was cut short by a limit. */
static Span format_tree(const Compilation *out, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 4 * SOURCE_MAX_BYTES);
    text_write(&b, out->tree, arena);
    return buf_is_full(&b) ? (Span){NULL, 0} : arena_span(arena, buf_span(&b));
}

/* ODX506: the file is not in the one style.  Its fix is the formatter, not an edit of every line. */
static void note_format(const Compiler *c, Span text, const Compilation *out)
{
    Span formatted = format_tree(out, c->arena);

    if (!formatted.ptr || span_is(formatted, text)) return;
    diag_help(diag_add(c->diags, ODX506, place_at(0, 0, 0), T_NOT_FORMATTED), T_NOT_FORMATTED_FIX);
}

static bool is_document(const Compiler *c)
{
    return c->sources->count > 0 && c->sources->files[0].is_json;
}

static Span write_document(const Compilation *c, Notation to, Diags *lost, Arena *arena)
{
    bool is_form = to == NOTATION_FORM;
    Span laid_out;
    Buf b;

    buf_init(&b, arena, 2 * JSON_SIZE_MAX);
    if (!(is_form ? form_write(&b, c->tree, lost, arena) : graph_write(&b, c->tree, lost, arena)))
        return (Span){NULL, 0};
    if (buf_is_full(&b)) return (Span){NULL, 0};
    laid_out = document_format(buf_span(&b), arena);
    return laid_out.len <= JSON_SIZE_MAX ? laid_out : arena_span(arena, buf_span(&b));
}

Conversion compile_convert(Span name, Span text, Notation to, Arena *arena)
{
    DiagLevels levels;
    CompileOptions options = {.until = STAGE_PARSE, .levels = &levels};
    Compiler c = {.arena = arena, .options = &options, .has_layout = true};
    Compilation out = {.tree = NULL};
    Span made = {NULL, 0};
    Diags *lost;

    diag_levels_default(&levels);
    (void)diag_levels_set(&levels, ODX508, LEVEL_OFF); /* what is allowed is not looked for here */
    start(&c, name, text, &out);
    lost = diags_new(arena, c.sources, &levels);
    if (!diags_has_errors(c.diags))
        made =
            to == NOTATION_TEXT ? format_tree(&out, arena) : write_document(&out, to, lost, arena);
    diags_finish(c.diags);
    diags_finish(lost);
    document_point(arena, c.sources, c.diags);
    document_point(arena, c.sources, lost);
    return (Conversion){made, c.sources, c.diags, lost};
}

Span compile_to_text(Span name, Span text, Arena *arena)
{
    return compile_convert(name, text, NOTATION_TEXT, arena).text;
}

bool compile_is_document(Span text, Arena *scratch)
{
    return document_is_strategy(text, scratch);
}

Span compile_format(Span name, Span text, Arena *arena)
{
    return document_is_json(name, text) ? document_format(text, arena)
                                        : compile_to_text(name, text, arena);
}

Compilation compile(Span name, Span text, const CompileOptions *options, Arena *arena)
{
    static const CompileOptions none = {.until = STAGE_EMIT};
    Compiler c = {.arena = arena, .options = options ? options : &none};
    SemaOptions sema = {.load = load_module, .locked = locked_hash, .ctx = &c};
    Compilation out = {.tree = NULL};

    start(&c, name, text, &out);
    if (c.options->has_format_note && !is_document(&c) && !diags_has_errors(c.diags))
        note_format(&c, text, &out);
    if (c.options->until >= STAGE_CHECK && !arena_is_full(arena))
        out.program = sema_check(out.tree, &sema, c.diags, arena);
    out.modules = c.modules;
    if (c.options->until >= STAGE_PROVE && !diags_has_errors(c.diags))
        prove(out.program, c.diags, arena);
    if (c.options->until >= STAGE_EMIT && !diags_has_errors(c.diags) && !out.program->is_module)
        emit(&c, text, &out);
    diags_finish(c.diags);
    if (!arena_is_full(arena)) document_point(arena, c.sources, c.diags);
    if (arena_is_full(arena)) out.image = (Span){NULL, 0};
    return out;
}

Diags *compile_check_history(const Compilation *c, Ready range, const DiagLevels *levels,
                             Arena *arena)
{
    Diags *ds = diags_new(arena, c->sources, levels);

    if (c->program) sema_check_history(c->program, range, ds, arena);
    diags_finish(ds);
    return ds;
}
