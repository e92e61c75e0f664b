/* base.c — how fast the ground floor is: JSON, numbers, functions, hashes.
 *
 * Each row is the best of several runs over data made from a fixed seed; run it with
 * `meson test -C build --benchmark -v`.  Figures say nothing without their machine. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "tests/harness/memory.h"
#include "vm/base/fixed.h"
#include "vm/base/hash.h"
#include "vm/base/json.h"
#include "vm/base/math.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

#define RUNS 15
#define COUNT 100000

typedef struct Data {
    Arena *arena;
    Span books;      /* a megabyte of order books as JSON */
    double *numbers; /* COUNT doubles of 17 digits in 0.5..1 */
    Span *texts;     /* the same, printed */
    uint64_t sum;    /* keeps the work from being optimised away */
} Data;

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void put_book(Buf *b, Rng *r)
{
    buf_str(b, "{\"event_type\":\"book\",\"asset_id\":\"713210456792522125946263855327069127503\","
               "\"timestamp\":\"1757908892351\",\"bids\":[");
    for (int i = 0; i < 20; i++)
        buf_fmt(b, "%s{\"price\":\"0.%02d\",\"size\":\"%d.%02d\"}", i ? "," : "",
                (int)rng_below(r, 100), (int)rng_below(r, 10000), (int)rng_below(r, 100));
    buf_str(b, "]}");
}

static Data make_data(void)
{
    Data d = {.arena = test_arena((size_t)64 << 20)};
    char text[NUM_TEXT_MAX];
    Rng r;
    Buf b;

    rng_init(&r, 1);
    buf_init(&b, d.arena, (size_t)4 << 20);
    for (buf_char(&b, '['); b.len < 1000000; buf_char(&b, ','))
        put_book(&b, &r);
    put_book(&b, &r);
    buf_str(&b, "]");
    d.books = span_str(buf_cstr(&b));
    d.numbers = arena_array(d.arena, double, COUNT);
    d.texts = arena_array(d.arena, Span, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        d.numbers[i] = 0.5 + rng_unit(&r) / 2;
        d.texts[i] = arena_span(d.arena, span_of(text, num_shortest(d.numbers[i], text)));
    }
    return d;
}

/* Reads all events, and prices and sizes as fixed point when asked. */
static void read_books(Data *d, bool has_values)
{
    ArenaMark mark = arena_mark(d->arena);
    JsonReader r;
    JsonEvent e;
    int64_t v;

    json_init_terminated(&r, d->books, (JsonLimits){(size_t)4 << 20, JSON_DEPTH_MAX}, d->arena);
    while (json_next(&r, &e) > JSON_ERROR)
        if (has_values && e.kind == JSON_STRING && fx_parse(e.text, 6, FX_DOWN, &v))
            d->sum += (uint64_t)v;
    arena_release(d->arena, mark);
}

static void bench_books(Data *d)
{
    read_books(d, false);
}

static void bench_books_fixed(Data *d)
{
    read_books(d, true);
}

static void bench_parse(Data *d)
{
    double x;

    for (size_t i = 0; i < COUNT; i++)
        d->sum += num_parse(d->texts[i], &x) ? num_bits(x) : 0;
}

static void bench_print(Data *d)
{
    char text[NUM_TEXT_MAX];

    for (size_t i = 0; i < COUNT; i++)
        d->sum += num_shortest(d->numbers[i], text);
}

static void bench_exp(Data *d)
{
    for (size_t i = 0; i < COUNT; i++)
        d->sum += num_bits(m_exp(d->numbers[i]));
}

static void bench_ln(Data *d)
{
    for (size_t i = 0; i < COUNT; i++)
        d->sum += num_bits(m_ln(d->numbers[i]));
}

static void bench_pow(Data *d)
{
    for (size_t i = 0; i < COUNT; i++)
        d->sum += num_bits(m_pow(d->numbers[i], 1.7));
}

static void bench_sha256(Data *d)
{
    uint8_t digest[SHA256_SIZE];

    sha256(d->books, digest);
    d->sum += digest[0];
}

static void bench_crc32c(Data *d)
{
    d->sum += crc32c(0, d->books.ptr, d->books.len);
}

static const struct {
    const char *name;
    void (*run)(Data *d);
    bool is_bytes; /* over the books: megabytes a second; else nanoseconds a number */
} rows[] = {
    {"JSON events", bench_books, true},
    {"JSON events, values to micros", bench_books_fixed, true},
    {"SHA-256", bench_sha256, true},
    {"CRC-32C", bench_crc32c, true},
    {"read a number of 17 digits", bench_parse, false},
    {"print a number of 17 digits", bench_print, false},
    {"exp", bench_exp, false},
    {"ln", bench_ln, false},
    {"pow", bench_pow, false},
};

int main(void)
{
    Data d = make_data();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double best = 1e18;

        for (int k = 0; k < RUNS; k++) {
            double start = now_ns(), took;

            rows[i].run(&d);
            took = now_ns() - start;
            if (took < best) best = took;
        }
        if (rows[i].is_bytes)
            printf("%-32s %8.0f MB/s\n", rows[i].name, (double)d.books.len / best * 1e3);
        else
            printf("%-32s %8.1f ns\n", rows[i].name, best / COUNT);
    }
    printf("all results together: %016" PRIx64 "\n", d.sum);
    return 0;
}
