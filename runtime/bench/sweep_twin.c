/* sweep_twin.c — many variants of sweep.odx by hand: what they share once, then each from edge to edge.
 *
 * Averages of 12, 26 and 14 run in order and restart with the slot; comparisons fill bitmaps eight ticks
 * at a time; conjunctions are made once for all variants below them.  A wallet jumps from edge to edge, and
 * looks for its stop and target eight bids at a time.  Built for this very machine (see meson.build). */
#include "runtime/bench/sweep.h"

#include <string.h>

#include "runtime/bench/twin.h"

#ifdef __AVX512DQ__
#include <immintrin.h>
#endif

enum { EIGHT = 8, BITS = 64 };

typedef struct Columns { /* by tick, with room for a few more */
    double *quick, *calm, *heat, *progress, *move, *spread;
    int64_t *bid;
} Columns;

typedef struct Twin {
    const AnchorTicks *t;
    const SweepTwinGrid *grid;
    int64_t cash_micros;
    Columns c;
    uint32_t words;
    uint64_t *starts; /* first ticks of slots */
    uint64_t *base;   /* what no param changes */
    uint64_t **moves, **spreads, **heats;
    uint64_t *with_move, *with_spread, *all, *edges;
} Twin;

const char *sweep_twin_way(void)
{
#ifdef __AVX512DQ__
    return "AVX-512";
#else
    return "plain C";
#endif
}

/* ---- rooms ----------------------------------------------------------------------------------------- */

static void *aligned(Arena *arena, size_t count, size_t size)
{
    char *p = arena_alloc(arena, (count + BITS) * size + 64);

    return p ? p + (64 - (uintptr_t)p % 64) : NULL;
}

static uint64_t **maps(const Twin *w, uint32_t count, Arena *arena)
{
    uint64_t **list = arena_array(arena, uint64_t *, count + 1U);

    for (uint32_t i = 0; !arena_is_full(arena) && i < count; i++)
        list[i] = aligned(arena, w->words, sizeof **list);
    return list;
}

static bool take_rooms(Twin *w, Arena *arena)
{
    double **columns[] = {&w->c.quick,    &w->c.calm, &w->c.heat,
                          &w->c.progress, &w->c.move, &w->c.spread};
    uint64_t **single[] = {&w->starts,      &w->base, &w->with_move,
                           &w->with_spread, &w->all,  &w->edges};

    w->words = (w->t->count + BITS - 1) / BITS;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        *columns[i] = aligned(arena, w->t->count, sizeof(double));
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        *single[i] = aligned(arena, w->words, sizeof(uint64_t));
    w->c.bid = aligned(arena, w->t->count, sizeof(int64_t));
    w->moves = maps(w, w->grid->move_count, arena);
    w->spreads = maps(w, w->grid->spread_count, arena);
    w->heats = maps(w, w->grid->heat_count, arena);
    return !arena_is_full(arena);
}

/* ---- indicators ------------------------------------------------------------------------------------ */

/* The first ticks of a slot; nothing is bought before the last of them. */
static void seed(const Twin *w, Averages *a, uint32_t first, uint32_t end)
{
    Seeds seeds = {0};

    *a = (Averages){0};
    for (uint32_t k = 0; k < CALM && first + k < end; k++) {
        seed_tick(a, &seeds, k, w->t->mid[first + k]);
        w->c.quick[first + k] = w->c.calm[first + k] = 0;
        w->c.heat[first + k] = 1e9;
    }
}

static void run_averages(const Twin *w, Averages a, uint32_t first, uint32_t end)
{
    const double *mid = w->t->mid;

    for (uint32_t i = first; i < end; i++) {
        double x = mid[i], change = x - a.last, size = __builtin_fabs(change);

        a.quick += 2.0 / (QUICK + 1) * (x - a.quick);
        a.calm_sum += (int64_t)grid_micros(x) - (int64_t)grid_micros(mid[i - CALM]);
        a.up = (a.up * (HEAT - 1) + (size + change) / 2) / HEAT;
        a.down = (a.down * (HEAT - 1) + (size - change) / 2) / HEAT;
        a.last = x;
        w->c.quick[i] = a.quick;
        w->c.calm[i] = (double)a.calm_sum / (CALM * 1e6);
        w->c.heat[i] = 100 * a.up / (a.up + a.down);
    }
}

