/* markets.c — relations that change the data or the run: M10 to M14, M17 to M20. */
#include <stdio.h>

#include "tests/prop/trial.h"
#include "vm/base/num.h"

#define WEEK_US (INT64_C(7) * 86400 * 1000000)

static Event *copy_events(Trial *t, size_t room)
{
    Event *all = arena_array(t->arena, Event, t->base.events.count + room + 1);

    memcpy(all, t->base.events.events, t->base.events.count * sizeof *all);
    return all;
}

/* ---- M10: up and down -------------------------------------------------------------------------- */

static const char *other_side(Span word)
{
    static const char *const pairs[][2] = {{"up", "down"}, {"yes", "no"}};

    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            if (span_eq_str(word, pairs[i][k])) return pairs[i][1 - k];
    return NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* `no entry when` and `-updown-` are no shares. */
static Span swap_words(Trial *t, Span text)
{
    Buf out;
    size_t i = 0;

    buf_init(&out, t->arena, (size_t)1 << 20);
    while (i < text.len) {
        size_t end = i;
        const char *other;

        while (end < text.len && is_letter(text.ptr[end]))
            end++;
        if (end == i) {
            buf_char(&out, text.ptr[i++]);
            continue;
        }
        other = other_side(span_sub(text, i, end - i));
        if (other && !span_starts(span_from(text, end), SPAN(" entry when")))
            buf_str(&out, other);
        else
            buf_span_put(&out, span_sub(text, i, end - i));
        i = end;
    }
    return buf_span(&out);
}

static const TickData *swap_tick(Trial *t, const TickData *tick)
{
    TickData *s = arena_new(t->arena, TickData);

    *s = *tick;
    for (int o = 0; o < OUTCOMES; o++) {
        s->bid[o] = tick->bid[1 - o];
        s->ask[o] = tick->ask[1 - o];
        s->mid[o] = tick->mid[1 - o];
        s->spread[o] = tick->spread[1 - o];
        s->size_ratio[o] = tick->size_ratio[1 - o];
    }
    return s;
}

/* The token of `to` that is the other side of token `i` of `from`. */
static int32_t mirrored(const Program *from, const Program *to, int32_t i)
{
    const Token *a;

    if (i < 0 || i >= (int32_t)from->tokens_count) return i;
    a = &from->tokens[i];
    for (uint32_t k = 0; k < to->tokens_count; k++) {
        const Token *b = &to->tokens[k];

        if (a->market == b->market && a->account == b->account && a->outcome == 1 - b->outcome)
            return (int32_t)k;
    }
    return -2;
}

static bool swap_event(Trial *t, const Program *to, Event *e)
{
    const Program *from = t->base.c.program;
    int32_t token = 0;

    switch (e->kind) {
    case EV_TICK:
        if (from->markets[e->market].kind <= MARKET_BINARY) e->tick = swap_tick(t, e->tick);
        return true;
    case EV_RESOLVE:
        if (e->resolve.winner >= 0) e->resolve.winner = (int8_t)(1 - e->resolve.winner);
        return true;
    case EV_FILL:
        token = mirrored(from, to, e->fill.token);
        e->fill.token = (uint8_t)token;
        return token >= 0;
    case EV_LEADER:
        token = e->leader.token = mirrored(from, to, e->leader.token);
        return token >= 0;
    case EV_FILL_STATE: /* fills are numbered in their order, which is that of tokens */
        return false;
    default:
        return true;
    }
}

/* Orders without their numbers: exits come in the order of tokens, which is the other way round. */
static EffectList unordered(Trial *t, const EffectList *list)
{
    EffectList all = {arena_array(t->arena, Effect, list->count + 1), 0, 0};

    for (size_t i = 0; i < list->count; i++) {
        Effect e = list->items[i];

        if (e.kind != EFFECT_ORDER && e.kind != EFFECT_SETS && e.kind != EFFECT_ALERT) continue;
        e.order = 0;
        all.items[all.count++] = e;
    }
    return all;
}

static bool comes_after(const Effect *a, const Effect *b)
{
    if (a->ts_us != b->ts_us) return a->ts_us > b->ts_us;
    if (a->kind != b->kind) return a->kind > b->kind;
    if (a->kind != EFFECT_ORDER) return false;
    if (a->rule != b->rule) return a->rule > b->rule;
    if (a->action != b->action) return a->action > b->action;
    if (a->token != b->token) return a->token > b->token;
    return a->size_micros > b->size_micros;
}

static void sort_effects(EffectList *list)
{
    for (size_t i = 1; i < list->count; i++) {
        Effect e = list->items[i];
        size_t j = i;

        for (; j > 0 && comes_after(&list->items[j - 1], &e); j--)
            list->items[j] = list->items[j - 1];
        list->items[j] = e;
    }
}

static Verdict mirror(Trial *t)
{
    Event *events = copy_events(t, 0);
    PairSetup none = {0};
    EffectList got, want;
    Pair other;

    for (uint32_t i = 0; i < t->base.c.program->markets_count; i++)
        if (t->base.c.program->markets[i].kind > MARKET_BINARY) return DOES_NOT_APPLY;
    if (!trial_compile(t, swap_words(t, t->text), false, &other)) {
        snprintf(t->why, sizeof t->why, "does not compile with up and down swapped");
        return BROKEN;
    }
    if (other.c.program->tokens_count != t->base.c.program->tokens_count) return DOES_NOT_APPLY;
    for (size_t i = 0; i < t->base.events.count; i++)
        if (!swap_event(t, other.c.program, &events[i])) return DOES_NOT_APPLY;
    got = trial_run(t, &other, &none, events, t->base.events.count);
    want = unordered(t, &t->effects);
    got = unordered(t, &got);
    for (size_t i = 0; i < got.count; i++)
        if (got.items[i].kind == EFFECT_ORDER)
            got.items[i].token = mirrored(other.c.program, t->base.c.program, got.items[i].token);
    sort_effects(&want);
    sort_effects(&got);
    return trial_compare(t, &want, &got);
}

/* ---- M11, M13, M18: time ----------------------------------------------------------------------- */

static Verdict shift_weeks(Trial *t)
{
    Event *events = copy_events(t, 0);
    int64_t shift = WEEK_US * (1 + (int64_t)rng_below(&t->rng, 5));
    Pair other = t->base;
    PairSetup none = {0};
    EffectList got;

    for (size_t i = 0; i < t->base.events.count; i++) {
        events[i].ts_us += shift;
        if (events[i].kind == EV_SLOT_OPEN || events[i].kind == EV_SLOT_CLOSE)
            events[i].slot.slot_start_us += shift;
        if (events[i].kind == EV_RESOLVE) events[i].resolve.slot_start_us += shift;
        if (events[i].kind == EV_LEADER) events[i].leader.first_ts_us += shift;
    }
    other.events.start_us += shift;
    got = trial_run(t, &other, &none, events, t->base.events.count);
    for (size_t i = 0; i < got.count; i++)
        got.items[i].ts_us -= shift;
    return trial_compare(t, &t->effects, &got);
}

/* An event that is the last of its instant. */
static size_t some_cut(Trial *t)
{
    const GenEvents *ev = &t->base.events;

    for (int tries = 0; tries < 20; tries++) {
        size_t k = (size_t)rng_below(&t->rng, ev->count);

        if (k + 1 < ev->count && ev->events[k].ts_us < ev->events[k + 1].ts_us) return k + 1;
    }
    return 0;
}

/* How many effects come before that instant; the last one may still lack its boundary. */
static size_t before(const EffectList *list, int64_t ts_us)
{
    size_t n = 0;

    while (n < list->count && list->items[n].ts_us < ts_us)
        n++;
    return n;
}

static Verdict cut(Trial *t)
{
    size_t count = some_cut(t);
    PairSetup none = {0};
    EffectList got, want = t->effects;

    if (!count) return DOES_NOT_APPLY;
    got = trial_run(t, &t->base, &none, t->base.events.events, count);
    got.count = before(&got, t->base.events.events[count - 1].ts_us);
    want.count = before(&want, t->base.events.events[count - 1].ts_us);
    return trial_compare(t, &want, &got);
}

static Verdict resumed(Trial *t)
{
    PairSetup setup = {.snapshot_after = 1 + (size_t)rng_below(&t->rng, t->base.events.count - 1)};
    Pair other = t->base;
    EffectList got;

    other.engine_why = NULL;
    got = trial_run(t, &other, &setup, t->base.events.events, t->base.events.count);
    if (other.engine_why) {
        snprintf(t->why, sizeof t->why, "after %zu events: %s", setup.snapshot_after,
                 other.engine_why);
        return BROKEN;
    }
    return trial_compare(t, &t->effects, &got);
}

/* ---- M14: unknown inputs ----------------------------------------------------------------------- */

static bool mentions(const Expr *e, uint8_t op, int depth)
{
    if (e->op == op) return true;
    for (uint32_t i = 0; depth < 64 && i < e->arg_count; i++)
        if (mentions(e->args[i], op, depth + 1)) return true;
    return false;
}

/* A condition whose value at a tick can only lose certainty when the tick does. */
static bool is_monotone(const Expr *e)
{
    return e->type.shape == SHAPE_BOOL && !e->wallet && !mentions(e, EX_OTHERWISE, 0) &&
           !mentions(e, EX_KNOWN, 0) && !mentions(e, EX_STATE, 0);
}

static size_t some_lone_tick(Trial *t)
{
    const GenEvents *ev = &t->base.events;

    for (int tries = 0; tries < 40; tries++) {
        size_t k = (size_t)rng_below(&t->rng, ev->count);

        if (ev->events[k].kind != EV_TICK || k == 0 || k + 1 == ev->count) continue;
        if (ev->events[k].ts_us > ev->events[k - 1].ts_us &&
            ev->events[k].ts_us < ev->events[k + 1].ts_us)
            return k;
    }
    return 0;
}

static double shown(const EffectList *list, uint16_t index, int64_t ts_us)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == EFFECT_SHOW && list->items[i].index == index &&
            list->items[i].ts_us == ts_us)
            return list->items[i].value;
    return UNKNOWN;
}

