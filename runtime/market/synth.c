/* synth.c — see synth.h.  The constants were fitted to the recordings of ../shared by tests/history/statistics.py;
 * docs/decisions/0042 lists what agrees and what does not. */
#include "runtime/market/synth.h"

#include "vm/base/fixed.h"
#include "vm/base/math.h"
#include "vm/base/num.h"

/* A second of the coin, as a part of its price: half of it a year. */
#define SIGMA_SECOND 8.9e-5
#define OPENING \
    0.14 /* how far from its start the coin is when the slot opens, in sigmas of the slot */
#define PRESENT 0.93     /* seconds that have a tick */
#define WOBBLE_KEEP 0.75 /* of a second */
#define KEEP_SIZE 0.45
#define NEW_SPREAD 0.5

enum { PARTS = 7 };

/* Books of short slots and of long ones. */
typedef struct Profile {
    double follow; /* the part of the way to the fair price that the book goes, when it moves */
    double moves;  /* in how many seconds it looks at all */
    double wobble; /* of the price around that, where nothing is sure */
    double sure;   /* above it nobody offers */
    struct {
        double until; /* part of the slot */
        double one,
            more; /* how often the spread is a cent; how much beyond two cents it is otherwise */
    } spreads[PARTS];
} Profile;

static const Profile profiles[2] = {
    {0.65,
     0.63,
     0.010,
     0.9955,
     {{0.25, 0.867, 0.31},
      {0.50, 0.882, 0.42},
      {0.75, 0.863, 0.47},
      {0.90, 0.825, 0.60},
      {0.95, 0.839, 0.81},
      {0.98, 0.780, 1.80},
      {1.00, 0.690, 3.60}}},
    {0.6,
     0.72,
     0.0265,
     0.9900,
     {{0.25, 0.798, 0.21},
      {0.50, 0.767, 0.17},
      {0.75, 0.737, 0.21},
      {0.90, 0.678, 0.56},
      {0.95, 0.606, 1.09},
      {0.98, 0.515, 2.16},
      {1.00, 0.500, 4.40}}},
};

/* Sizes at a price: most of people, few of a handful of shares, few of houses. */
static const struct {
    double chance, median, sigma;
} sizes_best[] = {{0.05, 8.3, 0.5}, {0.04, 22000, 0.5}, {1, 270, 1.16}};

/* Sums of twelve uniform numbers: near enough to normal, and no logarithm. */
static double normal(Rng *rng)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += rng_unit(rng);
    return sum;
}

