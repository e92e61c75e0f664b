/* test_bitmaps.c — where rules fire, against a loop over the ticks one by one.
 *
 * Conditions of a made-up block: random words of ticks, cut anywhere, with slots that open between them.  Common
 * conditions are shut over whole words, so that places lie apart; stretches end in the midst of words of places. */
#include "vm/bitmaps.h"

#include <string.h>

#include "runtime/core/cpu.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/base/rng.h"
#include "vm/columns_inside.h"

enum {
    LEAF_A,
    LEAF_B,
    LEAF_C,
    NUM_X,
    NUM_Y,
    X_LESS_Y,
    A_AND_B,
    B_OR_C,
    A_AND_EITHER,
    A_AND_LESS,
    NODES
};
enum { CONDS = 3, STRETCHES = 60, TICKS = 8192 };

static const struct {
    const char *name;
    uint16_t conds[CONDS];
    uint32_t shut,
        slot; /* so many words of 100 in which A is false throughout; cuts at which a slot opens */
} cases[] = {
    {"all have A in common", {A_AND_B, A_AND_EITHER, A_AND_LESS}, 40, 5},
    {"A is seldom open, slots are many", {A_AND_B, A_AND_EITHER, A_AND_LESS}, 90, 50},
    {"A is never shut for long", {A_AND_B, A_AND_EITHER, A_AND_LESS}, 0, 0},
    {"nothing in common", {LEAF_B, B_OR_C, X_LESS_Y}, 40, 10},
};

typedef struct Stand { /* columns whose words are made up, and the rules at their ticks */
    Columns c;
    Node nodes[NODES];
    uint32_t stamps[NODES], sheet_stamps[NODES];
    Mask masks[NODES];
    const double *nums[NODES];
    double x[WORD], y[WORD];
    Rng rng;
    bool armed[CONDS];
    uint64_t fires[CONDS][TICKS / WORD]; /* by tick of the stretch */
    uint32_t ticks;
} Stand;

static Node join_of(uint8_t op, uint16_t a, uint16_t b)
{
    return (Node){.kind = NODE_LOGIC, .op = op, .is_cond = true, .a = a, .b = b, .c = NO_NODE};
}

static void init(Stand *s, KernelLevel level)
{
    static const Node leaf = {
        .kind = NODE_HELD, .is_cond = true, .a = NO_NODE, .b = NO_NODE, .c = NO_NODE};

    memset(s, 0, sizeof *s);
    s->nodes[LEAF_A] = s->nodes[LEAF_B] = s->nodes[LEAF_C] = leaf;
    s->nodes[NUM_X] = s->nodes[NUM_Y] =
        (Node){.kind = NODE_NUM, .a = NO_NODE, .b = NO_NODE, .c = NO_NODE};
    s->nodes[X_LESS_Y] = (Node){
        .kind = NODE_COMPARE, .op = OP_LT, .is_cond = true, .a = NUM_X, .b = NUM_Y, .c = NO_NODE};
    s->nodes[A_AND_B] = join_of(OP_AND, LEAF_A, LEAF_B);
    s->nodes[B_OR_C] = join_of(OP_OR, LEAF_B, LEAF_C);
    s->nodes[A_AND_EITHER] = join_of(OP_AND, LEAF_A, B_OR_C);
    s->nodes[A_AND_LESS] = join_of(OP_AND, LEAF_A, X_LESS_Y);
    s->c = (Columns){.k = kernels_of(level),
                     .nodes = s->nodes,
                     .node_count = NODES,
                     .stamps = s->stamps,
                     .sheet_stamps = s->sheet_stamps,
                     .masks = s->masks,
                     .nums = s->nums,
                     .sheet = 1};
    rng_init(&s->rng, 7 + (uint64_t)level);
    for (uint32_t i = 0; i < CONDS; i++)
        s->armed[i] = true;
}

/* Runs of the same value, so that edges do not stand at every other tick. */
static Mask some_mask(Rng *r)
{
    Mask m = {0, 0};
    uint64_t kind = 0;

    for (uint32_t i = 0; i < WORD; i++) {
        if (rng_below(r, 4) == 0) kind = rng_below(r, 5);
        m.is_true |= (uint64_t)(kind < 2) << i;
        m.is_false |= (uint64_t)(kind == 2 || kind == 3) << i;
    }
    return m;
}

