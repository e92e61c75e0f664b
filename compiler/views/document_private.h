/* document_private.h — what the readers of forms and graphs share (private to the room).
 *
 * Nodes are made as the parser makes them, with places in the JSON; values are spelled as the formatter
 * would.  Promise: the makers accept whatever they are handed and never give NULL. */
#pragma once

#include "compiler/views/document.h"
#include "compiler/views/json_tree.h"
#include "vm/base/vec.h"
#include "vm/fields.h"

typedef VEC(Node *) Nodes;

typedef struct Doc {
    Parse *parse;
    Arena *arena;
    Diags *diags;
    const Source *source;
    const JsonValue *root;
    bool is_graph, has_layout;   /* what it is; is its layout wanted? */
    VEC(const JsonValue *) kept; /* foreign keys, in order of the text */
    VEC(Span) absent;            /* what the document leaves out and the text must say */
    VEC(const JsonValue *) said; /* what it says though the text need not */
    Span groups;                 /* shape of a form's condition, when the text cannot tell */
    const JsonValue *carried;    /* `kept` of another notation; NULL: none */
    const JsonValue *no_layout;  /* a form's layout in which there is nothing; NULL: it has none */
    Sources *pieces;             /* text that stands inside the JSON */
} Doc;

/* A list of keys that ends with NULL. */
typedef const char *const DocKeys[];

/* ---- findings (document.c) -------------------------------------------------------------------- */

