/* trial_log.h — the ledger of trials (runtime/jobs/trials.h) as verbs use it: what makes a trial, where it is kept.
 *
 * In: what was run, on which tape, from which files.  Out: how much the tape was tried, and what has to be said
 * beside a verdict.  Promise: a run, and a cell of a sweep with the same settings, are the same trial. */
#pragma once

#include "runtime/cli/session.h"
#include "runtime/jobs/trials.h"

typedef struct TrialLog {
    const char *path; /* NULL: trials_default_path */
    const uint8_t *tape;
    const Session *session; /* whose files' folders are marked */
} TrialLog;

/* Appends them, then counts all of the tape's.  False: they are not counted, `notes` says why. */
bool trial_log(Cli *cli, const TrialLog *log, const Trial *trials, size_t count,
               TrialsCount *ret_count, Buf *notes);
