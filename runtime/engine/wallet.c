/* wallet.c — see wallet.h. */
#include "runtime/engine/wallet.h"

#include "runtime/engine/limits.h"
#include "runtime/engine/purse.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* ---- tallies ---------------------------------------------------------------------------------- */

static void add_leaving(TokenRun *t, const Order *o)
{
    t->leaving_micros[o->is_sell] = sat_add(t->leaving_micros[o->is_sell], order_left(o));
    if (o->is_cancelling)
        t->cancelling_micros[o->is_sell] = sat_add(t->cancelling_micros[o->is_sell], order_left(o));
}

static void tally_reduction(Engine *e, const Order *o)
{
    add_leaving(&e->tokens[o->token], o);
    if (o->other >= 0) add_leaving(&e->tokens[o->other], o);
}

static void tally_order(Engine *e, const Order *o)
{
    TokenRun *t = &e->tokens[o->token];
    MarketRun *m = market_of_token(e, t);
    bool is_current = o->slot_start_us == m->slot_start_us;
    Account *a = &e->accounts[t->account];

    a->reserved_micros = sat_add(a->reserved_micros, order_reserve(o));
    if (o->is_leaving) return; /* its cash is not free before the cancel is answered */
    if (o->is_entry) {
        int64_t *sum = is_current ? &m->resting_micros : &m->stray_micros;

        *sum = sat_add(*sum, order_worst_left(o));
        return;
    }
    if (!is_current) return;
    tally_reduction(e, o);
}

void wallet_tally(Engine *e)
{
    for (uint32_t i = 0; i < e->account_count; i++)
        e->accounts[i].reserved_micros = 0;
    for (uint32_t i = 0; i < e->token_count; i++)
        for (int is_sell = 0; is_sell < 2; is_sell++)
            e->tokens[i].leaving_micros[is_sell] = e->tokens[i].cancelling_micros[is_sell] = 0;
    for (uint32_t i = 0; i < e->market_count; i++)
        e->markets[i].resting_micros = e->markets[i].stray_micros = 0;
    for (uint32_t i = 0; i < e->orders.count; i++)
        tally_order(e, &e->orders.open[i]);
    for (uint32_t i = 0; i < e->waiting_count; i++) /* all of the current slot */
        tally_reduction(e, &e->waiting[i].order);
    e->wallet_dirty = true;
}

void wallet_tally_added(Engine *e, const Order *last)
{
    tally_order(e, last);
    e->wallet_dirty = true;
}

int32_t wallet_token(const Engine *e, const MarketRun *m, uint8_t outcome)
{
    for (uint32_t i = 0; i < m->token_count; i++)
        if (e->tokens[m->tokens[i]].outcome == outcome) return m->tokens[i];
    return -1;
}

bool wallet_is_debt(const TokenRun *t)
{
    return t->held.size_micros < 0 && !t->is_margined;
}

/* Below 0 when more is promised than there is. */
static inline int64_t balance_of(const TokenRun *t)
{
    return abs_i64(t->held.size_micros) - t->leaving_micros[t->held.size_micros > 0] -
           t->held.pending_micros;
}

int64_t wallet_left(const TokenRun *t)
{
    int64_t left = balance_of(t);

    return left > 0 && !wallet_is_debt(t) ? left : 0;
}

/* Of a merge both tokens. */
static bool takes_from(const Order *o, const TokenRun *t, int32_t token, int64_t slot_us)
{
    return !o->is_entry && (o->token == token || o->other == token) &&
           o->is_sell == (t->held.size_micros > 0) && o->slot_start_us == slot_us;
}

int64_t wallet_promised(const Engine *e, int32_t token, Promised which)
{
    const TokenRun *t = &e->tokens[token];
    int64_t sum = 0, slot_us = market_of_token(e, t)->slot_start_us;

    for (uint32_t i = 0; i < e->orders.count; i++) {
        const Order *o = &e->orders.open[i];
        uint8_t is = o->is_leaving      ? PROMISED_LEAVING
                     : o->is_cancelling ? PROMISED_CANCELLING
                                        : PROMISED_SENT;

        if ((is & which) && takes_from(o, t, token, slot_us)) sum += order_left(o);
    }
    return sum;
}

