/* tables.c — every row of an image but code: inputs, params, memory, rules, actions, limits, sources. */
#include "compiler/emit/emitter.h"
#include "compiler/ir/field.h"
#include "vm/base/num.h"
#include "vm/state/memory.h"

enum { PARAM_PERCENT = 1, PARAM_WHOLE = 2, PARAM_CHOICES = 4, LIMIT_FIXED = 1 };

#define ROWS(e, Type, count) arena_array((e)->arena, Type, (size_t)(count) + 1)

static uint16_t fixed(const Emitter *e, uint32_t v)
{
    return fixed_operand(&e->consts, e->ir, v);
}

static bool is_const(const Emitter *e, uint32_t v)
{
    return v != IR_NONE && ir_value(e->ir, v)->op == IR_CONST;
}

/* Seconds to microseconds, at most what fits. */
static int64_t span_us(double seconds)
{
    double us = num_rint(seconds * 1e6);

    if (!(us > 0)) return 0;
    return us < 9e18 ? (int64_t)us : INT64_MAX;
}

/* ---- inputs, params ------------------------------------------------------------------------------ */

static void put_inputs(Emitter *e)
{
    InputRow *rows = ROWS(e, InputRow, e->ir->inputs.count);

    for (size_t i = 0; rows && i < e->ir->inputs.count; i++) {
        Input in = e->ir->inputs.items[i];
        const FieldInfo *f = &field_rows[in.field];
        rows[i] = (InputRow){.space = (uint8_t)field_space(in.field),
                             .field = in.field,
                             .market = in.market,
                             .life = f->life == LIFE_SLOT,
                             .index = in.index,
                             .low = num_is_known(f->low) ? f->low : -__builtin_inf(),
                             .high = num_is_known(f->high) ? f->high : __builtin_inf()};
        if (f->owner != OWNER_FEED) continue;
        rows[i].low = e->program->feeds[in.index].low;
        rows[i].high = e->program->feeds[in.index].high;
    }
    e->image.inputs = rows;
    e->image.inputs_count = (uint32_t)e->ir->inputs.count;
}

static double param_low(const Param *p)
{
    double low = p->has_range ? p->low : p->value;

    for (uint32_t i = 0; i < p->choice_count; i++)
        if (p->choices[i] < low) low = p->choices[i];
    return low;
}

static double param_high(const Param *p)
{
    double high = p->has_range ? p->high : p->value;

    for (uint32_t i = 0; i < p->choice_count; i++)
        if (p->choices[i] > high) high = p->choices[i];
    return high;
}

static void put_params(Emitter *e)
{
    ParamRow *rows = ROWS(e, ParamRow, e->program->params_count);

    for (uint32_t i = 0; rows && i < e->program->params_count; i++) {
        const Param *p = &e->program->params[i];
        const Dim *d = &p->type.dim;
        rows[i] = (ParamRow){.name = strings_add(&e->strings, p->name),
                             .usd = (uint8_t)d->usd,
                             .share = (uint8_t)d->share,
                             .coin = (uint8_t)d->coin,
                             .second = (uint8_t)d->second,
                             .value = num_canon(p->value),
                             .low = num_canon(param_low(p)),
                             .high = num_canon(param_high(p)),
                             .step = num_canon(p->step)};
        rows[i].flags = (p->type.percent ? PARAM_PERCENT : 0U) | (p->whole ? PARAM_WHOLE : 0U) |
                        (p->choice_count ? PARAM_CHOICES : 0U);
    }
    e->image.params = rows;
    e->image.params_count = e->program->params_count;
}

/* ---- what follows from params -------------------------------------------------------------------- */

/* Low and high of an operand. */
typedef struct Range {
    double low, high;
} Range;

static Range range_of(const Emitter *e, uint32_t v)
{
    const IrValue *value = ir_value(e->ir, v);

    if (value->op == IR_PARAM)
        return (Range){param_low(&e->program->params[value->row]),
                       param_high(&e->program->params[value->row])};
    return value->is_fixed ? e->ranges[v] : (Range){value->num, value->num};
}

