/* gate.h — a matcher beside one engine: what runtime/engine/instant.h is for tests, with a venue in it.
 *
 * In: the engine's orders and cancels, the events it gets.  Ticks become snapshots of the gate's books,
 * slots open and close them; the matcher's answers go back to the engine at their instants, between the
 * events.  Promise: deterministic; the engine cannot tell which gateway it was. */
#pragma once

#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/matcher/matcher.h"

typedef struct Gate Gate;

/* `config->markets`: one a market of the image, and one for those met through leaders; their books are
 * the gate's.  NULL when memory ends. */
Gate *gate_new(const Image *image, const MatcherConfig *config, Arena *arena);
/* Applies what is due before the event, each with its answers, then the event and its answers.  Every
 * effect of the engine goes to `sink` as well. */
void gate_apply(Gate *g, Engine *e, const Event *event, EffectSink sink);
/* Each answer is shown before the engine gets it. */
void gate_watch(Gate *g, InstantWatch watch);
const Matcher *gate_matcher(const Gate *g);
/* A market's book as of the latest news. */
const Book *gate_book(Gate *g, uint32_t market);
