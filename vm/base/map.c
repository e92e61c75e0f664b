/* map.c — see map.h.
 *
 * An AA tree (Andersson 1993): a binary tree whose levels stand for red-black colours, kept by two
 * rotations.  Recursion is bounded by the depth, at most 2 log2(n).  Removed nodes are reused. */
#include "vm/base/map.h"

#include "vm/base/bug.h"

typedef int (*KeyCmp)(Span text, uint64_t num, const MapNode *n);

static int cmp_text(Span text, uint64_t num, const MapNode *n)
{
    (void)num;
    return span_cmp(text, n->key);
}

static int cmp_num(Span text, uint64_t num, const MapNode *n)
{
    (void)text;
    return (num > n->key_num) - (num < n->key_num);
}

static MapNode *skew(MapNode *n)
{
    MapNode *l = n->left;

    if (!l || l->level != n->level) return n;
    n->left = l->right;
    l->right = n;
    return l;
}

static MapNode *split(MapNode *n)
{
    MapNode *r = n->right;

    if (!r || !r->right || r->right->level != n->level) return n;
    n->right = r->left;
    r->left = n;
    r->level++;
    return r;
}

static MapNode *insert(MapNode *n, MapNode *fresh, KeyCmp cmp)
{
    if (!n) return fresh;
    if (cmp(fresh->key, fresh->key_num, n) < 0)
        n->left = insert(n->left, fresh, cmp);
    else
        n->right = insert(n->right, fresh, cmp);
    return split(skew(n));
}

static int level_of(const MapNode *n)
{
    return n ? n->level : 0;
}

/* Restores the levels of a node below which something was removed. */
static MapNode *rebalance(MapNode *n)
{
    int left = level_of(n->left), right = level_of(n->right);
    int want = (left < right ? left : right) + 1;

    if (n->level > want) {
        n->level = want;
        if (right > want) n->right->level = want;
    }
    n = skew(n);
    if (n->right) n->right = skew(n->right);
    if (n->right && n->right->right) n->right->right = skew(n->right->right);
    n = split(n);
    if (n->right) n->right = split(n->right);
    return n;
}

/* Takes the leftmost node out of the tree under `n`. */
static MapNode *take_first(MapNode *n, MapNode **ret_first)
{
    if (!n->left) {
        *ret_first = n;
        return n->right;
    }
    n->left = take_first(n->left, ret_first);
    return rebalance(n);
}

/* Takes the node with this key out; *ret_gone stays as it is when there is none. */
static MapNode *take(MapNode *n, Span text, uint64_t num, KeyCmp cmp, MapNode **ret_gone)
{
    MapNode *next;
    int c;

    if (!n) return NULL;
    c = cmp(text, num, n);
    if (c < 0) {
        n->left = take(n->left, text, num, cmp, ret_gone);
        return rebalance(n);
    }
    if (c > 0) {
        n->right = take(n->right, text, num, cmp, ret_gone);
        return rebalance(n);
    }
    *ret_gone = n;
    if (!n->right) return n->left;
    n->right = take_first(n->right, &next);
    next->left = n->left;
    next->right = n->right;
    next->level = n->level;
    return rebalance(next);
}

static MapNode *find(const MapTree *t, Span text, uint64_t num, KeyCmp cmp)
{
    MapNode *n = t->root;

    while (n) {
        int c = cmp(text, num, n);

        if (c == 0) return n;
        n = c < 0 ? n->left : n->right;
    }
    return NULL;
}

static MapNode *new_node(MapTree *t)
{
    MapNode *n = t->spare;

    if (n) {
        t->spare = n->right;
        *n = (MapNode){0};
        return n;
    }
    n = arena_new(t->arena, MapNode);
    return arena_is_full(t->arena) ? NULL : n;
}

/* The node of this key, made when it is new; NULL without memory. */
static MapNode *put(MapTree *t, Span text, uint64_t num, KeyCmp cmp)
{
    MapNode *n = find(t, text, num, cmp);

    if (n) return n;
    n = new_node(t);
    if (!n) return NULL;
    n->key = text;
    n->key_num = num;
    n->level = 1;
    t->root = insert(t->root, n, cmp);
    t->count++;
    return n;
}

