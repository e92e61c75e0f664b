/* rules.c — rules, their actions, and the limits. */
#include "tests/generate/inside.h"

/* ---- orders ------------------------------------------------------------------------------------ */

/* A size ends at its first `of`, so it has sums and products of its own. */
static GenNode *reckoned(Gen *g, Want want)
{
    static const struct {
        Production p;
        const char *text;
    } some[] = {
        {PROD_ADD, "@ + @"}, {PROD_SUB, "@ - @ / 9"}, {PROD_MUL, "2 * @"}, {PROD_DIV, "@ / 2"}};
    uint32_t i = gen_below(g, 4);

    if (i < 2)
        return GEN_MAKE(g, WANT_NONE, some[i].p, some[i].text, 2, gen_literal(g, want),
                        gen_literal(g, want));
    return GEN_MAKE(g, WANT_NONE, some[i].p, some[i].text, 1, gen_literal(g, want));
}

static GenNode *usd_size(Gen *g)
{
    if (gen_chance(g, 8)) return reckoned(g, WANT_USD);
    switch (gen_below(g, 6)) {
    case 0:
        return gen_text(g, WANT_NONE, PROD_OF, "(%d%% of %sequity)", gen_between(g, 1, 6),
                        g->has_accounts ? "maker." : "");
    case 1:
        return GEN_MAKE(g, WANT_NONE, PROD_F_CLAMP, "clamp(@, $5, $40)", 1,
                        gen_expr(g, WANT_USD, 2));
    default:
        return gen_literal(g, WANT_USD);
    }
}

static GenNode *share_size(Gen *g)
{
    if (g->in_fill && g->share_count == g->token_count && gen_chance(g, 50))
        return gen_text(g, WANT_SHARES, PROD_PATH, "fill.shares");
    if (gen_chance(g, 5)) return reckoned(g, WANT_SHARES);
    if (gen_chance(g, 20))
        return GEN_MAKE(g, WANT_NONE, PROD_F_MIN, "min(@, 30 shares)", 1,
                        gen_expr(g, WANT_SHARES, 2));
    return gen_literal(g, WANT_SHARES);
}

static GenNode *buy_size(Gen *g, bool is_coin)
{
    if (is_coin && gen_chance(g, 40))
        return gen_text(g, WANT_NONE, PROD_LITERAL, "0.00%d coins", gen_between(g, 1, 9));
    return is_coin || gen_chance(g, 55) ? usd_size(g) : share_size(g);
}

static GenNode *within(Gen *g, bool is_coin)
{
    if (is_coin || gen_chance(g, 20))
        return gen_text(g, WANT_NONE, PROD_LITERAL, "%d%%", gen_between(g, 1, 9));
    return gen_text(g, WANT_NONE, PROD_LITERAL, "%dc", gen_between(g, 0, 6));
}

static GenNode *limit_price(Gen *g, const char *token, bool is_coin, bool sells)
{
    if (is_coin) return gen_text(g, WANT_NONE, PROD_PATH, "%s.%s", token, sells ? "bid" : "ask");
    switch (gen_below(g, 8)) {
    case 0:
        return gen_expr(g, WANT_PRICE, 2);
    case 1:
        return gen_text(g, WANT_PRICE, PROD_PATH, "%s.mid", token);
    case 2:
        return gen_text(g, WANT_PRICE, PROD_SUB, "%s.bid - %dc", token, gen_between(g, 1, 3));
    case 3:
        return gen_text(g, WANT_PRICE, PROD_ADD, "%s.ask + %dc", token, gen_between(g, 1, 3));
    case 4:
        return gen_literal(g, WANT_PRICE);
    case 5:
        return gen_text(g, WANT_PRICE, PROD_PATH, "%s.%s", token, sells ? "ask" : "bid");
    default:
        return gen_text(g, WANT_PRICE, PROD_PATH, "%s.%s", token, sells ? "bid" : "ask");
    }
}

