/* table.h — how often generated programs reached what there is to reach, and whether that is enough.
 *
 * Counts come from the compared programs: operations of their images, limits, reasons, events, what the
 * generator wrote and which rules of the grammar were used.  Promise: at full count a row below its bar
 * is named and counted as a failure. */
#pragma once

#include "tests/diff/grammar_rules.h"
#include "tests/diff/pair.h"

typedef struct Counts { /* shared by the jobs; nothing but uint64_t */
    uint64_t programs, compiled, compared, gave_up, disagreed, traded, exited, effects, events;
    uint64_t ops[256], limits[LIM_KINDS], reasons[REASON_OWN + 1], kinds[EV_KINDS];
    uint64_t because[BECAUSE_COUNT], effect_kinds[EFFECT_KINDS], codes[DIAG_CODE_COUNT];
    uint64_t productions[PROD_COUNT], rules[GRAMMAR_RULES_MAX];
} Counts;

/* A program that both ran. */
void counts_pair(Counts *n, const Pair *pair);
/* One that does not compile, by its first error. */
void counts_refusal(Counts *n, const Compilation *c);
/* Operations that only the image of a file's tests has. */
void counts_test_image(Counts *n, Span text, Arena *arena);
/* What the parser of this process was seen to use. */
void counts_rules(Counts *n);
void counts_add(Counts *sum, const Counts *n);

double per_cent(uint64_t part, uint64_t whole);
/* Prints everything; with `is_full` the number of rows that are below their bar, else 0. */
uint64_t table_print(const Counts *n, bool is_full);
