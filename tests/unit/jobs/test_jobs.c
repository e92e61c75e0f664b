/* test_jobs.c — cells on threads: each once, the same bytes for any number of threads, killed and cut anywhere. */
#include "runtime/jobs/jobs.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "tests/harness/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"
#include "tests/unit/history/dying.h"
#include "vm/base/fmt.h"
#include "vm/base/rng.h"

enum { CELLS = 103, BATCH = 4, SIZE = 24, BATCHES = (CELLS + BATCH - 1) / BATCH };
#define ARENA ((size_t)16 << 20)

typedef struct Ctx {
    uint32_t times[CELLS];    /* how often each was done; by any thread */
    uint32_t fails_from;      /* cells that do not succeed; CELLS none */
    uint32_t stops_at;        /* as many done, and progress says stop */
    JobsProgress last;        /* as told */
    uint32_t tellings, backs; /* times it went back */
} Ctx;

static void result_of(uint32_t cell, uint8_t ret[SIZE])
{
    Rng rng;

    rng_init(&rng, cell);
    for (uint32_t i = 0; i < SIZE; i++)
        ret[i] = (uint8_t)rng_u64(&rng);
}

/* Cells take different times. */
static bool work(void *arg, uint32_t thread, uint32_t first, uint32_t count, uint8_t *ret, Err *err)
{
    Ctx *c = arg;
    Rng rng;

    (void)thread;
    for (uint32_t i = first; i < first + count; i++) {
        if (i >= c->fails_from) {
            err_set(err, ST_BAD_DATA, "cell %u", i);
            return false;
        }
        rng_init(&rng, i);
        for (uint32_t k = 0; k < i % 7 * 2000; k++)
            (void)rng_u64(&rng);
        result_of(i, ret + (size_t)(i - first) * SIZE);
        __atomic_add_fetch(&c->times[i], 1, __ATOMIC_RELAXED);
    }
    return true;
}

static bool progress(void *arg, const JobsProgress *p)
{
    Ctx *c = arg;

    c->backs += p->done < c->last.done || p->spent_ns < c->last.spent_ns;
    c->last = *p;
    c->tellings++;
    return p->done < c->stops_at;
}

static JobsPlan plan_of(Ctx *c, const char *path, uint32_t threads)
{
    *c = (Ctx){.fails_from = CELLS, .stops_at = UINT32_MAX};
    return (JobsPlan){.path = path,
                      .id = {7},
                      .cells = CELLS,
                      .batch = BATCH,
                      .result_size = SIZE,
                      .threads = threads,
                      .work = work,
                      .progress = progress,
                      .ctx = c};
}

static Span bytes_of(const char *path, Arena *arena)
{
    Span bytes = {0};
    Err err = ERR_NONE;

    CHECK_INT(file_read(arena, path, (size_t)1 << 20, &bytes, &err), ST_OK);
    return bytes;
}

