/* collect.h — what a backtest writes down while it runs.  Private to the room.
 *
 * In: the engine's effects, the venue's answers, the events of the data, in their order.  Out: rows of a
 * Result.  Promise: holdings are booked by the engine's own account (account.h) once more, by slot, and end
 * with the same figures as its ledger. */
#pragma once

#include "runtime/backtest/result.h"
#include "runtime/engine/account.h"
#include "runtime/matcher/gate.h"

typedef struct Holding { /* of one token, within a slot */
    Position held;
    uint32_t trade; /* the open one, or RESULT_NONE */
} Holding;

typedef struct Place { /* where shares are held: a slot, or a market without slots */
    Holding of[OUTCOMES];
} Place;

typedef struct Lane { /* one market */
    ResultMarket row;
    uint32_t slot, first_slot; /* of slots[]; RESULT_NONE: none runs, none yet */
    Place loose;
} Lane;

/* What is held and what it is worth over time, of one assignment, of a wallet or of all. */
typedef struct Tally {
    ResultTotals *totals;                           /* where drawdown and exposure go */
    uint32_t open;                                  /* holdings that are not flat */
    int64_t equity_micros, peak_micros, low_micros; /* low: since the peak */
    int64_t peak_us;
    int64_t exposure_micros, exposed_us, held_us;
    double exposure_area; /* micros times µs: of a rich year more than 63 bits hold */
} Tally;

void tally_begin(Tally *t, int64_t equity_micros);
/* The time up to now counts for what was held. */
void tally_until(Tally *t, int64_t ts_us);
/* Equity after an event. */
void tally_follow(Tally *t, int64_t equity_micros, int64_t ts_us);
/* Mean exposure, the part of the time in which anything was held. */
void tally_end(Tally *t);

enum { TALLIES_BEYOND = 2 };

typedef struct Collector { /* of an Assignment */
    Arena *arena;
    Engine *engine; /* borrowed, both */
    Gate *gate;
    const uint8_t *markets; /* of the image: which of the gate's they are; NULL: the same ones */
    Result *r;
    Sha256 sum;          /* of effects */
    VEC(Place) places;   /* by slot */
    VEC(uint32_t) by_id; /* row of orders[] by order id */
    Lane *lanes;
    uint32_t lane_count;
    bool has_failed, has_started, is_dirty, is_hourly;
    /* money */
    Account own;                /* our books ... */
    int64_t told[LEDGER_KINDS]; /* ... and the engine's rows */
    int64_t others_micros;      /* of the wallet's money at the start, what came in with others */
    int64_t hour_us;            /* the next one to note */
    Tally tally;
    /* of the wallet and of all, when there are several assignments */
    Tally *beyond[TALLIES_BEYOND];
} Collector;

bool collect_begin(Collector *c, const Image *image);
void collect_effect(Collector *c, const Effect *f);
/* An answer of the venue, before the engine gets it. */
void collect_answer(Collector *c, const Event *answer);
/* An event of the data, before and after the engine got it. */
void collect_before(Collector *c, const Event *event);
void collect_after(Collector *c, const Event *event);

/* ---- holdings.c ---------------------------------------------------------------------------------- */

typedef struct Booking { /* a change of a holding */
    int64_t ts_us;
    int64_t size_micros; /* below 0: sold */
    int64_t price_micros, fee_micros;
    uint32_t order; /* of orders[] */
    uint8_t outcome;
    uint8_t exit; /* how the trade ends, if it does */
} Booking;

void holdings_clear(Place *p);
/* By the order's slot and token, but for `outcome`. */
void holdings_book(Collector *c, const Booking *k);
/* What is held in that slot is paid out. */
void holdings_resolve(Collector *c, uint8_t market, uint32_t slot, int8_t winner, int64_t ts_us);
/* ---- totals.c ------------------------------------------------------------------------------------ */

void totals_make(Collector *c);
/* The figures that follow from rows: of orders, trades and slots, then ratios. */
void totals_of_rows(Result *r);
void totals_ratios(ResultTotals *t);
