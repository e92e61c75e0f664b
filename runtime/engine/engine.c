/* engine.c — see engine.h: one event, step by step (language 3.4). */
#include "runtime/engine/engine.h"

#include "runtime/engine/due.h"
#include "runtime/engine/exits.h"
#include "runtime/engine/fill.h"
#include "runtime/engine/link.h"
#include "runtime/engine/orders_out.h"
#include "runtime/engine/quiet.h"
#include "runtime/engine/settle.h"
#include "runtime/engine/slot.h"
#include "runtime/engine/tick.h"
#include "runtime/engine/wallet.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

/* ---- the code of one event -------------------------------------------------------------------- */

static void send_shows(Engine *e)
{
    for (uint32_t i = 0; i < e->image->shows_count; i++) {
        const VmValue *v = &e->out.shows[i];
        Effect f;

        if (e->image->shows[i].kind != 0 || !v->is_set) continue;
        f = effect_new(EFFECT_SHOW, e->now_us);
        f.index = (uint16_t)i;
        f.value = v->num;
        if (e->image->shows[i].is_cond)
            f.value = v->cond == COND_UNKNOWN ? UNKNOWN : v->cond == COND_TRUE ? 1 : 0;
        effect_send(e->sink, &f);
    }
}

/* Promises and probes: states are committed, wallet values are those of now. */
static void run_promises(Engine *e)
{
    VmEvent probe = e->event;

    engine_inputs(e);
    probe.kind = EV_PROBE;
    probe.index = 0;
    probe.clocks = 0;
    probe.is_stale = false;
    vm_shared(e->vm, &probe, &e->out);
    vm_wallet(e->vm, e->wallet, PART_V, &probe, &e->out);
    for (uint32_t i = 0; i < e->image->shows_count; i++) {
        Effect f;

        if (e->image->shows[i].kind != 1 || !e->out.shows[i].is_set) continue;
        if (e->out.shows[i].cond != COND_FALSE) continue;
        f = effect_new(EFFECT_PROMISE, e->now_us);
        f.index = (uint16_t)i;
        e->is_promise_broken = true;
        effect_send(e->sink, &f);
    }
}

static void forget_touched(Engine *e)
{
    e->has_touched = false;
    memset(e->touched, 0, e->token_count);
}

/* Shows, exits, intents; then the sets take effect. */
static void finish_run(Engine *e, const Code *code, EventKind kind)
{
    const VmEvent *ev = &e->event;

    if (UNLIKELY(code->has_shows)) {
        vm_wallet(e->vm, e->wallet, PART_S, ev, &e->out);
        send_shows(e);
    }
    if (kind == EV_TICK && e->markets[ev->index].has_position)
        exits_at_tick(e, &e->markets[ev->index]);
    if (ev->clocks & e->exit_clocks) exits_at_instant(e);
    if (UNLIKELY(e->out.intent_count)) settle(e);
    if (kind == EV_SLOT_CLOSE) slot_close(e, &e->markets[ev->index]);
    if (UNLIKELY(e->has_leaving)) orders_settled(e);
    if (UNLIKELY(e->has_touched)) forget_touched(e);
    if (code->rules && e->has_states) vm_commit(e->vm, e->wallet);
    if (UNLIKELY(e->has_promises)) run_promises(e);
}

void engine_run(Engine *e, EventKind kind, uint16_t index, uint64_t clocks)
{
    const Code *code = code_of(e, kind, index);

    if (e->has_values) vm_out_clear(&e->out, e->image);
    run_begin(e, kind, index, clocks);
    if (UNLIKELY(kind == EV_BOUNDARY && e->known_boundaries.put)) {
        e->known_boundaries.put(e->known_boundaries.ctx);
        vm_wallet(e->vm, e->wallet, PART_V, &e->event, &e->out);
    } else if (code->rules)
        vm_rules(e->vm, e->wallet, code->rules, &e->event, &e->out);
    finish_run(e, code, kind);
}

/* ---- ticks ------------------------------------------------------------------------------------ */

void tick_finish(Engine *e)
{
    if (e->out.intent_count) settle(e);
    orders_settled(e);
    if (e->has_touched) forget_touched(e);
}

__attribute__((noinline)) static void run_known(Engine *e, MarketRun *m)
{
    if (e->has_values) vm_out_clear(&e->out, e->image);
    run_begin(e, EV_TICK, m->id, m->tick_clock);
    vm_wallet(e->vm, e->wallet, PART_V, &e->event, &e->out);
    finish_run(e, code_of(e, EV_TICK, m->id), EV_TICK);
}