static void put_bytes(const char *path, Span bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CHECK(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    close(fd);
}

static void check_results(const Jobs *j)
{
    uint8_t got[CELLS * SIZE], want[SIZE];
    Err err = ERR_NONE;

    CHECK_INT(jobs_results(j, 0, CELLS, got, &err), ST_OK);
    for (uint32_t i = 0; i < CELLS; i++) {
        result_of(i, want);
        CHECK(memcmp(got + (size_t)i * SIZE, want, SIZE) == 0);
    }
    CHECK_INT(jobs_results(j, 3, 50, got, &err), ST_OK);
    result_of(52, want);
    CHECK(memcmp(got + (size_t)49 * SIZE, want, SIZE) == 0);
}

/* From whatever is there to the end. */
static Span finish(const char *path, uint32_t threads, uint32_t least_done, Arena *arena)
{
    Err err = ERR_NONE;
    uint32_t found;
    Jobs *j;
    Ctx c;
    JobsPlan plan = plan_of(&c, path, threads);

    if (!CHECK(jobs_open(&j, &plan, arena, &err) == ST_OK)) return SPAN("");
    found = jobs_done(j);
    CHECK(found >= least_done);
    CHECK_INT(jobs_run(j, &err), ST_OK);
    CHECK_INT(jobs_done(j), CELLS);
    check_results(j);
    for (uint32_t i = 0, done = 0; i < CELLS; i++) {
        CHECK(c.times[i] <= 1);
        done += c.times[i];
        if (i == CELLS - 1) CHECK_INT(done, CELLS - found);
    }
    jobs_close(j);
    return bytes_of(path, arena);
}

static Span calm(Arena *arena)
{
    const char *path = scratch_path("calm.jobs");

    unlink(path);
    return finish(path, 1, 0, arena);
}

/* ---- any number of threads ------------------------------------------------------------------------- */

static void test_threads(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("threads.jobs");
    Span want = calm(arena);

    CHECK_INT(want.len, 64 + BATCHES * 8 + CELLS * SIZE);
    for (uint32_t threads = 0; threads < 9; threads++) {
        unlink(path);
        CHECK(span_is(finish(path, threads, 0, arena), want));
        CHECK(span_is(finish(path, threads, CELLS, arena), want));
    }
}

static void test_memory(void)
{
    Err err = ERR_NONE;
    uint8_t one[SIZE];
    Jobs *j;
    Ctx c;
    JobsPlan plan = plan_of(&c, NULL, 1000);

    if (!CHECK(jobs_open(&j, &plan, test_arena(ARENA), &err) == ST_OK)) return;
    CHECK_INT(jobs_threads(j), BATCHES);
    CHECK_INT(jobs_results(j, 5, 1, one, &err), ST_NOT_FOUND);
    CHECK_INT(jobs_run(j, &err), ST_OK);
    CHECK_INT(jobs_run(j, &err), ST_OK);
    check_results(j);
    CHECK(c.tellings >= 1 && c.backs == 0);
    CHECK(c.last.done == CELLS && c.last.cells == CELLS && c.last.resumed == 0);
    CHECK(c.last.left_ns == 0 && c.last.spent_ns > 0);
    CHECK_INT(jobs_results(j, CELLS, 1, one, &err), ST_NOT_FOUND);
    jobs_close(j);
    jobs_close(NULL);
}

/* ---- stopped, failed ------------------------------------------------------------------------------- */

static void test_stops(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("stops.jobs");
    Span want = calm(arena);
    Err err = ERR_NONE;
    Jobs *j;
    Ctx c;
    JobsPlan plan = plan_of(&c, path, 2);
    uint32_t done;

    c.stops_at = 0; /* at the first telling */
    if (!CHECK(jobs_open(&j, &plan, arena, &err) == ST_OK)) return;
    if (jobs_run(j, &err) != ST_OK) CHECK_INT(err.status, ST_REFUSED);
    done = jobs_done(j);
    jobs_close(j);
    CHECK(span_is(finish(path, 3, done, arena), want));
}

/* Whichever thread comes first, the lowest failure is told, and all below it is done. */
static void test_failures(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("fails.jobs");
    Span want = calm(arena);

    for (uint32_t threads = 1; threads < 6; threads++) {
        Err err = ERR_NONE;
        Jobs *j;
        Ctx c;
        JobsPlan plan = plan_of(&c, path, threads);

        unlink(path);
        c.fails_from = 50;
        if (!CHECK(jobs_open(&j, &plan, arena, &err) == ST_OK)) return;
        CHECK_INT(jobs_run(j, &err), ST_BAD_DATA);
        CHECK_STR(err.text, "cell 50");
        CHECK_INT(jobs_done(j), 48);
        c.fails_from = CELLS;
        CHECK_INT(jobs_run(j, &err), ST_OK);
        check_results(j);
        jobs_close(j);
        CHECK(span_is(bytes_of(path, arena), want));
    }
}

static void test_refusals(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("refuse.jobs");
    Span kept = SPAN("something that somebody wrote");
    Err err = ERR_NONE;
    Jobs *j, *second;
    Ctx c;
    JobsPlan plan = plan_of(&c, path, 1), other = plan;

    if (!CHECK(jobs_open(&j, &plan, arena, &err) == ST_OK)) return;
    CHECK_INT(jobs_open(&second, &plan, arena, &err), ST_BUSY);
    jobs_close(j);
    other.id[31] = 1;
    CHECK_INT(jobs_open(&second, &other, arena, &err), ST_CONFLICT);
    other = plan;
    other.cells++;
    CHECK_INT(jobs_open(&second, &other, arena, &err), ST_CONFLICT);
    other = plan;
    other.batch++;
    CHECK_INT(jobs_open(&second, &other, arena, &err), ST_CONFLICT);
    other = plan;
    other.result_size = 0;
    CHECK_INT(jobs_open(&second, &other, arena, &err), ST_LIMIT);
    other = plan;
    other.path = scratch_file("other.jobs", kept.ptr);
    CHECK_INT(jobs_open(&second, &other, arena, &err), ST_BAD_DATA);
    CHECK(span_is(bytes_of(other.path, arena), kept));
    other.path = scratch_path("no such folder/jobs");
    CHECK_INT(jobs_open(&second, &other, arena, &err), ST_IO);
}

/* ---- damage, interruptions ------------------------------------------------------------------------- */

static void test_cuts(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("cut.jobs");
    Span want = calm(arena);

    for (size_t len = 0; len < want.len; len += len < 70 ? 1 : 13) {
        Arena *scratch = test_arena(ARENA);
        uint32_t batches = len < 64 ? 0 : (uint32_t)((len - 64) / (8 + BATCH * SIZE));

        put_bytes(path, span_sub(want, 0, len));
        CHECK(span_is(finish(path, 1 + (uint32_t)len % 3, batches * BATCH, scratch), want));
    }
}

static void test_flips(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("flip.jobs");
    Span want = calm(arena);

    for (size_t at = 64; at < want.len; at += 7) {
        Arena *scratch = test_arena(ARENA);
        char *bytes = arena_alloc(scratch, want.len);

        memcpy(bytes, want.ptr, want.len);
        bytes[at] = (char)(bytes[at] ^ 1 << at % 7);
        put_bytes(path, span_of(bytes, want.len));
        CHECK(span_is(finish(path, 2, CELLS - BATCH, scratch), want));
    }
}

/* True when the process died at that step. */
static bool runs_and_dies(const char *path, uint32_t threads, uint32_t step)
{
    pid_t child = fork();
    int end;

    if (child == 0) {
        Err err = ERR_NONE;
        Arena arena;
        Jobs *j;
        Ctx c;
        JobsPlan plan = plan_of(&c, path, threads);

        if (!arena_init(&arena, test_source(), ARENA)) _exit(1);
        dying_at(step);
        if (jobs_open(&j, &plan, &arena, &err) != ST_OK) _exit(2);
        _exit(jobs_run(j, &err) == ST_OK ? 0 : 3);
    }
    end = dying_end(child);
    CHECK(end <= 0);
    return end < 0;
}

/* Killed at each step on the disk, and once more while going on: the next one ends with the same bytes. */
static void test_kills(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("kill.jobs");
    uint32_t deaths = 0;
    Span want = SPAN("");

    for (uint32_t step = 200; step-- > 0;) {
        uint32_t threads = 1 + step % 4;

        unlink(path);
        deaths += runs_and_dies(path, threads, step % 32);
        deaths += runs_and_dies(path, 5 - threads, 1 + step % 11);
        CHECK_INT(runs_and_dies(path, threads, 0), false);
        if (!want.len) want = bytes_of(path, arena);
        CHECK(span_is(bytes_of(path, arena), want));
    }
    CHECK(deaths > 200);
    CHECK(span_is(calm(arena), want));
}

static void test_full_disk(void)
{
    Arena *arena = test_arena(ARENA);
    const char *path = scratch_path("full.jobs");
    Span want = calm(arena);
    struct rlimit was, now;
    uint32_t refusals = 0, done = 0;

    CHECK_INT(getrlimit(RLIMIT_FSIZE, &was), 0);
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    for (size_t room = 64; room < want.len; room += 300) {
        Err err = ERR_NONE;
        Jobs *j;
        Ctx c;
        JobsPlan plan = plan_of(&c, path, 2);

        if (!CHECK(jobs_open(&j, &plan, test_arena(ARENA), &err) == ST_OK)) return;
        CHECK(jobs_done(j) >= done);
        now = was;
        now.rlim_cur = room;
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &now), 0);
        refusals += jobs_run(j, &err) == ST_IO;
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &was), 0);
        done = jobs_done(j);
        jobs_close(j);
    }
    CHECK(refusals > 5 && done > CELLS / 2);
    CHECK(span_is(finish(path, 2, done, arena), want));
}

int main(void)
{
    TEST_RUN(test_kills); /* first: before this process has threads */
    TEST_RUN(test_threads);
    TEST_RUN(test_memory);
    TEST_RUN(test_stops);
    TEST_RUN(test_failures);
    TEST_RUN(test_refusals);
    TEST_RUN(test_cuts);
    TEST_RUN(test_flips);
    TEST_RUN(test_full_disk);
    return test_end();
}
