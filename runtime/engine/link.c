/* link.c — see link.h. */
#include "runtime/engine/link.h"

#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/ops.h"

typedef enum Owner {
    OWNER_NONE,
    OWNER_TOKEN,
    OWNER_HELD,
    OWNER_MARKET,
    OWNER_TIME,
    OWNER_MSLOT,
    OWNER_WALLET,
    OWNER_INSTR,
    OWNER_HINSTR,
    OWNER_FILL,
    OWNER_TRADE,
    OWNER_RESOLVE,
    OWNER_FEED,
    OWNER_RULES,
} Owner;

static Owner owner_of(uint8_t field)
{
    static const uint8_t owners[FIELD_IDS] = {
#define FIELD(id, name, owner, ...) [id] = OWNER_##owner,
#include "vm/fields.def"
#undef FIELD
    };

    return field < FIELD_IDS ? (Owner)owners[field] : OWNER_NONE;
}

/* ---- input rows ------------------------------------------------------------------------------- */

double *link_input(Engine *e, uint32_t row)
{
    switch (e->image->inputs[row].space) {
    case IN_WALLET:
        return vm_wallet_inputs(e->wallet) + row;
    case IN_EVENT:
        return e->event_fields + row;
    default:
        return vm_inputs(e->vm) + row;
    }
}

static void add_link(LinkList *list, const InputRow *row, double *to, const double *from)
{
    list->items[list->count++] = (Link){row->field, row->market, row->index, to, from, NULL};
}

/* The market that an input row of a token or market speaks of; NULL when there is none. */
static MarketRun *market_of_row(Engine *e, const InputRow *row, bool by_token)
{
    uint32_t market = row->market;

    if (by_token) {
        const TokenRun *t = token_of(e, row->index);

        if (!t) return NULL;
        market = t->market;
    } else if (market == MARKET_NONE) {
        market = e->static_markets;
    }
    return market < e->market_count ? &e->markets[market] : NULL;
}

static bool link_of_market(Engine *e, const InputRow *row, double *to, bool by_token)
{
    MarketRun *m = market_of_row(e, row, by_token);

    return m &&
           feature_plan_add(&m->plan, row->field, by_token ? e->tokens[row->index].outcome : 0, to);
}

static bool link_held(Engine *e, const InputRow *row, double *to, uint8_t first)
{
    TokenRun *t = token_of(e, row->index);

    if (t) add_link(&e->wallet_links, row, to, t->fields + (row->field - first));
    return t != NULL;
}

static bool link_slot_wallet(Engine *e, const InputRow *row, double *to)
{
    MarketRun *m = market_of_row(e, row, false);

    if (!m) return false;
    add_link(&e->wallet_links, row, to,
             row->field == FIELD_SLOT_PNL ? &e->slot_pnl[m->id] : &e->slot_trades[m->id]);
    return true;
}

static bool link_wallet(Engine *e, const InputRow *row, double *to)
{
    const Sampled *s = row->index <= e->account_count ? &e->sampled[row->index] : NULL;
    const double *from = NULL;

    if (!s) return false;
    switch (row->field) {
    case FIELD_CASH:
        from = &s->cash;
        break;
    case FIELD_EQUITY:
        from = &s->equity;
        break;
    case FIELD_EXPOSURE:
        from = &s->exposure;
        break;
    default:
        from = &s->drawdown;
        break;
    }
    add_link(&e->wallet_links, row, to, from);
    return true;
}

static void link_to_time(Engine *e, const InputRow *row, double *to)
{
    LinkList *list = row->field == FIELD_SLOT_PROGRESS ? &e->progress_links : &e->time_links;

    add_link(list, row, to, NULL);
    list->items[list->count - 1].of =
        &e->markets[row->market < e->market_count ? row->market : e->static_markets];
}

static bool link_row(Engine *e, const InputRow *row, double *to)
{
    switch (owner_of(row->field)) {
    case OWNER_TOKEN:
    case OWNER_INSTR:
        return link_of_market(e, row, to, true);
    case OWNER_MARKET:
        return link_of_market(e, row, to, false);
    case OWNER_TIME:
        link_to_time(e, row, to);
        return true;
    case OWNER_HELD:
        return link_held(e, row, to, FIELD_POSITION);
    case OWNER_HINSTR:
        return link_held(e, row, to, FIELD_X_POSITION);
    case OWNER_MSLOT:
        return link_slot_wallet(e, row, to);
    case OWNER_WALLET:
        return link_wallet(e, row, to);
    case OWNER_FILL:
    case OWNER_TRADE:
    case OWNER_RESOLVE:
        add_link(&e->event_links, row, to, NULL);
        return true;
    case OWNER_FEED:
        add_link(&e->feed_links, row, to, NULL);
        return true;
    default:
        return false;
    }
}

