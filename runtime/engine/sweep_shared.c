/* sweep_shared.c — see sweep_shared.h. */
#include "runtime/engine/sweep_shared.h"

#include "runtime/engine/quiet.h"
#include "vm/base/num.h"

static const EffectSink nobody = {NULL, NULL};

SweepShared *sweep_shared_new(const SweepSetup *setup, Engine *engine, uint32_t slot_ticks,
                              const ColumnVariants *more, Arena *arena, ColumnsWhy *ret_why)
{
    SweepShared *s = arena_new(arena, SweepShared);
    ColumnSource source;

    *ret_why = COLUMNS_FINE;
    if (arena_is_full(arena)) return NULL;
    s->engine = engine;
    s->ticks = setup->ticks;
    s->market = setup->market;
    s->fields = (DriveFields){.engine = engine,
                              .ticks = setup->ticks,
                              .kernels = setup->kernels,
                              .market = setup->market};
    if (!drive_fields_init(&s->fields, arena)) return NULL;
    source = drive_fields_source(&s->fields);
    s->columns = columns_new(engine_vm(engine), setup->market, setup->kernels, &source, slot_ticks,
                             more, arena, ret_why);
    return s->columns ? s : NULL;
}

/* ---- what the engine is told ----------------------------------------------------------------------- */

/* Of the market: what outlives ticks and fields build on is the slot's first spot price alone. */
static FeatureState feature_at(const SweepShared *s, uint32_t to)
{
    bool has_spot = tick_columns_have(s->ticks, TICK_WORD(spot));
    FeatureState f = *engine_feature(s->engine, s->market);

    for (uint32_t i = s->told; has_spot && !num_is_known(f.spot_open) && i < to; i++) {
        double spot = num_from_bits((uint64_t)tick_columns_bits(s->ticks, TICK_WORD(spot), i));

        if (num_is_finite(spot)) f.spot_open = spot;
    }
    return f;
}

/* Ticks before `to` are over. */
static void tell(SweepShared *s, uint32_t to)
{
    static const FeaturePlan nothing = {0};
    FeatureState after = feature_at(s, to);
    SkipMarket market = {.market = s->market, .feature = &after};
    Skip skip = {.events = to - s->told, .markets = &market, .market_count = 1};

    if (to <= s->told) return;
    tick_columns_row(s->ticks, to - 1, &s->fields.row);
    feature_take(&nothing, &after, &s->fields.row);
    for (int o = 0; o < OUTCOMES; o++)
        market.bid_high[o] = market.ask_low[o] = MICROS_UNKNOWN;
    market.last = &s->fields.row;
    market.ts_us = skip.now_us = tick_columns_ts(s->ticks, to - 1);
    engine_skip(s->engine, &skip);
    s->told = to;
}

void sweep_shared_event(SweepShared *s, const Event *ev)
{
    engine_apply(s->engine, ev, nobody);
}

void sweep_shared_slots(SweepShared *s, const ColumnSlot *slots, uint32_t count, bool has_more)
{
    for (uint32_t i = 0; i < count; i++)
        s->slots[i] = slots[i];
    s->slot_count = count;
    s->slot = 0;
    if (columns_have_lanes(s->columns)) columns_abreast(s->columns, slots, count, has_more);
}

/* ---- words ----------------------------------------------------------------------------------------- */

/* The end of the slot that tick `first` lies in; `to`, if it was not told. */
static uint32_t slot_end(SweepShared *s, uint32_t first, uint32_t to)
{
    while (s->slot < s->slot_count && first >= s->slots[s->slot].end)
        s->slot++;
    if (s->slot == s->slot_count || first < s->slots[s->slot].begin) return to;
    return s->slots[s->slot].end;
}

/* Ticks from `at` on that lie in one slot and one day. */
static void begin_part(SweepShared *s, uint32_t at, uint32_t to)
{
    int64_t day, ts = tick_columns_ts(s->ticks, at);
    uint32_t end = slot_end(s, at, to);

    if (ts >= engine_day_end(s->engine)) {
        tell(s, at);
        engine_advance(s->engine, ts, EV_TICK, nobody);
    }
    day = engine_day_end(s->engine);
    while (end > at + 1 && tick_columns_ts(s->ticks, end - 1) >= day)
        end--;
    s->stretch_end = end;
    columns_stretch(s->columns, at, end);
}

static void begin_word(SweepShared *s, uint32_t first)
{
    uint32_t left = s->stretch_end - first;
    FeatureState before = feature_at(s, first + 1);

    drive_fields_word(&s->fields, first, &before);
    s->word = first;
    s->word_count = left < WORD ? left : WORD;
    columns_word(s->columns, first, s->word_count, tick_columns_times(s->ticks, first, s->times));
}

/* Ticks at which nobody's rule can fire need no word where no memory wants one. */
static uint32_t pass_shut(SweepShared *s, uint32_t at, uint32_t to)
{
    uint32_t end = to < s->stretch_end ? to : s->stretch_end;

    if (!columns_are_free(s->columns, at)) return at;
    end = bitmaps_pass(s->bits, s->columns, at, end);
    if (end > at) columns_pass(s->columns, at, end - at);
    return end;
}

/* The slots after those that were told are on their way when their turn comes: a block for each word. */
static void expect(SweepShared *s, uint32_t at)
{
    uint32_t told = s->slot_count ? s->slots[s->slot_count - 1].end - s->slots[0].begin : 0;

    tick_columns_expect(s->ticks, &s->expected, at, at + told);
}

uint32_t sweep_shared_run(SweepShared *s, uint32_t from, uint32_t to)
{
    bool is_in_slot = s->slot < s->slot_count && from > s->slots[s->slot].begin;
    uint32_t at = from;

    (void)columns_moved(s->columns);
    columns_rerun(s->columns);
    if (!is_in_slot) s->stretch_end = from;
    if (s->told < from) s->told = from;
    while (at < to && !bitmaps_are_full(s->bits)) {
        uint32_t end;

        if (at < s->word || at >= s->word + s->word_count) {
            expect(s, at);
            if (at >= s->stretch_end) begin_part(s, at, to);
            end = pass_shut(s, at, to);
            if (end > at) {
                at = end;
                continue;
            }
            begin_word(s, at);
        }
        end = s->word + s->word_count;
        if (end > to) end = to;
        bitmaps_word(s->bits, s->columns, s->word, at, end);
        at = end;
    }
    tell(s, at);
    return at;
}
