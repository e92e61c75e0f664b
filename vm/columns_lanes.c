/* columns_lanes.c — slots abreast: averages that restart with the slot, eight slots in a group.
 *
 * Each slot is a lane.  All lanes of a group are seeded and advance in one bank, 64 steps at a time, from
 * inputs turned so that lanes lie side by side, as far as somebody asks.  A slot that ends before its seeds,
 * or with a value that is unknown or out of the ordinary, goes step by step. */
#include <string.h>

#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/columns_inside.h"

static uint32_t length(const Lane *l)
{
    return l->slot.end - l->slot.begin;
}

/* Where a lane's values begin. */
static double *lane_of(const Columns *c, double *out, uint32_t lane)
{
    return out + (size_t)lane * c->lane_stride;
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

static void step_lane(Columns *c, const Row *r, uint32_t lane)
{
    void *memory = memory_of(&c->lanes[lane], r);
    double *out = lane_of(c, r->out[0], lane);
    uint32_t steps = length(&c->lanes[lane]);

    for (uint32_t i = 0; i < steps; i += WORD) {
        bool is_fine;
        const double *x = input(c, r, lane, i, &is_fine);

        for (uint32_t k = 0; k < WORD && i + k < steps; k++) {
            StepInput in = {.x = x[k]};

            row_step(r, memory, &in);
            out[i + k] = ((const Held *)memory)->num;
        }
    }
}

/* ---- banks ---------------------------------------------------------------------------------------- */

static bool takes(const Columns *c, const LaneBank *b, const Row *r)
{
    if (b->row_count && c->rows[b->rows[0]].x != r->x) return false;
    return bank_has_room(b->ema_count, b->rma_count, r);
}

static uint16_t sums_of(const Columns *c, uint16_t x)
{
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_lane && c->rows[i].way == ROW_SUMS && c->rows[i].x == x)
            return (uint16_t)i;
    return NO_NODE;
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
        b->sums = sums_of(c, r->x);
        b->rows[b->row_count++] = (uint16_t)i;
        b->ema_count += r->op == OP_EMA;
        b->rma_count += r->op == OP_RSI ? 2 : r->op == OP_RMA;
        b->has_changes |= r->op == OP_RSI;
        b->has_means |= r->op == OP_RMA;
        if (seed_steps(r) > b->seeds) b->seeds = seed_steps(r);
        if (b->seeds > c->seeds) c->seeds = b->seeds;
    }
    for (uint32_t i = 0; i < c->bank_total; i++)
        c->banks[i].is_joint = bank_is_joint(c->banks[i].ema_count, c->banks[i].rma_count);
    return true;
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

/* Sums of the word behind those that are there. */
static void add_sums(Columns *c, const Row *r, uint32_t lane, const double *x)
{
    uint32_t *len = &r->sums_len[lane], left = length(&c->lanes[lane]) - *len;
    uint32_t step = left < WORD ? left : WORD;
    int64_t *sums = r->sums + (size_t)lane * c->lane_stride + *len, micros[WORD];
    int64_t sum = *len ? sums[-1] : 0;

    BUG_IF(!c->k->to_micros(micros, x, r->link->most, step)); /* all of the slot is ordinary */
    for (uint32_t i = 0; i < step; i++)
        sums[i] = sum += micros[i];
    *len += step;
}

/* The word of a lane's inputs that begins with step `from` will be read: lanes lie a slot apart, which no processor
 * sees coming. */
static void expect(const Columns *c, const Lane *l, const Row *r, uint32_t from)
{
    const Node *n = &c->nodes[r->x];

    if (!CAN_PREFETCH || n->kind != NODE_INPUT || from + WORD > length(l)) return;
    c->source.expect(c->source.ctx, n->row, l->slot.begin + from, WORD);
}

/* Sums over the packed word of those lanes whose sums end where it begins. */
static void sum_group(Columns *c, const Row *r, uint32_t group, uint32_t from)
{
    int64_t before[LANES] = {0};
    double *to[LANES]; /* whole numbers, which are moved as they are */
    bool is_any = false;

    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l, len;
        int64_t *sums = r->sums + (size_t)lane * c->lane_stride + from;

        to[l] = c->scratch;
        if (lane >= c->lane_count || c->lanes[lane].is_stepped) continue;
        len = length(&c->lanes[lane]);
        if (r->sums_len[lane] != from || from >= len) continue;
        if (from) before[l] = sums[-1];
        to[l] = (double *)(void *)sums;
        r->sums_len[lane] = len < from + WORD ? len : from + WORD;
        is_any = true;
    }
    if (!is_any) return;
    c->k->sums(c->packed_sums, before, c->packed[group][0] + LANES, WORD);
    c->k->unpack(to, c->packed_sums, WORD);
}

