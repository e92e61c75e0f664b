/* exprs.c — expressions of a wanted type, by units and clocks.
 *
 * A wanted type leads to a list of ways; depth runs out into leaves.  Literals are chosen where the
 * random markets of market.c live (prices of 30c to 70c, moves of a per cent), so that conditions
 * come true and false in turn. */
#include "tests/generate/inside.h"

const char *gen_share(Gen *g)
{
    return g->tokens[gen_below(g, g->share_count)].text;
}

const char *gen_token(Gen *g)
{
    return g->tokens[gen_below(g, g->token_count)].text;
}

const char *gen_slot_prefix(Gen *g)
{
    uint32_t first = gen_below(g, g->market_count);

    for (uint32_t i = 0; i < g->market_count; i++) {
        uint32_t m = (first + i) % g->market_count;

        if (g->markets[m].is_slot) return g->markets[m].prefix;
    }
    return NULL;
}

static const GenMarket *coin_market(Gen *g)
{
    for (uint32_t i = 0; i < g->market_count; i++)
        if (g->markets[i].is_coin) return &g->markets[i];
    return NULL;
}

static const char *any_prefix(Gen *g)
{
    for (uint32_t i = 0; i < g->market_count; i++)
        if (!g->markets[i].is_coin) return g->markets[i].prefix;
    return "";
}

static const char *book_token(Gen *g)
{
    return g->tokens[gen_below(g, g->share_count)].text;
}

/* A field of the market's book reads without the account: tokens of accounts work the same. */
static GenNode *path(Gen *g, Want want, const char *a, const char *b)
{
    return gen_text(g, want, PROD_PATH, "%s%s", a, b);
}

/* ---- literals ---------------------------------------------------------------------------------- */

static GenNode *price_literal(Gen *g)
{
    switch (gen_below(g, 8)) {
    case 0:
        return gen_text(g, WANT_PRICE, PROD_LITERAL, "%d.0c", gen_between(g, 20, 80));
    case 1:
        return gen_text(g, WANT_PRICE, PROD_LITERAL, "%d.5c", gen_between(g, 20, 80));
    case 2:
        return gen_text(g, WANT_PRICE, PROD_LITERAL, "%dc", gen_between(g, 1, 99));
    case 3:
        return gen_text(g, WANT_PRICE, PROD_LITERAL, "%dc", gen_between(g, 1, 6));
    default:
        return gen_text(g, WANT_PRICE, PROD_LITERAL, "%dc", gen_between(g, 35, 65));
    }
}

static GenNode *duration_literal(Gen *g)
{
    static const char *const some[] = {"500ms", "1s", "2s", "5s", "10s", "20s",
                                       "30s",   "1m", "2m", "3m", "4m"};

    return gen_text(g, WANT_DURATION, PROD_LITERAL, "%s", some[gen_below(g, 11)]);
}

static GenNode *ratio_literal(Gen *g)
{
    switch (gen_below(g, 4)) {
    case 0:
        return gen_text(g, WANT_RATIO, PROD_LITERAL, "%dbps", gen_between(g, 1, 90));
    case 1:
        return gen_text(g, WANT_RATIO, PROD_LITERAL, "0.%d%%", gen_between(g, 1, 9));
    default:
        return gen_text(g, WANT_RATIO, PROD_LITERAL, "%d%%", gen_between(g, 1, 60));
    }
}

static GenNode *decimal(Gen *g, Want want, int whole_most)
{
    int whole = gen_between(g, 0, whole_most);

    return gen_text(g, want, PROD_LITERAL, "%d.%d", whole, gen_between(g, 1, 9));
}

GenNode *gen_literal(Gen *g, Want want)
{
    switch (want) {
    case WANT_PRICE:
        return price_literal(g);
    case WANT_USD:
        return gen_text(g, want, PROD_LITERAL, "$%d", gen_between(g, 1, 80));
    case WANT_SHARES:
        return gen_text(g, want, PROD_LITERAL, "%d shares", gen_between(g, 1, 60));
    case WANT_RATIO:
        return ratio_literal(g);
    case WANT_DURATION:
        return duration_literal(g);
    case WANT_PERCOIN:
        return gen_text(g, want, PROD_LITERAL, "$97_%03d", gen_between(g, 0, 400));
    case WANT_BOOL:
        return gen_text(g, want, PROD_LITERAL, gen_chance(g, 50) ? "true" : "false");
    default:
        if (gen_chance(g, 50)) return gen_text(g, want, PROD_LITERAL, "%d", gen_between(g, 1, 9));
        return decimal(g, want, 3);
    }
}

