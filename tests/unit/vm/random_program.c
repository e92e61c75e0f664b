/* random_program.c — see random_program.h. */
#include "tests/unit/vm/random_program.h"

#include <string.h>

enum { PARAMS = 4 }; /* two of them derived */

typedef struct Gen {
    Asm *a;
    Rng *rng;
    CodeSection *code;
    uint64_t *words;
    Part part;
    bool has_num[2][PROGRAM_REGS], has_cond[2][PROGRAM_REGS]; /* written: shared, wallet */
    bool is_used[ASM_ROWS]; /* state rows advanced in this block */
    bool in_region;
} Gen;

static uint32_t below(Gen *g, uint32_t bound)
{
    return (uint32_t)rng_below(g->rng, bound);
}

/* A written register of a file, a constant or a param; conditions that are not there yet are made. */
static void put(Gen *g, Op op, uint32_t flags, uint32_t a, uint32_t b, uint32_t c)
{
    g->words[g->code->word_count++] = word_make(op, flags, a, b, c);
}

static uint32_t pick_num(Gen *g)
{
    for (int tries = 0; tries < 4; tries++) {
        uint32_t file = g->part == PART_U ? 0 : below(g, 2), reg = below(g, PROGRAM_REGS);

        if (g->has_num[file][reg]) return (file ? OPND_WALLET : OPND_SHARED) | reg;
    }
    if (below(g, 8) == 0) return OPND_PARAM | below(g, PARAMS);
    return OPND_CONST | below(g, g->a->image.consts_count);
}

static uint32_t own_cond(const Gen *g, uint32_t reg)
{
    return (g->part == PART_U ? OPND_SHAREDQ : OPND_WALLETQ) | reg;
}

static uint32_t pick_cond(Gen *g)
{
    uint32_t file = g->part == PART_U ? 0 : 1, reg;

    for (int tries = 0; tries < 6; tries++) {
        uint32_t which = file ? below(g, 2) : 0;

        reg = below(g, PROGRAM_REGS);
        if (g->has_cond[which][reg]) return (which ? OPND_WALLETQ : OPND_SHAREDQ) | reg;
    }
    for (reg = 0; reg < PROGRAM_REGS; reg++)
        if (g->has_cond[file][reg]) return own_cond(g, reg);
    put(g, OP_LDB, 0, own_cond(g, 0), below(g, 3), 0);
    if (!g->in_region) g->has_cond[file][0] = true;
    return own_cond(g, 0);
}

static uint32_t pick_row(Gen *g, uint8_t op)
{
    for (uint32_t i = 0; i < g->a->image.state_count; i++) {
        const StateRow *s = &g->a->state[i];
        bool is_cond = memory_kind((StateKind)s->kind)->output == OUTPUT_COND;
        bool fits = (op == OP_VWAP && (s->kind == SK_VWAP || s->kind == SK_VWAPN)) ||
                    (op == OP_XUPQ && s->kind == SK_XUP) || (op == OP_LDS && below(g, 3) == 0) ||
                    (op != OP_LDS && op_name(op)[0] == memory_kind((StateKind)s->kind)->name[0] &&
                     strcmp(op_name(op), memory_kind((StateKind)s->kind)->name) == 0) ||
                    ((op == OP_INIT || op == OP_SET) && s->kind == SK_NUM) ||
                    ((op == OP_INITB || op == OP_SETB) && s->kind == SK_BOOL);
        bool is_own = op == OP_LDS ? g->part != PART_U || s->space == SPACE_SHARED
                                   : (s->space == SPACE_SHARED) == (g->part == PART_U);
        bool is_free = op == OP_LDS || op == OP_SET || op == OP_SETB || !g->is_used[i];

        (void)is_cond;
        if (fits && is_own && is_free) return i;
    }
    return UINT32_MAX;
}

static uint32_t pick_operand(Gen *g, OperandKind kind, uint8_t op)
{
    switch (kind) {
    case OPERAND_N:
        return pick_num(g);
    case OPERAND_Q:
        return pick_cond(g);
    case OPERAND_S:
        return pick_row(g, op);
    case OPERAND_I:
        return op == OP_LDI ? (uint32_t[]){IN_BID, IN_ASK, IN_VOLUME, IN_FEED}[below(g, 4)]
                            : IN_CASH;
    case OPERAND_K:
        return op == OP_LDB ? below(g, 3) : 1 + below(g, 15);
    default:
        return 0;
    }
}

static bool is_cond_result(const Gen *g, OperandKind kind, uint32_t row)
{
    if (kind != OPERAND_DR) return kind == OPERAND_DQ;
    return memory_kind((StateKind)g->a->state[row].kind)->output == OUTPUT_COND;
}

static uint32_t put_result(Gen *g, OperandKind kind, uint32_t row)
{
    uint32_t file = g->part == PART_U ? 0 : 1, reg = below(g, PROGRAM_REGS);

    if (is_cond_result(g, kind, row)) {
        if (!g->in_region) g->has_cond[file][reg] = true;
        return own_cond(g, reg);
    }
    if (!g->in_region) g->has_num[file][reg] = true;
    return (file ? OPND_WALLET : OPND_SHARED) | reg;
}

