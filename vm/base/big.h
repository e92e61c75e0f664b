/* big.h — whole numbers of up to BIG_WORDS * 32 bits, for num_parse.c, num_print.c and their proof only.
 *
 * Fixed size on the stack; an overflow would be our mistake and traps.  4,608 bits hold both sides of
 * the comparison num_parse needs for its longest decimal (770 digits against 5^1112). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIG_WORDS 144

typedef struct Big {
    int count;                 /* words in use; the top one is not zero */
    uint32_t words[BIG_WORDS]; /* lowest first */
} Big;

void big_set(Big *b, uint64_t v);
/* b = b * factor + plus */
void big_mul_add(Big *b, uint32_t factor, uint32_t plus);
void big_mul_pow5(Big *b, int exponent);
void big_shift_left(Big *b, int bits);
void big_shift_right(Big *b, int bits);
int big_cmp(const Big *a, const Big *b);
/* a -= b; b <= a. */
void big_sub(Big *a, const Big *b);
/* b = b / divisor, returns the remainder. */
uint32_t big_div_small(Big *b, uint32_t divisor);
static inline bool big_is_zero(const Big *b)
{
    return b->count == 0;
}
/* Number of bits, 0 for zero. */
int big_bits(const Big *b);
/* Bits [from, from + 64); ones above the top are zero. */
uint64_t big_get64(const Big *b, int from);
/* True if any bit below `bit` is set. */
bool big_has_below(const Big *b, int bit);
