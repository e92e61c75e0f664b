/* report_charts.c — the drawings of the report: what of a result goes into which chart (report_page.h). */
#include "runtime/backtest/chart.h"
#include "runtime/backtest/report_page.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum {
    WIDE = 1040,
    NARROW = 400,
    WIDE_HEIGHT = 300,
    NARROW_HEIGHT = 240,
    FALL_HEIGHT = 150,
    FALL_NARROW = 140,
    BINS = 24, /* of the histogram, at most about so many */
    BIN_TICKS = 12,
    SAID = 1024,
};

/* ---- one drawing --------------------------------------------------------------------------------- */

typedef struct Drawing {
    Chart chart;
    Word title, note, empty;
    Span note_text; /* instead of `note`, when there is any */
} Drawing;

/* The word with its figures as text of its own. */
#define said(p, id, ...) said_put(p, page_word(id), (Figure[]){__VA_ARGS__, {.kind = FIGURE_NONE}})

static Span said_put(Page *p, const char *sentence, const Figure *figures)
{
    Buf b;

    buf_init(&b, p->scratch, SAID);
    html_say(&b, sentence, figures);
    return buf_span(&b);
}

#define said_str(p, id, ...) \
    said_cstr(p, page_word(id), (Figure[]){__VA_ARGS__, {.kind = FIGURE_NONE}})

static const char *said_cstr(Page *p, const char *sentence, const Figure *figures)
{
    Buf b;

    buf_init(&b, p->scratch, SAID);
    html_say(&b, sentence, figures);
    return buf_cstr(&b);
}

static Figure count_of(uint64_t n)
{
    return figure_whole(FIGURE_COUNT, (int64_t)n);
}

static Figure gain_of(double dollars)
{
    return figure_real(FIGURE_CHANGE, dollars);
}

static void open_figure(Page *p, const Drawing *d)
{
    buf_fmt(p->out, "<figure><figcaption><h3>%s</h3><p class=\"note\">", page_word(d->title));
    if (d->note_text.len)
        buf_span_put(p->out, d->note_text);
    else
        buf_str(p->out, page_word(d->note));
    buf_str(p->out, "</p></figcaption>\n");
}

static void close_figure(Page *p, const Drawing *d, bool is_drawn)
{
    if (is_drawn)
        chart_legend(p->out, &d->chart);
    else
        buf_fmt(p->out, "<p class=\"empty\">%s</p>\n", page_word(d->empty));
    buf_str(p->out, "</figure>\n");
}

static void draw(Page *p, Drawing *d)
{
    d->chart.title = page_word(d->title);
    d->chart.width = NARROW;
    d->chart.height = NARROW_HEIGHT;
    open_figure(p, d);
    close_figure(p, d, chart_put(p->out, &d->chart, p->scratch));
}

/* Over the whole width, and once more for phones: letters do not shrink with the drawing. */
static void draw_wide(Page *p, Drawing *d, const char *narrow_id, int height, int narrow_height)
{
    bool is_drawn;

    d->chart.title = page_word(d->title);
    d->chart.width = WIDE;
    d->chart.height = height;
    open_figure(p, d);
    buf_str(p->out, "<div class=\"wide\">");
    is_drawn = chart_put(p->out, &d->chart, p->scratch);
    buf_str(p->out, "</div><div class=\"narrow\">");
    d->chart.id = narrow_id;
    d->chart.width = NARROW;
    d->chart.height = narrow_height;
    (void)chart_put(p->out, &d->chart, p->scratch);
    buf_str(p->out, "</div>\n");
    close_figure(p, d, is_drawn);
}

/* ---- rows of doubles ----------------------------------------------------------------------------- */

typedef struct Points { /* on scratch; x NULL: memory has ended */
    double *x, *y, *low;
    size_t count;
    double least, most; /* y */
} Points;

