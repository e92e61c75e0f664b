/* sweep.c — see sweep.h. */
#include "runtime/backtest/sweep.h"

#include "vm/base/hash.h"
#include "vm/base/num.h"
#include "vm/base/sort.h"

/* ---- axes ---------------------------------------------------------------------------------------- */

enum { DECIMALS_MAX = 15 };

/* Parts of a range without a step. */
static uint32_t parts_of(SweepWay way)
{
    return way == SWEEP_BY_GRID ? 8 : way == SWEEP_BY_REFINING ? 64 : 1024;
}

static int decimals_of(double x)
{
    int exp10 = 0;

    (void)num_digits(x, &exp10);
    return exp10 < 0 ? -exp10 : 0;
}

/* 10 to the decimals that low and step have; 0: too many to round by. */
static double grain_of(const SweepRange *r)
{
    int a = decimals_of(r->low), b = decimals_of(r->step), n = a > b ? a : b;
    double grain = 1;

    if (n > DECIMALS_MAX) return 0;
    for (int i = 0; i < n; i++)
        grain *= 10;
    return grain;
}

static double value_at(const SweepRange *r, double grain, uint32_t i)
{
    static const double EXACT = 4503599627370496.0; /* above it halves are lost */
    double x = r->low + r->step * i;

    if (grain > 0 && num_abs(x * grain) < EXACT) x = num_rint(x * grain) / grain;
    return num_canon(x > r->high ? r->high : x);
}

/* Whole params take whole steps. */
static SweepRange stepped(const SweepRange *range, SweepWay way)
{
    SweepRange r = *range;

    if (r.step <= 0) r.step = (r.high - r.low) / parts_of(way);
    if (r.is_whole) {
        r.low = num_ceil(r.low);
        r.step = num_ceil(r.step);
    }
    return r;
}

bool sweep_axis(uint16_t param, const SweepRange *range, SweepWay way, Arena *arena, SweepAxis *ret)
{
    static const double ALMOST = 1e-9; /* of a step: what adding up tenths leaves */
    SweepRange r = stepped(range, way);
    double steps = r.step > 0 ? num_floor((r.high - r.low) / r.step + ALMOST) : 0, grain;
    double *values;
    uint32_t count;

    if (!(steps >= 0) || steps >= SWEEP_VALUES) return false;
    count = (uint32_t)steps + 1;
    values = arena_array(arena, double, count);
    if (arena_is_full(arena)) return false;
    grain = grain_of(&r);
    for (uint32_t i = 0; i < count; i++)
        values[i] = value_at(&r, grain, i);
    *ret = (SweepAxis){param, values, count};
    return true;
}

/* ---- the grid ------------------------------------------------------------------------------------ */

uint64_t sweep_grid(const SweepAxis *axes, uint32_t axis_count)
{
    uint64_t grid = 1;

    for (uint32_t i = 0; i < axis_count; i++)
        if (__builtin_mul_overflow(grid, (uint64_t)axes[i].count, &grid)) return UINT64_MAX;
    return grid;
}

uint32_t sweep_place(const SweepSearch *search, uint64_t spot, uint32_t axis)
{
    for (uint32_t i = search->axis_count; i > axis + 1; i--)
        spot /= search->axes[i - 1].count;
    return (uint32_t)(spot % search->axes[axis].count);
}

void sweep_set(const SweepSearch *search, uint64_t spot, double *params)
{
    for (uint32_t i = search->axis_count; i > 0; i--) {
        const SweepAxis *a = &search->axes[i - 1];

        params[a->param] = a->values[spot % a->count];
        spot /= a->count;
    }
}

static uint64_t spot_of(const SweepSearch *search, const uint32_t *places)
{
    uint64_t spot = 0;

    for (uint32_t i = 0; i < search->axis_count; i++)
        spot = spot * search->axes[i].count + places[i];
    return spot;
}

/* ---- by chance ----------------------------------------------------------------------------------- */

static uint64_t mixed(uint64_t seed, uint64_t round, uint64_t half)
{
    uint64_t words[3] = {seed, round, half};

    return hash_span(span_of((const char *)words, sizeof words));
}

