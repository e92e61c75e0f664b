/* plain.c — see plain.h: pieces of text with places for numbers; each number is a param or written. */
#include "tests/diff/plain.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/rng.h"

/* What stands in for a mark in a piece, with its range as a param. */
static const struct {
    char mark;
    const char *unit;
    uint32_t low, high;
} numbers[] = {
    {'r', "%", 1, 60}, /* a ratio */
    {'c', "c", 2, 98}, /* a price */
    {'n', "", 2, 40},  /* a window */
    {'x', "", 1, 99},  /* anything */
    {'s', "s", 2, 60}, /* a duration */
};

static const char *const conditions[] = {
    "abs_move > @r",
    "move < @r",
    "up.spread < @c",
    "up.ask > @c",
    "down.bid < @c",
    "up.mid > @c and down.mid < @c",
    "not (up.bid > @c)",
    "ema(up.mid, @n) > sma(up.mid, @n)",
    "ema(up.mid, @n) across slots > rma(up.mid, @n)",
    "sma(up.mid, @n) across slots < sma(up.mid, @n)",
    "rsi(up.mid, @n) < @x",
    "slot.progress between 5% and @r",
    "slot.left > @s",
    "up.mid crosses above @c",
    "up.mid > @c for @s",
    "highest(up.mid, @n) - lowest(up.mid, @n) < @c",
    "stdev(up.mid, @n) < @c",
    "prev(up.mid, @n) < up.mid",
    "since(up.ask > @c) > @s",
};

static const char *const actions[] = {
    "buy @x shares of up at market within @c",
    "buy @x shares of down at market",
    "buy $@x of up at market within 2c",
    "buy $@x of down at market within 10%",
    "buy @x shares of up at @c now or never",
    "buy @x shares of down at @c all or nothing",
    "sell @r of up at market",
    "sell @x shares of down at market within @c",
    "sell all of up at market",
    "close up",
    "close down within @c",
    "alert \"here\"",
};

static const char *const limits[] = {
    "stop loss @r",
    "take profit @r",
    "max position $@x",
    "max exposure $@x per market",
    "max exposure $@x",
    "max trades @n per slot",
    "max trades @n per hour",
    "max trades @n per market",
    "cooldown @s",
    "cooldown @s after loss",
};

typedef struct Plain {
    Rng rng;
    Buf params, body;
    uint32_t count;
} Plain;

static const char *pick(Plain *p, const char *const *list, size_t count)
{
    return list[rng_below(&p->rng, count)];
}

static void put_number(Plain *p, char mark)
{
    uint32_t value, i = 0;
    bool is_param = p->count < 8 && rng_chance(&p->rng, 0.6);

    while (i + 1 < ARRAY_LEN(numbers) && numbers[i].mark != mark)
        i++;
    value = numbers[i].low + (uint32_t)rng_below(&p->rng, numbers[i].high - numbers[i].low + 1);
    if (!is_param) {
        buf_fmt(&p->body, "%u%s", value, numbers[i].unit);
        return;
    }
    buf_fmt(&p->params, "param p%u = %u%s in %u%s .. %u%s step 1%s\n", p->count, value,
            numbers[i].unit, numbers[i].low, numbers[i].unit, numbers[i].high, numbers[i].unit,
            numbers[i].unit);
    buf_fmt(&p->body, "p%u", p->count++);
}

static bool has_unit_before(const char *text, const char *at)
{
    return at > text && at[-1] == '$';
}

/* Dollars are written in front of the number; as params they have a name alone. */
static void put_piece(Plain *p, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '$' && at[1] == '@') {
            if (p->count < 8 && rng_chance(&p->rng, 0.6)) {
                uint32_t value = 20 + (uint32_t)rng_below(&p->rng, 180);

                buf_fmt(&p->params, "param p%u = $%u in $5 .. $300 step $1\n", p->count, value);
                buf_fmt(&p->body, "p%u", p->count++);
            } else {
                buf_fmt(&p->body, "$%u", 20 + (uint32_t)rng_below(&p->rng, 180));
            }
            at += 2;
        } else if (*at == '@' && !has_unit_before(text, at)) {
            put_number(p, at[1]);
            at++;
        } else {
            buf_char(&p->body, *at);
        }
    }
}

static void put_rule(Plain *p)
{
    uint32_t conds = 1 + (uint32_t)rng_below(&p->rng, 4),
             acts = 1 + (uint32_t)rng_below(&p->rng, 2);

    buf_str(&p->body, "when ");
    for (uint32_t i = 0; i < conds; i++) {
        if (i) buf_str(&p->body, rng_chance(&p->rng, 0.75) ? " and " : " or ");
        buf_char(&p->body, '(');
        put_piece(p, pick(p, conditions, ARRAY_LEN(conditions)));
        buf_char(&p->body, ')');
    }
    buf_str(&p->body, " {\n");
    for (uint32_t i = 0; i < acts; i++) {
        buf_str(&p->body, "  ");
        put_piece(p, i == 0 && rng_chance(&p->rng, 0.7) ? actions[rng_below(&p->rng, 4)]
                                                        : pick(p, actions, ARRAY_LEN(actions)));
        buf_char(&p->body, '\n');
    }
    buf_str(&p->body, "}\n");
}

Span plain_program(uint64_t seed, Arena *arena)
{
    Plain p = {.count = 0};
    Buf all;
    uint32_t rules, count;

    rng_init(&p.rng, seed * 2654435761u + 17);
    buf_init(&p.params, arena, 1 << 16);
    buf_init(&p.body, arena, 1 << 16);
    buf_init(&all, arena, 1 << 17);
    rules = 1 + (uint32_t)rng_below(&p.rng, 3);
    for (uint32_t i = 0; i < rules; i++)
        put_rule(&p);
    buf_str(&p.body, "risk {\n");
    count = (uint32_t)rng_below(&p.rng, 5);
    for (uint32_t i = 0; i < count; i++) {
        buf_str(&p.body, "  ");
        put_piece(&p, pick(&p, limits, ARRAY_LEN(limits)));
        buf_char(&p.body, '\n');
    }
    buf_str(&p.body, "}\n");
    buf_fmt(&all, "odx 1\nstrategy \"Plain\"\nmarket m = polymarket \"btc-updown-15m\"\n%S%S",
            buf_span(&p.params), buf_span(&p.body));
    return buf_span(&all);
}
