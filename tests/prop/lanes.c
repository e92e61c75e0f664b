/* lanes.c — many wallets together are what each is alone: the live driver against scalar engines.
 *
 * Generated programs that fit one stream, wallets with params out of their ranges and cash of their own,
 * some of which join late, take generated events.  A small host answers orders (fills, parts, rejects,
 * cancels), the same way on both sides.  Effects must be equal one by one, snapshots byte by byte, in
 * whatever order and number the wallets stand; now and then the scalar engine is replaced by one that goes on from
 * the live one's snapshot.  --ticks F: events of a recording, --events N of its rows.
 * Prints how many wallet-ticks were spared and touched, so that it cannot hold of nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "runtime/core/memory.h"
#include "runtime/engine/drive_live.h"
#include "tests/diff/effect_hash.h"
#include "tests/diff/recorded_events.h"
#include "tests/diff/seeds.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/rng.h"

enum { WALLETS = 700, PROGRAMS = 4, PENDING = 64, EVENTS = 260, ANSWERS = 24 };

typedef struct Pending { /* an order that waits for its answer */
    uint64_t id;
    int64_t size, price;
    int32_t token;
    bool is_sell, is_sets, is_cancelled, is_resting;
} Pending;

typedef struct Side { /* one wallet, in one of the two ways */
    uint64_t hash, count;
    Pending pending[PENDING];
    uint32_t pending_count;
} Side;

typedef struct Wallet {
    const Image *image;
    EngineConfig config;
    Engine *engine;  /* the scalar one */
    uint32_t number; /* in the live driver */
    size_t joins_at; /* index of the first event it sees */
    bool is_there;
    Side scalar, live;
} Wallet;

typedef struct Trial {
    Arena *arena;
    Rng rng;
    Pair pairs[PROGRAMS];
    uint32_t programs, count;
    GenEvents events;
    Wallet *wallets;
    uint32_t *by_number;
    Live *live;
    uint64_t restarts;
} Trial;

typedef struct EventsFrom {
    const char *ticks; /* NULL: they are made up */
    size_t rows;
} EventsFrom;

/* ---- effects ----------------------------------------------------------------------------------------- */

static void note_order(Side *s, const Effect *f)
{
    if (s->pending_count == PENDING) return;
    s->pending[s->pending_count++] = (Pending){.id = f->order,
                                               .size = f->size_micros,
                                               .price = f->price_micros,
                                               .token = f->token,
                                               .is_sell = f->is_sell,
                                               .is_sets = f->kind == EFFECT_SETS};
}

static void note(Side *s, const Effect *f)
{
    s->hash = effect_hash(s->hash, f);
    s->count++;
    if (f->kind == EFFECT_ORDER || f->kind == EFFECT_SETS) note_order(s, f);
    for (uint32_t i = 0; f->kind == EFFECT_CANCEL && i < s->pending_count; i++)
        if (s->pending[i].id == f->order) s->pending[i].is_cancelled = true;
}

static void take_scalar(void *ctx, const Effect *f)
{
    note(&((Wallet *)ctx)->scalar, f);
}

static void take_live(void *ctx, uint32_t number, const Effect *f)
{
    const Trial *t = ctx;

    note(&t->wallets[t->by_number[number]].live, f);
}

/* ---- the host ------------------------------------------------------------------------------------------ */

static void tell(Trial *t, Wallet *w, bool is_live, const Event *ev)
{
    if (is_live)
        live_tell(t->live, w->number, ev, (LiveSink){take_live, t});
    else
        engine_apply(w->engine, ev, (EffectSink){take_scalar, w});
}

static Event state_of(const Pending *p, int64_t ts_us, OrderState state)
{
    Event ev = {.ts_us = ts_us, .kind = EV_ORDER_STATE};

    ev.order.order = p->id;
    ev.order.state = (uint8_t)state;
    return ev;
}

static Event fill_of(const Pending *p, int64_t ts_us, int64_t size)
{
    Event ev = {.ts_us = ts_us, .kind = EV_FILL};

    ev.fill.order = p->id;
    ev.fill.size_micros = size;
    ev.fill.price_micros = p->price;
    ev.fill.token = (uint8_t)p->token;
    ev.fill.is_sell = p->is_sell;
    return ev;
}

static Event reject_of(const Pending *p, int64_t ts_us)
{
    Event ev = {.ts_us = ts_us, .kind = EV_REJECT};

    ev.reject.order = p->id;
    ev.reject.reason = NONE_16;
    return ev;
}

