/* intents.h — what a strategy may ask for, and the vocabulary around it: kinds of events, clocks,
 * markets, actions, limits, reasons, and the Intent records that one event produces.
 *
 * Plain data, shared by compiler, machine, engine and the naive reference.  Every enum here stands in
 * image files: numbers are frozen, append only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* In the order of events at equal time (language 2.4.4). */
typedef enum EventKind {
    EV_START = 0,
    EV_SLOT_CLOSE = 1, /* index: market */
    EV_SLOT_OPEN = 2,  /* index: market */
    EV_RESOLVE = 3,    /* index: market */
    EV_FILL = 4,
    EV_FILL_STATE = 5,
    EV_ORDER_STATE = 6,
    EV_REJECT = 7,
    EV_LEADER = 8,    /* index: leader * 3 + LeaderVerb */
    EV_TICK = 9,      /* index: market */
    EV_FEED = 10,     /* index: feed */
    EV_BOUNDARY = 11, /* all periods due at one instant are one event */
    EV_COMMAND = 12,
    EV_CLOCK = 13, /* the host's timer: runs what is due, evaluates nothing of its own */
    EV_STALE = 14, /* index: market, or markets + feed; run by the engine at the deadline */
    EV_PROBE = 15, /* after each event, states committed: promises and test probes */
    EV_KINDS
} EventKind;

typedef enum LeaderVerb { LEADER_TRADE = 0, LEADER_SPLIT = 1, LEADER_MERGE = 2 } LeaderVerb;

typedef enum ClockKind {
    CLOCK_TICK = 0,    /* index: market */
    CLOCK_FEED = 1,    /* index: feed */
    CLOCK_LEADER = 2,  /* index: leader; trade, split and merge alike */
    CLOCK_FILL = 3,    /* own fills */
    CLOCK_EVERY = 4,   /* a period */
    CLOCK_ACCOUNT = 5, /* every second and at own fills */
    CLOCK_RESOLVE = 6, /* index: market */
    CLOCK_SLOT = 7,    /* index: market; slot open and close */
    CLOCK_REJECT = 8,
    CLOCK_START = 9,
} ClockKind;

typedef enum MarketKind {
    MARKET_SLOT = 0,   /* up and down, restarts every slot */
    MARKET_BINARY = 1, /* yes and no */
    MARKET_SPOT = 2,
    MARKET_PERP = 3,
} MarketKind;
enum { MARKET_NONE = 255 };

typedef enum StateLife { STATE_RUN = 0, STATE_DAY = 1, STATE_SLOT = 2 } StateLife;
typedef enum RuleKind { RULE_WHEN = 0, RULE_WHILE = 1, RULE_ON = 2 } RuleKind;

typedef enum ActionKind {
    ACT_BUY = 0,
    ACT_SELL = 1,
    ACT_CLOSE = 2,
    ACT_CANCEL = 3,
    ACT_SPLIT = 4,
    ACT_MERGE = 5,
    ACT_SET = 6,
    ACT_ALERT = 7,
    ACT_QUOTE = 8,
} ActionKind;

typedef enum SizeUnit {
    SIZE_NONE = 0,
    SIZE_USD = 1,
    SIZE_SHARES = 2,
    SIZE_COINS = 3,
    SIZE_PART = 4, /* of the position */
    SIZE_ALL = 5,
} SizeUnit;

enum { MOD_POST_ONLY = 1, MOD_ALL_OR_NOTHING = 2, MOD_NOW_OR_NEVER = 4, MOD_GOOD_FOR = 8 };

typedef enum LimitKind {
    LIM_STOP_LOSS = 0,
    LIM_TAKE_PROFIT = 1,
    LIM_TRAILING_STOP = 2,
    LIM_TIME_STOP = 3,
    LIM_EXIT_WHEN = 4,
    LIM_NO_ENTRY = 5,
    LIM_COOLDOWN = 6,
    LIM_MAX_POSITION = 7,
    LIM_MAX_EXPOSURE = 8,
    LIM_MAX_TRADES = 9,
    LIM_MAX_LOSS = 10,
    LIM_MAX_DRAWDOWN = 11,
    LIM_MAX_OPEN = 12,
    LIM_MAX_LEVERAGE = 13,
    LIM_HOLD_RESOLUTION = 14,
    LIM_HOLD_FOREVER = 15,
    LIM_KINDS
} LimitKind;
typedef enum LimitPer {
    PER_NONE = 0,
    PER_SLOT = 1,
    PER_HOUR = 2,
    PER_DAY = 3,
    PER_WEEK = 4,
    PER_MARKET = 5,
    PER_LEADER = 6,
} LimitPer;
typedef enum CooldownAfter { AFTER_EXIT = 0, AFTER_LOSS = 1 } CooldownAfter;

typedef enum ReasonId {
    REASON_NONE = 0,
#define REASON(id, name, sentence) REASON_##name = (id),
#include "vm/reasons.def"
#undef REASON
    REASON_OWN = 64, /* the file's own reasons, in order of first use */
} ReasonId;

typedef enum FieldId {
    FIELD_NONE = 0,
#define FIELD(id, name, ...) FIELD_##name = (id),
#include "vm/fields.def"
#undef FIELD
    FIELD_IDS = 128
} FieldId;

/* What one event made a strategy ask for, before the engine rounds, limits and settles it. */
typedef enum IntentKind {
    INTENT_ORDER,    /* buy or sell: action, token, size, price or bound, good_for */
    INTENT_CLOSE,    /* action, token, price = bound or unknown */
    INTENT_CANCEL,   /* action, token */
    INTENT_SETS,     /* split or merge: action, market in token, size */
    INTENT_QUOTE,    /* action, token; bid, bid_size, ask, ask_size, refresh */
    INTENT_WITHDRAW, /* the quotes of `rule` no longer stand */
    INTENT_ALERT,    /* action */
    INTENT_SKIP,     /* a require failed: reason; is_unknown when its condition was unknown */
    INTENT_LEGS,     /* a together opens: group; price = time allowed in seconds */
    INTENT_LEGE,     /* ... and closes */
} IntentKind;

typedef struct Intent {
    uint8_t kind; /* IntentKind */
    bool is_unknown;
    uint16_t rule, action, group, reason;
    int32_t token; /* resolved: static index or dynamic id; split and merge: the market */
    double size, price, good_for;
    double bid, bid_size, ask, ask_size, refresh; /* INTENT_QUOTE only */
} Intent;
