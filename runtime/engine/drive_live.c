/* drive_live.c — see drive_live.h. */
#include "runtime/engine/drive_live.h"

#include "runtime/engine/due.h"
#include "runtime/engine/peaks.h"
#include "runtime/engine/predicates.h"
#include "runtime/engine/quiet.h"
#include "runtime/engine/wallets.h"
#include "vm/base/bug.h"

enum { SHARE_STEP_MICROS = 1000, COIN_STEPS = 8192 };

/* One image with one set of params, of one age. */
typedef struct Strategy {
    const Image *image;
    PoolAge age;
    PoolLink link;
    Wakes wakes;
    uint32_t *lanes; /* by wake */
    uint32_t first, end; /* its wallets among the columns */
    uint32_t home;  /* the wallet whose memory stands for all */
    bool is_stale;  /* its market has gone stale before the event at hand */
    uint8_t why;    /* LiveWhy */
} Strategy;

typedef struct LiveWallet {
    Engine *engine;
    uint32_t strategy, place; /* place among the columns */
    uint64_t synced;          /* the last tick its engine knows of */
    uint64_t birth;
    int64_t due_us; /* later ticks find something due */
    bool is_ahead;  /* events by itself have moved what its strategy shares */
    uint8_t why;    /* LiveWhy */
} LiveWallet;

struct Live {
    Arena *arena;
    LiveWallet *wallets;
    uint32_t count, most;
    uint32_t *order; /* wallets by place */
    uint32_t placed; /* how many stand in the columns */
    Strategy *strategies;
    uint32_t strategy_count;
    Map strategies_known;
    bool *moved;           /* by strategy: events beside ticks have moved what it shares */
    uint32_t *lane_first;  /* by lane: its strategies in lane_users */
    uint32_t *lane_users;
    Pool pool;
    Predicates predicates;
    Wallets columns;
    Peaks bids[OUTCOMES], asks[OUTCOMES];
    TickData last; /* the last tick, its facts and its time */
    FeatureState feature;
    int64_t ts_us;
    int64_t due_us; /* the earliest of all wallets */
    int64_t stale_us, stale_at_us; /* shortest patience with market 0; the earliest of all markets */
    int64_t others_stale_at_us;    /* ... of all but market 0 */
    uint64_t events;
    bool has_pool, is_built, has_ahead;
    LiveSink sink;
    LiveCounts counts;
};

/* ---- effects ------------------------------------------------------------------------------------- */

typedef struct Relay {
    LiveSink sink;
    uint32_t wallet;
} Relay;

static void relay_effect(void *ctx, const Effect *e)
{
    const Relay *r = ctx;

    if (r->sink.take) r->sink.take(r->sink.ctx, r->wallet, e);
}

static EffectSink relay(const Live *l, uint32_t wallet, Relay *r)
{
    *r = (Relay){l->sink, wallet};
    return (EffectSink){relay_effect, r};
}

/* ---- one wallet ---------------------------------------------------------------------------------- */

/* What its gates were at ticks that were left out. */
static uint32_t note_gates(const Live *l, const LiveWallet *w, GateNote *notes)
{
    const Strategy *s = &l->strategies[w->strategy];
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->wakes.count; i++) {
        uint64_t was_false = predicates_last_false(&l->predicates, s->lanes[i]);
        uint64_t was_true = predicates_last_true(&l->predicates, s->lanes[i]);
        GateNote n = {.rule = s->wakes.rows[i].rule};

        if (was_false > w->synced) n.false_event = was_false - w->synced;
        if (s->wakes.rows[i].is_edge && was_true > w->synced) n.true_event = was_true - w->synced;
        if (n.false_event || n.true_event) notes[count++] = n;
    }
    return count;
}

/* Takes its engine over the ticks it was spared. */
static void catch_up(Live *l, LiveWallet *w)
{
    GateNote notes[MAX_RULES];
    uint64_t upto = l->predicates.closed_tick;
    SkipMarket market = {.ts_us = l->ts_us, .last = &l->last, .feature = &l->feature};
    Skip skip = {.events = upto - w->synced,
                 .now_us = l->ts_us,
                 .markets = &market,
                 .market_count = 1,
                 .notes = notes};

    if (w->synced >= upto) return;
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        market.bid_high[o] = peaks_since(&l->bids[o], w->synced);
        market.ask_low[o] = peaks_since(&l->asks[o], w->synced);
    }
    skip.note_count = note_gates(l, w, notes);
    engine_skip(w->engine, &skip);
    w->synced = upto;
}

