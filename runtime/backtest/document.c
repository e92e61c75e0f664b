/* document.c — see document.h. */
#include "runtime/backtest/document.h"

#include "runtime/backtest/result_text.h"
#include "runtime/engine/engine.h"

enum { TAIL_BYTES = 64 << 20 };

static void put_words(JsonWriter *w, const char *name, const char *const *words, size_t count)
{
    json_key_array(w, name);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, span_str(words[i]));
    json_write_array_end(w);
}

static void put_files(JsonWriter *w, const DocumentSources *s)
{
    put_words(w, "files", s->files, s->file_count);
    put_words(w, "wallets", s->wallets, s->wallet_count);
    json_key_int(w, "copies", s->copies);
    json_key_bool(w, "shared_book", s->has_shared_book);
}

static void put_sources(JsonWriter *w, const Result *r, const DocumentSources *s)
{
    json_key_object(w, "sources");
    if (r->assignment_count)
        put_files(w, s);
    else
        json_key_text(w, "file", span_str(s->file));
    put_words(w, "data", s->data, s->data_count);
    put_words(w, "params", s->params, s->param_count);
    if (s->cash) json_key_text(w, "cash", span_str(s->cash));
    json_key_text(w, "fill", span_str(fill_model_name(s->model)));
    json_key_int(w, "from_us", s->from_us);
    json_key_int(w, "to_us", s->to_us);
    json_key_int(w, "latency_us", s->latency_us);
    json_key_int(w, "jitter_us", s->jitter_us);
    json_key_int(w, "seed", s->seed);
    json_key_int(w, "trials", (int64_t)s->trials);
    json_key_number(w, "trial_variance", s->trial_variance);
    json_key_text(w, "notes", s->notes);
    json_write_object_end(w);
}

/* Labels are comments, which no hash is of. */
static void put_rules(JsonWriter *w, const Result *r)
{
    json_key_array(w, "rules");
    for (uint32_t i = 0; i < r->rule_count; i++)
        json_write_string(w, r->rules[i]);
    json_write_array_end(w);
}

/* What depends on the program's version and on where files lie is behind what is hashed. */
static void put_tail(Buf *tail, const Result *r, const DocumentSources *s, Span hashed)
{
    uint8_t sum[SHA256_SIZE];
    JsonWriter w;

    sha256(hashed, sum);
    json_write_init(&w, tail, false);
    json_write_object(&w);
    json_key_text(&w, "engine_version", SPAN(ENGINE_VERSION));
    put_rules(&w, r);
    put_sources(&w, r, s);
    json_key_sha256(&w, "document_sha256", sum);
    json_write_object_end(&w);
}

void document_put(Buf *out, const Result *r, const DocumentSources *sources, Arena *arena)
{
    Buf tail;

    buf_init(&tail, arena, TAIL_BYTES);
    result_json(out, r);
    put_tail(&tail, r, sources, buf_span(out));
    if (buf_is_full(out) || buf_is_full(&tail)) return;
    buf_truncate(out, out->len - 1); /* the closing brace ... */
    buf_char(out, ',');
    buf_span_put(out, span_from(buf_span(&tail), 1)); /* ... is the tail's */
    buf_char(out, '\n');
}
