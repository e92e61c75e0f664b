/* test_state.c — every time operator against vectors worked by hand: first known value, gaps, flat series. */
#include <stdio.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/vm/rig.h"
#include "vm/base/num.h"

#define Q QUIET
enum { T = COND_TRUE, F = COND_FALSE, STEPS = 10 };

/* Ticks one second apart; `word` has the state row as ROW_FIRST (2). sq0 is: bid >= 1. */
static const struct {
    const char *name;
    StateKind kind;
    double window; /* a constant of the assembler; 0: none */
    const char *word;
    uint32_t count;
    double in[STEPS], want[STEPS];
} cases[] = {
    {"prev 1", SK_PREV, 1, "PREV s1 2 s0", 4, {1, 2, 3, 4}, {Q, 1, 2, 3}},
    {"prev counts unknown instants",
     SK_PREV,
     2,
     "PREV s1 2 s0",
     6,
     {1, 2, Q, 4, 5, 6},
     {Q, Q, 1, 2, Q, 4}},
    {"prev of a condition",
     SK_PREVB,
     2,
     "PREVB sq1 2 sq0",
     6,
     {0, 1, Q, 0, 1, 1},
     {0, 0, F, T, 0, F}},
    {"sma", SK_SMA, 3, "SMA s1 2 s0", 6, {1, 2, 3, Q, 6, 9}, {Q, Q, 2, Q, 11.0 / 3, 6}},
    {"sma of 1", SK_SMA, 1, "SMA s1 2 s0", 3, {5, Q, 7}, {5, Q, 7}},
    {"sma stays unknown until full", SK_SMA, 3, "SMA s1 2 s0", 5, {1, Q, 2, Q, 6}, {Q, Q, Q, Q, 3}},
    {"ema seeds with the mean",
     SK_EMA,
     3,
     "EMA s1 2 s0",
     6,
     {1, 2, 3, 4, Q, 5},
     {Q, Q, 2, 3, Q, 4}},
    {"ema of 1 is the input", SK_EMA, 1, "EMA s1 2 s0", 3, {4, 8, 2}, {4, 8, 2}},
    {"rma", SK_RMA, 2, "RMA s1 2 s0", 5, {1, 3, 5, Q, 0.5}, {Q, 2, 3.5, Q, 2}},
    {"rsi is known at n + 1",
     SK_RSI,
     2,
     "RSI s1 2 s0",
     5,
     {1, 2, 1, 1, 2},
     {Q, Q, 50, 50, 100 * 0.625 / 0.75}},
    {"rsi of a flat series is unknown",
     SK_RSI,
     2,
     "RSI s1 2 s0",
     5,
     {7, 7, 7, 7, 8},
     {Q, Q, Q, Q, 100}},
    {"rsi of a rise is 100, of a fall 0", SK_RSI, 2, "RSI s1 2 s0", 3, {9, 8, 7}, {Q, Q, 0}},
    {"rsi steps over gaps", SK_RSI, 2, "RSI s1 2 s0", 5, {1, Q, 2, Q, 3}, {Q, Q, Q, Q, 100}},
    {"stdev", SK_STDEV, 2, "STDEV s1 2 s0", 5, {1, 3, 3, Q, 7}, {Q, 1, 0, Q, 2}},
    {"stdev of four",
     SK_STDEV,
     4,
     "STDEV s1 2 s0",
     5,
     {5, 1, 1, 3, 3},
     {Q, Q, Q, 1.6583123951777, 1}},
    {"zscore", SK_ZSC, 2, "ZSC s1 2 s0", 5, {1, 3, 3, Q, 1}, {Q, 1, Q, Q, -1}},
    {"highest", SK_HIGH, 3, "HIGH s1 2 s0", 8, {1, 5, 2, 3, 1, Q, 1, 0}, {Q, Q, 5, 5, 3, Q, 3, 1}},
    {"lowest", SK_LOW, 3, "LOW s1 2 s0", 7, {5, 1, 2, 3, 4, 4, 4}, {Q, Q, 1, 1, 2, 3, 4}},
    {"highest of 1", SK_HIGH, 1, "HIGH s1 2 s0", 3, {5, 1, 2}, {5, 1, 2}},
    {"crosses above 2", SK_XUP, 0, "XUP sq1 2 s0 | c7", 6, {1, 3, 3, 1, 2, 3}, {0, T, F, F, F, T}},
    {"crosses over a gap", SK_XUP, 0, "XUP sq1 2 s0 | c7", 5, {1, Q, 3, Q, 4}, {0, 0, T, 0, F}},
    {"no crossing at the first value", SK_XUP, 0, "XUP sq1 2 s0 | c7", 3, {3, 1, 3}, {0, F, T}},
    {"equal on the grid is not above",
     SK_XUP,
     0,
     "XUPQ sq1 2 s0 | c7",
     3,
     {1, 2.0000001, 2.000001},
     {0, F, T}},
    {"for 2 s", SK_HELD, 2, "HELD sq1 2 sq0", 7, {1, 1, 1, 1, 0, 1, Q}, {F, F, T, T, F, F, 0}},
    {"an unknown breaks the run",
     SK_HELD,
     2,
     "HELD sq1 2 sq0",
     6,
     {1, 1, Q, 1, 1, 1},
     {F, F, 0, F, F, T}},
    {"since", SK_SINCE, 0, "SINCE s1 2 sq0", 7, {0, 1, 0, 0, Q, 0, 1}, {Q, 0, 1, 2, Q, 4, 0}},
    {"sample", SK_SMPL, 0, "SMPL s1 2 s0", 3, {1, Q, 3}, {1, Q, 3}},
    {"sample of a condition", SK_SMPLB, 0, "SMPLB sq1 2 sq0", 3, {1, Q, 0}, {T, 0, F}},
};

