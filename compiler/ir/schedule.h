/* schedule.h — which values each event computes, where, and in which order.
 *
 * For every event the program uses: part U (shared), part V (wallet), L (limits) and S (shows).  A time
 * operator whose clock may have an instant in the event advances, outside of all regions; otherwise its
 * held output is loaded.  Everything pure is computed again where it is needed.
 * Promise: each time operator stands exactly once in each event of its clocks. */
#pragma once

#include "compiler/ir/ir.h"

/* Fills Ir.events; false without memory. */
bool ir_schedule(Ir *ir);
