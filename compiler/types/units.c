/* units.c — dimensions from the rows of units.def.
 *
 * Printing takes the row's name when there is one, else writes products and quotients of the bases.
 * Promise: two dimensions print alike only when they are equal. */
#include "compiler/types/units.h"

#include "vm/base/buf.h"
#include "vm/base/bug.h"

typedef struct UnitRow {
    Dim dim;
    const char *text;
} UnitRow;

static const UnitRow UNITS[UNIT_COUNT] = {
#define UNIT(name, usd, share, coin, second, text) \
    [UNIT_##name] = {{usd, share, coin, second}, text},
#include "compiler/types/units.def"
#undef UNIT
};

Dim unit_dim(UnitName name)
{
    return UNITS[name].dim;
}

bool dim_is(Dim a, Dim b)
{
    return a.usd == b.usd && a.share == b.share && a.coin == b.coin && a.second == b.second;
}

bool dim_is_unit(Dim d, UnitName name)
{
    return dim_is(d, UNITS[name].dim);
}

bool dim_is_plain(Dim d)
{
    return dim_is_unit(d, UNIT_NUMBER);
}

bool dim_is_money(Dim d)
{
    return dim_is_unit(d, UNIT_USD) || dim_is_unit(d, UNIT_SHARES) || dim_is_unit(d, UNIT_PRICE);
}

static bool power_add(int a, int b, int8_t *ret)
{
    int sum = a + b;

    *ret = (int8_t)sum;
    return sum >= -99 && sum <= 99;
}

bool dim_combine(Dim a, Dim b, int sign, Dim *ret)
{
    Dim d;
    bool is_fine = power_add(a.usd, sign * b.usd, &d.usd) &&
                   power_add(a.share, sign * b.share, &d.share) &&
                   power_add(a.coin, sign * b.coin, &d.coin) &&
                   power_add(a.second, sign * b.second, &d.second);

    if (is_fine) *ret = d;
    return is_fine;
}

bool dim_root(Dim d, Dim *ret)
{
    if (d.usd % 2 || d.share % 2 || d.coin % 2 || d.second % 2) return false;
    *ret = (Dim){(int8_t)(d.usd / 2), (int8_t)(d.share / 2), (int8_t)(d.coin / 2),
                 (int8_t)(d.second / 2)};
    return true;
}

static void put_powers(Buf *b, const int8_t powers[4], int sign, const char *between)
{
    static const char *const names[4] = {"usd", "share", "coin", "second"};
    const char *before = "";

    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < sign * powers[i]; k++) {
            buf_fmt(b, "%s%s", before, names[i]);
            before = between;
        }
    }
}

Span dim_text(Arena *arena, Dim d)
{
    const int8_t powers[4] = {d.usd, d.share, d.coin, d.second};
    Buf b;

    for (int i = 0; i < UNIT_COUNT; i++)
        if (dim_is(d, UNITS[i].dim)) return span_str(UNITS[i].text);
    buf_init(&b, arena, 4096);
    put_powers(&b, powers, 1, "*");
    if (buf_span(&b).len == 0) buf_str(&b, "1");
    if (powers[0] < 0 || powers[1] < 0 || powers[2] < 0 || powers[3] < 0) {
        buf_char(&b, '/');
        put_powers(&b, powers, -1, "/");
    }
    return buf_span(&b);
}

Dim literal_dim(NumUnit unit, bool *ret_percent)
{
    switch (unit) {
#define LITERAL(num, name, is_percent) \
    case num:                          \
        *ret_percent = is_percent;     \
        return UNITS[UNIT_##name].dim;
#include "compiler/types/units.def"
#undef LITERAL
    case NUM_UNIT_COUNT:
        break;
    }
    UNREACHABLE();
}
