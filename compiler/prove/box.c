/* box.c — see box.h. */
#include "compiler/prove/box.h"

#include <string.h>

#include "vm/base/fixed.h"
#include "vm/fields.h"

#define INF __builtin_inf()
#define MICROS 1e6

/* ---- atoms ----------------------------------------------------------------------------------------- */

/* A box that grows takes atoms of its own: copies of it may share the old ones. */
static bool make_room(Terms *ts, Box *b, uint32_t extra)
{
    uint32_t want = b->count + extra < 6 ? 6 : b->count + extra;
    Atom *atoms;

    if (b->count + extra <= b->cap) return true;
    if (b->count + extra > BOX_ATOMS) return false;
    atoms = arena_array(ts->arena, Atom, want);
    if (!atoms || arena_is_full(ts->arena)) return false;
    if (b->count) memcpy(atoms, b->atoms, b->count * sizeof *atoms);
    b->atoms = atoms;
    b->cap = want;
    return true;
}

static void add_atom(Terms *ts, Box *b, Atom a)
{
    if (make_room(ts, b, 1))
        b->atoms[b->count++] = a;
    else
        b->is_cut = true;
}

static double scale_of(const Terms *ts, uint32_t term)
{
    return ts->is_money[term] ? MICROS : 1;
}

/* What is not exact gets room for its rounding, so that the box is never smaller than the truth. */
static double with_slack(double bound, bool is_exact, bool is_money)
{
    if (is_money && is_exact) return num_rint(bound);
    if (is_money) return bound + 1.01;
    return is_exact ? bound : bound + 1e-9 * (num_abs(bound) > 1 ? num_abs(bound) : 1);
}

/* k t <= bound (or <), in the unit of the whole form. */
static void add_single(Terms *ts, Box *b, LinTerm t, double bound, bool strict, bool exact,
                       const Expr *from)
{
    double scale = scale_of(ts, t.term), limit = bound / t.k * scale;
    bool is_exact = exact && (t.k == 1 || t.k == -1), is_low = t.k < 0;
    Atom a = {.kind = ATOM_BOUND,
              .is_strict = strict && is_exact,
              .a = t.term,
              .b = NO_TERM,
              .from = from};

    if (limit != limit || limit == INF || limit == -INF) return;
    a.bound = with_slack(is_low ? -limit : limit, is_exact, ts->is_money[t.term]);
    if (is_low) a.a = NO_TERM, a.b = t.term;
    add_atom(ts, b, a);
}

/* u (x - y) <= bound for terms of one kind. */
static void add_difference(Terms *ts, Box *b, LinTerm x, LinTerm y, double bound, bool strict,
                           bool exact, const Expr *from)
{
    double u = x.k > 0 ? x.k : y.k;
    uint32_t up = x.k > 0 ? x.term : y.term, down = x.k > 0 ? y.term : x.term;
    bool is_exact = exact && u == 1;
    double limit = bound / u * scale_of(ts, up);

    if (ts->is_money[up] != ts->is_money[down] || limit != limit || limit == INF) return;
    add_atom(ts, b,
             (Atom){.kind = ATOM_BOUND,
                    .is_strict = strict && is_exact,
                    .a = up,
                    .b = down,
                    .bound = with_slack(limit, is_exact, ts->is_money[up]),
                    .from = from});
}

static Lin without(const Lin *l, uint32_t i, uint32_t j)
{
    Lin r = *l;

    r.n = 0;
    for (uint32_t k = 0; k < l->n; k++)
        if (k != i && k != j) r.t[r.n++] = l->t[k];
    return r;
}

/* A form of many terms bounds each term, and each opposite pair, by the range of the rest. */
static void add_weakened(Terms *ts, Box *b, const Lin *l, const Expr *from)
{
    for (uint32_t i = 0; i < l->n; i++) {
        Lin rest = without(l, i, i);
        Interval in = lin_range(ts, &rest);

        if (in.lo != -INF) add_single(ts, b, l->t[i], -in.lo, false, false, from);
        for (uint32_t j = i + 1; j < l->n && l->n > 2; j++) {
            if (l->t[i].k != -l->t[j].k) continue;
            rest = without(l, i, j);
            in = lin_range(ts, &rest);
            if (in.lo != -INF) add_difference(ts, b, l->t[i], l->t[j], -in.lo, false, false, from);
        }
    }
}

