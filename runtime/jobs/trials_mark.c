/* trials_mark.c — the ledger's second place: a line in `trials.mark` beside the tape for each time something was
 * counted, which says how far the ledger was.  See trials.h.
 *
 * A line: id of the ledger, tape, records, chain of the last one, trials of the tape (lost ones included), CRC-32C
 * of what is before it; in hexadecimal but for the two counts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "runtime/jobs/trials_inside.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { LINE_MAX_BYTES = 256, PIECE = 1 << 16 };

typedef struct Mark {
    uint8_t id[LEDGER_ID], tape[SHA256_SIZE];
    LedgerEnd end;
    uint64_t trials;
} Mark;

/* ---- lines ----------------------------------------------------------------------------------------- */

static void put_hex(Buf *out, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf_hex(out, bytes[i], 2);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool get_hex(Span text, uint8_t *ret, size_t len)
{
    if (text.len != 2 * len) return false;
    for (size_t i = 0; i < len; i++) {
        int high = digit_of(text.ptr[2 * i]), low = digit_of(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0) return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool get_count(Span text, uint64_t *ret)
{
    int64_t value;

    if (!fx_parse(text, 0, FX_DOWN, &value) || value < 0) return false;
    *ret = (uint64_t)value;
    return true;
}

static void put_sum(Buf *line)
{
    buf_hex(line, crc32c(0, line->ptr, line->len), 8);
}

static void put_mark(const Mark *m, Buf *line)
{
    put_hex(line, m->id, sizeof m->id);
    buf_char(line, ' ');
    put_hex(line, m->tape, sizeof m->tape);
    buf_fmt(line, " %llu ", (unsigned long long)m->end.records);
    put_hex(line, m->end.chain, sizeof m->end.chain);
    buf_fmt(line, " %llu ", (unsigned long long)m->trials);
    put_sum(line);
    buf_char(line, '\n');
}

/* A line that is damaged, or was not written to its end, is no mark. */
static bool get_mark(Span line, Mark *ret)
{
    Span part[6] = {{0}}, rest = line;
    char sum[9];
    Buf want;

    for (int i = 0; i < 6; i++)
        if (!span_cut(&rest, ' ', &part[i])) return false;
    buf_init_fixed(&want, sum, sizeof sum);
    buf_hex(&want, crc32c(0, line.ptr, (size_t)(part[5].ptr - line.ptr)), 8);
    return span_is(part[5], buf_span(&want)) && get_hex(part[0], ret->id, sizeof ret->id) &&
           get_hex(part[1], ret->tape, sizeof ret->tape) && get_count(part[2], &ret->end.records) &&
           get_hex(part[3], ret->end.chain, sizeof ret->end.chain) &&
           get_count(part[4], &ret->trials);
}

static const char *mark_path(const Trials *t, const char *folder)
{
    Buf path;

    buf_init(&path, t->arena, 4096);
    buf_fmt(&path, "%s/trials.mark", folder);
    return buf_cstr(&path);
}

/* ---- reading --------------------------------------------------------------------------------------- */

typedef struct Own { /* the last lines of this ledger in a folder */
    bool is_there;
    LedgerEnd end;
    uint64_t trials; /* of the tape */
} Own;

/* The most that each other ledger has counted of the tape. */
static bool take_other(Map *others, const Mark *m, Arena *arena)
{
    Span id = span_of((const char *)m->id, sizeof m->id);
    MapNode *n = map_find(others, id);

    if (!n) return map_put(others, arena_span(arena, id), m->trials);
    if (n->value < m->trials) n->value = m->trials;
    return true;
}

static bool take_line(Trials *t, Span line, Own *own, Map *others)
{
    bool is_of_tape;
    Mark m;

    if (!get_mark(line, &m)) return true;
    is_of_tape = memcmp(m.tape, t->place->tape, sizeof m.tape) == 0;
    if (memcmp(m.id, t->id, sizeof m.id) == 0) {
        own->is_there = true;
        own->end = m.end;
        if (is_of_tape) own->trials = m.trials;
        return true;
    }
    return !is_of_tape || take_other(others, &m, t->arena);
}

/* Is the ledger, up to there, what it was? */
static bool is_what_it_was(const Trials *t, const LedgerEnd *end)
{
    uint8_t chain[SHA256_SIZE];

    return end->records == 0 || (ledger_chain(t, end->records - 1, chain) &&
                                 memcmp(chain, end->chain, sizeof chain) == 0);
}

typedef struct Piece { /* of a file of marks that is read from its beginning to its end */
    int fd;
    off_t at;
    char *bytes;
    size_t len;
    bool is_within; /* a line that is longer than a piece, and so none of ours */
} Piece;

/* More bytes behind those that are there; how many, or -1. */
static ssize_t read_more(Piece *p)
{
    ssize_t got = file_read_at(p->fd, p->at, p->bytes + p->len, PIECE - p->len);

    if (got < 0) return -1;
    p->at += got;
    p->len += (size_t)got;
    return got;
}

/* All whole lines of the piece (at the end of the file also what is left); what is left moves to its front. */
static bool take_lines(Trials *t, Piece *p, bool is_last, Own *own, Map *others)
{
    Span rest = span_of(p->bytes, p->len), line;
    const char *end;

    while (rest.len && (end = memchr(rest.ptr, '\n', rest.len))) {
        line = span_of(rest.ptr, (size_t)(end - rest.ptr));
        rest = span_from(rest, line.len + 1);
        if (!p->is_within && !take_line(t, line, own, others)) return false;
        p->is_within = false;
    }
    if (is_last) return !rest.len || p->is_within || take_line(t, rest, own, others);
    if (rest.len == PIECE) {
        p->is_within = true;
        rest.len = 0;
    }
    memmove(p->bytes, rest.ptr, rest.len);
    p->len = rest.len;
    return true;
}

/* A mark more is written each time something is counted: the file grows for ever, what is held of it does not. */
static Status read_lines(Trials *t, const char *path, Own *own, Map *others, Err *err)
{
    Piece p = {.fd = -1, .bytes = arena_array(t->arena, char, PIECE)};
    bool is_taken = true;
    ssize_t got;
    int failed;

    if (arena_is_full(t->arena)) return err_set(err, ST_NO_MEMORY, "%s: no memory for it", path);
    p.fd = open(path, O_RDONLY | O_CLOEXEC);
    got = p.fd < 0 ? -1 : 1;
    while (is_taken && got > 0) {
        got = read_more(&p);
        if (got >= 0) is_taken = take_lines(t, &p, got == 0, own, others);
    }
    failed = errno;
    if (p.fd >= 0) close(p.fd);
    if (!is_taken) return err_set(err, ST_NO_MEMORY, "%s: no memory for it", path);
    return got < 0 ? err_set(err, ST_IO, "%s: %s", path, strerrordesc_np(failed)) : ST_OK;
}

static Status read_folder(Trials *t, const char *folder, Map *others, MarkLoss *loss, Err *err)
{
    const char *path = mark_path(t, folder);
    uint64_t has = trialset_size(&t->set) + t->lost;
    Own own = {0};
    Status st;

    if (!file_exists(path)) return ST_OK;
    st = read_lines(t, path, &own, others, err);
    if (st != ST_OK || !own.is_there) return st;
    t->has_mark = true;
    if (own.trials > has && own.trials - has > loss->lost) loss->lost = own.trials - has;
    loss->is_cut |= own.trials > has || !is_what_it_was(t, &own.end);
    return ST_OK;
}

Status marks_read(Trials *t, MarkLoss *ret_loss, Err *err)
{
    Status st = ST_OK;
    Map others;
    MapIter it;

    *ret_loss = (MarkLoss){0};
    map_init(&others, t->arena);
    for (size_t i = 0; i < t->place->folder_count && st == ST_OK; i++)
        st = read_folder(t, t->place->folders[i], &others, ret_loss, err);
    if (st != ST_OK) return st;
    it = map_iter(&others);
    for (MapNode *n; (n = map_next(&it));)
        t->elsewhere += n->value;
    return ST_OK;
}

/* ---- writing --------------------------------------------------------------------------------------- */

/* In one piece, on a line of its own even behind half a line. */
static bool write_line(const char *path, Span line)
{
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    char last = '\n';
    off_t size;
    bool is_done;

    if (fd < 0) return false;
    size = lseek(fd, 0, SEEK_END);
    if (size > 0 && pread(fd, &last, 1, size - 1) != 1) last = 0;
    if (last == '\n') line = span_from(line, 1);
    is_done = write(fd, line.ptr, line.len) == (ssize_t)line.len;
    return close(fd) == 0 && is_done;
}

void marks_write(Trials *t)
{
    Mark m = {.end = t->end, .trials = trialset_size(&t->set) + t->lost};
    char text[LINE_MAX_BYTES] = "\n";
    Buf line;

    memcpy(m.id, t->id, sizeof m.id);
    memcpy(m.tape, t->place->tape, sizeof m.tape);
    buf_init_fixed(&line, text + 1, sizeof text - 1);
    put_mark(&m, &line);
    for (size_t i = 0; i < t->place->folder_count; i++)
        t->has_mark |= write_line(mark_path(t, t->place->folders[i]), span_of(text, line.len + 1));
}
