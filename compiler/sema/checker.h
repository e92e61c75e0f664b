/* checker.h — the private page of this room: what one check carries from pass to pass.
 *
 * Order of work: items are declared (items.c), then checked on demand (exprs.c, calls.c, paths.c), rules
 * and tests are put into tables, attributes are inferred (attrs.c), and the finished tables reviewed
 * (review.c, money.c, style.c).  Nothing here leaves the room. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/sema/offers.h"
#include "compiler/sema/program.h"
#include "compiler/sema/sema.h"
#include "compiler/tree/ast.h"
#include "compiler/types/types.h"
#include "vm/base/map.h"
#include "vm/base/vec.h"
#include "vm/fields.h"

enum { /* language 5.5 */
       MAX_MARKETS = 16,
       MAX_TOKENS = 64,
       MAX_LEADERS = 8,
       MAX_ACCOUNTS = 8,
       MAX_FEEDS = 16,
       MAX_PARAMS = 64,
       MAX_RULES = 128,
       MAX_ACTIONS = 256,
       MAX_REASONS = 192,
       MAX_EXPRS = 8192,
       MAX_CLOCKS = 64,
       MAX_REPEAT = 64,
       MAX_REPEAT_TOTAL = 1024,
       MAX_WINDOW = 100000,
       MAX_CALL_DEPTH = 64,
       MAX_COINS = 64,
       MAX_CALLS = 20000, /* written out in one file */
       MAX_NEAR = 200000, /* comparisons for "did you mean" */
       MAX_WALK = 4096,   /* steps of one look through a calculation */
};

/* Private bits of Expr.flags, cleared before the Program is handed out. */
enum {
    EXF_DOLLAR = 32, /* a `$` literal, which may become a price per coin */
    EXF_QUOTIENT =
        64,          /* a `$` literal over a price per coin: coins, or plain where that is asked */
    EXF_MEETS = 128, /* seen by a review that reports once */
};

typedef enum NameKind {
    NAME_MARKET,
    NAME_LEADER,
    NAME_ACCOUNT,
    NAME_FEED,
    NAME_PARAM,
    NAME_LET,
    NAME_STATE,
    NAME_DEF,
    NAME_VALUE, /* input of a definition, counter of a fold */
} NameKind;

typedef enum Progress { TO_DO, BUSY, DONE } Progress;

typedef struct Scope Scope;

typedef struct Name {
    Span name;
    uint8_t kind, progress;
    bool is_used, is_module, is_local;
    bool is_seen;   /* by the present look for a circle */
    uint32_t index; /* in the table of its kind */
    const Node *node;
    Place place;
    Scope *home; /* where its text is read */
    Expr *value; /* NAME_VALUE; NAME_LET and NAME_STATE when done */
    struct Name *next;
} Name;

struct Scope {
    Scope *outer;
    Map map;
    Name *first, *last;
};

/* What may be read at a place. */
typedef struct Where {
    int event;           /* EventKind of the handler, -1 outside */
    int32_t index;       /* its leader, market or token */
    uint16_t shares_are; /* kind of market whose fill it is */
    bool in_test;
} Where;

typedef struct Call {
    const struct Call *outer;
    const Name *def;
    uint32_t depth;
} Call;

typedef struct Module {
    Span path;
    const Node *tree;
    Scope *scope;
    uint8_t progress;
    struct Module *next;
} Module;

/* A recursion waiting for the value of its let. */
typedef struct Knot {
    Expr *prev;
    const Name *let;
} Knot;

typedef struct Checker {
    Arena *arena;
    Diags *diags;
    const SemaOptions *options;
    Program *program;
    Scope *globals, *scope;
    Module *modules;
    const Call *call;
    Where where;
    uint32_t depth, unrolled, action_count, call_count;
    uint32_t *fuel; /* steps left of the present walk: values are shared, so trees can be huge */
    uint32_t near_count;
    bool is_over;   /* a budget was exceeded and has been reported, or memory ended */
    Scope no_scope; /* handed out, with no_expr, when memory has ended */
    Expr no_expr;
    VEC(Market) markets;
    VEC(Leader) leaders;
    VEC(Account) accounts;
    VEC(Feed) feeds;
    VEC(Span) coins;
    VEC(Token) tokens;
    VEC(Input) inputs;
    VEC(Param) params;
    VEC(Let) lets;
    VEC(State) states;
    VEC(Clock) clocks;
    VEC(Expr *) exprs;
    VEC(Rule) rules;
    VEC(Limit) limits;
    VEC(Show) shows;
    VEC(Promise) promises;
    VEC(Test) tests;
    VEC(Span) reasons;
    VEC(Expr *) probes;
    VEC(Knot) knots;
    VEC(const Node *) rule_nodes;
    VEC(const Node *) let_nodes;
} Checker;

