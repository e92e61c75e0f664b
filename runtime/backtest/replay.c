/* replay.c — see replay.h. */
#include "runtime/backtest/replay.h"

#include <string.h>

#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* So many ticks show whether columns are worth their while: they are where most ticks are left out. */
enum { FIRST_LOOK = 2048 };
enum { PENDING_RESOLVES = 16 }; /* slots are longer than two minutes */

typedef struct Cursor { /* one market */
    MarketRows in;
    size_t row, label;
    bool is_open;
    int64_t slot_start_us, slot_us;      /* of the open slot */
    SlotLabel pending[PENDING_RESOLVES]; /* closed, not resolved yet; oldest first */
    uint32_t pending_count;
    /* in columns; tick i is row i */
    DriveColumns *drive;
    TickColumns ticks;
    uint32_t told;         /* end of the slots it was told */
    bool is_seen, is_left; /* it was looked at, and is no longer asked */
} Cursor;

struct Replay {
    Engine *engine;
    Instant *instant;
    ReplayRoute route; /* instead of it, once there is one */
    EffectSink sink;   /* the caller's */
    Cursor *cursors;
    uint32_t count;
    Event last;
    bool has_started;
    uint64_t ticks, slots, seq;
    bool stays; /* in columns, whatever it costs */
};

Replay *replay_new(Engine *engine, const MarketRows *rows, uint32_t market_count, EffectSink sink,
                   Arena *arena)
{
    Replay *r = arena_new(arena, Replay);

    r->engine = engine;
    r->sink = sink;
    r->count = market_count;
    r->cursors = arena_array(arena, Cursor, market_count + 1);
    r->instant = instant_new(vm_image(engine_vm(engine)), arena);
    if (!r->instant || arena_is_full(arena)) return NULL;
    for (uint32_t i = 0; i < market_count; i++)
        r->cursors[i].in = rows[i];
    return r;
}

void replay_watch(Replay *r, InstantWatch watch)
{
    instant_watch(r->instant, watch);
}

void replay_route(Replay *r, ReplayRoute route)
{
    r->route = route;
}

size_t replay_left(const Replay *r, uint32_t market)
{
    return r->cursors[market].in.count - r->cursors[market].row;
}

void replay_feed(Replay *r, uint32_t market, MarketRows rows)
{
    Cursor *c = &r->cursors[market];

    c->in = rows;
    c->row = c->label = 0;
}

/* ---- what a market has next ---------------------------------------------------------------------- */

static const TickRow *next_row(const Cursor *c)
{
    return c->row < c->in.count ? &c->in.rows[c->row] : NULL;
}

static int64_t slot_end(const Cursor *c)
{
    return c->slot_start_us + c->slot_us;
}

static bool row_is_of_next_slot(const Cursor *c, const TickRow *row)
{
    return row->slot_us && (!c->is_open || row->slot_start_us != c->slot_start_us);
}

/* Instant and kind of the market's next event; the earliest of resolve, close, open, tick. */
static int64_t next_of(const Cursor *c, EventKind *ret_kind)
{
    const TickRow *row = next_row(c);
    int64_t at = INT64_MAX;

    if (row) {
        bool opens = row_is_of_next_slot(c, row);

        at = opens ? row->slot_start_us : row->ts_us;
        *ret_kind = opens ? EV_SLOT_OPEN : EV_TICK;
    }
    if (c->is_open && slot_end(c) <= at) {
        at = slot_end(c);
        *ret_kind = EV_SLOT_CLOSE;
    }
    if (c->pending_count) {
        const SlotLabel *l = &c->pending[0];
        int64_t due = l->slot_start_us + l->slot_us + REPLAY_RESOLVE_US;

        if (due < at || (due == at && *ret_kind > EV_RESOLVE)) {
            at = due;
            *ret_kind = EV_RESOLVE;
        }
    }
    return at;
}

static int32_t choose(const Replay *r, int64_t *ret_us, EventKind *ret_kind)
{
    int32_t best = -1;

    *ret_us = INT64_MAX;
    for (uint32_t i = 0; i < r->count; i++) {
        EventKind kind = EV_KINDS;
        int64_t at = next_of(&r->cursors[i], &kind);

        if (at == INT64_MAX || at > *ret_us || (at == *ret_us && kind >= *ret_kind)) continue;
        best = (int32_t)i;
        *ret_us = at;
        *ret_kind = kind;
    }
    return best;
}

/* ---- making the event ---------------------------------------------------------------------------- */

