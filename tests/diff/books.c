/* books.c — laws of a book that many owners share.
 *
 * On the random stories of the matcher's own test: whose orders these are changes nothing (M8); orders of others in
 * another market, and orders that come later, change nothing (M9).  On books and orders of its own: of no price more
 * is taken between two pieces of news than is shown, nor in all than was shown at first and added since, whoever
 * took it.
 *
 *     books [--count N] [--first SEED] */
#include <stdio.h>
#include <string.h>

#include "runtime/matcher/matcher.h"
#include "tests/diff/matched.h"
#include "tests/diff/stories.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/rng.h"

enum { REPLIES = 20000, OWNERS = 3 };
#define SHARE INT64_C(1000000)
#define CENT INT64_C(10000)

typedef struct Sums {
    uint64_t stories, fills, elsewhere, later, taken_times, full_levels;
    int64_t taken;
} Sums;

static Reply ours[REPLIES], theirs[REPLIES];

/* ---- stories ------------------------------------------------------------------------------------- */

static int market_of(const Stories *t, uint64_t id)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->items[i].kind == STORY_ORDER && t->items[i].id == id) return t->items[i].market;
    return -1;
}

static bool is_of_owner(const Story *s, uint32_t owner)
{
    return (s->kind == STORY_ORDER || s->kind == STORY_CANCEL) && s->owner == owner;
}

static bool part(uint64_t seed, const char *law)
{
    printf("seed %llu: %s\n", (unsigned long long)seed, law);
    return false;
}

/* Everybody's orders become those of one, or change hands. */
static bool is_blind(uint64_t seed, const Stories *t, const MatchingSetup *setup, size_t n,
                     Arena *arena)
{
    static Stories other;
    size_t m;

    other = *t;
    for (size_t i = 0; i < other.count; i++)
        if (other.items[i].kind == STORY_ORDER || other.items[i].kind == STORY_CANCEL)
            other.items[i].owner = seed % 2 ? 0 : (other.items[i].owner + 1) % OWNERS;
    m = matched(setup, other.items, other.count, theirs, REPLIES, arena);
    for (size_t i = 0; i < m; i++)
        theirs[i].owner = ours[i].owner;
    return replies_differ_at(ours, n, theirs, m) == n && m == n;
}

/* Without the orders of one owner in one market: the other market hears the same. */
static bool is_local(const Stories *t, const MatchingSetup *setup, size_t n, Sums *sums,
                     Arena *arena)
{
    static Stories other;
    size_t m, at = 0;

    other.count = 0;
    for (size_t i = 0; i < t->count; i++)
        if (!is_of_owner(&t->items[i], 2) || t->items[i].market == 0)
            other.items[other.count++] = t->items[i];
    m = matched(setup, other.items, other.count, theirs, REPLIES, arena);
    sums->elsewhere += t->count - other.count;
    for (size_t i = 0; i < n; i++) {
        if (market_of(t, ours[i].id) != 0) continue;
        while (at < m && market_of(t, theirs[at].id) != 0)
            at++;
        if (at == m || replies_differ_at(&ours[i], 1, &theirs[at++], 1) == 0) return false;
    }
    return true;
}

/* Without what one owner sends in the second half: until then everybody hears the same. */
static bool is_causal(const Stories *t, const MatchingSetup *setup, size_t n, Sums *sums,
                      Arena *arena)
{
    static Stories other;
    int64_t half = t->items[t->count / 2].at;
    size_t m, a = 0, b = 0;

    other.count = 0;
    for (size_t i = 0; i < t->count; i++)
        if (!is_of_owner(&t->items[i], 1) || t->items[i].at < half)
            other.items[other.count++] = t->items[i];
    m = matched(setup, other.items, other.count, theirs, REPLIES, arena);
    sums->later += t->count - other.count;
    while (a < n && ours[a].at < half)
        a++;
    while (b < m && theirs[b].at < half)
        b++;
    return replies_differ_at(ours, a, theirs, b) == a && a == b;
}