#define doc_diag(doc, code, at, place, text, ...) \
    doc_point((doc), (at), diag_add((doc)->diags, (code), (place), (text), ##__VA_ARGS__))
/* The finding gets the pointer of that value. Returns it. */
Diag *doc_point(Doc *doc, const JsonValue *at, Diag *d);
/* Is it `ui` or one that begins with `x-`? */
bool doc_is_foreign(Span key);
/* Unknown keys of the object are reported, `x-` and `ui` are kept, allows are noted. */
void doc_check_keys(Doc *doc, const JsonValue *object, DocKeys keys);
/* The member, or NULL after ODX602. */
const JsonValue *doc_need(Doc *doc, const JsonValue *object, const char *key);
/* A member of the wrong kind of value (ODX101): "a number" and the like. */
void doc_wrong(Doc *doc, const JsonValue *v, const char *wanted);
/* None of the words the key takes (ODX601). */
void doc_unknown_word(Doc *doc, const JsonValue *v, DocKeys words);
/* Is the value an object (array, string); reports it otherwise. NULL is silent. */
bool doc_is(Doc *doc, const JsonValue *v, JsonKind kind);
/* Index of the string among the words, or -1 after a finding. */
int doc_word(Doc *doc, const JsonValue *v, DocKeys words);
/* "ODX401 because it is held on purpose", for findings in that object (DECISIONS 71).  False: no code in it. */
bool doc_allow(Doc *doc, const JsonValue *at, const JsonValue *object, Span text);
void doc_keep(Doc *doc, const JsonValue *v);
void doc_absent(Doc *doc, const char *key);
void doc_said(Doc *doc, const JsonValue *v);

/* Does the pointer of a kept value lead into a graph? */
bool doc_is_of_graph(Span pointer);

/* ---- nodes (grow.c) --------------------------------------------------------------------------- */

Node *tree_of(Doc *doc, NodeKind kind, Place at, Node *const *kids, size_t count,
              const Nodes *list);
#define GROW0(kind, at) tree_of(doc, NODE_##kind, (at), NULL, 0, NULL)
#define GROW(kind, at, ...)                                  \
    tree_of(doc, NODE_##kind, (at), (Node *[]){__VA_ARGS__}, \
            sizeof((Node *[]){__VA_ARGS__}) / sizeof(Node *), NULL)
#define GROW_LIST(kind, at, list) tree_of(doc, NODE_##kind, (at), NULL, 0, (list))
Node *tree_op(Node *n, uint32_t op);
Node *tree_named(Doc *doc, Node *n, Span name, Place at);
Node *tree_bad(Doc *doc, Place at);
Node *tree_string(Doc *doc, Span text, Place at);
/* "up.mid" */
Node *tree_path(Doc *doc, Span dotted, Place at);
/* `x` times ten to the `shift`, written in that unit; a minus becomes NEG. */
Node *tree_number(Doc *doc, double x, int shift, NumUnit unit, Place at);
/* A value as the text spells it; reported at `at` when it is none. */
Node *tree_from_text(Doc *doc, const JsonValue *v);
/* An event as the text spells it behind `on`. */
Node *tree_event(Doc *doc, const JsonValue *v);
/* A definition, a test or a promise as the text spells it. */
Node *tree_item(Doc *doc, const JsonValue *v);
/* How such a number is spelled; empty when it is out of all proportion. */
Span grow_number_text(Arena *arena, double x, int shift, NumUnit unit);
/* A number for anchors; out of all proportion it is 0. */
#define COORDINATE_MAX 1e9
Node *tree_coordinate(Doc *doc, const JsonValue *v);

/* ---- fields and values (fields_json.c) -------------------------------------------------------- */

typedef struct DocField {
    const FieldInfo *info; /* NULL: of unknown unit */
    bool is_minutes;       /* the column counts minutes */
    int8_t scale10;        /* of values as the document writes them */
} DocField;

/* Words with dots between them?  In an anchor (`when1.cond.2.left`) those behind the first may be numbers. */
bool doc_is_path(Span s);
bool doc_is_anchor(Span s);
/* A column of stored ticks or a path as the text writes it: its PATH, or BAD after ODX601. */
Node *doc_field(Doc *doc, const JsonValue *v, DocField *ret);
/* The path of a column; empty when it is none. */
Span doc_column_path(Arena *arena, Span column, DocField *ret);
/* The column of a path, or the path itself. */
Span doc_path_column(Arena *arena, Span path, DocField *ret);
/* "EMA" for ema; NULL for other functions. */
const char *doc_indicator_name(Span function, bool *ret_has_period);
/* The unit numbers of the field are spelled in, and the digits the point moves for it. */
NumUnit doc_unit(const DocField *f, int *ret_shift);
/* A literal compared with that field. */
Node *doc_literal(Doc *doc, const JsonValue *v, const DocField *f);
/* EMA of `field` over `period` and the like; `fn` names it. Keys are members of `object`. */
Node *doc_indicator(Doc *doc, const JsonValue *object, const JsonValue *fn, DocField *ret);
/* The same over a value that is there already. */
Node *doc_indicator_of(Doc *doc, const JsonValue *object, const JsonValue *fn, Node *over);
bool doc_is_indicator(Span name);
/* "ema" for EMA; empty for other words. */
Span doc_indicator_function(Span name, bool *ret_has_period);
/* A literal, or an object with an indicator or a field. */
Node *doc_other_side(Doc *doc, const JsonValue *v, const DocField *f);
/* `left` OPERATOR value. `right` stands for a second input, or NULL: then from `value`. */
Node *doc_compare(Doc *doc, const JsonValue *at, Node *left, const DocField *f, Node *right);

/* ---- parts of both kinds of document (parts_json.c) ------------------------------------------- */

/* The order an `action` describes; `risk` gets the exits written in it. NULL: hold. */
Node *doc_action(Doc *doc, const JsonValue *action, Nodes *risk);
/* Its parts: the size (NULL: all), the price of a limit order, the exits written in it. */
Node *doc_order_size(Doc *doc, const JsonValue *action, bool *ret_is_all);
Node *doc_order_price(Doc *doc, const JsonValue *action);
void doc_exits(Doc *doc, const JsonValue *action, Nodes *risk);
/* A name as the text spells one; anything else is reported. */
bool doc_check_name(Doc *doc, const JsonValue *v);
/* Writes the venue of a market, leader or account into its node. */
void doc_name_venue(Doc *doc, Node *n, const JsonValue *venue);
/* The limits of the original's `risk`. */
typedef struct DocLimit {
    const char *key;
    uint8_t op, unit, per; /* LimitOp, NumUnit, PerOp */
} DocLimit;

enum { DOC_LIMITS = 4 };
extern const DocLimit doc_limits[DOC_LIMITS + 1]; /* ends with a key of NULL */
/* The row of a limit, or NULL. */
const DocLimit *doc_limit_of(const Node *limit);
void doc_risk(Doc *doc, const JsonValue *risk, Nodes *limits);
/* The same without a look at other keys. */
void doc_limits_of(Doc *doc, const JsonValue *risk, Nodes *limits);
/* Title and market: the head of the file, into `items`. Returns the header. */
Node *doc_head(Doc *doc, const char *title, Nodes *items);
/* The file, with kept JSON in its layout behind `anchors`. */
Node *doc_finish(Doc *doc, Node *header, Nodes *items, Nodes *anchors);
/* The same value without white space. */
void doc_put_json(JsonWriter *w, const JsonValue *v);

/* ---- notes (notes_json.c) --------------------------------------------------------------------- */

/* Notes of that object may be on these parts of it. */
void doc_check_notes(Doc *doc, const JsonValue *notes, DocKeys parts);
/* Lines of `x-notes` as comments above the node; those that name a part of it go there. */
void doc_notes(Doc *doc, const JsonValue *notes, Node *n);
void doc_notes_on(Doc *doc, const JsonValue *notes, Span part, Node *n);

typedef struct DocNote {
    const char *on; /* "": the object's own node */
    const Node *node;
} DocNote;

typedef VEC(DocNote) DocNotes;

/* All comments of these nodes as `x-notes` of the open object. */
void doc_put_notes(JsonWriter *w, Arena *scratch, const DocNotes *notes);

/* ---- readers ---------------------------------------------------------------------------------- */

Node *form_read(Doc *doc);
Node *graph_read(Doc *doc);
