/* closure.c — see closure.h. */
#include "compiler/prove/closure.h"

#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/fields.h"

#define INF __builtin_inf()

/* Facts of every book: smaller or equal.  A deeper level counts only where the box speaks of it, or of one
 * still deeper, which stand first. */
static const struct {
    FieldId small, large;
    FieldId deep; /* 0: none */
} book_facts[] = {
    {FIELD_BID3, FIELD_BID2, FIELD_BID3},
    {FIELD_BID2, FIELD_BID, FIELD_BID2},
    {FIELD_ASK2, FIELD_ASK3, FIELD_ASK3},
    {FIELD_ASK, FIELD_ASK2, FIELD_ASK2},
    {FIELD_BID, FIELD_MID, 0},
    {FIELD_MID, FIELD_ASK, 0},
    {FIELD_BID, FIELD_ASK, 0},
};

static void tighten(Bound *d, double v, bool strict)
{
    if (v < d->v || (v == d->v && strict && !d->strict)) *d = (Bound){v, strict};
}

uint32_t closure_node(const Closure *c, uint32_t term)
{
    for (uint32_t i = 1; i < c->n; i++)
        if (c->terms[i] == term) return i;
    return 0;
}

static double unit_of(const Terms *ts, uint32_t term)
{
    return ts->is_money[term] ? 1e6 : 1;
}

static uint32_t node(Terms *ts, Closure *c, uint32_t term)
{
    uint32_t i = term == NO_TERM ? 0 : closure_node(c, term);
    Interval in;
    double unit;

    if (i || term == NO_TERM) return i;
    if (c->n == CLOSURE_NODES) {
        c->is_cut = true;
        return 0;
    }
    i = c->n++;
    c->terms[i] = term;
    for (uint32_t j = 0; j <= i; j++)
        c->d[i][j] = c->d[j][i] = (Bound){i == j ? 0 : INF, false};
    in = ts->of[term];
    unit = unit_of(ts, term);
    if (in.hi != INF) tighten(&c->d[i][0], in.hi * unit, in.hi_open);
    if (in.lo != -INF) tighten(&c->d[0][i], -in.lo * unit, in.lo_open);
    return i;
}

static void add_book_facts(Terms *ts, Closure *c, uint8_t market, uint8_t outcome)
{
    for (size_t k = 0; k < ARRAY_LEN(book_facts); k++) {
        FieldId deep = book_facts[k].deep;
        uint32_t i, j;

        if (deep && !closure_node(c, term_of_book(ts, market, outcome, deep))) continue;
        i = node(ts, c, term_of_book(ts, market, outcome, book_facts[k].small));
        j = node(ts, c, term_of_book(ts, market, outcome, book_facts[k].large));
        if (i && j) tighten(&c->d[i][j], 0, false);
    }
}

/* move <= abs_move in every market. */
static void add_move_fact(const Terms *ts, Closure *c, uint32_t i, uint32_t j)
{
    const Expr *a, *b;

    if (c->terms[i] >= ts->p->exprs_count || c->terms[j] >= ts->p->exprs_count) return;
    a = ts->p->exprs[c->terms[i]];
    b = ts->p->exprs[c->terms[j]];
    if (a->op != EX_INPUT || b->op != EX_INPUT) return;
    if (ts->p->inputs[a->index].field != FIELD_MOVE ||
        ts->p->inputs[b->index].field != FIELD_ABS_MOVE)
        return;
    if (ts->p->inputs[a->index].market == ts->p->inputs[b->index].market)
        tighten(&c->d[i][j], 0, false);
}

static void add_facts(Terms *ts, Closure *c)
{
    uint32_t n = c->n;

    for (uint32_t i = 1; i < n; i++) {
        uint8_t market, outcome;
        FieldId field;

        if (term_is_book(ts, c->terms[i], &market, &outcome, &field) &&
            (field <= FIELD_SPREAD || (field >= FIELD_BID2 && field <= FIELD_ASK3)))
            add_book_facts(ts, c, market, outcome);
        for (uint32_t j = 1; j < n; j++)
            if (i != j) add_move_fact(ts, c, i, j);
    }
}

/* Shortest paths; a path from a node to itself below zero means that nothing lies in the box. */
static void close_paths(Closure *c)
{
    for (uint32_t k = 0; k < c->n; k++)
        for (uint32_t i = 0; i < c->n; i++) {
            if (c->d[i][k].v == INF) continue;
            for (uint32_t j = 0; j < c->n; j++)
                if (c->d[k][j].v != INF)
                    tighten(&c->d[i][j], c->d[i][k].v + c->d[k][j].v,
                            c->d[i][k].strict || c->d[k][j].strict);
        }
}

/* Sums along a path round; a proof needs more than that. */
static double rounding_room(const Closure *c)
{
    double largest = 1;

    for (uint32_t i = 0; i < c->n; i++)
        for (uint32_t j = 0; j < c->n; j++)
            if (c->d[i][j].v != INF && num_abs(c->d[i][j].v) > largest)
                largest = num_abs(c->d[i][j].v);
    return largest * 1e-15 * (double)c->n;
}

static void find_contradiction(Closure *c, double room)
{
    for (uint32_t i = 0; i < c->n; i++) {
        Bound self = c->d[i][i];

        if (self.v < -room || (self.v == 0 && self.strict)) c->is_empty = true;
    }
}

static bool flags_conflict(const Box *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        for (uint32_t j = i + 1; j < b->count; j++)
            if (b->atoms[i].kind == ATOM_FLAG && b->atoms[j].kind == ATOM_FLAG &&
                b->atoms[i].a == b->atoms[j].a && b->atoms[i].flag != b->atoms[j].flag)
                return true;
    return false;
}