/* The answer to an order depends on its number alone; true when it is over. */
static bool answer(Trial *t, Wallet *w, bool is_live, Pending *p, int64_t ts_us)
{
    uint64_t dice = (p->id * 2654435761U) >> 3 & 15;
    Event ev = state_of(p, ts_us, ORDER_LIVE);

    if (p->is_cancelled) ev = state_of(p, ts_us, ORDER_CANCELLED);
    if (p->is_sets) ev = state_of(p, ts_us, ORDER_FILLED);
    if (!p->is_cancelled && !p->is_sets) {
        if (dice < 9 || p->is_resting) ev = fill_of(p, ts_us, p->size);
        if (dice == 9) ev = reject_of(p, ts_us);
        if (dice == 10) ev = state_of(p, ts_us, ORDER_CANCELLED);
        if (dice == 11 && p->size > 2) ev = fill_of(p, ts_us, p->size / 2);
    }
    tell(t, w, is_live, &ev);
    if (ev.kind == EV_FILL) p->size -= ev.fill.size_micros;
    p->is_resting = true;
    return ev.kind != EV_FILL ? ev.kind == EV_REJECT || ev.order.state != ORDER_LIVE : p->size <= 0;
}

static void answer_all(Trial *t, Wallet *w, bool is_live, int64_t ts_us)
{
    Side *s = is_live ? &w->live : &w->scalar;

    for (uint32_t i = 0, left = ANSWERS; i < s->pending_count && left; left--) {
        Pending p = s->pending[i];
        bool is_over = answer(t, w, is_live, &p, ts_us);

        p.is_cancelled |= s->pending[i].is_cancelled;
        s->pending[i] = p;
        if (!is_over) {
            i++;
            continue;
        }
        s->pending_count--;
        memmove(&s->pending[i], &s->pending[i + 1], (s->pending_count - i) * sizeof p);
    }
}

/* ---- events -------------------------------------------------------------------------------------------- */

static bool is_own(const Event *ev)
{
    switch (ev->kind) {
    case EV_FILL:
    case EV_FILL_STATE:
    case EV_ORDER_STATE:
    case EV_REJECT:
        return true;
    default:
        return false;
    }
}

static bool can_take(const Wallet *w, const Event *ev)
{
    return w->is_there && (ev->kind != EV_FILL || ev->fill.token < w->image->tokens_count);
}

static void apply_all(Trial *t, const Event *ev)
{
    for (uint32_t i = 0; i < t->count; i++) {
        Wallet *w = &t->wallets[i];

        if (!can_take(w, ev)) continue;
        tell(t, w, false, ev);
        answer_all(t, w, false, ev->ts_us);
    }
    if (!is_own(ev)) live_apply(t->live, ev, (LiveSink){take_live, t});
    for (uint32_t i = 0; i < t->count; i++) {
        Wallet *w = &t->wallets[i];

        if (!can_take(w, ev)) continue;
        if (is_own(ev)) tell(t, w, true, ev);
        answer_all(t, w, true, ev->ts_us);
    }
}

static bool is_equal(Trial *t, Wallet *w)
{
    ArenaMark mark = arena_mark(t->arena);
    Buf a, b;
    bool is_fine;

    buf_init(&a, t->arena, (size_t)8 << 20);
    buf_init(&b, t->arena, (size_t)8 << 20);
    is_fine = engine_snapshot(w->engine, &a) &&
              engine_snapshot(live_engine(t->live, w->number), &b) &&
              span_is(buf_span(&a), buf_span(&b));
    if (!is_fine) printf("wallet %u: snapshots part\n", w->number);
    arena_release(t->arena, mark);
    return is_fine;
}

static bool restart(Trial *t, Wallet *w)
{
    Buf snapshot;

    buf_init(&snapshot, t->arena, (size_t)8 << 20);
    w->engine = engine_new(&w->config, t->arena);
    t->restarts++;
    return w->engine && engine_snapshot(live_engine(t->live, w->number), &snapshot) &&
           engine_restore(w->engine, buf_span(&snapshot));
}

