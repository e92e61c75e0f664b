/* stage.h — a strategy on a stage: text compiled, a script of events played, effects written down.
 *
 * A script is one step a line or behind `;`.  Times are seconds from Monday 00:00 UTC, prices cents,
 * `-` is unknown; M a market's number, K a token's:
 *   open M T | close M T | resolve M T START WINNER      START: seconds of the slot's opening; WINNER 0 1 -1
 *   tick M T BID ASK [BID ASK]                           outcome 0, then outcome 1
 *   spot M T BID ASK SPOT                                the same with the underlying's price
 *   fill T K buy|sell SHARES PRICE [FEE]                 not of an order of ours
 *   part T ORDER SHARES PRICE [sell] | state T ORDER NAME | reject T ORDER | fillstate T FILL NAME
 *   feed N T VALUE | trade N T buy|sell K SHARES PRICE | start T | clock T | pause T | resume T | beat M T
 *   restart                                              snapshot, new engine, restore
 *   show K                                               writes down a position and the cash
 * After every event the ledger must equal the balances, and the engine is asked what would wake it.  Ledger rows are not written down. */
#pragma once

#include "runtime/engine/instant.h"
#include "vm/base/buf.h"

enum {
    STAGE_HOLD = 1,
    STAGE_RESTARTS = 2,
    STAGE_SHOWS = 4,
    STAGE_PROMISES = 8,
    STAGE_BEATS = 16,
    STAGE_SMALL = 32,
    STAGE_ALONE = 64 /* nobody answers: fills and states are those of the script, cancels too */
};

typedef struct Stage {
    Arena *arena;
    const Image *image;
    Engine *engine;
    Instant *gateway;
    EngineConfig config;
    Buf log;
    uint64_t flags;
} Stage;

#define STAGE_START_US (INT64_C(4) * 86400 * 1000000) /* a Monday */

/* False, with a failed check, when the text does not compile. */
bool stage_open(Stage *s, const char *text, uint64_t flags);
void stage_play(Stage *s, const char *script);
/* Opens, plays (STAGE_RESTARTS: with a restart after every step) and compares what was written down with `want`. */
void stage_check(const char *text, uint64_t flags, const char *script, const char *want);