static Points points_new(Page *p, size_t room)
{
    Points s = {.x = arena_array(p->scratch, double, room + 1),
                .y = arena_array(p->scratch, double, room + 1),
                .low = arena_array(p->scratch, double, room + 1),
                .least = UNKNOWN,
                .most = UNKNOWN};

    if (arena_is_full(p->scratch)) s.x = NULL;
    return s;
}

static void points_add(Points *s, double x, double y, double low)
{
    if (!s->x) return;
    s->x[s->count] = x;
    s->y[s->count] = y;
    s->low[s->count++] = low;
    if (!num_is_known(s->least) || y < s->least) s->least = y;
    if (!num_is_known(s->most) || y > s->most) s->most = y;
}

static ChartSeries series_of(const Points *s, ChartMark mark, const char *css, const char *label)
{
    return (ChartSeries){.mark = mark,
                         .css = css,
                         .label = label,
                         .x = s->x,
                         .y = s->y,
                         .low = s->low,
                         .count = s->x ? s->count : 0};
}

/* Gains and losses as bars of two kinds around the place of each. */
typedef struct GainBars {
    Points up, down;
    ChartSeries series[2];
} GainBars;

static GainBars gain_bars_new(Page *p, size_t room)
{
    GainBars b = {.up = points_new(p, room), .down = points_new(p, room)};

    return b;
}

static void gain_bars_add(GainBars *b, double x, double y)
{
    points_add(y < 0 ? &b->down : &b->up, x, y, 0);
}

static void gain_bars_done(GainBars *b, double width)
{
    b->series[0] = series_of(&b->up, CHART_BARS, "up", page_word(WORD_GAIN));
    b->series[1] = series_of(&b->down, CHART_BARS, "down", page_word(WORD_LOSS));
    b->series[0].width = b->series[1].width = width;
}

static double worst_of(const GainBars *b)
{
    return b->down.count ? b->down.least : b->up.least;
}

static double best_of(const GainBars *b)
{
    return b->up.count ? b->up.most : b->down.most;
}

/* ---- profit over time ---------------------------------------------------------------------------- */

static double dollars_since(int64_t equity_micros, const Result *r)
{
    return fx_to_double(equity_micros - r->totals.start_cash_micros);
}

typedef struct CurveAt { /* one of the curves, walked along */
    ReportCurve curve;
    size_t next;
    int64_t equity_micros; /* MICROS_UNKNOWN: before its first point */
} CurveAt;

static int64_t next_us(const CurveAt *c)
{
    return c->next < c->curve.count ? c->curve.points[c->next].ts_us : INT64_MAX;
}

static void walk_to(CurveAt *c, int64_t ts_us)
{
    while (c->next < c->curve.count && c->curve.points[c->next].ts_us <= ts_us)
        c->equity_micros = c->curve.points[c->next++].equity_micros;
}

/* Steps from the least to the most of all curves, at each instant at which one of them changes. */
static Points curve_band(Page *p)
{
    CurveAt at[MODELS];
    size_t count = 0, room = 0;
    Points all;

    for (int m = 0; m < MODELS; m++) {
        ReportCurve c = p->facts->curves[m];

        if (m == (int)p->r->model) c = (ReportCurve){p->r->curve.items, p->r->curve.count};
        if (!c.count) continue;
        at[count++] = (CurveAt){c, 0, MICROS_UNKNOWN};
        room += c.count;
    }
    all = points_new(p, count > 1 ? room : 0);
    while (count > 1) {
        int64_t ts_us = INT64_MAX, low = INT64_MAX, high = INT64_MIN;

        for (size_t i = 0; i < count; i++)
            ts_us = next_us(&at[i]) < ts_us ? next_us(&at[i]) : ts_us;
        if (ts_us == INT64_MAX) break;
        for (size_t i = 0; i < count; i++) {
            walk_to(&at[i], ts_us);
            if (at[i].equity_micros == MICROS_UNKNOWN) continue;
            low = at[i].equity_micros < low ? at[i].equity_micros : low;
            high = at[i].equity_micros > high ? at[i].equity_micros : high;
        }
        points_add(&all, (double)ts_us, dollars_since(high, p->r), dollars_since(low, p->r));
    }
    return all;
}

