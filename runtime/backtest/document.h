/* document.h — a result and how it came about as one JSON document: what `odx backtest --json` writes.
 *
 * In: a judged Result, what was asked in the words of a command line.  Out: the text.  Promise: what is hashed
 * (document_sha256) depends on the result alone, neither on the program's version nor on where files lie. */
#pragma once

#include "runtime/backtest/result.h"
#include "vm/base/buf.h"

typedef struct DocumentSources {
    const char *file;
    /* of several at once; their document names `files` instead of `file` */
    const char *const *files, *const *wallets; /* NAME=USD[:FILE,...] */
    size_t file_count, wallet_count;
    int64_t copies; /* of each wallet */
    bool has_shared_book;
    const char *const *data, *const *params; /* [MARKET=]SRC, NAME=VALUE */
    size_t data_count, param_count;
    const char *cash; /* NULL: the default */
    FillModel model;
    int64_t from_us, to_us, latency_us, jitter_us, seed; /* 0: all */
    uint64_t trials; /* on this data so far, this one included */
    double trial_variance;
    Span notes; /* what the ledger has to say, a line each */
} DocumentSources;

/* Ends with the line's end. `arena` for what is on the way. */
void document_put(Buf *out, const Result *r, const DocumentSources *sources, Arena *arena);
