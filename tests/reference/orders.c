/* orders.c — from intents to orders: rounding, the order of refusals, quotes, together, the instant
 * fill (language 3.4 step 4, 3.8; DECISIONS A; docs/decisions/0001, 16 to 21).
 *
 * A reduction is measured against the position less every unfilled reduction that lives, so the ones
 * of this event count as soon as they are listed. */
#include "tests/reference/inside.h"

#define NOTHING 0xFFFE /* not refused, but nothing to do either */

Effect *ref_effect(Ref *r, EffectKind kind)
{
    Effect *e = REF_PUSH(r, Effect, out);

    *e = (Effect){.kind = (uint8_t)kind,
                  .rule = REF_NONE,
                  .action = REF_NONE,
                  .group = REF_NONE,
                  .token = -1,
                  .ts_us = r->now.ts_us,
                  .value = UNKNOWN};
    return e;
}

void ref_skip(Ref *r, uint16_t rule, uint16_t action, uint16_t reason, bool is_unknown,
              int32_t token)
{
    Effect *e = ref_effect(r, EFFECT_SKIP);

    e->rule = rule;
    e->action = action;
    e->reason = reason;
    e->is_unknown = is_unknown;
    e->token = token;
}

/* Asks once; the order counts until the answer comes. */
void ref_cancel(Ref *r, RefOrder *o, Because because, uint16_t rule, uint16_t action)
{
    Effect *e;

    if (o->is_cancelling) return;
    e = ref_effect(r, EFFECT_CANCEL);

    e->because = (uint8_t)because;
    e->rule = rule;
    e->action = action;
    e->token = o->token;
    e->order = o->id;
    o->is_cancelling = true;
    o->cancelled_in = r->event_stamp;
}

/* An order counts until it is over; one whose cancel goes out in this event does not. */
bool ref_counts(const Ref *r, const RefOrder *o)
{
    return o->is_live && !(o->is_cancelling && o->cancelled_in == r->event_stamp);
}

/* Orders a sum leaves out, beside those that are over. */
typedef enum Without {
    WITHOUT_LEAVING,    /* those whose cancel goes out in this event */
    WITHOUT_CANCELLING, /* all that are being cancelled: what will be left */
    WITHOUT_NONE        /* none: what is left for sure */
} Without;

static bool is_of(const Ref *r, const RefOrder *o, int32_t token)
{
    if (o->is_sets) return r->p->tokens[o->token].market == r->p->tokens[token].market;
    return o->token == token;
}

static bool is_in(const Ref *r, const RefOrder *o, Without without)
{
    if (without == WITHOUT_LEAVING) return ref_counts(r, o);
    return o->is_live && !(without == WITHOUT_CANCELLING && o->is_cancelling);
}

/* What may still be sold of a token, or (negative) bought back of a short: what is held less the
 * unfilled reductions that go against it (sent, or waiting for a cancel) and what is not certain yet; of a debt
 * nothing. */
static int64_t left_of(const Ref *r, int32_t token, Without without)
{
    int64_t held = r->positions[token].size, left = held;

    for (uint32_t i = 0; i < r->orders_count; i++) {
        const RefOrder *o = &r->orders[i];

        if (is_of(r, o, token) && is_in(r, o, without) && !o->is_entry && o->is_sell == (held > 0))
            left += (o->is_sell ? -1 : 1) * (o->size - o->filled);
    }
    for (uint32_t i = 0; i < r->waiting_count; i++) {
        const RefOrder *o = &r->waiting[i].draft.o;

        if (is_of(r, o, token) && o->is_sell == (held > 0)) left += (o->is_sell ? -1 : 1) * o->size;
    }
    if (ref_is_debt(r, token)) return 0;
    left -= ref_uncertain(r, token);
    return (left > 0) == (held > 0) ? left : 0;
}

int64_t ref_left(const Ref *r, int32_t token)
{
    return left_of(r, token, WITHOUT_LEAVING);
}

static int64_t left_soon(const Ref *r, int32_t token)
{
    return left_of(r, token, WITHOUT_CANCELLING);
}

bool ref_has_exit(const Ref *r, int32_t token)
{
    for (uint32_t i = 0; i < r->orders_count; i++)
        if (r->orders[i].token == token && r->orders[i].is_live && r->orders[i].is_exit)
            return true;
    return false;
}

/* ---- rounding ---------------------------------------------------------------------------------- */

static int64_t round_down(int64_t x, int64_t step)
{
    int64_t rest = step > 0 ? x % step : 0;

    return x - rest - (rest < 0 ? step : 0);
}

static int64_t round_up(int64_t x, int64_t step)
{
    return -round_down(-x, step);
}

static bool is_share(const Ref *r, int32_t token)
{
    return r->p->tokens[token].outcome < 2;
}

static bool is_perp(const Ref *r, int32_t token)
{
    return r->p->markets[r->p->tokens[token].market].kind == MARKET_PERP;
}

static const RefVenue *venue_of(const Ref *r, int32_t token)
{
    return &r->config.venues[r->p->tokens[token].market];
}