static bool try_stories(uint64_t seed, Sums *sums, Arena *arena)
{
    static Stories t;
    MatchingSetup setup;
    size_t n;

    stories_make(&t, seed, &setup);
    setup.jitter_us = 0; /* which is drawn by owner */
    n = matched(&setup, t.items, t.count, ours, REPLIES, arena);
    if (n > REPLIES) return part(seed, "more replies than there is room for");
    sums->stories++;
    for (size_t i = 0; i < n; i++)
        sums->fills += ours[i].kind == REPLY_FILL;
    if (!is_blind(seed, &t, &setup, n, arena))
        return part(seed, "the book knows whose orders these are");
    if (!is_local(&t, &setup, n, sums, arena))
        return part(seed, "orders in another market are felt");
    if (!is_causal(&t, &setup, n, sums, arena)) return part(seed, "later orders are felt");
    return true;
}

/* ---- depth --------------------------------------------------------------------------------------- */

enum { PRICES = 100, TURNS = 400, LEVELS = 4 };

typedef struct Depth { /* of both sides, in the frame of outcome 0 */
    int64_t shown[BOOK_ENDS][PRICES], since[BOOK_ENDS][PRICES]; /* taken since the last news */
    int64_t all[BOOK_ENDS][PRICES], allowed[BOOK_ENDS][PRICES]; /* since the beginning */
    int64_t bought, offered; /* by and to those who buy, at any price */
} Depth;

typedef struct Play {
    Rng rng;
    Book book;
    Matcher *matcher;
    Depth depth;
    int64_t now_us;
    uint64_t last_id;
    bool rests;
    bool is_sell[TURNS * 4];
    uint8_t outcome[TURNS * 4];
    int mid;
} Play;

static void show_side(Play *p, BookEnd end, BookLevel *to, uint32_t *ret_count)
{
    Depth *d = &p->depth;
    int64_t was[PRICES];
    uint32_t n = 0;

    memcpy(was, d->shown[end], sizeof was);
    memset(d->shown[end], 0, sizeof d->shown[end]);
    memset(d->since[end], 0, sizeof d->since[end]);
    for (int i = 1; i <= LEVELS; i++) {
        int price = end == BOOK_ASK ? p->mid + i : p->mid - i;
        bool stands = rng_chance(&p->rng, 0.5) && was[price] > 0;
        int64_t size = stands ? was[price] : rng_range(&p->rng, 1, 60) * SHARE;

        d->shown[end][price] = size;
        to[n++] = (BookLevel){price * CENT, size};
        if (size > was[price]) d->allowed[end][price] += size - was[price];
        if (size > was[price] && end == BOOK_ASK) d->offered += size - was[price];
    }
    *ret_count = n;
}

static void show_book(Play *p)
{
    BookLevel bids[LEVELS], asks[LEVELS];
    BookNews n = {.ts_us = p->now_us, .kind = NEWS_SNAPSHOT, .epoch = 1, .levels = {bids, asks}};

    p->mid += (int)rng_range(&p->rng, -1, 1);
    if (p->mid < 10) p->mid = 10;
    if (p->mid > 90) p->mid = 90;
    show_side(p, BOOK_BID, bids, &n.counts[BOOK_BID]);
    show_side(p, BOOK_ASK, asks, &n.counts[BOOK_ASK]);
    (void)book_apply(&p->book, &n);
    matcher_news(p->matcher, &n);
}

static void send_order(Play *p)
{
    uint8_t outcome = rng_chance(&p->rng, 0.3);
    bool is_sell = rng_chance(&p->rng, 0.5);
    int price = p->mid + (int)rng_range(&p->rng, -5, 5);
    MatcherOrder o = {.id = ++p->last_id,
                      .owner = (uint32_t)rng_below(&p->rng, 6),
                      .outcome = outcome,
                      .is_sell = is_sell,
                      .expires_us = INT64_MAX};

    o.size_micros = rng_range(&p->rng, 1, 80) * SHARE;
    o.price_micros = (outcome ? PRICES - price : price) * CENT;
    if (!p->rests || rng_chance(&p->rng, 0.4)) o.modifiers = MOD_NOW_OR_NEVER;
    p->is_sell[o.id] = is_sell != (outcome == 1);
    p->outcome[o.id] = outcome;
    matcher_order(p->matcher, &o, p->now_us);
}

