/* predicates.h — conditions of many strategies as bits: values against constants, sorted by constant.
 *
 * A lane is one condition that opens a rule, of one or of many strategies.  It is taken apart into terms
 * (a value of the pool against a constant); terms of one value and direction are a family, sorted, so that
 * a tick visits the constants that the value passed and no others.  Whatever is no such term is worked out
 * in the pool and joins as it is.  Lanes are conjunctions: bits, 64 a word.
 * Promise: a lane is true, false or unknown exactly when its condition is. */
#pragma once

#include "runtime/engine/pool.h"

typedef enum LaneKind {
    LANE_LEVEL,  /* open unless false */
    LANE_STRICT, /* open when true */
    LANE_EDGE,   /* open when true and armed: false since it was true last */
    LANE_KINDS
} LaneKind;

enum { NO_LANE = UINT32_MAX };

typedef struct Term {
    uint32_t family, lane;
    double value;
    uint8_t side; /* 0: `at or above` starts here, 1: `above` does */
} Term;

typedef struct Family {
    const PoolNode *node;
    bool is_cond;  /* the node is a condition: one term, without a constant */
    bool is_grid;  /* compares whole micros */
    bool is_below; /* terms are true below their constant */
    bool is_known; /* the value, at the last tick */
    bool is_true;  /* is_cond: the condition */
    bool is_dense; /* has bits of its own; else lanes count what holds them back */
    uint32_t first_term, term_count;
    uint32_t first_step, step_count;
    uint32_t at;   /* steps that the value has passed */
    bool has_seen; /* a value, whose bits are `seen` */
    uint64_t seen;
    /* dense: lanes that hold, by steps passed (or, with many steps, now); lanes without a term here */
    uint64_t *table, *bits, *free;
} Family;

typedef struct Step { /* a distinct constant */
    double value;
    uint8_t side;
    uint32_t first_term, term_count;
    const uint64_t *mask; /* its lanes as bits, where there are many */
} Step;

typedef struct Predicates {
    Pool *pool;
    Arena *arena;
    Map known, families_known;
    Term *terms;
    Family *families;
    Step *steps;
    Room term_room, family_room;
    uint32_t term_count, family_count, step_count, dense_count;
    uint32_t lane_count, lane_cap, words; /* words that hold lanes */
    uint32_t *dense;                      /* families with bits */
    uint32_t unknown_count;               /* families whose value is unknown */
    uint16_t *holding, *denying;          /* by lane: sparse terms not true, false */
    uint64_t *held, *denied; /* lanes that no sparse term holds back; that one denies */
    uint64_t *is_true, *is_false, *was_true, *was_false, *armed, *of_kind[LANE_KINDS];
    uint8_t *turned; /* by batch of words: to be looked at before the tick is over */
    uint64_t *open;  /* after a tick: lanes whose rules must be looked at */
    uint64_t *last_true, *last_false; /* by lane: ticks before the last closed one */
    uint64_t closed_tick;
    bool is_built, has_moved;
} Predicates;

bool predicates_init(Predicates *p, Pool *pool, Arena *arena);
/* The lane of a condition; lanes of different `age` are different.  NO_LANE when memory ends. */
uint32_t predicates_lane(Predicates *p, const PoolNode *gate, LaneKind kind, uint64_t age);
void predicates_arm(Predicates *p, uint32_t lane, bool is_armed);

/* After the last new lane; false when memory ends. */
bool predicates_build(Predicates *p);
/* After pool_tick: `open` is that of this tick. */
void predicates_tick(Predicates *p);
/* When everybody has looked: the tick becomes the last one. */
void predicates_close(Predicates *p);
/* Number of the last closed tick at which the lane was false, true; 0: none. */
uint64_t predicates_last_false(const Predicates *p, uint32_t lane);
uint64_t predicates_last_true(const Predicates *p, uint32_t lane);
