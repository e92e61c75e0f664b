/* items.c — the declarations of a file: first all names, then what they hold, on demand.
 *
 * Order of lines does not matter, so a let is checked when it is first read.  Promise: each item is
 * checked exactly once, and a name stands for one thing. */
#include "compiler/sema/checker.h"
#include "compiler/source/parse.h" /* word_is_reserved */

#include "vm/base/num.h"

enum { MAX_LOOK = 1000 };

/* ---- names ------------------------------------------------------------------------------------ */

static bool is_taken(Checker *c, Scope *s, const Node *n)
{
    Name *first = scope_find_here(s, n->name);
    Diag *d;

    if (word_is_reserved(n->name)) return true; /* whoever read it has said so */
    if (outcome_of(n->name) >= 0) {
        diag_add(c->diags, ODX004, n->name_at, T_NAME_OF_SHARE, arg_text(n->name));
        return true;
    }
    if (!first || (first->is_module && first->home != s)) return false;
    d = diag_add(c->diags, ODX004, n->name_at, T_DEFINED_TWICE, arg_text(n->name));
    diag_label(d, T_SECOND_TIME);
    diag_mark(d, first->place, T_FIRST_HERE);
    return true;
}

static int name_kind(const Node *n)
{
    switch ((NodeKind)n->kind) {
    case NODE_MARKET:
        return NAME_MARKET;
    case NODE_LEADER:
        return NAME_LEADER;
    case NODE_ACCOUNT:
        return NAME_ACCOUNT;
    case NODE_FEED:
        return NAME_FEED;
    case NODE_PARAM:
        return NAME_PARAM;
    case NODE_LET:
        return NAME_LET;
    case NODE_STATE:
        return NAME_STATE;
    case NODE_DEF:
        return NAME_DEF;
    default:
        return -1;
    }
}

static bool has_room(Checker *c, size_t count, size_t max, const Node *n, TextId what)
{
    if (count < max) return true;
    over_budget(c, n->place, what, (int64_t)max);
    return false;
}

static void add_market(Checker *c, Name *name, const Node *n)
{
    const Node *selector = node_kid(n, KID_MARKET_SELECTOR);
    Market m = {
        .name = n->name, .venue = n->name2, .place = n->place, .any = (n->flags & NF_ANY) != 0};

    if (!has_room(c, c->markets.count, MAX_MARKETS, n, T_SAY_MARKETS)) return;
    if (selector) m.selector = selector->text;
    market_kind(c, &m, n);
    name->index = (uint32_t)c->markets.count;
    (void)vec_push(c->arena, &c->markets, m);
}

static void add_leader(Checker *c, Name *name, const Node *n)
{
    const Node *address = node_kid(n, KID_LEADER_SELECTOR);
    Leader l = {.name = n->name, .venue = n->name2, .place = n->place};

    if (!has_room(c, c->leaders.count, MAX_LEADERS, n, T_SAY_LEADERS)) return;
    (void)venue_find(c, n, NULL);
    if (address) l.address = address->text;
    name->index = (uint32_t)c->leaders.count;
    (void)vec_push(c->arena, &c->leaders, l);
}

static void add_small(Checker *c, Name *name, const Node *n)
{
    if (n->kind == NODE_ACCOUNT &&
        has_room(c, c->accounts.count, MAX_ACCOUNTS, n, T_SAY_ACCOUNTS)) {
        if (n->name2.len) (void)venue_find(c, n, NULL);
        name->index = (uint32_t)c->accounts.count;
        (void)vec_push(c->arena, &c->accounts, (Account){n->name, n->name2, n->place});
    }
    if (n->kind == NODE_FEED && has_room(c, c->feeds.count, MAX_FEEDS, n, T_SAY_FEEDS)) {
        name->index = (uint32_t)c->feeds.count;
        (void)vec_push(c->arena, &c->feeds, (Feed){.name = n->name, .place = n->place});
    }
}

