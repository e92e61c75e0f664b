/* reference.c — the run: what is due before an event, then the event, step by step as language 3.4
 * numbers the steps, then what the instant fill answers. */
#include "tests/reference/reference.h"

#include "tests/reference/inside.h"

#define DAY_US INT64_C(86400000000)
#define MOST_EVENTS 200000

void *ref_grow(Arena *arena, void *items, size_t item_size, uint32_t count, uint32_t *cap)
{
    void *grown;

    if (count < *cap) return items;
    *cap = *cap ? *cap * 2 : 16;
    grown = arena_alloc_array(arena, *cap, item_size);
    if (count) memcpy(grown, items, count * item_size);
    return grown;
}

/* ---- step 1: take in --------------------------------------------------------------------------- */

static bool is_crossed(const TickData *t)
{
    for (int o = 0; o < 2; o++)
        if (t->bid[o].price_micros[0] != MICROS_UNKNOWN &&
            t->ask[o].price_micros[0] != MICROS_UNKNOWN &&
            t->bid[o].price_micros[0] > t->ask[o].price_micros[0])
            return true;
    return false;
}

/* Computed fields of money are on the grid, like the ingested ones (DECISIONS 15). */
static double derive(double given, double computed, bool is_money)
{
    double v = num_is_known(given) ? given : num_canon(computed);

    return is_money ? ref_grid(v) : v;
}

static void take_book(RefBook *b, const TickData *t, int o, bool crossed)
{
    double bid, ask;

    for (int i = 0; i < BOOK_LEVELS; i++) {
        b->bid[i] = crossed ? MICROS_UNKNOWN : t->bid[o].price_micros[i];
        b->bid_size[i] = crossed ? MICROS_UNKNOWN : t->bid[o].size_micros[i];
        b->ask[i] = crossed ? MICROS_UNKNOWN : t->ask[o].price_micros[i];
        b->ask_size[i] = crossed ? MICROS_UNKNOWN : t->ask[o].size_micros[i];
    }
    b->mid = b->spread = b->size_ratio = UNKNOWN;
    if (crossed) return;
    bid = ref_micros(b->bid[0]), ask = ref_micros(b->ask[0]);
    b->mid = derive(t->mid[o], (bid + ask) / 2, true);
    b->spread = derive(t->spread[o], ask - bid, true);
    bid = ref_micros(b->bid_size[0]), ask = ref_micros(b->ask_size[0]);
    b->size_ratio = derive(t->size_ratio[o], ask == 0 ? UNKNOWN : bid / ask, false);
}

static void take_spot(RefMarket *m, const TickData *t)
{
    m->spot = t->spot;
    if (!num_is_known(m->spot_open)) m->spot_open = t->spot;
    m->move = t->move;
    if (!num_is_known(m->move)) m->move = num_canon(num_canon(m->spot / m->spot_open) - 1);
    m->abs_move = t->abs_move;
    if (!num_is_known(m->abs_move))
        m->abs_move = num_is_known(m->move) ? num_abs(m->move) : UNKNOWN;
}

static void take_tick(Ref *r, uint32_t market, const TickData *t)
{
    RefMarket *m = &r->markets[market];
    bool crossed = is_crossed(t);

    for (int o = 0; o < 2; o++) {
        take_book(&m->book[o], t, o, crossed);
        if (m->book[o].bid[0] != MICROS_UNKNOWN) m->mark_bid[o] = m->book[o].bid[0];
        if (m->book[o].ask[0] != MICROS_UNKNOWN) m->mark_ask[o] = m->book[o].ask[0];
    }
    take_spot(m, t);
    m->volume = t->volume_micros;
    m->liquidity = t->liquidity_micros;
    m->mark = t->mark;
    m->funding = t->funding;
    m->funding_in = t->funding_in_us;
    m->closes_at_us =
        t->closes_in_us == MICROS_UNKNOWN ? MICROS_UNKNOWN : r->now.ts_us + t->closes_in_us;
    m->has_tick = true;
    m->is_stale = false;
    m->last_tick_us = r->now.ts_us;
}

static void take_fill(Ref *r, const Event *ev)
{
    int32_t leader = -1;
    RefFill f = {.token = ev->fill.token,
                 .is_sell = ev->fill.is_sell,
                 .price = ev->fill.price_micros,
                 .size = ev->fill.size_micros,
                 .fee = ev->fill.fee_micros,
                 .slot_start_us = r->markets[r->p->tokens[ev->fill.token].market].slot_start_us};

    if (ev->fill.order && ev->fill.order <= r->orders_count && !ev->fill.is_external)
        leader = r->orders[ev->fill.order - 1].leader;
    ref_take_fill(r, &f, leader);
}

