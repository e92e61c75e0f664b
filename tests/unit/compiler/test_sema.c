/* test_sema.c — what must be inferred for the listings (the table of 2.4.5), and for single values. */
#include "compiler/compiler.h"
#include "compiler/sema/sema.h"
#include "compiler/types/types.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"

#include <stdio.h>
#include <string.h>

enum { MAX_FILE = 1 << 20 };

static const struct {
    const char *file, *name, *unit;
    bool wallet;
    const char *ready;
} listings[] = {
    {"trend", "quick", "price", false, "15 s"},
    {"trend", "calm", "price", false, "60 s"},
    {"rebound", "price", "price", false, "1 s"},
    {"rebound", "quiet", "yes/no", false, "60 s"},
    {"rebound", "cheap", "yes/no", false, "15 s"},
    {"equilibrage", "half", "usd", true, "at once"},
    {"equilibrage", "gap", "price", false, "at once"},
    {"two_sided_maker", "fair", "price", false, "20 s"},
    {"two_sided_maker", "calm", "yes/no", false, "60 s"},
    {"two_sided_maker", "lean", "price", true, "at once"},
    {"funding_carry", "basis", "number", false, "at once"},
    {"funding_carry", "carry", "number (percent)", false, "1 d"},
    {"daily_saver", "fair", "usd/coin", false, "at once"},
    {"scanner", "motion", "number", false, "1 h"},
    {"scanner", "score", "number", false, "1 h"},
    {"fade", "far", "number", false, "1 tick + 120 s"},
    {"fade", "stake", "usd", true, "at once"},
};

static Span read_text(Arena *arena, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *to = arena_alloc(arena, MAX_FILE);
    size_t len;

    if (!f) return (Span){NULL, 0};
    len = fread(to, 1, MAX_FILE, f);
    (void)fclose(f);
    return span_of(to, len);
}

static ModuleText load(void *ctx, Span path, Span from)
{
    ModuleText t = {.name = path};
    char full[256];

    (void)from;
    (void)snprintf(full, sizeof full, "examples/%.*s", (int)path.len, path.ptr);
    t.text = read_text(ctx, full);
    t.is_found = t.text.ptr != NULL;
    return t;
}

static Compilation check_text(Arena *arena, Span text)
{
    CompileOptions options = {.load = load, .ctx = arena, .until = STAGE_CHECK};

    return compile(SPAN("test.odx"), text, &options, arena);
}

static const Let *find_let(const Program *p, const char *name)
{
    for (uint32_t i = 0; i < p->lets_count; i++)
        if (span_eq_str(p->lets[i].name, name)) return &p->lets[i];
    return NULL;
}

static const char *text_of(Arena *arena, Span s)
{
    return arena_span(arena, s).ptr;
}

static void check_value(Arena *arena, const Let *l, const char *unit, bool wallet,
                        const char *ready)
{
    if (!CHECK(l && l->value)) return;
    CHECK_STR(text_of(arena, type_text(arena, l->value->type)), unit);
    CHECK_INT(l->value->wallet, wallet);
    CHECK_STR(text_of(arena, ready_text(arena, l->value->ready)), ready);
}

static void test_table(void)
{
    for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++) {
        Arena *arena = test_arena((size_t)32 << 20);
        char path[128], label[128];
        Compilation c;

        (void)snprintf(path, sizeof path, "examples/%s.odx", listings[i].file);
        (void)snprintf(label, sizeof label, "%s.%s", listings[i].file, listings[i].name);
        test_case(label);
        c = check_text(arena, read_text(arena, path));
        CHECK_INT(diags_counts(c.diags).errors, 0);
        check_value(arena, find_let(c.program, listings[i].name), listings[i].unit,
                    listings[i].wallet, listings[i].ready);
    }
}

static const struct {
    const char *value, *unit;
    bool wallet;
    const char *ready;
} values[] = {
    {"$100 / up.mid", "shares", false, "at once"},
    {"up.position * up.mid", "usd", true, "at once"},
    {"1 - up.ask", "price", false, "at once"},
    {"abs_move * 2", "number (percent)", false, "at once"},
    {"abs_move * abs_move", "number", false, "at once"},
    {"abs_move / 2%", "number", false, "at once"},
    {"5% of equity", "usd", true, "at once"},
    {"prev(up.mid, 3)", "price", false, "3 ticks"},
    {"change(up.mid)", "price", false, "1 tick"},
    {"prev(up.mid every 5s, 3)", "price", false, "20 s"},
    {"ema(ema(up.mid every 1s, 9), 9)", "price", false, "17 s"},
    {"up.mid crosses above down.mid", "yes/no", false, "1 tick"},
    {"up.mid > 50c for 30s", "yes/no", false, "30 s"},
    {"ema(up.mid every 1s, 9) otherwise up.mid", "price", false, "at once"},
    {"known(ema(up.mid every 1s, 9))", "yes/no", false, "at once"},
    {"if up.position > 0 then 1c else 2c", "price", true, "at once"},
    {"since(up.mid > 50c)", "duration", false, "at once"},
    {"price_to_buy(up, $50)", "price", false, "at once"},
    {"sqrt(up.mid * down.mid)", "price", false, "at once"},
    {"count(i in 1 .. 3: up.mid > i * 20c)", "number", false, "at once"},
    {"day in [sat, sun]", "yes/no", false, "at once"},
    {"(prev(x) otherwise up.mid) * 0.9 + up.mid * 0.1", "price", false, "at once"},
};