/* The same, and all memory it shares. */
static void bring(Live *l, LiveWallet *w)
{
    catch_up(l, w);
    if (!w->is_ahead) pool_restore(&l->strategies[w->strategy].link, engine_vm(w->engine));
}

static bool put_bands(Live *l, const LiveWallet *w, const Quiet *q)
{
    int64_t low[OUTCOMES], high[OUTCOMES];
    bool is_fine = true;

    for (uint32_t o = 0; o < OUTCOMES; o++) {
        low[o] = WALLET_NO_LOW;
        high[o] = WALLET_NO_HIGH;
    }
    for (uint32_t i = 0; i < q->band_count; i++) {
        const QuietBand *b = &q->bands[i];
        bool says_nothing = b->low == WALLET_NO_LOW && b->high == WALLET_NO_HIGH;

        if (says_nothing) continue;
        is_fine &= b->market == 0 && !b->is_ask; /* other prices have no column */
        if (b->market) continue;
        if (b->low > low[b->outcome]) low[b->outcome] = b->low;
        if (b->high < high[b->outcome]) high[b->outcome] = b->high;
    }
    for (uint8_t o = 0; o < OUTCOMES; o++)
        wallets_band(&l->columns, w->place, o, low[o], high[o]);
    return is_fine;
}

/* What must happen next for the wallet to be touched: after every event that its engine was shown. */
static void settle_down(Live *l, LiveWallet *w)
{
    const Strategy *s = &l->strategies[w->strategy];
    Quiet q;
    bool is_always;

    engine_quiet(w->engine, &q);
    is_always = q.why != QUIET_FINE || s->wakes.why != WAKES_FINE || q.has_quotes;
    if (q.why == QUIET_FINE) {
        is_always |= !put_bands(l, w, &q);
        w->due_us = q.until_us < q.boundary_us ? q.until_us : q.boundary_us;
    } else {
        w->due_us = engine_due(w->engine) - 1;
    }
    wallets_always(&l->columns, w->place, is_always);
    wallets_listen(&l->columns, w->place, !is_always);
    if (w->due_us < l->due_us) l->due_us = w->due_us;
}

static bool is_alone(const LiveWallet *w)
{
    return w->why != LIVE_FINE;
}

/* A tick of which everything shared is known.  What is still due before it are samples of equity. */
static void touch(Live *l, uint32_t number, const Event *tick)
{
    LiveWallet *w = &l->wallets[number];
    Relay r;

    catch_up(l, w);
    if (tick->ts_us >= engine_due(w->engine)) due_run(w->engine, tick->ts_us, EV_TICK);
    pool_hand(&l->pool, &l->strategies[w->strategy].link, engine_vm(w->engine));
    engine_apply_known(w->engine, tick, relay(l, number, &r));
    w->synced = l->pool.tick;
    settle_down(l, w);
    l->counts.touched++;
}

/* ---- joining ------------------------------------------------------------------------------------- */

Live *live_new(uint32_t most, Arena *arena)
{
    Live *l = arena_new(arena, Live);

    if (arena_is_full(arena)) return NULL;
    l->arena = arena;
    l->most = most;
    l->wallets = arena_array(arena, LiveWallet, most + 1U);
    l->strategies = arena_array(arena, Strategy, most + 1U);
    l->moved = arena_array(arena, bool, most + 1U);
    l->order = arena_array(arena, uint32_t, most + 1U);
    l->due_us = l->stale_at_us = l->stale_us = l->others_stale_at_us = FOREVER;
    for (uint32_t o = 0; o < OUTCOMES; o++)
        l->asks[o].is_low = true;
    map_init(&l->strategies_known, arena);
    return arena_is_full(arena) ? NULL : l;
}

uint32_t live_add(Live *l, const EngineConfig *config)
{
    LiveWallet *w = &l->wallets[l->count];
    EngineConfig small = *config;

    if (l->count == l->most) return NO_WALLET;
    small.is_small = true;
    *w = (LiveWallet){.engine = engine_new(&small, l->arena), .why = LIVE_LATE};
    if (!w->engine) return NO_WALLET;
    w->birth = l->events;
    if (!l->events) l->is_built = false;
    return l->count++;
}

