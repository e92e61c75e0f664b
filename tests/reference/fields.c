/* fields.c — what a field reads now (language 2.4.6): held venue values, time, wallet, event records.
 *
 * Values of the venue are as of the latest tick; fields computed from time alone read at the event's
 * own time (DECISIONS 6); wallet values are as of the latest event that changed them (DECISIONS 7). */
#include "tests/reference/inside.h"

#include "vm/base/math.h"

#define DAY_US INT64_C(86400000000)

static double token_of_book(const RefMarket *m, const RefBook *b, uint32_t field)
{
    if (!m->has_tick || m->is_stale) return UNKNOWN;
    switch (field) {
    case FIELD_BID:
        return ref_micros(b->bid[0]);
    case FIELD_ASK:
        return ref_micros(b->ask[0]);
    case FIELD_MID:
        return b->mid;
    case FIELD_SPREAD:
        return b->spread;
    case FIELD_BID_SIZE:
        return ref_micros(b->bid_size[0]);
    case FIELD_ASK_SIZE:
        return ref_micros(b->ask_size[0]);
    case FIELD_BID2:
        return ref_micros(b->bid[1]);
    case FIELD_BID3:
        return ref_micros(b->bid[2]);
    case FIELD_ASK2:
        return ref_micros(b->ask[1]);
    case FIELD_ASK3:
        return ref_micros(b->ask[2]);
    case FIELD_BID_SIZE2:
        return ref_micros(b->bid_size[1]);
    case FIELD_BID_SIZE3:
        return ref_micros(b->bid_size[2]);
    case FIELD_ASK_SIZE2:
        return ref_micros(b->ask_size[1]);
    case FIELD_ASK_SIZE3:
        return ref_micros(b->ask_size[2]);
    default:
        return b->size_ratio;
    }
}

static double instrument(const RefMarket *m, uint32_t field)
{
    const RefBook *b = &m->book[0];

    if (!m->has_tick || m->is_stale) return UNKNOWN;
    switch (field) {
    case FIELD_X_BID:
        return ref_micros(b->bid[0]);
    case FIELD_X_ASK:
        return ref_micros(b->ask[0]);
    case FIELD_X_MID:
        return b->mid;
    case FIELD_X_SPREAD:
        return b->spread;
    case FIELD_X_BID_SIZE:
        return ref_micros(b->bid_size[0]);
    case FIELD_X_ASK_SIZE:
        return ref_micros(b->ask_size[0]);
    case FIELD_MARK:
        return m->mark;
    case FIELD_FUNDING:
        return m->funding;
    default:
        return ref_micros(m->funding_in);
    }
}

static double market_field(const RefMarket *m, uint32_t field)
{
    if (m->is_stale) return UNKNOWN;
    if (field == FIELD_SPOT) return m->spot; /* lives on from slot to slot */
    if (!m->has_tick) return UNKNOWN;
    switch (field) {
    case FIELD_MOVE:
        return m->move;
    case FIELD_ABS_MOVE:
        return m->abs_move;
    case FIELD_SPOT_OPEN:
        return m->spot_open;
    case FIELD_VOLUME:
        return ref_micros(m->volume);
    default:
        return ref_micros(m->liquidity);
    }
}

