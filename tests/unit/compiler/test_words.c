/* test_words.c — words are found and told apart; numbers get the value nearest to what is written. */
#include "tests/harness/test.h"
#include "tests/unit/compiler/front.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

static void test_words_are_sorted(void)
{
    bool is_reserved;
    Span before = {0};
    size_t reserved = 0;

    for (size_t i = 0; i < word_count(); i++) {
        Span word = span_str(word_at(i, &is_reserved, NULL));

        test_check(span_cmp(before, word) < 0, __FILE__, __LINE__, "%s comes too late", word.ptr);
        CHECK(word_is_reserved(word) == is_reserved);
        reserved += is_reserved;
        before = word;
    }
    CHECK_INT(reserved, 61); /* the list of 2.2 */
    CHECK(!word_is_reserved(SPAN("stop")));
    CHECK(!word_is_reserved(SPAN("")));
    CHECK(word_is_reserved(SPAN("within")));
}

static const struct {
    const char *text;
    NumUnit unit;
    double value;
} numbers[] = {
    {"0", NUM_PLAIN, 0},
    {"1_000_000", NUM_PLAIN, 1000000},
    {"0.55", NUM_PLAIN, 0.55},
    {"$50", NUM_USD, 50},
    {"$0.05", NUM_USD, 0.05},
    {"$97_000", NUM_USD, 97000},
    {"5c", NUM_CENT, 0.05},
    {"57.5c", NUM_CENT, 0.575},
    {"30%", NUM_PERCENT, 0.3},
    {"0.7%", NUM_PERCENT, 0.007}, /* 0.7/100 would be one bit more */
    {"2.9%", NUM_PERCENT, 0.029},
    {"25bps", NUM_BPS, 0.0025},
    {"0.3bps", NUM_BPS, 0.00003},
    {"500ms", NUM_MS, 0.5},
    {"30s", NUM_S, 30},
    {"5m", NUM_M, 300},
    {"0.1m", NUM_M, 6},
    {"1.1h", NUM_H, 3960},
    {"1d", NUM_D, 86400},
    {"100 shares", NUM_SHARES, 100},
    {"1_000.5 shares", NUM_SHARES, 1000.5},
    {"0.5 coins", NUM_COINS, 0.5},
};

static void test_numbers(void)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const Node *n;
        Front f = front_value(numbers[i].text, &n);

        test_case(numbers[i].text);
        CHECK(!diags_has_errors(f.diags));
        if (!CHECK(node_is(n, NODE_NUMBER))) continue;
        CHECK_INT(n->unit, numbers[i].unit);
        CHECK_BITS(n->num, numbers[i].value);
    }
}

static const struct {
    const char *text;
    const char *fixed; /* the first fix's text, or NULL */
} malformed[] = {
    {".5", "0.5"},
    {"1__0", "1_0"},
    {"1_", "1"},
    {"$1,000", "$1_000"},
    {"$12,345.50", "$12_345.50"},
    {"50$", "$50"},
    {"10min", "10m"},
    {"3sec", "3s"},
    {"5cents", "5c"},
    {"7pct", "7%"},
    {"50usd", "$50"},
    {"100shares", "100 shares"},
    {"1e5", NULL},
    {"0x1F", NULL},
    {"$5c", NULL},
    {"5%%", NULL},
    {"5 %", ""},
    {"$5 shares", NULL},
};

static void test_malformed_numbers(void)
{
    for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
        const Node *n;
        Front f = front_value(malformed[i].text, &n);
        const Diag *d;

        test_case(malformed[i].text);
        diags_finish(f.diags);
        d = diags_get(f.diags, 0);
        if (!CHECK(d != NULL)) continue;
        CHECK_INT(d->code, ODX005);
        CHECK_INT(diags_count(f.diags), 1);
        if (!malformed[i].fixed)
            CHECK(!d->helps || !d->helps->edits);
        else if (CHECK(d->helps && d->helps->edits))
            CHECK(span_eq_str(d->helps->edits->insert, malformed[i].fixed));
    }
}

static void test_huge_numbers(void)
{
    static char digits[500];
    const Node *n;
    Front f;

    memset(digits, '9', sizeof digits - 1);
    f = front_value(digits, &n);
    CHECK(diags_has_errors(f.diags));
    digits[300] = 0;
    f = front_value(digits, &n);
    CHECK(!diags_has_errors(f.diags));
    CHECK(num_is_finite(n->num));
}

int main(void)
{
    TEST_RUN(test_words_are_sorted);
    TEST_RUN(test_numbers);
    TEST_RUN(test_malformed_numbers);
    TEST_RUN(test_huge_numbers);
    return test_end();
}
