/* market.c — the random walk of a few markets, written down as events. */
#include "tests/generate/market.h"

#include "vm/base/num.h"
#include "vm/base/rng.h"

#define CENT INT64_C(10000)
#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define MONDAY (INT64_C(1767571200) * SECOND) /* 2026-01-05 00:00 UTC */

typedef struct Walk { /* of one market */
    int64_t cents;    /* middle of up or yes */
    int64_t spot;     /* micros of a dollar */
    int64_t volume;
    int64_t slot_us, slot_start_us, opens_us;
    bool is_open, has_closed;
    int64_t reopens_us;
} Walk;

typedef struct Style { /* of one run, in per cent */
    uint32_t move, jump, one_sided, crossed, gap, equal, no_size, no_level, no_spot, no_volume;
    int drift;
    int64_t step_us; /* times are multiples of this */
    uint32_t whole_seconds, fill_states, resolve;
    bool is_wide, is_edge, has_given;
    bool is_long; /* a slot or so a step */
} Style;

typedef struct Maker {
    Rng rng;
    Arena *arena;
    const Program *p;
    Style style;
    Walk *walks;
    Event *events;
    size_t count, cap;
    int64_t now, fills; /* fills: from outside, so far */
} Maker;

static bool chance(Maker *m, uint32_t percent)
{
    return rng_below(&m->rng, 100) < percent;
}

static int64_t between(Maker *m, int64_t low, int64_t high)
{
    return rng_range(&m->rng, low, high);
}

static Event *add(Maker *m, EventKind kind, uint8_t index, int64_t ts)
{
    Event *e = m->count < m->cap ? &m->events[m->count++] : &m->events[m->cap];

    *e = (Event){.ts_us = ts, .kind = (uint8_t)kind, .market = index, .source = index};
    return e;
}

/* ---- ticks ------------------------------------------------------------------------------------- */

static int64_t some_size(Maker *m)
{
    int64_t whole;

    if (chance(m, m->style.no_size)) return MICROS_UNKNOWN;
    if (chance(m, 3)) return 0;
    whole = between(m, 1, chance(m, 30) ? 20 : 300);
    return whole * 1000000 + (chance(m, 20) ? between(m, 0, 99) * 10000 : 0);
}

static void put_levels(Maker *m, BookSide *s, int64_t best, int64_t step, bool is_share)
{
    for (int i = 0; i < BOOK_LEVELS; i++) {
        int64_t p = best + step * i;
        bool out = is_share && (p < CENT || p > 99 * CENT);

        s->price_micros[i] = s->size_micros[i] = MICROS_UNKNOWN;
        if (out || (i && chance(m, m->style.no_level))) break;
        s->price_micros[i] = p;
        s->size_micros[i] = is_share                         ? some_size(m)
                            : some_size(m) == MICROS_UNKNOWN ? MICROS_UNKNOWN
                                                             : between(m, 1000, 5000000);
    }
    for (int i = 1; i < BOOK_LEVELS; i++)
        if (s->price_micros[i - 1] == MICROS_UNKNOWN)
            s->price_micros[i] = s->size_micros[i] = MICROS_UNKNOWN;
}

static void clear_side(BookSide *s)
{
    for (int i = 0; i < BOOK_LEVELS; i++)
        s->price_micros[i] = s->size_micros[i] = MICROS_UNKNOWN;
}

static int64_t clip_cents(int64_t c)
{
    return c < 1 ? 1 : c > 99 ? 99 : c;
}

static void walk_on(Maker *m, Walk *w)
{
    if (chance(m, m->style.move)) {
        w->cents += between(m, -1, 1);
        if (chance(m, 40)) w->cents += m->style.drift;
    }
    if (chance(m, m->style.jump)) w->cents += between(m, -18, 18);
    w->cents = clip_cents(w->cents);
    w->spot += between(m, -30, 30) * SECOND;
    if (chance(m, 3))
        w->volume -= between(m, 0, 500) * SECOND;
    else if (chance(m, 70))
        w->volume += between(m, 0, 200) * SECOND;
    if (w->volume < 0) w->volume = 0;
}

