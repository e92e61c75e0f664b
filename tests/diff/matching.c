/* matching.c — the matcher against the slow reference on random books and order streams.
 *
 *     matching [--count N] [--first SEED] [--only SEED]
 *
 * A seed is a story: two markets that wander, their books told as snapshots, deltas and trades, with gaps,
 * new grids, unknown sizes and crossed quotes; orders of every kind and cancels of some.  All replies
 * must be equal: instants, kinds, sizes, prices, fees, order.  `--only` prints both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/diff/matched.h"
#include "tests/harness/memory.h"
#include "vm/base/rng.h"

enum { STORIES = 260, REPLIES = 20000 };
#define SHARE INT64_C(1000000)
#define CENT INT64_C(10000)

typedef struct Teller {
    Rng rng;
    int64_t now;
    int mid[MATCHING_MARKETS]; /* cents */
    uint64_t last_id;
    bool has_fine_grid, has_crossed, has_unknown;
    Story stories[STORIES];
    size_t count;
} Teller;

static int pick(Teller *t, int low, int high)
{
    return (int)rng_range(&t->rng, low, high);
}

static bool maybe(Teller *t, double p)
{
    return rng_chance(&t->rng, p);
}

static int64_t any_size(Teller *t)
{
    if (maybe(t, 0.2)) return rng_range(&t->rng, 1, 60 * SHARE);
    return pick(t, 1, 40) * SHARE;
}

static int64_t shown_size(Teller *t)
{
    return t->has_unknown && maybe(t, 0.15) ? MATCHING_UNSAID : any_size(t);
}

static int64_t turned(int outcome, int64_t price)
{
    return outcome ? 100 * CENT - price : price;
}

static int64_t inside(int64_t cents)
{
    return (cents < 1 ? 1 : cents > 99 ? 99 : cents) * CENT;
}

/* Levels away from the middle; each one seen from the story's outcome. */
static int make_side(Teller *t, const Story *s, int away, StoryLevel *to)
{
    int n = pick(t, 0, 5), cents = t->mid[s->market] + away * pick(t, 0, 2);

    if (t->has_crossed && maybe(t, 0.05)) cents -= 3 * away;
    for (int i = 0; i < n; i++) {
        cents += away * pick(t, 1, 2);
        if (cents < 1 || cents > 99) return i;
        to[i] = (StoryLevel){turned(s->outcome, cents * CENT), shown_size(t)};
    }
    return n;
}

static void make_book(Teller *t, Story *s)
{
    bool is_turned = s->outcome == 1;

    s->is_cut = maybe(t, 0.7);
    s->bid_count = make_side(t, s, is_turned ? 1 : -1, s->bids);
    s->ask_count = make_side(t, s, is_turned ? -1 : 1, s->asks);
}

static void make_level(Teller *t, Story *s)
{
    s->price = turned(s->outcome, inside(t->mid[s->market] + pick(t, -5, 5)));
    s->size = s->kind == STORY_DELTA && maybe(t, 0.25) ? 0 : shown_size(t);
    s->is_ask = maybe(t, 0.5);
    s->is_sell = maybe(t, 0.5);
    /* Deltas mostly on their own side of the middle. */
    if (s->kind == STORY_DELTA && maybe(t, 0.93)) {
        bool is_above = turned(s->outcome, s->price) > t->mid[s->market] * CENT;

        s->is_ask = is_above != (s->outcome == 1);
    }
}

static void make_order(Teller *t, Story *s)
{
    s->id = ++t->last_id;
    s->owner = (uint32_t)pick(t, 0, 2);
    s->price = turned(s->outcome, inside(t->mid[s->market] + pick(t, -4, 4)));
    if (t->has_fine_grid && maybe(t, 0.2)) s->price += pick(t, -9, 9) * MATCHING_STEP;
    if (s->price <= 0 || s->price >= 100 * CENT) s->price = 50 * CENT;
    s->size = any_size(t);
    s->is_sell = maybe(t, 0.5);
    s->is_market = maybe(t, 0.15);
    s->is_now = maybe(t, 0.1);
    s->is_all = maybe(t, 0.1);
    s->is_post = !s->is_market && !s->is_now && !s->is_all && maybe(t, 0.2);
    s->is_set = maybe(t, 0.02);
    s->expires = maybe(t, 0.3) ? t->now + pick(t, 0, 3000) * 1000 : INT64_MAX;
}

