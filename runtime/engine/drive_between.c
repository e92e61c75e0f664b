/* drive_between.c — see drive_between.h. */
#include "runtime/engine/drive_between.h"

#include "runtime/engine/link.h"

/* ---- values at boundaries -------------------------------------------------------------------------- */

static double at(void *ctx, uint32_t input, uint32_t boundary)
{
    DriveBetween *b = ctx;
    const Link *time = b->fields->fields[input].time;
    uint32_t i = boundary - b->first;

    if (time) return link_time_value(b->now_us[i], time->of, time->field);
    return b->ticks.at(b->ticks.ctx, input, b->tick[i]);
}

/* The values of the ticks before them. */
static const double *fetch(void *ctx, uint32_t input, uint32_t first, uint32_t count, double *room,
                           bool *ret_is_fine)
{
    DriveBetween *b = ctx;

    if (b->is_plain && !b->fields->fields[input].time)
        return b->ticks.fetch(b->ticks.ctx, input, b->tick[first - b->first], count, room,
                              ret_is_fine);
    *ret_is_fine = false;
    for (uint32_t i = 0; i < count; i++)
        room[i] = at(ctx, input, first + i);
    return room;
}

static bool is_fine(void *ctx, uint32_t input, uint32_t first, uint32_t count)
{
    (void)ctx;
    (void)input;
    (void)first;
    (void)count;
    return false;
}

static bool range(void *ctx, uint32_t input, uint32_t first, uint32_t count, double *ret_low,
                  double *ret_high)
{
    DriveBetween *b = ctx;

    if (!b->is_plain || b->fields->fields[input].time) return false;
    return b->ticks.range(b->ticks.ctx, input, b->tick[first - b->first], count, ret_low, ret_high);
}

static bool book(void *ctx, int32_t token, uint8_t op, uint32_t boundary, TokenBook *ret)
{
    DriveBetween *b = ctx;

    return b->ticks.book(b->ticks.ctx, token, op, b->tick[boundary - b->first], ret);
}

static void expect(void *ctx, uint32_t input, uint32_t first, uint32_t count)
{
    (void)ctx;
    (void)input;
    (void)first;
    (void)count;
}

static const double *own(void *ctx, uint32_t input)
{
    DriveBetween *b = ctx;

    return b->ticks.own(b->ticks.ctx, input);
}

static ColumnSource source_of(DriveBetween *b)
{
    return (ColumnSource){.ctx = b,
                          .fetch = fetch,
                          .at = at,
                          .is_fine = is_fine,
                          .range = range,
                          .book = book,
                          .expect = expect,
                          .motions = b->fields->motions,
                          .own = own};
}

/* ---- making one ------------------------------------------------------------------------------------- */

/* One market alone, boundaries all of one period, which do nothing but what rules say. */
static bool is_simple(const Engine *e, uint8_t market)
{
    const Code *code = code_of(e, EV_BOUNDARY, 0);

    if (e->market_count != 1 || e->feed_count || e->markets[market].kind != MARKET_SLOT)
        return false;
    if (!code->rules || code->has_shows || e->has_promises || !e->period_count) return false;
    for (uint32_t i = 0; i < e->period_count; i++)
        if (e->periods[i].period_us != e->periods[0].period_us) return false;
    for (uint32_t i = 0; i < e->image->clocks_count; i++)
        if (e->image->clocks[i].kind == CLOCK_ACCOUNT) return false;
    return true;
}

DriveBetween *drive_between_new(Engine *e, DriveFields *fields, Arena *arena)
{
    DriveBetween *b;
    ColumnSource source;
    ColumnsWhy why;

    if (!is_simple(e, fields->market)) return NULL;
    b = arena_new(arena, DriveBetween);
    if (arena_is_full(arena)) return NULL;
    b->fields = fields;
    b->ticks = drive_fields_source(fields);
    b->period_us = e->periods[0].period_us;
    for (uint32_t i = 0; i < e->period_count; i++)
        b->samples |= e->periods[i].samples;
    for (uint32_t i = 0; i < e->image->limits_count; i++)
        b->is_hourly |=
            e->image->limits[i].kind == LIM_MAX_LOSS && e->image->limits[i].per == PER_HOUR;
    source = source_of(b);
    b->columns = columns_new_between(e->vm, fields->market, fields->kernels, &source, arena, &why);
    if (!b->columns || columns_edges(b->columns) || columns_are_stepped(b->columns)) return NULL;
    b->wakes = *columns_wakes(b->columns);
    b->gates = arena_array(arena, Mask, b->wakes.count + 1);
    return b->wakes.why || arena_is_full(arena) ? NULL : b;
}

void drive_between_begin(DriveBetween *b, const Engine *e)
{
    b->next_us = e->periods[0].next_us;
    columns_rerun(b->columns);
}

/* ---- words ------------------------------------------------------------------------------------------ */

uint32_t drive_between_due(const DriveBetween *b, int64_t ts_us)
{
    return b->next_us >= ts_us ? 0 : b->next_us + b->period_us >= ts_us ? 1 : 2;
}

uint32_t drive_between_take(DriveBetween *b, uint32_t first, uint32_t end)
{
    const int64_t *ts = b->fields->ticks->ts_us;
    uint32_t i = first;

    b->first = first;
    b->count = b->put = 0;
    b->bits = 0;
    b->is_plain = true;
    for (; i < end; i++) {
        uint32_t due = drive_between_due(b, ts[i]);

        if (due > 1) break;
        if (!due) continue;
        b->bits |= UINT64_C(1) << (i - first);
        b->is_plain = b->is_plain && (!b->count || b->tick[b->count - 1] + 2 == i);
        b->tick[b->count] = i - 1;
        b->now_us[b->count++] = b->next_us;
        b->next_us += b->period_us;
    }
    return i;
}

bool drive_between_tells(const DriveBetween *b, uint32_t first, uint32_t end)
{
    static const uint16_t prices[] = {TICK_WORD(bid[0]), TICK_WORD(ask[0]), TICK_WORD(bid[1]),
                                      TICK_WORD(ask[1])};
    const TickColumns *t = b->fields->ticks;

    if (b->is_hourly || tick_columns_are_crossed(t, first, end - first)) return false;
    for (size_t i = 0; i < ARRAY_LEN(prices); i++)
        if (t->words[prices[i]] &&
            !(tick_columns_facts(t, prices[i], first, end - first) & FACT_FINE))
            return false;
    return true;
}

void drive_between_word(DriveBetween *b)
{
    if (!b->count) return;
    columns_stretch(b->columns, b->first, b->first + b->count);
    columns_word(b->columns, b->first, b->count, b->now_us);
}

void drive_between_hold(DriveBetween *b, uint32_t count)
{
    if (count <= b->put) return;
    columns_hold(b->columns, count - 1);
    b->put = count;
}

/* One a boundary becomes one a tick. */
static Mask spread(const DriveBetween *b, Mask m)
{
    Mask ret = {0, 0};
    uint64_t rest = b->bits;

    if (!(rest & (rest + 1))) return (Mask){m.is_true & rest, m.is_false & rest};
    for (uint32_t k = 0; rest; rest &= rest - 1, k++) {
        uint32_t to = (uint32_t)__builtin_ctzll(rest);

        ret.is_true |= (m.is_true >> k & 1) << to;
        ret.is_false |= (m.is_false >> k & 1) << to;
    }
    return ret;
}

void drive_between_gates(DriveBetween *b)
{
    for (uint32_t i = 0; i < b->wakes.count; i++)
        b->gates[i] =
            b->count ? spread(b, columns_cond(b->columns, b->wakes.rows[i].gate)) : (Mask){0, 0};
}