bool link_inputs(Engine *e, Arena *arena)
{
    uint32_t count = e->image->inputs_count;

    e->event_links.items = arena_array(arena, Link, count);
    e->time_links.items = arena_array(arena, Link, count);
    e->progress_links.items = arena_array(arena, Link, count);
    e->wallet_links.items = arena_array(arena, Link, count);
    e->feed_links.items = arena_array(arena, Link, count);
    e->event_fields = arena_array(arena, double, count);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < count; i++) {
        double *to = link_input(e, i);

        *to = UNKNOWN;
        if (!link_row(e, &e->image->inputs[i], to)) return false;
    }
    return true;
}

/* ---- books ------------------------------------------------------------------------------------ */

static bool reads_books(const CodeSection *code)
{
    for (uint32_t i = 0; i < code->word_count; i++) { /* second words are NOP words */
        uint8_t op = word_op(code->words[i]);

        if (op == OP_LDT || op_info(op)->group == GROUP_BOOK) return true;
    }
    return false;
}

static bool link_book(Engine *e, TokenRun *t)
{
    MarketRun *m = market_of_token(e, t);

    for (uint8_t f = 0; f < BOOK_FIELDS; f++) {
        t->book.field[f] = UNKNOWN;
        if (f && !feature_plan_add(&m->plan, f, t->outcome, &t->book.field[f])) return false;
    }
    t->book.fee_rate = m->rules.fee_rate;
    t->book.fee_exponent = m->rules.fee_exponent;
    return true;
}

bool link_needs_books(const Engine *e)
{
    return reads_books(&e->image->shared) || reads_books(&e->image->wallet);
}

bool link_books(Engine *e, Arena *arena)
{
    if (!link_needs_books(e)) return true;
    e->books = arena_array(arena, const TokenBook *, e->token_count);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < e->token_count; i++) {
        e->books[i] = &e->tokens[i].book;
        if (!link_book(e, &e->tokens[i])) return false;
    }
    vm_set_books(e->vm, e->books, e->token_count);
    return true;
}

/* ---- clocks ----------------------------------------------------------------------------------- */

static int64_t to_us(double seconds)
{
    int64_t us = 0;

    (void)fx_from_double(seconds, &us);
    return us;
}

static void add_period(Engine *e, uint64_t clock, int64_t period_us)
{
    if (period_us > 0) e->periods[e->period_count++] = (PeriodRun){clock, period_us, 0, false};
}

static void link_clock(Engine *e, const ClockRow *row, uint64_t bit)
{
    MarketRun *m = row->index < e->market_count ? &e->markets[row->index] : NULL;

    switch (row->kind) {
    case CLOCK_TICK:
        if (m) m->tick_clock |= bit;
        break;
    case CLOCK_SLOT:
        if (m) m->slot_clock |= bit;
        break;
    case CLOCK_RESOLVE:
        if (m) m->resolve_clock |= bit;
        break;
    case CLOCK_FEED:
        if (row->index < e->feed_count) e->feeds[row->index].clock |= bit;
        break;
    case CLOCK_LEADER:
        if (row->index < e->leader_count) e->leader_clocks[row->index] |= bit;
        break;
    case CLOCK_EVERY:
        add_period(e, bit,
                   row->period == OPND_NONE ? row->period_us
                                            : to_us(engine_operand(e, row->period)));
        break;
    case CLOCK_ACCOUNT:
        e->fill_clocks |= bit;
        add_period(e, bit, SECOND_US);
        break;
    case CLOCK_FILL:
        e->fill_clocks |= bit;
        break;
    case CLOCK_REJECT:
        e->reject_clock |= bit;
        break;
    default:
        e->start_clock |= bit;
        break;
    }
}

/* Whether anybody can tell when equity was sampled. */
static bool reads_samples(const Image *image)
{
    for (uint32_t i = 0; i < image->inputs_count; i++)
        if (image->inputs[i].field == FIELD_EQUITY || image->inputs[i].field == FIELD_DRAWDOWN)
            return true;
    for (uint32_t i = 0; i < image->limits_count; i++)
        if (image->limits[i].kind == LIM_MAX_LOSS || image->limits[i].kind == LIM_MAX_DRAWDOWN)
            return true;
    return false;
}

static Code make_code(const Engine *e, EventKind kind, uint16_t index)
{
    return (Code){vm_rules_of(e->vm, kind, index),
                  e->config.has_shows && vm_has_block(e->vm, PART_S, kind, index)};
}

static uint16_t count_code(const Engine *e, EventKind kind)
{
    uint16_t count = 0;

    for (uint16_t i = 0; i < CODE_INDICES; i++) {
        Code c = make_code(e, kind, i);

        if (c.rules || c.has_shows) count = (uint16_t)(i + 1);
    }
    return count;
}

