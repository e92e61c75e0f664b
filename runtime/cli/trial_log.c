/* trial_log.c — see trial_log.h. */
#include "runtime/cli/trial_log.h"

#include <string.h>

#include "runtime/core/clock.h"
#include "vm/base/fmt.h"

static Status append(const TrialsPlace *place, const Trial *trials, size_t count, Arena *arena,
                     TrialsCount *ret_count, Err *err)
{
    Trials *t = NULL;
    Status st = trials_open(&t, place, arena, err);

    if (st == ST_OK) st = trials_append(t, trials, count, err);
    if (st == ST_OK) st = trials_count(t, NULL, ret_count, err);
    trials_close(t);
    return st;
}

/* What was seen was tried. A place that cannot be written to is said beside the verdict. */
bool trial_log(Cli *cli, const TrialLog *log, const Trial *trials, size_t count,
               TrialsCount *ret_count, Buf *notes)
{
    TrialsPlace place = {.path = log->path ? log->path : trials_default_path(cli->arena),
                         .folders = log->session->folders.items,
                         .folder_count = log->session->folders.count,
                         .now_us = clock_wall_us()};
    Err err = ERR_NONE;

    memcpy(place.tape, log->tape, sizeof place.tape);
    if (!place.path)
        buf_str(notes,
                "trials are not counted: there is no home folder; --ledger F names a place\n");
    else if (append(&place, trials, count, cli->arena, ret_count, &err) != ST_OK)
        buf_fmt(notes, "trials are not counted: %s\n", err.text);
    if (notes->len) return false;
    trials_say(ret_count, notes);
    return true;
}