/* The side of the book an order would touch: its price and size, unknown when there is none. */
static int64_t touched(const Ref *r, int32_t token, bool is_sell, int64_t *ret_size)
{
    const Token *t = &r->p->tokens[token];
    const RefMarket *m = &r->markets[t->market];
    const RefBook *b = &m->book[t->outcome & 1];

    if (!m->has_tick) return MICROS_UNKNOWN;
    if (ret_size) *ret_size = is_sell ? b->bid_size[0] : b->ask_size[0];
    return is_sell ? b->bid[0] : b->ask[0];
}

/* The best price a rule can see: unknown when the market is stale. */
static int64_t best_price(const Ref *r, int32_t token, bool is_sell)
{
    if (r->markets[r->p->tokens[token].market].is_stale) return MICROS_UNKNOWN;
    return touched(r, token, is_sell, NULL);
}

static int64_t to_tick(const Ref *r, int32_t token, bool is_sell, int64_t price)
{
    int64_t tick = venue_of(r, token)->tick_micros;

    return is_sell ? round_up(price, tick) : round_down(price, tick);
}

static int64_t clamp_bound(const Ref *r, int32_t token, int64_t price)
{
    int64_t tick = venue_of(r, token)->tick_micros;

    if (is_share(r, token) && price > MICRO - tick) price = MICRO - tick;
    return price < tick ? tick : price;
}

/* The worst allowed price of an order at market, from the best price. */
static int64_t market_bound(const Ref *r, const RefIntent *in, bool is_ratio, bool is_sell)
{
    int64_t best = best_price(r, in->token, is_sell);
    double b = ref_micros(best), w = in->within, p;

    if (best == MICROS_UNKNOWN) return MICROS_UNKNOWN;
    if (!in->has_within) {
        is_ratio = !is_share(r, in->token);
        w = is_ratio ? r->config.market_bound_ratio : ref_micros(r->config.market_bound_micros);
    }
    if (!num_is_known(w)) return MICROS_UNKNOWN;
    if (is_ratio) w = b * w;
    p = is_sell ? b - w : b + w;
    return clamp_bound(r, in->token, to_tick(r, in->token, is_sell, ref_to_micros(p)));
}

/* ---- one order --------------------------------------------------------------------------------- */

static RefOrder *send(Ref *r, const Draft *d)
{
    RefOrder *o = REF_PUSH(r, RefOrder, orders);
    Effect *e;

    *o = d->o;
    o->is_market = d->is_market;
    o->id = r->orders_count;
    o->is_live = true;
    o->sent_us = r->now.ts_us;
    o->expires_us = d->good_for_us ? r->now.ts_us + d->good_for_us : INT64_MAX;
    e = ref_effect(r, EFFECT_ORDER);
    e->because = (uint8_t)d->because;
    e->is_sell = o->is_sell;
    e->is_market = d->is_market;
    e->is_close = d->is_close;
    e->has_good_for = d->good_for_us != 0;
    e->size_unit = d->size_unit;
    e->modifiers = d->modifiers;
    e->rule = o->rule;
    e->action = o->action;
    e->group = d->group;
    e->token = o->token;
    e->order = o->id;
    e->size_micros = o->size;
    e->written_micros = d->written;
    e->price_micros = o->price;
    e->good_for_us = d->good_for_us;
    return o;
}

/* Is there room for one order more? */
static uint16_t find_room(const Ref *r, const Draft *d)
{
    uint32_t open = 0;

    for (uint32_t i = 0; i < r->orders_count; i++)
        open += r->orders[i].is_live;
    if (open >= REF_ORDERS) return REASON_NO_ROOM;
    return d->o.is_entry && ref_waiting_slots(r, r->p->tokens[d->o.token].market) >= REF_SLOTS
               ? REASON_NO_ROOM
               : 0;
}

/* ---- waiting for cancels ------------------------------------------------------------------------ */

/* Does it need what an order that is being cancelled may still take? */
static bool must_wait(const Ref *r, const RefOrder *o)
{
    for (uint32_t t = 0; t < r->p->tokens_count && !o->is_entry; t++) {
        int64_t left = left_of(r, (int32_t)t, WITHOUT_NONE);

        if (is_of(r, o, (int32_t)t) && o->size > (left < 0 ? -left : left)) return true;
    }
    return false;
}

static bool wait_with(Ref *r, const Draft *d)
{
    RefWaiting *w;

    if (r->waiting_count == REF_WAITING) return false;
    w = REF_PUSH(r, RefWaiting, waiting);
    *w = (RefWaiting){*d, r->event_stamp, false};
    return true;
}

/* At most so much can go out now: nothing else that was sent may take it. */
static int64_t unpromised(const Ref *r, const RefOrder *w, int32_t token)
{
    int64_t held = r->positions[token].size, left = held < 0 ? -held : held;

    if (w->is_sell != (held > 0)) return 0;
    for (uint32_t i = 0; i < r->orders_count; i++) {
        const RefOrder *o = &r->orders[i];

        if (is_of(r, o, token) && o->is_live && !o->is_entry && o->is_sell == w->is_sell)
            left -= o->size - o->filled;
    }
    left -= ref_uncertain(r, token);
    return left > 0 ? left : 0;
}

