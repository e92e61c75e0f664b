/* replay.c — see replay.h. */
#include "runtime/proof/replay.h"

#include "vm/base/num.h"

#define RESOLVE_AFTER_US INT64_C(120000000) /* a venue settles later than it closes */
enum { PENDING_RESOLVES = 16 };             /* slots are longer than two minutes */

typedef struct Cursor { /* one market */
    MarketRows in;
    size_t row, label;
    bool is_open;
    int64_t slot_start_us, slot_us;      /* of the open slot */
    SlotLabel pending[PENDING_RESOLVES]; /* closed, not resolved yet; oldest first */
    uint32_t pending_count;
} Cursor;

struct Replay {
    Engine *engine;
    Instant *instant;
    EffectSink sink; /* the caller's */
    Cursor *cursors;
    uint32_t count;
    Event last;
    bool has_started;
    uint64_t ticks, slots, seq;
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
        int64_t due = l->slot_start_us + l->slot_us + RESOLVE_AFTER_US;

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
    instant_apply(r->instant, r->engine, ev, r->sink);
}

bool replay_step(Replay *r)
{
    EventKind kind = EV_KINDS;
    int64_t at_us;
    int32_t market = choose(r, &at_us, &kind);

    if (market < 0) return false;
    if (!r->has_started) {
        r->has_started = true;
        r->last = (Event){.ts_us = at_us, .kind = EV_START, .seq = r->seq++};
        apply(r, &r->last);
    }
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