static GenNode *modifiers(Gen *g)
{
    static const char *const durations[] = {"1s", "5s", "20s", "90s"};

    switch (gen_below(g, 9)) {
    case 0:
        return gen_text(g, WANT_NONE, PROD_POST_ONLY, " post only");
    case 1:
        return gen_text(g, WANT_NONE, PROD_GOOD_FOR, " good for %s", durations[gen_below(g, 4)]);
    case 2:
        return gen_text(g, WANT_NONE, PROD_ALL_OR_NOTHING, " all or nothing");
    case 3:
        return gen_text(g, WANT_NONE, PROD_NOW_OR_NEVER, " now or never");
    case 4:
        return gen_text(g, WANT_NONE, PROD_GOOD_FOR, " post only good for %s",
                        durations[gen_below(g, 4)]);
    default:
        return gen_text(g, WANT_NONE, PROD_COUNT, " ");
    }
}

/* What stands behind `at`, and its modifiers. */
static GenNode *at(Gen *g, const char *token, bool is_coin, bool sells)
{
    GenNode *m;

    if (gen_chance(g, 12)) return gen_text(g, WANT_NONE, PROD_AT_MARKET, "at market");
    if (gen_chance(g, 45))
        return GEN_MAKE(g, WANT_NONE, PROD_AT_WITHIN, "at market within @", 1, within(g, is_coin));
    m = modifiers(g);
    m->is_optional = true;
    return GEN_MAKE(g, WANT_NONE, PROD_AT_PRICE, "at @@", 2, limit_price(g, token, is_coin, sells),
                    m);
}

static bool is_coin_token(Gen *g, uint32_t i)
{
    return i >= g->share_count;
}

static GenNode *buy(Gen *g, const char *token, bool is_coin)
{
    return GEN_MAKE(g, WANT_NONE, PROD_BUY, gen_copy(g, "  buy @ of %s @\n", token), 2,
                    buy_size(g, is_coin), at(g, token, is_coin, false));
}

static GenNode *sell(Gen *g, const char *token, bool is_coin)
{
    GenNode *size;

    switch (gen_below(g, 4)) {
    case 0:
        size = gen_text(g, WANT_NONE, PROD_SELL_ALL, "all");
        break;
    case 1:
        size = gen_text(g, WANT_NONE, PROD_SELL_PART, "%d%%", gen_between(g, 10, 110));
        break;
    default:
        size = buy_size(g, is_coin);
        break;
    }
    return GEN_MAKE(g, WANT_NONE, PROD_SELL, gen_copy(g, "  sell @ of %s @\n", token), 2, size,
                    at(g, token, is_coin, true));
}

static GenNode *close_of(Gen *g)
{
    uint32_t i = gen_below(g, g->token_count);

    if (gen_chance(g, 60))
        return gen_text(g, WANT_NONE, PROD_CLOSE, "  close %s\n", g->tokens[i].text);
    return GEN_MAKE(g, WANT_NONE, PROD_CLOSE_WITHIN,
                    gen_copy(g, "  close %s within @\n", g->tokens[i].text), 1,
                    within(g, is_coin_token(g, i)));
}

static GenNode *an_order(Gen *g, uint32_t buy_percent)
{
    uint32_t i = gen_below(g, g->token_count);
    const char *token = g->tokens[i].text;

    if (g->in_trade && gen_chance(g, 60)) {
        token = "trade.token";
        i = 0;
    }
    if (g->in_fill && g->no_sells_on_fill) return buy(g, "no", false);
    if (g->in_fill) return sell(g, token, is_coin_token(g, i));
    return gen_chance(g, buy_percent) ? buy(g, token, is_coin_token(g, i))
                                      : sell(g, token, is_coin_token(g, i));
}

/* ---- other actions ----------------------------------------------------------------------------- */

static GenNode *set_of(Gen *g)
{
    const GenName *s;

    if (!g->state_count) return gen_text(g, WANT_NONE, PROD_ALERT, "  alert \"no state\"\n");
    s = &g->states[gen_below(g, g->state_count)];
    if (s->want == WANT_NUMBER && gen_chance(g, 60))
        return gen_text(g, WANT_NONE, PROD_SET, "  set %s = %s + 1\n", s->text, s->text);
    return GEN_MAKE(g, WANT_NONE, PROD_SET, gen_copy(g, "  set %s = @\n", s->text), 1,
                    gen_expr(g, (Want)s->want, 2));
}

static GenNode *require_of(Gen *g)
{
    static const char *const codes[] = {"THIN_BOOK", "TOO_WIDE", "TOO_LATE", "CHASING"};

    return GEN_MAKE(g, WANT_NONE, PROD_REQUIRE,
                    gen_copy(g, "  require @ else %s\n", codes[gen_below(g, 4)]), 1,
                    gen_chance(g, 60) ? gen_likely(g) : gen_bool(g, 2));
}