/* A heartbeat says that a market's subscription is alive; a resumption forgives broken promises. */
static void take_command(Ref *r, const Event *ev)
{
    switch (ev->command.command) {
    case COMMAND_PAUSE:
        r->is_paused = true;
        break;
    case COMMAND_RESUME:
        r->is_paused = r->is_promise_broken = false;
        break;
    case COMMAND_HEARTBEAT:
        if (ev->command.arg >= 0 && ev->command.arg < (int64_t)r->p->markets_count &&
            r->markets[ev->command.arg].last_tick_us)
            r->markets[ev->command.arg].last_tick_us = r->now.ts_us;
        break;
    default:
        break;
    }
}

/* Nothing rests in a market that is over, and its shares leave. */
static void market_ends(Ref *r, uint32_t market)
{
    for (uint32_t i = 0; i < r->orders_count; i++) {
        RefOrder *o = &r->orders[i];

        if (r->p->tokens[o->token].market != market) continue;
        if (o->is_live) ref_cancel(r, o, BECAUSE_SLOT_CLOSE, REF_NONE, REF_NONE);
        o->has_left = true;
    }
    ref_waiting_ends(r, market);
    if (r->p->markets[market].kind != MARKET_SLOT) return;
    ref_slot_leaves(r, market);
    r->markets[market].has_left = true;
}

/* A result of the slot that still runs closes it (docs/decisions/0003, 44). */
static void resolve(Ref *r, const Event *ev)
{
    RefMarket *m = &r->markets[ev->market];
    bool is_slot = r->p->markets[ev->market].kind == MARKET_SLOT;

    if (!is_slot || (!m->has_left && m->slot_start_us == ev->resolve.slot_start_us)) {
        market_ends(r, ev->market);
        m->is_closed = true;
    }
    ref_resolve(r, ev->market, ev->resolve.slot_start_us, ev->resolve.winner);
}

static void take_in(Ref *r)
{
    const Event *ev = r->now.event;

    switch (r->now.kind) {
    case EV_TICK:
        take_tick(r, (uint32_t)r->now.index, ev->tick);
        break;
    case EV_FILL:
        take_fill(r, ev);
        break;
    case EV_FILL_STATE:
        ref_fill_state(r, ev->fill_state.fill, ev->fill_state.state);
        break;
    case EV_RESOLVE:
        resolve(r, ev);
        break;
    case EV_FEED:
        r->feeds[r->now.index] = (RefFeed){true, false, ev->feed.value, r->now.ts_us};
        break;
    case EV_COMMAND:
        take_command(r, ev);
        break;
    case EV_STALE:
        for (uint32_t m = 0; m < r->p->markets_count; m++)
            if (r->now.stale_markets >> m & 1) r->markets[m].is_stale = true;
        for (uint32_t f = 0; f < r->p->feeds_count; f++)
            if (r->now.stale_feeds >> f & 1) r->feeds[f].is_stale = true;
        break;
    default:
        break;
    }
    if (r->has_account_clock && (r->now.kind == EV_FILL || r->now.clocks.account))
        ref_sample_equity(r);
}

/* ---- step 2: slots ----------------------------------------------------------------------------- */

static void forget_slot(RefMarket *m)
{
    double spot = m->spot;
    int64_t last = m->last_tick_us;

    memset(m, 0, sizeof *m);
    m->spot = spot;
    m->last_tick_us = last;
    m->spot_open = m->move = m->abs_move = m->mark = m->funding = UNKNOWN;
    m->volume = m->liquidity = m->funding_in = m->closes_at_us = MICROS_UNKNOWN;
    for (int o = 0; o < 2; o++) {
        m->mark_bid[o] = m->mark_ask[o] = MICROS_UNKNOWN;
        for (int i = 0; i < BOOK_LEVELS; i++)
            m->book[o].bid[i] = m->book[o].ask[i] = MICROS_UNKNOWN;
    }
}

