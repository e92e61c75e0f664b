/* tape_write.c — writes tape files: one write a block, cut back when it does not succeed.  See tape.h. */
#define _GNU_SOURCE /* strerrordesc_np: the reason without hidden state or locale */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "runtime/history/tape_file.h"

struct TapeWriter {
    const char *path;
    int fd;
    uint64_t at, rows; /* behind the last whole block */
    uint32_t number, used;
    int64_t last_ts_us;
    TapeSum sum;  /* of the rows that are written */
    bool has_sum; /* else some of them could not be read again */
    TickRow pending[TAPE_ROWS];
    uint8_t block[TAPE_BLOCK_MAX];
};

static Status io_error(Err *err, const TapeWriter *w)
{
    return err_set(err, ST_IO, "%s: %s", w->path, strerrordesc_np(errno));
}

/* All of it behind the last whole block, or the file as it was. */
static Status put(TapeWriter *w, const uint8_t *bytes, size_t len, Err *err)
{
    Status st;

    if (file_write_at(w->fd, (off_t)w->at, bytes, len)) return ST_OK;
    st = io_error(err, w);
    if (ftruncate(w->fd, (off_t)w->at) != 0) err_note(err, "cannot be cut back");
    return st;
}

static Status put_block(TapeWriter *w, Err *err)
{
    size_t len = tape_block_write(w->pending, w->used, w->number, w->rows, w->block);
    Status st = put(w, w->block, len, err);

    if (st != ST_OK) return st;
    tape_sum_rows(&w->sum, w->pending, w->used);
    w->at += len;
    w->rows += w->used;
    w->number++;
    w->used = 0;
    return ST_OK;
}

/* ---- opening --------------------------------------------------------------------------------------- */

static Status begin(TapeWriter *w, const TapeInfo *info, Err *err)
{
    uint8_t head[TAPE_FILE_HEAD];
    Status st;

    tape_file_head_write(info, head);
    st = put(w, head, sizeof head, err);
    w->at = TAPE_FILE_HEAD;
    return st;
}

/* The sum goes on behind the rows that are there. */
static void sum_up(TapeWriter *w, Tape *t, TapeValues *scratch)
{
    for (uint32_t i = 0; i < tape_block_count(t); i++)
        tape_sum_rows(&w->sum, w->pending, tape_rows(t, i, scratch, w->pending));
    w->has_sum = tape_damage_count(t) == 0;
}

/* The rows that are there stay; what is behind the last whole block goes. */
static Status go_on(TapeWriter *w, Tape *t, const TapeInfo *info, Arena *arena, Err *err)
{
    TapeValues *scratch = arena_new(arena, TapeValues);
    TapeInfo has = tape_info(t);
    uint32_t blocks = tape_block_count(t);

    if (!span_is(has.stream, info->stream) || has.source != info->source)
        return err_set(err, ST_CONFLICT, "%s: holds ticks of another stream or recording", w->path);
    if (!scratch) return err_set(err, ST_NO_MEMORY, "%s: no memory to write it", w->path);
    sum_up(w, t, scratch);
    tape_next(t, &w->at, &w->number, &w->rows);
    if (blocks) w->last_ts_us = tape_entry(t, blocks - 1)->max_ts_us;
    return ftruncate(w->fd, (off_t)w->at) == 0 ? ST_OK : io_error(err, w);
}

static Status open_file(TapeWriter *w, const TapeInfo *info, Arena *arena, Err *err)
{
    off_t size;
    Status st;
    Tape *t;

    w->fd = open(w->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (w->fd < 0) return io_error(err, w);
    if (flock(w->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ST_BUSY, "%s: another program is writing it", w->path);
    size = lseek(w->fd, 0, SEEK_END);
    if (size < 0) return io_error(err, w);
    if (size < TAPE_FILE_HEAD) /* new, or killed before its head was whole */
        return ftruncate(w->fd, 0) == 0 ? begin(w, info, err) : io_error(err, w);
    st = tape_open(&t, w->path, arena, err);
    if (st != ST_OK) return st;
    st = go_on(w, t, info, arena, err);
    tape_close(t);
    return st;
}

Status tape_write_open(TapeWriter **ret_writer, const char *path, const TapeInfo *info,
                       Arena *arena, Err *err)
{
    TapeWriter *w = arena_new(arena, TapeWriter);
    Status st;

    if (!w || arena_is_full(arena))
        return err_set(err, ST_NO_MEMORY, "%s: no memory to write it", path);
    w->path = arena_span(arena, span_str(path)).ptr;
    w->last_ts_us = INT64_MIN;
    w->fd = -1;
    w->has_sum = true;
    tape_sum_init(&w->sum, info->stream);
    w->sum.has_sha = cpu_has_sha();
    if (info->stream.len > TAPE_STREAM_MAX)
        return err_set(err, ST_LIMIT, "%s: the stream's name is too long", path);
    st = open_file(w, info, arena, err);
    if (st == ST_OK)
        *ret_writer = w;
    else
        tape_write_abandon(w);
    return st;
}

/* ---- rows ------------------------------------------------------------------------------------------ */

uint64_t tape_rows_written(const TapeWriter *w)
{
    return w->rows;
}

uint64_t tape_rows_taken(const TapeWriter *w)
{
    return w->rows + w->used;
}

Status tape_append(TapeWriter *w, const TickRow *row, Err *err)
{
    Status st = ST_OK;

    if (row->ts_us < w->last_ts_us)
        return err_set(err, ST_BAD_DATA, "%s: a row is earlier than the one before", w->path);
    if (w->used == TAPE_ROWS) st = put_block(w, err); /* tried before, and failed */
    if (st != ST_OK) return st;
    w->pending[w->used++] = *row;
    if (w->used == TAPE_ROWS && (st = put_block(w, err)) != ST_OK) {
        w->used--;
        return st;
    }
    w->last_ts_us = row->ts_us;
    return ST_OK;
}

Status tape_flush(TapeWriter *w, Err *err)
{
    Status st = w->used ? put_block(w, err) : ST_OK;

    if (st != ST_OK) return st;
    return fdatasync(w->fd) == 0 ? ST_OK : io_error(err, w);
}

Status tape_write_close(TapeWriter *w, Err *err)
{
    uint8_t end[TAPE_HEAD_MIN], sum[SHA256_SIZE] = {0};
    Status st;

    if (!w) return ST_OK;
    st = tape_flush(w, err);
    if (w->has_sum) (void)tape_sum_only_day(&w->sum, sum);
    if (st == ST_OK) st = put(w, end, tape_end_write(w->number, w->rows, sum, end), err);
    if (st == ST_OK && fdatasync(w->fd) != 0) st = io_error(err, w);
    tape_write_abandon(w);
    return st;
}

void tape_write_abandon(TapeWriter *w)
{
    if (!w || w->fd < 0) return;
    close(w->fd);
    w->fd = -1;
}
