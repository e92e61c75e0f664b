/* test_kernels.c — every level of the kernels gives the bits of the scalar operations.
 *
 * Random words of ordinary, awkward and unknown numbers; recursive averages over thousands of steps, and
 * division by the reciprocal against division. */
#include "vm/kernels.h"

#include <string.h>

#include "runtime/core/cpu.h"
#include "tests/harness/test.h"
#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/base/rng.h"
#include "vm/state/average.h"
#include "vm/state/window.h"

static double awkward(Rng *r)
{
    static const double some[] = {0,      1,       -1,     0.5,    1e-6,    5e-7,      1.5e-6, 1e15,
                                  1e300,  -1e300,  1e-300, 4e-320, 0x1p700, 0.1,       0.3,    -0.7,
                                  123456, 9.99999, 1e308,  -1e308, 0.55,    0.4999995, 2e-308, 700};

    switch (rng_below(r, 6)) {
    case 0:
        return UNKNOWN;
    case 1:
        return some[rng_below(r, ARRAY_LEN(some))];
    case 2:
        return (double)rng_range(r, -100, 100) / 100;
    case 3:
        return num_canon(num_from_bits(rng_u64(r)));
    default:
        return rng_unit(r) * 2 - 1;
    }
}

static void fill(Rng *r, double *x)
{
    for (int i = 0; i < WORD; i++)
        x[i] = awkward(r);
}

static bool same(const double *a, const double *b)
{
    return memcmp(a, b, WORD * sizeof *a) == 0;
}

static double scalar_num(uint8_t op, double a, double b)
{
    return op_apply(op, a, b);
}

static uint8_t scalar_compare(uint8_t op, double a, double b)
{
    switch (op) {
    case OP_LT:
        return ar_lt(a, b);
    case OP_LE:
        return ar_le(a, b);
    case OP_EQ:
        return ar_eq(a, b);
    case OP_LTQ:
        return ar_ltq(a, b);
    case OP_LEQ:
        return ar_leq(a, b);
    case OP_EQQ:
        return ar_eqq(a, b);
    default:
        return ar_known(a);
    }
}

static uint8_t at(Mask m, int i)
{
    return (uint8_t)((m.is_true >> i & 1) | (m.is_false >> i & 1) << 1);
}

static void check_operations(const Kernels *k, Rng *r)
{
    double a[WORD], b[WORD], out[WORD], want[WORD];

    fill(r, a);
    fill(r, b);
    for (int op = 0; op < OP_CODES; op++) {
        if (k->num[op]) {
            k->num[op](out, a, b);
            for (int i = 0; i < WORD; i++)
                want[i] = scalar_num((uint8_t)op, a[i], b[i]);
            CHECK(same(out, want));
        }
        if (!k->compare[op]) continue;
        for (int i = 0; i < WORD; i++)
            CHECK_INT(at(k->compare[op](a, b), i), scalar_compare((uint8_t)op, a[i], b[i]));
    }
    k->select(out, k->compare[OP_LT](a, b), a, b);
    for (int i = 0; i < WORD; i++)
        want[i] = ar_sel(ar_lt(a[i], b[i]), a[i], b[i]);
    CHECK(same(out, want));
}

static int64_t awkward_micros(Rng *r)
{
    switch (rng_below(r, 4)) {
    case 0:
        return INT64_MIN;
    case 1:
        return (int64_t)rng_u64(r);
    default:
        return rng_range(r, 0, 1000000);
    }
}

static void check_range(const Kernels *k, const int64_t *micros, uint32_t count)
{
    int64_t low = INT64_MAX, high = INT64_MIN, got_low, got_high;

    for (uint32_t i = 0; i < count; i++) {
        if (micros[i] == INT64_MIN) continue;
        if (micros[i] < low) low = micros[i];
        if (micros[i] > high) high = micros[i];
    }
    k->range(micros, count, &got_low, &got_high);
    CHECK_INT(got_low, low);
    CHECK_INT(got_high, high);
}

static double shaped(Rng *r, int kind)
{
    static const double odd[] = {-0.0, UNKNOWN, 0x1p-701, 0x1p26 + 1, 1.0 / 3, -1e300};

    if (kind == 3) return UNKNOWN;
    if (kind == 2 && rng_chance(r, 0.05)) return odd[rng_below(r, ARRAY_LEN(odd))];
    if (kind == 1 && rng_chance(r, 0.05)) return rng_unit(r) + 1;
    return (double)rng_range(r, -64000000, 64000000) / 1e6;
}

