/* cursor_notes.c — what is remembered of each step of a run: when it was, the truth of every condition, and
 * counts of them.
 *
 * A truth takes two bits; steps come in chunks, so that nothing moves when a run turns out long. */
#include "runtime/proof/cursor_inside.h"
#include "vm/base/num.h"

enum { TRUTHS_A_BYTE = 4, MAX_TREE_NODES = 256, MAX_TREE_DEPTH = 64 };

/* ---- trees ---------------------------------------------------------------------------------------- */

static const Expr *strip(const Expr *e)
{
    while (e->op == EX_LET)
        e = e->args[0];
    return e;
}

static bool is_leaf(const Expr *e)
{
    return e->op != EX_AND && e->op != EX_OR && e->op != EX_NOT;
}

typedef struct Tree { /* of one rule */
    CursorNotes *n;
    uint32_t rule, nodes;
    bool is_require;
} Tree;

static void add_node(Tree *t, const Expr *e, uint16_t depth)
{
    const Expr *inner = strip(e);
    CursorNode node = {.rule = t->rule,
                       .item = t->n->values->of_expr[e->id],
                       .depth = depth,
                       .is_require = t->is_require,
                       .first_near = -1,
                       .last_near = -1};
    uint32_t at = (uint32_t)t->n->nodes.count;

    node.is_leaf = is_leaf(inner) || t->nodes++ >= MAX_TREE_NODES || depth >= MAX_TREE_DEPTH;
    if (!vec_push(t->n->arena, &t->n->nodes, node)) return;
    for (uint32_t i = 0; !node.is_leaf && i < inner->arg_count; i++)
        add_node(t, inner->args[i], (uint16_t)(depth + 1));
    t->n->nodes.items[at].next = (uint32_t)t->n->nodes.count;
}

static bool mentions_tick(const Program *p, const Rule *r, uint32_t market)
{
    for (uint32_t i = 0; i < p->clocks_count; i++)
        if (r->clocks >> i & 1 && p->clocks[i].kind == CLOCK_TICK && p->clocks[i].index == market)
            return true;
    return false;
}

/* Rules that no tick looks at are judged by what every tick finds, unless something else than time wakes them. */
static uint16_t markets_of(const Program *p, const Rule *r)
{
    uint16_t mentioned = 0, all = (uint16_t)((1U << p->markets_count) - 1);

    for (uint32_t i = 0; i < p->markets_count; i++) {
        bool is_on = r->event == EV_TICK && (r->index < 0 || (uint32_t)r->index == i);

        if (r->kind == RULE_ON ? is_on : mentions_tick(p, r, i)) mentioned |= (uint16_t)(1U << i);
    }
    return mentioned || r->kind == RULE_ON ? mentioned : all;
}

static void add_rule(CursorNotes *n, uint32_t number)
{
    const Rule *r = &n->values->program->rules[number];
    Tree t = {.n = n, .rule = number};

    n->first_node[number] = (uint32_t)n->nodes.count;
    n->markets[number] = markets_of(n->values->program, r);
    if (r->cond) add_node(&t, r->cond, 0);
    t.is_require = true;
    for (uint32_t i = 0; i < r->require_count; i++)
        add_node(&t, r->requires[i].cond, 0);
}

bool notes_init(CursorNotes *n, const Values *values, Arena *arena)
{
    uint32_t rules = values->program->rules_count;

    *n = (CursorNotes){.values = values, .arena = arena};
    n->cond_of = arena_array(arena, uint32_t, values->count + 1);
    n->counts = arena_array(arena, CursorCount, values->count + 1);
    n->first_node = arena_array(arena, uint32_t, rules + 1);
    n->markets = arena_array(arena, uint16_t, rules + 1);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < values->count; i++) {
        n->cond_of[i] = VALUE_NONE;
        if (!values->items[i].is_cond) continue;
        n->counts[n->cond_count].first_yes = n->counts[n->cond_count].last_yes = -1;
        n->cond_of[i] = n->cond_count++;
    }
    for (uint32_t i = 0; i < rules; i++)
        add_rule(n, i);
    n->first_node[rules] = (uint32_t)n->nodes.count;
    return !arena_is_full(arena);
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static CursorTruth truth_of(double x)
{
    return !num_is_known(x) ? TRUTH_UNKNOWN : x != 0 ? TRUTH_YES : TRUTH_NO;
}

static void count(CursorCount *c, CursorTruth truth, uint64_t step)
{
    c->yes += truth == TRUTH_YES;
    c->no += truth == TRUTH_NO;
    c->unknown += truth == TRUTH_UNKNOWN;
    if (truth != TRUTH_YES) return;
    if (c->first_yes < 0) c->first_yes = (int64_t)step;
    c->last_yes = (int64_t)step;
}

static void note_near(void *ctx, uint32_t node, bool want)
{
    CursorNotes *n = ctx;
    CursorNode *at = &n->nodes.items[node];

    (void)want;
    if (!at->is_leaf) return;
    at->near_miss++;
    at->last_near = (int64_t)n->steps;
    if (at->first_near < 0) at->first_near = at->last_near;
}

static size_t chunk_bytes(void)
{
    return CHUNK_STEPS / TRUTHS_A_BYTE;
}

