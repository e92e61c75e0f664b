/* parse.h — text in, tree out, findings on the side.
 *
 * Scans and parses one file of a compilation; mistakes are reported (ODX001-005, ODX702) and parsing
 * goes on at the next statement, so that one run shows them all.  Promise: always returns a FILE
 * node; what could not be read is left out or is a BAD node; every comment hangs on some node. */
#pragma once

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "compiler/tree/ast.h"
#include "vm/base/arena.h"

typedef struct Parse { /* shared by all files of a compilation */
    Arena *arena;
    const Sources *sources;
    Diags *diags;
    Interns *names;
    uint32_t node_count; /* nodes are numbered through all files */
} Parse;

void parse_init(Parse *p, Arena *arena, const Sources *sources, Diags *diags);
/* The tree of that file, which must exist; on the arena. */
Node *parse_file(Parse *p, uint16_t file);

/* All reserved words and words with a place, sorted, for completion; hint may be NULL. */
size_t word_count(void);
const char *word_at(size_t i, bool *ret_is_reserved, const char **ret_hint);
bool word_is_reserved(Span word);
/* Does it start an item of the file (and nothing inside a block, as `let` does)? */
bool word_starts_item(Span word);
bool word_starts_only_items(Span word);
