/* anchor_engine.c — see anchor_engine.h. */
#include "runtime/bench/anchor_engine.h"

#include "runtime/core/cpu.h"
#include "runtime/engine/drive_columns.h"
#include "runtime/engine/instant.h"
#include "vm/base/fixed.h"
#include "vm/vm.h"

/* ---- trades out of effects ------------------------------------------------------------------------ */

typedef struct Watch {
    AnchorResult *r;
    uint32_t tick;     /* of the latest effect */
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

    w->tick = (uint32_t)(f->ts_us / ANCHOR_SECOND_US);
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

/* ---- the column driver ----------------------------------------------------------------------------- */

TickColumns anchor_columns_of(const AnchorTicks *t, AnchorForm form, Arena *arena)
{
    TickColumns c = {.count = t->count, .ts_us = t->ts_us};

    c.words[TICK_WORD(bid[0])] = t->bid_micros;
    c.words[TICK_WORD(ask[0])] = t->ask_micros;
    if (form == ANCHOR_FIELDS) {
        c.words[TICK_WORD(mid[0])] = t->mid;
        c.words[TICK_WORD(spread[0])] = t->spread;
        c.words[TICK_WORD(abs_move)] = t->move;
    } else {
        c.words[TICK_WORD(spot)] = t->spot;
    }
    return tick_columns_prepare(&c, kernels_of(cpu_kernels()), arena) ? c : (TickColumns){0};
}

typedef struct BitsOf { /* where the indicators of a proof go */
    AnchorBits *bits;
    Rows rows;
} BitsOf;

static void note_bits(void *ctx, Columns *c, uint32_t first, uint32_t count)
{
    BitsOf *b = ctx;

    for (uint32_t i = 0; i < count; i++)
        b->bits[first + i] =
            (AnchorBits){columns_row_num(c, b->rows.quick, i), columns_row_num(c, b->rows.calm, i),
                         columns_row_num(c, b->rows.heat, i)};
}

static void tell_slots(DriveColumns *d, uint32_t first, uint32_t count)
{
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t n = 0;

    for (; n < COLUMN_SLOTS && first < count; n++, first += ANCHOR_SLOT_TICKS)
        slots[n] = (ColumnSlot){first, first + ANCHOR_SLOT_TICKS < count ? first + ANCHOR_SLOT_TICKS
                                                                         : count};
    drive_columns_slots(d, slots, n, first < count);
}

/* The ticks of one slot, with what happens to it and to the one before. */
static void drive_slot(Host *h, DriveColumns *d, uint32_t first)
{
    uint32_t end = first + ANCHOR_SLOT_TICKS, known = first + ANCHOR_RESOLVE_TICK;
    EffectSink sink = {take, &h->watch};

    if (end > h->t->count) end = h->t->count;
    if (known > end) known = end;
    if (first) end_slot(h, first);
    open_slot(h, first);
    if (first / ANCHOR_SLOT_TICKS % COLUMN_SLOTS == 0) tell_slots(d, first, h->t->count);
    drive_columns_run(d, first, known, sink);
    if (first && known < end) resolve(h, known);
    if (known < end) drive_columns_run(d, known, end, sink);
}

bool anchor_columns(const Image *image, const AnchorTicks *t, const TickColumns *ticks,
                    KernelLevel level, Arena *arena, AnchorResult *result, AnchorBits *bits,
                    double *ret_share)
{
    EngineConfig config = engine_config_default(image);
    Host h = {.t = t, .watch = {.r = result}};
    DriveSetup setup = {
        .ticks = ticks, .kernels = kernels_of(level), .slot_ticks = ANCHOR_SLOT_TICKS};
    BitsOf of = {bits, find_rows(image)};
    ColumnsWhy why;
    DriveColumns *d;
    DriveCounts counts;

    config.cash_micros = result->cash_micros;
    setup.engine = h.e = engine_new(&config, arena);
    setup.gateway = h.gateway = instant_new(image, arena);
    if (!h.e || !h.gateway) return false;
    d = drive_columns_new(&setup, arena, &why);
    if (!d) return false;
    if (bits) drive_columns_watch(d, note_bits, &of);
    for (uint32_t first = 0; first < t->count; first += ANCHOR_SLOT_TICKS)
        drive_slot(&h, d, first);
    result->cash_micros = engine_cash(h.e, 0);
    counts = drive_columns_counts(d);
    *ret_share = (double)counts.left_out / t->count;
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
    const VmRules *rules = vm ? vm_rules_of(vm, EV_TICK, 0) : NULL;
    double *mid, *spread, *move, *progress;

    if (!w || !out.intents || !rules) return false;
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
        vm_rules(vm, w, rules, &ev, &out);
        *ret_orders += out.intent_count;
        vm_commit(vm, w);
        at = at + 1 == ANCHOR_SLOT_TICKS ? 0 : at + 1;
    }
    return true;
}
