/* test_import.c — recordings into tapes: what is counted, what is kept, what an interruption leaves. */
#include "runtime/history/import.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/history/dataset.h"
#include "runtime/history/ticks_write.h"
#include "tests/harness/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"
#include "tests/unit/history/dying.h"
#include "tests/unit/market/rows.h"
#include "vm/base/fmt.h"

#define ARENA ((size_t)512 << 20)
#define HEAD "captured_at_ms,symbol,slot_ts,slot_duration,bid_up,ask_up\n"

static const char *new_folder(void)
{
    static int count;
    Buf name;

    buf_init(&name, test_arena(4096), 64);
    buf_fmt(&name, "import%d", ++count);
    return scratch_folder(buf_cstr(&name));
}

static Status import_text(const char *text, const char *folder, bool is_strict, ImportReport *r,
                          Arena *arena)
{
    ImportOptions how = {.folder = folder, .is_strict = is_strict};
    Err err = ERR_NONE;

    return import_run(scratch_file("recording.csv", text), &how, r, arena, &err);
}

static const struct {
    const char *name, *text;
    int problem; /* -1 none */
    uint64_t count, ticks;
    bool is_refused; /* when strict */
} rows[] = {
    {"clean", HEAD "1000,BTC,0,300,0.4,0.5\n2000,BTC,0,300,0.4,0.5\n", -1, 0, 2, false},
    {"more cells", HEAD "1000,BTC,0,300,0.4,0.5,1\n2000,BTC,0,300,0.4,0.5\n", PROBLEM_CELLS, 1, 1,
     true},
    {"fewer cells", HEAD "1000,BTC,0,300,0.4\n2000,BTC,0,300,0.4,0.5\n", PROBLEM_CELLS, 1, 1, true},
    {"a word", HEAD "1000,BTC,0,300,abc,0.5\n2000,BTC,0,300,0.4,0.5\n", PROBLEM_CELL, 1, 1, true},
    {"NaN", HEAD "1000,BTC,0,300,NaN,0.5\n2000,BTC,0,300,0.4,nan\n", PROBLEM_NAN, 2, 2, true},
    {"crossed", HEAD "1000,BTC,0,300,0.6,0.5\n2000,BTC,0,300,0.4,0.5\n", PROBLEM_CROSSED, 1, 2,
     true},
    {"back", HEAD "2000,BTC,0,300,0.4,0.5\n1000,BTC,0,300,0.4,0.5\n", PROBLEM_BACK, 1, 2, true},
    {"twice", HEAD "1000,BTC,0,300,0.4,0.5\n1000,BTC,0,300,0.4,0.5\n", PROBLEM_DUPLICATE, 1, 2,
     true},
    {"outside", HEAD "1000,BTC,300,300,0.4,0.5\n300000,BTC,0,300,0.4,0.5\n", PROBLEM_OUTSIDE, 2, 0,
     false},
    {"no time", HEAD ",BTC,0,300,0.4,0.5\n-5,BTC,0,300,0.4,0.5\n", PROBLEM_TIME, 2, 0, true},
    {"no market", HEAD "1000,,0,300,0.4,0.5\n2000,a/b,0,300,0.4,0.5\n", PROBLEM_STREAM, 2, 0, true},
    {"quotes",
     "\"captured_at\",\"symbol\",\"slot_ts\",\"slot_duration\",\"bid_up\"\n"
     "\"1970-01-01 00:00:01.5\",\"BTC\",0,300,0.4\n",
     -1, 0, 1, false},
    {"a mark and carriage returns",
     "\xef\xbb\xbf"
     "captured_at_ms,symbol,slot_ts,slot_duration,bid_up\r\n1000,BTC,0,300,0.4\r\n",
     -1, 0, 1, false},
};

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Arena *arena = test_arena(ARENA);
        const char *folder = new_folder();
        ImportReport r;
        FolderFiles files;
        Err err = ERR_NONE;

        test_case(rows[i].name);
        CHECK_INT(import_text(rows[i].text, folder, false, &r, arena),
                  rows[i].ticks ? ST_OK : ST_REFUSED);
        CHECK_INT(r.ticks, rows[i].ticks);
        for (int p = 0; p < PROBLEM_COUNT; p++)
            CHECK_INT(r.problems[p], p == rows[i].problem ? rows[i].count : 0);
        if (rows[i].problem >= 0) {
            CHECK_INT(r.examples.count, rows[i].count);
            CHECK_INT(r.examples.items[0].problem, rows[i].problem);
        }
        folder = new_folder();
        CHECK_INT(import_text(rows[i].text, folder, true, &r, arena),
                  rows[i].is_refused || !rows[i].ticks ? ST_REFUSED : ST_OK);
        CHECK_INT(folder_find(arena, folder, "", 100, &files, &err), ST_OK);
        if (rows[i].is_refused) CHECK_INT(files.count, 0);
    }
}

