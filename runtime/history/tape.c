/* tape.c — reads tapes: the walk from block to block, the index, damage.  See tape.h; files are tape_map.c's. */
#include "runtime/history/tape.h"

#include "runtime/history/tape_file.h"
#include "vm/base/fmt.h"

static void note(Tape *t, TapeDamage damage)
{
    (void)vec_push(t->arena, &t->damage, damage);
}

/* ---- the walk -------------------------------------------------------------------------------------- */

static Span bytes_at(const Tape *t, uint64_t at)
{
    return span_of((const char *)t->bytes + at, (size_t)(t->size - at));
}

/* Is a whole block at `at` that can follow what is known? */
static bool block_at(const Tape *t, uint64_t at, TapeHead *ret)
{
    return tape_head_read(bytes_at(t, at), ret) && ret->rows && ret->bytes <= t->size - at &&
           ret->number >= t->next_number && ret->first_row >= t->row_end;
}

/* Heads stand at multiples of TAPE_ALIGN, so that one can be found again behind damage. */
static uint64_t find_block(const Tape *t, uint64_t from, TapeHead *ret)
{
    for (uint64_t at = from; at + TAPE_HEAD_MIN <= t->size; at += TAPE_ALIGN)
        if (block_at(t, at, ret)) return at;
    return t->size;
}

static void add_block(Tape *t, uint64_t at, const TapeHead *h)
{
    TapeEntry e = {.at = at,
                   .first_row = h->first_row,
                   .bytes = h->bytes,
                   .rows = h->rows,
                   .number = h->number,
                   .min_ts_us = h->min_ts_us,
                   .max_ts_us = h->max_ts_us,
                   .min_slot_us = h->min_slot_us,
                   .max_slot_us = h->max_slot_us};

    if (h->number != t->next_number || h->first_row != t->row_end)
        note(t, (TapeDamage){"no block can be read here", t->end, at - t->end, t->row_end,
                             h->first_row - t->row_end, t->next_number});
    (void)vec_push(t->arena, &t->entries, e);
    t->rows += h->rows;
    t->row_end = h->first_row + h->rows;
    t->next_number = h->number + 1;
    t->end = at + h->bytes;
}

/* The mark at `at`. */
static void take_end(Tape *t, uint64_t at, const TapeHead *h)
{
    t->is_closed = true;
    t->has_sum = tape_end_sum(t->bytes + at, t->day_sum);
    if (h->first_row > t->row_end)
        note(t, (TapeDamage){"no block can be read here", t->end, 0, t->row_end,
                             h->first_row - t->row_end, t->next_number});
    if (t->size > t->end + TAPE_HEAD_MIN)
        note(t, (TapeDamage){"bytes behind the end", t->end, t->size - t->end - TAPE_HEAD_MIN,
                             t->row_end, 0, UINT32_MAX});
}

/* The end mark at or behind what cannot be read, or nothing. */
static bool find_end(Tape *t)
{
    TapeHead h;

    for (uint64_t at = t->end; at + TAPE_HEAD_MIN <= t->size; at += TAPE_ALIGN)
        if (tape_head_read(bytes_at(t, at), &h) && !h.rows && h.number >= t->next_number) {
            if (at > t->end || h.number > t->next_number)
                note(t, (TapeDamage){"no block can be read here", t->end, at - t->end, t->row_end,
                                     h.first_row - t->row_end, t->next_number});
            t->row_end = h.first_row;
            t->end = at;
            take_end(t, at, &h);
            return true;
        }
    return false;
}

static void walk(Tape *t)
{
    TapeHead h;

    t->is_closed = false;
    while (t->end + TAPE_HEAD_MIN <= t->size) {
        uint64_t at = t->end;

        if (tape_head_read(bytes_at(t, at), &h) && !h.rows && h.number == t->next_number) {
            take_end(t, at, &h);
            return;
        }
        if (!block_at(t, at, &h)) at = find_block(t, at + TAPE_ALIGN, &h);
        if (at >= t->size) {
            find_end(t);
            return;
        }
        /* What a writer is at, or left half done, is not damage but the end. */
        if (at + h.bytes == t->size &&
            tape_block_check(&h, span_sub(bytes_at(t, at), 0, h.bytes)) != TAPE_FINE)
            return;
        add_block(t, at, &h);
    }
}

/* ---- opening --------------------------------------------------------------------------------------- */

