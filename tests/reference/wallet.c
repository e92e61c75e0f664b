/* wallet.c — a naive account: cash, positions at cost, closed slots, samples of equity.
 *
 * Fills change positions at once (DECISIONS 7); the entry price is cost over size, without fees; marks
 * are the last known bid for longs and ask for shorts (DECISIONS 11). */
#include "tests/reference/inside.h"

#define ONE_SHARE INT64_C(1000000)

/* size * price / 10^6, half to even. */
int64_t ref_notional(int64_t size, int64_t price)
{
    __int128 product = (__int128)size * price, half = MICRO / 2;
    __int128 quotient = product / MICRO, rest = product % MICRO;

    if (rest < 0) {
        rest += MICRO;
        quotient--;
    }
    if (rest > half || (rest == half && (quotient & 1))) quotient++;
    return (int64_t)quotient;
}

/* The same, rounded up: the worst an order can cost. */
int64_t ref_notional_up(int64_t size, int64_t price)
{
    __int128 product = (__int128)size * price;

    return (int64_t)((product + (product > 0 ? MICRO - 1 : 0)) / MICRO);
}

double ref_entry_price(const RefPosition *pos)
{
    return pos->size == 0 ? UNKNOWN : num_canon((double)pos->cost / (double)pos->size);
}

static int64_t mark_of(const Ref *r, int32_t token, bool is_short)
{
    const Token *t = &r->p->tokens[token];
    const RefMarket *m = &r->markets[t->market];

    if (t->market >= r->p->markets_count) return MICROS_UNKNOWN;
    return is_short ? m->mark_ask[t->outcome & 1] : m->mark_bid[t->outcome & 1];
}

int64_t ref_position_value(const Ref *r, int32_t token)
{
    int64_t size = r->positions[token].size, mark;

    if (size == 0) return 0;
    mark = mark_of(r, token, size < 0);
    return mark == MICROS_UNKNOWN ? 0 : ref_notional(size, mark);
}

static bool is_perp(const Ref *r, int32_t token)
{
    uint32_t market = r->p->tokens[token].market;

    return market < r->p->markets_count && r->p->markets[market].kind == MARKET_PERP;
}

bool ref_is_debt(const Ref *r, int32_t token)
{
    return r->positions[token].size < 0 && !is_perp(r, token);
}

static int64_t account_equity(const Ref *r, uint32_t account)
{
    int64_t sum = r->cash[account];

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        if (r->p->tokens[t].account != account) continue;
        sum += ref_position_value(r, (int32_t)t);
        if (is_perp(r, (int32_t)t)) sum -= r->positions[t].cost;
        for (uint32_t i = 0; i < r->closed_count; i++)
            if (!r->closed[i].is_paid && r->closed[i].mark[t] != MICROS_UNKNOWN)
                sum += ref_notional(r->closed[i].size[t], r->closed[i].mark[t]);
    }
    return sum;
}

int64_t ref_total_equity(const Ref *r)
{
    return r->equity[r->account_count];
}

void ref_sample_equity(Ref *r)
{
    uint32_t all = r->account_count;
    RefSample *s;

    r->equity[all] = 0;
    for (uint32_t a = 0; a < all; a++) {
        r->equity[a] = account_equity(r, a);
        r->equity[all] += r->equity[a];
    }
    for (uint32_t a = 0; a <= all; a++)
        if (r->equity[a] > r->equity_high[a]) r->equity_high[a] = r->equity[a];
    s = REF_PUSH(r, RefSample, samples);
    *s = (RefSample){r->now.ts_us, ref_total_equity(r)};
}

int64_t ref_reserved(const Ref *r, uint32_t account)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < r->orders_count; i++) {
        const RefOrder *o = &r->orders[i];

        if (!o->is_live || o->is_sell || is_perp(r, o->token)) continue;
        if (r->p->tokens[o->token].account == account)
            sum += ref_notional_up(o->size - o->filled, o->price);
    }
    return sum;
}

