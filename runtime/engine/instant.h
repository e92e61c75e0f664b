/* instant.h — the instant fill of language 2.7: a gateway beside the engine for tests and `odx run`.
 *
 * Takes order effects, answers with events (docs/decisions/0001, 18): an order that is marketable
 * against the latest tick fills at once at the touched side, up to the touched size; immediate orders
 * lose their rest; others rest and fill at their own price when a later tick of their market touches
 * it.  No fees, nothing is consumed from the book.  Promise: deterministic, no allocation after
 * instant_new. */
#pragma once

#include "runtime/engine/engine.h"

typedef struct Instant Instant;

/* A gateway for one engine; markets and tokens are the image's. */
Instant *instant_new(const Image *image, Arena *arena);
/* Nothing fills by itself any more (tests with written fills): orders are taken and rest. */
void instant_hold(Instant *g, bool is_held);
/* Applies what is due before the event, each with its answers, then the event and its answers.  Every
 * effect of the engine goes to `sink` as well. */
void instant_apply(Instant *g, Engine *e, const Event *event, EffectSink sink);
/* The same for a tick whose shared part is known (engine_apply_known). */
void instant_apply_known(Instant *g, Engine *e, const Event *tick, EffectSink sink);
/* What comes before a tick at that time by itself, answered. */
void instant_advance(Instant *g, Engine *e, int64_t ts_us, EffectSink sink);
/* Does an order wait here?  Ticks that are left out may then end with the last one of each market, if they leave
 * it alone. */
bool instant_has_orders(const Instant *g);
/* Which ticks of a market those are. */
typedef struct InstantCalm {
    int64_t until_us; /* something expires then: a later tick finds it gone */
    /* a tick fills something if an ask is not above the first, or a bid not below the second: INT64_MIN,
     * INT64_MAX for none */
    int64_t buys[OUTCOMES], sells[OUTCOMES];
} InstantCalm;
InstantCalm instant_calm(const Instant *g, uint8_t market);
void instant_skip(Instant *g, uint8_t market, const TickData *last);
/* Each answer is shown to `see` before the engine gets it: fills, for those who want to tell of them. */
typedef struct InstantWatch {
    void (*see)(void *ctx, const Event *answer);
    void *ctx;
} InstantWatch;
void instant_watch(Instant *g, InstantWatch watch);
