/* review.c — what can be said about time, cost and plain slips once everything is inferred.
 *
 * Readiness against the slot (ODX202), windows and periods (204 to 207), states set twice (209),
 * staleness (211), equal rules (309), needless `otherwise` (311), zero divisors (312), indicators for
 * every wallet (701, 703).  Promise: an error here is a proof; a doubt is at most a warning. */
#include "compiler/sema/checker.h"

#include "vm/base/buf.h"
#include "vm/base/num.h"

enum { LONG_WINDOW = 10000, FAST_PERIOD_US = 50000 };

static bool is_windowed(const Expr *e)
{
    return e->op >= EX_EMA && e->op <= EX_LOWEST && e->op != EX_VWAP;
}

static const Expr *window_of(const Expr *e)
{
    return e->args[e->arg_count - 1];
}

/* ---- ODX202: never ready within a slot -------------------------------------------------------- */

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;

        a = b;
        b = r;
    }
    return a;
}

/* The period when the only clock is one `every`, else 0. */
static int64_t only_period_us(const Checker *c, const Expr *e)
{
    double v;
    int at = e->clocks ? __builtin_ctzll(e->clocks) : -1;

    if (at < 0 || e->clocks >> at != 1 || c->clocks.items[at].kind != CLOCK_EVERY) return 0;
    if (!constant(c, c->clocks.items[at].period, PARAM_HIGH, &v)) return 0;
    return (int64_t)num_rint(v * 1e6);
}

/* Boundaries inside a slot when it begins at the luckiest time (decision 14). */
static int64_t most_boundaries(int64_t length, int64_t d)
{
    int64_t room = length - common_divisor(length, d) - 1;

    return room < 0 ? 0 : room / d + 1;
}

/* How slots and boundaries meet: `most` when they meet luckily, `least` when not. */
typedef struct Room {
    int64_t length, most, least;
} Room;

static bool is_too_slow(const Checker *c, const Expr *e, Room *ret)
{
    int64_t length = c->markets.items[e->slot_market].slot_us;
    int64_t d = only_period_us(c, e);

    *ret = (Room){.length = length};
    if (length <= 0) return false;
    if (d <= 0 || e->ready.us % d) return e->ready.us >= length;
    ret->most = most_boundaries(length, d) * d;
    ret->least = (length - 1) / d * d;
    return e->ready.us > ret->least;
}

static Span time_words(Checker *c, int64_t us, int64_t like, bool has_unit)
{
    static const struct {
        int64_t us;
        const char *name;
    } units[] = {{3600000000, "hour"}, {60000000, "minute"}, {1000000, "second"}};
    Buf b;

    buf_init(&b, c->arena, 64);
    for (int i = 0; i < 3; i++) {
        int64_t n = us / units[i].us;

        if (us % units[i].us || like % units[i].us) continue;
        buf_int(&b, n);
        if (has_unit) buf_fmt(&b, " %s%s", units[i].name, n == 1 ? "" : "s");
        return buf_span(&b);
    }
    buf_num(&b, (double)us / 1e6);
    if (has_unit) buf_str(&b, " seconds");
    return buf_span(&b);
}

static bool reads(const Checker *c, const Expr *e, const Expr *part)
{
    if (!walk_step(c)) return false;
    if (e == part) return true;
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id && reads(c, e->args[i], part)) return true;
    return false;
}

/* The name in a condition that stands for something built on `part`. */
static const Expr *use_in(const Checker *c, const Expr *cond, const Expr *part)
{
    if (!walk_step(c)) return NULL;
    if (cond->op == EX_LET) return reads(c, cond->args[0], part) ? cond : NULL;
    for (uint32_t i = 0; i < cond->arg_count; i++) {
        const Expr *found = cond->args[i]->id < cond->id ? use_in(c, cond->args[i], part) : NULL;

        if (found) return found;
    }
    return NULL;
}

static void mark_rule(Checker *c, Diag *d, const Expr *e)
{
    for (size_t i = 0; i < c->rules.count; i++) {
        const Rule *r = &c->rules.items[i];
        const Expr *use = NULL;

        walk_start(c);
        if (r->cond) use = use_in(c, r->cond, e);

        if (!use) continue;
        diag_mark(d, use->place, T_RULE_NEVER_FIRES);
        return;
    }
}

