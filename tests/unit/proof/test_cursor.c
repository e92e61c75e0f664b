/* test_cursor.c — a run moved about in: counts, near misses, jumps and changes worked out by hand, what is
 * unknown and why, where values stand in other notations.  What every value is at every tick, and that coming
 * back shows the same, tests/prop/cursor.c holds against the reference. */
#include "runtime/proof/cursor.h"

#include "runtime/proof/cursor_json.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/num.h"

#define SEC INT64_C(1000000)
#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"
#define START (INT64_C(1780000000) / 300 * 300 * SEC)

typedef struct Stage {
    Arena *arena;
    Compilation c;
    MarketRows rows;
    Cursor *cursor;
} Stage;

/* A tick every second, bid of up in cents, ask 2c above it. */
static Stage open_stage(const char *text, const int *bids, size_t count, int64_t gap_us)
{
    Stage s = {.arena = test_arena((size_t)64 << 20)};
    TickRow *rows = arena_array(s.arena, TickRow, count);
    CursorSetup setup = {.cash_micros = -1, .gap_us = gap_us};
    Err err = ERR_NONE;

    for (size_t i = 0; i < count; i++) {
        rows[i] = (TickRow){
            .ts_us = START + ((int64_t)i + 1) * SEC, .slot_start_us = START, .slot_us = 300 * SEC};
        tick_clear(&rows[i].data);
        if (bids[i] > 0) {
            rows[i].data.bid[0].price_micros[0] = bids[i] * 10000;
            rows[i].data.ask[0].price_micros[0] = (bids[i] + 2) * 10000;
            rows[i].data.bid[0].size_micros[0] = rows[i].data.ask[0].size_micros[0] = 90 * SEC;
            tick_mirror(&rows[i].data);
        }
    }
    s.rows = (MarketRows){rows, count, NULL, 0};
    s.c = compile(SPAN("t.odx"), span_str(text), NULL, s.arena);
    if (!CHECK(s.c.image.len != 0)) return s;
    setup.c = &s.c;
    setup.rows = &s.rows;
    s.cursor = cursor_new(&setup, s.arena, &err);
    test_check(s.cursor != NULL, __FILE__, __LINE__, "%s", err.text);
    return s;
}

/* The value of that text, the last one when there are several. */
static uint32_t item(const Stage *s, const char *text)
{
    const Values *v = cursor_values(s->cursor);

    for (uint32_t i = v->count; i-- > 0;)
        if (span_eq_str(source_text(s->c.sources, v->items[i].expr->place), text)) return i;
    test_check(false, __FILE__, __LINE__, "no value `%s`", text);
    return 0;
}

static const CursorNode *node(const Stage *s, const char *text)
{
    uint32_t count;
    const CursorNode *nodes = cursor_nodes(s->cursor, &count);

    for (uint32_t i = 0; i < count; i++)
        if (nodes[i].item == item(s, text)) return &nodes[i];
    return NULL;
}

/* ---- over the run ------------------------------------------------------------------------------------ */

static const char band[] = HEAD "when up.bid > 50c and up.ask < 60c and not (slot.elapsed < 3s) {\n"
                                "  buy $5 of up at market within 2c\n}\n";
/* steps:                          1   2   3   4   5   6  7   8   9  (0 opens the slot) */
static const int band_bids[] = {55, 40, 55, 40, 65, 65, 0, 40, 55};

static void test_counts(void)
{
    Stage s = open_stage(band, band_bids, 9, 0);
    const CursorCount *c;
    const CursorNode *n;

    if (!s.cursor) return;
    CHECK_INT(cursor_walk(s.cursor, 1000), CURSOR_DONE);
    CHECK_INT(cursor_steps(s.cursor), 11);
    CHECK_INT(cursor_ticks(s.cursor), 9);
    c = cursor_count(s.cursor, item(&s, "up.bid > 50c"));
    CHECK_INT(c->yes, 5);
    CHECK_INT(c->no, 3);
    CHECK_INT(c->unknown, 1);
    CHECK_INT(c->first_yes, 1);
    CHECK_INT(c->last_yes, 9);
    CHECK(cursor_count(s.cursor, item(&s, "up.bid")) == NULL);
    n = node(&s, "up.bid > 50c"); /* at 40c, after the third second */
    CHECK(n && n->near_miss == 2 && n->first_near == 4 && n->last_near == 8);
    n = node(&s, "up.ask < 60c"); /* at 65c */
    CHECK(n && n->near_miss == 2 && n->first_near == 5 && n->last_near == 6);
    n = node(&s, "slot.elapsed < 3s"); /* in the first second: inside a `not` */
    CHECK(n && n->near_miss == 1 && n->first_near == 1);
}

