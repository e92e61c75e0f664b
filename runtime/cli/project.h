/* project.h — what a folder of strategies says about itself: odx.toml and odx.lock.
 *
 * odx.toml is found beside a file or above it.  Keys: `deny = ["warnings"]`, a table [levels] with
 * `ODX403 = "off"`, and tables [levels."examples/"] for files below a path.  odx.lock holds one line a
 * module: its path and the SHA-256 of its bytes.  Promise: all mistakes of a file are listed, with line. */
#pragma once

#include "compiler/diag/diag.h"
#include "vm/base/err.h"

typedef struct ProjectRule { /* one row of a levels table */
    Span path;               /* "" for all files; relative to the project's folder */
    DiagCode code;
    DiagLevel level;
} ProjectRule;

typedef struct LockEntry {
    Span path, hash;
} LockEntry;

typedef struct Project {
    Span folder; /* of odx.toml; "" when there is none */
    bool denies_warnings, denies_notes;
    ProjectRule *rules;
    size_t rule_count;
    LockEntry *lock;
    size_t lock_count;
    bool has_lock;
    const char *read[2]; /* odx.toml and odx.lock, where they are */
} Project;

/* Reads the project of `file`. Without odx.toml: an empty project. All mistakes are in *err. */
Status project_find(Project *p, const char *file, Arena *arena, Err *err);
/* Levels for one file: defaults, then [levels], then matching [levels."path"]. */
void project_levels(const Project *p, Span file, DiagLevels *levels);
/* The locked hash of a module, or empty. */
Span project_locked(const Project *p, Span path);

/* "a/../b.odx" is "b.odx". */
Span project_plain_path(Arena *arena, Span path);
/* The folder of a path, with its slash; "" for the current one. */
Span project_beside(const char *path);

/* Parses the text of an odx.toml into `p` (for tests, too). */
Status project_parse(Project *p, Span name, Span text, Arena *arena, Err *err);
