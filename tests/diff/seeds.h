/* seeds.h — the loop of tests that lay two drivers beside each other: a program, its events, a verdict.
 *
 * Programs come from seeds, or from one file with the modules beside it; events go with the seed and never
 * back in time, as recordings do, or are those of a recording.  Arguments: --first --count --events --file --ticks.
 * Promise: a file that cannot be read or compiled, or with which nothing was run, fails and says so. */
#pragma once

#include "tests/diff/pair.h"

typedef struct SeedOptions {
    uint64_t first, count;
    uint32_t events; /* about so many for each program */
    const char *file;
    const char
        *ticks; /* a recording whose rows are the events of strategies of one market of slots */
} SeedOptions;

typedef struct SeedTrial { /* gone with its seed */
    uint64_t seed;
    Arena *arena;
    const Image *image;
    GenEvents events;
} SeedTrial;

typedef enum SeedVerdict { SEED_NOTHING, SEED_EQUAL, SEED_PARTS } SeedVerdict;

typedef struct SeedTest {
    void *ctx;
    Span (*text)(uint64_t seed, Arena *arena); /* of a generated program */
    SeedVerdict (*run)(void *ctx, SeedTrial *t);
    GenEvents (*events)(uint64_t seed, size_t count, Arena *arena); /* NULL: generated ones */
    uint64_t refused; /* programs that do not compile */
} SeedTest;

/* False, with a line, when an argument is not one of them. */
bool seeds_options(SeedOptions *ret, int argc, char **argv);
/* All seeds until one of them parts, whose program is printed; then false. */
bool seeds_run(SeedTest *test, const SeedOptions *o);

/* Text and image of a file; false, with the findings printed. */
bool seeds_compile_file(Pair *pair, const char *path, Span *ret_text, Arena *arena);