/* What a path turned out to name. */
typedef enum RefKind { REF_BAD, REF_VALUE, REF_TOKEN, REF_MARKET, REF_LEADER, REF_ACCOUNT } RefKind;
typedef struct Ref {
    uint8_t kind;
    int32_t index; /* token, market, leader, account */
    Expr *value;   /* REF_VALUE */
} Ref;

/* ---- scope.c ---------------------------------------------------------------------------------- */
Scope *scope_new(Checker *c, Scope *outer);
/* The innermost name, or NULL. */
Name *scope_find(const Scope *s, Span name);
Name *scope_find_here(const Scope *s, Span name);
/* Adds a name to the scope; the caller has looked for clashes. */
Name *scope_add(Checker *c, Scope *s, NameKind kind, Span name, Place place);
void scope_share(Checker *c, Scope *s, Name *name);
/* Collects candidates for "did you mean". */
typedef struct Near {
    Span wanted, best;
    uint32_t distance;
    bool is_tied;
} Near;
Near near_start(Span wanted);
void near_try(Near *n, Span candidate);
/* The one close candidate; empty when none, or several equally close ones. */
Span near_best(const Near *n);
/* Adds "did you mean" with its safe fix when there is one. */
void near_help(Checker *c, Diag *d, const Near *n, Place place);

/* ---- build.c ---------------------------------------------------------------------------------- */
Expr *make_expr(Checker *c, ExprOp op, Type type, Place place, Expr *const *args, uint32_t count);
#define MAKE(c, op, type, place, ...)                                   \
    make_expr((c), (op), (type), (place), (Expr *const[]){__VA_ARGS__}, \
              (uint32_t)(sizeof((Expr *const[]){__VA_ARGS__}) / sizeof(Expr *)))
Expr *make_bad(Checker *c, Place place);
Expr *make_num(Checker *c, double v, Type type, Place place);
Expr *make_yes(Checker *c, bool v, Place place);
Expr *make_input(Checker *c, FieldId field, uint8_t market, uint16_t index, Type type, Place place);
Expr *make_token(Checker *c, uint32_t token, Place place);
bool expr_is_bad(const Expr *e);
/* Without the LETs around it. */
const Expr *expr_strip(const Expr *e);
bool constant(const Checker *c, const Expr *e, ParamEnd end, double *ret);
/* A literal's value, through signs and lets. */
bool literal_value(const Expr *e, double *ret);
uint32_t input_index(Checker *c, FieldId field, uint8_t market, uint16_t index);
/* The token, made when it is new; -1 when there are too many. */
int32_t token_index(Checker *c, uint8_t market, uint8_t outcome, uint8_t account, Span spelled);
/* Has memory ended?  Then everything is over: what is made now is not there a moment later. */
bool is_out_of_memory(Checker *c);
/* Reports ODX702 once. */
void over_budget(Checker *c, Place place, TextId what, int64_t limit);

/* One step of a walk; false when it has gone on for too long. walk_start begins one. */
static inline bool walk_step(const Checker *c)
{
    if (*c->fuel == 0) return false;
    --*c->fuel;
    return true;
}

static inline void walk_start(const Checker *c)
{
    *c->fuel = MAX_WALK;
}

/* ---- units of operators: meet.c --------------------------------------------------------------- */
typedef enum Meet { MEET_SUM, MEET_COMPARE, MEET_CHOICE } Meet;
/* Both sides as one unit; false when that was reported. `ret` is what the result measures. */
bool meet(Checker *c, Expr *a, Expr *b, Meet how, Place place, Type *ret);
/* Literals under `e` take the type; lets keep theirs. */
void adopt(Expr *e, Type t);
bool type_product(Checker *c, Expr *a, Expr *b, bool is_quotient, Place place, Type *ret);
/* `e` measures `unit` (a bare zero does); else ODX101 with `what` it is for. */
bool want_unit(Checker *c, Expr *e, UnitName unit, TextId what);
bool want_plain(Checker *c, Expr *e, TextId what);
bool want_percent(Checker *c, Expr *e, TextId what);
bool want_yes_no(Checker *c, Expr *e);
bool want_number(Checker *c, Expr *e);
/* Fixed before the run, else ODX105. */
bool want_fixed(Checker *c, const Expr *e, TextId what);
bool want_duration(Checker *c, Expr *e, TextId what);

