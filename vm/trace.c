/* trace.c — the value of every word of one event, and what conditions made of them.
 *
 * The plain walk notes results by word.  An operand's value at a word is found by going back to the last word
 * of its block that writes it: a register is always written before it is read. */
#include "vm/trace.h"

#include "vm/arith.h"
#include "vm/machine.h"

struct Trace {
    const Image *image;
    TraceValue *values[2]; /* shared part, wallet parts: by word of the section */
    uint8_t kind;          /* of the event that ran last */
    uint16_t index;
    bool has_event;
};

Trace *trace_new(const Image *image, Arena *arena)
{
    Trace *t = arena_new(arena, Trace);

    if (arena_is_full(arena)) return NULL;
    t->image = image;
    t->values[0] = arena_array(arena, TraceValue, image->shared.word_count);
    t->values[1] = arena_array(arena, TraceValue, image->wallet.word_count);
    return arena_is_full(arena) ? NULL : t;
}

void trace_clear(Trace *t)
{
    memset(t->values[0], 0, t->image->shared.word_count * sizeof(TraceValue));
    memset(t->values[1], 0, t->image->wallet.word_count * sizeof(TraceValue));
    t->has_event = false;
}

void trace_num(Trace *t, bool is_shared, uint32_t word, double num)
{
    t->values[is_shared ? 0 : 1][word] = (TraceValue){num, true};
}

void trace_event(Trace *t, const VmEvent *ev)
{
    t->kind = ev->kind;
    t->index = ev->index;
    t->has_event = true;
}

/* ---- operands ----------------------------------------------------------------------------------- */

static const BlockRow *block_of_word(const CodeSection *code, uint32_t word)
{
    for (uint32_t i = 0; i < code->block_count; i++) {
        const BlockRow *b = &code->blocks[i];

        if (word >= b->first && word - b->first < b->count) return b;
    }
    return NULL;
}

static bool writes(uint64_t w, uint16_t operand)
{
    OperandKind kind = op_operand(op_info(word_op(w)), 0);

    return (kind == OPERAND_DN || kind == OPERAND_DQ || kind == OPERAND_DR) && word_a(w) == operand;
}

/* The value of a register behind words first .. last of a section: that of its nearest writer.  When that
 * one stood in a region that was skipped, whatever an older one left belongs to something else. */
static TraceValue last_value(const Trace *t, bool is_shared, uint16_t operand, uint32_t first,
                             uint32_t last)
{
    const CodeSection *code = is_shared ? &t->image->shared : &t->image->wallet;
    const TraceValue *values = t->values[is_shared ? 0 : 1];

    for (uint32_t at = last + 1; at > first; at--)
        if (writes(code->words[at - 1], operand))
            return values[at - 1].has_run ? values[at - 1] : (TraceValue){UNKNOWN, false};
    return (TraceValue){UNKNOWN, false};
}

static TraceValue operand_value(const Trace *t, const Vm *vm, const CondRow *c, uint16_t operand)
{
    bool in_shared = c->section == SEC_CODE_U, is_shared = operand < OPND_WALLET;
    const CodeSection *code = in_shared ? &t->image->shared : &t->image->wallet;
    const BlockRow *b;
    uint32_t last = c->word;

    if (operand == OPND_NONE) return (TraceValue){UNKNOWN, false};
    if (operand >= OPND_CONST)
        return (TraceValue){vm->nums[vm->bases[operand >> 12] + (operand & OPND_INDEX)], true};
    if (c->section == 0) return (TraceValue){UNKNOWN, false};
    b = block_of_word(code, c->word);
    if (b && !in_shared && is_shared) {
        b = image_block(t->image, PART_U, (EventKind)b->event, b->index);
        last = b ? b->first + b->count - 1 : 0;
    }
    return b ? last_value(t, is_shared, operand, b->first, last) : (TraceValue){UNKNOWN, false};
}

/* ---- conditions --------------------------------------------------------------------------------- */

static bool is_comparison(uint8_t op)
{
    return (op >= CO_LT && op <= CO_BETWEEN) || op == CO_ABOVE || op == CO_BELOW;
}

/* How far `left` is from where the outcome turns; for `between` the nearer end. */
static double margin_of(uint8_t op, const TraceCond *v)
{
    double to_low, to_high;

    if (op != CO_BETWEEN) return ar_sub(v->right, v->left);
    to_low = ar_sub(v->right, v->left);
    to_high = ar_sub(v->right2, v->left);
    if (!num_is_known(to_low) || !num_is_known(to_high)) return UNKNOWN;
    return num_abs(to_low) <= num_abs(to_high) ? to_low : to_high;
}

TraceCond trace_cond(const Trace *t, const Vm *vm, uint32_t cond_row)
{
    const CondRow *c = &t->image->conds[cond_row];
    uint8_t op = c->op & (uint8_t)~CO_GRID;
    TraceCond v = {.left = UNKNOWN, .right = UNKNOWN, .right2 = UNKNOWN, .margin = UNKNOWN};
    TraceValue value = operand_value(t, vm, c, c->value);

    v.has_run = value.has_run;
    v.cond = value.has_run ? (uint8_t)value.num : COND_UNKNOWN;
    v.left = operand_value(t, vm, c, c->left).num;
    v.right = operand_value(t, vm, c, c->right).num;
    v.right2 = operand_value(t, vm, c, c->right2).num;
    if (is_comparison(op)) v.margin = margin_of(op, &v);
    return v;
}
