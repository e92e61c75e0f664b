/* params.c — see params.h. */
#include "runtime/proof/params.h"

#include "vm/base/bug.h"
#include "vm/base/num.h"

typedef struct UnitWord { /* what may stand behind or before a number on the command line */
    const char *before, *after;
    int scale10;
    double times;
} UnitWord;

static const UnitWord units[] = {
    {"$", "", 0, 1},     {"", "%", -2, 1},      {"", "bps", -4, 1},   {"", "ms", -3, 1},
    {"", "c", -2, 1},    {"", "s", 0, 1},       {"", "m", 0, 60},     {"", "h", 0, 3600},
    {"", "d", 0, 86400}, {"", " shares", 0, 1}, {"", " coins", 0, 1}, {"", "", 0, 1},
};

static bool parse_with(const UnitWord *u, Span text, double *ret)
{
    Span before = span_str(u->before), after = span_str(u->after);

    if (!span_starts(text, before) || !span_ends(text, after)) return false;
    if (text.len < before.len + after.len) return false;
    text = span_sub(text, before.len, text.len - before.len - after.len);
    if (!num_parse_scaled(span_trim(text), u->scale10, ret)) return false;
    *ret *= u->times;
    return true;
}

static bool is_one_of(const Param *p, double v)
{
    bool found = p->choice_count == 0;

    for (uint32_t i = 0; i < p->choice_count; i++)
        found |= p->choices[i] == v;
    return found;
}

bool param_parse(const Param *p, Span text, double *ret)
{
    double v = 0;
    bool found = false;

    for (size_t i = 0; i < ARRAY_LEN(units) && !found; i++)
        found = parse_with(&units[i], text, &v);
    if (!found || (p->has_range && (v < p->low || v > p->high))) return false;
    if (!is_one_of(p, v) || (p->whole && v != num_rint(v))) return false;
    *ret = v;
    return true;
}
