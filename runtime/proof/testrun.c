/* testrun.c — see testrun.h. */
#include "runtime/proof/testrun.h"

#include "runtime/engine/instant.h"
#include "runtime/proof/facts.h"
#include "vm/base/fixed.h"
#include "vm/base/vec.h"
#include "vm/trace.h"

#define MONDAY_US INT64_C(345600000000) /* 1970-01-05 */

enum { ROLE_RULE = 0 }; /* of a CondRow */

typedef struct Runner {
    const Compilation *c;
    const Program *p;
    const Image *image;
    const Test *test;
    const TestWatch *watch;
    Trace *trace; /* with coverage: which conditions were true */
    Arena *arena;
    Engine *engine;
    Instant *instant;
    EffectSink sink;
    Facts facts;
    RowEffects effects; /* of the row */
    TestCoverage *coverage;
    TestResult *result;
    Diags *diags;
    int64_t *slot_start_us; /* by market: of the slot that is open */
    int64_t now_us;         /* of the last event */
    bool names_slots;
} Runner;

bool testbed_open(TestBed *bed, const Compilation *c, Arena *arena)
{
    Refusal why = {0};

    *bed = (TestBed){c, c->program, image_load(c->image, arena, &why)};
    return bed->image != NULL;
}

TestCoverage test_coverage_new(const Program *p, Arena *arena)
{
    TestCoverage cov = {.rule_count = p->rules_count, .reason_count = p->reasons_count};

    cov.fired = arena_array(arena, uint32_t, p->rules_count + 1);
    cov.failed = arena_array(arena, uint32_t, p->reasons_count + 1);
    return cov;
}

static void count(Runner *r, const Effect *e)
{
    TestCoverage *cov = r->coverage;

    r->result->orders += e->kind == EFFECT_ORDER;
    r->result->skips += e->kind == EFFECT_SKIP;
    if (!cov) return;
    if (e->kind == EFFECT_SKIP && e->reason >= REASON_OWN) {
        uint32_t own = (uint32_t)e->reason - REASON_OWN;

        if (own < cov->reason_count) cov->failed[own]++;
    } else if (e->rule < cov->rule_count) {
        cov->fired[e->rule]++;
    }
}

/* A promise that broke is a finding of its own, at the promise. */
static void report_promise(Runner *r, const Effect *e)
{
    uint32_t i = e->index - r->p->shows_count;
    Diag *d;

    if (i >= r->p->promises_count) return;
    d = diag_add(r->diags, ODX804, r->p->promises[i].place, T_PROMISE_BROKEN,
                 arg_text(r->test->name));
    diag_fact(d, T_PROMISE_AT, arg_duration((double)(e->ts_us - MONDAY_US) / 1e6));
}

static void take_effect(void *ctx, const Effect *e)
{
    Runner *r = ctx;

    count(r, e);
    if (r->watch->effect) r->watch->effect(r->watch->ctx, e);
    if (e->kind == EFFECT_PROMISE) report_promise(r, e);
    if (e->kind == EFFECT_ORDER || e->kind == EFFECT_SKIP) vec_push(r->arena, &r->effects, *e);
}

/* Rules whose condition was true in the event that ran: those that only `set` leave no other trace. */
static void count_conditions(Runner *r)
{
    for (uint32_t i = 0; i < r->image->conds_count; i++) {
        const CondRow *row = &r->image->conds[i];
        TraceCond v;

        if (row->depth != 0 || row->role != ROLE_RULE || row->rule >= r->coverage->rule_count)
            continue;
        v = trace_cond(r->trace, engine_vm(r->engine), i);
        r->coverage->fired[row->rule] += v.has_run && v.cond == COND_TRUE;
    }
}

/* What is due before the event, the event, and the fills they cause. */
static void apply(Runner *r, const Event *ev)
{
    r->now_us = ev->ts_us;
    if (r->trace) trace_clear(r->trace);
    instant_apply(r->instant, r->engine, ev, r->sink);
    if (r->trace) count_conditions(r);
}

static void apply_clock(Runner *r, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_CLOCK};

    apply(r, &ev);
}

/* ---- slots --------------------------------------------------------------------------------------- */

static void slot_event(Runner *r, uint32_t market, EventKind kind, int64_t at_us,
                       const TickData *facts)
{
    Event ev = {.ts_us = at_us, .kind = (uint8_t)kind, .market = (uint8_t)market};

    ev.slot.slot_start_us = r->slot_start_us[market];
    ev.slot.slot_us = r->p->markets[market].slot_us;
    ev.slot.facts = facts;
    apply(r, &ev);
}

