/* inside.h — the private state of the naive evaluator, shared by its files.
 *
 * Every list is append-only and starts at the last restart; nothing is overwritten in a ring. */
#pragma once

#include "tests/reference/reference.h"
#include "vm/base/num.h"

#define REF_NONE 0xFFFF
#define REF_SKIP 0xFF
#define MICRO 1000000
/* As much as is remembered or may be open at once (docs/decisions/0003, 37 and 46). */
#define REF_FILLS 1024
#define REF_ORDERS 1024
#define REF_GROUPS 64
#define REF_LEGS 16
#define REF_WAITING 64
#define REF_SLOTS 128

/* A set of clocks, by kind. */
typedef struct RefClocks {
    uint32_t ticks, feeds, leaders, resolves;
    uint64_t every; /* bits of Ref.periods */
    bool fill, account;
} RefClocks;

typedef struct RefMemory { /* of one expression with memory */
    double *x, *y;         /* inputs at its instants since the restart */
    int64_t *t;
    uint32_t count, cap;
    double out;
    uint64_t advanced; /* event stamp of the last advance */
    bool is_true_since, was_true;
    int64_t since_us, last_true_us;
    double last_volume; /* VWAP */
} RefMemory;

typedef struct RefBook {
    int64_t bid[BOOK_LEVELS], bid_size[BOOK_LEVELS], ask[BOOK_LEVELS], ask_size[BOOK_LEVELS];
    double mid, spread, size_ratio;
} RefBook;

typedef struct RefMarket {
    bool has_tick, is_stale, is_closed, has_slot, has_left, is_resolved;
    int64_t last_tick_us, slot_start_us, slot_us, closes_at_us;
    uint32_t first_sample; /* of equity: at its `slot open`, or the next one after */
    RefBook book[2];
    int64_t mark_bid[2], mark_ask[2]; /* the last known ones */
    double spot, spot_open, move, abs_move, mark, funding;
    int64_t volume, liquidity, funding_in;
} RefMarket;

typedef struct RefFeed {
    bool has_value, is_stale;
    double value;
    int64_t last_us;
} RefFeed;

typedef struct RefPosition { /* of one token */
    int64_t size, cost;      /* size < 0: short */
    int64_t first_fill_us, highest_bid, lowest_ask;
    bool is_fresh; /* an entry filled since the last tick */
} RefPosition;

typedef struct RefClosed { /* shares of a closed slot, until it resolves */
    uint8_t market;
    int64_t slot_start_us, realised;
    int64_t *size, *cost, *mark; /* by token */
    int64_t *leader_cost;        /* by leader */
    bool is_paid, has_history;
} RefClosed;

typedef struct RefFill { /* one that was taken in; its number is its place in the list, from 1 */
    int32_t token;
    bool is_sell;
    uint8_t state;
    int64_t price, size, fee, slot_start_us;
    int64_t opened; /* how much of it made the position larger */
} RefFill;

typedef struct RefOrder {
    uint64_t id;
    bool has_left; /* the slot it belongs to is over */
    int32_t token;
    bool is_sell, is_live, is_tried, is_exit, is_entry, is_immediate, is_whole, is_post_only;
    bool is_quote, was_filled, is_sets, is_cancelling, is_market;
    uint64_t cancelled_in; /* event stamp */
    int64_t size, filled, price, sent_us, expires_us, worst_cost;
    uint16_t rule, action;
    uint8_t side; /* of a quote: 0 bid, 1 ask */
    int32_t group_run, leader;
} RefOrder;

typedef struct Draft { /* an order before it is sent */
    RefOrder o;
    const Action *action;
    int64_t written;
    bool is_market, is_close, is_unknown;
    uint16_t group;
    uint8_t size_unit, modifiers;
    int64_t good_for_us;
    Because because;
} Draft;

typedef struct RefWaiting { /* a reduction that waits for cancels to be answered */
    Draft draft;
    uint64_t since; /* event stamp */
    bool has_said;  /* that there was no room for it */
} RefWaiting;

typedef struct RefGroupRun { /* one `together` that was sent */
    bool is_done, unwind;
    int64_t deadline_us;
    uint16_t rule, group;
} RefGroupRun;

