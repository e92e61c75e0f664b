/* sweep_replies.c — see sweep_replies.h. */
#include "runtime/backtest/sweep_replies.h"

enum { TABLE_BITS = 11, TABLE = 1 << TABLE_BITS, TRAVELS = 1024, REPLY_ANSWERS = BOOK_LEVELS + 1 };

struct SweepReply {
    uint32_t tick;                                  /* the last one before the order arrived */
    bool is_for_all;                                /* false: a matcher has to say it */
    uint8_t end;                                    /* the side that it takes from: BookEnd */
    uint8_t reached, count;                         /* levels, answers */
    SweepSent to;                                   /* fields that are_alike compares */
    int64_t wait_us;                                /* from arrival to answers */
    int64_t until_us;                               /* from then on other rules hold */
    int64_t prices[BOOK_LEVELS], took[BOOK_LEVELS]; /* of levels that the order reaches */
    Event answers[REPLY_ANSWERS];
};

typedef struct Travel {
    uint64_t id; /* of an order, of all cells alike; 0: none yet */
    int64_t us;
} Travel;

struct SweepReplies {
    const SweepJob *job;
    MatcherConfig config; /* of the cells */
    MatcherMarket market; /* its rules alone */
    SweepBooks *books;
    Matcher *matcher;  /* has nothing on its way and has taken nothing, between two replies */
    SweepReply *table; /* TABLE of them */
    Travel *travels;   /* TRAVELS of them */
};

SweepReplies *sweep_replies_new(const SweepJob *job, const MatcherConfig *config, SweepBooks *books,
                                Arena *arena)
{
    SweepReplies *r = arena_new(arena, SweepReplies);
    MatcherConfig at_once = *config;

    at_once.order_us = at_once.jitter_us = 0;
    if (arena_is_full(arena)) return NULL;
    *r = (SweepReplies){.job = job,
                        .config = *config,
                        .market = config->markets[0],
                        .books = books,
                        .matcher = matcher_new(&at_once, arena),
                        .table = arena_array(arena, SweepReply, TABLE),
                        .travels = arena_array(arena, Travel, TRAVELS)};
    if (!r->matcher || arena_is_full(arena)) return NULL;
    for (uint32_t i = 0; i < TABLE; i++)
        r->table[i].tick = NO_TICK;
    return r;
}

/* ---- making one ---------------------------------------------------------------------------------- */

/* Until when the rules of that tick hold. */
static int64_t rules_end(const SweepReplies *r, uint32_t tick)
{
    if (r->market.rules) return INT64_MAX;
    return rules_until(r->market.venue, r->market.category, tick_columns_ts(&r->job->ticks, tick));
}

/* Whatever the matcher did before. */
static void start_anew(SweepReplies *r, int64_t ts_us)
{
    uint32_t owner;

    matcher_news(r->matcher, &(BookNews){.ts_us = ts_us, .kind = NEWS_OPEN});
    while (matcher_said(r->matcher, INT64_MAX, &owner)) {
    }
}

/* False: the order rests, or there are more answers than room. */
static bool note_answers(SweepReplies *r, SweepReply *to, int64_t arrival_us)
{
    const Event *said;
    uint32_t owner;

    to->count = 0;
    while ((said = matcher_said(r->matcher, INT64_MAX, &owner))) {
        if (to->count == REPLY_ANSWERS) return false;
        if (said->kind == EV_ORDER_STATE && said->order.state == ORDER_LIVE) return false;
        to->wait_us = said->ts_us - arrival_us;
        to->answers[to->count++] = *said;
    }
    return to->count > 0;
}

/* Levels that the order reaches, whether it needs them or not, and what it took of them. */
static void note_levels(SweepReplies *r, SweepReply *to, const Book *b)
{
    BookEnd end = book_turn_end(b, to->to.outcome, to->to.is_sell ? BOOK_BID : BOOK_ASK);
    int64_t limit = book_turn_price(b, to->to.outcome, to->to.price_micros);
    const Ladder *l = &b->side[end];

    to->end = (uint8_t)end;
    to->reached = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        int64_t price = l->levels[i].price_micros;

        if (book_is_better(end, limit, price)) break;
        to->prices[to->reached] = price;
        to->took[to->reached++] = matcher_taken_at(r->matcher, 0, end, price);
    }
}

static void make(SweepReplies *r, SweepReply *to, const SweepDoor *d, uint32_t tick)
{
    MatcherOrder order = sweep_order(&d->order);
    const Book *book = sweep_books_at(r->books, tick);

    to->tick = tick;
    to->to = d->order;
    to->until_us = rules_end(r, tick);
    matcher_look_at(r->matcher, 0, book);
    start_anew(r, d->arrival_us);
    matcher_order(r->matcher, &order, d->arrival_us);
    to->is_for_all = note_answers(r, to, d->arrival_us);
    note_levels(r, to, book);
}

/* ---- finding it ---------------------------------------------------------------------------------- */

static bool are_alike(const SweepSent *a, const SweepSent *b)
{
    return a->size_micros == b->size_micros && a->price_micros == b->price_micros &&
           a->token == b->token && a->modifiers == b->modifiers && a->is_sell == b->is_sell &&
           a->is_market == b->is_market;
}

