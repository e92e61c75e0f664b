/* bless.c — see bless.h. */
#include "runtime/cli/bless.h"

#include "compiler/diag/changes.h"
#include "runtime/proof/testtext.h"
#include "vm/base/vec.h"

typedef struct Bless {
    const TestBed *bed;
    const Test *test;
    RowEffects *per_row;
    Changes changes;
    Arena *arena;
} Bless;

static bool keep_row(void *ctx, uint32_t row, const RowEffects *effects, const Engine *engine)
{
    Bless *b = ctx;

    b->per_row[row].engine = engine;
    for (size_t i = 0; i < effects->count; i++)
        vec_push(b->arena, &b->per_row[row], effects->items[i]);
    return true;
}

/* Did a comparison of this row fail? A broken promise is not the row's fault. */
static bool has_failed(const TestRow *row, const Diags *ds)
{
    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);

        if (d->code == ODX801 && place_contains(row->place, d->place)) return true;
    }
    return false;
}

static bool is_about_orders(const Expect *e)
{
    return e->kind == EXPECT_ORDER || e->kind == EXPECT_CLOSE || e->kind == EXPECT_NOTHING;
}

static void rewrite_row(Bless *b, uint32_t at)
{
    const TestRow *row = &b->test->rows[at];
    bool has_any = row->expect_count > 0;
    DiagEdit edit = {.place = row->place};
    Buf text;

    buf_init(&text, b->arena, 1 << 16);
    if (!has_any) buf_str(&text, "  ");
    expectations_put(b->bed->program, &b->per_row[at], &text);
    for (uint32_t i = 0; i < row->expect_count; i++)
        if (!is_about_orders(&row->expects[i]))
            buf_fmt(&text, "  %S", source_text(b->bed->c->sources, row->expects[i].place));
    edit.place.begin = has_any ? row->expects[0].place.begin : row->place.end;
    edit.place.end = has_any ? row->expects[row->expect_count - 1].place.end : row->place.end;
    edit.insert = buf_span(&text);
    if (changes_can_add(&b->changes, &edit)) changes_add(&b->changes, &edit);
}

static void bless_test(Bless *b)
{
    TestWatch watch = {.row = keep_row, .ctx = b};
    TestResult r;

    b->per_row = arena_array(b->arena, RowEffects, b->test->row_count + 1);
    r = testrun_play(b->bed, b->test, &watch, NULL, b->arena);
    for (uint32_t i = 0; i < b->test->row_count; i++)
        if (has_failed(&b->test->rows[i], r.diags)) rewrite_row(b, i);
}

Span bless_text(const TestBed *bed, Span text, Span only, Arena *arena)
{
    Bless b = {.bed = bed, .arena = arena};
    Span changed, formatted;

    b.changes = changes_new(arena, text);
    for (uint32_t i = 0; i < bed->program->tests_count; i++) {
        b.test = &bed->program->tests[i];
        if (span_find(b.test->name, only) != SPAN_NONE_AT) bless_test(&b);
    }
    if (!b.changes.count) return text;
    changed = changes_apply(&b.changes);
    formatted = compile_format(SPAN("blessed"), changed, arena);
    return formatted.ptr ? formatted : changed;
}
