/* witness.h — a tick that shows what a finding says; private to the room.
 *
 * In: two conditions and a box in which both are thought to hold.  Out: values for the fields they read.
 * Promise: the conditions were evaluated at those values; `is_right` is false when one of them is false. */
#pragma once

#include "compiler/prove/prover.h"

enum { WITNESS_FIELDS = 12 };

typedef struct Witness {
    const Expr *fields[WITNESS_FIELDS]; /* in order of writing */
    double values[WITNESS_FIELDS];
    uint32_t count;
    bool is_right;
} Witness;

Witness witness_find(Prover *pr, const Expr *a, const Expr *b, const Box *box);
/* "move = +1.5%, up.spread = 2c": the first `count` of them. */
Span witness_text(Prover *pr, const Witness *w, uint32_t count);
