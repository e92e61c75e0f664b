/* matched.c — see matched.h. */
#include "tests/diff/matched.h"

#include <inttypes.h>
#include <stdio.h>

#include "runtime/engine/effect.h"
#include "runtime/matcher/matcher.h"

enum { DEPTH = 128 };

typedef struct Told {
    Matcher *matcher;
    Book books[MATCHING_MARKETS];
    Reply *replies;
    size_t count, room;
} Told;

static ReplyKind state_kind(uint8_t state)
{
    static const ReplyKind kinds[ORDER_STATES] = {[ORDER_LIVE] = REPLY_LIVE,
                                                  [ORDER_FILLED] = REPLY_FILLED,
                                                  [ORDER_CANCELLED] = REPLY_CANCELLED,
                                                  [ORDER_EXPIRED] = REPLY_EXPIRED};

    return kinds[state];
}

static Reply reply_of(const MatcherAnswer *a)
{
    const Event *ev = &a->event;
    Reply r = {.at = ev->ts_us, .owner = a->owner};

    if (ev->kind == EV_FILL) {
        r.kind = REPLY_FILL;
        r.id = ev->fill.order;
        r.price = ev->fill.price_micros;
        r.size = ev->fill.size_micros;
        r.fee = ev->fill.fee_micros;
    } else if (ev->kind == EV_REJECT) {
        r.kind = REPLY_REJECTED;
        r.id = ev->reject.order;
    } else {
        r.kind = state_kind(ev->order.state);
        r.id = ev->order.order;
    }
    return r;
}

static void pull(Told *t, int64_t until_us)
{
    MatcherAnswer a;

    while (matcher_next(t->matcher, until_us, &a)) {
        if (t->count < t->room) t->replies[t->count] = reply_of(&a);
        t->count++;
    }
}

static uint32_t copy_levels(const StoryLevel *from, int count, BookLevel *to)
{
    for (int i = 0; i < count; i++)
        to[i] = (BookLevel){from[i].price, from[i].size};
    return (uint32_t)count;
}

static NewsKind news_kind(StoryKind kind)
{
    static const NewsKind kinds[STORY_KINDS] = {
        [STORY_BOOK] = NEWS_SNAPSHOT, [STORY_DELTA] = NEWS_DELTA, [STORY_TRADE] = NEWS_TRADE,
        [STORY_GRID] = NEWS_GRID,     [STORY_GAP] = NEWS_GAP,     [STORY_OPEN] = NEWS_OPEN,
        [STORY_CLOSE] = NEWS_CLOSE,
    };

    return kinds[kind];
}

static void tell_news(Told *t, const Story *s)
{
    BookLevel bids[MATCHING_LEVELS], asks[MATCHING_LEVELS];
    bool is_ask_end = s->kind == STORY_TRADE ? s->is_sell : s->is_ask;
    BookNews n = {.ts_us = s->at,
                  .kind = (uint8_t)news_kind(s->kind),
                  .market = (uint8_t)s->market,
                  .outcome = (uint8_t)s->outcome,
                  .end = (uint8_t)(is_ask_end ? BOOK_ASK : BOOK_BID),
                  .is_cut = s->is_cut,
                  .epoch = 1,
                  .level = {s->price, s->size},
                  .levels = {bids, asks}};

    n.counts[BOOK_BID] = copy_levels(s->bids, s->bid_count, bids);
    n.counts[BOOK_ASK] = copy_levels(s->asks, s->ask_count, asks);
    (void)book_apply(&t->books[s->market], &n);
    matcher_news(t->matcher, &n);
}

static void tell_order(Told *t, const Story *s)
{
    MatcherOrder o = {.id = s->id,
                      .owner = s->owner,
                      .market = (uint8_t)s->market,
                      .outcome = (uint8_t)s->outcome,
                      .modifiers = (uint8_t)((s->is_post ? MOD_POST_ONLY : 0) |
                                             (s->is_now ? MOD_NOW_OR_NEVER : 0) |
                                             (s->is_all ? MOD_ALL_OR_NOTHING : 0)),
                      .is_sell = s->is_sell,
                      .is_market = s->is_market,
                      .is_set = s->is_set,
                      .size_micros = s->size,
                      .price_micros = s->price,
                      .expires_us = s->expires};

    matcher_order(t->matcher, &o, s->at);
}

static void tell(Told *t, const Story *s)
{
    pull(t, s->at - 1);
    if (s->kind == STORY_ORDER)
        tell_order(t, s);
    else if (s->kind == STORY_CANCEL)
        matcher_cancel(t->matcher, s->owner, (uint8_t)s->market, s->id, s->at);
    else
        tell_news(t, s);
}

size_t matched(const MatchingSetup *setup, const Story *stories, size_t count, Reply *replies,
               size_t room, Arena *arena)
{
    MarketRules rules = {.tick_micros = setup->tick,
                         .min_size_micros = setup->min_size,
                         .min_notional_micros = setup->min_notional,
                         .fee_rate = (double)setup->rate_ppm / 1e6,
                         .fee_exponent = 1,
                         .fee_step_micros = 10,
                         .taker_delay_us = setup->delay_us};
    MatcherMarket markets[MATCHING_MARKETS];
    MatcherConfig config = {.markets = markets,
                            .market_count = MATCHING_MARKETS,
                            .model = (FillModel)setup->model,
                            .order_us = setup->order_us,
                            .cancel_us = setup->cancel_us,
                            .jitter_us = setup->jitter_us,
                            .seed = setup->seed};
    Told t = {.replies = replies, .room = room};

    for (int i = 0; i < MATCHING_MARKETS; i++) {
        book_init(&t.books[i], DEPTH, true, arena);
        markets[i] = (MatcherMarket){
            .rules = &rules, .book = &t.books[i], .has_trades = setup->has_trades[i]};
    }
    t.matcher = matcher_new(&config, arena);
    for (size_t i = 0; i < count; i++)
        tell(&t, &stories[i]);
    pull(&t, INT64_MAX);
    return t.count;
}

const char *reply_text(const Reply *r, char *text, size_t size)
{
    static const char *const names[] = {"live",      "fill",    "filled",
                                        "cancelled", "expired", "rejected"};
    int n = snprintf(text, size, "%g %s %" PRIu64, (double)r->at / 1e6, names[r->kind], r->id);

    if (r->kind == REPLY_FILL && n > 0 && (size_t)n < size)
        (void)snprintf(text + n, size - (size_t)n, " %g@%g fee %g", (double)r->size / 1e6,
                       (double)r->price / 1e6, (double)r->fee / 1e6);
    return text;
}
