/* programs.c — relations that change the program: M1 to M7, M15. */
#include <stdio.h>

#include "tests/prop/trial.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_numbered(Span w, const char *stem)
{
    size_t n = strlen(stem);

    if (w.len <= n || memcmp(w.ptr, stem, n) != 0) return false;
    for (size_t i = n; i < w.len; i++)
        if (w.ptr[i] < '0' || w.ptr[i] > '9') return false;
    return true;
}

static bool is_local(Span w)
{
    static const char *const names[] = {"level", "smooth", "middle", "base_stake", "ratio_of"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_eq_str(w, names[i])) return true;
    return is_numbered(w, "let") || is_numbered(w, "mem") || is_numbered(w, "here") ||
           is_numbered(w, "i");
}

/* Copies the text; each word that `pick` names is written by `put`. */
static Span rewrite(Trial *t, Span text, bool (*pick)(void *ctx, Span word),
                    void (*put)(void *ctx, Span word, Buf *out), void *ctx)
{
    Buf out;
    size_t i = 0;

    buf_init(&out, t->arena, (size_t)1 << 20);
    while (i < text.len) {
        size_t end = i;
        bool in_path = i && (text.ptr[i - 1] == '.' || text.ptr[i - 1] == '"');
        Span word;

        while (end < text.len && is_word(text.ptr[end]))
            end++;
        word = span_sub(text, i, end - i);
        if (!word.len)
            buf_char(&out, text.ptr[i++]);
        else if (!in_path && pick(ctx, word))
            put(ctx, word, &out);
        else
            buf_span_put(&out, word);
        i = end > i ? end : i;
    }
    return buf_span(&out);
}

/* ---- M1, M2 ------------------------------------------------------------------------------------ */

static bool pick_local(void *ctx, Span word)
{
    (void)ctx;
    return is_local(word);
}

static void put_renamed(void *ctx, Span word, Buf *out)
{
    (void)ctx;
    buf_str(out, "renamed_");
    buf_span_put(out, word);
}

static Verdict rename_locals(Trial *t)
{
    Pair other;

    if (!trial_compile(t, rewrite(t, t->text, pick_local, put_renamed, NULL), false, &other)) {
        snprintf(t->why, sizeof t->why, "does not compile with other names");
        return BROKEN;
    }
    return trial_same_image(t, &t->base, &other);
}

typedef struct Inline {
    Span name, value;
    uint32_t uses;
} Inline;

static bool pick_name(void *ctx, Span word)
{
    return span_is(word, ((Inline *)ctx)->name);
}

static void put_value(void *ctx, Span word, Buf *out)
{
    (void)word;
    ((Inline *)ctx)->uses++;
    buf_char(out, '(');
    buf_span_put(out, ((Inline *)ctx)->value);
    buf_char(out, ')');
}

/* What stands under `across slots` goes on across slots; a let of its own does not. */
static Verdict inline_let(Trial *t)
{
    if (span_find(t->text, SPAN("across slots")) != SPAN_NONE_AT) return DOES_NOT_APPLY;
    for (uint32_t i = 0; i < t->program.root->kid_count; i++) {
        GenNode *item = t->program.root->kids[i];
        Inline in = {.uses = 0};
        Buf value;
        Pair other;
        Span rest;

        if (item->production != PROD_LET) continue;
        buf_init(&value, t->arena, 1 << 16);
        generate_print(item->kids[0], &value, NULL);
        in.value = buf_span(&value);
        in.name = span_from(span_str(item->text), 4); /* behind "let " */
        in.name = span_sub(in.name, 0, span_find_char(in.name, ' '));
        item->is_dropped = true;
        rest = rewrite(t, trial_text(t), pick_name, put_value, &in);
        item->is_dropped = false;
        if (!in.uses) continue; /* deleted, not inlined */
        if (!trial_compile(t, rest, false, &other)) return DOES_NOT_APPLY; /* nesting, size */
        if (trial_same_image(t, &t->base, &other) == BROKEN) return BROKEN;
    }
    return HOLDS;
}

/* ---- M3, M4, M6: the tree ---------------------------------------------------------------------- */

static uint32_t for_each(GenNode *n, bool (*change)(GenNode *n, Arena *a), Arena *a)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < n->kid_count; i++)
        count += for_each(n->kids[i], change, a);
    return count + change(n, a);
}

static bool swap_sides(GenNode *n, Arena *a)
{
    GenNode *kid;

    (void)a;
    if (n->kid_count != 2) return false;
    switch (n->production) {
    case PROD_AND:
    case PROD_OR:
    case PROD_ADD:
    case PROD_MUL:
    case PROD_F_MIN:
        break;
    default:
        return false;
    }
    kid = n->kids[0];
    n->kids[0] = n->kids[1];
    n->kids[1] = kid;
    return true;
}

static bool de_morgan(GenNode *n, Arena *a)
{
    (void)a;
    if (n->production != PROD_AND && n->production != PROD_OR) return false;
    if (n->kid_count == 3) {
        n->text = n->production == PROD_AND ? "(not ((not (@)) or (not (@)) or (not (@))))"
                                            : "(not ((not (@)) and (not (@)) and (not (@))))";
        return true;
    }
    n->text = n->production == PROD_AND ? "(not ((not (@)) or (not (@))))"
                                        : "(not ((not (@)) and (not (@))))";
    return true;
}

