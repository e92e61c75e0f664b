/* client.h — an editor in one process: sends messages to the server, keeps what comes back. */
#pragma once

#include "compiler/lsp/lsp.h"

typedef struct Client {
    Lsp *lsp;
    Buf got; /* everything the server sent, a line each */
    int64_t version;
} Client;

/* False without memory. Initialized; `is_utf8` offers it, `pulls` says that findings will be asked for. */
bool client_open(Client *c, Arena *arena, ArenaSource memory, bool is_utf8, bool pulls);
void client_close(Client *c);
/* Sends and steps until nothing is left; what came back since. */
Span client_send(Client *c, Span message);
/* didOpen and didChange of one document; a range of lines and characters, or the whole text. */
void client_text(Client *c, const char *uri, Span text);
void client_edit(Client *c, const char *uri, const uint32_t range[4], Span text);
/* A request whose only parameter is the document: the result, as JSON. */
Span client_ask(Client *c, const char *method, const char *uri);
