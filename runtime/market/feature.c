/* feature.c — see feature.h. */
#include "runtime/market/feature.h"

#include <stddef.h>

#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { LIFE_LIVE = 0, LIFE_SLOT = 1 };
enum { FROM_NONE = 0xFFFF }; /* derived, or not of a tick */

bool field_is_slot_lived(uint8_t field)
{
    static const uint8_t life[FIELD_IDS] = {
#define FIELD_OPEN 0
#define FIELD(id, name, owner, text, unit, low, high, ulow, uhigh, life, ...) [id] = LIFE_##life,
#include "vm/fields.def"
#undef FIELD
#undef FIELD_OPEN
    };

    return field < FIELD_IDS && life[field] == LIFE_SLOT;
}

/* ---- plans ------------------------------------------------------------------------------------ */

#define BOOK_AT(side, outcome, what, level)                                                       \
    (offsetof(TickData, side) + (size_t)(outcome) * sizeof(BookSide) + offsetof(BookSide, what) + \
     (size_t)(level) * sizeof(int64_t))

/* Byte offset of a value that is only converted from micros. */
static size_t raw_offset(uint8_t field, uint8_t o)
{
    switch (field) {
    case FIELD_BID:
    case FIELD_X_BID:
        return BOOK_AT(bid, o, price_micros, 0);
    case FIELD_ASK:
    case FIELD_X_ASK:
        return BOOK_AT(ask, o, price_micros, 0);
    case FIELD_BID_SIZE:
    case FIELD_X_BID_SIZE:
        return BOOK_AT(bid, o, size_micros, 0);
    case FIELD_ASK_SIZE:
    case FIELD_X_ASK_SIZE:
        return BOOK_AT(ask, o, size_micros, 0);
    case FIELD_BID2:
        return BOOK_AT(bid, o, price_micros, 1);
    case FIELD_BID3:
        return BOOK_AT(bid, o, price_micros, 2);
    case FIELD_ASK2:
        return BOOK_AT(ask, o, price_micros, 1);
    case FIELD_ASK3:
        return BOOK_AT(ask, o, price_micros, 2);
    case FIELD_BID_SIZE2:
        return BOOK_AT(bid, o, size_micros, 1);
    case FIELD_BID_SIZE3:
        return BOOK_AT(bid, o, size_micros, 2);
    case FIELD_ASK_SIZE2:
        return BOOK_AT(ask, o, size_micros, 1);
    case FIELD_ASK_SIZE3:
        return BOOK_AT(ask, o, size_micros, 2);
    case FIELD_VOLUME:
        return offsetof(TickData, volume_micros);
    case FIELD_LIQUIDITY:
        return offsetof(TickData, liquidity_micros);
    case FIELD_FUNDING_IN:
        return offsetof(TickData, funding_in_us);
    default:
        return FROM_NONE;
    }
}

/* Byte offset of a number that may be given instead of being derived. */
static size_t given_offset(uint8_t field, uint8_t o)
{
    size_t at = (size_t)o * sizeof(double);

    switch (field) {
    case FIELD_MID:
    case FIELD_X_MID:
        return offsetof(TickData, mid) + at;
    case FIELD_SPREAD:
    case FIELD_X_SPREAD:
        return offsetof(TickData, spread) + at;
    case FIELD_SIZE_RATIO:
        return offsetof(TickData, size_ratio) + at;
    case FIELD_MOVE:
        return offsetof(TickData, move);
    case FIELD_ABS_MOVE:
        return offsetof(TickData, abs_move);
    case FIELD_SPOT:
        return offsetof(TickData, spot);
    case FIELD_MARK:
        return offsetof(TickData, mark);
    case FIELD_FUNDING:
        return offsetof(TickData, funding);
    default:
        return FROM_NONE;
    }
}

static bool is_derived(uint8_t field)
{
    return field == FIELD_SPOT_OPEN || given_offset(field, 0) != FROM_NONE;
}

static bool is_price(uint8_t field)
{
    return field == FIELD_MID || field == FIELD_X_MID || field == FIELD_SPREAD ||
           field == FIELD_X_SPREAD;
}

FeaturePlan feature_plan_new(uint32_t cap, Arena *arena)
{
    FeatureLink *micros = arena_array(arena, FeatureLink, cap);
    FeatureLink *numbers = arena_array(arena, FeatureLink, cap);
    FeatureLink *others = arena_array(arena, FeatureLink, cap);

    return (FeaturePlan){micros, micros, numbers, numbers, others, others, cap};
}

static bool add_link(FeatureLink *list, FeatureLink **end, uint32_t cap, const FeatureLink *link)
{
    if (*end == list + cap) return false;
    *(*end)++ = *link;
    return true;
}

