/* test_arena.c — arenas at and beyond their limits, vectors and buffers on them. */
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/arena.h"
#include "vm/base/vec.h"

static bool is_zero(const void *ptr, size_t len)
{
    const char *p = ptr;

    for (size_t i = 0; i < len; i++)
        if (p[i]) return false;
    return true;
}

static void aligned_and_zeroed(void)
{
    Arena *a = test_arena(1 << 22);
    char *last = NULL;

    for (size_t round = 0; round < 2; round++) {
        for (size_t size = 0; size < 5000; size += 37) {
            char *p = arena_alloc(a, size);

            CHECK((uintptr_t)p % 16 == 0 && p != last);
            CHECK(is_zero(p, size));
            memset(p, 0xff, size);
            last = p;
        }
        arena_reset(a);
    }
    CHECK(!arena_is_full(a));
}

static void marks(void)
{
    TestBudget budget = {.left = 1 << 22};
    Arena a;
    ArenaMark empty, mark;
    char *first, *again;

    CHECK(arena_init(&a, test_source_budget(&budget), 1 << 21));
    empty = arena_mark(&a);
    first = arena_alloc(&a, 100);
    memset(first, 1, 100);
    mark = arena_mark(&a);
    again = arena_alloc(&a, 100);
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 9000);
    CHECK(budget.count > 3);
    arena_release(&a, mark);
    CHECK_INT(budget.count, 2); /* the page and the first chunk */
    CHECK(arena_alloc(&a, 100) == (void *)again);
    CHECK_INT(first[99], 1);
    arena_release(&a, empty);
    CHECK_INT(budget.count, 1);
    CHECK_INT(arena_taken(&a), 0);
    arena_fini(&a);
    CHECK_INT(budget.taken, 0);
}

static void reset_keeps_one_chunk(void)
{
    TestBudget budget = {.left = 1 << 22};
    Arena a;

    CHECK(arena_init(&a, test_source_budget(&budget), 1 << 21));
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 9000);
    arena_reset(&a);
    CHECK_INT(budget.count, 2);
    CHECK_INT(arena_taken(&a), budget.taken - ARENA_PAGE);
    CHECK(arena_alloc(&a, 9000) != NULL);
    arena_fini(&a);
    arena_fini(&a); /* a second time is fine */
    CHECK_INT(budget.taken, 0);
}

/* Runs an arena into its limit and checks the promise for every request after that. */
static void exhaust(Arena *a, const TestBudget *budget, size_t limit)
{
    size_t count = 0;
    char *page;

    while (!arena_is_full(a) && count++ < 100000)
        memset(arena_alloc(a, 500), 0xee, 500);
    CHECK(arena_is_full(a) && count <= limit / 500 + 1);
    CHECK(budget->taken <= limit + ARENA_PAGE);
    page = arena_alloc(a, ARENA_PAGE);
    CHECK(page && is_zero(page, ARENA_PAGE));
    memset(page, 1, ARENA_PAGE);
    CHECK(arena_alloc(a, ARENA_PAGE) == (void *)page);
    CHECK(is_zero(page, ARENA_PAGE));
    CHECK(arena_alloc(a, ARENA_PAGE + 1) == NULL);
    CHECK(arena_alloc(a, SIZE_MAX) == NULL);
    CHECK(arena_alloc(a, SIZE_MAX - 14) == NULL);
    CHECK(arena_array(a, uint64_t, SIZE_MAX / 4) == NULL);
    CHECK(arena_is_full(a));
}

static void exhausted_by_limit(void)
{
    static const size_t limits[] = {0, 1, 15, 16, 100, 4096, 4097, 5000, 70000, 1 << 20};

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        TestBudget budget = {.left = 1 << 22};
        Arena a;

        CHECK(arena_init(&a, test_source_budget(&budget), limits[i]));
        exhaust(&a, &budget, limits[i]);
        arena_reset(&a);
        CHECK(!arena_is_full(&a));
        arena_fini(&a);
        CHECK_INT(budget.taken, 0);
    }
}

static void exhausted_by_source(void)
{
    for (size_t room = 0; room < 300000; room += 30011) {
        TestBudget budget = {.left = room};
        Arena a;
        bool is_usable = arena_init(&a, test_source_budget(&budget), 1 << 20);

        CHECK_INT(is_usable, room >= ARENA_PAGE);
        CHECK_INT(arena_is_full(&a), !is_usable);
        if (is_usable) exhaust(&a, &budget, room);
        if (!is_usable) CHECK(arena_alloc(&a, 1) == NULL);
        arena_fini(&a);
        CHECK_INT(budget.taken, 0);
    }
}

static void span_copies(void)
{
    Arena *a = test_arena(5000), *small = test_arena(64);
    char text[] = "hello";
    Span copy = arena_span(a, span_str(text));

    text[0] = 'J';
    CHECK_STR(copy.ptr, "hello");
    CHECK_INT(arena_span(a, (Span){NULL, 0}).len, 0);
    CHECK_INT(
        arena_span(small, (Span){"0123456789012345678901234567890123456789012345678901234", 55})
            .len,
        0);
    CHECK(arena_is_full(small));
    CHECK_INT(arena_span(small, SPAN("abc")).len, 0); /* the page is nobody's to keep */
}

typedef struct Item {
    int a, b;
} Item;

static void vectors(void)
{
    Arena *a = test_arena(1 << 20);
    VEC(Item) v = {0};

    for (int i = 0; i < 1000; i++)
        CHECK(vec_push(a, &v, (Item){i, -i}));
    CHECK_INT(v.count, 1000);
    for (int i = 0; i < 1000; i++)
        CHECK(vec_at(&v, (size_t)i).a == i && v.items[i].b == -i);
    CHECK_INT(vec_pop(&v).a, 999);
    CHECK_INT(vec_last(&v).a, 998);
    vec_truncate(&v, 5);
    vec_truncate(&v, 50);
    CHECK_INT(v.count, 5);
    vec_clear(&v);
    CHECK_INT(v.count, 0);
    CHECK(!vec_reserve(a, &v, SIZE_MAX));
    CHECK(!vec_reserve(a, &v, SIZE_MAX / sizeof(Item)));
    CHECK_INT(v.count, 0);
}

/* A full arena refuses to grow a vector, and what is there stays as it was. */
static void vector_refused(void)
{
    Arena *a = test_arena(3000);
    VEC(uint32_t) v = {0}, w = {0};
    uint32_t pushed = 0, total = 0;

    for (uint32_t i = 0; i < 5000; i++)
        pushed += vec_push(a, &v, i) ? 1 : 0;
    CHECK(arena_is_full(a) && pushed == v.count && v.count < 750);
    for (uint32_t i = 0; i < v.count; i++)
        total += v.items[i] != i;
    CHECK_INT(total, 0);
    CHECK(!vec_push(a, &w, 1u));
    CHECK_INT(w.count, 0);
}

int main(void)
{
    TEST_RUN(aligned_and_zeroed);
    TEST_RUN(marks);
    TEST_RUN(reset_keeps_one_chunk);
    TEST_RUN(exhausted_by_limit);
    TEST_RUN(exhausted_by_source);
    TEST_RUN(span_copies);
    TEST_RUN(vectors);
    TEST_RUN(vector_refused);
    return test_end();
}
