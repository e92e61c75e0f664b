/* anchor_engine.h — anchor.odx at work on the anchor's ticks: in the engine, and in the bare machine. */
#pragma once

#include "runtime/bench/anchor.h"
#include "vm/image.h"

typedef enum AnchorForm {                /* what a tick brings */
                          ANCHOR_FIELDS, /* book, and mid, spread, move from their columns */
                          ANCHOR_RAW,    /* book and spot price alone */
} AnchorForm;

/* The engine with the instant fill.  `bits`: NULL, or what its indicators hold after each tick. */
bool anchor_engine(const Image *image, const AnchorTicks *t, AnchorForm form, Arena *arena,
                   AnchorResult *result, AnchorBits *bits);
/* Parts U and V of the ticks, inputs set from the columns: how many orders were wanted. */
bool anchor_vm(const Image *image, const AnchorTicks *t, Arena *arena, uint64_t *ret_orders);
