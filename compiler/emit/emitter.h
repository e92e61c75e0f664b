/* emitter.h — private to the room: what words, tables and condition trees are gathered in. */
#pragma once

#include "compiler/emit/emit.h"
#include "compiler/emit/pool.h"
#include "compiler/emit/regalloc.h"
#include "compiler/ir/ir.h"

typedef struct CodeList {
    VEC(uint64_t) words;
    VEC(BlockRow) blocks;
} CodeList;

typedef struct Emitter {
    const Ir *ir;
    const Program *program;
    Arena *arena;
    bool is_stripped;
    ConstPool consts;
    StringPool strings;
    Registers regs;
    CodeList shared;
    CodeList wallet[4]; /* by Part: they follow each other in the section */
    uint32_t *word_u,
        *word_v; /* by value: its word in the event's U, in the block at hand; or IR_NONE */
    struct Range *ranges; /* by value: of what follows from params (tables.c) */
    uint32_t block_cost;
    uint32_t cost; /* most any event costs */
    VEC(LineRow) lines;
    VEC(CondRow) conds;
    Image image;
    ImageMeta meta;
} Emitter;

/* words.c: all events to words, lines and condition trees (wallet parts still apart). */
bool emit_code(Emitter *e);
/* Fixes the places of the wallet parts once their order is known. */
void emit_join_code(Emitter *e);

/* tables.c: all rows but code. */
bool emit_tables(Emitter *e);

/* conds.c: the trees of what the event's blocks decide. `part`: PART_V (rules, requires, exits) or PART_L. */
void emit_conds(Emitter *e, const IrEvent *ev, Part part);
