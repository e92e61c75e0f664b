/* fuzz_base.c — the ground floor against second opinions: 128-bit integers, strtod, snprintf, a model.
 *
 * The input is a little program: a byte chooses an operation, the operation takes its arguments.  The
 * first byte limits the memory.  Promise checked: equal to the second opinion, or refused. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"
#include "vm/base/err.h"
#include "vm/base/fixed.h"
#include "vm/base/hash.h"
#include "vm/base/map.h"
#include "vm/base/math.h"
#include "vm/base/rng.h"
#include "vm/base/sort.h"
#include "vm/base/utf8.h"
#include "vm/base/vec.h"

typedef __int128 Wide;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* a / b rounded, with b != 0. */
static Wide wide_quotient(Wide a, Wide b, Rounding r)
{
    Wide q = a / b, rest = a % b, twice = rest * 2;
    bool is_up = (a < 0) == (b < 0);
    Wide abs_b = b < 0 ? -b : b, abs_twice = twice < 0 ? -twice : twice;

    if (!rest || r == FX_ZERO) return q;
    if (r == FX_DOWN) return is_up ? q : q - 1;
    if (r == FX_UP) return is_up ? q + 1 : q;
    if (abs_twice > abs_b || (abs_twice == abs_b && q % 2)) return is_up ? q + 1 : q - 1;
    return q;
}

/* `got` comes by address: the call that fills it stands beside it in the argument list. */
static void agree(bool ok, const int64_t *got, bool is_defined, Wide want)
{
    bool fits = is_defined && want >= INT64_MIN && want <= INT64_MAX;

    BUG_IF(ok != fits);
    BUG_IF(ok && *got != (int64_t)want);
}

static void op_fixed(Bytes *in, Arena *arena)
{
    int64_t a = input_int(in), b = input_int(in), c = input_int(in), got = 0;
    Rounding r = (Rounding)(input_byte(in) & 3);

    (void)arena;
    agree(fx_add(a, b, &got), &got, true, (Wide)a + b);
    agree(fx_sub(a, b, &got), &got, true, (Wide)a - b);
    agree(fx_neg(a, &got), &got, true, -(Wide)a);
    agree(fx_mul(a, b, r, &got), &got, true, wide_quotient((Wide)a * b, FX_ONE, r));
    agree(fx_div(a, b, r, &got), &got, b != 0, b ? wide_quotient((Wide)a * FX_ONE, b, r) : 0);
    agree(fx_muldiv(a, b, c, r, &got), &got, c != 0, c ? wide_quotient((Wide)a * b, c, r) : 0);
    if (c > 0) agree(fx_round_to(a, c, r, &got), &got, true, wide_quotient(a, c, r) * c);
}

static void op_fixed_text(Bytes *in, Arena *arena)
{
    int64_t value = input_int(in), got = 0;
    int places = input_byte(in) % 19;
    Rounding r = (Rounding)(input_byte(in) & 3);
    double x = num_from_bits(input_u64(in));
    char mem[64];
    Buf b;

    (void)arena;
    buf_init_fixed(&b, mem, sizeof mem);
    fx_put(&b, value, places);
    BUG_IF(!fx_parse(buf_span(&b), places, r, &got) || got != value);
    buf_clear(&b);
    fx_put_short(&b, value, places);
    BUG_IF(!fx_parse(buf_span(&b), places, r, &got) || got != value);
    fx_parse(input_span(in), places, r, &got);
    if (fx_from_double(x, &got)) BUG_IF((double)got != num_rint(x * 1e6));
    BUG_IF(num_is_known(money_grid(x)) &&
           num_bits(money_grid(money_grid(x))) != num_bits(money_grid(x)));
}

static void op_number(Bytes *in, Arena *arena)
{
    double x = num_canon(num_from_bits(input_u64(in))), back = 0;
    char text[NUM_TEXT_MAX + 1];
    size_t len = num_shortest(x, text);
    Buf b;

    BUG_IF(len > NUM_TEXT_MAX);
    text[len] = '\0';
    buf_init(&b, arena, 4096);
    buf_num(&b, x);
    buf_num_fixed(&b, x, input_byte(in) % 20);
    if (!num_is_known(x)) return;
    BUG_IF(!num_parse(span_of(text, len), &back) || num_bits(back) != num_bits(x));
    BUG_IF(num_bits(strtod(text, NULL)) != num_bits(x));
}

