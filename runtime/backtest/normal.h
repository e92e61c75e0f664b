/* normal.h — the normal distribution: how often a value stays below z, and the z of a share.
 *
 * Errors stay below 1e-15 of one (tests/unit/backtest/test_normal.c holds them against published
 * digits).  Same bits on every target; unknown in, unknown out. */
#pragma once

/* The share below z. */
double normal_share(double z);
/* The z that a share of p lies below; unknown unless 0 < p < 1. */
double normal_z(double p);