static void slot_open(Ref *r)
{
    uint32_t market = (uint32_t)r->now.index;
    RefMarket *m = &r->markets[market];
    bool was_stale = m->is_stale, had_slot = m->has_slot;

    if (m->has_slot && !m->has_left) market_ends(r, market);
    forget_slot(m);
    m->is_stale = was_stale;
    m->has_slot = true;
    m->slot_start_us = r->now.event->slot.slot_start_us;
    m->slot_us = r->now.event->slot.slot_us;
    m->first_sample = r->samples_count;
    if (r->samples_count && r->samples[r->samples_count - 1].ts_us == r->now.ts_us)
        m->first_sample--;
    if (!had_slot) ref_adopt_fills(r, market);
    for (uint32_t i = 0; i < r->p->exprs_count; i++)
        if (r->slot_lived[i] >> market & 1) ref_restart(&r->memory[i]);
    for (uint32_t i = 0; i < r->p->states_count; i++)
        if (r->p->states[i].life == STATE_SLOT && r->p->states[i].market == market)
            r->states[i] = (RefState){.value = UNKNOWN};
    for (uint32_t i = 0; i < r->p->rules_count; i++) {
        const Expr *cond = r->p->rules[i].cond;
        uint32_t mentions = cond ? r->mentions[cond->id] : 0;

        if (!mentions || (mentions >> market & 1)) r->is_armed[i] = true;
    }
}

static void new_day(Ref *r)
{
    if (r->now.ts_us / DAY_US == r->day) return;
    r->day = r->now.ts_us / DAY_US;
    for (uint32_t i = 0; i < r->p->states_count; i++)
        if (r->p->states[i].life == STATE_DAY) r->states[i] = (RefState){.value = UNKNOWN};
    for (uint32_t i = 0; i < r->p->exprs_count; i++)
        if (r->p->exprs[i]->op == EX_VWAP && !r->slot_lived[i]) ref_restart(&r->memory[i]);
}

/* ---- step 3: values ---------------------------------------------------------------------------- */

/* A state's initial value may read states: those come first. */
static void init_state(Ref *r, uint32_t index, uint64_t *ret_seen);

static void init_states_of(Ref *r, const Expr *e, uint64_t *ret_seen)
{
    if (e->op == EX_STATE) init_state(r, e->index, ret_seen);
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->op != EX_PREV || e->args[i]->id < e->id) init_states_of(r, e->args[i], ret_seen);
}

static void init_state(Ref *r, uint32_t index, uint64_t *ret_seen)
{
    RefState *s = &r->states[index];
    double v;

    if (s->is_set || (*ret_seen >> (index & 63) & 1)) return;
    *ret_seen |= UINT64_C(1) << (index & 63);
    init_states_of(r, r->p->states[index].init, ret_seen);
    r->stamp++;
    v = ref_value(r, r->p->states[index].init);
    if (!num_is_known(v)) return;
    *s = (RefState){.value = v, .is_set = true};
}

static void init_states(Ref *r)
{
    uint64_t seen = 0;

    for (uint32_t i = 0; i < r->p->states_count; i++)
        if (r->p->states[i].init) init_state(r, i, &seen);
    r->stamp++;
}

/* At a staleness instant expressions with memory of that market's clock are unknown until their next
 * instant; a run of `for` ends (docs/decisions/0001, 3). */
static void go_unknown(Ref *r)
{
    for (uint32_t i = 0; i < r->p->exprs_count; i++) {
        const Expr *e = r->p->exprs[i];

        if (e->op < EX_PREV || e->op > EX_SAMPLE) continue;
        if (!(r->clocks[i].ticks & r->now.stale_markets) &&
            !(r->clocks[i].feeds & r->now.stale_feeds))
            continue;
        r->memory[i].out = UNKNOWN;
        r->memory[i].is_true_since = false;
    }
}

/* Every expression with memory advances, wherever it stands; then `prev` stores today's value. */
static void advance_all(Ref *r)
{
    for (uint32_t i = 0; i < r->p->exprs_count; i++)
        if (r->is_used[i] && r->p->exprs[i]->op >= EX_PREV && r->p->exprs[i]->op <= EX_SAMPLE)
            ref_value(r, r->p->exprs[i]);
    for (uint32_t i = 0; i < r->p->exprs_count; i++) {
        const Expr *e = r->p->exprs[i];

        if (e->op == EX_PREV && r->memory[i].advanced == r->event_stamp)
            ref_remember(r, &r->memory[i], ref_value(r, e->args[0]), 0);
    }
}

static void show_all(Ref *r)
{
    for (uint32_t i = 0; i < r->p->shows_count; i++) {
        double v = ref_value(r, r->p->shows[i].value);
        Effect *e = ref_effect(r, EFFECT_SHOW);

        e->index = (uint16_t)i;
        e->value = v;
    }
}

