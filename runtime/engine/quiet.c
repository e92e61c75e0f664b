/* quiet.c — see quiet.h. */
#include "runtime/engine/quiet.h"

#include "runtime/engine/due.h"
#include "runtime/engine/exits.h"
#include "runtime/engine/link.h"
#include "runtime/engine/wallet.h"
#include "vm/base/bug.h"

const char *quiet_sentence(QuietWhy why)
{
    static const char *const sentences[QUIET_WHY_COUNT] = {
#define QUIET(name, sentence) [QUIET_##name] = sentence,
#include "runtime/engine/quiet.def"
#undef QUIET
    };

    return (uint32_t)why < QUIET_WHY_COUNT ? sentences[why] : "?";
}

/* ---- what is due ------------------------------------------------------------------------------- */

static void earlier(int64_t *until_us, int64_t us)
{
    if (us < *until_us) *until_us = us;
}

/* Deadlines of groups, silent feeds, markets that are not of the file, the day. */
static int64_t calm_until(const Engine *e)
{
    int64_t until = e->day_end_us - 1;

    for (uint32_t i = 0; e->live_groups && i < e->group_room.cap; i++)
        if (e->groups[i].is_live) earlier(&until, e->groups[i].deadline_us);
    for (uint32_t i = 0; i < e->feed_count; i++)
        earlier(&until, e->feeds[i].stale_at_us);
    for (uint32_t i = e->static_markets; i < e->market_count; i++)
        earlier(&until, e->markets[i].stale_at_us);
    return until;
}

static int64_t next_boundary(const Engine *e, bool is_holding)
{
    bool has_code = code_of(e, EV_BOUNDARY, 0)->rules || e->has_promises;
    int64_t next = FOREVER;

    for (uint32_t i = 0; i < e->period_count; i++) {
        const PeriodRun *p = &e->periods[i];
        bool runs = has_code && p->clock;

        if (runs || (p->samples && is_holding)) earlier(&next, p->next_us);
    }
    return next;
}

/* ---- what is held ------------------------------------------------------------------------------ */

static void add_band(const Engine *e, TokenRun *t, Quiet *q)
{
    ExitCalm c = exits_calm(e, t);

    if (c.has_when && !q->why) q->why = QUIET_EXIT_WHEN;
    if (c.is_computed) q->why = QUIET_COMPUTED_EXIT;
    if (q->band_count == QUIET_BANDS) q->why = QUIET_HOLDINGS;
    if (q->why && q->why != QUIET_EXIT_WHEN) return;
    earlier(&q->until_us, c.until_us);
    q->bands[q->band_count++] = (QuietBand){.market = t->market,
                                            .outcome = t->outcome,
                                            .is_ask = t->held.size_micros < 0,
                                            .low = c.low,
                                            .high = c.high};
}

static uint8_t always_why(const Engine *e)
{
    if (e->pin_count) return QUIET_PINS;
    if (e->has_promises) return QUIET_PROMISES;
    return e->has_tick_shows ? QUIET_SHOWS : QUIET_FINE;
}

void engine_quiet(const Engine *e, Quiet *ret)
{
    ret->why = always_why(e);
    ret->until_us = calm_until(e);
    ret->boundary_us = FOREVER;
    ret->band_count = ret->held_count = 0;
    ret->has_quotes = false;
    if (ret->why) return;
    for (uint32_t i = 0; i < e->market_count; i++) {
        const MarketRun *m = &e->markets[i];

        for (uint32_t k = 0; m->has_position && k < m->token_count; k++) {
            TokenRun *t = &e->tokens[m->tokens[k]];

            if (!t->held.size_micros) continue;
            ret->held_count++;
            if (m->is_open) add_band(e, t, ret);
        }
    }
    for (uint32_t i = 0; i < 2 * e->image->meta->quotes; i++)
        ret->has_quotes |= e->quotes[i] != 0;
    ret->boundary_us = next_boundary(e, ret->held_count > 0);
}

int64_t engine_stale_at(const Engine *e, uint8_t market)
{
    return e->markets[market].stale_at_us;
}

int64_t engine_stale_after(const Engine *e, uint8_t market)
{
    return e->markets[market].stale_after_us;
}

bool engine_is_holding(const Engine *e, uint8_t market)
{
    return e->markets[market].has_position;
}

const FeatureState *engine_feature(const Engine *e, uint8_t market)
{
    return &e->markets[market].feature;
}

