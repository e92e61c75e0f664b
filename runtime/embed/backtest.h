/* backtest.h — `odx backtest` in slices: data that is open, a strategy, a result.
 *
 * In: a request, records of earlier trials.  Out: answers; the document, tables and curves as bytes.  Promise: the
 * bytes of `odx backtest --json`, `--html` and `--trades` for the same data, words and trials. */
#pragma once

#include "runtime/embed/work.h"

/* Handles of answers, or problems; the bytes have been looked at. */
int32_t backtest_open(Span json);
int32_t backtest_go(int32_t backtest, uint32_t ticks);
int32_t backtest_result(int32_t backtest, Span trials);
int32_t backtest_part(int32_t backtest, uint32_t part);
int32_t backtest_close(int32_t backtest);

typedef enum BacktestPart {                 /* of backtest_part; frozen */
                            BACKTEST_TRIAL, /* its record */
                            BACKTEST_HTML,
                            BACKTEST_CSV,
                            BACKTEST_CURVES, /* doubles: for each model the instants, then the equities, lengths in the answer */
} BacktestPart;
