/* views.c — laws R1 to R4 (language 4.4) and edit scripts, on generated programs.
 *
 *   views [--count N] [--seed S] [--reports R] [--emit K] [--table]
 *
 * A program gets comments, goes to graph and form and back; its graph is changed as an editor would (ids,
 * positions, foreign keys, shared inputs, nested chains, nodes for literals), goes to text and back; single
 * edits are made, carried to the other view, undone.  Every K-th program is compiled both ways.
 * Promise: equal seeds give equal cases; each law and each edit says how often it applied, one that never
 * did fails. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/generate/program.h"
#include "tests/harness/memory.h"
#include "tests/prop/drawing.h"
#include "tests/prop/scripts.h"
#include "vm/image.h"

typedef enum Law {
    LAW_TEXT,
    LAW_FIXED,
    LAW_DRAWN,
    LAW_ANCHORS,
    LAW_FORM,
    LAW_SAME_CODE,
    LAW_UNDO,
    LAW_TEXT_EDIT,
    LAW_SCRIPT,
    LAW_FORM_SCRIPT,
    LAWS
} Law;

static const char *const law_names[LAWS] = {
    "R1 text, graph, text",
    "R1 the graph of that text is the same",
    "R2 drawing, text, drawing",
    "R2 ids, places and shapes need anchors alone",
    "R3 form, text, form",
    "R4 one semantic hash",
    "edit a graph, as text, undo",
    "edit a text, as graph: the rest stays",
    "edit texts and graphs in turn, undo all",
    "edit forms in turn, undo all",
};

typedef struct Options {
    uint64_t count, seed, reports, emit;
    bool has_table;
} Options;

typedef struct Run {
    Options o;
    uint64_t held[LAWS], broken[LAWS], refused, programs;
    uint64_t edits[EDITS], changes[CHANGES], steps[STEPS];
    uint32_t coverage[PROD_COUNT];
    Arena *arena; /* of one case */
} Run;

typedef struct Case {
    Run *run;
    Arena *arena;
    Rng rng;
    uint64_t seed;
    Span text;
} Case;

static void broken(Case *c, Law law, const char *why, Span want, Span got)
{
    if (c->run->broken[law]++ >= c->run->o.reports) return;
    printf("---- %s: %s, seed %" PRIu64 "\n-- wanted\n%.*s\n-- got\n%.*s\n", law_names[law], why,
           c->seed, (int)want.len, want.ptr, (int)got.len, got.ptr);
}

static bool check(Case *c, Law law, bool is_held, const char *why, Span want, Span got)
{
    if (is_held)
        c->run->held[law]++;
    else
        broken(c, law, why, want, got);
    return is_held;
}

static Span convert(Case *c, Span from, Notation to)
{
    bool is_json = from.len && from.ptr[0] == '{';

    return compile_convert(is_json ? SPAN("x.json") : SPAN("x.odx"), from, to, c->arena).text;
}

/* ---- programs --------------------------------------------------------------------------------- */

/* Where the layout begins, or the end. */
static size_t layout_begin(Span text)
{
    size_t at = span_find(text, SPAN("\nlayout {"));

    return at == SPAN_NONE_AT ? text.len : at + 1;
}

/* Comments above, behind and inside; never in the middle of a text in quotes. */
static Span with_comments(Case *c, Span text)
{
    size_t layout = layout_begin(text); /* machines write it, and no comments */
    Span rules = span_sub(text, 0, layout), line;
    Buf b;
    int n = 0;

    buf_init(&b, c->arena, (size_t)1 << 20);
    while (span_cut(&rules, '\n', &line)) {
        if (rng_below(&c->rng, 12) == 0) buf_fmt(&b, "# note %d\n", n++);
        if (rng_below(&c->rng, 40) == 0) buf_fmt(&b, "## label %d\n", n++);
        buf_span_put(&b, line);
        if (rng_below(&c->rng, 12) == 0) buf_fmt(&b, "  # behind %d", n++);
        buf_char(&b, '\n');
    }
    buf_span_put(&b, span_from(text, layout));
    if (rng_below(&c->rng, 6) == 0) buf_str(&b, "# the end\n");
    return buf_span(&b);
}

