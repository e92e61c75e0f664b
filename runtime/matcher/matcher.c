/* matcher.c — see matcher.h: the way to the venue, arrivals, news. */
#include "runtime/matcher/matcher.h"

#include "runtime/engine/effect.h"
#include "runtime/matcher/inside.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/rng.h"

enum { ANSWERS_FIRST = 8, OWNER_BITS = 40 };

Matcher *matcher_new(const MatcherConfig *config, Arena *arena)
{
    Matcher *m = arena_new(arena, Matcher);

    if (arena_is_full(arena)) return NULL;
    m->config = *config;
    m->config.markets = NULL;
    m->arena = arena;
    m->expires_us = INT64_MAX;
    m->pits = arena_array(arena, Pit, config->market_count + 1U);
    if (!m->pits || !vec_reserve(arena, &m->answers, ANSWERS_FIRST)) return NULL;
    for (uint32_t i = 0; i < config->market_count; i++) {
        m->pits[i].is = config->markets[i];
        m->pits[i].is_open = true;
    }
    return arena_is_full(arena) ? NULL : m;
}

/* ---- on the way ---------------------------------------------------------------------------------- */

/* How long something of that number is on its way. */
static int64_t travel(const MatcherConfig *c, uint32_t owner, uint64_t id, bool is_cancel)
{
    int64_t least = is_cancel ? c->cancel_us : c->order_us;
    uint64_t stream = ((uint64_t)owner << OWNER_BITS ^ id) * 2 + is_cancel;
    Rng rng;

    if (c->jitter_us <= 0) return least;
    rng_init_stream(&rng, c->seed, stream);
    return least + rng_range(&rng, 0, c->jitter_us);
}

int64_t matcher_travel(const MatcherConfig *config, uint32_t owner, uint64_t id)
{
    return travel(config, owner, id, false);
}

/* Room for a new flight, behind those that are due no later; NULL when memory ends. */
static Flight *fly(Matcher *m, int64_t due_us, FlightKind kind)
{
    size_t at = m->flights.count;
    Flight *f;

    if (!vec_reserve(m->arena, &m->flights, 1)) return NULL;
    m->flights.count++;
    for (f = &m->flights.items[at]; at && f[-1].due_us > due_us; at--, f--)
        *f = f[-1];
    f->due_us = due_us;
    f->kind = kind;
    return f;
}

/* The first one is over. */
static void land(Matcher *m)
{
    m->flights.count--;
    if (m->flights.count)
        memmove(m->flights.items, m->flights.items + 1, m->flights.count * sizeof(Flight));
}

/* It goes on instead, until then, behind those that are due no later. */
static void fly_on(Matcher *m, int64_t due_us)
{
    Flight *f = m->flights.items, moved = *f;
    size_t left = m->flights.count - 1;

    moved.due_us = due_us;
    for (; left && f[1].due_us <= due_us; left--, f++)
        *f = f[1];
    *f = moved;
}

/* An order for outcome 1 is turned over. */
static void place(const Pit *pit, const MatcherOrder *o, Placed *ret)
{
    const Book *b = pit->is.book;

    *ret = (Placed){.order = *o,
                    .end = book_turn_end(b, o->outcome, o->is_sell ? BOOK_ASK : BOOK_BID),
                    .price = book_turn_price(b, o->outcome, o->price_micros),
                    .left = o->size_micros,
                    .slot = pit->slot};
}

void matcher_order(Matcher *m, const MatcherOrder *order, int64_t sent_us)
{
    const Pit *pit = &m->pits[order->market];
    Flight *f;
    Placed lost;

    BUG_IF(order->market >= m->config.market_count || order->outcome >= OUTCOMES);
    f = fly(m, sent_us + matcher_travel(&m->config, order->owner, order->id), FLIGHT_ORDER);
    place(pit, order, f ? &f->placed : &lost);
    if (!f && vec_reserve(m->arena, &m->answers, 1))
        answer_reject(m, &lost, sent_us, REASON_NO_ROOM);
}

/* Without memory the order stays, which is what a lost cancel does. */
static void fly_cancel(Matcher *m, const Placed *what, int64_t due_us)
{
    Flight *f = fly(m, due_us, FLIGHT_CANCEL);

    if (f) f->placed = *what;
}

void matcher_cancel(Matcher *m, uint32_t owner, uint8_t market, uint64_t id, int64_t sent_us)
{
    Placed what = {.order = {.owner = owner, .market = market, .id = id}};

    BUG_IF(market >= m->config.market_count);
    fly_cancel(m, &what, sent_us + travel(&m->config, owner, id, true));
}

/* ---- arrivals ------------------------------------------------------------------------------------ */

typedef enum Verdict {
    VERDICT_ADMIT,
    VERDICT_OVER,
    VERDICT_WAIT /* the taker delay */
} Verdict;

static Verdict reject(Matcher *m, const Placed *p, int64_t ts_us, uint16_t reason)
{
    answer_reject(m, p, ts_us, reason);
    return VERDICT_OVER;
}

static Verdict finish(Matcher *m, const Placed *p, int64_t ts_us, OrderState state)
{
    answer_state(m, p, ts_us, state);
    return VERDICT_OVER;
}

