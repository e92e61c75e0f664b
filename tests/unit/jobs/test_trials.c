/* test_trials.c — the ledger of trials: what is counted, and what is noticed when it is cut, altered, deleted or
 * killed at any step.
 *
 * `test_jobs_trials --count N` prints what one more trial costs behind N of them instead. */
#include "runtime/jobs/trials.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/clock.h"
#include "runtime/core/file.h"
#include "tests/harness/memory.h"
#include "tests/harness/scratch.h"
#include "tests/harness/test.h"
#include "tests/unit/history/dying.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { HEAD = 64, RECORD = 168 };
#define ARENA ((size_t)64 << 20)

/* Trial `i` of strategy i / 10. */
static Trial trial(uint32_t i)
{
    Trial t = {.sharpe = (double)(i % 5) / 4, .slots = 100, .is_cell = i % 2};

    t.strategy[0] = (uint8_t)(i / 10);
    t.settings[5] = (uint8_t)(i % 10);
    t.settings[31] = 7;
    return t;
}

typedef struct Home { /* a ledger, a tape, the folder where it lies */
    const char *folder;
    TrialsPlace place;
} Home;

static uint64_t cache_from; /* 0: these ledgers are too small for caches; 1: they have them */

static void new_home(Home *h)
{
    static int count;
    Buf name;

    buf_init(&name, test_arena(4096), 64);
    buf_fmt(&name, "home%d", ++count);
    h->folder = scratch_folder(buf_cstr(&name));
    buf_str(&name, "/state/trials");
    h->place = (TrialsPlace){.path = scratch_path(buf_cstr(&name)),
                             .tape = {1, 2, 3},
                             .folders = &h->folder,
                             .folder_count = 1,
                             .now_us = 1700000000000000,
                             .cache_from = cache_from};
}

static Trials *must_open(const TrialsPlace *place)
{
    Trials *t = NULL;
    Err err = ERR_NONE;

    CHECK_INT(trials_open(&t, place, test_arena(ARENA), &err), ST_OK);
    return t;
}

static TrialsCount count_of(const Trials *t, const uint8_t *strategy)
{
    TrialsCount n = {0};
    Err err = ERR_NONE;

    if (t) CHECK_INT(trials_count(t, strategy, &n, &err), ST_OK);
    return n;
}

/* Trials [from, to), each by itself. */
static TrialsCount append(const TrialsPlace *place, uint32_t from, uint32_t to)
{
    Trials *t = must_open(place);
    Err err = ERR_NONE;
    TrialsCount n;

    for (uint32_t i = from; i < to; i++) {
        Trial one = trial(i);

        CHECK_INT(trials_append(t, &one, 1, &err), ST_OK);
    }
    n = count_of(t, NULL);
    trials_close(t);
    return n;
}

static TrialsCount look(const TrialsPlace *place)
{
    return append(place, 0, 0);
}

static bool is_calm(const TrialsCount *n)
{
    return !n->was_cut && !n->lost && !n->elsewhere && !n->damaged && !n->torn_bytes;
}

static Span bytes_of(const char *path, Arena *arena)
{
    Span bytes = {0};
    Err err = ERR_NONE;

    CHECK_INT(file_read(arena, path, (size_t)1 << 24, &bytes, &err), ST_OK);
    return bytes;
}