/* An entry with neither id nor place, or nothing in its `extra`: no graph can keep what says nothing. */
static bool is_idle_entry(Span line)
{
    Span entry = span_trim(line);

    if (!span_starts(line, SPAN("  "))) return false;
    return span_is(entry, SPAN("extra \"{}\"")) || span_find(entry, SPAN(" ")) == SPAN_NONE_AT;
}

static Span without_idle_entries(Case *c, Span text)
{
    size_t layout = layout_begin(text);
    Span rest = span_from(text, layout), line;
    Buf b;

    buf_init(&b, c->arena, (size_t)1 << 20);
    buf_span_put(&b, span_sub(text, 0, layout));
    while (span_cut(&rest, '\n', &line))
        if (!is_idle_entry(line)) buf_fmt(&b, "%S\n", line);
    return buf_span(&b);
}

static bool take_program(Case *c)
{
    GenProgram p = generate_program(c->seed, c->arena);
    uint32_t coverage[PROD_COUNT] = {0};
    Span formatted;
    Buf b;

    buf_init(&b, c->arena, (size_t)1 << 20);
    generate_print(p.root, &b, coverage);
    c->text = buf_span(&b);
    if (rng_below(&c->rng, 2)) {
        c->text = convert(c, c->text, NOTATION_TEXT);
        c->text = with_comments(c, c->text);
    }
    formatted = convert(c, c->text, NOTATION_TEXT);
    if (!formatted.len) return false;
    c->text = without_idle_entries(c, formatted);
    for (size_t i = 0; i < PROD_COUNT; i++)
        c->run->coverage[i] += coverage[i] > 0;
    return true;
}

/* ---- laws ------------------------------------------------------------------------------------- */

static Span without_layout(Case *c, Span text)
{
    size_t from = span_find(text, SPAN("\nlayout {")), end;
    Buf b;

    if (from == SPAN_NONE_AT) return text;
    end = span_find(span_from(text, from), SPAN("\n}\n"));
    buf_init(&b, c->arena, (size_t)1 << 20);
    buf_fmt(&b, "%S\n%S", span_trim(span_sub(text, 0, from)), span_from(text, from + end + 3));
    return span_trim(buf_span(&b));
}

/* Does the text without its layout come back? A layout for things that are gone does not. */
static bool is_same_but_layout(Case *c, Span a, Span b)
{
    return span_is(without_layout(c, a), span_trim(without_layout(c, b)));
}

static Span law_text(Case *c)
{
    Conversion drawn = compile_convert(SPAN("x.odx"), c->text, NOTATION_GRAPH, c->arena);
    Span graph = drawn.text, text = convert(c, graph, NOTATION_TEXT);
    bool is_gone = false;

    for (size_t i = 0; i < diags_count(drawn.lost); i++)
        is_gone = is_gone || diags_get(drawn.lost, i)->code == ODX612;
    if (is_gone && is_same_but_layout(c, c->text, text)) c->text = text;
    if (!check(c, LAW_TEXT, span_is(text, c->text), "another text", c->text, text))
        return (Span){NULL, 0};
    text = convert(c, text, NOTATION_GRAPH);
    check(c, LAW_FIXED, span_is(text, graph), "another graph", graph, text);
    return graph;
}

static Span hash_of(Case *c, Span text)
{
    CompileOptions options = {.load = generate_load, .until = STAGE_EMIT};
    bool is_json = text.len && text.ptr[0] == '{';
    Compilation made = compile(is_json ? SPAN("x.json") : SPAN("x.odx"), text, &options, c->arena);
    const Image *image;
    Refusal why;

    image = made.image.len ? image_load(made.image, c->arena, &why) : NULL;
    if (!image) return (Span){NULL, 0};
    return span_of((const char *)image->semantic_hash, sizeof image->semantic_hash);
}

static void law_code(Case *c, Span text, Span graph)
{
    Span a = hash_of(c, text), b = hash_of(c, graph);

    if (!a.len && !b.len) return; /* refused, both ways */
    check(c, LAW_SAME_CODE, span_is(a, b), "another hash", text, graph);
}

