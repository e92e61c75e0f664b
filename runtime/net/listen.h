/* listen.h — a listening socket, or one sentence on why there is none.
 *
 * In: an address in digits and a port.  Out: a descriptor that accepts connections, and the port it
 * got.  Promise: names are never looked up, so nothing leaves the machine. */
#pragma once

#include <stdint.h>

#include "vm/base/err.h"

Status listen_open(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port, Err *err);
/* Is that an address of this machine that only it can reach? */
bool listen_is_local(const char *address);
