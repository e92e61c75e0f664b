/* json.h — a strict pull reader and a writer that stays valid.
 *
 * Reader: bytes in, one event per json_next, each with its byte offsets.  RFC 8259 to the letter: no
 * comments, no trailing commas, no lone surrogates, UTF-8 only, no duplicate keys (found when the
 * object closes, keys compared decoded).  Promise: any bytes end in JSON_END or JSON_ERROR with a
 * place and a reason, within the size, the depth and the memory given.
 * Writer: commas, colons, nesting and escapes are its business; what it writes is valid JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/err.h"
#include "vm/base/hash.h"
#include "vm/base/span.h"
#include "vm/base/vec.h"

#define JSON_DEPTH_MAX 64
#define JSON_SIZE_MAX ((size_t)1 << 20)

typedef enum JsonReason {
#define JSON_REASON(name, sentence) JSON_##name,
#include "vm/base/json.def"
#undef JSON_REASON
    JSON_REASON_COUNT
} JsonReason;

typedef enum JsonKind {
    JSON_END, /* the whole text was one valid value */
    JSON_ERROR,
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
} JsonKind;

typedef struct JsonEvent {
    JsonKind kind;
    bool has_escape;   /* key or string: decode before use */
    bool is_integer;   /* number: neither fraction nor exponent */
    bool is_inexact;   /* number: an integer beyond 2^53, the double may be another one */
    size_t start, end; /* bytes of the token in the text, quotes included */
    Span text;         /* key and string: raw bytes between the quotes; else the token */
    double number;
} JsonEvent;

typedef struct JsonLimits {
    size_t size; /* bytes of text */
    int depth;   /* open objects and arrays, at most JSON_DEPTH_MAX */
} JsonLimits;

#define JSON_LIMITS ((JsonLimits){JSON_SIZE_MAX, JSON_DEPTH_MAX})

typedef struct JsonKey {
    Span text; /* decoded */
    size_t at; /* byte offset of its quote */
} JsonKey;

typedef struct JsonReader { /* private to json.c, except reason and place */
    Span text;
    const char *at; /* scanner position */
    const char *token;
    JsonLimits limits;
    int depth;
    uint64_t objects; /* bit per level: object or array */
    int want;         /* what may come next */
    JsonReason reason;
    size_t place; /* byte offset of the mistake */
    Arena *arena;
    VEC(JsonKey) keys; /* keys of all open objects */
    size_t key_base[JSON_DEPTH_MAX];
} JsonReader;

/* Copies the text into the arena (the scanner wants a NUL behind it) and starts to read. A text
 * beyond the limits gives JSON_ERROR at the first json_next. */
void json_init(JsonReader *r, Span text, JsonLimits limits, Arena *arena);
/* The same without a copy: text.ptr[text.len] must be readable and NUL. */
void json_init_terminated(JsonReader *r, Span text, JsonLimits limits, Arena *arena);

/* The next event. After JSON_END and JSON_ERROR it returns the same again. */
JsonKind json_next(JsonReader *r, JsonEvent *ret);
/* Goes past the rest of the value that `e` began (or past the value behind a key); false on error. */
bool json_skip(JsonReader *r, const JsonEvent *e);

/* The text of a key or string without escapes: the raw text itself when there are none, else a copy
 * in the arena. */
Span json_decode(const JsonEvent *e, Arena *arena);
/* True if the key or string, decoded, is this text. */
bool json_is(const JsonEvent *e, Span text);

Span json_reason_text(JsonReason reason);
/* ST_OK, or ST_BAD_INPUT (ST_LIMIT for sizes) with "byte N: reason". */
Status json_status(const JsonReader *r, Err *err);

typedef struct JsonWriter { /* private to json_write.c */
    Buf *buf;
    int depth;
    uint64_t objects; /* bit per level: object or array */
    uint64_t filled;  /* bit per level: has items */
    bool has_key;     /* a key waits for its value */
    bool has_root;
    bool is_pretty; /* two spaces a level, one item a line */
} JsonWriter;

/* Calling these in an order that is not JSON (a key in an array, a value without a key, two roots) is
 * a bug and traps.  Bytes that are not UTF-8 are written as U+FFFD. */
void json_write_init(JsonWriter *w, Buf *buf, bool is_pretty);
void json_write_object(JsonWriter *w);
void json_write_object_end(JsonWriter *w);
void json_write_array(JsonWriter *w);
void json_write_array_end(JsonWriter *w);
void json_write_key(JsonWriter *w, Span key);
void json_write_string(JsonWriter *w, Span text);
/* Shortest form; unknown is null. */
void json_write_number(JsonWriter *w, double x);
void json_write_int(JsonWriter *w, int64_t v);
void json_write_uint(JsonWriter *w, uint64_t v);
/* A fixed-point value as a number with at most `places` decimals. */
void json_write_fixed(JsonWriter *w, int64_t value, int places);
void json_write_bool(JsonWriter *w, bool v);
void json_write_null(JsonWriter *w);
/* One value that is valid JSON already. */
void json_write_raw(JsonWriter *w, Span json);
/* What a reader read: an event of json_next as it is, a number to its last digit.  Not for JSON_END and
 * JSON_ERROR.  The arena is for decoding. */
void json_write_event(JsonWriter *w, const JsonEvent *e, Arena *arena);

/* A key and its value, or the beginning of it. */
void json_key_object(JsonWriter *w, const char *key);
void json_key_array(JsonWriter *w, const char *key);
void json_key_text(JsonWriter *w, const char *key, Span text);
void json_key_number(JsonWriter *w, const char *key, double x);
void json_key_int(JsonWriter *w, const char *key, int64_t v);
void json_key_uint(JsonWriter *w, const char *key, uint64_t v);
void json_key_bool(JsonWriter *w, const char *key, bool v);
void json_key_sha256(JsonWriter *w, const char *key, const uint8_t sum[SHA256_SIZE]);
/* True when the text is whole: one value, all closed, nothing dropped for want of room. */
bool json_write_is_whole(const JsonWriter *w);
/* Only the escaped text between the quotes, for callers that write their own frame. */
void json_escape(Buf *b, Span text);