static void check_numbers(const Kernels *k, Rng *r)
{
    uint32_t count = 1 + (uint32_t)rng_below(r, WORD);
    int kind = (int)rng_below(r, 4);
    bool is_fine = true, is_grid = true, is_none = true;
    double x[WORD], low = 0, high = 0;
    NumberShape got;

    for (uint32_t i = 0; i < count; i++) {
        double size;

        x[i] = shaped(r, kind);
        size = num_abs(x[i]);
        is_fine &= size == 0 ? num_bits(x[i]) == 0 : size >= 0x1p-700 && size <= 0x1p26;
        is_grid &= num_bits(num_canon(num_rint(x[i] * 1e6) / 1e6)) == num_bits(x[i]);
        is_none &= !num_is_known(x[i]);
        if (!i || x[i] < low) low = x[i];
        if (!i || x[i] > high) high = x[i];
    }
    k->number_shape(x, count, &got);
    CHECK_INT(got.is_fine, is_fine);
    CHECK_INT(got.is_none, is_none);
    if (!is_fine) return;
    CHECK_INT(got.is_grid, is_grid);
    CHECK_BITS(got.low, low);
    CHECK_BITS(got.high, high);
}

static void check_prices(const Kernels *k, Rng *r)
{
    const int64_t most = (INT64_C(1) << 26) * 1000000;
    uint32_t count = (uint32_t)rng_below(r, WORD + 1);
    bool is_odd = rng_chance(r, 0.5), is_fine = true;
    int64_t x[WORD], low = INT64_MAX, high = INT64_MIN;
    PriceShape got;

    for (uint32_t i = 0; i < count; i++) {
        x[i] = is_odd && rng_chance(r, 0.05) ? awkward_micros(r) : rng_range(r, -most, most);
        is_fine &= x[i] >= -most && x[i] <= most;
        if (x[i] != INT64_MIN && x[i] < low) low = x[i];
        if (x[i] > high) high = x[i];
    }
    k->price_shape(x, count, &got);
    CHECK_INT(got.is_fine, is_fine);
    CHECK_INT(got.low, low);
    CHECK_INT(got.high, high);
}

static void check_squeeze(const Kernels *k, Rng *r)
{
    uint64_t bits = rng_u64(r), places = rng_u64(r), want = 0;
    int to = 0;

    if (rng_chance(r, 0.2)) places = rng_chance(r, 0.5) ? UINT64_MAX : 0;
    for (int i = 0; i < WORD; i++)
        if (places >> i & 1) want |= (bits >> i & 1) << to++;
    CHECK(k->squeeze(bits, places) == want);
}

static void check_shapes(const Kernels *k, Rng *r)
{
    int64_t micros[WORD], rounded[WORD];
    double out[WORD], want[WORD], x[WORD];
    double divisor = (double)rng_range(r, 1, (INT64_C(1) << 40) - 1);
    bool is_fine;
    uint64_t mask;

    for (int i = 0; i < WORD; i++)
        micros[i] = awkward_micros(r);
    k->from_micros(out, micros);
    for (int i = 0; i < WORD; i++)
        want[i] = micros[i] == INT64_MIN ? UNKNOWN : (double)micros[i] / 1e6;
    CHECK(same(out, want));
    k->quotients(out, micros, divisor);
    for (int i = 0; i < WORD; i++)
        want[i] = (double)micros[i] / divisor + 0.0;
    CHECK(same(out, want));
    mask = k->outside(micros, 300000, 700000);
    for (int i = 0; i < WORD; i++)
        CHECK_INT(mask >> i & 1,
                  micros[i] != INT64_MIN && (micros[i] <= 300000 || micros[i] >= 700000));
    check_range(k, micros, (uint32_t)rng_below(r, WORD + 1));
    check_squeeze(k, r);
    fill(r, x);
    k->grid(out, x);
    for (int i = 0; i < WORD; i++)
        want[i] = num_canon(num_rint(x[i] * 1e6) / 1e6);
    CHECK(same(out, want));
    for (int i = 0; i < WORD && rng_chance(r, 0.5); i++)
        x[i] = rng_unit(r);
    is_fine = true;
    for (int i = 0; i < WORD; i++)
        is_fine &= num_abs(num_rint(x[i] * 1e6)) < 1e15;
    CHECK_INT(k->to_micros(rounded, x, 1e15, WORD), is_fine);
    for (int i = 0; i < WORD && is_fine; i++)
        CHECK_INT(rounded[i], (int64_t)num_rint(x[i] * 1e6));
    is_fine = true;
    for (int i = 0; i < WORD; i++)
        is_fine &= x[i] == 0 || (num_abs(x[i]) >= 0x1p-700 && num_abs(x[i]) <= 0x1p26);
    CHECK_INT(k->is_ordinary(x, WORD), is_fine);
}

