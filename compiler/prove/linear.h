/* linear.h — expressions as sums of terms: what two conditions have in common.
 *
 * A term is a value that is not itself a sum: a field, a param, an indicator.  Equal values get equal terms
 * (hash-consing): two ways to write the bid are one term, `spread` is ask - bid, and `slot.left`,
 * `slot.progress` and `closes_in` are written in `slot.elapsed`.  Promise: the value of an expression equals
 * that of its form up to `slack`. */
#pragma once

#include "compiler/prove/prove.h"
#include "vm/base/map.h"

enum { LIN_TERMS = 8 };

typedef struct LinTerm {
    uint32_t term;
    double k;
} LinTerm;

typedef struct Lin {
    double c;
    LinTerm t[LIN_TERMS]; /* by term, no zero factors */
    uint32_t n;
    bool is_exact; /* no rounding between the expression and the form, for values on their grid */
    bool is_whole; /* false: it did not fit */
} Lin;

typedef struct Terms { /* of one Program */
    const Program *p;
    Arena *arena;
    const Range *ranges; /* by expr id */
    uint32_t *same;      /* by expr id: the first expression with the same value */
    Interval *of;        /* by term */
    bool *is_direct;     /* by term: a field of the venue or the ledger, on the money grid */
    bool *is_money;      /* by term: compared on the money grid */
    uint32_t count; /* expressions, then book fields, then elapsed of each market, then others */
    uint32_t first_book, first_elapsed, first_free, free_count;
    Lin **lin;               /* by expr id: forms already made */
    struct Boxes **boxes[2]; /* by expr id: where a condition is false, true; already made */
    uint8_t *held;           /* by expr id: what moves_with_its_clock found, 0 not asked */
    uint32_t depth;          /* of boxes_of */
    uint32_t steps; /* left for walks that share nothing: values may be shared many times over */
    Map sums;       /* other sums, by their normal form */
    Lin *sum_of;    /* by term - first_free */
} Terms;

Terms terms_new(const Program *p, const Range *ranges, Arena *arena);

/* Takes one step of a walk; false when there are none left: the walker gives up. */
bool terms_step(Terms *ts);

/* The form of a number expression. */
Lin lin_of(Terms *ts, const Expr *e);
Lin lin_sub(Lin a, Lin b);
Lin lin_scale(Lin a, double k);
/* Least and largest value by the ranges of its terms. */
Interval lin_range(const Terms *ts, const Lin *l);
/* One term for a whole sum (without its constant), so that two conditions on it meet. */
uint32_t term_of_sum(Terms *ts, const Lin *l);
/* Term of a book field of (market, outcome), mentioned or not. */
uint32_t term_of_book(const Terms *ts, uint8_t market, uint8_t outcome, FieldId field);
bool term_is_book(const Terms *ts, uint32_t term, uint8_t *ret_market, uint8_t *ret_outcome,
                  FieldId *ret_field);
/* Conditions: equal conditions get one number. */
uint32_t term_of_cond(const Terms *ts, const Expr *e);
/* Through `let`s to what they name. */
const Expr *expr_behind(const Expr *e);
/* Values compared on the money grid. */
bool type_on_grid(Type t);
