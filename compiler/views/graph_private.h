/* graph_private.h — a graph document taken apart: nodes, edges, who reads what (private to the room). */
#pragma once

#include "compiler/views/document_private.h"
#include "vm/base/map.h"

typedef enum GraphType {
#define NODE_JSON(TYPE, ...) GRAPH_##TYPE,
#include "compiler/views/nodes_json.def"
#undef NODE_JSON
    GRAPH_TYPES
} GraphType;

typedef enum GraphClass {
    GRAPH_CLASS_VALUE,
    GRAPH_CLASS_NAMED,
    GRAPH_CLASS_ACT,
    GRAPH_CLASS_RULE,
    GRAPH_CLASS_SINK,
    GRAPH_CLASS_SOURCE,
    GRAPH_CLASS_CODE,
} GraphClass;

typedef struct GraphTypeInfo {
    const char *name;
    GraphClass class;
    const char *handles, *keys;
} GraphTypeInfo;

extern const GraphTypeInfo graph_types[GRAPH_TYPES];

#define GRAPH_NONE UINT32_MAX
#define GRAPH_FORM "x-odx-form"          /* what the layout keeps of a form, in a graph */
#define GRAPH_EMPTY "x-odx-empty-layout" /* the text has a layout in which there is nothing */
#define GRAPH_NODES "/nodes" /* of what the layout keeps: other spellings, another order */

typedef struct GraphEdge {
    const JsonValue *json, *source_at;
    uint32_t from, to;
    Span handle;
    bool is_member;            /* what stands in a rule */
    struct GraphEdge *next_in; /* of the same target, in order of the file */
} GraphEdge;

typedef struct GraphInput {
    Span handle;
    const GraphEdge *edge;
    const JsonValue *literal; /* in the data, instead of an edge */
    bool is_optional;
} GraphInput;

typedef struct GraphNode {
    const JsonValue *json, *data, *id_at, *name_at;
    Span id;
    GraphType type;
    bool has_position;
    double x, y;
    GraphEdge *in, *in_last;
    uint32_t in_count, out_count; /* edges that carry values */
    const GraphEdge *owner;       /* the rule it stands in; NULL: none */
    uint32_t next_member, first_member, last_member;
    GraphInput *inputs;
    uint32_t input_count;
    Map *by_handle; /* of many inputs */
    bool is_used, is_told, is_building, is_sound;
    Node *built; /* what stands for it where it is read; of a let its value */
    Node *item;  /* its line in the file, or in its rule */
    Span let;    /* name of its line; empty when it is written in place */
    DocField field;
} GraphNode;

/* A node of the document and the part of the tree that it became. */
typedef struct GraphOrigin {
    struct GraphOrigin *next; /* of the same part */
    uint32_t node;
    uint32_t from, to; /* terms of a chain, to 0: the whole */
    uint16_t wrapping; /* NODE_AND, NODE_OR: joined this alone */
} GraphOrigin;

typedef struct Graph {
    Doc *doc;
    VEC(GraphNode) nodes;
    VEC(GraphEdge *) edges;
    Map ids;        /* index into nodes */
    Map taken;      /* names of the text: index of the node, GRAPH_NONE of anything else */
    MapNum origins; /* GraphOrigin by id of the tree's node */
    Nodes exits;    /* limits that stand in actions */
    uint32_t depth; /* of the value being built */
    uint32_t spare_names;
} Graph;

static inline GraphClass graph_class(const GraphNode *n)
{
    return graph_types[n->type].class;
}

/* ---- graph_check.c ---------------------------------------------------------------------------- */

/* Marks what some rule, limit, show or text uses; reports the others (ODX603). */
void graph_mark_used(Graph *g);
/* ODX604, one a component; true when there is one. */
bool graph_report_cycles(Graph *g);
/* Gives edges and literals to the inputs of the node; ODX606 for too many, too few, twice the same,
 * unknown ones, ODX608 for an action without a condition. */
bool graph_take_inputs(Graph *g, GraphNode *n);
const GraphInput *graph_input(const GraphNode *n, Span handle);

/* ---- graph_names.c ---------------------------------------------------------------------------- */

/* Notes the names that the document gives. */
void graph_take_names(Graph *g);
/* A name the text can use for the node, and nothing else uses. */
Span graph_name(Graph *g, const GraphNode *n);

/* ---- graph_value.c ---------------------------------------------------------------------------- */

/* What stands for the node where it is read. */
Node *graph_value(Graph *g, uint32_t node);
/* The input of that name: a value, a literal, or BAD. */
Node *graph_operand(Graph *g, const GraphNode *n, const char *handle);
/* The same, or NULL when there is none. */
Node *graph_operand_maybe(Graph *g, const GraphNode *n, const char *handle);
/* The node became that part of the tree. */
void graph_origin(Graph *g, const GraphNode *n, const Node *tree);
/* The line `let NAME = ...` of a value. */
void graph_make_let(Graph *g, uint32_t node);
/* Does the value have a line of its own? */
bool graph_has_line(const GraphNode *n);

/* ---- graph_item.c ----------------------------------------------------------------------------- */

/* The lines of all nodes, in their order. */
void graph_items(Graph *g, Nodes *items);
/* Notes on a part of the node: "side 2". */
void graph_line_notes(Doc *doc, const GraphNode *n, const char *word, const JsonValue *line,
                      Node *made);

/* ---- graph_keep.c ----------------------------------------------------------------------------- */

/* Ids, positions, order and whatever the text cannot say go to the layout. */
Node *graph_finish(Graph *g, Node *header, Nodes *items);
