/* test_hash.c — what changes the semantic hash of an image and what does not. */
#include <string.h>

#include "compiler/compiler.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/image.h"

#define HEAD "odx 1\nstrategy \"A\"\nmarket m = polymarket \"fed-decision-january\"\n"
#define RISK "risk { max position $50  stop loss 10% }\n"
#define BUY "{ buy $5 of yes at market within 2c }\n"
#define LETS "let a = sma(yes.mid every 1s, 5)\nlet b = ema(no.mid every 5s, 5)\n"
#define BASE HEAD LETS "when a > b and b < 50c " BUY RISK

static const struct {
    const char *name, *text;
    bool is_same; /* as BASE */
} cases[] = {
    {"itself", BASE, true},
    {"comments", "# hello\n" HEAD LETS "when a > b and b < 50c " BUY "# bye\n" RISK, true},
    {"title",
     "odx 1\nstrategy \"B\"\nmarket m = polymarket \"fed-decision-january\"\n" LETS
     "when a > b and b < 50c " BUY RISK,
     true},
    {"names of lets",
     HEAD "let x = sma(yes.mid every 1s, 5)\nlet y = ema(no.mid every 5s, 5)\n"
          "when x > y and y < 50c " BUY RISK,
     true},
    {"order of lets",
     HEAD "let b = ema(no.mid every 5s, 5)\nlet a = sma(yes.mid every 1s, 5)\n"
          "when a > b and b < 50c " BUY RISK,
     true},
    {"no lets",
     HEAD "when sma(yes.mid every 1s, 5) > ema(no.mid every 5s, 5) and "
          "ema(no.mid every 5s, 5) < 50c " BUY RISK,
     true},
    {"an unused let", HEAD LETS "let c = no.ask every 6m\nwhen a > b and b < 50c " BUY RISK, true},
    {"a definition",
     HEAD "def mean(x) = sma(x every 1s, 5)\nlet b = ema(no.mid every 5s, 5)\n"
          "when mean(yes.mid) > b and b < 50c " BUY RISK,
     true},
    {"brackets", HEAD LETS "when ((a > b) and (b < 50c)) " BUY RISK, true},
    {"turned around", HEAD LETS "when b < a and 50c > b " BUY RISK, true},
    {"plus nothing", HEAD LETS "when a + 0c > b and b < 50c " BUY RISK, true},
    {"dollars", HEAD LETS "when a > b and b < 0.5 " BUY RISK, true},
    {"a number", HEAD LETS "when a > b and b < 51c " BUY RISK, false},
    {"an operator", HEAD LETS "when a >= b and b < 50c " BUY RISK, false},
    {"the other outcome",
     HEAD LETS "when a > b and b < 50c { buy $5 of no at market within 2c }\n" RISK, false},
    {"a limit",
     HEAD LETS "when a > b and b < 50c " BUY "risk { max position $51  stop loss 10% }\n", false},
    {"order of limits",
     HEAD LETS "when a > b and b < 50c " BUY "risk { stop loss 10%  max position $50 }\n", false},
    {"another market",
     "odx 1\nstrategy \"A\"\nmarket m = polymarket \"fed-decision-march\"\n" LETS
     "when a > b and b < 50c " BUY RISK,
     false},
    {"a show", HEAD LETS "when a > b and b < 50c " BUY RISK "show a = a\n", false},
};

static bool hash_of(const char *text, uint8_t ret[32])
{
    Arena *arena = test_arena(1 << 24);
    CompileOptions options = {.until = STAGE_EMIT};
    Compilation c = compile(SPAN("a.odx"), span_str(text), &options, arena);
    Refusal why;
    const Image *img = c.image.len ? image_load(c.image, arena, &why) : NULL;

    CHECK(img != NULL);
    if (img) memcpy(ret, img->semantic_hash, 32);
    return img != NULL;
}

static void test_hashes(void)
{
    uint8_t base[32], other[32];

    if (!hash_of(BASE, base)) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_case(cases[i].name);
        if (hash_of(cases[i].text, other))
            CHECK((memcmp(base, other, 32) == 0) == cases[i].is_same);
    }
}

#define TOP "param top = 50c in 40c .. 60c\n"
#define LOW "param low = 3c\n"
#define RULE "when yes.mid > no.mid + low and no.mid < top " BUY RISK

/* Rows of params are in the order of their names, whatever the order of the text. */
static void test_params(void)
{
    uint8_t base[32], moved[32], other[32];

    if (!hash_of(HEAD TOP LOW RULE, base) || !hash_of(HEAD LOW TOP RULE, moved) ||
        !hash_of(HEAD "param top = 51c in 40c .. 60c\n" LOW RULE, other))
        return;
    CHECK(memcmp(base, moved, 32) == 0);
    CHECK(memcmp(base, other, 32) != 0);
}

int main(void)
{
    TEST_RUN(test_hashes);
    TEST_RUN(test_params);
    return test_end();
}
