/* trial.c — see trial.h. */
#include "runtime/backtest/trial.h"

#include <string.h>

#include "vm/base/num.h"
#include "vm/base/sort.h"

Trial trial_of(const TrialSettings *how, const double *params)
{
    const BacktestConfig *c = how->config;
    int64_t asked[] = {how->is_instant ? MODELS : (int64_t)c->model,
                       how->is_instant ? 0 : c->latency_us,
                       how->is_instant ? 0 : c->jitter_us,
                       how->is_instant ? 0 : (int64_t)c->seed,
                       how->from_us,
                       how->to_us,
                       c->cash_micros};
    Trial t = {0};
    Sha256 h;

    sha256_init(&h);
    sha256_update(&h, asked, sizeof asked);
    sha256_update(&h, params, c->image->params_count * sizeof *params);
    sha256_final(&h, t.settings);
    memcpy(t.strategy, c->image->semantic_hash, sizeof t.strategy);
    return t;
}

void trialset_init(TrialSet *s, Arena *arena)
{
    *s = (TrialSet){.arena = arena};
    map_init(&s->by_key, arena);
}

bool trialset_take(TrialSet *s, const uint8_t key[TRIAL_KEY], double sharpe)
{
    TrialRow *row = map_get_ptr(&s->by_key, span_of((const char *)key, TRIAL_KEY));

    if (!row) {
        row = arena_new(s->arena, TrialRow);
        if (!row || arena_is_full(s->arena)) return false;
        memcpy(row->key, key, TRIAL_KEY);
        if (!map_put_ptr(&s->by_key, span_of((const char *)row->key, TRIAL_KEY), row) ||
            !vec_push(s->arena, &s->rows, row))
            return false;
    }
    row->runs++;
    row->sharpe = sharpe;
    return true;
}

static int ratio_cmp(const void *a, const void *b, void *ctx)
{
    const double *x = a, *y = b;

    (void)ctx;
    return (*x > *y) - (*x < *y);
}

/* In order of size, so that the order of recording does not matter to the last bit. */
static double variance_of(const double *x, size_t count)
{
    double sum = 0, squares = 0, mean;

    if (count < 2) return UNKNOWN;
    for (size_t i = 0; i < count; i++)
        sum += x[i];
    mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return squares / (double)(count - 1);
}

bool trialset_count(const TrialSet *s, const uint8_t *strategy, uint64_t *ret_trials,
                    uint64_t *ret_runs, double *ret_variance)
{
    ArenaMark mark = arena_mark(s->arena);
    double *ratios = arena_array(s->arena, double, s->rows.count + 1);
    size_t n = 0;
    bool ok;

    *ret_trials = *ret_runs = 0;
    if (!ratios) return false;
    for (size_t i = 0; i < s->rows.count; i++) {
        const TrialRow *row = s->rows.items[i];

        if (strategy && memcmp(row->key, strategy, SHA256_SIZE) != 0) continue;
        *ret_runs += row->runs;
        ++*ret_trials;
        if (num_is_known(row->sharpe)) ratios[n++] = row->sharpe;
    }
    ok = sort_stable(ratios, n, sizeof *ratios, ratio_cmp, NULL, s->arena);
    *ret_variance = ok ? variance_of(ratios, n) : UNKNOWN;
    arena_release(s->arena, mark);
    return ok;
}
