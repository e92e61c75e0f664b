/* columns_warm.c — averages that live on, slots abreast all the same.
 *
 * An average forgets: begun anywhere, some hundred ticks later it nearly always has the bits it would have
 * had if it had run from the beginning.  Slots told ahead run side by side, each from so many ticks before it
 * opens.  A sheet that is all of such a slot takes a row's numbers from there if the row's memory holds, bit
 * for bit, what its lane had come to at the opening; else the row goes in order.  A moving sum is made of its
 * window alone, so it needs no lane.  Promise: numbers and memory are those of rows in order. */
#include <string.h>

#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/columns_inside.h"

enum {
    WARM_LUCK =
        2 * COLUMN_SLOTS, /* so many slots that do not fit, one after the other, are too many */
    WARM_EMA = LANE_GROUPS * BANK_EMA,
    WARM_RMA = LANE_GROUPS * BANK_RMA
};

typedef struct WarmBank { /* averages of one input; parts of the first group stand in front */
    uint16_t x, rows[BANK_EMA + BANK_RMA];
    uint32_t row_count, ema_count, rma_count; /* of one group */
    bool is_joint;                            /* both groups advance in one call */
    uint32_t fine;                            /* lanes all of whose numbers are ordinary, as bits */
    BankGroup ema[WARM_EMA], rma[WARM_RMA];
    double *ema_out[WARM_EMA],
        *rma_out[WARM_RMA]; /* by step, from the last word before the slot on,
                                                      and lane */
} WarmBank;

struct Warm {
    WarmBank *banks;
    uint32_t bank_count;
    uint16_t *sums;      /* rows */
    uint32_t *sums_fine; /* by sum: slots with all that it reads, as bits */
    uint32_t sum_count;
    uint32_t steps; /* before a slot opens, whole words */
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t slot_count;
    bool has_run;   /* for these slots */
    int luck;       /* runs out with slots that do not fit */
    uint32_t lane;  /* of the present sheet */
    uint32_t ahead; /* of the present word, if its slot has not come; else SLOT_AT_HAND */
    uint64_t led;   /* ticks so far at which something was */
    double *packed[LANE_GROUPS]; /* by step (one before) and lane */
    double (*x)[WORD];           /* by lane */
    double *idle, *zeros;
};

static uint32_t length(const ColumnSlot *s)
{
    return s->end - s->begin;
}

/* ---- what may run abreast ------------------------------------------------------------------------- */

/* So many steps, in whole words, leave nothing of where an average began; 0: too many. */
static uint32_t steps_of(const Row *r)
{
    double kept = r->op == OP_EMA ? 1 - r->link->alpha : r->link->before / r->link->count;
    uint32_t steps = 0;

    for (double left = 1; left > 0x1p-60 && steps <= COLUMN_SHEET; left *= kept)
        steps++;
    return steps > COLUMN_SHEET ? 0 : (steps + WORD - 1) / WORD * WORD;
}

/* It goes on at ticks of this market alone, by a column. */
static bool is_of_column(const Columns *c, const Row *r)
{
    const Node *x = &c->nodes[r->x];

    return !r->is_lane && !r->is_plain && r->link->clocks == c->clock && x->kind == NODE_INPUT &&
           !x->is_late && !x->is_volatile;
}

static bool is_warm_average(const Columns *c, const Row *r)
{
    if (r->way != ROW_AVERAGES || !is_of_column(c, r)) return false;
    return r->op == OP_EMA || (r->op == OP_RSI && c->k->takes_rising);
}

static bool is_warm_sum(const Columns *c, const Row *r)
{
    return r->way == ROW_SUMS && r->link->n <= WORD && is_of_column(c, r);
}

static bool takes(const WarmBank *b, const Row *r)
{
    if (b->row_count && b->x != r->x) return false;
    return bank_has_room(b->ema_count, b->rma_count, r);
}

static void add_average(Columns *c, Warm *w, uint32_t row)
{
    Row *r = &c->rows[row];
    WarmBank *b = w->banks;
    uint32_t steps = steps_of(r);

    if (!steps) return;
    while (!takes(b, r))
        b++;
    r->is_warm = true;
    r->warm_bank = (uint16_t)(b - w->banks);
    r->warm_part = (uint16_t)(r->op == OP_EMA ? b->ema_count : b->rma_count);
    if (r->warm_bank >= w->bank_count) w->bank_count = r->warm_bank + 1U;
    b->x = r->x;
    b->rows[b->row_count++] = (uint16_t)row;
    b->ema_count += r->op == OP_EMA;
    b->rma_count += r->op == OP_RSI ? 2 : 0;
    if (steps > w->steps) w->steps = steps;
}