/* Do rules, or a wallet's own events, change what all wallets share? */
static LiveWhy check_shared(const Image *image)
{
    static const uint8_t own[] = {EV_FILL,    EV_FILL_STATE, EV_ORDER_STATE,
                                  EV_REJECT, EV_COMMAND,    EV_PROBE};
    const CodeSection *u = &image->shared;

    for (uint32_t i = 0; i < u->block_count; i++) {
        const BlockRow *b = &u->blocks[i];
        bool is_own = false;

        for (size_t k = 0; k < sizeof own; k++)
            is_own |= b->event == own[k];
        for (uint32_t at = b->first; is_own && at < b->first + b->count;
             at += word_count(u->words[at])) {
            uint8_t op = word_op(u->words[at]);

            if (op == OP_SET || op == OP_SETB || op == OP_INIT || op == OP_INITB || op == OP_ARM)
                return LIVE_SETS;
        }
    }
    return LIVE_FINE;
}

static LiveWhy check_clocks(const Image *image)
{
    uint64_t own = 0;

    for (uint32_t i = 0; i < image->clocks_count; i++) {
        uint8_t kind = image->clocks[i].kind;

        if (kind == CLOCK_FILL || kind == CLOCK_ACCOUNT || kind == CLOCK_REJECT)
            own |= UINT64_C(1) << i;
    }
    for (uint32_t i = 0; i < image->state_count; i++)
        if (image->state[i].space == SPACE_SHARED && image->state[i].clocks & own)
            return LIVE_OWN_CLOCKS;
    return LIVE_FINE;
}

static bool is_same_stream(const Live *l, const Engine *e)
{
    const MarketRun *m = &e->markets[0];

    return e->static_markets && m->kind == l->pool.market.kind &&
           m->slot_us == l->pool.market.slot_us && m->slot_start_us == l->pool.market.slot_start_us;
}

/* Rules that a wallet's own events look at as well go their own way at each wallet. */
static void drop_edges(Wakes *wakes, const Vm *vm, Arena *arena)
{
    static const uint8_t own[] = {EV_FILL, EV_FILL_STATE, EV_ORDER_STATE, EV_REJECT, EV_COMMAND};

    for (size_t k = 0; k < sizeof own; k++) {
        Wakes other = vm_wakes(vm, (EventKind)own[k], 0, arena);

        for (uint32_t i = 0; i < wakes->count; i++)
            for (uint32_t n = 0; n < other.count; n++)
                if (other.rows[n].rule == wakes->rows[i].rule) wakes->rows[i].is_edge = false;
    }
}

static const PoolNode *gate_of(const PoolLink *link, uint16_t gate)
{
    for (uint32_t i = 0; i < link->cond_count; i++)
        if (link->conds[i].index == gate) return link->conds[i].node;
    return NULL;
}

static LiveWhy open_lanes(Live *l, Strategy *s)
{
    s->lanes = arena_array(l->arena, uint32_t, s->wakes.count + 1U);
    if (arena_is_full(l->arena)) return LIVE_MEMORY;
    for (uint32_t i = 0; i < s->wakes.count; i++) {
        const Wake *wake = &s->wakes.rows[i];
        const PoolNode *gate = gate_of(&s->link, wake->gate);
        LaneKind kind = wake->is_edge     ? LANE_EDGE
                        : wake->is_strict ? LANE_STRICT
                                          : LANE_LEVEL;

        if (!gate) return LIVE_MEMORY;
        s->lanes[i] = predicates_lane(&l->predicates, gate, kind, s->age.birth);
        if (s->lanes[i] == NO_LANE) return LIVE_MEMORY;
    }
    return LIVE_FINE;
}

static LiveWhy link_strategy(Live *l, Strategy *s, const Engine *e)
{
    const Vm *vm = e->vm;
    LiveWhy why = check_shared(s->image);

    if (!why) why = check_clocks(s->image);
    if (!why) why = pool_link(&l->pool, vm, e->markets[0].tick_clock, s->age, &s->link);
    if (why) return why;
    s->wakes = vm_wakes(vm, EV_TICK, 0, l->arena);
    if (arena_is_full(l->arena)) return LIVE_MEMORY;
    drop_edges(&s->wakes, vm, l->arena);
    return open_lanes(l, s);
}

