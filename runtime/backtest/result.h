/* result.h — what a backtest found: totals, a row an order, a trade, a slot, and how far to believe it.
 *
 * backtest.h fills it as the run goes on, judge.h judges it; reports, sweeps and browsers read it.  Money,
 * prices and sizes are whole micros, times µs since 1970 UTC; only ratios are doubles, UNKNOWN where there is
 * no answer.  Promise: a function of events, image, params and options alone: no clock, no path, no thread
 * and no way of cutting the rows changes a bit of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/backtest/resample.h"
#include "runtime/engine/effect.h"
#include "runtime/matcher/matcher.h"
#include "vm/base/hash.h"
#include "vm/base/vec.h"

enum {
    RESULT_PRICES = 10,       /* entry prices: 0-10c, 10-20c ... */
    RESULT_TENTHS = 10,       /* of a slot */
    RESULT_NONE = 0x7FFFFFFF, /* an index: there is none */
};
#define RESULT_HOUR_US INT64_C(3600000000) /* the period of runs without slots */

/* ---- rows ---------------------------------------------------------------------------------------- */

/* The book's best quotes of an order's own outcome; MICROS_UNKNOWN where the book says nothing. */
typedef struct ResultQuote {
    int64_t bid_micros, ask_micros, bid_size_micros, ask_size_micros;
} ResultQuote;
/* Between bid and ask; MICROS_UNKNOWN unless both are there. */
int64_t result_mid(const ResultQuote *q);
/* What an order of that side would have taken. */
int64_t result_touch(const ResultQuote *q, bool is_sell);

/* In the order in which they were sent. */
typedef struct ResultOrder {
    uint64_t id;
    int64_t decided_us; /* the event that asked for it */
    /* the venue's first answer, MICROS_UNKNOWN: it never came; a taker delay is in it */
    int64_t arrived_us;
    int64_t ended_us;                  /* MICROS_UNKNOWN: still open */
    ResultQuote decision, arrival;     /* the books at those instants */
    int64_t price_micros, size_micros; /* as sent */
    int64_t filled_micros, value_micros,
        fees_micros;                     /* value: sum of size times price of its fills */
    int64_t first_fill_us, last_fill_us; /* MICROS_UNKNOWN: none */
    /* What its fills cost beyond the middle at the decision, and beyond what it would have taken then;
     * below 0: better than that.  MICROS_UNKNOWN: without fills, or that quote was unknown. */
    int64_t slip_mid_micros, slip_touch_micros;
    uint32_t slot;  /* of slots[]: the one that ran when it was sent */
    uint32_t trade; /* of trades[]: where its first fill went */
    uint32_t fills;
    uint32_t assignment; /* whose it is, in a sum of several */
    int32_t token;
    uint8_t market, outcome;
    uint16_t rule, action, reason; /* NONE_16: none; reason of a rejection */
    uint8_t because;               /* Because */
    uint8_t state;                 /* OrderState as told last; ORDER_SENT: no answer came */
    uint8_t modifiers;             /* MOD_* */
    bool is_sell, is_market, is_close;
    bool is_set; /* a split, or (is_sell) a merge: takes no part in fills, rates and slippage */
} ResultOrder;

/* How a trade ended: a Because (what its last closing order was sent for), or one of these. */
typedef enum ResultExit {
    RESULT_EXIT_RESOLVED = BECAUSE_COUNT, /* paid out */
    RESULT_EXIT_SET,                      /* merged into full sets */
    RESULT_EXIT_OPEN,                     /* not at all: the data ended */
    RESULT_EXITS
} ResultExit;

/* A holding of one token, within one slot, from flat to flat.  Costs are averages (E16): a reduction takes
 * its part of the cost.  In the order in which they were opened. */
typedef struct ResultTrade {
    uint32_t slot;        /* of slots[]; RESULT_NONE: a market without slots */
    uint32_t entry_order; /* of orders[]: the one that opened it; a split, if that did */
    uint32_t exit_order;  /* the last one that reduced it; RESULT_NONE: none */
    uint32_t fills;
    uint32_t assignment;          /* as of orders */
    int64_t opened_us, closed_us; /* closed: MICROS_UNKNOWN while open */
    int64_t in_size_micros,
        in_value_micros; /* everything that enlarged it: size, price times size */
    int64_t out_size_micros, out_value_micros; /* everything that reduced it, payouts included */
    int64_t fees_micros;
    int64_t pnl_micros; /* realised, after fees; of an open trade: so far */
    int32_t token;
    uint8_t market, outcome;
    uint8_t exit; /* Because or ResultExit */
    bool is_short;
} ResultTrade;
/* Value over size, FX_HALF_EVEN; MICROS_UNKNOWN for size 0. */
int64_t result_price(int64_t value_micros, int64_t size_micros);
const char *result_exit_name(uint8_t exit);

