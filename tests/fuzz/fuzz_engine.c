/* fuzz_engine.c — any bytes as a stream of events into the engine.
 *
 * The first byte is the seed of a generated strategy, the second how it is run, the last one under which rules and
 * in how much memory; then each event is a kind, a step of time and what the kind needs.  Promise checked: after
 * every event the ledger's sum is that of the balances; a snapshot restores to the same bytes; a damaged one is
 * refused. */
#include "compiler/compiler.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/engine/quiet.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "tests/generate/program.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

#define START_US ((INT64_C(1767571200) - 100) * 1000000) /* a Sunday, 23:58:20 */
#define LIMIT ((size_t)64 << 20)
enum { SEEDS = 256, TRIES = 8, EVENTS_MAX = 100, SNAPSHOT_MAX = 4 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Stream {
    Bytes in;
    const Image *image;
    EngineConfig config;
    Engine *engine;
    Instant *gateway; /* NULL: the bytes answer */
    Arena *arena;
    int64_t now_us, slot_us[MAX_MARKETS];
    TickData tick;
} Stream;

/* ---- strategies -------------------------------------------------------------------------------- */

/* The image of one generated program, kept on `keep`; NULL when it has errors. */
static const Image *make_image(uint64_t seed, Arena *keep)
{
    CompileOptions options = {
        .load = generate_load, .until = STAGE_EMIT, .is_plain = seed % 5 == 0};
    Arena scratch = pool_arena(LIMIT);
    GenProgram p = generate_program(seed, &scratch);
    const Image *img = NULL;
    Compilation c;
    Refusal why;
    Buf text;

    buf_init(&text, &scratch, 1 << 20);
    generate_print(p.root, &text, NULL);
    c = compile(SPAN("generated.odx"), buf_span(&text), &options, &scratch);
    if (c.image.len) img = image_load(arena_span(keep, c.image), keep, &why);
    arena_fini(&scratch);
    return img;
}

static const Image *image_of(uint8_t seed)
{
    static const Image *images[SEEDS];
    static Arena keep;

    if (!keep.limit) keep = pool_arena((size_t)256 << 20);
    for (uint64_t i = 0; i < TRIES && !images[seed]; i++)
        images[seed] = make_image(seed + SEEDS * i, &keep);
    return images[seed];
}

/* ---- events ------------------------------------------------------------------------------------ */

/* Each step runs what is due in it, so that long ones are few and all of them together MOST_US. */
#define MOST_US INT64_C(600000000)
static const int64_t steps_us[] = {0,        0,        0,         10000,   250000,  250000,
                                   1000000,  1000000,  1000000,   2000000, 2000000, 5000000,
                                   17000000, 60000000, 100000000, -1000000};

static int64_t maybe(Stream *s, int64_t v)
{
    return input_byte(&s->in) % 16 == 0 ? MICROS_UNKNOWN : v;
}

static int64_t some_size(Stream *s)
{
    return maybe(s, (int64_t)input_byte(&s->in) * input_byte(&s->in) * 20000);
}

static void put_side(Stream *s, BookSide *side, int64_t best, int64_t step)
{
    uint8_t levels = input_byte(&s->in) % 4;

    for (uint8_t i = 0; i < levels && i < BOOK_LEVELS; i++) {
        side->price_micros[i] = best + i * step;
        side->size_micros[i] = some_size(s);
    }
}

static const TickData *some_tick(Stream *s, uint8_t market)
{
    bool is_coin =
        market < s->image->sources_count && s->image->sources[market].kind > MARKET_BINARY;
    int64_t scale = is_coin ? INT64_C(1000000) : 10000;
    int64_t bid = (input_byte(&s->in) % 99 + 1) * scale;
    int64_t ask = bid + (input_byte(&s->in) % 8 - 1) * scale;

    tick_clear(&s->tick);
    put_side(s, &s->tick.bid[0], bid, -scale);
    put_side(s, &s->tick.ask[0], ask, scale);
    if (!is_coin && input_byte(&s->in) % 8) tick_mirror(&s->tick);
    if (input_byte(&s->in) % 8) s->tick.spot = 97000 + input_byte(&s->in);
    if (input_byte(&s->in) % 8) s->tick.volume_micros = (int64_t)input_byte(&s->in) * 10000000;
    s->tick.liquidity_micros = some_size(s);
    s->tick.closes_in_us = maybe(s, (int64_t)input_byte(&s->in) * 10000000);
    if (is_coin) s->tick.mark = (double)bid / 1e6;
    if (is_coin) s->tick.funding = (double)(int8_t)input_byte(&s->in) / 1e5;
    return &s->tick;
}

static Event slot_event(Stream *s, uint8_t market, EventKind kind)
{
    Event ev = {.kind = (uint8_t)kind};
    int64_t slot_us = market < s->image->sources_count ? s->image->sources[market].slot_us : 0;

    if (slot_us <= 0) slot_us = 300000000;
    if (kind == EV_SLOT_OPEN) s->slot_us[market] = s->now_us / slot_us * slot_us;
    ev.slot.slot_start_us = s->slot_us[market];
    ev.slot.slot_us = slot_us;
    if (kind != EV_RESOLVE) return ev;
    ev.resolve.slot_start_us = s->slot_us[market] - input_byte(&s->in) % 3 * slot_us;
    ev.resolve.winner = (int8_t)(input_byte(&s->in) % 3 - 1);
    ev.resolve.spot_close = input_byte(&s->in) % 4 ? 97000 + input_byte(&s->in) : UNKNOWN;
    return ev;
}

static Event fill_event(Stream *s)
{
    Event ev = {.kind = EV_FILL};

    ev.fill.order = input_byte(&s->in);
    ev.fill.is_external = input_byte(&s->in) % 2;
    ev.fill.token = (uint8_t)(input_byte(&s->in) % (s->image->tokens_count + 1));
    ev.fill.is_sell = input_byte(&s->in) % 2;
    ev.fill.price_micros = (int64_t)input_byte(&s->in) % 102 * 10000 - 10000;
    ev.fill.size_micros = (int64_t)input_byte(&s->in) * 1000000;
    ev.fill.fee_micros = input_byte(&s->in) * 100;
    if (ev.fill.order < 250 || !ev.fill.is_external) return ev;
    ev.fill.price_micros = input_int(&s->in);
    ev.fill.size_micros = input_int(&s->in);
    ev.fill.fee_micros = input_int(&s->in);
    return ev;
}

static Event report_event(Stream *s, uint8_t which)
{
    Event ev = {.kind = EV_ORDER_STATE};
    uint8_t what = input_byte(&s->in);

    if (which == 0) {
        ev.order.order = input_byte(&s->in);
        ev.order.state = what % (ORDER_STATES + 1);
    } else if (which == 1) {
        ev.kind = EV_FILL_STATE;
        ev.fill_state.fill = input_byte(&s->in);
        ev.fill_state.state = what % (FILL_STATES + 1);
    } else {
        ev.kind = EV_REJECT;
        ev.reject.order = input_byte(&s->in);
        ev.reject.reason = what;
    }
    return ev;
}

static Event leader_event(Stream *s)
{
    Event ev = {.kind = EV_LEADER};
    uint8_t where = input_byte(&s->in);

    ev.leader.verb = input_byte(&s->in) % 4;
    ev.leader.is_sell = input_byte(&s->in) % 2;
    ev.leader.market = engine_dynamic_market(s->engine, where % (DYNAMIC_MARKETS + 1));
    ev.leader.token = engine_dynamic_token(s->engine, where % (DYNAMIC_MARKETS + 1), where >> 7);
    if (where < 128 && s->image->tokens_count) {
        ev.leader.token = (int32_t)(where % s->image->tokens_count);
        ev.leader.market = s->image->tokens[ev.leader.token].market;
    }
    ev.leader.price_micros = (input_byte(&s->in) % 99 + 1) * 10000;
    ev.leader.size_micros = (int64_t)input_byte(&s->in) * input_byte(&s->in) * 1000000;
    ev.leader.notional_micros = ev.leader.size_micros / 1000000 * ev.leader.price_micros;
    ev.leader.first_ts_us = s->now_us - input_byte(&s->in) * 10000;
    ev.leader.closes_in_us = maybe(s, (int64_t)input_byte(&s->in) * 10000000);
    return ev;
}

static Event command_event(Stream *s, uint8_t market)
{
    Event ev = {.kind = EV_COMMAND};

    ev.command.command = input_byte(&s->in) % 5;
    ev.command.arg = (int64_t)input_byte(&s->in) - 1;
    if (ev.command.command == COMMAND_FACTS) ev.command.facts = some_tick(s, market);
    return ev;
}

/* Index of a source of this kind (SourceRow.source) among its kind; 0 when there is none. */
static uint8_t source_index(Stream *s, uint8_t source)
{
    uint8_t count = 0;

    for (uint32_t i = 0; i < s->image->sources_count; i++)
        count = (uint8_t)(count + (s->image->sources[i].source == source));
    return count ? input_byte(&s->in) % count : 0;
}

static bool has_source(const Stream *s, uint8_t source)
{
    for (uint32_t i = 0; i < s->image->sources_count; i++)
        if (s->image->sources[i].source == source) return true;
    return false;
}

static Event next_event(Stream *s)
{
    uint8_t what = input_byte(&s->in), market = source_index(s, 0);
    Event ev = {.kind = EV_CLOCK};

    s->now_us += steps_us[input_byte(&s->in) % ARRAY_LEN(steps_us)];
    if (s->now_us > START_US + MOST_US) s->now_us = START_US + MOST_US;
    switch (what % 16) {
    case 6:
    case 7:
        ev = fill_event(s);
        break;
    case 8:
    case 9:
        ev = report_event(s, what % 3);
        break;
    case 10:
        ev = slot_event(s, market, EV_SLOT_OPEN);
        break;
    case 11:
        ev = slot_event(s, market, what & 16 ? EV_RESOLVE : EV_SLOT_CLOSE);
        break;
    case 12:
        if (!has_source(s, 1)) break;
        market = source_index(s, 1);
        ev = leader_event(s);
        break;
    case 13:
        if (!has_source(s, 3)) break;
        market = source_index(s, 3);
        ev.kind = EV_FEED;
        ev.feed.value = input_byte(&s->in) % 8 ? (double)input_byte(&s->in) / 2 : UNKNOWN;
        break;
    case 14:
        ev = command_event(s, market);
        break;
    case 15:
        break;
    default:
        ev.kind = EV_TICK;
        ev.tick = some_tick(s, market);
    }
    if (what >= 0xf0) market = input_byte(&s->in); /* of no source at all, most of the time */
    ev.market = market;
    ev.source = market;
    ev.ts_us = s->now_us;
    return ev;
}

/* ---- what happens beside events ---------------------------------------------------------------- */

static void ignore(void *ctx, const Effect *e)
{
    Stream *s = ctx;

    BUG_IF(e->kind >= EFFECT_KINDS || !effect_kind_name(e->kind) || s->engine == NULL);
}

static void give(Stream *s, uint8_t what)
{
    if (what % 2 && s->image->tokens_count)
        engine_give(s->engine, (int32_t)(input_byte(&s->in) % (s->image->tokens_count + 1)),
                    input_byte(&s->in) * 1000000, (input_byte(&s->in) % 99 + 1) * 10000);
    else
        engine_give_cash(s->engine, what == 248, (int64_t)input_byte(&s->in) * 10000000);
}

/* A restart from a snapshot; a flipped bit and a shorter text are refused first. */
static void restart(Stream *s, uint8_t what)
{
    Engine *fresh = engine_new(&s->config, s->arena);
    Buf a, b;

    buf_init(&a, s->arena, SNAPSHOT_MAX);
    buf_init(&b, s->arena, SNAPSHOT_MAX);
    if (!fresh || !engine_snapshot(s->engine, &a)) return;
    a.ptr[what * 7 % a.len] ^= 1;
    BUG_IF(engine_restore(fresh, buf_span(&a)));
    a.ptr[what * 7 % a.len] ^= 1;
    BUG_IF(engine_restore(fresh, span_sub(buf_span(&a), 0, a.len - 1 - what % a.len)));
    if (!engine_restore(fresh, buf_span(&a))) {
        BUG_IF(!arena_is_full(s->arena));
        return;
    }
    if (engine_snapshot(fresh, &b)) BUG_IF(!span_is(buf_span(&a), buf_span(&b)));
    s->engine = fresh;
}

static void look(Stream *s)
{
    Quiet quiet;

    engine_quiet(s->engine, &quiet);
    BUG_IF(!quiet_sentence(quiet.why) || quiet.band_count > QUIET_BANDS);
    BUG_IF(engine_ledger_sum(s->engine) != engine_balance_sum(s->engine));
    for (uint32_t t = 0; t < s->image->tokens_count; t++) {
        (void)engine_position(s->engine, (int32_t)t);
        if (engine_open_order(s->engine, (int32_t)t, false))
            BUG_IF(engine_open_count(s->engine) == 0);
    }
    (void)engine_equity(s->engine);
}

static void run(Stream *s)
{
    bool has_restarted = false;

    for (int i = 0; i < EVENTS_MAX && s->in.left.len && !arena_is_full(s->arena); i++) {
        uint8_t what = input_byte(&s->in);

        if (what < 240) {
            Event ev = next_event(s);

            if (s->gateway)
                instant_apply(s->gateway, s->engine, &ev, (EffectSink){ignore, s});
            else
                engine_apply(s->engine, &ev, (EffectSink){ignore, s});
        } else if (what < 250) {
            give(s, what);
        } else if (!has_restarted) {
            has_restarted = true;
            restart(s, input_byte(&s->in));
        }
        look(s);
    }
}

/* Bits of the last byte: fees, coarse ticks, least sizes, and in the low ones a little memory. */
static void set_rules(EngineConfig *config, MarketRules *rules, uint8_t choice)
{
    for (uint32_t m = 0; m <= MAX_MARKETS; m++) {
        rules[m] = rules_of_test(MARKET_SLOT);
        if (choice & 128) rules[m].fee_rate = 0.25;
        if (choice & 128) rules[m].fee_exponent = 2;
        if (choice & 64) rules[m].tick_micros = 50000;
        if (choice & 32) rules[m].min_size_micros = 5000000;
        if (choice & 16) rules[m].min_notional_micros = 1000000;
    }
    config->rules = rules;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    MarketRules rules[MAX_MARKETS + 1];
    Stream s = {.in = {span_of((const char *)data, size)}, .now_us = START_US};
    uint8_t seed = input_byte(&s.in), how = input_byte(&s.in), last = size ? data[size - 1] : 0;
    Arena arena;

    s.image = image_of(seed);
    if (!s.image) return 0;
    arena = pool_arena(last % 16 == 1 ? (size_t)last << 12 : LIMIT);
    s.arena = &arena;
    s.config = engine_config_default(s.image);
    s.config.start_us = START_US;
    s.config.heartbeat = how & 1;
    s.config.has_shows = how & 2;
    s.config.has_promises = how & 4;
    s.config.stops_on_promise = how & 8;
    s.config.has_fees = how & 16;
    s.config.is_small = how & 128;
    if (last >= 16) set_rules(&s.config, rules, last);
    s.config.sell_from = how >> 5 & 1 ? FILL_CONFIRMED : FILL_MATCHED;
    for (int m = 0; m < MAX_MARKETS; m++)
        s.slot_us[m] = START_US;
    s.engine = engine_new(&s.config, &arena);
    if (how & 64) s.gateway = instant_new(s.image, &arena);
    if (s.engine) run(&s);
    arena_fini(&arena);
    return 0;
}