static void add_value(Checker *c, Name *name, const Node *n)
{
    Span doc = node_doc(c->arena, n);

    if (n->kind == NODE_PARAM && has_room(c, c->params.count, MAX_PARAMS, n, T_SAY_PARAMS)) {
        name->index = (uint32_t)c->params.count;
        (void)vec_push(c->arena, &c->params,
                       (Param){.name = n->name, .place = n->place, .doc = doc, .value = UNKNOWN});
    } else if (n->kind == NODE_LET) {
        name->index = (uint32_t)c->lets.count;
        (void)vec_push(c->arena, &c->lets, (Let){.name = n->name, .place = n->place, .doc = doc});
        (void)vec_push(c->arena, &c->let_nodes, n);
    } else if (n->kind == NODE_STATE) {
        name->index = (uint32_t)c->states.count;
        (void)vec_push(c->arena, &c->states,
                       (State){.name = n->name, .place = n->place, .market = MARKET_NONE});
    }
}

static void declare_name(Checker *c, Scope *s, const Node *n, bool is_module)
{
    int kind = name_kind(n);
    Name *name, *imported;

    if (kind < 0 || n->name.len == 0 || is_taken(c, s, n)) return;
    imported = scope_find_here(s, n->name);
    if (imported)
        diag_mark(diag_add(c->diags, ODX503, n->name_at, T_HIDES_NAME, arg_text(n->name)),
                  imported->place, T_HIDDEN_ONE);
    name = scope_add(c, s, (NameKind)kind, n->name, n->name_at);
    name->node = n;
    name->is_module = is_module;
    if (kind == NAME_MARKET)
        add_market(c, name, n);
    else if (kind == NAME_LEADER)
        add_leader(c, name, n);
    else if (kind == NAME_ACCOUNT || kind == NAME_FEED)
        add_small(c, name, n);
    else
        add_value(c, name, n);
}

static bool may_stand_in_module(const Node *n)
{
    return n->kind == NODE_USE || n->kind == NODE_PARAM || n->kind == NODE_LET ||
           n->kind == NODE_DEF || n->kind == NODE_LAYOUT || n->kind == NODE_BAD;
}

void declare_name_items(Checker *c, const Node *file, Scope *s, bool is_module)
{
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++) {
        const Node *n = file->kids[i];

        if (is_module && !may_stand_in_module(n)) {
            diag_add(c->diags, ODX001, n->place, T_NOT_IN_MODULE,
                     arg_str(node_kind_says((NodeKind)n->kind)));
            continue;
        }
        if (n->kind != NODE_USE) declare_name(c, s, n, is_module);
    }
}

void declare_items(Checker *c, const Node *file)
{
    const Node *header = node_kid(file, KID_FILE_HEADER);

    c->program->is_module = header && header->op == AST_HEADER_MODULE;
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++)
        if (node_is(file->kids[i], NODE_USE)) declare_module(c, file->kids[i]);
    declare_name_items(c, file, c->globals, c->program->is_module);
}

/* ---- params ----------------------------------------------------------------------------------- */

static bool fixed_number(Checker *c, const Node *n, Expr **ret_e, double *ret)
{
    Expr *e = check_number(c, n);

    *ret_e = e;
    if (expr_is_bad(e) || !want_fixed(c, e, T_SAY_A_PARAM)) return false;
    if (constant(c, e, PARAM_VALUE, ret)) return true;
    diag_add(c->diags, ODX105, e->place, T_NO_NUMBER);
    return false;
}

static bool param_part(Checker *c, const Node *n, Expr *value, double *ret)
{
    Expr *e;
    Type t;

    return fixed_number(c, n, &e, ret) && meet(c, value, e, MEET_CHOICE, n->place, &t);
}

