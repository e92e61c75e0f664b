/* sweep_equity.c — see sweep_equity.h. */
#include "runtime/backtest/sweep_equity.h"

#include "runtime/backtest/sweep_seen.h"
#include "vm/base/fixed.h"

enum { MARK_STEPS = 8, MARK_WORD = TICK_WORD(bid[0].price_micros[0]) };

/* ---- the scene ----------------------------------------------------------------------------------- */

void sweep_book_at(const SweepJob *job, uint32_t tick, TickData *row, Book *ret)
{
    TickLevels room;
    BookNews news;

    tick_columns_row(&job->ticks, tick, row);
    news = book_news_of_tick(row, 0, true, tick_columns_ts(&job->ticks, tick), &room);
    (void)book_apply(ret, &news);
}

static int64_t worst_of(const Book *b, BookEnd end)
{
    const Ladder *l = &b->side[end];

    if (!book_is_good(b) || !l->count) return MICROS_UNKNOWN;
    return l->levels[l->count - 1].price_micros;
}

static bool is_crossed(const TickData *t, uint32_t o)
{
    int64_t ask = t->ask[o].price_micros[0];

    return ask != MICROS_UNKNOWN && t->bid[o].price_micros[0] > ask;
}

typedef struct Columns64 { /* of a scene, while they are written */
    int64_t *marks[OUTCOMES], *deepest[BOOK_ENDS];
} Columns64;

static void look_at_tick(Columns64 *s, const SweepJob *job, uint32_t i, bool is_first,
                         TickData *row, Book *book)
{
    bool crossed;

    sweep_book_at(job, i, row, book);
    crossed = is_crossed(row, 0) || is_crossed(row, 1);
    for (int end = 0; end < BOOK_ENDS; end++)
        s->deepest[end][i] = worst_of(book, (BookEnd)end);
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        int64_t bid = crossed ? MICROS_UNKNOWN : row->bid[o].price_micros[0];

        if (bid == MICROS_UNKNOWN && !is_first) bid = s->marks[o][i - 1];
        s->marks[o][i] = bid;
    }
}

/* A tick is a good bid and a good ask of the first outcome, and nothing is known of sizes: its bids are the marks,
 * and nothing that is taken is remembered. */
static bool is_bare(const SweepJob *job, const SweepScene *s)
{
    const TickColumns *t = &job->ticks;
    uint32_t bid = TICK_WORD(bid[0].price_micros[0]), ask = TICK_WORD(ask[0].price_micros[0]);

    for (uint32_t word = 0; word < TICK_WORD(mid[0]); word++)
        if (tick_columns_have(t, word) && word != bid && word != ask) return false;
    if (!tick_columns_have(t, bid) || !tick_columns_have(t, ask)) return false;
    if (tick_columns_are_crossed(t, 0, t->count)) return false;
    for (uint32_t i = 0; i < job->config.image->tokens_count && i < OUTCOMES; i++)
        if (s->outcomes[i]) return false;
    return (tick_columns_all_facts(t, bid) & tick_columns_all_facts(t, ask) & FACT_FINE) != 0;
}

static bool take_columns(const SweepJob *job, SweepScene *s, Arena *arena)
{
    Columns64 c;
    TickData row;
    Book book;

    for (int o = 0; o < OUTCOMES; o++)
        s->marks[o] = c.marks[o] = arena_array(arena, int64_t, job->ticks.count);
    for (int end = 0; end < BOOK_ENDS; end++)
        s->deepest[end] = c.deepest[end] = arena_array(arena, int64_t, job->ticks.count);
    book_init(&book, BOOK_LEVELS, true, arena);
    if (arena_is_full(arena)) return false;
    tick_clear(&row);
    for (uint32_t i = 0; i < job->step_count; i++) {
        const SweepStep *step = &job->steps[i];
        bool is_first = i && step[-1].event && step[-1].event->kind == EV_SLOT_OPEN;

        for (uint32_t k = step->from; !step->event && k < step->to; k++)
            look_at_tick(&c, job, k, k == step->from && (is_first || !k), &row, &book);
    }
    return true;
}

