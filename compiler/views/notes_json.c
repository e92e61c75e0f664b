/* notes_json.c — comments of the text as `x-notes` of a JSON document, and back.
 *
 * A note is a line ("# why", "## a label"), or an object for a comment that does not stand above its
 * object's own item: {"on": "order", "at": "trailing", "text": "# why"}.  Promise: no comment is lost. */
#include "compiler/views/document_private.h"

static const char *const spots[] = {"before", "open", "trailing", "end"};

static Comment **spot_of(Comments *c, int spot)
{
    Comment **lists[] = {&c->before, &c->open, &c->trailing, &c->end};

    return lists[spot];
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void read_text(Comment *c, Span text)
{
    size_t n = 0;

    text = span_trim(text);
    while (n < text.len && text.ptr[n] != '\n' && text.ptr[n] != '\r')
        n++;
    text = span_sub(text, 0, n);
    c->is_doc = span_starts(text, SPAN("##"));
    c->text = span_trim(span_from(text, c->is_doc ? 2 : text.len && text.ptr[0] == '#' ? 1 : 0));
}

/* What a line of the text would hold stands in objects of its own in a graph: the values that it is made of. */
static void allow_in_values(Doc *doc, const Node *n)
{
    for (uint32_t i = 0; i < n->kid_count; i++) {
        const Node *kid = n->kids[i];

        if (!kid || kid->kind == NODE_BLOCK) continue;
        diags_allow_also(doc->diags, kid->place);
        allow_in_values(doc, kid);
    }
}

static void append(Doc *doc, Node *n, int spot, const JsonValue *at, Span text)
{
    Comment *c = arena_new(doc->arena, Comment), **end;

    if (!n->comments) n->comments = arena_new(doc->arena, Comments);
    if (arena_is_full(doc->arena)) return;
    read_text(c, text);
    c->place = at->place;
    if (!c->is_doc && span_starts(c->text, SPAN("odx: allow ")) &&
        doc_allow(doc, at, at->parent->parent, span_from(c->text, 11)))
        allow_in_values(doc, n);
    end = spot_of(n->comments, spot);
    if (*end && (end == &n->comments->open || end == &n->comments->trailing))
        end = &n->comments->before; /* a line has room for one */
    while (*end)
        end = &(*end)->next;
    *end = c;
}

void doc_check_notes(Doc *doc, const JsonValue *notes, DocKeys parts)
{
    if (!notes || notes->kind != JSON_ARRAY) return;
    JSON_EACH(notes, v)
    {
        const JsonValue *on = json_member(v, "on");

        if (on) (void)doc_word(doc, on, parts);
    }
}

void doc_notes_on(Doc *doc, const JsonValue *notes, Span on, Node *n)
{
    static DocKeys words = {"before", "open", "trailing", "end", NULL};

    if (!notes || !doc_is(doc, notes, JSON_ARRAY)) return;
    JSON_EACH(notes, v)
    {
        const JsonValue *text = v->kind == JSON_STRING ? v : json_member(v, "text");
        const JsonValue *its = json_member(v, "on"), *at = json_member(v, "at");
        int spot = at ? doc_word(doc, at, words) : 0;

        if (!span_is(its ? its->text : SPAN(""), on)) continue;
        if (!text || text->kind != JSON_STRING)
            doc_wrong(doc, v, "a text in quotes");
        else if (spot >= 0)
            append(doc, n, spot, v, text->text);
    }
}

void doc_notes(Doc *doc, const JsonValue *notes, Node *n)
{
    doc_notes_on(doc, notes, SPAN(""), n);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static void put_note(JsonWriter *w, Arena *scratch, const char *on, int spot, const Comment *c)
{
    bool is_plain = !on[0] && spot == 0;
    Buf b;

    buf_init(&b, scratch, SOURCE_MAX_BYTES);
    buf_fmt(&b, "%s %S", c->is_doc ? "##" : "#", c->text);
    if (!is_plain) {
        json_write_object(w);
        if (on[0]) json_write_key(w, SPAN("on"));
        if (on[0]) json_write_string(w, span_str(on));
        json_write_key(w, SPAN("at"));
        json_write_string(w, span_str(spots[spot]));
        json_write_key(w, SPAN("text"));
    }
    json_write_string(w, span_trim(buf_span(&b)));
    if (!is_plain) json_write_object_end(w);
}

void doc_put_notes(JsonWriter *w, Arena *scratch, const DocNotes *notes)
{
    bool is_open = false;

    for (size_t i = 0; i < notes->count; i++)
        for (int spot = 0; notes->items[i].node->comments && spot < 4; spot++)
            for (Comment *c = *spot_of(notes->items[i].node->comments, spot); c; c = c->next) {
                if (!is_open) json_write_key(w, SPAN("x-notes"));
                if (!is_open) json_write_array(w);
                is_open = true;
                put_note(w, scratch, notes->items[i].on, spot, c);
            }
    if (is_open) json_write_array_end(w);
}