/* One step for each of so many pieces, as high and as low as all that was in it. */
static Points band_thin(Page *p, const Points *all, size_t pieces)
{
    Points thin = points_new(p, pieces);

    if (!all->x || all->count <= pieces) return *all;
    for (size_t k = 0; k < pieces; k++) {
        size_t from = k * all->count / pieces, to = (k + 1) * all->count / pieces;
        double low = all->low[from], high = all->y[from];

        for (size_t i = from; i < to; i++) {
            low = all->low[i] < low ? all->low[i] : low;
            high = all->y[i] > high ? all->y[i] : high;
        }
        points_add(&thin, all->x[from], high, low);
    }
    return thin;
}

static Points equity_points(Page *p)
{
    Points s = points_new(p, p->r->curve.count);

    for (size_t i = 0; i < p->r->curve.count; i++)
        points_add(&s, (double)p->r->curve.items[i].ts_us,
                   dollars_since(p->r->curve.items[i].equity_micros, p->r), 0);
    return s;
}

static void draw_fall(Page *p, const Points *equity)
{
    const ResultTotals *t = &p->r->totals;
    Points s = points_new(p, equity->count);
    ChartSeries series;
    Drawing d = {.title = WORD_FALL_CHART, .note = WORD_FALL_NONE, .empty = WORD_NO_EVENTS};
    double peak = equity->count ? equity->y[0] : 0;

    for (size_t i = 0; i < equity->count; i++) {
        peak = equity->y[i] > peak ? equity->y[i] : peak;
        points_add(&s, equity->x[i], equity->y[i] - peak, 0);
    }
    series = series_of(&s, CHART_AREA, "down", page_word(WORD_FALL_LINE));
    if (t->drawdown_micros > 0)
        d.note_text = said(p, WORD_FALL_NOTE, figure_whole(FIGURE_MONEY, t->drawdown_micros),
                           figure_whole(FIGURE_INSTANT, t->peak_us),
                           figure_whole(FIGURE_INSTANT, t->bottom_us));
    d.chart = (Chart){
        .id = "fall",
        .said = said(p, WORD_FALL_SAID, figure_whole(FIGURE_MONEY, t->drawdown_micros)),
        .x = {.unit = SCALE_TIME, .low = UNKNOWN, .high = UNKNOWN},
        .y = {.unit = SCALE_DOLLARS, .low = UNKNOWN, .high = UNKNOWN, .has_zero = true},
        .series = &series,
        .count = 1,
    };
    draw_wide(p, &d, "fall-n", FALL_HEIGHT, FALL_NARROW);
}

/* Then the band is as thin as the line. */
static bool is_one_profit(const Result *r)
{
    for (int m = 0; m < MODELS; m++)
        if (!r->band[m].is_run || r->band[m].pnl_micros != r->totals.pnl_micros) return false;
    return true;
}