void box_add(Terms *ts, Box *b, const Lin *l, bool is_strict, bool is_money, const Expr *from)
{
    (void)is_money;
    if (l->n == 0) {
        bool holds = is_strict ? l->c < 0 : l->c <= 0;

        if (!holds && l->is_exact) /* 0 <= -1: nothing lies in it */
            add_atom(
                ts, b,
                (Atom){.kind = ATOM_BOUND, .a = NO_TERM, .b = NO_TERM, .bound = -1, .from = from});
    } else if (l->n == 1) {
        add_single(ts, b, l->t[0], -l->c, is_strict, l->is_exact, from);
    } else if (l->n == 2 && l->t[0].k == -l->t[1].k) {
        add_difference(ts, b, l->t[0], l->t[1], -l->c, is_strict, l->is_exact, from);
    } else {
        /* The whole sum as one term, in one direction, so that equal sums meet. */
        double k = l->t[0].k;
        Lin unit = lin_scale(*l, 1 / k);
        uint32_t term = term_of_sum(ts, &unit);

        add_single(ts, b, (LinTerm){term, k}, -l->c, is_strict, false, from);
        add_weakened(ts, b, l, from);
    }
}

void box_join(Terms *ts, Box *b, const Box *other)
{
    b->cap = b->count; /* what follows is this box's own */
    b->is_cut |= other->is_cut;
    if (!make_room(ts, b, other->count)) {
        b->is_cut = true;
        return;
    }
    if (other->count) memcpy(b->atoms + b->count, other->atoms, other->count * sizeof *b->atoms);
    b->count += other->count;
}

/* ---- boxes ----------------------------------------------------------------------------------------- */

static Boxes boxes_new(Terms *ts, uint32_t count)
{
    Boxes bs = {.count = count};

    if (count > BOX_MAX) return (Boxes){.is_cut = true};
    bs.items = arena_array(ts->arena, Box, count + 1);
    if (!bs.items || arena_is_full(ts->arena)) return (Boxes){.is_cut = true};
    return bs;
}

Boxes boxes_all(Terms *ts)
{
    return boxes_new(ts, 1);
}

static Boxes boxes_none(Terms *ts)
{
    return boxes_new(ts, 0);
}

Boxes boxes_and(Terms *ts, const Boxes *a, const Boxes *b)
{
    Boxes r;

    if (a->is_cut || b->is_cut) return (Boxes){.is_cut = true};
    r = boxes_new(ts, a->count * b->count);
    for (uint32_t i = 0; i < a->count && !r.is_cut; i++)
        for (uint32_t j = 0; j < b->count; j++) {
            Box *box = &r.items[i * b->count + j];

            *box = a->items[i];
            box_join(ts, box, &b->items[j]);
        }
    return r;
}

static Boxes boxes_or(Terms *ts, const Boxes *a, const Boxes *b)
{
    Boxes r;

    if (a->is_cut || b->is_cut) return (Boxes){.is_cut = true};
    r = boxes_new(ts, a->count + b->count);
    for (uint32_t i = 0; i < r.count && !r.is_cut; i++)
        r.items[i] = i < a->count ? a->items[i] : b->items[i - a->count];
    return r;
}

/* Exact when each side is on its grid by itself, whatever the difference of the forms. */
static Lin difference(Terms *ts, const Expr *x, const Expr *y)
{
    Lin a = lin_of(ts, x), b = lin_of(ts, y), d = lin_sub(a, b);

    d.is_exact = a.is_exact && b.is_exact;
    if (type_on_grid(x->type) || type_on_grid(y->type)) d.c = money_grid(d.c);
    return d;
}

/* Whether some x of `a` is below (or at) some y of `b`. */
static bool can_be_less(Interval a, Interval b, bool is_strict)
{
    return a.lo < b.hi || (a.lo == b.hi && !is_strict && !a.lo_open && !b.hi_open);
}

/* x < y, or x <= y. */
static Boxes compare(Terms *ts, const Expr *x, const Expr *y, bool is_strict, const Expr *from)
{
    Boxes bs = boxes_all(ts);
    Lin d = difference(ts, x, y);

    if (!can_be_less(ts->ranges[x->id].in, ts->ranges[y->id].in, is_strict)) return boxes_none(ts);
    if (bs.is_cut || !d.is_whole) return bs;
    box_add(ts, &bs.items[0], &d, is_strict, type_on_grid(x->type), from);
    return bs;
}

