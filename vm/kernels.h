/* kernels.h — the pure operations, and recursive averages, over words of 64 ticks.
 *
 * In go columns of doubles and masks of conditions, out come the same.  Each kernel is the operation of
 * vm/arith.h (or the step of vm/state/average.h) on each place, compiled once for every level of the
 * instruction set; a caller is told the level, nothing here asks the processor.
 * Promise: all levels give the bits of the scalar operations. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/ops.h"

enum { WORD = 64, LANES = 8 };

/* 64 conditions: bit i of each; neither is unknown. */
typedef struct Mask {
    uint64_t is_true, is_false;
} Mask;

typedef enum KernelLevel {
    KERNELS_BASE = 0, /* what the rest of the program is compiled for: x86-64-v2, WebAssembly */
    KERNELS_V3 = 1,   /* x86-64-v3 */
    KERNELS_V4 = 2,   /* x86-64-v4 */
    KERNEL_LEVELS
} KernelLevel;

/* Recursive averages side by side: eight of them in a group, or one (x and out are then columns). */
typedef struct BankGroup {
    double y[LANES];      /* the averages, before and after */
    double k[LANES];      /* EMA: alpha; RMA: n - 1 */
    double n[LANES];      /* RMA: n, a whole number below 2^40 */
    const double *x;      /* step i: x[i * LANES + lane], or x[i] */
    const double *before; /* BANK_RISING: x of the step before the first one, by lane */
    double *out;          /* the same places; never -0 */
} BankGroup;
enum { BANK_EMA = 2, BANK_RMA = 4 }; /* most groups of one call */
typedef enum BankNumbers {           /* what is known of inputs and averages */
                           BANK_ANY,
                           BANK_ORDINARY, /* all are 0 or of ordinary size (Kernels.is_ordinary) */
                           BANK_POSITIVE, /* and none of an RMA is negative */
                           BANK_RISING, /* and RMA come in pairs, of the rises and the falls of the
                                             first one's x, the step before which stands in front */
} BankNumbers;
/* A full window of n whole micros that slides along: all[0 .. n) are in it, oldest first, and all[n + i] becomes
 * rint(x[i] * 1e6), x at most 2^26 in size. */
typedef struct BankSum {
    uint32_t n;
    int64_t sum; /* before and after */
    const double *x;
    int64_t *all, *out;
} BankSum;
typedef void (*BankKernel)(BankGroup *ema, uint32_t ema_count, BankGroup *rma, uint32_t rma_count,
                           uint32_t steps, BankNumbers are);

/* What is known of some numbers, or of some prices in micros. */
typedef struct NumberShape {
    double low, high; /* these mean something where they are fine */
    bool is_fine;     /* Kernels.is_ordinary, and none is -0 */
    bool is_grid;     /* each is what money_grid makes of it; the same */
    bool is_none;     /* all are unknown */
} NumberShape;
typedef struct PriceShape {
    int64_t low, high; /* of known ones; INT64_MAX, INT64_MIN: none is */
    bool is_fine;      /* all known, and of ordinary size as numbers */
} PriceShape;

typedef void (*NumKernel)(double *out, const double *a, const double *b);
typedef Mask (*CompareKernel)(const double *a, const double *b);

typedef struct Kernels {
    const char *name;
    NumKernel num[OP_CODES];         /* arithmetic, by operation; one operand: b is not read */
    CompareKernel compare[OP_CODES]; /* LT LE EQ LTQ LEQ EQQ; KNOWN: b is not read */
    void (*select)(double *out, Mask c, const double *a, const double *b);
    /* Every place is known, and 0 or between 2^-700 and 2^26 in size: averages of such numbers neither
     * overflow nor lose bits to tininess, and sums of 100,000 of them in micros are whole numbers. */
    bool (*is_ordinary)(const double *x, uint32_t count);
    void (*from_micros)(double *out, const int64_t *micros); /* MICROS_UNKNOWN: unknown */
    void (*micros)(double *out, const double *x); /* rint(x * 1e6); beyond numbers: unknown */
    void (*grid)(double *out, const double *x);   /* money_grid */
    /* rint(x * 1e6); false when one is unknown or not below `most` in size: out means nothing then. */
    bool (*to_micros)(int64_t *out, const double *x, double most, uint32_t count);
    /* Running sums of rint(x * 1e6) of eight lanes behind `before`, x[i * LANES + lane] at most 2^26 in size;
     * out gets the bits of whole numbers. */
    void (*sums)(double *out, const int64_t before[LANES], const double *x, uint32_t steps);
    /* (double)a / divisor, a whole number below 2^40 */
    void (*quotients)(double *out, const int64_t *a, double divisor);
    void (*ratios)(double *out, const int64_t *a, double divisor);        /* (double)a / divisor */
    void (*strengths)(double *out, const double *up, const double *down); /* 100 u / (u + d) */
    /* x - before, its rises and its falls. */
    void (*changes)(double *rise, double *fall, const double *x, const double *before,
                    uint32_t count);
    /* Sums of eight lanes and what rounding took from them, with steps x[i * LANES + lane] (Neumaier). */
    void (*seed)(double sum[LANES], double comp[LANES], const double *x, uint32_t steps);
    /* Of 64 windows of n numbers, all[i] .. all[i + n - 1], the means and the deviations from them, as a step of
     * vm/state/window.c works them out; n + 63 numbers are read. */
    void (*deviations)(double *mean, double *out, const double *all, uint32_t n, double divisor);
    bool takes_rising; /* banks may be BANK_RISING */
    BankKernel bank;   /* groups of eight */
    BankKernel single; /* groups of one: lane 0 */
    /* The same, BANK_RISING, with a sum in the same loop; NULL: not at this level. */
    void (*single_sum)(BankGroup *ema, uint32_t ema_count, BankGroup *rma, uint32_t rma_count,
                       uint32_t steps, BankSum *sum);
    /* out[i * LANES + lane] = from[lane][i]; count a multiple of eight, rows may be read beyond it. */
    void (*pack)(double *out, const double *const from[LANES], uint32_t count);
    /* The way back: to[lane][i] = from[i * LANES + lane]. */
    void (*unpack)(double *const to[LANES], const double *from, uint32_t count);
    /* The bits of some places, one behind the other. */
    uint64_t (*squeeze)(uint64_t bits, uint64_t places);
    /* Known prices that do not lie between these two. */
    uint64_t (*outside)(const int64_t *prices, int64_t low, int64_t high);
    void (*number_shape)(const double *x, uint32_t count, NumberShape *ret); /* of at least one */
    void (*price_shape)(const int64_t *prices, uint32_t count, PriceShape *ret);
    /* Is a bid above its ask somewhere?  Unknown ones are not. */
    bool (*crosses)(const int64_t *bid, const int64_t *ask, uint32_t count);
    /* The least and the most of x[i] - x[i - 1], or 0. */
    void (*gaps)(const int64_t *x, uint32_t count, int64_t *ret_least, int64_t *ret_most);
    /* The lowest and the highest known price of some, INT64_MAX and INT64_MIN when there is none. */
    void (*range)(const int64_t *prices, uint32_t count, int64_t *ret_low, int64_t *ret_high);
} Kernels;

/* The table of a level, or of the highest below it that this program holds. */
const Kernels *kernels_of(KernelLevel level);
