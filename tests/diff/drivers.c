/* drivers.c — one program, one stream of events, two drivers: tick by tick, and in columns.
 *
 * Generated programs and markets, or a file of one's own.  Effects in their order and the snapshot at the
 * end must be equal bytes.  Runs of ticks go to the column driver, slots told ahead or not, at every level
 * of kernels this processor has.  At random events the driven engine is put away as a snapshot and another one,
 * with another driver, goes on from it.  Prints what part of the ticks was taken by columns and how many
 * programs were not, by reason; `--wants` says what must not be 0, so that it cannot hold of nothing. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/core/cpu.h"
#include "runtime/engine/drive_columns.h"
#include "tests/diff/effect_hash.h"
#include "tests/diff/entries.h"
#include "tests/diff/seeds.h"
#include "tests/diff/steady.h"
#include "vm/base/rng.h"

enum { MARKETS = 8, RESTART_IN = 20 };

typedef struct Hash {
    uint64_t hash, count;
} Hash;

typedef struct Stream { /* one market's ticks, and what drives them */
    TickColumns ticks;
    ColumnSlot *slots;
    uint32_t slot_count, slot, longest, told; /* told: end of the slots that were told */
    uint32_t next;                            /* tick */
    DriveColumns *drive;
} Stream;

typedef struct Trial {
    Arena *arena;
    const Image *image;
    const GenEvents *events;
    Engine *scalar, *driven;
    Instant *scalar_gateway, *driven_gateway;
    Hash scalar_hash, driven_hash;
    Stream feeds[MARKETS];
    bool tells_slots;
    KernelLevel level;
    Rng rng; /* of restarts */
    uint64_t restarts;
} Trial;

typedef struct Totals {
    uint64_t programs, markets, taken, ticks, restarts;
    DriveCounts drive;
    uint64_t why[COLUMNS_WHY_COUNT];
} Totals;

/* What a driver counts, as --wants names it. */
static const struct {
    const char *name;
    size_t at;
} counted[] = {
    {"left_out", offsetof(DriveCounts, left_out)}, {"handed_in", offsetof(DriveCounts, handed_in)},
    {"denied", offsetof(DriveCounts, denied)},     {"resting", offsetof(DriveCounts, resting)},
    {"quoting", offsetof(DriveCounts, quoting)},   {"asked", offsetof(DriveCounts, asked)},
    {"between", offsetof(DriveCounts, between)},   {"ahead", offsetof(DriveCounts, ahead)},
    {"led", offsetof(DriveCounts, led)},           {"led_sums", offsetof(DriveCounts, led_sums)},
};
enum { COUNTED = sizeof counted / sizeof *counted };

static uint64_t *count_at(DriveCounts *c, uint32_t i)
{
    return (uint64_t *)(void *)((char *)c + counted[i].at);
}

static void take(void *ctx, const Effect *f)
{
    Hash *h = ctx;

    h->hash = effect_hash(h->hash, f);
    h->count++;
}

/* ---- ticks as columns ------------------------------------------------------------------------------- */

static bool is_of(const Event *ev, EventKind kind, uint8_t market)
{
    return ev->kind == kind && ev->market == market;
}

/* Rows of a market's ticks, and where its slots begin among them. */
static bool gather(Trial *t, uint8_t market)
{
    const GenEvents *g = t->events;
    TickRow *rows = arena_array(t->arena, TickRow, g->count);
    Stream *f = &t->feeds[market];
    uint32_t count = 0;
    bool is_open = false;

    f->slots = arena_array(t->arena, ColumnSlot, g->count + 1);
    if (arena_is_full(t->arena)) return false;
    for (size_t i = 0; i < g->count; i++) {
        if (is_of(&g->events[i], EV_SLOT_OPEN, market)) {
            f->slots[f->slot_count++] = (ColumnSlot){count, count};
            is_open = true;
        }
        if (!is_of(&g->events[i], EV_TICK, market)) continue;
        rows[count].ts_us = g->events[i].ts_us;
        rows[count++].data = *g->events[i].tick;
        if (is_open) f->slots[f->slot_count - 1].end = count;
    }
    for (uint32_t s = 0; s < f->slot_count; s++)
        if (f->slots[s].end - f->slots[s].begin > f->longest)
            f->longest = f->slots[s].end - f->slots[s].begin;
    if (!count) return false;
    f->ticks = tick_columns_from_rows(rows, count, t->arena);
    return f->ticks.count == count;
}

