/* judge.c — see judge.h. */
#include "runtime/backtest/judge.h"

#include <string.h>

#include "runtime/backtest/sharpe.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/sort.h"

JudgeConfig judge_config_default(void)
{
    return (JudgeConfig){.trials = 1, .trial_variance = UNKNOWN, .seed = 1, .rounds = JUDGE_ROUNDS};
}

/* ---- periods ------------------------------------------------------------------------------------- */

typedef struct Period {
    int64_t end_us, pnl_micros;
} Period;

static int by_end(const void *a, const void *b, void *ctx)
{
    const Period *x = a, *y = b;

    (void)ctx;
    return (x->end_us > y->end_us) - (x->end_us < y->end_us);
}

static double *slot_periods(const Result *r, Arena *arena, size_t *ret_count)
{
    Period *p = arena_array(arena, Period, r->slots.count + 1);
    double *x = arena_array(arena, double, r->slots.count + 1);
    size_t n = 0;

    if (arena_is_full(arena)) return NULL;
    for (size_t i = 0; i < r->slots.count; i++) {
        const ResultSlot *s = &r->slots.items[i];

        p[i] = (Period){s->start_us + s->slot_us, s->pnl_micros};
    }
    if (!sort_stable(p, r->slots.count, sizeof *p, by_end, NULL, arena)) return NULL;
    for (size_t i = 0; i < r->slots.count; i++)
        if (n && p[n - 1].end_us == p[i].end_us)
            p[n - 1].pnl_micros += p[i].pnl_micros;
        else
            p[n++] = p[i];
    for (size_t i = 0; i < n; i++)
        x[i] = fx_to_double(p[i].pnl_micros);
    *ret_count = n;
    return x;
}

/* Equity at the end of each hour, less that of the hour before. */
static double *hour_periods(const Result *r, Arena *arena, size_t *ret_count)
{
    int64_t from = r->totals.start_us - r->totals.start_us % RESULT_HOUR_US, last;
    size_t n = (size_t)((r->totals.end_us - from) / RESULT_HOUR_US) + 1, at = 0;
    double *x = arena_array(arena, double, n);

    if (!x || arena_is_full(arena) || !r->curve.count) return NULL;
    last = r->curve.items[0].equity_micros;
    for (size_t i = 0; i < n; i++) {
        int64_t end = from + ((int64_t)i + 1) * RESULT_HOUR_US, equity = last;

        while (at < r->curve.count && r->curve.items[at].ts_us <= end)
            equity = r->curve.items[at++].equity_micros;
        x[i] = fx_to_double(equity - last);
        last = equity;
    }
    *ret_count = n;
    return x;
}

static bool is_hourly(const Result *r)
{
    for (uint32_t i = 0; i < r->market_count; i++)
        if (r->markets[i].kind != MARKET_SLOT) return true;
    return false;
}

double *judge_periods(const Result *r, Arena *arena, size_t *ret_count)
{
    return is_hourly(r) ? hour_periods(r, arena, ret_count) : slot_periods(r, arena, ret_count);
}

/* ---- figures ------------------------------------------------------------------------------------- */

static void measure_ratio(ResultJudgement *j, const Moments *m)
{
    j->mean = m->mean;
    j->deviation = m->deviation;
    j->skew = m->skew;
    j->kurtosis = m->kurtosis;
    j->sharpe = num_canon(sharpe_ratio(m));
    j->sharpe_error = num_canon(sharpe_error(m));
    if (!num_is_known(j->trial_variance)) j->trial_variance = j->sharpe_error * j->sharpe_error;
    j->probabilistic = num_canon(sharpe_above(m, 0));
    j->luck = num_canon(sharpe_of_luck(j->trials, j->trial_variance));
    j->deflated = num_canon(sharpe_above(m, j->luck));
    j->track_needed = num_canon(sharpe_slots_needed(m, 0, JUDGE_SURE));
}

static const Band no_band = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};

