/* ask_private.h — what one Ask carries, and how its parts find things (private to the room).
 *
 * A text is compiled once; names, ranges and words are worked out when first wanted. */
#pragma once

#include "compiler/lsp/ask.h"
#include "compiler/prove/prove.h"
#include "compiler/sema/sema.h"
#include "compiler/source/lexer.h"
#include "vm/base/map.h"
#include "vm/base/vec.h"

/* ---- names (names.c) -------------------------------------------------------------------------- */

typedef enum SymbolKind {
#define SYMBOL(NAME, says, lsp) SYM_##NAME,
#include "compiler/lsp/symbols.def"
#undef SYMBOL
} SymbolKind;

typedef struct Symbol {
    SymbolKind kind;
    Span name;
    Place at;    /* where the name is defined */
    Place scope; /* where it can be read; the whole file for items */
    const Node *node;
    bool is_local;
} Symbol;

typedef struct NameUse { /* every place where a symbol is named, its definition too */
    Place at;
    uint32_t symbol;
    bool is_definition, is_write;
} NameUse;

typedef struct Names {
    VEC(Symbol) symbols;
    VEC(NameUse) uses; /* of the main file, in order of place */
    Map globals;       /* name to index + 1 */
    Map reasons;
} Names;

enum { NO_SYMBOL = UINT32_MAX };

struct Ask {
    Arena *arena;
    Span name, text;
    CompileOptions options;
    DiagLevels levels;
    Compilation c;
    bool has_names, has_ranges;
    Names names;
    const Range *ranges; /* NULL when the program has errors */
    VEC(Lexeme) words;   /* without comments; made when first wanted */
};

const Names *ask_names(Ask *a);
/* The use at the offset (or ending there), or NULL. */
const NameUse *names_at(const Names *n, uint32_t offset);
/* A global of that name, or NULL. */
const Symbol *names_global(const Names *n, Span name);
const char *symbol_says(SymbolKind kind);
int symbol_lsp_kind(SymbolKind kind);
/* Does the language's own library define it? */
bool symbol_is_of_library(const Ask *a, const Symbol *s);
/* The doc comment of what it names. */
Span symbol_doc(const Ask *a, const Symbol *s);

/* ---- places (places.c) ------------------------------------------------------------------------ */

/* From the file down to the innermost node at an offset. */
typedef struct Trail {
    const Node *nodes[NODE_MAX_DEPTH + 8];
    uint32_t count;
} Trail;

void trail_find(Trail *t, const Node *root, uint32_t offset);
/* The innermost node that holds all the bytes. */
void trail_cover(Trail *t, const Node *root, uint32_t begin, uint32_t end);
/* The innermost of that kind, or NULL. */
const Node *trail_last(const Trail *t, NodeKind kind);
static inline const Node *trail_leaf(const Trail *t)
{
    return t->count ? t->nodes[t->count - 1] : NULL;
}

/* The checked value written exactly there, or NULL. */
const Expr *ask_expr(const Ask *a, Place at);
/* Its range, or NULL when nothing was proved. */
const Range *ask_range(Ask *a, const Expr *e);
const Let *ask_let(const Ask *a, const Node *n);
const Param *ask_param(const Ask *a, const Node *n);
const State *ask_state(const Ask *a, const Node *n);
const Market *ask_market(const Ask *a, const Node *n);
const Rule *ask_rule(const Ask *a, const Node *n);
/* Is the node an expression (something with a value)? */
bool node_is_value(const Node *n);
/* Words and marks of the text, without comments. */
const Lexeme *ask_words(Ask *a, size_t *ret_count);
static inline Span word_text(const Ask *a, Lexeme l)
{
    return span_sub(a->text, l.begin, l.end - l.begin);
}

/* ---- words about values (says.c) -------------------------------------------------------------- */

/* "price", "usd/coin (btc)". */
Span say_type(const Ask *a, Type t);
/* "price, shared, ready 15 s". */
void say_value(Ask *a, const Expr *e, Buf *out);
/* "0c to $1"; false when nothing is known about it. */
bool say_range(Ask *a, const Expr *e, Buf *out);
/* A value in the unit of its type. */
void say_number(const Ask *a, Type t, double x, Buf *out);

/* ---- functions (functions.c) ------------------------------------------------------------------ */

typedef struct Function {
    const char *name, *inputs; /* codes of vm/builtins.def */
    char result;
    const char *names, *sentence;
} Function;
const Function *function_find(Span name);
size_t function_count(void);
const Function *function_at(size_t i);
/* What input number `i` has to be; 0 beyond the last. */
char function_input(const Function *f, uint32_t i);
const char *function_wants(char code);
/* "ema(x, steps)". */
void function_put(const Function *f, Buf *out);
void definition_put(const Node *def, Buf *out);
