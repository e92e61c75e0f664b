/* fuzz_embed_data.c — any bytes as the host of odx-backtest.wasm's data, backtests and sweeps (embed_backtest.h).
 *
 * The first byte says how much memory there is; behind it stand steps, a byte each and what it wants: recordings with
 * pieces of the input in them, requests, trials, slices.  Promises checked: a result is an answer or a problem of
 * problems.def, an answer is one JSON object within the memory, and once everything is closed all of the memory is
 * free. */
#include "runtime/embed/embed_backtest.h"
#include "runtime/embed/page.h"
#include "tests/fuzz/host.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 24, OPENS_MAX = 4, ROWS = 40 };

typedef struct Host {
    Bytes in;
    Arena arena;
    int32_t data, backtest, sweep; /* the last of each; 0 none */
    uint32_t opens;
} Host;

/* ---- calls ------------------------------------------------------------------------------------------- */

/* The number behind the key `name`, 0 when it has none. */
static int32_t take(Host *h, int32_t result, Span name)
{
    uint32_t at, len;
    int64_t number;

    BUG_IF(result == 0 || result < EMBED_LIMIT);
    if (result < 0) return 0;
    at = odx_json(result);
    len = odx_json_length(result);
    BUG_IF(at > page_end() || len > page_end() - at);
    BUG_IF(odx_bytes(result) > page_end() ||
           odx_bytes_length(result) > page_end() - odx_bytes(result));
    number = host_number(&h->arena, (Span){(const char *)page_at(at), len}, name, 1);
    BUG_IF(odx_release(result) != 0);
    return number < 0 ? 0 : (int32_t)number;
}

static int32_t ask(Host *h, int32_t (*verb)(uint32_t ptr, uint32_t len), Span bytes, Span name)
{
    uint32_t ptr = host_put(bytes);
    int32_t number = ptr ? take(h, verb(ptr, (uint32_t)bytes.len), name) : 0;

    if (ptr) BUG_IF(odx_free(ptr) != 0);
    return number;
}

static void ask_with(Host *h, int32_t (*verb)(int32_t handle, uint32_t ptr, uint32_t len),
                     int32_t handle, Span bytes)
{
    uint32_t ptr = host_put(bytes);

    if (ptr) take(h, verb(handle, ptr, (uint32_t)bytes.len), SPAN(""));
    if (ptr) BUG_IF(odx_free(ptr) != 0);
}

/* ---- steps ------------------------------------------------------------------------------------------- */

static void open_data(Host *h)
{
    static const char *const requests[] = {"{}", "{\"stream\":\"polymarket:btc:5m\"}",
                                           "{\"stream\":\"x\"}", "{"};

    (void)odx_data_close(h->data);
    h->data = ask(h, odx_data_open, span_str(requests[input_byte(&h->in) & 3]), SPAN("data"));
}

/* Rows of two slots, with pieces of the input between them. */
static void add_file(Host *h)
{
    uint32_t flags = input_byte(&h->in), ptr;
    Span piece = input_span(&h->in), name = SPAN("r.csv");
    ArenaMark mark = arena_mark(&h->arena);
    Buf b;

    buf_init(&b, &h->arena, 1 << 16);
    buf_span_put(&b, name);
    if (!(flags & 1)) buf_str(&b, "ts_us,symbol,slot_ts,slot_duration,bid_up,ask_up,winner\n");
    for (uint32_t i = 0; i < ROWS; i++) {
        uint32_t bid = 30 + (flags >> 2) % 40 + i % 7;

        if (i == flags % ROWS) buf_span_put(&b, piece);
        buf_fmt(&b, "%lld,BTC,%d,300,0.%u,0.%u,%s\n",
                (long long)(INT64_C(1767603600000000) + (int64_t)i * 15000000),
                1767603600 + (i >= ROWS / 2) * 300, bid, bid + 2, i % 3 ? "up" : "");
    }
    ptr = host_put(buf_span(&b));
    if (ptr) {
        uint32_t len = flags & 2 ? (uint32_t)name.len : flags;

        take(h, odx_data_file(h->data, len, ptr, (uint32_t)b.len), SPAN(""));
        BUG_IF(odx_free(ptr) != 0);
    }
    arena_release(&h->arena, mark);
}

