/* cmd_verify_result.c — `odx verify-result`: has a backtest's JSON been changed, and does it come out again? */
#include <string.h>

#include "runtime/backtest/result_text.h"
#include "runtime/cli/backtest_job.h"
#include "runtime/core/file.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"
#include "vm/base/num.h"

enum { RESULT_LIMIT_MIB = 512, WORDS_MAX = 256, WORD_HASHES = 3 };

static const char *const hash_names[WORD_HASHES] = {"tape_sha256", "image_sha256", "result_sha256"};
static const char *const hash_means[WORD_HASHES] = {
    "the data is not the same", "the strategy is not the same", "it traded otherwise"};

typedef struct Check {
    Cli *cli;
    const char *path;
    JsonReader reader;
    Buf hashed; /* the document without what stands behind it */
    Span document_sha256, hashes[WORD_HASHES];
    BacktestJob job;
    const char *data[WORDS_MAX], *params[WORDS_MAX];
    const char *files[WORDS_MAX], *wallets[WORDS_MAX]; /* of several */
    bool has_sources;
} Check;

/* ---- reading ------------------------------------------------------------------------------------- */

/* One value, whole. */
static bool copy_whole(Check *c, JsonWriter *w, const JsonEvent *first)
{
    JsonEvent e = *first;
    int depth = 0;

    for (;;) {
        json_write_event(w, &e, c->cli->arena);
        if (e.kind == JSON_OBJECT || e.kind == JSON_ARRAY) depth++;
        if (e.kind == JSON_OBJECT_END || e.kind == JSON_ARRAY_END) depth--;
        if (!depth && e.kind != JSON_KEY) return true;
        if (json_next(&c->reader, &e) == JSON_ERROR) return false;
    }
}

static const char *word_of(const Check *c, const JsonEvent *e)
{
    return arena_span(c->cli->arena, json_decode(e, c->cli->arena)).ptr;
}

static bool read_words(Check *c, const char **words, size_t *ret_count)
{
    JsonEvent e;

    while (json_next(&c->reader, &e) == JSON_STRING)
        if (*ret_count < WORDS_MAX) words[(*ret_count)++] = word_of(c, &e);
    return e.kind == JSON_ARRAY_END;
}

static bool read_model(BacktestJob *job, Span name)
{
    for (int m = 0; m < MODELS; m++) {
        if (!span_eq_str(span_str(fill_model_name((FillModel)m)), name.ptr)) continue;
        job->model = (FillModel)m;
        return true;
    }
    return false;
}

static bool read_source(Check *c, const JsonEvent *key)
{
    static const struct {
        const char *name;
        size_t at;
    } numbers[] = {
        {"from_us", offsetof(BacktestJob, from_us)},
        {"to_us", offsetof(BacktestJob, to_us)},
        {"latency_us", offsetof(BacktestJob, latency_us)},
        {"jitter_us", offsetof(BacktestJob, jitter_us)},
        {"seed", offsetof(BacktestJob, seed)},
        {"trials", offsetof(BacktestJob, trials)},
        {"copies", offsetof(BacktestJob, copies)},
    };
    const struct {
        const char *name, **words;
        size_t *count;
    } lists[] = {
        {"data", c->data, &c->job.words.data_count},
        {"params", c->params, &c->job.words.param_count},
        {"files", c->files, &c->job.file_count},
        {"wallets", c->wallets, &c->job.wallet_count},
    };
    BacktestJob *job = &c->job;
    JsonEvent e;
    JsonKind kind = json_next(&c->reader, &e);

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (json_is(key, span_str(lists[i].name)) && kind == JSON_ARRAY)
            return read_words(c, lists[i].words, lists[i].count);
    if (json_is(key, SPAN("shared_book"))) job->has_shared_book = kind == JSON_TRUE;
    if (json_is(key, SPAN("file")) && kind == JSON_STRING) job->file = word_of(c, &e);
    if (json_is(key, SPAN("cash")) && kind == JSON_STRING) job->words.cash = word_of(c, &e);
    if (json_is(key, SPAN("fill")) && kind == JSON_STRING)
        return read_model(job, span_str(word_of(c, &e)));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int64_t value = 0;

        if (!json_is(key, span_str(numbers[i].name)) || kind != JSON_NUMBER) continue;
        if (!fx_parse(e.text, 0, FX_DOWN, &value) || value < 0) return false;
        memcpy((char *)job + numbers[i].at, &value, sizeof value);
    }
    if (json_is(key, SPAN("trial_variance")) && kind == JSON_NUMBER) job->trial_variance = e.number;
    if (kind == JSON_ARRAY || kind == JSON_OBJECT) return json_skip(&c->reader, &e);
    return kind == JSON_STRING || kind == JSON_NUMBER || kind == JSON_NULL || kind == JSON_TRUE ||
           kind == JSON_FALSE;
}

static bool read_sources(Check *c)
{
    JsonEvent e;

    c->has_sources = true;
    while (json_next(&c->reader, &e) == JSON_KEY)
        if (!read_source(c, &e)) return false;
    return e.kind == JSON_OBJECT_END;
}

