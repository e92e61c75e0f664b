/* instant.c — see instant.h. */
#include "runtime/engine/instant.h"

#include "runtime/engine/due.h"
#include "runtime/engine/quiet.h"
#include "runtime/engine/tick.h"
#include "vm/base/bug.h"

enum { BOOKS_MAX = 256 };

typedef struct Resting { /* an order that was taken */
    uint64_t id;
    uint8_t modifiers, verb;
    bool is_sell, is_market, is_tried, is_over;
    int32_t token;
    int64_t left_micros, price_micros, expires_us;
} Resting;

typedef struct Touch { /* best level of one side */
    int64_t price_micros, size_micros;
} Touch;

typedef struct Book { /* of the latest tick, as it came */
    Touch bids[OUTCOMES], asks[OUTCOMES];
} Book;

typedef struct TokenPlace {
    uint8_t market, outcome;
} TokenPlace;

struct Instant {
    const Image *image;
    Resting *orders; /* in their order; the engine keeps no more open */
    uint32_t count;
    Book *books;        /* by market */
    TokenPlace *tokens; /* by token */
    uint32_t token_count, static_markets;
    bool is_held;
    EffectSink out;
    InstantWatch watch;
};

static uint8_t static_markets(const Image *image)
{
    uint8_t n = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        n = (uint8_t)(n + (image->sources[i].source == 0));
    return n;
}

static void place_tokens(Instant *g)
{
    for (uint32_t i = 0; i < g->token_count; i++) {
        uint32_t dynamic = i - g->image->tokens_count;

        if (i < g->image->tokens_count) {
            const TokenRow *row = &g->image->tokens[i];
            bool is_unnamed = row->market == MARKET_NONE;

            g->tokens[i].market = is_unnamed ? (uint8_t)g->static_markets : row->market;
            g->tokens[i].outcome = row->outcome < OUTCOMES ? row->outcome : 0;
        } else {
            g->tokens[i].market = (uint8_t)(g->static_markets + dynamic / OUTCOMES);
            g->tokens[i].outcome = (uint8_t)(dynamic % OUTCOMES);
        }
    }
}

static void forget_book(Instant *g, uint8_t market)
{
    for (uint32_t o = 0; o < OUTCOMES; o++)
        g->books[market].bids[o] = g->books[market].asks[o] =
            (Touch){MICROS_UNKNOWN, MICROS_UNKNOWN};
}

Instant *instant_new(const Image *image, Arena *arena)
{
    Instant *g = arena_new(arena, Instant);

    if (arena_is_full(arena)) return NULL;
    g->image = image;
    g->static_markets = static_markets(image);
    g->token_count = image->tokens_count + DYNAMIC_MARKETS * OUTCOMES;
    g->orders = arena_array(arena, Resting, 2 * ORDERS_MAX);
    g->books = arena_array(arena, Book, BOOKS_MAX);
    g->tokens = arena_array(arena, TokenPlace, g->token_count);
    if (arena_is_full(arena)) return NULL;
    place_tokens(g);
    for (uint32_t m = 0; m < BOOKS_MAX; m++)
        forget_book(g, (uint8_t)m);
    return g;
}

void instant_hold(Instant *g, bool is_held)
{
    g->is_held = is_held;
}

void instant_watch(Instant *g, InstantWatch watch)
{
    g->watch = watch;
}

/* ---- orders in -------------------------------------------------------------------------------- */

static Resting *find(Instant *g, uint64_t id)
{
    for (uint32_t i = 0; i < g->count; i++)
        if (g->orders[i].id == id && !g->orders[i].is_over) return &g->orders[i];
    return NULL;
}

static void take_order(Instant *g, const Effect *f)
{
    Resting *o;

    if (g->count == 2 * ORDERS_MAX) return; /* more than the engine can have open */
    o = &g->orders[g->count++];
    *o = (Resting){.id = f->order,
                   .modifiers = f->modifiers,
                   .verb = f->kind == EFFECT_SETS ? VERB_SPLIT : VERB_TRADE,
                   .is_sell = f->is_sell,
                   .is_market = f->is_market,
                   .token = f->token,
                   .left_micros = f->size_micros,
                   .price_micros = f->price_micros,
                   .expires_us = f->has_good_for ? f->ts_us + f->good_for_us : INT64_MAX};
}

static void take_effect(void *ctx, const Effect *f)
{
    Instant *g = ctx;

    effect_send(g->out, f);
    if (f->kind == EFFECT_ORDER || f->kind == EFFECT_SETS) take_order(g, f);
    if (f->kind == EFFECT_CANCEL) {
        Resting *o = find(g, f->order);

        if (o) o->expires_us = INT64_MIN; /* answered before anything else happens */
    }
}

static inline Touch touch_of(const BookSide *side)
{
    return (Touch){side->price_micros[0], side->size_micros[0]};
}

static inline void take_book(Instant *g, uint8_t market, const TickData *t)
{
    Book *book = &g->books[market];

    for (int o = 0; o < OUTCOMES; o++) {
        book->bids[o] = touch_of(&t->bid[o]);
        book->asks[o] = touch_of(&t->ask[o]);
    }
}

