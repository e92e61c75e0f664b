/* drive_live.c — see drive_live.h. */
#include "runtime/engine/drive_live.h"

#include "runtime/engine/due.h"
#include "runtime/engine/live.h"

/* ---- ticks --------------------------------------------------------------------------------------- */

/* A tick of which everything shared is known.  What is still due before it are samples of equity. */
static void touch(Live *l, uint32_t number, const Event *tick)
{
    LiveWallet *w = &l->wallets[number];
    Relay r;

    live_catch_up(l, w, tick);
    if (tick->ts_us >= engine_due(w->engine)) due_run(w->engine, tick->ts_us, EV_TICK);
    pool_hand(&l->pool, &l->strategies[w->strategy].link, engine_vm(w->engine));
    engine_apply_known(w->engine, tick, live_relay(l, number, &r));
    w->synced = l->pool.tick;
    live_settle(l, w);
    l->counts.touched++;
}

/* An event that every engine is shown. */
static void show_all(Live *l, const Event *event)
{
    for (uint32_t i = 0; i < l->placed; i++) {
        LiveWallet *w = &l->wallets[l->order[i]];
        Relay r;

        live_bring(l, w);
        engine_apply(w->engine, event, live_relay(l, l->order[i], &r));
        live_settle(l, w);
        l->moved[w->strategy] = true;
    }
    live_adopt(l);
    live_follow_market(l, l->wallets[l->order[0]].engine);
    if (event->ts_us > l->ts_us) l->ts_us = event->ts_us;
    for (uint32_t o = 0; o < OUTCOMES; o++)
        l->bids[o].count = l->asks[o].count = 0;
    live_find_due(l);
    live_find_stale(l);
}

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

/* Room for one more price in each list: engines that know all ticks so far need none of them. */
static void spare_peaks(Live *l)
{
    bool is_full = false;

    for (uint32_t o = 0; o < OUTCOMES; o++)
        is_full |= peaks_is_full(&l->bids[o]) || peaks_is_full(&l->asks[o]);
    if (!is_full) return;
    for (uint32_t i = 0; i < l->placed; i++)
        live_catch_up(l, &l->wallets[l->order[i]], NULL);
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

void live_begin_tick(Live *l, const Event *tick)
{
    if (tick->ts_us > l->due_us || tick->ts_us > l->stale_at_us || l->has_ahead)
        live_run_due(l, tick->ts_us, EV_TICK);
    spare_peaks(l);
    pool_tick(&l->pool, tick->tick, tick->ts_us > l->ts_us ? tick->ts_us : l->ts_us);
    predicates_tick(&l->predicates);
    for (uint32_t o = 0; o < OUTCOMES; o++)
        wallets_price(&l->columns, (uint8_t)o, l->pool.feature.bid[o]);
    wallets_add_always(&l->columns);
    open_wallets(l);
}

void live_end_tick(Live *l, const Event *tick)
{
    l->ts_us = l->pool.now_us;
    predicates_close(&l->predicates);
    keep_tick(l, tick);
    l->stale_at_us = l->others_stale_at_us;
    if (l->stale_us != FOREVER && sat_add(l->ts_us, l->stale_us) < l->stale_at_us)
        l->stale_at_us = sat_add(l->ts_us, l->stale_us);
}

static void take_tick(Live *l, const Event *tick)
{
    uint64_t touched = l->counts.touched;
    uint32_t place, next;

    live_begin_tick(l, tick);
    place = wallets_next(&l->columns, 0);
    for (; place < l->columns.count; place = next) {
        next = wallets_next(&l->columns, place);
        if (next < l->columns.count) live_expect(l, l->order[next]);
        touch(l, l->order[place], tick);
    }
    live_end_tick(l, tick);
    l->counts.spared += l->placed - (l->counts.touched - touched);
}

static void apply_alone(Live *l, const Event *event)
{
    for (uint32_t i = 0; i < l->count; i++) {
        Relay r;

        if (!live_is_alone(&l->wallets[i])) continue;
        engine_apply(l->wallets[i].engine, event, live_relay(l, i, &r));
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
    if (!l->is_built) live_build(l);
    l->events++;
    l->counts.ticks += is_tick;
    if (l->placed && is_tick)
        take_tick(l, event);
    else if (l->placed)
        show_all(l, event);
    if (l->placed < l->count) apply_alone(l, event);
    if (event->kind == EV_SLOT_OPEN && event->market == 0 && has_late(l)) live_build(l);
}

void live_tell(Live *l, uint32_t wallet, const Event *event, LiveSink sink)
{
    LiveWallet *w = &l->wallets[wallet];
    bool is_due;
    Relay r;

    l->sink = sink;
    if (!l->is_built) live_build(l);
    l->events++;
    if (live_is_alone(w)) {
        engine_apply(w->engine, event, live_relay(l, wallet, &r));
        return;
    }
    live_catch_up(l, w, NULL);
    is_due = event->ts_us >= engine_due(w->engine);
    if (is_due) {
        live_bring(l, w);
        w->is_ahead = l->has_ahead = true;
    } else if (!w->is_ahead) {
        pool_outputs(&l->strategies[w->strategy].link, engine_vm(w->engine));
    }
    engine_apply(w->engine, event, live_relay(l, wallet, &r));
    live_settle(l, w);
}

/* ---- views --------------------------------------------------------------------------------------- */

Engine *live_engine(Live *l, uint32_t wallet)
{
    if (!live_is_alone(&l->wallets[wallet])) live_bring(l, &l->wallets[wallet]);
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