int64_t wallet_left_surely(const Engine *e, int32_t token)
{
    int64_t left = wallet_left(&e->tokens[token]);

    if (left && e->has_leaving) left -= wallet_promised(e, token, PROMISED_LEAVING);
    return left > 0 ? left : 0;
}

int64_t wallet_left_soon(const TokenRun *t)
{
    int64_t left = balance_of(t) + t->cancelling_micros[t->held.size_micros > 0];

    return left > 0 && t->held.size_micros && !wallet_is_debt(t) ? left : 0;
}

/* ---- marks ------------------------------------------------------------------------------------ */

int64_t wallet_mark_price(const Engine *e, const TokenRun *t)
{
    const FeatureState *f = &market_of_token(e, t)->feature;

    return t->held.size_micros < 0 ? f->mark_ask[t->outcome] : f->mark_bid[t->outcome];
}

int64_t wallet_worth(int64_t size, int64_t mark)
{
    int64_t value = 0;

    if (size && mark != MICROS_UNKNOWN) (void)fx_mul(size, mark, FX_HALF_EVEN, &value);
    return value;
}

int64_t wallet_value(const Engine *e, const TokenRun *t)
{
    return wallet_worth(t->held.size_micros, wallet_mark_price(e, t));
}

int64_t wallet_own_equity(const Engine *e, uint32_t account)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->account_count; i++)
        if (!account || i + 1 == account) sum += e->accounts[i].cash_micros;
    for (uint32_t i = 0; i < e->token_count; i++) {
        const TokenRun *t = &e->tokens[i];

        if (account && t->account + 1u != account) continue;
        sum += t->closed_value;
        if (!t->held.size_micros) continue;
        sum += wallet_value(e, t) - (t->is_margined ? t->held.cost_micros : 0);
    }
    return sum;
}

int64_t wallet_equity(const Engine *e, uint32_t account)
{
    return e->purse ? purse_sum(e, account, wallet_own_equity) : wallet_own_equity(e, account);
}

int64_t wallet_exposure(const Engine *e, uint32_t account)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->token_count; i++)
        if (!account || e->tokens[i].account + 1u == account)
            sum += abs_i64(e->tokens[i].held.cost_micros) + e->tokens[i].closed_cost;
    return sum;
}

int64_t wallet_slot_pnl(const Engine *e, const MarketRun *m)
{
    int64_t sum = m->realised_micros;

    for (uint32_t i = 0; i < m->token_count; i++) {
        const TokenRun *t = &e->tokens[m->tokens[i]];

        if (t->held.size_micros) sum += wallet_value(e, t) - t->held.cost_micros;
    }
    return sum;
}

/* ---- fields ----------------------------------------------------------------------------------- */

static double gain_of(const Position *p, int64_t mark)
{
    double entry = position_entry(p), now = fx_to_double(mark);

    if (!p->size_micros || mark == MICROS_UNKNOWN) return UNKNOWN;
    return num_canon(p->size_micros < 0 ? 1 - now / entry : now / entry - 1);
}

static void note_position(const Engine *e, MarketRun *m)
{
    m->has_position = false;
    for (uint32_t i = 0; i < m->token_count; i++)
        m->has_position |= e->tokens[m->tokens[i]].held.size_micros != 0;
}

