/* summary.h — a backtest on one screen, the verdict last.
 *
 * In: a judged Result.  Out: text.  Promise: no figure that the result does not have; unknown ones are "?". */
#pragma once

#include "runtime/backtest/result.h"
#include "vm/base/buf.h"

void summary_put(Buf *out, const Result *r, Span title, bool has_colour);
