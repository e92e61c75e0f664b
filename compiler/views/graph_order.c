/* graph_order.c — the nodes of a plan in the order that a document had.
 *
 * In: a plan and the ids that the layout keeps.  Nodes that it does not name stand behind the one before them
 * in the plan.  Promise: lines of the file keep their order, and so does what stands in one rule; the text
 * says it, the layout only where else its nodes are. */
#include "compiler/views/graph_plan.h"

typedef struct Sorter {
    GraphPlan *plan;
    Arena *arena;
    size_t count;
    uint32_t *first, *last; /* by place in the list, the nodes that go there */
    uint32_t *next;         /* by node */
    uint32_t *owner;        /* by node: the rule it stands in, or PLAN_NONE */
} Sorter;

static bool make_arrays(Sorter *s, size_t places)
{
    s->first = arena_array(s->arena, uint32_t, places);
    s->last = arena_array(s->arena, uint32_t, places);
    s->next = arena_array(s->arena, uint32_t, s->count + 1);
    s->owner = arena_array(s->arena, uint32_t, s->count + 1);
    if (arena_is_full(s->arena)) return false;
    for (size_t i = 0; i < places; i++)
        s->first[i] = s->last[i] = PLAN_NONE;
    for (size_t i = 0; i <= s->count; i++)
        s->next[i] = s->owner[i] = PLAN_NONE;
    return true;
}

static void append(uint32_t *first, uint32_t *last, uint32_t *next, uint32_t node)
{
    next[node] = PLAN_NONE;
    if (*first == PLAN_NONE)
        *first = node;
    else
        next[*last] = node;
    *last = node;
}

/* Place 0 is for what stands before all that the list names. */
static void deal(Sorter *s, const Map *places)
{
    uint64_t place = 0;

    for (size_t i = 0; i < s->plan->order.count; i++) {
        uint32_t node = s->plan->order.items[i];

        place = map_get(places, s->plan->nodes.items[node].id, place);
        append(&s->first[place], &s->last[place], s->next, node);
    }
}

static void collect(Sorter *s, size_t places)
{
    size_t count = 0;

    for (size_t i = 0; i < places; i++)
        for (uint32_t n = s->first[i]; n != PLAN_NONE; n = s->next[n])
            s->plan->order.items[count++] = n;
}

static bool is_line(const PlanNode *n)
{
    return graph_types[n->type].class != GRAPH_CLASS_VALUE || n->holder;
}

/* Which list of lines it belongs to: the file's is the last. */
static size_t list_of(const Sorter *s, uint32_t node)
{
    return s->owner[node] == PLAN_NONE ? s->count : s->owner[node];
}

/* Lines as the plan has them, to be handed out again in that order. */
static void list_lines(Sorter *s)
{
    for (size_t i = 0; i < s->plan->edges.count; i++) {
        const PlanEdge *e = &s->plan->edges.items[i];

        if (e->is_member) s->owner[e->to] = e->from;
    }
    for (size_t i = 0; i < s->plan->order.count; i++) {
        uint32_t node = s->plan->order.items[i];
        size_t list = list_of(s, node);

        if (is_line(&s->plan->nodes.items[node]))
            append(&s->first[list], &s->last[list], s->next, node);
    }
}

static void restore_lines(Sorter *s)
{
    for (size_t i = 0; i < s->plan->order.count; i++) {
        uint32_t node = s->plan->order.items[i];
        uint32_t *head = &s->first[list_of(s, node)];

        if (!is_line(&s->plan->nodes.items[node])) continue;
        s->plan->order.items[i] = *head;
        *head = s->next[*head];
    }
}

void graph_order(GraphPlan *plan, const JsonValue *ids, Arena *arena)
{
    Sorter by_place = {.plan = plan, .arena = arena, .count = plan->nodes.count}, lines = by_place;
    size_t count = 1;
    Map places;

    if (!ids || ids->kind != JSON_ARRAY) return;
    map_init(&places, arena);
    JSON_EACH(ids, v)
    if (v->kind == JSON_STRING && !map_find(&places, v->text)) map_put(&places, v->text, count++);
    if (!make_arrays(&by_place, count) || !make_arrays(&lines, lines.count + 1)) return;
    list_lines(&lines);
    deal(&by_place, &places);
    collect(&by_place, count);
    restore_lines(&lines);
}
