/* little.h — numbers out of bytes at any place: the files of this house have their lowest byte first.
 *
 * Promise: no read is misaligned, and each is one load.  Tables of a file are read where they lie, so every
 * machine that runs this has its lowest byte first as well. */
#pragma once

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are read in place");

static inline uint16_t little_u16(const void *at)
{
    uint16_t v;

    memcpy(&v, at, sizeof v);
    return v;
}

static inline uint32_t little_u32(const void *at)
{
    uint32_t v;

    memcpy(&v, at, sizeof v);
    return v;
}

static inline uint64_t little_u64(const void *at)
{
    uint64_t v;

    memcpy(&v, at, sizeof v);
    return v;
}

static inline int64_t little_i64(const void *at)
{
    return (int64_t)little_u64(at);
}
