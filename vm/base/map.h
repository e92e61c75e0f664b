/* map.h — ordered maps on an Arena: text to 64 bits or pointer, number to 64 bits.
 *
 * Iteration is in key order (bytes, or unsigned numbers), whatever the order of insertion.  Finding,
 * putting and removing take O(log n) steps.  Text keys are borrowed: they must outlive the map (copy
 * with arena_span).  Promise: a put the arena cannot serve is refused and changes nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/span.h"

typedef struct MapNode MapNode;

struct MapNode {      /* read key and value; the rest belongs to map.c */
    Span key;         /* Map */
    uint64_t key_num; /* MapNum */
    union {
        uint64_t value;
        void *ptr;
    };
    MapNode *left, *right;
    int level;
};

typedef struct MapTree { /* private: what both maps are made of */
    Arena *arena;
    MapNode *root, *spare;
    size_t count;
} MapTree;

typedef struct Map { /* Span -> uint64_t or pointer */
    MapTree tree;
} Map;

typedef struct MapNum { /* uint64_t -> uint64_t or pointer */
    MapTree tree;
} MapNum;

#define MAP_DEPTH_MAX 128 /* an AA tree of 2^64 nodes is at most this deep */

typedef struct MapIter {
    const MapNode *stack[MAP_DEPTH_MAX];
    int depth;
} MapIter;

void map_init(Map *m, Arena *arena);
/* Sets the value of a key, new or not; false when there is no memory for a new one. */
bool map_put(Map *m, Span key, uint64_t value);
bool map_put_ptr(Map *m, Span key, void *ptr);
/* The entry, whose value may be changed in place, or NULL. */
MapNode *map_find(const Map *m, Span key);
/* The value or pointer, or the default. */
uint64_t map_get(const Map *m, Span key, uint64_t otherwise);
void *map_get_ptr(const Map *m, Span key);
bool map_remove(Map *m, Span key);
static inline size_t map_count(const Map *m)
{
    return m->tree.count;
}

void mapnum_init(MapNum *m, Arena *arena);
bool mapnum_put(MapNum *m, uint64_t key, uint64_t value);
bool mapnum_put_ptr(MapNum *m, uint64_t key, void *ptr);
MapNode *mapnum_find(const MapNum *m, uint64_t key);
uint64_t mapnum_get(const MapNum *m, uint64_t key, uint64_t otherwise);
void *mapnum_get_ptr(const MapNum *m, uint64_t key);
bool mapnum_remove(MapNum *m, uint64_t key);
static inline size_t mapnum_count(const MapNum *m)
{
    return m->tree.count;
}

/* Goes through a map in key order:
 *     MapIter it = map_iter(&m);
 *     for (MapNode *n; (n = map_next(&it));) ...
 * The map must not be changed meanwhile, except for values in place. */
MapIter map_iter(const Map *m);
MapIter mapnum_iter(const MapNum *m);
MapNode *map_next(MapIter *it);
/* Starts at the first key that is not below `key`. */
MapIter map_iter_from(const Map *m, Span key);
MapIter mapnum_iter_from(const MapNum *m, uint64_t key);
