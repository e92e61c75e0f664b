/* columns_build.c — making columns: the graph of a block, who reads of it, and memory for both.
 *
 * Promise: there are no columns where some word does not fit, and a reason. */
#include "vm/columns_build.h"

#include "vm/base/bug.h"

enum { SLOT_TICKS_MAX = 4096 };

/* ---- what others read ---------------------------------------------------------------------------- */

static void note(uint16_t *list, uint32_t *count, uint16_t value)
{
    for (uint32_t i = 0; i < *count; i++)
        if (list[i] == value) return;
    list[(*count)++] = value;
}

static void note_operand(Columns *c, uint16_t opnd)
{
    uint16_t index = opnd & OPND_INDEX;

    if ((opnd & OPND_FILE) == OPND_SHARED && c->num_of[index] != NO_NODE)
        note(c->out_nums, &c->out_num_count, index);
    if ((opnd & OPND_FILE) == OPND_SHAREDQ && c->cond_of[index] != NO_NODE)
        note(c->out_conds, &c->out_cond_count, index);
}

static void note_word(Columns *c, const uint64_t *w)
{
    const OpInfo *info = op_info(word_op(*w));

    for (int i = 0; i < 3; i++) {
        OperandKind kind = op_operand(info, i);

        if (kind == OPERAND_N || kind == OPERAND_Q || kind == OPERAND_NO)
            note_operand(c, word_operand(*w, i));
    }
    for (int i = 0; word_count(*w) == 2 && i < 3; i++)
        if (i == 0 || word_op(*w) == OP_QUOTE) note_operand(c, word_operand(w[1], i));
}

static void note_wallet_parts(Columns *c)
{
    static const Part parts[] = {PART_V, PART_L, PART_S};

    for (int i = 0; i < 3; i++) {
        const BlockRow *b = image_block(c->vm->image, parts[i], c->event, c->index);

        for (uint32_t at = 0; b && at < b->count;) {
            const uint64_t *w = &c->vm->image->wallet.words[b->first + at];

            note_word(c, w);
            at += word_count(*w);
        }
    }
}

