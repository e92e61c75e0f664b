/* test_diff.c — what changed between two strategies, and when nothing did. */
#include "compiler/views/diff.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/bug.h"

#define HEAD "odx 1\nstrategy \"x\"\nmarket m = polymarket \"btc-updown-15m\"\n"
#define RULE "when up.ask < 40c { buy $50 of up at 40c }\n"
#define FORM(cents, risk)                                                                       \
    "{\"odx\":1,\"mode\":\"form\",\"name\":\"x\",\"market\":{\"venue\":\"polymarket\","         \
    "\"selector\":"                                                                             \
    "\"btc-updown-15m\"},\"conditions\":[{\"indicator\":\"ask_up\",\"operator\":\"<\","         \
    "\"value\":" cents "}],\"action\":{\"signal\":\"buy\",\"outcome\":\"UP\",\"size_usdc\":50," \
    "\"order_type\":\"limit\",\"price\":0.4}" risk "}"
#define GRAPH(cents)                                                                            \
    "{\"mode\":\"node\",\"nodes\":[{\"id\":\"a\",\"type\":\"input\",\"data\":{\"field\":\"ask_" \
    "up\"}},"                                                                                   \
    "{\"id\":\"b\",\"type\":\"comparator\",\"data\":{\"operator\":\"<\",\"value\":" cents "}}," \
    "{\"id\":\"c\",\"type\":\"action\",\"data\":{\"signal\":\"buy\",\"outcome\":\"UP\","        \
    "\"size_usdc\":50,\"order_type\":\"limit\",\"price\":0.4}}],\"edges\":[{\"source\":\"a\","  \
    "\"target\":\"b\"},{\"source\":\"b\",\"target\":\"c\"}]}"

static const struct {
    const char *name, *a, *b, *want;
} cases[] = {
    {"the same text", HEAD RULE, HEAD RULE, "same meaning\n"},
    {"spacing, comments and a label", HEAD RULE,
     HEAD "## cheap\nwhen up.ask<40c{# now\nbuy $50 of up at 40c}", "same meaning\n"},
    {"a text and its form", HEAD RULE, FORM("0.4", ""), "same meaning\n"},
    {"a form and its graph", FORM("0.4", ""), GRAPH("0.4"), "same meaning\n"},
    {"an unused name", HEAD RULE, HEAD "let a = up.mid\n" RULE, "same meaning\n"},
    {"a rule without a label", HEAD RULE, FORM("0.45", ""),
     "changed rule\n  - when up.ask < 40c { buy $50 of up at 40c }\n"
     "  + when up.ask < 45c { buy $50 of up at 40c }\n"},
    {"one rule more is no change of another", HEAD RULE,
     HEAD "when up.ask < 30c { buy $5 of up at 30c }\nwhen up.bid > 60c { sell all of up at 60c }",
     "removed rule\n  - when up.ask < 40c { buy $50 of up at 40c }\n"
     "added rule\n  + when up.ask < 30c { buy $5 of up at 30c }\n"
     "added rule\n  + when up.bid > 60c { sell all of up at 60c }\n"},
    {"a rule with a label", HEAD "## go\n" RULE,
     HEAD "when up.bid > 60c { sell all of up at 60c }\n## go\nwhen up.ask < 30c { buy $50 of up "
          "at 40c }",
     "changed rule go\n  - when up.ask < 40c { buy $50 of up at 40c }\n"
     "  + when up.ask < 30c { buy $50 of up at 40c }\n"
     "added rule\n  + when up.bid > 60c { sell all of up at 60c }\n"},
    {"limits of a form", FORM("0.4", ",\"risk\":{\"stoploss_pct\":30,\"max_position_usdc\":200}"),
     FORM("0.4", ",\"risk\":{\"max_position_usdc\":500,\"max_trades_per_slot\":1}"),
     "changed limit max position\n  - max position $200\n  + max position $500\n"
     "removed limit stop loss\n  - stop loss 30%\n"
     "added limit max trades per slot\n  + max trades 1 per slot\n"},
    {"a param", HEAD "param s = $5 in $5 .. $50\nwhen up.ask < 40c { buy s of up at 40c }",
     HEAD "param s = $6 in $5 .. $50\nwhen up.ask < 40c { buy s of up at 40c }",
     "changed param s\n  - param s = $5 in $5 .. $50\n  + param s = $6 in $5 .. $50\n"},
    {"the order of rules", HEAD RULE "when up.ask < 41c { buy $5 of up at 41c }\n",
     HEAD "when up.ask < 41c { buy $5 of up at 41c }\n" RULE,
     "the order of rules or limits changed, or a module behind them\n"},
    {"modules", "odx 1\nmodule \"m\"\nlet a = 1c\n", "odx 1\nmodule \"m\"\nlet a = 2c # x\n",
     "changed let a\n  - let a = 1c\n  + let a = 2c\n"},
    {"equal modules", "odx 1\nmodule \"m\"\nlet a = 1c\n", "odx 1\nmodule \"m\"\nlet a=1c # x\n",
     "same meaning\n"},
};