static SweepReply *place_of(const SweepReplies *r, const SweepSent *o, uint32_t tick)
{
    uint64_t mixed = (uint64_t)o->size_micros * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (uint64_t)o->price_micros) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ tick ^ (uint64_t)o->is_sell << 32) * UINT64_C(0x94d049bb133111eb);
    return &r->table[mixed >> (64 - TABLE_BITS)];
}

static SweepReply *reply_to(SweepReplies *r, const SweepDoor *d, uint32_t tick)
{
    SweepReply *to = place_of(r, &d->order, tick);

    if (to->tick != tick || !are_alike(&to->to, &d->order)) make(r, to, d, tick);
    return to;
}

/* ---- what was taken ------------------------------------------------------------------------------ */

/* What is left of it behind that tick. */
static int64_t still_taken(SweepReplies *r, const SweepTook *t, uint32_t tick)
{
    BookEnd side = (BookEnd)t->end;
    uint32_t at = t->tick + 1, end = tick + 1;
    int64_t left = t->size_micros;

    while (left && (at = sweep_books_worse(r->books, side, t->price_micros, at, end)) < end)
        left = matcher_still_taken(sweep_books_at(r->books, at++), side, t->price_micros, left);
    return left;
}

static void drop(SweepDoor *d, uint32_t at)
{
    d->took_count--;
    for (; at < d->took_count; at++)
        d->took[at] = d->took[at + 1];
}

/* Forgets it if nothing is left. */
static bool has_taken(SweepReplies *r, SweepDoor *d, BookEnd end, int64_t price, uint32_t tick)
{
    for (uint32_t i = 0; i < d->took_count; i++) {
        if (d->took[i].price_micros != price || d->took[i].end != end) continue;
        if (still_taken(r, &d->took[i], tick)) return true;
        drop(d, i--);
    }
    return false;
}

/* Does the order reach a price at which its cell has taken something? */
static bool meets_taken(SweepReplies *r, SweepDoor *d, const Matcher *m, const SweepReply *to)
{
    BookEnd end = (BookEnd)to->end;

    for (uint32_t i = 0; i < to->reached; i++) {
        if (has_taken(r, d, end, to->prices[i], to->tick)) return true;
        if (d->is_told && matcher_taken_at(m, 0, end, to->prices[i])) return true;
    }
    return false;
}

static void take(SweepDoor *d, const SweepReply *to)
{
    for (uint32_t i = 0; i < to->reached; i++)
        if (to->took[i])
            d->took[d->took_count++] = (SweepTook){to->prices[i], to->took[i], to->tick, to->end};
}

/* ---- the door ------------------------------------------------------------------------------------ */

static int64_t travel_of(SweepReplies *r, uint64_t id)
{
    Travel *t = &r->travels[id % TRAVELS];

    if (t->id != id) *t = (Travel){id, matcher_travel(&r->config, 0, id)};
    return t->us;
}

int64_t sweep_door_due(const SweepDoor *d, const Matcher *m)
{
    if (d->is_waiting) return d->arrival_us;
    return d->is_told ? matcher_due(m) : INT64_MAX;
}

bool sweep_door_wait(SweepReplies *r, SweepDoor *d, const Matcher *m, const SweepSent *order)
{
    if (sweep_door_due(d, m) != INT64_MAX || d->took_count + BOOK_LEVELS > DOOR_TOOK) return false;
    d->is_waiting = true;
    d->order = *order;
    d->arrival_us = order->sent_us + travel_of(r, order->id);
    return true;
}

static void stamp(Event *ev, int64_t ts_us, uint64_t id)
{
    ev->ts_us = ts_us;
    if (ev->kind == EV_FILL)
        ev->fill.order = id;
    else if (ev->kind == EV_REJECT)
        ev->reject.order = id;
    else
        ev->order.order = id;
}

bool sweep_door_knows(SweepReplies *r, SweepDoor *d, const Matcher *m, uint32_t tick,
                      int64_t until_us)
{
    SweepReply *to;
    int64_t at;

    if (d->reply) return true;
    if (!d->is_waiting || tick == NO_TICK) return false;
    to = reply_to(r, d, tick);
    at = d->arrival_us + to->wait_us;
    if (!to->is_for_all || at > until_us || at >= to->until_us) return false;
    if (meets_taken(r, d, m, to)) return false;
    for (uint32_t i = 0; i < to->count; i++)
        stamp(&to->answers[i], at, d->order.id);
    take(d, to);
    d->reply = to;
    d->next = 0;
    return true;
}

const Event *sweep_door_say(SweepDoor *d)
{
    SweepReply *said = d->reply;
    const Event *next = &said->answers[d->next++];

    if (d->next < said->count) return next;
    d->reply = NULL;
    d->is_waiting = false;
    return next;
}

const SweepTook *sweep_door_took(SweepDoor *d)
{
    if (d->given < d->took_count) return &d->took[d->given++];
    d->took_count = d->given = 0;
    d->is_told = true;
    return NULL;
}

const SweepSent *sweep_door_order(SweepDoor *d)
{
    if (!d->is_waiting) return NULL;
    d->is_waiting = false;
    return &d->order;
}

bool sweep_door_forget(SweepDoor *d, const Matcher *m, bool opens)
{
    bool is_news = d->is_told || !opens;

    d->took_count = 0;
    d->is_told = is_news && (!opens || matcher_due(m) != INT64_MAX);
    return is_news;
}
