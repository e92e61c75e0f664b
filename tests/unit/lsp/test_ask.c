/* test_ask.c — questions about a place in a text: hover, completion, signatures, fixes; cursors are `|`. */
#include "tests/harness/test.h"
#include "tests/unit/lsp/marked.h"
#include "vm/base/bug.h"

static bool has(Span text, const char *part)
{
    return span_find(text, span_str(part)) != SPAN_NONE_AT;
}

/* ---- hover ------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *text, *want, *want2;
} hovers[] = {
    {"a let: unit and readiness",
     "#HEAD#let qu|ick = ema(up.mid every 1s, 15)\nwhen quick > 50c { buy $5 of up at market }\n",
     "price · shared · ready 15 s", "0c to $1"},
    {"a use of a let",
     "#HEAD#let quick = ema(up.mid every 1s, 15)\nwhen qui|ck > 50c { buy $5 of up at market }\n",
     "ready 15 s", "let quick"},
    {"doc comment",
     "#HEAD### how dear it is\nlet pri|ce = up.mid\nwhen price > 50c { buy $5 of up at market }\n",
     "how dear it is", "price · shared · ready at once"},
    {"per wallet",
     "#HEAD#let ha|lf = 50% of cash\nwhen up.mid > 50c { buy half of up at market }\n",
     "usd · per wallet", "half"},
    {"a field", "#HEAD#when up.spr|ead < 5c { buy $5 of up at market }\n", "ask minus bid",
     "price · shared"},
    {"a share", "#HEAD#when up.spread < 5c { buy $5 of u|p at market }\n", "pays $1", ""},
    {"a param",
     "#HEAD#param stake = $50 in $10 .. $100\nwhen up.mid > 50c { buy sta|ke of up at market }\n",
     "usd · fixed during a run · $50 in $10 .. $100", ""},
    {"a state", "#HEAD#state n = 0 per slot\nwhen up.mid > 50c and n| < 3 { set n = n + 1 }\n",
     "starts anew each slot", "number"},
    {"a rule in words", "#HEAD#wh|en up.mid > 50c { buy $5 of up at market }\n",
     "as soon as up.mid > 50c", "yes/no"},
    {"a limit", "#HEAD#when up.mid > 50c { buy $5 of up at market }\nrisk { stop |loss 30% }\n",
     "stop loss 30%", "percent"},
    {"a function", "#HEAD#let a = em|a(up.mid, 5)\nshow b = a\n", "ema(x, steps) -> unit of x",
     "exponential average"},
    {"a definition",
     "#HEAD### twice\ndef twice(x: price) -> price = x * 2\nshow b = twi|ce(up.mid)\n",
     "def twice(x: price) -> price", "twice"},
    {"a market", "#HEAD#when b|tc.up.mid > 50c { buy $5 of up at market }\n", "btc-updown-15m",
     "market of slots"},
    {"a number takes its unit", "#HEAD#when up.mid > 0.5|5 { buy $5 of up at market }\n",
     "price · constant", ""},
    {"a keyword", "#HEAD#when up.mid > 50c for 5s { bu|y $5 of up at market }\n", "**buy**: buys",
     ""},
    {"a keyword in broken text", "#HEAD#when up.mid > { ri|sk\n", "**risk**", ""},
    {"an operator's value", "#HEAD#show a = up.mid +| down.mid\n", "price · shared", "0c to $2"},
    {"a reason",
     "#HEAD#when up.mid > 50c { require up.spread < 5c else TOO_|WIDE buy $5 of up at market }\n",
     "reason TOO_WIDE", ""},
    {"a module's definition",
     "odx 1\nuse \"std/bars\"\nstrategy \"T\"\nmarket btc = polymarket \"btc-updown-15m\"\nshow a "
     "= bar_ave|rage(up.mid, 1m, 3)\n",
     "std/bars", "def bar_average(x, length: duration, n: count)"},
};

static void test_hover(void)
{
    for (size_t i = 0; i < ARRAY_LEN(hovers); i++) {
        Marked m = marked_open(hovers[i].text);
        AskHover h = ask_hover(m.ask, m.at);

        test_case(hovers[i].name);
        test_check(has(h.text, hovers[i].want), __FILE__, __LINE__, "no `%s` in: %.*s",
                   hovers[i].want, (int)h.text.len, h.text.ptr);
        test_check(has(h.text, hovers[i].want2), __FILE__, __LINE__, "no `%s` in: %.*s",
                   hovers[i].want2, (int)h.text.len, h.text.ptr);
        CHECK(h.at.begin <= m.at && m.at <= h.at.end);
    }
}

static void test_hover_nothing(void)
{
    Marked m = marked_open("#HEAD#\n\n|\n");

    CHECK_INT(ask_hover(m.ask, m.at).text.len, 0);
    CHECK_INT(ask_hover(m.ask, 1 << 30).text.len, 0);
}

/* ---- completion ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text, *first, *has, *has_not;
} completions[] = {
    {"prices come first behind a price", "#HEAD#when up.spread < |\n", "5c", "up.ask", NULL},
    {"... in a whole statement too", "#HEAD#when up.spread < | { buy $5 of up at market }\n", "5c",
     "up.mid", NULL},
    {"percentages", "#HEAD#when abs_move > |\nrisk { stop loss 3% }\n", "3%", "move", NULL},
    {"durations", "#HEAD#when slot.left < |\n", "30s", "slot.elapsed", NULL},
    {"dollars per coin", "#HEAD#when spot > |\n", "$97_000", "spot_open", NULL},
    {"a let of another price", "#HEAD#let fair = ema(up.mid, 5)\nwhen up.ask < |\n", "5c", "fair",
     NULL},
    {"of a sum", "#HEAD#let a = up.ask + |\n", "5c", "down.ask", NULL},
    {"behind between ... and", "#HEAD#when slot.progress between 10% and |\n", "3%",
     "slot.progress", NULL},
    {"behind crosses", "#HEAD#when up.mid crosses above |\n", "5c", "up.ask", NULL},
    {"days", "#HEAD#when day is |\n", "mon", "sun", NULL},
    {"fill side", "#HEAD#on fill of up if fill.side is | \n", "buy", "sell", NULL},
    {"fill records in their handler", "#HEAD#on fill of up if fill.price > |\n", "5c", "fill.price",
     "trade.price"},
    {"sizes behind buy", "#HEAD#param stake = $50\nwhen up.mid > 50c { buy |\n", "$50", "stake",
     "all"},
    {"all behind sell", "#HEAD#when up.mid > 50c { sell |\n", "all", "$50", NULL},
    {"shares behind of", "#HEAD#when up.mid > 50c { buy $5 of |\n", "up", "down", "ema"},
    {"prices behind at", "#HEAD#when up.mid > 50c { buy $5 of up at |\n", "market within", "up.ask",
     NULL},
    {"modifiers", "#HEAD#when up.mid > 50c { buy $5 of up at market |\n", "within", "post only",
     NULL},
    {"limits", "#HEAD#when up.mid > 50c { buy $5 of up at market }\nrisk { | }\n", "stop loss",
     "max position", NULL},
    {"limits not yet there",
     "#HEAD#when up.mid > 50c { buy $5 of up at market }\nrisk { stop loss 30% | }\n", NULL,
     "take profit", "stop loss"},
    {"what a limit takes", "#HEAD#risk { max position | }\n", "$50", "100 shares", NULL},
    {"states behind set", "#HEAD#state n = 0\nwhen up.mid > 50c { set | }\n", "n", "n", "up"},
    {"fields behind a dot", "#HEAD#when up.|\n", "bid", "spread", "when"},
    {"slot fields", "#HEAD#when slot.| > 3\n", "progress", "left", "bid"},
    {"market members", "#HEAD#when btc.|\n", "up", "abs_move", "bid"},
    {"part of a field", "#HEAD#when up.spr|\n", "bid", "spread", NULL},
    {"statements", "#HEAD#|\n", "when", "risk", "buy"},
    {"actions", "#HEAD#when up.mid > 50c {\n  |\n}\n", "buy", "require", "risk"},
    {"rows of a test", "#HEAD#test \"a\" { | }\n", "given", "expect", "buy"},
    {"outcomes", "#HEAD#test \"a\" { after 1s expect | }\n", "nothing", "skip", NULL},
    {"facts", "#HEAD#test \"a\" { given | }\n", "up.bid", "cash", NULL},
    {"reasons",
     "#HEAD#when up.mid > 50c { require up.spread < 5c else WIDE buy $5 of up at market }\ntest "
     "\"a\" { after 1s expect skip | }\n",
     "WIDE", "MAX_POSITION", NULL},
    {"events", "#HEAD#on |\n", "every", "slot open", NULL},
    {"venues", "#HEAD#market b = |\n", "polymarket", "okx", NULL},
    {"input: steps", "#HEAD#let a = ema(up.mid, |)\n", "1", "abs", NULL},
    {"input: the unit of the first", "#HEAD#let a = max(up.mid, |)\n", "5c", "up.ask", NULL},
    {"input: a share", "#HEAD#let a = price_to_buy(|\n", "up", "down", "move"},
    {"input of a definition", "#HEAD#def f(x: duration) = x\nshow a = f(|)\n", "30s", "slot.left",
     NULL},
    {"conditions: yes/no first", "#HEAD#let calm = up.spread < 5c\nwhen |\n", "calm", "up.mid",
     NULL},
    {"nothing in a comment", "#HEAD## hello |\n", NULL, NULL, "when"},
    {"nothing in a text", "#HEAD#test \"he|llo\" { }\n", NULL, NULL, "when"},
    {"an empty file", "|", "odx 1", NULL, NULL},
    {"a local let", "#HEAD#when up.mid > 50c { let loc = up.ask buy $5 of up at | }\n",
     "market within", "loc", NULL},
    {"two markets",
     "odx 1\nstrategy \"T\"\nmarket a = polymarket \"btc-updown-15m\"\nmarket b = okx "
     "\"BTC-USDT\"\nwhen b.mid > |\n",
     "$97_000", "b.bid", "up.bid"},
    {"operators", "#HEAD#let a = up.mid |\n", "and", "crosses above", NULL},
};

static size_t find(const AskItems *items, const char *label)
{
    for (size_t i = 0; i < items->count; i++)
        if (span_eq_str(items->items[i].label, label)) return i;
    return SPAN_NONE_AT;
}

static void test_complete(void)
{
    for (size_t i = 0; i < ARRAY_LEN(completions); i++) {
        Marked m = marked_open(completions[i].text);
        AskItems items = ask_complete(m.ask, m.at);
        Span first = items.count ? items.items[0].label : SPAN("");

        test_case(completions[i].name);
        if (completions[i].first)
            test_check(span_eq_str(first, completions[i].first), __FILE__, __LINE__,
                       "first is `%.*s`, want `%s`", (int)first.len, first.ptr,
                       completions[i].first);
        if (completions[i].has)
            test_check(find(&items, completions[i].has) != SPAN_NONE_AT, __FILE__, __LINE__,
                       "no `%s`", completions[i].has);
        if (completions[i].has_not)
            test_check(find(&items, completions[i].has_not) == SPAN_NONE_AT, __FILE__, __LINE__,
                       "there is `%s`", completions[i].has_not);
        for (size_t k = 1; k < items.count; k++)
            CHECK(items.items[k - 1].rank <= items.items[k].rank);
    }
}

/* The one that fits stands before the one that does not. */
static void test_order(void)
{
    Marked m = marked_open(
        "#HEAD#let fair = ema(up.mid, 5)\nwhen up.spread < | { buy $5 of up at market }\n");
    AskItems items = ask_complete(m.ask, m.at);

    CHECK(find(&items, "5c") < find(&items, "fair"));
    CHECK(find(&items, "fair") < find(&items, "up.ask"));
    CHECK(find(&items, "up.ask") < find(&items, "cash"));
    CHECK(find(&items, "up.ask") < find(&items, "slot.left"));
}

