/* test_memory.c — compile() in memory that ends: whatever the size, findings or an image, never a crash.
 *
 * A limit cuts the arena; a budget makes its source refuse, its emergency page as well. */
#include <stdio.h>

#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/image.h"

enum { MOST = 1 << 18, FILE_MAX = 1 << 16, SMALL = 8 };

static const struct {
    const char *name, *text; /* a file of examples/ when there is no text */
} cases[] = {
    {"nothing", ""},
    {"one rule", "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
                 "when up.ask < 60c { buy $5 of up at market within 2c }\n"},
    {"local let", "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
                  "when up.ask < 60c { let x = $5 buy x of up at market within 2c }\n"},
    {"wrong", "odx 1\nstrategy \"t\"\nwhen up.ask < 3% { buy\n} let x = y\nshow a = b + 1 + x\n"},
    {"module", "odx 1\nstrategy \"t\"\nuse \"std/guards\"\nuse \"nowhere\"\nshow a = 1\n"},
    {"form", "{\"odx\": 1, \"strategy\": \"t\", \"rules\": [{\"when\": \"up.ask < 60c\"}]}"},
    {"form without a market",
     "{\"odx\": 1, \"mode\": \"form\", \"x-notes\": {\"market\": [\"a\"]}}"},
    {"not JSON", "{\"odx\": [[[[[1, {\"a\": }"},
    {"trend.odx", NULL},
    {"two_sided_maker.odx", NULL},
};

static Span text_of(size_t i)
{
    static char bytes[FILE_MAX];
    char path[256];
    size_t len;
    FILE *f;

    if (cases[i].text) return span_str(cases[i].text);
    (void)snprintf(path, sizeof path, "examples/%s", cases[i].name);
    f = fopen(path, "rb");
    if (!CHECK(f != NULL)) return SPAN("");
    len = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    return span_of(bytes, len);
}

/* True when nothing was missing. */
static bool try_compile(Span text, Arena *arena)
{
    CompileOptions options = {.until = STAGE_EMIT, .has_tests = true, .has_format_note = true};
    Compilation c = compile(SPAN("memory.odx"), text, &options, arena);
    bool is_whole = !arena_is_full(arena);
    Refusal why;
    Buf out;

    CHECK(c.tree != NULL && c.sources != NULL && c.diags != NULL);
    CHECK(c.tree->kind == NODE_FILE);
    for (uint32_t i = KID_FILE_ITEMS; i < c.tree->kid_count; i++)
        CHECK(c.tree->kids[i] != NULL);
    CHECK(is_whole || !c.image.len);
    if (c.image.len) CHECK(image_load(c.image, arena, &why) != NULL || arena_is_full(arena));
    buf_init(&out, arena, FILE_MAX);
    render_text(&out, c.diags, false);
    return is_whole;
}

/* The last of all sizes is enough. */
static void limits_cut(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Span text = text_of(i);
        bool is_whole = false;

        test_case(cases[i].name);
        for (size_t size = 0; size <= MOST; size += i < SMALL ? 208 : 1008) {
            Arena arena;

            if (!CHECK(arena_init(&arena, test_source(), size))) return;
            is_whole = try_compile(text, &arena);
            arena_fini(&arena);
        }
        CHECK(is_whole || i >= SMALL);
    }
}

static void sources_refuse(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Span text = text_of(i);

        test_case(cases[i].name);
        for (size_t size = 0; size <= MOST; size += 4096) {
            TestBudget budget = {.left = size};
            Arena arena;

            CHECK(arena_init(&arena, test_source_budget(&budget), MOST) == (size >= ARENA_PAGE));
            try_compile(text, &arena);
            arena_fini(&arena);
            CHECK_INT(budget.count, 0);
        }
    }
}

int main(void)
{
    TEST_RUN(limits_cut);
    TEST_RUN(sources_refuse);
    return test_end();
}
