/* fleet_sum.c — the results of many assignments as one: rows in order of time, totals of wallets and of all. */
#include <string.h>

#include "runtime/backtest/fleet_inside.h"
#include "vm/base/sort.h"

enum { EVERYBODY = -1 };

typedef struct Ref { /* a row of one desk */
    int64_t at_us;
    uint32_t pair, row, group; /* group: market of a slot */
} Ref;

typedef struct Maps { /* of one desk: where its rows went */
    uint32_t *orders, *trades, *slots;
} Maps;

typedef struct Sum {
    Fleet *f;
    Result *r;
    int32_t wallet; /* EVERYBODY: all */
    Maps *maps;
    uint32_t rule_first[FLEET_STRATEGIES];
    uint32_t market_ticks[FLEET_MARKETS];
} Sum;

static bool is_in(const Sum *s, uint32_t pair)
{
    return s->wallet == EVERYBODY || s->f->desks[pair].wallet == (uint32_t)s->wallet;
}

static uint32_t moved(const uint32_t *map, uint32_t row)
{
    return row == RESULT_NONE ? (uint32_t)RESULT_NONE : map[row];
}

static int by_time(const void *a, const void *b, void *ctx)
{
    const Ref *x = a, *y = b;

    (void)ctx;
    if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

/* ---- rows ---------------------------------------------------------------------------------------- */

typedef enum RowKind { ROW_ORDER, ROW_TRADE, ROW_SLOT } RowKind;

static size_t row_count(const Result *r, RowKind kind)
{
    return kind == ROW_ORDER   ? r->orders.count
           : kind == ROW_TRADE ? r->trades.count
                               : r->slots.count;
}

static Ref ref_of(const Sum *s, uint32_t pair, uint32_t row, RowKind kind)
{
    const Desk *d = &s->f->desks[pair];
    const Result *r = &d->is.result;
    Ref ref = {0, pair, row, 0};

    if (kind == ROW_ORDER) ref.at_us = r->orders.items[row].decided_us;
    if (kind == ROW_TRADE) ref.at_us = r->trades.items[row].opened_us;
    if (kind == ROW_SLOT) {
        ref.at_us = r->slots.items[row].start_us;
        ref.group = d->markets[r->slots.items[row].market];
    }
    return ref;
}

/* All rows of that kind in order of time, of equal times in order of the desks. */
static Ref *rows_of(const Sum *s, RowKind kind, size_t *ret_count)
{
    size_t count = 0, at = 0;
    Ref *refs;

    for (uint32_t i = 0; i < s->f->config.pair_count; i++)
        if (is_in(s, i)) count += row_count(&s->f->desks[i].is.result, kind);
    refs = arena_array(s->f->arena, Ref, count + 1);
    if (arena_is_full(s->f->arena)) return NULL;
    for (uint32_t i = 0; i < s->f->config.pair_count; i++)
        for (uint32_t row = 0; is_in(s, i) && row < row_count(&s->f->desks[i].is.result, kind);
             row++)
            refs[at++] = ref_of(s, i, row, kind);
    *ret_count = count;
    return sort_stable(refs, count, sizeof *refs, by_time, NULL, s->f->arena) ? refs : NULL;
}

static void join_slots(ResultSlot *to, const ResultSlot *from)
{
    to->pnl_micros += from->pnl_micros;
    to->fees_micros += from->fees_micros;
    to->orders += from->orders;
    to->fills += from->fills;
    to->trades += from->trades;
    if (from->ticks > to->ticks) to->ticks = from->ticks;
    if (from->winner > to->winner) to->winner = from->winner;
    if (from->settled_us > to->settled_us) to->settled_us = from->settled_us;
}

/* A slot that several strategies watched is one. */
static bool sum_slots(Sum *s)
{
    size_t count = 0;
    Ref *refs = rows_of(s, ROW_SLOT, &count);

    if (!refs || !vec_reserve(s->f->arena, &s->r->slots, count)) return false;
    for (size_t i = 0; i < count; i++) {
        ResultSlot slot = s->f->desks[refs[i].pair].is.result.slots.items[refs[i].row];

        slot.market = (uint8_t)refs[i].group;
        if (i && refs[i - 1].at_us == refs[i].at_us && refs[i - 1].group == refs[i].group)
            join_slots(&vec_last(&s->r->slots), &slot);
        else
            s->r->slots.items[s->r->slots.count++] = slot;
        s->maps[refs[i].pair].slots[refs[i].row] = (uint32_t)s->r->slots.count - 1;
    }
    return true;
}

static bool sum_orders(Sum *s)
{
    size_t count = 0;
    Ref *refs = rows_of(s, ROW_ORDER, &count);

    if (!refs || !vec_reserve(s->f->arena, &s->r->orders, count)) return false;
    for (size_t i = 0; i < count; i++) {
        const Desk *d = &s->f->desks[refs[i].pair];
        ResultOrder o = d->is.result.orders.items[refs[i].row];

        o.assignment = refs[i].pair;
        o.market = d->markets[o.market];
        o.slot = moved(s->maps[refs[i].pair].slots, o.slot);
        if (o.rule != NONE_16)
            o.rule = (uint16_t)(o.rule + s->rule_first[s->f->config.pairs[refs[i].pair].strategy]);
        s->maps[refs[i].pair].orders[refs[i].row] = (uint32_t)i;
        s->r->orders.items[s->r->orders.count++] = o;
    }
    return true;
}

static bool sum_trades(Sum *s)
{
    size_t count = 0;
    Ref *refs = rows_of(s, ROW_TRADE, &count);

    if (!refs || !vec_reserve(s->f->arena, &s->r->trades, count)) return false;
    for (size_t i = 0; i < count; i++) {
        const Desk *d = &s->f->desks[refs[i].pair];
        const Maps *maps = &s->maps[refs[i].pair];
        ResultTrade t = d->is.result.trades.items[refs[i].row];

        t.assignment = refs[i].pair;
        t.market = d->markets[t.market];
        t.slot = moved(maps->slots, t.slot);
        t.entry_order = moved(maps->orders, t.entry_order);
        t.exit_order = moved(maps->orders, t.exit_order);
        maps->trades[refs[i].row] = (uint32_t)i;
        s->r->trades.items[s->r->trades.count++] = t;
    }
    for (size_t i = 0; i < s->r->orders.count; i++) {
        ResultOrder *o = &s->r->orders.items[i];

        o->trade = moved(s->maps[o->assignment].trades, o->trade);
    }
    return true;
}

/* ---- figures ------------------------------------------------------------------------------------- */

static void sum_money(Sum *s, const Purser *p)
{
    ResultTotals *t = &s->r->totals;

    t->start_cash_micros = t->end_cash_micros = p->start_micros;
    t->is_balanced = true;
    for (uint32_t i = 0; i < s->f->config.pair_count; i++) {
        const ResultTotals *one = &s->f->desks[i].is.result.totals;

        if (!is_in(s, i)) continue;
        t->end_cash_micros += one->end_cash_micros - one->start_cash_micros;
        t->pnl_micros += one->pnl_micros;
        t->ledger_sum_micros += one->ledger_sum_micros;
        t->balance_sum_micros += one->balance_sum_micros;
        t->is_balanced &= one->is_balanced;
        t->faults += one->faults;
        t->skipped += one->skipped;
        t->broken += one->broken;
        t->fills += one->fills;
    }
    t->end_equity_micros = p->start_micros + t->pnl_micros;
    t->is_balanced &= t->ledger_sum_micros == t->balance_sum_micros &&
                      t->end_equity_micros == p->tally.equity_micros;
}

/* The rows of a wallet, or of all, and what follows from them. */
static bool sum_rows(Sum *s, Purser *p)
{
    s->r->totals = p->totals;
    p->tally.totals = &s->r->totals;
    if (!sum_slots(s) || !sum_orders(s) || !sum_trades(s)) return false;
    for (uint32_t i = 0; i < FLEET_MARKETS; i++)
        s->r->totals.ticks += s->market_ticks[i];
    tally_until(&p->tally, s->r->totals.end_us);
    totals_of_rows(s->r);
    sum_money(s, p);
    tally_end(&p->tally);
    totals_ratios(&s->r->totals);
    return true;
}

static bool take_maps(Sum *s)
{
    Arena *arena = s->f->arena;

    s->maps = arena_array(arena, Maps, s->f->config.pair_count + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < s->f->config.pair_count; i++) {
        const Result *r = &s->f->desks[i].is.result;

        if (!is_in(s, i)) continue;
        s->maps[i] = (Maps){arena_array(arena, uint32_t, r->orders.count + 1),
                            arena_array(arena, uint32_t, r->trades.count + 1),
                            arena_array(arena, uint32_t, r->slots.count + 1)};
        for (uint32_t m = 0; m < r->market_count; m++)
            s->market_ticks[s->f->desks[i].markets[m]] = (uint32_t)r->markets[m].ticks;
    }
    return !arena_is_full(arena);
}

/* ---- of all -------------------------------------------------------------------------------------- */

/* Labels of all strategies behind each other. */
static bool join_rules(Sum *s)
{
    const FleetConfig *config = &s->f->config;
    uint32_t count = 0;
    Span *rules;

    for (uint32_t i = 0; i < config->strategy_count; i++) {
        s->rule_first[i] = count;
        count += config->strategies[i].image->rules_count;
    }
    rules = arena_array(s->f->arena, Span, count + 1U);
    if (arena_is_full(s->f->arena) || count >= NONE_16) return false;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const Image *image = config->strategies[i].image;

        for (uint32_t k = 0; k < image->rules_count; k++)
            rules[s->rule_first[i] + k] = image_string(image, image->rules[k].label);
    }
    s->r->rules = rules;
    s->r->rule_count = count;
    return true;
}

