/* program.h — a strategy after checking: what it listens to, its typed expressions, its rules.
 *
 * sema makes it from the syntax tree: names resolved, `def`s inlined (each call its own memory),
 * `repeat`s and folds unrolled, units and clocks inferred.  The prover, the lowering to IR, the test
 * planner, `doc`, `explain` and the naive reference in tests/ all read it; nobody changes it.
 * Promise: a Program with no error findings has no BAD type and no NULL argument anywhere. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/source/source.h" /* Place */
#include "vm/base/span.h"
#include "vm/intents.h" /* the vocabulary shared with the machine: kinds of events, actions, limits */

/* ---- types ------------------------------------------------------------------------------------ */

typedef enum Shape {
    SHAPE_BAD, /* already reported: stay silent */
    SHAPE_NUM,
    SHAPE_BOOL,
    SHAPE_TOKEN, /* something tradable; as a number: index in Program.tokens, or a dynamic id above them */
    SHAPE_MARKET,  /* as a number: index in Program.markets, or a dynamic id above them */
    SHAPE_DAY,     /* 0 mon .. 6 sun */
    SHAPE_SIDE,    /* 1 buy, 0 sell */
    SHAPE_OUTCOME, /* 0 up or yes, 1 down or no */
} Shape;

typedef struct Dim {
    int8_t usd, share, coin, second; /* integer powers */
} Dim;

typedef struct Type {
    uint8_t shape;
    bool percent; /* the soft percent kind of 2.4.1 */
    bool bare;    /* a literal written without unit: takes the dimension it meets */
    uint8_t coin; /* 0: none or any; else index + 1 in Program.coins */
    Dim dim;
} Type;

typedef enum Rate { RATE_CONST, RATE_PARAM, RATE_SERIES } Rate;

/* A set of clocks: bit i is Program.clocks[i].  0 means "no clock of its own": every tick. */
typedef uint64_t ClockSet;

typedef struct Clock {
    uint8_t kind;
    uint16_t index;
    const struct Expr *period; /* CLOCK_EVERY: constant or param */
} Clock;

/* How long until a value can first be known (2.4.5), and until a recursive average has settled (3.7). */
typedef struct Ready {
    uint64_t ticks;
    int64_t us;
} Ready;

/* ---- expressions ------------------------------------------------------------------------------ */

typedef enum ExprOp {
#define EXPR(name, args, kind, meaning) EX_##name,
#include "compiler/sema/exprs.def"
#undef EXPR
    EX_COUNT
} ExprOp;

enum {
    EXF_GRID = 1,    /* comparison on the money grid */
    EXF_EXACT = 2,   /* SMA over a direct money field: exact integer window sum */
    EXF_USD = 4,     /* PRICE_TO_*: the amount is dollars */
    EXF_SELL = 8,    /* TAKER_FEE at the bid */
    EXF_ACROSS = 16, /* `across slots`: does not restart at slot open */
};

typedef struct Expr {
    uint8_t op;    /* ExprOp */
    uint8_t rate;  /* Rate */
    uint8_t flags; /* EXF_* */
    bool wallet;   /* per wallet */
    bool
        slot_lived; /* mentions a slot-lived field of `slot_market` (memory restarts at its slot open) */
    uint8_t slot_market;
    Type type;
    uint32_t
        id; /* index in Program.exprs; arguments come before users (PREV's recursion excepted) */
    uint32_t index; /* PARAM, INPUT, STATE, TOKEN, LET, TOKEN_FIELD */
    double num;     /* CONST, CONSTB */
    ClockSet
        clocks; /* instants at which the value may change; for TIME: when its memory advances */
    uint64_t markets; /* bit set of markets mentioned */
    Ready ready, settled;
    Place place;  /* where it was written (in a def: the def's text) */
    Span spelled; /* CONST: as written, "" when computed */
    uint32_t arg_count;
    struct Expr **args;
} Expr;

/* ---- what it listens to ----------------------------------------------------------------------- */