static const struct {
    const char *name, *text, *format, *stream;
    uint64_t ticks, labels, fills;
} kinds[] = {
    {"bars", "open_time_ms,open,high,low,close,volume\n60000,1,2,0.5,1.5,9\n", "bars of a minute",
     "binance:btc", 1, 0, 0},
    {"token books",
     "captured_at_ms,exch_ts_ms,slot_ts,token,bid,bid_size,ask,ask_size,bid_levels,ask_"
     "levels\n1000,1,0,down,0.4,5,0.5,6,1,1\n",
     "book messages of one token", "polymarket:btc:5m", 1, 0, 0},
    {"fills", "trade_ts,symbol,slot_ts,slot_duration,outcome,price,size\n5,BTC,0,900,down,0.6,2\n",
     "fills of a wallet", "polymarket:btc:15m", 0, 0, 1},
    {"activity",
     "trade_ts,type,symbol_slug,slot_ts,outcome,side,price,size,usdc_size,tx_hash\n5,TRADE,eth-"
     "updown-1h,0,up,BUY,0.5,1,0.5,0x\n",
     "activity of a wallet", "polymarket:eth:1h", 0, 0, 1},
    {"results",
     "slot_ts,symbol,slot_duration,winner,btc_price_start,btc_price_end\n0,BTC,300,up,1,2\n",
     "results of slots", "polymarket:btc:5m", 0, 1, 0},
    {"Kalshi",
     "captured_at_ms,symbol,slot_ts,slot_duration,bid_up,ask_up,ticker\n1,SOL,0,900,0.4,0.5,KX\n",
     "Kalshi books", "kalshi:sol:15m", 1, 0, 0},
    {"spot",
     "captured_at_ms,symbol,slot_ts,slot_duration,spot_price,chainlink_price\n1,BTC,0,300,5,6\n",
     "spot prices", "chainlink:btc:5m", 1, 0, 0},
};

static void test_kinds(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Arena *arena = test_arena(ARENA);
        ImportReport r;

        test_case(kinds[i].name);
        CHECK_INT(import_text(kinds[i].text, new_folder(), false, &r, arena), ST_OK);
        CHECK(span_eq_str(r.format, kinds[i].format));
        if (CHECK(r.streams.count == 1))
            CHECK(span_eq_str(r.streams.items[0].name, kinds[i].stream));
        CHECK(r.ticks == kinds[i].ticks && r.labels == kinds[i].labels &&
              r.fills == kinds[i].fills);
    }
}

/* A book of one token is the book of both. */
static void test_mirror(void)
{
    Arena *arena = test_arena(ARENA);
    const char *folder = new_folder();
    Err err = ERR_NONE;
    TickTable t = {0};
    ImportReport r;
    Dataset d;

    CHECK_INT(import_text(kinds[1].text, folder, false, &r, arena), ST_OK);
    if (!CHECK(dataset_open(&d, folder, SPAN(""), arena, &err) == ST_OK)) return;
    if (!CHECK(dataset_load(&d, &t, &err) == ST_OK && t.count == 1)) return;
    CHECK_INT(t.rows[0].data.bid[1].price_micros[0], 400000);
    CHECK_INT(t.rows[0].data.ask[0].price_micros[0], 600000);
    CHECK_INT(t.rows[0].data.ask[0].size_micros[0], 5000000);
    CHECK_INT(t.rows[0].data.bid[0].price_micros[0], 500000);
    CHECK_INT(t.rows[0].slot_us, 300000000);
}

