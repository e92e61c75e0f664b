/* columns_lanes.c — slots abreast: averages that restart with the slot, eight slots in a group.
 *
 * Each slot is a lane.  Its averages are seeded step by step, then all lanes of a group advance in one
 * bank, 64 steps at a time, from inputs turned so that lanes lie side by side, as far as somebody asks.  A
 * slot with a value that is unknown or out of the ordinary goes step by step to its end. */
#include <string.h>

#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/columns_inside.h"

static uint32_t length(const Lane *l)
{
    return l->slot.end - l->slot.begin;
}

/* Where value `i` of a lane is; its group's lanes lie side by side. */
static double *place(const Columns *c, double *out, uint32_t lane, uint32_t i)
{
    return out + (size_t)(lane / LANES) * c->slot_ticks * LANES + (size_t)i * LANES + lane % LANES;
}

static void *memory_of(const Lane *l, const Row *r)
{
    return l->memory + r->offset;
}

/* ---- inputs --------------------------------------------------------------------------------------- */

/* A row's input at 64 ticks of a lane from its `from` on. */
static const double *input(Columns *c, const Row *r, uint32_t lane, uint32_t from,
                           bool *ret_is_fine)
{
    const Lane *l = &c->lanes[lane];
    uint32_t left = length(l) - from, count = left < WORD ? left : WORD;
    const Node *n = &c->nodes[r->x];
    const double *x;

    *ret_is_fine = false;
    if (n->kind == NODE_INPUT)
        return c->source.fetch(c->source.ctx, n->row, l->slot.begin + from, count, c->lane_x[lane],
                               ret_is_fine);
    columns_begin(c, l->slot.begin + from, count);
    x = columns_num(c, r->x);
    memcpy(c->lane_x[lane], x, sizeof c->lane_x[lane]);
    return c->lane_x[lane];
}

static bool is_lane_fine(Columns *c, const Row *r, uint32_t lane)
{
    const Lane *l = &c->lanes[lane];
    uint32_t len = length(l);
    const Node *n = &c->nodes[r->x];

    if (n->kind == NODE_INPUT && c->source.is_fine(c->source.ctx, n->row, l->slot.begin, len))
        return true;
    for (uint32_t i = 0; i < len; i += WORD) {
        bool is_fine;
        const double *x = input(c, r, lane, i, &is_fine);

        if (!is_fine && !c->k->is_ordinary(x, len - i < WORD ? len - i : WORD)) return false;
    }
    return true;
}

/* ---- step by step --------------------------------------------------------------------------------- */

static uint32_t seed_steps(const Row *r)
{
    return r->link->n + (r->op == OP_RSI);
}

/* Where what lanes gave alone begins. */
static double *alone(const Columns *c, const Row *r, uint32_t lane)
{
    return r->alone + (size_t)lane * (c->slot_ticks + WORD);
}

/* What the lane's buffers hold while a row is being seeded, or goes step by step. */
static void put_step(const Columns *c, const Row *r, uint32_t lane, uint32_t i, const void *memory)
{
    const MemRsi *rsi = memory;

    if (c->lanes[lane].is_stepped) {
        alone(c, r, lane)[i] = ((const Held *)memory)->num;
    } else if (r->op == OP_RSI) {
        bool is_seeded = rsi->count > r->link->n;

        *place(c, r->out[0], lane, i) = is_seeded ? rsi->up : 0;
        *place(c, r->out[1], lane, i) = is_seeded ? rsi->down : 0;
    } else {
        *place(c, r->out[0], lane, i) = ((const Held *)memory)->num;
    }
}

static void step_lane(Columns *c, const Row *r, uint32_t lane, uint32_t steps)
{
    void *memory = memory_of(&c->lanes[lane], r);

    for (uint32_t i = 0; i < steps; i += WORD) {
        bool is_fine;
        const double *x = input(c, r, lane, i, &is_fine);

        for (uint32_t k = 0; k < WORD && i + k < steps; k++) {
            StepInput in = {.x = x[k]};

            row_step(r, memory, &in);
            put_step(c, r, lane, i + k, memory);
        }
    }
}

/* ---- banks ---------------------------------------------------------------------------------------- */

static bool takes(const Columns *c, const LaneBank *b, const Row *r)
{
    if (b->row_count && c->rows[b->rows[0]].x != r->x) return false;
    if (r->op == OP_EMA) return b->ema_count < BANK_EMA;
    return b->rma_count + (r->op == OP_RSI ? 2 : 1) <= BANK_RMA;
}

