/* order.c — see order.h. */
#include "runtime/engine/order.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"

uint8_t order_next(uint8_t state, uint8_t step)
{
    static const uint8_t next[ORDER_STATES][ORDER_STEPS] = {
    /* stored + 1, so that 0 means no row */
#define MOVE(state, step, to) [ORDER_##state][STEP_##step] = ORDER_##to + 1,
#include "runtime/engine/order_states.def"
#undef MOVE
    };

    if (state >= ORDER_STATES || step >= ORDER_STEPS || !next[state][step]) return ORDER_IMPOSSIBLE;
    return (uint8_t)(next[state][step] - 1);
}

bool fill_can_become(uint8_t state, uint8_t next)
{
    static const bool can[FILL_STATES][FILL_STATES] = {
#define FILLMOVE(state, to) [FILL_##state][FILL_##to] = true,
#include "runtime/engine/order_states.def"
#undef FILLMOVE
    };

    return state < FILL_STATES && next < FILL_STATES && can[state][next];
}

uint8_t order_step_to(uint8_t state)
{
    switch (state) {
    case ORDER_LIVE:
        return STEP_LIVE;
    case ORDER_FILLED:
        return STEP_FILL;
    case ORDER_CANCELLED:
        return STEP_CANCEL;
    case ORDER_EXPIRED:
        return STEP_EXPIRE;
    case ORDER_REJECTED:
        return STEP_REJECT;
    case ORDER_UNKNOWN:
        return STEP_LOSE;
    default:
        return ORDER_STEPS;
    }
}

const char *order_step_name(uint8_t step)
{
    static const char *const names[ORDER_STEPS] = {
        "send", "live", "part", "fill", "cancel", "expire", "reject", "lose",
    };

    return step < ARRAY_LEN(names) ? names[step] : "?";
}

Order *orders_add(Orders *o, const Order *order)
{
    Order *open = room_for(&o->room, o->open, o->count + 1, sizeof *open);

    if (!open) return NULL;
    o->open = open;
    o->open[o->count] = *order;
    o->open[o->count].id = ++o->last_id;
    return &o->open[o->count++];
}

Order *orders_find(const Orders *o, uint64_t id)
{
    uint32_t low = 0, high = o->count;

    while (low < high) {
        uint32_t mid = (low + high) / 2;

        if (o->open[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < o->count && o->open[low].id == id ? &o->open[low] : NULL;
}

void orders_remove(Orders *o, Order *order)
{
    size_t at = (size_t)(order - o->open);

    BUG_IF(at >= o->count);
    o->count--;
    memmove(order, order + 1, (o->count - at) * sizeof *order);
}

void orders_truncate(Orders *o, uint32_t count, uint64_t last_id)
{
    BUG_IF(count > o->count);
    o->count = count;
    o->last_id = last_id;
}

int64_t order_worst_left(const Order *o)
{
    int64_t worst = INT64_MAX;

    if (!o->filled_micros) return o->worst_micros;
    (void)fx_mul(order_left(o), o->price_micros, FX_UP, &worst);
    return worst;
}

int64_t order_reserve(const Order *o)
{
    int64_t reserve = INT64_MAX;

    if (!o->is_entry || o->is_margined || o->is_sell) return 0;
    (void)fx_mul(order_left(o), o->price_micros, FX_UP, &reserve);
    return reserve;
}
