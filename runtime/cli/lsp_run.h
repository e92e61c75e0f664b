/* lsp_run.h — what the language server asks of an engine: test blocks, and why a rule did or did not fire.
 *
 * In: a document as its editor has it, the words of `odx why`.  Out: one JSON value, or a sentence that says
 * why not.  Promise: an arena of its own, given back; standard input is never read. */
#pragma once

#include "compiler/lsp/lsp.h"

/* `run` of LspHost; needs no context. */
bool lsp_run(void *ctx, const LspRun *r, Buf *out);
