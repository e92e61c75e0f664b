/* answer_shape.c — the shape of a text: folding, selections that grow, links, lenses, coloured words. */
#include "compiler/lsp/server.h"

#include "compiler/source/parse.h"
#include "compiler/views/document.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

/* ---- folding ---------------------------------------------------------------------------------- */

static void put_fold(Call *c, uint32_t begin, uint32_t end, const char *kind)
{
    uint32_t first = offset_to_position(c->lsp, c->doc, begin).line;
    uint32_t last = offset_to_position(c->lsp, c->doc, end).line;

    if (last <= first) return;
    open_object(c);
    put_int(c, "startLine", first);
    put_int(c, "endLine", last);
    if (kind) put_string(c, "kind", span_str(kind));
    close_object(c);
}

static bool folds(const Node *n)
{
    return n->kind == NODE_RULE || n->kind == NODE_RISK || n->kind == NODE_TEST ||
           n->kind == NODE_LAYOUT || n->kind == NODE_TOGETHER || n->kind == NODE_REPEAT ||
           n->kind == NODE_QUOTE;
}

static void fold(Call *c, const Node *n)
{
    for (uint32_t i = 0; n && i < n->kid_count; i++) {
        const Node *kid = n->kids[i];

        if (!kid || kid->place.file != 0) continue;
        if (folds(kid))
            put_fold(c, kid->place.begin, kid->place.end,
                     kid->kind == NODE_LAYOUT ? "region" : NULL);
        fold(c, kid);
    }
}

/* Lines of comments above an item. */
static void fold_comments(Call *c, const Node *tree)
{
    for (uint32_t i = 0; i < tree->kid_count; i++) {
        const Node *kid = tree->kids[i];
        const Comment *first = kid && kid->comments ? kid->comments->before : NULL, *last = first;

        while (last && last->next)
            last = last->next;
        if (last && last != first) put_fold(c, first->place.begin, last->place.end, "comment");
    }
}

void answer_folding(Call *c)
{
    open_array(c);
    fold_comments(c, c->ask->c.tree);
    fold(c, c->ask->c.tree);
    close_array(c);
}

/* ---- selection -------------------------------------------------------------------------------- */

/* Ever larger places around the offset, the innermost first; each is written inside the one before. */
static void put_selection(Call *c, uint32_t offset)
{
    Trail t;
    Place last = place_at(0, offset, offset);
    uint32_t open = 0;

    trail_find(&t, c->ask->c.tree, offset);
    open_object(c);
    put_range(c, "range", offset, offset);
    for (uint32_t i = t.count; i-- > 0;) {
        Place at = t.nodes[i]->place;

        if (at.begin > last.begin || at.end < last.end ||
            (at.begin == last.begin && at.end == last.end))
            continue;
        if (open + 8 >= JSON_DEPTH_MAX) break;
        put_key(c, "parent");
        open_object(c);
        put_range(c, "range", at.begin, at.end);
        last = at;
        open++;
    }
    while (open--)
        close_object(c);
    close_object(c);
}

void answer_selection(Call *c)
{
    const JsonValue *list = json_member(c->params, "positions");

    open_array(c);
    if (list && list->kind == JSON_ARRAY) JSON_EACH(list, p)
    put_selection(c, position_to_offset(c->lsp, c->doc, wire_position(p)));
    close_array(c);
}

/* ---- links on `use` --------------------------------------------------------------------------- */

static const Source *module_source(const Ask *a, const Node *path)
{
    for (const CompiledModule *m = a->c.modules; m; m = m->next)
        if (m->from == 0 && span_is(m->path, path->text))
            return sources_get(a->c.sources, m->tree->place.file);
    return NULL;
}

void answer_links(Call *c)
{
    const Node *tree = c->ask->c.tree;

    open_array(c);
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++) {
        const Node *path =
            node_is(tree->kids[i], NODE_USE) ? node_kid(tree->kids[i], KID_USE_PATH) : NULL;
        const Source *s = node_is(path, NODE_STRING) ? module_source(c->ask, path) : NULL;

        if (!s || path->place.file != 0) continue;
        open_object(c);
        put_range(c, "range", path->place.begin, path->place.end);
        put_string(c, "target", name_to_uri(c->arena, s->name));
        close_object(c);
    }
    close_array(c);
}

/* The text of a module behind an `odx:` uri: one of the compiler's own. */
void answer_module(Call *c)
{
    static const CompileOptions options = {.until = STAGE_CHECK};
    Span name = wire_text(c->params, "uri");
    Buf text;
    Compilation made;

    if (!span_starts(name, SPAN("odx:"))) return;
    buf_init(&text, c->arena, 4096);
    buf_fmt(&text, "odx 1\nuse \"%S\"\nmodule \"m\"\n", span_from(name, 4));
    made = compile(SPAN("m.odx"), buf_span(&text), &options, c->arena);
    if (!made.modules) return;
    open_object(c);
    put_string(c, "text", sources_get(made.sources, made.modules->tree->place.file)->text);
    close_object(c);
}

/* ---- lenses ----------------------------------------------------------------------------------- */

static void put_lens(Call *c, const Node *n, Span title, const char *command)
{
    open_object(c);
    put_range(c, "range", n->place.begin, n->place.begin);
    put_key(c, "command");
    open_object(c);
    put_string(c, "title", title);
    put_string(c, "command", span_str(command));
    put_key(c, "arguments");
    open_array(c);
    json_write_string(c->w, c->doc->uri);
    json_write_string(c->w, n->kind == NODE_TEST && node_kid(n, KID_TEST_TITLE)
                                ? n->kids[KID_TEST_TITLE]->text
                                : (Span){NULL, 0});
    close_array(c);
    close_object(c);
    close_object(c);
}

/* "run 2 tests", above the first rule; "7 of 9 reached" once they have run. */
static void put_count(Call *c, const Node *rule, uint32_t tests)
{
    const Document *d = c->doc;
    Buf b;

    buf_init(&b, c->arena, 64);
    if (d->rules)
        buf_fmt(&b, "%u of %u reached", d->reached, d->rules);
    else
        buf_fmt(&b, tests == 1 ? "run %u test" : "run %u tests", tests);
    put_lens(c, rule, buf_span(&b), "odx.runTests");
}

void answer_lenses(Call *c)
{
    const Node *tree = c->ask->c.tree, *rule = NULL;
    uint32_t tests = 0;

    open_array(c);
    for (uint32_t i = KID_FILE_ITEMS; i < tree->kid_count; i++) {
        const Node *n = tree->kids[i];

        if (n->kind == NODE_RULE && !rule) rule = n;
        if (n->kind != NODE_TEST) continue;
        tests++;
        put_lens(c, n, SPAN("run test"), "odx.runTest");
    }
    if (rule && tests) put_count(c, rule, tests);
    close_array(c);
}
