/* render_json.c — findings as JSON lines with the stable keys of 7.2.
 *
 * A help without a fix is a fix of class "none" without edits; `related` names its file only when it
 * is another one. */
#include "compiler/diag/diag_private.h"
#include "compiler/diag/render.h"
#include "vm/base/json.h"

static void put_pair(JsonWriter *w, const char *name, uint32_t a, uint32_t b)
{
    json_key_array(w, name);
    json_write_uint(w, a);
    json_write_uint(w, b);
    json_write_array_end(w);
}

static void put_span(JsonWriter *w, const Sources *ss, Place place)
{
    const Source *s = sources_get(ss, place.file);
    Position from = {1, 1, 1}, to = {1, 1, 1};

    if (s) {
        from = source_position(s, place.begin);
        to = source_position(s, place.end);
    }
    json_key_object(w, "span");
    put_pair(w, "start", from.line, from.column);
    put_pair(w, "end", to.line, to.column);
    put_pair(w, "bytes", place.begin, place.end);
    json_write_object_end(w);
}

static Span file_name(const Sources *ss, uint16_t file)
{
    const Source *s = sources_get(ss, file);

    return s ? s->name : (Span){0};
}

static void put_related(JsonWriter *w, const Diag *d)
{
    const Sources *ss = d->owner->sources;

    json_key_array(w, "related");
    for (const DiagMark *m = d->marks; m; m = m->next) {
        json_write_object(w);
        if (m->place.file != d->place.file) json_key_text(w, "file", file_name(ss, m->place.file));
        put_span(w, ss, m->place);
        json_key_text(w, "label", m->label);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_strings(JsonWriter *w, const char *name, const DiagFact *f)
{
    json_key_array(w, name);
    for (; f; f = f->next)
        json_write_string(w, f->text);
    json_write_array_end(w);
}

static void put_fixes(JsonWriter *w, const Diag *d)
{
    json_key_array(w, "fixes");
    for (const DiagHelp *h = d->helps; h; h = h->next) {
        json_write_object(w);
        json_key_text(w, "title", h->text);
        json_key_text(w, "class", span_str(fix_class_name(h->fix)));
        json_key_array(w, "edits");
        for (const DiagEdit *e = h->edits; e; e = e->next) {
            json_write_object(w);
            put_pair(w, "bytes", e->place.begin, e->place.end);
            json_key_text(w, "insert", e->insert);
            json_write_object_end(w);
        }
        json_write_array_end(w);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_graph(JsonWriter *w, const DiagGraph *g)
{
    json_write_key(w, SPAN("graph"));
    if (!g) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_key_text(w, "pointer", g->pointer);
    put_strings(w, "nodes", g->nodes);
    put_strings(w, "edges", g->edges);
    json_write_object_end(w);
}

static void put_explain(JsonWriter *w, const char *code)
{
    char mem[32];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_fmt(&b, "odx explain %s", code);
    json_key_text(w, "explain", buf_span(&b));
}

static void put_finding(Buf *out, const Diag *d)
{
    const char *code = diag_info(d->code)->code;
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    json_key_text(&w, "code", span_str(code));
    json_key_text(&w, "level", span_str(diag_level_name(d->level)));
    json_key_text(&w, "title", d->title);
    json_key_text(&w, "file", file_name(d->owner->sources, d->place.file));
    put_span(&w, d->owner->sources, d->place);
    json_key_text(&w, "label", d->label);
    put_related(&w, d);
    put_strings(&w, "facts", d->facts);
    put_fixes(&w, d);
    put_graph(&w, d->graph);
    put_explain(&w, code);
    json_write_object_end(&w);
    buf_char(out, '\n');
}

void render_json_lines(Buf *out, const Diags *ds)
{
    for (size_t i = 0; i < diags_count(ds); i++)
        if (!diags_get(ds, i)->allowed.len) put_finding(out, diags_get(ds, i));
}
