/* scripts.c — see scripts.h. */
#include "tests/prop/scripts.h"

#include <stdio.h>

#include "compiler/compiler.h"

const char *const script_step_names[STEPS] = {
    [STEP_GRAPH] = "step: an edit of the graph",
    [STEP_LINE] = "step: a line more in the text",
    [STEP_COMMENT] = "step: a comment in the text",
    [STEP_TITLE] = "step: another title in the text",
    [STEP_LOOK] = "step: a look at another view",
    [STEP_VALUE] = "step: a number in the form",
    [STEP_MORE] = "step: a rule more in the form",
    [STEP_LESS] = "step: a rule less in the form",
};

enum { LONGEST = 6, DEEPEST = 32 };

typedef struct Path {
    Span steps[DEEPEST];
    uint32_t count;
} Path;

typedef struct Done {
    ScriptStep step;
    uint32_t number; /* of the script: its word is added_NUMBER */
    uint32_t lines_before, lines_behind;
    Span line; /* the title before */
    DrawingUndo drawing;
    Path path; /* in a form */
    JsonValue *value;
    uint32_t index;
} Done;

static Span convert(const Script *s, Span from, Notation to)
{
    bool is_json = from.len && from.ptr[0] == '{';

    return compile_convert(is_json ? SPAN("x.json") : SPAN("x.odx"), from, to, s->arena).text;
}

static bool fail(Script *s, const char *why, Span want, Span got)
{
    s->why = why;
    s->want = want;
    s->got = got;
    return false;
}

/* ---- edits of a text -------------------------------------------------------------------------- */

static Span word_of(const Script *s, uint32_t number)
{
    Buf b;

    buf_init(&b, s->arena, 64);
    buf_fmt(&b, "added_%d", (int)number);
    return buf_span(&b);
}

/* The text with `count` bytes from `at` on replaced. */
static Span splice(const Script *s, Span text, size_t at, size_t count, Span insert)
{
    Buf b;

    buf_init(&b, s->arena, (size_t)1 << 20);
    buf_fmt(&b, "%S%S%S", span_sub(text, 0, at), insert, span_from(text, at + count));
    return convert(s, buf_span(&b), NOTATION_TEXT);
}

