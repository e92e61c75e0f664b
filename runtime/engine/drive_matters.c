/* drive_matters.c — which ticks of a word matter, and which only have an order refused.
 *
 * Out of conditions that are bitmaps: edges of rules, `while` rules with quotes, prices beyond a
 * band, exits, what sets states, boundaries before a tick.  Where one rule fires that asks for
 * an entry the engine refuses, the tick is left out all the same, and the refusal told.
 * Promise: no tick that matters is missed. */
#include "runtime/engine/drive_columns_inside.h"
#include "runtime/engine/state.h"

/* A tick at which the other side touches an order that rests fills it. */
static void ask_gateway(DriveColumns *d)
{
    InstantCalm calm;

    d->resting_count = 0;
    if (!instant_has_orders(d->gateway)) return;
    calm = instant_calm(d->gateway, d->market);
    if (calm.until_us < d->quiet.until_us) d->quiet.until_us = calm.until_us;
    for (uint8_t o = 0; o < OUTCOMES; o++) {
        QuietBand buys = {d->market, o, true, calm.buys[o], INT64_MAX};
        QuietBand sells = {d->market, o, false, INT64_MIN, calm.sells[o]};

        if (buys.low != INT64_MIN) d->resting[d->resting_count++] = buys;
        if (sells.high != INT64_MAX) d->resting[d->resting_count++] = sells;
    }
}

void drive_ask_engine(DriveColumns *d)
{
    engine_quiet(d->engine, &d->quiet);
    ask_gateway(d);
    drive_quotes_begin(d);
    d->has_quiet = true;
    d->word.has_bands = false;
    d->calm_to = 0;
    for (uint32_t i = 0; i < d->note_count; i++) {
        RuleNote *n = &d->notes[i];

        n->is_armed = vm_is_armed(d->vm, engine_wallet(d->engine), n->gate.rule);
        n->is_fresh = vm_is_fresh(d->vm, engine_wallet(d->engine), n->gate.rule);
        n->is_quoting = d->quiet.has_quotes && engine_is_quoting(d->engine, n->gate.rule);
    }
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        d->firings[i].low = INT64_MAX;
        d->firings[i].high = INT64_MIN;
        d->firings[i].is_narrow = false;
    }
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edges[i].fires = columns_edge_fires(d->columns, i);
    for (uint32_t i = 0; i < d->own_count; i++)
        d->own[i].fires = vm_is_armed(d->vm, engine_wallet(d->engine), d->wakes.own[i]);
}

static void look_at_gates(DriveColumns *d)
{
    if (d->word.has_gates) return;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        d->gates[i] = columns_cond(d->columns, d->wakes.rows[i].gate);
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->edges[i].cond = columns_edge(d->columns, i);
    for (uint32_t i = 0; i < d->own_count; i++)
        d->own[i].cond = columns_own(d->columns, i);
    if (d->between) drive_between_gates(d->between);
    d->word.has_gates = true;
}

static void look_at_exits(DriveColumns *d)
{
    if (d->word.has_exits) return;
    d->word.exits = 0;
    for (uint32_t i = 0; d->quiet.why && i < d->wakes.exit_count; i++)
        d->word.exits |= columns_cond(d->columns, d->wakes.exits[i]).is_true;
    d->word.has_exits = true;
}

static bool is_flat(const DriveColumns *d, int32_t token)
{
    const TokenRun *t = token_of(d->engine, token);

    return t && !t->held.size_micros;
}

/* The events among `bits` that matter to a `while` that quotes. */
static uint64_t quotes_matter(DriveColumns *d, bool is_between, uint32_t wake, uint32_t note,
                              uint64_t shut, uint64_t open)
{
    return drive_quotes_matter(d, is_between, wake, open) | (d->notes[note].is_quoting ? shut : 0);
}

/* The events among `bits` that matter to one rule; of an edge only the first one.  `arms`: at these, too, it is
 * armed. */