static GenNode *together_of(Gen *g)
{
    static const char *const durations[] = {"1s", "2s", "5s"};
    bool unwind = gen_chance(g, 60);
    GenNode *legs[3];
    uint32_t n = 0;

    legs[n++] = an_order(g, 90);
    legs[n++] = an_order(g, 90);
    if (gen_chance(g, 20)) legs[n++] = close_of(g);
    return GEN_MAKE(g, WANT_NONE, unwind ? PROD_TOGETHER_UNWIND : PROD_TOGETHER_KEEP,
                    gen_copy(g, "  together within %s or %s @\n", durations[gen_below(g, 3)],
                             unwind ? "unwind" : "keep"),
                    1, gen_list(g, "{\n", "  }", legs, n));
}

static GenNode *repeat_of(Gen *g)
{
    const char *token = gen_share(g), *i = gen_copy(g, "i%u", ++g->counter);

    return gen_text(
        g, WANT_NONE, PROD_REPEAT,
        "  repeat %s in 1 .. %d {\n    buy 5 shares of %s at %s.bid - %s * 1c good for 10s\n  }\n",
        i, gen_between(g, 2, 3), token, token, i);
}

static GenNode *sets_of(Gen *g)
{
    bool split = gen_chance(g, 50);
    GenNode *size = share_size(g);

    g->has_sets = true;
    size->want = WANT_NONE;
    return GEN_MAKE(
        g, WANT_NONE, split ? PROD_SPLIT : PROD_MERGE,
        gen_copy(g, split ? "  split (@) of %s\n" : "  merge (@) of %s\n", g->markets[0].name), 1,
        size);
}

static GenNode *let_in_rule(Gen *g, GenNode **ret_use)
{
    const char *name = gen_copy(g, "here%u", ++g->counter), *token = gen_share(g);

    *ret_use =
        gen_text(g, WANT_NONE, PROD_BUY, "  buy %s of %s at market within 3c\n", name, token);
    return GEN_MAKE(g, WANT_NONE, PROD_LET_IN_RULE,
                    gen_copy(g, "  let %s = clamp(@, $4, $30)\n", name), 1,
                    gen_expr(g, WANT_USD, 2));
}

static GenNode *some_action(Gen *g)
{
    switch (gen_below(g, 14)) {
    case 0:
    case 1:
        return close_of(g);
    case 2:
        return set_of(g);
    case 3:
        return gen_text(g, WANT_NONE, PROD_ALERT, "  alert \"seen %u\"\n", ++g->counter);
    case 4:
        return gen_text(g, WANT_NONE, PROD_CANCEL_ALL, "  cancel all\n");
    case 5:
        return gen_text(g, WANT_NONE, PROD_CANCEL, "  cancel %s\n", gen_token(g));
    case 6:
        return g->in_fill ? set_of(g) : together_of(g);
    case 7:
        return g->in_fill ? set_of(g) : repeat_of(g);
    case 8:
        return g->in_fill || g->has_accounts ? close_of(g) : sets_of(g);
    default:
        return an_order(g, 65);
    }
}

static GenNode *block(Gen *g)
{
    GenNode *kids[8];
    uint32_t n = 0;

    if (gen_chance(g, 25)) kids[n++] = require_of(g);
    if (gen_chance(g, 10)) kids[n++] = require_of(g);
    if (!g->in_fill && gen_chance(g, 12)) {
        GenNode *use;

        kids[n++] = let_in_rule(g, &use);
        kids[n++] = use;
    } else {
        kids[n++] = gen_chance(g, 60) ? an_order(g, 75) : some_action(g);
    }
    if (gen_chance(g, 35)) kids[n++] = some_action(g);
    if (gen_chance(g, 15)) kids[n++] = some_action(g);
    return gen_list(g, "{\n", "}", kids, n);
}

/* ---- rules ------------------------------------------------------------------------------------- */

