/* test_order.c — the state machine of orders and fills as a drawing, and the table of open orders. */
#include "runtime/engine/order.h"

#include <string.h>

#include "tests/harness/memory.h"
#include "tests/harness/test.h"

/* A row a state, a column a step (send live part fill cancel expire reject lose); the letter is the
 * first of the next state's name, `?` unknown, `.` impossible. */
static const char *const drawing[ORDER_STATES] = {
    [ORDER_INTENT] = "s...c.r.",  [ORDER_SENT] = ".lpfcer?",     [ORDER_LIVE] = ".lpfce.?",
    [ORDER_PARTIAL] = ".ppfce.?", [ORDER_FILLED] = "........",   [ORDER_CANCELLED] = "........",
    [ORDER_EXPIRED] = "........", [ORDER_REJECTED] = "........", [ORDER_UNKNOWN] = ".lpfcer.",
};

static char letter(uint8_t state)
{
    if (state == ORDER_IMPOSSIBLE) return '.';
    return state == ORDER_UNKNOWN ? '?' : order_state_name(state)[0];
}

static void machine(void)
{
    for (uint8_t s = 0; s < ORDER_STATES; s++) {
        test_case(order_state_name(s));
        for (uint8_t step = 0; step < ORDER_STEPS; step++)
            CHECK_INT(letter(order_next(s, step)), drawing[s][step]);
        CHECK_INT(order_is_over(s), strspn(drawing[s], ".") == ORDER_STEPS);
    }
    CHECK_INT(order_next(ORDER_STATES, STEP_LIVE), ORDER_IMPOSSIBLE);
    CHECK_INT(order_next(ORDER_LIVE, ORDER_STEPS), ORDER_IMPOSSIBLE);
}

static void never_backwards(void)
{
    static const uint8_t rank[ORDER_STATES] = {0, 1, 2, 3, 4, 4, 4, 4, 1};

    for (uint8_t s = 0; s < ORDER_STATES; s++)
        for (uint8_t step = 0; step < ORDER_STEPS; step++) {
            uint8_t next = order_next(s, step);

            if (next != ORDER_IMPOSSIBLE && next != ORDER_UNKNOWN) CHECK(rank[next] >= rank[s]);
        }
}

static void fills(void)
{
    static const char can[FILL_STATES][FILL_STATES + 1] = {".YYY", "..YY", "....", "...."};

    for (uint8_t a = 0; a < FILL_STATES; a++)
        for (uint8_t b = 0; b < FILL_STATES; b++)
            CHECK_INT(fill_can_become(a, b), can[a][b] == 'Y');
    CHECK(!fill_can_become(FILL_STATES, FILL_MINED) && !fill_can_become(FILL_MATCHED, FILL_STATES));
}

static void table(void)
{
    Arena *a = test_arena(1 << 20);
    Orders o = {.open = arena_array(a, Order, ORDERS_MAX), .room = room_new(NULL, 0, ORDERS_MAX)};
    Order order = {.size_micros = 10};

    for (int i = 0; i < ORDERS_MAX; i++)
        CHECK(orders_add(&o, &order) != NULL);
    CHECK(!orders_add(&o, &order));
    CHECK(!orders_find(&o, 0) && !orders_find(&o, ORDERS_MAX + 1));
    orders_remove(&o, orders_find(&o, 5));
    CHECK(!orders_find(&o, 5));
    CHECK_INT(orders_find(&o, 6)->id, 6);
    CHECK_INT(orders_add(&o, &order)->id, ORDERS_MAX + 1);
    orders_truncate(&o, ORDERS_MAX - 1, ORDERS_MAX);
    CHECK_INT(orders_add(&o, &order)->id, ORDERS_MAX + 1);
}

static void shares_of_an_order(void)
{
    Order o = {.is_entry = true,
               .size_micros = 96150000,
               .price_micros = 520000,
               .worst_micros = 50000000};

    CHECK_INT(order_reserve(&o), 49998000);
    CHECK_INT(order_worst_left(&o), 50000000);
    o.filled_micros = 48075000;
    CHECK_INT(order_left(&o), 48075000);
    CHECK_INT(order_worst_left(&o), 24999000);
    CHECK_INT(order_reserve(&o), 24999000);
    o.is_margined = true;
    CHECK_INT(order_reserve(&o), 0);
    o = (Order){.is_sell = true, .is_entry = false, .size_micros = 5, .price_micros = 500000};
    CHECK_INT(order_reserve(&o), 0);
}

static void steps_of_states(void)
{
    CHECK_INT(order_step_to(ORDER_LIVE), STEP_LIVE);
    CHECK_INT(order_step_to(ORDER_UNKNOWN), STEP_LOSE);
    CHECK_INT(order_step_to(ORDER_EXPIRED), STEP_EXPIRE);
    CHECK_INT(order_step_to(ORDER_INTENT), ORDER_STEPS);
    CHECK_INT(order_step_to(200), ORDER_STEPS);
}

int main(void)
{
    TEST_RUN(machine);
    TEST_RUN(never_backwards);
    TEST_RUN(fills);
    TEST_RUN(table);
    TEST_RUN(shares_of_an_order);
    TEST_RUN(steps_of_states);
    return test_end();
}
