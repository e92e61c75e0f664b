/* live_join.c — the live driver takes strategies in and gives wallets their places. */
#include "runtime/engine/live.h"

enum { COIN_STEPS = 8192 };

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
    w->reach = engine_reach(w->engine);
    w->birth = l->events;
    if (!l->events) l->is_built = false;
    return l->count++;
}

/* Do rules, or a wallet's own events, change what all wallets share? */
static LiveWhy check_shared(const Image *image)
{
    static const uint8_t own[] = {EV_FILL,   EV_FILL_STATE, EV_ORDER_STATE,
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
        LaneKind kind = wake->is_edge ? LANE_EDGE : wake->is_strict ? LANE_STRICT : LANE_LEVEL;

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

void live_follow_market(Live *l, const Engine *e)
{
    l->pool.market = e->markets[0];
    l->pool.feature = e->markets[0].feature;
}

static void join(Live *l, uint32_t number)
{
    LiveWallet *w = &l->wallets[number];

    if (w->why != LIVE_LATE) return;
    if (l->has_pool && !l->placed) live_follow_market(l, w->engine);
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
        if (!live_is_alone(&l->wallets[i])) l->strategies[l->wallets[i].strategy].end++;
    for (uint32_t i = 0; i < l->strategy_count; i++) {
        Strategy *s = &l->strategies[i];
        uint32_t count = s->end;

        s->first = next[i] = l->placed;
        s->end = l->placed += count;
    }
    for (uint32_t i = 0; i < l->count; i++) {
        LiveWallet *w = &l->wallets[i];

        if (live_is_alone(w)) continue;
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
        return WALLET_SHARE_STEP;
    return bid > COIN_STEPS ? bid / COIN_STEPS : 1;
}

static void go_alone(Live *l)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (!live_is_alone(&l->wallets[i])) {
            live_bring(l, &l->wallets[i]);
            l->wallets[i].why = LIVE_MEMORY;
        }
    l->placed = l->strategy_count = 0;
}

void live_build(Live *l)
{
    bool is_fine = true;

    l->is_built = true;
    for (uint32_t i = 0; i < l->count; i++)
        join(l, i);
    if (!l->has_pool) return;
    is_fine = !arena_is_full(l->arena) && place_wallets(l) && list_users(l) &&
              predicates_build(&l->predicates) && pool_build(&l->pool) &&
              wallets_init(&l->columns, l->placed, step_of(l), l->arena);
    if (!is_fine) {
        go_alone(l);
        return;
    }
    pool_adopt(&l->pool, NULL);
    for (uint32_t i = 0; i < l->placed; i++)
        live_settle(l, &l->wallets[l->order[i]]);
    live_find_due(l);
    live_find_stale(l);
}
