/* sweep_books.h — the books that a sweep's ticks show, for all cells at work.  Private to the room.
 *
 * A book is a function of one tick: it is made when somebody asks for it and kept for the others. */
#pragma once

#include "runtime/backtest/sweep_equity.h"

typedef struct SweepBooks SweepBooks;

/* NULL when memory ends. */
SweepBooks *sweep_books_new(const SweepJob *job, uint32_t cells, Arena *arena);
/* As that tick shows it; NO_TICK: as before the first of a slot.  Until somebody asks again. */
const Book *sweep_books_at(SweepBooks *b, uint32_t tick);
/* The first tick of from .. to that shows a price of that side which is this one or worse, or `to`: others take
 * nothing back of what was taken there, or at better prices. */
uint32_t sweep_books_worse(const SweepBooks *b, BookEnd end, int64_t price, uint32_t from,
                           uint32_t to);
