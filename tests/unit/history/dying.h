/* dying.h — a process that dies at a chosen step of its work on a disk.
 *
 * In a test program with dying.c the calls that change files (write, pwrite, ftruncate, rename, unlink,
 * fsync, fdatasync) are counted.  Promise: the same step leaves the same files, however busy the machine. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* The step at which the calling process is killed, from 1 on: half of a write is done, of anything else
 * nothing.  0: never. */
void dying_at(uint32_t step);
/* Waits for a child: its exit status, -1 when it was killed so. */
int dying_end(pid_t child);
