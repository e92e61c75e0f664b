/* progress.h — a line on standard error that says how far long work is, and how long it will take.
 *
 * Promise: nothing is written unless standard error is a terminal, and nothing stays there. */
#pragma once

#include "runtime/cli/cli.h"

typedef struct Progress {
    Cli *cli;
    const char *what; /* borrowed; may change on the way */
    int64_t start_ns, told_ns;
    bool is_on;
} Progress;

Progress progress_begin(Cli *cli, const char *what);
/* Is it time for another look?  Cheap enough for every thousandth step. */
bool progress_is_due(const Progress *p);
/* `part` of the work is done, 0..1, or below 0 when nobody knows; `more` stands behind it. */
void progress_tell(Progress *p, double part, Span more);
void progress_end(const Progress *p);
