/* mutant.h — images with something broken in them, behind good checksums.
 *
 * In: the file of an image, a generator.  Out: a copy with a few bytes, words or rows changed, the checksums
 * of its sections mended in most cases, so that the verifier behind them has to find what is wrong.
 * Promise: equal seeds break the same things. */
#pragma once

#include "vm/base/rng.h"
#include "vm/image.h"

/* A broken copy, 8-byte aligned; empty when memory ends.  `img` is what `bytes` load as, or NULL. */
Span mutant_make(Span bytes, const Image *img, Rng *rng, Arena *arena);
/* Breaks `bytes` in place and mends checksums where there are sections. */
void mutant_break(Span bytes, Rng *rng);
/* Loads an image; when only its hashes are wrong it is written anew with good ones first. */
const Image *mutant_load(Span bytes, Arena *arena, Refusal *ret_why);