static const Token *token_read(const Checker *c, const Expr *e)
{
    e = expr_strip(e);
    if (!walk_step(c)) return NULL;
    if (e->op == EX_INPUT && field_info(c->inputs.items[e->index].field)->owner == OWNER_TOKEN)
        return &c->tokens.items[c->inputs.items[e->index].index];
    for (uint32_t i = 0; i < e->arg_count; i++) {
        const Token *t = e->args[i]->id < e->id ? token_read(c, e->args[i]) : NULL;

        if (t) return t;
    }
    return NULL;
}

static const char *memory_noun(const Expr *e)
{
    switch (e->op) {
    case EX_EMA:
    case EX_SMA:
    case EX_RMA:
    case EX_VWAP:
    case EX_VWAPN:
        return diag_text(T_SAY_AVERAGE);
    case EX_STDEV:
    case EX_ZSCORE:
        return diag_text(T_SAY_DEVIATION);
    case EX_HELD:
        return "`for`";
    default:
        return diag_text(T_SAY_VALUE);
    }
}

static void report_slow(Checker *c, const Expr *e, Room room)
{
    bool is_never = e->ready.us > room.most;
    const Token *token = (walk_start(c), token_read(c, e));
    Diag *d =
        diag_add(c->diags, ODX202, e->place, is_never ? T_NEVER_READY : T_RARELY_READY,
                 arg_str(memory_noun(e)), arg_text(time_words(c, e->ready.us, room.length, true)),
                 arg_text(time_words(c, room.length, e->ready.us, false)));
    int64_t longest = is_never ? room.most : room.least;

    diag_label(d, T_READY_AFTER, arg_duration((double)e->ready.us / 1e6));
    if (is_never)
        mark_rule(c, d, e);
    else
        diag_weaken(d, LEVEL_WARNING);
    if (token)
        diag_fact(d, T_OWN_HISTORY, arg_text(token->spelled));
    else
        diag_fact(d, T_STARTS_AGAIN);
    if (longest > 0) diag_help(d, T_SHORTEN, arg_text(time_words(c, longest, longest, true)));
    diag_help(d, T_LIVES_ON);
    diag_help(d, T_ACROSS_SLOTS, arg_source(e->place));
}

static void never_ready(Checker *c)
{
    Room room;

    for (size_t i = 0; i < c->exprs.count; i++) {
        Expr *e = c->exprs.items[i];

        for (uint32_t k = 0; k < e->arg_count; k++)
            if (e->args[k]->id < e->id) e->flags |= e->args[k]->flags & EXF_MEETS;
        if (e->flags & EXF_MEETS || e->op < EX_PREV || e->op > EX_SAMPLE || !e->slot_lived)
            continue;
        if (e->slot_market >= c->markets.count || !is_too_slow(c, e, &room)) continue;
        e->flags |= EXF_MEETS;
        report_slow(c, e, room);
    }
}

/* ---- windows and periods ---------------------------------------------------------------------- */

static bool is_tick_clock(const Checker *c, const Expr *e)
{
    for (size_t i = 0; i < c->clocks.count; i++)
        if (e->clocks >> i & 1 && c->clocks.items[i].kind == CLOCK_TICK) return true;
    return false;
}

static void tick_window(Checker *c, const Expr *e)
{
    const Expr *x = e->args[0];
    Diag *d =
        diag_add(c->diags, ODX204, e->place, T_WINDOW_IN_TICKS, arg_source(window_of(e)->place));

    diag_label(d, T_TICKS_IRREGULAR);
    if (x->op != EX_INPUT && x->op != EX_LET && x->op != EX_TOKEN_FIELD) {
        diag_help(d, T_SAMPLE_IT);
        return;
    }
    diag_fix(d, FIX_SUGGESTED, T_SAMPLE_IT);
    diag_edit(d, place_at(x->place.file, x->place.end, x->place.end), SPAN(" every 1s"));
}

static void odd_window(Checker *c, const Expr *e, double n)
{
    if (n == 1)
        diag_label(diag_add(c->diags, ODX206, e->place, T_WINDOW_OF_ONE), T_ONE_STEP);
    else if (n > LONG_WINDOW)
        diag_add(c->diags, ODX206, e->place, T_WINDOW_LONG, arg_int((int64_t)n),
                 arg_int(LONG_WINDOW));
}

static void review_window(Checker *c, const Expr *e)
{
    double n;

    if (!constant(c, window_of(e), PARAM_VALUE, &n)) return;
    odd_window(c, e, n);
    if (n > 1 && !e->wallet && is_tick_clock(c, e)) tick_window(c, e);
}