static void share_book(Maker *m, const Walk *w, TickData *t)
{
    int64_t width = between(m, 1, m->style.is_wide ? 8 : 3);
    int64_t bid = clip_cents(w->cents - width / 2), ask = clip_cents(bid + width);
    int64_t down_bid = 100 - ask, down_ask = 100 - bid;

    if (chance(m, 10)) down_bid = clip_cents(down_bid - 1);
    if (chance(m, m->style.crossed)) bid = clip_cents(ask + between(m, 1, 3));
    put_levels(m, &t->bid[0], bid * CENT, -CENT, true);
    put_levels(m, &t->ask[0], ask * CENT, CENT, true);
    put_levels(m, &t->bid[1], down_bid * CENT, -CENT, true);
    put_levels(m, &t->ask[1], down_ask * CENT, CENT, true);
    for (int o = 0; o < 2; o++) {
        if (chance(m, m->style.one_sided)) clear_side(&t->bid[o]);
        if (chance(m, m->style.one_sided)) clear_side(&t->ask[o]);
    }
}

static void coin_book(Maker *m, const Walk *w, TickData *t)
{
    int64_t width = between(m, 1, 40) * 10000;

    put_levels(m, &t->bid[0], w->spot - width, -10000, false);
    put_levels(m, &t->ask[0], w->spot + width, 10000, false);
    if (chance(m, m->style.crossed)) t->bid[0].price_micros[0] = w->spot + 2 * width;
    if (chance(m, m->style.one_sided)) clear_side(&t->bid[0]);
    if (chance(m, m->style.one_sided)) clear_side(&t->ask[0]);
    clear_side(&t->bid[1]);
    clear_side(&t->ask[1]);
    t->mark = (double)w->spot / 1e6;
    t->funding = (double)between(m, -100, 100) / 1e5;
    t->funding_in_us = between(m, 0, 28800) * SECOND;
}

static void put_tick(Maker *m, uint8_t market)
{
    Walk *w = &m->walks[market];
    TickData *t = arena_new(m->arena, TickData);
    bool is_share = m->p->markets[market].kind <= MARKET_BINARY;

    walk_on(m, w);
    t->spot = t->move = t->abs_move = t->mark = t->funding = UNKNOWN;
    for (int o = 0; o < 2; o++)
        t->mid[o] = t->spread[o] = t->size_ratio[o] = UNKNOWN;
    t->volume_micros = t->liquidity_micros = t->funding_in_us = t->closes_in_us = MICROS_UNKNOWN;
    if (is_share)
        share_book(m, w, t);
    else
        coin_book(m, w, t);
    if (m->style.has_given && chance(m, 20)) t->mid[0] = (double)w->cents / 100;
    if (is_share && !chance(m, m->style.no_spot)) t->spot = (double)w->spot / 1e6;
    if (chance(m, 4)) t->move = (double)between(m, -90, 90) / 1e4;
    if (is_share && !chance(m, m->style.no_volume)) t->volume_micros = w->volume;
    if (is_share && !chance(m, 10)) t->liquidity_micros = between(m, 0, 90000) * SECOND;
    if (m->p->markets[market].kind == MARKET_BINARY && !chance(m, 20))
        t->closes_in_us = MONDAY + 30 * DAY - m->now;
    add(m, EV_TICK, market, m->now)->tick = t;
}

/* ---- slots ------------------------------------------------------------------------------------- */

static void open_slot(Maker *m, uint8_t market, int64_t ts)
{
    Walk *w = &m->walks[market];
    Event *e = add(m, EV_SLOT_OPEN, market, ts);

    w->slot_start_us = ts / w->slot_us * w->slot_us;
    e->slot.slot_start_us = w->slot_start_us;
    e->slot.slot_us = w->slot_us;
    w->is_open = true;
    w->has_closed = false;
}

