/* verbs.h — what the module does with a request, once it is read.
 *
 * In: a Work with its Request.  Out: JSON in `out` and sometimes bytes.  Promise: one JSON object,
 * whatever the text is. */
#pragma once

#include "runtime/embed/request.h"
#include "vm/base/json.h"

typedef struct Work {
    Arena arena;
    Request request;
    Buf out;
    JsonWriter json; /* writes `out`; the object is open */
    Span bytes;
} Work;

typedef void (*Verb)(Work *w);

void verb_check(Work *w);
void verb_format(Work *w);
void verb_fix(Work *w);
void verb_compile(Work *w);

/* "findings": [...] with the keys of `odx check --format json`, then the counts. */
void verb_put_findings(Work *w, const Compilation *c);
void verb_put_text(Work *w, Span key, Span text);
