/* bitmaps.c — see bitmaps.h: plain loops over words, which a compiler makes vectors of. */
#include "vm/bitmaps.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/columns_inside.h"

/* A stretch need not begin or end with a word of 64, nor with one of the columns. */
enum { SPARE_WORDS = 3 };
enum { STRETCH_BYTES = 512 << 10, MIN_WORDS = 8, MAX_WORDS = 64 };
/* Words of a stretch, and those that other events cut in two. */
enum { MAX_OPEN = MAX_WORDS + SPARE_WORDS + BITMAP_PIECES };

/* 64 ticks of a condition: where it is true, where it is false. */
typedef uint64_t Two __attribute__((vector_size(16)));

typedef struct Leaf { /* comes from the columns */
    uint16_t node, map;
    bool is_common; /* a condition of every rule: where it is false nothing else is asked */
    /* a comparison of two columns of averages and the like; NULL: ask for it */
    CompareKernel compare;
    uint16_t a, b;
} Leaf;

typedef struct Join { /* of other maps */
    uint8_t kind, op;
    uint16_t map, a, b, c;
} Join;

typedef struct Edges {
    uint16_t node, map;
    bool is_armed;
    const uint16_t *ticks; /* behind the base */
} Edges;

/* A word, or part of it, that is not shut throughout. */
typedef struct OpenWord {
    uint64_t valid;
    uint16_t word;
    bool is_armed; /* ticks before it are shut, or a slot opens: every rule is armed */
} OpenWord;

struct Bitmaps {
    uint16_t *map_of; /* by node; NO_NODE */
    uint32_t node_count, map_count;
    Leaf *leaves; /* common ones first */
    uint32_t leaf_count, common_count;
    Join *joins; /* arguments come first */
    uint32_t join_count;
    Edges *edges;
    uint32_t edge_count;
    uint16_t *compared; /* nodes that comparisons read, each once */
    uint32_t compared_count;
    uint32_t words;             /* room of a map, one spare word in it */
    Two *maps;                  /* by map and word */
    uint32_t base, first, used; /* of the stretch */
    uint32_t fresh;             /* words of maps from here on hold nothing of this stretch */
    uint64_t *shut;             /* ticks at which a common condition is false */
    OpenWord open[MAX_OPEN];
    uint32_t open_count;
    bool is_behind;  /* there were such ticks, or such an opening, behind the last of them */
    uint16_t *ticks; /* of all edges, one behind the other */
};

/* ---- what is needed ----------------------------------------------------------------------------- */

static bool is_join(const Node *n)
{
    return n->kind == NODE_LOGIC || n->kind == NODE_CHOICE;
}

/* Arguments stand before what is made of them, so one pass from the back marks all. */
static void mark_needed(const Columns *c, const uint16_t *nodes, uint32_t count, uint16_t *marks)
{
    for (uint32_t i = 0; i < count; i++)
        marks[nodes[i]] = 1;
    for (uint32_t at = c->node_count; at-- > 0;) {
        const Node *n = &c->nodes[at];

        if (marks[at] != 1 || !is_join(n)) continue;
        marks[n->a] = 1;
        if (n->b != NO_NODE) marks[n->b] = 1;
        if (n->c != NO_NODE) marks[n->c] = 1;
    }
}

/* Inputs and numbers have shorter ways through the columns than a comparison at each tick. */
static bool is_plain(const Columns *c, uint16_t at)
{
    return at != NO_NODE && c->nodes[at].kind != NODE_INPUT && c->nodes[at].kind != NODE_FIXED;
}

static Leaf leaf_of(const Columns *c, uint16_t at, uint16_t map)
{
    const Node *n = &c->nodes[at];
    Leaf l = {.node = at, .map = map};

    if (n->kind != NODE_COMPARE || !is_plain(c, n->a) || !is_plain(c, n->b)) return l;
    l.compare = c->k->compare[n->op];
    l.a = n->a;
    l.b = n->b;
    return l;
}

static void add_node(Bitmaps *b, const Columns *c, uint16_t at)
{
    const Node *n = &c->nodes[at];
    uint16_t map = (uint16_t)b->map_count++;

    b->map_of[at] = map;
    if (!is_join(n)) {
        b->leaves[b->leaf_count++] = leaf_of(c, at, map);
        return;
    }
    b->joins[b->join_count++] = (Join){.kind = n->kind,
                                       .op = n->op,
                                       .map = map,
                                       .a = b->map_of[n->a],
                                       .b = n->b == NO_NODE ? map : b->map_of[n->b],
                                       .c = n->c == NO_NODE ? map : b->map_of[n->c]};
}

