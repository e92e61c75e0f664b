/* signals.h — being told to stop, as a value and not as an interruption.
 *
 * In: SIGINT and SIGTERM.  Out: "asked to stop" from a wait.  Promise: after signals_hold, which comes
 * before any thread is started, neither ends the process nor interrupts a call. */
#pragma once

#include <stdbool.h>

void signals_hold(void);
/* Waits at most so long for one of them; true when it came. */
bool signals_wait(unsigned milliseconds);
