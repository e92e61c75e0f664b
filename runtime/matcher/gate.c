/* gate.c — see gate.h. */
#include "runtime/matcher/gate.h"

#include "runtime/engine/order.h"
#include "vm/base/bug.h"

enum { GATE_DEPTH = 32 };

typedef struct Waiting { /* a tick that no order has asked about */
    TickData tick;
    int64_t ts_us;
    bool is_there;
} Waiting;

struct Gate {
    Matcher *matcher;
    Book *books;      /* by market */
    Waiting *waiting; /* by market: newer than the book */
    int64_t *slots;   /* by market: start of the slot that was opened last; INT64_MIN: none */
    uint32_t market_count, static_markets;
    Engine *engine; /* of the event being applied */
    EffectSink out;
    InstantWatch watch;
};

static bool is_mirrored(uint8_t kind)
{
    return kind == MARKET_SLOT || kind == MARKET_BINARY;
}

/* Books of the file's own markets, then of those met through leaders. */
static void make_books(Gate *g, const Image *image, Arena *arena)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == 0)
            book_init(&g->books[n++], GATE_DEPTH, is_mirrored(image->sources[i].kind), arena);
    for (; n < g->market_count; n++)
        book_init(&g->books[n], GATE_DEPTH, true, arena);
}

static uint32_t count_markets(const Image *image)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        n += image->sources[i].source == 0;
    return n;
}

Gate *gate_new(const Image *image, const MatcherConfig *config, Arena *arena)
{
    Gate *g = arena_new(arena, Gate);
    MatcherConfig own = *config;
    MatcherMarket *markets;

    if (arena_is_full(arena)) return NULL;
    g->static_markets = count_markets(image);
    g->market_count = g->static_markets + DYNAMIC_MARKETS;
    g->books = arena_array(arena, Book, g->market_count);
    g->slots = arena_array(arena, int64_t, g->market_count);
    g->waiting = arena_array(arena, Waiting, g->market_count);
    markets = arena_array(arena, MatcherMarket, g->market_count);
    if (arena_is_full(arena)) return NULL;
    make_books(g, image, arena);
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

void gate_watch(Gate *g, InstantWatch watch)
{
    g->watch = watch;
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
    if (matcher_is_still(g->matcher, ev->market))
        g->waiting[ev->market] = (Waiting){*t, ev->ts_us, true};
    else
        tell_snapshot(g, ev->market, t, ev->ts_us);
}

static void tell_kind(Gate *g, const Event *ev, NewsKind kind)
{
    catch_up(g, ev->market);
    tell(g, &(BookNews){.ts_us = ev->ts_us, .kind = (uint8_t)kind, .market = ev->market});
}

/* ---- orders out ---------------------------------------------------------------------------------- */

static void take_order(Gate *g, const Effect *f)
{
    TokenView t = engine_token_view(g->engine, f->token);
    MatcherOrder o = {.id = f->order,
                      .token = f->token,
                      .market = (uint8_t)t.market,
                      .outcome = t.outcome,
                      .modifiers = f->modifiers,
                      .is_sell = f->is_sell,
                      .is_market = f->is_market,
                      .is_set = f->kind == EFFECT_SETS,
                      .size_micros = f->size_micros,
                      .price_micros = f->price_micros,
                      .expires_us = f->has_good_for ? f->ts_us + f->good_for_us : INT64_MAX};

    BUG_IF(t.market < 0 || (uint32_t)t.market >= g->market_count);
    catch_up(g, o.market);
    matcher_order(g->matcher, &o, f->ts_us);
}

static void take_effect(void *ctx, const Effect *f)
{
    Gate *g = ctx;

    effect_send(g->out, f);
    if (f->kind == EFFECT_ORDER || f->kind == EFFECT_SETS) take_order(g, f);
    if (f->kind == EFFECT_CANCEL) {
        TokenView t = engine_token_view(g->engine, f->token);

        matcher_cancel(g->matcher, 0, (uint8_t)t.market, f->order, f->ts_us);
    }
}

/* ---- answers in ---------------------------------------------------------------------------------- */

static void show(Gate *g, const Event *event)
{
    engine_apply(g->engine, event, (EffectSink){take_effect, g});
}

static void drain(Gate *g, int64_t until_us)
{
    MatcherAnswer a;

    while (matcher_next(g->matcher, until_us, &a)) {
        if (g->watch.see) g->watch.see(g->watch.ctx, &a.event);
        show(g, &a.event);
    }
}

/* Everything that happens by itself before `ts_us`, in order of time; at one instant the engine first. */
static void run_until(Gate *g, int64_t ts_us, bool is_included)
{
    for (;;) {
        int64_t due = engine_due(g->engine), venue = matcher_due(g->matcher);
        int64_t next = due <= venue ? due : venue;
        Event clock = {.ts_us = next, .kind = EV_CLOCK};

        if (next > ts_us || (next == ts_us && !is_included) || next == INT64_MAX) return;
        if (due <= venue) show(g, &clock);
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

void gate_apply(Gate *g, Engine *e, const Event *event, EffectSink sink)
{
    g->out = sink;
    g->engine = e;
    run_until(g, event->ts_us, event->kind == EV_CLOCK);
    take_news(g, event);
    show(g, event);
    drain(g, event->ts_us);
}
