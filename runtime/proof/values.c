/* values.c — see values.h. */
#include "runtime/proof/values.h"

#include "compiler/emit/emit.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/fields.h"

typedef struct Finder {
    const Program *p;
    bool *is_wanted, *is_read; /* by id */
    bool has_more;             /* a recursion led forward */
} Finder;

static void want(Finder *f, const Expr *e)
{
    if (e) f->is_wanted[e->id] = true;
}

/* ---- what a strategy reads ---------------------------------------------------------------------------- */

static void want_conditions(Finder *f)
{
    for (uint32_t i = 0; i < f->p->rules_count; i++) {
        const Rule *r = &f->p->rules[i];

        want(f, r->cond);
        for (uint32_t k = 0; k < r->require_count; k++)
            want(f, r->requires[k].cond);
    }
}

static void want_action(Finder *f, const Action *a)
{
    const Expr *const parts[] = {a->token_expr, a->size,     a->price,  a->within,
                                 a->good_for,   a->value,    a->bid,    a->ask,
                                 a->bid_size,   a->ask_size, a->refresh};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        want(f, parts[i]);
}

static void want_rules(Finder *f)
{
    for (uint32_t i = 0; i < f->p->rules_count; i++) {
        const Rule *r = &f->p->rules[i];

        for (uint32_t k = 0; k < r->action_count; k++)
            want_action(f, &r->actions[k]);
        for (uint32_t k = 0; k < r->group_count; k++)
            want(f, r->groups[k].within);
    }
}

static void want_rest(Finder *f)
{
    for (uint32_t i = 0; i < f->p->limits_count; i++)
        want(f, f->p->limits[i].value);
    for (uint32_t i = 0; i < f->p->shows_count; i++)
        want(f, f->p->shows[i].value);
    for (uint32_t i = 0; i < f->p->promises_count; i++)
        want(f, f->p->promises[i].value);
    for (uint32_t i = 0; i < f->p->states_count; i++)
        want(f, f->p->states[i].init);
}

static void want_arguments(Finder *f)
{
    for (uint32_t i = f->p->exprs_count; i-- > 0;) {
        const Expr *e = f->p->exprs[i];

        for (uint32_t k = 0; f->is_wanted[i] && k < e->arg_count; k++) {
            const Expr *a = e->args[k];

            f->has_more |= !f->is_wanted[a->id] && a->id > i;
            f->is_wanted[a->id] = true;
        }
    }
}

static void follow(Finder *f)
{
    do {
        f->has_more = false;
        want_arguments(f);
    } while (f->has_more);
}

static void find(Finder *f)
{
    want_conditions(f);
    want_rules(f);
    want_rest(f);
    follow(f);
    memcpy(f->is_read, f->is_wanted, f->p->exprs_count);
    for (uint32_t i = 0; i < f->p->lets_count; i++)
        want(f, f->p->lets[i].value);
    follow(f);
}

static void list(Values *v, const Finder *f)
{
    for (uint32_t i = 0; i < f->p->exprs_count; i++) {
        const Expr *e = f->p->exprs[i];

        v->of_expr[i] = VALUE_NONE;
        if (!f->is_wanted[i]) continue;
        v->of_expr[i] = v->count;
        v->items[v->count++] = (Value){.expr = e,
                                       .show = VALUE_NONE,
                                       .unit = emit_unit(e),
                                       .is_cond = e->type.shape == SHAPE_BOOL,
                                       .is_read = f->is_read[i]};
    }
}

/* ---- the image ---------------------------------------------------------------------------------------- */

static bool is_fixed(const Expr *e)
{
    return e->op == EX_CONST || e->op == EX_CONSTB || e->op == EX_TOKEN || e->op == EX_PARAM;
}

/* Conditions, and the numbers that they compare. */
static void pick_conditions(const Values *v, bool *is_shown)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const Expr *e = v->items[i].expr;

        if (!v->items[i].is_cond) continue;
        is_shown[i] = true;
        for (uint32_t k = 0; k < e->arg_count; k++)
            is_shown[v->of_expr[e->args[k]->id]] = true;
    }
}

static void add_shows(Values *v, Program *p, const bool *is_shown)
{
    for (uint32_t i = 0; i < v->count; i++) {
        Value *item = &v->items[i];

        item->show = VALUE_NONE;
        if ((is_shown && !is_shown[i]) || is_fixed(item->expr) || !item->is_read) continue;
        item->show = p->shows_count;
        v->of_show[p->shows_count] = i;
        p->shows[p->shows_count++] =
            (Show){.value = (Expr *)(uintptr_t)item->expr, .place = item->expr->place};
    }
}

/* False when the program is too large with so many shows; the arena is as it was then. */
static EmitStatus emit(Values *v, const Compilation *c, const bool *is_shown, Arena *arena)
{
    const EmitOptions options = {.source = c->sources->files[0].text};
    Program p = *c->program;
    EmitResult made;
    Refusal why = {0};

    p.shows = arena_array(arena, Show, p.shows_count + v->count + 1);
    v->of_show = arena_array(arena, uint32_t, p.shows_count + v->count + 1);
    if (arena_is_full(arena)) return EMIT_NO_MEMORY;
    for (uint32_t i = 0; i < p.shows_count; i++) {
        p.shows[i] = c->program->shows[i];
        v->of_show[i] = VALUE_NONE;
    }
    add_shows(v, &p, is_shown);
    v->show_count = p.shows_count;
    made = emit_program(&p, &options, arena);
    v->image = made.status == EMIT_OK ? image_load(made.image, arena, &why) : NULL;
    return made.status == EMIT_OK && !v->image ? EMIT_NO_MEMORY : made.status;
}

