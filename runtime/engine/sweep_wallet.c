/* sweep_wallet.c — see sweep_wallet.h. */
#include "runtime/engine/sweep_wallet.h"

#include "runtime/engine/exits.h"
#include "runtime/engine/limits.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* ---- beginning ----------------------------------------------------------------------------------- */

enum { SIDE_WORDS = sizeof(BookSide) / sizeof(int64_t) };

static bool find_ranges(SweepBook *b, uint32_t o, const TickColumns *t, const Kernels *k,
                        Arena *arena)
{
    uint32_t blocks = t->count / WORD + 1;

    b->low[o] = arena_array(arena, int64_t, blocks);
    b->high[o] = arena_array(arena, int64_t, blocks);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i * WORD < t->count; i++) {
        uint32_t left = t->count - i * WORD;

        k->range(b->bid[o] + (size_t)i * WORD, left < WORD ? left : WORD, &b->low[o][i],
                 &b->high[o][i]);
    }
    return true;
}

bool sweep_book(SweepBook *b, const TickColumns *ticks, const Kernels *k, Arena *arena)
{
    *b = (SweepBook){0};
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        uint32_t side = o * SIDE_WORDS;

        b->bid[o] = ticks->words[TICK_WORD(bid[0].price_micros[0]) + side];
        b->bid_size[o] = ticks->words[TICK_WORD(bid[0].size_micros[0]) + side];
        b->ask[o] = ticks->words[TICK_WORD(ask[0].price_micros[0]) + side];
        b->ask_size[o] = ticks->words[TICK_WORD(ask[0].size_micros[0]) + side];
        if (b->bid[o] && !find_ranges(b, o, ticks, k, arena)) return false;
    }
    return true;
}

void sweep_ground(SweepGround *g)
{
    *g = (SweepGround){.is_open = true};
}

void sweep_wallet(SweepWallet *w, const SweepPlan *plan, int64_t cash_micros)
{
    w->account.cash_micros = cash_micros;
    w->most_trades = sweep_most_trades(plan, &w->numbers);
    w->exit_us = w->loss_us = INT64_MIN;
    for (uint32_t i = 0; i < plan->token_count; i++)
        w->tokens[i].held.best_micros = MICROS_UNKNOWN;
    for (uint32_t i = 0; i < plan->limit_count; i++)
        w->counts[i].window = INT64_MIN;
}

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

/* A new order; its effect is the caller's. */
static SweepOrder *send(SweepWalk *s, const SweepOrder *o, Because because)
{
    SweepOrder *to = &s->orders[s->order_count++];

    *to = *o;
    to->id = ++s->w->last_id;
    s->w->orders[because]++;
    return to;
}

/* ---- what is on its way at this tick --------------------------------------------------------------- */

static int64_t on_its_way_out(const SweepWalk *s, int32_t token)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->order_count; i++)
        if (!s->orders[i].is_entry && s->orders[i].is_sell && s->orders[i].token == token)
            sum = sat_add(sum, s->orders[i].size_micros);
    return sum;
}

static int64_t left_of(const SweepWalk *s, int32_t token)
{
    int64_t left = s->w->tokens[token].held.size_micros - on_its_way_out(s, token);

    return left > 0 ? left : 0;
}

static int64_t resting(const SweepWalk *s)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->order_count; i++)
        if (s->orders[i].is_entry) sum = sat_add(sum, s->orders[i].worst_micros);
    return sum;
}

static int64_t reserved(const SweepWalk *s)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->order_count; i++) {
        int64_t reserve = INT64_MAX;

        if (!s->orders[i].is_entry) continue;
        (void)fx_mul(s->orders[i].size_micros, s->orders[i].price_micros, FX_UP, &reserve);
        sum = sat_add(sum, reserve);
    }
    return sum;
}

static int64_t held_cost(const SweepWalk *s)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->plan->token_count; i++)
        sum += abs_i64(s->w->tokens[i].held.cost_micros);
    return sum;
}

static int64_t all_cost(const SweepWalk *s)
{
    int64_t sum = held_cost(s);

    for (uint32_t c = 0; c < s->w->closed_count; c++)
        for (uint32_t i = 0; i < s->plan->token_count; i++)
            sum += abs_i64(s->w->closed[c].held[i].cost_micros);
    return sum;
}

/* ---- limits -------------------------------------------------------------------------------------- */

static Verdict pass_if(bool passes, uint16_t reason)
{
    return (Verdict){passes ? REASON_NONE : reason, false};
}

