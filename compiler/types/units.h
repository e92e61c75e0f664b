/* units.h — dimensions of numbers: how they combine, and how they are called.
 *
 * A dimension is integer powers of dollar, share, coin and second (2.4.1); percent is a soft kind kept
 * beside it.  Promise: combining never overflows silently: a power beyond -99..99 is refused. */
#pragma once

#include <stdbool.h>

#include "compiler/sema/program.h"
#include "compiler/tree/ast.h"
#include "vm/base/arena.h"
#include "vm/base/span.h"

typedef enum UnitName {
#define UNIT(name, usd, share, coin, second, text) UNIT_##name,
#include "compiler/types/units.def"
#undef UNIT
    UNIT_COUNT
} UnitName;

Dim unit_dim(UnitName name);
bool dim_is(Dim a, Dim b);
bool dim_is_unit(Dim d, UnitName name);
bool dim_is_plain(Dim d);
/* Money, shares and prices of shares: what is compared on the grid (3.3). */
bool dim_is_money(Dim d);
/* a * b for sign 1, a / b for sign -1. False when a power gets out of hand. */
bool dim_combine(Dim a, Dim b, int sign, Dim *ret);
/* Half of every power; false when one is odd. */
bool dim_root(Dim d, Dim *ret);
/* "price", "usd", "usd/coin", "usd²" as "usd*usd". */
Span dim_text(Arena *arena, Dim d);
/* The dimension of a literal, and whether it is a percentage. */
Dim literal_dim(NumUnit unit, bool *ret_percent);
