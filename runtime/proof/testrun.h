/* testrun.h — runs the `test` blocks of a file on the engine that trades.
 *
 * In: a Compilation whose image was compiled with tests.  Out: findings (ODX801, ODX804) in a Diags and
 * what was reached.  A test is a small market: facts become ticks, rows become events, orders are
 * compared with what the row expects.  Promise: no clock, no I/O; the same file, the same findings. */
#pragma once

#include "compiler/compiler.h"
#include "runtime/engine/engine.h"
#include "runtime/proof/expect.h"

/* A compiled file, ready to be tested any number of times. */
typedef struct TestBed {
    const Compilation *c;
    const Program *program;
    const Image *image;
} TestBed;

typedef struct TestCoverage { /* by rule and by require, over all tests that ran */
    uint32_t *fired;          /* by rule: how often it did something */
    uint32_t *failed;         /* by reason of the file: how often a require refused with it */
    uint32_t rule_count, reason_count;
} TestCoverage;

/* Who looks on; any of it may be NULL. */
typedef struct TestWatch {
    /* After each row: what it did, and the engine as it stands. False stops the test. */
    bool (*row)(void *ctx, uint32_t row, const RowEffects *effects, const Engine *engine);
    void (*effect)(void *ctx, const Effect *e); /* everything, in order */
    void *ctx;
    bool compares_nothing; /* expectations are left aside: fuzzing, blessing */
} TestWatch;

typedef struct TestResult {
    bool has_passed;
    uint32_t orders, skips;
    Diags *diags; /* finished; empty when passed */
} TestResult;

/* False when the image does not load, which is our mistake. */
bool testbed_open(TestBed *bed, const Compilation *c, Arena *arena);
TestCoverage test_coverage_new(const Program *p, Arena *arena);

/* Runs one test, of the file or made up. `watch` and `coverage` may be NULL. */
TestResult testrun_play(const TestBed *bed, const Test *test, const TestWatch *watch,
                        TestCoverage *coverage, Arena *arena);
