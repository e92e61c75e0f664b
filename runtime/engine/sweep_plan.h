/* sweep_plan.h — what a strategy does, as far as sweeps know it without an engine; private to the room.
 *
 * Rules that fire at edges, orders that fill or die at once, exits at fixed distances, limits that count.
 * Made once of image and config; what params say of it stands apart, by variant. */
#pragma once

#include "runtime/engine/drive_sweep.h"
#include "runtime/engine/state.h"
#include "runtime/engine/ticket.h"

enum { PLAN_TOKENS = 2, PLAN_ACTIONS = 32, PLAN_RULES = 32, PLAN_LIMITS = 32 };

typedef struct SweepAction {
    uint8_t kind; /* ActionKind: buy, sell, close, alert */
    uint16_t rule, action;
    int32_t token;
    uint16_t size, price; /* operands */
    uint16_t group;
} SweepAction;

typedef struct SweepRule {
    uint16_t rule, gate; /* condition register */
    uint16_t first, count;
} SweepRule;

typedef struct SweepPlan {
    const EngineConfig *config;
    const Image *image;
    uint8_t market, kind; /* MarketKind */
    bool only_buys;       /* every action buys so many shares or dollars of one token */
    MarketRules rules;
    bool has_fees; /* buys reserve the largest fee as well */
    struct {
        uint8_t outcome;
        bool has_coins;
    } tokens[PLAN_TOKENS];
    uint32_t token_count;
    SweepRule wakes[PLAN_RULES]; /* in the order of the file */
    uint32_t rule_count;
    SweepAction actions[PLAN_ACTIONS];
    uint32_t action_count;
    uint8_t limits[PLAN_LIMITS]; /* limit rows, in the order of the file */
    uint32_t limit_count;
    uint8_t checks[PLAN_LIMITS]; /* places in `limits` of those that entries are held against */
    uint32_t check_count;
    uint8_t exits[PLAN_LIMITS]; /* ... of stops and targets */
    uint32_t exit_count;
    uint8_t counted[PLAN_LIMITS]; /* ... of limits on trades by calendar */
    uint32_t counted_count;
    /* NO_LIMIT, or the place of a limit on trades a slot while all rules only buy */
    uint8_t most_trades;
} SweepPlan;
enum { NO_LIMIT = 0xFF };

/* `engine`: any variant's; `setup` is borrowed.  FINE, or why not. */
SweepWhy sweep_plan(SweepPlan *plan, Engine *engine, const SweepSetup *setup, Arena *arena);
/* Can the tape be walked without engines? */
SweepWhy sweep_tape(const SweepPlan *plan, const Engine *engine, const SweepSetup *setup);

/* A number of a limit as params say it. */
typedef enum AmountKind {
    AMOUNT_UNKNOWN,
    AMOUNT_NOTHING,
    AMOUNT_NO_BOUND,
    AMOUNT_MICROS
} AmountKind;
typedef struct SweepAmount {
    uint8_t kind; /* AmountKind; NOTHING: nothing passes, NO_BOUND: more micros than there are */
    int64_t micros;
    double num;
} SweepAmount;

typedef struct SweepNumbers { /* of one variant; small, for all of them are at work together */
    SweepAmount *limits;
    double *sizes, *prices; /* by action */
    bool *unknown_prices;
} SweepNumbers;
/* The trades a slot after which every entry is refused; INT64_MAX: none. */
int64_t sweep_most_trades(const SweepPlan *plan, const SweepNumbers *n);
/* False when memory ends. */
bool sweep_numbers(const SweepPlan *plan, const Vm *vm, SweepNumbers *ret, Arena *arena);
