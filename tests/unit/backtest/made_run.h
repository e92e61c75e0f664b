/* made_run.h — what a backtest of a test runs on: a strategy from its text, slots made up from a seed.
 *
 * Everything lives in the arena.  Promise: the same seed makes the same rows. */
#pragma once

#include "runtime/market/rows.h"
#include "runtime/market/synth.h"
#include "vm/image.h"

/* NULL, and a failed check, when it does not compile. */
const Image *made_image(const char *text, Arena *arena);
/* That many slots one behind the other, all resolved. */
MarketRows made_rows(const SynthOptions *how, uint32_t slots, Arena *arena);
