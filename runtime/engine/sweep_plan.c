/* sweep_plan.c — see sweep_plan.h. */
#include "runtime/engine/sweep_plan.h"

#include "runtime/engine/quiet.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/ops.h"
#include "vm/wakes.h"

enum { LIMIT_IS_FIXED = 1, WAITING_SLOTS = 100 };

/* ---- what there is ------------------------------------------------------------------------------- */

static SweepWhy look_at_sources(SweepPlan *p, const Engine *e)
{
    const Image *img = p->image;

    if (img->sources_count != 1 || e->market_count != 1 || e->leader_count || e->feed_count ||
        p->market != 0 || img->tokens_count > PLAN_TOKENS || e->token_count != img->tokens_count)
        return SWEEP_SOURCES;
    p->kind = e->markets[0].kind;
    p->rules = e->markets[0].rules;
    p->token_count = e->token_count;
    for (uint32_t i = 0; i < p->token_count; i++) {
        p->tokens[i].outcome = e->tokens[i].outcome;
        p->tokens[i].has_coins = e->tokens[i].has_coins;
    }
    return p->kind == MARKET_PERP ? SWEEP_KIND : SWEEP_FINE;
}

/* Code of ticks alone; at staleness nothing runs, for a tape has none. */
static bool is_of_ticks(const BlockRow *b)
{
    if (b->event == EV_PROBE || b->part == PART_S) return true; /* for promises and shows alone */
    return b->index == 0 && (b->event == EV_TICK || b->event == EV_STALE);
}

/* A venue is asked for fees, and has slots. */
static SweepWhy look_at_venue(const SweepPlan *p, const Engine *e, bool has_venue)
{
    if (has_venue && p->kind != MARKET_SLOT) return SWEEP_KIND;
    return (p->has_fees && !has_venue) || e->config.sell_from > FILL_MATCHED ? SWEEP_FEES
                                                                             : SWEEP_FINE;
}

static SweepWhy look_at_code(const SweepPlan *p, const Engine *e)
{
    const Image *img = p->image;

    for (uint32_t i = 0; i < img->shared.block_count; i++)
        if (!is_of_ticks(&img->shared.blocks[i])) return SWEEP_CODE;
    for (uint32_t i = 0; i < img->wallet.block_count; i++) {
        if (!is_of_ticks(&img->wallet.blocks[i])) return SWEEP_CODE;
        if (img->wallet.blocks[i].part == PART_L) return SWEEP_LIMITS;
    }
    for (uint32_t i = 0; i < img->state_count; i++)
        if (img->state[i].life == STATE_DAY) return SWEEP_CLOCKS;
    if (e->has_promises || e->has_tick_shows || e->config.has_shows) return SWEEP_SHOWS;
    return e->period_count ? SWEEP_CLOCKS : SWEEP_FINE;
}

/* ---- rules --------------------------------------------------------------------------------------- */

static bool is_fixed(uint16_t operand)
{
    uint16_t file = operand & OPND_FILE;

    return operand == OPND_NONE || file == OPND_CONST || file == OPND_PARAM;
}

/* A word of a rule that fires; false when it may rest, or is worked out. */
static bool add_action(SweepPlan *p, uint64_t w)
{
    uint8_t op = word_op(w);
    const ActionRow *row;
    SweepAction *a = &p->actions[p->action_count];
    bool takes;

    if (p->action_count == PLAN_ACTIONS || word_flags(w)) return false;
    if (op != OP_ORDER && op != OP_CLOSE && op != OP_ALERT) return false;
    row = &p->image->actions[word_c(w)];
    *a = (SweepAction){.kind = row->kind,
                       .rule = row->rule,
                       .action = word_c(w),
                       .token = row->token,
                       .size = op == OP_ORDER ? word_a(w) : OPND_NONE,
                       .price = op == OP_ORDER   ? word_b(w)
                                : op == OP_CLOSE ? word_a(w)
                                                 : OPND_NONE,
                       .group = row->group};
    takes = row->flags & AF_AT_MARKET || row->modifiers & (MOD_ALL_OR_NOTHING | MOD_NOW_OR_NEVER);
    if (row->modifiers & (MOD_POST_ONLY | MOD_GOOD_FOR) || !is_fixed(a->size) ||
        !is_fixed(a->price))
        return false;
    if (op == OP_ORDER && !takes) return false;
    if (op != OP_ALERT && (a->token < 0 || (uint32_t)a->token >= p->token_count)) return false;
    p->only_buys &= op == OP_ORDER && a->kind == ACT_BUY && row->size_unit <= SIZE_COINS;
    p->action_count++;
    return true;
}

