/* fuzz_number.c — any bytes as a number.
 *
 * Promises: what num_parse takes prints as a text that reads back with equal bits; a power of ten
 * taken out of the text and given to num_parse_scaled changes nothing; fx_parse brackets a decimal
 * between its two roundings and reads back what fx_put writes. */
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"
#include "vm/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_double(Span text)
{
    char printed[NUM_TEXT_MAX];
    double x, back, scaled;

    if (!num_parse(text, &x)) return;
    BUG_IF(!num_is_finite(x) || (x == 0 && num_bits(x)));
    BUG_IF(!num_parse(span_of(printed, num_shortest(x, printed)), &back));
    BUG_IF(num_bits(x) != num_bits(back));
    BUG_IF(!num_parse_scaled(text, 0, &scaled) || num_bits(x) != num_bits(scaled));
}

/* "1.5" with the exponent written behind it or given apart is the same number. */
static void check_scaled(Span text, int exp10)
{
    char mem[600];
    double apart = 0, written = 0;
    bool ok;
    Buf b;

    if (text.len > 500 || span_find_char(text, 'e') != SPAN_NONE_AT ||
        span_find_char(text, 'E') != SPAN_NONE_AT || span_find_char(text, '_') != SPAN_NONE_AT)
        return;
    buf_init_fixed(&b, mem, sizeof mem);
    buf_fmt(&b, "%Se%d", text, exp10);
    ok = num_parse_scaled(text, exp10, &apart);
    BUG_IF(ok != num_parse(buf_span(&b), &written));
    BUG_IF(num_bits(apart) != num_bits(written));
}

static void check_fixed(Span text, int places)
{
    int64_t down, up, near, back;
    char mem[64];
    Buf b;

    if (!fx_parse(text, places, FX_DOWN, &down) || !fx_parse(text, places, FX_UP, &up)) return;
    BUG_IF(up < down || up - down > 1);
    BUG_IF(!fx_parse(text, places, FX_HALF_EVEN, &near) || near < down || near > up);
    buf_init_fixed(&b, mem, sizeof mem);
    fx_put_short(&b, near, places);
    BUG_IF(!fx_parse(buf_span(&b), places, FX_DOWN, &back) || back != near);
}

static void check_utf8(Span text)
{
    size_t valid = utf8_valid_len(text), len = 0;
    bool is_ok = true;

    BUG_IF(valid > text.len || utf8_is_valid(text) != (valid == text.len));
    BUG_IF(!utf8_is_valid(utf8_truncate(span_sub(text, 0, valid), valid / 2)));
    BUG_IF(utf8_width(text) > 2 * text.len || utf8_utf16_len(text) > text.len);
    if (valid < text.len) utf8_decode(span_from(text, valid), &len, &is_ok);
    BUG_IF(valid < text.len && is_ok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Span text;

    if (!size) return 0;
    text = span_of((const char *)data + 1, size - 1);
    check_double(text);
    check_scaled(text, (int)data[0] * 5 - 640);
    check_fixed(text, data[0] % 19);
    check_utf8(text);
    return 0;
}