static Status read_file_head(Tape *t, Err *err)
{
    TapeFileKind kind;

    if (t->size < TAPE_FILE_HEAD) /* made, and nothing written yet */
        return t->size == 0 ? ST_OK : err_set(err, ST_BAD_DATA, "%s: is no tape", t->path);
    memcpy(t->head, t->bytes, TAPE_FILE_HEAD);
    kind = tape_file_head_read(t->head, &t->info);
    if (kind == TAPE_FILE_NEWER)
        return err_set(err, ST_UNSUPPORTED, "%s: a tape of another format than %d", t->path,
                       TAPE_MAJOR);
    t->end = TAPE_FILE_HEAD;
    if (kind == TAPE_FILE_DAMAGED) {
        note(t, (TapeDamage){"the file's head is damaged: its stream is not known", 0,
                             TAPE_FILE_HEAD, 0, 0, UINT32_MAX});
        walk(t);
        if (!t->entries.count) return err_set(err, ST_BAD_DATA, "%s: is no tape", t->path);
        return ST_OK;
    }
    walk(t);
    return ST_OK;
}

Status tape_begin(Tape *t, Err *err)
{
    Status st = read_file_head(t, err);

    if (st == ST_OK && arena_is_full(t->arena))
        st = err_set(err, ST_NO_MEMORY, "%s: no memory for its index", t->path);
    return st;
}

Status tape_go_on(Tape *t, Err *err)
{
    if (t->end == 0) return read_file_head(t, err);
    if (t->size < t->end) return err_set(err, ST_CONFLICT, "%s: is shorter than it was", t->path);
    walk(t);
    return ST_OK;
}

Tape *tape_new(const char *path, Arena *arena, Err *err)
{
    Tape *t = arena_new(arena, Tape);

    if (arena_is_full(arena)) { /* then `t` is room that others use as well */
        (void)err_set(err, ST_NO_MEMORY, "%s: no memory to read it", path);
        return NULL;
    }
    t->arena = arena;
    t->path = arena_span(arena, span_str(path)).ptr;
    t->info.stream = SPAN("");
    t->fd = -1;
    return t;
}

void tape_close(Tape *t)
{
    if (t && t->give_back) t->give_back(t);
}

Status tape_open_bytes(Tape **ret_tape, const char *name, Span bytes, Arena *arena, Err *err)
{
    Tape *t = tape_new(name, arena, err);
    Status st;

    if (!t) return ST_NO_MEMORY;
    t->bytes = (const uint8_t *)bytes.ptr;
    t->size = bytes.len;
    st = tape_begin(t, err);
    if (st == ST_OK) *ret_tape = t;
    return st;
}

/* ---- what it says ---------------------------------------------------------------------------------- */

const char *tape_path(const Tape *t)
{
    return t->path;
}

TapeInfo tape_info(const Tape *t)
{
    return t->info;
}

bool tape_is_closed(const Tape *t)
{
    return t->is_closed;
}

uint64_t tape_tail_bytes(const Tape *t)
{
    return t->is_closed ? 0 : t->size - t->end;
}

uint32_t tape_block_count(const Tape *t)
{
    return (uint32_t)t->entries.count;
}

const TapeEntry *tape_entry(const Tape *t, uint32_t i)
{
    return &vec_at(&t->entries, i);
}

uint64_t tape_row_count(const Tape *t)
{
    return t->rows;
}

void tape_next(const Tape *t, uint64_t *ret_at, uint32_t *ret_number, uint64_t *ret_rows)
{
    *ret_at = t->end;
    *ret_number = t->next_number;
    *ret_rows = t->row_end;
}