/* Whatever we read as a number, the C library reads the same. */
static void op_number_text(Bytes *in, Arena *arena)
{
    Span s = input_span(in);
    char copy[256] = {0};
    double x = 0;

    (void)arena;
    if (s.len) memcpy(copy, s.ptr, s.len);
    if (num_parse(s, &x)) BUG_IF(num_bits(x) != num_bits(num_canon(strtod(copy, NULL))));
    num_parse_scaled(s, (int)(input_byte(in) % 40) - 20, &x);
}

static void op_utf8(Bytes *in, Arena *arena)
{
    Span s = input_span(in), cut = utf8_truncate(s, input_byte(in));
    size_t units = 0, width = utf8_width(s);
    bool all_ok = true;

    (void)arena;
    for (Span rest = s; rest.len;) {
        size_t len;
        bool ok;
        char out[UTF8_MAX];
        uint32_t code = utf8_decode(rest, &len, &ok);

        BUG_IF(len < 1 || len > UTF8_MAX || len > rest.len || (!ok && len != 1));
        BUG_IF(ok && (utf8_encode(code, out) != len || memcmp(out, rest.ptr, len) != 0));
        units += code > 0xffff ? 2 : 1;
        all_ok = all_ok && ok;
        rest = span_from(rest, len);
    }
    BUG_IF(units != utf8_utf16_len(s) || width > 2 * s.len);
    BUG_IF(utf8_is_valid(s) != all_ok || (utf8_valid_len(s) == s.len) != all_ok);
    BUG_IF(all_ok && !utf8_is_valid(cut));
    utf8_encode((uint32_t)input_u64(in), (char[UTF8_MAX]){0});
}

enum { MODEL_KEYS = 16 };

/* Both kinds of map against an array; keys are prefixes of one text, so that prefixes matter. */
static void op_map(Bytes *in, Arena *arena)
{
    static const char letters[] = "abcdefghijklmnop";
    uint64_t model[MODEL_KEYS] = {0}, count = 0;
    MapNum numbers;
    Map texts;

    map_init(&texts, arena);
    mapnum_init(&numbers, arena);
    for (int step = input_byte(in); step > 0; step--) {
        uint8_t what = input_byte(in), k = what % MODEL_KEYS;
        Span key = span_of(letters, k);

        if (what & 0x80) {
            BUG_IF(map_remove(&texts, key) != (model[k] != 0));
            BUG_IF(mapnum_remove(&numbers, k) != (model[k] != 0));
            model[k] = 0;
        } else {
            bool ok = map_put(&texts, key, what + 1u), ok_num = mapnum_put(&numbers, k, what + 1u);

            if (!ok || !ok_num) return; /* no memory */
            model[k] = what + 1u;
        }
    }
    for (size_t k = 0; k < MODEL_KEYS; k++) {
        BUG_IF(map_get(&texts, span_of(letters, k), 0) != model[k]);
        BUG_IF(mapnum_get(&numbers, k, 0) != model[k]);
        count += model[k] != 0;
    }
    BUG_IF(map_count(&texts) != count || mapnum_count(&numbers) != count);
    MapIter it = map_iter_from(&texts, span_of(letters, 3)), all = mapnum_iter(&numbers);
    size_t last = 3;
    for (MapNode *n; (n = map_next(&it)); last = n->key.len + 1)
        BUG_IF(n->key.len < last || n->value != model[n->key.len]);
    for (MapNode *n; (n = map_next(&all)); count--)
        BUG_IF(n->value != model[n->key_num]);
    BUG_IF(count);
}

static int by_high_bits(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return (*(const uint8_t *)a >> 4) - (*(const uint8_t *)b >> 4);
}

/* Items carry their first place in the second byte: equal ones must keep it growing. */
static void op_sort(Bytes *in, Arena *arena)
{
    Span s = input_span(in);
    uint8_t items[255][2];

    for (size_t i = 0; i < s.len; i++) {
        items[i][0] = (uint8_t)s.ptr[i];
        items[i][1] = (uint8_t)i;
    }
    if (!sort_stable(items, s.len, 2, by_high_bits, NULL, arena)) return;
    for (size_t i = 1; i < s.len; i++) {
        int order = by_high_bits(items[i - 1], items[i], NULL);

        BUG_IF(order > 0 || (order == 0 && items[i - 1][1] > items[i][1]));
    }
}

