/* answer_odx.c — requests of our own: the document as form or text, what it costs, and what needs an engine.
 *
 * odx/form and odx/text are two-way: without a document they give one with its version, with one they give the edits
 * that make this document of it, and refuse when the version is no longer the one that was seen. */
#include "compiler/lsp/server.h"

#include "compiler/views/document.h"
#include "vm/base/fmt.h"

enum { DOCUMENT_MAX = 4 << 20 };

void answer_run(Call *c)
{
    LspHost *h = &c->lsp->host;
    const JsonValue *method =
        json_member(json_tree_read_up_to(c->arena, 0, c->message, LSP_MESSAGE_MAX).root, "method");
    Buf out;

    buf_init(&out, c->arena, DOCUMENT_MAX);
    if (!h->run ||
        !h->run(h->ctx, method->text, c->doc->name, document_text(c->doc), wire_raw(c, c->params),
                &out) ||
        !out.len) {
        call_refuse(c, RPC_FAILED, "this cannot be run here");
        return;
    }
    json_write_raw(c->w, buf_span(&out));
}