bool lanes_plan(Columns *c, Arena *arena)
{
    c->banks = arena_array(arena, LaneBank, c->lane_rows);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < c->row_count; i++) {
        Row *r = &c->rows[i];
        LaneBank *b = c->banks;

        if (!r->is_lane || r->way != ROW_AVERAGES) continue;
        while (!takes(c, b, r))
            b++;
        r->bank = (uint16_t)(b - c->banks);
        if (r->bank >= c->bank_total) c->bank_total = r->bank + 1U;
        b->x = r->x;
        b->rows[b->row_count++] = (uint16_t)i;
        b->ema_count += r->op == OP_EMA;
        b->rma_count += r->op == OP_RSI ? 2 : r->op == OP_RMA;
        b->has_changes |= r->op == OP_RSI;
        if (seed_steps(r) > b->seeds) b->seeds = seed_steps(r);
    }
    return true;
}

/* A row's part of a group as seeding left it; lanes that are not there, or go alone, stand still. */
static void load(const Columns *c, const Row *r, uint32_t group, BankGroup *g, bool is_down)
{
    *g = (BankGroup){.stride = LANES};
    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l;
        bool is_there = lane < c->lane_count && !c->lanes[lane].is_stepped;
        const void *memory = is_there ? memory_of(&c->lanes[lane], r) : (const void *)c->zeros;

        g->k[l] = r->op == OP_EMA ? r->link->alpha : r->link->before;
        g->n[l] = r->link->count;
        if (r->op == OP_RSI)
            g->y[l] = is_down ? ((const MemRsi *)memory)->down : ((const MemRsi *)memory)->up;
        else
            g->y[l] = ((const MemMean *)memory)->sum;
    }
}

/* Averages of lanes that end with this step back to their memory. */
static void store(const Columns *c, const Row *r, uint32_t group, const BankGroup *g, bool is_down,
                  uint32_t end)
{
    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l;
        MemRsi *rsi;

        if (lane >= c->lane_count || c->lanes[lane].is_stepped) continue;
        if (length(&c->lanes[lane]) != end) continue;
        rsi = memory_of(&c->lanes[lane], r);
        if (r->op != OP_RSI)
            ((MemMean *)(void *)rsi)->sum = g->y[l];
        else if (is_down)
            rsi->down = g->y[l];
        else
            rsi->up = g->y[l];
    }
}

/* The inputs of 64 steps of a group, lanes side by side behind the step before; lanes that have ended or
 * go alone get zeros. */
static void pack_group(Columns *c, LaneBank *b, uint32_t group, uint32_t from)
{
    LaneGroup *g = &b->groups[group];
    const double *rows[LANES];
    bool is_fine;

    memcpy(c->packed[0], g->before, sizeof g->before);
    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l;

        rows[l] = c->zeros;
        if (lane >= c->lane_count || c->lanes[lane].is_stepped) continue;
        if (from >= length(&c->lanes[lane])) continue;
        rows[l] = input(c, &c->rows[b->rows[0]], lane, from, &is_fine);
    }
    c->k->pack(c->packed[0] + LANES, rows, WORD);
    memcpy(g->before, c->packed[0] + (size_t)WORD * LANES, sizeof g->before);
    if (b->has_changes)
        c->k->changes(c->packed[1] + LANES, c->packed[2] + LANES, c->packed[0] + LANES,
                      c->packed[0], WORD * LANES);
}

/* Averages decay: looked at once a word. */
static bool are_ordinary(const Columns *c, const LaneBank *b, const LaneGroup *g)
{
    for (uint32_t i = 0; i < b->rma_count; i++)
        if (!c->k->is_ordinary(g->rma[i].y, LANES)) return false;
    return true;
}

/* Steps [from, to) of one word. */
static void run_steps(Columns *c, LaneBank *b, uint32_t group, uint32_t from, uint32_t to)
{
    LaneGroup *g = &b->groups[group];
    uint32_t ema = 0, rma = 0;

    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (int half = 0; half < (r->op == OP_RSI ? 2 : 1); half++) {
            BankGroup *part = r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++];

            part->x = (r->op == OP_RSI ? c->packed[1 + half] : c->packed[0]) +
                      (size_t)(from % WORD + 1) * LANES;
            part->out = place(c, r->out[half], group * LANES, from);
        }
    }
    c->k->bank(g->ema, b->ema_count, g->rma, b->rma_count, to - from, are_ordinary(c, b, g));
}

static void store_bank(Columns *c, LaneBank *b, uint32_t group, uint32_t end)
{
    LaneGroup *g = &b->groups[group];
    uint32_t ema = 0, rma = 0;

    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (int half = 0; half < (r->op == OP_RSI ? 2 : 1); half++)
            store(c, r, group, r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++], half, end);
    }
}

