/* fills.h — how `odx run` fills orders: instantly, or by the matcher under the venues' rules of the day.
 *
 * In: --fill, --latency, --jitter, --seed, --receipt.  Out: a matcher in the replay, fills and fees
 * counted, the receipt as JSON.  Promise: a venue whose rules are not known, or whose fees cannot be
 * modelled, is refused by name before anything runs. */
#pragma once

#include "runtime/backtest/replay.h"
#include "runtime/cli/cli.h"
#include "runtime/matcher/gate.h"

typedef struct Fills {
    bool has_matcher;
    Gate *gate; /* from fills_begin on */
    MatcherConfig config;
    MarketRules *rules; /* at the first tick: one a market, one more for those of leaders */
    int64_t latency_ms, jitter_ms;
    uint64_t count;
    int64_t fees_micros;
} Fills;

/* What the options say; EXIT_CLEAN, or the code to leave with after saying why. */
int fills_options(Cli *cli, Fills *f);
/* The rules of the image's markets at that instant. */
Status fills_rules(Fills *f, const Image *image, int64_t ts_us, Arena *arena, Err *err);
/* Puts the matcher in; counts from now on. False when memory ends. */
bool fills_begin(Fills *f, const Image *image, Replay *replay, Arena *arena);
int fills_receipt(Cli *cli, const Fills *f);