void wallet_held(Engine *e, TokenRun *t)
{
    static const Position nothing = {0};
    bool is_debt = wallet_is_debt(t);
    const Position *p = is_debt ? &nothing : &t->held;
    int64_t value = is_debt ? 0 : wallet_value(e, t);

    t->fields[FIELD_POSITION - FIELD_POSITION] = fx_to_double(p->size_micros);
    t->fields[FIELD_ENTRY - FIELD_POSITION] = num_canon(position_entry(p));
    t->fields[FIELD_VALUE - FIELD_POSITION] = fx_to_double(value);
    t->fields[FIELD_PNL - FIELD_POSITION] = fx_to_double(value - p->cost_micros);
    t->fields[FIELD_GAIN - FIELD_POSITION] = gain_of(p, wallet_mark_price(e, t));
    e->wallet_dirty = true;
    note_position(e, market_of_token(e, t));
}

void wallet_mark(Engine *e, const MarketRun *m)
{
    if (!m->has_position || !e->has_marks) return;
    for (uint32_t i = 0; i < m->token_count; i++)
        if (e->tokens[m->tokens[i]].held.size_micros) wallet_held(e, &e->tokens[m->tokens[i]]);
}

int64_t wallet_free(const Engine *e, uint32_t account)
{
    return e->purse ? purse_free(e, account) : account_free(&e->accounts[account]);
}

static int64_t joint_exposure(const Engine *e, uint32_t account)
{
    return e->purse ? purse_sum(e, account, wallet_exposure) : wallet_exposure(e, account);
}

static void write_cash(Engine *e)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->account_count; i++) {
        int64_t free_cash = wallet_free(e, i);

        sum += free_cash;
        e->sampled[i + 1].cash = fx_to_double(free_cash);
    }
    e->sampled[0].cash = fx_to_double(sum);
    for (uint32_t i = 0; i <= e->account_count; i++)
        e->sampled[i].exposure = fx_to_double(joint_exposure(e, i));
}

void wallet_write(Engine *e)
{
    e->wallet_dirty = e->purse != NULL; /* others may move what is read here */
    if (!e->wallet_links.count) return;
    write_cash(e);
    for (uint32_t i = 0; i < e->market_count; i++) {
        e->slot_pnl[i] = fx_to_double(wallet_slot_pnl(e, &e->markets[i]));
        e->slot_trades[i] = (double)e->markets[i].slot_trades;
    }
    for (uint32_t i = 0; i < e->wallet_links.count; i++)
        *e->wallet_links.items[i].to = *e->wallet_links.items[i].from;
}

/* ---- samples ---------------------------------------------------------------------------------- */

/* A test may hold equity at a value of its own. */
static int64_t pinned_equity(const Engine *e, uint32_t account, int64_t otherwise)
{
    int64_t micros;

    for (uint32_t i = 0; i < e->pin_count; i++) {
        const InputRow *row = &e->image->inputs[e->pins[i].input];

        if (row->field == FIELD_EQUITY && (row->index == account || e->account_count == 1) &&
            fx_from_double(e->pins[i].value, &micros))
            return micros;
    }
    return otherwise;
}

void sampled_fields(Sampled *s)
{
    double lost = (double)(s->peak_micros - s->equity_micros);

    s->equity = fx_to_double(s->equity_micros);
    s->drawdown = num_canon(lost / (double)s->peak_micros);
}

/* Fields are written anew where it has changed. */
static void sample_one(Engine *e, uint32_t account, int64_t equity_micros)
{
    Sampled *s = &e->sampled[account];

    if (e->pin_count) equity_micros = pinned_equity(e, account, equity_micros);
    if (s->equity_micros == equity_micros) return;
    s->equity_micros = equity_micros;
    if (s->equity_micros > s->peak_micros) s->peak_micros = s->equity_micros;
    sampled_fields(s);
    e->wallet_dirty = true;
}

void wallet_sample(Engine *e)
{
    int64_t all = wallet_equity(e, 0);

    sample_one(e, 0, all);
    for (uint32_t i = 1; i <= e->account_count; i++)
        sample_one(e, i, e->account_count == 1 ? all : wallet_equity(e, i));
    e->sampled_us = e->now_us;
    limits_sampled(e);
}
