/* request.h — a request of the caller's: JSON to a struct.
 *
 * Promise: any bytes give a request or a sentence that says what is wrong with it; the sizes are bounded
 * before anything is read. */
#pragma once

#include "compiler/compiler.h"

enum { REQUEST_MAX_BYTES = 8 << 20, REQUEST_MAX_MODULES = 64 };

typedef struct RequestModule {
    Span name, text;
} RequestModule;

typedef struct Request {
    Span name, text; /* of the document */
    RequestModule modules[REQUEST_MAX_MODULES];
    uint32_t modules_count;
    DiagLevels levels;
    Span to; /* "text", "form", "graph" */
    bool is_plain, is_stripped;
    Arena *arena;
    Span error; /* empty when all is well */
} Request;

/* False with `error` set. Everything lives on the arena. */
bool request_read(Request *r, Span json, Arena *arena);
/* CompileOptions.load: a module stands beside the file that uses it; ctx is the Request. */
ModuleText request_load(void *ctx, Span path, Span from);
/* What compile() needs of a request. */
CompileOptions request_options(Request *r, CompileStage until);