void page_equity(Page *p)
{
    const Result *r = p->r;
    Points equity = equity_points(p), all = curve_band(p);
    Points band = band_thin(p, &all, CHART_POINTS / 2);
    Span model = span_str(fill_model_name(r->model));
    ChartSeries series[] = {
        series_of(&band, CHART_AREA, "band", page_word(WORD_EQUITY_BAND)),
        series_of(&equity, CHART_STEPS, "main", said_str(p, WORD_EQUITY_LINE, figure_text(model))),
    };
    Drawing d = {.title = WORD_EQUITY_CHART, .note = WORD_EQUITY_NOTE, .empty = WORD_NO_EVENTS};

    d.chart = (Chart){
        .id = "equity",
        .said = said(p, WORD_EQUITY_SAID, figure_whole(FIGURE_INSTANT, r->totals.start_us),
                     figure_whole(FIGURE_INSTANT, r->totals.end_us),
                     figure_whole(FIGURE_GAIN, r->totals.pnl_micros), gain_of(equity.most),
                     gain_of(equity.least)),
        .x = {.unit = SCALE_TIME, .low = UNKNOWN, .high = UNKNOWN},
        .y = {.unit = SCALE_DOLLARS, .low = UNKNOWN, .high = UNKNOWN, .has_zero = true},
        .series = series,
        .count = 2,
    };
    draw_wide(p, &d, "equity-n", WIDE_HEIGHT, NARROW_HEIGHT);
    if (!band.count && equity.count) page_line(p, "note", WORD_EQUITY_NO_BAND, NO_FIGURE);
    if (band.count && is_one_profit(r)) page_line(p, "note", WORD_EQUITY_SAME, NO_FIGURE);
    draw_fall(p, &equity);
}

/* ---- per slot, per trade ------------------------------------------------------------------------- */

void page_slots(Page *p)
{
    const Result *r = p->r;
    GainBars bars = gain_bars_new(p, r->slots.count);
    Drawing d = {.title = WORD_SLOTS_CHART, .note = WORD_SLOTS_NOTE, .empty = WORD_SLOTS_EMPTY};
    uint64_t n = 0;

    if (!page_has_slots(p)) return;
    for (size_t i = 0; i < r->slots.count; i++)
        if (page_uses(&r->slots.items[i]))
            gain_bars_add(&bars, (double)++n, fx_to_double(r->slots.items[i].pnl_micros));
    gain_bars_done(&bars, 1);
    d.chart = (Chart){
        .id = "slots",
        .said = said(p, WORD_SLOTS_SAID, count_of(n), gain_of(best_of(&bars)),
                     gain_of(worst_of(&bars))),
        .x = {.low = 0.5, .high = (double)n + 0.5},
        .y = {.unit = SCALE_DOLLARS, .low = UNKNOWN, .high = UNKNOWN, .has_zero = true},
        .series = bars.series,
        .count = 2,
    };
    draw(p, &d);
}

/* PnL of closed trades in dollars. */
static Points trade_gains(Page *p)
{
    Points s = points_new(p, p->r->trades.count);

    for (size_t i = 0; i < p->r->trades.count; i++)
        if (p->r->trades.items[i].exit != RESULT_EXIT_OPEN)
            points_add(&s, 0, fx_to_double(p->r->trades.items[i].pnl_micros), 0);
    return s;
}

/* Half the step of the ticks: whole figures at every second edge, and 0 is one. */
static double bin_width(const Points *gains)
{
    double low = gains->least < 0 ? gains->least : 0, high = gains->most > 0 ? gains->most : 0;
    Ticks t = {0};

    if (high > low) t = scale_ticks(low, high, SCALE_DOLLARS, BIN_TICKS);
    return t.count > 1 ? (t.at[1] - t.at[0]) / 2 : 1;
}

static void count_bins(const Points *gains, double width, GainBars *bars)
{
    for (double at = num_floor(gains->least / width); at * width <= gains->most; at++) {
        double n = 0;

        for (size_t i = 0; i < gains->count; i++)
            n += num_floor(gains->y[i] / width) == at;
        points_add(at < 0 ? &bars->down : &bars->up, (at + 0.5) * width, n, 0);
    }
}

