/* supplies.c — see supplies.h. */
#include "runtime/embed/supplies.h"

#include "runtime/matcher/matcher.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { MS_US = 1000 };

void supplies_init(Supplies *s)
{
    *s = (Supplies){.latency_ms = -1, .jitter_ms = -1, .seed = 1};
}

/* ---- the request ------------------------------------------------------------------------------------ */

static bool read_source(Supply *source, RequestReader *r)
{
    const struct {
        Span name, *ret;
    } keys[] = {{SPAN_INIT("market"), &source->market},
                {SPAN_INIT("stream"), &source->stream},
                {SPAN_INIT("as"), &source->as}};

    for (;;) {
        bool is_known = false;
        JsonEvent e;
        Span key;

        if (!request_event(r, &e)) return false;
        if (e.kind == JSON_OBJECT_END) return true;
        key = e.text;
        if (span_is(key, SPAN("data"))) {
            if (!request_whole(r, key, &source->data)) return false;
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(keys) && !is_known; i++) {
            if (!span_is(key, keys[i].name)) continue;
            is_known = true;
            if (!request_text(r, key, keys[i].ret)) return false;
        }
        if (!is_known) return request_unknown(r, key);
    }
}

static bool read_sources(Supplies *s, RequestReader *r, Span key)
{
    JsonEvent e;

    if (!request_event(r, &e)) return false;
    if (e.kind != JSON_ARRAY) return request_fail(r, "`%S` is an array of objects", key);
    for (s->count = 0;; s->count++) {
        if (!request_event(r, &e)) return false;
        if (e.kind == JSON_ARRAY_END) return true;
        if (e.kind != JSON_OBJECT) return request_fail(r, "`%S` is an array of objects", key);
        if (s->count == SUPPLIES_MAX) return request_fail(r, "`%S` has too many items", key);
        s->items[s->count] = (Supply){.data = 0};
        if (!read_source(&s->items[s->count], r)) return false;
    }
}

bool supplies_key(Supplies *s, RequestReader *r, Span key, bool *ret_known)
{
    const struct {
        Span name;
        int64_t *ret, most;
    } keys[] = {{SPAN_INIT("latency"), &s->latency_ms, MATCHER_LATENCY_MAX_MS},
                {SPAN_INIT("jitter"), &s->jitter_ms, MATCHER_LATENCY_MAX_MS},
                {SPAN_INIT("seed"), &s->seed, INT64_MAX},
                {SPAN_INIT("from_us"), &s->from_us, INT64_MAX},
                {SPAN_INIT("to_us"), &s->to_us, INT64_MAX}};

    *ret_known = true;
    if (span_is(key, SPAN("data"))) return read_sources(s, r, key);
    if (span_is(key, SPAN("fill"))) return request_text(r, key, &s->fill);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (!span_is(key, keys[i].name)) continue;
        if (!request_whole(r, key, keys[i].ret)) return false;
        return *keys[i].ret <= keys[i].most || request_fail(r, "`%S` is too large", key);
    }
    *ret_known = false;
    return true;
}

bool supplies_model(const Supplies *s, FillModel *ret)
{
    *ret = MODEL_QUEUE;
    for (int model = 0; model < MODELS; model++) {
        if (!span_eq_str(s->fill, fill_model_name((FillModel)model))) continue;
        *ret = (FillModel)model;
        return true;
    }
    return !s->fill.len;
}

int64_t supplies_latency_us(const Supplies *s)
{
    return (s->latency_ms < 0 ? MATCHER_LATENCY_MS : s->latency_ms) * MS_US;
}

int64_t supplies_jitter_us(const Supplies *s)
{
    return s->jitter_ms < 0 ? supplies_latency_us(s) / MS_US / 5 * MS_US : s->jitter_ms * MS_US;
}

/* ---- which data ------------------------------------------------------------------------------------- */

typedef struct Opening {
    Supplies *s;
    const Program *program;
    Arena *arena;
    Work *w;
    bool *has_rows; /* by market */
} Opening;

static bool fail(Opening *o, const char *fmt, Span word)
{
    program_error(o->w, fmt, word);
    return false;
}

/* The one it names, else the first one without ticks. */
static bool find_market(Opening *o, const Supply *source, uint32_t *ret)
{
    for (*ret = 0; *ret < o->program->markets_count; ++*ret) {
        if (source->market.len ? span_is(o->program->markets[*ret].name, source->market)
                               : !o->has_rows[*ret])
            break;
    }
    if (*ret == o->program->markets_count)
        return source->market.len ? fail(o, "the strategy has no market `%S`", source->market)
                                  : fail(o, "every market has its ticks already%S", SPAN(""));
    return !o->has_rows[*ret] || fail(o, "`%S` has its ticks already", source->market);
}

