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

/* ---- many of them ---------------------------------------------------------------------------------- */

void trialset_init(TrialSet *s, Arena *arena)
{
    *s = (TrialSet){.arena = arena};
    map_init(&s->by_print, arena);
}

void trialset_begin(TrialSet *s, TrialRow *rows, size_t count)
{
    s->base = rows;
    s->base_count = count;
}

static Span print_of(const TrialRow *row)
{
    return span_of((const char *)row->print, TRIAL_PRINT);
}

static TrialRow *add_row(TrialSet *s, const TrialRow *made)
{
    TrialRow *row = arena_new(s->arena, TrialRow);

    if (!row || arena_is_full(s->arena)) return NULL;
    *row = *made;
    return map_put_ptr(&s->by_print, print_of(row), row) && vec_push(s->arena, &s->rows, row)
               ? row
               : NULL;
}

bool trialset_take(TrialSet *s, const uint8_t key[TRIAL_KEY], double sharpe)
{
    TrialRow made = {.sharpe = sharpe}, *row;

    memcpy(made.print, key, TRIAL_PRINT / 2);
    memcpy(made.print + TRIAL_PRINT / 2, key + SHA256_SIZE, TRIAL_PRINT / 2);
    row = map_get_ptr(&s->by_print, print_of(&made));
    if (!row) row = add_row(s, &made);
    if (!row) return false;
    row->runs++;
    row->sharpe = sharpe;
    return true;
}

void trialset_settle(TrialSet *s)
{
    if (s->settled == s->rows.count) return;
    s->settled = s->rows.count;
    for (size_t i = 0; i < s->base_count; i++) {
        TrialRow *old = &s->base[i], *row;

        row = old->runs ? map_get_ptr(&s->by_print, print_of(old)) : NULL;
        if (!row) continue;
        row->runs += old->runs;
        old->runs = 0;
        s->base_gone++;
    }
}

size_t trialset_size(const TrialSet *s)
{
    return s->base_count - s->base_gone + s->rows.count;
}

static int by_ratio(const void *a, const void *b, void *ctx)
{
    const TrialRow *x = a, *y = b;

    (void)ctx;
    if (!num_is_known(x->sharpe) || !num_is_known(y->sharpe))
        return num_is_known(y->sharpe) - num_is_known(x->sharpe);
    return (x->sharpe > y->sharpe) - (x->sharpe < y->sharpe);
}

bool trialset_rows(const TrialSet *s, TrialRow *ret_rows)
{
    size_t n = 0;

    for (size_t i = 0; i < s->base_count; i++)
        if (s->base[i].runs) ret_rows[n++] = s->base[i];
    for (size_t i = 0; i < s->rows.count; i++)
        ret_rows[n++] = *s->rows.items[i];
    return sort_stable(ret_rows, n, sizeof *ret_rows, by_ratio, NULL, s->arena);
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

typedef struct Ratios {
    const uint8_t *strategy; /* NULL: all */
    double *items;
    size_t count;
    uint64_t trials, runs;
} Ratios;

static void count_row(Ratios *r, const TrialRow *row)
{
    if (!row->runs || (r->strategy && memcmp(row->print, r->strategy, TRIAL_PRINT / 2) != 0))
        return;
    r->runs += row->runs;
    r->trials++;
    if (num_is_known(row->sharpe)) r->items[r->count++] = row->sharpe;
}

/* The first `sorted` are in order already. */
static bool sort_ratios(Ratios *r, size_t sorted, Arena *arena)
{
    double *all = arena_array(arena, double, r->count + 1);
    size_t a = 0, b = sorted;

    if (!all ||
        !sort_stable(r->items + sorted, r->count - sorted, sizeof *all, ratio_cmp, NULL, arena))
        return false;
    for (size_t i = 0; i < r->count; i++) {
        bool is_old = b == r->count || (a < sorted && r->items[a] <= r->items[b]);

        all[i] = r->items[is_old ? a++ : b++];
    }
    r->items = all;
    return true;
}

bool trialset_count(const TrialSet *s, const uint8_t *strategy, uint64_t *ret_trials,
                    uint64_t *ret_runs, double *ret_variance)
{
    ArenaMark mark = arena_mark(s->arena);
    Ratios r = {.strategy = strategy, .items = arena_array(s->arena, double, trialset_size(s) + 1)};
    size_t sorted;
    bool ok;

    *ret_trials = *ret_runs = 0;
    if (!r.items) return false;
    for (size_t i = 0; i < s->base_count; i++)
        count_row(&r, &s->base[i]);
    sorted = r.count;
    for (size_t i = 0; i < s->rows.count; i++)
        count_row(&r, s->rows.items[i]);
    ok = sort_ratios(&r, sorted, s->arena);
    *ret_trials = r.trials;
    *ret_runs = r.runs;
    *ret_variance = ok ? variance_of(r.items, r.count) : UNKNOWN;
    arena_release(s->arena, mark);
    return ok;
}
