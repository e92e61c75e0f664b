/* trials.c — the ledger's file: records of one size, each under a checksum and chained to the one before.  See
 * trials.h; the marks are in trials_mark.c, what spares reading all of it in trials_cache.c. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include "runtime/jobs/trials.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/jobs/trials_inside.h"
#include "vm/base/fmt.h"
#include "vm/base/little.h"
#include "vm/base/num.h"

/* head:   magic 8 · sum of the rest 4 · major 2 · minor 2 · id 16 · made µs 8 · zeros
 * record: magic 4 · sum of the rest 4 · number 8 · when µs 8 · tape 32 · strategy 32 · settings 32 · the bits of
 *         the ratio, or how many were lost 8 · slots 4 · kind 4 · chain 32.  Frozen. */
enum { HEAD = 64, RECORD = 168, AT_SUM = 8, AT_VERSION = 12, AT_ID = 16, AT_MADE = 32, MAJOR = 1 };
enum {
    IN_SUM = 4,
    IN_NUMBER = 8,
    IN_WHEN = 16,
    IN_TAPE = 24,
    IN_KEY = 56,
    IN_VALUE = 120,
    IN_SLOTS = 128,
    IN_KIND = 132,
    IN_CHAIN = 136
};
enum { KIND_RUN, KIND_CELL, KIND_LOSS };
enum { BATCH = 256 }; /* records read or written at once */
static const char head_magic[8] = {'O', 'D', 'X', 'T', 'R', 'I', 'A', '\n'};
static const char record_magic[4] = {'.', 'O', 'X', 'T'};

static Status io_error(const Trials *t, Err *err)
{
    return err_set(err, ST_IO, "%s: %s", t->place->path, strerrordesc_np(errno));
}

static off_t place_of(uint64_t record)
{
    return (off_t)(HEAD + record * RECORD);
}

const char *trials_default_path(Arena *arena)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    Buf path;

    buf_init(&path, arena, 4096);
    if (state && state[0] == '/')
        buf_fmt(&path, "%s/oddex/trials", state);
    else if (home && home[0])
        buf_fmt(&path, "%s/.local/state/oddex/trials", home);
    else
        return NULL;
    return buf_cstr(&path);
}

/* ---- records --------------------------------------------------------------------------------------- */

/* The chain of a record behind one with the chain `before`. */
static void chain_of(const uint8_t *record, const uint8_t before[SHA256_SIZE],
                     uint8_t ret_chain[SHA256_SIZE])
{
    Sha256 h;

    sha256_init(&h);
    sha256_update(&h, before, SHA256_SIZE);
    sha256_update(&h, record + IN_NUMBER, IN_CHAIN - IN_NUMBER);
    sha256_final(&h, ret_chain);
}

static bool is_record(const uint8_t *record, uint64_t number)
{
    return memcmp(record, record_magic, sizeof record_magic) == 0 &&
           crc32c(0, record + IN_NUMBER, RECORD - IN_NUMBER) == little_u32(record + IN_SUM) &&
           little_u64(record + IN_NUMBER) == number;
}

/* A record that is whole, the last one so far; false when memory ends. */
static bool take_record(Trials *t, const uint8_t *record)
{
    uint8_t chain[SHA256_SIZE];

    chain_of(record, t->end.chain, chain);
    if (t->is_chained && memcmp(chain, record + IN_CHAIN, sizeof chain) != 0) t->was_altered = true;
    memcpy(t->end.chain, record + IN_CHAIN, SHA256_SIZE);
    t->is_chained = true;
    if (memcmp(record + IN_TAPE, t->place->tape, SHA256_SIZE) != 0) return true;
    if (little_u32(record + IN_KIND) != KIND_LOSS)
        return trialset_take(&t->set, record + IN_KEY,
                             num_from_bits(little_u64(record + IN_VALUE)));
    t->was_cut = true;
    t->lost += little_u64(record + IN_VALUE);
    return true;
}

/* Without number and chain. */
static void make_record(const Trials *t, const Trial *trial, uint8_t *record)
{
    uint64_t value = num_bits(num_is_known(trial->sharpe) ? trial->sharpe : UNKNOWN);
    uint32_t kind = trial->is_cell ? KIND_CELL : KIND_RUN;

    memset(record, 0, RECORD);
    memcpy(record, record_magic, sizeof record_magic);
    memcpy(record + IN_WHEN, &t->place->now_us, 8);
    memcpy(record + IN_TAPE, t->place->tape, SHA256_SIZE);
    memcpy(record + IN_KEY, trial->strategy, SHA256_SIZE);
    memcpy(record + IN_KEY + SHA256_SIZE, trial->settings, SHA256_SIZE);
    memcpy(record + IN_VALUE, &value, 8);
    memcpy(record + IN_SLOTS, &trial->slots, 4);
    memcpy(record + IN_KIND, &kind, 4);
}

