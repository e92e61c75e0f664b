/* fuzz_embed.c — any bytes as the host of odx.wasm: blocks, requests, rows, wrong pointers, lengths and handles.
 *
 * The first byte says how much memory there is; behind it stand steps, a byte each and what it wants.
 * Promises checked: a result is an answer or a problem of problems.def, an answer is one JSON object within the
 * memory, nothing is read behind the bytes that were passed (they end at poison), and once everything is given
 * back all of the memory is free. */
#include "runtime/embed/embed.h"
#include "runtime/embed/page.h"
#include "tests/fuzz/host.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"
#include "vm/base/num.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
void __asan_poison_memory_region(const volatile void *start, size_t size);
void __asan_unpoison_memory_region(const volatile void *start, size_t size);
#define FORBID(start, size) __asan_poison_memory_region((start), (size))
#define ALLOW(start, size) __asan_unpoison_memory_region((start), (size))
#else
#define FORBID(start, size) (void)(start)
#define ALLOW(start, size) (void)(start)
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    STEPS_MAX = 10,
    VERBS_MAX = 2, /* they compile */
    KEPT = 4,
    GAP = 16, /* behind what is passed */
};

typedef struct Block {
    uint32_t ptr, len;
} Block;

typedef struct Host {
    Bytes in;
    Arena arena; /* for the requests and for reading answers */
    Block blocks[KEPT];
    int32_t handles[KEPT], runs[KEPT];
    uint32_t next_block, next_handle, next_run, verbs;
} Host;

/* ---- blocks ------------------------------------------------------------------------------------ */

static void give_block(Block *b)
{
    if (!b->ptr) return;
    ALLOW(page_at(b->ptr), b->len + GAP);
    BUG_IF(odx_free(b->ptr) != 0);
    *b = (Block){0, 0};
}

static void put_block(Host *h, Span bytes)
{
    Block *b = &h->blocks[h->next_block++ % KEPT];

    give_block(b);
    b->ptr = odx_alloc((uint32_t)bytes.len + GAP);
    if (!b->ptr) return;
    b->len = (uint32_t)bytes.len;
    memcpy(page_at(b->ptr), bytes.ptr, bytes.len);
    FORBID(page_at(b->ptr) + b->len, GAP);
}

/* A block that was put, or, where the byte says so, nothing that is one. */
static Block some_block(Host *h)
{
    uint8_t which = input_byte(&h->in);
    Block b = h->blocks[(h->next_block + KEPT - 1 - (which & 1)) % KEPT];

    if (which < 224) return b;
    if (which & 2) { /* from the middle of it on */
        uint32_t past = input_byte(&h->in);

        b.ptr += past;
        b.len -= past < b.len ? past : b.len;
    }
    if (which & 4) b.ptr = (uint32_t)input_int(&h->in);
    if (which & 8) b.len = b.len > 1 ? b.len - 1 : 0;
    if (which & 16) b.len = b.ptr % 16 ? b.len + GAP + 16 : (uint32_t)input_int(&h->in) | 1 << 28;
    return b;
}

static Span take_span(Bytes *in)
{
    size_t len = input_byte(in);
    Span s = span_sub(in->left, 0, len | (size_t)input_byte(in) << 8);

    in->left = span_from(in->left, s.len);
    return s;
}

/* ---- answers ----------------------------------------------------------------------------------- */

static void check_part(uint32_t at, uint32_t len)
{
    BUG_IF(at > page_end() || len > page_end() - at || (len && at < page_heap()));
}

