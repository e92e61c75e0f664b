/* test_tape.c — tape files: appending, going on, reading while written, cuts and flips at every place,
 * writers killed at random moments, full disks. */
#include "runtime/history/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "runtime/history/dataset.h"
#include "tests/harness/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"
#include "tests/unit/market/rows.h"
#include "vm/base/fmt.h"

enum { MANY = 2000 };
#define ARENA ((size_t)256 << 20)

static const TapeInfo info = {{"polymarket:btc:5m", 17}, 99};

static TickRow *make_rows(uint32_t count, Arena *arena)
{
    TickRow *rows = arena_array(arena, TickRow, count);

    rows_make(rows, count, ROWS_MARKET, 1);
    return rows;
}

/* Blocks of `block` rows each. */
static void write_file(const char *path, const TickRow *rows, uint32_t count, uint32_t block,
                       bool is_closed)
{
    Arena *arena = test_arena(ARENA);
    Err err = ERR_NONE;
    TapeWriter *w;

    if (!CHECK(tape_write_open(&w, path, &info, arena, &err) == ST_OK)) return;
    for (uint32_t i = 0; i < count; i++) {
        CHECK_INT(tape_append(w, &rows[i], &err), ST_OK);
        if (i % block == block - 1) CHECK_INT(tape_flush(w, &err), ST_OK);
    }
    if (is_closed)
        CHECK_INT(tape_write_close(w, &err), ST_OK);
    else
        tape_write_abandon(w);
}

/* Rows that can be read stand at their places; how many. */
static uint64_t check_rows(Tape *t, const TickRow *rows, uint32_t count, Arena *arena)
{
    TapeValues *scratch = arena_new(arena, TapeValues);
    TickRow *got = arena_array(arena, TickRow, TAPE_ROWS);
    uint64_t read = 0;

    for (uint32_t i = 0; i < tape_block_count(t); i++) {
        uint64_t first = tape_entry(t, i)->first_row;
        uint32_t n = tape_rows(t, i, scratch, got);

        if (!CHECK(first + n <= count)) return read;
        CHECK(memcmp(got, rows + first, n * sizeof *got) == 0);
        read += n;
    }
    return read;
}

static void verify(Tape *t, Arena *arena)
{
    tape_verify(t, arena_new(arena, TapeValues), arena_array(arena, TickRow, TAPE_ROWS));
}

static void test_files(void)
{
    static const uint32_t counts[] = {0, 1, 255, 256, 257, 1000};

    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        Arena *arena = test_arena(ARENA);
        TickRow *rows = make_rows(MANY, arena);
        const char *path = scratch_path("files.tape");
        Err err = ERR_NONE;
        Tape *t;

        unlink(path);
        write_file(path, rows, counts[k], UINT32_MAX, true);
        if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
        CHECK(span_is(tape_info(t).stream, info.stream) && tape_info(t).source == 99);
        CHECK(tape_is_closed(t) && tape_tail_bytes(t) == 0);
        CHECK_INT(tape_row_count(t), counts[k]);
        CHECK_INT(tape_block_count(t), (counts[k] + 255) / 256);
        CHECK_INT(check_rows(t, rows, counts[k], arena), counts[k]);
        verify(t, arena);
        CHECK_INT(tape_damage_count(t), 0);
        tape_close(t);
        /* and on */
        write_file(path, rows + counts[k], MANY - counts[k], UINT32_MAX, true);
        if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
        CHECK_INT(check_rows(t, rows, MANY, arena), MANY);
        tape_close(t);
    }
}

static void test_index(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(MANY, arena);
    const char *path = scratch_path("index.tape");
    Err err = ERR_NONE;
    Tape *t;

    write_file(path, rows, MANY, UINT32_MAX, true);
    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    for (uint32_t i = 0; i < MANY; i += 7) {
        uint32_t want = 0;

        CHECK_INT(tape_find_time(t, rows[i].ts_us), i / 256);
        while (rows[want].slot_start_us < rows[i].slot_start_us)
            want++;
        CHECK_INT(tape_find_slot(t, rows[i].slot_start_us), want / 256);
    }
    CHECK_INT(tape_find_time(t, INT64_MAX), tape_block_count(t));
    CHECK_INT(tape_find_slot(t, INT64_MAX), tape_block_count(t));
    CHECK_INT(tape_find_time(t, 0), 0);
    tape_close(t);
}

