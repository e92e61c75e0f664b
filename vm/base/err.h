/* err.h — a Status with the trail of context it gathered on the way up.
 *
 * The one who fails calls err_set, each caller may put its own context in front with err_note, the
 * top of the task prints the text once.  Promise: fixed size, never allocates, valid UTF-8 cuts. */
#pragma once

#include "vm/base/status.h"

#define ERR_TEXT_MAX 256

typedef struct Err {
    Status status;
    char text[ERR_TEXT_MAX]; /* NUL-terminated; cut with "..." when too long */
} Err;

#define ERR_NONE ((Err){ST_OK, ""})

/* Sets status and text (directives in fmt.h) and returns the status. `err` may be NULL. */
Status err_set(Err *err, Status st, const char *fmt, ...);
/* Puts "context: " in front of the text. `err` may be NULL. */
void err_note(Err *err, const char *fmt, ...);
