/* metamorphic.c — relations of language 9.4 on generated programs and markets, for one wallet and for many.
 *
 *   metamorphic [--count N] [--seed S] [--only NAME] [--reports R]
 *
 * Not here: M16 speaks of files (tests/unit/history/test_ticks.c cuts a recording wherever it can be cut).
 * Promise: each relation says how often it applied; one that never applied fails. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/memory.h"
#include "tests/prop/trial.h"

typedef struct Tally {
    uint64_t held, broken, skipped;
} Tally;

typedef struct Options {
    uint64_t count, seed, reports;
    const char *only;
} Options;

/* ---- the tools of trial.h ---------------------------------------------------------------------- */

Span trial_text(Trial *t)
{
    Buf b;

    buf_init(&b, t->arena, (size_t)1 << 20);
    generate_print(t->program.root, &b, NULL);
    return buf_span(&b);
}

bool trial_compile(Trial *t, Span text, bool is_plain, Pair *ret)
{
    *ret = (Pair){.is_equal = true};
    if (!pair_compile(ret, text, is_plain, t->arena)) return false;
    ret->events = t->base.events;
    return true;
}

EffectList trial_run(Trial *t, Pair *pair, const PairSetup *setup, const Event *events,
                     size_t count)
{
    EffectList list = pair_engine(pair, setup, events, count, t->arena);

    effects_number_actions(&list, pair->image);
    effects_normalise(&list, pair->c.program->shows_count, t->arena);
    return list;
}

Verdict trial_compare(Trial *t, const EffectList *want, const EffectList *got)
{
    char a[240] = "nothing more", b[240] = "nothing more";
    size_t at = effects_differ(want, got);

    if (at == SIZE_MAX) return HOLDS;
    if (at < want->count) effect_print(&want->items[at], a, sizeof a);
    if (at < got->count) effect_print(&got->items[at], b, sizeof b);
    snprintf(t->why, sizeof t->why, "before %s\nafter  %s", a, b);
    return BROKEN;
}

Verdict trial_same_image(Trial *t, const Pair *a, const Pair *b)
{
    if (memcmp(a->image->semantic_hash, b->image->semantic_hash, sizeof a->image->semantic_hash) ==
        0)
        return HOLDS;
    snprintf(t->why, sizeof t->why,
             "another semantic hash: %u and %u shared words, %u and %u wallet words",
             a->image->shared.word_count, b->image->shared.word_count, a->image->wallet.word_count,
             b->image->wallet.word_count);
    return BROKEN;
}

bool trial_same_tokens(const Pair *a, const Pair *b)
{
    const Program *p = a->c.program, *q = b->c.program;

    if (p->tokens_count != q->tokens_count) return false;
    for (uint32_t i = 0; i < p->tokens_count; i++)
        if (p->tokens[i].market != q->tokens[i].market ||
            p->tokens[i].outcome != q->tokens[i].outcome ||
            p->tokens[i].account != q->tokens[i].account)
            return false;
    return true;
}

EffectList trial_acts(Trial *t, const EffectList *list)
{
    EffectList acts = {arena_array(t->arena, Effect, list->count + 1), 0, 0};

    for (size_t i = 0; i < list->count; i++) {
        uint8_t kind = list->items[i].kind;

        if (kind == EFFECT_ORDER || kind == EFFECT_CANCEL || kind == EFFECT_SETS ||
            kind == EFFECT_ALERT)
            acts.items[acts.count++] = list->items[i];
    }
    return acts;
}

/* ---- trials ------------------------------------------------------------------------------------ */

static void try_relation(const Relation *rel, Trial *t, bool is_base, Tally *tally,
                         const Options *o)
{
    bool speaks_of_errors = !strcmp(rel->name, "M22");
    ArenaMark mark = arena_mark(t->arena);
    Verdict v;

    if (o->only && strcmp(o->only, rel->name) != 0) return;
    if (!is_base && !speaks_of_errors) return;
    rng_init_stream(&t->rng, t->seed, 11);
    t->program = generate_program(t->seed, t->arena);
    t->why[0] = 0;
    v = rel->check(t);
    tally->held += v == HOLDS;
    tally->skipped += v == DOES_NOT_APPLY;
    if (v == BROKEN && tally->broken++ < o->reports)
        printf("---- %s broken (%s), seed %" PRIu64 "\n%.*s%s\n", rel->name, rel->says, t->seed,
               (int)t->text.len, t->text.ptr, t->why);
    arena_release(t->arena, mark);
}

static const struct {
    const Relation *rows;
    const size_t *count;
} tables[] = {{relations_of_programs, &relations_of_programs_count},
              {relations_of_markets, &relations_of_markets_count},
              {relations_of_proofs, &relations_of_proofs_count},
              {relations_of_fleets, &relations_of_fleets_count}};
enum { TABLES = sizeof tables / sizeof tables[0] };

static void one(uint64_t seed, Tally *tallies, const Options *o)
{
    PairSetup none = {0};
    Arena a;
    Trial t = {.arena = &a, .seed = seed};
    bool is_base;

    arena_init(&a, test_source(), (size_t)1 << 30);
    t.program = generate_program(seed, &a);
    t.text = trial_text(&t);
    is_base = pair_compile(&t.base, t.text, false, &a) && t.base.c.program->markets_count > 0;
    if (is_base) {
        t.base.events = generate_events(t.base.c.program, seed, 50 + seed % 50, &a);
        t.effects = trial_run(&t, &t.base, &none, t.base.events.events, t.base.events.count);
    }
    for (size_t k = 0; k < TABLES; k++)
        for (size_t i = 0; i < *tables[k].count; i++)
            try_relation(&tables[k].rows[i], &t, is_base, tallies++, o);
    arena_fini(&a);
}

static bool read_options(Options *o, int argc, char **argv)
{
    *o = (Options){.count = 300, .seed = 1, .reports = 2};
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t v = strtoull(argv[i + 1], NULL, 10);

        if (!strcmp(argv[i], "--count"))
            o->count = v;
        else if (!strcmp(argv[i], "--seed"))
            o->seed = v;
        else if (!strcmp(argv[i], "--reports"))
            o->reports = v;
        else if (!strcmp(argv[i], "--only"))
            o->only = argv[i + 1];
        else
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    Tally tallies[64] = {{0, 0, 0}};
    uint64_t passed = 0, failed = 0;
    size_t at = 0;
    Options o;

    if (!read_options(&o, argc, argv)) {
        fprintf(stderr, "metamorphic [--count N] [--seed S] [--only NAME] [--reports R]\n");
        return 2;
    }
    for (uint64_t i = 0; i < o.count; i++)
        one(o.seed + i, tallies, &o);
    for (size_t k = 0; k < TABLES; k++)
        for (size_t i = 0; i < *tables[k].count; i++, at++) {
            const Tally *y = &tallies[at];
            bool never = !o.only && o.count >= 300 && y->held + y->broken == 0;

            printf("%-4s %-60s %7" PRIu64 " held %5" PRIu64 " broken %7" PRIu64
                   " not applicable%s\n",
                   tables[k].rows[i].name, tables[k].rows[i].says, y->held, y->broken, y->skipped,
                   never ? "  NEVER APPLIED" : "");
            passed += y->held;
            failed += y->broken + never;
        }
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
    return failed != 0;
}
