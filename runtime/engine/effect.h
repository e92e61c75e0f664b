/* effect.h — what an engine wants done or wants known.  Effects never feed back inside the same event. */
#pragma once

#include "runtime/engine/event.h"

typedef enum EffectKind {
    EFFECT_ORDER,  /* place an order */
    EFFECT_CANCEL, /* cancel order `order` */
    EFFECT_SKIP,   /* something was refused: reason, is_unknown */
    EFFECT_SETS,   /* split or merge: index is the market, is_sell says merge */
    EFFECT_ALERT,
    EFFECT_LEDGER, /* one ledger row: index is the LedgerKind, order the fill or order it belongs to */
    EFFECT_PROMISE, /* an `always` was broken: index is the show row */
    EFFECT_SHOW,    /* a show's value at a tick: index is the show row */
    EFFECT_FAULT,   /* an impossible report about an order: index OrderState, reason OrderStep */
    EFFECT_KINDS
} EffectKind;

typedef enum Because { /* why an order was sent */
                       BECAUSE_RULE,
                       BECAUSE_STOP_LOSS,
                       BECAUSE_TRAILING_STOP,
                       BECAUSE_TIME_STOP,
                       BECAUSE_EXIT_WHEN,
                       BECAUSE_TAKE_PROFIT,
                       BECAUSE_UNWIND,
                       BECAUSE_QUOTE,
                       BECAUSE_SLOT_CLOSE,
                       BECAUSE_COUNT
} Because;

enum { NONE_16 = 0xFFFF }; /* rule, action, group, reason: none */

/* What a ledger row books to (EFFECT_LEDGER); frozen on disk. */
typedef enum LedgerKind {
    LEDGER_CASH = 0,
    LEDGER_POSITION = 1, /* at cost, shorts negative */
    LEDGER_PROFIT = 2,   /* realised; a gain is negative, as income is */
    LEDGER_FEES = 3,
    LEDGER_CAPITAL = 4, /* what was brought in, negative */
    LEDGER_BASIS = 5,   /* the other side of perpetuals' cost */
    LEDGER_KINDS
} LedgerKind;

typedef struct Effect {
    uint8_t kind;    /* EffectKind */
    uint8_t because; /* Because */
    bool is_unknown, is_sell, is_market, is_close, has_good_for;
    uint8_t size_unit;                    /* as written: SizeUnit */
    uint8_t modifiers;                    /* MOD_* */
    uint16_t rule, action, group, reason; /* 0xFFFF: none */
    int32_t token;
    int64_t ts_us;
    uint64_t order;      /* id of the order */
    int64_t size_micros; /* shares or coins after rounding */
    /* the size as written after rounding: dollars to the cent, shares to the lot */
    int64_t written_micros;
    int64_t price_micros; /* limit, or the bound of a market order */
    int64_t good_for_us;
    double value;          /* EFFECT_SHOW */
    int64_t amount_micros; /* EFFECT_LEDGER */
    uint16_t index;        /* show, promise, alert action, ledger account */
} Effect;

/* Receives effects in order.  `ctx` is the caller's; it must not call the engine. */
typedef struct EffectSink {
    void (*take)(void *ctx, const Effect *e);
    void *ctx;
} EffectSink;

/* An effect of `kind` at `ts_us` with everything else absent. */
Effect effect_new(EffectKind kind, int64_t ts_us);
void effect_send(EffectSink sink, const Effect *e);
const char *effect_kind_name(uint8_t kind);
/* "stop loss", "rule" ... as written behind `because` in tests. */
const char *because_name(uint8_t because);
/* "MAX_POSITION" ... of a reason of vm/reasons.def; NULL for the file's own (their names stand in the image). */
const char *reason_name(uint16_t reason);
const char *reason_sentence(uint16_t reason);
