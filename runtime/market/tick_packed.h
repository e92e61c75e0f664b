/* tick_packed.h — columns of ticks that stay in the hot parts of a tape's blocks, 12 bytes a tick, and are
 * unpacked where they are read.
 *
 * In: heads and blocks in memory, which stay where they are.  Out: columns with facts.  Nothing is written when
 * they are read, so any number of threads may.  Promise: they say what columns of the unpacked ticks say. */
#pragma once

#include "runtime/market/tape_block.h"
#include "runtime/market/tick_columns.h"

/* Blocks in the order of the tape, whose hot parts were checked; borrowed.  Of the second outcome, deeper levels and
 * sizes a hot part says nothing.  False when memory ends. */
bool tick_columns_from_tape(const TapeHead *heads, const Span *blocks, uint32_t count,
                            const Kernels *k, Arena *arena, TickColumns *ret);
