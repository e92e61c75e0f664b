/* test_hash.c — SipHash, SHA-256 and CRC-32C against published vectors. */
#include "runtime/core/cpu.h"
#include "tests/harness/test.h"
#include "vm/base/hash.h"
#include "vm/base/rng.h"

/* Key 00 01 .. 0f, message 00 01 .. n-1: SipHash-2-4 from the authors' reference vectors. */
static void siphash(void)
{
    static const struct {
        size_t len;
        uint64_t sip24, sip13;
    } rows[] = {
        {0, 0x726fdb47dd0e0e31, 0xabac0158050fc4dc},  {1, 0x74f839c593dc67fd, 0xc9f49bf37d57ca93},
        {7, 0xab0200f58b01d137, 0xd3927d989bb11140},  {8, 0x93f5f5799a932462, 0x369095118d299a8e},
        {15, 0xa129ca6149be45e5, 0xd320d86d2a519956}, {16, 0x3f2acc7f57c29bdb, 0xcc4fdd1a7d908b66},
        {63, 0x958a324ceb064572, 0x9d199062b7bbb3a8},
    };
    const uint64_t k0 = 0x0706050403020100, k1 = 0x0f0e0d0c0b0a0908;
    char text[64];

    for (int i = 0; i < 64; i++)
        text[i] = (char)i;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(hash_sip((Span){text, rows[i].len}, k0, k1, 2, 4) == rows[i].sip24);
        CHECK(hash_sip((Span){text, rows[i].len}, k0, k1, 1, 3) == rows[i].sip13);
    }
}

static void house_key(void)
{
    CHECK(hash_span(SPAN("")) == 0x63b6f3192d1f961a);
    CHECK(hash_span((Span){NULL, 0}) == hash_span(SPAN("")));
    CHECK(hash_span(SPAN("oddex")) == 0x7c36497a402493f5);
    CHECK(hash_u64(0x6564646f) == hash_span(SPAN("odde\0\0\0\0")));
}

static const struct {
    const char *text, *want;
} sha_texts[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnop"
     "q"
     "rsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

static void sha256_texts(void)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    for (size_t i = 0; i < sizeof sha_texts / sizeof sha_texts[0]; i++) {
        sha256(span_str(sha_texts[i].text), digest);
        sha256_hex(digest, hex);
        CHECK_STR(hex, sha_texts[i].want);
    }
}

/* Lengths around the block, byte (i * 7 + n) at i. */
static const struct {
    size_t len;
    const char *want;
} sha_lengths[] = {
    {3, "6ab0dba1f4f1dfbb37b4f9eeb092c09fca4900ad32bdcd147d8dde35d6c87c35"},
    {55, "81afe5b788dc2ce138ff83d9b20164db75a94d75d2b2432eea4a0ef605088c72"},
    {56, "2aba54f0ac632420a2b502431408866e40e1d5e430df4cd822642c78ab2eb9c1"},
    {63, "733d3d4ee79ee67145bf73da13588f6f235d37414fc64b14a2f00f1762792f5e"},
    {64, "79322907b3e9d013d7dc2c2f256674dbf733045cde01df3539271c6f5605feb8"},
    {65, "d85c007c6eb440f085afa2b84f6f2bce4658b240e9f62cb1364bf0485a57e720"},
    {119, "6c87eedf096b345de205b702e5223b73b447a3207791ded3ea007ba15ed6736e"},
    {120, "42500cf6a1e3936d6b9e0bcfe296d654b63255e525487d3634d0b15fde591c4d"},
    {1000, "6b0df76627243d095b0c4400cb658b7e804dd03461cc03aee8fc8fe0bcada168"},
};

static void sha256_pieces(void)
{
    uint8_t text[1000], digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    Sha256 h;
    Rng r;

    rng_init(&r, 1);
    for (size_t i = 0; i < sizeof sha_lengths / sizeof sha_lengths[0]; i++) {
        for (size_t k = 0; k < sha_lengths[i].len; k++)
            text[k] = (uint8_t)(k * 7 + sha_lengths[i].len);
        for (int round = 0; round < 20; round++) {
            sha256_init(&h);
            h.has_instructions = round % 2 && cpu_has_sha();
            for (size_t at = 0, take; at < sha_lengths[i].len; at += take) {
                take = (size_t)rng_range(&r, 0, 70);
                if (take > sha_lengths[i].len - at) take = sha_lengths[i].len - at;
                sha256_update(&h, text + at, take);
            }
            sha256_final(&h, digest);
            sha256_hex(digest, hex);
            CHECK_STR(hex, sha_lengths[i].want);
        }
    }
}

static void sha256_million(void)
{
    uint8_t digest[SHA256_SIZE];
    char block[1000], hex[2 * SHA256_SIZE + 1];
    Sha256 h;

    memset(block, 'a', sizeof block);
    for (int fast = 0; fast < 2; fast++) {
        sha256_init(&h);
        h.has_instructions = fast && cpu_has_sha();
        for (int i = 0; i < 1000; i++)
            sha256_update(&h, block, sizeof block);
        sha256_final(&h, digest);
        sha256_hex(digest, hex);
        CHECK_STR(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
}

/* RFC 3720, B.4. */
static void crc(void)
{
    char up[32], down[32], zeros[32] = {0}, ones[32];

    for (int i = 0; i < 32; i++) {
        up[i] = (char)i;
        down[i] = (char)(31 - i);
        ones[i] = (char)0xff;
    }
    CHECK_INT(crc32c(0, NULL, 0), 0);
    CHECK_INT(crc32c(0, "123456789", 9), 0xe3069283);
    CHECK_INT(crc32c(0, zeros, 32), 0x8a9136aa);
    CHECK_INT(crc32c(0, ones, 32), 0x62a8ab43);
    CHECK_INT(crc32c(0, up, 32), 0x46dd794e);
    CHECK_INT(crc32c(0, down, 32), 0x113fdb5c);
    for (size_t cut = 0; cut <= 32; cut++)
        CHECK_INT(crc32c(crc32c(0, up, cut), up + cut, 32 - cut), 0x46dd794e);
}

int main(void)
{
    TEST_RUN(siphash);
    TEST_RUN(house_key);
    TEST_RUN(sha256_texts);
    TEST_RUN(sha256_pieces);
    TEST_RUN(sha256_million);
    TEST_RUN(crc);
    return test_end();
}
