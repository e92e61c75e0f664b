/* static_files.h — the built application, from memory.
 *
 * In: a folder, read once.  Out: replies.  Promise: after the load no file is ever opened, so a request
 * can name only what is in the table; what cannot be served whole and right is refused at the load,
 * with a sentence that names the file. */
#pragma once

#include "runtime/net/http_server.h"
#include "vm/base/map.h"

enum { ETAG_BYTES = 40 };

typedef struct StaticFile {
    Span path;  /* "/assets/index-Dy3kQb0a.js" */
    Span bytes, /* as in the folder */
        packed; /* the same gzipped; empty where that is not smaller */
    const char *type;
    bool is_lasting; /* its name holds a hash of what is in it */
    char etag[ETAG_BYTES], packed_etag[ETAG_BYTES];
} StaticFile;

typedef struct StaticFiles {
    Map by_path;
    size_t bytes, packed_bytes; /* in all */
} StaticFiles;

typedef struct StaticLimits {
    size_t files, file_bytes, all_bytes;
} StaticLimits;

/* Reads the folder; it must have an index.html, which is also what "/" names. */
Status static_files_load(StaticFiles *ret_files, const char *folder, const StaticLimits *limits,
                         Arena *arena, Err *err);
/* One file more, its bytes borrowed; the load calls it for each. */
Status static_files_add(StaticFiles *files, Span path, Span bytes, Arena *arena, Err *err);
void static_files_init(StaticFiles *files, Arena *arena);

/* The file of that address, NULL when there is none. */
const StaticFile *static_files_find(const StaticFiles *files, Span path);
/* Whole, packed, or "not modified", as the request would have it. */
void static_file_answer(const StaticFile *file, const HttpRequest *request, HttpReply *reply);
