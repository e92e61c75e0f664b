/* node.c — pieces of text with holes for smaller pieces: making, printing, shrinking. */
#include <stdarg.h>

#include "tests/generate/inside.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

const char *const production_names[PROD_COUNT] = {
#define PRODUCTION(id, text) text,
#include "tests/generate/productions.def"
#undef PRODUCTION
};

uint32_t gen_below(Gen *g, uint32_t n)
{
    return (uint32_t)rng_below(&g->rng, n);
}

bool gen_chance(Gen *g, uint32_t percent)
{
    return gen_below(g, 100) < percent;
}

int gen_between(Gen *g, int low, int high)
{
    return (int)rng_range(&g->rng, low, high);
}

enum { TEXT_MOST = 511 }; /* of one piece */

const char *gen_copy(Gen *g, const char *fmt, ...)
{
    va_list args;
    Buf text;

    buf_init(&text, g->arena, TEXT_MOST);
    va_start(args, fmt);
    fmt_put(&text, fmt, args);
    va_end(args);
    return buf_cstr(&text);
}

static GenNode *bare(Gen *g, Want want, Production p, const char *text, uint32_t kid_count)
{
    GenNode *n = arena_new(g->arena, GenNode);

    n->text = text;
    n->want = (uint8_t)want;
    n->production = (uint16_t)p;
    n->kid_count = kid_count;
    if (kid_count) n->kids = arena_array(g->arena, GenNode *, kid_count);
    return n;
}

GenNode *gen_text(Gen *g, Want want, Production p, const char *fmt, ...)
{
    va_list args;
    Buf text;

    buf_init(&text, g->arena, TEXT_MOST);
    va_start(args, fmt);
    fmt_put(&text, fmt, args);
    va_end(args);
    return bare(g, want, p, buf_cstr(&text), 0);
}

void gen_push(Gen *g, GenNode *kid)
{
    BUG_IF(g->pending_count == sizeof g->pending / sizeof *g->pending);
    g->pending[g->pending_count++] = kid;
}

GenNode *gen_made(Gen *g, Want want, Production p, const char *text, uint32_t kid_count)
{
    GenNode *n = bare(g, want, p, text, kid_count);

    g->pending_count -= kid_count;
    for (uint32_t i = 0; i < kid_count; i++)
        n->kids[i] = g->pending[g->pending_count + i];
    return n;
}

/* `open`, the kids one after the other, `close`; the kids may be dropped. */
GenNode *gen_list(Gen *g, const char *open, const char *close, GenNode **kids, uint32_t count)
{
    GenNode *n;
    Buf text;

    buf_init(&text, g->arena, TEXT_MOST);
    buf_str(&text, open);
    buf_fill(&text, '@', count);
    buf_str(&text, close);
    n = bare(g, WANT_NONE, PROD_COUNT, buf_cstr(&text), count);
    for (uint32_t i = 0; i < count; i++) {
        n->kids[i] = kids[i];
        n->kids[i]->is_optional = true;
    }
    return n;
}

void generate_print(const GenNode *n, Buf *out, uint32_t *coverage)
{
    uint32_t kid = 0;

    if (n->is_dropped) return;
    if (coverage && n->production < PROD_COUNT) coverage[n->production]++;
    for (const char *c = n->text; *c; c++) {
        if (*c != '@')
            buf_char(out, *c);
        else if (kid < n->kid_count)
            generate_print(n->kids[kid++], out, coverage);
    }
}

/* ---- shrinking --------------------------------------------------------------------------------- */

typedef struct Shrink {
    GenProgram *p;
    Arena *arena;
    bool (*still_fails)(void *ctx, GenProgram *p);
    void *ctx;
    uint32_t steps;
} Shrink;

static bool holds(Shrink *s)
{
    bool ok = s->still_fails(s->ctx, s->p);

    s->steps += ok;
    return ok;
}

static bool drop_some(Shrink *s, GenNode *n)
{
    bool any = false;

    for (uint32_t i = n->kid_count; i-- > 0;) {
        GenNode *kid = n->kids[i];

        if (kid->is_dropped) continue;
        if (kid->is_optional) {
            kid->is_dropped = true;
            if (holds(s)) {
                any = true;
                continue;
            }
            kid->is_dropped = false;
        }
        any |= drop_some(s, kid);
    }
    return any;
}

static const char *smallest(Want want)
{
    switch (want) {
    case WANT_PRICE:
        return "50c";
    case WANT_USD:
        return "$10";
    case WANT_SHARES:
        return "10 shares";
    case WANT_RATIO:
        return "10%";
    case WANT_NUMBER:
        return "2";
    case WANT_DURATION:
        return "10s";
    case WANT_BOOL:
        return "true";
    default:
        return NULL;
    }
}

static bool replace_by(Shrink *s, GenNode **place, GenNode *by)
{
    GenNode *old = *place;

    *place = by;
    if (holds(s)) return true;
    *place = old;
    return false;
}

static bool simplify(Shrink *s, GenNode **place)
{
    GenNode *n = *place;
    const char *small = smallest((Want)n->want);

    if (n->is_dropped) return false;
    if (n->want != WANT_NONE && n->kid_count && small) {
        GenNode *leaf = arena_new(s->arena, GenNode);

        *leaf = (GenNode){.text = small, .want = n->want, .production = PROD_LITERAL};
        if (replace_by(s, place, leaf)) return true;
    }
    for (uint32_t i = 0; n->want != WANT_NONE && i < n->kid_count; i++)
        if (n->kids[i]->want == n->want && replace_by(s, place, n->kids[i])) return true;
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (simplify(s, &n->kids[i])) return true;
    return false;
}

uint32_t generate_shrink(GenProgram *p, Arena *arena, bool (*still_fails)(void *ctx, GenProgram *p),
                         void *ctx)
{
    Shrink s = {p, arena, still_fails, ctx, 0};

    for (int round = 0; round < 6; round++) {
        bool any = drop_some(&s, p->root);

        for (int i = 0; i < 200 && simplify(&s, &p->root); i++)
            any = true;
        if (!any) break;
    }
    return s.steps;
}
