/* matching.c — see matching.h; numbers in brackets are paragraphs of docs/decisions/0045. */
#include "tests/reference/matching.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/rng.h"

#define DOLLAR INT64_C(1000000)
#define NEVER INT64_MAX

enum { SIDE_BIDS, SIDE_ASKS };

typedef struct RefMarket {            /* seen from outcome 0 */
    int64_t size[2][MATCHING_PRICES]; /* 0: nobody; MATCHING_UNSAID */
    int64_t taken[2][MATCHING_PRICES];
    bool is_cut[2];
    bool is_stale, is_closed;
    int64_t tick; /* announced; 0: none */
    int slot;
} RefMarket;

typedef enum Phase { PHASE_FLYING, PHASE_WAITING, PHASE_RESTING, PHASE_OVER } Phase;

typedef struct RefOrder {
    Story as; /* as it was sent */
    Phase phase;
    int64_t due;       /* FLYING, WAITING */
    uint64_t departed; /* order of departures, for equal instants */
    uint64_t rested;   /* order of coming to rest */
    int slot;
    int side;  /* it rests on */
    int price; /* of outcome 0, in steps */
    int64_t left;
    bool cancel_after_wait;
    int64_t ahead, shown, traded; /* -1: not known */
    bool was_best;
} RefOrder;

typedef struct RefCancel {
    bool is_over;
    int64_t due;
    uint64_t departed;
    uint64_t id;
    uint32_t owner;
    int market;
} RefCancel;

typedef struct World {
    const MatchingSetup *setup;
    RefMarket markets[MATCHING_MARKETS];
    RefOrder orders[MATCHING_ORDERS];
    RefCancel cancels[MATCHING_ORDERS];
    int order_count, cancel_count;
    uint64_t departures, rests;
    Reply *replies;
    size_t count, room;
} World;

/* ---- replies ------------------------------------------------------------------------------------ */

static void reply(World *w, const RefOrder *o, int64_t at, ReplyKind kind)
{
    if (w->count < w->room)
        w->replies[w->count] =
            (Reply){.at = at, .kind = kind, .owner = o->as.owner, .id = o->as.id};
    w->count++;
}

/* shares * rate * p * (1 - p) to five places, a half goes up, below one place nothing. */
static int64_t taker_fee(const MatchingSetup *s, int64_t price, int64_t size)
{
    __int128 over = (__int128)size * s->rate_ppm * price * (DOLLAR - price);
    __int128 under = (__int128)DOLLAR * DOLLAR * DOLLAR * 10;

    return over < under ? 0 : (int64_t)((2 * over + under) / (2 * under)) * 10;
}

static int64_t own_price(const RefOrder *o, int step)
{
    return (o->as.outcome ? MATCHING_PRICES - step : step) * MATCHING_STEP;
}

static void fill(World *w, RefOrder *o, int64_t at, int step, int64_t size, bool is_maker)
{
    int64_t price = own_price(o, step);

    o->left -= size;
    if (w->count < w->room)
        w->replies[w->count] = (Reply){.at = at,
                                       .kind = REPLY_FILL,
                                       .owner = o->as.owner,
                                       .id = o->as.id,
                                       .price = price,
                                       .size = size,
                                       .fee = is_maker ? 0 : taker_fee(w->setup, price, size)};
    w->count++;
}

static void finish(World *w, RefOrder *o, int64_t at, ReplyKind kind)
{
    reply(w, o, at, kind);
    o->phase = PHASE_OVER;
}

/* ---- books -------------------------------------------------------------------------------------- */

/* Best first: the i-th price of a side. */
static int step_at(int side, int i)
{
    return side == SIDE_BIDS ? MATCHING_PRICES - 1 - i : i + 1;
}

static int best_of(const RefMarket *m, int side)
{
    for (int i = 0; i < MATCHING_PRICES - 1; i++)
        if (m->size[side][step_at(side, i)]) return step_at(side, i);
    return 0;
}

static bool is_better(int side, int a, int b)
{
    return side == SIDE_BIDS ? a > b : a < b;
}

/* Nothing worse than the last level of a cut side is in sight. */
static bool is_in_sight(const RefMarket *m, int side, int step)
{
    if (m->size[side][step] || !m->is_cut[side]) return true;
    for (int i = 0; i < MATCHING_PRICES - 1; i++)
        if (m->size[side][step_at(side, i)] && is_better(side, step, step_at(side, i))) return true;
    return false;
}

