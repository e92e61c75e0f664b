/* rows.h — random rows for tests of tapes: markets as they are, and rows as nobody would record them. */
#pragma once

#include "runtime/market/rows.h"
#include "vm/base/rng.h"

enum { ROWS_MARKET, ROWS_TWO_BOOKS, ROWS_SPOT, ROWS_ODD, ROWS_WILD, ROWS_STYLES };

/* Fills `count` rows in time order from a seed; equal seeds, equal rows. */
void rows_make(TickRow *rows, uint32_t count, int style, uint64_t seed);
