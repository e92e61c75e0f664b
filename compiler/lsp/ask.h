/* ask.h — questions about one text: what is this, what fits here, what is wrong, how is it mended.
 *
 * The language server asks them for each open document, the browser module for the text in its editor;
 * neither protocol nor JSON-RPC is known here.  In: a text (strategy, module, form or graph) and byte
 * offsets.  Out: plain structs on the arena, or one JSON value (ask_json).  Promise: any text and any
 * offset, also beyond the end, has an answer; the same text gives the same answers. */
#pragma once

#include "compiler/compiler.h"
#include "compiler/diag/changes.h"
#include "vm/base/buf.h"

typedef struct Ask Ask; /* lives on its arena, as everything it answers */

/* `options->until` is what check reports; hover and completion want STAGE_PROVE at least. */
Ask *ask_open(Span name, Span text, const CompileOptions *options, Arena *arena);
const Compilation *ask_compilation(const Ask *a);

/* ---- what is this ----------------------------------------------------------------------------- */

/* Nothing to say: `text` is empty. */
typedef struct AskHover {
    Place at;
    Span text; /* Markdown */
} AskHover;
AskHover ask_hover(Ask *a, uint32_t offset);

/* ---- what fits here --------------------------------------------------------------------------- */

typedef enum AskItemKind {
#define ASK_ITEM(NAME, lsp, word) ASK_ITEM_##NAME,
#include "compiler/lsp/items.def"
#undef ASK_ITEM
} AskItemKind;

typedef struct AskItem {
    AskItemKind kind;
    uint8_t rank;    /* items are sorted by it; 0 fits best */
    bool is_snippet; /* `insert` has ${1:holes} */
    Span label, detail, doc, insert;
} AskItem;

typedef struct AskItems {
    Place at; /* the word that is being typed; it is replaced */
    AskItem *items;
    size_t count, cap;
} AskItems;
AskItems ask_complete(Ask *a, uint32_t offset);

/* The call around the offset. */
typedef struct AskInput {
    uint32_t begin, end; /* in the label */
    Span doc;            /* what it has to be */
} AskInput;

typedef struct AskSignature { /* label empty: no call here */
    Span label, doc;
    AskInput *items;
    size_t count, cap;
    uint32_t active;
} AskSignature;
AskSignature ask_signature(Ask *a, uint32_t offset);

/* ---- how is it mended ------------------------------------------------------------------------- */

/* To the one style: only the lines that change. Nothing when the text cannot be read or is JSON. */
Changes ask_format(Ask *a);

/* A fix of a finding, or a change somebody may want here. */
typedef struct AskFix {
    Span title;
    Span kind;        /* "quickfix", "refactor.extract" ... as the protocol calls it */
    FixClass fix;     /* FIX_NONE: no finding asks for it */
    const Diag *diag; /* NULL: the same */
    Changes edits;    /* none: several readings, somebody has to choose */
} AskFix;

typedef struct AskFixes {
    AskFix *items;
    size_t count, cap;
} AskFixes;
/* Fixes of the findings that touch the bytes, then changes of what is selected. */
AskFixes ask_fixes(Ask *a, uint32_t begin, uint32_t end);
/* All safe fixes of the file at once, as far as they do not touch each other. */
Changes ask_fix_all(Ask *a);

/* ---- the same as JSON ------------------------------------------------------------------------- */

typedef enum AskUnits { ASK_BYTES, ASK_UTF16 } AskUnits;

/* One value for `question`: "check", "hover", "complete", "signature", "fixes", "fixall", "format".
 * Offsets in and out count bytes or UTF-16 units from the start of the text. False for any other word,
 * or when `out` or the arena is full. */
bool ask_json(Ask *a, Span question, AskUnits units, uint32_t begin, uint32_t end, Buf *out);