/* The first block whose last instant, or slot, is not before `least`; both never fall from block to block. */
static uint32_t find_entry(const Tape *t, bool by_slot, int64_t least)
{
    size_t low = 0, high = t->entries.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const TapeEntry *e = &t->entries.items[middle];

        if ((by_slot ? e->max_slot_us : e->max_ts_us) < least)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

uint32_t tape_find_time(const Tape *t, int64_t ts_us)
{
    return find_entry(t, false, ts_us);
}

uint32_t tape_find_slot(const Tape *t, int64_t slot_us)
{
    return find_entry(t, true, slot_us);
}

/* ---- blocks ---------------------------------------------------------------------------------------- */

static const char *const part_words[] = {
    [TAPE_FINE] = "",
    [TAPE_BAD_HOT] = "the checksum of the hot part does not match",
    [TAPE_BAD_COLD] = "the checksum of the cold part does not match",
    [TAPE_BAD_BOTH] = "the checksums of both parts do not match",
};

static void spoil(Tape *t, TapeEntry *e, TapePart part, const char *what)
{
    e->damage = part;
    note(t, (TapeDamage){what, e->at, e->bytes, e->first_row, e->rows, e->number});
}

/* Reads the head of a block and looks at its sums, the first time. */
static TapePart check_block(Tape *t, TapeEntry *e, TapeHead *ret_head, Span *ret_block)
{
    TapePart part;

    *ret_block = span_sub(bytes_at(t, e->at), 0, e->bytes);
    if (e->damage == TAPE_BAD_BOTH) return e->damage;
    if (!tape_head_read(*ret_block, ret_head) || ret_head->bytes != e->bytes ||
        ret_head->rows != e->rows) {
        spoil(t, e, TAPE_BAD_BOTH, "its head has changed since the file was opened");
        return e->damage;
    }
    if (!e->is_checked) {
        part = tape_block_check(ret_head, *ret_block);
        if (part != TAPE_FINE) spoil(t, e, part, part_words[part]);
        e->is_checked = true;
    }
    return e->damage;
}

bool tape_block(Tape *t, uint32_t i, TapeHead *ret_head, Span *ret_block)
{
    return check_block(t, &vec_at(&t->entries, i), ret_head, ret_block) == TAPE_FINE;
}

uint32_t tape_rows(Tape *t, uint32_t i, TapeValues *scratch, TickRow ret_rows[TAPE_ROWS])
{
    TapeEntry *e = &vec_at(&t->entries, i);
    TapeHead h;
    Span block;
    TapePart part = check_block(t, e, &h, &block);

    if (part != TAPE_FINE && part != TAPE_BAD_HOT) return 0; /* the cold part has all of it */
    if (tape_block_rows(&h, block, scratch, ret_rows)) return h.rows;
    spoil(t, e, TAPE_BAD_BOTH, "its columns say what no writer writes");
    return 0;
}

/* ---- sums ------------------------------------------------------------------------------------------ */

bool tape_day_sum(const Tape *t, int64_t *ret_day, uint8_t ret_sum[SHA256_SIZE])
{
    if (!t->is_closed || !t->has_sum || t->damage.count || !t->entries.count) return false;
    *ret_day = tape_day(t->entries.items[0].min_ts_us);
    memcpy(ret_sum, t->day_sum, SHA256_SIZE);
    return true;
}

/* ---- damage ---------------------------------------------------------------------------------------- */

void tape_verify(Tape *t, TapeValues *scratch, TickRow rows[TAPE_ROWS])
{
    uint8_t want[SHA256_SIZE], is[SHA256_SIZE];
    TapeSum s;

    tape_sum_init(&s, t->info.stream);
    s.has_sha = t->has_sha;
    for (uint32_t i = 0; i < t->entries.count; i++)
        tape_sum_rows(&s, rows, tape_rows(t, i, scratch, rows));
    if (!t->is_closed || !t->has_sum || t->damage.count) return;
    memcpy(want, t->day_sum, sizeof want);
    if (!tape_sum_only_day(&s, is) || memcmp(want, is, sizeof want) != 0)
        note(t, (TapeDamage){"the rows are not those whose sum it has", 0, 0, 0, 0, UINT32_MAX});
}

uint32_t tape_damage_count(const Tape *t)
{
    return (uint32_t)t->damage.count;
}

const TapeDamage *tape_damage(const Tape *t, uint32_t i)
{
    return &vec_at(&t->damage, i);
}

void tape_damage_put(const Tape *t, uint32_t i, Buf *out)
{
    const TapeDamage *d = tape_damage(t, i);

    buf_fmt(out, "%s: ", t->path);
    if (d->block != UINT32_MAX) buf_fmt(out, "block %u", d->block);
    if (d->rows)
        buf_fmt(out, " (rows %llu to %llu)", (unsigned long long)d->first_row,
                (unsigned long long)(d->first_row + d->rows - 1));
    buf_fmt(out, "%s%s", d->block != UINT32_MAX ? ": " : "", d->what);
    if (d->bytes)
        buf_fmt(out, ", %llu bytes at %llu", (unsigned long long)d->bytes,
                (unsigned long long)d->at);
}
