/* chart.c — see chart.h. */
#include "runtime/backtest/chart.h"

#include "vm/base/num.h"

enum {
    TOP = 10,
    RIGHT = 12,
    BOTTOM = 26,
    LETTER_TENTHS = 74, /* of a unit; wide enough for the larger letters of phones */
    LABEL_GAP = 7,
    LABEL_DROP = 4,
    TICK_WIDTH = 57, /* at least so much for each tick of x */
    TICK_HEIGHT = 33,
    PIECES = (CHART_POINTS - 2) / 2,
    DASH = 3, /* half of one */
};

typedef struct Side { /* data to units of the viewBox */
    double low, high;
    double from, to;
    Ticks ticks;
} Side;

typedef struct Plot {
    const Chart *c;
    Side x, y;
    size_t *idx; /* of the series at hand */
} Plot;

/* ---- thinning ------------------------------------------------------------------------------------ */

static void keep(size_t *idx, size_t *n, size_t i)
{
    if (*n == 0 || idx[*n - 1] < i) idx[(*n)++] = i;
}

static size_t known_at(const double *y, size_t i, size_t end)
{
    while (i < end && !num_is_finite(y[i]))
        i++;
    return i;
}

size_t chart_thin(const double *y, size_t count, size_t pieces, size_t *ret_idx)
{
    size_t n = 0, first = known_at(y, 0, count), last = count;

    if (first == count) return 0;
    while (!num_is_finite(y[last - 1]))
        last--;
    if (count > 2 * pieces) keep(ret_idx, &n, first);
    for (size_t p = 0; p < pieces && count > 2 * pieces; p++) {
        size_t end = (p + 1) * count / pieces, low = known_at(y, p * count / pieces, end),
               high = low;

        for (size_t i = low; i < end; i++) {
            if (y[i] < y[low]) low = i;
            if (y[i] > y[high]) high = i;
        }
        if (low >= end) continue;
        keep(ret_idx, &n, low < high ? low : high);
        keep(ret_idx, &n, low < high ? high : low);
    }
    for (size_t i = first; i < last && count <= 2 * pieces; i++)
        if (num_is_finite(y[i])) keep(ret_idx, &n, i);
    keep(ret_idx, &n, last - 1);
    return n;
}

/* ---- from data to units -------------------------------------------------------------------------- */

static double place(const Side *s, double v)
{
    double v_in = v < s->low ? s->low : v > s->high ? s->high : v;

    return s->from + (v_in - s->low) / (s->high - s->low) * (s->to - s->from);
}

/* Tenths of a unit are finer than anybody sees. */
static void put_unit(Buf *out, double v)
{
    int64_t tenths = (int64_t)num_rint(v * 10);

    if (tenths < 0) buf_char(out, '-');
    if (tenths < 0) tenths = -tenths;
    buf_int(out, tenths / 10);
    if (tenths % 10) buf_fmt(out, ".%d", (int)(tenths % 10));
}

static void put_at(Buf *out, const Plot *p, char command, double x, double y)
{
    buf_char(out, command);
    put_unit(out, place(&p->x, x));
    buf_char(out, ' ');
    put_unit(out, place(&p->y, y));
}

static double low_of(const ChartSeries *s, size_t i)
{
    return s->low ? s->low[i] : 0;
}

static void widen(Side *s, double v)
{
    if (!num_is_finite(v)) return;
    if (!num_is_known(s->low) || v < s->low) s->low = v;
    if (!num_is_known(s->high) || v > s->high) s->high = v;
}

static void widen_by(Plot *p, const ChartSeries *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!num_is_finite(s->y[i]) || !num_is_finite(s->x[i])) continue;
        widen(&p->x, s->x[i] - s->width / 2);
        widen(&p->x, s->x[i] + s->width / 2);
        widen(&p->y, s->y[i]);
        if (s->mark == CHART_BARS || s->mark == CHART_AREA || s->mark == CHART_RANGES)
            widen(&p->y, low_of(s, i));
    }
}

/* A range of nothing gets room on both sides; a free end gets a little. */
static void settle(Side *s, const ChartAxis *a, double room)
{
    double span;

    if (a->has_zero) widen(s, 0);
    span = s->high - s->low;
    if (!(span > 0)) {
        double half = a->unit == SCALE_TIME ? 30e6 : s->low == 0 ? 1 : num_abs(s->low) * 0.05;

        s->low -= half;
        s->high += half;
        span = 2 * half;
    }
    if (!(a->has_zero && s->low == 0)) s->low -= span * room;
    if (!(a->has_zero && s->high == 0)) s->high += span * room;
    if (num_is_known(a->low)) s->low = a->low;
    if (num_is_known(a->high)) s->high = a->high;
}