/* A condition of two where one may say nothing more, or exclude the other: the prover's business. */
static GenNode *overlapping(Gen *g)
{
    const char *t = gen_share(g);
    int a = gen_between(g, 30, 60), b = a + gen_between(g, 1, 12);

    switch (gen_below(g, 8)) {
    case 0:
        return gen_text(g, WANT_BOOL, PROD_AND, "%s.ask < %dc and %s.bid > %dc", t, a, t, b);
    case 1:
        return gen_text(g, WANT_BOOL, PROD_AND, "%s.ask > %dc and %s.ask > %dc", t, a, t, b);
    case 2:
        return gen_text(g, WANT_BOOL, PROD_AND, "%s.bid > %dc and %s.mid >= %dc", t, b, t, a);
    default:
        return gen_text(g, WANT_BOOL, PROD_AND, "%s.ask < %dc and %s.ask < %dc", t, a, t, b);
    }
}

static GenNode *condition(Gen *g)
{
    if (gen_chance(g, 3)) return overlapping(g);

    if (gen_chance(g, 35)) return gen_likely(g);
    if (gen_chance(g, 40))
        return GEN_MAKE(g, WANT_BOOL, PROD_AND, "@ and @", 2, gen_likely(g), gen_bool(g, 2));
    return gen_bool(g, 3);
}

static GenNode *when(Gen *g)
{
    GenNode *c = condition(g);

    return GEN_MAKE(g, WANT_NONE, PROD_WHEN, "when @ @\n\n", 2, c, block(g));
}

static GenNode *quote_side(Gen *g, const char *token, bool bid)
{
    GenNode *size = share_size(g);
    const char *text = bid ? "    bid @ size @\n" : "    ask @ size @\n";
    GenNode *p = gen_chance(g, 50)
                     ? gen_text(g, WANT_PRICE, PROD_PATH, "%s.mid %s %dc", token, bid ? "-" : "+",
                                gen_between(g, 1, 4))
                     : gen_text(g, WANT_PRICE, PROD_PATH, "%s.%s", token, bid ? "bid" : "ask");

    return GEN_MAKE(g, WANT_NONE, bid ? PROD_QUOTE_BID : PROD_QUOTE_ASK, text, 2, p, size);
}

static GenNode *while_true(Gen *g)
{
    const char *token = gen_share(g);
    GenNode *sides[3];
    uint32_t n = 0;

    if (gen_chance(g, 85)) sides[n++] = quote_side(g, token, true);
    if (!n || gen_chance(g, 70)) sides[n++] = quote_side(g, token, false);
    if (gen_chance(g, 40))
        sides[n++] =
            gen_text(g, WANT_NONE, PROD_QUOTE_REFRESH, "    refresh %dc\n", gen_between(g, 1, 3));
    return GEN_MAKE(g, WANT_NONE, PROD_WHILE, "while @ {\n@}\n\n", 2, condition(g),
                    GEN_MAKE(g, WANT_NONE, PROD_QUOTE, gen_copy(g, "  quote %s @\n", token), 1,
                             gen_list(g, "{\n", "  }", sides, n)));
}

static GenNode *on_event(Gen *g, const char *event, Production p, bool may_fill)
{
    GenNode *head = gen_text(g, WANT_NONE, p, "%s", event);

    (void)may_fill;
    if (gen_chance(g, 60))
        return GEN_MAKE(g, WANT_NONE, PROD_ON_IF, "on @ if @ @\n\n", 3, head, condition(g),
                        block(g));
    return GEN_MAKE(g, WANT_NONE, PROD_ON, "on @ @\n\n", 2, head, block(g));
}

static GenNode *fill_side(Gen *g)
{
    if (g->has_side && gen_chance(g, 60))
        return gen_text(g, WANT_NONE, PROD_IS, "fill.side is which");
    if (gen_chance(g, 15))
        return gen_text(g, WANT_NONE, PROD_IN_CHOICES, "fill.side in [buy, sell]");
    return gen_text(g, WANT_NONE, PROD_IS, "fill.side is buy");
}

/* On a fill only one direction is traded, or a fill could feed itself for ever. */
static GenNode *on_fill(Gen *g)
{
    bool one = gen_chance(g, 50);
    const char *event = one ? gen_copy(g, "fill of %s", gen_token(g)) : "fill";
    GenNode *rule;

    g->in_fill = true;
    rule = GEN_MAKE(g, WANT_NONE, PROD_ON_IF, "on @ if @ @\n\n", 3,
                    gen_text(g, WANT_NONE, one ? PROD_ON_FILL_OF : PROD_ON_FILL, "%s", event),
                    fill_side(g), block(g));
    g->in_fill = false;
    return rule;
}