static int64_t clip(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static double slot_time(const RefMarket *m, uint32_t field, int64_t now)
{
    int64_t elapsed = clip(now - m->slot_start_us, 0, m->slot_us);

    switch (field) {
    case FIELD_SLOT_PROGRESS:
        return (double)elapsed / (double)m->slot_us;
    case FIELD_SLOT_ELAPSED:
        return ref_micros(elapsed);
    default:
        return ref_micros(m->slot_us - elapsed); /* SLOT_LEFT, CLOSES_IN */
    }
}

static double time_field(const Ref *r, uint32_t field, uint32_t market)
{
    int64_t now = r->now.ts_us;
    const RefMarket *m;

    if (field == FIELD_HOUR) return (double)(now % DAY_US / INT64_C(3600000000));
    if (field == FIELD_DAY) return (double)((now / DAY_US + 3) % 7);
    if (market >= r->p->markets_count) return UNKNOWN;
    m = &r->markets[market];
    if (field == FIELD_SLOT_LENGTH) return ref_micros(r->p->markets[market].slot_us);
    if (r->p->markets[market].kind == MARKET_SLOT)
        return m->has_slot ? slot_time(m, field, now) : UNKNOWN;
    if (field != FIELD_CLOSES_IN || m->closes_at_us == MICROS_UNKNOWN) return UNKNOWN;
    return ref_micros(m->closes_at_us > now ? m->closes_at_us - now : 0);
}

static double held(const Ref *r, uint32_t field, uint32_t token)
{
    static const RefPosition nothing = {0};
    const RefPosition *pos = &r->positions[token];
    const Token *t = &r->p->tokens[token];
    double entry, bid;

    if (ref_is_debt(r, (int32_t)token)) pos = &nothing;
    entry = ref_entry_price(pos);
    switch (field) {
    case FIELD_POSITION:
    case FIELD_X_POSITION:
        return ref_micros(pos->size);
    case FIELD_VALUE:
    case FIELD_X_VALUE:
        return pos->size ? ref_micros(ref_position_value(r, (int32_t)token)) : 0;
    case FIELD_PNL:
    case FIELD_X_PNL:
        return pos->size ? ref_micros(ref_position_value(r, (int32_t)token) - pos->cost) : 0;
    default:
        break;
    }
    if (pos->size == 0) return UNKNOWN;
    if (field == FIELD_ENTRY || field == FIELD_X_ENTRY) return entry;
    bid = t->outcome < 2 ? ref_micros(r->markets[t->market].mark_bid[t->outcome])
                         : ref_micros(pos->size > 0 ? r->markets[t->market].mark_bid[0]
                                                    : r->markets[t->market].mark_ask[0]);
    if (!num_is_known(bid) || entry == 0) return UNKNOWN;
    if (pos->size < 0) return num_canon(1 - num_canon(bid / entry));
    return num_canon(num_canon(bid / entry) - 1);
}

static double slot_wallet(const Ref *r, uint32_t field, uint32_t market)
{
    uint32_t trades = 0;

    if (field == FIELD_SLOT_PNL) return ref_micros(ref_slot_pnl(r, market));
    for (uint32_t i = 0; i < r->held_entries; i++)
        if (r->entries[i].market == market &&
            r->entries[i].slot_start_us == r->markets[market].slot_start_us)
            trades++;
    return trades;
}

static double exposure(const Ref *r)
{
    int64_t sum = 0;

    for (uint32_t t = 0; t < r->p->tokens_count; t++)
        sum += r->positions[t].cost < 0 ? -r->positions[t].cost : r->positions[t].cost;
    for (uint32_t i = 0; i < r->closed_count; i++)
        for (uint32_t t = 0; t < r->p->tokens_count && !r->closed[i].is_paid; t++)
            sum += r->closed[i].cost[t] < 0 ? -r->closed[i].cost[t] : r->closed[i].cost[t];
    return ref_micros(sum);
}

static double wallet_field(const Ref *r, uint32_t field, uint32_t index)
{
    uint32_t account = index ? index - 1 : r->account_count;
    int64_t high = r->equity_high[account], now = r->equity[account];
    int64_t free = 0;

    switch (field) {
    case FIELD_CASH:
        for (uint32_t a = 0; a < r->account_count; a++)
            if (!index || a == account) free += r->held_cash[a];
        return ref_micros(free);
    case FIELD_EQUITY:
        return ref_micros(now);
    case FIELD_EXPOSURE:
        return exposure(r);
    default:
        return high == 0 ? UNKNOWN : num_canon((double)(high - now) / (double)high);
    }
}

static double fill_field(const Ref *r, uint32_t field)
{
    const Event *ev = r->now.event;

    if (r->now.kind != EV_FILL) return UNKNOWN;
    switch (field) {
    case FIELD_FILL_PRICE:
        return ref_micros(ev->fill.price_micros);
    case FIELD_FILL_SHARES:
        return ref_micros(ev->fill.size_micros);
    case FIELD_FILL_SIDE:
        return ev->fill.is_sell ? 0 : 1;
    default:
        return ev->fill.token;
    }
}

static double pairs_held(const Ref *r, int32_t market)
{
    int64_t side[2] = {0, 0};

    if (market < 0) return UNKNOWN;
    for (uint32_t t = 0; t < r->p->tokens_count; t++)
        if (r->p->tokens[t].market == market && r->p->tokens[t].outcome < 2)
            side[r->p->tokens[t].outcome] += r->positions[t].size;
    for (int i = 0; i < 2; i++) /* nobody holds fewer than no pairs */
        if (side[i] < 0) side[i] = 0;
    return ref_micros(side[0] < side[1] ? side[0] : side[1]);
}

static double trade_field(const Ref *r, uint32_t field, uint32_t leader)
{
    const Event *ev = r->now.event;

    if (r->now.kind != EV_LEADER || ev->market != leader) return UNKNOWN;
    switch (field) {
    case FIELD_TRADE_PRICE:
        return ref_micros(ev->leader.price_micros);
    case FIELD_TRADE_SHARES:
        return ref_micros(ev->leader.size_micros);
    case FIELD_TRADE_NOTIONAL:
        return ref_micros(ev->leader.notional_micros);
    case FIELD_TRADE_SIDE:
        return ev->leader.is_sell ? 0 : 1;
    case FIELD_TRADE_TOKEN:
        return ev->leader.token < 0 ? UNKNOWN : ev->leader.token;
    case FIELD_TRADE_MARKET:
        return ev->leader.market < 0 ? UNKNOWN : ev->leader.market;
    case FIELD_TRADE_CLOSES_IN:
        return ref_micros(ev->leader.closes_in_us);
    case FIELD_TRADE_AGE:
        return ref_micros(r->now.ts_us - ev->leader.first_ts_us);
    default:
        return pairs_held(r, ev->leader.market);
    }
}

static double label(const Ref *r, uint32_t field, uint32_t market)
{
    const Event *ev = r->now.event;

    if (r->now.kind != EV_RESOLVE || ev->market != market) return UNKNOWN;
    if (field == FIELD_SPOT_CLOSE) return ev->resolve.spot_close;
    return ev->resolve.winner < 0 ? UNKNOWN : ev->resolve.winner;
}

static double feed(const Ref *r, uint32_t index)
{
    const RefFeed *f = &r->feeds[index];

    return f->has_value && !f->is_stale ? f->value : UNKNOWN;
}

double ref_field(Ref *r, uint32_t field, uint32_t market, uint32_t index)
{
    switch (ref_field_owner(field)) {
    case OWNER_TOKEN:
        market = r->p->tokens[index].market;
        if (market >= r->p->markets_count) return UNKNOWN;
        return token_of_book(&r->markets[market],
                             &r->markets[market].book[r->p->tokens[index].outcome & 1], field);
    case OWNER_INSTR:
        return instrument(&r->markets[r->p->tokens[index].market], field);
    case OWNER_HELD:
    case OWNER_HINSTR:
        return held(r, field, index);
    case OWNER_MARKET:
        return market_field(&r->markets[market], field);
    case OWNER_TIME:
        return time_field(r, field, market);
    case OWNER_MSLOT:
        return slot_wallet(r, field, market);
    case OWNER_WALLET:
        return wallet_field(r, field, index);
    case OWNER_FILL:
        return fill_field(r, field);
    case OWNER_TRADE:
        return trade_field(r, field, index);
    case OWNER_RESOLVE:
        return label(r, field, market);
    case OWNER_FEED:
        return feed(r, index);
    default:
        return UNKNOWN;
    }
}

/* ---- the visible book -------------------------------------------------------------------------- */

/* The average price of taking `amount` dollars or shares level by level; unknown when the visible
 * book is too thin (docs/decisions/0002, 14). */
static double average_price(const int64_t *price, const int64_t *size, double amount, bool in_usd)
{
    double left = amount, cost = 0, shares = 0;

    if (!num_is_known(amount) || amount <= 0) return UNKNOWN;
    for (int i = 0; i < BOOK_LEVELS; i++) {
        double p = ref_micros(price[i]), s = ref_micros(size[i]), take;

        if (!num_is_known(p) || !num_is_known(s)) return UNKNOWN;
        if (in_usd) {
            if (p * s >= left) return num_canon(amount / (shares + left / p));
            shares += s;
            left -= p * s;
        } else {
            take = s < left ? s : left;
            cost += take * p;
            left -= take;
            if (left == 0) return num_canon(cost / amount);
        }
    }
    return UNKNOWN;
}

static double depth(const int64_t *price, const int64_t *size, double limit, bool buys)
{
    double sum = 0;

    if (!num_is_known(limit)) return UNKNOWN;
    if (price[0] == MICROS_UNKNOWN || size[0] == MICROS_UNKNOWN) return UNKNOWN;
    for (int i = 0; i < BOOK_LEVELS; i++) {
        double p = num_rint(ref_micros(price[i]) * 1e6), l = num_rint(limit * 1e6);

        if (price[i] == MICROS_UNKNOWN || size[i] == MICROS_UNKNOWN) break;
        if (buys ? p > l : p < l) break;
        sum += ref_micros(price[i]) * ref_micros(size[i]);
    }
    return num_canon(sum);
}

static double fee(const RefVenue *v, double p)
{
    if (!num_is_known(p)) return UNKNOWN;
    return num_canon(v->fee_rate * m_pow(p * (1 - p), v->fee_exponent));
}

double ref_book_function(Ref *r, const Expr *e)
{
    double token = ref_value(r, e->args[0]), amount;
    const Token *t;
    const RefMarket *m;
    const RefBook *b;

    if (!num_is_known(token) || token < 0 || token >= (double)r->p->tokens_count) return UNKNOWN;
    t = &r->p->tokens[(uint32_t)token];
    if (t->market >= r->p->markets_count) return UNKNOWN;
    m = &r->markets[t->market];
    b = &m->book[t->outcome & 1];
    if (!m->has_tick || m->is_stale) return UNKNOWN;
    if (e->op == EX_TAKER_FEE)
        return fee(&r->config.venues[t->market],
                   ref_micros(e->flags & EXF_SELL ? b->bid[0] : b->ask[0]));
    amount = ref_value(r, e->args[1]);
    switch (e->op) {
    case EX_PRICE_TO_BUY:
        return average_price(b->ask, b->ask_size, amount, e->flags & EXF_USD);
    case EX_PRICE_TO_SELL:
        return average_price(b->bid, b->bid_size, amount, e->flags & EXF_USD);
    case EX_DEPTH_TO_BUY:
        return depth(b->ask, b->ask_size, amount, true);
    default:
        return depth(b->bid, b->bid_size, amount, false);
    }
}