static bool check(Trial *t, size_t at)
{
    for (uint32_t i = 0; i < t->count; i++) {
        Wallet *w = &t->wallets[i];

        if (!w->is_there) continue;
        if (w->scalar.hash != w->live.hash || w->scalar.count != w->live.count) {
            printf("event %zu kind %u, wallet %u (why %u): effects part, %llu and %llu\n", at,
                   t->events.events[at].kind, w->number, live_why(t->live, w->number),
                   (unsigned long long)w->scalar.count, (unsigned long long)w->live.count);
            return false;
        }
        if ((at * 7 + i) % 41 && at + 1 != t->events.count) continue;
        if (is_equal(t, w) && (rng_below(&t->rng, 16) || restart(t, w))) continue;
        printf("event %zu kind %u at %lld, why %u\n", at, t->events.events[at].kind,
               (long long)t->events.events[at].ts_us, live_why(t->live, w->number));
        return false;
    }
    return true;
}

/* ---- wallets ------------------------------------------------------------------------------------------- */

/* Values on the params' own steps. */
static const double *pick_params(Trial *t, const Image *image)
{
    double *params = arena_array(t->arena, double, image->params_count + 1U);

    for (uint32_t i = 0; i < image->params_count; i++) {
        const ParamRow *row = &image->params[i];
        double steps = row->step > 0 ? (row->high - row->low) / row->step : 0;
        uint64_t n = rng_below(&t->rng, (uint64_t)steps + 1);

        params[i] = rng_below(&t->rng, 3) ? row->value : row->low + (double)n * row->step;
        if (params[i] > row->high) params[i] = row->value;
    }
    return params;
}

static bool join(Trial *t, Wallet *w, uint32_t at)
{
    EngineConfig config = engine_config_default(w->image);

    config.params = pick_params(t, w->image);
    config.start_us = t->events.start_us;
    if (w->joins_at) config.start_us = t->events.events[w->joins_at - 1].ts_us;
    config.cash_micros = (INT64_C(50) + (int64_t)rng_below(&t->rng, 2000)) * FX_ONE;
    config.has_promises = rng_below(&t->rng, 16) == 0;
    config.is_small = true;
    w->config = config;
    w->engine = engine_new(&config, t->arena);
    w->number = live_add(t->live, &config);
    if (!w->engine || w->number == NO_WALLET) return w->engine == NULL && w->number == NO_WALLET;
    t->by_number[w->number] = at;
    w->is_there = true;
    return true;
}

static bool play(Trial *t)
{
    int64_t now_us = INT64_MIN;

    for (size_t i = 0; i < t->events.count; i++) {
        Event *ev = &t->events.events[i];

        for (uint32_t k = 0; k < t->count; k++)
            if (t->wallets[k].joins_at == i && !join(t, &t->wallets[k], k)) return false;
        if (ev->ts_us < now_us) ev->ts_us = now_us;
        now_us = ev->ts_us;
        apply_all(t, ev);
        if (!check(t, i)) return false;
    }
    return true;
}

/* ---- programs ------------------------------------------------------------------------------------------ */

static bool load(Trial *t, uint64_t seed, Pair *pair)
{
    GenProgram g = generate_program(seed, t->arena);
    Buf text;

    *pair = (Pair){0};
    buf_init(&text, t->arena, 1 << 20);
    generate_print(g.root, &text, NULL);
    return pair_compile(pair, buf_span(&text), seed % 5 == 0, t->arena) &&
           pair->c.program->markets_count;
}

static bool fits(const Image *a, const Image *b)
{
    if (a->sources_count != b->sources_count) return false;
    for (uint32_t i = 0; i < a->sources_count; i++)
        if (a->sources[i].source != b->sources[i].source ||
            a->sources[i].kind != b->sources[i].kind)
            return false;
    return true;
}

static void gather(Trial *t, uint64_t seed)
{
    for (uint64_t s = seed; s < seed + 12 && t->programs < PROGRAMS; s++) {
        Pair *pair = &t->pairs[t->programs];

        if (!load(t, s * 7919, pair)) continue;
        if (!t->programs || fits(t->pairs[0].image, pair->image)) t->programs++;
    }
}

static const char *const files[] = {
#define FILE(name) "examples/" name ".odx",
    FILE("daily_saver") FILE("equilibrage") FILE("fade") FILE("full_set") FILE("funding_carry")
        FILE("grid") FILE("heavy_side") FILE("late_leader") FILE("late_mover") FILE("lead_and_lag")
            FILE("long_shot") FILE("mirror_hedge") FILE("rebound") FILE("scanner") FILE("shadow")
                FILE("slot_trend") FILE("snap_back") FILE("spread_keeper") FILE("trend")
                    FILE("two_sided_maker") FILE("two_venues")
#undef FILE
};

