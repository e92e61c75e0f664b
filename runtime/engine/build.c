/* build.c — engine_new: rooms for everything an image can need, on the arena, once. */
#include "runtime/engine/due.h"
#include "runtime/engine/link.h"
#include "runtime/engine/purse.h"
#include "runtime/engine/slot.h"
#include "runtime/engine/wallet.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { SOURCE_MARKET = 0, SOURCE_LEADER = 1, SOURCE_ACCOUNT = 2, SOURCE_FEED = 3 };

EngineConfig engine_config_default(const Image *image)
{
    return (EngineConfig){.image = image,
                          .cash_micros = 1000 * FX_ONE,
                          .market_bound_micros = 50000,
                          .market_bound_ratio = 0.01,
                          .exit_bound_micros = 200000,
                          .exit_bound_ratio = 0.2};
}

double engine_operand(const Engine *e, uint16_t operand)
{
    uint32_t index = operand & OPND_INDEX;

    if ((operand & OPND_FILE) == OPND_CONST && index < e->image->consts_count)
        return e->image->consts[index];
    if ((operand & OPND_FILE) == OPND_PARAM &&
        index < e->image->params_count + e->image->derived_count)
        return vm_param(e->vm, index);
    return UNKNOWN;
}

static uint32_t count_sources(const Image *image, uint8_t source)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        n += image->sources[i].source == source;
    return n;
}

static int64_t stale_us(const Engine *e, const SourceRow *row)
{
    int64_t us = row->stale_us;

    if (row->stale != OPND_NONE && !fx_from_double(engine_operand(e, row->stale), &us)) us = 0;
    return us;
}

/* ---- counts ----------------------------------------------------------------------------------- */

static bool has_unnamed_market(const Image *image)
{
    for (uint32_t i = 0; i < image->tokens_count; i++)
        if (image->tokens[i].market == MARKET_NONE) return true;
    return false;
}

/* A split makes both shares, also one that the file never names. */
static bool has_sets(const Image *image)
{
    for (uint32_t i = 0; i < image->actions_count; i++)
        if (image->actions[i].kind == ACT_SPLIT || image->actions[i].kind == ACT_MERGE) return true;
    return false;
}

static void count_all(Engine *e)
{
    const Image *image = e->image;
    uint32_t dynamic = 0;

    e->static_markets = count_sources(image, SOURCE_MARKET);
    e->leader_count = count_sources(image, SOURCE_LEADER);
    e->account_count = count_sources(image, SOURCE_ACCOUNT);
    e->feed_count = count_sources(image, SOURCE_FEED);
    if (!e->account_count) e->account_count = 1;
    if (has_unnamed_market(image)) dynamic = 1;
    if (e->leader_count) dynamic = DYNAMIC_MARKETS;
    e->market_count = e->static_markets + dynamic;
    e->static_tokens = image->tokens_count;
    e->dynamic_tokens = dynamic * OUTCOMES;
    e->token_count = e->static_tokens + e->dynamic_tokens;
    if (has_sets(image)) e->token_count += e->static_markets * OUTCOMES;
}

static bool take_rooms(Engine *e, Arena *arena)
{
    e->markets = arena_array(arena, MarketRun, e->market_count ? e->market_count : 1);
    e->tokens = arena_array(arena, TokenRun, e->token_count ? e->token_count : 1);
    e->accounts = arena_array(arena, Account, e->account_count);
    e->sampled = arena_array(arena, Sampled, e->account_count + 1U);
    e->feeds = arena_array(arena, FeedRun, e->feed_count + 1U);
    e->orders.room = room_new(e->grows, 2, ORDERS_MAX);
    e->fill_room = room_new(e->grows, 4, FILLS_MAX);
    e->ended_room = room_new(e->grows, 4, ENDED_MAX);
    e->group_room = room_new(e->grows, 0, GROUPS_MAX);
    e->waiting_room = room_new(e->grows, 0, WAITING_MAX);
    e->pin_room = room_new(e->grows, 0, PINS_MAX);
    e->orders.open = arena_array(arena, Order, e->orders.room.cap);
    e->quotes = arena_array(arena, uint64_t, 2 * (size_t)e->image->meta->quotes + 1);
    e->groups = arena_array(arena, GroupRun, e->group_room.cap);
    e->limits = arena_array(arena, LimitRun, e->image->limits_count + 1U);
    e->held = arena_array(arena, double, (size_t)HELD_FIELDS *(e->token_count + 1U));
    e->slot_pnl = arena_array(arena, double, e->market_count + 1U);
    e->slot_trades = arena_array(arena, double, e->market_count + 1U);
    e->pins = arena_array(arena, Pin, e->pin_room.cap);
    e->touched = arena_array(arena, uint8_t, e->token_count + 1U);
    return !arena_is_full(arena);
}

