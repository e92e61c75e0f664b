/* gates.c — see gates.h. */
#include "vm/gates.h"

static uint32_t count_gates(const Vm *vm, const uint64_t *words, uint32_t at)
{
    uint32_t count = 0;

    for (; word_op(words[at]) == OP_GATE; at += 1U + word_c(words[at]), count++)
        if (vm->image->rules[word_b(words[at])].kind == RULE_WHILE) return 0;
    return word_op(words[at]) == OP_END ? count : 0;
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
        *gate =
            (Gate){&vm->conds[word_a(words[at]) & OPND_INDEX], &vm->last_false[word_b(words[at])]};
    return g;
}