static void fill_columns(Twin *w)
{
    const AnchorTicks *t = w->t;

    memset(w->starts, 0, w->words * sizeof *w->starts);
    for (uint32_t i = 0; i < t->count; i++)
        w->c.progress[i] =
            (double)(t->ts_us[i] - t->slot_us[i]) / (double)(ANCHOR_SLOT_TICKS * ONE);
    memcpy(w->c.move, t->move, t->count * sizeof(double));
    memcpy(w->c.spread, t->spread, t->count * sizeof(double));
    memcpy(w->c.bid, t->bid_micros, t->count * sizeof(int64_t));
    for (uint32_t first = 0; first < t->count; first += ANCHOR_SLOT_TICKS) {
        uint32_t left = t->count - first;
        uint32_t end = first + (left < ANCHOR_SLOT_TICKS ? left : ANCHOR_SLOT_TICKS);
        Averages a;

        w->starts[first / BITS] |= UINT64_C(1) << first % BITS;
        seed(w, &a, first, end);
        run_averages(w, a, first + CALM, end);
    }
}

/* ---- comparisons ------------------------------------------------------------------------------------ */

static unsigned is_above(const double *x, double y)
{
#ifdef __AVX512DQ__
    return _mm512_cmp_pd_mask(_mm512_load_pd(x), _mm512_set1_pd(y), _CMP_GT_OQ);
#else
    unsigned bits = 0;

    for (int i = 0; i < EIGHT; i++)
        bits |= (unsigned)(x[i] > y) << i;
    return bits;
#endif
}

static unsigned is_below(const double *x, double y)
{
#ifdef __AVX512DQ__
    return _mm512_cmp_pd_mask(_mm512_load_pd(x), _mm512_set1_pd(y), _CMP_LT_OQ);
#else
    unsigned bits = 0;

    for (int i = 0; i < EIGHT; i++)
        bits |= (unsigned)(x[i] < y) << i;
    return bits;
#endif
}

/* Prices are compared in whole micros. */
static void to_micros(double *out, const double *x)
{
    for (int i = 0; i < EIGHT; i++)
        out[i] = grid_micros(x[i]);
}

static unsigned base_bits(const Columns *c, uint32_t i)
{
    double quick[EIGHT] __attribute__((aligned(64))), calm[EIGHT] __attribute__((aligned(64)));
    unsigned bits = 0;

    to_micros(quick, c->quick + i);
    to_micros(calm, c->calm + i);
    for (int k = 0; k < EIGHT; k++)
        bits |= (unsigned)(c->progress[i + (uint32_t)k] >= 0.1 &&
                           c->progress[i + (uint32_t)k] <= 0.4 && quick[k] > calm[k])
                << k;
    return bits;
}

static void put(uint64_t *map, uint32_t i, unsigned bits)
{
    ((uint8_t *)map)[i / EIGHT] = (uint8_t)bits;
}

static void compare_all(Twin *w)
{
    const SweepTwinGrid *g = w->grid;

    for (uint32_t i = 0; i < w->t->count; i += EIGHT) {
        double spread[EIGHT] __attribute__((aligned(64)));

        to_micros(spread, w->c.spread + i);
        put(w->base, i, base_bits(&w->c, i));
        for (uint32_t k = 0; k < g->move_count; k++)
            put(w->moves[k], i, is_above(w->c.move + i, g->moves[k]));
        for (uint32_t k = 0; k < g->spread_count; k++)
            put(w->spreads[k], i, is_below(spread, grid_micros(g->spreads[k])));
        for (uint32_t k = 0; k < g->heat_count; k++)
            put(w->heats[k], i, is_below(w->c.heat + i, g->heats[k]));
    }
}

