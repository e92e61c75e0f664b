/* static_files.c — see static_files.h. */
#include "runtime/api/static_files.h"

#include "runtime/api/negotiate.h"
#include "runtime/core/cpu.h"
#include "runtime/core/file.h"
#include "runtime/core/folder.h"
#include "runtime/history/gzip.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/hash.h"

#define OTHER_TYPE "application/octet-stream"

enum { PATH_MAX_BYTES = 1024, TAG_DIGITS = 32, HASH_CHARS = 8 };

typedef struct Type {
    Span ending;
    const char *name;
    bool packs;
} Type;

static const Type types[] = {
#define TYPE(ending, name, packs) {SPAN_INIT(ending), name, packs},
#include "runtime/api/content_types.def"
};

static const Type *type_of(Span path)
{
    static const Type other = {SPAN_INIT(""), OTHER_TYPE, false};

    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (span_ends(path, types[i].ending)) return &types[i];
    return &other;
}

/* ---- names ------------------------------------------------------------------------------------ */

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* What an address can hold without being written in percents: each file has one address. */
static bool is_plain_name(Span path)
{
    for (size_t i = 0; i < path.len; i++)
        if (!is_letter_or_digit(path.ptr[i]) &&
            span_find_char(SPAN("/._-~@+"), path.ptr[i]) == SPAN_NONE_AT)
            return false;
    return path.len > 0;
}

/* The bundler writes assets/NAME-HASH.ending, eight characters of base64url.  A word of small letters
 * is rather a name ("odx-backtest.wasm") than a hash, and counts as one. */
static bool has_hash(Span path)
{
    size_t dot = path.len, small = 0;

    if (!span_starts(path, SPAN("/assets/"))) return false;
    while (dot > 0 && path.ptr[dot - 1] != '.')
        dot--;
    if (dot < HASH_CHARS + 2 || path.ptr[dot - HASH_CHARS - 2] != '-') return false;
    for (size_t i = dot - HASH_CHARS - 1; i < dot - 1; i++) {
        if (!is_letter_or_digit(path.ptr[i]) && path.ptr[i] != '-' && path.ptr[i] != '_')
            return false;
        small += path.ptr[i] < 'A' || path.ptr[i] > 'Z';
    }
    return small < HASH_CHARS;
}

/* ---- the table -------------------------------------------------------------------------------- */

static void tag_put(const char *hex, const char *behind, char tag[ETAG_BYTES])
{
    Buf b;

    buf_init_fixed(&b, tag, ETAG_BYTES);
    buf_fmt(&b, "\"%.*s%s\"", (int)TAG_DIGITS, hex, behind);
    BUG_IF(buf_is_full(&b));
    buf_cstr(&b);
}

/* Two answers that differ by a byte have two tags, and packed bytes differ from plain ones. */
static void tag_file(StaticFile *f)
{
    char hex[2 * SHA256_SIZE + 1];
    uint8_t digest[SHA256_SIZE];
    Sha256 h;

    sha256_init(&h);
    h.has_instructions = cpu_has_sha();
    sha256_update(&h, f->bytes.ptr, f->bytes.len);
    sha256_final(&h, digest);
    sha256_hex(digest, hex);
    tag_put(hex, "", f->etag);
    tag_put(hex, "-gz", f->packed_etag);
}

void static_files_init(StaticFiles *files, Arena *arena)
{
    *files = (StaticFiles){.bytes = 0};
    map_init(&files->by_path, arena);
}

Status static_files_add(StaticFiles *files, Span path, Span bytes, Arena *arena, Err *err)
{
    const Type *type = type_of(path);
    StaticFile *f = arena_new(arena, StaticFile);

    if (!f) return err_set(err, ST_NO_MEMORY, "%S: no memory for it", path);
    *f = (StaticFile){.path = path, .bytes = bytes, .type = type->name};
    f->is_lasting = has_hash(path);
    if (type->packs && bytes.len) {
        Status st = gzip_pack(path, bytes, arena, &f->packed, err);

        if (st != ST_OK) return st;
        if (f->packed.len >= bytes.len) f->packed = SPAN("");
    }
    tag_file(f);
    if (!map_put_ptr(&files->by_path, path, f))
        return err_set(err, ST_NO_MEMORY, "%S: no memory for it", path);
    files->bytes += bytes.len;
    files->packed_bytes += f->packed.len;
    return ST_OK;
}

const StaticFile *static_files_find(const StaticFiles *files, Span path)
{
    return map_get_ptr(&files->by_path, span_is(path, SPAN("/")) ? SPAN("/index.html") : path);
}

/* ---- the load --------------------------------------------------------------------------------- */

static Status load_one(StaticFiles *files, const char *folder, const char *path,
                       const StaticLimits *limits, Arena *arena, Err *err)
{
    size_t skip = strcmp(folder, ".") == 0 || strcmp(folder, "./") == 0 ? 0 : strlen(folder);
    Span name = span_from(span_str(path), skip), bytes;
    Status st;
    Buf b;

    while (span_starts(name, SPAN("/")))
        name = span_from(name, 1);
    if (!is_plain_name(name))
        return err_set(err, ST_BAD_INPUT, "%s: rename it to letters, digits and . _ - ~ @ +", path);
    st = file_read(arena, path, limits->file_bytes, &bytes, err);
    if (st != ST_OK) return st;
    if (bytes.len > limits->all_bytes - files->bytes)
        return err_set(err, ST_LIMIT, "%s: more than %zu bytes in all", folder, limits->all_bytes);
    buf_init(&b, arena, PATH_MAX_BYTES);
    buf_fmt(&b, "/%S", name);
    if (buf_is_full(&b)) return err_set(err, ST_LIMIT, "%s: the name is too long", path);
    return static_files_add(files, buf_span(&b), bytes, arena, err);
}

Status static_files_load(StaticFiles *ret_files, const char *folder, const StaticLimits *limits,
                         Arena *arena, Err *err)
{
    FolderFiles found = {0};
    StaticFiles files;
    Status st;

    static_files_init(&files, arena);
    st = folder_find(arena, folder, "", limits->files, &found, err);
    for (size_t i = 0; st == ST_OK && i < found.count; i++)
        st = load_one(&files, folder, found.paths[i], limits, arena, err);
    if (st != ST_OK) return st;
    if (!static_files_find(&files, SPAN("/")))
        return err_set(err, ST_NOT_FOUND, "%s: has no index.html", folder);
    *ret_files = files;
    return ST_OK;
}

/* ---- replies ---------------------------------------------------------------------------------- */

void static_file_answer(const StaticFile *f, const HttpRequest *request, HttpReply *reply)
{
    bool is_packed = f->packed.len && negotiate_takes_gzip(request->accept_encoding);
    const char *tag = is_packed ? f->packed_etag : f->etag;
    bool is_known = negotiate_has_tag(request->if_none_match, span_str(tag));

    reply->status = is_known ? 304 : 200;
    if (!is_known) reply->body = is_packed ? f->packed : f->bytes;
    if (!is_known) http_reply_header(reply, "Content-Type", f->type);
    if (!is_known && is_packed) http_reply_header(reply, "Content-Encoding", "gzip");
    if (f->packed.len) http_reply_header(reply, "Vary", "Accept-Encoding");
    http_reply_header(reply, "ETag", tag);
    http_reply_header(reply, "Cache-Control",
                      f->is_lasting ? "public, max-age=31536000, immutable" : "no-cache");
}
