/* fuzz_matcher.c — orders, books and time in any order, against the slow reference.
 *
 * The first two bytes are a seed of stories (tests/diff/stories.h); each four bytes after that change one of them:
 * which, what of it, and to what.  Promise checked: the matcher and the reference reply the
 * same. */
#include "tests/diff/matched.h"
#include "tests/diff/stories.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pool.h"
#include "vm/base/bug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CENT INT64_C(10000)
enum { REPLIES = 20000, LIMIT = 64 << 20, CHANGES = 60 };

/* Later stories move along, so that time never goes back. */
static void delay(Stories *s, size_t from, int64_t us)
{
    for (size_t i = from; i < s->count; i++)
        s->items[i].at += us;
}

static void change_flags(Story *s, uint8_t bits)
{
    s->is_sell = bits & 1;
    s->is_market = bits & 2;
    s->is_now = bits & 4;
    s->is_all = bits & 8;
    s->is_post = (bits & 16) && !s->is_market && !s->is_now && !s->is_all;
    s->is_set = bits & 32;
    s->is_ask = bits & 64;
    s->is_cut = bits & 128;
}

static void change(Stories *all, Bytes *in)
{
    size_t at = input_byte(in) % all->count;
    uint8_t what = input_byte(in), low = input_byte(in), high = input_byte(in);
    int64_t value = low | high << 8;
    Story *s = &all->items[at];

    switch (what % 8) {
    case 0: /* what is no order becomes other news */
        if (s->kind == STORY_ORDER || s->kind == STORY_CANCEL) break;
        s->kind = low & 1 ? STORY_GAP : low & 2 ? STORY_CLOSE : STORY_OPEN;
        break;
    case 1:
        delay(all, at, value * (high & 1 ? 100 : 1));
        break;
    case 2:
        change_flags(s, low);
        break;
    case 3:
        if (s->kind == STORY_ORDER || s->kind == STORY_TRADE || s->kind == STORY_DELTA)
            s->price = (1 + value % 99) * CENT;
        break;
    case 4:
        if (s->size != MATCHING_UNSAID) s->size = 1 + value * 1000;
        break;
    case 5:
        if (s->kind == STORY_CANCEL) s->id = 1 + low % 100; /* of nobody, or of another */
        break;
    case 6:
        if (s->kind == STORY_ORDER && s->expires != INT64_MAX) s->expires = s->at + value * 10;
        break;
    default:
        if (s->kind != STORY_ORDER && s->kind != STORY_CANCEL)
            all->items[at] = all->items[low % all->count];
        if (all->items[at].kind == STORY_ORDER || all->items[at].kind == STORY_CANCEL)
            all->items[at].kind = STORY_GAP; /* an order is sent once */
        all->items[at].at = at ? all->items[at - 1].at : all->items[at].at;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Stories stories;
    static Reply ours[REPLIES], theirs[REPLIES];
    Bytes in = {span_of((const char *)data, size)};
    uint64_t seed = input_byte(&in);
    MatchingSetup setup;
    Arena arena;
    size_t n, m;

    seed = seed << 8 | input_byte(&in);
    stories_make(&stories, seed, &setup);
    for (int i = 0; i < CHANGES && in.left.len >= 4; i++)
        change(&stories, &in);
    arena = pool_arena(LIMIT);
    n = matched(&setup, stories.items, stories.count, ours, REPLIES, &arena);
    m = matching_reference(&setup, stories.items, stories.count, theirs, REPLIES);
    BUG_IF(n != m || n > REPLIES || replies_differ_at(ours, n, theirs, m) != n);
    arena_fini(&arena);
    return 0;
}