static void close_slot(Maker *m, uint8_t market, int64_t ts)
{
    Walk *w = &m->walks[market];
    Event *e = add(m, EV_SLOT_CLOSE, market, ts);

    e->slot.slot_start_us = w->slot_start_us;
    e->slot.slot_us = w->slot_us;
    if (chance(m, m->style.resolve)) {
        e = add(m, EV_RESOLVE, market, ts + between(m, chance(m, 10) ? 0 : 1, 60) * SECOND);
        e->resolve.slot_start_us = w->slot_start_us;
        e->resolve.winner = chance(m, 6) ? -1 : (int8_t)between(m, 0, 1);
        e->resolve.spot_close = (double)w->spot / 1e6;
    }
    w->is_open = false;
    w->has_closed = true;
    w->reopens_us = chance(m, 92) ? ts : ts + between(m, 1, 8) * SECOND;
    w->cents = between(m, 30, 70);
    w->volume = 0;
}

static void roll_slots(Maker *m, int64_t until)
{
    for (uint8_t i = 0; i < m->p->markets_count; i++) {
        Walk *w = &m->walks[i];

        if (m->p->markets[i].kind != MARKET_SLOT) continue;
        for (;;) {
            int64_t end = w->slot_start_us + w->slot_us;

            if (w->is_open && end <= until)
                close_slot(m, i, end);
            else if (!w->is_open && w->has_closed && w->reopens_us <= until)
                open_slot(m, i, w->reopens_us);
            else if (!w->is_open && !w->has_closed && w->opens_us <= until)
                open_slot(m, i, w->opens_us);
            else
                break;
        }
    }
}

/* ---- other events ------------------------------------------------------------------------------ */

static uint8_t some_share(Maker *m)
{
    for (int tries = 0; tries < 20 && m->p->tokens_count; tries++) {
        uint8_t t = (uint8_t)rng_below(&m->rng, m->p->tokens_count);

        if (m->p->tokens[t].outcome < 2 && m->p->tokens[t].market < m->p->markets_count) return t;
    }
    return UINT8_MAX;
}

static void put_fill(Maker *m)
{
    uint8_t t = some_share(m);
    Event *e;

    if (t == UINT8_MAX) return;
    if (m->p->markets[m->p->tokens[t].market].kind == MARKET_SLOT &&
        !m->walks[m->p->tokens[t].market].is_open && chance(m, 70))
        return;
    e = add(m, EV_FILL, t, m->now);
    e->market = m->p->tokens[t].market;
    e->fill.token = t;
    e->fill.is_external = true;
    e->fill.price_micros =
        clip_cents(m->walks[m->p->tokens[t].market].cents + between(m, -3, 3)) * CENT;
    e->fill.size_micros = between(m, 1, 40) * 1000000;
    if (chance(m, 12)) e->fill.is_sell = true;
    if (chance(m, 30)) e->fill.fee_micros = between(m, 0, 30) * 10000;
    m->fills++;
}

/* Of one of the first fills, or of one that may never come: what is impossible changes nothing. */
static void put_fill_state(Maker *m)
{
    Event *e = add(m, EV_FILL_STATE, 0, m->now);

    e->fill_state.fill = (uint64_t)between(m, 1, m->fills + (int64_t)m->count / 8 + 1);
    e->fill_state.state =
        (uint8_t)between(m, chance(m, 20) ? FILL_MATCHED : FILL_MINED, FILL_FAILED);
}