/* A member of the document, whose value comes next. */
static bool read_member(Check *c, JsonWriter *w, const JsonEvent *key)
{
    JsonEvent e;

    if (json_next(&c->reader, &e) == JSON_ERROR) return false;
    if (json_is(key, SPAN("engine_version"))) return true;
    if (json_is(key, SPAN("rules"))) return json_skip(&c->reader, &e);
    if (json_is(key, SPAN("sources"))) return e.kind == JSON_OBJECT && read_sources(c);
    if (json_is(key, SPAN("document_sha256"))) {
        c->document_sha256 = e.text;
        return e.kind == JSON_STRING;
    }
    for (int i = 0; i < WORD_HASHES; i++)
        if (json_is(key, span_str(hash_names[i])) && e.kind == JSON_STRING) c->hashes[i] = e.text;
    json_write_key(w, json_decode(key, c->cli->arena));
    return copy_whole(c, w, &e);
}

static bool read_document(Check *c)
{
    JsonWriter w;
    JsonEvent e;

    if (json_next(&c->reader, &e) != JSON_OBJECT) return false;
    json_write_init(&w, &c->hashed, false);
    json_write_object(&w);
    while (json_next(&c->reader, &e) == JSON_KEY)
        if (!read_member(c, &w, &e)) return false;
    if (e.kind != JSON_OBJECT_END) return false;
    json_write_object_end(&w);
    return c->document_sha256.len == 2 * SHA256_SIZE;
}

static int load(Check *c)
{
    Err err = ERR_NONE;
    Span text;

    if (file_read(c->cli->arena, c->path, (size_t)RESULT_LIMIT_MIB << 20, &text, &err) != ST_OK)
        return cli_fail_err(c->cli, &err);
    c->hashed = cli_buf(c->cli);
    json_init_terminated(&c->reader, text,
                         (JsonLimits){(size_t)RESULT_LIMIT_MIB << 20, JSON_DEPTH_MAX},
                         c->cli->scratch);
    if (read_document(c)) return EXIT_CLEAN;
    return cli_fail(c->cli, EXIT_FINDINGS, "%s: not what `odx backtest --json` writes", c->path);
}

/* ---- judging ------------------------------------------------------------------------------------- */

static int say(Check *c, int code, const char *fmt, Span what)
{
    Buf line = cli_buf(c->cli);

    buf_fmt(&line, "%s: ", c->path);
    buf_fmt(&line, fmt, what);
    buf_char(&line, '\n');
    cli_put(c->cli, buf_span(&line));
    return code;
}

static int check_hash(Check *c)
{
    uint8_t sum[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    sha256(buf_span(&c->hashed), sum);
    sha256_hex(sum, hex);
    if (span_eq_str(c->document_sha256, hex))
        return say(c, EXIT_CLEAN, "as it was written (document_sha256 %S)", c->document_sha256);
    return say(c, EXIT_FINDINGS,
               "changed since it was written: its figures give document_sha256 %S", span_str(hex));
}

/* The first file that is needed and not there; NULL: all are. */
static const char *missing(const Check *c)
{
    for (size_t i = 0; i < c->job.file_count; i++)
        if (!file_exists(c->files[i])) return c->files[i];
    for (size_t i = 0; i < c->job.words.data_count; i++) {
        const char *eq = strchr(c->data[i], '='), *path = eq ? eq + 1 : c->data[i];

        if (!file_exists(path) && !file_exists(c->data[i])) return path;
    }
    return NULL;
}

static int compare(Check *c)
{
    const Result *r = c->job.result;
    const uint8_t *now[WORD_HASHES] = {r->tape_sha256, r->image_sha256, r->result_sha256};
    Buf text = cli_buf(c->cli);

    for (int i = 0; i < WORD_HASHES; i++) {
        char hex[2 * SHA256_SIZE + 1];

        sha256_hex(now[i], hex);
        if (!span_eq_str(c->hashes[i], hex))
            return say(c, EXIT_FINDINGS, "run again, it differs: %S", span_str(hash_means[i]));
    }
    result_json(&text, r);
    if (span_is(buf_span(&text), buf_span(&c->hashed)))
        return say(c, EXIT_CLEAN, "run again, it comes out the same%S", SPAN(""));
    return say(c, EXIT_FINDINGS, "run again, it trades the same, but figures%S",
               SPAN(" in the file are not those of this version, or were changed"));
}

static int run_again(Check *c)
{
    const char *absent;
    int code;

    if (!c->job.file_count && c->job.file) c->files[c->job.file_count++] = c->job.file;
    if (c->job.file_count) c->job.file = c->files[0];
    if (!c->has_sources || !c->job.file)
        return say(c, EXIT_CLEAN, "not run again: it does not say of what%S", SPAN(""));
    absent = missing(c);
    if (absent) return say(c, EXIT_CLEAN, "not run again: %S is not here", span_str(absent));
    c->job.files = c->files;
    c->job.wallets = c->wallets;
    c->job.words.data = c->data;
    c->job.words.params = c->params;
    c->job.words.data_option = "--data";
    code = backtest_job_run(c->cli, &c->job);
    return code == EXIT_CLEAN ? compare(c) : code;
}

int cmd_verify_result(Cli *cli)
{
    Check *c = arena_new(cli->arena, Check);
    int code, again;

    c->cli = cli;
    c->path = cli->args.plain[0];
    c->job.trial_variance = UNKNOWN;
    code = load(c);
    if (code != EXIT_CLEAN) return code;
    code = check_hash(c);
    again = run_again(c);
    return again > code ? again : code;
}
