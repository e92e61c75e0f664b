/* tests.c — `test` blocks and the layout: what a file carries beside its meaning.
 *
 * They change no order; what they are here for is that every way to write them passes through the
 * parser, the checker and the emitter. */
#include "tests/generate/inside.h"

/* ---- expectations ------------------------------------------------------------------------------ */

static GenNode *because(Gen *g)
{
    static const char *const some[] = {"stop loss", "take profit", "time stop"};
    GenNode *n = gen_text(g, WANT_NONE, PROD_BECAUSE, " because %s", some[gen_below(g, 3)]);

    n->is_optional = true;
    return gen_chance(g, 40) ? n : gen_text(g, WANT_NONE, PROD_COUNT, " ");
}

static GenNode *expected_order(Gen *g, const char *t)
{
    static const char *const some[] = {
        "  expect buy $10 of %s@",
        "  expect sell 10 shares of %s@",
        "  expect sell all of %s@",
        "  expect sell all of %s at 40c@",
        "  expect sell all of %s at market within 2c@",
        "  expect buy 10 shares of %s at market@",
        "  expect buy $10 of %s at 41c post only@",
        "  expect sell 5 shares of %s at 60c good for 5s@",
    };

    return GEN_MAKE(g, WANT_NONE, PROD_EXPECT_ORDER, gen_copy(g, some[gen_below(g, 8)], t), 1,
                    because(g));
}

static GenNode *outcome(Gen *g, const char *t)
{
    switch (gen_below(g, 8)) {
    case 0:
        return gen_text(g, WANT_NONE, PROD_EXPECT_SKIP, "  expect skip NO_ENTRY");
    case 1:
        return GEN_MAKE(g, WANT_NONE, PROD_EXPECT_CLOSE, gen_copy(g, "  expect close %s@", t), 1,
                        because(g));
    case 2:
    case 3:
        return expected_order(g, t);
    case 4:
        return gen_text(g, WANT_NONE, PROD_EXPECT_EXPR, "  expect %s.bid > 10c", t);
    default:
        return gen_text(g, WANT_NONE, PROD_EXPECT_NOTHING, "  expect nothing");
    }
}

/* ---- what happens ------------------------------------------------------------------------------ */

static GenNode *fact(Gen *g, const char *t)
{
    if (gen_chance(g, 20)) return gen_text(g, WANT_NONE, PROD_FACT, "%s.ask = unknown", t);
    return gen_text(g, WANT_NONE, PROD_FACT, "%s.bid = %dc", t, gen_between(g, 20, 45));
}

static GenNode *given_fill(Gen *g, const char *t)
{
    static const char *const side[] = {"", "buy ", "sell "};

    return gen_text(g, WANT_NONE, PROD_HAP_FILL, "fill %s10 shares of %s at 44c",
                    side[gen_below(g, 3)], t);
}

static GenNode *given_leader(Gen *g, const char *t)
{
    switch (gen_below(g, 4)) {
    case 0:
        return gen_text(g, WANT_NONE, PROD_HAP_LEADER, "whale split 20 shares");
    case 1:
        return gen_text(g, WANT_NONE, PROD_HAP_LEADER, "whale merge 20 shares of %s",
                        g->markets[0].name);
    default:
        return gen_text(g, WANT_NONE, PROD_HAP_LEADER, "whale.trade %s 20 shares of %s at 44c",
                        gen_chance(g, 60) ? "buy" : "sell", t);
    }
}

static GenNode *happening(Gen *g, const char *t)
{
    bool is_slot = g->scene == SCENE_SLOT || g->scene == SCENE_LEADER;

    if (g->has_leader && gen_chance(g, 75)) return given_leader(g, t);
    switch (gen_below(g, 8)) {
    case 0:
    case 1:
        return given_fill(g, t);
    case 2:
        if (is_slot) return gen_text(g, WANT_NONE, PROD_HAP_SLOT, "slot open");
        /* fall through */
    case 3:
        if (is_slot) return gen_text(g, WANT_NONE, PROD_HAP_SLOT, "slot close");
        /* fall through */
    case 4:
        return gen_text(g, WANT_NONE, PROD_HAP_REJECT, "reject %s", t);
    case 5:
        return gen_text(g, WANT_NONE, PROD_HAP_RESOLVE, "resolve %s", t);
    default:
        return fact(g, t);
    }
}

static GenNode *row(Gen *g, const char *t, int at)
{
    GenNode *what;

    switch (gen_below(g, 8)) {
    case 0:
        return GEN_MAKE(g, WANT_NONE, PROD_ROW, gen_copy(g, "  after %ds\n@\n", at), 1,
                        outcome(g, t));
    case 1:
        what = GEN_MAKE(g, WANT_NONE, PROD_COUNT, "@, @", 2, fact(g, t), given_fill(g, t));
        break;
    default:
        what = happening(g, t);
        break;
    }
    return GEN_MAKE(g, WANT_NONE, PROD_ROW, gen_copy(g, "  after %ds @\n@\n", at), 2, what,
                    outcome(g, t));
}

GenNode *gen_test(Gen *g)
{
    const char *t = gen_share(g);
    GenNode *rows[4], *given;
    uint32_t n = 0, count = 1 + gen_below(g, 3);

    while (n < count) {
        rows[n] = row(g, t, 5 * (int)(n + 1));
        n++;
    }
    given = gen_text(g, WANT_NONE, PROD_GIVEN, "given %s.bid = 45c, %s.ask = 47c", t, t);
    given->is_optional = true;
    if (gen_chance(g, 15)) given = gen_text(g, WANT_NONE, PROD_COUNT, " ");
    return GEN_MAKE(g, WANT_NONE, PROD_TEST, "test \"generated\" {\n  @\n@}\n\n", 2, given,
                    gen_list(g, "", "", rows, n));
}

/* ---- the layout -------------------------------------------------------------------------------- */

GenNode *gen_layout(Gen *g)
{
    static const char *const some[] = {
        "layout {\n  when1 at 0, 240\n}\n",
        "layout {\n  when1 id \"n1\" at -20, 240\n  risk1\n}\n",
        "layout {\n  when1.cond.2 at 10, -5\n  extra \"{}\"\n}\n",
    };

    return gen_text(g, WANT_NONE, PROD_LAYOUT, "%s", some[gen_below(g, 3)]);
}