static SweepWhy add_rule(SweepPlan *p, const Wake *w)
{
    const RuleRow *row = &p->image->rules[w->rule];
    SweepRule *r = &p->wakes[p->rule_count];
    bool is_armed_again = !row->markets || row->markets & 1;

    if (!w->is_edge || w->is_while || w->is_strict || !is_armed_again ||
        p->rule_count == PLAN_RULES)
        return SWEEP_RULES;
    *r = (SweepRule){w->rule, w->gate, (uint16_t)p->action_count, 0};
    for (const uint64_t *at = w->words; at < w->end; at += word_count(*at))
        if (!add_action(p, *at)) return SWEEP_ACTIONS;
    r->count = (uint16_t)(p->action_count - r->first);
    p->rule_count++;
    return SWEEP_FINE;
}

static SweepWhy look_at_rules(SweepPlan *p, const Vm *vm, Arena *arena)
{
    Wakes wakes = vm_wakes(vm, EV_TICK, 0, arena);
    SweepWhy why = SWEEP_FINE;

    if (wakes.why) return SWEEP_RULES;
    if (wakes.has_exits) return SWEEP_EXITS;
    p->only_buys = true;
    for (uint32_t i = 0; i < wakes.count && !why; i++)
        why = add_rule(p, &wakes.rows[i]);
    return why;
}

/* ---- limits -------------------------------------------------------------------------------------- */

static SweepWhy look_at_limit(const LimitRow *row)
{
    switch (row->kind) {
    case LIM_TRAILING_STOP:
    case LIM_TIME_STOP:
    case LIM_EXIT_WHEN:
        return SWEEP_EXITS;
    case LIM_NO_ENTRY:
    case LIM_MAX_LOSS:
    case LIM_MAX_DRAWDOWN:
    case LIM_MAX_LEVERAGE:
        return SWEEP_LIMITS;
    case LIM_HOLD_RESOLUTION:
    case LIM_HOLD_FOREVER:
        return SWEEP_FINE;
    default:
        return row->flags & LIMIT_IS_FIXED ? SWEEP_FINE : SWEEP_LIMITS;
    }
}

static void add_limit(SweepPlan *p, uint8_t at)
{
    const LimitRow *row = &p->image->limits[at];
    uint8_t place = (uint8_t)p->limit_count++;

    p->limits[place] = at;
    if (row->kind >= LIM_COOLDOWN && row->kind <= LIM_MAX_OPEN) p->checks[p->check_count++] = place;
    if (row->kind <= LIM_TAKE_PROFIT) p->exits[p->exit_count++] = place;
    if (row->kind == LIM_MAX_TRADES && row->per != PER_SLOT && row->per != PER_MARKET)
        p->counted[p->counted_count++] = place;
    if (row->kind == LIM_MAX_TRADES && row->per == PER_SLOT && p->only_buys) p->most_trades = place;
}

static SweepWhy look_at_limits(SweepPlan *p)
{
    p->most_trades = NO_LIMIT;
    for (uint32_t i = 0; i < p->image->limits_count; i++) {
        SweepWhy why = look_at_limit(&p->image->limits[i]);

        if (why) return why;
        if (p->limit_count == PLAN_LIMITS) return SWEEP_LIMITS;
        add_limit(p, (uint8_t)i);
    }
    return SWEEP_FINE;
}

SweepWhy sweep_plan(SweepPlan *plan, Engine *engine, const SweepSetup *setup, Arena *arena)
{
    SweepWhy why;

    *plan = (SweepPlan){.config = &setup->config,
                        .image = setup->config.image,
                        .market = setup->market,
                        .has_fees = setup->config.has_fees};
    why = look_at_sources(plan, engine);
    if (!why) why = look_at_code(plan, engine);
    if (!why) why = look_at_venue(plan, engine, setup->venue != NULL);
    if (!why) why = look_at_rules(plan, engine_vm(engine), arena);
    return why ? why : look_at_limits(plan);
}

/* ---- the tape ------------------------------------------------------------------------------------ */

typedef struct Tape {
    int64_t last_us; /* of a tick; INT64_MIN: none yet */
    int64_t slot_us; /* start of the latest slot */
    uint32_t next;   /* tick */
    uint32_t waiting;
    bool is_open;
} Tape;

static SweepWhy look_at_event(Tape *t, const Event *ev)
{
    if (ev->market && ev->kind != EV_CLOCK) return SWEEP_EVENTS;
    switch (ev->kind) {
    case EV_SLOT_OPEN:
        if (ev->slot.slot_start_us <= t->slot_us) return SWEEP_SLOTS;
        t->waiting += t->is_open;
        t->slot_us = ev->slot.slot_start_us;
        t->is_open = true;
        return t->waiting < WAITING_SLOTS ? SWEEP_FINE : SWEEP_SLOTS;
    case EV_SLOT_CLOSE:
        t->waiting += t->is_open;
        t->is_open = false;
        return SWEEP_FINE;
    case EV_RESOLVE:
        if (t->waiting) t->waiting--;
        return SWEEP_FINE;
    case EV_START:
    case EV_CLOCK:
        return SWEEP_FINE;
    default:
        return SWEEP_EVENTS;
    }
}

