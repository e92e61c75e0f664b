/* test_sweep.c — the sweep driver against its twin by hand and the column driver, on a few slots. */
#include "runtime/bench/sweep.h"

#include "runtime/bench/bench.h"
#include "runtime/core/file.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { TICKS = 30000 };

static void variants_agree(void)
{
    Bench b = {.arena = test_arena((size_t)512 << 20)};
    Err err = {0};

    CHECK(file_read(b.arena, "runtime/bench/sweep.odx", 1 << 16, &b.sweep_odx, &err) == ST_OK);
    test_check(sweep_prove(&b, TICKS), __FILE__, __LINE__, "%s", b.trouble);
}

int main(void)
{
    TEST_RUN(variants_agree);
    return test_end();
}