static void make_cancel(Teller *t, Story *s)
{
    size_t at = t->last_id ? (size_t)pick(t, 0, (int)t->count - 1) : 0;

    while (at < t->count && t->stories[at].kind != STORY_ORDER)
        at++;
    if (at >= t->count) {
        s->kind = STORY_GAP;
        return;
    }
    s->id = t->stories[at].id;
    s->owner = t->stories[at].owner;
    s->market = t->stories[at].market;
}

static StoryKind any_kind(Teller *t)
{
    int dice = pick(t, 0, 999);

    if (dice < 330) return STORY_BOOK;
    if (dice < 480) return STORY_DELTA;
    if (dice < 590) return STORY_TRADE;
    if (dice < 830) return STORY_ORDER;
    if (dice < 960) return STORY_CANCEL;
    if (dice < 970) return STORY_GAP;
    if (dice < 978) return STORY_GRID;
    return dice < 986 ? STORY_CLOSE : STORY_OPEN;
}

static void make_story(Teller *t)
{
    Story *s = &t->stories[t->count];

    if (maybe(t, 0.6)) t->now += pick(t, 0, 300) * 1000;
    *s = (Story){.at = t->now};
    s->kind = any_kind(t);
    s->market = maybe(t, 0.2);
    s->outcome = maybe(t, 0.3);
    if (maybe(t, 0.3)) t->mid[s->market] += pick(t, -2, 2);
    if (t->mid[s->market] < 4) t->mid[s->market] = 4;
    if (t->mid[s->market] > 96) t->mid[s->market] = 96;
    if (s->kind == STORY_BOOK) make_book(t, s);
    if (s->kind == STORY_DELTA || s->kind == STORY_TRADE) make_level(t, s);
    if (s->kind == STORY_GRID) s->price = maybe(t, 0.5) ? CENT : MATCHING_STEP;
    if (s->kind == STORY_ORDER) make_order(t, s);
    if (s->kind == STORY_CANCEL) make_cancel(t, s);
    t->count++;
}

static void make_setup(Teller *t, MatchingSetup *s)
{
    s->model = (Model)pick(t, 0, 2);
    for (int i = 0; i < MATCHING_MARKETS; i++)
        s->has_trades[i] = maybe(t, 0.5);
    s->order_us = maybe(t, 0.3) ? 0 : pick(t, 1, 400) * 1000;
    s->cancel_us = maybe(t, 0.3) ? 0 : pick(t, 1, 400) * 1000;
    s->jitter_us = maybe(t, 0.5) ? 0 : pick(t, 1, 300) * 1000;
    s->delay_us = maybe(t, 0.6) ? 0 : 250000;
    s->seed = rng_u64(&t->rng);
    s->tick = CENT;
    s->min_size = maybe(t, 0.5) ? 0 : 5 * SHARE;
    s->min_notional = maybe(t, 0.5) ? 0 : SHARE;
    s->rate_ppm = maybe(t, 0.3) ? 0 : 70000;
}

static void make(Teller *t, uint64_t seed, MatchingSetup *setup)
{
    size_t count;

    rng_init(&t->rng, seed);
    t->now = 1000000;
    t->last_id = 0;
    t->count = 0;
    for (int i = 0; i < MATCHING_MARKETS; i++)
        t->mid[i] = pick(t, 10, 90);
    t->has_fine_grid = maybe(t, 0.3);
    t->has_crossed = maybe(t, 0.3);
    t->has_unknown = maybe(t, 0.3);
    make_setup(t, setup);
    count = (size_t)pick(t, 20, STORIES);
    while (t->count < count)
        make_story(t);
}

