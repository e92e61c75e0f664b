/* regalloc.c — linear scan; the lowest free register of the file is taken. */
#include "compiler/emit/regalloc.h"

enum { FILE_SHARED = 0, FILE_SHAREDQ = 1, FILE_WALLET = 2, FILE_WALLETQ = 3, FILE_SHIFT = 12 };

bool registers_init(Registers *r, const Ir *ir)
{
    *r = (Registers){.ir = ir};
    r->shared = arena_array(ir->arena, uint16_t, ir->values.count + 1);
    r->wallet = arena_array(ir->arena, uint16_t, ir->values.count + 1);
    r->last = arena_array(ir->arena, uint32_t, ir->values.count + 1);
    return !arena_is_full(ir->arena);
}

static uint32_t file_limit(uint32_t file)
{
    return file >= FILE_WALLET ? MAX_WALLET_REGS : MAX_SHARED_REGS;
}

static uint16_t take(Registers *r, uint32_t file)
{
    for (uint32_t i = 0; i < file_limit(file) / 64; i++) {
        uint64_t free = ~r->taken[file][i];
        uint32_t reg;
        if (!free) continue;
        reg = i * 64 + (uint32_t)__builtin_ctzll(free);
        r->taken[file][i] |= UINT64_C(1) << reg % 64;
        if (reg >= r->counts[file]) r->counts[file] = reg + 1;
        return (uint16_t)(file << FILE_SHIFT | reg);
    }
    r->is_over = true;
    return (uint16_t)(file << FILE_SHIFT);
}

static void give(Registers *r, uint16_t operand)
{
    uint32_t reg = operand & OPND_INDEX;

    r->taken[operand >> FILE_SHIFT][reg / 64] &= ~(UINT64_C(1) << reg % 64);
}

static void clear(const Registers *r, uint16_t *operands)
{
    memset(operands, 0xFF, r->ir->values.count * sizeof *operands); /* OPND_NONE */
}

static void note_readers(Registers *r, const IrBlock *b, bool is_late)
{
    for (uint32_t at = 0; at < b->count; at++)
        for (uint32_t i = 0; i < IR_ACTION_ARGS; i++)
            if (b->insts[at].args[i] != IR_NONE)
                r->last[b->insts[at].args[i]] = is_late ? IR_NONE : at;
}

/* Takes and gives in one pass; `first_file` is the number file of the part. */
static void scan(Registers *r, const IrBlock *b, uint16_t *operands, uint32_t first_file)
{
    for (uint32_t at = 0; at < b->count; at++) {
        const IrInst *in = &b->insts[at];
        uint32_t v = in->value;
        if (v != IR_NONE) operands[v] = take(r, first_file + ir_value(r->ir, v)->is_cond);
        for (uint32_t i = 0; i < IR_ACTION_ARGS; i++) {
            uint32_t arg = in->args[i];
            if (arg == IR_NONE || operands[arg] == OPND_NONE || r->last[arg] != at) continue;
            give(r, operands[arg]);
            r->last[arg] = IR_NONE; /* once, even if it is read twice here */
        }
        if (v != IR_NONE && r->last[v] == 0) give(r, operands[v]); /* nobody reads it */
    }
}

static void clear_taken(Registers *r, uint32_t first_file)
{
    memset(r->taken[first_file], 0, sizeof r->taken[0]);
    memset(r->taken[first_file + 1], 0, sizeof r->taken[0]);
}

void registers_shared(Registers *r, const IrEvent *ev)
{
    clear(r, r->shared);
    clear(r, r->wallet);
    clear_taken(r, FILE_SHARED);
    memset(r->last, 0, r->ir->values.count * sizeof *r->last);
    note_readers(r, &ev->part[PART_U], false);
    for (int part = PART_V; part <= PART_S; part++)
        note_readers(r, &ev->part[part], true);
    scan(r, &ev->part[PART_U], r->shared, FILE_SHARED);
}

void registers_wallet(Registers *r, const IrBlock *b)
{
    clear(r, r->wallet);
    clear_taken(r, FILE_WALLET);
    memset(r->last, 0, r->ir->values.count * sizeof *r->last);
    note_readers(r, b, false);
    scan(r, b, r->wallet, FILE_WALLET);
}

uint16_t registers_operand(const Registers *r, uint32_t v)
{
    return r->wallet[v] != OPND_NONE ? r->wallet[v] : r->shared[v];
}