static Compilation take(const char *text, Arena *a)
{
    static const CompileOptions options = {.until = STAGE_EMIT};

    return compile(text[0] == '{' ? SPAN("x.json") : SPAN("x.odx"), span_str(text), &options, a);
}

static void test_changes(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Arena *a = test_arena((size_t)128 << 20);
        Compilation x = take(cases[i].a, a), y = take(cases[i].b, a);
        Diff d = diff_make(&x, &y, a), back = diff_make(&y, &x, a);
        Buf b;

        test_case(cases[i].name);
        CHECK_INT(diags_counts(x.diags).errors + diags_counts(y.diags).errors, 0);
        buf_init(&b, a, 1 << 20);
        diff_put_text(&b, &d);
        CHECK_STR(buf_cstr(&b), cases[i].want);
        CHECK_INT(d.is_same, back.is_same);
        CHECK_INT(d.count, back.count);
        CHECK_INT(diff_make(&x, &x, a).count, 0);
    }
}

/* White space counts in quotes; what an alert says moves no money. */
static void test_quotes(void)
{
    Arena *a = test_arena((size_t)128 << 20);
    Compilation x = take(HEAD RULE "when up.bid > 60c { alert \"a  #b \\\" c\" }", a);
    Compilation y = take(HEAD RULE "when up.bid > 60c { alert \"a #b \\\" c\" # d\n }", a);
    Diff d = diff_make(&x, &y, a);

    CHECK(d.is_same);
    CHECK_INT(d.count, 1);
    CHECK(span_eq_str(d.items[0].before, "when up.bid > 60c { alert \"a  #b \\\" c\" }"));
    CHECK(span_eq_str(d.items[0].after, "when up.bid > 60c { alert \"a #b \\\" c\" }"));
}

static void test_json(void)
{
    Arena *a = test_arena((size_t)128 << 20);
    Compilation x = take(FORM("0.4", ""), a),
                y = take(FORM("0.45", ",\"risk\":{\"stoploss_pct\":30}"), a);
    Diff d = diff_make(&x, &y, a);
    Buf b;

    buf_init(&b, a, 1 << 20);
    diff_put_json(&b, &d);
    CHECK_STR(
        buf_cstr(&b),
        "{\"same\":false,\"changes\":[{\"change\":\"changed\",\"kind\":\"rule\",\"name\":null,"
        "\"before\":\"when up.ask < 40c { buy $50 of up at 40c }\","
        "\"after\":\"when up.ask < 45c { buy $50 of up at 40c }\"},"
        "{\"change\":\"added\",\"kind\":\"limit\",\"name\":\"stop loss\",\"before\":null,"
        "\"after\":\"stop loss 30%\"}]}\n");
    CHECK(d.items[0].before_at.end > d.items[0].before_at.begin);
}

int main(void)
{
    TEST_RUN(test_changes);
    TEST_RUN(test_quotes);
    TEST_RUN(test_json);
    return test_end();
}
