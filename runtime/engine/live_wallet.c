/* live_wallet.c — one wallet of the live driver: over the ticks it was spared, and what it waits for. */
#include "runtime/engine/live.h"

#include "vm/base/bug.h"

static void relay_effect(void *ctx, const Effect *e)
{
    const Relay *r = ctx;

    if (r->sink.take) r->sink.take(r->sink.ctx, r->wallet, e);
}

EffectSink live_relay(const Live *l, uint32_t wallet, Relay *r)
{
    *r = (Relay){l->sink, wallet};
    return (EffectSink){relay_effect, r};
}

/* ---- one wallet ---------------------------------------------------------------------------------- */

enum { LINE = 64 };

/* Of thousands of engines none is in the caches.  Into the second one: the first has room for few requests, and those
 * of the wallet at hand would wait for them. */
void live_expect(const Live *l, uint32_t wallet)
{
    const LiveWallet *w = &l->wallets[wallet];
    const char *from = (const char *)w->engine - w->reach.before;

    for (uint32_t i = 0; i < (uint32_t)w->reach.before + w->reach.behind; i += LINE)
        prefetch_far(from + i);
}

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

void live_catch_up(Live *l, LiveWallet *w, const Event *next)
{
    GateNote notes[MAX_RULES];
    uint64_t upto = l->predicates.closed_tick;
    SkipMarket market = {.ts_us = l->ts_us, .last = &l->last, .feature = &l->feature};
    Skip skip = {.events = upto - w->synced,
                 .now_us = l->ts_us,
                 .markets = &market,
                 .market_count = 1,
                 .is_followed = next != NULL,
                 .next_us = next ? next->ts_us : 0,
                 .notes = notes};

    if (w->synced >= upto) return;
    for (uint32_t o = 0; o < OUTCOMES && engine_is_holding(w->engine, 0); o++) {
        market.bid_high[o] = peaks_since(&l->bids[o], w->synced);
        market.ask_low[o] = peaks_since(&l->asks[o], w->synced);
    }
    skip.note_count = note_gates(l, w, notes);
    engine_skip(w->engine, &skip);
    w->synced = upto;
}

void live_bring(Live *l, LiveWallet *w)
{
    live_catch_up(l, w, NULL);
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

void live_settle(Live *l, LiveWallet *w)
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
