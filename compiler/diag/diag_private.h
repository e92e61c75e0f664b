/* diag_private.h — what the files of this room share about a collection of findings. */
#pragma once

#include "compiler/diag/diag.h"
#include "vm/base/buf.h"
#include "vm/base/vec.h"

typedef struct AllowPlace AllowPlace;
struct AllowPlace {
    Place place;
    AllowPlace *next;
};

typedef struct Allow {
    DiagCode code; /* ODX_NONE: not a code */
    Span code_text, reason;
    Place place;
    uint32_t first, last; /* lines */
    AllowPlace *also;
    bool is_used;
} Allow;

struct Diags { /* lives on the compilation's arena */
    Arena *arena;
    const Sources *sources;
    DiagLevels levels;
    VEC(Diag *) all; /* in order of report; after diags_finish the shown ones, sorted */
    VEC(Place) spoiled;
    VEC(Place) idle;
    VEC(Allow) allows;
    DiagCounts counts;
    Diag spare; /* handed out when there is no memory; withheld */
    uint32_t seq, dropped;
};

/* Writes the row's text with {0}, {1} ... filled in. */
void diag_fill_in(Buf *out, const Diags *ds, TextId id, const DiagArg *args, size_t count);
