/* graph_private.h — a graph document taken apart: nodes, edges, who reaches what (private). */
#pragma once

#include "compiler/views/document_private.h"

typedef enum GraphType {
#define NODE_JSON(TYPE, ...) GRAPH_##TYPE,
#include "compiler/views/nodes_json.def"
#undef NODE_JSON
    GRAPH_TYPES
} GraphType;

typedef enum GraphClass {
    GRAPH_VALUE,
    GRAPH_NAMED,
    GRAPH_ACT,
    GRAPH_RULE,
    GRAPH_SINK,
    GRAPH_SOURCE,
    GRAPH_CODE_TEXT,
} GraphClass;

typedef struct GraphTypeInfo {
    const char *name;
    GraphClass class;
    const char *handles, *keys;
} GraphTypeInfo;

extern const GraphTypeInfo graph_types[GRAPH_TYPES];

typedef struct GraphEdge {
    const JsonValue *json, *source_at;
    uint32_t from, to;
    Span handle;
    struct GraphEdge *next_in; /* of the same target, in order of the file */
} GraphEdge;

typedef struct GraphNode {
    const JsonValue *json, *data, *id_at;
    Span id;
    GraphType type;
    GraphEdge *in, *in_last;
    uint32_t in_count, out_count;
    bool is_used, is_building;
    Node *built; /* what stands for it where it is read; of a shared one the value of its `let` */
    Span let;    /* name of its `let`; empty when it is written in place */
    DocField field;
} GraphNode;

typedef struct Graph {
    Doc *doc;
    VEC(GraphNode) nodes;
    VEC(GraphEdge *) edges;
    Nodes lets;     /* values that several nodes read */
    uint32_t depth; /* of the value being built */
} Graph;

static inline bool graph_is_sink(GraphType t)
{
    return t == GRAPH_ACTION || t == GRAPH_SHOW || t == GRAPH_RISK;
}

/* graph_check.c */
/* Marks what some sink uses; reports the others (ODX603). */
void graph_mark_used(Graph *g);
/* ODX604, one a component; true when there is one. */
bool graph_report_cycles(Graph *g);
/* The edge that enters input `i` of the node, or NULL. */
const GraphEdge *graph_input(const GraphNode *n, uint32_t i);
/* ODX606 for too many, too few, twice the same, unknown ones. */
bool graph_check_inputs(Graph *g, const GraphNode *n);
