/* result.c — see result.h. */
#include "runtime/backtest/result.h"

#include "vm/base/fixed.h"

int64_t result_mid(const ResultQuote *q)
{
    if (q->bid_micros == MICROS_UNKNOWN || q->ask_micros == MICROS_UNKNOWN) return MICROS_UNKNOWN;
    return q->bid_micros + (q->ask_micros - q->bid_micros) / 2;
}

int64_t result_touch(const ResultQuote *q, bool is_sell)
{
    return is_sell ? q->bid_micros : q->ask_micros;
}

int64_t result_price(int64_t value_micros, int64_t size_micros)
{
    int64_t price = MICROS_UNKNOWN;

    (void)fx_div(value_micros, size_micros, FX_HALF_EVEN, &price);
    return price;
}

bool result_is_entry(const Result *r, const ResultTrade *t)
{
    return t->slot != RESULT_NONE && !t->is_short && t->in_size_micros > 0 &&
           !r->orders.items[t->entry_order].is_set;
}

const char *result_exit_name(uint8_t exit)
{
    static const char *const names[] = {"resolved", "merged", "open"};

    return exit < BECAUSE_COUNT  ? because_name(exit)
           : exit < RESULT_EXITS ? names[exit - BECAUSE_COUNT]
                                 : "?";
}

const char *verdict_sentence(VerdictId id)
{
    static const char *const sentences[VERDICTS] = {
#define VERDICT(id, name, sentence) sentence,
#include "runtime/backtest/verdict.def"
#undef VERDICT
    };

    return sentences[id];
}

const char *verdict_name(VerdictId id)
{
    static const char *const names[VERDICTS] = {
#define VERDICT(id, name, sentence) name,
#include "runtime/backtest/verdict.def"
#undef VERDICT
    };

    return names[id];
}
