/* test_lanes.c — the live driver's kernel against its twin by hand, on few wallets.
 *
 * What `odx bench lanes-1 lanes-100 lanes-10000` proves before it times anything: every wallet's record
 * ends the same on both sides. */
#include "runtime/bench/lanes.h"

#include "runtime/bench/bench.h"
#include "runtime/core/file.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

static void twins_agree(void)
{
    static const struct {
        uint32_t wallets, strategies;
    } cases[] = {{700, 1}, {700, 60}, {700, 700}, {513, 7}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Bench b = {.arena = test_arena((size_t)256 << 20)};
        Err err = {0};
        bool is_fine;

        CHECK(file_read(b.arena, "runtime/bench/lanes.odx", 1 << 16, &b.lanes_odx, &err) == ST_OK);
        is_fine = lanes_prove(&b, cases[i].wallets, cases[i].strategies);
        test_check(is_fine, __FILE__, __LINE__, "%u wallets: %s", cases[i].wallets, b.trouble);
    }
}

int main(void)
{
    TEST_RUN(twins_agree);
    return test_end();
}
