/* fuzz_cursor.c — any bytes as the host of odx-backtest.wasm's time cursor (embed_backtest.h).
 *
 * The first byte says how much memory there is; then a recording, a byte a row; then steps, a byte each and what it
 * wants.  Promises checked: a result is an answer or a problem of problems.def, an answer is one JSON object within
 * the memory; a step says the same whenever and from wherever it is looked at; jumps and stretches lie where they must
 * and agree; once everything is closed all of the memory is free. */
#include "runtime/embed/cursor.h"
#include "runtime/embed/embed_backtest.h"
#include "runtime/embed/page.h"
#include "runtime/proof/cursor.h"
#include "tests/fuzz/host.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    STEPS_MAX = 40,
    OPENS_MAX = 2, /* they compile */
    CURSORS = 2,
    SEEN = 128, /* steps of which we know what they said */
    ROWS_MAX = 60,
    VALUES = 24 /* no strategy here has as many conditions */
};

typedef struct Walked {
    int32_t handle;
    uint64_t said[SEEN]; /* hash of the answer; 0: not looked at */
} Walked;

typedef struct Host {
    Bytes in;
    Arena arena;
    int32_t data;
    Walked cursors[CURSORS];
    uint32_t opens;
} Host;

/* ---- calls ------------------------------------------------------------------------------------------- */

typedef struct Answer {
    uint64_t hash;  /* of its words; 0: a problem */
    int64_t number; /* behind the key that was asked for; -1: none, or null */
} Answer;

static Answer take(Host *h, int32_t result, Span name)
{
    Answer a = {0, -1};
    uint32_t at, len;
    Span json;

    BUG_IF(result == 0 || result < EMBED_LIMIT);
    if (result < 0) return a;
    at = odx_json(result);
    len = odx_json_length(result);
    BUG_IF(at > page_end() || len > page_end() - at);
    json = (Span){(const char *)page_at(at), len};
    a = (Answer){hash_span(json) | 1, host_number(&h->arena, json, name, 2)};
    BUG_IF(odx_release(result) != 0);
    return a;
}

static int64_t ask(Host *h, int32_t (*verb)(uint32_t ptr, uint32_t len), Span bytes, Span name)
{
    uint32_t ptr = host_put(bytes);
    int64_t number = ptr ? take(h, verb(ptr, (uint32_t)bytes.len), name).number : -1;

    if (ptr) BUG_IF(odx_free(ptr) != 0);
    return number;
}

/* ---- the recording ------------------------------------------------------------------------------------- */

static void put_rows(Host *h, Buf *b)
{
    static const int64_t waits[] = {1, 5, 15, 60, 61, 0, 300, INT64_C(8) * 86400};
    uint32_t count = input_byte(&h->in) % ROWS_MAX;
    int64_t ts = 1767603600;

    buf_str(b, "r.csvts_us,symbol,slot_ts,slot_duration,bid_up,ask_up,winner\n");
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t what = input_byte(&h->in), bid = 30 + 3 * (what & 15);

        buf_fmt(b, "%lld000000,BTC,%lld,300,0.%u,0.%u,%s\n", (long long)ts,
                (long long)(ts - ts % 300), bid, bid + 2, what & 128 ? "up" : "");
        ts += waits[what >> 4 & 7];
    }
}

static void open_data(Host *h)
{
    enum { NAME = 5 };
    ArenaMark mark = arena_mark(&h->arena);
    uint32_t ptr;
    Buf b;

    h->data = (int32_t)ask(h, odx_data_open, SPAN("{}"), SPAN("data"));
    buf_init(&b, &h->arena, 1 << 16);
    put_rows(h, &b);
    ptr = host_put(buf_span(&b));
    if (ptr) {
        take(h, odx_data_file(h->data, NAME, ptr, (uint32_t)b.len), SPAN(""));
        BUG_IF(odx_free(ptr) != 0);
        take(h, odx_data_read(h->data, 0), SPAN(""));
    }
    arena_release(&h->arena, mark);
}

/* ---- a cursor ------------------------------------------------------------------------------------------ */

#define BEGIN "odx 1\nstrategy \"T\"\nmarket m = polymarket \"btc-updown-5m\"\n"
static const char *const texts[] = {
    BEGIN "param p = 40c in 30c .. 60c step 10c\nwhen up.ask < p and slot.progress > 10% { buy 10 "
          "shares of up at up.ask }\nrisk { stop loss 10% take profit 20% }\n",
    BEGIN "while up.bid > 40c or ema(up.mid, 3) < 50c { quote up { bid up.bid - 1c size 10 shares "
          "} }\n",
    BEGIN
    "state n = 0\nwhen up.mid crosses above 50c for 20s { set n = n + 1 buy $5 of up at market }\n"
    "when n > 1 and not (up.bid < 40c) { close up }\nrisk { max position $20 }\n",
    BEGIN "let fast = ema(up.mid, 2) every 5s\nlet slow = sma(up.mid, 4)\n"
          "when fast > slow { require up.spread < 5c buy 10 shares of up at 45c post only }\n"
          "on slot close { cancel all }\n",
};
static const char *const words[] = {
    "",
    ",\"fill\":\"touch\",\"latency\":0",
    ",\"fill\":\"instant\",\"places\":[\"text\",\"form\",\"graph\"]",
    ",\"fill\":\"queue\",\"jitter\":5",
    ",\"params\":{\"p\":\"50c\"}",
    ",\"from_us\":1767603700000000",
    ",\"places\":[\"graph\"],\"cash\":\"$3\"",
    ",\"fill\":\"pessimistic\",\"seed\":9,\"to_us\":1767603900000000",
};

