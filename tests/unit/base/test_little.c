/* test_little.c — the lowest byte first, at any place. */
#include "vm/base/little.h"

#include "tests/harness/test.h"

static const struct {
    const char *name, *bytes;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    int64_t i64;
} cases[] = {
    {"all differ", "\x01\x02\x03\x04\x05\x06\x07\x08", 0x0201, 0x04030201, 0x0807060504030201,
     0x0807060504030201},
    {"one", "\x01\0\0\0\0\0\0\0", 1, 1, 1, 1},
    {"the highest bit", "\0\0\0\0\0\0\0\x80", 0, 0, UINT64_C(1) << 63, INT64_MIN},
    {"minus one", "\xff\xff\xff\xff\xff\xff\xff\xff", UINT16_MAX, UINT32_MAX, UINT64_MAX, -1},
};

static void numbers(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t place = 0; place < 8; place++) {
            char room[16];

            test_case(cases[i].name);
            memset(room, 0x55, sizeof room);
            memcpy(room + place, cases[i].bytes, 8);
            CHECK_INT(little_u16(room + place), cases[i].u16);
            CHECK_INT(little_u32(room + place), cases[i].u32);
            CHECK(little_u64(room + place) == cases[i].u64);
            CHECK(little_i64(room + place) == cases[i].i64);
        }
}

int main(void)
{
    TEST_RUN(numbers);
    return test_end();
}
