/* sweep_books.c — see sweep_books.h. */
#include "runtime/backtest/sweep_books.h"

enum { BOOKS = 1024 };

typedef struct Shown { /* by one tick */
    Book book;
    uint32_t tick;
} Shown;

struct SweepBooks {
    const SweepJob *job;
    Book none;
    Shown *shown; /* BOOKS of them, by tick */
    TickData row; /* room */
};

SweepBooks *sweep_books_new(const SweepJob *job, Arena *arena)
{
    SweepBooks *b = arena_new(arena, SweepBooks);

    if (arena_is_full(arena)) return NULL;
    b->job = job;
    b->shown = arena_array(arena, Shown, BOOKS);
    book_init(&b->none, BOOK_LEVELS, true, arena);
    tick_clear(&b->row);
    for (uint32_t i = 0; i < BOOKS && !arena_is_full(arena); i++) {
        book_init(&b->shown[i].book, BOOK_LEVELS, true, arena);
        b->shown[i].tick = NO_TICK;
    }
    return arena_is_full(arena) ? NULL : b;
}

const Book *sweep_books_at(SweepBooks *b, uint32_t tick)
{
    Shown *s = &b->shown[tick % BOOKS];

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