/* Number, chain and sum: it stands behind `end` then. */
static void chain_record(LedgerEnd *end, uint8_t *record)
{
    uint32_t sum;

    memcpy(record + IN_NUMBER, &end->records, 8);
    chain_of(record, end->chain, end->chain);
    memcpy(record + IN_CHAIN, end->chain, SHA256_SIZE);
    sum = crc32c(0, record + IN_NUMBER, RECORD - IN_NUMBER);
    memcpy(record + IN_SUM, &sum, sizeof sum);
    end->records++;
}

/* ---- reading --------------------------------------------------------------------------------------- */

bool ledger_chain_at(const Trials *t, uint64_t number, uint8_t ret_chain[SHA256_SIZE])
{
    return file_read_at(t->fd, place_of(number) + IN_CHAIN, ret_chain, SHA256_SIZE) == SHA256_SIZE;
}

bool ledger_chain(const Trials *t, uint64_t number, uint8_t ret_chain[SHA256_SIZE])
{
    return number < t->end.records && ledger_chain_at(t, number, ret_chain);
}

/* Behind the last whole record: what is there was being written when something ended it. */
static Status cut_tail(Trials *t, Err *err)
{
    off_t size = lseek(t->fd, 0, SEEK_END), end = place_of(t->end.records);

    if (size < 0) return io_error(t, err);
    if (size <= end) return ST_OK;
    t->torn_bytes += (uint64_t)(size - end);
    return ftruncate(t->fd, end) == 0 ? ST_OK : io_error(t, err);
}

/* Records that were not read yet; damaged ones are left out where whole ones come behind them. */
static Status read_records(Trials *t, Err *err)
{
    uint8_t records[BATCH * RECORD];
    uint64_t number = t->end.records, bad = 0;
    ssize_t n;

    while ((n = file_read_at(t->fd, place_of(number), records, sizeof records)) >= RECORD)
        for (size_t i = 0; i < (size_t)n / RECORD; i++, number++) {
            const uint8_t *record = records + i * RECORD;

            if (!is_record(record, number)) {
                bad++;
                continue;
            }
            if (bad) t->is_chained = false;
            t->damaged += bad;
            bad = 0;
            if (!take_record(t, record)) return err_set(err, ST_NO_MEMORY, "too many trials");
            t->end.records = number + 1;
        }
    trialset_settle(&t->set);
    return n < 0 ? io_error(t, err) : cut_tail(t, err);
}

/* ---- writing --------------------------------------------------------------------------------------- */

static Status cut_back(const Trials *t, Err *err)
{
    Status st = io_error(t, err);

    if (ftruncate(t->fd, place_of(t->end.records)) != 0) err_note(err, "cannot be cut back");
    return st;
}

/* All of them on the disk, or the file as it was; then read as everything is read. */
static Status append(Trials *t, const Trial *trials, size_t count, uint32_t kind, Err *err)
{
    uint8_t records[BATCH * RECORD];
    LedgerEnd end = t->end;
    size_t in_batch = 0;

    for (size_t i = 0; i < count; i++) {
        uint8_t *record = records + in_batch++ * RECORD;

        make_record(t, &trials[i], record);
        if (kind == KIND_LOSS) memcpy(record + IN_KIND, &kind, 4);
        chain_record(&end, record);
        if (in_batch < BATCH && i + 1 < count) continue;
        if (!file_write_at(t->fd, place_of(end.records - in_batch), records, in_batch * RECORD))
            return cut_back(t, err);
        in_batch = 0;
    }
    if (fdatasync(t->fd) != 0) return cut_back(t, err);
    return read_records(t, err);
}

/* Other processes count too. */
static Status lock(const Trials *t, Err *err)
{
    while (flock(t->fd, LOCK_EX) != 0)
        if (errno != EINTR) return io_error(t, err);
    return ST_OK;
}

/* Nobody but those who append has changed what was read of it. */
static bool is_as_read(const Trials *t)
{
    LedgerLook now;

    return ledger_look(t, &now) &&
           (memcmp(&now, &t->look, sizeof now) == 0 || cache_has_seen(t, &now));
}

Status trials_append(Trials *t, const Trial *trials, size_t count, Err *err)
{
    Status st = lock(t, err);
    bool is_known;

    if (st != ST_OK) return st;
    is_known = is_as_read(t);
    st = read_records(t, err);
    if (st == ST_OK) st = append(t, trials, count, KIND_RUN, err);
    if (st == ST_OK) marks_write(t);
    if (st == ST_OK && is_known) cache_keep(t);
    (void)flock(t->fd, LOCK_UN);
    return st;
}

/* ---- opening --------------------------------------------------------------------------------------- */

static Status begin(Trials *t, uint8_t head[HEAD], Err *err)
{
    uint16_t version[2] = {MAJOR, 0};
    uint32_t sum;

    memset(head, 0, HEAD);
    memcpy(head, head_magic, sizeof head_magic);
    memcpy(head + AT_VERSION, version, sizeof version);
    memcpy(head + AT_MADE, &t->place->now_us, 8);
    if (getentropy(head + AT_ID, LEDGER_ID) != 0) return io_error(t, err);
    sum = crc32c(0, head + AT_VERSION, HEAD - AT_VERSION);
    memcpy(head + AT_SUM, &sum, sizeof sum);
    if (ftruncate(t->fd, 0) != 0 || !file_write_at(t->fd, 0, head, HEAD)) return io_error(t, err);
    return fdatasync(t->fd) == 0 ? ST_OK : io_error(t, err);
}