typedef struct Market {
    Span name, venue, selector;
    Place place;
    uint8_t kind;      /* MarketKind */
    bool any;          /* one instance per matching market */
    uint8_t coin;      /* index + 1 in Program.coins, 0 none */
    int64_t slot_us;   /* MARKET_SLOT: length */
    const Expr *stale; /* `stale after`, or NULL: stale_us holds the default */
    int64_t stale_us;
    bool read; /* anything of it is used */
} Market;

typedef struct Leader {
    Span name, venue, address;
    Place place;
    const Expr *grouped;
} Leader;
typedef struct Account {
    Span name, venue;
    Place place;
} Account;
typedef struct Feed {
    Span name;
    Place place;
    double low, high;
    const Expr *stale;
    bool read;
} Feed;

typedef struct Token {
    uint8_t market;  /* index; MARKET_NONE for the unnamed market of tests without a market */
    uint8_t outcome; /* 0 up or yes, 1 down or no, 2 the instrument of a spot or perpetual market */
    uint8_t account; /* index; 0 when the file names none */
    Span spelled;    /* as the trader writes it: "up", "hedge.no", "poly.yes" */
} Token;

/* One readable value.  `field` is the id of vm/fields.def. */
typedef struct Input {
    uint8_t field;
    uint8_t market; /* TOKEN, HELD, MARKET, TIME, MSLOT, INSTR, HINSTR, RESOLVE; else MARKET_NONE */
    uint16_t
        index; /* token (TOKEN, HELD, INSTR, HINSTR), feed (FEED), leader (TRADE), account + 1 or 0 (WALLET) */
} Input;

typedef struct Param {
    Span name;
    Place place, range_place;
    Type type;
    Span doc;
    double value, low, high, step; /* low = high = value without a range; step 0: none */
    bool has_range, whole;         /* whole: used as a count */
    const double *choices;
    uint32_t choice_count;
    bool used;
    Span spelled; /* the default as written */
} Param;

typedef struct Let {
    Span name;
    Place place;
    Expr *value;
    Span doc;
    bool used;
    bool local;
} Let;

typedef struct State {
    Span name;
    Place place;
    Type type;
    uint8_t life;
    uint8_t market; /* STATE_SLOT: whose slot */
    bool wallet, used, is_set;
    Expr *init;
} State;

/* ---- what it does ----------------------------------------------------------------------------- */

typedef struct Action {
    uint8_t kind, size_unit, modifiers;
    bool at_market;    /* `price` is NULL; `within` may be NULL (project default) */
    bool within_ratio; /* `within` is a percentage of the best price */
    bool cancel_all;
    Place place;
    int32_t token; /* index in Program.tokens, or -1: `token_expr` gives it (dynamic) */
    Expr *token_expr;
    int32_t market; /* split, merge: market index, or -1: `token_expr` gives it (dynamic) */
    Expr *size, *price, *within, *good_for;
    int32_t group;  /* index in Rule.groups, or -1 */
    uint32_t state; /* ACT_SET */
    Expr *value;    /* ACT_SET */
    Span text;      /* ACT_ALERT */
    Expr *bid, *bid_size, *ask, *ask_size,
        *refresh;   /* ACT_QUOTE; NULL: side absent, refresh default */
    uint32_t quote; /* ACT_QUOTE: number of this quote in the file */
} Action;

typedef struct Group {
    Expr *within;
    bool unwind;
    Place place;
} Group; /* together */
typedef struct Require {
    Expr *cond;
    uint32_t reason;
    Place place;
} Require; /* reason: index in Program.reasons */

typedef struct Rule {
    uint8_t kind;  /* RuleKind */
    uint8_t event; /* RULE_ON: EventKind */
    uint8_t verb;  /* EV_LEADER: LeaderVerb */
    int32_t
        index;  /* RULE_ON: market, feed, leader, clock (EV_BOUNDARY); EV_FILL: token or -1 any */
    Expr *cond; /* NULL: always */
    ClockSet clocks;  /* when it is evaluated (RULE_ON: the event's clock) */
    uint64_t markets; /* a slot open of any of these arms it again */
    Span label;       /* first line of the doc comment, or "" */
    Place place, cond_place;
    Require *requires;
    uint32_t require_count;
    Action *actions;
    uint32_t action_count;
    Group *groups;
    uint32_t group_count;
} Rule;

