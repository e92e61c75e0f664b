/* graph_plan.h — the nodes and edges a tree is drawn as (private to the room).
 *
 * In: a FILE and the anchors of its layout.  Out: every node with its type, id and position, every edge
 * with its handle.  Promise: ids are unique; the plan of a tree without a layout follows from the tree
 * alone; an anchor that fits nothing is listed, not used. */
#pragma once

#include "compiler/views/graph_private.h"
#include "vm/base/map.h"

#define PLAN_NONE UINT32_MAX

typedef struct PlanNode {
    const Node *tree; /* an expression, an action, an item */
    const Node
        *holder; /* the RULE of an action that needs no trigger, the LET of a value; or NULL */
    Span id, path;
    DocField field; /* what its numbers are */
    GraphType type;
    bool is_of_feed;   /* its path is a feed's name, whatever column has that name */
    uint16_t wrapping; /* NODE_AND, NODE_OR: joins a single input; 0: no */
    uint32_t from, to; /* terms of the chain that it joins */
    uint32_t height, row;
    uint32_t first_edge, last_edge; /* into it; PLAN_NONE: none */
    double x, y;
} PlanNode;

typedef struct PlanEdge {
    uint32_t from, to, next; /* next into the same node */
    Span handle;             /* empty: a place in a rule, a term of a chain */
    bool is_member;          /* from a rule to what stands in it */
} PlanEdge;

typedef struct GraphPlan {
    VEC(PlanNode) nodes;
    VEC(PlanEdge) edges;
    VEC(uint32_t) order; /* nodes as the document lists them */
    Map by_path;         /* index into nodes */
    Nodes gone;          /* anchors that name nothing */
} GraphPlan;

/* False when the arena is full. `layout` may be NULL. */
bool graph_plan(GraphPlan *plan, const Node *file, const Node *layout, Arena *arena);
/* Everything that an anchor could make a node, as one, with its path. */
bool graph_plan_full(GraphPlan *plan, const Node *file, Arena *arena);
/* The edge that enters by that handle, or NULL. */
const PlanEdge *plan_input(const GraphPlan *plan, const PlanNode *n, Span handle);
/* Inputs of the kinds of value that have a fixed number of them. */
typedef struct PlanOperand {
    uint16_t kind;
    uint8_t kid;
    bool can_inline; /* as a literal in the data */
    const char *step, *handle;
} PlanOperand;
extern const PlanOperand plan_operands[];
extern const size_t plan_operand_count;

/* The MARKET that the document itself names: the first item behind modules to use; or NULL. */
const Node *graph_market_of(const Node *file);
/* The LAYOUT of the file, or NULL. */
Node *graph_layout_of(const Node *file);

/* The document of the plan: no kept keys, no ids but the plan's. */
void graph_put(Buf *out, const Node *file, const GraphPlan *plan, const JsonValue *extra,
               bool has_positions, Arena *scratch);
/* Nodes stand in the order of these ids, as far as the text lets them (graph_order.c). */
void graph_order(GraphPlan *plan, const JsonValue *ids, Arena *arena);
/* What the layout keeps of a document (graph_keep.c): the JSON of `extra`, or NULL. */
const JsonValue *graph_extra(const Node *layout, Arena *arena);
/* The ids of its nodes in their order, or NULL. */
const JsonValue *graph_extra_order(const JsonValue *extra);
/* `out` is the document of the plan; afterwards it has what `extra` keeps. */
void graph_restore(Buf *out, const Node *file, const JsonValue *extra, Diags *diags,
                   Arena *scratch);
/* ODX612 for anchors that name nothing. */
void graph_report_gone(const GraphPlan *plan, Diags *diags);
/* The `data` of the node (graph_data.c). */
void graph_put_data(JsonWriter *w, const GraphPlan *plan, const PlanNode *node, Arena *scratch);
/* The `market` of the document. */
void graph_put_market(JsonWriter *w, const Node *market, Arena *scratch);

/* ---- while planning (graph_plan.c, graph_plan_items.c) ---------------------------------------- */

typedef struct PlanAnchor {
    Node *anchor;
    bool is_used;
} PlanAnchor;

typedef struct Planner {
    GraphPlan *plan;
    Arena *arena;
    Buf path;
    Map names; /* index of the node that a name stands for, PLAN_FEED, or PLAN_NONE for counters */
    Map ids;   /* index into nodes */
    Map anchors; /* PlanAnchor by path */
    Map groups;  /* PlanGroup by the path of the first term */
    uint32_t row;
    bool is_full; /* everything is a node that could be one */
} Planner;

#define PLAN_FEED (UINT32_MAX - 1)

/* Goes one step down the path; hands out what plan_pop wants. */
size_t plan_push(Planner *p, const char *step);
size_t plan_push_number(Planner *p, const char *step, uint32_t number);
void plan_pop(Planner *p, size_t len);
/* A node at the current path, not yet in the order of the document. */
uint32_t plan_new(Planner *p, GraphType type, const Node *tree);
/* It stands at the end of the document so far. */
void plan_done(Planner *p, uint32_t node);
void plan_edge(Planner *p, uint32_t from, uint32_t to, Span handle, bool is_member);
bool plan_has_anchor(const Planner *p);
/* The operand, one step down, enters the node by that handle, unless its data say it. */
void plan_operand(Planner *p, uint32_t owner, const Node *kid, const char *step, const char *handle,
                  bool can_inline);
/* Operands of a RANGE: low and high. */
void plan_range(Planner *p, uint32_t owner, const Node *range);
/* Type and inputs of the node, which stands for that value. */
void plan_fill(Planner *p, uint32_t node, const Node *value);
/* What a name stands for: index of a node, or PLAN_NONE. */
uint32_t plan_reference(const Planner *p, const Node *path);
void plan_items(Planner *p, const Node *file);