static void open_cursor(Host *h)
{
    uint32_t flags = input_byte(&h->in);
    Walked *w = &h->cursors[flags >> 6 & 1];
    ArenaMark mark = arena_mark(&h->arena);
    Buf b;

    if (h->opens++ >= OPENS_MAX) return;
    buf_init(&b, &h->arena, 1 << 16);
    buf_fmt(&b, "{\"data\":[{\"data\":%d}]%s,\"text\":\"", h->data, words[flags & 7]);
    json_escape(&b, span_str(texts[flags >> 3 & 3]));
    if (flags & 32) json_escape(&b, input_span(&h->in));
    buf_char(&b, '"');
    if (flags & 128) buf_span_put(&b, input_span(&h->in));
    buf_char(&b, '}');
    if (w->handle) (void)odx_cursor_close(w->handle);
    *w = (Walked){.handle = (int32_t)ask(h, odx_cursor_open, buf_span(&b), SPAN("cursor"))};
    if (w->handle < 0) w->handle = 0;
    arena_release(&h->arena, mark);
}

/* The same answer for the same step, whatever was looked at or walked in between. */
static void look(Host *h, Walked *w, uint64_t step)
{
    Answer a = take(h, odx_cursor_at(w->handle, CURSOR_STEP, (double)step), SPAN("step"));

    if (!a.hash || step >= SEEN || a.number < 0) return;
    BUG_IF(a.number != (int64_t)step);
    BUG_IF(w->said[step] && w->said[step] != a.hash);
    w->said[step] = a.hash;
}

static void look_anywhere(Host *h, Walked *w)
{
    static const double instants[] = {1767603600e6, 1767603700e6, 1767604200e6, -1, 9e18, 1e300};
    uint32_t unit = input_byte(&h->in), which = input_byte(&h->in);
    double where = which < 200 ? which : instants[which % ARRAY_LEN(instants)];

    if (which == 255) where = UNKNOWN;
    if (unit & 128) where = (double)input_int(&h->in);
    take(h, odx_cursor_at(w->handle, unit % 4, where), SPAN(""));
}

static void jump(Host *h, Walked *w)
{
    uint32_t value = input_byte(&h->in) % VALUES, truth = input_byte(&h->in);
    uint32_t from = input_byte(&h->in), back = truth >> 7;
    Answer a =
        take(h, odx_cursor_seek(w->handle, value, from, truth & 7, truth >> 7), SPAN("step"));

    if (a.number < 0) return;
    BUG_IF(back ? a.number >= (int64_t)from : a.number <= (int64_t)from);
    look(h, w, (uint64_t)a.number);
}

/* Steps go up, truths change from one to the next. */
static void stretch(Host *h, Walked *w)
{
    int32_t result = odx_cursor_strip(w->handle, input_byte(&h->in) % VALUES);
    uint32_t count, before = 0, step;
    const uint8_t *bytes;

    if (result > 0) {
        count = odx_bytes_length(result) / 5;
        bytes = page_at(odx_bytes(result));
        BUG_IF(odx_bytes_length(result) % 5 || odx_bytes(result) > page_end());
        for (uint32_t i = 0; i < count; i++) {
            const uint8_t *truths = bytes + (size_t)4 * count;

            memcpy(&step, bytes + (size_t)4 * i, 4);
            BUG_IF((i && step <= before) || truths[i] < TRUTH_NO || truths[i] > TRUTH_YES);
            BUG_IF(i && truths[i] == truths[i - 1]);
            before = step;
        }
    }
    take(h, result, SPAN(""));
}

static void act(Host *h)
{
    uint8_t what = input_byte(&h->in);
    Walked *w = &h->cursors[what >> 7];
    uint32_t more = what >> 4 & 7;

    switch (what % 11) {
    case 0:
        open_cursor(h);
        break;
    case 1:
    case 2:
        take(h, odx_cursor_walk(w->handle, more * 7), SPAN(""));
        break;
    case 3:
    case 4:
    case 5:
        look(h, w, input_byte(&h->in));
        break;
    case 6:
        look_anywhere(h, w);
        break;
    case 7:
        jump(h, w);
        break;
    case 8:
        stretch(h, w);
        break;
    case 9:
        take(h, odx_cursor_counts(more < 7 ? w->handle : (int32_t)input_int(&h->in)), SPAN(""));
        break;
    default: /* cursors keep the data they run over */
        if (more < 5) {
            (void)odx_data_close(h->data);
        } else if (w->handle) {
            BUG_IF(odx_cursor_close(w->handle) != 0);
            *w = (Walked){0};
        }
    }
}

static void give_everything(Host *h)
{
    for (int i = 0; i < CURSORS; i++)
        if (h->cursors[i].handle) BUG_IF(odx_cursor_close(h->cursors[i].handle) != 0);
    (void)odx_data_close(h->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Host h = {.in = {span_of((const char *)data, size)}};
    uint8_t room = input_byte(&h.in);
    uint32_t blocker = 0;

    if (room >= 64) blocker = host_leave((uint32_t)(room - 63) << 14);
    h.arena = pool_arena((size_t)256 << 20);
    open_data(&h);
    open_cursor(&h);
    for (int i = 0; i < STEPS_MAX && h.in.left.len; i++)
        act(&h);
    arena_fini(&h.arena);
    give_everything(&h);
    host_end(blocker);
    return 0;
}