/* In the order in which they opened (then of markets). */
typedef struct ResultSlot {
    int64_t start_us, slot_us;
    int64_t settled_us; /* of the last of close and resolve that came; MICROS_UNKNOWN: neither */
    int64_t pnl_micros,
        fees_micros; /* of its orders' fills and its payouts, whenever they came; pnl after fees */
    int64_t equity_micros; /* of the whole account at settled_us, or at the end */
    uint32_t ticks, orders, fills, trades;
    uint8_t market;
    int8_t winner; /* 0, 1; -1: nobody wrote it down, or the data ended before the result */
} ResultSlot;

/* The account's worth after each slot's close and result (without slots: each hour) where it has changed;
 * the first point is the start, the last one the end. */
typedef struct ResultPoint {
    int64_t ts_us, equity_micros;
} ResultPoint;

typedef struct ResultMarket { /* in the order of the program */
    Span name, venue, selector;
    uint8_t kind; /* MarketKind */
    uint64_t ticks;
    int64_t first_us, last_us; /* of its ticks; MICROS_UNKNOWN: none */
} ResultMarket;

typedef struct ResultParam {
    Span name;
    double value;
} ResultParam;

/* ---- figures ------------------------------------------------------------------------------------- */

typedef struct ResultTotals {
    uint64_t ticks, slots;
    uint64_t slots_traded;              /* with a trade */
    uint64_t orders;                    /* sent, without splits and merges */
    uint64_t sets;                      /* splits and merges sent */
    uint64_t filled, partial, unfilled; /* orders: wholly, in part, not at all; sums to orders */
    uint64_t rejected, cancelled, expired,
        open;         /* orders: how they ended; without those filled wholly */
    uint64_t skipped; /* refused by the strategy's own limits and requires */
    uint64_t broken;  /* `always` that did not hold, each event it was so */
    uint64_t fills;
    uint64_t trades;       /* closed ones: DESIGN's total_trades */
    uint64_t open_trades;  /* ... and those still held at the end */
    uint64_t wins, losses; /* of the closed ones: pnl above, below 0 */
    uint64_t faults;       /* impossible reports the engine met; 0, or something is wrong with us */
    int64_t start_us, end_us;                                      /* first and last event */
    int64_t start_cash_micros, end_cash_micros, end_equity_micros; /* of all accounts */
    int64_t pnl_micros;                                            /* end equity less start cash */
    int64_t realised_micros; /* of closed and open trades, after fees */
    int64_t fees_micros;
    int64_t won_micros, lost_micros;            /* sums of pnl over wins and (below 0) losses */
    int64_t volume_micros;                      /* price times size of all fills */
    int64_t slip_mid_micros, slip_touch_micros; /* sums over the orders that have them */
    int64_t drawdown_micros;      /* the deepest fall of equity from a peak, after any event */
    int64_t peak_us, bottom_us;   /* where that fall began and ended */
    int64_t exposure_max_micros;  /* cost of what was held at once */
    int64_t exposure_mean_micros; /* the same, averaged over the time from first to last event */
    int64_t ledger_sum_micros;    /* ledger rows of cash and positions, as the engine sums them */
    int64_t balance_sum_micros;   /* cash and cost of what is held */
    /* the two are equal, all rows sum to 0, and the trades' pnl is the ledger's */
    bool is_balanced;
    double profit;        /* pnl over start cash */
    double win_rate;      /* wins over trades */
    double fill_rate;     /* orders filled at least in part, over orders */
    double partial_rate;  /* orders filled only in part, over orders */
    double drawdown;      /* the largest fall from a peak, over that peak */
    double exposure;      /* mean exposure over start cash */
    double held;          /* part of the time in which anything was held */
    double turnover;      /* volume over start cash */
    double profit_factor; /* won over lost; UNKNOWN without losses */
} ResultTotals;

/* Trades that bought shares of a slot (result_is_entry), by average entry price: is the price worth it? */
typedef struct ResultPriceRow {
    uint64_t trades, resolved; /* resolved: the slot's winner is known, sold before or not */
    uint64_t won;              /* of those: the share paid a dollar */
    int64_t size_micros, value_micros,
        fees_micros;    /* entries of the resolved ones; all fees of theirs */
    int64_t pnl_micros; /* of all of them */
    double price;       /* value over size */
    double
        break_even;  /* the share of wins that pays for price and fees: (value + fees) over size */
    double win_rate; /* won over resolved */
} ResultPriceRow;

