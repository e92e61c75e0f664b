/* program.c — the file around the rules: markets, knobs, names, memory, shows, promises, tests. */
#include "tests/generate/program.h"

#include "tests/generate/inside.h"
#include "vm/base/hash.h"

static const char module_path[] = "shared/lean.odx";
static const char module_text[] = "odx 1\n\nmodule \"Lean\"\n\n"
                                  "def lean(held: shares, limit: shares) -> ratio =\n"
                                  "  clamp(held / limit, -1, 1)\n";

ModuleText generate_load(void *ctx, Span path, Span from)
{
    (void)ctx;
    (void)from;
    if (!span_eq_str(path, module_path)) return (ModuleText){0};
    return (ModuleText){true, path, span_str(module_text)};
}

static const GenMarket slot_market = {"btc", "polymarket", "btc-updown-5m", "", true, false, false};
static const GenMarket binary_market = {"fed", "polymarket", "fed-decision-january", "", false,
                                        false, false};
static const GenMarket okx_spot = {"okx", "okx", "BTC-USDT", "okx.", false, true, false};
static const GenMarket okx_perp = {"perp", "okx", "BTC-USDT-SWAP", "perp.", false, true, true};

static void token(Gen *g, const char *text, uint8_t market, bool is_share)
{
    g->tokens[g->token_count++] = (GenToken){text, market};
    if (is_share) g->share_count = g->token_count;
}

static void add_market(Gen *g, GenMarket m, bool is_prefixed)
{
    uint8_t i = (uint8_t)g->market_count;

    if (is_prefixed && !m.is_coin) m.prefix = gen_copy(g, "%s.", m.name);
    g->markets[g->market_count++] = m;
    if (m.is_coin) {
        token(g, m.name, i, false);
        return;
    }
    token(g, gen_copy(g, "%s%s", m.prefix, m.is_slot ? "up" : "yes"), i, true);
    token(g, gen_copy(g, "%s%s", m.prefix, m.is_slot ? "down" : "no"), i, true);
}

static void set_scene(Gen *g)
{
    static const uint8_t weights[SCENE_COUNT] = {46, 14, 10, 6, 8, 6, 4, 6};
    uint32_t dice = gen_below(g, 100), sum = 0, kind = 0;
    GenMarket other;

    while (kind + 1 < SCENE_COUNT && dice >= (sum += weights[kind]))
        kind++;
    g->scene = (SceneKind)kind;
    switch (g->scene) {
    case SCENE_BINARY:
        add_market(g, binary_market, false);
        break;
    case SCENE_SLOT_AND_SPOT:
        add_market(g, slot_market, true);
        add_market(g, okx_spot, true);
        break;
    case SCENE_TWO_BINARIES:
        other = binary_market;
        other.name = "kal", other.venue = "kalshi", other.selector = "KXFED-JAN";
        add_market(g, binary_market, true);
        add_market(g, other, true);
        break;
    case SCENE_PERP:
        add_market(g, binary_market, true);
        add_market(g, okx_perp, true);
        break;
    case SCENE_ACCOUNTS:
        other = binary_market;
        other.venue = "predict";
        g->has_accounts = true;
        g->markets[g->market_count++] = other;
        token(g, "maker.yes", 0, true);
        token(g, "maker.no", 0, true);
        token(g, "hedge.yes", 0, true);
        token(g, "hedge.no", 0, true);
        break;
    case SCENE_TWO_SLOTS:
        other = slot_market;
        other.name = "eth", other.selector = "eth-updown-15m";
        add_market(g, slot_market, true);
        add_market(g, other, true);
        break;
    case SCENE_LEADER:
        g->has_leader = true;
        /* fall through */
    default:
        add_market(g, slot_market, false);
        break;
    }
}

/* ---- items ------------------------------------------------------------------------------------- */

typedef struct Items {
    GenNode *kids[64];
    uint32_t count;
    GenNode *pair; /* an item that must stay */
} Items;

