/* fuzz_compile.c — any bytes as a strategy, all the way to an image.
 *
 * The first byte limits the memory and chooses plain or optimised.  Promise checked: findings or an
 * image, and the engine's own reader takes every image that is handed out. */
#include "compiler/compiler.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/image.h"

#define TEXT_MAX 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CompileOptions options = {.until = STAGE_EMIT};
    Compilation c;
    Refusal why;
    Arena arena;

    if (size < 1 || size > TEXT_MAX) return 0;
    options.is_plain = data[0] & 1;
    options.has_tests = data[0] & 2;
    arena =
        pool_arena(data[0] < 64 ? COMPILE_MEMORY_MIN + ((size_t)data[0] << 13) : (size_t)64 << 20);
    c = compile(SPAN("fuzz.odx"), span_of((const char *)data + 1, size - 1), &options, &arena);
    BUG_IF(!c.tree || (c.is_broken && !arena_is_full(&arena)));
    if (c.image.len && !arena_is_full(&arena)) {
        BUG_IF(diags_has_errors(c.diags));
        BUG_IF(!image_load(c.image, &arena, &why) && !arena_is_full(&arena));
    }
    arena_fini(&arena);
    return 0;
}