static void add_sum(Columns *c, Warm *w, uint32_t row)
{
    c->rows[row].is_warm = true;
    c->rows[row].warm_bank = (uint16_t)w->sum_count;
    w->sums[w->sum_count++] = (uint16_t)row;
}

static bool take_bank_rooms(const Columns *c, WarmBank *b, Arena *arena)
{
    size_t count = ((size_t)c->slot_ticks + WORD) * LANES;

    for (uint32_t p = 0; p < LANE_GROUPS * b->ema_count; p++)
        b->ema_out[p] = columns_lines(count, arena);
    for (uint32_t p = 0; p < LANE_GROUPS * b->rma_count; p++)
        b->rma_out[p] = columns_lines(count, arena);
    return !arena_is_full(arena);
}

static bool take_rooms(Columns *c, Warm *w, Arena *arena)
{
    w->x = arena_alloc_array(arena, LANES, sizeof *w->x);
    w->zeros = arena_array(arena, double, WORD);
    w->idle = columns_lines(WORD * LANES, arena);
    for (uint32_t g = 0; g < LANE_GROUPS; g++)
        w->packed[g] = columns_lines((WORD + 1) * LANES, arena);
    for (uint32_t i = 0; i < w->bank_count; i++) {
        WarmBank *b = &w->banks[i];

        b->is_joint = bank_is_joint(b->ema_count, b->rma_count);
        if (!take_bank_rooms(c, b, arena)) return false;
    }
    return !arena_is_full(arena);
}

bool warm_plan(Columns *c, Arena *arena)
{
    Warm *w;

    if (c->sheet_most < COLUMN_SHEET || !c->slot_ticks || c->slot_ticks > COLUMN_SHEET) return true;
    w = arena_new(arena, Warm);
    if (arena_is_full(arena)) return false;
    w->banks = arena_array(arena, WarmBank, c->row_count + 1);
    w->sums = arena_array(arena, uint16_t, c->row_count + 1);
    w->sums_fine = arena_array(arena, uint32_t, c->row_count + 1);
    if (arena_is_full(arena)) return false;
    w->luck = WARM_LUCK;
    w->steps = WORD;
    w->ahead = SLOT_AT_HAND;
    for (uint32_t i = 0; i < c->row_count; i++) {
        if (is_warm_sum(c, &c->rows[i])) add_sum(c, w, i);
        if (is_warm_average(c, &c->rows[i])) add_average(c, w, i);
    }
    if (!w->bank_count && !w->sum_count) return true;
    c->warm = w;
    return take_rooms(c, w, arena);
}

/* ---- all slots at once ---------------------------------------------------------------------------- */

/* Is all that a slot reads of a column there, from so many ticks before it on, and of ordinary size? */
static bool is_slot_fine(const Columns *c, const ColumnSlot *s, uint16_t x, uint32_t before)
{
    if (s->begin < before || length(s) > c->slot_ticks) return false;
    return c->source.is_fine(c->source.ctx, c->nodes[x].row, s->begin - before, length(s) + before);
}

/* 64 steps of a group, lanes side by side behind the step before; those that have ended get zeros. */
static void pack(Columns *c, const WarmBank *b, uint32_t group, uint32_t from)
{
    Warm *w = c->warm;
    double *to = w->packed[group];
    const double *rows[LANES];
    bool is_fine;

    memcpy(to, to + (size_t)WORD * LANES, LANES * sizeof *to);
    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l, left;

        rows[l] = w->zeros;
        if (!(b->fine >> lane & 1) || from >= w->steps + length(&w->slots[lane])) continue;
        left = w->steps + length(&w->slots[lane]) - from;
        if (left >= 2 * WORD)
            c->source.expect(c->source.ctx, c->nodes[b->x].row,
                             w->slots[lane].begin - w->steps + from + WORD, WORD);
        rows[l] = c->source.fetch(c->source.ctx, c->nodes[b->x].row,
                                  w->slots[lane].begin - w->steps + from, left < WORD ? left : WORD,
                                  w->x[l], &is_fine);
    }
    c->k->pack(to + LANES, rows, WORD);
    if (!from) memcpy(to, to + LANES, LANES * sizeof *to); /* nothing has risen or fallen yet */
}