static void put(Items *items, GenNode *n, bool is_optional)
{
    n->is_optional = is_optional;
    if (items->count < 64) items->kids[items->count++] = n;
}

static void put_markets(Gen *g, Items *items)
{
    for (uint32_t i = 0; i < g->market_count; i++) {
        const GenMarket *m = &g->markets[i];
        GenNode *stale = gen_text(g, WANT_NONE, PROD_COUNT, " ");
        bool any = !m->is_coin && gen_chance(g, 5);

        if (gen_chance(g, 30))
            stale = gen_text(g, WANT_NONE, PROD_MARKET_STALE, "  stale after %ds",
                             gen_between(g, 2, 20));
        stale->is_optional = true;
        put(items,
            GEN_MAKE(g, WANT_NONE, any ? PROD_MARKET_ANY : PROD_MARKET,
                     gen_copy(g, "market %s = %s %s\"%s\"@\n", m->name, m->venue, any ? "any " : "",
                              m->selector),
                     1, stale),
            true);
    }
    if (g->has_leader) {
        bool grouped = gen_chance(g, 50);

        put(items,
            gen_text(g, WANT_NONE, grouped ? PROD_LEADER_GROUPED : PROD_LEADER,
                     "leader whale = polymarket \"0x0000000000000000000000000000000000000001\"%s\n",
                     grouped ? " grouped 2s" : ""),
            true);
    }
    if (g->has_accounts) {
        put(items, gen_text(g, WANT_NONE, PROD_ACCOUNT, "account maker\n"), true);
        put(items, gen_text(g, WANT_NONE, PROD_ACCOUNT_VENUE, "account hedge = predict\n"), true);
    }
}

static void put_feeds(Gen *g, Items *items)
{
    static const char *const names[] = {"news", "whales"};

    for (uint32_t i = 0; i < 2 && gen_chance(g, 18); i++) {
        bool stale = gen_chance(g, 50);

        g->feeds[g->feed_count++] = names[i];
        put(items,
            gen_text(g, WANT_NONE, stale ? PROD_FEED_STALE : PROD_FEED, "feed %s in 0 .. 10%s\n",
                     names[i], stale ? gen_copy(g, " stale after %ds", gen_between(g, 5, 40)) : ""),
            true);
    }
}

static void name(Gen *g, const char *text, Want want, bool is_fixed)
{
    if (g->name_count < 48) g->names[g->name_count++] = (GenName){text, (uint8_t)want, is_fixed};
}

static void put_params(Gen *g, Items *items)
{
    if (gen_chance(g, 30)) {
        put(items,
            gen_text(g, WANT_NONE, PROD_PARAM_STEP, "param gap = %dc in 1c .. 12c step 1c\n",
                     gen_between(g, 1, 12)),
            true);
        name(g, "gap", WANT_PRICE, true);
    }
    if (gen_chance(g, 25)) {
        put(items,
            gen_text(g, WANT_NONE, PROD_PARAM_RANGE, "param stake = $%d in $5 .. $60\n",
                     gen_between(g, 5, 60)),
            true);
        name(g, "stake", WANT_USD, true);
    }
    if (gen_chance(g, 20)) {
        put(items,
            gen_text(g, WANT_NONE, PROD_PARAM_CHOICES,
                     "param lot = 10 shares in [5 shares, 10 shares, 20 shares]\n"),
            true);
        name(g, "lot", WANT_SHARES, true);
    }
    if (gen_chance(g, 20)) {
        put(items,
            gen_text(g, WANT_NONE, PROD_PARAM, "param factor = 1.%d\n", gen_between(g, 0, 9)),
            true);
        name(g, "factor", WANT_NUMBER, true);
    }
    if (gen_chance(g, 25)) {
        put(items,
            gen_text(g, WANT_NONE, PROD_PARAM_RANGE, "param win = %d in 2 .. 8\n",
                     gen_between(g, 2, 8)),
            true);
        g->has_window = true;
    }
}

