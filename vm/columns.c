/* columns.c — see columns.h: values of a word of ticks, worked out when asked for. */
#include "vm/columns.h"

#include <string.h>

#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/columns_inside.h"

const char *columns_sentence(ColumnsWhy why)
{
    static const char *const sentences[COLUMNS_WHY_COUNT] = {
#define COLUMNS(name, sentence) [COLUMNS_##name] = sentence,
#include "vm/columns.def"
#undef COLUMNS
    };

    return (uint32_t)why < COLUMNS_WHY_COUNT ? sentences[why] : "?";
}

/* ---- words ------------------------------------------------------------------------------------- */

void columns_begin(Columns *c, uint32_t first, uint32_t count)
{
    c->first = first;
    c->count = count;
    c->valid = count == WORD ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    c->epoch++;
    c->held_epoch++;
}

static bool is_ready(const Columns *c, uint16_t at)
{
    return c->stamps[at] == (c->nodes[at].is_volatile ? c->held_epoch : c->epoch);
}

static void set_ready(Columns *c, uint16_t at)
{
    c->stamps[at] = c->nodes[at].is_volatile ? c->held_epoch : c->epoch;
}

/* Does what stands elsewhere stand as it did? */
static bool is_as_before(Columns *c)
{
    bool is_same = !c->is_restless;

    for (uint32_t i = 0; i < c->watched_count; i++) {
        const Node *n = &c->nodes[c->watched[i]];
        uint64_t now =
            n->is_cond ? ((const Held *)n->held)->cond : num_bits(*(const double *)n->held);

        is_same = is_same && now == c->watched_bits[i];
        c->watched_bits[i] = now;
    }
    return is_same;
}

bool columns_moved(Columns *c)
{
    if (is_as_before(c)) return false;
    c->held_epoch++;
    return true;
}

/* ---- conditions -------------------------------------------------------------------------------- */

static Mask mask_of(uint8_t cond)
{
    return (Mask){cond == COND_TRUE ? UINT64_MAX : 0, cond == COND_FALSE ? UINT64_MAX : 0};
}

static Mask logic_and(Mask a, Mask b)
{
    return (Mask){a.is_true & b.is_true, a.is_false | b.is_false};
}

static Mask logic_not(Mask a)
{
    return (Mask){a.is_false, a.is_true};
}

static Mask logic_or(Mask a, Mask b)
{
    return (Mask){a.is_true | b.is_true, a.is_false & b.is_false};
}

static Mask choice(Mask c, Mask a, Mask b)
{
    return (Mask){(c.is_true & a.is_true) | (c.is_false & b.is_true),
                  (c.is_true & a.is_false) | (c.is_false & b.is_false)};
}

static Mask logic(uint8_t op, Mask a, Mask b)
{
    uint64_t known = a.is_true | a.is_false, both = known & (b.is_true | b.is_false);

    switch (op) {
    case OP_AND:
        return logic_and(a, b);
    case OP_OR:
        return logic_or(a, b);
    case OP_NOT:
        return logic_not(a);
    case OP_OTHB:
        return (Mask){a.is_true | (~known & b.is_true), a.is_false | (~known & b.is_false)};
    case OP_KNOWNB:
        return (Mask){known, ~known};
    default: /* EQB */
        return (Mask){both & ~(a.is_true ^ b.is_true), both & (a.is_true ^ b.is_true)};
    }
}

/* Unknown when one of the three is: each of both comparisons is, then. */
static Mask within(Mask low, Mask high)
{
    Mask m = logic_and(low, high);

    m.is_false &= (low.is_true | low.is_false) & (high.is_true | high.is_false);
    return m;
}

Mask columns_join(uint8_t kind, uint8_t op, Mask a, Mask b, Mask c)
{
    if (kind == NODE_WITHIN) return within(a, b);
    return kind == NODE_CHOICE ? choice(a, b, c) : logic(op, a, b);
}

/* AND and OR ask for the cheaper side first; the other one is not asked when it cannot matter. */
static Mask short_logic(Columns *c, const Node *n)
{
    bool swap = c->nodes[n->b].cost < c->nodes[n->a].cost;
    Mask first = columns_mask(c, swap ? n->b : n->a);

    if (n->op == OP_AND && !(~first.is_false & c->valid)) return first;
    if (n->op == OP_OR && !(~first.is_true & c->valid)) return first;
    return logic(n->op, first, columns_mask(c, swap ? n->a : n->b));
}