static bool draw_trades(Result *r, const Draws *d, Arena *scratch)
{
    double *x = arena_array(scratch, double, r->trades.count + 1);

    r->judgement.fall_band = no_band;
    if (!r->trades.count) return true;
    if (arena_is_full(scratch)) return false;
    for (size_t i = 0; i < r->trades.count; i++)
        x[i] = fx_to_double(r->trades.items[i].pnl_micros);
    return resample_fall(x, r->trades.count, d, scratch, &r->judgement.fall_band);
}

/* Prices as forecasts, against what happened. */
static void score_prices(Result *r)
{
    ResultJudgement *j = &r->judgement;
    double sum = 0, n, won = 0;

    j->brier = j->brier_base = UNKNOWN;
    for (size_t i = 0; i < r->trades.count; i++) {
        const ResultTrade *t = &r->trades.items[i];
        double miss;
        bool has_won;

        if (!result_is_entry(r, t) || r->slots.items[t->slot].winner < 0) continue;
        has_won = r->slots.items[t->slot].winner == (int8_t)t->outcome;
        miss = (double)t->in_value_micros / (double)t->in_size_micros - has_won;
        sum += miss * miss;
        won += has_won;
        j->brier_count++;
    }
    if (!j->brier_count) return;
    n = (double)j->brier_count;
    j->brier = sum / n;
    j->brier_base = won / n * (1 - won / n);
}

/* ---- the verdict --------------------------------------------------------------------------------- */

static VerdictId verdict_of(const Result *r)
{
    const ResultJudgement *j = &r->judgement;
    const ResultBandRow *strict = &r->band[MODEL_PESSIMISTIC];

    if (!r->totals.orders && !r->totals.sets) return VERDICT_IDLE;
    if (!r->totals.trades && !r->totals.open_trades) return VERDICT_UNFILLED;
    if (r->totals.trades < JUDGE_TRADES) return VERDICT_SHORT;
    if (r->totals.pnl_micros <= 0) return VERDICT_LOSS;
    if (r->totals.realised_micros <= 0) return VERDICT_OPEN;
    if (!(j->probabilistic >= JUDGE_SURE) || !(j->mean_band.chance <= 1 - JUDGE_SURE))
        return VERDICT_CHANCE;
    if (strict->is_run && strict->pnl_micros <= 0) return VERDICT_FILLS;
    if (!(j->deflated >= JUDGE_SURE)) return VERDICT_TRIALS;
    return VERDICT_WORTHY;
}

bool judge(Result *r, const JudgeConfig *config, Arena *scratch)
{
    ResultJudgement *j = &r->judgement;
    size_t count = 0;
    double *x = judge_periods(r, scratch, &count);
    Draws draws = {config->seed, config->rounds, resample_block(count)};
    Moments m;

    if (!x) return false;
    *j = (ResultJudgement){.periods = count,
                           .is_hourly = is_hourly(r),
                           .trials = config->trials ? config->trials : 1,
                           .trial_variance = config->trial_variance,
                           .rounds = config->rounds,
                           .mean_band = no_band};
    m = moments_of(x, count);
    measure_ratio(j, &m);
    j->block = draws.block;
    if (count && !resample_mean(x, count, &draws, scratch, &j->mean_band)) return false;
    if (!draw_trades(r, &draws, scratch)) return false;
    score_prices(r);
    j->verdict = verdict_of(r);
    return true;
}

bool judge_band(const Result *of, Arena *scratch, ResultBandRow *ret)
{
    size_t count = 0;
    double *x = judge_periods(of, scratch, &count);
    Moments m;

    if (!x) return false;
    m = moments_of(x, count);
    *ret = (ResultBandRow){.is_run = true,
                           .orders = of->totals.orders,
                           .fills = of->totals.fills,
                           .trades = of->totals.trades,
                           .pnl_micros = of->totals.pnl_micros,
                           .fees_micros = of->totals.fees_micros,
                           .win_rate = of->totals.win_rate,
                           .drawdown = of->totals.drawdown,
                           .sharpe = num_canon(sharpe_ratio(&m))};
    memcpy(ret->result_sha256, of->result_sha256, sizeof ret->result_sha256);
    return true;
}
