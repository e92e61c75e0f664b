/* limits.h — what refuses an entry: the `risk` items of the file, in file order, then cash.
 *
 * A limit never resizes and never stops a reduction.  An unknown amount or veto refuses, marked
 * unknown (decisions A.8).  Amounts are compared as micros, ratios as numbers.  Private to the room. */
#pragma once

#include "runtime/engine/state.h"

typedef struct Want { /* an entry on its way through */
    const MarketRun *market;
    const TokenRun *token;
    int64_t worst_micros;
    int64_t reserve_micros; /* cash it would keep back */
    bool is_counted;        /* its together has been counted for `max trades` already */
    uint8_t leader;
} Want;

typedef struct Verdict {
    uint16_t reason; /* REASON_NONE: passes */
    bool is_unknown;
} Verdict;

/* Evaluates limit amounts and samples equity, once an event, before the first entry. */
void limits_prepare(Engine *e);
Verdict limits_check(Engine *e, const Want *w);
/* An entry (or a whole together) was accepted in this market. */
void limits_count(Engine *e, MarketRun *m, uint8_t leader);
/* A slot has opened, perhaps late: windows of its slot begin. */
void limits_slot_open(Engine *e, const MarketRun *m);
/* Equity was sampled: windows of `max loss` that begin take it as their first. */
void limits_sampled(Engine *e);

/* Number of the calendar window of LimitPer that `ts_us` lies in (UTC, ISO weeks). */
int64_t calendar_window(uint8_t per, int64_t ts_us);
