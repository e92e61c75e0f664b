/* numbers.c — what a written number is worth: `$0.05`, `30%`, `25bps`, `1_000`, `5m`.
 *
 * A lexeme comes in, a NUMBER node in base units goes out, or a finding (ODX005) and the best guess.
 * Promise: the value is the double nearest to the exact decimal value. */
#include <string.h>

#include "compiler/source/grammar_support.h"
#include "vm/base/buf.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

typedef struct Unit {
    const char *suffix;
    NumUnit unit;
    int exp10; /* the value is number * 10^exp10 * factor */
    uint32_t factor;
} Unit;

static const Unit units[] = {
    {"", NUM_PLAIN, 0, 1},   {"c", NUM_CENT, -2, 1}, {"%", NUM_PERCENT, -2, 1},
    {"bps", NUM_BPS, -4, 1}, {"ms", NUM_MS, -3, 1},  {"s", NUM_S, 0, 1},
    {"m", NUM_M, 0, 60},     {"h", NUM_H, 0, 3600},  {"d", NUM_D, 0, 86400},
};
static const Unit dollars = {"", NUM_USD, 0, 1};

/* What other languages and people write, and ours for it; `$` goes before the number. */
static const struct {
    const char *theirs, *ours;
} habits[] = {
    {"sec", "s"},        {"secs", "s"},    {"seconds", "s"},
    {"second", "s"},     {"S", "s"},       {"min", "m"},
    {"mins", "m"},       {"minutes", "m"}, {"minute", "m"},
    {"hr", "h"},         {"hrs", "h"},     {"hour", "h"},
    {"hours", "h"},      {"H", "h"},       {"day", "d"},
    {"days", "d"},       {"D", "d"},       {"pct", "%"},
    {"percent", "%"},    {"ct", "c"},      {"cent", "c"},
    {"cents", "c"},      {"C", "c"},       {"bp", "bps"},
    {"BPS", "bps"},      {"millis", "ms"}, {"msec", "ms"},
    {"$", "$"},          {"usd", "$"},     {"USD", "$"},
    {"dollars", "$"},    {"usdc", "$"},    {"shares", " shares"},
    {"coins", " coins"},
};

typedef struct Written {
    Span whole, digits, suffix;
    bool has_dollar, has_commas;
} Written;

static Written take_apart(Span s)
{
    Written w = {.whole = s};
    size_t n = 0;

    w.has_dollar = s.len > 0 && s.ptr[0] == '$';
    s = span_from(s, w.has_dollar);
    while (n < s.len && ((s.ptr[n] >= '0' && s.ptr[n] <= '9') || s.ptr[n] == '_' ||
                         s.ptr[n] == '.' || s.ptr[n] == ','))
        n++;
    w.digits = span_sub(s, 0, n);
    w.suffix = span_from(s, n);
    w.has_commas = span_find_char(w.digits, ',') != SPAN_NONE_AT;
    return w;
}

/* `_` stands between digits only. */
static bool are_digits_sound(Span d)
{
    for (size_t i = 0; i < d.len; i++) {
        bool is_after_digit = i > 0 && d.ptr[i - 1] >= '0' && d.ptr[i - 1] <= '9';
        bool is_before_digit = i + 1 < d.len && d.ptr[i + 1] >= '0' && d.ptr[i + 1] <= '9';

        if (d.ptr[i] == ',') return false;
        if (d.ptr[i] == '_' && !(is_after_digit && is_before_digit)) return false;
    }
    return true;
}

/* The digits without groups (commas become groups when they are kept). */
static Span clean_digits(Arena *arena, Span d, bool keeps_groups)
{
    Buf b;

    buf_init(&b, arena, d.len + 1);
    for (size_t i = 0; i < d.len; i++) {
        char c = d.ptr[i];
        bool is_group = c == '_' || c == ',';

        if (!is_group)
            buf_char(&b, c);
        else if (keeps_groups && b.len && i + 1 < d.len && b.ptr[b.len - 1] != '_' &&
                 b.ptr[b.len - 1] != '.' && d.ptr[i + 1] != '.')
            buf_char(&b, '_');
    }
    return buf_span(&b);
}