/* The same trades by the tenth of their slot in which they were opened. */
typedef struct ResultTimeRow {
    uint64_t trades, wins;
    int64_t pnl_micros;
} ResultTimeRow;

/* One of the three ways to fill orders that rest, all else equal. */
typedef struct ResultBandRow {
    bool is_run;
    uint64_t orders, fills, trades;
    int64_t pnl_micros, fees_micros;
    double win_rate, drawdown, sharpe;
    uint8_t result_sha256[SHA256_SIZE];
} ResultBandRow;

typedef enum VerdictId {
#define VERDICT(id, ...) VERDICT_##id,
#include "runtime/backtest/verdict.def"
#undef VERDICT
    VERDICTS
} VerdictId;

/* How far to believe it.  One figure a period: what the slots that end at one instant earned together
 * (hours of equity where a market has no slots). */
typedef struct ResultJudgement {
    uint64_t periods;
    bool is_hourly;
    uint64_t trials; /* how many were tried on this data, this one included; at least 1 */
    /* of their Sharpe ratios; UNKNOWN given: the error of ours, squared, was taken */
    double trial_variance;
    double mean, deviation; /* dollars a period */
    double sharpe, sharpe_error, skew, kurtosis;
    double probabilistic; /* that the true ratio is above 0 */
    double luck;          /* the ratio that the best of so many without skill is expected to show */
    double deflated;      /* that the true ratio is above luck */
    /* periods until the ratio is above 0 at 95 %; UNKNOWN: never, as it looks */
    double track_needed;
    Band mean_band; /* of the mean, periods drawn again in blocks; chance: p-value */
    Band fall_band; /* of the drawdown, trades in other orders; chance: at least as deep */
    double block;   /* periods a block, in the mean */
    uint32_t rounds;
    double brier; /* mean of (price - won)^2 over entries with a known winner; 0.25: a coin */
    /* the same had each price been the share of wins: what is known without prices */
    double brier_base;
    uint64_t brier_count;
    VerdictId verdict;
} ResultJudgement;
/* In words, without figures. */
const char *verdict_sentence(VerdictId id);
const char *verdict_name(VerdictId id);

/* ---- several at once (fleet.h) ------------------------------------------------------------------------ */

typedef struct ResultWallet {
    Span name;
    ResultTotals totals; /* of all its assignments together */
} ResultWallet;

typedef struct ResultAssignment {
    Span strategy;   /* its name in this run */
    uint32_t wallet; /* of wallets[] */
    struct Result *result;
} ResultAssignment;

/* ---- all of it ----------------------------------------------------------------------------------- */

typedef struct Result { /* on the backtest's arena */
    /* what was asked */
    FillModel model;
    int64_t order_us, cancel_us, jitter_us;
    uint64_t seed;
    const ResultMarket *markets;
    uint32_t market_count;
    const ResultParam *params;
    uint32_t param_count;
    const Span *rules; /* their labels, by ResultOrder.rule; "": it has none */
    uint32_t rule_count;

    ResultTotals totals;
    VEC(ResultOrder) orders;
    VEC(ResultTrade) trades;
    VEC(ResultSlot) slots;
    VEC(ResultPoint) curve;
    ResultPriceRow prices[RESULT_PRICES];
    ResultTimeRow tenths[RESULT_TENTHS];
    ReceiptRow receipt[RECEIPTS];

    /* of a sum of several: who it is of; its orders, trades and slots are theirs in order of time, its account
     * is all wallets together */
    const ResultAssignment *assignments;
    uint32_t assignment_count;
    const ResultWallet *wallets;
    uint32_t wallet_count;
    bool is_shared_book;

    /* by judge.h; the band by whoever ran the other models */
    ResultJudgement judgement;
    ResultBandRow band[MODELS];

    uint8_t tape_sha256[SHA256_SIZE];   /* events of the data, in their order */
    uint8_t image_sha256[SHA256_SIZE];  /* what the strategy means */
    uint8_t result_sha256[SHA256_SIZE]; /* effects and ledger rows, in their order; decision 0047 */
} Result;
/* Did it buy shares of a slot (a trade that prices, tenths and Brier's score look at)? */
bool result_is_entry(const Result *r, const ResultTrade *t);
