/* agree.c — generated programs against random markets: the engine and the naive reference must agree
 * bit for bit on orders, reasons, shows and unknowns.
 *
 *   agree [--count N] [--seed S] [--jobs J] [--events E] [--reports R] [--only SEED] [--file F] [--table] [--verbose]
 *
 * Prints every disagreement as a small program with its events; --table also how often each operation,
 * limit, reason, event and production occurred.  Promise: exit 1 when anything disagreed, and at full
 * count with the table when anything occurred too seldom. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/diff/grammar_rules.h"
#include "tests/diff/pair.h"
#include "tests/diff/table.h"
#include "tests/harness/memory.h"

enum { FULL_COUNT = 100000 }; /* programs for which the table has bars */

typedef struct Options {
    uint64_t count, seed;
    uint32_t jobs, events, reports;
    const char *file;           /* one text instead of generated ones */
    bool has_table, is_verbose; /* verbose: both lists of each disagreement */
} Options;

static Arena new_arena(void)
{
    Arena a;

    arena_init(&a, test_source(), (size_t)1 << 30);
    return a;
}

/* ---- one program ------------------------------------------------------------------------------- */

static PairSetup setup_of(uint64_t seed)
{
    return (PairSetup){.is_plain = seed % 7 == 3,
                       .has_minimums = seed % 4 == 1,
                       .has_heartbeat = seed % 5 == 2,
                       .stops_on_promise = seed % 3 == 1,
                       .sell_from = seed % 16 == 9 ? seed / 16 % 2 + 1 : FILL_MATCHED,
                       .uses_instant = seed / 2 % 2 == 1};
}

static Span text_of(const GenProgram *g, Arena *arena, uint32_t *coverage)
{
    Buf b;

    buf_init(&b, arena, (size_t)1 << 20);
    generate_print(g->root, &b, coverage);
    return buf_span(&b);
}

static bool has_place(const Program *p, const Event *e)
{
    switch (e->kind) {
    case EV_TICK:
    case EV_SLOT_OPEN:
    case EV_SLOT_CLOSE:
    case EV_RESOLVE:
        return e->market < p->markets_count;
    case EV_FEED:
        return e->market < p->feeds_count;
    case EV_LEADER:
        return e->market < p->leaders_count && e->leader.token < (int32_t)p->tokens_count;
    case EV_FILL:
        return e->fill.token < p->tokens_count;
    default:
        return true;
    }
}

/* A smaller program may know less than the events speak of. */
static GenEvents events_for(const Program *p, const GenEvents *events, Arena *arena)
{
    GenEvents some = {arena_array(arena, Event, events->count + 1), 0, events->start_us};

    for (size_t i = 0; i < events->count; i++)
        if (has_place(p, &events->events[i])) some.events[some.count++] = events->events[i];
    return some;
}

/* Compiles and runs; false when the program does not compile. */
static bool run_text(Pair *pair, Span text, uint64_t seed, const GenEvents *events, uint32_t count,
                     Arena *arena)
{
    PairSetup setup = setup_of(seed);

    *pair = (Pair){.is_equal = true};
    if (!pair_compile(pair, text, setup.is_plain, arena)) return false;
    if (!pair->c.program->markets_count) return false; /* tokens that only events name */
    pair->events = events ? events_for(pair->c.program, events, arena)
                          : generate_events(pair->c.program, seed, count, arena);
    pair_run(pair, &setup, arena);
    return true;
}

/* ---- shrinking --------------------------------------------------------------------------------- */

typedef struct Case {
    uint64_t seed;
    uint32_t event_count;
    const GenEvents *events;
    int tries;
} Case;

static bool still_fails(void *ctx, GenProgram *g)
{
    Case *c = ctx;
    Arena a = new_arena();
    Pair pair;
    bool fails;

    if (c->tries-- <= 0) {
        arena_fini(&a);
        return false;
    }
    fails = run_text(&pair, text_of(g, &a, NULL), c->seed, c->events, c->event_count, &a) &&
            !pair.gave_up && !pair.is_equal;
    arena_fini(&a);
    return fails;
}

/* Drops events from the end, then one by one, while the difference stays. */
static void shrink_events(Case *c, GenProgram *g, GenEvents *events, Arena *arena)
{
    Event *all = arena_array(arena, Event, events->count + 1);
    size_t step = events->count / 2;

    memcpy(all, events->events, events->count * sizeof *all);
    events->events = all;
    c->events = events;
    for (; step > 0; step /= 2)
        for (size_t at = 0; at + step <= events->count;) {
            Event *before = arena_array(arena, Event, events->count + 1);
            size_t count = events->count;

            memcpy(before, all, count * sizeof *before);
            memmove(all + at, all + at + step, (count - at - step) * sizeof *all);
            events->count = count - step;
            if (still_fails(c, g)) continue;
            memcpy(all, before, count * sizeof *all);
            events->count = count;
            at += step;
        }
}