/* Of the share that was traded: whichever it is. */
static GenNode *traded(Gen *g)
{
    const char *field = gen_chance(g, 50) ? "spread" : "ask";

    if (gen_chance(g, 60))
        return gen_text(g, WANT_BOOL, PROD_LT, "trade.token.%s < %dc", field,
                        gen_between(g, 5, 70));
    return gen_text(g, WANT_BOOL, PROD_IS, "trade.side is %s", gen_chance(g, 60) ? "buy" : "sell");
}

static GenNode *on_leader(Gen *g)
{
    static const char *const verbs[] = {"whale.trade", "whale.trade", "whale.split", "whale.merge"};
    static const Production p[] = {PROD_ON_TRADE, PROD_ON_TRADE, PROD_ON_SPLIT, PROD_ON_MERGE};
    uint32_t i = gen_below(g, 4);
    GenNode *rule, *head = gen_text(g, WANT_NONE, p[i], "%s", verbs[i]);

    g->in_trade = i < 2;
    if (i < 2 && gen_chance(g, 50))
        rule = GEN_MAKE(g, WANT_NONE, PROD_ON_IF, "on @ if @ @\n\n", 3, head, traded(g), block(g));
    else
        rule = GEN_MAKE(g, WANT_NONE, PROD_ON, "on @ @\n\n", 2, head, block(g));
    g->in_trade = false;
    return rule;
}

static GenNode *on_resolve(Gen *g)
{
    const char *of =
        g->market_count > 1 ? gen_copy(g, "resolve of %s", g->markets[0].name) : "resolve";
    const char *prefix = g->markets[0].prefix;
    GenNode *head = gen_text(g, WANT_NONE, PROD_ON_RESOLVE, "%s", of), *cond;

    switch (gen_below(g, 3)) {
    case 0:
        cond = gen_text(g, WANT_BOOL, PROD_IS, "%swinner is %s%s", prefix, prefix,
                        g->markets[0].is_slot ? "up" : "yes");
        break;
    case 1:
        if (g->markets[0].is_slot) {
            cond = gen_text(g, WANT_BOOL, PROD_LT, "%sslot.pnl < 0", prefix);
            break;
        }
        /* fall through */
    default:
        cond = condition(g);
        break;
    }
    return GEN_MAKE(g, WANT_NONE, PROD_ON_IF, "on @ if @ {\n@}\n\n", 3, head, cond, set_of(g));
}

static GenNode *on(Gen *g)
{
    static const char *const periods[] = {"1s", "2s", "5s", "10s", "30s", "1m"};
    const char *of = g->market_count > 1 ? gen_copy(g, " of %s", g->markets[0].name) : "";

    switch (gen_below(g, 10)) {
    case 0:
        if (g->markets[0].is_slot)
            return on_event(g, gen_copy(g, "slot open%s", of), PROD_ON_SLOT_OPEN, true);
        /* fall through */
    case 1:
        if (g->markets[0].is_slot)
            return on_event(g, gen_copy(g, "slot close%s", of), PROD_ON_SLOT_CLOSE, true);
        /* fall through */
    case 2:
    case 3:
        return on_fill(g);
    case 4:
        return on_event(g, gen_copy(g, "tick%s", of), PROD_ON_TICK, true);
    case 5:
        return on_event(g, "start", PROD_ON_START, true);
    case 6:
        return on_event(g, "reject", PROD_ON_REJECT, true);
    case 7:
        if (!g->markets[0].is_coin) return on_resolve(g);
        /* fall through */
    default:
        return on_event(g, gen_copy(g, "every %s", periods[gen_below(g, 6)]), PROD_ON_EVERY, true);
    }
}

