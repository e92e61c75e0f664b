/* gate.h — a matcher beside engines: what runtime/engine/instant.h is for tests, with a venue in it.
 *
 * In: the engines' orders and cancels, the events they get.  Ticks become snapshots of the gate's books,
 * slots open and close them; the matcher's answers go back to the engines at their instants, between the
 * events.  Promise: deterministic; the engine cannot tell which gateway it was. */
#pragma once

#include "runtime/engine/engine.h"
#include "runtime/engine/instant.h"
#include "runtime/matcher/matcher.h"

typedef struct Gate Gate;

/* `config->markets`: one a market of the image, and one for those met through leaders; their books are
 * the gate's.  NULL when memory ends. */
Gate *gate_new(const Image *image, const MatcherConfig *config, Arena *arena);

/* ---- several engines, one liquidity --------------------------------------------------------------- */

typedef struct GateSeat {
    Engine *engine;
    const uint8_t *markets; /* of its image: which of the gate's they are; NULL: the same ones */
    uint32_t market_count;
    EffectSink sink;
    InstantWatch watch;
} GateSeat;

/* `config->markets`: one a market of the gate; kinds are MarketKinds.  Every seat is taken before the first event. */
Gate *gate_new_shared(const uint8_t *kinds, const MatcherConfig *config, uint32_t seats,
                      Arena *arena);
/* Takes a seat, or takes it over: orders of the number `owner` are its own from now on. */
void gate_sit(Gate *g, uint32_t owner, const GateSeat *seat);
/* The earliest instant at which something happens by itself, INT64_MAX: never. */
int64_t gate_due(const Gate *g);
/* What happens by itself before `ts_us`, in order of time; at one instant the engines first, in the order of their
 * seats. */
void gate_advance(Gate *g, int64_t ts_us, bool is_included);
/* What is due before the event, what it says about the book, then each seat that trades that market (the gate's
 * number), then the answers. */
void gate_event(Gate *g, const Event *event);

/* ---- one engine, seat 0 ---------------------------------------------------------------------------- */

/* Applies what is due before the event, each with its answers, then the event and its answers.  Every
 * effect of the engine goes to `sink` as well. */
void gate_apply(Gate *g, Engine *e, const Event *event, EffectSink sink);
/* Each answer is shown before the engine gets it. */
void gate_watch(Gate *g, InstantWatch watch);
const Matcher *gate_matcher(const Gate *g);
/* A market's book as of the latest news. */
const Book *gate_book(Gate *g, uint32_t market);
