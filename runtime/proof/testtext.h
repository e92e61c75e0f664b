/* testtext.h — a test as a file would say it: facts with their units, rows, what was done.
 *
 * In: tests of a Program, effects of rows.  Out: text in the language.  `odx fuzz` prints what it found with
 * it, `odx test --bless` what happened.  Promise: the text reads back as the same facts. */
#pragma once

#include "compiler/sema/program.h"
#include "runtime/proof/expect.h"
#include "vm/base/buf.h"

/* "up.ask = 52c" */
void fact_put(const Program *p, const Fact *f, Buf *out);
void happening_put(const Program *p, const Happening *h, Buf *out);
/* "after 1s", "after 90m", "after 250ms" without what follows. */
void row_time_put(int64_t at_us, Buf *out);
/* "expect buy $50 of up at 52c  expect skip NO_ENTRY": all orders of a row; `nothing` when there is none. */
void expectations_put(const Program *p, const RowEffects *effects, Buf *out);