/* ---- the same rows as from CSV ---------------------------------------------------------------------- */

/* Rows of a market as a recording would have them; some go back in time. */
static Span recording_of(uint32_t count, int style, uint64_t seed, bool goes_back, Arena *arena)
{
    TickRow *all = arena_array(arena, TickRow, count);
    uint64_t columns = (UINT64_C(1) << TAPE_COLUMNS) - 1;
    Buf text;
    Rng rng;

    rng_init(&rng, seed);
    rows_make(all, count, style, seed);
    for (uint32_t i = 1; i < count && goes_back; i++)
        if (rng_chance(&rng, 0.05)) {
            TickRow row = all[i - 1];

            all[i - 1] = all[i];
            all[i] = row;
        }
    buf_init(&text, arena, (size_t)256 << 20);
    ticks_put_names(columns, SPAN("BTC"), &text);
    for (uint32_t i = 0; i < count; i++)
        ticks_put_row(&all[i], columns, SPAN("BTC"), &text);
    return buf_span(&text);
}

/* The sum by files is that of the rows, and what the import said. */
static void check_sum(Dataset *d, const TickTable *t, const ImportReport *r)
{
    uint8_t by_files[SHA256_SIZE], by_rows[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    Err err = ERR_NONE;

    CHECK_INT(dataset_sha256(d, by_files, &err), ST_OK);
    ticks_sha256(t, d->stream, by_rows);
    CHECK(memcmp(by_files, by_rows, sizeof by_rows) == 0);
    sha256_hex(by_rows, hex);
    if (r) CHECK(span_is(r->streams.items[0].sha256, span_str(hex)));
}

static void test_same_rows(void)
{
    for (uint64_t seed = 0; seed < 12; seed++) {
        Arena *arena = test_arena(ARENA);
        Span text =
            recording_of(3000, seed % 3 == 2 ? ROWS_SPOT : (int)(seed % 3), seed, seed > 5, arena);
        const char *folder = new_folder();
        TickTable csv, tape = {0};
        Err err = ERR_NONE;
        ImportReport r;
        Dataset d;

        CHECK_INT(ticks_parse(&csv, SPAN("t"), text, SPAN(""), arena, &err), ST_OK);
        CHECK_INT(import_text(text.ptr, folder, false, &r, arena), ST_OK);
        CHECK_INT(r.problems[PROBLEM_BACK], csv.rows_back);
        if (!CHECK(dataset_open(&d, folder, SPAN(""), arena, &err) == ST_OK)) return;
        if (!CHECK(dataset_load(&d, &tape, &err) == ST_OK)) return;
        CHECK_INT(tape.count, csv.count);
        if (tape.count == csv.count)
            CHECK(memcmp(tape.rows, csv.rows, csv.count * sizeof *csv.rows) == 0);
        CHECK_INT(d.notes.count, 0);
        check_sum(&d, &tape, &r);
    }
}

/* One recording, or its rows in two whose border is within a day: the same rows, the same sum; the second day
 * damaged: the sum of what is left. */
static void test_sums_of_parts(void)
{
    Span text = SPAN(HEAD "1000,BTC,0,300,0.4,0.5\n2000,BTC,0,300,0.41,0.5\n");
    Span more = SPAN(HEAD "3000,BTC,0,300,0.42,0.5\n86400000,BTC,86400,300,0.4,0.5\n");
    const char *one = new_folder(), *two = new_folder();
    Arena *arena = test_arena(ARENA);
    TickTable t = {0};
    FolderFiles files;
    Err err = ERR_NONE;
    ImportReport r, parts;
    Dataset d;
    Buf all;
    int fd;

    buf_init(&all, arena, 4096);
    buf_fmt(&all, "%S%S", text, span_from(more, sizeof HEAD - 1));
    CHECK_INT(import_text(buf_cstr(&all), one, false, &r, arena), ST_OK);
    CHECK_INT(import_text(text.ptr, two, false, &parts, arena), ST_OK);
    CHECK(!span_is(parts.streams.items[0].sha256, r.streams.items[0].sha256));
    CHECK_INT(import_text(more.ptr, two, false, &parts, arena), ST_OK);
    CHECK(span_is(parts.streams.items[0].sha256, r.streams.items[0].sha256));
    if (!CHECK(folder_find(arena, two, ".tape", 9, &files, &err) == ST_OK && files.count == 3))
        return;
    fd = open(files.paths[2], O_WRONLY); /* the second day */
    CHECK(pwrite(fd, "x", 1, 128 + 20) == 1);
    close(fd);
    if (!CHECK(dataset_open(&d, two, SPAN(""), arena, &err) == ST_OK)) return;
    CHECK_INT(dataset_load(&d, &t, &err), ST_OK);
    CHECK(d.notes.count == 1 && t.count == 3);
    check_sum(&d, &t, NULL);
}

/* Of which stream a tape is with byte 30 turned cannot be read: it is left out beside others, never in silence, and
 * read where it is the only one; one that is cut in its head is left out like it. */
static void test_damaged_heads(void)
{
    static const struct {
        const char *name;
        uint32_t days;       /* one row each */
        const char *damaged; /* by day */
        Status want;
        size_t rows, headless, notes;
    } cases[] = {
        {"none", 3, "...", ST_OK, 3, 0, 0},
        {"first", 3, "x..", ST_OK, 2, 1, 1},
        {"last", 3, "..x", ST_OK, 2, 1, 1},
        {"two", 3, "x.x", ST_OK, 1, 2, 2},
        {"the only one", 1, "x", ST_OK, 1, 0, 1}, /* the damage itself, as reading finds it */
        {"all", 2, "xx", ST_BAD_INPUT, 0, 0, 0},  /* of different markets, as far as one can tell */
        {"cut", 3, "c..", ST_OK, 2, 1, 1},
        {"cut and damaged", 3, "c.x", ST_OK, 1, 2, 2},
        {"all cut", 2, "cc", ST_BAD_INPUT, 0, 2, 2},
        {"the only one cut", 1, "c", ST_BAD_DATA, 0, 0, 0},
        {"empty beside", 2, "0.", ST_OK, 1, 0, 1},
        {"damaged and empty", 3, "x.0", ST_OK, 1, 1, 2},
        {"all empty", 2, "00", ST_BAD_INPUT, 0, 0, 2},
    };
    Arena *arena = test_arena(ARENA);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *folder = new_folder();
        Err err = ERR_NONE;
        TickTable t = {0};
        FolderFiles files;
        ImportReport r;
        Dataset d;
        Status st;
        Buf text;

        test_case(cases[i].name);
        buf_init(&text, arena, 1 << 12);
        buf_str(&text, HEAD);
        for (uint32_t day = 0; day < cases[i].days; day++)
            buf_fmt(&text, "%u,BTC,%u,300,0.4,0.5\n", 1000 + day * 86400000, day * 86400);
        CHECK_INT(import_text(buf_cstr(&text), folder, false, &r, arena), ST_OK);
        CHECK_INT(folder_find(arena, folder, ".tape", 10, &files, &err), ST_OK);
        if (!CHECK(files.count == cases[i].days)) return;
        for (uint32_t day = 0; day < cases[i].days; day++) {
            int fd = open(files.paths[day], O_WRONLY);

            if (cases[i].damaged[day] == 'x') CHECK(pwrite(fd, "x", 1, 30) == 1);
            if (cases[i].damaged[day] == '0') CHECK(ftruncate(fd, 0) == 0);
            if (cases[i].damaged[day] == 'c') CHECK(ftruncate(fd, 40) == 0);
            close(fd);
        }
        st = dataset_open(&d, folder, SPAN("polymarket:btc:5m"), arena, &err);
        CHECK_INT(st, cases[i].want);
        if (st == ST_OK) CHECK_INT(dataset_load(&d, &t, &err), ST_OK);
        CHECK_INT(t.count, cases[i].rows);
        CHECK_INT(d.headless, cases[i].headless);
        CHECK_INT(d.notes.count, cases[i].notes);
    }
}

