/* http_server.h — requests in, replies out.  The only place that includes libmicrohttpd.
 *
 * In: an address, a function that answers, limits.  Out: HTTP/1.1 on a pool of threads.  The answering
 * function is called by several threads at once, so what it reads may not change.
 * Promise: a request's head, its time, the number of connections and the time of an answer are
 * bounded; a stop lets answers that are under way finish. */
#pragma once

#include <stdint.h>

#include "vm/base/err.h"
#include "vm/base/span.h"

/* What a handler may know.  Path and query are as sent, nothing is decoded; a header that was not sent
 * is empty, one that was sent twice makes the request ambiguous. */
typedef struct HttpRequest {
    Span method, path;
    Span host, accept_encoding, if_none_match;
    Span content_length, transfer_encoding; /* a body follows, which nobody reads */
    bool is_ambiguous;
} HttpRequest;

typedef struct HttpHeader {
    const char *name, *value;
} HttpHeader;

enum { HTTP_REPLY_HEADERS = 16 };

typedef struct HttpReply {
    unsigned status;
    Span body; /* borrowed: lives at least as long as the server */
    HttpHeader headers[HTTP_REPLY_HEADERS];
    size_t header_count;
} HttpReply;

typedef void (*HttpAnswer)(const void *ctx, const HttpRequest *request, HttpReply *reply);

typedef struct HttpSettings {
    const char *address; /* an IPv4 or IPv6 address, as digits */
    uint16_t port;       /* 0: any that is free */
    /* for a request to be sent whole, or for a next one; ten times that for answers */
    unsigned patience_s;
    HttpAnswer answer;
    const void *ctx;
} HttpSettings;

typedef struct HttpServer HttpServer;

/* Listens and answers from here on. */
Status http_server_start(HttpServer **ret_server, const HttpSettings *settings, Err *err);
uint16_t http_server_port(const HttpServer *s);
/* Hangs up on those that took longer than they may; call it about once a second. */
void http_server_sweep(HttpServer *s);
/* No new connections; hangs up on those that ask nothing.  How many answers are still under way? */
unsigned http_server_drain(HttpServer *s);
/* Ends at once what is left, and frees; NULL is fine. */
void http_server_free(HttpServer *s);

/* One more header for a reply; name and value are borrowed like its body. */
void http_reply_header(HttpReply *reply, const char *name, const char *value);
