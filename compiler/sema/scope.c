/* scope.c — names to what they stand for, and the nearest name when there is none.
 *
 * A scope is an ordered map with an outer scope; nothing iterates in any other order than that of the
 * text.  Promise: a suggestion is made only when exactly one candidate is close. */
#include "compiler/sema/checker.h"

Scope *scope_new(Checker *c, Scope *outer)
{
    Scope *s = arena_new(c->arena, Scope);

    if (is_out_of_memory(c)) return &c->no_scope;
    *s = (Scope){.outer = outer};
    map_init(&s->map, c->arena);
    return s;
}

Name *scope_find_here(const Scope *s, Span name)
{
    return s ? (Name *)map_get_ptr(&s->map, name) : NULL;
}

Name *scope_find(const Scope *s, Span name)
{
    for (; s; s = s->outer) {
        Name *n = scope_find_here(s, name);

        if (n) return n;
    }
    return NULL;
}

void scope_share(Checker *c, Scope *s, Name *name)
{
    (void)c;
    (void)map_put_ptr(&s->map, name->name, name);
}

Name *scope_add(Checker *c, Scope *s, NameKind kind, Span name, Place place)
{
    Name *n = arena_new(c->arena, Name);

    *n = (Name){.name = name, .kind = (uint8_t)kind, .place = place, .home = s};
    if (is_out_of_memory(c)) return n;
    if (s->last) s->last->next = n;
    if (!s->first) s->first = n;
    s->last = n;
    scope_share(c, s, n);
    return n;
}

/* ---- near names ------------------------------------------------------------------------------- */

enum { NEAR_LONGEST = 64 };

static uint32_t smallest(uint32_t a, uint32_t b, uint32_t d)
{
    uint32_t m = a < b ? a : b;

    return m < d ? m : d;
}

/* Insertions, deletions, replacements and swaps of neighbours. */
static uint32_t distance(Span a, Span b)
{
    uint32_t rows[3][NEAR_LONGEST + 1];
    uint32_t *two = rows[0], *one = rows[1], *now = rows[2];

    for (uint32_t j = 0; j <= b.len; j++)
        one[j] = two[j] = j;
    for (uint32_t i = 1; i <= a.len; i++) {
        uint32_t *spare = two;

        now[0] = i;
        for (uint32_t j = 1; j <= b.len; j++) {
            uint32_t cost = a.ptr[i - 1] != b.ptr[j - 1];

            now[j] = smallest(one[j] + 1, now[j - 1] + 1, one[j - 1] + cost);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = smallest(now[j], two[j - 2] + 1, now[j]);
        }
        two = one;
        one = now;
        now = spare;
    }
    return one[b.len];
}

/* Distance as people feel it: a beginning of the other word counts as close. */
static uint32_t closeness(Span a, Span b)
{
    bool is_start = (a.len >= 3 && span_starts(b, a)) || (b.len >= 3 && span_starts(a, b));
    uint32_t d = distance(a, b);

    return is_start && d > 1 ? 1 : d;
}

Near near_start(Span wanted)
{
    return (Near){.wanted = wanted, .distance = UINT32_MAX};
}

void near_try(Near *n, Span candidate)
{
    uint32_t d, limit;

    if (n->wanted.len == 0 || n->wanted.len > NEAR_LONGEST || candidate.len > NEAR_LONGEST) return;
    if (candidate.len == 0 || span_is(candidate, n->best)) return;
    d = closeness(n->wanted, candidate);
    limit = n->wanted.len < 3 ? 0 : n->wanted.len < 6 ? 1 : 2;
    if (d > limit || d > n->distance) return;
    n->is_tied = d == n->distance;
    n->distance = d;
    n->best = candidate;
}

Span near_best(const Near *n)
{
    return n->is_tied ? (Span){NULL, 0} : n->best;
}

void near_help(Checker *c, Diag *d, const Near *n, Place place)
{
    Span best = near_best(n);

    (void)c;
    if (best.len == 0) return;
    diag_fix(d, FIX_SAFE, T_DID_YOU_MEAN, arg_text(best));
    diag_edit(d, place, best);
}
