/* sweep_walk.c — from tick to tick and event to event of a wallet without an engine: which ones matter, and
 * what slots and results do to it.  See sweep_wallet.h. */
#include "runtime/engine/sweep_wallet.h"

#include "vm/base/fixed.h"

/* ---- beginning ----------------------------------------------------------------------------------- */

enum { SIDE_WORDS = sizeof(BookSide) / sizeof(int64_t) };

static bool find_ranges(SweepBook *b, uint32_t o, const TickColumns *t, const Kernels *k,
                        Arena *arena)
{
    uint32_t blocks = t->count / WORD + 1;

    b->low[o] = arena_array(arena, int64_t, blocks);
    b->high[o] = arena_array(arena, int64_t, blocks);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i * WORD < t->count; i++) {
        uint32_t left = t->count - i * WORD;

        k->range(b->bid[o] + (size_t)i * WORD, left < WORD ? left : WORD, &b->low[o][i],
                 &b->high[o][i]);
    }
    return true;
}

bool sweep_book(SweepBook *b, const TickColumns *ticks, const Kernels *k, Arena *arena)
{
    *b = (SweepBook){0};
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        uint32_t side = o * SIDE_WORDS;

        b->bid[o] = ticks->words[TICK_WORD(bid[0].price_micros[0]) + side];
        b->bid_size[o] = ticks->words[TICK_WORD(bid[0].size_micros[0]) + side];
        b->ask[o] = ticks->words[TICK_WORD(ask[0].price_micros[0]) + side];
        b->ask_size[o] = ticks->words[TICK_WORD(ask[0].size_micros[0]) + side];
        if (b->bid[o] && !find_ranges(b, o, ticks, k, arena)) return false;
    }
    return true;
}

void sweep_ground(SweepGround *g)
{
    *g = (SweepGround){.is_open = true};
}

void sweep_wallet(SweepWallet *w, const SweepPlan *plan, int64_t cash_micros)
{
    w->account.cash_micros = cash_micros;
    w->most_trades = sweep_most_trades(plan, &w->numbers);
    w->exit_us = w->loss_us = INT64_MIN;
    for (uint32_t i = 0; i < plan->token_count; i++)
        w->tokens[i].held.best_micros = MICROS_UNKNOWN;
    for (uint32_t i = 0; i < plan->limit_count; i++)
        w->counts[i].window = INT64_MIN;
}

/* ---- ticks --------------------------------------------------------------------------------------- */

void sweep_begin(SweepWalk *s, SweepWallet *w, const SweepGround *ground)
{
    s->w = w;
    s->posting.account = &w->account;
    s->ground = *ground;
    s->base = bitmaps_base(s->bits);
    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        s->edges[r] = bitmaps_edges(s->bits, w->edges[r]);
}

/* The next tick at which a rule fires; at most `to`. */
static uint32_t next_edge(const SweepWalk *s, uint32_t to)
{
    uint32_t next = to - s->base;

    for (uint32_t r = 0; r < s->plan->rule_count; r++)
        if (*s->edges[r] < next) next = *s->edges[r];
    return s->base + next;
}

/* Whatever a rule asks for in this slot is refused, once an action. */
static bool is_exhausted(const SweepWalk *s)
{
    return s->w->slot_trades >= s->w->most_trades && !s->sink.take;
}

static void refuse_all(SweepWalk *s, uint32_t to)
{
    for (uint32_t r = 0; r < s->plan->rule_count; r++) {
        const uint16_t *edge = s->edges[r];

        while (*edge < to - s->base)
            edge++;
        s->w->skips += (uint64_t)(edge - s->edges[r]) * s->plan->wakes[r].count;
        s->edges[r] = edge;
    }
}

