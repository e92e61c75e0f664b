/* fuse.c — links a shared block: where values are is found once, here, instead of at each event.
 *
 * A register is followed to where its value is: an input, a constant, the output of a time operation, or its own
 * place.  Conditions used once by an `and` join its chain, if nothing they read is written on the way there.
 * From the first region on, and for operations without a linked form, the words themselves are run. */
#include "vm/fuse.h"

#include <string.h>

#include "vm/arith.h"

enum { MAX_FUSED_WORDS = 512, NO_WORD = 0xFFFF, OPS_PER_WORD = 6 };

static const uint8_t cond_values[] = {COND_UNKNOWN, COND_TRUE, COND_FALSE};

typedef struct Fuser {
    Vm *vm;
    const uint64_t *words; /* of the block */
    uint32_t count;
    uint64_t expected;
    const double **nums;   /* where the value of a shared register is; NULL: not written yet */
    const uint8_t **conds; /* the same for conditions */
    bool *is_num_out, *is_cond_out; /* registers that wallet parts read */
    uint16_t (*operands)[2];        /* by word: words that wrote the operands of an AND */
    uint16_t *uses;                 /* by word: how often its condition is read */
    bool *is_absorbed;              /* by word: belongs to the chain of a later AND */
    const void *(*places)[3];       /* by word of a chain: where its operands are when it stands */
    FusedOp *ops;
    uint32_t op_count;
    Arena *arena;
} Fuser;

/* ---- words ------------------------------------------------------------------------------------- */

static bool has_result(uint64_t w)
{
    OperandKind kind = op_operand(op_info(word_op(w)), 0);
    bool is_late_prev =
        (word_op(w) == OP_PREV || word_op(w) == OP_PREVB) && word_flags(w) == WF_WRITE;

    return (kind == OPERAND_DN || kind == OPERAND_DQ || kind == OPERAND_DR) && !is_late_prev;
}

static bool is_written(const Fuser *f, uint16_t reg, uint32_t after, uint32_t before)
{
    for (uint32_t at = after + 1; at < before; at += word_count(f->words[at]))
        if (has_result(f->words[at]) && word_a(f->words[at]) == reg) return true;
    return false;
}

/* Is the row changed behind word `at`? */
static bool is_advanced_later(const Fuser *f, uint32_t row, uint32_t at)
{
    for (at += word_count(f->words[at]); at < f->count; at += word_count(f->words[at])) {
        uint8_t op = word_op(f->words[at]);
        bool is_init = op == OP_INIT || op == OP_INITB;

        if ((op_info(op)->group == GROUP_TIME || is_init) && word_b(f->words[at]) == row)
            return true;
    }
    return false;
}

static bool is_compare(uint64_t w)
{
    switch (word_op(w)) {
    case OP_LT:
    case OP_LE:
    case OP_LTQ:
    case OP_LEQ:
    case OP_INK:
        return true;
    default:
        return false;
    }
}

/* ---- which conditions join a chain --------------------------------------------------------------- */

/* Calls visit(f, word, operand, condition) for each operand a word reads; operands 0-2, then the second word's. */
typedef void (*Visit)(Fuser *f, uint32_t at, int which, uint16_t operand);

static void visit_reads(Fuser *f, uint32_t at, Visit visit)
{
    uint64_t w = f->words[at];
    const OpInfo *info = op_info(word_op(w));

    for (int i = 0; i < 3; i++) {
        OperandKind kind = op_operand(info, i);

        if (kind == OPERAND_N || kind == OPERAND_Q || kind == OPERAND_NO)
            visit(f, at, i, word_operand(w, i));
    }
    for (int i = 0; word_count(w) == 2 && i < 3; i++)
        if (i == 0 || word_op(w) == OP_QUOTE)
            visit(f, at, 3 + i, word_operand(f->words[at + 1], i));
}

static bool is_shared_cond(uint16_t operand)
{
    return (operand & OPND_FILE) == OPND_SHAREDQ;
}

