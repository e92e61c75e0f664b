/* columns_rows.c — time operators in order: one step each tick, or a word at once where that is the same.
 *
 * Averages that are seeded, over a word of ordinary numbers, wait for each other and advance in one bank,
 * so that their latencies overlap; moving sums of whole micros slide over the word.  Everything else, and
 * every awkward word, goes through the steps of vm/state. */
#include <string.h>

#include "vm/arith.h"
#include "vm/columns_inside.h"
#include "vm/state/average.h"
#include "vm/state/moment.h"
#include "vm/state/window.h"

/* ---- steps ------------------------------------------------------------------------------------- */

static void prev_step(const Row *r, void *memory, const StepInput *in)
{
    bool is_num = r->op == OP_PREV;

    if (r->flags != WF_WRITE && is_num) prev_read(r->link, memory);
    if (r->flags != WF_WRITE && !is_num) prevb_read(r->link, memory);
    if (r->flags != WF_READ && is_num) prev_write(r->link, memory, in->x);
    if (r->flags != WF_READ && !is_num) prevb_write(r->link, memory, in->cond);
}

static void average_step(const Row *r, void *memory, const StepInput *in)
{
    switch (r->op) {
    case OP_EMA:
        ema_step(r->link, memory, in->x);
        break;
    case OP_RMA:
        rma_step(r->link, memory, in->x);
        break;
    case OP_RSI:
        rsi_step(r->link, memory, in->x);
        break;
    default:
        if (r->link->is_exact)
            sma_exact_step(r->link, memory, in->x);
        else
            sma_step(r->link, memory, in->x);
        break;
    }
}

static void window_step(const Row *r, void *memory, const StepInput *in)
{
    switch (r->op) {
    case OP_STDEV:
        stdev_step(r->link, memory, in->x);
        break;
    case OP_ZSC:
        zscore_step(r->link, memory, in->x);
        break;
    case OP_VWAP:
        vwap_step(r->link, memory, in->x, in->y);
        break;
    default:
        peak_step(r->link, memory, in->x);
        break;
    }
}

static void moment_step(const Row *r, void *memory, const StepInput *in)
{
    switch (r->op) {
    case OP_XUP:
        cross_step(memory, ar_lt(in->y, in->x));
        break;
    case OP_XUPQ:
        cross_step(memory, ar_ltq(in->y, in->x));
        break;
    case OP_HELD:
        held_step(r->link, memory, in->cond, in->now_us);
        break;
    case OP_SINCE:
        since_step(memory, in->cond, in->now_us);
        break;
    case OP_SMPL:
        ((MemSample *)memory)->out.num = in->x;
        break;
    default: /* SMPLB */
        ((MemSample *)memory)->out.cond = in->cond;
        break;
    }
}

void row_step(const Row *r, void *memory, const StepInput *in)
{
    switch (r->op) {
    case OP_PREV:
    case OP_PREVB:
        prev_step(r, memory, in);
        break;
    case OP_EMA:
    case OP_RMA:
    case OP_RSI:
    case OP_SMA:
        average_step(r, memory, in);
        break;
    case OP_STDEV:
    case OP_ZSC:
    case OP_VWAP:
    case OP_HIGH:
    case OP_LOW:
        window_step(r, memory, in);
        break;
    default:
        moment_step(r, memory, in);
        break;
    }
}

/* Where the present word of the sheet is in a row's numbers. */
static double *room_of(const Columns *c, double *whole)
{
    return whole + (c->first - c->sheet_first);
}

static uint32_t word_of(const Columns *c)
{
    return (c->first - c->sheet_first) / WORD;
}

static void step_word(Columns *c, Row *r)
{
    bool takes_cond = c->nodes[r->x].is_cond;
    const double *x = takes_cond ? NULL : columns_num(c, r->x);
    const double *y = r->y == NO_NODE ? NULL : columns_num(c, r->y);
    Mask cond = takes_cond ? columns_mask(c, r->x) : (Mask){0, 0}, m = {0, 0};
    const Held *out = r->memory;
    double *whole = room_of(c, r->whole);

    for (uint32_t i = 0; i < c->count; i++) {
        StepInput in = {x ? x[i] : 0, y ? y[i] : 0, columns_cond_at(cond, i), c->now_us[i]};

        row_step(r, r->memory, &in);
        if (c->nodes[r->node].is_cond) {
            m.is_true |= (uint64_t)(out->cond & 1) << i;
            m.is_false |= (uint64_t)(out->cond >> 1) << i;
        } else {
            whole[i] = out->num;
        }
    }
    c->masks[r->node] = c->sheets[r->node][word_of(c)] = m;
}