/* ---- leaves ------------------------------------------------------------------------------------ */

static GenNode *named(Gen *g, Want want)
{
    uint32_t first = g->name_count ? gen_below(g, g->name_count) : 0;

    for (uint32_t i = 0; i < g->name_count; i++) {
        const GenName *n = &g->names[(first + i) % g->name_count];

        if (n->want == want && (!g->in_fixed || n->is_fixed))
            return gen_text(g, want, PROD_PATH, "%s", n->text);
    }
    return NULL;
}

static GenNode *state_of(Gen *g, Want want)
{
    for (uint32_t i = 0; i < g->state_count; i++)
        if (g->states[i].want == want) return gen_text(g, want, PROD_PATH, "%s", g->states[i].text);
    return NULL;
}

static GenNode *price_field(Gen *g)
{
    static const char *const fields[] = {".bid",    ".ask",  ".mid",  ".bid",  ".ask",  ".mid",
                                         ".spread", ".bid2", ".ask2", ".bid3", ".ask3", ".entry"};
    const char *of = book_token(g);

    if (g->in_fill && gen_chance(g, 50)) return path(g, WANT_PRICE, "fill.price", "");
    if (g->in_trade && gen_chance(g, 30)) return path(g, WANT_PRICE, "trade.price", "");
    if (g->in_trade && gen_chance(g, 20))
        return path(g, WANT_PRICE, "trade.token", fields[gen_below(g, 7)]);
    return path(g, WANT_PRICE, of, fields[gen_below(g, 12)]);
}

static GenNode *usd_field(Gen *g)
{
    static const char *const wallet[] = {"cash", "equity", "exposure"};

    if (g->in_trade && gen_chance(g, 40)) return path(g, WANT_USD, "trade.notional", "");
    switch (gen_below(g, 7)) {
    case 0:
        return path(g, WANT_USD, gen_token(g), ".value");
    case 1:
        return path(g, WANT_USD, gen_token(g), ".pnl");
    case 2:
        return path(g, WANT_USD, any_prefix(g), "volume");
    case 3:
        return path(g, WANT_USD, any_prefix(g), "liquidity");
    case 4:
        if (gen_slot_prefix(g)) return path(g, WANT_USD, gen_slot_prefix(g), "slot.pnl");
        /* fall through */
    default:
        if (g->has_accounts) {
            const char *account = gen_chance(g, 50) ? "maker." : "hedge.";

            return path(g, WANT_USD, account, wallet[gen_below(g, 2)]);
        }
        return path(g, WANT_USD, "", wallet[gen_below(g, 3)]);
    }
}

static GenNode *shares_field(Gen *g)
{
    static const char *const fields[] = {".position",  ".position",  ".bid_size",  ".ask_size",
                                         ".bid_size2", ".ask_size2", ".bid_size3", ".ask_size3"};
    const char *of = book_token(g);

    if (g->in_fill && gen_chance(g, 60)) return path(g, WANT_SHARES, "fill.shares", "");
    if (g->in_trade && gen_chance(g, 40)) return path(g, WANT_SHARES, "trade.shares", "");
    if (g->in_trade && gen_chance(g, 20)) return path(g, WANT_SHARES, "trade.pairs_held", "");
    return path(g, WANT_SHARES, of, fields[gen_below(g, 8)]);
}

static GenNode *ratio_field(Gen *g)
{
    const char *slot = gen_slot_prefix(g);
    const GenMarket *coin = coin_market(g);

    if (slot && gen_chance(g, 60)) {
        static const char *const fields[] = {"move", "abs_move", "slot.progress"};

        return path(g, WANT_RATIO, slot, fields[gen_below(g, 3)]);
    }
    if (coin && coin->is_perp && gen_chance(g, 50))
        return path(g, WANT_RATIO, coin->prefix, "funding");
    if (gen_chance(g, 30) && !g->has_accounts) return path(g, WANT_RATIO, "drawdown", "");
    return path(g, WANT_RATIO, gen_token(g), ".gain");
}