typedef struct RefEntry { /* an accepted entry */
    int64_t ts_us, slot_start_us;
    uint8_t market;
} RefEntry;

typedef struct RefSample {
    int64_t ts_us, equity;
} RefSample;

typedef struct RefIntent {
    uint8_t kind; /* ActionKind, or REF_SKIP: a require failed */
    bool is_unknown;
    uint16_t reason;
    bool is_sell, is_bid; /* quote side */
    bool is_withdrawn;
    uint16_t rule, action;
    int32_t token, market, group;
    double size, price, within, good_for, refresh;
    bool has_within, has_price;
    int32_t leader;
} RefIntent;

typedef struct RefState {
    double value, next;
    bool is_set, has_next;
} RefState;

/* The event being processed. */
typedef struct RefNow {
    const Event *event;
    uint8_t kind;
    int32_t index; /* market, feed, leader, token */
    int64_t ts_us;
    RefClocks clocks; /* which clocks have an instant now */
    uint32_t stale_markets, stale_feeds;
} RefNow;

#define REF_LIST(Type, name) \
    Type *name;              \
    uint32_t name##_count, name##_cap

struct Ref {
    const Program *p;
    RefConfig config;
    Arena *arena;
    /* facts of the program */
    double *params;
    int64_t periods[64];
    uint64_t used_periods; /* bits: of what the program reads; the others make no events */
    uint32_t period_count;
    RefClocks *clocks;      /* by expression */
    uint32_t *mentions;     /* markets, by expression */
    uint32_t *slot_lived;   /* markets at whose slot open it restarts, by expression */
    bool *is_used;          /* by expression: something that acts, shows or promises reads it */
    bool has_account_clock; /* equity is sampled every second */
    bool is_account_event;  /* ... and that is an instant of some expression */
    /* values */
    RefMemory *memory; /* by expression */
    double *memo;
    uint64_t *memo_stamp;
    uint64_t stamp, event_stamp;
    bool is_frozen; /* promises: nothing advances */
    RefNow now;
    RefMarket *markets;
    RefFeed *feeds;
    RefState *states;
    int64_t day;
    const struct RefClosed *resolved;
    /* wallet */
    RefPosition *positions;        /* by token */
    int64_t *cash;                 /* by account */
    int64_t *equity, *equity_high; /* by account, then of all: the sample */
    int64_t *held_cash;            /* by account: free cash as of the event, before it acted */
    uint32_t held_entries;         /* accepted before this event */
    uint32_t account_count;
    bool is_promise_broken, is_paused;
    int64_t *realised;                    /* by market: of the running slot */
    int64_t *last_exit_us, *last_loss_us; /* by market */
    int64_t *leader_cost;                 /* token * leaders + leader */
    REF_LIST(RefClosed, closed);
    REF_LIST(RefSample, samples);
    REF_LIST(RefEntry, entries);
    REF_LIST(RefOrder, orders);
    REF_LIST(RefWaiting, waiting);
    REF_LIST(RefGroupRun, group_runs);
    REF_LIST(RefFill, fills);
    REF_LIST(RefIntent, intents);
    uint32_t *exit_tokens; /* by token: an exit or close of this event touches it */
    int64_t *sold;         /* by token: reductions accepted in this event */
    bool *is_armed;        /* by rule */
    int64_t boundary_done_us;
    uint32_t event_count;
    bool gave_up;
    REF_LIST(Effect, out);
    uint32_t kinds[EV_KINDS], exits[BECAUSE_COUNT];
};

