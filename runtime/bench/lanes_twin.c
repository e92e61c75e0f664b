/* lanes_twin.c — the kernel by hand: this shape of strategy over lanes, 16-bit triggers for the wallets.
 *
 * Each of the six conditions runs over 512 strategies at once, constants as columns, indicators picked by
 * index, with a way out when all are false; strategies' bits become wallets' bits; then 32 wallets at a
 * time compare the bid with stop and target.  Built for this very machine (see meson.build). */
#include "runtime/bench/lanes.h"

#include <string.h>

#include "vm/base/bug.h"

#ifdef __AVX512BW__
#include <immintrin.h>
#endif

enum { BATCH = 512, NO_STOP = INT16_MIN, NO_TARGET = INT16_MAX, GRID_MICROS = 1000 };

struct LanesTwin {
    const LanesData *d;
    double *far, *early, *late, *tight, *warm;
    int64_t *quick, *calm, *heat;
    int16_t *stop, *target;
    uint8_t *may_buy, *open, *was, *wallets_open; /* bits */
    LanesRecord *records;
    bool is_dirty; /* bits of wallets_open are set */
};

const char *lanes_twin_way(void)
{
#ifdef __AVX512BW__
    return "AVX-512";
#else
    return "plain C";
#endif
}

LanesRecord *lanes_twin_records(LanesTwin *w)
{
    return w->records;
}

static void *aligned(Arena *arena, size_t count, size_t size)
{
    char *p = arena_alloc(arena, (count + LANES_PADDING) * size + 64);

    return p ? p + (64 - (uintptr_t)p % 64) : NULL;
}

static void fill_columns(LanesTwin *w)
{
    for (uint32_t s = 0; s < w->d->strategies + LANES_PADDING; s++) {
        const LanesStrategy *row = s < w->d->strategies ? &w->d->rows[s] : NULL;

        w->far[s] = row ? row->far : 1e300;
        w->early[s] = row ? row->early : 0;
        w->late[s] = row ? row->late : 0;
        w->tight[s] = row ? row->tight : 0;
        w->warm[s] = row ? row->warm : 0;
        w->quick[s] = row ? row->quick : 0;
        w->calm[s] = row ? row->calm : 0;
        w->heat[s] = row ? row->heat : 0;
    }
}

LanesTwin *lanes_twin_new(const LanesData *d, Arena *arena)
{
    LanesTwin *w = arena_new(arena, LanesTwin);
    double **columns[] = {&w->far, &w->early, &w->late, &w->tight, &w->warm};
    int64_t **choices[] = {&w->quick, &w->calm, &w->heat};
    uint8_t **bits[] = {&w->may_buy, &w->open, &w->was, &w->wallets_open};

    w->d = d;
    for (size_t i = 0; i < 5; i++)
        *columns[i] = aligned(arena, d->strategies, sizeof(double));
    for (size_t i = 0; i < 3; i++)
        *choices[i] = aligned(arena, d->strategies, sizeof(int64_t));
    for (size_t i = 0; i < 4; i++)
        *bits[i] = aligned(arena, d->wallets / 8, 1);
    w->stop = aligned(arena, d->wallets, sizeof *w->stop);
    w->target = aligned(arena, d->wallets, sizeof *w->target);
    w->records = arena_array(arena, LanesRecord, d->wallets);
    if (arena_is_full(arena)) return NULL;
    memcpy(w->records, d->records, d->wallets * sizeof *w->records);
    for (uint32_t i = 0; i < d->wallets + LANES_PADDING; i++) {
        w->stop[i] = NO_STOP;
        w->target[i] = NO_TARGET;
    }
    fill_columns(w);
    return w;
}

/* ---- wallets ---------------------------------------------------------------------------------------- */

static void set_wallet(LanesTwin *w, uint32_t at)
{
    const LanesRecord *r = &w->records[at];
    uint8_t bit = (uint8_t)(1U << (at & 7));

    w->stop[at] = NO_STOP;
    w->target[at] = NO_TARGET;
    if (r->size) {
        int64_t up = (r->target + GRID_MICROS - 1) / GRID_MICROS;

        w->stop[at] = (int16_t)(r->stop / GRID_MICROS);
        w->target[at] = (int16_t)(up < NO_TARGET ? up : NO_TARGET);
    }
    w->may_buy[at >> 3] =
        (uint8_t)(lanes_can_buy(r) ? w->may_buy[at >> 3] | bit : w->may_buy[at >> 3] & ~bit);
}

void lanes_twin_open(LanesTwin *w)
{
    for (uint32_t i = 0; i < w->d->wallets; i++)
        set_wallet(w, i);
    memset(w->was, 0, w->d->strategies / 8 + 1);
}

static bool is_open(const uint8_t *bits, uint32_t at)
{
    return bits[at >> 3] >> (at & 7) & 1;
}

static uint32_t hits_of(const LanesTwin *w, uint32_t at, int16_t bid, const uint8_t *open)
{
    uint32_t wants, may, hits = 0;

    memcpy(&wants, open + at / 8, sizeof wants);
    memcpy(&may, w->may_buy + at / 8, sizeof may);
#ifdef __AVX512BW__
    __m512i price = _mm512_set1_epi16(bid);

    hits = _mm512_cmple_epi16_mask(price, _mm512_load_si512(w->stop + at)) |
           _mm512_cmpge_epi16_mask(price, _mm512_load_si512(w->target + at));
#else
    for (uint32_t i = 0; i < 32; i++)
        hits |= (uint32_t)((bid <= w->stop[at + i]) | (bid >= w->target[at + i])) << i;
#endif
    return hits | (wants & may);
}

