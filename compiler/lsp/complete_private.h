/* complete_private.h — the place where something is being typed, and the list that grows for it.
 *
 * context.c says where the cursor is, operand.c what stands to its left, candidates.c what there is. */
#pragma once

#include "compiler/lsp/ask_private.h"
#include "compiler/types/types.h"

typedef enum FrameKind {
    FRAME_FILE,
    FRAME_RULE,
    FRAME_RISK,
    FRAME_TEST,
    FRAME_QUOTE,
    FRAME_LAYOUT,
    FRAME_ROUND
} FrameKind;

typedef struct Frame { /* an open brace or bracket; [0] is the file */
    FrameKind kind;
    size_t open;  /* its mark */
    size_t head;  /* the word that began the statement inside; NO_WORD: none yet */
    uint32_t arg; /* FRAME_ROUND: commas so far */
} Frame;

enum { MAX_FRAMES = 64 };
#define NO_WORD SIZE_MAX

typedef struct Context {
    Ask *ask;
    const Lexeme *words; /* those before the word that is being typed */
    size_t count;
    Place typed; /* that word; empty when there is none */
    bool is_off; /* inside a comment or a text */
    Frame frames[MAX_FRAMES];
    uint32_t depth; /* of the innermost frame */
    AskItems items;
} Context;

void context_find(Context *c, Ask *a, uint32_t offset);
static inline const Frame *context_frame(const Context *c)
{
    return &c->frames[c->depth];
}
/* The innermost frame that is no round bracket. */
const Frame *context_block(const Context *c);
/* The word `back` words before the one being typed (0: the last), or "". */
Span context_word(const Context *c, size_t back);
/* The word that began the statement around the cursor: "when", "buy"; "" at the start of one. */
Span context_head(const Context *c);
/* The statement of the file: "when", "risk", "let". */
size_t context_item(const Context *c);
/* Does the last word end a value? */
bool context_has_value(const Context *c);
/* Is the word there a value, a name, a literal or a closing bracket? */
bool context_ends_value(const Context *c, size_t at);

/* What the value to the left of the last word measures; false when it cannot be told. */
bool operand_left(const Context *c, Type *ret);
/* Is the last word the `and` of a `between`? */
bool operand_is_between(const Context *c);
/* What the words from `from` to `to` (not included) measure. */
bool operand_type(const Context *c, size_t from, size_t to, Type *ret);

void item_add(Context *c, AskItem item);
/* All values that can be read here; those that measure `want` come first (NULL: none does). */
void values_add(Context *c, const Type *want);
/* Literals of that unit, as wants.def writes them. */
void literals_add(Context *c, Type want, uint8_t rank);
/* What can be traded. */
void shares_add(Context *c, uint8_t rank);
/* What follows a dot. */
void members_add(Context *c);
void facts_add(Context *c);
void symbols_add(Context *c, SymbolKind kind, AskItemKind as, uint8_t rank);
