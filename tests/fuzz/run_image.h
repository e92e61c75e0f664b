/* run_image.h — a verified image at work: linked and word by word, and both must agree.
 *
 * In: an image, a seed.  Promise: a fixed number of events for each block; traps (BUG_IF) when the two forms
 * differ, when there are more intents than room, or when a snapshot does not restore to the same bytes. */
#pragma once

#include "vm/image.h"

/* Events a block gets. */
void run_image(const Image *img, uint32_t rounds, Arena *arena);
