/* import_text.h — a recording that is in memory, read as `odx import` reads files: into streams of ticks.
 *
 * In: the text of a CSV file of any kind of formats.def.  Out: rows and labels by stream, and the report.  Promise:
 * what import.h makes of the same text and what a data set of it holds; no value is invented. */
#pragma once

#include "runtime/history/import.h"
#include "runtime/history/ticks.h"

typedef struct ImportText
    ImportText; /* lives in the arena, which holds the rows; the text is borrowed */

/* `stream`: as ImportOptions has it. */
Status import_text_open(ImportText **ret_text, Span name, Span text, Span stream, Arena *arena,
                        Err *err);
/* About `rows` more rows; false at the end, when the report is complete, or with a failure. */
bool import_text_step(ImportText *t, uint64_t rows, Err *err);
const ImportReport *import_text_report(const ImportText *t);
/* Ticks in the order of time, and labels; at the end. */
size_t import_text_streams(const ImportText *t);
Status import_text_stream(ImportText *t, size_t i, Span *ret_name, TickTable *ret_table, Err *err);
