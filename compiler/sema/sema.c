/* sema.c — the order of the passes, and the tables handed out.
 *
 * Declare, check, infer, review, seal.  Promise: a Program for whatever tree; reviews that speak about
 * a whole strategy run only when the whole of it was understood. */
#include "compiler/sema/sema.h"

#include "compiler/sema/checker.h"

#define SEAL(name)                                 \
    do {                                           \
        p->name = c->name.items;                   \
        p->name##_count = (uint32_t)c->name.count; \
    } while (0)

static void seal(Checker *c)
{
    Program *p = c->program;

    SEAL(markets);
    SEAL(leaders);
    SEAL(accounts);
    SEAL(feeds);
    SEAL(coins);
    SEAL(tokens);
    SEAL(inputs);
    SEAL(params);
    SEAL(lets);
    SEAL(states);
    SEAL(clocks);
    SEAL(exprs);
    SEAL(rules);
    SEAL(limits);
    SEAL(shows);
    SEAL(promises);
    SEAL(tests);
    SEAL(reasons);
    SEAL(probes);
    order_tokens(p);
    order_params(p);
    for (size_t i = 0; i < c->exprs.count; i++)
        c->exprs.items[i]->flags &= (uint8_t) ~(EXF_DOLLAR | EXF_QUOTIENT | EXF_MEETS);
}

static void read_header(Checker *c, const Node *file)
{
    const Node *header = node_kid(file, KID_FILE_HEADER);
    const Node *title = header ? node_kid(header, 0) : NULL;

    c->program->language = file->num >= 0 && file->num < 1e6 ? (uint32_t)file->num : 0;
    c->program->doc = header ? node_doc(c->arena, header) : (Span){NULL, 0};
    if (title) c->program->title = title->text;
    if (title) c->program->title_place = title->place;
}

static void review(Checker *c, const Node *file)
{
    bool is_whole = !diags_has_errors(c->diags);

    review_time(c);
    review_logic(c);
    if (is_whole && !c->program->is_module) review_money(c, file);
    review_style(c, file);
}

Program *sema_check(const Node *file, const SemaOptions *options, Diags *diags, Arena *arena)
{
    Checker *c = arena_new(arena, Checker);

    if (arena_is_full(arena)) return NULL;
    c->arena = arena;
    map_init(&c->no_scope.map, arena);
    c->diags = diags;
    c->options = options;
    c->program = arena_new(arena, Program);
    c->where = (Where){.event = -1, .index = -1};
    c->fuel = arena_new(arena, uint32_t);
    c->globals = c->scope = scope_new(c, NULL);
    if (is_out_of_memory(c)) return NULL;
    if (node_is(file, NODE_FILE)) {
        read_header(c, file);
        declare_items(c, file);
        /* Without memory a name may stand for an item that is not in its list. */
        if (!is_out_of_memory(c)) check_items(c, file);
        if (!is_out_of_memory(c) && !c->is_over) {
            infer_attributes(c);
            if (!is_out_of_memory(c)) review(c, file);
        }
    }
    if (is_out_of_memory(c)) return NULL;
    seal(c);
    return c->program;
}