/* One fill, in the frame of outcome 0. */
static bool take_fill(Play *p, const Event *fill, Sums *sums)
{
    Depth *d = &p->depth;
    uint64_t id = fill->fill.order;
    int64_t frame =
        p->outcome[id] ? PRICES * CENT - fill->fill.price_micros : fill->fill.price_micros;
    int price = (int)(frame / CENT);
    BookEnd from = p->is_sell[id] ? BOOK_BID : BOOK_ASK;

    sums->taken_times++;
    sums->taken += fill->fill.size_micros;
    if (!p->is_sell[id]) d->bought += fill->fill.size_micros;
    if (p->rests) return d->bought <= d->offered; /* at prices of their own */
    d->since[from][price] += fill->fill.size_micros;
    d->all[from][price] += fill->fill.size_micros;
    sums->full_levels += d->since[from][price] == d->shown[from][price];
    return d->since[from][price] <= d->shown[from][price] &&
           d->all[from][price] <= d->allowed[from][price];
}

static bool pull(Play *p, int64_t until_us, Sums *sums)
{
    MatcherAnswer a;
    bool ok = true;

    while (matcher_next(p->matcher, until_us, &a))
        if (a.event.kind == EV_FILL) ok &= take_fill(p, &a.event, sums);
    return ok;
}

static bool try_depth(uint64_t seed, Sums *sums, Arena *arena)
{
    MarketRules rules = {.tick_micros = CENT, .fee_step_micros = 10, .fee_exponent = 1};
    MatcherMarket market = {.rules = &rules};
    MatcherConfig config = {.markets = &market, .market_count = 1};
    Play *p = arena_new(arena, Play);

    rng_init(&p->rng, seed);
    p->mid = (int)rng_range(&p->rng, 20, 80);
    p->rests = seed % 2;
    p->now_us = SHARE;
    /* `pessimistic` fills what rests from what is offered alone; who does not rest is filled alike by all. */
    config.model = p->rests ? MODEL_PESSIMISTIC : (FillModel)(seed / 2 % MODELS);
    config.order_us = rng_range(&p->rng, 0, 300) * 1000;
    config.jitter_us = rng_range(&p->rng, 0, 200) * 1000;
    config.seed = seed;
    book_init(&p->book, 32, true, arena);
    market.book = &p->book;
    p->matcher = matcher_new(&config, arena);
    for (int i = 0; i < TURNS; i++) {
        p->now_us += rng_range(&p->rng, 1, 200) * 1000;
        if (!pull(p, p->now_us - 1, sums)) return part(seed, "more was taken than was shown");
        if (i == 0 || rng_chance(&p->rng, 0.4))
            show_book(p);
        else
            send_order(p);
        if (!pull(p, p->now_us, sums)) return part(seed, "more was taken than was shown");
    }
    return true;
}

int main(int argc, char **argv)
{
    uint64_t count = 300, first = 1;
    Arena *arena = test_arena((size_t)1 << 27);
    Sums s = {0};

    test_arguments(argc, argv, (TestNumber[]){{"--count", &count}, {"--first", &first}}, 2);
    for (uint64_t seed = first; seed < first + count; seed++) {
        if (!try_stories(seed, &s, arena) || !try_depth(seed, &s, arena)) return 1;
        arena_reset(arena);
    }
    printf("%llu stories with %llu fills, %llu orders left out elsewhere and %llu later; %llu "
           "takings of %lld "
           "shares, %llu of them the last of a level\n",
           (unsigned long long)s.stories, (unsigned long long)s.fills,
           (unsigned long long)s.elsewhere, (unsigned long long)s.later,
           (unsigned long long)s.taken_times, (long long)(s.taken / SHARE),
           (unsigned long long)s.full_levels);
    return s.fills && s.elsewhere && s.later && s.full_levels ? 0 : 1;
}
