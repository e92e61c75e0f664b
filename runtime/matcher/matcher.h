/* matcher.h — a venue for backtests and paper: orders in, news of books in, answers out.
 *
 * One Matcher is one liquidity: an assignment has its own, a shared book is one with many owners.  It
 * borrows the books, takes what it can see there and remembers what it took; orders that rest fill by
 * one of three models.  docs/decisions/0045 is the specification, docs/MATCHER.md the explanation.
 *
 * The caller, for each event at t: pulls answers up to t (not included), applies news to the books and
 * shows them (matcher_news), applies the event to its engines, hands over their orders and cancels, and
 * pulls answers up to t.  Promise: no clock, no I/O; equal calls give equal answers in equal order; an
 * order's jitter depends on the seed, its owner and its id alone; memory that ends rejects orders. */
#pragma once

#include "runtime/engine/event.h"
#include "runtime/market/book.h"
#include "runtime/market/rules.h"
#include "vm/base/arena.h"
#include "vm/base/span.h"

typedef struct Matcher Matcher;

/* Of orders and cancels, where nobody says otherwise, and at most. */
enum { MATCHER_LATENCY_MS = 250, MATCHER_LATENCY_MAX_MS = 3600000 };

typedef enum FillModel { /* how orders that rest are filled; each fills at most what the one before does */
                         MODEL_TOUCH,       /* as soon as the price is touched */
                         MODEL_QUEUE,       /* after those who were there before */
                         MODEL_PESSIMISTIC, /* when the price is gone through */
                         MODELS
} FillModel;

typedef struct MatcherMarket {
    Span venue, category;     /* the dated rows of rules.def ... */
    const MarketRules *rules; /* ... or these, whatever the date; borrowed */
    const Book *book;         /* borrowed */
    bool has_trades;          /* its trades come as news; else a fading level counts as traded */
} MatcherMarket;

typedef struct MatcherConfig {
    const MatcherMarket *markets; /* copied */
    uint32_t market_count;
    FillModel model;
    int64_t order_us, cancel_us; /* on the way to the venue ... */
    int64_t jitter_us;           /* ... and up to so much more */
    uint64_t seed;
} MatcherConfig;

typedef struct MatcherOrder {
    uint64_t id;
    uint32_t owner;
    int32_t token; /* handed back with fills */
    uint8_t market, outcome;
    uint8_t modifiers; /* MOD_* */
    bool is_sell;
    bool is_market; /* never rests, like `now or never` */
    bool is_set;    /* split or merge: done on arrival */
    int64_t size_micros, price_micros;
    int64_t expires_us; /* INT64_MAX: never */
} MatcherOrder;

typedef struct MatcherAnswer { /* EV_ORDER_STATE, EV_FILL or EV_REJECT, stamped */
    uint32_t owner;
    Event event;
} MatcherAnswer;

/* How long an order is on its way to the venue. */
int64_t matcher_travel(const MatcherConfig *config, uint32_t owner, uint64_t id);
/* NULL when memory ends. */
Matcher *matcher_new(const MatcherConfig *config, Arena *arena);
void matcher_order(Matcher *m, const MatcherOrder *order, int64_t sent_us);
void matcher_cancel(Matcher *m, uint32_t owner, uint8_t market, uint64_t id, int64_t sent_us);
/* News that the market's book has taken in, or refused. */
void matcher_news(Matcher *m, const BookNews *news);
/* The next answer not later than `until_us`; false when there is none. */
bool matcher_next(Matcher *m, int64_t until_us, MatcherAnswer *ret);
/* The same, without a copy: it stands until somebody asks for the next one.  NULL: there is none. */
const Event *matcher_said(Matcher *m, int64_t until_us, uint32_t *ret_owner);
/* The earliest instant at which something may happen without news; INT64_MAX: never. */
int64_t matcher_due(const Matcher *m);
/* What is known of the market stands in this book from now on; no deeper than the one before.  News are still to be
 * shown. */
void matcher_look_at(Matcher *m, uint8_t market, const Book *book);
/* Nothing is on its way, and nothing of that market rests or is remembered as taken: of the snapshots of its
 * book only the last one matters. */
bool matcher_is_still(const Matcher *m, uint8_t market);
/* The best price of a side at which something is remembered as taken; false: nothing is.  While nothing rests,
 * books that show no price that is as good or worse change nothing. */
bool matcher_taken(const Matcher *m, uint8_t market, BookEnd end, int64_t *ret_price);
/* Of so much that is remembered as taken at a price, what still is once the book shows this. */
int64_t matcher_still_taken(const Book *book, BookEnd end, int64_t price_micros, int64_t taken);
/* What is remembered as taken at a price of a side; 0: nothing. */
int64_t matcher_taken_at(const Matcher *m, uint8_t market, BookEnd end, int64_t price_micros);
/* An order that somebody else has answered took so much of what the book shows there. False when memory ends. */
bool matcher_took(Matcher *m, uint8_t market, BookEnd end, int64_t price_micros,
                  int64_t size_micros);

/* ---- what was modelled --------------------------------------------------------------------------- */

typedef enum ReceiptId {
#define RECEIPT(id, ...) RECEIPT_##id,
#include "runtime/matcher/receipt.def"
#undef RECEIPT
    RECEIPTS
} ReceiptId;

typedef struct ReceiptRow {
    const char *name, *sentence;
    bool is_modelled;
    uint64_t count; /* how often it mattered so far */
} ReceiptRow;
ReceiptRow matcher_receipt(const Matcher *m, ReceiptId id);
const char *fill_model_name(FillModel model);
