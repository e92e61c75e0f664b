/* sweep_books.c — see sweep_books.h. */
#include "runtime/backtest/sweep_books.h"

/* Cells share books; one that is alone goes on to the next. */
enum { BOOKS = 1024, BOOKS_ALONE = 8 };

typedef struct Shown { /* by one tick */
    Book book;
    uint32_t tick;
} Shown;

struct SweepBooks {
    const SweepJob *job;
    Book none;
    Shown *shown;   /* by tick */
    uint32_t count; /* of them, a power of two */
    TickData row;   /* room */
};

SweepBooks *sweep_books_new(const SweepJob *job, uint32_t cells, Arena *arena)
{
    SweepBooks *b = arena_new(arena, SweepBooks);

    if (arena_is_full(arena)) return NULL;
    b->job = job;
    b->count = cells == 1 ? BOOKS_ALONE : BOOKS;
    b->shown = arena_array(arena, Shown, b->count);
    book_init(&b->none, BOOK_LEVELS, true, arena);
    tick_clear(&b->row);
    for (uint32_t i = 0; i < b->count && !arena_is_full(arena); i++) {
        book_init(&b->shown[i].book, BOOK_LEVELS, true, arena);
        b->shown[i].tick = NO_TICK;
    }
    return arena_is_full(arena) ? NULL : b;
}

const Book *sweep_books_at(SweepBooks *b, uint32_t tick)
{
    Shown *s = &b->shown[tick & (b->count - 1)];

    if (tick == NO_TICK) return &b->none;
    if (s->tick != tick) {
        sweep_book_at(b->job, tick, &b->row, &s->book);
        s->tick = tick;
    }
    return &s->book;
}

uint32_t sweep_books_worse(const SweepBooks *b, BookEnd end, int64_t price, uint32_t from,
                           uint32_t to)
{
    const SweepScene *s = b->job->scene;
    int64_t low = end == BOOK_BID ? price : INT64_MIN, high = end == BOOK_BID ? INT64_MAX : price;
    int64_t first = from < to ? s->deepest[end][from] : MICROS_UNKNOWN;

    if (first != MICROS_UNKNOWN && (first <= low || first >= high)) return from; /* as a rule */
    return sweep_outside(s, s->deepest[end], from, to, low, high);
}
