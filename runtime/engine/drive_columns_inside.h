/* drive_columns_inside.h — what a column driver consists of; for the driver only.
 *
 * A run of ticks goes stretch by stretch, sheet by sheet, word by word (drive_run.c).  Of a word
 * it is asked which ticks matter (drive_matters.c); those are shown (drive_word.c), the others are
 * left out and handed over together before the next one that is shown (drive_left_out.c). */
#pragma once

#include "runtime/engine/drive_between.h"
#include "runtime/engine/drive_columns.h"
#include "runtime/engine/drive_fields.h"
#include "runtime/engine/quiet.h"

enum { AHEAD_LUCK = 2 * COLUMN_SLOTS }; /* so many slots whose forecast fails are too many */

typedef struct Firing { /* what is known of one rule, by wake */
    DenialPlan plan;
    uint64_t matters; /* ticks of the word, as looked at last */
    /* refused for this reason at asks from low to high, until something is shown */
    int64_t low, high;
    Denial why;
    bool is_narrow; /* not for this reason at the last ask that was tried beyond those */
    /* by trades of the slot, the last bit for more: the last order so far was not refused */
    uint8_t sent;
    uint8_t guess; /* the bit of the one that was shown without being asked about */
} Firing;

/* One side of a quote stands at these prices, with this size and refresh, until something is shown; has_none: and
 * where there is none. */
typedef struct QuoteRange {
    double low, high, size, refresh;
    bool has_none;
} QuoteRange;

/* A rule that the block runs at every tick: it sets states, or its condition is the wallet's own. */
typedef struct RuleRun {
    Mask cond;     /* of the word */
    bool fires;    /* armed */
    uint64_t last; /* of the ticks left out: the last one at which it was known; 0: none */
    bool was_true;
} RuleRun;

/* What is known of one rule, whoever looks at its gate. */
typedef struct RuleNote {
    GateNote gate; /* at ticks left out */
    bool is_armed, is_fresh;
    bool is_quoting; /* quotes of it rest */
} RuleNote;

typedef struct SlotsAhead { /* slots that were told */
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t count, at;       /* at: the present one */
    bool is_wanted, is_known; /* their conditions are to be worked out, have been */
    int luck;                 /* runs out with forecasts that do not hold */
} SlotsAhead;

typedef struct TickRun {
    uint32_t begun, end;
    uint32_t stretch_end; /* ticks up to here lie in one slot and one day */
    uint32_t held;        /* rows hold what they do after the tick before this one */
} TickRun;

typedef struct TickWord { /* the present one */
    uint32_t first, count;
    bool has_gates, has_bands, has_exits;
    uint64_t bands;        /* ticks at which a price lies outside of its band */
    uint64_t exits;        /* ... at which an `exit when` holds */
    uint64_t edge_bits;    /* ... at which a rule of `edges` or `own` acts, as looked at last */
    uint64_t between_bits; /* boundaries that matter, by the ticks behind them, as looked at last */
    uint32_t counted;      /* boundaries before ticks up to this one are through */
    /* equity is sampled between them; prices are all known and none are crossed: it follows one of them */
    bool tells;
} TickWord;

typedef struct LeftSample { /* equity is sampled at an instant, at the prices of a tick */
    uint32_t tick;
    int64_t ts_us;
} LeftSample;

typedef struct LeftOut { /* what was left out and is not yet handed over */
    uint32_t from;       /* the first tick */
    uint32_t ticks, boundaries;
    int64_t boundary_us;   /* the last event is a boundary; INT64_MIN: it is a tick */
    LeftSample samples[2]; /* at refused orders and boundaries: with the highest equity, the last */
    uint32_t sample_count;
} LeftOut;

struct DriveColumns {
    Engine *engine;
    Instant *gateway;
    Vm *vm;
    const TickColumns *ticks;
    const Kernels *kernels;
    uint8_t market;
    DriveFields fields;
    Columns *columns;
    DriveBetween *between; /* NULL: boundaries go by themselves */
    DriveShown shown;
    bool is_bounded; /* words end with the run, and before what happens by itself */
    /* rules */
    Wakes wakes;
    Mask *gates;      /* by wake, of the word */
    Firing *firings;  /* by wake */
    RuleNote *notes;  /* by wake, behind them of rules of boundaries alone */
    GateNote *passed; /* what gates were, as handed over */
    uint32_t note_count;
    uint32_t *note_of; /* by wake of boundaries: the note of its rule */
    /* by quote of ticks, of boundaries; bid and ask */
    QuoteRange quotes[WAKE_QUOTES][2], quotes_between[WAKE_QUOTES][2];
    RuleRun *edges; /* rules of the shared block that set states */
    uint32_t edge_count;
    RuleRun own[WAKE_OWN]; /* rules whose condition is the wallet's own */
    uint32_t own_count;
    bool knows_exits; /* all `exit when` are conditions that all wallets share */
    /* where it stands */
    SlotsAhead ahead;
    TickRun run;
    TickWord word;
    LeftOut left;
    Quiet quiet;
    bool has_quiet;
    QuietBand resting[2 * OUTCOMES]; /* of orders that rest, beside those of `quiet` */
    uint32_t resting_count;
    /* ticks of the stretch before which nothing happens by itself; as of `quiet` */
    uint32_t calm_to;
    TickData row; /* of the tick that is shown */
    /* outside */
    EffectSink sink;
    DriveCounts counts;
    DriveWatch watch;
    void *watch_ctx;
};