/* All these operations go one way in each operand, so the corners say it; everything when they do not. */
static Range derive_range(const Emitter *e, const IrValue *v)
{
    Range a = range_of(e, v->args[0]);
    Range b = v->arg_count > 1 ? range_of(e, v->args[1]) : (Range){0, 0};
    double corners[4] = {op_apply(v->op, a.low, b.low), op_apply(v->op, a.low, b.high),
                         op_apply(v->op, a.high, b.low), op_apply(v->op, a.high, b.high)};
    Range r = {corners[0], corners[0]};
    bool is_broken = v->op == OP_DIV && b.low <= 0 && b.high >= 0;

    for (int i = 0; i < 4; i++) {
        is_broken |= !num_is_known(corners[i]);
        if (corners[i] < r.low) r.low = corners[i];
        if (corners[i] > r.high) r.high = corners[i];
    }
    if (v->op == OP_ABS && a.low < 0 && a.high > 0) r.low = 0;
    return is_broken ? (Range){-1e300, 1e300} : r;
}

static void put_derived(Emitter *e)
{
    DerivedRow *rows = ROWS(e, DerivedRow, e->consts.derived_count);

    e->ranges = ROWS(e, Range, e->ir->values.count);
    if (!rows || !e->ranges || arena_is_full(e->arena)) return;
    for (uint32_t i = 0; i < e->ir->values.count; i++) {
        const IrValue *v = ir_value(e->ir, i);
        if (!v->is_fixed) continue;
        e->ranges[i] = derive_range(e, v);
        rows[e->consts.derived[i]] = (DerivedRow){.op = v->op,
                                                  .a = fixed(e, v->args[0]),
                                                  .b = v->arg_count > 1 ? fixed(e, v->args[1]) : 0};
    }
    e->image.derived = rows;
    e->image.derived_count = e->consts.derived_count;
}

/* ---- memory -------------------------------------------------------------------------------------- */

/* The largest window a row can be asked for. */
static uint32_t max_window(const Emitter *e, const IrState *s)
{
    double steps;

    if (memory_kind((StateKind)s->kind)->window != WINDOW_STEPS) return 0;
    steps = range_of(e, s->window).high;
    return steps >= 1 && steps <= MAX_WINDOW ? (uint32_t)num_ceil(steps) : MAX_WINDOW + 1;
}

static void put_states(Emitter *e)
{
    StateRow *rows = ROWS(e, StateRow, e->ir->states.count);
    uint32_t ends[2] = {0};

    for (size_t i = 0; rows && i < e->ir->states.count; i++) {
        const IrState *s = &e->ir->states.items[i];
        uint8_t space = s->is_wallet ? SPACE_WALLET : SPACE_SHARED;
        uint32_t window = max_window(e, s);
        rows[i] = (StateRow){.kind = s->kind,
                             .space = space,
                             .life = s->life,
                             .market = s->market,
                             .flags = s->flags | (uint32_t)s->slots << SF_SLOTS_SHIFT,
                             .offset = ends[space],
                             .size = memory_size((StateKind)s->kind, window),
                             .window = fixed(e, s->window),
                             .init = fixed(e, s->init),
                             .max_window = window,
                             .clocks = s->clocks};
        if (ends[space] <= MAX_SHARED_STATE) ends[space] += rows[i].size;
    }
    e->meta.shared_state = ends[SPACE_SHARED];
    e->meta.wallet_state = ends[SPACE_WALLET];
    e->image.state = rows;
    e->image.state_count = (uint32_t)e->ir->states.count;
}

/* ---- rules and actions ---------------------------------------------------------------------------- */

static void put_rules(Emitter *e)
{
    RuleRow *rows = ROWS(e, RuleRow, e->ir->rules.count);
    uint32_t action = 0;

    for (size_t i = 0; rows && i < e->ir->rules.count; i++) {
        const IrRule *r = &e->ir->rules.items[i];
        bool is_on = r->source->kind == RULE_ON;
        rows[i] = (RuleRow){.kind = r->source->kind,
                            .event = is_on ? r->source->event : 0,
                            .space = r->is_shared ? SPACE_SHARED : SPACE_WALLET,
                            .label = strings_add(&e->strings, r->source->label),
                            .arm = r->arm,
                            .clocks = r->clocks,
                            .markets = r->markets};
        if (i >= e->program->rules_count) continue; /* a copy in the shared part */
        rows[i].first_action = (uint16_t)action;
        rows[i].action_count = (uint16_t)r->source->action_count;
        action += r->source->action_count;
    }
    e->image.rules = rows;
    e->image.rules_count = (uint32_t)e->ir->rules.count;
}