static SlotLabel label_of(Cursor *c)
{
    SlotLabel none = {c->slot_start_us, c->slot_us, -1, UNKNOWN};

    while (c->label < c->in.label_count && c->in.labels[c->label].slot_start_us < c->slot_start_us)
        c->label++;
    if (c->label < c->in.label_count && c->in.labels[c->label].slot_start_us == c->slot_start_us)
        return c->in.labels[c->label];
    return none;
}

static void close_slot(Cursor *c)
{
    SlotLabel label = label_of(c);

    c->is_open = false;
    /* A slot whose end nobody wrote down stays unresolved, as it would live. */
    if (label.winner < 0 || c->pending_count == PENDING_RESOLVES) return;
    c->pending[c->pending_count++] = label;
}

static void fill_resolve(Cursor *c, Event *ev)
{
    ev->resolve.slot_start_us = c->pending[0].slot_start_us;
    ev->resolve.winner = c->pending[0].winner;
    ev->resolve.spot_close = c->pending[0].spot_close;
    c->pending_count--;
    for (uint32_t i = 0; i < c->pending_count; i++)
        c->pending[i] = c->pending[i + 1];
}

static void fill_slot(const Cursor *c, Event *ev)
{
    ev->slot.slot_start_us = c->slot_start_us;
    ev->slot.slot_us = c->slot_us;
    ev->slot.facts = NULL;
}

static void make_event(Replay *r, uint32_t market, EventKind kind, int64_t at_us, Event *ev)
{
    Cursor *c = &r->cursors[market];

    *ev =
        (Event){.seq = r->seq++, .ts_us = at_us, .kind = (uint8_t)kind, .market = (uint8_t)market};
    if (kind == EV_TICK) {
        ev->tick = &c->in.rows[c->row++].data;
        r->ticks++;
    } else if (kind == EV_SLOT_OPEN) {
        c->slot_start_us = c->in.rows[c->row].slot_start_us;
        c->slot_us = c->in.rows[c->row].slot_us;
        c->is_open = true;
        fill_slot(c, ev);
        r->slots++;
    } else if (kind == EV_SLOT_CLOSE) {
        fill_slot(c, ev);
        close_slot(c);
    } else {
        fill_resolve(c, ev);
    }
}

static void apply(Replay *r, const Event *ev)
{
    if (r->route.apply)
        r->route.apply(r->route.ctx, r->engine, ev, r->sink);
    else
        instant_apply(r->instant, r->engine, ev, r->sink);
}

static void start(Replay *r, int64_t at_us)
{
    if (r->has_started) return;
    r->has_started = true;
    r->last = (Event){.ts_us = at_us, .kind = EV_START, .seq = r->seq++};
    apply(r, &r->last);
}

bool replay_step(Replay *r)
{
    EventKind kind = EV_KINDS;
    int64_t at_us;
    int32_t market = choose(r, &at_us, &kind);

    if (market < 0) return false;
    start(r, at_us);
    make_event(r, (uint32_t)market, kind, at_us, &r->last);
    apply(r, &r->last);
    return true;
}

const Event *replay_event(const Replay *r)
{
    return &r->last;
}

int64_t replay_next_us(const Replay *r)
{
    EventKind kind = EV_KINDS;
    int64_t at_us;

    choose(r, &at_us, &kind);
    return at_us;
}

uint64_t replay_ticks(const Replay *r)
{
    return r->ticks;
}

uint64_t replay_slots(const Replay *r)
{
    return r->slots;
}

/* ---- marks --------------------------------------------------------------------------------------- */

size_t replay_mark_size(const Replay *r)
{
    return sizeof *r + r->count * sizeof *r->cursors;
}

void replay_mark(const Replay *r, void *ret_mark)
{
    memcpy(ret_mark, r, sizeof *r);
    memcpy((char *)ret_mark + sizeof *r, r->cursors, r->count * sizeof *r->cursors);
}

void replay_return(Replay *r, const void *mark)
{
    const Replay *was = mark;

    r->last = was->last;
    r->has_started = was->has_started;
    r->ticks = was->ticks;
    r->slots = was->slots;
    r->seq = was->seq;
    memcpy(r->cursors, (const char *)mark + sizeof *r, r->count * sizeof *r->cursors);
}

/* ---- in columns ------------------------------------------------------------------------------------ */

static uint32_t slot_rows(const Cursor *c, size_t from)
{
    size_t end = from;

    while (end < c->in.count && c->in.rows[end].slot_start_us == c->in.rows[from].slot_start_us)
        end++;
    return (uint32_t)(end - from);
}

static uint32_t longest_slot(const Cursor *c)
{
    uint32_t longest = 0, count;

    for (size_t i = 0; i < c->in.count; i += count) {
        count = slot_rows(c, i);
        if (c->in.rows[i].slot_us && count > longest) longest = count;
    }
    return longest;
}