enum { STEPS = 256 };

typedef struct BankCase {
    BankGroup ema[BANK_EMA], rma[BANK_RMA];
    double x[BANK_EMA + BANK_RMA][STEPS * LANES], out[BANK_EMA + BANK_RMA][STEPS * LANES];
} BankCase;

static void make_bank(BankCase *c, Rng *r, double scale, double low)
{
    for (uint32_t g = 0; g < BANK_EMA + BANK_RMA; g++) {
        BankGroup *group = g < BANK_EMA ? &c->ema[g] : &c->rma[g - BANK_EMA];

        *group = (BankGroup){.x = c->x[g], .out = c->out[g]};
        for (int l = 0; l < LANES; l++) {
            double n = (double)(rng_chance(r, 0.5) ? rng_range(r, 1, 50) : rng_range(r, 1, 100000));

            group->y[l] = rng_chance(r, 0.1) ? 0 : rng_unit(r) * scale;
            group->n[l] = n;
            group->k[l] = g < BANK_EMA ? 2 / (n + 1) : n - 1;
        }
        for (int i = 0; i < STEPS * LANES; i++)
            c->x[g][i] = rng_chance(r, 0.3) ? 0 : (rng_unit(r) + low) * scale;
    }
}

/* Step by step, as vm/state/average.h has it. */
static void check_bank(const BankCase *before, const BankCase *after, uint32_t e, uint32_t rm,
                       uint32_t lanes)
{
    for (uint32_t g = 0; g < BANK_EMA + BANK_RMA; g++) {
        bool is_ema = g < BANK_EMA;
        const BankGroup *group = is_ema ? &before->ema[g] : &before->rma[g - BANK_EMA];
        uint32_t bad = 0;

        if (is_ema ? g >= e : g - BANK_EMA >= rm) continue;
        for (uint32_t l = 0; l < lanes; l++) {
            double y = group->y[l];

            for (uint32_t i = 0; i < STEPS; i++) {
                double x = before->x[g][i * lanes + l], want;

                y = is_ema ? y + group->k[l] * (x - y) : (y * group->k[l] + x) / group->n[l];
                want = num_canon(y);
                bad += num_bits(after->out[g][i * lanes + l]) != num_bits(want);
            }
        }
        CHECK_INT(bad, 0);
    }
}

static void check_banks(const Kernels *k, Rng *r)
{
    static BankCase before, after;
    static const double scales[] = {1, 1e-200, 1e200, 1e-6, 1e9};
    bool has_negative = rng_chance(r, 0.5);
    uint32_t e = (uint32_t)rng_below(r, BANK_EMA + 1), rm = (uint32_t)rng_below(r, BANK_RMA + 1);

    make_bank(&before, r, scales[rng_below(r, ARRAY_LEN(scales))], has_negative ? -0.3 : 0);
    for (int are = BANK_ANY; are <= (has_negative ? BANK_ORDINARY : BANK_POSITIVE); are++)
        for (int is_single = 0; is_single < 2; is_single++) {
            after = before;
            for (uint32_t g = 0; g < BANK_EMA + BANK_RMA; g++) {
                BankGroup *group = g < BANK_EMA ? &after.ema[g] : &after.rma[g - BANK_EMA];

                group->x = before.x[g];
                group->out = after.out[g];
            }
            (is_single ? k->single : k->bank)(after.ema, e, after.rma, rm, STEPS, (BankNumbers)are);
            check_bank(&before, &after, e, rm, is_single ? 1 : LANES);
        }
}