static void find_changes(Columns *c, uint32_t group)
{
    double *const *packed = c->packed[group];

    c->k->changes(packed[1] + LANES, packed[2] + LANES, packed[0] + LANES, packed[0], WORD * LANES);
}

/* Do rises and falls come out of the averages' own loop, but for seeds? */
static bool is_rising(const Columns *c, const LaneBank *b)
{
    return c->k->takes_rising && b->has_changes && !b->has_means;
}

/* The inputs of 64 steps of a group, lanes side by side behind the step before; lanes that have ended or
 * go alone get zeros. */
static void pack_group(Columns *c, LaneBank *b, uint32_t group, uint32_t from)
{
    LaneGroup *g = &b->groups[group];
    double *const *packed = c->packed[group];
    const double *rows[LANES];
    bool is_fine;

    if (c->packed_for[group] == b && c->packed_from[group] == from) return; /* seeds end in it */
    c->packed_for[group] = b;
    c->packed_from[group] = from;
    memcpy(packed[0], g->before, sizeof g->before);
    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l;

        rows[l] = c->zeros;
        if (lane >= c->lane_count || c->lanes[lane].is_stepped) continue;
        if (from >= length(&c->lanes[lane])) continue;
        rows[l] = input(c, &c->rows[b->rows[0]], lane, from, &is_fine);
        expect(c, &c->lanes[lane], &c->rows[b->rows[0]], from + WORD);
    }
    c->k->pack(packed[0] + LANES, rows, WORD);
    memcpy(g->before, packed[0] + (size_t)WORD * LANES, sizeof g->before);
    if (b->sums != NO_NODE && from < c->slot_ticks) sum_group(c, &c->rows[b->sums], group, from);
    if (b->has_changes && (!g->done || !is_rising(c, b))) find_changes(c, group);
}

/* Averages decay: looked at once a word. */
static bool are_ordinary(const Columns *c, const LaneBank *b, const LaneGroup *g)
{
    for (uint32_t i = 0; i < b->rma_count; i++)
        if (!c->k->is_ordinary(g->rma[i].y, LANES)) return false;
    return true;
}

/* Rises, falls and their averages are not negative. */
static BankNumbers numbers_of(const LaneBank *b, bool is_ordinary)
{
    if (!is_ordinary) return BANK_ANY;
    return b->has_means ? BANK_ORDINARY : BANK_POSITIVE;
}

/* Where a part leaves the present packed word. */
static double *room_of(LaneGroup *g, const Row *r, const BankGroup *part)
{
    return g->rooms[r->op == OP_EMA ? part - g->ema : BANK_EMA + (part - g->rma)];
}

/* Inputs of a bank that is RISING are what they rise and fall from. */
static void aim_rising(Columns *c, const LaneBank *b, uint32_t group, uint32_t from, BankGroup *rma)
{
    for (uint32_t i = 0; i < b->rma_count; i++) {
        rma[i].x = c->packed[group][0] + (size_t)(from % WORD + 1) * LANES;
        rma[i].before = rma[i].x - LANES;
    }
}

/* Points a part of a group at its inputs and outputs from step `from` of the packed word on. */
static void aim(Columns *c, LaneBank *b, const Row *r, uint32_t group, uint32_t half, uint32_t from,
                BankGroup *part)
{
    part->x = (r->op == OP_RSI ? c->packed[group][1 + half] : c->packed[group][0]) +
              (size_t)(from % WORD + 1) * LANES;
    part->out = room_of(&b->groups[group], r, part) + (size_t)(from % WORD) * LANES;
}

static uint32_t halves(const Row *r)
{
    return r->op == OP_RSI ? 2 : 1;
}

