/* prove.h — what can be known about a strategy before money moves: the door of this room.
 *
 * In: a checked Program.  Out: findings ODX301-308, 310, 402, 406-409, 411, 414, each of them a proof; the
 * ranges of its expressions for hover and tests.  Promise: bounded work, no guess: where the analysis gives
 * up it says nothing, and a "never" that any tick refutes is a bug of ours. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/prove/interval.h"
#include "compiler/sema/program.h"
#include "vm/base/arena.h"

/* What an expression can be: numbers in an interval, conditions among T, F; and whether it can be unknown. */
typedef enum Knownness { KNOWN_YES, KNOWN_MAYBE, KNOWN_NO } Knownness;

typedef struct Range {
    Interval in;   /* numbers; of known values */
    uint8_t known; /* Knownness */
} Range;

/* By Expr id. */
const Range *prove_ranges(const Program *p, Arena *arena);

void prove(const Program *p, Diags *diags, Arena *arena);
