/* memory.h — what a state row keeps, one struct a kind, and how many bytes that takes.
 *
 * These are the bytes of snapshots: every slot begins with the held output, is a multiple of 8 bytes and
 * 8-byte aligned.  The compiler lays rows out with memory_size, the verifier holds images to it.
 * Promise: a slot of all zero bytes after memory_reset is valid for any window up to max_window. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/format.h"

/* A held output: a number, or COND_* in a uint64. */
typedef union Held {
    double num;
    uint64_t cond;
} Held;

typedef struct MemState { /* SK_NUM, SK_BOOL; `next` waits for the end of the event */
    Held out, next;
    uint32_t is_set, has_next;
} MemState;

typedef struct MemArm {
    uint64_t out;   /* unused, zero */
    uint64_t fired; /* stamp of the event that fired last, 0 when armed by a false condition */
} MemArm;

typedef struct MemPrev { /* ring of the last n values; PREVB: one byte each */
    Held out;
    uint32_t at, count; /* place of the oldest, which is written next; values so far, at most n */
    /* double ring[n] or uint8_t ring[n] */
} MemPrev;

typedef struct MemMean { /* EMA, RMA: seed sum, then the average in `sum` */
    double out;
    double sum, comp; /* Neumaier */
    uint64_t count;   /* known values so far, at most n */
} MemMean;

typedef struct MemWindow { /* SMA, STDEV, ZSC: the last n known values */
    double out;
    double sum, comp; /* Neumaier; SF_EXACT: `sum` holds the bits of an int64_t of micros */
    uint64_t stored;  /* known values so far, for the recomputation every 256 */
    uint32_t at, count;
    /* double ring[n]; SF_EXACT: int64_t ring[n] */
} MemWindow;

typedef struct MemRsi {
    double out, last;
    double up, up_comp, down, down_comp; /* seed sums, then the averages */
    uint64_t count;                      /* known values so far, at most n + 1 */
} MemRsi;

typedef struct MemPeak { /* HIGH, LOW: a monotonic queue, best first */
    double out;
    uint64_t count;       /* known values so far */
    uint32_t first, used; /* place of the best, entries in use */
    /* PeakEntry ring[n] */
} MemPeak;
typedef struct PeakEntry {
    double value;
    uint64_t number; /* which known value it is */
} PeakEntry;

typedef struct MemVwap { /* VWAP; VWAPN: the last n pairs */
    double out, volume;  /* volume: the last known one */
    double sum, weight;  /* VWAP only */
    uint32_t at, count;  /* VWAPN only */
    uint64_t has_volume;
    /* VwapEntry ring[n] */
} MemVwap;
typedef struct VwapEntry {
    double product, weight;
} VwapEntry;

typedef struct MemCross {
    uint64_t out, last; /* last: 0 never both known, 1 above, 2 not above */
} MemCross;

typedef struct MemSince { /* HELD: begin of the run; SINCE: last time true */
    Held out;
    int64_t since_us;
    uint64_t has_since;
} MemSince;

typedef struct MemSample {
    Held out;
} MemSample;

enum { WINDOW_NONE, WINDOW_STEPS, WINDOW_SPAN };
enum { OUTPUT_NUM, OUTPUT_COND };
typedef struct KindInfo {
    const char *name;
    uint8_t window, output; /* WINDOW_*, OUTPUT_* */
    uint16_t fixed, step;   /* bytes */
} KindInfo;

/* Row `kind` of kinds.def. */
static inline const KindInfo *memory_kind(StateKind kind)
{
    static const KindInfo infos[SK_KINDS] = {
#define KIND(name, op, Struct, step, window, output) \
    [SK_##name] = {#name, WINDOW_##window, OUTPUT_##output, sizeof(Struct), step},
#include "vm/state/kinds.def"
#undef KIND
    };
    return &infos[kind];
}

/* Bytes of a slot whose window is at most `window` steps (0 where there is none). */
static inline uint32_t memory_size(StateKind kind, uint32_t window)
{
    const KindInfo *info = memory_kind(kind);

    return info->fixed + (info->step * window + 7U) / 8U * 8U;
}