/* What makes two wallets followers of one strategy: image, params, staleness, age. */
static Span strategy_key(Live *l, const LiveWallet *w)
{
    const Engine *e = w->engine;
    uint64_t ages[2] = {w->birth, (uint64_t)e->markets[0].stale_after_us};
    Buf b;

    buf_init(&b, l->arena, (size_t)1 << 16);
    buf_put(&b, e->image->semantic_hash, sizeof e->image->semantic_hash);
    buf_put(&b, ages, sizeof ages);
    for (uint32_t i = 0; i < e->image->params_count; i++) {
        double v = vm_param(e->vm, i);

        buf_put(&b, &v, sizeof v);
    }
    return buf_span(&b);
}

static uint32_t strategy_of(Live *l, uint32_t number)
{
    LiveWallet *w = &l->wallets[number];
    Span key = strategy_key(l, w);
    uint64_t found = map_get(&l->strategies_known, key, UINT32_MAX);
    Strategy *s = &l->strategies[l->strategy_count];

    if (found != UINT32_MAX) return (uint32_t)found;
    *s = (Strategy){.image = w->engine->image,
                    .home = number,
                    .age = {.strategy = l->strategy_count,
                            .birth = w->birth,
                            .stale_us = w->engine->markets[0].stale_after_us}};
    s->why = (uint8_t)link_strategy(l, s, w->engine);
    if (s->age.stale_us && s->age.stale_us < l->stale_us) l->stale_us = s->age.stale_us;
    if (!map_put(&l->strategies_known, key, l->strategy_count)) s->why = LIVE_MEMORY;
    return l->strategy_count++;
}

static bool start_pool(Live *l, const Engine *e)
{
    if (l->has_pool) return true;
    if (!e->static_markets || !pool_init(&l->pool, &e->markets[0], l->arena)) return false;
    l->has_pool = predicates_init(&l->predicates, &l->pool, l->arena);
    return l->has_pool;
}

static void follow_market(Live *l, const Engine *e)
{
    l->pool.market = e->markets[0];
    l->pool.feature = e->markets[0].feature;
}

static void join(Live *l, uint32_t number)
{
    LiveWallet *w = &l->wallets[number];

    if (w->why != LIVE_LATE) return;
    if (l->has_pool && !l->placed) follow_market(l, w->engine);
    if (!start_pool(l, w->engine) || !is_same_stream(l, w->engine)) {
        w->why = LIVE_STREAM;
        return;
    }
    w->strategy = strategy_of(l, number);
    w->why = l->strategies[w->strategy].why;
    w->synced = l->pool.tick;
}

/* ---- columns ------------------------------------------------------------------------------------- */

static bool place_wallets(Live *l)
{
    uint32_t *next = arena_array(l->arena, uint32_t, l->strategy_count + 1U);

    if (arena_is_full(l->arena)) return false;
    l->placed = 0;
    for (uint32_t i = 0; i < l->strategy_count; i++)
        l->strategies[i].first = l->strategies[i].end = 0;
    for (uint32_t i = 0; i < l->count; i++)
        if (!is_alone(&l->wallets[i])) l->strategies[l->wallets[i].strategy].end++;
    for (uint32_t i = 0; i < l->strategy_count; i++) {
        Strategy *s = &l->strategies[i];
        uint32_t count = s->end;

        s->first = next[i] = l->placed;
        s->end = l->placed += count;
    }
    for (uint32_t i = 0; i < l->count; i++) {
        LiveWallet *w = &l->wallets[i];

        if (is_alone(w)) continue;
        w->place = next[w->strategy]++;
        l->order[w->place] = i;
    }
    return true;
}

