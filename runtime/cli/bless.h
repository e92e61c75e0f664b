/* bless.h — expectations rewritten to what happened, for `odx test --bless`.
 *
 * In: a file with its tests.  Out: the text with the orders of every failing row written anew; `skip`s and
 * conditions stay as they are, because only their author knows what they should say.  Promise: rows that
 * pass keep their bytes. */
#pragma once

#include "runtime/proof/testrun.h"
#include "vm/base/span.h"

/* The new text, or the old one when nothing is to be changed. Only tests whose name contains `only`. */
Span bless_text(const TestBed *bed, Span text, Span only, Arena *arena);
