/* exec_scalar.c — the plain walk: one word after the other, one value each.
 *
 * This is the meaning of the operations; every faster form must agree with it bit for bit.  It trusts the
 * verifier: no operand, row or jump is checked again.  With a trace each result is noted as it is made. */
#include "vm/arith.h"
#include "vm/machine.h"
#include "vm/state/average.h"
#include "vm/state/moment.h"
#include "vm/state/window.h"

/* What rules share while their words run. */
typedef struct Rules {
    uint16_t rule, group;
    bool has_failed; /* a require of the rule */
    int32_t token;   /* named by TOK */
} Rules;

static const Intent no_intent = {.action = 0xFFFF, .group = 0xFFFF, .token = -1};

static Intent *put_intent(const Run *run, IntentKind kind, uint16_t rule)
{
    VmOut *out = run->out;
    Intent *it = &out->intents[out->intent_count];

    if (out->intent_count < out->intent_cap)
        out->intent_count++; /* else the last is overwritten */
    else
        it = &out->intents[out->intent_cap - 1];
    *it = no_intent;
    it->kind = (uint8_t)kind;
    it->rule = rule;
    it->size = it->price = it->good_for = UNKNOWN;
    it->bid = it->bid_size = it->ask = it->ask_size = it->refresh = UNKNOWN;
    return it;
}

static Intent *put_action(const Run *run, IntentKind kind, const Rules *rules, uint64_t w)
{
    const ActionRow *a = &run->vm->image->actions[word_c(w)];
    Intent *it = put_intent(run, kind, a->rule);

    it->action = word_c(w);
    it->token = word_flags(w) & WF_DYN ? rules->token : a->token;
    it->group = word_flags(w) & WF_GROUP ? rules->group : a->group;
    return it;
}

/* Is the rule looked at now?  Only a boundary's block is run for clocks that are not all due. */
static inline bool is_due(const Run *run, const RuleRow *r)
{
    return run->ev->kind != EV_BOUNDARY || !r->clocks || (r->clocks & run->ev->clocks);
}

static void note_closed(const Run *run, uint16_t rule, bool is_gate, uint8_t cond)
{
    const RuleRow *r = &run->vm->image->rules[rule];

    if (is_gate && cond == COND_FALSE) run->vm->last_false[rule] = arm_stamp(run->ev->count);
    if (r->kind == RULE_WHILE) put_intent(run, INTENT_WITHDRAW, rule);
}

/* True when the words of the rule are skipped. */
static bool skip_rule(const Run *run, Rules *rules, uint64_t w, uint8_t cond)
{
    uint16_t rule = word_b(w);
    bool is_gate = word_op(w) == OP_GATE, is_strict = !is_gate || word_flags(w) & WF_STRICT;

    if (!is_due(run, &run->vm->image->rules[rule])) return true;
    if (is_strict ? cond != COND_TRUE : cond == COND_FALSE) {
        note_closed(run, rule, is_gate, cond);
        return true;
    }
    rules->rule = rule;
    rules->has_failed = false;
    return false;
}

static uint8_t arm(const Run *run, MemArm *m, uint16_t rule, uint8_t cond)
{
    bool fires;

    if (cond == COND_UNKNOWN) return COND_FALSE;
    if (cond == COND_FALSE) {
        m->fired = 0;
        return COND_FALSE;
    }
    fires = m->fired <= run->vm->last_false[rule];
    m->fired = arm_stamp(run->ev->count);
    return fires ? COND_TRUE : COND_FALSE;
}

static void put_skip(const Run *run, Rules *rules, uint64_t w, uint8_t cond)
{
    Intent *it = put_intent(run, INTENT_SKIP, rules->rule);

    it->reason = word_b(w);
    it->is_unknown = cond == COND_UNKNOWN;
    rules->has_failed = true;
}

static void set_next(MemState *m, Held value)
{
    m->next = value;
    m->has_next = 1;
}

static void init_now(MemState *m, Held value, bool is_known)
{
    if (m->is_set || !is_known) return;
    m->out = value;
    m->is_set = 1;
}

