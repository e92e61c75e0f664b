/* opt.h — the passes over an Ir's values, in the order of passes.def.
 *
 * Promise: no pass changes a bit of what a program computes or a reason it gives (relation M15); -O0
 * runs only the rows that emission needs. */
#pragma once

#include "compiler/ir/ir.h"

/* Runs all passes. False when memory ended, or (debug builds) when a pass broke a rule of the IR. */
bool opt_run(Ir *ir);

/* Replaces values by others: map[v] for each v, itself where nothing changes. */
void opt_replace(Ir *ir, const uint32_t *map);

/* The passes; false without memory. */
bool pass_fold(Ir *ir);
bool pass_cse(Ir *ir);
bool pass_split(Ir *ir);
bool pass_hoist(Ir *ir);
bool pass_order(Ir *ir);
