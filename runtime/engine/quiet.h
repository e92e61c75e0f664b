/* quiet.h — which events an engine can be spared, and how it gets over them.
 *
 * A driver that knows a stretch of ticks ahead, or has worked out what all wallets share, asks
 * engine_quiet what would have to happen for a tick to matter to this engine.  It leaves out events at
 * which nothing of that happens and all gates of the rules are shut (vm/wakes.h) with engine_skip, and
 * applies the others with engine_apply_known.
 * Promise: state, snapshots and effects are those of engine_apply, event by event, to the bit. */
#pragma once

#include "runtime/engine/engine.h"
#include "runtime/market/feature.h"
#include "vm/wakes.h"

typedef enum QuietWhy {
#define QUIET(name, sentence) QUIET_##name,
#include "runtime/engine/quiet.def"
#undef QUIET
    QUIET_WHY_COUNT
} QuietWhy;
const char *quiet_sentence(QuietWhy why);

/* A tick whose touched price (known, of a tick that is not crossed) lies outside low < price < high
 * matters: an exit would go out, or move. */
typedef struct QuietBand {
    uint8_t market, outcome;
    bool is_ask; /* shorts leave at the ask */
    int64_t low, high;
} QuietBand;

enum { QUIET_BANDS = 32 };
typedef struct Quiet {
    /* QuietWhy; unless FINE, every event matters and the rest means nothing.  EXIT_WHEN: the rest holds, for who knows
     * the conditions of `exit when`: events at which one of them is true matter. */
    uint8_t why;
    bool has_quotes;  /* quotes rest: a shut gate of a `while` matters */
    int64_t until_us; /* later ticks matter: before them, or at them, something happens by itself.
                         Boundaries and staleness of the file's markets are not among it */
    int64_t boundary_us; /* the next boundary at which something runs, or is valued; ticks at this
                            very instant come before it */
    uint32_t held_count; /* tokens */
    uint32_t band_count; /* of those in markets that are open */
    QuietBand bands[QUIET_BANDS];
} Quiet;

/* What holds until the next event that is not left out. */
void engine_quiet(const Engine *e, Quiet *ret);
/* A tick of the market behind this instant finds it stale; its ticks move it on by the second one
 * (0: never stale). */
int64_t engine_stale_at(const Engine *e, uint8_t market);
int64_t engine_stale_after(const Engine *e, uint8_t market);

/* What would become of an entry that a rule asks for (Wake.is_order) at a tick that is left out otherwise:
 * all such a tick does is refuse it. */
typedef struct DenialPlan {
    Intent order;
    uint8_t outcome;  /* of its token, in the market's book */
    bool is_possible; /* it may be asked; else such ticks are shown */
    /* refused for one reason at two asks it is for the same one at any between them */
    bool has_range;
} DenialPlan;
typedef struct Denial {
    uint16_t reason; /* NONE_16: it is not refused, or something else happens */
    bool is_unknown;
    bool is_sampled; /* limits were looked at: equity is sampled at that instant */
} Denial;
DenialPlan engine_denial_plan(const Engine *e, uint8_t market, const Intent *order);
/* At that ask, which is all a buy looks at.  The tick has both sides of its book, is not crossed, and touches nothing
 * that is held.  Holds until the next event that is not left out. */
Denial engine_denial(Engine *e, const DenialPlan *p, int64_t ts_us, int64_t ask);
/* Says so. */
void engine_deny(Engine *e, const DenialPlan *p, Denial why, int64_t ts_us, EffectSink sink);

/* One side of a quote that a `while` rule asks for again. */
typedef struct QuoteSide {
    uint16_t action;
    int32_t token;
    bool is_sell;
    double price, size, refresh;
} QuoteSide;
/* Asking for it changes nothing.  So it is for all prices between two of which it is true, with the same size and
 * refresh, and until the next event that is not left out; low, high: two of which it is, or the price itself. */
typedef struct QuoteStand {
    bool is_same;
    double low, high;
} QuoteStand;
QuoteStand engine_quote_stands(const Engine *e, const QuoteSide *q);
/* Quotes of the rule rest: its shut gate matters. */
bool engine_is_quoting(const Engine *e, uint16_t rule);

/* A sample of equity that ticks left out took: its instant, and prices of the market then. */
typedef struct SkipSample {
    int64_t ts_us;
    int64_t bid[OUTCOMES], ask[OUTCOMES]; /* MICROS_UNKNOWN: as before */
} SkipSample;

/* What ticks of one market that were left out amount to. */
typedef struct SkipMarket {
    uint8_t market;
    int64_t ts_us;        /* of the last one; as all times here, never before the engine's own */
    const TickData *last; /* the last one */
    const FeatureState *feature; /* after the last one: the engine's own, taken on tick by tick */
    /* of ticks that are not crossed; MICROS_UNKNOWN: of none.  Wanted while something of it is held */
    int64_t bid_high[OUTCOMES], ask_low[OUTCOMES];
} SkipMarket;

typedef struct Skip {
    uint64_t events;  /* evaluated events that are left out */
    int64_t now_us;   /* of the last one */
    bool is_boundary; /* the last one is a boundary; else boundaries at now_us are still to come */
    const SkipMarket *markets;
    uint32_t market_count;
    /* A tick of the one market follows at once that says all its forerunners may have said: the first spot
     * price is known, and it has both sides of each book.  Then `last` and `feature` are not read. */
    bool is_overtaken;
    /* A tick of the one market follows at that time.  Unless something is due before it, values of the last
     * tick are not written: nobody would read them (`last` and `feature` are the market's all the same). */
    bool is_followed;
    int64_t next_us;
    /* Of the one market, in order of time; of several with the same holdings the one with the highest equity
     * and the last one will do. */
    const SkipSample *samples;
    uint32_t sample_count;
    const GateNote *notes; /* their events count from 1, the first one left out */
    uint32_t note_count;
} Skip;

/* A hint where most of what a tick touches lies: so many bytes before the engine's address and behind it.  Tables that
 * grow may leave it, and nothing but time depends on it. */
typedef struct EngineReach {
    uint16_t before, behind;
} EngineReach;
EngineReach engine_reach(const Engine *e);

/* Gets over events at which nothing happened, boundaries that only sample equity among them.  Memory
 * that all wallets share is the caller's: it must stand as the last event leaves it. */
void engine_skip(Engine *e, const Skip *skip);

/* Something is held in the market. */
bool engine_is_holding(const Engine *e, uint8_t market);
/* The engine's own facts about a market, to take on: what its next tick builds on. */
const FeatureState *engine_feature(const Engine *e, uint8_t market);

/* Boundaries whose shared part is worked out elsewhere: `put` writes what it leaves, as for engine_apply_known, right
 * before their wallet part runs.  {NULL, NULL}: the engine runs it. */
typedef struct KnownShared {
    void (*put)(void *ctx);
    void *ctx;
} KnownShared;
void engine_know_boundaries(Engine *e, KnownShared known);
/* Runs what comes by itself before an event of that time: a tick (EV_TICK), which must follow, or a clock event
 * (EV_CLOCK), which is no more than that. */
void engine_advance(Engine *e, int64_t ts_us, EventKind before, EffectSink sink);
/* The first instant of the next UTC day: memory of the day restarts with the event that reaches it. */
int64_t engine_day_end(const Engine *e);

/* A tick whose shared part has been worked out elsewhere: shared registers and memory of engine_vm stand
 * as that part leaves them (vm_registers).  What is due before it must have run. */
void engine_apply_known(Engine *e, const Event *tick, EffectSink sink);