/* A permutation of 0 .. 2^(2 bits) - 1: four rounds of Feistel. */
static uint64_t shuffled(uint64_t x, uint32_t bits, uint64_t seed)
{
    uint64_t mask = (UINT64_C(1) << bits) - 1, left = x >> bits, right = x & mask;

    for (uint64_t round = 0; round < 4; round++) {
        uint64_t next = left ^ (mixed(seed, round, right) & mask);

        left = right;
        right = next;
    }
    return left << bits | right;
}

/* One of the grid's, another one for each i: a permutation walked until it lands within. */
static uint64_t drawn(uint64_t grid, uint64_t seed, uint64_t i)
{
    uint32_t bits = 1;

    while (bits < 32 && (grid - 1) >> 2 * bits)
        bits++;
    do
        i = shuffled(i, bits, seed);
    while (i >= grid);
    return i;
}

/* ---- refining ------------------------------------------------------------------------------------ */

enum { BEST = 4, BOX_AXES = 4, ROUNDS_MAX = 32 };

/* How far apart the places of an axis are in the first round. */
static uint64_t coarse(const SweepAxis *a, uint32_t stride)
{
    return (a->count - 1) / stride + 1;
}

/* The longest axis is halved until few enough cells are left. */
static void strides_of(const SweepSearch *search, uint32_t *strides)
{
    for (uint32_t i = 0; i < search->axis_count; i++)
        strides[i] = 1;
    for (;;) {
        uint64_t cells = 1, longest = 1;
        uint32_t at = 0;

        for (uint32_t i = 0; i < search->axis_count; i++) {
            uint64_t n = coarse(&search->axes[i], strides[i]);

            if (__builtin_mul_overflow(cells, n, &cells)) cells = UINT64_MAX;
            if (n > longest) {
                longest = n;
                at = i;
            }
        }
        if (cells <= search->cells || longest <= 1) return;
        strides[at] *= 2;
    }
}

static uint64_t coarse_cells(const SweepSearch *search)
{
    uint32_t strides[SWEEP_AXES];
    uint64_t cells = 1;

    strides_of(search, strides);
    for (uint32_t i = 0; i < search->axis_count; i++)
        cells *= coarse(&search->axes[i], strides[i]);
    return cells;
}

static uint64_t coarse_spot(const SweepSearch *search, uint64_t cell)
{
    uint32_t strides[SWEEP_AXES], places[SWEEP_AXES] = {0};

    strides_of(search, strides);
    for (uint32_t i = search->axis_count; i > 0; i--) {
        uint64_t n = coarse(&search->axes[i - 1], strides[i - 1]);

        places[i - 1] = (uint32_t)(cell % n) * strides[i - 1];
        cell /= n;
    }
    return spot_of(search, places);
}

uint64_t sweep_cells(const SweepSearch *search)
{
    uint64_t grid = sweep_grid(search->axes, search->axis_count);

    if (search->way == SWEEP_BY_REFINING) return coarse_cells(search);
    return search->way == SWEEP_BY_CHANCE && search->cells < grid ? search->cells : grid;
}

uint64_t sweep_spot(const SweepSearch *search, uint64_t i)
{
    if (search->way == SWEEP_BY_REFINING) return coarse_spot(search, i);
    if (search->way == SWEEP_BY_GRID) return i;
    return drawn(sweep_grid(search->axes, search->axis_count), search->seed, i);
}

static int by_spot(const void *a, const void *b, void *ctx)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    (void)ctx;
    return (x > y) - (x < y);
}

/* Best first; unknown ones last; equals by their spots. */
static int by_figure(const void *a, const void *b, void *ctx)
{
    const SweepFound *x = a, *y = b;

    if (x->figure > y->figure) return -1;
    if (x->figure < y->figure) return 1;
    if (num_is_known(x->figure) != num_is_known(y->figure)) return num_is_known(x->figure) ? -1 : 1;
    return by_spot(&x->spot, &y->spot, ctx);
}

typedef struct Nearby { /* spots of a round, sorted in the end */
    const SweepSearch *search;
    uint32_t strides[SWEEP_AXES];
    uint64_t *spots;
    size_t count;
} Nearby;

