/* stage.c — see stage.h. */
#include "tests/unit/engine/stage.h"

#include <stdlib.h>

#include "compiler/compiler.h"
#include "runtime/engine/quiet.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

/* ---- effects as text -------------------------------------------------------------------------- */

static void put_micros(Buf *b, int64_t micros)
{
    if (micros == MICROS_UNKNOWN)
        buf_str(b, "?");
    else
        fx_put_short(b, micros, 6);
}

static void put_time(Buf *b, int64_t ts_us)
{
    fx_put_short(b, ts_us - STAGE_START_US, 6);
}

static const char *reason_of(const Stage *s, uint16_t reason)
{
    static char own[64];
    Span name;

    if (reason < REASON_OWN) return reason_name(reason);
    name = image_string(s->image, 1u + reason - REASON_OWN);
    for (size_t i = 0; i < sizeof own; i++)
        own[i] = i < name.len && i + 1 < sizeof own ? name.ptr[i] : '\0';
    return own;
}

static void put_order(Stage *s, const Effect *f)
{
    Buf *b = &s->log;

    buf_fmt(b, " #%lu %s ", f->order, f->is_close ? "close" : f->is_sell ? "sell" : "buy");
    put_micros(b, f->size_micros);
    buf_fmt(b, " of %d %s ", f->token, f->is_market ? "within" : "at");
    put_micros(b, f->price_micros);
    if (f->has_good_for) {
        buf_str(b, " for ");
        put_micros(b, f->good_for_us);
    }
    if (f->because != BECAUSE_RULE) buf_fmt(b, " because %s", because_name(f->because));
}

static void put_effect(void *ctx, const Effect *f)
{
    Stage *s = ctx;
    Buf *b = &s->log;

    if (f->kind == EFFECT_LEDGER) return;
    put_time(b, f->ts_us);
    switch (f->kind) {
    case EFFECT_ORDER:
        put_order(s, f);
        break;
    case EFFECT_CANCEL:
        buf_fmt(b, " cancel #%lu because %s", f->order, because_name(f->because));
        break;
    case EFFECT_SKIP:
        buf_fmt(b, " skip %s%s", reason_of(s, f->reason), f->is_unknown ? "?" : "");
        break;
    case EFFECT_SETS:
        buf_fmt(b, " #%lu %s ", f->order, f->is_sell ? "merge" : "split");
        put_micros(b, f->size_micros);
        break;
    case EFFECT_SHOW:
        buf_fmt(b, " show ");
        buf_num(b, f->value);
        break;
    case EFFECT_FAULT:
        buf_fmt(b, " fault %u %u", f->index, f->reason);
        break;
    default:
        buf_fmt(b, " %s", effect_kind_name(f->kind));
        break;
    }
    buf_char(b, '\n');
}

/* ---- opening ---------------------------------------------------------------------------------- */

static void show_findings(const Compilation *c)
{
    for (size_t i = 0; i < diags_count(c->diags); i++) {
        const Diag *d = diags_get(c->diags, i);

        test_check(false, __FILE__, __LINE__, "%s %.*s at %u", diag_info(d->code)->code,
                   (int)d->title.len, d->title.ptr, d->place.begin);
    }
}

static bool build(Stage *s, Span image)
{
    Refusal why;

    s->image = image_load(image, s->arena, &why);
    if (!s->image)
        return test_check(false, __FILE__, __LINE__, "image: %s", refusal_sentence(&why));
    s->config = engine_config_default(s->image);
    s->config.start_us = STAGE_START_US;
    s->config.heartbeat = (s->flags & STAGE_BEATS) != 0;
    s->config.has_shows = (s->flags & STAGE_SHOWS) != 0;
    s->config.has_promises = (s->flags & STAGE_PROMISES) != 0;
    s->config.is_small = (s->flags & STAGE_SMALL) != 0;
    s->engine = engine_new(&s->config, s->arena);
    s->gateway = instant_new(s->image, s->arena);
    CHECK(s->engine && s->gateway);
    if (s->flags & STAGE_HOLD) instant_hold(s->gateway, true);
    return s->engine && s->gateway;
}

bool stage_open(Stage *s, const char *text, uint64_t flags)
{
    CompileOptions options = {.until = STAGE_EMIT, .has_tests = true};
    Compilation c;

    *s = (Stage){.arena = test_arena((size_t)512 << 20), .flags = flags};
    buf_init(&s->log, s->arena, 1 << 20);
    c = compile(SPAN("stage.odx"), span_str(text), &options, s->arena);
    if (!c.image.len) show_findings(&c);
    return CHECK(c.image.len) && build(s, c.image);
}

/* ---- scripts ---------------------------------------------------------------------------------- */

enum { WORDS_MAX = 12 };
typedef struct Step {
    Span words[WORDS_MAX];
    size_t count;
} Step;

static Span word(const Step *st, size_t i)
{
    return i < st->count ? st->words[i] : SPAN("-");
}

