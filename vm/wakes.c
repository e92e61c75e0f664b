/* wakes.c — see wakes.h. */
#include "vm/wakes.h"

#include "vm/base/num.h"
#include "vm/gates.h"

enum { NO_GROUP = 0xFFFF };

static bool is_fixed(uint16_t opnd)
{
    uint16_t file = opnd & OPND_FILE;

    return opnd == OPND_NONE || file == OPND_CONST || file == OPND_PARAM;
}

/* Nothing stands behind the mask of an edge but one order of constants. */
static bool is_order(const Vm *vm, const uint64_t *gate)
{
    const uint64_t *mask = gate + 2, *w = gate + 3;

    if (word_c(*gate) != 3 || word_c(*mask) != 1 || word_op(*w) != OP_ORDER) return false;
    if (word_flags(*w) & (WF_EXT | WF_DYN | WF_GROUP)) return false;
    return is_fixed(word_a(*w)) && is_fixed(word_b(*w)) &&
           vm->image->actions[word_c(*w)].group == NO_GROUP;
}

/* ... or one close. */
static bool is_close(const Vm *vm, const uint64_t *gate)
{
    const uint64_t *mask = gate + 2, *w = gate + 3;

    if (word_c(*gate) != 3 || word_c(*mask) != 1 || word_op(*w) != OP_CLOSE) return false;
    return !(word_flags(*w) & (WF_EXT | WF_DYN | WF_GROUP)) &&
           vm->image->actions[word_c(*w)].group == NO_GROUP;
}

/* Is what stands in the register before `end` the gate, or the gate and something else? */
static bool implies_gate(const uint64_t *gate, const uint64_t *end, uint16_t reg)
{
    const uint64_t *made = NULL;

    if (reg == word_a(*gate)) return true;
    for (const uint64_t *w = gate + 1; w < end; w += word_count(*w))
        if (word_a(*w) == reg) made = w;
    if (!made || word_op(*made) != OP_AND) return false;
    return implies_gate(gate, made, word_b(*made)) || implies_gate(gate, made, word_c(*made));
}

/* Values, ARM of a condition that implies the gate, and the MASK that holds all the rest. */
static bool needs_gate(const uint64_t *gate)
{
    const uint64_t *w = gate + 1, *end = w + word_c(*gate);

    while (w < end && op_is_pure(word_op(*w)))
        w += word_count(*w);
    if (end - w < 2 || word_op(*w) != OP_ARM || word_op(w[1]) != OP_MASK) return false;
    return word_a(w[1]) == word_a(*w) && w + 2 + word_c(w[1]) == end &&
           implies_gate(gate, w, word_b(*w));
}

static WakeQuote quote_of(const Vm *vm, const uint64_t *w, uint32_t wake)
{
    return (WakeQuote){wake, word_c(*w), vm->image->actions[word_c(*w)].token};
}

/* Nothing but values and quotes, whose tokens the file always names; notes these. */
static bool take_quotes(const Vm *vm, Wakes *ret, const uint64_t *gate)
{
    const uint64_t *w = gate + 1, *end = w + word_c(*gate);
    uint32_t count = ret->quote_count;

    for (; w < end; w += word_count(*w)) {
        if (op_is_pure(word_op(*w))) continue;
        if (word_op(*w) != OP_QUOTE || count == WAKE_QUOTES) return false;
        ret->quotes[count++] = quote_of(vm, w, ret->count - 1);
    }
    ret->quote_count = count;
    return true;
}

static double fixed(const Vm *vm, uint16_t opnd)
{
    if (opnd == OPND_NONE) return UNKNOWN;
    return vm->nums[vm->bases[opnd >> 12] + (opnd & OPND_INDEX)];
}

static Intent order_of(const Vm *vm, uint64_t w)
{
    const ActionRow *a = &vm->image->actions[word_c(w)];
    Intent it = {.kind = INTENT_ORDER,
                 .rule = a->rule,
                 .action = word_c(w),
                 .token = a->token,
                 .group = a->group,
                 .size = fixed(vm, word_a(w)),
                 .price = fixed(vm, word_b(w))};

    it.is_unknown = word_b(w) != OPND_NONE && !num_is_known(it.price);
    return it;
}

