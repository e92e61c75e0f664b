/* inside.h — what a Matcher consists of; private to the room.
 *
 * Flights are what is on its way, by instant; a Pit is one market: what rests on each side, best first,
 * and what was taken of each side.  Prices are those of outcome 0 throughout. */
#pragma once

#include "runtime/matcher/matcher.h"
#include "vm/base/vec.h"

enum { AHEAD_UNKNOWN = -1 };
enum { ANSWERS_EACH = 4 }; /* answers that one piece of news may give an order, and more */

typedef struct Placed {
    MatcherOrder order; /* as it was sent */
    BookEnd end;        /* the side it rests on */
    int64_t price, left;
    uint64_t serial;  /* equal prices: the older first */
    uint32_t slot;    /* of its market, when it was sent */
    bool is_delayed;  /* has waited out the taker delay ... */
    bool is_unwanted; /* ... and a cancel came meanwhile */
    int64_t ahead;    /* of it at its price; AHEAD_UNKNOWN */
    int64_t shown;    /* at its price, when the book was last looked at; below 0 unknown */
    int64_t traded;   /* there, since then */
    bool was_best;    /* the price was the best of its side */
} Placed;

typedef enum FlightKind { FLIGHT_ORDER, FLIGHT_CANCEL } FlightKind;

typedef struct Flight {
    int64_t due_us;
    FlightKind kind;
    Placed placed; /* CANCEL: market, owner and id of `order` alone */
} Flight;

typedef struct Taken {
    int64_t price, taken;
} Taken;

typedef struct Pit {
    MatcherMarket is;
    MarketRules rules; /* of rules_from up to rules_until; see pit_rules */
    MarketRules own;   /* the same on the grid that the venue announced */
    int64_t rules_from, rules_until;
    VEC(Placed) resting[BOOK_ENDS];
    VEC(Taken) taken[BOOK_ENDS];
    uint32_t slot;
    bool is_open;
} Pit;

struct Matcher {
    MatcherConfig config;
    Arena *arena;
    Pit *pits;
    VEC(Flight) flights; /* by instant; of one instant the older first */
    VEC(MatcherAnswer) answers;
    size_t answered; /* of them are handed out */
    uint64_t serial;
    int64_t expires_us; /* of what rests the earliest, or earlier */
    uint64_t counts[RECEIPTS];
};

/* ---- answer.c */
void answer_state(Matcher *m, const Placed *p, int64_t ts_us, OrderState state);
void answer_reject(Matcher *m, const Placed *p, int64_t ts_us, uint16_t reason);
/* At a price of outcome 0; takes it off what is left. */
void answer_fill(Matcher *m, Placed *p, int64_t ts_us, int64_t price, int64_t size, bool is_maker);
/* The rules of that day, until somebody asks again. */
const MarketRules *pit_rules(Pit *pit, int64_t ts_us);

/* ---- take.c: what can be had, and what was */
/* Does `limit` of an order resting on `end` reach a price of the other side? */
static inline bool price_reaches(BookEnd end, int64_t limit, int64_t price)
{
    return end == BOOK_BID ? limit >= price : limit <= price;
}
/* Room to remember in; false when memory ends. */
bool take_reserve(Matcher *m, Pit *pit);
/* Sizes of the other side within the order's price, up to what is left. */
int64_t take_possible(const Matcher *m, const Pit *pit, const Placed *p);
/* Takes it, level by level, at their prices. */
void take_levels(Matcher *m, Pit *pit, Placed *p, int64_t ts_us);
/* The same for an order that rests: one fill at its own price. `beyond`: strictly better prices only. */
void take_crossing(Matcher *m, Pit *pit, Placed *p, bool beyond, int64_t ts_us);
/* The book has changed: forgets what it no longer shows. */
void take_refresh(Pit *pit);

/* ---- rest.c: orders that rest */
/* Takes the order in and answers LIVE; false when memory ends. */
bool rest_add(Matcher *m, Pit *pit, Placed *p, int64_t ts_us);
void rest_on_book(Matcher *m, Pit *pit, int64_t ts_us);
void rest_on_trade(Matcher *m, Pit *pit, const BookNews *news);
/* The book cannot be trusted: what was seen of it is forgotten. */
void rest_forget(Pit *pit);
/* Ends one order; false when it does not rest here. */
bool rest_cancel(Matcher *m, Pit *pit, uint32_t owner, uint64_t id, int64_t ts_us);
/* Ends the oldest of those that expire up to then; false when there is none. */
bool rest_end_oldest(Matcher *m, Pit *pit, int64_t expires_us, OrderState state, int64_t ts_us);
size_t rest_count(const Pit *pit);
/* The earliest expiry of all pits. */
void rest_note_expiry(Matcher *m);