/* (8) A stale or crossed book gives nothing. */
static bool is_crossed(const RefMarket *m)
{
    int bid = best_of(m, SIDE_BIDS), ask = best_of(m, SIDE_ASKS);

    return bid && ask && bid > ask;
}

/* An order on `side` at `limit` reaches a price of the other side. */
static bool reaches(int side, int limit, int step)
{
    return side == SIDE_BIDS ? limit >= step : limit <= step;
}

/* (3), (8) What can be had at one price. */
static int64_t on_offer(const World *w, const RefMarket *m, int side, int step, int64_t want)
{
    int64_t size = m->size[side][step];

    if (size == MATCHING_UNSAID) return w->setup->model == REF_TOUCH ? want : 0;
    size = size > m->taken[side][step] ? size - m->taken[side][step] : 0;
    return size < want ? size : want;
}

static void note_taken(RefMarket *m, int side, int step, int64_t size)
{
    if (m->size[side][step] != MATCHING_UNSAID) m->taken[side][step] += size;
}

/* (3) */
static void forget_taken(RefMarket *m)
{
    for (int side = 0; side < 2; side++)
        for (int step = 1; step < MATCHING_PRICES; step++) {
            int64_t size = m->size[side][step];

            if (size == MATCHING_UNSAID || !m->taken[side][step] || !is_in_sight(m, side, step))
                continue;
            if (m->taken[side][step] > size) m->taken[side][step] = size;
        }
}

/* ---- queues ------------------------------------------------------------------------------------- */

/* What the book says about an order's price: -1 nothing. */
static int64_t sight(const RefMarket *m, const RefOrder *o)
{
    int64_t size = m->size[o->side][o->price];

    return size == MATCHING_UNSAID || !is_in_sight(m, o->side, o->price) ? -1 : size;
}

/* (7) The price shows `now`: moves the queue, returns what faded. */
static int64_t fading(const World *w, const RefMarket *m, RefOrder *o)
{
    int64_t now = sight(m, o), before = o->shown, stood = before - o->traded;
    bool was_best = o->was_best, has_trades = w->setup->has_trades[o->as.market];

    o->shown = now;
    o->traded = 0;
    o->was_best = best_of(m, o->side) == o->price;
    if (now < 0) return 0;
    if (o->ahead < 0) {
        o->ahead = now;
        return 0;
    }
    if (stood < 0) stood = 0;
    if (before >= 0 && now < stood && was_best && !has_trades) return stood - now;
    if (before >= 0 && now < stood) {
        __int128 part = (__int128)o->ahead * now;

        o->ahead = (int64_t)((part + stood - 1) / stood);
    }
    if (o->ahead > now) o->ahead = now;
    return 0;
}

/* (6) Volume traded at the order's price, or beyond it; *used of it was given away. */
static void volume(World *w, RefOrder *o, int64_t at, int64_t size, int64_t *used, bool beyond)
{
    int64_t rest = size - *used, queue = beyond ? 0 : o->ahead;

    o->ahead = beyond ? 0 : queue < 0 ? queue : queue > size ? queue - size : 0;
    if (w->setup->model == REF_PESSIMISTIC && !beyond) return;
    if (w->setup->model == REF_QUEUE && queue < 0) return;
    if (w->setup->model == REF_QUEUE) rest -= queue;
    if (rest > o->left) rest = o->left;
    if (rest <= 0) return;
    *used += rest;
    fill(w, o, at, o->price, rest, true);
    if (!o->left) o->phase = PHASE_OVER;
}

/* (6) The other side has come to the price. */
static void crossing(World *w, RefMarket *m, RefOrder *o, int64_t at)
{
    int other = 1 - o->side;
    int64_t sum = 0;

    for (int i = 0; i < MATCHING_PRICES - 1; i++) {
        int step = step_at(other, i);
        int64_t part;

        if (!reaches(o->side, o->price, step)) break;
        if (!m->size[other][step] || sum == o->left) continue;
        o->ahead = 0;
        if (w->setup->model == REF_PESSIMISTIC && step == o->price) continue;
        part = on_offer(w, m, other, step, o->left - sum);
        note_taken(m, other, step, part);
        sum += part;
    }
    if (sum) fill(w, o, at, o->price, sum, true);
    if (!o->left) o->phase = PHASE_OVER;
}

