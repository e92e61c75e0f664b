/* state.h — what an Engine consists of; private to the room and its unit tests.
 *
 * Markets hold what the venue said, tokens what the wallet has of it, accounts the money, Orders what
 * is on its way.  Everything a snapshot must carry is named in snapshot.c; the rest (links, tallies)
 * is derived at engine_new or after a restore. */
#pragma once

#include "runtime/engine/account.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/order.h"
#include "runtime/engine/quiet.h"
#include "runtime/market/feature.h"
#include "vm/base/date.h"

enum {
    CODE_INDICES = 32,
    CLOSED_MAX = 128,
    GROUPS_MAX = 64,
    WAITING_MAX = 64,
    LEGS_MAX = 16,
    PINS_MAX = 64,
    NO_LEADER = 255
};
#define FOREVER INT64_MAX
#define SECOND_US INT64_C(1000000)

/* Shares of a slot that has closed and not yet resolved; by position in MarketRun.tokens. */
typedef struct ClosedSlot {
    int64_t slot_start_us;
    int64_t realised_micros;
    Position *held;
    int64_t *mark_micros;
    int64_t *leader_cost; /* by leader, all tokens */
} ClosedSlot;

typedef struct MarketRun {
    uint8_t id, kind; /* MarketKind */
    bool is_open;     /* orders are taken */
    bool is_stale, has_slot;
    const VmRules *rules_of_tick; /* NULL: none */
    /* its ticks run rules and exits, but no shows, sets, promises or values of limits */
    bool is_plain;
    MarketRules rules;
    FeaturePlan plan;
    FeatureState feature;
    int64_t slot_start_us, slot_us;
    int64_t closes_at_us;                           /* markets without slots; MICROS_UNKNOWN */
    int64_t stale_after_us, stale_at_us;            /* FOREVER: never */
    uint64_t tick_clock, slot_clock, resolve_clock; /* their bits in event clocks */
    int32_t *tokens;
    uint32_t token_count;
    int64_t realised_micros; /* of the slot, minus fees */
    int64_t slot_trades, run_trades;
    int64_t exit_us, loss_us; /* last reduction, last one at a loss; INT64_MIN: never */
    ClosedSlot *closed;       /* oldest first */
    uint32_t closed_count;
    Room closed_room;
    bool has_closed_news; /* one of them has changed since its tokens' tallies */
    /* tallies */
    bool has_position;
    int64_t resting_micros; /* worst cost of entries on their way, in the current slot */
    int64_t stray_micros;   /* ... of entries of slots gone by */
    int64_t filled_us;      /* no fill that is remembered belongs to a later slot */
} MarketRun;

typedef struct TokenRun {
    uint8_t market, outcome, account; /* outcome: place in the book, 0 or 1 */
    bool is_margined, has_coins;
    Position held;
    uint64_t exit_order;  /* the outstanding exit or close; 0 none */
    int64_t *leader_cost; /* by leader: what orders from its events hold here */
    TokenBook book;
    double *fields; /* its HELD_FIELDS of Engine.held */
    /* tallies */
    /* in unfilled reductions and those that wait: [0] what buys back, [1] what sells */
    int64_t leaving_micros[2];
    int64_t cancelling_micros[2]; /* of these, in orders whose cancel went out before this event */
    int64_t closed_value, closed_cost; /* in closed slots: what it is worth and has cost */
    /* a position of this size and cost has no exit to look for ... */
    int64_t quiet_size, quiet_cost;
    int64_t quiet_low, quiet_high; /* ... while the touched price lies between these two */
} TokenRun;

typedef struct FeedRun {
    int64_t stale_after_us, stale_at_us;
    uint64_t clock;
} FeedRun;

typedef struct PeriodRun { /* a clock of `every`, or the account clock */
    uint64_t clock;
    int64_t period_us, next_us;
    bool samples; /* equity is sampled at its instants */
} PeriodRun;

typedef struct Leg {
    int32_t token;
    bool is_sell, is_entry;
    int64_t size_micros, filled_micros;
} Leg;

typedef struct GroupRun { /* a `together` on its way */
    bool is_live, unwinds;
    uint16_t rule, group, leg_count;
    int64_t deadline_us;
    uint64_t serial; /* of equal deadlines the older group comes first */
    Leg legs[LEGS_MAX];
} GroupRun;

typedef struct Waiting { /* a reduction that waits for cancels to be answered (waiting.h) */
    Order order;         /* as it would go out, but for its id */
    /* what its effect says beyond the order: of sets, token is the market */
    int32_t token;
    bool is_close, has_good_for;
    bool has_said; /* that there was no room for it */
    uint8_t size_unit;
    int64_t good_for_us, written_micros;
    uint64_t event; /* by event_count: it is of this event */
} Waiting;

