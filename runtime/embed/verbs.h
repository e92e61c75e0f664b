/* verbs.h — what the module does with a request, once it is read.
 *
 * In: a Work whose answer is open, and a Request.  Out: the answer's keys, sometimes bytes.
 * Promise: whatever the text is, the answer stays one JSON object. */
#pragma once

#include "runtime/embed/request.h"
#include "runtime/embed/work.h"

typedef void (*Verb)(Work *w, Request *q);

void verb_check(Work *w, Request *q);
void verb_format(Work *w, Request *q);
void verb_fix(Work *w, Request *q);
void verb_compile(Work *w, Request *q);
void verb_convert(Work *w, Request *q);
void verb_explain(Work *w, Request *q);
void verb_hover(Work *w, Request *q);
void verb_complete(Work *w, Request *q);
void verb_signature(Work *w, Request *q);
void verb_fixes(Work *w, Request *q);

/* "findings": [...] with the keys of `odx check --format json`, then the counts. */
void verb_put_findings(Work *w, const Compilation *c);
