/* entries.h — strategies that are all entries: rules that fire at edges, and limits that refuse them.
 *
 * Text from a seed.  Generated programs seldom have a rule whose condition all wallets share and whose
 * order is written in constants, and seldom refuse one twice; these do little else. */
#pragma once

#include "vm/base/buf.h"

void entries_print(uint64_t seed, Buf *out);