bool replay_columns(Replay *r, KernelLevel level, Arena *arena, uint32_t *ret_market,
                    ColumnsWhy *ret_why)
{
    for (uint32_t i = 0; i < r->count; i++) {
        Cursor *c = &r->cursors[i];
        DriveSetup setup = {.engine = r->engine,
                            .gateway = r->instant,
                            .market = (uint8_t)i,
                            .ticks = &c->ticks,
                            .kernels = kernels_of(level),
                            .slot_ticks = longest_slot(c)};

        *ret_market = i;
        *ret_why = COLUMNS_FINE;
        if (!c->in.count) continue;
        c->ticks = tick_columns_from_rows(c->in.rows, c->in.count, arena);
        if (c->ticks.count) c->drive = drive_columns_new(&setup, arena, ret_why);
        if (!c->drive) return false;
    }
    return true;
}

/* A slot of the market has just opened. */
static void tell_slots(Cursor *c)
{
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t count = 0, at = (uint32_t)c->row;

    if (!c->drive || c->is_left || at < c->told) return;
    while (count < COLUMN_SLOTS && at < c->in.count && c->in.rows[at].slot_us) {
        uint32_t end = at + slot_rows(c, at);

        slots[count++] = (ColumnSlot){at, end};
        at = end;
    }
    if (!count) return;
    c->told = at;
    drive_columns_slots(c->drive, slots, count, at < c->in.count);
}

/* Ticks of a market, the first of which comes next, up to another event. */
static uint32_t gather(Replay *r, uint32_t market, int64_t until_us, uint64_t most)
{
    Cursor *c = &r->cursors[market];
    uint32_t count = 0;
    EventKind kind;
    int64_t at_us;

    do {
        make_event(r, market, EV_TICK, c->in.rows[c->row].ts_us, &r->last);
        count++;
        kind = EV_KINDS;
    } while (count < most && choose(r, &at_us, &kind) == (int32_t)market && kind == EV_TICK &&
             at_us < until_us);
    return count;
}

void replay_choose(Replay *r, bool may_leave)
{
    r->stays = !may_leave;
}

static int64_t period_of(const Replay *r, const ClockRow *row)
{
    int64_t us = row->period_us;

    if ((row->period & OPND_FILE) == OPND_PARAM && row->period != OPND_NONE)
        return fx_from_double(vm_param(engine_vm(r->engine), row->period & OPND_INDEX), &us) ? us
                                                                                             : 0;
    return us;
}

/* Samples are due between most of its ticks: where boundaries do not go by columns each ends a run of them. */
static bool has_quick_clock(const Replay *r, const Cursor *c)
{
    const Image *image = vm_image(engine_vm(r->engine));
    int64_t gap = (c->in.rows[c->row - 1].ts_us - c->in.rows[0].ts_us) / (int64_t)c->row;

    for (uint32_t i = 0; i < image->clocks_count; i++) {
        const ClockRow *row = &image->clocks[i];

        if (row->kind == CLOCK_EVERY && period_of(r, row) > 0 && period_of(r, row) <= 2 * gap)
            return true;
    }
    return false;
}

/* Counts ticks, not time: the same rows are always run in the same way. */
static void look_at_share(const Replay *r, Cursor *c)
{
    DriveCounts n;

    if (r->stays || c->is_seen) return;
    n = drive_columns_counts(c->drive);
    if (n.left_out + n.handed_in < FIRST_LOOK) return;
    c->is_seen = true;
    c->is_left =
        n.left_out < n.handed_in || (has_quick_clock(r, c) && !drive_columns_has_between(c->drive));
}

bool replay_run(Replay *r, int64_t until_us, uint64_t most)
{
    EventKind kind = EV_KINDS;
    int64_t at_us;
    int32_t market = choose(r, &at_us, &kind);
    Cursor *c;

    if (market < 0 || !r->cursors[market].drive || r->cursors[market].is_left ||
        (kind != EV_TICK && kind != EV_SLOT_OPEN))
        return replay_step(r);
    c = &r->cursors[market];
    if (kind == EV_TICK) {
        uint32_t first = (uint32_t)c->row;

        start(r, at_us);
        drive_columns_run(c->drive, first, first + gather(r, (uint32_t)market, until_us, most),
                          r->sink);
        look_at_share(r, c);
        return true;
    }
    (void)replay_step(r);
    tell_slots(c);
    return true;
}

uint64_t replay_taken(const Replay *r)
{
    uint64_t taken = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        DriveCounts c = {0};

        if (r->cursors[i].drive) c = drive_columns_counts(r->cursors[i].drive);
        taken += c.left_out + c.handed_in;
    }
    return taken;
}
