/* test_map.c — ordered maps and stable sorting against a plain array. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/map.h"
#include "vm/base/rng.h"
#include "vm/base/sort.h"

#define RANGE 600

/* Checks the AA rules below a node and returns how many nodes there are. */
static size_t check_tree(const MapNode *n)
{
    if (!n) return 0;
    CHECK(n->level >= 1);
    CHECK((n->left ? n->left->level : 0) == n->level - 1);
    if (n->right) CHECK(n->right->level == n->level || n->right->level == n->level - 1);
    if (!n->right) CHECK(n->level == 1);
    if (n->right && n->right->right) CHECK(n->right->right->level < n->level);
    return 1 + check_tree(n->left) + check_tree(n->right);
}

static void check_against(const MapNum *m, const uint64_t *values, const bool *has)
{
    MapIter it = mapnum_iter(m);
    size_t count = 0;

    for (uint64_t k = 0; k < RANGE; k++) {
        MapNode *n;

        CHECK_INT(mapnum_get(m, k, 12345), has[k] ? values[k] : 12345);
        if (!has[k]) continue;
        n = map_next(&it);
        if (CHECK(n != NULL)) CHECK(n->key_num == k && n->value == values[k]);
        count++;
    }
    CHECK(map_next(&it) == NULL && map_next(&it) == NULL);
    CHECK_INT(mapnum_count(m), count);
    CHECK_INT(check_tree(m->tree.root), count);
}

static void numbers(void)
{
    static uint64_t values[RANGE];
    static bool has[RANGE];
    MapNum m;
    Rng r;

    rng_init(&r, 42);
    mapnum_init(&m, test_arena(1 << 20));
    check_against(&m, values, has);
    for (int step = 0; step < 20000; step++) {
        uint64_t key = rng_below(&r, RANGE);

        if (rng_chance(&r, step < 10000 ? 0.6 : 0.4)) {
            values[key] = rng_u64(&r);
            has[key] = true;
            CHECK(mapnum_put(&m, key, values[key]));
        } else {
            CHECK_INT(mapnum_remove(&m, key), has[key]);
            has[key] = false;
        }
        if (step % 500 == 0) check_against(&m, values, has);
    }
    check_against(&m, values, has);
}

static void from_key(void)
{
    MapNum m;
    MapIter it;

    mapnum_init(&m, test_arena(1 << 20));
    for (uint64_t k = 0; k < 1000; k += 10)
        mapnum_put(&m, k, k);
    for (uint64_t k = 0; k < 1000; k++) {
        uint64_t at = (k + 9) / 10 * 10;
        MapNode *n;

        for (it = mapnum_iter_from(&m, k); (n = map_next(&it)); at += 10)
            CHECK_INT(n->key_num, at);
        CHECK_INT(at, 1000);
    }
}

static void ascending_and_descending(void)
{
    for (int way = 0; way < 2; way++) {
        MapNum m;
        MapIter it;
        uint64_t want = 0;

        mapnum_init(&m, test_arena(1 << 22));
        for (uint64_t i = 0; i < 20000; i++)
            CHECK(mapnum_put(&m, way ? 19999 - i : i, i));
        it = mapnum_iter(&m);
        for (MapNode *n; (n = map_next(&it)); want++)
            CHECK_INT(n->key_num, want);
        CHECK_INT(want, 20000);
        CHECK(m.tree.root->level <= 15);
        CHECK_INT(check_tree(m.tree.root), 20000);
    }
}