static bool param_range(Checker *c, const Node *range, const Node *step, Expr *value, Param *p)
{
    bool is_fine = param_part(c, range->kids[0], value, &p->low) &
                   param_part(c, range->kids[1], value, &p->high);
    Diag *d;

    if (step) is_fine &= param_part(c, step, value, &p->step);
    p->has_range = true;
    p->range_place = range->place;
    if (!is_fine) return false;
    if (p->low > p->high) {
        diag_add(c->diags, ODX302, range->place, T_RANGE_BACKWARDS);
        return false;
    }
    if (step && p->step <= 0) {
        diag_add(c->diags, ODX109, step->place, T_STEP_NOT_UP);
        return false;
    }
    if (p->value >= p->low && p->value <= p->high) return true;
    d = diag_add(c->diags, ODX109, value->place, T_DEFAULT_OUTSIDE, arg_text(p->name));
    diag_mark(d, range->place, T_ITS_RANGE);
    return true;
}

static bool param_choices(Checker *c, const Node *choices, Expr *value, Param *p)
{
    double *all = arena_array(c->arena, double, choices->kid_count);
    bool is_fine = all != NULL, has_default = false;

    for (uint32_t i = 0; is_fine && i < choices->kid_count; i++) {
        is_fine = param_part(c, choices->kids[i], value, &all[i]);
        if (!is_fine) return false;
        has_default |= all[i] == p->value;
        p->low = i == 0 || all[i] < p->low ? all[i] : p->low;
        p->high = i == 0 || all[i] > p->high ? all[i] : p->high;
    }
    if (!is_fine || choices->kid_count == 0) return is_fine;
    p->choices = all;
    p->choice_count = choices->kid_count;
    p->has_range = true;
    p->range_place = choices->place;
    if (has_default) return true;
    diag_mark(diag_add(c->diags, ODX109, value->place, T_DEFAULT_OUTSIDE, arg_text(p->name)),
              choices->place, T_ITS_RANGE);
    return true;
}

static bool fill_param(Checker *c, const Node *n, Param *p)
{
    const Node *domain = node_kid(n, KID_PARAM_DOMAIN);
    const Node *written = node_kid(n, KID_PARAM_VALUE);
    Expr *value;

    if (!written || !fixed_number(c, written, &value, &p->value)) return false;
    p->type = value->type;
    p->low = p->high = p->value;
    p->spelled = source_text(diags_sources(c->diags), written->place);
    if (node_is(domain, NODE_RANGE) && domain->kids[0] && domain->kids[1] &&
        !param_range(c, domain, node_kid(n, KID_PARAM_STEP), value, p))
        return false;
    if (node_is(domain, NODE_CHOICES) && !param_choices(c, domain, value, p)) return false;
    p->type = value->type;
    p->type.bare = false;
    return true;
}

static void check_param(Checker *c, Name *name)
{
    Param p = c->params.items[name->index];

    name->progress = BUSY;
    if (!fill_param(c, name->node, &p)) p.type = type_of(SHAPE_BAD);
    c->params.items[name->index] = p;
    name->progress = DONE;
}

/* ---- circles through `prev` ---------------------------------------------------------------------- */

static bool leads_back(Checker *c, const Node *n);

static bool name_leads_back(Checker *c, Name *n)
{
    if (!n || (n->kind != NAME_LET && n->kind != NAME_STATE && n->kind != NAME_DEF)) return false;
    if (n->progress == BUSY) return true;
    if (n->is_seen || n->progress == DONE || !n->node) return false;
    n->is_seen = true;
    return leads_back(c, n->node);
}

static bool leads_back(Checker *c, const Node *n)
{
    if (!n || c->depth >= MAX_LOOK) return false;
    if (n->kind == NODE_PATH && n->kid_count)
        return name_leads_back(c, scope_find(c->globals, n->kids[0]->name));
    if (n->kind == NODE_CALL && name_leads_back(c, scope_find(c->globals, n->name))) return true;
    for (uint32_t i = 0; i < n->kid_count; i++) {
        bool is_back;

        c->depth++;
        is_back = leads_back(c, n->kids[i]);
        c->depth--;
        if (is_back) return true;
    }
    return false;
}

bool let_leads_back(Checker *c, Name *n)
{
    if (n->progress != TO_DO) return n->progress == BUSY;
    for (Name *other = c->globals->first; other; other = other->next)
        other->is_seen = false;
    return name_leads_back(c, n);
}

/* ---- lets and states -------------------------------------------------------------------------- */

