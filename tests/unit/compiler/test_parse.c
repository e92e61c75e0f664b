/* test_parse.c — what the grammar accepts and how it groups; what it refuses, where, and that it
 * goes on with the next statement. */
#include <stdlib.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/front.h"
#include "vm/base/bug.h"

/* ---- values ----------------------------------------------------------------------------------- */

static const struct {
    const char *text, *tree;
} values[] = {
    {"a + b * c", "(+ a (* b c))"},
    {"(a + b) * c", "(* (+ a b) c)"},
    {"a - b - c", "(- (- a b) c)"},
    {"a - (b - c)", "(- a (- b c))"},
    {"-a * b", "(* (NEG a) b)"},
    {"--a", "(NEG (NEG a))"},
    {"5% of equity / 2", "(/ (of 5% equity) 2)"},
    {"a or b and not c or d", "(OR a (AND b (NOT c)) d)"},
    {"(a or b) or (c or d)", "(OR a b c d)"},
    {"a and (b or c) and d", "(AND a (OR b c) d)"},
    {"not a < b", "(NOT (< a b))"},
    {"a < b for 2s", "(FOR (< a b) 2s)"},
    {"a for 2s and b", "(AND (FOR a 2s) b)"},
    {"a between b and c and d", "(AND (BETWEEN a b c) d)"},
    {"a between 1 and 2 or b", "(OR (BETWEEN a 1 2) b)"},
    {"x otherwise y otherwise z", "(OTHERWISE x (OTHERWISE y z))"},
    {"x + 1 otherwise y > z", "(> (OTHERWISE (+ x 1) y) z)"},
    {"up.mid every 1s", "(EVERY up.mid 1s)"},
    {"up.mid every 1s every 5s", "(EVERY (EVERY up.mid 1s) 5s)"},
    {"-up.mid every n", "(NEG (EVERY up.mid n))"},
    {"sma(up.mid every 1m, 20) across slots", "(ACROSS (CALL sma (EVERY up.mid 1m) 20))"},
    {"a crosses above b", "(above a b)"},
    {"a crosses below b - 1c", "(below a (- b 1c))"},
    {"day in [sat, sun]", "(in day (CHOICES sat sun))"},
    {"day not in [sat]", "(not-in day (CHOICES sat))"},
    {"hour in 8 .. 20", "(in hour (RANGE 8 20))"},
    {"fill.side is buy", "(is fill.side buy)"},
    {"fill.side is not sell", "(is-not fill.side sell)"},
    {"fill.side in [buy, sell]", "(in fill.side (CHOICES buy sell))"},
    {"buy", "buy"},
    {"if a then b else if c then d else e", "(IF a b (IF c d e))"},
    {"if a then buy else sell", "(IF a buy sell)"},
    {"(if a then b else c) + 1", "(+ (IF a b c) 1)"},
    {"f()", "(CALL f)"},
    {"max(a, -b, 3)", "(CALL max a (NEG b) 3)"},
    {"sum(i in 1 .. 3: i * x)", "(FOLD sum i (RANGE 1 3) (* i x))"},
    {"any(i in 1 .. n: prev(c, i))", "(FOLD any i (RANGE 1 n) (CALL prev c i))"},
    {"all(k in 0 .. 2: a > k)", "(FOLD all k (RANGE 0 2) (> a k))"},
    {"100 shares + 2 coins", "(+ 100sh 2co)"},
    {"shares + coins", "(+ shares coins)"}, /* words in place are names elsewhere */
    {"stop.loss.when", "stop.loss.when"},   /* behind a dot every word is a field */
    {"trade.market is m", "(is trade.market m)"},
    {"true and not false", "(AND true (NOT false))"},
    {"nothing", "nothing"},
};

static void test_values(void)
{
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const Node *n;
        Front f = front_value(values[i].text, &n);
        Buf b;

        test_case(values[i].text);
        CHECK(!diags_has_errors(f.diags));
        if (!CHECK(n != NULL)) continue;
        buf_init(&b, f.arena, 4096);
        front_list(&b, n);
        CHECK_STR(buf_cstr(&b), values[i].tree);
    }
}

