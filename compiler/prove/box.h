/* box.h — conditions as boxes: conjunctions of atoms, and whether anything lies in them.
 *
 * A condition becomes up to 64 boxes (its disjuncts).  An atom bounds one term, or the difference of two, or
 * fixes a yes/no value.  Facts such as bid <= mid <= ask join them; a shortest-path pass over at most 64
 * terms closes the bounds.  Promise: an empty box has no tick in it; when something is too large, the box
 * counts as not empty. */
#pragma once

#include "compiler/prove/linear.h"

enum { BOX_MAX = 64, BOX_ATOMS = 64, BOX_DEPTH = 200, NO_TERM = 0xFFFFFFFF };

typedef enum AtomKind { ATOM_BOUND, ATOM_FLAG } AtomKind;

typedef struct Atom { /* a - b <= bound (or <), or condition `a` has the value `flag` */
    uint8_t kind;
    bool is_strict, flag;
    uint32_t a, b;    /* terms; b NO_TERM: a alone; a NO_TERM: -b <= bound */
    double bound;     /* micros for money */
    const Expr *from; /* the condition it was written in */
} Atom;

typedef struct Box { /* atoms are shared by copies until one of them grows */
    Atom *atoms;
    uint32_t count, cap;
    bool is_cut; /* atoms were left out: larger than the truth, which is safe */
} Box;

typedef struct Boxes Boxes;
struct Boxes {
    Box *items;
    uint32_t count;
    bool is_cut; /* too many: nothing can be said */
};

/* Boxes in which `e` is definitely true (`want`), or definitely false. */
Boxes boxes_of(Terms *ts, const Expr *e, bool want);
Boxes boxes_and(Terms *ts, const Boxes *a, const Boxes *b);
Boxes boxes_all(Terms *ts); /* the one box without atoms */
bool boxes_are_empty(Terms *ts, const Boxes *bs);

/* Whether a bound of one can matter to the other: without that, together they are empty only if one is. */
bool atoms_touch(const Terms *ts, const Atom *a, const Atom *b);
bool atom_touches_term(const Terms *ts, const Atom *a, uint32_t term);
bool boxes_touch(const Terms *ts, const Boxes *a, const Boxes *b);

bool box_is_empty(Terms *ts, const Box *b);
void box_join(Terms *ts, Box *b, const Box *other);
/* Bounds of a linear form over the box. */
Interval box_range(Terms *ts, const Box *b, const Lin *l);
void box_add(Terms *ts, Box *b, const Lin *l, bool is_strict, bool is_money, const Expr *from);
