/* calls.c — functions: the prelude's rows and the file's own definitions.
 *
 * A row of builtins.def says what a function takes and gives; a definition is written out at each call,
 * with a memory of its own.  Promise: a call that cannot be made is one finding. */
#include "compiler/sema/checker.h"

#include "vm/base/num.h"

typedef struct Builtin {
    const char *name;
    uint8_t op;
    const char *inputs;
    char result;
    const char *names, *sentence;
} Builtin;

static const Builtin BUILTINS[] = {
#define BUILTIN(name, op, inputs, result, names, sentence) \
    {name, EX_##op, inputs, result, names, sentence},
#include "vm/builtins.def"
#undef BUILTIN
};
enum { BUILTIN_COUNT = sizeof BUILTINS / sizeof BUILTINS[0] };

static const Builtin *find_builtin(Span name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (span_eq_str(name, BUILTINS[i].name)) return &BUILTINS[i];
    return NULL;
}

bool is_builtin(Span name)
{
    return find_builtin(name) != NULL;
}

/* ---- windows ---------------------------------------------------------------------------------- */

static bool whole(double v)
{
    return v == num_rint(v);
}

static bool param_is_whole(Checker *c, Param *p, Place place)
{
    bool is_whole = whole(p->value) && whole(p->low) && whole(p->high) && whole(p->step);
    Diag *d;

    for (uint32_t i = 0; i < p->choice_count; i++)
        is_whole &= whole(p->choices[i]);
    if (is_whole) {
        if (!p->whole && p->has_range && p->step == 0 && p->choice_count == 0) p->step = 1;
        p->whole = true;
        return true;
    }
    d = diag_add(c->diags, ODX105, place, T_PARAM_NOT_WHOLE, arg_text(p->name));
    diag_label(d, T_COUNTS_STEPS);
    diag_mark(d, p->place, T_HAS_FRACTIONS);
    return false;
}

static bool params_are_whole(Checker *c, const Expr *e, Place place)
{
    bool is_fine = true;

    if (!walk_step(c)) return true;
    if (e->op == EX_PARAM) return param_is_whole(c, &c->params.items[e->index], place);
    for (uint32_t i = 0; i < e->arg_count; i++)
        is_fine &= params_are_whole(c, e->args[i], place);
    return is_fine;
}

static bool window_fits(Checker *c, const Expr *e, double v)
{
    if (!whole(v)) {
        Diag *d = diag_add(c->diags, ODX105, e->place, T_NOT_WHOLE);

        diag_label(d, T_COUNTS_STEPS);
        return false;
    }
    if (v >= 1 && v <= MAX_WINDOW) return true;
    diag_add(c->diags, v < 1 ? ODX109 : ODX702, e->place, v < 1 ? T_NO_STEPS : T_TOO_MANY_STEPS,
             arg_int((int64_t)num_floor(v < -1e15  ? -1e15
                                        : v > 1e15 ? 1e15
                                                   : v)),
             arg_int(MAX_WINDOW));
    return false;
}

bool want_count(Checker *c, Expr *e, TextId what)
{
    if (!want_plain(c, e, what) || !want_fixed(c, e, what)) return false;
    walk_start(c);
    return params_are_whole(c, e, e->place);
}

bool want_window(Checker *c, Expr *e)
{
    static const ParamEnd ends[] = {PARAM_VALUE, PARAM_LOW, PARAM_HIGH};
    double v;

    if (!want_count(c, e, T_SAY_A_NUMBER_OF_STEPS)) return false;
    for (int i = 0; i < 3; i++)
        if (constant(c, e, ends[i], &v) && !window_fits(c, e, v)) return false;
    return true;
}

/* ---- inputs of the prelude -------------------------------------------------------------------- */

static TextId builtin_what(char code)
{
    switch (code) {
    case 'd':
        return T_SAY_THIS_FUNCTION;
    case 'p':
        return T_SAY_A_PRICE_LIMIT;
    default:
        return T_SAY_THIS;
    }
}

/* The unit prices of the token are in. */
static UnitName price_unit(const Checker *c, const Expr *token)
{
    const Expr *e = expr_strip(token);
    uint8_t m = e && e->op == EX_TOKEN ? c->tokens.items[e->index].market : MARKET_NONE;

    if (m == MARKET_NONE || m >= c->markets.count) return UNIT_PRICE;
    return c->markets.items[m].kind >= MARKET_SPOT ? UNIT_PERCOIN : UNIT_PRICE;
}

static bool want_token(Checker *c, const Expr *e)
{
    if (expr_is_bad(e)) return false;
    if (e->type.shape == SHAPE_TOKEN) return true;
    diag_add(c->diags, ODX112, e->place, T_NOT_TRADABLE, arg_source(e->place));
    return false;
}

static bool want_size(Checker *c, const Expr *e)
{
    if (expr_is_bad(e)) return false;
    if (type_is_unit(e->type, UNIT_USD) || type_is_unit(e->type, UNIT_SHARES) ||
        type_is_unit(e->type, UNIT_COINS))
        return true;
    diag_add(c->diags, ODX103, e->place, T_SIZE_WANTED, arg_source(e->place));
    return false;
}

static bool want_side(Checker *c, const Expr *e)
{
    if (expr_is_bad(e)) return false;
    if (e->type.shape == SHAPE_SIDE && e->op == EX_CONST) return true;
    diag_add(c->diags, ODX101, e->place, T_SIDE_WANTED);
    return false;
}

static bool want_value(Checker *c, Expr *e)
{
    return !expr_is_bad(e) && (e->type.shape == SHAPE_BOOL || want_number(c, e));
}

static bool input_fits(Checker *c, char code, Expr **args, uint32_t i, Type *first)
{
    switch (code) {
    case 'x':
        *first = args[i]->type;
        return want_number(c, args[i]);
    case 'X':
        return want_number(c, args[i]) &&
               meet(c, args[0], args[i], MEET_CHOICE, args[i]->place, first);
    case 'd':
        return want_plain(c, args[i], builtin_what(code));
    case 'v':
        *first = args[i]->type;
        return want_value(c, args[i]);
    case 'c':
        return want_yes_no(c, args[i]);
    case 'n':
        return want_window(c, args[i]);
    case 't':
        return want_token(c, args[i]);
    case 's':
        return want_size(c, args[i]);
    case 'p':
        return want_unit(c, args[i], price_unit(c, args[0]), builtin_what(code));
    case 'b':
        return want_side(c, args[i]);
    default:
        return false;
    }
}

/* The code of input `i`, 0 beyond the last. */
static char input_code(const char *inputs, uint32_t i, bool *ret_optional)
{
    uint32_t at = 0;
    char last = 0;

    *ret_optional = false;
    for (const char *p = inputs; *p; p++) {
        if (*p == '?') {
            *ret_optional = true;
            continue;
        }
        if (*p == '+') {
            *ret_optional = true;
            return last;
        }
        last = *p;
        if (at++ == i) return last;
    }
    return 0;
}

static bool count_fits(const char *inputs, uint32_t count)
{
    bool is_optional;

    if (count && !input_code(inputs, count - 1, &is_optional)) return false;
    return !input_code(inputs, count, &is_optional) || is_optional;
}

static Type result_type(Checker *c, const Builtin *b, Expr **args, Type first, bool *ret_fine)
{
    Type t = first;

    *ret_fine = true;
    switch (b->result) {
    case '1':
        return type_unit(UNIT_NUMBER);
    case 'b':
        return type_of(SHAPE_BOOL);
    case 'T':
        return type_unit(UNIT_DURATION);
    case '$':
        return type_unit(UNIT_USD);
    case 'p':
        return type_unit(price_unit(c, args[0]));
    case 'q':
        t.percent = false;
        *ret_fine = dim_root(first.dim, &t.dim);
        if (!*ret_fine) diag_add(c->diags, ODX101, args[0]->place, T_ODD_ROOT);
        return t;
    default:
        t.bare = t.bare && b->op <= EX_SIGN;
        return t;
    }
}

static void settle_flags(const Builtin *b, Expr *e)
{
    bool is_money = e->arg_count > 1 && type_is_unit(e->args[1]->type, UNIT_USD);

    if ((b->op == EX_PRICE_TO_BUY || b->op == EX_PRICE_TO_SELL) && is_money) e->flags |= EXF_USD;
    if (b->op == EX_TAKER_FEE && e->arg_count == 2) {
        if (e->args[1]->num == 0) e->flags |= EXF_SELL;
        e->arg_count = 1;
    }
}

/* Exact sums only over fields, and what every or prev makes of them (decision 16). */
static bool is_direct_money(const Expr *e)
{
    e = expr_strip(e);
    while (e && (e->op == EX_SAMPLE || e->op == EX_PREV) && e->args[0] && e->args[0]->id < e->id)
        e = expr_strip(e->args[0]);
    return e && (e->op == EX_INPUT || e->op == EX_TOKEN_FIELD) && dim_is_money(e->type.dim);
}

/* ---- functions with more than a row ----------------------------------------------------------- */

static int lowest_bit(uint64_t set)
{
    return set ? __builtin_ctzll(set) : -1;
}

static Expr *check_vwap(Checker *c, const Node *n, Expr **args, Type t)
{
    int market = lowest_bit(args[0]->markets);
    Expr *volume;

    if (market < 0) {
        diag_add(c->diags, ODX101, args[0]->place, T_VWAP_OF_WHAT);
        return make_bad(c, n->place);
    }
    volume = make_field(c, field_info(FIELD_VOLUME), (uint8_t)market, 0, n->place);
    if (n->kid_count == 1) return MAKE(c, EX_VWAP, t, n->place, args[0], volume);
    return MAKE(c, EX_VWAPN, t, n->place, args[0], volume, args[1]);
}

/* prev(x) on the way to x itself: its type and argument are known when x is. */
static Expr *check_knot(Checker *c, const Node *n)
{
    const Node *path = n->kid_count ? n->kids[0] : NULL;
    Type pending = {.shape = SHAPE_NUM, .bare = true, .coin = COIN_PENDING};
    Name *name = NULL;
    Expr *steps, *e;

    if (!node_is(path, NODE_PATH) || path->kid_count != 1) return NULL;
    name = scope_find(c->scope, path->kids[0]->name);
    if (!name || name->kind != NAME_LET || n->kid_count > 2 || !let_leads_back(c, name))
        return NULL;
    name->is_used = true;
    c->lets.items[name->index].used = true;
    steps = n->kid_count == 2 ? check_expr(c, n->kids[1])
                              : make_num(c, 1, type_unit(UNIT_NUMBER), n->place);
    if (!want_window(c, steps)) return make_bad(c, n->place);
    e = MAKE(c, EX_PREV, pending, n->place, NULL, steps);
    (void)vec_push(c->arena, &c->knots, (Knot){e, name});
    return e;
}

static Expr *finish_builtin(Checker *c, const Node *n, const Builtin *b, Expr **args,
                            uint32_t count, Type t)
{
    Expr *e;

    if (b->op == EX_VWAP) return check_vwap(c, n, args, t);
    if ((b->op == EX_PREV || b->op == EX_CHANGE) && count == 1)
        args[count++] = make_num(c, 1, type_unit(UNIT_NUMBER), n->place);
    e = make_expr(c, (ExprOp)b->op, t, n->place, args, count);
    if (expr_is_bad(e)) return e;
    settle_flags(b, e);
    if (b->op == EX_SMA && is_direct_money(args[0])) e->flags |= EXF_EXACT;
    return e;
}

static Expr *wrong_count(Checker *c, const Node *n, Span name, const char *names)
{
    Diag *d =
        diag_add(c->diags, ODX106, n->place, T_WRONG_COUNT, arg_text(name), arg_int(n->kid_count));

    if (names) diag_fact(d, T_TAKES, arg_text(name), arg_str(names));
    return make_bad(c, n->place);
}

static Expr *call_builtin(Checker *c, const Node *n, const Builtin *b)
{
    Expr **args = arena_array(c->arena, Expr *, n->kid_count + 1);
    Type first = type_of(SHAPE_BAD), t;
    bool is_fine = true, is_optional;
    Expr *knot = b->op == EX_PREV ? check_knot(c, n) : NULL;

    if (knot) return knot;
    if (!count_fits(b->inputs, n->kid_count)) return wrong_count(c, n, n->name, b->names);
    for (uint32_t i = 0; i < n->kid_count; i++) {
        args[i] = check_expr(c, n->kids[i]);
        is_fine &= !expr_is_bad(args[i]);
    }
    for (uint32_t i = 0; is_fine && i < n->kid_count; i++)
        is_fine = input_fits(c, input_code(b->inputs, i, &is_optional), args, i, &first);
    if (!is_fine) return make_bad(c, n->place);
    t = result_type(c, b, args, first, &is_fine);
    return is_fine ? finish_builtin(c, n, b, args, n->kid_count, t) : make_bad(c, n->place);
}

/* ---- definitions ------------------------------------------------------------------------------ */

static bool shape_fits(Checker *c, const Expr *e, Type want)
{
    if (expr_is_bad(e)) return false;
    if (e->type.shape == want.shape) return true;
    diag_add(c->diags, want.shape == SHAPE_BOOL ? ODX102 : ODX112, e->place,
             want.shape == SHAPE_BOOL ? T_YES_NO_NEEDED : T_NOT_TRADABLE, arg_source(e->place));
    return false;
}

/* `held: shares` holds the value to its unit. */
static bool word_fits(Checker *c, Expr *e, TypeWord word, TextId what)
{
    Type want = type_of_word(word);

    if (word == AST_TYPE_NONE) return !expr_is_bad(e);
    if (want.shape != SHAPE_NUM) return shape_fits(c, e, want);
    if (word == AST_TYPE_RATIO) {
        if (!want_percent(c, e, what)) return false;
        if (!e->type.percent && e->op != EX_LET) e->type.percent = true;
        return true;
    }
    for (int u = 0; u < UNIT_COUNT; u++)
        if (dim_is_unit(want.dim, (UnitName)u)) return want_unit(c, e, (UnitName)u, what);
    return false;
}

Name *bind_value(Checker *c, Scope *s, Span name, Place place, Expr *value)
{
    Name *n = scope_add(c, s, NAME_VALUE, name, place);

    n->value = value;
    n->progress = DONE;
    return n;
}

static bool calls_itself(const Checker *c, const Name *def)
{
    for (const Call *call = c->call; call; call = call->outer)
        if (call->def == def) return true;
    return false;
}

static Expr *inline_body(Checker *c, Name *name, Scope *inner, Place place)
{
    Scope *outer = c->scope;
    Call call = {.outer = c->call, .def = name, .depth = c->call ? c->call->depth + 1 : 1};
    const Node *def = name->node;
    Expr *e;

    if (call.depth > MAX_CALL_DEPTH) {
        over_budget(c, place, T_SAY_DEFINITIONS_INSIDE_ONE_ANOTHER, MAX_CALL_DEPTH);
        return make_bad(c, place);
    }
    if (c->call_count++ >= MAX_CALLS) {
        over_budget(c, place, T_SAY_CALLS_OF_DEFINITIONS, MAX_CALLS);
        return make_bad(c, place);
    }
    c->call = &call;
    c->scope = inner;
    e = check_expr(c, node_kid(def, KID_DEF_BODY));
    c->scope = outer;
    c->call = call.outer;
    if (!word_fits(c, e, (TypeWord)def->op, T_SAY_THE_RESULT_OF_THIS_DEFINITION))
        return make_bad(c, place);
    return e;
}

static Expr *call_def(Checker *c, const Node *n, Name *name)
{
    const Node *def = name->node;
    Scope *inner = scope_new(c, name->home);
    bool is_fine = true;

    name->is_used = true;
    if (calls_itself(c, name)) {
        Diag *d = diag_add(c->diags, ODX208, n->place, T_DEF_ITSELF, arg_text(name->name));

        diag_mark(d, name->place, T_DEFINED_HERE);
        return make_bad(c, n->place);
    }
    if (n->kid_count != def->kid_count - KID_DEF_FORMALS) return wrong_count(c, n, n->name, NULL);
    for (uint32_t i = 0; i < n->kid_count; i++) {
        const Node *formal = def->kids[KID_DEF_FORMALS + i];
        Expr *e = check_expr(c, n->kids[i]);

        is_fine &= word_fits(c, e, (TypeWord)formal->op, T_SAY_THIS_INPUT);
        (void)bind_value(c, inner, formal->name, formal->place, e);
    }
    if (!is_fine) return make_bad(c, n->place);
    return inline_body(c, name, inner, n->place);
}

/* A definition nobody calls is read once, so that its mistakes are found; nothing of it stays. */
void dry_run(Checker *c, Name *name)
{
    const Node *def = name->node;
    size_t exprs = c->exprs.count, inputs = c->inputs.count, tokens = c->tokens.count;
    Scope *inner = scope_new(c, name->home);

    for (uint32_t i = KID_DEF_FORMALS; i < def->kid_count; i++) {
        const Node *formal = def->kids[i];
        Expr *e = make_bad(c, formal->place);

        e->op = EX_STATE; /* any value: neither a literal nor known before the run's end */
        e->rate = RATE_PARAM;
        e->type = type_of_word((TypeWord)formal->op);
        (void)bind_value(c, inner, formal->name, formal->place, e);
    }
    (void)inline_body(c, name, inner, name->place);
    vec_truncate(&c->exprs, exprs);
    vec_truncate(&c->inputs, inputs);
    vec_truncate(&c->tokens, tokens);
}

/* ---- the call --------------------------------------------------------------------------------- */

static Expr *unknown_function(Checker *c, const Node *n)
{
    Near near = near_start(n->name);
    Diag *d = diag_add(c->diags, ODX111, n->name_at, T_UNKNOWN_FUNCTION, arg_text(n->name));

    for (const Scope *s = c->scope; s; s = s->outer)
        for (const Name *other = s->first; other; other = other->next)
            if (other->kind == NAME_DEF) near_try(&near, other->name);
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        near_try(&near, span_str(BUILTINS[i].name));
    diag_label(d, T_NO_SUCH_FUNCTION);
    near_help(c, d, &near, n->name_at);
    for (uint32_t i = 0; i < n->kid_count; i++)
        (void)check_expr(c, n->kids[i]);
    return make_bad(c, n->place);
}

Expr *check_call(Checker *c, const Node *n)
{
    Name *name = scope_find(c->scope, n->name);
    const Builtin *b = find_builtin(n->name);

    if (name && name->kind == NAME_DEF) return call_def(c, n, name);
    if (b) return call_builtin(c, n, b);
    if (!name) return unknown_function(c, n);
    diag_add(c->diags, ODX111, n->name_at, T_NOT_A_FUNCTION, arg_text(n->name));
    return make_bad(c, n->place);
}
