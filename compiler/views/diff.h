/* diff.h — what changed between two strategies, by meaning, in whatever notation each is.
 *
 * Items are compared by the text the formatter gives them on one line, without comments; what has a name
 * goes by it, rules by their label, limits by their words.  What cannot be read is told as it is written.
 * "Same meaning" is said when the semantic hashes of both images agree, whatever the items look like.
 * Promise: an item of either side is told at most once; equal sides give nothing; the order of the result is
 * that of the files. */
#pragma once

#include "compiler/compiler.h"
#include "vm/base/buf.h"

typedef enum DiffChange { DIFF_CHANGED, DIFF_REMOVED, DIFF_ADDED } DiffChange;

typedef struct DiffItem {
    DiffChange change;
    const char *kind;   /* "rule", "limit", "param" ... */
    Span name;          /* empty: it has none */
    Span before, after; /* on one line; empty on the side that does not have it */
    Place before_at, after_at;
} DiffItem;

typedef struct Diff {
    bool is_same; /* the same meaning; there may be items all the same */
    DiffItem *items;
    size_t count;
} Diff;

/* Images decide about the meaning: both compiled to STAGE_EMIT. Modules and what does not compile are the
 * same when all their items are. */
Diff diff_make(const Compilation *a, const Compilation *b, Arena *arena);

/* "same meaning", or the items with `-` and `+` lines. */
void diff_put_text(Buf *out, const Diff *d);
/* {"same":false,"changes":[{"change":"added","kind":"limit","name":"stop loss","before":null,"after":"..."}]} */
void diff_put_json(Buf *out, const Diff *d);