static bool take_ranges(SweepScene *s, Arena *arena)
{
    for (uint32_t o = 0; o < OUTCOMES; o++) {
        PriceRange *ranges = arena_array(arena, PriceRange, s->count / FACT_TICKS + 1);

        if (arena_is_full(arena)) return false;
        for (uint32_t i = 0; i < s->count; i += FACT_TICKS)
            s->kernels->range(s->marks[o] + i,
                              s->count - i < FACT_TICKS ? s->count - i : FACT_TICKS,
                              &ranges[i / FACT_TICKS].low, &ranges[i / FACT_TICKS].high);
        s->mark_ranges[o] = ranges;
    }
    return true;
}

static bool take_slots(const SweepJob *job, SweepScene *s, Arena *arena)
{
    SweepSlot *slots = arena_array(arena, SweepSlot, job->step_count + 1U);

    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < job->step_count; i++) {
        const Event *ev = job->steps[i].event;

        if (ev && ev->kind == EV_SLOT_OPEN)
            slots[s->slot_count++] =
                (SweepSlot){ev->slot.slot_start_us,
                            sweep_end_at(&job->ends, ev->slot.slot_start_us + ev->slot.slot_us)};
    }
    s->slots = slots;
    return true;
}

bool sweep_scene(const SweepJob *job, SweepScene *s, Arena *arena)
{
    const Image *image = job->config.image;
    uint32_t bid = TICK_WORD(bid[0].price_micros[0]);

    s->kernels = kernels_of(job->level);
    for (uint32_t i = 0; i < image->tokens_count && i < OUTCOMES; i++)
        s->outcomes[i] = image->tokens[i].outcome;
    s->count = job->ticks.count;
    if (is_bare(job, s)) {
        s->marks[0] = job->ticks.words[bid];
        s->bids = &job->ticks;
        s->mark_ranges[0] = job->ticks.prices[bid];
    } else if (!take_columns(job, s, arena) || !take_ranges(s, arena)) {
        return false;
    }
    return take_slots(job, s, arena);
}

/* ---- prices ---------------------------------------------------------------------------------------- */

/* Of 64 ticks. */
static const int64_t *prices_of(const SweepScene *s, const int64_t *prices, uint32_t block,
                                int64_t room[FACT_TICKS])
{
    if (prices || !tick_columns_pack(s->bids, MARK_WORD)) return prices + block;
    return tick_columns_word(s->bids, MARK_WORD, block, room);
}

uint32_t sweep_outside(const SweepScene *s, const int64_t *all, uint32_t from, uint32_t to,
                       int64_t low, int64_t high)
{
    while (from < to) {
        uint32_t block = from / FACT_TICKS * FACT_TICKS, left = s->count - block;
        int64_t room[FACT_TICKS];
        const int64_t *prices = prices_of(s, all, block, room);
        uint64_t bits = 0;

        if (left >= FACT_TICKS)
            bits = s->kernels->outside(prices, low, high);
        else
            for (uint32_t i = 0; i < left; i++)
                bits |= (uint64_t)(prices[i] != MICROS_UNKNOWN &&
                                   (prices[i] <= low || prices[i] >= high))
                        << i;
        bits &= UINT64_MAX << (from - block);
        if (bits) {
            block += (uint32_t)__builtin_ctzll(bits);
            return block < to ? block : to;
        }
        from = block + FACT_TICKS;
    }
    return to;
}

/* ---- equity -------------------------------------------------------------------------------------- */

static int64_t value_at(int64_t size, int64_t mark)
{
    int64_t value = 0;

    if (size && mark != MICROS_UNKNOWN) (void)fx_mul(size, mark, FX_HALF_EVEN, &value);
    return value;
}

/* Without what is held now. */
static int64_t base_of(const SweepEquity *e)
{
    int64_t sum = e->cash_micros;

    for (uint32_t i = 0; i < e->aside_count; i++)
        sum += e->aside[i].value_micros[0] + e->aside[i].value_micros[1];
    return sum;
}

static int64_t mark_at(const SweepScene *s, uint32_t token, uint32_t tick)
{
    const int64_t *marks = s->marks[s->outcomes[token]];

    if (marks || !tick_columns_pack(s->bids, MARK_WORD)) return marks[tick];
    return tick_columns_bits(s->bids, MARK_WORD, tick);
}

