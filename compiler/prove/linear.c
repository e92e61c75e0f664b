/* linear.c — see linear.h. */
#include "compiler/prove/linear.h"

#include "vm/base/buf.h"
#include "vm/base/fixed.h"
#include "vm/base/hash.h"
#include "vm/fields.h"

enum { BOOK_FIELDS_MAX = 16, OUTCOMES_MAX = 3, SUMS_MAX = 128, WALK_STEPS = 200000 };

const Expr *expr_behind(const Expr *e)
{
    while (e->op == EX_LET)
        e = e->args[0];
    return e;
}

bool type_on_grid(Type t)
{
    bool usd = t.dim.usd == 1 && t.dim.share == 0, share = t.dim.usd == 0 && t.dim.share == 1;

    return t.shape == SHAPE_NUM && t.dim.coin == 0 && t.dim.second == 0 &&
           (usd || share || (t.dim.usd == 1 && t.dim.share == -1));
}

/* ---- equal values ---------------------------------------------------------------------------------- */

static void put_word(Buf *b, uint64_t word)
{
    buf_put(b, &word, sizeof word);
}

/* An argument by its value; an argument that comes later (recursion) is only itself. */
static uint32_t arg_value(const Terms *ts, const Expr *e, uint32_t i)
{
    return e->args[i]->id < e->id ? ts->same[e->args[i]->id] : UINT32_MAX - e->id;
}

static uint64_t hash_of(const Terms *ts, const Expr *e)
{
    uint64_t h =
        hash_mix(e->op | (uint64_t)e->flags << 8 | (uint64_t)e->index << 16, num_bits(e->num));

    h = hash_mix(h, e->clocks);
    for (uint32_t i = 0; i < e->arg_count; i++)
        h = hash_mix(h, arg_value(ts, e, i));
    return h;
}

/* The same value at every instant. */
static bool is_same(const Terms *ts, const Expr *a, const Expr *b)
{
    if (a->op != b->op || a->flags != b->flags || a->index != b->index || a->clocks != b->clocks ||
        num_bits(a->num) != num_bits(b->num) || a->arg_count != b->arg_count)
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (arg_value(ts, a, i) != arg_value(ts, b, i)) return false;
    return true;
}

static void number_values(Terms *ts)
{
    uint32_t size = 16;
    uint32_t *table; /* id + 1 of the first expression of each value, open addressing */

    while (size < ts->p->exprs_count * 2)
        size *= 2;
    table = arena_array(ts->arena, uint32_t, size);
    if (!table || arena_is_full(ts->arena)) return;
    for (uint32_t i = 0; i < ts->p->exprs_count; i++) {
        const Expr *e = ts->p->exprs[i];
        uint32_t at;

        ts->same[i] = e->op == EX_LET ? ts->same[e->args[0]->id] : i;
        if (e->op == EX_LET) continue;
        at = (uint32_t)hash_of(ts, e) & (size - 1);
        while (table[at] && !is_same(ts, ts->p->exprs[table[at] - 1], e))
            at = (at + 1) & (size - 1);
        if (table[at])
            ts->same[i] = table[at] - 1;
        else
            table[at] = i + 1;
    }
}

/* ---- terms ----------------------------------------------------------------------------------------- */

static void range_books(Terms *ts)
{
    for (uint32_t i = ts->first_book; i < ts->first_elapsed; i++) {
        const FieldInfo *info = field_info((uint8_t)((i - ts->first_book) % BOOK_FIELDS_MAX));
        Interval in = iv_all();

        if (info && info->low == info->low) in.lo = info->low, in.lo_open = false;
        if (info && info->high == info->high) in.hi = info->high, in.hi_open = false;
        ts->of[i] = in;
        ts->is_direct[i] = true;
        ts->is_money[i] = info && (info->unit == FUNIT_PRICE || info->unit == FUNIT_SHARES);
    }
}

static void range_elapsed(Terms *ts)
{
    for (uint32_t m = 0; m < ts->p->markets_count; m++) {
        double seconds = (double)ts->p->markets[m].slot_us / 1e6;

        ts->of[ts->first_elapsed + m] = seconds > 0 ? iv_closed(0, seconds) : iv_from(0, false);
        ts->is_direct[ts->first_elapsed + m] = true;
    }
}

/* Fields that the venue or the ledger gives in whole micros. */
static bool is_on_grid(const Program *p, const Expr *e)
{
    uint8_t field;

    e = expr_behind(e);
    if (e->op != EX_INPUT) return false;
    field = p->inputs[e->index].field;
    return type_on_grid(e->type) && field != FIELD_ENTRY && field != FIELD_PNL;
}

