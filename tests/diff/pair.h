/* pair.h — one program and one stream of events, run by the engine and by the naive reference.
 *
 * Compiles the text, runs both, puts the effects side by side and names the first difference.
 * Promise: nothing is tolerated; numbers are compared as bits. */
#pragma once

#include "compiler/compiler.h"
#include "tests/diff/gateway.h"
#include "tests/generate/market.h"
#include "tests/generate/program.h"
#include "tests/reference/reference.h"

typedef struct PairSetup {
    bool is_plain;      /* -O0 */
    bool has_minimums;  /* the venue refuses small orders */
    bool has_heartbeat; /* nothing goes stale */
    bool stops_on_promise;
    uint8_t sell_from;     /* FillState from which bought shares may be sold */
    bool uses_instant;     /* the engine's own instant fill answers */
    size_t snapshot_after; /* see GatewaySetup */
    int64_t cash_scale;    /* 0: 1 */
} PairSetup;

typedef struct Pair {
    Compilation c;
    const Image *image;
    GenEvents events;
    EffectList engine;
    const char *engine_why; /* the engine's own complaint, or NULL */
    RefResult reference;
    bool is_compiled, is_equal, gave_up;
    EffectList expected; /* the reference's effects, normalised */
    char why[768];       /* the first difference */
} Pair;

/* Compiles `text`; false when it has errors (pair->c says which). */
bool pair_compile(Pair *pair, Span text, bool is_plain, Arena *arena);
/* Runs both over pair->events and compares. */
void pair_run(Pair *pair, const PairSetup *setup, Arena *arena);
/* The engine alone, over some of the events. */
EffectList pair_engine(Pair *pair, const PairSetup *setup, const Event *events, size_t count,
                       Arena *arena);
/* Renumbers orders by appearance and sorts each instant's effects by kind, so that lists compare. */
void effects_normalise(EffectList *list, uint32_t show_count, Arena *arena);
/* The engine numbers actions through the file, the reference within a rule: the latter holds from then
 * on. */
void effects_number_actions(EffectList *list, const Image *image);
/* The same for groups: the reference's are numbered through the file from then on. */
void effects_number_groups(EffectList *list, const Program *p);
/* Index of the first effect that differs, or SIZE_MAX. */
size_t effects_differ(const EffectList *a, const EffectList *b);
void effect_print(const Effect *e, char *out, size_t size);
