/* test_messages.c — the messages of LANGUAGE 7.1 that checking gives, byte for byte. */
#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"

static const struct {
    const char *name;
    DiagCode code;
    const char *text, *message;
} cases[] = {
    {"late_mover.odx", ODX104,
     "odx 1\n"
     "strategy \"x\"\n"
     "market m = polymarket \"btc-updown-15m\"\n"
     "let tight = up.spread < 5c\n"
     "when abs_move > 3 and tight {\n"
     "  close up\n"
     "}\n",
     "error[ODX104]: a percentage is compared with a bare number\n"
     " --> late_mover.odx:5:17\n"
     "  |\n"
     "5 | when abs_move > 3 and tight {\n"
     "  |      --------   ^ bare 3 would mean 300%\n"
     "  |      |\n"
     "  |      a percentage\n"
     "  |\n"
     "  = `abs_move` is the move since the slot opened; in stored ticks 3.0 already means 3%\n"
     "help: write the unit   (safe fix)\n"
     "  | - when abs_move > 3 and tight {\n"
     "  | + when abs_move > 3% and tight {\n"},
    {"late_mover.odx", ODX103,
     "odx 1\n"
     "strategy \"x\"\n"
     "market m = polymarket \"btc-updown-15m\"\n"
     "when abs_move > 3% {\n"
     "  buy 50 of up at market within 2c\n"
     "}\n",
     "error[ODX103]: the size has no unit\n"
     " --> late_mover.odx:5:7\n"
     "  |\n"
     "5 |   buy 50 of up at market within 2c\n"
     "  |       ^^ 50 what?\n"
     "  |\n"
     "  = at 52c a share, 50 shares cost $26; $50 buys 96 shares\n"
     "help: write `$50` to spend fifty dollars, or `50 shares` to buy fifty shares   (not applied "
     "for you: they are different trades)\n"},
    {"trend.odx", ODX110,
     "odx 1\n"
     "strategy \"x\"\n"
     "market m = polymarket \"btc-updown-15m\"\n"
     "let quick = ema(up.mid every 1s, 9)\n"
     "let calm  = ema(up.middle every 1s, 21)\n"
     "show a = quick - calm\n",
     "error[ODX110]: `up` has no field called `middle`\n"
     " --> trend.odx:5:20\n"
     "  |\n"
     "5 | let calm  = ema(up.middle every 1s, 21)\n"
     "  |                    ^^^^^^ not something a share has\n"
     "  |\n"
     "  = `up` has: ask, ask_size, bid, bid_size, entry, gain, mid, pnl, position, size_ratio, "
     "spread, value, ...\n"
     "help: did you mean `mid`?   (safe fix)\n"
     "  | - let calm  = ema(up.middle every 1s, 21)\n"
     "  | + let calm  = ema(up.mid every 1s, 21)\n"},
    {"oracle.odx", ODX201,
     "odx 1\n"
     "strategy \"x\"\n"
     "market m = polymarket \"btc-updown-15m\"\n"
     "when winner is up and slot.left > 1m {\n"
     "  close up\n"
     "}\n",
     "error[ODX201]: `winner` is not known while the slot is open\n"
     " --> oracle.odx:4:6\n"
     "  |\n"
     "4 | when winner is up and slot.left > 1m {\n"
     "  |      ^^^^^^ exists only once the slot has resolved\n"
     "  |\n"
     "  = in stored data this column is filled in afterwards, so a backtest would read the answer\n"
     "  = `winner` and `spot_close` can be read in `on resolve`\n"
     "help: to trade on how an earlier slot ended, keep it: `state last_up = false`, then `on "
     "resolve { set last_up = winner is up }`\n"},
    {"slow.odx", ODX202,
     "odx 1\n"
     "strategy \"x\"\n"
     "market m = polymarket \"btc-updown-15m\"\n"
     "let base = sma(up.mid every 1m, 20)\n"
     "when up.mid < base - 3c {\n"
     "  close up\n"
     "}\n",
     "error[ODX202]: this average is never ready: it needs 20 minutes and the slot lasts 15\n"
     " --> slow.odx:4:12\n"
     "  |\n"
     "4 | let base = sma(up.mid every 1m, 20)\n"
     "  |            ^^^^^^^^^^^^^^^^^^^^^^^^ ready 20m after the slot opens\n"
     "5 | when up.mid < base - 3c {\n"
     "  |               ---- so this rule can never fire\n"
     "  |\n"
     "  = each slot has its own `up` token, so its history starts again at every slot open\n"
     "help: shorten it to at most 14 minutes\n"
     "help: or average something that lives on: `spot` keeps its history from slot to slot\n"
     "help: or, if mixing different slots is what you want, write `sma(up.mid every 1m, 20) across "
     "slots`\n"},
};

static const Diag *find(const Compilation *c, DiagCode code)
{
    for (size_t i = 0; i < diags_count(c->diags); i++)
        if (diags_get(c->diags, i)->code == code) return diags_get(c->diags, i);
    return NULL;
}

static void test_messages(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = test_arena((size_t)16 << 20);
        CompileOptions options = {.until = STAGE_CHECK};
        Compilation c = compile(span_str(cases[i].name), span_str(cases[i].text), &options, arena);
        const Diag *d = find(&c, cases[i].code);
        Buf b;

        test_case(cases[i].message);
        if (!CHECK(d != NULL)) continue;
        CHECK_INT(diags_counts(c.diags).errors, 1);
        buf_init(&b, arena, 65536);
        render_finding(&b, d, false);
        CHECK_STR(buf_cstr(&b), cases[i].message);
    }
}

int main(void)
{
    TEST_RUN(test_messages);
    return test_end();
}
