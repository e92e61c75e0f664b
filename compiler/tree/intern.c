/* intern.c — one pointer per name: an open table of spans on the compilation's arena.
 *
 * Names come in, the one copy goes out.  Promise: no order of the table is ever visible. */
#include <string.h>

#include "compiler/tree/ast.h"
#include "vm/base/hash.h"

struct Interns {
    Arena *arena;
    Span *slots; /* a power of two of them; empty ones have no pointer */
    size_t cap, count;
};

Interns *interns_new(Arena *arena)
{
    Interns *in = arena_new(arena, Interns);

    in->arena = arena;
    return in;
}

static Span *find_slot(Span *slots, size_t cap, Span name)
{
    size_t i = (size_t)hash_span(name) & (cap - 1);

    while (slots[i].ptr && !span_is(slots[i], name))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static bool grow(Interns *in)
{
    size_t cap = in->cap ? in->cap * 2 : 256;
    Span *slots = arena_array(in->arena, Span, cap);

    if (!slots || arena_is_full(in->arena)) return false;
    for (size_t i = 0; i < in->cap; i++)
        if (in->slots[i].ptr) *find_slot(slots, cap, in->slots[i]) = in->slots[i];
    in->slots = slots;
    in->cap = cap;
    return true;
}

Span interns_get(Interns *in, Span name)
{
    Span *slot;

    if (name.len == 0) return (Span){0};
    if (in->count * 2 >= in->cap && !grow(in)) return name;
    slot = find_slot(in->slots, in->cap, name);
    if (!slot->ptr) {
        Span copy = arena_span(in->arena, name);

        if (arena_is_full(in->arena)) return name;
        *slot = copy;
        in->count++;
    }
    return *slot;
}