/* The longest time between ticks of from .. to, and from the tick before; `last_us`: of that, or INT64_MIN. */
static bool has_silence(const SweepSetup *setup, uint32_t from, uint32_t to, int64_t last_us,
                        int64_t stale_us)
{
    const TickColumns *ticks = setup->ticks;
    int64_t longest = 0;

    for (uint32_t b = from / FACT_TICKS; b * FACT_TICKS < to; b++)
        if (ticks->gaps[b] > longest) longest = ticks->gaps[b];
    if (longest < stale_us) return false;
    for (uint32_t i = from; i < to; last_us = tick_columns_ts(ticks, i++))
        if (last_us != INT64_MIN && tick_columns_ts(ticks, i) - last_us >= stale_us) return true;
    return false;
}

/* A payout asks for no quotes: a tape ends with one, two minutes behind its last tick. */
static bool is_after_silence(const Event *event, int64_t last_us, int64_t stale_us)
{
    return event->kind != EV_RESOLVE && last_us != INT64_MIN && event->ts_us - last_us >= stale_us;
}

SweepWhy sweep_tape(const SweepPlan *plan, const Engine *engine, const SweepSetup *setup)
{
    Tape t = {.last_us = INT64_MIN, .slot_us = INT64_MIN};
    int64_t stale_us = engine_stale_after(engine, plan->market);
    SweepWhy why = SWEEP_FINE;

    for (uint32_t i = 0; i < setup->step_count && !why; i++) {
        const SweepStep *s = &setup->steps[i];

        if (s->event) {
            why = look_at_event(&t, s->event);
            if (stale_us && is_after_silence(s->event, t.last_us, stale_us)) why = SWEEP_SILENCE;
            continue;
        }
        if ((t.next && s->from != t.next) || s->to < s->from) return SWEEP_EVENTS;
        t.next = s->to;
        if (stale_us && has_silence(setup, s->from, s->to, t.last_us, stale_us))
            return SWEEP_SILENCE;
        if (s->to > s->from) t.last_us = tick_columns_ts(setup->ticks, s->to - 1);
    }
    return why;
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static double number_of(const SweepPlan *p, const Vm *vm, uint16_t operand)
{
    if (operand == OPND_NONE) return UNKNOWN;
    if ((operand & OPND_FILE) == OPND_CONST) return p->image->consts[operand & OPND_INDEX];
    return vm_param(vm, operand & OPND_INDEX);
}

static SweepAmount amount_of(double num)
{
    SweepAmount a = {.num = num};

    if (!num_is_known(num))
        a.kind = AMOUNT_UNKNOWN;
    else if (fx_from_double(num, &a.micros))
        a.kind = AMOUNT_MICROS;
    else
        a.kind = num < 0 ? AMOUNT_NOTHING : AMOUNT_NO_BOUND;
    return a;
}

int64_t sweep_most_trades(const SweepPlan *plan, const SweepNumbers *n)
{
    const SweepAmount *a;

    if (plan->most_trades == NO_LIMIT) return INT64_MAX;
    a = &n->limits[plan->most_trades];
    if (a->kind == AMOUNT_UNKNOWN || a->num >= 1e15) return INT64_MAX;
    return a->num < 1 ? 0 : (int64_t)a->num;
}

bool sweep_numbers(const SweepPlan *plan, const Vm *vm, SweepNumbers *ret, Arena *arena)
{
    ret->limits = arena_array(arena, SweepAmount, plan->limit_count + 1U);
    ret->sizes = arena_array(arena, double, plan->action_count + 1U);
    ret->prices = arena_array(arena, double, plan->action_count + 1U);
    ret->unknown_prices = arena_array(arena, bool, plan->action_count + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < plan->action_count; i++) {
        const SweepAction *a = &plan->actions[i];

        ret->sizes[i] = number_of(plan, vm, a->size);
        ret->prices[i] = number_of(plan, vm, a->price);
        ret->unknown_prices[i] = a->price != OPND_NONE && !num_is_known(ret->prices[i]);
    }
    for (uint32_t i = 0; i < plan->limit_count; i++)
        ret->limits[i] = amount_of(number_of(plan, vm, plan->image->limits[plan->limits[i]].value));
    return true;
}
