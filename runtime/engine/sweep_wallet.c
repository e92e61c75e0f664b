/* sweep_wallet.c — what a wallet without an engine does at one tick: exits, actions, fills.  See
 * sweep_wallet.h. */
#include "runtime/engine/sweep_wallet.h"

#include "runtime/engine/exits.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* ---- effects ------------------------------------------------------------------------------------- */

static Effect effect_of(const SweepWalk *s, const SweepOrder *o, Because because)
{
    Effect f = effect_new(EFFECT_ORDER, s->ground.now_us);

    f.because = (uint8_t)because;
    f.is_sell = o->is_sell;
    f.is_market = o->is_market;
    f.token = o->token;
    f.order = o->id;
    f.size_micros = f.written_micros = o->size_micros;
    f.size_unit = (uint8_t)(s->plan->tokens[o->token].has_coins ? SIZE_COINS : SIZE_SHARES);
    f.price_micros = o->price_micros;
    return f;
}

static void skip(SweepWalk *s, const SweepAction *a, uint16_t reason, bool is_unknown)
{
    Effect f;

    s->w->skips++;
    if (!s->sink.take) return;
    f = effect_new(EFFECT_SKIP, s->ground.now_us);
    f.rule = a->rule;
    f.action = a->action;
    f.token = a->token;
    f.reason = reason;
    f.is_unknown = is_unknown;
    effect_send(s->sink, &f);
}

/* A new order, to be filled in; its effect is the caller's. */
static SweepOrder *send(SweepWalk *s, int32_t token, Because because)
{
    SweepOrder *to = &s->orders[s->order_count++];

    *to = (SweepOrder){
        .id = ++s->w->last_id, .token = token, .slot_start_us = s->ground.slot_start_us};
    s->w->orders[because]++;
    return to;
}

/* ---- actions ------------------------------------------------------------------------------------- */

static Wish wish_of(const SweepWalk *s, int32_t token, bool is_sell)
{
    const SweepPlan *p = s->plan;
    uint8_t o = p->tokens[token].outcome;

    return (Wish){.is_sell = is_sell,
                  .has_coins = p->tokens[token].has_coins,
                  .bid_micros = s->quote.bid[o],
                  .ask_micros = s->quote.ask[o],
                  .held_micros = s->w->tokens[token].held.size_micros,
                  .left_micros = sweep_left(s, token),
                  .bound_micros = p->config->market_bound_micros,
                  .bound_ratio = p->config->market_bound_ratio,
                  .rules = &p->rules};
}

static Ticket ticket_of(const SweepWalk *s, uint32_t action)
{
    const SweepAction *a = &s->plan->actions[action];
    const SweepNumbers *n = &s->w->numbers;
    const ActionRow *row = &s->plan->image->actions[a->action];
    Wish w = wish_of(s, a->token, a->kind == ACT_SELL);

    w.size = n->sizes[action];
    w.price = n->prices[action];
    w.is_default = !num_is_known(w.price) && !n->unknown_prices[action];
    w.size_unit = row->size_unit;
    w.is_market = (row->flags & AF_AT_MARKET) != 0;
    w.is_within_ratio = (row->flags & AF_WITHIN_RATIO) != 0;
    w.takes = true;
    return ticket_make(&w);
}

static SweepTicket new_ticket(const SweepWalk *s, uint32_t action, uint16_t number)
{
    SweepTicket t = {s->tick, number, ticket_of(s, action), 0};
    int64_t fee = 0;

    if (t.ticket.reason != REASON_NONE || !t.ticket.is_entry) return t;
    if (s->plan->has_fees)
        fee = rules_max_fee(&s->plan->rules, t.ticket.price_micros, t.ticket.size_micros);
    t.needed_micros = sat_add(t.ticket.worst_micros, fee);
    return t;
}

/* What a buy comes to depends on the tick and its numbers alone; many variants have the same. */
static const SweepTicket *kept_ticket(SweepWalk *s, uint32_t action, SweepTicket *room)
{
    uint16_t number = s->w->tickets[action];
    SweepTicket *t = &s->cache[(s->place + number * BITMAP_PLACES) % TICKET_CACHE];

    if (number == NO_TICKET) {
        *room = new_ticket(s, action, number);
        return room;
    }
    if (t->tick != s->tick || t->action != number) *t = new_ticket(s, action, number);
    return t;
}

