/* effect_json.h — what an engine wants done, as one JSON object: the lines of `odx run --orders`.
 *
 * In: an effect, the program whose names it speaks of, its engine.  Out: bytes.  Promise: stable keys;
 * money and sizes as decimal numbers, unknown as null. */
#pragma once

#include "compiler/sema/program.h"
#include "runtime/engine/engine.h"
#include "vm/base/buf.h"

void effect_json_put(Buf *out, const Program *p, const Engine *engine, const Effect *e);
/* A share as the file spells it, else by its market (a split makes both shares), else by the number of the
 * market that a leader led to; into `b` when it is made here. */
Span effect_token(const Program *p, const Engine *engine, int32_t token, Buf *b);
/* A fill, in the same words; an answer of the gateway's. */
void effect_json_put_fill(Buf *out, const Program *p, const Engine *engine, const Event *fill);
