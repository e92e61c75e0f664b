/* prover.c — every "never" of the prover against all ticks of a grid.
 *
 * Random conditions over a few fields are compiled; each finding ODX302 to ODX306 is checked by enumerating
 * every combination of values on a grid that is finer than all constants, each source unknown included.
 * One tick that refutes a finding fails the test.  --findings N sets how many to check. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/fixed.h"
#include "vm/base/rng.h"
#include "vm/vm.h"

enum { DEFAULT_FINDINGS = 1000, MAX_TRIES = 200000 };

/* ---- one tick of the grid, and what an expression is at it ----------------------------------------- */

typedef struct Tick {
    double bid, ask, move, elapsed; /* UNKNOWN when the source is silent */
} Tick;

typedef struct Value {
    double num;
    uint8_t cond;
} Value;

static const double slot_seconds = 900;

static double field_at_tick(const Tick *t, uint8_t field)
{
    switch ((FieldId)field) {
    case FIELD_BID:
        return t->bid;
    case FIELD_ASK:
        return t->ask;
    case FIELD_MID:
        return money_grid((t->bid + t->ask) / 2);
    case FIELD_SPREAD:
        return money_grid(t->ask - t->bid);
    case FIELD_MOVE:
        return t->move;
    case FIELD_ABS_MOVE:
        return num_abs(t->move);
    case FIELD_SLOT_ELAPSED:
        return t->elapsed;
    case FIELD_SLOT_LEFT:
        return slot_seconds - t->elapsed;
    case FIELD_SLOT_PROGRESS:
        return t->elapsed / slot_seconds;
    default:
        abort();
    }
}

static uint8_t truth(bool known, bool yes)
{
    return known ? (yes ? COND_TRUE : COND_FALSE) : COND_UNKNOWN;
}

static uint8_t and_of(uint8_t a, uint8_t b)
{
    if (a == COND_FALSE || b == COND_FALSE) return COND_FALSE;
    return a == COND_TRUE && b == COND_TRUE ? COND_TRUE : COND_UNKNOWN;
}

static uint8_t not_of(uint8_t a)
{
    return a == COND_UNKNOWN ? COND_UNKNOWN : a == COND_TRUE ? COND_FALSE : COND_TRUE;
}

static Value eval(const Program *p, const Expr *e, const Tick *t);

static uint8_t compare(const Program *p, const Expr *e, const Tick *t)
{
    double a = eval(p, e->args[0], t).num, b = eval(p, e->args[1], t).num, c = 0;
    bool known = num_is_known(a) && num_is_known(b);

    if (e->op == EX_BETWEEN) {
        c = eval(p, e->args[2], t).num;
        known &= num_is_known(c);
    }
    if (e->flags & EXF_GRID) a = money_grid(a), b = money_grid(b), c = money_grid(c);
    switch ((ExprOp)e->op) {
    case EX_LT:
        return truth(known, a < b);
    case EX_LE:
        return truth(known, a <= b);
    case EX_GT:
        return truth(known, a > b);
    case EX_GE:
        return truth(known, a >= b);
    case EX_EQ:
        return truth(known, a == b);
    case EX_NE:
        return truth(known, a != b);
    default:
        return truth(known, b <= a && a <= c);
    }
}

static double arith(const Program *p, const Expr *e, const Tick *t)
{
    double a = eval(p, e->args[0], t).num, b = e->arg_count > 1 ? eval(p, e->args[1], t).num : 0;

    switch ((ExprOp)e->op) {
    case EX_ADD:
        return num_canon(a + b);
    case EX_SUB:
        return num_canon(a - b);
    case EX_MUL:
        return num_canon(a * b);
    case EX_DIV:
        return num_canon(a / b);
    case EX_NEG:
        return num_canon(-a);
    case EX_ABS:
        return num_canon(num_abs(a));
    default:
        abort();
    }
}

static Value eval(const Program *p, const Expr *e, const Tick *t)
{
    uint8_t a, b;

    switch ((ExprOp)e->op) {
    case EX_LET:
        return eval(p, e->args[0], t);
    case EX_CONST:
        return (Value){.num = e->num};
    case EX_CONSTB:
        return (Value){.cond = truth(true, e->num != 0)};
    case EX_INPUT:
        return (Value){.num = field_at_tick(t, p->inputs[e->index].field)};
    case EX_NOT:
        return (Value){.cond = not_of(eval(p, e->args[0], t).cond)};
    case EX_AND:
    case EX_OR:
        a = eval(p, e->args[0], t).cond;
        b = eval(p, e->args[1], t).cond;
        if (e->op == EX_OR) return (Value){.cond = not_of(and_of(not_of(a), not_of(b)))};
        return (Value){.cond = and_of(a, b)};
    case EX_LT:
    case EX_LE:
    case EX_GT:
    case EX_GE:
    case EX_EQ:
    case EX_NE:
    case EX_BETWEEN:
        return (Value){.cond = compare(p, e, t)};
    default:
        return (Value){.num = arith(p, e, t)};
    }
}

