/* test_types.c — dimensions combine, print and take roots as 2.4.1 says. */
#include "compiler/types/types.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

#include <string.h>

static const struct {
    UnitName a, b;
    int sign;
    const char *text;
} products[] = {
    {UNIT_SHARES, UNIT_PRICE, 1, "usd"},
    {UNIT_USD, UNIT_PRICE, -1, "shares"},
    {UNIT_USD, UNIT_SHARES, -1, "price"},
    {UNIT_USD, UNIT_PERCOIN, -1, "coins"},
    {UNIT_COINS, UNIT_PERCOIN, 1, "usd"},
    {UNIT_PERCOIN, UNIT_PERCOIN, -1, "number"},
    {UNIT_PRICE, UNIT_NUMBER, 1, "price"},
    {UNIT_USD, UNIT_USD, 1, "usd*usd"},
    {UNIT_NUMBER, UNIT_DURATION, -1, "1/second"},
    {UNIT_USD, UNIT_DURATION, -1, "usd/second"},
    {UNIT_SHARES, UNIT_DURATION, 1, "share*second"},
};

static void test_products(void)
{
    Arena *arena = test_arena(1 << 20);

    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        Dim d;

        test_case(products[i].text);
        CHECK(dim_combine(unit_dim(products[i].a), unit_dim(products[i].b), products[i].sign, &d));
        CHECK(span_eq_str(dim_text(arena, d), products[i].text));
    }
}

static void test_powers(void)
{
    Dim d = unit_dim(UNIT_USD), root;
    int steps = 0;

    while (dim_combine(d, unit_dim(UNIT_USD), 1, &d))
        steps++;
    CHECK_INT(steps, 98);
    CHECK_INT(d.usd, 99);
    CHECK(!dim_root(d, &root));
    CHECK(dim_combine(unit_dim(UNIT_PRICE), unit_dim(UNIT_PRICE), 1, &d) && dim_root(d, &root));
    CHECK(dim_is_unit(root, UNIT_PRICE));
    CHECK(!dim_root(unit_dim(UNIT_PRICE), &root));
    CHECK(dim_root(unit_dim(UNIT_NUMBER), &root) && dim_is_plain(root));
}

static void test_literals(void)
{
    static const UnitName want[NUM_UNIT_COUNT] = {
        [NUM_USD] = UNIT_USD,       [NUM_CENT] = UNIT_PRICE,    [NUM_MS] = UNIT_DURATION,
        [NUM_S] = UNIT_DURATION,    [NUM_M] = UNIT_DURATION,    [NUM_H] = UNIT_DURATION,
        [NUM_D] = UNIT_DURATION,    [NUM_SHARES] = UNIT_SHARES, [NUM_COINS] = UNIT_COINS,
        [NUM_PERCENT] = UNIT_NUMBER};

    for (NumUnit u = NUM_PLAIN; u < NUM_UNIT_COUNT; u++) {
        bool is_percent = false;

        CHECK(dim_is_unit(literal_dim(u, &is_percent), want[u]));
        CHECK_INT(is_percent, u == NUM_PERCENT || u == NUM_BPS);
    }
}

static void test_words(void)
{
    Arena *arena = test_arena(1 << 20);

    for (TypeWord w = AST_TYPE_PRICE; w < AST_TYPE_END; w++)
        CHECK(!type_is_bad(type_of_word(w)));
    CHECK(type_is_bad(type_of_word(AST_TYPE_NONE)));
    CHECK(span_eq_str(type_text(arena, type_percent()), "number (percent)"));
    CHECK(span_eq_str(type_text(arena, type_of(SHAPE_BOOL)), "yes/no"));
    CHECK(span_eq_str(type_text(arena, type_unit(UNIT_PERCOIN)), "usd/coin"));
    CHECK(dim_is_money(unit_dim(UNIT_PRICE)) && !dim_is_money(unit_dim(UNIT_PERCOIN)));
}

int main(void)
{
    TEST_RUN(test_products);
    TEST_RUN(test_powers);
    TEST_RUN(test_literals);
    TEST_RUN(test_words);
    return test_end();
}
