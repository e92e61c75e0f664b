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

typedef struct LspHost {
    void *ctx;
    /* One message for the client. */
    void (*send)(void *ctx, Span message);
    ArenaSource memory;
    /* A module that no editor has open, and how `odx.toml` and `odx.lock` see it; each may be NULL.
     * What is returned is copied at once. */
    ModuleText (*load)(void *ctx, Span path, Span from);
    Span (*locked)(void *ctx, Span path, Span from);
    void (*levels)(void *ctx, Span name, DiagLevels *levels);
    /* Requests that need an engine (odx/test): one JSON value into `out`, or false. `params` is
     * the request's, as JSON; may be NULL. */
    bool (*run)(void *ctx, Span method, Span name, Span text, Span params, Buf *out);
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