static void put_leader(Maker *m, uint8_t leader)
{
    uint8_t t = some_share(m);
    Event *e;

    if (t == UINT8_MAX) return;
    e = add(m, EV_LEADER, leader, m->now);
    e->leader.verb = chance(m, 70) ? LEADER_TRADE : chance(m, 50) ? LEADER_SPLIT : LEADER_MERGE;
    e->leader.is_sell = chance(m, 35);
    e->leader.token = t;
    e->leader.market = m->p->tokens[t].market;
    e->leader.price_micros =
        clip_cents(m->walks[m->p->tokens[t].market].cents + between(m, -3, 3)) * CENT;
    e->leader.size_micros = between(m, 1, 4000) * 1000000;
    e->leader.notional_micros = e->leader.size_micros / 1000000 * e->leader.price_micros;
    e->leader.first_ts_us = m->now - between(m, 0, 2 * SECOND);
    e->leader.closes_in_us = between(m, 0, 7200) * SECOND;
}

/* A pause is followed by a resumption after a while. */
static void put_command(Maker *m)
{
    Event *e = add(m, EV_COMMAND, 0, m->now);

    e->command.command = COMMAND_HEARTBEAT;
    e->command.arg = (int64_t)rng_below(&m->rng, m->p->markets_count ? m->p->markets_count : 1);
    if (chance(m, 50)) return;
    e->command.command = COMMAND_PAUSE;
    e->command.arg = 0;
    e = add(m, EV_COMMAND, 0, m->now + between(m, 1, 20) * SECOND);
    e->command.command = COMMAND_RESUME;
}

static void put_event(Maker *m)
{
    uint32_t markets = m->p->markets_count;

    if (m->p->leaders_count && chance(m, 18)) {
        put_leader(m, (uint8_t)rng_below(&m->rng, m->p->leaders_count));
        return;
    }
    if (m->p->feeds_count && chance(m, 10)) {
        Event *e = add(m, EV_FEED, (uint8_t)rng_below(&m->rng, m->p->feeds_count), m->now);

        e->feed.value = (double)between(m, 0, 20) / 2;
        return;
    }
    if (m->p->tokens_count && chance(m, 2)) {
        put_fill(m);
        return;
    }
    if (chance(m, m->style.fill_states)) {
        put_fill_state(m);
        return;
    }
    if (chance(m, 1)) {
        put_command(m);
        return;
    }
    if (chance(m, 1)) {
        add(m, EV_CLOCK, 0, m->now);
        return;
    }
    if (markets) {
        uint8_t i = (uint8_t)rng_below(&m->rng, markets);

        if (m->now >= m->walks[i].opens_us) put_tick(m, i);
    }
}

/* ---- the run ----------------------------------------------------------------------------------- */

/* Who trades at every opening meets more slots than can wait for their results. */
static bool trades_at_open(const Program *p)
{
    for (uint32_t i = 0; i < p->rules_count; i++)
        if (p->rules[i].kind == RULE_ON && p->rules[i].event == EV_SLOT_OPEN &&
            p->rules[i].action_count == 1 && !p->rules[i].cond)
            return true;
    return false;
}

static Style some_style(Maker *m)
{
    Style s = {.move = 60,
               .jump = 2,
               .one_sided = 3,
               .crossed = 1,
               .gap = 2,
               .equal = 6,
               .no_size = 4,
               .no_level = 15,
               .no_spot = 2,
               .no_volume = 3,
               .step_us = 1000};

    switch (rng_below(&m->rng, 10)) {
    case 0:
        s.move = 10, s.jump = 0;
        break; /* calm */
    case 1:
        s.drift = chance(m, 50) ? 1 : -1;
        break; /* trending */
    case 2:
        s.jump = 25;
        break; /* jumping */
    case 3:
        s.one_sided = 35;
        break; /* one-sided */
    case 4:
        s.crossed = 20;
        break; /* crossed */
    case 5:
        s.gap = 20;
        break; /* gaps, stale */
    case 6:
        s.equal = 45;
        break; /* equal stamps */
    case 7:
        s.is_edge = true, s.drift = chance(m, 50) ? 1 : -1;
        break;
    case 8:
        s.no_spot = 60, s.no_volume = 40, s.no_size = 30;
        break;
    default:
        break;
    }
    s.is_wide = chance(m, 20);
    s.has_given = chance(m, 15);
    s.is_long = trades_at_open(m->p) && chance(m, 15);
    s.resolve = s.is_long ? 0 : 85;
    s.fill_states = chance(m, 30) ? 10 : 0;
    s.whole_seconds = chance(m, 30) ? 70 : 10;
    return s;
}