/* The first end of a lane of the group behind step `from`, at most `to`. */
static uint32_t next_end(const Columns *c, uint32_t group, uint32_t from, uint32_t to)
{
    for (uint32_t l = group * LANES; l < (group + 1) * LANES && l < c->lane_count; l++)
        if (length(&c->lanes[l]) > from && length(&c->lanes[l]) < to) to = length(&c->lanes[l]);
    return to;
}

static void seed_group(Columns *c, LaneBank *b, uint32_t group)
{
    LaneGroup *g = &b->groups[group];
    uint32_t ema = 0, rma = 0;

    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (uint32_t l = group * LANES; l < (group + 1) * LANES && l < c->lane_count; l++) {
            uint32_t len = length(&c->lanes[l]);

            step_lane(c, r, l, c->lanes[l].is_stepped || len < b->seeds ? len : b->seeds);
        }
        for (int half = 0; half < (r->op == OP_RSI ? 2 : 1); half++)
            load(c, r, group, r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++], half);
    }
    g->done = b->seeds;
    if (g->done % WORD == 0) pack_group(c, b, group, g->done - WORD); /* for the step before */
}

/* Lets a bank advance until the first `steps` steps of its lanes are there. */
static void need(Columns *c, LaneBank *b, uint32_t group, uint32_t steps)
{
    LaneGroup *g = &b->groups[group];

    if (!g->done) seed_group(c, b, group);
    while (g->done < steps) {
        uint32_t word = g->done - g->done % WORD;

        pack_group(c, b, group, word);
        for (uint32_t from = g->done; from < word + WORD;) {
            uint32_t to = next_end(c, group, from, word + WORD);

            run_steps(c, b, group, from, to);
            store_bank(c, b, group, to);
            from = to;
        }
        g->done = word + WORD;
    }
}

/* ---- moving sums ---------------------------------------------------------------------------------- */

/* Sums of the slot's first values, up to the first `count`. */
static const int64_t *slot_sums(Columns *c, const Row *r, uint32_t lane, uint32_t count)
{
    int64_t *sums = r->sums + (size_t)lane * (c->slot_ticks + WORD), micros[WORD];
    uint32_t *len = &r->sums_len[lane];

    while (*len < count) {
        bool is_fine;
        uint32_t end = length(&c->lanes[lane]) - *len, step = end < WORD ? end : WORD;
        const double *x = input(c, r, lane, *len, &is_fine);
        int64_t sum = *len ? sums[*len - 1] : 0;

        BUG_IF(!c->k->to_micros(micros, x, r->link->most, step)); /* all of the slot is ordinary */
        for (uint32_t i = 0; i < step; i++)
            sums[*len + i] = sum += micros[i];
        *len += step;
    }
    return sums;
}

static void step_sums(Columns *c, Row *r)
{
    for (uint32_t l = 0; l < c->lane_count; l++) {
        r->sums_len[l] = 0;
        if (c->lanes[l].is_stepped)
            step_lane(c, r, l, length(&c->lanes[l]));
        else if (c->nodes[r->x].kind != NODE_INPUT) /* cannot be worked out within another word */
            (void)slot_sums(c, r, l, length(&c->lanes[l]));
    }
}

/* Another input than a column cannot be worked out within another word. */
static void need_all(Columns *c)
{
    for (uint32_t i = 0; i < c->bank_total; i++)
        for (uint32_t g = 0; g * LANES < c->lane_count; g++)
            if (c->nodes[c->banks[i].x].kind != NODE_INPUT)
                for (uint32_t l = g * LANES; l < (g + 1) * LANES && l < c->lane_count; l++)
                    need(c, &c->banks[i], g, length(&c->lanes[l]));
}

/* The last input of a slot. */
static void keep_last(Columns *c, const Row *r, uint32_t lane)
{
    uint32_t last = length(&c->lanes[lane]) - 1;
    MemRsi *m = memory_of(&c->lanes[lane], r);
    bool is_fine;

    m->last = input(c, r, lane, last - last % WORD, &is_fine)[last % WORD];
}

void lanes_begin(Columns *c)
{
    for (uint32_t l = 0; l < c->lane_count; l++) {
        Lane *lane = &c->lanes[l];

        lane->is_stepped = false;
        for (uint32_t i = 0; i < c->row_count; i++) {
            if (!c->rows[i].is_lane) continue;
            memory_reset(c->rows[i].link, memory_of(lane, &c->rows[i]));
            lane->is_stepped |= !is_lane_fine(c, &c->rows[i], l);
        }
    }
    for (uint32_t i = 0; i < c->bank_total; i++)
        for (uint32_t g = 0; g < LANE_GROUPS; g++)
            c->banks[i].groups[g].done = 0;
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_lane && c->rows[i].way == ROW_SUMS) step_sums(c, &c->rows[i]);
    need_all(c);
    for (uint32_t i = 0; i < c->row_count; i++)
        for (uint32_t l = 0; l < c->lane_count; l++)
            if (c->rows[i].is_lane && c->rows[i].op == OP_RSI && !c->lanes[l].is_stepped &&
                c->nodes[c->rows[i].x].kind != NODE_INPUT)
                keep_last(c, &c->rows[i], l);
}