static int64_t micros(const Step *st, size_t i)
{
    int64_t v = MICROS_UNKNOWN;

    if (!fx_parse(word(st, i), 6, FX_HALF_EVEN, &v)) return MICROS_UNKNOWN;
    return v;
}

static int64_t cents(const Step *st, size_t i)
{
    int64_t v = micros(st, i);

    return v == MICROS_UNKNOWN ? v : v / 100;
}

static int64_t whole(const Step *st, size_t i)
{
    int64_t v = 0;

    (void)fx_parse(word(st, i), 0, FX_HALF_EVEN, &v);
    return v;
}

static bool is(const Step *st, size_t i, const char *text)
{
    return span_eq_str(word(st, i), text);
}

static TickData tick_of(const Step *st, bool has_spot)
{
    TickData t;

    tick_clear(&t);
    t.bid[0].price_micros[0] = cents(st, 3);
    t.ask[0].price_micros[0] = cents(st, 4);
    if (has_spot) {
        int64_t spot = micros(st, 5);

        t.spot = spot == MICROS_UNKNOWN ? UNKNOWN : fx_to_double(spot);
        return t;
    }
    t.bid[1].price_micros[0] = cents(st, 5);
    t.ask[1].price_micros[0] = cents(st, 6);
    return t;
}

static uint8_t state_of(Span name)
{
    for (uint8_t i = 0; i < ORDER_STATES; i++)
        if (span_eq_str(name, order_state_name(i))) return i;
    return ORDER_STATES;
}

static uint8_t fill_state_of(Span name)
{
    for (uint8_t i = 0; i < FILL_STATES; i++)
        if (span_eq_str(name, fill_state_name(i))) return i;
    return FILL_STATES;
}

static void apply(Stage *s, Event ev, int64_t at_micros)
{
    Quiet quiet;

    ev.ts_us = STAGE_START_US + at_micros;
    if (s->flags & STAGE_ALONE)
        engine_apply(s->engine, &ev, (EffectSink){put_effect, s});
    else
        instant_apply(s->gateway, s->engine, &ev, (EffectSink){put_effect, s});
    engine_quiet(s->engine, &quiet);
    CHECK_INT(engine_ledger_sum(s->engine), engine_balance_sum(s->engine));
}

static void play_slot(Stage *s, const Step *st, EventKind kind)
{
    Event ev = {.kind = (uint8_t)kind, .market = (uint8_t)whole(st, 1)};

    if (kind == EV_RESOLVE) {
        ev.resolve.slot_start_us = STAGE_START_US + micros(st, 3);
        ev.resolve.winner = (int8_t)whole(st, 4);
        ev.resolve.spot_close = UNKNOWN;
    } else {
        ev.slot.slot_start_us = STAGE_START_US + micros(st, 2);
        ev.slot.facts = NULL;
    }
    apply(s, ev, micros(st, 2));
}

static void play_tick(Stage *s, const Step *st, bool has_spot)
{
    TickData t = tick_of(st, has_spot);
    Event ev = {.kind = EV_TICK, .market = (uint8_t)whole(st, 1)};

    ev.tick = &t;
    apply(s, ev, micros(st, 2));
}

static void play_fill(Stage *s, const Step *st, bool is_ours)
{
    Event ev = {.kind = EV_FILL};

    ev.fill.is_external = !is_ours;
    if (is_ours) {
        ev.fill.order = (uint64_t)whole(st, 2);
        ev.fill.size_micros = micros(st, 3);
        ev.fill.price_micros = cents(st, 4);
        ev.fill.is_sell = st->count > 5 && is(st, 5, "sell");
    } else {
        ev.fill.token = (uint8_t)whole(st, 2);
        ev.fill.is_sell = is(st, 3, "sell");
        ev.fill.size_micros = micros(st, 4);
        ev.fill.price_micros = cents(st, 5);
        if (st->count > 6) ev.fill.fee_micros = cents(st, 6);
    }
    apply(s, ev, micros(st, 1));
}

static void play_report(Stage *s, const Step *st)
{
    Event ev = {.kind = EV_ORDER_STATE};

    if (is(st, 0, "fillstate")) {
        ev.kind = EV_FILL_STATE;
        ev.fill_state.fill = (uint64_t)whole(st, 2);
        ev.fill_state.state = fill_state_of(word(st, 3));
    } else if (is(st, 0, "reject")) {
        ev.kind = EV_REJECT;
        ev.reject.order = (uint64_t)whole(st, 2);
    } else {
        ev.order.order = (uint64_t)whole(st, 2);
        ev.order.state = state_of(word(st, 3));
    }
    apply(s, ev, micros(st, 1));
}

static void play_feed(Stage *s, const Step *st)
{
    Event ev = {.kind = EV_FEED, .market = (uint8_t)whole(st, 1)};
    int64_t v = micros(st, 3);

    ev.feed.value = v == MICROS_UNKNOWN ? UNKNOWN : fx_to_double(v);
    apply(s, ev, micros(st, 2));
}

