/* recorded_events.c — see recorded_events.h. */
#include "tests/diff/recorded_events.h"

#include "runtime/backtest/replay.h"
#include "runtime/history/ticks.h"
#include "vm/base/rng.h"

typedef struct Tape { /* whose events are gathered */
    GenEvents *to;
    size_t cap;
} Tape;

/* The merger's events; nobody is told of them. */
static void keep(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    Tape *t = ctx;

    (void)e;
    (void)sink;
    if (t->to->count < t->cap) t->to->events[t->to->count++] = *event;
}

static bool trades_one_market(const Image *image)
{
    return image->sources_count == 1 && image->sources[0].source == 0 &&
           image->sources[0].kind == MARKET_SLOT;
}

/* From the first row of a slot on. */
static MarketRows window_of(const TickTable *t, uint64_t seed, size_t count)
{
    size_t from = 0;
    Rng rng;

    rng_init(&rng, seed);
    if (t->count > count) from = (size_t)rng_below(&rng, t->count - count);
    while (from && t->rows[from].slot_start_us == t->rows[from - 1].slot_start_us)
        from--;
    if (count > t->count - from) count = t->count - from;
    return (MarketRows){t->rows + from, count, t->labels, t->label_count};
}

static bool merge(const Image *image, const MarketRows *rows, GenEvents *ret, Arena *arena)
{
    EngineConfig config = engine_config_default(image);
    Engine *e = engine_new(&config, arena);
    Tape tape = {ret, rows->count * 2 + 64};
    Replay *r = e ? replay_new(e, rows, 1, (EffectSink){NULL, NULL}, arena) : NULL;

    ret->events = arena_array(arena, Event, tape.cap);
    if (!r || arena_is_full(arena)) return false;
    replay_route(r, (ReplayRoute){keep, &tape});
    while (replay_step(r))
        ;
    ret->start_us = rows->rows[0].ts_us;
    return ret->count < tape.cap;
}

bool recorded_events(const char *path, const Image *image, uint64_t seed, size_t count,
                     GenEvents *ret, Arena *arena, Err *err)
{
    TickTable t = {0};
    MarketRows rows;

    *ret = (GenEvents){0};
    if (!trades_one_market(image)) return true;
    if (ticks_load(&t, path, SPAN(""), arena, err) != ST_OK) return false;
    if (!t.count || !t.rows[0].slot_us) {
        (void)err_set(err, ST_BAD_INPUT, "%s: no ticks of slots", path);
        return false;
    }
    rows = window_of(&t, seed, count);
    if (merge(image, &rows, ret, arena)) return true;
    (void)err_set(err, ST_NO_MEMORY, "%s: more events than there is room for", path);
    return false;
}
