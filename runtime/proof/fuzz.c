/* fuzz.c — see fuzz.h. */
#include "runtime/proof/fuzz.h"

#include "runtime/proof/markets.h"
#include "runtime/proof/testtext.h"
#include "vm/base/fixed.h"
#include "vm/base/vec.h"

enum { LEAST_ROWS = 10, MOST_ROWS = 120, SHRINK_BUDGET = 2000 };

typedef struct Look { /* one run under observation */
    const Fuzz *fuzz;
    const Test *test;
    Violation found;
    uint32_t row; /* that runs now */
    uint64_t orders;
    int64_t slot_trades, slot_end_us;
    RowEffects *per_row; /* when the effects of each row are wanted */
    Arena *arena;
} Look;

/* ---- limits, seen from outside ------------------------------------------------------------------- */

/* The value of a constant or param, as this test has it; false for anything that moves. */
static bool fixed_amount(const Look *k, const Expr *e, double *ret)
{
    if (e && e->op == EX_CONST) {
        *ret = e->num;
        return true;
    }
    if (!e || e->op != EX_PARAM) return false;
    *ret = k->fuzz->bed.program->params[e->index].value;
    for (uint32_t i = 0; i < k->test->given_count; i++)
        if (k->test->given[i].kind == FACT_PARAM && k->test->given[i].index == e->index)
            *ret = k->test->given[i].value;
    return true;
}

static bool is_dollars(const Expr *e)
{
    return e->type.dim.usd == 1 && e->type.dim.share == 0 && e->type.dim.coin == 0;
}

/* Cost of what is held in a market (MARKET_NONE: in all). */
static int64_t cost_of(const Look *k, const Engine *engine, uint32_t market)
{
    const Program *p = k->fuzz->bed.program;
    int64_t sum = 0;

    for (uint32_t t = 0; t < p->tokens_count; t++) {
        PositionView v;

        if (p->tokens[t].market >= p->markets_count) continue;
        if (market != MARKET_NONE && p->tokens[t].market != market) continue;
        v = engine_position(engine, (int32_t)t);
        sum += v.cost_micros < 0 ? -v.cost_micros : v.cost_micros;
    }
    return sum;
}

static bool is_over(const Look *k, const Limit *l, const Engine *engine)
{
    const Program *p = k->fuzz->bed.program;
    int64_t limit;
    double amount;

    if (!l->value || !is_dollars(l->value) || !fixed_amount(k, l->value, &amount)) return false;
    if (!fx_from_double(amount, &limit)) return false;
    if (l->kind == LIM_MAX_EXPOSURE)
        return l->per == PER_NONE && cost_of(k, engine, MARKET_NONE) > limit;
    for (uint32_t m = 0; m < p->markets_count; m++)
        if (cost_of(k, engine, m) > limit) return true;
    return false;
}

static void note(Look *k, ViolationKind kind, uint32_t index)
{
    if (k->found.kind == VIOLATION_NONE) k->found = (Violation){kind, index, k->row};
}

static void check_limits(Look *k, const Engine *engine)
{
    const Program *p = k->fuzz->bed.program;

    for (uint32_t i = 0; i < p->limits_count; i++) {
        const Limit *l = &p->limits[i];

        if (l->kind == LIM_MAX_POSITION && is_over(k, l, engine)) note(k, VIOLATION_POSITION, i);
        if (l->kind == LIM_MAX_EXPOSURE && is_over(k, l, engine)) note(k, VIOLATION_EXPOSURE, i);
    }
    /* Written fills may contradict the orders they hit; that is no mistake of ours. */
    if (engine_ledger_sum(engine) != engine_balance_sum(engine) ||
        (engine_faults(engine) && !k->test->has_fills))
        note(k, VIOLATION_BOOKS, 0);
}

/* `max trades ... per slot` of a file with one market that has slots. */
static void count_trade(Look *k, const Effect *e)
{
    const Program *p = k->fuzz->bed.program;
    double amount;

    if (p->markets_count != 1 || p->markets[0].kind != MARKET_SLOT) return;
    if (e->is_sell || e->is_close || e->because != BECAUSE_RULE) return;
    if (e->ts_us >= k->slot_end_us) {
        k->slot_end_us = (e->ts_us / p->markets[0].slot_us + 1) * p->markets[0].slot_us;
        k->slot_trades = 0;
    }
    k->slot_trades++;
    for (uint32_t i = 0; i < p->limits_count; i++) {
        const Limit *l = &p->limits[i];

        if (l->kind == LIM_MAX_TRADES && l->per == PER_SLOT && fixed_amount(k, l->value, &amount) &&
            (double)k->slot_trades > amount)
            note(k, VIOLATION_TRADES, i);
    }
}

