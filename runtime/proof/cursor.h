/* cursor.h — a recorded run to move about in: at any of its steps every value, every rule's why and why
 * not, and what it did.
 *
 * In: a checked strategy, rows of its markets, how orders are filled.  cursor_walk goes through the run once
 * and keeps snapshots, the answers that orders got, and the truth of every condition at every tick;
 * cursor_at restores the nearest snapshot and goes on from there with a trace.
 * Promise: what is shown is what the engine worked out on the way; going back and forth shows the same as
 * going straight; equal to `odx why` at every instant. */
#pragma once

#include "runtime/backtest/backtest.h"
#include "runtime/proof/values.h"
#include "runtime/proof/why.h"

typedef struct Cursor Cursor;

typedef struct CursorSetup {
    const Compilation *c;   /* without errors, borrowed as all that is pointed to */
    const double *params;   /* by param row; NULL: the defaults */
    int64_t cash_micros;    /* below 0: the default */
    const MarketRows *rows; /* one a market of the program: all of them */
    int64_t gap_us;         /* the walk ends where nothing happens for longer; 0: nowhere */
    bool is_matched; /* orders are filled as a backtest does; else instantly, as `odx run` does */
    BacktestConfig backtest; /* then: model, latency, jitter and seed of it */
} CursorSetup;

/* NULL with a sentence. Everything lives on the arena, which grows with the steps. */
Cursor *cursor_new(const CursorSetup *setup, Arena *arena, Err *err);

/* ---- going through ----------------------------------------------------------------------------------- */

typedef enum CursorEnd {
    CURSOR_MORE,
    CURSOR_DONE,
    CURSOR_GAP, /* of setup: the rest is left out */
    CURSOR_FULL /* the arena is; what was walked can be looked at */
} CursorEnd;

/* At most so many events of the data more. */
CursorEnd cursor_walk(Cursor *c, uint64_t steps);
/* Of the next event, INT64_MAX at the end; behind a walk. */
int64_t cursor_next_us(const Cursor *c);
uint64_t
cursor_steps(const Cursor *c); /* walked so far: ticks, slots that open, close and resolve */
uint64_t cursor_ticks(const Cursor *c);

typedef struct CursorStep {
    int64_t ts_us;
    uint64_t tick; /* ticks before it */
    uint8_t kind;  /* EventKind */
    uint8_t market;
} CursorStep;
CursorStep cursor_step(const Cursor *c, uint64_t step);
/* The last step at or before an instant, the step of a tick (from 0); -1 when there is none. */
int64_t cursor_find(const Cursor *c, int64_t ts_us);
int64_t cursor_find_tick(const Cursor *c, uint64_t tick);

/* ---- looking ------------------------------------------------------------------------------------------ */

/* Goes there, forward or back. False for a step that was not walked, or without memory. */
bool cursor_at(Cursor *c, uint64_t step);
uint64_t cursor_here(const Cursor *c); /* the step of the last cursor_at */

/* What follows is of the step of the last cursor_at. */

/* By item: numbers, conditions as 1 and 0, unknown as UNKNOWN; NULL at what is no tick. */
const double *cursor_now(const Cursor *c);
/* As `odx why` has it; `w->nodes` is the cursor's and good until the next call. */
void cursor_why(Cursor *c, uint32_t rule, WhyRule *w);
/* What it sent, and the fills that answered it, in order. */
typedef struct CursorDeed {
    bool is_fill;
    Effect effect;
    Event fill;
} CursorDeed;
const CursorDeed *cursor_deeds(const Cursor *c, size_t *ret_count);

const Values *cursor_values(const Cursor *c);
const Compilation *cursor_compilation(const Cursor *c);
Engine *cursor_engine(const Cursor *c);

/* ---- conditions over the whole run -------------------------------------------------------------------- */

typedef enum CursorTruth { TRUTH_NONE = 0, TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES } CursorTruth;
/* Of a condition at a step; TRUTH_NONE at what is no tick. */
CursorTruth cursor_truth(const Cursor *c, uint32_t item, uint64_t step);
/* The nearest step behind (or, `is_back`, before) `from` at which the condition was so; -1: none. */
int64_t cursor_seek(const Cursor *c, uint32_t item, CursorTruth want, uint64_t from, bool is_back);

typedef struct CursorCount { /* ticks */
    uint64_t yes, no, unknown;
    int64_t first_yes, last_yes; /* steps, -1: never */
} CursorCount;
/* NULL for a number. */
const CursorCount *cursor_count(const Cursor *c, uint32_t item);

/* A node of a rule's condition or of one of its requires, as written; a rule's stand together, in preorder. */
typedef struct CursorNode {
    uint32_t rule, item, next; /* next: behind its subtree */
    uint16_t depth;
    bool is_require;
    bool is_leaf; /* neither and, or nor not */
    uint64_t
        near_miss; /* ticks at which the rule was looked at, was not true, and would have been, had
                           this one been the other way */
    int64_t first_near, last_near;
} CursorNode;
const CursorNode *cursor_nodes(const Cursor *c, uint32_t *ret_count);

/* What one literal or param would have to be for a rule to be true at this step, all else being as it was. */
typedef struct CursorChange {
    uint32_t item; /* the comparison */
    uint32_t side; /* the literal or param */
    double from, to, distance;
    bool is_beyond; /* `to` itself is not enough, anything further is */
    bool is_in_range;
} CursorChange;
/* The smallest first, measured against what stands there. */
const CursorChange *cursor_changes(Cursor *c, uint32_t rule, uint32_t *ret_count);