static Verdict forget_tick(Trial *t)
{
    const Program *p = t->base.c.program;
    size_t k = some_lone_tick(t);
    Event *events = copy_events(t, 0);
    TickData *blank = arena_new(t->arena, TickData);
    PairSetup none = {0};
    EffectList got;
    Verdict v = DOES_NOT_APPLY;

    if (!k) return v;
    tick_clear(blank);
    events[k].tick = blank;
    got = trial_run(t, &t->base, &none, events, k + 1);
    for (uint16_t i = 0; i < p->shows_count; i++) {
        double was = shown(&t->effects, i, events[k].ts_us), is = shown(&got, i, events[k].ts_us);

        if (!is_monotone(p->shows[i].value) || !num_is_known(was)) continue;
        v = HOLDS;
        if (!num_is_known(is) || is == was) continue;
        snprintf(t->why, sizeof t->why,
                 "show %u was %g and became %g when event %zu lost its values", i, was, is, k);
        return BROKEN;
    }
    return v;
}

/* ---- M17: the same tick again ------------------------------------------------------------------ */

static bool reads_time_or_memory(const Program *p, const Expr *e, int depth)
{
    if (e->op >= EX_PREV && e->op <= EX_SAMPLE) return true;
    if (e->op == EX_STATE) return true;
    if (e->op == EX_INPUT && p->inputs[e->index].field >= FIELD_SLOT_PROGRESS &&
        p->inputs[e->index].field <= FIELD_DAY)
        return true;
    for (uint32_t i = 0; depth < 64 && i < e->arg_count; i++)
        if (reads_time_or_memory(p, e->args[i], depth + 1)) return true;
    return false;
}