void page_histogram(Page *p)
{
    Points gains = trade_gains(p);
    double width = bin_width(&gains);
    GainBars bars = gain_bars_new(p, 3 * BINS);
    Drawing d = {
        .title = WORD_HISTOGRAM_CHART, .note = WORD_HISTOGRAM_NOTE, .empty = WORD_HISTOGRAM_EMPTY};

    if (gains.count) count_bins(&gains, width, &bars);
    gain_bars_done(&bars, width);
    d.chart = (Chart){
        .id = "histogram",
        .said = said(p, WORD_HISTOGRAM_SAID, count_of(gains.count), gain_of(gains.most),
                     gain_of(gains.least)),
        .x = {.unit = SCALE_DOLLARS, .low = UNKNOWN, .high = UNKNOWN, .has_zero = true},
        .y = {.low = UNKNOWN, .high = UNKNOWN, .has_zero = true},
        .series = bars.series,
        .count = 2,
    };
    draw(p, &d);
}

/* ---- prices -------------------------------------------------------------------------------------- */

/* Where the true share lies with 95 % (Wilson). */
static void likely_share(uint64_t won, uint64_t of, double *ret_low, double *ret_high)
{
    static const double Z = 1.959963984540054;
    double n = (double)of, share = (double)won / n, scale = 1 + Z * Z / n;
    double middle = (share + Z * Z / (2 * n)) / scale;
    double half = Z / scale * num_sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));

    *ret_low = middle - half;
    *ret_high = middle + half;
}

typedef struct PricePoints {
    Points won, likely, even, fair;
    uint64_t resolved, wins;
} PricePoints;

/* `is_fine`: at the mean entry price; else in the middle of its ten cents. */
static PricePoints price_points(Page *p, bool is_fine)
{
    PricePoints s = {points_new(p, RESULT_PRICES),
                     points_new(p, RESULT_PRICES),
                     points_new(p, RESULT_PRICES),
                     points_new(p, 2),
                     0,
                     0};

    for (int i = 0; i < RESULT_PRICES; i++) {
        const ResultPriceRow *row = &p->r->prices[i];
        double x = is_fine ? row->price : (i + 0.5) / RESULT_PRICES, low, high;

        if (!row->resolved) continue;
        likely_share(row->won, row->resolved, &low, &high);
        points_add(&s.won, x, row->win_rate, 0);
        points_add(&s.likely, x, high, low);
        points_add(&s.even, x, row->break_even, 0);
        s.resolved += row->resolved;
        s.wins += row->won;
    }
    if (s.resolved) {
        points_add(&s.fair, 0, 0, 0);
        points_add(&s.fair, 1, 1, 0);
    }
    return s;
}

static const ChartAxis price_axis = {.unit = SCALE_CENTS, .low = 0, .high = 1};
static const ChartAxis share_axis = {.unit = SCALE_PERCENT, .low = 0, .high = 1};

void page_prices(Page *p)
{
    PricePoints s = price_points(p, false);
    ChartSeries series[] = {
        series_of(&s.won, CHART_BARS, "main", page_word(WORD_PRICES_WON)),
        series_of(&s.likely, CHART_RANGES, "soft", NULL),
        series_of(&s.even, CHART_DASHES, "down", page_word(WORD_PRICES_EVEN)),
    };
    Drawing d = {.title = WORD_PRICES_CHART, .note = WORD_PRICES_NOTE, .empty = WORD_PRICES_EMPTY};

    if (!page_has_slots(p)) return;
    series[0].width = 0.08;
    series[2].width = 0.08;
    d.chart = (Chart){
        .id = "prices",
        .said = said(p, WORD_PRICES_SAID, count_of(s.resolved), count_of(s.wins)),
        .x = price_axis,
        .y = share_axis,
        .series = series,
        .count = 3,
    };
    draw(p, &d);
}

