/* builder.h — Programs by hand, for tests of what stands behind sema.
 *
 * Tables have room for 64 of each; everything lives on the arena.  Types, sharing and clocks are worked
 * out from the arguments, simply: enough for valid Programs, no checking. */
#pragma once

#include "compiler/sema/program.h"
#include "vm/base/arena.h"

enum { BUILDER_ROOM = 64, BUILDER_EXPRS = 4096 };

typedef struct Builder {
    Program p;
    Arena *arena;
} Builder;

Builder *builder_new(Arena *arena);

uint8_t builder_market(Builder *b, MarketKind kind); /* and its tick clock */
uint32_t builder_token(Builder *b, uint8_t market, uint8_t outcome);
uint32_t builder_every(Builder *b, double seconds); /* a clock */
uint32_t builder_state(Builder *b, bool is_wallet, Expr *init);

/* Expressions: any operation with up to three arguments (NULL ends them). */
Expr *builder_expr(Builder *b, ExprOp op, Expr *x, Expr *y, Expr *z);
Expr *builder_num(Builder *b, double num);
Expr *builder_bool(Builder *b, bool cond);
Expr *builder_param(Builder *b, double value, double low, double high);
Expr *builder_input(Builder *b, FieldId field, uint8_t market, uint16_t index);
Expr *builder_read(Builder *b, uint32_t state);
/* x every `clock`. */
Expr *builder_sample(Builder *b, Expr *x, uint32_t clock);
Expr *builder_grid(Expr *x); /* compares on the money grid */

Rule *builder_rule(Builder *b, RuleKind kind, Expr *cond);
Action *builder_action(Rule *r, ActionKind kind);
Action *builder_buy(Rule *r, uint32_t token, Expr *usd, Expr *within);
void builder_require(Builder *b, Rule *r, Expr *cond, const char *reason);
Limit *builder_limit(Builder *b, LimitKind kind, Expr *value);
void builder_show(Builder *b, const char *name, Expr *value);
