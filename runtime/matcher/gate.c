/* gate.c — see gate.h. */
#include "runtime/matcher/gate.h"

#include <stddef.h>
#include <string.h>

#include "runtime/engine/order.h"
#include "vm/base/bug.h"

enum { GATE_DEPTH = 32 };

typedef struct Waiting { /* a tick that no order has asked about */
    TickData tick;
    int64_t ts_us;
    bool is_there;
} Waiting;

typedef struct Seat {
    Gate *gate;
    uint32_t owner; /* its place among the seats */
    GateSeat is;
} Seat;

struct Gate {
    Matcher *matcher;
    Book *books;      /* by market */
    Waiting *waiting; /* by market: newer than the book */
    int64_t *slots;   /* by market: start of the slot that was opened last; INT64_MIN: none */
    uint32_t market_count, static_markets;
    Seat *seats;
    uint32_t seat_count;
};

static bool is_mirrored(uint8_t kind)
{
    return kind == MARKET_SLOT || kind == MARKET_BINARY;
}

static uint32_t count_markets(const Image *image)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        n += image->sources[i].source == 0;
    return n;
}

static bool take_rooms(Gate *g, uint32_t seats, Arena *arena)
{
    g->books = arena_array(arena, Book, g->market_count + 1U);
    g->slots = arena_array(arena, int64_t, g->market_count + 1U);
    g->waiting = arena_array(arena, Waiting, g->market_count + 1U);
    g->seats = arena_array(arena, Seat, seats + 1U);
    g->seat_count = seats;
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < seats; i++)
        g->seats[i] = (Seat){.gate = g, .owner = i};
    return true;
}

/* Books stand; the last of the config's markets is meant by all beyond `static_markets`. */
static Gate *open_gate(Gate *g, const MatcherConfig *config, Arena *arena)
{
    MatcherConfig own = *config;
    MatcherMarket *markets = arena_array(arena, MatcherMarket, g->market_count + 1U);

    if (arena_is_full(arena)) return NULL;
    for (uint32_t i = 0; i < g->market_count; i++) {
        markets[i] = config->markets[i < g->static_markets ? i : g->static_markets];
        markets[i].book = &g->books[i];
        g->slots[i] = INT64_MIN;
    }
    own.markets = markets;
    own.market_count = g->market_count;
    g->matcher = matcher_new(&own, arena);
    return g->matcher && !arena_is_full(arena) ? g : NULL;
}

/* Books of the file's own markets, then of those met through leaders. */
Gate *gate_new(const Image *image, const MatcherConfig *config, Arena *arena)
{
    Gate *g = arena_new(arena, Gate);
    uint32_t n = 0;

    if (arena_is_full(arena)) return NULL;
    g->static_markets = count_markets(image);
    g->market_count = g->static_markets + DYNAMIC_MARKETS;
    if (!take_rooms(g, 1, arena)) return NULL;
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == 0)
            book_init(&g->books[n++], GATE_DEPTH, is_mirrored(image->sources[i].kind), arena);
    for (; n < g->market_count; n++)
        book_init(&g->books[n], GATE_DEPTH, true, arena);
    return open_gate(g, config, arena);
}

Gate *gate_new_shared(const uint8_t *kinds, const MatcherConfig *config, uint32_t seats,
                      Arena *arena)
{
    Gate *g = arena_new(arena, Gate);

    if (arena_is_full(arena)) return NULL;
    g->static_markets = g->market_count = config->market_count;
    if (!take_rooms(g, seats, arena)) return NULL;
    for (uint32_t i = 0; i < g->market_count; i++)
        book_init(&g->books[i], GATE_DEPTH, is_mirrored(kinds[i]), arena);
    return open_gate(g, config, arena);
}

void gate_sit(Gate *g, uint32_t owner, const GateSeat *seat)
{
    BUG_IF(owner >= g->seat_count);
    g->seats[owner].is = *seat;
}

void gate_watch(Gate *g, InstantWatch watch)
{
    g->seats[0].is.watch = watch;
}

const Matcher *gate_matcher(const Gate *g)
{
    return g->matcher;
}

/* ---- news ---------------------------------------------------------------------------------------- */

static void tell(Gate *g, const BookNews *news)
{
    (void)book_apply(&g->books[news->market], news);
    matcher_news(g->matcher, news);
}

static void tell_snapshot(Gate *g, uint8_t market, const TickData *t, int64_t ts_us)
{
    TickLevels room;
    BookNews news = book_news_of_tick(t, market, g->books[market].is_mirrored, ts_us, &room);

    g->waiting[market].is_there = false;
    tell(g, &news);
}

/* Before somebody looks at the book. */
static void catch_up(Gate *g, uint8_t market)
{
    Waiting *w = &g->waiting[market];

    if (w->is_there) tell_snapshot(g, market, &w->tick, w->ts_us);
}

const Book *gate_book(Gate *g, uint32_t market)
{
    catch_up(g, (uint8_t)market);
    return &g->books[market];
}

/* Most ticks meet no order: they wait, and the next one takes their place. */
static void tell_tick(Gate *g, const Event *ev, const TickData *t)
{
    Waiting *w = &g->waiting[ev->market];

    if (!matcher_is_still(g->matcher, ev->market)) {
        tell_snapshot(g, ev->market, t, ev->ts_us);
        return;
    }
    memcpy(&w->tick, t, offsetof(TickData, mid)); /* a snapshot is made of the books alone */
    w->ts_us = ev->ts_us;
    w->is_there = true;
}

static void tell_kind(Gate *g, const Event *ev, NewsKind kind)
{
    catch_up(g, ev->market);
    tell(g, &(BookNews){.ts_us = ev->ts_us, .kind = (uint8_t)kind, .market = ev->market});
}