void page_calibration(Page *p)
{
    const ResultJudgement *j = &p->r->judgement;
    PricePoints s = price_points(p, true);
    ChartSeries series[] = {
        series_of(&s.fair, CHART_LINE, "soft", page_word(WORD_CALIBRATION_FAIR)),
        series_of(&s.likely, CHART_RANGES, "soft", NULL),
        series_of(&s.won, CHART_DOTS, "main", page_word(WORD_CALIBRATION_WON)),
    };
    Figure brier = figure_real(FIGURE_SCORE, j->brier), count = count_of(j->brier_count);
    Figure base = figure_real(FIGURE_SCORE, j->brier_base);
    Drawing d = {.title = WORD_CALIBRATION_CHART, .empty = WORD_PRICES_EMPTY};

    if (!page_has_slots(p)) return;
    d.note_text = said(p, WORD_CALIBRATION_NOTE, brier, count, base);
    d.chart = (Chart){
        .id = "calibration",
        .said = said(p, WORD_CALIBRATION_SAID, brier, count, base),
        .x = price_axis,
        .y = share_axis,
        .series = series,
        .count = 3,
    };
    draw(p, &d);
}

/* ---- time ---------------------------------------------------------------------------------------- */

void page_tenths(Page *p)
{
    GainBars bars = gain_bars_new(p, RESULT_TENTHS);
    uint64_t trades = 0;
    int best = 0;
    Drawing d = {.title = WORD_TENTHS_CHART, .note = WORD_TENTHS_NOTE, .empty = WORD_TENTHS_EMPTY};

    if (!page_has_slots(p)) return;
    for (int i = 0; i < RESULT_TENTHS; i++) {
        const ResultTimeRow *row = &p->r->tenths[i];

        trades += row->trades;
        if (row->pnl_micros > p->r->tenths[best].pnl_micros) best = i;
        if (row->trades)
            gain_bars_add(&bars, (i + 0.5) / RESULT_TENTHS, fx_to_double(row->pnl_micros));
    }
    gain_bars_done(&bars, 1.0 / RESULT_TENTHS);
    d.chart = (Chart){
        .id = "tenths",
        .said = said(p, WORD_TENTHS_SAID, count_of(trades ? (uint64_t)best + 1 : 0)),
        .x = {.unit = SCALE_PERCENT, .low = 0, .high = 1},
        .y = {.unit = SCALE_DOLLARS, .low = UNKNOWN, .high = UNKNOWN, .has_zero = true},
        .series = bars.series,
        .count = 2,
    };
    draw(p, &d);
}

void page_entries(Page *p)
{
    const Result *r = p->r;
    Points won = points_new(p, r->trades.count), lost = points_new(p, r->trades.count);
    bool is_binary = page_is_all_binary(p), is_many;
    ChartSeries series[2];
    Drawing d = {.title = WORD_ENTRIES_CHART, .empty = WORD_ENTRIES_EMPTY};

    if (!is_binary && r->market_count > 1) return; /* prices of different things on one axis */
    for (size_t i = 0; i < r->trades.count; i++) {
        const ResultTrade *t = &r->trades.items[i];
        int64_t price = result_price(t->in_value_micros, t->in_size_micros);

        if (price != MICROS_UNKNOWN)
            points_add(t->pnl_micros > 0 && t->exit != RESULT_EXIT_OPEN ? &won : &lost,
                       (double)t->opened_us, fx_to_double(price), 0);
    }
    is_many = won.count > CHART_POINTS || lost.count > CHART_POINTS;
    d.note = is_many ? WORD_ENTRIES_NOTE_MANY : WORD_ENTRIES_NOTE;
    series[0] = series_of(&won, CHART_DOTS, "up", page_word(WORD_ENTRIES_WON));
    series[1] = series_of(&lost, CHART_DASHES, "down", page_word(WORD_ENTRIES_LOST));
    d.chart = (Chart){
        .id = "entries",
        .said = said(p, WORD_ENTRIES_SAID, count_of(r->trades.count)),
        .x = {.unit = SCALE_TIME, .low = UNKNOWN, .high = UNKNOWN},
        .y = {.unit = is_binary ? SCALE_CENTS : SCALE_DOLLARS,
              .low = is_binary ? 0 : UNKNOWN,
              .high = is_binary ? 1 : UNKNOWN},
        .series = series,
        .count = 2,
    };
    draw(p, &d);
}
