/* bitmaps.c — see bitmaps.h: words of places, each worked out as soon as it is full. */
#include "vm/bitmaps.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/columns_inside.h"

/* Edges of a stretch stay near while everybody is walked along it. */
enum { EDGE_BYTES = 128 << 10, MIN_WORDS = 8, MAX_WORDS = BITMAP_PLACES / WORD, LINE = 64 };

/* 64 places of a condition: where it is true, where it is false. */
typedef uint64_t Two __attribute__((vector_size(16)));

typedef struct Leaf { /* comes from the columns */
    uint16_t node, map;
    /* a comparison of two columns of averages and the like, by their places in `compared`; NULL: ask for it */
    CompareKernel compare;
    uint16_t a, b;
} Leaf;

typedef struct Join { /* of other maps */
    uint8_t kind, op;
    uint16_t map, a, b, c;
} Join;

typedef struct Joins { /* arguments come first */
    Join *joins;
    uint32_t count;
    uint16_t *maps; /* by edges: their condition */
} Joins;

struct Bitmaps {
    uint16_t *map_of; /* by node, its map, then its edges; NO_NODE */
    const Kernels *k;
    uint32_t node_count, map_count;
    Leaf *leaves; /* common ones first: conditions of every rule, false at no place */
    uint32_t leaf_count, common_count;
    Joins all, rest; /* rest: what is left where all common ones are true */
    uint32_t edge_count;
    uint16_t *edge_nodes;
    bool *armed;        /* by edges */
    uint16_t *compared; /* nodes that comparisons read, each once */
    uint32_t compared_count;
    /* the present word of places */
    double (*numbers)[WORD]; /* by node compared */
    Two *maps;               /* by map */
    Two *fresh;              /* by leaf: what comes to it next */
    uint64_t gaps;           /* places before which every rule is armed */
    bool is_behind;          /* the next place is such a one */
    /* the stretch */
    uint32_t words, count; /* room; places so far */
    uint32_t *ticks;       /* by place */
    uint64_t *edges;       /* by edges and word */
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
    l.a = n->a; /* nodes, until they have places */
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
    b->all.joins[b->all.count++] = (Join){.kind = n->kind,
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

        for (uint32_t e = 0; e < b->edge_count && to != UINT32_MAX; e++)
            if (!has_conjunct(c, b->edge_nodes[e], l.node)) to = UINT32_MAX;
        if (to == UINT32_MAX) continue;
        while (to > 0 && c->nodes[b->leaves[to - 1].node].cost > c->nodes[l.node].cost)
            to--;
        memmove(&b->leaves[to + 1], &b->leaves[to], (i - to) * sizeof l);
        b->leaves[to] = l;
        b->common_count++;
    }
}

/* What the leaves that are not common compare. */
static bool find_compared(Bitmaps *b, const Columns *c, Arena *arena)
{
    uint16_t *place = arena_array(arena, uint16_t, c->node_count);

    b->compared = arena_array(arena, uint16_t, c->node_count);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = b->common_count; i < b->leaf_count; i++)
        if (b->leaves[i].compare) place[b->leaves[i].a] = place[b->leaves[i].b] = 1;
    for (uint32_t at = 0; at < c->node_count; at++) {
        if (!place[at]) continue;
        place[at] = (uint16_t)b->compared_count;
        b->compared[b->compared_count++] = (uint16_t)at;
    }
    for (uint32_t i = b->common_count; i < b->leaf_count; i++) {
        b->leaves[i].a = place[b->leaves[i].a];
        b->leaves[i].b = place[b->leaves[i].b];
    }
    return true;
}

/* A conjunction with what is true everywhere is its other side. */
static bool find_rest(Bitmaps *b, Arena *arena)
{
    uint16_t *same = arena_array(arena, uint16_t, b->map_count);
    bool *is_true = arena_array(arena, bool, b->map_count);

    b->rest.joins = arena_array(arena, Join, b->all.count + 1U);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < b->map_count; i++)
        same[i] = (uint16_t)i;
    for (uint32_t i = 0; i < b->common_count; i++)
        is_true[b->leaves[i].map] = true;
    for (uint32_t i = 0; i < b->all.count; i++) {
        Join j = b->all.joins[i];

        j.a = same[j.a];
        j.b = same[j.b];
        j.c = same[j.c];
        if (j.kind == NODE_LOGIC && j.op == OP_AND && (is_true[j.a] || is_true[j.b]))
            same[j.map] = is_true[j.a] ? j.b : j.a;
        else
            b->rest.joins[b->rest.count++] = j;
    }
    for (uint32_t e = 0; e < b->edge_count; e++)
        b->rest.maps[e] = same[b->all.maps[e]];
    return true;
}