int64_t ref_slot_pnl(const Ref *r, uint32_t market)
{
    int64_t sum;

    if (r->now.kind == EV_RESOLVE && r->resolved && r->resolved->market == market)
        return r->resolved->realised;
    sum = r->realised[market];
    for (uint32_t t = 0; t < r->p->tokens_count; t++)
        if (r->p->tokens[t].market == market)
            sum += ref_position_value(r, (int32_t)t) - r->positions[t].cost;
    return sum;
}

/* ---- fills ------------------------------------------------------------------------------------- */

static void leader_share(Ref *r, int32_t token, int32_t leader, int64_t bought, int64_t kept_cost,
                         int64_t old_cost)
{
    int64_t *row = &r->leader_cost[(uint32_t)token * (r->p->leaders_count + 1)];

    for (uint32_t i = 0; i < r->p->leaders_count; i++)
        if (old_cost) row[i] = (int64_t)((__int128)row[i] * kept_cost / old_cost);
    if (leader >= 0) row[leader] += bought;
}

/* Where a booking goes: the running slot's position, or that of a slot that is over. */
typedef struct Where {
    RefPosition *pos;
    int64_t *realised;
    bool is_current;
} Where;

static void add_to(Ref *r, RefPosition *pos, int64_t size, int64_t cost)
{
    if (pos->size == 0) {
        pos->first_fill_us = r->now.ts_us;
        pos->highest_bid = pos->lowest_ask = MICROS_UNKNOWN;
    }
    pos->size += size;
    pos->cost += cost;
    pos->is_fresh = true;
}

/* Takes part of a position away at its average cost, rounded toward zero; returns that cost. */
static int64_t take_from(RefPosition *pos, int64_t size)
{
    int64_t cost = pos->cost;

    if (size != pos->size) cost = (int64_t)((__int128)pos->cost * size / pos->size);
    pos->size -= size;
    pos->cost -= cost;
    return cost;
}

static void reduce(Ref *r, int32_t token, const Where *at, int64_t size, int64_t proceeds,
                   int64_t fee)
{
    /* A perpetual is not paid for: only its profit reaches the cash. */
    uint32_t market = r->p->tokens[token].market;
    int64_t old = at->pos->cost, cost = take_from(at->pos, size);
    bool is_exit = size > 0 || is_perp(r, token); /* paying back a debt is none */

    if (is_perp(r, token)) r->cash[r->p->tokens[token].account] += proceeds - cost;
    *at->realised += proceeds - fee - cost;
    if (is_exit) r->last_exit_us[market] = r->now.ts_us;
    if (is_exit && proceeds - fee < cost) r->last_loss_us[market] = r->now.ts_us;
    if (at->is_current) leader_share(r, token, -1, 0, at->pos->cost, old);
}

/* Returns how much of it made the position larger. */
static int64_t book(Ref *r, const RefFill *f, const Where *at, int32_t leader)
{
    int64_t size = f->size, usd = ref_notional(size, f->price), opposite, held = at->pos->size;
    int64_t *cash = &r->cash[r->p->tokens[f->token].account];

    *cash -= f->fee;
    if (!is_perp(r, f->token)) *cash += f->is_sell ? usd : -usd;
    opposite = f->is_sell ? (held > 0 ? held : 0) : (held < 0 ? -held : 0);
    if (opposite > size) opposite = size;
    if (opposite) {
        int64_t part = opposite == size ? usd : ref_notional(opposite, f->price);

        reduce(r, f->token, at, f->is_sell ? opposite : -opposite, f->is_sell ? part : -part,
               f->fee);
        size -= opposite;
        usd -= part;
    } else {
        *at->realised -= f->fee;
    }
    if (!size) return 0;
    add_to(r, at->pos, f->is_sell ? -size : size, f->is_sell ? -usd : usd);
    if (at->is_current) leader_share(r, f->token, leader, usd, 1, 0);
    return size;
}

static bool is_running(const Ref *r, uint32_t market, int64_t slot_start_us)
{
    const RefMarket *m = &r->markets[market];

    if (r->p->markets[market].kind != MARKET_SLOT) return !m->is_resolved;
    return m->slot_start_us == slot_start_us && !m->has_left;
}

