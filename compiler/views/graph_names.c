/* graph_names.c — what the text calls the nodes of a graph.
 *
 * A node is called by its `name`, else by its id where that can be a name, else by a name made of its id.
 * Promise: no two lines get one name unless the document says so, and the same document gives the same
 * names in whatever order its edges stand. */
#include "compiler/views/graph_private.h"

enum { NAME_MAX = 64, MADE_MAX = 48 };

/* ---- names that are taken --------------------------------------------------------------------- */

/* Something else than a node that can be read has that name. */
static void reserve(Graph *g, Span name)
{
    if (name.len && !map_find(&g->taken, name)) map_put(&g->taken, name, GRAPH_NONE);
}

static void reserve_member(Graph *g, const JsonValue *object, const char *key)
{
    const JsonValue *v = json_member(object, key);

    if (v && v->kind == JSON_STRING) reserve(g, v->text);
}

/* "def NAME(" */
static void reserve_definition(Graph *g, const JsonValue *text)
{
    Span rest, name = {0};

    if (!text || text->kind != JSON_STRING) return;
    rest = span_trim(text->text);
    if (!span_starts(rest, SPAN("def "))) return;
    rest = span_trim(span_from(rest, 4));
    (void)span_cut(&rest, '(', &name);
    reserve(g, span_trim(name));
}

static void take_names_of(Graph *g, const GraphNode *n, uint32_t index)
{
    bool is_value = graph_class(n) == GRAPH_CLASS_VALUE || graph_class(n) == GRAPH_CLASS_NAMED;
    const JsonValue *name = json_member(n->data, "name");

    if (n->data == n->json) return;
    reserve_member(g, n->data, "counter");
    if (n->type == GRAPH_CODE) reserve_definition(g, json_member(n->data, "text"));
    if (!name || name->kind != JSON_STRING || map_find(&g->taken, name->text)) return;
    if (is_value || n->type == GRAPH_FEED)
        map_put(&g->taken, name->text, index);
    else if (graph_class(n) == GRAPH_CLASS_SOURCE)
        reserve(g, name->text);
}

void graph_take_names(Graph *g)
{
    const JsonValue *market = json_member(g->doc->root, "market");

    for (uint32_t i = 0; i < g->nodes.count; i++)
        take_names_of(g, &g->nodes.items[i], i);
    if (json_member(market, "name"))
        reserve_member(g, market, "name");
    else if (!market || market->kind != JSON_NULL)
        reserve(g, SPAN("m"));
}

/* ---- names that are given --------------------------------------------------------------------- */

/* A name that means something by itself must not be taken. */
static bool is_plain_name(Graph *g, Span id)
{
    static const char *const words[] = {"up",  "down", "yes", "no",  "mon",  "tue",  "wed",
                                        "thu", "fri",  "sat", "sun", "slot", "fill", "trade"};
    DocField field;

    if (!id.len || id.len > NAME_MAX || word_is_reserved(id)) return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool is_inner = i > 0 && (c == '_' || (c >= '0' && c <= '9'));

        if (!is_inner && !(c >= 'a' && c <= 'z')) return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_eq_str(id, words[i])) return false;
    (void)doc_path_column(g->doc->arena, id, &field);
    return !field.info;
}

/* Letters and digits of the id, in small letters, words joined by `_`: "Node 12" is node_12. */
static void put_words(Buf *b, Span id)
{
    bool has_gap = false;

    for (size_t i = 0; i < id.len && b->len < MADE_MAX; i++) {
        char c = id.ptr[i];
        bool is_big = c >= 'A' && c <= 'Z';

        if (!is_big && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            has_gap = true;
            continue;
        }
        if (has_gap && b->len) buf_char(b, '_');
        has_gap = false;
        buf_char(b, (char)(is_big ? c + 32 : c));
    }
}

static Span made_name(Graph *g, Span id)
{
    Buf words, b;

    buf_init(&words, g->doc->arena, NAME_MAX);
    put_words(&words, id);
    if (is_plain_name(g, buf_span(&words)) && !map_find(&g->taken, buf_span(&words)))
        return buf_span(&words);
    buf_init(&b, g->doc->arena, NAME_MAX);
    buf_fmt(&b, words.len ? "node_%S" : "node", buf_span(&words));
    return buf_span(&b);
}

Span graph_name(Graph *g, const GraphNode *n)
{
    uint32_t own = (uint32_t)(n - g->nodes.items);
    Span name = n->id, made;
    Buf b;

    if (n->name_at && doc_check_name(g->doc, n->name_at)) return n->name_at->text;
    if (map_get(&g->taken, name, own) != own || !is_plain_name(g, name)) {
        made = name = made_name(g, n->id);
        while (map_find(&g->taken, name) && !arena_is_full(g->doc->arena)) {
            buf_init(&b, g->doc->arena, NAME_MAX);
            buf_fmt(&b, "%S_%d", made, (int)(++g->spare_names + 1));
            name = buf_span(&b);
        }
    }
    map_put(&g->taken, name, own);
    return name;
}
