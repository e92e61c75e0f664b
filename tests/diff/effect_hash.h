/* effect_hash.h — a run of effects as one number: for comparing two ways to the same effects. */
#pragma once

#include "runtime/engine/effect.h"

/* The number of a run that was `so_far` and goes on with this effect; every field counts. */
uint64_t effect_hash(uint64_t so_far, const Effect *f);
