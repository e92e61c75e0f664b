/* anchor_engine.c — see anchor_engine.h. */
#include "runtime/bench/anchor_engine.h"

#include "runtime/engine/instant.h"
#include "vm/base/fixed.h"
#include "vm/vm.h"

/* ---- trades out of effects ------------------------------------------------------------------------ */

typedef struct Watch {
    AnchorResult *r;
    uint32_t tick;
    AnchorTrade order; /* sent, not filled yet; size 0: none */
} Watch;

static void note(AnchorResult *r, AnchorTrade trade)
{
    if (r->count < r->cap) r->trades[r->count] = trade;
    r->count++;
}

static uint32_t side_of(const Effect *f)
{
    if (f->because == BECAUSE_STOP_LOSS) return ANCHOR_STOP;
    return f->because == BECAUSE_TAKE_PROFIT ? ANCHOR_TARGET : ANCHOR_BUY;
}

static void take(void *ctx, const Effect *f)
{
    Watch *w = ctx;

    if (f->kind == EFFECT_SKIP) w->r->skips++;
    if (f->kind == EFFECT_ORDER) w->order = (AnchorTrade){w->tick, side_of(f), 0, f->size_micros};
    if (f->kind == EFFECT_LEDGER && f->index == LEDGER_CASH && w->order.size_micros) {
        int64_t paid = f->amount_micros < 0 ? -f->amount_micros : f->amount_micros;

        w->order.price_micros = paid / (w->order.size_micros / FX_ONE);
        note(w->r, w->order);
        w->order.size_micros = 0;
    }
}

/* ---- the host -------------------------------------------------------------------------------------- */

typedef struct Host {
    const AnchorTicks *t;
    Engine *e;
    Instant *gateway;
    Watch watch;
    TickData tick;
    Event next;     /* the tick's event */
    int64_t held;   /* shares of the slot that closed last */
    uint32_t first; /* of the slot that closed last */
} Host;

static void apply(Host *h, const Event *ev)
{
    instant_apply(h->gateway, h->e, ev, (EffectSink){take, &h->watch});
}

static void end_slot(Host *h, uint32_t next)
{
    int64_t ts = h->t->ts_us[next];
    Event ev = {.ts_us = ts, .kind = EV_SLOT_CLOSE};

    h->held = engine_position(h->e, 0).size_micros;
    h->first = next - ANCHOR_SLOT_TICKS;
    ev.slot.slot_start_us = h->t->slot_us[h->first];
    apply(h, &ev);
}

static void open_slot(Host *h, uint32_t first)
{
    Event ev = {.ts_us = h->t->ts_us[first], .kind = EV_SLOT_OPEN};

    ev.slot.slot_start_us = h->t->slot_us[first];
    ev.slot.slot_us = (int64_t)ANCHOR_SLOT_TICKS * ANCHOR_SECOND_US;
    apply(h, &ev);
}

static void resolve(Host *h, uint32_t tick)
{
    const double *spot = h->t->spot + h->first;
    Event ev = {.ts_us = h->t->ts_us[tick], .kind = EV_RESOLVE};

    ev.resolve.slot_start_us = h->t->slot_us[h->first];
    ev.resolve.spot_close = spot[ANCHOR_SLOT_TICKS - 1];
    ev.resolve.winner = (int8_t)(ev.resolve.spot_close < spot[0]);
    if (h->held)
        note(h->watch.r,
             (AnchorTrade){tick, ANCHOR_PAYOUT, ev.resolve.winner ? 0 : FX_ONE, h->held});
    apply(h, &ev);
}

static void send_tick(Host *h, uint32_t i, AnchorForm form)
{
    const AnchorTicks *t = h->t;

    h->watch.tick = i;
    h->next.ts_us = t->ts_us[i];
    h->tick.bid[0].price_micros[0] = t->bid_micros[i];
    h->tick.ask[0].price_micros[0] = t->ask_micros[i];
    if (form == ANCHOR_FIELDS) {
        h->tick.mid[0] = t->mid[i];
        h->tick.spread[0] = t->spread[i];
        h->tick.abs_move = t->move[i];
    } else {
        h->tick.spot = t->spot[i];
    }
    apply(h, &h->next);
}

