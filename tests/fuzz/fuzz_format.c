/* fuzz_format.c — any bytes as a strategy: told in every form, formatted, and read again.
 *
 * An input that starts with the byte 1 has its memory limit in the next one, so that running out of
 * memory is an input like any other.  Promises checked: a tree comes out whatever goes in; findings
 * render in every form, the JSON ones as valid JSON; a text without errors survives the formatter with
 * an equal tree and every comment in its place, and formatting twice changes nothing. */
#include "compiler/diag/render.h"
#include "compiler/source/parse.h"
#include "compiler/views/text_write.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/json.h"

#define LIMIT ((size_t)256 << 20)
#define OUT_MAX ((size_t)32 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Run {
    Arena *arena;
    Diags *diags;
    Node *tree;
} Run;

static Run parse(Arena *arena, Span text)
{
    Run r = {.arena = arena};
    Sources *ss = arena_new(arena, Sources);
    Parse p;

    if (arena_is_full(arena)) return r;
    sources_init(ss, arena);
    if (!sources_add(ss, SPAN("fuzz.odx"), text)) return r;
    r.diags = diags_new(arena, ss, NULL);
    if (arena_is_full(arena)) return r;
    parse_init(&p, arena, ss, r.diags);
    r.tree = parse_file(&p, 0);
    BUG_IF(!r.tree || r.tree->kind != NODE_FILE || r.tree->depth > NODE_MAX_DEPTH + 1);
    return r;
}

static bool is_same_list(const Comment *a, const Comment *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!span_is(a->text, b->text) || a->is_doc != b->is_doc) return false;
    return a == b;
}

static bool has_same_comments(const Node *a, const Node *b)
{
    static const Comments none;
    const Comments *ca = a && a->comments ? a->comments : &none;
    const Comments *cb = b && b->comments ? b->comments : &none;

    if (!a || !b) return a == b;
    if (!is_same_list(ca->before, cb->before) || !is_same_list(ca->open, cb->open)) return false;
    if (!is_same_list(ca->trailing, cb->trailing) || !is_same_list(ca->end, cb->end)) return false;
    for (uint32_t i = 0; i < a->kid_count; i++)
        if (!has_same_comments(a->kids[i], b->kids[i])) return false;
    return true;
}

static Span format(const Run *r)
{
    Buf b;

    buf_init(&b, r->arena, OUT_MAX);
    text_write(&b, r->tree, r->arena);
    return buf_is_full(&b) ? (Span){0} : buf_span(&b);
}

static void check_round(const Run *first)
{
    Span once = format(first), twice;
    Run second;

    if (!once.len || once.len > SOURCE_MAX_BYTES) return; /* blanks can make a text too large */
    second = parse(first->arena, once);
    BUG_IF(!second.tree);
    BUG_IF(diags_has_errors(second.diags));
    BUG_IF(!node_is_equal(first->tree, second.tree));
    BUG_IF(!has_same_comments(first->tree, second.tree));
    twice = format(&second);
    BUG_IF(!span_is(once, twice));
}

static void check_json(Arena *arena, Span text)
{
    JsonReader r;
    JsonEvent e;

    json_init(&r, text, (JsonLimits){OUT_MAX, JSON_DEPTH_MAX}, arena);
    do
        json_next(&r, &e);
    while (e.kind != JSON_END && e.kind != JSON_ERROR);
    BUG_IF(e.kind == JSON_ERROR && !arena_is_full(arena));
}

static void check_forms(const Run *r)
{
    const Diags *list[] = {r->diags};
    RenderSet set = {list, 1};
    Span lines, line;
    Buf b;

    diags_finish(r->diags);
    buf_init(&b, r->arena, OUT_MAX);
    render_text(&b, r->diags, true);
    render_github(&b, set, 1);
    render_github_summary(&b, set, 1);
    buf_clear(&b);
    render_sarif(&b, set, SPAN("0"), r->arena);
    if (!buf_is_full(&b)) check_json(r->arena, buf_span(&b));
    buf_init(&b, r->arena, OUT_MAX);
    render_json_lines(&b, r->diags);
    lines = buf_span(&b);
    while (!buf_is_full(&b) && span_cut(&lines, '\n', &line))
        check_json(r->arena, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool is_short = size > 1 && data[0] == 1;
    Span text = span_from(span_of((const char *)data, size), is_short ? 2 : 0);
    Arena arena = pool_arena(is_short ? (size_t)(data[1] + 1) << 13 : LIMIT);
    Run r;

    r = parse(&arena, text);
    if (r.tree && !arena_is_full(&arena) && !diags_has_errors(r.diags)) check_round(&r);
    if (r.tree && !arena_is_full(&arena)) check_forms(&r);
    arena_fini(&arena);
    return 0;
}