bool feature_plan_add(FeaturePlan *plan, uint8_t field, uint8_t outcome, double *to)
{
    size_t raw = raw_offset(field, outcome), given = given_offset(field, outcome);
    FeatureLink link = {(uint16_t)(raw == FROM_NONE ? given : raw), field, outcome, is_price(field),
                        to};

    *to = UNKNOWN;
    if (raw != FROM_NONE) return add_link(plan->micros, &plan->micros_end, plan->cap, &link);
    if (given != FROM_NONE) return add_link(plan->numbers, &plan->numbers_end, plan->cap, &link);
    return is_derived(field) && add_link(plan->others, &plan->others_end, plan->cap, &link);
}

void feature_state_init(FeatureState *s)
{
    s->spot_open = UNKNOWN;
    for (int o = 0; o < OUTCOMES; o++)
        s->bid[o] = s->ask[o] = s->mark_bid[o] = s->mark_ask[o] = MICROS_UNKNOWN;
}

/* ---- a tick ----------------------------------------------------------------------------------- */

static inline double number(int64_t micros)
{
    return micros == MICROS_UNKNOWN ? UNKNOWN : fx_to_double(micros);
}

static inline bool is_crossed(const TickData *t, int outcome)
{
    int64_t bid = t->bid[outcome].price_micros[0], ask = t->ask[outcome].price_micros[0];

    return bid > ask && ask != MICROS_UNKNOWN; /* an unknown bid is below everything */
}

/* Whole micros below 2^50: sums and differences of such prices come out of doubles exactly, so the
 * integer way gives the bits of the definition in docs/decisions/0003, 24. */
static bool are_plain(int64_t a, int64_t b)
{
    return ((uint64_t)a | (uint64_t)b) >> 50 == 0;
}

static inline double mid_of(const TickData *t, uint8_t o)
{
    int64_t bid = t->bid[o].price_micros[0], ask = t->ask[o].price_micros[0];

    if (num_is_known(t->mid[o])) return money_grid(t->mid[o]);
    if (are_plain(bid, ask) && !((bid + ask) & 1)) return fx_to_double((bid + ask) / 2);
    return money_grid((number(bid) + number(ask)) / 2);
}

static inline double spread_of(const TickData *t, uint8_t o)
{
    int64_t bid = t->bid[o].price_micros[0], ask = t->ask[o].price_micros[0];

    if (num_is_known(t->spread[o])) return money_grid(t->spread[o]);
    if (are_plain(bid, ask)) return fx_to_double(ask - bid);
    return money_grid(number(ask) - number(bid));
}

static double size_ratio_of(const TickData *t, uint8_t o)
{
    if (num_is_known(t->size_ratio[o])) return num_canon(t->size_ratio[o]);
    return num_canon(number(t->bid[o].size_micros[0]) / number(t->ask[o].size_micros[0]));
}

static double move_of(const TickData *t, const FeatureState *s)
{
    return num_canon(num_is_known(t->move) ? t->move : t->spot / s->spot_open - 1);
}

static double abs_move_of(const TickData *t, const FeatureState *s)
{
    return num_canon(num_is_known(t->abs_move) ? t->abs_move : num_abs(move_of(t, s)));
}

__attribute__((noinline)) static double derived(const FeatureLink *l, const FeatureState *s,
                                                const TickData *t)
{
    switch (l->field) {
    case FIELD_MID:
    case FIELD_X_MID:
        return mid_of(t, l->outcome);
    case FIELD_SPREAD:
    case FIELD_X_SPREAD:
        return spread_of(t, l->outcome);
    case FIELD_SIZE_RATIO:
        return size_ratio_of(t, l->outcome);
    case FIELD_MOVE:
        return move_of(t, s);
    case FIELD_ABS_MOVE:
        return abs_move_of(t, s);
    case FIELD_SPOT:
        return num_canon(t->spot);
    case FIELD_SPOT_OPEN:
        return s->spot_open;
    case FIELD_MARK:
        return num_canon(t->mark);
    default:
        return num_canon(t->funding);
    }
}

static bool is_of_book(const FeatureLink *l)
{
    return l->is_price || l->field == FIELD_SIZE_RATIO || l->from < offsetof(TickData, mid);
}

double feature_value(uint8_t field, uint8_t outcome, const FeatureState *s, const TickData *t)
{
    FeatureLink l = {(uint16_t)raw_offset(field, outcome), field, outcome, is_price(field), NULL};
    int64_t micros;

    if (is_of_book(&l) && (is_crossed(t, 0) || is_crossed(t, 1))) return UNKNOWN;
    if (l.from == FROM_NONE) return derived(&l, s, t);
    memcpy(&micros, (const char *)t + l.from, sizeof micros);
    return number(micros);
}

