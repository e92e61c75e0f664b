/* tape.h — the baseline of tapes: memory read in one piece, as fast as this machine does. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Sums `size` bytes from `bytes`, which is 16-byte aligned, as doubles; returns what nobody needs. */
double bench_stream_read(const uint8_t *bytes, size_t size);