/* Where a part leaves 64 steps. */
static double *out_of(const Warm *w, double *out, uint32_t from)
{
    return from + WORD < w->steps ? w->idle : out + (size_t)(from + WORD - w->steps) * LANES;
}

static void aim(const Warm *w, WarmBank *b, uint32_t group, uint32_t from)
{
    const double *x = w->packed[group] + LANES;

    for (uint32_t p = group * b->ema_count; p < (group + 1) * b->ema_count; p++) {
        b->ema[p].x = x;
        b->ema[p].out = out_of(w, b->ema_out[p], from);
    }
    for (uint32_t p = group * b->rma_count; p < (group + 1) * b->rma_count; p++) {
        b->rma[p].x = x;
        b->rma[p].before = w->packed[group];
        b->rma[p].out = out_of(w, b->rma_out[p], from);
    }
}

/* Averages decay: looked at once a word.  Lanes in which one has left what is ordinary are for rows in order. */
static void keep_ordinary(const Columns *c, WarmBank *b)
{
    for (uint32_t p = 0; p < LANE_GROUPS * b->rma_count; p++) {
        double *y = b->rma[p].y;

        if (c->k->is_ordinary(y, LANES)) continue;
        for (uint32_t l = 0; l < LANES; l++) {
            if (c->k->is_ordinary(&y[l], 1)) continue;
            b->fine &= ~(1U << (p / b->rma_count * LANES + l));
            y[l] = 0;
        }
    }
}

static void begin_part(BankGroup *g, double k, double n)
{
    for (uint32_t l = 0; l < LANES; l++) {
        g->y[l] = 0;
        g->k[l] = k;
        g->n[l] = n;
    }
}

static void begin_bank(const Columns *c, WarmBank *b)
{
    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (uint32_t g = 0; g < LANE_GROUPS; g++) {
            BankGroup *rma = &b->rma[g * b->rma_count + r->warm_part];

            if (r->op == OP_EMA) {
                begin_part(&b->ema[g * b->ema_count + r->warm_part], r->link->alpha, 1);
                continue;
            }
            begin_part(&rma[0], r->link->before, r->link->count);
            begin_part(&rma[1], r->link->before, r->link->count);
        }
    }
}

static void run_word(Columns *c, WarmBank *b, uint32_t from, uint32_t steps)
{
    uint32_t calls = b->is_joint ? 1 : LANE_GROUPS, groups = LANE_GROUPS / calls;

    keep_ordinary(c, b);
    for (uint32_t g = 0; g < LANE_GROUPS; g++) {
        pack(c, b, g, from);
        aim(c->warm, b, g, from);
    }
    for (uint32_t i = 0; i < calls; i++)
        c->k->bank(b->ema + i * b->ema_count, groups * b->ema_count, b->rma + i * b->rma_count,
                   groups * b->rma_count, steps, BANK_RISING);
}

static void run_bank(Columns *c, WarmBank *b)
{
    Warm *w = c->warm;
    uint32_t longest = 0;

    b->fine = 0;
    for (uint32_t l = 0; w->luck > 0 && l < w->slot_count; l++) {
        if (!is_slot_fine(c, &w->slots[l], b->x, w->steps)) continue;
        b->fine |= 1U << l;
        if (length(&w->slots[l]) > longest) longest = length(&w->slots[l]);
    }
    if (!b->fine) return;
    begin_bank(c, b);
    for (uint32_t from = 0; from < w->steps + longest && b->fine; from += WORD) {
        uint32_t left = w->steps + longest - from;

        run_word(c, b, from, left < WORD ? left : WORD);
    }
}

static void look_at_sum(const Columns *c, Warm *w, uint32_t sum)
{
    const Row *r = &c->rows[w->sums[sum]];

    w->sums_fine[sum] = 0;
    for (uint32_t l = 0; l < w->slot_count; l++)
        if (is_slot_fine(c, &w->slots[l], r->x, r->link->n)) w->sums_fine[sum] |= 1U << l;
}

/* Once for the slots that were told. */
static void run(Columns *c)
{
    Warm *w = c->warm;

    if (w->has_run) return;
    w->has_run = true;
    for (uint32_t i = 0; i < w->bank_count; i++)
        run_bank(c, &w->banks[i]);
    for (uint32_t i = 0; i < w->sum_count; i++)
        look_at_sum(c, w, i);
}

/* ---- does it fit? --------------------------------------------------------------------------------- */