static bool discard(MapTree *t, Span text, uint64_t num, KeyCmp cmp)
{
    MapNode *gone = NULL;

    t->root = take(t->root, text, num, cmp, &gone);
    if (!gone) return false;
    *gone = (MapNode){.right = t->spare};
    t->spare = gone;
    t->count--;
    return true;
}

static void push_lefts(MapIter *it, const MapNode *n)
{
    for (; n; n = n->left) {
        BUG_IF(it->depth == MAP_DEPTH_MAX);
        it->stack[it->depth++] = n;
    }
}

/* Keeps on the stack the nodes not below the key, the nearest on top. */
static MapIter iter_from(const MapTree *t, Span text, uint64_t num, KeyCmp cmp)
{
    MapIter it;
    const MapNode *n = t->root;

    it.depth = 0;
    while (n) {
        bool is_before = cmp(text, num, n) > 0;

        if (!is_before) it.stack[it.depth++] = n;
        n = is_before ? n->right : n->left;
    }
    return it;
}

MapNode *map_next(MapIter *it)
{
    const MapNode *n;

    if (!it->depth) return NULL;
    n = it->stack[--it->depth];
    push_lefts(it, n->right);
    return (MapNode *)n;
}

void map_init(Map *m, Arena *arena)
{
    m->tree = (MapTree){.arena = arena};
}

bool map_put(Map *m, Span key, uint64_t value)
{
    MapNode *n = put(&m->tree, key, 0, cmp_text);

    if (n) n->value = value;
    return n != NULL;
}

bool map_put_ptr(Map *m, Span key, void *ptr)
{
    MapNode *n = put(&m->tree, key, 0, cmp_text);

    if (n) n->ptr = ptr;
    return n != NULL;
}

MapNode *map_find(const Map *m, Span key)
{
    return find(&m->tree, key, 0, cmp_text);
}

uint64_t map_get(const Map *m, Span key, uint64_t otherwise)
{
    const MapNode *n = map_find(m, key);

    return n ? n->value : otherwise;
}

void *map_get_ptr(const Map *m, Span key)
{
    const MapNode *n = map_find(m, key);

    return n ? n->ptr : NULL;
}

bool map_remove(Map *m, Span key)
{
    return discard(&m->tree, key, 0, cmp_text);
}

MapIter map_iter(const Map *m)
{
    MapIter it;

    it.depth = 0;
    push_lefts(&it, m->tree.root);
    return it;
}

MapIter map_iter_from(const Map *m, Span key)
{
    return iter_from(&m->tree, key, 0, cmp_text);
}

void mapnum_init(MapNum *m, Arena *arena)
{
    m->tree = (MapTree){.arena = arena};
}

bool mapnum_put(MapNum *m, uint64_t key, uint64_t value)
{
    MapNode *n = put(&m->tree, (Span){0}, key, cmp_num);

    if (n) n->value = value;
    return n != NULL;
}

bool mapnum_put_ptr(MapNum *m, uint64_t key, void *ptr)
{
    MapNode *n = put(&m->tree, (Span){0}, key, cmp_num);

    if (n) n->ptr = ptr;
    return n != NULL;
}

MapNode *mapnum_find(const MapNum *m, uint64_t key)
{
    return find(&m->tree, (Span){0}, key, cmp_num);
}

uint64_t mapnum_get(const MapNum *m, uint64_t key, uint64_t otherwise)
{
    const MapNode *n = mapnum_find(m, key);

    return n ? n->value : otherwise;
}

void *mapnum_get_ptr(const MapNum *m, uint64_t key)
{
    const MapNode *n = mapnum_find(m, key);

    return n ? n->ptr : NULL;
}

bool mapnum_remove(MapNum *m, uint64_t key)
{
    return discard(&m->tree, (Span){0}, key, cmp_num);
}

MapIter mapnum_iter(const MapNum *m)
{
    MapIter it;

    it.depth = 0;
    push_lefts(&it, m->tree.root);
    return it;
}

MapIter mapnum_iter_from(const MapNum *m, uint64_t key)
{
    return iter_from(&m->tree, (Span){0}, key, cmp_num);
}
