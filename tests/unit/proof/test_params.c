/* test_params.c — what people may type for a param: with and without its unit, inside its range, one of its
 * choices. */
#include "runtime/proof/params.h"

#include "tests/harness/test.h"
#include "vm/base/bug.h"

static const double few[] = {5, 15, 60};

static const Param free_one = {.step = 0};
static const Param ranged = {.has_range = true, .low = 0.5, .high = 3};
static const Param counted = {.has_range = true, .low = 1, .high = 20, .whole = true};
static const Param stepped = {.has_range = true, .low = 0, .high = 1, .step = 0.25};
static const Param chosen = {.choices = few, .choice_count = ARRAY_LEN(few)};

static const struct {
    const char *text;
    const Param *param;
    bool is_taken;
    double value;
} cases[] = {
    {"50", &free_one, true, 50},
    {"$50", &free_one, true, 50},
    {"3%", &free_one, true, 0.03},
    {"2c", &free_one, true, 0.02},
    {"25bps", &free_one, true, 0.0025},
    {"250ms", &free_one, true, 0.25},
    {"30s", &free_one, true, 30},
    {"2m", &free_one, true, 120},
    {"1d", &free_one, true, 86400},
    {"7 shares", &free_one, true, 7},
    {"-4", &free_one, true, -4},
    {"", &free_one, false, 0},
    {"$", &free_one, false, 0},
    {"many", &free_one, false, 0},
    {"$5%", &free_one, false, 0},
    {"0.5", &ranged, true, 0.5},
    {"3", &ranged, true, 3},
    {"0.49", &ranged, false, 0},
    {"3.01", &ranged, false, 0},
    {"20", &counted, true, 20},
    {"7.5", &counted, false, 0},
    {"0", &counted, false, 0},
    {"0.3", &stepped, true, 0.3},
    {"15", &chosen, true, 15},
    {"1m", &chosen, true, 60},
    {"10", &chosen, false, 0},
};

static void test_params(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        double v = -1;

        test_case(cases[i].text);
        CHECK(param_parse(cases[i].param, span_str(cases[i].text), &v) == cases[i].is_taken);
        CHECK(v == (cases[i].is_taken ? cases[i].value : -1));
    }
}

int main(void)
{
    TEST_RUN(test_params);
    return test_end();
}
