/* mutant.c — see mutant.h. */
#include "tests/fuzz/mutant.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/hash.h"
#include "vm/base/little.h"
#include "vm/verify.h"

enum { ENTRY = 16, AT_COUNT = 80, SECTIONS_MAX = 22, CHANGES_MAX = 4, FILE_MAX = 1 << 22 };

typedef struct Place { /* of a section in the file */
    char *entry, *payload;
    uint32_t len;
} Place;

/* ---- changes of bytes -------------------------------------------------------------------------- */

static const uint8_t edges[] = {0,    1,    2,    0x0F, 0x10, 0x20, 0x3F,
                                0x40, 0x50, 0x7F, 0x80, 0xFE, 0xFF};

static uint8_t some_byte(Rng *rng)
{
    return rng_chance(rng, 0.5) ? edges[rng_below(rng, sizeof edges)] : (uint8_t)rng_u64(rng);
}

/* An operand as code has it: a file and a low index, or none. */
static uint16_t some_operand(Rng *rng)
{
    if (rng_chance(rng, 0.1)) return OPND_NONE;
    uint64_t file = rng_below(rng, 7);

    return (uint16_t)(file << 12 | rng_below(rng, 1 + (1U << rng_below(rng, 11))));
}

static void change_bits(char *p, uint32_t len, Rng *rng)
{
    uint64_t at = rng_below(rng, len);

    p[at] ^= (char)(1 << rng_below(rng, 8));
}

static void change_byte(char *p, uint32_t len, Rng *rng)
{
    uint64_t at = rng_below(rng, len);

    p[at] = (char)some_byte(rng);
}

static void change_step(char *p, uint32_t len, Rng *rng)
{
    char *at = p + rng_below(rng, len);

    *at = (char)(*at + (rng_chance(rng, 0.5) ? 1 : -1));
}

static void change_operand(char *p, uint32_t len, Rng *rng)
{
    uint16_t v = some_operand(rng);

    if (len >= 2) memcpy(p + 2 * rng_below(rng, len / 2), &v, sizeof v);
}

static void change_number(char *p, uint32_t len, Rng *rng)
{
    uint32_t v = (uint32_t)rng_u64(rng);

    v >>= rng_below(rng, 32);
    if (len >= 4) memcpy(p + 4 * rng_below(rng, len / 4), &v, sizeof v);
}

/* One row's or word's content in the place of another. */
static void copy_piece(char *p, uint32_t len, Rng *rng)
{
    static const uint8_t sizes[] = {2, 4, 8, 8, 8, 16, 24, 32, 40};
    uint32_t size = sizes[rng_below(rng, sizeof sizes)];

    uint64_t to, from;

    if (len < 2 * size) return;
    to = rng_below(rng, len / size);
    from = rng_below(rng, len / size);
    memmove(p + size * to, p + size * from, size);
}

static void swap_words(char *p, uint32_t len, Rng *rng)
{
    char a[8], *x, *y;

    if (len < 16) return;
    x = p + 8 * rng_below(rng, len / 8);
    y = p + 8 * rng_below(rng, len / 8);
    memcpy(a, x, 8);
    memmove(x, y, 8);
    memcpy(y, a, 8);
}

static void change_opcode(char *p, uint32_t len, Rng *rng)
{
    uint8_t code = (uint8_t)rng_below(rng, 256);

    if (len >= 8) p[8 * rng_below(rng, len / 8)] = (char)code;
}

static void (*const changes[])(char *p, uint32_t len, Rng *rng) = {
    change_bits,   change_byte, change_step, change_operand, change_operand,
    change_number, copy_piece,  swap_words,  change_opcode,
};

/* ---- sections ---------------------------------------------------------------------------------- */

static uint32_t find_sections(Span bytes, Place places[SECTIONS_MAX])
{
    char *file = (char *)(uintptr_t)bytes.ptr;
    uint32_t count, found = 0;

    if (bytes.len < IMAGE_HEADER) return 0;
    count = little_u32(file + AT_COUNT);
    for (uint32_t i = 0; i < count && i < SECTIONS_MAX; i++) {
        char *entry = file + IMAGE_HEADER + (size_t)i * ENTRY;
        uint32_t at, len;

        if (IMAGE_HEADER + ((size_t)i + 1) * ENTRY > bytes.len) break;
        at = little_u32(entry + 4);
        len = little_u32(entry + 8);
        if (at > bytes.len || len > bytes.len - at || len == 0) continue;
        places[found++] = (Place){entry, file + at, len};
    }
    return found;
}

