/* supplies.h — which data the markets of a strategy get, and what is asked of them.
 *
 * In: the keys of a request that backtests and sweeps share, a compiled strategy.  Out: rows of each market, the sum
 * of the tape, the words that a command line would have had.  Promise: what `odx` would run on, or a sentence. */
#pragma once

#include "runtime/backtest/trial.h"
#include "runtime/embed/data.h"
#include "runtime/embed/program.h"

enum { SUPPLIES_MAX = 16, TRIAL_RECORD = 72 /* strategy, settings, the bits of the ratio */ };

typedef struct Supply { /* of `data` in the request */
    int64_t data;
    Span market, stream, as;
} Supply;

typedef struct Supplies {
    Supply items[SUPPLIES_MAX];
    uint32_t count;
    Span fill;
    int64_t latency_ms, jitter_ms, seed, from_us, to_us; /* -1: not said; times 0 */
    /* by supplies_open */
    MarketRows *rows;
    Span *streams; /* by market */
    uint32_t market_count;
    uint64_t ticks;
    uint8_t tape[SHA256_SIZE];
    const char **data, **params; /* words of a command line */
    const char *cash, *file;
    Data *kept[SUPPLIES_MAX];
    VEC(Span) remarks;
} Supplies;

void supplies_init(Supplies *s);
/* A key of theirs, read; *ret_known says whether it is one. False with the error set. */
bool supplies_key(Supplies *s, RequestReader *r, Span key, bool *ret_known);
/* False with `error` in the answer. Keeps the data until supplies_close. */
bool supplies_open(Supplies *s, const EmbedProgram *p, Arena *arena, Work *w);
void supplies_close(Supplies *s);
/* The queue where nothing is said; false: it is none. */
bool supplies_model(const Supplies *s, FillModel *ret);
int64_t supplies_latency_us(const Supplies *s);
int64_t supplies_jitter_us(const Supplies *s);
/* "tape_sha256", "streams" by market, and "remarks". */
void supplies_put(const Supplies *s, Work *w);

/* ---- trials, as a page keeps them: records of TRIAL_RECORD bytes ------------------------------------ */

/* Nothing when memory ends. */
Span trial_records(const Trial *trials, size_t count, Arena *arena);
/* Different ones among earlier records and ours; false when memory ends. */
bool trial_count(Span before, Span ours, Arena *arena, uint64_t *ret_trials, double *ret_variance);
