/* import_report.c — the report of an import as JSON. */
#include "runtime/history/import.h"
#include "vm/base/json.h"

static void put_count(JsonWriter *w, Span key, uint64_t value)
{
    json_write_key(w, key);
    json_write_uint(w, value);
}

static void put_text(JsonWriter *w, Span key, Span value)
{
    json_write_key(w, key);
    json_write_string(w, value);
}

static void put_names(JsonWriter *w, Span key, const Span *names, size_t count)
{
    json_write_key(w, key);
    json_write_array(w);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, names[i]);
    json_write_array_end(w);
}

static void put_streams(JsonWriter *w, const ImportReport *r)
{
    json_write_key(w, SPAN("streams"));
    json_write_array(w);
    for (size_t i = 0; i < r->streams.count; i++) {
        const ImportStream *s = &r->streams.items[i];

        json_write_object(w);
        put_text(w, SPAN("name"), s->name);
        put_count(w, SPAN("ticks"), s->ticks);
        put_count(w, SPAN("slots"), s->slots);
        put_count(w, SPAN("winners"), s->winners);
        if (s->ticks) {
            json_write_key(w, SPAN("first_us"));
            json_write_int(w, s->first_us);
            json_write_key(w, SPAN("last_us"));
            json_write_int(w, s->last_us);
        }
        if (s->sha256.len) put_text(w, SPAN("tape_sha256"), s->sha256);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_problems(JsonWriter *w, const ImportReport *r)
{
    json_write_key(w, SPAN("problems"));
    json_write_object(w);
    for (ImportProblem p = 0; p < PROBLEM_COUNT; p++)
        put_count(w, span_str(import_problem_name(p)), r->problems[p]);
    json_write_object_end(w);
    json_write_key(w, SPAN("examples"));
    json_write_array(w);
    for (size_t i = 0; i < r->examples.count; i++) {
        const ImportExample *e = &r->examples.items[i];

        json_write_object(w);
        put_text(w, SPAN("problem"), span_str(import_problem_name(e->problem)));
        put_count(w, SPAN("line"), e->line);
        put_text(w, SPAN("text"), e->text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_gaps(JsonWriter *w, const ImportReport *r)
{
    put_count(w, SPAN("gap_count"), r->gap_count);
    put_count(w, SPAN("gap_us"), r->gap_us);
    json_write_key(w, SPAN("gaps"));
    json_write_array(w);
    for (size_t i = 0; i < r->gaps.count; i++) {
        json_write_object(w);
        put_text(w, SPAN("stream"), r->gaps.items[i].stream);
        json_write_key(w, SPAN("from_us"));
        json_write_int(w, r->gaps.items[i].from_us);
        json_write_key(w, SPAN("to_us"));
        json_write_int(w, r->gaps.items[i].to_us);
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
    put_text(&w, SPAN("key"), buf_span(&hex));
    put_text(&w, SPAN("file"), r->file);
    put_text(&w, SPAN("format"), r->format);
    json_write_key(&w, SPAN("was_there"));
    json_write_bool(&w, r->was_there);
    put_count(&w, SPAN("rows"), r->rows);
    put_count(&w, SPAN("ticks"), r->ticks);
    put_count(&w, SPAN("labels"), r->labels);
    put_count(&w, SPAN("fills"), r->fills);
    put_streams(&w, r);
    put_problems(&w, r);
    put_gaps(&w, r);
    put_names(&w, SPAN("columns_not_kept"), r->unknown.items, r->unknown.count);
    put_names(&w, SPAN("leaks"), r->leaks.items, r->leaks.count);
    json_write_object_end(&w);
}
