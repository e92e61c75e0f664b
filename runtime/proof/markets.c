/* markets.c — see markets.h. */
#include "runtime/proof/markets.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/vec.h"

/* ---- what drives a program ---------------------------------------------------------------------- */

typedef VEC(Input) Inputs;

static void need(Inputs *v, Arena *arena, Input in)
{
    for (size_t i = 0; i < v->count; i++) {
        const Input *have = &v->items[i];

        if (have->field == in.field && have->market == in.market && have->index == in.index) return;
    }
    vec_push(arena, v, in);
}

static void need_book(Inputs *v, Arena *arena, const Program *p, uint16_t token)
{
    static const uint8_t shares[] = {FIELD_BID, FIELD_ASK, FIELD_BID_SIZE, FIELD_ASK_SIZE};
    static const uint8_t coins[] = {FIELD_X_BID, FIELD_X_ASK, FIELD_X_BID_SIZE, FIELD_X_ASK_SIZE};
    const uint8_t *list = p->tokens[token].outcome < 2 ? shares : coins;

    for (size_t i = 0; i < ARRAY_LEN(shares); i++)
        need(v, arena, (Input){list[i], p->tokens[token].market, token});
}

const Program *markets_program(const Program *p, Arena *arena)
{
    Program *wide = arena_new(arena, Program);
    Inputs v = {0};

    *wide = *p;
    for (uint32_t i = 0; i < p->inputs_count; i++)
        vec_push(arena, &v, p->inputs[i]);
    for (uint32_t i = 0; i < p->inputs_count; i++) {
        uint8_t f = p->inputs[i].field;

        if (f == FIELD_MOVE || f == FIELD_ABS_MOVE || f == FIELD_SPOT_OPEN)
            need(&v, arena, (Input){FIELD_SPOT, p->inputs[i].market, p->inputs[i].index});
    }
    for (uint16_t t = 0; t < p->tokens_count; t++)
        need_book(&v, arena, p, t);
    wide->inputs = v.items;
    wide->inputs_count = (uint32_t)v.count;
    return wide;
}

/* ---- a market's course --------------------------------------------------------------------------- */

typedef enum Mood { MOOD_CALM, MOOD_TREND, MOOD_JUMPS, MOOD_EDGE, MOODS } Mood;

typedef struct Course { /* of one market */
    Mood mood;
    int64_t mid_ticks; /* cents of outcome 0; ten-thousandths of a coin's start price */
    int64_t spread_ticks;
    int64_t spot_cents, volume;
    int drift;
    int64_t slot; /* number of the slot that the facts below belong to */
    bool has_bid, has_ask, is_crossed;
} Course;

typedef struct Maker {
    const Program *p;
    Rng *rng;
    Arena *arena;
    Course *courses; /* by market; the unnamed one last */
    double *sent;    /* by input: what the test said last */
    bool *is_sent;
    int64_t at_us;
    int64_t stride; /* what a second of the generator lasts */
    bool has_fills; /* fills are written, nothing fills by itself */
} Maker;

static void course_start(Maker *m, Course *c)
{
    *c = (Course){.mood = (Mood)rng_below(m->rng, MOODS), .mid_ticks = rng_range(m->rng, 15, 85)};
    c->spread_ticks = rng_range(m->rng, 1, 6);
    c->spot_cents = rng_range(m->rng, 100, 12000000);
    c->volume = rng_range(m->rng, 0, 100000);
    c->drift = rng_chance(m->rng, 0.5) ? 1 : -1;
    c->has_bid = c->has_ask = true;
}