void row_step_plain(Columns *c, Row *r, uint32_t i)
{
    StepInput in = {.now_us = c->now_us[i]};
    const Held *out = r->memory;
    Mask *m = &c->masks[r->node];

    if (r->x != NO_NODE && c->nodes[r->x].is_cond)
        in.cond = columns_cond_at(columns_mask(c, r->x), i);
    else if (r->x != NO_NODE)
        in.x = columns_num(c, r->x)[i];
    if (r->y != NO_NODE) in.y = columns_num(c, r->y)[i];
    row_step(r, r->memory, &in);
    if (c->nodes[r->node].is_cond)
        *m = (Mask){(uint64_t)(out->cond & 1) << i, (uint64_t)(out->cond >> 1) << i};
    else
        c->room[r->node][i] = out->num;
    held_moved(c);
}

/* ---- what is worked out stands in the row's room ------------------------------------------------- */

static void set_done(Columns *c, const Row *r)
{
    c->nums[r->node] = room_of(c, r->whole);
    if (!(r->waiting >> word_of(c) & 1)) c->stamps[r->node] = c->epoch;
}

static bool is_ordinary(Columns *c, uint16_t node, const double *x)
{
    if (c->nodes[node].kind == NODE_INPUT && c->is_fine[node]) return true;
    return c->k->is_ordinary(x, c->count);
}

/* ---- moving sums ---------------------------------------------------------------------------------- */

void window_lay_out(const MemWindow *m, uint32_t n, int64_t *all)
{
    const int64_t *ring = (const int64_t *)(m + 1);

    memcpy(all, ring + m->at, (n - m->at) * sizeof *ring);
    memcpy(all + n - m->at, ring, m->at * sizeof *ring);
}

void window_take_back(MemWindow *m, uint32_t n, const int64_t *all)
{
    int64_t *ring = (int64_t *)(m + 1);

    memcpy(ring + m->at, all, (n - m->at) * sizeof *ring);
    memcpy(ring, all + n - m->at, m->at * sizeof *ring);
}

/* Behind the present word. */
static void take_back(const Columns *c, MemWindow *m, uint32_t n, const int64_t *all)
{
    m->at = (m->at + c->count) % n; /* where the oldest one stands */
    window_take_back(m, n, all + c->count);
}

/* What leaves the window stands in order in front of what comes. */
static void slide_short(const Columns *c, MemWindow *m, uint32_t n, const int64_t *micros,
                        int64_t *sums)
{
    int64_t all[2 * WORD];
    uint64_t sum = num_bits(m->sum);

    window_lay_out(m, n, all);
    memcpy(all + n, micros, c->count * sizeof *all);
    for (uint32_t i = 0; i < c->count; i++)
        sums[i] = (int64_t)(sum += (uint64_t)micros[i] - (uint64_t)all[i]);
    m->sum = num_from_bits(sum);
    take_back(c, m, n, all);
}

static void slide_long(const Columns *c, MemWindow *m, uint32_t n, const int64_t *micros,
                       int64_t *sums)
{
    int64_t *ring = (int64_t *)(m + 1);
    uint64_t sum = num_bits(m->sum);

    for (uint32_t i = 0; i < c->count; i++) {
        sum += (uint64_t)micros[i] - (uint64_t)ring[m->at];
        ring[m->at] = micros[i];
        m->at = m->at + 1 == n ? 0 : m->at + 1;
        sums[i] = (int64_t)sum;
    }
    m->sum = num_from_bits(sum);
}

/* The sums of the word stand there. */
static void slid(const Columns *c, Row *r, const int64_t *sums)
{
    MemWindow *m = r->memory;

    m->stored += c->count;
    m->out = (double)sums[c->count - 1] / r->link->divisor + 0.0;
    r->waiting |= 1U << word_of(c);
}