static void check_near(double got, double want)
{
    bool is_same = num_is_known(got) == num_is_known(want) &&
                   (!num_is_known(got) || num_abs(got - want) <= 1e-12 * num_abs(want));

    test_check(is_same, __FILE__, __LINE__, "got %.17g, want %.17g", got, want);
}

static bool set_up(Rig *r, size_t i, Arena *arena)
{
    static Asm a;
    char text[256];
    uint16_t window;

    asm_init(&a);
    window = cases[i].window > 0 ? asm_const(&a, cases[i].window) : OPND_NONE;
    asm_state(&a, cases[i].kind, SPACE_SHARED, window,
              memory_kind(cases[i].kind)->window == WINDOW_STEPS ? (uint32_t)cases[i].window : 0,
              1 << CK_TICK);
    snprintf(text, sizeof text, "LDI s0 0; LE sq0 c6 s0; %s; END", cases[i].word);
    asm_block(&a, PART_U, EV_TICK, 0, text);
    asm_block(&a, PART_U, EV_BOUNDARY, 0, text);
    asm_block(&a, PART_U, EV_STALE, 0, text);
    return rig_init(r, &a, NULL, arena);
}

static void test_vectors(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena *arena = test_arena(1 << 22);
        Rig r;

        test_case(cases[i].name);
        if (!set_up(&r, i, arena)) continue;
        for (uint32_t k = 0; k < cases[i].count; k++)
            check_near(rig_tick(&r, cases[i].in[k], ROW_FIRST), rig_value(cases[i].want[k]));
    }
}

static double unknown_of(StateKind kind)
{
    return memory_kind(kind)->output == OUTPUT_COND ? COND_UNKNOWN : UNKNOWN;
}

/* Between instants of its clock an operator holds; a staleness instant makes it unknown and stores nothing. */
static void test_holds_and_stales(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena *arena = test_arena(1 << 22);
        double held = 0;
        Rig r;

        test_case(cases[i].name);
        if (!set_up(&r, i, arena)) continue;
        for (uint32_t k = 0; k < cases[i].count; k++) {
            held = rig_tick(&r, cases[i].in[k], ROW_FIRST);
            rig_input(&r, IN_BID, 77);
            rig_event(&r, EV_BOUNDARY, 1 << CK_EVERY);
            CHECK_BITS(vm_state_num(r.vm, r.wallet, ROW_FIRST), held);
            if (cases[i].kind == SK_HELD) continue; /* a staleness instant ends its run */
            rig_event(&r, EV_STALE, 1 << CK_TICK);
            CHECK_BITS(vm_state_num(r.vm, r.wallet, ROW_FIRST), unknown_of(cases[i].kind));
            check_near(held, rig_value(cases[i].want[k])); /* nothing of 77 was stored */
        }
    }
}