static int64_t clamp(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

static int64_t step_of(Maker *m, const Course *c)
{
    switch (c->mood) {
    case MOOD_CALM:
        return rng_range(m->rng, -1, 1);
    case MOOD_TREND:
        return c->drift * rng_range(m->rng, 0, 4);
    case MOOD_JUMPS:
        return rng_chance(m->rng, 0.25) ? rng_range(m->rng, -30, 30) : 0;
    default:
        return c->mid_ticks > 50 ? rng_range(m->rng, 0, 6) : rng_range(m->rng, -6, 0);
    }
}

static void course_step(Maker *m, Course *c)
{
    int64_t step = step_of(m, c);

    if (rng_chance(m->rng, 0.03)) c->mood = (Mood)rng_below(m->rng, MOODS);
    if (rng_chance(m->rng, 0.05)) c->drift = -c->drift;
    c->mid_ticks = clamp(c->mid_ticks + step, 1, 99);
    c->spread_ticks = clamp(c->spread_ticks + rng_range(m->rng, -2, 2), 0, 20);
    c->spot_cents = clamp(c->spot_cents + step * (c->spot_cents / 500 + 1), 1, 100000000);
    c->volume = clamp(c->volume + rng_range(m->rng, rng_chance(m->rng, 0.02) ? -500 : 0, 2000), 0,
                      1000000000);
    c->has_bid = !rng_chance(m->rng, 0.04);
    c->has_ask = !rng_chance(m->rng, 0.04);
    c->is_crossed = rng_chance(m->rng, 0.02);
}

/* ---- values of fields ------------------------------------------------------------------------------ */

static double cents(int64_t v)
{
    return (double)v / 100;
}

/* Price of one side of outcome `o` in cents. */
static double share_price(const Course *c, uint8_t o, bool is_bid)
{
    int64_t half = c->spread_ticks / 2, rest = c->spread_ticks - half;
    int64_t low = c->mid_ticks - half, high = c->mid_ticks + rest;
    int64_t bid = c->is_crossed ? high + 1 : low, ask = c->is_crossed ? low : high;
    bool own_bid = o == 0 ? is_bid : !is_bid; /* outcome 1 mirrors: its bid is 1 - ask */
    int64_t v = own_bid ? bid : ask;

    if (own_bid ? !c->has_bid : !c->has_ask) return UNKNOWN;
    v = o == 0 ? v : 100 - v;
    return v < 1 || v > 99 ? UNKNOWN : cents(v);
}

static double coin_price(const Course *c, bool is_bid)
{
    int64_t half = c->spot_cents * c->spread_ticks / 20000;

    if (is_bid ? !c->has_bid : !c->has_ask) return UNKNOWN;
    if (c->is_crossed) half = -half - 1;
    return cents(clamp(is_bid ? c->spot_cents - half : c->spot_cents + half, 1, INT64_C(1) << 40));
}

static double feed_value(Maker *m, const Feed *f)
{
    double at = (double)rng_range(m->rng, 0, 100) / 100;
    int64_t v = 0;

    if (!fx_from_double(f->low + (f->high - f->low) * at, &v)) return UNKNOWN;
    return (double)(v / 10000) / 100;
}

/* False: this field is not the market's to say. */
static bool field_value(Maker *m, const Input *in, const Course *c, double *ret)
{
    uint8_t o = in->index < m->p->tokens_count ? m->p->tokens[in->index].outcome : 0;

    switch (in->field) {
    case FIELD_BID:
        *ret = share_price(c, o, true);
        return true;
    case FIELD_ASK:
        *ret = share_price(c, o, false);
        return true;
    case FIELD_X_BID:
        *ret = coin_price(c, true);
        return true;
    case FIELD_X_ASK:
        *ret = coin_price(c, false);
        return true;
    case FIELD_BID_SIZE:
    case FIELD_ASK_SIZE:
    case FIELD_BID_SIZE2:
    case FIELD_ASK_SIZE2:
    case FIELD_BID_SIZE3:
    case FIELD_ASK_SIZE3:
        *ret = (double)rng_range(m->rng, 0, 40) * 25;
        return true;
    case FIELD_X_BID_SIZE:
    case FIELD_X_ASK_SIZE:
        *ret = (double)rng_range(m->rng, 0, 500) / 10;
        return true;
    case FIELD_SPOT:
    case FIELD_MARK:
        *ret = cents(c->spot_cents);
        return true;
    case FIELD_VOLUME:
        *ret = (double)c->volume;
        return true;
    case FIELD_LIQUIDITY:
        *ret = (double)rng_range(m->rng, 0, 5000);
        return true;
    case FIELD_FUNDING:
        *ret = (double)rng_range(m->rng, -50, 50) / 10000;
        return true;
    case FIELD_FUNDING_IN:
        *ret = (double)rng_range(m->rng, 0, 28800);
        return true;
    case FIELD_CLOSES_IN:
        *ret = (double)rng_range(m->rng, 0, 172800);
        return true;
    case FIELD_FEED_VALUE:
        *ret = feed_value(m, &m->p->feeds[in->index]);
        return true;
    default:
        return false;
    }
}

/* Sizes and the like change seldom; prices follow their market. */
static bool is_lazy(uint8_t field)
{
    switch (field) {
    case FIELD_BID:
    case FIELD_ASK:
    case FIELD_X_BID:
    case FIELD_X_ASK:
    case FIELD_SPOT:
    case FIELD_VOLUME:
    case FIELD_MARK:
        return false;
    default:
        return true;
    }
}

/* ---- rows ------------------------------------------------------------------------------------------ */

typedef VEC(Happening) Happenings;

static Course *course_of(Maker *m, const Input *in)
{
    uint32_t last = m->p->markets_count;

    return &m->courses[in->market < last ? in->market : last];
}

static bool is_same(double a, double b)
{
    return a == b || (!num_is_known(a) && !num_is_known(b));
}

/* Facts that differ from what the test said last. */
static void put_facts(Maker *m, Happenings *out, double chance)
{
    for (uint32_t i = 0; i < m->p->inputs_count; i++) {
        const Input *in = &m->p->inputs[i];
        Happening h = {.kind = HAP_FACT, .token = -1, .leader = -1, .market = -1};
        double x;

        if (m->is_sent[i] &&
            (is_lazy(in->field) ? rng_chance(m->rng, 0.9) : !rng_chance(m->rng, chance)))
            continue;
        if (!field_value(m, in, course_of(m, in), &x)) continue;
        if (rng_chance(m->rng, 0.01)) x = UNKNOWN;
        if (m->is_sent[i] && is_same(x, m->sent[i])) continue;
        m->is_sent[i] = true;
        m->sent[i] = x;
        h.fact = (Fact){.kind = FACT_INPUT, .unknown = !num_is_known(x), .index = i, .value = x};
        vec_push(m->arena, out, h);
    }
}

/* What lived in the slot has been forgotten; it must be said again. */
static void forget_slots(Maker *m)
{
    for (uint32_t k = 0; k < m->p->markets_count; k++) {
        int64_t length = m->p->markets[k].slot_us, now;

        if (m->p->markets[k].kind != MARKET_SLOT || length <= 0) continue;
        now = m->at_us / length;
        if (now == m->courses[k].slot) continue;
        m->courses[k].slot = now;
        m->courses[k].mid_ticks = rng_range(m->rng, 30, 70);
        for (uint32_t i = 0; i < m->p->inputs_count; i++)
            if (m->p->inputs[i].market == k) m->is_sent[i] = false;
    }
}

static int64_t slot_length(const Program *p)
{
    for (uint32_t i = 0; i < p->markets_count; i++)
        if (p->markets[i].kind == MARKET_SLOT) return p->markets[i].slot_us;
    return 0;
}

/* Mostly a second; sometimes nothing, a gap, or just around the end of the slot. */
static int64_t next_time(Maker *m)
{
    int64_t length = slot_length(m->p);
    uint64_t dice = rng_below(m->rng, 100);

    if (dice < 3) return m->at_us;
    if (dice < 60) return m->at_us + m->stride;
    if (dice < 75) return m->at_us + rng_range(m->rng, 1, 9) * (m->stride / 10);
    if (dice < 90) return m->at_us + rng_range(m->rng, 2, 15) * m->stride;
    if (dice < 97 || !length) return m->at_us + rng_range(m->rng, 20, 120) * m->stride;
    return (m->at_us / length + 1) * length + rng_range(m->rng, -2, 2) * 500000;
}

static int32_t random_token(Maker *m, uint32_t market)
{
    for (int tries = 0; tries < 8 && m->p->tokens_count; tries++) {
        int32_t t = (int32_t)rng_below(m->rng, m->p->tokens_count);

        if (market == MARKET_NONE || m->p->tokens[t].market == market) return t;
    }
    return -1;
}

static void put_leader(Maker *m, Happenings *out)
{
    Happening h = {.kind = HAP_LEADER, .size_unit = SIZE_SHARES, .market = -1};

    h.leader = (int32_t)rng_below(m->rng, m->p->leaders_count);
    h.token = random_token(m, MARKET_NONE);
    h.verb = (uint8_t)(rng_chance(m->rng, 0.8)   ? LEADER_TRADE
                       : rng_chance(m->rng, 0.5) ? LEADER_SPLIT
                                                 : LEADER_MERGE);
    h.is_sell = rng_chance(m->rng, 0.3);
    h.size = (double)rng_range(m->rng, 1, 400) * 10;
    h.price = cents(rng_range(m->rng, 2, 98));
    if (h.token >= 0) vec_push(m->arena, out, h);
}

/* A fill nobody of ours asked for, or of an order that rests. */
static void put_fill(Maker *m, Happenings *out)
{
    Happening h = {.kind = HAP_FILL, .size_unit = SIZE_SHARES, .leader = -1, .market = -1};

    h.token = random_token(m, MARKET_NONE);
    h.is_sell = rng_chance(m->rng, 0.3);
    h.size = (double)rng_range(m->rng, 1, 40) * 5;
    h.price = cents(rng_range(m->rng, 2, 98));
    if (h.token >= 0 && m->p->tokens[h.token].outcome < 2) vec_push(m->arena, out, h);
}

/* A slot that closed pays one side or the other. */
static void put_resolve(Maker *m, Happenings *out)
{
    Happening h = {.kind = HAP_RESOLVE, .leader = -1};

    h.token = random_token(m, MARKET_NONE);
    if (h.token < 0) return;
    h.market = m->p->tokens[h.token].market;
    if (h.market < (int32_t)m->p->markets_count && m->p->markets[h.market].kind == MARKET_SLOT)
        vec_push(m->arena, out, h);
}

static TestRow make_row(Maker *m)
{
    TestRow row = {0};
    Happenings v = {0};

    row.at_us = m->at_us;
    forget_slots(m);
    for (uint32_t i = 0; i <= m->p->markets_count; i++)
        course_step(m, &m->courses[i]);
    put_facts(m, &v, rng_chance(m->rng, 0.1) ? 0.3 : 1);
    if (m->p->leaders_count && rng_chance(m->rng, 0.3))
        put_leader(m, &v);
    else if (m->has_fills && rng_chance(m->rng, 0.2))
        put_fill(m, &v);
    else if (slot_length(m->p) && m->at_us > slot_length(m->p) && rng_chance(m->rng, 0.03))
        put_resolve(m, &v);
    row.happenings = v.items;
    row.happening_count = (uint32_t)v.count;
    return row;
}

/* ---- params ---------------------------------------------------------------------------------------- */

static double param_value(Maker *m, const Param *p)
{
    int64_t low = 0, high = 0, step = 0, v;

    if (p->choice_count) return p->choices[rng_below(m->rng, p->choice_count)];
    if (!fx_from_double(p->low, &low) || !fx_from_double(p->high, &high)) return p->value;
    if (!fx_from_double(p->step, &step) || step <= 0) step = p->whole ? FX_ONE : (high - low) / 20;
    if (step <= 0) return p->value;
    v = low + step * rng_range(m->rng, 0, (high - low) / step);
    return (double)v / 1e6;
}

static void put_params(Maker *m, Test *t)
{
    VEC(Fact) given = {0};

    for (uint32_t i = 0; i < m->p->params_count; i++) {
        const Param *p = &m->p->params[i];

        if (!p->has_range || rng_chance(m->rng, 0.5)) continue;
        vec_push(m->arena, &given,
                 (Fact){.kind = FACT_PARAM, .index = i, .value = param_value(m, p)});
    }
    t->given = given.items;
    t->given_count = (uint32_t)given.count;
}

static bool listens_to_fills(const Program *p)
{
    for (uint32_t i = 0; i < p->rules_count; i++)
        if (p->rules[i].kind == RULE_ON && p->rules[i].event == EV_FILL) return true;
    return false;
}

/* Limits on equity look at it every second. */
static bool samples_equity(const Program *p)
{
    for (uint32_t i = 0; i < p->limits_count; i++) {
        uint8_t kind = p->limits[i].kind;

        if (kind == LIM_MAX_LOSS || kind == LIM_MAX_DRAWDOWN || kind == LIM_MAX_LEVERAGE)
            return true;
    }
    return false;
}

/* The shortest period of the file's clocks, in microseconds. */
static int64_t shortest_period(const Program *p)
{
    int64_t least = samples_equity(p) ? FX_ONE : INT64_MAX;

    for (uint32_t i = 0; i < p->clocks_count; i++) {
        const Clock *c = &p->clocks[i];
        double seconds = c->kind == CLOCK_ACCOUNT ? 1 : UNKNOWN;

        if (c->kind == CLOCK_EVERY && c->period && c->period->op == EX_CONST)
            seconds = c->period->num;
        if (c->kind == CLOCK_EVERY && c->period && c->period->op == EX_PARAM)
            seconds = p->params[c->period->index].low;
        if (num_is_known(seconds) && seconds * 1e6 < (double)least)
            least = (int64_t)(seconds * 1e6);
    }
    return least;
}

/* Strategies without slots may think in hours or days; not so far that their boundaries take forever. */
static int64_t choose_stride(const Maker *m)
{
    static const int64_t strides[] = {FX_ONE, 10 * FX_ONE, 1800 * FX_ONE, 21600 * FX_ONE};
    int64_t chosen = strides[rng_below(m->rng, ARRAY_LEN(strides))];

    if (slot_length(m->p)) return FX_ONE;
    return chosen / 60 > shortest_period(m->p) ? FX_ONE : chosen;
}

Test *markets_make(const Program *p, Rng *rng, uint32_t rows, Arena *arena)
{
    Maker m = {.p = p, .rng = rng, .arena = arena};
    Test *t = arena_new(arena, Test);

    m.courses = arena_array(arena, Course, p->markets_count + 1);
    m.sent = arena_array(arena, double, p->inputs_count + 1);
    m.is_sent = arena_array(arena, bool, p->inputs_count + 1);
    for (uint32_t i = 0; i <= p->markets_count; i++)
        course_start(&m, &m.courses[i]);
    m.stride = choose_stride(&m);
    m.has_fills = listens_to_fills(p) && rng_chance(rng, 0.7);
    t->has_fills = m.has_fills;
    t->name = SPAN("found by odx fuzz");
    t->rows = arena_array(arena, TestRow, rows + 1);
    t->row_count = rows;
    put_params(&m, t);
    for (uint32_t i = 0; i < rows; i++) {
        m.at_us = next_time(&m);
        t->rows[i] = make_row(&m);
    }
    return t;
}
