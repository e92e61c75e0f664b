/* utf8.c — see utf8.h. */
#include "vm/base/utf8.h"

#include <string.h>

#include "vm/base/bug.h"

static uint32_t byte_at(Span s, size_t i)
{
    return i < s.len ? (uint8_t)s.ptr[i] : 0;
}

static bool is_tail(uint32_t b)
{
    return (b & 0xc0) == 0x80;
}

/* Length a lead byte promises; 0 for a byte that cannot lead. */
static size_t length_of(uint32_t lead)
{
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0; /* a tail, or the overlong c0 and c1 */
    if (lead < 0xe0) return 2;
    if (lead < 0xf0) return 3;
    return lead < 0xf5 ? 4 : 0;
}

static uint32_t bad(size_t *ret_len, bool *ret_ok)
{
    *ret_len = 1;
    if (ret_ok) *ret_ok = false;
    return UTF8_REPLACEMENT;
}

uint32_t utf8_decode(Span s, size_t *ret_len, bool *ret_ok)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t lead = byte_at(s, 0), code;
    size_t len = length_of(lead);

    if (!len) return bad(ret_len, ret_ok);
    code = len == 1 ? lead : lead & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (!is_tail(byte_at(s, i))) return bad(ret_len, ret_ok);
        code = code << 6 | (byte_at(s, i) & 0x3f);
    }
    if (code < least[len] || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
        return bad(ret_len, ret_ok);
    *ret_len = len;
    if (ret_ok) *ret_ok = true;
    return code;
}

size_t utf8_encode(uint32_t code, char out[UTF8_MAX])
{
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return utf8_encode(UTF8_REPLACEMENT, out);
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(len == 1 ? code : (0xf00u >> len & 0xff) | code);
    return len;
}

size_t utf8_valid_len(Span s)
{
    size_t at = 0, len;
    bool is_ok;

    while (at < s.len) {
        if ((uint8_t)s.ptr[at] < 0x80) {
            at++;
            continue;
        }
        utf8_decode(span_from(s, at), &len, &is_ok);
        if (!is_ok) return at;
        at += len;
    }
    return s.len;
}

bool utf8_is_valid(Span s)
{
    return utf8_valid_len(s) == s.len;
}

size_t utf8_utf16_len(Span s)
{
    size_t units = 0, at = 0, len;

    while (at < s.len) {
        uint64_t eight;

        if (s.len - at >= sizeof eight) { /* a line of JSON may be a megabyte of ASCII */
            memcpy(&eight, s.ptr + at, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                units += sizeof eight;
                at += sizeof eight;
                continue;
            }
        }
        units += utf8_decode(span_from(s, at), &len, NULL) >= 0x10000 ? 2 : 1;
        at += len;
    }
    return units;
}

typedef struct CodeRange {
    uint32_t first, last;
} CodeRange;

/* Combining marks and other code points without a column (Unicode 15, the common scripts). */
static const CodeRange empty_ranges[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x05bf, 0x05bf},   {0x05c1, 0x05c2},
    {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},   {0x064b, 0x065f},   {0x0670, 0x0670},
    {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8},   {0x06ea, 0x06ed},   {0x0900, 0x0902},
    {0x093a, 0x093a}, {0x093c, 0x093c}, {0x0941, 0x0948},   {0x094d, 0x094d},   {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1160, 0x11ff},   {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},   {0x20d0, 0x20f0},   {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff}, {0xe0001, 0xe007f}, {0xe0100, 0xe01ef},
};

/* East Asian wide and fullwidth characters, and emoji. */
static const CodeRange wide_ranges[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
    {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4c6},
    {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6b},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18aff},
    {0x1aff0, 0x1b2fb}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e},
    {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c},
    {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0},
    {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc},
    {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a},
    {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5},
    {0x1f6cc, 0x1f6cc}, {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df},
    {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0},
    {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faff},
    {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

static bool is_in(const CodeRange *ranges, size_t count, uint32_t code)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (code > ranges[mid].last)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && code >= ranges[low].first;
}

int utf8_code_width(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
    if (code < 0x300) return 1;
    if (is_in(empty_ranges, ARRAY_LEN(empty_ranges), code)) return 0;
    return is_in(wide_ranges, ARRAY_LEN(wide_ranges), code) ? 2 : 1;
}

size_t utf8_width(Span s)
{
    size_t columns = 0, len;

    for (size_t at = 0; at < s.len; at += len) {
        if (byte_at(s, at) >= ' ' && byte_at(s, at) < 0x7f) {
            columns += len = 1; /* nearly all there is */
            continue;
        }
        columns += (size_t)utf8_code_width(utf8_decode(span_from(s, at), &len, NULL));
    }
    return columns;
}

Span utf8_truncate(Span s, size_t max)
{
    size_t len = max;

    if (s.len <= max) return s;
    while (len && max - len < UTF8_MAX && is_tail(byte_at(s, len)))
        len--;
    if (is_tail(byte_at(s, len))) len = max; /* not UTF-8: nothing to keep whole */
    return span_sub(s, 0, len);
}