Terms terms_new(const Program *p, const Range *ranges, Arena *arena)
{
    Terms ts = {.p = p, .arena = arena, .ranges = ranges};

    ts.first_book = p->exprs_count;
    ts.first_elapsed = ts.first_book + p->markets_count * OUTCOMES_MAX * BOOK_FIELDS_MAX;
    ts.first_free = ts.first_elapsed + p->markets_count;
    ts.count = ts.first_free + SUMS_MAX;
    ts.steps = WALK_STEPS;
    ts.lin = arena_array(arena, Lin *, p->exprs_count + 1);
    ts.boxes[0] = arena_array(arena, struct Boxes *, p->exprs_count + 1);
    ts.boxes[1] = arena_array(arena, struct Boxes *, p->exprs_count + 1);
    ts.held = arena_array(arena, uint8_t, p->exprs_count + 1);
    ts.same = arena_array(arena, uint32_t, p->exprs_count + 1);
    ts.of = arena_array(arena, Interval, ts.count);
    ts.is_direct = arena_array(arena, bool, ts.count);
    ts.is_money = arena_array(arena, bool, ts.count);
    ts.sum_of = arena_array(arena, Lin, SUMS_MAX);
    map_init(&ts.sums, arena);
    if (arena_is_full(arena)) return ts;
    number_values(&ts);
    for (uint32_t i = 0; i < p->exprs_count; i++) {
        ts.of[i] = ranges[i].in;
        ts.is_direct[i] = is_on_grid(p, p->exprs[i]);
        ts.is_money[i] = type_on_grid(p->exprs[i]->type);
    }
    range_books(&ts);
    range_elapsed(&ts);
    /* In order of id, so that a chain of names however long is never walked down at once. */
    for (uint32_t i = 0; i < p->exprs_count && !arena_is_full(arena); i++)
        if (p->exprs[i]->type.shape == SHAPE_NUM) (void)lin_of(&ts, p->exprs[i]);
    return ts;
}

uint32_t term_of_book(const Terms *ts, uint8_t market, uint8_t outcome, FieldId field)
{
    return ts->first_book + ((uint32_t)market * OUTCOMES_MAX + outcome) * BOOK_FIELDS_MAX + field;
}

bool term_is_book(const Terms *ts, uint32_t term, uint8_t *ret_market, uint8_t *ret_outcome,
                  FieldId *ret_field)
{
    uint32_t at = term - ts->first_book;

    if (term < ts->first_book || term >= ts->first_elapsed) return false;
    *ret_field = (FieldId)(at % BOOK_FIELDS_MAX);
    *ret_outcome = (uint8_t)(at / BOOK_FIELDS_MAX % OUTCOMES_MAX);
    *ret_market = (uint8_t)(at / BOOK_FIELDS_MAX / OUTCOMES_MAX);
    return true;
}

uint32_t term_of_cond(const Terms *ts, const Expr *e)
{
    return ts->same[e->id];
}

/* ---- forms ----------------------------------------------------------------------------------------- */

static Lin lin_const(double c)
{
    return (Lin){.c = c, .is_exact = true, .is_whole = true};
}

static Lin lin_term(uint32_t term, double k, double c, bool is_exact)
{
    return (Lin){.c = c, .t = {{term, k}}, .n = 1, .is_exact = is_exact, .is_whole = true};
}

/* c = a + k b, terms kept in order. */
static Lin lin_add(Lin a, Lin b, double k)
{
    Lin r = {.c = a.c + k * b.c,
             .is_exact = a.is_exact && b.is_exact,
             .is_whole = a.is_whole && b.is_whole};
    uint32_t i = 0, j = 0;

    while (i < a.n || j < b.n) {
        LinTerm t;

        if (j == b.n || (i < a.n && a.t[i].term < b.t[j].term)) {
            t = a.t[i++];
        } else if (i == a.n || b.t[j].term < a.t[i].term) {
            t = (LinTerm){b.t[j].term, k * b.t[j].k};
            j++;
        } else {
            t = (LinTerm){a.t[i].term, a.t[i].k + k * b.t[j].k};
            i++, j++;
        }
        if (t.k == 0) continue;
        if (r.n == LIN_TERMS) {
            r.is_whole = false;
            return r;
        }
        r.t[r.n++] = t;
    }
    return r;
}

Lin lin_sub(Lin a, Lin b)
{
    return lin_add(a, b, -1);
}

Lin lin_scale(Lin a, double k)
{
    for (uint32_t i = 0; i < a.n; i++)
        a.t[i].k *= k;
    a.c *= k;
    a.is_exact = a.is_exact && (k == 1 || k == -1);
    return a;
}

/* Time within a slot is all one term. */
static bool lin_of_time(const Terms *ts, const Input *in, Lin *ret)
{
    uint32_t term = ts->first_elapsed + in->market;
    double seconds;

    if (in->market >= ts->p->markets_count) return false;
    seconds = (double)ts->p->markets[in->market].slot_us / 1e6;
    if (seconds <= 0) return false;
    switch (in->field) {
    case FIELD_SLOT_ELAPSED:
        *ret = lin_term(term, 1, 0, true);
        return true;
    case FIELD_SLOT_PROGRESS:
        *ret = lin_term(term, 1 / seconds, 0, false);
        return true;
    case FIELD_SLOT_LEFT:
        *ret = lin_term(term, -1, seconds, false);
        return true;
    default:
        return false;
    }
}