static void print_side(const char *name, const BookSide *s)
{
    printf(" %s", name);
    for (int i = 0; i < BOOK_LEVELS && s->price_micros[i] != MICROS_UNKNOWN; i++)
        printf(" %" PRId64 "x%" PRId64, s->price_micros[i],
               s->size_micros[i] == MICROS_UNKNOWN ? -1 : s->size_micros[i]);
    if (s->price_micros[0] == MICROS_UNKNOWN) printf(" ?");
}

static void print_event(const Event *e)
{
    static const char *const names[EV_KINDS] = {"start",   "slot close", "slot open",   "resolve",
                                                "fill",    "fill state", "order state", "reject",
                                                "leader",  "tick",       "feed",        "boundary",
                                                "command", "clock",      "stale",       "probe"};

    printf("  t=%" PRId64 ".%06" PRId64 " %s %u", e->ts_us / 1000000, e->ts_us % 1000000,
           names[e->kind], e->market);
    switch (e->kind) {
    case EV_TICK:
        print_side("bid0", &e->tick->bid[0]);
        print_side("ask0", &e->tick->ask[0]);
        print_side("bid1", &e->tick->bid[1]);
        print_side("ask1", &e->tick->ask[1]);
        printf(" volume %" PRId64 " spot %.17g move %.17g", e->tick->volume_micros, e->tick->spot,
               e->tick->move);
        break;
    case EV_SLOT_OPEN:
    case EV_SLOT_CLOSE:
        printf(" of %" PRId64, e->slot.slot_start_us / 1000000);
        break;
    case EV_RESOLVE:
        printf(" of %" PRId64 " winner %d", e->resolve.slot_start_us / 1000000, e->resolve.winner);
        break;
    case EV_FEED:
        printf(" %.17g", e->feed.value);
        break;
    case EV_FILL:
        printf(" token %u %s %" PRId64 " at %" PRId64, e->fill.token,
               e->fill.is_sell ? "sell" : "buy", e->fill.size_micros, e->fill.price_micros);
        break;
    case EV_LEADER:
        printf(" verb %u %s token %d size %" PRId64 " at %" PRId64, e->leader.verb,
               e->leader.is_sell ? "sell" : "buy", e->leader.token, e->leader.size_micros,
               e->leader.price_micros);
        break;
    case EV_FILL_STATE:
        printf(" fill %" PRIu64 " is %s", e->fill_state.fill, fill_state_name(e->fill_state.state));
        break;
    default:
        break;
    }
    putchar('\n');
}

static void print_list(const char *name, const EffectList *list)
{
    char text[360];

    printf("%s\n", name);
    for (size_t i = 0; i < list->count; i++) {
        effect_print(&list->items[i], text, sizeof text);
        printf("  %s\n", text);
    }
}

static void report(uint64_t seed, uint32_t count, bool is_verbose)
{
    Arena keep = new_arena();
    GenProgram g = generate_program(seed, &keep);
    GenEvents events = {0};
    Case c = {.seed = seed, .event_count = count, .tries = 4000};
    Pair pair;
    Span text = text_of(&g, &keep, NULL);

    if (!run_text(&pair, text, seed, NULL, count, &keep)) return;
    events = pair.events;
    c.events = &events;
    generate_shrink(&g, &keep, still_fails, &c);
    c.tries = 4000;
    shrink_events(&c, &g, &events, &keep);
    c.tries = 2000;
    generate_shrink(&g, &keep, still_fails, &c);
    text = text_of(&g, &keep, NULL);
    run_text(&pair, text, seed, &events, count, &keep);
    printf("---- disagreement: seed %" PRIu64 "%s%s%s%s\n%.*s", seed,
           setup_of(seed).is_plain ? " plain" : "", setup_of(seed).has_minimums ? " minimums" : "",
           setup_of(seed).has_heartbeat ? " heartbeat" : "",
           setup_of(seed).stops_on_promise ? " promise-stops" : "", (int)text.len, text.ptr);
    printf("start %" PRId64 "\n", events.start_us / 1000000);
    for (size_t i = 0; i < pair.events.count; i++)
        print_event(&pair.events.events[i]);
    if (is_verbose) {
        print_list("engine", &pair.engine);
        print_list("reference", &pair.expected);
    }
    printf("%s\n", pair.why);
    fflush(stdout);
    arena_fini(&keep);
}

/* A text of one's own against the events of a seed. */
static int run_file(const Options *o)
{
    static char text[1 << 18];
    FILE *f = fopen(o->file, "r");
    size_t len = f ? fread(text, 1, sizeof text, f) : 0;
    Arena a = new_arena();
    Pair pair;

    if (f) fclose(f);
    if (!run_text(&pair, span_of(text, len), o->seed, NULL, o->events ? o->events : 100, &a)) {
        printf("does not compile%s\n", pair.c.is_broken ? ": broken image" : "");
        for (size_t i = 0; i < diags_count(pair.c.diags); i++) {
            const Diag *d = diags_get(pair.c.diags, i);

            printf("%s %.*s\n", diag_info(d->code)->code, (int)d->title.len, d->title.ptr);
        }
        return 1;
    }
    if (o->is_verbose) {
        for (size_t i = 0; i < pair.events.count; i++)
            print_event(&pair.events.events[i]);
        print_list("engine", &pair.engine);
        print_list("reference", &pair.expected);
    }
    printf("%s\n", pair.is_equal ? "equal" : pair.why);
    return !pair.is_equal;
}