/* By lane, the strategies whose rules it opens. */
static bool list_users(Live *l)
{
    uint32_t lanes = l->predicates.lane_count, pairs = 0, *next;

    for (uint32_t i = 0; i < l->strategy_count; i++)
        if (!l->strategies[i].why) pairs += l->strategies[i].wakes.count;
    l->lane_first = arena_array(l->arena, uint32_t, lanes + 1U);
    l->lane_users = arena_array(l->arena, uint32_t, pairs + 1U);
    next = arena_array(l->arena, uint32_t, lanes + 1U);
    if (arena_is_full(l->arena)) return false;
    for (uint32_t i = 0; i < l->strategy_count; i++)
        for (uint32_t k = 0; !l->strategies[i].why && k < l->strategies[i].wakes.count; k++)
            l->lane_first[l->strategies[i].lanes[k] + 1]++;
    for (uint32_t i = 0; i < lanes; i++)
        next[i] = l->lane_first[i + 1] += l->lane_first[i];
    for (uint32_t i = 0; i < lanes; i++)
        next[i] = l->lane_first[i];
    for (uint32_t i = 0; i < l->strategy_count; i++)
        for (uint32_t k = 0; !l->strategies[i].why && k < l->strategies[i].wakes.count; k++)
            l->lane_users[next[l->strategies[i].lanes[k]]++] = i;
    return true;
}

static int64_t step_of(const Live *l)
{
    int64_t bid = l->feature.mark_bid[0];

    if (l->pool.market.kind == MARKET_SLOT || l->pool.market.kind == MARKET_BINARY)
        return SHARE_STEP_MICROS;
    return bid > COIN_STEPS ? bid / COIN_STEPS : 1;
}

static void earlier(int64_t *at_us, int64_t us)
{
    if (us < *at_us) *at_us = us;
}

static void find_due(Live *l)
{
    l->due_us = FOREVER;
    for (uint32_t i = 0; i < l->placed; i++) {
        const LiveWallet *w = &l->wallets[l->order[i]];

        earlier(&l->due_us, w->due_us);
    }
}

/* Ticks of these reach all engines at once. */
static int64_t others_stale_at(const Live *l, const Strategy *s)
{
    const Engine *home = l->wallets[s->home].engine;
    int64_t at = FOREVER;

    for (uint32_t m = 1; m < home->static_markets; m++)
        earlier(&at, engine_stale_at(home, (uint8_t)m));
    return at;
}

static int64_t stale_at(const Live *l, const Strategy *s)
{
    const LiveWallet *home = &l->wallets[s->home];
    int64_t at = others_stale_at(l, s);

    if (home->synced == l->pool.tick)
        earlier(&at, engine_stale_at(home->engine, 0));
    else if (s->age.stale_us)
        earlier(&at, sat_add(l->ts_us, s->age.stale_us));
    return at;
}

static void find_stale(Live *l)
{
    l->stale_at_us = l->others_stale_at_us = FOREVER;
    for (uint32_t i = 0; i < l->strategy_count; i++) {
        const Strategy *s = &l->strategies[i];

        if (s->why) continue;
        earlier(&l->stale_at_us, stale_at(l, s));
        earlier(&l->others_stale_at_us, others_stale_at(l, s));
    }
}

static void go_alone(Live *l)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (!is_alone(&l->wallets[i])) {
            bring(l, &l->wallets[i]);
            l->wallets[i].why = LIVE_MEMORY;
        }
    l->placed = l->strategy_count = 0;
}

/* Everybody who can be run with others stands in his place; all their engines are up to date. */
static void build(Live *l)
{
    bool is_fine = true;

    l->is_built = true;
    for (uint32_t i = 0; i < l->count; i++)
        join(l, i);
    if (!l->has_pool) return;
    is_fine = !arena_is_full(l->arena) && place_wallets(l) && list_users(l) &&
              predicates_build(&l->predicates) &&
              wallets_init(&l->columns, l->placed, step_of(l), l->arena);
    if (!is_fine) {
        go_alone(l);
        return;
    }
    pool_adopt(&l->pool, NULL);
    for (uint32_t i = 0; i < l->placed; i++)
        settle_down(l, &l->wallets[l->order[i]]);
    find_due(l);
    find_stale(l);
}

/* ---- events beside ticks ------------------------------------------------------------------------- */

/* Whether the rules of strategies that moved are armed. */
static void arm_lanes(Live *l)
{
    for (uint32_t i = 0; i < l->strategy_count; i++) {
        const Strategy *s = &l->strategies[i];
        const Engine *home = l->wallets[s->home].engine;

        for (uint32_t k = 0; l->moved[i] && !s->why && k < s->wakes.count; k++)
            if (s->wakes.rows[k].is_edge)
                predicates_arm(&l->predicates, s->lanes[k],
                               vm_is_armed(home->vm, home->wallet, s->wakes.rows[k].rule));
    }
}

