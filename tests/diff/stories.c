/* stories.c — see stories.h. */
#include "tests/diff/stories.h"

#include "vm/base/rng.h"

#define SHARE INT64_C(1000000)
#define CENT INT64_C(10000)

typedef struct Teller {
    Rng rng;
    int64_t now;
    int mid[MATCHING_MARKETS]; /* cents */
    uint64_t last_id;
    bool has_fine_grid, has_crossed, has_unknown;
    Stories *to;
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
    size_t at = t->last_id ? (size_t)pick(t, 0, (int)t->to->count - 1) : 0;

    while (at < t->to->count && t->to->items[at].kind != STORY_ORDER)
        at++;
    if (at >= t->to->count) {
        s->kind = STORY_GAP;
        return;
    }
    s->id = t->to->items[at].id;
    s->owner = t->to->items[at].owner;
    s->market = t->to->items[at].market;
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
    Story *s = &t->to->items[t->to->count];

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
    t->to->count++;
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

void stories_make(Stories *s, uint64_t seed, MatchingSetup *ret_setup)
{
    Teller teller = {.to = s, .now = 1000000}, *t = &teller;
    size_t count;

    rng_init(&t->rng, seed);
    s->count = 0;
    for (int i = 0; i < MATCHING_MARKETS; i++)
        t->mid[i] = pick(t, 10, 90);
    t->has_fine_grid = maybe(t, 0.3);
    t->has_crossed = maybe(t, 0.3);
    t->has_unknown = maybe(t, 0.3);
    make_setup(t, ret_setup);
    count = (size_t)pick(t, 20, STORIES);
    while (t->to->count < count)
        make_story(t);
}

static bool is_same(const Reply *a, const Reply *b)
{
    return a->at == b->at && a->kind == b->kind && a->owner == b->owner && a->id == b->id &&
           a->price == b->price && a->size == b->size && a->fee == b->fee;
}

size_t replies_differ_at(const Reply *a, size_t a_count, const Reply *b, size_t b_count)
{
    size_t i = 0;

    while (i < a_count && i < b_count && is_same(&a[i], &b[i]))
        i++;
    return i;
}
