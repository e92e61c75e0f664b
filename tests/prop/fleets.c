/* fleets.c — relations over many wallets: M8 and M9, on the live driver.
 *
 * A handful of wallets of one program, with params and cash of their own, take the trial's events
 * together.  A host fills, cancels and refuses orders by their numbers alone, so that an answer depends on
 * nothing but the wallet.  What each wallet does must not depend on the others: not on their order or
 * number, and not on strangers that come and go. */
#include <stdio.h>

#include "runtime/engine/drive_live.h"
#include "tests/prop/trial.h"
#include "vm/base/fixed.h"

enum { WALLETS = 9, STRANGERS = 6, ANSWERS = 40, PENDING = 48 };

typedef struct Member {
    const Image *image;
    const double *params;
    int64_t cash_micros;
    size_t joins_at; /* index of the first event it sees */
} Member;

typedef struct Seat { /* a member on its way through one run */
    Effect pending[PENDING];
    uint32_t pending_count, number;
    EffectList list;
} Seat;

typedef struct Fleet {
    Trial *t;
    Live *live;
    Seat *seats; /* by member */
    uint32_t by_number[WALLETS + STRANGERS];
    uint32_t count;
} Fleet;

/* ---- effects ----------------------------------------------------------------------------------- */

static void keep(Trial *t, EffectList *list, const Effect *e)
{
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        Effect *items = arena_array(t->arena, Effect, cap);

        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->cap = cap;
    }
    list->items[list->count++] = *e;
}

static void take(void *ctx, uint32_t number, const Effect *e)
{
    Fleet *f = ctx;
    Seat *s = &f->seats[f->by_number[number]];

    if (e->kind == EFFECT_LEDGER) return;
    keep(f->t, &s->list, e);
    for (uint32_t i = 0; e->kind == EFFECT_CANCEL && i < s->pending_count; i++)
        if (s->pending[i].order == e->order) s->pending[i].is_unknown = true; /* to be cancelled */
    if ((e->kind == EFFECT_ORDER || e->kind == EFFECT_SETS) && s->pending_count < PENDING)
        s->pending[s->pending_count++] = *e;
}

/* ---- the host ---------------------------------------------------------------------------------- */

static void tell(Fleet *f, Seat *s, const Event *ev)
{
    live_tell(f->live, s->number, ev, (LiveSink){take, f});
}

/* Of four orders one is refused or cancelled, the others are filled. */
static void answer(Fleet *f, Seat *s, const Effect *e, int64_t ts_us)
{
    Event ev = {.ts_us = ts_us, .kind = EV_ORDER_STATE};

    ev.order.order = e->order;
    ev.order.state = e->kind == EFFECT_SETS ? ORDER_FILLED : ORDER_CANCELLED;
    if (e->kind == EFFECT_ORDER && !e->is_unknown && e->order % 4 != 3) {
        ev = (Event){.ts_us = ts_us, .kind = EV_FILL};
        ev.fill.order = e->order;
        ev.fill.size_micros = e->size_micros;
        ev.fill.price_micros = e->price_micros;
        ev.fill.token = (uint8_t)e->token;
        ev.fill.is_sell = e->is_sell;
    } else if (e->order % 8 == 7) {
        ev = (Event){.ts_us = ts_us, .kind = EV_REJECT};
        ev.reject.order = e->order;
        ev.reject.reason = NONE_16;
    }
    tell(f, s, &ev);
}

static void answer_all(Fleet *f, Seat *s, int64_t ts_us)
{
    for (uint32_t left = ANSWERS; s->pending_count && left; left--) {
        Effect e = s->pending[0];

        s->pending_count--;
        memmove(s->pending, s->pending + 1, s->pending_count * sizeof e);
        answer(f, s, &e, ts_us);
    }
}

/* ---- one run ----------------------------------------------------------------------------------- */

static bool seat(Fleet *f, const Member *m, uint32_t at)
{
    const GenEvents *events = &f->t->base.events;
    EngineConfig config = engine_config_default(m->image);

    config.params = m->params;
    config.cash_micros = m->cash_micros;
    config.start_us = m->joins_at ? events->events[m->joins_at - 1].ts_us : events->start_us;
    config.has_promises = true;
    f->seats[at].number = live_add(f->live, &config);
    if (f->seats[at].number == NO_WALLET) return false;
    f->by_number[f->seats[at].number] = at;
    return true;
}

static bool is_own(const Event *ev)
{
    return ev->kind == EV_FILL || ev->kind == EV_FILL_STATE;
}

static void step(Fleet *f, const Member *members, size_t at)
{
    const Event *ev = &f->t->base.events.events[at];

    if (!is_own(ev)) live_apply(f->live, ev, (LiveSink){take, f});
    for (uint32_t i = 0; i < f->count; i++) {
        bool fits = ev->kind != EV_FILL || ev->fill.token < members[i].image->tokens_count;

        if (members[i].joins_at > at || f->seats[i].number == NO_WALLET) continue;
        if (is_own(ev) && fits) tell(f, &f->seats[i], ev);
        answer_all(f, &f->seats[i], ev->ts_us);
    }
}