/* ---- statements ------------------------------------------------------------------------------- */

#define TOP "odx 1 strategy \"t\" "

static const char *const accepted[] = {
    "odx 1 use \"a\" use \"b\" pin \"00\" module \"m\" use \"c\"",
    "\xef\xbb\xbf" TOP,
    TOP "let because = if a then b else c let x = because is 3 and because for 2s",
    TOP "test \"t\" { after 1s expect because is 3 expect close up because stop loss }",
    TOP "market m = polymarket \"s\" market n = okx any \"s\" stale after 2s + 1s",
    TOP "leader w = polymarket \"0x1\" leader v = polymarket \"0x2\" grouped 2s",
    TOP "account a account b = kalshi account c",
    TOP "feed f in 0 .. 10 feed g in -1 .. n * 2 stale after 30m",
    TOP "param a = 1 param b = 5% in 1% .. 9% param c = 2 in 1 .. 9 step 0.5 param d = buy in "
        "[buy, sell]",
    TOP "param e = mon in [mon, tue]",
    TOP "state a = 0 state b = up.mid per slot state c = 1 per day state d = 1 per run",
    TOP "def f() = 1 def g(a, b: usd) -> price = a def h(x: token) = x.mid",
    TOP "when a { } while b { } on tick { } on tick of m { } on start { }",
    TOP "on slot open { } on slot close { } on slot open of m { } on slot close of m if a { }",
    TOP "on fill { } on fill of maker.yes if fill.side is buy { } on resolve of m { } on reject of "
        "up { }",
    TOP "on every 1s { } on every n if a { } on every (2 * n) { } on whale.trade { } on news { }",
    TOP "when a { buy 5 shares of up at 5c sell all of up at market buy (5% of x) of m.up at "
        "market within 2c }",
    TOP
    "when a { buy -x + y * 2 of up at 1 - p post only good for 5s all or nothing now or never }",
    TOP "when a { close up close m.up within 2c cancel all cancel up split $5 of m merge 3 shares "
        "of m }",
    TOP "when a { set x = buy set y = if a then b else c require a and b else X_1 alert \"hi\" let "
        "z = 1 }",
    TOP "when a { require if a then b else c else NOPE }",
    TOP "when a { together within 2s or unwind { close up } together within n or keep { } }",
    TOP "while a { repeat i in 1 .. 3 { quote up { bid a size b ask c size d refresh 1c } } quote "
        "m.up { } }",
    TOP "risk { }",
    TOP "risk { stop loss 30% take profit if a then 5% else 6% trailing stop 1% time stop 5m }",
    TOP "risk { max position $5 max exposure 5% of equity per market max trades 1 per slot max "
        "loss $5 per week }",
    TOP "risk { max drawdown 5% max open 3 max leverage 2 max trades 5 per hour max exposure 1 per "
        "leader }",
    TOP "risk { no entry when a exit when b < 3 cooldown 5m cooldown 5m after loss cooldown 1m "
        "after exit }",
    TOP "risk { hold to resolution hold forever }",
    TOP "show a = b always a <= b and c",
    TOP
    "test \"t\" { } test \"u\" { given a = 1 } test \"v\" { given a.b = 1, c = unknown after 1s }",
    TOP
    "test \"t\" { after 1s expect nothing after 2s a = 1, b = -2c expect x is 3 expect nothing }",
    TOP "test \"t\" { after 1s fill 5 shares of up at 5c, fill buy 1 shares of up at 5c, fill sell "
        "x of y at z }",
    TOP
    "test \"t\" { after 1s slot open, slot close of m, resolve m.up, reject up, slot.left = 5s }",
    TOP "test \"t\" { after 1s whale.trade buy 2 shares of yes at 50c, whale.trade sell $5 of no "
        "at 1c }",
    TOP "test \"t\" { after 1s whale merge 5 shares, whale.split split 5 shares of m }",
    TOP "test \"t\" { after 1s expect buy $5 of up expect sell all of up at market within 1c post "
        "only }",
    TOP
    "test \"t\" { after 1s expect close up because stop loss expect close up because exit when }",
    TOP "test \"t\" { after 1s expect skip NO_SIZE expect buy 5% * 2 of up because time stop }",
    TOP "test \"t\" { after 1s expect sell all of up at market because time stop }",
    TOP "test \"t\" { after 0 expect nothing after 500ms expect if a then b else c }",
    TOP "layout { n3 at 0, -240 when1.cond.2.left id \"n\" at 1.5, 2 show.x extra \"{}\" risk.1 id "
        "\"r\" }",
    TOP "let stop = 1 let open = stop let size = open let hour = size let id = 1 let extra = 2",
};