typedef struct LimitRun { /* what a limit row remembers */
    int64_t window;       /* of the calendar; INT64_MIN: none yet */
    int64_t count;        /* max trades */
    int64_t baseline;     /* max loss: first equity of the window */
    int64_t by_leader[MAX_LEADERS];
} LimitRun;

typedef struct Link { /* one wallet or time value somebody reads */
    uint8_t field, market;
    uint16_t index;
    double *to;
    const double *from;         /* copied as it is; NULL: computed */
    const struct MarketRun *of; /* time values: whose */
} Link;

typedef struct LinkList {
    Link *items;
    uint32_t count;
} LinkList;

typedef struct Pin {
    uint16_t input;
    double value;
} Pin;

/* Which parts have code for one event. */
typedef struct Code {
    const VmRules *rules; /* NULL: none */
    bool has_shows;
} Code;

/* What one wallet-wide number is, by account + 1 and [0] for all together. */
typedef struct Sampled {
    int64_t equity_micros, peak_micros;
    double cash, equity, exposure, drawdown; /* as fields */
} Sampled;

struct Engine {
    EngineConfig config;
    const Image *image;
    Vm *vm;
    VmWallet *wallet;
    VmOut out;
    EffectSink sink; /* of the event being applied */

    int64_t now_us;
    uint64_t event_count; /* evaluated events */
    uint64_t fill_count;
    int64_t due_us;  /* something may happen by itself then, and nothing does before */
    int64_t rest_us; /* ... without the staleness of the first market */
    int64_t day_end_us;
    int64_t sampled_us; /* of the latest equity sample */
    int64_t start_equity_micros;
    bool is_paused, is_promise_broken;

    MarketRun *markets;
    uint32_t market_count, static_markets;
    TokenRun *tokens;
    uint32_t token_count, static_tokens, dynamic_tokens; /* the rest: shares only splits make */
    uint32_t leader_count;
    Account *accounts;
    Sampled *sampled;
    uint32_t account_count;
    Purse *purse; /* NULL: the wallet is this engine's alone */
    FeedRun *feeds;
    uint32_t feed_count;
    PeriodRun *periods;
    uint32_t period_count;
    Orders orders;
    FillRecord *fills; /* by number modulo the room */
    Ended *ended;      /* by order id modulo the room */
    uint64_t *quotes;  /* order by quote * 2 + (0 bid, 1 ask); 0 none */
    GroupRun *groups;
    LimitRun *limits;
    Room fill_room, ended_room, group_room, pin_room;
    Arena *grows; /* NULL: all rooms were taken at once */

    /* links */
    double *event_fields; /* by input row */
    LinkList event_links, wallet_links, feed_links;
    LinkList progress_links, time_links; /* slot.progress, which most strategies read; the rest */
    const TokenBook **books;
    double *held;                   /* HELD_FIELDS a token */
    double *slot_pnl, *slot_trades; /* by market, as fields */
    Pin *pins;
    uint32_t pin_count;
    uint64_t fill_clocks, reject_clock, start_clock;
    uint64_t leader_clocks[MAX_LEADERS];
    uint64_t exit_clocks; /* instants beside ticks at which exits look */
    Code *code;           /* of kinds and their indices, in order: code_of */
    uint16_t code_first[EV_KINDS + 1];
    bool has_promises;   /* PROBE code is there and wanted */
    bool has_states;     /* `set` has something to set */
    bool has_tick_shows; /* some market's ticks write shows */
    bool has_values;     /* code hands over values of limits, shows or probes */
    bool has_marks;      /* somebody reads what depends on marks */

    /* of the event being applied */
    VmEvent event;
    uint8_t leader; /* whose event it is, NO_LEADER */
    bool wallet_dirty, has_limits;
    uint8_t *touched;             /* by token: an exit or close of this event touches it */
    bool has_touched;             /* some token is */
    bool has_leaving;             /* some order's cancel went out in this event */
    KnownShared known_boundaries; /* quiet.h */
    uint64_t first_new;           /* orders from this id on are of this event */
    uint32_t live_groups;
    uint32_t waiting_count;
    Waiting *waiting; /* reductions, oldest first */
    Room waiting_room;
};

static inline const Code *code_of(const Engine *e, EventKind kind, uint16_t index)
{
    static const Code nothing = {NULL, false};
    uint32_t at = (uint32_t)e->code_first[kind] + index;

    return at < e->code_first[kind + 1] ? &e->code[at] : &nothing;
}

static inline TokenRun *token_of(const Engine *e, int32_t token)
{
    return token >= 0 && (uint32_t)token < e->token_count ? &e->tokens[token] : NULL;
}

static inline MarketRun *market_of_token(const Engine *e, const TokenRun *t)
{
    return &e->markets[t->market];
}

static inline int64_t sat_add(int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static inline int64_t abs_i64(int64_t x)
{
    return x < 0 ? -x : x;
}

/* A number of an operand that is a constant or param. */
double engine_operand(const Engine *e, uint16_t operand);