static void scan(LanesTwin *w, const LanesMarket *m, const uint8_t *open)
{
    int16_t bid = (int16_t)(m->bid / GRID_MICROS);

    for (uint32_t at = 0; at < w->d->wallets; at += 32)
        for (uint32_t hits = hits_of(w, at, bid, open); hits; hits &= hits - 1) {
            uint32_t i = at + (uint32_t)__builtin_ctz(hits);

            lanes_hit(&w->records[i], m->bid, m->ask, is_open(open, i));
            set_wallet(w, i);
        }
}

/* ---- strategies ------------------------------------------------------------------------------------- */

#ifdef __AVX512BW__
#define COLUMN(name) _mm512_load_pd(w->name + at)
#define CHOICE(name)                                       \
    _mm512_permutexvar_pd(_mm512_load_si512(w->name + at), \
                          _mm512_broadcast_f64x4(_mm256_loadu_pd(m->name)))
#define TEST(left, compare, right) (uint8_t) _mm512_cmp_pd_mask((left), (right), compare)
#define ALL(x) _mm512_set1_pd(x)
#define GREATER _CMP_GT_OQ
#define AT_LEAST _CMP_GE_OQ
#define AT_MOST _CMP_LE_OQ
#define LESS _CMP_LT_OQ
#else
typedef double Eight[8];
static uint8_t test(const double *a, char compare, const double *b)
{
    uint8_t bits = 0;

    for (int i = 0; i < 8; i++) {
        bool holds = compare == '>' ? a[i] > b[i]
                     : compare == 'g' ? a[i] >= b[i]
                     : compare == 'l' ? a[i] <= b[i]
                                      : a[i] < b[i];

        bits |= (uint8_t)((uint8_t)holds << i);
    }
    return bits;
}
static const double *pick(Eight *to, const double *from, const int64_t *which)
{
    for (int i = 0; i < 8; i++)
        (*to)[i] = from[which[i]];
    return *to;
}
#define COLUMN(name) (w->name + at)
#define CHOICE(name) pick(&(Eight){0}, m->name, w->name + at)
#define TEST(left, compare, right) test((left), compare, (right))
#define ALL(x) ((Eight){x, x, x, x, x, x, x, x})
#define GREATER '>'
#define AT_LEAST 'g'
#define AT_MOST 'l'
#define LESS '<'
#endif

/* One condition over a batch; false when no lane is left. */
#define CONDITION(name, left, compare, right)                                              \
    static bool name(const LanesTwin *w, const LanesMarket *m, uint32_t first, uint32_t n) \
    {                                                                                      \
        uint8_t *to = w->open + first / 8, any = 0;                                        \
                                                                                           \
        (void)m;                                                                           \
        for (uint32_t i = 0; i < n; i++) {                                                 \
            uint32_t at = first + i * 8;                                                   \
                                                                                           \
            to[i] &= TEST(left, compare, right);                                           \
            any |= to[i];                                                                  \
        }                                                                                  \
        return any;                                                                        \
    }
CONDITION(is_far, ALL(m->move), GREATER, COLUMN(far))
CONDITION(is_begun, ALL(m->progress), AT_LEAST, COLUMN(early))
CONDITION(is_not_over, ALL(m->progress), AT_MOST, COLUMN(late))
CONDITION(is_tight, ALL(m->spread), LESS, COLUMN(tight))
CONDITION(is_rising, CHOICE(quick), GREATER, CHOICE(calm))
CONDITION(is_cool, CHOICE(heat), LESS, COLUMN(warm))

/* Strategies that come true at this tick; false when none does. */
static bool find_open(LanesTwin *w, const LanesMarket *m)
{
    uint32_t count = w->d->strategies;
    uint8_t any = 0;

    for (uint32_t first = 0; first < count; first += BATCH) {
        uint32_t n = ((count - first < BATCH ? count - first : BATCH) + 7) / 8;

        memset(w->open + first / 8, 0xFF, n);
        (void)(is_far(w, m, first, n) && is_begun(w, m, first, n) && is_not_over(w, m, first, n) &&
               is_tight(w, m, first, n) && is_rising(w, m, first, n) && is_cool(w, m, first, n));
    }
    for (uint32_t i = 0; i < (count + 7) / 8; i++) {
        uint8_t now = w->open[i];

        w->open[i] = (uint8_t)(now & ~w->was[i]);
        w->was[i] = now;
        any |= w->open[i];
    }
    return any;
}

/* Bits of strategies to bits of their wallets. */
static const uint8_t *spread_out(LanesTwin *w, bool any)
{
    const LanesData *d = w->d;

    if (d->strategies == d->wallets) return w->open;
    if (any || w->is_dirty) memset(w->wallets_open, 0, d->wallets / 8 + 1);
    w->is_dirty = any;
    for (uint32_t s = 0; any && s < d->strategies; s++) {
        if (!is_open(w->open, s)) continue;
        for (uint32_t i = d->first[s]; i < d->first[s + 1]; i++)
            w->wallets_open[i >> 3] |= (uint8_t)(1U << (i & 7));
    }
    return w->wallets_open;
}

void lanes_twin_run(LanesTwin *w, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        const LanesMarket *m = &w->d->market[i];

        scan(w, m, spread_out(w, find_open(w, m)));
    }
}
