/* cmd_tape.c — `odx tape`: what a folder of tapes holds, every byte of it held against its checksums. */
#include "runtime/cli/cli.h"
#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/history/dataset.h"
#include "vm/base/date.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

enum { FILES_MAX = 100000, DAMAGE_SHOWN = 5, LINE_MAX_BYTES = 4096 };

typedef struct TapeFile {
    const char *path;
    uint64_t source, rows, bytes, blocks;
    bool is_closed;
} TapeFile;

typedef struct Stream {
    Dataset data;
    VEC(TapeFile) files; /* in the order of time */
    VEC(Span) damage;    /* a line each */
    uint64_t bytes, blocks, unfinished, slots, winners;
    size_t left_out; /* notes about what is of no stream */
    uint64_t read;   /* ticks that are not damaged */
    int64_t slot_us; /* of the row before */
    uint8_t sum[SHA256_SIZE];
} Stream;

typedef VEC(Span) Names;

/* ---- looking ------------------------------------------------------------------------------------- */

static Status find_tapes(Cli *cli, const char *path, FolderFiles *ret, Err *err)
{
    if (file_is_folder(path)) return folder_find(cli->arena, path, ".tape", FILES_MAX, ret, err);
    ret->paths = arena_array(cli->arena, const char *, 1);
    ret->paths[0] = path;
    ret->count = 1;
    return ST_OK;
}

static void add_name(Names *names, Span name, Arena *arena)
{
    for (size_t i = 0; i < names->count; i++)
        if (span_is(names->items[i], name)) return;
    (void)vec_push(arena, names, arena_span(arena, name));
}

/* The streams of all tapes, in the order of their files; "" where no tape has one, so that the data set says why. */
static Status find_streams(Cli *cli, const FolderFiles *files, Names *ret, Err *err)
{
    for (size_t i = 0; i < files->count; i++) {
        ArenaMark mark = arena_mark(cli->scratch);
        Tape *t = NULL;
        Status st = tape_open(&t, files->paths[i], cli->scratch, err);

        if (st == ST_BAD_DATA && files->count > 1)
            st = ST_OK; /* the data set leaves it out */
        else if (st == ST_OK && tape_info(t).stream.len)
            add_name(ret, tape_info(t).stream, cli->arena);
        tape_close(t);
        arena_release(cli->scratch, mark);
        if (st != ST_OK) return st;
    }
    if (!ret->count) add_name(ret, SPAN(""), cli->arena);
    return ST_OK;
}

static void take_damage(Stream *s, const Tape *t, Arena *arena)
{
    for (uint32_t i = 0; i < tape_damage_count(t); i++) {
        Buf line;

        buf_init(&line, arena, LINE_MAX_BYTES);
        tape_damage_put(t, i, &line);
        (void)vec_push(arena, &s->damage, buf_span(&line));
    }
}

static Status look_at(Cli *cli, Stream *s, const DatasetFile *of, Err *err)
{
    TapeValues *scratch = arena_new(cli->scratch, TapeValues);
    TickRow *rows = arena_array(cli->scratch, TickRow, TAPE_ROWS);
    TapeFile f = {.path = of->path, .source = of->source, .rows = of->rows};
    Tape *t = NULL;
    Status st = tape_open(&t, of->path, cli->scratch, err);

    if (st != ST_OK) return st;
    if (arena_is_full(cli->scratch)) return err_set(err, ST_NO_MEMORY, "no memory to read tapes");
    tape_verify(t, scratch, rows);
    f.is_closed = tape_is_closed(t);
    f.blocks = tape_block_count(t);
    for (uint32_t i = 0; i < tape_block_count(t); i++)
        f.bytes += tape_entry(t, i)->bytes;
    take_damage(s, t, cli->arena);
    tape_close(t);
    s->bytes += f.bytes;
    s->blocks += f.blocks;
    s->unfinished += !f.is_closed;
    return vec_push(cli->arena, &s->files, f) ? ST_OK
                                              : err_set(err, ST_NO_MEMORY, "too many tapes");
}

static bool count_slots(void *ctx, const TickRow *rows, uint32_t count)
{
    Stream *s = ctx;

    s->read += count;
    for (uint32_t i = 0; i < count; i++) {
        if (!rows[i].slot_us) continue;
        s->slots += rows[i].slot_start_us != s->slot_us;
        s->slot_us = rows[i].slot_start_us;
    }
    return true;
}