static void put_defs(Gen *g, Items *items)
{
    if (gen_chance(g, 15)) {
        g->defs |= 1;
        put(items, gen_text(g, WANT_NONE, PROD_DEF, "def smooth(x, n) = ema(x, n) otherwise x\n"),
            true);
    }
    if (gen_chance(g, 12)) {
        g->defs |= 2;
        put(items,
            gen_text(g, WANT_NONE, PROD_DEF_TYPED, "def middle(t: token) = (t.bid + t.ask) / 2\n"),
            true);
    }
    if (gen_chance(g, 10)) {
        g->defs |= 4;
        put(items, gen_text(g, WANT_NONE, PROD_DEF_EMPTY, "def base_stake() = $12\n"), true);
    }
    if (gen_chance(g, 12)) {
        g->defs |= 8;
        put(items,
            gen_text(g, WANT_NONE, PROD_DEF_RESULT,
                     "def ratio_of(a: price, b: price) -> number = a / b\n"),
            true);
    }
}

static void put_states(Gen *g, Items *items)
{
    static const Want wants[] = {WANT_NUMBER, WANT_PRICE, WANT_BOOL, WANT_USD};
    static const char *const life[] = {"", " per slot", " per day", " per run"};
    static const Production p[] = {PROD_STATE, PROD_STATE_SLOT, PROD_STATE_DAY, PROD_STATE_RUN};
    uint32_t count = gen_chance(g, 45) ? 1 + gen_below(g, 2) : 0;

    for (uint32_t i = 0; i < count; i++) {
        Want w = wants[gen_below(g, 4)];
        const char *text = gen_copy(g, "mem%u", i);
        bool one_slot = g->markets[0].is_slot && g->scene != SCENE_TWO_SLOTS;
        uint32_t l = gen_below(g, 4);
        GenNode *init = gen_chance(g, 50) ? gen_expr(g, w, 1) : gen_literal(g, w);

        if (l == 1 && !one_slot) l = 0;
        put(items,
            GEN_MAKE(g, WANT_NONE, p[l], gen_copy(g, "state %s = @%s\n", text, life[l]), 1, init),
            true);
        g->states[g->state_count++] = (GenName){text, (uint8_t)w, false};
    }
}

/* Words that mean something only in their place are names as good as any. */
static const char *let_name(Gen *g)
{
    static const char *const words[] = {
        "ask",        "because", "bid",      "coins",  "cooldown", "entry",    "exit",   "extra",
        "forever",    "good",    "grouped",  "hold",   "keep",     "leverage", "loss",   "never",
        "now",        "only",    "open",     "pin",    "position", "post",     "profit", "refresh",
        "resolution", "run",     "size",     "skip",   "stale",    "stop",     "take",   "time",
        "to",         "trades",  "trailing", "unwind", "week",     "id"};

    if (g->has_word || !gen_chance(g, 12)) return gen_copy(g, "let%u", ++g->counter);
    g->has_word = true;
    return words[gen_below(g, sizeof words / sizeof *words)];
}

static void put_lets(Gen *g, Items *items)
{
    static const Want wants[] = {WANT_PRICE, WANT_PRICE,  WANT_BOOL,  WANT_NUMBER,
                                 WANT_USD,   WANT_SHARES, WANT_RATIO, WANT_DURATION};

    for (uint32_t i = gen_below(g, 5); i-- > 0;) {
        Want w = wants[gen_below(g, 8)];
        const char *text = let_name(g);

        put(items,
            GEN_MAKE(g, WANT_NONE, PROD_LET, gen_copy(g, "let %s = @\n", text), 1,
                     gen_expr(g, w, 3)),
            true);
        name(g, text, w, false);
    }
    if (gen_chance(g, 4)) {
        g->has_side = true;
        put(items,
            GEN_MAKE(g, WANT_NONE, PROD_LET, "let which = if @ then buy else sell\n", 1,
                     gen_likely(g)),
            true);
    }
    if (gen_chance(g, 8)) {
        const char *t = gen_share(g);

        put(items,
            gen_text(g, WANT_NONE, PROD_RECURSION,
                     "let level = (prev(level) otherwise %s.mid) * 0.9 + %s.mid * 0.1\n", t, t),
            true);
        name(g, "level", WANT_PRICE, false);
    }
}