static bool has_conjunct(const Columns *c, uint16_t at, uint16_t what)
{
    const Node *n = &c->nodes[at];

    if (at == what) return true;
    if (n->kind != NODE_LOGIC || n->op != OP_AND) return false;
    return has_conjunct(c, n->a, what) || has_conjunct(c, n->b, what);
}

/* Leaves that all conditions are conjunctions of stand in front, the cheapest first. */
static void find_common(Bitmaps *b, const Columns *c)
{
    for (uint32_t i = 0; i < b->leaf_count; i++) {
        Leaf l = b->leaves[i];
        uint32_t to = b->common_count;

        for (uint32_t e = 0; e < b->edge_count; e++)
            if (!has_conjunct(c, b->edges[e].node, l.node)) to = UINT32_MAX;
        if (to == UINT32_MAX) continue;
        while (to > 0 && c->nodes[b->leaves[to - 1].node].cost > c->nodes[l.node].cost)
            to--;
        memmove(&b->leaves[to + 1], &b->leaves[to], (i - to) * sizeof l);
        l.is_common = true;
        b->leaves[to] = l;
        b->common_count++;
    }
}

/* What the leaves that are not common compare. */
static bool find_compared(Bitmaps *b, const Columns *c, Arena *arena)
{
    bool *is_there = arena_array(arena, bool, c->node_count);

    b->compared = arena_array(arena, uint16_t, c->node_count);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = b->common_count; i < b->leaf_count; i++)
        if (b->leaves[i].compare) is_there[b->leaves[i].a] = is_there[b->leaves[i].b] = true;
    for (uint32_t at = 0; at < c->node_count; at++)
        if (is_there[at]) b->compared[b->compared_count++] = (uint16_t)at;
    return true;
}

static void add_edges(Bitmaps *b, const uint16_t *nodes, uint32_t count, uint16_t *edge_of)
{
    for (uint32_t i = 0; i < count; i++) {
        if (edge_of[nodes[i]] != NO_NODE) continue;
        edge_of[nodes[i]] = (uint16_t)b->edge_count;
        b->edges[b->edge_count++] =
            (Edges){.node = nodes[i], .map = b->map_of[nodes[i]], .is_armed = true};
    }
}

/* ---- making them --------------------------------------------------------------------------------- */

static uint32_t count_marks(const Columns *c, const uint16_t *marks, bool *ret_is_volatile)
{
    uint32_t count = 0;

    for (uint32_t at = 0; at < c->node_count; at++) {
        count += marks[at] == 1;
        *ret_is_volatile |= marks[at] == 1 && c->nodes[at].is_volatile;
    }
    return count;
}

static bool take_maps(Bitmaps *b, Arena *arena)
{
    size_t bytes = (size_t)b->map_count * 2 * sizeof(uint64_t);
    size_t words = STRETCH_BYTES / (bytes + 1);

    words = words < MIN_WORDS ? MIN_WORDS : words > MAX_WORDS ? MAX_WORDS : words;
    b->words = (uint32_t)words + SPARE_WORDS;
    b->maps = arena_array(arena, Two, (size_t)b->map_count * b->words);
    b->shut = arena_array(arena, uint64_t, b->words);
    b->ticks = arena_array(arena, uint16_t, ((size_t)b->words * WORD + 1) * b->edge_count);
    return !arena_is_full(arena);
}

Bitmaps *bitmaps_new(const Columns *c, const uint16_t *nodes, uint32_t count, Arena *arena)
{
    Bitmaps *b = arena_new(arena, Bitmaps);
    uint16_t *marks = arena_array(arena, uint16_t, c->node_count + 1U);
    uint32_t needed;
    bool is_volatile = false;

    if (arena_is_full(arena)) return NULL;
    mark_needed(c, nodes, count, marks);
    needed = count_marks(c, marks, &is_volatile);
    if (is_volatile) return NULL;
    b->node_count = c->node_count;
    b->leaves = arena_array(arena, Leaf, needed + 1U);
    b->joins = arena_array(arena, Join, needed + 1U);
    b->edges = arena_array(arena, Edges, needed + 1U);
    b->map_of = marks; /* from here on: by node, its map, then its edges */
    if (arena_is_full(arena)) return NULL;
    for (uint32_t at = 0; at < c->node_count; at++)
        if (marks[at] == 1)
            add_node(b, c, (uint16_t)at);
        else
            marks[at] = NO_NODE;
    b->map_of = arena_array(arena, uint16_t, c->node_count + 1U);
    if (arena_is_full(arena)) return NULL;
    memcpy(b->map_of, marks, c->node_count * sizeof *marks);
    memset(marks, 0xFF, c->node_count * sizeof *marks);
    add_edges(b, nodes, count, marks);
    b->map_of = marks;
    find_common(b, c);
    return find_compared(b, c, arena) && take_maps(b, arena) ? b : NULL;
}