static uint64_t gate_matters(DriveColumns *d, bool is_between, uint32_t wake, uint32_t note,
                             Mask gate, uint64_t arms, uint64_t bits)
{
    const Wake *w = &(is_between ? &d->between->wakes : &d->wakes)->rows[wake];
    uint64_t is_true = gate.is_true & bits, is_false = gate.is_false & bits;
    bool is_blank = w->needs_gate && d->notes[note].is_fresh; /* where it is unknown */
    uint64_t shut = w->is_strict || is_blank ? bits & ~is_true : is_false;

    if (w->is_while) return quotes_matter(d, is_between, wake, note, shut, bits & ~shut);
    if (!w->is_edge) return bits & ~shut;
    if (w->is_close && is_flat(d, w->token)) return 0;
    if (d->notes[note].is_armed) return is_true;
    arms |= is_false;
    if (!arms) return 0;
    return is_true & ~((arms & -arms) - 1); /* behind the one that arms it */
}

/* Where boundaries before these ticks find a rule's gate shut. */
static uint64_t between_arms(const DriveColumns *d, uint32_t note, uint64_t left)
{
    const DriveBetween *b = d->between;

    for (uint32_t i = 0; left && i < b->wakes.count; i++)
        if (d->note_of[i] == note) return b->gates[i].is_false & left;
    return 0;
}

/* Boundaries that matter, among those before the ticks of `bits`.  A tick that arms a rule at which the boundary
 * before it finds it open makes that boundary be run in vain. */
static uint64_t between_matters(DriveColumns *d, uint64_t bits, uint64_t left)
{
    const DriveBetween *b = d->between;
    uint64_t some = 0;

    for (uint32_t i = 0; left && i < b->wakes.count; i++) {
        uint32_t note = d->note_of[i];
        uint64_t arms = note < d->wakes.count ? d->gates[note].is_false & bits : 0;

        some |= gate_matters(d, true, i, note, b->gates[i], arms, left);
    }
    return some;
}

/* Do all prices of the band's side in a block of facts lie within it? */
static bool is_within(const DriveColumns *d, const QuietBand *b, uint32_t block)
{
    const PriceRange *r = &d->ticks->prices[drive_price_word(b->outcome, b->is_ask)][block];

    return r->low > b->low && r->high < b->high;
}

/* Which of 64 ticks from `first` on lie outside of it. */
static uint64_t outside(const DriveColumns *d, const QuietBand *b, uint32_t first)
{
    const int64_t *p = drive_prices(d, b->outcome, b->is_ask);
    int64_t room[WORD];

    if (first + WORD <= d->ticks->count) return d->kernels->outside(p + first, b->low, b->high);
    for (uint32_t i = 0; i < WORD; i++)
        room[i] = first + i < d->ticks->count ? p[first + i] : MICROS_UNKNOWN;
    return d->kernels->outside(room, b->low, b->high);
}

static uint64_t band_matters(const DriveColumns *d, const QuietBand *b)
{
    uint32_t last = (d->word.first + d->word.count - 1) / FACT_TICKS;

    if (b->market != d->market || !drive_prices(d, b->outcome, b->is_ask)) return 0;
    if (is_within(d, b, d->word.first / FACT_TICKS) && is_within(d, b, last)) return 0;
    return outside(d, b, d->word.first); /* crossed ones are shown in vain */
}

static void look_at_bands(DriveColumns *d)
{
    if (d->word.has_bands) return;
    d->word.bands = 0;
    for (uint32_t i = 0; i < drive_band_count(d); i++)
        d->word.bands |= band_matters(d, drive_band(d, i));
    d->word.has_bands = true;
}

/* The ticks among `bits` at which a rule of the shared block sets states. */
static uint64_t edge_matters(const DriveColumns *d, uint32_t at, uint64_t bits)
{
    const RuleRun *e = &d->edges[at];
    uint64_t is_true = e->cond.is_true & bits, is_false = e->cond.is_false & bits;

    if (e->fires) return is_true;
    if (!is_false || !columns_edge_is_armed(d->columns, at)) return 0;
    return is_true & ~((is_false & -is_false) - 1);
}

/* ... at which a rule of the wallet's own fires. */
static uint64_t own_matters(const RuleRun *o, uint64_t bits)
{
    uint64_t is_true = o->cond.is_true & bits, is_false = o->cond.is_false & bits;

    if (o->fires) return is_true;
    return is_false ? is_true & ~((is_false & -is_false) - 1) : 0;
}

