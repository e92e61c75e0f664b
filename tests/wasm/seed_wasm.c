/* seed_wasm.c — seed.h as exports of a module for tests. */
#include "runtime/embed/heap.h"
#include "tests/wasm/seed.h"

static SeedResult last;

__attribute__((export_name("test_seed"))) uint64_t test_seed(uint64_t seed);
__attribute__((export_name("test_seed_end"))) uint32_t test_seed_end(void);
__attribute__((export_name("test_seed_effects"))) uint32_t test_seed_effects(void);

uint64_t test_seed(uint64_t seed)
{
    Arena arena;

    arena_init(&arena, heap_source(), 256 << 20);
    last = seed_run(seed, &arena);
    arena_fini(&arena);
    return last.hash;
}

uint32_t test_seed_end(void)
{
    return last.end;
}

uint32_t test_seed_effects(void)
{
    return last.effects;
}