static bool is_level(const Program *p, uint16_t rule)
{
    const Rule *r;

    if (rule >= p->rules_count) return false;
    r = &p->rules[rule];
    return r->kind == RULE_WHEN && !r->cond->wallet && !reads_time_or_memory(p, r->cond, 0);
}

static Verdict repeat_tick(Trial *t)
{
    size_t k = some_lone_tick(t), count = t->base.events.count;
    Event *events = copy_events(t, 1);
    PairSetup none = {0};
    EffectList got;

    if (!k) return DOES_NOT_APPLY;
    memmove(events + k + 1, events + k, (count - k) * sizeof *events);
    events[k + 1].ts_us += 1;
    if (events[k + 1].ts_us >= events[k + 2].ts_us) return DOES_NOT_APPLY;
    got = trial_run(t, &t->base, &none, events, k + 2);
    for (size_t i = 0; i < got.count; i++) {
        const Effect *e = &got.items[i];

        if (e->ts_us != events[k + 1].ts_us || !is_level(t->base.c.program, e->rule)) continue;
        if (e->kind == EFFECT_CANCEL) continue;
        effect_print(e, t->why, sizeof t->why);
        return BROKEN;
    }
    return HOLDS;
}

/* ---- M12: twice the dollars -------------------------------------------------------------------- */