/* A part's numbers in a lane, eight apart: the last one before the slot, and the slot's. */
static const double *led_by(const Warm *w, const Row *r, uint32_t half, uint32_t lane)
{
    const WarmBank *b = &w->banks[r->warm_bank];
    uint32_t group = lane / LANES, part = r->warm_part + half;
    const double *out = r->op == OP_EMA ? b->ema_out[group * b->ema_count + part]
                                        : b->rma_out[group * b->rma_count + part];

    return out + (size_t)(WORD - 1) * LANES + lane % LANES;
}

/* A row's input at one tick. */
static double input_at(const Columns *c, const Row *r, uint32_t tick)
{
    return c->source.at(c->source.ctx, c->nodes[r->x].row, tick);
}

/* A zero does not tell its sign. */
static bool is_it(double y, double lane)
{
    return lane != 0 && num_bits(y) == num_bits(lane);
}

static double last_of(const Warm *w, const double *lane)
{
    return lane[(size_t)length(&w->slots[w->lane]) * LANES];
}

static bool take_mean(const Warm *w, const Row *r)
{
    MemMean *m = r->memory;
    const double *lane = led_by(w, r, 0, w->lane);

    if (m->count < r->link->n || !is_it(m->sum, lane[0]) || last_of(w, lane) == 0) return false;
    m->sum = m->out = last_of(w, lane);
    return true;
}

static bool take_rsi(const Columns *c, const Warm *w, const Row *r)
{
    MemRsi *m = r->memory;
    const ColumnSlot *s = &w->slots[w->lane];
    const double *up = led_by(w, r, 0, w->lane), *down = led_by(w, r, 1, w->lane);

    if (m->count <= r->link->n || !is_it(m->up, up[0]) || !is_it(m->down, down[0])) return false;
    if (last_of(w, up) == 0 || last_of(w, down) == 0) return false;
    if (num_bits(m->last) != num_bits(input_at(c, r, s->begin - 1))) return false;
    m->up = last_of(w, up);
    m->down = last_of(w, down);
    m->last = input_at(c, r, s->end - 1);
    m->out = num_canon(100 * m->up / (m->up + m->down));
    return true;
}

/* Ordinary numbers of so many ticks, at most 64, as micros. */
static void read_micros(Columns *c, const Row *r, uint32_t first, uint32_t count, int64_t *out)
{
    double room[WORD];
    bool is_fine;
    const double *x =
        c->source.fetch(c->source.ctx, c->nodes[r->x].row, first, count, room, &is_fine);

    BUG_IF(!c->k->to_micros(out, x, r->link->most, count));
}

/* Is the window what the ticks before the slot were?  Then it is the slot's last ones. */
static bool take_sum(Columns *c, const Row *r)
{
    MemWindow *m = r->memory;
    const ColumnSlot *s = &c->warm->slots[c->warm->lane];
    uint32_t n = r->link->n, len = length(s);
    int64_t was[WORD], is[WORD], sum = 0;

    if (m->count != n || len < n) return false;
    window_lay_out(m, n, was);
    read_micros(c, r, s->begin - n, n, is);
    if (memcmp(was, is, n * sizeof *is) != 0) return false;
    read_micros(c, r, s->end - n, n, is);
    for (uint32_t i = 0; i < n; i++)
        sum += is[i];
    m->sum = num_from_bits((uint64_t)sum);
    m->at = (m->at + len) % n;
    window_take_back(m, n, is);
    m->stored += len;
    m->out = (double)sum / r->link->divisor + 0.0;
    return true;
}

static bool is_fine(const Warm *w, const Row *r, uint32_t lane)
{
    uint32_t fine = r->way == ROW_SUMS ? w->sums_fine[r->warm_bank] : w->banks[r->warm_bank].fine;

    return fine >> lane & 1;
}

static bool take(Columns *c, const Row *r)
{
    const Warm *w = c->warm;

    if (!is_fine(w, r, w->lane)) return false;
    if (r->way == ROW_SUMS) return take_sum(c, r);
    return r->op == OP_EMA ? take_mean(w, r) : take_rsi(c, w, r);
}

/* ---- the door ------------------------------------------------------------------------------------- */

uint64_t columns_led(const Columns *c)
{
    return c->warm && c->warm->bank_count ? c->warm->led : 0;
}

uint64_t columns_led_sums(const Columns *c)
{
    return c->warm && !c->warm->bank_count ? c->warm->led : 0;
}

void warm_slots(Columns *c, const ColumnSlot *slots, uint32_t count)
{
    Warm *w = c->warm;

    memcpy(w->slots, slots, count * sizeof *slots);
    w->slot_count = count;
    w->has_run = false;
    w->lane = 0;
}

