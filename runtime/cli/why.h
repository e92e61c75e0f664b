/* why.h — a session run up to a moment, and why its rules did or did not fire there (runtime/proof/why.h).
 *
 * In: a session, a moment as people write it.  Out: the trace of what ran then. */
#pragma once

#include "runtime/cli/session.h"
#include "runtime/proof/why.h"

/* ISO time, seconds since 1970, or "+90s" from the first tick. */
bool why_moment(const Session *s, Span text, int64_t *ret_us);
/* Runs up to and including the last tick at or before the moment: what ran then. */
Trace *why_run_to(Session *s, int64_t at_us, Arena *arena);
/* One rule at the event that ran last. */
WhyRule why_of(const Session *s, const Trace *trace, uint32_t rule, Arena *arena);

/* For `odx run --why RULE`: explains after each event. */
int why_begin(Cli *cli, Session *s, OptionId option);
void why_step(Cli *cli, Session *s);
