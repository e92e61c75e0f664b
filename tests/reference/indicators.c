/* indicators.c — the time operators of language 3.5, each recomputed from the whole history since its
 * last restart, by its definition.
 *
 * Sums and their order are those of DECISIONS 82 to 86.  Unknown inputs are skipped: the output is
 * unknown at that instant and nothing is stored. */
#include "tests/reference/inside.h"

void ref_restart(RefMemory *m)
{
    m->count = 0;
    m->out = UNKNOWN;
    m->is_true_since = false;
    m->was_true = false;
    m->last_volume = UNKNOWN;
}

void ref_remember(Ref *r, RefMemory *m, double x, double y)
{
    if (m->count == m->cap) {
        uint32_t cap = m->cap ? m->cap * 2 : 32;
        double *nx = arena_array(r->arena, double, cap), *ny = arena_array(r->arena, double, cap);
        int64_t *nt = arena_array(r->arena, int64_t, cap);

        if (m->count) {
            memcpy(nx, m->x, m->count * sizeof *nx);
            memcpy(ny, m->y, m->count * sizeof *ny);
            memcpy(nt, m->t, m->count * sizeof *nt);
        }
        m->x = nx, m->y = ny, m->t = nt, m->cap = cap;
    }
    m->x[m->count] = x;
    m->y[m->count] = y;
    m->t[m->count++] = r->now.ts_us;
}

/* ---- sums -------------------------------------------------------------------------------------- */

typedef struct Sum { /* Neumaier */
    double s, c;
} Sum;

static void add(Sum *k, double x)
{
    double t = k->s + x;

    if (num_abs(k->s) >= num_abs(x))
        k->c += (k->s - t) + x;
    else
        k->c += (x - t) + k->s;
    k->s = t;
}

static double total(const double *x, uint32_t n)
{
    Sum k = {0, 0};

    for (uint32_t i = 0; i < n; i++)
        add(&k, x[i]);
    return k.s + k.c;
}

/* ---- averages ---------------------------------------------------------------------------------- */

/* A step that would not be finite leaves the average as it is and gives unknown. */
static double step_to(double *y, double next)
{
    if (!num_is_finite(next)) return UNKNOWN;
    *y = next;
    return num_canon(next);
}

static double ema(const double *x, uint32_t count, uint32_t n)
{
    double alpha = 2.0 / ((double)n + 1.0), y, out = UNKNOWN;

    if (count < n) return UNKNOWN;
    y = total(x, n) / (double)n;
    for (uint32_t i = n; i < count; i++)
        out = step_to(&y, y + alpha * (x[i] - y));
    return count == n ? num_canon(y) : out;
}

static double rma(const double *x, uint32_t count, uint32_t n)
{
    double y, out = UNKNOWN;

    if (count < n) return UNKNOWN;
    y = total(x, n) / (double)n;
    for (uint32_t i = n; i < count; i++)
        out = step_to(&y, (y * ((double)n - 1.0) + x[i]) / (double)n);
    return count == n ? num_canon(y) : out;
}

static double exact_mean(const double *x, uint32_t n)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += ref_to_micros(x[i]);
    return num_canon((double)sum / (1e6 * (double)n));
}

/* The window slides: the oldest goes, the newest comes, and every 256 stored values all is added up
 * again from the oldest. */
static double sliding_mean(const double *x, uint32_t count, uint32_t n)
{
    Sum k = {0, 0};

    if (count < n) return UNKNOWN;
    for (uint32_t i = 0; i < count; i++) {
        add(&k, x[i]);
        if (i >= n) add(&k, -x[i - n]);
        if ((i + 1) % 256 == 0) {
            uint32_t from = i + 1 > n ? i + 1 - n : 0;

            k = (Sum){0, 0};
            for (uint32_t j = from; j <= i; j++)
                add(&k, x[j]);
        }
    }
    return num_canon((k.s + k.c) / (double)n);
}

