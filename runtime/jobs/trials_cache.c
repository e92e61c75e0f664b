/* trials_cache.c — what the ledger said of a tape the last time, so that a run need not read all of it again.
 *
 * LEDGER.seen   how the file looked to the system when somebody had read all of it: whoever changes it by other
 *               means than trials_append changes that, and then it is read and checked from its beginning.
 * LEDGER.TAPE   the trials of one tape up to some record, in the order of their ratios; what is behind that record
 *               is read as ever.
 * Both are made anew where they are missing or wrong; nobody has to keep them.  Little-endian. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runtime/core/clock.h"
#include "runtime/core/file.h"
#include "runtime/jobs/trials_inside.h"
#include "vm/base/fmt.h"
#include "vm/base/little.h"

enum { CACHE_FROM = 4096, REWRITE_PART = 64, TAPE_BYTES = 8, TICK_US = 10000 };
static const char seen_magic[8] = {'O', 'D', 'X', 'T', 'R', 'I', 'S', '1'};
static const char cache_magic[8] = {'O', 'D', 'X', 'T', 'R', 'I', 'C', '1'};

typedef struct Seen {
    char magic[8];
    uint8_t id[LEDGER_ID];
    LedgerLook look;
    uint64_t sum; /* CRC-32C of what is before it */
} Seen;

typedef struct CacheHead {
    char magic[8];
    uint64_t sum; /* CRC-32C of what is behind it, rows included */
    uint8_t id[LEDGER_ID], tape[SHA256_SIZE];
    LedgerEnd end;
    uint64_t damaged, lost, rows;
    uint8_t is_chained, was_altered, was_cut, zeros[5];
} CacheHead;
enum { SUMMED = offsetof(CacheHead, id) };
_Static_assert(sizeof(Seen) == 88 && sizeof(CacheHead) == 136 && sizeof(TrialRow) == 32,
               "no gaps: they are written as they are");

static uint64_t cache_from(const Trials *t)
{
    return t->place->cache_from ? t->place->cache_from : CACHE_FROM;
}

static const char *seen_path(const Trials *t)
{
    Buf path;

    buf_init(&path, t->arena, FILE_PATH_MAX);
    buf_fmt(&path, "%s.seen", t->place->path);
    return buf_cstr(&path);
}

static const char *cache_path(const Trials *t)
{
    Buf path;

    buf_init(&path, t->arena, FILE_PATH_MAX);
    buf_fmt(&path, "%s.", t->place->path);
    for (int i = 0; i < TAPE_BYTES; i++)
        buf_hex(&path, t->place->tape[i], 2);
    return buf_cstr(&path);
}

/* LEDGER.seen, LEDGER.TAPE */
bool trials_has_cache(const char *ledger, const char *path)
{
    Span whole = span_str(path), end = whole;
    char before[FILE_PATH_MAX];

    while (span_find_char(end, '.') != SPAN_NONE_AT)
        end = span_from(end, span_find_char(end, '.') + 1);
    if (!span_is(end, SPAN("seen")) &&
        (end.len != 2 * (size_t)TAPE_BYTES || strspn(end.ptr, "0123456789abcdef") != end.len))
        return false;
    if (end.len == whole.len || whole.len - end.len > sizeof before) return false;
    memcpy(before, path, whole.len - end.len - 1);
    before[whole.len - end.len - 1] = '\0';
    return file_same(before, ledger);
}

/* ---- how the file looks ------------------------------------------------------------------------------ */

bool ledger_look(const Trials *t, LedgerLook *ret)
{
    struct stat st;

    if (fstat(t->fd, &st) != 0) return false;
    *ret = (LedgerLook){st.st_dev,
                        st.st_ino,
                        (uint64_t)st.st_size,
                        (uint64_t)st.st_mtim.tv_sec,
                        (uint64_t)st.st_mtim.tv_nsec,
                        (uint64_t)st.st_ctim.tv_sec,
                        (uint64_t)st.st_ctim.tv_nsec};
    return true;
}

