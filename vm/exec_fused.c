/* exec_fused.c — runs linked blocks (fuse.h): direct pointers, no decoding, no clocks to look at. */
#include "vm/arith.h"
#include "vm/base/bug.h"
#include "vm/fuse.h"
#include "vm/state/average.h"
#include "vm/state/moment.h"
#include "vm/state/window.h"

#define X (*(const double *)op->x)
#define Y (*(const double *)op->y)
#define Z (*(const double *)op->z)
#define QX (*(const uint8_t *)op->x)
#define QY (*(const uint8_t *)op->y)
#define QZ (*(const uint8_t *)op->z)
#define NUM_OUT (*(double *)op->dst)
#define COND_OUT (*(uint8_t *)op->dst)

#if defined(__GNUC__) && !defined(EXEC_SWITCH)
#define CASE(name) at_##name:
#define GO goto * op->label
#define NEXT \
    op++;    \
    GO;
#else
#define CASE(name) case KIND_##name:
#define NEXT \
    op++;    \
    continue;
#endif

/* Operations with a value: name, result, expression. */
#define VALUES(V)                          \
    V(ADD, NUM_OUT, ar_add(X, Y))          \
    V(SUB, NUM_OUT, ar_sub(X, Y))          \
    V(MUL, NUM_OUT, ar_mul(X, Y))          \
    V(DIV, NUM_OUT, ar_div(X, Y))          \
    V(NEG, NUM_OUT, ar_neg(X))             \
    V(ABS, NUM_OUT, ar_abs(X))             \
    V(MIN, NUM_OUT, ar_min(X, Y))          \
    V(MAX, NUM_OUT, ar_max(X, Y))          \
    V(FLOOR, NUM_OUT, ar_floor(X))         \
    V(CEIL, NUM_OUT, ar_ceil(X))           \
    V(ROUND, NUM_OUT, ar_round(X))         \
    V(SQRT, NUM_OUT, ar_sqrt(X))           \
    V(SIGN, NUM_OUT, ar_sign(X))           \
    V(OTH, NUM_OUT, ar_oth(X, Y))          \
    V(SEL, NUM_OUT, ar_sel(QX, Y, Z))      \
    V(SELB, COND_OUT, ar_selb(QX, QY, QZ)) \
    V(LT, COND_OUT, ar_lt(X, Y))           \
    V(LE, COND_OUT, ar_le(X, Y))           \
    V(LTQ, COND_OUT, ar_ltq(X, Y))         \
    V(LEQ, COND_OUT, ar_leq(X, Y))         \
    V(EQ, COND_OUT, ar_eq(X, Y))           \
    V(EQQ, COND_OUT, ar_eqq(X, Y))         \
    V(INK, COND_OUT, ar_ink(X, Y, Z))      \
    V(INKQ, COND_OUT, ar_inkq(X, Y, Z))    \
    V(KNOWN, COND_OUT, ar_known(X))        \
    V(AND, COND_OUT, ar_and(QX, QY))       \
    V(OR, COND_OUT, ar_or(QX, QY))         \
    V(NOT, COND_OUT, ar_not(QX))           \
    V(OTHB, COND_OUT, ar_othb(QX, QY))     \
    V(KNOWNB, COND_OUT, ar_knownb(QX))     \
    V(EQB, COND_OUT, ar_eqb(QX, QY))

/* Time operations: their output stays in their memory, where readers find it. */
#define STEPS(S)                                               \
    S(EMA, ema_step(op->link, op->dst, X))                     \
    S(RMA, rma_step(op->link, op->dst, X))                     \
    S(SMA, sma_step(op->link, op->dst, X))                     \
    S(RSI, rsi_step(op->link, op->dst, X))                     \
    S(STDEV, stdev_step(op->link, op->dst, X))                 \
    S(ZSC, zscore_step(op->link, op->dst, X))                  \
    S(HIGH, peak_step(op->link, op->dst, X))                   \
    S(LOW, peak_step(op->link, op->dst, X))                    \
    S(VWAP, vwap_step(op->link, op->dst, X, Y))                \
    S(XUP, cross_step(op->dst, ar_lt(Y, X)))                   \
    S(XUPQ, cross_step(op->dst, ar_ltq(Y, X)))                 \
    S(HELD, held_step(op->link, op->dst, QX, run->ev->now_us)) \
    S(SINCE, since_step(op->dst, QX, run->ev->now_us))         \
    S(SMPL, ((MemSample *)op->dst)->out.num = X)               \
    S(SMPLB, ((MemSample *)op->dst)->out.cond = QX)            \
    S(FUSED_SMA_EXACT, sma_exact_step(op->link, op->dst, X))   \
    S(FUSED_PREV_READ, prev_read(op->link, op->dst))           \
    S(FUSED_PREV_WRITE, prev_write(op->link, op->dst, X))      \
    S(FUSED_PREVB_READ, prevb_read(op->link, op->dst))         \
    S(FUSED_PREVB_WRITE, prevb_write(op->link, op->dst, QX))   \
    S(FUSED_COPY, NUM_OUT = X)                                 \
    S(FUSED_COPYB, COND_OUT = QX)                              \
    S(FUSED_WORDS, exec_scalar(run, op->x, 0))

