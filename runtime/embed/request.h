/* request.h — a request of the caller's: JSON to a struct.
 *
 * Promise: any bytes give a request or a sentence that says what is wrong with it; the sizes are bounded
 * before anything is read. */
#pragma once

#include "compiler/compiler.h"
#include "vm/base/json.h"

enum { REQUEST_MAX_BYTES = 8 << 20, REQUEST_MAX_MODULES = 64, REQUEST_MAX_WORDS = 256 };

typedef struct RequestPair {
    Span name, text;
} RequestPair;

typedef struct Request {
    Span name, text; /* of the document */
    RequestPair modules[REQUEST_MAX_MODULES];
    uint32_t modules_count;
    DiagLevels levels;
    Span to;             /* "text", "form", "graph" */
    uint32_t begin, end; /* where, for questions about a place */
    bool has_bytes;      /* places count bytes; otherwise UTF-16 units */
    bool is_plain, is_stripped, has_shows, has_trace;
    RequestPair params[REQUEST_MAX_WORDS];
    uint32_t params_count;
    Span columns[REQUEST_MAX_WORDS];
    uint32_t columns_count;
    Span cash;
    Arena *arena;
    Span error; /* empty when all is well */
} Request;

/* False with `error` set. Everything lives on the arena. */
bool request_read(Request *r, Span json, Arena *arena);

/* ---- keys of other requests ------------------------------------------------------------------------ */

typedef struct RequestReader RequestReader;
/* Reads the value of a key that documents do not have; false with the error set. */
typedef bool (*RequestMore)(void *ctx, RequestReader *r, Span key);
/* As request_read, with more keys. */
bool request_read_more(Request *r, Span json, Arena *arena, RequestMore more, void *ctx);
/* Each returns false with the error set. */
bool request_fail(RequestReader *r, const char *fmt, Span word);
bool request_unknown(RequestReader *r, Span key);
bool request_event(RequestReader *r, JsonEvent *ret);
bool request_text(RequestReader *r, Span key, Span *ret);
bool request_whole(RequestReader *r, Span key, int64_t *ret); /* from 0 on */

/* CompileOptions.load: a module stands beside the file that uses it; ctx is the Request. */
ModuleText request_load(void *ctx, Span path, Span from);
/* What compile() needs of a request. */
CompileOptions request_options(Request *r, CompileStage until);
