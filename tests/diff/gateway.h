/* gateway.h — the instant fill once more, in front of the engine: orders out, answers in.
 *
 * Independent of runtime/engine/instant.c and of the reference; the protocol is that of
 * docs/decisions/0001, 18: cancels are answered first, then orders in their order, what rests is tried
 * at each tick of its market.  Promise: keeps every effect the engine sent, ledger rows excepted. */
#pragma once

#include "runtime/engine/effect.h"
#include "runtime/engine/event.h"
#include "runtime/market/rules.h"
#include "vm/base/arena.h"
#include "vm/image.h"

typedef struct EffectList {
    Effect *items;
    size_t count, cap;
} EffectList;

/* What stays the same of a run. */
typedef struct GatewaySetup {
    const Image *image;
    const double *params;     /* or NULL */
    const MarketRules *rules; /* one a market and one more */
    int64_t cash_micros, start_us;
    bool has_heartbeat, stops_on_promise;
    uint8_t sell_from;
    size_t snapshot_after; /* stop and go on from a snapshot after so many events; 0: never */
    bool uses_instant;     /* runtime/engine/instant.h answers instead of this file */
} GatewaySetup;

/* The project's defaults, which the reference gets as well. */
typedef struct GatewayBounds {
    int64_t market_micros, exit_micros;
    double market_ratio, exit_ratio;
} GatewayBounds;
GatewayBounds gateway_bounds(const Image *image);

/* Runs the events through a new engine, answers its orders, and returns its effects; *ret_why is set
 * when the engine's books do not add up. */
EffectList gateway_run(const GatewaySetup *setup, const Event *events, size_t count, Arena *arena,
                       const char **ret_why);
