/* utf8.h — decode, check, measure and cut UTF-8.
 *
 * Strict: no overlong forms, no surrogates, nothing above U+10FFFF.  A bad byte counts as one
 * U+FFFD of one byte, so that every function ends on every input. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/span.h"

#define UTF8_REPLACEMENT UINT32_C(0xfffd)
#define UTF8_MAX 4 /* bytes of one code point */

/* The code point at the start of `s` (not empty) and its length in bytes, at least 1. `ret_ok` says
 * whether it was well-formed; it may be NULL. */
uint32_t utf8_decode(Span s, size_t *ret_len, bool *ret_ok);
/* Writes the bytes of a code point and returns how many; U+FFFD for what is none. */
size_t utf8_encode(uint32_t code, char out[UTF8_MAX]);
bool utf8_is_valid(Span s);
/* Position of the first bad byte, or s.len. */
size_t utf8_valid_len(Span s);
/* Length in UTF-16 units, as editors count columns. */
size_t utf8_utf16_len(Span s);
/* Columns in a terminal: 0 for combining marks and controls, 2 for wide characters. */
size_t utf8_width(Span s);
int utf8_code_width(uint32_t code);
/* The longest start of at most `max` bytes that does not cut a character. */
Span utf8_truncate(Span s, size_t max);