/* ---- markets and tokens ----------------------------------------------------------------------- */

static void init_market(Engine *e, uint32_t id, const SourceRow *row)
{
    MarketRun *m = &e->markets[id];
    const MarketRules *rules = e->config.rules;

    m->id = (uint8_t)id;
    m->kind = row ? row->kind : (uint8_t)MARKET_BINARY;
    m->is_open = true;
    m->rules = rules_of_test((MarketKind)m->kind);
    if (rules) m->rules = rules[row ? id : e->static_markets];
    m->slot_us = row ? row->slot_us : 0;
    m->closes_at_us = MICROS_UNKNOWN;
    m->stale_after_us = row ? stale_us(e, row) : 60 * SECOND_US;
    if (e->config.heartbeat) m->stale_after_us = 0;
    m->stale_at_us = FOREVER;
    m->exit_us = m->loss_us = m->filled_us = INT64_MIN;
    feature_state_init(&m->feature);
}

static void init_markets(Engine *e)
{
    uint32_t id = 0;

    for (uint32_t i = 0; i < e->image->sources_count; i++)
        if (e->image->sources[i].source == SOURCE_MARKET)
            init_market(e, id++, &e->image->sources[i]);
    while (id < e->market_count)
        init_market(e, id++, NULL);
}

static bool init_token(Engine *e, uint32_t id, uint8_t market, uint8_t outcome, uint8_t account,
                       Arena *arena)
{
    TokenRun *t = &e->tokens[id];
    uint8_t kind;

    if (market == MARKET_NONE) market = (uint8_t)e->static_markets;
    if (market >= e->market_count || account >= e->account_count) return false;
    kind = e->markets[market].kind;
    t->market = market;
    t->outcome = outcome < OUTCOMES ? outcome : 0;
    t->account = account;
    t->has_coins = kind == MARKET_SPOT || kind == MARKET_PERP;
    t->is_margined = kind == MARKET_PERP;
    t->held.best_micros = MICROS_UNKNOWN;
    t->fields = e->held + (size_t)HELD_FIELDS * id;
    t->leader_cost = arena_array(arena, int64_t, e->leader_count + 1U);
    return !arena_is_full(arena);
}

static bool has_static_token(const Engine *e, uint32_t market, uint8_t outcome)
{
    for (uint32_t i = 0; i < e->static_tokens; i++)
        if (e->tokens[i].market == market && e->tokens[i].outcome == outcome) return true;
    return false;
}

static bool init_tokens(Engine *e, Arena *arena)
{
    for (uint32_t i = 0; i < e->static_tokens; i++) {
        const TokenRow *row = &e->image->tokens[i];

        if (!init_token(e, i, row->market, row->outcome, row->account, arena)) return false;
    }
    for (uint32_t i = e->static_tokens; i < e->token_count; i++) {
        uint32_t n = (i - e->static_tokens) / OUTCOMES, dynamic = e->dynamic_tokens / OUTCOMES;
        uint8_t outcome = (uint8_t)((i - e->static_tokens) % OUTCOMES);
        uint32_t market = n < dynamic ? e->static_markets + n : n - dynamic;

        if (!init_token(e, i, (uint8_t)market, outcome, 0, arena)) return false;
    }
    return true;
}

/* A token made here that the file names itself is not used. */
static bool is_shadowed(const Engine *e, uint32_t token)
{
    return token >= e->static_tokens &&
           has_static_token(e, e->tokens[token].market, e->tokens[token].outcome);
}