static void note_tick(CursorNotes *n, CursorChunk *chunk, uint32_t at, const Event *ev,
                      const double *now)
{
    const Values *v = n->values;

    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t cond = n->cond_of[i];
        CursorTruth truth;

        if (cond == VALUE_NONE) continue;
        truth = truth_of(now[i]);
        chunk->truth[cond * chunk_bytes() + at / TRUTHS_A_BYTE] |=
            (uint8_t)(truth << at % TRUTHS_A_BYTE * 2);
        count(&n->counts[cond], truth, n->steps);
    }
    for (uint32_t i = 0; i < v->program->rules_count; i++)
        if (n->markets[i] >> ev->market & 1) notes_near(n, i, now, (NearMiss){note_near, n});
}

static CursorChunk *room_for_step(CursorNotes *n)
{
    CursorChunk *chunk;

    if (n->steps % CHUNK_STEPS) return n->chunks.items[n->chunks.count - 1];
    chunk = arena_new(n->arena, CursorChunk);
    if (!chunk || arena_is_full(n->arena)) return NULL;
    chunk->truth = arena_array(n->arena, uint8_t, n->cond_count * chunk_bytes());
    chunk->first_tick = n->ticks;
    if (arena_is_full(n->arena) || !vec_push(n->arena, &n->chunks, chunk)) return NULL;
    return chunk;
}

bool notes_add(CursorNotes *n, const Event *ev, const double *now)
{
    CursorChunk *chunk = room_for_step(n);
    uint32_t at = (uint32_t)(n->steps % CHUNK_STEPS);

    if (!chunk) return false;
    chunk->ts_us[at] = ev->ts_us;
    chunk->kind[at] = ev->kind;
    chunk->market[at] = ev->market;
    chunk->ticks[at] = (uint16_t)(n->ticks - chunk->first_tick);
    if (now) note_tick(n, chunk, at, ev, now);
    n->ticks += ev->kind == EV_TICK;
    n->steps++;
    return true;
}

CursorStep notes_step(const CursorNotes *n, uint64_t step)
{
    const CursorChunk *chunk = n->chunks.items[step / CHUNK_STEPS];
    uint32_t at = (uint32_t)(step % CHUNK_STEPS);

    return (CursorStep){.ts_us = chunk->ts_us[at],
                        .tick = chunk->first_tick + chunk->ticks[at],
                        .kind = chunk->kind[at],
                        .market = chunk->market[at]};
}

/* ---- near misses ------------------------------------------------------------------------------------ */

typedef struct Near {
    const CursorNotes *n;
    const double *now;
    NearMiss to;
} Near;

static CursorTruth truth_at(const Near *near, uint32_t node)
{
    return truth_of(near->now[near->n->nodes.items[node].item]);
}

/* Of the nodes from `first` to `end` beside each other: how many are not `want`, and the last such. */
static uint32_t differing(const Near *near, uint32_t first, uint32_t end, CursorTruth want,
                          uint32_t *ret_last)
{
    uint32_t found = 0;

    for (uint32_t i = first; i < end; i = near->n->nodes.items[i].next) {
        if (truth_at(near, i) == want) continue;
        *ret_last = i;
        found++;
    }
    return found;
}

/* The node is not `want`; if it were, the rule would be true. */
static void visit(const Near *near, uint32_t node, bool want)
{
    const CursorNode *at = &near->n->nodes.items[node];
    uint8_t op = strip(near->n->values->items[at->item].expr)->op;
    uint32_t last = 0;

    near->to.take(near->to.ctx, node, want);
    if (at->is_leaf) return;
    if (op == EX_NOT) {
        visit(near, node + 1, !want);
    } else if ((op == EX_AND) == want) { /* all have to be */
        if (differing(near, node + 1, at->next, want ? TRUTH_YES : TRUTH_NO, &last) == 1)
            visit(near, last, want);
    } else {
        for (uint32_t i = node + 1; i < at->next; i = near->n->nodes.items[i].next)
            visit(near, i, want);
    }
}

void notes_near(const CursorNotes *n, uint32_t rule, const double *now, NearMiss to)
{
    Near near = {n, now, to};
    uint32_t last = 0;

    if (differing(&near, n->first_node[rule], n->first_node[rule + 1], TRUTH_YES, &last) == 1)
        visit(&near, last, true);
}

/* ---- questions -------------------------------------------------------------------------------------- */

static CursorTruth truth_in(const CursorChunk *chunk, uint32_t cond, uint32_t at)
{
    uint8_t byte = chunk->truth[cond * chunk_bytes() + at / TRUTHS_A_BYTE];

    return (CursorTruth)(byte >> at % TRUTHS_A_BYTE * 2 & 3);
}

CursorTruth notes_truth(const CursorNotes *n, uint32_t item, uint64_t step)
{
    uint32_t cond = item < n->values->count ? n->cond_of[item] : VALUE_NONE;

    if (cond == VALUE_NONE || step >= n->steps) return TRUTH_NONE;
    return truth_in(n->chunks.items[step / CHUNK_STEPS], cond, (uint32_t)(step % CHUNK_STEPS));
}

int64_t notes_seek(const CursorNotes *n, uint32_t item, CursorTruth want, uint64_t from,
                   bool is_back)
{
    if (is_back && from > n->steps) from = n->steps;
    if (is_back) {
        while (from-- > 0)
            if (notes_truth(n, item, from) == want) return (int64_t)from;
        return -1;
    }
    while (++from < n->steps)
        if (notes_truth(n, item, from) == want) return (int64_t)from;
    return -1;
}