static bool is_blocked(const Ref *r, const RefOrder *w)
{
    for (uint32_t i = 0; i < r->orders_count; i++) {
        const RefOrder *o = &r->orders[i];

        if (!o->is_live || !o->is_cancelling || o->is_entry || o->is_sell != w->is_sell) continue;
        for (uint32_t t = 0; t < r->p->tokens_count; t++)
            if (is_of(r, o, (int32_t)t) && is_of(r, w, (int32_t)t)) return true;
    }
    return false;
}

static void send_sets(Ref *r, const Draft *d);

static void say_no_room(Ref *r, RefWaiting *w)
{
    const RefOrder *o = &w->draft.o;

    if (!w->has_said)
        ref_skip(r, o->rule, o->action, REASON_NO_ROOM, false,
                 o->is_sets ? (int32_t)r->p->tokens[o->token].market : o->token);
    w->has_said = true;
}

/* False: there is no room now, and it waits as it is. */
static bool send_waiting(Ref *r, RefWaiting *w)
{
    Draft d = w->draft;
    const RefVenue *v = venue_of(r, d.o.token);

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        int64_t most = unpromised(r, &d.o, (int32_t)t);

        if (is_of(r, &d.o, (int32_t)t) && most < d.o.size) d.o.size = most;
    }
    if (d.o.size < w->draft.o.size) d.o.size = round_down(d.o.size, v->lot_micros);
    if (d.o.size == 0) return true;
    if (find_room(r, &d)) {
        say_no_room(r, w);
        return false;
    }
    if (d.o.is_sets)
        send_sets(r, &d);
    else
        send(r, &d);
    return true;
}

/* Answered in full: what has nothing more to wait for goes out, the oldest first. */
void ref_send_waiting(Ref *r)
{
    RefWaiting *all = r->waiting;
    uint32_t count = r->waiting_count;

    if (!count) return;
    r->waiting = NULL;
    r->waiting_count = r->waiting_cap = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (is_blocked(r, &all[i].draft.o) || !send_waiting(r, &all[i]))
            *REF_PUSH(r, RefWaiting, waiting) = all[i];
    }
}

/* Its market is over. */
void ref_waiting_ends(Ref *r, uint32_t market)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->waiting_count; i++) {
        const RefOrder *o = &r->waiting[i].draft.o;

        if (r->p->tokens[o->token].market == market)
            ref_skip(r, o->rule, o->action, REASON_SLOT_CLOSED, false,
                     o->is_sets ? (int32_t)market : o->token);
        else
            r->waiting[kept++] = r->waiting[i];
    }
    r->waiting_count = kept;
}

/* What would rest and is not of this event. */
static void forget_waiting(Ref *r, bool all, int32_t token)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->waiting_count; i++) {
        const RefWaiting *w = &r->waiting[i];
        bool rests = !w->draft.o.is_immediate && !w->draft.o.is_sets;

        if (rests && w->since != r->event_stamp && (all || w->draft.o.token == token)) continue;
        r->waiting[kept++] = *w;
    }
    r->waiting_count = kept;
}

/* The size as written after rounding; the number of shares follows when the price is known. */
static uint16_t written_size(Ref *r, const RefIntent *in, uint8_t unit, Draft *d)
{
    int64_t left = left_soon(r, in->token), lot = venue_of(r, in->token)->lot_micros;
    int64_t held = r->positions[in->token].size;
    double x = in->size;

    if (in->is_sell && !is_perp(r, in->token) && held > 0 && left <= 0) return NOTHING;
    if (unit == SIZE_ALL) {
        if (is_perp(r, in->token) && held < 0) left = -left, d->o.is_sell = false;
        if (left <= 0) return NOTHING;
        d->written = round_down(left, lot);
        return 0;
    }
    d->is_unknown = !num_is_known(x);
    if (d->is_unknown || x <= 0) return REASON_NO_SIZE;
    if (unit == SIZE_PART) x = x * ref_micros(held < 0 ? -held : held);
    d->written = ref_to_micros(x);
    if (d->written == MICROS_UNKNOWN) return REASON_NO_SIZE;
    d->written = round_down(d->written, unit == SIZE_USD ? 10000 : lot);
    return d->written <= 0 ? REASON_NO_SIZE : 0;
}

static uint16_t order_price(Ref *r, const RefIntent *in, const Action *a, Draft *d)
{
    int64_t tick = venue_of(r, in->token)->tick_micros, p;

    if (a->at_market) {
        d->o.price = market_bound(r, in, a->within_ratio, d->o.is_sell);
        d->is_unknown = d->o.price == MICROS_UNKNOWN;
        return d->is_unknown ? REASON_NO_PRICE : 0;
    }
    d->is_unknown = !num_is_known(in->price);
    if (d->is_unknown) return REASON_NO_PRICE;
    p = ref_to_micros(in->price);
    if (p == MICROS_UNKNOWN) return REASON_PRICE_OUT_OF_RANGE;
    p = to_tick(r, in->token, d->o.is_sell, p);
    if (p < tick || (is_share(r, in->token) && p > MICRO - tick)) return REASON_PRICE_OUT_OF_RANGE;
    d->o.price = p;
    return 0;
}

