/* wallets.h — what a tick must know of each wallet, as columns: two prices an outcome, two bits.
 *
 * Wallets stand in the order of their strategies.  A price that lies between the two matters to none of a
 * wallet's exits.  Prices are whole steps of a grid in 16 bits, rounded so that no tick that matters is
 * missed, and none is shown for nothing when prices lie on the grid.  Blocks of 512 keep the narrowest
 * prices of their wallets, so that most are passed over.
 * Promise: a wallet is hit when its band, its `always` bit or a strategy it listens to says so. */
#pragma once

#include "runtime/market/tick.h"
#include "vm/base/arena.h"

enum { WALLET_BLOCK = 512, WALLET_SHARE_STEP = 1000 /* micros: a tenth of a cent */ };
#define WALLET_NO_LOW INT64_MIN
#define WALLET_NO_HIGH INT64_MAX

typedef struct WalletBand {
    int16_t *low, *high;             /* by wallet */
    int16_t *block_low, *block_high; /* by block: the highest low, the lowest high */
    uint8_t *is_stale;               /* by block: a wallet's own was the narrowest */
    uint32_t count;                  /* wallets that wait for a price */
} WalletBand;

typedef struct Wallets {
    uint32_t count, blocks, words;
    int64_t step_micros; /* of the grid */
    WalletBand bands[OUTCOMES];
    uint64_t *always;                   /* hit at every tick */
    uint64_t *listening;                /* hit when its strategy is open */
    uint16_t *always_in, *listening_in; /* how many of a block */
    uint32_t always_count;
    uint64_t *hits;  /* of the last tick */
    uint8_t *is_hit; /* by block: there may be some */
} Wallets;

bool wallets_init(Wallets *w, uint32_t count, int64_t step_micros, Arena *arena);
/* Prices at or below `low` and at or above `high` hit. */
void wallets_band(Wallets *w, uint32_t at, uint8_t outcome, int64_t low, int64_t high);
void wallets_always(Wallets *w, uint32_t at, bool is_on);
void wallets_listen(Wallets *w, uint32_t at, bool is_on);

/* Wallets first .. end - 1 follow a strategy that is open: they are hit if they listen. */
void wallets_open(Wallets *w, uint32_t first, uint32_t end);
/* Adds what `price_micros` (MICROS_UNKNOWN: nothing) and `always` hit. */
void wallets_price(Wallets *w, uint8_t outcome, int64_t price_micros);
void wallets_add_always(Wallets *w);
/* One wallet is hit for a reason of its own. */
void wallets_hit(Wallets *w, uint32_t at);
/* The next hit from `at` on, or `count`; takes it off. */
uint32_t wallets_next(Wallets *w, uint32_t at);