static void put_bytes(const char *path, Span bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CHECK(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    close(fd);
}

/* ---- counting -------------------------------------------------------------------------------------- */

static void test_counts(void)
{
    Home h;
    TrialsPlace other;
    Trial again = trial(3), unknown = trial(99), all[25];
    uint8_t strategy[SHA256_SIZE] = {1};
    Err err = ERR_NONE;
    TrialsCount n;
    Trials *t;

    new_home(&h);
    n = look(&h.place);
    CHECK(is_calm(&n) && n.no_mark && n.all == 0 && !num_is_known(n.variance));
    n = append(&h.place, 0, 5); /* 0, .25, .5, .75, 1 */
    CHECK(is_calm(&n) && !n.no_mark);
    CHECK(n.runs == 5 && n.trials == 5 && n.all == 5);
    CHECK_BITS(n.variance, 0.15625);
    other = h.place;
    other.tape[0] = 9;
    n = append(&other, 0, 3);
    CHECK(n.runs == 3 && n.all == 3 && is_calm(&n));
    t = must_open(&h.place);
    again.sharpe = 0.5; /* 0, .25, .5, .5, 1: as last recorded */
    unknown.sharpe = UNKNOWN;
    CHECK_INT(trials_append(t, &again, 1, &err), ST_OK);
    CHECK_INT(trials_append(t, &unknown, 1, &err), ST_OK);
    n = count_of(t, NULL);
    CHECK(n.runs == 7 && n.trials == 6 && is_calm(&n));
    CHECK_BITS(n.variance, 0.1375);
    for (uint32_t i = 0; i < 25; i++)
        all[i] = trial(i);
    CHECK_INT(trials_append(t, all, 25, &err), ST_OK);
    n = count_of(t, strategy);
    CHECK(n.runs == 10 && n.trials == 10);
    n = count_of(t, NULL);
    CHECK(n.runs == 32 && n.trials == 26 && n.all == 26);
    trials_close(t);
    trials_close(NULL);
}

/* Whatever the order and the size of batches, many of them. */
static void test_order(void)
{
    enum { MANY = 1000 };
    Arena *arena = test_arena(ARENA);
    Trial *all = arena_array(arena, Trial, MANY);
    TrialsCount want = {0}, n;
    Err err = ERR_NONE;

    for (uint32_t order = 0; order < 4; order++) {
        uint32_t batch = order == 0 ? MANY : 37 * order;
        Trials *t;
        Home h;

        new_home(&h);
        t = must_open(&h.place);
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t k = order % 2 ? MANY - 1 - i : i;

            all[i] = (Trial){.sharpe = 1.0 / (double)(k + 3), .slots = k};
            memcpy(all[i].settings, &k, sizeof k);
        }
        for (uint32_t i = 0; i < MANY; i += batch)
            CHECK_INT(trials_append(t, all + i, batch < MANY - i ? batch : MANY - i, &err), ST_OK);
        n = count_of(t, NULL);
        if (order == 0) want = n;
        CHECK(n.trials == MANY && is_calm(&n));
        CHECK_BITS(n.variance, want.variance);
        trials_close(t);
        n = look(&h.place);
        CHECK(n.trials == MANY && is_calm(&n));
        CHECK_BITS(n.variance, want.variance);
    }
}

/* ---- damage ---------------------------------------------------------------------------------------- */

enum { SMALL = 6 };

typedef struct Kept { /* a home's files as they were */
    const char *mark_path;
    Span ledger, marks;
} Kept;

static Kept keep(const Home *h, Arena *arena)
{
    Kept k;
    Buf path;

    buf_init(&path, arena, 4096);
    buf_fmt(&path, "%s/trials.mark", h->folder);
    k.mark_path = buf_cstr(&path);
    k.ledger = bytes_of(h->place.path, arena);
    k.marks = bytes_of(k.mark_path, arena);
    return k;
}

static void put_back(const Home *h, const Kept *k)
{
    put_bytes(h->place.path, k->ledger);
    put_bytes(k->mark_path, k->marks);
}

static bool says(const TrialsCount *n, const char *words)
{
    Buf said;

    buf_init(&said, test_arena(8192), 4096);
    trials_say(n, &said);
    return span_find(buf_span(&said), span_str(words)) != SPAN_NONE_AT;
}

/* Cut at every byte: what is whole is used, the rest is named once, and what is missing is known for ever. */
static void test_cuts(void)
{
    Home h;
    Kept k;

    new_home(&h);
    append(&h.place, 0, SMALL);
    k = keep(&h, test_arena(ARENA));
    CHECK_INT(k.ledger.len, HEAD + SMALL * RECORD);
    for (size_t len = HEAD; len < k.ledger.len; len += 7) {
        size_t left = (len - HEAD) / RECORD;
        Span cut = span_sub(k.ledger, 0, len);
        TrialsCount n;

        put_back(&h, &k);
        put_bytes(h.place.path, cut);
        n = look(&h.place);
        CHECK(n.trials == left && n.lost == SMALL - left && n.all == SMALL && n.was_cut);
        CHECK_INT(n.torn_bytes, len - HEAD - left * RECORD);
        CHECK_INT(n.elsewhere + n.damaged, 0);
        CHECK(says(&n, "was cut") && says(&n, " trials of this tape are missing"));
        n = append(&h.place, 50, 53); /* new ones do not hide it */
        CHECK(n.trials == left + 3 && n.all == SMALL + 3 && n.was_cut && !n.torn_bytes);
        n = look(&h.place);
        CHECK(n.trials == left + 3 && n.all == SMALL + 3 && n.was_cut);
        put_bytes(h.place.path, cut); /* and again */
        n = look(&h.place);
        CHECK(n.all == SMALL + 3 && n.was_cut);
    }
}