/* The pool follows what moved without it. */
static void adopt(Live *l)
{
    if (!l->has_pool) return;
    pool_adopt(&l->pool, l->moved);
    arm_lanes(l);
    for (uint32_t i = 0; i < l->placed; i++) {
        LiveWallet *w = &l->wallets[l->order[i]];

        if (l->moved[w->strategy]) w->is_ahead = false;
    }
    memset(l->moved, 0, l->strategy_count * sizeof *l->moved);
    l->has_ahead = false;
}

/* Runs what is due for one wallet before an event. */
static void run_due(Live *l, uint32_t number, int64_t ts_us, EventKind kind)
{
    LiveWallet *w = &l->wallets[number];
    Engine *e = w->engine;
    uint64_t events;
    int64_t day = e->day_end_us;
    Relay r;

    bring(l, w);
    events = e->event_count;
    e->sink = relay(l, number, &r);
    due_run(e, ts_us, kind);
    if (e->event_count != events || e->day_end_us != day) l->moved[w->strategy] = true;
    settle_down(l, w);
}

/* Strategies of which a wallet is ahead are taken from their home, which must be up to date. */
static void note_ahead(Live *l)
{
    for (uint32_t i = 0; l->has_ahead && i < l->placed; i++) {
        const LiveWallet *w = &l->wallets[l->order[i]];

        if (!w->is_ahead) continue;
        l->moved[w->strategy] = true;
        bring(l, &l->wallets[l->strategies[w->strategy].home]);
    }
}

static void run_all_due(Live *l, int64_t ts_us, EventKind kind)
{
    note_ahead(l);
    for (uint32_t i = 0; i < l->strategy_count; i++)
        if (!l->strategies[i].why) l->strategies[i].is_stale = ts_us > stale_at(l, &l->strategies[i]);
    for (uint32_t i = 0; i < l->placed; i++) {
        const LiveWallet *w = &l->wallets[l->order[i]];
        const Strategy *s = &l->strategies[w->strategy];

        if (ts_us > w->due_us || s->is_stale) run_due(l, l->order[i], ts_us, kind);
        if (ts_us > w->due_us) wallets_hit(&l->columns, i); /* an exit that waits for its time */
    }
    adopt(l);
    find_due(l);
    find_stale(l);
}

/* An event that every engine is shown. */
static void show_all(Live *l, const Event *event)
{
    for (uint32_t i = 0; i < l->placed; i++) {
        LiveWallet *w = &l->wallets[l->order[i]];
        Relay r;

        bring(l, w);
        engine_apply(w->engine, event, relay(l, l->order[i], &r));
        settle_down(l, w);
        l->moved[w->strategy] = true;
    }
    adopt(l);
    follow_market(l, l->wallets[l->order[0]].engine);
    if (event->ts_us > l->ts_us) l->ts_us = event->ts_us;
    for (uint32_t o = 0; o < OUTCOMES; o++)
        l->bids[o].count = l->asks[o].count = 0;
    find_due(l);
    find_stale(l);
}

/* ---- ticks --------------------------------------------------------------------------------------- */

/* Opens the strategies of lanes that are. */
static void open_wallets(Live *l)
{
    const Predicates *p = &l->predicates;

    for (uint32_t i = 0; i * 64 < p->lane_count; i++)
        for (uint64_t bits = p->open[i]; bits; bits &= bits - 1) {
            uint32_t lane = i * 64 + (uint32_t)__builtin_ctzll(bits);

            for (uint32_t k = l->lane_first[lane]; k < l->lane_first[lane + 1]; k++) {
                const Strategy *s = &l->strategies[l->lane_users[k]];

                wallets_open(&l->columns, s->first, s->end);
            }
        }
}

static void touch_hits(Live *l, const Event *tick)
{
    uint32_t place = 0;

    for (uint32_t o = 0; o < OUTCOMES; o++)
        wallets_price(&l->columns, (uint8_t)o, l->pool.feature.bid[o]);
    wallets_add_always(&l->columns);
    open_wallets(l);
    while ((place = wallets_next(&l->columns, place)) < l->columns.count)
        touch(l, l->order[place], tick);
}