/* Orders that take must be worth enough dollars, orders that rest must be enough shares. */
static uint16_t share_size(Ref *r, uint8_t unit, Draft *d)
{
    const RefVenue *v = venue_of(r, d->o.token);

    d->o.size = d->written;
    d->o.worst_cost = d->written;
    if (unit == SIZE_USD)
        d->o.size = round_down((int64_t)((__int128)d->written * MICRO / d->o.price), v->lot_micros);
    else
        d->o.worst_cost = ref_notional_up(d->o.size, d->o.price);
    if (d->o.size <= 0) return REASON_BELOW_MINIMUM;
    if (d->o.is_immediate)
        return !d->o.is_sell && d->o.worst_cost < v->min_notional_micros ? REASON_BELOW_MINIMUM : 0;
    return d->o.size < v->min_size_micros ? REASON_BELOW_MINIMUM : 0;
}

/* Sells of shares and coins reduce; on a perpetual whatever brings the position nearer to zero. */
static uint16_t direction(Ref *r, Draft *d)
{
    int64_t left = left_of(r, d->o.token, d->o.is_quote ? WITHOUT_NONE : WITHOUT_CANCELLING);
    int64_t size = d->o.size;

    if (is_perp(r, d->o.token)) {
        bool reduces = d->o.is_sell ? left >= size : -left >= size;

        d->o.is_entry = !reduces;
        return 0;
    }
    d->o.is_entry = !d->o.is_sell;
    if (d->o.is_entry || size <= left) return 0;
    return left <= 0 && r->positions[d->o.token].size > 0 ? NOTHING : REASON_NOT_HELD;
}

static uint16_t pass_limits(Ref *r, Draft *d, bool is_counted)
{
    RefWant w = {d->o.token, d->o.worst_cost, is_counted, d->o.leader};
    uint32_t account = r->p->tokens[d->o.token].account;
    uint16_t reason;

    if (!d->o.is_entry) return 0;
    ref_sample_equity(r);
    r->stamp++;
    if (r->is_promise_broken && r->config.stops_on_promise) return REASON_PROMISE;
    if (r->is_paused) return REASON_PAUSED;
    r->is_frozen = true;
    reason = ref_check_limits(r, &w, &d->is_unknown);
    r->is_frozen = false;
    if (reason) return reason;
    if (is_perp(r, d->o.token)) return 0;
    if (d->o.worst_cost > r->cash[account] - ref_reserved(r, account)) return REASON_NO_CASH;
    return 0;
}

static void count_entry(Ref *r, const Draft *d, bool is_counted)
{
    uint8_t market = r->p->tokens[d->o.token].market;
    RefEntry *e;

    if (!d->o.is_entry || is_counted) return;
    e = REF_PUSH(r, RefEntry, entries);
    *e = (RefEntry){r->now.ts_us, ref_slot_start(r, market), market};
}

static bool is_closed(const Ref *r, int32_t token)
{
    uint32_t market = r->p->tokens[token].market;

    if (r->p->markets[market].kind != MARKET_SLOT) return r->markets[market].is_resolved;
    return r->markets[market].is_closed;
}

static Draft draft_of(const Ref *r, const RefIntent *in, const Action *a)
{
    Draft d = {.action = a, .group = REF_NONE, .because = BECAUSE_RULE};
    bool is_now = a->at_market || (a->modifiers & (MOD_NOW_OR_NEVER | MOD_ALL_OR_NOTHING));

    d.o = (RefOrder){.token = in->token,
                     .is_sell = in->is_sell,
                     .rule = in->rule,
                     .action = in->action,
                     .group_run = -1,
                     .leader = in->leader};
    d.o.is_immediate = is_now;
    d.o.is_whole = a->modifiers & MOD_ALL_OR_NOTHING;
    d.o.is_post_only = a->modifiers & MOD_POST_ONLY;
    d.is_market = a->at_market;
    d.size_unit = a->size_unit;
    d.modifiers = a->modifiers;
    if (in->group >= 0) d.group = (uint16_t)in->group;
    if (a->good_for && num_is_known(in->good_for)) d.good_for_us = ref_to_us(in->good_for);
    (void)r;
    return d;
}

/* Makes a position larger: buys of what is not short, sells of a perpetual that is not long. */
static bool is_more(const Ref *r, const RefIntent *in)
{
    int64_t held = r->positions[in->token].size;

    return in->is_sell ? is_perp(r, in->token) && held <= 0 : held >= 0;
}

/* The first reason that holds, in the order of DECISIONS 9. */
static uint16_t order_reason(Ref *r, const RefIntent *in, const Action *a, Draft *d,
                             bool is_counted)
{
    uint16_t reason;

    if (r->exit_tokens[in->token] && is_more(r, in)) return REASON_EXIT_FIRST;
    if (is_closed(r, in->token)) return REASON_SLOT_CLOSED;
    reason = written_size(r, in, a->size_unit, d);
    if (!reason) reason = order_price(r, in, a, d);
    if (!reason) reason = share_size(r, a->size_unit, d);
    if (!reason) reason = direction(r, d);
    if (!reason) reason = pass_limits(r, d, is_counted);
    return reason ? reason : find_room(r, d);
}

/* ---- closing ----------------------------------------------------------------------------------- */

static int64_t exit_bound(const Ref *r, int32_t token, bool is_sell)
{
    int64_t best = best_price(r, token, is_sell);
    double b = ref_micros(best), w = ref_micros(r->config.exit_bound_micros);

    if (best == MICROS_UNKNOWN) return MICROS_UNKNOWN;
    if (!is_share(r, token)) w = b * r->config.exit_bound_ratio;
    return clamp_bound(r, token,
                       to_tick(r, token, is_sell, ref_to_micros(is_sell ? b - w : b + w)));
}