static bool list_tokens(Engine *e, MarketRun *m, Arena *arena)
{
    uint32_t count = 0, books = 0;

    for (uint32_t i = 0; i < e->token_count; i++) {
        books += e->tokens[i].market == m->id ? BOOK_FIELDS : 0;
        count += e->tokens[i].market == m->id && !is_shadowed(e, i);
    }
    m->tokens = arena_array(arena, int32_t, count + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; m->token_count < count; i++)
        if (e->tokens[i].market == m->id && !is_shadowed(e, i))
            m->tokens[m->token_count++] = (int32_t)i;
    m->plan = feature_plan_new(e->image->inputs_count + (link_needs_books(e) ? books : 0), arena);
    return !arena_is_full(arena);
}

static bool make_closed(const Engine *e, MarketRun *m, Arena *arena)
{
    if (m->kind != MARKET_SLOT) return true;
    m->closed_room = room_new(e->grows, 1, CLOSED_MAX);
    m->closed = arena_array(arena, ClosedSlot, m->closed_room.cap);
    return !arena_is_full(arena) && slot_rooms(e, m, 0, arena);
}

static bool init_lists(Engine *e, Arena *arena)
{
    for (uint32_t i = 0; i < e->market_count; i++)
        if (!list_tokens(e, &e->markets[i], arena) || !make_closed(e, &e->markets[i], arena))
            return false;
    return true;
}

static void init_feeds(Engine *e)
{
    uint32_t id = 0;

    for (uint32_t i = 0; i < e->image->sources_count; i++) {
        const SourceRow *row = &e->image->sources[i];

        if (row->source != SOURCE_FEED) continue;
        e->feeds[id].stale_after_us = e->config.heartbeat ? 0 : stale_us(e, row);
        e->feeds[id++].stale_at_us = FOREVER;
    }
}

/* ---- the wallet at the start ------------------------------------------------------------------ */

static void fund(Engine *e)
{
    EffectSink nobody = {NULL, NULL};

    for (uint32_t i = 0; i < e->account_count; i++) {
        Posting p = posting_new(&e->accounts[i], nobody, e->now_us, -1, 0);

        if (!e->purse || !purse_has(e->purse, e, i)) account_fund(&p, e->config.cash_micros);
    }
    for (uint32_t i = 0; i < e->image->limits_count; i++)
        e->limits[i].window = INT64_MIN;
    for (uint32_t i = 0; i < e->token_count; i++)
        wallet_held(e, &e->tokens[i]);
    wallet_tally(e);
    for (uint32_t i = 0; i <= e->account_count; i++)
        sampled_fields(&e->sampled[i]);
    wallet_sample(e);
}

/* What ticks rarely touch. */
static bool take_back_rooms(Engine *e, Arena *arena)
{
    e->out = vm_out_new(e->image, arena);
    e->fills = arena_array(arena, FillRecord, e->fill_room.cap);
    e->ended = arena_array(arena, Ended, e->ended_room.cap);
    e->waiting = arena_array(arena, Waiting, e->waiting_room.cap);
    return !arena_is_full(arena);
}

/* From the machine to the first intents of an event all that a tick touches lies together: of thousands of
 * engines none is in the caches. */
Engine *engine_new(const EngineConfig *config, Arena *arena)
{
    Vm *vm = (config->is_small ? vm_new_small : vm_new)(config->image, config->params, arena);
    Engine *e = vm ? arena_new(arena, Engine) : NULL;

    if (!e || arena_is_full(arena)) return NULL;
    e->vm = vm;
    e->wallet = vm_wallet_new(vm, arena);
    e->config = *config;
    e->image = config->image;
    e->grows = config->is_small ? arena : NULL;
    e->now_us = config->start_us;
    e->leader = NO_LEADER;
    count_all(e);
    if (e->market_count >= MARKET_NONE || !take_rooms(e, arena)) return NULL;
    init_markets(e);
    init_feeds(e);
    if (!init_tokens(e, arena) || !init_lists(e, arena)) return NULL;
    if (!link_inputs(e, arena) || !link_books(e, arena) || !link_clocks(e, arena)) return NULL;
    if (!take_back_rooms(e, arena)) return NULL;
    if (config->purse && !purse_join(config->purse, e)) return NULL;
    vm_set_held(e->wallet, e->held, e->token_count);
    fund(e);
    due_start(e, config->start_us);
    return e;
}