static size_t ticks_for(int length, int each)
{
    size_t most = (size_t)(length / each);

    return most < 2 ? 2 : most > SCALE_TICKS ? SCALE_TICKS : most;
}

static size_t letters(const Ticks *t)
{
    size_t most = 0;

    for (size_t i = 0; i < t->count; i++) {
        char mem[64];
        Buf label;
        size_t n = 0;

        buf_init_fixed(&label, mem, sizeof mem);
        scale_label(&label, t, t->at[i]);
        for (size_t k = 0; k < label.len; k++)
            n += ((unsigned char)label.ptr[k] & 0xc0) != 0x80;
        most = n > most ? n : most;
    }
    return most;
}

/* False when there is nothing to see. */
static bool measure(Plot *p)
{
    const Chart *c = p->c;

    p->x = p->y = (Side){.low = UNKNOWN, .high = UNKNOWN};
    for (size_t i = 0; i < c->count; i++)
        widen_by(p, &c->series[i]);
    if (!num_is_known(p->x.low)) return false;
    settle(&p->x, &c->x, 0);
    settle(&p->y, &c->y, 0.04);
    p->y.ticks = scale_ticks(p->y.low, p->y.high, c->y.unit,
                             ticks_for(c->height - TOP - BOTTOM, TICK_HEIGHT));
    p->x.from = (double)letters(&p->y.ticks) * LETTER_TENTHS / 10 + LABEL_GAP;
    p->x.to = c->width - RIGHT;
    p->y.from = c->height - BOTTOM;
    p->y.to = TOP;
    p->x.ticks = scale_ticks(p->x.low, p->x.high, c->x.unit,
                             ticks_for((int)(p->x.to - p->x.from), TICK_WIDTH));
    return true;
}

/* ---- marks --------------------------------------------------------------------------------------- */

static void put_line(Buf *out, const Plot *p, const ChartSeries *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_at(out, p, i ? 'L' : 'M', s->x[p->idx[i]], s->y[p->idx[i]]);
}

/* On from where the pen is: level, then up or down. */
static void put_step(Buf *out, const Plot *p, double x, double y)
{
    buf_char(out, 'H');
    put_unit(out, place(&p->x, x));
    buf_char(out, 'V');
    put_unit(out, place(&p->y, y));
}

static void put_steps(Buf *out, const Plot *p, const ChartSeries *s, size_t n)
{
    put_at(out, p, 'M', s->x[p->idx[0]], s->y[p->idx[0]]);
    for (size_t i = 1; i < n; i++)
        put_step(out, p, s->x[p->idx[i]], s->y[p->idx[i]]);
}

/* There along y, back along low: upright first, then level. */
static void put_area(Buf *out, const Plot *p, const ChartSeries *s, size_t n)
{
    put_steps(out, p, s, n);
    for (size_t i = n - 1; i > 0; i--) {
        buf_char(out, 'V');
        put_unit(out, place(&p->y, low_of(s, p->idx[i - 1])));
        buf_char(out, 'H');
        put_unit(out, place(&p->x, s->x[p->idx[i - 1]]));
    }
    buf_char(out, 'Z');
}

/* At least a unit wide, and a gap between two that touch. */
static void put_bar(Buf *out, const Plot *p, const ChartSeries *s, size_t i)
{
    double left = place(&p->x, s->x[i] - s->width / 2),
           right = place(&p->x, s->x[i] + s->width / 2);
    double gap = right - left > 4 ? 1 : 0;

    if (right - left < 1) right = left + 1;
    buf_char(out, 'M');
    put_unit(out, left);
    buf_char(out, ' ');
    put_unit(out, place(&p->y, low_of(s, i)));
    buf_char(out, 'V');
    put_unit(out, place(&p->y, s->y[i]));
    buf_char(out, 'H');
    put_unit(out, right - gap);
    buf_char(out, 'V');
    put_unit(out, place(&p->y, low_of(s, i)));
    buf_char(out, 'Z');
}

static void put_dash(Buf *out, const Plot *p, const ChartSeries *s, size_t i)
{
    double at = place(&p->x, s->x[i]), half = place(&p->x, s->x[i] + s->width / 2) - at;

    if (half < DASH) half = DASH;
    buf_char(out, 'M');
    put_unit(out, at - half);
    buf_char(out, ' ');
    put_unit(out, place(&p->y, s->y[i]));
    buf_char(out, 'H');
    put_unit(out, at + half);
}