static GenNode *duration_field(Gen *g)
{
    const char *slot = gen_slot_prefix(g);

    if (g->in_trade && gen_chance(g, 50))
        return path(g, WANT_DURATION, "trade.", gen_chance(g, 50) ? "age" : "closes_in");
    if (slot && gen_chance(g, 80)) {
        static const char *const fields[] = {"slot.left", "slot.elapsed", "closes_in",
                                             "slot.length"};

        return path(g, WANT_DURATION, slot, fields[gen_below(g, 4)]);
    }
    return path(g, WANT_DURATION, any_prefix(g), "closes_in");
}

static GenNode *percoin_field(Gen *g)
{
    const GenMarket *coin = coin_market(g);
    static const char *const fields[] = {"bid", "ask", "mid", "spread", "mark"};

    if (coin && gen_chance(g, 70))
        return path(g, WANT_PERCOIN, coin->prefix, fields[gen_below(g, coin->is_perp ? 5 : 4)]);
    if (g->markets[0].is_slot)
        return path(g, WANT_PERCOIN, g->markets[0].prefix,
                    gen_chance(g, 70) ? "spot" : "spot_open");
    return coin ? path(g, WANT_PERCOIN, coin->prefix, "mid") : NULL;
}

static GenNode *number_field(Gen *g)
{
    const char *slot = gen_slot_prefix(g);

    if (g->feed_count && gen_chance(g, 40))
        return path(g, WANT_NUMBER, g->feeds[gen_below(g, g->feed_count)], "");
    switch (gen_below(g, 4)) {
    case 0:
        return path(g, WANT_NUMBER, any_prefix(g), "hour");
    case 1:
        if (slot) return path(g, WANT_NUMBER, slot, "slot.trades");
        /* fall through */
    default:
        return path(g, WANT_NUMBER, book_token(g), ".size_ratio");
    }
}

static bool has_percoin(Gen *g)
{
    return coin_market(g) || gen_slot_prefix(g);
}

static GenNode *field(Gen *g, Want want)
{
    switch (want) {
    case WANT_PRICE:
        return price_field(g);
    case WANT_USD:
        return usd_field(g);
    case WANT_SHARES:
        return shares_field(g);
    case WANT_RATIO:
        return ratio_field(g);
    case WANT_DURATION:
        return duration_field(g);
    case WANT_PERCOIN:
        return percoin_field(g);
    default:
        return number_field(g);
    }
}

static GenNode *leaf(Gen *g, Want want)
{
    GenNode *n = NULL;

    if (want == WANT_BOOL) {
        n = named(g, want);
        if (!n && !g->in_fixed) n = state_of(g, want);
        return n ? n : gen_literal(g, want);
    }
    if (g->in_fixed) {
        n = gen_chance(g, 40) ? named(g, want) : NULL;
        return n ? n : gen_literal(g, want);
    }
    if (gen_chance(g, 25)) n = named(g, want);
    if (!n && gen_chance(g, 12)) n = state_of(g, want);
    if (!n && gen_chance(g, want == WANT_PERCOIN ? 1 : 20)) n = gen_literal(g, want);
    if (!n) n = field(g, want);
    return n ? n : gen_literal(g, want);
}

/* ---- time -------------------------------------------------------------------------------------- */

static GenNode *window(Gen *g)
{
    if (g->has_window && gen_chance(g, 25)) return gen_text(g, WANT_NONE, PROD_PATH, "win");
    return gen_text(g, WANT_NONE, PROD_LITERAL, "%d",
                    gen_chance(g, 90) ? gen_between(g, 2, 9) : gen_between(g, 10, 30));
}

static GenNode *period(Gen *g)
{
    static const char *const some[] = {"1s", "1s", "2s", "5s", "10s", "500ms", "1m"};

    return gen_text(g, WANT_NONE, PROD_LITERAL, "%s", some[gen_below(g, 7)]);
}

static GenNode *sampled(Gen *g, Want want, GenNode *x)
{
    return GEN_MAKE(g, want, PROD_EVERY, "(@) every @", 2, x, period(g));
}

static GenNode *stream(Gen *g, Want want, int depth)
{
    GenNode *x = gen_expr(g, want, depth - 1);

    return gen_chance(g, 45) ? sampled(g, want, x) : x;
}

