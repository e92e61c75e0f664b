/* engine.h — engine_apply(): event in, effects out.  A pure function over its own state.
 *
 * Single-wallet scalar driver: one verified image, one instance, one wallet.  Runs language part 3.4
 * step by step.  Orders leave as effects; the gateway (instant fill, matcher, venue) answers with
 * order, fill and reject events; the engine cannot tell which it was.
 * Promise: no clock, no I/O, no randomness, no allocation after engine_new. */
#pragma once

#include "runtime/engine/effect.h"
#include "runtime/engine/event.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/vm.h"

typedef struct Engine Engine;

/* Venue facts of one market, from dated rules (runtime/market/rules.h) or a test's defaults. */
typedef struct MarketRules {
    int64_t tick_micros, lot_micros, min_size_micros, min_notional_micros;
    double fee_rate, fee_exponent; /* taker fee a share = rate * (p (1 - p)) ^ exponent */
} MarketRules;

typedef struct EngineConfig {
    const Image *image;
    const double *params;          /* by param row, or NULL for defaults */
    const MarketRules *rules;      /* one a market (and one for dynamic markets at the end) */
    int64_t cash_micros;           /* of each account */
    int64_t start_us;
    int64_t market_bound_micros;   /* project default `within` of a market order on shares (50000) */
    double market_bound_ratio;     /* ... on coins (0.01) */
    int64_t exit_bound_micros;     /* of exits (200000) */
    double exit_bound_ratio;
    bool heartbeat;                /* tests: nothing goes stale unless a fact says so */
    bool has_shows, has_promises;  /* run S blocks, PROBE blocks */
} EngineConfig;

Engine *engine_new(const EngineConfig *config, Arena *arena);
/* Runs what is due before the event, then the event. */
void engine_apply(Engine *e, const Event *event, EffectSink sink);
bool engine_snapshot(const Engine *e, Buf *out);
bool engine_restore(Engine *e, Span bytes);

/* ---- read-only views for tests, shows, why, gateways ------------------------------------------- */
typedef struct PositionView {
    int64_t size_micros, cost_micros; /* held; its cost without fees */
    double entry;                     /* UNKNOWN while flat */
} PositionView;
PositionView engine_position(const Engine *e, int32_t token);
int64_t engine_cash(const Engine *e, uint8_t account);
int64_t engine_ledger_sum(const Engine *e); /* must equal cash + cost of positions: double entry */
Vm *engine_vm(Engine *e);
const VmOut *engine_out(const Engine *e);   /* of the last event: limits, shows, probes */