static const char *const scaled_text =
    "odx 1\nstrategy \"Scaled\"\nmarket btc = polymarket \"btc-updown-5m\"\n"
    "when up.mid crosses above ema(up.mid, %d) { buy $%d of up at market within 2c }\n"
    "when down.bid > %dc { buy $%d of down at down.ask good for 20s }\n"
    "when up.mid crosses below ema(up.mid, %d) { close up }\n"
    "risk { stop loss 10%% take profit 12%% max position $%d max exposure $%d max loss $%d per day "
    "}\n";

static bool compile_scaled(Trial *t, const int v[5], int by, Pair *ret)
{
    char text[1024];
    int len = snprintf(text, sizeof text, scaled_text, v[0], v[1] * by, v[2], v[3] * by, v[0],
                       v[4] * by, 2 * v[4] * by, 30 * by);

    return trial_compile(t, arena_span(t->arena, span_of(text, (size_t)len)), false, ret);
}

/* Books without sizes are deep enough for both. */
static void deepen(Trial *t, Event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TickData *tick;

        if (events[i].kind != EV_TICK) continue;
        tick = arena_new(t->arena, TickData);
        *tick = *events[i].tick;
        for (int o = 0; o < OUTCOMES; o++)
            for (int l = 0; l < BOOK_LEVELS; l++)
                tick->bid[o].size_micros[l] = tick->ask[o].size_micros[l] = MICROS_UNKNOWN;
        events[i].tick = tick;
    }
}

/* Each order that made the position has rounded to a lot. */
static bool is_twice(const Effect *once, const Effect *twice)
{
    int64_t off = twice->size_micros - 2 * once->size_micros;
    int64_t most = 10000 * (3 + (once->is_close ? (int64_t)once->order : 0));

    return off >= -most && off <= most;
}

static Verdict double_dollars(Trial *t)
{
    static const struct {
        int least, spread;
    } of[5] = {{3, 8}, {5, 30}, {35, 30}, {5, 30}, {40, 60}};
    int v[5];
    PairSetup once = {0}, twice = {.cash_scale = 2};
    Pair a, b;
    EffectList x, y;
    Event *events;

    for (int i = 0; i < 5; i++)
        v[i] = of[i].least + (int)rng_below(&t->rng, (uint64_t)of[i].spread);
    if (!compile_scaled(t, v, 1, &a) || !compile_scaled(t, v, 2, &b)) return DOES_NOT_APPLY;
    a.events = b.events = generate_events(a.c.program, t->seed, 90, t->arena);
    events = arena_array(t->arena, Event, a.events.count + 1);
    memcpy(events, a.events.events, a.events.count * sizeof *events);
    for (size_t i = 0; i < a.events.count; i++) /* foreign fills do not scale, fills do not fail */
        if (events[i].kind == EV_FILL || events[i].kind == EV_FILL_STATE)
            events[i] = (Event){.kind = EV_CLOCK, .ts_us = events[i].ts_us};
    deepen(t, events, a.events.count);
    x = trial_run(t, &a, &once, events, a.events.count);
    y = trial_run(t, &b, &twice, events, a.events.count);
    for (size_t i = 0; i < x.count && i < y.count; i++) {
        if (x.items[i].kind != y.items[i].kind) return DOES_NOT_APPLY; /* a limit at its edge */
        if (x.items[i].kind != EFFECT_ORDER || is_twice(&x.items[i], &y.items[i])) continue;
        effect_print(&y.items[i], t->why, sizeof t->why);
        return BROKEN;
    }
    return HOLDS;
}

/* ---- M19: a wider limit ------------------------------------------------------------------------ */

