/* why.h — a session run up to a moment, and why its rules did or did not fire there (runtime/proof/why.h).
 *
 * In: a session, a moment as people write it.  Out: the trace of what ran then. */
#pragma once

#include "runtime/cli/session.h"
#include "runtime/proof/cursor_json.h"

/* ISO time, seconds since 1970, or "+90s" from the first tick. */
bool why_moment(const Session *s, Span text, int64_t *ret_us);
/* A cursor over what the session loaded; NULL with a sentence. */
Cursor *why_open(const Session *s, Arena *arena, Err *err);
/* Goes to the last event at or before the moment, forward or back; false when there is none. */
bool why_go(Cursor *c, int64_t at_us);

/* For `odx run --why RULE`: explains after each event. */
int why_begin(Cli *cli, Session *s, OptionId option);
void why_step(Cli *cli, Session *s);
