/* program.h — well-typed programs out of a seed: wanted type first, then a way to make it.
 *
 * In goes a seed, out comes a tree of text pieces; printing it gives an .odx file.  The tree can be
 * shrunk: droppable pieces dropped, expressions replaced by smaller ones of the same type.  Promise:
 * equal seeds give equal text; what is written is meant to pass the checker, and what the prover
 * refuses (never true, never ready) is the caller's to skip. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "compiler/compiler.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/rng.h"

typedef enum Production {
#define PRODUCTION(id, text) PROD_##id,
#include "tests/generate/productions.def"
#undef PRODUCTION
    PROD_COUNT
} Production;
extern const char *const production_names[PROD_COUNT];

/* What an expression is; WANT_NONE for pieces that are no expression. */
typedef enum Want {
    WANT_NONE,
    WANT_PRICE,
    WANT_USD,
    WANT_SHARES,
    WANT_RATIO,
    WANT_NUMBER,
    WANT_DURATION,
    WANT_PERCOIN,
    WANT_BOOL,
    WANT_COUNT_
} Want;

typedef struct GenNode {
    const char *text; /* '@' stands for the next kid */
    uint8_t want;     /* Want */
    bool is_optional; /* may be dropped from its parent */
    bool is_dropped;
    uint16_t production;
    uint32_t kid_count;
    struct GenNode **kids;
} GenNode;

typedef struct GenProgram {
    GenNode *root; /* its kids are the items */
    uint64_t seed;
} GenProgram;

GenProgram generate_program(uint64_t seed, Arena *arena);
/* The text; adds what is printed to `coverage` (by Production) when it is not NULL. */
void generate_print(const GenNode *n, Buf *out, uint32_t *coverage);

/* The compiler's `load`: the one module that generated programs may use. */
ModuleText generate_load(void *ctx, Span path, Span from);

/* Tries to make the program smaller while `still_fails` says yes; returns the number of steps taken. */
uint32_t generate_shrink(GenProgram *p, Arena *arena, bool (*still_fails)(void *ctx, GenProgram *p),
                         void *ctx);
