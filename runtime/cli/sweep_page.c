/* sweep_page.c — sweep_command.h: the table of the best, how much is luck, a
 * map of two params, as text. */
#include "runtime/cli/sweep_command.h"
#include "runtime/history/cells.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { CENT = 10000, MS_US = 1000, LABEL = 14, LEVELS = 10 };

/* ---- pieces -------------------------------------------------------------------------------------- */

/* To the right of a column that is `width` wide. */
static void put_right(Buf *out, Span text, size_t width)
{
    for (size_t n = text.len; n < width; n++)
        buf_char(out, ' ');
    buf_span_put(out, text);
}

static void put_money(Buf *out, int64_t micros)
{
    int64_t cents = micros;

    (void)fx_round_to(micros, CENT, FX_HALF_EVEN, &cents);
    cents /= CENT;
    buf_fmt(out, "%s$", cents < 0 ? "-" : "");
    fx_put(out, cents < 0 ? -cents : cents, 2);
}

static void put_dollars(Buf *out, double dollars)
{
    int64_t micros;

    if (fx_from_double(dollars, &micros))
        put_money(out, micros);
    else
        buf_char(out, '?');
}

static void put_number(Buf *out, double x, int places)
{
    if (num_is_known(x))
        num_fixed(out, x, places);
    else
        buf_char(out, '?');
}

static void put_percent(Buf *out, double x)
{
    put_number(out, x * 100, 1);
    buf_str(out, " %");
}

static const char *period_word(const Sweeping *s)
{
    return s->job.is_hourly ? "hours" : "slots";
}

/* ---- what was done ------------------------------------------------------------------------------- */

static void put_head(const SweepCommand *command, Buf *out)
{
    const Sweeping *s = &command->sweep;
    const Program *p = command->session.c.program;
    size_t ticks = 0;

    buf_visible(out, p->title);
    for (uint32_t i = 0; i < p->markets_count; i++) {
        ticks += s->job.config.rows[i].count;
        buf_str(out, i ? ", " : " on ");
        buf_visible(out, p->markets[i].venue);
        buf_char(out, ' ');
        buf_visible(out, p->markets[i].selector);
    }
    buf_fmt(out, "\n%zu ticks, %zu %s; ", ticks, s->job.ends.count, period_word(s));
}

static void put_axes(const Sweeping *s, Buf *out)
{
    for (uint32_t i = 0; i < s->job.search.axis_count; i++) {
        const SweepAxis *a = &s->job.search.axes[i];

        buf_fmt(out, "%s%S %f", i ? ", " : "", sweeping_name(s, i), a->values[0]);
        if (a->count > 1) buf_fmt(out, "..%f (%u values)", a->values[a->count - 1], a->count);
    }
}

static void put_way(const Sweeping *s, Buf *out)
{
    const SweepSearch *search = &s->job.search;
    uint64_t grid = sweep_grid(search->axes, search->axis_count);

    buf_fmt(out, "%zu %s", sweeping_cells(s), sweeping_cells(s) == 1 ? "cell" : "cells");
    if (search->way == SWEEP_BY_GRID)
        buf_str(out, ", the whole grid");
    else
        buf_fmt(out, " of the grid's %llu", (unsigned long long)grid);
    if (search->way == SWEEP_BY_CHANCE)
        buf_fmt(out, ", at random (seed %llu)", (unsigned long long)search->seed);
    if (search->way == SWEEP_BY_REFINING)
        buf_fmt(out, ", refined around the best in %u %s", s->rounds,
                s->rounds == 1 ? "round" : "rounds");
    buf_str(out, ": ");
    put_axes(s, out);
    buf_char(out, '\n');
}

/* ---- the best ------------------------------------------------------------------------------------ */

typedef struct Column {
    const char *name;
    size_t width;
    void (*put)(const Sweeping *s, size_t cell, Buf *out);
} Column;

static void put_deflated(const Sweeping *s, size_t cell, Buf *out)
{
    put_percent(out, s->judgement.scores[cell].deflated);
}

static void put_sharpe(const Sweeping *s, size_t cell, Buf *out)
{
    put_number(out, s->judgement.scores[cell].sharpe, 3);
}

