/* anchor.h — the anchor: one strategy, made-up ticks, and the same rules written by hand in C.
 *
 * The ticks stand in plain columns.  The twin follows part 3 of the language for anchor.odx and for
 * nothing else; it includes no header of the machine or the engine.  Promise: same seed, same ticks;
 * every tick, trade and indicator of the twin can be held against the engine's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/arena.h"

enum { ANCHOR_SLOT_TICKS = 900, ANCHOR_SECOND_US = 1000000 };
/* A slot resolves when this tick of the next one is due. */
enum { ANCHOR_RESOLVE_TICK = 120 };

/* One tick a second; `mid`, `spread` and `move` follow from the other columns (language 2.4.6). */
typedef struct AnchorTicks {
    uint32_t count;
    const int64_t *ts_us, *slot_us; /* of the tick, of its slot's start */
    const int64_t *bid_micros, *ask_micros;
    const double *spot;
    const double *mid, *spread, *move;
} AnchorTicks;

typedef enum AnchorSide { ANCHOR_BUY, ANCHOR_STOP, ANCHOR_TARGET, ANCHOR_PAYOUT } AnchorSide;

typedef struct AnchorTrade {
    uint32_t tick; /* at a payout: the first tick after it */
    uint32_t side; /* AnchorSide */
    int64_t price_micros, size_micros;
} AnchorTrade;

typedef struct AnchorBits { /* of one tick; unknown is the canonical one */
    double quick, calm, heat;
} AnchorBits;

typedef struct AnchorResult {
    AnchorTrade *trades;
    uint32_t count, cap;
    uint64_t skips; /* entries a limit refused */
    int64_t cash_micros;
} AnchorResult;

/* `count` ticks from a fixed seed, and their first prices. */
AnchorTicks anchor_ticks(Arena *arena, uint32_t count);

/* The twin.  Fields are read from their columns, or, in the raw form, worked out from the book and the
 * spot price as the engine does.  `result` comes with room for trades, and cash. */
void anchor_twin(const AnchorTicks *t, AnchorResult *result);
void anchor_twin_raw(const AnchorTicks *t, AnchorResult *result);
/* The same code, which also writes what the indicators are at each tick. */
void anchor_twin_bits(const AnchorTicks *t, AnchorResult *result, AnchorBits *bits);
/* The same rules with averages `across slots`. */
void anchor_twin_across(const AnchorTicks *t, AnchorResult *result);
void anchor_twin_across_raw(const AnchorTicks *t, AnchorResult *result);
void anchor_twin_across_bits(const AnchorTicks *t, AnchorResult *result, AnchorBits *bits);