static void put_shows(Gen *g, Items *items)
{
    static const Want wants[] = {WANT_PRICE,  WANT_NUMBER, WANT_BOOL,     WANT_USD,
                                 WANT_SHARES, WANT_RATIO,  WANT_DURATION, WANT_PERCOIN};

    for (uint32_t i = 1 + gen_below(g, 3); i-- > 0;)
        put(items,
            GEN_MAKE(g, WANT_NONE, PROD_SHOW, gen_copy(g, "show s%u = @\n", ++g->counter), 1,
                     gen_expr(g, wants[gen_below(g, 8)], 3)),
            true);
    if (g->scene == SCENE_BINARY && gen_chance(g, 15)) { /* midnight */
        const char *t = gen_share(g);
        int back = gen_between(g, 1, 3);

        put(items,
            gen_text(g, WANT_NONE, PROD_SHOW, "show s%u = change(vwap(%s.mid), %d) every %ds\n",
                     g->counter + 1, t, back, gen_between(g, 1, 5)),
            true);
    }
    g->counter++;
    if (g->has_sets) { /* both shares of the pair, so that what is split can be followed */
        items->pair =
            gen_text(g, WANT_NONE, PROD_SHOW, "show pair = min(%s.position, %s.position)\n",
                     g->tokens[0].text, g->tokens[1].text);
        put(items, items->pair, false);
    }
    if (gen_chance(g, 20)) {
        const char *t = gen_share(g);
        GenNode *e = gen_chance(g, 60) ? gen_text(g, WANT_BOOL, PROD_GE, "%s.position <= %d shares",
                                                  t, gen_between(g, 50, 400))
                                       : gen_bool(g, 2);

        put(items, GEN_MAKE(g, WANT_NONE, PROD_ALWAYS, "always @\n", 1, e), true);
    }
}

static void put_rules(Gen *g, Items *items)
{
    for (uint32_t i = 1 + gen_below(g, 4); i-- > 0;)
        put(items, gen_rule(g), true);
    if (gen_chance(g, 75)) put(items, gen_risk(g), true);
}

static const char *module_head(Gen *g)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    g->is_pinned = gen_chance(g, 40);
    if (!g->is_pinned)
        return gen_copy(g, "odx 1\nuse \"%s\"\nstrategy \"Generated\"\n", module_path);
    sha256(span_str(module_text), digest);
    sha256_hex(digest, hex);
    return gen_copy(g, "odx 1\nuse \"%s\" pin \"%s\"\nstrategy \"Generated\"\n", module_path, hex);
}

GenProgram generate_program(uint64_t seed, Arena *arena)
{
    Gen g = {.arena = arena};
    Items items = {.count = 0};
    GenProgram p = {.seed = seed};
    const char *head;
    GenNode *pair;

    rng_init(&g.rng, seed);
    set_scene(&g);
    g.has_module = gen_chance(&g, 6);
    put_markets(&g, &items);
    put_feeds(&g, &items);
    put_params(&g, &items);
    put_defs(&g, &items);
    put_states(&g, &items);
    put_lets(&g, &items);
    put_rules(&g, &items);
    put_shows(&g, &items);
    if (gen_chance(&g, g.has_leader ? 35 : 15)) put(&items, gen_test(&g), true);
    if (gen_chance(&g, 4)) put(&items, gen_layout(&g), true);
    head = g.has_module ? module_head(&g) : "odx 1\nstrategy \"Generated\"\n";
    pair = items.pair;
    p.root = gen_list(&g, head, "", items.kids, items.count);
    if (pair) pair->is_optional = false;
    if (g.has_module) p.root->production = g.is_pinned ? PROD_USE_PIN : PROD_USE;
    return p;
}