/* The last of some ticks, or boundaries. */
static inline uint32_t top_bit(uint64_t bits)
{
    return WORD - 1 - (uint32_t)__builtin_clzll(bits);
}

/* Which column of ticks has the prices of one side of a book. */
static inline uint32_t drive_price_word(uint32_t outcome, bool is_ask)
{
    if (is_ask) return outcome ? TICK_WORD(ask[1]) : TICK_WORD(ask[0]);
    return outcome ? TICK_WORD(bid[1]) : TICK_WORD(bid[0]);
}

static inline const int64_t *drive_prices(const DriveColumns *d, uint32_t outcome, bool is_ask)
{
    return d->ticks->words[drive_price_word(outcome, is_ask)];
}

/* MICROS_UNKNOWN where there is none. */
static inline int64_t drive_price_at(const DriveColumns *d, uint32_t outcome, bool is_ask,
                                     uint32_t tick)
{
    const int64_t *p = drive_prices(d, outcome, is_ask);

    return p ? p[tick] : MICROS_UNKNOWN;
}

/* Ticks before which boundaries of the word are still to come, of those before `to`. */
static inline uint64_t drive_boundaries_left(const DriveColumns *d, uint32_t to)
{
    uint64_t bits = d->between ? d->between->bits : 0;

    if (!bits || d->word.counted >= to) return 0;
    bits &= UINT64_MAX << (d->word.counted - d->word.first);
    return bits & UINT64_MAX >> (WORD - (to - d->word.first));
}

static inline uint32_t drive_band_count(const DriveColumns *d)
{
    return d->quiet.band_count + d->resting_count;
}

/* Of what is held, then of orders that rest. */
static inline const QuietBand *drive_band(const DriveColumns *d, uint32_t i)
{
    uint32_t held = d->quiet.band_count;

    return i < held ? &d->quiet.bands[i] : &d->resting[i - held];
}

/* Can equity of ticks left out be compared by a price? */
static inline bool drive_can_compare(const DriveColumns *d)
{
    const Quiet *q = &d->quiet;

    if (!q->held_count) return true;
    return q->held_count == 1 && q->band_count == 1 && q->bands[0].market == d->market;
}

/* drive_left_out.c: nothing is left out; the next tick is this one */
void drive_begin_left_out(DriveColumns *d, uint32_t tick);
/* Ticks from .. to of the word, and boundaries before them, are left out. */
void drive_leave_out(DriveColumns *d, uint32_t from, uint32_t to);
/* Boundaries before ticks up to `to` are left out; the next one left out is no boundary. */
void drive_leave_out_boundaries(DriveColumns *d, uint32_t to);
/* Ticks up to `to`, at which all gates are shut, are left out without a word. */
void drive_leave_out_shut(DriveColumns *d, uint32_t to);
/* A sample of equity at an instant, at the prices of a tick. */
void drive_note_sample(DriveColumns *d, uint32_t tick, int64_t ts_us);
/* Does the tick say everything about the market that ticks left out before it may have said? */
bool drive_is_telling(const DriveColumns *d, uint32_t tick);
/* Hands over what was left out.  `is_overtaken`: a tick that drive_is_telling comes at once. */
void drive_pass(DriveColumns *d, bool is_overtaken);

/* drive_matters.c: asks the engine what it waits for */
void drive_ask_engine(DriveColumns *d);
static inline void drive_look_at_engine(DriveColumns *d)
{
    if (!d->has_quiet) drive_ask_engine(d);
}
/* The ticks of the word among `bits` that matter, or before which a boundary does; good up to the
 * first one, which changes what those behind it mean. */
uint64_t drive_matters(DriveColumns *d, uint64_t bits);
/* From a tick of the word on that matters, leaves out those before `to` at which nothing happens but that an order
 * is refused; gives the first one that is left, which must be shown or is looked at again. */
uint32_t drive_deny(DriveColumns *d, uint32_t tick, uint32_t to, bool *ret_is_shown);
/* A tick was shown: were orders sent that were not asked about? */
void drive_learn(DriveColumns *d);
/* Of events of those columns, at which a `while` is open: the first at which one of its quotes changes, or none. */
uint64_t drive_quotes_matter(DriveColumns *d, bool is_between, uint32_t wake, uint64_t open);
/* Nothing is known of quotes. */
void drive_quotes_begin(DriveColumns *d);
/* The first of those ticks at which a price lies outside of its band; or `to`. */
uint32_t drive_first_outside(const DriveColumns *d, uint32_t from, uint32_t to);

/* drive_word.c: the last instant before which nothing happens by itself, but for staleness of the
 * market */
int64_t drive_calm_until(const DriveColumns *d);
/* The end of those ticks from .. to, of the stretch, that lie before. */
uint32_t drive_calm_end(DriveColumns *d, uint32_t from, uint32_t to);
/* The engine has: what was looked at must be looked at again. */
void drive_moved(DriveColumns *d);
/* Other events find what rows hold after the last tick before `tick`. */
void drive_hold(DriveColumns *d, uint32_t tick);
/* Runs what comes before a tick by itself. */
void drive_advance(DriveColumns *d, uint32_t tick);
/* Ticks at .. to of the word. */
void drive_run_word(DriveColumns *d, uint32_t at, uint32_t to);

/* drive_expect.c: what a tick says will be read before long */
void drive_expect_row(const DriveColumns *d, uint32_t tick);
/* The same of what the slot behind the present one, if it was told, will be looked at for. */
void drive_expect_slot(const DriveColumns *d);
