/* facts.h — the facts of a test as raw market data, positions, pins and states.
 *
 * In: facts in the order they are written.  Out: what an engine is told.  Derived fields follow from given
 * ones unless given themselves (runtime/market derives); sizes not mentioned are 10,000 shares, a market
 * closes in a day.  Promise: nothing is evaluated here. */
#pragma once

#include "compiler/sema/program.h"
#include "runtime/engine/engine.h"

typedef struct MarketFacts {
    TickData data;
    bool is_known;   /* something of it was ever mentioned */
    bool is_changed; /* ... by the facts taken last */
} MarketFacts;

typedef struct HeldFacts { /* of one token; UNKNOWN while nothing was said */
    double position, entry;
} HeldFacts;

typedef struct Facts {
    const Program *program;
    HeldFacts *held;      /* by token */
    MarketFacts *markets; /* by market; the unnamed one last */
    uint32_t market_count;
} Facts;

Facts facts_new(const Program *p, Arena *arena);
/* Takes one fact in: into the market's data, or into the engine (pins, states, positions). */
void facts_take(Facts *f, const Fact *fact, Engine *engine, EffectSink sink, int64_t now_us);
/* Slot open: what lived in the slot is forgotten. */
void facts_forget_slot(Facts *f, uint32_t market);
void facts_begin_row(Facts *f);
/* What a tick says of an input, in few enough decimals to be written down; false: nothing that a test could
 * say. UNKNOWN is a value. */
bool facts_read(const Program *p, const Input *in, const TickData *d, double *ret);
/* True for what a slot that opens takes away although it was given: all but the market's own data. */
bool fact_is_kept(const Program *p, const Fact *fact);