static void place(SweepWalk *s, const SweepAction *a, const SweepTicket *kept, bool is_market)
{
    const Ticket *t = &kept->ticket;
    const ActionRow *row = &s->plan->image->actions[a->action];
    SweepOrder *o;
    Effect f;

    if (t->is_entry) {
        Verdict v = sweep_check(s, t->worst_micros, kept->needed_micros);

        if (v.reason != REASON_NONE) {
            skip(s, a, v.reason, v.is_unknown);
            return;
        }
        sweep_count_trade(s);
    }
    o = send(s, a->token, BECAUSE_RULE);
    o->is_sell = t->is_sell;
    o->is_market = is_market;
    o->is_entry = t->is_entry;
    o->is_all_or_nothing = (row->modifiers & MOD_ALL_OR_NOTHING) != 0;
    o->is_exit = a->kind == ACT_CLOSE;
    o->modifiers = (uint8_t)row->modifiers;
    o->size_micros = t->size_micros;
    o->price_micros = t->price_micros;
    o->worst_micros = t->worst_micros;
    if (o->is_exit) s->leaving[a->token] = true;
    if (!s->sink.take) return;
    f = effect_of(s, o, BECAUSE_RULE);
    f.modifiers = row->modifiers;
    f.rule = a->rule;
    f.action = a->action;
    f.is_close = a->kind == ACT_CLOSE;
    f.size_unit = f.is_close ? (uint8_t)SIZE_ALL : row->size_unit;
    f.written_micros = t->written_micros;
    f.group = a->group;
    effect_send(s->sink, &f);
}

static uint16_t gate_of(const SweepWalk *s, const SweepAction *a)
{
    if (s->touched[a->token] && a->kind == ACT_BUY) return REASON_EXIT_FIRST;
    return s->ground.is_open ? REASON_NONE : REASON_SLOT_CLOSED;
}

static void act_order(SweepWalk *s, uint32_t action)
{
    const SweepAction *a = &s->plan->actions[action];
    uint16_t gate = gate_of(s, a);
    const SweepTicket *t;
    SweepTicket room;

    if (gate != REASON_NONE) {
        skip(s, a, gate, false);
        return;
    }
    t = kept_ticket(s, action, &room);
    if (t->ticket.is_nothing) return;
    if (t->ticket.reason != REASON_NONE)
        skip(s, a, t->ticket.reason, t->ticket.is_unknown);
    else
        place(s, a, t, (s->plan->image->actions[a->action].flags & AF_AT_MARKET) != 0);
}

static void act_close(SweepWalk *s, uint32_t action)
{
    const SweepPlan *p = s->plan;
    const SweepAction *a = &p->actions[action];
    Wish w = wish_of(s, a->token, s->w->tokens[a->token].held.size_micros > 0);
    Ticket t;

    if (!w.left_micros || s->leaving[a->token]) return;
    if (!s->ground.is_open) {
        skip(s, a, REASON_SLOT_CLOSED, false);
        return;
    }
    w.size_unit = SIZE_ALL;
    w.price = s->w->numbers.prices[action];
    w.is_default = !num_is_known(w.price) && !s->w->numbers.unknown_prices[action];
    w.is_market = w.takes = w.is_close = true;
    w.is_within_ratio = (p->image->actions[a->action].flags & AF_WITHIN_RATIO) != 0;
    w.bound_micros = p->config->exit_bound_micros;
    w.bound_ratio = p->config->exit_bound_ratio;
    t = ticket_make(&w);
    if (t.is_nothing) return;
    if (t.reason != REASON_NONE)
        skip(s, a, t.reason, t.is_unknown);
    else
        place(s, a, &(SweepTicket){.ticket = t}, true);
}

static void act(SweepWalk *s, uint32_t action)
{
    const SweepAction *a = &s->plan->actions[action];
    Effect f;

    if (a->kind == ACT_CLOSE) {
        act_close(s, action);
    } else if (a->kind != ACT_ALERT) {
        act_order(s, action);
    } else if (s->sink.take) {
        f = effect_new(EFFECT_ALERT, s->ground.now_us);
        f.rule = a->rule;
        f.action = f.index = a->action;
        effect_send(s->sink, &f);
    }
}

/* ---- fills --------------------------------------------------------------------------------------- */

