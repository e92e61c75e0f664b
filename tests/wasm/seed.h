/* seed.h — what one seed comes to: a program out of it, its findings and image, what it does on a market.
 *
 * Built into a native program and into a module of its own, whose hashes have to agree.  Promise: every
 * bit that a host can see is in the hash. */
#pragma once

#include <stdint.h>

#include "vm/base/arena.h"

/* How far the seed came. */
typedef enum SeedEnd { SEED_REFUSED, SEED_RAN, SEED_NO_MEMORY } SeedEnd;

typedef struct SeedResult {
    uint64_t hash;
    SeedEnd end;
    uint32_t effects;
} SeedResult;

/* Gives everything back to the arena. */
SeedResult seed_run(uint64_t seed, Arena *arena);
