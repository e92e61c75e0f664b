/* compiler.h — the compiler's front door: bytes in, findings and an image out, whatever the input.
 *
 * parse → sema → prove → lower → optimise → emit → verify, on the caller's Arena; everything handed out
 * lives there.  The compiler opens nothing: modules come through `load`.
 * Promise: never crashes, never hangs, and an image that is handed out passed the engine's own verifier. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/sema/program.h"
#include "compiler/source/source.h"
#include "compiler/tree/ast.h"
#include "vm/base/arena.h"
#include "vm/base/span.h"

/* A module's text. `path` as written in `use`; `from` is the name of the file that uses it. Modules of
 * the compiler's own library ("std/guards") never reach this. `name` is how findings call the file. */
typedef struct ModuleText {
    bool is_found;
    Span name, text;
} ModuleText;

typedef enum CompileStage { STAGE_PARSE, STAGE_CHECK, STAGE_PROVE, STAGE_EMIT } CompileStage;

typedef struct CompileOptions {
    ModuleText (*load)(void *ctx, Span path, Span from); /* NULL: no modules */
    void *ctx;
    Span (*locked)(void *ctx,
                   Span path); /* 64 hex digits from odx.lock, or empty; NULL: no lock file */
    const DiagLevels *levels;  /* NULL: defaults */
    CompileStage until;        /* STAGE_EMIT for an image */
    bool has_tests;            /* the image carries PROBE rows for the file's tests */
    bool is_plain;             /* no optimisation (-O0) */
    bool is_stripped;          /* no debug sections */
    bool has_format_note;      /* report ODX506 */
} CompileOptions;

/* A `use` that was followed: `path` as written in file `from`. */
typedef struct CompiledModule {
    const struct CompiledModule *next;
    Span path;
    uint16_t from;
    const Node *tree; /* its place says which file */
    bool is_std;      /* built in; there is no file */
} CompiledModule;

typedef struct Compilation {
    Sources *sources;
    Node *tree; /* of the main file; never NULL */
    const CompiledModule *modules;
    Program *program; /* NULL when stopped before sema, or without memory */
    Diags *diags;     /* finished */
    Span image;       /* empty with errors */
    uint32_t cost;    /* most weighted words any one event costs */
    bool is_broken;   /* our mistake: the emitted image did not verify (exit 3) */
    Span broken_why;
} Compilation;

/* When memory ends, `arena` says so: there are the findings made until then, no image and no program, and
 * diags_has_errors is true.  Whatever the arena's size, tree, sources and findings can be read. */
Compilation compile(Span name, Span text, const CompileOptions *options, Arena *arena);

/* ODX203 for a range that is replayed: so many ticks, so long. `c` has a program. Finished. */
Diags *compile_check_history(const Compilation *c, Ready range, const DiagLevels *levels,
                             Arena *arena);

typedef enum Notation { NOTATION_TEXT, NOTATION_FORM, NOTATION_GRAPH } Notation;

typedef struct Conversion {
    Span text; /* empty: the findings say why */
    Sources *sources;
    Diags *diags; /* of reading, finished; with errors there is no text */
    Diags *lost;  /* ODX610: what stands in the way; ODX612: what was left behind; finished */
} Conversion;

/* Any notation as another one (LANGUAGE part 4). */
Conversion compile_convert(Span name, Span text, Notation to, Arena *arena);
/* Any notation as text in its one style, or empty when it cannot be read. */
Span compile_to_text(Span name, Span text, Arena *arena);
/* Is that JSON a form or a graph, and not somebody else's? */
bool compile_is_document(Span text, Arena *scratch);
/* The formatter: a text or a document in its one style, or empty when it cannot be read. */
Span compile_format(Span name, Span text, Arena *arena);