static void texts(void)
{
    static const char *const keys[] = {"delta", "", "alpha", "beta", "alph", "z", "alphab", "\xff"};
    static const char *const sorted[] = {"",     "alph",  "alpha", "alphab",
                                         "beta", "delta", "z",     "\xff"};
    int x = 0;
    Map m;
    MapIter it;
    MapNode *n;

    map_init(&m, test_arena(1 << 16));
    for (size_t i = 0; i < 8; i++)
        CHECK(map_put(&m, span_str(keys[i]), i));
    CHECK(map_put(&m, SPAN("beta"), 99));
    CHECK_INT(map_count(&m), 8);
    CHECK_INT(map_get(&m, SPAN("beta"), 0), 99);
    CHECK(!map_find(&m, SPAN("gamma")) && !map_get_ptr(&m, SPAN("gamma")));
    it = map_iter(&m);
    for (size_t i = 0; i < 8; i++)
        CHECK((n = map_next(&it)) && span_eq_str(n->key, sorted[i]));
    it = map_iter_from(&m, SPAN("c"));
    CHECK((n = map_next(&it)) && span_eq_str(n->key, "delta"));
    CHECK(map_put_ptr(&m, SPAN("p"), &x) && map_get_ptr(&m, SPAN("p")) == &x);
    CHECK(map_remove(&m, SPAN("p")) && !map_remove(&m, SPAN("p")));
    map_find(&m, SPAN("z"))->value = 7;
    CHECK_INT(map_get(&m, SPAN("z"), 0), 7);
}

static void pointers(void)
{
    int x = 0;
    MapNum m;
    Map full;

    mapnum_init(&m, test_arena(1 << 16));
    CHECK(mapnum_put_ptr(&m, 5, &x) && mapnum_get_ptr(&m, 5) == &x && !mapnum_get_ptr(&m, 6));
    map_init(&full, test_arena(0));
    CHECK(!map_put(&full, SPAN("a"), 1) && !map_put_ptr(&full, SPAN("a"), &x));
    CHECK_INT(map_get(&full, SPAN("a"), 3), 3);
    mapnum_init(&m, test_arena(0));
    CHECK(!mapnum_put_ptr(&m, 1, &x) && !mapnum_remove(&m, 1) && mapnum_count(&m) == 0);
}

/* Without memory a put is refused and the map stays whole; removed nodes are used again. */
static void refused(void)
{
    MapNum m;
    uint64_t put = 0;
    Arena *a = test_arena(4000);

    mapnum_init(&m, a);
    for (uint64_t k = 0; k < 100; k++)
        put += mapnum_put(&m, k * 7919 % 101, k);
    CHECK(put == mapnum_count(&m) && put > 10 && put < 100 && arena_is_full(a));
    CHECK_INT(check_tree(m.tree.root), put);
    CHECK(mapnum_remove(&m, 0) && mapnum_put(&m, 5000, 1));
    CHECK(!mapnum_put(&m, 5001, 1));
    CHECK_INT(mapnum_count(&m), put);
}

typedef struct Card {
    uint32_t key, serial;
    char filler[5];
} Card;

static int cmp_cards(const void *a, const void *b, void *ctx)
{
    const Card *l = a, *r = b;

    ++*(size_t *)ctx;
    return (l->key > r->key) - (l->key < r->key);
}

static void sorting(void)
{
    static Card cards[3000];
    Arena *scratch = test_arena(1 << 20);
    Rng r;

    rng_init(&r, 3);
    for (size_t n = 0; n < 3000; n = n * 3 / 2 + 1) {
        size_t compared = 0, allowed = 0;

        for (uint32_t i = 0; i < n; i++)
            cards[i] = (Card){(uint32_t)rng_below(&r, n / 4 + 1), i, "abcd"};
        CHECK(sort_stable(cards, n, sizeof *cards, cmp_cards, &compared, scratch));
        for (size_t i = 1; i < n; i++)
            CHECK(cards[i - 1].key < cards[i].key ||
                  (cards[i - 1].key == cards[i].key && cards[i - 1].serial < cards[i].serial));
        for (size_t run = 1; run < n; run *= 2)
            allowed += n;
        CHECK(compared <= allowed);
    }
    CHECK(!arena_is_full(scratch));
}

static void sorting_refused(void)
{
    static Card cards[8000];
    size_t compared = 0;

    for (uint32_t i = 0; i < 8000; i++)
        cards[i].key = 8000 - i;
    CHECK(!sort_stable(cards, 8000, sizeof *cards, cmp_cards, &compared, test_arena(100)));
    CHECK(cards[0].key == 8000 && compared == 0);
}

int main(void)
{
    TEST_RUN(numbers);
    TEST_RUN(from_key);
    TEST_RUN(ascending_and_descending);
    TEST_RUN(texts);
    TEST_RUN(pointers);
    TEST_RUN(refused);
    TEST_RUN(sorting);
    TEST_RUN(sorting_refused);
    return test_end();
}
