/* verbs.c — see verbs.h; each does what the verb of `odx` with its name does. */
#include "runtime/embed/verbs.h"

#include "compiler/diag/changes.h"
#include "compiler/diag/render.h"
#include "compiler/lsp/ask.h"
#include "compiler/views/sentences.h"
#include "vm/base/bug.h"
#include "vm/base/hash.h"

enum { FIX_ROUNDS = 10 /* a fix may make room for the next one */ };

static void put_list(Work *w, Span key, const Diags *ds)
{
    Span lines, line;
    Buf b;

    buf_init(&b, &w->arena, WORK_MAX_ANSWER);
    render_json_lines(&b, ds);
    lines = buf_span(&b);
    json_write_key(&w->json, key);
    json_write_array(&w->json);
    while (span_cut(&lines, '\n', &line))
        if (line.len) json_write_raw(&w->json, line);
    json_write_array_end(&w->json);
}

static void put_findings(Work *w, const Diags *ds)
{
    DiagCounts n = diags_counts(ds);

    put_list(w, SPAN("findings"), ds);
    work_count(w, SPAN("errors"), n.errors);
    work_count(w, SPAN("warnings"), n.warnings);
    work_count(w, SPAN("notes"), n.notes);
}

void verb_put_findings(Work *w, const Compilation *c)
{
    put_findings(w, c->diags);
    if (c->is_broken) work_text(w, SPAN("fault"), c->broken_why);
}

static Compilation compile_request(Work *w, const Request *q, const CompileOptions *options)
{
    return compile(q->name, q->text, options, &w->arena);
}

/* The text, or null where there is none. */
static void put_result(Work *w, Span text)
{
    json_write_key(&w->json, SPAN("text"));
    if (text.ptr)
        json_write_string(&w->json, text);
    else
        json_write_null(&w->json);
}

void verb_check(Work *w, Request *q)
{
    CompileOptions options = request_options(q, STAGE_EMIT);
    Compilation c;

    options.has_tests = true;
    options.has_format_note = true;
    c = compile_request(w, q, &options);
    verb_put_findings(w, &c);
}

void verb_format(Work *w, Request *q)
{
    Span text = compile_format(q->name, q->text, &w->arena);
    CompileOptions options = request_options(q, STAGE_PARSE);
    Compilation c;

    put_result(w, text);
    if (text.ptr) return;
    c = compile_request(w, q, &options);
    verb_put_findings(w, &c);
}

/* The safe fixes of one round; those that overlap an earlier one wait for the next. */
static bool fix_round(Work *w, Request *q, const CompileOptions *options)
{
    Compilation c = compile_request(w, q, options);
    Changes changes;

    changes = changes_new(&w->arena, q->text);
    for (size_t i = 0; i < diags_count(c.diags); i++) {
        const Diag *d = diags_get(c.diags, i);

        for (const DiagHelp *h = d->helps; h && d->place.file == 0 && !d->allowed.len;
             h = h->next) {
            if (h->fix != FIX_SAFE || !changes_can_add(&changes, h->edits)) continue;
            changes_add(&changes, h->edits);
            break;
        }
    }
    if (!changes.count) return false;
    q->text = changes_apply(&changes);
    return true;
}

void verb_fix(Work *w, Request *q)
{
    CompileOptions options = request_options(q, STAGE_PROVE);
    Span before = q->text;
    int rounds = 0;

    while (rounds < FIX_ROUNDS && fix_round(w, q, &options))
        rounds++;
    work_text(w, SPAN("text"), q->text);
    work_flag(w, SPAN("changed"), !span_is(before, q->text));
}

static void put_hash(Work *w, Span bytes)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    sha256(bytes, digest);
    sha256_hex(digest, hex);
    work_text(w, SPAN("sha256"), span_str(hex));
}

void verb_compile(Work *w, Request *q)
{
    CompileOptions options = request_options(q, STAGE_EMIT);
    Compilation c = compile_request(w, q, &options);

    verb_put_findings(w, &c);
    if (!c.image.len) return;
    w->bytes = c.image;
    work_count(w, SPAN("cost"), c.cost);
    put_hash(w, c.image);
}

static const struct {
    Span name;
    Notation notation;
} notations[] = {{SPAN_INIT("text"), NOTATION_TEXT},
                 {SPAN_INIT("form"), NOTATION_FORM},
                 {SPAN_INIT("graph"), NOTATION_GRAPH}};

void verb_convert(Work *w, Request *q)
{
    for (size_t i = 0; i < ARRAY_LEN(notations); i++) {
        Conversion c;

        if (!span_is(notations[i].name, q->to)) continue;
        c = compile_convert(q->name, q->text, notations[i].notation, &w->arena);
        put_result(w, c.text.len ? c.text : (Span){NULL, 0});
        put_findings(w, c.diags);
        put_list(w, SPAN("lost"), c.lost);
        return;
    }
    work_error(w, SPAN("`to` is text, form or graph"));
}

void verb_explain(Work *w, Request *q)
{
    CompileOptions options = request_options(q, STAGE_PROVE);
    Compilation c = compile_request(w, q, &options);
    Buf text;

    buf_init(&text, &w->arena, WORK_MAX_ANSWER);
    if (!diags_counts(c.diags).errors) sentences_put(&c, &text);
    put_result(w, diags_counts(c.diags).errors ? (Span){NULL, 0} : buf_span(&text));
    verb_put_findings(w, &c);
}

/* ---- questions about a place ---------------------------------------------------------------------- */

static void ask(Work *w, Request *q, Span question)
{
    CompileOptions options = request_options(q, STAGE_PROVE);
    Ask *a = ask_open(q->name, q->text, &options, &w->arena);
    Buf value;

    buf_init(&value, &w->arena, WORK_MAX_ANSWER);
    json_write_key(&w->json, SPAN("answer"));
    if (a && ask_json(a, question, q->has_bytes ? ASK_BYTES : ASK_UTF16, q->begin, q->end, &value))
        json_write_raw(&w->json, buf_span(&value));
    else
        json_write_null(&w->json);
}

void verb_hover(Work *w, Request *q)
{
    ask(w, q, SPAN("hover"));
}

void verb_complete(Work *w, Request *q)
{
    ask(w, q, SPAN("complete"));
}

void verb_signature(Work *w, Request *q)
{
    ask(w, q, SPAN("signature"));
}

void verb_fixes(Work *w, Request *q)
{
    ask(w, q, SPAN("fixes"));
}
