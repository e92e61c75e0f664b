/* window.h — operations that look at a window: deviation, peaks, volume-weighted average. */
#pragma once

#include "vm/state/link.h"

void stdev_step(const StateLink *s, MemWindow *m, double x);
void zscore_step(const StateLink *s, MemWindow *m, double x);
/* HIGH and LOW by the row's kind. */
void peak_step(const StateLink *s, MemPeak *m, double x);
/* VWAP and VWAPN by the row's kind. */
void vwap_step(const StateLink *s, MemVwap *m, double x, double volume);
