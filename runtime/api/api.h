/* api.h — what the server answers: routes first, then the files of the application.
 *
 * In: requests.  Out: replies that all carry the headers of headers.def.  Promise: the same request
 * gets the same reply, for nothing here changes after the start; a request under a name that is not
 * ours is answered with a page that says so, never with content. */
#pragma once

#include "runtime/api/static_files.h"

typedef struct Api {
    StaticFiles files;
    bool asks_for_name; /* only local names and those given are answered */
    const char *const *names;
    size_t name_count;
} Api;

/* An HttpAnswer; `api` is an Api. */
void api_answer(const void *api, const HttpRequest *request, HttpReply *reply);
