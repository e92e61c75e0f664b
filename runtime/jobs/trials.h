/* trials.h — the ledger of trials: how often a tape was tried, and with what luck.
 *
 * In: the tape's sum, and of each run and each cell of a sweep what was tried and its Sharpe ratio by slot.
 * Out: how many different trials there were and how their ratios scatter, which is what a deflated Sharpe ratio
 * needs (runtime/backtest/sharpe.h).  The file only grows; each record is chained to the one before, and a mark
 * beside the tape remembers how far the chain was (docs/decisions/0046-trials.md has both formats, and what
 * cannot be noticed).
 * Promise: a trial that was appended is counted after any crash; a half-written one is cut off and named; a
 * ledger that was deleted, cut or altered since the mark is reported from then on, and what is known to be
 * missing counts as tried. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/backtest/trial.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/err.h"
#include "vm/base/hash.h"

typedef struct TrialsPlace { /* borrowed until trials_close */
    const char *path;        /* of the ledger; trials_default_path */
    uint8_t tape[SHA256_SIZE];
    const char *const *folders; /* where the tape's files lie: the marks go there; may be none */
    size_t folder_count;
    int64_t now_us;      /* 1970; what records say of when */
    uint64_t cache_from; /* records from which on caches are kept beside the ledger; 0: 4,096 */
} TrialsPlace;

typedef struct Trials Trials; /* lives in the arena; owns a descriptor until it is closed */

/* $XDG_STATE_HOME/oddex/trials, or ~/.local/state/oddex/trials; NULL when there is no home. */
const char *trials_default_path(Arena *arena);

/* Is that where a ledger keeps what it knows of itself? */
bool trials_has_cache(const char *ledger, const char *path);

/* Makes the ledger (and its folder) or reads it, and holds it against the marks.  ST_BAD_DATA when the file is
 * no ledger: then it is left alone. */
Status trials_open(Trials **ret_trials, const TrialsPlace *place, Arena *arena, Err *err);
/* All on the disk and marked, or none of them.  Before a result is shown: what was seen was tried.  The same
 * strategy with the same settings again is no new trial, so a sweep that resumes may append all its cells. */
Status trials_append(Trials *t, const Trial *trials, size_t count, Err *err);
/* Accepts NULL. */
void trials_close(Trials *t);

typedef struct TrialsCount { /* of the tape */
    uint64_t runs;           /* records of them */
    uint64_t trials;         /* different ones */
    uint64_t lost;           /* missing from this ledger, by the marks */
    uint64_t elsewhere;      /* in ledgers that are not this one, by the marks */
    uint64_t all;            /* the last three: for sharpe_of_luck */
    double variance;         /* of the ratios of `trials` that have one; unknown below two */
    uint64_t damaged;        /* records that cannot be read, of whichever tape */
    uint64_t torn_bytes;     /* of a record that was being written, now cut off */
    bool was_cut;            /* the ledger is not, or was not, what a mark said */
    bool no_mark;            /* there is no second place that would notice */
} TrialsCount;

/* `strategy`: records of that one alone (lost and elsewhere stay the tape's); NULL: all. */
Status trials_count(const Trials *t, const uint8_t *strategy, TrialsCount *ret_count, Err *err);
/* What has to stand beside a verdict, a sentence a line; nothing when all is well. */
void trials_say(const TrialsCount *count, Buf *out);