static void test_values(void)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        Arena *arena = test_arena((size_t)32 << 20);
        Compilation c;
        Buf b;

        test_case(values[i].value);
        buf_init(&b, arena, 4096);
        buf_fmt(&b, "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-15m\"\nlet x = %s\n",
                values[i].value);
        buf_str(&b, "show y = x\n");
        c = check_text(arena, buf_span(&b));
        CHECK_INT(diags_counts(c.diags).errors, 0);
        check_value(arena, find_let(c.program, "x"), values[i].unit, values[i].wallet,
                    values[i].ready);
    }
}

static const struct {
    const char *rule;
    bool wallet;
} sharings[] = {
    {"when up.mid > 50c { set n = 1 }", false},
    {"when up.position > 0 { set n = 1 }", true},
    {"on start { set n = slot.trades }", true},
    {"on fill of up { set n = 1 }", true},
    {"on resolve if winner is up { set n = n + 1 }", false},
    {"on resolve if slot.pnl < 0 { set n = n + 1 }", true},
    {"on start { require cash > $5 else POOR  set n = 1 }", true},
    {"state k = 0 on fill { set k = 1 } when k > 0 { set n = 1 }", true},
    {"state k = n on slot open { set n = 1 } on fill { set k = n }", false},
};

static void test_sharing(void)
{
    for (size_t i = 0; i < sizeof sharings / sizeof sharings[0]; i++) {
        Arena *arena = test_arena((size_t)32 << 20);
        Compilation c;
        Buf b;

        test_case(sharings[i].rule);
        buf_init(&b, arena, 4096);
        buf_fmt(
            &b,
            "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-15m\"\nstate n = 0\n%s\n",
            sharings[i].rule);
        c = check_text(arena, buf_span(&b));
        CHECK_INT(diags_counts(c.diags).errors, 0);
        for (uint32_t k = 0; k < c.program->states_count; k++)
            if (span_eq_str(c.program->states[k].name, "n"))
                CHECK_INT(c.program->states[k].wallet, sharings[i].wallet);
    }
}

/* Every argument of a sound Program stands and comes first, but for recursion through `prev`. */
static void test_graph_is_whole(void)
{
    for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++) {
        Arena *arena = test_arena((size_t)32 << 20);
        char path[128];
        Compilation c;

        (void)snprintf(path, sizeof path, "examples/%s.odx", listings[i].file);
        test_case(path);
        c = check_text(arena, read_text(arena, path));
        for (uint32_t k = 0; k < c.program->exprs_count; k++) {
            const Expr *e = c.program->exprs[k];

            CHECK_INT(e->id, k);
            CHECK(!type_is_bad(e->type) && !type_is_pending(e->type));
            for (uint32_t a = 0; a < e->arg_count; a++)
                CHECK(e->args[a] && (e->args[a]->id < k || e->op == EX_PREV));
        }
    }
}

/* What is read of a share is kept with the first account; its name must not be another account's. */
static void test_names_of_shares(void)
{
    static const char text[] =
        "odx 1 strategy \"t\" market m = predict \"x\" account maker account hedge\n"
        "when maker.yes.ask < 40c { buy $5 of maker.yes at market within 2c }\n"
        "when hedge.no.ask < 40c { buy $5 of hedge.no at market within 2c }\n"
        "show held = maker.no.position\n";
    static const char *const want[2][2] = {{"maker.yes", "hedge.yes"}, {"maker.no", "hedge.no"}};
    Arena *arena = test_arena((size_t)32 << 20);
    Compilation c = check_text(arena, span_str(text));

    CHECK_INT(diags_counts(c.diags).errors, 0);
    CHECK_INT(c.program->tokens_count, 3);
    for (uint32_t i = 0; i < c.program->tokens_count; i++) {
        const Token *t = &c.program->tokens[i];

        CHECK(span_eq_str(t->spelled, want[t->outcome][t->account]));
    }
}

/* The market whose ticks are the clock of an hour. */
static const struct {
    const char *markets, *value;
    uint8_t market;
} hours[] = {
    {"market m = polymarket \"btc-updown-15m\"", "hour", 0},
    {"market m = polymarket \"btc-updown-15m\" market n = okx \"BTC-USDT\"", "hour", MARKET_NONE},
    {"market m = polymarket \"btc-updown-15m\" market n = okx \"BTC-USDT\"", "n.hour", 1},
    {"market m = polymarket \"btc-updown-15m\" market n = okx \"BTC-USDT\"", "m.hour", 0},
    {"market m = polymarket \"btc-updown-15m\" market n = kalshi \"K\"",
     "if n.day is sat then 1 else 0", 1},
};

static void test_hours(void)
{
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
        Arena *arena = test_arena((size_t)32 << 20);
        Compilation c;
        Buf b;

        test_case(hours[i].value);
        buf_init(&b, arena, 4096);
        buf_fmt(&b, "odx 1 strategy \"t\" %s show x = prev(%s)\n", hours[i].markets,
                hours[i].value);
        c = check_text(arena, buf_span(&b));
        CHECK_INT(diags_counts(c.diags).errors, 0);
        CHECK_INT(c.program->inputs_count, 1);
        CHECK_INT(c.program->inputs[0].market, hours[i].market);
    }
}

int main(void)
{
    TEST_RUN(test_names_of_shares);
    TEST_RUN(test_hours);
    TEST_RUN(test_table);
    TEST_RUN(test_values);
    TEST_RUN(test_sharing);
    TEST_RUN(test_graph_is_whole);
    return test_end();
}
