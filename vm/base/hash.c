/* hash.c — see hash.h.  SipHash (Aumasson, Bernstein), SHA-256 (FIPS 180-4), CRC-32C (RFC 3720). */
#include "vm/base/hash.h"

#define HOUSE_KEY_0 UINT64_C(0x6f646465782d3031) /* "oddex-01" */
#define HOUSE_KEY_1 UINT64_C(0x7461626c652d6b65) /* "table-ke" */

static uint64_t rotl64(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static uint64_t load_le(const char *p, size_t len)
{
    uint64_t v = 0;

    for (size_t i = 0; i < len; i++)
        v |= (uint64_t)(uint8_t)p[i] << (8 * i);
    return v;
}

static void sip_rounds(uint64_t v[4], int count)
{
    while (count-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotl64(v[1], 13) ^ v[0];
        v[3] = rotl64(v[3], 16) ^ v[2];
        v[0] = rotl64(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotl64(v[1], 17) ^ v[2];
        v[3] = rotl64(v[3], 21) ^ v[0];
        v[2] = rotl64(v[2], 32);
    }
}

static void sip_block(uint64_t v[4], uint64_t m, int rounds)
{
    v[3] ^= m;
    sip_rounds(v, rounds);
    v[0] ^= m;
}

uint64_t hash_sip(Span s, uint64_t k0, uint64_t k1, int c, int d)
{
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t whole = s.len & ~(size_t)7;

    for (size_t i = 0; i < whole; i += 8)
        sip_block(v, load_le(s.ptr + i, 8), c);
    sip_block(v, (uint64_t)s.len << 56 | load_le(whole ? s.ptr + whole : s.ptr, s.len & 7), c);
    v[2] ^= 0xff;
    sip_rounds(v, d);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_span(Span s)
{
    return hash_sip(s, HOUSE_KEY_0, HOUSE_KEY_1, 1, 3);
}

uint64_t hash_u64(uint64_t v)
{
    char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(v >> (8 * i));
    return hash_span((Span){bytes, sizeof bytes});
}

static const uint32_t sha_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr32(uint32_t x, int k)
{
    return (x >> k) | (x << (32 - k));
}

static uint32_t load_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void sha_schedule(const uint8_t *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++)
        w[i] = load_be32(block + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];

        w[i] = w[i - 16] + w[i - 7] + (rotr32(a, 7) ^ rotr32(a, 18) ^ (a >> 3)) +
               (rotr32(b, 17) ^ rotr32(b, 19) ^ (b >> 10));
    }
}

/* One round.  Instead of moving the eight words, their numbering moves: a is v[-i mod 8]. */
static inline void sha_round(uint32_t v[8], int i, uint32_t plus)
{
    uint32_t a = v[-i & 7], b = v[(1 - i) & 7], c = v[(2 - i) & 7];
    uint32_t e = v[(4 - i) & 7], f = v[(5 - i) & 7], g = v[(6 - i) & 7];
    uint32_t *d = &v[(3 - i) & 7], *h = &v[(7 - i) & 7];

    *h += (rotr32(e, 6) ^ rotr32(e, 11) ^ rotr32(e, 25)) + (g ^ (e & (f ^ g))) + plus;
    *d += *h;
    *h += (rotr32(a, 2) ^ rotr32(a, 13) ^ rotr32(a, 22)) + ((a & b) | (c & (a | b)));
}

static void sha_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], v[8];

    sha_schedule(block, w);
    memcpy(v, state, sizeof v);
    for (int i = 0; i < 64; i += 8) {
        sha_round(v, 0, sha_k[i] + w[i]);
        sha_round(v, 1, sha_k[i + 1] + w[i + 1]);
        sha_round(v, 2, sha_k[i + 2] + w[i + 2]);
        sha_round(v, 3, sha_k[i + 3] + w[i + 3]);
        sha_round(v, 4, sha_k[i + 4] + w[i + 4]);
        sha_round(v, 5, sha_k[i + 5] + w[i + 5]);
        sha_round(v, 6, sha_k[i + 6] + w[i + 6]);
        sha_round(v, 7, sha_k[i + 7] + w[i + 7]);
    }
    for (int i = 0; i < 8; i++)
        state[i] += v[i];
}

#if defined(__x86_64__)
typedef int32_t Sha4 __attribute__((vector_size(16)));

/* Four words of the message, big-endian. */
static inline Sha4 sha_load(const uint8_t *p)
{
    return (Sha4){(int32_t)load_be32(p), (int32_t)load_be32(p + 4), (int32_t)load_be32(p + 8),
                  (int32_t)load_be32(p + 12)};
}

