/* emit.h — a checked Program to a verified image: lower, optimise, schedule, allocate, write, verify.
 *
 * Promise: an image that is handed out passed the verifier the engine uses; equal programs (comments,
 * layout, names and order of lets aside) give equal semantic hashes. */
#pragma once

#include "compiler/sema/program.h"
#include "vm/image.h"

typedef struct EmitOptions {
    bool has_tests;   /* PROBE rows for the file's tests */
    bool is_plain;    /* -O0 */
    bool is_stripped; /* no lines, conditions and source */
    Span source;      /* text of the main file, "" for none */
} EmitOptions;

typedef enum EmitStatus {
    EMIT_OK,
    EMIT_NO_MEMORY,
    EMIT_TOO_BIG,   /* over a bound of language 5.5: `what` says which */
    EMIT_NOT_FIXED, /* a window or duration is computed from params: `place` */
    EMIT_BROKEN,    /* our mistake: an IR rule broke or the verifier refused; `what` and `why` */
} EmitStatus;

typedef struct EmitResult {
    EmitStatus status;
    Span image;
    uint32_t cost;                       /* most weighted words any one event costs */
    uint32_t words;                      /* of all code */
    uint32_t shared_state, wallet_state; /* bytes */
    Place place;
    const char *what;
    Refusal why; /* EMIT_BROKEN by the verifier: code is not 0 */
} EmitResult;

EmitResult emit_program(const Program *program, const EmitOptions *options, Arena *arena);

/* How people read its number: CondUnit of the rows of conditions. */
uint8_t emit_unit(const Expr *x);

typedef struct Ir Ir; /* compiler/ir/ir.h */
/* The Ir as emission sees it, for dumps; NULL when it cannot be made. */
Ir *emit_ir(const Program *program, const EmitOptions *options, Arena *arena);