/* ---- signatures ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text, *label, *input;
    uint32_t active;
} signatures[] = {
    {"first input", "#HEAD#let a = ema(|\n", "ema(x, steps) -> unit of x", "a number of any unit",
     0},
    {"second input", "#HEAD#let a = ema(up.mid, |\n", "ema(x, steps) -> unit of x",
     "a whole number of steps, fixed before the run", 1},
    {"inner call", "#HEAD#let a = ema(abs(|), 5)\n", "abs(x) -> unit of x", "a number of any unit",
     0},
    {"outer call", "#HEAD#let a = ema(abs(up.mid), 5|)\n", "ema(x, steps) -> unit of x",
     "a whole number of steps, fixed before the run", 1},
    {"a definition", "#HEAD#def f(x: price, n) = x\nlet a = f(up.mid, |)\n", "f(x: price, n)",
     "a number of any unit", 1},
    {"no call", "#HEAD#let a = (1 + |\n", "", "", 0},
};

static void test_signature(void)
{
    for (size_t i = 0; i < ARRAY_LEN(signatures); i++) {
        Marked m = marked_open(signatures[i].text);
        AskSignature s = ask_signature(m.ask, m.at);

        test_case(signatures[i].name);
        CHECK(span_eq_str(s.label, signatures[i].label));
        CHECK_INT(s.active, signatures[i].active);
        if (s.label.len)
            CHECK(s.active < s.count && span_eq_str(s.items[s.active].doc, signatures[i].input));
    }
}

/* ---- fixes ------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *text, *title, *want;
} fixes[] = {
    {"a finding's safe fix", "#HEAD#when abs_move > |3 { buy $5 of up at market within 2c }\n",
     "write the unit", "abs_move > 3%"},
    {"did you mean", "#HEAD#when up.sp|raed < 5c { buy $5 of up at market within 2c }\n", "spread",
     "when up.spread < 5c"},
    {"extract", "#HEAD#when |up.ask - up.bid| < 5c { buy $5 of up at market }\n",
     "extract into a `let`", "let value = up.ask - up.bid\n\nwhen value < 5c"},
    {"inline", "#HEAD#let g|ap = up.ask - up.bid\nwhen gap < 5c { buy $5 of up at market }\n",
     "inline this `let`", "\nwhen (up.ask - up.bid) < 5c"},
    {"number to param", "#HEAD#when up.spread < 5|c { buy $5 of up at market }\n",
     "make it a `param`", "param knob = 5c\n\nwhen up.spread < knob"},
    {"a test", "#HEAD#w|hen up.spread < 5c { buy $5 of up at market within 2c }\n",
     "write a `test` for this rule", "expect buy $5 of up at market within 2c\n}"},
    {"an allow", "#HEAD#when up.spread < 5c { buy $5 of up at mark|et }\n", "allow ODX403 here",
     "# odx: allow ODX403 because \nwhen"},
};

static void test_fixes(void)
{
    for (size_t i = 0; i < ARRAY_LEN(fixes); i++) {
        Marked m = marked_open(fixes[i].text);
        AskFixes found = ask_fixes(m.ask, m.at, m.to);
        bool is_found = false;

        test_case(fixes[i].name);
        for (size_t k = 0; k < found.count && !is_found; k++) {
            Span after;

            if (!has(found.items[k].title, fixes[i].title)) continue;
            is_found = true;
            after = marked_apply(&m, &found.items[k].edits);
            test_check(has(after, fixes[i].want), __FILE__, __LINE__, "no `%s` in %.*s",
                       fixes[i].want, (int)after.len, after.ptr);
        }
        test_check(is_found, __FILE__, __LINE__, "no fix `%s` of %zu", fixes[i].title, found.count);
    }
}

static void test_no_fix(void)
{
    static const char *const texts[] = {
        "#HEAD#when up.mid > 50c { let a = up.ask require |a + 1c| < 60c else NO buy $5 of up at "
        "market }\n",
        "#HEAD#on fill of up if |fill.price + 1c| > 5c { close up }\n",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        Marked m = marked_open(texts[i]);
        AskFixes found = ask_fixes(m.ask, m.at, m.to);

        for (size_t k = 0; k < found.count; k++)
            CHECK(!has(found.items[k].title, "extract"));
    }
}

static void test_format(void)
{
    Marked m = marked_open("#HEAD#when   up.spread<5c { buy $5 of up at market within 2c }\n\nrisk "
                           "{\n  max trades 1 per slot\n}\n");
    Changes edits = ask_format(m.ask);
    Span after = marked_apply(&m, &edits);

    CHECK(edits.count >= 1);
    CHECK(span_is(after, compile_format(SPAN("test.odx"), m.text, m.arena)));
    for (size_t i = 0; i < edits.count; i++)
        CHECK(edits.items[i].begin >= 58); /* the head stays */
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static const struct {
    const char *question, *want;
} questions[] = {
    {"check", "\"code\":\"ODX110\""},
    {"hover", "null"},
    {"complete", "\"label\":\"5c\""},
    {"signature", "null"},
    {"fixes", "["},
    {"fixall", "\"insert\":\"up\""},
    {"format", "[]"},
};

static void test_json(void)
{
    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        Marked m = marked_open("#HEAD## gr\xc3\xbc\xc3\x9f\x65\nwhen upp.mid > 5c { buy $5 of up "
                               "at market }\nwhen up.mid > | { "
                               "buy $5 of up at market }\n");
        Buf out;

        test_case(questions[i].question);
        buf_init(&out, m.arena, 1 << 20);
        CHECK(
            ask_json(m.ask, span_str(questions[i].question), ASK_UTF16, m.at - 2, m.to - 2, &out));
        test_check(has(buf_span(&out), questions[i].want), __FILE__, __LINE__, "%.*s", (int)out.len,
                   out.ptr);
        buf_clear(&out);
        CHECK(!ask_json(m.ask, SPAN("what"), ASK_BYTES, 0, 0, &out));
    }
}

int main(void)
{
    TEST_RUN(test_hover);
    TEST_RUN(test_hover_nothing);
    TEST_RUN(test_complete);
    TEST_RUN(test_order);
    TEST_RUN(test_signature);
    TEST_RUN(test_fixes);
    TEST_RUN(test_no_fix);
    TEST_RUN(test_format);
    TEST_RUN(test_json);
    return test_end();
}