static void sample(SweepEquity *e, int64_t equity)
{
    int64_t fall;

    e->equity_micros = equity;
    if (equity > e->peak_micros) e->peak_micros = e->low_micros = equity;
    if (equity >= e->low_micros) return;
    e->low_micros = equity;
    fall = e->peak_micros - equity;
    if (fall > e->totals.drawdown_micros) e->totals.drawdown_micros = fall;
}

static void sample_tick(SweepEquity *e, const SweepScene *s, int64_t base, uint32_t tick)
{
    for (uint32_t i = 0; i < OUTCOMES; i++)
        if (e->of[i].size_micros) base += value_at(e->of[i].size_micros, mark_at(s, i, tick));
    sample(e, base);
}

/* Near the price at which so many shares are worth that. */
static int64_t price_of(int64_t value, int64_t size)
{
    double price = (double)value / (double)size * (double)FX_ONE;

    if (price < -1e15) return -(INT64_C(1) << 50);
    return price > 1e15 ? INT64_C(1) << 50 : (int64_t)price;
}

/* Marks above it are worth `value` or more. Of shares worth less than a micro a step it may lie higher. */
static int64_t mark_below(int64_t value, int64_t size)
{
    int64_t mark = price_of(value, size) + 2;

    for (int i = 0; i < MARK_STEPS && value_at(size, mark) >= value; i++)
        mark--;
    return mark;
}

/* Marks below it are worth `value` or less. */
static int64_t mark_above(int64_t value, int64_t size)
{
    int64_t mark = price_of(value, size) - 2;

    for (int i = 0; i < MARK_STEPS && value_at(size, mark) <= value; i++)
        mark++;
    return mark;
}

PriceRange sweep_marks(const SweepScene *s, uint32_t outcome, uint32_t from, uint32_t to)
{
    PriceRange all = {INT64_MAX, INT64_MIN};

    for (uint32_t end; from < to; from = end) {
        PriceRange r = s->mark_ranges[outcome][from / FACT_TICKS];

        end = from / FACT_TICKS * FACT_TICKS + FACT_TICKS;
        if (end > to) end = to;
        if (r.low >= all.low && r.high <= all.high) continue;
        if (end - from < FACT_TICKS) {
            uint32_t block = from / FACT_TICKS * FACT_TICKS;
            int64_t room[FACT_TICKS];

            s->kernels->range(prices_of(s, s->marks[outcome], block, room) + (from - block),
                              end - from, &r.low, &r.high);
        }
        if (r.low < all.low) all.low = r.low;
        if (r.high > all.high) all.high = r.high;
    }
    return all;
}

/* Tick by tick where equity rises above its peak: only marks beyond the peak, or the lowest since, count. */
static void climb(SweepEquity *e, const SweepScene *s, uint32_t token, uint32_t to)
{
    const int64_t *marks = s->marks[s->outcomes[token]];
    int64_t base = base_of(e), size = e->of[token].size_micros;
    int64_t low = mark_below(e->low_micros - base, size);
    int64_t high = mark_above(e->peak_micros - base, size);

    while (e->tick < to) {
        e->tick = sweep_outside(s, marks, e->tick, to, low, high);
        if (e->tick == to) break;
        sample_tick(e, s, base, e->tick);
        if (e->equity_micros == e->low_micros) low = mark_at(s, token, e->tick) - 1;
        if (e->equity_micros == e->peak_micros) high = mark_at(s, token, e->tick) + 1;
        e->tick++;
    }
}

/* One token's shares: what they are worth rises and falls with the mark, once there is one. While the peak stands, only
 * the lowest counts. */
static void follow_one(SweepEquity *e, const SweepScene *s, uint32_t token, uint32_t to)
{
    PriceRange r = sweep_seen_marks(e->seen, s, s->outcomes[token], e->tick, to);
    int64_t base = base_of(e), size = e->of[token].size_micros;

    if (mark_at(s, token, e->tick) == MICROS_UNKNOWN) sample(e, base);
    if (base + value_at(size, r.high) > e->peak_micros)
        climb(e, s, token, to);
    else
        sample(e, base + value_at(size, r.low));
    e->equity_micros = base + value_at(size, mark_at(s, token, to - 1));
}

static void follow_all(SweepEquity *e, const SweepScene *s, uint32_t to)
{
    int64_t base = base_of(e);

    for (; e->tick < to; e->tick++)
        sample_tick(e, s, base, e->tick);
}