/* The next order that rests on a side after `last` (NULL: the first): price, then age. */
static RefOrder *next_resting(World *w, int market, int side, const RefOrder *last)
{
    RefOrder *best = NULL;

    for (int i = 0; i < w->order_count; i++) {
        RefOrder *o = &w->orders[i];
        bool is_after = !last || is_better(side, last->price, o->price) ||
                        (last->price == o->price && o->rested > last->rested);

        if (o->phase != PHASE_RESTING || o->as.market != market || o->side != side || !is_after)
            continue;
        if (!best || is_better(side, o->price, best->price) ||
            (o->price == best->price && o->rested < best->rested))
            best = o;
    }
    return best;
}

static void on_book(World *w, int market, int64_t at)
{
    RefMarket *m = &w->markets[market];

    if (m->is_stale) {
        for (int i = 0; i < w->order_count; i++)
            if (w->orders[i].as.market == market) w->orders[i].shown = -1;
        return;
    }
    if (is_crossed(m)) return;
    forget_taken(m);
    for (int side = 0; side < 2; side++) {
        int64_t used = 0;
        int price = 0;

        for (RefOrder *o = next_resting(w, market, side, NULL); o;
             o = next_resting(w, market, side, o)) {
            int64_t faded = fading(w, m, o);

            if (o->price != price) used = 0;
            price = o->price;
            if (faded) volume(w, o, at, faded, &used, false);
            if (o->phase == PHASE_RESTING) crossing(w, m, o, at);
        }
    }
}

/* ---- news --------------------------------------------------------------------------------------- */

static int turned_step(const Story *s, int64_t price)
{
    int step = (int)(price / MATCHING_STEP);

    return s->outcome ? MATCHING_PRICES - step : step;
}

static void put(RefMarket *m, const Story *s, bool is_ask, StoryLevel level)
{
    int side = (is_ask != (s->outcome == 1)) ? SIDE_ASKS : SIDE_BIDS;

    m->size[side][turned_step(s, level.price)] = level.size;
}

static void on_snapshot(RefMarket *m, const Story *s)
{
    memset(m->size, 0, sizeof m->size);
    m->is_cut[0] = m->is_cut[1] = s->is_cut;
    m->is_stale = false;
    for (int i = 0; i < s->bid_count; i++)
        put(m, s, false, s->bids[i]);
    for (int i = 0; i < s->ask_count; i++)
        put(m, s, true, s->asks[i]);
}

static void on_trade(World *w, const Story *s)
{
    bool hits_bids = s->is_sell != (s->outcome == 1);
    int side = hits_bids ? SIDE_BIDS : SIDE_ASKS, step = turned_step(s, s->price);
    int64_t size = s->size, used = 0;

    if (size == MATCHING_UNSAID) size = w->setup->model == REF_TOUCH ? NEVER : 0;
    for (RefOrder *o = next_resting(w, s->market, side, NULL); o;
         o = next_resting(w, s->market, side, o)) {
        if (!reaches(side, o->price, step)) break;
        if (o->price == step && size != NEVER) o->traded += size;
        volume(w, o, s->at, size, &used, o->price != step);
    }
}

/* The oldest that rests in a market and expires up to then. */
static RefOrder *oldest(World *w, int market, int64_t expires)
{
    RefOrder *best = NULL;

    for (int i = 0; i < w->order_count; i++) {
        RefOrder *o = &w->orders[i];

        if (o->phase == PHASE_RESTING && o->as.market == market && o->as.expires <= expires &&
            (!best || o->rested < best->rested))
            best = o;
    }
    return best;
}

static void on_slot(World *w, const Story *s)
{
    RefMarket *m = &w->markets[s->market];
    RefOrder *o;

    while ((o = oldest(w, s->market, NEVER)))
        finish(w, o, s->at, REPLY_CANCELLED);
    memset(m->taken, 0, sizeof m->taken);
    m->is_closed = s->kind == STORY_CLOSE;
    if (m->is_closed) return;
    memset(m->size, 0, sizeof m->size);
    m->is_stale = true;
    m->tick = 0;
    m->slot++;
}

/* ---- arrivals ----------------------------------------------------------------------------------- */

/* (4) */
static int64_t arrival(const MatchingSetup *s, const Story *o, bool is_cancel)
{
    int64_t at = o->at + (is_cancel ? s->cancel_us : s->order_us);
    Rng rng;

    rng_init_stream(&rng, s->seed,
                    ((((uint64_t)o->owner << 40) ^ o->id) << 1) + (is_cancel ? 1 : 0));
    return s->jitter_us ? at + rng_range(&rng, 0, s->jitter_us) : at;
}