/* False: it would leave the grid. */
static bool moved(const Nearby *n, uint32_t axis, int by, uint32_t *place)
{
    int64_t to = (int64_t)*place + by * (int64_t)n->strides[axis];

    if (to < 0 || to >= n->search->axes[axis].count) return false;
    *place = (uint32_t)to;
    return true;
}

/* All neighbours, over corners too. */
static void add_box(Nearby *n, const uint32_t *middle)
{
    uint32_t corners = 1;

    for (uint32_t i = 0; i < n->search->axis_count; i++)
        corners *= 3;
    for (uint32_t c = 0; c < corners; c++) {
        uint32_t places[SWEEP_AXES], rest = c;
        bool is_within = true;

        for (uint32_t i = 0; i < n->search->axis_count; i++, rest /= 3) {
            places[i] = middle[i];
            is_within &= moved(n, i, (int)(rest % 3) - 1, &places[i]);
        }
        if (is_within) n->spots[n->count++] = spot_of(n->search, places);
    }
}

/* Neighbours along each axis. */
static void add_cross(Nearby *n, const uint32_t *middle)
{
    uint32_t places[SWEEP_AXES];

    for (uint32_t i = 0; i < n->search->axis_count; i++)
        places[i] = middle[i];
    for (uint32_t i = 0; i < n->search->axis_count; i++)
        for (int by = -1; by <= 1; by += 2) {
            if (moved(n, i, by, &places[i])) n->spots[n->count++] = spot_of(n->search, places);
            places[i] = middle[i];
        }
}

static bool has_spot(const uint64_t *sorted, size_t count, uint64_t spot)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (sorted[middle] < spot)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && sorted[low] == spot;
}

/* Sorted, each once, without those that were found. */
static size_t new_ones(Nearby *n, const uint64_t *known, size_t known_count)
{
    size_t kept = 0;

    for (size_t i = 0; i < n->count; i++) {
        if (kept && n->spots[kept - 1] == n->spots[i]) continue;
        if (!has_spot(known, known_count, n->spots[i])) n->spots[kept++] = n->spots[i];
    }
    return kept;
}

static size_t near_best(Nearby *n, SweepFound *best, uint64_t *known, size_t count, Arena *scratch)
{
    if (!sort_stable(best, count, sizeof *best, by_figure, NULL, scratch)) return 0;
    for (size_t i = 0; i < count && i < BEST; i++) {
        uint32_t middle[SWEEP_AXES];

        for (uint32_t a = 0; a < n->search->axis_count; a++)
            middle[a] = sweep_place(n->search, best[i].spot, a);
        if (n->search->axis_count <= BOX_AXES)
            add_box(n, middle);
        else
            add_cross(n, middle);
    }
    if (!sort_stable(known, count, sizeof *known, by_spot, NULL, scratch)) return 0;
    if (!sort_stable(n->spots, n->count, sizeof *n->spots, by_spot, NULL, scratch)) return 0;
    return new_ones(n, known, count);
}

size_t sweep_round(const SweepSearch *search, uint32_t round, const SweepFound *found, size_t count,
                   Arena *arena, uint64_t **ret_spots)
{
    SweepFound *best = arena_array(arena, SweepFound, count + 1);
    uint64_t *known = arena_array(arena, uint64_t, count + 1);
    Nearby n = {.search = search};
    size_t most = search->axis_count <= BOX_AXES ? 81 : 2 * (size_t)search->axis_count;

    n.spots = arena_array(arena, uint64_t, BEST * most);
    if (arena_is_full(arena) || !search->axis_count || round > ROUNDS_MAX) return 0;
    strides_of(search, n.strides);
    for (uint32_t i = 0; i < search->axis_count; i++)
        n.strides[i] = n.strides[i] >> round ? n.strides[i] >> round : 1;
    for (size_t i = 0; i < count; i++) {
        best[i] = found[i];
        known[i] = found[i].spot;
    }
    *ret_spots = n.spots;
    return near_best(&n, best, known, count, arena);
}