/* Rises and falls found in the averages' loop are those found beforehand. */
static void check_rising(const Kernels *k, Rng *r)
{
    static BankCase known, c;
    static double rise[STEPS * LANES], fall[STEPS * LANES];
    uint32_t e = (uint32_t)rng_below(r, BANK_EMA + 1), rm = 2 * (uint32_t)rng_below(r, 3);

    if (!k->takes_rising) return;
    make_bank(&known, r, 1, -0.3);
    k->changes(rise, fall, known.x[0] + LANES, known.x[0], (STEPS - 1) * LANES);
    for (uint32_t g = 0; g < BANK_EMA; g++)
        known.ema[g].x = known.x[0] + LANES;
    for (uint32_t g = 0; g < BANK_RMA; g++)
        known.rma[g].x = g % 2 ? fall : rise;
    c = known;
    for (uint32_t g = 0; g < BANK_EMA; g++)
        c.ema[g].out = c.out[g];
    for (uint32_t g = 0; g < BANK_RMA; g++) {
        c.rma[g].out = c.out[BANK_EMA + g];
        c.rma[g].x = known.x[0] + LANES;
        c.rma[g].before = known.x[0];
    }
    k->bank(known.ema, e, known.rma, rm, STEPS - 1, BANK_POSITIVE);
    k->bank(c.ema, e, c.rma, rm, STEPS - 1, BANK_RISING);
    for (uint32_t g = 0; g < BANK_EMA + rm; g++)
        if (g < e || g >= BANK_EMA)
            CHECK(memcmp(c.out[g], known.out[g], (STEPS - 1) * LANES * sizeof(double)) == 0);
    CHECK(memcmp(c.rma[0].y, known.rma[0].y, sizeof c.rma[0].y) == 0);
}

/* As a window works it out, the oldest number first. */
static double mean_of(const double *x, uint32_t n)
{
    double sum = 0, comp = 0;

    for (uint32_t i = 0; i < n; i++)
        neumaier_add(&sum, &comp, x[i]);
    return (sum + comp) / n;
}

/* Windows side by side are those of the steps, in which they slide. */
static void check_deviations(const Kernels *k, Rng *r)
{
    enum { MOST = 80 };
    struct {
        MemWindow m;
        double ring[MOST];
    } memory = {0};
    StateLink link = {.kind = SK_STDEV, .n = (uint32_t)rng_range(r, 1, MOST)};
    double all[MOST + WORD], mean[WORD], out[WORD];
    bool is_price = rng_chance(r, 0.5);

    link.count = link.n;
    for (uint32_t i = 0; i + 1 < link.n + WORD; i++) {
        all[i] = is_price ? (double)rng_range(r, 1, 99) / 100 : awkward(r);
        if (!num_is_known(all[i])) all[i] = 0;
    }
    k->deviations(mean, out, all, link.n, link.count);
    for (uint32_t i = 0; i + 1 < link.n + WORD; i++) {
        stdev_step(&link, &memory.m, all[i]);
        if (i + 1 < link.n) continue;
        CHECK_BITS(out[i + 1 - link.n], memory.m.out);
        CHECK_BITS(mean[i + 1 - link.n], mean_of(all + i + 1 - link.n, link.n));
    }
}

/* Averages that a sum goes along with are those without it, and the sum is that of its window. */
static void check_sum_along(const Kernels *k, Rng *r)
{
    static BankCase known, c;
    int64_t all[STEPS + WORD], out[STEPS], sum = 0, want;
    uint32_t e = (uint32_t)rng_below(r, BANK_EMA + 1), rm = 2 * (uint32_t)rng_below(r, 3);
    BankSum s = {.n = (uint32_t)rng_range(r, 1, WORD), .x = c.x[0], .all = all, .out = out};
    int bad = 0;

    if (!k->single_sum) return;
    make_bank(&known, r, 1, -0.3);
    c = known;
    for (uint32_t g = 0; g < BANK_EMA + BANK_RMA; g++) {
        BankGroup *of[] = {g < BANK_EMA ? &known.ema[g] : &known.rma[g - BANK_EMA],
                           g < BANK_EMA ? &c.ema[g] : &c.rma[g - BANK_EMA]};

        of[0]->x = of[1]->x = known.x[0] + 1;
        of[0]->before = of[1]->before = known.x[0];
        of[1]->out = c.out[g];
    }
    for (uint32_t i = 0; i < s.n; i++)
        sum += all[i] = rng_range(r, -1000000, 1000000);
    s.sum = want = sum;
    k->single(known.ema, e, known.rma, rm, STEPS, BANK_RISING);
    k->single_sum(c.ema, e, c.rma, rm, STEPS, &s);
    for (uint32_t g = 0; g < BANK_EMA + rm; g++)
        if (g < e || g >= BANK_EMA)
            CHECK(memcmp(c.out[g], known.out[g], STEPS * sizeof(double)) == 0);
    for (uint32_t i = 0; i < STEPS; i++) {
        want += (int64_t)num_rint(c.x[0][i] * 1e6) - all[i];
        bad += out[i] != want || all[s.n + i] != (int64_t)num_rint(c.x[0][i] * 1e6);
    }
    CHECK_INT(bad, 0);
    CHECK_INT(s.sum, want);
}