static void tie_knots(Checker *c, Name *name, Expr *value)
{
    for (size_t i = 0; i < c->knots.count; i++) {
        Knot k = c->knots.items[i];

        if (k.let != name) continue;
        if (!type_is_pending(k.prev->type) && !expr_is_bad(value) &&
            (k.prev->type.shape != value->type.shape || !dim_is(k.prev->type.dim, value->type.dim)))
            diag_add(c->diags, ODX101, k.prev->place, T_CHANGES_UNIT, arg_text(name->name));
        k.prev->type = value->type;
        k.prev->args[0] = value;
        k.prev->markets |= value->markets;
        c->knots.items[i].let = NULL;
    }
}

static void check_let_value(Checker *c, Name *name)
{
    Expr *e = check_expr(c, node_kid(name->node, 0));

    if (!expr_is_bad(e) && type_is_pending(e->type)) {
        diag_add(c->diags, ODX208, name->place, T_ONLY_ITSELF, arg_text(name->name));
        e = make_bad(c, name->place);
    }
    if (name->is_module && !expr_is_bad(e) && !want_fixed(c, e, T_SAY_A_LET_IN_A_MODULE))
        e = make_bad(c, name->place);
    name->value = e;
    c->lets.items[name->index].value = e;
    tie_knots(c, name, e);
}

static void check_state_value(Checker *c, Name *name)
{
    static const uint8_t lives[AST_PER_OP_COUNT] = {
        [AST_PER_SLOT] = STATE_SLOT, [AST_PER_DAY] = STATE_DAY, [AST_PER_RUN] = STATE_RUN};
    Expr *e = check_expr(c, node_kid(name->node, 0));
    State *s;
    int32_t market = -1;

    if (!expr_is_bad(e) && e->type.shape != SHAPE_NUM && e->type.shape != SHAPE_BOOL) {
        diag_add(c->diags, ODX101, e->place, T_STATE_HOLDS, arg_text(name->name));
        e = make_bad(c, e->place);
    }
    if (name->node->op == AST_PER_SLOT)
        market = only_slot_market(c, name->node->place, T_SAY_PER_SLOT);
    s = &c->states.items[name->index];
    s->life = lives[name->node->op < AST_PER_OP_COUNT ? name->node->op : AST_PER_NONE];
    s->init = e;
    s->type = e->type;
    s->type.bare = false;
    if (market >= 0) s->market = (uint8_t)market;
    name->value = e;
}

Expr *let_value(Checker *c, Name *n)
{
    Scope *scope = c->scope;
    Where where = c->where;
    const Call *call = c->call;

    if (n->progress == DONE) return n->value;
    if (n->progress == BUSY) return NULL;
    n->progress = BUSY;
    c->scope = n->home;
    c->where = (Where){.event = -1, .index = -1};
    c->call = NULL;
    if (n->kind == NAME_STATE)
        check_state_value(c, n);
    else
        check_let_value(c, n);
    c->scope = scope;
    c->where = where;
    c->call = call;
    n->progress = DONE;
    return n->value;
}

void param_ready(Checker *c, Name *n)
{
    Scope *scope = c->scope;

    if (n->progress == TO_DO) {
        c->scope = n->home;
        check_param(c, n);
        c->scope = scope;
    } else if (n->progress == BUSY) {
        c->params.items[n->index].type = type_of(SHAPE_BAD);
        diag_add(c->diags, ODX208, n->place, T_DEPENDS_ON_ITSELF, arg_text(n->name));
    }
}

Expr *check_let(Checker *c, const Node *let, bool is_local)
{
    Name *name;

    if (let->name.len == 0 || is_taken(c, c->scope, let)) return NULL;
    name = scope_add(c, c->scope, NAME_LET, let->name, let->name_at);
    name->node = let;
    name->is_local = is_local;
    name->progress = BUSY;
    add_value(c, name, let);
    if (is_out_of_memory(c)) return NULL;
    c->lets.items[name->index].local = is_local;
    review_hiding(c, name);
    check_let_value(c, name);
    name->progress = DONE;
    return name->value;
}

