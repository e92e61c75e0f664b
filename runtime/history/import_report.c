/* import_report.c — the report of an import as JSON. */
#include "runtime/history/import.h"
#include "vm/base/json.h"

static void put_names(JsonWriter *w, const char *key, const Span *names, size_t count)
{
    json_key_array(w, key);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, names[i]);
    json_write_array_end(w);
}

static void put_streams(JsonWriter *w, const ImportReport *r)
{
    json_key_array(w, "streams");
    for (size_t i = 0; i < r->streams.count; i++) {
        const ImportStream *s = &r->streams.items[i];

        json_write_object(w);
        json_key_text(w, "name", s->name);
        json_key_uint(w, "ticks", s->ticks);
        json_key_uint(w, "slots", s->slots);
        json_key_uint(w, "winners", s->winners);
        if (s->ticks) {
            json_key_int(w, "first_us", s->first_us);
            json_key_int(w, "last_us", s->last_us);
        }
        if (s->sha256.len) json_key_text(w, "tape_sha256", s->sha256);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_problems(JsonWriter *w, const ImportReport *r)
{
    json_key_object(w, "problems");
    for (ImportProblem p = 0; p < PROBLEM_COUNT; p++)
        json_key_uint(w, import_problem_name(p), r->problems[p]);
    json_write_object_end(w);
    json_key_array(w, "examples");
    for (size_t i = 0; i < r->examples.count; i++) {
        const ImportExample *e = &r->examples.items[i];

        json_write_object(w);
        json_key_text(w, "problem", span_str(import_problem_name(e->problem)));
        json_key_uint(w, "line", e->line);
        json_key_text(w, "text", e->text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_gaps(JsonWriter *w, const ImportReport *r)
{
    json_key_uint(w, "gap_count", r->gap_count);
    json_key_uint(w, "gap_us", r->gap_us);
    json_key_array(w, "gaps");
    for (size_t i = 0; i < r->gaps.count; i++) {
        json_write_object(w);
        json_key_text(w, "stream", r->gaps.items[i].stream);
        json_key_int(w, "from_us", r->gaps.items[i].from_us);
        json_key_int(w, "to_us", r->gaps.items[i].to_us);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

void import_report_put(const ImportReport *r, Buf *out)
{
    char key[24];
    JsonWriter w;
    Buf hex;

    buf_init_fixed(&hex, key, sizeof key);
    buf_hex(&hex, r->key, 16);
    json_write_init(&w, out, false);
    json_write_object(&w);
    json_key_text(&w, "key", buf_span(&hex));
    json_key_text(&w, "file", r->file);
    json_key_text(&w, "format", r->format);
    json_key_bool(&w, "was_there", r->was_there);
    json_key_uint(&w, "rows", r->rows);
    json_key_uint(&w, "ticks", r->ticks);
    json_key_uint(&w, "labels", r->labels);
    json_key_uint(&w, "fills", r->fills);
    put_streams(&w, r);
    put_problems(&w, r);
    put_gaps(&w, r);
    put_names(&w, "columns_not_kept", r->unknown.items, r->unknown.count);
    put_names(&w, "leaks", r->leaks.items, r->leaks.count);
    json_write_object_end(&w);
}
