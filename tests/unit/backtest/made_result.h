/* made_result.h — results made by hand, for the page of a result: whole ones, empty ones, hostile ones.
 *
 * Promise: the same name gives the same result, bit for bit. */
#pragma once

#include "runtime/backtest/report_html.h"

typedef struct MadeResult {
    Result result;
    ReportFacts facts;
} MadeResult;

/* NULL-terminated: "full", "empty", "one_slot", "no_sizes", "hourly", "hostile", "many", "several". */
extern const char *const made_names[];
/* NULL for a name that is none of them. */
MadeResult *made_result(const char *name, Arena *arena);