/* After the market's slot number `f->slot` has opened. */
static void tell_slots(Trial *t, Stream *f)
{
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t count = 0, s = f->slot;

    if (!t->tells_slots || !f->drive || f->next < f->told) return;
    for (; s < f->slot_count && count < COLUMN_SLOTS; s++)
        if (f->slots[s].end > f->slots[s].begin) slots[count++] = f->slots[s];
    if (!count || slots[0].begin != f->next) return;
    f->told = slots[count - 1].end;
    drive_columns_slots(f->drive, slots, count, s < f->slot_count);
}

/* ---- a trial ----------------------------------------------------------------------------------------- */

static uint32_t market_count(const Image *image)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < image->sources_count; i++)
        count += image->sources[i].source == 0;
    return count;
}

static DriveColumns *drive(Trial *t, uint8_t market, ColumnsWhy *ret_why)
{
    Stream *f = &t->feeds[market];
    DriveSetup setup = {.engine = t->driven,
                        .gateway = t->driven_gateway,
                        .market = market,
                        .ticks = &f->ticks,
                        .kernels = kernels_of(t->level),
                        .slot_ticks = t->tells_slots ? f->longest : 0};

    return drive_columns_new(&setup, t->arena, ret_why);
}

static void count(Totals *sum, const Stream *f)
{
    DriveCounts c = drive_columns_counts(f->drive);

    for (uint32_t i = 0; i < COUNTED; i++)
        *count_at(&sum->drive, i) += *count_at(&c, i);
}

/* As after a crash; the gateway is the venue and stands. */
static bool restart(Trial *t, Totals *sum)
{
    EngineConfig config = engine_config_default(t->image);
    ColumnsWhy why;
    Buf snapshot;

    config.start_us = t->events->start_us;
    buf_init(&snapshot, t->arena, (size_t)8 << 20);
    if (!engine_snapshot(t->driven, &snapshot)) return false;
    t->driven = engine_new(&config, t->arena);
    if (!t->driven || !engine_restore(t->driven, buf_span(&snapshot))) return false;
    for (uint8_t m = 0; m < MARKETS; m++) {
        Stream *f = &t->feeds[m];

        if (!f->drive) continue;
        count(sum, f);
        f->told = 0;
        f->drive = drive(t, m, &why);
        if (!f->drive) return false;
    }
    sum->restarts++;
    return true;
}

/* Where slots are told ahead, an engine is whole when one has just opened and no other market is between its own
 * (drive_columns.h). */
static bool may_restart(const Trial *t, const Event *last)
{
    uint32_t told = 0;

    for (uint32_t m = 0; m < MARKETS; m++)
        told += t->tells_slots && t->feeds[m].drive && t->feeds[m].slot_count;
    return !told || (told == 1 && last->kind == EV_SLOT_OPEN);
}

static bool make(Trial *t, uint64_t seed, Totals *sum)
{
    EngineConfig config = engine_config_default(t->image);
    uint32_t levels = (uint32_t)cpu_kernels() + 1;

    config.start_us = t->events->start_us;
    rng_init(&t->rng, seed);
    t->level = (KernelLevel)(seed % levels);
    t->tells_slots = seed % 4 != 3;
    t->scalar = engine_new(&config, t->arena);
    t->driven = engine_new(&config, t->arena);
    t->scalar_gateway = instant_new(t->image, t->arena);
    t->driven_gateway = instant_new(t->image, t->arena);
    if (!t->scalar || !t->driven || !t->scalar_gateway || !t->driven_gateway) return false;
    for (uint8_t m = 0; m < MARKETS && m < market_count(t->image); m++) {
        Stream *f = &t->feeds[m];
        ColumnsWhy why;

        if (!gather(t, m)) continue;
        f->drive = drive(t, m, &why);
        sum->markets++;
        sum->why[why] += !f->drive;
        sum->taken += f->drive != NULL;
        sum->ticks += f->ticks.count;
    }
    return true;
}