/* Room for one more item at the end of a list of the run. */
#define REF_PUSH(r, Type, name)                                                           \
    ((r)->name = (Type *)ref_grow((r)->arena, (r)->name, sizeof(Type), (r)->name##_count, \
                                  &(r)->name##_cap),                                      \
     &(r)->name[(r)->name##_count++])
void *ref_grow(Arena *arena, void *items, size_t item_size, uint32_t count, uint32_t *cap);

/* values.c */
typedef enum RefOwner {
    OWNER_NONE,
    OWNER_TOKEN,
    OWNER_HELD,
    OWNER_MARKET,
    OWNER_TIME,
    OWNER_MSLOT,
    OWNER_WALLET,
    OWNER_INSTR,
    OWNER_HINSTR,
    OWNER_FILL,
    OWNER_TRADE,
    OWNER_RESOLVE,
    OWNER_FEED
} RefOwner;
RefOwner ref_field_owner(uint32_t field);
bool ref_field_is_slot(uint32_t field);
double ref_value(Ref *r, const Expr *e);
double ref_micros(int64_t micros); /* as a number; MICROS_UNKNOWN: unknown */
double ref_grid(double x);         /* on the money grid */
int64_t ref_to_micros(double x);   /* known x: rounded half to even; too large: MICROS_UNKNOWN */
int64_t ref_to_us(double seconds);
bool ref_is_money(const Type *t);

/* fields.c */
double ref_field(Ref *r, uint32_t field, uint32_t market, uint32_t index);
double ref_book_function(Ref *r, const Expr *e);

/* indicators.c */
double ref_indicator(Ref *r, const Expr *e, RefMemory *m);
void ref_restart(RefMemory *m);
void ref_remember(Ref *r, RefMemory *m, double x, double y);

/* instants.c */
void ref_instants_init(Ref *r);
bool ref_is_instant(const RefClocks *of, const RefClocks *now);
bool ref_is_empty(const RefClocks *c);
int64_t ref_next_boundary(const Ref *r, int64_t after_us);
RefClocks ref_boundary_clocks(const Ref *r, int64_t ts_us);
uint32_t ref_rule_mentions(const Ref *r, const Rule *rule);
bool ref_token_market(const Ref *r, const Expr *e, uint32_t *ret_markets);

/* wallet.c */
void ref_take_fill(Ref *r, const RefFill *f, int32_t leader);
void ref_adopt_fills(Ref *r, uint32_t market);
int64_t ref_uncertain(const Ref *r, int32_t token); /* bought, but may not be sold yet */
uint32_t ref_waiting_slots(const Ref *r, uint32_t market);
void ref_fill_state(Ref *r, uint64_t number, uint8_t state);
void ref_sample_equity(Ref *r);
int64_t ref_position_value(const Ref *r, int32_t token);
int64_t ref_total_equity(const Ref *r);
void ref_slot_leaves(Ref *r, uint32_t market);
void ref_resolve(Ref *r, uint32_t market, int64_t slot_start_us, int8_t winner);
double ref_entry_price(const RefPosition *pos);
bool ref_is_debt(const Ref *r, int32_t token); /* owed, after failed fills: no position */
int64_t ref_reserved(const Ref *r, uint32_t account);
int64_t ref_slot_pnl(const Ref *r, uint32_t market);
int64_t ref_notional(int64_t size, int64_t price);
int64_t ref_notional_up(int64_t size, int64_t price);
void ref_book_sets(Ref *r, uint32_t market, bool is_merge, int64_t size);

/* orders.c */
void ref_settle(Ref *r);
void ref_expire(Ref *r, int64_t ts_us);
void ref_gateway(Ref *r, bool is_tick, uint32_t market);
int64_t ref_left(const Ref *r, int32_t token);
bool ref_counts(const Ref *r, const RefOrder *o);
bool ref_has_exit(const Ref *r, int32_t token);
void ref_cancel(Ref *r, RefOrder *o, Because because, uint16_t rule, uint16_t action);
void ref_skip(Ref *r, uint16_t rule, uint16_t action, uint16_t reason, bool is_unknown,
              int32_t token);
Effect *ref_effect(Ref *r, EffectKind kind);
void ref_send_exit(Ref *r, int32_t token, Because because, int64_t size);
void ref_unwind(Ref *r, RefGroupRun *g);
void ref_send_waiting(Ref *r);
void ref_waiting_ends(Ref *r, uint32_t market);

/* limits.c */
int64_t ref_slot_start(const Ref *r, uint32_t market);
typedef struct RefWant { /* an entry on its way through the limits */
    int32_t token;
    int64_t worst_cost;
    bool is_counted; /* its together has been counted already */
    int32_t leader;
} RefWant;
uint16_t ref_check_limits(Ref *r, const RefWant *w, bool *ret_unknown);

/* exits.c */
void ref_exits(Ref *r);

/* rules.c */
void ref_rules(Ref *r);

/* reference.c */
void ref_process(Ref *r, const RefNow *now);