static void mend(const Place *p)
{
    uint32_t crc = crc32c(0, p->payload, p->len);

    memcpy(p->entry + 12, &crc, sizeof crc);
}

void mutant_break(Span bytes, Rng *rng)
{
    Place places[SECTIONS_MAX];
    uint32_t count = find_sections(bytes, places),
             times = 1 + (uint32_t)rng_below(rng, CHANGES_MAX);

    if (!bytes.len) return;
    if (!count || rng_chance(rng, 0.01))
        change_byte((char *)(uintptr_t)bytes.ptr, (uint32_t)bytes.len, rng);
    for (uint32_t i = 0; count && i < times; i++) {
        const Place *p = &places[rng_below(rng, count)];

        changes[rng_below(rng, ARRAY_LEN(changes))](p->payload, p->len, rng);
        if (rng_chance(rng, 0.999)) mend(p);
    }
}

/* ---- changes of rows --------------------------------------------------------------------------- */

#define TABLE(Type, name)                                                  \
    {                                                                      \
        offsetof(Image, name), offsetof(Image, name##_count), sizeof(Type) \
    }
static const struct {
    size_t member, count, row;
} tables[] = {
    TABLE(double, consts),      TABLE(InputRow, inputs), TABLE(ParamRow, params),
    TABLE(StateRow, state),     TABLE(RuleRow, rules),   TABLE(ActionRow, actions),
    TABLE(LimitRow, limits),    TABLE(ShowRow, shows),   TABLE(ReadyRow, ready),
    TABLE(SourceRow, sources),  TABLE(TokenRow, tokens), TABLE(ClockRow, clocks),
    TABLE(DerivedRow, derived), TABLE(LineRow, lines),   TABLE(CondRow, conds),
};

/* A table with a row more, a row less, or two rows in each other's place. */
static void change_rows(Image *img, Rng *rng, Arena *arena)
{
    uint64_t which = rng_below(rng, ARRAY_LEN(tables));
    size_t row = tables[which].row;
    uint32_t count, at;
    const char *from;
    char *to;

    memcpy(&count, (char *)img + tables[which].count, sizeof count);
    memcpy(&from, (char *)img + tables[which].member, sizeof from);
    if (!count) return;
    to = arena_alloc_array(arena, count + 1, row);
    if (arena_is_full(arena)) return;
    memcpy(to, from, count * row);
    at = (uint32_t)rng_below(rng, count);
    switch (rng_below(rng, 3)) {
    case 0:
        memcpy(to + count * row, from + at * row, row);
        count++;
        break;
    case 1:
        memmove(to + at * row, to + (at + 1) * row, (count - 1 - at) * row);
        count--;
        break;
    default:
        memcpy(to + at * row, from + rng_below(rng, count) * row, row);
    }
    memcpy((char *)img + tables[which].count, &count, sizeof count);
    memcpy((char *)img + tables[which].member, &to, sizeof to);
}

Span mutant_make(Span bytes, const Image *img, Rng *rng, Arena *arena)
{
    Image changed;
    Span copy;
    Buf out;

    if (!img || rng_chance(rng, 0.85)) {
        copy = arena_span(arena, bytes);
        mutant_break(copy, rng);
        return copy;
    }
    changed = *img;
    buf_init(&out, arena, FILE_MAX);
    change_rows(&changed, rng, arena);
    if (rng_chance(rng, 0.3)) change_rows(&changed, rng, arena);
    if (arena_is_full(arena) || !image_write(&changed, &out)) return span_of(NULL, 0);
    if (rng_chance(rng, 0.3)) mutant_break(buf_span(&out), rng);
    return buf_span(&out);
}

const Image *mutant_load(Span bytes, Arena *arena, Refusal *ret_why)
{
    const Image *img = image_load_without(bytes, arena, VERIFY_HASHES, ret_why);
    Buf out;

    if (!img) return NULL;
    buf_init(&out, arena, FILE_MAX);
    if (!image_write(img, &out)) return NULL;
    img = image_load(buf_span(&out), arena, ret_why);
    BUG_IF(!img && !arena_is_full(arena));
    return img;
}
