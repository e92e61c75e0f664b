/* sweep_walk.c — from tick to tick and event to event of a wallet without an engine: which ones matter, and
 * what slots and results do to it.  See sweep_wallet.h. */
#include "runtime/engine/sweep_wallet.h"

#include "vm/base/fixed.h"

/* ---- beginning ----------------------------------------------------------------------------------- */

void sweep_ground(SweepGround *g)
{
    *g = (SweepGround){.is_open = true};
}

void sweep_wallet(SweepWallet *w, const SweepPlan *plan, int64_t cash_micros)
{
    w->account.cash_micros = cash_micros;
    w->most_trades = sweep_most_trades(plan, &w->numbers);
    w->exit_us = w->loss_us = INT64_MIN;
    w->due_us = INT64_MAX;
    for (uint32_t i = 0; i < plan->token_count; i++)
        w->tokens[i].held.best_micros = MICROS_UNKNOWN;
    for (uint32_t i = 0; i < plan->limit_count; i++)
        w->counts[i].window = INT64_MIN;
}

/* ---- ticks --------------------------------------------------------------------------------------- */

/* From the present word on. */
static void find_edge(const SweepWalk *s, SweepEdges *e)
{
    while (!e->bits) {
        if (++e->word >= s->place_words) {
            e->tick = NO_TICK;
            return;
        }
        e->bits = e->words[e->word];
    }
    e->place = e->word * WORD + (uint32_t)__builtin_ctzll(e->bits);
    e->tick = s->places[e->place];
}

void sweep_next_edge(const SweepWalk *s, SweepEdges *e)
{
    e->bits &= e->bits - 1;
    find_edge(s, e);
}

static void begin_edges(const SweepWalk *s, SweepEdges *e, const uint64_t *words)
{
    *e = (SweepEdges){.words = words, .tick = NO_TICK};
    if (!s->place_words) return;
    e->bits = words[0];
    find_edge(s, e);
}

/* Edges before a place are gone; gives their number. */
static uint64_t pass_edges(const SweepWalk *s, SweepEdges *e, uint32_t place)
{
    uint64_t count = 0, early;

    while (e->word < place / WORD) {
        count += (uint64_t)__builtin_popcountll(e->bits);
        e->bits = ++e->word < s->place_words ? e->words[e->word] : 0;
    }
    early = place % WORD ? e->bits & ((UINT64_C(1) << place % WORD) - 1) : 0;
    e->bits &= ~early;
    find_edge(s, e);
    return count + (uint64_t)__builtin_popcountll(early);
}

void sweep_begin(SweepWalk *s, SweepWallet *w, const SweepGround *ground)
{
    s->w = w;
    s->posting.account = &w->account;
    s->ground = *ground;
    s->order_count = w->flying_count;
    for (uint32_t i = 0; i < w->flying_count; i++)
        s->orders[i] = w->flying[i];
    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        begin_edges(s, &s->edges[r], bitmaps_edges(s->bits, w->edges[r]));
}

void sweep_end(SweepWalk *s)
{
    SweepWallet *w = s->w;

    if (s->order_count > SWEEP_FLYING) w->is_left = true;
    if (w->is_left || !s->venue) return;
    w->flying_count = s->order_count;
    for (uint32_t i = 0; i < s->order_count; i++)
        w->flying[i] = s->orders[i];
}

bool sweep_is_idle(const SweepWalk *s, uint32_t *ret_place)
{
    const SweepWallet *w = s->w;
    uint32_t tick = NO_TICK;

    if (w->holdings || w->closed_count || s->order_count || w->is_new) return false;
    if (w->due_us != INT64_MAX) return false;
    *ret_place = NO_TICK;
    for (uint32_t r = 0; r < s->plan->rule_count; r++) {
        if (s->edges[r].tick >= tick) continue;
        tick = s->edges[r].tick;
        *ret_place = s->edges[r].place;
    }
    return true;
}

/* The next tick at which a rule fires; at most `to`. */
static uint32_t next_edge(const SweepWalk *s, uint32_t to)
{
    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        if (s->edges[r].tick < to) to = s->edges[r].tick;
    return to;
}

/* Whatever a rule asks for in this slot is refused, once an action. */
static bool is_exhausted(const SweepWalk *s)
{
    return s->w->slot_trades >= s->w->most_trades && !s->sink.take;
}