static void check_lanes(const Kernels *k, Rng *r)
{
    double from[LANES][WORD], out[WORD * LANES], rise[WORD], fall[WORD], up[WORD], down[WORD];
    double back[LANES][WORD], *to[LANES];
    const double *rows[LANES];
    uint32_t bad = 0;

    for (int l = 0; l < LANES; l++) {
        fill(r, from[l]);
        rows[l] = from[l];
    }
    k->pack(out, rows, WORD);
    for (int i = 0; i < WORD; i++)
        for (int l = 0; l < LANES; l++)
            bad += num_bits(out[i * LANES + l]) != num_bits(from[l][i]);
    for (int l = 0; l < LANES; l++)
        to[l] = back[l];
    k->unpack(to, out, WORD);
    for (int l = 0; l < LANES; l++)
        bad += !same(back[l], from[l]);
    for (int i = 0; i < WORD; i++) {
        up[i] = rng_chance(r, 0.3) ? 0 : rng_unit(r);
        down[i] = rng_chance(r, 0.3) ? 0 : rng_unit(r);
    }
    k->changes(rise, fall, up, down, WORD);
    for (int i = 0; i < WORD; i++) {
        double change = up[i] - down[i];

        bad += rise[i] != (change > 0 ? change : 0) || fall[i] != (change < 0 ? -change : 0);
    }
    k->strengths(out, up, down);
    for (int i = 0; i < WORD; i++)
        bad += num_bits(out[i]) != num_bits(num_canon(100 * up[i] / (up[i] + down[i])));
    CHECK_INT(bad, 0);
}

/* Halves of micros are among them: ties go to the even one. */
static double summand(Rng *r)
{
    double size = rng_chance(r, 0.3) ? 0x1p26 : 2;

    if (rng_chance(r, 0.3)) return (double)rng_range(r, -2000, 2000) / 2e6;
    return (2 * rng_unit(r) - 1) * size;
}

static void check_sums(const Kernels *k, Rng *r)
{
    double x[WORD * LANES], out[WORD * LANES];
    int64_t before[LANES], sum[LANES];
    int bad = 0;

    for (int l = 0; l < LANES; l++)
        before[l] = sum[l] = rng_range(r, -1000000000000, 1000000000000);
    for (int i = 0; i < WORD * LANES; i++)
        x[i] = summand(r);
    k->sums(out, before, x, WORD);
    for (int i = 0; i < WORD * LANES; i++) {
        sum[i % LANES] += (int64_t)num_rint(x[i] * 1e6);
        bad += num_bits(out[i]) != (uint64_t)sum[i % LANES];
    }
    CHECK_INT(bad, 0);
}

static void levels(void)
{
    for (int level = 0; level <= (int)cpu_kernels(); level++) {
        const Kernels *k = kernels_of((KernelLevel)level);
        Rng r;

        rng_init(&r, 7);
        for (int i = 0; i < 400; i++) {
            check_operations(k, &r);
            check_shapes(k, &r);
            check_numbers(k, &r);
            check_prices(k, &r);
            check_sums(k, &r);
            check_lanes(k, &r);
        }
        for (int i = 0; i < 200; i++) {
            check_banks(k, &r);
            check_rising(k, &r);
            check_deviations(k, &r);
            check_sum_along(k, &r);
        }
    }
    if (cpu_kernels() != KERNELS_V4) test_skip("this processor has no x86-64-v4");
}

int main(void)
{
    TEST_RUN(levels);
    return test_end();
}