/* Must every tick be shown? */
static bool is_watched(const DriveColumns *d)
{
    bool is_loud = d->quiet.why && !(d->quiet.why == QUIET_EXIT_WHEN && d->knows_exits);

    return is_loud || d->shown != SHOWN_SOME;
}

uint64_t drive_matters(DriveColumns *d, uint64_t bits)
{
    uint64_t some, left = drive_boundaries_left(d, d->word.first + top_bit(bits) + 1);

    d->word.between_bits = left;
    if (is_watched(d)) return bits;
    look_at_gates(d);
    look_at_exits(d);
    look_at_bands(d);
    some = (d->word.bands | d->word.exits) & bits;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        some |= d->firings[i].matters =
            gate_matters(d, false, i, i, d->gates[i], between_arms(d, i, left), bits);
    d->word.edge_bits = 0;
    for (uint32_t i = 0; i < d->edge_count; i++)
        d->word.edge_bits |= edge_matters(d, i, bits);
    for (uint32_t i = 0; i < d->own_count; i++)
        d->word.edge_bits |= own_matters(&d->own[i], bits);
    d->word.between_bits = between_matters(d, bits, left);
    return some | d->word.edge_bits | d->word.between_bits;
}

/* The only rule that fires at the tick, where nothing else happens; NULL. */
static Firing *lone_firing(const DriveColumns *d, uint32_t tick, uint32_t *ret_at)
{
    uint64_t bit = UINT64_C(1) << (tick - d->word.first);
    Firing *found = NULL;

    if (is_watched(d) || (d->word.bands | d->word.exits | d->word.edge_bits) & bit) return NULL;
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        if (!(d->firings[i].matters & bit)) continue;
        if (found || !d->firings[i].plan.is_possible) return NULL;
        found = &d->firings[i];
        *ret_at = i;
    }
    return found;
}

/* The lowest or highest ask from a tick to the end of its stretch, as facts know it. */
static int64_t farthest_ask(const DriveColumns *d, uint32_t outcome, uint32_t tick, bool is_high)
{
    const PriceRange *r = d->ticks->prices[drive_price_word(outcome, true)];
    uint32_t block = tick / FACT_TICKS;
    int64_t far = is_high ? r[block].high : r[block].low;

    for (block++; block * FACT_TICKS < d->run.stretch_end; block++) {
        int64_t next = is_high ? r[block].high : r[block].low;

        if (is_high ? next > far : next < far) far = next;
    }
    return far;
}

/* Asks move: the farthest one that may come is asked about at once.  True: the tick's own is refused for the same
 * reason. */
static bool widen(DriveColumns *d, Firing *f, int64_t ts_us, int64_t far)
{
    Denial why = engine_denial(d->engine, &f->plan, ts_us, far);

    f->is_narrow = why.reason != f->why.reason || why.is_unknown != f->why.is_unknown;
    if (f->is_narrow) return false;
    if (far < f->low) f->low = far;
    if (far > f->high) f->high = far;
    return true;
}

static Denial denial_of(DriveColumns *d, Firing *f, uint32_t tick)
{
    int64_t ask = drive_price_at(d, f->plan.outcome, true, tick), ts = d->ticks->ts_us[tick];
    bool is_ranged = f->plan.has_range && ask != MICROS_UNKNOWN;
    Denial why;

    if (ask >= f->low && ask <= f->high) return f->why;
    if (is_ranged && f->low <= f->high && !f->is_narrow &&
        widen(d, f, ts, farthest_ask(d, f->plan.outcome, tick, ask > f->high)))
        return f->why;
    why = engine_denial(d->engine, &f->plan, ts, ask);
    if (!is_ranged) return why;
    if (f->low > f->high || why.reason != f->why.reason || why.is_unknown != f->why.is_unknown) {
        f->low = f->high = ask;
        f->why = why;
    }
    if (ask < f->low) f->low = ask;
    if (ask > f->high) f->high = ask;
    return why;
}