/* False: the row holds its output.  At a staleness instant the output becomes unknown. */
static inline bool advances(const Run *run, const StateLink *s, void *mem)
{
    if (!(s->clocks & run->ev->clocks)) return false;
    if (run->ev->is_stale) memory_stale(s, mem);
    return !run->ev->is_stale;
}

static double token_field(const Run *run, double token, uint16_t field)
{
    int32_t idx = token_number(token);
    const VmWallet *w = run->wallet;

    if (field < FIELD_POSITION) return book_field(run->vm, token, field);
    if (idx < 0 || !w->held || (uint32_t)idx >= w->held_tokens) return UNKNOWN;
    return w->held[(size_t)idx * HELD_FIELDS + (field - FIELD_POSITION)];
}

static void sma_any_step(const StateLink *s, MemWindow *m, double x)
{
    if (s->is_exact)
        sma_exact_step(s, m, x);
    else
        sma_step(s, m, x);
}

static void put_value(VmValue *v, double num, uint8_t cond)
{
    v->num = num;
    v->cond = cond;
    v->is_set = true;
}

/* Operands of the current word (NEXT_x: of its second word). */
#define NUM_AT(operand) (nums[bases[(operand) >> 12] + ((operand)&OPND_INDEX)])
#define COND_AT(operand) (conds[bases[(operand) >> 12] + ((operand)&OPND_INDEX)])
#define OPTIONAL_AT(operand) ((operand) == OPND_NONE ? UNKNOWN : NUM_AT(operand))
#define NA NUM_AT(word_a(*w))
#define NB NUM_AT(word_b(*w))
#define NC NUM_AT(word_c(*w))
#define NN NUM_AT(word_a(w[1]))
#define QA COND_AT(word_a(*w))
#define QB COND_AT(word_b(*w))
#define QC COND_AT(word_c(*w))
#define QN COND_AT(word_a(w[1]))
#define PUT_NUM(value)                                                          \
    do {                                                                        \
        double put_ = (value);                                                  \
        NA = put_;                                                              \
        if (trace) trace_num(trace, !run->wallet, (uint32_t)(w - words), put_); \
    } while (0)
#define PUT_COND(value)                                                         \
    do {                                                                        \
        uint8_t put_ = (value);                                                 \
        QA = put_;                                                              \
        if (trace) trace_num(trace, !run->wallet, (uint32_t)(w - words), put_); \
    } while (0)

#define UNARY(name, f)  \
    CASE(name)          \
    {                   \
        PUT_NUM(f(NB)); \
        NEXT(1);        \
    }
#define BINARY(name, f)     \
    CASE(name)              \
    {                       \
        PUT_NUM(f(NB, NC)); \
        NEXT(1);            \
    }
#define COMPARE(name, f)     \
    CASE(name)               \
    {                        \
        PUT_COND(f(NB, NC)); \
        NEXT(1);             \
    }
#define LOGIC(name, f)       \
    CASE(name)               \
    {                        \
        PUT_COND(f(QB, QC)); \
        NEXT(1);             \
    }
/* A time operation: `step` runs when the row advances, with the row `s` and its memory `m`. */
#define TIME(name, Memory, PUT, result, words_, step)      \
    CASE(name)                                             \
    {                                                      \
        const StateLink *s = &vm->links[word_b(*w)];       \
        Memory *m = (Memory *)(void *)(state + s->offset); \
        if (advances(run, s, m)) step;                     \
        PUT(result);                                       \
        NEXT(words_);                                      \
    }
#define PUT_LIMIT(name, num_, cond_)                           \
    CASE(name)                                                 \
    {                                                          \
        put_value(&run->out->limits[word_c(*w)], num_, cond_); \
        NEXT(1);                                               \
    }
#define PUT_SHOW(name, num_, cond_)                           \
    CASE(name)                                                \
    {                                                         \
        put_value(&run->out->shows[word_c(*w)], num_, cond_); \
        NEXT(1);                                              \
    }
#define MEMORY_OF(row)                                                         \
    ((vm->links[row].space == SPACE_SHARED ? vm->state : run->wallet->state) + \
     vm->links[row].offset)

