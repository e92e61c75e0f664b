/* testtext.c — see testtext.h. */
#include "runtime/proof/testtext.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"

typedef struct FieldWords {
    const char *name, *unit;
} FieldWords;

static const FieldWords fields[FIELD_IDS] = {
#define FIELD(id, ID, owner, name, unit, ...) [id] = {name, #unit},
#include "vm/fields.def"
#undef FIELD
};

/* ---- values with their units ------------------------------------------------------------------- */

static void put_scaled(double x, double times, Buf *out)
{
    int64_t micros = 0;

    if (!fx_from_double(x * times, &micros)) micros = 0;
    fx_put_short(out, micros, FX_PLACES);
}

static void put_dollars(double x, Buf *out)
{
    buf_str(out, x < 0 ? "-$" : "$");
    put_scaled(num_abs(x), 1, out);
}

static void put_seconds(double x, Buf *out)
{
    bool is_whole = x == num_rint(x);

    put_scaled(x, is_whole ? 1 : 1000, out);
    buf_str(out, is_whole ? "s" : "ms");
}

typedef enum Unit { U_PLAIN, U_CENTS, U_DOLLARS, U_SHARES, U_COINS, U_PERCENT, U_SECONDS } Unit;

static void put_value(double x, Unit unit, Buf *out)
{
    switch (unit) {
    case U_DOLLARS:
        put_dollars(x, out);
        return;
    case U_SECONDS:
        put_seconds(x, out);
        return;
    case U_CENTS:
        put_scaled(x, 100, out);
        buf_char(out, 'c');
        return;
    case U_PERCENT:
        put_scaled(x, 100, out);
        buf_char(out, '%');
        return;
    case U_SHARES:
        put_scaled(x, 1, out);
        buf_str(out, " shares");
        return;
    case U_COINS:
        put_scaled(x, 1, out);
        buf_str(out, " coins");
        return;
    case U_PLAIN:
        put_scaled(x, 1, out);
        return;
    }
}

static Unit unit_of_field(uint8_t field)
{
    static const struct {
        const char *word;
        Unit unit;
    } units[] = {{"PRICE", U_CENTS},     {"SHARES", U_SHARES},   {"USD", U_DOLLARS},
                 {"RATIO", U_PERCENT},   {"PERCOIN", U_DOLLARS}, {"COINS", U_COINS},
                 {"DURATION", U_SECONDS}};
    const char *word = field < FIELD_IDS ? fields[field].unit : NULL;

    for (size_t i = 0; word && i < ARRAY_LEN(units); i++)
        if (span_eq_str(span_str(word), units[i].word)) return units[i].unit;
    return U_PLAIN;
}

static Unit unit_of_type(Type t)
{
    Dim d = t.dim;

    if (t.percent) return U_PERCENT;
    if (d.usd == 1 && d.share == -1) return U_CENTS;
    if (d.usd == 1) return U_DOLLARS; /* also dollars per coin */
    if (d.share == 1) return U_SHARES;
    if (d.coin == 1) return U_COINS;
    if (d.second == 1) return U_SECONDS;
    return U_PLAIN;
}

/* ---- facts ------------------------------------------------------------------------------------- */

static void put_market_prefix(const Program *p, uint8_t market, Buf *out)
{
    if (market < p->markets_count && p->markets_count > 1)
        buf_fmt(out, "%S.", p->markets[market].name);
}

static void put_input_path(const Program *p, const Input *in, Buf *out)
{
    switch (in->field) {
    case FIELD_FEED_VALUE:
        buf_span_put(out, p->feeds[in->index].name);
        return;
    case FIELD_MOVE:
    case FIELD_ABS_MOVE:
    case FIELD_SPOT:
    case FIELD_SPOT_OPEN:
    case FIELD_VOLUME:
    case FIELD_LIQUIDITY:
    case FIELD_CLOSES_IN:
        put_market_prefix(p, in->market, out);
        break;
    default:
        if (in->market != MARKET_NONE || in->index < p->tokens_count)
            buf_fmt(out, "%S.", p->tokens[in->index].spelled);
    }
    buf_str(out, fields[in->field].name);
}

void fact_put(const Program *p, const Fact *f, Buf *out)
{
    Unit unit = U_PLAIN;

    if (f->kind == FACT_INPUT) {
        put_input_path(p, &p->inputs[f->index], out);
        unit = unit_of_field(p->inputs[f->index].field);
    } else if (f->kind == FACT_PARAM) {
        buf_span_put(out, p->params[f->index].name);
        unit = unit_of_type(p->params[f->index].type);
    } else {
        buf_span_put(out, p->states[f->index].name);
        unit = unit_of_type(p->states[f->index].type);
    }
    buf_str(out, " = ");
    if (f->unknown)
        buf_str(out, "unknown");
    else
        put_value(f->value, unit, out);
}

/* ---- rows -------------------------------------------------------------------------------------- */

static void put_amount(const Happening *h, Buf *out)
{
    put_value(h->size, h->size_unit == SIZE_USD ? U_DOLLARS : U_SHARES, out);
}

void happening_put(const Program *p, const Happening *h, Buf *out)
{
    static const char *const verbs[] = {"", "split", "merge"};

    switch ((HappeningKind)h->kind) {
    case HAP_FACT:
        fact_put(p, &h->fact, out);
        return;
    case HAP_SLOT_OPEN:
        buf_str(out, "slot open");
        return;
    case HAP_SLOT_CLOSE:
        buf_str(out, "slot close");
        return;
    case HAP_RESOLVE:
        buf_fmt(out, "resolve %S", p->tokens[h->token].spelled);
        return;
    case HAP_REJECT:
        buf_fmt(out, "reject %S", p->tokens[h->token].spelled);
        return;
    case HAP_FILL:
        buf_str(out, h->is_sell ? "fill sell " : "fill buy ");
        break;
    case HAP_LEADER:
        buf_fmt(out, "%S ", p->leaders[h->leader].name);
        break;
    }
    if (h->kind == HAP_LEADER && h->verb != LEADER_TRADE) {
        buf_fmt(out, "%s ", verbs[h->verb]);
        put_amount(h, out);
        return;
    }
    if (h->kind == HAP_LEADER) buf_str(out, h->is_sell ? "sell " : "buy ");
    put_amount(h, out);
    buf_fmt(out, " of %S at ", p->tokens[h->token].spelled);
    put_value(h->price, U_CENTS, out);
}

void row_time_put(int64_t at_us, Buf *out)
{
    static const struct {
        int64_t us;
        const char *word;
    } units[] = {{INT64_C(3600000000), "h"}, {60000000, "m"}, {1000000, "s"}, {1000, "ms"}};
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(units) && (at_us % units[i].us != 0 || at_us < units[i].us))
        i++;
    buf_fmt(out, "after %lld%s", (long long)(at_us / units[i].us), units[i].word);
}

void expectations_put(const Program *p, const RowEffects *effects, Buf *out)
{
    bool has_any = false;

    for (size_t i = 0; i < effects->count; i++) {
        if (effects->items[i].kind != EFFECT_ORDER) continue;
        buf_str(out, has_any ? "  expect " : "expect ");
        effect_sentence(p, effects->engine, &effects->items[i], out);
        has_any = true;
    }
    if (!has_any) buf_str(out, "expect nothing");
}