static bool join_markets(Sum *s)
{
    uint32_t n = s->f->config.how.market_count;
    ResultMarket *markets = arena_array(s->f->arena, ResultMarket, n + 1U);

    if (arena_is_full(s->f->arena)) return false;
    for (uint32_t i = s->f->config.pair_count; i-- > 0;) {
        const Desk *d = &s->f->desks[i];

        for (uint32_t m = 0; m < d->is.result.market_count; m++)
            markets[d->markets[m]] = d->is.result.markets[m];
    }
    s->r->markets = markets;
    s->r->market_count = n;
    return true;
}

/* What all was worth at that time: the last point not later. */
static int64_t worth_at(const Fleet *f, int64_t ts_us)
{
    size_t low = 0, high = f->curve.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (f->curve.items[middle].ts_us <= ts_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? f->curve.items[low - 1].equity_micros : fleet_all(f)->start_micros;
}

static bool join_curve(Sum *s)
{
    ResultPoint end = {s->r->totals.end_us, s->r->totals.end_equity_micros};

    /* More may have happened at the instant of the last point. */
    if (s->f->curve.count && vec_last(&s->f->curve).ts_us == end.ts_us)
        vec_last(&s->f->curve) = end;
    else if (!vec_push(s->f->arena, &s->f->curve, end))
        return false;
    s->r->curve.items = s->f->curve.items;
    s->r->curve.count = s->r->curve.cap = s->f->curve.count;
    for (size_t i = 0; i < s->r->slots.count; i++) {
        ResultSlot *slot = &s->r->slots.items[i];

        slot->equity_micros =
            worth_at(s->f, slot->settled_us == MICROS_UNKNOWN ? end.ts_us : slot->settled_us);
    }
    return true;
}

static void put_u32(Sha256 *h, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 24)};

    sha256_update(h, bytes, sizeof bytes);
}