/* ---- labels ------------------------------------------------------------------------------------------ */

/* 40 slots; what column x says in the first tenth of each. */
static Span slots_text(const char *(*x)(uint32_t slot, int winner), Arena *arena)
{
    Buf text;

    buf_init(&text, arena, 1 << 20);
    buf_str(&text, "captured_at_ms,symbol,slot_ts,slot_duration,bid_up,x,winner\n");
    for (uint32_t slot = 0; slot < 40; slot++)
        for (uint32_t k = 0; k < 3; k++) {
            int winner = slot * 7 % 3 == 1;

            buf_fmt(&text, "%u,BTC,%u,300,0.%u,%s,%s\n", slot * 300000 + k * 20000, slot * 300,
                    40 + slot % 7, x(slot, winner), winner ? "down" : "up");
        }
    return buf_span(&text);
}

static const char *x_knows(uint32_t slot, int winner)
{
    static const char *const words[] = {"98000.1", "98000.2", "97000.1", "97000.2"};

    return words[(size_t)(winner ? 2 : 0) + slot % 2];
}

static const char *x_says(uint32_t slot, int winner)
{
    (void)slot;
    return winner ? "bear" : "bull";
}

static const char *x_guesses(uint32_t slot, int winner)
{
    return slot == 5 ? "97000.1" : x_knows(slot, winner);
}

