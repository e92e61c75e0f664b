/* drive_word.c — a word of at most 64 ticks through the engine.
 *
 * In turn: what happens by itself, ticks that are left out, the tick that matters and is shown.
 * Promise: memory that all wallets share stands at each of these as the event before has left it. */
#include "runtime/engine/drive_columns_inside.h"
#include "runtime/engine/state.h"

/* Is what is held valued at boundaries? */
static bool is_sampled(const DriveColumns *d)
{
    return d->between && d->between->samples && d->quiet.held_count;
}

/* The last instant before which nothing happens by itself; the market's own staleness apart. */
int64_t drive_calm_until(const DriveColumns *d)
{
    const Engine *e = d->engine;
    int64_t until = d->quiet.until_us;
    bool goes_along = d->between && (!is_sampled(d) || (d->word.tells && drive_can_compare(d)));

    if (!goes_along && d->quiet.boundary_us < until) until = d->quiet.boundary_us;
    for (uint32_t m = 0; m < e->static_markets; m++)
        if (m != d->market && e->markets[m].stale_at_us < until) until = e->markets[m].stale_at_us;
    return until;
}

/* The end of those ticks from .. to, of the stretch, that lie before. */
uint32_t drive_calm_end(DriveColumns *d, uint32_t from, uint32_t to)
{
    const int64_t *ts = d->ticks->ts_us;
    int64_t until;

    if (to <= d->calm_to) return to;
    until = drive_calm_until(d);
    if (ts[d->run.stretch_end - 1] <= until && !is_sampled(d)) d->calm_to = d->run.stretch_end;
    if (ts[to - 1] <= until) return to;
    while (from < to && ts[from] <= until)
        from++;
    return from;
}

void drive_moved(DriveColumns *d)
{
    if (columns_moved(d->columns)) d->word.has_gates = false;
    if (d->between && columns_moved(d->between->columns)) d->word.has_gates = false;
    d->has_quiet = d->word.has_exits = false;
}

/* Other events find what rows hold after the last tick before `tick`; once, for a silence makes it unknown
 * again. */
void drive_hold(DriveColumns *d, uint32_t tick)
{
    if (tick > d->run.held && tick > d->word.first && tick <= d->word.first + d->word.count) {
        if (d->between) /* in front of the tick: what both advance is the tick's */
            drive_between_hold(d->between,
                               drive_between_until(d->between, tick - 1 - d->word.first));
        columns_hold(d->columns, tick - 1 - d->word.first);
    }
    d->run.held = tick;
}

/* The shared part of the boundary before the tick that is next. */
static void put_boundary(void *ctx)
{
    DriveColumns *d = ctx;
    uint32_t until = drive_between_until(d->between, d->word.counted - d->word.first);

    drive_between_hold(d->between, until);
    columns_put(d->between->columns, until - 1);
}

/* What comes before a tick by itself. */
void drive_advance(DriveColumns *d, uint32_t tick)
{
    bool is_in_word = d->between && tick >= d->word.first && tick < d->word.first + d->word.count;

    drive_pass(d, false);
    drive_hold(d, tick);
    if (is_in_word && drive_boundaries_left(d, tick + 1)) {
        d->word.counted = tick;
        engine_know_boundaries(d->engine, (KnownShared){put_boundary, d});
    }
    instant_advance(d->gateway, d->engine, d->ticks->ts_us[tick], d->sink);
    engine_know_boundaries(d->engine, (KnownShared){NULL, NULL});
    if (is_in_word) d->word.counted = tick + 1;
    if (d->between && !is_in_word) drive_between_begin(d->between, d->engine);
    drive_moved(d);
    drive_look_at_engine(d);
}

static void show(DriveColumns *d, uint32_t tick)
{
    Event ev = {.ts_us = d->ticks->ts_us[tick], .kind = EV_TICK, .market = d->market};

    drive_leave_out_boundaries(d, tick + 1);
    drive_pass(d, drive_is_telling(d, tick));
    if (d->between)
        drive_between_hold(d->between, drive_between_until(d->between, tick - d->word.first));
    columns_act(d->columns, tick - d->word.first, d->engine->event_count + 1);
    columns_put(d->columns, tick - d->word.first);
    d->run.held = tick + 1;
    tick_columns_row(d->ticks, tick, &d->row);
    ev.tick = &d->row;
    instant_apply_known(d->gateway, d->engine, &ev, d->sink);
    d->counts.handed_in++;
    drive_moved(d);
    drive_begin_left_out(d, tick + 1);
}

/* Ticks of the present word up to `to`. */
void drive_run_word(DriveColumns *d, uint32_t at, uint32_t to)
{
    while (at < to) {
        uint32_t calm, end;
        uint64_t bits, some;
        bool is_shown;

        drive_look_at_engine(d);
        if (drive_calm_end(d, at, at + 1) == at) drive_advance(d, at);
        calm = drive_calm_end(d, at, to);
        if (calm == at) {
            show(d, at++);
            continue;
        }
        bits = UINT64_MAX >> (WORD - (calm - at)) << (at - d->word.first);
        some = drive_matters(d, bits);
        end = calm;
        calm = some ? d->word.first + (uint32_t)__builtin_ctzll(some) : calm;
        drive_leave_out(d, at, calm);
        at = calm;
        if (!some) continue;
        if (d->word.between_bits >> (at - d->word.first) &
            1) { /* the tick itself is looked at again */
            drive_advance(d, at);
            continue;
        }
        drive_leave_out_boundaries(d, at + 1);
        at = drive_deny(d, at, end, &is_shown);
        if (!is_shown) continue;
        show(d, at++);
        drive_learn(d);
    }
}