uint32_t bitmaps_most(const Bitmaps *b)
{
    return (b->words - SPARE_WORDS) * WORD;
}

uint32_t bitmaps_edges_of(const Bitmaps *b, uint16_t node)
{
    BUG_IF(node >= b->node_count);
    return b->map_of[node];
}

uint32_t bitmaps_conditions(const Bitmaps *b)
{
    return b->edge_count;
}

/* ---- words --------------------------------------------------------------------------------------- */

static Two *map_at(const Bitmaps *b, uint32_t map, uint32_t word)
{
    return b->maps + (size_t)map * b->words + word;
}

void bitmaps_begin(Bitmaps *b, uint32_t first, uint32_t end)
{
    b->base = first & ~(uint32_t)(WORD - 1);
    b->first = first;
    b->used = (end - b->base + WORD - 1) / WORD;
    BUG_IF(b->used + 1 >= b->words);
    b->fresh = 0;
    for (uint32_t i = 0; i < b->common_count; i++)
        memset(map_at(b, b->leaves[i].map, 0), 0, b->words * sizeof *b->maps);
}

/* Bits from place `at` on; words from `fresh` on hold nothing yet. */
static void put(Two *map, Mask m, uint32_t at, uint32_t fresh)
{
    Two bits = {m.is_true, m.is_false}, none = {0, 0};
    uint32_t w = at / WORD, shift = at % WORD;
    Two rest = shift ? bits >> (WORD - shift) : none;

    map[w] = (w < fresh ? map[w] : none) | bits << shift;
    map[w + 1] = (w + 1 < fresh ? map[w + 1] : none) | rest;
}

static Mask part_of(Mask m, uint64_t valid, uint32_t before)
{
    return (Mask){(m.is_true & valid) >> before, (m.is_false & valid) >> before};
}

/* Other leaves than common ones are left alone where a common one is false throughout. */
void bitmaps_word(Bitmaps *b, Columns *c, uint32_t first, uint32_t count)
{
    uint64_t valid = count == WORD ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    uint32_t before = first < b->first ? b->first - first : 0, at = first + before - b->base;

    for (uint32_t i = 0; i < b->common_count; i++) {
        const Leaf *l = &b->leaves[i];
        Mask m = columns_mask(c, l->node);

        put(map_at(b, l->map, 0), part_of(m, valid, before), at, UINT32_MAX);
        if (!(~m.is_false & valid)) return;
    }
    for (uint32_t i = 0; i < b->compared_count; i++)
        (void)columns_num(c, b->compared[i]);
    for (uint32_t i = b->common_count; i < b->leaf_count; i++) {
        const Leaf *l = &b->leaves[i];
        Mask m = l->compare ? l->compare(c->nums[l->a], c->nums[l->b]) : columns_leaf(c, l->node);

        put(map_at(b, l->map, 0), part_of(m, valid, before), at, b->fresh);
    }
    b->fresh = at / WORD + 2;
}

static void put_false(Two *map, uint32_t from, uint32_t to)
{
    for (uint32_t w = from / WORD; w * WORD < to; w++) {
        uint64_t bits = UINT64_MAX;

        if (w == from / WORD) bits <<= from % WORD;
        if (to - w * WORD < WORD) bits &= (UINT64_C(1) << (to - w * WORD)) - 1;
        map[w] |= (Two){0, bits};
    }
}

uint32_t bitmaps_pass(Bitmaps *b, Columns *c, uint32_t first, uint32_t limit)
{
    for (uint32_t i = 0; i < b->common_count; i++) {
        uint32_t end = steady_until(c, b->leaves[i].node, first, limit);

        if (end == first) continue;
        put_false(map_at(b, b->leaves[i].map, 0), first - b->base, end - b->base);
        return end;
    }
    return first;
}

/* ---- combining ------------------------------------------------------------------------------------ */

static void join_and(Two *restrict to, const Two *a, const Two *b, uint32_t words)
{
    const Two is_false = {0, UINT64_MAX};

    for (uint32_t w = 0; w < words; w++)
        to[w] = (a[w] & b[w]) | ((a[w] | b[w]) & is_false);
}

static void join_or(Two *restrict to, const Two *a, const Two *b, uint32_t words)
{
    const Two is_true = {UINT64_MAX, 0};

    for (uint32_t w = 0; w < words; w++)
        to[w] = (a[w] & b[w]) | ((a[w] | b[w]) & is_true);
}

static Mask mask_of(Two x)
{
    return (Mask){x[0], x[1]};
}