static void slot_open(Runner *r, uint32_t market, int64_t at_us, const TickData *facts)
{
    r->slot_start_us[market] = at_us;
    if (!facts) facts_forget_slot(&r->facts, market);
    slot_event(r, market, EV_SLOT_OPEN, at_us, facts);
}

/* Boundaries before an instant, one by one where somebody counts what they reach. */
static void run_due(Runner *r, int64_t before_us)
{
    while (r->trace && engine_due(r->engine) < before_us)
        apply_clock(r, engine_due(r->engine));
}

/* The market whose slot ends next, at or before `at_us`; -1 none. */
static int32_t next_roll(const Runner *r, int64_t at_us, int64_t *ret_us)
{
    int32_t best = -1;

    for (uint32_t i = 0; i < r->p->markets_count && !r->names_slots; i++) {
        const Market *m = &r->p->markets[i];
        int64_t end = r->slot_start_us[i] + m->slot_us;

        if (m->kind != MARKET_SLOT || end > at_us || (best >= 0 && end >= *ret_us)) continue;
        best = (int32_t)i;
        *ret_us = end;
    }
    return best;
}

/* Everything that happens by itself before `at_us`. */
static void run_until(Runner *r, int64_t at_us)
{
    int64_t roll_us = 0;
    int32_t market;

    while ((market = next_roll(r, at_us, &roll_us)) >= 0) {
        run_due(r, roll_us);
        slot_event(r, (uint32_t)market, EV_SLOT_CLOSE, roll_us, NULL);
        slot_open(r, (uint32_t)market, roll_us, NULL);
    }
    run_due(r, at_us);
}

/* ---- what a row does ----------------------------------------------------------------------------- */

static const Token *token_at(const Runner *r, int32_t token)
{
    return token >= 0 && (uint32_t)token < r->p->tokens_count ? &r->p->tokens[token] : NULL;
}

/* The engine's number of a token: the unnamed market's are dynamic. */
static int32_t engine_token(const Runner *r, int32_t token)
{
    const Token *t = token_at(r, token);

    if (t && t->market == MARKET_NONE) return engine_dynamic_token(r->engine, 0, t->outcome & 1);
    return token;
}

static int64_t micros_of(double x)
{
    int64_t v = 0;

    return fx_from_double(x, &v) ? v : 0;
}

static void fill(Runner *r, const Happening *h, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_FILL};
    int32_t token = engine_token(r, h->token);

    ev.fill.order = engine_open_order(r->engine, token, h->is_sell);
    ev.fill.is_external = ev.fill.order == 0;
    ev.fill.token = (uint8_t)token;
    ev.fill.is_sell = h->is_sell;
    ev.fill.price_micros = micros_of(h->price);
    ev.fill.size_micros = h->size_unit == SIZE_USD && h->price > 0 ? micros_of(h->size / h->price)
                                                                   : micros_of(h->size);
    apply(r, &ev);
}

static void leader_event(Runner *r, const Happening *h, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_LEADER, .market = (uint8_t)h->leader};
    const Token *t = token_at(r, h->token);
    uint32_t market = t && t->market != MARKET_NONE ? t->market : r->facts.market_count - 1;

    ev.leader.verb = h->verb;
    ev.leader.is_sell = h->is_sell;
    ev.leader.token =
        h->token < 0 ? engine_dynamic_token(r->engine, 0, 0) : engine_token(r, h->token);
    ev.leader.market =
        t && t->market != MARKET_NONE ? t->market : engine_dynamic_market(r->engine, 0);
    ev.leader.price_micros = micros_of(h->price);
    ev.leader.size_micros = micros_of(h->size);
    fx_mul(ev.leader.price_micros, ev.leader.size_micros, FX_HALF_EVEN, &ev.leader.notional_micros);
    ev.leader.first_ts_us = at_us;
    ev.leader.closes_in_us = r->facts.markets[market].data.closes_in_us;
    apply(r, &ev);
}

static void resolve(Runner *r, const Happening *h, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_RESOLVE, .market = (uint8_t)h->market};
    const Token *winner = token_at(r, h->token);

    ev.resolve.slot_start_us = r->slot_start_us[h->market];
    ev.resolve.winner = winner ? (int8_t)(winner->outcome & 1) : -1;
    ev.resolve.spot_close = r->facts.markets[h->market].data.spot;
    apply(r, &ev);
}