/* An average or the like of the same unit. */
static GenNode *indicator(Gen *g, Want want, int depth)
{
    static const struct {
        Production p;
        const char *text;
    } some[] = {
        {PROD_F_EMA, "ema(@, @)"},         {PROD_F_SMA, "sma(@, @)"},
        {PROD_F_RMA, "rma(@, @)"},         {PROD_F_STDEV, "stdev(@, @)"},
        {PROD_F_HIGHEST, "highest(@, @)"}, {PROD_F_LOWEST, "lowest(@, @)"},
        {PROD_F_PREV, "prev(@, @)"},       {PROD_F_CHANGE, "change(@, @)"},
        {PROD_F_PREV, "prev(@)"},          {PROD_F_CHANGE, "change(@)"},
        {PROD_F_VWAP, "vwap(@)"},          {PROD_F_VWAPN, "vwap(@, @)"},
        {PROD_EVERY, "(@) every @"},
    };
    uint32_t i = gen_below(g, 13);
    GenNode *n;

    if ((i == 10 || i == 11) && (g->market_count > 1 || g->markets[0].is_coin)) i = 1;
    if (i == 10 || i == 11)
        n = GEN_MAKE(g, want, some[i].p, some[i].text, 2, path(g, want, book_token(g), ".mid"),
                     window(g));
    else if (i == 12)
        return sampled(g, want, gen_expr(g, want, depth - 1));
    else
        n = GEN_MAKE(g, want, some[i].p, some[i].text, 2, stream(g, want, depth), window(g));
    if ((i == 10 || i == 11) && want != WANT_PRICE) return leaf(g, want);
    if (i == 8 || i == 9 || i == 10) n->kid_count = 1;
    if (i == 10 &&
        gen_chance(g, 40)) /* what midnight or the slot's opening does to memory over it */
        n = GEN_MAKE(g, want, PROD_F_CHANGE, "change(@, @)", 2, n, window(g));
    if (i == 10 && gen_chance(g, 20)) n = sampled(g, want, n);
    if (gen_slot_prefix(g) && gen_chance(g, 8))
        return GEN_MAKE(g, want, PROD_ACROSS, "(@ across slots)", 1, n);
    return n;
}

/* ---- by type ----------------------------------------------------------------------------------- */

static GenNode *sum_of(Gen *g, Want want, int depth)
{
    bool add = gen_chance(g, 50);

    return GEN_MAKE(g, want, add ? PROD_ADD : PROD_SUB, add ? "(@ + @)" : "(@ - @)", 2,
                    gen_expr(g, want, depth - 1), gen_expr(g, want, depth - 1));
}

static GenNode *choice_of(Gen *g, Want want, int depth)
{
    return GEN_MAKE(g, want, PROD_IF, "(if @ then @ else @)", 3, gen_bool(g, depth - 1),
                    gen_expr(g, want, depth - 1), gen_expr(g, want, depth - 1));
}

static GenNode *fallback_of(Gen *g, Want want, int depth)
{
    return GEN_MAKE(g, want, PROD_OTHERWISE, "(@ otherwise @)", 2, gen_expr(g, want, depth - 1),
                    gen_expr(g, want, depth > 2 ? 1 : 0));
}

static GenNode *extreme_of(Gen *g, Want want, int depth)
{
    switch (gen_below(g, 4)) {
    case 0:
        return GEN_MAKE(g, want, PROD_F_MAX, "max(@, @)", 2, gen_expr(g, want, depth - 1),
                        gen_expr(g, want, depth - 1));
    case 1:
        return GEN_MAKE(g, want, PROD_F_CLAMP, "clamp(@, @, @)", 3, gen_expr(g, want, depth - 1),
                        gen_literal(g, want), gen_expr(g, want, depth - 1));
    case 2:
        return GEN_MAKE(g, want, PROD_F_MIN, "min(@, @, @)", 3, gen_expr(g, want, depth - 1),
                        gen_expr(g, want, depth - 1), gen_expr(g, want, depth - 1));
    default:
        return GEN_MAKE(g, want, PROD_F_MIN, "min(@, @)", 2, gen_expr(g, want, depth - 1),
                        gen_expr(g, want, depth - 1));
    }
}

static GenNode *scaled(Gen *g, Want want, int depth)
{
    switch (gen_below(g, 5)) {
    case 0:
        return GEN_MAKE(g, want, PROD_MUL, "@ * @", 2, gen_expr(g, want, depth - 1),
                        decimal(g, WANT_NONE, 2));
    case 1:
        return GEN_MAKE(g, want, PROD_DIV, "@ / @", 2, gen_expr(g, want, depth - 1),
                        gen_text(g, WANT_NONE, PROD_LITERAL, "%d", gen_between(g, 2, 7)));
    case 2:
        return GEN_MAKE(g, want, PROD_NEG, "(-@)", 1, gen_expr(g, want, depth - 1));
    case 3:
        if (want != WANT_RATIO)
            return GEN_MAKE(g, want, PROD_OF, "(@ of @)", 2, ratio_literal(g),
                            gen_expr(g, want, depth - 1));
        /* fall through */
    default:
        return GEN_MAKE(g, want, PROD_F_ABS, "abs(@)", 1, gen_expr(g, want, depth - 1));
    }
}

