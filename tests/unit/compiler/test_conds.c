/* test_conds.c — the condition trees of an image: nodes as written, and where their parts can be read. */
#include <string.h>

#include "compiler/compiler.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/image.h"

#define HEAD "odx 1\nstrategy \"A\"\nmarket m = polymarket \"btc-updown-15m\"\n"
#define BUY " { buy $5 of up at market within 2c }\n"
#define RISK "risk { max position $50  stop loss 10% }\n"

static const struct {
    const char *name, *text;
    const char *want; /* first tree: op, then (parts) with their files, children in [] */
} cases[] = {
    {"a comparison", HEAD "when up.bid > 50c" BUY RISK, "GT.grid(s,c)"},
    {"kept as written", HEAD "when 50c < up.bid" BUY RISK, "LT.grid(c,s)"},
    {"not on the grid", HEAD "when abs_move > 1%" BUY RISK, "GT(s,c)"},
    {"a param", HEAD "param p = 40c\nwhen up.bid > p" BUY RISK, "GT.grid(s,p)"},
    {"what follows from params", HEAD "param p = 40c\nwhen up.bid > 1 - p" BUY RISK,
     "GT.grid(s,p)"},
    {"between", HEAD "when up.bid between 10c and 20c" BUY RISK, "BETWEEN.grid(s,c,c)"},
    {"and, or, not", HEAD "when not (up.bid > 50c or down.bid > 50c) and up.ask < 90c" BUY RISK,
     "AND[NOT[OR[GT.grid(s,c)GT.grid(s,c)]]LT.grid(s,c)]"},
    {"gate and rest", HEAD "when up.bid > 50c and up.position < 9 shares" BUY RISK,
     "AND[GT.grid(s,c)LT.grid(w,c)]"},
    {"a name", HEAD "let high = up.bid > 50c\nwhen high" BUY RISK, "GT.grid(s,c)"},
    {"crosses", HEAD "when up.bid crosses above 50c" BUY RISK, "ABOVE.grid(s,c)"},
    {"crosses below", HEAD "when up.bid crosses below 50c" BUY RISK, "BELOW.grid(s,c)"},
    {"for", HEAD "when up.bid > 50c for 5s" BUY RISK, "HELD(-,c)[GT.grid(s,c)]"},
    {"is not", HEAD "when day is not sat" BUY RISK, "ISNT(s,c)"},
    {"known", HEAD "when known(up.bid)" BUY RISK, "KNOWN(s)"},
};

static const char *op_name(uint8_t op)
{
    static const char *const names[] = {"AND",   "OR",    "NOT",  "LT",    "LE",
                                        "GT",    "GE",    "IS",   "ISNT",  "BETWEEN",
                                        "ABOVE", "BELOW", "HELD", "KNOWN", "OTHER"};

    op &= (uint8_t)~CO_GRID;
    return op < sizeof names / sizeof *names ? names[op] : "?";
}

static char file_of(uint16_t operand)
{
    return operand == OPND_NONE ? '-' : "sSwWcp"[operand >> 12];
}

static void put_parts(Buf *out, const CondRow *c)
{
    const uint16_t parts[] = {c->left, c->right, c->right2};
    int count = 3;

    while (count > 0 && parts[count - 1] == OPND_NONE)
        count--;
    for (int i = 0; i < count; i++) {
        buf_char(out, i ? ',' : '(');
        buf_char(out, file_of(parts[i]));
    }
    if (count) buf_char(out, ')');
}

/* Puts the node at `at` with its children; the row behind them. */
static uint32_t put_node(Buf *out, const Image *img, uint32_t at)
{
    const CondRow *c = &img->conds[at++];

    buf_str(out, op_name(c->op));
    if (c->op & CO_GRID) buf_str(out, ".grid");
    put_parts(out, c);
    if (c->child_count) buf_char(out, '[');
    for (uint32_t i = 0; i < c->child_count && at < img->conds_count; i++)
        at = put_node(out, img, at);
    if (c->child_count) buf_char(out, ']');
    return at;
}

static void test_trees(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena *arena = test_arena(1 << 24);
        CompileOptions options = {.until = STAGE_EMIT};
        Compilation c = compile(SPAN("a.odx"), span_str(cases[i].text), &options, arena);
        Refusal why;
        const Image *img = c.image.len ? image_load(c.image, arena, &why) : NULL;
        Buf out;

        test_case(cases[i].name);
        CHECK(img && img->conds_count > 0);
        if (!img || !img->conds_count) continue;
        buf_init(&out, arena, 4096);
        put_node(&out, img, 0);
        CHECK_STR(buf_cstr(&out), cases[i].want);
    }
}

/* Places lie in the text, and every word the code has can be found there. */
static void test_places(void)
{
    Arena *arena = test_arena(1 << 24);
    CompileOptions options = {.until = STAGE_EMIT};
    const char *text = cases[6].text;
    Compilation c = compile(SPAN("a.odx"), span_str(text), &options, arena);
    Refusal why;
    const Image *img = image_load(c.image, arena, &why);

    CHECK(img && img->lines_count > 0);
    if (!img) return;
    for (uint32_t i = 0; i < img->lines_count; i++)
        CHECK(img->lines[i].begin < img->lines[i].end && img->lines[i].end <= strlen(text));
    for (uint32_t i = 0; i < img->conds_count; i++)
        CHECK(img->conds[i].end <= strlen(text));
    CHECK(span_eq_str(img->source, text));
}

int main(void)
{
    TEST_RUN(test_trees);
    TEST_RUN(test_places);
    return test_end();
}
