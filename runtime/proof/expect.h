/* expect.h — compares what an engine did with what a test row expects.
 *
 * In: the effects that belong to a row, the row's expectations.  Out: findings.  Rules: sizes compare as
 * written after rounding; what an expectation does not mention is not compared; every order must be
 * expected; skips are free unless expected.  Promise: pure comparison, no engine in sight. */
#pragma once

#include "compiler/compiler.h"
#include "runtime/engine/engine.h"
#include "vm/base/buf.h"

typedef struct RowEffects {
    Effect *items;
    size_t count, cap;
    const Engine *engine; /* of which they speak */
} RowEffects;

/* Values of Program.probes after the row, by index; conditions as COND_*. */
typedef struct ProbeValue {
    double num;
    uint8_t cond;
} ProbeValue;

typedef struct ExpectCheck {
    const Compilation *c;
    const Test *test;
    Diags *diags;
    const ProbeValue *probes;
    const Engine *engine;
    Arena *arena;
} ExpectCheck;

/* True when all of the row's expectations hold. */
bool expect_check(const ExpectCheck *x, const TestRow *row, const RowEffects *effects);

/* An order as a test would write it: "buy $50 of up at 52c". */
void effect_sentence(const Program *p, const Engine *engine, const Effect *e, Buf *out);