static void review_period(Checker *c, const Expr *e)
{
    double v;

    if (!constant(c, e->args[1], PARAM_LOW, &v) || v * 1e6 >= FAST_PERIOD_US) return;
    diag_label(diag_add(c->diags, ODX207, e->args[1]->place, T_TOO_FAST), T_NOTHING_NEW);
}

/* ---- ODX205: a state carries shares of other slots into an indicator -------------------------- */

static bool is_of_slot(Checker *c, const Expr *e)
{
    return e && !expr_is_bad(e) && e->slot_lived && (walk_start(c), token_read(c, e)) != NULL;
}

/* Does the state outlive the slots whose shares it was read from? */
static bool outlives_slots(Checker *c, uint32_t index)
{
    const State *s = &c->states.items[index];

    if (s->life == STATE_SLOT || s->type.shape != SHAPE_NUM) return false;
    if (is_of_slot(c, s->init)) return true;
    for (size_t i = 0; i < c->rules.count; i++) {
        const Rule *r = &c->rules.items[i];

        for (uint32_t k = 0; k < r->action_count; k++)
            if (r->actions[k].kind == ACT_SET && r->actions[k].state == index &&
                is_of_slot(c, r->actions[k].value))
                return true;
    }
    return false;
}

static void mixed_slots(Checker *c, const Expr *e)
{
    const Expr *x = expr_strip(e->args[0]);
    Diag *d;

    if (e->flags & EXF_ACROSS || e->slot_lived || x->op != EX_STATE) return;
    if (!outlives_slots(c, x->index)) return;
    d = diag_add(c->diags, ODX205, e->place, T_MIXES_SLOTS, arg_str(memory_noun(e)));
    diag_label(d, T_JUMP_IS_NO_MOVE);
    diag_mark(d, c->states.items[x->index].place, T_KEPT_FROM_SLOTS);
    diag_help(d, T_SAY_ACROSS, arg_source(e->place));
}

/* ---- indicators for every wallet -------------------------------------------------------------- */

static void wallet_indicator(Checker *c, const Expr *e)
{
    Diag *d = diag_add(c->diags, ODX701, e->place, T_FOR_EVERY_WALLET);

    diag_label(d, T_WALLET_COST);
    if (e->args[0]->wallet) diag_mark(d, e->args[0]->place, T_DIFFERS_BY_WALLET);
}

static bool has_memory_inside(const Checker *c, const Expr *e)
{
    if (!walk_step(c)) return false;
    if (e->op >= EX_PREV && e->op <= EX_SAMPLE) return true;
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id && has_memory_inside(c, e->args[i])) return true;
    return false;
}

static void count_terms(const Checker *c, const Expr *e, uint8_t op, int *wallet, int *shared,
                        bool *has_memory)
{
    if (!walk_step(c)) return;
    if (e->op == op) {
        count_terms(c, e->args[0], op, wallet, shared, has_memory);
        count_terms(c, e->args[1], op, wallet, shared, has_memory);
    } else if (e->wallet) {
        ++*wallet;
    } else {
        ++*shared;
        *has_memory |= has_memory_inside(c, e);
    }
}

/* `a + b + position * x` runs for each wallet although only its last term differs. */
static void wallet_term(Checker *c, const Let *l)
{
    const Expr *e = l->value;
    int wallet = 0, shared = 0;
    bool has_memory = false;

    if (expr_is_bad(e) || !e->wallet) return;
    if (e->op != EX_ADD && e->op != EX_MUL && e->op != EX_OR) return;
    walk_start(c);
    count_terms(c, e, e->op, &wallet, &shared, &has_memory);
    if (wallet != 1 || shared < 2 || !has_memory) return;
    diag_help(diag_add(c->diags, ODX703, e->place, T_ONE_WALLET_TERM, arg_text(l->name)),
              T_SPLIT_IT_OFF);
}

/* ---- the walk over expressions ---------------------------------------------------------------- */

void review_time(Checker *c)
{
    never_ready(c);
    for (size_t i = 0; i < c->exprs.count; i++) {
        const Expr *e = c->exprs.items[i];

        if (is_windowed(e)) review_window(c, e);
        if (is_windowed(e) || e->op == EX_PREV) mixed_slots(c, e);
        if (is_windowed(e) && e->wallet) wallet_indicator(c, e);
        if (e->op == EX_SAMPLE) review_period(c, e);
    }
    for (size_t i = 0; i < c->lets.count; i++)
        wallet_term(c, &c->lets.items[i]);
}