static uint16_t close_reason(Ref *r, const RefIntent *in, const Action *a, Draft *d)
{
    int64_t left = left_soon(r, in->token);

    if (left == 0 || ref_has_exit(r, in->token)) return NOTHING;
    if ((left > 0) != (r->positions[in->token].size > 0)) return NOTHING; /* more is on its way */
    if (is_closed(r, in->token)) return REASON_SLOT_CLOSED;
    d->o.is_sell = left > 0;
    d->o.size = round_down(left > 0 ? left : -left, venue_of(r, in->token)->lot_micros);
    if (d->o.size == 0) return NOTHING;
    d->written = d->o.size;
    d->o.price = in->has_within ? market_bound(r, in, a->within_ratio, d->o.is_sell)
                                : exit_bound(r, in->token, d->o.is_sell);
    d->is_unknown = d->o.price == MICROS_UNKNOWN;
    if (d->is_unknown) return REASON_NO_PRICE;
    d->is_close = d->is_market = true;
    d->size_unit = SIZE_ALL;
    d->o.is_exit = true;
    d->o.is_immediate = true;
    return find_room(r, d);
}

/* Sells (buys back) `size` at market within the exit bound; with no price it rests at the tick. */
void ref_send_exit(Ref *r, int32_t token, Because because, int64_t size)
{
    bool is_exit = because != BECAUSE_UNWIND;
    uint8_t unit = is_exit ? SIZE_ALL : is_share(r, token) ? SIZE_SHARES : SIZE_COINS;
    Draft d = {.group = REF_NONE, .because = because, .is_close = is_exit, .size_unit = unit};

    d.o = (RefOrder){.token = token,
                     .is_sell = size > 0,
                     .rule = REF_NONE,
                     .action = REF_NONE,
                     .group_run = -1,
                     .leader = -1,
                     .is_exit = is_exit};
    d.o.size = round_down(size > 0 ? size : -size, venue_of(r, token)->lot_micros);
    if (d.o.size == 0) return;
    d.written = d.o.size;
    d.o.price = exit_bound(r, token, d.o.is_sell);
    d.is_market = d.o.is_immediate = d.o.price != MICROS_UNKNOWN;
    if (!d.is_market && !d.o.is_sell) return; /* a short waits for somebody to buy from */
    if (!d.is_market) d.o.price = venue_of(r, token)->tick_micros;
    if (must_wait(r, &d.o) && wait_with(r, &d)) return;
    if (must_wait(r, &d.o) || find_room(r, &d)) {
        ref_skip(r, REF_NONE, REF_NONE, REASON_NO_ROOM, false, token);
        return;
    }
    r->exits[because]++;
    send(r, &d);
}

/* ---- quotes ------------------------------------------------------------------------------------ */