/* Whatever blocks there are and whoever was interrupted: one sum, stored. */
static void test_sums(void)
{
    static const uint32_t blocks[] = {256, 100};
    uint8_t want[SHA256_SIZE], got[SHA256_SIZE];
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(MANY, arena);
    const char *path = scratch_path("sums.tape");
    Err err = ERR_NONE;
    int64_t day;
    TapeSum s;
    Tape *t;

    tape_sum_init(&s, info.stream);
    tape_sum_rows(&s, rows, MANY);
    CHECK(tape_sum_only_day(&s, want));
    for (uint32_t part = 0; part < MANY; part += 666)
        for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) {
            unlink(path);
            write_file(path, rows, part, 37, k == 1);
            write_file(path, rows + part, MANY - part, blocks[k], true);
            if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
            CHECK(tape_day_sum(t, &day, got) && day == tape_day(rows[0].ts_us));
            CHECK(memcmp(want, got, sizeof want) == 0);
            verify(t, arena);
            CHECK_INT(tape_damage_count(t), 0);
            tape_close(t);
        }
    write_file(path, rows + MANY - 1, 1, 1, false);
    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    CHECK(!tape_day_sum(t, &day, got));
    tape_close(t);
}

/* A mark with the sum of other rows, whole in itself. */
static void test_wrong_sum(void)
{
    uint8_t end[TAPE_HEAD_MIN], other[SHA256_SIZE] = {1};
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(MANY, arena);
    const char *path = scratch_path("wrong.tape");
    Err err = ERR_NONE;
    int64_t day;
    Buf text;
    Tape *t;
    int fd;

    write_file(path, rows, 300, 256, true);
    (void)tape_end_write(2, 300, other, end);
    fd = open(path, O_WRONLY);
    CHECK(pwrite(fd, end, sizeof end, lseek(fd, 0, SEEK_END) - TAPE_HEAD_MIN) == TAPE_HEAD_MIN);
    close(fd);
    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    CHECK(tape_day_sum(t, &day, other));
    verify(t, arena);
    CHECK_INT(tape_damage_count(t), 1);
    CHECK(!tape_day_sum(t, &day, other));
    buf_init(&text, arena, 4096);
    tape_damage_put(t, 0, &text);
    CHECK(span_find(buf_span(&text), SPAN("(rows 0 to 299)the rows")) == SPAN_NONE_AT);
    CHECK(span_find(buf_span(&text), SPAN("the rows are not those")) != SPAN_NONE_AT);
    tape_close(t);
}

static void test_refusals(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(2, arena);
    const char *path = scratch_path("refuse.tape");
    TapeInfo other = {{"polymarket:eth:5m", 17}, 99};
    TapeWriter *w = NULL, *second = NULL;
    Err err = ERR_NONE;
    Tape *t;

    CHECK_INT(tape_write_open(&w, path, &info, arena, &err), ST_OK);
    CHECK_INT(tape_write_open(&second, path, &info, arena, &err), ST_BUSY);
    CHECK_INT(tape_append(w, &rows[1], &err), ST_OK);
    CHECK_INT(tape_append(w, &rows[0], &err), ST_BAD_DATA);
    CHECK_INT(tape_write_close(w, &err), ST_OK);
    CHECK_INT(tape_write_open(&w, path, &other, arena, &err), ST_CONFLICT);
    CHECK_INT(tape_open(&t, scratch_path("nothing.tape"), arena, &err), ST_NOT_FOUND);
    CHECK_INT(tape_open(&t, scratch_file("text.tape", "no tape"), arena, &err), ST_BAD_DATA);
    CHECK_INT(tape_open(&t, scratch_folder("folder.tape"), arena, &err), ST_BAD_DATA);
    CHECK_INT(tape_write_open(&w, scratch_path("no/such/folder.tape"), &info, arena, &err), ST_IO);
    tape_write_abandon(NULL);
    tape_close(NULL);
}

static void test_while_written(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(MANY, arena);
    const char *path = scratch_path("live.tape");
    Err err = ERR_NONE;
    TapeWriter *w;
    Tape *t;

    if (!CHECK(tape_write_open(&w, path, &info, arena, &err) == ST_OK)) return;
    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    for (uint32_t i = 0; i < MANY; i++) {
        CHECK_INT(tape_append(w, &rows[i], &err), ST_OK);
        CHECK_INT(tape_rows_taken(w), i + 1);
        if (i % 100 != 99) continue;
        CHECK_INT(tape_refresh(t, &err), ST_OK);
        CHECK_INT(tape_row_count(t), tape_rows_written(w));
        CHECK(!tape_is_closed(t) && tape_damage_count(t) == 0 && tape_tail_bytes(t) == 0);
    }
    CHECK_INT(tape_write_close(w, &err), ST_OK);
    CHECK_INT(tape_refresh(t, &err), ST_OK);
    CHECK(tape_is_closed(t));
    CHECK_INT(check_rows(t, rows, MANY, arena), MANY);
    tape_close(t);
}