/* More than there is room for: open orders, togethers on their way, slots that wait for their result. */
static GenNode *crowd(Gen *g)
{
    const char *t = gen_share(g), *other = gen_share(g), *i = gen_copy(g, "i%u", ++g->counter);
    const char *of = g->market_count > 1 ? gen_copy(g, " of %s", g->markets[0].name) : "";

    switch (gen_below(g, 4)) {
    case 0:
    case 1:
        if (!g->markets[0].is_slot) break;
        return GEN_MAKE(
            g, WANT_NONE, PROD_ON, "on @ @", 2,
            gen_text(g, WANT_NONE, PROD_ON_SLOT_OPEN, "slot open%s", of),
            gen_text(g, WANT_NONE, PROD_BUY, "{\n  buy 0.1 shares of %s at 1c\n}\n\n", t));
    case 2:
        return GEN_MAKE(
            g, WANT_NONE, PROD_ON, "on @ @", 2, gen_text(g, WANT_NONE, PROD_ON_EVERY, "every 1s"),
            gen_text(g, WANT_NONE, PROD_TOGETHER_KEEP,
                     "{\n  repeat %s in 1 .. %d {\n    together within 2m or keep {\n"
                     "      buy (%s * 0.1 shares) of %s at 1c\n      buy 0.1 shares of %s at 1c\n"
                     "    }\n  }\n}\n\n",
                     i, gen_between(g, 2, 20), i, t, other));
    default:
        break;
    }
    return GEN_MAKE(g, WANT_NONE, PROD_ON, "on @ @", 2,
                    gen_text(g, WANT_NONE, PROD_ON_TICK, "tick%s", of),
                    gen_text(g, WANT_NONE, PROD_REPEAT,
                             "{\n  repeat %s in 1 .. %d {\n    buy (%s * 0.02 shares) of %s at "
                             "1c\n  }\n}\n\n",
                             i, gen_between(g, 15, 60), i, t));
}

GenNode *gen_rule(Gen *g)
{
    uint32_t dice = gen_below(g, 100);

    if (gen_below(g, 300) == 0) return crowd(g);
    if (g->has_leader && dice < 45) return on_leader(g);
    if (dice < 60) return when(g);
    if (dice < 72) return while_true(g);
    return on(g);
}

/* ---- limits ------------------------------------------------------------------------------------ */

static GenNode *dollars(Gen *g, int low, int high)
{
    if (gen_chance(g, 15))
        return gen_text(g, WANT_NONE, PROD_OF, "%d%% of %sequity", gen_between(g, 2, 40),
                        g->has_accounts ? "maker." : "");
    return gen_text(g, WANT_NONE, PROD_LITERAL, "$%d", gen_between(g, low, high));
}

static GenNode *percent(Gen *g, int low, int high)
{
    return gen_text(g, WANT_NONE, PROD_LITERAL, "%d%%", gen_between(g, low, high));
}

static GenNode *seconds(Gen *g, int low, int high)
{
    return gen_text(g, WANT_NONE, PROD_LITERAL, "%ds", gen_between(g, low, high));
}

static const char *per_period(Gen *g, bool has_slot, Production *ret_p)
{
    static const char *const text[] = {"per slot", "per hour", "per day", "per week"};
    static const Production p[] = {PROD_PER_SLOT, PROD_PER_HOUR, PROD_PER_DAY, PROD_PER_WEEK};
    uint32_t i = has_slot ? gen_below(g, 4) : 1 + gen_below(g, 3);

    *ret_p = p[i];
    return text[i];
}

static GenNode *trades(Gen *g)
{
    Production p;
    const char *per = per_period(g, g->markets[0].is_slot && g->scene != SCENE_TWO_SLOTS, &p);

    if (gen_chance(g, 10)) per = "per market", p = PROD_PER_MARKET;
    return GEN_MAKE(g, WANT_NONE, PROD_MAX_TRADES,
                    gen_copy(g, "  max trades %d @\n", gen_between(g, 1, 5)), 1,
                    gen_text(g, WANT_NONE, p, "%s", per));
}

static GenNode *loss(Gen *g)
{
    Production p;
    const char *per = per_period(g, g->markets[0].is_slot && g->scene != SCENE_TWO_SLOTS, &p);

    return GEN_MAKE(g, WANT_NONE, PROD_MAX_LOSS, "  max loss @ @\n", 2, dollars(g, 1, 12),
                    gen_text(g, WANT_NONE, p, "%s", per));
}

static GenNode *exposure(Gen *g)
{
    switch (gen_below(g, g->has_leader ? 3 : 2)) {
    case 0:
        return GEN_MAKE(g, WANT_NONE, PROD_MAX_EXPOSURE, "  max exposure @\n", 1,
                        dollars(g, 20, 200));
    case 1:
        return GEN_MAKE(g, WANT_NONE, PROD_MAX_EXPOSURE, "  max exposure @ @\n", 2,
                        dollars(g, 20, 200), gen_text(g, WANT_NONE, PROD_PER_MARKET, "per market"));
    default:
        return GEN_MAKE(g, WANT_NONE, PROD_MAX_EXPOSURE, "  max exposure @ @\n", 2,
                        dollars(g, 20, 200), gen_text(g, WANT_NONE, PROD_PER_LEADER, "per leader"));
    }
}