/* ---- the grid -------------------------------------------------------------------------------------- */

typedef struct Claim {
    const Program *p;
    const Expr *cond, *part; /* of the rule; the part or veto the finding speaks of */
    uint8_t code;            /* 2 .. 6 of ODX30x */
} Claim;

/* True when this tick shows the claim to be wrong. */
static bool refutes(const Claim *c, const Tick *t)
{
    uint8_t cond;

    if (c->code == 2) return eval(c->p, c->part, t).cond == COND_TRUE;
    cond = eval(c->p, c->cond, t).cond;
    if (c->code == 3) return cond == COND_TRUE;
    if (c->code == 5)
        return cond == COND_TRUE &&
               eval(c->p, c->p->rules[0].requires[0].cond, t).cond == COND_TRUE &&
               eval(c->p, c->part, t).cond == COND_FALSE;
    return cond == COND_TRUE && eval(c->p, c->part, t).cond == COND_TRUE; /* 6 */
}

/* ODX304: with every other part true, this one is true. */
static bool others_hold(const Program *p, const Expr *e, const Expr *part, const Tick *t)
{
    while (e->op == EX_LET)
        e = e->args[0];
    if (e->op == EX_AND)
        return others_hold(p, e->args[0], part, t) && others_hold(p, e->args[1], part, t);
    return e == part || eval(p, e, t).cond == COND_TRUE;
}

static bool refutes_redundancy(const Claim *c, const Tick *t)
{
    return others_hold(c->p, c->cond, c->part, t) && eval(c->p, c->part, t).cond != COND_TRUE;
}

static bool check_times(const Claim *c, Tick t)
{
    for (int move = -7; move <= 6; move++)
        for (int elapsed = 0; elapsed <= 30; elapsed++) {
            t.move = move == -7 ? UNKNOWN : move / 200.0;
            t.elapsed = elapsed * 30;
            if (c->code == 4 ? refutes_redundancy(c, &t) : refutes(c, &t)) return false;
        }
    return true;
}

/* Books on a grid of 5c; constants are multiples of 10c. */
static bool check_all(const Claim *c)
{
    for (int bid = -1; bid <= 20; bid++)
        for (int ask = bid < 0 ? -1 : bid; ask <= 20; ask++) {
            Tick t = {.bid = bid < 0 ? UNKNOWN : bid / 20.0, .ask = ask < 0 ? UNKNOWN : ask / 20.0};

            if (!check_times(c, t)) return false;
        }
    return true;
}

/* ---- random conditions ----------------------------------------------------------------------------- */

static void put_price(Buf *b, Rng *r)
{
    static const char *const fields[] = {"up.bid", "up.ask", "up.mid", "up.spread"};

    buf_str(b, fields[rng_below(r, 4)]);
    if (rng_chance(r, 0.15)) buf_fmt(b, " + %dc", (int)rng_below(r, 3) * 10);
}

static void put_comparison(Buf *b, Rng *r)
{
    static const char *const ops[] = {"<", "<=", ">", ">="};
    const char *op = ops[rng_below(r, 4)];

    switch (rng_below(r, 6)) {
    case 0:
        buf_fmt(b, "slot.left %s %dm", op, (int)rng_below(r, 17));
        break;
    case 1:
        buf_fmt(b, "slot.progress %s %d%%", op, (int)rng_below(r, 11) * 10);
        break;
    case 2:
        buf_str(b, rng_chance(r, 0.5) ? "move" : "abs_move");
        buf_fmt(b, " %s %d%%", op, (int)rng_below(r, 4));
        break;
    case 3:
        put_price(b, r);
        buf_fmt(b, " %s ", op);
        put_price(b, r);
        break;
    case 4:
        put_price(b, r);
        buf_fmt(b, " between %dc", (int)rng_below(r, 10) * 10);
        buf_fmt(b, " and %dc", (int)rng_below(r, 11) * 10);
        break;
    default:
        put_price(b, r);
        buf_fmt(b, " %s %dc", op, (int)rng_below(r, 11) * 10);
    }
}

