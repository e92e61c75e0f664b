/* generated.c — see generated.h. */
#include "tests/fuzz/generated.h"

#include "tests/diff/entries.h"
#include "tests/diff/plain.h"
#include "tests/fuzz/pool.h"
#include "tests/generate/program.h"

#define LIMIT ((size_t)64 << 20)
enum { TRIES = 8 };

static Span text_of(GeneratedKind kind, uint64_t seed, Arena *arena)
{
    Buf text;

    if (kind == GENERATED_PLAIN) return plain_program(seed, arena);
    buf_init(&text, arena, 1 << 20);
    if (kind == GENERATED_ENTRIES)
        entries_print(seed, &text);
    else
        generate_print(generate_program(seed, arena).root, &text, NULL);
    return buf_span(&text);
}

static bool make(Generated *g, GeneratedKind kind, uint64_t seed, Arena *arena)
{
    CompileOptions options = {
        .load = generate_load, .until = STAGE_EMIT, .is_plain = seed % 5 == 0};
    Refusal why;

    *arena = pool_arena(LIMIT);
    g->c = compile(SPAN("generated.odx"), text_of(kind, seed, arena), &options, arena);
    if (g->c.image.len && g->c.program && g->c.program->markets_count)
        g->image = image_load(g->c.image, arena, &why);
    if (!g->image) arena_fini(arena);
    return g->image != NULL;
}

const Generated *generated_program(GeneratedKind kind, uint8_t seed)
{
    static Generated programs[GENERATED_KINDS][GENERATED_SEEDS];
    static Arena arenas[GENERATED_KINDS][GENERATED_SEEDS];
    Generated *g = &programs[kind][seed % GENERATED_SEEDS];
    Arena *arena = &arenas[kind][seed % GENERATED_SEEDS];

    for (uint64_t i = 0; i < TRIES && !g->image; i++)
        if (make(g, kind, seed % GENERATED_SEEDS + GENERATED_SEEDS * i, arena)) break;
    return g;
}
