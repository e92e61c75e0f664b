/* places.h — where the values of a strategy stand in each of its notations: bytes of its text, members of its
 * form, nodes of its graph.
 *
 * In: a checked strategy in any notation.  Out: for each value its place in another one, as the conversions of
 * compiler.h write it.  Promise: a place that is given is that of the same expression; where a notation cannot
 * say the strategy, none is. */
#pragma once

#include "runtime/proof/values.h"

typedef struct ValuePlace {
    bool is_there;
    uint32_t begin, end; /* bytes of the main file */
    Span pointer;        /* "/nodes/2" of a form or graph */
    Span node;           /* id, of a graph */
    bool is_output;      /* what the node's wires carry; else one of its inputs */
} ValuePlace;

/* By item; NULL when the strategy cannot be said in that notation, or memory has ended. */
const ValuePlace *places_of(const Values *v, const Compilation *c, Notation to,
                            const CompileOptions *options, Arena *arena);