/* ---- after the event --------------------------------------------------------------------------- */

static void commit_sets(Ref *r)
{
    for (uint32_t i = 0; i < r->p->states_count; i++) {
        RefState *s = &r->states[i];

        if (s->has_next) *s = (RefState){.value = s->next, .is_set = true};
    }
}

/* What an action does is not visible before the next event, limits included. */
static void hold_wallet(Ref *r)
{
    for (uint32_t a = 0; a < r->account_count; a++)
        r->held_cash[a] = r->cash[a] - ref_reserved(r, a);
    r->held_entries = r->entries_count;
}

static void check_promises(Ref *r)
{
    hold_wallet(r);
    if (r->p->promises_count) r->kinds[EV_PROBE]++;
    r->is_frozen = true;
    r->stamp++;
    for (uint32_t i = 0; i < r->p->promises_count; i++) {
        Effect *e;

        if (ref_value(r, r->p->promises[i].value) != 0) continue;
        e = ref_effect(r, EFFECT_PROMISE);
        e->index = (uint16_t)i;
        r->is_promise_broken = true;
    }
    r->is_frozen = false;
}

void ref_process(Ref *r, const RefNow *now)
{
    uint32_t most = r->config.most_events ? r->config.most_events : MOST_EVENTS;

    if (r->event_count++ >= most) r->gave_up = true;
    if (r->gave_up) return;
    r->kinds[now->kind]++;
    r->now = *now;
    if (now->kind == EV_FILL) r->now.clocks.fill = r->now.clocks.account = true;
    r->event_stamp++;
    r->stamp++;
    take_in(r);
    ref_send_waiting(r);
    new_day(r);
    if (now->kind == EV_SLOT_OPEN) slot_open(r);
    if (now->kind == EV_SLOT_CLOSE) r->markets[now->index].is_closed = true;
    if (now->kind == EV_STALE) go_unknown(r);
    hold_wallet(r);
    init_states(r);
    advance_all(r);
    if (now->kind == EV_TICK && r->config.has_shows) show_all(r);
    r->intents_count = 0;
    memset(r->exit_tokens, 0, sizeof *r->exit_tokens * (r->p->tokens_count + 1));
    ref_exits(r);
    ref_rules(r);
    if (r->config.watch) r->config.watch(r->config.watch_ctx, r, now->event);
    ref_settle(r);
    if (now->kind == EV_SLOT_CLOSE) market_ends(r, (uint32_t)now->index);
    commit_sets(r);
    if (r->config.has_promises) check_promises(r);
    r->resolved = NULL;
}

/* ---- what is due before an event --------------------------------------------------------------- */

static int64_t stale_after(Ref *r, const Expr *e, int64_t otherwise)
{
    if (!e) return otherwise;
    return ref_to_us(e->op == EX_PARAM ? r->params[e->index] : ref_value(r, e));
}

static int64_t market_deadline(Ref *r, uint32_t m)
{
    int64_t after = stale_after(r, r->p->markets[m].stale, r->p->markets[m].stale_us);

    if (r->config.heartbeat || !r->markets[m].last_tick_us || r->markets[m].is_stale || after <= 0)
        return INT64_MAX;
    return r->markets[m].last_tick_us + after;
}

static int64_t feed_deadline(Ref *r, uint32_t f)
{
    int64_t after = stale_after(r, r->p->feeds[f].stale, 0);

    if (r->config.heartbeat || !r->feeds[f].has_value || r->feeds[f].is_stale || after <= 0)
        return INT64_MAX;
    return r->feeds[f].last_us + after;
}

static int64_t earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_expiry(const Ref *r)
{
    int64_t best = INT64_MAX;

    for (uint32_t i = 0; i < r->orders_count; i++)
        if (r->orders[i].is_live) best = earliest(best, r->orders[i].expires_us);
    return best;
}

static int64_t next_unwind(const Ref *r)
{
    int64_t best = INT64_MAX;

    for (uint32_t i = 0; i < r->group_runs_count; i++)
        if (!r->group_runs[i].is_done) best = earliest(best, r->group_runs[i].deadline_us);
    return best;
}