static int16_t action_token(const Action *a)
{
    switch (a->kind) {
    case ACT_SPLIT:
    case ACT_MERGE:
        return (int16_t)(a->market >= 0 ? a->market : -1);
    case ACT_SET:
    case ACT_ALERT:
        return -1;
    case ACT_CANCEL:
        return (int16_t)(a->cancel_all || a->token < 0 ? -1 : a->token);
    default:
        return (int16_t)(a->token >= 0 ? a->token : -1);
    }
}

static ActionRow action_row(Emitter *e, const IrRule *r, const Action *a, uint32_t rule)
{
    ActionRow row = {.kind = a->kind,
                     .size_unit = a->size_unit,
                     .modifiers = a->modifiers,
                     .token = action_token(a),
                     .rule = (uint16_t)rule,
                     .group = 0xFFFF,
                     .text = strings_add(&e->strings, a->text)};

    row.flags =
        (uint8_t)((a->at_market ? AF_AT_MARKET : 0) | (a->within_ratio ? AF_WITHIN_RATIO : 0) |
                  (a->cancel_all ? AF_CANCEL_ALL : 0));
    if (a->kind == ACT_QUOTE) row.quote = (uint16_t)a->quote;
    if (a->group < 0) return row;
    row.group = (uint16_t)(e->meta.groups + (uint32_t)a->group);
    if (r->source->groups[a->group].unwind) row.flags |= AF_UNWIND;
    return row;
}

static void put_actions(Emitter *e)
{
    ActionRow *rows = ROWS(e, ActionRow, e->ir->action_count);
    uint32_t at = 0;

    for (uint32_t i = 0; rows && i < e->program->rules_count; i++) {
        const IrRule *r = &e->ir->rules.items[i];
        for (uint32_t k = 0; k < r->source->action_count; k++)
            rows[at++] = action_row(e, r, &r->source->actions[k], i);
        e->meta.groups += r->source->group_count;
    }
    e->image.actions = rows;
    e->image.actions_count = e->ir->action_count;
}

/* ---- limits, shows, readiness --------------------------------------------------------------------- */

static void put_limits(Emitter *e)
{
    LimitRow *rows = ROWS(e, LimitRow, e->ir->limits.count);

    for (size_t i = 0; rows && i < e->ir->limits.count; i++) {
        const IrLimit *l = &e->ir->limits.items[i];
        rows[i] = (LimitRow){.kind = l->source->kind,
                             .per = l->source->per,
                             .after = l->source->after,
                             .value = OPND_NONE,
                             .clocks = l->clocks};
        if (l->value == IR_NONE || !ir_is_fixed(e->ir, l->value)) continue;
        rows[i].value = fixed(e, l->value);
        rows[i].flags = LIMIT_FIXED;
    }
    e->image.limits = rows;
    e->image.limits_count = (uint32_t)e->ir->limits.count;
}

static void put_shows(Emitter *e)
{
    ShowRow *rows = ROWS(e, ShowRow, e->ir->shows.count);

    for (size_t i = 0; rows && i < e->ir->shows.count; i++) {
        const IrShow *s = &e->ir->shows.items[i];
        rows[i] = (ShowRow){.kind = s->kind,
                            .is_cond = ir_value(e->ir, s->value)->is_cond,
                            .name = strings_add(&e->strings, s->name)};
    }
    e->image.shows = rows;
    e->image.shows_count = (uint32_t)e->ir->shows.count;
}

static void join_ready(ReadyRow *row, const Expr *x)
{
    if (!x) return;
    if (x->ready.ticks > row->ready_ticks) row->ready_ticks = x->ready.ticks;
    if (x->settled.ticks > row->settled_ticks) row->settled_ticks = x->settled.ticks;
    if (x->ready.us > row->ready_us) row->ready_us = x->ready.us;
    if (x->settled.us > row->settled_us) row->settled_us = x->settled.us;
}

static void put_ready(Emitter *e)
{
    ReadyRow *rows = ROWS(e, ReadyRow, e->program->rules_count);

    for (uint32_t i = 0; rows && i < e->program->rules_count; i++) {
        const Rule *r = &e->program->rules[i];
        join_ready(&rows[i], r->cond);
        for (uint32_t k = 0; k < r->require_count; k++)
            join_ready(&rows[i], r->requires[k].cond);
        for (uint32_t k = 0; k < r->action_count; k++) {
            join_ready(&rows[i], r->actions[k].size);
            join_ready(&rows[i], r->actions[k].price);
            join_ready(&rows[i], r->actions[k].value);
            join_ready(&rows[i], r->actions[k].bid);
            join_ready(&rows[i], r->actions[k].ask);
        }
    }
    e->image.ready = rows;
    e->image.ready_count = e->program->rules_count;
}