static uint8_t compare_two(uint8_t op, double a, double b)
{
    switch (op) {
    case OP_LT:
        return ar_lt(a, b);
    case OP_LE:
        return ar_le(a, b);
    case OP_LTQ:
        return ar_ltq(a, b);
    case OP_LEQ:
        return ar_leq(a, b);
    default:
        return COND_UNKNOWN;
    }
}

/* ---- an input and a number ---------------------------------------------------------------------- */

/* The input that a comparison compares with a number; NULL. */
static const Node *compared(const Columns *c, const Node *n)
{
    const Node *a = &c->nodes[n->a], *b = n->b == NO_NODE ? NULL : &c->nodes[n->b];

    if (b && a->kind == NODE_INPUT && b->kind == NODE_FIXED) return a;
    return b && b->kind == NODE_INPUT && a->kind == NODE_FIXED ? b : NULL;
}

/* What it comes to where the input is `x`. */
static uint8_t compare_at(const Columns *c, const Node *n, double x)
{
    bool is_left = c->nodes[n->a].kind == NODE_INPUT;
    double fixed = c->room[is_left ? n->b : n->a][0];

    return is_left ? compare_two(n->op, x, fixed) : compare_two(n->op, fixed, x);
}

bool columns_compared(const Columns *c, const Node *n, uint32_t *ret_input)
{
    const Node *input = compared(c, n);

    if (input) *ret_input = input->row;
    return input != NULL;
}

bool columns_decide(const Columns *c, const Node *n, Mask *ret)
{
    const Node *input = compared(c, n);
    bool is_left = input == &c->nodes[n->a];
    double low, high, fixed;
    uint8_t cond, other;

    if (!input || n->op == OP_EQ || n->op == OP_EQQ) return false;
    if (!c->source.range(c->source.ctx, input->row, c->first, c->count, &low, &high)) return false;
    fixed = c->room[is_left ? n->b : n->a][0];
    cond = is_left ? compare_two(n->op, low, fixed) : compare_two(n->op, fixed, low);
    other = is_left ? compare_two(n->op, high, fixed) : compare_two(n->op, fixed, high);
    if (cond == COND_UNKNOWN || other != cond) return false;
    *ret = mask_of(cond);
    return true;
}

Mask columns_compare(Columns *c, const Node *n)
{
    return c->k->compare[n->op](columns_num(c, n->a),
                                n->b == NO_NODE ? NULL : columns_num(c, n->b));
}

/* ---- what only rises or falls ------------------------------------------------------------------- */

/* The comparison at one tick. */
static uint8_t steady_at(const Columns *c, const Node *n, uint32_t tick)
{
    return compare_at(c, n, c->source.at(c->source.ctx, compared(c, n)->row, tick));
}

static bool is_steady(const Columns *c, const Node *n)
{
    const Node *input = compared(c, n);

    return input && c->source.motions[input->row] >= INPUT_RISES;
}

/* The first tick that is not as the one at `low`; the one at `high` is not. */
static uint32_t find_flip(const Columns *c, const Node *n, const Steady *s, uint32_t low,
                          uint32_t high)
{
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (steady_at(c, n, mid) == s->before)
            low = mid;
        else
            high = mid;
    }
    return high;
}

/* Slots resemble each other: does it turn over where it did the last time it turned over within one? */
static bool flips_again(const Columns *c, const Node *n, Steady *s)
{
    uint32_t guess = c->stretch_first + s->offset;

    if (!s->offset || guess >= c->stretch_end) return false;
    s->after = steady_at(c, n, guess);
    s->before = steady_at(c, n, guess - 1);
    s->flip = guess;
    return s->before != s->after && s->before != COND_UNKNOWN && s->after != COND_UNKNOWN;
}

const Steady *steady_of(Columns *c, uint16_t at)
{
    const Node *n = &c->nodes[at];
    Steady *s = &c->steady[at];
    uint32_t first = c->stretch_first, last = c->stretch_end - 1;
    uint32_t now = n->is_volatile ? c->run : c->stretch;

    if (s->stretch == now) return s->is_known ? s : NULL;
    s->stretch = now;
    s->is_known = is_steady(c, n);
    if (!s->is_known) return NULL;
    if (flips_again(c, n, s)) return s;
    s->before = steady_at(c, n, first);
    s->after = steady_at(c, n, last);
    s->is_known = s->before != COND_UNKNOWN && s->after != COND_UNKNOWN;
    if (!s->is_known) return NULL;
    s->flip = c->stretch_end;
    if (s->before == s->after) return s;
    s->flip = find_flip(c, n, s, first, last);
    s->offset = s->flip - first;
    return s;
}

