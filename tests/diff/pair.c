/* pair.c — see pair.h. */
#include "tests/diff/pair.h"

#include <inttypes.h>
#include <stdio.h>

#include "vm/base/num.h"

#define CASH INT64_C(1000000000)

bool pair_compile(Pair *pair, Span text, bool is_plain, Arena *arena)
{
    CompileOptions o = {.load = generate_load, .until = STAGE_EMIT, .is_plain = is_plain};
    Refusal why;

    pair->is_compiled = false;
    pair->c = compile(SPAN("generated.odx"), text, &o, arena);
    if (!pair->c.image.len || !pair->c.program) return false;
    pair->image = image_load(pair->c.image, arena, &why);
    pair->is_compiled = pair->image != NULL;
    return pair->is_compiled;
}

/* ---- effects ----------------------------------------------------------------------------------- */

static uint64_t ordinal(uint64_t *ids, uint64_t *count, uint64_t id)
{
    for (uint64_t i = 0; i < *count; i++)
        if (ids[i] == id) return i + 1;
    ids[(*count)++] = id;
    return *count;
}

static bool comes_after(const Effect *a, const Effect *b)
{
    return a->ts_us == b->ts_us && a->kind > b->kind;
}

/* A promise is looked at after every event; how many events an instant has is the gateway's business,
 * and how many instants a program has the optimiser's: the first break of each promise counts. */
static void forget_repeats(EffectList *list)
{
    uint64_t seen = 0;
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        const Effect *e = &list->items[i];
        uint64_t bit = UINT64_C(1) << (e->index & 63);

        if (e->kind == EFFECT_PROMISE && (seen & bit)) continue;
        if (e->kind == EFFECT_PROMISE) seen |= bit;
        list->items[kept++] = *e;
    }
    list->count = kept;
}

void effects_normalise(EffectList *list, uint32_t show_count, Arena *arena)
{
    uint64_t *ids = arena_array(arena, uint64_t, list->count + 1), count = 0;

    for (size_t i = 0; i < list->count; i++) {
        Effect *e = &list->items[i];

        if (e->kind == EFFECT_ORDER || e->kind == EFFECT_SETS || e->kind == EFFECT_CANCEL)
            e->order = ordinal(ids, &count, e->order);
        if (e->kind == EFFECT_PROMISE && e->index >= show_count)
            e->index = (uint16_t)(e->index - show_count);
    }
    forget_repeats(list);
    for (size_t i = 1; i < list->count; i++) {
        Effect e = list->items[i];
        size_t j = i;

        for (; j > 0 && comes_after(&list->items[j - 1], &e); j--)
            list->items[j] = list->items[j - 1];
        list->items[j] = e;
    }
}

void effects_number_actions(EffectList *list, const Image *image)
{
    for (size_t i = 0; i < list->count; i++) {
        Effect *e = &list->items[i];

        if (e->rule < image->rules_count && e->action != NONE_16)
            e->action = (uint16_t)(e->action - image->rules[e->rule].first_action);
    }
}

void effects_number_groups(EffectList *list, const Program *p)
{
    for (size_t i = 0; i < list->count; i++) {
        Effect *e = &list->items[i];

        if (e->group == NONE_16) continue;
        for (uint32_t r = 0; r < e->rule && r < p->rules_count; r++)
            e->group = (uint16_t)(e->group + p->rules[r].group_count);
    }
}

static bool is_same_order(const Effect *a, const Effect *b)
{
    bool ruled = a->because == BECAUSE_RULE || a->because == BECAUSE_QUOTE;

    return a->because == b->because && a->is_sell == b->is_sell && a->is_market == b->is_market &&
           a->is_close == b->is_close && a->has_good_for == b->has_good_for &&
           a->size_unit == b->size_unit && a->modifiers == b->modifiers && a->token == b->token &&
           a->order == b->order && a->size_micros == b->size_micros &&
           a->written_micros == b->written_micros && a->price_micros == b->price_micros &&
           (!a->has_good_for || a->good_for_us == b->good_for_us) &&
           (!ruled || (a->rule == b->rule && a->action == b->action && a->group == b->group));
}

