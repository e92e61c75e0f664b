/* sentences.h — a checked strategy in plain words: what it listens to, when it acts, what limits it.
 *
 * In: a Compilation without errors.  Out: text for people.  `explain` and `doc` share it; conditions
 * are quoted as written. */
#pragma once

#include "compiler/compiler.h"
#include "vm/base/buf.h"

void sentences_put(const Compilation *c, Buf *out);
/* One by one, for pages. */
void sentence_rule(const Compilation *c, const Rule *r, Buf *out);
void sentence_limit(const Compilation *c, const Limit *l, Buf *out);
void sentence_market(const Compilation *c, const Market *m, Buf *out);