Mask steady_mask(const Steady *s, uint32_t first, uint32_t count)
{
    Mask before = mask_of(s->before), after = mask_of(s->after);
    uint64_t early;

    if (s->flip >= first + count) return before;
    if (s->flip <= first) return after;
    early = (UINT64_C(1) << (s->flip - first)) - 1;
    return (Mask){(before.is_true & early) | (after.is_true & ~early),
                  (before.is_false & early) | (after.is_false & ~early)};
}

static Mask compare(Columns *c, const Node *n, uint16_t at)
{
    const Steady *s = steady_of(c, at);
    Mask m;

    if (s) return steady_mask(s, c->first, c->count);
    return columns_decide(c, n, &m) ? m : columns_compare(c, n);
}

static Mask work_out_mask(Columns *c, const Node *n, uint16_t at)
{
    switch ((NodeKind)n->kind) {
    case NODE_HELD:
        return mask_of((uint8_t)((const Held *)n->held)->cond);
    case NODE_COMPARE:
        return compare(c, n, at);
    case NODE_WITHIN:
        return within(columns_mask(c, n->a), columns_mask(c, n->b));
    case NODE_LOGIC:
        if (n->op == OP_AND || n->op == OP_OR) return short_logic(c, n);
        return logic(n->op, columns_mask(c, n->a),
                     n->b == NO_NODE ? (Mask){0, 0} : columns_mask(c, n->b));
    case NODE_CHOICE:
        return choice(columns_mask(c, n->a), columns_mask(c, n->b), columns_mask(c, n->c));
    case NODE_BETWEEN:
        return between_mask(c, n);
    case NODE_TICKED:
        return ticked_mask(c, n);
    case NODE_ROW:
        if (c->is_tied) rows_need(c, n->row);
        return c->rows[n->row].is_plain ? c->masks[at] : sheet_mask(c, at);
    default: /* FIXED stand there already */
        return c->masks[at];
    }
}

Mask columns_mask(Columns *c, uint16_t at)
{
    if (is_ready(c, at)) return c->masks[at];
    c->masks[at] = sheet_has(c, at) ? sheet_mask(c, at) : work_out_mask(c, &c->nodes[at], at);
    set_ready(c, at);
    return c->masks[at];
}