static void aim_group(Columns *c, LaneBank *b, uint32_t group, uint32_t from)
{
    LaneGroup *g = &b->groups[group];
    uint32_t ema = 0, rma = 0;

    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (uint32_t half = 0; half < halves(r); half++)
            aim(c, b, r, group, half, from, r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++]);
    }
}

/* Steps [from, to) of one word of some groups that advance together. */
static void run_steps(Columns *c, LaneBank *b, uint32_t first, uint32_t last, uint32_t from,
                      uint32_t to)
{
    BankGroup all_ema[BANK_EMA], all_rma[BANK_RMA];
    uint32_t ema = 0, rma = 0;
    bool is_fine = true;
    BankNumbers are;

    for (uint32_t g = first; g <= last; g++)
        is_fine = is_fine && are_ordinary(c, b, &b->groups[g]);
    are = is_fine && is_rising(c, b) ? BANK_RISING : numbers_of(b, is_fine);
    for (uint32_t g = first; g <= last; g++) {
        aim_group(c, b, g, from);
        if (are == BANK_RISING)
            aim_rising(c, b, g, from, b->groups[g].rma);
        else if (is_rising(c, b))
            find_changes(c, g);
        memcpy(all_ema + ema, b->groups[g].ema, b->ema_count * sizeof *all_ema);
        memcpy(all_rma + rma, b->groups[g].rma, b->rma_count * sizeof *all_rma);
        ema += b->ema_count;
        rma += b->rma_count;
    }
    c->k->bank(all_ema, ema, all_rma, rma, to - from, are);
    for (uint32_t g = last + 1; g-- > first;) {
        ema -= b->ema_count;
        rma -= b->rma_count;
        memcpy(b->groups[g].ema, all_ema + ema, b->ema_count * sizeof *all_ema);
        memcpy(b->groups[g].rma, all_rma + rma, b->rma_count * sizeof *all_rma);
    }
}

/* The packed word of one part that begins with step `from`, lane by lane. */
static void unpack_part(Columns *c, const Row *r, uint32_t group, uint32_t half, uint32_t from,
                        const double *room)
{
    double *to[LANES];

    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t lane = group * LANES + l;
        bool is_alone = lane < c->lane_count && c->lanes[lane].is_stepped;

        to[l] = is_alone ? c->scratch : lane_of(c, r->out[half], lane) + from;
    }
    c->k->unpack(to, room, WORD);
}

static void unpack_group(Columns *c, LaneBank *b, uint32_t group, uint32_t from)
{
    LaneGroup *g = &b->groups[group];
    uint32_t ema = 0, rma = 0;

    if (from >= c->slot_ticks) return; /* seeds of slots that are shorter: all of those go alone */
    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (uint32_t half = 0; half < halves(r); half++)
            unpack_part(c, r, group, half, from,
                        room_of(g, r, r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++]));
    }
}

static void store_bank(Columns *c, LaneBank *b, uint32_t group, uint32_t end)
{
    LaneGroup *g = &b->groups[group];
    uint32_t ema = 0, rma = 0;

    for (uint32_t i = 0; i < b->row_count; i++) {
        const Row *r = &c->rows[b->rows[i]];

        for (uint32_t half = 0; half < halves(r); half++)
            store(c, r, group, r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++], half, end);
    }
}

/* The first end of a lane of these groups behind step `from`, at most `to`. */
static uint32_t next_end(const Columns *c, uint32_t first, uint32_t last, uint32_t from,
                         uint32_t to)
{
    for (uint32_t l = first * LANES; l < (last + 1) * LANES && l < c->lane_count; l++)
        if (length(&c->lanes[l]) > from && length(&c->lanes[l]) < to) to = length(&c->lanes[l]);
    return to;
}

/* ---- seeds ---------------------------------------------------------------------------------------- */

typedef struct SeedSum {
    double sum[LANES], comp[LANES];
} SeedSum;

/* Steps of a row's part before which it has no value: nothing is known of it, of RSI no movement. */
static void put_nothing(const Row *r, double *out, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; from + i / LANES < to; i++)
        out[i] = r->op == OP_RSI ? 0 : UNKNOWN;
}

