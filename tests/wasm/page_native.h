/* page_native.h — what tests may do to the memory that runtime/embed lives in. */
#pragma once

#include <stdint.h>

/* From now on there is so much of it, for calls that run out of memory. */
void page_limit(uint32_t bytes);