static void take_answer(Host *h, int32_t result)
{
    int32_t *handle = &h->handles[h->next_handle % KEPT];
    int64_t run;

    BUG_IF(result == 0 || result < EMBED_LIMIT);
    if (result < 0) return;
    check_part(odx_json(result), odx_json_length(result));
    check_part(odx_bytes(result), odx_bytes_length(result));
    run = host_number(&h->arena,
                      (Span){(const char *)page_at(odx_json(result)), odx_json_length(result)},
                      SPAN("run"), 1);
    if (run > 0) {
        (void)odx_run_close(h->runs[h->next_run % KEPT]);
        h->runs[h->next_run++ % KEPT] = (int32_t)run;
    }
    if (*handle) (void)odx_release(*handle);
    *handle = result;
    h->next_handle++;
}

/* ---- steps ------------------------------------------------------------------------------------- */

typedef int32_t (*VerbCall)(uint32_t ptr, uint32_t len);
static const VerbCall verbs[] = {
    odx_check, odx_format,   odx_fix,       odx_compile, odx_convert,  odx_explain,
    odx_hover, odx_complete, odx_signature, odx_fixes,   odx_run_open, odx_run_open,
};
static const char *const names[] = {"a.odx", "b.json", "", "x/y.odx"};
static const char *const notations[] = {"text", "form", "graph", "song"};
static const char *const columns[] = {
    "\"ts_us\",\"bid_up\"",
    "\"ts_us\",\"bid_up\",\"ask_up\"",
    "\"ts_us\"",
    "\"captured_at_ms\",\"ask_up\",\"bid_up\",\"winner\"",
};
static const char *const cash[] = {"100", "0", "-1", "99999999999999999999"};

static void put_string(Buf *b, Span text)
{
    buf_char(b, '"');
    json_escape(b, text);
    buf_char(b, '"');
}

/* A request around a text, with the keys that a word of flags names. */
static void put_request(Host *h)
{
    uint32_t flags = input_byte(&h->in), more = input_byte(&h->in), begin = input_byte(&h->in);
    ArenaMark mark = arena_mark(&h->arena);
    Span text = take_span(&h->in);
    Buf b;

    buf_init(&b, &h->arena, 1 << 20);
    buf_fmt(&b, "{\"name\":\"%s\",\"begin\":%u", names[flags & 3], begin);
    if (flags & 4) buf_fmt(&b, ",\"end\":%u,\"units\":\"bytes\"", begin + (more >> 4));
    if (flags & 8) buf_fmt(&b, ",\"to\":\"%s\"", notations[more & 3]);
    if (flags & 16) buf_fmt(&b, ",\"columns\":[%s]", columns[more & 3]);
    if (flags & 32) buf_str(&b, ",\"shows\":true,\"trace\":true");
    if (flags & 64) buf_fmt(&b, ",\"cash\":\"%s\"", cash[more >> 2 & 3]);
    if (flags & 128) {
        Span value = input_span(&h->in);

        buf_str(&b, ",\"params\":{\"a\":");
        put_string(&b, value);
        buf_str(&b, "},\"modules\":{\"m.odx\":");
        put_string(&b, value);
        buf_fmt(&b, "},\"levels\":{\"ODX401\":\"off\"},\"plain\":%s,\"stripped\":%s",
                more & 16 ? "true" : "false", more & 32 ? "true" : "false");
    }
    buf_str(&b, ",\"text\":");
    put_string(&b, text);
    buf_char(&b, '}');
    put_block(h, buf_span(&b));
    arena_release(&h->arena, mark);
}

/* Doubles of which a byte chooses each; the first column goes up. */
static void put_cells(Host *h)
{
    static const double values[] = {
        0.5,  0.47, 0.53, 0, 1, -1, 0.999, 100, UNKNOWN, 1e300, 5e-324, -0.0, 4503599627370497.0,
        1e15, 0.01, 97000};
    uint32_t rows = input_byte(&h->in) % 8, more = input_byte(&h->in) % 8;
    double cells[64], at = 1e15;
    uint32_t n = 0;

    for (uint32_t row = 0; row < rows; row++) {
        uint8_t step = input_byte(&h->in);

        at += step < 250 ? step * 250000.0 : step == 255 ? -1e6 : 1e11;
        cells[n++] = at;
    }
    for (; n < rows * (more ? more : 1); n++)
        cells[n] = values[input_byte(&h->in) % ARRAY_LEN(values)];
    put_block(h, (Span){(const char *)cells, n * sizeof cells[0]});
}

