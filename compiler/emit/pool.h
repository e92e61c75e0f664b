/* pool.h — constants and strings of an image, each once.
 *
 * Constants ascend, as the format wants; strings are numbered by first use: "", the file's reasons,
 * then the others. */
#pragma once

#include "compiler/ir/ir.h"
#include "vm/base/buf.h"
#include "vm/base/map.h"

typedef struct ConstPool {
    double *items;
    uint32_t count;
    uint32_t *derived; /* by value: its row among the derived */
    uint32_t derived_count;
} ConstPool;

/* All constants of the Ir, and numbers for what follows from params. False without memory. */
bool consts_collect(ConstPool *pool, const Ir *ir);
/* The operand of a constant that is there. */
uint16_t consts_operand(const ConstPool *pool, double num);
/* The operand of a constant or param (a constant condition: 1 or 0); OPND_NONE for anything else. */
uint16_t fixed_operand(const ConstPool *pool, const Ir *ir, uint32_t v);

typedef struct StringPool {
    Arena *arena;
    Map numbers;
    VEC(Span) items;
} StringPool;

void strings_init(StringPool *pool, Arena *arena);
/* The number of a text, new or not. */
uint32_t strings_add(StringPool *pool, Span text);
/* The next number, even when the text is there already: reasons keep their order. */
void strings_append(StringPool *pool, Span text);
/* The section: count, offsets, bytes. */
Span strings_section(const StringPool *pool);