static bool is_same(const Effect *a, const Effect *b)
{
    if (a->kind != b->kind || a->ts_us != b->ts_us) return false;
    switch (a->kind) {
    case EFFECT_ORDER:
        return is_same_order(a, b);
    case EFFECT_CANCEL:
        return a->order == b->order && a->because == b->because;
    case EFFECT_SKIP:
        return a->rule == b->rule && a->reason == b->reason && a->is_unknown == b->is_unknown &&
               (a->reason >= REASON_OWN || a->action == b->action);
    case EFFECT_SETS:
        return a->index == b->index && a->is_sell == b->is_sell && a->rule == b->rule &&
               a->size_micros == b->size_micros && a->order == b->order;
    case EFFECT_ALERT:
        return a->rule == b->rule && a->action == b->action;
    case EFFECT_PROMISE:
        return a->index == b->index;
    case EFFECT_FAULT:
        return a->order == b->order && a->reason == b->reason;
    case EFFECT_SHOW:
        return a->index == b->index && num_bits(a->value) == num_bits(b->value);
    default:
        return false;
    }
}

size_t effects_differ(const EffectList *a, const EffectList *b)
{
    size_t n = a->count < b->count ? a->count : b->count;

    for (size_t i = 0; i < n; i++)
        if (!is_same(&a->items[i], &b->items[i])) return i;
    return a->count == b->count ? SIZE_MAX : n;
}

static void print_order(const Effect *e, char *out, size_t size)
{
    snprintf(out, size,
             "ORDER #%" PRIu64 " %s token %d size %" PRId64 " written %" PRId64 " at %" PRId64
             " because %u unit %u mods %u%s%s good_for %" PRId64 " rule %u action %u group %u",
             e->order, e->is_sell ? "sell" : "buy", e->token, e->size_micros, e->written_micros,
             e->price_micros, e->because, e->size_unit, e->modifiers, e->is_market ? " market" : "",
             e->is_close ? " close" : "", e->has_good_for ? e->good_for_us : 0, e->rule, e->action,
             e->group);
}

static const char *reason_text(uint16_t reason, char own[32])
{
    const char *name = reason < REASON_OWN ? reason_name(reason) : NULL;

    if (name) return name;
    snprintf(own, 32, "own %u", reason - REASON_OWN);
    return own;
}

static void print_rest(const Effect *e, char *out, size_t size)
{
    char own[32], text[NUM_TEXT_MAX + 1];
    size_t len;

    switch (e->kind) {
    case EFFECT_CANCEL:
        snprintf(out, size, "CANCEL #%" PRIu64 " because %u", e->order, e->because);
        break;
    case EFFECT_SKIP:
        snprintf(out, size, "SKIP %s%s rule %u action %u", reason_text(e->reason, own),
                 e->is_unknown ? " unknown" : "", e->rule, e->action);
        break;
    case EFFECT_SHOW:
        len = num_shortest(e->value, text);
        text[len] = 0;
        snprintf(out, size, "SHOW %u = %s (%016" PRIx64 ")", e->index, text, num_bits(e->value));
        break;
    case EFFECT_FAULT:
        snprintf(out, size, "FAULT fill %" PRIu64 " state %u", e->order, e->reason);
        break;
    case EFFECT_SETS:
        snprintf(out, size, "%s #%" PRIu64 " market %u size %" PRId64 " rule %u",
                 e->is_sell ? "MERGE" : "SPLIT", e->order, e->index, e->size_micros, e->rule);
        break;
    default:
        snprintf(out, size, "%s rule %u action %u index %u", effect_kind_name(e->kind), e->rule,
                 e->action, e->index);
        break;
    }
}

void effect_print(const Effect *e, char *out, size_t size)
{
    char text[320];

    if (e->kind == EFFECT_ORDER)
        print_order(e, text, sizeof text);
    else
        print_rest(e, text, sizeof text);
    snprintf(out, size, "t=%" PRId64 ".%06" PRId64 " %s", e->ts_us / 1000000, e->ts_us % 1000000,
             text);
}

/* ---- the two runs ------------------------------------------------------------------------------ */