typedef struct Limit {
    uint8_t kind, per, after;
    Expr *value; /* amount, rate, duration or condition; NULL for hold */
    Place place;
} Limit;

typedef struct Show {
    Span name;
    Expr *value;
    Place place;
} Show;
typedef struct Promise {
    Expr *value;
    Place place;
} Promise;

/* ---- tests ------------------------------------------------------------------------------------ */

typedef enum FactKind {
    FACT_INPUT,
    FACT_PARAM,
    FACT_STATE
} FactKind; /* FACT_PARAM: `given stake = ...` */
typedef struct Fact {
    uint8_t kind;
    bool unknown;
    uint32_t index;
    double value;
    Place place;
} Fact;
/* FACT_INPUT: index in Program.inputs (sema adds the rows that only tests mention). */

typedef enum HappeningKind {
    HAP_FACT,
    HAP_FILL,
    HAP_SLOT_OPEN,
    HAP_SLOT_CLOSE,
    HAP_LEADER,
    HAP_RESOLVE,
    HAP_REJECT
} HappeningKind;
typedef struct Happening {
    uint8_t kind, verb, size_unit;
    bool is_sell;
    Fact fact;
    int32_t token, leader, market; /* HAP_RESOLVE: token = the winner's */
    double size, price;
    Place place;
} Happening;

typedef enum ExpectKind {
    EXPECT_NOTHING,
    EXPECT_SKIP,
    EXPECT_CLOSE,
    EXPECT_ORDER,
    EXPECT_TRUE
} ExpectKind;
typedef struct Expect {
    uint8_t kind;
    Place place;
    uint32_t reason; /* EXPECT_SKIP: a ReasonId, or REASON_OWN + index in Program.reasons */
    Action order;    /* EXPECT_ORDER, EXPECT_CLOSE: what is not mentioned is NULL / zero */
    bool has_price;
    Span because; /* "stop loss", "" when not mentioned */
    Expr *cond;   /* EXPECT_TRUE */
} Expect;

typedef struct TestRow {
    int64_t at_us;
    Happening *happenings;
    uint32_t happening_count;
    Expect *expects;
    uint32_t expect_count;
    Place place;
} TestRow;

typedef struct Test {
    Span name;
    Place place;
    Fact *given;
    uint32_t given_count;
    TestRow *rows;
    uint32_t row_count;
    bool has_fills; /* some row contains a fill: nothing fills by itself */
} Test;

/* ---- the whole -------------------------------------------------------------------------------- */

#define PROGRAM_TABLE(Type, name) \
    Type *name;                   \
    uint32_t name##_count

typedef struct Program {
    uint32_t language;
    bool is_module;
    Span title, doc;
    Place title_place;
    PROGRAM_TABLE(Market, markets);
    PROGRAM_TABLE(Leader, leaders);
    PROGRAM_TABLE(Account, accounts);
    PROGRAM_TABLE(Feed, feeds);
    PROGRAM_TABLE(Span, coins);
    PROGRAM_TABLE(Token, tokens);
    PROGRAM_TABLE(Input, inputs);
    PROGRAM_TABLE(Param, params);
    PROGRAM_TABLE(Let, lets);
    PROGRAM_TABLE(State, states);
    PROGRAM_TABLE(Clock, clocks);
    PROGRAM_TABLE(Expr *, exprs); /* by id */
    PROGRAM_TABLE(Rule, rules);
    PROGRAM_TABLE(Limit, limits);
    PROGRAM_TABLE(Show, shows);
    PROGRAM_TABLE(Promise, promises);
    PROGRAM_TABLE(Test, tests);
    PROGRAM_TABLE(Span, reasons); /* the file's own, in order of first use */
    /* Every expression that only tests read (conditions, sizes, prices and bounds of `expect`s), in file
     * order.  An image compiled with `tests` has one PROBE row for each, in this order, evaluated after
     * every event (EV_PROBE, part V); an image compiled without has none. */
    PROGRAM_TABLE(Expr *, probes);
    uint32_t quote_count;
} Program;
