/* tape.c — tapes: hot parts read where they lie, cold parts unpacked, recordings read in.
 *
 * The market is made up (runtime/market/synth.h).  Blocks lie in memory many times over, so that reading them
 * is reading memory; their heads are known, as they are of an open tape. */
#include "runtime/bench/tape.h"

#include <unistd.h>

#include "runtime/bench/bench.h"
#include "runtime/core/clock.h"
#include "runtime/core/file.h"
#include "runtime/history/gzip.h"
#include "runtime/history/import.h"
#include "runtime/history/ticks_write.h"
#include "runtime/market/synth.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum {
    BLOCKS = 1024,
    COPIES = 24, /* of the blocks: 200 MB */
    ROUNDS = 9,
    IMPORTS = 5,
    IMPORT_ROWS = 200000,
    COLUMNS_BAR_NS = 667, /* 1.5 GB/s, a thousand bytes */
    ROW_BAR_NS = 1000,
    AHEAD = 2 /* blocks */
};

/* ---- blocks ---------------------------------------------------------------------------------------- */

typedef struct Blocks {
    uint8_t *bytes;
    size_t size;
    TapeHead *heads; /* of all copies */
    size_t *at;
    uint32_t count;
    size_t hot_bytes, cold_bytes;
} Blocks;

/* Ticks of made-up slots of 15 minutes. */
static TickRow *make_rows(uint32_t count, Arena *arena)
{
    SynthOptions how = {1, INT64_C(1767571200) * FX_ONE, 900 * FX_ONE, 97000, false};
    TickRow *rows = arena_array(arena, TickRow, count + 1000);
    uint32_t n = 0;
    SynthEnd end;
    Synth s;

    synth_init(&s, &how);
    while (rows && n < count)
        n += synth_slot(&s, rows + n, &end);
    return rows;
}

static bool make_blocks(Bench *b, Blocks *k)
{
    TickRow *rows = make_rows(BLOCKS * TAPE_ROWS, b->arena);
    uint8_t *block = arena_array(b->arena, uint8_t, TAPE_BLOCK_MAX);
    size_t once = 0;

    *k = (Blocks){.bytes = arena_array(b->arena, uint8_t, (size_t)COPIES * BLOCKS * 10240),
                  .heads = arena_array(b->arena, TapeHead, BLOCKS),
                  .at = arena_array(b->arena, size_t, BLOCKS)};
    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    for (uint32_t i = 0; i < BLOCKS; i++) {
        size_t len =
            tape_block_write(rows + (size_t)i * TAPE_ROWS, TAPE_ROWS, i, i * TAPE_ROWS, block);
        Span span = span_of((const char *)block, len);

        if (len > 10240 || !tape_head_read(span, &k->heads[i]) ||
            tape_block_check(&k->heads[i], span) != TAPE_FINE)
            return bench_fail(b, "a block came out wrong");
        memcpy(k->bytes + once, block, len);
        k->at[i] = once;
        once += len;
        k->hot_bytes += k->heads[i].hot_bytes;
        k->cold_bytes += k->heads[i].head_bytes + k->heads[i].cold_bytes;
    }
    for (uint32_t c = 1; c < COPIES; c++)
        memcpy(k->bytes + c * once, k->bytes, once);
    k->size = once;
    k->count = BLOCKS;
    return true;
}

/* ---- hot ------------------------------------------------------------------------------------------- */

typedef uint32_t Words __attribute__((vector_size(64), aligned(16)));
typedef uint16_t Halves __attribute__((vector_size(64), aligned(16)));

enum { WORDS = sizeof(Words) / 4, HALVES = sizeof(Halves) / 2 };

typedef struct HotSums {
    Words times, spots;
    Halves bids, asks;
} HotSums;

static void sum_words(const uint8_t *at, Words *sum)
{
    const Words *v = (const Words *)(const void *)at;
    Words a = v[0], b = v[1];

    for (uint32_t i = 2; i < TAPE_ROWS / WORDS; i += 2) {
        a += v[i];
        b += v[i + 1];
    }
    *sum += a + b;
}