static void test_stale_ends_run(void)
{
    static Asm a;
    Arena *arena = test_arena(1 << 22);
    Rig r;

    asm_init(&a);
    asm_state(&a, SK_HELD, SPACE_SHARED, asm_const(&a, 2), 0, 1 << CK_TICK);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LE sq0 c6 s0; HELD sq1 2 sq0; END");
    asm_block(&a, PART_U, EV_STALE, 0, "LDI s0 0; LE sq0 c6 s0; HELD sq1 2 sq0; END");
    if (!rig_init(&r, &a, NULL, arena)) return;
    rig_tick(&r, 1, ROW_FIRST);
    CHECK_INT(rig_tick(&r, 1, ROW_FIRST), F);
    rig_event(&r, EV_STALE, 1 << CK_TICK);
    CHECK_INT(rig_tick(&r, 1, ROW_FIRST), F);
    CHECK_INT(rig_tick(&r, 1, ROW_FIRST), F);
    CHECK_INT(rig_tick(&r, 1, ROW_FIRST), T);
}

/* ---- vwap: price and volume --------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool has_window; /* n = 2 */
    uint32_t count;
    double price[STEPS], volume[STEPS], want[STEPS];
} vwaps[] = {
    {"the first volume only starts the growth",
     false,
     4,
     {1, 2, 4, 8},
     {10, 11, 14, 14},
     {Q, 2, 3.5, 3.5}},
    {"a volume that falls weighs nothing", false, 4, {1, 2, 4, 6}, {10, 11, 5, 6}, {Q, 2, 2, 4}},
    {"growth at an unknown price is lost", false, 4, {1, Q, 4, 6}, {10, 15, 16, 17}, {Q, Q, 4, 5}},
    {"an unknown volume changes nothing", false, 4, {1, 9, 4, 6}, {10, Q, 12, 14}, {Q, Q, 4, 5}},
    {"over the last two growths",
     true,
     5,
     {1, 2, 4, 8, 8},
     {10, 11, 12, 14, 14},
     {Q, Q, 3, 20.0 / 3, 8}},
};

static void test_vwap(void)
{
    for (size_t i = 0; i < sizeof vwaps / sizeof *vwaps; i++) {
        static Asm a;
        Arena *arena = test_arena(1 << 22);
        Rig r;

        test_case(vwaps[i].name);
        asm_init(&a);
        if (vwaps[i].has_window)
            asm_state(&a, SK_VWAPN, SPACE_SHARED, asm_const(&a, 2), 2, 1 << CK_TICK);
        else
            asm_state(&a, SK_VWAP, SPACE_SHARED, OPND_NONE, 0, 1 << CK_TICK);
        a.state[ROW_FIRST].life = STATE_SLOT;
        a.state[ROW_FIRST].market = 0;
        asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; LDI s1 2; VWAP s2 2 s0 | s1; END");
        if (!rig_init(&r, &a, NULL, arena)) continue;
        for (int round = 0; round < 2; round++) { /* the second slot begins afresh */
            for (uint32_t k = 0; k < vwaps[i].count; k++) {
                rig_input(&r, IN_VOLUME, vwaps[i].volume[k]);
                check_near(rig_tick(&r, vwaps[i].price[k], ROW_FIRST), rig_value(vwaps[i].want[k]));
            }
            vm_slot_open(r.vm, r.wallet, 0, r.ev.count + 1);
        }
    }
}

/* ---- sums --------------------------------------------------------------------------------------- */

static Rig make_sma(uint32_t flags, double n, Arena *arena)
{
    static Asm a;
    Rig r;

    asm_init(&a);
    asm_state(&a, SK_SMA, SPACE_SHARED, asm_const(&a, n), (uint32_t)n, 1 << CK_TICK);
    a.state[ROW_FIRST].flags = flags;
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; SMA s1 2 s0; END");
    rig_init(&r, &a, NULL, arena);
    return r;
}

/* Exact sums never drift: after any number of steps the mean is that of the window alone. */
static void test_exact_sum(void)
{
    Rig r = make_sma(SF_EXACT, 10, test_arena(1 << 22));
    double out = 0;

    for (int i = 0; i < 3000; i++)
        out = rig_tick(&r, (double)(i * 7919 % 1000) / 1000 + (i % 3 == 0 ? 1e9 : 0), ROW_FIRST);
    for (int i = 0; i < 10; i++)
        out = rig_tick(&r, 0.1, ROW_FIRST);
    CHECK_BITS(out, 0.1);
    CHECK_BITS(rig_tick(&r, 1e300, ROW_FIRST), UNKNOWN); /* beyond whole micros: as unknown */
    CHECK_BITS(rig_tick(&r, 0.1, ROW_FIRST), 0.1);
}