static RefOrder *standing_quote(Ref *r, const RefIntent *in)
{
    for (uint32_t i = 0; i < r->orders_count; i++) {
        RefOrder *o = &r->orders[i];

        if (o->is_live && !o->is_cancelling && o->is_quote && o->rule == in->rule &&
            o->action == in->action && o->side == !in->is_bid)
            return o;
    }
    return NULL;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static bool must_replace(const Ref *r, const RefOrder *o, const RefIntent *in, const Draft *d)
{
    int64_t refresh = num_is_known(in->refresh) ? ref_to_micros(in->refresh)
                                                : venue_of(r, in->token)->tick_micros;

    if (o->was_filled || apart(o->price, d->o.price) >= refresh) return true;
    return (__int128)apart(o->size, d->o.size) * 5 >= o->size;
}

static uint16_t quote_size(Ref *r, const RefIntent *in, uint8_t unit, Draft *d)
{
    int64_t tick = venue_of(r, in->token)->tick_micros;

    d->o.price = to_tick(r, in->token, d->o.is_sell, ref_to_micros(in->price));
    if (d->o.price < tick || (is_share(r, in->token) && d->o.price > MICRO - tick))
        return REASON_PRICE_OUT_OF_RANGE;
    d->written = round_down(ref_to_micros(in->size),
                            unit == SIZE_USD ? 10000 : venue_of(r, in->token)->lot_micros);
    return share_size(r, unit, d);
}

static void settle_quote(Ref *r, const RefIntent *in, const Action *a)
{
    RefOrder *old = standing_quote(r, in);
    Draft d = {.action = a,
               .group = REF_NONE,
               .because = BECAUSE_QUOTE,
               .modifiers = MOD_POST_ONLY,
               .size_unit = is_share(r, in->token) ? SIZE_SHARES : SIZE_COINS};
    bool wanted =
        !in->is_withdrawn && num_is_known(in->price) && num_is_known(in->size) && in->size > 0;
    uint16_t reason = 0;

    d.o = (RefOrder){.token = in->token,
                     .is_sell = !in->is_bid,
                     .rule = in->rule,
                     .action = in->action,
                     .group_run = -1,
                     .leader = -1,
                     .is_quote = true,
                     .is_post_only = true,
                     .side = !in->is_bid};
    if (wanted) reason = quote_size(r, in, d.size_unit, &d);
    if (wanted && !reason && old && !must_replace(r, old, in, &d)) return;
    if (old) ref_cancel(r, old, BECAUSE_QUOTE, in->rule, in->action);
    if (!wanted) return;
    if (in->is_bid && r->exit_tokens[in->token])
        reason = REASON_EXIT_FIRST;
    else if (is_closed(r, in->token))
        reason = REASON_SLOT_CLOSED;
    if (!reason) reason = direction(r, &d);
    if (!reason) reason = pass_limits(r, &d, false);
    if (!reason) reason = find_room(r, &d);
    if (reason == NOTHING) return;
    if (reason) {
        ref_skip(r, in->rule, in->action, reason, d.is_unknown, in->token);
        return;
    }
    count_entry(r, &d, false);
    send(r, &d);
}

/* ---- the other actions ------------------------------------------------------------------------- */

static void settle_cancel(Ref *r, const RefIntent *in, const Action *a, uint32_t order_count)
{
    for (uint32_t i = 0; i < order_count; i++) {
        RefOrder *o = &r->orders[i];

        if (!o->is_live || o->is_market || o->is_sets) continue;
        if (a->cancel_all || o->token == in->token)
            ref_cancel(r, o, BECAUSE_RULE, in->rule, in->action);
    }
    forget_waiting(r, a->cancel_all, in->token);
}

static int64_t pairs_of(const Ref *r, int32_t market)
{
    int64_t side[2] = {0, 0};

    for (uint32_t t = 0; t < r->p->tokens_count; t++)
        if (r->p->tokens[t].market == market && r->p->tokens[t].outcome < 2)
            side[r->p->tokens[t].outcome] += left_soon(r, (int32_t)t);
    return side[0] < side[1] ? side[0] : side[1];
}

static int32_t first_token(const Ref *r, int32_t market)
{
    for (uint32_t t = 0; t < r->p->tokens_count; t++)
        if (r->p->tokens[t].market == market) return (int32_t)t;
    return -1;
}

/* A split is an entry of its size in dollars, a merge a reduction of both shares. */
static uint16_t sets_reason(Ref *r, const RefIntent *in, Draft *d)
{
    int64_t size = num_is_known(in->size) && in->size > 0 ? ref_to_micros(in->size) : 0;
    uint16_t reason;

    if (in->market < 0) return REASON_NO_SIZE;
    d->o.token = first_token(r, in->market);
    if (d->o.token < 0) return REASON_NO_SIZE;
    if (is_closed(r, d->o.token)) return REASON_SLOT_CLOSED;
    d->written = d->o.size = round_down(size, r->config.venues[in->market].lot_micros);
    d->is_unknown = !num_is_known(in->size);
    if (d->o.size <= 0) return REASON_NO_SIZE;
    if (in->kind == ACT_MERGE)
        return d->o.size > pairs_of(r, in->market) ? REASON_NOT_HELD : find_room(r, d);
    d->o.worst_cost = d->o.size;
    d->o.is_entry = true;
    reason = pass_limits(r, d, false);
    return reason ? reason : find_room(r, d);
}

static void send_sets(Ref *r, const Draft *d)
{
    RefOrder *o = REF_PUSH(r, RefOrder, orders);
    Effect *e;

    *o = d->o;
    o->id = r->orders_count;
    o->is_live = true;
    o->price = MICRO;
    o->sent_us = r->now.ts_us;
    o->expires_us = INT64_MAX;
    e = ref_effect(r, EFFECT_SETS);
    e->rule = o->rule;
    e->action = o->action;
    e->index = r->p->tokens[o->token].market;
    e->order = o->id;
    e->is_sell = o->is_sell;
    e->size_unit = d->size_unit;
    e->size_micros = e->written_micros = o->size;
}

static void settle_sets(Ref *r, const RefIntent *in, const Action *a)
{
    Draft d = {.action = a, .size_unit = a->size_unit};
    uint16_t reason;

    d.o = (RefOrder){.rule = in->rule,
                     .action = in->action,
                     .group_run = -1,
                     .leader = in->leader,
                     .is_sell = in->kind == ACT_MERGE,
                     .is_sets = true};
    reason = sets_reason(r, in, &d);
    if (reason) {
        ref_skip(r, in->rule, in->action, reason, d.is_unknown, in->market);
        return;
    }
    if (must_wait(r, &d.o)) {
        if (!wait_with(r, &d)) ref_skip(r, in->rule, in->action, REASON_NO_ROOM, false, in->market);
        return;
    }
    count_entry(r, &d, false);
    send_sets(r, &d);
}

static uint16_t one_order(Ref *r, const RefIntent *in, Draft *d, bool is_counted)
{
    const Action *a = &r->p->rules[in->rule].actions[in->action];

    if (in->token < 0) return REASON_NO_PRICE;
    *d = draft_of(r, in, a);
    if (in->kind == ACT_CLOSE) return close_reason(r, in, a, d);
    return order_reason(r, in, a, d, is_counted);
}

static void settle_order(Ref *r, const RefIntent *in)
{
    Draft d = {0};
    uint16_t reason = one_order(r, in, &d, false);

    if (reason == NOTHING) return;
    if (reason) {
        ref_skip(r, in->rule, in->action, reason, d.is_unknown, in->token);
        return;
    }
    if (must_wait(r, &d.o)) {
        if (!wait_with(r, &d)) ref_skip(r, in->rule, in->action, REASON_NO_ROOM, false, in->token);
        return;
    }
    count_entry(r, &d, false);
    send(r, &d);
}

/* ---- together ---------------------------------------------------------------------------------- */

/* A together needs a place of its own, and has room for so many legs. */
static bool has_group_room(const Ref *r, uint32_t legs)
{
    uint32_t running = 0;

    for (uint32_t i = 0; i < r->group_runs_count; i++)
        running += !r->group_runs[i].is_done;
    return running < REF_GROUPS && legs < REF_LEGS;
}

static void open_group(Ref *r, const RefIntent *in)
{
    const Group *g = &r->p->rules[in->rule].groups[in->group];
    RefGroupRun *run = REF_PUSH(r, RefGroupRun, group_runs);
    double d = ref_value(r, g->within);

    *run = (RefGroupRun){.unwind = g->unwind, .rule = in->rule, .group = (uint16_t)in->group};
    run->deadline_us = r->now.ts_us + (num_is_known(d) ? ref_to_us(d) : 0);
}

/* All legs or none: the legs are listed one after the other, each counting the ones before it; if
 * any is refused, all go and the refused ones are reported. */
static uint32_t settle_group(Ref *r, uint32_t first)
{
    uint32_t orders = r->orders_count, out = r->out_count, entries = r->entries_count, last = first;
    const RefIntent *in = &r->intents[first];
    struct {
        uint16_t reason;
        bool is_unknown;
    } refused[64] = {{0, false}};
    bool any = false, is_counted = false;
    uint32_t legs = 0;

    while (last < r->intents_count && r->intents[last].rule == in->rule &&
           r->intents[last].group == in->group)
        last++;
    for (uint32_t i = first; i < last && i - first < 64; i++) {
        Draft d = {0};
        uint16_t reason = one_order(r, &r->intents[i], &d, is_counted);

        if (reason == NOTHING) continue;
        if (!reason && must_wait(r, &d.o)) reason = REASON_NOT_HELD;
        if (!reason && !has_group_room(r, legs++)) reason = REASON_NO_ROOM;
        refused[i - first].reason = reason;
        refused[i - first].is_unknown = d.is_unknown;
        if (reason) {
            any = true;
            continue;
        }
        count_entry(r, &d, is_counted);
        if (d.o.is_entry) is_counted = true;
        d.o.group_run = (int32_t)r->group_runs_count;
        send(r, &d);
    }
    if (!any) {
        if (r->orders_count > orders) open_group(r, in);
        return last;
    }
    r->orders_count = orders, r->out_count = out, r->entries_count = entries;
    for (uint32_t i = first; i < last && i - first < 64; i++)
        if (refused[i - first].reason)
            ref_skip(r, in->rule, r->intents[i].action, refused[i - first].reason,
                     refused[i - first].is_unknown, r->intents[i].token);
    return last;
}

/* The deadline of a together: the rest is cancelled, what exceeds the smallest filled fraction is
 * sold (or kept). */
void ref_unwind(Ref *r, RefGroupRun *g)
{
    int32_t run = (int32_t)(g - r->group_runs);
    uint32_t count = r->orders_count, least_at = count; /* what is sold may move the list */
    bool unwind = g->unwind;

    g->is_done = true;
    for (uint32_t i = 0; i < count; i++) {
        RefOrder *o = &r->orders[i];

        if (o->group_run != run) continue;
        if (o->is_live) ref_cancel(r, o, BECAUSE_UNWIND, o->rule, o->action);
        if (least_at == count || (__int128)o->filled * r->orders[least_at].size <
                                     (__int128)r->orders[least_at].filled * o->size)
            least_at = i;
    }
    for (uint32_t i = 0; least_at < count && unwind && i < count; i++) {
        const RefOrder *o = &r->orders[i], *least = &r->orders[least_at];
        int64_t surplus, left;

        if (o->group_run != run || !o->is_entry || o->has_left) continue;
        surplus =
            (int64_t)(((__int128)o->filled * least->size - (__int128)o->size * least->filled) /
                      least->size);
        left = left_soon(r, o->token);
        if (o->is_sell) left = -left;
        if (surplus > left) surplus = left;
        if (surplus > 0)
            ref_send_exit(r, o->token, BECAUSE_UNWIND, o->is_sell ? -surplus : surplus);
    }
}

/* ---- settling ---------------------------------------------------------------------------------- */

static void touch_closes(Ref *r)
{
    for (uint32_t i = 0; i < r->intents_count; i++) {
        const RefIntent *in = &r->intents[i];

        if (in->kind == ACT_CLOSE && in->token >= 0 && r->positions[in->token].size != 0 &&
            !ref_is_debt(r, in->token))
            r->exit_tokens[in->token] = 1;
    }
}

static void settle_alert(Ref *r, const RefIntent *in)
{
    Effect *e = ref_effect(r, EFFECT_ALERT);

    e->rule = in->rule;
    e->action = in->action;
}

void ref_settle(Ref *r)
{
    uint32_t order_count = r->orders_count, i = 0;

    touch_closes(r);
    while (i < r->intents_count) {
        const RefIntent *in = &r->intents[i];
        const Action *a;

        if (in->kind == REF_SKIP) {
            ref_skip(r, in->rule, in->action, in->reason, in->is_unknown, -1);
            i++;
            continue;
        }
        a = &r->p->rules[in->rule].actions[in->action];
        if (in->group >= 0) {
            i = settle_group(r, i);
            continue;
        }
        switch (in->kind) {
        case ACT_CANCEL:
            settle_cancel(r, in, a, order_count);
            break;
        case ACT_SPLIT:
        case ACT_MERGE:
            settle_sets(r, in, a);
            break;
        case ACT_ALERT:
            settle_alert(r, in);
            break;
        case ACT_QUOTE:
            settle_quote(r, in, a);
            break;
        default:
            settle_order(r, in);
            break;
        }
        i++;
    }
}

/* ---- the instant fill -------------------------------------------------------------------------- */

static void fill(Ref *r, uint32_t index, int64_t price, int64_t size)
{
    RefOrder *o = &r->orders[index];
    Event ev = {.ts_us = r->now.ts_us, .kind = EV_FILL};
    RefNow before = r->now;
    RefNow now = {.kind = EV_FILL, .index = o->token, .ts_us = r->now.ts_us, .event = &ev};

    ev.fill.order = o->id;
    ev.fill.price_micros = price;
    ev.fill.size_micros = size;
    ev.fill.token = (uint8_t)o->token;
    ev.fill.is_sell = o->is_sell;
    o->filled += size;
    o->was_filled = true;
    if (o->filled == o->size) o->is_live = false;
    ref_process(r, &now);
    r->now = before;
}

/* An answer that is not a fill: the order is live, over, or was refused. */
static void answer(Ref *r, uint32_t index, EventKind kind, bool is_over)
{
    RefOrder *o = &r->orders[index];
    Event ev = {.ts_us = r->now.ts_us, .kind = (uint8_t)kind};
    RefNow before = r->now;
    RefNow now = {.kind = (uint8_t)kind, .index = o->token, .ts_us = r->now.ts_us, .event = &ev};

    if (is_over) o->is_live = false;
    o->is_tried = true;
    ref_process(r, &now);
    r->now = before;
}

static void answer_cancels(Ref *r)
{
    for (uint32_t i = 0; i < r->orders_count && !r->gave_up; i++)
        if (r->orders[i].is_live && r->orders[i].is_cancelling) answer(r, i, EV_ORDER_STATE, true);
}

static int64_t fillable(const Ref *r, const RefOrder *o, int64_t *ret_price)
{
    int64_t size = MICROS_UNKNOWN, price = touched(r, o->token, o->is_sell, &size);

    *ret_price = price;
    if (price == MICROS_UNKNOWN) return 0;
    if (o->is_sell ? price < o->price : price > o->price) return 0;
    if (size == MICROS_UNKNOWN || size > o->size - o->filled) return o->size - o->filled;
    return size;
}

static void try_new(Ref *r, uint32_t index)
{
    int64_t price, size = fillable(r, &r->orders[index], &price);

    r->orders[index].is_tried = true;
    if (r->orders[index].is_sets) {
        const RefOrder *o = &r->orders[index];

        ref_book_sets(r, r->p->tokens[o->token].market, o->is_sell, o->size);
        answer(r, index, EV_ORDER_STATE, true);
        return;
    }
    if (r->orders[index].is_post_only && size > 0) {
        answer(r, index, EV_REJECT, true);
        return;
    }
    if (r->orders[index].is_whole && size < r->orders[index].size) size = 0;
    if (size > 0) fill(r, index, price, size);
    if (!r->orders[index].is_live) return;
    if (r->orders[index].is_immediate)
        answer(r, index, EV_ORDER_STATE, true);
    else if (size == 0)
        answer(r, index, EV_ORDER_STATE, false);
}

/* Cancels are answered first, then orders in their order: resting ones at a tick of their market, new
 * ones right away; what a fill's handlers send or cancel comes at the end of the line. */
void ref_gateway(Ref *r, bool is_tick, uint32_t market)
{
    uint32_t resting = r->orders_count, i = 0;

    while (i < r->orders_count && r->orders[i].is_tried)
        i++;
    resting = i;
    answer_cancels(r);
    for (i = is_tick ? 0 : resting; i < r->orders_count && !r->gave_up; i++) {
        RefOrder *o = &r->orders[i];
        int64_t price, size;

        if (!o->is_live) continue;
        if (!o->is_tried) {
            try_new(r, i);
        } else if (is_tick && i < resting && r->p->tokens[o->token].market == market) {
            size = fillable(r, o, &price);
            if (size > 0) fill(r, i, o->price, size);
        }
        answer_cancels(r);
    }
}

/* Orders whose time is over. */
void ref_expire(Ref *r, int64_t ts_us)
{
    r->now = (RefNow){.kind = EV_CLOCK, .ts_us = ts_us};
    for (uint32_t i = 0; i < r->orders_count; i++)
        if (r->orders[i].is_live && r->orders[i].is_tried && r->orders[i].expires_us <= ts_us)
            answer(r, i, EV_ORDER_STATE, true);
}
