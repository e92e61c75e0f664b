/* test_columns_between.c — what boundaries leave, as ticks find it, against a loop over the ticks one by one.
 *
 * Columns of ticks and of boundaries are made up: boundaries lie before random ticks of words of any length. */
#include "tests/harness/test.h"
#include "vm/base/bug.h"
#include "vm/base/rng.h"
#include "vm/columns_inside.h"

enum { NUM, COND, LOOSE, NODES }; /* of boundaries; LOOSE: no block loads what it holds */

static const struct {
    const char *name;
    uint32_t many; /* of 100 ticks, so many have a boundary before them */
    uint32_t count;
} cases[] = {
    {"before every tick", 100, WORD}, {"before half of them", 50, WORD},
    {"before hardly any", 3, WORD},   {"before none", 0, WORD},
    {"in a short word", 50, 11},      {"before each of a few", 100, 5},
};

typedef struct Stand {
    Columns ticks, between;
    Node nodes[NODES];
    uint32_t stamps[NODES], sheet_stamps[NODES];
    Mask masks[NODES];
    const double *nums[NODES];
    double x[WORD];
    Row rows[2];
    Held held[2], kept[2];
    uint16_t held_rows[2];
} Stand;

static void init(Stand *s)
{
    *s = (Stand){.held_rows = {0, 1}};
    for (uint16_t i = 0; i < 2; i++) {
        s->rows[i].node = i;
        s->rows[i].memory = &s->held[i];
    }
    s->between = (Columns){.nodes = s->nodes,
                           .node_count = NODES,
                           .stamps = s->stamps,
                           .sheet_stamps = s->sheet_stamps,
                           .masks = s->masks,
                           .nums = s->nums,
                           .rows = s->rows,
                           .row_count = 2,
                           .held_rows = s->held_rows,
                           .held_row_count = 2,
                           .kept = s->kept,
                           .sheet = 1};
    s->ticks.source.between = &s->between;
}

static uint64_t some_bits(Rng *r, uint32_t many, uint32_t count)
{
    uint64_t bits = 0;

    for (uint32_t i = 0; i < count; i++)
        bits |= (uint64_t)(rng_below(r, 100) < many) << i;
    return bits;
}

/* A word of boundaries and of the ticks behind them; what rows held before it stands in `kept`. */
static void make_word(Stand *s, Rng *r, uint32_t many, uint32_t count)
{
    s->between.epoch++;
    for (uint32_t i = 0; i < WORD; i++)
        s->x[i] = (double)rng_below(r, 1000);
    s->masks[COND].is_true = rng_u64(r);
    s->masks[COND].is_false = rng_u64(r) & ~s->masks[COND].is_true;
    s->masks[LOOSE] = s->masks[COND];
    s->nums[NUM] = s->nums[LOOSE] = s->x;
    for (uint32_t i = 0; i < NODES; i++)
        s->stamps[i] = s->between.epoch;
    s->kept[NUM].num = (double)rng_below(r, 1000) - 2000;
    s->kept[COND].cond = rng_below(r, 3);
    s->ticks.count = count;
    s->ticks.valid = UINT64_MAX >> (WORD - count);
    columns_between(&s->ticks, some_bits(r, many, count));
}

static void check_word(Stand *s, uint16_t num, uint16_t cond)
{
    Held before_num = num < 2 ? s->kept[num] : (Held){.cond = 0};
    Held before_cond = cond < 2 ? s->kept[cond] : (Held){.cond = 0};
    Node n = {.kind = NODE_BETWEEN, .row = num}, q = {.kind = NODE_BETWEEN, .row = cond};
    double room[WORD], now = before_num.num;
    const double *x = between_num(&s->ticks, &n, room);
    Mask m = between_mask(&s->ticks, &q);
    uint64_t is = before_cond.cond;

    for (uint32_t i = 0, at = 0; i < s->ticks.count; i++) {
        if (s->ticks.between >> i & 1) {
            now = s->x[at];
            is = columns_cond_at(s->masks[cond], at++);
        }
        CHECK_BITS(x[i], now);
        CHECK_INT(columns_cond_at(m, i), is);
    }
}

static void ticks_find_what_the_last_boundary_left(void)
{
    Stand s;
    Rng r;

    init(&s);
    rng_init(&r, 3);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (uint32_t k = 0; k < 200; k++) {
            test_case(cases[i].name);
            s.held[NUM].num = (double)k;
            s.held[COND].cond = COND_TRUE;
            make_word(&s, &r, cases[i].many, cases[i].count);
            check_word(&s, NUM, COND);
            check_word(&s, LOOSE, LOOSE);
        }
}

/* Without a word of boundaries ticks find what rows hold. */
static void nothing_lies_between(void)
{
    Stand s;

    init(&s);
    s.ticks.count = WORD;
    s.ticks.valid = UINT64_MAX;
    s.held[NUM].num = 4;
    s.held[COND].cond = COND_FALSE;
    columns_between(&s.ticks, 0);
    CHECK_BITS(s.kept[NUM].num, 4);
    CHECK_INT(s.kept[COND].cond, COND_FALSE);
    check_word(&s, NUM, COND);
}

int main(void)
{
    TEST_RUN(ticks_find_what_the_last_boundary_left);
    TEST_RUN(nothing_lies_between);
    return test_end();
}