/* ---- what it listens to --------------------------------------------------------------------------- */

/* A duration that may be a param: the constant in *ret_us, or the param's operand. */
static uint16_t put_span(const Emitter *e, uint32_t v, int64_t *ret_us)
{
    if (v == IR_NONE) return OPND_NONE;
    if (is_const(e, v)) {
        *ret_us = span_us(ir_value(e->ir, v)->num);
        return OPND_NONE;
    }
    *ret_us = span_us(e->program->params[ir_value(e->ir, v)->row].value);
    return fixed(e, v);
}

static SourceRow named_source(Emitter *e, uint8_t source, Span name, Span venue, Span selector)
{
    SourceRow row = {.source = source, .stale = OPND_NONE};

    row.name = strings_add(&e->strings, name);
    row.venue = strings_add(&e->strings, venue);
    row.selector = strings_add(&e->strings, selector);
    return row;
}

static void put_sources(Emitter *e)
{
    const Program *p = e->program;
    size_t count = (size_t)p->markets_count + p->leaders_count + p->accounts_count + p->feeds_count;
    const uint32_t *spans = e->ir->fixed.items; /* NULL when nothing has a span */
    uint32_t at = 0;
    SourceRow *rows = ROWS(e, SourceRow, count), *row = rows;

    if (!rows || arena_is_full(e->arena)) return;
    for (uint32_t i = 0; i < p->markets_count; i++, row++) {
        const Market *m = &p->markets[i];
        *row = named_source(e, 0, m->name, m->venue, m->selector);
        row->kind = m->kind;
        row->any = m->any;
        row->coin = m->coin;
        row->slot_us = m->slot_us;
        row->stale_us = m->stale_us;
        row->stale = put_span(e, spans[at + i], &row->stale_us);
    }
    at += p->markets_count + p->feeds_count;
    for (uint32_t i = 0; i < p->leaders_count; i++, row++) {
        *row = named_source(e, 1, p->leaders[i].name, p->leaders[i].venue, p->leaders[i].address);
        row->stale = put_span(e, spans[at + i], &row->stale_us);
    }
    for (uint32_t i = 0; i < p->accounts_count; i++, row++)
        *row = named_source(e, 2, p->accounts[i].name, p->accounts[i].venue, SPAN(""));
    at -= p->feeds_count;
    for (uint32_t i = 0; i < p->feeds_count; i++, row++) {
        *row = named_source(e, 3, p->feeds[i].name, SPAN(""), SPAN(""));
        row->stale = put_span(e, spans[at + i], &row->stale_us);
    }
    e->image.sources = rows;
    e->image.sources_count = (uint32_t)count;
}

static void put_tokens(Emitter *e)
{
    TokenRow *rows = ROWS(e, TokenRow, e->program->tokens_count);

    for (uint32_t i = 0; rows && i < e->program->tokens_count; i++) {
        const Token *t = &e->program->tokens[i];
        rows[i] = (TokenRow){.market = t->market,
                             .outcome = t->outcome,
                             .account = t->account,
                             .name = strings_add(&e->strings, t->spelled)};
    }
    e->image.tokens = rows;
    e->image.tokens_count = e->program->tokens_count;
}

static void put_clocks(Emitter *e)
{
    ClockRow *rows = ROWS(e, ClockRow, e->ir->clocks.count);

    for (size_t i = 0; rows && i < e->ir->clocks.count; i++) {
        const IrClock *c = &e->ir->clocks.items[i];
        rows[i] = (ClockRow){.kind = c->kind, .index = c->index};
        rows[i].period = put_span(e, c->period, &rows[i].period_us);
    }
    e->image.clocks = rows;
    e->image.clocks_count = (uint32_t)e->ir->clocks.count;
}

bool emit_tables(Emitter *e)
{
    for (uint32_t i = 0; i < e->program->reasons_count; i++)
        strings_append(&e->strings, e->program->reasons[i]);
    e->meta.reason_count = e->program->reasons_count;
    e->meta.title = strings_add(&e->strings, e->program->title);
    e->meta.quotes = e->program->quote_count;
    put_inputs(e);
    put_params(e);
    put_derived(e);
    put_states(e);
    put_rules(e);
    put_actions(e);
    put_limits(e);
    put_shows(e);
    put_ready(e);
    put_sources(e);
    put_tokens(e);
    put_clocks(e);
    return !arena_is_full(e->arena);
}
