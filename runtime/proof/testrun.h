/* testrun.h — runs the `test` blocks of a file on the engine that trades.
 *
 * In: a Compilation whose image was compiled with tests.  Out: findings (ODX801, ODX804) in a Diags and
 * what was reached.  A test is a small market: facts become ticks, rows become events, orders are
 * compared with what the row expects.  Promise: no clock, no I/O; the same file, the same findings. */
#pragma once

#include "compiler/compiler.h"
#include "runtime/engine/effect.h"

typedef struct TestCoverage { /* by rule and by require, over all tests that ran */
    uint32_t *fired;          /* by rule: how often it did something */
    uint32_t *failed;         /* by reason of the file: how often a require refused with it */
    uint32_t rule_count, reason_count;
} TestCoverage;

typedef struct TestResult {
    bool has_passed;
    uint32_t orders, skips;
    Diags *diags; /* finished; empty when passed */
} TestResult;

TestCoverage test_coverage_new(const Program *p, Arena *arena);

/* Runs test number `test`. `coverage` may be NULL. */
TestResult test_run(const Compilation *c, uint32_t test, TestCoverage *coverage, Arena *arena);