static void test_accepted(void)
{
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        Front f = front_open("a.odx", accepted[i]);

        test_case(accepted[i]);
        CHECK(!diags_has_errors(f.diags));
        CHECK_INT(f.tree->kind, NODE_FILE);
        CHECK(node_is(f.tree->kids[KID_FILE_HEADER], NODE_HEADER));
    }
}

/* ---- mistakes --------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *findings; /* "CODE line:column, ..." in order */
} refused[] = {
    {"", "ODX001 1:1, ODX001 1:1"},
    {"strategy \"t\"", "ODX001 1:1"},
    {"odx 1", "ODX001 1:6"},
    {"odx 2\nstrategy \"t\"", "ODX003 1:5"},
    {"odx 1\nlet a = 1\nstrategy \"t\"", "ODX001 3:1"},
    {"odx 1\nstrategy \"t\"\nstrategy \"u\"", "ODX001 3:1"},
    {"odx 1\nstrategy t", "ODX001 2:10"},
    {TOP "\nlet for = 3", "ODX002 2:5"},
    {TOP "\nfeed every in 0 .. 1", "ODX002 2:6"},
    {TOP "\ndef when(a) = a", "ODX002 2:5"},
    {TOP "\nlet a = 3 4\nlet b = 5 6", "ODX001 2:11, ODX001 3:11"},
    {TOP "\nlet a = 3 +\nlet b = 4", "ODX001 2:11"},
    {TOP "\nlet = 3\nlet = 4\nlet c = 5", "ODX001 2:5, ODX001 3:5"},
    {TOP "\nlet a == 3", "ODX001 2:7, ODX001 2:7"},
    {TOP "\nwhen a == 3 { }", "ODX001 2:8"},
    {TOP "\nwhen a != 3 && !b { }", "ODX001 2:8, ODX001 2:13, ODX001 2:16"},
    {TOP "\nwhen a = 3 { close up }", "ODX001 2:8"},
    {TOP "\nwhen 1 < a < 3 { close up }", "ODX001 2:12"},
    {TOP "\nwhen a { buy 5% of equity of up at market }", "ODX001 2:27"},
    {TOP "\nwhen a { merge 1% of x of m }", "ODX001 2:24"},
    {TOP "\nwhen a { buy 5 up at 3 }", "ODX001 2:16"},
    {TOP "\nwhen a { if b { close up } }", "ODX001 2:10"},
    {TOP "\nwhen a { bye 5 of up at 3\n close up\n sell }", "ODX001 2:10, ODX001 4:7"},
    {TOP "\nwhen a > {\n buy $5 of up\n}\nlet b = ", "ODX001 2:10, ODX001 4:1, ODX001 5:7"},
    {TOP "\nwhen\nlet b = 3\nlet c 4", "ODX001 2:1, ODX001 4:7"},
    {TOP "\nwhen a b c {\n close\n}\nlet d 4", "ODX001 2:8, ODX001 4:1, ODX001 5:7"},
    {TOP "\nwhen a {\n close up\nwhen b {\n close up\n}\nlet d 4", "ODX001 4:1, ODX001 7:7"},
    {TOP "\nwhen a {\n together within 5s {\n  close up\n }\n close down\n}", "ODX001 3:21"},
    {TOP "\nwhen a {\n close up\n", "ODX001 3:8"},
    {TOP "\n}\nlet a = 1", "ODX001 2:1"},
    {TOP "\nwen a > 3 {\n}", "ODX001 2:1"},
    {TOP "\nlet a = 3 4\nwen a > 3 {\n clos up\n sell\n}\nlet b 4",
     "ODX001 2:11, ODX001 3:1, ODX001 4:2, ODX001 6:1, ODX001 7:7"},
    {TOP "\nwhen a {\n foo 3 { close up } bar { { } }\n sell\n}\nlet b 4",
     "ODX001 3:2, ODX001 3:21, ODX001 5:1, ODX001 6:7"},
    {TOP "\nrisk { stop los 3%\n max position }", "ODX001 2:13, ODX001 3:15"},
    {TOP "\nrisk { max position $5; max trades 3; }", "ODX001 2:23, ODX001 2:37"},
    {TOP "\nlet Foo = 3\nlet bAr = 4", "ODX001 2:5, ODX001 3:5"},
    {TOP "\nalways a\nalert \"x", "ODX001 3:1, ODX001 3:7"},
    {TOP "\ntest \"t\" { after 5 expect nothing }", "ODX001 2:18"},
    {TOP "\ntest \"t\" { after 5s expect }", "ODX001 2:28"},
    {TOP "\nlet a = sum(i: 3)", "ODX001 2:13"},
    {TOP "\nlet a = sum(i is 3: 3)", "ODX001 2:13"},
    {TOP "\ndef f(a: price) -> banana = a", "ODX001 2:20"},
    {TOP "\non start of m { }", "ODX001 2:13"},
    {TOP "\nlet a = \"x\"", "ODX001 2:9"},
    {TOP "\nmarket m = polymarket \"a\\q\"", "ODX001 2:25"},
    {TOP "\nlet a = \x01 3", "ODX001 2:9"},
    {TOP "\nlet a = 3 \xe2\x89\xa4 4", "ODX001 2:11"},
    {TOP "\nlet a = \xff", "ODX001 2:9"},
};

