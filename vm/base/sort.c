/* sort.c — see sort.h.  Bottom-up merging: runs of 1, 2, 4, ... items, back and forth between the
 * items and the scratch memory. */
#include "vm/base/sort.h"

#include <string.h>

typedef struct Sorter {
    size_t size;
    SortCmp cmp;
    void *ctx;
} Sorter;

/* Merges the neighbours from[low..mid) and from[mid..high) into `to`; a tie takes the left one. */
static void merge(const Sorter *s, const char *from, char *to, size_t low, size_t mid, size_t high)
{
    size_t l = low, r = mid;

    for (size_t at = low; at < high; at++) {
        bool is_left =
            l < mid && (r >= high || s->cmp(from + l * s->size, from + r * s->size, s->ctx) <= 0);

        memcpy(to + at * s->size, from + (is_left ? l++ : r++) * s->size, s->size);
    }
}

static void merge_all(const Sorter *s, const char *from, char *to, size_t count, size_t run)
{
    for (size_t low = 0; low < count; low += 2 * run) {
        size_t mid = run < count - low ? low + run : count;
        size_t high = run < count - mid ? mid + run : count;

        merge(s, from, to, low, mid, high);
    }
}

bool sort_stable(void *base, size_t count, size_t size, SortCmp cmp, void *ctx, Arena *scratch)
{
    const Sorter s = {size, cmp, ctx};
    ArenaMark mark = arena_mark(scratch);
    char *from = base, *to, *swap;

    if (count < 2) return true;
    to = arena_alloc_array(scratch, count, size);
    if (!to) return false;
    for (size_t run = 1; run < count; run *= 2) {
        merge_all(&s, from, to, count, run);
        swap = from;
        from = to;
        to = swap;
    }
    if (from != (char *)base) memcpy(base, from, count * size);
    arena_release(scratch, mark);
    return true;
}
