/* live_due.c — the live driver between ticks: boundaries, staleness, days, deadlines.
 *
 * What is due runs in the engines, one by one, as it would alone.  Where that moves what a strategy
 * shares, it moves at all its wallets alike, and the pool takes it back from one of them. */
#include "runtime/engine/due.h"
#include "runtime/engine/live.h"

static void earlier(int64_t *at_us, int64_t us)
{
    if (us < *at_us) *at_us = us;
}

void live_find_due(Live *l)
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

static int64_t live_stale_at(const Live *l, const Strategy *s)
{
    const LiveWallet *home = &l->wallets[s->home];
    int64_t at = others_stale_at(l, s);

    if (home->synced == l->pool.tick)
        earlier(&at, engine_stale_at(home->engine, 0));
    else if (s->age.stale_us)
        earlier(&at, sat_add(l->ts_us, s->age.stale_us));
    return at;
}

void live_find_stale(Live *l)
{
    l->stale_at_us = l->others_stale_at_us = FOREVER;
    for (uint32_t i = 0; i < l->strategy_count; i++) {
        const Strategy *s = &l->strategies[i];

        if (s->why) continue;
        earlier(&l->stale_at_us, live_stale_at(l, s));
        earlier(&l->others_stale_at_us, others_stale_at(l, s));
    }
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

void live_adopt(Live *l)
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

    live_bring(l, w);
    events = e->event_count;
    e->sink = live_relay(l, number, &r);
    due_run(e, ts_us, kind);
    if (e->event_count != events || e->day_end_us != day) l->moved[w->strategy] = true;
    if (number == l->strategies[w->strategy].home) l->strategies[w->strategy].has_run = true;
    live_settle(l, w);
}

/* What was due at one wallet alone, a deadline of its own, counts as a move as well: then the home has been left
 * out, and what it remembers is the pool's. */
static void bring_homes(Live *l)
{
    for (uint32_t i = 0; i < l->strategy_count; i++)
        if (l->moved[i] && !l->strategies[i].has_run)
            live_bring(l, &l->wallets[l->strategies[i].home]);
}

/* Strategies of which a wallet is ahead are taken from their home, which must be up to date. */
static void note_ahead(Live *l)
{
    for (uint32_t i = 0; l->has_ahead && i < l->placed; i++) {
        const LiveWallet *w = &l->wallets[l->order[i]];

        if (!w->is_ahead) continue;
        l->moved[w->strategy] = true;
        live_bring(l, &l->wallets[l->strategies[w->strategy].home]);
    }
}

void live_run_due(Live *l, int64_t ts_us, EventKind kind)
{
    note_ahead(l);
    for (uint32_t i = 0; i < l->strategy_count; i++) {
        l->strategies[i].has_run = false;
        if (!l->strategies[i].why)
            l->strategies[i].is_stale = ts_us > live_stale_at(l, &l->strategies[i]);
    }
    for (uint32_t i = 0; i < l->placed; i++) {
        const LiveWallet *w = &l->wallets[l->order[i]];
        const Strategy *s = &l->strategies[w->strategy];

        if (ts_us > w->due_us || s->is_stale) run_due(l, l->order[i], ts_us, kind);
        if (ts_us > w->due_us) wallets_hit(&l->columns, i); /* an exit that waits for its time */
    }
    bring_homes(l);
    live_adopt(l);
    live_find_due(l);
    live_find_stale(l);
}
