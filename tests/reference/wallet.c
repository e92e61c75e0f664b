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

        if (!ref_counts(r, o) || o->is_sell || is_perp(r, o->token)) continue;
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

static void add_to(Ref *r, int32_t token, int64_t size, int64_t cost)
{
    RefPosition *pos = &r->positions[token];

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

static void reduce(Ref *r, int32_t token, int64_t size, int64_t proceeds, int64_t fee)
{
    /* A perpetual is not paid for: only its profit reaches the cash. */
    uint32_t market = r->p->tokens[token].market;
    int64_t old = r->positions[token].cost, cost = take_from(&r->positions[token], size);

    if (is_perp(r, token)) r->cash[r->p->tokens[token].account] += proceeds - cost;
    r->realised[market] += proceeds - fee - cost;
    r->last_exit_us[market] = r->now.ts_us;
    if (proceeds - fee < cost) r->last_loss_us[market] = r->now.ts_us;
    leader_share(r, token, -1, 0, r->positions[token].cost, old);
}

void ref_apply_fill(Ref *r, int32_t token, bool is_sell, int64_t price, int64_t size, int64_t fee,
                    int32_t leader)
{
    RefPosition *pos = &r->positions[token];
    int64_t usd = ref_notional(size, price), opposite;

    r->cash[r->p->tokens[token].account] -= fee;
    if (!is_perp(r, token)) r->cash[r->p->tokens[token].account] += is_sell ? usd : -usd;
    opposite = is_sell ? (pos->size > 0 ? pos->size : 0) : (pos->size < 0 ? -pos->size : 0);
    if (opposite > size) opposite = size;
    if (opposite) {
        int64_t part = opposite == size ? usd : ref_notional(opposite, price);

        reduce(r, token, is_sell ? opposite : -opposite, is_sell ? part : -part, fee);
        size -= opposite;
        usd -= part;
    } else {
        r->realised[r->p->tokens[token].market] -= fee;
    }
    if (!size) return;
    add_to(r, token, is_sell ? -size : size, is_sell ? -usd : usd);
    leader_share(r, token, leader, usd, 1, 0);
}

/* A pair costs a dollar to make and pays one when merged; each share of it is half.  Whether a merge is a
 * loss is seen from the pair. */
void ref_book_sets(Ref *r, uint32_t market, bool is_merge, int64_t size)
{
    int64_t realised = r->realised[market], loss_us = r->last_loss_us[market];

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        if (r->p->tokens[t].market != market || r->p->tokens[t].outcome > 1) continue;
        ref_apply_fill(r, (int32_t)t, is_merge, ONE_SHARE / 2, size, 0, -1);
    }
    if (is_merge) r->last_loss_us[market] = r->realised[market] < realised ? r->now.ts_us : loss_us;
}

/* ---- slots ------------------------------------------------------------------------------------- */

void ref_slot_leaves(Ref *r, uint32_t market)
{
    RefClosed *c = REF_PUSH(r, RefClosed, closed);
    uint32_t n = r->p->tokens_count;

    *c = (RefClosed){.market = (uint8_t)market, .slot_start_us = r->markets[market].slot_start_us};
    c->size = arena_array(r->arena, int64_t, n ? n : 1);
    c->cost = arena_array(r->arena, int64_t, n ? n : 1);
    c->mark = arena_array(r->arena, int64_t, n ? n : 1);
    c->leader_cost = arena_array(r->arena, int64_t, r->p->leaders_count + 1);
    c->realised = r->realised[market];
    r->realised[market] = 0;
    for (uint32_t t = 0; t < n; t++) {
        if (r->p->tokens[t].market != market) continue;
        c->size[t] = r->positions[t].size;
        c->cost[t] = r->positions[t].cost;
        c->mark[t] = mark_of(r, (int32_t)t, false);
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
