/* event.c — see event.h. */
#include "runtime/engine/event.h"

#include "vm/base/bug.h"

const char *event_kind_name(uint8_t kind)
{
    static const char *const names[EV_KINDS] = {
        "start",       "slot close", "slot open", "resolve", "fill", "fill state",
        "order state", "reject",     "leader",    "tick",    "feed", "boundary",
        "command",     "clock",      "stale",     "probe",
    };

    return kind < ARRAY_LEN(names) ? names[kind] : "?";
}

const char *fill_state_name(uint8_t state)
{
    static const char *const names[FILL_STATES] = {"matched", "mined", "confirmed", "failed"};

    return state < ARRAY_LEN(names) ? names[state] : "?";
}

const char *order_state_name(uint8_t state)
{
    static const char *const names[ORDER_STATES] = {
        "intent",    "sent",    "live",     "partial", "filled",
        "cancelled", "expired", "rejected", "unknown",
    };

    return state < ARRAY_LEN(names) ? names[state] : "?";
}