static size_t line_begin(Span text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(Span text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at < text.len ? at + 1 : at;
}

/* Where the layout begins, or the end. */
static size_t end_of_lines(Span text)
{
    size_t at = span_find(text, SPAN("\nlayout {"));

    return at == SPAN_NONE_AT ? text.len : at + 1;
}

static Span add_line(const Script *s, Span text, Done *d)
{
    static const char *const shapes[] = {"let %S = 1\n\n", "show %S = 2\n\n", "param %S = 3\n\n",
                                         "when 1 < 2 {\n  alert \"%S\"\n}\n\n"};
    size_t which = rng_below(s->rng, 4), at = end_of_lines(text);
    Buf b;

    d->lines_before = d->lines_behind = which == 3;
    buf_init(&b, s->arena, 256);
    buf_char(&b, '\n');
    buf_fmt(&b, shapes[which], word_of(s, d->number));
    return splice(s, text, at, 0, buf_span(&b));
}

/* Above a line that begins an item. */
static Span add_comment(const Script *s, Span text, Done *d)
{
    static const char *const words[] = {"let ", "show ", "when ", "while ", "on ", "risk "};
    size_t end = end_of_lines(text), found = end;
    uint64_t seen = 0;
    Buf b;

    for (size_t at = 0; at < end; at = line_end(text, at))
        for (size_t i = 0; i < 6; i++)
            if (span_starts(span_from(text, at), span_str(words[i])) &&
                rng_below(s->rng, ++seen) == 0)
                found = at;
    if (found == end) return (Span){NULL, 0};
    buf_init(&b, s->arena, 64);
    buf_fmt(&b, "# %S\n", word_of(s, d->number));
    return splice(s, text, found, 0, buf_span(&b));
}

static Span change_title(const Script *s, Span text, Done *d)
{
    size_t at = span_find(text, SPAN("\nstrategy \"")), end;
    Buf b;

    if (at == SPAN_NONE_AT) return (Span){NULL, 0};
    end = line_end(text, ++at);
    d->line = span_sub(text, at, end - at);
    buf_init(&b, s->arena, 64);
    buf_fmt(&b, "strategy \"%S\"\n", word_of(s, d->number));
    return splice(s, text, at, end - at, buf_span(&b));
}

/* Takes the line with the word out, or puts the one there that was. */
static Span undo_text(const Script *s, Span text, const Done *d)
{
    size_t at = span_find(text, word_of(s, d->number)), end;

    if (at == SPAN_NONE_AT) return (Span){NULL, 0};
    end = line_end(text, at);
    at = line_begin(text, at);
    for (uint32_t i = 0; i < d->lines_before && at > 0; i++)
        at = line_begin(text, at - 1);
    for (uint32_t i = 0; i < d->lines_behind; i++)
        end = line_end(text, end);
    return splice(s, text, at, end - at, d->line);
}

/* ---- texts and graphs ------------------------------------------------------------------------- */

static Span edit_graph(const Script *s, Span graph, Done *d)
{
    DrawingEdit which = (DrawingEdit)rng_below(s->rng, EDITS);
    Drawing drawing;

    drawing_read(&drawing, graph, s->arena);
    if (!drawing_edit(&drawing, which, s->rng)) return (Span){NULL, 0};
    d->drawing = drawing.undo;
    return drawing_text(&drawing);
}

static Span undo_graph(const Script *s, Span graph, const Done *d)
{
    Drawing drawing;

    if (!graph.len) return graph;
    drawing_read(&drawing, graph, s->arena);
    drawing.undo = d->drawing;
    drawing_undo(&drawing);
    return drawing_text(&drawing);
}

/* What it is after the step; empty when there is nothing that it could be done to. */
static Span do_step(const Script *s, Span now, Done *d)
{
    switch (d->step) {
    case STEP_GRAPH:
        return edit_graph(s, convert(s, now, NOTATION_GRAPH), d);
    case STEP_LINE:
        return add_line(s, convert(s, now, NOTATION_TEXT), d);
    case STEP_COMMENT:
        return add_comment(s, convert(s, now, NOTATION_TEXT), d);
    case STEP_TITLE:
        return change_title(s, convert(s, now, NOTATION_TEXT), d);
    default:
        return convert(s, now, rng_below(s->rng, 2) ? NOTATION_TEXT : NOTATION_GRAPH);
    }
}

static Span undo_step(const Script *s, Span now, const Done *d)
{
    if (d->step == STEP_LOOK) return now;
    if (d->step == STEP_GRAPH) return undo_graph(s, convert(s, now, NOTATION_GRAPH), d);
    return undo_text(s, convert(s, now, NOTATION_TEXT), d);
}

static bool is_back(Script *s, Span start, Span now)
{
    bool is_graph = start.ptr[0] == '{';

    now = convert(s, now, is_graph ? NOTATION_GRAPH : NOTATION_TEXT);
    s->why = "another text";
    if (is_graph ? now.len && drawing_is_same(start, now, s->arena, &s->why) : span_is(start, now))
        return true;
    return fail(s, s->why, start, now);
}

bool script_run(Script *s, Span start)
{
    uint32_t count = (uint32_t)rng_below(s->rng, LONGEST) + 1, done_count = 0;
    Done done[LONGEST] = {{0}};
    Span now = start, next;

    for (uint32_t i = 0; i < count; i++) {
        Done *d = &done[done_count];

        *d = (Done){.step = (ScriptStep)rng_below(s->rng, STEP_LOOK + 1), .number = i};
        next = do_step(s, now, d);
        if (!next.len && (d->step == STEP_LOOK || d->step == STEP_LINE))
            return fail(s, "no other view", now, next);
        if (!next.len) continue;
        s->steps[d->step]++;
        now = next;
        done_count++;
    }
    while (done_count) {
        next = undo_step(s, now, &done[--done_count]);
        if (!next.len) return fail(s, "no way back", now, next);
        now = next;
        if (rng_below(s->rng, 3) == 0)
            now = convert(s, now, rng_below(s->rng, 2) ? NOTATION_TEXT : NOTATION_GRAPH);
        if (!now.len) return fail(s, "no other view of", next, now);
    }
    return is_back(s, start, now);
}

/* ---- forms ------------------------------------------------------------------------------------ */

static void path_of(const Script *s, const JsonValue *v, Path *ret)
{
    ret->count = 0;
    for (; v->parent && ret->count < DEEPEST; v = v->parent) {
        Buf b;

        buf_init(&b, s->arena, 256);
        if (v->parent->kind == JSON_OBJECT)
            buf_span_put(&b, v->key);
        else
            buf_uint(&b, value_index(v));
        ret->steps[ret->count++] = buf_span(&b);
    }
}

static JsonValue *value_at(JsonValue *root, const Path *path)
{
    for (uint32_t i = path->count; root && i > 0; i--) {
        Span step = path->steps[i - 1];
        uint32_t index = 0;

        if (root->kind == JSON_OBJECT) {
            root = value_find(root, step);
            continue;
        }
        for (size_t k = 0; k < step.len; k++)
            index = index * 10 + (uint32_t)(step.ptr[k] - '0');
        root = root->first;
        while (root && index--)
            root = root->next;
    }
    return root;
}

static bool fits(const JsonValue *v, ScriptStep step)
{
    bool is_rules = v->kind == JSON_ARRAY && span_eq_str(v->key, "rules");

    if (step == STEP_VALUE)
        return v->kind == JSON_NUMBER && !span_eq_str(v->key, "odx") &&
               !span_eq_str(v->key, "tab") && !span_eq_str(v->key, "period");
    return is_rules && (step == STEP_MORE || v->count > 1);
}

/* A random value that the step can be done to. */
static void pick_value(const Script *s, JsonValue *v, ScriptStep step, uint64_t *seen,
                       JsonValue **ret)
{
    if (span_starts(v->key, SPAN("x-"))) return;
    if (fits(v, step) && rng_below(s->rng, ++*seen) == 0) *ret = v;
    JSON_EACH(v, item) pick_value(s, item, step, seen, ret);
}

static Span form_text(const Script *s, const JsonValue *root)
{
    Buf b;

    buf_init(&b, s->arena, (size_t)4 << 20);
    value_write(&b, root);
    return buf_span(&b);
}

static Span edit_form(const Script *s, Span form, Done *d)
{
    JsonValue *root = value_read(s->arena, form), *v = NULL, *made;
    uint64_t seen = 0;
    char text[32];

    pick_value(s, root, d->step, &seen, &v);
    if (!v) return (Span){NULL, 0};
    path_of(s, v, &d->path);
    switch (d->step) {
    case STEP_VALUE:
        d->value = value_read(s->arena, v->text);
        snprintf(text, sizeof text, "%d.5", (int)rng_below(s->rng, 40) + 1);
        made = value_read(s->arena, span_str(text));
        v->text = arena_span(s->arena, made->text);
        v->number = made->number;
        break;
    case STEP_MORE:
        d->index = (uint32_t)rng_below(s->rng, v->count + 1);
        made = value_read(
            s->arena,
            SPAN("{\"indicator\": \"hour_utc\", \"operator\": \"<\", \"value\": 9, \"x-a\": 1}"));
        value_insert(v, made, d->index);
        break;
    default:
        d->index = (uint32_t)rng_below(s->rng, v->count);
        d->value = v->first;
        for (uint32_t i = 0; i < d->index; i++)
            d->value = d->value->next;
        value_take_out(d->value);
        break;
    }
    return form_text(s, root);
}

static Span undo_form(const Script *s, Span form, const Done *d)
{
    JsonValue *root = form.len ? value_read(s->arena, form) : NULL;
    JsonValue *v = root ? value_at(root, &d->path) : NULL;

    if (!v || (d->step == STEP_MORE && d->index >= v->count)) return (Span){NULL, 0};
    if (d->step == STEP_VALUE) {
        v->text = d->value->text;
        v->number = d->value->number;
    } else if (d->step == STEP_LESS) {
        value_insert(v, d->value, d->index);
    } else {
        JsonValue *made = v->first;

        for (uint32_t i = 0; i < d->index; i++)
            made = made->next;
        value_take_out(made);
    }
    return form_text(s, root);
}

bool script_run_form(Script *s, Span start)
{
    static const Notation views[] = {NOTATION_TEXT, NOTATION_GRAPH, NOTATION_FORM};
    uint32_t count = (uint32_t)rng_below(s->rng, LONGEST) + 1, done_count = 0;
    Done done[LONGEST] = {{0}};
    const JsonValue *was = value_read(s->arena, start), *is;
    Span now = start, next;

    for (uint32_t i = 0; i < count; i++) {
        Done *d = &done[done_count];

        *d = (Done){.step = (ScriptStep)(STEP_VALUE + rng_below(s->rng, STEPS - STEP_VALUE))};
        if (i) now = convert(s, now, views[rng_below(s->rng, 3)]);
        next = edit_form(s, i ? convert(s, now, NOTATION_FORM) : now, d);
        if (!next.len) continue;
        s->steps[d->step]++;
        now = next;
        done_count++;
    }
    while (done_count) {
        now = convert(s, convert(s, now, views[rng_below(s->rng, 3)]), NOTATION_FORM);
        if (!now.len) return fail(s, "no form", start, now);
        next = undo_form(s, now, &done[--done_count]);
        if (!next.len) return fail(s, "no way back", now, next);
        now = next;
    }
    now = convert(s, now, NOTATION_FORM);
    is = now.len ? value_read(s->arena, now) : NULL;
    if (is && value_is_same(was, is)) return true;
    return fail(s, "another form", start, now);
}