/* Any bit of the ledger: refused by name, or counted as it was and reported. */
static void test_flips(void)
{
    Arena *arena = test_arena(ARENA);
    Home h;
    Kept k;

    new_home(&h);
    append(&h.place, 0, SMALL);
    k = keep(&h, arena);
    for (size_t at = 0; at < k.ledger.len; at += at < HEAD ? 1 : 5) {
        char *bytes = arena_alloc(arena, k.ledger.len);
        Err err = ERR_NONE;
        TrialsCount n;
        Trials *t;
        Status st;

        memcpy(bytes, k.ledger.ptr, k.ledger.len);
        bytes[at] = (char)(bytes[at] ^ 1 << at % 7);
        put_back(&h, &k);
        put_bytes(h.place.path, span_of(bytes, k.ledger.len));
        st = trials_open(&t, &h.place, test_arena(ARENA), &err);
        CHECK((st != ST_OK) == (at < HEAD));
        if (st != ST_OK) {
            CHECK(st == ST_BAD_DATA && span_starts(span_str(err.text), span_str(h.place.path)));
            CHECK(span_is(bytes_of(h.place.path, arena), span_of(bytes, k.ledger.len)));
            continue;
        }
        n = count_of(t, NULL);
        CHECK(n.trials == SMALL - 1 && n.lost == 1 && n.all == SMALL && n.was_cut);
        CHECK(n.damaged == (at < HEAD + (SMALL - 1) * RECORD)); /* else it is a torn end */
        CHECK((n.torn_bytes == RECORD) == !n.damaged);
        trials_close(t);
    }
}

/* Whole in itself, but not what was counted: other figures in a record, and a chain made anew behind it. */
static void test_forged(void)
{
    Home h, other;
    TrialsCount n;
    Kept k;

    new_home(&h);
    append(&h.place, 0, SMALL);
    k = keep(&h, test_arena(ARENA));
    new_home(&other);
    append(&other.place, 0, SMALL - 1); /* another ledger's records behind this one's head */
    put_bytes(h.place.path, bytes_of(other.place.path, test_arena(ARENA)));
    n = look(&h.place);
    CHECK(n.trials == SMALL - 1 && n.elsewhere == SMALL && says(&n, "in other ledgers"));
    put_back(&h, &k);
    {
        Arena *arena = test_arena(ARENA);
        Span foreign = span_from(bytes_of(other.place.path, arena), HEAD);
        Buf mixed;

        buf_init(&mixed, arena, 1 << 16);
        buf_span_put(&mixed, span_sub(k.ledger, 0, HEAD));
        buf_span_put(&mixed, foreign);
        put_bytes(h.place.path, buf_span(&mixed));
    }
    n = look(&h.place);
    CHECK(n.trials == SMALL - 1 && n.lost == 1 && n.was_cut);
}

static void test_deleted(void)
{
    TrialsPlace second;
    TrialsCount n;
    Kept k;
    Home h;

    new_home(&h);
    append(&h.place, 0, SMALL);
    k = keep(&h, test_arena(ARENA));
    unlink(h.place.path);
    n = look(&h.place);
    CHECK(n.trials == 0 && n.elsewhere == SMALL && n.all == SMALL && says(&n, "deleted ones"));
    n = append(&h.place, 20, 22);
    CHECK(n.trials == 2 && n.all == SMALL + 2);
    unlink(h.place.path); /* and again */
    n = append(&h.place, 30, 31);
    CHECK(n.trials == 1 && n.elsewhere == SMALL + 2 && n.all == SMALL + 3);
    put_back(&h, &k); /* a ledger somewhere else does not help either */
    second = h.place;
    second.path = scratch_path("elsewhere.trials");
    n = append(&second, 40, 41);
    CHECK(n.trials == 1 && n.elsewhere == SMALL && !n.was_cut);
    n = look(&h.place);
    CHECK(n.trials == SMALL && n.elsewhere == 1);
    unlink(h.place.path); /* with both gone nothing can be noticed: as the decision says */
    unlink(k.mark_path);
    n = look(&h.place);
    CHECK(is_calm(&n) && n.all == 0 && n.no_mark && says(&n, "would not be noticed"));
}

