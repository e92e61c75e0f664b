/* drive_run.c — a run of ticks, cut into what columns take at a time.
 *
 * A stretch lies in one slot and one day, a sheet of it has at most 1,024 ticks and a word at
 * most 64; words end before a silence, too.  Ticks of a sheet at which every gate is shut are
 * passed without a word.
 * Promise: nothing that restarts or ends memory lies inside of what was cut. */
#include "runtime/engine/drive_columns_inside.h"
#include "vm/base/num.h"

/* The first of those ticks, but for the first one, before which the market goes stale; or `to`. */
static uint32_t gap_end(const DriveColumns *d, uint32_t from, uint32_t to)
{
    const TickColumns *t = d->ticks;
    int64_t stale = engine_stale_after(d->engine, d->market);
    bool has_gap = false;

    for (uint32_t b = from / FACT_TICKS; stale && b <= (to - 1) / FACT_TICKS; b++)
        has_gap |= t->gaps[b] > stale;
    for (uint32_t i = from + 1; has_gap && i < to; i++)
        if (t->ts_us[i] - t->ts_us[i - 1] > stale) return i;
    return to;
}

/* With boundaries that go along: before what else happens by itself. */
static uint32_t between_end(DriveColumns *d, uint32_t first, uint32_t end)
{
    uint32_t at = first + 1;

    while (at < end && d->ticks->ts_us[at] <= d->quiet.until_us)
        at++;
    return drive_between_take(d->between, first, gap_end(d, first, at));
}

/* Where a word from `first` on must end: with the slot and the day, before a gap. */
static uint32_t word_end(DriveColumns *d, uint32_t first)
{
    uint32_t limit = columns_sheet_end(d->columns, first), end;

    if (limit == first) limit = d->run.stretch_end;
    if (d->is_bounded && d->run.end < limit) limit = d->run.end;
    end = limit - first < WORD ? limit : first + WORD;
    if (d->between) return between_end(d, first, end);
    if (d->is_bounded) end = drive_calm_end(d, first, end);
    return gap_end(d, first, end > first ? end : first + 1);
}

/* The slot that tick `first` lies in, if it was told. */
static uint32_t limit_of(DriveColumns *d, uint32_t first, uint32_t to)
{
    SlotsAhead *a = &d->ahead;

    while (a->at < a->count && first >= a->slots[a->at].end)
        a->at++;
    if (a->at == a->count || first < a->slots[a->at].begin) return to;
    return a->slots[a->at].end;
}

/* Does something come before the first tick of a word that changes memory: a day, a silence? */
static bool is_due(const DriveColumns *d, uint32_t tick)
{
    int64_t ts, stale = engine_stale_after(d->engine, d->market);

    if (d->is_bounded && d->ticks->ts_us[tick] > drive_calm_until(d)) return true;
    if (d->between && drive_between_due(d->between, d->ticks->ts_us[tick]) > (tick > d->run.begun))
        return true;
    if (tick > d->run.begun && tick < d->run.stretch_end &&
        d->ticks->gaps[tick / FACT_TICKS] <= stale)
        return false;
    ts = d->ticks->ts_us[tick];
    if (ts >= engine_day_end(d->engine)) return true;
    if (!d->left.ticks) return ts > engine_stale_at(d->engine, d->market);
    return stale && ts - d->ticks->ts_us[tick - 1] > stale;
}

/* Is the slot that the tick lies in told, and its stretch begun? */
static bool has_slot(const DriveColumns *d, uint32_t tick)
{
    const SlotsAhead *a = &d->ahead;

    return a->at < a->count && tick > a->slots[a->at].begin && tick < d->run.stretch_end;
}

/* Ticks from `at` on that lie in one slot and one day. */
static void begin_stretch(DriveColumns *d, uint32_t at, uint32_t to)
{
    const int64_t *ts = d->ticks->ts_us, day = engine_day_end(d->engine);
    uint32_t end = limit_of(d, at, to);

    while (end > at + 1 && ts[end - 1] >= day)
        end--;
    d->run.stretch_end = end;
    columns_stretch(d->columns, at, end);
}

/* Fields of ticks from `first` on; false: the slot's first spot price is still to come. */
static bool begin_fields(DriveColumns *d, uint32_t first)
{
    FeatureState before = *engine_feature(d->engine, d->market);

    drive_fields_word(&d->fields, d->left.from, &before);
    if (d->left.ticks) before.spot_open = drive_fields_spot_open(&d->fields, first - 1);
    drive_fields_word(&d->fields, first, &before);
    before.spot_open = drive_fields_spot_open(&d->fields, first);
    drive_fields_word(&d->fields, first, &before);
    return num_is_known(before.spot_open) || !d->ticks->words[TICK_WORD(spot)];
}

