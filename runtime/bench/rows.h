/* rows.h — the anchor's ticks as recorded rows with sizes in the books, for benches of backtests.
 *
 * In July 2026, when there are fees and a delay; each slot has a result.  Promise: same count, same rows. */
#pragma once

#include "runtime/market/rows.h"
#include "vm/base/arena.h"

/* False when memory ends. */
bool bench_rows(Arena *arena, uint32_t ticks, MarketRows *ret);