static void join(uint64_t *restrict out, const uint64_t *restrict a, const uint64_t *restrict b,
                 uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        out[w] = a[w] & b[w];
}

/* Where a condition comes true, or is as its slot begins. */
static void find_edges(Twin *w)
{
    uint64_t before = 0;

    for (uint32_t i = 0; i < w->words; i++) {
        uint64_t x = w->all[i];

        w->edges[i] = x & (~(x << 1 | before) | w->starts[i]);
        before = x >> (BITS - 1);
    }
}

/* ---- a wallet ---------------------------------------------------------------------------------------- */

typedef struct Wallet {
    const Twin *w;
    double stop_rate, target_rate;
    SweepTwinResult r;
    bool notes;
    int64_t cash, size, cost, stop, target;
    int64_t closed, payout; /* shares of the last slot until it resolves, and what one brings */
    uint32_t trades;
} Wallet;

static uint32_t next_edge(const uint64_t *edges, uint32_t i, uint32_t end)
{
    uint32_t w = i / BITS, last = (end - 1) / BITS;
    uint64_t bits = edges[w] & UINT64_MAX << i % BITS;

    while (!bits && w < last)
        bits = edges[++w];
    if (!bits) return end;
    i = w * BITS + (uint32_t)__builtin_ctzll(bits);
    return i < end ? i : end;
}

static uint32_t count_edges(const uint64_t *edges, uint32_t i, uint32_t end)
{
    uint32_t count = 0;

    while ((i = next_edge(edges, i, end)) < end) {
        uint32_t left = end - i / BITS * BITS;
        uint64_t bits = edges[i / BITS] & UINT64_MAX << i % BITS;

        if (left < BITS) bits &= (UINT64_C(1) << left) - 1;
        count += (uint32_t)__builtin_popcountll(bits);
        i = (i / BITS + 1) * BITS;
        if (i >= end) break;
    }
    return count;
}

/* The first tick of i .. end at which the stop or the target is hit. */
static uint32_t next_exit(const Wallet *a, uint32_t i, uint32_t end)
{
    const int64_t *bid = a->w->c.bid;

#ifdef __AVX512DQ__
    __m512i stop = _mm512_set1_epi64(a->stop), target = _mm512_set1_epi64(a->target);

    while (i < end) {
        uint32_t at = i & ~(uint32_t)(EIGHT - 1);
        __m512i x = _mm512_load_si512(bid + at);
        unsigned hit = _mm512_cmple_epi64_mask(x, stop) | _mm512_cmpge_epi64_mask(x, target);

        hit &= 0xFFU << (i - at);
        if (hit) {
            i = at + (uint32_t)__builtin_ctz(hit);
            return i < end ? i : end;
        }
        i = at + EIGHT;
    }
    return end;
#else
    while (i < end && bid[i] > a->stop && bid[i] < a->target)
        i++;
    return i;
#endif
}

static void note(Wallet *a, uint32_t tick, AnchorSide side, int64_t price)
{
    if (a->notes) a->r.trades = sweep_trade(a->r.trades, tick, side, price);
}

static void leave(Wallet *a, uint32_t i)
{
    int64_t bid = a->w->c.bid[i];
    bool is_stop = bid <= a->stop;

    a->r.stops += is_stop;
    a->r.targets += !is_stop;
    note(a, i, is_stop ? ANCHOR_STOP : ANCHOR_TARGET, bid);
    a->cash += a->size / ONE * bid;
    a->size = a->cost = 0;
}

static void pay(Wallet *a)
{
    a->cash += a->closed / ONE * a->payout;
    a->closed = 0;
}