static bool is_same(const Reply *a, const Reply *b)
{
    return a->at == b->at && a->kind == b->kind && a->owner == b->owner && a->id == b->id &&
           a->price == b->price && a->size == b->size && a->fee == b->fee;
}

static size_t first_difference(const Reply *a, size_t an, const Reply *b, size_t bn)
{
    size_t i = 0;

    while (i < an && i < bn && is_same(&a[i], &b[i]))
        i++;
    return i;
}

static void print_replies(const char *name, const Reply *r, size_t from, size_t count)
{
    char text[128];

    for (size_t i = from; i < count; i++)
        printf("  %s %s\n", name, reply_text(&r[i], text, sizeof text));
}

typedef struct Sums {
    uint64_t replies, fills, kinds[REPLY_REJECTED + 1], by_model[3];
} Sums;

static void add(Sums *sums, const MatchingSetup *setup, const Reply *r, size_t n)
{
    sums->replies += n;
    for (size_t i = 0; i < n; i++) {
        sums->kinds[r[i].kind]++;
        sums->by_model[setup->model] += r[i].kind == REPLY_FILL;
    }
}

/* True when both say the same. */
static bool compare(uint64_t seed, bool is_loud, Sums *sums, Arena *arena)
{
    static Teller t;
    static Reply ours[REPLIES], theirs[REPLIES];
    MatchingSetup setup;
    size_t n, m, at;

    make(&t, seed, &setup);
    n = matched(&setup, t.stories, t.count, ours, REPLIES, arena);
    m = matching_reference(&setup, t.stories, t.count, theirs, REPLIES);
    if (n > REPLIES || m > REPLIES) return false;
    at = first_difference(ours, n, theirs, m);
    add(sums, &setup, ours, n);
    if (is_loud) print_replies("both     ", ours, 0, at);
    if (at == n && at == m) return true;
    printf("seed %llu: different from reply %zu on (%zu, %zu)\n", (unsigned long long)seed, at, n,
           m);
    print_replies("matcher  ", ours, at, is_loud || n < at + 4 ? n : at + 4);
    print_replies("reference", theirs, at, is_loud || m < at + 4 ? m : at + 4);
    return false;
}

static uint64_t number(int argc, char **argv, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (!strcmp(argv[i], name)) return strtoull(argv[i + 1], NULL, 10);
    return otherwise;
}

int main(int argc, char **argv)
{
    uint64_t count = number(argc, argv, "--count", 1000), first = number(argc, argv, "--first", 1);
    uint64_t only = number(argc, argv, "--only", 0), failed = 0;
    Arena *arena = test_arena((size_t)1 << 26);
    Sums sums = {0};

    if (only) return compare(only, true, &sums, arena) ? 0 : 1;
    for (uint64_t seed = first; seed < first + count; seed++) {
        failed += !compare(seed, false, &sums, arena);
        arena_reset(arena);
        if (failed > 5) break;
    }
    printf("%llu stories, %llu replies: %llu live, %llu fills (touch %llu, queue %llu, pessimistic "
           "%llu), %llu "
           "cancelled, %llu expired, %llu rejected\n",
           (unsigned long long)count, (unsigned long long)sums.replies,
           (unsigned long long)sums.kinds[REPLY_LIVE], (unsigned long long)sums.kinds[REPLY_FILL],
           (unsigned long long)sums.by_model[0], (unsigned long long)sums.by_model[1],
           (unsigned long long)sums.by_model[2], (unsigned long long)sums.kinds[REPLY_CANCELLED],
           (unsigned long long)sums.kinds[REPLY_EXPIRED],
           (unsigned long long)sums.kinds[REPLY_REJECTED]);
    printf("%llu passed, %llu failed\n", (unsigned long long)(count - failed),
           (unsigned long long)failed);
    return failed ? 1 : 0;
}
