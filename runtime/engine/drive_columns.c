/* drive_columns.c — making a column driver, and what its host may tell and ask it.
 *
 * In: an engine, the columns of its market's ticks, who answers orders.  Boundaries between
 * ticks get columns of their own where that goes together.  Promise: there is no driver where
 * columns cannot take the ticks, and a reason. */
#include "runtime/engine/drive_columns.h"

#include "runtime/engine/drive_columns_inside.h"
#include "runtime/engine/state.h"
#include "vm/base/bug.h"

enum { AHEAD_LEAST = 2 }; /* slots: it pays from so many on */

/* Rules have one note each, whoever looks at their gates. */
static void find_notes(DriveColumns *d)
{
    const Wakes *more = d->between ? &d->between->wakes : NULL;

    for (uint32_t i = 0; i < d->wakes.count; i++)
        d->notes[i].gate.rule = d->wakes.rows[i].rule;
    d->note_count = d->wakes.count;
    for (uint32_t i = 0; more && i < more->count; i++) {
        uint32_t k = 0;

        while (k < d->note_count && d->notes[k].gate.rule != more->rows[i].rule)
            k++;
        d->note_of[i] = k;
        if (k == d->note_count) d->notes[d->note_count++].gate.rule = more->rows[i].rule;
    }
}

static bool take_rooms(DriveColumns *d, Arena *arena)
{
    uint32_t more = d->between ? d->between->wakes.count : 0, count = d->wakes.count + more + 1;

    d->gates = arena_array(arena, Mask, count);
    d->notes = arena_array(arena, RuleNote, count);
    d->passed = arena_array(arena, GateNote, count);
    d->firings = arena_array(arena, Firing, count);
    d->note_of = arena_array(arena, uint32_t, more + 1);
    d->edge_count = columns_edges(d->columns);
    d->edges = arena_array(arena, RuleRun, d->edge_count + 1);
    tick_clear(&d->row);
    if (arena_is_full(arena)) return false;
    find_notes(d);
    for (uint32_t i = 0; i < d->wakes.count; i++)
        if (d->wakes.rows[i].is_order)
            d->firings[i].plan = engine_denial_plan(d->engine, d->market, &d->wakes.rows[i].order);
    return true;
}

/* Gates may be worked out before their slots come. */
static bool plan_ahead(DriveColumns *d, Arena *arena)
{
    uint16_t *gates = arena_array(arena, uint16_t, d->wakes.count + 1);

    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        gates[i] = d->wakes.rows[i].gate;
    d->ahead.luck = AHEAD_LUCK;
    return columns_plan_ahead(d->columns, gates, d->wakes.why ? 0 : d->wakes.count, arena);
}

static Columns *make_columns(DriveColumns *d, const DriveSetup *setup, Arena *arena,
                             ColumnsWhy *ret_why)
{
    ColumnSource source = drive_fields_source(&d->fields);

    if (d->between) source.between = d->between->columns;
    return columns_new(d->vm, d->market, d->kernels, &source, setup->slot_ticks, setup->more, arena,
                       ret_why);
}

/* With boundaries in columns, where that goes together. */
static bool take_columns(DriveColumns *d, const DriveSetup *setup, Arena *arena,
                         ColumnsWhy *ret_why)
{
    ArenaMark mark = arena_mark(arena);

    if (!setup->more) d->between = drive_between_new(d->engine, &d->fields, arena);
    if (!d->between) arena_release(arena, mark);
    d->columns = make_columns(d, setup, arena, ret_why);
    if (!d->between) return d->columns != NULL;
    if (d->columns && !columns_edges(d->columns) && !columns_are_stepped(d->columns)) return true;
    arena_release(arena, mark);
    d->between = NULL;
    d->columns = make_columns(d, setup, arena, ret_why);
    return d->columns != NULL;
}

/* Exits look at ticks of the market alone, as far as this driver is asked. */
static bool knows_instants(const DriveColumns *d)
{
    const Image *image = d->engine->image;
    uint32_t exits = 0;

    for (uint32_t i = 0; i < image->limits_count; i++)
        exits += image->limits[i].kind == LIM_EXIT_WHEN;
    return exits == d->wakes.exit_count && !(d->between && d->between->wakes.has_exits);
}

static DriveShown shown_of(const DriveColumns *d)
{
    bool is_own = d->wakes.is_own && d->own_count == d->wakes.own_count;

    if (d->wakes.why && !is_own) return SHOWN_RULE;
    return columns_are_stepped(d->columns) ? SHOWN_STEPPED : SHOWN_SOME;
}

DriveColumns *drive_columns_new(const DriveSetup *setup, Arena *arena, ColumnsWhy *ret_why)
{
    DriveColumns *d = arena_new(arena, DriveColumns);

    *ret_why = COLUMNS_FINE;
    if (arena_is_full(arena) || !setup->ticks->is_ordered) return NULL;
    if (setup->ticks->packed)
        return NULL; /* columns are looked at where they lie, all over the room */
    d->engine = setup->engine;
    d->gateway = setup->gateway;
    d->vm = engine_vm(setup->engine);
    d->ticks = setup->ticks;
    d->kernels = setup->kernels;
    d->market = setup->market;
    d->fields = (DriveFields){
        .engine = d->engine, .ticks = d->ticks, .kernels = d->kernels, .market = d->market};
    if (!drive_fields_init(&d->fields, arena)) return NULL;
    if (!take_columns(d, setup, arena, ret_why)) return NULL;
    d->is_bounded = columns_are_bounded(d->columns);
    d->wakes = *columns_wakes(d->columns);
    d->own_count = columns_own_count(d->columns);
    d->shown = shown_of(d);
    d->knows_exits = d->wakes.exit_count && !d->wakes.has_own_exits && knows_instants(d);
    return take_rooms(d, arena) && plan_ahead(d, arena) ? d : NULL;
}

void drive_columns_slots(DriveColumns *d, const ColumnSlot *slots, uint32_t count, bool has_more)
{
    BUG_IF(!count || count > COLUMN_SLOTS);
    for (uint32_t i = 0; i < count; i++)
        d->ahead.slots[i] = slots[i];
    d->ahead.count = count;
    d->ahead.at = 0;
    d->ahead.is_wanted =
        columns_look_ahead(d->columns) && count >= AHEAD_LEAST && d->ahead.luck > 0;
    d->ahead.is_known = false;
    if (columns_have_lanes(d->columns)) columns_abreast(d->columns, slots, count, has_more);
}

void drive_columns_watch(DriveColumns *d, DriveWatch watch, void *ctx)
{
    d->watch = watch;
    d->watch_ctx = ctx;
}

DriveShown drive_columns_shown(const DriveColumns *d)
{
    return d->shown;
}

Columns *drive_columns_shared(DriveColumns *d)
{
    return d->columns;
}

bool drive_columns_has_between(const DriveColumns *d)
{
    return d->between != NULL;
}

DriveCounts drive_columns_counts(const DriveColumns *d)
{
    DriveCounts counts = d->counts;

    counts.led = columns_led(d->columns);
    counts.led_sums = columns_led_sums(d->columns);
    return counts;
}
