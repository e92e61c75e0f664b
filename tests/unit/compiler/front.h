/* front.h — for tests of the compiler's front: text in, tree and findings out.
 *
 * Everything lives on one arena that front_open resets, so one Front at a time. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/source/parse.h"
#include "vm/base/buf.h"

typedef struct Front {
    Arena *arena;
    Sources *sources;
    Diags *diags; /* not finished */
    Node *tree;
} Front;

/* Parses `text` as the file `name`. */
Front front_open(const char *name, const char *text);
/* The same on an arena that is not reset, for a second look at a text. */
Front front_again(Arena *arena, Span text);
/* The formatter's text of the tree. */
Span front_format(const Front *f);
/* The tree of a value as a list: (+ a (* b c)). */
void front_list(Buf *out, const Node *n);
/* The value of the first `let` of a file "odx 1 strategy "t" let x = TEXT". */
Front front_value(const char *text, const Node **ret_value);
/* Whole file of the repository; NULL when it cannot be read. */
char *front_read(const char *path);
/* Same comments on the same nodes. */
bool front_has_equal_comments(const Node *a, const Node *b);
/* Comments of a tree. */
size_t front_count_comments(const Node *n);