/* All values; of a large program its conditions; of a huge one none. */
static EmitStatus emit_most(Values *v, const Compilation *c, Arena *arena)
{
    bool *is_shown = arena_array(arena, bool, v->count + 1);
    ArenaMark mark = arena_mark(arena);
    EmitStatus st = EMIT_NO_MEMORY;

    for (int attempt = 0; attempt < 3 && !arena_is_full(arena); attempt++) {
        if (attempt == 1) pick_conditions(v, is_shown);
        if (attempt == 2) memset(is_shown, 0, v->count);
        v->is_cut = attempt > 0;
        st = emit(v, c, attempt ? is_shown : NULL, arena);
        if (st != EMIT_TOO_BIG) return st;
        arena_release(arena, mark);
    }
    return st;
}

Status values_make(Values *v, const Compilation *c, Arena *arena, Err *err)
{
    Finder f = {.p = c->program};
    EmitStatus st = EMIT_NO_MEMORY;

    *v = (Values){.program = c->program};
    f.is_wanted = arena_array(arena, bool, f.p->exprs_count + 1);
    f.is_read = arena_array(arena, bool, f.p->exprs_count + 1);
    v->items = arena_array(arena, Value, f.p->exprs_count + 1);
    v->of_expr = arena_array(arena, uint32_t, f.p->exprs_count + 1);
    if (!arena_is_full(arena)) {
        find(&f);
        list(v, &f);
        st = emit_most(v, c, arena);
    }
    if (st == EMIT_OK) return ST_OK;
    if (st == EMIT_NO_MEMORY)
        return err_set(err, ST_NO_MEMORY, "no memory for the values of a strategy");
    return err_set(err, ST_BAD_INPUT, "the strategy cannot be compiled");
}

uint32_t values_find(const Values *v, const Expr *e)
{
    while (e->op == EX_LET)
        e = e->args[0];
    return v->of_expr[e->id];
}

/* ---- words -------------------------------------------------------------------------------------------- */

Span value_unit(const Values *v, uint32_t item)
{
    static const char *const units[] = {
        [CU_PLAIN] = "number", [CU_PERCENT] = "percent",       [CU_PRICE] = "price",
        [CU_USD] = "dollars",  [CU_SHARES] = "shares",         [CU_DURATION] = "seconds",
        [CU_COINS] = "coins",  [CU_PERCOIN] = "dollars a coin"};
    static const char *const shapes[] = {
        [SHAPE_BOOL] = "condition", [SHAPE_TOKEN] = "token", [SHAPE_MARKET] = "market",
        [SHAPE_DAY] = "day",        [SHAPE_SIDE] = "side",   [SHAPE_OUTCOME] = "outcome"};
    uint8_t shape = v->items[item].expr->type.shape;

    if (shape < ARRAY_LEN(shapes) && shapes[shape]) return span_str(shapes[shape]);
    return span_str(units[v->items[item].unit]);
}

/* ---- why it is unknown -------------------------------------------------------------------------------- */

static ValueNeed need_of_field(uint8_t field)
{
    switch (field_rows[field].owner) {
    case OWNER_HELD:
    case OWNER_HINSTR:
        return NEED_HOLDING;
    case OWNER_FILL:
    case OWNER_TRADE:
    case OWNER_RESOLVE:
        return NEED_EVENT;
    case OWNER_FEED:
        return NEED_FEED;
    default:
        return NEED_TICK;
    }
}

static bool is_time(uint8_t op)
{
    return op >= EX_PREV && op <= EX_SAMPLE;
}

static ValueNeed need_of(const Values *v, const Value *item)
{
    const Expr *e = item->expr;

    if (!item->is_read) return NEED_READER;
    if (item->show == VALUE_NONE) return NEED_CODE;
    if (e->op == EX_INPUT) return need_of_field(v->program->inputs[e->index].field);
    if (e->op == EX_TOKEN_FIELD) return need_of_field((uint8_t)e->index);
    if (e->op == EX_STATE) return NEED_SET;
    if (is_time(e->op)) return NEED_HISTORY;
    return e->op >= EX_PRICE_TO_BUY ? NEED_DEPTH : NEED_RESULT;
}

/* The first argument that is unknown, unless it comes later: then it is the value's own past. */
static uint32_t unknown_argument(const Values *v, const Expr *e, const double *now)
{
    for (uint32_t i = 0; i < e->arg_count; i++) {
        uint32_t at = v->of_expr[e->args[i]->id];

        if (at != VALUE_NONE && e->args[i]->id < e->id && !num_is_known(now[at])) return at;
    }
    return VALUE_NONE;
}

uint32_t values_blame(const Values *v, uint32_t item, const double *now, ValueNeed *ret_need)
{
    uint32_t inner;

    while ((inner = unknown_argument(v, v->items[item].expr, now)) != VALUE_NONE)
        item = inner;
    *ret_need = need_of(v, &v->items[item]);
    return item;
}

Span value_need_sentence(ValueNeed need)
{
    static const char *const sentences[] = {
#define NEED(name, sentence) sentence,
#include "runtime/proof/unknown.def"
#undef NEED
    };

    return span_str(sentences[need]);
}
