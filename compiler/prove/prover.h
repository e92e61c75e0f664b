/* prover.h — what the findings of this room share; private to it. */
#pragma once

#include "compiler/prove/closure.h"

typedef struct Conjunct { /* one part of a condition joined by `and` */
    const Expr *expr;     /* behind its lets */
    Place use;            /* where the rule mentions it */
    Boxes holds, fails;   /* made by logic.c: where it is definitely true, definitely false */
} Conjunct;

enum { MAX_CONJUNCTS = 32 };

typedef struct Conjuncts {
    Conjunct items[MAX_CONJUNCTS];
    uint32_t count;
    bool is_cut;
} Conjuncts;

typedef struct Prover {
    const Program *p;
    Diags *diags;
    Arena *arena;
    const Range *ranges;
    Terms terms;
    Boxes *fires;   /* by rule: its condition and requires, definitely true */
    uint64_t *live; /* by rule: which of these boxes have something in them */
    bool *is_dead;  /* by rule: reported as never firing */
} Prover;

void conjuncts_of(Prover *pr, const Expr *e, Conjuncts *cs);
/* "`slot.left`" as written; a value in the unit of its type. */
DiagArg arg_of_type(Type t, double x);
/* "the ask", "the middle price"; NULL when the field has no such name. */
const char *field_words(uint8_t field);
bool action_is_entry(const Program *p, const Action *a);

/* The chapters: each looks at all rules and reports. */
void prove_logic(Prover *pr);    /* 301 - 306 */
void prove_plain(Prover *pr);    /* 307, 310 */
void prove_conflict(Prover *pr); /* 308 */
void prove_money(Prover *pr);    /* 402, 406, 407, 409, 411 */
void prove_pairs(Prover *pr);    /* 408, 414 */