/* ---- one run --------------------------------------------------------------------------------------- */

static void take_effect(void *ctx, const Effect *e)
{
    Look *k = ctx;

    if (e->kind == EFFECT_PROMISE)
        note(k, VIOLATION_PROMISE, e->index - k->fuzz->bed.program->shows_count);
    if (e->kind != EFFECT_ORDER) return;
    k->orders++;
    count_trade(k, e);
}

static void keep_effects(Look *k, uint32_t row, const RowEffects *effects)
{
    k->per_row[row].engine = effects->engine;
    for (size_t i = 0; i < effects->count; i++)
        vec_push(k->arena, &k->per_row[row], effects->items[i]);
}

static bool take_row(void *ctx, uint32_t row, const RowEffects *effects, const Engine *engine)
{
    Look *k = ctx;

    check_limits(k, engine);
    if (k->per_row) keep_effects(k, row, effects);
    k->row = row + 1;
    return k->found.kind == VIOLATION_NONE;
}

static void look(Look *k, Arena *scratch)
{
    TestWatch watch = {take_row, take_effect, k, true};
    ArenaMark mark = arena_mark(scratch);

    testrun_play(&k->fuzz->bed, k->test, &watch, NULL, scratch);
    arena_release(scratch, mark);
}

/* ---- shrinking -------------------------------------------------------------------------------------- */

typedef struct Shrink {
    Fuzz *fuzz;
    Arena *keep, *scratch;
    int budget;
} Shrink;

/* As the checker would read it: nothing fills by itself once a fill is written. */
static bool has_fills(const Test *t)
{
    for (uint32_t i = 0; i < t->row_count; i++)
        for (uint32_t k = 0; k < t->rows[i].happening_count; k++)
            if (t->rows[i].happenings[k].kind == HAP_FILL) return true;
    return false;
}

static bool still_breaks(Shrink *s, Test *t)
{
    Look k = {.fuzz = s->fuzz, .test = t};

    t->has_fills = has_fills(t);

    if (s->budget-- <= 0) return false;
    look(&k, s->scratch);
    return k.found.kind == s->fuzz->found.kind && k.found.index == s->fuzz->found.index;
}

/* Rows [from, from + n) out, if it still breaks. */
static bool drop_rows(Shrink *s, Test *t, uint32_t from, uint32_t n)
{
    Test less = *t;

    less.rows = arena_array(s->keep, TestRow, t->row_count + 1);
    less.row_count = t->row_count - n;
    memcpy(less.rows, t->rows, from * sizeof *t->rows);
    memcpy(less.rows + from, t->rows + from + n, (t->row_count - from - n) * sizeof *t->rows);
    if (!still_breaks(s, &less)) return false;
    *t = less;
    return true;
}

static void shrink_rows(Shrink *s, Test *t)
{
    for (uint32_t n = t->row_count / 2; n > 0; n /= 2)
        for (uint32_t from = 0; from + n <= t->row_count;)
            if (!drop_rows(s, t, from, n)) from += n;
}

static bool drop_happening(Shrink *s, Test *t, uint32_t row, uint32_t at)
{
    TestRow before = t->rows[row], *r = &t->rows[row];

    r->happenings = arena_array(s->keep, Happening, before.happening_count + 1);
    r->happening_count = before.happening_count - 1;
    for (uint32_t i = 0, n = 0; i < before.happening_count; i++)
        if (i != at) r->happenings[n++] = before.happenings[i];
    if (still_breaks(s, t)) return true;
    *r = before;
    return false;
}

static void shrink_happenings(Shrink *s, Test *t)
{
    for (uint32_t row = 0; row < t->row_count; row++)
        for (uint32_t at = 0; at < t->rows[row].happening_count;)
            if (!drop_happening(s, t, row, at)) at++;
}

static void shrink_given(Shrink *s, Test *t)
{
    for (uint32_t at = 0; at < t->given_count;) {
        Test less = *t;

        less.given = arena_array(s->keep, Fact, t->given_count + 1);
        less.given_count = t->given_count - 1;
        for (uint32_t i = 0, n = 0; i < t->given_count; i++)
            if (i != at) less.given[n++] = t->given[i];
        if (still_breaks(s, &less))
            *t = less;
        else
            at++;
    }
}

