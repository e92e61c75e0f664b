/* scale.c — see scale.h. */
#include "runtime/backtest/scale.h"

#include "runtime/backtest/html.h"
#include "vm/base/date.h"
#include "vm/base/num.h"

enum { EXP_LEAST = -12, EXP_MOST = 18, KILO = 3, MEGA = 6, YEAR_MONTHS = 12 };

static const double MINUTE_US = 60e6, DAY_DOUBLE_US = 86400e6;

/* 10^exp, exact up to 10^22. */
static double power(int exp)
{
    double p = 1;

    for (int i = 0; i < exp; i++)
        p *= 10;
    return p;
}

/* mantissa * k * 10^exp10, rounded once. */
static double multiple(double k, double mantissa, int exp10)
{
    return exp10 < 0 ? k * mantissa / power(-exp10) : k * mantissa * power(exp10);
}

static void push(Ticks *t, double at)
{
    if (t->count < SCALE_TICKS) t->at[t->count++] = at + 0.0;
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static Ticks number_ticks(double low, double high, ScaleUnit unit, size_t most)
{
    static const double mantissas[] = {1, 2, 5};
    Ticks t = {.unit = unit};

    for (int i = 0; i < 3 * (EXP_MOST - EXP_LEAST); i++) {
        double mantissa = mantissas[i % 3], step, first, last;

        t.exp10 = EXP_LEAST + i / 3;
        step = multiple(1, mantissa, t.exp10);
        first = num_ceil(low / step);
        last = num_floor(high / step);
        if (last - first + 1 > (double)most) continue;
        for (double k = first; k <= last; k++)
            push(&t, multiple(k, mantissa, t.exp10));
        return t;
    }
    return t;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

static void put_dollars(Buf *out, int exp10, double at)
{
    int power_of = exp10 >= MEGA ? MEGA : exp10 >= KILO ? KILO : 0;
    int places = power_of ? 0 : exp10 >= 0 ? 0 : at_least(2, -exp10);

    if (at < 0) buf_str(out, "\xe2\x88\x92");
    buf_char(out, '$');
    html_number(out, num_abs(at) / power(power_of), places);
    if (at != 0) buf_str(out, power_of == MEGA ? "M" : power_of == KILO ? "k" : "");
}

static void put_scaled(Buf *out, const Ticks *t, double at, const char *unit)
{
    html_number(out, at * 100, at_least(0, -t->exp10 - 2));
    buf_str(out, unit);
}

/* ---- time ---------------------------------------------------------------------------------------- */

static int64_t month_of(double us)
{
    Date d = date_of((int64_t)num_floor(us / DAY_DOUBLE_US));

    return d.year * YEAR_MONTHS + d.month - 1;
}

static double month_us(int64_t month)
{
    return (double)(date_days((Date){month / YEAR_MONTHS, month % YEAR_MONTHS + 1, 1}) * DAY_US);
}

static Ticks month_ticks(double low, double high, size_t most)
{
    static const int64_t steps[] = {1, 2, 3, 6, 12, 24, 60, 120, 600};
    Ticks t = {.unit = SCALE_TIME};
    int64_t first = month_of(low), last = month_of(high);
    size_t i = 0;

    if (month_us(first) < low) first++;
    while (i + 1 < sizeof steps / sizeof steps[0] && (last - first) / steps[i] + 1 > (int64_t)most)
        i++;
    for (int64_t m = (first + steps[i] - 1) / steps[i] * steps[i]; m <= last; m += steps[i])
        push(&t, month_us(m));
    return t;
}

static Ticks time_ticks(double low, double high, size_t most)
{
    static const double minutes[] = {1.0 / 60, 2.0 / 60, 5.0 / 60, 10.0 / 60, 0.5,  1,
                                     2,        5,        10,       15,        30,   60,
                                     120,      180,      360,      720,       1440, 2 * 1440,
                                     5 * 1440, 7 * 1440, 14 * 1440};

    for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
        double step = num_rint(minutes[i] * MINUTE_US), first = num_ceil(low / step),
               last = num_floor(high / step);
        Ticks t = {.unit = SCALE_TIME, .step_us = step};

        if (last - first + 1 > (double)most) continue;
        for (double k = first; k <= last; k++)
            push(&t, k * step);
        return t;
    }
    return month_ticks(low, high, most);
}

/* Midnights are days: "13 Apr"; the rest is "12:05" or "12:05:30"; of months "Apr 2026". */
static void put_time(Buf *out, const Ticks *t, double at)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t us = (int64_t)at, days = (int64_t)num_floor(at / DAY_DOUBLE_US), second;
    Date d = date_of(days);

    second = (us - days * DAY_US) / 1000000;
    if (t->step_us == 0) {
        buf_fmt(out, "%s %lld", months[d.month - 1], (long long)d.year);
    } else if (second == 0) {
        buf_fmt(out, "%lld %s", (long long)d.day, months[d.month - 1]);
    } else {
        buf_fmt(out, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
        if (t->step_us < MINUTE_US) buf_fmt(out, ":%02d", (int)(second % 60));
    }
}

/* ---- both ---------------------------------------------------------------------------------------- */

Ticks scale_ticks(double low, double high, ScaleUnit unit, size_t most)
{
    return unit == SCALE_TIME ? time_ticks(low, high, most) : number_ticks(low, high, unit, most);
}

void scale_label(Buf *out, const Ticks *t, double at)
{
    switch (t->unit) {
    case SCALE_PLAIN:
        html_number(out, at, at_least(0, -t->exp10));
        return;
    case SCALE_PERCENT:
        put_scaled(out, t, at, "%");
        return;
    case SCALE_CENTS:
        put_scaled(out, t, at, "\xc2\xa2");
        return;
    case SCALE_DOLLARS:
        put_dollars(out, t->exp10, at);
        return;
    case SCALE_TIME:
        put_time(out, t, at);
    }
}
