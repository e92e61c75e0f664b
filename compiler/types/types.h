/* types.h — what kind of thing a value is: a number with its unit, yes/no, a share, a market, a day.
 *
 * Small constructors and questions about Type (program.h).  Promise: TYPE_BAD stands for "already
 * reported", so that one mistake is one finding. */
#pragma once

#include "compiler/sema/program.h"
#include "compiler/types/units.h"
#include "vm/base/arena.h"

/* In Type.coin while a value that depends on its own past has no unit yet; never in a Program. */
enum { COIN_PENDING = 255 };

static inline Type type_of(Shape shape)
{
    return (Type){.shape = (uint8_t)shape};
}

static inline Type type_num(Dim dim)
{
    return (Type){.shape = SHAPE_NUM, .dim = dim};
}

static inline Type type_unit(UnitName unit)
{
    return type_num(unit_dim(unit));
}

static inline Type type_percent(void)
{
    return (Type){.shape = SHAPE_NUM, .percent = true};
}

static inline bool type_is_bad(Type t)
{
    return t.shape == SHAPE_BAD;
}

static inline bool type_is_num(Type t)
{
    return t.shape == SHAPE_NUM;
}

static inline bool type_is_pending(Type t)
{
    return t.coin == COIN_PENDING;
}

static inline bool type_is_unit(Type t, UnitName unit)
{
    return t.shape == SHAPE_NUM && dim_is_unit(t.dim, unit);
}

static inline bool type_is_plain(Type t)
{
    return type_is_unit(t, UNIT_NUMBER);
}

/* The type a definition's `: price` asks for. */
Type type_of_word(TypeWord word);
/* "price", "number (percent)", "yes/no", "a share". */
Span type_text(Arena *arena, Type t);