bool field_of_tick(uint8_t field)
{
    return raw_offset(field, 0) != FROM_NONE || is_derived(field);
}

uint16_t field_word(uint8_t field, uint8_t outcome)
{
    size_t from = raw_offset(field, outcome);

    return from == FROM_NONE ? NO_FIELD_WORD : (uint16_t)(from / sizeof(int64_t));
}

/* The prices of both outcomes at once. */
typedef int64_t Pair __attribute__((vector_size(16)));
_Static_assert(OUTCOMES == 2, "one place an outcome");

static inline void keep_known(int64_t *to, Pair now, Pair is_unknown)
{
    Pair before;

    memcpy(&before, to, sizeof before);
    before = (before & is_unknown) | (now & ~is_unknown);
    memcpy(to, &before, sizeof before);
}

/* False, with nothing done, when a book is crossed; an unknown bid is below everything. */
static inline bool take_best(FeatureState *s, const TickData *t)
{
    const Pair unknown = {MICROS_UNKNOWN, MICROS_UNKNOWN};
    Pair bid = {t->bid[0].price_micros[0], t->bid[1].price_micros[0]};
    Pair ask = {t->ask[0].price_micros[0], t->ask[1].price_micros[0]};

    if (UNLIKELY(is_crossed(t, 0)) || UNLIKELY(is_crossed(t, 1))) return false;
    memcpy(s->bid, &bid, sizeof bid);
    memcpy(s->ask, &ask, sizeof ask);
    keep_known(s->mark_bid, bid, bid == unknown);
    keep_known(s->mark_ask, ask, ask == unknown);
    return true;
}

static void forget_best(FeatureState *s)
{
    for (int o = 0; o < OUTCOMES; o++)
        s->bid[o] = s->ask[o] = MICROS_UNKNOWN;
}

static void forget_books(const FeatureLink *l, const FeatureLink *end)
{
    for (; l < end; l++)
        if (is_of_book(l)) *l->to = UNKNOWN;
}

static inline double take_number(const FeatureLink *l, const FeatureState *s, const TickData *t)
{
    double given;

    memcpy(&given, (const char *)t + l->from, sizeof given);
    if (num_is_known(given)) return l->is_price ? money_grid(given) : num_canon(given);
    if (l->field == FIELD_MID) return mid_of(t, l->outcome);
    if (l->field == FIELD_SPREAD) return spread_of(t, l->outcome);
    return derived(l, s, t);
}

static inline void take_values(const FeaturePlan *plan, FeatureState *s, const TickData *tick)
{
    const FeatureLink *l;

    if (num_is_finite(tick->spot) && UNLIKELY(!num_is_known(s->spot_open)))
        s->spot_open = tick->spot;
    for (l = plan->numbers; l < plan->numbers_end; l++)
        *l->to = take_number(l, s, tick);
    for (l = plan->micros; l < plan->micros_end; l++) {
        int64_t micros;

        memcpy(&micros, (const char *)tick + l->from, sizeof micros);
        *l->to = number(micros);
    }
    for (l = plan->others; l < plan->others_end; l++)
        *l->to = s->spot_open;
}

__attribute__((noinline)) static void take_crossed(const FeaturePlan *plan, FeatureState *s,
                                                   const TickData *tick)
{
    take_values(plan, s, tick);
    forget_best(s);
    forget_books(plan->micros, plan->micros_end);
    forget_books(plan->numbers, plan->numbers_end);
}

void feature_take(const FeaturePlan *plan, FeatureState *s, const TickData *tick)
{
    if (LIKELY(take_best(s, tick)))
        take_values(plan, s, tick);
    else
        take_crossed(plan, s, tick);
}

/* ---- forgetting ------------------------------------------------------------------------------- */

static void forget(const FeatureLink *l, const FeatureLink *end, bool slot_only)
{
    for (; l < end; l++)
        if (!slot_only || field_is_slot_lived(l->field)) *l->to = UNKNOWN;
}

void feature_stale(const FeaturePlan *plan, FeatureState *s)
{
    forget(plan->micros, plan->micros_end, false);
    forget(plan->numbers, plan->numbers_end, false);
    forget(plan->others, plan->others_end, false);
    forget_best(s);
}

void feature_slot_open(const FeaturePlan *plan, FeatureState *s)
{
    forget(plan->micros, plan->micros_end, true);
    forget(plan->numbers, plan->numbers_end, true);
    forget(plan->others, plan->others_end, true);
    feature_state_init(s);
}
