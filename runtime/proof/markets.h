/* markets.h — random small markets out of a seed, in the words of test blocks.
 *
 * In: a Program, a generator.  Out: a Test without expectations: calm, trending and jumping prices,
 * one-sided and crossed books, gaps, unknown values, equal stamps, rollovers at awkward moments, leaders'
 * trades, feeds, params anywhere in their ranges.  Promise: equal seeds, equal markets; every value has
 * few decimals, so that it can be written down and read back. */
#pragma once

#include "compiler/sema/program.h"
#include "vm/base/arena.h"
#include "vm/base/rng.h"

/* The Program with input rows for what drives its fields: both sides of each book, spot, volume. */
const Program *markets_program(const Program *p, Arena *arena);

/* A test of `rows` rows over the Program of markets_program. */
Test *markets_make(const Program *p, Rng *rng, uint32_t rows, Arena *arena);
