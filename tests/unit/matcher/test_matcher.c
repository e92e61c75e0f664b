/* test_matcher.c — the matcher on cases worked out by hand; the reference must say the same.
 *
 * A story is steps behind `;`, each "SECONDS what ...".  Prices are cents, sizes shares, of outcome 0
 * unless `down` says otherwise:
 *   book LEVELS | LEVELS    whole; cut: the best levels only; a level is 50x10, 50x? of unknown size
 *   delta bid|ask P S       trade buy|sell P S        gap   open   close   grid TENTHS
 *   ID buy|sell S P [down] [post] [now] [all] [market] [good SECONDS] [set]      cancel ID
 * A setup is words: touch, queue, pessimistic; trades; order=MS cancel=MS delay=MS; fees; minimums. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/diff/matched.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"

enum { STORY_ROOM = 32, REPLY_ROOM = 64, TEXT_ROOM = 2048 };

static const struct {
    const char *name, *setup, *story, *want;
} cases[] = {
    /* ---- depth */
    {"level by level, at their prices", "queue", "0 book 50x10 | 52x3 53x4 55x9; 1 1 buy 10 53 now",
     "1 fill 1 3@0.52; 1 fill 1 4@0.53; 1 cancelled 1"},
    {"the rest of a limit rests", "queue", "0 book 50x10 | 52x3; 1 1 buy 5 52",
     "1 fill 1 3@0.52; 1 live 1"},
    {"nothing within the price", "queue", "0 book 50x10 | 52x3; 1 1 buy 5 51 now", "1 cancelled 1"},
    {"a sale takes bids", "queue", "0 book 50x10 48x5 | 52x3; 1 1 sell 12 48 market",
     "1 fill 1 10@0.5; 1 fill 1 2@0.48"},
    {"down is up turned over", "queue", "0 book 50x10 48x5 | 52x3; 1 1 buy 12 52 down now",
     "1 fill 1 10@0.5; 1 fill 1 2@0.52"},
    {"selling down takes asks of up", "queue", "0 book 50x10 | 52x3 54x9; 1 1 sell 5 46 down now",
     "1 fill 1 3@0.48; 1 fill 1 2@0.46"},
    {"nothing shown is taken twice", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 2 52 now; 1 2 buy 2 52 now; 1 3 buy 2 52 now",
     "1 fill 1 2@0.52; 1 fill 2 1@0.52; 1 cancelled 2; 1 cancelled 3"},
    {"a book that stands still is no new book", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 3 52 now; 2 book 50x10 | 52x3; 3 2 buy 3 52 now",
     "1 fill 1 3@0.52; 3 cancelled 2"},
    {"what is added can be had", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 3 52 now; 2 book 50x10 | 52x5; 3 2 buy 3 52 now",
     "1 fill 1 3@0.52; 3 fill 2 2@0.52; 3 cancelled 2"},
    {"what goes was ours first", "queue",
     "0 book 50x10 | 52x5; 1 1 buy 3 52 now; 2 book 50x10 | 52x2; 3 book 50x10 | 52x5; 4 2 buy 9 "
     "52 now",
     "1 fill 1 3@0.52; 4 fill 2 3@0.52; 4 cancelled 2"},
    {"a price that went and came is new", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 3 52 now; 2 book 50x10 | 53x9; 3 book 50x10 | 52x3; 4 2 buy 3 "
     "52 now",
     "1 fill 1 3@0.52; 4 fill 2 3@0.52"},
    {"out of sight is not gone", "queue",
     "0 cut 50x10 | 52x3; 1 1 buy 3 52 now; 2 cut 50x10 | 51x1; 3 cut 50x10 | 52x3; 4 2 buy 3 52 "
     "now",
     "1 fill 1 3@0.52; 4 cancelled 2"},
    {"all or nothing", "queue", "0 book 50x10 | 52x3; 1 1 buy 4 52 all; 1 2 buy 3 52 all",
     "1 cancelled 1; 1 fill 2 3@0.52"},
    {"all or nothing over two levels", "queue", "0 book 50x10 | 52x3 53x3; 1 1 buy 5 53 all",
     "1 fill 1 3@0.52; 1 fill 1 2@0.53"},
    {"unknown sizes: touch takes all", "touch", "0 book 50x10 | 52x?; 1 1 buy 400 52 now",
     "1 fill 1 400@0.52"},
    {"unknown sizes: queue takes none", "queue", "0 book 50x10 | 52x? 53x4; 1 1 buy 4 53 now",
     "1 fill 1 4@0.53"},
    {"unknown sizes: pessimistic takes none", "pessimistic",
     "0 book 50x10 | 52x?; 1 1 buy 4 53 now", "1 cancelled 1"},
    {"a stale book gives nothing", "queue", "0 book 50x10 | 52x3; 1 gap; 2 1 buy 4 53 now",
     "2 cancelled 1"},
    {"a crossed book gives nothing", "queue", "0 book 53x10 | 52x3; 1 1 buy 4 53 now",
     "1 cancelled 1"},
    {"a delta is depth", "queue", "0 book 50x10 | 52x3; 1 delta ask 51 2; 2 1 buy 4 51 now",
     "2 fill 1 2@0.51; 2 cancelled 1"},
    {"the example of docs/MATCHER.md", "queue fees order=250 cancel=250",
     "9 book 48x100 | 52x30; 10 1 buy 50 52; 10.1 book 48x100 | 52x20; 10.6 book 48x100 | 52x20; "
     "11 book 48x100 | 52x45; 12 cancel 1; 12.1 book 48x100 | 51x9",
     "10.25 fill 1 20@0.52 fee 0.34944; 10.25 live 1; 11 fill 1 25@0.52; 12.1 fill 1 5@0.52"},
    /* ---- rules */
    {"post only is refused where it would take", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 4 52 post; 1 2 buy 4 51 post", "1 rejected 1; 1 live 2"},
    {"post only looks at what is shown, not at what is left", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 3 52 now; 1 2 buy 4 52 post", "1 fill 1 3@0.52; 1 rejected 2"},
    {"five shares to rest", "queue minimums",
     "0 book 50x10 | 52x3; 1 1 buy 4.99 50; 1 2 buy 5 50; 1 3 sell 1 60",
     "1 rejected 1; 1 live 2; 1 rejected 3"},
    {"a dollar to take; sales have none", "queue minimums",
     "0 book 50x10 | 52x30; 1 1 buy 1.92 52 now; 1 2 buy 1.93 52 now; 1 3 sell 0.01 50 now",
     "1 rejected 1; 1 fill 2 1.93@0.52; 1 fill 3 0.01@0.5"},
    {"the grid", "queue", "0 book 50x10 | 52x3; 1 1 buy 5 50.5; 1 2 buy 5 0; 1 3 buy 5 99.5",
     "1 rejected 1; 1 rejected 2; 1 rejected 3"},
    {"a finer grid from now on", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 50.5; 2 grid 1; 3 book 50x10 | 52x3; 4 2 buy 5 50.5",
     "1 rejected 1; 4 live 2"},
    {"a slot that is over", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 close; 2 2 buy 5 50; 3 open; 3 book 50x1 | 52x1; 3 3 "
     "buy 5 49",
     "1 live 1; 2 cancelled 1; 2 rejected 2; 3 live 3"},
    {"on its way while the slot ended", "queue order=500",
     "0 book 50x10 | 52x3; 1 1 buy 5 52; 1.2 close; 1.3 open; 1.4 book 50x1 | 52x9",
     "1.5 rejected 1"},
    {"good for two seconds", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 50 good 2; 4 book 50x9 | 52x3", "1 live 1; 3 expired 1"},
    {"it expired on its way", "queue order=500", "0 book 50x10 | 52x3; 1 1 buy 5 50 good 0.5",
     "1.5 expired 1"},
    {"a full set", "queue order=250", "0 book 50x10 | 52x3; 1 1 buy 5 50 set", "1.25 filled 1"},
    /* ---- fees and delay */
    {"25 shares at 64c pay 40.32c", "queue fees", "0 book 50x10 | 64x40; 1 1 buy 25 64 now",
     "1 fill 1 25@0.64 fee 0.4032"},
    {"down pays the same", "queue fees", "0 book 36x40 | 64x40; 1 1 buy 25 64 down now",
     "1 fill 1 25@0.64 fee 0.4032"},
    {"each fill has its fee, makers have none", "queue fees trades",
     "0 book 50x10 | 52x1 53x1; 1 1 buy 3 53; 2 trade sell 53 9",
     "1 fill 1 1@0.52 fee 0.01747; 1 fill 1 1@0.53 fee 0.01744; 1 live 1; 2 fill 1 1@0.53"},
    {"takers wait, others do not", "queue delay=250",
     "0 book 50x10 | 52x3; 1 1 buy 2 52; 1 2 buy 5 51", "1 live 2; 1.25 fill 1 2@0.52"},
    {"the book may be another one then", "queue delay=250",
     "0 book 50x10 | 52x3; 1 1 buy 2 52; 1.1 book 50x10 | 53x3", "1.25 live 1"},
    {"no cancel during the delay", "queue delay=250",
     "0 book 50x10 | 52x3; 1 1 buy 5 52; 1.1 cancel 1",
     "1.25 fill 1 3@0.52; 1.25 live 1; 1.25 cancelled 1"},
    /* ---- latency */
    {"the book at arrival counts", "queue order=250",
     "0 book 50x10 | 52x3; 1 1 buy 5 53 now; 1.2 book 50x10 | 53x2",
     "1.25 fill 1 2@0.53; 1.25 cancelled 1"},
    {"at one instant the news comes first", "queue order=250",
     "0 book 50x10 | 52x3; 1 1 buy 5 53 now; 1.25 book 50x10 | 53x2",
     "1.25 fill 1 2@0.53; 1.25 cancelled 1"},
    {"filled while the cancel was on its way", "queue cancel=250",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 2 cancel 1; 2.2 book 50x10 | 51x9",
     "1 live 1; 2.2 fill 1 5@0.51"},
    {"a part of it", "queue cancel=250",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 2 cancel 1; 2.2 book 50x10 | 51x2",
     "1 live 1; 2.2 fill 1 2@0.51; 2.25 cancelled 1"},
    {"a cancel does not overtake its order", "queue order=250",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 1 cancel 1", "1.25 live 1; 1.25 cancelled 1"},
    {"news before the cancel of the same instant", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 2 book 50x10 | 51x2; 2 cancel 1",
     "1 live 1; 2 fill 1 2@0.51; 2 cancelled 1"},
    /* ---- resting orders, three models: 10 ahead at 50c */
    {"touch: a trade at the price", "touch trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade sell 50 4", "1 live 1; 2 fill 1 4@0.5"},
    {"queue: those ahead first", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade sell 50 4; 3 trade sell 50 8; 4 trade sell 50 9",
     "1 live 1; 3 fill 1 2@0.5; 4 fill 1 3@0.5"},
    {"pessimistic: not at the price", "pessimistic trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade sell 50 40; 3 trade sell 49 4",
     "1 live 1; 3 fill 1 4@0.5"},
    {"queue: a trade beyond ends the queue", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade sell 49 4; 3 trade sell 50 1",
     "1 live 1; 2 fill 1 4@0.5; 3 fill 1 1@0.5"},
    {"a buyer's trade does not fill a bid", "touch trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade buy 52 4", "1 live 1"},
    {"a trade of unknown size", "touch trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade sell 50 ?", "1 live 1; 2 fill 1 5@0.5"},
    {"a trade of unknown size says nothing to a queue", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 2 trade sell 51 ?", "1 live 1"},
    {"the first at a price has nobody ahead", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 2 trade sell 51 2", "1 live 1; 2 fill 1 2@0.51"},
    {"cancels ahead: half of all left, half of the queue", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 book 50x30 | 52x3; 3 book 50x15 | 52x3; 4 trade sell 50 "
     "7",
     "1 live 1; 4 fill 1 2@0.5"},
    {"a decrease that a trade explains is no cancel", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 trade sell 50 4; 3 book 50x6 | 52x3; 4 trade sell 50 7",
     "1 live 1; 4 fill 1 1@0.5"},
    {"without trades the best level fades: touch", "touch",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 book 50x7 | 52x3", "1 live 1; 2 fill 1 3@0.5"},
    {"without trades: through the queue", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 book 50x12 | 52x3; 3 book 49x9 | 52x3",
     "1 live 1; 3 fill 1 2@0.5"},
    {"without trades: pessimistic does not believe it", "pessimistic",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 book 49x9 | 52x3", "1 live 1"},
    {"a level behind the best does not fade", "touch",
     "0 book 51x4 50x10 | 52x3; 1 1 buy 5 50; 2 book 51x4 50x3 | 52x3", "1 live 1"},
    {"the other side comes to the price", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 book 49x1 | 50x2; 3 book 49x1 | 49.5x2",
     "1 live 1; 2 fill 1 2@0.5; 3 fill 1 2@0.5"},
    {"pessimistic: it must go through", "pessimistic",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 book 49x1 | 50x2; 3 book 48x1 | 49x2",
     "1 live 1; 3 fill 1 2@0.5"},
    {"what came to one is not there for the next", "queue",
     "0 book 50x10 | 52x3; 1 1 buy 5 51; 1 2 buy 5 51; 2 book 50x1 | 51x6",
     "1 live 1; 1 live 2; 2 fill 1 5@0.51; 2 fill 2 1@0.51"},
    {"the better price first, whoever came first", "queue trades",
     "0 book 49x1 | 52x3; 1 1 buy 5 50; 1 2 buy 5 51; 2 trade sell 50 6",
     "1 live 1; 1 live 2; 2 fill 2 5@0.51; 2 fill 1 1@0.5"},
    {"asks are the mirror", "queue trades",
     "0 book 50x10 | 52x3; 1 1 sell 5 52; 2 trade buy 52 4; 3 trade buy 53 1",
     "1 live 1; 2 fill 1 1@0.52; 3 fill 1 1@0.52"},
    {"a bid for down waits with the asks of up", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 48 down; 2 trade buy 52 4", "1 live 1; 2 fill 1 1@0.48"},
    {"out of sight the queue is unknown", "queue trades",
     "0 cut 50x10 | 52x3; 1 1 buy 5 48; 2 trade sell 48 90; 3 cut 48x4 | 52x3; 4 trade sell 48 6",
     "1 live 1; 4 fill 1 2@0.48"},
    {"after a gap the queue is at most what is shown", "queue trades",
     "0 book 50x10 | 52x3; 1 1 buy 5 50; 2 gap; 3 book 50x4 | 52x3; 4 trade sell 50 6",
     "1 live 1; 4 fill 1 2@0.5"},
};

/* ---- reading ------------------------------------------------------------------------------------- */

static char *next_word(char **rest)
{
    return strtok_r(NULL, " ", rest);
}

/* Shares or cents with decimals to micros of `unit`; "?" is not said. */
static int64_t read_number(const char *word, double unit)
{
    double v = word[0] == '?' ? 0 : strtod(word, NULL) * unit;

    return word[0] == '?' ? MATCHING_UNSAID : (int64_t)(v + 0.5);
}

static void read_levels(Story *s, char **rest)
{
    char *word;
    bool is_ask = false;

    while ((word = next_word(rest))) {
        char *x = strchr(word, 'x');
        StoryLevel level;

        if (word[0] == '|') is_ask = true;
        if (!x) continue;
        level = (StoryLevel){read_number(word, 1e4), read_number(x + 1, 1e6)};
        if (is_ask)
            s->asks[s->ask_count++] = level;
        else
            s->bids[s->bid_count++] = level;
    }
}

static void read_flags(Story *s, char **rest)
{
    char *word;

    while ((word = next_word(rest))) {
        s->outcome |= !strcmp(word, "down");
        s->is_post |= !strcmp(word, "post");
        s->is_now |= !strcmp(word, "now");
        s->is_all |= !strcmp(word, "all");
        s->is_market |= !strcmp(word, "market");
        s->is_set |= !strcmp(word, "set");
        if (!strcmp(word, "good")) s->expires = s->at + read_number(next_word(rest), 1e6);
    }
}

static void read_order(Story *s, const char *id, char **rest)
{
    s->kind = STORY_ORDER;
    s->id = strtoull(id, NULL, 10);
    s->expires = INT64_MAX;
    s->is_sell = !strcmp(next_word(rest), "sell");
    s->size = read_number(next_word(rest), 1e6);
    s->price = read_number(next_word(rest), 1e4);
    read_flags(s, rest);
}

static void read_pair(Story *s, StoryKind kind, char **rest)
{
    const char *word = next_word(rest);

    s->kind = kind;
    s->is_ask = !strcmp(word, "ask");
    s->is_sell = !strcmp(word, "sell");
    s->price = read_number(next_word(rest), 1e4);
    s->size = read_number(next_word(rest), 1e6);
}

static Story read_step(char *step)
{
    char *rest, *word = strtok_r(step, " ", &rest);
    Story s = {.at = read_number(word, 1e6)};

    word = next_word(&rest);
    s.is_cut = !strcmp(word, "cut");
    if (s.is_cut || !strcmp(word, "book"))
        read_levels(&s, &rest);
    else if (!strcmp(word, "delta"))
        read_pair(&s, STORY_DELTA, &rest);
    else if (!strcmp(word, "trade"))
        read_pair(&s, STORY_TRADE, &rest);
    else if (!strcmp(word, "gap"))
        s.kind = STORY_GAP;
    else if (!strcmp(word, "open"))
        s.kind = STORY_OPEN;
    else if (!strcmp(word, "close"))
        s.kind = STORY_CLOSE;
    else if (!strcmp(word, "grid")) {
        s.kind = STORY_GRID;
        s.price = read_number(next_word(&rest), 1e3);
    } else if (!strcmp(word, "cancel")) {
        s.kind = STORY_CANCEL;
        s.id = strtoull(next_word(&rest), NULL, 10);
    } else
        read_order(&s, word, &rest);
    return s;
}

static size_t read_story(const char *text, Story *to)
{
    static char copy[TEXT_ROOM];
    char *rest;
    size_t n = 0;

    (void)snprintf(copy, sizeof copy, "%s", text);
    for (char *step = strtok_r(copy, ";", &rest); step; step = strtok_r(NULL, ";", &rest))
        to[n++] = read_step(step);
    return n;
}

static MatchingSetup read_setup(const char *text)
{
    MatchingSetup s = {.tick = 10000};

    s.model = strstr(text, "touch")   ? REF_TOUCH
              : strstr(text, "queue") ? REF_QUEUE
                                      : REF_PESSIMISTIC;
    s.has_trades[0] = strstr(text, "trades") != NULL;
    if (strstr(text, "order=")) s.order_us = 1000 * atoi(strstr(text, "order=") + 6);
    if (strstr(text, "cancel=")) s.cancel_us = 1000 * atoi(strstr(text, "cancel=") + 7);
    if (strstr(text, "delay=")) s.delay_us = 1000 * atoi(strstr(text, "delay=") + 6);
    if (strstr(text, "fees")) s.rate_ppm = 70000;
    if (strstr(text, "minimums")) s.min_size = 5000000;
    if (strstr(text, "minimums")) s.min_notional = 1000000;
    return s;
}

/* ---- checking ------------------------------------------------------------------------------------ */

/* As the cases spell it: no fee, no word. */
static const char *write_replies(const Reply *r, size_t n)
{
    static char text[TEXT_ROOM], one[128];
    size_t len = 0;

    text[0] = 0;
    for (size_t i = 0; i < n; i++) {
        char *fee;

        (void)reply_text(&r[i], one, sizeof one);
        fee = strstr(one, " fee 0");
        if (fee && !fee[6]) fee[0] = 0;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? "; " : "", one);
    }
    return text;
}

static void by_hand(void)
{
    static Story stories[STORY_ROOM];
    static Reply replies[REPLY_ROOM];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        MatchingSetup setup = read_setup(cases[i].setup);
        size_t count = read_story(cases[i].story, stories), n;

        test_case(cases[i].name);
        n = matched(&setup, stories, count, replies, REPLY_ROOM, test_arena((size_t)1 << 22));
        CHECK_STR(write_replies(replies, n), cases[i].want);
        n = matching_reference(&setup, stories, count, replies, REPLY_ROOM);
        CHECK_STR(write_replies(replies, n), cases[i].want);
    }
}

/* The jitter of an order hangs on the seed and on the order alone. */
static void jitter(void)
{
    static Story stories[STORY_ROOM];
    static Reply one[REPLY_ROOM], more[REPLY_ROOM], other[REPLY_ROOM];
    MatchingSetup setup = read_setup("queue order=100");
    Arena *arena = test_arena((size_t)1 << 22);
    size_t n = read_story("0 book 50x10 | 52x3; 1 7 buy 5 50", stories);

    setup.jitter_us = 1000000;
    setup.seed = 1;
    CHECK_INT(matched(&setup, stories, n, one, REPLY_ROOM, arena), 1);
    CHECK(one[0].at >= 1100000 && one[0].at <= 2100000);
    n = read_story("0 book 50x10 | 52x3; 1 3 buy 5 49; 1 7 buy 5 50", stories);
    CHECK_INT(matched(&setup, stories, n, more, REPLY_ROOM, arena), 2);
    CHECK_INT(more[more[0].id == 7 ? 0 : 1].at, one[0].at);
    setup.seed = 2;
    CHECK_INT(matched(&setup, stories, n, other, REPLY_ROOM, arena), 2);
    CHECK(other[other[0].id == 7 ? 0 : 1].at != one[0].at);
}

int main(void)
{
    TEST_RUN(by_hand);
    TEST_RUN(jitter);
    return test_end();
}