static bool negate_twice(GenNode *n, Arena *a)
{
    GenNode *copy;

    if (n->want != WANT_BOOL) return false;
    copy = arena_new(a, GenNode);
    *copy = *n;
    *n = (GenNode){
        .text = "(not (not (@)))", .want = WANT_BOOL, .production = PROD_NOT, .kid_count = 1};
    n->kids = arena_array(a, GenNode *, 1);
    n->kids[0] = copy;
    return true;
}

static bool add_truth(GenNode *n, Arena *a)
{
    (void)a;
    if (n->production != PROD_WHEN) return false;
    n->text = "when (@) and 1 < 2 @\n\n";
    return true;
}

static Verdict same_acts(Trial *t)
{
    Pair other;
    PairSetup none = {0};
    EffectList want = trial_acts(t, &t->effects), got;

    if (!trial_compile(t, trial_text(t), false, &other)) return DOES_NOT_APPLY;
    if (!trial_same_tokens(&t->base, &other)) return DOES_NOT_APPLY;
    got = trial_run(t, &other, &none, t->base.events.events, t->base.events.count);
    got = trial_acts(t, &got);
    return trial_compare(t, &want, &got);
}

static Verdict swapped(Trial *t)
{
    return for_each(t->program.root, swap_sides, t->arena) ? same_acts(t) : DOES_NOT_APPLY;
}

static Verdict morgan(Trial *t)
{
    return for_each(t->program.root, de_morgan, t->arena) ? same_acts(t) : DOES_NOT_APPLY;
}

static Verdict negated(Trial *t)
{
    return for_each(t->program.root, negate_twice, t->arena) ? same_acts(t) : DOES_NOT_APPLY;
}

static Verdict with_truth(Trial *t)
{
    return for_each(t->program.root, add_truth, t->arena) ? same_acts(t) : DOES_NOT_APPLY;
}

static Verdict unused_let(Trial *t)
{
    PairSetup none = {0};
    EffectList want = t->effects, got;
    Pair other;
    Buf out;

    buf_init(&out, t->arena, (size_t)1 << 20);
    buf_span_put(&out, t->text);
    buf_str(&out, "let nobody_reads_this = 3 * 7\n");
    if (!trial_compile(t, buf_span(&out), false, &other)) return DOES_NOT_APPLY;
    got = trial_run(t, &other, &none, t->base.events.events, t->base.events.count);
    return trial_compare(t, &want, &got);
}

/* ---- M5, M7, M15 ------------------------------------------------------------------------------- */

static bool may_move(const GenNode *n)
{
    return n->production == PROD_LET ||
           (n->production >= PROD_PARAM && n->production <= PROD_PARAM_CHOICES) ||
           (n->production >= PROD_DEF && n->production <= PROD_DEF_EMPTY) ||
           n->production == PROD_TEST || n->production == PROD_RECURSION;
}

static Verdict reorder(Trial *t)
{
    GenNode *root = t->program.root;
    uint32_t a = 0, b = root->kid_count;
    Pair other;

    while (a < b) {
        GenNode *kid;

        while (a < root->kid_count && !may_move(root->kids[a]))
            a++;
        while (b > 0 && !may_move(root->kids[b - 1]))
            b--;
        if (a + 1 >= b) break;
        kid = root->kids[a];
        root->kids[a++] = root->kids[b - 1];
        root->kids[--b] = kid;
    }
    if (!trial_compile(t, trial_text(t), false, &other)) {
        snprintf(t->why, sizeof t->why, "does not compile in another order");
        return BROKEN;
    }
    return trial_same_image(t, &t->base, &other);
}

static Verdict formatted(Trial *t)
{
    Span once = compile_format(SPAN("generated.odx"), t->text, t->arena);
    Span twice = compile_format(SPAN("generated.odx"), once, t->arena);
    Pair other;

    if (!span_is(once, twice)) {
        snprintf(t->why, sizeof t->why, "formatting twice is not formatting once");
        return BROKEN;
    }
    if (!trial_compile(t, once, false, &other)) {
        snprintf(t->why, sizeof t->why, "the formatted text does not compile");
        return BROKEN;
    }
    return trial_same_image(t, &t->base, &other);
}

static Verdict plain(Trial *t)
{
    PairSetup none = {0};
    EffectList got;
    Pair other;

    if (!trial_compile(t, t->text, true, &other)) {
        snprintf(t->why, sizeof t->why, "does not compile without optimisation");
        return BROKEN;
    }
    got = trial_run(t, &other, &none, t->base.events.events, t->base.events.count);
    return trial_compare(t, &t->effects, &got);
}

const Relation relations_of_programs[] = {
    {"M1", "other names, same bytecode", rename_locals},
    {"M2", "inlined lets, same bytecode", inline_let},
    {"M3", "swapped sides, same orders", swapped},
    {"M4a", "De Morgan, same orders", morgan},
    {"M4b", "double negation, same orders", negated},
    {"M5", "lets, params, defs, tests in another order, same bytecode", reorder},
    {"M6a", "an unused let, same effects", unused_let},
    {"M6b", "`and 1 < 2`, same orders", with_truth},
    {"M7", "formatted, same bytecode; formatted twice, same text", formatted},
    {"M15", "without optimisation, same effects", plain},
};
const size_t relations_of_programs_count =
    sizeof relations_of_programs / sizeof *relations_of_programs;
