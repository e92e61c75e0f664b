/* plain.h — small strategies of one market whose numbers are params, for sweeps.
 *
 * Rules at edges, orders at market, exits at fixed distances, limits that count: what variants share.
 * Promise: equal seeds give equal text. */
#pragma once

#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/buf.h"

Span plain_program(uint64_t seed, Arena *arena);
