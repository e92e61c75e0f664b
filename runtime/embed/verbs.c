/* verbs.c — see verbs.h; each does what the verb of `odx` with its name does. */
#include "runtime/embed/verbs.h"

#include "compiler/diag/changes.h"
#include "compiler/diag/render.h"
#include "vm/base/hash.h"

enum { ANSWER_MAX_BYTES = 64 << 20, FIX_ROUNDS = 10 /* a fix may make room for the next one */ };

void verb_put_text(Work *w, Span key, Span text)
{
    json_write_key(&w->json, key);
    json_write_string(&w->json, text);
}

static void put_count(Work *w, Span key, uint64_t count)
{
    json_write_key(&w->json, key);
    json_write_uint(&w->json, count);
}

void verb_put_findings(Work *w, const Compilation *c)
{
    DiagCounts n = diags_counts(c->diags);
    Span lines, line;
    Buf b;

    buf_init(&b, &w->arena, ANSWER_MAX_BYTES);
    render_json_lines(&b, c->diags);
    lines = buf_span(&b);
    json_write_key(&w->json, SPAN("findings"));
    json_write_array(&w->json);
    while (span_cut(&lines, '\n', &line))
        if (line.len) json_write_raw(&w->json, line);
    json_write_array_end(&w->json);
    put_count(w, SPAN("errors"), n.errors);
    put_count(w, SPAN("warnings"), n.warnings);
    put_count(w, SPAN("notes"), n.notes);
    if (c->is_broken) verb_put_text(w, SPAN("fault"), c->broken_why);
}

static Compilation compile_request(Work *w, const CompileOptions *options)
{
    return compile(w->request.name, w->request.text, options, &w->arena);
}

void verb_check(Work *w)
{
    CompileOptions options = request_options(&w->request, STAGE_EMIT);
    Compilation c;

    options.has_tests = true;
    options.has_format_note = true;
    c = compile_request(w, &options);
    verb_put_findings(w, &c);
}

void verb_format(Work *w)
{
    Span text = compile_format(w->request.name, w->request.text, &w->arena);

    if (text.ptr) {
        verb_put_text(w, SPAN("text"), text);
    } else {
        CompileOptions options = request_options(&w->request, STAGE_PARSE);
        Compilation c = compile_request(w, &options);

        json_write_key(&w->json, SPAN("text"));
        json_write_null(&w->json);
        verb_put_findings(w, &c);
    }
}

/* The safe fixes of one round; those that overlap an earlier one wait for the next. */
static bool fix_round(Work *w, const CompileOptions *options)
{
    Compilation c = compile_request(w, options);
    Changes changes;

    changes_init(&changes, &w->arena, w->request.text);
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
    w->request.text = changes_apply(&changes);
    return true;
}

void verb_fix(Work *w)
{
    CompileOptions options = request_options(&w->request, STAGE_PROVE);
    Span before = w->request.text;
    int rounds = 0;

    while (rounds < FIX_ROUNDS && fix_round(w, &options))
        rounds++;
    verb_put_text(w, SPAN("text"), w->request.text);
    json_write_key(&w->json, SPAN("changed"));
    json_write_bool(&w->json, !span_is(before, w->request.text));
}

static void put_hash(Work *w, Span bytes)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    sha256(bytes, digest);
    sha256_hex(digest, hex);
    verb_put_text(w, SPAN("sha256"), span_str(hex));
}

void verb_compile(Work *w)
{
    CompileOptions options = request_options(&w->request, STAGE_EMIT);
    Compilation c = compile_request(w, &options);

    verb_put_findings(w, &c);
    if (!c.image.len) return;
    w->bytes = c.image;
    put_count(w, SPAN("cost"), c.cost);
    put_hash(w, c.image);
}