/* Conditions of the slots that were told, now that the first one has opened. */
static void look_ahead(DriveColumns *d)
{
    d->ahead.is_wanted = false;
    d->ahead.is_known = drive_fields_forecast(&d->fields, d->ahead.slots, d->ahead.count);
    if (d->ahead.is_known) columns_ahead(d->columns, d->ahead.slots, d->ahead.count);
}

/* The sheet has begun: are its conditions there already? */
static void take_ahead(DriveColumns *d, uint32_t first, uint32_t end)
{
    const ColumnSlot *s = &d->ahead.slots[d->ahead.at];

    if (!d->ahead.is_known || d->ahead.at == d->ahead.count || first != s->begin) return;
    d->ahead.luck--;
    if (end != s->end || !drive_fields_is_forecast(&d->fields, d->ahead.at)) return;
    if (!columns_ahead_take(d->columns, d->ahead.at)) return;
    d->counts.ahead += end - first;
    d->ahead.luck = AHEAD_LUCK;
}

static void begin_sheet(DriveColumns *d, uint32_t first)
{
    uint32_t most = columns_sheet_most(d->columns), left = d->run.stretch_end - first, end;

    if (most == WORD) return;
    if (d->ahead.is_wanted) look_ahead(d);
    if (!begin_fields(d, first)) most = WORD;
    end = gap_end(d, first, first + (left < most ? left : most));
    columns_sheet(d->columns, first, end - first, d->ticks->ts_us + first);
    take_ahead(d, first, end);
    drive_expect_slot(d);
}

static void begin_word(DriveColumns *d, uint32_t first)
{
    drive_hold(d, first);
    begin_fields(d, first);
    d->word.first = first;
    d->word.count = word_end(d, first) - first;
    d->word.has_gates = d->word.has_bands = d->word.has_exits = false;
    d->word.counted = first;
    if (d->between) {
        d->word.tells = d->between->samples &&
                        drive_between_tells(d->between, first > d->run.begun ? first - 1 : first,
                                            first + d->word.count);
        drive_between_word(d->between);
        columns_between(d->columns, d->between->bits);
    }
    columns_word(d->columns, first, d->word.count, d->ticks->ts_us + first);
    if (d->watch) d->watch(d->watch_ctx, d->columns, first, d->word.count);
}

/* The end of those ticks at which every gate is shut. */
static uint32_t shut_until(DriveColumns *d, uint32_t at)
{
    uint32_t end = columns_sheet_end(d->columns, at); /* memory has advanced no further */

    if (d->watch || d->wakes.why) return at;
    for (uint32_t i = 0; i < d->wakes.count && end > at; i++)
        end = columns_false_until(d->columns, d->wakes.rows[i].gate, at, end);
    return end;
}

/* Leaves out ticks from `at` on, to the end of the sheet at most, if all gates are shut to there; gives the
 * first that is left. */
static uint32_t pass_shut(DriveColumns *d, uint32_t at, uint32_t to)
{
    uint32_t end = shut_until(d, at);

    if (end == at) return at;
    drive_look_at_engine(d);
    if (d->quiet.why || d->quiet.has_quotes) return at;
    if (end > to) end = to;
    end = drive_first_outside(d, at, end);
    if (end > at) end = drive_calm_end(d, at, end);
    if (end == at) return at;
    end = gap_end(d, at, end);
    drive_leave_out_shut(d, end);
    columns_pass(d->columns, at, end - at);
    return end;
}

void drive_columns_run(DriveColumns *d, uint32_t from, uint32_t to, EffectSink sink)
{
    uint32_t at = from;

    d->sink = sink;
    drive_expect_row(d, to - 1);
    drive_expect_row(d, to);
    d->run.begun = from;
    d->run.end = to;
    drive_begin_left_out(d, from);
    drive_moved(d);
    columns_rerun(d->columns);
    if (d->between) drive_between_begin(d->between, d->engine);
    if (!has_slot(d, from)) d->run.stretch_end = from;
    while (at < to) {
        uint32_t end = d->word.first + d->word.count;

        if (at >= end || at < d->word.first) {
            if (d->is_bounded) drive_look_at_engine(d);
            if (is_due(d, at)) drive_advance(d, at);
            if (at >= d->run.stretch_end) begin_stretch(d, at, to);
            if (columns_sheet_end(d->columns, at) == at) begin_sheet(d, at);
            end = pass_shut(d, at, to);
            if (end > at) {
                at = end;
                continue;
            }
            begin_word(d, at);
            end = d->word.first + d->word.count;
        }
        if (end > to) end = to;
        drive_run_word(d, at, end);
        at = end;
    }
    drive_pass(d, false);
    drive_hold(d, at);
}