/* Consecutive ticks of one market from event `i` on; gives how many. */
static uint32_t run_length(const Trial *t, size_t i)
{
    const Event *ev = &t->events->events[i];
    uint32_t count = 1;

    while (i + count < t->events->count &&
           is_of(&t->events->events[i + count], EV_TICK, ev->market))
        count++;
    return count;
}

/* Both drivers, run by run; false with the place when their effects part. */
static bool play(Trial *t, Totals *sum)
{
    EffectSink sink = {take, &t->driven_hash};

    for (size_t i = 0; i < t->events->count;) {
        const Event *ev = &t->events->events[i];
        Stream *f = ev->market < MARKETS ? &t->feeds[ev->market] : NULL;
        uint32_t count = 1;

        if (f && f->drive && ev->kind == EV_TICK) {
            count = run_length(t, i);
            drive_columns_run(f->drive, f->next, f->next + count, sink);
            f->next += count;
        } else {
            instant_apply(t->driven_gateway, t->driven, ev, sink);
        }
        if (rng_below(&t->rng, RESTART_IN) == 0 && may_restart(t, ev) && !restart(t, sum))
            return false;
        if (f && ev->kind == EV_SLOT_OPEN && f->drive) {
            tell_slots(t, f);
            f->slot++;
        }
        for (uint32_t k = 0; k < count; k++)
            instant_apply(t->scalar_gateway, t->scalar, &ev[k],
                          (EffectSink){take, &t->scalar_hash});
        if (t->scalar_hash.hash != t->driven_hash.hash) {
            printf("effects part in events %zu .. %zu, at %lld us\n", i, i + count - 1,
                   (long long)ev->ts_us);
            return false;
        }
        i += count;
    }
    return true;
}

static bool are_equal(Trial *t)
{
    Buf a, b;

    buf_init(&a, t->arena, (size_t)8 << 20);
    buf_init(&b, t->arena, (size_t)8 << 20);
    return engine_snapshot(t->scalar, &a) && engine_snapshot(t->driven, &b) &&
           span_is(buf_span(&a), buf_span(&b));
}

static SeedVerdict run(void *ctx, SeedTrial *seed)
{
    Totals *sum = ctx;
    Trial t = {.arena = seed->arena, .image = seed->image, .events = &seed->events};

    if (!make(&t, seed->seed, sum)) return SEED_NOTHING;
    if (!play(&t, sum) || !are_equal(&t)) return SEED_PARTS;
    sum->programs++;
    for (uint32_t m = 0; m < MARKETS; m++)
        if (t.feeds[m].drive) count(sum, &t.feeds[m]);
    return SEED_EQUAL;
}

/* ---- the program -------------------------------------------------------------------------------------- */

static Span entries_text(uint64_t seed, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    entries_print(seed, &b);
    return buf_span(&b);
}

static Span program_text(uint64_t seed, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 1 << 20);
    generate_print(generate_program(seed, arena).root, &b, NULL);
    return buf_span(&b);
}