static void put_mark(Buf *out, const Plot *p, const ChartSeries *s, size_t i)
{
    if (s->mark == CHART_BARS) {
        put_bar(out, p, s, i);
    } else if (s->mark == CHART_RANGES) {
        put_at(out, p, 'M', s->x[i], s->y[i]);
        buf_char(out, 'V');
        put_unit(out, place(&p->y, low_of(s, i)));
    } else if (s->mark == CHART_DOTS) {
        put_at(out, p, 'M', s->x[i], s->y[i]);
        buf_str(out, "h0");
    } else {
        put_dash(out, p, s, i);
    }
}

static const char *mark_class(ChartMark m)
{
    static const char *const names[] = {"line",   "steps", "area",  "bars",
                                        "ranges", "dots",  "dashes"};

    return names[m];
}

static void put_series(Buf *out, const Plot *p, const ChartSeries *s)
{
    size_t n = chart_thin(s->y, s->count, PIECES, p->idx);

    if (!n) return;
    buf_fmt(out, "<path class=\"%s %s\" d=\"", mark_class(s->mark), s->css);
    if (s->mark == CHART_LINE)
        put_line(out, p, s, n);
    else if (s->mark == CHART_STEPS)
        put_steps(out, p, s, n);
    else if (s->mark == CHART_AREA)
        put_area(out, p, s, n);
    else
        for (size_t i = 0; i < n; i++)
            put_mark(out, p, s, p->idx[i]);
    buf_str(out, "\"/>");
}

/* ---- axes ---------------------------------------------------------------------------------------- */

static void put_text(Buf *out, double x, double y, const char *anchor, const Ticks *t, double at)
{
    buf_fmt(out, "<text class=\"%s\" x=\"", anchor);
    put_unit(out, x);
    buf_str(out, "\" y=\"");
    put_unit(out, y);
    buf_str(out, "\">");
    scale_label(out, t, at);
    buf_str(out, "</text>");
}

static void put_level(Buf *out, const Plot *p, const char *css, double y)
{
    buf_fmt(out, "<path class=\"%s\" d=\"M", css);
    put_unit(out, p->x.from);
    buf_char(out, ' ');
    put_unit(out, place(&p->y, y));
    buf_char(out, 'H');
    put_unit(out, p->x.to);
    buf_str(out, "\"/>");
}

static void put_axis_y(Buf *out, const Plot *p)
{
    const Ticks *t = &p->y.ticks;

    for (size_t i = 0; i < t->count; i++) {
        put_level(out, p, t->at[i] == 0 ? "zero" : "grid", t->at[i]);
        put_text(out, p->x.from - LABEL_GAP, place(&p->y, t->at[i]) + LABEL_DROP, "end", t,
                 t->at[i]);
    }
}

/* Labels near an end lean inwards. */
static void put_axis_x(Buf *out, const Plot *p)
{
    const Ticks *t = &p->x.ticks;
    double half = (double)letters(t) * LETTER_TENTHS / 20;

    for (size_t i = 0; i < t->count; i++) {
        double x = place(&p->x, t->at[i]);
        bool is_left = x - half<0, is_right = x + half> p->c->width;

        put_text(out,
                 is_left    ? 0
                 : is_right ? p->c->width
                            : x,
                 p->c->height - 8,
                 is_left    ? "start"
                 : is_right ? "end"
                            : "mid",
                 t, t->at[i]);
    }
}

/* ---- all of it ----------------------------------------------------------------------------------- */

bool chart_put(Buf *out, const Chart *c, Arena *scratch)
{
    Plot p = {.c = c, .idx = arena_array(scratch, size_t, CHART_POINTS + 2)};

    if (!p.idx || !measure(&p)) return false;
    buf_fmt(out,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">"
            "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%S</desc>",
            c->width, c->height, c->id, c->id, c->id, c->title, c->id, c->said);
    put_axis_y(out, &p);
    for (size_t i = 0; i < c->count; i++)
        put_series(out, &p, &c->series[i]);
    put_axis_x(out, &p);
    buf_str(out, "</svg>\n");
    return true;
}

void chart_legend(Buf *out, const Chart *c)
{
    buf_str(out, "<ul class=\"legend\">");
    for (size_t i = 0; i < c->count; i++)
        if (c->series[i].label && c->series[i].count)
            buf_fmt(out, "<li class=\"%s %s\">%s</li>", mark_class(c->series[i].mark),
                    c->series[i].css, c->series[i].label);
    buf_str(out, "</ul>\n");
}