/* Slides a full window of whole micros over the word; false, with nothing changed, when it cannot. */
static bool slide(Columns *c, Row *r, const double *x)
{
    MemWindow *m = r->memory;
    const StateLink *s = r->link;
    int64_t micros[WORD], *sums = (int64_t *)(void *)room_of(c, r->parts[0]);

    if (m->count != s->n || !c->k->to_micros(micros, x, s->most, c->count)) return false;
    if (s->n <= WORD)
        slide_short(c, m, s->n, micros, sums);
    else
        slide_long(c, m, s->n, micros, sums);
    slid(c, r, sums);
    return true;
}

/* What a word of the sheet at once left in the row's parts, as its numbers. */
static void finish(Columns *c, Row *r, uint32_t word)
{
    size_t at = (size_t)word * WORD;

    if (!(r->waiting >> word & 1)) return;
    r->waiting &= ~(1U << word);
    if (r->is_led) warm_fill(c, r, word);
    if (r->way == ROW_SUMS)
        c->k->quotients(r->whole + at, (const int64_t *)(const void *)(r->parts[0] + at),
                        r->link->divisor);
    else if (r->op == OP_RSI)
        c->k->strengths(r->whole + at, r->parts[0] + at, r->parts[1] + at);
}

const double *rows_num(Columns *c, Row *r)
{
    rows_flush(c); /* it may still wait for its bank */
    for (uint32_t w = word_of(c); w <= (c->first + c->count - 1 - c->sheet_first) / WORD; w++)
        finish(c, r, w);
    return room_of(c, r->whole);
}

/* ---- deviations ------------------------------------------------------------------------------------ */

enum { DEVIATION_MOST = 512 }; /* a longer window goes step by step */

/* Windows of a word slide side by side; false, with nothing changed, when they cannot. */
static bool deviate(Columns *c, Row *r, const double *x)
{
    MemWindow *m = r->memory;
    uint32_t n = r->link->n;
    double all[DEVIATION_MOST + WORD], mean[WORD], out[WORD];
    double *whole = room_of(c, r->whole);

    if (n > DEVIATION_MOST || m->count != n) return false;
    if (~c->k->compare[OP_KNOWN](x, NULL).is_true & c->valid) return false;
    window_lay_out(m, n, (int64_t *)(void *)all);
    memcpy(all + n, x, c->count * sizeof *x);
    memset(all + n + c->count, 0, (WORD - c->count) * sizeof *all); /* read with the others */
    c->k->deviations(mean, out, all + 1, n, r->link->count);
    for (uint32_t i = 0; i < c->count; i++)
        whole[i] = r->op == OP_ZSC ? num_canon((x[i] - mean[i]) / out[i]) : out[i];
    take_back(c, m, n, (const int64_t *)(const void *)all);
    m->stored += c->count;
    m->out = whole[c->count - 1];
    return true;
}

/* ---- banks --------------------------------------------------------------------------------------- */

static void take_back_mean(const Columns *c, Row *r, const BankGroup *g)
{
    MemMean *m = r->memory;

    m->sum = g->y[0];
    m->out = room_of(c, r->whole)[c->count - 1];
}

static void take_back_rsi(const Columns *c, Row *r, const BankGroup *g)
{
    MemRsi *m = r->memory;

    m->up = g[0].y[0];
    m->down = g[1].y[0];
    m->out = num_canon(100 * m->up / (m->up + m->down));
    r->waiting |= 1U << word_of(c);
}

/* Rises and falls where the averages' loop does not find them itself. */
static void find_changes(Columns *c)
{
    uint32_t rma = 0;

    for (uint32_t i = 0; i < c->bank_count; i++) {
        const Row *r = &c->rows[c->bank_rows[i]];
        BankGroup *g = &c->rma[rma];

        rma += r->op == OP_RSI ? 2 : r->op == OP_RMA;
        if (r->op != OP_RSI) continue;
        c->k->changes(g[0].out, g[1].out, g->x, g->before, 1);
        c->k->changes(g[0].out + 1, g[1].out + 1, g->x + 1, g->x, WORD - 1);
        g[0].x = g[0].out; /* what was read is not read again */
        g[1].x = g[1].out;
    }
}

/* The bank's averages alone. */
static void run_bank(Columns *c)
{
    bool is_rising = c->bank_is_positive && c->k->takes_rising;

    if (!is_rising) find_changes(c);
    c->k->single(c->ema, c->ema_count, c->rma, c->rma_count, c->count,
                 is_rising             ? BANK_RISING
                 : c->bank_is_positive ? BANK_POSITIVE
                                       : BANK_ORDINARY);
}