static void reject(Runner *r, const Happening *h, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_REJECT};
    int32_t token = engine_token(r, h->token);

    ev.reject.order = engine_open_order(r->engine, token, false);
    if (!ev.reject.order) ev.reject.order = engine_open_order(r->engine, token, true);
    apply(r, &ev);
}

static void happen(Runner *r, const Happening *h, int64_t at_us)
{
    uint32_t market = h->market >= 0 ? (uint32_t)h->market : 0;

    switch ((HappeningKind)h->kind) {
    case HAP_FACT:
        break; /* taken in before */
    case HAP_FILL:
        fill(r, h, at_us);
        break;
    case HAP_SLOT_OPEN:
        slot_open(r, market, at_us, NULL);
        break;
    case HAP_SLOT_CLOSE:
        slot_event(r, market, EV_SLOT_CLOSE, at_us, NULL);
        break;
    case HAP_LEADER:
        leader_event(r, h, at_us);
        break;
    case HAP_RESOLVE:
        resolve(r, h, at_us);
        break;
    case HAP_REJECT:
        reject(r, h, at_us);
        break;
    }
}

static uint8_t market_id(const Runner *r, uint32_t market)
{
    if (market < r->p->markets_count) return (uint8_t)market;
    return (uint8_t)engine_dynamic_market(r->engine, 0);
}

/* The market's facts are what its venue says from now on; nothing is evaluated. */
static void hold_facts(Runner *r, uint32_t market, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_COMMAND, .market = market_id(r, market)};

    ev.command.command = COMMAND_FACTS;
    ev.command.facts = &r->facts.markets[market].data;
    apply(r, &ev);
}

static void tick(Runner *r, uint32_t market, int64_t at_us)
{
    Event ev = {.ts_us = at_us, .kind = EV_TICK, .market = market_id(r, market)};

    ev.tick = &r->facts.markets[market].data;
    apply(r, &ev);
}

/* One tick of each market the row's facts speak of; of all known ones when it has no facts. */
static void tick_markets(Runner *r, int64_t at_us)
{
    bool has_changed = false;

    for (uint32_t i = 0; i < r->facts.market_count; i++)
        has_changed |= r->facts.markets[i].is_changed;
    for (uint32_t i = 0; i < r->facts.market_count; i++) {
        MarketFacts *m = &r->facts.markets[i];
        bool is_unnamed = i == r->p->markets_count;

        if (has_changed ? m->is_changed : (m->is_known || !is_unnamed)) tick(r, i, at_us);
    }
}

static bool row_names_events(const TestRow *row)
{
    for (uint32_t i = 0; i < row->happening_count; i++)
        if (row->happenings[i].kind != HAP_FACT) return true;
    return false;
}

static void read_probes(const Runner *r, ProbeValue *probes)
{
    const VmOut *out = engine_out(r->engine);
    uint32_t first = r->p->shows_count + r->p->promises_count;

    for (uint32_t i = 0; i < r->p->probes_count; i++)
        probes[i] = (ProbeValue){out->shows[first + i].num, out->shows[first + i].cond};
}

/* The instant at which facts are laid down: before the row's own boundaries, which see them, and never
 * before what has happened already. */
static int64_t before_row(const Runner *r, int64_t at_us)
{
    return at_us - 1 > r->now_us ? at_us - 1 : r->now_us;
}

static void take_row_facts(Runner *r, const TestRow *row, int64_t at_us)
{
    facts_begin_row(&r->facts);
    for (uint32_t i = 0; i < row->happening_count; i++)
        if (row->happenings[i].kind == HAP_FACT)
            facts_take(&r->facts, &row->happenings[i].fact, r->engine, r->sink, at_us);
    for (uint32_t i = 0; i < r->facts.market_count; i++)
        if (r->facts.markets[i].is_changed) hold_facts(r, i, before_row(r, at_us));
}

