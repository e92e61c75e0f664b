/* venue.h — the rules of the markets that an image trades on, as the engine and the matcher want them.
 *
 * In: an image, an instant.  Out: the dated rows of rules.def that hold then.  Promise: a venue whose rules
 * are not known, or whose fees the matcher cannot tell, is refused by name. */
#pragma once

#include "runtime/matcher/matcher.h"
#include "vm/base/err.h"
#include "vm/image.h"

typedef struct Venues {
    /* one a market of the image, one more for those met through leaders; no books */
    MatcherMarket *markets;
    MarketRules *rules; /* of the same, at the instant */
    uint32_t count;
} Venues;

/* Some market has no slots: periods are hours then, whether it has rows or not. */
bool venues_have_hours(const Image *image);
Status venues_of(const Image *image, int64_t ts_us, Arena *arena, Venues *ret, Err *err);
