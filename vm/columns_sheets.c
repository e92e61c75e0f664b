/* columns_sheets.c — sheets: up to 1,024 ticks at once.
 *
 * Rows advance over all words of a sheet before anything is asked.  A condition is worked out term by term,
 * each over all words it still matters in, so that a run of ticks costs one pass over its masks; ticks
 * at which it is false are then passed without a word. */
#include "vm/base/bug.h"
#include "vm/columns_inside.h"

void columns_stretch(Columns *c, uint32_t first, uint32_t end)
{
    c->stretch++;
    c->run++;
    c->stretch_first = first;
    c->stretch_end = end;
}

void columns_rerun(Columns *c)
{
    c->run++;
}

/* ---- sheets ------------------------------------------------------------------------------------ */

uint32_t columns_sheet_most(const Columns *c)
{
    return c->sheet_most;
}

static uint32_t words_of(const Columns *c)
{
    return (c->sheet_end - c->sheet_first + WORD - 1) / WORD;
}

static void begin_word(Columns *c, uint32_t word)
{
    uint32_t first = c->sheet_first + word * WORD, left = c->sheet_end - first;

    columns_begin(c, first, left < WORD ? left : WORD);
}

/* The lane that the tick lies in. */
static void find_lane(Columns *c, uint32_t tick)
{
    while (c->lane < c->lane_count && tick >= c->lanes[c->lane].slot.end)
        c->lane++;
}

void columns_sheet(Columns *c, uint32_t first, uint32_t count, const int64_t *now_us)
{
    BUG_IF(!count || count > c->sheet_most);
    c->sheet++;
    c->sheet_first = first;
    c->sheet_end = first + count;
    find_lane(c, first);
    if (c->warm) warm_sheet(c);
    for (uint32_t w = 0; w < words_of(c); w++) {
        begin_word(c, w);
        c->now_us = now_us + w * WORD;
        if (!rows_advance(c)) return;
    }
}

uint32_t columns_sheet_end(const Columns *c, uint32_t tick)
{
    bool is_there = c->sheet_most > WORD && tick >= c->sheet_first && tick < c->sheet_end;

    return is_there ? c->sheet_end : tick;
}

bool columns_are_free(Columns *c, uint32_t first)
{
    if (c->lane_rows < c->row_count) return false;
    find_lane(c, first);
    return !c->row_count || c->lane < c->lane_count;
}

void columns_pass(Columns *c, uint32_t first, uint32_t count)
{
    if (c->lane < c->lane_count && first + count == c->lanes[c->lane].slot.end) lanes_settle(c);
}

/* ---- conditions -------------------------------------------------------------------------------- */

static uint64_t shifted(uint64_t low, uint64_t high, uint32_t by)
{
    return by ? low >> by | high << (WORD - by) : low;
}

bool sheet_has(const Columns *c, uint16_t at)
{
    return c->sheet_stamps[at] == c->sheet && c->first >= c->sheet_first &&
           c->first + c->count <= c->sheet_end;
}

Mask sheet_mask(const Columns *c, uint16_t at)
{
    uint32_t offset = c->first - c->sheet_first, by = offset % WORD;
    const Mask *m = &c->sheets[at][offset / WORD];

    return (Mask){shifted(m[0].is_true, m[1].is_true, by),
                  shifted(m[0].is_false, m[1].is_false, by)};
}

static void work_out_leaf(Columns *c, uint16_t at, uint32_t words)
{
    const Steady *s = c->nodes[at].kind == NODE_COMPARE ? steady_of(c, at) : NULL;

    for (; words; words &= words - 1) {
        uint32_t w = (uint32_t)__builtin_ctz(words);

        if (s) {
            c->sheets[at][w] = steady_mask(s, c->sheet_first + w * WORD, WORD);
        } else {
            begin_word(c, w);
            c->sheets[at][w] = columns_leaf(c, at);
        }
    }
}

/* Those words in which an AND is not false, an OR not true throughout already. */
static uint32_t undecided(const Columns *c, uint16_t at, uint8_t op, uint32_t words)
{
    uint32_t open = 0, last = words_of(c) - 1,
             rest = (c->sheet_end - c->sheet_first - 1) % WORD + 1;

    for (; words; words &= words - 1) {
        uint32_t w = (uint32_t)__builtin_ctz(words);
        const Mask *m = &c->sheets[at][w];
        uint64_t decided = op == OP_AND ? m->is_false : m->is_true;

        if (w == last) decided |= ~(UINT64_MAX >> (WORD - rest));
        open |= (uint32_t)(decided != UINT64_MAX) << w;
    }
    return open;
}