static void report(const Trial *t, const char *path)
{
    LiveCounts c = live_counts(t->live);
    uint64_t all = c.touched + c.spared + c.alone;

    printf("%-30s %5.1f %% of wallet-ticks spared; %s\n", path,
           all ? 100.0 * (double)c.spared / (double)all : 0,
           live_sentence(live_why(t->live, t->wallets[0].number)));
}

static bool find_events(Trial *t, uint64_t seed, const EventsFrom *from)
{
    Err err = ERR_NONE;

    if (!from->ticks) {
        t->events =
            generate_events(t->pairs[0].c.program, seed, seed % 50 == 7 ? 60 : EVENTS, t->arena);
        return true;
    }
    if (recorded_events(from->ticks, t->pairs[0].image, seed, from->rows, &t->events, t->arena,
                        &err))
        return true;
    printf("%s\n", err.text);
    return false;
}

/* `path`: an example instead of generated programs. */
static bool run(uint64_t seed, const char *path, const EventsFrom *from, Arena *arena,
                uint64_t counts[8])
{
    Trial t = {.arena = arena};
    LiveCounts c;
    bool is_fine;
    Span text;

    rng_init(&t.rng, seed);
    if (path && !seeds_compile_file(&t.pairs[0], path, &text, arena)) return false;
    t.programs = path ? 1 : 0;
    if (!path) gather(&t, seed);
    if (!t.programs) return true;
    t.count = seed % 50 == 7 ? WALLETS : 1 + (uint32_t)rng_below(&t.rng, 24);
    if (!find_events(&t, seed, from)) return false;
    if (!t.events.count) return true;
    t.wallets = arena_array(arena, Wallet, WALLETS);
    t.by_number = arena_array(arena, uint32_t, WALLETS);
    t.live = live_new(WALLETS, arena);
    for (uint32_t i = 0; i < t.count; i++) {
        t.wallets[i].image = t.pairs[rng_below(&t.rng, t.programs)].image;
        if (i && rng_below(&t.rng, 8) == 0) t.wallets[i].joins_at = rng_below(&t.rng, 80);
    }
    is_fine = t.live && play(&t);
    if (path && is_fine) report(&t, path);
    if (!is_fine) printf("seed %llu: the ways part\n", (unsigned long long)seed);
    if (!t.live) return is_fine;
    c = live_counts(t.live);
    counts[0]++;
    counts[1] += c.touched;
    counts[2] += c.spared;
    counts[3] += c.alone;
    for (uint32_t i = 0; i < t.count; i++)
        counts[4] += t.wallets[i].live.count;
    counts[5] += t.restarts;
    return is_fine && !arena_is_full(arena);
}

static bool run_one(uint64_t seed, const char *path, const EventsFrom *from, uint64_t counts[8])
{
    Arena arena;
    bool is_fine;

    arena_init(&arena, memory_source(), (size_t)3 << 30);
    is_fine = run(seed, path, from, &arena, counts);
    arena_fini(&arena);
    return is_fine;
}

int main(int argc, char **argv)
{
    unsigned long long first = 1, count = 200;
    uint64_t counts[8] = {0};
    EventsFrom from = {NULL, 1500};

    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--count")) sscanf(argv[i + 1], "%llu", &count);
        if (!strcmp(argv[i], "--only")) sscanf(argv[i + 1], "%llu", &first);
        if (!strcmp(argv[i], "--only")) count = 1;
        if (!strcmp(argv[i], "--ticks")) from.ticks = argv[i + 1];
        if (!strcmp(argv[i], "--events")) from.rows = (size_t)strtoull(argv[i + 1], NULL, 10);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!run_one(i + 8, files[i], &from, counts)) return 1;
    for (uint64_t seed = first; seed < first + count; seed++)
        if (!run_one(seed, NULL, &from, counts)) return 1;
    printf("%llu streams, wallet-ticks: %llu touched, %llu spared, %llu alone; %llu effects, %llu "
           "restarts\n",
           (unsigned long long)counts[0], (unsigned long long)counts[1],
           (unsigned long long)counts[2], (unsigned long long)counts[3],
           (unsigned long long)counts[4], (unsigned long long)counts[5]);
    if (from.ticks) return counts[1] && counts[2] ? 0 : 1;
    return counts[5] && counts[2] > counts[1] && counts[1] > counts[0] && counts[4] > counts[0] ? 0
                                                                                                : 1;
}
