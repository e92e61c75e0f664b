/* test.c — see test.h. */
#include "tests/harness/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    const char *run, *name;
    int passed, failed, skipped;
    bool case_failed;
} state;

static void fail_head(const char *file, int line)
{
    state.case_failed = true;
    printf("%s:%d: [%s%s%s] ", file, line, state.run ? state.run : "", state.name ? " / " : "",
           state.name ? state.name : "");
}

bool test_check(bool ok, const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    if (ok) return true;
    fail_head(file, line);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
    return false;
}

bool test_bits(double got, double want, const char *file, int line, const char *what)
{
    uint64_t g, w;

    memcpy(&g, &got, 8);
    memcpy(&w, &want, 8);
    return test_check(g == w, file, line,
                      "%s: got %.17g (%016" PRIx64 "), want %.17g (%016" PRIx64 ")", what, got, g,
                      want, w);
}

bool test_str(const char *got, const char *want, const char *file, int line, const char *what)
{
    bool ok = got && want && strcmp(got, want) == 0;

    return test_check(ok, file, line, "%s:\n--- got\n%s\n--- want\n%s", what, got ? got : "(null)",
                      want ? want : "(null)");
}

void test_case(const char *name)
{
    state.name = name;
}

void test_skip(const char *reason)
{
    state.skipped++;
    printf("skipped %s: %s\n", state.run ? state.run : "", reason);
}

void test_run(const char *name, void (*fn)(void))
{
    if (!state.run) setvbuf(stdout, NULL, _IOLBF, 0); /* a crash shall not swallow what was said */
    state.run = name;
    state.name = NULL;
    state.case_failed = false;
    fn();
    if (state.case_failed)
        state.failed++;
    else
        state.passed++;
}

int test_end(void)
{
    printf("%d passed, %d failed", state.passed, state.failed);
    if (state.skipped) printf(", %d skipped", state.skipped);
    printf("\n");
    return state.failed ? 1 : 0;
}

static uint64_t *number_of(const char *name, const TestNumber *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(numbers[i].name, name)) return numbers[i].value;
    return NULL;
}

void test_arguments(int argc, char **argv, const TestNumber *numbers, size_t count)
{
    for (int i = 1; i < argc; i += 2) {
        uint64_t *value = number_of(argv[i], numbers, count);
        char *end = NULL;

        if (value && i + 1 < argc) *value = strtoull(argv[i + 1], &end, 10);
        if (end && end != argv[i + 1] && !*end) continue;
        fprintf(stderr, "%s: `%s` is none of its options, or has no number behind it:", argv[0],
                argv[i]);
        for (size_t k = 0; k < count; k++)
            fprintf(stderr, " %s", numbers[k].name);
        fprintf(stderr, "\n");
        exit(2);
    }
}
