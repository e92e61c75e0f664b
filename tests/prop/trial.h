/* trial.h — one generated program and its market, and what relations need to try them again changed.
 *
 * A relation changes the program, the data or the run, and says whether what must hold still does. */
#pragma once

#include "tests/diff/pair.h"

typedef enum Verdict { DOES_NOT_APPLY, HOLDS, BROKEN } Verdict;

typedef struct Trial {
    Arena *arena;
    Rng rng;
    uint64_t seed;
    GenProgram program; /* may be changed: it is generated anew for each relation */
    Span text;
    Pair base;          /* compiled, with events */
    EffectList effects; /* of the engine on the base, normalised */
    char why[512];
} Trial;

typedef struct Relation {
    const char *name, *says;
    Verdict (*check)(Trial *t);
} Relation;

/* The text of the (changed) program. */
Span trial_text(Trial *t);
/* Compiles a text; false with errors. */
bool trial_compile(Trial *t, Span text, bool is_plain, Pair *ret);
/* The engine's effects of a compiled pair on some events. */
EffectList trial_run(Trial *t, Pair *pair, const PairSetup *setup, const Event *events,
                     size_t count);
/* HOLDS when both lists are equal; else BROKEN with the first difference in t->why. */
Verdict trial_compare(Trial *t, const EffectList *want, const EffectList *got);
/* HOLDS when both images have one semantic hash. */
Verdict trial_same_image(Trial *t, const Pair *a, const Pair *b);
/* Whether the tokens of both programs have the same numbers; events and effects speak of numbers. */
bool trial_same_tokens(const Pair *a, const Pair *b);
/* Only orders, cancels, splits and alerts. */
EffectList trial_acts(Trial *t, const EffectList *list);

/* relations over the program (programs.c), the data (markets.c), the prover (proofs.c), many wallets
 * (fleets.c) */
extern const Relation relations_of_programs[], relations_of_markets[], relations_of_proofs[],
    relations_of_fleets[];
extern const size_t relations_of_programs_count, relations_of_markets_count,
    relations_of_proofs_count, relations_of_fleets_count;