static const char *x_is_a_name(uint32_t slot, int winner)
{
    static char names[40][8];

    (void)winner;
    snprintf(names[slot], sizeof names[slot], "KX%u", slot);
    return names[slot];
}

static const struct {
    const char *name;
    const char *(*x)(uint32_t slot, int winner);
    bool is_leak;
} leaks[] = {{"a number that knows", x_knows, true},
             {"a word that says it", x_says, true},
             {"one slot that disagrees", x_guesses, false},
             {"a name of its own for each slot", x_is_a_name, false}};

static void test_leaks(void)
{
    for (size_t i = 0; i < sizeof leaks / sizeof *leaks; i++) {
        Arena *arena = test_arena(ARENA);
        ImportReport r;

        test_case(leaks[i].name);
        CHECK_INT(import_text(slots_text(leaks[i].x, arena).ptr, new_folder(), false, &r, arena),
                  ST_OK);
        CHECK_INT(r.leaks.count, leaks[i].is_leak);
        if (r.leaks.count) CHECK(span_eq_str(r.leaks.items[0], "x"));
        CHECK_INT(r.streams.items[0].winners, 40);
    }
}

/* Labels stand in a file of their own, whatever the column is called, and come back with the rows. */
static void test_labels(void)
{
    static const char *const names[] = {"winner", "winning_outcome", "resolved_outcome",
                                        "resolution"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Arena *arena = test_arena(ARENA);
        const char *folder = new_folder();
        Err err = ERR_NONE;
        TickTable t = {0};
        ImportReport r;
        Dataset d;
        Buf text;

        buf_init(&text, arena, 4096);
        buf_fmt(&text, "captured_at_ms,symbol,slot_ts,slot_duration,bid_up,%s,btc_price_end\n",
                names[i]);
        buf_str(&text, "1000,BTC,0,300,0.5,down,97000.5\n400000,BTC,300,300,0.5,up,\n");
        CHECK_INT(import_text(buf_cstr(&text), folder, false, &r, arena), ST_OK);
        CHECK_INT(r.unknown.count, 0);
        if (!CHECK(dataset_open(&d, folder, SPAN(""), arena, &err) == ST_OK)) return;
        if (!CHECK(dataset_load(&d, &t, &err) == ST_OK && t.label_count == 2)) return;
        CHECK(t.labels[0].winner == 1 && t.labels[1].winner == 0);
        CHECK_BITS(t.labels[0].spot_close, 97000.5);
    }
}

