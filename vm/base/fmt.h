/* fmt.h — the tiny formatter behind buf_fmt and err_set.
 *
 * Directives: %s text (NULL prints nothing)   %S Span   %c char   %d int   %u unsigned   %x unsigned
 *             %ld %lld int64_t   %lu %llu uint64_t   %lx %llx uint64_t   %zu size_t
 *             %f shortest double that reads back equal   %%
 * Between % and the letter: `-` left, `0` zeros, then a width in bytes, or `*` for an int.
 * With `.N` or `.*`: %.3f prints exactly three decimals, %.5s at most five bytes.
 * An unknown directive is printed as it stands.  No locale, no libc, equal bytes everywhere. */
#pragma once

#include <stdarg.h>

#include "vm/base/buf.h"

void fmt_put(Buf *b, const char *fmt, va_list args);
