/* fuzz.h — random markets against the promises and limits of a strategy; the smallest one that breaks one.
 *
 * In: a TestBed, a seed and the number of a run.  Out: nothing, or a test of few rows that still breaks the
 * same promise or limit.  Limits are checked from outside, against positions and orders as seen, not by
 * asking the engine's own limits.  Promise: equal seeds find equal failures. */
#pragma once

#include "runtime/proof/testrun.h"

typedef enum ViolationKind {
    VIOLATION_NONE,
    VIOLATION_PROMISE,  /* index: of the `always` */
    VIOLATION_POSITION, /* index: of the limit */
    VIOLATION_EXPOSURE,
    VIOLATION_TRADES,
    VIOLATION_BOOKS, /* ours: the ledger does not balance, or a report was impossible */
} ViolationKind;

typedef struct Violation {
    ViolationKind kind;
    uint32_t index;
    uint32_t row; /* in which it was seen */
} Violation;

typedef struct Fuzz {
    TestBed bed;           /* with the program of markets_program */
    uint64_t seed, run;    /* of the failure, when there is one */
    uint64_t rows, orders; /* over all runs so far */
    Violation found;
    Test *smallest;
} Fuzz;

/* `arena` keeps what outlives runs. */
void fuzz_init(Fuzz *f, const TestBed *bed, uint64_t seed, Arena *arena);
/* One market. True when it broke something; then f->smallest is on `keep`. `scratch` is given back. */
bool fuzz_run(Fuzz *f, uint64_t run, Arena *keep, Arena *scratch);
/* The test block that fails, with the orders that it sends. */
void fuzz_put(const Fuzz *f, Arena *scratch, Buf *out);
