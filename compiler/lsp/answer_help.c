/* answer_help.c — hover, completion, signature help and inlay hints in the protocol's words. */
#include "compiler/lsp/server.h"

#include "compiler/types/types.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

static void put_markdown(Call *c, const char *key, Span text)
{
    put_key(c, key);
    open_object(c);
    put_string(c, "kind", SPAN("markdown"));
    put_string(c, "value", text);
    close_object(c);
}

void answer_hover(Call *c)
{
    AskHover h = ask_hover(c->ask, c->at);

    if (!h.text.len) return;
    open_object(c);
    put_markdown(c, "contents", h.text);
    put_range(c, "range", h.at.begin, h.at.end);
    close_object(c);
}

/* ---- completion ------------------------------------------------------------------------------- */

/* A snippet for clients that have none: the first words of each hole. */
static Span without_holes(Call *c, Span snippet)
{
    Buf b;
    int depth = 0;

    buf_init(&b, c->arena, snippet.len + 1);
    for (size_t i = 0; i < snippet.len; i++) {
        char ch = snippet.ptr[i];

        if (ch == '\\' && i + 1 < snippet.len) {
            buf_char(&b, snippet.ptr[++i]);
        } else if (ch == '$' && i + 1 < snippet.len && snippet.ptr[i + 1] == '{') {
            i = i + 3 < snippet.len && snippet.ptr[i + 3] == ':' ? i + 3 : i + 2;
            depth++;
        } else if (ch == '$') {
            i++;
        } else if (ch == '}' && depth > 0) {
            depth--;
        } else {
            buf_char(&b, ch);
        }
    }
    return buf_span(&b);
}

static int item_kind(AskItemKind kind)
{
    static const int kinds[] = {
#define ASK_ITEM(NAME, lsp, word) lsp,
#include "compiler/lsp/items.def"
#undef ASK_ITEM
    };

    return kinds[kind];
}

static void put_item(Call *c, const AskItems *items, size_t i)
{
    const AskItem *item = &items->items[i];
    bool is_snippet = item->is_snippet && c->lsp->has_snippets;
    Buf sort;

    buf_init(&sort, c->arena, 16);
    buf_fmt(&sort, "%02d%05d", item->rank, (int)i);
    open_object(c);
    put_string(c, "label", item->label);
    put_int(c, "kind", item_kind(item->kind));
    if (item->detail.len) put_string(c, "detail", item->detail);
    if (item->doc.len) put_markdown(c, "documentation", item->doc);
    put_string(c, "sortText", buf_span(&sort));
    put_string(c, "filterText", item->label);
    put_int(c, "insertTextFormat", is_snippet ? 2 : 1);
    if (i == 0) put_bool(c, "preselect", true);
    put_key(c, "textEdit");
    open_object(c);
    put_range(c, "range", items->at.begin, items->at.end);
    put_string(c, "newText",
               item->is_snippet && !is_snippet ? without_holes(c, item->insert) : item->insert);
    close_object(c);
    close_object(c);
}

void answer_completion(Call *c)
{
    AskItems items = ask_complete(c->ask, c->at);

    open_object(c);
    put_bool(c, "isIncomplete", false);
    put_key(c, "items");
    open_array(c);
    for (size_t i = 0; i < items.count; i++)
        put_item(c, &items, i);
    close_array(c);
    close_object(c);
}

void answer_signature(Call *c)
{
    AskSignature s = ask_signature(c->ask, c->at);

    if (!s.label.len) return;
    open_object(c);
    put_key(c, "signatures");
    open_array(c);
    open_object(c);
    put_string(c, "label", s.label);
    if (s.doc.len) put_markdown(c, "documentation", s.doc);
    put_key(c, "parameters");
    open_array(c);
    for (size_t i = 0; i < s.count; i++) {
        open_object(c);
        put_key(c, "label");
        open_array(c);
        json_write_uint(c->w, s.items[i].begin);
        json_write_uint(c->w, s.items[i].end);
        close_array(c);
        if (s.items[i].doc.len) put_string(c, "documentation", s.items[i].doc);
        close_object(c);
    }
    close_array(c);
    close_object(c);
    close_array(c);
    put_int(c, "activeSignature", 0);
    put_int(c, "activeParameter", s.active);
    close_object(c);
}

/* ---- inlay hints ------------------------------------------------------------------------------ */

typedef struct Hints {
    Call *call;
    uint32_t begin, end;
} Hints;

static void put_hint(Hints *h, uint32_t at, Span label, const char *why)
{
    Call *c = h->call;
    LspPosition p;

    if (at < h->begin || at > h->end) return;
    p = offset_to_position(c->lsp, c->doc, at);
    open_object(c);
    put_key(c, "position");
    open_object(c);
    put_int(c, "line", p.line);
    put_int(c, "character", p.character);
    close_object(c);
    put_string(c, "label", label);
    put_string(c, "tooltip", span_str(why));
    put_bool(c, "paddingLeft", true);
    close_object(c);
}

/* `ready 20s`, and `per wallet`, behind a let. */
static void hint_let(Hints *h, const Let *l)
{
    Call *c = h->call;
    const Expr *e = l->value;
    Buf b;

    if (!e || l->local || l->place.file != 0 || e->type.shape == SHAPE_BAD) return;
    if (e->ready.ticks || e->ready.us) {
        buf_init(&b, c->arena, 64);
        buf_fmt(&b, "ready %S", ready_text(c->arena, e->ready));
        put_hint(h, l->place.end, buf_span(&b), "how long until this value can first be known");
    }
    if (e->wallet)
        put_hint(h, l->place.end, SPAN("per wallet"),
                 "worked out for each wallet; the rest is shared");
}

static void hint_state(Hints *h, const State *s)
{
    if (s->place.file == 0 && s->wallet)
        put_hint(h, s->place.end, SPAN("per wallet"), "kept for each wallet");
}

/* `at market` without a bound. */
static void hint_orders(Hints *h, const Node *n)
{
    for (uint32_t i = 0; n && i < n->kid_count; i++) {
        const Node *kid = n->kids[i];

        if (node_is(kid, NODE_PRICE_MARKET) && !node_kid(kid, 0) && kid->place.file == 0)
            put_hint(
                h, kid->place.end, SPAN("no bound"),
                "takes what the project allows by default; `within 2c` says how far it may go");
        if (!node_is(kid, NODE_TEST)) hint_orders(h, kid);
    }
}

void answer_inlay_hints(Call *c)
{
    const Program *p = c->ask->c.program;
    Hints h = {.call = c, .end = UINT32_MAX};
    const JsonValue *range = json_member(c->params, "range");

    if (range) wire_range_offsets(c, range, &h.begin, &h.end);
    open_array(c);
    for (uint32_t i = 0; p && i < p->lets_count; i++)
        hint_let(&h, &p->lets[i]);
    for (uint32_t i = 0; p && i < p->states_count; i++)
        hint_state(&h, &p->states[i]);
    hint_orders(&h, c->ask->c.tree);
    close_array(c);
}