static void play_trade(Stage *s, const Step *st)
{
    Event ev = {.kind = EV_LEADER, .market = (uint8_t)whole(st, 1)};

    ev.leader.verb = LEADER_TRADE;
    ev.leader.is_sell = is(st, 3, "sell");
    ev.leader.token = (int32_t)whole(st, 4);
    ev.leader.market = engine_dynamic_market(s->engine, 0);
    ev.leader.size_micros = micros(st, 5);
    ev.leader.price_micros = cents(st, 6);
    (void)fx_mul(ev.leader.size_micros, ev.leader.price_micros, FX_HALF_EVEN,
                 &ev.leader.notional_micros);
    ev.leader.first_ts_us = STAGE_START_US + micros(st, 2) - 1000000;
    ev.leader.closes_in_us = INT64_C(86400000000);
    apply(s, ev, micros(st, 2));
}

static void play_command(Stage *s, const Step *st)
{
    Event ev = {.kind = EV_COMMAND};
    size_t time = 1;

    ev.command.command = COMMAND_PAUSE;
    if (is(st, 0, "resume")) ev.command.command = COMMAND_RESUME;
    if (is(st, 0, "beat")) {
        ev.command.command = COMMAND_HEARTBEAT;
        ev.command.arg = whole(st, 1);
        time = 2;
    }
    ev.command.facts = NULL;
    apply(s, ev, micros(st, time));
}

static void play_restart(Stage *s)
{
    Buf bytes, again;

    buf_init(&bytes, s->arena, (size_t)8 << 20);
    buf_init(&again, s->arena, (size_t)8 << 20);
    CHECK(engine_snapshot(s->engine, &bytes));
    s->engine = engine_new(&s->config, s->arena);
    if (!CHECK(s->engine != NULL)) return;
    CHECK(engine_restore(s->engine, buf_span(&bytes)));
    CHECK(engine_snapshot(s->engine, &again));
    CHECK(span_is(buf_span(&bytes), buf_span(&again)));
}

static void play_show(Stage *s, const Step *st)
{
    PositionView p = engine_position(s->engine, (int32_t)whole(st, 1));

    buf_fmt(&s->log, "held ");
    put_micros(&s->log, p.size_micros);
    buf_fmt(&s->log, " for ");
    put_micros(&s->log, p.cost_micros);
    buf_fmt(&s->log, " cash ");
    put_micros(&s->log, engine_cash(s->engine, 0));
    buf_fmt(&s->log, " equity ");
    put_micros(&s->log, engine_equity(s->engine));
    buf_char(&s->log, '\n');
}

static void play_plain(Stage *s, const Step *st)
{
    Event ev = {.kind = is(st, 0, "start") ? EV_START : EV_CLOCK};

    apply(s, ev, micros(st, 1));
}

static void play_step(Stage *s, const Step *st)
{
    static const char *const commands[] = {"pause", "resume", "beat"};

    for (size_t i = 0; i < 3; i++)
        if (is(st, 0, commands[i])) {
            play_command(s, st);
            return;
        }
    if (is(st, 0, "open"))
        play_slot(s, st, EV_SLOT_OPEN);
    else if (is(st, 0, "close"))
        play_slot(s, st, EV_SLOT_CLOSE);
    else if (is(st, 0, "resolve"))
        play_slot(s, st, EV_RESOLVE);
    else if (is(st, 0, "tick"))
        play_tick(s, st, false);
    else if (is(st, 0, "spot"))
        play_tick(s, st, true);
    else if (is(st, 0, "fill"))
        play_fill(s, st, false);
    else if (is(st, 0, "part"))
        play_fill(s, st, true);
    else if (is(st, 0, "state") || is(st, 0, "reject") || is(st, 0, "fillstate"))
        play_report(s, st);
    else if (is(st, 0, "feed"))
        play_feed(s, st);
    else if (is(st, 0, "trade"))
        play_trade(s, st);
    else if (is(st, 0, "restart"))
        play_restart(s);
    else if (is(st, 0, "show"))
        play_show(s, st);
    else if (is(st, 0, "start") || is(st, 0, "clock"))
        play_plain(s, st);
    else
        test_check(false, __FILE__, __LINE__, "no such step");
}

static Step split(Span line)
{
    Step st = {.count = 0};
    Span part;

    line = span_trim(line);
    while (st.count < WORDS_MAX && span_cut(&line, ' ', &part))
        if (part.len) st.words[st.count++] = part;
    return st;
}

void stage_play(Stage *s, const char *script)
{
    Span rest = span_str(script), line, part;

    while (span_cut(&rest, '\n', &line))
        while (span_cut(&line, ';', &part)) {
            Step st = split(part);

            if (st.count) play_step(s, &st);
            if (st.count && (s->flags & STAGE_RESTARTS)) play_restart(s);
        }
}

void stage_check(const char *text, uint64_t flags, const char *script, const char *want)
{
    Stage s;

    if (!stage_open(&s, text, flags)) return;
    stage_play(&s, script);
    CHECK_STR(buf_cstr(&s.log), want);
}
