/* book.c — functions of the visible book: three levels a side, best first (docs/decisions/0002, 14). */
#include "vm/arith.h"
#include "vm/machine.h"

enum { LEVELS = 3 };
static const uint8_t ask_price[LEVELS] = {FIELD_ASK, FIELD_ASK2, FIELD_ASK3};
static const uint8_t ask_size[LEVELS] = {FIELD_ASK_SIZE, FIELD_ASK_SIZE2, FIELD_ASK_SIZE3};
static const uint8_t bid_price[LEVELS] = {FIELD_BID, FIELD_BID2, FIELD_BID3};
static const uint8_t bid_size[LEVELS] = {FIELD_BID_SIZE, FIELD_BID_SIZE2, FIELD_BID_SIZE3};

static_assert((int)FIELD_SIZE_RATIO < (int)BOOK_FIELDS, "a book has room for each of its fields");

int32_t token_number(double token)
{
    if (!(token >= 0 && token <= INT32_MAX)) return -1;
    return (int32_t)token;
}

static const TokenBook *find_book(const Vm *vm, double token)
{
    int32_t idx = token_number(token);

    return idx >= 0 && (uint32_t)idx < vm->book_count ? vm->books[idx] : NULL;
}

double book_field(const Vm *vm, double token, uint16_t field)
{
    const TokenBook *book = find_book(vm, token);

    return book ? book->field[field] : UNKNOWN;
}

static double walk_shares(const TokenBook *b, const uint8_t *prices, const uint8_t *sizes,
                          double shares)
{
    double left = shares, cost = 0;

    for (int i = 0; i < LEVELS; i++) {
        double price = b->field[prices[i]], size = b->field[sizes[i]], take;

        if (!num_is_known(price) || !num_is_known(size)) break;
        take = size < left ? size : left;
        cost += take * price;
        left -= take;
        if (left == 0) return num_canon(cost / shares);
    }
    return UNKNOWN;
}

static double walk_dollars(const TokenBook *b, const uint8_t *prices, const uint8_t *sizes,
                           double dollars)
{
    double left = dollars, shares = 0;

    for (int i = 0; i < LEVELS; i++) {
        double price = b->field[prices[i]], size = b->field[sizes[i]];

        if (!num_is_known(price) || !num_is_known(size)) break;
        if (price * size >= left) return num_canon(dollars / (shares + left / price));
        shares += size;
        left -= price * size;
    }
    return UNKNOWN;
}

static double average_price(const TokenBook *b, double amount, bool is_usd, const uint8_t *prices,
                            const uint8_t *sizes)
{
    if (!(amount > 0)) return UNKNOWN;
    return is_usd ? walk_dollars(b, prices, sizes, amount) : walk_shares(b, prices, sizes, amount);
}

static double depth(const TokenBook *b, double limit, const uint8_t *prices, const uint8_t *sizes,
                    bool is_ask)
{
    double sum = 0;

    if (!num_is_known(limit)) return UNKNOWN;
    for (int i = 0; i < LEVELS; i++) {
        double price = b->field[prices[i]], size = b->field[sizes[i]];

        if (!num_is_known(price) || !num_is_known(size)) return i == 0 ? UNKNOWN : num_canon(sum);
        if ((is_ask ? ar_leq(price, limit) : ar_leq(limit, price)) != COND_TRUE) break;
        sum += price * size;
    }
    return num_canon(sum);
}

static double fee(const TokenBook *b, bool is_sell)
{
    double p = b->field[is_sell ? FIELD_BID : FIELD_ASK];

    if (!num_is_known(p)) return UNKNOWN;
    return num_canon(b->fee_rate * m_pow(p * (1 - p), b->fee_exponent));
}

double book_value(const TokenBook *b, uint8_t op, uint8_t flags, double x)
{
    switch (op) {
    case OP_PBUY:
        return average_price(b, x, flags & WF_USD, ask_price, ask_size);
    case OP_PSELL:
        return average_price(b, x, flags & WF_USD, bid_price, bid_size);
    case OP_DBUY:
        return depth(b, x, ask_price, ask_size, true);
    case OP_DSELL:
        return depth(b, x, bid_price, bid_size, false);
    default: /* FEE */
        return fee(b, flags & WF_SELL);
    }
}

double book_of(const Vm *vm, double token, uint8_t op, uint8_t flags, double x)
{
    const TokenBook *b = find_book(vm, token);

    return b ? book_value(b, op, flags, x) : UNKNOWN;
}