/* digits * factor exactly, as text and a power of ten, when that fits 64 bits. */
static bool scale_exactly(Span digits, uint32_t factor, uint64_t *ret, int *ret_exp10)
{
    uint64_t v = 0;

    *ret_exp10 = 0;
    if (digits.len > 14) return false;
    for (size_t i = 0, is_fraction = 0; i < digits.len; i++) {
        if (digits.ptr[i] == '.') {
            is_fraction = 1;
            continue;
        }
        v = v * 10 + (uint64_t)(digits.ptr[i] - '0');
        *ret_exp10 -= (int)is_fraction;
    }
    *ret = v * factor;
    return true;
}

static bool value_of(Arena *arena, Span digits, const Unit *u, double *ret)
{
    Span clean = clean_digits(arena, digits, false);
    uint64_t scaled;
    int exp10;
    Buf b;

    if (u->factor == 1) return num_parse_scaled(clean, u->exp10, ret);
    if (scale_exactly(clean, u->factor, &scaled, &exp10)) {
        buf_init(&b, arena, 32);
        buf_uint(&b, scaled);
        return num_parse_scaled(buf_span(&b), exp10, ret);
    }
    if (!num_parse_scaled(clean, 0, ret)) return false;
    *ret *= u->factor;
    return num_is_finite(*ret);
}

static const Unit *find_unit(const Written *w)
{
    if (w->has_dollar) return w->suffix.len == 0 ? &dollars : NULL;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (span_eq_str(w->suffix, units[i].suffix)) return &units[i];
    return NULL;
}

static const char *find_habit(Span suffix)
{
    for (size_t i = 0; i < ARRAY_LEN(habits); i++)
        if (span_eq_str(suffix, habits[i].theirs)) return habits[i].ours;
    return NULL;
}

/* How it should have been written, or an empty span. */
static Span better_spelling(Parser *ps, const Written *w)
{
    const char *ours = find_unit(w) ? w->suffix.ptr : find_habit(w->suffix);
    size_t ours_len = find_unit(w) ? w->suffix.len : ours ? strlen(ours) : 0;
    bool is_dollar = w->has_dollar || (ours_len == 1 && ours[0] == '$');
    Buf b;

    if (!ours && w->suffix.len) return (Span){0};
    if (w->has_dollar && ours_len && ours[0] != '$') return (Span){0};
    buf_init(&b, ps->arena, w->whole.len + 16);
    if (is_dollar) buf_char(&b, '$');
    if (w->digits.len && w->digits.ptr[0] == '.') buf_char(&b, '0');
    buf_span_put(&b, clean_digits(ps->arena, w->digits, true));
    if (!is_dollar) buf_put(&b, ours, ours_len);
    return buf_span(&b);
}

static void report_number(Parser *ps, Place at, const Written *w, Span better)
{
    Diag *d = diag_add(ps->diags, ODX005, at, T_NUMBER_UNREADABLE, arg_text(w->whole));

    parser_mistake(ps);
    if (!find_unit(w) && w->has_dollar && w->suffix.len)
        diag_label(d, T_NUMBER_TWO_UNITS, arg_text(w->suffix));
    else if (!find_unit(w))
        diag_label(d, T_NUMBER_UNIT, arg_text(w->suffix));
    else if (w->has_commas)
        diag_label(d, T_NUMBER_COMMAS);
    else
        diag_label(d, T_NUMBER_DIGITS);
    if (better.len) {
        diag_fix(d, FIX_SAFE, T_WRITE_IT, arg_text(better));
        diag_edit(d, at, better);
    } else {
        diag_fact(d, T_NUMBER_UNITS);
        diags_spoil(ps->diags, at);
    }
}

Node *parser_number(Parser *ps, Lexeme lex)
{
    Place at = parser_place(ps, lex.begin, lex.end);
    Span text = span_of(ps->lexer.text + lex.begin, lex.end - lex.begin);
    Written w = take_apart(text);
    const Unit *u = find_unit(&w);
    Node *n = MK0(NUMBER, at);
    bool is_sound = u && are_digits_sound(w.digits) && w.digits.ptr[0] != '.';

    if (!is_sound) {
        Span better = better_spelling(ps, &w);

        report_number(ps, at, &w, better);
        if (better.len) text = better;
        w = take_apart(text);
        u = find_unit(&w);
    }
    n->text = text;
    n->unit = (uint8_t)(u ? u->unit : NUM_PLAIN);
    if (!value_of(ps->arena, w.digits, u ? u : &units[0], &n->num)) {
        n->num = 0;
        diag_add(ps->diags, ODX005, at, T_NUMBER_TOO_LARGE, arg_text(span_sub(text, 0, 40)));
        parser_mistake(ps);
    }
    return n;
}