static Boxes both(Terms *ts, Boxes a, Boxes b)
{
    return boxes_and(ts, &a, &b);
}

static Boxes either(Terms *ts, Boxes a, Boxes b)
{
    return boxes_or(ts, &a, &b);
}

static Boxes equal(Terms *ts, const Expr *x, const Expr *y, bool want, const Expr *from)
{
    if (want) return both(ts, compare(ts, x, y, false, from), compare(ts, y, x, false, from));
    return either(ts, compare(ts, x, y, true, from), compare(ts, y, x, true, from));
}

static Boxes between(Terms *ts, const Expr *e, bool want)
{
    const Expr *x = e->args[0], *lo = e->args[1], *hi = e->args[2];

    if (want) return both(ts, compare(ts, lo, x, false, e), compare(ts, x, hi, false, e));
    return either(ts, compare(ts, x, lo, true, e), compare(ts, hi, x, true, e));
}

static Boxes one_of(Terms *ts, const Expr *e, bool want)
{
    Boxes r = want ? boxes_none(ts) : boxes_all(ts);

    for (uint32_t i = 1; i < e->arg_count; i++) {
        Boxes b = equal(ts, e->args[0], e->args[i], want, e);

        r = want ? boxes_or(ts, &r, &b) : boxes_and(ts, &r, &b);
    }
    return r;
}

/* A condition of which only its truth is known. */
static Boxes flag(Terms *ts, const Expr *e, bool want)
{
    Boxes bs = boxes_all(ts);

    if (!bs.is_cut)
        add_atom(ts, &bs.items[0],
                 (Atom){.kind = ATOM_FLAG,
                        .flag = want,
                        .a = term_of_cond(ts, e),
                        .b = NO_TERM,
                        .from = e});
    return bs;
}

enum { HELD_YES = 1, HELD_NO = 2 };

static bool moves_with_its_clock(Terms *ts, const Expr *e);

static bool find_moves(Terms *ts, const Expr *e)
{
    const FieldInfo *info;

    if (e->op == EX_STATE || e->wallet) return false;
    if (e->op == EX_INPUT) {
        info = field_info(ts->p->inputs[e->index].field);
        return info && (info->owner == OWNER_TOKEN || info->owner == OWNER_MARKET ||
                        info->owner == OWNER_INSTR || info->owner == OWNER_FEED);
    }
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id && !moves_with_its_clock(ts, e->args[i])) return false;
    return true;
}

/* Values that move only at instants of their own clocks, so that a held comparison of them stays true. */
static bool moves_with_its_clock(Terms *ts, const Expr *e)
{
    uint8_t *memo = &ts->held[e->id];

    if (!*memo) *memo = find_moves(ts, e) ? HELD_YES : HELD_NO;
    return *memo == HELD_YES;
}

static Boxes crossing(Terms *ts, const Expr *e, bool want)
{
    Boxes f = flag(ts, e, want);

    if (!want || !moves_with_its_clock(ts, e->args[0]) || !moves_with_its_clock(ts, e->args[1]))
        return f;
    return e->op == EX_XUP ? both(ts, f, compare(ts, e->args[1], e->args[0], true, e))
                           : both(ts, f, compare(ts, e->args[0], e->args[1], true, e));
}

/* Held since a while ago is true now as well, for values that move only at its instants. */
static Boxes held(Terms *ts, const Expr *e, bool want)
{
    Boxes f = flag(ts, e, want);

    if (!want || !moves_with_its_clock(ts, e->args[0])) return f;
    return both(ts, f, boxes_of(ts, e->args[0], true));
}

static Boxes choice(Terms *ts, const Expr *e, bool want)
{
    return either(ts, both(ts, boxes_of(ts, e->args[0], true), boxes_of(ts, e->args[1], want)),
                  both(ts, boxes_of(ts, e->args[0], false), boxes_of(ts, e->args[2], want)));
}

