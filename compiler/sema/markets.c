/* markets.c — a market's kind, coin and defaults, from its venue and selector.
 *
 * Rows of markets.def; a venue nobody knows is reported with the nearest one. */
#include "compiler/sema/checker.h"

enum { STALE_SLOT_US = 10000000, STALE_OTHER_US = 60000000 };

typedef struct VenueRow {
    const char *name;
    uint8_t kind;
} VenueRow;

static const VenueRow VENUES[] = {
#define VENUE(name, kind) {name, kind},
#include "compiler/sema/markets.def"
#undef VENUE
};

static const struct {
    Span ending;
    int64_t seconds;
} SLOTS[] = {
#define SLOT(ending, seconds) {SPAN_INIT(ending), seconds},
#include "compiler/sema/markets.def"
#undef SLOT
};

static const struct {
    const char *venue;
    Span ending;
    uint8_t kind;
} SUFFIXES[] = {
#define SUFFIX(venue, ending, kind) {venue, SPAN_INIT(ending), kind},
#include "compiler/sema/markets.def"
#undef SUFFIX
};

static bool take_slot(Checker *c, Market *m)
{
    for (size_t i = 0; i < sizeof SLOTS / sizeof SLOTS[0]; i++) {
        if (!span_ends(m->selector, SLOTS[i].ending)) continue;
        m->kind = MARKET_SLOT;
        m->slot_us = SLOTS[i].seconds * 1000000;
        m->coin = coin_index(c, span_sub(m->selector, 0, m->selector.len - SLOTS[i].ending.len));
        return true;
    }
    return false;
}

/* "BTC-USDT" counts in btc. */
static void take_pair(Checker *c, Market *m)
{
    size_t dash = span_find_char(m->selector, '-');
    Span base = span_sub(m->selector, 0, dash == SPAN_NONE_AT ? m->selector.len : dash);
    char *lower = arena_alloc(c->arena, base.len + 1);

    for (size_t i = 0; lower && i < base.len; i++)
        lower[i] =
            (char)(base.ptr[i] >= 'A' && base.ptr[i] <= 'Z' ? base.ptr[i] + 32 : base.ptr[i]);
    if (lower) m->coin = coin_index(c, span_of(lower, base.len));
}

bool venue_find(Checker *c, const Node *n, uint8_t *ret_kind)
{
    Near near = near_start(n->name2);
    Diag *d;

    for (size_t i = 0; i < sizeof VENUES / sizeof VENUES[0]; i++) {
        if (ret_kind) *ret_kind = VENUES[i].kind;
        if (span_eq_str(n->name2, VENUES[i].name)) return true;
        near_try(&near, span_str(VENUES[i].name));
    }
    if (ret_kind) *ret_kind = MARKET_BINARY;
    d = diag_add(c->diags, ODX110, n->name2_at, T_UNKNOWN_VENUE, arg_text(n->name2));
    diag_label(d, T_NO_SUCH_VENUE);
    near_help(c, d, &near, n->name2_at);
    return false;
}

void market_kind(Checker *c, Market *m, const Node *n)
{
    bool is_known = venue_find(c, n, &m->kind);

    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++)
        if (span_eq_str(m->venue, SUFFIXES[i].venue) && span_ends(m->selector, SUFFIXES[i].ending))
            m->kind = SUFFIXES[i].kind;
    if (span_eq_str(m->venue, "polymarket")) (void)take_slot(c, m);
    if (is_known && m->kind >= MARKET_SPOT) take_pair(c, m);
    m->stale_us = m->kind == MARKET_SLOT ? STALE_SLOT_US : STALE_OTHER_US;
}