/* Operations without rules, actions and rows of the outside. */
static bool is_free_op(const Gen *g, uint8_t op)
{
    const OpInfo *info = op_info(op);

    if (!(info->parts >> g->part & 1) || op == OP_GATE || op == OP_END || op == OP_LDE)
        return false;
    if (info->group == GROUP_RULES) return false;
    if (info->group == GROUP_EFFECT)
        return op == OP_SET || op == OP_SETB ||
               (!g->in_region && (op == OP_INIT || op == OP_INITB));
    return !(info->group == GROUP_TIME && g->in_region);
}

static void put_op(Gen *g, uint8_t op)
{
    const OpInfo *info = op_info(op);
    uint32_t operands[3] = {0}, next = 0, flags = 0;

    for (int i = 1; i < 3; i++)
        operands[i] = pick_operand(g, op_operand(info, i), op);
    if (op_operand(info, 1) == OPERAND_S && operands[1] == UINT32_MAX) return;
    if (op_operand(info, 3) != OPERAND_NONE) next = pick_operand(g, op_operand(info, 3), op);
    operands[0] = pick_operand(g, op_operand(info, 0), op);
    if (op_operand(info, 0) == OPERAND_DN || op_operand(info, 0) == OPERAND_DQ ||
        op_operand(info, 0) == OPERAND_DR)
        operands[0] = put_result(g, op_operand(info, 0), operands[1]);
    if (info->group == GROUP_TIME || op == OP_INIT || op == OP_INITB)
        g->is_used[operands[1]] = true;
    if (op == OP_PBUY || op == OP_PSELL) flags = below(g, 2);
    put(g, (Op)op, flags, operands[0], operands[1], operands[2]);
    if (op_operand(info, 3) != OPERAND_NONE) put(g, OP_NOP, 0, next, 0, 0);
}

/* Comparisons, `and`s and time operations more often than by chance, as in strategies. */
static uint8_t pick_op(Gen *g)
{
    static const uint8_t usual[] = {OP_LDI, OP_LDI, OP_LT,  OP_LE,  OP_LTQ, OP_LEQ, OP_INK,
                                    OP_AND, OP_AND, OP_AND, OP_EMA, OP_SMA, OP_RSI, OP_PREV};
    uint8_t op;

    if (below(g, 2)) {
        op = usual[below(g, sizeof usual)];
        return is_free_op(g, op) ? op : OP_NOP;
    }
    do
        op = (uint8_t)below(g, OP_CODES);
    while (!op_info(op)->group || !is_free_op(g, op));
    return op;
}

static void put_region(Gen *g, uint16_t rule)
{
    uint32_t cond = pick_cond(g), at = g->code->word_count;

    put(g, OP_MASK, 0, cond, rule, 0);
    g->in_region = true;
    for (uint32_t i = below(g, 6); i > 0; i--)
        put_op(g, pick_op(g));
    g->in_region = false;
    g->words[at] |= (uint64_t)(g->code->word_count - at - 1) << 48;
}

static void put_block(Gen *g, uint32_t length, uint16_t rule)
{
    BlockRow *b = &g->a->blocks[g->part == PART_U ? 0 : 1][g->code->block_count++];

    *b = (BlockRow){(uint8_t)g->part, EV_TICK, 0, g->code->word_count, 0};
    for (uint32_t i = 0; i < length; i++)
        put_op(g, pick_op(g));
    if (below(g, 3) == 0) put_region(g, rule);
    for (uint32_t i = below(g, 4); i > 0; i--)
        put_op(g, pick_op(g));
    put(g, OP_END, 0, 0, 0, 0);
    b->count = g->code->word_count - b->first;
}

static void put_rows(Asm *a, Rng *rng)
{
    for (int kind = 0; kind < SK_KINDS; kind++) {
        const KindInfo *info = memory_kind((StateKind)kind);
        uint8_t space = rng_chance(rng, 0.8) ? SPACE_SHARED : SPACE_WALLET;
        uint64_t clocks = rng_chance(rng, 0.85) ? 1 << CK_TICK : 1 << CK_FEED;
        uint32_t n = info->window == WINDOW_STEPS ? 1 + (uint32_t)rng_below(rng, 5) : 0;
        uint16_t window = OPND_NONE;

        if (kind == SK_ARM) continue;
        if (info->window != WINDOW_NONE) window = asm_const(a, n ? n : 3);
        asm_state(a, (StateKind)kind, space, window, n, clocks);
        if (kind == SK_SMA) asm_state(a, SK_SMA, SPACE_SHARED, window, n, clocks);
    }
    for (uint32_t i = 0; i < a->image.state_count; i++)
        if (a->state[i].kind == SK_SMA && rng_chance(rng, 0.5)) a->state[i].flags = SF_EXACT;
}

void random_program(Asm *a, Rng *rng, uint32_t length)
{
    Gen g = {.a = a, .rng = rng, .code = &a->image.shared, .words = a->words[0], .part = PART_U};

    asm_init(a);
    a->derived[0] = (DerivedRow){.op = OP_MUL, .a = OPND_PARAM | 1, .b = OPND_PARAM | 1};
    a->derived[1] = (DerivedRow){.op = OP_SQRT, .a = OPND_CONST | 0}; /* of -1: unknown */
    a->image.derived_count = 2;
    put_rows(a, rng);
    put_block(&g, length, RL_WHEN_SHARED);
    g.code = &a->image.wallet;
    g.words = a->words[1];
    g.part = PART_V;
    memset(g.is_used, 0, sizeof g.is_used);
    put_block(&g, 1 + below(&g, 8), RL_ON);
}
