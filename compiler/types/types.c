/* types.c — names of types, and types of the words a definition may use. */
#include "compiler/types/types.h"

Type type_of_word(TypeWord word)
{
    switch (word) {
    case AST_TYPE_PRICE:
        return type_unit(UNIT_PRICE);
    case AST_TYPE_USD:
        return type_unit(UNIT_USD);
    case AST_TYPE_SHARES:
        return type_unit(UNIT_SHARES);
    case AST_TYPE_COINS:
        return type_unit(UNIT_COINS);
    case AST_TYPE_RATIO:
        return type_percent();
    case AST_TYPE_NUMBER:
    case AST_TYPE_COUNT:
        return type_unit(UNIT_NUMBER);
    case AST_TYPE_DURATION:
        return type_unit(UNIT_DURATION);
    case AST_TYPE_BOOL:
        return type_of(SHAPE_BOOL);
    case AST_TYPE_TOKEN:
        return type_of(SHAPE_TOKEN);
    case AST_TYPE_NONE:
    case AST_TYPE_END:
        break;
    }
    return type_of(SHAPE_BAD);
}

Span type_text(Arena *arena, Type t)
{
    switch ((Shape)t.shape) {
    case SHAPE_BAD:
        return SPAN("unknown");
    case SHAPE_NUM:
        return t.percent ? SPAN("number (percent)") : dim_text(arena, t.dim);
    case SHAPE_BOOL:
        return SPAN("yes/no");
    case SHAPE_TOKEN:
        return SPAN("something to trade");
    case SHAPE_MARKET:
        return SPAN("market");
    case SHAPE_DAY:
        return SPAN("day");
    case SHAPE_SIDE:
        return SPAN("side");
    case SHAPE_OUTCOME:
        return SPAN("outcome");
    }
    return SPAN("unknown");
}
