/* columns_rooms.c — memory of columns: by node, by row and lane, by sheet.
 *
 * Rooms of nodes are taken before the graph is made, as many as its words may need; those of lanes and
 * sheets behind it, for the rows that are there. */
#include <string.h>

#include "vm/columns_build.h"

uint16_t *build_nothing(uint32_t count, Arena *arena)
{
    uint16_t *list = arena_array(arena, uint16_t, count + 1);

    if (!arena_is_full(arena)) memset(list, 0xFF, (count + 1) * sizeof *list);
    return list;
}

static uint32_t at_most(uint64_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* For so many instances beside the first. */
bool build_rooms(Builder *b, uint32_t further, uint32_t limit, Arena *arena)
{
    Columns *c = b->c;
    const ImageMeta *m = c->vm->image->meta;
    const BlockRow *own = image_block(c->vm->image, PART_V, EV_TICK, b->market);
    uint32_t words = b->count + (own && !further ? own->count : 0), most, rows;
    uint64_t all = (uint64_t)words * (further + 1U);

    b->most = most = at_most(all * 4 + 1, limit);
    b->most_rows = rows = further ? at_most(all, MAX_VARIED_ROWS) : words;

    c->nodes = arena_array(arena, Node, most);
    c->stamps = arena_array(arena, uint32_t, most);
    c->room = arena_alloc_array(arena, most, sizeof *c->room);
    c->nums = arena_array(arena, const double *, most);
    c->masks = arena_array(arena, Mask, most);
    c->sheet_stamps = arena_array(arena, uint32_t, most);
    c->is_fine = arena_array(arena, bool, most);
    c->steady = arena_array(arena, Steady, most);
    c->num_of = build_nothing(m->shared_regs, arena);
    c->cond_of = build_nothing(m->shared_qregs, arena);
    c->out_nums = build_nothing(m->shared_regs, arena);
    c->out_conds = build_nothing(m->shared_qregs, arena);
    c->rows = arena_array(arena, Row, rows + 1);
    c->edges = arena_array(arena, Edge, words + 1);
    c->sets = arena_array(arena, EdgeSet, words + 1);
    c->held_rows = build_nothing(words, arena);
    c->kept = arena_array(arena, Held, words + 1);
    b->num_of = c->num_of;
    b->cond_of = c->cond_of;
    if (further) {
        b->heads = build_nothing(BUCKETS, arena);
        b->next = build_nothing(most, arena);
    }
    return !arena_is_full(arena);
}

/* Sums of a slot's first values do not depend on the window. */
static bool find_sums(const Columns *c, Row *r)
{
    for (const Row *o = c->rows; o < r; o++) {
        if (!o->is_lane || o->way != ROW_SUMS || o->x != r->x) continue;
        r->sums = o->sums;
        r->sums_len = o->sums_len;
        return true;
    }
    return false;
}

double *columns_lines(size_t count, Arena *arena)
{
    double *room = arena_array(arena, double, count + LANES - 1);
    size_t beyond = (uintptr_t)room / sizeof *room % LANES;

    if (arena_is_full(arena)) return NULL;
    return room + (LANES - beyond) % LANES;
}

static bool take_row_rooms(Columns *c, Row *r, Arena *arena)
{
    size_t values = (size_t)COLUMN_SLOTS * c->lane_stride;

    r->out[0] = columns_lines(values, arena);
    if (r->op == OP_RSI) r->out[1] = columns_lines(values, arena);
    if (r->way == ROW_SUMS && !find_sums(c, r)) {
        r->sums = arena_array(arena, int64_t, values);
        r->sums_len = arena_array(arena, uint32_t, COLUMN_SLOTS);
    }
    return !arena_is_full(arena);
}

static bool take_bank_rooms(Columns *c, Arena *arena)
{
    for (uint32_t b = 0; b < c->bank_total; b++)
        for (int g = 0; g < LANE_GROUPS; g++)
            for (uint32_t p = 0; p < BANK_EMA + BANK_RMA; p++) {
                bool is_used =
                    p < BANK_EMA ? p < c->banks[b].ema_count : p - BANK_EMA < c->banks[b].rma_count;

                if (is_used) c->banks[b].groups[g].rooms[p] = columns_lines(WORD * LANES, arena);
            }
    return !arena_is_full(arena);
}

bool build_lane_rooms(Columns *c, Arena *arena)
{
    if (!c->lane_rows) return true;
    c->lanes = arena_array(arena, Lane, COLUMN_SLOTS);
    c->lane_stride = c->slot_ticks + WORD + LANES; /* no power of two */
    c->lane_x = arena_alloc_array(arena, COLUMN_SLOTS, sizeof *c->lane_x);
    c->zeros = arena_array(arena, double, WORD);
    c->scratch = arena_array(arena, double, WORD);
    c->packed_sums = columns_lines(WORD * LANES, arena);
    for (int i = 0; i < 3; i++)
        for (int g = 0; g < LANE_GROUPS; g++)
            c->packed[g][i] = columns_lines((WORD + 1) * LANES, arena);
    if (arena_is_full(arena)) return false;
    for (int i = 0; i < COLUMN_SLOTS; i++)
        c->lanes[i].memory = arena_alloc(arena, c->lane_bytes);
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_lane && !take_row_rooms(c, &c->rows[i], arena)) return false;
    return lanes_plan(c, arena) && take_bank_rooms(c, arena);
}

/* What nobody looks at between ticks, and no other instance shares, goes by sheets. */
bool build_sheet_rooms(Columns *c, bool is_alone, Arena *arena)
{
    bool has_sheets = is_alone && !c->held_row_count && !c->edge_count && !c->is_bounded;

    c->sheet_most = has_sheets && !c->has_plain ? COLUMN_SHEET : WORD;
    c->sheets = arena_alloc_array(arena, c->node_count, sizeof *c->sheets);
    for (uint32_t i = 0; i < c->row_count; i++) {
        Row *r = &c->rows[i];
        uint32_t parts = r->op == OP_RSI ? 2 : r->way == ROW_SUMS;

        r->whole = arena_array(arena, double, c->sheet_most + WORD);
        for (uint32_t p = 0; p < parts; p++)
            r->parts[p] = arena_array(arena, double, c->sheet_most + WORD);
    }
    return !arena_is_full(arena);
}
