/* form_private.h — what reading and writing a form share (private to the room).
 *
 * The groups of a form's condition as a tree of their own: text merges `a and (b and c)`, a form keeps
 * its groups.  Promise: a group tree made from a condition, or fitted to it, says exactly that condition. */
#pragma once

#include "compiler/views/document_private.h"

enum { GROUPS_MAX_DEPTH = 8 };

/* What a form takes along for the other notations: anchors of the layout, kept JSON of a graph. */
#define FORM_LAYOUT "x-odx-layout"
#define FORM_CARRIED "x-odx-kept"

/* Keys of an `action`, the signal and the exits left out. */
extern DocKeys form_action_keys;

typedef struct FormGroup {
    struct FormGroup *first, *last, *next;
    uint32_t count;
    bool is_or, is_not;
    Place place;
    Node *rule; /* a rule, no group */
} FormGroup;

FormGroup *group_new(Arena *arena, Place place);
FormGroup *group_rule(Arena *arena, Node *rule);
void group_add(Arena *arena, FormGroup *g, FormGroup *member);
/* The condition: a group of one is its member, a nested group of the same word is merged in. */
Node *group_tree(Doc *doc, const FormGroup *g);
/* The condition as a form has it that was never one before: the list of groups (joined by AND). */
FormGroup *group_of(Arena *arena, Node *cond);
/* "&(&(.,.),!|(.,.))", to keep in the layout. */
Span group_shape(Arena *arena, const FormGroup *g);
/* The groups of that shape around the rules of the condition; NULL when they would say something else. */
FormGroup *group_fit(Doc *doc, Span shape, Node *cond);
/* Most groups inside each other, the list itself not counted. */
uint32_t group_depth(const FormGroup *g);
