/* base.c — how fast the ground floor reads and prints: JSON and numbers.
 *
 * Baselines are the least anybody could do: look at each byte once, and read the same digits as one whole
 * number.  Data comes from a fixed seed; figures are medians. */
#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"
#include "vm/base/rng.h"

enum { ROUNDS = 31, NUMBERS = 100000, BOOK_BYTES = 1000000 };

/* A megabyte of order books. */
static Span make_books(Arena *arena)
{
    Rng r;
    Buf b;

    rng_init(&r, 1);
    buf_init(&b, arena, (size_t)4 << 20);
    for (buf_char(&b, '['); b.len < BOOK_BYTES; buf_char(&b, ',')) {
        buf_str(&b, "{\"event_type\":\"book\",\"timestamp\":\"1757908892351\",\"bids\":[");
        for (int i = 0; i < 20; i++)
            buf_fmt(&b, "%s{\"price\":\"0.%02d\",\"size\":\"%d.%02d\"}", i ? "," : "",
                    (int)rng_below(&r, 100), (int)rng_below(&r, 10000), (int)rng_below(&r, 100));
        buf_str(&b, "]}");
    }
    buf_str(&b, "0]");
    return buf_span(&b);
}

static bool read_books(Bench *b, Span text)
{
    ArenaMark mark = arena_mark(b->arena);
    JsonReader r;
    JsonEvent e;
    JsonKind last = JSON_ERROR;

    json_init_terminated(&r, text, (JsonLimits){(size_t)4 << 20, JSON_DEPTH_MAX}, b->arena);
    while (json_next(&r, &e) > JSON_ERROR)
        last = e.kind;
    arena_release(b->arena, mark);
    return last != JSON_ERROR;
}

/* Quotes in the text; not to be worked out sixteen bytes at a time. */
static uint64_t count_quotes(Span text)
{
    volatile uint64_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '"') count = count + 1;
    return count;
}

bool bench_json(Bench *b)
{
    Span books = make_books(b->arena);
    double ours[ROUNDS], least[ROUNDS];
    BenchRow row = {.name = "json",
                    .unit = "ns/KB",
                    .says = "order books as JSON, to events",
                    .against = "a loop that looks at each byte and counts quotes",
                    .n = books.len};

    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_work_ns(), middle;

        if (!read_books(b, books)) return bench_fail(b, "the books could not be read");
        middle = clock_work_ns();
        if (!count_quotes(books)) return bench_fail(b, "the books have no strings");
        ours[i] = (double)(middle - start) * 1000 / (double)books.len;
        least[i] = (double)(clock_work_ns() - middle) * 1000 / (double)books.len;
    }
    row.ours = bench_median(ours, ROUNDS);
    row.baseline = bench_median(least, ROUNDS);
    b->row(b->ctx, &row);
    return true;
}

/* ---- numbers ----------------------------------------------------------------------------------------- */

typedef struct Numbers {
    double *values;
    Span *texts; /* the shortest that read back equal */
} Numbers;

static Numbers make_numbers(Arena *arena)
{
    Numbers n = {arena_array(arena, double, NUMBERS), arena_array(arena, Span, NUMBERS)};
    char text[NUM_TEXT_MAX];
    Rng r;

    if (arena_is_full(arena)) return n;
    rng_init(&r, 2);
    for (int i = 0; i < NUMBERS; i++) {
        n.values[i] = 0.5 + rng_unit(&r) / 2;
        n.texts[i] = arena_span(arena, span_of(text, num_shortest(n.values[i], text)));
    }
    return n;
}

static bool read_all(const Numbers *n)
{
    bool is_fine = true;
    double x;

    for (int i = 0; i < NUMBERS; i++)
        is_fine &= num_parse(n->texts[i], &x) && x == n->values[i];
    return is_fine;
}

static uint64_t print_all(const Numbers *n)
{
    char text[NUM_TEXT_MAX];
    uint64_t bytes = 0;

    for (int i = 0; i < NUMBERS; i++)
        bytes += num_shortest(n->values[i], text);
    return bytes;
}

/* The digits behind the point as one whole number. */
static uint64_t digits_all(const Numbers *n)
{
    volatile uint64_t sum = 0;

    for (int i = 0; i < NUMBERS; i++) {
        uint64_t whole = 0;

        for (size_t k = 2; k < n->texts[i].len; k++)
            whole = whole * 10 + (uint64_t)(n->texts[i].ptr[k] - '0');
        sum = sum + whole;
    }
    return sum;
}

static void put_numbers(Bench *b, const char *name, const char *says, double *ours, double baseline)
{
    BenchRow row = {.name = name,
                    .unit = "ns",
                    .says = says,
                    .against = "the same digits read as one whole number",
                    .n = NUMBERS,
                    .ours = bench_median(ours, ROUNDS),
                    .baseline = baseline};

    b->row(b->ctx, &row);
}

bool bench_numbers(Bench *b)
{
    Numbers n = make_numbers(b->arena);
    double reads[ROUNDS], prints[ROUNDS], least[ROUNDS], baseline;

    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_work_ns(), middle, end;

        if (!read_all(&n)) return bench_fail(b, "a number was not read back");
        middle = clock_work_ns();
        if (!print_all(&n)) return bench_fail(b, "no number was printed");
        end = clock_work_ns();
        if (!digits_all(&n)) return bench_fail(b, "no digit was read");
        reads[i] = (double)(middle - start) / NUMBERS;
        prints[i] = (double)(end - middle) / NUMBERS;
        least[i] = (double)(clock_work_ns() - end) / NUMBERS;
    }
    baseline = bench_median(least, ROUNDS);
    put_numbers(b, "numbers", "a number of up to 17 digits, read", reads, baseline);
    put_numbers(b, "numbers-print", "the same, printed shortest", prints, baseline);
    return true;
}