void sweep_find_band(const SweepWalk *s, uint32_t token)
{
    SweepWallet *w = s->w;
    const Position *p = &w->tokens[token].held;
    int64_t low = INT64_MIN, high = INT64_MAX, at;
    double entry;

    w->holdings &= ~(1U << token);
    if (!p->size_micros) return;
    w->holdings |= 1U << token;
    entry = position_entry(p);
    for (uint32_t i = 0; i < s->plan->exit_count; i++) {
        uint8_t place = s->plan->exits[i];
        uint8_t kind = s->plan->image->limits[s->plan->limits[place]].kind;
        double rate = w->numbers.limits[place].num;

        if (!num_is_known(rate) || !exit_trigger(entry, rate, kind == LIM_TAKE_PROFIT, &at))
            continue;
        if (kind == LIM_TAKE_PROFIT && at < high) high = at;
        if (kind == LIM_STOP_LOSS && at > low) low = at;
    }
    w->tokens[token].low = low;
    w->tokens[token].high = high;
}

static int64_t micros_at(const SweepWalk *s, size_t word, uint32_t tick)
{
    if (!tick_columns_have(s->ticks, (uint32_t)word)) return MICROS_UNKNOWN;
    return tick_columns_bits(s->ticks, (uint32_t)word, tick);
}

/* How much of the order the touched side takes, and its price. */
static int64_t fillable(const SweepWalk *s, const SweepOrder *o, int64_t *ret_price)
{
    uint8_t outcome = s->plan->tokens[o->token].outcome;
    uint32_t side = outcome * (TICK_WORD(bid[1]) - TICK_WORD(bid[0]));
    uint32_t sizes =
        o->is_sell ? TICK_WORD(bid[0].size_micros[0]) : TICK_WORD(ask[0].size_micros[0]);
    int64_t size = micros_at(s, sizes + side, s->tick);

    *ret_price = (o->is_sell ? s->quote.bid : s->quote.ask)[outcome];
    if (*ret_price == MICROS_UNKNOWN) return 0;
    if (o->is_sell ? *ret_price < o->price_micros : *ret_price > o->price_micros) return 0;
    if (size == MICROS_UNKNOWN || size > o->size_micros) return o->size_micros;
    return size < o->size_micros && o->is_all_or_nothing ? 0 : size;
}

Posting *sweep_posting(SweepWalk *s, int32_t token, uint64_t order)
{
    if (s->sink.take)
        s->posting = posting_new(&s->w->account, s->sink, s->ground.now_us, token, order);
    return &s->posting;
}

static void fill(SweepWalk *s, const SweepOrder *o)
{
    SweepWallet *w = s->w;
    Position *p = &w->tokens[o->token].held;
    int64_t price, size = fillable(s, o, &price);
    Trade trade = {o->is_sell ? -size : size, price, 0, false};
    TradeResult r;

    if (size <= 0) return;
    if (!account_trade(sweep_posting(s, o->token, w->fills + 1), p, &trade, &r)) {
        w->is_left = true;
        return;
    }
    w->fills++;
    if (r.reduced_micros) {
        w->exit_us = s->ground.now_us;
        if (r.profit_micros < 0) w->loss_us = s->ground.now_us;
    }
    sweep_find_band(s, (uint32_t)o->token);
}

/* ---- exits --------------------------------------------------------------------------------------- */