/* A tick with bid > ask says nothing about either outcome; an unknown bid is below everything. */
static bool is_crossed(const Book *b)
{
    for (int o = 0; o < OUTCOMES; o++)
        if (b->asks[o].price_micros != MICROS_UNKNOWN &&
            b->bids[o].price_micros > b->asks[o].price_micros)
            return true;
    return false;
}

/* ---- answers ---------------------------------------------------------------------------------- */

static void answer(Instant *g, Engine *e, const Event *ev)
{
    if (g->watch.see) g->watch.see(g->watch.ctx, ev);
    engine_apply(e, ev, (EffectSink){take_effect, g});
}

static void answer_state(Instant *g, Engine *e, Resting *o, int64_t ts_us, OrderState state)
{
    Event ev = {.ts_us = ts_us, .kind = EV_ORDER_STATE};

    ev.order.order = o->id;
    ev.order.state = (uint8_t)state;
    o->is_over = state != ORDER_LIVE;
    answer(g, e, &ev);
}

static void answer_fill(Instant *g, Engine *e, uint32_t at, int64_t ts_us, int64_t price,
                        int64_t size)
{
    Resting *o = &g->orders[at];
    Event ev = {.ts_us = ts_us, .kind = EV_FILL};

    ev.fill.order = o->id;
    ev.fill.price_micros = price;
    ev.fill.size_micros = size;
    ev.fill.token = (uint8_t)o->token;
    ev.fill.is_sell = o->is_sell;
    o->left_micros -= size;
    if (!o->left_micros) o->is_over = true;
    answer(g, e, &ev);
}

static void answer_reject(Instant *g, Engine *e, Resting *o, int64_t ts_us)
{
    Event ev = {.ts_us = ts_us, .kind = EV_REJECT};

    ev.reject.order = o->id;
    ev.reject.reason = NONE_16;
    o->is_over = true;
    answer(g, e, &ev);
}

/* ---- matching --------------------------------------------------------------------------------- */

/* How much of the order the touched side takes, and its price. */
static int64_t fillable(const Instant *g, const Resting *o, int64_t *ret_price)
{
    const TokenPlace *p = &g->tokens[o->token];
    const Book *b = &g->books[p->market];
    const Touch *t = &(o->is_sell ? b->bids : b->asks)[p->outcome];

    *ret_price = t->price_micros;
    if (t->price_micros == MICROS_UNKNOWN || is_crossed(b)) return 0;
    if (o->is_sell ? t->price_micros < o->price_micros : t->price_micros > o->price_micros)
        return 0;
    if (t->size_micros == MICROS_UNKNOWN || t->size_micros > o->left_micros) return o->left_micros;
    return t->size_micros;
}

static bool is_immediate(const Resting *o)
{
    return o->is_market || (o->modifiers & (MOD_NOW_OR_NEVER | MOD_ALL_OR_NOTHING));
}

static void try_trade(Instant *g, Engine *e, uint32_t at, int64_t ts_us)
{
    Resting *o = &g->orders[at];
    int64_t price, size = fillable(g, o, &price);

    if ((o->modifiers & MOD_POST_ONLY) && size > 0) {
        answer_reject(g, e, o, ts_us);
        return;
    }
    if ((o->modifiers & MOD_ALL_OR_NOTHING) && size < o->left_micros) size = 0;
    if (size > 0) answer_fill(g, e, at, ts_us, price, size);
    if (is_immediate(o) && !o->is_over) answer_state(g, e, o, ts_us, ORDER_CANCELLED);
}

/* The first answer to an order; true when something was answered. */
static bool try_new(Instant *g, Engine *e, uint32_t at, int64_t ts_us)
{
    Resting *o = &g->orders[at];

    o->is_tried = true;
    if (o->verb != VERB_TRADE) {
        answer_state(g, e, o, ts_us, ORDER_FILLED);
        return true;
    }
    if (!g->is_held) try_trade(g, e, at, ts_us);
    return true;
}

/* Cancels and expiries up to `ts_us` (not included: INT64_MIN alone). */
static void drop_expired(Instant *g, Engine *e, int64_t ts_us, int64_t until_us)
{
    for (uint32_t i = 0; i < g->count; i++) {
        Resting *o = &g->orders[i];

        if (o->is_over || o->expires_us >= until_us) continue;
        answer_state(g, e, o, ts_us, o->expires_us == INT64_MIN ? ORDER_CANCELLED : ORDER_EXPIRED);
    }
}

static void forget_over(Instant *g)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < g->count; i++)
        if (!g->orders[i].is_over) g->orders[kept++] = g->orders[i];
    g->count = kept;
}

/* Answers what the last event asked for: cancels, then orders in their order; at a tick also resting
 * orders of its market.  What the answers' own handlers send comes at the end of the line. */