/* The present sheet is all of a slot that was told. */
static bool find_lane(const Columns *c, Warm *w)
{
    while (w->lane < w->slot_count && w->slots[w->lane].end <= c->sheet_first)
        w->lane++;
    return w->lane < w->slot_count && w->slots[w->lane].begin == c->sheet_first &&
           w->slots[w->lane].end == c->sheet_end;
}

static void lead(Columns *c, Row *r)
{
    uint32_t words = (c->sheet_end - c->sheet_first + WORD - 1) / WORD;

    r->is_led = take(c, r);
    if (r->is_led) r->waiting = (1U << words) - 1;
}

/* Some average is led; where there are none, some sum. */
static bool has_luck(const Columns *c)
{
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_led && (c->rows[i].way == ROW_AVERAGES || !c->warm->bank_count))
            return true;
    return false;
}

void warm_sheet(Columns *c)
{
    Warm *w = c->warm;
    bool is_lucky;

    for (uint32_t i = 0; i < c->row_count; i++)
        c->rows[i].is_led = false;
    if (!find_lane(c, w)) return;
    run(c);
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_warm) lead(c, &c->rows[i]);
    is_lucky = has_luck(c);
    w->luck = is_lucky ? WARM_LUCK : w->luck - (w->luck > 0);
    if (is_lucky) w->led += c->sheet_end - c->sheet_first;
}

/* ---- as far as somebody asks ---------------------------------------------------------------------- */

/* A sum's values over ticks from `first` on, at most 64. */
static void read_sums(Columns *c, const Row *r, uint32_t first, uint32_t count, int64_t *sums)
{
    uint32_t n = r->link->n;
    int64_t all[2 * WORD], sum = 0;

    read_micros(c, r, first - n, n, all);
    read_micros(c, r, first, count, all + n);
    for (uint32_t i = 0; i < n; i++)
        sum += all[i];
    for (uint32_t i = 0; i < count; i++)
        sums[i] = sum += all[n + i] - all[i];
}

/* Numbers of a lane from the slot's tick `at` on. */
static void read_lane(const double *lane, uint32_t at, uint32_t count, double *to)
{
    lane += (size_t)(at + 1) * LANES;
    for (uint32_t i = 0; i < count; i++)
        to[i] = lane[(size_t)i * LANES];
}

void warm_fill(Columns *c, const Row *r, uint32_t word)
{
    const Warm *w = c->warm;
    uint32_t at = word * WORD, left = c->sheet_end - c->sheet_first - at;
    uint32_t count = left < WORD ? left : WORD;

    if (r->way == ROW_SUMS) {
        read_sums(c, r, c->sheet_first + at, count, (int64_t *)(void *)(r->parts[0] + at));
    } else if (r->op == OP_RSI) {
        read_lane(led_by(w, r, 0, w->lane), at, count, r->parts[0] + at);
        read_lane(led_by(w, r, 1, w->lane), at, count, r->parts[1] + at);
    } else {
        read_lane(led_by(w, r, 0, w->lane), at, count, r->whole + at);
    }
}

/* ---- slots that have not come --------------------------------------------------------------------- */

void warm_ahead(Columns *c, uint32_t slot)
{
    c->warm->ahead = slot;
}

bool warm_is_hopeless(const Columns *c)
{
    return c->warm->luck <= 0;
}

bool warm_is_ahead(const Columns *c)
{
    return c->warm && c->warm->ahead != SLOT_AT_HAND;
}

const double *warm_num(Columns *c, const Row *r)
{
    Warm *w = c->warm;
    uint32_t at = c->first - w->slots[w->ahead].begin;
    double *room = c->room[r->node], up[WORD] = {0}, down[WORD] = {0};
    int64_t sums[WORD] = {0};

    run(c);
    if (!is_fine(w, r, w->ahead)) return w->zeros; /* nothing of this slot will be taken over */
    if (r->way == ROW_SUMS) {
        read_sums(c, r, c->first, c->count, sums);
        c->k->quotients(room, sums, r->link->divisor);
    } else if (r->op == OP_RSI) {
        read_lane(led_by(w, r, 0, w->ahead), at, c->count, up);
        read_lane(led_by(w, r, 1, w->ahead), at, c->count, down);
        c->k->strengths(room, up, down);
    } else {
        read_lane(led_by(w, r, 0, w->ahead), at, c->count, room);
    }
    return room;
}
