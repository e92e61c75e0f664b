/* sweep.h — which values of a strategy's params are tried: a grid, some of it at random, or where it is best.
 *
 * In: an axis a param (drive_sweep.h), the way to choose.  Out: cells, each a spot of the grid, numbered by it:
 * the last axis turns fastest.  A refinement goes in rounds: a coarse grid, then around the best.
 * Promise: cell i of a search is a function of it and of i alone, a round one of the figures before it; no cell
 * comes twice. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/engine/drive_sweep.h"
#include "vm/base/arena.h"

typedef enum SweepWay { SWEEP_BY_GRID, SWEEP_BY_CHANCE, SWEEP_BY_REFINING } SweepWay;

/* ---- axes ---------------------------------------------------------------------------------------- */

typedef struct SweepRange {
    double low, high, step; /* step 0: none */
    bool is_whole;
} SweepRange;

/* Values low, low + step ... up to high, each the nearest to its decimal; without a step, as many equal parts
 * as the way has use for.  False: more than SWEEP_VALUES of them, or memory ends. */
enum { SWEEP_AXES = 64, SWEEP_VALUES = 65536 };
bool sweep_axis(uint16_t param, const SweepRange *range, SweepWay way, Arena *arena,
                SweepAxis *ret);

/* ---- searches --------------------------------------------------------------------------------------- */

typedef struct SweepSearch {
    const SweepAxis *axes;
    uint32_t axis_count; /* at most SWEEP_AXES */
    SweepWay way;
    uint64_t seed; /* by chance */
    /* by chance: how many, at most the grid's; refining: of the coarse grid, at most */
    uint32_t cells;
} SweepSearch;

/* Spots of the whole grid; UINT64_MAX: that or more. */
uint64_t sweep_grid(const SweepAxis *axes, uint32_t axis_count);
/* Its cells; of a refinement, those of its first round. */
uint64_t sweep_cells(const SweepSearch *search);
/* Where on the grid cell `i` lies. */
uint64_t sweep_spot(const SweepSearch *search, uint64_t i);
/* Which value of an axis a spot has. */
uint32_t sweep_place(const SweepSearch *search, uint64_t spot, uint32_t axis);
/* Writes the values of a spot over the swept ones of `params`. */
void sweep_set(const SweepSearch *search, uint64_t spot, double *params);

/* ---- refining ------------------------------------------------------------------------------------ */

typedef struct SweepFound { /* a cell that is done */
    uint64_t spot;
    double figure; /* more is better; UNKNOWN: worst */
} SweepFound;

/* Spots of round `round` (from 1), in order, none of which is in `found`: those beside the best ones, half as far
 * apart as a round before.  0: it is over; *ret_spots lives in the arena. */
size_t sweep_round(const SweepSearch *search, uint32_t round, const SweepFound *found, size_t count,
                   Arena *arena, uint64_t **ret_spots);
