/* image.c — reads and writes image files: header, section table, hashes (format.h has the numbers).
 *
 * Bytes in, tables that point into them out; tables in, bytes out.  One table of sections drives both
 * ways.  Promise: every length and place is checked before it is used, and what image_write wrote
 * image_load takes. */
#include "vm/image.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/hash.h"
#include "vm/base/little.h"
#include "vm/verify.h"

enum { LANGUAGE = 1, ENTRY_SIZE = 16 };
enum { /* places in the header */
       AT_MAJOR = 4,
       AT_MINOR = 6,
       AT_LANGUAGE = 8,
       AT_FLAGS = 12,
       AT_SEMANTIC = 16,
       AT_LAYOUT = 48,
       AT_SECTIONS = 80,
       AT_RESERVED = 84,
};

static_assert(sizeof(InputRow) == 24 && sizeof(ParamRow) == 48 && sizeof(StateRow) == 32, "frozen");
static_assert(sizeof(RuleRow) == 32 && sizeof(ActionRow) == 16 && sizeof(LimitRow) == 16, "frozen");
static_assert(sizeof(ShowRow) == 8 && sizeof(BlockRow) == 12 && sizeof(ReadyRow) == 32, "frozen");
static_assert(sizeof(SourceRow) == 40 && sizeof(TokenRow) == 8 && sizeof(ClockRow) == 16, "frozen");
static_assert(sizeof(ImageMeta) == 40 && sizeof(LineRow) == 16 && sizeof(CondRow) == 36, "frozen");
static_assert(sizeof(DerivedRow) == 8, "frozen");

typedef enum Shape { SHAPE_ROWS, SHAPE_BYTES, SHAPE_CODE, SHAPE_META } Shape;
typedef struct SectionInfo {
    uint8_t kind, shape;
    bool is_hashed, is_needed;
    uint32_t row_size;
    size_t member, count; /* places in Image */
} SectionInfo;

