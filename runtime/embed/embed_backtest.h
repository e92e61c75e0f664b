/* embed_backtest.h — the exports of odx-backtest.wasm beyond those of odx.wasm (embed.h): data, backtests, sweeps.
 *
 * In: recorded ticks as bytes, requests as JSON; out: handles of answers.  Whatever takes long is done in slices, so
 * that a worker can tell how far it is and stop.  docs/WASM.md has the requests and answers.
 * Promise: embed.h's; a result has the bytes that `odx` writes for the same data and the same request. */
#pragma once

#include "runtime/embed/embed.h"

/* ---- data: files in, streams of ticks out ----------------------------------------------------------- */

/* A request with `stream` (what recordings are of that do not say it) in, `data` in the answer. */
EMBED_EXPORT(odx_data_open) int32_t odx_data_open(uint32_t ptr, uint32_t len);
/* A file: `name_len` bytes of its name, then its bytes. */
EMBED_EXPORT(odx_data_file)
int32_t odx_data_file(int32_t data, uint32_t name_len, uint32_t ptr, uint32_t len);
/* Reads on for about `rows` rows; `done` in the answer, and then the summary. */
EMBED_EXPORT(odx_data_read) int32_t odx_data_read(int32_t data, uint32_t rows);
/* Columns of a stream for charts; doubles, column behind column. */
EMBED_EXPORT(odx_data_columns) int32_t odx_data_columns(int32_t data, uint32_t ptr, uint32_t len);
/* Open backtests and sweeps keep what they run over. */
EMBED_EXPORT(odx_data_close) int32_t odx_data_close(int32_t data);

/* ---- a sweep ----------------------------------------------------------------------------------------- */

/* The answer has the number of the sweep in `sweep`, or the findings that prevent it. */
EMBED_EXPORT(odx_sweep_open) int32_t odx_sweep_open(uint32_t ptr, uint32_t len);
/* Goes on by `cells` cells (0: to the end). */
EMBED_EXPORT(odx_sweep_step) int32_t odx_sweep_step(int32_t sweep, uint32_t cells);
/* The document as bytes; in: records of earlier trials of the tape. */
EMBED_EXPORT(odx_sweep_result)
int32_t odx_sweep_result(int32_t sweep, uint32_t ptr, uint32_t len);
/* Its cells' records as bytes. */
EMBED_EXPORT(odx_sweep_trials) int32_t odx_sweep_trials(int32_t sweep);
EMBED_EXPORT(odx_sweep_close) int32_t odx_sweep_close(int32_t sweep);

/* ---- a backtest -------------------------------------------------------------------------------------- */

/* The answer has the number of the backtest in `backtest`, or the findings that prevent it. */
EMBED_EXPORT(odx_backtest_open) int32_t odx_backtest_open(uint32_t ptr, uint32_t len);
/* Goes on by `ticks` events (0: to the end). */
EMBED_EXPORT(odx_backtest_step) int32_t odx_backtest_step(int32_t backtest, uint32_t ticks);
/* The document as bytes; in: records of earlier trials of the tape (runtime/embed/supplies.h). */
EMBED_EXPORT(odx_backtest_result)
int32_t odx_backtest_result(int32_t backtest, uint32_t ptr, uint32_t len);
/* Its record, page, table or curves (runtime/embed/backtest.h). */
EMBED_EXPORT(odx_backtest_part) int32_t odx_backtest_part(int32_t backtest, uint32_t part);
EMBED_EXPORT(odx_backtest_close) int32_t odx_backtest_close(int32_t backtest);

/* ---- a time cursor ------------------------------------------------------------------------------------- */

/* The answer has the number of the cursor in `cursor`, and the table of its values, or the findings that prevent it. */
EMBED_EXPORT(odx_cursor_open) int32_t odx_cursor_open(uint32_t ptr, uint32_t len);
/* Goes on by `steps` events (0: to the end). */
EMBED_EXPORT(odx_cursor_walk) int32_t odx_cursor_walk(int32_t cursor, uint32_t steps);
/* Everything at a step (`unit` 0), a tick (1) or an instant in microseconds (2). */
EMBED_EXPORT(odx_cursor_at) int32_t odx_cursor_at(int32_t cursor, uint32_t unit, double where);
/* The nearest step behind `from` (`back`: before it) at which a condition was 1 no, 2 unknown, 3 yes. */
EMBED_EXPORT(odx_cursor_seek)
int32_t odx_cursor_seek(int32_t cursor, uint32_t value, double from, uint32_t truth, uint32_t back);
/* A condition's stretches as bytes (runtime/embed/cursor.h). */
EMBED_EXPORT(odx_cursor_strip) int32_t odx_cursor_strip(int32_t cursor, uint32_t value);
EMBED_EXPORT(odx_cursor_counts) int32_t odx_cursor_counts(int32_t cursor);
EMBED_EXPORT(odx_cursor_close) int32_t odx_cursor_close(int32_t cursor);
