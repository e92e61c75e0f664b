/* embed.h — the exports of odx.wasm: the compiler, the machine and the engine for browsers.
 *
 * In: requests as JSON in memory handed out by odx_alloc; out: handles of answers, whose JSON has the
 * keys of the command line's.  docs/WASM.md has the requests and answers.
 * Promise: whatever the numbers that are passed, a call returns; a wrong pointer, length or handle is a
 * negative number (problems.def), a request that makes no sense an answer with `error`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __wasm__
#define EMBED_EXPORT(name) __attribute__((export_name(#name)))
#else
#define EMBED_EXPORT(name)
#endif

enum { EMBED_ABI = 1 }; /* changes when an old caller would misread */

typedef enum EmbedProblem {
#define PROBLEM(name, value, sentence) EMBED_##name = (value),
#include "runtime/embed/problems.def"
#undef PROBLEM
} EmbedProblem;

EMBED_EXPORT(odx_abi) uint32_t odx_abi(void);

/* ---- memory: for requests and blocks of ticks ---------------------------------------------------- */

/* `size` bytes on a multiple of 16, or 0. The memory may grow: views of it have to be made anew. */
EMBED_EXPORT(odx_alloc) uint32_t odx_alloc(uint32_t size);
EMBED_EXPORT(odx_free) int32_t odx_free(uint32_t ptr);

/* ---- answers ------------------------------------------------------------------------------------- */

/* Where an answer's JSON and bytes lie, until it is released; 0 for no such handle. */
EMBED_EXPORT(odx_json) uint32_t odx_json(int32_t handle);
EMBED_EXPORT(odx_json_length) uint32_t odx_json_length(int32_t handle);
EMBED_EXPORT(odx_bytes) uint32_t odx_bytes(int32_t handle);
EMBED_EXPORT(odx_bytes_length) uint32_t odx_bytes_length(int32_t handle);
EMBED_EXPORT(odx_release) int32_t odx_release(int32_t handle);

/* ---- the language: a request in, an answer's handle out ------------------------------------------- */

EMBED_EXPORT(odx_check) int32_t odx_check(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_format) int32_t odx_format(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_fix) int32_t odx_fix(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_compile) int32_t odx_compile(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_convert) int32_t odx_convert(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_explain) int32_t odx_explain(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_hover) int32_t odx_hover(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_complete) int32_t odx_complete(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_signature) int32_t odx_signature(uint32_t ptr, uint32_t len);
EMBED_EXPORT(odx_fixes) int32_t odx_fixes(uint32_t ptr, uint32_t len);

/* ---- a run: ticks in, what the engine wants out ---------------------------------------------------- */

/* The answer has the number of the run in `run`, or the findings that prevent it. */
EMBED_EXPORT(odx_run_open) int32_t odx_run_open(uint32_t ptr, uint32_t len);
/* Rows for a market: doubles, column behind column, as `columns` of the request named them. */
EMBED_EXPORT(odx_run_ticks)
int32_t odx_run_ticks(int32_t run, uint32_t market, uint32_t ptr, uint32_t len);
/* The same from the text of a CSV file, once a market. */
EMBED_EXPORT(odx_run_csv)
int32_t odx_run_csv(int32_t run, uint32_t market, uint32_t ptr, uint32_t len);
/* Steps over events earlier than `until_us` until `ticks` more ticks are done (0: no bound). */
EMBED_EXPORT(odx_run_step) int32_t odx_run_step(int32_t run, double until_us, uint32_t ticks);
/* Why rule `rule`, from 1 on, did or did not fire at the event that ran last; the run was opened with `trace`. */
EMBED_EXPORT(odx_run_why) int32_t odx_run_why(int32_t run, uint32_t rule);
EMBED_EXPORT(odx_run_close) int32_t odx_run_close(int32_t run);