#define ROWS(kind, Type, name, hashed)                                        \
    {                                                                         \
        kind, SHAPE_ROWS, hashed, false, sizeof(Type), offsetof(Image, name), \
            offsetof(Image, name##_count)                                     \
    }
static const SectionInfo sections[] = {
    ROWS(SEC_CONSTS, double, consts, true),
    {SEC_STRINGS, SHAPE_BYTES, true, true, 1, offsetof(Image, strings), 0},
    ROWS(SEC_INPUTS, InputRow, inputs, true),
    ROWS(SEC_PARAMS, ParamRow, params, true),
    ROWS(SEC_STATE, StateRow, state, true),
    ROWS(SEC_RULES, RuleRow, rules, true),
    ROWS(SEC_ACTIONS, ActionRow, actions, true),
    ROWS(SEC_LIMITS, LimitRow, limits, true),
    ROWS(SEC_SHOWS, ShowRow, shows, true),
    {SEC_CODE_U, SHAPE_CODE, true, false, 1, offsetof(Image, shared), 0},
    {SEC_CODE_V, SHAPE_CODE, true, false, 1, offsetof(Image, wallet), 0},
    ROWS(SEC_READY, ReadyRow, ready, true),
    ROWS(SEC_SOURCES, SourceRow, sources, true),
    ROWS(SEC_TOKENS, TokenRow, tokens, true),
    ROWS(SEC_CLOCKS, ClockRow, clocks, true),
    ROWS(SEC_LINES, LineRow, lines, false),
    {SEC_SOURCE, SHAPE_BYTES, false, false, 1, offsetof(Image, source), 0},
    {SEC_META, SHAPE_META, true, true, sizeof(ImageMeta), offsetof(Image, meta), 0},
    ROWS(SEC_CONDS, CondRow, conds, false),
    ROWS(SEC_DERIVED, DerivedRow, derived, true),
};

/* Strings that rows name.  In the hash a row stands without them; those of `keep` follow as text. */
static const struct {
    uint8_t kind;
    uint16_t at;
    bool keep;
} string_fields[] = {
    {SEC_PARAMS, offsetof(ParamRow, name), true},
    {SEC_RULES, offsetof(RuleRow, label), false},
    {SEC_ACTIONS, offsetof(ActionRow, text), false},
    {SEC_SHOWS, offsetof(ShowRow, name), true},
    {SEC_SOURCES, offsetof(SourceRow, name), false},
    {SEC_SOURCES, offsetof(SourceRow, venue), true},
    {SEC_SOURCES, offsetof(SourceRow, selector), true},
    {SEC_TOKENS, offsetof(TokenRow, name), false},
    {SEC_META, offsetof(ImageMeta, title), false},
};

static size_t align_up(size_t n)
{
    return (n + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
}

static const void *member_ptr(const Image *img, const SectionInfo *info)
{
    const void *ptr;

    memcpy(&ptr, (const char *)img + info->member, sizeof ptr);
    return ptr;
}

static uint32_t member_count(const Image *img, const SectionInfo *info)
{
    if (info->shape == SHAPE_META) return img->meta ? 1 : 0;
    return little_u32((const char *)img + info->count);
}

/* ---- strings ----------------------------------------------------------------------------------- */

static uint32_t string_count(const Image *img)
{
    return img->strings.len < 4 ? 0 : little_u32(img->strings.ptr);
}

Span image_string(const Image *img, uint32_t idx)
{
    uint32_t count = string_count(img), from, to;
    const char *offsets = img->strings.ptr + 4;

    if (idx >= count) return span_of(NULL, 0);
    from = little_u32(offsets + 4 * (size_t)idx);
    to = little_u32(offsets + 4 * (size_t)idx + 4);
    return span_of(offsets + 4 * ((size_t)count + 1) + from, to - from);
}

/* Offsets ascend from 0 to the end of the text, and string 0 is empty. */
static bool strings_ok(Span s)
{
    uint32_t count = s.len < 4 ? 0 : little_u32(s.ptr), before = 0;
    size_t head = 4 + 4 * ((size_t)count + 1);

    if (count == 0 || head > s.len) return false;
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t at = little_u32(s.ptr + 4 + 4 * (size_t)i);

        if (at < before || at > s.len - head || (i <= 1 && at != 0)) return false;
        before = at;
    }
    return before == s.len - head;
}

/* ---- hashes ------------------------------------------------------------------------------------ */

static void hash_u32(Sha256 *h, uint32_t v)
{
    sha256_update(h, &v, sizeof v);
}

static void hash_text(Sha256 *h, Span s)
{
    hash_u32(h, (uint32_t)s.len);
    sha256_update(h, s.ptr, s.len);
}

/* A feed is known by its name alone; the names of other sources are local. */
static bool is_kept(uint8_t kind, uint16_t at, bool keep, const char *row)
{
    bool is_name = kind == SEC_SOURCES && at == offsetof(SourceRow, name);

    return is_name ? ((const SourceRow *)(const void *)row)->source == 3 : keep;
}

static void hash_row(Sha256 *h, const Image *img, const SectionInfo *info, const char *row)
{
    char copy[64];

    BUG_IF(info->row_size > sizeof copy);
    memcpy(copy, row, info->row_size);
    for (size_t i = 0; i < ARRAY_LEN(string_fields); i++)
        if (string_fields[i].kind == info->kind) memset(copy + string_fields[i].at, 0, 4);
    sha256_update(h, copy, info->row_size);
    for (size_t i = 0; i < ARRAY_LEN(string_fields); i++) {
        uint16_t at = string_fields[i].at;

        if (string_fields[i].kind == info->kind &&
            is_kept(info->kind, at, string_fields[i].keep, row))
            hash_text(h, image_string(img, little_u32(row + at)));
    }
}

static void hash_code(Sha256 *h, const CodeSection *code)
{
    hash_u32(h, code->block_count);
    hash_u32(h, code->word_count);
    sha256_update(h, code->blocks, code->block_count * sizeof(BlockRow));
    sha256_update(h, code->words, code->word_count * sizeof(uint64_t));
}

static void hash_section(Sha256 *h, const Image *img, const SectionInfo *info)
{
    uint32_t reasons = img->meta ? img->meta->reason_count : 0;

    if (reasons > string_count(img)) reasons = string_count(img);
    hash_u32(h, info->kind);
    switch ((Shape)info->shape) {
    case SHAPE_BYTES: /* strings: the reasons */
        hash_u32(h, reasons);
        for (uint32_t i = 0; i < reasons; i++)
            hash_text(h, image_string(img, 1 + i));
        break;
    case SHAPE_CODE:
        hash_code(h, info->kind == SEC_CODE_U ? &img->shared : &img->wallet);
        break;
    case SHAPE_ROWS:
    case SHAPE_META:
        hash_u32(h, member_count(img, info));
        for (uint32_t i = 0; i < member_count(img, info); i++)
            hash_row(h, img, info,
                     (const char *)member_ptr(img, info) + (size_t)i * info->row_size);
        break;
    }
}

static void hash_semantic(const Image *img, uint8_t ret[SHA256_SIZE])
{
    Sha256 h;

    sha256_init(&h);
    hash_u32(&h, LANGUAGE);
    hash_u32(&h, img->flags & (uint32_t)~IMAGE_HAS_DEBUG);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (sections[i].is_hashed) hash_section(&h, img, &sections[i]);
    sha256_final(&h, ret);
}

static void hash_layout(const Image *img, uint8_t ret[SHA256_SIZE])
{
    sha256(span_of((const char *)img->state, img->state_count * sizeof(StateRow)), ret);
}

/* ---- reading ----------------------------------------------------------------------------------- */

typedef struct Reader {
    Span bytes;
    Image *img;
    Refuser *refuser;
} Reader;

static bool bad(const Reader *r, VerifyRule rule, size_t at)
{
    return refuse(r->refuser, rule, (SectionKind)0, (uint32_t)at);
}

static bool read_code(const Reader *r, CodeSection *code, size_t at, size_t len)
{
    const char *p = r->bytes.ptr + at;
    size_t blocks_end;

    if (len < 8) return bad(r, VERIFY_SECTION_SIZE, at);
    code->block_count = little_u32(p);
    code->word_count = little_u32(p + 4);
    blocks_end = align_up(8 + (size_t)code->block_count * sizeof(BlockRow));
    if (blocks_end + (size_t)code->word_count * 8 != len) {
        code->block_count = code->word_count = 0;
        return bad(r, VERIFY_SECTION_SIZE, at);
    }
    code->blocks = (const BlockRow *)(const void *)(p + 8);
    code->words = (const uint64_t *)(const void *)(p + blocks_end);
    for (size_t i = 8 + (size_t)code->block_count * sizeof(BlockRow); i < blocks_end; i++)
        if (p[i]) return bad(r, VERIFY_SECTION_GAP, at + i);
    return true;
}

static bool read_section(const Reader *r, const SectionInfo *info, size_t at, size_t len)
{
    const void *ptr = r->bytes.ptr + at;
    char *member = (char *)r->img + info->member;
    Span bytes = span_of(r->bytes.ptr + at, len);
    uint32_t rows = (uint32_t)(len / info->row_size);

    switch ((Shape)info->shape) {
    case SHAPE_CODE:
        return read_code(r, (CodeSection *)(void *)member, at, len);
    case SHAPE_BYTES:
        memcpy(member, &bytes, sizeof bytes);
        return true;
    case SHAPE_META:
        if (len != info->row_size) return bad(r, VERIFY_SECTION_SIZE, at);
        memcpy(member, &ptr, sizeof ptr);
        return true;
    case SHAPE_ROWS:
        if (len % info->row_size) return bad(r, VERIFY_SECTION_SIZE, at);
        memcpy(member, &ptr, sizeof ptr);
        memcpy((char *)r->img + info->count, &rows, sizeof rows);
        return true;
    }
    UNREACHABLE();
}

static bool is_zero(Span bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (bytes.ptr[i]) return false;
    return true;
}

static const SectionInfo *find_section(uint32_t kind)
{
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (sections[i].kind == kind) return &sections[i];
    return NULL;
}

/* One entry of the section table; *end is where the section before it ended. */
static bool read_entry(const Reader *r, size_t entry, uint32_t *last_kind, size_t *end)
{
    const char *p = r->bytes.ptr + entry;
    uint32_t kind = little_u16(p), at = little_u32(p + 4), len = little_u32(p + 8);
    const SectionInfo *info = find_section(kind);

    if (!info || little_u16(p + 2)) return bad(r, VERIFY_SECTION_KIND, entry);
    if (kind <= *last_kind && !bad(r, VERIFY_SECTION_ORDER, entry)) return false;
    if (at % IMAGE_ALIGN || at < *end || at > r->bytes.len || len > r->bytes.len - at)
        return bad(r, VERIFY_SECTION_PLACE, entry);
    if ((at != align_up(*end) || !is_zero(r->bytes, *end, at)) &&
        !bad(r, VERIFY_SECTION_GAP, entry))
        return false;
    if (crc32c(0, r->bytes.ptr + at, len) != little_u32(p + 12) && !bad(r, VERIFY_CHECKSUM, entry))
        return false;
    *last_kind = kind;
    *end = (size_t)at + len;
    return read_section(r, info, at, len);
}

static bool read_header(const Reader *r, uint32_t *ret_count)
{
    const char *p = r->bytes.ptr;
    uint32_t count;

    *ret_count = 0;
    if (r->bytes.len < IMAGE_HEADER || (uintptr_t)p % IMAGE_ALIGN || little_u32(p) != IMAGE_MAGIC)
        return bad(r, VERIFY_MAGIC, 0);
    if ((little_u16(p + AT_MAJOR) != IMAGE_MAJOR || little_u16(p + AT_MINOR) > IMAGE_MINOR ||
         little_u32(p + AT_LANGUAGE) != LANGUAGE) &&
        !bad(r, VERIFY_VERSION, AT_MAJOR))
        return false;
    if ((little_u32(p + AT_RESERVED) ||
         little_u32(p + AT_FLAGS) > (IMAGE_HAS_WALLET | IMAGE_HAS_DEBUG | IMAGE_IS_TEST)) &&
        !bad(r, VERIFY_HEADER, AT_FLAGS))
        return false;
    count = little_u32(p + AT_SECTIONS);
    if (count > ARRAY_LEN(sections) || count * (size_t)ENTRY_SIZE > r->bytes.len - IMAGE_HEADER)
        return bad(r, VERIFY_TABLE, AT_SECTIONS);
    *ret_count = count;
    r->img->flags = little_u32(p + AT_FLAGS);
    memcpy(r->img->semantic_hash, p + AT_SEMANTIC, SHA256_SIZE);
    memcpy(r->img->layout_hash, p + AT_LAYOUT, SHA256_SIZE);
    return true;
}

static bool read_sections(const Reader *r, uint32_t count)
{
    size_t end = IMAGE_HEADER + count * (size_t)ENTRY_SIZE;
    uint32_t last_kind = 0;

    for (uint32_t i = 0; i < count; i++)
        if (!read_entry(r, IMAGE_HEADER + i * (size_t)ENTRY_SIZE, &last_kind, &end)) return false;
    if (r->bytes.len != align_up(end) || !is_zero(r->bytes, end, r->bytes.len))
        return bad(r, VERIFY_SECTION_GAP, end);
    return true;
}

/* An image without these cannot be looked at any further, whichever rule is off. */
static bool check_needed(const Reader *r)
{
    Image *img = r->img;

    if (!img->meta || !img->strings.ptr) {
        bad(r, VERIFY_SECTION_MISSING, AT_SECTIONS);
        return false;
    }
    if (strings_ok(img->strings)) return true;
    img->strings = span_of(NULL, 0);
    return bad(r, VERIFY_STRINGS, 0);
}

static bool check_hashes(const Reader *r)
{
    uint8_t semantic[SHA256_SIZE], layout[SHA256_SIZE];

    hash_semantic(r->img, semantic);
    hash_layout(r->img, layout);
    if (memcmp(semantic, r->img->semantic_hash, SHA256_SIZE) ||
        memcmp(layout, r->img->layout_hash, SHA256_SIZE))
        return bad(r, VERIFY_HASHES, AT_SEMANTIC);
    return true;
}

static const Image *load(Span bytes, Arena *arena, Refuser *refuser)
{
    Image *img = arena_new(arena, Image);
    Reader r = {bytes, img, refuser};
    uint32_t count;

    if (!img || arena_is_full(arena)) {
        refuse(refuser, VERIFY_COUNTS, (SectionKind)0, 0);
        return NULL;
    }
    img->bytes = bytes;
    if (!read_header(&r, &count) || !read_sections(&r, count) || !check_needed(&r)) return NULL;
    if (!verify_image(img, arena, refuser, NULL) || !check_hashes(&r)) return NULL;
    return img;
}

const Image *image_load(Span bytes, Arena *arena, Refusal *ret_why)
{
    return image_load_without(bytes, arena, VERIFY_NONE, ret_why);
}

const Image *image_load_without(Span bytes, Arena *arena, VerifyRule off, Refusal *ret_why)
{
    Refuser refuser = {ret_why, off};

    memset(ret_why, 0, sizeof *ret_why);
    return load(bytes, arena, &refuser);
}

/* ---- looking things up ------------------------------------------------------------------------- */

static uint32_t block_key(uint32_t part, uint32_t event, uint32_t index)
{
    return part << 24 | event << 16 | index;
}

/* Blocks stand in the order of their keys (VERIFY_BLOCK_KEY). */
const BlockRow *image_block(const Image *img, Part part, EventKind event, uint16_t index)
{
    const CodeSection *code = part == PART_U ? &img->shared : &img->wallet;
    uint32_t want = block_key(part, event, index), low = 0, high = code->block_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        const BlockRow *b = &code->blocks[mid];
        uint32_t key = block_key(b->part, b->event, b->index);

        if (key == want) return b;
        if (key < want)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* ---- writing ----------------------------------------------------------------------------------- */

static void put_u32(Buf *out, uint32_t v)
{
    buf_put(out, &v, sizeof v);
}

static void put_code(Buf *out, const CodeSection *code)
{
    size_t start = out->len;

    put_u32(out, code->block_count);
    put_u32(out, code->word_count);
    buf_put(out, code->blocks, code->block_count * sizeof(BlockRow));
    buf_fill(out, 0, align_up(out->len - start) - (out->len - start));
    buf_put(out, code->words, code->word_count * sizeof(uint64_t));
}

static const CodeSection *code_of(const Image *img, const SectionInfo *info)
{
    return info->kind == SEC_CODE_U ? &img->shared : &img->wallet;
}

static Span bytes_of(const Image *img, const SectionInfo *info)
{
    return info->kind == SEC_STRINGS ? img->strings : img->source;
}

static bool is_written(const Image *img, const SectionInfo *info)
{
    if (info->is_needed) return true;
    if (info->shape == SHAPE_CODE) return code_of(img, info)->block_count > 0;
    if (info->shape == SHAPE_BYTES) return bytes_of(img, info).len > 0;
    return member_count(img, info) > 0;
}

static void put_payload(Buf *out, const Image *img, const SectionInfo *info)
{
    if (info->shape == SHAPE_CODE)
        put_code(out, code_of(img, info));
    else if (info->shape == SHAPE_BYTES)
        buf_span_put(out, bytes_of(img, info));
    else
        buf_put(out, member_ptr(img, info), (size_t)member_count(img, info) * info->row_size);
}

static void put_header(Buf *out, const Image *img, uint32_t count)
{
    uint16_t version[2] = {IMAGE_MAJOR, IMAGE_MINOR};

    put_u32(out, IMAGE_MAGIC);
    buf_put(out, version, sizeof version);
    put_u32(out, LANGUAGE);
    put_u32(out, img->flags);
    buf_put(out, img->semantic_hash, SHA256_SIZE);
    buf_put(out, img->layout_hash, SHA256_SIZE);
    put_u32(out, count);
    put_u32(out, 0);
    buf_fill(out, 0, count * (size_t)ENTRY_SIZE);
}

static void put_sections(Buf *out, size_t base, const Image *img)
{
    size_t entry = base + IMAGE_HEADER;

    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        uint32_t fields[4] = {sections[i].kind};
        size_t at = out->len;

        if (!is_written(img, &sections[i])) continue;
        put_payload(out, img, &sections[i]);
        fields[1] = (uint32_t)(at - base);
        fields[2] = (uint32_t)(out->len - at);
        buf_fill(out, 0, align_up(out->len - base) - (out->len - base));
        if (buf_is_full(out)) return;
        fields[3] = crc32c(0, out->ptr + at, fields[2]);
        memcpy(out->ptr + entry, fields, sizeof fields);
        entry += ENTRY_SIZE;
    }
}

bool image_write(const Image *tables, Buf *out)
{
    static const uint32_t no_strings[] = {1, 0, 0};
    Image img = *tables;
    uint32_t count = 0;
    size_t base = out->len;

    if (!img.meta) return false;
    if (!img.strings.len) img.strings = span_of((const char *)no_strings, sizeof no_strings);
    if (!strings_ok(img.strings)) return false;
    hash_semantic(&img, img.semantic_hash);
    hash_layout(&img, img.layout_hash);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        count += is_written(&img, &sections[i]);
    put_header(out, &img, count);
    put_sections(out, base, &img);
    return !buf_is_full(out);
}