/* Terms of a chain: true, false, or neither when an operand is unknown. */
#define TERMS(T)                                                                   \
    T(FUSED_AND_LT, X < Y, X >= Y)                                                 \
    T(FUSED_AND_LE, X <= Y, X > Y)                                                 \
    T(FUSED_AND_LT_XK, X < op->low, X >= op->low)                                  \
    T(FUSED_AND_LT_KX, op->low < X, op->low >= X)                                  \
    T(FUSED_AND_LE_XK, X <= op->low, X > op->low)                                  \
    T(FUSED_AND_LE_KX, op->low <= X, op->low > X)                                  \
    T(FUSED_AND_LTQ, ar_micros(X) < ar_micros(Y), ar_micros(X) >= ar_micros(Y))    \
    T(FUSED_AND_LEQ, ar_micros(X) <= ar_micros(Y), ar_micros(X) > ar_micros(Y))    \
    T(FUSED_AND_LTQ_XK, ar_micros(X) < op->low, ar_micros(X) >= op->low)           \
    T(FUSED_AND_LTQ_KX, op->low < ar_micros(X), op->low >= ar_micros(X))           \
    T(FUSED_AND_LEQ_XK, ar_micros(X) <= op->low, ar_micros(X) > op->low)           \
    T(FUSED_AND_LEQ_KX, op->low <= ar_micros(X), op->low > ar_micros(X))           \
    T(FUSED_AND_INK, ar_ink(X, Y, Z) == COND_TRUE, ar_ink(X, Y, Z) == COND_FALSE)  \
    T(FUSED_AND_INK_K, op->low <= X && X <= op->high, op->low > X || X > op->high) \
    T(FUSED_AND_COND, QX == COND_TRUE, QX == COND_FALSE)

#define V_BODY(name, result, expression) \
    CASE(name)                           \
    {                                    \
        result = expression;             \
        NEXT                             \
    }
#define S_BODY(name, step) \
    CASE(name)             \
    {                      \
        step;              \
        NEXT               \
    }
/* A false term settles its chain: the rest is skipped, up to and with the STORE at dst. */
#define T_BODY(name, is_true, is_false) \
    CASE(name)                          \
    {                                   \
        if (LIKELY(is_true)) {          \
            NEXT                        \
        }                               \
        if (is_false) {                 \
            op = op->dst;               \
            COND_OUT = COND_FALSE;      \
            gathered = COND_TRUE;       \
            NEXT                        \
        }                               \
        gathered = COND_UNKNOWN;        \
        NEXT                            \
    }

/* Runs the ops, or, without a run, gives the labels of the kinds. */
static const void *const *run_ops(const Run *run, const FusedOp *op)
{
    enum {
#define OP(code, name, ...) KIND_##name = OP_##name,
#include "vm/opcodes.def"
#undef OP
        KIND_FUSED_COPY = FUSED_COPY,
        KIND_FUSED_COPYB = FUSED_COPYB,
        KIND_FUSED_PREV_READ = FUSED_PREV_READ,
        KIND_FUSED_PREV_WRITE = FUSED_PREV_WRITE,
        KIND_FUSED_PREVB_READ = FUSED_PREVB_READ,
        KIND_FUSED_PREVB_WRITE = FUSED_PREVB_WRITE,
        KIND_FUSED_SMA_EXACT = FUSED_SMA_EXACT,
        KIND_FUSED_AND_LT = FUSED_AND_LT,
        KIND_FUSED_AND_LE = FUSED_AND_LE,
        KIND_FUSED_AND_LT_XK = FUSED_AND_LT_XK,
        KIND_FUSED_AND_LT_KX = FUSED_AND_LT_KX,
        KIND_FUSED_AND_LE_XK = FUSED_AND_LE_XK,
        KIND_FUSED_AND_LE_KX = FUSED_AND_LE_KX,
        KIND_FUSED_AND_INK_K = FUSED_AND_INK_K,
        KIND_FUSED_AND_LTQ = FUSED_AND_LTQ,
        KIND_FUSED_AND_LEQ = FUSED_AND_LEQ,
        KIND_FUSED_AND_LTQ_XK = FUSED_AND_LTQ_XK,
        KIND_FUSED_AND_LTQ_KX = FUSED_AND_LTQ_KX,
        KIND_FUSED_AND_LEQ_XK = FUSED_AND_LEQ_XK,
        KIND_FUSED_AND_LEQ_KX = FUSED_AND_LEQ_KX,
        KIND_FUSED_AND_INK = FUSED_AND_INK,
        KIND_FUSED_AND_COND = FUSED_AND_COND,
        KIND_FUSED_STORE = FUSED_STORE,
        KIND_FUSED_WORDS = FUSED_WORDS,
    };
    uint8_t gathered = COND_TRUE; /* by the chain so far */

#if defined(__GNUC__) && !defined(EXEC_SWITCH)
#define V_LABEL(name, result, expression) [KIND_##name] = &&at_##name,
#define S_LABEL(name, step) [KIND_##name] = &&at_##name,
#define T_LABEL(name, is_true, is_false) [KIND_##name] = &&at_##name,
    static const void *const labels[FUSED_KINDS] = {
        VALUES(V_LABEL) STEPS(S_LABEL) TERMS(T_LABEL)[OP_END] = &&at_END,
        [FUSED_STORE] = &&at_FUSED_STORE,
    };
    if (!run) return labels;
    GO;
#else
    if (!run) return NULL;
    for (;;)
        switch (op->kind) {
#endif
    VALUES(V_BODY)
    STEPS(S_BODY)
    TERMS(T_BODY)
    CASE(FUSED_STORE)
    {
        COND_OUT = gathered;
        gathered = COND_TRUE;
        NEXT
    }
    CASE(END) return NULL;
#if !defined(__GNUC__) || defined(EXEC_SWITCH)
}
#endif
}

void exec_fused(const Run *run, const Fused *fused)
{
    run_ops(run, fused->ops);
}

const void *exec_fused_label(uint32_t kind)
{
    const void *const *labels = run_ops(NULL, NULL);

    return labels ? labels[kind] : (const void *)(uintptr_t)kind;
}