/* ---- ODX209, ODX211, ODX309 ------------------------------------------------------------------- */

static const Action *set_of(const Rule *r, uint32_t from, uint32_t state)
{
    for (uint32_t i = from; i < r->action_count; i++)
        if (r->actions[i].kind == ACT_SET && r->actions[i].state == state) return &r->actions[i];
    return NULL;
}

static void report_twice(Checker *c, const Action *first, const Action *second)
{
    Diag *d = diag_add(c->diags, ODX209, second->place, T_SET_TWICE,
                       arg_text(c->states.items[first->state].name));

    diag_label(d, T_THIS_WINS);
    diag_mark(d, first->place, T_HAS_NO_EFFECT);
}

static void set_twice_inside(Checker *c, const Rule *r)
{
    for (uint32_t i = 0; i < r->action_count; i++) {
        const Action *a = &r->actions[i];
        const Action *again = a->kind == ACT_SET ? set_of(r, i + 1, a->state) : NULL;

        if (again) report_twice(c, a, again);
    }
}

/* Both rules run whenever one of them does. */
static bool always_together(const Checker *c, size_t i, size_t k)
{
    const Rule *a = &c->rules.items[i], *b = &c->rules.items[k];
    const Node *x = node_kid(c->rule_nodes.items[i], KID_RULE_COND);
    const Node *y = node_kid(c->rule_nodes.items[k], KID_RULE_COND);

    if (a->kind != b->kind || a->event != b->event || a->index != b->index) return false;
    return node_is_equal(x, y) && (x || a->kind == RULE_ON);
}

static bool is_same_rule(const Checker *c, size_t i, size_t k)
{
    return node_is_equal(node_kid(c->rule_nodes.items[i], KID_RULE_BLOCK),
                         node_kid(c->rule_nodes.items[k], KID_RULE_BLOCK));
}

static void same_rule(Checker *c, size_t i, size_t k)
{
    Diag *d = diag_add(c->diags, ODX309, c->rules.items[k].place, T_SAME_RULE);

    diag_mark(d, c->rules.items[i].place, T_FIRST_HERE);
    diag_fix(d, FIX_SUGGESTED, T_DELETE_IT);
    diag_edit(d, c->rules.items[k].place, SPAN(""));
}

/* `conds` has the hash of each rule's condition: most pairs need no second look. */
static void review_pairs(Checker *c, const uint64_t *conds, size_t k)
{
    const Rule *b = &c->rules.items[k];

    for (size_t i = 0; i < k; i++) {
        if (conds[i] != conds[k] || !always_together(c, i, k)) continue;
        if (is_same_rule(c, i, k)) {
            same_rule(c, i, k);
            return;
        }
        for (uint32_t n = 0; n < b->action_count; n++) {
            const Action *a = &b->actions[n];
            const Action *first =
                a->kind == ACT_SET ? set_of(&c->rules.items[i], 0, a->state) : NULL;

            if (first) report_twice(c, first, a);
        }
    }
}

static void staleness(Checker *c)
{
    const Market *first = c->markets.items;
    bool has_venues = false;

    for (size_t i = 1; i < c->markets.count; i++)
        has_venues |= !span_is(first->venue, c->markets.items[i].venue);
    for (size_t i = 0; has_venues && i < c->markets.count; i++) {
        const Market *m = &c->markets.items[i];
        Diag *d;

        if (m->stale) continue;
        d = diag_add(c->diags, ODX211, m->place, T_NO_STALE, arg_text(m->name));
        diag_label(d, T_HOW_OLD, arg_duration((double)m->stale_us / 1e6));
        diag_fix(d, FIX_SUGGESTED, T_SAY_STALE);
        diag_edit(d, place_at(m->place.file, m->place.end, m->place.end), SPAN(" stale after 3s"));
    }
}

/* ---- ODX311: known anyway --------------------------------------------------------------------- */

static bool input_always_known(const Checker *c, const Expr *e)
{
    const FieldInfo *f = field_info(c->inputs.items[e->index].field);

    if (f->known != KNOWN_ALWAYS || f->id == FIELD_EQUITY) return false;
    return f->owner == OWNER_TIME || f->owner == OWNER_HELD || f->owner == OWNER_HINSTR ||
           f->owner == OWNER_MSLOT;
}

static bool args_known(const Checker *c, const Expr *e);

