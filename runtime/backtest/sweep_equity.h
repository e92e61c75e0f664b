/* sweep_equity.h — what a cell that the sweep driver walks is worth, tick by tick.  Private to the room.
 *
 * In: changes of what it holds, with the tick from which on they are looked at.  Out: totals and periods as a
 * Collector has them.  Between changes only ticks at which equity passes its peak, or its lowest since, matter:
 * they are looked for by the price of the shares that are held.  Promise: the figures of collect.h. */
#pragma once

#include "runtime/backtest/sweep_run.h"
#include "runtime/matcher/matcher.h"

enum { EQUITY_CLOSED = 24 };

typedef struct SweepSlot { /* of the tape, in order */
    int64_t start_us;
    size_t period;
} SweepSlot;

typedef struct SweepSeen SweepSeen;

/* What all cells of a job see alike. */
typedef struct SweepScene {
    MatcherMarket market; /* without its book */
    const MarketRules *rules;
    const Kernels *kernels;
    uint8_t outcomes[OUTCOMES]; /* by token */
    /* by tick: the last bid of the slot so far by outcome; the worst price of a book that may be matched against
     * by side, unknown of others (NULL: sizes are unknown, and nothing that is taken is remembered) */
    const int64_t *marks[OUTCOMES], *deepest[BOOK_ENDS];
    const TickColumns
        *bids; /* where marks are NULL: packed, and the first outcome's bids are the marks */
    const PriceRange *mark_ranges[OUTCOMES]; /* of marks, by 64 ticks */
    uint32_t count;                          /* ticks */
    const SweepSlot *slots;
    size_t slot_count;
} SweepScene;

/* A book as one tick shows it; `row` is room, which held nothing else than ticks of the job since tick_clear. */
void sweep_book_at(const SweepJob *job, uint32_t tick, TickData *row, Book *ret);
/* Marks, depths and slots; false when memory ends. */
bool sweep_scene(const SweepJob *job, SweepScene *scene, Arena *arena);

/* The first tick of from .. to with a known price that does not lie between these two, or `to`. `prices` by tick;
 * NULL: the scene's bids. */
uint32_t sweep_outside(const SweepScene *s, const int64_t *prices, uint32_t from, uint32_t to,
                       int64_t low, int64_t high);

/* The lowest and the highest known mark of ticks from .. to. */
PriceRange sweep_marks(const SweepScene *s, uint32_t outcome, uint32_t from, uint32_t to);

typedef struct SweepShares {         /* of a token, within a slot */
    int64_t size_micros, pnl_micros; /* of the trade that is open */
} SweepShares;

typedef struct SweepAside { /* a slot that has closed */
    int64_t slot_start_us, value_micros[OUTCOMES];
    SweepShares of[OUTCOMES];
} SweepAside;

typedef struct SweepEquity { /* of a cell */
    SweepTotals totals;
    int64_t *periods; /* micros */
    SweepSeen *seen;  /* of all cells that are followed in turn */
    int64_t start_micros, cash_micros, equity_micros, peak_micros, low_micros;
    int64_t slot_start_us; /* of what is held */
    uint32_t tick;         /* the next one to look at */
    bool is_dirty;
    size_t slot; /* of the scene, where it was found last */
    SweepShares of[OUTCOMES];
    SweepAside aside[EQUITY_CLOSED]; /* oldest first; the walk leaves a cell that needs more */
    uint32_t aside_count;
} SweepEquity;

void sweep_equity_begin(SweepEquity *e, int64_t cash_micros, int64_t *periods, SweepSeen *seen);
void sweep_equity_change(SweepEquity *e, const SweepScene *s, const SweepChange *change);
/* An event beside ticks is over; `is_close`: what is held is set aside. */
void sweep_equity_look(SweepEquity *e, const SweepScene *s, uint32_t tick, bool is_close);
void sweep_equity_end(SweepEquity *e, const SweepScene *s, uint32_t ticks);