/* The step behind the seeds: the first average. */
static void end_seed(const Row *r, double *room, const SeedSum *s, BankGroup *part)
{
    double *out = room + (size_t)((seed_steps(r) - 1) % WORD) * LANES;

    for (uint32_t l = 0; l < LANES; l++) {
        part->k[l] = r->op == OP_EMA ? r->link->alpha : r->link->before;
        part->n[l] = r->link->count;
        part->y[l] = (s->sum[l] + s->comp[l]) / r->link->count;
        out[l] = part->y[l] + 0.0;
    }
}

/* One packed word of a part's steps, as far as the bank's seeds reach. */
static void seed_part(Columns *c, LaneBank *b, const Row *r, uint32_t group, uint32_t half,
                      uint32_t word, SeedSum *s, BankGroup *part)
{
    uint32_t begin = r->op == OP_RSI, end = seed_steps(r), last = word + WORD;
    uint32_t from = word > begin ? word : begin;
    double *room = room_of(&b->groups[group], r, part);

    if (last > b->seeds) last = b->seeds;
    if (from < end) {
        uint32_t to = last < end ? last : end;

        aim(c, b, r, group, half, from, part);
        c->k->seed(s->sum, s->comp, part->x, to - from);
        put_nothing(r, room, word, to);
        if (to < end) return;
        end_seed(r, room, s, part);
    }
    from = word > end ? word : end;
    if (from >= last) return;
    aim(c, b, r, group, half, from, part);
    if (r->op == OP_EMA)
        c->k->bank(part, 1, NULL, 0, last - from, BANK_ORDINARY);
    else
        c->k->bank(NULL, 0, part, 1, last - from, numbers_of(b, c->k->is_ordinary(part->y, LANES)));
}

/* The first word of all lanes is on its way before one of them is waited for. */
static void expect_group(const Columns *c, const LaneBank *b, uint32_t group)
{
    for (uint32_t l = group * LANES; l < (group + 1) * LANES && l < c->lane_count; l++)
        expect(c, &c->lanes[l], &c->rows[b->rows[0]], 0);
}

/* As many steps as seeds take; `steps`: so many are needed. */
static void seed_group(Columns *c, LaneBank *b, uint32_t group, uint32_t steps)
{
    LaneGroup *g = &b->groups[group];
    SeedSum sums[BANK_EMA + BANK_RMA];

    memset(sums, 0, sizeof sums);
    expect_group(c, b, group);
    for (uint32_t word = 0; word < b->seeds; word += WORD) {
        uint32_t ema = 0, rma = 0;

        pack_group(c, b, group, word);
        for (uint32_t i = 0; i < b->row_count; i++) {
            const Row *r = &c->rows[b->rows[i]];

            for (uint32_t half = 0; half < halves(r); half++) {
                SeedSum *s = &sums[ema + rma];
                BankGroup *part = r->op == OP_EMA ? &g->ema[ema++] : &g->rma[rma++];

                seed_part(c, b, r, group, half, word, s, part);
            }
        }
        if (word + WORD <= b->seeds || steps <= b->seeds) unpack_group(c, b, group, word);
    }
    store_bank(c, b, group, b->seeds);
    g->done = b->seeds;
}

/* ---- as far as somebody asks ---------------------------------------------------------------------- */

static void step_alone(Columns *c, const LaneBank *b, uint32_t group)
{
    for (uint32_t l = group * LANES; l < (group + 1) * LANES && l < c->lane_count; l++)
        for (uint32_t i = 0; c->lanes[l].is_stepped && i < b->row_count; i++)
            step_lane(c, &c->rows[b->rows[i]], l);
}

/* The next word of some groups, or the rest of one. */
static void advance_word(Columns *c, LaneBank *b, uint32_t first, uint32_t last)
{
    uint32_t done = b->groups[first].done, end = done - done % WORD + WORD;

    for (uint32_t g = first; g <= last; g++)
        pack_group(c, b, g, end - WORD);
    while (done < end) {
        uint32_t to = next_end(c, first, last, done, end);

        run_steps(c, b, first, last, done, to);
        for (uint32_t g = first; g <= last; g++)
            store_bank(c, b, g, to);
        done = to;
    }
    for (uint32_t g = first; g <= last; g++) {
        unpack_group(c, b, g, end - WORD);
        b->groups[g].done = end;
    }
}