static uint32_t last_writer(const Fuser *f, uint16_t reg, uint32_t before)
{
    uint32_t found = NO_WORD;

    for (uint32_t at = 0; at < before; at += word_count(f->words[at]))
        if (has_result(f->words[at]) && word_a(f->words[at]) == reg) found = at;
    return found;
}

static void count_use(Fuser *f, uint32_t at, int which, uint16_t operand)
{
    uint32_t writer;

    if (!is_shared_cond(operand)) return;
    writer = last_writer(f, operand, at);
    if (writer == NO_WORD) return;
    f->uses[writer]++;
    if (word_op(f->words[at]) == OP_AND) f->operands[at][which - 1] = (uint16_t)writer;
}

/* Is a register's value at word `at` kept where it comes from, whatever becomes of the register? */
static bool stays_elsewhere(const Fuser *f, uint16_t reg, uint32_t at)
{
    uint32_t writer = last_writer(f, reg, at);
    uint64_t w = writer == NO_WORD ? 0 : f->words[writer];

    switch (word_op(w)) {
    case OP_LDI:
        return true;
    case OP_LDS:
        return !is_advanced_later(f, word_b(w), writer);
    default:
        return op_info(word_op(w))->group == GROUP_TIME;
    }
}

/* Can an operand of word `at` be read at word `root` instead? */
static bool can_wait(const Fuser *f, uint16_t operand, uint32_t at, uint32_t root)
{
    if (operand >= OPND_CONST || stays_elsewhere(f, operand, at)) return true;
    return !is_written(f, operand, at, root);
}

/* May what word `at` computes be computed at word `root` instead?  An AND may if each of its operands may, or
 * keeps its value. */
static bool can_join(const Fuser *f, uint32_t at, uint32_t root)
{
    uint64_t w = f->words[at];

    if (f->uses[at] != 1 || !(is_compare(w) || word_op(w) == OP_AND)) return false;
    for (int i = 0; i < 2; i++) {
        uint32_t writer = word_op(w) == OP_AND ? f->operands[at][i] : NO_WORD;

        if (writer != NO_WORD && can_join(f, writer, root)) continue;
        if (!can_wait(f, word_operand(w, 1 + i), at, root)) return false;
    }
    return word_op(w) != OP_INK || can_wait(f, word_a(f->words[at + 1]), at, root);
}

static void absorb_operands(Fuser *f, uint32_t at, uint32_t root)
{
    for (int i = 0; i < 2; i++) {
        uint32_t writer = f->operands[at][i];

        if (writer == NO_WORD || !can_join(f, writer, root)) continue;
        f->is_absorbed[writer] = true;
        if (word_op(f->words[writer]) == OP_AND) absorb_operands(f, writer, root);
    }
}

static void find_chains(Fuser *f, uint32_t end)
{
    for (uint32_t at = 0; at < end; at += word_count(f->words[at])) {
        f->operands[at][0] = f->operands[at][1] = NO_WORD;
        visit_reads(f, at, count_use);
    }
    for (uint32_t i = 0; i < f->vm->image->meta->shared_qregs; i++) {
        uint32_t writer = last_writer(f, (uint16_t)(OPND_SHAREDQ | i), end);

        if (f->is_cond_out[i] && writer != NO_WORD) f->uses[writer] += 2;
    }
    for (uint32_t at = end; at-- > 0;)
        if (word_op(f->words[at]) == OP_AND && f->operands[at][0] && !f->is_absorbed[at])
            absorb_operands(f, at, at);
}

/* ---- where values are ---------------------------------------------------------------------------- */

static double *num_slot(const Fuser *f, uint16_t reg)
{
    return &f->vm->nums[reg & OPND_INDEX];
}

static uint8_t *cond_slot(const Fuser *f, uint16_t reg)
{
    return &f->vm->conds[reg & OPND_INDEX];
}

static const double *num_place(const Fuser *f, uint16_t operand)
{
    if ((operand & OPND_FILE) == OPND_SHARED) return f->nums[operand & OPND_INDEX];
    return &f->vm->nums[f->vm->bases[operand >> 12] + (operand & OPND_INDEX)];
}

