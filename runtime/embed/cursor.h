/* cursor.h — a recorded run to move about in (runtime/proof/cursor.h) over data that is open.
 *
 * In: requests, steps, values by their place in the table.  Out: answers.  Promise: at every step what
 * `odx why --values --json` says of the same data, words and instant. */
#pragma once

#include "runtime/embed/work.h"

/* Handles of answers, or problems; the bytes have been looked at. */
int32_t cursor_open(Span json);
int32_t cursor_go(int32_t cursor, uint32_t steps);
/* Ticks count from 0; an instant is of the last step at or before it. */
typedef enum CursorUnit { /* frozen */
                          CURSOR_STEP,
                          CURSOR_TICK,
                          CURSOR_US,
                          CURSOR_UNITS
} CursorUnit;
int32_t cursor_look(int32_t cursor, uint32_t unit, double where);
/* "step" in the answer: where a condition is next (or was last) `truth`, a CursorTruth; null when nowhere. */
int32_t cursor_jump(int32_t cursor, uint32_t value, double from, uint32_t truth, bool is_back);
/* A condition's stretches as bytes: the first steps (32 bits each), then the truths (8 bits each). */
int32_t cursor_strip(int32_t cursor, uint32_t value);
int32_t cursor_sums(int32_t cursor);
int32_t cursor_close(int32_t cursor);
