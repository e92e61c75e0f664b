/* lock.h — the modules that a check has read, and odx.lock made of them.
 *
 * In: paths as written in `use`, with the bytes found there.  Out: a file of `HASH PATH` lines, sorted by
 * path, beside odx.toml or beside the first file.  Promise: equal modules give equal bytes. */
#pragma once

#include "vm/base/arena.h"
#include "vm/base/err.h"

typedef struct LockItem {
    Span path;
    char hash[65]; /* 64 hex digits */
} LockItem;

typedef struct LockList {
    LockItem *items; /* sorted by path */
    size_t count, cap;
} LockList;

/* Adds a module once. */
void lock_add(LockList *l, Span path, Span text, Arena *arena);
Status lock_write(const LockList *l, const char *beside, Arena *arena, Err *err);
