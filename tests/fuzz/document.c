/* document.c — see document.h. */
#include "tests/fuzz/document.h"

#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "compiler/views/diff.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"

enum { TEXT_MAX = 1 << 16, OUT_MAX = 4 << 20, LIMIT = 64 << 20 };

static Compilation read_as(const char *name, Span text, CompileStage until, Arena *arena)
{
    CompileOptions options = {.until = until, .has_tests = true};

    return compile(span_str(name), text, &options, arena);
}

static void check_findings(const Compilation *c, Span text)
{
    for (size_t i = 0; i < diags_count(c->diags); i++) {
        const Diag *d = diags_get(c->diags, i);

        BUG_IF(!d->title.len || d->place.begin > d->place.end);
        if (d->place.file == 0) BUG_IF(d->place.end > text.len);
        if (d->graph) BUG_IF(d->graph->pointer.len && d->graph->pointer.ptr[0] != '/');
    }
}

/* The strategy without what machines wrote. */
static Span without_layout(Span text)
{
    return span_sub(text, 0, span_find(text, SPAN("\nlayout {")));
}

/* What became a form says the same. */
static void check_form(Span document, Span text, Arena *arena)
{
    Span form = compile_convert(SPAN("a.json"), document, NOTATION_FORM, arena).text, back;

    if (!form.len) return;
    back = compile_to_text(SPAN("form.json"), form, arena);
    if (!arena_is_full(arena)) BUG_IF(!span_is(without_layout(back), without_layout(text)));
}

/* What became a graph says the same, and so does the graph of its text. */
static void check_graph(Span document, Span text, Arena *arena)
{
    Span graph = compile_convert(SPAN("a.json"), document, NOTATION_GRAPH, arena).text, back;
    Span drawn = compile_convert(SPAN("a.odx"), text, NOTATION_GRAPH, arena).text;

    if (!graph.len || !drawn.len || arena_is_full(arena)) return;
    back = compile_to_text(SPAN("graph.json"), graph, arena);
    if (!arena_is_full(arena)) BUG_IF(!span_is(without_layout(back), without_layout(text)));
    back = compile_to_text(SPAN("drawn.json"), drawn, arena);
    if (!arena_is_full(arena)) BUG_IF(!span_is(without_layout(back), without_layout(text)));
}

static void check_laid_out(Span document, Span text, Arena *arena)
{
    Span once = compile_format(SPAN("a.json"), document, arena);
    Span twice = compile_format(SPAN("a.json"), once, arena);
    Span back = compile_to_text(SPAN("a.json"), once, arena);

    if (arena_is_full(arena) || !once.len) return;
    BUG_IF(!span_is(once, twice));
    BUG_IF(!span_is(back, text));
}

static uint32_t lines_of(const Node *file)
{
    uint32_t count = file->kid_count;

    return count && node_is(file->kids[count - 1], NODE_LAYOUT) ? count - 1 : count;
}

/* A document that is compiled has no layout; its text does. */
static bool has_same_lines(const Node *a, const Node *b)
{
    if (lines_of(a) != lines_of(b)) return false;
    for (uint32_t i = 0; i < lines_of(a); i++)
        if (!node_is_equal(a->kids[i], b->kids[i])) return false;
    return true;
}

/* Without errors in the document there are none in its text. */
static void check_text(const Compilation *c, Span text, CompileStage until, Arena *arena)
{
    Compilation t = read_as("a.odx", text, until, arena);
    Diff diff;

    if (arena_is_full(arena)) return;
    BUG_IF(diags_has_errors(t.diags));
    BUG_IF(!has_same_lines(c->tree, t.tree));
    BUG_IF(!span_is(compile_to_text(SPAN("a.odx"), text, arena), text) && !arena_is_full(arena));
    if (until < STAGE_EMIT) return;
    diff = diff_make(c, &t, arena);
    if (!arena_is_full(arena)) BUG_IF(diff.count || !diff.is_same);
}

static void check_meaning(const Compilation *c, Span document, CompileStage until, Arena *arena)
{
    Span text = compile_to_text(SPAN("a.json"), document, arena);

    if (!text.len || text.len > SOURCE_MAX_BYTES) return;
    check_text(c, text, until, arena);
    check_laid_out(document, text, arena);
    check_form(document, text, arena);
    check_graph(document, text, arena);
}

static void tell(const Compilation *c, Arena *arena)
{
    const Diags *list[] = {c->diags};
    Buf b;

    buf_init(&b, arena, OUT_MAX);
    render_text(&b, c->diags, false);
    render_json_lines(&b, c->diags);
    render_sarif(&b, (RenderSet){list, 1}, SPAN("0"), arena);
}

void document_check(const uint8_t *data, size_t size)
{
    CompileStage until = size && data[0] & 64 ? STAGE_EMIT : STAGE_CHECK;
    Compilation c;
    Arena arena;
    Span text;

    if (size < 1 || size > TEXT_MAX) return;
    arena = pool_arena(data[0] < 64 ? (size_t)data[0] << 12 : LIMIT);
    text = span_of((const char *)data + 1, size - 1);
    (void)compile_is_document(text, &arena);
    c = read_as("a.json", text, until, &arena);
    BUG_IF(!c.tree || (c.is_broken && !arena_is_full(&arena)));
    if (!arena_is_full(&arena)) check_findings(&c, text);
    if (!diags_has_errors(c.diags)) check_meaning(&c, text, until, &arena);
    if (data[0] & 1) tell(&c, &arena);
    arena_fini(&arena);
}
