/* words.c — instructions to words, by the operand shapes of vm/shapes.def; lines; the cost of an event. */
#include "compiler/emit/emitter.h"
#include "vm/state/memory.h"

static uint16_t operand(const Emitter *e, uint32_t v)
{
    if (v == IR_NONE) return OPND_NONE;
    if (ir_is_fixed(e->ir, v)) return fixed_operand(&e->consts, e->ir, v);
    return registers_operand(&e->regs, v);
}

static uint32_t size_of(const IrInst *in)
{
    return word_count(word_make((Op)in->op, in->flags, 0, 0, 0));
}

/* Operands a, b, c of both words; arguments are taken in the order of the shape. */
static void take_operands(const Emitter *e, const IrInst *in, uint16_t skip, uint16_t out[6])
{
    uint32_t next = 0;

    for (int i = 0; i < 4; i++) {
        switch (op_operand(op_info(in->op), i)) {
        case OPERAND_DN:
        case OPERAND_DQ:
        case OPERAND_DR:
            out[i] = operand(e, in->value);
            break;
        case OPERAND_N:
        case OPERAND_Q:
        case OPERAND_NO:
            out[i] = operand(e, in->args[next++]);
            break;
        case OPERAND_J:
            out[i] = skip;
            break;
        case OPERAND_NONE:
        case OPERAND_ZERO:
            out[i] = 0;
            break;
        default:
            out[i] = (uint16_t)in->x;
            break;
        }
    }
    out[4] = out[5] = 0;
    if (in->op == OP_ORDER && in->flags & WF_EXT) out[3] = operand(e, in->args[2]);
    if (in->op != OP_QUOTE) return;
    out[4] = operand(e, in->args[3]);
    out[5] = operand(e, in->args[4]);
}

static void put_line(Emitter *e, const IrInst *in, uint8_t section, uint32_t word)
{
    if (e->is_stripped || in->place.end <= in->place.begin) return;
    vec_push(e->arena, &e->lines,
             (LineRow){.section = section,
                       .file = in->place.file,
                       .word = word,
                       .begin = in->place.begin,
                       .end = in->place.end});
}

static uint32_t inst_cost(const Emitter *e, const IrInst *in)
{
    uint32_t cost = op_info(in->op)->cost;
    const IrState *s;

    if (!ir_is_time(in->op)) return cost;
    s = &e->ir->states.items[in->x];
    if (in->op == OP_STDEV || in->op == OP_ZSC || s->kind == SK_VWAPN)
        cost += e->image.state[in->x].max_window / 2;
    return cost;
}

static void put_words(Emitter *e, CodeList *list, const IrBlock *b, const uint32_t *starts,
                      uint32_t at)
{
    const IrInst *in = &b->insts[at];
    uint32_t behind = starts[at] + size_of(in);
    uint16_t skip = in->end == IR_NONE ? 0 : (uint16_t)(starts[in->end] - behind), op[6];

    take_operands(e, in, skip, op);
    vec_push(e->arena, &list->words, word_make((Op)in->op, in->flags, op[0], op[1], op[2]));
    if (size_of(in) == 2)
        vec_push(e->arena, &list->words, word_make(OP_NOP, 0, op[3], op[4], op[5]));
}

static bool put_block(Emitter *e, CodeList *list, const IrBlock *b, uint32_t *word_of)
{
    uint32_t *starts = arena_array(e->arena, uint32_t, b->count + 1);
    uint32_t first = (uint32_t)list->words.count;
    uint8_t section = b->part == PART_U ? SEC_CODE_U : SEC_CODE_V;

    if (!starts || arena_is_full(e->arena)) return false;
    starts[0] = first;
    for (uint32_t at = 0; at < b->count; at++)
        starts[at + 1] = starts[at] + size_of(&b->insts[at]);
    e->block_cost = 0;
    memset(word_of, 0xFF, e->ir->values.count * sizeof *word_of);
    for (uint32_t at = 0; at < b->count; at++) {
        put_words(e, list, b, starts, at);
        put_line(e, &b->insts[at], section | (uint8_t)(b->part << 6), starts[at]);
        e->block_cost += inst_cost(e, &b->insts[at]);
        if (b->insts[at].value != IR_NONE) word_of[b->insts[at].value] = starts[at];
    }
    return vec_push(e->arena, &list->blocks,
                    (BlockRow){.part = b->part,
                               .event = b->event,
                               .index = b->index,
                               .first = first,
                               .count = (uint32_t)list->words.count - first});
}

static bool put_event(Emitter *e, const IrEvent *ev)
{
    uint32_t shared_cost = 0;

    registers_shared(&e->regs, ev);
    memset(e->word_u, 0xFF, e->ir->values.count * sizeof *e->word_u);
    memset(e->word_v, 0xFF, e->ir->values.count * sizeof *e->word_v);
    if (ev->part[PART_U].count) {
        if (!put_block(e, &e->shared, &ev->part[PART_U], e->word_u)) return false;
        shared_cost = e->block_cost;
    }
    if (shared_cost > e->cost) e->cost = shared_cost;
    for (int part = PART_V; part <= PART_S; part++) {
        const IrBlock *b = &ev->part[part];
        if (b->count) {
            registers_wallet(&e->regs, b);
            if (!put_block(e, &e->wallet[part], b, e->word_v)) return false;
            if (shared_cost + e->block_cost > e->cost) e->cost = shared_cost + e->block_cost;
        }
        emit_conds(e, ev, (Part)part);
    }
    return !arena_is_full(e->arena);
}

bool emit_code(Emitter *e)
{
    e->word_u = arena_array(e->arena, uint32_t, e->ir->values.count + 1);
    e->word_v = arena_array(e->arena, uint32_t, e->ir->values.count + 1);
    if (arena_is_full(e->arena) || !registers_init(&e->regs, e->ir)) return false;
    for (size_t i = 0; i < e->ir->events.count; i++)
        if (!put_event(e, &e->ir->events.items[i])) return false;
    return true;
}

/* Parts V, L and S stand one behind the other; until here each counted its words from 0. */
void emit_join_code(Emitter *e)
{
    CodeList all = {0};
    uint32_t base[4] = {0};

    for (int part = PART_V; part <= PART_S; part++) {
        base[part] = (uint32_t)all.words.count;
        for (size_t i = 0; i < e->wallet[part].words.count; i++)
            vec_push(e->arena, &all.words, e->wallet[part].words.items[i]);
        for (size_t i = 0; i < e->wallet[part].blocks.count; i++) {
            BlockRow b = e->wallet[part].blocks.items[i];
            b.first += base[part];
            vec_push(e->arena, &all.blocks, b);
        }
    }
    for (size_t i = 0; i < e->lines.count; i++) {
        LineRow *l = &e->lines.items[i];
        l->word += base[l->section >> 6];
        l->section &= 63;
    }
    for (size_t i = 0; i < e->conds.count; i++) {
        CondRow *c = &e->conds.items[i];
        c->word += base[c->section >> 6];
        c->section &= 63;
    }
    e->image.shared = (CodeSection){e->shared.blocks.items, (uint32_t)e->shared.blocks.count,
                                    e->shared.words.items, (uint32_t)e->shared.words.count};
    e->image.wallet = (CodeSection){all.blocks.items, (uint32_t)all.blocks.count, all.words.items,
                                    (uint32_t)all.words.count};
}