static void join_other(const Join *j, Two *to, const Two *a, const Two *b, const Two *c,
                       uint32_t words)
{
    for (uint32_t w = 0; w < words; w++) {
        Mask m = columns_join(j->kind, j->op, mask_of(a[w]), mask_of(b[w]), mask_of(c[w]));

        to[w] = (Two){m.is_true, m.is_false};
    }
}

static void join_words(const Bitmaps *b, const Join *j, uint32_t from, uint32_t to)
{
    Two *out = map_at(b, j->map, from);
    const Two *x = map_at(b, j->a, from), *y = map_at(b, j->b, from);

    if (j->kind == NODE_LOGIC && j->op == OP_AND)
        join_and(out, x, y, to - from);
    else if (j->kind == NODE_LOGIC && j->op == OP_OR)
        join_or(out, x, y, to - from);
    else
        join_other(j, out, x, y, map_at(b, j->c, from), to - from);
}

static void find_shut(Bitmaps *b)
{
    memset(b->shut, 0, b->words * sizeof *b->shut);
    for (uint32_t i = 0; i < b->common_count; i++) {
        const Two *map = map_at(b, b->leaves[i].map, 0);

        for (uint32_t w = 0; w < b->used; w++)
            b->shut[w] |= map[w][1];
    }
}

/* Words in which all conditions are false throughout are left as they are. */
void bitmaps_combine(Bitmaps *b)
{
    uint32_t from = 0, to;

    find_shut(b);
    for (; from < b->used; from = to + 1) {
        while (from < b->used && b->shut[from] == UINT64_MAX)
            from++;
        for (to = from; to < b->used && b->shut[to] != UINT64_MAX;)
            to++;
        for (uint32_t i = 0; i < b->join_count && from < to; i++)
            join_words(b, &b->joins[i], from, to);
    }
}

/* ---- edges ---------------------------------------------------------------------------------------- */

void bitmaps_arm(Bitmaps *b)
{
    b->is_behind = true;
}

void bitmaps_ticks(Bitmaps *b, uint32_t from, uint32_t to)
{
    uint32_t low = from - b->base, high = to - b->base;

    for (uint32_t w = low / WORD; from < to && w <= (high - 1) / WORD; w++) {
        uint64_t valid = UINT64_MAX;

        if (w == low / WORD) valid <<= low % WORD;
        if (w == (high - 1) / WORD) valid &= UINT64_MAX >> (WORD - 1 - (high - 1) % WORD);
        if (!(~b->shut[w] & valid)) {
            b->is_behind = true;
            continue;
        }
        BUG_IF(b->open_count == MAX_OPEN);
        b->open[b->open_count++] = (OpenWord){valid, (uint16_t)w, b->is_behind};
        b->is_behind = false;
    }
}

/* A rule stays armed while its condition is unknown, and false arms it: that is how a carry runs through
 * an addition, from places where both numbers have a bit over those where one has. */
static uint64_t fire(uint64_t is_true, uint64_t is_false, uint64_t valid, bool *armed)
{
    uint64_t passes = ~is_true | ~valid, arms = is_false & valid, sum;
    bool over = __builtin_add_overflow(passes, arms, &sum);

    over |= __builtin_add_overflow(sum, (uint64_t)*armed, &sum);
    *armed = over;
    return is_true & valid & (sum ^ passes ^ arms);
}

/* The edges of one condition; gives where those of the next one go. */
static uint16_t *find_in(const Bitmaps *b, Edges *e, uint16_t *to)
{
    const Two *map = map_at(b, e->map, 0);

    e->ticks = to;
    for (const OpenWord *o = b->open; o < b->open + b->open_count; o++) {
        uint64_t is_true = map[o->word][0], is_false = map[o->word][1], bits;

        e->is_armed |= o->is_armed;
        if (!(is_true & o->valid)) {
            e->is_armed |= (is_false & o->valid) != 0;
            continue;
        }
        bits = fire(is_true, is_false, o->valid, &e->is_armed);
        for (; bits; bits &= bits - 1)
            *to++ = (uint16_t)(o->word * WORD + (uint32_t)__builtin_ctzll(bits));
    }
    e->is_armed |= b->is_behind;
    *to++ = EDGES_END;
    return to;
}

void bitmaps_find_edges(Bitmaps *b)
{
    uint16_t *to = b->ticks;

    for (uint32_t i = 0; i < b->edge_count; i++)
        to = find_in(b, &b->edges[i], to);
    b->open_count = 0;
    b->is_behind = false;
}

const uint16_t *bitmaps_edges(const Bitmaps *b, uint32_t edges)
{
    return b->edges[edges].ticks;
}

uint32_t bitmaps_base(const Bitmaps *b)
{
    return b->base;
}