static uint8_t because_of(const SweepWalk *s, const ExitView *v)
{
    static const uint8_t kinds[] = {LIM_STOP_LOSS, LIM_TAKE_PROFIT};
    static const uint8_t because[] = {BECAUSE_STOP_LOSS, BECAUSE_TAKE_PROFIT};

    for (uint32_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (uint32_t i = 0; i < s->plan->limit_count; i++)
            if (s->plan->image->limits[s->plan->limits[i]].kind == kinds[k] &&
                exit_price_holds(v, kinds[k], s->w->numbers.limits[i].num))
                return because[k];
    return BECAUSE_RULE;
}

static void leave(SweepWalk *s, uint32_t token, Because because)
{
    const SweepPlan *p = s->plan;
    Wish w = wish_of(s, (int32_t)token, true);
    int64_t size = ticket_to_lot(&p->rules, w.left_micros), bound;
    SweepOrder *o;
    Effect f;

    s->touched[token] = true;
    w.is_default = true;
    w.bound_micros = p->config->exit_bound_micros;
    w.bound_ratio = p->config->exit_bound_ratio;
    if (!size) return;
    if (!ticket_bound(&w, &bound)) {
        s->w->is_left = true; /* it would rest */
        return;
    }
    o = send(s, (int32_t)token, because);
    o->is_sell = o->is_market = o->is_exit = true;
    o->size_micros = size;
    o->price_micros = bound;
    s->leaving[token] = true;
    if (!s->sink.take) return;
    f = effect_of(s, o, because);
    f.is_close = true;
    f.size_unit = SIZE_ALL;
    effect_send(s->sink, &f);
}

static void look_at_exits(SweepWalk *s)
{
    for (uint32_t i = 0; i < s->plan->token_count; i++) {
        int64_t touch = s->quote.bid[s->plan->tokens[i].outcome];
        ExitView v = {&s->w->tokens[i].held, touch, s->ground.now_us};
        uint8_t because;

        if (!(s->w->holdings >> i & 1) || touch == MICROS_UNKNOWN) continue;
        if (touch > s->w->tokens[i].low && touch < s->w->tokens[i].high) continue;
        if (s->leaving[i] || !sweep_left(s, (int32_t)i)) continue;
        because = because_of(s, &v);
        if (because != BECAUSE_RULE) leave(s, i, (Because)because);
    }
}

/* ---- one tick ------------------------------------------------------------------------------------ */

static SweepQuote quote_at(const SweepWalk *s, uint32_t tick)
{
    SweepQuote q = {.ts_us = tick_columns_ts(s->ticks, tick)};
    bool is_crossed = false;

    for (uint32_t o = 0; o < OUTCOMES; o++) {
        q.bid[o] = micros_at(s, o ? TICK_WORD(bid[1]) : TICK_WORD(bid[0]), tick);
        q.ask[o] = micros_at(s, o ? TICK_WORD(ask[1]) : TICK_WORD(ask[0]), tick);
        is_crossed |= q.ask[o] != MICROS_UNKNOWN && q.bid[o] > q.ask[o];
    }
    for (uint32_t o = 0; is_crossed && o < OUTCOMES; o++)
        q.bid[o] = q.ask[o] = MICROS_UNKNOWN;
    return q;
}

void sweep_take_quote(SweepWalk *s, uint32_t place)
{
    s->quotes[place] = quote_at(s, bitmaps_ticks(s->bits)[place]);
}

void sweep_stretch(SweepWalk *s)
{
    s->places = bitmaps_ticks(s->bits);
    s->place_words = (bitmaps_places(s->bits) + WORD - 1) / WORD;
}

static bool fires(const SweepWalk *s, uint32_t rule)
{
    return s->edges[rule].tick == s->tick;
}

/* Where rules fire it lies ready. */
static void read_quote(SweepWalk *s)
{
    uint32_t r = 0;

    while (r < s->plan->rule_count && !fires(s, r))
        r++;
    s->quote = r < s->plan->rule_count ? s->quotes[s->edges[r].place] : quote_at(s, s->tick);
    if (s->quote.ts_us > s->ground.now_us) s->ground.now_us = s->quote.ts_us;
}

/* Tokens of `close` count as touched before the first entry is looked at. */
static void touch_closed(SweepWalk *s, const SweepRule *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const SweepAction *a = &s->plan->actions[r->first + i];

        if (a->kind == ACT_CLOSE && s->w->holdings >> a->token & 1) s->touched[a->token] = true;
    }
}

/* Tokens that an order on its way leaves already. */
static void find_leaving(SweepWalk *s)
{
    memset(s->leaving, 0, sizeof s->leaving);
    for (uint32_t i = 0; i < s->order_count; i++)
        if (s->orders[i].is_exit && s->orders[i].slot_start_us == s->ground.slot_start_us)
            s->leaving[s->orders[i].token] = true;
}

static void fill_all(SweepWalk *s)
{
    for (uint32_t i = 0; i < s->order_count; i++)
        fill(s, &s->orders[i]);
    s->order_count = 0;
}

void sweep_tick(SweepWalk *s, uint32_t tick)
{
    const SweepPlan *p = s->plan;
    uint32_t sent = s->order_count;

    s->tick = tick;
    read_quote(s);
    memset(s->touched, 0, sizeof s->touched);
    find_leaving(s);
    if (s->ground.is_open && s->w->holdings) look_at_exits(s);
    for (uint32_t r = 0; !p->only_buys && r < p->rule_count; r++)
        if (fires(s, r)) touch_closed(s, &p->wakes[r]);
    for (uint32_t r = 0; r < p->rule_count; r++) {
        if (!fires(s, r)) continue;
        s->place = s->edges[r].place;
        sweep_next_edge(s, &s->edges[r]);
        for (uint32_t i = 0; i < p->wakes[r].count; i++)
            act(s, p->wakes[r].first + i);
    }
    if (!s->venue)
        fill_all(s);
    else if (s->order_count > sent)
        sweep_fly(s, sent);
}
