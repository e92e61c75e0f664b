/* pool.h — what the market alone decides, once for all strategies on a stream.
 *
 * The shared parts of all images for the ticks of market 0 are taken apart into values: an input, a
 * constant, an operation on values.  Equal ones are one: same operation, same operands, same window, same
 * age; params count as the numbers they are.  A tick moves every memory once and works out what somebody
 * always needs; the rest is worked out when it is asked for.
 * Promise: every value has the bits that vm_shared leaves in the register it stands for. */
#pragma once

#include "runtime/engine/drive_live.h"
#include "runtime/engine/state.h"
#include "vm/base/map.h"
#include "vm/machine.h"

/* Beside the operations of the machine. */
enum {
    POOL_INPUT = OP_CODES, /* a field of the tick */
    POOL_TIME,             /* a field that follows from the time */
    POOL_GIVEN,            /* an input that ticks do not move: a feed, another market */
    POOL_CONST,
    POOL_HELD, /* the output of memory that ticks do not move */
};

typedef struct PoolNode PoolNode;
struct PoolNode {
    uint16_t op;
    uint8_t flags, field;
    bool is_cond;
    bool is_eager;  /* worked out at each tick */
    uint32_t id;    /* in order of making: operands come first */
    uint32_t level; /* steps away from what depends on nothing */
    double num;
    uint8_t cond;
    uint64_t stamp; /* tick at which the value was worked out */
    const PoolNode *x, *y, *z;
    const StateLink *link; /* operations that remember ... */
    void *mem;             /* ... their memory ... */
    uint32_t mem_size;
    const Vm *home; /* ... and an instance that has the same, by its own row (or input) */
    uint32_t home_row;
    uint64_t home_strategy;
};

typedef struct PoolRun { /* one operation on many */
    uint16_t op;
    uint32_t first, count;
} PoolRun;

typedef struct Pool {
    Arena *arena;
    Map known; /* by what it is */
    PoolNode **nodes;
    Room node_room;
    uint32_t count;
    PoolNode **eager, **homed;
    PoolRun *runs; /* of `eager` */
    uint32_t run_count;
    uint32_t eager_count, homed_count;
    bool is_listed;
    FeaturePlan plan;
    FeatureState feature; /* of the stream, after the last tick */
    MarketRun market;     /* its times */
    int64_t now_us;
    uint64_t tick; /* ticks so far */
} Pool;

/* A register of the machine, or a row of its memory, and the value that it is. */
typedef struct PoolOut {
    uint16_t index;
    const PoolNode *node;
} PoolOut;

/* How one instance hangs on the pool. */
typedef struct PoolLink {
    PoolOut *nums, *conds; /* registers that wallet parts read */
    PoolOut *rows;         /* memory that ticks move */
    uint32_t num_count, cond_count, row_count;
} PoolLink;

/* What two instances of one program must share for their memory to be one. */
typedef struct PoolAge {
    uint64_t strategy; /* distinct for each image with params */
    uint64_t birth;    /* ticks of the stream when it began */
    int64_t stale_us;
} PoolAge;

bool pool_init(Pool *p, const MarketRun *market, Arena *arena);
/* Takes the tick part of `vm` in; `tick_clock` is the bit of its ticks.  Memory starts as that of `vm`. */
LiveWhy pool_link(Pool *p, const Vm *vm, uint64_t tick_clock, PoolAge age, PoolLink *ret);
/* From now on the value is worked out at each tick. */
void pool_want(Pool *p, const PoolNode *n);

/* After the last new value; false when memory ends. */
bool pool_build(Pool *p);
void pool_tick(Pool *p, const TickData *tick, int64_t now_us);
/* The value at this tick, worked out now if it is not. */
void pool_value(Pool *p, const PoolNode *n);

/* Registers of an instance, and the outputs of its memory, as they stand after this tick. */
void pool_hand(Pool *p, const PoolLink *link, Vm *vm);
/* All its memory. */
void pool_restore(const PoolLink *link, Vm *vm);
/* Only the outputs of its memory. */
void pool_outputs(const PoolLink *link, Vm *vm);
/* Events that are no ticks went by: takes memory and given values back from the instances of strategies
 * that `moved` names (NULL: all). */
void pool_adopt(Pool *p, const bool *moved);