static GenNode *called(Gen *g, Want want, int depth)
{
    if (want == WANT_PRICE && (g->defs & 1))
        return GEN_MAKE(g, want, PROD_CALL_DEF, "smooth(@, @)", 2, gen_expr(g, want, depth - 1),
                        window(g));
    if (want == WANT_PRICE && (g->defs & 2))
        return GEN_MAKE(g, want, PROD_CALL_DEF, "middle(@)", 1,
                        gen_text(g, WANT_NONE, PROD_PATH, "%s", gen_share(g)));
    if (want == WANT_USD && (g->defs & 4)) return gen_text(g, want, PROD_CALL_DEF, "base_stake()");
    if (want == WANT_NUMBER && (g->defs & 8))
        return GEN_MAKE(g, want, PROD_CALL_DEF, "ratio_of(@, @)", 2,
                        gen_expr(g, WANT_PRICE, depth - 1), gen_expr(g, WANT_PRICE, depth - 1));
    if (want == WANT_NUMBER && g->has_module)
        return GEN_MAKE(g, want, PROD_CALL_DEF, "lean(@, @)", 2,
                        gen_expr(g, WANT_SHARES, depth - 1), gen_literal(g, WANT_SHARES));
    return sum_of(g, want, depth);
}

static GenNode *book_price(Gen *g, int depth)
{
    bool sells = gen_chance(g, 50), fee = gen_chance(g, 25);
    GenNode *amount = gen_expr(g, gen_chance(g, 50) ? WANT_USD : WANT_SHARES, depth - 2);

    if (fee) return gen_text(g, WANT_PRICE, PROD_F_TAKER_FEE, "taker_fee(%s)", gen_share(g));
    return GEN_MAKE(
        g, WANT_PRICE, sells ? PROD_F_PRICE_TO_SELL : PROD_F_PRICE_TO_BUY,
        gen_copy(g, sells ? "price_to_sell(%s, @)" : "price_to_buy(%s, @)", gen_share(g)), 1,
        amount);
}

static GenNode *price(Gen *g, int depth)
{
    switch (gen_below(g, 5)) {
    case 0:
        return GEN_MAKE(g, WANT_PRICE, PROD_SUB, "(1 - @)", 1, gen_expr(g, WANT_PRICE, depth - 1));
    case 1:
        return book_price(g, depth);
    case 2:
        return GEN_MAKE(g, WANT_PRICE, PROD_DIV, "(@ / @)", 2, gen_expr(g, WANT_USD, depth - 1),
                        gen_expr(g, WANT_SHARES, depth - 1));
    default:
        return called(g, WANT_PRICE, depth);
    }
}

static GenNode *usd(Gen *g, int depth)
{
    bool sells = gen_chance(g, 50);

    switch (gen_below(g, 4)) {
    case 0:
        return GEN_MAKE(
            g, WANT_USD, sells ? PROD_F_DEPTH_TO_SELL : PROD_F_DEPTH_TO_BUY,
            gen_copy(g, sells ? "depth_to_sell(%s, @)" : "depth_to_buy(%s, @)", gen_share(g)), 1,
            gen_expr(g, WANT_PRICE, depth - 1));
    case 1:
        return called(g, WANT_USD, depth);
    default:
        return GEN_MAKE(g, WANT_USD, PROD_MUL, "@ * @", 2, gen_expr(g, WANT_SHARES, depth - 1),
                        gen_expr(g, WANT_PRICE, depth - 1));
    }
}

static GenNode *plain_of(Gen *g, int depth)
{
    static const struct {
        Production p;
        const char *text;
    } some[] = {
        {PROD_F_ROUND, "round(@)"}, {PROD_F_FLOOR, "floor(@)"}, {PROD_F_CEIL, "ceil(@)"},
        {PROD_F_SQRT, "sqrt(@)"},   {PROD_F_LN, "ln(@)"},       {PROD_F_EXP, "exp(@)"},
        {PROD_F_SIGN, "sign(@)"},
    };
    uint32_t i = gen_below(g, 7);

    return GEN_MAKE(g, WANT_NUMBER, some[i].p, some[i].text, 1,
                    gen_expr(g, WANT_NUMBER, depth - 1));
}