/* A field read directly, or through `every`, `prev` and names. */
static bool is_direct(const Expr *e)
{
    while (e->op == EX_LET || e->op == EX_SAMPLE || e->op == EX_PREV)
        e = e->args[0];
    return e->op == EX_INPUT || e->op == EX_TOKEN_FIELD;
}

static bool is_exact(const Expr *e)
{
    return ref_is_money(&e->args[0]->type) && is_direct(e->args[0]);
}

static double sma(const Expr *e, const double *x, uint32_t count, uint32_t n)
{
    if (count < n) return UNKNOWN;
    if (is_exact(e)) return exact_mean(x + (count - n), n);
    return sliding_mean(x, count, n);
}

static double rsi(Ref *r, const double *x, uint32_t count, uint32_t n)
{
    ArenaMark mark = arena_mark(r->arena);
    double *u, *d, up, down, result = UNKNOWN;

    if (count < n + 1) return UNKNOWN;
    u = arena_array(r->arena, double, count);
    d = arena_array(r->arena, double, count);
    for (uint32_t i = 1; i < count; i++) {
        double step = x[i] - x[i - 1];

        u[i - 1] = step > 0 ? step : 0;
        d[i - 1] = step < 0 ? -step : 0;
    }
    up = rma(u, count - 1, n);
    down = rma(d, count - 1, n);
    if (up + down != 0) result = num_canon((100.0 * up) / (up + down));
    arena_release(r->arena, mark);
    return result;
}

static void mean_and_deviation(const double *x, uint32_t n, double *ret_mean, double *ret_dev)
{
    Sum k = {0, 0};
    double mean = total(x, n) / (double)n;

    for (uint32_t i = 0; i < n; i++)
        add(&k, (x[i] - mean) * (x[i] - mean));
    *ret_mean = mean;
    *ret_dev = num_sqrt((k.s + k.c) / (double)n);
}

static double spread_of(const Expr *e, const double *x, uint32_t count, uint32_t n)
{
    double mean, dev;

    if (count < n) return UNKNOWN;
    mean_and_deviation(x + (count - n), n, &mean, &dev);
    if (e->op == EX_STDEV) return num_canon(dev);
    return dev == 0 ? UNKNOWN : num_canon((x[count - 1] - mean) / dev);
}

static double extreme(const Expr *e, const double *x, uint32_t count, uint32_t n)
{
    double best;

    if (count < n) return UNKNOWN;
    best = x[count - n];
    for (uint32_t i = count - n; i < count; i++)
        if (e->op == EX_HIGHEST ? x[i] > best : x[i] < best) best = x[i];
    return best;
}

/* ---- volume ------------------------------------------------------------------------------------ */

/* Weighted by the growth of the volume since the tick before; a tick with unknown x loses its
 * growth, and the previous volume is always updated (DECISIONS 86; docs/decisions/0002, 7). */
static double vwap(Ref *r, const Expr *e, RefMemory *m)
{
    double x = ref_value(r, e->args[0]), volume = ref_value(r, e->args[1]);
    double xw = 0, w = 0, before = m->last_volume;
    uint32_t from = 0;

    if (num_is_known(volume)) m->last_volume = volume;
    if (!num_is_known(x) || !num_is_known(volume)) return UNKNOWN;
    if (num_is_known(before)) ref_remember(r, m, x, volume > before ? volume - before : 0);
    if (e->op == EX_VWAPN) {
        uint32_t n = (uint32_t)ref_value(r, e->args[2]);

        if (m->count < n) return UNKNOWN;
        from = m->count - n;
    }
    for (uint32_t i = from; i < m->count; i++) {
        xw += m->x[i] * m->y[i];
        w += m->y[i];
    }
    return w == 0 ? UNKNOWN : num_canon(xw / w);
}

/* ---- conditions -------------------------------------------------------------------------------- */

static int compare(double a, double b, bool on_grid)
{
    if (on_grid) {
        a = num_rint(a * 1e6);
        b = num_rint(b * 1e6);
    }
    return (a > b) - (a < b);
}