/* ---- many programs ----------------------------------------------------------------------------- */

static void one(Counts *n, const Options *o, uint64_t seed)
{
    Arena a = new_arena();
    uint32_t coverage[PROD_COUNT] = {0};
    GenProgram g = generate_program(seed, &a);
    Span text = text_of(&g, &a, coverage);
    uint32_t events = o->events ? o->events : 60 + (uint32_t)(seed % 91);
    Pair pair;

    n->programs++;
    if (!run_text(&pair, text, seed, NULL, events, &a)) {
        counts_refusal(n, &pair.c);
        if (pair.c.is_broken)
            printf("seed %" PRIu64 ": broken image: %.*s\n", seed, (int)pair.c.broken_why.len,
                   pair.c.broken_why.ptr);
        n->disagreed += pair.c.is_broken;
        arena_fini(&a);
        return;
    }
    n->compiled++;
    n->gave_up += pair.gave_up;
    for (int i = 0; i < PROD_COUNT; i++)
        n->productions[i] += coverage[i];
    if (o->has_table && coverage[PROD_TEST]) counts_test_image(n, text, &a);
    if (!pair.gave_up) {
        counts_pair(n, &pair);
        if (!pair.is_equal) {
            if (n->disagreed++ < o->reports) report(seed, events, o->is_verbose);
        }
    }
    arena_fini(&a);
}

static void work(Counts *n, const Options *o, uint32_t job)
{
    if (o->has_table) grammar_rules_watch();
    for (uint64_t i = job; i < o->count; i += o->jobs)
        one(n, o, o->seed + i);
    counts_rules(n);
}

static bool run_jobs(Counts *sum, const Options *o)
{
    Counts *each = mmap(NULL, sizeof *each * o->jobs, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool ok = each != MAP_FAILED;

    if (!ok) return false;
    memset(each, 0, sizeof *each * o->jobs);
    if (o->jobs == 1) {
        work(&each[0], o, 0);
    } else {
        for (uint32_t j = 0; j < o->jobs; j++)
            if (fork() == 0) {
                work(&each[j], o, j);
                fflush(stdout);
                _exit(0);
            }
        for (uint32_t j = 0; j < o->jobs; j++) {
            int status = 0;

            ok &= wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
    }
    for (uint32_t j = 0; j < o->jobs; j++)
        counts_add(sum, &each[j]);
    munmap(each, sizeof *each * o->jobs);
    return ok;
}

/* ---- options ------------------------------------------------------------------------------------ */

static bool read_options(Options *o, int argc, char **argv)
{
    *o = (Options){.count = 2000, .seed = 1, .jobs = 1, .reports = 8};
    for (int i = 1; i < argc; i++) {
        uint64_t v = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;

        if (!strcmp(argv[i], "--count"))
            o->count = v, i++;
        else if (!strcmp(argv[i], "--seed"))
            o->seed = v, i++;
        else if (!strcmp(argv[i], "--jobs"))
            o->jobs = (uint32_t)v, i++;
        else if (!strcmp(argv[i], "--events"))
            o->events = (uint32_t)v, i++;
        else if (!strcmp(argv[i], "--file"))
            o->file = i + 1 < argc ? argv[i + 1] : "", i++;
        else if (!strcmp(argv[i], "--reports"))
            o->reports = (uint32_t)v, i++;
        else if (!strcmp(argv[i], "--only"))
            o->seed = v, o->count = 1, i++;
        else if (!strcmp(argv[i], "--table"))
            o->has_table = true;
        else if (!strcmp(argv[i], "--verbose"))
            o->is_verbose = true;
        else
            return false;
    }
    return o->jobs > 0;
}

int main(int argc, char **argv)
{
    static Counts n;
    uint64_t below = 0;
    Options o;
    bool ok;

    if (!read_options(&o, argc, argv)) {
        fprintf(stderr, "agree [--count N] [--seed S] [--jobs J] [--events E] [--reports R] "
                        "[--only SEED] [--file F] [--table] [--verbose]\n");
        return 2;
    }
    if (o.file) return run_file(&o);
    ok = run_jobs(&n, &o);
    if (o.has_table) below = table_print(&n, o.count >= FULL_COUNT);
    printf("%" PRIu64 " programs, %" PRIu64 " compiled, %" PRIu64 " compared, %" PRIu64
           " gave up; %" PRIu64 " events, %" PRIu64
           " effects; %.1f%% sent an order, %.1f%% exited by a "
           "limit\n",
           n.programs, n.compiled, n.compared, n.gave_up, n.events, n.effects,
           per_cent(n.traded, n.compared), per_cent(n.exited, n.compared));
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", n.compared - n.disagreed,
           n.disagreed + !ok + below);
    return n.disagreed || below || !ok || !n.compared;
}