static bool lin_of_book(const Terms *ts, const Input *in, Lin *ret)
{
    const FieldInfo *info = field_info(in->field);
    const Token *t;
    uint32_t ask, bid;

    if (!info || info->owner != OWNER_TOKEN || in->index >= ts->p->tokens_count) return false;
    t = &ts->p->tokens[in->index];
    if (t->market >= ts->p->markets_count) return false;
    if (in->field != FIELD_SPREAD) {
        *ret = lin_term(term_of_book(ts, t->market, t->outcome, (FieldId)in->field), 1, 0, true);
        return true;
    }
    ask = term_of_book(ts, t->market, t->outcome, FIELD_ASK);
    bid = term_of_book(ts, t->market, t->outcome, FIELD_BID);
    *ret = lin_sub(lin_term(ask, 1, 0, true), lin_term(bid, 1, 0, true));
    return true;
}

static Lin lin_leaf(const Terms *ts, const Expr *e)
{
    Lin l;

    if (e->op == EX_CONST) return lin_const(e->num);
    if (e->op == EX_INPUT) {
        const Input *in = &ts->p->inputs[e->index];

        if (lin_of_time(ts, in, &l) || lin_of_book(ts, in, &l)) return l;
    }
    if (iv_is_point(ts->ranges[e->id].in) && e->op == EX_PARAM)
        return lin_const(ts->ranges[e->id].in.lo);
    return lin_term(ts->same[e->id], 1, 0, true);
}

/* Sums of values on the grid are off it by rounding only, so comparing on the grid makes them exact. */
static bool sum_is_exact(const Terms *ts, const Lin *l, Type t)
{
    if (!type_on_grid(t) || money_grid(l->c) != l->c) return false;
    for (uint32_t i = 0; i < l->n; i++)
        if (!ts->is_direct[l->t[i].term] || (l->t[i].k != 1 && l->t[i].k != -1)) return false;
    return true;
}

static Lin lin_product(Terms *ts, const Expr *e, const Lin *whole)
{
    Lin a = lin_of(ts, e->args[0]), b = lin_of(ts, e->args[1]);

    if (e->op == EX_MUL && a.is_whole && a.n == 0) return lin_scale(b, a.c);
    if (e->op == EX_MUL && b.is_whole && b.n == 0) return lin_scale(a, b.c);
    if (e->op == EX_DIV && b.is_whole && b.n == 0 && b.c != 0) return lin_scale(a, 1 / b.c);
    return *whole;
}

static Lin make_lin(Terms *ts, const Expr *e)
{
    Lin whole, sum;

    whole = lin_leaf(ts, e);
    switch ((ExprOp)e->op) {
    case EX_ADD:
        sum = lin_add(lin_of(ts, e->args[0]), lin_of(ts, e->args[1]), 1);
        break;
    case EX_SUB:
        sum = lin_add(lin_of(ts, e->args[0]), lin_of(ts, e->args[1]), -1);
        break;
    case EX_NEG:
        sum = lin_scale(lin_of(ts, e->args[0]), -1);
        break;
    case EX_MUL:
    case EX_DIV:
        sum = lin_product(ts, e, &whole);
        break;
    default:
        return whole;
    }
    sum.is_exact = sum_is_exact(ts, &sum, e->type);
    return sum.is_whole ? sum : whole;
}

Lin lin_of(Terms *ts, const Expr *e)
{
    Lin *made;

    e = expr_behind(e);
    if (ts->lin[e->id]) return *ts->lin[e->id];
    made = arena_new(ts->arena, Lin);
    if (!made || arena_is_full(ts->arena)) return lin_leaf(ts, e);
    *made = make_lin(ts, e);
    ts->lin[e->id] = made;
    return *made;
}

bool terms_step(Terms *ts)
{
    if (!ts->steps) return false;
    ts->steps--;
    return true;
}

Interval lin_range(const Terms *ts, const Lin *l)
{
    Interval in = iv_point(l->c);

    for (uint32_t i = 0; i < l->n; i++)
        in = iv_add(in, iv_mul(iv_point(l->t[i].k), ts->of[l->t[i].term]));
    return in;
}

uint32_t term_of_sum(Terms *ts, const Lin *l)
{
    Lin unit = *l;
    uint32_t term;
    Buf b;

    buf_init(&b, ts->arena, 4096);
    unit.c = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        put_word(&b, l->t[i].term);
        put_word(&b, num_bits(l->t[i].k));
    }
    term = (uint32_t)map_get(&ts->sums, buf_span(&b), UINT32_MAX);
    if (term != UINT32_MAX) return term;
    if (ts->free_count == SUMS_MAX - 1)
        return ts->count - 1; /* one term for all the rest says nothing */
    term = ts->first_free + ts->free_count++;
    ts->of[term] = lin_range(ts, &unit);
    ts->is_money[term] = ts->is_money[l->t[0].term];
    ts->sum_of[term - ts->first_free] = unit;
    map_put(&ts->sums, buf_span(&b), term);
    return term;
}