/* ---- the engine ------------------------------------------------------------------------------------ */

typedef struct Rows { /* state rows of the indicators */
    uint32_t quick, calm, heat;
} Rows;

static Rows find_rows(const Image *image)
{
    Rows rows = {0, 0, 0};

    for (uint32_t i = 0; i < image->state_count; i++) {
        if (image->state[i].kind == SK_EMA) rows.quick = i;
        if (image->state[i].kind == SK_SMA) rows.calm = i;
        if (image->state[i].kind == SK_RSI) rows.heat = i;
    }
    return rows;
}

static AnchorBits bits_of(Engine *e, const Rows *rows)
{
    const Vm *vm = engine_vm(e);
    const VmWallet *w = engine_wallet(e);

    return (AnchorBits){vm_state_num(vm, w, rows->quick), vm_state_num(vm, w, rows->calm),
                        vm_state_num(vm, w, rows->heat)};
}

bool anchor_engine(const Image *image, const AnchorTicks *t, AnchorForm form, Arena *arena,
                   AnchorResult *result, AnchorBits *bits)
{
    EngineConfig config = engine_config_default(image);
    Host h = {.t = t, .watch = {.r = result}};
    Rows rows = find_rows(image);

    config.cash_micros = result->cash_micros;
    h.e = engine_new(&config, arena);
    h.gateway = instant_new(image, arena);
    if (!h.e || !h.gateway) return false;
    tick_clear(&h.tick);
    h.next = (Event){.kind = EV_TICK, .tick = &h.tick};
    for (uint32_t i = 0, at = 0; i < t->count; i++) {
        if (at == 0 && i) end_slot(&h, i);
        if (at == 0) open_slot(&h, i);
        if (at == ANCHOR_RESOLVE_TICK && i > ANCHOR_SLOT_TICKS) resolve(&h, i);
        send_tick(&h, i, form);
        if (bits) bits[i] = bits_of(h.e, &rows);
        at = at + 1 == ANCHOR_SLOT_TICKS ? 0 : at + 1;
    }
    result->cash_micros = engine_cash(h.e, 0);
    return true;
}

/* ---- the bare machine ------------------------------------------------------------------------------ */

static double *input_of(const Image *image, Vm *vm, FieldId field)
{
    for (uint32_t i = 0; i < image->inputs_count; i++)
        if (image->inputs[i].field == field) return vm_inputs(vm) + i;
    return NULL;
}

bool anchor_vm(const Image *image, const AnchorTicks *t, Arena *arena, uint64_t *ret_orders)
{
    Vm *vm = vm_new(image, NULL, arena);
    VmWallet *w = vm ? vm_wallet_new(vm, arena) : NULL;
    VmOut out = vm_out_new(image, arena);
    VmEvent ev = {.kind = EV_TICK, .clocks = 1};
    double *mid, *spread, *move, *progress;

    if (!w || !out.intents) return false;
    mid = input_of(image, vm, FIELD_MID);
    spread = input_of(image, vm, FIELD_SPREAD);
    move = input_of(image, vm, FIELD_ABS_MOVE);
    progress = input_of(image, vm, FIELD_SLOT_PROGRESS);
    if (!mid || !spread || !move || !progress) return false;
    *ret_orders = 0;
    for (uint32_t i = 0, at = 0; i < t->count; i++) {
        ev.now_us = t->ts_us[i];
        ev.count++;
        if (at == 0) vm_slot_open(vm, w, 0, ev.count);
        *mid = t->mid[i];
        *spread = t->spread[i];
        *move = t->move[i];
        *progress = (double)at / ANCHOR_SLOT_TICKS;
        out.intent_count = 0;
        vm_rules(vm, w, &ev, &out);
        *ret_orders += out.intent_count;
        vm_commit(vm, w);
        at = at + 1 == ANCHOR_SLOT_TICKS ? 0 : at + 1;
    }
    return true;
}