static GenNode *fold(Gen *g, bool is_bool, int depth)
{
    static const Production p[] = {PROD_FOLD_SUM,   PROD_FOLD_MIN, PROD_FOLD_MAX,
                                   PROD_FOLD_COUNT, PROD_FOLD_ANY, PROD_FOLD_ALL};
    static const char *const text[] = {
        "sum(%s in %d .. %d : %s * @)", "min(%s in %d .. %d : %s + @)",
        "max(%s in %d .. %d : @ - %s)", "count(%s in %d .. %d : @ > %s)",
        "any(%s in %d .. %d : @ < %s)", "all(%s in %d .. %d : @ >= %s)",
    };
    uint32_t i = is_bool ? 4 + gen_below(g, 2) : gen_below(g, 4);
    const char *name = gen_copy(g, "i%u", ++g->counter);
    int low = gen_between(g, 1, 2);

    return GEN_MAKE(g, is_bool ? WANT_BOOL : WANT_NUMBER, p[i],
                    gen_copy(g, text[i], name, low, low + gen_between(g, 1, 2), name), 1,
                    gen_expr(g, WANT_NUMBER, depth > 2 ? 2 : depth - 1));
}

static GenNode *number(Gen *g, int depth)
{
    Want w = has_percoin(g) && gen_chance(g, 30) ? WANT_PERCOIN : WANT_PRICE;

    switch (gen_below(g, 18)) {
    case 0:
        return GEN_MAKE(g, WANT_NUMBER, PROD_DIV, "(@ / @)", 2, gen_expr(g, w, depth - 1),
                        gen_expr(g, w, depth - 1));
    case 1:
        return GEN_MAKE(g, WANT_NUMBER, PROD_F_RSI, "rsi(@, @)", 2, stream(g, w, depth), window(g));
    case 2:
        return GEN_MAKE(g, WANT_NUMBER, PROD_F_ZSCORE, "zscore(@, @)", 2, stream(g, w, depth),
                        window(g));
    case 3:
        return GEN_MAKE(g, WANT_NUMBER, PROD_F_SCALE, "scale(@, @, @)", 3,
                        gen_expr(g, w, depth - 1), gen_literal(g, w), gen_literal(g, w));
    case 4:
    case 7:
    case 8:
        return fold(g, false, depth);
    case 5:
        return called(g, WANT_NUMBER, depth);
    case 6:
        return GEN_MAKE(g, WANT_NUMBER, PROD_MUL, "@ * @", 2, gen_expr(g, WANT_NUMBER, depth - 1),
                        gen_expr(g, WANT_NUMBER, depth - 1));
    default:
        return plain_of(g, depth);
    }
}

static GenNode *duration(Gen *g, int depth)
{
    return GEN_MAKE(g, WANT_DURATION, PROD_F_SINCE, "since(@)", 1, gen_bool(g, depth - 1));
}

static GenNode *special(Gen *g, Want want, int depth)
{
    switch (want) {
    case WANT_PRICE:
        return price(g, depth);
    case WANT_USD:
        return usd(g, depth);
    case WANT_SHARES:
        return GEN_MAKE(g, want, PROD_DIV, "@ / @", 2, gen_expr(g, WANT_USD, depth - 1),
                        gen_expr(g, WANT_PRICE, depth - 1));
    case WANT_DURATION:
        return duration(g, depth);
    case WANT_NUMBER:
        return number(g, depth);
    default:
        return sum_of(g, want, depth);
    }
}

GenNode *gen_expr(Gen *g, Want want, int depth)
{
    if (want == WANT_BOOL) return gen_bool(g, depth);
    if (want == WANT_PERCOIN && !has_percoin(g)) want = WANT_PRICE;
    if (depth <= 0 || gen_chance(g, 30)) return leaf(g, want);
    if (g->in_fixed) return gen_chance(g, 50) ? sum_of(g, want, depth) : scaled(g, want, depth);
    switch (gen_below(g, 12)) {
    case 0:
        return sum_of(g, want, depth);
    case 1:
        return scaled(g, want, depth);
    case 2:
        return extreme_of(g, want, depth);
    case 3:
        return choice_of(g, want, depth);
    case 4:
        return fallback_of(g, want, depth);
    case 5:
    case 6:
    case 7:
        return indicator(g, want, depth);
    case 8:
        return GEN_MAKE(g, want, PROD_BRACKETS, "(@)", 1, gen_expr(g, want, depth - 1));
    default:
        return special(g, want, depth);
    }
}