static void buy(Wallet *a, uint32_t i, uint32_t known)
{
    int64_t ask = a->w->t->ask_micros[i];
    int64_t worst = ask + 2 * CENT > 99 * CENT ? 99 * CENT : ask + 2 * CENT;
    double entry;

    if (i >= known) pay(a);
    if (a->cost + SHARES * worst > 100 * ONE || SHARES * worst > a->cash) {
        a->r.skips++;
        return;
    }
    a->r.buys++;
    note(a, i, ANCHOR_BUY, ask);
    a->trades++;
    a->size += SHARES * ONE;
    a->cost += SHARES * ask;
    a->cash -= SHARES * ask;
    entry = (double)a->cost / (double)a->size;
    a->stop = (int64_t)grid_micros(entry * (1 - a->stop_rate));
    a->target = (int64_t)grid_micros(entry * (1 + a->target_rate));
}

static void run_slot(Wallet *a, uint32_t i, uint32_t end, uint32_t known)
{
    const uint64_t *edges = a->w->edges;

    while (i < end) {
        bool is_done = a->trades >= MAX_TRADES;
        uint32_t edge, hit;

        if (is_done) a->r.skips += count_edges(edges, i, end); /* none of them buys */
        while (is_done && a->size && (i = next_exit(a, i, end)) < end)
            leave(a, i++);
        if (is_done) return;
        edge = next_edge(edges, i, end);
        hit = a->size ? next_exit(a, i, edge < end ? edge + 1 : end) : end;
        if (hit < end && hit <= edge) {
            leave(a, hit);
            a->r.skips += hit == edge; /* an exit comes first */
            i = hit + 1;
            continue;
        }
        if (edge == end) return;
        buy(a, edge, known);
        i = edge + 1;
    }
}

static void run_wallet(Wallet *a)
{
    const AnchorTicks *t = a->w->t;

    for (uint32_t first = 0; first < t->count; first += ANCHOR_SLOT_TICKS) {
        uint32_t left = t->count - first;
        uint32_t end = first + (left < ANCHOR_SLOT_TICKS ? left : ANCHOR_SLOT_TICKS);
        uint32_t known = first + ANCHOR_RESOLVE_TICK;

        a->trades = 0;
        run_slot(a, first, end, known);
        if (known < end) pay(a);
        if (end == t->count) break;
        a->closed = a->size;
        a->payout = t->spot[end - 1] >= t->spot[first] ? ONE : 0;
        a->size = a->cost = 0;
    }
    a->r.gain_micros = a->cash - a->w->cash_micros;
}

/* ---- all of them ------------------------------------------------------------------------------------- */

static void run_exits(const Twin *w, bool trades, SweepTwinResult **results)
{
    const SweepTwinGrid *g = w->grid;

    for (uint32_t s = 0; s < g->stop_count; s++)
        for (uint32_t x = 0; x < g->target_count; x++) {
            Wallet a = {.w = w,
                        .stop_rate = g->stops[s],
                        .target_rate = g->targets[x],
                        .notes = trades,
                        .cash = w->cash_micros};

            run_wallet(&a);
            *(*results)++ = a.r;
        }
}

bool sweep_twin(const AnchorTicks *t, const SweepTwinGrid *grid, int64_t cash_micros, bool trades,
                SweepTwinResult *results, Arena *arena)
{
    Twin w = {.t = t, .grid = grid, .cash_micros = cash_micros};

    if (!take_rooms(&w, arena)) return false;
    fill_columns(&w);
    compare_all(&w);
    for (uint32_t m = 0; m < grid->move_count; m++) {
        join(w.with_move, w.base, w.moves[m], w.words);
        for (uint32_t p = 0; p < grid->spread_count; p++) {
            join(w.with_spread, w.with_move, w.spreads[p], w.words);
            for (uint32_t h = 0; h < grid->heat_count; h++) {
                join(w.all, w.with_spread, w.heats[h], w.words);
                find_edges(&w);
                run_exits(&w, trades, &results);
            }
        }
    }
    return true;
}
