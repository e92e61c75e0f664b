/* effect.c — see effect.h. */
#include "runtime/engine/effect.h"

#include "vm/base/bug.h"
#include "vm/base/num.h"

Effect effect_new(EffectKind kind, int64_t ts_us)
{
    return (Effect){.kind = (uint8_t)kind,
                    .rule = NONE_16,
                    .action = NONE_16,
                    .group = NONE_16,
                    .reason = NONE_16,
                    .token = -1,
                    .ts_us = ts_us,
                    .price_micros = MICROS_UNKNOWN,
                    .value = UNKNOWN};
}

void effect_send(EffectSink sink, const Effect *e)
{
    if (sink.take) sink.take(sink.ctx, e);
}

const char *effect_kind_name(uint8_t kind)
{
    static const char *const names[EFFECT_KINDS] = {
        "order", "cancel", "skip", "sets", "alert", "ledger", "promise", "show", "fault",
    };

    return kind < ARRAY_LEN(names) ? names[kind] : "?";
}

const char *because_name(uint8_t because)
{
    static const char *const names[BECAUSE_COUNT] = {
        "rule",        "stop loss", "trailing stop", "time stop",  "exit when",
        "take profit", "unwind",    "quote",         "slot close",
    };

    return because < ARRAY_LEN(names) ? names[because] : "?";
}

const char *reason_name(uint16_t reason)
{
    switch (reason) {
#define REASON(id, name, sentence) \
    case id:                       \
        return #name;
#include "vm/reasons.def"
#undef REASON
    default:
        return NULL;
    }
}

const char *reason_sentence(uint16_t reason)
{
    switch (reason) {
#define REASON(id, name, sentence) \
    case id:                       \
        return sentence;
#include "vm/reasons.def"
#undef REASON
    default:
        return NULL;
    }
}