static Status no_ledger(const Trials *t, Err *err)
{
    return err_set(err, ST_BAD_DATA,
                   "%s: is no ledger of trials, or its head is damaged; it is left alone",
                   t->place->path);
}

/* What a process leaves that was killed while it began; another's few bytes are not that. */
static bool is_begun(const uint8_t *head, size_t len)
{
    return len < HEAD &&
           memcmp(head, head_magic, len < sizeof head_magic ? len : sizeof head_magic) == 0;
}

static Status check_head(const Trials *t, const uint8_t head[HEAD], Err *err)
{
    if (memcmp(head, head_magic, sizeof head_magic) != 0 ||
        little_u32(head + AT_SUM) != crc32c(0, head + AT_VERSION, HEAD - AT_VERSION))
        return no_ledger(t, err);
    if (little_u16(head + AT_VERSION) == MAJOR) return ST_OK;
    return err_set(err, ST_UNSUPPORTED, "%s: a ledger of another format than %d", t->place->path,
                   MAJOR);
}

static Status read_head(Trials *t, Err *err)
{
    uint8_t head[HEAD];
    ssize_t n = file_read_at(t->fd, 0, head, HEAD);
    Status st;

    if (n < 0) return io_error(t, err);
    if (is_begun(head, (size_t)n))
        st = begin(t, head, err);
    else
        st = n < HEAD ? no_ledger(t, err) : check_head(t, head, err);
    if (st != ST_OK) return st;
    memcpy(t->id, head + AT_ID, LEDGER_ID);
    sha256(span_of((const char *)head, HEAD), t->end.chain);
    t->is_chained = true;
    return ST_OK;
}

/* What the marks miss is written down, so that it is known from now on. */
static Status compare(Trials *t, Err *err)
{
    MarkLoss loss;
    Status st = marks_read(t, &loss, err);
    Trial gone = {.sharpe = num_from_bits(loss.lost)};

    if (st != ST_OK || !loss.is_cut) return st;
    st = append(t, &gone, 1, KIND_LOSS, err);
    if (st == ST_OK) marks_write(t);
    return st;
}

static Status open_file(Trials *t, Err *err)
{
    Span folder = span_str(t->place->path);
    Status st = ST_OK;

    while (folder.len && folder.ptr[folder.len - 1] != '/')
        folder.len--;
    if (folder.len) st = folder_make(arena_span(t->arena, folder).ptr, err);
    if (st != ST_OK) return st;
    t->fd = open(t->place->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return t->fd < 0 ? io_error(t, err) : lock(t, err);
}

Status trials_open(Trials **ret_trials, const TrialsPlace *place, Arena *arena, Err *err)
{
    Trials *t = arena_new(arena, Trials);
    Status st;

    if (!t || arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "no memory for the ledger");
    *t = (Trials){.arena = arena, .place = place, .fd = -1};
    trialset_init(&t->set, arena);
    st = open_file(t, err);
    if (st == ST_OK) st = read_head(t, err);
    if (st == ST_OK) cache_take(t);
    if (st == ST_OK) st = read_records(t, err);
    if (st == ST_OK) st = compare(t, err);
    if (st == ST_OK) {
        (void)ledger_look(t, &t->look);
        (void)flock(t->fd, LOCK_UN);
        *ret_trials = t;
    } else {
        trials_close(t);
    }
    return st;
}

void trials_close(Trials *t)
{
    if (!t || t->fd < 0) return;
    close(t->fd);
    t->fd = -1;
}

/* ---- counting -------------------------------------------------------------------------------------- */

Status trials_count(const Trials *t, const uint8_t *strategy, TrialsCount *ret_count, Err *err)
{
    *ret_count = (TrialsCount){.lost = t->lost,
                               .elsewhere = t->elsewhere,
                               .damaged = t->damaged,
                               .torn_bytes = t->torn_bytes,
                               .was_cut = t->was_cut || t->was_altered,
                               .no_mark = !t->has_mark};
    if (!trialset_count(&t->set, strategy, &ret_count->trials, &ret_count->runs,
                        &ret_count->variance))
        return err_set(err, ST_NO_MEMORY, "no memory to count trials");
    ret_count->all = ret_count->trials + t->lost + t->elsewhere;
    return ST_OK;
}

void trials_say(const TrialsCount *count, Buf *out)
{
#define TRIALS(id, member, says)                               \
    if (count->member) {                                       \
        buf_fmt(out, says, (unsigned long long)count->member); \
        buf_char(out, '\n');                                   \
    }
#include "runtime/jobs/trials.def"
#undef TRIALS
}
