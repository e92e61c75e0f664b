/* status.h — the outcome of a function that can fail; rows in status.def.
 *
 * ST_OK is zero.  Numbers live in memory only and may change: files and wires carry names. */
#pragma once

#include "vm/base/span.h"

typedef enum Status {
#define STATUS(name, exit_code, http, sentence) ST_##name,
#include "vm/base/status.def"
#undef STATUS
    ST_COUNT
} Status;

/* The name of the row, such as "BAD_DATA". */
Span status_name(Status st);
Span status_sentence(Status st);
/* Exit code of a command that ends with this status. */
int status_exit_code(Status st);
int status_http(Status st);
