/* made_run.c — see made_run.h. */
#include "tests/unit/backtest/made_run.h"

#include "compiler/compiler.h"
#include "tests/harness/test.h"

const Image *made_image(const char *text, Arena *arena)
{
    CompileOptions how = {.until = STAGE_EMIT};
    Compilation c = compile(SPAN("t.odx"), span_str(text), &how, arena);
    Refusal why;

    if (!CHECK(c.image.len)) return NULL;
    return image_load(c.image, arena, &why);
}

MarketRows made_rows(const SynthOptions *how, uint32_t slots, Arena *arena)
{
    SlotLabel *labels = arena_array(arena, SlotLabel, slots);
    MarketRows m = {.labels = labels, .label_count = slots};
    TickRow *rows;
    Synth s;

    synth_init(&s, how);
    rows = arena_array(arena, TickRow, synth_rows_max(&s) * slots);
    for (uint32_t i = 0; i < slots; i++) {
        SynthEnd end;

        m.count += synth_slot(&s, rows + m.count, &end);
        labels[i] = (SlotLabel){end.start_us, how->slot_us, end.winner, end.price_end};
    }
    m.rows = rows;
    return m;
}
