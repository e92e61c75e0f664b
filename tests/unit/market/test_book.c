/* test_book.c — one mirrored book: snapshots, deltas, epochs, gaps, ticks joined. */
#include "runtime/market/book.h"

#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/base/fixed.h"

#define C(cents) (INT64_C(10000) * (cents))
#define S(shares) (INT64_C(1000000) * (shares))
#define NOT_SAID MICROS_UNKNOWN

static Book open_book(uint32_t depth)
{
    Book b;

    book_init(&b, depth, true, test_arena((size_t)1 << 20));
    return b;
}

/* "50x10 49x? | 52x3": bids, then asks. */
static const char *shown(const Book *b)
{
    static Buf text;

    if (!text.ptr) buf_init(&text, test_arena((size_t)1 << 20), 1 << 16);
    buf_clear(&text);
    for (int end = 0; end < BOOK_ENDS; end++) {
        for (uint32_t i = 0; i < b->side[end].count; i++) {
            BookLevel l = b->side[end].levels[i];

            if (text.len) buf_char(&text, ' ');
            fx_put_short(&text, l.price_micros, 4);
            buf_char(&text, 'x');
            if (l.size_micros == NOT_SAID)
                buf_char(&text, '?');
            else
                fx_put_short(&text, l.size_micros, FX_PLACES);
        }
        if (end == BOOK_BID) buf_str(&text, " |");
    }
    buf_char(&text, 0);
    return text.ptr;
}

static BookNews snapshot(const BookLevel *bids, uint32_t bid_count, const BookLevel *asks,
                         uint32_t ask_count)
{
    BookNews n = {.kind = NEWS_SNAPSHOT, .epoch = 7};

    n.levels[BOOK_BID] = bids;
    n.levels[BOOK_ASK] = asks;
    n.counts[BOOK_BID] = bid_count;
    n.counts[BOOK_ASK] = ask_count;
    return n;
}

static BookNews delta(uint8_t outcome, BookEnd end, int64_t price, int64_t size)
{
    return (BookNews){.kind = NEWS_DELTA,
                      .epoch = 7,
                      .outcome = outcome,
                      .end = (uint8_t)end,
                      .level = {price, size}};
}

static Book usual(void)
{
    BookLevel bids[] = {{C(48), S(3)}, {C(50), S(10)}, {C(49), NOT_SAID}}, asks[] = {{C(52), S(3)}};
    BookNews n = snapshot(bids, 3, asks, 1);
    Book b = open_book(4);

    CHECK(b.is_stale);
    CHECK(book_apply(&b, &n));
    CHECK(!b.is_stale);
    return b;
}

static const struct {
    const char *name;
    uint8_t outcome;
    BookEnd end;
    int64_t price, size;
    const char *want;
} deltas[] = {
    {"a new size", 0, BOOK_BID, C(50), S(11), "50x11 49x? 48x3 | 52x3"},
    {"a level goes", 0, BOOK_BID, C(49), 0, "50x10 48x3 | 52x3"},
    {"what was not there stays away", 0, BOOK_BID, C(47), 0, "50x10 49x? 48x3 | 52x3"},
    {"a better bid", 0, BOOK_BID, C(51), S(1), "51x1 50x10 49x? 48x3 | 52x3"},
    {"a worse ask", 0, BOOK_ASK, C(53), S(1), "50x10 49x? 48x3 | 52x3 53x1"},
    {"a bid for the other outcome is an ask", 1, BOOK_BID, C(48), S(9), "50x10 49x? 48x3 | 52x9"},
    {"and its ask is a bid", 1, BOOK_ASK, C(50), 0, "49x? 48x3 | 52x3"},
};

static void one_delta(void)
{
    for (size_t i = 0; i < sizeof deltas / sizeof deltas[0]; i++) {
        Book b = usual();
        BookNews n = delta(deltas[i].outcome, deltas[i].end, deltas[i].price, deltas[i].size);

        test_case(deltas[i].name);
        CHECK(book_apply(&b, &n));
        CHECK_STR(shown(&b), deltas[i].want);
    }
}

static void refused(void)
{
    BookLevel zero = {0, S(1)};
    Book b = usual();
    BookNews other = delta(0, BOOK_BID, C(50), S(1)), bad = delta(0, BOOK_BID, FX_ONE, S(1));
    BookNews negative = delta(0, BOOK_BID, C(50), -1), broken = snapshot(&zero, 1, NULL, 0);

    other.epoch = 6;
    CHECK(!book_apply(&b, &other));
    CHECK(!book_apply(&b, &bad));
    CHECK(!book_apply(&b, &negative));
    CHECK_INT(b.refused, 3);
    CHECK_STR(shown(&b), "50x10 49x? 48x3 | 52x3");
    CHECK(!b.is_stale);
    CHECK(!book_apply(&b, &broken)); /* the old book is not the book any more */
    CHECK(b.is_stale);
}