static void op_format(Bytes *in, Arena *arena)
{
    int64_t v = input_int(in);
    int width = input_byte(in) % 30, small = (int)(int16_t)input_u64(in);
    Span s = input_span(in);
    char want[512];
    Err err = ERR_NONE;
    Buf b;

    buf_init(&b, arena, 400);
    buf_fmt(&b, "%*lld|%-9d|%06d|%llx|%5u|%c|%.5s|%%|%zu", width, (long long)v, small, small,
            (unsigned long long)v, (unsigned)small, 'c', "abcdefgh", s.len);
    snprintf(want, sizeof want, "%*lld|%-9d|%06d|%llx|%5u|%c|%.5s|%%|%zu", width, (long long)v,
             small, small, (unsigned long long)v, (unsigned)small, 'c', "abcdefgh", s.len);
    if (!buf_is_full(&b)) BUG_IF(!span_eq_str(buf_span(&b), want));
    buf_clear(&b);
    buf_fmt(&b, "%-20S|%.3f|%f|%s|%lu", s, (double)v / 8, (double)v, (const char *)NULL,
            (unsigned long)v);
    buf_hex(&b, (uint64_t)v, (size_t)width);
    buf_int(&b, v);
    BUG_IF(buf_is_full(&b) == (buf_span(&b).len == 400) && buf_span(&b).len > 400);
    err_set(&err, ST_LIMIT, "%S", s);
    err_note(&err, "at %S", s);
    err_note(&err, "in %S", s);
    BUG_IF(utf8_is_valid(s) && !utf8_is_valid(span_str(err.text)));
}

static void op_hash(Bytes *in, Arena *arena)
{
    Span s = input_span(in), head = span_sub(s, 0, input_byte(in)), tail = span_from(s, head.len);
    uint8_t whole[SHA256_SIZE], parts[SHA256_SIZE];
    Sha256 h;

    (void)arena;
    sha256(s, whole);
    sha256_init(&h);
    sha256_update(&h, head.ptr, head.len);
    sha256_update(&h, tail.ptr, tail.len);
    sha256_final(&h, parts);
    BUG_IF(memcmp(whole, parts, sizeof whole) != 0);
    BUG_IF(crc32c(0, s.ptr, s.len) != crc32c(crc32c(0, head.ptr, head.len), tail.ptr, tail.len));
    BUG_IF(hash_span(s) != hash_sip(s, 0, 0, 1, 3) && hash_span(s) != hash_span(s));
}

static void op_math(Bytes *in, Arena *arena)
{
    double x = num_canon(num_from_bits(input_u64(in))), y = num_canon(num_from_bits(input_u64(in)));
    double e = m_exp(x), l = m_ln(x), p = m_pow(x, y), s = num_sqrt(x);
    int64_t low = input_int(in), high = input_int(in), drawn;
    Rng rng;

    (void)arena;
    BUG_IF(num_is_known(e) && !(num_is_finite(e) && e >= 0));
    BUG_IF(num_is_known(l) != (x > 0));
    BUG_IF(num_is_known(p) && !num_is_finite(p));
    BUG_IF(num_is_known(s) && s * s > 0 && num_abs(s * s / x - 1) > 1e-15 && x > 1e-300);
    if (num_is_known(l)) BUG_IF(num_abs(m_exp(l) / x - 1) > 1e-12 && num_abs(l) < 700);
    rng_init_stream(&rng, input_u64(in), input_byte(in));
    if (low > high) return;
    drawn = rng_range(&rng, low, high);
    BUG_IF(drawn < low || drawn > high || rng_unit(&rng) >= 1);
}

static void op_memory(Bytes *in, Arena *arena)
{
    VEC(uint64_t) items = {0};
    ArenaMark mark = arena_mark(arena);

    for (uint64_t i = input_byte(in); i > 0; i--)
        if (!vec_push(arena, &items, i)) break;
    for (size_t i = 1; i < items.count; i++)
        BUG_IF(items.items[i] + 1 != items.items[i - 1]);
    arena_release(arena, mark);
    void *block = arena_alloc(arena, (size_t)input_int(in) & 0xfffff);
    BUG_IF(!block && !arena_is_full(arena));
    BUG_IF(block && (uintptr_t)block % ARENA_ALIGN);
    Span copy = arena_span(arena, input_span(in));
    BUG_IF(copy.len && copy.ptr[copy.len]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const ops[])(Bytes *, Arena *) = {
        op_fixed, op_fixed_text, op_number, op_number_text, op_utf8,   op_map,
        op_sort,  op_format,     op_hash,   op_math,        op_memory,
    };
    Bytes in = {span_of((const char *)data, size)};
    uint8_t limit = input_byte(&in);
    Arena arena;

    if (size > 4096) return 0;
    arena = pool_arena(limit < 128 ? (size_t)limit << 8 : (size_t)4 << 20);
    while (in.left.len)
        ops[input_byte(&in) % ARRAY_LEN(ops)](&in, &arena);
    arena_fini(&arena);
    return 0;
}