static Verdict over(const SweepAmount *a, int64_t used, uint16_t reason)
{
    if (a->kind == AMOUNT_UNKNOWN) return (Verdict){reason, true};
    if (a->kind != AMOUNT_MICROS) return pass_if(a->kind == AMOUNT_NO_BOUND, reason);
    return pass_if(used <= a->micros, reason);
}

static int64_t trades_so_far(const SweepWalk *s, uint32_t at, const LimitRow *row)
{
    const SweepCount *c = &s->w->counts[at];

    if (row->per == PER_SLOT) return s->w->slot_trades;
    if (row->per == PER_MARKET) return s->w->run_trades;
    if (row->per == PER_LEADER) return 0;
    return c->window == calendar_window(row->per, s->ground.now_us) ? c->count : 0;
}

static Verdict check_cooldown(const SweepWalk *s, const LimitRow *row, const SweepAmount *a)
{
    int64_t since = row->after == AFTER_LOSS ? s->w->loss_us : s->w->exit_us;

    if (a->kind == AMOUNT_UNKNOWN) return (Verdict){REASON_COOLDOWN, true};
    if (since == INT64_MIN || a->kind != AMOUNT_MICROS) return pass_if(true, REASON_COOLDOWN);
    return pass_if(s->ground.now_us - since >= a->micros, REASON_COOLDOWN);
}

static Verdict check_count(double count, const SweepAmount *a, uint16_t reason)
{
    if (a->kind == AMOUNT_UNKNOWN) return (Verdict){reason, true};
    return pass_if(!(count > a->num), reason);
}

static Verdict check_row(const SweepWalk *s, uint32_t at, int64_t worst)
{
    const LimitRow *row = &s->plan->image->limits[s->plan->limits[at]];
    const SweepAmount *a = &s->w->numbers.limits[at];

    switch (row->kind) {
    case LIM_COOLDOWN:
        return check_cooldown(s, row, a);
    case LIM_MAX_POSITION:
        return over(a, sat_add(sat_add(held_cost(s), resting(s)), worst), REASON_MAX_POSITION);
    case LIM_MAX_EXPOSURE:
        if (row->per == PER_LEADER) return pass_if(true, 0);
        return over(a, sat_add(sat_add(all_cost(s), resting(s)), worst), REASON_MAX_EXPOSURE);
    case LIM_MAX_TRADES:
        return check_count((double)(trades_so_far(s, at, row) + 1), a, REASON_MAX_TRADES);
    case LIM_MAX_OPEN:
        return check_count(1, a, REASON_MAX_OPEN);
    default:
        return pass_if(true, 0);
    }
}

static Verdict check(const SweepWalk *s, int64_t worst)
{
    Verdict v = {REASON_NONE, false};

    for (uint32_t i = 0; i < s->plan->check_count && v.reason == REASON_NONE; i++)
        v = check_row(s, s->plan->checks[i], worst);
    if (v.reason != REASON_NONE) return v;
    return pass_if(worst <= 0 || worst <= s->w->account.cash_micros - reserved(s), REASON_NO_CASH);
}

static void count_trade(SweepWalk *s)
{
    SweepWallet *w = s->w;

    w->slot_trades++;
    w->run_trades++;
    for (uint32_t i = 0; i < s->plan->limit_count; i++) {
        const LimitRow *row = &s->plan->image->limits[s->plan->limits[i]];
        SweepCount *c = &w->counts[i];
        int64_t window;

        if (row->kind != LIM_MAX_TRADES || row->per == PER_SLOT || row->per == PER_MARKET) continue;
        window = calendar_window(row->per, s->ground.now_us);
        if (c->window != window) c->count = 0;
        c->window = window;
        c->count++;
    }
}

/* ---- actions ------------------------------------------------------------------------------------- */

