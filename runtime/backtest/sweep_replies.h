/* sweep_replies.h — what the venue answers to an order whose cell has taken nothing of what it meets: worked out once
 * for all cells.  Private to the room.
 *
 * An order waits at the door of its cell's matcher.  When all of its way falls between two ticks, so that it meets
 * one book, and its cell has taken nothing at the prices that it reaches there, a matcher that has never taken
 * anything answers in place of the cell's own, and what it took is noted at the door.  In every other case the door is
 * emptied: the matcher is told what was taken, in order of time, and gets the order, as if it had been asked before.
 * Promise: answers are those of the cell's own matcher. */
#pragma once

#include "runtime/backtest/sweep_books.h"

enum { DOOR_TOOK = 8 };

typedef struct SweepTook { /* of a price of a side */
    int64_t price_micros, size_micros;
    uint32_t tick;
    uint8_t end; /* BookEnd */
} SweepTook;

typedef struct SweepReply SweepReply;
typedef struct SweepReplies SweepReplies;

typedef struct SweepDoor { /* of a cell */
    bool is_waiting;       /* `order`, for its arrival, and until the last answer */
    bool is_told; /* the matcher may remember what was taken, or have something on its way */
    int64_t arrival_us;
    SweepSent order;
    SweepReply *reply;          /* that is being said; NULL: none is */
    uint32_t next;              /* of its answers */
    uint32_t took_count, given; /* given: so many of them, to the matcher */
    SweepTook took[DOOR_TOOK];  /* that the matcher does not know of, oldest first */
} SweepDoor;

/* As a matcher takes it. */
static inline MatcherOrder sweep_order(const SweepSent *o)
{
    return (MatcherOrder){.id = o->id,
                          .token = o->token,
                          .outcome = o->outcome,
                          .modifiers = o->modifiers,
                          .is_sell = o->is_sell,
                          .is_market = o->is_market,
                          .size_micros = o->size_micros,
                          .price_micros = o->price_micros,
                          .expires_us = INT64_MAX};
}

/* `config`: of the cells' matchers, with one market.  NULL when memory ends. */
SweepReplies *sweep_replies_new(const SweepJob *job, const MatcherConfig *config, SweepBooks *books,
                                Arena *arena);

/* The order waits at the door; false: the matcher, `m`, has to get it. */
bool sweep_door_wait(SweepReplies *r, SweepDoor *d, const Matcher *m, const SweepSent *order);
/* When the next answer is due, from the door or the matcher; INT64_MAX: never. */
int64_t sweep_door_due(const SweepDoor *d, const Matcher *m);
/* Is all known that is answered to the order that waits, between this tick and until_us?  `m`: the cell's
 * matcher. */
bool sweep_door_knows(SweepReplies *r, SweepDoor *d, const Matcher *m, uint32_t tick,
                      int64_t until_us);
/* Then: the next answer, which stands until somebody asks again; behind the last one nothing waits any more. */
const Event *sweep_door_say(SweepDoor *d);
/* What the matcher is to be told next; NULL: it knows all. */
const SweepTook *sweep_door_took(SweepDoor *d);
/* ... and the order that it is to get; NULL: none waits. */
const SweepSent *sweep_door_order(SweepDoor *d);
/* A slot opens, or closes: what was taken is nothing any more. False: it opens to a matcher that was asked nothing since
 * the last one did, and to which it is no news. */
bool sweep_door_forget(SweepDoor *d, const Matcher *m, bool opens);
