/* import.h — recordings into tapes: what is read, what is left out and why, what was found.
 *
 * A folder of tapes holds FOLDER/VENUE/ASSET-DURATION/DAY.KEY.tape (a recording's key in 16 digits, so that
 * recordings stand beside each other), slots.KEY.csv (how slots ended, how they are covered), fills.KEY.csv,
 * and imports.jsonl, a report a line.  Until a recording is through, its days are called .tape.part.
 * Promise: no value is invented; what was killed or ran out of disk goes on where it stopped and ends with
 * the same bytes; a recording that is in the folder is not read in twice. */
#pragma once

#include "runtime/history/cells.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/err.h"
#include "vm/base/vec.h"

typedef enum ImportProblem {
#define PROBLEM(id, name, is_strict, says) PROBLEM_##id,
#include "runtime/history/problems.def"
#undef PROBLEM
    PROBLEM_COUNT
} ImportProblem;

typedef struct ImportProgress {
    uint64_t rows, bytes, size; /* of the file; size 0 not known */
} ImportProgress;

typedef struct ImportOptions {
    const char *folder;
    Span stream;    /* venue:asset:duration; "" as the file says */
    bool is_strict; /* any problem: nothing is kept */
    bool is_binary; /* RowBinaryWithNamesAndTypes */
    void (*progress)(void *ctx, const ImportProgress *p); /* now and then; may be NULL */
    void *ctx;
} ImportOptions;

typedef struct ImportExample { /* the first few of each problem */
    ImportProblem problem;
    uint64_t line;
    Span text;
} ImportExample;

typedef struct
    ImportGap { /* no tick for more than a minute within a slot (or a stream without slots) */
    Span stream;
    int64_t from_us, to_us;
} ImportGap;

typedef struct ImportStream {
    Span name;
    uint64_t ticks, slots, winners;
    int64_t first_us, last_us;
    Span sha256; /* of all the folder has of it now (dataset.h); "" not kept, or not to be told */
} ImportStream;

enum { IMPORT_EXAMPLES = 5, IMPORT_GAPS = 20 };

typedef struct ImportReport {
    Span file, format;
    uint64_t key, rows, ticks, labels, fills;
    uint64_t problems[PROBLEM_COUNT];
    VEC(ImportExample) examples;
    VEC(ImportStream) streams;
    VEC(ImportGap) gaps; /* the longest */
    uint64_t gap_count, gap_us;
    VEC(Span) unknown; /* columns that are not kept */
    VEC(Span) leaks;   /* columns that know the winner beforehand */
    bool was_there;    /* imported before: nothing was done */
} ImportReport;

/* ST_REFUSED: strict, and the report says why. */
Status import_run(const char *path, const ImportOptions *how, ImportReport *ret_report,
                  Arena *arena, Err *err);
/* Made-up slots instead of a recording (runtime/market/synth.h); `how->stream` says of which market. */
typedef struct SynthPlan {
    uint64_t seed;
    int64_t start_us;
    uint32_t slots;
    bool is_martingale;
} SynthPlan;
Status import_synth(const SynthPlan *plan, const ImportOptions *how, ImportReport *ret_report,
                    Arena *arena, Err *err);
/* The report as one line of JSON, without the line's end. */
void import_report_put(const ImportReport *r, Buf *out);
const char *import_problem_name(ImportProblem p);
const char *import_problem_says(ImportProblem p);