/* `has_notes`: what is of no stream is named with the first one. */
static Status look(Cli *cli, const char *path, Span name, bool has_notes, Stream *s, Err *err)
{
    Status st;

    *s = (Stream){.slot_us = INT64_MIN};
    st = dataset_open(&s->data, path, name, cli->arena, err);
    s->left_out = has_notes ? s->data.notes.count : 0;
    for (size_t i = 0; i < s->left_out; i++)
        cli_lines(&cli->err, "odx: ", s->data.notes.items[i]);
    for (size_t i = 0; st == ST_OK && i < s->data.files.count; i++) {
        ArenaMark mark = arena_mark(cli->scratch);

        st = look_at(cli, s, &s->data.files.items[i], err);
        arena_release(cli->scratch, mark);
    }
    if (st == ST_OK) st = dataset_read(&s->data, count_slots, s, err);
    for (size_t i = 0; i < s->data.labels.count; i++)
        s->winners += s->data.labels.items[i].winner >= 0;
    return st == ST_OK ? dataset_sha256(&s->data, s->sum, err) : st;
}

/* ---- as text ------------------------------------------------------------------------------------- */

static void put_count(Buf *out, uint64_t count, const char *of)
{
    buf_fmt(out, "%llu %s%s", (unsigned long long)count, of, count == 1 ? "" : "s");
}

static void put_columns(const Stream *s, Buf *out)
{
    buf_str(out, "  columns");
    for (uint32_t id = TAPE_BOOK; id < TAPE_COLUMNS; id++)
        if (s->data.columns >> id & 1 && tape_column_info(id)->name[0])
            buf_fmt(out, " %s", tape_column_info(id)->name);
    buf_char(out, '\n');
}

static void put_span(const Stream *s, Buf *out)
{
    int64_t last_us = INT64_MIN;

    for (size_t i = 0; i < s->data.files.count; i++)
        if (s->data.files.items[i].max_ts_us > last_us) last_us = s->data.files.items[i].max_ts_us;
    buf_str(out, "  from ");
    date_put(out, s->data.files.items[0].min_ts_us, DATE_INSTANT);
    buf_str(out, " to ");
    date_put(out, last_us, DATE_INSTANT);
    buf_char(out, '\n');
}

static void put_damage(const Stream *s, Buf *out)
{
    if (s->unfinished) {
        buf_str(out, "  ");
        put_count(out, s->unfinished, "file");
        buf_str(out, " not closed: still being written, or cut off\n");
    }
    if (!s->damage.count) return;
    buf_str(out, "  damaged in ");
    put_count(out, s->damage.count, "place");
    buf_char(out, '\n');
    for (size_t i = 0; i < s->damage.count && i < DAMAGE_SHOWN; i++)
        buf_fmt(out, "    %S\n", s->damage.items[i]);
}