static void depart(World *w, const Story *s)
{
    bool is_bid = s->is_sell == (s->outcome == 1);
    RefOrder o = {.as = *s,
                  .phase = PHASE_FLYING,
                  .due = arrival(w->setup, s, false),
                  .departed = w->departures++,
                  .slot = w->markets[s->market].slot,
                  .side = is_bid ? SIDE_BIDS : SIDE_ASKS,
                  .price = turned_step(s, s->price),
                  .left = s->size};

    BUG_IF(w->order_count == MATCHING_ORDERS);
    w->orders[w->order_count++] = o;
}

static void depart_cancel(World *w, const Story *s)
{
    BUG_IF(w->cancel_count == MATCHING_ORDERS);
    w->cancels[w->cancel_count++] = (RefCancel){.due = arrival(w->setup, s, true),
                                                .departed = w->departures++,
                                                .id = s->id,
                                                .owner = s->owner,
                                                .market = s->market};
}

static bool is_off_grid(const World *w, const RefMarket *m, int64_t price)
{
    int64_t tick = m->tick ? m->tick : w->setup->tick;

    return price % tick || price < tick || price > DOLLAR - tick;
}

/* What could be taken now, up to what is left. */
static int64_t takeable(const World *w, const RefMarket *m, const RefOrder *o)
{
    int other = 1 - o->side;
    int64_t sum = 0;

    if (m->is_stale || is_crossed(m)) return 0;
    for (int i = 0; i < MATCHING_PRICES - 1; i++) {
        int step = step_at(other, i);

        if (reaches(o->side, o->price, step) && m->size[other][step])
            sum += on_offer(w, m, other, step, o->left - sum);
    }
    return sum;
}

static void take(World *w, RefMarket *m, RefOrder *o, int64_t at)
{
    int other = 1 - o->side;

    if (m->is_stale || is_crossed(m)) return;
    for (int i = 0; i < MATCHING_PRICES - 1 && o->left; i++) {
        int step = step_at(other, i);
        int64_t part;

        if (!reaches(o->side, o->price, step) || !m->size[other][step]) continue;
        part = on_offer(w, m, other, step, o->left);
        note_taken(m, other, step, part);
        if (part) fill(w, o, at, step, part, false);
    }
}

static void come_to_rest(World *w, RefMarket *m, RefOrder *o, int64_t at)
{
    o->phase = PHASE_RESTING;
    o->rested = w->rests++;
    o->shown = m->is_stale || is_crossed(m) ? -1 : sight(m, o);
    o->ahead = o->shown;
    o->traded = 0;
    o->was_best = best_of(m, o->side) == o->price;
    reply(w, o, at, REPLY_LIVE);
    if (o->cancel_after_wait) finish(w, o, at, REPLY_CANCELLED);
}

static bool is_immediate(const Story *s)
{
    return s->is_market || s->is_now || s->is_all;
}

/* (5), one line a sentence. */
static void arrive(World *w, RefOrder *o)
{
    const MatchingSetup *s = w->setup;
    const Story *as = &o->as;
    RefMarket *m = &w->markets[as->market];
    int best = best_of(m, 1 - o->side);
    bool crosses = !m->is_stale && !is_crossed(m) && best && reaches(o->side, o->price, best);
    int64_t at = o->due, can = takeable(w, m, o);
    bool has_waited = o->phase == PHASE_WAITING;
    __int128 worth = (__int128)as->price * as->size;

    if (as->is_set)
        finish(w, o, at, REPLY_FILLED);
    else if (m->is_closed || o->slot != m->slot)
        finish(w, o, at, REPLY_REJECTED);
    else if (as->expires <= at)
        finish(w, o, at, REPLY_EXPIRED);
    else if (is_off_grid(w, m, as->price))
        finish(w, o, at, REPLY_REJECTED);
    else if (as->size <= 0)
        finish(w, o, at, REPLY_REJECTED);
    else if (as->is_post && crosses)
        finish(w, o, at, REPLY_REJECTED);
    else if (can && !as->is_sell && worth < (__int128)s->min_notional * DOLLAR)
        finish(w, o, at, REPLY_REJECTED);
    else if (can && s->delay_us && !has_waited) {
        o->phase = PHASE_WAITING;
        o->due = at + s->delay_us;
        o->departed = w->departures++;
    } else if (!can && !is_immediate(as) && as->size < s->min_size)
        finish(w, o, at, REPLY_REJECTED);
    else {
        if (!as->is_all || can == as->size) take(w, m, o, at);
        if (!o->left)
            o->phase = PHASE_OVER;
        else if (is_immediate(as))
            finish(w, o, at, REPLY_CANCELLED);
        else
            come_to_rest(w, m, o, at);
    }
}

