/* engine.h — engine_apply(): event in, effects out.  A pure function over its own state.
 *
 * Single-wallet scalar driver: one verified image, one instance, one wallet.  Runs language part 3.4
 * step by step.  Orders leave as effects; the gateway (instant fill, matcher, venue) answers with
 * order, fill and reject events; the engine cannot tell which it was.
 * Promise: no clock, no I/O, no randomness; no allocation after engine_new, but for the tables of a small
 * engine, which grow up to the same bounds. */
#pragma once

#include "runtime/engine/effect.h"
#include "runtime/engine/event.h"
#include "runtime/market/rules.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/vm.h"

#define ENGINE_VERSION "0.1.0"

typedef struct Engine Engine;
/* One wallet's money in several engines: each runs one strategy of the wallet.  Cash, equity, exposure and what
 * limits make of them are the wallet's; positions, orders and counts are each engine's own. */
typedef struct Purse Purse;

typedef struct EngineConfig {
    const Image *image;
    const double *params;     /* by param row, or NULL for defaults */
    const MarketRules *rules; /* one a market (and one for dynamic markets at the end) */
    int64_t cash_micros;      /* of each account */
    int64_t start_us;
    int64_t market_bound_micros; /* project default `within` of a market order on shares (50000) */
    double market_bound_ratio;   /* ... on coins (0.01) */
    int64_t exit_bound_micros;   /* of exits and `close` (200000) */
    double exit_bound_ratio;
    bool heartbeat;               /* tests: nothing goes stale unless a fact says so */
    bool has_shows, has_promises; /* run S blocks, PROBE blocks */
    bool stops_on_promise;        /* a broken promise refuses entries from then on (live) */
    bool has_fees;                /* buys that may take also reserve the largest fee */
    uint8_t sell_from; /* FillState from which bought shares may be sold; FILL_MATCHED: at once */
    Purse *purse; /* whose wallet it is; accounts that are in it already get no cash; NULL: alone */
    /* tables start with a few items and grow on engine_new's arena: for many engines */
    bool is_small;
} EngineConfig;

/* For so many engines; NULL when memory ends. */
Purse *purse_new(uint32_t most, Arena *arena);
/* `is` goes on where `was` stopped: a restored one, made without a purse. */
bool purse_replace(Purse *p, const Engine *was, Engine *is);
/* The project's defaults: bounds, $1,000, the rules of a test when `rules` stays NULL. */
EngineConfig engine_config_default(const Image *image);
/* NULL when a param is outside its range or memory ends. */
Engine *engine_new(const EngineConfig *config, Arena *arena);
/* Runs what is due before the event, then the event. */
void engine_apply(Engine *e, const Event *event, EffectSink sink);
/* The earliest instant at which something is due by itself (boundary, staleness, deadline); INT64_MAX
 * when nothing is.  A host that answers orders sends EV_CLOCK then, so that answers come in time. */
int64_t engine_due(const Engine *e);

bool engine_snapshot(const Engine *e, Buf *out);
/* Adopts a snapshot of the same image layout; false, with nothing changed, when it is not one. */
bool engine_restore(Engine *e, Span bytes);

/* ---- markets and tokens beyond the file's own --------------------------------------------------- */

/* Room for so many markets met through leaders, besides the file's own. */
enum { DYNAMIC_MARKETS = 64 };
/* Ids of the `n`-th one and of its tokens, fixed for the life of the engine; -1 beyond the room.  In a
 * file without a market the tests' unnamed market is number 0. */
int32_t engine_dynamic_market(const Engine *e, uint32_t n);
int32_t engine_dynamic_token(const Engine *e, uint32_t n, uint8_t outcome);

/* What a token is a share of; `market` is -1 when there is no such token. Markets from the file's count on
 * were met through leaders; `outcome` is its place in the book, 0 (up, yes) or 1. */
typedef struct TokenView {
    int32_t market;
    uint8_t outcome, account;
} TokenView;
TokenView engine_token_view(const Engine *e, int32_t token);

/* ---- tests: facts ------------------------------------------------------------------------------- */

/* Holds input row `input` at `value` from now on; slot-lived ones until the slot opens. */
void engine_pin(Engine *e, uint32_t input, double value);
/* From now on exactly so much of a token is held, bought at that price, brought in from outside: no
 * event, no cash moves, exits look at the next tick. */
void engine_give(Engine *e, int32_t token, int64_t size_micros, int64_t price_micros);
/* From now on exactly so much cash is in that account, brought in or taken out. */
void engine_give_cash(Engine *e, uint8_t account, int64_t cash_micros);

/* ---- read-only views for tests, shows, why, gateways ------------------------------------------- */
typedef struct PositionView {
    int64_t size_micros, cost_micros; /* held; its cost without fees */
    double entry;                     /* UNKNOWN while flat */
} PositionView;
PositionView engine_position(const Engine *e, int32_t token);
int64_t engine_cash(const Engine *e, uint8_t account);
/* Of now, all accounts, not the sample; without what others in its purse have. */
int64_t engine_equity(const Engine *e);
int64_t
engine_ledger_sum(const Engine *e); /* rows of cash and positions; equals engine_balance_sum */
int64_t engine_balance_sum(const Engine *e); /* cash + cost of positions, closed slots included */
/* The oldest open order for this side of a token, or 0. */
uint64_t engine_open_order(const Engine *e, int32_t token, bool is_sell);
uint32_t engine_open_count(const Engine *e);
uint64_t engine_faults(const Engine *e); /* impossible reports so far */
Vm *engine_vm(Engine *e);
VmWallet *engine_wallet(Engine *e);
const VmOut *engine_out(const Engine *e); /* of the last event: limits, shows, probes */
