/* graph_order.c — the nodes of a plan in the order that a document had.
 *
 * In: a plan and the ids that the layout keeps.  A line that they do not name stands behind the line before
 * it, any other node in front of the one behind it.  Promise: lines of the file keep their order, and so does
 * what stands in one rule; the text says it, the layout only where else its nodes are. */
#include "compiler/views/graph_plan.h"

typedef struct NodeList {
    uint32_t first, last;
} NodeList;

typedef struct
    OrderPlace { /* of a node that the list names; the first is for what stands before all of them */
    NodeList before, own, behind;
} OrderPlace;

typedef struct Sorter {
    GraphPlan *plan;
    Map by_id;          /* index into places */
    OrderPlace *places; /* in the order wanted */
    uint32_t *next;     /* by node: in its list */
    uint32_t *owner;    /* by node: the rule it stands in, or PLAN_NONE */
    uint32_t *at;       /* by node: its place */
    uint32_t *line_at;  /* by rule: the place of the last line in it; the last is the file's */
    NodeList *lines;    /* by rule: what stands in it */
    uint32_t count, place_count;
} Sorter;

static const NodeList nothing = {PLAN_NONE, PLAN_NONE};

static void append(Sorter *s, NodeList *list, uint32_t node)
{
    s->next[node] = PLAN_NONE;
    if (list->first == PLAN_NONE)
        list->first = node;
    else
        s->next[list->last] = node;
    list->last = node;
}

static void append_all(Sorter *s, NodeList *list, NodeList *more)
{
    for (uint32_t n = more->first, after; n != PLAN_NONE; n = after) {
        after = s->next[n];
        append(s, list, n);
    }
    *more = nothing;
}

/* ---- what is where ---------------------------------------------------------------------------- */

static void find_owners(Sorter *s)
{
    for (size_t i = 0; i < s->plan->edges.count; i++) {
        const PlanEdge *e = &s->plan->edges.items[i];

        if (e->is_member) s->owner[e->to] = e->from;
    }
}

static bool start(Sorter *s, const JsonValue *ids, Arena *arena)
{
    map_init(&s->by_id, arena);
    JSON_EACH(ids, v)
    if (v->kind == JSON_STRING && !map_find(&s->by_id, v->text))
        map_put(&s->by_id, v->text, ++s->place_count);
    s->places = arena_array(arena, OrderPlace, s->place_count + 1);
    s->next = arena_array(arena, uint32_t, s->count + 1);
    s->owner = arena_array(arena, uint32_t, s->count + 1);
    s->at = arena_array(arena, uint32_t, s->count + 1);
    s->line_at = arena_array(arena, uint32_t, s->count + 1);
    s->lines = arena_array(arena, NodeList, s->count + 1);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i <= s->place_count; i++)
        s->places[i] = (OrderPlace){nothing, nothing, nothing};
    for (uint32_t i = 0; i <= s->count; i++) {
        s->owner[i] = s->line_at[i] = PLAN_NONE;
        s->lines[i] = nothing;
    }
    find_owners(s);
    return true;
}

static bool is_line(const PlanNode *n)
{
    return graph_types[n->type].class != GRAPH_CLASS_VALUE || n->holder;
}

static uint32_t rule_of(const Sorter *s, uint32_t node)
{
    return s->owner[node] == PLAN_NONE ? s->count : s->owner[node];
}

/* Behind the line before it; the first of a rule behind the rule. */
static uint32_t place_of_new(const Sorter *s, uint32_t node)
{
    uint32_t rule = rule_of(s, node);

    if (s->line_at[rule] != PLAN_NONE) return s->line_at[rule];
    return rule == s->count ? 0 : s->at[rule];
}

/* ---- both steps ------------------------------------------------------------------------------- */

static void deal(Sorter *s)
{
    NodeList waiting = nothing; /* for the node behind them */
    uint32_t place = 0;

    for (size_t i = 0; i < s->plan->order.count; i++) {
        uint32_t node = s->plan->order.items[i];
        const PlanNode *n = &s->plan->nodes.items[node];
        uint32_t named = (uint32_t)map_get(&s->by_id, n->id, 0);

        if (!named && !is_line(n)) {
            append(s, &waiting, node);
            continue;
        }
        place = named ? named : place_of_new(s, node);
        append_all(s, named ? &s->places[place].before : &s->places[place].behind, &waiting);
        append(s, named ? &s->places[place].own : &s->places[place].behind, node);
        s->at[node] = place;
        if (is_line(n)) s->line_at[rule_of(s, node)] = place;
    }
    append_all(s, &s->places[place].behind, &waiting);
}

static uint32_t collect(Sorter *s, const NodeList *list, uint32_t count)
{
    for (uint32_t n = list->first; n != PLAN_NONE; n = s->next[n])
        s->plan->order.items[count++] = n;
    return count;
}

/* Lines as the plan has them, handed out again in that order. */
static void restore_lines(Sorter *s)
{
    for (size_t i = 0; i < s->plan->order.count; i++) {
        uint32_t node = s->plan->order.items[i];
        NodeList *lines = &s->lines[rule_of(s, node)];

        if (!is_line(&s->plan->nodes.items[node])) continue;
        s->plan->order.items[i] = lines->first;
        lines->first = s->next[lines->first];
    }
}

void graph_order(GraphPlan *plan, const JsonValue *ids, Arena *arena)
{
    Sorter places = {.plan = plan, .count = (uint32_t)plan->nodes.count}, lines = places;
    uint32_t count = 0;

    if (!ids || ids->kind != JSON_ARRAY) return;
    if (!start(&places, ids, arena) || !start(&lines, ids, arena)) return;
    for (size_t i = 0; i < plan->order.count; i++) {
        uint32_t node = plan->order.items[i];

        if (is_line(&plan->nodes.items[node]))
            append(&lines, &lines.lines[rule_of(&lines, node)], node);
    }
    deal(&places);
    for (uint32_t i = 0; i <= places.place_count; i++) {
        count = collect(&places, &places.places[i].before, count);
        count = collect(&places, &places.places[i].own, count);
        count = collect(&places, &places.places[i].behind, count);
    }
    restore_lines(&lines);
}
