/* verify.c — the rules by number, the two passes in order, and the certificate as text. */
#include "vm/verify.h"

#include <string.h>

#include "vm/base/fmt.h"

static const uint16_t codes[VERIFY_RULES] = {
#define VERIFY(name, code, sentence) [VERIFY_##name] = code,
#include "vm/verify.def"
#undef VERIFY
};

static const char *const sentences[VERIFY_RULES] = {
    "",
#define VERIFY(name, code, sentence) [VERIFY_##name] = sentence,
#include "vm/verify.def"
#undef VERIFY
};

uint16_t verify_code_of(VerifyRule rule)
{
    return codes[rule];
}

const char *verify_sentence(VerifyRule rule)
{
    return sentences[rule];
}

const char *refusal_sentence(const Refusal *why)
{
    return sentences[why->rule];
}

bool refuse(Refuser *r, VerifyRule rule, SectionKind section, uint32_t at)
{
    if (rule == r->off) return true;
    r->why->code = codes[rule];
    r->why->rule = (uint16_t)rule;
    r->why->section = (uint8_t)section;
    r->why->at = at;
    return false;
}

static bool verify_with(const Image *img, VerifyScratch *scratch, Refuser *refuser,
                        Certificate *cert)
{
    if (!verify_tables(img, scratch, refuser) || !verify_code(img, scratch, refuser, cert))
        return false;
    cert->shared_state = img->meta->shared_state;
    cert->wallet_state = img->meta->wallet_state;
    return true;
}

bool verify_image(const Image *img, Arena *arena, Refuser *refuser, Certificate *ret_cert)
{
    ArenaMark mark = arena_mark(arena);
    VerifyScratch scratch;
    Certificate cert = {0};
    bool is_fine;

    scratch.stamps = arena_array(arena, uint32_t, img->state_count);
    scratch.rule_stamps = arena_array(arena, uint32_t, img->rules_count);
    is_fine = !arena_is_full(arena) ? verify_with(img, &scratch, refuser, &cert)
                                    : refuse(refuser, VERIFY_COUNTS, (SectionKind)0, 0);
    arena_release(arena, mark);
    if (is_fine && ret_cert) *ret_cert = cert;
    return is_fine;
}

static const char *const verbs[] = {"buy",   "sell", "close", "cancel", "split",
                                    "merge", "set",  "alert", "quote"};

void certificate_put(const Image *img, const Certificate *cert, Buf *out)
{
    buf_fmt(out, "words per event  %u\n", cert->words);
    buf_fmt(out, "cost per event   %u of %d\n", cert->cost, MAX_COST);
    buf_fmt(out, "state            %u bytes shared, %u per wallet\n", cert->shared_state,
            cert->wallet_state);
    buf_str(out, "can ask for     ");
    for (uint32_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (cert->verbs >> i & 1) buf_fmt(out, " %s", verbs[i]);
    buf_str(out, "\ncan trade       ");
    for (uint32_t i = 0; i < img->tokens_count; i++)
        if (cert->tokens >> i & 1) buf_fmt(out, " %S", image_string(img, img->tokens[i].name));
    buf_str(out, cert->has_dynamic ? " and what events name\n" : "\n");
}