/* The wanted one, else the market's own, else the only one. */
static const DataStream *find_stream(Opening *o, const Data *d, Span wanted, Span own)
{
    Span name = wanted.len ? wanted : own;

    for (uint32_t i = 0; i < data_streams(d); i++)
        if (span_is(data_stream(d, i)->name, name)) return data_stream(d, i);
    if (wanted.len)
        fail(o, "the data has no stream `%S`", wanted);
    else if (data_streams(d) != 1)
        fail(o,
             data_streams(d) ? "the data has several streams, and none is `%S`: name one of them"
                             : "there are no ticks for `%S` in the data",
             own);
    else
        return data_stream(d, 0);
    return NULL;
}

/* Up to the second colon: venue and asset. */
static Span stream_asset(Span stream)
{
    size_t colon = span_find_char(stream, ':'), second;

    if (colon == SPAN_NONE_AT) return stream;
    second = span_find_char(span_from(stream, colon + 1), ':');
    return second == SPAN_NONE_AT ? stream : span_sub(stream, 0, colon + 1 + second);
}

/* Another asset or venue is somebody else's market; another duration is a remark. */
static bool match_stream(Opening *o, const DataStream *stream, Span want)
{
    bool is_ours = span_is(stream_asset(want), stream_asset(stream->name));
    Buf text;

    if (!want.len || !stream->name.len || span_is(want, stream->name)) return true;
    buf_init(&text, o->arena, 1 << 12);
    buf_fmt(&text, "%sthe strategy trades %S, the data is %S",
            is_ours ? "" : "no matching stream: ", want, stream->name);
    if (is_ours) return vec_push(o->arena, &o->s->remarks, buf_span(&text));
    work_error(o->w, buf_span(&text));
    return false;
}

/* Rows from the one instant to before the other, and the slots that ended in between. */
static MarketRows cut(const Opening *o, const TickTable *t)
{
    int64_t from_us = o->s->from_us, to_us = o->s->to_us ? o->s->to_us : INT64_MAX;
    SlotLabel *labels = arena_array(o->arena, SlotLabel, t->label_count);
    size_t from = 0, to = t->count, kept = 0;

    while (from < to && t->rows[from].ts_us < from_us)
        from++;
    while (to > from && t->rows[to - 1].ts_us >= to_us)
        to--;
    for (size_t i = 0; i < t->label_count && labels; i++) {
        int64_t end = t->labels[i].slot_start_us + t->labels[i].slot_us;

        if (end > from_us && end <= to_us) labels[kept++] = t->labels[i];
    }
    return (MarketRows){t->rows ? t->rows + from : NULL, to - from, labels, kept};
}

/* A word as a command line has it. */
static const char *word_of(const Opening *o, Span name, Span value)
{
    Buf b;

    buf_init(&b, o->arena, 1 << 16);
    if (name.len) buf_fmt(&b, "%S=", name);
    buf_span_put(&b, value);
    return arena_span(o->arena, buf_span(&b)).ptr;
}

static bool open_source(Opening *o, uint32_t i, uint8_t (*sums)[SHA256_SIZE])
{
    Supply *source = &o->s->items[i];
    Data *d = source->data <= INT32_MAX ? data_find((int32_t)source->data) : NULL;
    const DataStream *stream;
    uint32_t market;
    Span own;

    if (!d) return fail(o, "`data` names nothing that is open and read%S", SPAN(""));
    if (!find_market(o, source, &market)) return false;
    own = dataset_stream(o->program->markets[market].venue, o->program->markets[market].selector,
                         o->arena);
    stream = find_stream(o, d, source->stream, own);
    if (!stream || !match_stream(o, stream, own)) return false;
    data_keep(d);
    o->s->kept[i] = d;
    o->has_rows[market] = true;
    o->s->rows[market] = cut(o, &stream->table);
    o->s->streams[market] = arena_span(o->arena, stream->name);
    if (span_is(own, stream->name))
        memcpy(sums[market], stream->sum, SHA256_SIZE);
    else
        ticks_sha256(&stream->table, own, sums[market]);
    o->s->data[i] = word_of(o, source->market, source->as.len ? source->as : stream->name);
    return true;
}

/* Of one market its own sum, of several the sum of theirs. */
static void sum_up(Supplies *s, uint8_t (*sums)[SHA256_SIZE])
{
    Sha256 all;

    memcpy(s->tape, sums[0], SHA256_SIZE);
    if (s->market_count == 1) return;
    sha256_init(&all);
    for (uint32_t i = 0; i < s->market_count; i++)
        sha256_update(&all, sums[i], SHA256_SIZE);
    sha256_final(&all, s->tape);
}