static int64_t next_stale(Ref *r)
{
    int64_t best = INT64_MAX;

    for (uint32_t m = 0; m < r->p->markets_count; m++)
        best = earliest(best, market_deadline(r, m));
    for (uint32_t f = 0; f < r->p->feeds_count; f++)
        best = earliest(best, feed_deadline(r, f));
    return best;
}

static void run_boundary(Ref *r, int64_t ts)
{
    RefNow now = {.kind = EV_BOUNDARY, .ts_us = ts};

    r->boundary_done_us = ts;
    now.clocks = ref_boundary_clocks(r, ts);
    if (now.clocks.every || r->is_account_event) {
        ref_process(r, &now);
        return;
    }
    r->now = now; /* nothing but the sample: no event */
    ref_sample_equity(r);
}

static void run_unwinds(Ref *r, int64_t ts)
{
    r->now = (RefNow){.kind = EV_CLOCK, .ts_us = ts};
    r->event_stamp++; /* the boundary before it is over */
    for (uint32_t i = 0; i < r->group_runs_count; i++)
        if (!r->group_runs[i].is_done && r->group_runs[i].deadline_us == ts)
            ref_unwind(r, &r->group_runs[i]);
}

/* One market or feed at a time: the first in the file whose deadline it is. */
static void run_stale(Ref *r, int64_t ts)
{
    RefNow now = {.kind = EV_STALE, .ts_us = ts};

    for (uint32_t m = 0; m < r->p->markets_count && !now.stale_markets; m++)
        if (market_deadline(r, m) == ts) now.stale_markets = 1u << m, now.index = (int32_t)m;
    for (uint32_t f = 0; f < r->p->feeds_count && !now.stale_markets && !now.stale_feeds; f++)
        if (feed_deadline(r, f) == ts) now.stale_feeds = 1u << f;
    ref_process(r, &now);
}

static int64_t earliest_due(Ref *r)
{
    return earliest(earliest(ref_next_boundary(r, r->boundary_done_us), next_unwind(r)),
                    earliest(next_expiry(r), next_stale(r)));
}

/* At one time: the boundary, then unwinding, then staleness; then orders are answered, then expire. */
static void run_instant(Ref *r, int64_t ts)
{
    if (ref_next_boundary(r, r->boundary_done_us) == ts) run_boundary(r, ts);
    if (next_unwind(r) == ts) run_unwinds(r, ts);
    while (next_stale(r) == ts && !r->gave_up)
        run_stale(r, ts);
    ref_gateway(r, false, 0);
    ref_expire(r, ts); /* fills come before order states (2.4.4) */
}

static void run_due(Ref *r, int64_t until, bool is_included)
{
    while (!r->gave_up) {
        int64_t next = earliest_due(r);

        if (next > until || (next == until && !is_included)) return;
        run_instant(r, next);
    }
}

/* ---- the run ----------------------------------------------------------------------------------- */

static RefNow now_of(const Event *ev)
{
    RefNow now = {.event = ev, .kind = ev->kind, .index = ev->market, .ts_us = ev->ts_us};

    switch (ev->kind) {
    case EV_TICK:
        now.clocks.ticks = 1u << ev->market;
        break;
    case EV_FEED:
        now.clocks.feeds = 1u << ev->market;
        break;
    case EV_LEADER:
        now.clocks.leaders = 1u << ev->market;
        break;
    case EV_RESOLVE:
        now.clocks.resolves = 1u << ev->market;
        break;
    case EV_FILL:
        now.index = ev->fill.token;
        break;
    default:
        break;
    }
    return now;
}

static void apply(Ref *r, const Event *ev)
{
    RefNow now = now_of(ev);

    run_due(r, ev->ts_us, ev->kind == EV_CLOCK);
    if (ev->kind == EV_COMMAND && ref_next_boundary(r, r->boundary_done_us) == ev->ts_us)
        run_boundary(r, ev->ts_us);
    if (ev->kind == EV_CLOCK || r->gave_up) return;
    ref_process(r, &now);
    ref_gateway(r, ev->kind == EV_TICK, ev->market);
}

