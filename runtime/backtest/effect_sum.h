/* effect_sum.h — effects and ledger rows as bytes of a hash: what result_sha256 is made of (decision 0047).
 *
 * In: effects in their order.  Promise: a frozen encoding, little-endian, without shows, which are for
 * looking at; equal effects, equal bytes, on every target. */
#pragma once

#include "runtime/engine/effect.h"
#include "vm/base/hash.h"

void effect_sum(Sha256 *h, const Effect *f);
