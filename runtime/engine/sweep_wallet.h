/* sweep_wallet.h — one variant's wallet without an engine; private to the room.
 *
 * It is walked over a stretch of ticks: from edge to edge of its rules, to prices at which an exit goes out
 * and to instants at which a venue answers.  Orders fill at the touched side or die, as the instant fill has it,
 * or are on their way to the venue until it answers.  What it cannot do itself it leaves to an engine from the
 * beginning (is_left).  Promise: its effects are the engine's, in order. */
#pragma once

#include "runtime/engine/limits.h"
#include "runtime/engine/sweep_plan.h"
#include "vm/bitmaps.h"

enum { SWEEP_CLOSED = 16, TICKET_CACHE = 2 * BITMAP_PLACES, SWEEP_FLYING = 16 };

typedef struct SweepClosed { /* shares of a slot that waits to be resolved */
    int64_t slot_start_us;
    Position held[PLAN_TOKENS];
} SweepClosed;

typedef struct SweepCount { /* of a limit on trades, by calendar */
    int64_t window, count;
} SweepCount;

typedef struct SweepOrder { /* sent, and not answered */
    uint64_t id;
    int32_t token;
    bool is_sell, is_market, is_entry, is_all_or_nothing;
    bool is_exit; /* its token is not left a second time meanwhile */
    uint8_t modifiers;
    int64_t size_micros, price_micros, worst_micros;
    int64_t slot_start_us;
} SweepOrder;

typedef struct SweepWallet {
    uint32_t variant;
    bool is_left; /* an engine must do it all */
    bool is_new;  /* something changed since the venue looked */
    uint32_t flying_count;
    SweepOrder *flying; /* SWEEP_FLYING of them, on their way to the venue; NULL without one */
    int64_t due_us;     /* nothing is answered before; INT64_MAX without a venue */
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
    /* by action of the plan: equal ones have equal tickets; NO_TICKET: not kept */
    uint16_t *tickets;
} SweepWallet;
enum { NO_TICKET = 0xFFFF };

/* What of the market all wallets see alike. */
typedef struct SweepGround {
    bool is_open, has_slot;
    int64_t slot_start_us, now_us;
    uint32_t tick, slot_tick; /* ticks so far; before the slot */
} SweepGround;

typedef struct SweepTicket { /* what a buy comes to at a tick */
    uint32_t tick;
    uint16_t action;
    Ticket ticket;
    int64_t needed_micros;
} SweepTicket;

typedef struct SweepQuote { /* of a tick; a crossed one says nothing about prices */
    int64_t ts_us, bid[OUTCOMES], ask[OUTCOMES];
} SweepQuote;

typedef struct SweepEdges { /* of a rule in the stretch */
    const uint64_t *words;
    uint64_t bits;              /* of the present word, those that are left */
    uint32_t word, place, tick; /* where it fires next; tick: NO_TICK behind the last */
} SweepEdges;

enum { SWEEP_ORDERS = SWEEP_FLYING + PLAN_ACTIONS + PLAN_TOKENS };

typedef struct SweepWalk {
    const SweepPlan *plan;
    const TickColumns *ticks;
    const Kernels *kernels;
    const Bitmaps *bits;
    SweepTicket *cache; /* TICKET_CACHE of them */
    SweepGround ground;
    SweepWallet *w;
    const SweepVenue *venue; /* NULL: orders fill at once */
    EffectSink sink;         /* NULL: tallies alone */
    Posting posting;         /* without a sink: of the wallet */
    /* the present tick */
    uint32_t tick, place; /* place: where rules fire */
    SweepQuote quote;
    SweepEdges edges[PLAN_RULES]; /* by rule: where it fires next */
    const uint32_t *places;       /* by place of the stretch, its tick */
    SweepQuote *quotes;           /* the same: its quote; BITMAP_PLACES of them */
    uint32_t place_words;
    bool touched[PLAN_TOKENS], leaving[PLAN_TOKENS];
    SweepOrder orders[SWEEP_ORDERS]; /* on their way */
    uint32_t order_count;
} SweepWalk;

void sweep_ground(SweepGround *g);
/* An event other than a tick of the market moves it. */
void sweep_move(const SweepPlan *plan, SweepGround *g, const Event *ev);
void sweep_wallet(SweepWallet *w, const SweepPlan *plan, int64_t cash_micros);
/* A place is added to the stretch: its quote is read while its ticks are near. */
void sweep_take_quote(SweepWalk *s, uint32_t place);
/* A stretch has ended, and wallets are walked along it. */
void sweep_stretch(SweepWalk *s);
/* The walk goes on with this wallet, at the begin of a stretch. */
void sweep_begin(SweepWalk *s, SweepWallet *w, const SweepGround *ground);
/* Nothing happens to the wallet before a rule fires: holds, waits for and has on its way nothing.  *ret_place: where
 * the first one does, NO_TICK: none in the stretch. */
bool sweep_is_idle(const SweepWalk *s, uint32_t *ret_place);
/* The walk leaves the wallet, at the end of a stretch. */
void sweep_end(SweepWalk *s);
/* An event other than a tick of the market happens to wallet and ground. */
void sweep_event(SweepWalk *s, const Event *ev);
/* Ticks from .. to of the stretch whose edges have been found; `place`: the first one behind them. */
void sweep_ticks(SweepWalk *s, uint32_t from, uint32_t to, uint32_t place);

/* The rule fires no more where it fires now. */
void sweep_next_edge(const SweepWalk *s, SweepEdges *e);

/* ---- at one tick --------------------------------------------------------------------------------- */

/* A tick at which a rule fires or an exit may go out. */
void sweep_tick(SweepWalk *s, uint32_t tick);
/* Where rows of a booking go; most of its time would be theirs when nobody takes them. */
Posting *sweep_posting(SweepWalk *s, int32_t token, uint64_t order);
/* Of a token, what is not on its way out. */
int64_t sweep_left(const SweepWalk *s, int32_t token);
/* May an entry be sent that costs so much at worst, and wants so much free cash?  Whoever sends it counts it. */
Verdict sweep_check(const SweepWalk *s, int64_t worst_micros, int64_t needed_micros);
void sweep_count_trade(SweepWalk *s);
/* Prices between which no exit goes out, after a booking. */
void sweep_find_band(const SweepWalk *s, uint32_t token);

/* ---- on the way ---------------------------------------------------------------------------------- */

/* Orders from `first` on go to the venue. */
void sweep_fly(SweepWalk *s, uint32_t first);
/* What the venue answers up to then; `seen`: ticks it has seen, `tick`: the first one that is looked at with
 * what changed. */
void sweep_answers(SweepWalk *s, int64_t until_us, uint32_t seen, uint32_t tick);
/* Of token and slot, so much is held now: the venue is told, with the cash. */
void sweep_tell(SweepWalk *s, SweepChange *change);
