/* sweep.h — `odx sweep` in slices: data that is open, a strategy, the values to try, a judged table.
 *
 * In: a request, records of earlier trials.  Out: answers; the document as bytes.  Promise: the bytes of
 * `odx sweep --json` for the same data, words and trials, however it is sliced. */
#pragma once

#include "runtime/embed/work.h"

/* Handles of answers, or problems; the bytes have been looked at. */
int32_t sweep_open(Span json);
int32_t sweep_go(int32_t sweep, uint32_t cells);
int32_t sweep_result(int32_t sweep, Span trials);
int32_t sweep_records(int32_t sweep);
int32_t sweep_close(int32_t sweep);