static void sum_halves(const uint8_t *at, Halves *sum)
{
    const Halves *v = (const Halves *)(const void *)at;
    Halves a = v[0], b = v[1];

    for (uint32_t i = 2; i < TAPE_ROWS / HALVES; i += 2) {
        a += v[i];
        b += v[i + 1];
    }
    *sum += a + b;
}

/* What will be read after the next block: a prefetcher does not know where hot parts begin. */
static void fetch(const uint8_t *at)
{
    for (uint32_t i = 0; i < 12 * TAPE_ROWS; i += 64)
        prefetch_near(at + i);
}

static void read_hot(const Blocks *k, uint32_t copies, HotSums *s)
{
    for (uint32_t c = 0; c < copies; c++)
        for (uint32_t i = 0; i < k->count; i++) {
            const uint8_t *block = k->bytes + c * k->size + k->at[i];
            const TapeHot *hot = &k->heads[i].hot;

            if (i + AHEAD < k->count)
                fetch(k->bytes + c * k->size + k->at[i + AHEAD] + k->heads[i + AHEAD].hot_at);
            sum_words(block + hot->time_at, &s->times);
            sum_halves(block + hot->bid_at, &s->bids);
            sum_halves(block + hot->ask_at, &s->asks);
            sum_words(block + hot->spot_at, &s->spots);
        }
}

/* The sums again, of cells as tape_block_hot gives them. */
static bool hot_is_right(const Blocks *k)
{
    uint32_t times = 0, want = 0;
    uint16_t bids = 0, want_bids = 0;
    int64_t room[3][TAPE_ROWS];
    double spot[TAPE_ROWS];
    TapeHotRows rows = {room[0], room[1], room[2], spot};
    HotSums s = {0};

    read_hot(k, 1, &s);
    for (uint32_t i = 0; i < WORDS; i++)
        times += s.times[i];
    for (uint32_t i = 0; i < HALVES; i++)
        bids = (uint16_t)(bids + s.bids[i]);
    for (uint32_t i = 0; i < k->count; i++) {
        const TapeHead *h = &k->heads[i];
        int64_t step = 10000;

        if (h->hot_bytes != 12 * TAPE_ROWS || h->hot.price_scale != 4) return false;
        tape_block_hot(h, span_of((const char *)k->bytes + k->at[i], h->bytes), rows);
        for (uint32_t r = 0; r < TAPE_ROWS; r++) {
            int64_t bid = rows.bid_micros[r];

            want += (uint32_t)((rows.ts_us[r] - h->hot.base_us) / h->hot.unit_us);
            want_bids = (uint16_t)(want_bids + (bid == MICROS_UNKNOWN ? INT16_MIN : bid / step));
        }
    }
    return times == want && bids == want_bids;
}

static void time_hot(Bench *b, const Blocks *k)
{
    double ours[ROUNDS], least[ROUNDS], bytes = (double)k->hot_bytes * COPIES;
    BenchRow row = {.name = "tape-hot",
                    .unit = "ns/KB",
                    .says = "time, bid, ask and spot of blocks in memory, summed",
                    .against = "as many bytes in one piece, summed (bench/stream.c)",
                    .n = (uint64_t)k->count * COPIES * TAPE_ROWS,
                    .bar = 2,
                    .is_ratio = true};
    HotSums s = {0};

    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_work_ns(), middle;

        read_hot(k, COPIES, &s);
        middle = clock_work_ns();
        bench_stream_read(k->bytes, (size_t)bytes);
        ours[i] = (double)(middle - start) * 1000 / bytes;
        least[i] = (double)(clock_work_ns() - middle) * 1000 / bytes;
    }
    row.ours =
        s.times[0] == 1 && s.bids[0] == 1 ? 0 : bench_median(ours, ROUNDS); /* sums are used */
    row.baseline = bench_median(least, ROUNDS);
    b->row(b->ctx, &row);
}

