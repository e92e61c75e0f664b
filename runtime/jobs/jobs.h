/* jobs.h — many cells of work on several threads, each done exactly once, results kept as they come.
 *
 * In: how many cells there are, a function that works some of them out, a file.  Out: a result of fixed size for
 * each cell, in the order of cells.  Cells are done in batches; a finished batch is written at its own place in the
 * file under a checksum, so that whoever is killed goes on with the batches that are missing.
 * Promise: the finished file has the same bytes for any number of threads and however often it was interrupted;
 * half-written batches are done again; a file of another plan is refused, not mixed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/err.h"
#include "vm/base/hash.h"

typedef struct JobsProgress {
    uint32_t cells, done, resumed; /* resumed: of `done`, those that were there before */
    int64_t spent_ns, left_ns;     /* left: at the pace so far; -1 not known yet */
} JobsProgress;

typedef struct JobsPlan {    /* borrowed until jobs_close */
    const char *path;        /* NULL: in memory, nothing to resume */
    uint8_t id[SHA256_SIZE]; /* of everything the results depend on */
    uint32_t cells, batch;   /* both above 0; cells that are done together, whatever the machine */
    uint32_t result_size;    /* bytes, above 0 */
    uint32_t threads;        /* 0: one for each processor */
    /* Works out cells first .. first + count - 1; false with the reason in `err`.  Called on several threads at
     * once, `thread` counts them from 0: what it writes to has to be that thread's own (no Arena is shared). */
    bool (*work)(void *ctx, uint32_t thread, uint32_t first, uint32_t count, uint8_t *ret_results,
                 Err *err);
    /* Some times a second on the thread that called jobs_run; false stops after the batches that are being
     * done. May be NULL. */
    bool (*progress)(void *ctx, const JobsProgress *p);
    void *ctx;
} JobsPlan;

typedef struct Jobs Jobs; /* lives in the arena; owns a descriptor until it is closed */

/* Makes the file, or takes in what is done in it.  ST_CONFLICT when it is of another plan, ST_BUSY when another
 * process works on it. */
Status jobs_open(Jobs **ret_jobs, const JobsPlan *plan, Arena *arena, Err *err);
/* How many threads `work` will be called on. */
uint32_t jobs_threads(const Jobs *j);
uint32_t jobs_done(const Jobs *j);
/* All that is missing; may be called again after a failure.  The failure of the lowest cell is told; ST_REFUSED:
 * `progress` stopped it. */
Status jobs_run(Jobs *j, Err *err);
/* Results of `count` cells that are done, one behind the other. */
Status jobs_results(const Jobs *j, uint32_t first, uint32_t count, uint8_t *ret_results, Err *err);
/* Accepts NULL. */
void jobs_close(Jobs *j);