/* A huge value leaves the compensated sum exact to the bit once the sum is made afresh. */
static void test_refresh(void)
{
    Rig r = make_sma(0, 3, test_arena(1 << 22));
    double out = 0;

    for (int i = 0; i < 250; i++)
        out = rig_tick(&r, i == 100 ? 1e300 : 0.1, ROW_FIRST);
    for (int i = 250; i < 256; i++)
        out = rig_tick(&r, 0.1, ROW_FIRST);
    CHECK_BITS(out, (0.1 + 0.1 + 0.1 - 2.7755575615628914e-17) / 3); /* Neumaier of three tenths */
}

/* A queue of peaks against the plain definition, over many windows. */
static void test_peaks_against_definition(void)
{
    double window[14], best;
    static Asm a;
    Rig r;

    asm_init(&a);
    asm_state(&a, SK_HIGH, SPACE_SHARED, asm_const(&a, 14), 14, 1 << CK_TICK);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; HIGH s1 2 s0; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 22))) return;
    for (uint32_t i = 0; i < 2000; i++) {
        double x = (double)((i * 2654435761U >> 7) % 50);

        window[i % 14] = x;
        best = window[0];
        for (uint32_t k = 1; k < 14 && k <= i; k++)
            best = window[k] > best ? window[k] : best;
        if (!CHECK_BITS(rig_tick(&r, x, ROW_FIRST), i < 13 ? UNKNOWN : best)) return;
    }
}

/* prev in halves: level = (prev(level) otherwise bid) * 0.5 + bid. */
static void test_recursion(void)
{
    static Asm a;
    Rig r;

    asm_init(&a);
    asm_state(&a, SK_PREV, SPACE_SHARED, asm_const(&a, 1), 1, 1 << CK_TICK);
    asm_block(
        &a, PART_U, EV_TICK, 0,
        "LDI s0 0; PREV.1 s1 2 -; OTH s1 s1 s0; MUL s1 s1 c5; ADD s1 s1 s0; PREV.2 - 2 s1; END");
    if (!rig_init(&r, &a, NULL, test_arena(1 << 22))) return;
    CHECK_BITS(rig_tick(&r, 4, ROW_FIRST), UNKNOWN); /* 4 * 0.5 + 4 = 6 is stored */
    CHECK_BITS(rig_tick(&r, 4, ROW_FIRST), 6.0);     /* 6 * 0.5 + 4 = 7 */
    CHECK_BITS(rig_tick(&r, 4, ROW_FIRST), 7.0);
}

/* Windows are read from params when the instance is made. */
static void test_param_window(void)
{
    const double params[] = {2, 0.5}, bad[] = {10, 0.5}, broken[] = {2.5, 0.5};
    static Asm a;
    Arena *arena = test_arena(1 << 22);
    Rig r;

    asm_init(&a);
    asm_state(&a, SK_SMA, SPACE_SHARED, OPND_PARAM | 0, 9, 1 << CK_TICK);
    asm_block(&a, PART_U, EV_TICK, 0, "LDI s0 0; SMA s1 2 s0; END");
    if (!rig_init(&r, &a, params, arena)) return;
    CHECK_BITS(rig_tick(&r, 1, ROW_FIRST), UNKNOWN);
    CHECK_BITS(rig_tick(&r, 2, ROW_FIRST), 1.5);
    CHECK_BITS(rig_tick(&r, 4, ROW_FIRST), 3.0);
    CHECK(vm_new(r.image, bad, arena) == NULL);
    CHECK(vm_new(r.image, broken, arena) == NULL);
    CHECK(vm_new(r.image, NULL, arena) != NULL);
}

int main(void)
{
    TEST_RUN(test_vectors);
    TEST_RUN(test_holds_and_stales);
    TEST_RUN(test_stale_ends_run);
    TEST_RUN(test_vwap);
    TEST_RUN(test_exact_sum);
    TEST_RUN(test_refresh);
    TEST_RUN(test_peaks_against_definition);
    TEST_RUN(test_recursion);
    TEST_RUN(test_param_window);
    return test_end();
}
