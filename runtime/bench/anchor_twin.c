/* anchor_twin.c — anchor.odx written by hand in C, by part 3 of the language.
 *
 * Everything is here: seeds, averages that restart with the slot, the exact moving sum, arming, stops and
 * targets from the tick after the fill, limits in file order, cash, instant fills, payouts.  What no tick
 * of the anchor needs is not: unknown prices, resting orders, other markets.  Built as a unit of its own
 * with every freedom that keeps bits (see meson.build). */
#include "runtime/bench/anchor.h"

#include "runtime/bench/twin.h"

typedef struct Twin {
    /* indicators; they restart with the slot */
    Averages a;
    int64_t window[CALM];
    uint32_t at;
    /* wallet */
    int64_t cash, size, cost, stop, target;
    int64_t closed, payout; /* shares of the last slot until it resolves, and what one brings */
    uint32_t trades;
    bool is_armed;
} Twin;

ALWAYS_INLINE double known(double x)
{
    return x == x ? x : __builtin_nan("");
}

ALWAYS_INLINE void note(AnchorResult *r, uint32_t tick, AnchorSide side, int64_t price,
                        int64_t size)
{
    if (r->count < r->cap) r->trades[r->count] = (AnchorTrade){tick, side, price, size};
    r->count++;
}

/* ---- fields ------------------------------------------------------------------------------------- */

ALWAYS_INLINE double mid_of(const AnchorTicks *t, uint32_t i, bool raw)
{
    double bid = (double)t->bid_micros[i] / 1e6, ask = (double)t->ask_micros[i] / 1e6;

    return raw ? grid_micros((bid + ask) / 2) / 1e6 : t->mid[i];
}

ALWAYS_INLINE double spread_of(const AnchorTicks *t, uint32_t i, bool raw)
{
    double bid = (double)t->bid_micros[i] / 1e6, ask = (double)t->ask_micros[i] / 1e6;

    return raw ? grid_micros(ask - bid) / 1e6 : t->spread[i];
}

ALWAYS_INLINE double move_of(const AnchorTicks *t, uint32_t i, double open, bool raw)
{
    return raw ? __builtin_fabs(t->spot[i] / open - 1) : t->move[i];
}

/* ---- exits -------------------------------------------------------------------------------------- */

/* True when the position was closed at this tick. */
ALWAYS_INLINE bool leave(Twin *w, AnchorResult *r, uint32_t i, int64_t bid)
{
    AnchorSide side;

    if (bid <= w->stop)
        side = ANCHOR_STOP;
    else if (bid >= w->target)
        side = ANCHOR_TARGET;
    else
        return false;
    w->cash += w->size / ONE * bid;
    note(r, i, side, bid, w->size);
    w->size = w->cost = 0;
    return true;
}

/* ---- entries ------------------------------------------------------------------------------------ */

static void buy(Twin *w, AnchorResult *r, uint32_t i, int64_t ask)
{
    int64_t worst = ask + 2 * CENT > 99 * CENT ? 99 * CENT : ask + 2 * CENT;
    int64_t needed = SHARES * worst;
    double entry;

    if (w->cost + needed > 100 * ONE || w->trades >= MAX_TRADES || needed > w->cash) {
        r->skips++;
        return;
    }
    w->trades++;
    w->size += SHARES * ONE;
    w->cost += SHARES * ask;
    w->cash -= SHARES * ask;
    note(r, i, ANCHOR_BUY, ask, SHARES * ONE);
    entry = (double)w->cost / (double)w->size;
    w->stop = (int64_t)grid_micros(entry * (1 - 0.3));
    w->target = (int64_t)grid_micros(entry * (1 + 0.8));
}

/* ---- one tick ----------------------------------------------------------------------------------- */

/* Which of both: a condition that is definitely true or definitely false; neither when unknown. */
typedef struct Cond {
    bool is_true, is_false;
} Cond;

ALWAYS_INLINE Cond condition(const AnchorTicks *t, uint32_t i, double open, double heat,
                             double calm, double quick, bool raw)
{
    int64_t elapsed = t->ts_us[i] - t->slot_us[i];
    double progress;

    if (!(move_of(t, i, open, raw) > 0.03)) return (Cond){false, true};
    progress = (double)elapsed / (double)(ANCHOR_SLOT_TICKS * ONE);
    if (!(progress >= 0.1 && progress <= 0.4)) return (Cond){false, true};
    if (!(grid_micros(spread_of(t, i, raw)) < 50000)) return (Cond){false, true};
    if (!(grid_micros(quick) > grid_micros(calm))) return (Cond){false, true};
    return (Cond){heat < 70, heat >= 70};
}

ALWAYS_INLINE void act(Twin *w, AnchorResult *r, const AnchorTicks *t, uint32_t i, Cond c)
{
    bool has_left = w->size && leave(w, r, i, t->bid_micros[i]);

    if (c.is_false) w->is_armed = true;
    if (!c.is_true || !w->is_armed) return;
    w->is_armed = false;
    if (has_left)
        r->skips++; /* an exit comes first */
    else
        buy(w, r, i, t->ask_micros[i]);
}