static void apply_tick(Engine *e, const Event *ev)
{
    MarketRun *m = &e->markets[ev->market];

    if (UNLIKELY(ev->market >= e->market_count)) return;
    if (LIKELY(m->is_plain)) {
        tick_plain(e, m, ev, false);
        return;
    }
    tick_take(e, m, ev->tick);
    engine_run(e, EV_TICK, ev->market, m->tick_clock);
}

void engine_apply_known(Engine *e, const Event *tick, EffectSink sink)
{
    MarketRun *m = &e->markets[tick->market];

    BUG_IF(tick->market >= e->market_count || tick->kind != EV_TICK);
    e->sink = sink;
    if (LIKELY(m->is_plain)) {
        tick_plain(e, m, tick, true);
        return;
    }
    if (tick->ts_us > e->now_us) e->now_us = tick->ts_us;
    tick_take(e, m, tick->tick);
    run_known(e, m);
}

void engine_pass_tick(Engine *e, MarketRun *m, int64_t ts_us, const TickData *tick)
{
    e->now_us = ts_us;
    tick_take(e, m, tick);
}

void engine_pass_time(Engine *e, MarketRun *m, int64_t ts_us)
{
    e->now_us = ts_us;
    tick_refresh(e, m);
}

/* ---- each kind of event ----------------------------------------------------------------------- */

static void apply_slot_close(Engine *e, const Event *ev)
{
    MarketRun *m = &e->markets[ev->market];

    if (ev->market >= e->market_count) return;
    m->is_open = false;
    engine_run(e, EV_SLOT_CLOSE, ev->market, m->slot_clock);
}

static void apply_slot_open(Engine *e, const Event *ev)
{
    MarketRun *m = &e->markets[ev->market];

    if (ev->market >= e->market_count) return;
    slot_open(e, m, ev);
    vm_slot_open(e->vm, e->wallet, ev->market, e->event_count + 1);
    engine_run(e, EV_SLOT_OPEN, ev->market, m->slot_clock);
}

/* In the handlers `slot.pnl` is the resolved slot's, everything else the current one's. */
static void apply_resolve(Engine *e, const Event *ev)
{
    MarketRun *m = &e->markets[ev->market];
    int64_t realised, profit;

    if (ev->market >= e->market_count) return;
    profit = slot_resolve(e, m, ev);
    realised = m->realised_micros;
    if (m->kind == MARKET_SLOT) m->realised_micros += profit - wallet_slot_pnl(e, m);
    e->wallet_dirty = true;
    link_resolve(e, ev);
    engine_inputs(e);
    m->realised_micros = realised;
    engine_run(e, EV_RESOLVE, ev->market, m->resolve_clock);
    slot_forget(e, m, ev->resolve.slot_start_us);
    e->wallet_dirty = true;
}

static void apply_fill(Engine *e, const Event *ev)
{
    const Order *o = orders_find(&e->orders, ev->fill.order);
    int32_t token = o && !ev->fill.is_external ? o->token : ev->fill.token;

    if (!fill_take(e, ev)) return;
    link_fill(e, ev, token);
    engine_run(e, EV_FILL, 0, e->fill_clocks);
}

static void apply_leader(Engine *e, const Event *ev)
{
    uint16_t index = (uint16_t)(ev->market * 3 + ev->leader.verb);

    if (ev->market >= e->leader_count || ev->leader.verb > LEADER_MERGE) return;
    link_leader(e, ev);
    e->leader = ev->market;
    engine_run(e, EV_LEADER, index, e->leader_clocks[ev->market]);
    e->leader = NO_LEADER;
}

static void apply_feed(Engine *e, const Event *ev)
{
    FeedRun *f = &e->feeds[ev->market];

    if (ev->market >= e->feed_count) return;
    link_feed(e, ev->market, ev->feed.value);
    if (f->stale_after_us) {
        f->stale_at_us = e->now_us + f->stale_after_us;
        due_note(e, f->stale_at_us);
    }
    engine_run(e, EV_FEED, ev->market, f->clock);
}

static void apply_command(Engine *e, const Event *ev)
{
    bool names_market = ev->command.arg >= 0 && ev->command.arg < e->market_count;

    switch (ev->command.command) {
    case COMMAND_PAUSE:
        e->is_paused = true;
        break;
    case COMMAND_RESUME:
        e->is_paused = e->is_promise_broken = false;
        break;
    case COMMAND_HEARTBEAT:
        if (names_market && e->markets[ev->command.arg].stale_at_us != FOREVER)
            tick_refresh(e, &e->markets[ev->command.arg]);
        break;
    case COMMAND_FACTS:
        if (ev->market < e->market_count && ev->command.facts)
            tick_facts(e, &e->markets[ev->market], ev->command.facts);
        break;
    default:
        break;
    }
    if (ev->command.command != COMMAND_FACTS) engine_run(e, EV_COMMAND, 0, 0);
}