bool bench_tape_hot(Bench *b)
{
    Blocks k;

    if (!make_blocks(b, &k)) return false;
    if (!hot_is_right(&k)) return bench_fail(b, "the hot parts say something else");
    time_hot(b, &k);
    return true;
}

/* ---- cold ------------------------------------------------------------------------------------------ */

static bool read_cold(const Blocks *k, uint32_t copies, TapeValues *v)
{
    bool is_fine = true;

    for (uint32_t c = 0; c < copies; c++)
        for (uint32_t i = 0; i < k->count; i++) {
            const char *block = (const char *)k->bytes + c * k->size + k->at[i];

            is_fine &=
                tape_block_columns(&k->heads[i], span_of(block, k->heads[i].bytes), UINT64_MAX, v);
        }
    return is_fine;
}

bool bench_tape_cold(Bench *b)
{
    double ours[ROUNDS], least[ROUNDS], bytes;
    BenchRow row = {.name = "tape-cold",
                    .unit = "ns/KB",
                    .says = "all columns of full records, unpacked to 64 bits, by packed bytes",
                    .against = "as many bytes in one piece, summed (bench/stream.c)",
                    .bar = COLUMNS_BAR_NS};
    TapeValues *v = arena_new(b->arena, TapeValues);
    Blocks k;

    if (!make_blocks(b, &k)) return false;
    bytes = (double)k.cold_bytes * (COPIES / 4);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_work_ns(), middle;

        if (!read_cold(&k, COPIES / 4, v)) return bench_fail(b, "a block could not be read");
        middle = clock_work_ns();
        bench_stream_read(k.bytes, (size_t)bytes);
        ours[i] = (double)(middle - start) * 1000 / bytes;
        least[i] = (double)(clock_work_ns() - middle) * 1000 / bytes;
    }
    row.n = (uint64_t)k.count * (COPIES / 4) * TAPE_ROWS;
    row.ours = bench_median(ours, ROUNDS);
    row.baseline = bench_median(least, ROUNDS);
    b->row(b->ctx, &row);
    row = (BenchRow){.name = "tape-size",
                     .unit = "bytes",
                     .says = "a full record of a made-up market, packed, a tick",
                     .against = "its hot part, a tick",
                     .n = (uint64_t)k.count * TAPE_ROWS,
                     .ours = (double)k.cold_bytes / k.count / TAPE_ROWS,
                     .baseline = (double)k.hot_bytes / k.count / TAPE_ROWS,
                     .bar = 24};
    b->row(b->ctx, &row);
    return true;
}

/* ---- import ---------------------------------------------------------------------------------------- */

static Span make_csv(Bench *b)
{
    TickRow *rows = make_rows(IMPORT_ROWS, b->arena);
    uint64_t columns = UINT64_C(7) | ((UINT64_C(1) << TAPE_BOOK_END) - (UINT64_C(1) << TAPE_BOOK)) |
                       UINT64_C(1) << TAPE_SPOT | UINT64_C(1) << 36;
    Buf text;

    buf_init(&text, b->arena, (size_t)256 << 20);
    ticks_put_names(columns, SPAN("BTC"), &text);
    for (uint32_t i = 0; rows && i < IMPORT_ROWS; i++)
        ticks_put_row(&rows[i], columns, SPAN("BTC"), &text);
    return buf_span(&text);
}

/* Into a new folder; what is there afterwards is taken away by the caller. */
static bool import_into(Bench *b, const char *path, const char *folder)
{
    ImportOptions how = {.folder = folder};
    ArenaMark mark = arena_mark(b->arena);
    ImportReport r;
    Err err = ERR_NONE;
    Status st = import_run(path, &how, &r, b->arena, &err);

    arena_release(b->arena, mark);
    return st == ST_OK && r.ticks == IMPORT_ROWS && !r.was_there;
}

static bool remove_folder(const char *folder)
{
    const char *argv[] = {"rm", "-rf", folder, NULL};

    return bench_spawn(argv, NULL);
}