/* ---- what listens ----------------------------------------------------------------------------- */

static const Expr *fixed_duration(Checker *c, const Node *n, TextId what)
{
    Expr *e;

    if (!n) return NULL;
    e = check_expr(c, n);
    return want_duration(c, e, what) && want_fixed(c, e, what) ? e : NULL;
}

static void check_source_item(Checker *c, const Node *n)
{
    Name *name = scope_find_here(c->globals, n->name);
    const Expr *e;

    if (!name || name->node != n) return;
    if (n->kind == NODE_MARKET) {
        double seconds;

        e = fixed_duration(c, node_kid(n, KID_MARKET_STALE), T_SAY_STALE_AFTER);
        c->markets.items[name->index].stale = e;
        if (e && constant(c, e, PARAM_VALUE, &seconds) && seconds >= 0 && seconds < 1e9)
            c->markets.items[name->index].stale_us = (int64_t)num_rint(seconds * 1e6);
    } else if (n->kind == NODE_LEADER) {
        e = fixed_duration(c, node_kid(n, KID_LEADER_GROUPED), T_SAY_GROUPED);
        c->leaders.items[name->index].grouped = e;
    } else {
        const Node *range = node_kid(n, KID_FEED_RANGE);
        Feed *f = &c->feeds.items[name->index];
        Expr *low, *high;
        bool is_fine = node_is(range, NODE_RANGE) && range->kids[0] && range->kids[1];

        is_fine = is_fine && fixed_number(c, range->kids[0], &low, &f->low) &&
                  want_plain(c, low, T_SAY_A_FEED);
        is_fine = is_fine && fixed_number(c, range->kids[1], &high, &f->high) &&
                  want_plain(c, high, T_SAY_A_FEED);
        if (is_fine && f->low > f->high)
            diag_add(c->diags, ODX302, range->place, T_RANGE_BACKWARDS);
        e = fixed_duration(c, node_kid(n, KID_FEED_STALE), T_SAY_STALE_AFTER);
        c->feeds.items[name->index].stale = e;
    }
}

static void check_named(Checker *c, const Node *n)
{
    Name *name = scope_find_here(c->globals, n->name);

    if (!name || name->node != n) return;
    if (n->kind == NODE_PARAM)
        param_ready(c, name);
    else
        (void)let_value(c, name);
}

static void check_item(Checker *c, const Node *n)
{
    if (is_out_of_memory(c)) return;
    switch ((NodeKind)n->kind) {
    case NODE_MARKET:
    case NODE_LEADER:
    case NODE_FEED:
        check_source_item(c, n);
        break;
    case NODE_PARAM:
    case NODE_LET:
    case NODE_STATE:
        check_named(c, n);
        break;
    case NODE_RULE:
        check_rule(c, n);
        break;
    case NODE_RISK:
        check_risk(c, n);
        break;
    case NODE_SHOW:
        check_show(c, n);
        break;
    case NODE_ALWAYS:
        check_promise(c, n);
        break;
    default:
        break;
    }
}

static void check_modules(Checker *c)
{
    for (Module *m = c->modules; m; m = m->next)
        for (Name *n = m->scope->first; n && !is_out_of_memory(c); n = n->next) {
            if (n->kind == NAME_PARAM) param_ready(c, n);
            if (n->kind == NAME_LET) (void)let_value(c, n);
        }
}

static void check_uncalled(Checker *c, const Scope *s)
{
    for (Name *n = s->first; n && !is_out_of_memory(c); n = n->next)
        if (n->kind == NAME_DEF && !n->is_used) {
            dry_run(c, n);
            n->is_used = false;
        }
}

void check_items(Checker *c, const Node *file)
{
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++)
        if (!c->program->is_module || may_stand_in_module(file->kids[i]))
            check_item(c, file->kids[i]);
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count; i++)
        if (node_is(file->kids[i], NODE_TEST) && !c->program->is_module)
            check_test(c, file->kids[i]);
    if (is_out_of_memory(c)) return;
    check_modules(c);
    check_uncalled(c, c->globals);
}