/* From the machine to the first intents; where memory came in parts these may be far away. */
EngineReach engine_reach(const Engine *e)
{
    uintptr_t at = (uintptr_t)e, first = (uintptr_t)e->vm, last = (uintptr_t)(e->out.intents + 1);
    EngineReach r = {0, sizeof *e};

    if (at > first && at - first <= UINT16_MAX) r.before = (uint16_t)(at - first);
    if (last > at && last - at <= UINT16_MAX) r.behind = (uint16_t)(last - at);
    return r;
}

int64_t engine_day_end(const Engine *e)
{
    return e->day_end_us;
}

void engine_know_boundaries(Engine *e, KnownShared known)
{
    e->known_boundaries = known;
}

void engine_advance(Engine *e, int64_t ts_us, EventKind before, EffectSink sink)
{
    e->sink = sink;
    if (before == EV_CLOCK || ts_us >= e->due_us) due_run(e, ts_us, before);
}

/* ---- leaving out ------------------------------------------------------------------------------- */

/* Boundaries that lie behind; gives the last one at which equity was sampled. */
static int64_t pass_boundaries(Engine *e, const Skip *skip)
{
    int64_t last_us = skip->now_us - !skip->is_boundary, sampled_us = INT64_MIN;

    for (uint32_t i = 0; i < e->period_count; i++) {
        PeriodRun *p = &e->periods[i];
        int64_t count;

        if (p->next_us > last_us) continue;
        count = (last_us - p->next_us) / p->period_us + 1;
        p->next_us += count * p->period_us;
        if (p->samples) sampled_us = p->next_us - p->period_us;
    }
    return sampled_us;
}

static void follow(Engine *e, const MarketRun *m, const SkipMarket *s)
{
    for (uint32_t i = 0; m->has_position && i < m->token_count; i++) {
        TokenRun *t = &e->tokens[m->tokens[i]];

        if (!t->held.size_micros) continue;
        exits_follow(t, t->held.size_micros < 0 ? s->ask_low[t->outcome] : s->bid_high[t->outcome]);
    }
}

static void pass_market(Engine *e, const SkipMarket *s, const Skip *skip)
{
    MarketRun *m = &e->markets[s->market];

    follow(e, m, s);
    if (!skip->is_overtaken) m->feature = *s->feature;
    if (skip->is_overtaken || skip->is_followed)
        engine_pass_time(e, m, s->ts_us);
    else
        engine_pass_tick(e, m, s->ts_us, s->last);
}

static void sample_at(Engine *e, int64_t ts_us)
{
    e->now_us = ts_us;
    wallet_sample(e);
}

static void take_sample(Engine *e, FeatureState *f, const SkipSample *s)
{
    for (int o = 0; o < OUTCOMES; o++) {
        if (s->bid[o] != MICROS_UNKNOWN) f->mark_bid[o] = s->bid[o];
        if (s->ask[o] != MICROS_UNKNOWN) f->mark_ask[o] = s->ask[o];
    }
    sample_at(e, s->ts_us);
}

/* At orders that were refused and at boundaries; of these only the last one is told here, for while something is
 * held they are among the samples, at the prices they found. */
static void take_samples(Engine *e, const Skip *skip, int64_t boundary_us)
{
    for (uint32_t i = 0; i < skip->sample_count; i++)
        take_sample(e, &e->markets[skip->markets[0].market].feature, &skip->samples[i]);
    if (boundary_us >= e->sampled_us) sample_at(e, boundary_us);
}

static void note_gate(Engine *e, const GateNote *note)
{
    GateNote n = *note;

    if (n.false_event) n.false_event += e->event_count;
    if (n.true_event) n.true_event += e->event_count;
    vm_note_gate(e->vm, e->wallet, &n);
}

void engine_skip(Engine *e, const Skip *skip)
{
    take_samples(e, skip, pass_boundaries(e, skip));
    for (uint32_t i = 0; i < skip->market_count; i++)
        pass_market(e, &skip->markets[i], skip);
    e->now_us = skip->now_us;
    for (uint32_t i = 0; i < skip->note_count; i++)
        note_gate(e, &skip->notes[i]);
    e->event_count += skip->events;
    e->out.intent_count = 0;
    due_find(e);
    if (skip->is_overtaken) return;
    if (skip->is_followed) {
        if (skip->next_us < e->due_us) return;
        engine_pass_tick(e, &e->markets[skip->markets->market], skip->now_us, skip->markets->last);
    }
    if (e->has_values) vm_out_clear(&e->out, e->image);
    link_time(e);
    engine_inputs(e);
}
