/* sweep_wallet.h — one variant's wallet without an engine; private to the room.
 *
 * It is walked over a stretch of ticks: from edge to edge of its rules, and to prices at which an exit goes
 * out.  Orders fill at the touched side or die, as the instant fill has it.  What it cannot do itself it
 * leaves to an engine from the beginning (is_left).  Promise: its effects are the engine's, in order. */
#pragma once

#include "runtime/engine/limits.h"
#include "runtime/engine/sweep_plan.h"
#include "vm/bitmaps.h"

enum { SWEEP_CLOSED = 16, TICKET_CACHE = 256 };

typedef struct SweepClosed { /* shares of a slot that waits to be resolved */
    int64_t slot_start_us;
    Position held[PLAN_TOKENS];
} SweepClosed;

typedef struct SweepCount { /* of a limit on trades, by calendar */
    int64_t window, count;
} SweepCount;

typedef struct SweepWallet {
    uint32_t variant;
    bool is_left; /* an engine must do it all */
    uint64_t last_id, fills, effects;
    uint64_t skips, orders[BECAUSE_COUNT];
    Account account;
    int64_t most_trades; /* a slot, then every entry is refused */
    int64_t slot_trades, run_trades, exit_us, loss_us;
    uint32_t holdings; /* tokens of which something is held, as bits */
    struct {
        Position held;
        int64_t low, high; /* prices between which no exit goes out */
    } tokens[PLAN_TOKENS];
    SweepClosed *closed; /* oldest first */
    uint32_t closed_count;
    SweepCount *counts; /* by limit of the plan */
    SweepNumbers numbers;
    uint16_t *edges; /* by rule of the plan: which edges of the bitmaps */
    uint16_t
        *tickets; /* by action of the plan: equal ones have equal tickets; NO_TICKET: not kept */
} SweepWallet;
enum { NO_TICKET = 0xFFFF };

/* What of the market all wallets see alike. */
typedef struct SweepGround {
    bool is_open, has_slot;
    int64_t slot_start_us, now_us;
} SweepGround;

typedef struct SweepTicket { /* what a buy comes to at a tick */
    uint32_t tick;
    uint16_t action;
    Ticket ticket;
} SweepTicket;

typedef struct SweepBook { /* of the ticks */
    const int64_t *bid[OUTCOMES], *bid_size[OUTCOMES], *ask[OUTCOMES], *ask_size[OUTCOMES];
    int64_t *low[OUTCOMES], *high[OUTCOMES]; /* of each 64 bids; NULL without bids */
} SweepBook;

typedef struct SweepOrder { /* sent at this tick */
    uint64_t id;
    int32_t token;
    bool is_sell, is_market, is_entry, is_all_or_nothing;
    int64_t size_micros, price_micros, worst_micros;
} SweepOrder;

typedef struct SweepWalk {
    const SweepPlan *plan;
    const TickColumns *ticks;
    const Kernels *kernels;
    const Bitmaps *bits;
    SweepBook book;
    SweepTicket *cache; /* TICKET_CACHE of them */
    SweepGround ground;
    SweepWallet *w;
    EffectSink sink; /* NULL: tallies alone */
    Posting posting; /* without a sink: of the wallet */
    /* the present tick */
    uint32_t tick;
    int64_t bid[OUTCOMES], ask[OUTCOMES];
    const uint16_t *edges[PLAN_RULES]; /* by rule: where it fires next, behind `base` */
    uint32_t base;
    bool touched[PLAN_TOKENS], leaving[PLAN_TOKENS];
    SweepOrder orders[PLAN_ACTIONS + PLAN_TOKENS];
    uint32_t order_count;
} SweepWalk;

bool sweep_book(SweepBook *b, const TickColumns *ticks, const Kernels *k, Arena *arena);
void sweep_ground(SweepGround *g);
void sweep_wallet(SweepWallet *w, const SweepPlan *plan, int64_t cash_micros);
/* The walk goes on with this wallet, at the begin of a stretch. */
void sweep_begin(SweepWalk *s, SweepWallet *w, const SweepGround *ground);
/* An event other than a tick of the market happens to wallet and ground. */
void sweep_event(SweepWalk *s, const Event *ev);
/* Ticks from .. to of the stretch whose edges have been found. */
void sweep_ticks(SweepWalk *s, uint32_t from, uint32_t to);

/* ---- at one tick --------------------------------------------------------------------------------- */

/* A tick at which a rule fires or an exit may go out. */
void sweep_tick(SweepWalk *s, uint32_t tick);
/* Where rows of a booking go; most of its time would be theirs when nobody takes them. */
Posting *sweep_posting(SweepWalk *s, int32_t token, uint64_t order);
/* Of a token, what is not on its way out. */
int64_t sweep_left(const SweepWalk *s, int32_t token);
/* May an entry be sent that costs at most `worst`?  Whoever sends it counts it. */
Verdict sweep_check(const SweepWalk *s, int64_t worst);
void sweep_count_trade(SweepWalk *s);