static void step_time(Maker *m)
{
    if (chance(m, m->style.equal)) return;
    if (m->style.is_long) m->now += between(m, 150, 400) * SECOND;
    m->now += between(m, 50, 2500) * 1000;
    if (chance(m, m->style.gap)) m->now += between(m, 5, 25) * SECOND;
    if (chance(m, m->style.whole_seconds))
        m->now = (m->now / SECOND + 1) * SECOND;
    else if (chance(m, 10))
        m->now += between(m, 1, 999);
}

static void start_walks(Maker *m)
{
    for (uint32_t i = 0; i < m->p->markets_count; i++) {
        Walk *w = &m->walks[i];

        w->cents = m->style.is_edge ? (chance(m, 50) ? 3 : 97) : between(m, 30, 70);
        w->spot = (97000 + between(m, 0, 400)) * SECOND;
        w->volume = between(m, 0, 5000) * SECOND;
        w->slot_us = m->p->markets[i].slot_us > 0 ? m->p->markets[i].slot_us : 300 * SECOND;
        w->opens_us = m->now + (i && chance(m, 40) ? between(m, 1, 40) * SECOND : 0);
    }
}

/* A start from which a rollover is not far, near midnight now and then. */
static int64_t some_start(Maker *m)
{
    int64_t length = 300 * SECOND, day = MONDAY + between(m, 0, 6) * DAY, t, step;
    uint32_t midnight = 60; /* all that restarts where there are no slots */

    for (uint32_t i = 0; i < m->p->markets_count; i++)
        if (m->p->markets[i].kind == MARKET_SLOT) length = m->p->markets[i].slot_us, midnight = 25;
    t = day + (chance(m, midnight) ? DAY : between(m, 1, DAY / length - 1) * length);
    if (chance(m, 15)) return t;
    step = chance(m, 50) ? SECOND / 4 : SECOND;
    return t - between(m, 10, length / SECOND - 1) * step;
}

static bool comes_after(const Event *a, const Event *b)
{
    if (a->ts_us != b->ts_us) return a->ts_us > b->ts_us;
    return a->kind > b->kind;
}

static void sort_events(Maker *m)
{
    for (size_t i = 1; i < m->count; i++) {
        Event e = m->events[i];
        size_t j = i;

        for (; j > 0 && comes_after(&m->events[j - 1], &e); j--)
            m->events[j] = m->events[j - 1];
        m->events[j] = e;
    }
    for (size_t i = 0; i < m->count; i++)
        m->events[i].seq = m->events[i].source_seq = i + 1;
}

GenEvents generate_events(const Program *p, uint64_t seed, size_t count, Arena *arena)
{
    Maker m = {.p = p, .arena = arena};
    GenEvents result = {0};
    int64_t last;

    rng_init_stream(&m.rng, seed, 7);
    m.style = some_style(&m);
    if (m.style.is_long) count = 200;
    m.cap = count * (m.style.is_long ? 6 : 2) + 64;
    m.events = arena_array(arena, Event, m.cap + 1);
    m.walks = arena_array(arena, Walk, p->markets_count + 1);
    m.now = result.start_us = some_start(&m);
    start_walks(&m);
    add(&m, EV_START, 0, m.now);
    roll_slots(&m, m.now);
    for (size_t i = 0; i < count; i++) {
        step_time(&m);
        roll_slots(&m, m.now);
        put_event(&m);
    }
    last = m.now;
    for (size_t i = 0; i < m.count; i++)
        if (m.events[i].ts_us > last) last = m.events[i].ts_us;
    add(&m, EV_CLOCK, 0, last + between(&m, 0, 20) * SECOND);
    sort_events(&m);
    result.events = m.events;
    result.count = m.count;
    return result;
}
