/* matching.c — the matcher against the slow reference on random books and order streams.
 *
 *     matching [--count N] [--first SEED] [--only SEED]
 *
 * All replies to the stories of a seed (stories.h) must be equal: instants, kinds, sizes, prices, fees, order.
 * `--only` prints both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/diff/matched.h"
#include "tests/diff/stories.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { REPLIES = 20000 };

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
    static Stories t;
    static Reply ours[REPLIES], theirs[REPLIES];
    MatchingSetup setup;
    size_t n, m, at;

    stories_make(&t, seed, &setup);
    n = matched(&setup, t.items, t.count, ours, REPLIES, arena);
    m = matching_reference(&setup, t.items, t.count, theirs, REPLIES);
    if (n > REPLIES || m > REPLIES) return false;
    at = replies_differ_at(ours, n, theirs, m);
    add(sums, &setup, ours, n);
    if (is_loud) print_replies("both     ", ours, 0, at);
    if (at == n && at == m) return true;
    printf("seed %llu: different from reply %zu on (%zu, %zu)\n", (unsigned long long)seed, at, n,
           m);
    print_replies("matcher  ", ours, at, is_loud || n < at + 4 ? n : at + 4);
    print_replies("reference", theirs, at, is_loud || m < at + 4 ? m : at + 4);
    return false;
}

int main(int argc, char **argv)
{
    uint64_t count = 1000, first = 1, only = 0, failed = 0;
    Arena *arena = test_arena((size_t)1 << 26);
    Sums sums = {0};

    test_arguments(argc, argv,
                   (TestNumber[]){{"--count", &count}, {"--first", &first}, {"--only", &only}}, 3);
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