/* Ticks before `to` are looked at. */
static void follow(SweepEquity *e, const SweepScene *s, uint32_t to)
{
    bool has[OUTCOMES] = {e->of[0].size_micros != 0, e->of[1].size_micros != 0};

    if (e->tick >= to) return;
    if (!has[0] && !has[1]) {
        if (e->is_dirty) sample(e, base_of(e));
    } else if (has[0] && has[1]) {
        follow_all(e, s, to);
    } else {
        follow_one(e, s, has[1], to);
    }
    e->is_dirty = false;
    e->tick = to;
}

void sweep_equity_begin(SweepEquity *e, int64_t cash_micros, int64_t *periods, SweepSeen *seen)
{
    e->seen = seen;
    e->periods = periods;
    e->start_micros = e->cash_micros = cash_micros;
    e->equity_micros = e->peak_micros = e->low_micros = cash_micros;
    e->slot_start_us = INT64_MIN;
}

void sweep_equity_look(SweepEquity *e, const SweepScene *s, uint32_t tick, bool is_close)
{
    follow(e, s, tick);
    if (is_close && (e->of[0].size_micros || e->of[1].size_micros) &&
        e->aside_count < EQUITY_CLOSED) {
        SweepAside *a = &e->aside[e->aside_count++];

        *a = (SweepAside){.slot_start_us = e->slot_start_us};
        for (uint32_t i = 0; i < OUTCOMES; i++) {
            a->of[i] = e->of[i];
            a->value_micros[i] =
                value_at(a->of[i].size_micros, tick ? mark_at(s, i, tick - 1) : MICROS_UNKNOWN);
            e->of[i] = (SweepShares){0};
        }
    }
    if (e->of[0].size_micros || e->of[1].size_micros)
        sample_tick(e, s, base_of(e), tick - 1);
    else
        sample(e, base_of(e));
    e->is_dirty = false;
}

/* ---- changes ------------------------------------------------------------------------------------- */

static void book_period(SweepEquity *e, const SweepScene *s, int64_t slot_start_us, int64_t gain)
{
    while (e->slot && s->slots[e->slot].start_us > slot_start_us)
        e->slot--;
    while (e->slot + 1 < s->slot_count && s->slots[e->slot].start_us < slot_start_us)
        e->slot++;
    e->periods[s->slots[e->slot].period] += gain;
}

/* What the change is of: shares of the running slot, or of one that has closed. */
static SweepShares *shares_of(SweepEquity *e, const SweepChange *c)
{
    for (uint32_t i = 0; i < e->aside_count; i++)
        if (e->aside[i].slot_start_us == c->slot_start_us) return &e->aside[i].of[c->token];
    e->slot_start_us = c->slot_start_us;
    return &e->of[c->token];
}

/* Nothing is left of the oldest slots. */
static void drop_flat(SweepEquity *e)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < e->aside_count; i++)
        if (e->aside[i].of[0].size_micros || e->aside[i].of[1].size_micros)
            e->aside[kept++] = e->aside[i];
    e->aside_count = kept;
}

static void end_trade(SweepEquity *e, SweepShares *shares)
{
    e->totals.trades++;
    e->totals.wins += shares->pnl_micros > 0;
    shares->pnl_micros = 0;
}

void sweep_equity_change(SweepEquity *e, const SweepScene *s, const SweepChange *c)
{
    SweepShares *shares;
    int64_t gain = c->profit_micros - c->fee_micros;

    follow(e, s, c->tick);
    shares = shares_of(e, c);
    shares->size_micros = c->size_micros;
    shares->pnl_micros += gain;
    e->cash_micros = c->cash_micros;
    e->totals.fees_micros += c->fee_micros;
    e->is_dirty = true;
    book_period(e, s, c->slot_start_us, gain);
    if (!c->size_micros) end_trade(e, shares);
    for (uint32_t i = 0; i < e->aside_count; i++)
        if (&e->aside[i].of[c->token] == shares && !c->size_micros)
            e->aside[i].value_micros[c->token] = 0;
    if (c->is_payout) drop_flat(e);
}

void sweep_equity_end(SweepEquity *e, const SweepScene *s, uint32_t ticks)
{
    follow(e, s, ticks);
    e->totals.pnl_micros = e->equity_micros - e->start_micros;
}