/* The normal distribution, to 1e-7 (Abramowitz and Stegun 26.2.17). */
static double chance_below(double x)
{
    double a = num_abs(x), t = 1 / (1 + 0.2316419 * a), tail;

    tail = 0.3989422804014327 * m_exp(-a * a / 2) * t *
           (0.31938153 +
            t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x < 0 ? tail : 1 - tail;
}

void synth_init(Synth *s, const SynthOptions *how)
{
    *s = (Synth){.how = *how, .spot = how->spot, .spread_cents = 1};
    rng_init(&s->rng, how->seed);
}

uint32_t synth_rows_max(const Synth *s)
{
    return (uint32_t)(s->how.slot_us / FX_ONE);
}

static double cents(double dollars)
{
    return num_rint(dollars * 100) / 100;
}

/* What Up is worth when the coin still has `left` seconds to walk. */
static double fair_price(const Synth *s, double left)
{
    double sigma = SIGMA_SECOND * s->start * num_sqrt(left);

    return chance_below((s->spot - s->start) / sigma);
}

static int64_t draw_size(Rng *rng, double scale)
{
    uint32_t kind = 0;
    double shares;

    while (!rng_chance(rng, sizes_best[kind].chance))
        kind++;
    shares = scale * sizes_best[kind].median * m_exp(sizes_best[kind].sigma * normal(rng));
    if (shares < 1) shares = 1;
    return (int64_t)num_rint(shares * 100) * 10000;
}

static void draw_sizes(Synth *s, bool has_moved)
{
    for (int side = 0; side < 2; side++)
        for (int level = 0; level < BOOK_LEVELS; level++) {
            bool keeps = rng_chance(&s->rng, KEEP_SIZE);

            if (has_moved || !keeps || !s->sizes[side][level])
                s->sizes[side][level] = draw_size(&s->rng, level ? 1.35 : 1);
        }
}

static const Profile *profile_of(const Synth *s)
{
    return &profiles[s->how.slot_us > 600 * FX_ONE];
}

static int64_t draw_spread(Synth *s, double passed)
{
    const Profile *p = profile_of(s);
    int64_t cents = 2;
    uint32_t part = 0;
    double on;

    while (part + 1 < PARTS && passed >= p->spreads[part].until)
        part++;
    if (rng_chance(&s->rng, p->spreads[part].one)) return 1;
    on = p->spreads[part].more / (1 + p->spreads[part].more);
    while (cents < 30 && rng_chance(&s->rng, on))
        cents++;
    return cents;
}

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The book moves when somebody looks, part of the way to what is fair, and wobbles. */
static bool follow(Synth *s, double fair, double passed)
{
    const Profile *p = profile_of(s);
    int64_t was = s->mid_half_cents, spread = s->spread_cents, bid;
    double at = fair, wide = 4 * fair * (1 - fair);

    s->wobble = WOBBLE_KEEP * s->wobble + 0.66 * p->wobble * normal(&s->rng);
    if (!s->how.is_martingale) {
        if (!rng_chance(&s->rng, p->moves)) return false;
        s->shown += p->follow * (fair - s->shown);
        at = within(s->shown + wide * s->wobble, 0.002, 0.998);
        if (s->shown > 0.99 || s->shown < 0.01) at = s->shown;
    }
    if (rng_chance(&s->rng, NEW_SPREAD)) s->spread_cents = draw_spread(s, passed);
    bid = (int64_t)num_rint(at * 100 - (double)s->spread_cents / 2);
    s->at = at;
    s->mid_half_cents = 2 * bid + s->spread_cents;
    return s->mid_half_cents != was || s->spread_cents != spread;
}

static void put_side(BookSide *side, int64_t best, int64_t step, const int64_t *sizes)
{
    for (int level = 0; level < BOOK_LEVELS; level++) {
        int64_t price = best + step * level;

        if (price < 1 || price > 99) return;
        side->price_micros[level] = price * 10000;
        side->size_micros[level] = sizes[level];
    }
}

static void put_book(const Synth *s, TickData *d)
{
    int64_t bid = (s->mid_half_cents - s->spread_cents) / 2, ask = bid + s->spread_cents;
    double sure = profile_of(s)->sure;
    bool no_ask = s->at > sure, no_bid = s->at < 1 - sure;

    /* The last cent of a side that is still there. */
    if (!no_ask && ask > 99) {
        bid -= ask - 99;
        ask = 99;
    }
    if (!no_bid && bid < 1) {
        ask += 1 - bid;
        bid = 1;
    }
    if (no_ask && bid > 99) bid = 99;
    if (no_bid && ask < 1) ask = 1;
    if (!no_bid) put_side(&d->bid[0], bid, -1, s->sizes[0]);
    if (!no_ask) put_side(&d->ask[0], ask, 1, s->sizes[1]);
    tick_mirror(d);
}

static void make_tick(Synth *s, int64_t ts_us, int64_t open_us, TickRow *row)
{
    double passed = (double)(ts_us - open_us) / (double)s->how.slot_us;
    double left = (double)(open_us + s->how.slot_us - ts_us) / 1e6;
    bool has_moved = follow(s, fair_price(s, left), passed);

    draw_sizes(s, has_moved);
    tick_clear(&row->data);
    row->ts_us = ts_us;
    row->slot_start_us = open_us;
    row->slot_us = s->how.slot_us;
    put_book(s, &row->data);
    row->data.spot = cents(s->spot);
    if (rng_chance(&s->rng, 0.3)) s->volume += cents(20 * m_exp(1.5 * normal(&s->rng)));
    row->data.volume_micros = (int64_t)num_rint(s->volume * 100) * 10000;
}

uint32_t synth_slot(Synth *s, TickRow *ret_rows, SynthEnd *ret_end)
{
    int64_t open_us = s->how.start_us + (int64_t)s->slot++ * s->how.slot_us;
    uint32_t seconds = synth_rows_max(s), count = 0;

    s->spot = s->start = cents(s->spot);
    s->wobble = 0;
    s->mid_half_cents = 101;
    s->spread_cents = 1;
    s->volume = 0;
    s->spot *= 1 + OPENING * SIGMA_SECOND * num_sqrt((double)seconds) * normal(&s->rng);
    s->shown = s->at = fair_price(s, (double)seconds);
    for (uint32_t i = 0; i < seconds; i++) {
        int64_t off_us = rng_range(&s->rng, 0, 999) * 1000;

        s->spot += SIGMA_SECOND * s->start * normal(&s->rng);
        if (!rng_chance(&s->rng, PRESENT)) continue;
        make_tick(s, open_us + (int64_t)i * FX_ONE + off_us, open_us, &ret_rows[count++]);
    }
    s->spot = cents(s->spot);
    *ret_end = (SynthEnd){open_us, s->start, s->spot, (int8_t)(s->spot < s->start)};
    return count;
}