static bool always_known(const Checker *c, const Expr *e)
{
    if (!walk_step(c)) return false;
    switch (e->op) {
    case EX_CONST:
    case EX_CONSTB:
    case EX_PARAM:
    case EX_TOKEN:
    case EX_KNOWN:
        return true;
    case EX_INPUT:
        return input_always_known(c, e);
    case EX_OTHERWISE:
        return always_known(c, e->args[0]) || always_known(c, e->args[1]);
    case EX_LET:
    case EX_NEG:
    case EX_ABS:
    case EX_MIN:
    case EX_MAX:
    case EX_IF:
    case EX_LT:
    case EX_LE:
    case EX_GT:
    case EX_GE:
    case EX_EQ:
    case EX_NE:
    case EX_BETWEEN:
    case EX_IN:
    case EX_AND:
    case EX_OR:
    case EX_NOT:
        return args_known(c, e);
    default:
        return false;
    }
}

static bool args_known(const Checker *c, const Expr *e)
{
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id >= e->id || !always_known(c, e->args[i])) return false;
    return true;
}

static void needless_otherwise(Checker *c, const Expr *e)
{
    Place rest = place_at(e->place.file, e->args[0]->place.end, e->place.end);
    Span between = span_trim(source_text(diags_sources(c->diags), rest));
    Diag *d = diag_add(c->diags, ODX311, e->place, T_ALWAYS_KNOWN, arg_source(e->args[0]->place));

    diag_label(d, T_NEVER_NEEDED, arg_source(e->args[1]->place));
    if (!span_starts(between, SPAN("otherwise"))) return;
    diag_fix(d, FIX_SAFE, T_DELETE_IT);
    diag_edit(d, rest, SPAN(""));
}

/* ---- ODX312: can be zero ---------------------------------------------------------------------- */

static bool is_positive_field(const FieldInfo *f)
{
    return f->unit == FUNIT_PERCOIN || f->unit == FUNIT_PRICE || f->id == FIELD_SLOT_LENGTH;
}

static bool is_spread(const FieldInfo *f)
{
    return f->id == FIELD_SPREAD || f->id == FIELD_X_SPREAD;
}

static bool never_zero(const Checker *c, const Expr *e)
{
    const FieldInfo *f;
    double low, high;

    if (!walk_step(c)) return true;
    if (constant(c, e, PARAM_LOW, &low) && constant(c, e, PARAM_HIGH, &high))
        return (low > 0 && high > 0) || (low < 0 && high < 0);
    switch (e->op) {
    case EX_INPUT:
        f = field_info(c->inputs.items[e->index].field);
        return is_positive_field(f) && !is_spread(f);
    case EX_STATE:
        return !expr_is_bad(c->states.items[e->index].init) &&
               never_zero(c, c->states.items[e->index].init);
    case EX_LET:
    case EX_NEG:
    case EX_ABS:
    case EX_EMA:
    case EX_SMA:
    case EX_RMA:
    case EX_VWAP:
    case EX_VWAPN:
    case EX_HIGHEST:
    case EX_LOWEST:
    case EX_SAMPLE:
        return never_zero(c, e->args[0]);
    case EX_PREV:
        return e->args[0]->id < e->id && never_zero(c, e->args[0]);
    case EX_MIN:
    case EX_MAX:
    case EX_MUL:
    case EX_OTHERWISE:
        return never_zero(c, e->args[0]) && never_zero(c, e->args[1]);
    case EX_DIV:
        return never_zero(c, e->args[0]);
    default:
        return false;
    }
}

static void zero_divisor(Checker *c, const Expr *e)
{
    const Expr *by = e->args[1];
    Diag *d;

    walk_start(c);
    if (never_zero(c, by)) return;
    d = diag_add(c->diags, ODX312, by->place, T_CAN_BE_ZERO, arg_source(by->place));
    diag_label(d, T_UNKNOWN_THEN);
}

void review_logic(Checker *c)
{
    uint64_t conds[MAX_RULES];

    for (size_t k = 0; k < c->rules.count; k++) {
        conds[k] = node_hash(node_kid(c->rule_nodes.items[k], KID_RULE_COND));
        set_twice_inside(c, &c->rules.items[k]);
        review_pairs(c, conds, k);
    }
    staleness(c);
    for (size_t i = 0; i < c->exprs.count; i++) {
        const Expr *e = c->exprs.items[i];

        walk_start(c);
        if (e->op == EX_OTHERWISE && always_known(c, e->args[0])) needless_otherwise(c, e);
        if (e->op == EX_DIV) zero_divisor(c, e);
    }
}
