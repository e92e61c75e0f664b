/* sema.h — from the tree to a checked Program: the door of this room.
 *
 * Names, units, clocks, sharing, readiness; `def`s inlined, folds and `repeat`s unrolled; then the
 * findings of LANGUAGE 2.6.1 that need no intervals.  Promise: always returns a Program, whatever the
 * tree; with error findings it may be partial; one mistake is one finding. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/sema/program.h"
#include "compiler/tree/ast.h"
#include "vm/base/arena.h"

/* A module's tree, or NULL when it cannot be had. Parsing it is the caller's business. */
typedef struct SemaModule {
    const Node *tree; /* NULL: not found */
    Span text;        /* its bytes, for pins */
    bool is_std;      /* shipped with the compiler: no pin needed */
} SemaModule;

typedef struct SemaOptions {
    SemaModule (*load)(void *ctx, Span path, uint16_t from_file); /* NULL: no modules */
    Span (*locked)(void *ctx, Span path); /* 64 hex digits, or empty; NULL: no lock file */
    void *ctx;
} SemaOptions;

/* NULL when memory ended. */
Program *sema_check(const Node *file, const SemaOptions *options, Diags *diags, Arena *arena);

/* The value of a constant expression, with params at their default, lowest or highest value. */
typedef enum ParamEnd { PARAM_VALUE, PARAM_LOW, PARAM_HIGH } ParamEnd;
bool expr_constant(const Program *p, const Expr *e, ParamEnd end, double *ret);
/* "15 s", "at once", "1 tick + 120 s", "1 d": how the table of 2.4.5 says it. */
Span ready_text(Arena *arena, Ready r);

/* ODX203 for every value that settles later than a range of so many ticks and of that length. */
void sema_check_history(const Program *p, Ready range, Diags *diags, Arena *arena);