void closure_of(Terms *ts, const Box *b, Closure *c)
{
    double room;

    c->n = 1;
    c->terms[0] = NO_TERM;
    c->d[0][0] = (Bound){0, false};
    c->is_cut = false;
    c->is_empty = flags_conflict(b);
    for (uint32_t k = 0; k < b->count; k++) {
        const Atom *a = &b->atoms[k];
        uint32_t i, j;

        if (a->kind != ATOM_BOUND) continue;
        i = node(ts, c, a->a);
        j = node(ts, c, a->b);
        if ((a->a != NO_TERM && !i) || (a->b != NO_TERM && !j)) continue;
        tighten(&c->d[i][j], a->bound, a->is_strict);
    }
    add_facts(ts, c);
    room = rounding_room(c);
    close_paths(c);
    find_contradiction(c, room);
}

/* One bound on one term needs no paths: its own range decides. */
static bool is_single(const Box *b)
{
    return b->count == 1 && b->atoms[0].kind == ATOM_BOUND &&
           (b->atoms[0].a == NO_TERM) != (b->atoms[0].b == NO_TERM);
}

static bool single_is_empty(const Terms *ts, const Atom *a)
{
    Interval in = ts->of[a->a == NO_TERM ? a->b : a->a];
    double unit = unit_of(ts, a->a == NO_TERM ? a->b : a->a);
    double least = a->a == NO_TERM ? -in.hi * unit : in.lo * unit;
    bool is_open = a->a == NO_TERM ? in.hi_open : in.lo_open;

    return least > a->bound || (least == a->bound && (a->is_strict || is_open));
}

bool box_is_empty(Terms *ts, const Box *b)
{
    Closure c;

    if (b->count == 0) return false;
    if (is_single(b)) return single_is_empty(ts, &b->atoms[0]);
    closure_of(ts, b, &c);
    return c.is_empty;
}

Interval closure_interval(const Terms *ts, const Closure *c, uint32_t term)
{
    uint32_t i = closure_node(c, term);
    Interval in = ts->of[term];
    double unit = unit_of(ts, term);

    if (!i) return in;
    if (c->d[i][0].v != INF) in = iv_meet(in, iv_upto(c->d[i][0].v / unit, c->d[i][0].strict));
    if (c->d[0][i].v != INF) in = iv_meet(in, iv_from(-c->d[0][i].v / unit, c->d[0][i].strict));
    return in;
}

/* A pair a - b by its own bound, everything else by intervals. */
static Interval pair_or_parts(Terms *ts, const Closure *c, const Lin *l)
{
    Interval in = iv_point(l->c);

    if (l->n == 2 && l->t[0].k == -l->t[1].k) {
        uint32_t i = closure_node(c, l->t[0].term), j = closure_node(c, l->t[1].term);
        double unit = unit_of(ts, l->t[0].term);

        if (i && j) {
            Interval d = {c->d[j][i].v == INF ? -INF : -c->d[j][i].v / unit,
                          c->d[i][j].v == INF ? INF : c->d[i][j].v / unit, c->d[j][i].strict,
                          c->d[i][j].strict};

            return iv_add(in, iv_mul(iv_point(l->t[0].k), d));
        }
    }
    for (uint32_t i = 0; i < l->n; i++)
        in = iv_add(in, iv_mul(iv_point(l->t[i].k), closure_interval(ts, c, l->t[i].term)));
    return in;
}

/* A sum that the box bounds bounds ours, if what is left over is bounded. */
static Interval by_sums(Terms *ts, const Closure *c, const Lin *l, Interval in)
{
    for (uint32_t i = 1; i < c->n; i++) {
        uint32_t term = c->terms[i];
        Lin sum, rest;

        if (term < ts->first_free || term == ts->count - 1) continue;
        sum = ts->sum_of[term - ts->first_free];
        for (int sign = -1; sign <= 1; sign += 2) {
            Interval whole = closure_interval(ts, c, term);

            if (sign < 0) whole = iv_neg(whole);
            rest = lin_sub(*l, lin_scale(sum, sign));
            if (rest.is_whole) in = iv_meet(in, iv_add(whole, pair_or_parts(ts, c, &rest)));
        }
    }
    return in;
}

/* The part of a box that has to do with a form, directly or through other bounds. */
static Box relevant(Terms *ts, const Box *b, const Lin *l)
{
    bool is_in[BOX_ATOMS] = {false}, grows = true;
    Box part = {.atoms = arena_array(ts->arena, Atom, b->count + 1)};

    if (arena_is_full(ts->arena)) return (Box){0};
    while (grows) {
        grows = false;
        for (uint32_t i = 0; i < b->count; i++) {
            bool touches = false;

            if (is_in[i] || b->atoms[i].kind != ATOM_BOUND) continue;
            for (uint32_t k = 0; k < l->n && !touches; k++)
                touches = atom_touches_term(ts, &b->atoms[i], l->t[k].term);
            for (uint32_t k = 0; k < part.count && !touches; k++)
                touches = atoms_touch(ts, &b->atoms[i], &part.atoms[k]);
            if (!touches) continue;
            is_in[i] = grows = true;
            part.atoms[part.count++] = b->atoms[i];
        }
    }
    return part;
}

Interval box_range(Terms *ts, const Box *b, const Lin *l)
{
    Closure c;
    Interval in;
    Box part = relevant(ts, b, l);

    closure_of(ts, &part, &c);
    in = pair_or_parts(ts, &c, l);
    return by_sums(ts, &c, l, in);
}
