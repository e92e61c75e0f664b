/* run.h — ticks through a strategy: engine and instant fill, fed in blocks, stepped as far as is known.
 *
 * In: a request, rows of each market.  Out: answers with orders, cancels, skips and fills, shows as bytes.
 * Promise: the same rows give the same answers as `odx run`, bit for bit, however they are cut. */
#pragma once

#include "runtime/embed/work.h"

enum { RUN_MAX = 8 }; /* open at one time */

/* Handles of answers, or problems; the bytes have been looked at. */
int32_t run_open(Span json);
int32_t run_ticks(int32_t run, uint32_t market, Span cells);
int32_t run_csv(int32_t run, uint32_t market, Span text);
int32_t run_step(int32_t run, double until_us, uint32_t ticks);
int32_t run_why(int32_t run, uint32_t rule);
int32_t run_close(int32_t run);
