/* gates.c — see gates.h. */
#include "vm/gates.h"

static uint32_t count_gates(const Vm *vm, const uint64_t *words, uint32_t at)
{
    uint32_t count = 0;

    for (; word_op(words[at]) == OP_GATE; at += 1U + word_c(words[at]), count++)
        if (vm->image->rules[word_b(words[at])].kind == RULE_WHILE) return 0;
    return word_op(words[at]) == OP_END ? count : 0;
}

static bool is_of_rule(const uint64_t *w, Op op, uint16_t rule)
{
    return word_op(*w) == op && (op == OP_ARM ? word_c(*w) : word_b(*w)) == rule;
}

bool gate_is_edge(const uint64_t *gate)
{
    const uint64_t *arm = gate + 1, *mask = gate + 2;
    uint16_t rule = word_b(*gate);

    if (word_flags(*gate) & WF_STRICT || word_c(*gate) < 2) return false;
    return is_of_rule(arm, OP_ARM, rule) && word_b(*arm) == word_a(*gate) &&
           is_of_rule(mask, OP_MASK, rule) && word_a(*mask) == word_a(*arm);
}

/* ... and nothing is done in the region of a closed mask. */
static bool is_whole_edge(const uint64_t *gate)
{
    return gate_is_edge(gate) && word_c(*gate) == 2 + word_c(gate[2]);
}

static Gate make_gate(Vm *vm, const uint64_t *words)
{
    uint16_t rule = word_b(*words);
    uint32_t edge = NO_EDGE;

    if (is_whole_edge(words)) edge = vm->links[vm->image->rules[rule].arm].offset;
    return (Gate){&vm->conds[word_a(*words) & OPND_INDEX], &vm->last_false[rule], edge};
}

Gates *gates_of_block(Vm *vm, const BlockRow *block, Arena *arena)
{
    const uint64_t *words = vm->image->wallet.words;
    uint32_t at = block->first, count = count_gates(vm, words, at);
    Gates *g;

    if (!count || block->part != PART_V || block->event == EV_BOUNDARY) return NULL;
    g = arena_alloc(arena, sizeof *g + count * sizeof *g->gates);
    if (arena_is_full(arena)) return NULL;
    g->end = g->gates + count;
    for (Gate *gate = g->gates; gate < g->end; gate++, at += 1U + word_c(words[at]))
        *gate = make_gate(vm, words + at);
    return g;
}

/* Is it shut though its condition is not false? */
static bool has_fired(const Gate *gate, const VmWallet *w, uint64_t event_count)
{
    MemArm *m;

    if (gate->edge == NO_EDGE) return false;
    if (*gate->cond == COND_UNKNOWN) return true;
    m = (MemArm *)(void *)(w->state + gate->edge);
    if (m->fired <= *gate->last_false) return false;
    m->fired = arm_stamp(event_count);
    return true;
}

bool gates_are_shut(const Gates *g, const VmWallet *w, uint64_t event_count)
{
    const Gate *gate = g->gates;

    do {
        if (*gate->cond == COND_FALSE)
            *gate->last_false = arm_stamp(event_count);
        else if (!has_fired(gate, w, event_count))
            return false;
    } while (++gate < g->end);
    return true;
}
