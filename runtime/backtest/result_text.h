/* result_text.h — a result as JSON, and its trades as CSV.
 *
 * In: a judged Result.  Out: text whose members are the rows of result_fields.def, in their order; docs/BACKTEST.md
 * says what each means.  Promise: the same result gives the same bytes on every target. */
#pragma once

#include "runtime/backtest/result.h"
#include "vm/base/json.h"

/* One object, compact, closed.  Its bytes are what document_sha256 is of (decision 0047). */
void result_json(Buf *out, const Result *r);
/* A line a trade below a line of names; money in dollars, sizes in shares, times in µs. */
void result_trades_csv(Buf *out, const Result *r);