static void gaps(void)
{
    Book b = usual();
    BookNews gap = {.kind = NEWS_GAP}, grid = {.kind = NEWS_GRID, .level = {1000, 0}};
    BookNews open = {.kind = NEWS_OPEN}, more = delta(0, BOOK_BID, C(50), S(1));

    CHECK(book_apply(&b, &gap));
    CHECK(b.is_stale);
    CHECK(!book_apply(&b, &more));
    b = usual();
    CHECK(book_apply(&b, &grid));
    CHECK(b.is_stale);
    CHECK_INT(b.tick_micros, 1000);
    CHECK(book_apply(&b, &open));
    CHECK_INT(b.tick_micros, 0);
    CHECK_STR(shown(&b), " |");
}

static void sight(void)
{
    Book b = usual();

    CHECK_INT(book_size_at(&b, BOOK_BID, C(50)), S(10));
    CHECK_INT(book_size_at(&b, BOOK_BID, C(51)), 0);
    CHECK_INT(book_size_at(&b, BOOK_BID, C(49)), NOT_SAID);
    CHECK_INT(book_size_at(&b, BOOK_BID, C(40)), 0); /* the snapshot was whole */
    b.side[BOOK_BID].is_cut = true;
    CHECK_INT(book_size_at(&b, BOOK_BID, C(40)), BOOK_UNSEEN);
    CHECK_INT(book_size_at(&b, BOOK_BID, C(51)), 0);
    CHECK(!book_is_crossed(&b));
}

/* Without room the worst level goes, and what lies behind is out of sight. */
static void full(void)
{
    Book b = usual();
    BookNews a = delta(0, BOOK_BID, C(47), S(1)), better = delta(0, BOOK_BID, C(51), S(2));
    BookNews worse = delta(0, BOOK_BID, C(30), S(2));

    CHECK(book_apply(&b, &a));
    CHECK(!b.side[BOOK_BID].is_cut);
    CHECK(book_apply(&b, &better));
    CHECK_STR(shown(&b), "51x2 50x10 49x? 48x3 | 52x3");
    CHECK(b.side[BOOK_BID].is_cut);
    CHECK(book_apply(&b, &worse));
    CHECK_STR(shown(&b), "51x2 50x10 49x? 48x3 | 52x3");
}

static const struct {
    const char *name;
    int64_t bid[2], ask[2], bid_size[2], ask_size[2]; /* cents and shares by outcome; -1 unknown */
    const char *want;
} ticks[] = {
    {"both agree", {42, 54}, {46, 58}, {5, 6}, {7, 8}, "42x5 | 46x7"},
    {"the mirror knows the sizes", {42, 54}, {46, 58}, {-1, 6}, {-1, 8}, "42x8 | 46x6"},
    {"the worse for a taker counts", {42, 57}, {45, 59}, {5, 6}, {7, 8}, "41x8 | 45x7"},
    {"one outcome alone", {-1, 54}, {-1, 58}, {-1, 6}, {-1, 8}, "42x8 | 46x6"},
    {"one side alone", {42, -1}, {-1, -1}, {5, -1}, {-1, -1}, "42x5 |"},
    {"a bid of nothing and an ask of a dollar", {0, -1}, {100, -1}, {5, -1}, {5, -1}, " |"},
    {"nobody there", {42, -1}, {46, -1}, {0, -1}, {7, -1}, " | 46x7"},
};

static void set(BookSide *side, int64_t cents, int64_t shares)
{
    side->price_micros[0] = cents < 0 ? NOT_SAID : C(cents);
    side->size_micros[0] = shares < 0 ? NOT_SAID : S(shares);
}

static void joined(void)
{
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
        Book b = open_book(4);
        TickLevels room;
        TickData t;
        BookNews n;

        tick_clear(&t);
        for (int o = 0; o < OUTCOMES; o++) {
            set(&t.bid[o], ticks[i].bid[o], ticks[i].bid_size[o]);
            set(&t.ask[o], ticks[i].ask[o], ticks[i].ask_size[o]);
        }
        n = book_news_of_tick(&t, 0, true, 1, &room);
        test_case(ticks[i].name);
        CHECK(book_apply(&b, &n));
        CHECK_STR(shown(&b), ticks[i].want);
    }
}

int main(void)
{
    TEST_RUN(one_delta);
    TEST_RUN(refused);
    TEST_RUN(gaps);
    TEST_RUN(sight);
    TEST_RUN(full);
    TEST_RUN(joined);
    return test_end();
}