/* Whole seconds where that changes nothing. */
static void round_times(Shrink *s, Test *t)
{
    for (uint32_t row = 0; row < t->row_count; row++) {
        int64_t before = t->rows[row].at_us, least = row ? t->rows[row - 1].at_us : 0;
        int64_t rounded = before / FX_ONE * FX_ONE;

        if (rounded == before || rounded < least) continue;
        t->rows[row].at_us = rounded;
        if (!still_breaks(s, t)) t->rows[row].at_us = before;
    }
}

/* ---- the door ---------------------------------------------------------------------------------------- */

void fuzz_init(Fuzz *f, const TestBed *bed, uint64_t seed, Arena *arena)
{
    *f = (Fuzz){.bed = *bed, .seed = seed};
    f->bed.program = markets_program(bed->program, arena);
}

bool fuzz_run(Fuzz *f, uint64_t run, Arena *keep, Arena *scratch)
{
    ArenaMark mark = arena_mark(keep);
    Look k = {.fuzz = f};
    Shrink s = {f, keep, scratch, SHRINK_BUDGET};
    uint32_t rows;
    Test *t;
    Rng rng;

    rng_init_stream(&rng, f->seed, run);
    rows = (uint32_t)rng_range(&rng, LEAST_ROWS, MOST_ROWS);
    t = markets_make(f->bed.program, &rng, rows, keep);
    t->has_fills = has_fills(t);
    k.test = t;
    look(&k, scratch);
    f->rows += rows;
    f->orders += k.orders;
    if (k.found.kind == VIOLATION_NONE) {
        arena_release(keep, mark);
        return false;
    }
    f->found = k.found;
    f->run = run;
    if (k.found.row + 1 < t->row_count) t->row_count = k.found.row + 1;
    shrink_rows(&s, t);
    shrink_given(&s, t);
    shrink_happenings(&s, t);
    shrink_rows(&s, t);
    round_times(&s, t);
    f->smallest = t;
    return true;
}

/* The sentence that fails at the end: a promise fails by itself. */
static void put_broken_limit(const Fuzz *f, const Look *k, Buf *out)
{
    const Program *p = f->bed.program;
    double amount = 0;

    if (f->found.kind == VIOLATION_PROMISE || f->found.kind == VIOLATION_BOOKS) return;
    fixed_amount(k, p->limits[f->found.index].value, &amount);
    if (f->found.kind == VIOLATION_EXPOSURE) buf_fmt(out, "  expect exposure <= $%f", amount);
    if (f->found.kind == VIOLATION_TRADES) buf_fmt(out, "  expect slot.trades <= %f", amount);
    if (f->found.kind == VIOLATION_POSITION)
        for (uint32_t t = 0; t < p->tokens_count; t++)
            if (p->tokens[t].market < p->markets_count)
                buf_fmt(out, "  expect %S.position is 0 or %S.position * %S.entry <= $%f",
                        p->tokens[t].spelled, p->tokens[t].spelled, p->tokens[t].spelled, amount);
}

static void put_row(const Fuzz *f, const Look *k, uint32_t row, Buf *out)
{
    const TestRow *r = &k->test->rows[row];

    buf_str(out, "  ");
    row_time_put(r->at_us, out);
    for (uint32_t i = 0; i < r->happening_count; i++) {
        buf_str(out, i ? ", " : "  ");
        happening_put(f->bed.program, &r->happenings[i], out);
    }
    buf_str(out, "  ");
    expectations_put(f->bed.program, &k->per_row[row], out);
    if (row + 1 == k->test->row_count) put_broken_limit(f, k, out);
    buf_char(out, '\n');
}

void fuzz_put(const Fuzz *f, Arena *scratch, Buf *out)
{
    const Test *t = f->smallest;
    Look k = {.fuzz = f, .test = t, .arena = scratch};
    TestWatch watch = {take_row, take_effect, &k, true};

    k.per_row = arena_array(scratch, RowEffects, t->row_count + 1);
    testrun_play(&f->bed, t, &watch, NULL, scratch);
    buf_fmt(out, "test \"found by odx fuzz, seed %llu, run %llu\" {\n", (unsigned long long)f->seed,
            (unsigned long long)f->run);
    for (uint32_t i = 0; i < t->given_count; i++) {
        buf_str(out, i ? ", " : "  given ");
        fact_put(f->bed.program, &t->given[i], out);
    }
    if (t->given_count) buf_char(out, '\n');
    for (uint32_t i = 0; i < t->row_count; i++)
        put_row(f, &k, i, out);
    buf_str(out, "}\n");
}
