/* resting.c — what the matcher's three models say of one resting order, on books that fills.py hands in.
 *
 * In, on stdin, blocks of integers: "B t" and six (price, size) pairs, bids then asks, best first, price
 * 0 where there is no level; after the first book of a block "O end price size expires" lines; "E" ends a
 * block.  Times are microseconds, the rest micros.  Out: a line an order, what each model filled.
 * Promise: every order meets a venue of its own, so orders of a block do not compete. */
#include <inttypes.h>
#include <stdio.h>

#include "runtime/matcher/matcher.h"
#include "tests/harness/memory.h"

enum { LEVELS = 3, BOOK_ROOM = 512, ORDER_ROOM = 64, LINE_ROOM = 512 };

typedef struct Shown {
    int64_t ts_us;
    BookLevel levels[BOOK_ENDS][LEVELS];
    uint32_t counts[BOOK_ENDS];
} Shown;

typedef struct Joined {
    int end;
    int64_t price, size, expires_us;
} Joined;

typedef struct Block {
    Shown books[BOOK_ROOM];
    Joined orders[ORDER_ROOM];
    size_t book_count, order_count;
} Block;

static bool read_book(const char *line, Shown *s)
{
    int at = 0, used = 0;

    *s = (Shown){0};
    if (sscanf(line, "B %" SCNd64 "%n", &s->ts_us, &at) != 1) return false;
    for (int end = 0; end < BOOK_ENDS; end++)
        for (int i = 0; i < LEVELS; i++, at += used) {
            BookLevel l;

            if (sscanf(line + at, "%" SCNd64 " %" SCNd64 "%n", &l.price_micros, &l.size_micros,
                       &used) != 2)
                return false;
            if (l.price_micros) s->levels[end][s->counts[end]++] = l;
        }
    return true;
}

static bool read_order(const char *line, Joined *o)
{
    return sscanf(line, "O %d %" SCNd64 " %" SCNd64 " %" SCNd64, &o->end, &o->price, &o->size,
                  &o->expires_us) == 4;
}

static int64_t filled_until(Matcher *m, int64_t until_us)
{
    MatcherAnswer a;
    int64_t filled = 0;

    while (matcher_next(m, until_us, &a))
        if (a.event.kind == EV_FILL) filled += a.event.fill.size_micros;
    return filled;
}

static void show(Matcher *m, Book *book, const Shown *s)
{
    BookNews news = {.ts_us = s->ts_us, .kind = NEWS_SNAPSHOT, .is_cut = true};

    for (int end = 0; end < BOOK_ENDS; end++) {
        news.levels[end] = s->levels[end];
        news.counts[end] = s->counts[end];
    }
    (void)book_apply(book, &news);
    matcher_news(m, &news);
}

static int64_t filled_by(FillModel model, const Block *b, const Joined *o, Arena *arena)
{
    ArenaMark mark = arena_mark(arena);
    MarketRules rules = rules_of_test(MARKET_BINARY);
    Book book;
    MatcherMarket market = {.rules = &rules, .book = &book};
    MatcherConfig config = {.markets = &market, .market_count = 1, .model = model};
    MatcherOrder order = {.id = 1,
                          .is_sell = o->end == BOOK_ASK,
                          .size_micros = o->size,
                          .price_micros = o->price,
                          .expires_us = o->expires_us};
    BookNews open = {.ts_us = b->books[0].ts_us, .kind = NEWS_OPEN};
    Matcher *m;
    int64_t filled = 0;

    book_init(&book, LEVELS, false, arena);
    m = matcher_new(&config, arena);
    (void)book_apply(&book, &open);
    matcher_news(m, &open);
    show(m, &book, &b->books[0]);
    matcher_order(m, &order, b->books[0].ts_us);
    filled += filled_until(m, b->books[0].ts_us);
    for (size_t i = 1; i < b->book_count; i++) {
        filled += filled_until(m, b->books[i].ts_us - 1);
        show(m, &book, &b->books[i]);
        filled += filled_until(m, b->books[i].ts_us);
    }
    arena_release(arena, mark);
    return filled;
}

static void answer(const Block *b, Arena *arena)
{
    for (size_t i = 0; i < b->order_count; i++)
        for (int model = 0; model < MODELS; model++)
            printf("%" PRId64 "%c", filled_by((FillModel)model, b, &b->orders[i], arena),
                   model + 1 < MODELS ? ' ' : '\n');
}

static bool take_line(Block *b, const char *line, Arena *arena)
{
    if (line[0] == 'B')
        return b->book_count < BOOK_ROOM && read_book(line, &b->books[b->book_count++]);
    if (line[0] == 'O')
        return b->order_count < ORDER_ROOM && read_order(line, &b->orders[b->order_count++]);
    if (line[0] != 'E' || !b->book_count) return false;
    answer(b, arena);
    b->book_count = b->order_count = 0;
    return true;
}

int main(void)
{
    static Block block;
    static char line[LINE_ROOM];
    Arena *arena = test_arena((size_t)64 << 20);

    while (fgets(line, sizeof line, stdin))
        if (!take_line(&block, line, arena)) {
            fprintf(stderr, "resting: not understood: %s", line);
            return 1;
        }
    return 0;
}