/* ---- paths.c ---------------------------------------------------------------------------------- */
Ref resolve_path(Checker *c, const Node *path);
Expr *check_path(Checker *c, const Node *path);
/* The token a path names; -1 with *ret_expr set when it is dynamic; false when reported. */
bool resolve_token(Checker *c, const Node *path, int32_t *ret_token, Expr **ret_expr);
/* The same for something that is traded: files with accounts want a prefix. */
bool resolve_traded(Checker *c, const Node *path, int32_t *ret_token, Expr **ret_expr);
bool resolve_market(Checker *c, const Node *path, int32_t *ret_market, Expr **ret_expr);
/* The file's only slot market, or -1 after ODX114 or ODX110. */
int32_t only_slot_market(Checker *c, Place place, TextId what);
Expr *make_field(Checker *c, const FieldInfo *f, uint8_t market, uint16_t index, Place place);
Expr *token_field(Checker *c, Expr *token, Span field, Place whole, Place at);
Span venue_coin_name(const Checker *c, uint8_t coin);
uint8_t coin_index(Checker *c, Span coin);

/* ---- exprs.c, calls.c, folds.c ---------------------------------------------------------------- */
Expr *check_expr(Checker *c, const Node *n);
Expr *check_yes_no(Checker *c, const Node *n);
/* `every d`: fixed, at most a day and dividing it. */
Expr *check_period(Checker *c, const Node *n);
Expr *check_number(Checker *c, const Node *n);
Expr *check_call(Checker *c, const Node *n);
void dry_run(Checker *c, Name *name);
Expr *check_fold(Checker *c, const Node *n);
/* The rounds of `in a .. b`. When b depends on a param, rounds go up to its highest value, and each asks
 * `i <= last` (round_guard). */
typedef struct Rounds {
    int64_t low, high;
    Expr *last; /* NULL: all rounds are always there */
} Rounds;
bool check_rounds(Checker *c, const Node *range, Rounds *ret);
/* Yes/no: round `i` is there; NULL when it always is. */
Expr *round_guard(Checker *c, const Rounds *r, int64_t i, Place place);
/* A number that counts: whole for all values of its params. */
bool want_count(Checker *c, Expr *e, TextId what);
Name *bind_value(Checker *c, Scope *s, Span name, Place place, Expr *value);
/* A window: a whole number of steps, at least one. */
bool want_window(Checker *c, Expr *e);

/* ---- items.c, modules.c ----------------------------------------------------------------------- */
void declare_items(Checker *c, const Node *file);
void check_items(Checker *c, const Node *file);
void declare_module(Checker *c, const Node *use);
void declare_name_items(Checker *c, const Node *file, Scope *s, bool is_module);
/* Checks a let or state that is referred to; its value, or NULL while it is being checked. */
Expr *let_value(Checker *c, Name *n);
/* Reading the let now would lead back to one that is being read. */
bool let_leads_back(Checker *c, Name *n);
/* Checks a param that is referred to. */
void param_ready(Checker *c, Name *n);
Expr *check_let(Checker *c, const Node *let, bool is_local);
void market_kind(Checker *c, Market *m, const Node *n);
/* The venue a declaration names; reported when there is none. `ret_kind` may be NULL. */
bool venue_find(Checker *c, const Node *n, uint8_t *ret_kind);

/* ---- rules.c, actions.c, limits.c, tests.c ---------------------------------------------------- */
void check_rule(Checker *c, const Node *rule);
uint32_t clock_index(Checker *c, ClockKind kind, uint16_t index, const Expr *period);
void check_block(Checker *c, const Node *block, Rule *rule);
void check_risk(Checker *c, const Node *risk);
void check_test(Checker *c, const Node *test);
void check_show(Checker *c, const Node *show);
void check_promise(Checker *c, const Node *always);
bool check_size(Checker *c, const Node *size, int32_t token, bool is_sell, Action *a);
bool check_order(Checker *c, const Node *order, bool is_expected, Action *a);
bool check_close(Checker *c, const Node *close, Action *a);
uint32_t reason_index(Checker *c, Span reason, Place place);

/* ---- attrs.c, review.c, money.c, style.c ------------------------------------------------------ */
void infer_attributes(Checker *c);
void review_time(Checker *c);
void review_logic(Checker *c);
void review_money(Checker *c, const Node *file);
void review_style(Checker *c, const Node *file);
/* A name that hides a field, a function or an outer name (ODX503). */
void review_hiding(Checker *c, const Name *n);
/* A bare word that some market of the file, or the calendar, explains. */
bool is_field_word(const Checker *c, Span word);
bool is_builtin(Span name);
Span number_words(Arena *arena, double v);

/* ---- tokens.c --------------------------------------------------------------------------------- */
/* Numbers the tokens by market, outcome and account, in all tables of the Program. */
void order_tokens(Program *p);
/* Numbers the params by name, in all tables of the Program. */
void order_params(Program *p);