/* Kinds without code, most of them, take no room. */
static bool link_code(Engine *e, Arena *arena)
{
    uint16_t at = 0;

    for (uint32_t k = 0; k < EV_KINDS; k++) {
        e->code_first[k] = at;
        at = (uint16_t)(at + count_code(e, (EventKind)k));
    }
    e->code_first[EV_KINDS] = at;
    e->code = arena_array(arena, Code, at);
    if (arena_is_full(arena)) return false;
    for (uint32_t k = 0; k < EV_KINDS; k++)
        for (uint16_t i = e->code_first[k]; i < e->code_first[k + 1]; i++) {
            e->code[i] = make_code(e, (EventKind)k, (uint16_t)(i - e->code_first[k]));
            e->has_tick_shows |= k == EV_TICK && e->code[i].has_shows;
        }
    e->has_promises = e->config.has_promises && vm_has_block(e->vm, PART_V, EV_PROBE, 0);
    return true;
}

static void find_plain(Engine *e)
{
    for (uint32_t i = 0; i < e->market_count && i < CODE_INDICES; i++) {
        const Code *c = code_of(e, EV_TICK, (uint16_t)i);
        MarketRun *m = &e->markets[i];

        m->rules_of_tick = c->rules;
        m->is_plain = c->rules && !c->has_shows && !e->has_promises && !e->has_states &&
                      !e->has_values && !(m->tick_clock & e->exit_clocks);
    }
}

bool link_clocks(Engine *e, Arena *arena)
{
    const Image *image = e->image;

    e->periods = arena_array(arena, PeriodRun, image->clocks_count + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < image->clocks_count && i < MAX_CLOCKS; i++)
        link_clock(e, &image->clocks[i], UINT64_C(1) << i);
    if (reads_samples(image)) {
        add_period(e, 0, SECOND_US);
        for (uint32_t i = 0; i < e->period_count; i++)
            e->periods[i].samples = e->periods[i].period_us == SECOND_US;
    }
    for (uint32_t i = 0; i < image->limits_count; i++)
        if (image->limits[i].kind == LIM_EXIT_WHEN || image->limits[i].kind == LIM_TIME_STOP)
            e->exit_clocks |= image->limits[i].clocks;
    for (uint32_t i = 0; i < image->state_count; i++)
        e->has_states |= image->state[i].kind == SK_NUM || image->state[i].kind == SK_BOOL;
    e->event.fields = e->event_fields;
    e->has_values = image->shows_count > 0;
    for (uint32_t i = 0; i < image->limits_count; i++)
        e->has_values |= !(image->limits[i].flags & 1);
    e->has_marks = e->wallet_links.count || e->books;
    if (!link_code(e, arena)) return false;
    find_plain(e);
    return true;
}

/* ---- values computed from time ---------------------------------------------------------------- */

static double seconds_of(int64_t us)
{
    return (double)us / 1e6;
}

static double slot_time(int64_t now_us, const MarketRun *m, uint8_t field)
{
    if (field == FIELD_SLOT_LENGTH) return m->slot_us > 0 ? seconds_of(m->slot_us) : UNKNOWN;
    if (field == FIELD_SLOT_PROGRESS) return link_progress(now_us, m);
    if (!m->has_slot || m->slot_us <= 0) return UNKNOWN;
    if (field == FIELD_SLOT_ELAPSED) return seconds_of(link_elapsed(now_us, m));
    return seconds_of(m->slot_us - link_elapsed(now_us, m));
}

static double closes_in(int64_t now_us, const MarketRun *m)
{
    if (m->kind == MARKET_SLOT) return slot_time(now_us, m, FIELD_SLOT_LEFT);
    if (m->closes_at_us == MICROS_UNKNOWN) return UNKNOWN;
    return seconds_of(link_clamp(m->closes_at_us - now_us, FOREVER));
}

__attribute__((noinline)) double link_time_value(int64_t now_us, const MarketRun *m, uint8_t field)
{
    switch (field) {
    case FIELD_HOUR:
        return (double)(now_us % DAY_US / (3600 * SECOND_US));
    case FIELD_DAY:
        return (double)((now_us / DAY_US + 3) % 7);
    case FIELD_CLOSES_IN:
        return closes_in(now_us, m);
    default:
        return slot_time(now_us, m, field);
    }
}

void link_times(Engine *e)
{
    const Link *l = e->time_links.items, *end = l + e->time_links.count;

    for (; l < end; l++)
        *l->to = link_time_value(e->now_us, l->of, l->field);
}

static const Link *find_link(const LinkList *list, const double *to)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].to == to) return &list->items[i];
    return NULL;
}