static void put_cond(Buf *b, Rng *r, int depth)
{
    uint64_t kind = depth ? rng_below(r, 8) : 0;

    if (kind < 3) {
        put_comparison(b, r);
    } else if (kind == 3) {
        buf_str(b, "not (");
        put_cond(b, r, depth - 1);
        buf_str(b, ")");
    } else {
        buf_str(b, kind == 4 ? "(" : "");
        put_cond(b, r, depth - 1);
        buf_str(b, kind == 4 ? " or " : " and ");
        put_cond(b, r, depth - 1);
        buf_str(b, kind == 4 ? ")" : "");
    }
}

static Span make_text(Arena *a, uint64_t seed)
{
    Rng r;
    Buf b;

    rng_init(&r, seed);
    buf_init(&b, a, 1 << 16);
    buf_str(&b, "odx 1\nstrategy \"P\"\nmarket m = polymarket \"btc-updown-15m\"\nwhen ");
    put_cond(&b, &r, 3);
    buf_str(&b, " {\n  require ");
    put_cond(&b, &r, 1);
    buf_str(&b, " else R\n  buy $5 of up at market within 2c\n}\nrisk {\n  no entry when ");
    put_cond(&b, &r, 1);
    buf_str(&b, "\n  hold to resolution\n}\n");
    return buf_span(&b);
}

/* ---- findings -------------------------------------------------------------------------------------- */

static const Expr *behind(const Expr *e)
{
    while (e->op == EX_LET)
        e = e->args[0];
    return e;
}

static const Expr *expr_at(const Program *p, Place at)
{
    for (uint32_t i = 0; i < p->exprs_count; i++)
        if (place_is_same(p->exprs[i]->place, at) && p->exprs[i]->type.shape == SHAPE_BOOL)
            return behind(p->exprs[i]);
    return NULL;
}

static bool is_in(Place outer, Place inner)
{
    return inner.begin >= outer.begin && inner.end <= outer.end;
}

/* The condition of the file that a place lies in. */
static const Expr *condition_around(const Program *p, Place at)
{
    const Rule *r = &p->rules[0];

    if (is_in(r->cond_place, at)) return r->cond;
    if (is_in(r->requires[0].cond->place, at)) return r->requires[0].cond;
    return p->limits[0].value;
}

static bool claim_of(const Program *p, const Diag *d, Claim *ret)
{
    int code = d->code == ODX302   ? 2
               : d->code == ODX303 ? 3
               : d->code == ODX304 ? 4
               : d->code == ODX305 ? 5
               : d->code == ODX306 ? 6
                                   : 0;

    if (!code || !p->rules_count || !p->rules[0].cond) return false;
    *ret = (Claim){p, condition_around(p, d->place), expr_at(p, d->place), (uint8_t)code};
    if (code == 5) *ret = (Claim){p, p->rules[0].cond, p->limits[0].value, 5};
    if (code == 6) *ret = (Claim){p, p->rules[0].cond, p->rules[0].requires[0].cond, 6};
    return code == 3 || ret->part != NULL;
}

static uint64_t wanted = DEFAULT_FINDINGS;

static void check_finding(const Diag *d, const Claim *c, Span text)
{
    if (check_all(c)) return;
    test_check(false, __FILE__, __LINE__, "a tick refutes %s at byte %u of\n%.*s",
               diag_info(d->code)->code, d->place.begin, (int)text.len, text.ptr);
}

static void all_claims_hold(void)
{
    uint32_t checked = 0, by_code[7] = {0};
    Arena *a = test_arena((size_t)256 << 20);

    for (uint64_t seed = 1; checked < wanted && seed < MAX_TRIES; seed++) {
        CompileOptions options = {.until = STAGE_PROVE};
        Span text;
        Compilation c;

        arena_reset(a);
        text = make_text(a, seed);
        c = compile(SPAN("p.odx"), text, &options, a);
        for (size_t i = 0; i < diags_count(c.diags); i++) {
            const Diag *d = diags_get(c.diags, i);
            Claim claim;

            if (!claim_of(c.program, d, &claim)) continue;
            check_finding(d, &claim, text);
            by_code[claim.code]++;
            checked++;
        }
    }
    printf("checked %u: 302 %u, 303 %u, 304 %u, 305 %u, 306 %u\n", checked, by_code[2], by_code[3],
           by_code[4], by_code[5], by_code[6]);
    CHECK(checked >= wanted);
    for (int i = 2; i <= 6; i++)
        CHECK(by_code[i] > 0);
}

int main(int argc, char **argv)
{
    test_arguments(argc, argv, (TestNumber[]){{"--findings", &wanted}}, 1);
    TEST_RUN(all_claims_hold);
    return test_end();
}
