/* jobs.c — see jobs.h.
 *
 * file   head 64, then a place for each batch: the sum of what is behind it 4 · number of the batch, from 1 4 ·
 *        results.  Little-endian.
 * locks  one mutex guards which batch is next, what is done, and the failure; files are written outside of it,
 *        because no two threads have the same batch. */
#define _GNU_SOURCE /* memfd_create; strerrordesc_np: the reason without hidden state or locale */
#include "runtime/jobs/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "runtime/core/clock.h"
#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "vm/base/little.h"

enum { HEAD = 64, AT_SUM = 8, AT_MAJOR = 12, AT_ID = 16, AT_CELLS = 48, AT_BATCH = 52 };
enum { AT_SIZE = 56, MAJOR = 1, BATCH_HEAD = 8, THREADS_MAX = 256 };
enum { TELL_NS = 100000000, SECOND_NS = 1000000000 };
#define BATCH_BYTES_MAX ((uint64_t)64 << 20)
static const char magic[8] = {'O', 'D', 'X', 'J', 'O', 'B', 'S', '\n'};

typedef struct Worker {
    Jobs *jobs;
    pthread_t thread;
    uint32_t number;
    uint8_t *bytes; /* of one batch, head and all */
} Worker;

struct Jobs {
    const JobsPlan *plan;
    int fd;
    uint32_t batches, threads;
    Worker *workers;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* a batch is done, or a thread is */
    bool has_locks;
    /* guarded by the mutex while threads run */
    uint8_t *is_done; /* by batch */
    uint32_t done, next, running;
    bool is_stopped;
    uint32_t failed; /* the lowest batch that did not succeed; UINT32_MAX none */
    Err failure;
};

static const char *name_of(const Jobs *j)
{
    return j->plan->path ? j->plan->path : "results";
}

static Status io_error(const Jobs *j, Err *err)
{
    return err_set(err, ST_IO, "%s: %s", name_of(j), strerrordesc_np(errno));
}

/* ---- places ---------------------------------------------------------------------------------------- */

static uint64_t batch_bytes(const JobsPlan *plan)
{
    return BATCH_HEAD + (uint64_t)plan->batch * plan->result_size;
}

static off_t batch_at(const Jobs *j, uint32_t batch)
{
    return (off_t)(HEAD + batch * batch_bytes(j->plan));
}

static uint32_t batch_cells(const Jobs *j, uint32_t batch)
{
    uint32_t first = batch * j->plan->batch, left = j->plan->cells - first;

    return left < j->plan->batch ? left : j->plan->batch;
}

static uint32_t sum_of(const uint8_t *bytes, size_t len)
{
    return crc32c(0, bytes + 4, len - 4);
}

/* Into the worker's bytes; false when the batch is not there whole. */
static bool read_batch(const Jobs *j, uint32_t batch, uint8_t *bytes)
{
    size_t len = BATCH_HEAD + (size_t)batch_cells(j, batch) * j->plan->result_size;

    return file_read_at(j->fd, batch_at(j, batch), bytes, len) == (ssize_t)len &&
           little_u32(bytes + 4) == batch + 1 && little_u32(bytes) == sum_of(bytes, len);
}

static bool write_batch(const Jobs *j, uint32_t batch, uint8_t *bytes)
{
    size_t len = BATCH_HEAD + (size_t)batch_cells(j, batch) * j->plan->result_size;
    uint32_t number = batch + 1, sum;

    memcpy(bytes + 4, &number, sizeof number);
    sum = sum_of(bytes, len);
    memcpy(bytes, &sum, sizeof sum);
    return file_write_at(j->fd, batch_at(j, batch), bytes, len);
}

/* ---- opening --------------------------------------------------------------------------------------- */

static void make_head(const JobsPlan *plan, uint8_t head[HEAD])
{
    uint16_t major = MAJOR;
    uint32_t sum;

    memset(head, 0, HEAD);
    memcpy(head, magic, sizeof magic);
    memcpy(head + AT_MAJOR, &major, sizeof major);
    memcpy(head + AT_ID, plan->id, SHA256_SIZE);
    memcpy(head + AT_CELLS, &plan->cells, 4);
    memcpy(head + AT_BATCH, &plan->batch, 4);
    memcpy(head + AT_SIZE, &plan->result_size, 4);
    sum = crc32c(0, head + AT_MAJOR, HEAD - AT_MAJOR);
    memcpy(head + AT_SUM, &sum, sizeof sum);
}

/* A new file, one that was killed before its head was whole, or one of this plan. */
static Status check_head(Jobs *j, Err *err)
{
    uint8_t want[HEAD], head[HEAD];
    ssize_t n = file_read_at(j->fd, 0, head, HEAD);

    if (n < 0) return io_error(j, err);
    make_head(j->plan, want);
    if (n < HEAD && memcmp(head, want, (size_t)n < sizeof magic ? (size_t)n : sizeof magic) == 0)
        return ftruncate(j->fd, 0) == 0 && file_write_at(j->fd, 0, want, HEAD) ? ST_OK
                                                                               : io_error(j, err);
    if (n < HEAD || memcmp(head, magic, sizeof magic) != 0)
        return err_set(err, ST_BAD_DATA, "%s: holds no results; it is left alone", name_of(j));
    if (memcmp(head, want, HEAD) == 0) return ST_OK;
    return err_set(err, ST_CONFLICT,
                   "%s: holds results of something else (other ticks, another strategy or other "
                   "params), or is damaged; remove it or name another file",
                   name_of(j));
}

