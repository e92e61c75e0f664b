/* input.h — a fuzzer's bytes read as numbers and spans; past the end everything is zero or empty. */
#pragma once

#include "vm/base/span.h"

typedef struct Bytes {
    Span left;
} Bytes;

static inline uint8_t input_byte(Bytes *in)
{
    uint8_t byte = in->left.len ? (uint8_t)in->left.ptr[0] : 0;

    in->left = span_from(in->left, 1);
    return byte;
}

static inline uint64_t input_u64(Bytes *in)
{
    uint64_t v = 0;
    size_t n = in->left.len < 8 ? in->left.len : 8;

    if (n) memcpy(&v, in->left.ptr, n);
    in->left = span_from(in->left, 8);
    return v;
}

/* Numbers of all sizes: a byte says how many bits to keep. */
static inline int64_t input_int(Bytes *in)
{
    int shift = input_byte(in) & 63;

    return (int64_t)input_u64(in) >> shift;
}

/* At most 255 bytes. */
static inline Span input_span(Bytes *in)
{
    size_t len = input_byte(in);
    Span s = span_sub(in->left, 0, len);

    in->left = span_from(in->left, s.len);
    return s;
}