static void answer_all(Instant *g, Engine *e, int64_t ts_us, int32_t ticked)
{
    if (!g->count) return;
    drop_expired(g, e, ts_us, INT64_MIN + 1);
    for (uint32_t i = 0; i < g->count; i++) {
        Resting *o = &g->orders[i];
        int64_t price, size;

        if (o->is_over) continue;
        if (!o->is_tried) {
            (void)try_new(g, e, i, ts_us);
        } else if (!g->is_held && g->tokens[o->token].market == ticked) {
            size = fillable(g, o, &price);
            if (size > 0) answer_fill(g, e, i, ts_us, o->price_micros, size);
        }
        drop_expired(g, e, ts_us, INT64_MIN + 1);
    }
    forget_over(g);
}

/* ---- time ------------------------------------------------------------------------------------- */

static int64_t next_expiry(const Instant *g)
{
    int64_t best = INT64_MAX;

    for (uint32_t i = 0; i < g->count; i++)
        if (!g->orders[i].is_over && g->orders[i].expires_us < best) best = g->orders[i].expires_us;
    return best;
}

/* What is due then; where nobody watches, no event is made up for it. */
static void answer_clock(Instant *g, Engine *e, int64_t ts_us)
{
    if (g->watch.see) g->watch.see(g->watch.ctx, &(Event){.ts_us = ts_us, .kind = EV_CLOCK});
    engine_advance(e, ts_us, EV_CLOCK, (EffectSink){take_effect, g});
}

/* Everything that happens by itself before `ts_us`, in order of time. */
static void run_until(Instant *g, Engine *e, int64_t ts_us, bool is_included)
{
    if (!due_by(e, ts_us) && !g->count) return;
    for (;;) {
        int64_t due = engine_due(e), expiry = next_expiry(g);
        int64_t next = due <= expiry ? due : expiry;

        if (next > ts_us || (next == ts_us && !is_included) || next == INT64_MAX) return;
        if (due <= expiry) {
            answer_clock(g, e, next);
            answer_all(g, e, next, -1);
        } else {
            drop_expired(g, e, next, next + 1);
            answer_all(g, e, next, -1);
        }
    }
}

/* What an event other than a tick says about a book. */
static void take_news(Instant *g, const Event *ev)
{
    const TickData *facts = NULL;

    if (ev->kind == EV_SLOT_OPEN) {
        forget_book(g, ev->market);
        facts = ev->slot.facts;
    } else if (ev->kind == EV_COMMAND) {
        facts = ev->command.facts;
    }
    if (facts) take_book(g, ev->market, facts);
}

/* Before an event, and what it says about a book. */
static void prepare(Instant *g, Engine *e, const Event *event)
{
    run_until(g, e, event->ts_us, event->kind == EV_CLOCK);
    if (event->kind == EV_TICK)
        take_book(g, event->market, event->tick);
    else
        take_news(g, event);
}

/* A tick before which nothing is due, while no order waits. */
static inline void apply_calm(Instant *g, Engine *e, const Event *event)
{
    MarketRun *m = &e->markets[event->market];
    EffectSink sink = {take_effect, g};

    take_book(g, event->market, event->tick);
    if (UNLIKELY(event->market >= e->market_count || !m->is_plain)) {
        engine_apply(e, event, sink);
        return;
    }
    e->sink = sink;
    tick_plain(e, m, event, false);
}

void instant_apply(Instant *g, Engine *e, const Event *event, EffectSink sink)
{
    g->out = sink;
    if (LIKELY(event->kind == EV_TICK && event->ts_us < e->due_us && !g->count)) {
        apply_calm(g, e, event);
        if (UNLIKELY(g->count)) answer_all(g, e, event->ts_us, event->market);
        return;
    }
    prepare(g, e, event);
    engine_apply(e, event, (EffectSink){take_effect, g});
    if (g->count) answer_all(g, e, event->ts_us, event->kind == EV_TICK ? event->market : -1);
}

void instant_apply_known(Instant *g, Engine *e, const Event *tick, EffectSink sink)
{
    g->out = sink;
    prepare(g, e, tick);
    engine_apply_known(e, tick, (EffectSink){take_effect, g});
    if (g->count) answer_all(g, e, tick->ts_us, tick->market);
}

void instant_advance(Instant *g, Engine *e, int64_t ts_us, EffectSink sink)
{
    g->out = sink;
    run_until(g, e, ts_us, false);
    engine_advance(e, ts_us, EV_TICK, (EffectSink){take_effect, g});
}

bool instant_has_orders(const Instant *g)
{
    return g->count != 0;
}

InstantCalm instant_calm(const Instant *g, uint8_t market)
{
    InstantCalm c = {.until_us = next_expiry(g)};

    for (int o = 0; o < OUTCOMES; o++) {
        c.buys[o] = INT64_MIN;
        c.sells[o] = INT64_MAX;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        const Resting *o = &g->orders[i];
        const TokenPlace *p = &g->tokens[o->token];

        if (o->is_over || p->market != market) continue;
        if (o->is_sell && o->price_micros < c.sells[p->outcome])
            c.sells[p->outcome] = o->price_micros;
        if (!o->is_sell && o->price_micros > c.buys[p->outcome])
            c.buys[p->outcome] = o->price_micros;
    }
    return c;
}

void instant_skip(Instant *g, uint8_t market, const TickData *last)
{
    take_book(g, market, last);
}
