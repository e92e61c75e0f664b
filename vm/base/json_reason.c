/* json_reason.c — why the scanner found no token: slow, and only called once a text. */
#include "vm/base/json_scan.h"
#include "vm/base/utf8.h"

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Four hexadecimal digits at the start of `s`; their first two tell surrogates. */
static bool has_hex4(Span s)
{
    if (s.len < 4) return false;
    for (int i = 0; i < 4; i++)
        if (!is_hex(s.ptr[i])) return false;
    return true;
}

static bool is_surrogate(Span hex)
{
    return (hex.ptr[0] | 0x20) == 'd' && hex.ptr[1] >= '8';
}

static bool is_low_surrogate(Span hex)
{
    return is_surrogate(hex) && (hex.ptr[1] | 0x20) >= 'c' && hex.ptr[1] > '9';
}

/* The escape at the start of `s` (behind it the rest of the text): its length, or why it is bad. */
static JsonReason check_escape(Span s, size_t *ret_len)
{
    Span hex = span_from(s, 2), low = span_from(s, 8);

    *ret_len = 2;
    if (s.len < 2) return JSON_BAD_STRING_END;
    if (span_find_char(SPAN("\"\\/bfnrt"), s.ptr[1]) != SPAN_NONE_AT) return JSON_NONE;
    if (s.ptr[1] != 'u' || !has_hex4(hex)) return JSON_BAD_ESCAPE;
    *ret_len = 6;
    if (!is_surrogate(hex)) return JSON_NONE;
    *ret_len = 12;
    if (is_low_surrogate(hex) || !span_starts(span_from(s, 6), SPAN("\\u")) || !has_hex4(low) ||
        !is_low_surrogate(low))
        return JSON_LONE_SURROGATE;
    return JSON_NONE;
}

/* The character at the start of `s`: its length, or why it cannot stand in a string. */
static JsonReason check_char(Span s, size_t *ret_len)
{
    bool is_ok;

    if (s.ptr[0] == '\\') return check_escape(s, ret_len);
    *ret_len = 1;
    if ((unsigned char)s.ptr[0] < 0x20) return JSON_CONTROL;
    utf8_decode(s, ret_len, &is_ok);
    return is_ok ? JSON_NONE : JSON_BAD_UTF8;
}

static JsonReason string_reason(Span s, const char **ret_place)
{
    size_t at = 1, len;

    while (at < s.len) {
        JsonReason reason = check_char(span_from(s, at), &len);

        *ret_place = s.ptr + at;
        if (reason) return reason;
        at += len;
    }
    *ret_place = s.ptr; /* the opening quote is the better place */
    return JSON_BAD_STRING_END;
}

JsonReason json_scan_reason(const char *start, const char *end, const char **ret_place)
{
    Span s = span_of(start, (size_t)(end - start));
    char c = *start, low = (char)(c | 0x20);
    size_t len;
    bool is_ok;

    *ret_place = start;
    if (c == '"') return string_reason(s, ret_place);
    if (c == '/' && s.len > 1 && (start[1] == '/' || start[1] == '*')) return JSON_COMMENT;
    if (c == '#') return JSON_COMMENT;
    if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) return JSON_BAD_NUMBER;
    if (low >= 'a' && low <= 'z') return JSON_BAD_WORD;
    utf8_decode(s, &len, &is_ok);
    return is_ok ? JSON_UNEXPECTED : JSON_BAD_UTF8;
}
