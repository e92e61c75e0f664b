/* test.h — the whole test harness: checks that say where, table loops, a summary line.
 *
 * A test program has one `int main(void)` that calls TEST_RUN(fn) for each test function and ends with
 * `return test_end();`.  Checks go on after a failure, so that one run shows all of them.
 * Promise: the last line is "N passed, N failed" and the exit code is 1 if anything failed. */
#pragma once

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts one check; prints place and text when `ok` is false. Returns ok. */
bool test_check(bool ok, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Names the case that the following checks belong to (shown with each failure). */
void test_case(const char *name);
/* Says why something was not run; the summary counts it. */
void test_skip(const char *reason);
void test_run(const char *name, void (*fn)(void));
int test_end(void);

/* What a program may be told: "--count 5".  Anything else is said, and ends it with status 2: a misspelt option
 * would run something else than was meant. */
typedef struct TestNumber {
    const char *name; /* with its dashes */
    uint64_t *value;
} TestNumber;
void test_arguments(int argc, char **argv, const TestNumber *numbers, size_t count);

#define CHECK(cond) test_check((cond), __FILE__, __LINE__, "%s", #cond)
#define CHECK_INT(got, want)                                                                     \
    do {                                                                                         \
        int64_t g_ = (int64_t)(got), w_ = (int64_t)(want);                                       \
        test_check(g_ == w_, __FILE__, __LINE__, "%s: got %" PRId64 ", want %" PRId64, #got, g_, \
                   w_);                                                                          \
    } while (0)
#define CHECK_BITS(got, want) test_bits((got), (want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want) test_str((got), (want), __FILE__, __LINE__, #got)
#define TEST_RUN(fn) test_run(#fn, fn)

/* Equal as 64-bit patterns, so that unknown equals unknown and -0 differs from 0. */
bool test_bits(double got, double want, const char *file, int line, const char *what);
bool test_str(const char *got, const char *want, const char *file, int line, const char *what);
