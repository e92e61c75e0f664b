/* ask_json.c — the answers of ask.h as JSON, for callers without C structs. */
#include "compiler/lsp/ask_private.h"

#include "vm/base/json.h"
#include "vm/base/utf8.h"

typedef struct Answer {
    Ask *ask;
    AskUnits units;
    bool is_ascii;
    JsonWriter w;
} Answer;

/* ---- offsets ---------------------------------------------------------------------------------- */

static uint32_t to_bytes(const Answer *r, uint32_t at)
{
    Span text = r->ask->text;
    uint32_t units = 0, bytes = 0;

    if (r->units == ASK_BYTES || r->is_ascii) return at < text.len ? at : (uint32_t)text.len;
    while (bytes < text.len && units < at) {
        size_t len;
        uint32_t code = utf8_decode(span_from(text, bytes), &len, NULL);

        units += code > 0xffff ? 2 : 1;
        bytes += (uint32_t)len;
    }
    return bytes;
}

static uint32_t from_bytes(const Answer *r, uint32_t at)
{
    if (r->units == ASK_BYTES || r->is_ascii) return at;
    return (uint32_t)utf8_utf16_len(span_sub(r->ask->text, 0, at));
}

/* ---- parts ------------------------------------------------------------------------------------ */

static void put_text(Answer *r, const char *key, Span text)
{
    json_write_key(&r->w, span_str(key));
    json_write_string(&r->w, text);
}

static void put_int(Answer *r, const char *key, uint32_t v)
{
    json_write_key(&r->w, span_str(key));
    json_write_uint(&r->w, v);
}

static void put_place(Answer *r, uint32_t begin, uint32_t end)
{
    put_int(r, "begin", from_bytes(r, begin));
    put_int(r, "end", from_bytes(r, end));
}

static void open_list(Answer *r, const char *key)
{
    json_write_key(&r->w, span_str(key));
    json_write_array(&r->w);
}

static void put_edit(Answer *r, uint32_t begin, uint32_t end, Span insert)
{
    json_write_object(&r->w);
    put_place(r, begin, end);
    put_text(r, "insert", insert);
    json_write_object_end(&r->w);
}

static void put_edits(Answer *r, const Changes *edits)
{
    json_write_array(&r->w);
    for (size_t i = 0; i < edits->count; i++)
        put_edit(r, edits->items[i].begin, edits->items[i].end, edits->items[i].insert);
    json_write_array_end(&r->w);
}

/* ---- findings --------------------------------------------------------------------------------- */

static void put_marks(Answer *r, const Diag *d)
{
    open_list(r, "related");
    for (const DiagMark *m = d->marks; m; m = m->next) {
        if (m->place.file != 0) continue;
        json_write_object(&r->w);
        put_place(r, m->place.begin, m->place.end);
        put_text(r, "label", m->label);
        json_write_object_end(&r->w);
    }
    json_write_array_end(&r->w);
    open_list(r, "facts");
    for (const DiagFact *f = d->facts; f; f = f->next)
        json_write_string(&r->w, f->text);
    json_write_array_end(&r->w);
}

static void put_helps(Answer *r, const Diag *d)
{
    open_list(r, "fixes");
    for (const DiagHelp *h = d->helps; h; h = h->next) {
        json_write_object(&r->w);
        put_text(r, "title", h->text);
        put_text(r, "class", span_str(fix_class_name(h->fix)));
        open_list(r, "edits");
        for (const DiagEdit *e = h->edits; e; e = e->next)
            if (e->place.file == 0) put_edit(r, e->place.begin, e->place.end, e->insert);
        json_write_array_end(&r->w);
        json_write_object_end(&r->w);
    }
    json_write_array_end(&r->w);
}

static void put_ids(Answer *r, const char *key, const DiagFact *f)
{
    open_list(r, key);
    for (; f; f = f->next)
        json_write_string(&r->w, f->text);
    json_write_array_end(&r->w);
}

static void put_graph(Answer *r, const DiagGraph *g)
{
    if (!g) return;
    json_write_key(&r->w, SPAN("graph"));
    json_write_object(&r->w);
    put_text(r, "pointer", g->pointer);
    put_ids(r, "nodes", g->nodes);
    put_ids(r, "edges", g->edges);
    json_write_object_end(&r->w);
}

static void put_finding(Answer *r, const Diag *d)
{
    json_write_object(&r->w);
    put_text(r, "code", span_str(diag_info(d->code)->code));
    put_text(r, "level", span_str(diag_level_name(d->level)));
    put_place(r, d->place.file == 0 ? d->place.begin : 0, d->place.file == 0 ? d->place.end : 0);
    put_text(r, "title", d->title);
    put_text(r, "label", d->label);
    put_marks(r, d);
    put_helps(r, d);
    put_graph(r, d->graph);
    json_write_object_end(&r->w);
}

