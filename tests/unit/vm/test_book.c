/* test_book.c — functions of the visible book against sums done by hand. */
#include <stdio.h>
#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/rig.h"
#include "vm/base/num.h"

#define Q QUIET

/* Three levels a side: asks 0.50 x 10, 0.52 x 20, 0.60 x 30; bids 0.48 x 10, 0.45 x 20, unknown. */
static TokenBook make_book(void)
{
    TokenBook b;

    for (int i = 0; i < BOOK_FIELDS; i++)
        b.field[i] = UNKNOWN;
    b.field[FIELD_ASK] = 0.5;
    b.field[FIELD_ASK_SIZE] = 10;
    b.field[FIELD_ASK2] = 0.52;
    b.field[FIELD_ASK_SIZE2] = 20;
    b.field[FIELD_ASK3] = 0.6;
    b.field[FIELD_ASK_SIZE3] = 30;
    b.field[FIELD_BID] = 0.48;
    b.field[FIELD_BID_SIZE] = 10;
    b.field[FIELD_BID2] = 0.45;
    b.field[FIELD_BID_SIZE2] = 20;
    b.fee_rate = 0.25;
    b.fee_exponent = 2;
    return b;
}

static const struct {
    const char *name, *word; /* the input s0 is the amount or limit; c1 is token 0, c6 token 1 */
    double amount, want;
} cases[] = {
    {"within the first level", "PBUY s9 c1 s0", 5, 0.5},
    {"two levels", "PBUY s9 c1 s0", 20, (5 + 5.2) / 20},
    {"the whole book", "PBUY s9 c1 s0", 60, (5 + 10.4 + 18) / 60},
    {"more than there is", "PBUY s9 c1 s0", 61, Q},
    {"nothing", "PBUY s9 c1 s0", 0, Q},
    {"unknown amount", "PBUY s9 c1 s0", Q, Q},
    {"dollars in the first level", "PBUY.1 s9 c1 s0", 4, 0.5},
    {"dollars over two", "PBUY.1 s9 c1 s0", 10.2, 10.2 / 20},
    {"too many dollars", "PBUY.1 s9 c1 s0", 40, Q},
    {"selling", "PSELL s9 c1 s0", 20, (4.8 + 4.5) / 20},
    {"selling beyond the known levels", "PSELL s9 c1 s0", 31, Q},
    {"selling for dollars", "PSELL.1 s9 c1 s0", 2.4, 0.48},
    {"offered at 52c", "DBUY s9 c1 s0", 0.52, 5 + 10.4},
    {"offered below the ask", "DBUY s9 c1 s0", 0.4, 0},
    {"offered at an unknown limit", "DBUY s9 c1 s0", Q, Q},
    {"wanted at 45c", "DSELL s9 c1 s0", 0.45, 4.8 + 9},
    {"wanted above the bid", "DSELL s9 c1 s0", 0.5, 0},
    {"no such book", "PBUY s9 c7 s0", 5, Q},
    {"an empty book", "DBUY s9 c6 s0", 0.5, Q},
    {"a token that is none", "PBUY s9 c0 s0", 5, Q},
    {"an unknown token", "PBUY s9 s0 c6", Q, Q},
    {"fee at the ask", "FEE s9 c1", 0, 0.25 * 0.25 * 0.25},
    {"fee at the bid", "FEE.1 s9 c1", 0, 0.25 * (0.48 * 0.52) * (0.48 * 0.52)},
    {"fee without a book", "FEE s9 c7", 0, Q},
    {"field of a token", "LDT s9 c1 8", 0, Q},
    {"field of a token that is known", "LDT s9 c1 9", 0, 0.52},
};

static void test_book(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static Asm a;
        TokenBook full = make_book(), empty = make_book();
        const TokenBook *books[] = {&full, &empty};
        char text[128];
        double got, want = rig_value(cases[i].want);
        Rig r;

        test_case(cases[i].name);
        for (int k = 0; k < BOOK_FIELDS; k++)
            empty.field[k] = UNKNOWN;
        asm_init(&a);
        asm_state(&a, SK_SMPL, SPACE_SHARED, OPND_NONE, 0, 1);
        snprintf(text, sizeof text, "LDI s0 0; %s; SMPL s1 2 s9; END", cases[i].word);
        asm_block(&a, PART_U, EV_TICK, 0, text);
        if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) continue;
        vm_set_books(r.vm, books, 2);
        got = rig_tick(&r, cases[i].amount, ROW_FIRST);
        CHECK(num_is_known(got) == num_is_known(want) && !(num_abs(got - want) > 1e-12));
    }
}

static void test_held(void)
{
    const double held[] = {10, 0.5, 4.8, -0.2, -0.04, 7, UNKNOWN, 0, 0, 0};
    static Asm a;
    Rig r;

    asm_init(&a);
    asm_state(&a, SK_SMPL, SPACE_WALLET, OPND_NONE, 0, 1);
    asm_block(&a, PART_V, EV_TICK, 0,
              "LDT w0 c1 24; LDT w1 c6 20; ADD w0 w0 w1; LDT w2 c7 20; OTH w2 w2 c15; ADD w0 w0 "
              "w2; SMPL w3 2 w0; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 21))) return;
    CHECK_BITS(rig_tick(&r, 1, ROW_FIRST), UNKNOWN);
    vm_set_held(r.wallet, held, 2);
    CHECK_BITS(rig_tick(&r, 1, ROW_FIRST), -0.04 + 7 + 100);
}

int main(void)
{
    TEST_RUN(test_book);
    TEST_RUN(test_held);
    return test_end();
}