/* Rows whose held output some block loads. */
static void note_held(Columns *c, const CodeSection *code)
{
    for (uint32_t i = 0; i < code->block_count; i++)
        for (uint32_t k = 0; k < code->blocks[i].count;) {
            uint64_t w = code->words[code->blocks[i].first + k];

            for (uint32_t r = 0; word_op(w) == OP_LDS && r < c->row_count; r++)
                if (c->rows[r].link == &c->vm->links[word_b(w)] && !c->rows[r].is_plain)
                    note(c->held_rows, &c->held_row_count, (uint16_t)r);
            k += word_count(w);
        }
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static uint64_t tick_clock(const Image *img, uint8_t market)
{
    uint64_t clock = 0;

    for (uint32_t i = 0; i < img->clocks_count; i++)
        if (img->clocks[i].kind == CLOCK_TICK && img->clocks[i].index == market)
            clock |= UINT64_C(1) << i;
    return clock;
}

static uint64_t boundary_clocks(const Image *img)
{
    uint64_t clocks = 0;

    for (uint32_t i = 0; i < img->clocks_count; i++)
        if (img->clocks[i].kind == CLOCK_EVERY) clocks |= UINT64_C(1) << i;
    return clocks;
}

/* What may move between ticks. */
static bool find_watched(Columns *c, Arena *arena)
{
    c->watched = arena_array(arena, uint16_t, c->node_count + 1);
    c->watched_bits = arena_array(arena, uint64_t, c->node_count + 1);
    for (uint32_t i = 0; i < c->node_count && !arena_is_full(arena); i++) {
        const Node *n = &c->nodes[i];

        if (n->kind == NODE_HELD)
            c->watched[c->watched_count++] = (uint16_t)i;
        else if (n->kind == NODE_INPUT || n->kind == NODE_BOOK || n->kind == NODE_ROW)
            c->is_restless |= n->is_volatile;
    }
    return !arena_is_full(arena);
}

/* The same words for each further instance. */
static bool add_further(Builder *b, const ColumnVariants *more, Arena *arena)
{
    const ImageMeta *m = b->c->vm->image->meta;

    b->is_further = true;
    b->num_of = build_nothing(m->shared_regs, arena);
    b->cond_of = build_nothing(m->shared_qregs, arena);
    if (arena_is_full(arena)) return false;
    for (uint32_t v = 0; v < more->count && !b->why; v++) {
        b->vm = more->vms[v];
        build_words(b);
        for (uint32_t i = 0; i < more->cond_count; i++)
            more->nodes[v * more->cond_count + i] = b->cond_of[more->conds[i]];
    }
    return true;
}

/* With room for at most so many nodes. */
static Columns *build(Vm *vm, EventKind event, uint8_t market, const Kernels *kernels,
                      const ColumnSource *source, uint32_t slot_ticks, const ColumnVariants *more,
                      uint32_t limit, Arena *arena, ColumnsWhy *ret_why)
{
    static const uint64_t nothing_to_do = OP_END;
    uint16_t index = event == EV_TICK ? market : 0;
    const BlockRow *block = image_block(vm->image, PART_U, event, index);
    Columns *c = arena_new(arena, Columns);
    Builder b = {.c = c,
                 .vm = vm,
                 .words = &nothing_to_do,
                 .count = 1,
                 .market = market,
                 .has_more = more != NULL,
                 .is_between = event == EV_BOUNDARY};

    *ret_why = COLUMNS_FINE;
    if (arena_is_full(arena)) return NULL;
    if (block) {
        b.words = vm->image->shared.words + block->first;
        b.count = block->count;
    }
    c->vm = vm;
    c->k = kernels;
    c->source = *source;
    c->event = (uint16_t)event;
    c->index = index;
    b.tick_clock = tick_clock(vm->image, market);
    c->clock = event == EV_TICK ? b.tick_clock : boundary_clocks(vm->image);
    c->is_bounded = source->between || event != EV_TICK;
    if (source->between && source->between->is_tied) slot_ticks = 0; /* rows go in order */
    c->slot_ticks = slot_ticks <= SLOT_TICKS_MAX ? (slot_ticks + WORD - 1) / WORD * WORD : 0;
    c->lane_bytes = (vm->image->meta->shared_state + 15U) & ~15U;
    if (!build_rooms(&b, more ? more->count : 0, limit, arena)) return NULL;
    c->wakes = vm_wakes(vm, event, index, arena);
    build_words(&b);
    if (!build_wallet(&b, arena)) return NULL;
    c->first_rows = c->row_count;
    if (more && !b.why && !add_further(&b, more, arena)) return NULL;
    *ret_why = b.why;
    if (b.why || !build_lane_rooms(c, arena)) return NULL;
    note_wallet_parts(c);
    note_held(c, &vm->image->shared);
    note_held(c, &vm->image->wallet);
    if (!find_watched(c, arena)) return NULL;
    if (!joint_tie(c)) *ret_why = COLUMNS_MIXED;
    if (!build_sheet_rooms(c, more == NULL, arena) || !warm_plan(c, arena)) return NULL;
    for (uint32_t i = 0; i < c->out_cond_count; i++)
        if (c->nodes[c->cond_of[c->out_conds[i]]].kind == NODE_ARM) *ret_why = COLUMNS_SETS;
    return *ret_why ? NULL : c;
}

/* Many instances have many nodes if they have little in common, which most have: half a kilobyte of room for each
 * node that might be there takes longer to come by than a second try. */
Columns *columns_new(Vm *vm, uint8_t market, const Kernels *kernels, const ColumnSource *source,
                     uint32_t slot_ticks, const ColumnVariants *more, Arena *arena,
                     ColumnsWhy *ret_why)
{
    ArenaMark mark = arena_mark(arena);
    Columns *c = build(vm, EV_TICK, market, kernels, source, slot_ticks, more, MAX_COLUMN_NODES,
                       arena, ret_why);

    if (c || !more || *ret_why != COLUMNS_SIZE) return c;
    arena_release(arena, mark);
    return build(vm, EV_TICK, market, kernels, source, slot_ticks, more, MAX_VARIED_NODES, arena,
                 ret_why);
}

Columns *columns_new_between(Vm *vm, uint8_t market, const Kernels *kernels,
                             const ColumnSource *source, Arena *arena, ColumnsWhy *ret_why)
{
    return build(vm, EV_BOUNDARY, market, kernels, source, 0, NULL, MAX_COLUMN_NODES, arena,
                 ret_why);
}

void columns_abreast(Columns *c, const ColumnSlot *slots, uint32_t count, bool has_more)
{
    BUG_IF(!columns_have_lanes(c) || count > COLUMN_SLOTS);
    if (c->warm) warm_slots(c, slots, count);
    if (!c->lane_rows) return;
    c->lane = 0;
    c->lane_count = count;
    for (uint32_t i = 0; i < count; i++) {
        BUG_IF(slots[i].end <= slots[i].begin || slots[i].end - slots[i].begin > c->slot_ticks);
        c->lanes[i].slot = slots[i];
        c->lanes[i].is_needed = c->held_row_count || (i + 1 == count && !has_more);
    }
    lanes_begin(c);
    c->epoch++;
}
