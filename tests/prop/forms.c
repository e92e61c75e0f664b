/* forms.c — forms as people might fill them in, out of a seed.  See drawing.h. */
#include "tests/prop/drawing.h"

static const char *const columns[] = {"abs_move_pct",      "dir_move_pct",  "pct_into_slot",
                                      "minutes_into_slot", "spread_up",     "mid_down",
                                      "bid_up_l2",         "size_ratio_up", "chainlink_price",
                                      "hour_utc",          "ask_size_no",   "market_volume_usd"};
static const char *const operators[] = {"<", "<=", ">", ">=", "==", "!="};
static const char *const numbers[] = {"3.0", "0.4", "5", "12.5", "0", "97000", "-0.25", "0.05"};
static const char *const indicators[] = {"EMA", "SMA", "RSI", "VWAP"};

#define ANY(list, rng) ((list)[rng_below((rng), sizeof(list) / sizeof *(list))])

/* Members of an operand, without braces. */
static void put_operand(Buf *b, Rng *rng)
{
    size_t which = rng_below(rng, 4);

    if (rng_below(rng, 3)) {
        buf_fmt(b, "\"indicator\": \"%s\"", ANY(columns, rng));
        return;
    }
    buf_fmt(b, "\"indicator\": \"%s\", \"field\": \"%s\"", indicators[which], ANY(columns, rng));
    if (which < 3) buf_fmt(b, ", \"period\": %d", (int)rng_below(rng, 60) + 2);
}

static void put_value(Buf *b, Rng *rng)
{
    if (rng_below(rng, 5)) {
        buf_str(b, ANY(numbers, rng));
        return;
    }
    buf_char(b, '{');
    put_operand(b, rng);
    buf_char(b, '}');
}

static void put_rule(Buf *b, Rng *rng)
{
    uint64_t which = rng_below(rng, 8);

    buf_char(b, '{');
    put_operand(b, rng);
    if (which == 0) {
        const char *low = ANY(numbers, rng), *high = ANY(numbers, rng);

        buf_fmt(b, ", \"operator\": \"between\", \"value\": [%s, %s]}", low, high);
        return;
    }
    buf_fmt(b, ", \"operator\": \"%s\", \"value\": ",
            which == 1   ? "cross_above"
            : which == 2 ? "cross_below"
                         : ANY(operators, rng));
    put_value(b, rng);
    if (rng_below(rng, 9) == 0) buf_str(b, ", \"x-mark\": [1, {\"a\": null}]");
    buf_char(b, '}');
}

static void put_group(Buf *b, Rng *rng, int depth)
{
    int count = (int)rng_below(rng, 3) + 1;

    buf_fmt(b, "{\"type\": \"%s\", ", rng_below(rng, 2) ? "AND" : "OR");
    if (rng_below(rng, 5) == 0) buf_str(b, "\"not\": true, ");
    buf_str(b, "\"rules\": [");
    for (int i = 0; i < count; i++) {
        if (i) buf_str(b, ", ");
        if (depth < 4 && rng_below(rng, 4) == 0)
            put_group(b, rng, depth + 1);
        else
            put_rule(b, rng);
    }
    buf_str(b, "]");
    if (rng_below(rng, 9) == 0) buf_str(b, ", \"ui\": {\"open\": true}");
    buf_char(b, '}');
}

static void put_action(Buf *b, Rng *rng)
{
    static const char *const sizes[] = {
        "\"size_usdc\": 50", "\"size_mode\": \"fixed\", \"size_usdc\": 12.25",
        "\"size_mode\": \"percent\", \"size_pct\": 5",
        "\"size_mode\": \"shares\", \"size_shares\": 15000", "\"size_mode\": \"all\""};
    static const char *const prices[] = {"", ", \"order_type\": \"market\"",
                                         ", \"order_type\": \"limit\", \"price\": 0.415"};
    static const char *const outcomes[] = {"UP", "DOWN", "YES", "NO"};
    const char *signal = rng_below(rng, 3) ? "buy" : "sell", *outcome = ANY(outcomes, rng);
    const char *size = ANY(sizes, rng), *price = ANY(prices, rng);

    buf_fmt(b, "\"action\": {\"signal\": \"%s\", \"outcome\": \"%s\", %s%s", signal, outcome, size,
            price);
    if (rng_below(rng, 6) == 0) buf_str(b, ", \"x-notes\": [\"## why\", \"# more\"]");
    buf_char(b, '}');
}

static void put_risk(Buf *b, Rng *rng)
{
    static const char *const limits[] = {"\"stoploss_pct\": 30", "\"take_profit_pct\": 180.5",
                                         "\"max_position_usdc\": 200",
                                         "\"max_trades_per_slot\": 1"};
    bool has_any = false;

    buf_str(b, ", \"risk\": {");
    for (size_t i = 0; i < 4; i++) {
        if (rng_below(rng, 2)) continue;
        if (has_any) buf_str(b, ", ");
        buf_str(b, limits[i]);
        has_any = true;
    }
    buf_char(b, '}');
}

Span drawing_form(Rng *rng, Arena *arena)
{
    int groups = (int)rng_below(rng, 3) + 1;
    Buf b;

    buf_init(&b, arena, 1 << 20);
    buf_char(&b, '{');
    if (rng_below(rng, 3)) buf_str(&b, "\"odx\": 1, ");
    buf_str(&b, "\"mode\": \"form\", ");
    if (rng_below(rng, 2)) buf_str(&b, "\"name\": \"A \\\"form\\\"\", ");
    if (rng_below(rng, 2))
        buf_str(&b, "\"market\": {\"venue\": \"polymarket\", \"selector\": \"eth-updown-5m\"}, ");
    if (rng_below(rng, 2)) buf_fmt(&b, "\"combine\": \"%s\", ", rng_below(rng, 2) ? "AND" : "OR");
    buf_str(&b, "\"conditions\": [");
    for (int i = 0; i < groups; i++) {
        if (i) buf_str(&b, ", ");
        put_group(&b, rng, 1);
    }
    buf_str(&b, "], ");
    put_action(&b, rng);
    if (rng_below(rng, 3)) put_risk(&b, rng);
    if (rng_below(rng, 6) == 0) buf_str(&b, ", \"ui\": {\"tab\": 2}");
    if (rng_below(rng, 9) == 0) buf_str(&b, ", \"x-odx-layout\": []");
    buf_char(&b, '}');
    return buf_span(&b);
}