/* Lines of marks that are damaged, half written or not there are no reason for alarm. */
static void test_marks(void)
{
    Arena *arena = test_arena(ARENA);
    TrialsCount n;
    Home h;
    Kept k;

    new_home(&h);
    append(&h.place, 0, SMALL);
    k = keep(&h, arena);
    for (size_t len = 0; len < k.marks.len; len += 11) {
        put_bytes(h.place.path, k.ledger);
        put_bytes(k.mark_path, span_sub(k.marks, 0, len));
        n = append(&h.place, 60, 61);
        CHECK(n.all == SMALL + 1 && is_calm(&n) && !n.no_mark);
        n = look(&h.place);
        CHECK(n.all == SMALL + 1 && is_calm(&n) && !n.no_mark);
        put_bytes(h.place.path, span_sub(k.ledger, 0, HEAD)); /* the new mark is one */
        n = look(&h.place);
        CHECK(n.lost == SMALL + 1 && n.was_cut);
    }
    h.folder = scratch_path("no such folder");
    n = append(&h.place, 70, 71);
    CHECK(n.no_mark && !n.elsewhere);
}

/* However many marks there are, and whatever lies between them: the file is not held in memory. */
static void test_many_marks(void)
{
    static const size_t gaps[] = {65535 - 300, 65536, 65537, 131072, 257 << 20};
    Arena *arena = test_arena(ARENA);
    Home h;
    Kept k;

    new_home(&h);
    append(&h.place, 0, SMALL);
    k = keep(&h, arena);
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        for (size_t at = gaps[i]; at < gaps[i] + (i ? 1 : 140); at += 7) {
            size_t half = k.marks.len / 2;
            TrialsCount n;
            int fd;

            put_bytes(k.mark_path,
                      span_sub(k.marks, 0, half)); /* half a line, a long one, then the rest */
            fd = open(k.mark_path, O_WRONLY);
            CHECK(pwrite(fd, "\n", 1, (off_t)at) == 1);
            CHECK(pwrite(fd, k.marks.ptr, k.marks.len, (off_t)at + 1) == (ssize_t)k.marks.len);
            close(fd);
            put_bytes(h.place.path, k.ledger);
            n = look(&h.place);
            CHECK(n.all == SMALL && is_calm(&n) && !n.no_mark);
            if (at % 4) continue;
            put_bytes(h.place.path, span_sub(k.ledger, 0, HEAD));
            n = look(&h.place);
            CHECK(n.lost == SMALL && n.was_cut);
        }
}

static void test_refusals(void)
{
    static const char *const others[] = {
        "Something that somebody wrote and may still want to have, of more bytes than a head.",
        "A few words.",
        "O",
        "X",
    };
    Home h;
    Trials *t;
    Err err = ERR_NONE;
    Arena *arena = test_arena(ARENA);

    new_home(&h);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        bool is_begun = others[i][0] == 'O' && !others[i][1]; /* killed when a byte was written */

        h.place.path = scratch_file("no.ledger", others[i]);
        CHECK_INT(trials_open(&t, &h.place, arena, &err), is_begun ? ST_OK : ST_BAD_DATA);
        if (is_begun)
            trials_close(t);
        else
            CHECK(span_is(bytes_of(h.place.path, arena), span_str(others[i])));
    }
    h.place.path = scratch_folder("folder.ledger");
    CHECK_INT(trials_open(&t, &h.place, arena, &err), ST_IO);
}

/* ---- interruptions --------------------------------------------------------------------------------- */

/* True when the process died at that step. */
static bool appends_and_dies(const TrialsPlace *place, uint32_t step)
{
    pid_t child = fork();
    int end;

    if (child == 0) {
        Trial both[2] = {trial(1), trial(2)}, one = trial(0);
        Err err = ERR_NONE;
        Trials *t;
        Arena arena;

        if (!arena_init(&arena, test_source(), ARENA)) _exit(1);
        dying_at(step);
        if (trials_open(&t, place, &arena, &err) != ST_OK) _exit(2);
        if (trials_append(t, &one, 1, &err) != ST_OK) _exit(3);
        _exit(trials_append(t, both, 2, &err) == ST_OK ? 0 : 4);
    }
    end = dying_end(child);
    CHECK(end <= 0);
    return end < 0;
}