static RefClosed *closed_slot(Ref *r, uint32_t market, int64_t slot_start_us)
{
    for (uint32_t i = 0; i < r->closed_count; i++) {
        RefClosed *c = &r->closed[i];

        if (c->market == market && c->slot_start_us == slot_start_us && !c->is_paid) return c;
    }
    return NULL;
}

static RefClosed *new_closed(Ref *r, uint32_t market, int64_t slot_start_us)
{
    RefClosed *c = REF_PUSH(r, RefClosed, closed);
    uint32_t n = r->p->tokens_count + 1;

    *c = (RefClosed){.market = (uint8_t)market, .slot_start_us = slot_start_us};
    c->size = arena_array(r->arena, int64_t, n);
    c->cost = arena_array(r->arena, int64_t, n);
    c->mark = arena_array(r->arena, int64_t, n);
    c->leader_cost = arena_array(r->arena, int64_t, r->p->leaders_count + 1);
    for (uint32_t t = 0; t < n; t++)
        c->mark[t] = MICROS_UNKNOWN;
    return c;
}

/* A fill of a slot that is over goes to what is kept of that slot. */
static int64_t book_where_it_belongs(Ref *r, const RefFill *f, int32_t leader)
{
    uint32_t market = r->p->tokens[f->token].market;
    Where at = {&r->positions[f->token], &r->realised[market], true};
    RefPosition then = {0};
    RefClosed *c;
    int64_t opened;

    if (r->p->markets[market].kind != MARKET_SLOT || is_running(r, market, f->slot_start_us))
        return book(r, f, &at, leader);
    c = closed_slot(r, market, f->slot_start_us);
    if (!c) c = new_closed(r, market, f->slot_start_us);
    then.size = c->size[f->token], then.cost = c->cost[f->token];
    at = (Where){&then, &c->realised, false};
    opened = book(r, f, &at, leader);
    c->size[f->token] = then.size, c->cost[f->token] = then.cost;
    return opened;
}

void ref_take_fill(Ref *r, const RefFill *f, int32_t leader)
{
    RefFill *kept = REF_PUSH(r, RefFill, fills);

    *kept = *f;
    kept->opened = book_where_it_belongs(r, f, leader);
}

/* What was filled before a market's first slot belongs to that slot. */
void ref_adopt_fills(Ref *r, uint32_t market)
{
    for (uint32_t i = 0; i < r->fills_count; i++)
        if (r->p->tokens[r->fills[i].token].market == market)
            r->fills[i].slot_start_us = r->markets[market].slot_start_us;
}

/* ---- how certain fills are --------------------------------------------------------------------- */

static bool is_remembered(const Ref *r, uint64_t number)
{
    return number > 0 && number <= r->fills_count && number + REF_FILLS > r->fills_count;
}

int64_t ref_uncertain(const Ref *r, int32_t token)
{
    uint32_t market = r->p->tokens[token].market;
    int64_t sum = 0;

    for (uint32_t i = 0; i < r->fills_count; i++) {
        const RefFill *f = &r->fills[i];

        if (f->token != token || f->is_sell || is_perp(r, token) || !is_remembered(r, i + 1))
            continue;
        if (f->state < r->config.sell_from && is_running(r, market, f->slot_start_us))
            sum += f->opened;
    }
    return sum;
}

/* MATCHED, MINED, CONFIRMED in this order, or FAILED before it was confirmed and its slot paid. */
static bool may_become(Ref *r, const RefFill *f, uint8_t state)
{
    uint32_t market = r->p->tokens[f->token].market;

    if (state > FILL_FAILED || f->state >= FILL_CONFIRMED || state <= f->state) return false;
    return state != FILL_FAILED || is_running(r, market, f->slot_start_us) ||
           closed_slot(r, market, f->slot_start_us);
}

/* A failed fill is booked back at its price and its fee returns; it is neither an exit nor a loss. */
static void book_back(Ref *r, const RefFill *f)
{
    uint32_t market = r->p->tokens[f->token].market;
    int64_t exit_us = r->last_exit_us[market], loss_us = r->last_loss_us[market];
    RefFill back = *f;

    back.is_sell = !f->is_sell;
    back.fee = -f->fee;
    (void)book_where_it_belongs(r, &back, -1);
    r->last_exit_us[market] = exit_us;
    r->last_loss_us[market] = loss_us;
}