static void answer_check(Answer *r)
{
    const Diags *ds = r->ask->c.diags;

    json_write_array(&r->w);
    for (size_t i = 0; i < diags_count(ds); i++)
        if (!diags_get(ds, i)->allowed.len) put_finding(r, diags_get(ds, i));
    json_write_array_end(&r->w);
}

/* ---- the other questions ---------------------------------------------------------------------- */

static void answer_hover(Answer *r, uint32_t at)
{
    AskHover h = ask_hover(r->ask, at);

    if (!h.text.len) {
        json_write_null(&r->w);
        return;
    }
    json_write_object(&r->w);
    put_place(r, h.at.begin, h.at.end);
    put_text(r, "markdown", h.text);
    json_write_object_end(&r->w);
}

static const char *const item_words[] = {
#define ASK_ITEM(NAME, lsp, word) word,
#include "compiler/lsp/items.def"
#undef ASK_ITEM
};

static void put_item(Answer *r, const AskItem *i)
{
    json_write_object(&r->w);
    put_text(r, "label", i->label);
    put_text(r, "kind", span_str(item_words[i->kind]));
    put_int(r, "rank", i->rank);
    put_text(r, "detail", i->detail);
    put_text(r, "doc", i->doc);
    put_text(r, "insert", i->insert);
    json_write_key(&r->w, SPAN("snippet"));
    json_write_bool(&r->w, i->is_snippet);
    json_write_object_end(&r->w);
}

static void answer_complete(Answer *r, uint32_t at)
{
    AskItems items = ask_complete(r->ask, at);

    json_write_object(&r->w);
    put_place(r, items.at.begin, items.at.end);
    open_list(r, "items");
    for (size_t i = 0; i < items.count; i++)
        put_item(r, &items.items[i]);
    json_write_array_end(&r->w);
    json_write_object_end(&r->w);
}

static void answer_signature(Answer *r, uint32_t at)
{
    AskSignature s = ask_signature(r->ask, at);

    if (!s.label.len) {
        json_write_null(&r->w);
        return;
    }
    json_write_object(&r->w);
    put_text(r, "label", s.label);
    put_text(r, "doc", s.doc);
    put_int(r, "active", s.active);
    open_list(r, "inputs");
    for (size_t i = 0; i < s.count; i++) {
        json_write_object(&r->w);
        put_int(r, "begin",
                s.items[i].begin); /* of the label, which is ASCII or counted in bytes */
        put_int(r, "end", s.items[i].end);
        put_text(r, "doc", s.items[i].doc);
        json_write_object_end(&r->w);
    }
    json_write_array_end(&r->w);
    json_write_object_end(&r->w);
}

static void answer_fixes(Answer *r, uint32_t begin, uint32_t end)
{
    AskFixes fixes = ask_fixes(r->ask, begin, end);

    json_write_array(&r->w);
    for (size_t i = 0; i < fixes.count; i++) {
        const AskFix *f = &fixes.items[i];

        json_write_object(&r->w);
        put_text(r, "title", f->title);
        put_text(r, "kind", f->kind);
        put_text(r, "class", span_str(fix_class_name(f->fix)));
        put_text(r, "code", f->diag ? span_str(diag_info(f->diag->code)->code) : (Span){NULL, 0});
        json_write_key(&r->w, SPAN("edits"));
        put_edits(r, &f->edits);
        json_write_object_end(&r->w);
    }
    json_write_array_end(&r->w);
}

static bool answer(Answer *r, Span question, uint32_t begin, uint32_t end)
{
    Changes edits;

    if (span_eq_str(question, "check")) {
        answer_check(r);
    } else if (span_eq_str(question, "hover")) {
        answer_hover(r, begin);
    } else if (span_eq_str(question, "complete")) {
        answer_complete(r, begin);
    } else if (span_eq_str(question, "signature")) {
        answer_signature(r, begin);
    } else if (span_eq_str(question, "fixes")) {
        answer_fixes(r, begin, end);
    } else if (span_eq_str(question, "fixall") || span_eq_str(question, "format")) {
        edits = span_eq_str(question, "format") ? ask_format(r->ask) : ask_fix_all(r->ask);
        put_edits(r, &edits);
    } else {
        return false;
    }
    return json_write_is_whole(&r->w);
}

bool ask_json(Ask *a, Span question, AskUnits units, uint32_t begin, uint32_t end, Buf *out)
{
    Answer r = {.ask = a, .units = units, .is_ascii = utf8_utf16_len(a->text) == a->text.len};

    json_write_init(&r.w, out, false);
    return answer(&r, question, to_bytes(&r, begin), to_bytes(&r, end)) && !arena_is_full(a->arena);
}