/* ---- conditions -------------------------------------------------------------------------------- */

static Want some_want(Gen *g)
{
    static const Want some[] = {WANT_PRICE, WANT_PRICE,  WANT_PRICE,    WANT_USD,    WANT_SHARES,
                                WANT_RATIO, WANT_NUMBER, WANT_DURATION, WANT_PERCOIN};
    Want w = some[gen_below(g, 9)];

    return w == WANT_PERCOIN && !has_percoin(g) ? WANT_PRICE : w;
}

static GenNode *comparison(Gen *g, int depth)
{
    static const struct {
        Production p;
        const char *text;
    } some[] = {{PROD_LT, "@ < @"},
                {PROD_LE, "@ <= @"},
                {PROD_GT, "@ > @"},
                {PROD_GE, "@ >= @"},
                {PROD_CROSSES_ABOVE, "@ crosses above @"},
                {PROD_CROSSES_BELOW, "@ crosses below @"}};
    uint32_t i = gen_below(g, 6);
    Want w = some_want(g);

    return GEN_MAKE(g, WANT_BOOL, some[i].p, some[i].text, 2, gen_expr(g, w, depth - 1),
                    gen_expr(g, w, gen_chance(g, 50) ? 0 : depth - 1));
}

static GenNode *ranged(Gen *g, int depth)
{
    Want w = gen_chance(g, 50) ? WANT_PRICE : WANT_NUMBER;
    int a = gen_between(g, 5, 45), b = a + gen_between(g, 5, 50);
    const char *u = w == WANT_PRICE ? "c" : "";

    switch (gen_below(g, 3)) {
    case 0:
        return GEN_MAKE(g, WANT_BOOL, PROD_BETWEEN,
                        gen_copy(g, "@ between %d%s and %d%s", a, u, b, u), 1,
                        gen_expr(g, w, depth - 1));
    case 1:
        return GEN_MAKE(g, WANT_BOOL, PROD_IN_RANGE, gen_copy(g, "@ in %d%s .. %d%s", a, u, b, u),
                        1, gen_expr(g, w, depth - 1));
    default:
        return GEN_MAKE(g, WANT_BOOL, PROD_BETWEEN, "@ between @ and @", 3,
                        gen_expr(g, w, depth - 1), gen_expr(g, w, 0), gen_expr(g, w, 0));
    }
}

static GenNode *chosen(Gen *g)
{
    const char *prefix = any_prefix(g);
    bool is_in = gen_chance(g, 50);
    int early;

    if (gen_chance(g, 50))
        return gen_text(g, WANT_BOOL, is_in ? PROD_IN_CHOICES : PROD_NOT_IN, "%sday %s [%s]",
                        prefix, is_in ? "in" : "not in", is_in ? "mon, tue, wed, thu" : "sat, sun");
    early = gen_between(g, 0, 11);
    return gen_text(g, WANT_BOOL, is_in ? PROD_IN_CHOICES : PROD_NOT_IN, "%shour %s [%d, %d]",
                    prefix, is_in ? "in" : "not in", early, gen_between(g, 12, 23));
}

static GenNode *equality(Gen *g)
{
    bool is = gen_chance(g, 50);
    const char *word = is ? "is" : "is not";

    if (g->in_fill && gen_chance(g, 60))
        return gen_text(g, WANT_BOOL, is ? PROD_IS : PROD_IS_NOT, "fill.side %s %s", word,
                        gen_chance(g, 60) ? "buy" : "sell");
    switch (gen_below(g, 3)) {
    case 0:
        return gen_text(g, WANT_BOOL, is ? PROD_IS : PROD_IS_NOT, "%s.position %s 0", gen_token(g),
                        word);
    case 1:
        return gen_text(g, WANT_BOOL, is ? PROD_IS : PROD_IS_NOT, "%shour %s %d", any_prefix(g),
                        word, gen_between(g, 0, 23));
    default:
        return GEN_MAKE(g, WANT_BOOL, is ? PROD_IS : PROD_IS_NOT, gen_copy(g, "(@) %s (@)", word),
                        2, gen_bool(g, 1), gen_bool(g, 1));
    }
}