static void add_gate(const Vm *vm, Wakes *ret, const uint64_t *w)
{
    uint16_t rule = word_b(*w);
    Wake *wake = &ret->rows[ret->count++];
    bool edge = gate_is_edge(w);

    *wake = (Wake){.rule = rule,
                   .gate = (uint16_t)(word_a(*w) & OPND_INDEX),
                   .is_strict = (word_flags(*w) & WF_STRICT) != 0,
                   .is_while = vm->image->rules[rule].kind == RULE_WHILE,
                   .is_edge = edge,
                   .needs_gate = needs_gate(w),
                   .words = edge ? w + 3 : NULL,
                   .end = edge ? w + 1 + word_c(*w) : NULL};
    wake->is_quotes = wake->is_while && take_quotes(vm, ret, w);
    wake->is_order = edge && is_order(vm, w);
    if (wake->is_order) wake->order = order_of(vm, w[3]);
    wake->is_close = edge && is_close(vm, w);
    if (wake->is_close) wake->token = vm->image->actions[word_c(w[3])].token;
}

static void note_exit(Wakes *ret, uint16_t cond)
{
    ret->has_exits = true;
    if ((cond & OPND_FILE) != OPND_SHAREDQ || ret->exit_count == WAKE_EXITS)
        ret->has_own_exits = true;
    else
        ret->exits[ret->exit_count++] = cond & OPND_INDEX;
}

/* ARM of a condition and the MASK that it opens, behind one another. */
static bool is_own(const Vm *vm, const uint64_t *arm)
{
    return word_op(arm[1]) == OP_MASK && word_a(arm[1]) == word_a(*arm) &&
           word_b(arm[1]) == word_c(*arm) && vm->image->rules[word_c(*arm)].kind != RULE_WHILE;
}

static void note_condition(const Vm *vm, Wakes *ret, const uint64_t *w)
{
    bool is_arm = word_op(*w) == OP_ARM, is_known = false;

    if (is_arm && is_own(vm, w) && ret->own_count < WAKE_OWN) {
        ret->own[ret->own_count++] = word_c(*w);
        is_known = true;
    } else if (!is_arm && ret->own_count) { /* the mask of the one in front */
        is_known = word_op(w[-1]) == OP_ARM && ret->own[ret->own_count - 1] == word_b(*w);
    }
    if (!ret->why) ret->is_own = true;
    if (!ret->why) ret->why = WAKES_CONDITION;
    ret->is_own = ret->is_own && is_known;
}

/* A word outside of all regions. */
static void note_word(const Vm *vm, Wakes *ret, const uint64_t *at)
{
    uint64_t w = *at;

    switch (word_op(w)) {
    case OP_MASK:
    case OP_ARM:
        note_condition(vm, ret, at);
        return;
    case OP_EXIT:
        ret->has_exits = true;
        return;
    case OP_EXITB:
        note_exit(ret, word_a(w));
        return;
    case OP_INIT:
    case OP_INITB:
        ret->why = WAKES_MEMORY;
        ret->is_own = false;
        return;
    default:
        if (op_info(word_op(w))->group != GROUP_TIME) return;
        ret->why = WAKES_MEMORY;
        ret->is_own = false;
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
        note_word(vm, &ret, w);
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

bool vm_is_fresh(const Vm *vm, const VmWallet *w, uint16_t rule)
{
    const MemArm *m = arm_of(vm, w, rule);

    return m && !m->fired;
}

void vm_note_gate(Vm *vm, VmWallet *w, const GateNote *note)
{
    MemArm *m = arm_of(vm, w, note->rule);

    if (note->false_event) vm->last_false[note->rule] = arm_stamp(note->false_event);
    if (note->true_event && m) m->fired = arm_stamp(note->true_event);
}

void vm_note_own(Vm *vm, VmWallet *w, uint16_t rule, uint64_t event, bool was_true)
{
    arm_of(vm, w, rule)->fired = was_true ? arm_stamp(event) : 0;
}