bool cache_has_seen(const Trials *t, const LedgerLook *look)
{
    int fd = open(seen_path(t), O_RDONLY | O_CLOEXEC);
    bool is_whole;
    Seen s;

    if (fd < 0) return false;
    is_whole = file_read_at(fd, 0, &s, sizeof s) == sizeof s;
    close(fd);
    return is_whole && memcmp(s.magic, seen_magic, sizeof s.magic) == 0 &&
           s.sum == crc32c(0, &s, offsetof(Seen, sum)) && memcmp(s.id, t->id, sizeof s.id) == 0 &&
           memcmp(&s.look, look, sizeof *look) == 0;
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static bool is_of_ledger(const Trials *t, const CacheHead *h, uint64_t len)
{
    uint8_t chain[SHA256_SIZE];

    return memcmp(h->magic, cache_magic, sizeof h->magic) == 0 &&
           memcmp(h->id, t->id, sizeof h->id) == 0 &&
           memcmp(h->tape, t->place->tape, sizeof h->tape) == 0 && h->end.records > 0 &&
           h->rows <= h->end.records && len == sizeof *h + h->rows * sizeof(TrialRow) &&
           ledger_chain_at(t, h->end.records - 1, chain) &&
           memcmp(chain, h->end.chain, sizeof chain) == 0;
}

static TrialRow *read_rows(const Trials *t, int fd, const CacheHead *h)
{
    size_t bytes = h->rows * sizeof(TrialRow);
    TrialRow *rows = arena_array(t->arena, TrialRow, h->rows + 1);
    uint32_t sum = crc32c(0, (const char *)h + SUMMED, sizeof *h - SUMMED);

    if (!rows || file_read_at(fd, sizeof *h, rows, bytes) != (ssize_t)bytes) return NULL;
    return crc32c(sum, rows, bytes) == h->sum ? rows : NULL;
}

static bool take(Trials *t, int fd)
{
    CacheHead h;
    TrialRow *rows;
    off_t len = lseek(fd, 0, SEEK_END);

    if (file_read_at(fd, 0, &h, sizeof h) != sizeof h || !is_of_ledger(t, &h, (uint64_t)len))
        return false;
    rows = read_rows(t, fd, &h);
    if (!rows) return false;
    trialset_begin(&t->set, rows, h.rows);
    t->end = h.end;
    t->cached = h.end.records;
    t->damaged = h.damaged;
    t->lost = h.lost;
    t->is_chained = h.is_chained;
    t->was_altered = h.was_altered;
    t->was_cut = h.was_cut;
    return true;
}

void cache_take(Trials *t)
{
    ArenaMark mark = arena_mark(t->arena);
    bool is_taken = false;
    int fd;

    if (ledger_look(t, &t->look) && cache_has_seen(t, &t->look)) {
        fd = open(cache_path(t), O_RDONLY | O_CLOEXEC);
        is_taken = fd >= 0 && take(t, fd);
        if (fd >= 0) close(fd);
    }
    if (!is_taken) arena_release(t->arena, mark);
}

/* ---- writing ----------------------------------------------------------------------------------------- */

static bool write_cache(const Trials *t)
{
    CacheHead h = {.end = t->end,
                   .damaged = t->damaged,
                   .lost = t->lost,
                   .rows = trialset_size(&t->set),
                   .is_chained = t->is_chained,
                   .was_altered = t->was_altered,
                   .was_cut = t->was_cut};
    size_t len = sizeof h + h.rows * sizeof(TrialRow);
    char *bytes = arena_alloc(t->arena, len);

    if (!bytes || !trialset_rows(&t->set, (TrialRow *)(void *)(bytes + sizeof h))) return false;
    memcpy(h.magic, cache_magic, sizeof h.magic);
    memcpy(h.id, t->id, sizeof h.id);
    memcpy(h.tape, t->place->tape, sizeof h.tape);
    memcpy(bytes, &h, sizeof h);
    h.sum = crc32c(0, bytes + SUMMED, len - SUMMED);
    memcpy(bytes, &h, sizeof h);
    return file_replace(cache_path(t), span_of(bytes, len), NULL) == ST_OK;
}

/* A file system counts time in ticks of up to 10 ms: what changes the file from now on has to show in its times. */
static bool is_past(const LedgerLook *look)
{
    int64_t past_us = (int64_t)(look->status_s * 1000000 + look->status_ns / 1000) + TICK_US;
    int64_t left_us = past_us - clock_wall_us();

    if (left_us > 0 && left_us <= TICK_US)
        (void)nanosleep(&(struct timespec){0, left_us * 1000 + 1000}, NULL);
    return clock_wall_us() > past_us;
}

static void write_seen(const Trials *t)
{
    Seen s = {.look = t->look};

    if (!is_past(&t->look)) return;
    memcpy(s.magic, seen_magic, sizeof s.magic);
    memcpy(s.id, t->id, sizeof s.id);
    s.sum = crc32c(0, &s, offsetof(Seen, sum));
    (void)file_replace(seen_path(t), span_of((const char *)&s, sizeof s), NULL);
}

void cache_keep(Trials *t)
{
    ArenaMark mark = arena_mark(t->arena);
    uint64_t from = cache_from(t), since = t->end.records - t->cached;

    if (!ledger_look(t, &t->look) || t->end.records < from) return;
    if (since >= from && since >= t->cached / REWRITE_PART && write_cache(t))
        t->cached = t->end.records;
    if (!cache_has_seen(t, &t->look)) write_seen(t);
    arena_release(t->arena, mark);
}