static GenNode *known_of(Gen *g, int depth)
{
    Want w = gen_chance(g, 35) ? WANT_BOOL : some_want(g);

    return GEN_MAKE(g, WANT_BOOL, PROD_F_KNOWN, "known(@)", 1, gen_expr(g, w, depth - 1));
}

static GenNode *joined(Gen *g, int depth)
{
    bool is_and = gen_chance(g, 50);

    if (gen_chance(g, 25))
        return GEN_MAKE(g, WANT_BOOL, is_and ? PROD_AND : PROD_OR,
                        is_and ? "(@ and @ and @)" : "(@ or @ or @)", 3, gen_bool(g, depth - 1),
                        gen_bool(g, 0), gen_bool(g, depth - 1));
    return GEN_MAKE(g, WANT_BOOL, is_and ? PROD_AND : PROD_OR, is_and ? "(@ and @)" : "(@ or @)", 2,
                    gen_bool(g, depth - 1), gen_bool(g, depth - 1));
}

static GenNode *remembered(Gen *g, int depth)
{
    static const char *const some[] = {"1s", "2s", "3s", "5s", "10s", "20s"};

    switch (gen_below(g, 4)) {
    case 0:
        return GEN_MAKE(g, WANT_BOOL, PROD_F_PREV, "prev(@, @)", 2, gen_bool(g, depth - 1),
                        window(g));
    case 1:
        return sampled(g, WANT_BOOL, gen_bool(g, depth - 1));
    default:
        return GEN_MAKE(g, WANT_BOOL, PROD_FOR, gen_copy(g, "((@) for %s)", some[gen_below(g, 6)]),
                        1, gen_bool(g, depth - 1));
    }
}

GenNode *gen_bool(Gen *g, int depth)
{
    if (depth <= 0 && gen_chance(g, 30)) return leaf(g, WANT_BOOL);
    if (depth <= 0) return gen_chance(g, 30) ? chosen(g) : gen_likely(g);
    switch (gen_below(g, 13)) {
    case 0:
        return ranged(g, depth);
    case 1:
        return equality(g);
    case 2:
        return known_of(g, depth);
    case 3:
        return joined(g, depth);
    case 4:
        return GEN_MAKE(g, WANT_BOOL, PROD_NOT, "(not @)", 1, gen_bool(g, depth - 1));
    case 5:
    case 6:
        return remembered(g, depth);
    case 7:
        return choice_of(g, WANT_BOOL, depth);
    case 8:
        return gen_chance(g, 50) ? fold(g, true, depth)
                                 : GEN_MAKE(g, WANT_BOOL, PROD_OTHERWISE, "((@) otherwise (@))", 2,
                                            gen_bool(g, depth - 1), gen_bool(g, 0));
    default:
        return comparison(g, depth);
    }
}

GenNode *gen_likely(Gen *g)
{
    const char *slot = gen_slot_prefix(g);
    bool above = gen_chance(g, 50);
    const char *sign = above ? ">" : "<";
    const char *one = gen_share(g), *side;
    int cents = gen_between(g, 40, 60);

    switch (gen_below(g, 6)) {
    case 0:
        return gen_text(g, WANT_BOOL, above ? PROD_GT : PROD_LT, "%s.spread < %dc", one,
                        gen_between(g, 3, 8));
    case 1:
        return GEN_MAKE(g, WANT_BOOL, above ? PROD_CROSSES_ABOVE : PROD_CROSSES_BELOW,
                        gen_copy(g, "%s.mid crosses %s ema(%s.mid, @)", one,
                                 above ? "above" : "below", gen_share(g)),
                        1, window(g));
    case 2:
        if (slot)
            return gen_text(g, WANT_BOOL, PROD_GT, "%sabs_move > 0.%d%%", slot,
                            gen_between(g, 0, 4));
        /* fall through */
    case 3:
        if (slot)
            return gen_text(g, WANT_BOOL, above ? PROD_GT : PROD_LT, "%sslot.left %s %ds", slot,
                            sign, gen_between(g, 20, 280));
        /* fall through */
    default:
        side = gen_chance(g, 50) ? "bid" : "ask";
        return gen_text(g, WANT_BOOL, above ? PROD_GT : PROD_LT, "%s.%s %s %dc", one, side, sign,
                        cents);
    }
}
