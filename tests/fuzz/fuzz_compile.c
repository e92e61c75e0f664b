/* fuzz_compile.c — any bytes as a strategy, text or JSON document, and its module, all the way to an image.
 *
 * Two bytes choose: memory that ends, plain, with tests, stripped, what the formatter says, the other views, findings
 * in every form; where to stop, levels, lock file, the file's name.  What stands behind the first NUL is the text of
 * every module.  Promise checked: findings or an image, and the engine's own reader takes every image handed out. */
#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "compiler/types/types.h"
#include "compiler/views/diff.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/hash.h"
#include "vm/image.h"

enum { TEXT_MAX = 20000, OUT_MAX = 4 << 20, LIMIT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Case {
    uint8_t how, more;
    Span name, text, module;
    DiagLevels levels;
    char hash[2 * SHA256_SIZE + 1];
} Case;

/* ---- modules ----------------------------------------------------------------------------------- */

static ModuleText load(void *ctx, Span path, Span from)
{
    const Case *in = ctx;

    (void)from;
    return (ModuleText){in->module.ptr != NULL, path, in->module};
}

/* Paths of some lengths are locked, of others not, or to something else. */
static Span locked(void *ctx, Span path)
{
    static const char other[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const Case *in = ctx;

    if (path.len % 3 == 0) return (Span){NULL, 0};
    return path.len % 3 == 1 ? span_str(in->hash) : span_str(other);
}

static void hash_module(Case *in)
{
    uint8_t hash[SHA256_SIZE];

    sha256(in->module, hash);
    sha256_hex(hash, in->hash);
}

static void set_levels(Case *in)
{
    diag_levels_default(&in->levels);
    for (uint32_t i = 0; i <= DIAG_CODE_COUNT; i++)
        (void)diag_levels_set(&in->levels, (DiagCode)i,
                              (DiagLevel)(in->text.len ? in->text.ptr[i % in->text.len] & 7 : 4));
}

static Case read_input(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"fuzz", "fuzz.odx", "fuzz.json", "/a b/\xc3\xa9:,%.odx"};
    Case in = {.how = data[0], .more = data[1]};
    Span all = span_of((const char *)data + 2, size - 2);

    in.name = span_str(names[in.more >> 6]);
    in.text = all;
    if (memchr(all.ptr, '\0', all.len)) {
        (void)span_cut(&all, '\0', &in.text);
        in.module = all;
    }
    hash_module(&in);
    set_levels(&in);
    return in;
}

/* ---- what is done with it ---------------------------------------------------------------------- */

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
    for (uint32_t i = 0; c->program && i < c->program->lets_count; i++)
        if (c->program->lets[i].value)
            BUG_IF(!type_text(arena, c->program->lets[i].value->type).len && !arena_is_full(arena));
}

/* The strategy without what machines wrote. */
static Span without_layout(Span text)
{
    return span_sub(text, 0, span_find(text, SPAN("\nlayout {")));
}

/* What became a form is the same strategy as text, and the same form again. */
static void check_form(const Case *in, Arena *arena)
{
    Span form = compile_convert(in->name, in->text, NOTATION_FORM, arena).text, back, want, again;

    if (!form.len || arena_is_full(arena)) return;
    back = compile_to_text(SPAN("form.json"), form, arena);
    want = compile_to_text(in->name, in->text, arena);
    again = compile_convert(SPAN("text.odx"), back, NOTATION_FORM, arena).text;
    if (arena_is_full(arena)) return;
    BUG_IF(!span_is(without_layout(back), without_layout(want)));
    BUG_IF(!span_is(form, again));
}

static void view(const Case *in, Arena *arena)
{
    check_form(in, arena);
    (void)compile_format(in->name, in->text, arena);
}

/* The strategy against its module: both told, and nothing changed between a strategy and itself. */
static void compare(const Compilation *c, const Case *in, Arena *arena)
{
    Compilation other = compile(SPAN("other"), in->module, NULL, arena);
    Diff own, both;
    Buf b;

    if (arena_is_full(arena)) return;
    own = diff_make(c, c, arena);
    both = diff_make(c, &other, arena);
    BUG_IF(own.count && !arena_is_full(arena));
    buf_init(&b, arena, OUT_MAX);
    diff_put_text(&b, &both);
    diff_put_json(&b, &both);
}

static Compilation run(Case *in, Arena *arena)
{
    CompileOptions options = {.until = (CompileStage)(STAGE_EMIT - (in->more & 3)),
                              .ctx = in,
                              .load = in->more & 4 ? NULL : load,
                              .locked = in->more & 8 ? locked : NULL,
                              .levels = in->more & 16 ? &in->levels : NULL,
                              .is_plain = in->how & 1,
                              .has_tests = in->how & 2,
                              .is_stripped = in->how & 4,
                              .has_format_note = in->how & 8};

    return compile(in->name, in->text, in->more & 32 ? NULL : &options, arena);
}

/* A part of what it takes. */
static size_t part_of(Case *in, size_t part, size_t parts)
{
    Arena arena = pool_arena(LIMIT);
    size_t taken;

    (void)run(in, &arena);
    taken = arena_taken(&arena);
    arena_fini(&arena);
    return taken / parts * part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Compilation c;
    Refusal why;
    Arena arena;
    Case in;

    if (size < 2 || size > TEXT_MAX) return 0;
    in = read_input(data, size);
    arena = pool_arena(in.how < 64 ? part_of(&in, in.how, 64) : LIMIT);
    c = run(&in, &arena);
    BUG_IF(!c.tree || (c.is_broken && !arena_is_full(&arena)));
    if (c.image.len) {
        BUG_IF(diags_has_errors(c.diags));
        BUG_IF(!image_load(c.image, &arena, &why) && !arena_is_full(&arena));
    }
    if (in.how & 16) view(&in, &arena);
    if (in.how & 32) tell(&c, &arena);
    if (in.module.ptr && !arena_is_full(&arena)) compare(&c, &in, &arena);
    arena_fini(&arena);
    return 0;
}