static GenNode *cooldown(Gen *g)
{
    switch (gen_below(g, 3)) {
    case 0:
        return GEN_MAKE(g, WANT_NONE, PROD_COOLDOWN, "  cooldown @\n", 1, seconds(g, 1, 60));
    case 1:
        return GEN_MAKE(g, WANT_NONE, PROD_COOLDOWN_LOSS, "  cooldown @ after loss\n", 1,
                        seconds(g, 1, 90));
    default:
        return GEN_MAKE(g, WANT_NONE, PROD_COOLDOWN_EXIT, "  cooldown @ after exit\n", 1,
                        seconds(g, 1, 60));
    }
}

static GenNode *limit(Gen *g, uint32_t kind)
{
    switch (kind) {
    case 0:
        return GEN_MAKE(g, WANT_NONE, PROD_STOP_LOSS, "  stop loss @\n", 1, percent(g, 1, 25));
    case 1:
        return GEN_MAKE(g, WANT_NONE, PROD_TAKE_PROFIT, "  take profit @\n", 1, percent(g, 1, 25));
    case 2:
        return GEN_MAKE(g, WANT_NONE, PROD_TRAILING_STOP, "  trailing stop @\n", 1,
                        percent(g, 1, 20));
    case 3:
        if (gen_chance(g, 20))
            return GEN_MAKE(g, WANT_NONE, PROD_TIME_STOP, "  time stop @\n", 1,
                            gen_expr(g, WANT_DURATION, 2));
        return GEN_MAKE(g, WANT_NONE, PROD_TIME_STOP, "  time stop @\n", 1, seconds(g, 1, 90));
    case 4:
        return GEN_MAKE(g, WANT_NONE, PROD_EXIT_WHEN, "  exit when @\n", 1, condition(g));
    case 5:
        return GEN_MAKE(g, WANT_NONE, PROD_NO_ENTRY, "  no entry when @\n", 1, condition(g));
    case 6:
        return GEN_MAKE(g, WANT_NONE, PROD_MAX_POSITION, "  max position @\n", 1,
                        dollars(g, 20, 200));
    case 7:
        return exposure(g);
    case 8:
        return trades(g);
    case 9:
        return loss(g);
    case 10:
        return GEN_MAKE(g, WANT_NONE, PROD_MAX_DRAWDOWN, "  max drawdown @\n", 1, percent(g, 1, 3));
    case 11:
        return gen_text(g, WANT_NONE, PROD_MAX_OPEN, "  max open %d\n", gen_between(g, 1, 2));
    case 12:
        return gen_text(g, WANT_NONE, PROD_MAX_LEVERAGE, "  max leverage 0.%02d\n",
                        gen_between(g, 2, 20));
    case 13:
        return cooldown(g);
    case 14:
        return gen_text(g, WANT_NONE, PROD_HOLD_RESOLUTION, "  hold to resolution\n");
    default:
        return gen_text(g, WANT_NONE, PROD_HOLD_FOREVER, "  hold forever\n");
    }
}

GenNode *gen_risk(Gen *g)
{
    GenNode *kids[10];
    uint32_t n = 0;

    for (uint32_t kind = 0; kind < 5; kind++)
        if (gen_chance(g, 28) && n < 9) kids[n++] = limit(g, kind);
    if (g->has_leader && gen_chance(g, 25) && n < 9)
        kids[n++] =
            GEN_MAKE(g, WANT_NONE, PROD_MAX_EXPOSURE, "  max exposure @ @\n", 2,
                     dollars(g, 20, 200), gen_text(g, WANT_NONE, PROD_PER_LEADER, "per leader"));
    for (uint32_t i = gen_below(g, 4); i-- > 0 && n < 9;)
        kids[n++] = limit(g, 5 + gen_below(g, 11));
    if (!n) kids[n++] = limit(g, 0);
    return GEN_MAKE(g, WANT_NONE, PROD_RISK, "risk @\n\n", 1, gen_list(g, "{\n", "}", kids, n));
}