static bool check_rows(Opening *o)
{
    const Supplies *s = o->s;

    for (uint32_t i = 0; i < s->market_count; i++) {
        if (s->rows[i].count) continue;
        return fail(o,
                    s->from_us || s->to_us ? "`%S` has no ticks in that range of time"
                                           : "`%S` has no ticks",
                    o->program->markets[i].name);
    }
    return true;
}

static void put_words(Opening *o, const EmbedProgram *p)
{
    Supplies *s = o->s;

    for (uint32_t i = 0; i < p->request.params_count; i++)
        s->params[i] = word_of(o, p->request.params[i].name, p->request.params[i].text);
    s->file = arena_span(o->arena, p->request.name).ptr;
    s->cash = p->request.cash.len ? arena_span(o->arena, p->request.cash).ptr : NULL;
}

bool supplies_open(Supplies *s, const EmbedProgram *p, Arena *arena, Work *w)
{
    uint32_t n = p->c.program->markets_count;
    Opening o = {s, p->c.program, arena, w, arena_array(arena, bool, n + 1)};
    uint8_t(*sums)[SHA256_SIZE] = arena_alloc_array(arena, n + 1, SHA256_SIZE);

    s->rows = arena_array(arena, MarketRows, n + 1);
    s->streams = arena_array(arena, Span, n + 1);
    s->data = arena_array(arena, const char *, SUPPLIES_MAX);
    s->params = arena_array(arena, const char *, REQUEST_MAX_WORDS);
    s->market_count = n;
    if (arena_is_full(arena)) return false;
    if (!n) return fail(&o, "the strategy names no market that ticks could be of%S", SPAN(""));
    if (s->to_us && s->to_us <= s->from_us)
        return fail(&o, "`to_us` is not later than `from_us`: nothing lies between%S", SPAN(""));
    for (uint32_t i = 0; i < s->count; i++)
        if (!open_source(&o, i, sums)) return false;
    if (!check_rows(&o)) return false;
    for (uint32_t i = 0; i < n; i++)
        s->ticks += s->rows[i].count;
    put_words(&o, p);
    sum_up(s, sums);
    return !arena_is_full(arena);
}

void supplies_close(Supplies *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->kept[i]) data_let_go(s->kept[i]);
}

void supplies_put(const Supplies *s, Work *w)
{
    char hex[2 * SHA256_SIZE + 1];

    sha256_hex(s->tape, hex);
    work_text(w, SPAN("tape_sha256"), span_str(hex));
    json_write_key(&w->json, SPAN("streams"));
    json_write_array(&w->json);
    for (uint32_t i = 0; i < s->market_count; i++)
        json_write_string(&w->json, s->streams[i]);
    json_write_array_end(&w->json);
    json_write_key(&w->json, SPAN("remarks"));
    json_write_array(&w->json);
    for (size_t i = 0; i < s->remarks.count; i++)
        json_write_string(&w->json, s->remarks.items[i]);
    json_write_array_end(&w->json);
}

/* ---- trials ----------------------------------------------------------------------------------------- */

Span trial_records(const Trial *trials, size_t count, Arena *arena)
{
    char *bytes = arena_alloc(arena, count * TRIAL_RECORD);

    if (arena_is_full(arena)) return (Span){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        char *at = bytes + i * TRIAL_RECORD;

        memcpy(at, trials[i].strategy, SHA256_SIZE);
        memcpy(at + SHA256_SIZE, trials[i].settings, SHA256_SIZE);
        memcpy(at + TRIAL_KEY, &trials[i].sharpe, sizeof trials[i].sharpe);
    }
    return span_of(bytes, count * TRIAL_RECORD);
}

bool trial_count(Span before, Span ours, Arena *arena, uint64_t *ret_trials, double *ret_variance)
{
    const Span parts[] = {before, ours};
    uint64_t runs;
    TrialSet set;

    trialset_init(&set, arena);
    for (size_t part = 0; part < ARRAY_LEN(parts); part++)
        for (size_t at = 0; at + TRIAL_RECORD <= parts[part].len; at += TRIAL_RECORD) {
            const uint8_t *record = (const uint8_t *)parts[part].ptr + at;
            uint64_t bits;

            memcpy(&bits, record + TRIAL_KEY, sizeof bits);
            if (!trialset_take(&set, record, num_from_bits(bits))) return false;
        }
    return trialset_count(&set, NULL, ret_trials, &runs, ret_variance);
}