static uint16_t widen(GenNode *n)
{
    uint16_t reason = 0;

    for (uint32_t i = 0; i < n->kid_count && !reason; i++)
        reason = widen(n->kids[i]);
    if (reason || n->kid_count == 0 || n->kids[0]->production != PROD_LITERAL) return reason;
    switch (n->production) {
    case PROD_MAX_POSITION:
        reason = REASON_MAX_POSITION;
        break;
    case PROD_MAX_EXPOSURE:
        reason = REASON_MAX_EXPOSURE;
        break;
    case PROD_MAX_LOSS:
        reason = REASON_MAX_LOSS;
        break;
    case PROD_MAX_DRAWDOWN:
        reason = REASON_MAX_DRAWDOWN;
        break;
    default:
        return 0;
    }
    n->kids[0]->text = reason == REASON_MAX_DRAWDOWN ? "90%" : "$900000";
    return reason;
}

static Verdict wider_limit(Trial *t)
{
    uint16_t reason = widen(t->program.root);
    PairSetup none = {0};
    EffectList want = trial_acts(t, &t->effects), got;
    const Effect *was;
    Pair other;
    size_t at;

    if (!reason || !trial_compile(t, trial_text(t), false, &other)) return DOES_NOT_APPLY;
    want = t->effects;
    got = trial_run(t, &other, &none, t->base.events.events, t->base.events.count);
    at = effects_differ(&want, &got);
    if (at == SIZE_MAX) return HOLDS;
    /* The lists are sorted within an instant: the refusal must stand in the first instant that differs. */
    for (size_t i = 0; i < want.count; i++) {
        was = &want.items[i];
        if (was->kind == EFFECT_SKIP && was->reason == reason &&
            (at >= want.count || was->ts_us == want.items[at].ts_us ||
             (at < got.count && was->ts_us == got.items[at].ts_us)))
            return HOLDS;
    }
    return trial_compare(t, &want, &got);
}

/* ---- M20: more history ------------------------------------------------------------------------- */

static Verdict more_history(Trial *t)
{
    uint32_t n = 2 + (uint32_t)rng_below(&t->rng, 7), skip = 1 + (uint32_t)rng_below(&t->rng, 20);
    uint32_t settled = (uint32_t)(6.9 * n) + n + 2, ticks = 0;
    PairSetup none = {0};
    char text[256];
    int len =
        snprintf(text, sizeof text,
                 "odx 1\nstrategy \"History\"\nmarket m = polymarket \"fed-decision-january\"\n"
                 "show a = ema(yes.mid, %u)\nshow b = rma(yes.mid, %u)\n",
                 n, n);
    EffectList x, y;
    Pair p;

    if (!trial_compile(t, arena_span(t->arena, span_of(text, (size_t)len)), false, &p))
        return DOES_NOT_APPLY;
    p.events = generate_events(p.c.program, t->seed, 150, t->arena);
    x = trial_run(t, &p, &none, p.events.events, p.events.count);
    y = trial_run(t, &p, &none, p.events.events + skip, p.events.count - skip);
    for (size_t i = 0; i < y.count; i++) {
        const Effect *e = &y.items[y.count - 1 - i], *f = &x.items[x.count - 1 - i];
        double off = e->value - f->value;

        if (e->kind != EFFECT_SHOW || e->index != f->index) return DOES_NOT_APPLY;
        ticks = (uint32_t)(y.count - i) / 2;
        if (ticks < 3 * settled || !num_is_known(off))
            break;                                 /* a third of the ticks may be unknown */
        if (off < 0.001 && off > -0.001) continue; /* seeds lie within a dollar of each other */
        snprintf(t->why, sizeof t->why, "n %u: %.17g with more history, %.17g without", n, f->value,
                 e->value);
        return BROKEN;
    }
    return HOLDS;
}

const Relation relations_of_markets[] = {
    {"M10", "up and down swapped, orders swapped", mirror},
    {"M11", "whole weeks later, same effects later", shift_weeks},
    {"M12", "twice the dollars, twice the orders", double_dollars},
    {"M13", "cut after an event, same effects up to there", cut},
    {"M14", "a tick without values: conditions stay or become unknown", forget_tick},
    {"M17", "a tick again: no new `when` on levels alone", repeat_tick},
    {"M18", "stopped and resumed from a snapshot, same effects", resumed},
    {"M19", "a wider limit: nothing else changes first", wider_limit},
    {"M20", "more history than settled moves averages little", more_history},
};
const size_t relations_of_markets_count =
    sizeof relations_of_markets / sizeof *relations_of_markets;
