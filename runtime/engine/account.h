/* account.h — money and holdings: integer cash, positions at cost, a double-entry ledger.
 *
 * Every change of an account is booked as rows that sum to zero; the rows of LEDGER_CASH sum to the
 * cash and those of LEDGER_POSITION to the cost of what is held, after every event.  Costs are
 * averages: a reduction takes its share of the cost, the last one all of it.  Perpetuals are not paid
 * for: their cost stands against LEDGER_BASIS, only profits and fees touch the cash. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runtime/engine/effect.h"

enum { BOOKED_MAX_MICROS = 1000000000 }; /* a booking's size and value stay below this many units */

typedef struct Account { /* of the Engine; changed by account_*() alone */
    int64_t cash_micros;
    int64_t reserved_micros; /* by open orders; a tally, see engine_tally */
    int64_t sums[LEDGER_KINDS];
} Account;

typedef struct Position {   /* in one token */
    int64_t size_micros;    /* below 0: short */
    int64_t cost_micros;    /* of what is held, without fees; below 0: short */
    int64_t pending_micros; /* bought, not yet certain enough to be sold */
    int64_t first_us;       /* first fill after flat */
    /* highest bid (short: lowest ask) of the ticks since; unknown before the first */
    int64_t best_micros;
    bool exit_ready; /* a tick has passed since the latest entry fill */
} Position;

typedef struct Trade {
    int64_t size_micros; /* below 0: sold */
    int64_t price_micros, fee_micros;
    bool is_margined; /* a perpetual */
} Trade;

typedef struct TradeResult {
    int64_t opened_micros, reduced_micros; /* sizes, both >= 0 */
    int64_t cost_opened_micros;            /* of what was opened; signed like the cost */
    int64_t cost_removed_micros;           /* of what was reduced; signed like the cost */
    int64_t profit_micros;                 /* of what was reduced, without the fee */
} TradeResult;

typedef struct Posting { /* where the rows of one booking go */
    Account *account;
    EffectSink sink;
    Effect row; /* token, order, ts_us of every row */
} Posting;

Posting posting_new(Account *a, EffectSink sink, int64_t ts_us, int32_t token, uint64_t order);
/* Brings in (or takes out) cash. */
void account_fund(Posting *p, int64_t amount_micros);
/* Books a trade; false, with nothing changed, when its figures are impossible. */
bool account_trade(Posting *p, Position *pos, const Trade *t, TradeResult *ret);
/* Shares of `pos` become cash at `payout_micros` a share: settlement, without a fee. */
bool account_settle(Posting *p, int64_t size_micros, int64_t cost_micros, int64_t payout_micros,
                    int64_t *ret_profit);
/* A full set: one share of both for one dollar (size > 0), or back (size < 0). */
bool account_sets(Posting *p, Position *a, Position *b, int64_t size_micros, int64_t *ret_profit);
/* What is left of a cost when `part` of `size` goes. */
int64_t cost_part(int64_t cost_micros, int64_t part_micros, int64_t size_micros);
/* Cash not reserved. */
static inline int64_t account_free(const Account *a)
{
    return a->cash_micros - a->reserved_micros;
}
/* Cost / size, UNKNOWN while flat. */
double position_entry(const Position *p);
