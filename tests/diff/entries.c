/* entries.c — see entries.h. */
#include "tests/diff/entries.h"

#include "vm/base/fmt.h"
#include "vm/base/rng.h"

typedef struct Entries {
    Rng rng;
    Buf *out;
} Entries;

static uint32_t below(Entries *e, uint32_t n)
{
    return (uint32_t)rng_below(&e->rng, n);
}

static const char *pick(Entries *e, const char *const *list, uint32_t count)
{
    return list[below(e, count)];
}
#define PICK(e, list) pick(e, list, sizeof(list) / sizeof *(list))

static void put_average(Entries *e, const char *name, const char *call, uint32_t window)
{
    buf_fmt(e->out, "let %s = %s(up.mid, %u)%s\n", name, call, window,
            below(e, 2) ? "" : " across slots");
}

static void put_condition(Entries *e)
{
    static const char *const conds[] = {
        "up.ask < 60c",
        "up.bid > 40c",
        "down.ask < 55c",
        "up.spread < 6c",
        "quick > calm",
        "up.mid > quick",
        "quick < calm",
        "slot.elapsed > 10s",
        "slot.progress between 2% and 90%",
        "heat < 60",
        "up.bid_size > 50 shares",
        "up.mid crosses above quick",
        "abs_move > 0.001%",
        "slot.left > 1m",
        "calm > 30c",
    };

    buf_str(e->out, PICK(e, conds));
}

static void put_action(Entries *e)
{
    static const char *const sizes[] = {"50 shares", "$20",        "10 shares",
                                        "$3",        "400 shares", "$250"};
    static const char *const prices[] = {
        " at market within 2c",  " at market", " at 60c now or never",
        " at market within 30c", " at 99c",    " at market within 5%"};

    if (below(e, 12) == 0) {
        buf_str(e->out, below(e, 2) ? "close up" : "sell 10 shares of up at market");
        return;
    }
    buf_fmt(e->out, "buy %s of ", PICK(e, sizes));
    buf_str(e->out, below(e, 4) ? "up" : "down");
    buf_str(e->out, PICK(e, prices));
}

static void put_rule(Entries *e)
{
    uint32_t terms = 1 + below(e, 3);

    buf_str(e->out, "\nwhen ");
    put_condition(e);
    while (--terms) {
        buf_str(e->out, below(e, 4) ? "\n     and " : "\n     or ");
        put_condition(e);
    }
    buf_str(e->out, " {\n  ");
    put_action(e);
    buf_str(e->out, "\n}\n");
}

static void put_risk(Entries *e)
{
    static const char *const items[] = {
        "stop loss     30%",
        "stop loss     5%",
        "take profit   20%",
        "take profit   5%",
        "trailing stop 10%",
        "time stop     20s",
        "max position  $100",
        "max position  $30",
        "max exposure  $60",
        "max trades    3 per slot",
        "max trades    2 per hour",
        "max trades    1 per market",
        "cooldown      15s after exit",
        "max open      1",
        "max loss      $20 per day",
        "max drawdown  10%",
        "max exposure  $90 per market",
    };
    uint32_t count = 1 + below(e, 5);

    buf_str(e->out, "\nrisk {\n");
    while (count--)
        buf_fmt(e->out, "  %s\n", PICK(e, items));
    buf_str(e->out, "}\n");
}

void entries_print(uint64_t seed, Buf *out)
{
    Entries e = {.out = out};
    uint32_t rules;

    rng_init(&e.rng, seed);
    rules = 1 + below(&e, 3);
    buf_str(out, "odx 1\n\n## Entries.\nstrategy \"Entries\"\n\nmarket btc = polymarket "
                 "\"btc-updown-15m\"\n\n");
    put_average(&e, "quick", "ema", 2 + below(&e, 6));
    put_average(&e, "calm", "sma", 3 + below(&e, 9));
    put_average(&e, "heat", "rsi", 2 + below(&e, 5));
    while (rules--)
        put_rule(&e);
    if (below(&e, 8)) put_risk(&e);
}