/* ---- orders out ---------------------------------------------------------------------------------- */

/* The gate's market of one of the seat's; those met through leaders are not shared. */
static uint8_t market_of(const Seat *s, int32_t market)
{
    uint8_t at = s->is.markets && market >= 0 ? s->is.markets[market] : (uint8_t)market;

    BUG_IF(market < 0 || at >= s->gate->market_count);
    return at;
}

static void take_order(Seat *s, const Effect *f)
{
    TokenView t = engine_token_view(s->is.engine, f->token);
    MatcherOrder o = {.id = f->order,
                      .owner = s->owner,
                      .token = f->token,
                      .market = market_of(s, t.market),
                      .outcome = t.outcome,
                      .modifiers = f->modifiers,
                      .is_sell = f->is_sell,
                      .is_market = f->is_market,
                      .is_set = f->kind == EFFECT_SETS,
                      .size_micros = f->size_micros,
                      .price_micros = f->price_micros,
                      .expires_us = f->has_good_for ? f->ts_us + f->good_for_us : INT64_MAX};

    catch_up(s->gate, o.market);
    matcher_order(s->gate->matcher, &o, f->ts_us);
}

static void take_effect(void *ctx, const Effect *f)
{
    Seat *s = ctx;

    effect_send(s->is.sink, f);
    if (f->kind == EFFECT_ORDER || f->kind == EFFECT_SETS) take_order(s, f);
    if (f->kind == EFFECT_CANCEL) {
        TokenView t = engine_token_view(s->is.engine, f->token);

        matcher_cancel(s->gate->matcher, s->owner, market_of(s, t.market), f->order, f->ts_us);
    }
}

/* ---- answers in ---------------------------------------------------------------------------------- */

static void show(Seat *s, const Event *event)
{
    engine_apply(s->is.engine, event, (EffectSink){take_effect, s});
}

/* The seat's own number of a market of the gate; -1: it does not trade there. */
static int32_t market_in(const Seat *s, uint8_t market)
{
    if (!s->is.markets) return market;
    for (uint32_t i = 0; i < s->is.market_count; i++)
        if (s->is.markets[i] == market) return (int32_t)i;
    return -1;
}

static void drain(Gate *g, int64_t until_us)
{
    MatcherAnswer a;

    while (matcher_next(g->matcher, until_us, &a)) {
        Seat *s = &g->seats[a.owner];

        a.event.market = (uint8_t)market_in(s, a.event.market);
        if (s->is.watch.see) s->is.watch.see(s->is.watch.ctx, &a.event);
        show(s, &a.event);
    }
}

static int64_t engines_due(const Gate *g)
{
    int64_t due = INT64_MAX;

    for (uint32_t i = 0; i < g->seat_count; i++) {
        int64_t at = engine_due(g->seats[i].is.engine);

        if (at < due) due = at;
    }
    return due;
}

int64_t gate_due(const Gate *g)
{
    int64_t due = engines_due(g), venue = matcher_due(g->matcher);

    return due < venue ? due : venue;
}

static void show_clock(Gate *g, int64_t ts_us)
{
    Event clock = {.ts_us = ts_us, .kind = EV_CLOCK};

    for (uint32_t i = 0; i < g->seat_count; i++)
        if (engine_due(g->seats[i].is.engine) == ts_us) show(&g->seats[i], &clock);
}

void gate_advance(Gate *g, int64_t ts_us, bool is_included)
{
    for (;;) {
        int64_t due = engines_due(g), venue = matcher_due(g->matcher);
        int64_t next = due <= venue ? due : venue;

        if (next > ts_us || (next == ts_us && !is_included) || next == INT64_MAX) return;
        if (due <= venue) show_clock(g, next);
        drain(g, next);
    }
}

/* ---- events ------------------------------------------------------------------------------------- */

/* What an event says about a book. */
static void take_news(Gate *g, const Event *ev)
{
    if (ev->kind == EV_TICK) tell_tick(g, ev, ev->tick);
    if (ev->kind == EV_SLOT_CLOSE) tell_kind(g, ev, NEWS_CLOSE);
    if (ev->kind == EV_RESOLVE &&
        (g->slots[ev->market] == INT64_MIN || g->slots[ev->market] == ev->resolve.slot_start_us))
        tell_kind(g, ev, NEWS_CLOSE);
    if (ev->kind == EV_SLOT_OPEN) {
        g->slots[ev->market] = ev->slot.slot_start_us;
        tell_kind(g, ev, NEWS_OPEN);
        if (ev->slot.facts) tell_tick(g, ev, ev->slot.facts);
    }
    if (ev->kind == EV_COMMAND && ev->command.command == COMMAND_FACTS)
        tell_tick(g, ev, ev->command.facts);
}

void gate_event(Gate *g, const Event *event)
{
    gate_advance(g, event->ts_us, event->kind == EV_CLOCK);
    take_news(g, event);
    for (uint32_t i = 0; i < g->seat_count; i++) {
        bool is_of_market = event->kind != EV_START && event->kind != EV_CLOCK;
        int32_t market = is_of_market ? market_in(&g->seats[i], event->market) : event->market;
        Event own = *event;

        if (market < 0) continue;
        own.market = (uint8_t)market;
        show(&g->seats[i], &own);
    }
    drain(g, event->ts_us);
}

void gate_apply(Gate *g, Engine *e, const Event *event, EffectSink sink)
{
    g->seats[0].is.engine = e;
    g->seats[0].is.sink = sink;
    gate_event(g, event);
}