/* Averages wait for themselves; a sum fills the time. */
static void run_with_sum(Columns *c, Row *r, const double *x)
{
    MemWindow *m = r->memory;
    int64_t all[2 * WORD];
    BankSum s = {.n = r->link->n,
                 .sum = (int64_t)num_bits(m->sum),
                 .x = x,
                 .all = all,
                 .out = (int64_t *)(void *)room_of(c, r->parts[0])};

    window_lay_out(m, s.n, all);
    c->k->single_sum(c->ema, c->ema_count, c->rma, c->rma_count, c->count, &s);
    m->sum = num_from_bits((uint64_t)s.sum);
    take_back(c, m, s.n, all);
    slid(c, r, s.out);
}

/* A sum that was to go along. */
static void flush_sum(Columns *c, Row *r, const double *x)
{
    c->bank_sum = NULL;
    if (c->bank_count && c->bank_is_positive) {
        run_with_sum(c, r, x);
    } else {
        if (c->bank_count) run_bank(c);
        if (!slide(c, r, x)) step_word(c, r);
    }
    set_done(c, r);
}

void rows_flush(Columns *c)
{
    uint32_t ema = 0, rma = 0;

    if (c->bank_sum)
        flush_sum(c, c->bank_sum, c->bank_sum_x);
    else if (c->bank_count)
        run_bank(c);
    for (uint32_t i = 0; i < c->bank_count; i++) {
        Row *r = &c->rows[c->bank_rows[i]];

        if (r->op == OP_RSI)
            take_back_rsi(c, r, &c->rma[rma]);
        else
            take_back_mean(c, r, r->op == OP_EMA ? &c->ema[ema] : &c->rma[rma]);
        ema += r->op == OP_EMA;
        rma += r->op == OP_RSI ? 2 : r->op == OP_RMA;
        set_done(c, r);
    }
    c->bank_count = c->ema_count = c->rma_count = 0;
}

static bool is_ordinary_number(double y)
{
    return y == 0 || (num_abs(y) >= 0x1p-700 && num_abs(y) <= 0x1p26);
}

/* A group of one: its first lane. */
static void add_group(BankGroup *g, const Row *r, double y, const double *x, double *out)
{
    g->y[0] = y;
    g->k[0] = r->op == OP_EMA ? r->link->alpha : r->link->before;
    g->n[0] = r->link->count;
    g->x = x;
    g->out = out;
}

static void add_mean(Columns *c, const Row *r, const double *x)
{
    const MemMean *m = r->memory;
    BankGroup *g = r->op == OP_EMA ? &c->ema[c->ema_count++] : &c->rma[c->rma_count++];

    add_group(g, r, m->sum, x, room_of(c, r->whole));
}

static void add_rsi(Columns *c, const Row *r, const double *x)
{
    MemRsi *m = r->memory;
    BankGroup *g = &c->rma[c->rma_count];
    double *before = &c->bank_before[c->rma_count];

    *before = m->last;
    m->last = x[c->count - 1];
    add_group(&g[0], r, m->up, x, room_of(c, r->parts[0]));
    add_group(&g[1], r, m->down, x, room_of(c, r->parts[1]));
    g[0].before = g[1].before = before;
    c->rma_count += 2;
}

static bool is_seeded(const Row *r)
{
    const MemMean *mean = r->memory;
    const MemRsi *rsi = r->memory;

    if (r->op == OP_RSI)
        return rsi->count > r->link->n && is_ordinary_number(rsi->up) &&
               is_ordinary_number(rsi->down) && is_ordinary_number(rsi->last);
    return mean->count >= r->link->n && is_ordinary_number(mean->sum);
}

/* May its RMA meet a negative number?  Rises and falls are none. */
static bool is_negative(const Row *r)
{
    const MemRsi *rsi = r->memory;

    return r->op == OP_RMA || (r->op == OP_RSI && (rsi->up < 0 || rsi->down < 0));
}

static bool has_place(const Columns *c, const Row *r)
{
    if (r->op == OP_EMA) return c->ema_count < BANK_EMA;
    return c->rma_count + (r->op == OP_RSI ? 2 : 1) <= BANK_RMA;
}

