/* entries.c — see entries.h. */
#include "compiler/prove/entries.h"

#include "vm/base/bug.h"
#include "vm/base/num.h"

#define INF __builtin_inf()
#define DEFAULT_WITHIN 0.05 /* of a market order that does not say */

static const VenueFacts venues[] = {
#define VENUE(name, min_shares, min_usd, fee_rate) {name, min_shares, min_usd, fee_rate},
#include "compiler/prove/venues.def"
#undef VENUE
};

static const Market *market_of(const Program *p, int32_t token)
{
    uint8_t m = token >= 0 ? p->tokens[token].market : MARKET_NONE;

    return m < p->markets_count ? &p->markets[m] : NULL;
}

const VenueFacts *venue_of(const Program *p, int32_t token)
{
    const Market *m = market_of(p, token);

    for (size_t i = 0; m && i < ARRAY_LEN(venues); i++)
        if (span_eq_str(m->venue, venues[i].name)) return &venues[i];
    return NULL;
}

bool is_share_buy(const Program *p, const Action *a)
{
    const Market *m = market_of(p, a->token);

    return a->kind == ACT_BUY && m && (m->kind == MARKET_SLOT || m->kind == MARKET_BINARY);
}

bool is_complement(const Program *p, int32_t a, int32_t b)
{
    return a >= 0 && b >= 0 && p->tokens[a].market == p->tokens[b].market &&
           p->tokens[a].market != MARKET_NONE && p->tokens[a].outcome < 2 &&
           p->tokens[b].outcome < 2 && p->tokens[a].outcome != p->tokens[b].outcome;
}

Lin ask_of(const Prover *pr, int32_t token)
{
    const Token *t = &pr->p->tokens[token];
    Lin l = {.n = 1, .is_exact = true, .is_whole = true};

    l.t[0] = (LinTerm){term_of_book(&pr->terms, t->market, t->outcome, FIELD_ASK), 1};
    return l;
}

bool worst_price(Prover *pr, const Action *a, Lin *ret)
{
    Lin bound = {.c = DEFAULT_WITHIN, .is_exact = true, .is_whole = true};

    if (!a->at_market) {
        if (!a->price) return false;
        *ret = lin_of(&pr->terms, a->price);
        return ret->is_whole;
    }
    if (a->within_ratio) return false;
    if (a->within) bound = lin_of(&pr->terms, a->within);
    *ret = lin_sub(ask_of(pr, a->token), lin_scale(bound, -1));
    return ret->is_whole;
}

Interval range_when_fires(Prover *pr, uint32_t rule, const Lin *l)
{
    const Boxes *bs = &pr->fires[rule];
    Interval in = {1, 0, false, false};

    if (bs->is_cut) return lin_range(&pr->terms, l);
    for (uint32_t i = 0; i < bs->count; i++)
        if (pr->live[rule] >> i & 1) in = iv_join(in, box_range(&pr->terms, &bs->items[i], l));
    return in;
}

double lowest_entry(Prover *pr, uint32_t rule, const Action *a)
{
    Lin ask = ask_of(pr, a->token), limit;
    Interval in = range_when_fires(pr, rule, &ask);
    double lowest = iv_is_empty(in) ? 0 : in.lo;

    if (a->at_market) return lowest;
    if (!worst_price(pr, a, &limit)) return 0;
    in = range_when_fires(pr, rule, &limit);
    /* A resting order fills at its own price, one that takes at the ask. */
    return !iv_is_empty(in) && in.lo < lowest ? in.lo : lowest;
}

Interval fixed_range(const Prover *pr, const Expr *e)
{
    return pr->ranges[e->id].in;
}