/* Killed at each step on the disk, and once more while going on: nothing that was said to be counted is missing,
 * and no alarm is raised. */
static void test_kills(void)
{
    uint32_t step;
    Home h;

    for (step = 1;; step += cache_from ? 3 : 1) {
        TrialsCount n;
        bool died;

        new_home(&h);
        died = appends_and_dies(&h.place, step);
        n = look(&h.place);
        CHECK(n.all <= 3 && n.all >= (step > 5) && !n.was_cut && !n.lost && !n.elsewhere);
        (void)appends_and_dies(&h.place, 1 + step % 5);
        n = append(&h.place, 0, 3);
        CHECK(n.trials == 3 && n.all == 3 && !n.was_cut && !n.elsewhere);
        if (!died) break;
    }
    CHECK(step > 7 && step < 60);
}

static void test_full_disk(void)
{
    struct rlimit was, now;
    uint32_t refusals = 0;
    Err err = ERR_NONE;
    TrialsCount n;
    Trials *t;
    Home h;

    new_home(&h);
    t = must_open(&h.place);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &was), 0);
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    for (uint32_t i = 0; i < 20; i++) {
        Trial some[3] = {trial(3 * i), trial(3 * i + 1), trial(3 * i + 2)};

        now = was;
        now.rlim_cur = HEAD + 100 * i;
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &now), 0);
        if (trials_append(t, some, 3, &err) != ST_OK) {
            refusals++;
            CHECK_INT(err.status, ST_IO);
            n = count_of(t, NULL);
            CHECK_INT(n.trials, 3 * i);
        } else {
            CHECK(now.rlim_cur >= HEAD + (3 * i + 3) * RECORD);
        }
        CHECK_INT(setrlimit(RLIMIT_FSIZE, &was), 0);
        if (err.status != ST_OK) CHECK_INT(trials_append(t, some, 3, &err), ST_OK);
        err = ERR_NONE;
    }
    CHECK(refusals > 10);
    n = count_of(t, NULL);
    CHECK(n.trials == 60 && n.all == 60 && is_calm(&n));
    trials_close(t);
}

/* Several processes at once. */
static void test_together(void)
{
    enum { PROCESSES = 4, EACH = 30 };
    TrialsCount n;
    Home h;

    new_home(&h);
    for (uint32_t p = 0; p < PROCESSES; p++) {
        Arena arena;
        Trials *t;
        Err err = ERR_NONE;

        if (fork() != 0) continue;
        if (!arena_init(&arena, test_source(), ARENA)) _exit(1);
        if (trials_open(&t, &h.place, &arena, &err) != ST_OK) _exit(2);
        for (uint32_t i = 0; i < EACH; i++) {
            Trial one = trial(p * EACH + i);

            if (trials_append(t, &one, 1, &err) != ST_OK) _exit(3);
        }
        _exit(0);
    }
    for (uint32_t p = 0; p < PROCESSES; p++) {
        int status = 1;

        CHECK(wait(&status) > 0 && status == 0);
    }
    n = look(&h.place);
    CHECK(n.trials == PROCESSES * EACH && n.all == n.trials && n.runs == n.trials && is_calm(&n));
}

static void test_default_path(void)
{
    Arena *arena = test_arena(1 << 16);

    CHECK_INT(setenv("XDG_STATE_HOME", "/some/state", 1), 0);
    CHECK_STR(trials_default_path(arena), "/some/state/oddex/trials");
    CHECK_INT(setenv("XDG_STATE_HOME", "relative", 1), 0);
    CHECK_INT(setenv("HOME", "/home/of", 1), 0);
    CHECK_STR(trials_default_path(arena), "/home/of/.local/state/oddex/trials");
    CHECK_INT(unsetenv("XDG_STATE_HOME") | unsetenv("HOME"), 0);
    CHECK(trials_default_path(arena) == NULL);
}

/* ---- what need not be read again --------------------------------------------------------------------- */

static const char *beside(const Home *h, const char *ending)
{
    Buf path;

    buf_init(&path, test_arena(4096), 4000);
    buf_fmt(&path, "%s.%s", h->place.path, ending);
    return buf_cstr(&path);
}

static bool is_same(const TrialsCount *a, const TrialsCount *b)
{
    return a->runs == b->runs && a->trials == b->trials && a->all == b->all && a->lost == b->lost &&
           num_bits(a->variance) == num_bits(b->variance);
}

