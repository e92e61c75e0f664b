/* sweep_judge.c — see sweep_judge.h. */
#include "runtime/backtest/sweep_judge.h"

#include "runtime/backtest/judge.h"
#include "runtime/backtest/normal.h"
#include "runtime/backtest/resample.h"
#include "runtime/backtest/sharpe.h"
#include "vm/base/num.h"
#include "vm/base/sort.h"

static const char *const by_names[] = {
#define SWEEP_BY(id, name, what) name,
#include "runtime/backtest/sweep_by.def"
#undef SWEEP_BY
};

static const char *const verdict_names[] = {
#define SWEEP_VERDICT(id, name, sentence) name,
#include "runtime/backtest/sweep_verdict.def"
#undef SWEEP_VERDICT
};

static const char *const verdict_sentences[] = {
#define SWEEP_VERDICT(id, name, sentence) sentence,
#include "runtime/backtest/sweep_verdict.def"
#undef SWEEP_VERDICT
};

const char *sweep_by_name(SweepBy by)
{
    return by_names[by];
}

bool sweep_by_find(Span name, SweepBy *ret)
{
    for (int i = 0; i < SWEEP_RANKS; i++)
        if (span_eq_str(name, by_names[i])) {
            *ret = (SweepBy)i;
            return true;
        }
    return false;
}

const char *sweep_verdict_sentence(SweepVerdict v)
{
    return verdict_sentences[v];
}

const char *sweep_verdict_name(SweepVerdict v)
{
    return verdict_names[v];
}

/* ---- ratios -------------------------------------------------------------------------------------- */

/* Periods from .. to of a cell, one behind the other. */
static void take_column(const Returns *r, size_t cell, size_t from, size_t to, double *ret)
{
    for (size_t i = from; i < to; i++)
        ret[i - from] = r->by_slot[i * r->cells + cell];
}

static Moments moments_in(const Returns *r, size_t cell, const Walk *w, double *column)
{
    take_column(r, cell, w->train_from, w->train_to, column);
    return moments_of(column, w->train_to - w->train_from);
}

static Moments moments_all(const Returns *r, size_t cell, double *column)
{
    return moments_in(r, cell, &(Walk){.train_to = r->slots}, column);
}

bool sweep_scores(const Returns *r, Arena *scratch, SweepScore *ret)
{
    double *column = arena_array(scratch, double, r->slots + 1);

    if (arena_is_full(scratch)) return false;
    for (size_t c = 0; c < r->cells; c++) {
        Moments m = moments_all(r, c, column);

        ret[c] = (SweepScore){num_canon(sharpe_ratio(&m)), num_canon(sharpe_error(&m)),
                              num_canon(sharpe_above(&m, 0)), UNKNOWN};
    }
    return true;
}

static double variance_of(const SweepScore *scores, size_t count)
{
    double sum = 0, squares = 0, n = 0, mean;

    for (size_t i = 0; i < count; i++) {
        if (!num_is_known(scores[i].sharpe)) continue;
        sum += scores[i].sharpe;
        n++;
    }
    if (n < 2) return 0;
    mean = sum / n;
    for (size_t i = 0; i < count; i++) {
        double d = scores[i].sharpe - mean;

        if (num_is_known(d)) squares += d * d;
    }
    return squares / (n - 1);
}

static void deflate(const SweepTable *t, const SweepJudgement *j, SweepScore *scores,
                    double *column)
{
    for (size_t c = 0; c < t->returns.cells; c++) {
        Moments m = moments_all(&t->returns, c, column);

        scores[c].deflated = num_canon(sharpe_above(&m, j->luck));
    }
}

/* ---- the ranking --------------------------------------------------------------------------------- */

typedef struct Ranked {
    double figure, tie;
    size_t cell;
} Ranked;

double sweep_figure(SweepBy by, const SweepScore *s, const SweepTotals *t)
{
    double pnl = (double)t->pnl_micros;

    switch (by) {
    case SWEEP_RANK_DEFLATED:
        return s->deflated;
    case SWEEP_RANK_SHARPE:
        return s->sharpe;
    case SWEEP_RANK_PROBABLE:
        return s->probabilistic;
    case SWEEP_RANK_PNL:
        return pnl;
    case SWEEP_RANK_CALM:
        if (!t->pnl_micros && !t->drawdown_micros) return UNKNOWN;
        return pnl / (double)(t->drawdown_micros ? t->drawdown_micros : 1);
    case SWEEP_RANK_WINS:
        return t->trades ? (double)t->wins / (double)t->trades : UNKNOWN;
    case SWEEP_RANKS:
        break;
    }
    return UNKNOWN;
}

/* More first, unknown last; 0: equal. */
static int more_first(double a, double b)
{
    if (a > b) return -1;
    if (a < b) return 1;
    return num_is_known(b) - num_is_known(a);
}

static int by_rank(const void *a, const void *b, void *ctx)
{
    const Ranked *x = a, *y = b;
    int way = more_first(x->figure, y->figure);

    (void)ctx;
    if (!way) way = more_first(x->tie, y->tie);
    return way ? way : (x->cell > y->cell) - (x->cell < y->cell);
}

static bool rank(const SweepTable *t, SweepJudgement *j, Arena *arena)
{
    size_t cells = t->returns.cells, *ranking = arena_array(arena, size_t, cells + 1);
    Ranked *all = arena_array(arena, Ranked, cells + 1);

    if (arena_is_full(arena)) return false;
    for (size_t c = 0; c < cells; c++)
        all[c] =
            (Ranked){sweep_figure(t->by, &j->scores[c], &t->totals[c]), j->scores[c].sharpe, c};
    if (!sort_stable(all, cells, sizeof *all, by_rank, NULL, arena)) return false;
    for (size_t c = 0; c < cells; c++)
        ranking[c] = all[c].cell;
    j->ranking = ranking;
    return true;
}

