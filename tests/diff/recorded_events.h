/* recorded_events.h — a recording as the events that a run over it sees, for tests that otherwise make events up.
 *
 * In: a CSV of recorded ticks, how many of its rows.  Out: slots, ticks and results of one market, in the order of
 * the merger (runtime/backtest/replay.h).  Promise: the same file and seed give the same events. */
#pragma once

#include "tests/generate/market.h"
#include "vm/base/err.h"
#include "vm/image.h"

/* Of about `count` rows that begin with a slot, somewhere in the file by the seed; all of them when there are no
 * more.  False with a sentence when the file has no ticks; no events when the image trades anything but one market
 * with slots. */
bool recorded_events(const char *path, const Image *image, uint64_t seed, size_t count,
                     GenEvents *ret, Arena *arena, Err *err);