/* Of each assignment its wallet and its result; of each strategy its image. */
static void hash_all(Sum *s)
{
    const FleetConfig *config = &s->f->config;
    Sha256 results, images;

    sha256_init(&results);
    sha256_init(&images);
    for (uint32_t i = 0; i < config->pair_count; i++) {
        put_u32(&results, config->pairs[i].wallet);
        sha256_update(&results, s->f->desks[i].is.result.result_sha256, SHA256_SIZE);
    }
    for (uint32_t i = 0; i < config->strategy_count; i++)
        sha256_update(&images, config->strategies[i].image->semantic_hash, SHA256_SIZE);
    sha256_final(&results, s->r->result_sha256);
    sha256_final(&images, s->r->image_sha256);
    if (config->how.tape_sha256)
        memcpy(s->r->tape_sha256, config->how.tape_sha256, sizeof s->r->tape_sha256);
}

static void sum_receipts(Sum *s)
{
    for (int i = 0; i < RECEIPTS; i++) {
        uint64_t count = 0;

        for (uint32_t k = 0; k < s->f->config.pair_count && !s->f->shared; k++)
            count += s->f->desks[k].is.result.receipt[i].count;
        s->r->receipt[i] = s->f->desks[0].is.result.receipt[i];
        if (!s->f->shared) s->r->receipt[i].count = count;
    }
}

static bool hang_wallets(Fleet *f, Result *ret)
{
    ResultWallet *wallets = arena_array(f->arena, ResultWallet, f->config.wallet_count + 1U);

    if (arena_is_full(f->arena)) return false;
    for (uint32_t i = 0; i < f->config.wallet_count; i++) {
        Result *r = arena_new(f->arena, Result);
        Sum s = {.f = f, .r = r, .wallet = (int32_t)i};

        if (arena_is_full(f->arena) || !take_maps(&s) || !sum_rows(&s, &f->pursers[i]))
            return false;
        wallets[i] = (ResultWallet){f->config.wallets[i].name, r->totals};
    }
    ret->wallets = wallets;
    ret->wallet_count = f->config.wallet_count;
    return true;
}

static bool hang_assignments(Fleet *f, Result *ret)
{
    ResultAssignment *rows = arena_array(f->arena, ResultAssignment, f->config.pair_count + 1U);

    if (arena_is_full(f->arena)) return false;
    for (uint32_t i = 0; i < f->config.pair_count; i++)
        rows[i] = (ResultAssignment){f->config.strategies[f->config.pairs[i].strategy].name,
                                     f->config.pairs[i].wallet, &f->desks[i].is.result};
    ret->assignments = rows;
    ret->assignment_count = f->config.pair_count;
    ret->is_shared_book = f->shared != NULL;
    return true;
}

bool fleet_sum(Fleet *f, Result *ret)
{
    Sum s = {.f = f, .r = ret, .wallet = EVERYBODY};
    const BacktestConfig *how = &f->config.how;

    ret->model = how->model;
    ret->order_us = ret->cancel_us = how->latency_us;
    ret->jitter_us = how->jitter_us;
    ret->seed = how->seed;
    if (!hang_wallets(f, ret) || !hang_assignments(f, ret)) return false;
    if (!join_rules(&s) || !join_markets(&s) || !take_maps(&s)) return false;
    if (!sum_rows(&s, fleet_all(f)) || !join_curve(&s)) return false;
    sum_receipts(&s);
    hash_all(&s);
    return !arena_is_full(f->arena);
}