static bool is_on_grid(const Pit *pit, const MatcherOrder *o, int64_t tick)
{
    int64_t top = pit->is.book->is_mirrored ? FX_ONE - tick : INT64_MAX;

    return o->price_micros % tick == 0 && o->price_micros >= tick && o->price_micros <= top;
}

/* Does the best quote of the other side cross the price, whatever was taken of it? */
static bool would_cross(const Pit *pit, const Placed *p)
{
    const Ladder *l = &pit->is.book->side[1 - (int)p->end];

    return book_is_good(pit->is.book) && l->count &&
           price_reaches(p->end, p->price, l->levels[0].price_micros);
}

static bool is_worth_taking(const MarketRules *rules, const MatcherOrder *o)
{
    int64_t notional = INT64_MAX;

    (void)fx_mul(o->price_micros, o->size_micros, FX_UP, &notional);
    return o->is_sell || notional >= rules->min_notional_micros;
}

static bool is_immediate(const MatcherOrder *o)
{
    return o->is_market || (o->modifiers & (MOD_NOW_OR_NEVER | MOD_ALL_OR_NOTHING));
}

/* What the venue looks at before an order comes near the book. */
static Verdict look_over(Matcher *m, const Pit *pit, const Placed *p, const MarketRules *rules,
                         int64_t ts_us)
{
    const MatcherOrder *o = &p->order;

    if (!pit->is_open || p->slot != pit->slot) return reject(m, p, ts_us, REASON_SLOT_CLOSED);
    if (o->expires_us <= ts_us) return finish(m, p, ts_us, ORDER_EXPIRED);
    if (!is_on_grid(pit, o, rules->tick_micros))
        return reject(m, p, ts_us, REASON_PRICE_OUT_OF_RANGE);
    if (o->size_micros <= 0) return reject(m, p, ts_us, REASON_BELOW_MINIMUM);
    if ((o->modifiers & MOD_POST_ONLY) && would_cross(pit, p)) return reject(m, p, ts_us, NONE_16);
    return VERDICT_ADMIT;
}

static bool must_wait(const Placed *p, const MarketRules *rules)
{
    return !p->is_delayed && rules->taker_delay_us > 0;
}

/* For all that an arrival may answer and take; a single answer always fits, since all are handed out. */
static bool reserve(Matcher *m, Pit *pit)
{
    return vec_reserve(m->arena, &m->answers, pit->is.book->depth + 4) && take_reserve(m, pit);
}

static void settle_rest(Matcher *m, Pit *pit, Placed *p, int64_t ts_us)
{
    if (!p->left) return;
    if (is_immediate(&p->order))
        (void)finish(m, p, ts_us, ORDER_CANCELLED);
    else if (!rest_add(m, pit, p, ts_us))
        (void)finish(m, p, ts_us, ORDER_CANCELLED);
    else if (p->is_unwanted)
        (void)rest_cancel(m, pit, p->order.owner, p->order.id, ts_us);
}

static Verdict admit(Matcher *m, Pit *pit, Placed *p, int64_t ts_us)
{
    const MarketRules *rules = pit_rules(pit, ts_us);
    const MatcherOrder *o = &p->order;
    int64_t possible;

    if (look_over(m, pit, p, rules, ts_us) == VERDICT_OVER) return VERDICT_OVER;
    m->counts[RECEIPT_STALE] += !book_is_good(pit->is.book);
    possible = take_possible(m, pit, p);
    if (possible && !is_worth_taking(rules, o)) return reject(m, p, ts_us, REASON_BELOW_MINIMUM);
    if (possible && must_wait(p, rules)) return VERDICT_WAIT;
    if (!reserve(m, pit)) return reject(m, p, ts_us, REASON_NO_ROOM);
    if (!possible && !is_immediate(o) && o->size_micros < rules->min_size_micros)
        return reject(m, p, ts_us, REASON_BELOW_MINIMUM);
    if (!(o->modifiers & MOD_ALL_OR_NOTHING) || possible == p->left) take_levels(m, pit, p, ts_us);
    p->serial = ++m->serial;
    settle_rest(m, pit, p, ts_us);
    return VERDICT_OVER;
}

static Verdict arrive(Matcher *m, Placed *p, int64_t ts_us)
{
    Pit *pit = &m->pits[p->order.market];

    if (!p->order.is_set) return admit(m, pit, p, ts_us);
    m->counts[RECEIPT_SETS]++;
    return finish(m, p, ts_us, ORDER_FILLED);
}

static void arrive_cancel(Matcher *m, const Flight *cancel, int64_t ts_us)
{
    const MatcherOrder *what = &cancel->placed.order;

    for (size_t i = 0; i < m->flights.count; i++) {
        Flight *f = &m->flights.items[i];

        if (f->kind != FLIGHT_ORDER || f->placed.order.id != what->id ||
            f->placed.order.owner != what->owner)
            continue;
        if (f->placed.is_delayed)
            f->placed.is_unwanted = true; /* nothing is cancelled during the delay */
        else
            fly_cancel(m, &cancel->placed, f->due_us); /* it waits for the order it overtook */
        return;
    }
    if (!rest_cancel(m, &m->pits[what->market], what->owner, what->id, ts_us))
        m->counts[RECEIPT_LATE_CANCELS]++;
}

