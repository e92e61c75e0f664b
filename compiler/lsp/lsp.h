/* lsp.h — the language server's brain: JSON-RPC messages in, messages out; no transport, no clock.
 *
 * The host frames messages, reads modules that no editor has open, and owns the memory.  Messages are
 * taken into a queue and worked off one by one, so that a cancelled request that still waits is never
 * begun.  Promise: whatever bytes come in, nothing crashes, memory stays bounded, every request gets
 * exactly one answer, and an open document answers as if its text had just been opened. */
#pragma once

#include "compiler/compiler.h"
#include "vm/base/buf.h"

enum {
    LSP_MESSAGE_MAX = 8 << 20, /* larger messages are answered with an error */
    LSP_QUEUE_MAX = 256,       /* messages that wait */
    LSP_DOCUMENTS_MAX = 256,
    LSP_DOCUMENT_MAX = 1 << 20, /* bytes of one document; the rest of a longer one is left out */
};

/* A request that needs an engine, of a document as its editor has it. */
typedef struct LspRun {
    Span method;     /* "odx/test" or "odx/why" */
    Span name, text; /* of the document */
    /* Modules as their editors have them: the `load` of CompileOptions. */
    ModuleText (*load)(void *ctx, Span path, Span from);
    void *ctx;
    Span only; /* odx/test: the title of one test; empty: all of them */
    /* odx/why: the moment, and what else `odx why` takes, in its words. */
    Span at;
    const char **data, **params;
    size_t data_count, param_count;
    Span rule_word; /* a label or a number; empty: none is given */
    int32_t rule;   /* where the cursor stands, from 0; -1: none is given */
} LspRun;

typedef struct LspHost {
    void *ctx;
    /* One message for the client. */
    void (*send)(void *ctx, Span message);
    ArenaSource memory;
    /* A module that no editor has open, and how `odx.toml` and `odx.lock` see it; each may be NULL.
     * What is returned is copied at once. */
    ModuleText (*load)(void *ctx, Span path, Span from);
    Span (*locked)(void *ctx, Span path, Span from);
    /* The strategies and documents of the project of file `name`, `root` being the folder that the editor
     * has open (or empty); NULL: only what is open is known. What it returns is copied at once. */
    const Span *(*files)(void *ctx, Span name, Span root, size_t *ret_count);
    void (*levels)(void *ctx, Span name, DiagLevels *levels);
    /* NULL where there is no engine. One JSON value into `out`; or false, and what is in `out` says why.
     * Of odx/why: "rules", and the replay as a "test" block (or null). */
    bool (*run)(void *ctx, const LspRun *r, Buf *out);
} LspHost;

typedef struct Lsp Lsp;

/* NULL without memory. */
Lsp *lsp_new(const LspHost *host);
void lsp_free(Lsp *l);

/* Takes a message into the queue (copied). False when it is full: step first, then take it again. */
bool lsp_take(Lsp *l, Span message);
/* Works off one message, or tells the client of findings that have changed; false: nothing to do. */
bool lsp_step(Lsp *l);
/* True after `exit`; the process should end with this status. */
bool lsp_is_over(const Lsp *l, int *ret_status);