/* ---- what luck shows ----------------------------------------------------------------------------- */

/* The ratio of a cell without skill is about normal around 0 with a variance of 1 / (periods - 1); expectations
 * add up, however alike the cells are. */
static double count_by_luck(const SweepTable *t, const SweepJudgement *j)
{
    double best = j->scores[j->ranking[0]].sharpe, cells = 0;

    for (size_t c = 0; c < t->returns.cells; c++)
        cells += num_is_known(j->scores[c].sharpe);
    if (t->returns.slots < 2 || !num_is_known(best)) return UNKNOWN;
    return cells * normal_share(-best * num_sqrt((double)t->returns.slots - 1));
}

/* As many as the time allows that a reader has. */
static uint32_t rounds_of(const SweepTable *t)
{
    static const double MOST = 2e9;
    enum { LEAST = 100 };
    double rounds = MOST / ((double)t->returns.slots * (double)t->returns.cells + 1);

    if (rounds >= t->rounds) return t->rounds;
    return rounds > LEAST ? (uint32_t)rounds : LEAST;
}

static bool try_luck(const SweepTable *t, SweepJudgement *j, Arena *arena)
{
    Draws draws = {t->seed, rounds_of(t), resample_block(t->returns.slots)};

    j->by_luck = num_canon(count_by_luck(t, j));
    j->rounds = draws.rounds;
    j->reality = num_canon(resample_best(&t->returns, &draws, arena));
    (void)overfit_measure(&t->returns, arena, &j->overfit); /* too little: unknown */
    return !arena_is_full(arena);
}

/* ---- walking forward ----------------------------------------------------------------------------- */

/* The best ratio among the periods to choose by; cells without one earned nothing or always the same. */
static size_t choose(const Returns *r, const Walk *w, double *column, double *ret_sharpe)
{
    size_t best = 0;

    *ret_sharpe = UNKNOWN;
    for (size_t c = 0; c < r->cells; c++) {
        Moments m = moments_in(r, c, w, column);
        double ratio = num_canon(sharpe_ratio(&m));

        if (more_first(*ret_sharpe, ratio) <= 0) continue;
        *ret_sharpe = ratio;
        best = c;
    }
    return best;
}

static bool walk(const SweepTable *t, SweepJudgement *j, Arena *arena)
{
    const Returns *r = &t->returns;
    double *column = arena_array(arena, double, r->slots + 1);
    double *tests = arena_array(arena, double, r->slots + 1);
    Walk walks[SWEEP_FOLDS];
    size_t count = 0;
    Moments m;

    if (arena_is_full(arena)) return false;
    j->fold_count = walk_forward(r->slots, SWEEP_FOLDS, SWEEP_GAP, walks);
    for (size_t i = 0; i < j->fold_count; i++) {
        SweepFold *f = &j->folds[i];

        *f = (SweepFold){.walk = walks[i]};
        f->chosen = choose(r, &f->walk, column, &f->train_sharpe);
        take_column(r, f->chosen, f->walk.test_from, f->walk.test_to, tests + count);
        for (size_t k = f->walk.test_from; k < f->walk.test_to; k++)
            f->test_pnl += tests[count++];
        j->forward_pnl += f->test_pnl;
    }
    m = moments_of(tests, count);
    j->forward_sharpe = num_canon(sharpe_ratio(&m));
    j->forward_above = num_canon(sharpe_above(&m, 0));
    return true;
}

/* ---- the verdict --------------------------------------------------------------------------------- */

static SweepVerdict verdict_of(const SweepTable *t, const SweepJudgement *j)
{
    static const double OVERFIT_MOST = 0.25;
    enum { PERIODS_ENOUGH = 2 * OVERFIT_STRETCHES };
    const SweepTotals *best = &t->totals[j->ranking[0]];
    uint64_t orders = 0;

    for (size_t c = 0; c < t->returns.cells; c++)
        orders += t->totals[c].orders;
    if (!orders) return SWEEP_VERDICT_IDLE;
    if (t->returns.slots < PERIODS_ENOUGH || best->trades < JUDGE_TRADES)
        return SWEEP_VERDICT_SHORT;
    if (best->pnl_micros <= 0) return SWEEP_VERDICT_LOSS;
    if (!(j->reality <= 1 - JUDGE_SURE)) return SWEEP_VERDICT_LUCK;
    if (j->overfit.probability > OVERFIT_MOST) return SWEEP_VERDICT_OVERFIT;
    if (!(j->forward_pnl > 0)) return SWEEP_VERDICT_FORWARD;
    if (!(j->scores[j->ranking[0]].deflated >= JUDGE_SURE)) return SWEEP_VERDICT_TRIALS;
    return SWEEP_VERDICT_WORTHY;
}

bool sweep_judge(const SweepTable *t, Arena *arena, SweepJudgement *j)
{
    size_t cells = t->returns.cells;
    SweepScore *scores = arena_array(arena, SweepScore, cells + 1);
    double *column = arena_array(arena, double, t->returns.slots + 1);

    *j = (SweepJudgement){.scores = scores, .trials = t->trials, .variance = t->variance};
    if (arena_is_full(arena) || !cells) return false;
    if (!sweep_scores(&t->returns, arena, scores)) return false;
    if (j->trials < cells) j->trials = cells;
    if (!num_is_known(j->variance)) j->variance = variance_of(scores, cells);
    j->luck = num_canon(sharpe_of_luck(j->trials, j->variance));
    deflate(t, j, scores, column);
    if (!rank(t, j, arena) || !try_luck(t, j, arena) || !walk(t, j, arena)) return false;
    j->verdict = verdict_of(t, j);
    return true;
}