/* ---- time ---------------------------------------------------------------------------------------- */

static void expire_one(Matcher *m)
{
    int64_t at = m->expires_us;

    for (uint32_t i = 0; i < m->config.market_count; i++)
        if (rest_end_oldest(m, &m->pits[i], at, ORDER_EXPIRED, at)) break;
    rest_note_expiry(m);
}

static int64_t flight_due(const Matcher *m)
{
    return m->flights.count ? m->flights.items[0].due_us : INT64_MAX;
}

/* The first flight has arrived. */
static void arrive_first(Matcher *m, int64_t ts_us)
{
    Flight *f = m->flights.items, cancel;

    if (f->kind == FLIGHT_CANCEL) {
        cancel = *f;
        land(m);
        arrive_cancel(m, &cancel, ts_us);
    } else if (arrive(m, &f->placed, ts_us) != VERDICT_WAIT) {
        land(m);
    } else {
        m->counts[RECEIPT_DELAYED]++;
        f->placed.is_delayed = true;
        fly_on(m, ts_us + pit_rules(&m->pits[f->placed.order.market], ts_us)->taker_delay_us);
    }
}

/* The next thing that happens by itself up to `until_us`; arrivals come before expiries. */
static bool step(Matcher *m, int64_t until_us)
{
    int64_t due = flight_due(m);

    if (m->expires_us < due) {
        if (m->expires_us > until_us) return false;
        expire_one(m);
        return true;
    }
    if (due > until_us || due == INT64_MAX) return false;
    arrive_first(m, due);
    return true;
}

const Event *matcher_said(Matcher *m, int64_t until_us, uint32_t *ret_owner)
{
    const MatcherAnswer *a;

    while (m->answered == m->answers.count) {
        vec_clear(&m->answers);
        m->answered = 0;
        if (!step(m, until_us)) return NULL;
    }
    a = &m->answers.items[m->answered];
    if (a->event.ts_us > until_us) return NULL;
    m->answered++;
    *ret_owner = a->owner;
    return &a->event;
}

bool matcher_next(Matcher *m, int64_t until_us, MatcherAnswer *ret)
{
    const Event *said = matcher_said(m, until_us, &ret->owner);

    if (said) ret->event = *said;
    return said != NULL;
}

int64_t matcher_due(const Matcher *m)
{
    int64_t due = flight_due(m);

    if (m->answered < m->answers.count) return m->answers.items[m->answered].event.ts_us;
    return due < m->expires_us ? due : m->expires_us;
}

bool matcher_is_still(const Matcher *m, uint8_t market)
{
    const Pit *pit = &m->pits[market];

    return m->answered == m->answers.count && !m->flights.count && !rest_count(pit) &&
           !pit->taken[BOOK_BID].count && !pit->taken[BOOK_ASK].count;
}

bool matcher_taken(const Matcher *m, uint8_t market, BookEnd end, int64_t *ret_price)
{
    const Pit *pit = &m->pits[market];

    for (size_t i = 0; i < pit->taken[end].count; i++) {
        int64_t price = pit->taken[end].items[i].price;

        if (!i || book_is_better(end, price, *ret_price)) *ret_price = price;
    }
    return pit->taken[end].count != 0;
}

void matcher_look_at(Matcher *m, uint8_t market, const Book *book)
{
    m->pits[market].is.book = book;
}

/* ---- news ---------------------------------------------------------------------------------------- */

static void end_slot(Matcher *m, Pit *pit, int64_t ts_us)
{
    while (rest_end_oldest(m, pit, INT64_MAX, ORDER_CANCELLED, ts_us))
        ;
    for (int end = 0; end < BOOK_ENDS; end++)
        vec_clear(&pit->taken[end]);
    rest_note_expiry(m);
}

static void on_book(Matcher *m, Pit *pit, int64_t ts_us)
{
    if (pit->is.book->is_stale) {
        rest_forget(pit);
    } else if (!book_is_crossed(pit->is.book)) {
        take_refresh(pit);
        rest_on_book(m, pit, ts_us);
    }
}

void matcher_news(Matcher *m, const BookNews *news)
{
    Pit *pit = &m->pits[news->market];

    BUG_IF(news->market >= m->config.market_count);
    if (rest_count(pit) && (!take_reserve(m, pit) ||
                            !vec_reserve(m->arena, &m->answers, ANSWERS_EACH * rest_count(pit))))
        return; /* what rests cannot be answered, so nothing happens to it */
    switch (news->kind) {
    case NEWS_OPEN:
        end_slot(m, pit, news->ts_us);
        pit->slot++;
        pit->is_open = true;
        break;
    case NEWS_CLOSE:
        end_slot(m, pit, news->ts_us);
        pit->is_open = false;
        break;
    case NEWS_TRADE:
        rest_on_trade(m, pit, news);
        break;
    default:
        on_book(m, pit, news->ts_us);
    }
}
