/* embed.c — Oddex inside another program: text to image to engine, two ticks in, orders out.
 *
 * Built by embed.sh against an installed copy, with what pkg-config says and nothing else. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "runtime/engine/engine.h"
#include "runtime/market/tick.h"

static void *take(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void give(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

static void print_order(void *ctx, const Effect *e)
{
    (void)ctx;
    if (e->kind == EFFECT_ORDER)
        printf("%s %lld.%02lld shares\n", e->is_sell ? "sell" : "buy",
               (long long)(e->size_micros / 1000000), (long long)(e->size_micros / 10000 % 100));
}

static TickData tick_at(int64_t ask_micros)
{
    TickData t;

    tick_clear(&t); /* everything unknown */
    t.ask[0].price_micros[0] = ask_micros;
    t.bid[0].price_micros[0] = ask_micros - 20000;
    return t;
}

int main(void)
{
    const Span text =
        SPAN("odx 1\n\nstrategy \"Dip\"\n\nmarket btc = polymarket \"btc-updown-15m\"\n\n"
             "when up.ask < 40c {\n  buy 10 shares of up at 40c\n}\n\n"
             "risk {\n  max position $200\n}\n");
    const int64_t slot_us = (int64_t)900 * 1000000, start_us = 1768000500 * (int64_t)1000000;
    EffectSink sink = {print_order, NULL};
    CompileOptions options = {.until = STAGE_EMIT};
    Arena arena;
    Refusal why = {0};

    if (!arena_init(&arena, (ArenaSource){take, give, NULL}, (size_t)64 << 20)) return 1;
    Compilation c = compile(SPAN("dip.odx"), text, &options, &arena);
    const Image *image = c.image.len ? image_load(c.image, &arena, &why) : NULL;
    if (!image) {
        printf("no image: %s\n", refusal_sentence(&why));
        return 1;
    }
    EngineConfig config = engine_config_default(image);
    config.start_us = start_us;
    Engine *engine = engine_new(&config, &arena);
    TickData high = tick_at(500000), low = tick_at(390000);
    Event open = {.seq = 1, .ts_us = start_us, .kind = EV_SLOT_OPEN, .slot = {start_us, slot_us}};
    Event ticks[2] = {{.seq = 2, .ts_us = start_us + 1000000, .kind = EV_TICK, .tick = &high},
                      {.seq = 3, .ts_us = start_us + 2000000, .kind = EV_TICK, .tick = &low}};

    if (!engine) return 1;
    engine_apply(engine, &open, sink);
    engine_apply(engine, &ticks[0], sink);
    engine_apply(engine, &ticks[1], sink);
    arena_fini(&arena);
    return 0;
}