/* Computed goto where the compiler has it; define EXEC_SWITCH to try the other form. */
#if defined(__GNUC__) && !defined(EXEC_SWITCH)
#define CASE(name) at_##name:
#define NEXT(words_) goto *labels[word_op(*(w += (words_)))]
#else
#define CASE(name) case OP_##name:
#define NEXT(words_)   \
    {                  \
        w += (words_); \
        break;         \
    }
#endif

void exec_scalar(const Run *run, const uint64_t *words, uint32_t first)
{
    Vm *vm = run->vm;
    Trace *trace = vm->trace;
    double *nums = vm->nums;
    uint8_t *conds = vm->conds;
    const uint32_t *bases = vm->bases;
    char *state = run->wallet ? run->wallet->state : vm->state; /* the part's own block */
    const uint64_t *w = words + first;
    Rules rules = {0};

#if defined(__GNUC__) && !defined(EXEC_SWITCH)
    static const void *const labels[OP_CODES] = {
#define OP(code, name, ...) [code] = &&at_##name,
#include "vm/opcodes.def"
#undef OP
    };
    goto *labels[word_op(*w)];
#else
    for (;;)
        switch ((Op)word_op(*w)) {
#endif

    CASE(NOP) NEXT(1);
    CASE(END) return;
    CASE(GATE)
    {
        if (skip_rule(run, &rules, *w, QA)) w += word_c(*w);
        NEXT(1);
    }
    CASE(MASK)
    {
        if (skip_rule(run, &rules, *w, QA)) w += word_c(*w);
        NEXT(1);
    }

    CASE(LDI)
    {
        PUT_NUM(vm->inputs[word_b(*w)]);
        NEXT(1);
    }
    CASE(LDE)
    {
        PUT_NUM(run->ev->fields ? run->ev->fields[word_b(*w)] : UNKNOWN);
        NEXT(1);
    }
    CASE(LDW)
    {
        PUT_NUM(run->wallet->inputs[word_b(*w)]);
        NEXT(1);
    }
    CASE(LDT)
    {
        PUT_NUM(token_field(run, NB, word_c(*w)));
        NEXT(1);
    }
    CASE(LDS)
    {
        const Held *held = (const Held *)(void *)MEMORY_OF(word_b(*w));
        if (word_a(*w) & 0x1000)
            PUT_COND((uint8_t)held->cond);
        else
            PUT_NUM(held->num);
        NEXT(1);
    }
    CASE(LDB)
    {
        PUT_COND((uint8_t)word_b(*w));
        NEXT(1);
    }

    BINARY(ADD, ar_add)
    BINARY(SUB, ar_sub)
    BINARY(MUL, ar_mul)
    BINARY(DIV, ar_div)
    BINARY(MIN, ar_min)
    BINARY(MAX, ar_max)
    BINARY(OTH, ar_oth)
    UNARY(NEG, ar_neg)
    UNARY(ABS, ar_abs)
    UNARY(FLOOR, ar_floor)
    UNARY(CEIL, ar_ceil)
    UNARY(ROUND, ar_round)
    UNARY(SQRT, ar_sqrt)
    UNARY(LN, ar_ln)
    UNARY(EXP, ar_exp)
    UNARY(SIGN, ar_sign)
    CASE(SEL)
    {
        PUT_NUM(ar_sel(QB, NC, NN));
        NEXT(2);
    }
    CASE(SELB)
    {
        PUT_COND(ar_selb(QB, QC, QN));
        NEXT(2);
    }

    COMPARE(LT, ar_lt)
    COMPARE(LE, ar_le)
    COMPARE(LTQ, ar_ltq)
    COMPARE(LEQ, ar_leq)
    COMPARE(EQ, ar_eq)
    COMPARE(EQQ, ar_eqq)
    CASE(INK)
    {
        PUT_COND(ar_ink(NB, NC, NN));
        NEXT(2);
    }
    CASE(INKQ)
    {
        PUT_COND(ar_inkq(NB, NC, NN));
        NEXT(2);
    }
    CASE(KNOWN)
    {
        PUT_COND(ar_known(NB));
        NEXT(1);
    }
    LOGIC(AND, ar_and)
    LOGIC(OR, ar_or)
    LOGIC(OTHB, ar_othb)
    LOGIC(EQB, ar_eqb)
    CASE(NOT)
    {
        PUT_COND(ar_not(QB));
        NEXT(1);
    }
    CASE(KNOWNB)
    {
        PUT_COND(ar_knownb(QB));
        NEXT(1);
    }

    CASE(PREV)
    {
        const StateLink *s = &vm->links[word_b(*w)];
        MemPrev *m = (MemPrev *)(void *)(state + s->offset);
        bool moves = advances(run, s, m);

        if (moves && word_flags(*w) != WF_WRITE) prev_read(s, m);
        if (moves && word_flags(*w) != WF_READ) prev_write(s, m, NC); /* the register may be both */
        if (word_flags(*w) != WF_WRITE) PUT_NUM(m->out.num);
        NEXT(1);
    }
    CASE(PREVB)
    {
        const StateLink *s = &vm->links[word_b(*w)];
        MemPrev *m = (MemPrev *)(void *)(state + s->offset);
        bool moves = advances(run, s, m);

        if (moves && word_flags(*w) != WF_WRITE) prevb_read(s, m);
        if (moves && word_flags(*w) != WF_READ)
            prevb_write(s, m, QC); /* the register may be both */
        if (word_flags(*w) != WF_WRITE) PUT_COND((uint8_t)m->out.cond);
        NEXT(1);
    }
    TIME(EMA, MemMean, PUT_NUM, m->out, 1, ema_step(s, m, NC))
    TIME(RMA, MemMean, PUT_NUM, m->out, 1, rma_step(s, m, NC))
    TIME(SMA, MemWindow, PUT_NUM, m->out, 1, sma_any_step(s, m, NC))
    TIME(RSI, MemRsi, PUT_NUM, m->out, 1, rsi_step(s, m, NC))
    TIME(STDEV, MemWindow, PUT_NUM, m->out, 1, stdev_step(s, m, NC))
    TIME(ZSC, MemWindow, PUT_NUM, m->out, 1, zscore_step(s, m, NC))
    TIME(HIGH, MemPeak, PUT_NUM, m->out, 1, peak_step(s, m, NC))
    TIME(LOW, MemPeak, PUT_NUM, m->out, 1, peak_step(s, m, NC))
    TIME(VWAP, MemVwap, PUT_NUM, m->out, 2, vwap_step(s, m, NC, NN))
    TIME(XUP, MemCross, PUT_COND, (uint8_t)m->out, 2, cross_step(m, ar_lt(NN, NC)))
    TIME(XUPQ, MemCross, PUT_COND, (uint8_t)m->out, 2, cross_step(m, ar_ltq(NN, NC)))
    TIME(HELD, MemSince, PUT_COND, (uint8_t)m->out.cond, 1, held_step(s, m, QC, run->ev->now_us))
    TIME(SINCE, MemSince, PUT_NUM, m->out.num, 1, since_step(m, QC, run->ev->now_us))
    TIME(SMPL, MemSample, PUT_NUM, m->out.num, 1, m->out.num = NC)
    TIME(SMPLB, MemSample, PUT_COND, (uint8_t)m->out.cond, 1, m->out.cond = QC)

    CASE(PBUY)
    {
        PUT_NUM(book_of(vm, NB, OP_PBUY, word_flags(*w), NC));
        NEXT(1);
    }
    CASE(PSELL)
    {
        PUT_NUM(book_of(vm, NB, OP_PSELL, word_flags(*w), NC));
        NEXT(1);
    }
    CASE(DBUY)
    {
        PUT_NUM(book_of(vm, NB, OP_DBUY, word_flags(*w), NC));
        NEXT(1);
    }
    CASE(DSELL)
    {
        PUT_NUM(book_of(vm, NB, OP_DSELL, word_flags(*w), NC));
        NEXT(1);
    }
    CASE(FEE)
    {
        PUT_NUM(book_of(vm, NB, OP_FEE, word_flags(*w), 0));
        NEXT(1);
    }

    CASE(ARM)
    {
        uint16_t rule = word_c(*w);
        const StateLink *s = &vm->links[vm->image->rules[rule].arm];

        PUT_COND(arm(run, (MemArm *)(void *)(state + s->offset), rule, QB));
        NEXT(1);
    }
    CASE(REQ)
    {
        if (QA != COND_TRUE) put_skip(run, &rules, *w, QA);
        NEXT(word_flags(*w) & WF_LAST && rules.has_failed ? 1U + word_c(*w) : 1U);
    }
    CASE(LEGS)
    {
        Intent *it = put_intent(run, INTENT_LEGS, rules.rule);

        it->group = rules.group = word_c(*w);
        it->price = NA;
        NEXT(1);
    }
    CASE(LEGE)
    {
        put_intent(run, INTENT_LEGE, rules.rule)->group = word_c(*w);
        NEXT(1);
    }

    CASE(TOK)
    {
        rules.token = token_number(NA);
        NEXT(1);
    }
    CASE(ORDER)
    {
        Intent *it = put_action(run, INTENT_ORDER, &rules, *w);

        it->size = OPTIONAL_AT(word_a(*w));
        it->price = OPTIONAL_AT(word_b(*w));
        it->is_unknown = word_b(*w) != OPND_NONE && !num_is_known(it->price);
        if (word_flags(*w) & WF_EXT) it->good_for = NN;
        NEXT(word_flags(*w) & WF_EXT ? 2 : 1);
    }
    CASE(CLOSE)
    {
        Intent *it = put_action(run, INTENT_CLOSE, &rules, *w);

        it->price = OPTIONAL_AT(word_a(*w));
        it->is_unknown = word_a(*w) != OPND_NONE && !num_is_known(it->price);
        NEXT(1);
    }
    CASE(QUOTE)
    {
        Intent *it = put_action(run, INTENT_QUOTE, &rules, *w);

        it->bid = OPTIONAL_AT(word_a(*w));
        it->bid_size = OPTIONAL_AT(word_b(*w));
        it->ask = OPTIONAL_AT(word_a(w[1]));
        it->ask_size = OPTIONAL_AT(word_b(w[1]));
        it->refresh = OPTIONAL_AT(word_c(w[1]));
        NEXT(2);
    }
    CASE(CANCEL)
    {
        put_action(run, INTENT_CANCEL, &rules, *w);
        NEXT(1);
    }
    CASE(SETS)
    {
        put_action(run, INTENT_SETS, &rules, *w)->size = NA;
        NEXT(1);
    }
    CASE(ALERT)
    {
        put_action(run, INTENT_ALERT, &rules, *w);
        NEXT(1);
    }

    CASE(SET)
    {
        set_next((MemState *)(void *)MEMORY_OF(word_b(*w)), (Held){.num = NA});
        NEXT(1);
    }
    CASE(SETB)
    {
        set_next((MemState *)(void *)MEMORY_OF(word_b(*w)), (Held){.cond = QA});
        NEXT(1);
    }
    CASE(INIT)
    {
        init_now((MemState *)(void *)MEMORY_OF(word_b(*w)), (Held){.num = NA}, num_is_known(NA));
        NEXT(1);
    }
    CASE(INITB)
    {
        init_now((MemState *)(void *)MEMORY_OF(word_b(*w)), (Held){.cond = QA}, QA);
        NEXT(1);
    }

    PUT_LIMIT(EXIT, NA, COND_UNKNOWN)
    PUT_LIMIT(EXITB, UNKNOWN, QA)
    PUT_LIMIT(LIMIT, NA, COND_UNKNOWN)
    PUT_LIMIT(LIMITB, UNKNOWN, QA)
    PUT_SHOW(SHOW, NA, COND_UNKNOWN)
    PUT_SHOW(SHOWB, UNKNOWN, QA)
    PUT_SHOW(PROM, UNKNOWN, QA)
    PUT_SHOW(PROBE, NA, COND_UNKNOWN)
    PUT_SHOW(PROBEB, UNKNOWN, QA)
#if !defined(__GNUC__) || defined(EXEC_SWITCH)
case OP_CODES:
    return;
}
#endif
}