static void print(const Totals *sum)
{
    const DriveCounts *d = &sum->drive;
    double ticks = sum->ticks ? (double)sum->ticks : 1;
    double taken = (double)(d->left_out + d->handed_in);

    printf("%llu programs, %llu of %llu markets by columns; ticks: %.1f%% left out, %.1f%% handed "
           "in, %.1f%% plain, %.1f%% with conditions worked out ahead, %.1f%% with averages that "
           "live on from slots abreast, %.1f%% with sums alone; %llu orders refused without an "
           "event, %llu boundaries between ticks left out, %llu ticks while an order rested, %llu "
           "while a quote did (%llu questions), %llu restarts\n",
           (unsigned long long)sum->programs, (unsigned long long)sum->taken,
           (unsigned long long)sum->markets, 100.0 * (double)d->left_out / ticks,
           100.0 * (double)d->handed_in / ticks, 100.0 - 100.0 * taken / ticks,
           100.0 * (double)d->ahead / ticks, 100.0 * (double)d->led / ticks,
           100.0 * (double)d->led_sums / ticks, (unsigned long long)d->denied,
           (unsigned long long)d->between, (unsigned long long)d->resting,
           (unsigned long long)d->quoting, (unsigned long long)d->asked,
           (unsigned long long)sum->restarts);
    for (int i = 0; i < COLUMNS_WHY_COUNT; i++)
        if (sum->why[i])
            printf("  not: %llu: %s\n", (unsigned long long)sum->why[i],
                   columns_sentence((ColumnsWhy)i));
}

/* In front of the others: --entries: entries.h in place of generated programs; --steady: and steady.h in place of
 * their events; --wants WANT,...: fails unless each holds.  A want is the name of a count that must not be 0, or
 * NAME<NUMBER. */
typedef struct Words {
    bool is_entries, is_steady;
    const char *wants;
} Words;

static Words take_words(int *argc, char ***argv)
{
    Words w = {.wants = ""};

    for (; *argc > 1; (*argc)--, (*argv)++) {
        const char *word = (*argv)[1];

        if (!strcmp(word, "--steady")) {
            w.is_steady = w.is_entries = true;
        } else if (!strcmp(word, "--entries")) {
            w.is_entries = true;
        } else if (!strcmp(word, "--wants") && *argc > 2) {
            w.wants = (*argv)[2];
            (*argc)--, (*argv)++;
        } else {
            break;
        }
    }
    return w;
}

/* One want of so many bytes; what is not the name of a count does not hold. */
static bool holds(Totals *sum, const char *want, size_t len)
{
    size_t name = strcspn(want, "<,");

    for (uint32_t i = 0; i < COUNTED; i++) {
        uint64_t n = *count_at(&sum->drive, i);

        if (strlen(counted[i].name) != name || memcmp(counted[i].name, want, name)) continue;
        return name < len ? n < strtoull(want + name + 1, NULL, 10) : n > 0;
    }
    return false;
}

static bool all_hold(Totals *sum, const char *wants)
{
    bool is_fine = true;

    while (*wants) {
        size_t len = strcspn(wants, ",");

        if (!holds(sum, wants, len)) {
            printf("not so: %.*s\n", (int)len, wants);
            is_fine = false;
        }
        wants += len + (wants[len] == ',');
    }
    return is_fine;
}

/* What must not be 0 of programs that were made.  Few generated ones may have no boundaries that are left out. */
static const char *own_wants(const Totals *sum, const Words *w)
{
    if (w->is_steady) return "left_out,handed_in,ahead,denied,led";
    if (w->is_entries) return "left_out,handed_in,ahead,denied,resting";
    return sum->programs >= 500 ? "left_out,handed_in,ahead,resting,between"
                                : "left_out,handed_in,ahead,resting";
}

/* Did it hold of something? */
static bool has_subject(Totals *sum, const Words *w, const SeedOptions *o)
{
    if (!all_hold(sum, w->wants)) return false;
    if (o->file || o->ticks) return true;
    return sum->restarts && sum->taken * 4 > sum->markets && all_hold(sum, own_wants(sum, w));
}

int main(int argc, char **argv)
{
    Words w = take_words(&argc, &argv);
    Totals sum = {0};
    SeedTest test = {.ctx = &sum, .text = w.is_entries ? entries_text : program_text, .run = run};
    SeedOptions o;

    if (w.is_steady) test.events = steady_events;
    if (!seeds_options(&o, argc, argv) || !seeds_run(&test, &o)) return 1;
    print(&sum);
    return has_subject(&sum, &w, &o) ? 0 : 1;
}
