/* big.c — see big.h. */
#include "vm/base/big.h"

#include <string.h>

#include "vm/base/bug.h"

static void push_word(Big *b, uint32_t w)
{
    BUG_IF(b->count == BIG_WORDS);
    b->words[b->count++] = w;
}

static void trim(Big *b)
{
    while (b->count && !b->words[b->count - 1])
        b->count--;
}

void big_set(Big *b, uint64_t v)
{
    b->count = 0;
    for (; v; v >>= 32)
        push_word(b, (uint32_t)v);
}

void big_mul_add(Big *b, uint32_t factor, uint32_t plus)
{
    uint64_t carry = plus;

    for (int i = 0; i < b->count; i++) {
        carry += (uint64_t)b->words[i] * factor;
        b->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) push_word(b, (uint32_t)carry);
    trim(b);
}

void big_mul_pow5(Big *b, int exponent)
{
    for (; exponent >= 13; exponent -= 13)
        big_mul_add(b, 1220703125u, 0); /* 5^13, the largest that fits in 32 bits */
    for (; exponent > 0; exponent--)
        big_mul_add(b, 5, 0);
}

void big_shift_left(Big *b, int bits)
{
    int words = bits / 32;

    if (!b->count) return;
    big_mul_add(b, UINT32_C(1) << (bits % 32), 0);
    BUG_IF(b->count + words > BIG_WORDS);
    memmove(b->words + words, b->words, (size_t)b->count * sizeof b->words[0]);
    memset(b->words, 0, (size_t)words * sizeof b->words[0]);
    b->count += words;
}

int big_cmp(const Big *a, const Big *b)
{
    if (a->count != b->count) return a->count < b->count ? -1 : 1;
    for (int i = a->count; i-- > 0;)
        if (a->words[i] != b->words[i]) return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

void big_sub(Big *a, const Big *b)
{
    int64_t borrow = 0;

    BUG_IF(big_cmp(a, b) < 0);
    for (int i = 0; i < a->count; i++) {
        borrow += (int64_t)a->words[i] - (i < b->count ? b->words[i] : 0);
        a->words[i] = (uint32_t)borrow;
        borrow = borrow < 0 ? -1 : 0;
    }
    trim(a);
}

uint32_t big_div_small(Big *b, uint32_t divisor)
{
    uint64_t rest = 0;

    for (int i = b->count; i-- > 0;) {
        rest = rest << 32 | b->words[i];
        b->words[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    trim(b);
    return (uint32_t)rest;
}

int big_bits(const Big *b)
{
    return b->count ? b->count * 32 - __builtin_clz(b->words[b->count - 1]) : 0;
}

static uint32_t word_at(const Big *b, int i)
{
    return i < b->count ? b->words[i] : 0;
}

uint64_t big_get64(const Big *b, int from)
{
    int i = from / 32, shift = from % 32;
    uint64_t low = word_at(b, i) | (uint64_t)word_at(b, i + 1) << 32;

    return shift ? low >> shift | (uint64_t)word_at(b, i + 2) << (64 - shift) : low;
}

void big_shift_right(Big *b, int bits)
{
    int words = bits / 32, left = b->count > words ? b->count - words : 0;

    for (int i = 0; i < left; i++)
        b->words[i] = (uint32_t)big_get64(b, i * 32 + bits);
    b->count = left;
    trim(b);
}

bool big_has_below(const Big *b, int bit)
{
    int whole = bit / 32;

    for (int i = 0; i < whole && i < b->count; i++)
        if (b->words[i]) return true;
    return whole < b->count && bit % 32 && b->words[whole] << (32 - bit % 32);
}