const Link *link_of_time(const Engine *e, uint32_t row)
{
    const double *to = vm_inputs(e->vm) + row;
    const Link *progress = find_link(&e->progress_links, to);

    return progress ? progress : find_link(&e->time_links, to);
}

static void apply_pins(Engine *e)
{
    for (uint32_t i = 0; i < e->pin_count; i++)
        *link_input(e, e->pins[i].input) = e->pins[i].value;
}

void engine_inputs(Engine *e)
{
    if (e->wallet_dirty) wallet_write(e);
    if (e->pin_count) apply_pins(e);
}

void engine_pin(Engine *e, uint32_t input, double value)
{
    Pin *pins;

    if (input >= e->image->inputs_count) return;
    for (uint32_t i = 0; i < e->pin_count; i++)
        if (e->pins[i].input == input) {
            e->pins[i].value = value;
            return;
        }
    pins = room_for(&e->pin_room, e->pins, e->pin_count + 1, sizeof *pins);
    if (!pins) return;
    e->pins = pins;
    e->pins[e->pin_count++] = (Pin){(uint16_t)input, value};
}

/* ---- event records ---------------------------------------------------------------------------- */

void link_fill(Engine *e, const Event *event, int32_t token)
{
    for (uint32_t i = 0; i < e->event_links.count; i++) {
        const Link *l = &e->event_links.items[i];

        if (l->field == FIELD_FILL_PRICE) *l->to = fx_to_double(event->fill.price_micros);
        if (l->field == FIELD_FILL_SHARES) *l->to = fx_to_double(event->fill.size_micros);
        if (l->field == FIELD_FILL_SIDE) *l->to = event->fill.is_sell ? 0 : 1;
        if (l->field == FIELD_FILL_TOKEN) *l->to = token;
    }
}

static double known_or(int64_t micros)
{
    return micros == MICROS_UNKNOWN ? UNKNOWN : fx_to_double(micros);
}

/* Full sets that the wallet holds in a market; a side sold elsewhere that was not held makes none. */
static double pairs_held(const Engine *e, int32_t market)
{
    const TokenRun *t;
    int64_t least = INT64_MAX;

    if (market < 0 || (uint32_t)market >= e->market_count) return UNKNOWN;
    for (uint8_t o = 0; o < OUTCOMES; o++) {
        t = token_of(e, wallet_token(e, &e->markets[market], o));
        if (!t || t->held.size_micros <= 0) return 0;
        if (t->held.size_micros < least) least = t->held.size_micros;
    }
    return fx_to_double(least);
}

static double trade_value(const Engine *e, const Event *event, uint8_t field)
{
    switch (field) {
    case FIELD_TRADE_PRICE:
        return known_or(event->leader.price_micros);
    case FIELD_TRADE_SHARES:
        return known_or(event->leader.size_micros);
    case FIELD_TRADE_NOTIONAL:
        return known_or(event->leader.notional_micros);
    case FIELD_TRADE_SIDE:
        return event->leader.is_sell ? 0 : 1;
    case FIELD_TRADE_TOKEN:
        return event->leader.token < 0 ? UNKNOWN : (double)event->leader.token;
    case FIELD_TRADE_MARKET:
        return event->leader.market < 0 ? UNKNOWN : (double)event->leader.market;
    case FIELD_TRADE_CLOSES_IN:
        return known_or(event->leader.closes_in_us);
    case FIELD_TRADE_PAIRS_HELD:
        return pairs_held(e, event->leader.market);
    default:
        return event->leader.first_ts_us == MICROS_UNKNOWN
                   ? UNKNOWN
                   : seconds_of(link_clamp(e->now_us - event->leader.first_ts_us, FOREVER));
    }
}

void link_leader(Engine *e, const Event *event)
{
    for (uint32_t i = 0; i < e->event_links.count; i++) {
        const Link *l = &e->event_links.items[i];

        if (owner_of(l->field) == OWNER_TRADE) *l->to = trade_value(e, event, l->field);
    }
}

void link_resolve(Engine *e, const Event *event)
{
    for (uint32_t i = 0; i < e->event_links.count; i++) {
        const Link *l = &e->event_links.items[i];

        if (l->field == FIELD_WINNER)
            *l->to = event->resolve.winner < 0 ? UNKNOWN : (double)event->resolve.winner;
        if (l->field == FIELD_SPOT_CLOSE) *l->to = num_canon(event->resolve.spot_close);
    }
}

void link_feed(Engine *e, uint32_t feed, double value)
{
    for (uint32_t i = 0; i < e->feed_links.count; i++)
        if (e->feed_links.items[i].index == feed) *e->feed_links.items[i].to = num_canon(value);
}