/* Runs the members, seated in `order`; their effects by member, or NULL. */
static Seat *sail(Trial *t, const Member *members, const uint32_t *order, uint32_t count)
{
    Fleet f = {.t = t, .count = count, .live = live_new(count, t->arena)};

    f.seats = arena_array(t->arena, Seat, count);
    if (!f.live) return NULL;
    for (uint32_t i = 0; i < count; i++)
        f.seats[i].number = NO_WALLET;
    for (size_t at = 0; at < t->base.events.count; at++) {
        for (uint32_t i = 0; i < count; i++)
            if (members[order[i]].joins_at == at && !seat(&f, &members[order[i]], order[i]))
                return NULL;
        step(&f, members, at);
    }
    return f.seats;
}

static Verdict compare(Trial *t, const Seat *a, const Seat *b, uint32_t member)
{
    Verdict v = trial_compare(t, &a->list, &b->list);
    size_t len = strlen(t->why);

    if (v == BROKEN) snprintf(t->why + len, sizeof t->why - len, "\nof wallet %u", member);
    return v;
}

/* ---- members ----------------------------------------------------------------------------------- */

static const double *some_params(Trial *t, const Image *image)
{
    double *params = arena_array(t->arena, double, image->params_count + 1U);

    for (uint32_t i = 0; i < image->params_count; i++) {
        const ParamRow *row = &image->params[i];
        double steps = row->step > 0 ? (row->high - row->low) / row->step : 0;

        params[i] = row->low + (double)rng_below(&t->rng, (uint64_t)steps + 1) * row->step;
        if (rng_below(&t->rng, 2) || params[i] > row->high) params[i] = row->value;
    }
    return params;
}

static Member some_member(Trial *t, const Image *image, bool is_late)
{
    Member m = {.image = image};

    m.params = some_params(t, image);
    m.cash_micros = (INT64_C(50) + (int64_t)rng_below(&t->rng, 2000)) * FX_ONE;
    m.joins_at = is_late ? rng_below(&t->rng, t->base.events.count) : 0;
    return m;
}

static uint32_t crew(Trial *t, Member *members)
{
    uint32_t count = 2 + (uint32_t)rng_below(&t->rng, WALLETS - 1);

    for (uint32_t i = 0; i < count; i++)
        members[i] = some_member(t, t->base.image, rng_below(&t->rng, 6) == 0);
    return count;
}

static void shuffle(Trial *t, uint32_t *order, uint32_t count, bool is_shuffled)
{
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (uint32_t i = count; is_shuffled && i > 1; i--) {
        uint32_t k = (uint32_t)rng_below(&t->rng, i), was = order[i - 1];

        order[i - 1] = order[k];
        order[k] = was;
    }
}

/* ---- the relations ----------------------------------------------------------------------------- */

/* All together, in another order, and each alone. */
static Verdict permute(Trial *t)
{
    Member members[WALLETS];
    uint32_t order[WALLETS], count = crew(t, members), first = 0;
    Seat *base, *other;
    Verdict v = HOLDS;

    shuffle(t, order, count, false);
    base = sail(t, members, order, count);
    shuffle(t, order, count, true);
    other = sail(t, members, order, count);
    if (!base || !other) return DOES_NOT_APPLY;
    for (uint32_t i = 0; i < count && v == HOLDS; i++)
        v = compare(t, &base[i], &other[i], i);
    for (uint32_t i = 0; i < count && v == HOLDS; i++) {
        other = sail(t, &members[i], &first, 1);
        v = other ? compare(t, &base[i], &other[0], i) : DOES_NOT_APPLY;
    }
    return v;
}

/* A strategy that listens to the same sources: strangers of it can stand on the same stream. */
static bool fits(const Image *a, const Image *b)
{
    if (a->sources_count != b->sources_count) return false;
    for (uint32_t i = 0; i < a->sources_count; i++)
        if (a->sources[i].source != b->sources[i].source ||
            a->sources[i].kind != b->sources[i].kind)
            return false;
    return true;
}

static const Image *stranger(Trial *t, uint64_t seed)
{
    GenProgram was = t->program;
    Pair other;
    bool is_fine;

    t->program = generate_program(seed, t->arena);
    is_fine = trial_compile(t, trial_text(t), seed % 2, &other);
    t->program = was;
    return is_fine && fits(t->base.image, other.image) ? other.image : t->base.image;
}

static Verdict strangers(Trial *t)
{
    Member members[WALLETS + STRANGERS];
    uint32_t order[WALLETS + STRANGERS], count = crew(t, members), all = count;
    Seat *base, *other;
    Verdict v = HOLDS;

    shuffle(t, order, count, false);
    base = sail(t, members, order, count);
    for (uint32_t i = 0; i < STRANGERS; i++)
        members[all++] = some_member(t, stranger(t, t->seed * 31 + i), i % 2);
    shuffle(t, order, all, true);
    other = sail(t, members, order, all);
    if (!base || !other) return DOES_NOT_APPLY;
    for (uint32_t i = 0; i < count && v == HOLDS; i++)
        v = compare(t, &base[i], &other[i], i);
    return v;
}

const Relation relations_of_fleets[] = {
    {"M8", "wallets in another order, or each alone: same effects", permute},
    {"M9", "strangers among them, started at other times: same effects", strangers},
};
const size_t relations_of_fleets_count = sizeof relations_of_fleets / sizeof *relations_of_fleets;