static bool add_to_bank(Columns *c, uint32_t row, const double *x)
{
    Row *r = &c->rows[row];

    if (!is_seeded(r) || !is_ordinary(c, r->x, x)) return false;
    if (!has_place(c, r)) rows_flush(c);
    if (!c->bank_count) c->bank_is_positive = true;
    c->bank_is_positive = c->bank_is_positive && !is_negative(r);
    if (r->op == OP_RSI)
        add_rsi(c, r, x);
    else
        add_mean(c, r, x);
    c->bank_rows[c->bank_count++] = (uint16_t)row;
    return true;
}

/* Waits for the bank as well. */
static bool add_sum(Columns *c, Row *r, const double *x)
{
    const MemWindow *m = r->memory;

    if (!c->k->single_sum || c->bank_sum || r->link->n > WORD || m->count != r->link->n)
        return false;
    if (!is_ordinary(c, r->x, x)) return false;
    c->bank_sum = r;
    c->bank_sum_x = x;
    return true;
}

/* ---- all of them ---------------------------------------------------------------------------------- */

/* Crossings of numbers all of which are known, behind one that was. */
static bool cross(Columns *c, Row *r)
{
    MemCross *m = r->memory;
    uint8_t op = r->op == OP_XUP ? OP_LT : OP_LTQ;
    Mask above = c->k->compare[op](columns_num(c, r->y), columns_num(c, r->x)), out;

    if (!m->last || ~(above.is_true | above.is_false) & c->valid) return false;
    out.is_true = above.is_true & ~(above.is_true << 1 | (m->last == 1));
    out.is_false = ~out.is_true;
    c->masks[r->node] = c->sheets[r->node][word_of(c)] = out;
    m->last = above.is_true >> (c->count - 1) & 1 ? 1 : 2;
    m->out = columns_cond_at(out, c->count - 1);
    return true;
}

static bool sample(Columns *c, Row *r, const double *x)
{
    memcpy(room_of(c, r->whole), x, c->count * sizeof *x);
    ((MemSample *)r->memory)->out.num = x[c->count - 1];
    return true;
}

/* A word that need not go step by step; false: it must. */
static bool at_once(Columns *c, Row *r)
{
    switch (r->op) {
    case OP_SMA:
        return r->way == ROW_SUMS && slide(c, r, columns_num(c, r->x));
    case OP_STDEV:
    case OP_ZSC:
        return deviate(c, r, columns_num(c, r->x));
    case OP_XUP:
    case OP_XUPQ:
        return cross(c, r);
    case OP_SMPL:
        return sample(c, r, columns_num(c, r->x));
    default:
        return false;
    }
}

static void advance(Columns *c, uint32_t row)
{
    Row *r = &c->rows[row];

    r->waiting &= ~(1U << word_of(c));
    if (r->way == ROW_AVERAGES && add_to_bank(c, row, columns_num(c, r->x))) return;
    if (r->way == ROW_SUMS && add_sum(c, r, columns_num(c, r->x))) return;
    if (!at_once(c, r)) step_word(c, r);
    set_done(c, r);
}

/* What it is made of stands in front of it. */
void rows_need(Columns *c, uint32_t row)
{
    Row *r = &c->rows[row];

    if (r->advanced == c->epoch) return;
    r->advanced = c->epoch;
    if (r->is_joint)
        joint_advance(c, r);
    else
        advance(c, row);
}

void rows_advance_rest(Columns *c)
{
    for (uint32_t i = 0; c->ticks->between && i < c->row_count; i++)
        rows_need(c, i);
    rows_flush(c);
}

/* Those that are tied: of boundaries, what waits for ticks does so. */
static bool advance_tied(Columns *c)
{
    for (uint32_t i = 0; i < c->row_count; i++)
        if (!c->rows[i].is_plain && !(c->ticks && c->nodes[c->rows[i].node].is_ticked))
            rows_need(c, i);
    rows_flush(c);
    return c->row_count > 0;
}

bool rows_advance(Columns *c)
{
    bool is_abreast = c->lane < c->lane_count, is_any = false;

    if (c->is_tied) return advance_tied(c);
    for (uint32_t i = 0; i < c->row_count; i++) {
        const Row *r = &c->rows[i];

        if (r->is_plain || r->is_led || (is_abreast && r->is_lane)) continue;
        advance(c, i);
        is_any = true;
    }
    rows_flush(c);
    return is_any;
}
