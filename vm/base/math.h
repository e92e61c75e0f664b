/* math.h — exp, ln and pow with the same bits on every target.
 *
 * Table and polynomial in double-double, plain multiplications and additions only (no fused ones, no
 * libm).  Errors stay below 0.52 units in the last place (tests/unit/base/test_math.c).
 * Unknown in, unknown out; what IEEE would call infinite or not a number is unknown too. */
#pragma once

/* e to the x; unknown above 709.78. */
double m_exp(double x);
/* Natural logarithm; unknown for x <= 0. */
double m_ln(double x);
/* x to the y; pow(x, 0) is 1.  Unknown for 0 to a negative power, for a negative x with a y that is
 * not whole, and on overflow. */
double m_pow(double x, double y);
