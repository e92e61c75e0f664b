/* matching.h — the second opinion on the matcher, written from docs/decisions/0045 alone.
 *
 * In goes a whole story: news of books, orders and cancels, in order of time.  Out comes every answer.
 * Books are dense arrays over prices, orders one list that is searched again at each step, fees are
 * fractions: slow, and short enough to be read.  Promise: nothing here was taken from runtime/market or
 * runtime/matcher. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MATCHING_MARKETS = 2,
    MATCHING_PRICES = 1000, /* steps of a tenth of a cent below a dollar */
    MATCHING_LEVELS = 12,
    MATCHING_ORDERS = 512,
};
#define MATCHING_STEP INT64_C(1000)
#define MATCHING_UNSAID INT64_MIN /* a size that nobody wrote down */

typedef enum StoryKind {
    STORY_BOOK,
    STORY_DELTA,
    STORY_TRADE,
    STORY_GRID,
    STORY_GAP,
    STORY_OPEN,
    STORY_CLOSE,
    STORY_ORDER,
    STORY_CANCEL,
    STORY_KINDS
} StoryKind;

typedef struct StoryLevel {
    int64_t price, size;
} StoryLevel;

typedef struct Story { /* one thing that happens; prices are those of `outcome` */
    int64_t at;
    StoryKind kind;
    int market, outcome;
    bool is_cut; /* BOOK: there may be more behind the last level */
    StoryLevel bids[MATCHING_LEVELS], asks[MATCHING_LEVELS];
    int bid_count, ask_count;
    bool is_ask;         /* DELTA: the side */
    bool is_sell;        /* TRADE: what the taker did; ORDER */
    int64_t price, size; /* DELTA, TRADE, ORDER; GRID: price */
    uint64_t id;         /* ORDER, CANCEL */
    uint32_t owner;
    bool is_market, is_now, is_all, is_post, is_set;
    int64_t expires; /* INT64_MAX: never */
} Story;

typedef enum Model { REF_TOUCH, REF_QUEUE, REF_PESSIMISTIC } Model;

typedef struct MatchingSetup {
    Model model;
    bool has_trades[MATCHING_MARKETS];
    int64_t order_us, cancel_us, jitter_us, delay_us;
    uint64_t seed;
    int64_t tick, min_size, min_notional;
    int64_t rate_ppm; /* of the fee curve with exponent 1; multiples of ten micros */
} MatchingSetup;

typedef enum ReplyKind {
    REPLY_LIVE,
    REPLY_FILL,
    REPLY_FILLED, /* a set */
    REPLY_CANCELLED,
    REPLY_EXPIRED,
    REPLY_REJECTED
} ReplyKind;

typedef struct Reply {
    int64_t at;
    ReplyKind kind;
    uint32_t owner;
    uint64_t id;
    int64_t price, size, fee; /* FILL, in the order's outcome */
} Reply;

/* How many replies there are; the first `room` of them are written. */
size_t matching_reference(const MatchingSetup *setup, const Story *stories, size_t count,
                          Reply *replies, size_t room);