static Wish wish_of(const SweepWalk *s, int32_t token, bool is_sell)
{
    const SweepPlan *p = s->plan;
    uint8_t o = p->tokens[token].outcome;

    return (Wish){.is_sell = is_sell,
                  .has_coins = p->tokens[token].has_coins,
                  .bid_micros = s->bid[o],
                  .ask_micros = s->ask[o],
                  .held_micros = s->w->tokens[token].held.size_micros,
                  .left_micros = left_of(s, token),
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

/* What a buy comes to depends on the tick and its numbers alone; many variants have the same. */
static const Ticket *kept_ticket(SweepWalk *s, uint32_t action, Ticket *room)
{
    uint16_t number = s->w->tickets[action];
    SweepTicket *t = &s->cache[(s->tick * 7 + number) % TICKET_CACHE];

    if (number == NO_TICKET) {
        *room = ticket_of(s, action);
        return room;
    }
    if (t->tick != s->tick || t->action != number)
        *t = (SweepTicket){s->tick, number, ticket_of(s, action)};
    return &t->ticket;
}

static void place(SweepWalk *s, const SweepAction *a, const Ticket *t, bool is_market)
{
    const ActionRow *row = &s->plan->image->actions[a->action];
    SweepOrder o = {.token = a->token,
                    .is_sell = t->is_sell,
                    .is_market = is_market,
                    .is_entry = t->is_entry,
                    .is_all_or_nothing = (row->modifiers & MOD_ALL_OR_NOTHING) != 0,
                    .size_micros = t->size_micros,
                    .price_micros = t->price_micros,
                    .worst_micros = t->worst_micros};
    Verdict v = t->is_entry ? check(s, t->worst_micros) : (Verdict){REASON_NONE, false};
    Effect f;

    if (v.reason != REASON_NONE) {
        skip(s, a, v.reason, v.is_unknown);
        return;
    }
    o = *send(s, &o, BECAUSE_RULE);
    if (a->kind == ACT_CLOSE) s->leaving[a->token] = true;
    if (o.is_entry) count_trade(s);
    if (!s->sink.take) return;
    f = effect_of(s, &o, BECAUSE_RULE);
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
    const Ticket *t;
    Ticket room;

    if (gate != REASON_NONE) {
        skip(s, a, gate, false);
        return;
    }
    t = kept_ticket(s, action, &room);
    if (t->is_nothing) return;
    if (t->reason != REASON_NONE)
        skip(s, a, t->reason, t->is_unknown);
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
        place(s, a, &t, true);
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

static void find_band(const SweepWalk *s, uint32_t token)
{
    SweepWallet *w = s->w;
    const Position *p = &w->tokens[token].held;
    double entry = position_entry(p);
    int64_t low = INT64_MIN, high = INT64_MAX, at;

    w->holdings &= ~(1U << token);
    if (!p->size_micros) return;
    w->holdings |= 1U << token;
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

/* How much of the order the touched side takes, and its price. */
static int64_t fillable(const SweepWalk *s, const SweepOrder *o, int64_t *ret_price)
{
    uint8_t outcome = s->plan->tokens[o->token].outcome;
    const int64_t *sizes = (o->is_sell ? s->book.bid_size : s->book.ask_size)[outcome];
    int64_t size = sizes ? sizes[s->tick] : MICROS_UNKNOWN;

    *ret_price = (o->is_sell ? s->bid : s->ask)[outcome];
    if (*ret_price == MICROS_UNKNOWN) return 0;
    if (o->is_sell ? *ret_price < o->price_micros : *ret_price > o->price_micros) return 0;
    if (size == MICROS_UNKNOWN || size > o->size_micros) return o->size_micros;
    return size < o->size_micros && o->is_all_or_nothing ? 0 : size;
}

/* Where rows of a booking go; most of its time would be theirs when nobody takes them. */
static Posting *posting_of(SweepWalk *s, int32_t token, uint64_t order)
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
    if (!account_trade(posting_of(s, o->token, w->fills + 1), p, &trade, &r)) {
        w->is_left = true;
        return;
    }
    w->fills++;
    if (r.reduced_micros) {
        w->exit_us = s->ground.now_us;
        if (r.profit_micros < 0) w->loss_us = s->ground.now_us;
    }
    find_band(s, (uint32_t)o->token);
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
    SweepOrder o = {.token = (int32_t)token, .is_sell = true, .is_market = true};
    Effect f;

    s->touched[token] = true;
    o.size_micros = ticket_to_lot(&p->rules, w.left_micros);
    w.is_default = true;
    w.bound_micros = p->config->exit_bound_micros;
    w.bound_ratio = p->config->exit_bound_ratio;
    if (!o.size_micros) return;
    if (!ticket_bound(&w, &o.price_micros)) {
        s->w->is_left = true; /* it would rest */
        return;
    }
    o = *send(s, &o, because);
    s->leaving[token] = true;
    if (!s->sink.take) return;
    f = effect_of(s, &o, because);
    f.is_close = true;
    f.size_unit = SIZE_ALL;
    effect_send(s->sink, &f);
}

static void look_at_exits(SweepWalk *s)
{
    for (uint32_t i = 0; i < s->plan->token_count; i++) {
        int64_t touch = s->bid[s->plan->tokens[i].outcome];
        ExitView v = {&s->w->tokens[i].held, touch, s->ground.now_us};
        uint8_t because;

        if (!(s->w->holdings >> i & 1) || touch == MICROS_UNKNOWN) continue;
        if (touch > s->w->tokens[i].low && touch < s->w->tokens[i].high) continue;
        because = because_of(s, &v);
        if (because != BECAUSE_RULE) leave(s, i, (Because)because);
    }
}

/* ---- one tick ------------------------------------------------------------------------------------ */

static int64_t price_at(const int64_t *column, uint32_t tick)
{
    return column ? column[tick] : MICROS_UNKNOWN;
}

/* A crossed tick says nothing about prices. */
static void read_book(SweepWalk *s, uint32_t tick)
{
    bool is_crossed = false;

    s->tick = tick;
    if (s->ticks->ts_us[tick] > s->ground.now_us) s->ground.now_us = s->ticks->ts_us[tick];
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        s->bid[o] = price_at(s->book.bid[o], tick);
        s->ask[o] = price_at(s->book.ask[o], tick);
        is_crossed |= s->ask[o] != MICROS_UNKNOWN && s->bid[o] > s->ask[o];
    }
    for (uint32_t o = 0; is_crossed && o < OUTCOMES; o++)
        s->bid[o] = s->ask[o] = MICROS_UNKNOWN;
}

static bool fires(const SweepWalk *s, uint32_t rule)
{
    return *s->edges[rule] == s->tick - s->base;
}

/* Tokens of `close` count as touched before the first entry is looked at. */
static void touch_closed(SweepWalk *s, const SweepRule *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const SweepAction *a = &s->plan->actions[r->first + i];

        if (a->kind == ACT_CLOSE && s->w->holdings >> a->token & 1) s->touched[a->token] = true;
    }
}

static void run_tick(SweepWalk *s, uint32_t tick)
{
    const SweepPlan *p = s->plan;

    read_book(s, tick);
    memset(s->touched, 0, sizeof s->touched);
    memset(s->leaving, 0, sizeof s->leaving);
    s->order_count = 0;
    if (s->ground.is_open && s->w->holdings) look_at_exits(s);
    for (uint32_t r = 0; !p->only_buys && r < p->rule_count; r++)
        if (fires(s, r)) touch_closed(s, &p->wakes[r]);
    for (uint32_t r = 0; r < p->rule_count; r++) {
        if (!fires(s, r)) continue;
        s->edges[r]++;
        for (uint32_t i = 0; i < p->wakes[r].count; i++)
            act(s, p->wakes[r].first + i);
    }
    for (uint32_t i = 0; i < s->order_count; i++)
        fill(s, &s->orders[i]);
}

/* ---- ticks --------------------------------------------------------------------------------------- */

void sweep_begin(SweepWalk *s, SweepWallet *w, const SweepGround *ground)
{
    s->w = w;
    s->posting.account = &w->account;
    s->ground = *ground;
    s->base = bitmaps_base(s->bits);
    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        s->edges[r] = bitmaps_edges(s->bits, w->edges[r]);
}

/* The next tick at which a rule fires; at most `to`. */
static uint32_t next_edge(const SweepWalk *s, uint32_t to)
{
    uint32_t next = to - s->base;

    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        if (*s->edges[r] < next) next = *s->edges[r];
    return s->base + next;
}

/* Whatever a rule asks for in this slot is refused, once an action. */
static bool is_exhausted(const SweepWalk *s)
{
    return s->w->slot_trades >= s->w->most_trades && !s->sink.take;
}

static void refuse_all(SweepWalk *s, uint32_t to)
{
    for (uint32_t r = 0; r < s->plan->rule_count; r++) {
        const uint16_t *edge = s->edges[r];

        while (*edge < to - s->base)
            edge++;
        s->w->skips += (uint64_t)(edge - s->edges[r]) * s->plan->wakes[r].count;
        s->edges[r] = edge;
    }
}

/* The first tick of from .. end, of one block, with a bid outside; or `end`. */
static uint32_t first_of_block(const SweepWalk *s, const int64_t *bid, uint32_t from, uint32_t end,
                               int64_t low, int64_t high)
{
    uint32_t block = from / WORD * WORD;
    uint64_t bits;

    if (block + WORD > s->ticks->count) {
        while (from < end && (bid[from] == MICROS_UNKNOWN || (bid[from] > low && bid[from] < high)))
            from++;
        return from;
    }
    bits = s->kernels->outside(bid + block, low, high) & UINT64_MAX << (from - block);
    if (!bits) return end;
    block += (uint32_t)__builtin_ctzll(bits);
    return block < end ? block : end;
}

/* The first tick of from .. to with a bid outside of the band; or `to`. */
static uint32_t first_outside(const SweepWalk *s, uint32_t token, uint32_t from, uint32_t to)
{
    uint8_t o = s->plan->tokens[token].outcome;
    const int64_t *bid = s->book.bid[o];
    int64_t low = s->w->tokens[token].low, high = s->w->tokens[token].high;

    while (bid && from < to) {
        uint32_t block = from / WORD, end = (block + 1) * WORD;

        if (end > to) end = to;
        if (s->book.low[o][block] <= low || s->book.high[o][block] >= high)
            from = first_of_block(s, bid, from, end, low, high);
        else
            from = end;
        if (from < end) return from;
    }
    return to;
}

void sweep_ticks(SweepWalk *s, uint32_t from, uint32_t to)
{
    while (from < to && !s->w->is_left) {
        uint32_t next;

        if (is_exhausted(s)) refuse_all(s, to);
        next = next_edge(s, to);
        for (uint32_t i = 0; s->ground.is_open && s->w->holdings >> i; i++)
            if (s->w->holdings >> i & 1) next = first_outside(s, i, from, next);
        if (next == to) return;
        run_tick(s, next);
        from = next + 1;
    }
}

/* ---- other events -------------------------------------------------------------------------------- */

static int64_t payout_of(const SweepWalk *s, uint32_t token, int8_t winner)
{
    if (winner < 0) return FX_ONE / 2;
    return s->plan->tokens[token].outcome == (uint8_t)winner ? FX_ONE : 0;
}

static void pay(SweepWalk *s, uint32_t token, Position *p, int8_t winner)
{
    int64_t profit;

    if (!p->size_micros && !p->cost_micros) return;
    (void)account_settle(posting_of(s, (int32_t)token, 0), p->size_micros, p->cost_micros,
                         payout_of(s, token, winner), &profit);
    *p = (Position){.best_micros = MICROS_UNKNOWN};
}

/* Shares of a slot that ends wait apart. */
static void close_slot(SweepWalk *s)
{
    SweepWallet *w = s->w;
    SweepClosed *c = &w->closed[w->closed_count];

    if (s->plan->kind != MARKET_SLOT || !w->holdings) return;
    if (w->closed_count == SWEEP_CLOSED) {
        w->is_left = true;
        return;
    }
    c->slot_start_us = s->ground.slot_start_us;
    w->closed_count++;
    w->holdings = 0;
    for (uint32_t i = 0; i < s->plan->token_count; i++) {
        c->held[i] = w->tokens[i].held;
        w->tokens[i].held = (Position){.best_micros = MICROS_UNKNOWN};
    }
}

static void open_slot(SweepWalk *s)
{
    if (s->ground.has_slot && s->ground.is_open) close_slot(s);
    s->w->slot_trades = 0;
}

/* What is resolved is not a slot that has ended with shares of anybody, but runs, or has just run. */
static bool is_running(const SweepPlan *plan, const SweepGround *g, const Event *ev)
{
    return plan->kind != MARKET_SLOT || g->slot_start_us == ev->resolve.slot_start_us;
}

static void resolve(SweepWalk *s, const Event *ev)
{
    SweepWallet *w = s->w;
    uint32_t c = 0;

    while (c < w->closed_count && w->closed[c].slot_start_us != ev->resolve.slot_start_us)
        c++;
    for (uint32_t i = 0; c < w->closed_count && i < s->plan->token_count; i++)
        pay(s, i, &w->closed[c].held[i], ev->resolve.winner);
    if (c < w->closed_count) {
        for (w->closed_count--; c < w->closed_count; c++)
            w->closed[c] = w->closed[c + 1];
        return;
    }
    if (!is_running(s->plan, &s->ground, ev)) return;
    for (uint32_t i = 0; i < s->plan->token_count; i++)
        pay(s, i, &w->tokens[i].held, ev->resolve.winner);
    w->holdings = 0;
}

static void move_ground(const SweepPlan *plan, SweepGround *g, const Event *ev)
{
    if (ev->kind == EV_SLOT_CLOSE) g->is_open = false;
    if (ev->kind == EV_RESOLVE && is_running(plan, g, ev)) g->is_open = false;
    if (ev->kind != EV_SLOT_OPEN) return;
    g->is_open = g->has_slot = true;
    g->slot_start_us = ev->slot.slot_start_us;
}

void sweep_event(SweepWalk *s, const Event *ev)
{
    if (ev->ts_us > s->ground.now_us) s->ground.now_us = ev->ts_us;
    if (ev->kind == EV_SLOT_CLOSE) close_slot(s);
    if (ev->kind == EV_SLOT_OPEN) open_slot(s);
    if (ev->kind == EV_RESOLVE) resolve(s, ev);
    move_ground(s->plan, &s->ground, ev);
}