static void put_findings(Buf *b, const Front *f)
{
    diags_finish(f->diags);
    for (size_t i = 0; i < diags_count(f->diags); i++) {
        const Diag *d = diags_get(f->diags, i);
        Position at = source_position(sources_get(f->sources, 0), d->place.begin);

        buf_fmt(b, "%s%s %u:%u", i ? ", " : "", diag_info(d->code)->code, at.line, at.column);
    }
}

static void test_refused(void)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        Front f = front_open("a.odx", refused[i].text);
        Buf b;

        test_case(refused[i].text);
        buf_init(&b, f.arena, 4096);
        put_findings(&b, &f);
        CHECK_STR(buf_cstr(&b), refused[i].findings);
        CHECK_INT(f.tree->kind, NODE_FILE);
    }
}

/* A definition that cannot be read still names what it defines. */
static void test_bad_definitions_keep_their_name(void)
{
    static const char *const texts[] = {
        "let a = 3 3 3", "param a = = 4",  "state a = per",  "market a = ?", "show a = )",
        "def a(x, = 3",  "feed a in = 10", "leader a = w 3", "let a = 5 +",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char text[200] = TOP;
        Front f;
        const Node *n;

        strcat(text, texts[i]);
        test_case(text);
        f = front_open("a.odx", text);
        CHECK(diags_has_errors(f.diags));
        n = f.tree->kid_count > KID_FILE_ITEMS ? f.tree->kids[KID_FILE_ITEMS] : NULL;
        if (CHECK(n != NULL)) CHECK(span_eq_str(n->name, "a"));
    }
}

/* What could be read before the file ends, or parsing stops, is there. */
static const struct {
    const char *text;
    uint32_t items;
} cut[] = {
    {TOP "let a = 1 when b { close up", 2},
    {TOP "let a = 1 when b { close", 2},
    {TOP "let a = 1 when b", 2},
    {TOP "let a = 1 when b >", 2},
    {TOP "let a = 1 when b { repeat i in", 2},
    {TOP "let a = 1 when b { together within 5s or unwind { buy 5 of", 2},
    {TOP "let a = 1 risk", 2},
    {TOP "let a = 1 risk {", 2},
    {TOP "let a = 1 test \"t\" { after 5s", 2},
    {TOP "let a = 1 let b =", 2},
    {TOP "let a = 1 wen b { close up", 2},
};