static bool run_row(Runner *r, const TestRow *row)
{
    int64_t at_us = MONDAY_US + row->at_us;
    ProbeValue *probes = arena_array(r->arena, ProbeValue, r->p->probes_count + 1);
    ExpectCheck check = {r->c, r->test, r->diags, probes, r->engine, r->arena};

    vec_clear(&r->effects);
    run_until(r, at_us);
    take_row_facts(r, row, at_us);
    if (!row_names_events(row)) tick_markets(r, at_us);
    for (uint32_t i = 0; i < row->happening_count; i++)
        happen(r, &row->happenings[i], at_us);
    run_due(r, at_us);
    apply_clock(r, at_us); /* boundaries of the row's own instant come last */
    if (r->watch->compares_nothing) return true;
    read_probes(r, probes);
    return expect_check(&check, row, &r->effects);
}

/* ---- the test ------------------------------------------------------------------------------------ */

static double *params_of(Runner *r)
{
    double *values = arena_array(r->arena, double, r->p->params_count + 1);

    for (uint32_t i = 0; i < r->p->params_count; i++)
        values[i] = r->p->params[i].value;
    for (uint32_t i = 0; i < r->test->given_count; i++)
        if (r->test->given[i].kind == FACT_PARAM)
            values[r->test->given[i].index] = r->test->given[i].value;
    return values;
}

static bool names_slots(const Test *t)
{
    for (uint32_t i = 0; i < t->row_count; i++)
        for (uint32_t k = 0; k < t->rows[i].happening_count; k++) {
            uint8_t kind = t->rows[i].happenings[k].kind;

            if (kind == HAP_SLOT_OPEN || kind == HAP_SLOT_CLOSE) return true;
        }
    return false;
}

/* `start` and `slot open` at 0 with the given facts held; no tick. */
static void begin(Runner *r)
{
    Event start = {.ts_us = MONDAY_US, .kind = EV_START};

    for (uint32_t i = 0; i < r->test->given_count; i++)
        facts_take(&r->facts, &r->test->given[i], r->engine, r->sink, MONDAY_US);
    for (uint32_t i = 0; i < r->facts.market_count; i++)
        if (r->facts.markets[i].is_known) hold_facts(r, i, MONDAY_US);
    apply(r, &start);
    for (uint32_t i = 0; i < r->p->markets_count; i++)
        if (r->p->markets[i].kind == MARKET_SLOT)
            slot_open(r, i, MONDAY_US, &r->facts.markets[i].data);
    for (uint32_t i = 0; i < r->test->given_count; i++) /* a new slot, a new day took them away */
        if (fact_is_kept(r->p, &r->test->given[i]))
            facts_take(&r->facts, &r->test->given[i], r->engine, r->sink, MONDAY_US);
}

static bool make_engine(Runner *r)
{
    EngineConfig config = engine_config_default(r->image);

    config.params = params_of(r);
    config.start_us = MONDAY_US;
    config.heartbeat = true;
    config.has_promises = true;
    r->engine = engine_new(&config, r->arena);
    r->effects.engine = r->engine;
    if (!r->engine) return false;
    r->sink = (EffectSink){take_effect, r};
    if (r->coverage && (r->trace = trace_new(r->image, r->arena)))
        vm_set_trace(engine_vm(r->engine), r->trace);
    r->instant = instant_new(r->image, r->arena);
    if (r->instant) instant_hold(r->instant, r->test->has_fills);
    return r->instant != NULL;
}

static void run_rows(Runner *r)
{
    const TestWatch *w = r->watch;

    begin(r);
    for (uint32_t i = 0; i < r->test->row_count; i++) {
        r->result->has_passed &= run_row(r, &r->test->rows[i]);
        if (w->row && !w->row(w->ctx, i, &r->effects, r->engine)) return;
    }
}

TestResult testrun_play(const TestBed *bed, const Test *test, const TestWatch *watch,
                        TestCoverage *coverage, Arena *arena)
{
    static const TestWatch nobody = {0};
    TestResult result = {.diags = diags_new(arena, bed->c->sources, NULL)};
    Runner r = {.c = bed->c,
                .p = bed->program,
                .image = bed->image,
                .test = test,
                .watch = watch ? watch : &nobody,
                .arena = arena,
                .coverage = coverage,
                .result = &result,
                .diags = result.diags};

    r.facts = facts_new(r.p, arena);
    r.slot_start_us = arena_array(arena, int64_t, r.p->markets_count + 1);
    r.names_slots = names_slots(test);
    result.has_passed = make_engine(&r);
    if (result.has_passed)
        run_rows(&r);
    else
        diag_add(r.diags, ODX801, test->place, T_TEST_CANNOT_START, arg_text(test->name));
    diags_finish(result.diags);
    result.has_passed &= diags_count(result.diags) == 0;
    return result;
}