static const void *place(const Fuser *f, uint16_t operand)
{
    return is_shared_cond(operand) ? (const void *)f->conds[operand & OPND_INDEX]
                                   : (const void *)num_place(f, operand);
}

static FusedOp *put(Fuser *f, uint32_t kind, const void *x, const void *y, void *dst)
{
    FusedOp *op = &f->ops[f->op_count++];

    *op = (FusedOp){.kind = kind, .x = x, .y = y, .dst = dst};
    return op;
}

/* Puts the value of a register into its own place as well; it stays where it is, and is still read there. */
static void settle(Fuser *f, uint16_t reg)
{
    uint32_t idx = reg & OPND_INDEX;

    if ((reg & OPND_FILE) == OPND_SHARED && f->nums[idx] && f->nums[idx] != num_slot(f, reg))
        put(f, FUSED_COPY, f->nums[idx], NULL, num_slot(f, reg));
    if (is_shared_cond(reg) && f->conds[idx] && f->conds[idx] != cond_slot(f, reg))
        put(f, FUSED_COPYB, f->conds[idx], NULL, cond_slot(f, reg));
}

static void settle_operand(Fuser *f, uint32_t at, int which, uint16_t operand)
{
    (void)at;
    (void)which;
    if (operand < OPND_WALLET) settle(f, operand);
}

static void settle_all(Fuser *f, bool only_out)
{
    for (uint32_t i = 0; i < f->vm->image->meta->shared_regs; i++)
        if (!only_out || f->is_num_out[i]) settle(f, (uint16_t)(OPND_SHARED | i));
    for (uint32_t i = 0; i < f->vm->image->meta->shared_qregs; i++)
        if (!only_out || f->is_cond_out[i]) settle(f, (uint16_t)(OPND_SHAREDQ | i));
}

/* The register's value will be in its own place; gives that place. */
static void *own_place(Fuser *f, uint16_t reg)
{
    if (is_shared_cond(reg)) {
        f->conds[reg & OPND_INDEX] = cond_slot(f, reg);
        return cond_slot(f, reg);
    }
    f->nums[reg & OPND_INDEX] = num_slot(f, reg);
    return num_slot(f, reg);
}

static void follow(Fuser *f, uint16_t reg, const void *value)
{
    if (is_shared_cond(reg))
        f->conds[reg & OPND_INDEX] = value;
    else
        f->nums[reg & OPND_INDEX] = value;
}

/* ---- one word after the other -------------------------------------------------------------------- */

static bool is_in_registers(const Fuser *f, const void *value)
{
    const char *p = value, *nums = (const char *)f->vm->nums, *conds = (const char *)f->vm->conds;
    const ImageMeta *m = f->vm->image->meta;

    return (p >= nums && p < nums + m->shared_regs * sizeof(double)) ||
           (p >= conds && p < conds + m->shared_qregs);
}

/* A value that stands somewhere already: followed if it stays there, else copied. */
static void load(Fuser *f, uint16_t reg, const void *value, bool stays)
{
    if (stays && !is_in_registers(f, value)) {
        follow(f, reg, value);
        return;
    }
    put(f, is_shared_cond(reg) ? FUSED_COPYB : FUSED_COPY, value, NULL, own_place(f, reg));
}

/* Runs `count` words as they are; what they read is put where they look for it. */
static bool put_words(Fuser *f, uint32_t at, uint32_t count, bool is_rest)
{
    uint64_t *copy = arena_array(f->arena, uint64_t, count + 1);

    if (arena_is_full(f->arena)) return false;
    memcpy(copy, f->words + at, count * sizeof *copy);
    copy[count] = word_make(OP_END, 0, 0, 0, 0);
    if (is_rest)
        settle_all(f, false);
    else
        visit_reads(f, at, settle_operand);
    put(f, FUSED_WORDS, copy, NULL, NULL);
    if (!is_rest && has_result(f->words[at])) own_place(f, word_a(f->words[at]));
    return true;
}

