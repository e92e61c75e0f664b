/* seeds.c — see seeds.h. */
#include "tests/diff/seeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/core/file.h"
#include "runtime/core/memory.h"
#include "tests/diff/recorded_events.h"
#include "vm/base/fmt.h"

#define FILE_BYTES ((size_t)1 << 18)
#define MEMORY ((size_t)1 << 30)

bool seeds_options(SeedOptions *ret, int argc, char **argv)
{
    SeedOptions o = {.first = 1, .count = 1000, .events = 400};

    for (int i = 1; i < argc; i += 2) {
        uint64_t value = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;

        if (i + 1 < argc && !strcmp(argv[i], "--count")) {
            o.count = value;
        } else if (i + 1 < argc && !strcmp(argv[i], "--first")) {
            o.first = value;
        } else if (i + 1 < argc && !strcmp(argv[i], "--events")) {
            o.events = (uint32_t)value;
        } else if (i + 1 < argc && !strcmp(argv[i], "--file")) {
            o.file = argv[i + 1];
        } else if (i + 1 < argc && !strcmp(argv[i], "--ticks")) {
            o.ticks = argv[i + 1];
        } else {
            printf("%s: --first N, --count N, --events N, --file F or --ticks F\n", argv[i]);
            return false;
        }
    }
    *ret = o;
    return true;
}

/* ---- a file ------------------------------------------------------------------------------------------ */

/* A module stands beside the file that uses it. */
static ModuleText load_beside(void *ctx, Span path, Span from)
{
    Arena *arena = ctx;
    Err err = ERR_NONE;
    ModuleText m = {0};
    Buf name;

    while (from.len && from.ptr[from.len - 1] != '/')
        from.len--;
    buf_init(&name, arena, 4096);
    buf_fmt(&name, "%S%S", from, path);
    m.name = buf_span(&name);
    m.is_found = file_read(arena, buf_cstr(&name), FILE_BYTES, &m.text, &err) == ST_OK;
    return m;
}

static void print_findings(const char *path, const Diags *diags)
{
    printf("%s: does not compile\n", path);
    for (size_t i = 0; i < diags_count(diags); i++) {
        const Diag *d = diags_get(diags, i);

        if (d->level == LEVEL_ERROR)
            printf("  %s %.*s\n", diag_info(d->code)->code, (int)d->title.len, d->title.ptr);
    }
}

bool seeds_compile_file(Pair *pair, const char *path, Span *ret_text, Arena *arena)
{
    CompileOptions o = {.load = load_beside, .ctx = arena, .until = STAGE_EMIT};
    Err err = ERR_NONE;
    Refusal why;

    *pair = (Pair){0};
    if (file_read(arena, path, FILE_BYTES, ret_text, &err) != ST_OK) {
        printf("%s\n", err.text);
        return false;
    }
    pair->c = compile(span_str(path), *ret_text, &o, arena);
    if (pair->c.image.len && pair->c.program) pair->image = image_load(pair->c.image, arena, &why);
    pair->is_compiled = pair->image != NULL;
    if (!pair->is_compiled) print_findings(path, pair->c.diags);
    return pair->is_compiled;
}

/* ---- a seed ------------------------------------------------------------------------------------------ */

/* False when there is nothing to run it on. */
static bool find_events(const SeedTest *test, const SeedOptions *o, SeedTrial *t, const Pair *pair)
{
    Err err = ERR_NONE;
    Event *events;

    if (!pair->c.program->markets_count) return false;
    if (o->ticks) {
        bool ok =
            recorded_events(o->ticks, pair->image, t->seed, o->events, &t->events, t->arena, &err);

        if (!ok) printf("%s\n", err.text);
        return ok && t->events.count;
    }
    if (test->events) {
        t->events = test->events(t->seed, o->events, t->arena);
        return t->events.count;
    }
    t->events = generate_events(pair->c.program, t->seed, o->events, t->arena);
    events = t->events.events;
    for (size_t i = 1; i < t->events.count; i++)
        if (events[i].ts_us < events[i - 1].ts_us) events[i].ts_us = events[i - 1].ts_us;
    return true;
}

static SeedVerdict run_compiled(const SeedTest *test, const SeedOptions *o, SeedTrial *t,
                                const Pair *pair)
{
    t->image = pair->image;
    return find_events(test, o, t, pair) ? test->run(test->ctx, t) : SEED_NOTHING;
}

static SeedVerdict run_seed(SeedTest *test, const SeedOptions *o, uint64_t seed, Arena *arena)
{
    SeedTrial t = {.seed = seed, .arena = arena};
    SeedVerdict v = SEED_PARTS;
    Pair pair = {0};
    Span text;

    if (o->file) {
        if (!seeds_compile_file(&pair, o->file, &text, arena)) return SEED_PARTS;
    } else {
        text = test->text(seed, arena);
        if (!pair_compile(&pair, text, false, arena)) {
            test->refused++;
            return SEED_NOTHING;
        }
    }
    v = run_compiled(test, o, &t, &pair);
    if (v == SEED_PARTS)
        printf("seed %llu: the drivers part\n%.*s\n", (unsigned long long)seed, (int)text.len,
               text.ptr);
    return v;
}

bool seeds_run(SeedTest *test, const SeedOptions *o)
{
    uint64_t ran = 0;

    for (uint64_t seed = o->first; seed < o->first + o->count; seed++) {
        SeedVerdict v;
        Arena arena;

        arena_init(&arena, memory_source(), MEMORY);
        v = run_seed(test, o, seed, &arena);
        arena_fini(&arena);
        if (v == SEED_PARTS) return false;
        ran += v == SEED_EQUAL;
    }
    if ((o->file || o->ticks) && !ran)
        printf("%s: nothing was run\n", o->file ? o->file : o->ticks);
    return ran || !(o->file || o->ticks);
}