/* The list holds the instants at which both were known. */
static double crosses(Ref *r, const Expr *e, RefMemory *m)
{
    double a = ref_value(r, e->args[0]), b = ref_value(r, e->args[1]), result = UNKNOWN;
    bool grid = ref_is_money(&e->args[0]->type) || ref_is_money(&e->args[1]->type);
    int sign = e->op == EX_XUP ? 1 : -1;

    if (!num_is_known(a) || !num_is_known(b)) return UNKNOWN;
    if (m->count) {
        int now = sign * compare(a, b, grid);
        int before = sign * compare(m->x[m->count - 1], m->y[m->count - 1], grid);

        result = now > 0 && before <= 0 ? 1 : 0;
    }
    ref_remember(r, m, a, b);
    return result;
}

static double held_for(Ref *r, const Expr *e, RefMemory *m)
{
    double c = ref_value(r, e->args[0]);
    int64_t length = ref_to_us(ref_value(r, e->args[1]));

    if (c != 1) {
        m->is_true_since = false;
        return c; /* F, or unknown */
    }
    if (!m->is_true_since) {
        m->is_true_since = true;
        m->since_us = r->now.ts_us;
    }
    return r->now.ts_us - m->since_us >= length ? 1 : 0;
}

static double time_since(Ref *r, const Expr *e, RefMemory *m)
{
    double c = ref_value(r, e->args[0]);

    if (!num_is_known(c)) return UNKNOWN;
    if (c == 1) {
        m->was_true = true;
        m->last_true_us = r->now.ts_us;
    }
    return m->was_true ? ref_micros(r->now.ts_us - m->last_true_us) : UNKNOWN;
}

/* ---- the past ---------------------------------------------------------------------------------- */

/* The value n instants ago; today's is stored when the event is evaluated (reference.c). */
static double prev(Ref *r, const Expr *e, const RefMemory *m)
{
    uint32_t n = (uint32_t)ref_value(r, e->args[1]);

    return n >= 1 && n <= m->count ? m->x[m->count - n] : UNKNOWN;
}

static double change(Ref *r, const Expr *e, RefMemory *m)
{
    double before = prev(r, e, m), x = ref_value(r, e->args[0]);

    ref_remember(r, m, x, 0);
    if (!num_is_known(before) || !num_is_known(x)) return UNKNOWN;
    return num_canon(x - before);
}

static double windowed(Ref *r, const Expr *e, RefMemory *m)
{
    double x = ref_value(r, e->args[0]);
    uint32_t n = (uint32_t)ref_value(r, e->args[1]);

    if (e->op == EX_SMA && is_exact(e) && num_abs(num_rint(x * 1e6)) >= (double)(INT64_MAX / n))
        x = UNKNOWN;
    if (!num_is_known(x)) return UNKNOWN;
    ref_remember(r, m, x, 0);
    switch (e->op) {
    case EX_EMA:
        return ema(m->x, m->count, n);
    case EX_RMA:
        return rma(m->x, m->count, n);
    case EX_SMA:
        return sma(e, m->x, m->count, n);
    case EX_RSI:
        return rsi(r, m->x, m->count, n);
    case EX_STDEV:
    case EX_ZSCORE:
        return spread_of(e, m->x, m->count, n);
    default:
        return extreme(e, m->x, m->count, n);
    }
}

double ref_indicator(Ref *r, const Expr *e, RefMemory *m)
{
    switch (e->op) {
    case EX_PREV:
        return prev(r, e, m);
    case EX_CHANGE:
        return change(r, e, m);
    case EX_VWAP:
    case EX_VWAPN:
        return vwap(r, e, m);
    case EX_XUP:
    case EX_XDOWN:
        return crosses(r, e, m);
    case EX_HELD:
        return held_for(r, e, m);
    case EX_SINCE:
        return time_since(r, e, m);
    case EX_SAMPLE:
        return ref_value(r, e->args[0]);
    default:
        return windowed(r, e, m);
    }
}