/* Two tapes in turns, trials again and again: counted as by one that reads everything. */
static void test_caches(void)
{
    TrialsPlace other;
    Rng rng;
    Home h;

    new_home(&h);
    h.place.cache_from = 3;
    other = h.place;
    other.tape[0] = 9;
    rng_init(&rng, 4);
    for (int round = 0; round < 60; round++) {
        const TrialsPlace *place = rng_chance(&rng, 0.3) ? &other : &h.place;
        uint32_t from = (uint32_t)rng_below(&rng, 40), more = (uint32_t)rng_below(&rng, 6);
        TrialsCount n = append(place, from, from + more), want;

        CHECK(is_calm(&n));
        if (rng_chance(&rng, 0.6)) continue;
        unlink(beside(&h, "seen"));
        want = look(place);
        CHECK(is_same(&n, &want));
    }
    CHECK(file_exists(beside(&h, "0102030000000000")));
    CHECK(file_exists(beside(&h, "0902030000000000")));
}

/* Any bit of them: what they say is not believed, and nothing else happens. */
static void test_cache_flips(void)
{
    Arena *arena = test_arena(ARENA);
    const char *const endings[] = {"seen", "0102030000000000"};
    TrialsCount want;
    Home h;

    new_home(&h);
    h.place.cache_from = 1;
    want = append(&h.place, 0, 9);
    for (size_t i = 0; i < 2; i++) {
        const char *path = beside(&h, endings[i]);
        Span whole = bytes_of(path, arena);

        for (size_t at = 0; at <= whole.len; at += 3) {
            char *bytes = arena_alloc(arena, whole.len);
            TrialsCount n;

            memcpy(bytes, whole.ptr, whole.len);
            if (at < whole.len) bytes[at] = (char)(bytes[at] ^ 1 << at % 7);
            put_bytes(path, span_of(bytes, at % 2 ? whole.len : at));
            n = look(&h.place);
            CHECK(is_same(&n, &want) && is_calm(&n));
        }
        put_bytes(path, whole);
    }
}

/* ---- many -------------------------------------------------------------------------------------------- */

/* Milliseconds of the processor for opening, appending and counting. */
static double one_more(const TrialsPlace *place, const Trial *trials, size_t count, size_t limit)
{
    int64_t began_ns = clock_work_ns();
    Err err = ERR_NONE;
    Arena arena;
    Trials *t;

    CHECK(arena_init(&arena, test_source(), limit));
    CHECK_INT(trials_open(&t, place, &arena, &err), ST_OK);
    CHECK_INT(trials_append(t, trials, count, &err), ST_OK);
    (void)count_of(t, NULL);
    trials_close(t);
    arena_fini(&arena);
    return (double)(clock_work_ns() - began_ns) / 1e6;
}

static int measure(size_t count)
{
    size_t limit = (size_t)1 << 33;
    Trial *trials = arena_array(test_arena(limit), Trial, count + 1), more;
    double without, with;
    Home h;

    new_home(&h);
    for (size_t i = 0; i <= count; i++) {
        trials[i] = (Trial){.sharpe = (double)(i % 1000) / 1000};
        memcpy(trials[i].settings, &i, sizeof i);
    }
    more = trials[count];
    (void)one_more(&h.place, trials, count, limit);
    with = one_more(&h.place, &more, 1, limit);
    unlink(beside(&h, "seen"));
    without = one_more(&h.place, &more, 1, limit);
    printf("one more behind %zu trials: %.1f ms, %.1f ms without what is kept beside the ledger\n",
           count, with, without);
    return test_end();
}

static void all_of_them(void)
{
    TEST_RUN(test_kills); /* first: a small process forks faster */
    TEST_RUN(test_together);
    TEST_RUN(test_counts);
    TEST_RUN(test_flips);
    TEST_RUN(test_forged);
    TEST_RUN(test_deleted);
}

int main(int argc, char **argv)
{
    if (argc == 3) return measure(strtoull(argv[2], NULL, 10));
    all_of_them();
    cache_from = 1;
    all_of_them();
    TEST_RUN(test_caches);
    TEST_RUN(test_cache_flips);
    cache_from = 0;
    TEST_RUN(test_order);
    TEST_RUN(test_cuts);
    TEST_RUN(test_marks);
    TEST_RUN(test_many_marks);
    TEST_RUN(test_refusals);
    TEST_RUN(test_full_disk);
    TEST_RUN(test_default_path);
    return test_end();
}