/* The next word: all that can be asked for stands there. */
static void make_word(Stand *s, uint32_t shut)
{
    s->c.epoch++;
    s->c.valid = UINT64_MAX;
    for (uint32_t i = LEAF_A; i <= LEAF_C; i++)
        s->masks[i] = some_mask(&s->rng);
    if (rng_below(&s->rng, 8)) s->masks[LEAF_A].is_false = ~s->masks[LEAF_A].is_true;
    if (rng_below(&s->rng, 100) < shut) s->masks[LEAF_A] = (Mask){0, UINT64_MAX};
    for (uint32_t i = 0; i < WORD; i++) {
        s->x[i] = rng_below(&s->rng, 9) ? (double)rng_below(&s->rng, 3) : UNKNOWN;
        s->y[i] = 1;
    }
    s->nums[NUM_X] = s->x;
    s->nums[NUM_Y] = s->y;
    s->masks[X_LESS_Y] = s->c.k->compare[OP_LT](s->x, s->y);
    for (uint32_t i = 0; i < NODES; i++)
        s->stamps[i] = s->c.epoch;
}

static uint8_t value_at(const Stand *s, uint16_t node, uint32_t bit)
{
    const Node *n = &s->nodes[node];

    if (n->kind != NODE_LOGIC) return columns_cond_at(s->masks[node], bit);
    if (n->op == OP_AND) return ar_and(value_at(s, n->a, bit), value_at(s, n->b, bit));
    return ar_or(value_at(s, n->a, bit), value_at(s, n->b, bit));
}

/* What the rules do at a tick, by the book. */
static void step(Stand *s, const uint16_t *conds, uint32_t bit)
{
    for (uint32_t i = 0; i < CONDS; i++) {
        uint8_t v = value_at(s, conds[i], bit);

        if (v == COND_TRUE && s->armed[i])
            s->fires[i][s->ticks / WORD] |= UINT64_C(1) << s->ticks % WORD;
        if (v != COND_UNKNOWN) s->armed[i] = v == COND_FALSE;
    }
    s->ticks++;
}

/* A word of ticks in parts, between which slots may open. */
static void run_word(Stand *s, Bitmaps *b, size_t at)
{
    uint32_t first = s->ticks, from = 0;

    make_word(s, cases[at].shut);
    while (from < WORD && !bitmaps_are_full(b)) {
        uint32_t to = from + 1 + (uint32_t)rng_below(&s->rng, WORD - from);

        if (rng_below(&s->rng, 100) < cases[at].slot) {
            bitmaps_arm(b);
            memset(s->armed, true, sizeof s->armed);
        }
        bitmaps_word(b, &s->c, first, first + from, first + to);
        while (from < to)
            step(s, cases[at].conds, from++);
    }
}

static void check_stretch(const Stand *s, const Bitmaps *b, const uint16_t *conds)
{
    uint32_t places = bitmaps_places(b);

    for (uint32_t i = 0; i < CONDS; i++) {
        const uint64_t *edges = bitmaps_edges(b, bitmaps_edges_of(b, conds[i]));
        uint64_t got[TICKS / WORD] = {0};

        for (uint32_t p = 0; p < places; p++) {
            uint32_t tick = bitmaps_ticks(b)[p];

            got[tick / WORD] |= (edges[p / WORD] >> p % WORD & 1) << tick % WORD;
        }
        CHECK(memcmp(got, s->fires[i], sizeof got) == 0);
    }
}

static void run_case(size_t at, KernelLevel level)
{
    static Stand s;
    bool has_parts = false, has_words = false;
    Bitmaps *b;

    init(&s, level);
    b = bitmaps_new(&s.c, cases[at].conds, CONDS, test_arena(1 << 20));
    if (!CHECK(b != NULL)) return;
    CHECK_INT(bitmaps_conditions(b), CONDS);
    for (uint32_t i = 0; i < STRETCHES; i++) {
        uint32_t words = 1 + (uint32_t)rng_below(&s.rng, TICKS / WORD);

        memset(s.fires, 0, sizeof s.fires);
        s.ticks = 0;
        bitmaps_begin(b);
        for (uint32_t w = 0; w < words && !bitmaps_are_full(b); w++)
            run_word(&s, b, at);
        bitmaps_end(b);
        check_stretch(&s, b, cases[at].conds);
        has_parts |= bitmaps_places(b) % WORD != 0;
        has_words |= bitmaps_places(b) > 2 * WORD;
    }
    CHECK(has_parts && has_words);
}

static void edges_are_those_of_a_loop(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (int level = 0; level <= (int)cpu_kernels(); level++) {
            test_case(cases[i].name);
            run_case(i, (KernelLevel)level);
        }
}

int main(void)
{
    TEST_RUN(edges_are_those_of_a_loop);
    return test_end();
}