/* ---- damage ---------------------------------------------------------------------------------------- */

enum { SMALL = 40, BLOCK = 10 };

static Span read_small(const char *path, Arena *arena)
{
    Err err = ERR_NONE;
    Span bytes = {0};

    CHECK_INT(file_read(arena, path, (size_t)1 << 24, &bytes, &err), ST_OK);
    return bytes;
}

static void put_file(const char *path, Span bytes)
{
    int fd;

    unlink(path); /* faster than cutting a file to nothing */
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    close(fd);
}

/* A file that was cut gives its whole blocks, and can be gone on with. */
static void test_cuts(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(SMALL, arena);
    const char *path = scratch_path("whole.tape"), *part = scratch_path("cut.tape");
    uint64_t ends[SMALL / BLOCK + 1] = {0};
    Err err = ERR_NONE;
    Span whole;
    Tape *t;

    write_file(path, rows, SMALL, BLOCK, true);
    whole = read_small(path, arena);
    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    for (uint32_t i = 0; i < SMALL / BLOCK; i++)
        ends[i] = tape_entry(t, i)->at + tape_entry(t, i)->bytes;
    tape_close(t);
    for (size_t len = 128; len < whole.len; len += 13) {
        Arena *scratch = test_arena(ARENA);
        uint32_t want = 0;

        while (want < SMALL / BLOCK && ends[want] <= len)
            want++;
        put_file(part, span_sub(whole, 0, len));
        if (!CHECK(tape_open(&t, part, scratch, &err) == ST_OK)) return;
        CHECK_INT(check_rows(t, rows, SMALL, scratch), want * BLOCK);
        CHECK(!tape_is_closed(t));
        CHECK_INT(tape_tail_bytes(t), len - (want ? ends[want - 1] : 128));
        CHECK_INT(tape_damage_count(t), 0);
        tape_close(t);
        if (len % 32) continue;
        write_file(part, rows + want * BLOCK, SMALL - want * BLOCK, BLOCK, true);
        CHECK(span_is(read_small(part, scratch), whole));
    }
}

/* Damage is named, and costs at most the block it is in. */
static void check_flipped(const char *path, size_t at, const TickRow *rows)
{
    Arena *arena = test_arena(ARENA);
    Err err = ERR_NONE;
    Buf text;
    Tape *t;

    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    verify(t, arena);
    CHECK(check_rows(t, rows, SMALL, arena) >= SMALL - BLOCK);
    CHECK(tape_damage_count(t) > 0 || !tape_is_closed(t));
    CHECK(tape_damage_count(t) > 0 || at >= tape_entry(t, tape_block_count(t) - 1)->at);
    buf_init(&text, arena, 4096);
    for (uint32_t i = 0; i < tape_damage_count(t); i++)
        tape_damage_put(t, i, &text);
    CHECK(tape_damage_count(t) == 0 || span_starts(buf_span(&text), span_str(path)));
    tape_close(t);
}

static void test_flips(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(SMALL, arena);
    const char *path = scratch_path("flip.tape");
    Span whole;
    int fd;

    write_file(path, rows, SMALL, BLOCK, true);
    whole = read_small(path, arena);
    fd = open(path, O_WRONLY);
    for (size_t at = 0; at < whole.len; at++) {
        char flipped = (char)(whole.ptr[at] ^ (1 << (at % 7)));

        CHECK(pwrite(fd, &flipped, 1, (off_t)at) == 1);
        check_flipped(path, at, rows);
        CHECK(pwrite(fd, whole.ptr + at, 1, (off_t)at) == 1);
    }
    close(fd);
}

/* ---- interruptions --------------------------------------------------------------------------------- */

