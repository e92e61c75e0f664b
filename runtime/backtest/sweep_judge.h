/* sweep_judge.h — the best of many cells: how good, and how much of that is luck.
 *
 * In: what each cell earned in each period, a few totals, how many trials the tape has seen.  Out: ratios and
 * their ranking, the odds that the choice does not carry over, what chance alone would show, and a verdict.
 * Promise: no cell's place depends on the order in which cells were done; equal seeds, equal judgements. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/backtest/overfit.h"
#include "vm/base/arena.h"
#include "vm/base/span.h"

/* What a cell's run comes to, beside its periods. */
typedef struct SweepTotals {
    int64_t pnl_micros, fees_micros, drawdown_micros;
    uint64_t orders, trades, wins;
} SweepTotals;

typedef enum SweepBy {
#define SWEEP_BY(id, ...) SWEEP_RANK_##id,
#include "runtime/backtest/sweep_by.def"
#undef SWEEP_BY
    SWEEP_RANKS
} SweepBy;
const char *sweep_by_name(SweepBy by);
bool sweep_by_find(Span name, SweepBy *ret);

typedef struct SweepScore {
    double sharpe, error;           /* by period; UNKNOWN: every period the same */
    double probabilistic, deflated; /* that the true ratio is above 0, above luck */
} SweepScore;

typedef enum SweepVerdict {
#define SWEEP_VERDICT(id, ...) SWEEP_VERDICT_##id,
#include "runtime/backtest/sweep_verdict.def"
#undef SWEEP_VERDICT
    SWEEP_VERDICTS
} SweepVerdict;
/* In words, without figures. */
const char *sweep_verdict_sentence(SweepVerdict v);
const char *sweep_verdict_name(SweepVerdict v);

enum {
    SWEEP_FOLDS = 5, /* of the walk forward */
    SWEEP_GAP = 2,   /* periods between choosing and judging: results may come a slot late */
};

typedef struct SweepFold {
    Walk walk;
    size_t chosen; /* cell */
    double train_sharpe, test_pnl;
} SweepFold;

typedef struct SweepTable { /* borrowed */
    Returns returns;        /* dollars by period and cell */
    const SweepTotals *totals;
    uint64_t trials; /* on this tape, these cells included; below the cells': theirs */
    double variance; /* of the trials' ratios; UNKNOWN: of the cells' */
    SweepBy by;
    uint64_t seed;
    uint32_t rounds;
} SweepTable;

typedef struct SweepJudgement {
    const SweepScore *scores; /* by cell */
    const size_t *ranking;    /* cells, best first */
    uint64_t trials;
    double variance;
    double luck; /* the best ratio that so many trials without skill are expected to show */
    /* of as many cells without skill, how many would show at least the best cell's ratio */
    double by_luck;
    /* Reality Check: how often the best mean of cells without skill would be as high */
    double reality;
    uint32_t rounds;
    Overfit overfit;
    SweepFold folds[SWEEP_FOLDS];
    size_t fold_count;
    double forward_pnl, forward_sharpe,
        forward_above; /* of all folds' tests, one behind the other */
    SweepVerdict verdict;
} SweepJudgement;

/* Ratios of each cell alone; deflated stays UNKNOWN.  False when memory ends. */
bool sweep_scores(const Returns *returns, Arena *scratch, SweepScore *ret);
/* What a cell is ranked by; UNKNOWN where it has none. */
double sweep_figure(SweepBy by, const SweepScore *score, const SweepTotals *totals);
/* False when memory ends; the judgement lives in the arena. */
bool sweep_judge(const SweepTable *table, Arena *arena, SweepJudgement *ret);