/* Lets a bank advance until the first `steps` steps of its lanes are there. */
static void need(Columns *c, LaneBank *b, uint32_t group, uint32_t steps)
{
    uint32_t first = b->is_joint ? 0 : group;
    uint32_t last = b->is_joint ? (c->lane_count - 1) / LANES : group;

    for (uint32_t g = first; g <= last; g++) {
        if (b->groups[g].done) continue;
        step_alone(c, b, g);
        seed_group(c, b, g, steps);
    }
    while (b->groups[group].done < steps)
        advance_word(c, b, first, last);
}

/* ---- moving sums ---------------------------------------------------------------------------------- */

/* Sums of the slot's first values, up to the first `count`. */
static const int64_t *slot_sums(Columns *c, const Row *r, uint32_t lane, uint32_t count)
{
    const int64_t *sums = r->sums + (size_t)lane * c->lane_stride;
    uint32_t *len = &r->sums_len[lane];

    while (*len < count) {
        bool is_fine;

        add_sums(c, r, lane, input(c, r, lane, *len, &is_fine));
    }
    return sums;
}

static void step_sums(Columns *c, Row *r)
{
    for (uint32_t l = 0; l < c->lane_count; l++) {
        r->sums_len[l] = 0;
        if (c->lanes[l].is_stepped)
            step_lane(c, r, l);
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

        lane->is_stepped = length(lane) < c->seeds;
        for (uint32_t i = 0; i < c->row_count; i++) {
            if (!c->rows[i].is_lane) continue;
            memory_reset(c->rows[i].link, memory_of(lane, &c->rows[i]));
            lane->is_stepped |= !is_lane_fine(c, &c->rows[i], l);
        }
    }
    for (uint32_t g = 0; g < LANE_GROUPS; g++) {
        c->packed_for[g] = NULL;
        for (uint32_t i = 0; i < c->bank_total; i++)
            c->banks[i].groups[g].done = 0;
    }
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

/* Sums of the n values up to each of 64 steps; lanes have room behind the last of them. */
static void slide(int64_t window[WORD], const int64_t *sums, uint32_t from, uint32_t n)
{
    const uint64_t *to = (const uint64_t *)(const void *)(sums + from);

    for (uint32_t i = 0; from < n && i < WORD; i++)
        window[i] = (int64_t)(to[i] - (from + i >= n ? to[(int64_t)i - n] : 0));
    for (uint32_t i = 0; from >= n && i < WORD; i++)
        window[i] = (int64_t)(to[i] - to[(int64_t)i - n]);
}

static const double *sums_num(Columns *c, const Row *r)
{
    uint32_t from = c->first - c->lanes[c->lane].slot.begin, n = r->link->n;
    const int64_t *sums = slot_sums(c, r, c->lane, from + c->count);
    double *room = c->room[r->node];
    int64_t window[WORD];

    slide(window, sums, from, n);
    c->k->quotients(room, window, r->link->divisor);
    for (uint32_t i = 0; i < c->count && from + i + 1 < n; i++)
        room[i] = UNKNOWN;
    return room;
}

const double *lanes_num(Columns *c, const Row *r)
{
    const Lane *l = &c->lanes[c->lane];
    uint32_t from = c->first - l->slot.begin;
    const double *out = lane_of(c, r->out[0], c->lane) + from;

    if (r->way == ROW_SUMS && !l->is_stepped) return sums_num(c, r);
    if (r->way == ROW_AVERAGES) need(c, &c->banks[r->bank], c->lane / LANES, from + c->count);
    if (l->is_stepped || r->op != OP_RSI) return out;
    c->k->strengths(c->room[r->node], out, lane_of(c, r->out[1], c->lane) + from);
    return c->room[r->node];
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

/* Averages stand there; so many values went into their seeds. */
static void note_seeded(const Row *r, void *memory)
{
    if (r->op == OP_RSI)
        ((MemRsi *)memory)->count = r->link->n + 1U;
    else
        ((MemMean *)memory)->count = r->link->n;
}

static void settle_row(Columns *c, const Row *r, const Lane *l)
{
    void *memory = memory_of(l, r);

    if (r->way == ROW_AVERAGES) need(c, &c->banks[r->bank], c->lane / LANES, length(l));
    if (!l->is_stepped && r->way == ROW_SUMS) settle_sums(c, r, memory);
    if (!l->is_stepped && r->way == ROW_AVERAGES) note_seeded(r, memory);
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