/* The same rounds by the processor's own instructions, which hold the state as F E B A and H G D C. */
__attribute__((target("sha,sse4.1"))) static void sha_blocks_fast(uint32_t state[8],
                                                                  const uint8_t *p, size_t count)
{
    Sha4 abef, cdgh, was_abef, was_cdgh, w[4], k;
    int32_t s[8];

    memcpy(s, state, sizeof s);
    abef = (Sha4){s[5], s[4], s[1], s[0]};
    cdgh = (Sha4){s[7], s[6], s[3], s[2]};
    for (; count; count--, p += 64) {
        was_abef = abef;
        was_cdgh = cdgh;
        for (int i = 0; i < 16; i++) {
            Sha4 *now = &w[i & 3], last = w[(i + 3) & 3], before = w[(i + 2) & 3];

            if (i < 4)
                *now = sha_load(p + 16 * i);
            else
                *now =
                    __builtin_ia32_sha256msg2(__builtin_ia32_sha256msg1(*now, w[(i + 1) & 3]) +
                                                  (Sha4){before[1], before[2], before[3], last[0]},
                                              last);
            memcpy(&k, sha_k + 4 * i, sizeof k);
            k += *now;
            cdgh = __builtin_ia32_sha256rnds2(cdgh, abef, k);
            abef = __builtin_ia32_sha256rnds2(abef, cdgh, (Sha4){k[2], k[3], 0, 0});
        }
        abef += was_abef;
        cdgh += was_cdgh;
    }
    state[0] = (uint32_t)abef[3], state[1] = (uint32_t)abef[2];
    state[2] = (uint32_t)cdgh[3], state[3] = (uint32_t)cdgh[2];
    state[4] = (uint32_t)abef[1], state[5] = (uint32_t)abef[0];
    state[6] = (uint32_t)cdgh[1], state[7] = (uint32_t)cdgh[0];
}
#else
static void sha_blocks_fast(uint32_t state[8], const uint8_t *p, size_t count)
{
    for (; count; count--, p += 64)
        sha_block(state, p);
}
#endif

static void sha_blocks(Sha256 *h, const uint8_t *p, size_t count)
{
    if (h->has_instructions) {
        sha_blocks_fast(h->state, p, count);
        return;
    }
    for (; count; count--, p += 64)
        sha_block(h->state, p);
}

void sha256_init(Sha256 *h)
{
    *h = (Sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                            0x1f83d9ab, 0x5be0cd19}};
}

void sha256_update(Sha256 *h, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t used = h->total % 64, take;

    h->total += len;
    if (used && len) {
        take = len < 64 - used ? len : 64 - used;
        memcpy(h->block + used, p, take);
        p += take;
        len -= take;
        if (used + take < 64) return;
        sha_blocks(h, h->block, 1);
    }
    sha_blocks(h, p, len / 64);
    if (len % 64) memcpy(h->block, p + len / 64 * 64, len % 64);
}

void sha256_final(Sha256 *h, uint8_t ret_digest[SHA256_SIZE])
{
    uint64_t bits = h->total * 8;
    uint8_t pad[72] = {0x80};
    size_t used = h->total % 64, zeros = (used < 56 ? 56 : 120) - used;

    for (size_t i = 0; i < 8; i++)
        pad[zeros + i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_update(h, pad, zeros + 8);
    for (size_t i = 0; i < SHA256_SIZE; i++)
        ret_digest[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256(Span s, uint8_t ret_digest[SHA256_SIZE])
{
    Sha256 h;

    sha256_init(&h);
    sha256_update(&h, s.ptr, s.len);
    sha256_final(&h, ret_digest);
}

void sha256_hex(const uint8_t digest[SHA256_SIZE], char ret_hex[2 * SHA256_SIZE + 1])
{
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        ret_hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        ret_hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    ret_hex[2 * SHA256_SIZE] = '\0';
}

/* Half a byte at a time: where the processor has the polynomial this finishes what is left, elsewhere images
 * and snapshots are small. */
static const uint32_t crc_halves[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t crc_byte(uint32_t crc, uint8_t byte)
{
    crc ^= byte;
    crc = crc_halves[crc & 15] ^ crc >> 4;
    return crc_halves[crc & 15] ^ crc >> 4;
}

#if defined(__SSE4_2__)
/* The processor has this very polynomial. */
static uint32_t crc_words(uint32_t crc, const uint8_t *p, size_t count)
{
    uint64_t wide = crc, word;

    for (size_t i = 0; i < count; i++) {
        memcpy(&word, p + 8 * i, sizeof word);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    return (uint32_t)wide;
}
#else
static uint32_t crc_words(uint32_t crc, const uint8_t *p, size_t count)
{
    for (size_t i = 0; i < 8 * count; i++)
        crc = crc_byte(crc, p[i]);
    return crc;
}
#endif

uint32_t crc32c(uint32_t crc, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t words = len / 8;

    crc = crc_words(~crc, p, words);
    for (size_t i = 8 * words; i < len; i++)
        crc = crc_byte(crc, p[i]);
    return ~crc;
}
