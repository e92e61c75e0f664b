/* graph_keep.h — what a graph says and its text cannot, between both of its doors (private to the room).
 *
 * graph_keep.c writes it into the layout, graph_restore.c puts it back; both name nodes by id, edges by their
 * ends. */
#pragma once

#include "compiler/views/graph_plan.h"

/* The values of a list by name; a second one of a name is NAME#2. */
void keep_index(Map *map, const JsonValue *list, bool is_edges, Arena *arena);
/* Is it a key of React Flow's that means nothing to us? */
bool keep_is_flow(Span key);
const JsonValue *keep_member(const JsonValue *object, Span key);
void keep_put(JsonWriter *w, Span key, const JsonValue *v);