/* Up to where nothing else happens than that the rule of one wake fires, from a tick on at which it does. */
static uint32_t lone_until(const DriveColumns *d, uint32_t wake, uint32_t tick, uint32_t to)
{
    uint64_t others = d->word.bands | d->word.exits | d->word.edge_bits;

    if (drive_boundaries_left(d, to)) return tick + 1;
    for (uint32_t i = 0; i < d->wakes.count; i++)
        if (i != wake) others |= d->firings[i].matters;
    others &= UINT64_MAX << (tick - d->word.first);
    if (!others || d->word.first + (uint32_t)__builtin_ctzll(others) > to) return to;
    return d->word.first + (uint32_t)__builtin_ctzll(others);
}

/* Ticks of the word behind one, before `to`. */
static uint64_t bits_behind(const DriveColumns *d, uint32_t tick, uint32_t to)
{
    if (tick + 1 >= to) return 0;
    return UINT64_MAX >> (WORD - (to - tick - 1)) << (tick + 1 - d->word.first);
}

/* Behind a tick at which an edge fired, the next one at which it does; or `to`. */
static uint32_t fires_next(const DriveColumns *d, uint32_t wake, uint32_t tick, uint32_t to)
{
    uint64_t bits = bits_behind(d, tick, to), shut = d->gates[wake].is_false & bits;
    uint64_t fires = shut ? d->gates[wake].is_true & bits & ~((shut & -shut) - 1) : 0;

    return fires ? d->word.first + (uint32_t)__builtin_ctzll(fires) : to;
}

/* The bit of Firing.sent that an order of the present slot falls under. */
static uint8_t trades_bit(const DriveColumns *d)
{
    int64_t trades = d->engine->markets[d->market].slot_trades;

    return (uint8_t)(1U << (trades < 7 ? trades : 7));
}

void drive_learn(DriveColumns *d)
{
    for (uint32_t i = 0; i < d->wakes.count; i++) {
        Firing *f = &d->firings[i];

        if (f->guess && f->guess == trades_bit(d)) f->sent &= (uint8_t)~f->guess;
        f->guess = 0;
    }
}

/* The order of the tick is refused; false: it is not, or more happens.  Slots resemble each other: an order that was
 * not refused the last time is not asked about, for the engine would look at it once more. */
static bool refuse(DriveColumns *d, Firing *f, uint32_t tick)
{
    uint8_t bit = trades_bit(d);
    Denial why;

    if (!drive_is_telling(d, tick)) return false;
    if (f->low > f->high && f->sent & bit) {
        f->guess = bit;
        return false;
    }
    why = denial_of(d, f, tick);
    f->sent = (uint8_t)(why.reason == NONE_16 ? f->sent | bit : f->sent & ~bit);
    if (why.reason == NONE_16) return false;
    engine_deny(d->engine, &f->plan, why, d->ticks->ts_us[tick], d->sink);
    if (why.is_sampled) drive_note_sample(d, tick, d->ticks->ts_us[tick]);
    d->counts.denied++;
    return true;
}

uint32_t drive_deny(DriveColumns *d, uint32_t tick, uint32_t to, bool *ret_is_shown)
{
    uint32_t wake = 0, first = tick, last = tick;
    Firing *f = lone_firing(d, tick, &wake);

    *ret_is_shown = true;
    if (!f || !drive_can_compare(d)) return tick;
    to = lone_until(d, wake, tick, to);
    while (tick < to && refuse(d, f, tick)) {
        last = tick;
        tick = fires_next(d, wake, tick, to);
    }
    *ret_is_shown = tick < to;
    if (tick == first) return tick;
    drive_leave_out(d, first, tick);
    d->notes[wake].is_armed = (d->gates[wake].is_false & bits_behind(d, last, tick)) != 0;
    return tick;
}

/* The first of those ticks at which a price lies outside of its band. */
uint32_t drive_first_outside(const DriveColumns *d, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < drive_band_count(d); i++) {
        const QuietBand *b = drive_band(d, i);

        if (b->market != d->market || !drive_prices(d, b->outcome, b->is_ask)) continue;
        for (uint32_t block = from / FACT_TICKS; block * FACT_TICKS < to; block++) {
            uint32_t first = block * FACT_TICKS;
            uint64_t bits = is_within(d, b, block) ? 0 : outside(d, b, first);

            if (first < from) bits &= UINT64_MAX << (from - first);
            if (bits && first + (uint32_t)__builtin_ctzll(bits) < to)
                to = first + (uint32_t)__builtin_ctzll(bits);
        }
    }
    return to;
}
