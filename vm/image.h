/* image.h — a bytecode image: bytes to typed tables and back.
 *
 * image_load reads bytes that may come from anywhere: it checks sizes, places and checksums, runs the
 * verifier (vm/verify.h) and hands out tables that point into the caller's bytes, which must outlive
 * the Image and be 8-byte aligned.  Promise: an Image that was handed out is verified. */
#pragma once

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/span.h"
#include "vm/format.h"

typedef struct CodeSection {
    const BlockRow *blocks;
    uint32_t block_count;
    const uint64_t *words;
    uint32_t word_count;
} CodeSection;

#define IMAGE_TABLE(Type, name) \
    const Type *name;           \
    uint32_t name##_count

typedef struct Image {
    Span bytes;
    uint32_t flags;
    uint8_t semantic_hash[32], layout_hash[32];
    const ImageMeta *meta;
    IMAGE_TABLE(double, consts);
    IMAGE_TABLE(InputRow, inputs);
    IMAGE_TABLE(ParamRow, params);
    IMAGE_TABLE(StateRow, state);
    IMAGE_TABLE(RuleRow, rules);
    IMAGE_TABLE(ActionRow, actions);
    IMAGE_TABLE(LimitRow, limits);
    IMAGE_TABLE(ShowRow, shows);
    IMAGE_TABLE(ReadyRow, ready);
    IMAGE_TABLE(SourceRow, sources);
    IMAGE_TABLE(TokenRow, tokens);
    IMAGE_TABLE(ClockRow, clocks);
    IMAGE_TABLE(LineRow, lines);
    IMAGE_TABLE(CondRow, conds);
    IMAGE_TABLE(DerivedRow, derived);
    CodeSection shared, wallet;
    Span strings, source;
} Image;

/* Why an image was refused: code ODX901-909, byte offset or block and word, a sentence. */
typedef struct Refusal {
    uint16_t code; /* 901..909, 0 none */
    uint16_t rule; /* VerifyRule */
    uint8_t section;
    uint32_t at; /* word in the section's code, or byte offset in the file */
} Refusal;
/* What is wrong, as a sentence (verify.def). */
const char *refusal_sentence(const Refusal *why);

/* Verified Image on `arena`, or NULL with the reason in *ret_why. */
const Image *image_load(Span bytes, Arena *arena, Refusal *ret_why);

/* String `idx` of the image ("" for 0 is always there). */
Span image_string(const Image *img, uint32_t idx);
/* The code block for (part, event, index), or NULL. */
const BlockRow *image_block(const Image *img, Part part, EventKind event, uint16_t index);

/* Everything an image holds, for the writer.  Hashes are computed by the writer. */
bool image_write(const Image *tables, Buf *out);