Mask columns_leaf(Columns *c, uint16_t at)
{
    const Node *n = &c->nodes[at];

    return n->kind == NODE_COMPARE ? compare(c, n, at) : columns_mask(c, at);
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static const double *all_of(double *room, double x)
{
    for (int i = 0; i < WORD; i++)
        room[i] = x;
    return room;
}

static const double *row_num(Columns *c, uint16_t at)
{
    Row *r = &c->rows[c->nodes[at].row];

    if (r->is_plain) return c->room[at];
    if (c->is_tied) rows_need(c, c->nodes[at].row);
    if (r->is_lane && c->lane < c->lane_count) return lanes_num(c, r);
    if (r->is_warm && warm_is_ahead(c)) return warm_num(c, r);
    return rows_num(c, r);
}

static const double *book_num(Columns *c, const Node *n, double *room)
{
    const double *x = n->a == NO_NODE ? NULL : columns_num(c, n->a);
    TokenBook book;

    for (uint32_t i = 0; i < c->count; i++)
        room[i] = c->source.book(c->source.ctx, (int32_t)n->row, n->op, c->first + i, &book)
                      ? book_value(&book, n->op, n->flags, x ? x[i] : 0)
                      : book_of(c->vm, (double)n->row, n->op, n->flags, x ? x[i] : 0);
    return room;
}

static const double *work_out_num(Columns *c, const Node *n, uint16_t at)
{
    double *room = c->room[at];

    switch ((NodeKind)n->kind) {
    case NODE_INPUT:
        return c->source.fetch(c->source.ctx, n->row, c->first, c->count, room, &c->is_fine[at]);
    case NODE_HELD:
        return all_of(room, *(const double *)n->held);
    case NODE_NUM: {
        const double *a = columns_num(c, n->a);

        c->k->num[n->op](room, a, n->b == NO_NODE ? NULL : columns_num(c, n->b));
        return room;
    }
    case NODE_MICROS:
        c->k->micros(room, columns_num(c, n->a));
        return room;
    case NODE_SELECT: {
        Mask m = columns_mask(c, n->a);

        c->k->select(room, m, columns_num(c, n->b), columns_num(c, n->c));
        return room;
    }
    case NODE_ROW:
        return row_num(c, at);
    case NODE_BETWEEN:
        return between_num(c, n, room);
    case NODE_TICKED:
        return ticked_num(c, n, room);
    case NODE_BOOK:
        return book_num(c, n, room);
    default:
        return room;
    }
}

const double *columns_num(Columns *c, uint16_t at)
{
    if (is_ready(c, at)) return c->nums[at];
    c->nums[at] = work_out_num(c, &c->nodes[at], at);
    set_ready(c, at);
    return c->nums[at];
}

/* ---- the door ---------------------------------------------------------------------------------- */

bool columns_have_lanes(const Columns *c)
{
    return c->lane_rows > 0 || c->warm;
}

/* What held rows hold stays until columns_hold says otherwise; steps do not look at it. */
static void keep_held(Columns *c, Held *kept, bool is_back)
{
    for (uint32_t i = 0; i < c->held_row_count; i++) {
        Held *out = c->rows[c->held_rows[i]].memory;

        if (is_back)
            *out = kept[i];
        else
            kept[i] = *out;
    }
}

void columns_word(Columns *c, uint32_t first, uint32_t count, const int64_t *now_us)
{
    BUG_IF(!count || count > WORD);
    keep_held(c, c->kept, false);
    if (first < c->sheet_first || first + count > c->sheet_end)
        columns_sheet(c, first, count, now_us);
    else
        columns_begin(c, first, count);
    c->now_us = now_us;
    if (c->lane < c->lane_count && first + count == c->lanes[c->lane].slot.end) lanes_settle(c);
    keep_held(c, c->kept, true);
    if (c->is_tied && c->source.between) {
        rows_advance_rest(c->source.between);
        keep_held(c->source.between, c->source.between->kept, true);
    }
}

void columns_slot_open(Columns *c, uint8_t market)
{
    for (uint32_t i = c->first_rows; i < c->row_count; i++) {
        const StateLink *s = c->rows[i].link;

        if (s->life == STATE_SLOT && (s->market == market || (s->slots >> market & 1)))
            memory_reset(s, c->rows[i].memory);
    }
}

Mask columns_cond(Columns *c, uint16_t reg)
{
    return columns_mask(c, c->cond_of[reg]);
}

const Wakes *columns_wakes(const Columns *c)
{
    return &c->wakes;
}

uint32_t columns_own_count(const Columns *c)
{
    return c->own_count;
}

Mask columns_own(Columns *c, uint32_t own)
{
    return columns_mask(c, c->own[own]);
}

uint32_t columns_quote_count(const Columns *c)
{
    return c->quote_count;
}

ColumnQuote columns_quote(Columns *c, uint32_t quote)
{
    const uint16_t *n = c->quotes[quote];
    ColumnQuote q;

    q.bid = columns_num(c, n[QUOTE_BID]);
    q.bid_size = columns_num(c, n[QUOTE_BID_SIZE]);
    q.ask = columns_num(c, n[QUOTE_ASK]);
    q.ask_size = columns_num(c, n[QUOTE_ASK_SIZE]);
    q.refresh = columns_num(c, n[QUOTE_REFRESH]);
    return q;
}

bool columns_are_bounded(const Columns *c)
{
    return c->is_bounded;
}

bool columns_are_stepped(const Columns *c)
{
    return c->has_plain;
}

bool columns_cond_is_stepped(const Columns *c, uint16_t reg)
{
    return c->has_plain && c->nodes[c->cond_of[reg]].is_wild;
}

double columns_row_num(Columns *c, uint32_t row, uint32_t i)
{
    for (uint32_t r = 0; r < c->row_count; r++)
        if (c->rows[r].link == &c->vm->links[row]) return columns_num(c, c->rows[r].node)[i];
    return UNKNOWN;
}

static void put_held(Columns *c, const Row *r, uint32_t i)
{
    Held *out = r->memory;

    if (c->nodes[r->node].is_cond)
        out->cond = columns_cond_at(columns_mask(c, r->node), i);
    else
        out->num = columns_num(c, r->node)[i];
}

void columns_hold(Columns *c, uint32_t i)
{
    for (uint32_t r = 0; r < c->held_row_count; r++)
        put_held(c, &c->rows[c->held_rows[r]], i);
}

void columns_put(Columns *c, uint32_t i)
{
    Vm *vm = c->vm;

    columns_hold(c, i);
    for (uint32_t r = 0; r < c->out_num_count; r++)
        vm->nums[c->out_nums[r]] = columns_num(c, c->num_of[c->out_nums[r]])[i];
    for (uint32_t r = 0; r < c->out_cond_count; r++)
        vm->conds[c->out_conds[r]] =
            columns_cond_at(columns_mask(c, c->cond_of[c->out_conds[r]]), i);
}