static void test_cut_files(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
        Front f = front_open("a.odx", cut[i].text);

        test_case(cut[i].text);
        diags_finish(f.diags);
        CHECK(diags_count(f.diags) >= 1);
        CHECK_INT(f.tree->kid_count - KID_FILE_ITEMS, cut[i].items);
    }
}

/* ---- limits ----------------------------------------------------------------------------------- */

static const char *repeated(const char *head, const char *part, size_t count, const char *tail)
{
    static char text[400000];
    size_t n = strlen(head), part_len = strlen(part);

    memcpy(text, head, n);
    for (size_t i = 0; i < count && n + part_len < sizeof text - 100; i++, n += part_len)
        memcpy(text + n, part, part_len);
    strcpy(text + n, tail);
    return text;
}

static const struct {
    const char *name, *head, *part;
    size_t count;
    const char *tail;
    DiagCode want;
} limits[] = {
    {"64 brackets", TOP "let a = ", "(", 64, "1", ODX001},
    {"65 brackets", TOP "let a = ", "(", 65, "1", ODX702},
    {"many brackets", TOP "let a = ", "(", 100000, "1", ODX702},
    {"a long sum", TOP "let a = 1", " + 1", 150, "", ODX_NONE},
    {"an endless sum", TOP "let a = 1", " + 1", 50000, "", ODX702},
    {"an endless minus", TOP "let a = ", "- ", 90000, "1", ODX702},
    {"an endless not", TOP "let a = ", "not ", 50000, "b", ODX702},
    {"an endless if", TOP "let a = ", "if b then c else ", 10000, "d", ODX702},
    {"an endless or", TOP "let a = b", " or b", 20000, "", ODX_NONE},
    {"an endless otherwise", TOP "let a = b", " otherwise b", 10000, "", ODX702},
    {"many lets", TOP, "let a = 1 ", 20000, "", ODX_NONE},
    {"many blocks", TOP, "when a { ", 5000, "", ODX001},
    {"blocks in blocks", TOP "when a {", "repeat i in 1 .. 2 { ", 70, "", ODX702},
    {"a long name", TOP "let ", "a", 65, " = 1", ODX702},
    {"a name of 64", TOP "let ", "a", 64, " = 1", ODX_NONE},
    {"a large file", TOP, "# 456789\n", 40000, "", ODX702},
    {"a long path", TOP "let a = b", ".b", 50000, "", ODX_NONE},
    {"many mistakes", TOP, "let = \n", 10000, "", ODX001},
};

static void test_limits(void)
{
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        Front f = front_open(
            "a.odx", repeated(limits[i].head, limits[i].part, limits[i].count, limits[i].tail));

        test_case(limits[i].name);
        diags_finish(f.diags);
        CHECK_INT(diags_count(f.diags) ? diags_get(f.diags, 0)->code : ODX_NONE, limits[i].want);
        CHECK(diags_count(f.diags) <= 101);
        CHECK(f.tree->depth <= NODE_MAX_DEPTH + 1);
    }
}

/* Wherever memory ends, there is a file node and no crash. */
static void test_little_memory(void)
{
    char *text = front_read("examples/shadow.odx");
    Arena a;

    if (!CHECK(text != NULL)) return;
    for (size_t limit = 65536; limit < 400000; limit += 4099) {
        CHECK(arena_init(&a, test_source(), limit));
        CHECK_INT(front_again(&a, span_str(text)).tree->kind, NODE_FILE);
        arena_fini(&a);
    }
    free(text);
}

int main(void)
{
    TEST_RUN(test_values);
    TEST_RUN(test_accepted);
    TEST_RUN(test_refused);
    TEST_RUN(test_bad_definitions_keep_their_name);
    TEST_RUN(test_cut_files);
    TEST_RUN(test_limits);
    TEST_RUN(test_little_memory);
    return test_end();
}
