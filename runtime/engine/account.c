/* account.c — see account.h. */
#include "runtime/engine/account.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"

#define BOOKED_MAX (BOOKED_MAX_MICROS * FX_ONE)

Posting posting_new(Account *a, EffectSink sink, int64_t ts_us, int32_t token, uint64_t order)
{
    Posting p = {a, sink, effect_new(EFFECT_LEDGER, ts_us)};

    p.row.token = token;
    p.row.order = order;
    return p;
}

static void post(Posting *p, LedgerKind kind, int64_t amount)
{
    if (!amount) return;
    p->account->sums[kind] += amount;
    if (kind == LEDGER_CASH) p->account->cash_micros += amount;
    if (!p->sink.take) return;
    p->row.index = (uint16_t)kind;
    p->row.amount_micros = amount;
    effect_send(p->sink, &p->row);
}

void account_fund(Posting *p, int64_t amount_micros)
{
    post(p, LEDGER_CASH, amount_micros);
    post(p, LEDGER_CAPITAL, -amount_micros);
}

int64_t cost_part(int64_t cost_micros, int64_t part_micros, int64_t size_micros)
{
    int64_t part = 0;

    if (part_micros == size_micros) return cost_micros;
    BUG_IF(!fx_muldiv(cost_micros, part_micros, size_micros, FX_ZERO, &part));
    return part;
}

double position_entry(const Position *p)
{
    return p->size_micros ? (double)p->cost_micros / (double)p->size_micros : UNKNOWN;
}

/* The most negative number has no opposite; it is too large for a book as well. */
static int64_t abs_size(int64_t x)
{
    if (x == INT64_MIN) return INT64_MAX;
    return x < 0 ? -x : x;
}

static bool is_possible(int64_t size, int64_t price, int64_t fee, int64_t *ret_notional)
{
    if (size == INT64_MIN || price < 0 || fee <= -BOOKED_MAX || fee >= BOOKED_MAX) return false;
    if (!size || abs_size(size) >= BOOKED_MAX) return false;
    return fx_mul(size, price, FX_HALF_EVEN, ret_notional) && abs_size(*ret_notional) < BOOKED_MAX;
}

/* Takes `part` (>= 0) of the position off; `value` is what it is worth now, signed like the size. */
static void reduce(Posting *p, Position *pos, int64_t part, int64_t value, bool is_margined,
                   TradeResult *r)
{
    int64_t off = pos->size_micros < 0 ? -part : part;

    r->reduced_micros = part;
    r->cost_removed_micros = cost_part(pos->cost_micros, off, pos->size_micros);
    r->profit_micros = value - r->cost_removed_micros;
    pos->size_micros -= off;
    pos->cost_micros -= r->cost_removed_micros;
    post(p, LEDGER_CASH, is_margined ? r->profit_micros : value);
    post(p, LEDGER_POSITION, -r->cost_removed_micros);
    post(p, LEDGER_PROFIT, -r->profit_micros);
    if (is_margined) post(p, LEDGER_BASIS, r->cost_removed_micros);
}

static void enlarge(Posting *p, Position *pos, int64_t size, int64_t cost, bool is_margined,
                    TradeResult *r)
{
    r->opened_micros = abs_size(size);
    r->cost_opened_micros = cost;
    pos->size_micros += size;
    pos->cost_micros += cost;
    post(p, is_margined ? LEDGER_BASIS : LEDGER_CASH, -cost);
    post(p, LEDGER_POSITION, cost);
}

bool account_trade(Posting *p, Position *pos, const Trade *t, TradeResult *ret)
{
    int64_t notional, held = abs_size(pos->size_micros), size = abs_size(t->size_micros);
    bool against = (pos->size_micros < 0) != (t->size_micros < 0) && held;
    int64_t part = !against ? 0 : size < held ? size : held;
    TradeResult r = {0};

    if (!is_possible(t->size_micros, t->price_micros, t->fee_micros, &notional)) return false;
    if (part) {
        int64_t value = notional; /* of the part that reduces; a sale brings, a purchase costs */

        if (part != size) BUG_IF(!fx_mul(part, t->price_micros, FX_HALF_EVEN, &value));
        if (part != size && t->size_micros < 0) value = -value;
        notional -= value;
        reduce(p, pos, part, -value, t->is_margined, &r);
    }
    if (size > part)
        enlarge(p, pos, t->size_micros < 0 ? part - size : size - part, notional, t->is_margined,
                &r);
    post(p, LEDGER_CASH, -t->fee_micros);
    post(p, LEDGER_FEES, t->fee_micros);
    *ret = r;
    return true;
}

bool account_settle(Posting *p, int64_t size_micros, int64_t cost_micros, int64_t payout_micros,
                    int64_t *ret_profit)
{
    int64_t value;

    if (!fx_mul(size_micros, payout_micros, FX_HALF_EVEN, &value)) return false;
    post(p, LEDGER_CASH, value);
    post(p, LEDGER_POSITION, -cost_micros);
    post(p, LEDGER_PROFIT, cost_micros - value);
    *ret_profit = value - cost_micros;
    return true;
}

bool account_sets(Posting *p, Position *a, Position *b, int64_t size_micros, int64_t *ret_profit)
{
    TradeResult ra, rb;
    Trade half = {size_micros, FX_ONE / 2, 0, false};

    if (!account_trade(p, a, &half, &ra) || !account_trade(p, b, &half, &rb)) return false;
    *ret_profit = ra.profit_micros + rb.profit_micros;
    return true;
}