static int32_t some_run(Host *h)
{
    uint8_t which = input_byte(&h->in);

    return which < 240 ? h->runs[(h->next_run + KEPT - 1 - (which & 1)) % KEPT]
                       : (int32_t)input_int(&h->in);
}

static int32_t some_handle(Host *h)
{
    uint8_t which = input_byte(&h->in);

    return which < 240 ? h->handles[which % KEPT] : (int32_t)input_int(&h->in);
}

static void feed(Host *h, int32_t (*rows)(int32_t run, uint32_t market, uint32_t ptr, uint32_t len))
{
    int32_t run = some_run(h);
    uint8_t market = input_byte(&h->in);
    Block b = some_block(h);

    take_answer(h, rows(run, market < 250 ? market % 2 : market, b.ptr, b.len));
}

static void step(Host *h)
{
    static const double ends[] = {1e18, -1e18, 0, 1e15 + 1e6, 1e15 + 2e6, 1e15 + 3e8, 1e19};
    int32_t run = some_run(h);
    uint8_t which = input_byte(&h->in), ticks = input_byte(&h->in);
    double until = which < 250 ? ends[which % ARRAY_LEN(ends)] : UNKNOWN;

    take_answer(h, odx_run_step(run, until, ticks));
}

static void look(int32_t handle)
{
    check_part(odx_json(handle), odx_json_length(handle));
    check_part(odx_bytes(handle), odx_bytes_length(handle));
}

/* A block of the caller's that is given back at once, or is none. */
static void alloc(Host *h)
{
    uint32_t ptr = odx_alloc((uint32_t)input_int(&h->in));

    if (ptr) check_part(ptr, 1);
    BUG_IF(ptr && odx_free(ptr) != 0);
    BUG_IF(odx_free(ptr) != EMBED_POINTER);
}

static void act(Host *h)
{
    uint8_t what = input_byte(&h->in);
    Block b;

    switch (what % 16) {
    case 0:
        put_block(h, take_span(&h->in));
        break;
    case 1:
    case 2:
        put_request(h);
        break;
    case 3:
        put_cells(h);
        break;
    case 4:
        feed(h, odx_run_ticks);
        break;
    case 5:
        feed(h, odx_run_csv);
        break;
    case 6:
    case 7:
        step(h);
        break;
    case 8:
        if (what & 16)
            take_answer(h, odx_run_why(some_run(h), what >> 5));
        else
            (void)odx_run_close(some_run(h));
        break;
    case 9:
        BUG_IF(odx_release(some_handle(h)) < EMBED_LIMIT);
        break;
    case 10:
        look(some_handle(h));
        break;
    case 11:
        alloc(h);
        break;
    default:
        b = some_block(h);
        if (h->verbs++ >= VERBS_MAX) break;
        take_answer(h, verbs[(what >> 4) % ARRAY_LEN(verbs)](b.ptr, b.len));
    }
}

static void give_everything(Host *h)
{
    for (int i = 0; i < KEPT; i++) {
        give_block(&h->blocks[i]);
        (void)odx_release(h->handles[i]);
        (void)odx_run_close(h->runs[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Host h = {.in = {span_of((const char *)data, size)}};
    uint8_t room = input_byte(&h.in);
    uint32_t blocker = 0;

    BUG_IF(odx_abi() != EMBED_ABI);
    if (room) blocker = host_leave((uint32_t)room << 14);
    h.arena = pool_arena((size_t)256 << 20);
    for (int i = 0; i < STEPS_MAX && h.in.left.len; i++)
        act(&h);
    arena_fini(&h.arena);
    give_everything(&h);
    host_end(blocker);
    return 0;
}
