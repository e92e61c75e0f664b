/* excerpt.h — a test block out of recorded ticks: the slot up to a moment, thinned out, with what then happens.
 *
 * In: a TestBed, the rows of each market, a moment.  Out: a `test` in the language, whose
 * expectations are what the engine did on those very rows.  Promise: the block passes as it is written; where
 * nothing was recorded there is none. */
#pragma once

#include "runtime/market/rows.h"
#include "runtime/proof/testrun.h"

/* `rows`: one a market of the program, in its order. */
void excerpt_put(const TestBed *bed, const MarketRows *rows, int64_t at_us, Span title,
                 Arena *scratch, Buf *out);
