/* memory.h — arenas on malloc for test programs.
 *
 * test_arena gives an arena that lives until the program ends; test_source is the source behind it,
 * for tests that make their own.  A source with a budget refuses once it is spent. */
#pragma once

#include <stddef.h>

#include "vm/base/arena.h"

/* An arena of at most `limit` bytes, released at exit. */
Arena *test_arena(size_t limit);

ArenaSource test_source(void);

typedef struct TestBudget {
    size_t left;  /* bytes that may still be taken */
    size_t taken; /* bytes taken and not given back */
    size_t count; /* chunks taken and not given back */
} TestBudget;

/* malloc within a budget of the caller's, which must outlive the arenas on it. */
ArenaSource test_source_budget(TestBudget *budget);