static void find_done(Jobs *j)
{
    for (uint32_t b = 0; b < j->batches; b++)
        if (read_batch(j, b, j->workers[0].bytes)) {
            j->is_done[b] = true;
            j->done += batch_cells(j, b);
        }
}

static Status open_file(Jobs *j, Err *err)
{
    const char *path = j->plan->path;

    j->fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)
                 : memfd_create("results", MFD_CLOEXEC);
    if (j->fd < 0) return io_error(j, err);
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ST_BUSY, "%s: another process works on it", name_of(j));
    return check_head(j, err);
}

static bool make_locks(Jobs *j)
{
    pthread_condattr_t attr;

    if (pthread_condattr_init(&attr) != 0) return false;
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    j->has_locks = pthread_mutex_init(&j->mutex, NULL) == 0;
    if (j->has_locks && pthread_cond_init(&j->changed, &attr) != 0) {
        (void)pthread_mutex_destroy(&j->mutex);
        j->has_locks = false;
    }
    (void)pthread_condattr_destroy(&attr);
    return j->has_locks;
}

static Status make_workers(Jobs *j, Arena *arena, Err *err)
{
    uint32_t wanted = j->plan->threads ? j->plan->threads : cpu_count();

    j->threads = wanted < j->batches ? wanted : j->batches;
    if (j->threads > THREADS_MAX) j->threads = THREADS_MAX;
    j->is_done = arena_array(arena, uint8_t, j->batches);
    j->workers = arena_array(arena, Worker, j->threads);
    for (uint32_t i = 0; i < j->threads && j->workers; i++)
        j->workers[i] = (Worker){
            .jobs = j, .number = i, .bytes = arena_alloc(arena, (size_t)batch_bytes(j->plan))};
    if (arena_is_full(arena) || !make_locks(j))
        return err_set(err, ST_NO_MEMORY, "no memory for %u threads", j->threads);
    return ST_OK;
}

Status jobs_open(Jobs **ret_jobs, const JobsPlan *plan, Arena *arena, Err *err)
{
    Jobs *j = arena_new(arena, Jobs);
    Status st;

    if (!plan->cells || !plan->batch || !plan->result_size || batch_bytes(plan) > BATCH_BYTES_MAX)
        return err_set(err, ST_LIMIT, "%u cells in batches of %u with %u bytes each", plan->cells,
                       plan->batch, plan->result_size);
    if (!j || arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "no memory for threads");
    j->plan = plan;
    j->fd = -1;
    j->failed = UINT32_MAX;
    j->batches = plan->cells / plan->batch + (plan->cells % plan->batch != 0);
    st = make_workers(j, arena, err);
    if (st == ST_OK) st = open_file(j, err);
    if (st == ST_OK) {
        find_done(j);
        *ret_jobs = j;
    } else {
        jobs_close(j);
    }
    return st;
}

uint32_t jobs_threads(const Jobs *j)
{
    return j->threads;
}

uint32_t jobs_done(const Jobs *j)
{
    return j->done;
}

void jobs_close(Jobs *j)
{
    if (!j) return;
    if (j->has_locks) {
        (void)pthread_cond_destroy(&j->changed);
        (void)pthread_mutex_destroy(&j->mutex);
    }
    j->has_locks = false;
    if (j->fd >= 0) close(j->fd);
    j->fd = -1;
}

/* ---- threads --------------------------------------------------------------------------------------- */

/* The lowest batch that nobody has; UINT32_MAX: none. */
static uint32_t take_batch(Jobs *j)
{
    uint32_t batch = UINT32_MAX;

    pthread_mutex_lock(&j->mutex);
    while (j->next < j->batches && j->is_done[j->next])
        j->next++;
    if (!j->is_stopped && j->next < j->batches) batch = j->next++;
    pthread_mutex_unlock(&j->mutex);
    return batch;
}

static void end_batch(Jobs *j, uint32_t batch, const Err *err)
{
    pthread_mutex_lock(&j->mutex);
    if (err->status == ST_OK) {
        j->is_done[batch] = true;
        j->done += batch_cells(j, batch);
    } else {
        j->is_stopped =
            true; /* those below it are done or being done: batches are taken in order */
        if (batch < j->failed) {
            j->failed = batch;
            j->failure = *err;
        }
    }
    pthread_cond_signal(&j->changed);
    pthread_mutex_unlock(&j->mutex);
}

