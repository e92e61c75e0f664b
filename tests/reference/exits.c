/* exits.c — stop loss, trailing stop, time stop, exit when, take profit (language 3.8; DECISIONS 3, 19,
 * 24; docs/decisions/0001, 14 and 15).
 *
 * Per held token in token order; the first that holds closes it.  Thresholds lie on the money grid. */
#include "tests/reference/inside.h"

typedef struct Look { /* at one token */
    int32_t token;
    bool is_tick; /* of its market */
    int64_t bid, ask;
} Look;

static bool at_boundary_of(const Ref *r, const Limit *l)
{
    const RefClocks *c = &r->clocks[l->value->id];

    return (c->every & r->now.clocks.every) || (c->feeds & r->now.clocks.feeds) ||
           (c->account && r->now.clocks.account) || (c->feeds & r->now.stale_feeds);
}

static bool at_any_boundary(const Ref *r)
{
    for (uint32_t i = 0; i < r->p->limits_count; i++)
        if (r->p->limits[i].kind == LIM_EXIT_WHEN && at_boundary_of(r, &r->p->limits[i]))
            return true;
    return false;
}

static double threshold(double base, double rate, int sign)
{
    return num_rint(base * (1 + sign * rate) * 1e6);
}

/* A loss of `rate` from `base`, on the side the position can really be closed at. */
static bool has_fallen(const RefPosition *pos, const Look *k, double base, double rate)
{
    if (pos->size > 0)
        return k->bid != MICROS_UNKNOWN && (double)k->bid <= num_rint(base * (1 - rate) * 1e6);
    return k->ask != MICROS_UNKNOWN && (double)k->ask >= threshold(base, rate, 1);
}

static bool has_risen(const RefPosition *pos, const Look *k, double base, double rate)
{
    if (pos->size > 0)
        return k->bid != MICROS_UNKNOWN && (double)k->bid >= threshold(base, rate, 1);
    return k->ask != MICROS_UNKNOWN && (double)k->ask <= num_rint(base * (1 - rate) * 1e6);
}

static bool holds(Ref *r, const Limit *l, const Look *k)
{
    const RefPosition *pos = &r->positions[k->token];
    double v = ref_value(r, l->value), entry = ref_entry_price(pos);
    int64_t extreme = pos->size > 0 ? pos->highest_bid : pos->lowest_ask;

    if (!num_is_known(v)) return false;
    switch (l->kind) {
    case LIM_STOP_LOSS:
        return k->is_tick && has_fallen(pos, k, entry, v);
    case LIM_TRAILING_STOP:
        return k->is_tick && extreme != MICROS_UNKNOWN &&
               has_fallen(pos, k, ref_micros(extreme), v);
    case LIM_TAKE_PROFIT:
        return k->is_tick && has_risen(pos, k, entry, v);
    case LIM_TIME_STOP:
        return r->now.ts_us - pos->first_fill_us >= ref_to_us(v);
    default:
        return (k->is_tick || at_boundary_of(r, l)) && v == 1; /* EXIT_WHEN */
    }
}

static const struct {
    uint8_t kind, because;
} order_of_exits[] = {
    {LIM_STOP_LOSS, BECAUSE_STOP_LOSS},     {LIM_TRAILING_STOP, BECAUSE_TRAILING_STOP},
    {LIM_TIME_STOP, BECAUSE_TIME_STOP},     {LIM_EXIT_WHEN, BECAUSE_EXIT_WHEN},
    {LIM_TAKE_PROFIT, BECAUSE_TAKE_PROFIT},
};

static bool first_that_holds(Ref *r, const Look *k, Because *ret_because)
{
    for (size_t i = 0; i < sizeof order_of_exits / sizeof *order_of_exits; i++)
        for (uint32_t l = 0; l < r->p->limits_count; l++) {
            if (r->p->limits[l].kind != order_of_exits[i].kind) continue;
            if (!holds(r, &r->p->limits[l], k)) continue;
            *ret_because = (Because)order_of_exits[i].because;
            return true;
        }
    return false;
}

static void follow_extremes(RefPosition *pos, const Look *k)
{
    if (!k->is_tick) return;
    pos->is_fresh = false;
    if (k->bid != MICROS_UNKNOWN && k->bid > pos->highest_bid) pos->highest_bid = k->bid;
    if (k->ask != MICROS_UNKNOWN && (pos->lowest_ask == MICROS_UNKNOWN || k->ask < pos->lowest_ask))
        pos->lowest_ask = k->ask;
}

void ref_exits(Ref *r)
{
    bool boundary = at_any_boundary(r);

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        RefPosition *pos = &r->positions[t];
        const Token *token = &r->p->tokens[t];
        const RefBook *b;
        Because because;
        int64_t left;
        Look k = {.token = (int32_t)t};

        if (token->market >= r->p->markets_count) continue;
        b = &r->markets[token->market].book[token->outcome & 1];
        k.bid = b->bid[0], k.ask = b->ask[0];
        k.is_tick = r->now.kind == EV_TICK && r->now.index == token->market;
        if (pos->size == 0 || (!k.is_tick && !boundary)) continue;
        follow_extremes(pos, &k);
        if (pos->is_fresh || ref_has_exit(r, (int32_t)t)) continue;
        if (r->p->markets[token->market].kind == MARKET_SLOT && r->markets[token->market].is_closed)
            continue;
        left = ref_left(r, (int32_t)t);
        if ((pos->size > 0) != (left > 0) || left == 0) continue;
        if (!first_that_holds(r, &k, &because)) continue;
        ref_send_exit(r, (int32_t)t, because, left);
        r->exit_tokens[t] = 1;
    }
}
