/* drive_sweep.h — the sweep driver: one strategy, many values of its params, the same recorded ticks.
 *
 * What no swept param changes is worked out once; what one changes, once for each of its values: averages,
 * comparisons as bitmaps, what `and` and `or` make of them.  Then each variant's wallet is run at the ticks
 * at which something happens to it.  Programs or tapes that cannot be shared run variant by variant in the
 * column driver, or tick by tick.  No threads: any split of the grid into ranges gives the same.
 * Promise: a variant's effects, tally and engine are those of engine_apply with its params, to the bit. */
#pragma once

#include "runtime/engine/drive_columns.h"

typedef struct DriveSweep DriveSweep;

typedef enum SweepWhy {
#define SWEEP(name, sentence) SWEEP_##name,
#include "runtime/engine/sweep.def"
#undef SWEEP
    SWEEP_WHY_COUNT
} SweepWhy;
const char *sweep_sentence(SweepWhy why);

/* One step of a tape: an event of any kind but a tick of the market, or ticks from .. to of it. */
typedef struct SweepStep {
    const Event *event; /* NULL: ticks */
    uint32_t from, to;
} SweepStep;

typedef struct SweepSent { /* an order that leaves a variant's wallet; it takes or dies */
    uint64_t id;
    int64_t sent_us, slot_start_us, size_micros, price_micros;
    int32_t token;
    uint8_t outcome, modifiers; /* MOD_* */
    bool is_sell, is_market;
} SweepSent;

typedef struct SweepChange { /* of what a variant holds */
    bool is_payout;
    uint32_t tick; /* the first one that is looked at with this change */
    int32_t token;
    int64_t slot_start_us;
    int64_t size_micros; /* held of the token in that slot from now on */
    int64_t profit_micros, fee_micros, cash_micros;
} SweepChange;

/* Who answers orders in place of the instant fill, and wants to know what becomes of them.  Each call is of
 * one variant; `tick`: the last tick of the running slot that the venue has seen, NO_TICK before the first. */
typedef struct SweepVenue {
    void *ctx;
    void (*order)(void *ctx, uint32_t variant, const SweepSent *order);
    /* the earliest instant at which something may be answered; INT64_MAX: never */
    int64_t (*due)(void *ctx, uint32_t variant);
    /* the next answer up to then, which stands until somebody asks again; NULL: there is none */
    const Event *(*answer)(void *ctx, uint32_t variant, int64_t until_us, uint32_t tick);
    /* a slot opens or closes, or has its result, while orders are on their way */
    void (*slot)(void *ctx, uint32_t variant, const Event *event);
    void (*change)(void *ctx, uint32_t variant, const SweepChange *change);
    /* an event beside ticks at which something changed is over; `is_close`: shares were set aside.  `tick`:
     * the first one behind it */
    void (*look)(void *ctx, uint32_t variant, uint32_t tick, bool is_close);
    /* nothing that was said of it holds: an engine has to do it all, elsewhere */
    void (*left)(void *ctx, uint32_t variant);
} SweepVenue;
enum { NO_TICK = UINT32_MAX };

typedef struct SweepAxis { /* one swept param */
    uint16_t param;        /* its row */
    const double *values;
    uint32_t count;
} SweepAxis;

typedef struct SweepSetup { /* all of it is borrowed */
    EngineConfig config;    /* of every variant; params: those that are not swept, or NULL */
    uint8_t market;
    const TickColumns *ticks; /* prepared and ordered in time */
    const Kernels *kernels;
    const SweepStep *steps;
    uint32_t step_count;
    const SweepAxis *axes; /* the grid of variants; the last axis turns fastest */
    uint32_t axis_count;
    uint32_t first, count;   /* which of them; count 0: all */
    bool wants_engines;      /* `done` looks at engines */
    const SweepVenue *venue; /* NULL: orders fill at once */
} SweepSetup;

/* What a variant's effects come to. */
typedef struct SweepTally {
    uint64_t orders[BECAUSE_COUNT]; /* sent, by what for */
    uint64_t skips;                 /* refused */
    /* sums of its rows; LEDGER_CASH is what the cash has changed by */
    int64_t ledger[LEDGER_KINDS];
} SweepTally;
/* Takes one effect in. */
void sweep_tally(SweepTally *t, const Effect *f);

typedef struct SweepSink {
    void *ctx;
    /* NULL, or each effect: in order of time for each variant, variants mixed */
    void (*effect)(void *ctx, uint32_t variant, const Effect *f);
    /* once a variant, in their order; engine: NULL unless wanted, gone afterwards */
    void (*done)(void *ctx, uint32_t variant, const SweepTally *tally, const Engine *engine);
} SweepSink;

typedef struct SweepReport {
    SweepWhy why;        /* ticks are not shared */
    ColumnsWhy columns;  /* ... because of SWEEP_COLUMNS */
    uint32_t variants;   /* of the range */
    uint32_t alone;      /* that ran alone in the end */
    uint32_t conditions; /* distinct ones of all rules */
} SweepReport;

/* Variants of the whole grid. */
uint32_t sweep_count(const SweepAxis *axes, uint32_t axis_count);
/* The params of a variant, one for each row of the image. */
void sweep_params(const SweepSetup *setup, uint32_t variant, double *ret_params);

/* NULL: memory ends, a value is outside of its param's range, or there is no such variant. */
DriveSweep *drive_sweep_new(const SweepSetup *setup, Arena *arena);
/* The whole tape, once; false when memory ends. */
bool drive_sweep_run(DriveSweep *s, const SweepSink *sink);
SweepReport drive_sweep_report(const DriveSweep *s);
