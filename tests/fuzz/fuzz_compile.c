/* fuzz_compile.c — any bytes as a strategy, text or JSON document, all the way to an image.
 *
 * The first byte limits the memory and chooses: plain, with tests, stripped, what the formatter says, the
 * other views, findings in every form.  Promise checked: findings or an image, and the engine's own reader takes
 * every image that is handed out. */
#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/image.h"

enum { TEXT_MAX = 20000, OUT_MAX = 4 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(const Compilation *c, Arena *arena)
{
    const Diags *list[] = {c->diags};
    RenderSet set = {list, 1};
    Buf b;

    buf_init(&b, arena, OUT_MAX);
    render_text(&b, c->diags, false);
    render_json_lines(&b, c->diags);
    render_github(&b, set, 10);
    render_github_summary(&b, set, 10);
    render_sarif(&b, set, SPAN("0"), arena);
}

/* The strategy without what machines wrote. */
static Span without_layout(Span text)
{
    return span_sub(text, 0, span_find(text, SPAN("\nlayout {")));
}

/* What became a form is the same strategy as text, and the same form again. */
static void check_form(Span text, Arena *arena)
{
    Span form = compile_convert(SPAN("fuzz"), text, NOTATION_FORM, arena).text, back, want, again;

    if (!form.len || arena_is_full(arena)) return;
    back = compile_to_text(SPAN("form.json"), form, arena);
    want = compile_to_text(SPAN("fuzz"), text, arena);
    again = compile_convert(SPAN("text.odx"), back, NOTATION_FORM, arena).text;
    if (arena_is_full(arena)) return;
    BUG_IF(!span_is(without_layout(back), without_layout(want)));
    BUG_IF(!span_is(form, again));
}

static void view(const Compilation *c, Span text, Arena *arena)
{
    if (!diags_has_errors(c->diags)) check_form(text, arena);
    (void)compile_format(SPAN("fuzz"), text, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CompileOptions options = {.until = STAGE_EMIT};
    Compilation c;
    Refusal why;
    Arena arena;

    if (size < 1 || size > TEXT_MAX) return 0;
    options.is_plain = data[0] & 1;
    options.has_tests = data[0] & 2;
    options.is_stripped = data[0] & 4;
    options.has_format_note = data[0] & 8;
    arena = pool_arena(data[0] < 64 ? (size_t)data[0] << 13 : (size_t)64 << 20);
    c = compile(SPAN("fuzz"), span_of((const char *)data + 1, size - 1), &options, &arena);
    BUG_IF(!c.tree || (c.is_broken && !arena_is_full(&arena)));
    if (c.image.len && !arena_is_full(&arena)) {
        BUG_IF(diags_has_errors(c.diags));
        BUG_IF(!image_load(c.image, &arena, &why) && !arena_is_full(&arena));
    }
    if ((data[0] & 16) && !arena_is_full(&arena))
        view(&c, span_from(span_of((const char *)data, size), 1), &arena);
    if ((data[0] & 32) && !arena_is_full(&arena)) tell(&c, &arena);
    arena_fini(&arena);
    return 0;
}