static void refuse_all(SweepWalk *s, uint32_t to, uint32_t place)
{
    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        if (s->edges[r].tick < to)
            s->w->skips += pass_edges(s, &s->edges[r], place) * s->plan->wakes[r].count;
}

/* So many are looked at one by one. */
enum { FEW_TICKS = 8 };

/* The first tick of from .. end, of one block, with a bid outside; or `end`. */
static uint32_t first_of_block(const SweepWalk *s, uint32_t word, uint32_t from, uint32_t end,
                               int64_t low, int64_t high)
{
    uint32_t block = from / WORD * WORD;
    int64_t room[WORD];
    const int64_t *bid = tick_columns_word(s->ticks, word, block, room);
    uint64_t bits;

    if (end - from <= FEW_TICKS || block + WORD > s->ticks->count) {
        for (; from < end; from++) {
            int64_t price = bid[from - block];

            if (price != MICROS_UNKNOWN && (price <= low || price >= high)) break;
        }
        return from;
    }
    bits = s->kernels->outside(bid, low, high) & UINT64_MAX << (from - block);
    if (!bits) return end;
    block += (uint32_t)__builtin_ctzll(bits);
    return block < end ? block : end;
}

/* The first tick of from .. to with a bid outside of the band; or `to`. */
static uint32_t first_outside(const SweepWalk *s, uint32_t token, uint32_t from, uint32_t to)
{
    uint32_t word = s->plan->tokens[token].outcome ? TICK_WORD(bid[1]) : TICK_WORD(bid[0]);
    const PriceRange *bids = s->ticks->prices[word]; /* NULL without bids */
    int64_t low = s->w->tokens[token].low, high = s->w->tokens[token].high;

    while (bids && from < to) {
        uint32_t block = from / WORD, end = (block + 1) * WORD;

        if (end > to) end = to;
        if (bids[block].low <= low || bids[block].high >= high)
            from = first_of_block(s, word, from, end, low, high);
        else
            from = end;
        if (from < end) return from;
    }
    return to;
}

/* The next tick of from .. to at which something happens to the wallet, or `to`. */
static uint32_t next_tick(SweepWalk *s, uint32_t from, uint32_t to)
{
    uint32_t next = next_edge(s, to);

    for (uint32_t i = 0; s->ground.is_open && s->w->holdings >> i; i++)
        if (s->w->holdings >> i & 1) next = first_outside(s, i, from, next);
    return next;
}

/* The first tick of from .. to that is not earlier than the venue's next answer, or `to`. */
static uint32_t first_due(const SweepWalk *s, uint32_t from, uint32_t to)
{
    int64_t due = s->w->due_us;

    if (due == INT64_MAX) return to;
    while (from < to && tick_columns_ts(s->ticks, from) < due)
        from++;
    return from;
}

/* At one instant the tick comes first, then the answer; it is looked at with what that changed. */
void sweep_ticks(SweepWalk *s, uint32_t from, uint32_t to, uint32_t place)
{
    const TickColumns *t = s->ticks;

    while (from < to && !s->w->is_left) {
        uint32_t due = first_due(s, from, to), end = due, next;
        int64_t due_us = due < to ? tick_columns_ts(t, due) : INT64_MIN;

        end += due < to && due_us == s->w->due_us;

        if (is_exhausted(s)) refuse_all(s, to, place);
        next = next_tick(s, from, end);

        if (next < end) {
            sweep_tick(s, next);
            if (s->w->due_us <= s->quote.ts_us) sweep_answers(s, s->quote.ts_us, next + 1, next);
            from = next + 1;
        } else if (due < to) {
            sweep_answers(s, end > due ? due_us : due_us - 1, end, due);
            from = end;
        } else {
            break;
        }
    }
    s->ground.tick = to;
}

/* ---- other events -------------------------------------------------------------------------------- */

static int64_t payout_of(const SweepWalk *s, uint32_t token, int8_t winner)
{
    if (winner < 0) return FX_ONE / 2;
    return s->plan->tokens[token].outcome == (uint8_t)winner ? FX_ONE : 0;
}