static uint32_t time_kind(const StateLink *s, uint64_t w)
{
    switch (word_op(w)) {
    case OP_PREV:
        return word_flags(w) == WF_WRITE ? FUSED_PREV_WRITE : FUSED_PREV_READ;
    case OP_PREVB:
        return word_flags(w) == WF_WRITE ? FUSED_PREVB_WRITE : FUSED_PREVB_READ;
    case OP_SMA:
        return s->is_exact ? FUSED_SMA_EXACT : OP_SMA;
    default:
        return word_op(w);
    }
}

static void put_time(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];
    const StateLink *s = &f->vm->links[word_b(w)];
    bool is_prev = word_op(w) == OP_PREV || word_op(w) == OP_PREVB;
    bool reads_later = is_prev && word_flags(w) == WF_READ;
    void *mem = f->vm->state + s->offset;
    const void *x = reads_later ? NULL : place(f, word_c(w));
    const void *y = word_count(w) == 2 ? place(f, word_a(f->words[at + 1])) : NULL;

    if (s->clocks & f->expected) {
        put(f, time_kind(s, w), x, y, mem)->link = s;
        if (is_prev && !word_flags(w))
            put(f, word_op(w) == OP_PREV ? FUSED_PREV_WRITE : FUSED_PREVB_WRITE, x, NULL, mem)
                ->link = s;
    }
    if (has_result(w)) follow(f, word_a(w), mem);
}

static void put_value(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];
    bool has_y = op_operand(op_info(word_op(w)), 2) != OPERAND_ZERO;
    const void *x = place(f, word_b(w)), *y = has_y ? place(f, word_c(w)) : NULL;
    const void *z = word_count(w) == 2 ? place(f, word_a(f->words[at + 1])) : NULL;

    put(f, word_op(w), x, y, own_place(f, word_a(w)))->z = z;
}

/* ---- chains ------------------------------------------------------------------------------------- */

static double fixed_num(const Fuser *f, uint16_t operand)
{
    return *num_place(f, operand);
}

/* A comparison with a constant or param, whose number (on the grid: whose micros) goes into the op. */
static bool put_fixed_term(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];
    static const struct {
        uint8_t op;
        bool is_grid;
        uint16_t left, right; /* kinds with the number on this side */
    } rows[] = {{OP_LT, false, FUSED_AND_LT_KX, FUSED_AND_LT_XK},
                {OP_LE, false, FUSED_AND_LE_KX, FUSED_AND_LE_XK},
                {OP_LTQ, true, FUSED_AND_LTQ_KX, FUSED_AND_LTQ_XK},
                {OP_LEQ, true, FUSED_AND_LEQ_KX, FUSED_AND_LEQ_XK}};
    bool left = word_b(w) >= OPND_CONST, right = word_c(w) >= OPND_CONST;

    for (size_t i = 0; left != right && i < sizeof rows / sizeof *rows; i++) {
        double k = fixed_num(f, left ? word_b(w) : word_c(w));

        if (rows[i].is_grid) k = ar_micros(k);
        if (rows[i].op != word_op(w) || !num_is_known(k)) continue;
        put(f, left ? rows[i].left : rows[i].right, f->places[at][left ? 1 : 0], NULL, NULL)->low =
            k;
        return true;
    }
    return false;
}

static void put_between(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];
    uint16_t low = word_c(w), high = word_a(f->words[at + 1]);
    FusedOp *op = put(f, FUSED_AND_INK, f->places[at][0], f->places[at][1], NULL);

    op->z = f->places[at][2];
    if (low < OPND_CONST || high < OPND_CONST) return;
    if (!num_is_known(fixed_num(f, low)) || !num_is_known(fixed_num(f, high))) return;
    op->kind = FUSED_AND_INK_K;
    op->low = fixed_num(f, low);
    op->high = fixed_num(f, high);
}

static void put_term(Fuser *f, uint32_t at)
{
    static const uint32_t kinds[OP_CODES] = {[OP_LT] = FUSED_AND_LT,
                                             [OP_LE] = FUSED_AND_LE,
                                             [OP_LTQ] = FUSED_AND_LTQ,
                                             [OP_LEQ] = FUSED_AND_LEQ};
    uint64_t w = f->words[at];

    if (word_op(w) == OP_INK)
        put_between(f, at);
    else if (!put_fixed_term(f, at))
        put(f, kinds[word_op(w)], f->places[at][0], f->places[at][1], NULL);
}

