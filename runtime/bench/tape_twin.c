/* tape_twin.c — reads memory in one piece, after bench/stream.c: four sums of eight doubles.  Built for this
 * very machine (see meson.build). */
#include "runtime/bench/tape.h"

typedef double Lanes __attribute__((vector_size(64), aligned(16)));

enum { STEP = 4 };

double bench_stream_read(const uint8_t *bytes, size_t size)
{
    const Lanes *v = (const Lanes *)(const void *)bytes;
    Lanes sums[STEP] = {{0}};
    double total = 0;

    for (size_t i = 0; i + STEP <= size / sizeof *v; i += STEP)
        for (int k = 0; k < STEP; k++)
            sums[k] += v[i + (size_t)k];
    for (int k = 0; k < STEP; k++)
        for (int lane = 0; lane < 8; lane++)
            total += sums[k][lane];
    return total;
}