/* A form, its text, that text as a form and as a graph. */
static void law_form(Case *c)
{
    Span form = drawing_form(&c->rng, c->arena), text = convert(c, form, NOTATION_TEXT), again;
    const JsonValue *said = value_read(c->arena, form), *made;

    again = convert(c, text, NOTATION_FORM);
    made = again.len ? value_read(c->arena, again) : NULL;
    if (!check(c, LAW_FORM, made && value_is_same(said, made), "another form", form, again)) return;
    check(c, LAW_FORM, span_is(convert(c, again, NOTATION_TEXT), text), "another text", text, form);
    again = convert(c, text, NOTATION_GRAPH);
    made = value_read(c->arena, convert(c, convert(c, again, NOTATION_TEXT), NOTATION_FORM));
    check(c, LAW_FORM, made && value_is_same(said, made), "another form behind the graph", form,
          again);
    if (c->seed % c->run->o.emit == 0) law_code(c, text, form);
    if (c->seed % c->run->o.emit == 0) law_code(c, text, again);
}

/* A drawing somebody made of the graph; what changed is counted. */
static Span draw(Case *c, Span graph, bool is_plain)
{
    Drawing d;

    drawing_read(&d, graph, c->arena);
    for (int i = 0; i < 6; i++) {
        DrawingChange which = (DrawingChange)rng_below(&c->rng, is_plain ? CHANGES_PLAIN : CHANGES);

        c->run->changes[which] += drawing_change(&d, which, &c->rng);
    }
    return drawing_text(&d);
}

static void law_drawn(Case *c, Span graph)
{
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        Span drawn = draw(c, graph, is_plain), text = convert(c, drawn, NOTATION_TEXT), again;
        const char *why = "";
        bool is_held;

        if (!text.len) {
            broken(c, LAW_DRAWN, "no text", graph, drawn);
            continue;
        }
        again = convert(c, text, NOTATION_GRAPH);
        is_held = drawing_is_same(drawn, again, c->arena, &why);
        check(c, LAW_DRAWN, is_held, why, drawn, again);
        if (!is_plain) continue;
        is_held = span_find(text, SPAN("\\\"set\\\":")) == SPAN_NONE_AT;
        check(c, LAW_ANCHORS, is_held, "spelled out", drawn, text);
    }
}

/* Edit the graph, look at it as text, take the edit back. */
static void law_undo(Case *c, Span graph)
{
    for (DrawingEdit which = 0; which < EDITS; which++) {
        Drawing d, back;
        Span edited, text, again;
        const char *why = "";

        if (which != EDIT_REMOVE && rng_below(&c->rng, 2)) continue;
        drawing_read(&d, graph, c->arena);
        if (!drawing_edit(&d, which, &c->rng)) continue;
        c->run->edits[which]++;
        edited = drawing_text(&d);
        text = convert(c, edited, NOTATION_TEXT);
        again = convert(c, text, NOTATION_GRAPH);
        if (!again.len || !drawing_is_same(edited, again, c->arena, &why)) {
            broken(c, LAW_UNDO, again.len ? why : "no graph", edited, text.len ? again : text);
            continue;
        }
        drawing_read(&back, again, c->arena);
        back.undo = d.undo;
        drawing_undo(&back);
        text = convert(c, drawing_text(&back), NOTATION_TEXT);
        check(c, LAW_UNDO, span_is(text, c->text), "not undone", c->text, text);
    }
}

/* A text with a layout gets one more line: what was drawn stays where it was. */
static void law_text_edit(Case *c, Span graph)
{
    static const char *const lines[] = {"let added_here = 1\n\n", "show added_here = 2\n\n",
                                        "when 1 < 2 {\n  cancel all\n}\n\n"};
    Span drawn = draw(c, graph, true), text = convert(c, drawn, NOTATION_TEXT), again, edited;
    size_t at = span_find(text, SPAN("\nlayout {"));
    const char *why = "";
    Buf b;

    if (at == SPAN_NONE_AT) return;
    buf_init(&b, c->arena, (size_t)1 << 20);
    buf_fmt(&b, "%S\n%s%S", span_sub(text, 0, at), lines[rng_below(&c->rng, ARRAY_LEN(lines))],
            span_from(text, at + 1));
    edited = convert(c, buf_span(&b), NOTATION_TEXT);
    again = convert(c, edited, NOTATION_GRAPH);
    check(c, LAW_TEXT_EDIT, drawing_is_part(drawn, again, c->arena, &why), why, drawn, again);
}

static void end_script(Case *c, const Script *s, Law law, bool is_held)
{
    for (size_t i = 0; i < STEPS; i++)
        c->run->steps[i] += s->steps[i];
    check(c, law, is_held, is_held ? "" : s->why, s->want, s->got);
}

