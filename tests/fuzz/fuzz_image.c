/* fuzz_image.c — images that come from anywhere: refused, or run inside their memory.
 *
 * First byte 0: the rest is a file as it is; when only its hashes are wrong they are mended.  Otherwise the next eight bytes are the seed of a random program, and
 * each four bytes after that put one value at one place of its tables before they are written with good checksums.
 * What the verifier accepts runs some events, linked and word by word, and both must agree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/mutant.h"
#include "tests/fuzz/pool.h"
#include "tests/fuzz/run_image.h"
#include "tests/unit/vm/asm.h"
#include "tests/unit/vm/random_program.h"
#include "vm/base/bug.h"
#include "vm/disasm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
/* libFuzzer's; not there when the corpus is only replayed. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

enum { ARENA_BYTES = 64 << 20, ROUNDS = 2, LISTING = 32 };

static void list_image(const Image *img, Arena *arena)
{
    Buf out;

    buf_init(&out, arena, 1 << 20);
    disasm_image(img, &out);
}

static void try_file(Span bytes, Arena *arena)
{
    Span copy = arena_span(arena, bytes);
    Refusal why;
    const Image *img = image_load(copy, arena, &why);

    if (!img) {
        BUG_IF(why.code < 901 || why.code > 909 || !refusal_sentence(&why)[0]);
        if (why.code == 909) img = mutant_load(copy, arena, &why);
        if (!img) return;
    }
    if (bytes.len % LISTING == 0) list_image(img, arena);
    run_image(img, ROUNDS, arena);
}

/* Everything in an Asm but the image's own pointers and counts. */
static void spoil_tables(Asm *a, const uint8_t *data, size_t size)
{
    uint8_t *tables = (uint8_t *)&a->meta;
    size_t room = (size_t)((uint8_t *)a->strings - tables);

    for (; size >= 4; data += 4, size -= 4) {
        size_t at = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)(data[2] & 15) << 16) % room;

        tables[at] = (data[2] & 0x80) ? (uint8_t)(tables[at] + data[3]) : data[3];
    }
}

static void try_program(const uint8_t *data, size_t size, Arena *arena)
{
    Asm *a = arena_new(arena, Asm);
    uint64_t seed;
    Span bytes;
    Rng rng;

    if (size < sizeof seed || !a) return;
    memcpy(&seed, data, sizeof seed);
    rng_init(&rng, seed);
    random_program(a, &rng, 5 + (uint32_t)(seed % 60));
    spoil_tables(a, data + sizeof seed, size - sizeof seed);
    bytes = asm_bytes(a, arena);
    if (bytes.len) try_file(bytes, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;

    if (size < 1) return 0;
    arena = pool_arena(ARENA_BYTES);
    if (data[0] == 0)
        try_file(span_of((const char *)data + 1, size - 1), &arena);
    else
        try_program(data + 1, size - 1, &arena);
    arena_fini(&arena);
    return 0;
}

/* Rows are changed in what loads; bytes in anything. */
static Span broken(Span bytes, Rng *rng, Arena *arena)
{
    Span copy = arena_span(arena, bytes);
    const Image *img = NULL;
    Refusal why;

    if (rng_chance(rng, 0.15)) img = mutant_load(copy, arena, &why);
    return mutant_make(copy, img, rng, arena);
}

/* Files are broken by their structure, seeds of random programs as bytes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    Arena arena;
    Span made;
    Rng rng;

    rng_init(&rng, seed);
    if (size < IMAGE_HEADER || data[0] || rng_chance(&rng, 0.05))
        return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, max_size) : size;
    arena = pool_arena(ARENA_BYTES);
    made = broken(span_of((const char *)data + 1, size - 1), &rng, &arena);
    if (made.len && made.len < max_size) {
        memcpy(data + 1, made.ptr, made.len);
        size = made.len + 1;
    }
    arena_fini(&arena);
    return size;
}