static void put_profit(const Sweeping *s, size_t cell, Buf *out)
{
    put_money(out, s->totals.items[cell].pnl_micros);
}

static void put_fees(const Sweeping *s, size_t cell, Buf *out)
{
    put_money(out, s->totals.items[cell].fees_micros);
}

static void put_fall(const Sweeping *s, size_t cell, Buf *out)
{
    put_money(out, s->totals.items[cell].drawdown_micros);
}

static void put_trades(const Sweeping *s, size_t cell, Buf *out)
{
    buf_fmt(out, "%llu", (unsigned long long)s->totals.items[cell].trades);
}

static void put_won(const Sweeping *s, size_t cell, Buf *out)
{
    put_percent(out,
                sweep_figure(SWEEP_RANK_WINS, &s->judgement.scores[cell], &s->totals.items[cell]));
}

static const Column columns[] = {
    {"deflated", 9, put_deflated}, {"sharpe", 8, put_sharpe}, {"profit", 11, put_profit},
    {"fees", 10, put_fees},        {"fall", 10, put_fall},    {"trades", 7, put_trades},
    {"won", 8, put_won},
};

static size_t axis_width(const Sweeping *s, uint32_t axis)
{
    Span name = sweeping_name(s, axis);

    return (name.len < 7 ? 7 : name.len) + 2;
}

static void put_titles(const Sweeping *s, Buf *out)
{
    put_right(out, SPAN("rank"), 6);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        put_right(out, span_str(columns[i].name), columns[i].width);
    for (uint32_t i = 0; i < s->job.search.axis_count; i++)
        put_right(out, sweeping_name(s, i), axis_width(s, i));
    buf_char(out, '\n');
}

static void put_row(const Sweeping *s, size_t rank, Buf *out)
{
    size_t cell = s->judgement.ranking[rank];
    char room[64];
    Buf word;

    buf_fmt(out, "%6zu", rank + 1);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        buf_init_fixed(&word, room, sizeof room);
        columns[i].put(s, cell, &word);
        put_right(out, buf_span(&word), columns[i].width);
    }
    for (uint32_t i = 0; i < s->job.search.axis_count; i++) {
        buf_init_fixed(&word, room, sizeof room);
        buf_fmt(&word, "%f", sweeping_value(s, cell, i));
        put_right(out, buf_span(&word), axis_width(s, i));
    }
    buf_char(out, '\n');
}

static void put_best(const Sweeping *s, int64_t most, Buf *out)
{
    size_t top = most < (int64_t)sweeping_cells(s) ? (size_t)most : sweeping_cells(s);

    if (!top) return;
    buf_char(out, '\n');
    put_titles(s, out);
    for (size_t rank = 0; rank < top; rank++)
        put_row(s, rank, out);
}

/* ---- luck ---------------------------------------------------------------------------------------- */

static void line(Buf *out, const char *label)
{
    buf_fmt(out, "  %-*s", LABEL, label);
}

static void put_luck(const Sweeping *s, Buf *out)
{
    const SweepJudgement *j = &s->judgement;
    const SweepScore *best = &j->scores[j->ranking[0]];

    line(out, "by luck");
    buf_str(out, "the best has a Sharpe ratio of ");
    put_number(out, best->sharpe, 3);
    buf_str(out, " +- ");
    put_number(out, best->error, 3);
    buf_fmt(out, "; of %zu cells without skill, ", sweeping_cells(s));
    put_number(out, j->by_luck, 1);
    buf_str(out, " would look as good\n");
    line(out, "trials");
    buf_fmt(out, "%llu on this data so far; the best of so many without skill would show ",
            (unsigned long long)j->trials);
    put_number(out, j->luck, 3);
    buf_str(out, ", the best here is above that with ");
    put_percent(out, best->deflated);
    buf_char(out, '\n');
    line(out, "reality check");
    buf_str(out, "as high a mean comes of luck in ");
    put_percent(out, j->reality);
    buf_fmt(out, " of %u draws\n", j->rounds);
}