static void put_text(Stream *s, Buf *out)
{
    char sum[2 * SHA256_SIZE + 1];
    uint64_t tenths = s->data.rows ? s->bytes * 10 / s->data.rows : 0;

    sha256_hex(s->sum, sum);
    buf_fmt(out, "%S\n  ", s->data.stream.len ? s->data.stream : SPAN("no known stream"));
    put_count(out, s->data.rows, "tick");
    if (s->read < s->data.rows)
        buf_fmt(out, ", %llu of them can be read", (unsigned long long)s->read);
    if (s->slots) {
        buf_str(out, ", ");
        put_count(out, s->slots, "slot");
        buf_fmt(out, ", %llu with a winner", (unsigned long long)s->winners);
    }
    buf_char(out, '\n');
    if (s->data.rows) put_span(s, out);
    buf_str(out, "  ");
    put_count(out, s->files.count, "file");
    buf_str(out, ", ");
    put_count(out, s->blocks, "block");
    buf_fmt(out, ", %llu bytes, %llu.%llu a tick\n", (unsigned long long)s->bytes,
            (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
    put_columns(s, out);
    buf_fmt(out, "  tape_sha256 %s\n", sum);
    put_damage(s, out);
}

/* ---- as JSON ------------------------------------------------------------------------------------- */

static void put_file(JsonWriter *w, const TapeFile *f, const DatasetFile *of)
{
    char key[17];
    Buf hex;

    buf_init_fixed(&hex, key, sizeof key);
    buf_hex(&hex, f->source, 16);
    json_write_object(w);
    json_key_text(w, "path", span_str(f->path));
    json_key_text(w, "source", buf_span(&hex));
    json_key_uint(w, "ticks", f->rows);
    json_key_uint(w, "blocks", f->blocks);
    json_key_uint(w, "bytes", f->bytes);
    json_key_bool(w, "is_closed", f->is_closed);
    if (f->rows) {
        json_key_int(w, "first_us", of->min_ts_us);
        json_key_int(w, "last_us", of->max_ts_us);
    }
    json_write_object_end(w);
}

static void put_stream(JsonWriter *w, Stream *s)
{
    json_write_object(w);
    json_key_text(w, "name", s->data.stream);
    json_key_uint(w, "ticks", s->data.rows);
    json_key_uint(w, "can_be_read", s->read);
    json_key_uint(w, "slots", s->slots);
    json_key_uint(w, "winners", s->winners);
    json_key_uint(w, "blocks", s->blocks);
    json_key_uint(w, "bytes", s->bytes);
    json_key_sha256(w, "tape_sha256", s->sum);
    json_key_array(w, "columns");
    for (uint32_t id = TAPE_BOOK; id < TAPE_COLUMNS; id++)
        if (s->data.columns >> id & 1 && tape_column_info(id)->name[0])
            json_write_string(w, span_str(tape_column_info(id)->name));
    json_write_array_end(w);
    json_key_array(w, "files");
    for (size_t i = 0; i < s->files.count; i++)
        put_file(w, &s->files.items[i], &s->data.files.items[i]);
    json_write_array_end(w);
    json_key_array(w, "damage");
    for (size_t i = 0; i < s->damage.count; i++)
        json_write_string(w, s->damage.items[i]);
    json_write_array_end(w);
    json_key_array(w, "left_out");
    for (size_t i = 0; i < s->left_out; i++)
        json_write_string(w, s->data.notes.items[i]);
    json_write_array_end(w);
    json_write_object_end(w);
}

/* ---- the verb ------------------------------------------------------------------------------------ */

static void show(Cli *cli, Stream *s)
{
    Buf out = cli_buf(cli);
    JsonWriter w;

    if (args_has(&cli->args, OPT_TAPE_JSON)) {
        json_write_init(&w, &out, false);
        put_stream(&w, s);
        buf_char(&out, '\n');
        cli_put_bytes(cli, buf_span(&out));
    } else {
        put_text(s, &out);
        cli_put(cli, buf_span(&out));
    }
}

/* Days that `odx import` has not renamed yet. */
static Status note_parts(Cli *cli, const char *path, Err *err)
{
    FolderFiles parts = {0};
    Buf note = cli_buf(cli);
    Status st = ST_OK;

    if (file_is_folder(path))
        st = folder_find(cli->arena, path, ".tape.part", FILES_MAX, &parts, err);
    if (st != ST_OK || !parts.count) return st;
    buf_str(&note, "odx: ");
    put_count(&note, parts.count, "file");
    buf_str(&note,
            " of an import that was stopped, or is at work; the same command goes on with it\n");
    out_put(&cli->err, buf_span(&note));
    return ST_OK;
}

int cmd_tape(Cli *cli)
{
    const char *path = cli->args.plain[0];
    FolderFiles files = {0};
    Names names = {0};
    Err err = ERR_NONE;
    int code = EXIT_CLEAN;
    Status st;

    if (!dataset_is(path))
        return cli_fail(cli, EXIT_USE, "%s: is neither a tape nor a folder of tapes", path);
    st = note_parts(cli, path, &err);
    if (st == ST_OK) st = find_tapes(cli, path, &files, &err);
    if (st == ST_OK) st = find_streams(cli, &files, &names, &err);
    for (size_t i = 0; i < names.count && st == ST_OK; i++) {
        Stream s;

        st = look(cli, path, names.items[i], i == 0, &s, &err);
        if (st != ST_OK) break;
        show(cli, &s);
        if (s.damage.count || s.data.headless) code = EXIT_FINDINGS;
    }
    return st == ST_OK ? code : cli_fail_err(cli, &err);
}