static void test_seek(void)
{
    static const struct {
        CursorTruth want;
        uint64_t from;
        bool is_back;
        int64_t to;
    } cases[] = {
        {TRUTH_YES, 0, false, 1},  {TRUTH_YES, 1, false, 3},     {TRUTH_YES, 6, false, 9},
        {TRUTH_YES, 9, false, -1}, {TRUTH_YES, 9, true, 6},      {TRUTH_YES, 3, true, 1},
        {TRUTH_YES, 1, true, -1},  {TRUTH_UNKNOWN, 0, false, 7}, {TRUTH_NO, 100, true, 8},
        {TRUTH_NO, 8, false, -1},
    };
    Stage s = open_stage(band, band_bids, 9, 0);

    if (!s.cursor) return;
    (void)cursor_walk(s.cursor, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_INT(cursor_seek(s.cursor, item(&s, "up.bid > 50c"), cases[i].want, cases[i].from,
                              cases[i].is_back),
                  cases[i].to);
    CHECK_INT(cursor_find(s.cursor, START - 1), -1);
    CHECK_INT(cursor_find(s.cursor, START), 0);
    CHECK_INT(cursor_find(s.cursor, START + 5 * SEC / 2), 2);
    CHECK_INT(cursor_find(s.cursor, INT64_MAX), 10);
    CHECK_INT(cursor_find_tick(s.cursor, 0), 1);
    CHECK_INT(cursor_find_tick(s.cursor, 8), 9);
    CHECK_INT(cursor_find_tick(s.cursor, 9), -1);
    CHECK_INT(cursor_step(s.cursor, 10).kind, EV_SLOT_CLOSE);
}

static void test_gap(void)
{
    Stage s = open_stage(band, band_bids, 9, SEC / 2);

    if (!s.cursor) return;
    CHECK_INT(cursor_walk(s.cursor, 1000), CURSOR_GAP);
    CHECK_INT(cursor_steps(s.cursor), 1);
    CHECK(cursor_at(s.cursor, 0));
    CHECK(!cursor_at(s.cursor, 1));
}

/* ---- at a step ----------------------------------------------------------------------------------------- */

static void test_moves(void)
{
    Stage s = open_stage(band, band_bids, 9, 0);
    size_t count;

    if (!s.cursor) return;
    while (cursor_walk(s.cursor, 1) == CURSOR_MORE) { /* looking does not disturb walking */
        CHECK(cursor_at(s.cursor, 0));
        CHECK(cursor_now(s.cursor) == NULL);
    }
    CHECK(cursor_at(s.cursor, 3)); /* the first tick that fires: an order and its fill */
    (void)cursor_deeds(s.cursor, &count);
    CHECK_INT(count, 2);
    CHECK(cursor_deeds(s.cursor, &count)[1].is_fill);
    CHECK_INT(engine_cash(cursor_engine(s.cursor), 0) < 1000 * SEC, 1);
    CHECK(cursor_at(s.cursor, 2)); /* back: it has not happened yet */
    (void)cursor_deeds(s.cursor, &count);
    CHECK_INT(count, 0);
    CHECK_INT(engine_cash(cursor_engine(s.cursor), 0), 1000 * SEC);
    CHECK_BITS(cursor_now(s.cursor)[item(&s, "up.bid")], 0.4);
    CHECK(!cursor_at(s.cursor, 11));
}

static void test_unknown(void)
{
    static const struct {
        const char *text;
        ValueNeed need;
        const char *of;
    } cases[] = {
        {"ema(up.mid, 5) > 50c", NEED_HISTORY, "ema(up.mid, 5)"},
        {"up.entry", NEED_HOLDING, "up.entry"},
        {"1 / (up.bid - up.bid)", NEED_RESULT, "1 / (up.bid - up.bid)"},
        {"spare", NEED_READER, "spare"},
    };
    Stage s = open_stage(HEAD "let spare = up.bid > 50c\n"
                              "when ema(up.mid, 5) > 50c and up.entry > 1c { close up }\n"
                              "show ratio = 1 / (up.bid - up.bid)\n",
                         band_bids, 9, 0);
    ValueNeed need;

    if (!s.cursor) return;
    (void)cursor_walk(s.cursor, 1000);
    CHECK(cursor_at(s.cursor, 2));
    for (size_t i = 0; i < 3; i++) {
        uint32_t at = item(&s, cases[i].text);

        test_case(cases[i].text);
        CHECK(!num_is_known(cursor_now(s.cursor)[at]));
        CHECK_INT(values_blame(cursor_values(s.cursor), at, cursor_now(s.cursor), &need),
                  item(&s, cases[i].of));
        CHECK_INT(need, cases[i].need);
    }
    test_case("nobody reads it");
    (void)values_blame(cursor_values(s.cursor), item(&s, "up.bid > 50c"), cursor_now(s.cursor),
                       &need);
    CHECK_INT(need, NEED_READER);
}

static void test_changes(void)
{
    static const struct {
        const char *cond;
        double to; /* UNKNOWN: no single number is enough */
        bool is_beyond, is_in_range;
    } cases[] = {
        {"up.bid > 70c", 0.4, true, true},
        {"up.bid >= 70c and up.ask < 90c", 0.4, false, true},
        {"up.bid > 70c and up.ask > 90c", UNKNOWN, false, false},
        {"up.bid > 70c or up.ask > 44c", 0.42, true, true}, /* the nearer one */
        {"not (up.bid < 45c)", 0.4, false, true},
        {"70c < up.bid", 0.4, true, true},
        {"up.bid between 50c and 60c", 0.4, false, true},
        {"up.bid > level", 0.4, true, true},
        {"up.bid > most", 0.4, true, false},
        {"up.bid > down.ask", UNKNOWN, false, false}, /* no number is written there */
        {"up.bid < 45c", UNKNOWN, false, false},      /* it is true */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Stage s;
        uint32_t count;
        const CursorChange *c;
        Buf text;

        test_case(cases[i].cond);
        buf_init(&text, test_arena(1 << 20), 1 << 12);
        buf_str(&text, HEAD "param most = 60c in 50c .. 80c\nlet level = 55c\nwhen ");
        buf_str(&text, cases[i].cond);
        buf_str(&text, " {\n  buy $5 of up at market within 2c\n}\n");
        s = open_stage(buf_cstr(&text), band_bids, 9, 0);
        if (!s.cursor) continue;
        (void)cursor_walk(s.cursor, 1000);
        CHECK(cursor_at(s.cursor, 2)); /* bid 40c, ask 42c */
        c = cursor_changes(s.cursor, 0, &count);
        CHECK_INT(count != 0, num_is_known(cases[i].to));
        if (!count || !num_is_known(cases[i].to)) continue;
        CHECK_BITS(c->to, cases[i].to);
        CHECK_INT(c->is_beyond, cases[i].is_beyond);
        CHECK_INT(c->is_in_range, cases[i].is_in_range);
    }
}

/* ---- notations ------------------------------------------------------------------------------------------ */

static void test_places(void)
{
    static const struct {
        const char *text, *form, *node;
        bool is_output;
    } cases[] = {
        {"up.mid > 60c", "/conditions/0/rules/0", "when1.cond.1", true},
        {"up.mid", "/conditions/0/rules/0/indicator", "when1.cond.1.left", true},
        {"up.spread < 4c", "/conditions/0/rules/1", "when1.cond.2", true},
        {"4c", "/conditions/0/rules/1/value", "when1.cond.2", false},
        {"up.mid > 60c and up.spread < 4c and move > 1%", "/conditions/0/rules", "when1.cond",
         true},
        {"up.mid > 60c and up.spread < 4c", "/conditions/0/rules", "", false},
    };
    static const CompileOptions how = {.until = STAGE_EMIT};
    Stage s = open_stage(HEAD "when up.mid > 60c and up.spread < 4c and move > 1% {\n"
                              "  buy $5 of up at market\n}\n",
                         band_bids, 9, 0);
    const ValuePlace *form, *graph, *own;

    if (!s.cursor) return;
    own = places_of(cursor_values(s.cursor), &s.c, NOTATION_TEXT, &how, s.arena);
    form = places_of(cursor_values(s.cursor), &s.c, NOTATION_FORM, &how, s.arena);
    graph = places_of(cursor_values(s.cursor), &s.c, NOTATION_GRAPH, &how, s.arena);
    if (!CHECK(own && form && graph)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t at = item(&s, cases[i].text);

        test_case(cases[i].text);
        CHECK_INT(own[at].end - own[at].begin, (int64_t)span_str(cases[i].text).len);
        CHECK(span_eq_str(form[at].pointer, cases[i].form));
        CHECK(span_eq_str(graph[at].node, cases[i].node));
        CHECK_INT(graph[at].is_output, cases[i].is_output);
    }
}

/* A form has no words for a state: then it gives no places. */
static void test_no_places(void)
{
    static const CompileOptions how = {.until = STAGE_EMIT};
    Stage s = open_stage(HEAD "state seen = false per slot\n"
                              "when up.mid > 60c and not seen {\n  set seen = true\n}\n",
                         band_bids, 9, 0);

    if (!s.cursor) return;
    CHECK(!places_of(cursor_values(s.cursor), &s.c, NOTATION_FORM, &how, s.arena));
    CHECK(places_of(cursor_values(s.cursor), &s.c, NOTATION_GRAPH, &how, s.arena));
}

/* ---- want of memory --------------------------------------------------------------------------------------- */

static void test_memory(void)
{
    Stage s = open_stage(band, band_bids, 9, 0);
    CursorSetup setup = {.c = &s.c, .cash_micros = -1, .rows = &s.rows};

    for (size_t limit = 1 << 12; limit < (size_t)8 << 20; limit += limit / 4) {
        Arena arena;
        Err err = ERR_NONE;
        Cursor *c;

        if (!arena_init(&arena, test_source(), limit)) continue;
        c = cursor_new(&setup, &arena, &err);
        CHECK(c || err.status != ST_OK);
        if (c && cursor_walk(c, 1000) != CURSOR_FULL) CHECK_INT(cursor_steps(c), 11);
        if (c && cursor_steps(c)) CHECK(cursor_at(c, 0));
        arena_fini(&arena);
    }
}

int main(void)
{
    TEST_RUN(test_counts);
    TEST_RUN(test_seek);
    TEST_RUN(test_gap);
    TEST_RUN(test_moves);
    TEST_RUN(test_unknown);
    TEST_RUN(test_changes);
    TEST_RUN(test_places);
    TEST_RUN(test_no_places);
    TEST_RUN(test_memory);
    return test_end();
}
