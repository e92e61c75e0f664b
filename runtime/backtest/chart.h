/* chart.h — one small chart as inline SVG.
 *
 * In: series of doubles, an axis for each side, a title and a sentence for those who do not see it.  Out: an <svg>
 * that scales, whose colours are CSS classes only.  Promise: at most CHART_POINTS points a series, of which each
 * piece keeps its highest and its lowest; points with an unknown figure are left out; same figures, same bytes. */
#pragma once

#include "runtime/backtest/scale.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"

enum { CHART_POINTS = 400 };

typedef enum ChartMark {
    CHART_LINE,
    CHART_STEPS,  /* a figure holds until the next one */
    CHART_AREA,   /* from `low` (NULL: 0) to y, in steps */
    CHART_BARS,   /* from `low` (NULL: 0) to y, `width` wide around x */
    CHART_RANGES, /* a stroke from `low` to y */
    CHART_DOTS,
    CHART_DASHES, /* level, `width` wide or short: told from dots without colours */
} ChartMark;

typedef struct ChartSeries {
    ChartMark mark;
    const char *css;   /* class */
    const char *label; /* for the legend, the page's own words; NULL: not in it */
    const double *x, *y, *low;
    size_t count;
    double width; /* in units of x */
} ChartSeries;

typedef struct ChartAxis {
    ScaleUnit unit;
    double low, high; /* UNKNOWN: as the figures have it */
    bool has_zero;    /* make room for 0 */
} ChartAxis;

typedef struct Chart {
    const char *id, *title;
    Span said; /* HTML, for readers of the screen */
    ChartAxis x, y;
    const ChartSeries *series;
    size_t count;
    int width, height; /* of the viewBox */
} Chart;

/* Writes nothing, and says false, when no series has a point. */
bool chart_put(Buf *out, const Chart *c, Arena *scratch);
/* A list of what the marks mean. */
void chart_legend(Buf *out, const Chart *c);

/* Indices that stand for all of them, rising: the first, the last, of each of `pieces` the highest and lowest y
 * (unknown ones never).  At most 2 * pieces + 2; ret_idx has room for so many. */
size_t chart_thin(const double *y, size_t count, size_t pieces, size_t *ret_idx);