/* The first ticks of a slot, until all three averages are seeded.  No entry is possible yet. */
ALWAYS_INLINE void seed(Twin *w, const AnchorTicks *t, uint32_t first, uint32_t end, bool raw,
                        AnchorBits *bits)
{
    Seeds seeds = {0};

    w->a.calm_sum = 0;
    w->at = 0;
    for (uint32_t k = 0; k < CALM && first + k < end; k++) {
        double x = mid_of(t, first + k, raw);

        seed_tick(&w->a, &seeds, k, x);
        w->window[k] = (int64_t)grid_micros(x);
        if (!bits) continue;
        bits[first + k] = (AnchorBits){
            k >= QUICK - 1 ? w->a.quick : __builtin_nan(""),
            k == CALM - 1 ? (double)w->a.calm_sum / (CALM * 1e6) : __builtin_nan(""),
            k >= HEAT ? known(100 * w->a.up / (w->a.up + w->a.down)) : __builtin_nan("")};
    }
}

/* Ticks first .. end of a slot whose averages are seeded. */
ALWAYS_INLINE void run_ticks(Twin *w, AnchorResult *r, const AnchorTicks *t, uint32_t first,
                             uint32_t end, double open, bool raw, AnchorBits *bits)
{
    for (uint32_t i = first; i < end; i++) {
        double x = mid_of(t, i, raw), change = x - w->a.last, heat, calm;
        double size = __builtin_fabs(change);
        int64_t micros = (int64_t)grid_micros(x);

        w->a.quick += 2.0 / (QUICK + 1) * (x - w->a.quick);
        w->a.calm_sum += micros - w->window[w->at];
        w->window[w->at] = micros;
        w->at = w->at + 1 == CALM ? 0 : w->at + 1;
        calm = (double)w->a.calm_sum / (CALM * 1e6);
        w->a.up = (w->a.up * (HEAT - 1) + (size + change) / 2) / HEAT;
        w->a.down = (w->a.down * (HEAT - 1) + (size - change) / 2) / HEAT;
        heat = 100 * w->a.up / (w->a.up + w->a.down);
        w->a.last = x;
        if (bits) bits[i] = (AnchorBits){w->a.quick, calm, known(heat)};
        act(w, r, t, i, condition(t, i, open, heat, calm, w->a.quick, raw));
    }
}

/* ---- slots -------------------------------------------------------------------------------------- */

static void pay(Twin *w, AnchorResult *r, uint32_t tick)
{
    if (!w->closed) return;
    note(r, tick, ANCHOR_PAYOUT, w->payout, w->closed);
    w->cash += w->closed / ONE * w->payout;
    w->closed = 0;
}

/* Shares of a slot that ends wait for its payout. */
static void close_slot(Twin *w, const AnchorTicks *t, uint32_t first, uint32_t end)
{
    w->closed = w->size;
    w->payout = t->spot[end - 1] >= t->spot[first] ? ONE : 0;
    w->size = w->cost = 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* across: averages live on from slot to slot; the first one seeds them. */
ALWAYS_INLINE void run(const AnchorTicks *t, AnchorResult *r, bool raw, bool across,
                       AnchorBits *bits)
{
    Twin w = {.cash = r->cash_micros};

    for (uint32_t first = 0; first < t->count; first += ANCHOR_SLOT_TICKS) {
        uint32_t end = least(first + ANCHOR_SLOT_TICKS, t->count);
        uint32_t known = least(first + ANCHOR_RESOLVE_TICK, end);
        bool seeds = !across || first == 0;

        w.is_armed = true;
        w.trades = 0;
        if (seeds) seed(&w, t, first, end, raw, bits);
        run_ticks(&w, r, t, seeds ? first + CALM : first, known, t->spot[first], raw, bits);
        if (known < end) pay(&w, r, known);
        run_ticks(&w, r, t, known, end, t->spot[first], raw, bits);
        if (end < t->count) close_slot(&w, t, first, end);
    }
    r->cash_micros = w.cash;
}

void anchor_twin(const AnchorTicks *t, AnchorResult *result)
{
    run(t, result, false, false, NULL);
}

void anchor_twin_raw(const AnchorTicks *t, AnchorResult *result)
{
    run(t, result, true, false, NULL);
}

void anchor_twin_bits(const AnchorTicks *t, AnchorResult *result, AnchorBits *bits)
{
    run(t, result, false, false, bits);
}

void anchor_twin_across(const AnchorTicks *t, AnchorResult *result)
{
    run(t, result, false, true, NULL);
}

void anchor_twin_across_raw(const AnchorTicks *t, AnchorResult *result)
{
    run(t, result, true, true, NULL);
}

void anchor_twin_across_bits(const AnchorTicks *t, AnchorResult *result, AnchorBits *bits)
{
    run(t, result, false, true, bits);
}
