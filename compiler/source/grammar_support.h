/* grammar_support.h — the verbs the grammar's actions are written in (private to the room).
 *
 * Each makes or completes a node.  Promise: they accept whatever the grammar can hand them, also
 * nodes from a full arena, and never give NULL. */
#pragma once

#include "compiler/source/parser.h"

#define MK0(kind, at) make_node(ps, NODE_##kind, (at), NULL, 0, NULL)
#define MK(kind, at, ...)                                     \
    make_node(ps, NODE_##kind, (at), (Node *[]){__VA_ARGS__}, \
              sizeof((Node *[]){__VA_ARGS__}) / sizeof(Node *), NULL)
#define MKLIST(kind, at, list, ...)                           \
    make_node(ps, NODE_##kind, (at), (Node *[]){__VA_ARGS__}, \
              sizeof((Node *[]){__VA_ARGS__}) / sizeof(Node *), (list))
#define MKLIST0(kind, at, list) make_node(ps, NODE_##kind, (at), NULL, 0, (list))
#define MKBAD(...) with_flag(MK(__VA_ARGS__), NF_BAD)
#define MKLISTBAD(...) with_flag(MKLIST(__VA_ARGS__), NF_BAD)
#define MKLIST0BAD(...) with_flag(MKLIST0(__VA_ARGS__), NF_BAD)

/* A node with the given kids at its fixed positions and the list behind them. */
Node *make_node(Parser *ps, NodeKind kind, Place at, Node **kids, size_t count, NodeList *list);
Node *with_op(Node *n, uint32_t op);
Node *with_flag(Node *n, unsigned flag);
Node *with_name(Node *n, Span name, Place at);
Node *with_names(Node *n, Span name, Place at, Span name2, Place at2);
Node *with_venue(Node *account, Node *venue_or_null);

NodeList *list_new(Parser *ps);
NodeList *list_add(Parser *ps, NodeList *list, Node *n);
NodeList *list_join(Parser *ps, NodeList *a, NodeList *b);

/* What stands where something could not be read. */
Node *bad(Parser *ps, Place at);
Span word(Parser *ps, const char *text);
Span source_span(Parser *ps, Place at);
Node *make_word(Parser *ps, Span name, Place at);
Node *finish_path(Parser *ps, NodeList *words, Place at);
/* One OR or AND of all terms, nested ones merged in. */
Node *make_chain(Parser *ps, NodeKind kind, NodeList *terms, Place at);
Node *make_version(Parser *ps, Node *number, Place at);
Node *make_event(Parser *ps, Node *path, Node *of, Place at);
Node *make_fact(Parser *ps, Node *path, Node *value, Place at);
Node *make_anchor(Parser *ps, Span name, Node *id, Node *at_pair, Place at);
Node *make_fold(Parser *ps, Span name, Place name_at, Node *head, Node *body, Place at);
Node *max_limit(Parser *ps, LimitOp op, Node *amount, uint32_t per, Place at);
Node *order_all(Parser *ps, SideOp side, Node *token, Node *price, NodeList *modifiers, Place at);
/* `buy 5% of equity of up`: reports it and reads the size as `5% of equity`. */
Node *two_ofs(Parser *ps, Node *size, Place first_of, Node *path, Place second_of);
Node *expect_value(Parser *ps, Node *value, Place at);
/* `end` is the last part of the order itself. */
Node *expect_order(Parser *ps, SideOp side, Node *size, Node *token, Node *price,
                   NodeList *modifiers, Node *because, Place at, Place end);
/* `100 shares` from `100`. */
Node *counted(Parser *ps, Node *number, NumUnit unit, Place at);
Node *negated(Parser *ps, Node *number, Place at);
Node *check_row_time(Parser *ps, Node *number);
uint32_t check_type_word(Parser *ps, Span name, Place at);
void finish_file(Parser *ps, NodeList *items, Place at);