static Boxes make_boxes(Terms *ts, const Expr *e, bool want)
{
    switch ((ExprOp)e->op) {
    case EX_CONSTB:
        return (e->num != 0) == want ? boxes_all(ts) : boxes_none(ts);
    case EX_LT:
        return want ? compare(ts, e->args[0], e->args[1], true, e)
                    : compare(ts, e->args[1], e->args[0], false, e);
    case EX_LE:
        return want ? compare(ts, e->args[0], e->args[1], false, e)
                    : compare(ts, e->args[1], e->args[0], true, e);
    case EX_GT:
        return want ? compare(ts, e->args[1], e->args[0], true, e)
                    : compare(ts, e->args[0], e->args[1], false, e);
    case EX_GE:
        return want ? compare(ts, e->args[1], e->args[0], false, e)
                    : compare(ts, e->args[0], e->args[1], true, e);
    case EX_EQ:
        return equal(ts, e->args[0], e->args[1], want, e);
    case EX_NE:
        return equal(ts, e->args[0], e->args[1], !want, e);
    case EX_BETWEEN:
        return between(ts, e, want);
    case EX_IN:
        return one_of(ts, e, want);
    case EX_NOT:
        return boxes_of(ts, e->args[0], !want);
    case EX_AND:
        return want ? both(ts, boxes_of(ts, e->args[0], true), boxes_of(ts, e->args[1], true))
                    : either(ts, boxes_of(ts, e->args[0], false), boxes_of(ts, e->args[1], false));
    case EX_OR:
        return want ? either(ts, boxes_of(ts, e->args[0], true), boxes_of(ts, e->args[1], true))
                    : both(ts, boxes_of(ts, e->args[0], false), boxes_of(ts, e->args[1], false));
    case EX_IF:
        return choice(ts, e, want);
    case EX_XUP:
    case EX_XDOWN:
        return crossing(ts, e, want);
    case EX_HELD:
        return held(ts, e, want);
    default:
        return flag(ts, e, want);
    }
}

Boxes boxes_of(Terms *ts, const Expr *e, bool want)
{
    Boxes **memo, *made;

    e = expr_behind(e);
    memo = &ts->boxes[want][e->id];
    if (*memo) return **memo;
    made = arena_new(ts->arena, Boxes);
    if (!made || arena_is_full(ts->arena)) return (Boxes){.is_cut = true};
    if (ts->depth == BOX_DEPTH) return flag(ts, e, want); /* too deep: only its truth is known */
    ts->depth++;
    *made = make_boxes(ts, e, want);
    ts->depth--;
    *memo = made;
    return *made;
}

bool boxes_are_empty(Terms *ts, const Boxes *bs)
{
    if (bs->is_cut) return false;
    for (uint32_t i = 0; i < bs->count; i++)
        if (!box_is_empty(ts, &bs->items[i])) return false;
    return true;
}

/* ---- what can matter to what ----------------------------------------------------------------------- */

static bool is_of_moves(const Terms *ts, uint32_t term)
{
    const Expr *e = term < ts->p->exprs_count ? ts->p->exprs[term] : NULL;

    return e && e->op == EX_INPUT &&
           (ts->p->inputs[e->index].field == FIELD_MOVE ||
            ts->p->inputs[e->index].field == FIELD_ABS_MOVE);
}

static bool terms_touch(const Terms *ts, uint32_t x, uint32_t y)
{
    uint8_t x_market, x_outcome, y_market, y_outcome;
    FieldId x_field, y_field;

    if (x == NO_TERM || y == NO_TERM) return false;
    if (x == y || x >= ts->first_free || y >= ts->first_free) return true;
    if (term_is_book(ts, x, &x_market, &x_outcome, &x_field) &&
        term_is_book(ts, y, &y_market, &y_outcome, &y_field))
        return x_market == y_market && x_outcome == y_outcome;
    return is_of_moves(ts, x) && is_of_moves(ts, y);
}

bool atoms_touch(const Terms *ts, const Atom *a, const Atom *b)
{
    if (a->kind != b->kind) return false;
    if (a->kind == ATOM_FLAG) return a->a == b->a;
    return (a->a == NO_TERM && a->b == NO_TERM) || (b->a == NO_TERM && b->b == NO_TERM) ||
           terms_touch(ts, a->a, b->a) || terms_touch(ts, a->a, b->b) ||
           terms_touch(ts, a->b, b->a) || terms_touch(ts, a->b, b->b);
}

bool atom_touches_term(const Terms *ts, const Atom *a, uint32_t term)
{
    return a->kind == ATOM_BOUND && (terms_touch(ts, a->a, term) || terms_touch(ts, a->b, term));
}

static bool box_touches(const Terms *ts, const Box *a, const Box *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            if (atoms_touch(ts, &a->atoms[i], &b->atoms[j])) return true;
    return false;
}

bool boxes_touch(const Terms *ts, const Boxes *a, const Boxes *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            if (box_touches(ts, &a->items[i], &b->items[j])) return true;
    return false;
}
