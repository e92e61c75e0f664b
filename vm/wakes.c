/* wakes.c — see wakes.h. */
#include "vm/wakes.h"

#include "vm/machine.h"

static bool is_of_rule(const uint64_t *w, Op op, uint16_t rule)
{
    return word_op(*w) == op && (op == OP_ARM ? word_c(*w) : word_b(*w)) == rule;
}

/* GATE S, ARM f S, MASK f: nothing of the wallet's own stands between the gate and the firing. */
static bool is_edge(const uint64_t *gate)
{
    const uint64_t *arm = gate + 1, *mask = gate + 2;
    uint16_t rule = word_b(*gate);

    if (word_flags(*gate) & WF_STRICT || word_c(*gate) < 2) return false;
    return is_of_rule(arm, OP_ARM, rule) && word_b(*arm) == word_a(*gate) &&
           is_of_rule(mask, OP_MASK, rule) && word_a(*mask) == word_a(*arm);
}

static void add_gate(const Vm *vm, Wakes *ret, const uint64_t *w)
{
    uint16_t rule = word_b(*w);
    bool edge = is_edge(w);

    ret->rows[ret->count++] = (Wake){.rule = rule,
                                     .gate = (uint16_t)(word_a(*w) & OPND_INDEX),
                                     .is_strict = (word_flags(*w) & WF_STRICT) != 0,
                                     .is_while = vm->image->rules[rule].kind == RULE_WHILE,
                                     .is_edge = edge,
                                     .words = edge ? w + 3 : NULL,
                                     .end = edge ? w + 1 + word_c(*w) : NULL};
}

/* A word outside of all regions. */
static void note_word(Wakes *ret, uint64_t w)
{
    switch (word_op(w)) {
    case OP_MASK:
    case OP_ARM:
        if (!ret->why) ret->why = WAKES_CONDITION;
        return;
    case OP_EXIT:
    case OP_EXITB:
        ret->has_exits = true;
        return;
    case OP_INIT:
    case OP_INITB:
        ret->why = WAKES_MEMORY;
        return;
    default:
        if (op_info(word_op(w))->group == GROUP_TIME) ret->why = WAKES_MEMORY;
        return;
    }
}

/* The next word outside of all regions. */
static const uint64_t *behind(const uint64_t *w)
{
    bool opens = word_op(*w) == OP_GATE || word_op(*w) == OP_MASK;

    return w + word_count(*w) + (opens ? word_c(*w) : 0);
}

Wakes vm_wakes(const Vm *vm, EventKind kind, uint16_t index, Arena *arena)
{
    const BlockRow *b = image_block(vm->image, PART_V, kind, index);
    const uint64_t *w, *end;
    Wakes ret = {0};

    if (!b) return ret;
    ret.rows = arena_array(arena, Wake, vm->image->rules_count + 1U);
    if (arena_is_full(arena)) return (Wakes){.why = WAKES_CONDITION};
    w = vm->image->wallet.words + b->first;
    for (end = w + b->count; w < end; w = behind(w)) {
        note_word(&ret, *w);
        if (word_op(*w) == OP_GATE) add_gate(vm, &ret, w);
    }
    return ret;
}

static MemArm *arm_of(const Vm *vm, const VmWallet *w, uint16_t rule)
{
    uint32_t row = vm->image->rules[rule].arm;
    const StateLink *s;

    if (row >= vm->image->state_count) return NULL;
    s = &vm->links[row];
    return (MemArm *)(void *)((s->space == SPACE_SHARED ? vm->state : w->state) + s->offset);
}

bool vm_is_armed(const Vm *vm, const VmWallet *w, uint16_t rule)
{
    const MemArm *m = arm_of(vm, w, rule);

    return !m || m->fired <= vm->last_false[rule];
}

void vm_note_gate(Vm *vm, VmWallet *w, const GateNote *note)
{
    MemArm *m = arm_of(vm, w, note->rule);

    if (note->false_event) vm->last_false[note->rule] = arm_stamp(note->false_event);
    if (note->true_event && m) m->fired = arm_stamp(note->true_event);
}