static void apply_order_state(Engine *e, const Event *ev)
{
    bool is_reject = ev->kind == EV_REJECT;

    order_state_take(e, is_reject ? ev->reject.order : ev->order.order,
                     is_reject ? (uint8_t)ORDER_REJECTED : ev->order.state);
    engine_run(e, (EventKind)ev->kind, 0, is_reject ? e->reject_clock : 0);
}

static void apply_other(Engine *e, const Event *ev)
{
    switch (ev->kind) {
    case EV_START:
        engine_run(e, EV_START, 0, e->start_clock);
        break;
    case EV_SLOT_CLOSE:
        apply_slot_close(e, ev);
        break;
    case EV_SLOT_OPEN:
        apply_slot_open(e, ev);
        break;
    case EV_RESOLVE:
        apply_resolve(e, ev);
        break;
    case EV_FILL:
        apply_fill(e, ev);
        break;
    case EV_FILL_STATE:
        fill_state_take(e, ev);
        engine_run(e, EV_FILL_STATE, 0, 0);
        break;
    case EV_ORDER_STATE:
    case EV_REJECT:
        apply_order_state(e, ev);
        break;
    case EV_LEADER:
        apply_leader(e, ev);
        break;
    case EV_FEED:
        apply_feed(e, ev);
        break;
    case EV_COMMAND:
        apply_command(e, ev);
        break;
    default: /* EV_CLOCK: what was due has run */
        break;
    }
}

void engine_apply(Engine *e, const Event *event, EffectSink sink)
{
    e->sink = sink;
    if (UNLIKELY(event->ts_us >= e->due_us)) due_run(e, event->ts_us, (EventKind)event->kind);
    if (event->ts_us > e->now_us) e->now_us = event->ts_us;
    if (LIKELY(event->kind == EV_TICK))
        apply_tick(e, event);
    else
        apply_other(e, event);
}

/* ---- views ------------------------------------------------------------------------------------ */

int64_t engine_due(const Engine *e)
{
    return e->due_us;
}

int32_t engine_dynamic_market(const Engine *e, uint32_t n)
{
    uint32_t id = e->static_markets + n;

    return n < DYNAMIC_MARKETS && id < e->market_count ? (int32_t)id : -1;
}

int32_t engine_dynamic_token(const Engine *e, uint32_t n, uint8_t outcome)
{
    int32_t market = engine_dynamic_market(e, n);

    return market < 0 ? -1 : wallet_token(e, &e->markets[market], outcome);
}

TokenView engine_token_view(const Engine *e, int32_t token)
{
    const TokenRun *t = token_of(e, token);

    return t ? (TokenView){t->market, t->outcome, t->account} : (TokenView){.market = -1};
}

PositionView engine_position(const Engine *e, int32_t token)
{
    const TokenRun *t = token_of(e, token);

    if (!t) return (PositionView){0, 0, UNKNOWN};
    return (PositionView){t->held.size_micros, t->held.cost_micros, position_entry(&t->held)};
}

int64_t engine_cash(const Engine *e, uint8_t account)
{
    return account < e->account_count ? e->accounts[account].cash_micros : 0;
}

int64_t engine_equity(const Engine *e)
{
    return wallet_own_equity(e, 0);
}

int64_t engine_ledger_sum(const Engine *e)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->account_count; i++)
        sum += e->accounts[i].sums[LEDGER_CASH] + e->accounts[i].sums[LEDGER_POSITION];
    return sum;
}

int64_t engine_balance_sum(const Engine *e)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->account_count; i++)
        sum += e->accounts[i].cash_micros;
    for (uint32_t i = 0; i < e->token_count; i++)
        sum += e->tokens[i].held.cost_micros;
    for (uint32_t i = 0; i < e->market_count; i++)
        for (uint32_t c = 0; c < e->markets[i].closed_count; c++)
            for (uint32_t t = 0; t < e->markets[i].token_count; t++)
                sum += e->markets[i].closed[c].held[t].cost_micros;
    return sum;
}

uint64_t engine_open_order(const Engine *e, int32_t token, bool is_sell)
{
    for (uint32_t i = 0; i < e->orders.count; i++) {
        const Order *o = &e->orders.open[i];

        if (o->token == token && o->is_sell == is_sell && o->verb == VERB_TRADE) return o->id;
    }
    return 0;
}

uint32_t engine_open_count(const Engine *e)
{
    return e->orders.count;
}

uint64_t engine_faults(const Engine *e)
{
    return e->orders.faults;
}

Vm *engine_vm(Engine *e)
{
    return e->vm;
}

VmWallet *engine_wallet(Engine *e)
{
    return e->wallet;
}

const VmOut *engine_out(const Engine *e)
{
    return &e->out;
}