static void put_terms(Fuser *f, uint32_t at)
{
    for (int i = 0; i < 2; i++) {
        uint32_t writer = f->operands[at][i];

        if (writer == NO_WORD || !f->is_absorbed[writer])
            put(f, FUSED_AND_COND, f->places[at][i], NULL, NULL);
        else if (word_op(f->words[writer]) == OP_AND)
            put_terms(f, writer);
        else
            put_term(f, writer);
    }
}

static bool has_chain(const Fuser *f, uint32_t at)
{
    for (int i = 0; i < 2; i++)
        if (f->operands[at][i] != NO_WORD && f->is_absorbed[f->operands[at][i]]) return true;
    return false;
}

static void put_and(Fuser *f, uint32_t at)
{
    uint16_t reg = word_a(f->words[at]);
    FusedOp *store;
    uint32_t first;

    if (!has_chain(f, at)) {
        put_value(f, at);
        return;
    }
    first = f->op_count;
    put_terms(f, at);
    store = put(f, FUSED_STORE, NULL, NULL, own_place(f, reg));
    for (uint32_t i = first; i < f->op_count - 1; i++)
        f->ops[i].dst = store;
}

/* ---- blocks ------------------------------------------------------------------------------------- */

static bool put_load(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];

    switch (word_op(w)) {
    case OP_LDI:
        load(f, word_a(w), &f->vm->inputs[word_b(w)], true);
        return true;
    case OP_LDB:
        load(f, word_a(w), &cond_values[word_b(w)], true);
        return true;
    case OP_LDS:
        load(f, word_a(w), f->vm->state + f->vm->links[word_b(w)].offset,
             !is_advanced_later(f, word_b(w), at));
        return true;
    default:
        return put_words(f, at, 1, false);
    }
}

static bool has_linked_form(uint8_t op)
{
    return op_is_pure(op) && op_info(op)->group != GROUP_LOAD && op != OP_LN && op != OP_EXP;
}

static void note_places(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];

    f->places[at][0] = place(f, word_b(w));
    f->places[at][1] = place(f, word_c(w));
    if (word_op(w) == OP_INK) f->places[at][2] = place(f, word_a(f->words[at + 1]));
}

static bool put_word(Fuser *f, uint32_t at)
{
    uint64_t w = f->words[at];
    OpGroup group = (OpGroup)op_info(word_op(w))->group;

    if (f->is_absorbed[at] || word_op(w) == OP_AND) note_places(f, at);
    if (f->is_absorbed[at] || word_op(w) == OP_NOP) return true;
    if (group == GROUP_LOAD) return put_load(f, at);
    if (group == GROUP_TIME)
        put_time(f, at);
    else if (word_op(w) == OP_AND)
        put_and(f, at);
    else if (has_linked_form(word_op(w)))
        put_value(f, at);
    else
        return put_words(f, at, word_count(w), false);
    return true;
}

/* First word of the first region, or END. */
static uint32_t straight_end(const Fuser *f)
{
    uint32_t at = 0;

    while (word_op(f->words[at]) != OP_MASK && word_op(f->words[at]) != OP_END)
        at += word_count(f->words[at]);
    return at;
}

static void note_out(Fuser *f, uint32_t at, int which, uint16_t operand)
{
    (void)at;
    (void)which;
    if ((operand & OPND_FILE) == OPND_SHARED) f->is_num_out[operand & OPND_INDEX] = true;
    if (is_shared_cond(operand)) f->is_cond_out[operand & OPND_INDEX] = true;
}

/* Registers of words at .. end of `words` that are read there. */
static void note_reads(Fuser *f, const uint64_t *words, uint32_t at, uint32_t end)
{
    const uint64_t *own = f->words;

    f->words = words;
    for (; at < end; at += word_count(words[at]))
        visit_reads(f, at, note_out);
    f->words = own;
}

