/* verify.h — the trust boundary: bytecode is data from elsewhere until it has passed here.
 *
 * Language 5.6 over the tables of an Image: one forward pass a block, linear time; scratch memory comes from
 * the caller's arena and is given back.  A refusal names code, section, word and a sentence (verify.def).
 * Promise: the machine runs a verified image without any bounds check and stays inside its memory. */
#pragma once

#include "vm/image.h"

typedef enum VerifyRule {
    VERIFY_NONE,
#define VERIFY(name, code, sentence) VERIFY_##name,
#include "vm/verify.def"
#undef VERIFY
    VERIFY_RULES
} VerifyRule;

/* What a verified image can cost and do. */
typedef struct Certificate {
    uint32_t words, cost; /* the most that one event runs: shared part and one wallet part */
    uint32_t shared_state, wallet_state; /* bytes */
    uint32_t verbs;                      /* bit 1 << ActionKind: what it can ask for */
    uint64_t tokens;                     /* bit a token row: what it can trade */
    bool has_dynamic;                    /* ... and tokens that events name */
} Certificate;

/* Who refuses, and which rule is switched off (VERIFY_NONE: none; others: for the tests of the tests). */
typedef struct Refuser {
    Refusal *why;
    VerifyRule off;
} Refuser;

/* Notes the refusal and gives false; true when that rule is off. */
bool refuse(Refuser *r, VerifyRule rule, SectionKind section, uint32_t at);
/* The number behind ODX and the sentence of a rule. */
uint16_t verify_code_of(VerifyRule rule);
const char *verify_sentence(VerifyRule rule);

/* True when the tables and the code of `img` keep all rules; fills *ret_cert (NULL: not wanted).  Without
 * memory it is refused. */
bool verify_image(const Image *img, Arena *arena, Refuser *refuser, Certificate *ret_cert);
/* The certificate as text, a line each. */
void certificate_put(const Image *img, const Certificate *cert, Buf *out);

/* ---- for verify.c: its two halves -------------------------------------------------------------- */
typedef struct VerifyScratch {
    uint64_t written[4][MAX_SHARED_REGS / 64]; /* by register file */
    uint64_t before[4][MAX_SHARED_REGS / 64];  /* the same where the open region began */
    uint32_t *stamps;                          /* block in which a state row was advanced last */
    uint32_t *rule_stamps;                     /* block in which a rule had its region last */
} VerifyScratch;

bool verify_tables(const Image *img, VerifyScratch *scratch, Refuser *refuser);
bool verify_code(const Image *img, VerifyScratch *scratch, Refuser *refuser, Certificate *ret_cert);
/* image_load with one rule switched off. */
const Image *image_load_without(Span bytes, Arena *arena, VerifyRule off, Refusal *ret_why);
