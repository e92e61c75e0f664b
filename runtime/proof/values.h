/* values.h — every expression of a strategy as a value to look at, and an image that works them all out.
 *
 * In: a checked program.  Out: the list of its expressions, and an image of the same program in which each
 * of them that changes is a `show`, so that the machine tells it at each tick with the rules' own numbers.
 * Promise: the image sends the same orders; what is looked at costs nothing where shows are off. */
#pragma once

#include "compiler/compiler.h"
#include "vm/base/err.h"
#include "vm/image.h"

enum { VALUE_NONE = 0xFFFFFFFF };

typedef enum ValueNeed {
#define NEED(name, sentence) NEED_##name,
#include "runtime/proof/unknown.def"
#undef NEED
    NEED_COUNT
} ValueNeed;

typedef struct Value {
    const Expr *expr;
    uint32_t show; /* row of shows; VALUE_NONE: a constant, a param, or too much to be shown */
    uint8_t unit;  /* CondUnit */
    bool is_cond;
    /* by a rule, a limit, a show, a promise or a state; else only by a `let` that nobody uses */
    bool is_read;
} Value;

typedef struct Values {
    const Program *program;
    Value *items; /* by id of the expression: arguments come before users */
    uint32_t count;
    uint32_t *of_expr; /* by id of the expression: its item, or VALUE_NONE */
    uint32_t *of_show; /* by show row: its item, or VALUE_NONE for the author's own */
    uint32_t show_count;
    const Image *image;
    bool is_cut; /* the program is so large that only its conditions are shown */
} Values;

/* `c` was compiled up to STAGE_PROVE at least and has no errors. */
Status values_make(Values *v, const Compilation *c, Arena *arena, Err *err);
/* The item of an expression, names of values taken off; VALUE_NONE when it has none. */
uint32_t values_find(const Values *v, const Expr *e);
/* "price", "condition" ...; what people call its unit. */
Span value_unit(const Values *v, uint32_t item);
/* Why a value is unknown: the innermost item that is, by `now` (by item), and what it lacks. */
uint32_t values_blame(const Values *v, uint32_t item, const double *now, ValueNeed *ret_need);
Span value_need_sentence(ValueNeed need);