/* ---- asking --------------------------------------------------------------------------------------- */

static void from_lane(const Columns *c, double *to, double *out, uint32_t from)
{
    const double *p = place(c, out, c->lane, from);

    for (uint32_t i = 0; i < c->count; i++)
        to[i] = p[(size_t)i * LANES];
}

static const double *sums_num(Columns *c, const Row *r)
{
    uint32_t from = c->first - c->lanes[c->lane].slot.begin, n = r->link->n;
    const int64_t *sums = slot_sums(c, r, c->lane, from + c->count);
    double *room = c->room[r->node];
    int64_t window[WORD];

    for (uint32_t i = 0; i < c->count; i++)
        window[i] = sums[from + i] - (from + i >= n ? sums[from + i - n] : 0);
    c->k->quotients(room, window, r->link->divisor);
    for (uint32_t i = 0; i < c->count && from + i + 1 < n; i++)
        room[i] = UNKNOWN;
    return room;
}

const double *lanes_num(Columns *c, const Row *r)
{
    const Lane *l = &c->lanes[c->lane];
    uint32_t from = c->first - l->slot.begin;
    double *room = c->room[r->node];

    if (r->way == ROW_SUMS && !l->is_stepped) return sums_num(c, r);
    if (r->way == ROW_AVERAGES) need(c, &c->banks[r->bank], c->lane / LANES, from + c->count);
    if (l->is_stepped) return alone(c, r, c->lane) + from;
    if (r->op == OP_RSI) {
        double up[WORD], down[WORD];

        memset(up, 0, sizeof up);
        memset(down, 0, sizeof down);
        from_lane(c, up, r->out[0], from);
        from_lane(c, down, r->out[1], from);
        c->k->strengths(room, up, down);
        return room;
    }
    from_lane(c, room, r->out[0], from);
    return room;
}

/* ---- the end of a slot ---------------------------------------------------------------------------- */

static void settle_sums(Columns *c, const Row *r, MemWindow *m)
{
    uint32_t len = length(&c->lanes[c->lane]), n = r->link->n;
    const int64_t *sums = slot_sums(c, r, c->lane, len);
    int64_t *ring = (int64_t *)(m + 1);
    uint32_t first = len > n ? len - n : 0;

    for (uint32_t i = first; i < len; i++)
        ring[i % n] = sums[i] - (i ? sums[i - 1] : 0);
    m->stored = len;
    m->count = len < n ? len : n;
    m->at = len % n;
    m->sum = num_from_bits((uint64_t)(sums[len - 1] - (first ? sums[first - 1] : 0)));
}

/* What a row holds, from its memory. */
static double held_of(const Row *r, const void *memory)
{
    const MemWindow *sum = memory;
    const MemMean *mean = memory;
    const MemRsi *rsi = memory;

    if (r->way == ROW_SUMS)
        return sum->count < r->link->n
                   ? UNKNOWN
                   : (double)(int64_t)num_bits(sum->sum) / r->link->divisor + 0.0;
    if (r->op != OP_RSI) return mean->count < r->link->n ? UNKNOWN : num_canon(mean->sum);
    return rsi->count <= r->link->n ? UNKNOWN : num_canon(100 * rsi->up / (rsi->up + rsi->down));
}

static void settle_row(Columns *c, const Row *r, const Lane *l)
{
    void *memory = memory_of(l, r);

    if (r->way == ROW_AVERAGES) need(c, &c->banks[r->bank], c->lane / LANES, length(l));
    if (!l->is_stepped && r->way == ROW_SUMS) settle_sums(c, r, memory);
    if (!l->is_stepped && r->op == OP_RSI && c->nodes[r->x].kind == NODE_INPUT)
        keep_last(c, r, c->lane);
    if (!l->is_stepped) ((Held *)memory)->num = held_of(r, memory);
    memcpy(r->memory, memory, r->link->size);
}

void lanes_settle(Columns *c)
{
    const Lane *l = &c->lanes[c->lane];

    for (uint32_t i = 0; l->is_needed && i < c->row_count; i++)
        if (c->rows[i].is_lane) settle_row(c, &c->rows[i], l);
}