static MarketRules rules_of(const Program *p, uint32_t market, const PairSetup *setup)
{
    MarketRules r = rules_of_test(p->markets[market].kind);

    if (setup->has_minimums && p->markets[market].kind <= MARKET_BINARY) {
        r.min_size_micros = 5000000;
        r.min_notional_micros = 1000000;
        r.fee_rate = 0.07;
        r.fee_exponent = 1;
    }
    return r;
}

EffectList pair_engine(Pair *pair, const PairSetup *setup, const Event *events, size_t count,
                       Arena *arena)
{
    const Program *p = pair->c.program;
    MarketRules *rules = arena_array(arena, MarketRules, p->markets_count + 1);
    GatewaySetup g = {.image = pair->image,
                      .rules = rules,
                      .cash_micros = setup->cash_scale ? CASH * setup->cash_scale : CASH,
                      .start_us = pair->events.start_us,
                      .has_heartbeat = setup->has_heartbeat,
                      .stops_on_promise = setup->stops_on_promise,
                      .sell_from = setup->sell_from,
                      .snapshot_after = setup->snapshot_after,
                      .uses_instant = setup->uses_instant};

    for (uint32_t m = 0; m < p->markets_count; m++)
        rules[m] = rules_of(p, m, setup);
    rules[p->markets_count] = rules_of_test(MARKET_BINARY);
    return gateway_run(&g, events, count, arena, &pair->engine_why);
}

static RefResult run_reference(const Pair *pair, const PairSetup *setup, Arena *arena)
{
    const Program *p = pair->c.program;
    GatewayBounds d = gateway_bounds(pair->image);
    RefVenue *venues = arena_array(arena, RefVenue, p->markets_count + 1);
    RefConfig config = {.venues = venues,
                        .cash_micros = CASH,
                        .start_us = pair->events.start_us,
                        .market_bound_micros = d.market_micros,
                        .exit_bound_micros = d.exit_micros,
                        .market_bound_ratio = d.market_ratio,
                        .exit_bound_ratio = d.exit_ratio,
                        .heartbeat = setup->has_heartbeat,
                        .has_shows = true,
                        .has_promises = true,
                        .stops_on_promise = setup->stops_on_promise,
                        .sell_from = setup->sell_from,
                        .most_events = 20000};

    for (uint32_t m = 0; m < p->markets_count; m++) {
        MarketRules r = rules_of(p, m, setup);

        venues[m] = (RefVenue){r.tick_micros,         r.lot_micros, r.min_size_micros,
                               r.min_notional_micros, r.fee_rate,   r.fee_exponent};
    }
    return reference_run(p, &config, pair->events.events, pair->events.count, arena);
}

static void explain(Pair *pair, const EffectList *reference, size_t at)
{
    char a[360] = "nothing more", b[360] = "nothing more";

    if (at < pair->engine.count) effect_print(&pair->engine.items[at], a, sizeof a);
    if (at < reference->count) effect_print(&reference->items[at], b, sizeof b);
    snprintf(pair->why, sizeof pair->why, "engine    %s\nreference %s", a, b);
}

void pair_run(Pair *pair, const PairSetup *setup, Arena *arena)
{
    uint32_t shows = pair->c.program->shows_count;
    size_t at;

    pair->reference = run_reference(pair, setup, arena);
    pair->gave_up = pair->reference.gave_up;
    if (pair->gave_up) return;
    pair->engine = pair_engine(pair, setup, pair->events.events, pair->events.count, arena);
    pair->expected = (EffectList){pair->reference.effects, pair->reference.count, 0};
    effects_number_actions(&pair->engine, pair->image);
    effects_normalise(&pair->engine, shows, arena);
    effects_number_groups(&pair->expected, pair->c.program);
    effects_normalise(&pair->expected, 0, arena);
    at = effects_differ(&pair->engine, &pair->expected);
    pair->is_equal = at == SIZE_MAX;
    if (!pair->is_equal) explain(pair, &pair->expected, at);
    if (!pair->is_equal || !pair->engine_why) return;
    pair->is_equal = false;
    snprintf(pair->why, sizeof pair->why, "%s", pair->engine_why);
}
