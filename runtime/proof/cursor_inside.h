/* cursor_inside.h — private to the room: what a cursor keeps of a run. */
#pragma once

#include "runtime/proof/cursor.h"
#include "vm/base/vec.h"

enum { CHUNK_STEPS = 4096 };

typedef struct CursorChunk { /* of so many steps */
    int64_t ts_us[CHUNK_STEPS];
    uint16_t ticks[CHUNK_STEPS]; /* of the chunk, before the step */
    uint8_t kind[CHUNK_STEPS], market[CHUNK_STEPS];
    uint64_t first_tick;
    uint8_t *truth; /* two bits a step, condition behind condition */
} CursorChunk;

/* The truths of conditions at ticks, and what was counted of them (cursor_notes.c). */
typedef struct CursorNotes {
    const Values *values;
    Arena *arena;
    VEC(CursorChunk *) chunks;
    uint64_t steps, ticks;
    uint32_t *cond_of; /* by item: its place among the conditions */
    uint32_t cond_count;
    CursorCount *counts; /* by condition */
    VEC(CursorNode) nodes;
    uint32_t *first_node; /* by rule, and one behind */
    uint16_t *markets;    /* by rule: bits of those whose ticks look at it */
    VEC(CursorChange) changes;
} CursorNotes;

bool notes_init(CursorNotes *n, const Values *values, Arena *arena);
/* A step was walked; `now`: by item, NULL at what is no tick.  False without memory. */
bool notes_add(CursorNotes *n, const Event *ev, const double *now);
CursorStep notes_step(const CursorNotes *n, uint64_t step);
CursorTruth notes_truth(const CursorNotes *n, uint32_t item, uint64_t step);
int64_t notes_seek(const CursorNotes *n, uint32_t item, CursorTruth want, uint64_t from,
                   bool is_back);
/* The nodes of a rule whose flipping alone would make it true, with what they would have to become. */
typedef struct NearMiss {
    void (*take)(void *ctx, uint32_t node, bool want);
    void *ctx;
} NearMiss;
void notes_near(const CursorNotes *n, uint32_t rule, const double *now, NearMiss to);
/* cursor_changes.c */
void notes_changes(CursorNotes *n, uint32_t rule, const double *now);