static _Noreturn void append_for_ever(const char *path, const TickRow *rows)
{
    ArenaSource source = test_source();
    Err err = ERR_NONE;
    TapeWriter *w;
    Arena arena;

    if (!arena_init(&arena, source, ARENA)) _exit(1);
    if (tape_write_open(&w, path, &info, &arena, &err) != ST_OK) _exit(1);
    for (uint64_t i = tape_rows_taken(w); i < MANY; i++)
        if (tape_append(w, &rows[i], &err) != ST_OK) _exit(2);
    for (;;)
        pause();
}

/* Writers killed after a random time; each goes on where the last one was stopped. */
static void test_kills(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(MANY, arena);
    const char *path = scratch_path("kill.tape"), *calm = scratch_path("calm.tape");
    Rng rng;

    rng_init(&rng, 17);
    for (int round = 0; round < 60; round++) {
        Arena *scratch = test_arena(ARENA);
        pid_t child = fork();
        Err err = ERR_NONE;
        uint64_t n;
        Tape *t;

        if (child == 0) append_for_ever(path, rows);
        if (round % 20 == 0) unlink(path);
        usleep((useconds_t)rng_below(&rng, 3000));
        kill(child, SIGKILL);
        CHECK(waitpid(child, NULL, 0) == child);
        if (!file_exists(path) || tape_open(&t, path, scratch, &err) != ST_OK) continue;
        n = check_rows(t, rows, MANY, scratch);
        CHECK(n % TAPE_ROWS == 0 && n == tape_row_count(t));
        CHECK_INT(tape_damage_count(t), 0);
        tape_close(t);
    }
    {
        Err err = ERR_NONE;
        uint64_t n = 0;
        TapeWriter *w;

        if (!CHECK(tape_write_open(&w, path, &info, arena, &err) == ST_OK)) return;
        for (n = tape_rows_taken(w); n < MANY; n++)
            CHECK_INT(tape_append(w, &rows[n], &err), ST_OK);
        CHECK_INT(tape_write_close(w, &err), ST_OK);
    }
    write_file(calm, rows, MANY, UINT32_MAX, true);
    CHECK(span_is(read_small(path, arena), read_small(calm, arena)));
}

/* A disk that is full at any byte: what was there stays, and the row can be given again. */
static void test_full_disk(void)
{
    Arena *arena = test_arena(ARENA);
    TickRow *rows = make_rows(MANY, arena);
    const char *path = scratch_path("full.tape");
    struct rlimit was, now;
    Err err = ERR_NONE;
    uint32_t i = 0, refusals = 0;
    TapeWriter *w;
    Tape *t;

    (void)signal(SIGXFSZ, SIG_IGN);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &was), 0);
    if (!CHECK(tape_write_open(&w, path, &info, arena, &err) == ST_OK)) return;
    now = was;
    for (now.rlim_cur = 1000; i < MANY; now.rlim_cur += 1777) {
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &now), 0);
        while (i < MANY && tape_append(w, &rows[i], &err) == ST_OK)
            i++;
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &was), 0);
        if (i == MANY) break;
        refusals++;
        CHECK_INT(err.status, ST_IO);
        if (!CHECK(tape_open(&t, path, test_arena(ARENA), &err) == ST_OK)) return;
        CHECK_INT(tape_row_count(t), tape_rows_written(w));
        CHECK_INT(tape_tail_bytes(t), 0);
        tape_close(t);
    }
    CHECK(refusals > 10);
    CHECK_INT(tape_write_close(w, &err), ST_OK);
    if (!CHECK(tape_open(&t, path, arena, &err) == ST_OK)) return;
    CHECK_INT(check_rows(t, rows, MANY, arena), MANY);
    tape_close(t);
}

/* To open a pipe is to take from its writer. */
static void test_pipe_is_left_alone(void)
{
    const char *path = scratch_path("pipe");
    struct inotify_event opened;
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    CHECK(mkfifo(path, 0600) == 0 && inotify_add_watch(fd, path, IN_OPEN) >= 0);
    CHECK(!dataset_is(path));
    CHECK(read(fd, &opened, sizeof opened) < 0 && errno == EAGAIN);
    close(fd);
}

int main(void)
{
    TEST_RUN(test_kills); /* first: a small process forks faster */
    TEST_RUN(test_files);
    TEST_RUN(test_index);
    TEST_RUN(test_sums);
    TEST_RUN(test_wrong_sum);
    TEST_RUN(test_refusals);
    TEST_RUN(test_while_written);
    TEST_RUN(test_cuts);
    TEST_RUN(test_flips);
    TEST_RUN(test_full_disk);
    TEST_RUN(test_pipe_is_left_alone);
    return test_end();
}
