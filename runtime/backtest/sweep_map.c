/* sweep_map.c — sweeping.h: what cells are called, how orders were filled, and
 * the map of two params. */
#include "runtime/backtest/sweeping.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { MS_US = 1000 };

Span sweeping_name(const Sweeping *s, uint32_t axis)
{
    const Image *image = s->job.config.image;

    return image_string(image, image->params[s->job.search.axes[axis].param].name);
}

double sweeping_value(const Sweeping *s, size_t cell, uint32_t axis)
{
    const SweepAxis *a = &s->job.search.axes[axis];

    return a->values[sweep_place(&s->job.search, s->spots.items[cell], axis)];
}

void sweeping_put_route(const Sweeping *s, Buf *out)
{
    const BacktestConfig *c = &s->job.config;

    if (s->job.route <= SWEEP_ROUTE_MATCHED) {
        buf_fmt(out, "orders go through the matcher (%s fills, latency %lld ms, up to %lld more), ",
                fill_model_name(c->model), (long long)(c->latency_us / MS_US),
                (long long)(c->jitter_us / MS_US));
        if (s->job.route == SWEEP_ROUTE_MATCHED)
            buf_str(out, "and cells share the work of a tick");
        else
            buf_fmt(out, "and each cell is a backtest of its own: %s", sweep_sentence(s->job.why));
        return;
    }
    buf_str(out, "orders are filled at once and without fees, ");
    if (s->job.route == SWEEP_ROUTE_SHARED)
        buf_str(out, "so cells share the work of a tick");
    else
        buf_fmt(out, "but each cell runs alone: %s", sweep_sentence(s->job.why));
}

/* ---- the map ------------------------------------------------------------------------------------- */

static bool find_two(const SweepSearch *search, SweepMap *m)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < search->axis_count && found < 2; i++) {
        if (search->axes[i].count < 2) continue;
        *(found ? &m->across : &m->down) = i;
        found++;
    }
    return found == 2;
}

static void span_axis(const SweepAxis *a, uint32_t *ret_span, uint32_t *ret_places)
{
    *ret_span = (a->count + SWEEP_MAP - 1) / SWEEP_MAP;
    *ret_places = (a->count + *ret_span - 1) / *ret_span;
}

bool sweeping_map(const Sweeping *s, SweepMap *m)
{
    const SweepSearch *search = &s->job.search;
    uint32_t count[SWEEP_MAP][SWEEP_MAP] = {0};

    *m = (SweepMap){0};
    if (!find_two(search, m)) return false;
    span_axis(&search->axes[m->down], &m->row_span, &m->rows);
    span_axis(&search->axes[m->across], &m->column_span, &m->columns);
    for (size_t i = 0; i < sweeping_cells(s); i++) {
        uint32_t row = sweep_place(search, s->spots.items[i], m->down) / m->row_span;
        uint32_t column = sweep_place(search, s->spots.items[i], m->across) / m->column_span;

        m->mean[row][column] += fx_to_double(s->totals.items[i].pnl_micros);
        count[row][column]++;
    }
    for (uint32_t r = 0; r < m->rows; r++)
        for (uint32_t c = 0; c < m->columns; c++)
            m->mean[r][c] = count[r][c] ? m->mean[r][c] / count[r][c] : UNKNOWN;
    return true;
}