static void note_wallet_parts(Fuser *f, EventKind kind, uint16_t index)
{
    static const Part parts[] = {PART_V, PART_L, PART_S};

    for (int i = 0; i < 3; i++) {
        const BlockRow *b = image_block(f->vm->image, parts[i], kind, index);

        if (b) note_reads(f, f->vm->image->wallet.words, b->first, b->first + b->count);
    }
}

static bool make_tables(Fuser *f)
{
    const ImageMeta *m = f->vm->image->meta;

    f->nums = arena_array(f->arena, const double *, m->shared_regs);
    f->conds = arena_array(f->arena, const uint8_t *, m->shared_qregs);
    f->is_num_out = arena_array(f->arena, bool, m->shared_regs);
    f->is_cond_out = arena_array(f->arena, bool, m->shared_qregs);
    f->operands = arena_alloc_array(f->arena, f->count, sizeof *f->operands);
    f->uses = arena_array(f->arena, uint16_t, f->count);
    f->places = arena_alloc_array(f->arena, f->count, sizeof *f->places);
    f->is_absorbed = arena_array(f->arena, bool, f->count);
    f->ops = arena_array(f->arena, FusedOp,
                         f->count * OPS_PER_WORD + m->shared_regs + m->shared_qregs + 2);
    return !arena_is_full(f->arena);
}

static bool put_block(Fuser *f, EventKind kind, uint16_t index)
{
    uint32_t end = straight_end(f);

    note_wallet_parts(f, kind, index);
    note_reads(f, f->words, end, f->count);
    find_chains(f, end);
    for (uint32_t at = 0; at < end; at += word_count(f->words[at]))
        if (!put_word(f, at)) return false;
    if (word_op(f->words[end]) == OP_END)
        settle_all(f, true);
    else if (!put_words(f, end, f->count - end, true))
        return false;
    put(f, OP_END, NULL, NULL, NULL);
    return true;
}

/* Clocks that have an instant in this event, at a boundary all periods; false for events that come rarely. */
static bool clocks_of_event(const Image *img, EventKind kind, uint16_t index, uint64_t *ret)
{
    *ret = 0;
    for (uint32_t i = 0; i < img->clocks_count; i++) {
        const ClockRow *c = &img->clocks[i];
        bool is_tick = kind == EV_TICK && c->kind == CLOCK_TICK && c->index == index;
        bool is_feed = kind == EV_FEED && c->kind == CLOCK_FEED && c->index == index;
        bool is_period = c->kind == CLOCK_EVERY || c->kind == CLOCK_ACCOUNT;

        if (is_tick || is_feed || (kind == EV_BOUNDARY && is_period)) *ret |= UINT64_C(1) << i;
    }
    return kind == EV_TICK || kind == EV_FEED || kind == EV_BOUNDARY;
}

static uint64_t clocks_used(const Fuser *f)
{
    uint64_t used = 0;

    for (uint32_t at = 0; at < f->count; at += word_count(f->words[at]))
        if (op_info(word_op(f->words[at]))->group == GROUP_TIME)
            used |= f->vm->links[word_b(f->words[at])].clocks;
    return used;
}

Fused *fuse_block(Vm *vm, EventKind kind, uint16_t index, Arena *arena)
{
    const BlockRow *b = image_block(vm->image, PART_U, kind, index);
    Fused *fused = arena_new(arena, Fused);
    Fuser f = {.vm = vm, .arena = arena};
    uint64_t used;

    if (!b || b->count > MAX_FUSED_WORDS || arena_is_full(arena)) return NULL;
    f.words = vm->image->shared.words + b->first;
    f.count = b->count;
    used = clocks_used(&f);
    if (!clocks_of_event(vm->image, kind, index, &f.expected) || !make_tables(&f)) return NULL;
    f.expected &= used;
    if (!put_block(&f, kind, index)) return NULL;
    *fused = (Fused){.used = used, .expected = f.expected, .ops = f.ops};
    for (uint32_t i = 0; i < f.op_count; i++)
        f.ops[i].code = exec_fused_code((uint32_t)f.ops[i].kind);
    return fused;
}
