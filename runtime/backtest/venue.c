/* venue.c — see venue.h. */
#include "runtime/backtest/venue.h"

enum { SOURCE_MARKET = 0, SOURCE_LEADER = 1 }; /* SourceRow.source */

static Status rules_of(const MatcherMarket *m, int64_t ts_us, MarketRules *ret, Err *err)
{
    const VenueRule *row = rules_at(m->venue, m->category, ts_us);

    if (!row)
        return err_set(err, ST_UNSUPPORTED, "the matcher knows no rules of `%S` at that time",
                       m->venue);
    if (row->refusal[0]) return err_set(err, ST_UNSUPPORTED, "%s", row->refusal);
    *ret = row->rules;
    return ST_OK;
}

/* Markets met through leaders are those of the leader's venue, else of the first market's. */
static Span leaders_venue(const Image *image, const Venues *v)
{
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == SOURCE_LEADER)
            return image_string(image, image->sources[i].venue);
    return v->count ? v->markets[0].venue : SPAN("polymarket");
}

static void add_market(const Image *image, const SourceRow *row, Venues *v)
{
    MatcherMarket *m = &v->markets[v->count++];
    Span selector = image_string(image, row->selector);

    m->venue = image_string(image, row->venue);
    m->category = rules_category(m->venue, selector, (MarketKind)row->kind);
}

bool venues_have_hours(const Image *image)
{
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == SOURCE_MARKET && image->sources[i].kind != MARKET_SLOT)
            return true;
    return false;
}

Status venues_of(const Image *image, int64_t ts_us, Arena *arena, Venues *ret, Err *err)
{
    Venues v = {arena_array(arena, MatcherMarket, image->sources_count + 1),
                arena_array(arena, MarketRules, image->sources_count + 1), 0};
    Status st = ST_OK;

    if (arena_is_full(arena)) return err_set(err, ST_NO_MEMORY, "no memory for rules");
    for (uint32_t i = 0; i < image->sources_count; i++)
        if (image->sources[i].source == SOURCE_MARKET) add_market(image, &image->sources[i], &v);
    v.markets[v.count].venue = leaders_venue(image, &v);
    v.count++;
    for (uint32_t i = 0; i < v.count && st == ST_OK; i++)
        st = rules_of(&v.markets[i], ts_us, &v.rules[i], err);
    if (st == ST_OK) *ret = v;
    return st;
}