/* Several edits in several views, one after another, and all of them taken back. */
static void law_script(Case *c, Span graph)
{
    Script texts = {.rng = &c->rng, .arena = c->arena}, forms = texts;
    uint64_t start = rng_below(&c->rng, 3);
    Span from = start == 0 ? c->text : draw(c, graph, start == 1);

    end_script(c, &texts, LAW_SCRIPT, script_run(&texts, from));
    from = drawing_form(&c->rng, c->arena);
    end_script(c, &forms, LAW_FORM_SCRIPT, script_run_form(&forms, from));
}

static void one(Run *run, uint64_t seed)
{
    Case c = {.run = run, .seed = seed, .arena = run->arena};
    Span graph;

    arena_reset(run->arena);
    rng_init_stream(&c.rng, seed, 31);
    run->programs++;
    if (!take_program(&c)) {
        if (run->refused++ < run->o.reports)
            printf("---- refused, seed %" PRIu64 "\n%.*s\n", seed, (int)c.text.len, c.text.ptr);
        return;
    }
    graph = law_text(&c);
    law_form(&c);
    if (!graph.len) return;
    if (seed % run->o.emit == 0) law_code(&c, c.text, graph);
    law_drawn(&c, graph);
    law_undo(&c, graph);
    law_text_edit(&c, graph);
    law_script(&c, graph);
}

/* ---- the run ---------------------------------------------------------------------------------- */

static bool read_options(Options *o, int argc, char **argv)
{
    *o = (Options){.count = 400, .seed = 1, .reports = 1, .emit = 4};
    for (int i = 1; i < argc; i++) {
        uint64_t *number = !strcmp(argv[i], "--count")     ? &o->count
                           : !strcmp(argv[i], "--seed")    ? &o->seed
                           : !strcmp(argv[i], "--reports") ? &o->reports
                           : !strcmp(argv[i], "--emit")    ? &o->emit
                                                           : NULL;

        if (!strcmp(argv[i], "--table"))
            o->has_table = true;
        else if (!number || i + 1 >= argc)
            return false;
        else
            *number = strtoull(argv[++i], NULL, 10);
    }
    return o->emit > 0;
}

static uint64_t print_row(const char *name, uint64_t held, uint64_t failed, bool must_apply)
{
    bool never = must_apply && held + failed == 0;

    printf("%-50s %9" PRIu64 " held %6" PRIu64 " broken%s\n", name, held, failed,
           never ? "  NEVER APPLIED" : "");
    return failed + never;
}

static uint64_t print(const Run *run)
{
    uint64_t failed = 0, seen = 0;
    bool is_full = run->o.count >= 400;

    for (size_t i = 0; i < LAWS; i++)
        failed += print_row(law_names[i], run->held[i], run->broken[i], is_full);
    for (size_t i = 0; i < EDITS; i++)
        failed += print_row(drawing_edit_names[i], run->edits[i], 0, is_full);
    for (size_t i = 0; i < STEPS; i++)
        failed += print_row(script_step_names[i], run->steps[i], 0, is_full);
    for (size_t i = 0; i < CHANGES; i++)
        failed += print_row(drawing_change_names[i], run->changes[i], 0, is_full);
    for (size_t i = 0; i < PROD_COUNT; i++) {
        seen += run->coverage[i] > 0;
        if (run->o.has_table || (is_full && !run->coverage[i] && run->o.count >= 20000))
            printf("%-40s %9u\n", production_names[i], run->coverage[i]);
    }
    printf("%" PRIu64 " programs, %" PRIu64 " refused by the parser, %" PRIu64
           " of %d productions\n",
           run->programs, run->refused, seen, (int)PROD_COUNT);
    return failed + run->refused + (run->o.count >= 20000 && seen < PROD_COUNT);
}

int main(int argc, char **argv)
{
    static Run run;
    uint64_t failed;

    if (!read_options(&run.o, argc, argv)) {
        fprintf(stderr, "views [--count N] [--seed S] [--reports R] [--emit K] [--table]\n");
        return 2;
    }
    run.arena = test_arena((size_t)1 << 30);
    for (uint64_t i = 0; i < run.o.count; i++)
        one(&run, run.o.seed + i);
    failed = print(&run);
    return failed != 0;
}