/* (4), (5) A cancel waits for an order on its way; during the taker delay it is kept for its end. */
static void arrive_cancel(World *w, RefCancel *c)
{
    for (int i = 0; i < w->order_count; i++) {
        RefOrder *o = &w->orders[i];

        if (o->as.id != c->id || o->as.owner != c->owner) continue;
        if (o->phase == PHASE_FLYING) {
            c->due = o->due;
            c->departed = w->departures++;
            return;
        }
        if (o->phase == PHASE_WAITING) o->cancel_after_wait = true;
        if (o->phase == PHASE_RESTING && o->as.market == c->market)
            finish(w, o, c->due, REPLY_CANCELLED);
    }
    c->is_over = true;
}

/* ---- time --------------------------------------------------------------------------------------- */

static RefOrder *first_flying(World *w)
{
    RefOrder *best = NULL;

    for (int i = 0; i < w->order_count; i++) {
        RefOrder *o = &w->orders[i];

        if (o->phase != PHASE_FLYING && o->phase != PHASE_WAITING) continue;
        if (!best || o->due < best->due || (o->due == best->due && o->departed < best->departed))
            best = o;
    }
    return best;
}

static RefCancel *first_cancel(World *w)
{
    RefCancel *best = NULL;

    for (int i = 0; i < w->cancel_count; i++) {
        RefCancel *c = &w->cancels[i];

        if (c->is_over) continue;
        if (!best || c->due < best->due || (c->due == best->due && c->departed < best->departed))
            best = c;
    }
    return best;
}

static int64_t first_expiry(World *w)
{
    int64_t first = NEVER;

    for (int i = 0; i < w->order_count; i++)
        if (w->orders[i].phase == PHASE_RESTING && w->orders[i].as.expires < first)
            first = w->orders[i].as.expires;
    return first;
}

static void expire(World *w, int64_t at)
{
    RefOrder *o = NULL;

    for (int market = 0; market < MATCHING_MARKETS && !o; market++)
        o = oldest(w, market, at);
    finish(w, o, at, REPLY_EXPIRED);
}

/* Everything that happens by itself before `until`. */
static void run(World *w, int64_t until)
{
    for (;;) {
        RefOrder *o = first_flying(w);
        RefCancel *c = first_cancel(w);
        int64_t expiry = first_expiry(w), due = o ? o->due : NEVER;
        bool is_cancel = c && (!o || c->due < due || (c->due == due && c->departed < o->departed));

        if (is_cancel) due = c->due;
        if ((due < expiry ? due : expiry) >= until) return;
        if (expiry < due)
            expire(w, expiry);
        else if (is_cancel)
            arrive_cancel(w, c);
        else
            arrive(w, o);
    }
}

static void happen(World *w, const Story *s)
{
    RefMarket *m = &w->markets[s->market];

    switch (s->kind) {
    case STORY_BOOK:
        on_snapshot(m, s);
        on_book(w, s->market, s->at);
        break;
    case STORY_DELTA:
        if (!m->is_stale) put(m, s, s->is_ask, (StoryLevel){s->price, s->size});
        on_book(w, s->market, s->at);
        break;
    case STORY_TRADE:
        on_trade(w, s);
        break;
    case STORY_GRID:
        m->tick = s->price;
        m->is_stale = true;
        on_book(w, s->market, s->at);
        break;
    case STORY_GAP:
        m->is_stale = true;
        on_book(w, s->market, s->at);
        break;
    case STORY_OPEN:
    case STORY_CLOSE:
        on_slot(w, s);
        break;
    case STORY_ORDER:
        depart(w, s);
        break;
    case STORY_CANCEL:
        depart_cancel(w, s);
        break;
    case STORY_KINDS:
        break;
    }
}

size_t matching_reference(const MatchingSetup *setup, const Story *stories, size_t count,
                          Reply *replies, size_t room)
{
    static World w; /* large; a test program has one thread */

    w = (World){.setup = setup, .replies = replies, .room = room};
    for (int i = 0; i < MATCHING_MARKETS; i++)
        w.markets[i].is_stale = w.markets[i].is_cut[0] = w.markets[i].is_cut[1] = true;
    for (size_t i = 0; i < count; i++) {
        run(&w, stories[i].at);
        happen(&w, &stories[i]);
    }
    run(&w, NEVER);
    return w.count;
}