void ref_fill_state(Ref *r, uint64_t number, uint8_t state)
{
    RefFill *f = is_remembered(r, number) ? &r->fills[number - 1] : NULL;
    Effect *e;

    if (f && may_become(r, f, state)) {
        f->state = state;
        if (state == FILL_FAILED) book_back(r, f);
        return;
    }
    e = ref_effect(r, EFFECT_FAULT);
    e->order = number;
    e->reason = state;
}

/* A pair costs a dollar to make and pays one when merged; each share of it is half.  Whether a merge is a
 * loss is seen from the pair. */
void ref_book_sets(Ref *r, uint32_t market, bool is_merge, int64_t size)
{
    int64_t realised = r->realised[market], loss_us = r->last_loss_us[market];

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        if (r->p->tokens[t].market != market || r->p->tokens[t].outcome > 1) continue;
        (void)book(
            r,
            &(RefFill){
                .token = (int32_t)t, .is_sell = is_merge, .price = ONE_SHARE / 2, .size = size},
            &(Where){&r->positions[t], &r->realised[market], true}, -1);
    }
    if (is_merge) r->last_loss_us[market] = r->realised[market] < realised ? r->now.ts_us : loss_us;
}

/* ---- slots ------------------------------------------------------------------------------------- */

/* Something was traded or filled in the slot that is running. */
static bool has_history(const Ref *r, uint32_t market)
{
    int64_t start = r->markets[market].slot_start_us;

    for (uint32_t i = 0; i < r->entries_count; i++)
        if (r->entries[i].market == market && r->entries[i].slot_start_us == start) return true;
    for (uint32_t i = 0; i < r->fills_count; i++)
        if (r->p->tokens[r->fills[i].token].market == market &&
            r->fills[i].slot_start_us == start && is_remembered(r, i + 1))
            return true;
    return false;
}

uint32_t ref_waiting_slots(const Ref *r, uint32_t market)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->closed_count; i++)
        count += r->closed[i].market == market && r->closed[i].has_history && !r->closed[i].is_paid;
    return count;
}

void ref_slot_leaves(Ref *r, uint32_t market)
{
    RefClosed *c = new_closed(r, market, r->markets[market].slot_start_us);
    uint32_t n = r->p->tokens_count;

    c->realised = r->realised[market];
    c->has_history = has_history(r, market);
    r->realised[market] = 0;
    for (uint32_t t = 0; t < n; t++) {
        if (r->p->tokens[t].market != market) continue;
        c->size[t] = r->positions[t].size;
        c->cost[t] = r->positions[t].cost;
        c->mark[t] = mark_of(r, (int32_t)t, c->size[t] < 0);
        for (uint32_t l = 0; l < r->p->leaders_count; l++) {
            int64_t *row = &r->leader_cost[t * (r->p->leaders_count + 1)];

            c->leader_cost[l] += row[l];
            row[l] = 0;
        }
        r->positions[t] = (RefPosition){0};
    }
}

static void pay(Ref *r, RefClosed *c, int8_t winner)
{
    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        const Token *token = &r->p->tokens[t];
        int64_t each = winner < 0 ? ONE_SHARE / 2 : token->outcome == winner ? ONE_SHARE : 0;
        int64_t usd;

        if (token->market != c->market) continue;
        usd = ref_notional(c->size[t], each);
        r->cash[token->account] += usd;
        c->realised += usd - c->cost[t];
        c->size[t] = c->cost[t] = 0;
    }
    c->is_paid = true;
}

void ref_resolve(Ref *r, uint32_t market, int64_t slot_start_us, int8_t winner)
{
    r->resolved = NULL;
    if (r->p->markets[market].kind != MARKET_SLOT) {
        r->markets[market].is_resolved = true;
        ref_slot_leaves(r, market);
        r->closed[r->closed_count - 1].slot_start_us = slot_start_us;
    }
    for (uint32_t i = 0; i < r->closed_count; i++) {
        RefClosed *c = &r->closed[i];

        if (c->market != market || c->slot_start_us != slot_start_us || c->is_paid) continue;
        pay(r, c, winner);
        r->resolved = c;
        return;
    }
}