/* ---- again, and interrupted -------------------------------------------------------------------------- */

/* Names and bytes of everything in a folder. */
static Span all_of(const char *folder, Arena *arena)
{
    FolderFiles files;
    Err err = ERR_NONE;
    Buf all;

    buf_init(&all, arena, (size_t)256 << 20);
    CHECK_INT(folder_find(arena, folder, "", 1000, &files, &err), ST_OK);
    for (size_t i = 0; i < files.count; i++) {
        Span bytes = {0};

        CHECK_INT(file_read(arena, files.paths[i], (size_t)64 << 20, &bytes, &err), ST_OK);
        buf_fmt(&all, "\n%s\n", files.paths[i] + strlen(folder));
        buf_span_put(&all, bytes);
    }
    return buf_span(&all);
}

/* True when the process died at that step; false when it was done before. */
static bool import_dies(const char *path, const char *folder, uint32_t step)
{
    pid_t child = fork();
    int end;

    if (child == 0) {
        ImportOptions how = {.folder = folder};
        ImportReport r;
        Err err = ERR_NONE;
        Arena arena;

        if (!arena_init(&arena, test_source(), ARENA)) _exit(1);
        dying_at(step);
        _exit(import_run(path, &how, &r, &arena, &err) == ST_OK ? 0 : 1);
    }
    end = dying_end(child);
    CHECK(end <= 0);
    return end < 0;
}

/* Killed at each step on the disk, and once more while going on: the next one ends where a calm one does. */
static void test_kills(void)
{
    Arena *arena = test_arena(ARENA);
    Span text = recording_of(1500, ROWS_TWO_BOOKS, 5, true, arena), calm;
    const char *path = scratch_file("kills.csv", text.ptr), *folder = new_folder();
    ImportOptions how = {.folder = folder};
    Err err = ERR_NONE;
    ImportReport r;
    uint32_t step;

    CHECK_INT(import_run(path, &how, &r, arena, &err), ST_OK);
    CHECK(r.problems[PROBLEM_BACK] > 50 && r.ticks == 1500);
    calm = all_of(folder, arena);
    for (step = 1; import_dies(path, folder = new_folder(), step); step++) {
        (void)import_dies(path, folder, 1 + step % 11);
        how.folder = folder;
        CHECK_INT(import_run(path, &how, &r, arena, &err), ST_OK);
        CHECK(span_is(all_of(folder, arena), calm));
    }
    CHECK(step > 20 && step < 100);
    CHECK_INT(import_run(path, &how, &r, arena, &err), ST_OK);
    CHECK(r.was_there);
    CHECK(span_is(all_of(how.folder, arena), calm));
}

static void test_full_disk(void)
{
    Arena *arena = test_arena(ARENA);
    Span text = recording_of(6000, ROWS_MARKET, 6, true, arena);
    const char *path = scratch_file("full.csv", text.ptr), *calm = new_folder(),
               *full = new_folder();
    ImportOptions how = {.folder = calm};
    struct rlimit was, now;
    Err err = ERR_NONE;
    ImportReport r;

    CHECK_INT(import_run(path, &how, &r, arena, &err), ST_OK);
    (void)signal(SIGXFSZ, SIG_IGN);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &was), 0);
    how.folder = full;
    for (now = was, now.rlim_cur = 5000; now.rlim_cur < 150000; now.rlim_cur += 40000) {
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &now), 0);
        CHECK_INT(import_run(path, &how, &r, arena, &err), ST_IO);
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &was), 0);
    }
    CHECK_INT(import_run(path, &how, &r, arena, &err), ST_OK);
    CHECK(span_is(all_of(full, arena), all_of(calm, arena)));
}