static uint64_t count_lines(Span text)
{
    volatile uint64_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\n') count = count + 1;
    return count;
}

/* What an import is held against. */
typedef struct Least {
    int64_t (*now_ns)(void);
    bool (*run)(Bench *b, Span bytes);
    Span bytes;
} Least;

static bool time_import(Bench *b, BenchRow row, const char *path, const char *tapes,
                        const Least *against)
{
    double ours[IMPORTS], least[IMPORTS];

    for (int i = 0; i < IMPORTS; i++) {
        ArenaMark mark = arena_mark(b->arena);
        int64_t start = against->now_ns(), middle;
        bool is_fine = import_into(b, path, tapes);

        middle = against->now_ns();
        if (!remove_folder(tapes) || !is_fine) return bench_fail(b, "the import went wrong");
        ours[i] = (double)(middle - start) / IMPORT_ROWS;
        middle = against->now_ns();
        if (!against->run(b, against->bytes)) return false;
        least[i] = (double)(against->now_ns() - middle) / IMPORT_ROWS;
        arena_release(b->arena, mark);
    }
    row.ours = bench_median(ours, IMPORTS);
    row.baseline = bench_median(least, IMPORTS);
    b->row(b->ctx, &row);
    return true;
}

static bool look_at_lines(Bench *b, Span csv)
{
    return count_lines(csv) == IMPORT_ROWS + 1 || bench_fail(b, "the file has other lines");
}

static bool time_plain(Bench *b, const char *path, const char *tapes, Span csv)
{
    Least against = {clock_work_ns, look_at_lines, csv};
    BenchRow row = {.name = "import",
                    .unit = "ns/row",
                    .says = "rows of 30 columns of CSV, into tapes",
                    .against = "a loop that looks at each byte and counts lines",
                    .n = IMPORT_ROWS,
                    .bar = ROW_BAR_NS};

    return time_import(b, row, path, tapes, &against);
}

static bool unpack(Bench *b, Span packed)
{
    Err err = ERR_NONE;
    Span text;

    return gzip_unpack(SPAN("gz"), packed, (size_t)256 << 20, b->arena, &text, &err) == ST_OK ||
           bench_fail(b, "the .gz is damaged");
}

static bool time_packed(Bench *b, const char *path, const char *tapes, size_t size)
{
    Least against = {clock_mono_ns, unpack, {0}};
    BenchRow row = {.name = "import-gz",
                    .unit = "ns/row",
                    .says = "the same rows from .gz, into tapes, by the wall clock",
                    .against = "zlib alone, the same file",
                    .n = IMPORT_ROWS,
                    .bar = 1.25,
                    .is_ratio = true};
    Err err = ERR_NONE;

    if (file_read(b->arena, path, size, &against.bytes, &err) != ST_OK)
        return bench_fail(b, "no .gz");
    return time_import(b, row, path, tapes, &against);
}

bool bench_import(Bench *b)
{
    static const char *const names[] = {"ticks.csv.gz"};
    Span csv = make_csv(b);
    const char *plain, *packed, *tapes;
    BenchFolder folder;
    bool is_fine;

    if (arena_is_full(b->arena)) return bench_fail(b, "not enough memory");
    if (!bench_folder(&folder)) return bench_fail(b, "no folder for files");
    plain = bench_path(b, &folder, "ticks.csv");
    packed = bench_path(b, &folder, "ticks.csv.gz");
    tapes = bench_path(b, &folder, "tapes");
    is_fine = bench_write(b, plain, csv) && time_plain(b, plain, tapes, csv);
    if (is_fine) {
        const char *argv[] = {"gzip", plain, NULL};

        if (bench_spawn(argv, NULL))
            is_fine = time_packed(b, packed, tapes, csv.len);
        else
            b->skip(b->ctx, "import-gz", "no gzip here to pack with");
    }
    (void)unlink(plain);
    bench_folder_end(b, &folder, names, 1);
    return is_fine;
}
