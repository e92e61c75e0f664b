/* snapshot.h — machine state to bytes and back, versioned, byte-stable.
 *
 * A snapshot names the image's state layout hash; it is adopted only when that is equal (language 3.10).
 * Promise: a snapshot after event k plus the events from k+1 gives the same run, bit for bit. */
#pragma once

#include "vm/vm.h"

bool vm_snapshot(const Vm *vm, const VmWallet *w, Buf *out);
/* Adopts `bytes`; false (and nothing changed) when they are damaged or of another layout. */
bool vm_restore(Vm *vm, VmWallet *w, Span bytes);
