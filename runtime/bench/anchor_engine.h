/* anchor_engine.h — anchor.odx at work on the anchor's ticks: in the engine, and in the bare machine. */
#pragma once

#include "runtime/bench/anchor.h"
#include "runtime/market/tick_columns.h"
#include "vm/image.h"
#include "vm/kernels.h"

typedef enum AnchorForm {                /* what a tick brings */
                          ANCHOR_FIELDS, /* book, and mid, spread, move from their columns */
                          ANCHOR_RAW,    /* book and spot price alone */
} AnchorForm;

/* The engine with the instant fill.  `bits`: NULL, or what its indicators hold after each tick. */
bool anchor_engine(const Image *image, const AnchorTicks *t, AnchorForm form, Arena *arena,
                   AnchorResult *result, AnchorBits *bits);
/* Parts U and V of the ticks, inputs set from the columns: how many orders were wanted. */
bool anchor_vm(const Image *image, const AnchorTicks *t, Arena *arena, uint64_t *ret_orders);

/* The anchor's ticks as prepared columns; count 0 when memory ends. */
TickColumns anchor_columns_of(const AnchorTicks *t, AnchorForm form, Arena *arena);
/* The engine under the column driver.  `ret_share`: the part of the ticks that were left out. */
bool anchor_columns(const Image *image, const AnchorTicks *t, const TickColumns *ticks,
                    KernelLevel level, Arena *arena, AnchorResult *result, AnchorBits *bits,
                    double *ret_share);