static void add_edges(Bitmaps *b, const uint16_t *nodes, uint32_t count, uint16_t *edge_of)
{
    for (uint32_t i = 0; i < count; i++) {
        if (edge_of[nodes[i]] != NO_NODE) continue;
        edge_of[nodes[i]] = (uint16_t)b->edge_count;
        b->edge_nodes[b->edge_count] = nodes[i];
        b->all.maps[b->edge_count] = b->map_of[nodes[i]];
        b->armed[b->edge_count++] = true;
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

static bool take_rooms(Bitmaps *b, uint32_t needed, Arena *arena)
{
    b->leaves = arena_array(arena, Leaf, needed + 1U);
    b->all.joins = arena_array(arena, Join, needed + 1U);
    b->all.maps = arena_array(arena, uint16_t, needed + 1U);
    b->rest.maps = arena_array(arena, uint16_t, needed + 1U);
    b->edge_nodes = arena_array(arena, uint16_t, needed + 1U);
    b->armed = arena_array(arena, bool, needed + 1U);
    b->map_of = arena_array(arena, uint16_t, b->node_count + 1U);
    return !arena_is_full(arena);
}

static bool take_words(Bitmaps *b, Arena *arena)
{
    size_t words = EDGE_BYTES / (b->edge_count * sizeof(uint64_t) + 1);
    char *room;

    words = words < MIN_WORDS ? MIN_WORDS : words > MAX_WORDS ? MAX_WORDS : words;
    b->words = (uint32_t)words;
    b->ticks = arena_array(arena, uint32_t, words * WORD);
    b->edges = arena_array(arena, uint64_t, words * b->edge_count);
    b->maps = arena_array(arena, Two, b->map_count);
    b->fresh = arena_array(arena, Two, b->leaf_count + 1U);
    room = arena_array(arena, char, (b->compared_count + 1U) * sizeof *b->numbers);
    if (arena_is_full(arena)) return false;
    b->numbers =
        (void *)(room + -(uintptr_t)room % LINE); /* a word at a time, never between lines */
    return true;
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
    b->k = c->k;
    b->node_count = c->node_count;
    if (!take_rooms(b, needed, arena)) return NULL;
    for (uint32_t at = 0; at < c->node_count; at++)
        if (marks[at] == 1)
            add_node(b, c, (uint16_t)at);
        else
            b->map_of[at] = NO_NODE;
    memset(marks, 0xFF, c->node_count * sizeof *marks);
    add_edges(b, nodes, count, marks);
    b->map_of = marks;
    find_common(b, c);
    return find_compared(b, c, arena) && find_rest(b, arena) && take_words(b, arena) ? b : NULL;
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

/* ---- a word of places ---------------------------------------------------------------------------- */

static Mask mask_of(Two x)
{
    return (Mask){x[0], x[1]};
}

static Two two_of(Mask m)
{
    return (Two){m.is_true, m.is_false};
}

static Two join(const Join *j, Two a, Two b, Two c)
{
    const Two is_true = {UINT64_MAX, 0}, is_false = {0, UINT64_MAX};

    if (j->kind == NODE_LOGIC && j->op == OP_AND) return (a & b) | ((a | b) & is_false);
    if (j->kind == NODE_LOGIC && j->op == OP_OR) return (a & b) | ((a | b) & is_true);
    return two_of(columns_join(j->kind, j->op, mask_of(a), mask_of(b), mask_of(c)));
}

/* A rule stays armed while its condition is unknown, and false arms it, as what lies before a gap does: that is how
 * a carry runs through an addition, from places where both numbers have a bit over those where one has. */
static uint64_t fire(Two cond, uint64_t valid, uint64_t gaps, bool *armed)
{
    uint64_t arms = (cond[1] & valid) | gaps >> 1, passes = ~cond[0] | ~valid | arms, sum;
    bool over = __builtin_add_overflow(passes, arms, &sum);

    over |= __builtin_add_overflow(sum, (uint64_t)(*armed | (gaps & 1)), &sum);
    *armed = over;
    return cond[0] & valid & (sum ^ passes ^ arms);
}

static bool are_common_true(const Bitmaps *b, uint64_t valid)
{
    uint64_t is_true = valid;

    for (uint32_t i = 0; i < b->common_count; i++)
        is_true &= b->maps[b->leaves[i].map][0];
    return is_true == valid;
}

/* The edges of so many places of the present word. */
static void end_word(Bitmaps *b, uint32_t count)
{
    uint64_t valid = UINT64_MAX >> (WORD - count), *edges = b->edges + (b->count - 1) / WORD;
    const Joins *joins = are_common_true(b, valid) ? &b->rest : &b->all;

    for (uint32_t i = b->common_count; i < b->leaf_count; i++) {
        const Leaf *l = &b->leaves[i];

        if (l->compare) b->maps[l->map] = two_of(l->compare(b->numbers[l->a], b->numbers[l->b]));
    }
    for (const Join *j = joins->joins; j < joins->joins + joins->count; j++)
        b->maps[j->map] = join(j, b->maps[j->a], b->maps[j->b], b->maps[j->c]);
    for (uint32_t e = 0; e < b->edge_count; e++)
        edges[(size_t)e * b->words] = fire(b->maps[joins->maps[e]], valid, b->gaps, &b->armed[e]);
    b->gaps = 0;
}

void bitmaps_begin(Bitmaps *b)
{
    b->count = 0;
}

void bitmaps_arm(Bitmaps *b)
{
    b->is_behind = true;
}

void bitmaps_end(Bitmaps *b)
{
    if (b->count % WORD) end_word(b, b->count % WORD);
}

/* ---- words of ticks ------------------------------------------------------------------------------- */

typedef struct Places { /* what a word of ticks adds */
    uint64_t open;
    uint32_t before, count, from;
    uint64_t gaps; /* by place of it */
    uint8_t at[WORD];
} Places;

static Mask part_of(Mask m, uint32_t before)
{
    return (Mask){m.is_true >> before, m.is_false >> before};
}

/* False where common ones are at all of its ticks. */
static bool find_open(Bitmaps *b, Columns *c, Places *p)
{
    for (uint32_t i = 0; i < b->common_count && p->open; i++) {
        Mask m = part_of(columns_mask(c, b->leaves[i].node), p->before);

        p->open &= ~m.is_false;
        b->fresh[i] = two_of(m);
    }
    return p->open != 0;
}

static void squeeze(const Bitmaps *b, Two *bits, uint64_t open)
{
    *bits = (Two){b->k->squeeze((*bits)[0], open), b->k->squeeze((*bits)[1], open)};
}

static void ask_leaves(Bitmaps *b, Columns *c, const Places *p)
{
    for (uint32_t i = 0; i < b->common_count; i++)
        squeeze(b, &b->fresh[i], p->open);
    for (uint32_t i = 0; i < b->compared_count; i++)
        (void)columns_num(c, b->compared[i]);
    for (uint32_t i = b->common_count; i < b->leaf_count; i++) {
        if (b->leaves[i].compare) continue;
        b->fresh[i] = two_of(part_of(columns_leaf(c, b->leaves[i].node), p->before));
        squeeze(b, &b->fresh[i], p->open);
    }
}

static void take_numbers(Bitmaps *b, const Columns *c, const Places *p, uint32_t from, uint32_t to)
{
    uint32_t place = b->count % WORD;

    for (uint32_t i = 0; i < b->compared_count; i++) {
        const double *x = c->nums[b->compared[i]] + p->before;
        double *out = b->numbers[i] + place;

        for (uint32_t k = from; k < to; k++)
            *out++ = x[p->at[k]];
    }
}

/* Places from .. to of the part go to the present word, which has room for them. */
static void take_places(Bitmaps *b, const Columns *c, const Places *p, uint32_t from, uint32_t to)
{
    uint32_t place = b->count % WORD;

    take_numbers(b, c, p, from, to);
    for (uint32_t i = 0; i < b->leaf_count; i++) {
        Two *map = &b->maps[b->leaves[i].map];

        if (i >= b->common_count && b->leaves[i].compare) continue;
        *map = (place ? *map : (Two){0, 0}) | (b->fresh[i] >> from) << place;
    }
    b->gaps |= (p->gaps >> from) << place;
    for (uint32_t k = from; k < to; k++)
        b->ticks[b->count++] = p->from + p->at[k];
    if (b->count % WORD == 0) end_word(b, WORD);
}

void bitmaps_word(Bitmaps *b, Columns *c, uint32_t first, uint32_t from, uint32_t to)
{
    Places p = {.open = UINT64_MAX >> (WORD - (to - from)), .before = from - first, .from = from};
    uint32_t room = WORD - b->count % WORD;
    uint64_t last = UINT64_C(1) << (to - from - 1);

    if (!find_open(b, c, &p)) {
        b->is_behind = true;
        return;
    }
    for (uint64_t bits = p.open; bits; bits &= bits - 1)
        p.at[p.count++] = (uint8_t)__builtin_ctzll(bits);
    ask_leaves(b, c, &p);
    p.gaps = b->k->squeeze(~p.open << 1 | b->is_behind, p.open);
    b->is_behind = !(p.open & last);
    take_places(b, c, &p, 0, p.count < room ? p.count : room);
    if (p.count > room) take_places(b, c, &p, room, p.count);
}

uint32_t bitmaps_pass(Bitmaps *b, Columns *c, uint32_t first, uint32_t limit)
{
    for (uint32_t i = 0; i < b->common_count; i++) {
        uint32_t end = steady_until(c, b->leaves[i].node, first, limit);

        if (end == first) continue;
        b->is_behind = true;
        return end;
    }
    return first;
}

/* ---- the stretch ---------------------------------------------------------------------------------- */

bool bitmaps_are_full(const Bitmaps *b)
{
    return b->count + WORD > b->words * WORD;
}

uint32_t bitmaps_places(const Bitmaps *b)
{
    return b->count;
}

const uint32_t *bitmaps_ticks(const Bitmaps *b)
{
    return b->ticks;
}

const uint64_t *bitmaps_edges(const Bitmaps *b, uint32_t edges)
{
    return b->edges + (size_t)edges * b->words;
}