static void pay(SweepWalk *s, uint32_t token, Position *p, const Event *ev)
{
    int64_t profit = 0;

    if (!p->size_micros && !p->cost_micros) return;
    (void)account_settle(sweep_posting(s, (int32_t)token, 0), p->size_micros, p->cost_micros,
                         payout_of(s, token, ev->resolve.winner), &profit);
    *p = (Position){.best_micros = MICROS_UNKNOWN};
    sweep_tell(s, &(SweepChange){.is_payout = true,
                                 .tick = s->ground.tick,
                                 .token = (int32_t)token,
                                 .slot_start_us = ev->resolve.slot_start_us,
                                 .profit_micros = profit});
}

/* Shares of a slot that ends wait apart. */
static void close_slot(SweepWalk *s)
{
    SweepWallet *w = s->w;
    SweepClosed *c = &w->closed[w->closed_count];

    if (s->plan->kind != MARKET_SLOT || !w->holdings) return;
    if (w->closed_count == SWEEP_CLOSED) {
        w->is_left = true;
        return;
    }
    c->slot_start_us = s->ground.slot_start_us;
    w->closed_count++;
    w->holdings = 0;
    for (uint32_t i = 0; i < s->plan->token_count; i++) {
        c->held[i] = w->tokens[i].held;
        w->tokens[i].held = (Position){.best_micros = MICROS_UNKNOWN};
    }
}

static void open_slot(SweepWalk *s)
{
    if (s->ground.has_slot && s->ground.is_open) close_slot(s);
    s->w->slot_trades = 0;
}

/* What is resolved is not a slot that has ended with shares of anybody, but runs, or has just run. */
static bool is_running(const SweepPlan *plan, const SweepGround *g, const Event *ev)
{
    return plan->kind != MARKET_SLOT || g->slot_start_us == ev->resolve.slot_start_us;
}

static void resolve(SweepWalk *s, const Event *ev)
{
    SweepWallet *w = s->w;
    uint32_t c = 0;

    while (c < w->closed_count && w->closed[c].slot_start_us != ev->resolve.slot_start_us)
        c++;
    for (uint32_t i = 0; c < w->closed_count && i < s->plan->token_count; i++)
        pay(s, i, &w->closed[c].held[i], ev);
    if (c < w->closed_count) {
        for (w->closed_count--; c < w->closed_count; c++)
            w->closed[c] = w->closed[c + 1];
        return;
    }
    if (!is_running(s->plan, &s->ground, ev)) return;
    for (uint32_t i = 0; i < s->plan->token_count; i++)
        pay(s, i, &w->tokens[i].held, ev);
    w->holdings = 0;
}

void sweep_move(const SweepPlan *plan, SweepGround *g, const Event *ev)
{
    if (ev->ts_us > g->now_us) g->now_us = ev->ts_us;
    if (ev->kind == EV_SLOT_CLOSE) g->is_open = false;
    if (ev->kind == EV_RESOLVE && is_running(plan, g, ev)) g->is_open = false;
    if (ev->kind != EV_SLOT_OPEN) return;
    g->is_open = g->has_slot = true;
    g->slot_start_us = ev->slot.slot_start_us;
    g->slot_tick = g->tick;
}

static void apply_event(SweepWalk *s, const Event *ev)
{
    if (ev->ts_us > s->ground.now_us) s->ground.now_us = ev->ts_us;
    if (ev->kind == EV_SLOT_CLOSE) close_slot(s);
    if (ev->kind == EV_SLOT_OPEN) open_slot(s);
    if (ev->kind == EV_RESOLVE) resolve(s, ev);
    sweep_move(s->plan, &s->ground, ev);
}

/* The venue hears of it while orders are on their way, and of what it changed. */
static void apply_with_venue(SweepWalk *s, const Event *ev)
{
    SweepWallet *w = s->w;
    uint32_t held = w->holdings, tick = s->ground.tick;

    if (w->due_us < ev->ts_us) sweep_answers(s, ev->ts_us - 1, tick, tick);
    held |= w->holdings;
    if (s->order_count) s->venue->slot(s->venue->ctx, w->variant, ev);
    apply_event(s, ev);
    if (w->due_us <= ev->ts_us) sweep_answers(s, ev->ts_us, tick, tick);
    if (!w->is_new && !held) return;
    if (ev->kind == EV_RESOLVE || !w->holdings)
        s->venue->look(s->venue->ctx, w->variant, tick, !w->holdings && held);
    w->is_new = false;
}

void sweep_event(SweepWalk *s, const Event *ev)
{
    if (s->venue)
        apply_with_venue(s, ev);
    else
        apply_event(s, ev);
}
