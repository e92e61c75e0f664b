/* bench.h — measurements, each against a baseline that runs in the same process, or in the same run.
 *
 * A bench hands out rows as they are measured.  Promise: nothing is timed before its results were
 * proved equal to the baseline's, where both compute the same; a bench that finds them unequal says so. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/image.h"

typedef struct BenchRow {
    const char *name, *unit, *says, *against; /* what ours is; what the baseline is */
    uint64_t n;                               /* items one measured run is made of */
    double ours, baseline;                    /* in `unit`, per item; medians unless `says` tells */
    double bar;                               /* 0: none */
    bool is_ratio; /* the bar is one of ours / baseline, not of ours alone */
} BenchRow;

typedef struct BenchExample {
    const char *name;
    Span text;
} BenchExample;

typedef struct Bench {
    Arena *arena;        /* given back by the caller after each bench */
    const char *program; /* path of this program, for benches that start it */
    Span anchor_odx, anchor_lua, anchor_js, lanes_odx, sweep_odx;
    const BenchExample *examples;
    uint32_t example_count;
    void (*row)(void *ctx, const BenchRow *row);
    void (*skip)(void *ctx, const char *name, const char *why);
    void *ctx;
    const char *trouble; /* why a bench failed */
} Bench;

/* Each returns false with `trouble` set when results are wrong or the machine refuses something. */
bool bench_anchor(Bench *b);
bool bench_backtest(Bench *b);
bool bench_backtest_curves(Bench *b);
bool bench_check_cold(Bench *b);
bool bench_check_form(Bench *b);
bool bench_check_graph(Bench *b);
bool bench_check_warm(Bench *b);
bool bench_compile(Bench *b);
bool bench_examples(Bench *b);
bool bench_import(Bench *b);
bool bench_json(Bench *b);
bool bench_lsp(Bench *b);
bool bench_lanes_1(Bench *b);
bool bench_lanes_100(Bench *b);
bool bench_lanes_10000(Bench *b);
bool bench_lanes_curves(Bench *b);
bool bench_live_firing(Bench *b);
bool bench_numbers(Bench *b);
bool bench_share(Bench *b);
bool bench_sweep(Bench *b);
bool bench_sweep_periods(Bench *b);
bool bench_sweep_curves(Bench *b);
bool bench_sweep_matched(Bench *b);
bool bench_tape_cold(Bench *b);
bool bench_tape_hot(Bench *b);

/* ---- shared by the files of this room ------------------------------------------------------------ */

enum { BENCH_RUNS_MAX = 1024 };
/* A strategy of so many rules, each with a name and an order of its own: five lines a rule. */
Span bench_text(Arena *arena, uint32_t rules);
/* A strategy as a verified image, or NULL. */
const Image *bench_image(Bench *b, Span name, Span text);
/* The anchor with ` across slots` behind each of its averages. */
Span bench_across(Bench *b);
/* The middle one; sorts them. */
double bench_median(double *values, uint32_t count);
bool bench_fail(Bench *b, const char *trouble);
/* Runs a program to its end, its output to nowhere or `output`; false when it cannot be started or does not
 * end with one of the codes 0 and 1.  The first of `argv` is looked for in PATH. */
bool bench_spawn(const char *const *argv, const char *output);
bool bench_is_there(const char *program);
/* A folder for files of a bench; removed with its files by bench_folder_end. */
typedef struct BenchFolder {
    char path[64];
} BenchFolder;
bool bench_folder(BenchFolder *ret);
const char *bench_path(Bench *b, const BenchFolder *f, const char *name);
bool bench_write(Bench *b, const char *path, Span bytes);
void bench_folder_end(Bench *b, const BenchFolder *f, const char *const *names, uint32_t count);