/* ---- RowBinary --------------------------------------------------------------------------------------- */

static void put_string(Buf *b, const char *s)
{
    buf_char(b, (char)strlen(s));
    buf_str(b, s);
}

static void test_rowbinary(void)
{
    static const char *const names[] = {"captured_at", "symbol", "slot_ts",     "slot_duration",
                                        "bid_up",      "ask_up", "bid_size_up", "chainlink_price"};
    static const char *const types[] = {
        "DateTime64(3)", "LowCardinality(String)", "DateTime",       "UInt32",
        "Float32",       "Nullable(Float64)",      "Decimal(18, 2)", "Float64"};
    Arena *arena = test_arena(ARENA);
    const char *folder = new_folder(), *path = scratch_path("rows.bin");
    ImportOptions how = {.folder = folder, .is_binary = true};
    int64_t at = 1776081601500;
    uint32_t slot = 1776081600, length = 300;
    float bid = 0.41F;
    double ask = 0.5, spot = 97000.25;
    Err err = ERR_NONE;
    TickTable t = {0};
    ImportReport r;
    Dataset d;
    Buf b;

    for (int round = 0; round < 2; round++) { /* a type that is not read; without it */
        int count = 8, skip = round ? 6 : -1;

        buf_init(&b, arena, 4096);
        buf_char(&b, (char)(count - (skip >= 0)));
        for (int i = 0; i < count; i++)
            if (i != skip) put_string(&b, names[i]);
        for (int i = 0; i < count; i++)
            if (i != skip) put_string(&b, types[i]);
        for (int row = 0; row < 3; row++) {
            buf_put(&b, &at, 8);
            put_string(&b, "BTC");
            buf_put(&b, &slot, 4);
            buf_put(&b, &length, 4);
            buf_put(&b, &bid, 4);
            buf_char(&b, row == 1); /* NULL */
            if (row != 1) buf_put(&b, &ask, 8);
            buf_put(&b, &spot, 8);
            at += 1000;
        }
        CHECK_INT(file_replace(path, buf_span(&b), &err), ST_OK);
        CHECK_INT(import_run(path, &how, &r, arena, &err), round ? ST_OK : ST_UNSUPPORTED);
        if (!round)
            CHECK(
                span_ends(span_str(err.text),
                          SPAN("column bid_size_up is of type Decimal(18, 2), which is not read")));
    }
    if (!CHECK(dataset_open(&d, folder, SPAN("x"), arena, &err) == ST_OK)) return;
    if (!CHECK(dataset_load(&d, &t, &err) == ST_OK && t.count == 3)) return;
    CHECK_INT(t.rows[0].ts_us, 1776081601500000 + 3000000);
    CHECK_INT(t.rows[0].data.bid[0].price_micros[0], 410000);
    CHECK_INT(t.rows[1].data.ask[0].price_micros[0], MICROS_UNKNOWN);
    CHECK_INT(t.rows[2].data.ask[0].price_micros[0], 500000);
    CHECK_BITS(t.rows[2].data.spot, 97000.25);
    CHECK_INT(t.rows[2].slot_start_us, 1776081600000000);
    CHECK_INT(file_replace(path, span_sub(buf_span(&b), 0, b.len - 3), &err), ST_OK);
    how.folder = new_folder();
    CHECK_INT(import_run(path, &how, &r, arena, &err), ST_BAD_DATA);
}

int main(void)
{
    TEST_RUN(test_kills); /* first: a small process forks faster */
    TEST_RUN(test_rows);
    TEST_RUN(test_kinds);
    TEST_RUN(test_mirror);
    TEST_RUN(test_same_rows);
    TEST_RUN(test_sums_of_parts);
    TEST_RUN(test_damaged_heads);
    TEST_RUN(test_leaks);
    TEST_RUN(test_labels);
    TEST_RUN(test_full_disk);
    TEST_RUN(test_rowbinary);
    return test_end();
}
