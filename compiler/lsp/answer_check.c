/* answer_check.c — findings as the client shows them: pulled when it asks, else pushed when they change. */
#include "compiler/lsp/server.h"

#include "vm/base/fmt.h"

enum { FINDINGS_MAX = 1000, PARAMS_MAX = 16 << 20 };

static int severity(DiagLevel level)
{
    return level == LEVEL_ERROR ? 1 : level == LEVEL_WARNING ? 2 : 3;
}

/* Title, label, facts and helps without edits, as one text. */
static Span message_of(Call *c, const Diag *d)
{
    Buf b;

    buf_init(&b, c->arena, 1 << 16);
    buf_span_put(&b, d->title);
    if (d->label.len && !span_is(d->label, d->title)) buf_fmt(&b, "\n%S", d->label);
    for (const DiagFact *f = d->facts; f; f = f->next)
        buf_fmt(&b, "\n= %S", f->text);
    for (const DiagHelp *h = d->helps; h; h = h->next)
        if (!h->edits) buf_fmt(&b, "\nhelp: %S", h->text);
    return buf_span(&b);
}

static void put_related(Call *c, const Diag *d)
{
    if (!d->marks) return;
    put_key(c, "relatedInformation");
    open_array(c);
    for (const DiagMark *m = d->marks; m; m = m->next) {
        open_object(c);
        put_key(c, "location");
        put_location(c, m->place);
        put_string(c, "message", m->label.len ? m->label : d->title);
        close_object(c);
    }
    close_array(c);
}

static bool is_unused(DiagCode code)
{
    return code == ODX501 || code == ODX502 || code == ODX504;
}

static void put_graph(Call *c, const DiagGraph *g)
{
    if (!g) return;
    put_key(c, "data");
    open_object(c);
    put_string(c, "pointer", g->pointer);
    put_key(c, "nodes");
    open_array(c);
    for (const DiagFact *n = g->nodes; n; n = n->next)
        json_write_string(c->w, n->text);
    close_array(c);
    put_key(c, "edges");
    open_array(c);
    for (const DiagFact *n = g->edges; n; n = n->next)
        json_write_string(c->w, n->text);
    close_array(c);
    close_object(c);
}

void put_finding_of(Call *c, const Diag *d)
{
    Place at = d->place.file == 0 ? d->place : place_at(0, 0, 0);

    open_object(c);
    put_range(c, "range", at.begin, at.end);
    put_int(c, "severity", severity(d->level));
    put_string(c, "code", span_str(diag_info(d->code)->code));
    put_string(c, "source", SPAN("odx"));
    put_string(c, "message", message_of(c, d));
    if (is_unused(d->code)) {
        put_key(c, "tags");
        open_array(c);
        json_write_int(c->w, 1);
        close_array(c);
    }
    put_related(c, d);
    put_graph(c, d->graph);
    close_object(c);
}

static void put_findings(Call *c)
{
    const Diags *ds = c->ask ? c->ask->c.diags : NULL;
    size_t shown = 0;

    open_array(c);
    for (size_t i = 0; ds && i < diags_count(ds) && shown < FINDINGS_MAX; i++) {
        const Diag *d = diags_get(ds, i);

        if (d->allowed.len) continue;
        put_finding_of(c, d);
        shown++;
    }
    close_array(c);
}

void answer_diagnostic(Call *c)
{
    open_object(c);
    put_string(c, "kind", SPAN("full"));
    put_key(c, "items");
    put_findings(c);
    close_object(c);
}

static void push(Lsp *l, Document *d, bool is_closing)
{
    JsonWriter w;
    Buf params;
    Call c = {.lsp = l, .arena = &l->scratch, .doc = d, .w = &w};

    buf_init(&params, &l->scratch, PARAMS_MAX);
    json_write_init(&w, &params, false);
    c.ask = is_closing ? NULL : document_ask(l, d);
    open_object(&c);
    put_string(&c, "uri", d->uri);
    if (!is_closing) put_int(&c, "version", d->version);
    put_key(&c, "diagnostics");
    put_findings(&c);
    close_object(&c);
    if (json_write_is_whole(&w)) call_notify(l, "textDocument/publishDiagnostics", &params);
}

void push_findings(Lsp *l, Document *d)
{
    push(l, d, false);
}

void push_nothing(Lsp *l, Document *d)
{
    push(l, d, true);
}