static void *work(void *arg)
{
    Worker *w = arg;
    Jobs *j = w->jobs;
    const JobsPlan *plan = j->plan;
    uint32_t batch;

    while ((batch = take_batch(j)) != UINT32_MAX) {
        Err err = ERR_NONE;

        if (!plan->work(plan->ctx, w->number, batch * plan->batch, batch_cells(j, batch),
                        w->bytes + BATCH_HEAD, &err)) {
            if (err.status == ST_OK) err_set(&err, ST_BUG, "a cell failed without a reason");
        } else if (!write_batch(j, batch, w->bytes)) {
            io_error(j, &err);
        }
        end_batch(j, batch, &err);
    }
    pthread_mutex_lock(&j->mutex);
    j->running--;
    pthread_cond_signal(&j->changed);
    pthread_mutex_unlock(&j->mutex);
    return NULL;
}

static uint32_t start_threads(Jobs *j)
{
    uint32_t started = 0;

    j->running = j->threads; /* nobody else is there yet */
    while (started < j->threads &&
           pthread_create(&j->workers[started].thread, NULL, work, &j->workers[started]) == 0)
        started++;
    pthread_mutex_lock(&j->mutex);
    j->running -= j->threads - started;
    pthread_mutex_unlock(&j->mutex);
    return started;
}

/* ---- progress -------------------------------------------------------------------------------------- */

/* Until something changes, or for a while. The mutex is held. */
static void wait_a_while(Jobs *j)
{
    int64_t until_ns = clock_mono_ns() + TELL_NS;
    struct timespec until = {until_ns / SECOND_NS, until_ns % SECOND_NS};

    (void)pthread_cond_timedwait(&j->changed, &j->mutex, &until);
}

static bool tell(const Jobs *j, uint32_t done, uint32_t resumed, int64_t start_ns)
{
    JobsProgress p = {.cells = j->plan->cells,
                      .done = done,
                      .resumed = resumed,
                      .spent_ns = clock_mono_ns() - start_ns,
                      .left_ns = -1};

    if (done > resumed)
        p.left_ns = (int64_t)((double)p.spent_ns / (done - resumed) * (p.cells - done));
    return !j->plan->progress || j->plan->progress(j->plan->ctx, &p);
}

/* Without the mutex meanwhile, which is held: what is told may take its time. */
static void tell_now(Jobs *j, uint32_t resumed, int64_t start_ns)
{
    uint32_t done = j->done;
    bool goes_on;

    pthread_mutex_unlock(&j->mutex);
    goes_on = tell(j, done, resumed, start_ns);
    pthread_mutex_lock(&j->mutex);
    j->is_stopped |= !goes_on;
}

static void watch(Jobs *j, uint32_t resumed, int64_t start_ns)
{
    int64_t told_ns = start_ns - TELL_NS;
    uint32_t done;

    pthread_mutex_lock(&j->mutex);
    while (j->running) {
        int64_t now = clock_mono_ns();

        if (now - told_ns < TELL_NS) {
            wait_a_while(j);
            continue;
        }
        told_ns = now;
        tell_now(j, resumed, start_ns);
    }
    done = j->done;
    pthread_mutex_unlock(&j->mutex);
    (void)tell(j, done, resumed, start_ns);
}

Status jobs_run(Jobs *j, Err *err)
{
    uint32_t started, resumed = j->done;
    int64_t start_ns = clock_mono_ns();

    j->is_stopped = false;
    j->failed = UINT32_MAX;
    j->next = 0;
    if (j->done == j->plan->cells) return ST_OK;
    started = start_threads(j);
    if (!started) return err_set(err, ST_NO_MEMORY, "no thread could be started");
    watch(j, resumed, start_ns);
    for (uint32_t i = 0; i < started; i++)
        (void)pthread_join(j->workers[i].thread, NULL);
    if (fdatasync(j->fd) != 0) return io_error(j, err);
    if (j->failed != UINT32_MAX) return err_set(err, j->failure.status, "%s", j->failure.text);
    if (j->done == j->plan->cells) return ST_OK;
    return err_set(err, ST_REFUSED, "stopped; %u of %u cells are done", j->done, j->plan->cells);
}

/* ---- results --------------------------------------------------------------------------------------- */

Status jobs_results(const Jobs *j, uint32_t first, uint32_t count, uint8_t *ret_results, Err *err)
{
    size_t size = j->plan->result_size;

    if (first > j->plan->cells || count > j->plan->cells - first)
        return err_set(err, ST_NOT_FOUND, "%s: has %u cells", name_of(j), j->plan->cells);
    for (uint32_t cell = first, n; cell - first < count; cell += n) {
        uint32_t batch = cell / j->plan->batch, within = cell % j->plan->batch;
        off_t at = batch_at(j, batch) + BATCH_HEAD + (off_t)(within * size);
        ssize_t had;

        if (!j->is_done[batch])
            return err_set(err, ST_NOT_FOUND, "%s: cell %u is not done", name_of(j), cell);
        n = batch_cells(j, batch) - within;
        if (n > count - (cell - first)) n = count - (cell - first);
        had = file_read_at(j->fd, at, ret_results + (cell - first) * size, n * size);
        if (had < 0) return io_error(j, err);
        if ((size_t)had < n * size)
            return err_set(err, ST_IO, "%s: is shorter than it was", name_of(j));
    }
    return ST_OK;
}
