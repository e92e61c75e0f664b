/* hash.h — SipHash for tables, SHA-256 for tapes and receipts, CRC-32C for records.
 *
 * SipHash uses a fixed key: equal everywhere, and therefore no defence against chosen keys; nothing
 * may iterate in hash order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/span.h"

/* SipHash-1-3 under the fixed key of this house. */
uint64_t hash_span(Span s);
uint64_t hash_u64(uint64_t v);
/* Takes one more word in: quick, for tables that stay inside one compilation. */
static inline uint64_t hash_mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}
/* SipHash with `c` rounds per block and `d` at the end under any key. */
uint64_t hash_sip(Span s, uint64_t k0, uint64_t k1, int c, int d);

#define SHA256_SIZE 32

typedef struct Sha256 {
    uint32_t state[8];
    uint64_t total; /* bytes so far */
    uint8_t block[64];
    bool has_instructions; /* of the processor: set it behind sha256_init where that is known */
} Sha256;

void sha256_init(Sha256 *h);
void sha256_update(Sha256 *h, const void *bytes, size_t len);
/* The digest; `h` must be initialised again before further use. */
void sha256_final(Sha256 *h, uint8_t ret_digest[SHA256_SIZE]);
/* All at once. */
void sha256(Span s, uint8_t ret_digest[SHA256_SIZE]);
/* 64 lower-case digits and a NUL. */
void sha256_hex(const uint8_t digest[SHA256_SIZE], char ret_hex[2 * SHA256_SIZE + 1]);

/* CRC-32C (Castagnoli) of the bytes, going on from `crc` (0 at the start). */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t len);