static const char *const texts[] = {
    "odx 1\nstrategy \"T\"\nmarket m = polymarket \"btc-updown-5m\"\nparam p = 40c in 30c .. 60c "
    "step 10c\n"
    "when up.ask < p { buy 10 shares of up at up.ask }\n",
    "odx 1\nstrategy \"T\"\nmarket m = polymarket \"btc-updown-5m\"\nparam p = 3c in 1c .. 4c step "
    "1c\n"
    "while up.bid > 10c { quote up { bid up.bid - p size 10 shares } }\n",
};
static const char *const words[] = {
    "",
    ",\"fill\":\"touch\",\"latency\":0",
    ",\"fill\":\"instant\"",
    ",\"way\":\"random\",\"cells\":2",
    ",\"param\":[\"p=30c..50c step 10c\"]",
    ",\"from_us\":1767603700000000",
    ",\"way\":\"refine\",\"fill\":\"instant\"",
    ",\"cash\":\"$3\",\"seed\":9,\"to_us\":1767603900000000",
};

static void open_run(Host *h, bool is_sweep)
{
    uint32_t flags = input_byte(&h->in);
    ArenaMark mark = arena_mark(&h->arena);
    int32_t *handle = is_sweep ? &h->sweep : &h->backtest;
    Buf b;

    if (h->opens++ >= OPENS_MAX) return; /* they compile */
    buf_init(&b, &h->arena, 1 << 16);
    buf_fmt(&b, "{\"data\":[{\"data\":%d}]%s%s,\"text\":\"", h->data, words[flags & 7],
            flags & 64 ? ",\"jitter\":5" : "");
    json_escape(&b, span_str(texts[flags >> 3 & 1]));
    buf_char(&b, '"');
    if (flags & 128) buf_span_put(&b, input_span(&h->in));
    buf_char(&b, '}');
    (void)(is_sweep ? odx_sweep_close(*handle) : odx_backtest_close(*handle));
    *handle = ask(h, is_sweep ? odx_sweep_open : odx_backtest_open, buf_span(&b),
                  is_sweep ? SPAN("sweep") : SPAN("backtest"));
    arena_release(&h->arena, mark);
}

static void act(Host *h)
{
    uint8_t what = input_byte(&h->in);
    uint32_t more = what >> 4;

    switch (what % 13) {
    case 0:
        open_data(h);
        break;
    case 1:
        add_file(h);
        break;
    case 2:
        take(h, odx_data_read(h->data, more * 3), SPAN(""));
        break;
    case 3:
        ask_with(h, odx_data_columns, h->data, input_span(&h->in));
        break;
    case 4:
        (void)odx_data_close(h->data);
        break;
    case 5:
    case 6:
        open_run(h, what % 13 == 6);
        break;
    case 7:
        take(h, odx_backtest_step(h->backtest, more * 5), SPAN(""));
        break;
    case 8:
        take(h, odx_sweep_step(h->sweep, more), SPAN(""));
        break;
    case 9:
        ask_with(h, odx_backtest_result, h->backtest, input_span(&h->in));
        break;
    case 10:
        ask_with(h, odx_sweep_result, h->sweep, input_span(&h->in));
        break;
    case 11:
        take(h, odx_backtest_part(h->backtest, more), SPAN(""));
        break;
    default:
        take(h, odx_sweep_trials(h->sweep), SPAN(""));
    }
}

static void give_everything(Host *h)
{
    (void)odx_backtest_close(h->backtest);
    (void)odx_sweep_close(h->sweep);
    (void)odx_data_close(h->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Host h = {.in = {span_of((const char *)data, size)}};
    uint8_t room = input_byte(&h.in);
    uint32_t blocker = 0;

    if (room) blocker = host_leave((uint32_t)room << 15);
    h.arena = pool_arena((size_t)256 << 20);
    for (int i = 0; i < STEPS_MAX && h.in.left.len; i++)
        act(&h);
    arena_fini(&h.arena);
    give_everything(&h);
    host_end(blocker);
    return 0;
}
