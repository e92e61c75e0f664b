/* test_report.c — the page of results made by hand: what it says, what it leaves out, what it escapes. */
#include "runtime/backtest/report_page.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/backtest/made_result.h"

enum { PAGE_LIMIT = 8 << 20, ARENA_LIMIT = 64 << 20 };

static Span page_of(const char *name)
{
    Arena *arena = test_arena(ARENA_LIMIT);
    MadeResult *made = made_result(name, arena);
    Buf page;

    buf_init(&page, arena, PAGE_LIMIT);
    CHECK(report_html(&page, &made->result, &made->facts, arena));
    CHECK(!buf_is_full(&page));
    return buf_span(&page);
}

static bool has(Span page, const char *what)
{
    return span_find(page, span_str(what)) != SPAN_NONE_AT;
}

static void test_says(void)
{
    static const struct {
        const char *page, *text;
        bool is_there;
    } rows[] = {
        {"full", "May be luck", true},
        {"full", "It earned money, but a strategy without any skill", true},
        {"full", "id=\"equity-t\"", true},
        {"full", "class=\"area band\"", true},
        {"full", "All 30 trades.", true},
        {"full", "0.2137 over 30 entries", true},
        {"full", "odx backtest made.odx --data ticks.csv --seed 7", true},
        {"full", "m.ask &lt; 60c", true},
        {"full", "<p class=\"note\">12 trials on this data so far</p>", true},
        {"full", "The books balance", true},
        {"full", "<code>orders</code> never fail later", true},
        {"empty", "Nothing to judge", true},
        {"empty", "No tick was replayed.", true},
        {"empty", "It never held anything", true},
        {"empty", "No trade was closed.", true},
        {"empty", "id=\"calibration-t\"", false},
        {"one_slot", "were not run beside it", true},
        {"one_slot", "class=\"area band\"", false},
        {"one_slot", "not run</td>", true},
        {"no_sizes", "<small>\xe2\x80\x93 / \xe2\x80\x93</small>", true},
        {"hourly", "A period is an hour of equity.", true},
        {"hourly", "id=\"slots-t\"", false},
        {"hourly", "long</td>", true},
        {"many", "The first 500 of 1,500 trades", true},
        {"many", "The first 500 of 1,500 slots", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_case(rows[i].text);
        CHECK(has(page_of(rows[i].page), rows[i].text) == rows[i].is_there);
    }
}

/* One script, the page's own; no handler, no picture, no text that turns around. */
static void test_hostile(void)
{
    Span page = page_of("hostile");
    Span head = span_sub(page, 0, span_find(page, SPAN("</title>")));

    CHECK(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK(has(head, "<title>Backtest of &lt;/title&gt;"));
    CHECK(!has(page, "<script>alert"));
    CHECK(!has(page, "<img"));
    CHECK(!has(page, "\xe2\x80\xae"));
    CHECK(!has(page, "\x01"));
    CHECK(has(page, "\xef\xbf\xbd{}"));
}

static void test_same_bytes(void)
{
    Span one = page_of("full"), two = page_of("full");

    CHECK(span_is(one, two));
    CHECK(!span_is(one, page_of("no_sizes")));
}

static uint64_t count_of(Span page, const char *what)
{
    uint64_t n = 0;
    size_t at;

    while ((at = span_find(page, span_str(what))) != SPAN_NONE_AT) {
        n++;
        page = span_from(page, at + 1);
    }
    return n;
}

/* Rows are won and lost as the totals count them; even and open ones are neither. */
static void test_row_classes(void)
{
    Arena *arena = test_arena(ARENA_LIMIT);
    MadeResult *made = made_result("full", arena);
    ResultTrade *even = &made->result.trades.items[0], *open = &made->result.trades.items[1];
    ResultTotals *t = &made->result.totals;
    Buf page;

    *(even->pnl_micros > 0 ? &t->wins : &t->losses) -= 1;
    *(open->pnl_micros > 0 ? &t->wins : &t->losses) -= 1;
    even->pnl_micros = 0;
    open->exit = RESULT_EXIT_OPEN;
    buf_init(&page, arena, PAGE_LIMIT);
    CHECK(report_html(&page, &made->result, &made->facts, arena));
    CHECK_INT(count_of(buf_span(&page), "<tr class=\"won\">"), t->wins);
    CHECK_INT(count_of(buf_span(&page), "<tr class=\"lost\">"), t->losses);
    CHECK_INT(count_of(buf_span(&page), "<tr class=\"even\">"), 1);
    CHECK_INT(count_of(buf_span(&page), "<tr class=\"open\">"), 1);
}

/* Every verdict has words of its own in front. */
static void test_tones(void)
{
    Arena *arena = test_arena(ARENA_LIMIT);
    MadeResult *made = made_result("one_slot", arena);

    for (int v = 0; v < VERDICTS; v++) {
        Buf page;

        made->result.judgement.verdict = (VerdictId)v;
        buf_init(&page, arena, PAGE_LIMIT);
        CHECK(report_html(&page, &made->result, &made->facts, arena));
        test_case(verdict_name((VerdictId)v));
        CHECK(!has(buf_span(&page), "<p class=\"tag\"></p>"));
        CHECK(has(buf_span(&page), verdict_sentence((VerdictId)v)));
    }
}

/* Any limit: a page cut short says so, and nothing breaks. */
static void test_memory(void)
{
    for (size_t room = 100000; room < 2000000; room += 150000) {
        TestBudget budget = {.left = room};
        Arena small;
        Arena *arena = test_arena(ARENA_LIMIT);
        MadeResult *made = made_result("many", arena);
        Buf page;
        bool ok;

        if (!arena_init(&small, test_source_budget(&budget), SIZE_MAX)) continue;
        buf_init(&page, arena, room);
        ok = report_html(&page, &made->result, &made->facts, &small);
        CHECK(ok == !arena_is_full(&small));
        CHECK(page.len <= room);
        arena_fini(&small);
    }
}

int main(void)
{
    TEST_RUN(test_says);
    TEST_RUN(test_hostile);
    TEST_RUN(test_same_bytes);
    TEST_RUN(test_row_classes);
    TEST_RUN(test_tones);
    TEST_RUN(test_memory);
    return test_end();
}
