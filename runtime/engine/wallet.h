/* wallet.h — what the wallet amounts to: tallies of open orders, marks, equity samples, fields.
 *
 * Private to the room.  Tallies are counted afresh from the orders whenever one changes or goes, so they
 * cannot drift; a new one is added to them.  Fields are written when something they read has changed. */
#pragma once

#include "runtime/engine/state.h"

/* Counts what open orders reserve, hold back and may cost. After every change of an order. */
void wallet_tally(Engine *e);
/* The same, when all that changed is that this order has become the last one. */
void wallet_tally_added(Engine *e, const Order *last);
/* Position, entry, value, pnl and gain of one token, as fields. */
void wallet_held(Engine *e, TokenRun *t);
/* The same for all tokens of a market. */
void wallet_mark(Engine *e, const MarketRun *m);
/* Writes cash, exposure, slot.pnl ... and copies every wallet value to where it is read. */
void wallet_write(Engine *e);
/* Takes the sample of equity; the highest equity and the windows of `max loss` follow. */
void wallet_sample(Engine *e);
/* Equity and drawdown as fields, from the sample. */
void sampled_fields(Sampled *s);

/* Last known price at which the position could be left; MICROS_UNKNOWN. */
int64_t wallet_mark_price(const Engine *e, const TokenRun *t);
int64_t wallet_value(const Engine *e, const TokenRun *t); /* micros; 0 while no mark is known */
int64_t wallet_worth(int64_t size, int64_t mark);         /* the same of so many shares */
int64_t wallet_equity(const Engine *e, uint32_t account); /* account + 1, 0: all */
/* Without what others in its purse have. */
int64_t wallet_own_equity(const Engine *e, uint32_t account);
/* Cash of an account that no order of the wallet reserves. */
int64_t wallet_free(const Engine *e, uint32_t account);
/* Of this engine's own positions. */
int64_t wallet_exposure(const Engine *e, uint32_t account);
/* Realised and unrealised, minus fees, of the market's current slot. */
int64_t wallet_slot_pnl(const Engine *e, const MarketRun *m);
/* The first token of a market with this outcome, or -1. */
int32_t wallet_token(const Engine *e, const MarketRun *m, uint8_t outcome);
/* Below zero on a venue without shorts, after fills that failed: money owed, not a position. */
bool wallet_is_debt(const TokenRun *t);
typedef enum Promised { /* which orders that are open */
                        PROMISED_SENT = 1,
                        PROMISED_CANCELLING = 2, /* a cancel has gone out before this event */
                        PROMISED_LEAVING = 4,    /* ... in this event */
                        PROMISED_ALL = 7
} Promised;
/* What open orders may still take of a position. */
int64_t wallet_promised(const Engine *e, int32_t token, Promised which);
/* Of the position, not yet on its way out and certain enough; >= 0. */
int64_t wallet_left(const TokenRun *t);
/* ... and not in orders whose cancel goes out in this event either. */
int64_t wallet_left_surely(const Engine *e, int32_t token);
/* What will be left when all cancels are answered, unless one of their orders fills before. */
int64_t wallet_left_soon(const TokenRun *t);
