/* fuzz_parse.c — any bytes as source text: scanner, grammar, recovery, findings.
 *
 * The first byte limits the memory; when it is odd everything is done twice.  Promise checked: always a FILE
 * node, every place inside the text, no tree deeper than allowed, findings in order, the same a second time. */
#include "compiler/diag/diag.h"
#include "compiler/source/parse.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"

#define TEXT_MAX 20000

typedef struct Parsed {
    Sources sources;
    Diags *diags;
    Node *tree;
    Arena arena;
} Parsed;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_text(Parsed *p, Span text, size_t limit)
{
    Parse parse;
    Source *source;

    p->tree = NULL;
    p->arena = pool_arena(limit);
    sources_init(&p->sources, &p->arena);
    p->diags = diags_new(&p->arena, &p->sources, NULL);
    source = sources_add(&p->sources, SPAN("fuzz.odx"), text);
    if (!source || !p->diags) return;
    parse_init(&parse, &p->arena, &p->sources, p->diags);
    p->tree = parse_file(&parse, source->file);
    diags_finish(p->diags);
}

static void check_place(Place place, Span text)
{
    BUG_IF(place.file != 0 || place.begin > place.end || place.end > text.len);
}

static void check_tree(const Node *n, Span text, int depth)
{
    BUG_IF(depth > NODE_MAX_DEPTH + 1 || n->kind >= NODE_KIND_COUNT);
    BUG_IF(n->kid_count < node_fixed_kids((NodeKind)n->kind));
    check_place(n->place, text);
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (n->kids[i]) check_tree(n->kids[i], text, depth + 1);
}

static void check_findings(const Diags *diags, Span text)
{
    uint32_t last = 0;

    for (size_t i = 0; i < diags_count(diags); i++) {
        const Diag *d = diags_get(diags, i);

        check_place(d->place, text);
        BUG_IF(d->place.begin < last || !d->title.len);
        last = d->place.begin;
        for (const DiagMark *m = d->marks; m; m = m->next)
            check_place(m->place, text);
        for (const DiagHelp *h = d->helps; h; h = h->next)
            for (const DiagEdit *e = h->edits; e; e = e->next)
                check_place(e->place, text);
    }
}

static void check_again(const Parsed *first, Span text, size_t limit)
{
    Parsed second;

    parse_text(&second, text, limit);
    BUG_IF(!node_is_equal(first->tree, second.tree));
    BUG_IF(diags_count(first->diags) != diags_count(second.diags));
    arena_fini(&second.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Parsed first;
    size_t limit;
    Span text;

    if (size < 1 || size > TEXT_MAX) return 0;
    limit = data[0] < 64 ? (size_t)data[0] << 12 : (size_t)32 << 20;
    text = span_of((const char *)data + 1, size - 1);
    parse_text(&first, text, limit);
    if (first.tree && !arena_is_full(&first.arena)) {
        BUG_IF(first.tree->kind != NODE_FILE);
        check_tree(first.tree, text, 1);
        check_findings(first.diags, text);
        if (data[0] & 1) check_again(&first, text, limit);
    }
    BUG_IF(!first.tree && !arena_is_full(&first.arena));
    arena_fini(&first.arena);
    return 0;
}
