/* purse.h — one wallet's money in several engines: what their parts add up to.
 *
 * In: the members of a purse (engine.h), each with accounts of its own.  Out: sums over accounts of one name.
 * Private to the room.  Promise: reading changes nothing; alone, nobody comes here. */
#pragma once

#include "runtime/engine/state.h"

struct Purse {
    Engine **members; /* in the order in which they joined */
    uint32_t count, most;
};

/* A figure of one member; account + 1, 0: all. */
typedef int64_t (*PurseFigure)(const Engine *e, uint32_t account);

/* False when the purse is full. */
bool purse_join(Purse *p, Engine *e);
/* Does another member bring this account? */
bool purse_has(const Purse *p, const Engine *e, uint32_t account);
/* Cash of an account that no member's orders reserve. */
int64_t purse_free(const Engine *e, uint32_t account);
/* Account + 1, 0: all. */
int64_t purse_sum(const Engine *e, uint32_t account, PurseFigure figure);