/* Room for one more price in each list: engines that know all ticks so far need none of them. */
static void spare_peaks(Live *l)
{
    bool is_full = false;

    for (uint32_t o = 0; o < OUTCOMES; o++)
        is_full |= peaks_is_full(&l->bids[o]) || peaks_is_full(&l->asks[o]);
    if (!is_full) return;
    for (uint32_t i = 0; i < l->placed; i++)
        catch_up(l, &l->wallets[l->order[i]]);
    for (uint32_t o = 0; o < OUTCOMES; o++)
        l->bids[o].count = l->asks[o].count = 0;
}

static void keep_tick(Live *l, const Event *tick)
{
    const FeatureState *f = &l->pool.feature;

    l->last = *tick->tick;
    l->feature = *f;
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        peaks_add(&l->bids[o], l->pool.tick, f->bid[o]);
        peaks_add(&l->asks[o], l->pool.tick, f->ask[o]);
    }
}

static void take_tick(Live *l, const Event *tick)
{
    uint64_t touched = l->counts.touched;

    if (tick->ts_us > l->due_us || tick->ts_us > l->stale_at_us || l->has_ahead)
        run_all_due(l, tick->ts_us, EV_TICK);
    spare_peaks(l);
    pool_tick(&l->pool, tick->tick, tick->ts_us > l->ts_us ? tick->ts_us : l->ts_us);
    predicates_tick(&l->predicates);
    touch_hits(l, tick);
    l->ts_us = l->pool.now_us;
    predicates_close(&l->predicates);
    keep_tick(l, tick);
    l->stale_at_us = l->others_stale_at_us;
    if (l->stale_us != FOREVER && sat_add(l->ts_us, l->stale_us) < l->stale_at_us)
        l->stale_at_us = sat_add(l->ts_us, l->stale_us);
    l->counts.spared += l->placed - (l->counts.touched - touched);
}

static void apply_alone(Live *l, const Event *event)
{
    for (uint32_t i = 0; i < l->count; i++) {
        Relay r;

        if (!is_alone(&l->wallets[i])) continue;
        engine_apply(l->wallets[i].engine, event, relay(l, i, &r));
        l->counts.alone += event->kind == EV_TICK;
    }
}

static bool has_late(const Live *l)
{
    bool any = false;

    for (uint32_t i = 0; l->placed < l->count && i < l->count; i++)
        any |= l->wallets[i].why == LIVE_LATE;
    return any;
}

void live_apply(Live *l, const Event *event, LiveSink sink)
{
    bool is_tick = event->kind == EV_TICK && event->market == 0;

    l->sink = sink;
    if (!l->is_built) build(l);
    l->events++;
    l->counts.ticks += is_tick;
    if (l->placed && is_tick)
        take_tick(l, event);
    else if (l->placed)
        show_all(l, event);
    if (l->placed < l->count) apply_alone(l, event);
    if (event->kind == EV_SLOT_OPEN && event->market == 0 && has_late(l)) build(l);
}

void live_tell(Live *l, uint32_t wallet, const Event *event, LiveSink sink)
{
    LiveWallet *w = &l->wallets[wallet];
    bool is_due;
    Relay r;

    l->sink = sink;
    if (!l->is_built) build(l);
    l->events++;
    if (is_alone(w)) {
        engine_apply(w->engine, event, relay(l, wallet, &r));
        return;
    }
    catch_up(l, w);
    is_due = event->ts_us >= engine_due(w->engine);
    if (is_due) {
        bring(l, w);
        w->is_ahead = l->has_ahead = true;
    } else if (!w->is_ahead) {
        pool_outputs(&l->strategies[w->strategy].link, engine_vm(w->engine));
    }
    engine_apply(w->engine, event, relay(l, wallet, &r));
    settle_down(l, w);
}

/* ---- views --------------------------------------------------------------------------------------- */

Engine *live_engine(Live *l, uint32_t wallet)
{
    if (!is_alone(&l->wallets[wallet])) bring(l, &l->wallets[wallet]);
    return l->wallets[wallet].engine;
}

uint32_t live_count(const Live *l)
{
    return l->count;
}

LiveWhy live_why(const Live *l, uint32_t wallet)
{
    return (LiveWhy)l->wallets[wallet].why;
}

LiveCounts live_counts(const Live *l)
{
    return l->counts;
}

uint32_t live_values(const Live *l)
{
    return l->has_pool ? l->pool.count : 0;
}

uint32_t live_lanes(const Live *l)
{
    return l->has_pool ? l->predicates.lane_count : 0;
}