static void put_overfit(const Sweeping *s, Buf *out)
{
    const SweepJudgement *j = &s->judgement;

    line(out, "overfitting");
    if (!num_is_known(j->overfit.probability)) {
        buf_fmt(out, "too few %s or cells to tell\n", period_word(s));
        return;
    }
    buf_str(out, "the best of one half is among the worse of the other in ");
    put_percent(out, j->overfit.probability);
    buf_fmt(out, " of %u splits, and loses there in ", j->overfit.splits);
    put_percent(out, j->overfit.loss);
    buf_char(out, '\n');
}

static void put_forward(const Sweeping *s, Buf *out)
{
    const SweepJudgement *j = &s->judgement;
    size_t tested = 0;

    line(out, "walk forward");
    for (size_t i = 0; i < j->fold_count; i++)
        tested += j->folds[i].walk.test_to - j->folds[i].walk.test_from;
    if (!tested) {
        buf_fmt(out, "too few %s\n", period_word(s));
        return;
    }
    buf_str(out, "chosen on the past, ");
    put_dollars(out, j->forward_pnl);
    buf_fmt(out,
            " over the %zu %s that came next (%zu choices, %d %s left out after "
            "each)\n",
            tested, period_word(s), j->fold_count, SWEEP_GAP, period_word(s));
}

/* ---- the map ------------------------------------------------------------------------------------- */

static void find_range(const SweepMap *m, double *low, double *high)
{
    *low = *high = UNKNOWN;
    for (uint32_t r = 0; r < m->rows; r++)
        for (uint32_t c = 0; c < m->columns; c++) {
            double x = m->mean[r][c];

            if (!num_is_known(x)) continue;
            if (!num_is_known(*low) || x < *low) *low = x;
            if (!num_is_known(*high) || x > *high) *high = x;
        }
}

/* 0 to 9 between the lowest and the highest. */
static char shade(double x, double low, double high)
{
    int level = 0;

    if (!num_is_known(x)) return '.';
    if (high > low) level = (int)((x - low) / (high - low) * LEVELS);
    return (char)('0' + (level < LEVELS ? level : LEVELS - 1));
}

static void put_map_row(const Sweeping *s, const SweepMap *m, uint32_t row, double low, double high,
                        Buf *out)
{
    char room[64];
    Buf word;

    buf_init_fixed(&word, room, sizeof room);
    buf_fmt(&word, "%f", s->job.search.axes[m->down].values[row * m->row_span]);
    put_right(out, buf_span(&word), LABEL);
    buf_str(out, "  ");
    for (uint32_t c = 0; c < m->columns; c++)
        buf_fmt(out, " %c", shade(m->mean[row][c], low, high));
    buf_char(out, '\n');
}

static void put_map(const Sweeping *s, Buf *out)
{
    const SweepAxis *across;
    double low, high;
    SweepMap m;

    if (!sweeping_map(s, &m)) return;
    find_range(&m, &low, &high);
    across = &s->job.search.axes[m.across];
    buf_fmt(out, "\nmean profit by %S (down) and %S (across, %f..%f): 0 is ",
            sweeping_name(s, m.down), sweeping_name(s, m.across), across->values[0],
            across->values[across->count - 1]);
    put_dollars(out, low);
    buf_str(out, ", 9 ");
    put_dollars(out, high);
    buf_str(out, ", a dot was not tried\n");
    for (uint32_t row = 0; row < m.rows; row++)
        put_map_row(s, &m, row, low, high, out);
}

/* ---- the page ------------------------------------------------------------------------------------ */

void sweep_put_page(const SweepCommand *command, Buf *out)
{
    const Sweeping *s = &command->sweep;
    Span notes = s->notes, note;

    put_head(command, out);
    put_way(s, out);
    sweeping_put_route(s, out);
    buf_char(out, '\n');
    put_best(s, command->top, out);
    buf_char(out, '\n');
    put_luck(s, out);
    put_overfit(s, out);
    put_forward(s, out);
    put_map(s, out);
    buf_fmt(out, "\n%s\n", sweep_verdict_sentence(s->judgement.verdict));
    while (span_cut(&notes, '\n', &note))
        buf_fmt(out, "note: %S\n", note);
}