/* The first tick of from .. end, of one block, with a bid outside; or `end`. */
static uint32_t first_of_block(const SweepWalk *s, const int64_t *bid, uint32_t from, uint32_t end,
                               int64_t low, int64_t high)
{
    uint32_t block = from / WORD * WORD;
    uint64_t bits;

    if (block + WORD > s->ticks->count) {
        while (from < end && (bid[from] == MICROS_UNKNOWN || (bid[from] > low && bid[from] < high)))
            from++;
        return from;
    }
    bits = s->kernels->outside(bid + block, low, high) & UINT64_MAX << (from - block);
    if (!bits) return end;
    block += (uint32_t)__builtin_ctzll(bits);
    return block < end ? block : end;
}

/* The first tick of from .. to with a bid outside of the band; or `to`. */
static uint32_t first_outside(const SweepWalk *s, uint32_t token, uint32_t from, uint32_t to)
{
    uint8_t o = s->plan->tokens[token].outcome;
    const int64_t *bid = s->book.bid[o];
    int64_t low = s->w->tokens[token].low, high = s->w->tokens[token].high;

    while (bid && from < to) {
        uint32_t block = from / WORD, end = (block + 1) * WORD;

        if (end > to) end = to;
        if (s->book.low[o][block] <= low || s->book.high[o][block] >= high)
            from = first_of_block(s, bid, from, end, low, high);
        else
            from = end;
        if (from < end) return from;
    }
    return to;
}

void sweep_ticks(SweepWalk *s, uint32_t from, uint32_t to)
{
    while (from < to && !s->w->is_left) {
        uint32_t next;

        if (is_exhausted(s)) refuse_all(s, to);
        next = next_edge(s, to);
        for (uint32_t i = 0; s->ground.is_open && s->w->holdings >> i; i++)
            if (s->w->holdings >> i & 1) next = first_outside(s, i, from, next);
        if (next == to) return;
        sweep_tick(s, next);
        from = next + 1;
    }
}

/* ---- other events -------------------------------------------------------------------------------- */

static int64_t payout_of(const SweepWalk *s, uint32_t token, int8_t winner)
{
    if (winner < 0) return FX_ONE / 2;
    return s->plan->tokens[token].outcome == (uint8_t)winner ? FX_ONE : 0;
}

static void pay(SweepWalk *s, uint32_t token, Position *p, int8_t winner)
{
    int64_t profit;

    if (!p->size_micros && !p->cost_micros) return;
    (void)account_settle(sweep_posting(s, (int32_t)token, 0), p->size_micros, p->cost_micros,
                         payout_of(s, token, winner), &profit);
    *p = (Position){.best_micros = MICROS_UNKNOWN};
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
        pay(s, i, &w->closed[c].held[i], ev->resolve.winner);
    if (c < w->closed_count) {
        for (w->closed_count--; c < w->closed_count; c++)
            w->closed[c] = w->closed[c + 1];
        return;
    }
    if (!is_running(s->plan, &s->ground, ev)) return;
    for (uint32_t i = 0; i < s->plan->token_count; i++)
        pay(s, i, &w->tokens[i].held, ev->resolve.winner);
    w->holdings = 0;
}

static void move_ground(const SweepPlan *plan, SweepGround *g, const Event *ev)
{
    if (ev->kind == EV_SLOT_CLOSE) g->is_open = false;
    if (ev->kind == EV_RESOLVE && is_running(plan, g, ev)) g->is_open = false;
    if (ev->kind != EV_SLOT_OPEN) return;
    g->is_open = g->has_slot = true;
    g->slot_start_us = ev->slot.slot_start_us;
}

void sweep_event(SweepWalk *s, const Event *ev)
{
    if (ev->ts_us > s->ground.now_us) s->ground.now_us = ev->ts_us;
    if (ev->kind == EV_SLOT_CLOSE) close_slot(s);
    if (ev->kind == EV_SLOT_OPEN) open_slot(s);
    if (ev->kind == EV_RESOLVE) resolve(s, ev);
    move_ground(s->plan, &s->ground, ev);
}