static void join(Columns *c, uint16_t at, uint32_t words)
{
    const Node *n = &c->nodes[at];
    const Mask none = {0, 0};

    for (; words; words &= words - 1) {
        uint32_t w = (uint32_t)__builtin_ctz(words);
        Mask a = c->sheets[n->a][w], b = n->b == NO_NODE ? none : c->sheets[n->b][w];

        c->sheets[at][w] =
            columns_join(n->kind, n->op, a, b, n->c == NO_NODE ? none : c->sheets[n->c][w]);
    }
}

/* The cheaper side first; the other one where it matters. */
static void work_out_short(Columns *c, uint16_t at, uint32_t words)
{
    const Node *n = &c->nodes[at];
    bool swap = c->nodes[n->b].cost < c->nodes[n->a].cost;
    uint16_t first = swap ? n->b : n->a;
    uint32_t open;

    sheet_work_out(c, first, words);
    open = undecided(c, first, n->op, words);
    for (uint32_t rest = words & ~open; rest; rest &= rest - 1)
        c->sheets[at][__builtin_ctz(rest)] = c->sheets[first][__builtin_ctz(rest)];
    if (!open) return;
    sheet_work_out(c, swap ? n->a : n->b, open);
    join(c, at, open);
}

void sheet_work_out(Columns *c, uint16_t at, uint32_t words)
{
    const Node *n = &c->nodes[at];
    bool is_joined = n->kind == NODE_LOGIC || n->kind == NODE_CHOICE || n->kind == NODE_WITHIN;

    if (n->kind == NODE_LOGIC && (n->op == OP_AND || n->op == OP_OR)) {
        work_out_short(c, at, words);
        return;
    }
    if (!is_joined) {
        work_out_leaf(c, at, words);
        return;
    }
    sheet_work_out(c, n->a, words);
    if (n->b != NO_NODE) sheet_work_out(c, n->b, words);
    if (n->c != NO_NODE) sheet_work_out(c, n->c, words);
    join(c, at, words);
}

/* ---- passing ----------------------------------------------------------------------------------- */

static uint32_t steady_false_until(const Steady *s, uint32_t first, uint32_t limit)
{
    if (first >= s->flip) return s->after == COND_FALSE ? limit : first;
    if (s->before != COND_FALSE) return first;
    return s->after == COND_FALSE || s->flip > limit ? limit : s->flip;
}

uint32_t steady_until(Columns *c, uint16_t at, uint32_t first, uint32_t limit)
{
    const Node *n = &c->nodes[at];
    const Steady *s;
    uint32_t a;

    switch ((NodeKind)n->kind) {
    case NODE_COMPARE:
        s = steady_of(c, at);
        return s ? steady_false_until(s, first, limit) : first;
    case NODE_WITHIN: /* false needs all three known, and they are when both comparisons are */
        if (!steady_of(c, n->a) || !steady_of(c, n->b)) return first;
        break;
    case NODE_LOGIC:
        if (n->op == OP_AND) break;
        return first;
    default:
        return first;
    }
    a = steady_until(c, n->a, first, limit);
    return a > first ? a : steady_until(c, n->b, first, limit);
}

/* The first tick from `first` on, at most `limit`, at which the condition is not false. */
static uint32_t open_from(const Columns *c, uint16_t at, uint32_t first, uint32_t limit)
{
    uint32_t offset = first - c->sheet_first, end = limit - c->sheet_first, w = offset / WORD;
    uint64_t open = ~c->sheets[at][w].is_false & UINT64_MAX << offset % WORD;

    while (!open && (w + 1) * WORD < end)
        open = ~c->sheets[at][++w].is_false;
    if (!open) return limit;
    offset = w * WORD + (uint32_t)__builtin_ctzll(open);
    return offset < end ? c->sheet_first + offset : limit;
}

uint32_t columns_false_until(Columns *c, uint16_t reg, uint32_t first, uint32_t limit)
{
    uint16_t at = c->cond_of[reg];

    BUG_IF(columns_sheet_end(c, first) == first);
    if (limit > c->sheet_end) limit = c->sheet_end;
    if (c->nodes[at].is_volatile) return steady_until(c, at, first, limit);
    if (c->sheet_stamps[at] != c->sheet) {
        sheet_work_out(c, at, (1U << words_of(c)) - 1);
        c->sheet_stamps[at] = c->sheet;
    }
    return open_from(c, at, first, limit);
}
