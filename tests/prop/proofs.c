/* proofs.c — relations that test the prover's own claims: M21 and M22. */
#include <stdio.h>

#include "tests/prop/trial.h"

/* ---- M21: what "adds nothing" is deleted ------------------------------------------------------- */

static const DiagHelp *safe_fix(const Diag *d)
{
    for (const DiagHelp *h = d->helps; h; h = h->next)
        if (h->fix == FIX_SAFE && h->edits) return h;
    return NULL;
}

/* The text after the edits of one fix, which do not overlap. */
static Span apply(Trial *t, Span text, const DiagHelp *fix)
{
    Buf out;

    buf_init(&out, t->arena, (size_t)1 << 20);
    for (size_t at = 0; at <= text.len; at++) {
        for (const DiagEdit *e = fix->edits; e; e = e->next)
            if (e->place.begin == at) {
                buf_span_put(&out, e->insert);
                if (e->place.end > at) at = e->place.end;
            }
        if (at < text.len) buf_char(&out, text.ptr[at]);
    }
    return buf_span(&out);
}

static Verdict delete_redundant(Trial *t)
{
    const Diags *ds = t->base.c.diags;
    PairSetup none = {0};
    Verdict v = DOES_NOT_APPLY;

    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);
        const DiagHelp *fix = safe_fix(d);
        EffectList want = trial_acts(t, &t->effects), got;
        Pair other;

        if (d->code != ODX304 || !fix) continue;
        if (!trial_compile(t, apply(t, t->text, fix), false, &other)) {
            snprintf(t->why, sizeof t->why, "the safe fix of ODX304 does not compile");
            return BROKEN;
        }
        if (!trial_same_tokens(&t->base, &other)) continue;
        got = trial_run(t, &other, &none, t->base.events.events, t->base.events.count);
        got = trial_acts(t, &got);
        v = trial_compare(t, &want, &got);
        if (v == BROKEN) return v;
    }
    return v;
}

/* ---- M22: what "never fires" is run ------------------------------------------------------------ */

typedef struct Watch {
    const Program *p;
    bool is_claimed[MAX_RULES]; /* never true, says the prover */
    bool is_idle[MAX_RULES];    /* never sends an order, says the prover */
    int32_t refuted;
    int64_t ts_us;
} Watch;

static void watch(void *ctx, Ref *r, const Event *event)
{
    Watch *w = ctx;

    for (uint32_t i = 0; i < w->p->rules_count; i++) {
        if (!w->is_claimed[i] || w->refuted >= 0 || reference_value(r, w->p->rules[i].cond) != 1)
            continue;
        w->refuted = (int32_t)i;
        w->ts_us = event ? event->ts_us : 0;
    }
}

/* ODX305 says of a whole rule that nothing comes of it, `no entry when` counted in. */
static bool claim_idle(Watch *w, const Diags *ds)
{
    bool any = false;

    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);

        if (d->code != ODX305) continue;
        for (uint32_t k = 0; k < w->p->rules_count && k < MAX_RULES; k++)
            if (place_contains(w->p->rules[k].place, d->place)) any = w->is_idle[k] = true;
    }
    return any;
}

static bool claim(Watch *w, const Diags *ds)
{
    bool any = claim_idle(w, ds);

    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);

        if (d->code != ODX302 && d->code != ODX303) continue; /* ODX305: see below */
        for (uint32_t k = 0; k < w->p->rules_count && k < MAX_RULES; k++)
            if (w->p->rules[k].cond && w->p->rules[k].kind == RULE_WHEN &&
                place_contains(w->p->rules[k].cond_place, d->place))
                any = w->is_claimed[k] = true;
    }
    return any;
}

/* A finding inside a condition may speak of a part that an `or` makes harmless; the title of ODX302 and
 * ODX303 names the whole only when its place is the whole or a part joined by `and`. */
static bool is_all_and(const Expr *e, Place at)
{
    if (place_is_same(e->place, at) || !place_contains(e->place, at)) return true;
    if (e->op == EX_LET) return is_all_and(e->args[0], at);
    if (e->op != EX_AND) return false;
    return (!place_contains(e->args[0]->place, at) || is_all_and(e->args[0], at)) &&
           (!place_contains(e->args[1]->place, at) || is_all_and(e->args[1], at));
}

static void keep_whole_claims(Watch *w, const Diags *ds)
{
    for (uint32_t k = 0; k < w->p->rules_count && k < MAX_RULES; k++)
        for (size_t i = 0; w->is_claimed[k] && i < diags_count(ds); i++) {
            const Diag *d = diags_get(ds, i);

            if (d->code != ODX302 && d->code != ODX303) continue;
            if (place_contains(w->p->rules[k].cond_place, d->place) &&
                !is_all_and(w->p->rules[k].cond, d->place))
                w->is_claimed[k] = false;
        }
}

static Verdict run_the_dead(Trial *t)
{
    CompileOptions o = {.load = generate_load, .until = STAGE_PROVE};
    Compilation proved = compile(SPAN("generated.odx"), t->text, &o, t->arena), checked;
    RefVenue venues[MAX_MARKETS + 1];
    RefConfig config = {.venues = venues,
                        .cash_micros = INT64_C(1000000000),
                        .market_bound_micros = 50000,
                        .exit_bound_micros = 200000,
                        .market_bound_ratio = 0.01,
                        .exit_bound_ratio = 0.05,
                        .most_events = 20000};
    Watch w = {.refuted = -1};
    GenEvents events;
    RefResult r;

    o.until = STAGE_CHECK;
    checked = compile(SPAN("generated.odx"), t->text, &o, t->arena);
    if (!checked.program || diags_has_errors(checked.diags) || !checked.program->markets_count)
        return DOES_NOT_APPLY;
    w.p = checked.program;
    if (!claim(&w, proved.diags)) return DOES_NOT_APPLY;
    keep_whole_claims(&w, proved.diags);
    for (uint32_t i = 0; i < w.p->markets_count; i++)
        venues[i] = (RefVenue){.tick_micros = 10000, .lot_micros = 10000};
    events = generate_events(w.p, t->seed, 120, t->arena);
    config.start_us = events.start_us;
    config.watch = watch;
    config.watch_ctx = &w;
    r = reference_run(w.p, &config, events.events, events.count, t->arena);
    for (size_t i = 0; i < r.count; i++)
        if (r.effects[i].kind == EFFECT_ORDER && r.effects[i].rule < MAX_RULES &&
            w.is_idle[r.effects[i].rule]) {
            w.refuted = r.effects[i].rule;
            w.ts_us = r.effects[i].ts_us;
        }
    if (w.refuted < 0) return HOLDS;
    snprintf(t->why, sizeof t->why, "rule %d, which never fires, is true at %lld", w.refuted,
             (long long)w.ts_us);
    return BROKEN;
}

const Relation relations_of_proofs[] = {
    {"M21", "what adds nothing is deleted, same orders", delete_redundant},
    {"M22", "what never fires does not", run_the_dead},
};
const size_t relations_of_proofs_count = sizeof relations_of_proofs / sizeof *relations_of_proofs;
