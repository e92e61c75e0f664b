/* values.c — what an expression without memory is worth now (language 3.1 to 3.3).
 *
 * Conditions are numbers here: 1 true, 0 false, unknown.  A value is worked out once per event; that
 * changes nothing, because expressions have no effects. */
#include "tests/reference/inside.h"

#include "vm/base/math.h"

typedef enum { LIFE_SLOT, LIFE_LIVE } Life;

static const struct {
    uint8_t owner, life;
} field_facts[FIELD_IDS] = {
#define FIELD(id, ID, owner, name, unit, low, high, ul, uh, life, ...) \
    [id] = {OWNER_##owner, LIFE_##life},
#include "vm/fields.def"
#undef FIELD
};

RefOwner ref_field_owner(uint32_t field)
{
    return field < FIELD_IDS ? (RefOwner)field_facts[field].owner : OWNER_NONE;
}

bool ref_field_is_slot(uint32_t field)
{
    return ref_field_owner(field) != OWNER_NONE && field_facts[field].life == LIFE_SLOT;
}

double ref_micros(int64_t micros)
{
    return micros == MICROS_UNKNOWN ? UNKNOWN : (double)micros / 1e6;
}

double ref_grid(double x)
{
    return num_is_known(x) ? num_canon(num_rint(x * 1e6) / 1e6) : UNKNOWN;
}

int64_t ref_to_micros(double x)
{
    double m = num_rint(x * 1e6);

    return m >= -9e18 && m <= 9e18 ? (int64_t)m : MICROS_UNKNOWN;
}

int64_t ref_to_us(double seconds)
{
    return ref_to_micros(seconds);
}

bool ref_is_money(const Type *t)
{
    Dim d = t->dim;

    if (t->shape != SHAPE_NUM || d.coin || d.second) return false;
    return (d.usd == 1 && d.share == 0) || (d.usd == 0 && d.share == 1) ||
           (d.usd == 1 && d.share == -1);
}

static bool is_money_compare(const Expr *e)
{
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (ref_is_money(&e->args[i]->type)) return true;
    return false;
}

static double truth(bool b)
{
    return b ? 1.0 : 0.0;
}

/* A comparison of two known values, on the grid when it is about money. */
static int compare(double a, double b, bool on_grid)
{
    if (on_grid) {
        a = num_rint(a * 1e6);
        b = num_rint(b * 1e6);
    }
    return (a > b) - (a < b);
}

static double between(Ref *r, const Expr *e)
{
    double x = ref_value(r, e->args[0]), lo = ref_value(r, e->args[1]);
    double hi = ref_value(r, e->args[2]);
    bool g = is_money_compare(e);

    if (!num_is_known(x) || !num_is_known(lo) || !num_is_known(hi)) return UNKNOWN;
    return truth(compare(lo, x, g) <= 0 && compare(x, hi, g) <= 0);
}

static double is_in(Ref *r, const Expr *e)
{
    double x = ref_value(r, e->args[0]);
    bool g = is_money_compare(e), found = false;

    for (uint32_t i = 1; i < e->arg_count; i++) {
        double y = ref_value(r, e->args[i]);

        if (!num_is_known(y)) return UNKNOWN;
        if (num_is_known(x) && compare(x, y, g) == 0) found = true;
    }
    return num_is_known(x) ? truth(found) : UNKNOWN;
}

static double smallest_or_largest(Ref *r, const Expr *e, bool smallest)
{
    double best = ref_value(r, e->args[0]);

    for (uint32_t i = 1; i < e->arg_count; i++) {
        double y = ref_value(r, e->args[i]);

        if (!num_is_known(y) || !num_is_known(best)) return UNKNOWN;
        if (smallest ? y < best : y > best) best = y;
    }
    return best;
}

static double clamped(double x, double lo, double hi)
{
    double low = x < hi ? x : hi;

    return low > lo ? low : lo;
}

static double three(Ref *r, const Expr *e)
{
    double a = ref_value(r, e->args[0]), b = ref_value(r, e->args[1]);
    double c = ref_value(r, e->args[2]);
    double part, width;

    if (!num_is_known(a) || !num_is_known(b) || !num_is_known(c)) return UNKNOWN;
    if (e->op == EX_CLAMP) return clamped(a, b, c);
    width = num_canon(c - b);
    if (!num_is_known(width) || width == 0) return UNKNOWN;
    part = num_canon(num_canon(a - b) / width);
    return num_is_known(part) ? num_canon(10 * clamped(part, 0, 1)) : UNKNOWN;
}

static double conjunction(double a, double b)
{
    if (a == 0 || b == 0) return 0;
    return num_is_known(a) && num_is_known(b) ? 1 : UNKNOWN;
}

static double disjunction(double a, double b)
{
    if (a == 1 || b == 1) return 1;
    return num_is_known(a) && num_is_known(b) ? 0 : UNKNOWN;
}

static double two(Ref *r, const Expr *e)
{
    double a = ref_value(r, e->args[0]), b = ref_value(r, e->args[1]);
    int c;

    if (e->op == EX_AND) return conjunction(a, b);
    if (e->op == EX_OR) return disjunction(a, b);
    if (e->op == EX_OTHERWISE) return num_is_known(a) ? a : b;
    if (!num_is_known(a) || !num_is_known(b)) return UNKNOWN;
    switch (e->op) {
    case EX_ADD:
        return num_canon(a + b);
    case EX_SUB:
        return num_canon(a - b);
    case EX_MUL:
        return num_canon(a * b);
    case EX_DIV:
        return b == 0 ? UNKNOWN : num_canon(a / b);
    default:
        break;
    }
    c = compare(a, b, is_money_compare(e));
    switch (e->op) {
    case EX_LT:
        return truth(c < 0);
    case EX_LE:
        return truth(c <= 0);
    case EX_GT:
        return truth(c > 0);
    case EX_GE:
        return truth(c >= 0);
    case EX_EQ:
    case EX_EQB:
        return truth(c == 0);
    default:
        return truth(c != 0); /* NE, NEB */
    }
}

static double one(Ref *r, const Expr *e)
{
    double x = ref_value(r, e->args[0]);

    if (e->op == EX_KNOWN) return truth(num_is_known(x));
    if (!num_is_known(x)) return UNKNOWN;
    switch (e->op) {
    case EX_LET:
        return x;
    case EX_NEG:
        return num_canon(-x);
    case EX_ABS:
        return num_abs(x);
    case EX_ROUND:
        return num_canon(num_rint(x));
    case EX_FLOOR:
        return num_canon(num_floor(x));
    case EX_CEIL:
        return num_canon(num_ceil(x));
    case EX_SQRT:
        return x < 0 ? UNKNOWN : num_canon(num_sqrt(x));
    case EX_LN:
        return x <= 0 ? UNKNOWN : num_canon(m_ln(x));
    case EX_EXP:
        return num_canon(m_exp(x));
    case EX_SIGN:
        return x > 0 ? 1 : x < 0 ? -1 : 0;
    default:
        return truth(x == 0); /* NOT */
    }
}

static double choice(Ref *r, const Expr *e)
{
    double c = ref_value(r, e->args[0]);
    double a = ref_value(r, e->args[1]), b = ref_value(r, e->args[2]);

    if (!num_is_known(c)) return UNKNOWN;
    return c == 1 ? a : b;
}

static double input(Ref *r, const Expr *e)
{
    const Input *in = &r->p->inputs[e->index];

    return ref_field(r, in->field, in->market, in->index);
}

static double token_field(Ref *r, const Expr *e)
{
    double token = ref_value(r, e->args[0]);
    uint32_t t;

    if (!num_is_known(token) || token < 0 || token >= (double)r->p->tokens_count) return UNKNOWN;
    t = (uint32_t)token;
    return ref_field(r, e->index, r->p->tokens[t].market, t);
}

static double without_memory(Ref *r, const Expr *e)
{
    switch (e->op) {
    case EX_CONST:
    case EX_CONSTB:
        return e->num;
    case EX_PARAM:
        return r->params[e->index];
    case EX_INPUT:
        return input(r, e);
    case EX_STATE:
        return r->states[e->index].is_set ? r->states[e->index].value : UNKNOWN;
    case EX_TOKEN:
        return (double)e->index;
    case EX_TOKEN_FIELD:
        return token_field(r, e);
    case EX_MIN:
        return smallest_or_largest(r, e, true);
    case EX_MAX:
        return smallest_or_largest(r, e, false);
    case EX_IF:
        return choice(r, e);
    case EX_CLAMP:
    case EX_SCALE:
        return three(r, e);
    case EX_BETWEEN:
        return between(r, e);
    case EX_IN:
        return is_in(r, e);
    case EX_PRICE_TO_BUY:
    case EX_PRICE_TO_SELL:
    case EX_DEPTH_TO_BUY:
    case EX_DEPTH_TO_SELL:
    case EX_TAKER_FEE:
        return ref_book_function(r, e);
    default:
        return e->arg_count == 1 ? one(r, e) : two(r, e);
    }
}

static bool has_memory(const Expr *e)
{
    return e->op >= EX_PREV && e->op <= EX_SAMPLE;
}

/* An expression with memory advances once at an instant of its clock and holds its output between. */
static double with_memory(Ref *r, const Expr *e)
{
    RefMemory *m = &r->memory[e->id];

    if (r->is_frozen || m->advanced == r->event_stamp) return m->out;
    if (!ref_is_instant(&r->clocks[e->id], &r->now.clocks)) return m->out;
    m->advanced = r->event_stamp;
    m->out = ref_indicator(r, e, m);
    return m->out;
}

double ref_value(Ref *r, const Expr *e)
{
    if (has_memory(e)) return with_memory(r, e);
    if (r->memo_stamp[e->id] != r->stamp) {
        double v = without_memory(r, e);

        r->memo[e->id] = v;
        r->memo_stamp[e->id] = r->stamp;
    }
    return r->memo[e->id];
}