static void init_wallet(Ref *r)
{
    uint32_t tokens = r->p->tokens_count + 1, markets = r->p->markets_count + 1;
    uint32_t accounts = r->p->accounts_count ? r->p->accounts_count : 1;

    r->account_count = accounts;
    r->positions = arena_array(r->arena, RefPosition, tokens);
    r->exit_tokens = arena_array(r->arena, uint32_t, tokens);
    r->leader_cost = arena_array(r->arena, int64_t, tokens * (r->p->leaders_count + 1));
    r->cash = arena_array(r->arena, int64_t, accounts);
    r->held_cash = arena_array(r->arena, int64_t, accounts);
    r->equity = arena_array(r->arena, int64_t, accounts + 1);
    r->equity_high = arena_array(r->arena, int64_t, accounts + 1);
    r->realised = arena_array(r->arena, int64_t, markets);
    r->last_exit_us = arena_array(r->arena, int64_t, markets);
    r->last_loss_us = arena_array(r->arena, int64_t, markets);
    for (uint32_t a = 0; a < accounts; a++)
        r->cash[a] = r->config.cash_micros;
    for (uint32_t m = 0; m < markets; m++)
        r->last_exit_us[m] = r->last_loss_us[m] = INT64_MIN;
}

static void init_values(Ref *r)
{
    uint32_t n = r->p->exprs_count + 1;

    r->memory = arena_array(r->arena, RefMemory, n);
    r->memo = arena_array(r->arena, double, n);
    r->memo_stamp = arena_array(r->arena, uint64_t, n);
    r->params = arena_array(r->arena, double, r->p->params_count + 1);
    r->markets = arena_array(r->arena, RefMarket, r->p->markets_count + 1);
    r->feeds = arena_array(r->arena, RefFeed, r->p->feeds_count + 1);
    r->states = arena_array(r->arena, RefState, r->p->states_count + 1);
    r->is_armed = arena_array(r->arena, bool, r->p->rules_count + 1);
    for (uint32_t i = 0; i < n; i++)
        ref_restart(&r->memory[i]);
    for (uint32_t i = 0; i < r->p->params_count; i++)
        r->params[i] = r->config.params ? r->config.params[i] : r->p->params[i].value;
    for (uint32_t i = 0; i < r->p->markets_count; i++) {
        forget_slot(&r->markets[i]);
        r->markets[i].spot = UNKNOWN;
    }
    for (uint32_t i = 0; i < r->p->states_count; i++)
        r->states[i].value = UNKNOWN;
    for (uint32_t i = 0; i < r->p->rules_count; i++)
        r->is_armed[i] = true;
}

static const int64_t *final_positions(const Ref *r)
{
    int64_t *all = arena_array(r->arena, int64_t, r->p->tokens_count * 2 + 1);

    for (uint32_t t = 0; t < r->p->tokens_count; t++) {
        all[2 * t] = r->positions[t].size;
        all[2 * t + 1] = r->positions[t].cost;
    }
    return all;
}

RefResult reference_run(const Program *p, const RefConfig *config, const Event *events,
                        size_t event_count, Arena *arena)
{
    Ref *r = arena_new(arena, Ref);
    RefResult result = {0};

    r->p = p;
    r->config = *config;
    r->arena = arena;
    r->stamp = r->event_stamp = 1;
    init_values(r);
    init_wallet(r);
    r->now.ts_us = r->boundary_done_us = config->start_us;
    r->day = config->start_us / DAY_US;
    ref_instants_init(r);
    ref_sample_equity(r);
    for (size_t i = 0; i < event_count && !r->gave_up; i++)
        apply(r, &events[i]);
    result.effects = r->out;
    result.count = r->out_count;
    result.event_count = r->event_count;
    result.cash = r->cash;
    result.positions = final_positions(r);
    result.gave_up = r->gave_up || arena_is_full(arena);
    memcpy(result.kinds, r->kinds, sizeof result.kinds);
    memcpy(result.exits, r->exits, sizeof result.exits);
    return result;
}

/* ---- truth trees ------------------------------------------------------------------------------- */

double reference_value(Ref *r, const Expr *e)
{
    return ref_value(r, e);
}

static const char *const op_names[EX_COUNT] = {
#define EXPR(name, args, kind, meaning) #name,
#include "compiler/sema/exprs.def"
#undef EXPR
};

static void put_truth(Ref *r, const Expr *e, uint32_t depth, Buf *out)
{
    buf_fill(out, ' ', depth * 2);
    buf_num(out, ref_value(r, e));
    buf_char(out, ' ');
    buf_str(out, op_names[e->op]);
    buf_char(out, '\n');
    if (depth > 32) return;
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->op != EX_PREV || e->args[i]->id < e->id) put_truth(r, e->args[i], depth + 1, out);
}

void reference_tree(Ref *r, const Rule *rule, Buf *out)
{
    if (rule->cond) put_truth(r, rule->cond, 0, out);
}
