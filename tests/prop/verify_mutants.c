/* verify_mutants.c — broken images by the million: refused, or run inside their bounds.
 *
 *   verify_mutants [--count N] [--seed S]
 * Images of generated programs (plain, optimised, stripped) and of random code are broken behind good checksums.
 * What the verifier takes runs in both forms, which must agree; under AddressSanitizer every access is watched.
 * Prints how many were refused with each code and how many ran.  Promise: exit 1 when either is nought. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/fuzz/mutant.h"
#include "tests/fuzz/pool.h"
#include "tests/fuzz/run_image.h"
#include "tests/generate/program.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/random_program.h"
#include "vm/base/bug.h"

#define LIMIT ((size_t)64 << 20)
enum { SEEDS = 240, CODES = 10, ROUNDS = 2, WORDS = 40 };

typedef struct Mutants {
    Span files[SEEDS];
    const Image *images[SEEDS];
    size_t count;
    uint64_t refused[CODES], ran, words;
} Mutants;

static void keep(Mutants *m, Span bytes, Arena *arena)
{
    Span copy = arena_span(arena, bytes);
    Refusal why;

    m->images[m->count] = image_load(copy, arena, &why);
    BUG_IF(!m->images[m->count]);
    m->files[m->count++] = copy;
}

static void keep_compiled(Mutants *m, uint64_t seed, Arena *arena)
{
    CompileOptions o = {.load = generate_load,
                        .until = STAGE_EMIT,
                        .is_plain = seed % 3 == 0,
                        .is_stripped = seed % 4 != 0};
    Arena scratch = pool_arena(LIMIT);
    GenProgram p = generate_program(seed, &scratch);
    Compilation c;
    Buf text;

    buf_init(&text, &scratch, 1 << 20);
    generate_print(p.root, &text, NULL);
    c = compile(SPAN("generated.odx"), buf_span(&text), &o, &scratch);
    if (c.image.len) keep(m, c.image, arena);
    arena_fini(&scratch);
}

static void keep_random(Mutants *m, uint64_t seed, Arena *arena)
{
    Arena scratch = pool_arena(LIMIT);
    Asm *a = arena_new(&scratch, Asm);
    Rng rng;

    rng_init(&rng, seed);
    random_program(a, &rng, 5 + (uint32_t)(seed % WORDS));
    keep(m, asm_bytes(a, &scratch), arena);
    arena_fini(&scratch);
}

static void make_seeds(Mutants *m, Arena *arena)
{
    for (uint64_t seed = 1; m->count < SEEDS / 2; seed++)
        keep_compiled(m, seed, arena);
    for (uint64_t seed = 1; m->count < SEEDS; seed++)
        keep_random(m, seed, arena);
}

static void try_one(Mutants *m, Rng *rng, Arena *arena)
{
    size_t which = rng_below(rng, m->count);
    Span bytes = mutant_make(m->files[which], m->images[which], rng, arena);
    Refusal why = {0};
    const Image *img;

    if (!bytes.len) return;
    img = image_load(bytes, arena, &why);
    if (!img && why.code == 909) img = mutant_load(bytes, arena, &why);
    if (img) {
        m->ran++;
        m->words += img->shared.word_count + img->wallet.word_count;
        run_image(img, ROUNDS, arena);
        return;
    }
    BUG_IF(why.code < 901 || why.code > 909 || !refusal_sentence(&why)[0]);
    m->refused[why.code - 900]++;
}

static int report(const Mutants *m, uint64_t count)
{
    uint64_t refused = 0;

    for (int i = 1; i < CODES; i++) {
        printf("  refused with ODX90%d %12" PRIu64 "\n", i, m->refused[i]);
        refused += m->refused[i];
    }
    printf("  ran                %12" PRIu64 "   (%.1f words on average)\n", m->ran,
           m->ran ? (double)m->words / (double)m->ran : 0.0);
    printf("%" PRIu64 " mutants of %zu images: %" PRIu64 " refused, %" PRIu64 " ran\n", count,
           m->count, refused, m->ran);
    printf("%d passed, %d failed\n", refused && m->ran, !(refused && m->ran));
    return refused && m->ran ? 0 : 1;
}

int main(int argc, char **argv)
{
    static Mutants m;
    uint64_t count = 200000, seed = 1;
    Arena keeper = pool_arena(LIMIT), arena;

    test_arguments(argc, argv, (TestNumber[]){{"--count", &count}, {"--seed", &seed}}, 2);
    make_seeds(&m, &keeper);
    for (uint64_t i = 0; i < count; i++) {
        Rng rng;

        rng_init_stream(&rng, seed, i);
        arena = pool_arena(LIMIT);
        try_one(&m, &rng, &arena);
        arena_fini(&arena);
    }
    arena_fini(&keeper);
    return report(&m, count);
}
