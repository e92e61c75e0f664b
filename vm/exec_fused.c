/* exec_fused.c — runs linked blocks (fuse.h): direct pointers, no decoding, no clocks to look at.
 *
 * Each operation is a function that ends by calling the next one, so that a step is a jump and nothing is
 * saved between steps.  Where a compiler makes real calls of them (debug builds of gcc), the stack stays
 * bounded: a block has at most a few thousand operations. */
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

#if defined(__has_attribute) && __has_attribute(musttail) && !defined(__wasm__)
#define TAIL_CALL __attribute__((musttail)) return
#else
#define TAIL_CALL return
#endif
/* Goes on with the operation behind `op`. */
#define NEXT(gathered_) TAIL_CALL op[1].code(op + 1, run, gathered_)

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
    S(SMA, sma_step(op->link, op->dst, X))                     \
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
    S(FUSED_PREV_READ, prev_read(op->link, op->dst))           \
    S(FUSED_PREV_WRITE, prev_write(op->link, op->dst, X))      \
    S(FUSED_PREVB_READ, prevb_read(op->link, op->dst))         \
    S(FUSED_PREVB_WRITE, prevb_write(op->link, op->dst, QX))   \
    S(FUSED_COPY, NUM_OUT = X)                                 \
    S(FUSED_COPYB, COND_OUT = QX)                              \
    S(FUSED_WORDS, exec_scalar(run, op->x, 0))

/* ... in two halves (average.h): the usual step, or else the odd one. */
#define AVERAGES(A)            \
    A(EMA, ema_usual, ema_odd) \
    A(RMA, rma_usual, rma_odd) \
    A(RSI, rsi_usual, rsi_odd) \
    A(FUSED_SMA_EXACT, sma_exact_usual, sma_exact_odd)

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

/* `gathered` is what a chain has come to so far; between chains it is true. */
#define OPERATION(name) static void at_##name(const FusedOp *op, const Run *run, uint32_t gathered)
#define V_BODY(name, result, expression) \
    OPERATION(name)                      \
    {                                    \
        result = expression;             \
        NEXT(gathered);                  \
    }
#define S_BODY(name, step) \
    OPERATION(name)        \
    {                      \
        step;              \
        NEXT(gathered);    \
    }
#define A_BODY(name, usual, odd)                                 \
    __attribute__((noinline)) OPERATION(name##_ODD)              \
    {                                                            \
        odd(op->link, op->dst, X);                               \
        NEXT(gathered);                                          \
    }                                                            \
    OPERATION(name)                                              \
    {                                                            \
        if (LIKELY(usual(op->link, op->dst, X))) NEXT(gathered); \
        TAIL_CALL at_##name##_ODD(op, run, gathered);            \
    }
/* A false term settles its chain: the rest is skipped, up to and with the STORE at dst. */
#define T_BODY(name, is_true, is_false)      \
    OPERATION(name)                          \
    {                                        \
        if (is_true) NEXT(gathered);         \
        if (!(is_false)) NEXT(COND_UNKNOWN); \
        op = op->dst;                        \
        COND_OUT = COND_FALSE;               \
        NEXT(COND_TRUE);                     \
    }

VALUES(V_BODY)
STEPS(S_BODY)
AVERAGES(A_BODY)
TERMS(T_BODY)
OPERATION(FUSED_STORE)
{
    COND_OUT = (uint8_t)gathered;
    NEXT(COND_TRUE);
}
OPERATION(END)
{
    (void)op, (void)run, (void)gathered;
}

FusedCode *exec_fused_code(uint32_t kind)
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
#define V_CODE(name, result, expression) [KIND_##name] = at_##name,
#define S_CODE(name, step) [KIND_##name] = at_##name,
#define A_CODE(name, usual, odd) [KIND_##name] = at_##name,
#define T_CODE(name, is_true, is_false) [KIND_##name] = at_##name,
    static FusedCode *const codes[FUSED_KINDS] = {
        VALUES(V_CODE) STEPS(S_CODE) AVERAGES(A_CODE) TERMS(T_CODE)[OP_END] = at_END,
        [FUSED_STORE] = at_FUSED_STORE,
    };

    return codes[kind];
}
