/* ticks_write.h — rows as CSV again: what the readers of CSV make the same rows of.
 *
 * In: rows, and which columns (bit TapeColumnId) are wanted.  Out: text.  Promise: ticks_parse of it gives
 * equal rows, bit for bit. */
#pragma once

#include "runtime/market/tape_block.h"
#include "vm/base/buf.h"

/* The line of names; `symbol` "" leaves that column out. */
void ticks_put_names(uint64_t columns, Span symbol, Buf *out);
void ticks_put_row(const TickRow *row, uint64_t columns, Span symbol, Buf *out);
